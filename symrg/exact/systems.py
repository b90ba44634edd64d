"""Statements about the solutions of polynomial systems: the same set, how many, whether there is a real one.

Everything rests on :func:`~symrg.exact.varieties.decompose`, which returns all complex solutions or says what it left
open; then the answer here is undecided too, unless what was found already decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

import sympy

from ..errors import ModelError, UndefinedPointError
from .algebraic import AlgebraicNumber
from .edge import from_sympy
from .equations import Decision
from .polynomials import PolynomialRing, ring
from .reading import as_expression
from .real_points import RealPoint, no_real_points, real_points
from .varieties import Decomposition, decompose, small_rationals
from .variety import Variety

__all__ = ["System", "decide_count", "decide_exists", "decide_sets"]

_MOST_CHOICES = 4096
_METHOD = "decomposition into irreducible components"


@dataclass(frozen=True)
class System:
    """Polynomial equations and inequations in given symbols.

    Attributes
    ----------
    symbols : tuple of SymPy symbols
        The unknowns.
    ring : PolynomialRing
        One generator for each.
    equations, nonzero : tuple of flint.fmpz_mpoly
        What vanishes, and what does not.
    """

    symbols: tuple[Any, ...]
    ring: PolynomialRing
    equations: tuple[Any, ...]
    nonzero: tuple[Any, ...] = ()

    @classmethod
    def read(cls, conditions: Any, symbols: Sequence[Any], nonzero: Iterable[Any] = ()) -> System:
        """Return the system that conditions state.

        Parameters
        ----------
        conditions : sequence or mapping
            Expressions (meaning: = 0), ``sympy.Eq``, ``sympy.Ne``; or a mapping from symbols to their values.
        symbols : sequence of SymPy symbols
            The unknowns.
        nonzero : iterable of SymPy expressions
            What does not vanish besides.

        Raises
        ------
        ModelError
            For other symbols, other relations, or expressions that are not rational.
        """
        base = ring(*map(str, symbols))
        known = dict(zip(symbols, base.fractions(), strict=True))
        zero: list[Any] = []
        apart: list[Any] = []
        if isinstance(conditions, Mapping):
            conditions = [sympy.Eq(name, as_expression(value), evaluate=False) for name, value in conditions.items()]
        for condition in [*conditions, *(sympy.Ne(value, 0, evaluate=False) for value in nonzero)]:
            if condition is sympy.true:
                continue
            if condition is sympy.false:
                zero.append(base.one)
                continue
            stated = as_expression(condition, what="a condition")
            equation = not isinstance(stated, sympy.Ne)
            if isinstance(stated, sympy.Eq | sympy.Ne):
                stated = sympy.Add(stated.lhs, -stated.rhs, evaluate=False)
            if not isinstance(stated, sympy.Expr):
                message = f"{condition} is no polynomial condition; use an expression (= 0), Eq or Ne"
                raise ModelError(message)
            value = from_sympy(stated, base, known)
            (zero if equation else apart).append(value.num)
            if not value.den.is_constant():
                apart.append(value.den)  # a condition only holds where it is defined
        return cls(tuple(symbols), base, tuple(zero), tuple(apart))

    def solve(self) -> Decomposition:
        """Return all complex solutions."""
        return decompose(self.ring, self.equations, nonzero=self.nonzero)

    def holds_at(self, point: Sequence[Fraction]) -> bool:
        """Whether a rational point is a solution."""
        values = [self.ring.fraction(p)(point) for p in self.equations]
        return not any(values) and all(self.ring.fraction(p)(point) for p in self.nonzero)


def _read_union(description: Any, symbols: Sequence[Any], nonzero: Iterable[Any]) -> list[System]:
    """Read one system, or a sequence of systems of which any may hold."""
    stated, apart = description, list(nonzero)
    if isinstance(stated, Mapping) or not all(isinstance(item, list | tuple | Mapping) for item in stated):
        stated = [stated]
    return [System.read(system, symbols, apart) for system in stated]


def decide_sets(first: Any, second: Any, *, symbols: Sequence[Any], nonzero: Iterable[Any] = ()) -> Decision:
    """Decide whether two descriptions have the same complex solutions.

    A point of one that is not in the other satisfies the first, and for each system of the second it violates one of
    its conditions: all choices are decomposed. So punctures count, and unions are allowed on both sides.

    Parameters
    ----------
    first, second : sequence of conditions, or sequence of such sequences
        A system (expressions that vanish, ``Eq``, ``Ne``, or a mapping from symbols to values), or several of
        which any may hold.
    symbols : sequence of SymPy symbols
        The unknowns.
    nonzero : iterable of SymPy expressions
        What does not vanish, in both.

    Raises
    ------
    ModelError
        If a condition is not polynomial (or rational) in the symbols.

    Examples
    --------
    >>> x, y = sympy.symbols("x y")
    >>> decide_sets([x**2 - x], [{x: 0}, {x: 1}], symbols=[x]).status
    'proved'
    >>> decide_sets([x * y], [x], symbols=[x, y]).certificate
    'a solution of the first that is none of the second: x = 1, y = 0'
    """
    unions = [_read_union(stated, symbols, list(nonzero)) for stated in (first, second)]
    open_, parts = "", 0
    for name, other, (these, those) in (
        ("first", "second", unions),
        ("second", "first", reversed(unions)),
    ):
        for system in these:
            choices = [[*(("apart", f) for f in s.equations), *(("zero", g) for g in s.nonzero)] for s in those]
            if prod(map(len, choices)) > _MOST_CHOICES:
                open_ = f"{prod(map(len, choices))} combinations of conditions are more than {_MOST_CHOICES}"
                continue
            for choice in product(*choices):
                zero = tuple(p for kind, p in choice if kind == "zero")
                apart = tuple(p for kind, p in choice if kind == "apart")
                only = replace(system, equations=system.equations + zero, nonzero=system.nonzero + apart)
                found = only.solve()
                parts += 1
                if found.varieties:
                    return _only_in(only, found.varieties[0], name, other)
                if found.unsolved:
                    open_ = f"a part could not be decomposed: {found.unsolved[0]}"
    if open_:
        return Decision("undecided", _METHOD, open_)
    return Decision(
        "proved", _METHOD, f"neither set has a point that the other has not; {parts} systems without solution"
    )


def _only_in(system: System, variety: Variety, name: str, other: str) -> Decision:
    point = _rational_point(system, variety)
    if point is None:
        shown = ", ".join(system.ring.format(g) for g in variety.generators)
        text = f"solutions of the {name} that are none of the {other}: where {shown} vanish"
        return Decision("refuted", _METHOD, text, {})
    exact = {s: sympy.Rational(v.numerator, v.denominator) for s, v in zip(system.symbols, point, strict=True)}
    shown = ", ".join(f"{symbol} = {value}" for symbol, value in exact.items())
    return Decision("refuted", _METHOD, f"a solution of the {name} that is none of the {other}: {shown}", exact)


def _rational_point(system: System, variety: Variety) -> tuple[Fraction, ...] | None:
    if variety.relation is not None:
        return None
    for parameters, _ in zip(small_rationals(min(variety.dimension, 4)), range(200), strict=False):
        padded = [*parameters, *[Fraction(2)] * (variety.dimension - len(parameters))]
        try:
            point = variety.values(padded)
        except UndefinedPointError:
            continue
        if system.holds_at(point):
            return tuple(point)
    return None


def decide_count(
    conditions: Any,
    count: int,
    *,
    symbols: Sequence[Any],
    nonzero: Iterable[Any] = (),
    positive: Iterable[Any] = (),
    of: str = "points",
) -> Decision:
    """Decide how many solutions a system has.

    Parameters
    ----------
    conditions : sequence of conditions, or mapping
        As for :func:`decide_sets`, one system.
    count : int
        The number that is claimed.
    symbols, nonzero
        As for :func:`decide_sets`.
    positive : iterable of symbols
        For ``of="real points"``: the unknowns that are positive.
    of : {"points", "real points", "components"}
        Complex points, real points, or irreducible components over Q.

    Examples
    --------
    >>> x = sympy.Symbol("x")
    >>> decide_count([x**3 - 2], 3, symbols=[x]).status
    'proved'
    >>> decide_count([x**3 - 2], 3, symbols=[x], of="real points").certificate
    'there is 1: root 0 of x**3 - 2 near 1.25992105'
    """
    if of not in ("points", "real points", "components"):
        message = f"{of!r} cannot be counted; count 'points', 'real points' or 'components'"
        raise ModelError(message)
    system = System.read(conditions, symbols, nonzero)
    found = system.solve()
    if found.unsolved:
        return Decision("undecided", _METHOD, f"a part could not be decomposed: {found.unsolved[0]}")
    wide = [variety for variety in found.varieties if variety.dimension]
    if of == "components":
        number, listed = len(found.varieties), [f"dimension {v.dimension}" for v in found.varieties]
    elif wide and of == "points":
        text = f"there are infinitely many: a component has dimension {wide[0].dimension}"
        return Decision("refuted", _METHOD, text, {})
    elif wide:
        return Decision("undecided", _METHOD, f"a component has dimension {wide[0].dimension}; only points are counted")
    elif of == "points":
        number, listed = sum(map(_degree, found.varieties)), []
    else:
        places = [system.symbols.index(symbol) for symbol in positive]
        points = [p for v in found.varieties for p in real_points(v) if all(_is_positive(p[i]) for i in places)]
        number, listed = len(points), ["(" + ", ".join(map(str, p)) + ")" if len(p) > 1 else str(p[0]) for p in points]
    text = f"there {'is' if number == 1 else 'are'} {number}" + (f": {'; '.join(listed)}" if listed else "")
    return Decision("proved" if number == count else "refuted", _METHOD, text, None if number == count else {})


def _degree(variety: Variety) -> int:
    """Return how many complex points a component of dimension 0 has."""
    if variety.relation is None or variety.algebraic is None:
        return 1
    return int(variety.relation.degrees()[variety.algebraic])


def _is_positive(value: Fraction | AlgebraicNumber) -> bool:
    return value.sign > 0 if isinstance(value, AlgebraicNumber) else value > 0


def decide_exists(
    conditions: Any,
    *,
    symbols: Sequence[Any],
    positive: Iterable[Any] = (),
    nonzero: Iterable[Any] = (),
    expected: bool = True,
) -> Decision:
    """Decide whether a polynomial system has a real solution.

    A solution is shown as a witness: a rational point, or one with algebraic coordinates. That there is none follows
    from an equation all of whose terms have one sign, from Sturm's theorem, or from the finitely many points.

    Parameters
    ----------
    conditions : sequence of conditions, or mapping
        As for :func:`decide_sets`, one system.
    symbols : sequence of SymPy symbols
        The unknowns; they are real.
    positive : iterable of symbols
        Those of them that are positive.
    nonzero : iterable of SymPy expressions
        What does not vanish.
    expected : bool
        Whether existence is claimed, or its contrary.

    Examples
    --------
    >>> a, b = sympy.symbols("a b")
    >>> decide_exists([a * b + a + b], symbols=[a, b], positive=[a, b]).certificate
    'no term of a*b + a + b has another sign than the others, so it does not vanish'
    >>> decide_exists([a * b - 1, a + b - 3], symbols=[a, b], positive=[a, b]).status
    'proved'
    """
    system = System.read(conditions, symbols, nonzero)
    places = frozenset(system.symbols.index(symbol) for symbol in positive)
    reason = no_real_points(system.ring, system.equations, places)
    if reason is not None:
        return _existence(False, expected, "signs of the terms", reason, None)
    found = system.solve()
    left_open = [f"a part could not be decomposed: {text}" for text in found.unsolved]
    for variety in found.varieties:
        point = _witness(system, variety, places)
        if isinstance(point, tuple):
            shown = ", ".join(f"{s} = {v}" for s, v in zip(system.symbols, point, strict=True))
            exact = {s: _as_number(v) for s, v in zip(system.symbols, point, strict=True)}
            return _existence(True, expected, f"{_METHOD}, real roots", f"a solution: {shown}", exact)
        if point is not None:
            left_open.append(point)
    if left_open:
        return Decision("undecided", _METHOD, left_open[0])
    text = (
        f"none of the {len(found.varieties)} components has such a point" if found.varieties else "no complex solution"
    )
    return _existence(False, expected, f"{_METHOD}, real roots", text, None)


def _existence(exists: bool, expected: bool, method: str, text: str, point: Any) -> Decision:
    if exists == expected:
        return Decision("proved", method, text)
    return Decision("refuted", method, text, point or {})


def _as_number(value: Fraction | AlgebraicNumber) -> Any:
    return (
        value.to_sympy() if isinstance(value, AlgebraicNumber) else sympy.Rational(value.numerator, value.denominator)
    )


def _witness(system: System, variety: Variety, positive: frozenset[int]) -> RealPoint | str | None:
    """Return a real point of a component in the domain, None if there is none, or why that is not known."""
    if variety.dimension == 0:
        # a component over Q with one point where the inequations hold has them hold at all its points
        points = (p for p in real_points(variety) if all(_is_positive(p[i]) for i in positive))
        return next(points, None)
    for point in _specialised(system, variety):
        if all(_is_positive(point[i]) for i in positive):
            return point
    if no_real_points(system.ring, variety.generators, positive) is not None:
        return None
    return f"a component of dimension {variety.dimension}: no real point was found, and none was excluded"


def _specialised(system: System, variety: Variety) -> Iterator[RealPoint]:
    """Yield real points of a component with rational values of its free generators."""
    signs = list(product((1, -1), repeat=min(variety.dimension, 3)))
    for parameters, _ in zip(small_rationals(min(variety.dimension, 3)), range(60), strict=False):
        for row in signs:
            values = [p * s for p, s in zip(parameters, row, strict=True)]
            values += [Fraction(1)] * (variety.dimension - len(values))
            fixed = [
                system.ring.gens[i] * v.denominator - v.numerator for i, v in zip(variety.free, values, strict=True)
            ]
            if variety.slots:
                continue
            if variety.relation is None:
                try:
                    point = tuple(variety.values(values))
                except UndefinedPointError:
                    continue
                if system.holds_at(point):
                    yield point
            else:
                at = replace(system, equations=system.equations + tuple(fixed)).solve()
                for part in at.varieties:
                    if not part.dimension:
                        yield from real_points(part)
