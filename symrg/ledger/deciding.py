"""Verdicts on equations as a ledger writes them down: sides, what their symbols mean, and where they hold.

Variables with finite alphabets are found in the sides themselves. What is small is decided in place; what is not goes
to a process that can be killed (:mod:`symrg.ledger.workers`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import sympy

from ..errors import BudgetExceeded, ModelError
from ..exact.decisions import Decision, decide_relation
from ..exact.equations import RELATIONS
from ..exact.reading import as_expression
from ..exact.sampling import open_symbols
from ..model.activations import clipped_relu, heaviside, relu, sign
from ..model.alphabets import refuse_floats
from ..model.sums import StateSum
from ..model.variables import Variable
from .verdicts import Verdict
from .workers import BUDGET, Worker, inside_worker

__all__ = ["Equality", "as_verdict", "equal", "finite_alphabets"]

EFFORT = 400_000
"""Up to about this much work (some tenths of a second) is done in place, without a process of its own."""

_SUMS: Mapping[type, Callable[[Any], Any]] = MappingProxyType(
    {StateSum: lambda node: (node.summand, [(variable, variable.alphabet) for variable in node.variables])}
)
_X = sympy.Dummy("x")
_CASES: Mapping[type, Any] = MappingProxyType(
    {
        heaviside: sympy.Lambda(_X, sympy.Piecewise((0, _X < 0), (1, True))),
        sign: sympy.Lambda(_X, sympy.Piecewise((-1, _X < 0), (1, True))),
        relu: sympy.Lambda(_X, sympy.Piecewise((0, _X < 0), (_X, True))),
        clipped_relu: sympy.Lambda(_X, sympy.Piecewise((0, _X < 0), (_X, _X < 1), (1, True))),
    }
)
"""The activations at arguments that are no rational numbers, where they do not evaluate themselves."""

_METHOD = "equality of the sides"


@dataclass(frozen=True, eq=False)
class Equality:
    """A chain of equations (or inequalities) that can be decided: call it for its verdict.

    A derivation takes it as the ``check`` of a step, and tests take it apart again.

    Parameters
    ----------
    members : tuple of SymPy objects, exact numbers, or nested sequences of these
        The sides, in order; at least two.
    meaning : mapping, optional
        What symbols of the sides stand for: SymPy symbol (or sub-expression) to object, put in all at once. A
        symbol inside a meaning stands for itself.
    positive, nonzero : iterable of SymPy expressions
        What is positive, or not zero, where the statement is made. Symbols declared positive in SymPy need not be
        repeated; all others are real.
    relation : str or sequence of str
        Between the sides: one of ``= != < <= > >=`` for all gaps, or one for each.
    seconds : float
        The budget.

    Raises
    ------
    ModelError
        For fewer than two sides, or a relation that is not decided.
    NotExactError
        If there is a float in a side or a meaning.

    Examples
    --------
    >>> K, t = sympy.symbols("K t")
    >>> Equality((t**2, 1 - 1 / sympy.cosh(K) ** 2), meaning={t: sympy.tanh(K)})().status
    'proved'
    """

    members: tuple[Any, ...]
    meaning: Mapping[Any, Any] = field(default_factory=dict)
    positive: tuple[Any, ...] = ()
    nonzero: tuple[Any, ...] = ()
    relation: str | tuple[str, ...] = "="
    seconds: float = BUDGET

    def __post_init__(self) -> None:
        object.__setattr__(self, "members", tuple(as_expression(m, what="a side") for m in self.members))
        object.__setattr__(
            self,
            "meaning",
            {name: as_expression(value, what=f"the meaning of {name}") for name, value in dict(self.meaning).items()},
        )
        for what, values in (("a side", self.members), ("a meaning", self.meaning.values())):
            for value in values:
                refuse_floats(value, what=what)
        object.__setattr__(self, "positive", tuple(self.positive))
        object.__setattr__(self, "nonzero", tuple(self.nonzero))
        if len(self.members) < 2:
            message = f"an equation has at least two sides, got {len(self.members)}"
            raise ModelError(message)
        gaps = len(self.members) - 1
        relations = (self.relation,) * gaps if isinstance(self.relation, str) else tuple(self.relation)
        unknown = [relation for relation in relations if relation not in RELATIONS]
        if len(relations) != gaps or unknown:
            message = f"{gaps} relations out of {', '.join(RELATIONS)} are needed, got {', '.join(relations)}"
            raise ModelError(message)
        object.__setattr__(self, "relation", relations)

    def __call__(self) -> Verdict:
        """Return the verdict: refuted if one gap is, proved if all are; undecided, with the reason, otherwise."""
        if inside_worker():
            return self._decide(None)
        try:
            return self._decide(EFFORT)
        except BudgetExceeded:
            with Worker({"": lambda: self._decide(None)}, methods={"": _METHOD}, seconds=self.seconds) as worker:
                return worker.run("")[0]

    def decisions(self, effort: int | None = None) -> list[Decision]:
        """Return the decision of each gap, up to the first that is refuted.

        Raises
        ------
        BudgetExceeded
            If an effort is given and does not suffice.
        """
        found: list[Decision] = []
        for left, relation, right in zip(self.members, self.relation, self.members[1:], strict=False):
            decision = decide_relation(
                left,
                relation,
                right,
                alphabets=finite_alphabets((left, right), self.meaning),
                positive=self.positive,
                nonzero=self.nonzero,
                where=self.meaning,
                sums=_SUMS,
                cases=_CASES,
                effort=effort,
            )
            found.append(decision)
            if decision.status == "refuted":
                break
        return found

    def _decide(self, effort: int | None) -> Verdict:
        try:
            found = self.decisions(effort)
        except BudgetExceeded:
            raise
        except Exception as error:  # whatever a side's own functions raise, it is no verdict on the equation
            reason = " ".join(str(error).split())
            return Verdict("undecided", _METHOD, f"{type(error).__name__}: {reason}")
        named = [f"sides {k} and {k + 1}" if len(self.members) > 2 else "the sides" for k in range(1, len(found) + 1)]
        for status in ("refuted", "undecided"):
            for decision, name in zip(found, named, strict=True):
                if decision.status == status:
                    return as_verdict(decision, name)
        methods = list(dict.fromkeys(decision.method for decision in found))
        certificates = list(dict.fromkeys(decision.certificate for decision in found))
        return Verdict("proved", "; ".join(methods), "; ".join(certificates))


def equal(
    *members: Any,
    meaning: Mapping[Any, Any] | None = None,
    positive: Iterable[Any] = (),
    nonzero: Iterable[Any] = (),
    relation: str | Sequence[str] = "=",
    seconds: float = BUDGET,
) -> Verdict:
    """Decide a chain of equations: every side against the next.

    Parameters
    ----------
    *members, meaning, positive, nonzero, relation, seconds
        As for :class:`Equality`.

    Returns
    -------
    Verdict
        A refuted one carries the point and the values of the two sides there.

    Examples
    --------
    >>> from symrg.model.variables import Variable
    >>> h, u = Variable("h", (0, 1)), sympy.Symbol("u", positive=True)
    >>> equal(sympy.log(u ** (2 * h)), 2 * h * sympy.log(u), 2 * h**2 * sympy.log(u)).status
    'proved'
    >>> equal(sympy.log(u ** (2 * h)), h * sympy.log(u)).counterexample
    'u = 2, h = 1: left = ln(4), right = ln(2)'
    """
    chain = relation if isinstance(relation, str) else tuple(relation)
    return Equality(members, meaning or {}, tuple(positive), tuple(nonzero), chain, seconds)()


def as_verdict(decision: Decision, subject: str = "") -> Verdict:
    """Return a decision as a verdict, its counterexample written out.

    Parameters
    ----------
    decision : Decision
    subject : str
        What was compared, if there is more than one thing it could be.

    Examples
    --------
    >>> as_verdict(Decision("refuted", "exact evaluation at a point", "left = 1, right = 2", {})).counterexample
    'left = 1, right = 2'
    """
    prefix = f"{subject}: " if subject and subject != "the sides" else ""
    if decision.status != "refuted":
        return Verdict(decision.status, decision.method, f"{prefix}{decision.certificate}")
    point = ", ".join(f"{name} = {value}" for name, value in (decision.report or {}).items())
    text = f"{prefix}{point}: {decision.certificate}" if point else f"{prefix}{decision.certificate}"
    return Verdict("refuted", decision.method, decision.certificate, text)


def finite_alphabets(members: Iterable[Any], meaning: Mapping[Any, Any] | None = None) -> dict[Any, tuple[Any, ...]]:
    """Return the alphabets of the variables on which expressions depend, in a fixed order.

    Parameters
    ----------
    members : iterable of SymPy expressions
    meaning : mapping, optional
        What symbols in them stand for.

    Examples
    --------
    >>> from symrg.model.variables import Variable
    >>> h, s, Z = Variable("h", (0, 1)), Variable("s", (-1, 1)), sympy.Symbol("Z")
    >>> finite_alphabets([Z + StateSum(s, s)], {Z: h})
    {h: (0, 1)}
    """
    found = open_symbols(members, where=meaning, sums=_SUMS)
    variables = [s for s in found if isinstance(s, Variable) and s.is_finite_alphabet]
    return {variable: variable.alphabet for variable in sorted(variables, key=sympy.default_sort_key)}
