"""The Ising chain against sums over all states of all spins, and its refusals."""

from fractions import Fraction
from itertools import combinations, pairwise

import mpmath
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

import symrg as sg
from tests.oracles import ising
from tests.oracles.evaluator import evaluate

T = sympy.Symbol("t")
TEMPERATURES = st.fractions(min_value=-1, max_value=1, max_denominator=9).filter(lambda t: 0 < abs(t) < 1)


def exact(value):
    return sympy.Rational(value.numerator, value.denominator)


def number(value):
    assert value.is_Rational, value
    return Fraction(int(value.p), int(value.q))


def numbers(law):
    return {state: number(value) for state, value in law.probabilities.items()}


# -- laws ------------------------------------------------------------------------------------------------------


@settings(max_examples=25, deadline=None)
@given(st.data(), TEMPERATURES, st.integers(2, 9), st.booleans())
def test_laws_of_any_spins_are_those_of_brute_force(data, t, sites, periodic):
    places = data.draw(st.lists(st.integers(0, sites - 1), min_size=1, max_size=4, unique=True))
    everything = ising.law(sites, t, periodic=periodic)
    wanted = ising.outputs(everything, [(place,) for place in places])
    chain = sg.IsingChain(sympy.atanh(exact(t)), sites=sites, periodic=periodic)
    assert numbers(chain.law(*places)) == wanted
    symbolic = sg.IsingChain(sympy.atanh(T), sites=sites, periodic=periodic).law(*places).probabilities
    assert {state: number(sympy.sympify(p).subs(T, exact(t))) for state, p in symbolic.items()} == wanted
    if not periodic:  # without a field the length of an open chain does not matter
        assert numbers(sg.IsingChain(sympy.atanh(exact(t))).law(*places)) == wanted


@settings(max_examples=15, deadline=None)
@given(st.data(), st.integers(2, 7), st.booleans())
def test_laws_in_a_field_are_those_of_brute_force(data, sites, periodic):
    up, half = (data.draw(st.fractions(min_value=Fraction(1, 4), max_value=4, max_denominator=5)) for _ in range(2))
    places = data.draw(st.lists(st.integers(0, sites - 1), min_size=1, max_size=3, unique=True))
    chain = sg.IsingChain(sympy.log(exact(up)), sympy.log(exact(half**2)), sites, periodic)
    t = (up**2 - 1) / (up**2 + 1)
    table = ising.law(sites, t, half=half, periodic=periodic)
    assert numbers(chain.law(*places)) == ising.outputs(table, [(place,) for place in places])


@settings(max_examples=15, deadline=None)
@given(st.data(), TEMPERATURES, st.integers(5, 9), st.booleans())
def test_majorities_and_their_divergence_are_those_of_brute_force(data, t, sites, periodic):
    odd = st.sampled_from([1, 3, 5])
    rows = [
        tuple(data.draw(st.permutations(range(sites)))[: data.draw(odd)]) for _ in range(data.draw(st.integers(1, 3)))
    ]
    table = ising.outputs(ising.law(sites, t, periodic=periodic), rows)
    law = sg.IsingChain(sympy.atanh(exact(t)), sites=sites, periodic=periodic).readouts(rows)
    assert numbers(law) == table
    with mpmath.workdps(30):
        wanted = ising.divergence(table, lambda q: mpmath.log(mpmath.mpf(q.numerator) / q.denominator))
        found = evaluate(law.divergence(), {}, {})
        assert abs(found - (wanted.real if hasattr(wanted, "real") else wanted)) < mpmath.mpf(10) ** -25


@pytest.mark.parametrize("periodic", [False, True])
def test_twelve_sites(periodic):
    t = Fraction(2, 5)
    rows = [(0, 1, 2), (3, 4, 5), (6, 7, 8), (11,)]
    table = ising.outputs(ising.law(12, t, periodic=periodic), rows)
    law = sg.IsingChain(sympy.atanh(exact(t)), sites=12, periodic=periodic).readouts(rows)
    assert numbers(law) == table
    for i, j in combinations(range(4), 2):
        assert number(law.moment(i, j)) == ising.mean(table, i, j)
        assert numbers(law.marginal(j, i)) == ising.outputs(table, [(j,), (i,)])


@settings(max_examples=20, deadline=None)
@given(TEMPERATURES, st.integers(2, 10), st.data())
def test_two_outputs_are_two_spins_of_the_coupling(t, sites, data):
    i, j = data.draw(st.lists(st.integers(0, sites - 1), min_size=2, max_size=2, unique=True))
    r = abs(i - j)
    for periodic, wanted in ((False, t**r), (True, (t**r + t ** (sites - r)) / (1 + t**sites))):
        law = sg.IsingChain(sympy.atanh(exact(t)), sites=sites, periodic=periodic).law(i, j)
        assert law.coupling() == sympy.atanh(exact(wanted))
        assert number(law.moment(0, 1)) == wanted == ising.mean(ising.law(2, wanted), 0, 1)


def test_impossible_states_do_not_spoil_the_divergence():
    twice = sg.IsingChain(sympy.atanh(T)).readouts([3, 3])
    assert twice.probability((1, -1)) == 0
    assert twice.divergence() == sympy.log(2)


# -- recursion ---------------------------------------------------------------------------------------------------


@settings(max_examples=20, deadline=None)
@given(st.integers(2, 5), st.fractions(0, 3, max_denominator=7), st.fractions(Fraction(1, 7), 3, max_denominator=7))
def test_the_recursion_is_the_power_of_the_bond_matrix(scale, x, y):
    R = sg.IsingChain(sympy.Symbol("K")).recursion(scale)
    assert R.scale == scale
    assert R((x, y)) == ising.power(x, y, scale)


@pytest.mark.parametrize("scale", [2, 3, 4, 7])
def test_the_recursion_without_a_field_is_a_power_of_t(scale):
    R = sg.IsingChain(sympy.Symbol("K")).recursion(scale, coordinates="t")
    assert R.images == {T: T**scale}
    factors = sg.IsingChain(sympy.Symbol("K")).recursion(scale, coordinates="factors")
    assert factors == sg.Chain([[1, 0], [0, 1]]).recursion(scale)


@settings(max_examples=12, deadline=None)
@given(
    st.integers(2, 4),
    st.integers(2, 3),
    st.booleans(),
    st.fractions(Fraction(1, 3), 3, max_denominator=3).filter(lambda up: up != 1),
    st.sampled_from([1, Fraction(3, 2)]),
)
def test_every_spin_of_a_block_has_the_law_of_the_decimated_chain(scale, kept, periodic, up, half):
    sites = kept * scale if periodic else (kept - 1) * scale + 1
    chain = sg.IsingChain(sympy.log(exact(up)), sympy.log(exact(Fraction(half) ** 2)), sites, periodic)
    t = (up**2 - 1) / (up**2 + 1)
    places = [(place,) for place in range(0, sites, scale)]
    wanted = ising.outputs(ising.law(sites, t, half=half, periodic=periodic), places)
    assert numbers(chain.every(scale)) == wanted
    after = chain.decimated(scale)
    assert (after.sites, after.periodic) == (kept, periodic)
    with mpmath.workdps(30):
        for state, probability in after.law(*range(kept)).probabilities.items():
            value = wanted[state]
            found = evaluate(probability, {}, {})
            assert abs(found - mpmath.mpf(value.numerator) / value.denominator) < mpmath.mpf(10) ** -25


@pytest.mark.parametrize("field", [0, sympy.log(3)])
@pytest.mark.parametrize("scale", [2, 3])
def test_the_constant_is_what_the_sum_leaves(scale, field):
    chain = sg.IsingChain(sympy.log(2), field)
    spins = [sg.Variable(f"s_{i}", (-1, 1)) for i in range(scale + 1)]
    bonds = pairwise(spins)
    exponent = sympy.Add(*(chain.coupling * a * b + chain.field * (a + b) / 2 for a, b in bonds))
    done = sg.decimate(exponent, over=spins[1:-1]).couplings
    after = chain.decimated(scale)
    with mpmath.workdps(30):
        for found, wanted in (
            (chain.constant(scale), done[sympy.S.One]),
            (after.coupling, done[spins[0] * spins[-1]]),
            (after.field / 2, done.get(spins[0], sympy.S.Zero)),
        ):
            assert abs(evaluate(found, {}, {}) - evaluate(wanted, {}, {})) < mpmath.mpf(10) ** -25


# -- refusals ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "error", "said"),
    [
        ((0.5,), sg.NotExactError, "coupling"),
        ((sympy.oo,), sg.ModelError, "finite"),
        ((sympy.nan,), sg.ModelError, "finite"),
        (("K",), sg.ModelError, "text"),
        ((1, 0.1), sg.NotExactError, "field"),
        ((1, 0, 1), sg.ModelError, "at least 2"),
        ((1, 0, True), sg.ModelError, "at least 2"),
        ((1, 0, None, True), sg.ModelError, "ring"),
    ],
)
def test_what_is_no_chain_is_refused(arguments, error, said):
    with pytest.raises(error, match=said):
        sg.IsingChain(*arguments)


@pytest.mark.parametrize(
    ("ask", "error", "said"),
    [
        (lambda c: sg.IsingChain(sympy.atanh(2)).law(0, 1), sg.DomainError, "no probability law"),
        (lambda c: sg.IsingChain(1 + sympy.I, sites=3).law(0), sg.DomainError, "no probability law"),
        (lambda c: sg.IsingChain(1, sympy.I * sympy.pi / 2, sites=3).law(0), sg.DomainError, "no probability law"),
        (lambda c: sg.IsingChain(1, 1).law(0), sg.DomainError, "without ends"),
        (lambda c: sg.IsingChain(1, 1, sites=999).law(0), sg.BudgetExceeded, "bonds in a field"),
        (lambda c: c.law(0, 8), sg.DomainError, "not on the chain"),
        (lambda c: c.law(0, 0), sg.ModelError, "different"),
        (lambda c: c.law(0, "1"), sg.ModelError, "different"),
        (lambda c: c.law(), sg.ModelError, "no output"),
        (lambda c: c.law(-1), sg.ModelError, "whole numbers"),
        (lambda c: c.readouts([(0, 1)]), sg.ModelError, "tie"),
        (lambda c: c.readouts([(0, 1, 1)]), sg.ModelError, "twice"),
        (lambda c: c.readouts([()]), sg.ModelError, "tie"),
        (lambda c: sg.IsingChain(1).law(*range(15)), sg.BudgetExceeded, "2\\^15 states"),
        (lambda c: c.decimated(4), sg.ModelError, "multiple of 4"),
        (lambda c: sg.IsingChain(1, sites=3, periodic=True).decimated(3), sg.ModelError, "no chain"),
        (lambda c: c.decimated(1), sg.ModelError, "scale"),
        (lambda c: sg.IsingChain(1).every(2), sg.ModelError, "sites"),
        (lambda c: c.recursion(2, coordinates="z"), sg.ModelError, "coordinates"),
        (lambda c: sg.IsingChain(1, 1).recursion(2, coordinates="t"), sg.ModelError, "field"),
        (lambda c: c.law(0, 1, 2).coupling(), sg.DomainError, "two variables"),
        (lambda c: sg.IsingChain(1, 1, sites=2).law(0, 1).coupling(), sg.DomainError, "mean"),
        (lambda c: c.law(0, 1).moment(2), sg.ModelError, "no variable"),
        (lambda c: c.law(0, 1).probability((1, 0)), sg.ModelError, "no state"),
    ],
)
def test_questions_without_an_answer_are_refused(ask, error, said):
    with pytest.raises(error, match=said):
        ask(sg.IsingChain(sympy.atanh(T), sites=8))
