"""All fixed points of networks that nobody chose: what the command says is checked by code that shares nothing with it.

Networks are drawn anew in every run. Counts are by brute force; points are substituted exactly; rank, dimension and
spectrum are found by elimination modulo a large prime; and points drawn by another construction must be on exactly one
component.
"""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import product
from random import Random

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

import symrg as sg
from symrg.transform.certificates import check_record
from symrg.transform.strata import strata
from tests.oracles import chains, networks, projective_map, residues

ACTIVATIONS = {
    "heaviside": networks.step,
    "sign": networks.plus_minus,
    "relu": networks.rectifier,
    "clipped-relu": networks.clipped_rectifier,
}
MOST_SETTINGS = 6_000  # of weights and biases, times neuron states
MOST_ENTRIES = 150  # of the bond matrix
MOST_DERIVATIVES = 70  # rows of a Jacobian

values = st.one_of(st.integers(-3, 3).map(Fraction), st.fractions(-2, 2, max_denominator=3))


def alphabets(most):
    return st.lists(values, min_size=1, max_size=most, unique=True)


@st.composite
def drawn_networks(draw):
    """Options of a network, and its counts by brute force: small enough for that."""
    width = draw(st.integers(1, 3))
    samples = draw(st.integers(1, 2 if width < 3 else 1))
    weights = draw(alphabets(3 if width < 3 else 2))
    biases = draw(st.none() | alphabets(3 if width < 3 else 2))
    neurons = draw(alphabets(3 if width * samples < 3 else 2).filter(lambda a: len(a) > 1))
    activation = draw(st.sampled_from(sorted(ACTIVATIONS)))
    settings_ = len(weights) ** (width * width) * len(biases or [0]) ** width * len(neurons) ** (width * samples)
    if settings_ > MOST_SETTINGS:
        width, samples = 1, draw(st.integers(1, 2))
    found = networks.count_settings(width, samples, weights, biases, neurons, ACTIVATIONS[activation])
    outputs = sorted({x for counter in found.values() for state in counter for x in state})
    states = list(product(outputs, repeat=width * samples))
    counts = [[counter[state] for state in states] for counter in found.values()]
    options = {"width": width, "samples": samples, "weights": weights, "biases": biases, "neurons": neurons}
    return {**options, "activation": activation, "scale": draw(st.integers(2, 5))}, counts


def arguments(options):
    """The options of the command."""
    for name, value in options.items():
        if value is None:
            value = "none"
        elif isinstance(value, list):
            value = ",".join(map(str, value))
        yield f"--{name}={value}"


def ask(options, capsys):
    from symrg.cli import run

    capsys.readouterr()
    with pytest.raises(SystemExit) as stop:
        run(["fixed-points", *arguments(options), "--json", "-"])
    out, err = capsys.readouterr()
    return stop.value.code or 0, out, err


def exact_rows(matrix):
    return [[Fraction(x) for x in row] for row in matrix]


def check_point(part, counts, scale):
    """The point of a certificate: fixed, of that rank, with that dimension and spectrum; returned modulo the prime."""
    proof, order = part["certificate"], scale - 1
    left, right = exact_rows(proof["left"]), exact_rows(proof["right"])
    if proof["middle"] is None:
        zeta = residues.root_of_unity(order)
        middle = [
            [pow(zeta, e, residues.PRIME) * (i == j) for j in range(part["rank"])]
            for i, e in enumerate(proof["exponents"])
        ]
        roots = proof["exponents"]
    else:
        middle = exact_rows(proof["middle"])
        exact = projective_map.product(projective_map.product(left, middle), right)
        assert projective_map.proportional(projective_map.image(exact, counts, scale), exact)
        roots = [k for k, count in enumerate(part["multiplicities"]) for _ in range(count)]
        if part["physical"]:
            assert all(x > 0 for row in exact for x in row)
        elif part["rank"] == 1 or all(x > 0 for row in exact for x in row):
            raise AssertionError("a positive point on a component without real couplings")
        middle = residues.reduced(middle)
    bond = residues.product(residues.product(residues.reduced(left), middle), residues.reduced(right))
    assert residues.factor(bond, counts, scale) is not None
    assert residues.rank(bond) == part["rank"]
    spectrum = {int(value): count for value, count in part["spectrum"].items()}
    assert sum(spectrum.values()) == len(counts) * len(counts[0]) - 1
    assert spectrum.get(1, 0) == part["dimension"]
    if len(counts) * len(counts[0]) <= MOST_DERIVATIVES:
        jacobian = residues.derivative(bond, counts, scale)
        assert all(residues.nullity(jacobian, value) == count for value, count in spectrum.items())
    return residues.name_of(roots, order)


def check_complete(record, counts, scale, draw):
    """One component for each class of multiplicities, with the zeros that all its points have in common."""
    order = scale - 1
    expected = {}
    for size in range(1, chains.rank(counts) + 1):
        expected.update(residues.classes(size, order))
    found = {check_point(part, counts, scale): part for part in record["components"]}
    assert len(found) == len(record["components"])
    assert {name: part["splits_into"] for name, part in found.items()} == expected
    for name, part in found.items():
        points = [residues.draw_point(draw, counts, name, order) for _ in range(2)]
        assert residues.factor(points[0], counts, scale)
        zeros = [[i, j] for i in range(len(counts)) for j in range(len(counts[0])) if not any(p[i][j] for p in points)]
        assert part["zero_entries"] == zeros
        assert part["at_infinity"] == bool(zeros)
        assert bool(part["infinite_couplings"]) == bool(zeros)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(drawn_networks(), st.integers(0, 10**9).map(Random))
def test_the_fixed_points_of_drawn_networks_are_these_and_no_others(capsys, drawn, draw):
    options, counts = drawn
    note(f"{' '.join(arguments(options))}: {counts}")
    code, out, err = ask(options, capsys)
    if not all(map(any, counts)) or len(counts) * len(counts[0]) > MOST_ENTRIES:
        assert code in (0, 2)
        assert code == 0 or "error" in err
        return
    assert code == 0, err
    record = json.loads(out)
    assert record["complete"] is True
    assert record["provenance"]["inputs"]["multiplicity"] == counts
    assert check_record(record) is True
    if len(record["components"]) > 40:
        return
    check_complete(record, counts, options["scale"], draw)


@settings(max_examples=25, deadline=None)
@given(st.data(), st.integers(2, 5), st.integers(0, 10**9).map(Random))
def test_drawn_points_are_on_exactly_one_component(data, scale, draw):
    shape = data.draw(st.tuples(st.integers(1, 5), st.integers(1, 5)))
    row = st.lists(st.integers(0, 4), min_size=shape[1], max_size=shape[1]).filter(any)
    counts = data.draw(st.lists(row, min_size=shape[0], max_size=shape[0]))
    parts = strata(sg.Chain(counts), scale)
    most = chains.rank(counts)
    # blocks of eigenvalues on one circle, which is all that a rational fixed point can have
    blocks = {
        2: [[[1]]],
        3: [[[1]], [[-1]], [[0, 1], [1, 0]], [[0, 2], [1, 0]]],
        4: [[[1]], [[0, -1], [1, -1]], [[0, 0, 5], [1, 0, 0], [0, 1, 0]]],
        5: [[[1]], [[-1]], [[0, -1], [1, 0]], [[0, -2], [1, 2]], [[0, 3], [1, 0]]],
    }[scale]
    for _ in range(3):
        block = [[]]
        while not block[0] or len(block) > most:
            block = direct_sum([draw.choice(blocks) for _ in range(draw.randint(1, most))])
        bond = chains.draw_fixed(counts, {"rank": len(block), "block": block}, draw)
        on = [part for part in parts if part.contains(bond)]
        factor = projective_map.proportional(projective_map.image(bond, counts, scale), bond)
        assert len(on) == (1 if factor else 0)
        if on:
            assert on[0].rank == chains.rank(bond)
            assert on[0].splits_into == 1
        other = [list(row) for row in bond]
        other[0][0] += draw.choice((-1, 1, 7))
        moved = (
            projective_map.proportional(projective_map.image(other, counts, scale), other)
            if any(map(any, other))
            else 0
        )
        assert any(part.contains(other) for part in parts) == bool(moved)


def direct_sum(blocks):
    size = sum(map(len, blocks))
    matrix, start = [[0] * size for _ in range(size)], 0
    for block in blocks:
        for i, row in enumerate(block):
            matrix[start + i][start : start + len(row)] = row
        start += len(block)
    return matrix


@pytest.mark.parametrize("seed", range(4))
def test_every_network_option_is_answered_to_width_six(seed, capsys):
    draw = Random()  # another one in every run
    options = {"width": draw.randint(4, 6), "samples": 1, "scale": draw.randint(2, 5)}
    options |= {"weights": draw.choice(([-1, 1], [-1, 0, 1], [-2, 1])), "biases": draw.choice((None, [-1, 1], [0]))}
    options |= {"neurons": draw.choice(([0, 1], [-1, 1])), "activation": draw.choice(("heaviside", "sign"))}
    code, out, err = ask(options, capsys)
    assert code == 0, (options, err)
    record = json.loads(out)
    assert record["complete"] is True
    assert check_record(record) is True


def test_what_does_not_fit_is_refused_with_what_would(capsys):
    for width in (40, 4000):
        code, out, err = ask({"width": width}, capsys)
        assert (code, out) == (2, "")
        assert "factors" in err
        assert "MB" in err
        assert "at most 8 fits" in " ".join(err.split())
    with pytest.raises(sg.BudgetExceeded, match="scale") as caught:
        strata(sg.Chain([[int(i == j) for j in range(12)] for i in range(12)]), 12)
    assert caught.value.estimate > caught.value.limit
