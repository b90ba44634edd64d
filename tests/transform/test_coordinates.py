from fractions import Fraction
from math import prod

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

import symrg as sg
from symrg.model.variables import Variable
from symrg.transform.coordinates import Coordinates
from tests.oracles import chains as oracle

few = settings(max_examples=25, deadline=None)
letters = st.lists(st.fractions(min_value=-3, max_value=3, max_denominator=2), min_size=1, max_size=3, unique=True)


@st.composite
def charts(draw, largest=18):
    """A chart of one or two variables in each group, and the alphabets."""
    rows = draw(st.lists(letters, min_size=1, max_size=2))
    columns = draw(st.lists(letters, min_size=1, max_size=2 if len(rows) == 1 else 1))
    while prod(len(a) for a in rows + columns) > largest:
        rows[0] = rows[0][:-1]
    groups = [
        tuple(Variable(f"{name}_{k}", alphabet, index=(k, 1)) for k, alphabet in enumerate(group, 1))
        for name, group in (("h", rows), ("s", columns))
    ]
    return Coordinates(*groups), [*rows, *columns]


def bond_table(chart, alphabets, values):
    """A list of values in product order as a table over positions, and as the matrix V."""
    sizes = [len(a) for a in alphabets]
    table = dict(zip(oracle.positions(sizes), values, strict=True))
    width = prod(sizes[len(chart.rows) :])
    entries = list(table.values())
    return table, [entries[i : i + width] for i in range(0, len(entries), width)]


def draw_values(data, alphabets):
    size = prod(len(a) for a in alphabets)
    numbers = st.fractions(min_value=-3, max_value=3, max_denominator=3).filter(bool)
    return data.draw(st.lists(numbers, min_size=size, max_size=size))


@few
@given(charts(), st.data())
def test_factors_are_ratios_of_entries_by_inclusion_and_exclusion(drawn, data):
    chart, alphabets = drawn
    table, bond = bond_table(chart, alphabets, draw_values(data, alphabets))
    expected = oracle.factor_values(table)
    found = chart.factors_of(bond)
    assert len(chart.places) == len(expected)
    for place, (above, below) in zip(chart.places, found, strict=True):
        assert prod(above, start=Fraction(1)) / prod(below, start=Fraction(1)) == expected[place]


@few
@given(charts(), st.data())
def test_the_bond_matrix_has_these_factors(drawn, data):
    chart, alphabets = drawn
    sizes = [len(a) for a in alphabets]
    values = draw_values(data, alphabets)[: len(chart.places)]
    factors = dict(zip(chart.places, values, strict=True))
    expected = oracle.from_factors(factors, sizes)
    found = [chart.ring.fraction(entry)(values) if values else 1 for row in chart.bond for entry in row]
    assert found == list(expected.values())


@few
@given(charts())
def test_the_matrices_between_couplings_and_factors_are_inverse(drawn):
    chart, _ = drawn
    if chart.places:
        size = len(chart.places)
        unit = [[int(i == j) for j in range(size)] for i in range(size)]
        assert oracle.times(chart.coupling_matrix, chart.factor_matrix) == unit
        assert oracle.times(chart.factor_matrix, chart.coupling_matrix) == unit


@few
@given(charts())
def test_couplings_are_the_coefficients_of_the_logarithm(drawn):
    # the coefficient of a monomial in log V is Σ_s q_s log V(s); through factors the powers q_s must be the same
    chart, alphabets = drawn
    for row, monomial in zip(chart.coupling_matrix, chart.places, strict=True):
        expected = oracle.power_of_states(alphabets, monomial)
        powers = dict.fromkeys(oracle.positions([len(a) for a in alphabets]), Fraction(0))
        for weight, place in zip(row, chart.places, strict=True):
            for sub in oracle.below(place):
                sign = (-1) ** (sum(map(bool, place)) - sum(map(bool, sub)))
                powers[sub] += sign * weight
        assert list(powers.values()) == list(expected.values())


@few
@given(charts(largest=12), st.data())
def test_exponentials_of_couplings_are_factors(drawn, data):
    # couplings that are whole multiples of ln 2 and ln 3, by log V computed as integer exponents of 2 and 3
    chart, alphabets = drawn
    size = prod(len(a) for a in alphabets)
    exponents = data.draw(st.lists(st.integers(-3, 3), min_size=size, max_size=size))
    table = dict(zip(oracle.positions([len(a) for a in alphabets]), exponents, strict=True))
    states = list(table)
    couplings = []
    for monomial in chart.places:
        powers = oracle.power_of_states(alphabets, monomial)
        couplings.append(sum(q * table[s] for q, s in zip(powers.values(), states, strict=True)))
    symbol = sympy.Symbol("ln2")
    written = chart.exponentials([sympy.Rational(c.numerator, c.denominator) * symbol for c in couplings])
    for place, value in zip(chart.places, written, strict=True):
        expected = sum((-1) ** (sum(map(bool, place)) - sum(map(bool, t))) * table[t] for t in oracle.below(place))
        assert value == sympy.exp(expected * symbol)


@few
@given(charts(), st.data())
def test_logarithms_of_factors_are_couplings(drawn, data):
    chart, _ = drawn
    symbols = sympy.symbols(f"f0:{len(chart.places)}", positive=True)
    for row, coupling in zip(chart.coupling_matrix, chart.logarithms(symbols), strict=True):
        for weight, symbol in zip(row, symbols, strict=True):
            assert coupling.coeff(sympy.log(symbol)) == sympy.Rational(weight.numerator, weight.denominator)


def test_names():
    binary = Coordinates((Variable("h", (0, 1)),), (Variable("sigma", (-1, 1)),))
    assert [str(c) for c in binary.couplings] == ["A", "B", "C"]
    assert [str(f) for f in binary.factors] == ["a", "b", "c"]
    one = Coordinates((Variable("h", (0, 1)),), (Variable("sigma", (1,)),))
    assert [str(c) for c in one.couplings] == ["B"]
    assert [str(m) for m in one.monomials] == ["h"]
    ternary = Coordinates((Variable("h", (-1, 0, 1)),), (Variable("sigma", (0, 1)),))
    assert [str(c) for c in ternary.couplings] == ["K_hhs", "K_hh", "K_hs", "K_h", "K_s"]
    assert [str(m) for m in ternary.monomials] == ["h**2*sigma", "h**2", "h*sigma", "h", "sigma"]
    assert [str(f) for f in ternary.factors] == ["k_h(1)s", "k_h(1)", "k_h(0)s", "k_h(0)", "k_s"]


@pytest.mark.parametrize("network", [{"width": 2}, {"samples": 2}, {"width": 2, "neurons": (-1, 0, 1)}], ids=str)
def test_names_of_wide_layers_are_distinct_and_tell_neurons_and_samples(network):
    chain = sg.LayeredNetwork(**network).chain()
    for names in (chain.couplings, chain.factors):
        assert len({str(n) for n in names}) == len(names) == chain.shape[0] * chain.shape[1] - 1
