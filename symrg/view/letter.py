"""The errata as a letter to the authors, made from the records of the ledger and from nothing else.

A statement of the ledger that is refuted gives one item: what is printed, why it does not hold, the statement that
corrects it (its ``erratum``), the one that says by how much it is wrong (called ``<id>-discrepancy``), and the
statements whose text refers to it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import sympy

from ..ledger.blocks import Claim, Formula, FormulaRow, Prose, Segment, Statement
from ..ledger.derivation import Derivation
from ..ledger.verdicts import Record
from .overview import listing, paper_equations
from .wording import authors

__all__ = ["Item", "Letter", "Passage", "counterexample", "letter", "place"]

_NOTHING = Prose()
_POINT = re.compile(
    r"(?:(?P<sides>sides \d+ and \d+): )?(?:(?P<point>.*): )?left = (?P<left>.*), right = (?P<right>.*)\Z"
)
_SETTING = re.compile(r"(?P<name>[^\s=,]+) = (?P<value>(?:[^,\[(]|\[[^\]]*\]|\([^)]*\))+?)(?:, |\Z)")
_RATIONAL = re.compile(r"-?\d+(?:/\d+)?\Z")
_LOGARITHM = re.compile(r"(?P<sign>-?)ln ?\(?(?P<of>\d+(?:/\d+)?)\)?\Z")
_PLACE = r"(?:Eqs?\. |Figures? |[Aa]ssumptions? )"
_OF_THE_PAPER = re.compile(rf"\b(?P<what>{_PLACE}[(\d](?:[\divx(), –]|and|to)*?) of the paper\b")
_ITS = re.compile(rf"\b(?:[Tt]he paper's|[Ii]ts(?= {_PLACE}))")
_BALL = re.compile(r"\[(?P<middle>-?[\d.]+) \+/- (?P<radius>[\d.]+)(?:e(?P<power>[+-]?\d+))?\]\Z")


@dataclass(frozen=True)
class Passage:
    """A part of an item: its label, its text, its formula (if any), and what stands after the formula."""

    label: str
    text: Prose = _NOTHING
    rows: tuple[FormulaRow, ...] = ()
    after: Prose = _NOTHING


@dataclass(frozen=True)
class Item:
    """One refuted statement: where the paper has it, the statement's id, and the passages on it."""

    id: str
    title: str
    passages: tuple[Passage, ...]


@dataclass(frozen=True)
class Letter:
    """The letter.

    Parameters
    ----------
    note : str
        What keeps it from being sent, if anything does.
    salutation : str
    opening : tuple of Prose
    equations, claims : tuple of Item
        The refuted equations, and the refuted claims in words.
    closing : tuple of Prose
    """

    note: str
    salutation: str
    opening: tuple[Prose, ...]
    equations: tuple[Item, ...]
    claims: tuple[Item, ...]
    closing: tuple[Prose, ...]


def letter(derivation: Derivation) -> Letter | None:
    """Write the errata of a paper as a letter to its authors.

    Parameters
    ----------
    derivation : Derivation
        It is verified first, unless it has been.

    Returns
    -------
    Letter, or None if nothing is refuted
    """
    statements = {statement.id: statement for statement in derivation.statements}
    records = {record.id: record for record in derivation.verification.records}
    # what is refuted of a model of our own is no error of the authors'
    refuted = [
        name
        for name, record in records.items()
        if record.verdict.status == "refuted" and not statements[name].inherited
    ]
    if not refuted:
        return None
    made = _Items(statements, records)
    equations = tuple(made.item(statements[name]) for name in refuted if isinstance(statements[name], Formula))
    claims = tuple(made.item(statements[name]) for name in refuted if isinstance(statements[name], Claim))
    wrong = [record.id for record in records.values() if not record.ok]
    note = (
        f"Not to be sent as it stands: the verdicts on {', '.join(wrong)} are not the expected ones." if wrong else ""
    )
    names = authors(derivation.paper)
    return Letter(
        note,
        f"Dear {names}," if names else "Dear authors,",
        _opening(derivation, records, equations, claims),
        equations,
        claims,
        _closing(derivation),
    )


def place(cites: str, name: str = "") -> str:
    """Say where in their paper the authors find what is cited.

    Examples
    --------
    >>> place("Eq. (20)"), place("prose after Eq. (29) of the paper"), place("assumption (i)"), place("")
    ('Your Eq. (20)', 'Your text after your Eq. (29)', 'Your assumption (i)', 'A statement of ours')
    """
    if not cites:
        return f"A statement of ours, {name}" if name else "A statement of ours"
    theirs = re.sub(r"\A(?:prose|text)\b", "text", cites.removesuffix(" of the paper"))
    return "Your " + re.sub(r"(?<!\A)\b(?=(?:Eqs?\.|Figures?) )", "your ", theirs)


def _yours(text: str) -> str:
    """Say "your" of what the ledger calls the paper's: its equations, figures and assumptions, and the paper itself.

    Examples
    --------
    >>> _yours("By Eqs. (1) and (8) of the paper, not by its Eq. (9). The paper's Figure 2 is right, the paper says.")
    'By your Eqs. (1) and (8), not by your Eq. (9). Your Figure 2 is right, your paper says.'
    """
    text = _OF_THE_PAPER.sub(r"your \g<what>", text)
    text = _ITS.sub("your", text)
    text = re.sub(r"\b[Tt]he paper\b", "your paper", text)
    return re.sub(r"(?<=[.!?] )your\b", "Your", text)


def _addressed(text: Prose) -> Prose:
    return Prose(
        tuple(
            Segment("text", _yours(str(segment.value))) if segment.kind == "text" else segment
            for segment in text.segments
        )
    )


def _text(*parts: str | Segment | Prose) -> Prose:
    segments: list[Segment] = []
    for part in parts:
        if isinstance(part, Prose):
            segments += part.segments
        elif isinstance(part, Segment):
            segments.append(part)
        elif part:
            segments.append(Segment("text", part))
    return Prose(tuple(segments))


def _ref(identifier: str) -> Segment:
    return Segment("ref", identifier)


def _references(identifiers: Sequence[str]) -> list[str | Segment]:
    parts: list[str | Segment] = []
    for place_, identifier in enumerate(identifiers):
        if place_:
            parts.append(" and " if place_ == len(identifiers) - 1 else ", ")
        parts.append(_ref(identifier))
    return parts


def _capital(text: Prose) -> Prose:
    """Let a text begin with a capital, as a sentence of its own."""
    if not text or text.segments[0].kind != "text":
        return text
    first = str(text.segments[0].value)
    return Prose((Segment("text", first[:1].upper() + first[1:]), *text.segments[1:]))


def _title(derivation: Derivation) -> list[str]:
    paper = derivation.paper
    title, identifier = str(paper.get("title", "")), str(paper.get("identifier", ""))
    named = f"your paper *{title}*" if title else "your paper"
    return [named + (f", in the version {identifier}" if identifier else "")]


def _opening(
    derivation: Derivation, records: dict[str, Record], equations: tuple[Item, ...], claims: tuple[Item, ...]
) -> tuple[Prose, ...]:
    status = {equation.number: records[equation.main].verdict.status for equation in paper_equations(derivation)}
    by = {
        name: [number for number, found in status.items() if found == name]
        for name in ("proved", "refuted", "undecided", "definition", "assumption")
    }
    first = (
        f"We have gone through {_title(derivation)[0]}, and decided its statements by exact computation, one by one. "
    )
    if by["proved"]:
        first += f"We confirm your {_eqs(by['proved'])}, each in the sense stated with it in the document above. "
    stated = sorted(by["definition"] + by["assumption"])
    if stated:
        first += (
            f"Your {_eqs(stated)} {'define or assume' if len(stated) > 1 else 'defines or assumes'}, so that there is "
        )
        first += "nothing to decide. "
    if by["undecided"]:
        first += f"We could not decide your {_eqs(by['undecided'])}. "
    numbers = [
        _number(len(items), word)
        for items, word in ((equations, "displayed equation"), (claims, "claim in words"))
        if items
    ]
    found = " and ".join(numbers)
    one = len(equations) + len(claims) == 1
    first += f"There remain{'s' if one else ''} {found} that, as we read {'it' if one else 'them'}, "
    first += (
        f"{'does' if one else 'do'} not hold as printed. We list {'it' if one else 'them'} here so that you can judge, "
    )
    first += "and correct what you agree with."
    second = (
        "Each entry shows what we took the text to say, since this is where we may be mistaken; a counterexample; the "
        "correction that we propose, proved by the same means; and what follows elsewhere. The numbers in "
        "“your Eq. (n)” are those of your paper; all others refer to the document above, where the methods are."
    )
    return _text(first), _text(second)


def _closing(derivation: Derivation) -> tuple[Prose, ...]:
    provenance = derivation.provenance
    first = (
        "Where a counterexample is a point, it can be put into the equation by hand or with any computer algebra "
        "system; and the whole ledger can be run again "
        f"(symrg {provenance['symrg']}, SymPy {provenance['sympy']}, inputs {provenance['input hash']}). "
        "If at any point we have read an equation otherwise than you meant it, please tell us: we will decide it again "
        "in your reading, and correct our account."
    )
    return _text(first), _text("With kind regards")


def _eqs(numbers: Sequence[int]) -> str:
    return f"{'Eq.' if len(numbers) == 1 else 'Eqs.'} {listing(numbers)}"


def _number(count: int, word: str) -> str:
    small = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
    noun, *rest = word.split(" ", 1) if word.startswith("claim") else (word,)
    plural = noun if count == 1 else noun + "s"
    return " ".join([small[count] if count < len(small) else str(count), plural, *rest])


class _Items:
    """Makes the items; knows what refers to what."""

    def __init__(self, statements: dict[str, Statement], records: dict[str, Record]) -> None:
        self.statements = statements
        self.records = records

    def item(self, statement: Statement) -> Item:
        record = self.records[statement.id]
        words = isinstance(statement, Claim)
        said = _capital(_addressed(statement.text))
        text = _text("“", said, "”") if words else said
        passages = [
            Passage("The claim, as we read it" if words else "As printed", text, _rows(statement)),
            Passage("Why it fails" if words else "Counterexample", _addressed(counterexample(record))),
        ]
        erratum = self.statements.get(record.erratum) if record.erratum else None
        if erratum is not None:
            passages.append(self._correction(erratum, words))
        else:
            passages.append(
                Passage("Correction", _text("We have none to propose; which side was meant is yours to say."))
            )
        difference = self.statements.get(f"{statement.id}-discrepancy")
        if difference is not None and self.records[difference.id].verdict.status == "proved":
            after = _text("(", _ref(difference.id), ", proved)")
            text = (
                _capital(_addressed(difference.text))
                if difference.text
                else _text("What is printed and what is right differ:")
            )
            passages.append(Passage("Difference", text, _rows(difference), after))
        own = {statement.id, f"{statement.id}-discrepancy", record.erratum}
        inherits = self._inherits(statement, own)
        if inherits:
            passages.append(Passage("Elsewhere", inherits))
        title = place(statement.cites, statement.id)
        return Item(statement.id, title, tuple(passages))

    def _correction(self, erratum: Statement, words: bool) -> Passage:
        verdict = self.records[erratum.id].verdict
        if verdict.status == "proved":
            after = _text(
                "(", _ref(erratum.id), f", proved: {_yours(verdict.method)})" if verdict.method else ", proved)"
            )
            label = "What holds instead" if words else "Correction"
        else:
            after = _text("(", _ref(erratum.id), f", {verdict.status})")
            label = "Proposed correction, not proved"
        text = _capital(_addressed(erratum.text)) if erratum.text else _text("It should read")
        return Passage(label, text, _rows(erratum), after)

    def _inherits(self, statement: Statement, own: set[str | None]) -> Prose:
        """Say which other statements lean on this one: the refuted ones inherit its error."""
        naming = [
            other for other in self.statements.values() if other.id not in own and statement.id in other.text.references
        ]
        wrong = [other for other in naming if self.records[other.id].verdict.status == "refuted"]
        rest = [other.id for other in naming if other not in wrong]
        parts: list[str | Segment] = []
        for other in wrong:
            parts += [place(other.cites, other.id) + " (", _ref(other.id), ") inherits this. "]
        if rest:
            parts += [*_references(rest), " refer to it." if len(rest) > 1 else " refers to it."]
        return _text(*parts)


def _rows(statement: Statement) -> tuple[FormulaRow, ...]:
    return statement.rows if isinstance(statement, Formula | Claim) else ()


def counterexample(record: Record) -> Prose:
    """Say why a statement is refuted: its counterexample in words and mathematics, or else how it was decided.

    Parameters
    ----------
    record : Record

    Returns
    -------
    Prose
    """
    verdict = record.verdict
    if not verdict.counterexample:
        return _text(
            "It is refuted by " + "; ".join(part for part in (verdict.method, verdict.certificate) if part) + "."
        )
    match = _POINT.match(verdict.counterexample)
    if match is None:
        return _text(_sentence(verdict.counterexample))
    settings = list(_SETTING.finditer(match["point"] or ""))
    if "".join(setting[0] for setting in settings) != (match["point"] or ""):
        return _text(_sentence(verdict.counterexample))
    parts: list[str | Segment | Prose] = ["At " if settings else ""]
    for number, setting in enumerate(settings):
        if number:
            parts.append(" and " if number == len(settings) - 1 else ", ")
        parts += _setting(setting["name"], setting["value"])
    where = f" of {match['sides']}" if match["sides"] else ""
    parts += [f"{' ' if settings else ''}the left side{where} is ", *_value(match["left"])]
    parts += [" and the right side ", *_value(match["right"]), "."]
    return _text(*parts)


def _sentence(text: str) -> str:
    word = re.match(r"[a-z]{2,}(?= [^=])", text)  # not a name, as in "r = 1"
    return (text[:1].upper() + text[1:] if word else text) + ("" if text.endswith(".") else ".")


def _setting(name: str, value: str) -> list[str | Segment]:
    number = _number_of(value)
    symbol = sympy.Symbol(name)
    if number is None:
        return [Segment("math", symbol), " = ", *_value(value)]
    return [Segment("math", sympy.Eq(symbol, number, evaluate=False))]


def _value(text: str) -> list[str | Segment]:
    number = _number_of(text)
    if number is not None:
        return [Segment("math", number)]
    ball = _BALL.match(text)
    return [text if ball is None else _digits(ball)]


def _digits(ball: re.Match[str]) -> str:
    """Write the digits of a ball that are certain, nine places at most."""
    middle = Fraction(ball["middle"])
    radius = Fraction(ball["radius"]) * Fraction(10) ** int(ball["power"] or 0)
    sign, least, most = ("−" if middle < 0 else ""), abs(middle) - radius, abs(middle) + radius
    for places in range(9, 0, -1):
        if least > 0 and int(least * 10**places) == int(most * 10**places):
            whole, part = divmod(int(least * 10**places), 10**places)
            return f"{sign}{whole}.{part:0{places}}…"
    return ball[0]


def _number_of(text: str) -> sympy.Expr | None:
    """Read a rational number, or the logarithm of one; None for anything else."""
    if _RATIONAL.match(text):
        return sympy.Rational(text)
    match = _LOGARITHM.match(text)
    if match is None:
        return None
    found = sympy.log(sympy.Rational(match["of"]), evaluate=False)
    return -found if match["sign"] else found
