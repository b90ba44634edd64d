import random
from fractions import Fraction
from itertools import product

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from symrg.errors import BudgetExceeded, ModelError, NotExactError
from symrg.model.activations import clipped_relu, heaviside, relu, sign
from symrg.model.network import NetworkModel
from symrg.model.variables import Parameter, Variable, require_known_symbols, variables_in
from tests.oracles import networks as oracle

ORACLES = {
    heaviside: oracle.step,
    sign: oracle.plus_minus,
    relu: oracle.rectifier,
    clipped_relu: oracle.clipped_rectifier,
}
M = sympy.Symbol("m", integer=True)
X = sympy.Symbol("x")

numbers = st.sampled_from([-2, -1, 0, 1, 2, Fraction(1, 2), Fraction(-2, 3)])
small_alphabets = st.lists(numbers, min_size=1, max_size=3, unique=True).map(tuple)


@st.composite
def networks(draw, sizes=((1, 1), (1, 2), (2, 1), (2, 2))):
    width, samples = draw(st.sampled_from(sizes))
    # the oracle lists every (W, b) and every state: keep the largest case to two letters
    largest = 2 if (width, samples) == (2, 2) else 3
    alphabet = st.lists(numbers, min_size=1, max_size=largest, unique=True).map(tuple)
    return {
        "width": width,
        "samples": samples,
        "weights": draw(alphabet),
        "biases": draw(st.none() | alphabet),
        "neurons": draw(alphabet),
        "activation": draw(st.sampled_from(list(ORACLES))),
    }


def plain(states):
    return [tuple(Fraction(int(value.p), int(value.q)) for value in state) for state in states]


@given(networks())
@settings(max_examples=40, deadline=None)
def test_multiplicity_is_the_brute_force_count(given_network):
    net = NetworkModel(**given_network)
    activation = ORACLES[given_network["activation"]]
    options = {key: value for key, value in given_network.items() if key != "activation"}
    expected = oracle.count_settings(**options, activation=activation)
    rows, columns = plain(net.neuron_states), plain(net.activation_states)
    assert rows == [tuple(map(Fraction, state)) for state in expected]
    counts = [[expected[row][column] for column in columns] for row in rows]
    assert [list(row) for row in net.multiplicity] == counts
    total = len(given_network["weights"]) ** net.width**2 * len(given_network["biases"] or (0,)) ** net.width
    assert {sum(row) for row in net.multiplicity} == {total}
    reached = {value for found in expected.values() for state in found for value in state}
    assert plain([net.activation_alphabet])[0] == tuple(sorted(reached))


def test_multiplicity_columns_follow_the_outputs_given():
    usual, turned = NetworkModel(), NetworkModel(outputs=(1, 0))
    assert turned.activation_alphabet == (1, 0)
    assert [row[::-1] for row in usual.multiplicity] == list(turned.multiplicity)
    more = NetworkModel(outputs=(-1, 0, 1))
    assert [row[0] for row in more.multiplicity] == [0, 0]
    assert [row[1:] for row in more.multiplicity] == list(usual.multiplicity)


def test_multiplicity_of_four_neurons_by_sampling_rows():
    """Width 4 is beyond listing all 2^20 (W, b) for every row, not for one neuron of a few rows."""
    net = NetworkModel(width=4)
    rows = dict(zip(plain(net.neuron_states), net.multiplicity, strict=True))
    columns = plain(net.activation_states)
    for state in ((0, 0, 0, 0), (1, 0, 1, 0), (0, 1, 1, 1)):
        single = [0, 0]
        for *weights, bias in product((-1, 1), repeat=5):
            total = sum(w * h for w, h in zip(weights, state, strict=True)) + bias
            single[oracle.step(total)] += 1
        for column, found in zip(columns, rows[state], strict=True):
            count = 1
            for value in column:
                count *= single[int(value)]
            assert count == found


def test_multiplicity_asks_the_activation_once_a_value():
    asked = []

    def counting(x):
        asked.append(x)
        return int(x > 1)

    net = NetworkModel(width=4, activation=counting, outputs=(0, 1))
    asked.clear()
    assert len(net.multiplicity) == 16
    assert len(asked) <= 11  # the sums run from -5 to 5


def random_settings(rng, net, depth):
    return [
        (
            [[rng.choice(net["weights"]) for _ in range(net["width"])] for _ in range(net["width"])],
            [rng.choice(net["biases"]) if net["biases"] else 0 for _ in range(net["width"])],
        )
        for _ in range(depth)
    ]


def assign(model, settings_, layers=()):
    """Map the model's variables to the oracle's numbers."""
    values = {}
    for layer, (matrix, vector) in enumerate(settings_):
        flat = [entry for row in matrix for entry in row]
        values.update(zip(model.weights_at(layer), flat, strict=True))
        values.update(zip(model.biases_at(layer), vector if model.biases else (), strict=True))
    for layer, state in layers:
        values.update(zip(model.neurons_at(layer), state, strict=True))
    return {variable: sympy.Rational(value) for variable, value in values.items()}


def rows_of(state, width, samples):
    """From index (i, l), l fastest, to shape (samples, width)."""
    return [[state[i * samples + sample] for i in range(width)] for sample in range(samples)]


@given(networks(), st.integers(1, 4), st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_original_hamiltonian_is_a_forward_pass(net, depth, rng):
    model, activation = NetworkModel(**net), ORACLES[net["activation"]]
    N, L = net["width"], net["samples"]
    x = [Fraction(rng.randint(-4, 4), rng.randint(1, 3)) for _ in range(N * L)]
    y = [Fraction(rng.randint(-4, 4), rng.randint(1, 3)) for _ in range(N * L)]
    parameters = random_settings(rng, net, depth)
    expected = oracle.squared_distance(y, oracle.forward(parameters, tuple(x), L, activation))
    values = assign(model, parameters)
    numeric = model.original_hamiltonian(depth, inputs=rows_of(x, N, L), targets=rows_of(y, N, L))
    assert numeric.xreplace(values) == sympy.Rational(expected)
    symbolic = model.original_hamiltonian(depth)
    require_known_symbols(symbolic)
    inputs = parameters_named("x", N, L)
    targets = parameters_named("y", N, L)
    data = dict(zip(inputs + targets, map(sympy.Rational, x + y), strict=True))
    assert symbolic.xreplace(values).xreplace(data) == sympy.Rational(expected)


def parameters_named(root, N, L):
    names = {
        (1, 1): [root],
        (2, 1): [f"{root}_1", f"{root}_2"],
        (1, 2): [f"{root}^[1]", f"{root}^[2]"],
        (2, 2): [f"{root}_1^[1]", f"{root}_1^[2]", f"{root}_2^[1]", f"{root}_2^[2]"],
    }
    return [Parameter(name, real=True) for name in names[N, L]]


@given(networks(), st.integers(1, 4), st.sampled_from(["fixed", "free"]), st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_dynamic_hamiltonian_is_a_sum_over_layers(net, depth, ends, rng):
    model, activation = NetworkModel(**net), ORACLES[net["activation"]]
    N, L = net["width"], net["samples"]
    layers = [tuple(rng.choice(net["neurons"]) for _ in range(N * L)) for _ in range(depth + 1)]
    penalties = [Fraction(rng.randint(1, 5), 2) for _ in range(depth)]
    parameters = random_settings(rng, net, depth)
    lambdas = {Parameter(f"lambda_{m}", positive=True): sympy.Rational(p) for m, p in enumerate(penalties)}
    if ends == "fixed":
        penalties[-1] = 1
        data = {"inputs": rows_of(layers[0], N, L), "targets": rows_of(layers[-1], N, L)}
        inner = list(enumerate(layers))[1:-1]
    else:
        data, inner = {}, list(enumerate(layers))
    expected = oracle.dynamic_energy(parameters, layers, penalties, L, activation)
    values = assign(model, parameters, inner)
    H = model.dynamic_hamiltonian(depth, ends=ends, **data)
    require_known_symbols(H)
    assert H.xreplace(values).xreplace(lambdas) == sympy.Rational(expected)
    given_penalties = model.dynamic_hamiltonian(depth, ends=ends, penalties=penalties, **data)
    assert given_penalties.xreplace(values) == sympy.Rational(expected)


def test_the_papers_example_reads_as_printed():
    net = NetworkModel()
    assert str(net.layer_hamiltonian(M)) == "(h^(m+1) - heaviside(W^(m)*h^(m) + b^(m)))**2"
    assert sympy.latex(net.preactivation(M)) == "W^{(m)} h^{(m)} + b^{(m)}"
    H = net.dynamic_hamiltonian(2)
    names = [str(symbol) for symbol in variables_in(H)]
    assert names == ["W^(0)", "W^(1)", "b^(0)", "b^(1)", "h^(1)"]
    assert {str(symbol) for symbol in H.free_symbols} - set(names) == {"x", "y", "lambda_0"}
    bulk = net.dynamic_hamiltonian(2, ends="free", penalties=Parameter("lambda"))
    assert bulk.free_symbols.issuperset(net.neurons_at(0) + net.neurons_at(2))
    assert bulk == Parameter("lambda") * net.layer_hamiltonian(0) + Parameter("lambda") * net.layer_hamiltonian(1)
    H_0, H_1 = (H.xreplace({Parameter("lambda_0", positive=True): value}) for value in (1, 0))
    assert net.dynamic_hamiltonian(2, penalties=3) == H_1 + 3 * (H_0 - H_1)
    assert net.exponent(Parameter("beta_v"), layer=M) == -Parameter("beta_v") * net.layer_hamiltonian(M)


def test_symbolic_layers_become_numbered_ones():
    """H_m at m = 3 is H_3 once the variables are exchanged: same shape, layer by layer."""
    net = NetworkModel(width=2)
    exchange = {}
    for method in (net.weights_at, net.biases_at, net.neurons_at):
        exchange.update(zip(method(M), method(3), strict=True))
    exchange.update(zip(net.neurons_at(M + 1), net.neurons_at(4), strict=True))
    assert net.layer_hamiltonian(M).xreplace(exchange) == net.layer_hamiltonian(3)


@pytest.mark.parametrize(
    ("options", "names"),
    [
        ({}, ["h^(2)", "sigma^(2)", "W^(2)", "b^(2)"]),
        ({"samples": 2}, ["h^(2)[1]", "h^(2)[2]", "sigma^(2)[1]", "sigma^(2)[2]", "W^(2)", "b^(2)"]),
        (
            {"width": 2},
            [
                f"{name}^(2)"
                for name in ("h_1", "h_2", "sigma_1", "sigma_2", "W_11", "W_12", "W_21", "W_22", "b_1", "b_2")
            ],
        ),
    ],
)
def test_names(options, names):
    net = NetworkModel(**options)
    found = net.neurons_at(2) + net.activations_at(2) + net.weights_at(2) + net.biases_at(2)
    assert [variable.name for variable in found] == names
    assert all(variable.layer == 2 for variable in found)
    assert [variable.role for variable in net.neurons_at(0)] == ["neuron"] * len(net.neurons_at(0))


def test_indices_and_wide_names():
    net = NetworkModel(width=2, samples=3)
    assert [v.index for v in net.neurons_at(0)] == [(i, l) for i in (1, 2) for l in (1, 2, 3)]  # noqa: E741
    assert [v.index for v in net.weights_at(0)] == [(1, 1), (1, 2), (2, 1), (2, 2)]
    assert [v.index for v in net.biases_at(0)] == [(1,), (2,)]
    wide = NetworkModel(width=12).weights_at(0)
    assert len({variable.name for variable in wide}) == 144
    assert "W_1,12^(0)" in {variable.name for variable in wide}


def test_activations_have_the_output_alphabet():
    net = NetworkModel(width=2, activation=relu)
    assert net.activations_at(0)[0].alphabet == (0, 1, 2, 3)
    assert NetworkModel(activation=sign).activations_at(0)[0].alphabet == (-1, 1)
    expressions = net.activation_expressions(0)
    assert expressions == tuple(relu(net.preactivation(0, i)) for i in (1, 2))


def test_users_activation():
    by_callable = NetworkModel(activation=lambda x: x * x)
    by_expression = NetworkModel(activation=X**2)
    assert by_callable.multiplicity == by_expression.multiplicity
    assert by_expression.activation_expressions(0)[0] == by_expression.preactivation(0) ** 2
    H = by_callable.original_hamiltonian(2, inputs=1, targets=0)
    values = {v: sympy.Integer(1) for v in variables_in(H)}
    assert H.xreplace(values) == ((1 + 1) ** 2 + 1) ** 4


def test_continuous_alphabets_have_hamiltonians_but_no_counts():
    net = NetworkModel(weights=sympy.S.Reals, biases=None, neurons=sympy.S.Reals, activation=X)
    W, h = net.weights_at(0)[0], net.neurons_at(0)[0]
    assert net.activation_expressions(0)[0] == W * h
    assert not W.is_finite_alphabet
    assert net.activation_alphabet is sympy.S.Reals
    for name in ("multiplicity", "neuron_states", "activation_states"):
        with pytest.raises(ModelError, match="continuous"):
            getattr(net, name)


def test_deep_and_wide_hamiltonians_share_their_parts():
    """Unfolded, width 3 and depth 30 has 3^30 terms; built layer by layer it is a few thousand objects."""
    H = NetworkModel(width=3).original_hamiltonian(30)
    distinct, stack = set(), [H]
    while stack:
        part = stack.pop()
        if part not in distinct:
            distinct.add(part)
            stack.extend(part.args)
    assert len(distinct) < 30 * 40
    H = NetworkModel(width=2).original_hamiltonian(9)
    assert len(variables_in(H)) == 9 * 6


def test_inputs_may_be_parameters_and_nested_lists():
    q = Parameter("q")
    H = NetworkModel(biases=None).original_hamiltonian(1, inputs=q, targets=[[Fraction(1, 2)]])
    assert str(H) == "(1/2 - heaviside(W^(0)*q))**2"
    net = NetworkModel(width=2)
    assert net.original_hamiltonian(1, inputs=[[1, 0]]) == net.original_hamiltonian(1, inputs=((1, 0),))


def test_equality_and_normalised_fields():
    assert NetworkModel(weights=[-1, 1]) == NetworkModel()
    assert hash(NetworkModel(weights=[-1, 1])) == hash(NetworkModel())
    assert NetworkModel(weights=(1, -1)) != NetworkModel()
    with pytest.raises(AttributeError):
        NetworkModel().width = 2


NET = NetworkModel()


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        *[
            (lambda name=name, value=value: NetworkModel(**{name: value}), ModelError, f"{name} is .*positive integer")
            for name in ("width", "samples")
            for value in (0, -1, True, 1.0, "1", None, Fraction(1))
        ],
        (lambda: NetworkModel(weights=()), ModelError, "alphabet of weights is empty"),
        (lambda: NetworkModel(neurons=(0, 1, 1)), ModelError, "neurons .* more than once"),
        (lambda: NetworkModel(biases=()), ModelError, "alphabet of biases is empty"),
        (lambda: NetworkModel(biases=(0.5,)), NotExactError, r"biases .*Fraction\(1, 2\)"),
        (lambda: NetworkModel(weights=None), ModelError, "weights is None"),
        (lambda: NetworkModel(neurons={0, 1}), ModelError, "order"),
        (lambda: NetworkModel(outputs=(0,)), ModelError, "value 1 at 0, outside the given outputs"),
        (lambda: NetworkModel(activation=relu, outputs=(0, 1)), ModelError, "value 2 at 2, outside"),
        (lambda: NetworkModel(outputs=(0, 1, 1)), ModelError, "outputs .* more than once"),
        (lambda: NetworkModel(activation="heaviside"), ModelError, "use heaviside"),
        (lambda: NetworkModel(activation=sympy.tanh, outputs=(0, 1)), NotExactError, "tanh"),
        (lambda: NetworkModel(activation=sympy.tanh).multiplicity, NotExactError, "tanh"),
        (
            lambda: NetworkModel(width=20).multiplicity,
            BudgetExceeded,
            r"11 distinct rows.* 2\^20 entries.* row_orbits",
        ),
        (lambda: NetworkModel(width=40).multiplicity, BudgetExceeded, r"2\^40 entries, .* \(2\^21 would fit\)"),
        (lambda: NetworkModel(width=20, samples=9).row_orbits, BudgetExceeded, "orbits times activation states"),
        (lambda: NetworkModel(width=10**5).row_orbits, BudgetExceeded, "words of 64 bits"),
        (lambda: NetworkModel(width=10**7, outputs=(0, 1)), BudgetExceeded, "preactivations"),
        (lambda: NetworkModel(width=10**6).neuron_states, BudgetExceeded, "smaller width"),
        *[
            (lambda m=m, depth=depth: getattr(NET, m)(depth), ModelError, "depth is .*positive integer")
            for m in ("original_hamiltonian", "dynamic_hamiltonian")
            for depth in (0, -2, True, 2.0, "3")
        ],
        *[
            (lambda m=m, x=x: getattr(NET, m)(2, inputs=x), ModelError, "inputs have the wrong shape")
            for m in ("original_hamiltonian", "dynamic_hamiltonian")
            for x in ([1], [[1, 2]], [[1], [2]], [], [[]])
        ],
        (lambda: NetworkModel(width=2).original_hamiltonian(1, inputs=1), ModelError, "wrong shape"),
        (lambda: NetworkModel(width=2).original_hamiltonian(1, targets=[1, 2]), ModelError, "targets .* shape"),
        (lambda: NetworkModel(width=2).original_hamiltonian(1, inputs=[[1], [2]]), ModelError, "wrong shape"),
        (lambda: NET.original_hamiltonian(1, inputs=0.5), NotExactError, "inputs"),
        (lambda: NET.original_hamiltonian(1, inputs=0.5 * X), NotExactError, "inputs"),
        (lambda: NET.original_hamiltonian(1, inputs="x"), NotExactError, "inputs"),
        (lambda: NET.original_hamiltonian(1, targets=[[None]]), NotExactError, "targets"),
        (lambda: NET.original_hamiltonian(1, inputs=Variable("q", (0, 1))), ModelError, "contains a variable"),
        (lambda: NET.original_hamiltonian(1, inputs=sympy.oo), ModelError, "not finite"),
        (lambda: NetworkModel(outputs=sympy.S.Reals).multiplicity, ModelError, "outputs are continuous"),
        (lambda: NET.dynamic_hamiltonian(2, ends="open"), ModelError, "'fixed'"),
        (lambda: NET.dynamic_hamiltonian(2, ends="free", inputs=1), ModelError, "free ends"),
        (lambda: NET.dynamic_hamiltonian(2, penalties=[1]), ModelError, "1 penalties were given for 2"),
        (lambda: NET.dynamic_hamiltonian(2, penalties=0.5), NotExactError, "penalty"),
        (lambda: NET.exponent(0.5), NotExactError, "beta_v"),
        (lambda: NET.preactivation(0, i=2), ModelError, "counts from 1 to 1"),
        (lambda: NET.preactivation(0, l=0), ModelError, "counts from 1 to 1"),
        (lambda: NET.neurons_at(0.5), ModelError, "layer"),
        (lambda: NET.weights_at("m"), ModelError, "layer"),
    ],
)
def test_bad_input(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_random_deep_network_agrees_with_the_forward_pass():
    rng = random.Random(7)
    net = {"width": 2, "samples": 1, "weights": (-1, 1), "biases": (-1, 1)}
    H = NetworkModel(width=2).original_hamiltonian(9, inputs=[[1, 0]], targets=[[0, 1]])
    for _ in range(3):
        parameters = random_settings(rng, net, 9)
        expected = oracle.squared_distance((0, 1), oracle.forward(parameters, (1, 0), 1, oracle.step))
        assert H.xreplace(assign(NetworkModel(width=2), parameters)) == expected
