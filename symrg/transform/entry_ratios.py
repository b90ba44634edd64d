"""Products of powers of entries of a bond matrix: factors, and exponentials of couplings.

Their logarithms keep relative accuracy where they tend to zero: if the matrix is one of rank one and a small rest, and
the product is exactly 1 for the former, only the relative deviations of the entries count.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import lcm, prod
from typing import Any

import flint

from .coordinates import Coordinates

__all__ = ["BallMatrix", "EntryRatio", "coupling_ratio", "factor_ratios"]

Place = tuple[int, int]


@dataclass(frozen=True)
class EntryRatio:
    """(∏ V[i, j]^e)^{1/d}.

    Attributes
    ----------
    exponents : dict of (i, j) to int
        The e that are not zero.
    denominator : int
        The d.
    """

    exponents: dict[Place, int]
    denominator: int = 1

    @cached_property
    def sides(self) -> tuple[list[Place], list[Place]]:
        """The places above and below the fraction bar of the d-th power, as often as they occur."""
        above: list[Place] = []
        below: list[Place] = []
        for place, e in self.exponents.items():
            (above if e > 0 else below).extend([place] * abs(e))
        return above, below

    @cached_property
    def is_mixed(self) -> bool:
        """Whether it is 1 for every matrix of rank one: the exponents of each row and each column add up to zero."""
        sums: dict[tuple[int, int], int] = {}
        for (i, j), e in self.exponents.items():
            sums[0, i] = sums.get((0, i), 0) + e
            sums[1, j] = sums.get((1, j), 0) + e
        return not any(sums.values())

    def is_one(self, rows: Sequence[Sequence[Any]], one: Any) -> bool:
        """Decide whether the d-th power is 1 for a matrix over a ring."""
        above, below = (prod((rows[i][j] for i, j in side), start=one) for side in self.sides)
        return bool(above == below)


def factor_ratios(chart: Coordinates) -> list[EntryRatio]:
    """Return the factors of a chain as ratios of entries."""
    rows, columns = len(chart.row_places), len(chart.column_places)
    found = []
    for above, below in chart.factors_of([[(i, j) for j in range(columns)] for i in range(rows)]):
        found.append(EntryRatio({**dict.fromkeys(above, 1), **dict.fromkeys(below, -1)}))
    return found


def coupling_ratio(factors: Sequence[EntryRatio], row: Sequence[Fraction]) -> EntryRatio:
    """Return the exponential of a coupling as a product of powers of entries.

    Parameters
    ----------
    factors : sequence of EntryRatio
        All factors.
    row : sequence of Fraction
        The coupling as a combination of their logarithms.
    """
    denominator = lcm(*(c.denominator for c in row))
    total: dict[Place, int] = {}
    for c, factor in zip(row, factors, strict=True):
        if c:
            for place, e in factor.exponents.items():
                total[place] = total.get(place, 0) + int(c * denominator) * e
    return EntryRatio({place: e for place, e in total.items() if e}, denominator)


class BallMatrix:
    """A bond matrix in balls, up to a factor.

    Parameters
    ----------
    entries : flint matrix of balls
    largest : flint matrix of balls, optional
        A part of rank one.
    rest : callable, optional
        Returns the entries minus that part, with relative accuracy: asked for when it is needed, at the same precision.
    limit_is_one : callable, optional
        Decides whether an :class:`EntryRatio` is exactly 1 for the part of rank one; False may mean: not known.
    """

    def __init__(
        self,
        entries: Any,
        largest: Any = None,
        rest: Callable[[], Any] | None = None,
        limit_is_one: Callable[[EntryRatio], bool] | None = None,
    ) -> None:
        self.entries, self._largest, self._rest, self._limit_is_one = entries, largest, rest, limit_is_one

    @cached_property
    def _deviations(self) -> Any:
        size = (self._largest.nrows(), self._largest.ncols())
        if self._rest is None:
            return type(self._largest)(*size)
        pairs = zip(self._largest.entries(), self._rest().entries(), strict=True)
        return type(self._largest)(*size, [y / x for x, y in pairs])

    @cached_property
    def _is_close(self) -> bool:
        return all(2 * abs(x) < 1 for x in self._deviations.entries())

    def value(self, ratio: EntryRatio) -> Any:
        """Return the d-th power of a ratio."""
        above, below = ratio.sides
        return self._of(above) / self._of(below)

    def _of(self, places: Sequence[Place]) -> Any:
        return prod((self.entries[place] for place in places), start=flint.arb(1))

    def logarithm(self, ratio: EntryRatio) -> Any:
        """Return the logarithm of a ratio; of a negative factor the principal one."""
        if self._deviates(ratio):
            total = flint.arb(0)
            for place, e in ratio.exponents.items():
                total = total + self._deviations[place].log1p() * e
            return total / ratio.denominator
        above, below = (self._of(side) for side in ratio.sides)
        difference = (above - below) / below
        if 2 * abs(difference) < 1:
            return difference.log1p() / ratio.denominator
        value = above / below
        if isinstance(value, flint.arb) and value < 0:
            value = flint.acb(value)
        return value.log() / ratio.denominator

    def _deviates(self, ratio: EntryRatio) -> bool:
        """Whether the logarithm comes from the deviations alone, and these are small."""
        if self._largest is None:
            return False
        if not ratio.is_mixed:
            above, below = (prod((self._largest[place] for place in side), start=flint.arb(1)) for side in ratio.sides)
            near = (above - below).contains(0)
            if not (near and self._limit_is_one is not None and self._limit_is_one(ratio)):
                return False
        return self._is_close
