"""Deciding statements: proved, refuted with a counterexample, or undecided; never guessed.

Equations and inequalities between expressions are decided in :mod:`symrg.exact.equations`, statements about the
solutions of polynomial systems in :mod:`symrg.exact.systems`. :func:`recheck` goes over a decision by other means.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from random import Random
from typing import Any

import flint

from ..errors import BudgetExceeded, UnableError, UndefinedPointError
from .equations import Decision, Question
from .evaluation import PointEvaluator
from .reading import Unfold
from .sampling import as_sympy
from .systems import decide_count, decide_exists, decide_sets
from .values import PointReader, differ

__all__ = [
    "Decision",
    "decide_count",
    "decide_equal",
    "decide_exists",
    "decide_relation",
    "decide_sets",
    "recheck",
]

_MORE_BITS = 512  # more than the first evaluation had


def decide_equal(
    left: Any,
    right: Any,
    *,
    alphabets: Mapping[Any, Sequence[Any]] | None = None,
    positive: Iterable[Any] = (),
    nonzero: Iterable[Any] = (),
    where: Mapping[Any, Any] | None = None,
    sums: Mapping[type, Unfold] | None = None,
    cases: Mapping[type, Any] | None = None,
    effort: int | None = None,
) -> Decision:
    """Decide whether two expressions are equal wherever both are defined.

    Symbols stand for real numbers unless SymPy knows better, logarithms and powers are principal values. Powers with
    symbolic exponents, logarithms, hyperbolic and trigonometric functions, roots, finite sums, functions of variables
    with alphabets, and matrices or tuples of all these are decided; functions that are left as they are (an
    integral, a step of a symbol) can only be equal to themselves.

    Parameters
    ----------
    left, right : SymPy expressions, matrices, or nested sequences of these
        The two sides.
    alphabets : mapping of symbol to sequence of exact rationals, optional
        The variables with finite alphabets; all their states are gone through.
    positive, nonzero : iterable of SymPy expressions
        What is positive, and what is not zero, on the domain of the statement.
    where : mapping, optional
        What symbols of the two sides stand for; put in all at once.
    sums : mapping of type to callable, optional
        How sums over states are written out: see :data:`~symrg.exact.reading.Unfold`.
    cases : mapping of type to sympy.Lambda, optional
        Functions that evaluate themselves at rational numbers only, as a ``Piecewise`` for other arguments.
    effort : int, optional
        About how much work may be done; without it, as much as it takes.

    Raises
    ------
    BudgetExceeded
        If an effort is given and does not suffice.
    NotExactError
        For floats.
    ModelError
        If the sides are no mathematics, or a summed variable would be captured.

    Examples
    --------
    >>> import sympy
    >>> u, h = sympy.Symbol("u", positive=True), sympy.Symbol("h")
    >>> decide_equal(u ** (2 * h), 1 + h * (u**2 - 1), alphabets={h: (0, 1)}).status
    'proved'
    >>> found = decide_equal(sympy.log(u**2 + u), sympy.log(u) + sympy.log(u - 1))
    >>> found.status, found.report, found.certificate
    ('refuted', {'u': '2'}, 'left = ln(6), right = ln(2)')
    """
    return decide_relation(
        left,
        "=",
        right,
        alphabets=alphabets,
        positive=positive,
        nonzero=nonzero,
        where=where,
        sums=sums,
        cases=cases,
        effort=effort,
    )


def decide_relation(
    left: Any,
    relation: str,
    right: Any,
    *,
    alphabets: Mapping[Any, Sequence[Any]] | None = None,
    positive: Iterable[Any] = (),
    nonzero: Iterable[Any] = (),
    where: Mapping[Any, Any] | None = None,
    sums: Mapping[type, Unfold] | None = None,
    cases: Mapping[type, Any] | None = None,
    effort: int | None = None,
) -> Decision:
    """Decide an equation or inequality on the whole domain, entry by entry.

    An inequality is proved by the signs of the factors of left − right: all coefficients of one sign once the
    interval of each symbol is mapped onto (0, ∞), or no root in the interval (Sturm) for one symbol.

    Parameters
    ----------
    left, right : SymPy expressions, matrices, or nested sequences of these
        The two sides.
    relation : {"=", "!=", "<", "<=", ">", ">="}
        What is asserted at every point.
    alphabets, positive, nonzero, where, sums, cases, effort
        As for :func:`decide_equal`, which also says what is raised.

    Examples
    --------
    >>> import sympy
    >>> K = sympy.Symbol("K", positive=True)
    >>> decide_relation(sympy.tanh(K), "<", 1).status, decide_relation(sympy.cosh(K), ">", 2).status
    ('proved', 'refuted')
    """
    question = Question(
        left,
        right,
        relation=relation,
        alphabets=alphabets,
        positive=positive,
        nonzero=nonzero,
        where=where,
        sums=sums,
        cases=cases,
        effort=effort,
    )
    try:
        return question.decide()
    except BudgetExceeded as error:
        if effort is not None:
            raise
        return Decision("undecided", "normal forms, and values at points", str(error))


def recheck(
    decision: Decision,
    left: Any,
    right: Any,
    *,
    alphabets: Mapping[Any, Sequence[Any]] | None = None,
    positive: Iterable[Any] = (),
    nonzero: Iterable[Any] = (),
    where: Mapping[Any, Any] | None = None,
    sums: Mapping[type, Unfold] | None = None,
    cases: Mapping[type, Any] | None = None,
    points: int = 4,
) -> Decision:
    """Check a decided equation again, without what decided it.

    A counterexample is put into the two sides by SymPy's own substitution and evaluated by another evaluator. For
    a proved equation both sides are evaluated at points that were not used before, which is no proof but would show
    a contradiction.

    Parameters
    ----------
    decision : Decision
    left, right, alphabets, positive, nonzero, where, sums, cases
        As they were given to :func:`decide_equal`.
    points : int
        At how many points a proved equation is tried.

    Returns
    -------
    Decision
        The same one, or an undecided one that says what did not agree.

    Examples
    --------
    >>> import sympy
    >>> x = sympy.Symbol("x")
    >>> wrong = Decision("refuted", "a guess", "", {x: sympy.Integer(0)})
    >>> recheck(wrong, x + 1, 1 + x).status
    'undecided'
    """
    if decision.status == "undecided" or (decision.status == "refuted" and not decision.counterexample):
        return decision
    question = Question(left, right, alphabets=alphabets, positive=positive, nonzero=nonzero, where=where, sums=sums)
    # a derivative is taken before numbers are put in
    pairs = [
        (first.doit().xreplace(question.where), second.doit().xreplace(question.where))
        for _, first, second in question.entries
    ]
    if decision.status == "refuted":
        if _apart(pairs, decision.counterexample or {}, cases):
            return decision
        reason = f"the counterexample {decision.report} could not be confirmed"
        return Decision("undecided", decision.method, reason)
    draw = Random(len(pairs))
    for number in range(1000, 1000 + points):
        point, place = question.sampler.point(number) or {}, draw.randrange(len(question.states))
        reader = PointReader(point, where=question.where, sums=sums, cases=cases, varying=question.alphabets)
        if not question.contains(reader, place):
            continue
        exact = {symbol: as_sympy(value) for symbol, value in {**point, **question.states[place]}.items()}
        if _apart(pairs, exact, cases):
            at = Decision("refuted", "", "", exact).report
            return Decision("undecided", decision.method, f"proved, and yet the sides differ at {at}")
    return decision


def _apart(pairs: Sequence[tuple[Any, Any]], point: Mapping[Any, Any], cases: Mapping[type, Any] | None = None) -> bool:
    """Whether the two expressions of a pair have different values at a point, by SymPy's substitution."""
    evaluate = PointEvaluator()
    for pair in pairs:
        numbers = [side.xreplace(dict(point)).doit() for side in pair]
        values = [evaluate(number, {}) for number in numbers]
        if any(value is None for value in values):  # a function that the other evaluator does not know
            values = [_value(number, cases) for number in numbers]
        if not any(value is None for value in values) and differ(*values):
            return True
    return False


def _value(number: Any, cases: Mapping[type, Any] | None) -> Any:
    with flint.ctx.workprec(_MORE_BITS):
        try:
            return PointReader({}, cases=cases).value(number)
        except (UnableError, UndefinedPointError):
            return None
