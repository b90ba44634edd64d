"""Recursions of chains at points: values, levels, Jacobians, spectra, against plain loops, dual numbers and SymPy."""

from fractions import Fraction
from math import prod
from random import Random

import flint
import pytest
import sympy
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import symrg as sg
from symrg.transform import matrix_form
from symrg.transform.matrix_form import Power
from tests.oracles import chains as oracle

few = settings(max_examples=15, deadline=None)
numbers = st.sampled_from([Fraction(n, d) for n in (-3, -2, -1, 1, 2, 3, 5) for d in (1, 2, 3)])
SHAPES = [(1, 3), (2, 1), (2, 2), (2, 4), (3, 2), (3, 3), (3, 4)]
PAPER = sg.Chain([[2, 2], [1, 3]])
ISING = sg.Chain([[1, 0], [0, 1]])


@st.composite
def matrices(draw, shapes=SHAPES):
    rows, columns = draw(st.sampled_from(shapes))
    row = st.lists(st.integers(0, 4), min_size=columns, max_size=columns).filter(any)
    return draw(st.lists(row, min_size=rows, max_size=rows))


def bond_of(chain, point):
    sizes = [len(v.alphabet) for v in (*chain.rows, *chain.columns)]
    entries = list(oracle.from_factors(dict(zip(chain.coordinates.places, point, strict=True)), sizes).values())
    return [entries[i : i + chain.shape[1]] for i in range(0, len(entries), chain.shape[1])]


def summed(bond, counts, scale):
    """(V Gᵀ)^(p−1) V by plain loops, one factor at a time."""
    image = bond
    for _ in range(scale - 1):
        image = oracle.times(oracle.times(bond, oracle.turned(counts)), image)
    return image


def factors_of(chain, bond):
    """The factors of a matrix with entries of any kind, or None where an entry below a bar is zero."""
    sizes = [len(v.alphabet) for v in (*chain.rows, *chain.columns)]
    table = dict(zip(oracle.positions(sizes), [x for row in bond for x in row], strict=True))
    result = []
    for place in chain.coordinates.places:
        parts = [1, 1]
        for sub in oracle.below(place):
            odd = (sum(map(bool, place)) - sum(map(bool, sub))) % 2
            parts[odd] = parts[odd] * table[sub]
            if odd and getattr(table[sub], "a", table[sub]) == 0:
                return None
        result.append(parts[0] / parts[1])
    return result


def points(data, chain, values=numbers):
    return data.draw(st.lists(values, min_size=len(chain.factors), max_size=len(chain.factors)))


# -- values ----------------------------------------------------------------------------------------------------------


@few
@given(matrices(), st.integers(2, 5), st.data())
def test_values_are_those_of_plain_matrix_products(counts, scale, data):
    chain = sg.Chain(counts)
    point = points(data, chain)
    expected = factors_of(chain, summed(bond_of(chain, point), counts, scale))
    if expected is None:
        with pytest.raises(sg.UndefinedPointError, match=r"0/0|zero denominator"):
            chain.recursion(scale)(point)
    else:
        assert chain.recursion(scale)(point) == tuple(expected)


def reduced(chain, counts, scale):
    """The images as SymPy functions in lowest terms, and what below the bars is no monomial."""
    table = [[sympy.S(x) for x in row] for row in bond_of(chain, chain.factors)]
    image = [[sympy.expand(x) for x in row] for row in summed(table, counts, scale)]
    width = len(counts[0])
    images, bars = [], []
    for above, below in chain.coordinates.entry_groups:
        parts = [[image[k // width][k % width] for k in group] for group in (above, below)]
        images.append(sympy.cancel(prod(parts[0]) / prod(parts[1])))
        bars += parts[1]
    factors = [f for bar in bars for f, _ in sympy.factor_list(bar)[1] if f not in chain.factors]
    return images, factors


@settings(max_examples=10, deadline=None)
@given(matrices(shapes=[(2, 1), (1, 3), (2, 2)]), st.integers(2, 3), st.data())
def test_where_factors_are_zero_the_reduced_functions_decide(counts, scale, data):
    chain = sg.Chain(counts)
    point = points(data, chain, st.sampled_from([Fraction(0), Fraction(0), Fraction(1), Fraction(-1), Fraction(2)]))
    assume(not all(point))
    at = {f: sympy.Rational(x.numerator, x.denominator) for f, x in zip(chain.factors, point, strict=True)}
    images, bars = reduced(chain, counts, scale)
    lowest = [sympy.fraction(image) for image in images]
    recursion = chain.recursion(scale)
    if any(polynomial.subs(at) == 0 for polynomial in [*bars, *(below for _, below in lowest)]):
        with pytest.raises(sg.UndefinedPointError):
            recursion(point)
        with pytest.raises(sg.UndefinedPointError):
            recursion.jacobian(at=point)
        return
    assert list(recursion(point)) == [image.subs(at) for image in images]
    expected = sympy.Matrix([[sympy.diff(image, f).subs(at) for f in chain.factors] for image in images])
    assert recursion.jacobian(at=point) == expected


def test_wide_layers_have_values_too():
    net = sg.LayeredNetwork(width=3)
    chain, random = net.chain(), Random()
    point = [Fraction(random.randint(1, 9), random.randint(1, 9)) for _ in chain.factors]
    recursion = chain.recursion(3)
    expected = factors_of(chain, summed(bond_of(chain, point), net.multiplicity, 3))
    assert recursion(point) == tuple(expected)
    assert "factored" not in vars(recursion), "a value needs no polynomials"
    # V = 1 wᵀ with w = (1, c) on the last activation: V′ = 0 where the sum of w over all of G is
    zero, one = (sum(sum(row[k::2]) for row in net.multiplicity) for k in (0, 1))
    with pytest.raises(sg.UndefinedPointError, match="0/0"):
        chain.recursion(2)([Fraction(1)] * 62 + [Fraction(-zero, one)])


# -- levels ----------------------------------------------------------------------------------------------------------


@few
@given(matrices(), st.integers(2, 3), st.integers(0, 3), st.data())
def test_levels_are_powers(counts, scale, level, data):
    chain = sg.Chain(counts)
    point = points(data, chain)
    expected = point
    if level:
        expected = factors_of(chain, summed(bond_of(chain, point), counts, scale**level))
    if expected is None:
        with pytest.raises(sg.UndefinedPointError):
            chain.recursion(scale).level(point, level)
        return
    assert chain.recursion(scale).level(point, level) == tuple(expected)
    named = dict(zip(map(str, chain.factors), point, strict=True))
    assert list(chain.recursion(scale).level(named, level).values()) == list(expected)


def test_a_level_may_be_defined_beyond_an_image_that_is_not():
    # V = [[1, −1], [1, −2]], V² = [[0, 1], [−1, 2]]: no factors; V⁴ = [[−1, 2], [−2, 3]]
    recursion, point = ISING.recursion(2), (2, 1, -1)
    with pytest.raises(sg.UndefinedPointError):
        recursion.iterate(point, 2)
    once = summed([[1, -1], [1, -2]], [[1, 0], [0, 1]], 2)
    assert once[0][0] == 0
    expected = factors_of(ISING, [[Fraction(x) for x in row] for row in summed(once, [[1, 0], [0, 1]], 2)])
    assert recursion.level(point, 2) == recursion.compose(recursion)(point) == tuple(expected)


def test_levels_of_a_recursion_without_a_chain_are_steps():
    x = sympy.Symbol("x")
    square = sg.Recursion.from_images({x: x**2}, scale=2)
    assert square.level((3,), 3) == (6561,)
    assert square.level({x: 3}, 0) == {x: 3}


@pytest.mark.parametrize("level", [-1, True, 1.0, "1", None])
def test_levels_are_counted(level):
    for recursion in (PAPER.recursion(), sg.Recursion.from_images({sympy.Symbol("x"): 1}, scale=2)):
        with pytest.raises(sg.ModelError, match="the level is"):
            recursion.level((1,) * len(recursion.factors), level)


def test_levels_have_a_budget():
    recursion = PAPER.recursion()
    with pytest.raises(sg.BudgetExceeded, match=r"up to \d+ digits .* more than 20000000; scales up to") as caught:
        recursion.level((2, 1, 3), 24)
    assert caught.value.estimate > caught.value.limit == matrix_form.MOST_DIGITS
    for level in (1000, 10**9):
        with pytest.raises(sg.BudgetExceeded):
            recursion.level((2, 1, 3), level)
    # the estimate is no smaller than what comes out
    small = recursion.level((2, 1, 3), 8)
    digits = sum(len(str(n)) for x in small for n in (x.numerator, x.denominator))
    largest = max(map(sum, summed([[1, 3], [1, 6]], PAPER.multiplicity, 2)))
    assert digits < 2**8 * 8 * len(str(largest))


def test_long_levels_are_not_reduced_twice():
    # 310 000 digits: a common divisor in Python alone takes ten times as long as all else
    value = PAPER.recursion().level((2, 1, 3), 17)[1]
    assert isinstance(value, Fraction)
    assert flint.fmpz(value.numerator).gcd(value.denominator) == 1
    prime = 2**61 - 1
    bond = [[1, 3], [1, 6]]
    image, square, steps = bond, oracle.times(bond, oracle.turned(PAPER.multiplicity)), 2**17 - 1
    while steps:
        image = oracle.times(square, image) if steps % 2 else image
        image, square = ([[x % prime for x in row] for row in m] for m in (image, oracle.times(square, square)))
        steps //= 2
    assert (value.numerator * image[0][0] - value.denominator * image[1][0]) % prime == 0


def test_fixed_points_stay_where_they_are_at_every_level():
    for point in ((1, 2, 5), (3, Fraction(-2, 3), Fraction(-1, 3))):
        assert PAPER.recursion(3).level(point, 10**9) == point


# -- derivatives -------------------------------------------------------------------------------------------------------


def along(chain, counts, scale, start, direction):
    moved = [oracle.Dual(s, d) for s, d in zip(start, direction, strict=True)]
    image = factors_of(chain, summed(bond_of(chain, moved), counts, scale))
    return None if image is None else [x.b for x in image]


@few
@given(matrices(), st.integers(2, 5), st.data())
def test_jacobians_are_exact_derivatives(counts, scale, data):
    chain = sg.Chain(counts)
    start, direction = points(data, chain), points(data, chain)
    expected = along(chain, counts, scale, start, direction)
    assume(expected is not None)
    found = chain.recursion(scale).jacobian(at=start) * sympy.Matrix(len(direction), 1, direction)
    assert list(found) == expected


@pytest.mark.parametrize("point", [(2, 1, Fraction(-1, 4)), (1, 2, Fraction(-1, 2))])
def test_where_an_image_is_zero_it_still_moves(point):
    # V² of [[1, c], [b, abc]] has the corners 1 + bc and bc(1 + a²bc): an image of zero, or 0/0 at the second point
    values = [Fraction(x) for x in point]
    columns = [along(ISING, [[1, 0], [0, 1]], 2, values, [Fraction(int(i == k)) for i in range(3)]) for k in range(3)]
    if None in columns:
        with pytest.raises(sg.UndefinedPointError):
            ISING.recursion().jacobian(at=point)
        return
    assert ISING.recursion()(point)[0] == 0
    jacobian = ISING.recursion().jacobian(at=point)
    assert [list(jacobian.col(k)) for k in range(3)] == columns
    assert any(jacobian.row(0))


def test_jacobians_at_points_with_symbols():
    x, y = sympy.symbols("x y")
    symbolic = PAPER.recursion(3).jacobian(at=(x, y, x + 1))
    number = PAPER.recursion(3).jacobian(at=(2, sympy.Rational(1, 3), 3))
    assert symbolic.subs({x: 2, y: sympy.Rational(1, 3)}) == number
    assert (
        PAPER.recursion(3).jacobian().subs(dict(zip(PAPER.factors, (2, sympy.Rational(1, 3), 3), strict=True)))
        == number
    )


def test_jacobians_at_algebraic_points():
    root = sympy.sqrt(2)
    found = PAPER.recursion().jacobian(at=(root, 1, root + 1))
    exact = PAPER.recursion().jacobian()
    at = dict(zip(PAPER.factors, (root, 1, root + 1), strict=True))
    assert all(sympy.expand(sympy.radsimp(x - y.subs(at))) == 0 for x, y in zip(found, exact, strict=True))


# -- spectra -------------------------------------------------------------------------------------------------------


def value_at(coefficients, x):
    return sum((c * x**k for k, c in enumerate(coefficients)), Fraction(0))


@settings(max_examples=12, deadline=None)
@given(matrices(shapes=[(2, 2), (2, 3), (3, 2)]), st.integers(2, 4), st.data(), st.integers(0, 10**6))
def test_spectra_at_planted_fixed_points(counts, scale, data, seed):
    chain = sg.Chain(counts)
    stratum = data.draw(st.sampled_from(oracle.strata(counts, scale)))
    bond = oracle.draw_fixed(counts, stratum, Random(seed))
    recursion = chain.recursion(scale)
    projective = recursion.linearize(bond=bond)
    assert projective.eigenvalues == stratum["spectrum"]
    # two routes: the matrix in a chart of entries of V, by the definition of the determinant
    chart = [[Fraction(int(x.p), int(x.q)) for x in projective.matrix.row(i)] for i in range(projective.matrix.rows)]
    if len(chart) <= 5:
        for x in (Fraction(-1), Fraction(5, 2)):
            expected = oracle.characteristic_value(chart, x)
            assert value_at(projective.characteristic_polynomial, x) == expected
    if all(x for row in bond for x in row):
        factors = factors_of(chain, bond)
        lin = recursion.linearize(factors)
        assert lin.characteristic_polynomial == projective.characteristic_polynomial
        unit = [[Fraction(int(i == k)) for i in range(len(factors))] for k in range(len(factors))]
        columns = [along(chain, counts, scale, factors, direction) for direction in unit]
        assert [list(lin.matrix.col(k)) for k in range(len(factors))] == columns
        if len(factors) <= 5:
            jacobian = oracle.turned(columns)
            for x in (Fraction(-1), Fraction(5, 2)):
                assert value_at(lin.characteristic_polynomial, x) == oracle.characteristic_value(jacobian, x)


def test_fixed_points_at_infinite_coupling_have_a_spectrum():
    # T = diag(1, −1) and diag(1, 0) under p = 3: two roots of 1, and rank 1
    linearize = ISING.recursion(3).linearize
    assert linearize(bond=[[1, 0], [0, -1]]).eigenvalues == {1: 2, 3: 1}
    assert linearize(bond=[[1, 0], [0, 0]]).eigenvalues == {0: 1, 1: 2}
    assert linearize(bond=[[0, 0], [0, 5]]).matrix.charpoly().as_expr().subs("lambda", 2) == 2


def test_what_has_no_linearisation():
    recursion = PAPER.recursion()
    with pytest.raises(sg.ModelError, match="one of them"):
        recursion.linearize()
    with pytest.raises(sg.ModelError, match="one of them"):
        recursion.linearize((1, 2, 5), bond=[[1, 5], [2, 10]])
    with pytest.raises(sg.DomainError, match="not fixed"):
        recursion.linearize(bond=[[1, 2], [3, 4]])
    with pytest.raises(sg.DomainError, match="zero"):
        recursion.linearize(bond=[[0, 0], [0, 0]])
    with pytest.raises(sg.DomainError, match="not fixed"):
        recursion.linearize(bond=[[1, -1], [0, 0]])  # T is nilpotent
    with pytest.raises(sg.ModelError, match="shape"):
        recursion.linearize(bond=[[1, 2]])
    with pytest.raises(sg.NotExactError):
        recursion.linearize(bond=[[1.0, 2], [3, 4]])
    with pytest.raises(sg.DomainError, match="rational"):
        recursion.linearize(bond=[[sympy.sqrt(2), 2], [3, 4]])


# -- how much work -------------------------------------------------------------------------------------------------


class Counted:
    """A number that counts the products it takes part in."""

    products = 0

    def __init__(self, value):
        self.value = value

    def __mul__(self, other):
        Counted.products += 1
        return Counted(self.value * other.value)

    def __add__(self, other):
        return Counted(self.value + other.value)


@pytest.mark.parametrize("exponent", [1, 2, 3, 10, 63, 1000])
def test_powers_and_their_derivatives_cost_few_products(exponent):
    Counted.products = 0
    power = Power(Counted(Fraction(3, 2)), exponent)
    assert power.value.value == Fraction(3, 2) ** exponent
    steps = exponent.bit_length() - 1 + exponent.bit_count() - 1
    assert Counted.products == steps
    change = power.derivative(Counted(Fraction(1)))
    assert change.value == exponent * Fraction(3, 2) ** (exponent - 1)
    assert Counted.products == 3 * steps


def test_a_level_of_a_wide_layer_is_a_power_of_a_small_matrix(monkeypatch):
    sizes = []

    class Spy(Power):
        def __init__(self, matrix, exponent):
            sizes.append((matrix.nrows(), exponent))
            super().__init__(matrix, exponent)

    monkeypatch.setattr(matrix_form, "Power", Spy)
    chain = sg.LayeredNetwork(width=3).chain()
    rank = flint.fmpz_mat([list(row) for row in chain.multiplicity]).rank()
    chain.recursion(6)([Fraction(2)] * 63)
    assert sizes == [(rank, 4)]
