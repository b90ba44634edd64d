"""Gröbner bases of finitely many points, from the graded to the lexicographic order by linear algebra (FGLM).

J.-C. Faugère, P. Gianni, D. Lazard and T. Mora, Efficient computation of zero-dimensional Gröbner bases by change of
ordering, J. Symbolic Comput. 16 (1993) 329.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import lcm
from typing import Any

import flint

__all__ = ["lexicographic_basis"]

_MOST_POINTS = 200  # of the quotient: its vectors have as many entries

Monomial = tuple[int, ...]
Vector = list[Any]


def lexicographic_basis(basis: Sequence[Any], context: Any, *, nonzero: Sequence[Any] = ()) -> list[Any] | None:
    """Return the lexicographic basis of the ideal of a reduced graded one, saturated by the product of ``nonzero``.

    Parameters
    ----------
    basis : sequence of flint.fmpz_mpoly
        Reduced, in degree reverse lexicographic order.
    context : flint.fmpz_mpoly_ctx
        Of as many generators, in lexicographic order.
    nonzero : sequence of flint.fmpz_mpoly
        Polynomials of the graded ring whose zeros are left out.

    Returns
    -------
    list of flint.fmpz_mpoly or None
        None if the ideal has infinitely many zeros, or more than a few hundred.

    Examples
    --------
    >>> names = ("x", "y")
    >>> graded, lex = (flint.fmpz_mpoly_ctx.get(names, o) for o in (flint.Ordering.degrevlex, flint.Ordering.lex))
    >>> x, y = graded.gens()
    >>> lexicographic_basis([y**2 - x, x**2 - y], lex)
    [y^4 - y, x - y^2]
    >>> lexicographic_basis([y**2 - x, x**2 - y], lex, nonzero=[x])
    [y^3 - 1, x - y^2]
    """
    standard = _standard_monomials(basis)
    if standard is None:
        return None
    if not standard:
        return [context.constant(1)]  # no zeros
    quotient = _Quotient(basis, standard)
    start = quotient.unit()
    found, rank = _changed(quotient, start, context)
    # h^k f is in the ideal for large k exactly if f is in the saturation: k grows until the quotient stays as large
    while nonzero:
        for polynomial in nonzero:
            start = quotient.product(polynomial, start)
        previous = rank
        found, rank = _changed(quotient, start, context)
        if rank == previous:
            break
    return found


def _standard_monomials(basis: Sequence[Any]) -> list[Monomial] | None:
    leading = [f.monomial(0) for f in basis]  # the first term is the leading one
    count = len(leading[0])
    if any(not any(m[i] and sum(m) == m[i] for m in leading) for i in range(count)):
        return [] if any(not sum(m) for m in leading) else None
    found: list[Monomial] = []
    pending, seen = [(0,) * count], {(0,) * count}
    while pending:
        monomial = pending.pop()
        if any(all(a <= b for a, b in zip(m, monomial, strict=True)) for m in leading):
            continue
        found.append(monomial)
        if len(found) > _MOST_POINTS:
            return None
        for i in range(count):
            larger = _raised(monomial, i)
            if larger not in seen:
                seen.add(larger)
                pending.append(larger)
    return sorted(found, key=_graded)


def _raised(monomial: Monomial, index: int) -> Monomial:
    return tuple(e + (i == index) for i, e in enumerate(monomial))


def _graded(monomial: Monomial) -> tuple[Any, ...]:
    """Return a key that sorts monomials by degree, then reverse lexicographically, the smallest first."""
    return sum(monomial), tuple(-e for e in reversed(monomial))


class _Quotient:
    """The polynomials modulo the ideal, as vectors over the standard monomials."""

    def __init__(self, basis: Sequence[Any], standard: list[Monomial]) -> None:
        self.standard, self.size = standard, len(standard)
        place = {m: k for k, m in enumerate(standard)}
        tails: dict[Monomial, Vector] = {}
        for f in basis:
            terms = [(tuple(int(e) for e in m), c) for m, c in f.terms()]
            tail = self.zero()
            for monomial, c in terms[1:]:
                tail[place[monomial]] = flint.fmpq(-c, terms[0][1])
            tails[terms[0][0]] = tail
        count = len(standard[0]) if standard else 0
        self.columns: list[list[Vector]] = [[[] for _ in standard] for _ in range(count)]
        known: dict[Monomial, Vector] = {}
        products = {_raised(m, i) for m in standard for i in range(count)}
        for monomial in sorted(products, key=_graded):
            if monomial in place:
                vector = self.zero()
                vector[place[monomial]] = flint.fmpq(1)
            elif monomial in tails:
                vector = tails[monomial]
            else:  # a variable times a smaller product that is not standard
                below = ((i, self._lowered(monomial, i)) for i in range(count) if monomial[i])
                index, smaller = next((i, m) for i, m in below if m in known and m not in place)
                vector = self.times(index, known[smaller])
            known[monomial] = vector
            for i in range(count):
                if monomial[i] and (m := self._lowered(monomial, i)) in place:
                    self.columns[i][place[m]] = vector

    @staticmethod
    def _lowered(monomial: Monomial, index: int) -> Monomial:
        return tuple(e - (i == index) for i, e in enumerate(monomial))

    def zero(self) -> Vector:
        return [flint.fmpq(0)] * self.size

    def unit(self) -> Vector:
        """Return 1."""
        return [flint.fmpq(int(k == 0)) for k in range(self.size)]

    def product(self, polynomial: Any, vector: Vector) -> Vector:
        """Return a polynomial times an element, up to a rational factor."""
        known: dict[Monomial, Vector] = {}
        total = self.zero()
        for powers, c in polynomial.terms():
            partial, done = vector, (0,) * len(powers)
            for i, e in enumerate(powers):
                for _ in range(int(e)):
                    done = _raised(done, i)
                    if done not in known:
                        known[done] = self.times(i, partial)
                    partial = known[done]
            total = [t + c * x for t, x in zip(total, partial, strict=True)]
        scale = next((x for x in total if x != 0), flint.fmpq(1))
        return [x / scale for x in total]

    def times(self, index: int, vector: Vector) -> Vector:
        """Return a generator times an element."""
        total = self.zero()
        for c, column in zip(vector, self.columns[index], strict=True):
            if c != 0:
                total = [t + c * x for t, x in zip(total, column, strict=True)]
        return total


def _changed(quotient: _Quotient, one: Vector, context: Any) -> tuple[list[Any], int]:
    """Find, from the smallest monomial up, the first linear relations between their products with an element.

    Returns the relations and how many monomials are independent.
    """
    if not any(x != 0 for x in one):
        return [context.constant(1)], 0
    count = len(quotient.standard[0])
    rows: list[tuple[int, Vector, dict[Monomial, Any]]] = []  # pivot, reduced vector, what it is of monomials
    found: list[Any] = []
    leading: list[Monomial] = []
    pending: dict[Monomial, Vector] = {(0,) * count: one}
    while pending:
        monomial = min(pending)  # tuples compare as the lexicographic order does
        vector = pending.pop(monomial)
        if any(all(a <= b for a, b in zip(m, monomial, strict=True)) for m in leading):
            continue
        rest, combination = list(vector), {monomial: flint.fmpq(1)}
        for pivot, row, written in rows:
            c = rest[pivot]
            if c != 0:
                rest = [x - c * y for x, y in zip(rest, row, strict=True)]
                for m, value in written.items():
                    combination[m] = combination.get(m, flint.fmpq(0)) - c * value
        pivot = next((k for k, x in enumerate(rest) if x != 0), -1)
        if pivot < 0:
            leading.append(monomial)
            scale = lcm(*(int(c.q) for c in combination.values()))
            terms = {m: int(c.p) * (scale // int(c.q)) for m, c in combination.items() if c != 0}
            found.append(context.from_dict(terms))
            continue
        lead = rest[pivot]
        rows.append((pivot, [x / lead for x in rest], {m: c / lead for m, c in combination.items()}))
        for i in range(count):
            pending.setdefault(_raised(monomial, i), quotient.times(i, vector))
    return found, len(rows)
