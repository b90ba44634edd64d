"""Certificates: true ones pass, forged ones do not, and records are re-checked from plain JSON."""

import cmath
import json
from dataclasses import replace
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import symrg as sg
from symrg.transform.certificates import Certificate, check_record
from symrg.transform.records import fixed_points_record
from symrg.transform.strata import strata
from tests.oracles import projective_map, residues


@st.composite
def chains(draw, most=4):
    rows, columns = draw(st.integers(1, most)), draw(st.integers(1, most))
    row = st.lists(st.integers(0, 4), min_size=columns, max_size=columns).filter(any)
    return sg.Chain(draw(st.lists(row, min_size=rows, max_size=rows)))


def changed(matrix, draw):
    rows = [list(row) for row in matrix]
    i, j = draw.randrange(len(rows)), draw.randrange(len(rows[0]))
    rows[i][j] += draw.choice((-3, -1, 1, 2))
    return tuple(map(tuple, rows))


def product(*matrices):
    result = matrices[0]
    for matrix in matrices[1:]:
        result = projective_map.product(result, matrix)
    return result


def is_proof(proof):
    """What a certificate asserts, by plain products."""
    turned = [list(column) for column in zip(*proof.multiplicity, strict=True)]
    size = len(proof.right)
    unit = product(proof.right, turned, proof.left)
    if unit != [[proof.unit * (i == j) for j in range(size)] for i in range(size)]:
        return False
    power = product(*[proof.middle] * (proof.scale - 1))
    return [list(row) for row in power] == [[proof.power * (i == j) for j in range(size)] for i in range(size)]


@settings(max_examples=40, deadline=None)
@given(chains(), st.integers(2, 6), st.randoms(use_true_random=False))
def test_forged_certificates_are_refused(chain, scale, draw):
    for stratum in strata(chain, scale):
        proof = stratum.certificate
        assert proof.check()
        assert not replace(proof, unit=proof.unit + 1).check()
        assert not replace(proof, unit=0).check()
        assert not replace(proof, power=0).check()
        assert not replace(proof, left=proof.left[1:]).check()
        other = draw.choice(strata(chain, scale))
        assert replace(proof, vector=other.multiplicities).check() == (other.multiplicities == stratum.multiplicities)
        if proof.middle is None:
            continue
        assert is_proof(proof)
        for forged in (
            replace(proof, left=changed(proof.left, draw)),
            replace(proof, right=changed(proof.right, draw)),
            replace(proof, middle=changed(proof.middle, draw)),
        ):
            # a change can lead to another point of the stratum, but never to a proof of what is not so
            if forged.check():
                assert is_proof(forged)
                assert stratum.contains(product(forged.left, forged.middle, forged.right))


@settings(max_examples=25, deadline=None)
@given(chains(), st.integers(2, 5))
def test_the_largest_rank_is_bounded_by_its_certificate_alone(chain, scale):
    found = strata(chain, scale)
    for stratum in found:
        if len(set(stratum.multiplicities) - {0}) == 1 and max(stratum.multiplicities) == stratum.rank:
            assert stratum.certificate.bounds_rank() == (stratum.rank == found[-1].rank)


def forgeries(record):
    """Records that say something else."""
    last = record["components"][-1]
    for key, value in (
        ("rank", 7),
        ("dimension", 99),
        ("physical", None),
        ("spectrum", {"1": 3}),
        ("exponents", {**last["exponents"], next(iter(last["exponents"])): "1/2"}),
        ("splits_into", last["splits_into"] + 1),
        ("at_infinity", not last["at_infinity"]),
        ("zero_entries", [*last["zero_entries"], [0, 0]] if [0, 0] not in last["zero_entries"] else []),
    ):
        forged = json.loads(json.dumps(record))
        forged["components"][-1][key] = value
        yield forged
    for scale in (record["scale"] - 1, record["scale"] + 1):
        yield {**record, "scale": scale}
    for parts in (record["components"][1:], record["components"][:-1], record["components"] * 2):
        yield {**record, "components": parts}


@pytest.mark.parametrize(("width", "scale"), [(1, 2), (1, 3), (1, 4), (2, 2), (2, 3), (3, 5)])
def test_records_are_checked_from_plain_data(width, scale):
    recursion = sg.LayeredNetwork(width=width).chain().recursion(scale)
    record = json.loads(json.dumps(fixed_points_record(recursion.fixed_points(projective=True))))
    assert check_record(record) is True
    for forged in forgeries(record):
        assert check_record(forged) is False
    finite = fixed_points_record(recursion.fixed_points())
    assert check_record(finite) is None


def test_an_isolated_point_of_a_record_is_that_of_its_certificate():
    counts = [[2, 1, 0], [0, 1, 3], [1, 0, 1]]
    record = json.loads(json.dumps(fixed_points_record(sg.Chain(counts).recursion().fixed_points(projective=True))))
    point = record["components"][-1]["point"]
    assert record["components"][-1]["dimension"] == 0
    assert check_record(record) is True
    for name, value in point.items():
        for other in (str(Fraction(value) + 1), "0", "x"):
            forged = json.loads(json.dumps(record))
            forged["components"][-1]["point"][name] = other
            assert check_record(forged) is (other == value)


def test_records_without_certificates_are_not_confirmed():
    import sympy

    x = sympy.Symbol("x")
    fixed = sg.Recursion.from_images({x: x**2 - 2}, scale=2).fixed_points()
    assert check_record(fixed_points_record(fixed)) is None


def test_certificates_survive_json():
    chain = sg.Chain([[2, 2, 1], [1, 3, 0], [0, 1, 5]])
    for stratum in strata(chain, 6):
        proof = stratum.certificate
        plain = json.loads(json.dumps(proof.to_record()))
        assert Certificate.from_record(plain, chain.multiplicity, stratum.multiplicities) == proof
    for broken in ({}, {**plain, "left": None}, {**plain, "unit": "x"}):
        with pytest.raises(sg.ModelError, match="certificate"):
            Certificate.from_record(broken, chain.multiplicity, stratum.multiplicities)


@settings(max_examples=30, deadline=None)
@given(chains(), st.integers(2, 6), st.integers(-3, 4).filter(bool), st.randoms(use_true_random=False))
def test_parametrised_points_are_on_their_stratum_and_no_direction_is_missing(chain, scale, twist, draw):
    rows, columns = chain.shape
    for stratum in strata(chain, scale):
        left = [[Fraction(draw.randint(-5, 5), draw.randint(1, 3)) for _ in range(stratum.rank)] for _ in range(rows)]
        right = [[draw.randint(-5, 5) for _ in range(columns)] for _ in range(stratum.rank)]
        if stratum.splits_into > 1:
            with pytest.raises(sg.DomainError, match="no rational points"):
                stratum.parametrise(left, right)
            continue
        try:
            bond = stratum.parametrise(left, right, twist=twist)
        except sg.DomainError:
            turned = [list(column) for column in zip(*chain.multiplicity, strict=True)]
            assert projective_map.rank(product(right, turned, left)) < stratum.rank
            continue
        assert stratum.contains(bond)
        # as many parameters as the dimension: the stratum's tangent space is the eigenspace of 1
        if rows * columns > 1:
            jacobian = residues.derivative(residues.reduced(bond), chain.multiplicity, scale)
            assert residues.nullity(jacobian, 1) == stratum.dimension


def test_parameters_of_wrong_shape_are_refused():
    stratum = strata(sg.Chain([[2, 2], [1, 3]]), 3)[1]
    unit = [[1, 0], [0, 1]]
    with pytest.raises(sg.ModelError, match="shape 2 × 2"):
        stratum.parametrise([[1, 0]], unit)
    with pytest.raises(sg.ModelError, match="twist"):
        stratum.parametrise(unit, unit, twist=0)
    with pytest.raises(sg.NotExactError):
        stratum.parametrise([[1.0, 0], [0, 1]], unit)
    with pytest.raises(sg.DomainError, match="singular"):
        stratum.parametrise([[1, 1], [1, 1]], unit)


@pytest.mark.parametrize("scale", [4, 5, 6, 7])
def test_points_of_strata_that_split_are_those_of_the_certificate(scale):
    draw = Random()
    counts = [[draw.randint(0, 4) + (i == j or j == 0) for j in range(2 + (scale < 6))] for i in range(3)]
    split = [s for s in strata(sg.Chain(counts), scale) if s.splits_into > 1]
    for stratum in split[:2]:
        (bond,) = stratum.sample()
        assert any(not isinstance(x, Fraction) for row in bond for x in row)
        proof, zeta = stratum.certificate, cmath.exp(2j * cmath.pi / (scale - 1))
        for row, left in zip(bond, proof.left, strict=True):
            for x, right in zip(row, zip(*proof.right, strict=True), strict=True):
                terms = [u * w * zeta**e for u, w, e in zip(left, right, proof.exponents, strict=True)]
                value = complex(x) if isinstance(x, Fraction) else complex(x.ball)
                assert abs(value - sum(terms)) <= 1e-9 * sum(map(abs, terms))
        assert "components over C" in stratum.splitting
