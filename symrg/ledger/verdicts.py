"""Verdicts: what deciding a claim can answer, and the records of a whole derivation."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import sympy

from .._display import Displayed
from ..errors import ModelError

__all__ = ["STATUSES", "Record", "Verdict", "Verification", "decide"]

STATUSES = ("proved", "refuted", "undecided", "definition", "assumption")


@dataclass(frozen=True)
class Verdict(Displayed):
    """The answer to one claim.

    Parameters
    ----------
    status : str
        ``"proved"``, ``"refuted"``, ``"undecided"``; ``"definition"`` and ``"assumption"`` for statements
        that are not decided.
    method : str
        How it was decided, in a few words: ``"all 8 states"``, ``"equality of rational functions"``.
    certificate : str
        What can be checked again, or, for an undecided claim, why it is undecided.
    counterexample : str, optional
        The exact counterexample, for a refuted claim.

    Raises
    ------
    ModelError
        If the status is none of the five.

    Examples
    --------
    >>> Verdict("proved", "all 8 states")
    Verdict(status='proved', method='all 8 states', certificate='', counterexample=None)
    """

    status: str
    method: str = ""
    certificate: str = ""
    counterexample: str | None = None

    def __post_init__(self) -> None:
        if self.status not in STATUSES:
            message = f"a verdict cannot be {self.status!r}; it is one of {', '.join(STATUSES)}"
            raise ModelError(message)


def decide(check: Callable[[], Any], method: str = "") -> tuple[Verdict, float]:
    """Run one check and turn its answer into a verdict, with the seconds it took.

    ``True`` means proved, ``False`` refuted, ``None`` undecided; a :class:`Verdict` is kept, with its method
    filled in where it has none. An exception, or any other answer, leaves the claim undecided and says why:
    undecided never passes.

    Parameters
    ----------
    check : callable
        Takes nothing.
    method : str
        How the check decides, for the record.

    Returns
    -------
    tuple of Verdict and float

    Examples
    --------
    >>> decide(lambda: 1 + 1 == 2, "arithmetic")[0].status
    'proved'
    >>> decide(lambda: 1 / 0)[0].certificate
    'the check raised ZeroDivisionError: division by zero'
    """
    start = perf_counter()
    try:
        answer = check()
    except Exception as error:  # one broken check must not hide the verdicts of all the others
        reason = " ".join(str(error).split())
        verdict = Verdict("undecided", method, f"the check raised {type(error).__name__}: {reason}")
    else:
        verdict = _as_verdict(answer, method)
    return verdict, perf_counter() - start


def _as_verdict(answer: Any, method: str) -> Verdict:
    if isinstance(answer, Verdict):
        if answer.status in ("definition", "assumption"):
            reason = f"the check answered {answer.status!r}, which decides nothing"
            return Verdict("undecided", answer.method or method, reason)
        filled = answer.method or method
        return Verdict(answer.status, filled, answer.certificate, answer.counterexample)
    if answer is None:
        return Verdict("undecided", method, "the check could not decide")
    if answer is True or answer is sympy.true:
        return Verdict("proved", method)
    if answer is False or answer is sympy.false:
        return Verdict("refuted", method)
    reason = f"the check answered with {type(answer).__name__}, not with True, False, None or a Verdict"
    return Verdict("undecided", method, reason)


@dataclass(frozen=True)
class Record:
    """One line of a derivation's ledger: a statement and its verdict.

    Parameters
    ----------
    id, section, kind : str
        Which statement: its name, the title of its section, and ``"definition"``, ``"assumption"``,
        ``"equation"`` or ``"claim"``.
    verdict : Verdict
        What was decided.
    expected : str
        The verdict that the script expects.
    cites : str
        The place in the paper.
    erratum : str, optional
        The id of the statement that corrects this one.
    erratum_verdict : str, optional
        The verdict of that statement.
    surrogate : str, optional
        What was decided in place of the statement, where the statement itself cannot be.
    seconds : float
        How long it took.
    """

    id: str
    section: str
    kind: str
    verdict: Verdict
    expected: str = "proved"
    cites: str = ""
    erratum: str | None = None
    erratum_verdict: str | None = None
    surrogate: str | None = None
    seconds: float = 0.0

    @property
    def ok(self) -> bool:
        """Whether the verdict is the expected one, and the erratum (if any) proved."""
        return self.verdict.status == self.expected and (self.erratum is None or self.erratum_verdict == "proved")

    def to_dict(self) -> dict[str, Any]:
        """Return the record as ``symrg verify --json`` prints it."""
        method = self.verdict.method
        if self.verdict.status == "undecided" and self.verdict.certificate:
            method = f"{method}: {self.verdict.certificate}" if method else self.verdict.certificate
        return {
            "id": self.id,
            "section": self.section,
            "kind": self.kind,
            "verdict": self.verdict.status,
            "expected": self.expected,
            "method": method,
            "counterexample": self.verdict.counterexample,
            "erratum": self.erratum,
            "surrogate": self.surrogate,
            "seconds": round(self.seconds, 3),
        }


@dataclass(frozen=True)
class Verification(Displayed):
    """The decided ledger of a derivation (or of some of its claims).

    Parameters
    ----------
    paper : mapping
        The paper the derivation is about.
    records : tuple of Record
        In the order of the derivation.

    Examples
    --------
    >>> from symrg import Derivation
    >>> x = sympy.Symbol("x")
    >>> d = Derivation("Squares")
    >>> d.section("One").equation("square", (x + 1) ** 2, x**2 + 1)
    >>> found = d.verify()
    >>> found.ok, found["square"].verdict.counterexample
    (False, 'x = 2: left = 9, right = 5')
    """

    paper: Mapping[str, Any]
    records: tuple[Record, ...]

    @property
    def ok(self) -> bool:
        """Whether every verdict is the expected one."""
        return all(record.ok for record in self.records)

    @property
    def unexpected(self) -> tuple[Record, ...]:
        """The records whose verdict is not the expected one."""
        return tuple(record for record in self.records if not record.ok)

    def __getitem__(self, identifier: str) -> Record:
        for record in self.records:
            if record.id == identifier:
                return record
        raise KeyError(identifier)

    def __contains__(self, identifier: object) -> bool:
        return any(record.id == identifier for record in self.records)

    def __len__(self) -> int:
        return len(self.records)

    @property
    def summary(self) -> dict[str, Any]:
        """Counts by verdict, and the ids of the records that are not as expected."""
        counts = {status: sum(record.verdict.status == status for record in self.records) for status in STATUSES}
        return {
            "total": len(self.records),
            **counts,
            "ok": self.ok,
            "unexpected": [record.id for record in self.unexpected],
        }

    def to_dict(self) -> dict[str, Any]:
        """Return the ledger as plain data, with its schema version.

        Returns
        -------
        dict
            ``{"schema": 1, "paper": ..., "claims": [...], "summary": ...}``.
        """
        return {
            "schema": 1,
            "paper": {name: _plain(value) for name, value in self.paper.items()},
            "claims": [record.to_dict() for record in self.records],
            "summary": self.summary,
        }

    def to_json(self) -> str:
        """Return :meth:`to_dict` as JSON text.

        Examples
        --------
        >>> print(Verification({}, ()).to_json()[:14].replace(chr(10), ""))
        {  "schema":
        """
        return json.dumps(self.to_dict(), indent=2, ensure_ascii=False)


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value if value is None or isinstance(value, bool | int) else str(value)
