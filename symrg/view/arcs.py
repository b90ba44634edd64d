"""Where the marks of a coupling graph go: layers side by side, weights on one line, neurons on another.

Lengths are typography, in the units of an SVG viewBox; y grows downwards. Nothing here is a result.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby

import networkx

from ..model.variables import Variable
from .graphs import layer_numbers
from .names import name_node
from .texmath import tex
from .tree import Atom, Node, Scripts

__all__ = ["Label", "Link", "Mark", "Panel", "arrange", "shape_of"]

_LOWER = ("neuron", "activation", "input")  # these share the second line
_ROLES = ("weight", "bias", "activation", "neuron", "input", "")
_NAME, _INDEX = 17.0, 11.0  # sizes of a name and of an index under its mark
_MOST_INDICES = 4  # larger groups show their common name only
_MARGIN, _GAP = 12.0, 22.0  # around everything, and between groups of one layer


@dataclass(frozen=True)
class Mark:
    """A degree of freedom: a disc, or a ring for a neuron, or a diamond for a bias."""

    x: float
    y: float
    shape: str
    radius: float


@dataclass(frozen=True)
class Label:
    """A name centred at x with its baseline at y."""

    x: float
    y: float
    text: Node
    size: float


@dataclass(frozen=True)
class Link:
    """A coupling: a line, or half an ellipse of a height (negative: below the line).

    ``far`` says that it joins layers that are not next to each other.
    """

    x1: float
    y1: float
    x2: float
    y2: float
    height: float = 0.0
    far: bool = False


@dataclass(frozen=True)
class Panel:
    """One graph, laid out in a box from (0, 0) to (width, height)."""

    width: float
    height: float
    marks: tuple[Mark, ...]
    labels: tuple[Label, ...]
    links: tuple[Link, ...]


@dataclass
class _Row:
    """Variables along one line, from left to right."""

    slots: dict[int, list[list[Variable]]]  # layer -> groups with one name but for the subscript
    x: dict[Variable, float] = field(default_factory=dict)

    @property
    def variables(self) -> list[Variable]:
        return [v for layer in sorted(self.slots) for group in self.slots[layer] for v in group]

    def width(self, layer: int) -> float:
        groups = self.slots.get(layer, [])
        return sum(_group_width(group) for group in groups) + _GAP * max(len(groups) - 1, 0)

    def place(self, layer: int, centre: float) -> None:
        left = centre - self.width(layer) / 2
        for group in self.slots.get(layer, []):
            width, pitch = _group_width(group), _pitch(group)
            start = left + width / 2 - pitch * (len(group) - 1) / 2
            self.x.update((variable, start + pitch * k) for k, variable in enumerate(group))
            left += width + _GAP

    def links(self, graph: networkx.Graph) -> list[tuple[Variable, Variable, bool]]:
        """Edges within the row, left end first, and whether nothing stands between the ends."""
        position = {variable: k for k, variable in enumerate(self.variables)}
        pairs = [sorted((position[a], position[b])) for a, b in graph.edges if a in position and b in position]
        order = self.variables
        return [(order[i], order[j], j == i + 1) for i, j in sorted(pairs)]


def shape_of(variable: Variable) -> str:
    """Return the shape of a variable's mark: ``"ring"``, ``"diamond"`` or ``"disc"``."""
    return {"neuron": "ring", "bias": "diamond"}.get(variable.role, "disc")


def arrange(graph: networkx.Graph) -> Panel:
    """Lay out a coupling graph as Figure 2 of Lee, Lee and Yi 2024 does.

    Parameters
    ----------
    graph : networkx.Graph
        Of :class:`~symrg.model.variables.Variable` nodes; those without a layer follow one by one.

    Returns
    -------
    Panel

    Examples
    --------
    >>> from symrg.model.network import NetworkModel
    >>> from symrg.view.graphs import coupling_graph
    >>> panel = arrange(coupling_graph(NetworkModel(biases=None).dynamic_hamiltonian(2, ends="free")))
    >>> [mark.shape for mark in panel.marks], len(panel.links)
    (['disc', 'disc', 'ring', 'ring', 'ring'], 6)
    """
    upper, lower = _rows(graph)
    rows = [row for row in (upper, lower) if row.slots]
    layers = sorted({layer for row in rows for layer in row.slots})
    slot = max([row.width(layer) for row in rows for layer in layers], default=0.0) + 24.0
    slot = max(slot, 62.0)
    for row in rows:
        # A weight W^(m) stands between h^(m) and h^(m+1).
        shift = 0.5 if row is upper and len(rows) == 2 else 0.0
        for k, layer in enumerate(layers):
            row.place(layer, slot * (k + shift))
    return _draw(graph, rows, slot)


def _rows(graph: networkx.Graph) -> tuple[_Row, _Row]:
    layers = layer_numbers(graph)
    following = max(layers.values(), default=-1) + 1
    for variable in graph:
        if variable not in layers:
            layers[variable], following = following, following + 1
    found = []
    for is_lower in (False, True):
        members = [v for v in graph if (v.role in _LOWER) == is_lower]
        # Stable: what has the same layer, kind and name keeps the order of the graph.
        members.sort(key=lambda v: (layers[v], _ROLES.index(v.role), _stem(v)))
        groups = groupby(members, key=lambda v: (layers[v], v.role, _stem(v)))
        slots: dict[int, list[list[Variable]]] = {}
        for (layer, _, _), group in groups:
            slots.setdefault(layer, []).append(list(group))
        found.append(_Row(slots))
    return found[0], found[1]


def _parts(variable: Variable) -> tuple[Node, Node | None, Node | None]:
    node = name_node(variable.name)
    return (node.base, node.sub, node.sup) if isinstance(node, Scripts) else (node, None, None)


def _stem(variable: Variable) -> str:
    """Return a name without its subscript."""
    base, _, sup = _parts(variable)
    return tex(Scripts(base, None, sup)) if sup is not None else tex(base)


def _group_name(group: list[Variable]) -> Node:
    if len(group) == 1:
        return name_node(group[0].name)
    base, _, sup = _parts(group[0])
    return Scripts(base, None, sup) if sup is not None else base


def _pitch(group: list[Variable]) -> float:
    """Return the distance of neighbours in a group: the more of them, the closer."""
    for most, distance in ((2, 30.0), (3, 24.0), (4, 20.0), (9, 10.0)):
        if len(group) <= most:
            return distance
    return 7.5


def _group_width(group: list[Variable]) -> float:
    return max(_pitch(group) * (len(group) - 1), _group_name(group).width * _NAME)


def _draw(graph: networkx.Graph, rows: list[_Row], slot: float) -> Panel:
    dense = any(len(group) > _MOST_INDICES for row in rows for groups in row.slots.values() for group in groups)
    radius = {"disc": 2.0 if dense else 3.2, "ring": 4.2 if dense else 6.0, "diamond": 2.4 if dense else 4.0}
    spans = [max((b - a for a, b in _spans(row, graph)), default=0.0) for row in rows]
    # Half ellipses: round where that fits, flatter where a coupling spans the whole depth.
    flat = [min(0.62, 2 * (190.0 if len(rows) == 1 else 64.0) / span) if span else 0.0 for span in spans]
    depths = [max((flat[k] * (b - a) / 2 for a, b in _spans(row, graph)), default=0.0) for k, row in enumerate(rows)]
    index_room = [13.0 if _has_indices(row) else 0.0 for row in rows]
    left = min((x for row in rows for x in row.x.values()), default=0.0)
    right = max((x for row in rows for x in row.x.values()), default=0.0)
    offset = _MARGIN + 24.0 - left
    # From top to bottom: names of the first line if a second one is below it, arcs, marks, ...
    y = [_MARGIN + depths[0] if rows else 0.0]
    if len(rows) == 2:
        y = [_MARGIN + depths[0] + index_room[0] + 26.0]
        y.append(y[0] + max(78.0, min(0.6 * slot, 130.0)))
    marks, labels, links = [], [], []
    for k, row in enumerate(rows):
        below = k == len(rows) - 1  # names and arcs of the last line hang below it, unless it is the only one
        arc_sign = -1.0 if k == 1 else 1.0
        clear = radius["ring"] + 4.0 + (depths[k] if below == (k == 1) else 0.0)
        for variable in row.variables:
            shape = shape_of(variable)
            marks.append(Mark(row.x[variable] + offset, y[k], shape, radius[shape]))
        for group in (group for layer in sorted(row.slots) for group in row.slots[layer]):
            centre = (row.x[group[0]] + row.x[group[-1]]) / 2 + offset
            distance = clear + index_room[k] + (14.0 if below else 3.0)
            labels.append(Label(centre, y[k] + (distance if below else -distance), _group_name(group), _NAME))
            if 1 < len(group) <= _MOST_INDICES:
                for variable in group:
                    distance = clear + (8.0 if below else 1.0)
                    index = _parts(variable)[1] or Atom("·")
                    at = y[k] + (distance if below else -distance)
                    labels.append(Label(row.x[variable] + offset, at, index, _INDEX))
        for first, second, adjacent in row.links(graph):
            x1, x2 = row.x[first] + offset, row.x[second] + offset
            height = 0.0 if adjacent else arc_sign * flat[k] * (x2 - x1) / 2
            links.append(
                _trimmed(Link(x1, y[k], x2, y[k], height, _is_far(graph, first, second)), first, second, radius)
            )
    if len(rows) == 2:
        for first in rows[0].variables:
            for second in rows[1].variables:
                if graph.has_edge(first, second):
                    link = Link(
                        rows[0].x[first] + offset, y[0], rows[1].x[second] + offset, y[1],
                        far=_is_far(graph, first, second),
                    )  # fmt: skip
                    links.append(_trimmed(link, first, second, radius))
    bottom = max([label.y for label in labels], default=0.0) + 8.0
    return Panel(right + offset + 24.0 + _MARGIN, bottom, tuple(marks), tuple(labels), tuple(links))


def _spans(row: _Row, graph: networkx.Graph) -> Iterable[tuple[float, float]]:
    return [(row.x[a], row.x[b]) for a, b, adjacent in row.links(graph) if not adjacent]


def _has_indices(row: _Row) -> bool:
    return any(1 < len(group) <= _MOST_INDICES for groups in row.slots.values() for group in groups)


def _is_far(graph: networkx.Graph, first: Variable, second: Variable) -> bool:
    distance = graph.edges[first, second].get("range")
    return distance is not None and distance > 1


def _trimmed(link: Link, first: Variable, second: Variable, radius: dict[str, float]) -> Link:
    """Let a link end at the edge of a ring instead of crossing it."""
    start, end = (radius["ring"] if v.role == "neuron" else 0.0 for v in (first, second))
    if link.height:
        sign = -1.0 if link.height > 0 else 1.0
        return Link(link.x1, link.y1 + sign * start, link.x2, link.y2 + sign * end, link.height, link.far)
    dx, dy = link.x2 - link.x1, link.y2 - link.y1
    length = (dx * dx + dy * dy) ** 0.5 or 1.0
    return Link(
        link.x1 + dx * start / length,
        link.y1 + dy * start / length,
        link.x2 - dx * end / length,
        link.y2 - dy * end / length,
        far=link.far,
    )
