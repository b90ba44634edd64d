"""Networks of any alphabets and activations, from what a user writes down to the recursion of their chain."""

from fractions import Fraction
from itertools import product
from math import prod

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from symrg import Chain, LayeredNetwork, clipped_relu, heaviside, relu, sign
from symrg.errors import BudgetExceeded, ModelError, NotExactError
from tests.oracles import networks as oracle

X = sympy.Symbol("x")


def even(x):
    return 1 if x.denominator == 1 and x.numerator % 2 == 0 else Fraction(-1, 2)


ACTIVATIONS = [  # what is written down, and the same in plain Python
    (heaviside, oracle.step),
    (sign, oracle.plus_minus),
    (relu, oracle.rectifier),
    (clipped_relu, oracle.clipped_rectifier),
    (X**2 - X / 3, lambda x: Fraction(x) ** 2 - Fraction(x) / 3),
    (sympy.Lambda(X, sympy.Max(X, -1)), lambda x: max(x, -1)),
    (sympy.Piecewise((2, X > 1), (0, X > -1), (-2, True)), lambda x: 2 if x > 1 else 0 if x > -1 else -2),
    (sympy.floor(X / 2), lambda x: Fraction(x) // 2),
    (sympy.Abs, abs),
    (sympy.Heaviside, lambda x: Fraction((x > 0) - (x < 0) + 1, 2)),
    (even, lambda x: even(Fraction(x))),
    (lambda x: x**3, lambda x: x**3),
]
numbers = st.sampled_from([-2, -1, 0, 1, Fraction(1, 2), Fraction(-2, 3)])


@st.composite
def networks(draw):
    width, samples = draw(st.sampled_from([(1, 1), (1, 1), (1, 2), (2, 1)]))
    alphabet = st.lists(numbers, min_size=1, max_size=3 if width * samples == 1 else 2, unique=True).map(tuple)
    return {
        "width": width,
        "samples": samples,
        "weights": draw(alphabet),
        "biases": draw(st.none() | alphabet),
        "neurons": draw(alphabet),
    }


def ratios(V, sizes_above, sizes_below):
    """The factors: ratios of V over the sub-states of each excited state, reference states first."""
    letters = [*sizes_above, *sizes_below]
    states = {
        row + column: V[i][j]
        for i, row in enumerate(product(*map(range, sizes_above)))
        for j, column in enumerate(product(*map(range, sizes_below)))
    }
    found = []
    for place in list(product(*(range(n - 1, -1, -1) for n in letters)))[:-1]:
        value = Fraction(1)
        for sub in product(*((0, p) if p else (0,) for p in place)):
            missing = sum(1 for p, s in zip(place, sub, strict=True) if p != s)
            value *= states[sub] if missing % 2 == 0 else 1 / states[sub]
        found.append(value)
    return found


@given(networks(), st.sampled_from(ACTIVATIONS), st.sampled_from([2, 3]), st.booleans(), st.data())
@settings(max_examples=25, deadline=None)
def test_images_are_sums_over_all_weights_and_states(options, activation, scale, wider, data):
    written, plain = activation
    counts = oracle.count_settings(**options, activation=plain)
    reached = sorted({value for found in counts.values() for state in found for value in state})
    outputs = [*reached, Fraction(99, 7)] if wider and len(reached) < 4 else reached
    places = options["width"] * options["samples"]
    columns = list(product(outputs, repeat=places))
    if len(columns) * len(counts) > 40:
        return
    net = LayeredNetwork(**options, activation=written, outputs=tuple(outputs) if wider else None)
    chain = net.chain()
    assert [v.alphabet for v in chain.rows] == [tuple(map(sympy.Rational, options["neurons"]))] * places
    assert [v.alphabet for v in chain.columns] == [tuple(map(sympy.Rational, outputs))] * places
    G = [[found[column] for column in columns] for found in counts.values()]
    assert [list(row) for row in chain.multiplicity] == G
    if not chain.factors:
        return
    V = [[data.draw(st.builds(Fraction, st.integers(1, 5), st.integers(1, 3))) for _ in columns] for _ in G]
    image = V
    for _ in range(scale - 1):
        T = [[sum(v * g for v, g in zip(row, other, strict=True)) for other in G] for row in V]
        image = [[sum(t * v for t, v in zip(row, column, strict=True)) for column in zip(*image, strict=True)]
                 for row in T]  # fmt: skip
    sizes = [len(options["neurons"])] * places, [len(outputs)] * places
    assert list(chain.recursion(scale)(ratios(V, *sizes))) == ratios(image, *sizes)


def test_every_way_to_write_an_activation_counts_the_same():
    ways = [heaviside, sympy.Piecewise((1, X >= 0), (0, True)), sympy.Lambda(X, heaviside(X)), lambda x: int(x >= 0)]
    nets = [LayeredNetwork(width=2, samples=2, weights=(-1, 0, Fraction(1, 2)), activation=way) for way in ways]
    assert len({net.multiplicity for net in nets}) == 1
    assert len({net.chain().couplings for net in nets}) == 1


def test_outputs_that_are_never_reached_have_zero_columns():
    net = LayeredNetwork(activation=sign, outputs=(0, 1, -1), neurons=(-1, 0, 1))
    chain = net.chain()
    assert chain.shape == (3, 3)
    assert [row[0] for row in chain.multiplicity] == [0, 0, 0]
    assert chain.recursion()((2, *[1] * 7)) != chain.recursion()((3, *[1] * 7))


def test_a_single_state_has_no_couplings():
    chain = LayeredNetwork(neurons=(1,), weights=(1,), biases=None).chain()
    assert chain.couplings == ()
    assert chain.multiplicity == ((1,),)


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"activation": sympy.tanh}, NotExactError, r"value at -2 is -tanh\(2\), no exact rational .* heaviside"),
        ({"activation": sympy.sqrt(X)}, NotExactError, "no exact rational"),
        ({"activation": 1 / X}, NotExactError, "value at 0 is zoo"),
        ({"activation": sympy.Function("f")}, NotExactError, r"f\(-2\)"),
        ({"activation": lambda x: 0.5}, NotExactError, r"value of the activation at -2 .* Fraction\(1, 2\)"),
        ({"activation": lambda x: x > 0}, NotExactError, "False"),
        ({"activation": lambda x: 1 / x}, ModelError, "the activation raised ZeroDivisionError at 0"),
        ({"activation": X * sympy.Symbol("y")}, ModelError, "2 free symbols"),
        ({"activation": relu, "outputs": (0, 1)}, ModelError, "value 2 at 2, outside the given outputs"),
        ({"activation": even, "biases": (0,), "outputs": (1,)}, ModelError, "value -1/2 at -1, outside"),
        ({"weights": (sympy.Symbol("w"), 1)}, NotExactError, "weights is w"),
        ({"neurons": sympy.Symbol("h")}, ModelError, "alphabet of neurons is h"),
        ({"neurons": (0, sympy.sqrt(2))}, NotExactError, "neurons"),
        ({"neurons": sympy.S.Reals}, ModelError, "continuous"),
        ({"outputs": sympy.S.Reals}, ModelError, "continuous"),
        ({"width": 12}, BudgetExceeded, r"4\^12 entries, more than .* \(4\^10 would fit\)"),
        ({"width": 3, "neurons": tuple(range(200))}, BudgetExceeded, "would fit"),
        ({"samples": 9, "width": 2}, BudgetExceeded, r"4\^18"),
    ],
)
def test_bad_input(options, error, words):
    with pytest.raises(error, match=words):
        LayeredNetwork(**options).chain()


def test_states_that_nothing_leaves_are_refused():
    with pytest.raises(ModelError, match="row 1 of the multiplicity matrix is zero"):
        Chain([[1, 2], [0, 0]])


def test_estimates_come_with_the_refusal():
    with pytest.raises(BudgetExceeded) as caught:
        LayeredNetwork(width=12).chain()
    assert caught.value.estimate == 4**12
    assert caught.value.limit < caught.value.estimate
    assert prod(LayeredNetwork(width=10).symmetric_sector().chain.shape) == 121
