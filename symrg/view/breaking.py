"""Breaking formulas that are wider than the line.

:func:`fit` makes a node narrower by breaking inside it: the result is one box. :func:`display_lines` breaks a
whole displayed formula into lines of the page: first at relations, then before plus and minus, then between
factors, then inside brackets and fractions; what would become taller than a page is opened up over lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeGuard

from .lines import INDENT, Line
from .running import running_lines
from .segments import bare, cramped, product_segments, segments, unbreakable
from .tree import (
    Accent,
    Atom,
    Big,
    Fence,
    Frac,
    Grid,
    Node,
    Op,
    Root,
    Row,
    Scripts,
    Space,
    Stack,
    children,
    fence_depth,
)

__all__ = ["display_lines", "fit"]

PAGE = 27.0  # lines; a box taller than this is opened up, so that the page can break in it
_DEEP = 3  # brackets in brackets; deeper nesting is set as running lines, with small brackets
_NARROWEST = 7.0  # em; a matrix is not squeezed into narrower columns
_WIDE_LEFT = 0.4  # a left side wider than this part of the line gets a line of its own


def fit(node: Node, width: float) -> Node:
    """Return the node, broken inside so that it is at most ``width`` em wide where that can be done.

    Parameters
    ----------
    node : Node
        Anything.
    width : float
        In em.

    Returns
    -------
    Node
        The same node if it fits. What holds nothing to break at stays too wide.
    """
    if node.width <= width:
        return node
    depth = 0 if node.tall else fence_depth(node)
    if depth < _DEEP:
        return _fit_inside(node, width)
    if depth <= 2 * _DEEP:  # beyond, trying would cost a power of the depth
        boxed = _fit_inside(node, width)
        if boxed.width <= width and _stacks(boxed) <= 1:
            return boxed
    return _stack(running_lines(node, width, INDENT))


def _stacks(node: Node) -> int:
    """Return how many stacks of lines stand inside each other."""
    return max((_stacks(part) for part in children(node)), default=0) + isinstance(node, Stack)


def _fit_inside(node: Node, width: float) -> Node:
    """Break a node in boxes. What stands beside others or carries scripts is broken like this, never as lines."""
    if node.width <= width:
        return node
    if isinstance(node, Row):
        return _fit_row(node, width)
    if isinstance(node, Fence):
        brackets = node.width - node.body.width + 0.4
        return Fence(node.left, fit(node.body, width - brackets), node.right)
    if isinstance(node, Frac):
        return Frac(fit(node.num, width - 0.3), fit(node.den, width - 0.3))
    if isinstance(node, Scripts):
        return Scripts(_fit_inside(node.base, width - (node.width - node.base.width)), node.sub, node.sup)
    if isinstance(node, Root):
        return Root(fit(node.body, width - 1.05), node.index)
    if isinstance(node, Accent):
        return Accent(_fit_inside(node.base, width), node.mark)
    if isinstance(node, Grid):
        return _fit_grid(node, width)
    if isinstance(node, Stack):
        return Stack(tuple((indent, fit(line, width - indent)) for indent, line in node.lines))
    return node


def _fit_row(row: Row, width: float) -> Node:
    if row.role in ("sum", "relation", "list"):
        return _beside(row, width) or _stack(_pack(segments(row), width))
    if row.role == "product":
        return _fit_product(row, width)
    if row.role == "integrand":
        return _fit_integrand(row, width)
    if _starts_large(row):
        return _fit_large(row, width)
    place = len(row.children) - 1
    if row.role != "apply":
        place = max(range(len(row.children)), key=lambda index: row.children[index].width)
    rest = row.width - row.children[place].width
    parts = list(row.children)
    parts[place] = _fit_inside(row.children[place], max(width - rest, width / 3))
    return Row(tuple(parts), row.role)


def _fit_large(row: Row, width: float) -> Node:
    """Break a sum, an integral or a limit: after its signs, or in what they stand before."""
    signs, body = _large_signs(row)
    head = Row(tuple(signs), "line")
    if head.width > width:
        return row
    beside = fit(body, max(width - head.width, width / 3))
    apart = head.width > 0.3 * width and body.width <= width - INDENT
    if not apart and not isinstance(beside, Stack) and head.width + beside.width <= width and not cramped(beside):
        return Row((*signs, beside), row.role)
    below = fit(body, width - INDENT)
    lines = below.lines if isinstance(below, Stack) else ((0.0, below),)
    (_, first), *others = lines
    if head.width + first.width <= width:
        # the first line goes on after the signs; the others hang under it
        return _stack([(0.0, Row((*signs, first), "line")), *((INDENT + indent, line) for indent, line in others)])
    return Stack(((0.0, head), *((INDENT + indent, line) for indent, line in lines)))


def _large_signs(row: Row) -> tuple[list[Node], Node]:
    """Part the large operators at the start of a row, and the factors between them, from what they stand before."""
    count = next((place for place, child in enumerate(row.children) if not isinstance(child, Big)), 0)
    last = row.children[-1]
    if row.role == "apply" and count:
        body = Row(row.children[count:], "apply") if len(row.children) > count + 1 else last
        signs, body = _large_signs(body) if isinstance(body, Row) else ([], body)
        return [*row.children[:count], *signs], body
    if row.role == "product" and _starts_large(last):
        signs, body = _large_signs(last)
        return [*row.children[:-1], *signs], body
    if row.role == "integrand" and _starts_large(row.children[0]):
        signs, body = _large_signs(row.children[0])
        return signs, Row((body, *row.children[1:]), "integrand")
    return [], row


def _starts_large(node: Node) -> TypeGuard[Row]:
    return isinstance(node, Row) and node.role == "apply" and isinstance(node.children[0], Big)


def _fit_integrand(row: Row, width: float) -> Node:
    """Break an integrand; its differentials stay at the end of its last line."""
    inner, *differentials = row.children
    after = sum(child.width for child in differentials)
    if isinstance(inner, Row) and inner.role == "product":
        *pieces, last = product_segments(inner)
        if pieces:
            return _stack(_pack([*pieces, Row((*last.children, *differentials), "segment")], width))
    narrow = fit(inner, width - after)
    if not isinstance(narrow, Stack):
        return Row((narrow, *differentials), "line")
    *lines, (indent, line) = narrow.lines
    return Stack((*lines, (indent, Row((line, *differentials), "line"))))


def _beside(row: Row, width: float) -> Node | None:
    """Keep a sum on one line if all but one of its terms are short, and the long one can be made narrower."""
    place = max(range(len(row.children)), key=lambda index: row.children[index].width)
    rest = row.width - row.children[place].width
    if row.role == "list" or rest > 0.3 * width or fence_depth(row) > _DEEP:
        return None
    narrow = _fit_inside(row.children[place], width - rest)
    if isinstance(narrow, Stack) or narrow.width > width - rest:
        return None
    return Row((*row.children[:place], narrow, *row.children[place + 1 :]), row.role)


def _fit_product(row: Row, width: float) -> Node:
    if unbreakable(row):
        return row
    factors = [child for child in row.children if not isinstance(child, Space)]
    place = max(range(len(row.children)), key=lambda index: row.children[index].width)
    widest = row.children[place]
    rest = row.width - widest.width
    # A short factor stays beside a long one; otherwise the line breaks between factors.
    if rest <= width * 0.4 or len(factors) == 1:
        narrow = list(row.children)
        narrow[place] = _fit_inside(widest, width - rest)
        return Row(tuple(narrow), "product")
    return _stack(_pack(product_segments(row), width))


def _pack(pieces: list[Row], width: float) -> list[tuple[float, Node]]:
    """Set segments into as few lines as the width allows, and those lines about equally long."""
    lines = _greedy(pieces, width)
    # Only short pieces are spread evenly: opening long ones again for each trial would cost a power of the depth.
    if len(lines) > 1 and all(piece.width <= 0.6 * width - INDENT for piece in pieces):
        for part in (0.6, 0.7, 0.8, 0.9):
            even = _greedy(pieces, width * part)
            if len(even) <= len(lines) and all(indent + line.width <= width for indent, line in even):
                return even
    return lines


def _greedy(pieces: list[Row], width: float) -> list[tuple[float, Node]]:
    lines: list[tuple[float, Node]] = []
    current: list[Row] = []

    def flush() -> None:
        if current:
            lines.append((INDENT if lines else 0.0, bare(current)))
            current.clear()

    for piece in pieces:
        room = width - (INDENT if lines else 0.0)
        if current and sum(item.width for item in current) + piece.width > room:
            flush()
            room = width - INDENT
        if piece.width <= room:
            current.append(piece)
            continue
        flush()
        lines.extend(_open_segment(piece, width, bool(lines)))
    flush()
    return lines


def _open_segment(piece: Row, width: float, continued: bool) -> list[tuple[float, Node]]:
    """Break a segment that is wider than a line: its sign, and what follows, on lines of its own."""
    start = INDENT if continued else 0.0
    sign = [child for child in piece.children[:1] if isinstance(child, Op)]
    rest = piece.children[len(sign) :]
    body = rest[0] if len(rest) == 1 else Row(rest)
    before = sum(child.width for child in sign)
    narrow = fit(body, max(width - start - before, width / 3))
    if not isinstance(narrow, Stack):
        return [(start, Row((*sign, narrow), "line"))]
    # A sum's long product is spliced into the lines of the sum: a box in mid-line would read badly.
    first, *others = narrow.lines
    return [
        (start, Row((*sign, first[1]), "line")),
        *((start + before + indent, line) for indent, line in others),
    ]


def _stack(lines: list[tuple[float, Node]]) -> Node:
    return lines[0][1] if len(lines) == 1 else Stack(tuple(lines))


def _fit_grid(grid: Grid, width: float) -> Grid:
    columns = grid.columns
    room = width - grid.gap * (len(columns) - 1)
    # Narrow columns keep their width; the others share what is left.
    share, fixed = room / max(len(columns), 1), 0.0
    wide = list(columns)
    for _ in columns:
        fixed = sum(column for column in columns if column <= share)
        wide = [column for column in columns if column > share]
        if not wide:
            break
        share = max((room - fixed) / len(wide), room / (2 * len(columns)))
    rows = tuple(tuple(fit(cell, max(share, _NARROWEST)) for cell in row) for row in grid.rows)
    return Grid(rows, grid.cases)


def display_lines(
    members: Sequence[Node],
    relations: Sequence[Node],
    width: float,
    *,
    tallest: float = PAGE,
) -> list[Line]:
    """Break one row of a displayed formula, ``members[0] relations[0] members[1] ...``, into lines.

    Parameters
    ----------
    members, relations : sequences of Node
        One relation less than members.
    width : float
        The width of the line, in em.
    tallest : float
        In lines: what would become a taller box is opened up over lines of the page.

    Returns
    -------
    list of Line
    """
    whole = sum(part.width for part in (*members, *relations))
    left = members[0]
    if not relations:
        return _body_lines(None, None, left, width, tallest)
    if whole <= width and len(members) > 2:
        rest: list[Node] = [relations[0], members[1]]
        for relation, member in zip(relations[1:], members[2:], strict=True):
            rest += [relation, member]
        return [Line(left, Row(tuple(rest), "line"))]
    lines: list[Line] = []
    alone = (
        left.width > width * (_WIDE_LEFT if width > 25 else _WIDE_LEFT / 2)
        and left.width + relations[0].width + members[1].width > width
    )
    if alone:
        lines = [Line(None, line.right, line.indent) for line in _body_lines(None, None, left, width, tallest)]
    room = width - 2 * INDENT if alone else width - left.width
    for place, (relation, member) in enumerate(zip(relations, members[1:], strict=True)):
        head = left if place == 0 and not alone else None
        body = _body_lines(head, relation, member, room, tallest)
        lines += [Line(line.left, line.right, line.indent + 2 * INDENT * alone) for line in body]
    return lines


def _body_lines(left: Node | None, relation: Node | None, member: Node, room: float, tallest: float) -> list[Line]:
    head = [] if relation is None else [relation]
    before = sum(part.width for part in head)
    space = room - before
    narrow = fit(member, space)
    if _tallest(narrow) > tallest and member.width > space:
        broken = _spread(member, space, tallest)
    else:
        broken = list(narrow.lines) if isinstance(narrow, Stack) else [(0.0, narrow)]
    lines = [Line(left, Row((*head, broken[0][1]), "line"), broken[0][0])]
    lines += [Line(None, line, before + indent) for indent, line in broken[1:]]
    return lines


def _tallest(node: Node) -> float:
    """Return the height of the tallest box that the page cannot break."""
    return max(line.height for _, line in node.lines) if isinstance(node, Stack) else node.height


def _spread(node: Node, width: float, tallest: float) -> list[tuple[float, Node]]:
    """Open a node up over lines of the page, brackets on lines of their own where needed."""
    narrow = fit(node, width)
    if _tallest(narrow) <= tallest:
        return list(narrow.lines) if isinstance(narrow, Stack) else [(0.0, narrow)]
    if isinstance(node, Frac):
        under = _spread_bracket([Op("/", "slash")], node.den, width, tallest)
        return [*_spread_bracket([], node.num, width, tallest), *under]
    if isinstance(node, Fence | Scripts):
        return _spread_bracket([], node, width, tallest)
    if isinstance(node, Row) and node.role == "integrand":
        *before, (indent, last) = _spread(node.children[0], width, tallest)
        return [*before, (indent, Row((last, *node.children[1:]), "line"))]
    if isinstance(node, Row) and node.role in ("sum", "relation", "list", "product"):
        lines: list[tuple[float, Node]] = []
        for piece in product_segments(node) if node.role == "product" else segments(node):
            sign = [child for child in piece.children[:1] if isinstance(child, Op)]
            rest = piece.children[len(sign) :]
            opened = _spread(rest[0] if len(rest) == 1 else Row(rest, "apply"), width - INDENT - 1.3, tallest)
            start = INDENT if lines else 0.0
            lines.append((start, Row((*sign, opened[0][1]), "line")))
            lines += [(start + indent, line) for indent, line in opened[1:]]
        return lines
    if isinstance(node, Row) and node.children:
        return _spread_bracket(list(node.children[:-1]), node.children[-1], width, tallest)
    return [(0.0, narrow)]


def _spread_bracket(before: list[Node], node: Node, width: float, tallest: float) -> list[tuple[float, Node]]:
    """Open brackets on one line, close them on another; a short node just follows what is before it."""
    power: Node | None = None
    if isinstance(node, Scripts) and isinstance(node.base, Fence):
        power, node = node.sup, node.base
    if node.width < width / 2 and not node.tall:
        return [(0.0, Row((*before, node if power is None else Scripts(node, sup=power)), "line"))]
    body, left, right = (node.body, node.left, node.right) if isinstance(node, Fence) else (node, "(", ")")
    if isinstance(body, Grid | Atom):
        return [(0.0, Row((*before, fit(node, width)), "line"))]
    closing: Node = Op(right, "close")
    return [
        (0.0, Row((*before, Op(left, "open")), "line")),
        *((indent + 2 * INDENT, line) for indent, line in _spread(body, width - 2 * INDENT, tallest)),
        (0.0, Row((closing if power is None else Scripts(closing, sup=power),), "line")),
    ]
