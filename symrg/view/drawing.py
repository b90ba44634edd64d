"""Coupling graphs drawn as SVG and as TikZ."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from xml.sax.saxutils import escape as xml_escape

import networkx

from ..errors import ModelError
from ..model.variables import Variable
from .arcs import Label, Link, Mark, Panel, arrange
from .graphs import GraphComparison, GraphMeasures, measure_graph
from .names import tspans
from .texmath import escape as tex_escape
from .texmath import tex

__all__ = ["GraphFigure", "contrast_figure"]

_FAR = "C8553D"  # couplings beyond the next layer; readable on white and on near-black
_SIZES = (16.0, 14.0)  # of a caption and of the measures under it
_TEXT_WIDTH = 15.4  # cm: an A4 page with ordinary margins
_UNIT = 0.0215  # cm a unit at most
_SERIF = "'Latin Modern Math','STIX Two Math','Cambria Math','Times New Roman',serif"


@dataclass(frozen=True)
class GraphFigure:
    r"""Coupling graphs drawn under each other, each with a caption and its measures.

    Weights are discs on one line, biases diamonds beside them, neurons rings on a second line; couplings beyond the
    next layer have a colour of their own.

    Parameters
    ----------
    graphs : networkx.Graph or sequence of them
        Made by :func:`~symrg.view.graphs.coupling_graph`.
    captions : sequence of str
        Plain text, one for each graph; may be left out.
    title : str
        What the figure shows, for those who cannot see it.

    Raises
    ------
    ModelError
        If there is no graph, captions do not match, or a node is no variable.

    Examples
    --------
    >>> from symrg.model.network import NetworkModel
    >>> from symrg.view.graphs import coupling_graph
    >>> figure = GraphFigure(coupling_graph(NetworkModel(biases=None).layer_hamiltonian(0)))
    >>> figure.svg()[:4], figure.tikz()[:20]
    ('<svg', '\\begin{tikzpicture}[')
    """

    graphs: Sequence[networkx.Graph]
    captions: Sequence[str] = ()
    title: str = "Coupling graph"

    def __post_init__(self) -> None:
        graphs = (self.graphs,) if isinstance(self.graphs, networkx.Graph) else tuple(self.graphs)
        captions = tuple([self.captions] if isinstance(self.captions, str) else self.captions)
        if not graphs or (captions and len(captions) != len(graphs)):
            message = f"a figure of {len(graphs)} graphs got {len(captions)} captions; give one for each graph, or none"
            raise ModelError(message)
        for graph in graphs:
            strangers = [node for node in graph if not isinstance(node, Variable)]
            if strangers:
                message = f"the graph has the node {strangers[0]!r}, which is no Variable; draw a coupling_graph(...)"
                raise ModelError(message)
        object.__setattr__(self, "graphs", graphs)
        object.__setattr__(self, "captions", captions or ("",) * len(graphs))

    @cached_property
    def measures(self) -> tuple[GraphMeasures, ...]:
        """The measures of each graph."""
        return tuple(measure_graph(graph) for graph in self.graphs)

    @property
    def lines(self) -> tuple[tuple[str, str], ...]:
        """The two lines of text under each graph: its caption with a letter, and its measures.

        Examples
        --------
        >>> import symrg as sg
        >>> s, t = sg.Variable("s", (-1, 1)), sg.Variable("t", (-1, 1))
        >>> GraphFigure(sg.coupling_graph(s * t), "Two spins").lines
        (('Two spins', '2 degrees of freedom, 1 coupling, treewidth 1'),)
        """
        several = len(self.graphs) > 1
        letters = (f"({chr(ord('a') + k)}) " if several else "" for k in range(len(self.graphs)))
        pairs = zip(letters, self.captions, self.measures, strict=True)
        return tuple((f"{letter}{caption}".strip(), _sentence(measures)) for letter, caption, measures in pairs)

    @property
    def description(self) -> str:
        """The figure in words."""
        return " ".join(f"{caption}: {measures}." if caption else f"{measures}." for caption, measures in self.lines)

    def to_json(self) -> dict[str, Any]:
        """Return captions and measures as a JSON object."""
        panels = [
            {"caption": caption, **measures.to_json()}
            for caption, measures in zip(self.captions, self.measures, strict=True)
        ]
        return {"schema": 1, "title": self.title, "panels": panels}

    @cached_property
    def _panels(self) -> tuple[Panel, ...]:
        return tuple(arrange(graph) for graph in self.graphs)

    def svg(self) -> str:
        """Return the figure as a self-contained SVG document, which also fits inside a page.

        It takes its ink from ``currentColor``, and from the CSS variables ``--symrg-ink`` and ``--symrg-far`` where a
        page sets them; as a file of its own it follows the reader's light or dark mode.
        """
        texts = [len(text) * size for pair in self.lines for text, size in zip(pair, _SIZES, strict=True)]
        width = max(*(panel.width for panel in self._panels), *(0.56 * text + 16.0 for text in texts))
        body: list[str] = []
        top = 0.0
        for panel, lines in zip(self._panels, self.lines, strict=True):
            body.append(f'<g transform="translate({_number((width - panel.width) / 2)} {_number(top)})">')
            body.extend(_svg_panel(panel))
            body.append("</g>")
            top += panel.height
            for text, size in zip(lines, _SIZES, strict=True):
                if text:
                    top += size * 1.5
                    body.append(
                        f'<text x="{_number(width / 2)}" y="{_number(top)}" font-size="{_number(size)}"'
                        f' text-anchor="middle">{xml_escape(text)}</text>'
                    )
            top += 22.0
        box = f'viewBox="0 0 {_number(width)} {_number(top)}" width="{_number(width)}" height="{_number(top)}"'
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" {box} role="img" '
            'style="fill:var(--symrg-ink,currentColor);stroke:none">'
        )
        # :root is the drawing only where it is a document by itself; inside a page these rules match nothing.
        style = (
            "<style>svg:root{color-scheme:light dark;color:#1b1b1b;font-family:system-ui,sans-serif}"
            "@media (prefers-color-scheme:dark){svg:root{color:#e9e7e2}}</style>"
        )
        about = f"<title>{xml_escape(self.title)}</title><desc>{xml_escape(self.description)}</desc>"
        return "\n".join([head, about, style, *body, "</svg>"]) + "\n"

    def tikz(self) -> str:
        """Return the figure as a ``tikzpicture``; it needs the package tikz and nothing else."""
        width = max(panel.width for panel in self._panels)
        unit = min(_UNIT, _TEXT_WIDTH / width)
        body = [
            r"\begin{tikzpicture}[line cap=round, every node/.style={inner sep=0pt, outer sep=0pt, anchor=base}]",
            rf"\definecolor{{symrgfar}}{{HTML}}{{{_FAR}}}",
        ]
        top = 0.0
        for panel, lines in zip(self._panels, self.lines, strict=True):
            left = (width - panel.width) / 2
            body.append(rf"\begin{{scope}}[shift={{({_number(left * unit)},{_number(-top * unit)})}}]")
            body.extend(_tikz_panel(panel, unit))
            body.append(r"\end{scope}")
            top += panel.height
            for text, size in zip(lines, (r"\small", r"\footnotesize"), strict=True):
                if text:
                    top += 0.46 / unit
                    at = f"({_number(width / 2 * unit)},{_number(-top * unit)})"
                    body.append(rf"\node[font={size}] at {at} {{{tex_escape(text)}}};")
            top += 0.45 / unit
        return "\n".join([*body, r"\end{tikzpicture}"]) + "\n"

    def _repr_svg_(self) -> str:
        return self.svg()


def contrast_figure(original: networkx.Graph, dynamic: networkx.Graph, *, data: str = "") -> GraphFigure:
    """Return the two halves of the paper's Figure 2 under each other, with what was measured on them.

    Parameters
    ----------
    original, dynamic : networkx.Graph
        Coupling graphs of the original Hamiltonian and of that with dynamic neurons.
    data : str
        What the first one depends on, such as ``"x = 1"``; goes into its caption.

    Examples
    --------
    >>> from symrg.model.network import NetworkModel
    >>> from symrg.view.graphs import coupling_graph
    >>> net = NetworkModel(biases=None)
    >>> first = coupling_graph(net.original_hamiltonian(3, inputs=1))
    >>> second = coupling_graph(net.dynamic_hamiltonian(3, ends="free"))
    >>> contrast_figure(first, second, data="x = 1").lines[0]
    ('(a) Original Hamiltonian, x = 1', '3 degrees of freedom, 3 couplings, treewidth 2, range up to 2 layers')
    """
    captions = ("Original Hamiltonian" + (f", {data}" if data else ""), "Hamiltonian with dynamic neurons")
    return GraphFigure((original, dynamic), captions, "Direct couplings without and with dynamic neurons")


def _sentence(measures: GraphMeasures) -> str:
    rows = {name: value for name, value, _ in GraphComparison(measures, measures).table()}
    parts = [
        _count(measures.nodes, "degree of freedom", "degrees of freedom"),
        _count(measures.edges, "coupling", "couplings"),
        f"treewidth {rows['treewidth']}",
    ]
    if measures.longest_range is not None:
        parts.append(f"range up to {_count(measures.longest_range, 'layer', 'layers')}")
    return ", ".join(parts)


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _number(value: float) -> str:
    text = f"{value:.3f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def _stroke(links: Iterable[Link]) -> tuple[float, float]:
    """Width and opacity of the links: the more of them, the finer."""
    count = sum(1 for _ in links)
    for most, width, opacity in ((60, 1.2, 1.0), (300, 0.9, 0.8), (1000, 0.6, 0.6)):
        if count <= most:
            return width, opacity
    return 0.4, 0.4


def _svg_panel(panel: Panel) -> list[str]:
    width, opacity = _stroke(panel.links)
    lines = []
    for far in (True, False):
        paths = "".join(_svg_path(link) for link in panel.links if link.far == far)
        if paths:
            ink = f"var(--symrg-far,#{_FAR})" if far else "var(--symrg-ink,currentColor)"
            lines.append(
                f'<path style="fill:none;stroke:{ink}" stroke-width="{_number(width)}"'
                f' stroke-opacity="{_number(opacity)}" d="{paths}"/>'
            )
    lines.extend(_svg_mark(mark) for mark in panel.marks)
    lines.extend(_svg_label(label) for label in panel.labels)
    return lines


def _svg_path(link: Link) -> str:
    start, end = f"{_number(link.x1)} {_number(link.y1)}", f"{_number(link.x2)} {_number(link.y2)}"
    if not link.height:
        return f"M{start}L{end}"
    sweep = 1 if link.height > 0 else 0
    return f"M{start}A{_number((link.x2 - link.x1) / 2)} {_number(abs(link.height))} 0 0 {sweep} {end}"


def _svg_mark(mark: Mark) -> str:
    x, y, r = mark.x, mark.y, mark.radius
    if mark.shape == "diamond":
        corners = ((x, y - r), (x + r, y), (x, y + r), (x - r, y))
        return f'<path d="M{"L".join(f"{_number(a)} {_number(b)}" for a, b in corners)}Z"/>'
    circle = f'<circle cx="{_number(x)}" cy="{_number(y)}" r="{_number(r)}"'
    if mark.shape == "ring":
        return f'{circle} style="fill:none;stroke:var(--symrg-ink,currentColor)" stroke-width="{_number(r / 4.2)}"/>'
    return f"{circle}/>"


def _svg_label(label: Label) -> str:
    return (
        f'<text x="{_number(label.x)}" y="{_number(label.y)}" font-size="{_number(label.size)}" text-anchor="middle"'
        f' font-family="{_SERIF}">{tspans(label.text)}</text>'
    )


def _tikz_panel(panel: Panel, unit: float) -> list[str]:
    def at(x: float, y: float) -> str:
        return f"({_number(x * unit)},{_number(-y * unit)})"

    width, opacity = _stroke(panel.links)
    lines = []
    for far in (True, False):
        paths = []
        for link in (link for link in panel.links if link.far == far):
            if link.height:
                turn = "0" if link.height > 0 else "360"
                radii = (
                    f"x radius={_number((link.x2 - link.x1) / 2 * unit)}, y radius={_number(abs(link.height) * unit)}"
                )
                paths.append(f"{at(link.x1, link.y1)} arc[start angle=180, end angle={turn}, {radii}]")
            else:
                paths.append(f"{at(link.x1, link.y1)} -- {at(link.x2, link.y2)}")
        if paths:
            ink = "symrgfar" if far else "black"
            style = f"{ink}, line width={_number(0.45 * width**1.5)}pt, draw opacity={_number(opacity)}"
            lines.append(rf"\draw[{style}]" + "\n  " + "\n  ".join(paths) + ";")
    for mark in panel.marks:
        r = mark.radius * unit
        if mark.shape == "diamond":
            corners = ((0, -1), (1, 0), (0, 1), (-1, 0))
            points = " -- ".join(at(mark.x + a * mark.radius, mark.y + b * mark.radius) for a, b in corners)
            lines.append(rf"\fill {points} -- cycle;")
        else:
            command = r"\draw[line width=0.6pt]" if mark.shape == "ring" else r"\fill"
            lines.append(rf"{command} {at(mark.x, mark.y)} circle[radius={_number(r)}];")
    for label in panel.labels:
        size = r"\footnotesize" if label.size > 12 else r"\tiny"
        lines.append(rf"\node[font={size}] at {at(label.x, label.y)} {{${tex(label.text)}$}};")
    return lines
