"""What both documents say about a statement: its number, its verdict, and where it comes from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ..ledger.blocks import Claim, Figure, Formula, Prose, Segment, Statement, Table
from ..ledger.derivation import Derivation
from ..ledger.verdicts import Record, Verification
from .names import GREEK

__all__ = [
    "MARKS",
    "Numbering",
    "authors",
    "certificate",
    "duration",
    "markup",
    "ours",
    "readable",
    "remarks",
    "summary_sentence",
    "typographic",
]

MARKS = {"proved": "✓", "refuted": "✗", "undecided": "?", "definition": "≔", "assumption": "⊢"}

_MARKUP = re.compile(r"`(?P<code>[^`]+)`|(?<![\w*])\*(?P<em>\S(?:[^*]*\S)?)\*(?![\w*])")


def markup(text: str) -> Iterator[tuple[str, str]]:
    """Yield the pieces of running text as ``("text" | "em" | "code", piece)``.

    Examples
    --------
    >>> list(markup("the *bulk* layers"))
    [('text', 'the '), ('em', 'bulk'), ('text', ' layers')]
    """
    end = 0
    for match in _MARKUP.finditer(text):
        if match.start() > end:
            yield "text", text[end : match.start()]
        kind = "code" if match["code"] is not None else "em"
        yield kind, match[kind]
        end = match.end()
    if end < len(text):
        yield "text", text[end:]


_POSSESSIVE = re.compile(r"(?<=[^\W\d_])'(?=(?:s|t|re|ve|ll|d|m)\b)|(?<=[^\W\d_]{3}s)'(?=[\s.,;:!?)]|\Z)")
_PRIME = re.compile(r"(?<!')\b([^\W\d_](?:_\w+)?)('+)(?![\w'])")
_NAME = re.compile(
    r"(?<![^\W\d_])(?:" + "|".join(sorted(set(GREEK) - {"ell", "hbar"}, key=len, reverse=True)) + r")(?![^\W\d_])"
)
_MINUS = re.compile(r"(?<![^\W\d_])-(?=[\w(.√])|(?<=\d)-(?=\d)|(?<=\de)-(?=\d)|(?<=\s)-(?=\s)")
_SIGNS = (("+/-", "±"), ("**", "^"), ("*", "·"), ("!=", "≠"), ("<=", "≤"), (">=", "≥"))


def typographic(text: str) -> str:
    """Write running text with the apostrophes and primes of print.

    Examples
    --------
    >>> typographic("the paper's neurons' sum, which isn't K' or t_1'")
    'the paper’s neurons’ sum, which isn’t K′ or t_1′'
    """
    return _PRIME.sub(lambda found: found[1] + "′" * len(found[2]), _POSSESSIVE.sub("’", text))


def readable(text: str) -> str:
    """Write a formula in plain text, as programs print it, in the signs of print: for the eye, never to be read back.

    Examples
    --------
    >>> readable("left - right = 0 in Q(K, (exp(K)**4*exp(F)**2 + 1)**(1/4)); beta_v != -1, order-preserving")
    'left − right = 0 in Q(K, (exp(K)^4·exp(F)^2 + 1)^(1/4)); β_v ≠ −1, order-preserving'
    >>> readable("gamma")
    'gamma'
    """
    if text.isalpha():  # a word by itself is no formula: the name of a family, of an option
        return text
    for sign, written in _SIGNS:
        text = text.replace(sign, written)
    return _MINUS.sub("−", _NAME.sub(lambda found: GREEK[found[0]], text))


class Numbering:
    """The numbers that the documents give to formulas, claims, tables, figures and sections.

    Parameters
    ----------
    derivation : Derivation
    """

    def __init__(self, derivation: Derivation) -> None:
        self._labels: dict[str, tuple[str, int]] = {}
        counts: dict[str, int] = {}

        def number(identifier: str, word: str) -> None:
            counts[word] = counts.get(word, 0) + 1
            self._labels[identifier] = (word, counts[word])

        for section in derivation.sections:
            number(section.id, "Sec.")
            for block in section.blocks:
                if isinstance(block, Formula):
                    number(block.id, "Eq.")
                elif isinstance(block, Claim):
                    number(block.id, "Claim" if block.kind == "claim" else "Assumption")
                elif isinstance(block, Table | Figure):
                    number(block.id, type(block).__name__)

    def number(self, identifier: str) -> int:
        """Return the number of what the id names."""
        return self._labels[identifier][1]

    def word(self, identifier: str) -> str:
        """Return ``"Eq."``, ``"Claim"``, ``"Assumption"``, ``"Table"``, ``"Figure"`` or ``"Sec."``."""
        return self._labels[identifier][0]

    def label(self, identifier: str) -> str:
        """Return the reference as written: ``"Eq. (3)"``, ``"Claim 2"``."""
        word, number = self._labels[identifier]
        return f"{word} ({number})" if word == "Eq." else f"{word} {number}"


def remarks(statement: Statement, record: Record) -> list[Prose]:
    """Return what stands under a statement: what corrects it, and where the paper has it.

    Parameters
    ----------
    statement : Statement
    record : Record
        Its verdict.

    Returns
    -------
    list of Prose
        Without the verdict's own word, which the writers mark; how it was decided is in :func:`certificate`.
    """
    said: list[list[Segment]] = []

    def say(text: str, *more: Segment) -> None:
        said.append([Segment("text", text), *more])

    if record.surrogate and not statement.inherited:
        say(f"decided for: {record.surrogate}")
    if statement.kind in ("equation", "claim"):
        if not record.ok:
            say(f"expected to be {record.expected}")
        if record.erratum:
            say("corrected by ", Segment("ref", record.erratum))
            if record.erratum_verdict != "proved":
                said[-1].append(Segment("text", f", which is {record.erratum_verdict}"))
    if statement.cites:
        say(f"cf. {statement.cites} of the paper" if statement.cites[:1].isupper() else f"cf. {statement.cites}")
    return [Prose(tuple(segments)) for segments in said]


def ours(surrogate: str) -> str:
    """Return what stands under the title of a section about a model of our own."""
    return f"Surrogate: what follows is about a model of ours, not the paper's: {surrogate}."


def certificate(record: Record) -> list[tuple[str, str]]:
    """Return how a statement was decided, as terms and what they are: method, certificate, counterexample, time.

    Parameters
    ----------
    record : Record

    Returns
    -------
    list of (str, str)
        Empty for definitions and assumptions.
    """
    if record.kind not in ("equation", "claim"):
        return []
    verdict = record.verdict
    # a refutation's certificate is the end of its counterexample
    shown = verdict.certificate if verdict.certificate not in (verdict.counterexample or "") else ""
    parts = [
        ("method", verdict.method),
        ("certificate", readable(shown)),
        ("counterexample", verdict.counterexample or ""),
        ("time", duration(record.seconds)),
    ]
    return [(term, text) for term, text in parts if text]


def duration(seconds: float) -> str:
    """Return the time a decision took, roughly: documents are to be the same in every run.

    Examples
    --------
    >>> duration(0), duration(1 / 4), duration(3), duration(75)
    ('', 'under a second', 'under ten seconds', 'over a minute')
    """
    if not seconds:
        return ""
    for limit, words in ((1, "under a second"), (10, "under ten seconds"), (60, "under a minute")):
        if seconds < limit:
            return words
    return "over a minute"


def summary_sentence(verification: Verification) -> str:
    """Return one sentence on the whole ledger, as both documents show it under the abstract.

    Examples
    --------
    >>> summary_sentence(Verification({}, ()))
    'The ledger is empty.'
    """
    records = verification.records
    if not records:
        return "The ledger is empty."
    checked = [record for record in records if record.kind in ("equation", "claim")]
    counts: dict[str, int] = {}
    for record in checked:
        counts[record.verdict.status] = counts.get(record.verdict.status, 0) + 1
    parts = [f"{counts[status]} {status}" for status in ("proved", "refuted", "undecided") if status in counts]
    stated = len(records) - len(checked)
    surrogates = sum(1 for record in checked if record.surrogate)
    sentence = f"Statements checked by computer algebra: {len(checked)}"
    sentence += f" ({', '.join(parts)})" if parts else ""
    sentence += f"; definitions and assumptions: {stated}."
    if surrogates:
        verb = "is" if surrogates == 1 else "are"
        sentence += f" Of those checked {surrogates} {verb} marked “surrogate”: decided for what is named there, "
        sentence += "such as a model of ours, in place of the paper's own."
    unexpected = verification.unexpected
    if unexpected:
        names = ", ".join(record.id for record in unexpected)
        sentence += f" Not as expected: {names}."
    elif "refuted" in counts:
        sentence += " Every refutation is an expected one."
    return sentence


def authors(paper: dict[str, Any]) -> str:
    """Return the authors of a paper as running text: ``"A. Author, B. Author and C. Author"``."""
    names = paper.get("authors", "")
    if isinstance(names, str):
        return names
    listed = [str(name) for name in names]
    return listed[0] if len(listed) == 1 else f"{', '.join(listed[:-1])} and {listed[-1]}" if listed else ""
