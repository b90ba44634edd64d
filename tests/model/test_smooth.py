"""Turning points and ties of the smooth activations, against mpmath's own functions at 30 digits."""

from fractions import Fraction

import mpmath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import symrg as sg
from symrg.model.order_index import order_index
from symrg.model.smooth import SMOOTH, SmoothActivation, gelu, isolate, mish, silu

FUNCTIONS = {
    "silu": lambda x: x / (1 + mpmath.exp(-x)),
    "gelu": lambda x: x * mpmath.ncdf(x),
    "mish": lambda x: x * mpmath.tanh(mpmath.log1p(mpmath.exp(x))),
}
positive = st.fractions(min_value=Fraction(1, 50), max_value=12, max_denominator=50)


def number(value):
    return mpmath.mpf(value.numerator) / value.denominator


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_derivative_vanishes_at_the_turning_point(name):
    with mpmath.workdps(40):
        found = mpmath.findroot(lambda x: mpmath.diff(FUNCTIONS[name], x), -1)
        point = SMOOTH[name].turning_point(bits=100)
        assert point.high - point.low <= Fraction(1, 2**100)
        assert abs(number(point.low) - found) < mpmath.mpf(10) ** -18  # a numerical derivative has half the digits
        if point.closed is not None:
            assert abs(mpmath.mpf(point.closed.evalf(40)) - number(point.low)) < mpmath.mpf(10) ** -29
            assert abs(-1 - mpmath.lambertw(mpmath.exp(-1)) - number(point.low)) < mpmath.mpf(10) ** -29


@pytest.mark.parametrize("name", FUNCTIONS)
@settings(max_examples=10, deadline=None)
@given(apart=positive)
def test_a_pair_is_tied_at_its_tie_and_reversed_to_preserved_around_it(name, apart):
    with mpmath.workdps(45):
        f, tie = FUNCTIONS[name], SMOOTH[name].tie(apart)

        def rise(z):
            return f(number(z + apart)) - f(number(z))

        assert rise(tie.low - Fraction(1, 10**12)) < 0 < rise(tie.high + Fraction(1, 10**12))
        assert rise(tie.low - 3) < 0 < rise(tie.high + 3)
        if tie.closed is not None:
            assert (
                number(tie.low) - mpmath.mpf(10) ** -30
                <= mpmath.mpf(tie.closed.evalf(40))
                <= number(tie.high) + mpmath.mpf(10) ** -30
            )


@pytest.mark.parametrize("name", FUNCTIONS)
@settings(max_examples=15, deadline=None)
@given(samples=st.lists(st.fractions(min_value=-9, max_value=6, max_denominator=20), min_size=2, max_size=8))
def test_the_order_index_counts_pairs(name, samples):
    with mpmath.workdps(40):
        values = [FUNCTIONS[name](number(z)) for z in samples]
    pairs = [(i, j) for i in range(len(samples)) for j in range(i)]
    kept = sum((samples[i] - samples[j]) * (1 if values[i] > values[j] else -1) > 0 for i, j in pairs)
    assert order_index(SMOOTH[name], samples) == Fraction(kept, len(pairs))


def test_far_samples_keep_their_digits():
    assert gelu.ranks([Fraction(-40), Fraction(-39), Fraction(-41)]) == [1, 0, 2]


def test_ties_go_to_the_turning_point():
    near = silu.tie(Fraction(1, 10**8))
    turn = silu.turning_point()
    assert turn.low - Fraction(1, 10**7) < near.low < near.high < turn.high


@pytest.mark.parametrize(
    ("ask", "kind", "said"),
    [
        (lambda: silu.tie(0), sg.DomainError, "needs a positive one"),
        (lambda: mish.tie(-1), sg.DomainError, "needs a positive one"),
        (lambda: silu.tie(0.5), sg.NotExactError, "0.5"),
        (lambda: SmoothActivation.named("selu"), sg.ModelError, "silu, gelu, mish"),
        (lambda: order_index(silu, [1.5, 2]), sg.NotExactError, "a sample"),
        (lambda: isolate(lambda x: x, Fraction(1), Fraction(2), bits=3), sg.DomainError, "does not change"),
    ],
)
def test_bad_input(ask, kind, said):
    with pytest.raises(kind, match=said):
        ask()
