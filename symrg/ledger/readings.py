"""Formulas that are decided from what they display: their sides, and what the symbols in them stand for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sympy

from ..errors import ModelError
from ..exact.equations import RELATIONS
from .blocks import FormulaRow
from .deciding import Equality
from .verdicts import Verdict
from .workers import BUDGET

__all__ = ["Reading", "read_rows"]

_METHOD = "one expression after substitution"
_LIMITS = (sympy.oo, -sympy.oo, sympy.zoo, sympy.nan)


@dataclass(frozen=True, eq=False)
class Reading:
    """The equations (or inequalities) of a displayed formula; call it for the verdict on all of them.

    Parameters
    ----------
    equalities : tuple of Equality
        One for each row, at least one.

    Examples
    --------
    >>> x = sympy.Symbol("x")
    >>> Reading((Equality((x, x)), Equality((x + x, 3 * x))))().counterexample
    'row 2: x = 2: left = 4, right = 6'
    """

    equalities: tuple[Equality, ...]

    def __call__(self) -> Verdict:
        """Return the verdict: refuted if one row is, proved if all are; undecided, with the reason, otherwise."""
        verdicts = []
        for equality in self.equalities:
            verdicts.append(_same(equality) or equality())
            if verdicts[-1].status == "refuted":
                break
        for status in ("refuted", "undecided"):
            for number, verdict in enumerate(verdicts, 1):
                if verdict.status == status:
                    return verdict if len(self.equalities) == 1 else _in_row(number, verdict)
        methods = dict.fromkeys(verdict.method for verdict in verdicts)
        certificates = dict.fromkeys(verdict.certificate for verdict in verdicts)
        return Verdict("proved", "; ".join(methods), "; ".join(filter(None, certificates)))


def read_rows(
    rows: Iterable[FormulaRow],
    *,
    meaning: Mapping[Any, Any] | None = None,
    positive: Iterable[Any] = (),
    nonzero: Iterable[Any] = (),
    seconds: float = BUDGET,
    where: str = "the formula",
) -> Reading:
    """Return the reading of displayed rows.

    Parameters
    ----------
    rows : iterable of FormulaRow
        What is displayed; conditions of rows are words, and are not read.
    meaning, positive, nonzero, seconds
        As for :class:`~symrg.ledger.deciding.Equality`, the same for all rows.
    where : str
        How error messages name the formula.

    Raises
    ------
    ModelError
        If a side is text, a row has one side only, or a relation is not one that can be decided.

    Examples
    --------
    >>> from symrg.ledger.blocks import row
    >>> K, t = sympy.symbols("K t")
    >>> read_rows([row(t**2, "<", relation="<")], meaning={t: sympy.tanh(K)})
    Traceback (most recent call last):
    ...
    symrg.errors.ModelError: the formula has the side '<', which is text and cannot be decided; give a SymPy object,
    or use step with a check of your own
    """
    known, above, apart = dict(meaning or {}), tuple(positive), tuple(nonzero)
    return Reading(tuple(_read(item, known, above, apart, seconds, where) for item in rows))


def _read(
    item: FormulaRow, meaning: Mapping[Any, Any], positive: Sequence[Any], nonzero: Sequence[Any],
    seconds: float, where: str,
) -> Equality:  # fmt: skip
    for member in item.members:
        if isinstance(member, str):
            message = f"{where} has the side {member!r}, which is text and cannot be decided; give a SymPy object, "
            message += "or use step with a check of your own"
            raise ModelError(message)
    for relation in item.relations:
        if relation not in RELATIONS:
            message = f"{where} asserts the relation {relation!r}, which is not decided from the sides; use one of "
            message += f"{', '.join(RELATIONS)}, or step with a check of your own"
            raise ModelError(message)
    if not item.relations:
        message = f"{where} has a row with one side only; an equation has at least two"
        raise ModelError(message)
    return Equality(item.members, meaning, tuple(positive), tuple(nonzero), item.relations, seconds)


def _same(equality: Equality) -> Verdict | None:
    """Return the verdict on sides that are one expression once meanings are put in: no states need be gone through."""
    if any(relation != "=" for relation in equality.relation):
        return None
    meaning = equality.meaning
    outer = {s for pair in meaning.items() for side in pair for s in getattr(side, "free_symbols", ())}
    for side in equality.members:
        if not isinstance(side, sympy.Expr | sympy.MatrixBase | sympy.Tuple):
            return None
        if meaning and any(s in outer for node in sympy.preorder_traversal(side) for s in _bound(node)):
            return None  # substitution would mix what is summed over with what is not; Equality keeps them apart
    first, *others = (side.xreplace(meaning) if meaning else side for side in equality.members)
    if any(side != first for side in others) or first.has(*_LIMITS):
        return None
    return Verdict("proved", _METHOD, "left − right is 0 as it stands")


def _bound(node: Any) -> tuple[Any, ...]:
    """Return the symbols that a sum, an integral, a derivative or a function binds."""
    return (*getattr(node, "bound_symbols", ()), *getattr(node, "variables", ()))


def _in_row(number: int, verdict: Verdict) -> Verdict:
    certificate = f"row {number}: {verdict.certificate}"
    found = verdict.counterexample
    return Verdict(verdict.status, verdict.method, certificate, None if found is None else f"row {number}: {found}")
