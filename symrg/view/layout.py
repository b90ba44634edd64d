r"""Formulas: SymPy objects laid out once, written twice, as LaTeX and as MathML.

Both writers read the same tree (:mod:`symrg.view.tree`), so that the two documents of a derivation show the
same formula, broken at the same places. Objects are shown as they are; nothing is simplified on the way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sympy

from ..ledger.blocks import FormulaRow, Prose
from .breaking import PAGE, display_lines, fit
from .compose import RELATION_SIGNS, Composer
from .lines import Line, beside, conditioned
from .mathml import math_element, mathml_display, mathml_node
from .texmath import tex, tex_display
from .tree import Atom, Fence, Node, Op, Row

__all__ = [
    "TEX_WIDTH",
    "LaidRow",
    "condition_node",
    "formula_lines",
    "inline_pieces",
    "latex",
    "lay_rows",
    "layout",
    "mathml",
    "mathml_formula",
    "mathtext",
    "tex_formula",
]

TEX_WIDTH = 37.0  # em; the line of the LaTeX article, less its equation numbers


def layout(expr: Any, *, names: Mapping[str, str] | None = None, inline: bool = False) -> Node:
    """Lay out a SymPy object as a tree.

    Parameters
    ----------
    expr : SymPy object, matrix, int or str
        What to show; floats are refused.
    names : mapping, optional
        How functions (by class name) and symbols (by name) are written, as symbol names:
        ``{"heaviside": "sigma"}``.
    inline : bool
        Whether it stands in running text.

    Returns
    -------
    Node

    Raises
    ------
    NotExactError
        For a floating-point number.

    Examples
    --------
    >>> layout(sympy.Symbol("u")).text
    'u'
    """
    return Composer(names, inline=inline).node(_prepared(expr))


def _prepared(expr: Any) -> Any:
    if isinstance(expr, tuple | list):
        return sympy.Tuple(*expr)
    return sympy.ImmutableMatrix(expr) if isinstance(expr, sympy.MatrixBase) else expr


def latex(expr: Any, *, names: Mapping[str, str] | None = None, inline: bool = True, width: float | None = None) -> str:
    r"""Write a SymPy object as LaTeX, without dollar signs.

    Parameters
    ----------
    expr : SymPy object, matrix, int or str
        A relational may be broken at its sign, a sum at plus and minus.
    names : mapping, optional
        As for :func:`layout`.
    inline : bool
        Whether short fractions are written with a slash.
    width : float, optional
        In em: break what is wider.

    Returns
    -------
    str

    Raises
    ------
    NotExactError
        For a floating-point number.

    Examples
    --------
    >>> A, B, C = sympy.symbols("A B C")
    >>> latex(sympy.log(2 + sympy.exp(B) + 3*sympy.exp(A + B + C)))
    '\\ln(2 + e^{B} + 3e^{A + B + C})'
    >>> latex(sympy.Symbol("W_12^(0)") / 2, inline=False)
    '\\frac{W_{12}^{(0)}}{2}'
    """
    node = layout(expr, names=names, inline=inline)
    return tex(node if width is None else fit(node, width)).strip()


def mathtext(expr: Any) -> str:
    r"""Write a SymPy object as the LaTeX that matplotlib knows, without dollar signs.

    Parameters
    ----------
    expr : SymPy object
        It stays on one line.

    Examples
    --------
    >>> mathtext(sympy.Symbol("k_1_2"))
    'k_{1,2}'
    """
    return latex(expr).replace(r"\allowbreak ", "")


def mathml(
    expr: Any, *, names: Mapping[str, str] | None = None, inline: bool = True, width: float | None = None
) -> str:
    """Write a SymPy object as a MathML ``math`` element.

    Parameters
    ----------
    expr, names, inline, width
        As for :func:`latex`; ``inline=False`` gives display style.

    Returns
    -------
    str
        Well-formed XML.

    Examples
    --------
    >>> mathml(sympy.Symbol("x")**2)
    '<math xmlns="http://www.w3.org/1998/Math/MathML"><msup><mi>x</mi><mn>2</mn></msup></math>'
    """
    node = layout(expr, names=names, inline=inline)
    return math_element(mathml_node(node if width is None else fit(node, width)), display=not inline)


@dataclass(frozen=True)
class LaidRow:
    """One row of a displayed formula, laid out but not broken yet."""

    members: tuple[Node, ...]
    relations: tuple[Node, ...]
    condition: Node | None


def lay_rows(rows: Sequence[FormulaRow], *, names: Mapping[str, str] | None = None) -> tuple[LaidRow, ...]:
    """Lay out the rows of a displayed formula; break them with :func:`formula_lines`, for one width or several.

    Parameters
    ----------
    rows : sequence of FormulaRow
        From the ledger.
    names : mapping, optional
        As for :func:`layout`.

    Returns
    -------
    tuple of LaidRow
    """
    return _laid(tuple(rows), tuple(sorted((names or {}).items())))


@lru_cache(maxsize=512)
def _laid(rows: tuple[FormulaRow, ...], names: tuple[tuple[str, str], ...]) -> tuple[LaidRow, ...]:
    # both documents show the same rows, and the errata show some of them again
    composer = Composer(dict(names))
    return tuple(
        LaidRow(
            tuple(composer.node(member) for member in row.members),
            tuple(Op(RELATION_SIGNS[name], "rel") for name in row.relations),
            condition_node(row.condition, dict(names)),
        )
        for row in rows
    )


def formula_lines(rows: Sequence[LaidRow], width: float, *, tallest: float = PAGE) -> list[Line]:
    """Break a displayed formula into lines of at most ``width`` em.

    Parameters
    ----------
    rows : sequence of LaidRow
        Its rows; they share the alignment point.
    width : float
        In em.
    tallest : float
        In lines, as for :func:`symrg.view.breaking.display_lines`.

    Returns
    -------
    list of Line
    """
    # Rows are aligned at their relation, so each has the room that the widest left side leaves to all.
    left = max((row.members[0].width for row in rows if row.relations), default=0.0)
    found: list[tuple[LaidRow, float, list[Line]]] = []
    for row in rows:
        own = row.members[0].width
        room = width - (left - own) if row.relations and left <= 0.4 * width else width
        found.append((row, room, display_lines(row.members, row.relations, room, tallest=tallest)))
    # the conditions of a system stand beside its rows, or all below them
    apart = any(row.condition and not beside(lines, row.condition, room) for row, room, lines in found)
    return [
        line
        for row, room, lines in found
        for line in (conditioned(lines, row.condition, room, apart=apart) if row.condition else lines)
    ]


def condition_node(condition: Prose, names: Mapping[str, str] | None = None) -> Node | None:
    """Lay out the condition of a row, as text with mathematics in it; None if there is none."""
    if not condition:
        return None
    parts: list[Node] = []
    for segment in condition.segments:
        if segment.kind == "math":
            parts.append(layout(segment.value, names=names, inline=True))
        else:
            parts.append(Atom(str(segment.value), "text"))
    return Row(tuple(parts))


def inline_pieces(node: Node, width: float) -> list[Node]:
    """Cut a formula in running text into pieces between which a line may end.

    Parameters
    ----------
    node : Node
        The formula.
    width : float
        In em: what is narrower stays whole.

    Returns
    -------
    list of Node
        Side by side they show the same formula.
    """
    if node.width <= width:
        return [node]
    if isinstance(node, Fence) and not node.body.tall:
        pieces = inline_pieces(node.body, 0.0)
        first, last = Op(node.left, "plain"), Op(node.right, "plain")
        if len(pieces) == 1:
            return [node]
        return [Row((first, pieces[0])), *pieces[1:-1], Row((pieces[-1], last))]
    if isinstance(node, Row) and node.role in ("sum", "relation", "list"):
        pieces = []
        current: list[Node] = []
        for child in node.children:
            if isinstance(child, Op) and child.kind in ("bin", "rel") and current:
                pieces.append(Row(tuple(current)))
                current = []
            current.append(child)
            if isinstance(child, Op) and child.kind == "punct":
                pieces.append(Row(tuple(current)))
                current = []
        return [*pieces, Row(tuple(current))] if current else pieces
    return [node]


def tex_formula(
    rows: Sequence[FormulaRow],
    *,
    label: str = "",
    width: float = TEX_WIDTH,
    names: Mapping[str, str] | None = None,
) -> str:
    """Write a displayed formula as a LaTeX environment; numbered if it has a label."""
    return tex_display(formula_lines(lay_rows(rows, names=names), width), label=label, width=width)


def mathml_formula(
    rows: Sequence[FormulaRow], *, widths: Sequence[float], names: Mapping[str, str] | None = None
) -> tuple[str, ...]:
    """Write a displayed formula as MathML ``math`` elements, one for each width of the line in em."""
    laid = lay_rows(rows, names=names)
    return tuple(mathml_display(formula_lines(laid, width, tallest=3 * PAGE)) for width in widths)
