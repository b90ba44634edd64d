"""Results as notebooks show them: one short sheet for each class of results, written as HTML with MathML, or LaTeX.

Formulas are shown as they are, never simplified, and by their shape where they are too long to be read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from html import escape
from typing import Any

import sympy

from ..errors import SymrgError
from ..exact.algebraic import AlgebraicNumber
from .layout import latex as write_latex
from .layout import layout
from .layout import mathml as write_mathml
from .texmath import escape as tex_escape

__all__ = ["PRINTERS", "Sheet", "html", "latex"]

MOST_TERMS = 60  # of a formula that is written out: more cannot be read
WIDEST = 50  # em
MOST_ROWS = 12
_MOST_WORK = 40  # factors times scale up to which images are multiplied out to be shown

Cell = Any
"""Text, or a SymPy object, or a tuple of them that are put side by side."""


@dataclass(frozen=True)
class Sheet:
    """What is shown of a result.

    Attributes
    ----------
    title : str
    lines : tuple of Cell
    header, rows : tuple of Cell, tuple of tuples of Cell
        A table, if there is one.
    note : str
        Below all else.
    """

    title: str
    lines: tuple[Cell, ...] = ()
    header: tuple[Cell, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    note: str = ""


PRINTERS: dict[str, Callable[[Any], Sheet]] = {}
"""What makes the sheet of a result, by the name of its class."""


def _prints(*names: str) -> Callable[[Callable[[Any], Sheet]], Callable[[Any], Sheet]]:
    def register(printer: Callable[[Any], Sheet]) -> Callable[[Any], Sheet]:
        PRINTERS.update(dict.fromkeys(names, printer))
        return printer

    return register


def _sheet(result: object) -> Sheet | None:
    for kind in type(result).__mro__:
        if kind.__name__ in PRINTERS:
            try:
                return PRINTERS[kind.__name__](result)
            except SymrgError:  # too large, or without an answer: the text stands in for it, and says as much
                return None
    return None


def html(result: object) -> str | None:
    """Return a result as HTML with MathML, None if there is no printer for it.

    Examples
    --------
    >>> from symrg import Chain
    >>> html(Chain([[2, 2], [1, 3]]))[:24]
    '<div class="symrg" style'
    """
    sheet = _sheet(result)
    if sheet is None:
        return None
    parts = [f"<p><strong>{escape(sheet.title)}</strong></p>"]
    parts += [f"<p>{_html(line, alone=True)}</p>" for line in sheet.lines]
    if sheet.rows:
        head = "".join(f'<th scope="col" style="text-align:left">{_html(cell)}</th>' for cell in sheet.header)
        rows = "".join(
            "<tr>" + "".join(f'<td style="text-align:left">{_html(cell)}</td>' for cell in row) + "</tr>"
            for row in sheet.rows
        )
        parts.append(f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>")
    if sheet.note:
        parts.append(f"<p><small>{escape(sheet.note)}</small></p>")
    return f'<div class="symrg" style="overflow-x:auto">{"".join(parts)}</div>'


def latex(result: object) -> str | None:
    r"""Return a result as LaTeX in dollar signs, None if there is no printer for it.

    Examples
    --------
    >>> from symrg import Chain
    >>> latex(Chain([[2, 2], [1, 3]]))[:30]
    '$\\displaystyle \\begin{array}{l'
    """
    sheet = _sheet(result)
    if sheet is None:
        return None
    lines = [rf"\textbf{{{tex_escape(sheet.title)}}}", *map(_latex, sheet.lines)]
    if sheet.rows:
        body = r" \\ ".join(" & ".join(map(_latex, row)) for row in (sheet.header, *sheet.rows))
        lines.append(rf"\begin{{array}}{{{'l' * len(sheet.header)}}}{body}\end{{array}}")
    if sheet.note:
        lines.append(rf"\text{{{tex_escape(sheet.note)}}}")
    body = r" \\ ".join(lines)
    return rf"$\displaystyle \begin{{array}}{{l}}{body}\end{{array}}$"


def _html(cell: Cell, *, alone: bool = False) -> str:
    if isinstance(cell, tuple):
        return " ".join(map(_html, cell))
    return escape(cell) if isinstance(cell, str) else write_mathml(cell, inline=not alone)


def _latex(cell: Cell) -> str:
    if isinstance(cell, tuple):
        return r"\ ".join(map(_latex, cell))
    return rf"\text{{{tex_escape(cell)}}}" if isinstance(cell, str) else write_latex(cell, inline=False)


# -- pieces ---------------------------------------------------------------------------------------------------


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def _size(expression: Any) -> int:
    """Count the terms of all sums in an expression, numbers and symbols counted as one."""
    return sum(len(node.args) for node in sympy.preorder_traversal(expression) if node.is_Add) or 1


def _shown(expression: Any) -> Any:
    """Return an expression, or its shape if it is too long to be read."""
    expression = sympy.sympify(expression, strict=True) if not isinstance(expression, sympy.MatrixBase) else expression
    if isinstance(expression, sympy.MatrixBase):
        rows, columns = expression.shape
        if rows * columns > MOST_TERMS or sum(map(_size, expression)) > MOST_TERMS:
            return f"a matrix of {rows} × {columns}"
        return expression
    size = _size(expression)
    if size <= MOST_TERMS and layout(expression).width <= WIDEST:
        return expression
    return f"an expression of {size} terms in {_count(len(expression.free_symbols), 'symbol')}"


def _equation(left: Any, right: Any) -> Cell:
    shown = _shown(right)
    if isinstance(shown, str):
        return (left, "is " + shown)
    if isinstance(shown, sympy.MatrixBase):
        return (left, "=", shown)
    return sympy.Eq(left, shown, evaluate=False)


def _number(value: Any) -> Cell:
    """Return an exact number; an algebraic one by its polynomial and place."""
    if isinstance(value, AlgebraicNumber):
        return repr(value)
    if isinstance(value, Fraction):
        return sympy.Rational(value.numerator, value.denominator)
    return _shown(value) if isinstance(value, sympy.Basic) else str(value)


def _spectrum(spectrum: Any) -> Cell:
    if spectrum is None:
        return "varies"
    found: list[Cell] = []
    for value, count in spectrum.items():
        found += [_number(value), f"({count})" + ("," if len(found) + 2 < 2 * len(spectrum) else "")]
    return tuple(found)


def _yes(value: bool | None, words: tuple[str, str] = ("yes", "no")) -> str:
    return "not known" if value is None else words[0] if value else words[1]


def _listed(cells: list[Cell]) -> Cell:
    """Put commas between cells."""
    found: list[Cell] = []
    for cell in cells:
        found += [", "] * bool(found) + [cell]
    return tuple(found)


def _conditions(part: Any) -> Cell:
    if type(part).__name__ == "Stratum":
        return "; ".join(part.equations)
    if part.point is not None and not part.at_infinity:
        pairs = zip(part.symbols, part.point, strict=True)
        cells: list[Cell] = []
        for symbol, value in pairs:
            number = _number(value)
            cells.append((symbol, "=", number) if isinstance(number, str) else sympy.Eq(symbol, number, evaluate=False))
        return _listed(cells)
    if sum(map(_size, part.generators)) > MOST_TERMS:
        return f"{_count(len(part.generators), 'equation')} of up to {max(map(_size, part.generators))} terms"
    return _listed([sympy.Eq(g, 0, evaluate=False) for g in part.generators])


def _component_lines(part: Any) -> Iterable[Cell]:
    yield _conditions(part)
    yield (sympy.Symbol("lambda"), ":", _spectrum(part.spectrum))
    if part.rank is not None:
        yield f"rank of V: {part.rank}"
    yield f"real couplings: {_yes(part.physical)} ({part.physical_reason})"


# -- the sheets of the classes -----------------------------------------------------------------------------------


@_prints("Recursion")
def _recursion(recursion: Any) -> Sheet:
    count = len(recursion.factors)
    title = f"Recursion of {_count(count, 'factor')}, scale {recursion.scale}"
    if count * recursion.scale > _MOST_WORK:
        return Sheet(title, note="Too many factors to be written out; images[factor] has the image of one.")
    factors = recursion.factors[:MOST_ROWS]
    lines = tuple(_equation(sympy.Symbol(f"{f}'"), recursion.images[f]) for f in factors)
    return Sheet(title, lines, note=f"The first {MOST_ROWS} images are shown." if count > MOST_ROWS else "")


@_prints("InfinitesimalRecursion")
def _infinitesimal(flow: Any) -> Sheet:
    lines = [_equation(sympy.Symbol(f"d{k}/dl"), beta) for k, beta in flow.beta_functions.items()]
    return Sheet("Infinitesimal recursion, dT/dl = T ln T", tuple(lines), note="l = ln p; the couplings K by factors.")


@_prints("Chain")
def _chain(chain: Any) -> Sheet:
    rows, columns = chain.shape
    matrix = sympy.ImmutableMatrix(chain.multiplicity) if rows * columns <= MOST_TERMS else None
    lines: list[Cell] = [(sympy.Symbol("G"), "=", matrix)] if matrix is not None else []
    if len(chain.couplings) <= MOST_ROWS:
        lines.append(
            (sympy.Symbol("-beta*H"), "=", _shown(chain.exponent)) if False else ("−βH =", _shown(chain.exponent))
        )
    return Sheet(f"Chain of {rows} neuron states and {columns} activation states", tuple(lines))


@_prints("FixedPointSet")
def _fixed_points(fixed: Any) -> Sheet:
    recursion = fixed.recursion
    title = f"Fixed points of a recursion of {_count(len(recursion.factors), 'factor')}, scale {recursion.scale}"
    rows = [
        (
            str(part.dimension), "" if part.rank is None else str(part.rank), _spectrum(part.spectrum),
            _yes(part.at_infinity, ("infinite", "finite")), _yes(part.physical), _conditions(part),
        )
        for part in fixed.components[:MOST_ROWS]
    ]  # fmt: skip
    header = ("dimension", "rank", (sympy.Symbol("lambda"), "(how many)"), "couplings", "real", "where")
    note = ("Complete: " if fixed.complete else "Not known to be complete: ") + fixed.reason + "."
    if len(fixed) > MOST_ROWS:
        note = f"The first {MOST_ROWS} of {len(fixed)} components. " + note
    return Sheet(title, (), header, tuple(rows), note)


@_prints("Component", "Stratum")
def _component(part: Any) -> Sheet:
    kind = "Fixed point" if part.dimension == 0 else f"Fixed points of dimension {part.dimension}"
    return Sheet(kind + (" at infinite coupling" if part.at_infinity else ""), tuple(_component_lines(part)))


@_prints("Linearization")
def _linearization(linear: Any) -> Sheet:
    rows = tuple(
        (_number(value), str(count), _number(linear.exponents[value])) for value, count in linear.eigenvalues.items()
    )
    header = (sympy.Symbol("lambda"), "how many", sympy.Symbol("y"))
    return Sheet(f"Linearised recursion, scale {linear.scale}", (), header, rows)


@_prints("Decimation")
def _decimation(done: Any) -> Sheet:
    title = f"{_count(len(done.over), 'variable')} summed out, {len(done.variables)} left"
    lines: list[Cell] = [("before: −βH =", _shown(done.given))]
    states = 1
    for variable in (*done.over, *done.variables):
        states *= len(variable.alphabet)
    if states <= 2**10:
        lines.append(("the sum of weights:", _shown(done.summed)))
    return Sheet(title, tuple(lines))


@_prints("EndPoint")
def _end_point(end: Any) -> Sheet:
    if end.converges:
        title = f"The flow ends on a fixed point of rank {end.rank}" if end.fixed else "The flow ends at a puncture"
        values = zip(end.chain.factors, end.factors, strict=True)
        lines = [
            (factor, "does not exist there") if value is None else _valued(factor, value)
            for factor, value in list(values)[:MOST_ROWS]
        ]
        return Sheet(title, tuple(lines), note=end.reason)
    title = "No end of the flow is known" if end.converges is None else "The flow has no end"
    if end.period is not None:
        title = f"The flow runs into a cycle of {_count(end.period, 'point')}"
    return Sheet(title, note=end.reason)


def _valued(symbol: Any, value: Any) -> Cell:
    number = _number(value)
    return (symbol, "=", number) if isinstance(number, str) else _equation(symbol, number)


@_prints("Basins")
def _basins(basins: Any) -> Sheet:
    rows = tuple((_shown(region.condition), region.statement) for region in basins.regions)
    lines = (_equation(sympy.Symbol("tau"), basins.trace), _equation(sympy.Symbol("delta"), basins.determinant))
    return Sheet(
        f"Basins of the recursion of scale {basins.scale}", lines, ("where", "what happens"), rows, basins.theorem
    )


@_prints("Verification")
def _verification(found: Any) -> Sheet:
    rows = tuple(
        (record.id, record.kind + (", surrogate" if record.surrogate else ""), record.verdict.status, record.expected)
        for record in found.records
    )
    summary = found.summary
    counts = ", ".join(f"{summary[name]} {name}" for name in ("proved", "refuted", "undecided") if summary[name])
    title = "Every verdict is as expected" if found.ok else "Not every verdict is as expected"
    return Sheet(f"{title}: {counts or 'no claims'}", (), ("statement", "kind", "verdict", "expected"), rows)


@_prints("Derivation")
def _derivation(derivation: Any) -> Sheet:
    rows = tuple((statement.id, statement.kind, statement.cites or "") for statement in derivation.statements)
    return Sheet(derivation.title, (), ("statement", "kind", "cites"), rows, "verify() decides the claims.")
