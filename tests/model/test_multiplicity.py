"""The multiplicity matrix, its orbits and its rank, against one neuron's settings listed one by one."""

from collections import Counter
from fractions import Fraction
from itertools import combinations_with_replacement, islice, product
from math import comb, factorial, prod

import flint
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symrg.errors import BudgetExceeded
from symrg.model._power_sums import PowerSums
from symrg.model.activations import clipped_relu, heaviside, relu, sign
from symrg.model.layer import LayerModel
from symrg.model.multiplicity import RowOrbit, kronecker_rank
from symrg.model.occupations import compositions
from tests.oracles import networks as oracle

ORACLES = {
    heaviside: oracle.step,
    sign: oracle.plus_minus,
    relu: oracle.rectifier,
    clipped_relu: oracle.clipped_rectifier,
}
numbers = st.builds(Fraction, st.integers(-4, 4), st.integers(1, 3))


@st.composite
def layers(draw, largest=3):
    """A layer whose one-neuron settings and states are few enough to list."""
    samples = draw(st.integers(1, 3))
    width = draw(st.integers(1, {1: 5, 2: 3, 3: 2}[samples]))
    alphabet = st.lists(numbers, min_size=1, max_size=largest if samples < 3 else 2, unique=True).map(tuple)
    return {
        "width": width,
        "samples": samples,
        "weights": draw(alphabet),
        "biases": draw(st.none() | alphabet),
        "neurons": draw(alphabet),
        "activation": draw(st.sampled_from(list(ORACLES))),
    }


def one_neuron(layer, columns):
    """Counts of the outcomes on all data points, by listing the weights and the bias of one output neuron."""
    activation, found = ORACLES[layer["activation"]], Counter()
    for weights in product(layer["weights"], repeat=len(columns)):
        for bias in layer["biases"] or (0,):
            found[
                tuple(
                    activation(bias + sum(w * column[sample] for w, column in zip(weights, columns, strict=True)))
                    for sample in range(layer["samples"])
                )
            ] += 1
    return found


def outcomes(model):
    alphabet = [Fraction(int(v.p), int(v.q)) for v in model.activation_alphabet]
    return list(product(alphabet, repeat=model.samples))


@given(layers())
@settings(max_examples=40, deadline=None)
def test_orbits_are_the_multisets_of_inputs_with_one_neurons_counts(layer):
    model = LayerModel(**layer)
    columns, places = list(product(layer["neurons"], repeat=layer["samples"])), outcomes(model)
    expected = []
    for inputs in combinations_with_replacement(range(len(columns)), layer["width"]):
        found = one_neuron(layer, [columns[c] for c in inputs])
        occupation = tuple(inputs.count(c) for c in range(len(columns)))
        expected.append((occupation, tuple(found[place] for place in places)))
    assert [(orbit.occupation, orbit.counts) for orbit in model.row_orbits] == expected
    for orbit in model.row_orbits:
        assert orbit.size == factorial(layer["width"]) // prod(map(factorial, orbit.occupation))
    assert sum(orbit.size for orbit in model.row_orbits) == len(columns) ** layer["width"]


@given(layers())
@settings(max_examples=30, deadline=None)
def test_rank_is_that_of_the_matrix(layer):
    model = LayerModel(**layer)
    places = len(model.activation_alphabet) ** layer["samples"]
    points = sorted({orbit.counts for orbit in model.row_orbits})
    if len(points) <= 30 and places ** layer["width"] <= 10_000:
        rows = [[prod(column) for column in product(point, repeat=layer["width"])] for point in points]
        assert model.multiplicity_rank == flint.fmpz_mat(rows).rank()
    elif len(points) <= 60:  # permuted columns are equal, and the rank modulo a prime is at most the rank
        kept = list(islice(combinations_with_replacement(range(places), layer["width"]), 500))
        rows = [[prod(point[c] for c in column) % 1_000_003 for column in kept] for point in points]
        assert flint.nmod_mat(rows, 1_000_003).rank() <= model.multiplicity_rank <= len(points)


@given(layers(largest=2))
@settings(max_examples=20, deadline=None)
def test_equal_rows_of_the_matrix_are_one_object(layer):
    model = LayerModel(**layer)
    if len(model.activation_alphabet) ** (layer["width"] * layer["samples"]) > 5_000:
        return
    rows = dict(zip(model.neuron_states, model.multiplicity, strict=True))
    assert len({id(row) for row in rows.values()}) == len(set(rows.values()))
    for state, row in rows.items():  # permuting the neurons of a state
        L = layer["samples"]
        turned = state[L:] + state[:L]
        assert rows[turned] is row


@pytest.mark.parametrize("samples", [1, 2])
def test_a_row_is_the_kronecker_power(samples):
    model = LayerModel(width=3, samples=samples, weights=(-1, 0, 2), neurons=(-1, 1))
    G = dict(zip(model.neuron_states, model.multiplicity, strict=True))
    columns = list(product(model.neurons, repeat=samples))
    for orbit in model.row_orbits:
        inputs = [c for c, count in enumerate(orbit.occupation) for _ in range(count)]
        state = tuple(value for c in inputs for value in columns[c])
        assert orbit.row == G[state]
        assert orbit.row[0] == orbit.counts[0] ** 3


@given(
    st.lists(st.integers(0, 5), min_size=0, max_size=3), st.integers(1, 5), st.integers(1, 5),
    st.lists(st.tuples(st.integers(0, 7), st.integers(-1, 40)), max_size=6),
)  # fmt: skip
@settings(max_examples=100, deadline=None)
def test_partial_sums_of_powers(inner, first, last, requests):
    P = [first, *inner, last]
    sums = PowerSums(P)
    for n, i in requests:
        power = flint.fmpz_poly(P) ** n
        assert sums.below(n, i) == sum(int(power[k]) for k in range(max(i, 0)))


def test_partial_sums_of_a_constant():
    sums = PowerSums([3])
    assert [sums.below(n, i) for n in (0, 2) for i in (0, 1, 2)] == [0, 1, 1, 0, 9, 9]
    assert sums.below(2, 0) == 0


def test_wide_layers_against_binomials():
    """Heaviside of a sum of n + 1 signs: half of the settings each, and ties at 0 count as 1."""
    N = 1000
    orbits = LayerModel(width=N).row_orbits
    assert len(orbits) == N + 1
    for n in (0, 1, 2, 511, 999, 1000):
        ties = comb(n + 1, (n + 1) // 2) if n % 2 else 0
        below = (2 ** (n + 1) - ties) // 2 * 2 ** (N - n)
        assert orbits[n] == RowOrbit((N - n, n), (below, 2 ** (N + 1) - below))
        assert orbits[n].size == comb(N, n)


def test_wide_layers_of_three_weights():
    """The weights −1, 0, 1 at inputs −1 and 1: sums of n trinomials whatever the inputs' signs."""
    N = 60
    model = LayerModel(width=N, weights=(-1, 0, 1), biases=None, neurons=(-1, 1), activation=sign)
    counts = flint.fmpz_poly([1, 1, 1]) ** N
    below = sum(int(counts[k]) for k in range(N))
    assert {orbit.counts for orbit in model.row_orbits} == {(below, 3**N - below)}
    assert model.multiplicity_rank == 1


def test_many_data_points_by_orbits():
    """Counts of three data points, added up, are those of one."""
    model = LayerModel(width=8, samples=3)
    orbits = model.row_orbits
    assert len(orbits) == comb(15, 8)
    single = {orbit.occupation: orbit.counts for orbit in LayerModel(width=8).row_orbits}
    columns = list(product((0, 1), repeat=3))
    for orbit in orbits[::97]:
        for sample in range(3):
            ones = sum(count for count, column in zip(orbit.occupation, columns, strict=True) if column[sample])
            zero = sum(count for count, place in zip(orbit.counts, columns, strict=True) if not place[sample])
            assert (zero, sum(orbit.counts) - zero) == single[8 - ones, ones]


def test_the_matrix_of_twelve_neurons():
    G = LayerModel(width=12).multiplicity
    assert (len(G), len(G[0])) == (4096, 4096)
    assert len({id(row) for row in G}) == 7  # even numbers of active inputs: no ties; odd ones: six different
    assert sum(G[5]) == 2 ** (12 * 13)
    assert len({id(entry) for entry in G[1]}) == 13


def test_rank_without_the_matrix():
    # ties at odd numbers of inputs, all different, and the balanced counts: the rank is 1 + ⌈N/2⌉
    assert [LayerModel(width=N).multiplicity_rank for N in (1, 2, 3, 4, 50, 51)] == [2, 2, 3, 3, 26, 27]
    # points on a curve that is no line
    assert LayerModel(width=40, activation=relu).multiplicity_rank == 41


def test_the_rank_of_few_points_in_special_position():
    """Four points on a line impose three conditions on quadratic forms, not four."""
    line = [(1, 0, 1), (1, 1, 2), (1, 2, 3), (1, 3, 4)]
    assert kronecker_rank(line, 2) == 3
    conic = [(1, t, t * t) for t in range(7)]
    assert kronecker_rank(conic, 2) == 5  # of six monomials: all points satisfy y² = x z
    assert kronecker_rank(conic, 3) == 7


def test_compositions():
    for total, parts in ((0, 2), (3, 1), (4, 3), (0, 0), (2, 0)):
        found = list(compositions(total, parts))
        assert found == sorted((c for c in product(range(total + 1), repeat=parts) if sum(c) == total), reverse=True)


def test_users_activations_are_asked_only_where_totals_lie():
    def reciprocal(x):
        return 1 if 1 / x > 0 else 0  # undefined at 0

    model = LayerModel(width=3, weights=(-1, 1), biases=None, neurons=(-1, 1), activation=reciprocal)
    assert {orbit.counts for orbit in model.row_orbits} == {(4, 4)}


def test_orbits_over_the_budget_say_how_many():
    with pytest.raises(BudgetExceeded) as caught:
        _ = LayerModel(width=30, samples=4).row_orbits
    assert caught.value.estimate == comb(45, 30) * 16
    with pytest.raises(BudgetExceeded):
        _ = RowOrbit((40, 0), (1, 1)).row


def test_many_different_sums_are_refused_as_they_grow(monkeypatch):
    monkeypatch.setattr("symrg.model._histograms.LIMIT", 1000)
    many = LayerModel(width=9, weights=tuple(10**k for k in range(5)), neurons=(0, 1))
    with pytest.raises(BudgetExceeded, match="different preactivations is at least"):
        _ = many.activation_alphabet
    long_walk = LayerModel(width=8, samples=3)
    with pytest.raises(BudgetExceeded, match="number of steps"):
        _ = long_walk.row_orbits


def test_a_rank_below_both_bounds_is_decided_modulo_enough_primes():
    model = LayerModel(width=4, samples=2, weights=(-1, 0, 1), neurons=(0, 1))
    rows = sorted({orbit.counts for orbit in model.row_orbits})
    matrix = [[prod(point[o] for o in places) for places in product(range(4), repeat=4)] for point in rows]
    assert model.multiplicity_rank == flint.fmpz_mat(matrix).rank()
    with pytest.raises(BudgetExceeded, match="primes"):
        _ = LayerModel(width=5, samples=3).multiplicity_rank
