from fractions import Fraction

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from symrg.exact.matrices import (
    characteristic_polynomial,
    matrix_power,
    matrix_product,
    rank,
    rational_factors,
    transpose,
)
from tests.oracles import chains as oracle

few = settings(max_examples=25, deadline=None)
numbers = st.fractions(min_value=-3, max_value=3, max_denominator=3)


@st.composite
def matrices(draw, square=True):
    rows = draw(st.integers(1, 4))
    columns = rows if square else draw(st.integers(1, 4))
    row = st.lists(numbers, min_size=columns, max_size=columns)
    return draw(st.lists(row, min_size=rows, max_size=rows))


def to_sympy(matrix):
    return sympy.Matrix([[sympy.Rational(x.numerator, x.denominator) for x in row] for row in matrix])


@few
@given(matrices(), numbers)
def test_the_characteristic_polynomial_is_the_determinant_at_every_number(matrix, at):
    coefficients = characteristic_polynomial(matrix, Fraction(1))
    assert len(coefficients) == len(matrix) + 1
    assert coefficients[-1] == 1
    assert sum(c * at**k for k, c in enumerate(coefficients)) == oracle.characteristic_value(matrix, at)


@few
@given(matrices())
def test_sympy_has_the_same_characteristic_polynomial(matrix):
    expected = to_sympy(matrix).charpoly().all_coeffs()[::-1]
    assert [
        sympy.Rational(c.numerator, c.denominator) for c in characteristic_polynomial(matrix, Fraction(1))
    ] == expected


@few
@given(matrices(square=False), st.data())
def test_ranks(matrix, data):
    # add a combination of the others as a last row: the rank stays
    weights = data.draw(st.lists(numbers, min_size=len(matrix), max_size=len(matrix)))
    combined = [sum(w * row[j] for w, row in zip(weights, matrix, strict=True)) for j in range(len(matrix[0]))]
    found = rank(matrix, lambda value: value == 0)
    assert found == to_sympy(matrix).rank() == oracle.rank(matrix)
    assert rank([*matrix, combined], lambda value: value == 0) == found
    assert rank(transpose(matrix), lambda value: value == 0) == found


@few
@given(matrices(), st.integers(1, 9))
def test_powers_and_products(matrix, exponent):
    expected = matrix
    for _ in range(exponent - 1):
        expected = oracle.times(expected, matrix)
    assert matrix_power(matrix, exponent) == expected
    assert matrix_product(matrix, matrix) == oracle.times(matrix, matrix)


def test_a_power_takes_few_products():
    class Counted:
        products = 0

        def __mul__(self, other):
            Counted.products += 1
            return self

        def __add__(self, other):
            return self

    matrix_power([[Counted()]], 1000)
    # 9 squarings and one product for each further binary digit 1 of 1000
    assert Counted.products == 9 + 5


@few
@given(st.lists(st.tuples(st.integers(-3, 3), st.integers(1, 3)), max_size=3), st.sampled_from([1, 2, 5]))
def test_rational_roots_are_found_with_their_multiplicities(roots, quadratic):
    x = sympy.Symbol("x")
    product = sympy.Mul(*((x - sympy.Rational(n, d)) for n, d in roots)) * (x**2 + quadratic)
    coefficients = [Fraction(int(c.p), int(c.q)) for c in sympy.Poly(product, x).all_coeffs()[::-1]]
    found = rational_factors(coefficients)
    expected = {}
    for n, d in roots:
        expected[Fraction(n, d)] = expected.get(Fraction(n, d), 0) + 1
    assert {Fraction(-f[0], f[1]): m for f, m in found if len(f) == 2} == expected
    assert [f for f, _ in found if len(f) > 2] == [(quadratic, 0, 1)]
    assert [len(f) for f, _ in found] == sorted(len(f) for f, _ in found)


def test_a_power_is_positive():
    with pytest.raises(ValueError, match="positive"):
        matrix_power([[1]], 0)
