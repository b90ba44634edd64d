"""The lines of a displayed formula, and the condition that stands beside them or below."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from .segments import cramped
from .tree import Atom, Node, Row, Space

__all__ = ["INDENT", "Line", "beside", "conditioned", "shattered"]

INDENT = 1.0  # em; how far a continued line stands in
_GAP = 1.5  # em; between a formula and its condition
_NARROWEST = 7.0  # em; a condition is not squeezed into less


@dataclass(frozen=True)
class Line:
    """A line of a displayed formula: the sides meet at the alignment point.

    Parameters
    ----------
    left : Node or None
        What stands left of the alignment point.
    right : Node
        From the relation on.
    indent : float
        In em, before ``right``.
    """

    left: Node | None
    right: Node
    indent: float = 0.0


def beside(lines: Sequence[Line], condition: Node, width: float) -> bool:
    """Whether the condition of a row has room at the end of its last line.

    Parameters
    ----------
    lines : sequence of Line
        The row, from :func:`symrg.view.breaking.display_lines`.
    condition : Node
        When it holds.
    width : float
        The width of the line, in em.
    """
    last = lines[-1]
    return _aligned(lines) + last.indent + last.right.width + _GAP + condition.width <= width


def conditioned(lines: Sequence[Line], condition: Node, width: float, *, apart: bool) -> list[Line]:
    """Put a condition at the end of the last line of its row, or below on lines of its own.

    Parameters
    ----------
    lines, condition, width
        As for :func:`beside`.
    apart : bool
        Whether it goes below.

    Returns
    -------
    list of Line
    """
    *before, last = lines
    if not apart:
        return [*before, Line(last.left, Row((last.right, Space(_GAP), condition), "line"), last.indent)]
    indent = 2 * INDENT
    words = _wrapped(condition, max(width - _aligned(lines) - indent, _NARROWEST))
    return [*lines, *(Line(None, line, indent) for line in words)]


def _aligned(lines: Sequence[Line]) -> float:
    """Return how far from the left margin the sides of the lines meet."""
    return max((line.left.width for line in lines if line.left is not None), default=0.0)


def _wrapped(condition: Node, width: float) -> list[Node]:
    """Break a condition between its words."""
    lines: list[list[Node]] = [[]]
    for part in condition.children if isinstance(condition, Row) else (condition,):
        pieces: list[Node] = [part]
        if isinstance(part, Atom) and part.kind == "text":
            pieces = [Atom(word, "text") for word in re.findall(r"\s*\S+|\s+", part.text)]
        for piece in pieces:
            if lines[-1] and sum(node.width for node in lines[-1]) + piece.width > width and not _sticks(piece):
                lines.append([])
            stripped = isinstance(piece, Atom) and piece.kind == "text" and not lines[-1]
            lines[-1].append(Atom(piece.text.lstrip(), "text") if stripped and isinstance(piece, Atom) else piece)
    return [Row(tuple(line)) for line in lines]


def _sticks(piece: Node) -> bool:
    """Whether a piece is punctuation, which stays with what is before it."""
    return isinstance(piece, Atom) and not any(map(str.isalnum, piece.text))


def shattered(lines: Sequence[Line], width: float) -> bool:
    """Whether a displayed formula had to be broken so small that one long line is read more easily.

    Parameters
    ----------
    lines : sequence of Line
        From :func:`symrg.view.breaking.display_lines`.
    width : float
        The width of the line that was asked for, in em.
    """
    aligned = _aligned(lines)
    return any(aligned + line.indent + line.right.width > 1.05 * width or cramped(line.right) for line in lines)
