"""Coupling graphs: which degrees of freedom a Hamiltonian couples directly, read off its expression.

Two degrees of freedom are joined iff some mixed difference of the Hamiltonian in the two (a mixed
derivative where both are continuous) is not identically zero. Figure 2 of Lee, Lee and Yi 2024 shows two such
graphs: nested activations couple weights of all layers, dynamic neurons only those of one layer.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from fractions import Fraction
from typing import Any

import networkx
import sympy

from ..errors import BudgetExceeded, ModelError
from ..exact.diagrams import DEFAULT_BUDGET
from ..exact.evaluation import subexpressions
from ..exact.numbers import format_fraction
from ..exact.separability import Separability
from ..model.variables import Parameter, Variable, refuse_floats, variables_in

__all__ = [
    "CouplingGraph",
    "GraphComparison",
    "GraphMeasures",
    "compare_graphs",
    "coupling_graph",
    "layer_numbers",
    "measure_graph",
]

_METHOD = (
    "mixed differences of the expression, decided exactly on decision diagrams over the finite alphabets "
    "and by expansion and certified points elsewhere"
)

_MANY = 20  # variables; with fewer the cost is small


class CouplingGraph(networkx.Graph):
    """A ``networkx.Graph`` of direct couplings, as :func:`coupling_graph` makes it: with a display of its own.

    Subgraphs and copies are of the same class; ``networkx.Graph(graph)`` is a plain one.
    """

    def __repr__(self) -> str:
        nodes, edges = self.number_of_nodes(), self.number_of_edges()
        freedom = "degree of freedom" if nodes == 1 else "degrees of freedom"
        return f"<coupling graph: {nodes} {freedom}, {edges} coupling{'' if edges == 1 else 's'}>"

    def _repr_svg_(self) -> str | None:
        """Return the drawing, for notebooks; None if nodes were added that are no variables."""
        from .drawing import GraphFigure

        return GraphFigure(self).svg() if all(isinstance(node, Variable) for node in self) else None


def coupling_graph(
    hamiltonian: sympy.Expr, *, parameters: Iterable[sympy.Symbol] = (), budget: int = DEFAULT_BUDGET
) -> networkx.Graph:
    """Return the graph of direct couplings between the degrees of freedom of a Hamiltonian.

    Two variables are joined iff some mixed difference
    H(a, b, ...) - H(a0, b, ...) - H(a, b0, ...) + H(a0, b0, ...) is not identically zero in the other
    variables and in the parameters. For a smooth H of continuous variables that is the mixed derivative.
    Self-interactions are no edges. Every variable that occurs is a node, coupled or not.

    Parameters
    ----------
    hamiltonian : sympy.Expr
        H, or an exponent: couplings do not depend on the sign.
    parameters : iterable of Symbol
        Symbols that are given numbers and no degrees of freedom, besides every ``Parameter``. A
        ``Variable`` listed here keeps its alphabet and is no node.
    budget : int
        Steps that decision diagrams may take.

    Returns
    -------
    CouplingGraph
        A ``networkx.Graph`` that a notebook draws. Nodes are the variables, sorted by layer, with attributes
        ``kind`` and ``layer``. Edges have ``term``, the sum of the additive terms of the expanded H that couple
        the two, and ``range``, the distance in layers (None where a layer is not known). Graph attributes:
        ``method``, ``parameters``, ``functions`` (their names).

    See Also
    --------
    contrast_figure : Draws two of them under each other; ``GraphFigure`` draws one or more.
    compare_graphs : Measures them.

    Raises
    ------
    ModelError
        If the expression is not a scalar, or has a symbol that is neither variable nor parameter.
    NotExactError
        If it contains a float.
    UnableError
        If an activation has to be evaluated at a symbolic input, or a pair cannot be decided.
    UndefinedPointError
        If the Hamiltonian is infinite at some state.
    BudgetExceeded
        If the layers are too wide for decision diagrams within the budget.

    References
    ----------
    Figure 2 of D. Lee, H.-S. Lee and J. Yi, "Dynamic neurons" (2024).

    Examples
    --------
    >>> from symrg.model.network import NetworkModel
    >>> net = NetworkModel(biases=None)
    >>> original = coupling_graph(net.original_hamiltonian(4, inputs=1))
    >>> dynamic = coupling_graph(net.dynamic_hamiltonian(4, ends="free"))
    >>> original, dynamic
    (<coupling graph: 4 degrees of freedom, 6 couplings>, <coupling graph: 9 degrees of freedom, 12 couplings>)

    To draw them, with what was measured on them; a notebook shows the figure as it is:

    >>> from symrg.view.drawing import contrast_figure
    >>> figure = contrast_figure(original, dynamic, data="x = 1")
    >>> path = figure.write("couplings.svg")  # doctest: +SKIP
    """
    variables, others = _sorted_symbols(hamiltonian, parameters)
    order = _reading_order(hamiltonian, variables)
    decide = Separability(
        hamiltonian,
        {v: v.alphabet for v in order if v.is_finite_alphabet},
        [v for v in order if not v.is_finite_alphabet],
        budget=budget,
    )
    _refuse_early(decide, order, budget)
    graph = CouplingGraph(method=_METHOD, parameters=others, functions=_function_names(hamiltonian))
    held = set(others)
    layers = layer_numbers(variables)
    nodes = [v for v in variables if v not in held]
    for variable in sorted(nodes, key=lambda v: (layers.get(v, 0), v.role)):
        graph.add_node(variable, kind=variable.role, layer=variable.layer)
    for first, second in decide.candidates:
        if not {first, second} & held and decide.coupled(first, second):
            distance = abs(layers[first] - layers[second]) if first in layers and second in layers else None
            graph.add_edge(first, second, term=decide.coupling_term(first, second), range=distance)
    return graph


def _sorted_symbols(
    hamiltonian: Any, parameters: Iterable[sympy.Symbol]
) -> tuple[tuple[Variable, ...], tuple[sympy.Symbol, ...]]:
    """Return the variables, held ones included, and the parameters that occur."""
    if not isinstance(hamiltonian, sympy.Expr):
        message = (
            f"the Hamiltonian is a {type(hamiltonian).__name__}, not a scalar SymPy expression; "
            "build it from Variable objects, or take one from a LayeredNetwork"
        )
        raise ModelError(message)
    parts = subexpressions(hamiltonian)  # each once: SymPy's own free_symbols walks the written-out formula
    for part in parts:
        if part.is_Number:
            refuse_floats(part, what="the Hamiltonian")
        if _binds_symbols(part):
            message = f"the Hamiltonian contains an unevaluated {type(part).__name__}; carry it out first: .doit()"
            raise ModelError(message)
    listed = tuple(parameters)
    for parameter in listed:
        if not isinstance(parameter, sympy.Symbol):
            message = f"parameters contains {parameter!r}, which is no symbol; list symbols of the Hamiltonian"
            raise ModelError(message)
    found = sorted((part for part in parts if part.is_Symbol), key=sympy.default_sort_key)
    for symbol in found:
        if not isinstance(symbol, Variable | Parameter) and symbol not in listed:
            message = (
                f"the Hamiltonian contains the symbol {symbol}, which is neither a variable nor a parameter; "
                f"make it Variable('{symbol}', (0, 1)) if it is a degree of freedom, Parameter('{symbol}') or "
                f"parameters=[{symbol}] if it is a given number"
            )
            raise ModelError(message)
    others = tuple(symbol for symbol in found if not isinstance(symbol, Variable) or symbol in listed)
    return variables_in(sympy.Tuple(*found)), others


def _refuse_early(decide: Separability, order: list[Variable], budget: int) -> None:
    """Refuse what will exceed the budget, by the size of the diagrams of the Hamiltonian itself.

    What each variable changes is to be read of every term that it shares with others. In a network of few layers
    that takes as many steps as the term, in a deep one a part: the estimate was below the true number wherever tried.
    """
    number = len(order)
    if number < _MANY:
        return
    layers = len({variable.layer for variable in order})
    estimate = 16 * decide.steps * len(decide.candidates) // ((number - 1) * (8 + 3 * layers))
    if estimate > budget:
        message = (
            f"the couplings of {number} variables would take some {estimate} steps of decision diagrams, and the "
            f"budget is {budget}; take a narrower layer, fewer layers or fewer samples, or raise the budget"
        )
        raise BudgetExceeded(message, estimate=estimate, limit=budget)


def _function_names(hamiltonian: sympy.Expr) -> tuple[str, ...]:
    names = {str(getattr(f, "display_name", f.func.__name__)) for f in subexpressions(hamiltonian) if f.is_Function}
    return tuple(sorted(names))


def _binds_symbols(part: sympy.Basic) -> bool:
    """Whether this is a sum, integral, derivative or the like: no function of the values of its parts."""
    if not part.args or isinstance(part, sympy.Add | sympy.Mul | sympy.Pow | sympy.Function):
        return False
    inner = frozenset().union(*(argument.free_symbols for argument in part.args))
    return isinstance(part, sympy.Derivative) or part.free_symbols != inner


def layer_numbers(variables: Iterable[Variable]) -> dict[Variable, int]:
    """Return the layers of variables as integers, for those whose layers compare.

    Symbolic layers m, m + 1, ... are counted from the first one.

    Examples
    --------
    >>> m = sympy.Symbol("m", integer=True)
    >>> layer_numbers([Variable("h", (0, 1), layer=m), Variable("g", (0, 1), layer=m + 2), Variable("f", (0, 1))])
    {h: 0, g: 2}
    """
    numbers: dict[Variable, int] = {}
    reference = None
    for variable in variables:
        if variable.layer is not None:
            label = sympy.sympify(variable.layer, strict=True)
            # An integer layer is a number by itself; a symbolic one only relative to another.
            if reference is None:
                reference = sympy.Integer(0) if label.is_Integer else label
            distance = label - reference
            if distance.is_Integer:
                numbers[variable] = int(distance)
    return numbers


def _reading_order(hamiltonian: sympy.Expr, variables: tuple[Variable, ...]) -> list[Variable]:
    """Return the variables in the order that keeps diagrams of nested layers small: the innermost first.

    What was read of a layer then matters for the rest only through the state of its neurons.
    """
    layers = layer_numbers(variables)
    if len(layers) < len(variables):
        nesting = _nesting(hamiltonian)
        layers = {variable: -nesting[variable] for variable in variables}
    # Within a layer: everything that feeds one output neuron together.
    return sorted(variables, key=lambda variable: (layers[variable], variable.index, variable.role))


def _nesting(expression: sympy.Expr) -> dict[sympy.Basic, int]:
    """Return for each subexpression within how many functions it stands at most."""
    depth: dict[sympy.Basic, int] = {expression: 0}
    for part in reversed(subexpressions(expression)):
        inner = depth[part] + (0 if isinstance(part, sympy.Add | sympy.Mul | sympy.Pow) else 1)
        for argument in part.args:
            depth[argument] = max(depth.get(argument, 0), inner)
    return depth


@dataclass(frozen=True)
class GraphMeasures:
    """What makes a coupling graph simple or not, in numbers.

    Attributes
    ----------
    nodes, edges, components : int
        Sizes; ``components`` counts connected parts.
    maximum_degree : int
        The largest number of couplings of one variable.
    mean_degree : Fraction
        The average number, exact.
    diameter : int or None
        The largest distance of two variables along couplings; None if the graph is not connected.
    treewidth_at_least, treewidth_at_most : int
        Bounds on the treewidth, which sets the cost of summing out variables exactly: the degeneracy
        from below, the minimum-fill-in elimination order from above.
    longest_range : int or None
        The most distant coupling, in layers; None if no edge has a known range.
    """

    nodes: int
    edges: int
    components: int
    maximum_degree: int
    mean_degree: Fraction
    diameter: int | None
    treewidth_at_least: int
    treewidth_at_most: int
    longest_range: int | None

    def to_json(self) -> dict[str, Any]:
        """Return a JSON object; the mean degree is an exact string."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {**values, "mean_degree": format_fraction(self.mean_degree)}


@dataclass(frozen=True)
class GraphComparison:
    """Two coupling graphs side by side.

    Attributes
    ----------
    first, second : GraphMeasures
        The measures of the two graphs.
    """

    first: GraphMeasures
    second: GraphMeasures

    def table(self) -> tuple[tuple[str, str, str], ...]:
        """Return rows (measure, first, second) of text, for a table or a caption.

        Examples
        --------
        >>> path, triangle = networkx.path_graph(3), networkx.complete_graph(3)
        >>> compare_graphs(path, triangle).table()[4]
        ('mean degree', '4/3', '2')
        """
        rows = (
            ("degrees of freedom", "nodes"),
            ("couplings", "edges"),
            ("connected parts", "components"),
            ("maximum degree", "maximum_degree"),
            ("mean degree", "mean_degree"),
            ("diameter", "diameter"),
            ("treewidth", "treewidth"),
            ("longest range in layers", "longest_range"),
        )
        return tuple((label, _entry(self.first, name), _entry(self.second, name)) for label, name in rows)

    def __str__(self) -> str:
        """Return the table as lines of text."""
        return "\n".join(f"{label:24}{first:>10}{second:>10}" for label, first, second in self.table())

    def _repr_html_(self) -> str:
        rows = ("".join(f"<td>{entry}</td>" for entry in row) for row in self.table())
        return "<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>"

    def to_json(self) -> dict[str, Any]:
        """Return a JSON object with the measures of both graphs."""
        return {"schema": 1, "first": self.first.to_json(), "second": self.second.to_json()}


def compare_graphs(first: networkx.Graph, second: networkx.Graph) -> GraphComparison:
    """Measure two coupling graphs: degrees, diameter, treewidth bounds, longest range.

    Parameters
    ----------
    first, second : networkx.Graph
        Graphs made by :func:`coupling_graph`, or any simple graphs.

    Raises
    ------
    ModelError
        If one is no simple undirected graph.

    Examples
    --------
    >>> from symrg.model.network import NetworkModel
    >>> net = NetworkModel(biases=None)
    >>> original = coupling_graph(net.original_hamiltonian(5, inputs=1))
    >>> dynamic = coupling_graph(net.dynamic_hamiltonian(5, ends="free"))
    >>> result = compare_graphs(original, dynamic)
    >>> result.first.longest_range, result.second.longest_range
    (4, 1)
    >>> result.first.treewidth_at_least, result.second.treewidth_at_most
    (4, 2)
    """
    return GraphComparison(measure_graph(first), measure_graph(second))


def measure_graph(graph: networkx.Graph) -> GraphMeasures:
    """Measure one coupling graph; raises as :func:`compare_graphs` does.

    Examples
    --------
    >>> measure_graph(networkx.cycle_graph(5)).treewidth_at_most
    2
    """
    if not isinstance(graph, networkx.Graph) or graph.is_directed() or graph.is_multigraph():
        message = f"{graph!r} is no simple undirected networkx.Graph; make one with coupling_graph(hamiltonian)"
        raise ModelError(message)
    # Integer labels: cheaper to hash than symbols, and in the same order for every hash seed.
    plain = networkx.convert_node_labels_to_integers(graph)
    nodes, edges = plain.number_of_nodes(), plain.number_of_edges()
    components = networkx.number_connected_components(plain)
    ranges = [length for _, _, length in graph.edges(data="range") if length is not None]
    width = networkx.algorithms.approximation.treewidth_min_fill_in(plain)[0] if edges else 0
    return GraphMeasures(
        nodes=nodes,
        edges=edges,
        components=components,
        maximum_degree=max((degree for _, degree in plain.degree()), default=0),
        mean_degree=Fraction(2 * edges, nodes) if nodes else Fraction(0),
        diameter=networkx.diameter(plain) if components == 1 else None,
        treewidth_at_least=max(networkx.core_number(plain).values(), default=0),
        treewidth_at_most=width,
        longest_range=max(ranges, default=None),
    )


def _entry(measures: GraphMeasures, name: str) -> str:
    if name == "treewidth":
        low, high = measures.treewidth_at_least, measures.treewidth_at_most
        return str(low) if low == high else f"{low} to {high}"
    value = getattr(measures, name)
    if value is None:
        return "infinite" if name == "diameter" else "none"
    return str(value)
