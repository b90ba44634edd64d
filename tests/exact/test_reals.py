from fractions import Fraction

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from symrg.errors import ModelError
from symrg.exact.polynomials import ring
from symrg.exact.real_points import no_real_points, real_points
from symrg.exact.reals import constant_sign, count_real_roots, sturm_chain
from symrg.exact.varieties import decompose

X = sympy.Symbol("x")
small = st.integers(-3, 3)
ends = st.one_of(st.none(), st.fractions(-3, 3, max_denominator=3))


def polynomial_with_roots(roots, factors):
    """Coefficients of ∏ (x − r) ∏ (x² + b x + c), constant first, by plain convolution."""
    coefficients = [Fraction(1)]
    for factor in [[-Fraction(r), Fraction(1)] for r in roots] + [
        [Fraction(c), Fraction(b), Fraction(1)] for b, c in factors
    ]:
        total = [Fraction(0)] * (len(coefficients) + len(factor) - 1)
        for i, first in enumerate(coefficients):
            for j, second in enumerate(factor):
                total[i + j] += first * second
        coefficients = total
    return coefficients


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.fractions(-3, 3, max_denominator=3), max_size=4),
    st.lists(st.sampled_from([(0, 1), (1, 1), (-2, 3)]), max_size=2),
    ends,
    ends,
)
def test_known_roots_are_counted_once_in_open_intervals(roots, factors, low, high):
    """The quadratic factors have no real root; the roots may coincide, and lie on the ends."""
    inside = {r for r in roots if (low is None or r > low) and (high is None or r < high)}
    expected = 0 if low is not None and high is not None and low >= high else len(inside)
    coefficients = polynomial_with_roots(roots, factors)
    assert count_real_roots(coefficients, low, high) == expected


@settings(max_examples=60, deadline=None)
@given(st.lists(small, min_size=1, max_size=6).filter(any))
def test_roots_are_counted_as_sympy_counts_them(coefficients):
    polynomial = sympy.Poly(coefficients[::-1], X)
    if polynomial.degree() < 1:
        assert count_real_roots(coefficients) == 0
        return
    squarefree = polynomial.quo(sympy.gcd(polynomial, polynomial.diff()))
    assert count_real_roots(coefficients) == squarefree.count_roots()
    sign = constant_sign(coefficients)
    assert (sign is None) == (squarefree.count_roots() > 0)
    if sign is not None:
        assert all(sympy.sign(polynomial.eval(value)) == sign for value in (-2, sympy.Rational(1, 3), 5))


def test_signs_on_intervals():
    assert constant_sign([-1, 1], 1) == 1
    assert constant_sign([-1, 1], None, 1) == -1
    assert constant_sign([-1, 1], 0, 2) is None
    assert constant_sign([0, 0, 1], 0) == 1  # a root at the end does not count
    assert constant_sign([5]) == 1
    assert constant_sign([0]) is None


def test_the_zero_polynomial_has_no_chain():
    with pytest.raises(ModelError, match="root everywhere"):
        sturm_chain([0, 0])


def test_sturm_chain_of_a_polynomial_with_multiple_roots_is_that_of_its_squarefree_part():
    assert sturm_chain([1, -2, 1]) == sturm_chain([-1, 1])


@pytest.mark.parametrize(
    ("equations", "expected"),
    [
        (lambda x, y: [x**2 - 3, y - 2 * x], {(-1, -1), (1, 1)}),
        (lambda x, y: [x**2 + 1, y - x], set()),
        (lambda x, y: [x**3 - 2, y + x], {(1, -1)}),
        (lambda x, y: [x - 2, y + 5], {(1, -1)}),
        (lambda x, y: [x**2 - 2, y**2 - 3], {(1, 1), (1, -1), (-1, 1), (-1, -1)}),
    ],
)
def test_real_points_by_the_signs_of_their_coordinates(equations, expected):
    base = ring("x", "y")
    found = decompose(base, equations(*base.gens))
    assert found.complete
    points = [point for variety in found.varieties for point in real_points(variety)]
    signs = [tuple(value.sign if hasattr(value, "sign") else (value > 0) - (value < 0) for value in p) for p in points]
    assert sorted(signs) == sorted(expected)


def test_coordinates_of_real_points_satisfy_the_equations():
    base = ring("x", "y")
    x, y = base.gens
    (variety,) = decompose(base, [x**2 - 2, y * x - 4]).varieties
    for first, second in real_points(variety):
        assert first.minimal_polynomial == (-2, 0, 1)
        assert second.minimal_polynomial == (-8, 0, 1)
        assert (first.ball * second.ball - 4).contains(0)


@pytest.mark.parametrize(
    ("equation", "positive", "impossible"),
    [
        (lambda x, y: x + y + 1, {0, 1}, True),
        (lambda x, y: x + y + 1, {0}, False),
        (lambda x, y: x**2 + y**2, set(), False),
        (lambda x, y: x**2 * y + x**2, {1}, False),
        (lambda x, y: x**2 * y + y, {1}, True),
        (lambda x, y: x**2 - x + 1, set(), True),
        (lambda x, y: y**2 - 3 * y + 2, {1}, False),
        (lambda x, y: y**2 + 3 * y + 2, {1}, True),
        (lambda x, y: x - x, {0, 1}, False),
    ],
)
def test_obstructions(equation, positive, impossible):
    base = ring("x", "y")
    reason = no_real_points(base, [equation(*base.gens)], positive)
    assert (reason is not None) == impossible
