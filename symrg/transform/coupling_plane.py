"""Planes of two couplings whose factors are products of powers of several: spins, and bonds with their own terms.

Where the factors are f = exp(B C) of couplings C with a rational matrix B, a plane of two couplings, all others 0, is
a plane of two exponentials X and Y, and each factor is a monomial in them. So all that is decided in planes of factors
is decided here as well, on the one sheet on which couplings are real.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property, reduce
from math import gcd, lcm
from typing import TYPE_CHECKING, Any

import flint
import sympy

from ..errors import ModelError
from ..exact.numbers import as_fraction, to_fmpq
from ..exact.polynomials import RationalFunction, ring
from .plane import Plane

if TYPE_CHECKING:
    from .component import Component
    from .recursion import Recursion

__all__ = ["CouplingChart", "CouplingPlane", "coupling_chart"]


@dataclass(frozen=True)
class CouplingChart:
    """How the couplings of a recursion and the logarithms of its factors are tied.

    Attributes
    ----------
    couplings : tuple of symbols
    exponents : tuple of tuples of Fraction
        B of ln f = B C, a row for each factor.
    inverse : tuple of tuples of Fraction
        Of B, a row for each coupling.
    """

    couplings: tuple[Any, ...]
    exponents: tuple[tuple[Fraction, ...], ...]
    inverse: tuple[tuple[Fraction, ...], ...]

    @property
    def is_identity(self) -> bool:
        """Whether each coupling is the logarithm of one factor, in the same order."""
        return all(x == (i == j) for i, row in enumerate(self.exponents) for j, x in enumerate(row))


def coupling_chart(recursion: Recursion) -> CouplingChart | None:
    """Return how couplings and factors are tied; None if the recursion has no couplings, or they are not tied so.

    Examples
    --------
    >>> from symrg import Variable, bond_recursion
    >>> s, t, K = Variable("s", (-1, 1)), Variable("t", (-1, 1)), sympy.Symbol("K")
    >>> coupling_chart(bond_recursion(K * s * t, between=(s, t))).exponents
    ((Fraction(-2, 1),),)
    """
    chain, meaning = recursion.chain, getattr(recursion, "meaning", None)
    if chain is not None:
        chart = chain.coordinates
        return CouplingChart(tuple(chain.couplings), chart.factor_matrix, chart.coupling_matrix)
    couplings = tuple(recursion.couplings)
    if not meaning or len(couplings) != len(recursion.factors):
        return None
    rows = []
    for factor in recursion.factors:
        exponent = sympy.expand(meaning[factor].as_base_exp()[1])
        row = tuple(as_fraction(exponent.coeff(c)) for c in couplings)
        if meaning[factor] != sympy.exp(sympy.Add(*(to_sympy(x) * c for x, c in zip(row, couplings, strict=True)))):
            return None
        rows.append(row)
    inverse = flint.fmpq_mat([list(map(to_fmpq, row)) for row in rows]).inv().tolist()
    return CouplingChart(couplings, tuple(rows), tuple(tuple(map(as_fraction, row)) for row in inverse))


def to_sympy(value: Fraction) -> Any:
    """Return a rational number as SymPy has it."""
    return sympy.Rational(value.numerator, value.denominator)


class CouplingPlane(Plane):
    """The points at which all but two couplings are 0.

    Parameters
    ----------
    recursion : Recursion
    axes : pair of couplings, or their names
        Horizontal and vertical.

    Attributes
    ----------
    units : pair of Fraction
        X = exp(unit · coupling), as large as they can be for all factors to be monomials.

    Raises
    ------
    ModelError
        If an axis is no coupling, or both are the same.

    Examples
    --------
    The critical point of the Ising model on the diamond lattice:

    >>> from symrg import Variable, bond_recursion
    >>> s, t, K, F = Variable("s", (-1, 1)), Variable("t", (-1, 1)), *sympy.symbols("K F")
    >>> R = bond_recursion(K * s * t + F * (s + t) / 2, between=(s, t), branches=2)
    >>> plane = CouplingPlane(R, ("K", "F"))
    >>> R.meaning, plane.meaning
    ({f: exp(2*F), k: exp(F - 2*K)}, {X: exp(2*K), Y: exp(F)})
    >>> critical = next(part for part in plane.fixed if (part.points[0][1], part.stability) == (1, "repelling"))
    >>> [round(float(value.ball.real.mid()), 5) for value in critical.spectrum]
    [1.67857, 3.67857]
    """

    def __init__(self, recursion: Recursion, axes: Sequence[Any]) -> None:
        chart = coupling_chart(recursion)
        if chart is None:
            raise ModelError("this recursion has no couplings whose exponentials its factors are; draw its factors")
        self.chart = chart
        self.recursion = recursion
        names = list(map(str, chart.couplings))
        for axis in axes:
            if str(axis) not in names:
                message = f"{axis} is none of the couplings {', '.join(names[:12])}; choose among them"
                raise ModelError(message)
        self.places = tuple(names.index(str(axis)) for axis in axes)
        if len(self.places) != 2 or self.places[0] == self.places[1]:
            message = f"the axes are {', '.join(map(str, axes)) or 'none'}; give two different couplings"
            raise ModelError(message)
        self.couplings = tuple(chart.couplings[k] for k in self.places)
        taken = {*names, *map(str, recursion.factors)}
        letters = ("X", "Y") if not taken & {"X", "Y"} else ("X_1", "X_2")
        self.axes = tuple(map(sympy.Symbol, letters))
        self.ring = ring(*letters)
        columns = [[row[k] for row in chart.exponents] for k in self.places]
        self.units: tuple[Fraction, ...] = tuple(map(_common, columns))
        powers = zip(
            *([int(x / unit) for x in column] for column, unit in zip(columns, self.units, strict=True)), strict=True
        )
        self.values = tuple(self._monomial(pair) for pair in powers)

    def _monomial(self, powers: Sequence[int]) -> RationalFunction:
        found = self.ring.fraction(1)
        for generator, power in zip(self.ring.fractions(), powers, strict=True):
            found = found * generator**power
        return found

    @property
    def names(self) -> tuple[Any, ...]:
        """What is on the axes."""
        return self.couplings

    @property
    def others(self) -> dict[str, str]:
        """The couplings off the axes."""
        return {str(c): "0" for c in self.chart.couplings if c not in self.couplings}

    @property
    def meaning(self) -> Mapping[Any, Any]:
        """What X and Y are."""
        return {
            x: sympy.exp(to_sympy(unit) * c) for x, unit, c in zip(self.axes, self.units, self.couplings, strict=True)
        }

    @property
    def poles(self) -> tuple[Any, ...]:
        """Irreducible polynomials in X and Y; where one is zero, the map is not defined."""
        return tuple(pole for pole in super().poles if pole not in self.ring.gens)

    @property
    def _nonzero(self) -> list[Any]:
        return list(self.ring.gens)

    @cached_property
    def invariant(self) -> bool:
        """Whether the other couplings stay 0; if not, a picture of orbits in the plane is their projection."""
        return all(self._is_one(row) for k, row in enumerate(self.chart.inverse) if k not in self.places)

    def _is_one(self, exponents: Sequence[Fraction]) -> bool:
        """Decide whether a product of powers of images is 1."""
        whole = lcm(*(x.denominator for x in exponents))
        product = self.ring.fraction(1)
        for image, x in zip(self.images, exponents, strict=True):
            product = product * image ** int(x * whole)
        return product == self.ring.fraction(1)

    def _seen(self, component: Component) -> tuple[tuple[Any, Any], ...] | None:
        """Return where the points of an isolated component are in the plane; none if they are elsewhere.

        X and Y are products of rational powers of factors. If the powers are integers, they are in the field of the
        points; if not, only that the points are elsewhere can be decided there, by a power of what is to hold.
        """
        variety = component.variety
        rows = [
            [unit * x for x in self.chart.inverse[k]] for k, unit in zip(self.places, self.units, strict=True)
        ]  # of X = f^row
        whole = lcm(*(x.denominator for row in rows for x in row))
        if any(variety.is_zero(value) for value in map(variety.reduced, variety.coordinates)):
            return ()  # infinite couplings
        pair = []
        for row in rows:
            product = variety.ring.fraction(1)
            for value, x in zip(variety.coordinates, row, strict=True):
                product = variety.reduced(product * variety.reduced(value ** int(x * whole)))
            pair.append(product)
        if not self._holds(variety, pair, whole):
            return ()
        if whole > 1:
            return None
        points = replace(component, variety=replace(variety, coordinates=tuple(pair))).points
        return tuple((first, second) for first, second in points)


def _common(column: Sequence[Fraction]) -> Fraction:
    """Return the largest rational of which all are integer multiples."""
    whole = lcm(*(x.denominator for x in column))
    return Fraction(reduce(gcd, (int(x * whole) for x in column)), whole)
