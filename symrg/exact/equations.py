"""One equation under trial: its entries, the states and points at which it is tried, its normal forms.

An equation is tried at exact points first. Values that differ, exactly or as balls without a common point, refute
it. If none do, both sides are brought to one form in a field where zero has one form, at every state of the variables
with finite alphabets; if the forms agree it is proved, wherever both sides are defined. Otherwise it stays undecided.
Inequalities are treated alike, with signs in the place of zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from random import Random
from typing import Any

import flint
import sympy

from ..errors import ModelError, UnableError, UndefinedPointError
from .evaluation import shorten
from .normal_forms import NormalForms, normal_forms
from .numbers import to_fmpq
from .polynomials import RationalFunction
from .reading import Unfold, as_expression
from .sampling import Sampler, as_sympy
from .values import PointReader, differ, write

__all__ = ["RELATIONS", "Decision", "Question"]

RELATIONS: Mapping[str, frozenset[int]] = {
    "=": frozenset({0}),
    "!=": frozenset({-1, 1}),
    "<": frozenset({-1}),
    "<=": frozenset({-1, 0}),
    ">": frozenset({1}),
    ">=": frozenset({0, 1}),
}
"""The relations that can be decided, each with the signs that left − right may have."""

_MOST_STATES = 1 << 14
_PROBED_STATES = 64  # states at which a statement is tried before a proof is
_FIRST_POINTS, _MORE_POINTS = range(3), range(3, 80)
_BITS, _MORE_BITS = 128, 1024
_CERTIFICATE = 400  # characters
_BINDING = (sympy.Derivative, sympy.Sum, sympy.Product)

_Spot = tuple[int, int]  # (state, entry)


@dataclass(frozen=True)
class Decision:
    """The answer to one question, with what it rests on.

    Attributes
    ----------
    status : str
        ``"proved"``, ``"refuted"`` or ``"undecided"``.
    method : str
        How it was decided, in a few words.
    certificate : str
        What can be checked again; for an undecided question, why.
    counterexample : mapping or None
        For a refuted one: SymPy symbol to exact SymPy number (a rational number, or a logarithm of one).

    Examples
    --------
    >>> A = sympy.Symbol("A")
    >>> Decision("refuted", "exact evaluation at a point", "left = 2, right = 4", {A: sympy.log(2)}).report
    {'A': 'ln 2'}
    """

    status: str
    method: str
    certificate: str = ""
    counterexample: Mapping[Any, Any] | None = None

    @property
    def report(self) -> dict[str, str] | None:
        """The counterexample as text: ``{"A": "ln 2", "u": "3/2"}``."""
        if self.counterexample is None:
            return None
        return {str(symbol): _plain(value) for symbol, value in self.counterexample.items()}


def _plain(value: Any) -> str:
    if isinstance(value, sympy.log) and value.args[0].is_Integer:
        return f"ln {value.args[0]}"
    return str(value).replace("log(", "ln(")


class Question:
    """An equation or inequality, and what is known about it so far.

    Parameters
    ----------
    left, right, alphabets, positive, nonzero, where, sums, cases, effort
        As for :func:`~symrg.exact.decisions.decide_equal`.
    relation : str
        One of :data:`RELATIONS`.

    Examples
    --------
    >>> x = sympy.Symbol("x")
    >>> Question((x + 1) ** 2, x**2 + 2 * x + 1).decide().status
    'proved'
    """

    def __init__(
        self,
        left: Any,
        right: Any,
        *,
        relation: str = "=",
        alphabets: Mapping[Any, Sequence[Any]] | None = None,
        positive: Iterable[Any] = (),
        nonzero: Iterable[Any] = (),
        where: Mapping[Any, Any] | None = None,
        sums: Mapping[type, Unfold] | None = None,
        cases: Mapping[type, Any] | None = None,
        effort: int | None = None,
    ) -> None:
        if relation not in RELATIONS:
            message = f"the relation {relation!r} is not decided; use one of {', '.join(RELATIONS)}"
            raise ModelError(message)
        self.relation, self.effort = relation, effort
        self.where = {name: as_expression(v, what=f"the meaning of {name}") for name, v in (where or {}).items()}
        self.sums, self.cases = dict(sums or {}), dict(cases or {})
        self.positive = tuple(as_expression(p, what="what is positive") for p in positive)
        self.nonzero = tuple(as_expression(p, what="what is not zero") for p in nonzero)
        self.alphabets = {s: tuple(to_fmpq(v) for v in values) for s, values in (alphabets or {}).items()}
        self.entries: list[tuple[str, Any, Any]] = []
        sides = as_expression(left, what="the left side"), as_expression(right, what="the right side")
        self.mismatch = self._collect("", *sides)
        expressions = [side for _, *pair in self.entries for side in pair]
        self.sampler = Sampler(
            [*expressions, *self.positive, *self.nonzero],
            positive=self.positive,
            known=self.alphabets,
            where=self.where,
            sums=self.sums,
        )
        count = prod(map(len, self.alphabets.values()))
        self.exhaustive = count <= _MOST_STATES
        self.states = self._states(count)
        self._defined: set[_Spot] = set()  # where both sides were evaluated
        self._trouble: dict[_Spot, str] = {}

    def _collect(self, place: str, left: Any, right: Any) -> str | None:
        """Collect the entries to compare; return what does not match."""
        left, right = self._explicit(left), self._explicit(right)
        if isinstance(left, sympy.MatrixBase) and isinstance(right, sympy.MatrixBase):
            if left.shape != right.shape:
                return f"left has the shape {left.shape}, right {right.shape}"
            for i, j in product(*map(range, left.shape)):
                self.entries.append((f"{place}[{i}, {j}]", left[i, j], right[i, j]))
            return None
        if isinstance(left, sympy.Tuple) and isinstance(right, sympy.Tuple):
            if len(left) != len(right):
                return f"left has {len(left)} entries, right {len(right)}"
            found = [self._collect(f"{place}[{i}]", *pair) for i, pair in enumerate(zip(left, right, strict=True))]
            return next((problem for problem in found if problem), None)
        for side, other in ((left, right), (right, left)):
            if not isinstance(side, sympy.Expr) or isinstance(side, sympy.MatrixBase):
                message = f"{shorten(side)} ({type(side).__name__}) cannot be compared with {shorten(other)}"
                raise ModelError(message)
        self.entries.append((place, left, right))
        return None

    def _explicit(self, side: Any) -> Any:
        """Carry out matrix products and the like, so that there are entries to compare."""
        meant = {
            n: v for n, v in self.where.items() if isinstance(v, sympy.MatrixBase | sympy.MatrixExpr | sympy.Tuple)
        }
        if meant and side.has(*meant):
            names = sorted((n for n in self.where if any(v.has(n) for v in meant.values())), key=str)
            if names:
                message = f"{names[0]} has a meaning, and stands in the meaning of a matrix; write the matrix out"
                raise ModelError(message)
            side = side.xreplace(meant)
        if not isinstance(side, sympy.MatrixExpr):
            return side
        # what binds a symbol is left to the reader, which refuses a name whose meaning has that symbol in it
        held = {node: sympy.Dummy() for node in side.atoms(*_BINDING, *self.sums)}
        try:
            explicit = sympy.ImmutableMatrix(side.xreplace(held).doit().as_explicit())
            return explicit.xreplace({dummy: node for node, dummy in held.items()})
        except (ValueError, TypeError, AttributeError) as error:
            message = f"{shorten(side)} has no entries to compare: {error}"
            raise ModelError(message) from error

    def _states(self, count: int) -> list[dict[Any, Any]]:
        if self.exhaustive:
            return [dict(zip(self.alphabets, row, strict=True)) for row in product(*self.alphabets.values())]
        draw = Random(count)
        return [{s: draw.choice(values) for s, values in self.alphabets.items()} for _ in range(_PROBED_STATES)]

    def decide(self) -> Decision:
        """Return the answer.

        Raises
        ------
        BudgetExceeded
            If an effort was given and does not suffice.
        """
        if self.mismatch:
            return Decision("refuted", "comparison of shapes", self.mismatch, {})
        found = self._refute(_FIRST_POINTS, range(min(len(self.states), _PROBED_STATES)), once=True)
        if found is not None:
            return found
        spot: _Spot | None
        try:
            spot, detail = normal_forms(self._prove, positive=self.positive, effort=self.effort, **self._options())
        except (UnableError, UndefinedPointError, RecursionError) as error:
            spot, detail = (0, 0), str(error) if str(error) else "the expressions are nested too deeply"
        if spot is None:
            return self._proved(detail)
        return self._refute_at(spot[0]) or self._undecided(detail)

    def _options(self) -> dict[str, Any]:
        steps = None if self.effort is None else self.effort // 20
        return {"where": self.where, "sums": self.sums, "varying": tuple(self.alphabets), "steps": steps}

    # -- proofs ------------------------------------------------------------------------------------

    def _prove(self, forms: NormalForms) -> tuple[_Spot | None, str]:
        """Return where a proof fails and why, or None and the generators used."""
        # too many states to go through: with the variables left as symbols a proof may still succeed
        for number, state in enumerate(self.states if self.exhaustive else [{}]):
            scope = forms.scope(state)
            for position, (_, left, right) in enumerate(self.entries):
                if left == right and self.relation == "=":
                    continue
                first, second = forms.read(left, scope), forms.read(right, scope)
                if not self._holds(forms, first, second):
                    problem = "the normal forms of the two sides differ"
                    if self.relation != "=":
                        problem = f"the sign of left − right is not certain{self._where(number, position)}"
                    return (number, position), problem
        return None, ", ".join(record.label() for record in forms.field.records)

    def _holds(self, forms: NormalForms, first: RationalFunction, second: RationalFunction) -> bool:
        field = forms.field
        if self.relation == "=":
            if first.num == second.num and first.den == second.den:
                return True
            return field.is_zero(field.ring.fraction(first.num * second.den - second.num * first.den))
        difference = field.reduced(first - second)
        allowed = RELATIONS[self.relation]
        if field.order(difference) in allowed:
            return True
        weak = field.weak_sign(difference)
        return weak is not None and 0 in allowed and weak in allowed

    def _proved(self, generators: str) -> Decision:
        spots = list(product(range(len(self.states)), range(len(self.entries))))
        if not self._defined.issuperset(spots):  # more states than were tried at first
            self._refute(_FIRST_POINTS, range(len(self.states)), once=True)
        missing = next((spot for spot in spots if spot not in self._defined), None)
        forms = "rational functions and logarithms" if "ln(" in generators else "rational functions"
        if missing is not None:
            reason = self._trouble.get(missing, "no point of the domain was found")
            text = f"the normal forms agree, but{self._where(*missing)} the sides have no values: {reason}"
            return Decision("undecided", f"equality of {forms}", text)
        verb = "equality" if self.relation == "=" else "signs of the factors"
        method = f"{verb} of {forms if generators else 'rational numbers'}"
        if self.alphabets and self.exhaustive:
            method = f"all {len(self.states)} states, {method}"
        text = generators if len(generators) <= _CERTIFICATE else f"{generators[:_CERTIFICATE]}…"
        ground = f"Q({text})" if text else "Q"
        return Decision("proved", method, f"left − right {self.relation} 0 in {ground}")

    def _undecided(self, reason: str) -> Decision:
        if self._defined:
            reason = f"{reason}; the statement holds at every point tried"
        elif self._trouble:
            reason = (
                f"{reason}; and no point was found where both sides have values: {self._trouble[min(self._trouble)]}"
            )
        return Decision("undecided", "normal forms, and values at points", reason)

    def _where(self, state: int, entry: int) -> str:
        letters = ", ".join(f"{s} = {v}" for s, v in self.states[state].items())
        place = self.entries[entry][0]
        return (f" in entry {place}" if place else "") + (f" at {letters}" if letters else "")

    # -- counterexamples ---------------------------------------------------------------------------

    def _refute_at(self, state: int) -> Decision | None:
        """Look harder for a counterexample at a state (at any, if they are not gone through)."""
        states = [state] if self.exhaustive else range(len(self.states))
        if not any(place in states for place, _ in self._defined):
            # nothing has a value there so far; a few more points will show whether that is the rule
            return self._refute(_MORE_POINTS[:12], states)
        found = self._refute(_MORE_POINTS, states)
        return found or self._refute(_FIRST_POINTS, states, bits=_MORE_BITS)

    def _refute(
        self, numbers: Iterable[int], states: Iterable[int], *, bits: int = _BITS, once: bool = False
    ) -> Decision | None:
        """Compare the sides at points; return a refutation, or None.

        With ``once``, a state is left alone as soon as all entries were evaluated there.
        """
        left_over = list(states)
        with flint.ctx.workprec(bits):
            for number in numbers:
                point = self.sampler.point(number)
                if point is None or not left_over:
                    break
                reader = PointReader(point, cases=self.cases, **self._options())
                for state in list(left_over):
                    if not self.contains(reader, state):
                        continue
                    found = self._compare(reader, point, state)
                    if found is not None:
                        return found
                    if once and all((state, k) in self._defined for k in range(len(self.entries))):
                        left_over.remove(state)
        return None

    def contains(self, reader: PointReader, state: int) -> bool:
        """Whether a point, at a state, belongs to the domain that was stated."""
        letters = self.states[state]
        try:
            return all(reader.order(reader.value(p, letters)) == 1 for p in self.positive) and all(
                differ(reader.value(p, letters), flint.fmpq(0)) for p in self.nonzero
            )
        except (UnableError, UndefinedPointError):
            return False

    def _compare(self, reader: PointReader, point: Mapping[Any, Any], state: int) -> Decision | None:
        letters = self.states[state]
        scope = reader.scope(letters)
        for position, (place, left, right) in enumerate(self.entries):
            try:
                first, second = reader.read(left, scope), reader.read(right, scope)
            except (UnableError, UndefinedPointError, RecursionError) as error:
                self._trouble.setdefault((state, position), str(error))
                continue
            if self._fails(reader, first, second):
                exact = all(not isinstance(value, flint.acb) for value in (first, second))
                method = "exact evaluation at a point" if exact else "ball arithmetic at a point"
                entry = f"entry {place}: " if place else ""
                where = {symbol: as_sympy(value) for symbol, value in {**point, **letters}.items()}
                return Decision("refuted", method, f"{entry}left = {write(first)}, right = {write(second)}", where)
            self._defined.add((state, position))
        return None

    def _fails(self, reader: PointReader, first: Any, second: Any) -> bool:
        if self.relation == "=":
            return bool(differ(first, second))
        order = reader.order(reader.add([first, reader.multiply([flint.fmpq(-1), second])]))
        return order is not None and order not in RELATIONS[self.relation]
