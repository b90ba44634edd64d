"""Rows of the atlas against brute force: every (W, b) listed, eigenvalues and correlations by mpmath."""

from __future__ import annotations

from itertools import product

import mpmath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import symrg as sg
from symrg.transform.atlas import COLUMNS, atlas_row
from symrg.transform.initial import InitialChain, _unpacked
from tests.oracles import chains, networks

ORACLES = {sg.heaviside: networks.step, sg.sign: networks.plus_minus, sg.clipped_relu: networks.clipped_rectifier}

ALPHABETS = st.lists(st.integers(-2, 2), min_size=2, max_size=3, unique=True).map(tuple)


@st.composite
def small_networks(draw):
    """Keyword arguments of a network that brute force can count."""
    width, samples = draw(st.sampled_from([(1, 1), (1, 2), (2, 1), (1, 1)]))
    biases = draw(st.none() | ALPHABETS)
    neurons = draw(st.sampled_from([(0, 1), (-1, 1), (1, 3), (-1, 0, 1)]))
    activation = draw(st.sampled_from(list(ORACLES)))
    return {
        "width": width,
        "samples": samples,
        "weights": draw(ALPHABETS),
        "biases": biases,
        "neurons": neurons,
        "activation": activation,
    }


def brute_force(options):
    """States h, states σ, and G as rows of integers."""
    given_ = {**options, "activation": ORACLES[options["activation"]]}
    table = networks.count_settings(**given_)
    values = sorted({value for counter in table.values() for state in counter for value in state})
    outputs = list(product(values, repeat=options["width"] * options["samples"]))
    return list(table), outputs, [[table[state][output] for output in outputs] for state in table]


def transfer(options):
    """T = V Gᵀ at the initial Hamiltonian, in mpmath, with the values of the first neuron at the first data point."""
    states, outputs, counts = brute_force(options)
    bond = mpmath.matrix([[mpmath.exp(-networks.squared_distance(h, s)) for s in outputs] for h in states])
    return bond * mpmath.matrix(counts).T, [state[0] for state in states]


@settings(max_examples=40, deadline=None)
@given(small_networks(), st.integers(2, 4))
def test_ranks_and_strata_are_those_of_brute_force(options, scale):
    row = atlas_row(sg.LayeredNetwork(**options), scale, digits=8)
    _, _, counts = brute_force(options)
    rank = chains.rank(counts)
    assert (row["n_h"], row["n_sigma"], row["rank"]) == (len(counts), len(counts[0]), rank)
    assert list(row) == list(COLUMNS)
    if rank <= 2 or scale == 2:
        wanted = sorted((part["rank"], part["dimension"]) for part in chains.strata(counts, scale))
        assert sorted((sum(m), dimension) for m, dimension in row["strata"]) == wanted
        assert row["isolated"] == any(dimension == 0 for _, dimension in wanted)
    assert row["isolated"] == (rank == len(counts) == len(counts[0]))
    assert row["physical"] == [1]


@settings(max_examples=15, deadline=None)
@given(small_networks())
def test_the_gap_length_is_that_of_the_eigenvalues(options):
    text = atlas_row(sg.LayeredNetwork(**options), digits=12)["xi_gap"]
    with mpmath.workdps(60):
        matrix, _ = transfer(options)
        moduli = sorted((abs(x) for x in mpmath.eig(matrix, left=False, right=False)), reverse=True)
        if text == "0":
            assert len(moduli) == 1 or moduli[1] < moduli[0] * mpmath.mpf(10) ** -12  # of a Jordan block of zeros
        else:
            # eigenvalues of a Jordan block are known to a third of the digits
            assert abs(mpmath.mpf(text) * mpmath.log(moduli[0] / moduli[1]) - 1) < mpmath.mpf(10) ** -10


FAMILY = [
    {"width": 1},
    {"width": 3},
    {"width": 2, "biases": None},
    {"width": 1, "samples": 2, "weights": (-1, 0, 1)},
    {"width": 2, "samples": 2},
    {"width": 2, "samples": 2, "weights": (-1, 0, 1), "biases": None},
    {"width": 1, "samples": 3, "biases": None},
    {"width": 1, "samples": 2, "neurons": (-1, 1), "activation": sg.sign},
    {"width": 2, "samples": 2, "neurons": (-1, 1), "activation": sg.sign, "biases": None},
    {"width": 2, "neurons": (-1, 1), "activation": sg.sign, "weights": (1, 2)},
]
DEFAULTS = {
    "width": 1,
    "samples": 1,
    "weights": (-1, 1),
    "biases": (-1, 1),
    "neurons": (0, 1),
    "activation": sg.heaviside,
}


@pytest.mark.parametrize("options", FAMILY, ids=str)
def test_lengths_are_those_of_correlations_far_apart(options):
    options = {**DEFAULTS, **options}
    row = atlas_row(sg.LayeredNetwork(**options), digits=15)
    with mpmath.workdps(300):
        matrix, values = transfer(options)
        size = matrix.rows
        power = matrix
        for _ in range(9):  # T^512 holds the Perron vectors
            power = power * power
            power /= mpmath.mnorm(power, 1)
        left, right = power[0, :], power[:, 0]
        top = (left * matrix * right)[0] / (left * right)[0]
        moved = mpmath.matrix([values[i] * right[i] for i in range(size)])
        mean = (left * moved)[0] / (left * right)[0]
        states = (left * right)[0]
        connected = []
        for _ in range(103):
            moved = matrix * moved / top
            found = sum(left[i] * values[i] * moved[i] for i in range(size)) / states - mean**2
            connected.append(found)
        small = mpmath.mpf(10) ** -100
        if row["xi_h"] == "0":
            assert abs(connected[20]) < small * 10**60
        else:
            # a complex pair oscillates: then the determinants of Hankel decay like its modulus squared
            steady = [connected[k] / connected[k + 2] for k in (89, 99)]
            waves = [connected[k] * connected[k + 2] - connected[k + 1] ** 2 for k in (99, 100)]
            single = abs(steady[0] / steady[1] - 1) < mpmath.mpf(10) ** -5
            rate = mpmath.log(abs(steady[1] if single else waves[0] / waves[1])) / 2
            assert abs(mpmath.mpf(row["xi_h"]) * rate - 1) < mpmath.mpf(10) ** -5
        assert mpmath.mpf(row["xi_gap"]) >= mpmath.mpf(row["xi_h"]) * (1 - mpmath.mpf(10) ** -12)


def test_certified_digits_do_not_change_with_more_of_them():
    network = sg.LayeredNetwork(width=3, samples=2)
    short, long = (str(InitialChain(network).gap_length(digits).str(digits, radius=False)) for digits in (15, 60))
    assert long.startswith(short[:-1])
    assert len(long) > 60


def test_a_length_that_cannot_be_decided_is_left_open():
    # outputs 0 and 3 are unequally far from the neuron states, so data points do not decouple
    network = sg.LayeredNetwork(samples=2, neurons=(0, 1), activation=lambda x: 3 if x >= 0 else 0)
    assert atlas_row(network, digits=5)["xi_h"] is None


@given(st.lists(st.integers(-100, 100), max_size=6))
def test_packed_coefficients_are_unpacked(coefficients):
    packed = sum(c << (8 * k) for k, c in enumerate(coefficients))
    found = list(_unpacked(packed, 8))
    while coefficients and coefficients[-1] == 0:
        coefficients = coefficients[:-1]
    assert found == coefficients


@pytest.mark.parametrize(
    ("options", "scale", "error"),
    [
        ({"width": 30}, 2, sg.BudgetExceeded),
        ({}, 1, sg.ModelError),
        ({"activation": sg.relu, "outputs": (0, 1)}, 2, sg.ModelError),
    ],
)
def test_what_has_no_row_says_why(options, scale, error):
    with pytest.raises(error):
        atlas_row(sg.LayeredNetwork(**options), scale)
