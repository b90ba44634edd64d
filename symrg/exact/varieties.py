"""Solution sets of polynomial systems over C, as irreducible components over Q, by algebra alone.

A system is split by exact factorisation, solved for variables that occur linearly, and, where neither applies,
completed to a Gröbner basis. Every step is an equivalence on the points where the given inequations hold, so the
leaves of the tree together are *all* solutions; a branch that no step can close is returned as unsolved, and then
nothing is called complete.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from typing import Any

from ..errors import BudgetExceeded
from .groebner import distinct, groebner_basis, in_ideal, standard_monomials
from .polynomials import PolynomialRing, RationalFunction, irreducible_factors
from .variety import Variety

__all__ = ["Decomposition", "Variety", "decompose", "small_rationals"]

_MOST_BRANCHES = 5000


@dataclass(frozen=True)
class Decomposition:
    """All solutions of a system, as irreducible varieties none of which contains another.

    Attributes
    ----------
    varieties : tuple of Variety
        The components, largest first, in a fixed order.
    unsolved : tuple of str
        Branches that no method could close; empty if and only if the answer is complete.
    branches : int
        How many leaves the splitting tree had.
    """

    varieties: tuple[Variety, ...]
    unsolved: tuple[str, ...]
    branches: int

    @property
    def complete(self) -> bool | None:
        """True if these are all solutions, None if that is not known."""
        return True if not self.unsolved else None


@dataclass
class _Branch:
    """A part of the solution set: these equations, where these irreducible polynomials do not vanish."""

    equations: list[Any]
    nonzero: list[Any]
    coordinates: tuple[RationalFunction, ...]  # of the original space, in the generators still in use
    slots: tuple[Any, ...]  # those generators, in the original coordinates
    open: tuple[int, ...]  # indices of the generators still in use
    completed: bool = False  # the equations are a lexicographic Gröbner basis

    def where(self, equations: Sequence[Any], *more_nonzero: Any, completed: bool = False) -> _Branch:
        """Return the branch with other equations, and with more polynomials that do not vanish."""
        nonzero = distinct([*self.nonzero, *more_nonzero])
        return _Branch(list(equations), nonzero, self.coordinates, self.slots, self.open, completed)

    def substitute(self, base: PolynomialRing, index: int, value: RationalFunction) -> _Branch:
        """Return the branch after generator ``index`` has been replaced by a rational function."""
        images = list(base.fractions())
        images[index] = value

        def put(polynomial: Any) -> Any:
            return base.fraction(polynomial).compose(images).num

        nonzero = [put(polynomial) for polynomial in self.nonzero]
        if any(polynomial == 0 for polynomial in nonzero):
            raise _ContradictionError
        return _Branch(
            [put(equation) for equation in self.equations],
            distinct(f for polynomial in nonzero for f, _ in irreducible_factors(polynomial)),
            tuple(coordinate.compose(images) for coordinate in self.coordinates),
            self.slots,
            self.open,
        )


class _ContradictionError(Exception):
    """The branch has no points."""


def decompose(base: PolynomialRing, equations: Sequence[Any], *, nonzero: Sequence[Any] = ()) -> Decomposition:
    """Return all complex solutions of ``equations = 0`` at which no polynomial of ``nonzero`` vanishes.

    The answer is the closure of that set: irreducible components over Q, each of which has points where the
    inequations hold.

    Parameters
    ----------
    base : PolynomialRing
    equations, nonzero : sequences of flint.fmpz_mpoly
        Of that ring.

    Examples
    --------
    >>> from symrg.exact.polynomials import ring
    >>> r = ring("x", "y")
    >>> x, y = r.gens
    >>> found = decompose(r, [x * y - x, x**2 - x * y])
    >>> [(v.dimension, [r.format(g) for g in v.generators]) for v in found.varieties]
    [(1, ['x']), (0, ['x - 1', 'y - 1'])]
    >>> found.complete
    True
    """
    start = _Branch(
        list(equations),
        distinct(f for p in nonzero for f, _ in irreducible_factors(p)),
        base.fractions(),
        base.gens,
        tuple(range(len(base))),
    )
    if any(p == 0 for p in nonzero):
        return Decomposition((), (), 0)
    pending, leaves, unsolved, count = [start], [], [], 0
    while pending:
        count += 1
        branch = pending.pop()
        if count > _MOST_BRANCHES:
            unsolved.append(f"more than {_MOST_BRANCHES} branches")
            break
        try:
            children = list(_step(base, branch))
        except _ContradictionError:
            continue
        except BudgetExceeded as error:
            unsolved.append(str(error))
            continue
        if len(children) == 1 and children[0] is branch:
            leaf = _leaf(base, branch)
            if leaf is None:
                unsolved.append("; ".join(base.format(f) for f in branch.equations))
            else:
                leaves.append(leaf)
        else:
            pending.extend(reversed(children))
    return Decomposition(_without_contained(leaves, unsolved), tuple(unsolved), count)


def _without_contained(leaves: list[Variety], unsolved: list[str]) -> tuple[Variety, ...]:
    kept: list[Variety] = []
    for leaf in sorted(leaves, key=lambda v: -v.dimension):
        try:
            if not any(other.contains(leaf) for other in kept):
                kept.append(leaf)
        except BudgetExceeded as error:
            unsolved.append(str(error))
    return tuple(kept)


def _step(base: PolynomialRing, branch: _Branch) -> Iterator[_Branch]:
    """Yield branches with the same points, or the branch itself when no step applies."""
    factored = _factored(branch)
    branch.equations = [_product(base, factors) for factors in factored]
    linear = _unit_linear(base, branch, factored)
    if linear is not None:
        position, index = linear
        slope, rest = _coefficient(branch.equations[position], index)
        others = branch.where(branch.equations[:position] + branch.equations[position + 1 :])
        solved = others.substitute(base, index, base.fraction(-rest, slope))
        yield replace(solved, open=tuple(i for i in branch.open if i != index))
        return
    for position, factors in enumerate(factored):
        if len(factors) > 1:
            rest = branch.equations[:position] + branch.equations[position + 1 :]
            for i, factor in enumerate(factors):
                yield branch.where([factor, *rest], *factors[:i])
            return
    pivot = _linear_pivot(base, branch.equations)
    if pivot is not None:
        position, slope, rest = pivot
        yield branch.where(branch.equations, *(f for f, _ in irreducible_factors(slope)))
        # slope*x + rest = 0 is now rest = 0: left as it is, it would be split by the same slope for ever
        yield branch.where([*branch.equations[:position], slope, rest, *branch.equations[position + 1 :]])
        return
    if len(branch.equations) < 2:
        yield branch
    elif not branch.completed:
        yield branch.where(groebner_basis(base, branch.equations, nonzero=branch.nonzero, lex=True), completed=True)
    else:
        yield _towards_shape(base, branch)


def _towards_shape(base: PolynomialRing, branch: _Branch) -> _Branch:
    """Bring a zero-dimensional ideal towards shape position: one irreducible equation, the rest linear.

    First every generator gets its own eliminant, whose factors split the branch and make the ideal radical
    (Seidenberg's lemma); then linear changes of one generator are tried until it is a primitive element.
    """
    degree = standard_monomials(branch.equations, branch.open)
    if degree is None:
        return branch
    for index in branch.open:
        eliminant = _eliminant(base, branch.equations, branch.open, index)
        if not in_ideal(base, branch.equations, eliminant):
            return branch.where([*branch.equations, eliminant])
    last = branch.open[-1]
    others = branch.open[:-1]
    for weights in product(range(1, degree * degree + 2), repeat=len(others)):
        shift = sum((k * base.gens[i] for k, i in zip(weights, others, strict=True)), base.zero)
        changed = branch.substitute(base, last, base.fraction(base.gens[last] - shift))
        eliminant = _eliminant(base, changed.equations, branch.open, last)
        if len(irreducible_factors(eliminant)) > 1 or eliminant.degrees()[last] == degree:
            slots = list(branch.slots)
            slots[last] = slots[last] + shift.compose(*branch.slots, ctx=base.context)
            return replace(changed, equations=[*changed.equations, eliminant], slots=tuple(slots))
    return branch


def _eliminant(base: PolynomialRing, equations: Sequence[Any], open_indices: Sequence[int], index: int) -> Any:
    """Return the squarefree polynomial in one generator that a zero-dimensional ideal contains."""
    others = [i for i in range(len(base)) if i != index]
    order = [*others, index]
    moved = [f.compose(*(base.gens[order.index(i)] for i in range(len(base))), ctx=base.context) for f in equations]
    basis = groebner_basis(base, moved, lex=True)
    if any(f.is_constant() for f in basis):
        raise _ContradictionError
    last = next(f for f in basis if all(d == 0 for d in f.degrees()[: len(base) - 1]))
    back = last.compose(*(base.gens[i] for i in order), ctx=base.context)
    return _product(base, [f for f, _ in irreducible_factors(back)])


def _factored(branch: _Branch) -> list[list[Any]]:
    """Factor every equation; drop factors that cannot vanish; raise if nothing can."""
    result: list[list[Any]] = []
    for equation in branch.equations:
        if equation == 0:
            continue
        factors = [f for f, _ in irreducible_factors(equation) if not any(f == g for g in branch.nonzero)]
        if not factors:
            raise _ContradictionError
        if not any(_same(factors, other) for other in result):
            result.append(factors)
    # an equation with one factor makes every product with that factor superfluous
    single = [factors[0] for factors in result if len(factors) == 1]
    return [fs for fs in result if len(fs) == 1 or not any(f == g for f in fs for g in single)]


def _same(first: list[Any], second: list[Any]) -> bool:
    return len(first) == len(second) and all(f == g for f, g in zip(first, second, strict=True))


def _product(base: PolynomialRing, factors: Sequence[Any]) -> Any:
    result = base.one
    for factor in factors:
        result = result * factor
    return result


def _coefficient(polynomial: Any, index: int) -> tuple[Any, Any]:
    """Return (c, r) with polynomial = c*x + r, for a polynomial linear in generator ``index``."""
    slope = polynomial.derivative(index)
    rest = polynomial - slope * polynomial.context().gens()[index]
    return slope, rest


def _unit_linear(base: PolynomialRing, branch: _Branch, factored: list[list[Any]]) -> tuple[int, int] | None:
    """Find an irreducible equation linear in a generator with a coefficient that cannot vanish."""
    best: tuple[tuple[int, int], tuple[int, int]] | None = None
    for position, factors in enumerate(factored):
        if len(factors) != 1:
            continue
        equation = factors[0]
        for index, degree in enumerate(equation.degrees()[: len(base)]):
            if degree != 1:
                continue
            slope, rest = _coefficient(equation, index)
            parts = [f for f, _ in irreducible_factors(slope)]
            if all(any(f == g for g in branch.nonzero) for f in parts):
                cost = (len(parts), len(slope) + len(rest))
                if best is None or cost < best[0]:
                    best = (cost, (position, index))
    return None if best is None else best[1]


def _linear_pivot(base: PolynomialRing, equations: Sequence[Any]) -> tuple[int, Any, Any] | None:
    """Return (position, slope, rest) of an equation slope*x + rest that is linear in x, with the simplest slope."""
    found = [
        (position, *_coefficient(equation, index))
        for position, equation in enumerate(equations)
        for index, degree in enumerate(equation.degrees()[: len(base)])
        if degree == 1
    ]
    return min(found, key=lambda item: (item[1].total_degree(), len(item[1]), str(item[1])), default=None)


def _leaf(base: PolynomialRing, branch: _Branch) -> Variety | None:
    """Turn a branch with at most one equation left into a variety."""
    if len(branch.equations) > 1:
        return None
    relation, algebraic = None, None
    if branch.equations:
        relation = branch.equations[0]
        degrees = relation.degrees()
        algebraic = min((i for i in branch.open if degrees[i]), key=lambda i: (degrees[i], i))
    free = tuple(i for i in branch.open if i != algebraic)
    slots = () if branch.slots == base.gens else branch.slots
    return Variety(base, branch.coordinates, free, relation, algebraic, slots)


_SIMPLE = [Fraction(n, d) for n, d in ((1, 1), (2, 1), (1, 2), (3, 1), (1, 3), (3, 2), (2, 3), (5, 1), (1, 5), (7, 4))]


def small_rationals(count: int) -> Iterator[tuple[Fraction, ...]]:
    """Yield tuples of small positive rationals, simple ones first, without end worth reaching."""
    for size in range(2 * count, 11 * count + 1):
        yield from _of_size(count, size)


def _of_size(count: int, size: int) -> Iterator[tuple[Fraction, ...]]:
    """Yield the tuples whose numerators and denominators add up to a size."""
    if count == 0:
        yield from [()] if size == 0 else []
        return
    for first in _SIMPLE:
        left = size - first.numerator - first.denominator
        if 2 * (count - 1) <= left <= 11 * (count - 1):
            yield from ((first, *rest) for rest in _of_size(count - 1, left))
