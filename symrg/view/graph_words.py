"""What stands around a coupling graph in words: its parameters, its legend, the input it was drawn for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

import networkx

from ..model.variables import Variable
from .arcs import shape_of

__all__ = ["input_in_words", "legend_of", "parameters_in_words", "typeset_minus"]

_LETTERS = {"weight": "W", "bias": "b", "neuron": "h", "activation": "σ", "input": "x"}
_LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def typeset_minus(text: str) -> str:
    """Return text with a minus sign before each negative number.

    Examples
    --------
    >>> typeset_minus("W ∈ {-1, 1}, dynamic-neurons")
    'W ∈ {−1, 1}, dynamic-neurons'
    """
    return re.sub(r"(?<!\w)-(?=\d)", "−", text)


def input_in_words(rows: Sequence[Sequence[Any]]) -> str:
    """Write the input of a network.

    Parameters
    ----------
    rows : sequence of sequences of exact numbers
        Shape (samples, width).

    Examples
    --------
    >>> input_in_words([[1]]), input_in_words([[1, -1]])
    ('x = 1', 'x₁ = 1, x₂ = −1')
    >>> input_in_words([[1], [0]])
    'x = 1 at data point 1, x = 0 at data point 2'
    """

    def point(row: Sequence[Any]) -> str:
        names = ["x"] if len(row) == 1 else ["x" + str(i).translate(_LOWERED) for i in range(1, len(row) + 1)]
        return ", ".join(f"{name} = {value}" for name, value in zip(names, row, strict=True))

    if len(rows) == 1:
        return typeset_minus(point(rows[0]))
    separator = ", " if len(rows[0]) == 1 else "; "
    return typeset_minus(separator.join(f"{point(row)} at data point {k}" for k, row in enumerate(rows, 1)))


def parameters_in_words(graphs: Iterable[networkx.Graph]) -> str:
    """Say what the variables of coupling graphs are, as far as the graphs tell.

    Parameters
    ----------
    graphs : iterable of networkx.Graph
        Made by :func:`~symrg.view.graphs.coupling_graph`.

    Examples
    --------
    >>> import symrg as sg
    >>> net = sg.LayeredNetwork(width=2, biases=None)
    >>> parameters_in_words([sg.coupling_graph(net.layer_hamiltonian(0))])
    'Width 2, weights of layer 0, W ∈ {−1, 1}, no biases, h ∈ {0, 1}, activation heaviside'
    """
    given = list(graphs)
    nodes: list[Variable] = [node for graph in given for node in graph]
    roles = {role: [v for v in nodes if v.role == role] for role in (*_LETTERS, "")}
    weights = roles["weight"]
    parts = []
    if weights:
        parts.append(f"width {max((max(v.index, default=1) for v in weights), default=1)}")
        layers = sorted({int(v.layer) for v in weights if v.layer is not None and str(v.layer).isdigit()})
        if layers:
            span = f"layer {layers[0]}" if len(layers) == 1 else f"layers {layers[0]} to {layers[-1]}"
            parts.append(f"weights of {span}")
    for role, members in roles.items():
        for values in dict.fromkeys(_alphabet(v) for v in members):
            names = _LETTERS.get(role) or ", ".join(dict.fromkeys(str(v) for v in members if _alphabet(v) == values))
            parts.append(f"{names} ∈ {values}")
        if role == "bias" and weights and not members:
            parts.append("no biases")
    functions = dict.fromkeys(name for graph in given for name in graph.graph.get("functions", ()))
    if functions:
        parts.append(("activation " if weights else "") + ", ".join(functions))
    text = typeset_minus(", ".join(parts))
    return text[:1].upper() + text[1:] if weights else text


def _alphabet(variable: Variable) -> str:
    if not variable.is_finite_alphabet:
        return "ℝ"
    return "{" + ", ".join(map(str, variable.alphabet)) + "}"


def legend_of(graphs: Iterable[networkx.Graph]) -> tuple[tuple[str, str], ...]:
    """Return what a reader of the drawing has to know: kinds of marks and lines, and words for each.

    Parameters
    ----------
    graphs : iterable of networkx.Graph
        Made by :func:`~symrg.view.graphs.coupling_graph`.

    Examples
    --------
    >>> import symrg as sg
    >>> legend_of([sg.coupling_graph(sg.LayeredNetwork().layer_hamiltonian(0))])
    (('disc', 'weight'), ('diamond', 'bias'), ('ring', 'neuron'), ('near', 'direct coupling'))
    """
    given = list(graphs)
    entries = []
    for shape in ("disc", "diamond", "ring"):
        members = dict.fromkeys(node.role for graph in given for node in graph if shape_of(node) == shape)
        if members:
            order = [role for role in (*_LETTERS, "") if role in members]
            entries.append((shape, ", ".join(role or "degree of freedom" for role in order)))
    ranges = [length for graph in given for *_, length in graph.edges(data="range")]
    far = any(length is not None and length > 1 for length in ranges)
    if any(length is None or length <= 1 for length in ranges):
        entries.append(("near", "coupling within a layer or to the next" if far else "direct coupling"))
    if far:
        entries.append(("far", "coupling across two layers or more"))
    return tuple(entries)
