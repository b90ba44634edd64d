"""The blocks a derivation is made of: prose, formulas, claims, tables, figures. Pure data."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from string import Formatter
from typing import Any, Protocol, TypeAlias

import sympy

from ..errors import ModelError, NotExactError
from ..exact.numbers import as_fraction

__all__ = [
    "RELATIONS",
    "Block",
    "Claim",
    "Figure",
    "Formula",
    "FormulaRow",
    "Paragraph",
    "Prose",
    "Segment",
    "Table",
    "as_object",
    "fields_of",
    "prose",
    "row",
]

RELATIONS = (
    "=", "approx", "propto", "equiv", ":=", "to", "mapsto", "iff", "implies", "in", "sim",
    "!=", "<", "<=", ">", ">=",
)  # fmt: skip


def as_object(value: Any, where: str) -> Any:
    """Turn what a script hands over into what a document can show: a SymPy object, or text.

    Parameters
    ----------
    value : SymPy object or matrix, exact number, str, or a tuple, set or mapping of these
        Text stays text. Booleans become ``yes`` and ``no``, None becomes ``unknown`` (a predicate whose value
        is not known).
    where : str
        How the error message names it.

    Returns
    -------
    sympy.Basic, sympy.ImmutableMatrix or str

    Raises
    ------
    NotExactError
        If there is a float in it.
    ModelError
        If it is nothing a document can show.

    Examples
    --------
    >>> as_object((1, {-1, 1}), "the alphabet")
    (1, {-1, 1})
    """
    if isinstance(value, str):
        return value
    if value is None or isinstance(value, bool):
        return {None: "unknown", True: "yes", False: "no"}[value]
    if isinstance(value, sympy.MatrixBase):
        value = sympy.ImmutableMatrix(value)
    if isinstance(value, sympy.Basic):
        if value.has(sympy.Float):
            message = f"{where} contains the inexact number {min(value.atoms(sympy.Float), key=str)}; "
            message += "documents show exact numbers only: build it from int, Fraction or Rational"
            raise NotExactError(message)
        return value
    if isinstance(value, tuple | list):
        return sympy.Tuple(*(as_object(_no_text(item, where), where) for item in value))
    if isinstance(value, set | frozenset):
        return sympy.FiniteSet(*(as_object(_no_text(item, where), where) for item in value))
    if isinstance(value, Mapping):
        pairs = {
            as_object(_no_text(key, where), where): as_object(_no_text(item, where), where)
            for key, item in value.items()
        }
        return sympy.Dict(pairs)
    if hasattr(value, "_sympy_"):  # SymPy's own protocol for foreign objects
        return as_object(value._sympy_(), where)
    try:
        fraction = as_fraction(value, what=where)
    except NotExactError as error:
        if isinstance(value, float | complex) or hasattr(value, "dtype"):
            raise
        message = f"{where} is {type(value).__name__}, which a document cannot show; give a SymPy object, "
        message += "an exact number, text, or a tuple, set or mapping of these"
        raise ModelError(message) from error
    return sympy.Rational(fraction.numerator, fraction.denominator)


def _no_text(item: Any, where: str) -> Any:
    if isinstance(item, str):
        message = f"{where} holds the text {item!r} inside a collection; give a sympy.Symbol there"
        raise ModelError(message)
    return item


@dataclass(frozen=True)
class Segment:
    """A piece of prose: ``kind`` is ``"text"``, ``"math"`` or ``"ref"`` (a reference to the id ``value``)."""

    kind: str
    value: Any


@dataclass(frozen=True)
class Prose:
    """Running text with inline mathematics and references, as a tuple of segments.

    Build it with :func:`prose`. ``*emphasis*`` and back-quoted ``code`` are the only markup.
    """

    segments: tuple[Segment, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.segments)

    @property
    def references(self) -> tuple[str, ...]:
        """The ids that the text refers to."""
        return tuple(segment.value for segment in self.segments if segment.kind == "ref")


def prose(template: str | Prose, values: Mapping[str, Any] | None = None, where: str = "the text") -> Prose:
    """Read a template with ``{name}`` fields as prose.

    Parameters
    ----------
    template : str
        ``{name}`` is replaced by the value of that name, as inline mathematics (a str stays text);
        ``{ref:some-id}`` refers to the formula, claim, table, figure or section of that id; braces are
        written ``{{`` and ``}}``.
    values : mapping
        The values by name; every one must be used.
    where : str
        How error messages name the text.

    Raises
    ------
    ModelError
        For a field without a value, a value without a field, or an unreadable template.

    Examples
    --------
    >>> prose("Let {h} be binary.", {"h": sympy.Symbol("h")}).segments[1]
    Segment(kind='math', value=h)
    """
    if isinstance(template, Prose):
        return template
    values = dict(values or {})
    segments: list[Segment] = []
    used: set[str] = set()
    try:
        fields = list(Formatter().parse(template))
    except ValueError as error:
        message = f"{where} is not readable: {error}; write literal braces as {{{{ and }}}}"
        raise ModelError(message) from error
    for text, name, target, _ in fields:
        if text:
            segments.append(Segment("text", text))
        if name is None:
            continue
        if name == "ref" and target:
            segments.append(Segment("ref", target))
            continue
        if name not in values or target:
            given = ", ".join(sorted(values)) or "none"
            message = f"{where} uses {{{name}}}, which has no value; values given: {given}"
            raise ModelError(message)
        used.add(name)
        shown = as_object(values[name], f"{{{name}}} in {where}")
        segments.append(Segment("text" if isinstance(shown, str) else "math", shown))
    unused = sorted(set(values) - used)
    if unused:
        message = f"{where} does not use the value(s) {', '.join(unused)}; write them as {{name}} in the text"
        raise ModelError(message)
    return Prose(tuple(segments))


def fields_of(template: str) -> frozenset[str]:
    """Return the names of the ``{name}`` fields of a template."""
    try:
        return frozenset(name for _, name, _, _ in Formatter().parse(template) if name)
    except ValueError:  # unreadable: prose() says so, and where
        return frozenset()


@dataclass(frozen=True)
class FormulaRow:
    """One row of a displayed formula: ``members[0] relations[0] members[1] relations[1] ...``, and when.

    Parameters
    ----------
    members : tuple
        SymPy objects (or text).
    relations : tuple of str
        One less than members, each one of ``RELATIONS``.
    condition : Prose
        When the row holds; may be empty.
    """

    members: tuple[Any, ...]
    relations: tuple[str, ...]
    condition: Prose = Prose()


def row(
    *members: Any, relation: str | Sequence[str] = "=", condition: str = "", where: str = "a formula",
    **values: Any,
) -> FormulaRow:  # fmt: skip
    """Build one row of a displayed formula.

    Parameters
    ----------
    *members : SymPy objects or text
        The sides, at least one. A single relational such as ``sympy.Eq`` is taken apart.
    relation : str or sequence of str
        The relation between neighbours (one of ``RELATIONS``), or one for each gap.
    condition : str
        When the row holds, such as ``"for {h} in {{0, 1}}"``; the values follow by name.
    where : str
        How error messages name the formula.

    Raises
    ------
    ModelError, NotExactError

    Examples
    --------
    >>> u = sympy.Symbol("u")
    >>> row(u**2, u + 1, relation="approx").relations
    ('approx',)
    """
    if len(members) == 1 and isinstance(members[0], FormulaRow):
        return members[0]
    if len(members) == 1 and isinstance(members[0], sympy.core.relational.Relational):
        whole = members[0]
        relation = {"==": "="}.get(whole.rel_op, whole.rel_op)
        members = (whole.lhs, whole.rhs)
    if not members:
        message = f"{where} is empty; give its sides"
        raise ModelError(message)
    gaps = len(members) - 1
    relations = (relation,) * gaps if isinstance(relation, str) else tuple(relation)
    if len(relations) != gaps:
        message = f"{where} has {len(members)} sides and {len(relations)} relations; give {gaps}, or a single one"
        raise ModelError(message)
    for name in relations:
        if name not in RELATIONS:
            message = f"{where} uses the relation {name!r}; known ones: {', '.join(RELATIONS)}"
            raise ModelError(message)
    shown = tuple(as_object(member, f"side {place} of {where}") for place, member in enumerate(members, 1))
    return FormulaRow(shown, relations, prose(condition, values, f"the condition of {where}"))


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of running text."""

    text: Prose


@dataclass(frozen=True)
class Statement:
    """What every entry of the ledger has in common.

    Parameters
    ----------
    id, section, kind : str
        Its name, the title of its section, ``"definition"``, ``"assumption"``, ``"equation"`` or ``"claim"``.
    text : Prose
        What it says in words.
    cites : str
        The place in the paper, such as ``"Eq. (24)"``.
    check : callable, optional
        Decides it; None for definitions and assumptions.
    method, expected, erratum, surrogate
        As in :class:`~symrg.ledger.verdicts.Record`.
    inherited : bool
        Whether the surrogate is that of the whole section, which says so once.
    """

    id: str
    section: str
    kind: str
    text: Prose
    cites: str = ""
    check: Callable[[], Any] | None = None
    method: str = ""
    expected: str = "proved"
    erratum: str | None = None
    surrogate: str | None = None
    inherited: bool = False


@dataclass(frozen=True)
class Formula(Statement):
    """A displayed formula: a definition or a computed equation, of one row or several."""

    rows: tuple[FormulaRow, ...] = ()


@dataclass(frozen=True)
class Claim(Statement):
    """A claim in words that is decided, or an assumption; with displayed rows where it has any."""

    rows: tuple[FormulaRow, ...] = ()


class Drawing(Protocol):
    """What a figure must be able to do: draw itself twice."""

    def svg(self) -> str:
        """Return an SVG document."""

    def tikz(self) -> str:
        """Return a TikZ picture."""


@dataclass(frozen=True)
class Table:
    """A table: header and rows of prose cells, and a caption."""

    id: str
    header: tuple[Prose, ...]
    rows: tuple[tuple[Prose, ...], ...]
    caption: Prose


@dataclass(frozen=True)
class Figure:
    """A figure: something that draws itself as SVG and as TikZ, and a caption."""

    id: str
    drawing: Drawing
    caption: Prose


Block: TypeAlias = Paragraph | Formula | Claim | Table | Figure


def cell(value: Any, where: str) -> Prose:
    """Turn a table cell into prose: text is text, anything else inline mathematics."""
    if isinstance(value, Prose):
        return value
    if isinstance(value, str):
        return prose(value.replace("{", "{{").replace("}", "}}"))
    shown = as_object(value, where)
    return Prose((Segment("text" if isinstance(shown, str) else "math", shown),))


def cells(values: Iterable[Any], where: str) -> tuple[Prose, ...]:
    """Turn the cells of one table row into prose."""
    return tuple(cell(value, f"column {column} of {where}") for column, value in enumerate(values, 1))
