"""Ends of flows as results: the bond matrix there in algebraic numbers, in square roots of symbols, or in balls."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import gcd
from typing import TYPE_CHECKING, Any

import flint
import sympy

from .._display import Displayed
from ..exact.powers import certified
from ..exact.spectra import Eigenvalue, Spectrum, to_sympy
from ..exact.surds import Surd
from .modes import Blurred
from .strata import Stratum, strata

if TYPE_CHECKING:
    from .chain import Chain
    from .two_level import TwoLevel

__all__ = ["AlgebraicLimit", "BallLimit", "EndPoint", "SurdLimit"]


@dataclass(frozen=True, eq=False)
class EndPoint(Displayed):
    """The end of a flow, if it has one.

    Attributes
    ----------
    chain : Chain
    scale : int
        p.
    converges : bool or None
        Whether V_k has a limit up to a factor; None if that is not known.
    reason : str
        Why.
    period : int or None
        1 if the flow converges, the length of the cycle if it runs into one, None if it never settles.
    rank : int or None
        The rank of V at the end.
    multiplicities : tuple of int
        At a fixed point: how often c e^{2πi·i/(p−1)}, i = 0 … p − 2, is an eigenvalue of T, up to rotation; empty if
        the end is no fixed point.
    gap_length : SymPy number, flint.arb or None
        ξ in layers: after k steps the distance from the end is of the order of e^{−p^k/ξ}. Zero if one step arrives,
        infinite if the approach is slower than exponential.

    Examples
    --------
    >>> from symrg import Chain
    >>> end = Chain([[2, 2], [1, 3]]).flow((2, 1, 3)).end_point()
    >>> end, end.factors
    (<flow to a fixed point of rank 1>, (1, 11/20 + sqrt(681)/20, 21/10 + sqrt(681)/10))
    >>> end.gap_length
    1/log((sqrt(681)/2 + 27/2)/(27/2 - sqrt(681)/2))
    """

    chain: Chain
    scale: int
    converges: bool | None
    reason: str
    period: int | None = None
    rank: int | None = None
    multiplicities: tuple[int, ...] = ()
    limits: tuple[Limit, ...] = ()
    gap: Callable[[], Any] = lambda: None

    @property
    def fixed(self) -> bool:
        """Whether the flow ends on a fixed point; at a puncture it may end, too, where the map is not defined."""
        return bool(self.converges and self.multiplicities)

    @cached_property
    def gap_length(self) -> Any:
        """See the class."""
        return self.gap()

    @cached_property
    def bonds(self) -> tuple[Any, ...]:
        """V at the end, or along the cycle, in units of its first entry that is not zero; rows of numbers."""
        return tuple(limit.scaled() for limit in self.limits)

    @property
    def bond(self) -> Any:
        """V at the end as rows, None without an end."""
        return self.bonds[0] if self.converges else None

    @cached_property
    def factors(self) -> tuple[Any, ...] | None:
        """The factors at the end; None for one that does not exist there, and without an end."""
        return self._factors(self.limits[0]) if self.converges else None

    @cached_property
    def cycle(self) -> tuple[tuple[Any, ...], ...]:
        """The factors along the cycle that the flow runs into; empty if it converges or never settles."""
        return () if self.converges else tuple(self._factors(limit) for limit in self.limits)

    def _factors(self, limit: Any) -> tuple[Any, ...]:
        chart, rows = self.chain.coordinates, len(self.chain.rows)
        found: list[Any] = []
        for place, (above, below) in zip(chart.places, chart.factors_of(limit.entries), strict=True):
            if any(limit.is_zero(entry) for entry in below):
                found.append(None)
            elif self.rank == 1 and any(place[:rows]) and any(place[rows:]):
                # a product of a function of the row and one of the column, with no zero in the denominator
                found.append(limit.one if not any(limit.is_zero(entry) for entry in above) else limit.one * 0)
            else:
                found.append(limit.ratio(above, below))
        return tuple(found)

    @property
    def stratum(self) -> Stratum | None:
        """The component of fixed points on which the flow ends; None if it does not end on a fixed point."""
        if not self.fixed:
            return None
        order, vector = self.scale - 1, self.multiplicities
        images = {
            tuple(vector[(u * i + t) % order] for i in range(order))
            for u in range(1, order + 1) if gcd(u, order) == 1 for t in range(order)
        }  # fmt: skip
        return next(s for s in strata(self.chain, self.scale) if s.multiplicities in images)

    def __repr__(self) -> str:
        if self.converges:
            where = f"a fixed point of rank {self.rank}" if self.fixed else "a point where the map is not defined"
            return f"<flow to {where}>"
        if self.period is not None:
            return f"<flow into a cycle of {self.period} points>"
        return f"<flow without an end: {self.reason}>" if self.converges is False else f"<undecided: {self.reason}>"


# -- limits in three kinds of numbers ----------------------------------------------------------------------


class Limit:
    """A bond matrix in numbers of one kind."""

    entries: list[list[Any]]
    one: Any = sympy.S.One

    def is_zero(self, entry: Any) -> bool:
        """Decide whether an entry is zero."""
        return bool(entry == 0)

    def ratio(self, above: Sequence[Any], below: Sequence[Any]) -> Any:
        """Return a quotient of products of entries as a number to show."""
        raise AssertionError("each kind of limit has its own")

    def is_one(self, above: Sequence[tuple[int, int]], below: Sequence[tuple[int, int]]) -> bool:
        """Decide whether products of entries, given by their places, are equal; False may mean: not known."""
        return False

    def scaled(self) -> tuple[tuple[Any, ...], ...]:
        """Return the matrix in units of its first entry that is not zero."""
        pivot = next(entry for row in self.entries for entry in row if not self.is_zero(entry))
        return tuple(
            tuple(self.one * 0 if self.is_zero(entry) else self.ratio([entry], [pivot]) for entry in row)
            for row in self.entries
        )


class AlgebraicLimit(Limit):
    """Entries are integer polynomials in a real eigenvalue, modulo its minimal polynomial."""

    def __init__(self, entries: list[list[Any]], spectrum: Spectrum, at: Eigenvalue, digits: int | None) -> None:
        self.spectrum, self.at, self.digits = spectrum, at, digits
        self.modulus = flint.fmpz_poly(list(at.factor))
        self.entries = [[entry % self.modulus for entry in row] for row in entries]
        self.one = sympy.S.One if digits is None else flint.arb(1)

    def _product(self, values: Sequence[Any]) -> Any:
        total = flint.fmpz_poly([1])
        for value in values:
            total = total * value % self.modulus
        return total

    def is_one(self, above: Sequence[tuple[int, int]], below: Sequence[tuple[int, int]]) -> bool:
        """Decide whether products of entries, given by their places, are equal."""
        first, second = (self._product([self.entries[i][j] for i, j in side]) for side in (above, below))
        return bool(first == second)

    def ratio(self, above: Sequence[Any], below: Sequence[Any]) -> Any:
        """Return an exact number, or a ball of so many digits."""
        top, bottom = self._product(above), self._product(below)
        if top == 0:
            return self.one * 0
        if self.digits is None:
            return to_sympy(self.spectrum.value(top.coeffs(), bottom.coeffs(), self.at))

        def ball() -> Any:
            x = self.at.refined(flint.ctx.prec).real
            return top(x) / bottom(x)

        return certified(ball, self.digits, what="a number of the end point")


class SurdLimit(Limit):
    """Entries p + s √Δ with rational functions p, s of symbols, for either choice of the larger eigenvalue.

    Parameters
    ----------
    closed : TwoLevel
    tables : pair of matrices of Surd
        If |λ₁| is larger, and if |λ₂| is.
    """

    def __init__(self, closed: TwoLevel, tables: Sequence[list[list[Surd]]]) -> None:
        self.closed, self.tables = closed, tables
        self.entries = [[(i, j) for j in range(len(row))] for i, row in enumerate(tables[0])]

    def is_zero(self, entry: Any) -> bool:
        """Decide whether an entry is zero for all values of the symbols."""
        value = self.tables[0][entry[0]][entry[1]]
        return not value.plain and not value.slope

    def ratio(self, above: Sequence[Any], below: Sequence[Any]) -> Any:
        """Return an expression, with its conditions where V is not seen to be positive."""
        return self.closed.where_larger(
            lambda which: self.closed.write_surd(self._product(above, which) / self._product(below, which))
        )

    def _product(self, places: Sequence[Any], which: int) -> Surd:
        one, zero = self.closed.ring.fraction(1), self.closed.ring.fraction(0)
        total = Surd(one, zero, self.tables[which][0][0].square)
        for i, j in places:
            total = total * self.tables[which][i][j]
        return total

    def is_one(self, above: Sequence[tuple[int, int]], below: Sequence[tuple[int, int]]) -> bool:
        """Decide whether products of entries are equal where V is positive, so that |λ₁| is larger."""
        difference = self._product(above, 0) - self._product(below, 0)
        return bool(self.closed.reduced.is_positive) and not difference.plain and not difference.slope


class BallLimit(Limit):
    """Entries of a matrix that is computed at any precision."""

    def __init__(self, shape: tuple[int, int], matrix: Callable[[], Any], digits: int) -> None:
        self.entries = [[(i, j) for j in range(shape[1])] for i in range(shape[0])]
        self.matrix, self.digits, self.one = matrix, digits, flint.arb(1)

    def is_zero(self, entry: Any) -> bool:
        """Return False: balls cannot tell, and a quotient by zero is never certified."""
        return False

    def ratio(self, above: Sequence[Any], below: Sequence[Any]) -> Any:
        """Return a ball of so many digits."""

        def ball() -> Any:
            try:
                matrix, total = self.matrix(), flint.arb(1)
            except Blurred:
                return flint.arb("nan")
            for place in above:
                total = total * matrix[place]
            for place in below:
                total = total / matrix[place]
            return total

        return certified(ball, self.digits, what="a number of the end point")
