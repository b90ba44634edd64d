import json
import os
import subprocess
import sys
from fractions import Fraction
from itertools import combinations

import networkx
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from symrg.errors import BudgetExceeded, ModelError, NotExactError, UnableError, UndefinedPointError
from symrg.model.activations import clipped_relu, heaviside, relu, sign
from symrg.model.network import NetworkModel
from symrg.model.sums import StateSum
from symrg.model.variables import Parameter, Variable
from symrg.view.graphs import compare_graphs, coupling_graph
from tests.oracles import couplings as oracle

ORACLE_ACTIVATIONS = {
    heaviside: oracle.step,
    sign: lambda x: 1 if x >= 0 else -1,
    relu: lambda x: max(x, 0),
    clipped_relu: lambda x: min(max(x, 0), 1),
}
LETTERS = {"weight": "W", "bias": "b", "neuron": "h"}
S, T, U = (Variable(name, (-1, 1)) for name in "stu")


def identity(variable):
    """How the oracle names a variable: letter, layer, 0-based indices of neurons."""
    neurons = variable.index[:1] if variable.role == "neuron" else variable.index
    return LETTERS[variable.role], variable.layer, tuple(index - 1 for index in neurons)


def edges_of(graph):
    return {frozenset((identity(a), identity(b))) for a, b in graph.edges}


def brute_force(names, function, alphabets):
    pairs = oracle.coupled_positions(function, alphabets)
    return {frozenset((names[i], names[j])) for i, j in pairs}


@pytest.mark.parametrize("activation", list(ORACLE_ACTIVATIONS), ids=lambda a: a.__name__)
@pytest.mark.parametrize(
    ("width", "depth", "biases", "inputs"),
    [(1, 4, True, [1]), (1, 5, False, [-1]), (1, 4, True, [0]), (2, 2, False, [1, -1]), (2, 2, False, [2, 1])],
)
def test_original_hamiltonian_agrees_with_brute_force(activation, width, depth, biases, inputs):
    net = NetworkModel(width=width, biases=(-1, 1) if biases else None, activation=activation)
    graph = coupling_graph(net.original_hamiltonian(depth, inputs=[inputs]))
    names, function = oracle.original(width, depth, inputs, biases=biases, activation=ORACLE_ACTIVATIONS[activation])
    assert edges_of(graph) == brute_force(names, function, [(-1, 1)] * len(names))


@pytest.mark.parametrize("activation", list(ORACLE_ACTIVATIONS), ids=lambda a: a.__name__)
@pytest.mark.parametrize(("width", "depth", "biases"), [(1, 3, True), (1, 4, False), (2, 1, True), (2, 1, False)])
def test_dynamic_hamiltonian_agrees_with_brute_force(activation, width, depth, biases):
    net = NetworkModel(width=width, biases=(-1, 1) if biases else None, activation=activation)
    graph = coupling_graph(net.dynamic_hamiltonian(depth, ends="free"))
    names, function = oracle.dynamic(width, depth, biases=biases, activation=ORACLE_ACTIVATIONS[activation])
    alphabets = [(0, 1) if name[0] == "h" else (-1, 1) for name in names]
    assert edges_of(graph) == brute_force(names, function, alphabets)
    assert {identity(v) for v in graph} == set(names)


@given(
    st.lists(st.sampled_from([-2, -1, 0, 1, 2, Fraction(1, 2)]), min_size=1, max_size=3, unique=True),
    st.integers(-2, 2),
)
@settings(max_examples=25, deadline=None)
def test_other_alphabets_and_inputs_agree_with_brute_force(weights, x):
    net = NetworkModel(weights=tuple(weights), biases=(0, 1))
    graph = coupling_graph(net.original_hamiltonian(2, inputs=x))
    names, function = oracle.original(1, 2, [x], biases=True)
    alphabets = [tuple(weights) if name[0] == "W" else (0, 1) for name in names]
    assert edges_of(graph) == brute_force(names, function, alphabets)


@st.composite
def hamiltonians(draw):
    """A polynomial plus a step of a linear form, with values on states and as an expression."""
    number = draw(st.integers(2, 4))
    alphabet = st.lists(st.fractions(-2, 2, max_denominator=2), min_size=1, max_size=3, unique=True)
    alphabets = [tuple(draw(alphabet)) for _ in range(number)]
    exponents = st.tuples(*[st.integers(0, 2)] * number)
    terms = draw(st.lists(st.tuples(st.integers(-2, 2), exponents), max_size=4))
    linear = draw(st.lists(st.integers(-1, 1), min_size=number, max_size=number))
    weight = draw(st.integers(-1, 1))
    variables = [Variable(f"s_{k}", values) for k, values in enumerate(alphabets, start=1)]
    expression = weight * heaviside(sympy.Add(*(c * v for c, v in zip(linear, variables, strict=True)))) + sympy.Add(
        *(c * sympy.prod(v**e for v, e in zip(variables, powers, strict=True)) for c, powers in terms)
    )

    def function(state):
        argument = sum(c * letter for c, letter in zip(linear, state, strict=True))
        return weight * oracle.step(argument) + oracle.polynomial(terms)(state)

    return variables, alphabets, sympy.sympify(expression), function


@given(hamiltonians())
@settings(max_examples=100, deadline=None)
def test_random_hamiltonians_agree_with_brute_force(drawn):
    variables, alphabets, expression, function = drawn
    graph = coupling_graph(expression)
    expected = {frozenset((variables[i], variables[j])) for i, j in oracle.coupled_positions(function, alphabets)}
    assert {frozenset(edge) for edge in graph.edges} == expected
    assert set(graph) == expression.free_symbols


def test_figure_2_upper_half_every_weight_is_coupled_to_every_other():
    graph = coupling_graph(NetworkModel(biases=None).original_hamiltonian(9, inputs=1))
    names, function = oracle.original(1, 9, [1], biases=False)
    assert edges_of(graph) == brute_force(names, function, [(-1, 1)] * 9)
    assert edges_of(graph) == {frozenset(pair) for pair in combinations(names, 2)}


def test_figure_2_lower_half_couples_a_layer_to_the_next_only():
    graph = coupling_graph(NetworkModel(biases=None).dynamic_hamiltonian(9, ends="free"))
    weight, neuron = (lambda m: ("W", m, (0, 0))), (lambda m: ("h", m, (0,)))
    triangles = [(weight(m), neuron(m), neuron(m + 1)) for m in range(9)]
    assert edges_of(graph) == {frozenset(pair) for triangle in triangles for pair in combinations(triangle, 2)}
    # One bond of the chain, by brute force, has just these couplings.
    names, function = oracle.dynamic(1, 1, biases=False)
    assert brute_force(names, function, [(-1, 1), (0, 1), (0, 1)]) == {
        frozenset(pair) for pair in combinations(triangles[0], 2)
    }


def test_a_vanishing_input_decouples_the_first_layer_of_weights():
    # x = 0: the first activations are heaviside(0) = 1 whatever the weights, so W^(0) drops out of H, and
    # the rest is the network of depth 8 that starts from h^(1) = 1.
    for width in (1, 2):
        net = NetworkModel(width=width, biases=None)
        at_zero = coupling_graph(net.original_hamiltonian(9, inputs=[[0] * width]))
        at_one = coupling_graph(net.original_hamiltonian(8, inputs=[[1] * width]))
        assert {v.layer for v in at_zero} == set(range(1, 9))
        shifted = {frozenset((n, m + 1, i) for n, m, i in edge) for edge in edges_of(at_one)}
        assert edges_of(at_zero) == shifted


def test_an_input_that_one_component_decides_leaves_weights_uncoupled_but_present():
    # x = (2, 1): the sign of 2 W_i1 + W_i2 is that of W_i1, so W_i2^(0) is in the formula but couples to nothing.
    graph = coupling_graph(NetworkModel(width=2, biases=None).original_hamiltonian(3, inputs=[[2, 1]]))
    lonely = {identity(v) for v, degree in graph.degree() if degree == 0}
    assert lonely == {("W", 0, (0, 1)), ("W", 0, (1, 1))}


def test_width_two_depth_nine_takes_few_steps():
    net = NetworkModel(width=2, biases=None)
    # 2^36 states; steps of decision diagrams, counted: about a third of a second.
    graph = coupling_graph(net.original_hamiltonian(9, inputs=[[1, 1]]), budget=50_000)
    assert len(graph) == 36
    # Only the last weights of different outputs separate: H is a sum over outputs.
    last = [("W", 8, (0, j)) for j in range(2)], [("W", 8, (1, j)) for j in range(2)]
    missing = {frozenset((a, b)) for a in last[0] for b in last[1]}
    everything = {frozenset(map(identity, pair)) for pair in combinations(graph, 2)}
    assert edges_of(graph) == everything - missing


def test_several_data_points_and_biases():
    net = NetworkModel(width=2, samples=2)
    graph = coupling_graph(net.original_hamiltonian(3, inputs=[[1, 1], [1, -1]]))
    assert len(graph) == 18
    assert graph.number_of_edges() == 18 * 17 // 2 - 9


def test_attributes_say_what_is_what():
    net = NetworkModel(biases=None)
    graph = coupling_graph(net.dynamic_hamiltonian(2, ends="free"))
    (weight,), (left,), (right,) = net.weights_at(1), net.neurons_at(1), net.neurons_at(2)
    assert dict(graph.nodes[weight]) == {"kind": "weight", "layer": 1}
    assert [identity(v)[:2] for v in graph] == [("h", 0), ("W", 0), ("h", 1), ("W", 1), ("h", 2)]
    sigma = heaviside(weight * left)
    (penalty,) = (p for p in graph.graph["parameters"] if str(p) == "lambda_1")
    assert graph.edges[weight, right] == {"term": -2 * penalty * right * sigma, "range": 1}
    assert graph.edges[weight, left] == {"term": penalty * sigma**2 - 2 * penalty * right * sigma, "range": 0}
    assert "mixed differences" in graph.graph["method"]


def test_the_coupling_term_has_the_whole_mixed_difference():
    graph = coupling_graph(S * T + (S + U) ** 2 + S**2 * T * U + 7)
    assert graph.edges[S, T]["term"] == S * T  # s^2 = 1 couples nothing
    assert graph.edges[S, U]["term"] == 2 * S * U
    assert graph.edges[T, U]["term"] == S**2 * T * U
    assert graph.edges[S, T]["range"] is None


def test_symbolic_layers_have_ranges():
    m = sympy.Symbol("m", integer=True)
    graph = coupling_graph(NetworkModel(biases=None).layer_hamiltonian(m))
    assert sorted(length for _, _, length in graph.edges(data="range")) == [0, 1, 1]


def test_continuous_variables_couple_by_their_mixed_derivative():
    net = NetworkModel(weights=sympy.S.Reals, biases=sympy.S.Reals, neurons=sympy.S.Reals, activation=sympy.tanh)
    for hamiltonian, edges in (
        (net.dynamic_hamiltonian(2, ends="free"), 12),
        (net.original_hamiltonian(3), 15),  # a smooth activation needs no numbers for the input
    ):
        assert coupling_graph(hamiltonian).number_of_edges() == edges
    w, v = Variable("w", sympy.S.Reals), Variable("v", sympy.S.Reals)
    assert set(coupling_graph((w + v) ** 2 - 2 * w * v + S * w**2).edges) == {(S, w)}


def test_steps_of_continuous_weights_are_certified_at_points():
    net = NetworkModel(weights=sympy.S.Reals, biases=sympy.S.Reals)
    assert coupling_graph(net.original_hamiltonian(3, inputs=1)).number_of_edges() == 15


def test_listed_parameters_are_held():
    k, j = sympy.Symbol("k"), Parameter("j")
    graph = coupling_graph(k * S * T + j * T * U, parameters=[k, U])
    assert list(graph.edges) == [(S, T)]
    assert sorted(map(str, graph.graph["parameters"])) == ["j", "k", "u"]


@pytest.mark.parametrize(
    ("hamiltonian", "error", "words"),
    [
        (S * sympy.Symbol("k"), ModelError, r"symbol k.*Parameter\('k'\).*parameters=\[k\]"),
        (sympy.Matrix([1]), ModelError, "not a scalar"),
        (sympy.Sum(S * U, (U, 1, 2)), ModelError, "unevaluated Sum"),
        (StateSum(S * T, T), ModelError, r"unevaluated StateSum.*\.doit"),
        (sympy.Derivative(sympy.Function("f")(S), S), ModelError, "unevaluated Derivative"),
        (sympy.Float("0.25") * S, NotExactError, r"Fraction\(1, 4\)"),
        (T / (1 + S), UndefinedPointError, r"1/\(s \+ 1\) is not finite"),
        (NetworkModel().original_hamiltonian(2), UnableError, "x is symbolic; .*inputs="),
        (NetworkModel().dynamic_hamiltonian(2), UnableError, "x is symbolic; .*inputs="),
        (sympy.Function("f")(S + T), UnableError, "s and t are coupled"),
    ],
)
def test_what_is_no_hamiltonian_is_refused(hamiltonian, error, words):
    with pytest.raises(error, match=words):
        coupling_graph(hamiltonian)


def test_parameters_are_symbols():
    with pytest.raises(ModelError, match="no symbol"):
        coupling_graph(S * T, parameters=["k"])


def test_wide_networks_are_refused_with_an_estimate():
    hamiltonian = NetworkModel(width=6).original_hamiltonian(2, inputs=[[1] * 6])
    with pytest.raises(BudgetExceeded, match="84 variables would take some") as caught:
        coupling_graph(hamiltonian, budget=20_000)
    assert caught.value.estimate > caught.value.limit == 20_000


def test_a_coupling_graph_is_shown_and_its_copies_too():
    graph = coupling_graph(S * T + U)
    assert isinstance(graph, networkx.Graph)
    assert repr(graph) == "<coupling graph: 3 degrees of freedom, 1 coupling>"
    assert graph._repr_svg_().startswith("<svg")
    assert repr(graph.subgraph([U])) == "<coupling graph: 1 degree of freedom, 0 couplings>"
    assert networkx.line_graph(graph.copy())._repr_svg_() is None  # pairs of variables are no variables


def test_what_will_exceed_the_budget_is_refused_before_most_of_it_is_used():
    hamiltonian = NetworkModel(width=3).original_hamiltonian(4, inputs=[[1, 1, 1]])
    with pytest.raises(BudgetExceeded, match=r"48 variables would take some \d+ steps") as caught:
        coupling_graph(hamiltonian, budget=100_000)
    assert caught.value.limit == 100_000 < caught.value.estimate
    # An estimate that is no exaggeration: with that budget it is not refused by it.
    with pytest.raises(BudgetExceeded, match="need more than"):
        coupling_graph(hamiltonian, budget=caught.value.estimate)


def test_constants_and_single_variables_have_no_edges():
    assert len(coupling_graph(sympy.Integer(3))) == 0
    assert list(coupling_graph(S**2)) == [S]
    assert list(coupling_graph(S * Variable("c", (5,))).edges) == []


def eccentric_measures(graph):
    """Degrees and diameter by breadth-first search written out."""
    distances = []
    for start in graph:
        reached, front = {start: 0}, [start]
        while front:
            front = [(b, reached[a] + 1) for a in front for b in graph[a] if b not in reached]
            front = [b for b, distance in front if reached.setdefault(b, distance) == distance]
            front = list(dict.fromkeys(front))
        distances.append(None if len(reached) < len(graph) else max(reached.values()))
    return None if None in distances else max(distances, default=None)


@given(st.integers(1, 7), st.data())
@settings(max_examples=60, deadline=None)
def test_measures_of_random_graphs(number, data):
    graph = networkx.Graph()
    graph.add_nodes_from(range(number))
    pairs = list(combinations(range(number), 2))
    if pairs:
        graph.add_edges_from(data.draw(st.lists(st.sampled_from(pairs), unique=True)))
    measures = compare_graphs(graph, graph).first
    degrees = [len(graph[node]) for node in graph]
    assert measures.maximum_degree == max(degrees)
    assert measures.mean_degree == Fraction(sum(degrees), number)
    assert measures.diameter == eccentric_measures(graph)
    exact = treewidth(graph)
    assert measures.treewidth_at_least <= exact <= measures.treewidth_at_most
    assert measures.longest_range is None


def treewidth(graph):
    """The exact treewidth, over all elimination orders by dynamic programming over sets of eliminated nodes."""
    nodes = list(graph)
    best = {frozenset(): 0}
    for size in range(len(nodes)):
        for gone in [s for s in best if len(s) == size]:
            for node in nodes:
                if node not in gone:
                    seen, front = {node}, [node]
                    reached = set()
                    while front:
                        for other in graph[front.pop()]:
                            if other not in seen:
                                seen.add(other)
                                (front.append if other in gone else reached.add)(other)
                    width = max(best[gone], len(reached))
                    after = gone | {node}
                    best[after] = min(best.get(after, len(nodes)), width)
    return best[frozenset(nodes)]


def test_the_contrast_of_figure_2():
    net = NetworkModel(biases=None)
    original = coupling_graph(net.original_hamiltonian(9, inputs=1))
    dynamic = coupling_graph(net.dynamic_hamiltonian(9, ends="free"))
    result = compare_graphs(original, dynamic)
    # A complete graph on 9 nodes, and a chain of 9 triangles.
    assert result.first.to_json() == {
        "nodes": 9,
        "edges": 36,
        "components": 1,
        "maximum_degree": 8,
        "mean_degree": "8",
        "diameter": 1,
        "treewidth_at_least": 8,
        "treewidth_at_most": 8,
        "longest_range": 8,
    }
    assert result.second.to_json() == {
        "nodes": 19,
        "edges": 27,
        "components": 1,
        "maximum_degree": 4,
        "mean_degree": "54/19",
        "diameter": 9,
        "treewidth_at_least": 2,
        "treewidth_at_most": 2,
        "longest_range": 1,
    }
    assert json.loads(json.dumps(result.to_json()))["schema"] == 1
    rows = {label: (first, second) for label, first, second in result.table()}
    assert rows["treewidth"] == ("8", "2")
    assert rows["longest range in layers"] == ("8", "1")


def test_a_comparison_is_shown_as_a_table():
    result = compare_graphs(networkx.path_graph(3), networkx.complete_graph(3))
    assert str(result).splitlines()[4].split() == ["mean", "degree", "4/3", "2"]
    assert "<tr><td>mean degree</td><td>4/3</td><td>2</td></tr>" in result._repr_html_()


def test_comparison_says_what_does_not_exist():
    apart = networkx.empty_graph(2)
    rows = {label: first for label, first, _ in compare_graphs(apart, apart).table()}
    assert (rows["diameter"], rows["longest range in layers"]) == ("infinite", "none")
    with pytest.raises(ModelError, match=r"networkx\.Graph"):
        compare_graphs(apart, networkx.DiGraph())


SCRIPT = """
from symrg.model.network import NetworkModel
from symrg.view.graphs import compare_graphs, coupling_graph
net = NetworkModel(width=2)
first = coupling_graph(net.original_hamiltonian(3, inputs=[[1, -1]]))
second = coupling_graph(net.dynamic_hamiltonian(3, ends="free"))
for graph in (first, second):
    print(list(graph), list(graph.edges(data=True)), graph.graph)
print(compare_graphs(first, second).to_json())
"""


def test_same_answer_in_the_same_order_for_every_hash_seed():
    outputs = {
        subprocess.run(
            [sys.executable, "-c", SCRIPT],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "77")
    }
    assert len(outputs) == 1
