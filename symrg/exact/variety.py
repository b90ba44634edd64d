"""Irreducible algebraic sets over Q, given by a rational parametrisation, and their function fields."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from ..errors import UndefinedPointError
from .groebner import distinct, groebner_basis, primitive
from .polynomials import PolynomialRing, RationalFunction, irreducible_factors

__all__ = ["Variety"]


@dataclass(frozen=True)
class Variety:
    """An irreducible algebraic set over Q, given by a rational parametrisation.

    Attributes
    ----------
    ring : PolynomialRing
        Its generators are the coordinates.
    coordinates : tuple of RationalFunction
        One for each generator of the ring, in the free generators and at most one algebraic one.
    free : tuple of int
        Indices of the generators that are free; their number is the dimension.
    relation : flint.fmpz_mpoly or None
        The irreducible polynomial that the algebraic generator satisfies over the free ones.
    algebraic : int or None
        The index of the algebraic generator.
    slots : tuple of flint.fmpz_mpoly
        What the generators used in ``coordinates`` are on the variety, as polynomials in its coordinates; empty if
        they are the coordinates themselves (they are not after a linear change to a primitive element).
    """

    ring: PolynomialRing
    coordinates: tuple[RationalFunction, ...]
    free: tuple[int, ...]
    relation: Any = None
    algebraic: int | None = None
    slots: tuple[Any, ...] = ()

    @property
    def dimension(self) -> int:
        """The dimension over C."""
        return len(self.free)

    def restrict(self, function: RationalFunction) -> RationalFunction:
        """Return a rational function on the variety, in its free and algebraic generators.

        Raises
        ------
        UndefinedPointError
            If the denominator vanishes on the whole variety.
        """
        return self.reduced(function.compose(self.coordinates))

    def reduced(self, restricted: RationalFunction) -> RationalFunction:
        """Return the one form of a function on the variety whose denominator is free of the algebraic generator.

        Functions on the variety form a field, finite over the free generators: two are equal if and only if their
        reduced forms are.
        """
        if self.relation is None or self.algebraic is None:
            return restricted
        modulus = self._in_algebraic(self.relation)
        below = _inverse(self._in_algebraic(restricted.den), modulus)
        if not below:
            message = f"{restricted!r} has a denominator that vanishes on the whole variety"
            raise UndefinedPointError(message)
        value = self.ring.fraction(0)
        gen = self.ring.fraction(self.ring.gens[self.algebraic])
        for coefficient in reversed(_remainder(_times(self._in_algebraic(restricted.num), below), modulus)):
            value = value * gen + coefficient
        return value

    def _in_algebraic(self, polynomial: Any) -> list[RationalFunction]:
        """Return the coefficients, constant term first, of a polynomial in the algebraic generator."""
        index = self.algebraic or 0
        rows: list[dict[tuple[int, ...], Any]] = [{} for _ in range(polynomial.degrees()[index] + 1)]
        for exponents, coefficient in polynomial.terms():
            rows[exponents[index]][tuple(0 if i == index else e for i, e in enumerate(exponents))] = coefficient
        return [self.ring.fraction(self.ring.context.from_dict(row)) for row in rows]

    def vanishes(self, function: RationalFunction) -> bool:
        """Whether a function in the generators of the ring is zero on the whole variety."""
        return self.is_zero(self.restrict(function))

    def is_zero(self, restricted: RationalFunction) -> bool:
        """Whether a function already written in the free and algebraic generators is zero on the variety."""
        if self.relation is None or restricted.num == 0:
            return bool(restricted.num == 0)
        return bool(divmod(restricted.num, self.relation)[1] == 0)

    def contains(self, other: Variety) -> bool:
        """Whether another variety of the same ring lies in this one."""
        if other.dimension > self.dimension:
            return False
        return all(other.vanishes(self.ring.fraction(g)) for g in self.generators)

    @cached_property
    def generators(self) -> tuple[Any, ...]:
        """A reduced basis of the prime ideal of the variety, in the ring's order.

        Raises
        ------
        BudgetExceeded
            If the basis is larger than the limits of :func:`groebner_basis`.
        """
        slots = self.slots or self.ring.gens

        def in_coordinates(polynomial: Any) -> Any:
            return polynomial.compose(*slots, ctx=self.ring.context)

        equations = [] if self.relation is None else [in_coordinates(self.relation)]
        poles: list[Any] = []
        for gen, coordinate in zip(self.ring.gens, self.coordinates, strict=True):
            value = self.reduced(coordinate)
            below = in_coordinates(value.den)
            equation = below * gen - in_coordinates(value.num)
            if equation != 0:
                equations.append(equation)
            if not below.is_constant():
                poles.extend(f for f, _ in irreducible_factors(below))
        if len(equations) == 1:
            # den*x - num with coprime den and num is irreducible already
            return (primitive(equations[0]),)
        return groebner_basis(self.ring, equations, nonzero=distinct(poles))

    @cached_property
    def point(self) -> tuple[Fraction, ...] | None:
        """The point, if the variety is one rational point."""
        if self.free or self.relation is not None:
            return None
        return tuple(value.constant() for value in self.coordinates)

    def values(self, parameters: Sequence[Any]) -> tuple[Any, ...]:
        """Return the coordinates at values of the free generators (no algebraic generator).

        Raises
        ------
        UndefinedPointError
            Where the parametrisation has a pole.
        """
        slots: list[Any] = [Fraction(0)] * len(self.ring)
        for index, value in zip(self.free, parameters, strict=True):
            slots[index] = value
        return tuple(value(slots) for value in self.coordinates)


# polynomials in the algebraic generator: lists of coefficients over the field of the free ones, constant first
_Coefficients = list[RationalFunction]


def _trimmed(polynomial: _Coefficients) -> _Coefficients:
    while polynomial and not polynomial[-1]:
        polynomial.pop()
    return polynomial


def _times(left: _Coefficients, right: _Coefficients) -> _Coefficients:
    if not left or not right:
        return []
    zero = left[0] * 0
    product_: _Coefficients = [zero] * (len(left) + len(right) - 1)
    for i, x in enumerate(left):
        for j, y in enumerate(right):
            product_[i + j] = product_[i + j] + x * y
    return _trimmed(product_)


def _divided(above: _Coefficients, below: _Coefficients) -> tuple[_Coefficients, _Coefficients]:
    """Return quotient and remainder."""
    rest = list(above)
    quotient: _Coefficients = [below[0] * 0] * max(len(above) - len(below) + 1, 0)
    while len(_trimmed(rest)) >= len(below):
        shift = len(rest) - len(below)
        quotient[shift] = ratio = rest[-1] / below[-1]
        for i, y in enumerate(below):
            rest[i + shift] = rest[i + shift] - ratio * y
        rest.pop()
    return quotient, rest


def _remainder(above: _Coefficients, below: _Coefficients) -> _Coefficients:
    return _divided(above, below)[1]


def _inverse(polynomial: _Coefficients, modulus: _Coefficients) -> _Coefficients:
    """Return the inverse modulo an irreducible polynomial by Euclid's algorithm; empty for zero."""
    one = modulus[0] * 0 + 1
    previous, current = list(modulus), _remainder(polynomial, modulus)
    before: _Coefficients = []
    now: _Coefficients = [one]
    while len(current) > 1:
        quotient, rest = _divided(previous, current)
        step = _times(quotient, now)
        size = max(len(before), len(step))
        padded = [(p[k] if k < len(p) else one * 0) for k in range(size) for p in (before, step)]
        before, now = now, _trimmed([x - y for x, y in zip(padded[::2], padded[1::2], strict=True)])
        previous, current = current, rest
    return [x / current[0] for x in now] if current else []
