"""The structure theorem against substitution, dual numbers and the general elimination."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import symrg as sg
from symrg.transform.strata import classify, strata
from tests.oracles import projective_map as oracle


@st.composite
def multiplicities(draw, most=3):
    rows, columns = draw(st.integers(1, most)), draw(st.integers(1, most))
    row = st.lists(st.integers(0, 4), min_size=columns, max_size=columns).filter(any)
    return draw(st.lists(row, min_size=rows, max_size=rows))


@settings(max_examples=60, deadline=None)
@given(multiplicities(), st.integers(2, 5))
def test_samples_are_fixed_and_their_derivative_has_the_spectrum_of_the_theorem(counts, scale):
    for stratum in strata(sg.Chain(counts), scale):
        if stratum.splits_into > 1:
            continue  # no rational points: see below
        for bond in stratum.sample(1):
            assert oracle.proportional(oracle.image(bond, counts, scale), bond)
            assert oracle.rank(bond) == stratum.rank
            jacobian = oracle.derivative(bond, counts, scale)
            assert sum(stratum.spectrum.values()) == len(jacobian)
            for value, count in stratum.spectrum.items():
                assert oracle.multiplicity_of(jacobian, value) == count
            assert stratum.contains(bond)


@settings(max_examples=30, deadline=None)
@given(multiplicities(most=2).filter(lambda g: len(g) == len(g[0]) == 2), st.integers(2, 5))
def test_the_general_elimination_finds_the_same_components(counts, scale):
    chain = sg.Chain(counts)
    found = chain.recursion(scale).fixed_points(projective=True)
    assert found.complete
    ours = Counter(
        (s.rank, s.dimension, tuple(s.spectrum.items()), s.at_infinity is True) for s in strata(chain, scale)
    )
    theirs = Counter((p.rank, p.dimension, tuple(p.spectrum.items()), p.at_infinity) for p in found.components)
    assert ours == theirs


@settings(max_examples=60, deadline=None)
@given(multiplicities(), st.integers(2, 4), st.randoms(use_true_random=False))
def test_random_bond_matrices_are_classified_as_substitution_says(counts, scale, draw):
    chain = sg.Chain(counts)
    bond = [[Fraction(draw.randint(-3, 3), draw.randint(1, 2)) for _ in counts[0]] for _ in counts]
    factor = oracle.proportional(oracle.image(bond, counts, scale), bond) if any(map(any, bond)) else None
    vector = classify(chain, bond, scale)
    assert (vector is not None) == (factor is not None and factor != 0)
    if vector is not None:
        assert sum(s.contains(bond) for s in strata(chain, scale)) == 1


def test_physical_strata_have_positive_points_and_only_rank_one_is_physical():
    for stratum in strata(sg.LayeredNetwork(width=2).chain(), 3):
        assert stratum.physical == (stratum.rank == 1)


def test_isolated_points_at_infinity_are_the_inverse_with_zeros():
    # no biases: Gᵀ has an inverse with a zero entry
    chain = sg.LayeredNetwork(biases=None).chain()
    (point,) = (s for s in strata(chain, 2) if s.dimension == 0)
    assert point.at_infinity
    (bond,) = point.sample()
    turned = [list(column) for column in zip(*chain.multiplicity, strict=True)]
    unit = oracle.product(turned, bond)
    assert unit[0][1] == unit[1][0] == 0
    assert unit[0][0] == unit[1][1] != 0


def test_conjugate_strata_are_grouped():
    # fifth roots of unity: {1, ζ} and {1, ζ²} are conjugate over Q
    grouped = [s for s in strata(sg.Chain([[2, 2], [1, 3]]), 6) if s.rank == 2 and s.dimension == 2]
    assert [s.splits_into for s in grouped] == [2]


def test_a_wrong_shape_is_refused():
    with pytest.raises(sg.ModelError, match="shape 2 × 2"):
        strata(sg.Chain([[2, 2], [1, 3]]), 2)[0].contains([[1, 2, 3]])
