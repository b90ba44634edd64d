"""Levels of flows in balls against brute force, long floating point, and the traps of iterating."""

from fractions import Fraction
from math import prod

import flint
import mpmath
import pytest
import sympy
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import symrg as sg
from symrg.errors import BudgetExceeded, ModelError, UnableError, UndefinedPointError
from symrg.transform.modes import Mode
from tests.oracles import chains as oracle

PAPER = ((2, 2), (1, 3))
START = (2, 1, 3)
numbers = st.fractions(min_value=-3, max_value=3, max_denominator=3).filter(bool)
positive = st.fractions(min_value=Fraction(1, 4), max_value=4, max_denominator=4)


@st.composite
def chains(draw, entries, rows=3, columns=3):
    """G and V."""
    rows, columns = draw(st.integers(2, rows)), draw(st.integers(2, columns))
    counts = [draw(st.lists(st.integers(0, 3), min_size=columns, max_size=columns).filter(any)) for _ in range(rows)]
    return counts, [[draw(entries) for _ in range(columns)] for _ in range(rows)]


def product(left, right):
    return [[sum(x * y for x, y in zip(row, column, strict=True)) for column in zip(*right, strict=True)]
            for row in left]  # fmt: skip


def powered(counts, bond, n):
    """T^n V, one product after the other."""
    transfer = product(bond, [list(row) for row in zip(*counts, strict=True)])
    for _ in range(n):
        bond = product(transfer, bond)
    return bond


def factors_of(bond):
    """The factors of a matrix over one row variable and one column variable, in the order of a chain's own."""
    rows, columns = len(bond), len(bond[0])
    table = oracle.factor_values({(i, j): bond[i][j] for i in range(rows) for j in range(columns)})
    return [table[i, j] for i in range(rows - 1, -1, -1) for j in range(columns - 1, -1, -1) if i or j]


def log_of(value):
    """The logarithm of a Fraction as a ball of 600 bits, accurate where the value is close to 1."""
    exact = flint.fmpq(value.numerator, value.denominator)
    return flint.acb(flint.arb(exact)).log() if value < 0 else flint.arb(exact - 1).log1p()


def is_near(ball, value, digits):
    with flint.ctx.workprec(4000):
        inside = ball.overlaps(value)
    return inside and (ball == 0 or ball.rel_accuracy_bits() >= 3.3 * digits)


def written(ball, digits):
    return mpmath.mpf(ball.mid().str(digits, radius=False))


# -- small levels against exact products ------------------------------------------------------------------------


@given(chains(numbers), st.integers(2, 3), st.data())
@settings(max_examples=40, deadline=None)
def test_levels_are_those_of_exact_products(system, scale, data):
    counts, bond = system
    level = data.draw(st.integers(0, 6 if scale == 2 else 4))
    exact = powered(counts, bond, scale**level - 1)
    assume(all(x for row in exact for x in row))
    found = sg.Chain(counts).flow(bond=bond, scale=scale).level(level, digits=30)
    with flint.ctx.workprec(4000):
        for k, value in enumerate(factors_of(exact)):
            assert is_near(found.factors[k], flint.arb(flint.fmpq(value.numerator, value.denominator)), 30)
            assert is_near(found.logarithms[k], log_of(value), 30)


@given(chains(positive))
@settings(max_examples=10, deadline=None)
def test_the_sum_over_eigenvalues_is_that_of_exact_products(system):
    """Level 9 is reached by eigenvalues, and its exact integers can still be had."""
    counts, bond = system
    transfer = product(bond, [list(row) for row in zip(*counts, strict=True)])
    exact = bond
    for _ in range(9):
        exact = product(transfer, exact)
        transfer = product(transfer, transfer)
    found = sg.Chain(counts).flow(bond=bond).level(9, digits=25)
    with flint.ctx.workprec(4000):
        for k, value in enumerate(factors_of(exact)):
            assert is_near(found.factors[k], flint.arb(flint.fmpq(value.numerator, value.denominator)), 25)
            near = found.logarithms[k]
            assert (near == 0) if value == 1 else is_near(near, log_of(value), 25)


def test_couplings_of_spins_are_combinations_of_logarithms():
    s, t = sg.Variable("s", (-1, 1)), sg.Variable("t", (-1, 1))
    chain = sg.Chain([[1, 0], [0, 1]], (s,), (t,))
    level = chain.flow((4, Fraction(1, 2), Fraction(1, 2))).level(3, digits=30)
    with mpmath.workdps(50):
        K = mpmath.atanh(mpmath.tanh(mpmath.log(4) / 4) ** 8)  # tanh K′ = tanh² K, with zero field
        assert abs(written(level.couplings[0], 40) - K) < mpmath.mpf(10) ** -29 * K
        assert level.couplings[1] == 0 == level.couplings[2]


# -- deep levels ----------------------------------------------------------------------------------------------------


def test_level_ten_thousand_has_fifty_digits_of_a_coupling_of_size_ten_to_the_minus_ten_to_the_3010():
    found = sg.Chain(PAPER).flow(START).level(10**4, digits=50)
    with mpmath.workdps(3100):  # as many digits as p^k has, and some more
        n = 2 ** mpmath.mpf(10**4) - 1
        a, b, c = START
        V = mpmath.matrix([[1, c], [b, a * b * c]])
        T = V * mpmath.matrix(PAPER).T
        root = mpmath.sqrt((T[0, 0] + T[1, 1]) ** 2 - 4 * mpmath.det(T))
        first, second = ((T[0, 0] + T[1, 1] + sign * root) / 2 for sign in (1, -1))
        limit = (T - second * mpmath.eye(2)) * V / (first - second)
        # ln a = det V_k/(V_01 V_10), up to its own square; det V_k = det V (det T)^n, V_k = λ₁^n P₁ V
        expected = mpmath.log(mpmath.det(V) / (limit[0, 1] * limit[1, 0])) + n * mpmath.log(second / first)
        with flint.ctx.workdps(3100):
            logarithm = found.logarithm("a").log()
        assert abs(written(logarithm, 3090) - expected) < mpmath.mpf(10) ** -49
        for ball, value in zip(found.factors[1:], (limit[1, 0], limit[0, 1]), strict=True):
            assert abs(written(ball, 60) - value / limit[0, 0]) < mpmath.mpf(10) ** -49
    assert found.factors[0].rel_accuracy_bits() > 166
    assert found.logarithm("a").rel_accuracy_bits() > 166


@given(st.tuples(*[positive] * 3))
@settings(max_examples=10, deadline=None)
def test_far_out_a_step_squares_the_coupling(point):
    """With one eigenvalue next to the largest ln a_k = C q^{n_k}, n_{k+1} = 2 n_k + 1: ln a_{k+1}/(ln a_k)² stays."""
    assume(point[0] != 1)
    flow = sg.Chain(PAPER).flow(point)
    ratios = [
        flow.level(k + 1, digits=40).logarithm("a") / flow.level(k, digits=40).logarithm("a") ** 2
        for k in (60, 61, 10**4)
    ]
    assert all(ratio.overlaps(ratios[0]) for ratio in ratios)
    assert all(ratio.is_finite() and ratio.rel_accuracy_bits() > 30 for ratio in ratios)


def test_a_level_takes_one_power_whatever_is_asked(monkeypatch):
    calls = []
    weight = Mode.weight
    monkeypatch.setattr(Mode, "weight", lambda self, n: calls.append(n) or weight(self, n))
    level = sg.Chain(PAPER).flow(START).level(10**4)
    assert len(level.factors) + len(level.logarithms) + len(level.couplings) + len(level.bond) == 11
    assert calls == [2**10**4 - 2]


def test_wide_networks_and_real_couplings_are_as_deep():
    rational = [Fraction(n % 7 + 1, n % 5 + 2) for n in range(15)]
    real = [sympy.exp(sympy.Rational(n % 7 - 3, n % 5 + 2)) for n in range(15)]
    chain = sg.LayeredNetwork(width=2).chain()
    for start in (rational, real):
        level = chain.flow(start).level(10**4, digits=40)
        for value in (*level.factors, *level.logarithms):
            assert value == 0 or value.rel_accuracy_bits() > 130


def test_a_negative_second_eigenvalue_known_as_a_ball_keeps_its_digits():
    # V − V's transpose apart: an antiferromagnet of three states, all factors exponentials
    bond = [[sympy.exp(sympy.Rational(-(i == j) * (2 + i), 2)) for j in range(3)] for i in range(3)]
    level = sg.Chain([[1, 0, 0], [0, 1, 0], [0, 0, 1]]).flow(bond=bond).level(12, digits=30)
    assert all(value.rel_accuracy_bits() > 99 for value in level.logarithms)


def test_singular_matrices_of_real_couplings():
    e = sympy.E
    bond = [[1, e, 2], [e, e**2, 2 * e], [1, 3, e]]  # the second row is e times the first
    level = sg.Chain([[1, 0, 0], [0, 1, 0], [0, 0, 1]]).flow(bond=bond).level(10, digits=30)
    assert all(value == 0 or value.rel_accuracy_bits() > 99 for value in (*level.factors, *level.logarithms))


def test_complex_starting_points():
    point = (1 + sympy.I, 2, sympy.sqrt(2))
    level = sg.Chain(PAPER).flow(point).level(4, digits=30)
    with mpmath.workdps(80):
        a, b, c = mpmath.mpc(1, 1), mpmath.mpf(2), mpmath.sqrt(2)
        V = powered(PAPER, [[mpmath.mpf(1), c], [b, a * b * c]], 15)
        value = V[0][0] * V[1][1] / (V[0][1] * V[1][0])
        for ball, exact in ((level.factors[0], value), (level.logarithms[0], mpmath.log(value))):
            near = mpmath.mpc(*(part.mid().str(40, radius=False) for part in (ball.real, ball.imag)))
            assert abs(near - exact) < mpmath.mpf(10) ** -29 * abs(exact)


# -- the traps of iterating ------------------------------------------------------------------------------------------


def step(values):
    """One step of the paper's recursion, in any arithmetic."""
    a, b, c = values
    V = powered(PAPER, [[values[0] * 0 + 1, c], [b, a * b * c]], 1)
    return V[0][0] * V[1][1] / (V[0][1] * V[1][0]), V[1][0] / V[0][0], V[0][1] / V[0][0]


def test_iterated_balls_are_lost_where_a_level_is_not():
    with flint.ctx.workdps(50):
        values, steps = tuple(map(flint.arb, START)), 0
        accuracy = []
        while all(x.is_finite() for x in values) and steps < 150:
            accuracy.append(min(x.rel_accuracy_bits() for x in values[1:]))
            values, steps = step(values), steps + 1
    assert steps < 150, "iterated balls end in NaN"
    assert accuracy[30] < accuracy[5] - 25, "on the way each step costs a bit or more"
    assert all(x.rel_accuracy_bits() > 166 for x in sg.Chain(PAPER).flow(START).level(steps).factors)


def test_iterated_floats_lose_the_coupling_where_a_level_does_not():
    start = (Fraction(21, 20), 2, 3)  # close to a = 1
    with mpmath.workdps(50):
        values, wrong = tuple(mpmath.mpf(x.numerator) / x.denominator for x in map(Fraction, start)), []
        for k in range(1, 9):
            values = step(values)
            exact = sg.Chain(PAPER).flow(start).level(k, digits=50).logarithm("a")
            wrong.append(abs(mpmath.log(values[0]) / written(exact, 60) - 1))
    assert wrong[0] < mpmath.mpf(10) ** -40
    assert wrong[-1] > mpmath.mpf(1) / 100
    exact = powered(PAPER, [[1, 3], [2, Fraction(63, 10)]], 2**8 - 1)
    a = exact[0][0] * exact[1][1] / (exact[0][1] * exact[1][0])
    with flint.ctx.workprec(4000):
        assert is_near(sg.Chain(PAPER).flow(start).level(8).logarithm("a"), log_of(a), 50)


# -- factors that are one, errors -----------------------------------------------------------------------------


def test_factors_that_are_one_on_all_levels_have_logarithm_zero():
    # V of rank one stays so
    level = sg.Chain(PAPER).flow((1, 2, 3)).level(10**4)
    assert level.logarithm("a") == 0
    assert level.logarithm(sg.Chain(PAPER).factors[1]) != 0
    # zero field: odd couplings of an Ising chain stay zero
    ising = sg.Chain([[1, 0], [0, 1]], (sg.Variable("s", (-1, 1)),), (sg.Variable("t", (-1, 1)),))
    rational, real = (9, Fraction(1, 3), Fraction(1, 3)), (sympy.exp(2), sympy.exp(-1), sympy.exp(-1))
    for start in (rational, real):
        level = ising.flow(start).level(10**3)
        assert level.couplings[1:] == (0, 0)
        # the factors that tie nothing tend to one as well
        assert all(value.rel_accuracy_bits() > 166 for value in (level.couplings[0], *level.logarithms))


def test_jordan_blocks_and_coinciding_eigenvalues():
    # the eigenvalue 2 twice, in a Jordan block
    bond = [[3, 1], [-1, 1]]
    level = sg.Chain([[1, 0], [0, 1]]).flow(bond=bond).level(100, digits=30)
    n = 2**100  # V^n = (2 + N)^n = 2^n (1 + n N/2)
    half = Fraction(n, 2)
    exact = [[1 + half, half], [-half, 1 - half]]
    with flint.ctx.workprec(4000):
        for ball, value in zip(level.factors, factors_of(exact), strict=True):
            assert is_near(ball, flint.arb(flint.fmpq(value.numerator, value.denominator)), 30)


def test_potts_couplings_with_equal_eigenvalues():
    potts = sg.Chain([[1, 0, 0], [0, 1, 0], [0, 0, 1]])
    bond = [[Fraction(5) if i == j else Fraction(1) for j in range(3)] for i in range(3)]
    found = potts.flow(bond=bond).level(10, digits=30)
    # eigenvalues 7 and 4: (V_k)_ii/(V_k)_ij = (1 + 2 q)/(1 − q), q = (4/7)^{1024}
    q = Fraction(4, 7) ** 1024
    with flint.ctx.workprec(4000):
        value = (1 - q) / (1 + 2 * q)
        assert is_near(found.bond[0][1], flint.arb(flint.fmpq(value.numerator, value.denominator)), 30)
        assert all(x == 0 or x.rel_accuracy_bits() > 99 for x in found.logarithms)


def test_bad_input():
    chain = sg.Chain(PAPER)
    flow = chain.flow(START)
    for level in (-1, True, 2.0, Fraction(3)):
        with pytest.raises(ModelError):
            flow.level(level)
    for digits in (0, -5, 1.5):
        with pytest.raises(ModelError):
            flow.level(3, digits=digits)
    with pytest.raises(BudgetExceeded):
        flow.level(10**12)
    with pytest.raises(ModelError):
        chain.flow({"a": 2}).level(3)
    with pytest.raises(ModelError):
        flow.level(3).logarithm("z")
    with pytest.raises(UndefinedPointError):
        sg.Chain([[1, 0], [0, 1]]).flow(bond=[[1, -1], [1, -1]]).level(2)
    nowhere = sg.Chain([[1, 0], [0, 1]]).flow(bond=[[0, 1], [1, 1]]).level(0)
    with pytest.raises(UnableError):
        _ = nowhere.factors
    assert len(flow.orbit(3)) == 4
    assert prod(x.level for x in flow.orbit(3)[1:]) == 6
