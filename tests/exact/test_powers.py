import random
from fractions import Fraction

import flint
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symrg.errors import BudgetExceeded, UnableError
from symrg.exact import powers
from symrg.exact.powers import (
    IntegerPowers,
    Quotient,
    antisymmetric_square,
    certified,
    exchange,
    symmetric_square,
)
from symrg.exact.spectra import Spectrum, to_sympy

entries = st.integers(-4, 4)


@st.composite
def matrices(draw, low=1, high=4):
    size = draw(st.integers(low, high))
    return [[draw(entries) for _ in range(size)] for _ in range(size)]


def product(left, right):
    columns = list(zip(*right, strict=True))
    return [[sum(x * y for x, y in zip(row, column, strict=True)) for column in columns] for row in left]


def plain_power(matrix, exponent):
    result = [[int(i == j) for j in range(len(matrix))] for i in range(len(matrix))]
    for _ in range(exponent):
        result = product(result, matrix)
    return result


def integers(matrix):
    return [[int(x) for x in row] for row in matrix.tolist()]


@given(matrices(), st.lists(st.integers(0, 80), min_size=1, max_size=4))
@settings(max_examples=60, deadline=None)
def test_powers_agree_with_repeated_multiplication_in_any_order(matrix, exponents):
    found = IntegerPowers(flint.fmpz_mat(matrix))
    for exponent in exponents:  # later ones reuse earlier ones
        assert integers(found(exponent)) == plain_power(matrix, exponent)


def test_sums_and_neighbours_of_known_exponents_are_reused():
    found = IntegerPowers(flint.fmpz_mat([[1, 2], [3, 4]]))
    for exponent in (100, 133, 231, 235, 400):
        assert integers(found(exponent)) == plain_power([[1, 2], [3, 4]], exponent)


@pytest.mark.parametrize("degree", range(2, 9))
def test_long_products_by_evaluation_agree_with_plain_ones(degree):
    draw = random.Random(degree)
    polynomials = [
        flint.fmpz_poly([draw.getrandbits(1_050_000) * draw.choice((1, -1)) for _ in range(n)]) for n in (degree, 2)
    ]
    left, right = polynomials
    assert powers._product(left, right) == left * right
    assert powers._product(left, left) == left * left


def test_a_power_costs_one_square_a_binary_digit(monkeypatch):
    count = 0

    def counted(polynomial):
        nonlocal count
        count += 1
        return polynomial * polynomial

    monkeypatch.setattr(powers, "_square", counted)
    IntegerPowers(flint.fmpz_mat([[0, 1], [1, 0]])).residue(10**12)
    assert count == (10**12).bit_length()


def test_a_power_beyond_memory_is_refused_with_the_estimate():
    with pytest.raises(BudgetExceeded, match="digits=50") as caught:
        IntegerPowers(flint.fmpz_mat([[2, 1], [1, 1]])).residue(10**12)
    assert caught.value.estimate > caught.value.limit


@given(st.integers(-50, 50), st.integers(1, 50), st.integers(1, 9))
def test_quotients_are_compared_without_being_reduced(above, below, factor):
    number = Quotient(above * factor, -below * factor)
    assert number == Fraction(above, -below) == number.fraction()
    assert number == Quotient(-above, below)
    assert number.to_sympy() == Fraction(-above, below)
    assert hash(number) == hash(Fraction(-above, below))
    assert (number.ball(20) * below + above).contains(0)


def test_a_number_that_may_be_zero_is_not_certified():
    with pytest.raises(UnableError, match="may be zero"):
        certified(lambda: flint.arb(2).sqrt() ** 2 - 2, 10)


@given(matrices(2, 4), st.data())
@settings(max_examples=30, deadline=None)
def test_squares_of_a_matrix_respect_products(matrix, data):
    size = len(matrix)
    other = data.draw(st.lists(st.lists(entries, min_size=size, max_size=size), min_size=size, max_size=size))
    first, second, both = (flint.fmpz_mat(m) for m in (matrix, other, product(matrix, other)))
    for square in (antisymmetric_square, symmetric_square):
        assert square(first) * square(second) == square(both)
    # X ⊗ Y − Y ⊗ X twice is a trace on the tensor square
    up, down = exchange(first, second)
    odd, even = antisymmetric_square(first), symmetric_square(first)
    found = sum((down * odd * up * even)[i, i] for i in range(even.nrows()))
    found += sum((up * even * down * odd)[i, i] for i in range(odd.nrows()))
    assert int(found) == _tensor_trace(matrix, other)


def _tensor_trace(x, y):
    size = len(x)
    pairs = [(i, j) for i in range(size) for j in range(size)]
    swap = [[x[i][k] * y[j][n] - y[i][k] * x[j][n] for k, n in pairs] for i, j in pairs]
    twice = [[x[i][k] * x[j][n] for k, n in pairs] for i, j in pairs]
    total = product(product(swap, twice), product(swap, twice))
    return sum(total[i][i] for i in range(len(pairs)))


def shells(matrix):
    found = Spectrum(IntegerPowers(flint.fmpz_mat(matrix))).shells
    return None if found is None else [sorted(str(to_sympy(e.number)) for e in shell) for shell in found]


def test_equal_moduli_are_recognised_and_close_ones_are_not():
    companion = [[0, 0, 8], [1, 0, 0], [0, 1, 0]]  # the cube roots of 8
    assert shells(companion) == [["-1 + sqrt(3)*I", "-1 - sqrt(3)*I", "2"]]
    # √5, −√5 and 1 ± 2i, from two different minimal polynomials
    assert [len(s) for s in shells([[0, -5, 0, 0], [1, 2, 0, 0], [0, 0, 0, 5], [0, 0, 1, 0]])] == [4]
    # moduli that differ in the thirteenth digit only
    big = 10**13
    assert shells([[big, 0], [0, -big - 1]]) == [[str(-big - 1)], [str(big)]]
    assert shells([[0, 1], [0, 0]]) == []


@pytest.mark.parametrize("matrix", [[[1, 1], [0, 1]], [[1, 0], [0, -1]], [[0, -1], [1, 0]], [[0, 0], [0, 0]]])
def test_no_limit_of_large_depth_is_said(matrix):
    with pytest.raises(ValueError, match=r"limit of large depth|eigenvalues .* are zero"):
        _ = Spectrum(IntegerPowers(flint.fmpz_mat(matrix))).dominant


def test_residues_in_a_field_of_degree_four_are_decided():
    # the Kronecker product of two matrices with eigenvalues in different quadratic fields
    first, second = [[3, 1], [1, 1]], [[2, 1], [3, 1]]
    matrix = [[first[i][k] * second[j][n] for k in range(2) for n in range(2)] for i in range(2) for j in range(2)]
    found = Spectrum(IntegerPowers(flint.fmpz_mat(matrix)))
    inserted = flint.fmpz_mat(4, 4, [(i == j) * (i // 2) for i in range(4) for j in range(4)])  # the first factor only
    images = [inserted * p for p in found.powers.first]
    table = flint.fmpz_mat([[sum((x * y)[i, i] for i in range(4)) for y in images] for x in images])
    top = found.dominant
    present = [e for shell in found.shells[1:] for e in shell if found.has_residue(table, e, top)]
    # only λ₂ μ₁ is left: λ₂ = 2 − √2, μ₁ = (3 + √13)/2
    (only,) = present
    with flint.ctx.workprec(200):
        expected = (2 - flint.arb(2).sqrt()) * (3 + flint.arb(13).sqrt()) / 2
        assert (only.refined(200).real - expected).contains(0)
