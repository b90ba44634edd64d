"""Float orbits against exact ones."""

import sys
from fractions import Fraction

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

import symrg as sg
from symrg.errors import ModelError, UnableError, UndefinedPointError
from symrg.transform.float_orbits import float_orbits

x, y = sympy.symbols("x y")
numbers = st.fractions(min_value=-3, max_value=3, max_denominator=4).filter(bool)


@st.composite
def chains(draw, most):
    rows, columns = draw(st.integers(2, most)), draw(st.integers(2, most))
    counts = st.lists(st.integers(0, 3), min_size=columns, max_size=columns).filter(any)
    return sg.Chain([draw(counts) for _ in range(rows)])


def exact_orbit(recursion, point, steps):
    """The orbit as Fractions, up to where it is not defined or turns from 10^±6 to worse numbers for floats."""
    values = [tuple(map(Fraction, point))]
    for _ in range(steps):
        try:
            values.append(recursion(values[-1]))
        except UndefinedPointError:
            break
        if any(not Fraction(1, 10**3) < abs(v) < 10**3 for v in values[-1]):
            values.pop()
            break
    return values


@given(chains(2) | chains(4), st.integers(2, 3), st.data())
@settings(max_examples=25, deadline=None)
def test_orbits_of_chains_follow_exact_ones(chain, scale, data):
    recursion = chain.recursion(scale)
    points = [[data.draw(numbers) for _ in chain.factors] for _ in range(3)]
    orbit = float_orbits(recursion, points, 3)
    assert orbit.shape == (4, 3, len(chain.factors))
    for n, point in enumerate(points):
        for k, values in enumerate(exact_orbit(recursion, point, 3)):
            # signed weights cancel, and more so with every step
            assert np.allclose(orbit[k, n], [float(v) for v in values], rtol=1e-5, atol=1e-7)


@given(st.lists(st.tuples(numbers, numbers), min_size=1, max_size=5))
@settings(max_examples=25, deadline=None)
def test_orbits_of_other_maps_follow_exact_ones(points):
    images = {x: x * (1 + y) ** 2 / ((x + y) * (1 + x * y)) + sympy.Rational(1, 3), y: y**3 * (x + y) / (1 + 2 * x)}
    recursion = sg.Recursion.from_images(images, scale=2)
    orbit = recursion.float_orbits(points, 2)
    for n, point in enumerate(points):
        for k, values in enumerate(exact_orbit(recursion, point, 2)):
            assert np.allclose(orbit[k, n], [float(v) for v in values], rtol=1e-6)


def test_a_chain_and_its_images_written_out_agree():
    recursion = sg.Chain([[2, 2], [1, 3]]).recursion()
    plain = sg.Recursion.from_images(dict(recursion.images), scale=2)
    points = np.random.default_rng().uniform(0.2, 4, (100, 3))
    assert np.allclose(float_orbits(recursion, points, 6), float_orbits(plain, points, 6), rtol=1e-9)


def test_long_orbits_arrive_at_the_end_point_and_stay_finite():
    chain = sg.Chain([[2, 2], [1, 3]])
    orbit = float_orbits(chain.recursion(), [[2, 1, 3], [Fraction(1, 1000), 500, 3]], 200)
    ends = [chain.flow(p).end_point().factors for p in ((2, 1, 3), (Fraction(1, 1000), 500, 3))]
    assert np.allclose(orbit[-1], [[float(v) for v in end] for end in ends], rtol=1e-12)


def test_more_points_than_fit_in_a_block_and_mappings():
    recursion = sg.Chain([[1, 0], [0, 1]]).recursion()
    a, _b, c = recursion.factors
    values = np.linspace(0.5, 3, 9001)
    whole = float_orbits(recursion, {a: values, "b": 2, c: 1.5}, 2)
    assert whole.shape == (3, 9001, 3)
    for n in (0, 8191, 8192, 9000):
        single = float_orbits(recursion, [[values[n], 2, 1.5]], 2)
        assert np.array_equal(whole[:, n], single[:, 0])


def test_poles_are_masked():
    recursion = sg.Recursion.from_images({x: 1 / (x - 1)}, scale=2)
    orbit = float_orbits(recursion, [[1], [2], [3]], 2)
    assert np.isnan(orbit[1:, 0]).all()  # a pole
    assert orbit[1, 1] == 1
    assert np.isnan(orbit[2, 1])  # the next step meets it
    assert np.isfinite(orbit[:, 2]).all()
    # nilpotent: V = ((1, −1), (1, −1)) and G the identity
    assert np.isnan(float_orbits(sg.Chain([[1, 0], [0, 1]]).recursion(), [[1, 1, -1]], 3)[2:]).all()


def test_long_integers_fit():
    huge = sympy.Integer(10) ** 400
    recursion = sg.Recursion.from_images({x: (huge * x + 3 * huge) / (2 * huge + x)}, scale=2)
    assert np.allclose(float_orbits(recursion, [[1]], 1)[1], 2)


def test_bad_input(monkeypatch):
    recursion = sg.Chain([[2, 2], [1, 3]]).recursion()
    for points in ([[1, 2]], [[[1, 2, 3]]], {"a": 1, "b": 2}, {"a": 1, "b": 2, "z": 3}):
        with pytest.raises(ModelError):
            float_orbits(recursion, points, 1)
    for steps in (-1, True, 2.0):
        with pytest.raises(ModelError):
            float_orbits(recursion, [[1, 2, 3]], steps)
    monkeypatch.setitem(sys.modules, "numpy", None)
    with pytest.raises(UnableError, match=r"symrg\[plot\]"):
        float_orbits(recursion, [[1, 2, 3]], 1)
