"""Variable elimination: summing a product of tables over all states without running through all states.

Each table knows only the variables of its scope. Eliminating a variable multiplies the tables that contain it and sums
over its values; the order (fewest new pairs of neighbours first) decides how large the tables become, and is planned,
with its cost, before anything is computed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from itertools import combinations
from math import prod
from typing import Any

import flint

from ..exact.polynomials import PolynomialRing, ring

__all__ = ["Elimination", "EliminationPlan", "Monomials", "Packing", "plan_elimination", "spread"]


# -- the order and its cost --------------------------------------------------------------------------------


@dataclass(frozen=True)
class EliminationPlan:
    """In which order to eliminate, and what it costs.

    Attributes
    ----------
    order : tuple of int
        The positions of the variables that go, first to last (without the last ones where planning was stopped).
    cliques : tuple of tuples of int
        For each of them, the variables of the table that it is summed in, itself included; in increasing order.
    kept : tuple of int
        The variables that stay; the result is one table over all of them.
    sizes : tuple of int
        The number of values of every variable.
    """

    order: tuple[int, ...]
    cliques: tuple[tuple[int, ...], ...]
    kept: tuple[int, ...]
    sizes: tuple[int, ...]

    @property
    def entries(self) -> int:
        """The number of table entries in all: one for each state of each clique, and of what stays."""
        return sum(map(self.states, (*self.cliques, self.kept)))

    @property
    def largest(self) -> tuple[int, ...]:
        """The variables of the largest table."""
        return max((*self.cliques, self.kept), key=self.states)

    def states(self, scope: Iterable[int]) -> int:
        """Return the number of states of some variables."""
        return prod(self.sizes[p] for p in scope)

    def terms(self, tables: Iterable[tuple[Sequence[int], Sequence[int]]]) -> int:
        """Bound the number of terms that all tables hold together.

        Parameters
        ----------
        tables : iterable of (scope, degrees)
            The largest exponent of each generator in each table.
        """
        pieces = [(set(scope), tuple(degrees), 1) for scope, degrees in tables]
        total = 0
        for variable, clique in zip((*self.order, None), (*self.cliques, self.kept), strict=True):
            inside = [piece for piece in pieces if variable is None or variable in piece[0]]
            pieces = [piece for piece in pieces if variable is not None and variable not in piece[0]]
            degrees = tuple(map(sum, zip(*(d for _, d, _ in inside), strict=True)))
            # no more terms than states are summed, nor than there are monomials
            summed = prod(n for _, _, n in inside) * (1 if variable is None else self.sizes[variable])
            scope = set(clique) - {variable}
            total += self.states(scope) * min(summed, prod(d + 1 for d in degrees))
            if inside:
                pieces.append((scope, degrees, summed))
        return total


def plan_elimination(
    scopes: Iterable[Iterable[int]], sizes: Sequence[int], over: Iterable[int], *, stop: int | None = None
) -> EliminationPlan:
    """Order an elimination by min-fill: next is what joins the fewest pairs that were not joined before.

    Ties go to the smaller table, then to the smaller position.

    Parameters
    ----------
    scopes : iterable of iterables of int
        The variables of each table, by position.
    sizes : sequence of int
        The number of values of each variable.
    over : iterable of int
        The positions to sum over.
    stop : int, optional
        Plan no further once a table has more entries than this; the order is then incomplete.

    Examples
    --------
    >>> plan = plan_elimination([(0, 1), (1, 2), (2, 3), (3, 0)], [2] * 4, [0, 1, 2])
    >>> plan.order, plan.cliques, plan.entries
    ((0, 1, 2), ((0, 1, 3), (1, 2, 3), (2, 3)), 22)
    """
    going = set(over)
    joined = [0] * len(sizes)  # the neighbours of each variable, as bits
    for scope in scopes:
        bits = sum(1 << p for p in scope)
        for p in scope:
            joined[p] |= bits & ~(1 << p)

    def rank(p: int) -> tuple[int, int, int]:
        around = list(_places(joined[p]))
        missing = sum((joined[p] & ~joined[q]).bit_count() - 1 for q in around)
        return missing, prod(sizes[q] for q in around) * sizes[p], p

    ranks = {p: rank(p) for p in going}
    heap = list(ranks.values())
    heapify(heap)
    order: list[int] = []
    cliques: list[tuple[int, ...]] = []
    while heap and (stop is None or not cliques or prod(sizes[q] for q in cliques[-1]) <= stop):
        best = heappop(heap)
        p = best[2]
        if ranks.get(p) != best:
            continue  # an older rank of one that changed since, or is gone
        del ranks[p]
        around = joined[p]
        order.append(p)
        cliques.append(tuple(_places(around | 1 << p)))
        changed = around
        for q in _places(around):
            joined[q] = (joined[q] | around) & ~(1 << q | 1 << p)
            changed |= joined[q]
        for q in _places(changed):
            if q in ranks:
                ranks[q] = rank(q)
                heappush(heap, ranks[q])
    kept = tuple(p for p in range(len(sizes)) if p not in going)
    return EliminationPlan(tuple(order), tuple(cliques), kept, tuple(sizes))


def _places(bits: int) -> Iterator[int]:
    while bits:
        low = bits & -bits
        yield low.bit_length() - 1
        bits ^= low


# -- polynomials in a table --------------------------------------------------------------------------------


class Packing:
    """Polynomials with known bounds on their degrees, as ring elements that multiply fast.

    A monomial is a pair of integers, coefficient and packed exponents: exponents in the mixed radix of the bounds, so
    that monomials are multiplied by adding. Where the polynomials are dense enough, a polynomial is one large integer:
    its value at powers of two that keep the coefficients apart (Kronecker substitution).

    Parameters
    ----------
    degrees : sequence of int
        The largest exponent of each generator in any product.
    bound : int
        No coefficient of any polynomial in the calculation is larger.
    signed : bool
        Whether there are negative coefficients.
    terms : int
        No polynomial has more terms.
    """

    # measured: beyond so many bits, for one or two generators and for more, sparse polynomials are faster, and so they
    # are where most of the integer's places stay empty
    _MOST_BITS = (2**23, 2**15)
    _MOST_EMPTY = 64

    def __init__(self, degrees: Sequence[int], *, bound: int, signed: bool, terms: int) -> None:
        self.degrees = tuple(degrees)
        self.width = 8 * (bound.bit_length() // 8 + 1)
        slots = prod(d + 1 for d in degrees)
        most = self._MOST_BITS[len(self.degrees) > 2]
        self.is_dense = not signed and slots * self.width <= most and slots <= self._MOST_EMPTY * terms
        unit = self.width if self.is_dense else 1
        self.strides = [unit * prod(d + 1 for d in self.degrees[:i]) for i in range(len(self.degrees))]
        self._ring: PolynomialRing = ring(*(f"y{i}" for i in range(len(self.degrees))))
        self._monomials: dict[tuple[int, int], Any] = {}

    def one(self) -> Any:
        """Return 1."""
        return flint.fmpz(1) if self.is_dense else self._ring.one

    def multiplied(self, values: Iterable[Any], coefficients: Iterable[int], exponents: Iterable[int]) -> list[Any]:
        """Return polynomials times monomials, one by one."""
        triples = zip(values, coefficients, exponents, strict=True)
        if self.is_dense:
            return [v * c << e if c != 1 else v << e for v, c, e in triples]
        return [v * self._monomial(c, e) for v, c, e in triples]

    def elements(self, coefficients: Iterable[int], exponents: Iterable[int]) -> list[Any]:
        """Return monomials as polynomials."""
        pairs = zip(coefficients, exponents, strict=True)
        if self.is_dense:
            return [flint.fmpz(c) << e for c, e in pairs]
        return [self._monomial(c, e) for c, e in pairs]

    def _monomial(self, coefficient: int, exponents: int) -> Any:
        key = coefficient, exponents
        if key not in self._monomials:
            self._monomials[key] = self._ring.context.from_dict({self._unpack(exponents): coefficient})
        return self._monomials[key]

    def _unpack(self, exponents: int) -> tuple[int, ...]:
        found = []
        for degree in self.degrees:
            exponents, e = divmod(exponents, degree + 1)
            found.append(e)
        return tuple(found) or (0,)

    def terms(self, value: Any) -> dict[tuple[int, ...], int]:
        """Return exponents ↦ coefficient."""
        if not self.is_dense:
            count = len(self.degrees)
            return {tuple(map(int, exponents[:count])): int(c) for exponents, c in value.terms()}
        step = self.width // 8
        number = int(value)
        data = number.to_bytes(-(-number.bit_length() // 8), "little")
        count = len(self.degrees)
        found = {}
        for place in range(0, len(data), step):
            digits = data[place : place + step]
            if any(digits):
                found[self._unpack(place // step)[:count]] = int.from_bytes(digits, "little")
        return found


# -- tables ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Monomials:
    """A table of monomials: for each state of its scope, in product order, a coefficient and packed exponents."""

    scope: tuple[int, ...]
    coefficients: Sequence[int]
    exponents: Sequence[int]


@dataclass(frozen=True)
class _Values:
    """A table of polynomials."""

    scope: tuple[int, ...]
    entries: Sequence[Any]


class Elimination:
    """Carries a plan out on tables of monomials.

    Monomials are multiplied by adding integers; polynomials meet only where two sums over states meet.

    Parameters
    ----------
    plan : EliminationPlan
    tables : iterable of Monomials
        Their scopes are those that the plan was made for, or subsets.
    packing : Packing
        Of the monomials.

    Attributes
    ----------
    entries : list
        The result at the states of what stays, in product order: polynomials of the packing.
    products, shifts : int
        How many products of two polynomials, and of a polynomial and a monomial, it took.
    """

    def __init__(self, plan: EliminationPlan, tables: Iterable[Monomials], packing: Packing) -> None:
        self._sizes = plan.sizes
        self._packing = packing
        self._monomials = list(tables)
        self._values: list[_Values] = []
        self.products = self.shifts = 0
        for variable in plan.order:
            self._eliminate(variable)
        self.entries = list(self._joined(self._monomials, self._values, plan.kept).entries)

    def _eliminate(self, variable: int) -> None:
        monomials = [t for t in self._monomials if variable in t.scope]
        values = [t for t in self._values if variable in t.scope]
        self._monomials = [t for t in self._monomials if variable not in t.scope]
        self._values = [t for t in self._values if variable not in t.scope]
        scopes = [t.scope for t in monomials] + [t.scope for t in values]
        scope = tuple(sorted({p for own in scopes for p in own} - {variable}))
        # with the variable last, the states that are summed are neighbours in the table
        entries = self._joined(monomials, values, (*scope, variable)).entries
        size = self._sizes[variable]
        total = entries[::size]
        for k in range(1, size):
            total = [x + y for x, y in zip(total, entries[k::size], strict=True)]
        self._values.append(_Values(scope, total))

    def _joined(self, monomials: Sequence[Monomials], values: Sequence[_Values], scope: tuple[int, ...]) -> _Values:
        """Multiply tables into one over a scope that holds all of theirs."""
        tables = sorted(values, key=lambda t: len(t.entries))
        if not tables:
            merged = self._merged(monomials, scope)
            return _Values(scope, self._packing.elements(merged.coefficients, merged.exponents))
        if monomials:
            factor = self._merged(monomials, tuple(sorted({p for t in monomials for p in t.scope})))
            # into the smallest table that holds their scope, else into the product of all
            inside = next((i for i, t in enumerate(tables) if set(factor.scope) <= set(t.scope)), None)
            if inside is not None:
                tables[inside] = self._scaled(tables[inside], factor, tables[inside].scope)
                monomials = ()
        while len(tables) > 1:
            # the pair with the smallest product; the last product is over the whole scope
            first, second = min(combinations(tables, 2), key=self._size_of_product)
            tables = [t for t in tables if t is not first and t is not second]
            union = scope if not tables else tuple(sorted({*first.scope, *second.scope}))
            left, right = (
                self._spread(first.entries, first.scope, union),
                self._spread(second.entries, second.scope, union),
            )
            self.products += len(left)
            tables.append(_Values(union, [x * y for x, y in zip(left, right, strict=True)]))
        (table,) = tables
        if monomials:
            return self._scaled(table, factor, scope)
        return _Values(scope, self._spread(table.entries, table.scope, scope))

    def _size_of_product(self, pair: tuple[_Values, _Values]) -> int:
        return prod(self._sizes[p] for p in {*pair[0].scope, *pair[1].scope})

    def _merged(self, monomials: Sequence[Monomials], scope: tuple[int, ...]) -> Monomials:
        """Multiply tables of monomials one by one, over no more variables than they have so far."""
        own: tuple[int, ...] = ()
        coefficients, exponents = [1], [0]
        for table in monomials:
            union = tuple(p for p in scope if p in own or p in table.scope)
            factors, shifts = (self._spread(part, table.scope, union) for part in (table.coefficients, table.exponents))
            coefficients = [x * y for x, y in zip(self._spread(coefficients, own, union), factors, strict=True)]
            exponents = [x + y for x, y in zip(self._spread(exponents, own, union), shifts, strict=True)]
            own = union
        return Monomials(scope, self._spread(coefficients, own, scope), self._spread(exponents, own, scope))

    def _scaled(self, table: _Values, factor: Monomials, scope: tuple[int, ...]) -> _Values:
        entries, c, e = (
            self._spread(part, own, scope)
            for part, own in (
                (table.entries, table.scope),
                (factor.coefficients, factor.scope),
                (factor.exponents, factor.scope),
            )
        )
        self.shifts += len(entries)
        return _Values(scope, self._packing.multiplied(entries, c, e))

    def _spread(self, entries: Sequence[Any], own: tuple[int, ...], scope: tuple[int, ...]) -> Sequence[Any]:
        return spread(entries, own, scope, self._sizes)


def spread(entries: Sequence[Any], own: tuple[int, ...], scope: tuple[int, ...], sizes: Sequence[int]) -> Sequence[Any]:
    """Return a table at every state of a larger scope, or with its variables in another order.

    Parameters
    ----------
    entries : sequence
        One for each state of ``own``, the last variable fastest.
    own, scope : tuple of int
        The variables, by position.
    sizes : sequence of int
        The number of values of every variable.

    Examples
    --------
    >>> spread([5, 7], (1,), (0, 1), [2, 2])
    [5, 7, 5, 7]
    """
    if own == scope:
        return entries
    strides, stride = {}, 1
    for p in reversed(own):
        strides[p] = stride
        stride *= sizes[p]
    places = [0]
    for p in scope:
        size, step = sizes[p], strides.get(p, 0)
        if step:
            places = [i + k for i in places for k in range(0, step * size, step)]
        else:
            places = [i for i in places for _ in range(size)]
    return [entries[i] for i in places]
