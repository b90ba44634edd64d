"""The infinitesimal RG of a chain, dT/dℓ = T ln T with ℓ = ln p, in closed form for two states on one side.

T ↦ T^p is a flow in ℓ, and V = T^{p−1} V₀ moves by dV/dℓ = (ln T) V. A 2 × 2 matrix has ln T = α T + β 1 with
α = ln(λ₊/λ₋)/(λ₊ − λ₋); β cancels in ratios of entries of V. So the logarithm of a factor f = ∏ V_e^± changes at the
rate α Σ ± (V Gᵀ V)_e / V_e. With two activations and more neurons the same holds for S = Gᵀ V in place of T.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

import flint
import sympy

from .._display import Displayed
from ..errors import DomainError, UnableError, UndefinedPointError
from ..exact.matrices import matrix_product, transpose
from ..exact.numbers import as_fraction
from ..exact.polynomials import RationalFunction
from .linearization import spectrum_of
from .points import as_sympy, field_of

if TYPE_CHECKING:
    from .chain import Chain

__all__ = ["InfinitesimalRecursion"]


class InfinitesimalRecursion(Displayed):
    """The flow dT/dℓ = T ln T of a chain, ℓ = ln p: the rates of change of factors and couplings.

    Made by :meth:`Chain.infinitesimal`. It is defined where the two eigenvalues λ₊, λ₋ of T (of Gᵀ V, if there are two
    activations and more neurons) have a ratio off the negative real axis and other than 0 and ∞; the logarithm of the
    ratio is principal. Where T is singular, as at all fixed points of rank 1, the flow is not defined: there ln T is
    infinite, and the exponents are limits.

    Parameters
    ----------
    chain : Chain
        With two neuron states or two activation states, and G of rank 2.

    Raises
    ------
    DomainError
        If T is singular at every V, because the rank of G is smaller than both sides.
    UnableError
        If there are more than two states on either side.

    Examples
    --------
    >>> from symrg import Chain
    >>> flow = Chain([[2, 2], [1, 3]]).infinitesimal()
    >>> flow.slopes[sympy.Symbol("a")]
    (1 - a)*(3*a*b*c + a*b + 2*a*c + 2)/a
    >>> flow((2, 1, 1))[1]
    sqrt(105)*log((sqrt(105) + 11)/(11 - sqrt(105)))/21
    >>> flow.exponents((3, sympy.Rational(-2, 3), sympy.Rational(-1, 3)))
    {1: 3}
    """

    def __init__(self, chain: Chain) -> None:
        rows, columns = chain.shape
        smaller = min(rows, columns)
        rank = flint.fmpz_mat([list(row) for row in chain.multiplicity]).rank()
        if rank < smaller:
            message = (
                f"the multiplicity matrix has rank {rank} and shape {rows} × {columns}: V G^T and G^T V are singular "
                "at every V, and ln T does not exist; recursions of integer scale do"
            )
            raise DomainError(message)
        if smaller != 2:
            message = (
                f"this chain has {rows} neuron states and {columns} activation states; the closed form of ln T is for "
                "two on one side; take recursion(scale), or level(point, k) of it"
            )
            raise UnableError(message)
        self.chain = chain
        self.factors, self.couplings = chain.factors, chain.couplings

    def __repr__(self) -> str:
        return f"<infinitesimal recursion of a chain with {len(self.factors)} factors>"

    # -- the flow as expressions --------------------------------------------------------------------------

    @cached_property
    def _functions(self) -> tuple[RationalFunction, RationalFunction, tuple[RationalFunction, ...]]:
        """The trace and the determinant of the 2 × 2 matrix, and Σ ± (V Gᵀ V)_e / V_e for each factor."""
        base, bond = self.chain.coordinates.ring, self.chain.coordinates.bond
        weights = transpose(self.chain.multiplicity)
        after = [entry for row in self.chain.decimated(2) for entry in row]
        matrix = matrix_product(bond, weights) if len(bond) == 2 else matrix_product(weights, bond)
        trace = matrix[0][0] + matrix[1][1]
        determinant = matrix[0][0] * matrix[1][1] - matrix[0][1] * matrix[1][0]
        ratios = [base.fraction(y, x) for y, x in zip(after, (entry for row in bond for entry in row), strict=True)]
        slopes = []
        for above, below in self.chain.coordinates.entry_groups:
            slope = base.fraction(0)
            for k in above:
                slope = slope + ratios[k]
            for k in below:
                slope = slope - ratios[k]
            slopes.append(slope)
        return base.fraction(trace), base.fraction(determinant), tuple(slopes)

    @cached_property
    def trace(self) -> Any:
        """τ = λ₊ + λ₋ as a SymPy expression in the factors."""
        return self._functions[0].to_sympy(self.factors)

    @cached_property
    def determinant(self) -> Any:
        """δ = λ₊ λ₋; where it is zero, the flow is not defined."""
        return self._functions[1].to_sympy(self.factors)

    @cached_property
    def rate(self) -> Any:
        """α = ln(λ₊/λ₋)/(λ₊ − λ₋), with λ± = (τ ± √(τ² − 4δ))/2; it is even in the root, and 2/τ where that is zero."""
        return _rate(self.trace, self.determinant)

    @cached_property
    def slopes(self) -> Mapping[Any, Any]:
        """For each factor f the rational function w with d ln f/dℓ = α w."""
        return {f: w.to_sympy(self.factors) for f, w in zip(self.factors, self._functions[2], strict=True)}

    @cached_property
    def images(self) -> Mapping[Any, Any]:
        """For each factor f the rate df/dℓ = f α w, in the factors."""
        return {factor: factor * self.rate * slope for factor, slope in self.slopes.items()}

    @cached_property
    def beta_functions(self) -> Mapping[Any, Any]:
        """For each coupling K the beta function dK/dℓ, as a SymPy expression in the factors.

        Factors are exponentials of combinations of couplings, for {0, 1} variables of the couplings themselves.
        """
        table = self.chain.coordinates.coupling_matrix
        combined = (
            sympy.Add(*(as_sympy(c) * w for c, w in zip(row, self.slopes.values(), strict=True) if c)) for row in table
        )
        return {coupling: self.rate * slope for coupling, slope in zip(self.couplings, combined, strict=True)}

    # -- at points ----------------------------------------------------------------------------------------

    def __call__(self, point: Any) -> tuple[Any, ...]:
        """Return the rates df/dℓ of the factors at a point, exactly.

        Parameters
        ----------
        point : mapping or sequence
            Rational values of all factors, or expressions in symbols.

        Returns
        -------
        tuple of SymPy expressions
            In the order of the factors.

        Raises
        ------
        UndefinedPointError
            If T is singular there, or the ratio of its eigenvalues negative; or if a factor is zero.
        DomainError
            If a value is a number that is not rational.
        """
        values, trace, determinant, slopes = self._at(point)
        rate = _rate(trace, determinant)
        if trace.is_Rational and determinant.is_Rational:
            rate = self._exact_rate(values, trace, determinant)
        return tuple(as_sympy(x) * rate * w for x, w in zip(values, slopes, strict=True))

    def _at(self, point: Any) -> tuple[list[Any], Any, Any, list[Any]]:
        values = self.chain.recursion(2).values_of(point)
        if any(not isinstance(v, Fraction) and v.is_number and not v.is_Rational for v in values):
            message = (
                f"({', '.join(map(str, values))}) has values that are neither rational nor symbolic; give rationals"
            )
            raise DomainError(message)
        at = field_of(values)
        trace, determinant = (as_sympy(at.evaluate(function, self.factors[0])) for function in self._functions[:2])
        slopes = [as_sympy(at.evaluate(w, f)) for w, f in zip(self._functions[2], self.factors, strict=True)]
        if determinant == 0:
            message = (
                f"T is singular at ({', '.join(map(str, values))}), and ln T is not defined; fixed points of rank 1 "
                "are such points: their exponents are limits, see exponents()"
            )
            raise UndefinedPointError(message)
        return values, trace, determinant, slopes

    @staticmethod
    def _exact_rate(values: list[Any], trace: Any, determinant: Any) -> Any:
        """Return α at rational numbers in real form: an artanh, an arctan, or rational."""
        discriminant = trace**2 - 4 * determinant
        if discriminant == 0:
            return 2 / trace
        if (discriminant > 0 and determinant < 0) or (discriminant < 0 and trace == 0):
            message = (
                f"the two eigenvalues of T have a negative ratio at ({', '.join(map(str, values))}): ln T has no "
                "principal value there, and real scales lead to complex couplings"
            )
            raise UndefinedPointError(message)
        root = sympy.sqrt(abs(discriminant))
        if discriminant < 0:
            return 2 * sympy.atan(root / trace) / root
        return sympy.log((trace + root) / (trace - root)) / root

    def exponents(self, point: Any) -> dict[Any, int]:
        """Return the exponents y of the flow at a fixed point, with multiplicities.

        They are the eigenvalues of the linearised flow, and equal ln λ/ln p for the eigenvalues λ of the recursion of
        every scale p. At fixed points where T is singular (rank 1) the flow itself is not defined; there α tends to
        infinity, and an eigenvalue μ of the derivative of the slopes gives the limit of α μ: 0, or −∞ across the
        surface.

        Parameters
        ----------
        point : mapping or sequence of exact rationals

        Raises
        ------
        DomainError
            If the point is not rational, or not fixed.

        Examples
        --------
        >>> from symrg import Chain
        >>> Chain([[2, 2], [1, 3]]).infinitesimal().exponents((1, 2, 5))
        {-oo: 1, 0: 2}
        """
        values = self.chain.recursion(2).values_of(point)
        if not all(isinstance(v, Fraction) or v.is_Rational for v in values):
            message = (
                f"({', '.join(map(str, values))}) has values that are not rational; exponents need rational points"
            )
            raise DomainError(message)
        numbers = [as_fraction(v) for v in values]
        trace, determinant, slopes = self._functions
        if any(slope(numbers) != 0 for slope in slopes):
            message = f"({', '.join(map(str, values))}) is not a fixed point of the flow: its slopes are not zero"
            raise DomainError(message)
        size = len(numbers)
        # in logarithms of the factors; the derivative of α does not count where the slopes are zero
        derivative = [x * as_fraction(slope.derivative(k)(numbers)) for slope in slopes for k, x in enumerate(numbers)]
        matrix = flint.fmpq_mat(size, size, [flint.fmpq(x.numerator, x.denominator) for x in derivative])
        at_trace, at_determinant = as_fraction(trace(numbers)), as_fraction(determinant(numbers))
        if at_trace == 0:
            message = (
                f"both eigenvalues of T are zero at ({', '.join(map(str, values))}): the flow has no exponents there"
            )
            raise UndefinedPointError(message)
        polynomial = matrix.charpoly()
        found = spectrum_of([as_fraction(polynomial[k]) for k in range(size + 1)])
        # V Gᵀ V = λ V, so that T (or S) is λ times 1 or, if it is singular, λ times a projector, and these are rational
        units = {as_fraction(value) / at_trace: count for value, count in found.items()}
        if at_determinant == 0:
            limits = {-1: -sympy.oo, 0: sympy.S.Zero, 1: sympy.oo}
            return {limits[(y > 0) - (y < 0)]: count for y, count in sorted(units.items())}
        return {as_sympy(2 * y): count for y, count in sorted(units.items())}  # α = 2/τ


def _rate(trace: Any, determinant: Any) -> Any:
    root = sympy.sqrt(trace**2 - 4 * determinant)
    return sympy.log((trace + root) / (trace - root)) / root
