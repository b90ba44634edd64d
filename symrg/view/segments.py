"""The pieces of a formula between which a line may end, and how they are put on one line."""

from __future__ import annotations

from collections.abc import Sequence

from .tree import Atom, Fence, Frac, Node, Op, Row, Scripts, Space, Stack, children

__all__ = ["bare", "cramped", "product_segments", "segments", "unbreakable"]

_NARROW = 4.5  # em; lines shorter than this on average are no lines
_SHORT = 7.0  # em; a product of letters that is no longer stays whole


def segments(row: Row) -> list[Row]:
    """Cut a sum, relation or list into the pieces between which it may be broken.

    Examples
    --------
    >>> [piece.width for piece in segments(Row((Atom("a"), Op("+", "bin"), Atom("b")), "sum"))]
    [0.53, 1.68]
    """
    pieces: list[list[Node]] = [[]]
    for child in row.children:
        before = isinstance(child, Op) and child.kind in ("bin", "rel")
        if before and pieces[-1]:
            pieces.append([])
        pieces[-1].append(child)
        if isinstance(child, Op) and child.kind == "punct":
            pieces.append([])
    return [Row(tuple(piece), "segment") for piece in pieces if piece]


def product_segments(row: Row) -> list[Row]:
    """Cut a product into factors; a factor that starts a line will show the sign that is otherwise left out."""
    pieces: list[list[Node]] = []
    for child in row.children:
        if isinstance(child, Space) or (isinstance(child, Op) and child.kind == "times"):
            continue
        if isinstance(child, Op) and child.kind == "slash" and pieces:
            pieces.append([child])
        elif pieces and isinstance(pieces[-1][-1], Op):
            pieces[-1].append(child)
        else:
            pieces.append([child])
    return [
        Row(tuple(piece if place == 0 or isinstance(piece[0], Op) else [Op("×", "times"), *piece]), "segment")
        for place, piece in enumerate(pieces)
    ]


def bare(pieces: Sequence[Row]) -> Row:
    """Put segments on one line; the sign of multiplication shows only where the line starts with it."""
    nodes: list[Node] = []
    for place, piece in enumerate(pieces):
        children = list(piece.children)
        first = children[0]
        if place and isinstance(first, Op) and first.kind == "times":
            children = children[1:]
            if nodes and not isinstance(nodes[-1], Fence):
                nodes.append(Space())
        nodes.extend(children)
    return Row(tuple(nodes), "line")


def unbreakable(row: Row) -> bool:
    """Whether a product is letters and numbers only, and short: it reads as one thing."""
    letters = all(
        isinstance(part.base if isinstance(part, Scripts) else part, Atom | Op | Space) for part in row.children
    )
    return letters and row.width <= _SHORT


def cramped(node: Node) -> bool:
    """Whether lines stand inside a node that are hard to read: very short, lines within lines, or a torn product.

    Examples
    --------
    >>> lines = Stack(((0.0, Atom("y")), (1.0, Row((Op("−"), Atom("b"))))))
    >>> cramped(Fence("(", lines, ")"))
    True
    """
    if not isinstance(node, Stack):
        return any(cramped(part) for part in children(node))
    lines = [line for _, line in node.lines]
    torn = [line for line in lines if isinstance(line, Row) and _starts_with_times(line) and not _has_brackets(line)]
    return bool(torn) or sum(line.width for line in lines) < _NARROW * len(lines) or any(map(_has_lines, lines))


def _starts_with_times(line: Row) -> bool:
    first = line.children[0] if line.children else None
    return (isinstance(first, Op) and first.kind == "times") or (isinstance(first, Row) and _starts_with_times(first))


def _has_brackets(node: Node) -> bool:
    return isinstance(node, Fence | Frac) or any(map(_has_brackets, children(node)))


def _has_lines(node: Node) -> bool:
    return isinstance(node, Stack) or any(_has_lines(part) for part in children(node))
