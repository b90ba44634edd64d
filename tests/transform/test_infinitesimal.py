"""The flow dT/dl = T ln T: against numerical matrix logarithms, against the recursions, and its exponents."""

from fractions import Fraction
from random import Random

import mpmath
import pytest
import sympy
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import symrg as sg
from symrg.model.variables import Variable
from tests.oracles import chains as oracle

few = settings(max_examples=12, deadline=None)
positive = st.sampled_from([Fraction(n, d) for n in (1, 2, 3, 5, 7) for d in (1, 2, 3)])
numbers = st.sampled_from([Fraction(n, d) for n in (-3, -2, -1, 1, 2, 3) for d in (1, 2)])
PAPER = sg.Chain([[2, 2], [1, 3]])


@st.composite
def invertible(draw, shapes=((2, 2), (2, 3), (3, 2), (2, 4))):
    rows, columns = draw(st.sampled_from(shapes))
    row = st.lists(st.integers(0, 4), min_size=columns, max_size=columns).filter(any)
    counts = draw(st.lists(row, min_size=rows, max_size=rows))
    assume(oracle.rank(counts) == 2)
    return counts


def bond_of(chain, point):
    entries = list(oracle.from_factors(dict(zip(chain.coordinates.places, point, strict=True)), chain.shape).values())
    return [entries[i : i + chain.shape[1]] for i in range(0, len(entries), chain.shape[1])]


def factors_of(chain, bond):
    table = dict(zip(oracle.positions(chain.shape), [x for row in bond for x in row], strict=True))
    result = []
    for place in chain.coordinates.places:
        value = 1
        for sub in oracle.below(place):
            odd = (sum(map(bool, place)) - sum(map(bool, sub))) % 2
            value = value / table[sub] if odd else value * table[sub]
        result.append(value)
    return result


def two_by_two(chain, bond):
    """T, or S where there are more neurons than activations."""
    weights = oracle.turned(chain.multiplicity)
    return oracle.times(bond, weights) if chain.shape[0] == 2 else oracle.times(weights, bond)


def invariants(matrix):
    return matrix[0][0] + matrix[1][1], matrix[0][0] * matrix[1][1] - matrix[0][1] * matrix[1][0]


def moved(chain, bond, length):
    """V after a flow of this length, from the eigenvalues of the 2 × 2 matrix, in mpmath: T^(p − 1) V, p = e^length.

    A common factor of T does not matter, so that the logarithm of the ratio is principal.
    """
    matrix = mpmath.matrix([[mpmath.mpf(x.numerator) / x.denominator for x in row] for row in two_by_two(chain, bond)])
    V = mpmath.matrix([[mpmath.mpf(x.numerator) / x.denominator for x in row] for row in bond])
    values, vectors = mpmath.eig(matrix)
    power = mpmath.exp(length) - 1
    ratio = mpmath.diag([1, mpmath.exp(power * mpmath.log(values[1] / values[0]))])
    step = vectors * ratio * vectors**-1
    return step * V if chain.shape[0] == 2 else V * step


def numerical_rates(chain, point, function):
    """d/dl of a function of V at l = 0, by a central difference of high order."""
    bond = bond_of(chain, point)

    def along(length, k):
        V = moved(chain, bond, length)
        return function([[V[i, j] for j in range(V.cols)] for i in range(V.rows)])[k]

    with mpmath.workdps(60):
        count = len(function(bond))
        return [mpmath.diff(lambda length, k=k: along(length, k), 0, h=mpmath.mpf(10) ** -20) for k in range(count)]


def defined(chain, point):
    trace, determinant = invariants(two_by_two(chain, bond_of(chain, point)))
    discriminant = trace**2 - 4 * determinant
    return determinant != 0 and not (discriminant > 0 and determinant < 0) and not (discriminant < 0 and trace == 0)


def close(first, second):
    return abs(first - second) < mpmath.mpf(10) ** -12 * (1 + abs(second))


@few
@given(invertible(), st.data())
def test_rates_are_derivatives_of_real_powers(counts, data):
    chain = sg.Chain(counts)
    point = data.draw(st.lists(numbers, min_size=len(chain.factors), max_size=len(chain.factors)))
    trace, determinant = invariants(two_by_two(chain, bond_of(chain, point)))
    flow = chain.infinitesimal()
    if not defined(chain, point):
        with pytest.raises(sg.UndefinedPointError, match=r"T is singular|negative ratio"):
            flow(point)
        return
    assume(trace**2 != 4 * determinant)
    expected = numerical_rates(chain, point, lambda bond: factors_of(chain, bond))
    with mpmath.workdps(40):
        for rate, number in zip(flow(point), expected, strict=True):
            assert close(mpmath.mpmathify(sympy.N(rate, 30)), number)


@few
@given(invertible(shapes=((2, 2), (2, 3), (3, 2))), st.integers(2, 5), st.data())
def test_the_flow_commutes_with_every_recursion(counts, scale, data):
    # DR(x) β(x) = β(R(x)); with β = α x w, and α′ = p κ α / u_p by Cayley and Hamilton, an identity of rationals
    chain = sg.Chain(counts)
    point = data.draw(st.lists(positive, min_size=len(chain.factors), max_size=len(chain.factors)))
    bond = bond_of(chain, point)
    trace, determinant = invariants(two_by_two(chain, bond))
    assume(determinant > 0 and trace**2 > 4 * determinant)
    flow = chain.infinitesimal()

    def slopes(values):
        at = {f: sympy.Rational(x.numerator, x.denominator) for f, x in zip(chain.factors, values, strict=True)}
        found = [w.xreplace(at) for w in flow.slopes.values()]
        return [x * Fraction(int(w.p), int(w.q)) for x, w in zip(values, found, strict=True)]

    direction = slopes(point)
    dual = bond_of(chain, [oracle.Dual(x, d) for x, d in zip(point, direction, strict=True)])
    image = dual
    for _ in range(scale - 1):
        image = oracle.times(oracle.times(dual, oracle.turned(counts)), image)
    image = factors_of(chain, image)
    u = [Fraction(0), Fraction(1)]
    for _ in range(scale - 1):
        u.append(trace * u[-1] - determinant * u[-2])
    whole = bond
    for _ in range(scale - 1):
        whole = oracle.times(oracle.times(bond, oracle.turned(counts)), whole)
    ratio = scale * whole[0][0] / u[scale]
    assert [x.b for x in image] == [ratio * s for s in slopes([x.a for x in image])]


@few
@given(st.integers(0, 10**6), st.sampled_from([(0, 1), (-1, 1), (-1, 0), (1, 3)]), st.sampled_from([(0, 1), (-1, 1)]))
def test_beta_functions_are_the_rates_of_couplings(seed, neurons, activations):
    random = Random(seed)
    counts = [[random.randint(0, 4), random.randint(1, 4)] for _ in range(2)]
    assume(oracle.rank(counts) == 2)
    chain = sg.Chain(counts, (Variable("h", neurons),), (Variable("s", activations),))
    point = [Fraction(random.randint(1, 9), random.randint(1, 9)) for _ in range(3)]
    trace, determinant = invariants(two_by_two(chain, bond_of(chain, point)))
    assume(defined(chain, point) and trace**2 != 4 * determinant)
    powers = [oracle.power_of_states((neurons, activations), monomial) for monomial in ((1, 1), (1, 0), (0, 1))]

    def couplings(bond):
        table = {(h, s): bond[i][j] for i, h in enumerate(neurons) for j, s in enumerate(activations)}
        return [sum(q.numerator * mpmath.log(mpmath.mpmathify(table[s])) / q.denominator for s, q in power.items())
                for power in powers]  # fmt: skip

    expected = numerical_rates(chain, point, couplings)
    at = {f: sympy.Rational(x.numerator, x.denominator) for f, x in zip(chain.factors, point, strict=True)}
    with mpmath.workdps(40):
        for beta, number in zip(chain.infinitesimal().beta_functions.values(), expected, strict=True):
            assert close(mpmath.mpmathify(sympy.N(beta.xreplace(at), 30)), number)


def test_rates_in_symbols():
    flow = PAPER.infinitesimal()
    x = sympy.Symbol("x")
    at = dict(zip(PAPER.factors, (x, 2, 3), strict=True))
    for found, rate in zip(flow((x, 2, 3)), flow.images.values(), strict=True):
        assert sympy.expand(found.subs(x, 5).n(30) - rate.subs(at).subs(x, 5).n(30)).n(10) == 0
    assert flow({"a": 2, "b": 1, "c": 1}) == flow((2, 1, 1))


# -- exponents ------------------------------------------------------------------------------------------------------


def of_recursion(chain, scale, **fixed):
    lin = chain.recursion(scale).linearize(**fixed)
    found = {}
    for value, count in lin.eigenvalues.items():
        found[lin.exponents[value]] = found.get(lin.exponents[value], 0) + count
    return found


@pytest.mark.parametrize("scale", [2, 3, 4, 5])
def test_exponents_of_the_example_are_those_of_every_scale(scale):
    flow = PAPER.infinitesimal()
    isolated = (3, Fraction(-2, 3), Fraction(-1, 3))
    assert flow.exponents(isolated) == {1: 3} == of_recursion(PAPER, scale, point=isolated)
    for point in ((1, 1, 1), (1, 2, 5), (1, Fraction(-1, 2), 3)):
        assert flow.exponents(point) == {-sympy.oo: 1, 0: 2} == of_recursion(PAPER, scale, point=point)


@settings(max_examples=12, deadline=None)
@given(invertible(), st.integers(2, 5), st.integers(0, 10**6))
def test_exponents_are_those_of_every_scale(counts, scale, seed):
    chain = sg.Chain(counts)
    flow = chain.infinitesimal()
    for stratum in oracle.strata(counts, 2):
        bond = oracle.draw_fixed(counts, stratum, Random(seed))
        if not all(x for row in bond for x in row):
            continue
        expected = {{0: -sympy.oo, 1: 0, 2: 1}[value]: count for value, count in stratum["spectrum"].items()}
        point = factors_of(chain, bond)
        assert flow.exponents(point) == expected == of_recursion(chain, scale, point=point)


def test_the_flow_leaves_the_isolated_point_at_unit_rate_in_every_direction():
    # y = 1 three times: df/dl = f − f* to first order, from the closed form itself
    t = sympy.Symbol("t", positive=True)
    star = (sympy.Integer(3), sympy.Rational(-2, 3), sympy.Rational(-1, 3))
    flow = PAPER.infinitesimal()
    for direction in ((1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 2, -1)):
        line = [x + t * d for x, d in zip(star, direction, strict=True)]
        with mpmath.workdps(60):
            small = sympy.Rational(1, 10**20)
            at = flow([x.subs(t, small) for x in map(sympy.sympify, line)])
            for rate, d in zip(at, direction, strict=True):
                assert abs(sympy.N(rate / small, 40) - d) < 10**-15
    assert flow(star) == (0, 0, 0)


def test_the_flow_runs_into_rank_one_faster_than_any_exponential():
    # ln |a − 1| is multiplied by p: the rate of a − 1, in units of a − 1, grows like its logarithm
    flow = PAPER.infinitesimal()
    rates = []
    for digits in (10, 20, 40):
        gap = sympy.Rational(1, 10**digits)
        rates.append(sympy.N(flow((1 + gap, 2, 5))[0] / gap, 30))
    assert rates[0] < -10
    assert abs((rates[2] - rates[1]) / (rates[1] - rates[0]) - 2) < 1e-8


# -- where there is none ---------------------------------------------------------------------------------------------


def test_chains_without_a_closed_form():
    with pytest.raises(sg.DomainError, match=r"rank 2 and shape 4 × 4"):
        sg.LayeredNetwork(width=2).chain().infinitesimal()
    with pytest.raises(sg.DomainError, match="rank 1"):
        sg.Chain([[1, 2], [2, 4]]).infinitesimal()
    with pytest.raises(sg.UnableError, match=r"3 neuron states and 3 activation states.* level"):
        sg.Chain([[1, 0, 0], [0, 1, 0], [0, 0, 1]]).infinitesimal()
    with pytest.raises(sg.UnableError, match="two on one side"):
        sg.Chain([[3]]).infinitesimal()


def test_points_without_a_flow():
    flow = PAPER.infinitesimal()
    with pytest.raises(sg.UndefinedPointError, match="singular"):
        flow((1, 2, 5))
    with pytest.raises(sg.UndefinedPointError, match="negative ratio"):
        flow((Fraction(1, 2), 1, 1))
    with pytest.raises(sg.UndefinedPointError):
        flow((0, 1, 1))
    with pytest.raises(sg.NotExactError):
        flow((1.5, 1, 1))
    with pytest.raises(sg.ModelError, match="no value for c"):
        flow({"a": 1, "b": 1})
    with pytest.raises(sg.DomainError, match="rational"):
        flow((sympy.sqrt(2), 1, 1))
    with pytest.raises(sg.DomainError, match="not a fixed point"):
        flow.exponents((2, 1, 1))
    with pytest.raises(sg.DomainError, match="not rational"):
        flow.exponents((1, sympy.sqrt(2), 1))
    with pytest.raises(sg.UndefinedPointError, match="both eigenvalues"):
        flow.exponents((1, 1, Fraction(-3, 5)))  # a puncture of the plane a = 1: V′ = 0
