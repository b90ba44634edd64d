"""Breaking formulas that are wider than the line.

:func:`fit` makes a node narrower by breaking inside it: the result is one box. :func:`display_lines` breaks a
whole displayed formula into lines of the page: first at relations, then before plus and minus, then between
factors, then inside brackets and fractions; what would become taller than a page is opened up over lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .running import running_lines
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

__all__ = ["Line", "display_lines", "fit"]

INDENT = 1.0  # em; how far a continued line stands in
PAGE = 27.0  # lines; a box taller than this is opened up, so that the page can break in it
_DEEP = 3  # brackets in brackets; deeper nesting is set as running lines, with small brackets
_NARROWEST = 7.0  # em; a matrix is not squeezed into narrower columns
_WIDE_LEFT = 0.4  # a left side wider than this part of the line gets a line of its own


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
        return _beside(row, width) or _stack(_pack(_segments(row), width))
    if row.role == "product":
        return _fit_product(row, width)
    first = row.children[0]
    if row.role == "apply" and isinstance(first, Big) and 0.3 * width < first.width <= width:
        # A wide sum sign takes a line of its own; what it sums follows.
        body = Row(row.children[1:], "apply") if len(row.children) > 2 else row.children[1]
        narrow = fit(body, width - INDENT)
        under = narrow.lines if isinstance(narrow, Stack) else ((0.0, narrow),)
        return Stack(((0.0, first), *((INDENT + indent, line) for indent, line in under)))
    place = len(row.children) - 1
    if row.role != "apply":
        place = max(range(len(row.children)), key=lambda index: row.children[index].width)
    rest = row.width - row.children[place].width
    parts = list(row.children)
    parts[place] = _fit_inside(row.children[place], max(width - rest, width / 3))
    return Row(tuple(parts), row.role)


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
    factors = [child for child in row.children if not isinstance(child, Space)]
    place = max(range(len(row.children)), key=lambda index: row.children[index].width)
    widest = row.children[place]
    rest = row.width - widest.width
    # A short factor stays beside a long one; otherwise the line breaks between factors.
    if rest <= width * 0.4 or len(factors) == 1:
        narrow = list(row.children)
        narrow[place] = _fit_inside(widest, width - rest)
        return Row(tuple(narrow), "product")
    return _stack(_pack(_product_segments(row), width))


def _segments(row: Row) -> list[Row]:
    """Cut a sum, relation or list into the pieces between which it may be broken."""
    pieces: list[list[Node]] = [[]]
    for child in row.children:
        before = isinstance(child, Op) and child.kind in ("bin", "rel")
        if before and pieces[-1]:
            pieces.append([])
        pieces[-1].append(child)
        if isinstance(child, Op) and child.kind == "punct":
            pieces.append([])
    return [Row(tuple(piece), "segment") for piece in pieces if piece]


def _product_segments(row: Row) -> list[Row]:
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


def _bare(pieces: Sequence[Row]) -> Row:
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
            lines.append((INDENT if lines else 0.0, _bare(current)))
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
    condition: Node | None = None,
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
    condition : Node, optional
        When the row holds; shown at its end, or on a line of its own.
    tallest : float
        In lines: what would become a taller box is opened up over lines of the page.

    Returns
    -------
    list of Line
    """
    tail = [] if condition is None else [Space(1.5), condition]
    whole = sum(part.width for part in (*members, *relations, *tail))
    left = members[0]
    if not relations:
        return _body_lines(None, None, left, width, tail, tallest)
    if whole <= width and len(members) > 2:
        rest: list[Node] = [relations[0], members[1]]
        for relation, member in zip(relations[1:], members[2:], strict=True):
            rest += [relation, member]
        return [Line(left, Row((*rest, *tail), "line"))]
    lines: list[Line] = []
    alone = (
        left.width > width * (_WIDE_LEFT if width > 25 else _WIDE_LEFT / 2)
        and left.width + relations[0].width + members[1].width > width
    )
    if alone:
        lines = [Line(None, line.right, line.indent) for line in _body_lines(None, None, left, width, [], tallest)]
    room = width - 2 * INDENT if alone else width - left.width
    for place, (relation, member) in enumerate(zip(relations, members[1:], strict=True)):
        last = tail if place == len(relations) - 1 else []
        head = left if place == 0 and not alone else None
        body = _body_lines(head, relation, member, room, last, tallest)
        lines += [Line(line.left, line.right, line.indent + 2 * INDENT * alone) for line in body]
    return lines


def _body_lines(
    left: Node | None, relation: Node | None, member: Node, room: float, tail: list[Node], tallest: float
) -> list[Line]:
    head = [] if relation is None else [relation]
    before = sum(part.width for part in head)
    space = room - before
    if member.width + sum(part.width for part in tail) <= space:
        return [Line(left, Row((*head, member, *tail), "line"))]
    if member.width <= space:
        broken: list[tuple[float, Node]] = [(0.0, member)]
    else:
        narrow = fit(member, space)
        if _tallest(narrow) > tallest:
            broken = _spread(member, space, tallest)
        else:
            broken = list(narrow.lines) if isinstance(narrow, Stack) else [(0.0, narrow)]
    lines = [Line(left, Row((*head, broken[0][1]), "line"), broken[0][0])]
    lines += [Line(None, line, before + indent) for indent, line in broken[1:]]
    if tail:
        final = lines[-1]
        if final.indent + final.right.width + sum(part.width for part in tail) <= room:
            lines[-1] = Line(final.left, Row((final.right, *tail), "line"), final.indent)
        else:
            lines.append(Line(None, Row(tuple(tail[1:]), "line"), before + INDENT))
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
    if isinstance(node, Row) and node.role in ("sum", "relation", "list", "product"):
        lines: list[tuple[float, Node]] = []
        for piece in _product_segments(node) if node.role == "product" else _segments(node):
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
