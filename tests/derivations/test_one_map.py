"""The bridge between networks and Ising chains: it holds for networks drawn at random, and not for a changed script."""

import runpy
import shutil
from fractions import Fraction
from random import Random

import pytest
import sympy

import symrg as sg
from symrg.ledger.scripts import find_script, run_script

SCRIPT = find_script("one_map")


def some_network(draw):
    """A network of one neuron with two states, and two values of its activation."""
    while True:
        values = [Fraction(draw.randint(-4, 4), draw.randint(1, 3)) for _ in range(6)]
        weights, biases = sorted(set(values[:3])), draw.choice([None, sorted(set(values[3:]))])
        network = sg.LayeredNetwork(weights=weights, biases=biases, activation=draw.choice([sg.heaviside, sg.sign]))
        if len(network.activation_alphabet) == 2:
            return network


def test_the_paper_s_own_network():
    verification = run_script("one_map").verify()
    assert verification.ok
    assert verification.summary["undecided"] == 0
    shown = {s.id: s for s in run_script("one_map").statements}
    point = {str(row.members[0]): row.members[-1] for row in shown["isolated-factors"].rows}
    # Eq. (29) of the paper, by hand: V proportional to the inverse of the transposed multiplicities
    assert point == {"a": 3, "b": sympy.Rational(-2, 3), "c": sympy.Rational(-1, 3)}


@pytest.mark.parametrize("scale", [2, 3, 4])
def test_other_networks_drawn_at_random(scale):
    network = some_network(Random())
    verification = run_script("one_map", network=network, scale=scale).verify()
    assert verification.ok, (network, [(r.id, r.verdict) for r in verification.unexpected])


@pytest.fixture
def changed(tmp_path):
    """Return a function that runs the script with a line of its helper changed."""

    def call(name, old, new):
        for path in (SCRIPT, SCRIPT.with_name("_one_map.py")):
            shutil.copy(path, tmp_path)
        path = tmp_path / name
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1
        path.write_text(text.replace(old, new), encoding="utf-8")
        return {record.id for record in run_script(tmp_path / "one_map.py").verify().unexpected}

    return call


@pytest.mark.parametrize(
    ("name", "old", "new", "wrong"),
    [
        ("_one_map.py", "(V * G.T) ** (scale - 1) * V", "(V * G) ** (scale - 1) * V", {"recursion", "conjugate"}),
        ("_one_map.py", "x**free * (x - 1) ** dimension", "x**free * (x - 2) ** dimension", {"cases"}),
        ("_one_map.py", "dimension = size - free - relevant", "dimension = size - free - relevant + 1", {"cases"}),
        ("_one_map.py", "exp(coupling - field)", "exp(coupling + field)", {"ising-square"}),
        ("one_map.py", "p*U, meaning", "(p - 1)*U, meaning", {"linear-two"}),
        ("one_map.py", "kappa*x*y.T, meaning", "kappa*x*u.T, meaning", {"linear-one"}),
    ],
)
def test_a_changed_line_is_noticed(changed, name, old, new, wrong):
    assert wrong <= changed(name, old, new)


def test_chains_of_other_shapes_are_refused():
    with pytest.raises(sg.SymrgError, match="two states"):
        run_script("one_map", network=sg.LayeredNetwork(width=2))


def test_the_cases_drawn_have_every_rank_and_scale(monkeypatch):
    module = runpy.run_path(str(SCRIPT.with_name("_one_map.py")))
    seen = set()
    core, space = module["_core"], module["_check_case"].__globals__
    monkeypatch.setitem(space, "_core", lambda draw, scale, rank: seen.add((scale, rank)) or core(draw, scale, rank))
    assert module["check_cases"](40, seed=Random().random()) is True
    assert {scale for scale, _ in seen} == {2, 3, 4, 5}
    assert {rank for _, rank in seen} >= {1, 2, 3}
