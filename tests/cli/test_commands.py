"""What the commands answer, checked against brute force or against what is known by hand."""

import json
import re
from fractions import Fraction
from itertools import product
from xml.etree import ElementTree

import networkx
import pytest

from symrg.cli import app


def step(x):
    return 1 if x >= 0 else 0


def bond(point):
    """V for {0, 1} variables: the factors are e^A, e^B, e^C of A h σ + B h + C σ."""
    a, b, c = (Fraction(point[name]) for name in "abc")
    return {(h, s): a ** (h * s) * b**h * c**s for h, s in product((0, 1), repeat=2)}


def decimated(V, weights, biases, scale):
    """Sum over the inner layers of a short open chain, state by state."""
    image = V
    for _ in range(scale - 1):
        image = {
            (h, s): sum(
                V[h, step(w * k + b)] * image[k, s] for k, w, b in product((0, 1), weights, biases)
            )
            for h, s in product((0, 1), repeat=2)
        }  # fmt: skip
    return image


def proportional(first, second):
    return all(first[key] * second[0, 0] == second[key] * first[0, 0] for key in first)


class TestFixedPoints:
    def test_the_papers_example(self, symrg):
        answer = symrg("fixed-points", "--json", "-")
        assert (answer.code, answer.err) == (0, "")
        found = json.loads(answer.out)
        assert found["schema"] == 1
        assert found["complete"] is True
        assert found["reason"]
        assert (found["couplings"], found["factors"]) == (["A", "B", "C"], ["a", "b", "c"])
        parts = found["components"]
        assert [part["dimension"] for part in parts] == [2, 0]
        assert [part["spectrum"] for part in parts] == [{"0": 1, "1": 2}, {"2": 3}]
        assert [part["exponents"] for part in parts] == [{"0": "-oo", "1": "0"}, {"2": "1"}]
        assert [part["physical"] for part in parts] == [True, False]
        assert not any(part["at_infinity"] for part in parts)
        assert parts[1]["couplings"]["branch"].startswith("principal")
        assert set(parts[1]["couplings"]["values"]) == {"A", "B", "C"}
        assert found["provenance"]["inputs"]["multiplicity"] == [[2, 2], [1, 3]]

    @pytest.mark.parametrize(
        ("options", "weights", "biases", "scale"),
        [
            ((), (-1, 1), (-1, 1), 2),
            (("--weights=-1,0,1", "--scale", "3"), (-1, 0, 1), (-1, 1), 3),
            (("--weights=-1/2,1", "--biases", "-1,0,1/3"), (Fraction(-1, 2), 1), (-1, 0, Fraction(1, 3)), 2),
        ],
    )
    def test_isolated_points_are_fixed_by_brute_force(self, symrg, options, weights, biases, scale):
        parts = json.loads(symrg("fixed-points", *options, "--json", "-").out)["components"]
        points = [part["point"] for part in parts if part["point"] and not part["at_infinity"]]
        assert points
        for point in points:
            V = bond(point)
            assert proportional(decimated(V, weights, biases, scale), V)

    def test_a_point_at_infinity_has_the_entries_of_the_bond_matrix(self, symrg):
        parts = json.loads(symrg("fixed-points", "--biases", "none", "--json", "-").out)["components"]
        (part,) = [part for part in parts if part["at_infinity"]]
        V = {(h, s): Fraction(part["point"][f"V_{h}{s}"]) for h, s in product((0, 1), repeat=2)}
        assert 0 in V.values()
        image = decimated(V, (-1, 1), (0,), 2)
        ratios = {image[key] / V[key] for key in V if V[key]}
        assert len(ratios) == 1
        assert all(not image[key] for key in V if not V[key])
        assert part["couplings"] is None

    def test_says_the_same_to_a_person(self, symrg):
        answer = symrg("fixed-points")
        assert answer.code == 0
        assert "a = 3, b = -2/3, c = -1/3" in answer.out
        assert "Complete: " in answer.out
        assert all(len(line) <= 80 for line in answer.out.splitlines())
        assert "\x1b" not in answer.out

    def test_json_goes_to_a_file_whole(self, symrg, tmp_path):
        target = tmp_path / "new" / "fixed.json"
        answer = symrg("fixed-points", "--json", target)
        assert answer.code == 0
        assert "Complete: " in answer.out
        assert json.loads(target.read_text(encoding="utf-8")) == json.loads(symrg("fixed-points", "--json", "-").out)
        assert [path.name for path in target.parent.iterdir()] == ["fixed.json"]


class TestVerify:
    def test_every_verdict_as_expected(self, symrg, script):
        answer = symrg("verify", script())
        assert answer.code == 0
        assert "a script may print" not in answer.out
        assert "2 proved" in answer.out

    def test_an_unexpected_verdict_is_exit_code_1(self, symrg, script):
        answer = symrg("verify", script(), "--weights=-1,2")
        assert answer.code == 1
        assert "weights: refuted, expected proved" in answer.out

    def test_one_claim_alone(self, symrg, script):
        answer = symrg("verify", script(), "--claim", "true", "--weights=-1,2", "--json", "-")
        assert answer.code == 0
        assert [claim["id"] for claim in json.loads(answer.out)["claims"]] == ["true"]

    def test_json_is_all_there_is_on_stdout(self, symrg, script):
        answer = symrg("verify", script(), "--json", "-")
        found = json.loads(answer.out)
        assert list(found) == ["schema", "paper", "claims", "summary"]
        assert [claim["verdict"] for claim in found["claims"]] == ["definition", "proved", "proved"]
        assert set(found["claims"][0]) == {
            "id", "section", "kind", "verdict", "expected", "method", "counterexample", "erratum", "surrogate",
            "seconds",
        }  # fmt: skip
        assert "a script may print" in answer.err

    def test_a_check_that_raises_is_undecided_and_never_passes(self, symrg, script):
        path = script(
            "import symrg as sg\n"
            "def derivation():\n"
            "    d = sg.Derivation('Broken')\n"
            "    d.section('One').claim('c', 'Nothing.', decide=lambda: 1 / 0, method='none')\n"
            "    return d\n"
        )
        answer = symrg("verify", path)
        assert answer.code == 1
        assert "ZeroDivisionError" in answer.out

    def test_the_shipped_derivation(self, symrg):
        found = json.loads(symrg("verify", "dynamic_neurons", "--json", "-").out)
        assert found["summary"]["ok"] is True
        assert found["summary"]["proved"] > 10


class TestDerive:
    def test_writes_what_was_asked_for_and_nothing_else(self, symrg, script, tmp_path):
        target = tmp_path / "out"
        answer = symrg("derive", script(), "--to", target, "--format", "tex", "--format", "html")
        assert answer.code == 0
        assert sorted(path.name for path in target.iterdir()) == ["small.html", "small.tex"]
        assert str(target / "small.tex") in answer.out
        assert "N = 1" in (target / "small.tex").read_text(encoding="utf-8")
        ElementTree.fromstring(
            re.sub(r"<!doctype[^>]*>", "", (target / "small.html").read_text(encoding="utf-8"), flags=re.I)
        )

    def test_network_and_scale_reach_the_script(self, symrg, script, tmp_path):
        answer = symrg("derive", script(), "--to", tmp_path, "--format", "tex", "--width", "3", "--scale", "5")
        assert answer.code == 0
        assert "N = 3" in (tmp_path / "small.tex").read_text(encoding="utf-8")

    def test_an_unexpected_verdict_is_written_up_with_exit_code_1(self, symrg, script, tmp_path):
        answer = symrg("derive", script(), "--to", tmp_path / "out", "--format", "html", "--weights=-1,2")
        assert answer.code == 1
        assert (tmp_path / "out" / "small.html").exists()


class TestGraph:
    def test_the_papers_figure_in_numbers(self, symrg, tmp_path):
        """Depth 9 without biases: all 9 weights joined above; a triangle W, h, h' for each layer below."""
        answer = symrg("graph", "--depth", "9", "--biases", "none", "--to", tmp_path / "g.json")
        assert answer.code == 0
        found = json.loads((tmp_path / "g.json").read_text(encoding="utf-8"))
        assert len(found["original"]["nodes"]) == 9
        assert len(found["original"]["edges"]) == 9 * 8 // 2
        assert len(found["dynamic"]["nodes"]) == 9 + 10
        edges = {frozenset((edge["source"], edge["target"])) for edge in found["dynamic"]["edges"]}
        triangles = [(f"W^({m})", f"h^({m})", f"h^({m + 1})") for m in range(9)]
        assert edges == {frozenset(pair) for x, y, z in triangles for pair in ((x, y), (y, z), (x, z))}
        assert found["comparison"]["first"]["longest_range"] == 8
        assert re.search(r"couplings +36 +27", answer.out)
        assert "W^(0)" in answer.out  # what drops out at x = 0

    @pytest.mark.parametrize("suffix", ["svg", "tex", "json", "graphml"])
    def test_every_kind_of_file(self, symrg, tmp_path, suffix):
        target = tmp_path / f"g.{suffix}"
        assert symrg("graph", "--depth", "2", "--width", "2", "--input", "1,0", "--to", target).code == 0
        text = target.read_text(encoding="utf-8")
        if suffix == "svg":
            assert ElementTree.fromstring(text).tag.endswith("svg")
        elif suffix == "tex":
            assert text.count(r"\begin{tikzpicture}") == text.count(r"\end{tikzpicture}") == 1
        elif suffix == "json":
            assert json.loads(text)["data"] == "x₁ = 1, x₂ = 0"
        else:
            union = networkx.parse_graphml(text)
            assert {values["hamiltonian"] for _, values in union.nodes(data=True)} == {"original", "dynamic"}
            assert all(" " in node for node in union)
        assert [path.name for path in tmp_path.iterdir()] == [target.name]


@pytest.mark.parametrize("command", ["derive", "verify", "fixed-points", "flow", "graph"])
def test_the_example_in_the_help_runs(symrg, tmp_path, monkeypatch, command):
    help_text = symrg(command, "--help")
    assert help_text.code == 0
    (example,) = re.findall(r"Example: +symrg (.*)", help_text.out)
    monkeypatch.chdir(tmp_path)
    arguments = example.split()
    assert arguments[0] == command
    assert symrg(*arguments).code == 0


def test_commands_are_those_of_the_design():
    names = {command.name or command.callback.__name__ for command in app.registered_commands}
    assert names == {"derive", "verify", "fixed-points", "flow", "graph", "atlas", "explore"}
