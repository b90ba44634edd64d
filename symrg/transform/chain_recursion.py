"""The recursion of a chain: matrices V and G at points, quotients of products of polynomials as a map."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

import flint
import sympy

from ..errors import BudgetExceeded, DomainError, ModelError
from ..exact.algebraic import AlgebraicNumber
from ..exact.polynomials import PolynomialRing, RationalFunction, irreducible_factors
from .factored import FactoredMap, LazyImages
from .linearization import Linearization
from .matrix_form import MatrixForm, fixed_factor, linearized_polynomial
from .points import as_sympy, check_steps, is_zero
from .recursion import Recursion

if TYPE_CHECKING:
    from .chain import Chain

__all__ = ["ChainRecursion"]

_MOST_LEVEL = 100_000  # p^level is a number of steps, and is itself written out


class ChainRecursion(Recursion):
    """One step of decimation of a chain, V ↦ (V Gᵀ)^{p−1} V, in its factors.

    Made by :meth:`Chain.recursion`. Values, orbits, levels, Jacobians and linearisations come from products of the
    matrices V and G at the point, at any size. ``factored`` holds the images as quotients of products of polynomials;
    ``functions`` and ``derivatives`` multiply them out, which only small chains allow.

    Parameters
    ----------
    chain : Chain
    scale : int
        p ≥ 2.

    Examples
    --------
    >>> from symrg import LayeredNetwork
    >>> R = LayeredNetwork(width=2).chain().recursion(2)
    >>> R.factored.images[0]
    FactoredImage(8 polynomials / 8 polynomials, 256 terms in 15 factors)
    >>> R.level([1] * 14 + [2], 3) == R.iterate([1] * 14 + [2], 3)[-1]
    True
    """

    chain: Chain

    def __init__(self, chain: Chain, scale: int) -> None:
        super().__init__((), lambda: (self.functions, self._undefined), scale=scale, chain=chain)
        self._matrices = MatrixForm(chain, scale, lambda: self.factored)

    # -- the map ------------------------------------------------------------------------------------------

    @property
    def factors(self) -> tuple[Any, ...]:
        """The factors of the chain, SymPy symbols."""
        return self.chain.factors

    @property
    def ring(self) -> PolynomialRing:
        """The polynomial ring in the factors."""
        return self.chain.coordinates.ring

    @cached_property
    def factored(self) -> FactoredMap:
        """The images as quotients of products of the entries of V′, over one list of polynomials.

        Raises
        ------
        BudgetExceeded
            If the entries have too many terms.
        """
        entries = [entry for row in self.chain.decimated(self.scale) for entry in row]
        return FactoredMap(self.ring, entries, lambda: self.chain.coordinates.entry_groups, self.scale)

    @cached_property
    def functions(self) -> tuple[RationalFunction, ...]:
        """The images in lowest terms, multiplied out on first use.

        Raises
        ------
        BudgetExceeded
            If they may have too many terms.
        """
        return tuple(image.expand() for image in self.factored.images)

    @cached_property
    def images(self) -> Mapping[Any, Any]:
        """Each factor's image as a SymPy expression, in irreducible factors; written when it is asked for."""
        return LazyImages(self.factors, self.factored.images)

    @cached_property
    def coupling_images(self) -> dict[Any, Any]:
        """Each coupling's image as SymPy logarithms of exponentials (Eq. (26) of Lee, Lee and Yi 2024)."""
        coordinates = self.chain.coordinates
        exponentials = coordinates.exponentials(self.couplings)
        logs = coordinates.logarithms([image.to_sympy(exponentials) for image in self.factored.images])
        return dict(zip(self.couplings, logs, strict=True))

    @cached_property
    def _undefined(self) -> tuple[Any, ...]:
        """What divides an entry below a fraction bar but no reduced denominator, and is no factor itself."""
        kept = [f for function in self.functions for f, _ in irreducible_factors(function.den)]
        kept += self.ring.gens
        found: list[Any] = []
        for _, below in self.chain.coordinates.entry_groups:
            for place in below:
                factors = irreducible_factors(self.factored.polynomials[place])
                found.extend(f for f, _ in factors if not any(f == g for g in kept + found))
        return tuple(found)

    def compose(self, other: Recursion) -> Recursion:
        """Return "first ``other``, then this"; for recursions of one chain that is its recursion of scale p·q.

        It is defined also at those points where an intermediate image is not.

        Raises
        ------
        ModelError
            If the two do not have the same factors.

        Examples
        --------
        >>> from symrg import Chain
        >>> chain = Chain([[2, 2], [1, 3]])
        >>> chain.recursion(2).compose(chain.recursion(3)).scale
        6
        """
        if isinstance(other, ChainRecursion) and other.chain == self.chain:
            return ChainRecursion(self.chain, self.scale * other.scale)
        return super().compose(other)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ChainRecursion) or other.factors != self.factors:
            return super().__eq__(other)
        if self.scale != other.scale:
            return False
        if self.chain.multiplicity == other.chain.multiplicity:
            return True
        # the factors fix V up to a factor, so the maps are equal if and only if the V′ are proportional
        (one, *rest), (another, *others) = (
            [entry for row in recursion.chain.decimated(self.scale) for entry in row] for recursion in (self, other)
        )
        return all(x * another == y * one for x, y in zip(rest, others, strict=True))

    __hash__ = Recursion.__hash__

    # -- at points ----------------------------------------------------------------------------------------

    def _apply(self, values: Any) -> list[Any]:
        return self._matrices.image(values)

    def level(self, point: Any, depth: int) -> Any:
        """Return the image of a point after ``depth`` steps, by one matrix power.

        V at level k is (V Gᵀ)^{p^k − 1} V. This is defined also where an image on the way is
        not.

        Parameters
        ----------
        point : as in calling the recursion
        depth : int
            k ≥ 0.

        Raises
        ------
        ModelError
            If ``depth`` is negative or no integer.
        UndefinedPointError
            Where the map of scale p^k is not defined.
        BudgetExceeded
            If the numbers would have too many digits, with the estimate.

        Examples
        --------
        >>> from symrg import Chain
        >>> R = Chain([[2, 2], [1, 3]]).recursion()
        >>> R.level((2, 1, 1), 2)
        (Fraction(125549, 125545), Fraction(1477, 892), Fraction(340, 223))
        """
        check_steps(depth, "the level")
        values = self.values_of(point)
        if depth == 0 or self._is_fixed(values):
            return self._as_given(point, values)
        if depth > _MOST_LEVEL:
            message = f"level {depth} is {self.scale}^{depth} layers in one step; levels up to {_MOST_LEVEL} are taken"
            raise BudgetExceeded(message, estimate=depth, limit=_MOST_LEVEL)
        return ChainRecursion(self.chain, self.scale**depth)(point)

    def _is_fixed(self, values: list[Any]) -> bool:
        if not all(isinstance(v, Fraction) or v.is_Rational for v in values) or not all(values):
            return False
        return fixed_factor(self.chain, self.scale, self._matrices.bond_at(values)) is not None

    def jacobian(self, *, at: Any = None) -> Any:
        """Return the Jacobian in the factors, symbolic or exact at a point: :meth:`Recursion.jacobian` by matrices.

        At a point dV′ = Σ_j T^j dV S^{p−1−j}, S = Gᵀ V; the factors are quotients of products of entries of V.

        Raises
        ------
        BudgetExceeded
            If no point is given and the images are too long to be multiplied out.
        """
        if at is None:
            return super().jacobian()
        rows = self._matrices.jacobian(self.values_of(at))
        return sympy.ImmutableMatrix(
            len(self.factors), len(self.factors), [as_sympy(entry) for row in rows for entry in row]
        )

    def linearize(self, point: Any = None, *, bond: Any = None) -> Linearization:
        """Return the linearised recursion at a fixed point: eigenvalues and exponents (Eq. (32) of the paper).

        Parameters
        ----------
        point : mapping or sequence of exact numbers
            A fixed point in the factors.
        bond : matrix of exact rationals, shape n_h × n_σ, instead
            A fixed bond matrix; its entries may be zero, where couplings are infinite.

        Raises
        ------
        ModelError
            If neither or both are given, or the matrix has the wrong shape.
        DomainError
            If the point is not fixed, or an entry of V is no rational number.
        UndefinedPointError
            If the map is not defined there.

        Examples
        --------
        >>> from symrg import Chain
        >>> R = Chain([[1, 0], [0, 1]]).recursion(3)
        >>> R.linearize(bond=[[1, 0], [0, 1]]).eigenvalues, R.linearize(bond=[[1, 0], [0, -1]]).eigenvalues
        ({Fraction(3, 1): 3}, {Fraction(1, 1): 2, Fraction(3, 1): 1})
        """
        if (point is None) == (bond is None):
            raise ModelError("a linearisation needs the factors of a fixed point, or its bond matrix: give one of them")
        if bond is not None:
            return self._linearize_bond(bond)
        values = self.values_of(point)
        if not all(isinstance(v, Fraction) or v.is_Rational for v in values) or any(is_zero(v) for v in values):
            return super().linearize(values)
        matrix = self._matrices.bond_at(values)
        factor = fixed_factor(self.chain, self.scale, matrix)
        if factor is None:
            return super().linearize(values)  # which says what the image is
        coefficients = linearized_polynomial(self.chain, self.scale, matrix, factor)
        return Linearization(lambda: self.jacobian(at=values), self.scale, coefficients=coefficients)

    def _linearize_bond(self, bond: Any) -> Linearization:
        from .reduced import Reduced

        bond = bond.tolist() if hasattr(bond, "tolist") else bond
        if not all(_is_plain(entry) for row in bond for entry in row):
            message = (
                "the bond matrix has entries that are no rational numbers; give a rational fixed point, or ask the "
                "component of fixed points for its spectrum"
            )
            raise DomainError(message)
        at = Reduced(self.chain, bond=bond)
        matrix = flint.fmpz_mat(at.bond)
        factor = fixed_factor(self.chain, self.scale, matrix)
        if factor is None:
            message = f"the bond matrix is not fixed: (V G^T)^{self.scale - 1} V is no non-zero multiple of V"
            raise DomainError(message)
        coefficients = linearized_polynomial(self.chain, self.scale, matrix, factor)
        return Linearization(lambda: self._matrices.chart_jacobian(matrix), self.scale, coefficients=coefficients)


def _is_plain(entry: Any) -> bool:
    """Whether an entry is a rational number, or something that the door refuses by itself."""
    if isinstance(entry, sympy.Expr):
        return bool(entry.is_Rational) or entry.has(sympy.Float)
    return not isinstance(entry, AlgebraicNumber)
