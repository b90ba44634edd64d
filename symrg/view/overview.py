"""The ledger at a glance: the paper's numbered equations with their verdicts, and the counts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..ledger.derivation import Derivation
from ..ledger.verdicts import STATUSES, Record, Verification

__all__ = [
    "KINDS",
    "PaperEquation",
    "cited_equations",
    "corrections",
    "counts",
    "listing",
    "paper_equations",
]

KINDS = ("equation", "claim", "definition", "assumption")
_NEARBY = re.compile(r"\b(?:after|before|above|below|around|near|between)\s+Eqs?\.[^;]*")
_EQUATIONS = re.compile(r"\bEqs?\.\s*((?:\(\d+[a-z]?\)|to|and|,|–|-|\s)+)")
_ENTRY = re.compile(r"\((\d+)[a-z]?\)|(to|–|-)")


@dataclass(frozen=True)
class PaperEquation:
    """A numbered equation of the paper, and what the ledger says on it.

    Parameters
    ----------
    number : int
        As in the paper.
    main : str
        The id of the statement that decides the equation itself: the one called ``eq-<number>``, or else the first
        that cites it.
    others : tuple of str
        The ids of the other statements that cite it, without corrections.
    correction : str, optional
        The id of the statement that corrects it.
    """

    number: int
    main: str
    others: tuple[str, ...]
    correction: str | None = None


def cited_equations(cites: str) -> tuple[int, ...]:
    """Return the numbers of the equations that a citation names; text near an equation is not the equation.

    Examples
    --------
    >>> cited_equations("Eqs. (4) to (6) and (9), footnote 5")
    (4, 5, 6, 9)
    >>> cited_equations("prose after Eq. (28)")
    ()
    """
    found: list[int] = []
    for match in _EQUATIONS.finditer(_NEARBY.sub("", cites)):
        through = False
        for number, to in _ENTRY.findall(match[1]):
            if to:
                through = True
                continue
            first = found[-1] + 1 if through and found else int(number)
            found += range(first, int(number) + 1)
            through = False
    return tuple(dict.fromkeys(found))


def corrections(derivation: Derivation) -> frozenset[str]:
    """Return the ids of the statements that correct another one, or say by how much another one is wrong."""
    statements = derivation.statements
    names = {statement.id for statement in statements}
    found = {statement.erratum for statement in statements if statement.erratum is not None}
    return frozenset(found | {f"{name}-discrepancy" for name in names} & names)


def paper_equations(derivation: Derivation) -> tuple[PaperEquation, ...]:
    """Return the paper's numbered equations that the ledger cites, by number.

    Parameters
    ----------
    derivation : Derivation

    Returns
    -------
    tuple of PaperEquation
    """
    correcting = corrections(derivation)
    citing: dict[int, list[str]] = {}
    for statement in derivation.statements:
        if statement.id not in correcting:
            for number in cited_equations(statement.cites):
                citing.setdefault(number, []).append(statement.id)
    errata = {statement.id: statement.erratum for statement in derivation.statements}
    equations = []
    for number, ids in sorted(citing.items()):
        own = f"eq-{number}"
        main = own if own in ids else ids[0]
        others = tuple(name for name in ids if name != main)
        equations.append(PaperEquation(number, main, others, errata[main]))
    return tuple(equations)


def counts(verification: Verification) -> list[tuple[str, dict[str, int]]]:
    """Return how many statements of each kind have each verdict; kinds that do not occur are left out.

    Examples
    --------
    >>> counts(Verification({}, ()))
    []
    """

    def tally(records: Iterable[Record]) -> dict[str, int]:
        found = [record.verdict.status for record in records]
        return {status: found.count(status) for status in STATUSES if status in found}

    rows = [(kind, tally(record for record in verification.records if record.kind == kind)) for kind in KINDS]
    return [(kind, row) for kind, row in rows if row]


def listing(numbers: Sequence[int]) -> str:
    """Write equation numbers as running text, runs of three and more contracted.

    Examples
    --------
    >>> listing([1, 2, 3, 5, 8, 9])
    '(1) to (3), (5), (8) and (9)'
    """
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    parts: list[str] = []
    for run in runs:
        parts += [f"({run[0]}) to ({run[-1]})"] if len(run) > 2 else [f"({number})" for number in run]
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}" if parts else ""
