"""Components of fixed-point sets found by elimination: generators, points, punctures, spectra, reality."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any

import sympy

from .._display import Displayed
from ..exact.algebraic import roots_of, value_at_root
from ..exact.edge import monomial
from ..exact.matrices import characteristic_polynomial, matrix_power, matrix_product, rank, transpose
from ..exact.number_fields import NumberField, roots_over
from ..exact.numbers import as_fraction
from ..exact.polynomials import RationalFunction, irreducible_factors
from ..exact.variety import Variety
from .certificates import Certificate
from .linearization import Eigenvalue, exponent, spectrum_of
from .projective import chart_bond, entry_symbols
from .real_parts import is_physical, parametrised, reality, univariate
from .strata import Stratum, strata

if TYPE_CHECKING:
    from .recursion import Recursion

__all__ = ["Component"]


@dataclass(frozen=True)
class Component(Displayed):
    """One irreducible component (over Q) of a fixed-point set.

    Attributes
    ----------
    recursion : Recursion
        The map in the coordinates of this component: the factors or, at infinity, entries of V in one chart.
    variety : Variety
        The component in these coordinates.
    at_infinity : bool
        Whether it lies where couplings are infinite (entries of V vanish, or a factor of a recursion without a chain).

    Examples
    --------
    >>> from symrg import Chain
    >>> surface, point = Chain([[2, 2], [1, 3]]).recursion().fixed_points()
    >>> surface.generators, surface.dimension, surface.physical
    ((a - 1,), 2, True)
    >>> [str(x) for x in point.point], point.exponents
    (['3', '-2/3', '-1/3'], {Fraction(2, 1): 1})
    """

    recursion: Recursion
    variety: Variety
    at_infinity: bool = False
    chart: int | None = None

    @property
    def dimension(self) -> int:
        """The dimension over C."""
        return self.variety.dimension

    @property
    def symbols(self) -> tuple[Any, ...]:
        """The coordinates as SymPy symbols."""
        return self.recursion.factors

    @cached_property
    def generators(self) -> tuple[Any, ...]:
        """Generators of the prime ideal of the component, as SymPy polynomials.

        In the factors; at infinity homogeneous, in the entries V_ij of the bond matrix.
        """
        return self._written(self.variety.generators)

    def _written(self, polynomials: Sequence[Any]) -> tuple[Any, ...]:
        """Write polynomials in the coordinates; at infinity made homogeneous with the entry that is 1 in the chart."""
        if self.chart is None or self.recursion.chain is None:
            return tuple(self.variety.ring.to_sympy(g, self.symbols) for g in polynomials)
        pivot = entry_symbols(self.recursion.chain)[self.chart]
        return tuple(
            sympy.Add(
                *(
                    monomial(sympy.Integer(int(c)), [*self.symbols, pivot], [*powers, g.total_degree() - sum(powers)])
                    for powers, c in g.terms()
                )
            )
            for g in polynomials
        )

    @cached_property
    def points(self) -> tuple[tuple[Any, ...], ...]:
        """All points of an isolated component (conjugate ones, if they are not rational); empty if not isolated.

        Coordinates are ``Fraction`` or :class:`~symrg.exact.algebraic.AlgebraicNumber`.
        """
        variety = self.variety
        if variety.dimension:
            return ()
        if variety.relation is None or variety.algebraic is None:
            return (tuple(value.constant() for value in variety.coordinates),)
        index = variety.algebraic
        found = []
        for root in roots_of(univariate(variety.relation, index)):
            found.append(
                tuple(
                    value_at_root(univariate(c.num, index), univariate(c.den, index), root) for c in variety.coordinates
                )
            )
        return tuple(found)

    @property
    def point(self) -> tuple[Any, ...] | None:
        """The point, if the component is a single one: its factors; at infinity the rows of V, up to a factor."""
        if len(self.points) != 1:
            return None
        if self.chart is None or self.recursion.chain is None:
            return self.points[0]
        entries = list(self.points[0])
        entries.insert(self.chart, Fraction(1))
        width = self.recursion.chain.shape[1]
        return tuple(tuple(entries[i : i + width]) for i in range(0, len(entries), width))

    @cached_property
    def punctures(self) -> tuple[Any, ...]:
        """Polynomials whose zeros on the component are left out of it, because the map is not defined there."""
        return self._written(self._punctures)

    @cached_property
    def _punctures(self) -> tuple[Any, ...]:
        if not self.dimension:
            return ()
        found: list[Any] = []
        torus = self.recursion.chain is not None and not self.at_infinity
        outside = list(self.variety.ring.gens) if torus else []  # no factor of a chain is zero anyhow
        for denominator in self.recursion.denominators:
            restricted = self.variety.ring.fraction(denominator).compose(self.variety.coordinates)
            poles = [f for f, _ in irreducible_factors(restricted.den)]
            # where the parametrisation has a pole on the component, the numerator may vanish though the map is defined
            safe = all(any(f == other for other in outside) for f in poles)
            for factor, _ in irreducible_factors(restricted.num if safe else denominator):
                if not any(factor == other for other in found + outside):
                    found.append(factor)
        return tuple(found)

    @cached_property
    def rank(self) -> int | None:
        """The rank of V at a general point of the component; None for a recursion without a chain."""
        bond = self._bond
        if bond is None:
            return None
        restricted = [[self.variety.restrict(entry) for entry in row] for row in bond]
        return rank(restricted, self.variety.is_zero)

    @property
    def _bond(self) -> list[list[RationalFunction]] | None:
        chain = self.recursion.chain
        if chain is None:
            return None
        if self.chart is None:
            base = chain.coordinates.ring
            return [[base.fraction(entry) for entry in row] for row in chain.coordinates.bond]
        return chart_bond(chain, self.chart)

    @property
    def certificate(self) -> Certificate | None:
        """A point that proves rank, dimension and spectrum by matrix products; None if the stratum is not known."""
        return None if self.stratum is None else self.stratum.certificate

    # -- the linearised map along the component ---------------------------------------------------

    @cached_property
    def characteristic_polynomial(self) -> tuple[RationalFunction, ...]:
        """det(λ − J) along the component, constant term first, as functions of its free coordinates."""
        restricted = [[self.variety.restrict(entry) for entry in row] for row in self.recursion.derivatives]
        return tuple(characteristic_polynomial(restricted, self.variety.ring.fraction(1), normal=self.variety.reduced))

    @cached_property
    def spectrum(self) -> dict[Eigenvalue, int] | None:
        """The eigenvalues of the Jacobian with multiplicities, if they are the same on the whole component, else None.

        Where conjugate points differ, :attr:`spectra` has those of each.

        A chain's are those of the structure theorem; :attr:`eliminated_spectrum` finds them without it.
        """
        if self._alike:
            return dict(self._alike[0].spectrum.items())
        return self.eliminated_spectrum

    @cached_property
    def eliminated_spectrum(self) -> dict[Eigenvalue, int] | None:
        """The same from the Jacobian on the whole component, by elimination: slow for a scale beyond 4."""
        if not all(c.is_constant for c in self.characteristic_polynomial):
            return None
        return spectrum_of([c.constant() for c in self.characteristic_polynomial])

    @cached_property
    def spectra(self) -> tuple[dict[Eigenvalue, int], ...]:
        """The spectrum at each of :attr:`points`, in their order; empty if the component is not isolated.

        Conjugate points have conjugate eigenvalues, which may differ; they are algebraic over the field of the point.

        Examples
        --------
        >>> from symrg import Recursion
        >>> x = sympy.Symbol("x")
        >>> (part,) = Recursion.from_images({x: (x + 1) / x}, scale=2).fixed_points()
        >>> part.spectrum is None
        True
        >>> for point, spectrum in zip(part.points, part.spectra):
        ...     print(*point, spectrum, sep="; ")
        root 0 of x**2 - x - 1 near -0.618033989; {root 0 of x**2 + 3*x + 1 near -2.61803399: 1}
        root 1 of x**2 - x - 1 near 1.61803399; {root 1 of x**2 + 3*x + 1 near -0.381966011: 1}
        """
        if self.dimension:
            return ()
        if self.spectrum is not None:
            return (self.spectrum,) * len(self.points)
        variety, index = self.variety, self.variety.algebraic or 0
        field = NumberField(univariate(variety.relation, index))
        return roots_over(
            [
                field(univariate(c.num, index)) / field(univariate(c.den, index))
                for c in map(variety.reduced, self.characteristic_polynomial)
            ]
        )

    @property
    def point_exponents(self) -> tuple[dict[Eigenvalue, Any], ...]:
        """The exponents y = ln λ / ln p of :attr:`spectra`."""
        return tuple({value: exponent(value, self.recursion.scale) for value in at} for at in self.spectra)

    @cached_property
    def _alike(self) -> list[Stratum]:
        """The strata of the structure theorem that have this rank and dimension, and so this spectrum."""
        chain = self.recursion.chain
        if chain is None:
            return []
        wanted = (self.rank, self.dimension, self.at_infinity)
        return [s for s in strata(chain, self.recursion.scale) if (s.rank, s.dimension, s.at_infinity) == wanted]

    @cached_property
    def stratum(self) -> Stratum | None:
        """The stratum of the structure theorem that a chain's component is; None if that is not found."""
        bond = self._bond
        if bond is None or self.recursion.chain is None or len(self._alike) < 2:
            return next(iter(self._alike), None)
        # tr T tr T^(p−2) / tr T^(p−1) is one number on a stratum; it tells these apart
        variety, order = self.variety, self.recursion.scale - 1
        weights = [[variety.ring.fraction(g) for g in row] for row in transpose(self.recursion.chain.multiplicity)]
        transfer = matrix_product([[variety.restrict(entry) for entry in row] for row in bond], weights)
        first, last, whole = (_trace(matrix_power(transfer, k)) for k in (1, order - 1, order))
        rational = [s for s in self._alike if s.splits_into == 1]
        traces = [s.certificate.traces for s in rational]
        same = [variety.is_zero(first * last * t[order] - whole * t[1] * t[order - 1]) for t in traces]
        found = [s for s, equal in zip(rational, same, strict=True) if equal]
        found = found or [s for s in self._alike if s not in rational]
        return found[0] if len(found) == 1 else None

    @property
    def exponents(self) -> dict[Eigenvalue, Any] | None:
        """The exponents y = ln λ / ln p of the spectrum, if it is constant."""
        if self.spectrum is None:
            return None
        return {value: exponent(value, self.recursion.scale) for value in self.spectrum}

    # -- reality -------------------------------------------------------------------------------------

    @property
    def physical(self) -> bool | None:
        """Whether all couplings are real somewhere on the component: V entrywise positive up to a factor.

        Of a recursion whose coordinates are not exponential: whether the component has a real point.
        """
        return self._physical[0]

    @property
    def physical_reason(self) -> str:
        """The witness or the obstruction behind :attr:`physical`."""
        return self._physical[1]

    @cached_property
    def _physical(self) -> tuple[bool | None, str]:
        return reality(self)

    @cached_property
    def physical_points(self) -> tuple[bool, ...]:
        """The same for each of :attr:`points`."""
        return tuple(not self.at_infinity and is_physical(self, point) for point in self.points)

    def sample(self, count: int = 1) -> tuple[tuple[Fraction, ...], ...]:
        """Return up to ``count`` exact rational points of the component, where the map is defined.

        Examples
        --------
        >>> from symrg import Chain
        >>> plane = Chain([[2, 2], [1, 3]]).recursion().fixed_points().components[0]
        >>> [tuple(map(str, point)) for point in plane.sample(2)]
        [('1', '1', '1'), ('1', '1', '2')]
        """
        if self.dimension == 0:
            return tuple(p for p in self.points if all(isinstance(v, Fraction) for v in p))[:count]
        return tuple(islice(parametrised(self), count))

    def contains(self, point: Any) -> bool:
        """Whether a point is on the component (its closure; punctures are not tested).

        Raises
        ------
        ModelError
            If the point has the wrong number of values.
        NotExactError
            If a value is a float.
        """
        values = [as_fraction(v, what="a coordinate") for v in self.recursion.values_of(point)]
        base = self.variety.ring
        return all(base.fraction(g)(values) == 0 for g in self.variety.generators)

    @cached_property
    def couplings(self) -> dict[Any, Any] | None:
        """The couplings at an isolated rational point: principal complex logarithms (arg in (−π, π])."""
        chain = self.recursion.chain
        if chain is None or self.at_infinity or self.point is None:
            return None
        values = [sympy.Rational(v.numerator, v.denominator) if isinstance(v, Fraction) else v.to_sympy()
                  for v in self.point]  # fmt: skip
        return dict(zip(chain.couplings, chain.coordinates.logarithms(values), strict=True))

    def __repr__(self) -> str:
        kind = "point" if self.dimension == 0 else f"component of dimension {self.dimension}"
        where = " at infinity" if self.at_infinity else ""
        return f"<{kind}{where}: {', '.join(f'{g} = 0' for g in self.generators) or 'everywhere'}>"


# -- small helpers -------------------------------------------------------------------------------------


def _trace(matrix: Sequence[Sequence[RationalFunction]]) -> RationalFunction:
    total = matrix[0][0]
    for i in range(1, len(matrix)):
        total = total + matrix[i][i]
    return total
