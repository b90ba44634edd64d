"""Infinite and complex couplings against the definition: coefficients of log V and logarithms of factors."""

import cmath
from fractions import Fraction
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

import symrg as sg
from symrg.transform.reality import complex_couplings, infinite_couplings
from symrg.transform.strata import strata
from tests.oracles import chains as oracle

values = st.integers(-3, 3).map(Fraction)


@st.composite
def drawn(draw):
    """A chain of one or two neurons and one activation, with an integer bond matrix."""
    alphabets = [
        draw(st.lists(values, min_size=2, max_size=3 if k else 2, unique=True)) for k in range(draw(st.integers(2, 3)))
    ]
    rows = tuple(sg.Variable(f"h_{i}", a, kind="neuron", index=(i,)) for i, a in enumerate(alphabets[1:], 1))
    column = sg.Variable("sigma", alphabets[0], kind="activation")
    states = list(product(*alphabets[1:]))
    chain = sg.Chain([[1] * len(alphabets[0]) for _ in states], rows=rows, columns=(column,))
    entry = st.integers(-4, 4)
    bond = [[draw(entry) for _ in alphabets[0]] for _ in states]
    return chain, [*alphabets[1:], alphabets[0]], bond


@settings(max_examples=15, deadline=None)
@given(drawn())
def test_couplings_are_infinite_if_the_logarithm_of_a_zero_is_in_them(example):
    chain, alphabets, bond = example
    zeros = [(i, j) for i, row in enumerate(bond) for j, x in enumerate(row) if x == 0]
    entries = [x for row in bond for x in row]
    expected = []
    for coupling, place in zip(chain.couplings, chain.coordinates.places, strict=True):
        powers = oracle.power_of_states(alphabets, place)
        if any(q and not x for q, x in zip(powers.values(), entries, strict=True)):
            expected.append(coupling)
    assert infinite_couplings(chain, zeros) == tuple(expected)


@settings(max_examples=60, deadline=None)
@given(drawn())
def test_couplings_are_complex_if_the_principal_logarithms_of_the_factors_are(example):
    chain, _, bond = example
    bond = [[x or 1 for x in row] for row in bond]
    table = dict(zip(oracle.positions(chain.coordinates.sizes), [x for row in bond for x in row], strict=True))
    factors = oracle.factor_values(table)
    logs = [cmath.log(factors[place]) for place in chain.coordinates.places]
    expected = []
    for coupling, row in zip(chain.couplings, chain.coordinates.coupling_matrix, strict=True):
        value = sum(float(m) * x for m, x in zip(row, logs, strict=True))
        if abs(value.imag) > 1e-9:
            expected.append(coupling)
    assert complex_couplings(chain, [x for row in bond for x in row]) == tuple(expected)


def test_strata_name_the_couplings_that_do_not_exist():
    (point,) = (s for s in strata(sg.LayeredNetwork(biases=None).chain(), 2) if s.dimension == 0)
    assert point.zero_entries == ((1, 1),)
    assert [str(k) for k in point.infinite_couplings] == ["A"]
    (other,) = (s for s in strata(sg.LayeredNetwork().chain(), 2) if s.dimension == 0)
    # a = 3, b = −2/3, c = −1/3
    assert other.infinite_couplings == ()
    assert [str(k) for k in other.complex_couplings] == ["B", "C"]
