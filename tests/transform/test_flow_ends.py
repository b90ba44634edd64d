"""End points of flows against numerical powers of drawn matrices, planted fixed points and hand-made spectra."""

from fractions import Fraction

import mpmath
import pytest
import sympy
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import symrg as sg
from symrg.errors import ModelError, NotExactError, UnableError
from symrg.transform.strata import strata

ISING = ((1, 0), (0, 1))
PAPER = ((2, 2), (1, 3))
SHIFT = [[0, 1, 0], [0, 0, 1], [1, 0, 0]]
positive = st.fractions(min_value=Fraction(1, 4), max_value=4, max_denominator=4)
numbers = st.fractions(min_value=-3, max_value=3, max_denominator=2).filter(bool)


@st.composite
def chains(draw, entries, most=3):
    """G and V."""
    rows, columns = draw(st.integers(2, most)), draw(st.integers(2, most))
    counts = [draw(st.lists(st.integers(0, 3), min_size=columns, max_size=columns).filter(any)) for _ in range(rows)]
    return counts, [[draw(entries) for _ in range(columns)] for _ in range(rows)]


def product(left, right):
    return [[sum(x * y for x, y in zip(row, column, strict=True)) for column in zip(*right, strict=True)]
            for row in left]  # fmt: skip


def levels(counts, bond, scale, last):
    """V_k up to a factor for k = 0 … last, by powers of T in long floating point: T_{k+1} = T_k^p, V_{k+1} = …"""
    found, current = [], [[mpmath.mpf(x.numerator) / x.denominator for x in map(Fraction, row)] for row in bond]
    for _ in range(last + 1):
        size = max(abs(x) for row in current for x in row)
        if size == 0:
            return found
        current = [[x / size for x in row] for row in current]
        found.append(current)
        transfer = product(current, [list(row) for row in zip(*counts, strict=True)])
        for _ in range(scale - 1):
            current = product(transfer, current)
    return found


def scaled(bond):
    pivot = next(x for row in bond for x in row if abs(x) > mpmath.mpf(10) ** -30)
    return [[x / pivot for x in row] for row in bond]


def distance(left, right):
    pairs = [(x, y) for one, other in zip(left, right, strict=True) for x, y in zip(one, other, strict=True)]
    return max(abs(x - y) for x, y in pairs)


def is_zero(number):
    x = sympy.Symbol("x")
    return sympy.minimal_polynomial(number, x) == x


def numeric(bond):
    return [[mpmath.mpmathify(str(sympy.N(x, 40))) for x in row] for row in bond]


# -- real couplings ---------------------------------------------------------------------------------------------


@given(chains(positive), st.integers(2, 3))
@settings(max_examples=25, deadline=None)
def test_every_flow_of_real_couplings_ends_on_rank_one(system, scale):
    counts, bond = system
    end = sg.Chain(counts).flow(bond=bond, scale=scale).end_point()
    assert end.converges
    assert end.fixed
    assert end.rank == 1
    assert end.stratum.rank == 1
    with mpmath.workdps(60):
        path = levels(counts, bond, scale, 12)
        # where the second eigenvalue is close, twelve steps do not arrive
        assume(distance(scaled(path[-1]), scaled(path[-2])) < mpmath.mpf(10) ** -25)
        assert distance(numeric(end.bond), scaled(path[-1])) < mpmath.mpf(10) ** -20
        balls = sg.Chain(counts).flow(bond=bond, scale=scale).end_point(digits=25)
        assert distance([[mpmath.mpf(x.mid().str(30, radius=False)) for x in row] for row in balls.bond],
                        scaled(path[-1])) < mpmath.mpf(10) ** -20  # fmt: skip


@given(chains(positive, most=2))
@settings(max_examples=8, deadline=None)
def test_closed_forms_hold_at_every_drawn_point(system):
    counts, _ = system
    assume(counts[0][0] * counts[1][1] != counts[0][1] * counts[1][0])
    chain = sg.Chain(counts)
    closed = chain.flow().end_point()
    for point in ((2, 1, 3), (Fraction(1, 2), 3, Fraction(2, 3)), (1, 5, 7)):
        exact = chain.flow(point).end_point().factors
        values = dict(zip(chain.factors, map(sympy.Rational, point), strict=True))
        for formula, value in zip(closed.factors, exact, strict=True):
            assert is_zero(sympy.S(formula).xreplace(values) - value)


def test_the_closed_form_of_the_end_point_of_the_papers_example():
    chain = sg.Chain(PAPER)
    a, b, c = chain.factors
    end = chain.flow().end_point()
    assert end.factors[0] == 1
    assert "positive values of the symbols" in end.reason
    # u: (T − λ) u = 0 with T = V Gᵀ, written out by hand
    root = sympy.sqrt((2 + 2 * c + b + 3 * a * b * c) ** 2 - 16 * b * c * (a - 1))
    by_hand = (3 * a * b * c + b - 2 - 2 * c + root) / (2 * (1 + 3 * c))
    for point in ((2, 1, 3), (3, 5, 2), (Fraction(1, 3), 2, 2)):
        values = dict(zip(chain.factors, map(sympy.Rational, point), strict=True))
        assert is_zero(end.factors[1].xreplace(values) - by_hand.xreplace(values))


# -- other starting points -----------------------------------------------------------------------------------------


@given(chains(numbers), st.integers(2, 4))
@settings(max_examples=25, deadline=None)
def test_what_is_said_of_signed_flows_is_what_they_do(system, scale):
    counts, bond = system
    end = sg.Chain(counts).flow(bond=bond, scale=scale).end_point()
    assert end.converges is not None
    if end.converges is False and end.rank is None and "nilpotent" in end.reason:
        transfer, power = product(bond, [list(row) for row in zip(*counts, strict=True)]), bond
        for _ in range(len(bond) + 1):
            power = product(transfer, power)
        assert not any(x for row in power for x in row)
        return
    last = {2: 22, 3: 14, 4: 11}[scale]
    with mpmath.workdps(400):
        path = levels(counts, bond, scale, last)
        assert len(path) == last + 1
        tail = [scaled(v) for v in path[-8:]]
        small, large = mpmath.mpf(10) ** -20, mpmath.mpf(10) ** -3
        if end.converges and end.gap_length != sympy.oo:
            assume(distance(tail[-1], tail[-2]) < small)  # else the gap is tiny
            assert distance(numeric(end.bond), tail[-1]) < small
        elif end.period is not None and not end.converges:
            assume(distance(tail[-1], tail[-1 - end.period]) < small)
            assert all(distance(tail[-1], tail[-1 - k]) > small for k in range(1, end.period))
            assert min(distance(numeric(v), tail[-1]) for v in end.bonds) < small
        elif not end.converges:
            assert any(distance(x, tail[-1]) > large * mpmath.mpf(10) ** -6 for x in tail[:-1])


@given(chains(numbers), st.integers(2, 4), st.data())
@settings(max_examples=15, deadline=None)
def test_a_fixed_point_ends_on_itself_and_on_its_own_stratum(system, scale, data):
    chain = sg.Chain(system[0])
    part = data.draw(st.sampled_from(strata(chain, scale)))
    for bond in part.sample(2):
        assume(all(isinstance(x, Fraction) for row in bond for x in row))  # some strata have no rational points
        end = chain.flow(bond=bond, scale=scale).end_point()
        assert end.fixed
        assert end.rank == part.rank
        assert end.stratum == part
        pivot = next(x for row in bond for x in row if x)
        assert [list(row) for row in end.bond] == [[sympy.Rational(x / pivot) for x in row] for row in bond]


@pytest.mark.parametrize(
    ("bond", "scale", "converges", "period", "rank"),
    [
        ([[1, -1], [1, 1]], 2, True, 1, 2),  # e^{±iπ/4}: the ratio i is 1 after two squarings
        ([[1, -1], [1, 1]], 3, False, 2, 2),  # 3^k is 1, 3, 1, … modulo 4
        ([[1, -1], [1, 1]], 5, True, 1, 2),
        ([[1, -1], [1, 0]], 2, False, 2, 2),  # e^{±iπ/3}: 2^k is 1, 2, 1, … modulo 3
        ([[1, -1], [1, 0]], 3, True, 1, 2),
        ([[1, -1], [1, 0]], 4, True, 1, 2),
        ([[1, -2], [2, 1]], 2, False, None, None),  # (1 + 2 i)/(1 − 2 i) is no root of unity
        ([[1, 1], [0, 1]], 2, True, 1, 1),  # a Jordan block
        ([[1, -1], [1, -1]], 2, False, None, None),  # nilpotent
        ([[2, 0], [0, -2]], 2, True, 1, 2),  # opposite eigenvalues
        (SHIFT, 2, False, 2, 3),
        (SHIFT, 4, True, 1, 3),
        ([[2, 0, 0], [0, 2, 0], [0, 0, 1]], 2, True, 1, 2),
    ],
)
def test_spectra_made_by_hand(bond, scale, converges, period, rank):
    identity = [[int(i == j) for j in range(len(bond))] for i in range(len(bond))]
    end = sg.Chain(identity).flow(bond=bond, scale=scale).end_point()
    assert (end.converges, end.period, end.rank) == (converges, period, rank)
    assert end.reason


@pytest.mark.parametrize("squares", [(2, 4), (-1, 2), (1, 6, 5)])
def test_opposite_imaginary_eigenvalues_of_any_degree_end_on_rank_two(squares):
    # T has the characteristic polynomial f(x²): the largest eigenvalues are i√r and −i√r, r the largest root of f(−r)
    size = 2 * len(squares)
    column = [0 if k % 2 else -squares[k // 2] for k in range(size)]
    bond = [[column[i] if j == size - 1 else int(i == j + 1) for j in range(size)] for i in range(size)]
    chain = sg.Chain([[int(i == j) for j in range(size)] for i in range(size)])
    for scale, vector in ((2, (2,)), (3, (1, 1)), (5, (1, 0, 1, 0))):
        end = chain.flow(bond=bond, scale=scale).end_point()
        assert (end.fixed, end.rank, end.multiplicities) == (True, 2, vector)


def test_eigenvalues_of_nearly_the_same_direction_never_settle():
    # (N + i)/(N − i) is no root of unity, and its angle is smaller than any ball that is looked at
    N = 10**200
    end = sg.Chain(ISING).flow(bond=[[N, -1], [1, N]]).end_point()
    assert (end.converges, end.period, end.rank) == (False, None, None)


@pytest.mark.parametrize("scale", [5, 9])
def test_fourth_roots_of_a_negative_number_in_two_blocks(scale):
    # the eigenvalues 3 ± 3i and −3 ± 3i: T⁴ is a multiple of 1, so V itself is fixed
    bond = [[3, -3, 0, 0], [3, 3, 0, 0], [0, 0, -3, -3], [0, 0, 3, -3]]
    identity = [[int(i == j) for j in range(4)] for i in range(4)]
    end = sg.Chain(identity).flow(bond=bond, scale=scale).end_point()
    assert (end.fixed, end.rank, sum(end.multiplicities)) == (True, 4, 4)
    assert [n for n in end.multiplicities if n] == [1, 1, 1, 1]


def test_the_approach_along_a_jordan_block_is_slow_and_its_end_no_fixed_point():
    end = sg.Chain(ISING).flow(bond=[[1, 1], [0, 1]]).end_point()
    assert end.gap_length == sympy.oo
    assert not end.fixed
    assert end.stratum is None
    assert end.bond == ((0, 1), (0, 0))
    assert end.factors == (None, None, None)


def test_the_gap_length_is_that_of_the_two_largest_moduli():
    assert sg.Chain(ISING).flow((4, 1, 1)).end_point().gap_length == sg.Chain(ISING).correlation_length(
        of="gap", factors=(4, 1, 1)
    )


def test_complex_starting_points_end_by_balls():
    chain = sg.Chain(PAPER)
    end = chain.flow((1 + sympy.I, 2, sympy.sqrt(2))).end_point(digits=25)
    assert end.converges
    assert end.rank == 1
    with mpmath.workdps(60):
        a, b, c = mpmath.mpc(1, 1), mpmath.mpf(2), mpmath.sqrt(2)
        V = [[mpmath.mpf(1), c], [b, a * b * c]]
        for _ in range(12):
            T = product(V, [[2, 1], [2, 3]])
            V = product(T, V)
            size = abs(V[0][0])
            V = [[x / size for x in row] for row in V]
        for ball, value in zip(end.factors[1:], (V[1][0] / V[0][0], V[0][1] / V[0][0]), strict=True):
            near = mpmath.mpc(ball.real.mid().str(30, radius=False), ball.imag.mid().str(30, radius=False))
            assert abs(near - value) < mpmath.mpf(10) ** -23


def test_exponentials_of_couplings_end_by_perron():
    point = [sympy.exp(sympy.Rational(k, 3)) for k in (2, -1, 4)]
    end = sg.Chain(PAPER).flow(point).end_point(digits=30)
    assert "Perron" in end.reason
    assert end.stratum.rank == 1
    near = sg.Chain(PAPER).flow([Fraction(round(float(x) * 10**12), 10**12) for x in point]).end_point(digits=15)
    assert all(abs(x - y) < 10**-6 for x, y in zip(end.factors, near.factors, strict=True))


def test_undecided_is_said():
    # opposite eigenvalues, but known as balls only
    end = sg.Chain(ISING).flow(bond=[[sympy.sqrt(2), 0], [0, -sympy.sqrt(2)]]).end_point(digits=10)
    assert end.converges is None
    assert end.factors is None
    assert "rational" in end.reason


# -- basins -----------------------------------------------------------------------------------------------------------


@given(chains(numbers, most=2), st.tuples(numbers, numbers, numbers), st.integers(2, 3))
@settings(max_examples=25, deadline=None)
def test_regions_agree_with_the_ends_of_single_flows(system, point, scale):
    chain = sg.Chain(system[0])
    region = chain.basins(scale).region(point)
    end = chain.flow(point, scale=scale).end_point()
    values = dict(zip(chain.factors, map(sympy.Rational, point), strict=True))
    assert [r for r in chain.basins(scale).regions if r.condition.xreplace(values) == sympy.true] == [region]
    if region.converges is not None:
        assert end.converges == region.converges
    if region.rank is not None:
        assert end.rank == region.rank
        assert end.fixed


def test_boundaries_are_exact_polynomials():
    basins = sg.Chain(ISING).basins()
    a, b, c = sg.Chain(ISING).factors
    assert sympy.expand(basins.trace - (1 + a * b * c)) == 0
    assert sympy.expand(basins.determinant - (a * b * c - b * c)) == 0
    assert sympy.expand(basins.discriminant - ((1 - a * b * c) ** 2 + 4 * b * c)) == 0
    assert basins.region((2, -1, Fraction(1, 2))).rank == 2  # trace zero, determinant −1/2
    with pytest.raises(UnableError):
        sg.Chain([[1, 0, 0], [0, 1, 0], [0, 0, 1]]).basins()


# -- bad input --------------------------------------------------------------------------------------------------------


def test_bad_input():
    chain = sg.Chain(PAPER)
    for scale in (1, 0, True, Fraction(2)):
        with pytest.raises(ModelError):
            chain.flow((1, 2, 3), scale=scale)
    for point in ((1, 2), {"z": 1}):
        with pytest.raises(ModelError):
            chain.flow(point)
    with pytest.raises(NotExactError):
        chain.flow((0.5, 1, 2))
    with pytest.raises(NotExactError):
        chain.flow((sympy.Float("0.5"), 1, 2))
    with pytest.raises(ModelError):
        chain.flow(bond=[[1, 2]])
    with pytest.raises(ModelError):
        chain.flow((1, 2, 3), bond=[[1, 2], [3, 4]])
    with pytest.raises(ModelError):
        chain.flow((sympy.sqrt(2), 1, 1)).end_point()
    with pytest.raises(ModelError):
        chain.flow({"a": 1}).end_point(digits=10)
    with pytest.raises(UnableError):
        sg.Chain([[1, 0, 0], [0, 1, 0], [0, 0, 1]]).flow().end_point()
