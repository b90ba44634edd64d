"""Planes of two factors: what a recursion does to them, its poles and its fixed points there, all exact.

The other factors are numbers or rational functions of the two. Such a plane is a surface in the space of all factors;
whether the map keeps it is decided by comparing rational functions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

import flint
import sympy

from ..errors import BudgetExceeded, DomainError, ModelError, UnableError, UndefinedPointError
from ..exact.algebraic import AlgebraicNumber
from ..exact.edge import from_sympy
from ..exact.matrices import matrix_power, matrix_product, rank, transpose
from ..exact.numbers import as_fraction
from ..exact.polynomials import PolynomialRing, RationalFunction, evaluate, irreducible_factors, order_key, ring
from ..exact.varieties import decompose
from .component import Component
from .plane_parts import FixedPart, described, one_by_one, single
from .points import exact_value
from .stability import (
    ball,
    in_short,
    is_exponential,
    known_components,
    noun,
    stability,
    stability_in_balls,
)
from .strata import Stratum, strata

if TYPE_CHECKING:
    from ..exact.variety import Variety
    from .recursion import Recursion

__all__ = ["FixedPart", "Plane"]

_GIVEN_UP = (BudgetExceeded, UnableError, DomainError)
_EXPANDED = 8  # factors up to which components have generators (see fixed_points.MOST_FACTORS)


class Plane:
    """The points of a recursion's space at which all but two factors are fixed, or functions of the two.

    Parameters
    ----------
    recursion : Recursion
    axes : pair of factors, or their names
        Horizontal and vertical.
    others : mapping, optional
        For each other factor an exact rational, or a SymPy expression in the two; those left out are 1, so that the
        couplings that come with them are zero.

    Raises
    ------
    ModelError
        If an axis or a key is no factor, an axis is given a value, or both axes are the same.
    NotExactError
        For floats.
    UndefinedPointError
        If the map is not defined anywhere in the plane.

    Examples
    --------
    >>> from symrg import Chain
    >>> R = Chain([[2, 2], [1, 3]]).recursion()
    >>> kept, crossed = (Plane(R, ("a", "b"), {"c": value}) for value in (Fraction(-1, 3), 1))
    >>> kept.invariant, crossed.invariant
    (True, False)
    >>> [(part.dimension, part.stability) for part in kept.fixed]
    [(1, 'attracting'), (0, 'repelling')]
    >>> [kept.ring.format(p) for p in kept.poles]
    ['3*a*b + 2*a - 3*b - 6']
    """

    def __init__(self, recursion: Recursion, axes: Sequence[Any], others: Mapping[Any, Any] | None = None) -> None:
        self.recursion = recursion
        self.axes = tuple(_factor(recursion, axis) for axis in axes)
        if len(self.axes) != 2 or self.axes[0] == self.axes[1]:
            such_as = ", ".join(map(str, recursion.factors[:2]))
            message = (
                f"the axes are {', '.join(map(str, axes)) or 'none'}; give two different {noun(recursion)}, such as "
                f"{such_as}"
            )
            raise ModelError(message)
        self.ring: PolynomialRing = ring(*map(str, self.axes))
        given = {_factor(recursion, key): value for key, value in (others or {}).items()}
        twice = [str(axis) for axis in self.axes if axis in given]
        if twice:
            message = f"{', '.join(twice)} is on an axis and cannot be given a value too; leave one of them out"
            raise ModelError(message)
        generators = dict(zip(self.axes, self.ring.fractions(), strict=True))
        self.values: tuple[RationalFunction, ...] = tuple(
            generators[f] if f in generators else self._read(given.get(f, 1), f, generators) for f in recursion.factors
        )

    def _read(self, value: Any, factor: Any, generators: Mapping[Any, RationalFunction]) -> RationalFunction:
        if isinstance(value, str):
            message = (
                f"the value of {factor} is the text {value!r}; an exact number or a SymPy expression in "
                f"{' and '.join(map(str, self.axes))} is wanted"
            )
            raise ModelError(message)
        exact = exact_value(value, factor)
        if isinstance(exact, Fraction):
            exact = sympy.Rational(exact.numerator, exact.denominator)
        try:
            read = from_sympy(exact, self.ring, dict(generators))
        except ModelError as error:
            message = f"the value of {factor}: {error}"
            raise ModelError(message) from error
        if not read and is_exponential(self.recursion):
            message = f"{factor} is given as 0, where couplings are infinite; give a value other than 0"
            raise ModelError(message)
        return read

    @property
    def names(self) -> tuple[Any, ...]:
        """What is on the axes."""
        return self.axes

    @property
    def others(self) -> dict[str, str]:
        """The values of the coordinates off the axes, as text."""
        values = zip(self.recursion.factors, self.values, strict=True)
        return {str(f): str(v.constant()) if v.is_constant else repr(v) for f, v in values if f not in self.axes}

    # -- the map on the plane -----------------------------------------------------------------------------

    @cached_property
    def _bond(self) -> list[list[RationalFunction]] | None:
        chain = self.recursion.chain
        return None if chain is None else chain.coordinates.bond_at(self.values, self.ring.fraction(1))

    @cached_property
    def _mapped(self) -> tuple[tuple[RationalFunction, ...], tuple[Any, ...]]:
        """The images of all factors, and the irreducible polynomials at whose zeros the map is not defined."""
        recursion, chain = self.recursion, self.recursion.chain
        found: list[Any] = [value.den for value in self.values]
        if chain is None or self._bond is None:
            images = tuple(function.compose(self.values) for function in recursion.functions)
        else:
            transfer = matrix_product(self._bond, transpose(chain.multiplicity))
            after = matrix_product(matrix_power(transfer, recursion.scale - 1), self._bond)
            images = tuple(self._quotient(above, below) for above, below in chain.coordinates.factors_of(after))
            # the plane's own axes are shown as such; of V' they divide much that cancels
            entries = [entry.num for _, below in chain.coordinates.factors_of(after) for entry in below]
            found += [f for entry in entries for f, _ in irreducible_factors(entry) if f not in self.ring.gens]
        found += [image.den for image in images]
        poles: list[Any] = []
        for polynomial in found:
            poles.extend(f for f, _ in irreducible_factors(polynomial) if not any(f == g for g in poles))
        return images, tuple(sorted(poles, key=order_key))

    def _quotient(self, above: Sequence[RationalFunction], below: Sequence[RationalFunction]) -> RationalFunction:
        top, bottom = self.ring.fraction(1), self.ring.fraction(1)
        for entry in above:
            top = top * entry
        for entry in below:
            bottom = bottom * entry
        if not bottom:
            raise UndefinedPointError("the recursion is not defined anywhere in this plane; fix the others elsewhere")
        return top / bottom

    @property
    def images(self) -> tuple[RationalFunction, ...]:
        """The images of all factors, as functions of the two."""
        return self._mapped[0]

    @property
    def poles(self) -> tuple[Any, ...]:
        """Irreducible polynomials in the two factors; where one is zero, the map is not defined."""
        return self._mapped[1]

    @cached_property
    def invariant(self) -> bool:
        """Whether the map takes the plane to itself; if not, a picture of orbits in it is their projection."""
        places = [self.recursion.factors.index(axis) for axis in self.axes]
        moved = [self.images[k] for k in places]
        try:
            return all(
                value.compose(moved) == image
                for k, (value, image) in enumerate(zip(self.values, self.images, strict=True))
                if k not in places
            )
        except UndefinedPointError:  # a function with a pole along the whole image
            return False

    def is_defined(self, point: Sequence[Fraction]) -> bool:
        """Decide whether the map is defined at a point of the plane, given by exact values on the axes."""
        exact = [as_fraction(x) for x in point]
        return all(self.ring.fraction(pole)(exact) != 0 for pole in self.poles)

    # -- fixed points -------------------------------------------------------------------------------------

    @property
    def fixed(self) -> tuple[FixedPart, ...]:
        """The fixed points in the plane, in irreducible parts; for a chain those at which no factor is zero."""
        return self._found[0]

    @property
    def unknown(self) -> str:
        """Why these may not be all fixed points in the plane; empty if they are."""
        return self._found[1]

    @property
    def nothing_known(self) -> bool:
        """Whether no fixed points are known at all, neither in the plane nor outside."""
        return self._found[2]

    @cached_property
    def _found(self) -> tuple[tuple[FixedPart, ...], str, bool]:
        try:
            if len(self.recursion.factors) > _EXPANDED:
                return self._parts_by_rank()
            components, unknown = known_components(self.recursion)
            if (unknown and not components) or any(isinstance(part, Stratum) for part in components):
                return self._parts_by_rank()
        except _GIVEN_UP as error:
            return (), in_short(error), True
        found: list[FixedPart] = []
        reasons = [unknown] if unknown else []
        open_ones: list[Component] = []
        for component in components:
            try:
                parts, reason = self._parts_of(component)
            except _GIVEN_UP as error:
                open_ones.append(component)
                parts, reason = [], f"{described(component)}: {in_short(error)}"
            found += parts
            reasons += [reason] if reason else []
        return tuple(found), "; ".join(dict.fromkeys(reasons)), len(open_ones) == len(components) > 0

    def _parts_of(self, component: Component) -> tuple[list[FixedPart], str]:
        """Return what of a component lies in the plane, and why that may not be all."""
        if not component.dimension and (seen := self._seen(component)) is not None:
            return single(component, seen), ""
        base = component.variety.ring
        equations = [base.fraction(g).compose(self.values).num for g in component.variety.generators]
        varieties, reason = self._solved(equations)
        found: list[FixedPart] = []
        for variety in varieties:
            part = self._part(variety, component.spectrum, component.dimension)
            found += [part] if component.dimension or part.spectrum else one_by_one(part, component, self.balls_at)
        return found, reason

    def _seen(self, component: Component) -> tuple[tuple[Any, Any], ...] | None:
        """Return where the points of an isolated component are in the plane; none if they are elsewhere.

        Conjugate points are in it together, since the plane is rational: that is decided in the field of the points,
        with no basis of an ideal. None if the plane's generators are no rational functions of the factors there.
        """
        places = [self.recursion.factors.index(axis) for axis in self.axes]
        if not self._holds(component.variety, [component.variety.coordinates[k] for k in places]):
            return ()
        return tuple((point[places[0]], point[places[1]]) for point in component.points)

    def _holds(self, variety: Variety, pair: Sequence[RationalFunction], power: int = 1) -> bool:
        """Decide whether isolated points are in the plane, where its generators have given values.

        With a power: whether those of all factors are what they are in the plane.
        """
        try:
            return all(
                variety.is_zero(variety.reduced(value.compose(pair) - coordinate**power))
                for value, coordinate in zip(self.values, variety.coordinates, strict=True)
            )
        except UndefinedPointError:  # the value of another factor has a pole there
            return False

    def balls_at(self, point: Sequence[Any]) -> list[flint.acb]:
        """Return balls around the values of all coordinates at a point of the plane."""
        at, one = [ball(x) for x in point], flint.acb(1)
        return [evaluate(v.num, at, one) / evaluate(v.den, at, one) for v in self.values]

    @property
    def _nonzero(self) -> list[Any]:
        """What is not zero anywhere: the factors of a chain."""
        return [] if self.recursion.chain is None else list(self.ring.gens)

    @cached_property
    def punctures(self) -> tuple[tuple[Any, Any], ...]:
        """Points of the curves of fixed points at which the map is not defined, so that they are no fixed points."""
        found: list[tuple[Any, Any]] = []
        for part in self.fixed:
            for pole in self.poles if part.dimension == 1 else ():
                for variety in decompose(self.ring, [part.polynomial, pole], nonzero=self._nonzero).varieties:
                    with suppress(*_GIVEN_UP):
                        points = Component(self.recursion, variety).points  # read off the variety alone
                        found += [point for point in points if point not in found]
        return tuple(found)

    def _solved(self, equations: Sequence[Any]) -> tuple[tuple[Variety, ...], str]:
        """Return what solves equations in the plane, and why that may not be all."""
        found = decompose(self.ring, [e for e in equations if e != 0], nonzero=[*self._nonzero, *self.poles])
        return found.varieties, in_short("; ".join(found.unsolved))

    def _part(self, variety: Variety, spectrum: Any, dimension: int) -> FixedPart:
        points = Component(self.recursion, variety).points
        curve = variety.generators[0] if variety.dimension == 1 else None
        pairs = tuple((first, second) for first, second in points)
        kind = stability(spectrum, dimension)
        return FixedPart(variety.dimension, curve, pairs, spectrum, kind, dimension)

    def _parts_by_rank(self) -> tuple[tuple[FixedPart, ...], str, bool]:
        """Solve R(x) = x in the plane; the spectrum is that of the stratum with the rank of V, if there is a chain."""
        chain = self.recursion.chain
        varieties, unknown = self._solved(
            [(image - value).num for image, value in zip(self.images, self.values, strict=True)]
        )
        if chain is None or self._bond is None:
            parts = [self._part(variety, None, variety.dimension) for variety in varieties]
            singles = tuple(single for part in parts for single in self._told_apart(part))
            return singles, unknown, bool(unknown and not singles)
        found, known = [], strata(chain, self.recursion.scale)
        for variety in varieties:
            restricted = [[variety.restrict(entry) for entry in row] for row in self._bond]
            size = rank(restricted, variety.is_zero)
            alike = [s for s in known if s.rank == size]
            kinds = {stability(s.spectrum, s.dimension) for s in alike}
            spectrum = dict(alike[0].spectrum) if len(alike) == 1 else None
            part = self._part(variety, spectrum, min((s.dimension for s in alike), default=variety.dimension))
            found.append(replace(part, stability=kinds.pop() if len(kinds) == 1 else None))
        return tuple(found), unknown, bool(unknown and not found)

    def _told_apart(self, part: FixedPart) -> list[FixedPart]:
        """Return points as parts of their own, each with the stability that its Jacobian tells."""
        if part.dimension:
            return [part]
        found = []
        for point in part.points:
            if any(isinstance(x, AlgebraicNumber) for x in point):
                kind = stability_in_balls(self.recursion, self.balls_at(point))
                found.append(replace(part, points=(point,), stability=kind))
                continue
            spectrum = self.recursion.linearize([v(point) for v in self.values]).eigenvalues
            # with an eigenvalue 1, it may be a point of a larger component
            kind = None if 1 in spectrum else stability(spectrum, 0)
            found.append(replace(part, points=(point,), spectrum=spectrum, stability=kind))
        return found


def _factor(recursion: Recursion, key: Any) -> Any:
    for factor in recursion.factors:
        if key in (factor, str(factor)):
            return factor
    message = f"{key!s} is none of the {noun(recursion)} {_listed(recursion)}; choose among them"
    raise ModelError(message)


def _listed(recursion: Recursion) -> str:
    names = [str(f) for f in recursion.factors]
    return ", ".join(names[:12]) + (f", … ({len(names)} in all)" if len(names) > 12 else "")
