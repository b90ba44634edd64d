"""Modes of neurons against their definition, pair by pair, on neurons and networks drawn at random."""

import time
from fractions import Fraction
from itertools import combinations, pairwise
from random import Random

import mpmath
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

import symrg as sg
from symrg.model.dense import DenseNetwork
from symrg.model.neuron_modes import layer_modes, mode_conditions, mode_intervals, neuron_counts
from symrg.model.order_index import order_index, pair_counts, relu_order_index
from symrg.model.smooth import Root, gelu, mish, silu

small = st.fractions(min_value=-4, max_value=4, max_denominator=4)
STEP = {
    sg.relu: lambda x: max(x, 0),
    sg.clipped_relu: lambda x: min(max(x, 0), 1),
    sg.heaviside: lambda x: int(x >= 0),
    sg.sign: lambda x: 1 if x >= 0 else -1,
}
SMOOTH = {
    silu: lambda x: x / (1 + mpmath.exp(-x)),
    gelu: lambda x: x * mpmath.ncdf(x),
    mish: lambda x: x * mpmath.tanh(mpmath.log1p(mpmath.exp(x))),
}


def mode(reference, outputs):
    signs = set()
    for (r, y), (q, x) in combinations(zip(reference, outputs, strict=True), 2):
        if r != q:
            signs.add(0 if y == x else 1 if (r > q) == (y > x) else -1)
    return {frozenset({1}): "preserving", frozenset({-1}): "reversing"}.get(frozenset(signs), "mixing")


@settings(max_examples=60, deadline=None)
@given(pairs=st.lists(st.tuples(st.integers(-3, 3), st.integers(-3, 3)), max_size=12))
def test_pairs_are_counted(pairs):
    found = pair_counts([r for r, _ in pairs], [y for _, y in pairs])
    products = [((r > q) - (r < q), (y > x) - (y < x)) for (r, y), (q, x) in combinations(pairs, 2)]
    assert found.preserved == sum(a * b > 0 for a, b in products)
    assert found.reversed == sum(a * b < 0 for a, b in products)
    assert found.tied == sum(a != 0 and b == 0 for a, b in products)
    assert found.total == len(products)
    assert found.mode == mode([r for r, _ in pairs], [y for _, y in pairs])


@settings(max_examples=30, deadline=None)
@given(samples=st.sets(small, min_size=2, max_size=9))
def test_the_closed_form_for_relu(samples):
    pairs = list(combinations(samples, 2))
    kept = Fraction(sum((a - b) * (max(a, 0) - max(b, 0)) > 0 for a, b in pairs), len(pairs))
    assert order_index(sg.relu, sorted(samples)) == kept
    assert relu_order_index(len(samples), sum(z <= 0 for z in samples)) == kept


def inside(part, value):
    def above(end, closed):
        low = end if isinstance(end, Fraction) else end.high
        return value > low or (closed and value == low)

    def below(end, closed):
        high = end if isinstance(end, Fraction) else end.low
        return value < high or (closed and value == high)

    return (part.lower is None or above(part.lower, part.closed[0])) and (
        part.upper is None or below(part.upper, part.closed[1])
    )


@pytest.mark.parametrize("activation", [*STEP, *SMOOTH], ids=lambda one: getattr(one, "name", str(one)))
@settings(max_examples=12, deadline=None)
@given(data=st.data())
def test_intervals_of_the_bias(activation, data):
    samples = data.draw(st.lists(st.tuples(small, small), min_size=2, max_size=5))
    weights = data.draw(st.tuples(small, small))
    reference = data.draw(st.none() | st.lists(small, min_size=len(samples), max_size=len(samples)))
    projected = [weights[0] * x + weights[1] * y for x, y in samples]
    try:
        parts = mode_intervals(activation, weights, samples, reference=reference)
    except sg.UnableError:  # two pairs of samples that are equally far apart in the same place: same bias, said so
        assert activation in SMOOTH
        return
    assert parts[0].lower is parts[-1].upper is None
    tries = [*data.draw(st.lists(st.fractions(-15, 15, max_denominator=8), min_size=10, max_size=10))]
    tries += [-s for s in projected] + [1 - s for s in projected]
    for bias in tries:
        z = [s + bias for s in projected]
        if activation in STEP:
            outputs = [STEP[activation](value) for value in z]
        else:
            with mpmath.workdps(40):
                outputs = [SMOOTH[activation](mpmath.mpf(v.numerator) / v.denominator) for v in z]
        holding = [part for part in parts if inside(part, bias)]
        assert len(holding) == 1 or (activation in SMOOTH and not holding)  # inside the isolating interval of an end
        for part in holding:
            assert part.mode == mode(z if reference is None else reference, outputs)
            assert neuron_counts(activation, weights, bias, samples, reference=reference).mode == part.mode


def test_the_ends_for_silu_are_in_closed_form():
    parts = mode_intervals(silu, [1], [[0], [1], [3]])
    assert [part.mode for part in parts] == ["reversing", "mixing", "preserving"]
    with mpmath.workdps(30):
        for part in parts[1:]:
            assert isinstance(part.lower, Root)
            b = mpmath.mpf(part.lower.closed.evalf(30))
            values = [SMOOTH[silu](b + s) for s in (0, 1, 3)]
            assert min(abs(values[0] - values[1]), abs(values[1] - values[2])) < mpmath.mpf(10) ** -25


def drawn_network(draw, widths, activation=sg.relu):
    def number():
        return Fraction(draw.randint(-7, 7), draw.randint(1, 5))

    weights = [[[number() for _ in range(a)] for _ in range(b)] for a, b in pairwise(widths)]
    return DenseNetwork(weights, [[number() for _ in range(b)] for b in widths[1:]], activation)


@pytest.mark.parametrize("activation", STEP, ids=str)
def test_layers_against_the_definition(activation):
    draw = Random()
    net = drawn_network(draw, (3, 4, 5, 3, 2), activation)
    samples = [[Fraction(draw.randint(-9, 9), draw.randint(1, 4)) for _ in range(3)] for _ in range(6)]
    reference = draw.choice([None, [sum(sample) for sample in samples]])
    h, counts = samples, []
    for matrix, bias in zip(net.weights[:-1], net.biases[:-1], strict=True):
        z = [
            [sum(w * x for w, x in zip(row, s, strict=True)) + b for s in h]
            for row, b in zip(matrix, bias, strict=True)
        ]
        y = [[STEP[activation](v) for v in row] for row in z]
        modes = [mode(row if reference is None else reference, out) for row, out in zip(z, y, strict=True)]
        counts.append([modes.count(m) for m in ("preserving", "reversing", "mixing")])
        h = list(zip(*y, strict=True))
    found = layer_modes(net, samples, reference=reference)
    assert [[part.preserving, part.reversing, part.mixing] for part in found] == counts
    assert all(sum(part.proportions) == 1 for part in found)


def test_a_hundred_layers_within_seconds():
    draw = Random()
    net = drawn_network(draw, (20, *[20] * 100, 1))
    samples = [[Fraction(draw.randint(-9, 9), draw.randint(1, 9)) for _ in range(20)] for _ in range(30)]
    start = time.process_time()
    assert len(layer_modes(net, samples)) == 100
    assert time.process_time() - start < 10


def test_symbols_become_conditions():
    draw = Random()
    a, b, c = sympy.symbols("a b c", real=True)
    shape = [[[a, 1], [1, b]], [[1, c], [b, 1]], [[1, 1]]]
    biases = [[0, a], [c, 0], [0]]
    samples = [(0, 1), (1, -2), (2, 2)]
    for reference in (None, (1, 3, 2)):
        conditions = mode_conditions(DenseNetwork(shape, biases), samples, reference=reference)
        for _ in range(4):
            values = {s: sympy.Rational(draw.randint(-5, 5), draw.randint(1, 3)) for s in (a, b, c)}
            put = DenseNetwork(
                [[[sympy.sympify(w).subs(values) for w in row] for row in matrix] for matrix in shape],
                [[sympy.sympify(v).subs(values) for v in row] for row in biases],
            )
            for layer, part in zip(conditions, layer_modes(put, samples, reference=reference), strict=True):
                truth = [(bool(p.subs(values)), bool(r.subs(values))) for p, r in layer]
                assert (sum(p for p, _ in truth), sum(r for _, r in truth)) == (part.preserving, part.reversing)


NET = DenseNetwork([[[1, 0], [0, 1]], [[1, 1]]], [[0, 0], [0]])


@pytest.mark.parametrize(
    ("ask", "kind", "said"),
    [
        (lambda: order_index(sg.relu, [1]), sg.ModelError, "at least two"),
        (lambda: order_index(sg.relu, [1.0, 2]), sg.NotExactError, "a sample is the inexact 1.0"),
        (lambda: relu_order_index(3, 4), sg.ModelError, "4 of 3"),
        (lambda: pair_counts([1], [1, 2]), sg.ModelError, "1 reference values and 2 outputs"),
        (lambda: mode_intervals(sympy.tanh, [1], [[0], [1]]), sg.UnableError, "not tanh"),
        (lambda: mode_intervals(sg.relu, [1, 2], [[0]]), sg.ModelError, "sample 1 has 1 entries"),
        (lambda: mode_intervals(sg.relu, [0.5], [[0]]), sg.NotExactError, "weight 1"),
        (lambda: neuron_counts(sg.relu, [1], float("nan"), [[0]]), sg.NotExactError, "the bias is the inexact nan"),
        (lambda: neuron_counts(sg.relu, [1], 0, [[0], [1]], reference=[1]), sg.ModelError, "1 reference values for 2"),
        (lambda: layer_modes(NET, [(1, 2), (1,)]), sg.ModelError, "sample 2 has 1 entries, the network 2 inputs"),
        (lambda: layer_modes(DenseNetwork([[[sympy.Symbol("w")]]], [[0]]), [(1,)]), sg.ModelError, "mode_conditions"),
    ],
)
def test_bad_input(ask, kind, said):
    with pytest.raises(kind, match=said):
        ask()
