"""The grammar of network options: exact rationals and nothing else."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symrg._options import ActivationName, alphabet, build_network, count_factors, data_points, rational
from symrg.errors import ModelError
from symrg.model.activations import ACTIVATIONS


@given(st.fractions())
def test_rational_reads_what_a_fraction_writes(value):
    assert rational(str(value)) == value


@given(st.lists(st.fractions(), min_size=1))
def test_alphabet_reads_values_in_their_order(values):
    assert alphabet(",".join(map(str, values))) == tuple(values)


@pytest.mark.parametrize(
    "text",
    ["", " ", "x", "1e3", "1.5", ".5", "1.", "inf", "nan", "1//2", "1/-2", "1/0", "0/0", "--1", "1 2", "1_000", "٣",
     "__import__('os')", "[1]", "1,2", "9" * 5000, "1/" + "9" * 5000],
)  # fmt: skip
def test_anything_else_is_refused(text):
    with pytest.raises(ModelError):
        rational(text)


@pytest.mark.parametrize(("text", "exact"), [("0.5", "1/2"), ("-.25", "-1/4"), ("2.", "2")])
def test_a_decimal_is_answered_with_the_exact_alternative(text, exact):
    with pytest.raises(ModelError, match=rf"decimal {text}; .*{exact}$"):
        rational(text)


@pytest.mark.parametrize("text", ["", ",", "1,", ",1", "1,,2", "1,x", "1;2"])
def test_bad_alphabets_are_refused(text):
    with pytest.raises(ModelError):
        alphabet(text)


@given(st.integers(1, 3), st.integers(1, 3), st.data())
def test_data_points_have_one_row_for_each_point(width, samples, data):
    row = st.lists(st.fractions(max_denominator=9), min_size=width, max_size=width)
    rows = data.draw(st.lists(row, min_size=samples, max_size=samples))
    text = ";".join(",".join(map(str, row)) for row in rows)
    assert data_points(text, width, samples) == tuple(tuple(row) for row in rows)


@pytest.mark.parametrize(("text", "width", "samples"), [("1,0", 1, 1), ("1,0", 3, 1), ("1;0", 1, 3), ("1,0;1", 2, 2)])
def test_data_points_of_another_shape_are_refused(text, width, samples):
    with pytest.raises(ModelError, match="wrong shape"):
        data_points(text, width, samples)


def test_every_activation_has_a_name_here():
    assert {name.name for name in ActivationName} == set(ACTIVATIONS)


def test_a_network_is_what_the_options_say():
    network = build_network(
        {"width": 2, "samples": 3, "weights": "-1,0,1/2", "biases": "none", "neurons": "-1,1",
         "activation": ActivationName.clipped_relu}
    )  # fmt: skip
    assert (network.width, network.samples, network.biases) == (2, 3, None)
    assert list(network.weights) == [-1, 0, Fraction(1, 2)]
    assert list(network.neurons) == [-1, 1]
    assert network.activation(Fraction(1, 2)) == Fraction(1, 2)
    assert network.activation(-3) == 0


@pytest.mark.parametrize(
    "given_options", [{}, {"neurons": "-1,0,1", "activation": ActivationName.sign}, {"samples": 2, "biases": "none"}]
)
def test_factors_are_counted_as_the_chain_lists_them(given_options):
    network = build_network(given_options)
    assert count_factors(network) == len(network.chain().factors)
