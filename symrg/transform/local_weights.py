"""Boltzmann weights of local tables as monomials: e^(Σ coefficients · couplings) over common shifts.

Every entry is a monomial in exponentials of the couplings, in numbers, and in what stands in logarithms. The
smallest power in each table is taken out in front, so that no denominators are left; numbers to whole powers become
coefficients.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import gcd, lcm, prod
from typing import Any

import sympy

from ..errors import ModelError
from ..exact.exponentials import ExponentialField
from ..exact.polynomials import RationalFunction
from .elimination import Monomials, Packing
from .local_terms import LocalTable
from .logarithms import Logarithms

__all__ = ["LocalWeights"]


@dataclass(frozen=True)
class _Powers:
    """Powers of one generator in all tables: offset + step · (whole numbers ≥ 0), None where it does not occur."""

    offset: Fraction
    step: Fraction
    multiples: list[list[int] | None]

    @property
    def degree(self) -> int:
        """The largest multiple in a product of all tables."""
        return sum(max(row) for row in self.multiples if row is not None)


class LocalWeights:
    """Tables of exponents as tables of monomials, and the way back to rational functions.

    Parameters
    ----------
    tables : sequence of LocalTable
        The exponents.
    ties : sequence of (scope, table of 0 and 1)
        Further factors of the weight.
    summed : int
        How many states are summed into one weight.

    Attributes
    ----------
    tables : list of Monomials
        The weights without the offsets.
    degrees : list of tuples of int
        The largest exponents of the packed generators in each table.
    packing : Packing
        Of the monomials.

    Raises
    ------
    ModelError
        If an exponent is outside what an :class:`ExponentialField` holds.
    """

    def __init__(self, tables: Sequence[LocalTable], ties: Sequence[tuple[Any, list[int]]], summed: int) -> None:
        self._logarithms = _logarithms_in(tables)
        self._powers: dict[Any, _Powers] = {}
        coefficients = [[1] * table.states for table in tables]
        for key, rows in self._rows(tables).items():
            if key == ("sign",):
                _multiply(coefficients, -1, [row and [int(x) % 2 for x in row] for row in rows])
                continue
            found = _shifted(rows)
            if key[0] == "number" and found.step.denominator == 1:
                _multiply(coefficients, key[1] ** int(found.step), found.multiples)
                found = _Powers(found.offset, found.step, [])
            self._powers[key] = found
        moving = [found for found in self._powers.values() if found.degree]
        largest = prod(max(map(abs, row)) for row in coefficients)
        signed = any(c < 0 for row in coefficients for c in row)
        self.packing = Packing([m.degree for m in moving], bound=largest * summed, signed=signed, terms=summed)
        self.tables, self.degrees = [], []
        for place, table in enumerate(tables):
            exponents = [0] * table.states
            for found, stride in zip(moving, self.packing.strides, strict=True):
                row = found.multiples[place]
                if row is not None:
                    exponents = [e + stride * n for e, n in zip(exponents, row, strict=True)]
            self.tables.append(Monomials(table.scope, coefficients[place], exponents))
            self.degrees.append(tuple(max(found.multiples[place] or (0,)) for found in moving))
        for scope, row in ties:
            self.tables.append(Monomials(scope, row, [0] * len(row)))
            self.degrees.append((0,) * len(moving))

    def _rows(self, tables: Sequence[LocalTable]) -> dict[Any, list[list[Any] | None]]:
        """Return the powers of every generator in every table."""
        rows: dict[Any, list[list[Any] | None]] = {}
        for place, table in enumerate(tables):
            parts: list[tuple[Any, Any, list[Any]]] = [(("monomial", g), 1, row) for g, row in table.monomials.items()]
            for argument, row in table.logarithms.items():
                parts += [(key, power, row) for key, power in self._logarithms.parts[argument].items()]
            for key, power, row in parts:
                known = rows.setdefault(key, [None] * len(tables))
                scaled = row if power == 1 else [power * x for x in row]
                before = known[place]
                known[place] = scaled if before is None else [x + y for x, y in zip(before, scaled, strict=True)]
        return rows

    # -- the way back --------------------------------------------------------------------------------

    @cached_property
    def field(self) -> ExponentialField:
        """The field of rational functions of exponentials in which the weights live."""
        exponents = [
            key[1] / sympy.Integer(lcm(found.offset.denominator, found.step.denominator))
            for key, found in self._powers.items()
            if key[0] == "monomial"
        ]
        return ExponentialField(self._logarithms.arguments, exponents=exponents)

    @cached_property
    def _values(self) -> dict[Any, RationalFunction]:
        """What the generators that are no exponentials stand for, in the field."""
        inner = self._logarithms.field
        symbols = [self.field.read(s) for s in inner.symbols]
        gens = symbols + [self.field.exponential(g / sympy.Integer(q)) for g, (_, q) in inner.roots.items()]
        return {
            key: self.field.ring.fraction(key[1])
            if key[0] == "number"
            else self._logarithms.factors[key[1]].compose(gens)
            for key in self._powers
            if key[0] != "monomial"
        }

    @cached_property
    def _fixed(self) -> tuple[list[int], RationalFunction]:
        """The exponents in front of everything, and what else is: numbers and factors of logarithms."""
        start, factor = [0] * len(self.field.ring), self.field.ring.fraction(1)
        for key, found in self._powers.items():
            if key[0] == "monomial":
                place, q = self.field.roots[key[1]]
                start[place] = int(found.offset * q)
            elif not found.degree:
                factor = factor * self._whole_power(key, found.offset)
        return start, factor

    def read(self, entry: Any) -> RationalFunction:
        """Return an element of the packing as what it stands for, offsets included.

        Raises
        ------
        ModelError
            If it holds a root of a number, or of a function that is no exponential.
        """
        start, factor = self._fixed
        slopes, others = [], []
        for index, (key, found) in enumerate((key, found) for key, found in self._powers.items() if found.degree):
            if key[0] == "monomial":
                place, q = self.field.roots[key[1]]
                slopes.append((index, place, int(found.step * q)))
            else:
                others.append((index, key, found))
        parts: dict[tuple[int, ...], dict[tuple[int, ...], int]] = {}
        for exponents, coefficient in self.packing.terms(entry).items():
            position = start.copy()
            for index, place, slope in slopes:
                position[place] += slope * exponents[index]
            # different terms stay different: every generator of the packing is in one of the two
            part = parts.setdefault(tuple(exponents[index] for index, _, _ in others), {})
            part[tuple(position)] = coefficient
        total = self.field.ring.fraction(0)
        for multiples, part in parts.items():
            value = self.field.laurent(part)
            for (_, key, found), multiple in zip(others, multiples, strict=True):
                value = value * self._whole_power(key, found.offset + found.step * multiple)
            total = total + value if total else value
        return total if factor == 1 else total * factor

    def _whole_power(self, key: Any, power: Fraction) -> RationalFunction:
        base = self._values[key]
        if power.denominator != 1:
            message = (
                f"the weights hold the root of index {power.denominator} of {self.field.write(base)}, which is no "
                "rational function with positive coefficients; multiply the exponent by a whole number that clears "
                "the fractions"
            )
            raise ModelError(message)
        return base ** int(power)


def _logarithms_in(tables: Sequence[LocalTable]) -> Logarithms:
    whole: dict[Any, bool] = {}
    for table in tables:
        for argument, row in table.logarithms.items():
            whole[argument] = whole.get(argument, True) and all(x == int(x) for x in row)
    return Logarithms(whole)


def _multiply(coefficients: list[list[int]], base: int, powers: Sequence[list[int] | None]) -> None:
    for place, row in enumerate(powers):
        if row is not None:
            coefficients[place] = [c * base**n for c, n in zip(coefficients[place], row, strict=True)]


def _shifted(rows: list[list[Any] | None]) -> _Powers:
    """Take the smallest power of each table out, and the largest number of which all that is left are multiples."""
    offset = sum((min(row) for row in rows if row is not None), start=Fraction(0))
    relative = [None if row is None else [x - min(row) for x in row] for row in rows]
    every = {x for row in relative if row is not None for x in row}
    below = lcm(*(x.denominator for x in every))
    step = Fraction(gcd(*(int(x * below) for x in every)), below) or Fraction(1)
    multiples = [None if row is None or not any(row) else [int(x / step) for x in row] for row in relative]
    return _Powers(offset, step, multiples)
