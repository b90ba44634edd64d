"""Deeply nested formulas as running lines: small brackets, broken before signs wherever a line ends."""

from __future__ import annotations

from collections.abc import Sequence

from .tree import Fence, Node, Op, Row, Scripts

__all__ = ["running_lines"]


def running_lines(node: Node, width: float, hang: float) -> list[tuple[float, Node]]:
    """Break a flat formula like running text: before signs at any depth, the outer ones preferred.

    Parameters
    ----------
    node : Node
        Without fractions and other tall parts.
    width, hang : float
        The width of the lines, and the indent of all but the first, in em.

    Returns
    -------
    list of (float, Node)
        The lines with their indents.
    """
    tokens = _tokens(node, 0)
    lines: list[tuple[float, Node]] = []
    while tokens:
        indent = hang if lines else 0.0
        room = width - indent
        used, best = 0.0, 0
        for place, (token, _, breakable) in enumerate(tokens):
            if place and breakable and used > room * 0.5:
                # Later is better, and so is further out: a level of brackets is worth a sixth of a line.
                best = max(best, place, key=lambda at: _merit(tokens, at, room) if at else -1.0)
            used += token.width
            if used > room and place:
                best = best or _emergency(tokens, place)
                break
        else:
            best = len(tokens)
        lines.append((indent, Row(tuple(token for token, _, _ in tokens[:best]), "line")))
        tokens = tokens[best:]
    return lines


def _emergency(tokens: Sequence[tuple[Node, int, bool]], end: int) -> int:
    """Find a place where there is no sign to break before: after an opening bracket, or before the last sign."""
    for at in range(end, end // 2, -1):
        before = tokens[at - 1][0]
        if isinstance(before, Op) and before.text in ("(", "["):
            return at
    return next((at for at in range(end, 0, -1) if tokens[at][2]), end)


def _merit(tokens: Sequence[tuple[Node, int, bool]], at: int, room: float) -> float:
    return 10 + sum(token.width for token, _, _ in tokens[:at]) / room - tokens[at][1] / 6


def _tokens(node: Node, depth: int) -> list[tuple[Node, int, bool]]:
    """Flatten a formula into pieces, each with its depth in brackets, and whether a line may start with it."""
    if isinstance(node, Row):
        found: list[tuple[Node, int, bool]] = []
        for child in node.children:
            if isinstance(child, Op) and child.kind in ("bin", "rel"):
                found.append((child, depth, True))
            else:
                found += _tokens(child, depth)
        return found
    if isinstance(node, Fence) and node.left and node.right:
        inside = _tokens(node.body, depth + 1)
        return [(Op(node.left, "plain"), depth, False), *inside, (Op(node.right, "plain"), depth, False)]
    if isinstance(node, Scripts) and isinstance(node.base, Fence) and node.base.right:
        *inside, (last, _, _) = _tokens(node.base, depth)
        return [*inside, (Scripts(last, node.sub, node.sup), depth, False)]
    return [(node, depth, False)]
