"""Sheets: what a notebook shows of a result, before it is written as HTML or LaTeX."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import flint
import sympy

from ..exact.algebraic import AlgebraicNumber, digits_of
from .layout import layout

__all__ = [
    "MOST_ROWS",
    "MOST_TERMS",
    "PRINTERS",
    "WIDEST",
    "Cell",
    "Sheet",
    "approximate",
    "count",
    "equation",
    "listed",
    "number",
    "prints",
    "prose",
    "shown",
    "spectrum",
]

MOST_TERMS = 60  # of a formula that is written out: more cannot be read
WIDEST = 120  # em, which is three lines
MOST_ROWS = 12

Cell = Any
"""Text, or a SymPy object, or a tuple of them that are put side by side; blanks between them are in the text."""


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


def prints(*names: str) -> Callable[[Callable[[Any], Sheet]], Callable[[Any], Sheet]]:
    """Register a function as what makes the sheets of the classes of these names."""

    def register(printer: Callable[[Any], Sheet]) -> Callable[[Any], Sheet]:
        PRINTERS.update(dict.fromkeys(names, printer))
        return printer

    return register


# -- pieces of sheets -----------------------------------------------------------------------------------------


def count(number: int, thing: str) -> str:
    """Return a number of things in words.

    Examples
    --------
    >>> count(1, "factor"), count(3, "factor")
    ('1 factor', '3 factors')
    """
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def _raised(digits: str) -> str:
    return digits.translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))


_KEYBOARD: tuple[tuple[str, Any], ...] = (
    (r"\b([A-Za-z])\^T\b", r"\1ᵀ"), (r"\blambda\b", "λ"), (r"\bzeta\b", "ζ"), (r"\bpi\b", "π"), (r"\btheta\b", "θ"),
    (r"!=", "≠"), (r"<=", "≤"), (r">=", "≥"), (r"->", "→"), (r"\(p-1\)", "(p − 1)"), (r"\^\(p − 1\)", "ᵖ⁻¹"),
    (r"\b([A-Z])\^-1\b", r"\1⁻¹"), (r"\bV_k\b", "Vₖ"), (r"\*\*(\d+)", lambda found: _raised(found[1])),
    (r"(?<=\d)\*I\b", " i"), (r"(?<=\d)\*(?=[A-Za-z])", ""), (r"(?<=\w) - (?=\d|\w\b)", " − "),
    (r"(?<![\w)])-(?=\d)", "−"),
)  # fmt: skip


def prose(text: str) -> str:
    """Return a reason as the kernel writes it, for keyboards, with the signs of mathematics.

    Examples
    --------
    >>> prose("T^(p-1) V = lambda V with lambda != 0 and T = V G^T")
    'Tᵖ⁻¹ V = λ V with λ ≠ 0 and T = V Gᵀ'
    >>> prose("root 1 of 3*k**2 - k + 1 near -0.5 + 1.25*I")
    'root 1 of 3k² − k + 1 near −0.5 + 1.25 i'
    """
    for pattern, sign in _KEYBOARD:
        text = re.sub(pattern, sign, text)
    return text


def size(expression: Any) -> int:
    """Count the terms of all sums in an expression, numbers and symbols counted as one."""
    return sum(len(node.args) for node in sympy.preorder_traversal(expression) if node.is_Add) or 1


def shown(expression: Any) -> Any:
    """Return an expression as it is, or its shape in words if it is too long to be read."""
    expression = sympy.sympify(expression, strict=True) if not isinstance(expression, sympy.MatrixBase) else expression
    if isinstance(expression, sympy.MatrixBase):
        rows, columns = expression.shape
        if rows * columns > MOST_TERMS or sum(map(size, expression)) > MOST_TERMS:
            return f"a matrix of {rows} × {columns}"
        return expression
    terms = size(expression)
    if terms <= MOST_TERMS and layout(expression).width <= WIDEST:
        return expression
    return f"an expression of {terms} terms in {count(len(expression.free_symbols), 'symbol')}"


def equation(left: Any, right: Any, whole: str = "") -> Cell:
    """Return left = right, or what shape the right side has, and then what to call for the whole of it."""
    found = shown(right)
    if isinstance(found, str):
        return (left, f" is {found}" + (f"; see {whole}" if whole else ""))
    if isinstance(found, sympy.MatrixBase):
        return (left, " = ", found)
    return sympy.Eq(left, found, evaluate=False)


def number(value: Any) -> Cell:
    """Return an exact number; an algebraic one by its polynomial, its place among the roots and some digits."""
    if isinstance(value, AlgebraicNumber):
        polynomial = sympy.Poly(value.minimal_polynomial[::-1], sympy.Symbol("x")).as_expr()
        return (f"root {value.index} of ", polynomial, f" {approximate(value, 9)}")
    if isinstance(value, int | Fraction):
        return sympy.Rational(value.numerator, value.denominator)
    if isinstance(value, sympy.CRootOf) and value.is_real:
        return (f"root {value.index} of ", value.expr, f" ≈ {_minus(_digits(value))}")
    return shown(value) if isinstance(value, sympy.Basic) else str(value)


def approximate(value: AlgebraicNumber, digits: int = 6) -> str:
    r"""Return the first digits of an algebraic number, with an i after imaginary parts.

    Examples
    --------
    >>> from symrg.exact.algebraic import roots_of
    >>> [approximate(root).replace("\u00a0", " ") for root in roots_of((1, 1, 1))]
    ['≈ −0.500000 − 0.866025 i', '≈ −0.500000 + 0.866025 i']
    """
    return _minus(digits_of(value, digits)).replace("*I", "\u00a0i")


def _minus(digits: str) -> str:
    return digits.replace("-", "−")


def _digits(root: Any) -> str:
    near = root.eval_rational(n=12)
    return str(flint.arb(flint.fmpq(int(near.p), int(near.q))).str(9, radius=False))


def valued(symbol: Any, value: Any) -> Cell:
    """Return symbol = value."""
    found = number(value)
    return (symbol, " = ", found) if isinstance(found, str | tuple) else sympy.Eq(symbol, found, evaluate=False)


def spectrum(eigenvalues: Any) -> Cell:
    """Return eigenvalues with their multiplicities."""
    if eigenvalues is None:
        return "varies"
    return listed([(number(value), f"\u00a0({times})") for value, times in eigenvalues.items()])


def listed(cells: list[Cell], between: str = ", ") -> Cell:
    """Put commas between cells."""
    found: list[Cell] = []
    for cell in cells:
        found += [between] * bool(found) + [cell]
    return tuple(found)


def matrix(rows: Any) -> Cell:
    """Return a matrix of exact numbers, or its shape if it is too long to be read."""
    entries = [[number(x) for x in row] for row in rows]
    if any(isinstance(entry, str | tuple) for row in entries for entry in row):
        return f"a matrix of {len(entries)} × {len(entries[0])} algebraic numbers"
    return shown(sympy.ImmutableMatrix(entries))
