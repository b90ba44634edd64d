"""Coupling graphs as files: drawings (SVG, TikZ, PDF, PNG) and data (JSON, GraphML)."""

from __future__ import annotations

from typing import Any

import networkx
import sympy

from ..errors import ModelError
from ..exact.evaluation import subexpressions
from .drawing import FORMATS, contrast_figure
from .graphs import compare_graphs

__all__ = ["SUFFIXES", "contrast_file", "contrast_record", "graph_record"]

SUFFIXES = (*FORMATS, ".json", ".graphml")
_LONGEST_TERM = 2000  # parts of a coupling term, counted with repetition, that are still written out
_DEEPEST_TERM = 100  # levels of nesting: SymPy prints by recursion, and Python has room for some 250


def contrast_file(
    original: networkx.Graph,
    dynamic: networkx.Graph,
    suffix: str,
    *,
    data: str = "",
    words: str = "",
    about: dict[str, Any] | None = None,
) -> bytes:
    r"""Return the contrast of two coupling graphs as the contents of a file.

    Parameters
    ----------
    original, dynamic : networkx.Graph
        Made by :func:`~symrg.view.graphs.coupling_graph`.
    suffix : str
        One of ``SUFFIXES``. ``.tex`` is a TikZ picture that pdflatex compiles by itself and a document can ``\input``.
    data : str
        What the first graph depends on, such as ``"x = 1"``.
    words : str
        The parameters in words, for the last line of a drawing; by default what can be read off the graphs.
    about : dict, optional
        Plain data that JSON is to record besides.

    Raises
    ------
    ModelError
        For another suffix.
    UnableError
        For a PDF or a PNG without matplotlib.
    """
    if suffix in FORMATS:
        return contrast_figure(original, dynamic, data=data, about=words).rendered(suffix)
    if suffix == ".json":
        import json

        record = contrast_record(original, dynamic, data=data, about=about)
        return (json.dumps(record, indent=2, ensure_ascii=False) + "\n").encode()
    if suffix == ".graphml":
        return _graphml({"original": original, "dynamic": dynamic}, data)
    message = f"a graph cannot be written as {suffix or 'a file without suffix'!r}; choose from {', '.join(SUFFIXES)}"
    raise ModelError(message)


def contrast_record(
    original: networkx.Graph, dynamic: networkx.Graph, *, data: str = "", about: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Return both graphs and their measures as plain data for JSON.

    Parameters
    ----------
    original, dynamic, data, about
        As for :func:`contrast_file`.
    """
    return {
        "schema": 1,
        **(about or {}),
        "data": data,
        "original": graph_record(original),
        "dynamic": graph_record(dynamic),
        "comparison": compare_graphs(original, dynamic).to_json(),
    }


def graph_record(graph: networkx.Graph) -> dict[str, Any]:
    """Return a coupling graph as plain data: nodes, and edges with their coupling terms as text.

    Parameters
    ----------
    graph : networkx.Graph
        Made by :func:`~symrg.view.graphs.coupling_graph`. A term too long to be written out is None.

    Examples
    --------
    >>> import symrg as sg
    >>> s, t = sg.Variable("s", (-1, 1)), sg.Variable("t", (-1, 1))
    >>> graph_record(sg.coupling_graph(2 * s * t))["edges"]
    [{'source': 's', 'target': 't', 'range': None, 'term': '2*s*t'}]
    """
    nodes = [
        {"id": str(node), "kind": values["kind"], "layer": _layer(values["layer"])}
        for node, values in graph.nodes(data=True)
    ]
    terms = _Terms()
    edges = [
        {"source": str(first), "target": str(second), "range": values["range"], "term": terms.text(values["term"])}
        for first, second, values in graph.edges(data=True)
    ]
    return {"nodes": nodes, "edges": edges}


def _layer(label: Any) -> int | str | None:
    if label is None:
        return None
    text = str(label)  # a label may be symbolic, such as m + 1
    return int(text) if text.lstrip("-").isdigit() else text


class _Terms:
    """Coupling terms as text; what they share is looked at once."""

    def __init__(self) -> None:
        self._size: dict[sympy.Basic, int] = {}
        self._depth: dict[sympy.Basic, int] = {}
        self._texts: dict[sympy.Basic, str | None] = {}

    def text(self, term: sympy.Expr) -> str | None:
        """Return a term as text, or None if it is too long or too deep to be read."""
        if term not in self._texts:
            for part in subexpressions(term, known=self._size):  # inner ones first
                self._size[part] = 1 + sum(self._size[argument] for argument in part.args)
                self._depth[part] = 1 + max((self._depth[argument] for argument in part.args), default=0)
            readable = self._size[term] <= _LONGEST_TERM and self._depth[term] <= _DEEPEST_TERM
            self._texts[term] = str(term) if readable else None
        return self._texts[term]


def _graphml(graphs: dict[str, networkx.Graph], data: str) -> bytes:
    """Write several graphs as one that is not connected: GraphML's readers take only the first graph of a file."""
    union = networkx.Graph(data=data)
    for name, graph in graphs.items():
        record = graph_record(graph)
        for node in record["nodes"]:
            layer = {} if node["layer"] is None else {"layer": str(node["layer"])}
            union.add_node(f"{name} {node['id']}", label=node["id"], hamiltonian=name, kind=node["kind"], **layer)
        for edge in record["edges"]:
            known = {key: edge[key] for key in ("range", "term") if edge[key] is not None}
            union.add_edge(f"{name} {edge['source']}", f"{name} {edge['target']}", hamiltonian=name, **known)
    return ("\n".join(networkx.generate_graphml(union)) + "\n").encode()
