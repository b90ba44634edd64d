"""Figures of coupling graphs: what is said and drawn, and the files made of it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import networkx

from ..errors import ModelError
from ..model.variables import Variable
from .arcs import Panel, arrange
from .graph_ink import TEXT_WIDTH, render, svg, tex_file, tikz
from .graph_page import CAPTION, Page, compose
from .graph_words import legend_of, parameters_in_words, typeset_minus
from .graphs import GraphComparison, GraphMeasures, measure_graph

__all__ = ["FORMATS", "GraphFigure", "contrast_figure"]

FORMATS = (".svg", ".tex", ".pdf", ".png")
_UNIT = 0.0215  # cm a unit at most
_SMALL = 0.3163  # cm: the height of TeX's \small, 9 points
_LEGIBLE = 1400.0  # units of width that are shown in a window without trouble


@dataclass(frozen=True, repr=False)
class GraphFigure:
    r"""Coupling graphs drawn under each other, each with a caption and its measures, and what they were drawn for.

    Weights are discs on one line, biases diamonds beside them, neurons rings on a second line; couplings beyond the
    next layer have a colour of their own; a legend says so. A notebook shows the drawing, :meth:`write` writes it.

    Parameters
    ----------
    graphs : networkx.Graph or sequence of them
        Made by :func:`~symrg.view.graphs.coupling_graph`.
    captions : sequence of str
        Plain text, one for each graph; may be left out.
    title : str
        What the figure shows, for those who cannot see it.
    about : str
        The parameters in words, for the last line; by default what can be read off the graphs.

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
    about: str = ""

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
        graphs = [f"{caption}: {measures}." if caption else f"{measures}." for caption, measures in self.lines]
        return " ".join([*graphs, f"{self.parameters}."] if self.parameters else graphs)

    def to_json(self) -> dict[str, Any]:
        """Return captions and measures as a JSON object."""
        panels = [
            {"caption": caption, **measures.to_json()}
            for caption, measures in zip(self.captions, self.measures, strict=True)
        ]
        return {"schema": 1, "title": self.title, "about": self.parameters, "panels": panels}

    @property
    def legend(self) -> tuple[tuple[str, str], ...]:
        """Kinds of marks and lines that are drawn, each with words for it."""
        return legend_of(self.graphs)

    @property
    def parameters(self) -> str:
        """The line of text under all graphs: what they were drawn for."""
        return typeset_minus(self.about) if self.about else parameters_in_words(self.graphs)

    @cached_property
    def _panels(self) -> tuple[Panel, ...]:
        return tuple(arrange(graph) for graph in self.graphs)

    def _page(self, growth: float) -> Page:
        return compose(self._panels, self.lines, self.legend, self.parameters, growth)

    @property
    def _screen(self) -> Page:
        """The page with text that can be read where the whole width of it is fitted into a window."""
        return self._page(max(1.0, max(panel.width for panel in self._panels) / _LEGIBLE))

    @property
    def _paper(self) -> tuple[Page, float]:
        """The page with text of TeX's sizes, and its unit in cm."""
        unit = min(_UNIT, TEXT_WIDTH / max(panel.width for panel in self._panels))
        return self._page(_SMALL / (CAPTION * unit)), unit

    def svg(self) -> str:
        """Return the figure as a self-contained SVG document, which also fits inside a page.

        It is dark on a white ground of its own, whatever the theme around it.
        """
        return svg(self._screen, self.title, self.description)

    def tikz(self) -> str:
        """Return the figure as a ``tikzpicture``; it needs the package tikz and nothing else."""
        return tikz(*self._paper)

    def rendered(self, suffix: str = ".svg") -> bytes:
        r"""Return the contents of a file.

        Parameters
        ----------
        suffix : str
            ``.svg``, ``.pdf`` or ``.png``, or ``.tex`` for a file that pdflatex compiles by itself and that a
            document with the package tikz can ``\input``.

        Raises
        ------
        ModelError
            For another suffix.
        UnableError
            If it is ``.pdf`` or ``.png`` and matplotlib is not installed.
        """
        if suffix not in FORMATS:
            message = f"a graph with the suffix {suffix or 'none'} cannot be drawn; choose from {', '.join(FORMATS)}"
            raise ModelError(message)
        if suffix == ".svg":
            return self.svg().encode()
        if suffix == ".tex":
            return tex_file(self.tikz(), *self._paper).encode()
        return render(self._screen, suffix, self.title)

    def write(self, path: str | os.PathLike[str]) -> Path:
        """Write the figure into a file, whose suffix says how; nothing is ever half-written.

        Parameters
        ----------
        path : path
            Ends in ``.svg``, ``.tex``, ``.pdf`` or ``.png``; see :meth:`rendered`.

        Returns
        -------
        Path

        Raises
        ------
        ModelError
            For another suffix, or where the file cannot be written.
        UnableError
            As :meth:`rendered`.
        """
        from .document import write_files

        target = Path(path)
        (written,) = write_files(target.parent, {target.name: self.rendered(target.suffix.lower())})
        return written

    def __repr__(self) -> str:
        return f"GraphFigure({self.description!r})"

    def _repr_svg_(self) -> str:
        return self.svg()


def contrast_figure(
    original: networkx.Graph, dynamic: networkx.Graph, *, data: str = "", about: str = ""
) -> GraphFigure:
    """Return the two halves of the paper's Figure 2 under each other, with what was measured on them.

    Parameters
    ----------
    original, dynamic : networkx.Graph
        Coupling graphs of the original Hamiltonian and of that with dynamic neurons.
    data : str
        What the first one depends on, such as ``"x = 1"``; goes into its caption.
    about : str
        As for :class:`GraphFigure`.

    Returns
    -------
    GraphFigure
        A notebook shows it; ``.write("couplings.svg")`` writes it (also .tex, .pdf, .png).

    Examples
    --------
    >>> from symrg.model.network import NetworkModel
    >>> from symrg.view.graphs import coupling_graph
    >>> net = NetworkModel(biases=None)
    >>> first = coupling_graph(net.original_hamiltonian(3, inputs=1))
    >>> second = coupling_graph(net.dynamic_hamiltonian(3, ends="free"))
    >>> figure = contrast_figure(first, second, data="x = 1")
    >>> figure.lines[0]
    ('(a) Original Hamiltonian, x = 1', '3 degrees of freedom, 3 couplings, treewidth 2, range up to 2 layers')
    >>> figure.parameters
    'Width 1, weights of layers 0 to 2, W ∈ {−1, 1}, no biases, h ∈ {0, 1}, activation heaviside'
    """
    captions = (
        "Original Hamiltonian" + (f", {typeset_minus(data)}" if data else ""),
        "Hamiltonian with dynamic neurons",
    )
    return GraphFigure((original, dynamic), captions, "Direct couplings without and with dynamic neurons", about)


def _sentence(measures: GraphMeasures) -> str:
    rows = {name: value for name, value, _ in GraphComparison(measures, measures).table()}
    parts = [
        _count(measures.nodes, "degree of freedom", "degrees of freedom"),
        _count(measures.edges, "coupling", "couplings"),
        f"treewidth {rows['treewidth']}",
    ]
    if measures.longest_range == 0:
        parts.append("none beyond a layer")
    elif measures.longest_range is not None:
        parts.append(f"range up to {_count(measures.longest_range, 'layer', 'layers')}")
    return ", ".join(parts)


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
