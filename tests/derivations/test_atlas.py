"""The committed atlas: its rows against counting by hand, its formulas beyond its widths, and what a wrong row does."""

from __future__ import annotations

import csv
import json
import shutil
from collections import Counter
from fractions import Fraction
from itertools import combinations_with_replacement, product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import symrg as sg
from symrg.cli import run
from symrg.ledger.scripts import run_script

FOLDER = Path(sg.__file__).resolve().parent.parent / "derivations" / "atlas"
if not FOLDER.exists():  # an installed package
    FOLDER = Path(sg.__file__).resolve().parent / "_derivations" / "atlas"
ROWS = json.loads((FOLDER / "atlas.json").read_text(encoding="utf-8"))["rows"]
PRIME = 2**61 - 1
VALUES = {"heaviside": (0, 1), "sign": (-1, 1)}


def alphabet(text):
    return (0,) if text == "none" else tuple(map(int, text.split(",")))


def histogram(columns, weights, biases):
    """How often one neuron has each pattern of signs on the data points; inputs are added one by one."""
    samples = len(columns[0])
    sums = Counter({(0,) * samples: 1})
    for column in columns:
        longer = Counter()
        for total, count in sums.items():
            for w in weights:
                longer[tuple(t + w * x for t, x in zip(total, column, strict=True))] += count
        sums = longer
    found = Counter()
    for total, count in sums.items():
        for b in biases:
            found[tuple(int(t + b >= 0) for t in total)] += count
    return tuple(found[pattern] for pattern in product((0, 1), repeat=samples))


def rank(rows):
    """The rank modulo a large prime."""
    rows, found = [[x % PRIME for x in row] for row in rows], 0
    for column in range(len(rows[0])):
        pivot = next((i for i in range(found, len(rows)) if rows[i][column]), None)
        if pivot is None:
            continue
        rows[found], rows[pivot] = rows[pivot], rows[found]
        inverse = pow(rows[found][column], -1, PRIME)
        for i in range(found + 1, len(rows)):
            factor = rows[i][column] * inverse % PRIME
            if factor:
                rows[i] = [(x - factor * y) % PRIME for x, y in zip(rows[i], rows[found], strict=True)]
        found += 1
    return found


def distinct_rows(row):
    """The different rows of G: one for each multiset of inputs, as a Kronecker power."""
    weights, biases = alphabet(row["weights"]), alphabet(row["biases"])
    states = list(product(VALUES[row["activation"]], repeat=row["samples"]))
    found = {histogram(c, weights, biases) for c in combinations_with_replacement(states, row["width"])}
    powers = []
    for one in sorted(found):
        power = [1]
        for _ in range(row["width"]):
            power = [x * y for x in power for y in one]
        powers.append(power)
    return powers


@pytest.mark.parametrize(
    "row", [row for row in ROWS if row["scale"] == 2], ids=lambda r: "-".join(map(str, r.values()))[:40]
)
def test_ranks_are_those_of_counting_by_hand(row):
    assert row["rank"] == rank(distinct_rows(row))
    assert row["n_h"] == row["n_sigma"] == 2 ** (row["width"] * row["samples"])


def test_the_isolated_points_are_the_inverses():
    for row in ROWS:
        states = list(product(VALUES[row["activation"]], repeat=row["samples"]))
        if row["width"] > 1:
            assert not row["isolated"]
            continue
        G = [histogram([state], alphabet(row["weights"]), alphabet(row["biases"])) for state in states]
        assert row["isolated"] == (rank(G) == len(G))
        if row["isolated"]:
            size = len(G)
            cofactors = [
                determinant([[g for j, g in enumerate(line) if j != b] for i, line in enumerate(G) if i != a])
                for a, b in product(range(size), repeat=2)
            ]
            assert row["isolated_at_infinity"] == (0 in cofactors)


def determinant(matrix):
    if not matrix:
        return 1
    return sum(
        (-1) ** j * x * determinant([line[:j] + line[j + 1 :] for line in matrix[1:]]) for j, x in enumerate(matrix[0])
    )


def chances(weights, biases, most):
    """P_0, P_1, …: how likely the sum of k weights with a bias is not negative."""
    sums, found = {0: Fraction(1)}, []
    for _ in range(most + 1):
        found.append(sum(p for t, p in sums.items() for b in biases if t + b >= 0) / len(biases))
        longer = Counter()
        for t, p in sums.items():
            for w in weights:
                longer[t + w] += p / len(weights)
        sums = longer
    return found


FORMULAS = {
    ("-1,1", "-1,1"): lambda n: (n + 2) // 2 if n % 2 == 0 else (n + 3) // 2,
    ("-1,1", "none"): lambda n: (n + 4) // 2 if n % 2 == 0 else (n + 3) // 2,
    ("-1,0,1", "-1,1"): lambda n: n if n >= 3 else n + 1,
    ("-1,0,1", "none"): lambda n: n if n >= 2 else 2,
}


@pytest.mark.parametrize("key", FORMULAS, ids=str)
def test_formulas_for_one_data_point_hold_far_beyond_the_atlas(key):
    weights, biases = map(alphabet, key)
    found = chances(weights, biases, 60)
    for n in range(1, 61):
        assert len(set(found[: n + 1])) == FORMULAS[key](n)
    given_biases = None if key[1] == "none" else biases
    for n in (20, 33):
        network = sg.LayeredNetwork(width=n, weights=weights, biases=given_biases)
        assert network.multiplicity_rank == FORMULAS[key](n)


@pytest.mark.parametrize("weights", [(-1, 1), (-1, 0, 1)])
@pytest.mark.parametrize("biases", [(-1, 1), (0,)])
def test_formulas_for_spins_and_two_data_points_hold_beyond_the_atlas(weights, biases):
    for n in range(1, 13):
        inputs = [[(1, 1)] * (n - k) + [(1, -1)] * k for k in range(n + 1)]
        found = {histogram(columns, weights, biases) for columns in inputs}
        assert len(found) == (n + 1 if 0 in weights else 1 + -(-n // 2))


@settings(max_examples=40, deadline=None)
@given(
    st.integers(1, 3),
    st.lists(st.integers(-3, 3), min_size=1, max_size=3, unique=True),
    st.lists(st.integers(-3, 3), min_size=1, max_size=3, unique=True),
    st.lists(st.integers(-2, 2), min_size=2, max_size=2, unique=True),
)
def test_one_neuron_has_an_isolated_point_if_it_does_not_copy_as_often_as_it_inverts(samples, weights, biases, neurons):
    counts = Counter(tuple(int(w * h + b >= 0) for h in neurons) for w in weights for b in biases)
    network = sg.LayeredNetwork(
        samples=samples, weights=tuple(weights), biases=tuple(biases), neurons=tuple(neurons), outputs=(0, 1)
    )
    row = sg.atlas_row(network, digits=5)
    assert row["isolated"] == (counts[0, 1] != counts[1, 0])
    if row["isolated"]:
        zero = any(count == 0 for line in network.multiplicity for count in line)
        assert row["isolated_at_infinity"] == (samples > 1 or zero)


@settings(max_examples=5, deadline=None)
@given(st.sampled_from(ROWS))
def test_rows_are_what_is_computed_today(row):
    biases = None if row["biases"] == "none" else alphabet(row["biases"])
    network = sg.LayeredNetwork(
        width=row["width"],
        samples=row["samples"],
        weights=alphabet(row["weights"]),
        biases=biases,
        neurons=alphabet(row["neurons"]),
        activation=getattr(sg, row["activation"]),
    )
    assert {**sg.atlas_row(network, row["scale"]), "seconds": ""} == {**row, "seconds": ""}


def test_the_files_agree_and_are_small():
    with (FOLDER / "atlas.csv").open(newline="", encoding="utf-8") as file:
        table = list(csv.DictReader(file))
    assert [(line["width"], line["rank"], line["xi_gap"], line["scale"]) for line in table] == [
        (str(row["width"]), str(row["rank"]), row["xi_gap"], str(row["scale"])) for row in ROWS
    ]
    assert sum(path.stat().st_size for path in FOLDER.iterdir() if path.is_file()) < 300_000


def test_every_statement_of_the_page_holds():
    derivation = run_script(FOLDER / "lessons.py")
    assert derivation.verify().ok
    page = (FOLDER / "lessons.html").read_text(encoding="utf-8")
    for statement in derivation.statements:
        assert f'id="{statement.id}"' in page
    assert "refuted" not in page.partition("<body>")[2]


@pytest.mark.parametrize(
    ("change", "claims"),
    [
        ({"rank": 3}, {"strata", "rank-binary", "rank-one"}),
        ({"isolated": True, "isolated_at_infinity": False}, {"never-wide", "where-isolated"}),
        ({"physical": [1, 2]}, {"one-physical"}),
        ({"xi_gap": "15.5"}, {"observed-gap", "observed-slow", "data-points"}),
        ({"error": "it failed"}, {"no-failure"}),
    ],
)
def test_a_wrong_row_is_noticed(tmp_path, capsys, change, claims):
    shutil.copy(FOLDER / "lessons.py", tmp_path)
    record = json.loads((FOLDER / "atlas.json").read_text(encoding="utf-8"))
    place = next(n for n, row in enumerate(record["rows"]) if row["width"] == 2)  # Heaviside, binary, one data point
    record["rows"][place].update(change)
    (tmp_path / "atlas.json").write_text(json.dumps(record), encoding="utf-8")
    with pytest.raises(SystemExit) as stop:
        run(["verify", str(tmp_path / "lessons.py"), "--json", "-"])
    assert stop.value.code == 1
    found = json.loads(capsys.readouterr().out)["claims"]
    refuted = {claim["id"] for claim in found if claim["verdict"] == "refuted"}
    assert refuted
    assert refuted & claims
