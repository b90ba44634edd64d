"""symrg flow: a picture and its data, or an error that says what to try and leaves nothing behind."""

import json
import re
from xml.etree import ElementTree

import pytest

pytest.importorskip("numpy")
pytest.importorskip("matplotlib")

PLANE = ("--axes", "a,b", "--fixed", "c=-1/3", "--window=-1,5,-2,2")


def plain(text):
    return re.sub(r"\s+", " ", text)


def test_writes_the_picture_and_the_data_beside_it(symrg, tmp_path):
    answer = symrg("flow", "--to", tmp_path / "flow.svg", *PLANE, "--grid", "6", "--steps", "2")
    assert answer.code == 0
    assert ElementTree.parse(tmp_path / "flow.svg").getroot().tag.endswith("svg")
    record = json.loads((tmp_path / "flow.json").read_text())
    assert (record["axes"], record["others"], record["steps"]) == (["a", "b"], {"c": "-1/3"}, 2)
    assert record["window"] == [["-1", "5"], ["-2", "2"]]
    assert [part["points"] for part in record["fixed"]] == [[], [["3", "-2/3"]]]
    assert len(record["trajectories"]) + len(record["masked"]) == 36
    assert plain(record["caption"]) in plain(answer.out)
    assert "width 1, samples 1" in record["caption"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["flow.json", "flow.svg"]


@pytest.mark.parametrize("suffix", ["pdf", "png"])
def test_other_formats_other_axes_and_data_as_csv(symrg, tmp_path, suffix):
    data = tmp_path / "data" / "points.csv"
    arguments = ("--couplings", "--axes", "A,B", "--signs=1,-1", "--grid", "4", "--data", data, "--scale", "3")
    answer = symrg("flow", "--to", tmp_path / f"flow.{suffix}", *arguments)
    assert answer.code == 0, answer.err
    assert data.read_text().startswith("item,what,number,step,ln|a|,ln|b|\n")
    assert (tmp_path / f"flow.{suffix}").read_bytes()[:4] in (b"%PDF", b"\x89PNG")


def test_the_infinitesimal_flow_and_basins_are_named_as_such(symrg, tmp_path):
    answer = symrg("flow", "--to", tmp_path / "flow.svg", *PLANE, "--grid", "4", "--infinitesimal", "--basins")
    assert "the infinitesimal flow dT/dℓ = T ln T" in plain(answer.out)
    assert "Basins:" in plain(answer.out)
    record = json.loads((tmp_path / "flow.json").read_text())
    assert record["flow"] == "infinitesimal, T ln T"
    assert {len(row) for row in record["basins"]["rows"]} == {len(record["basins"]["rows"])}


def test_wider_networks_are_drawn_too(symrg, tmp_path):
    answer = symrg("flow", "--to", tmp_path / "flow.svg", "--width", "2", "--grid", "3")
    assert answer.code == 0
    assert "all 13 factors off the axes = 1" in plain(answer.out)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--to", "x.gif"), ".svg, .pdf, .png"),
        (("--to", "x"), "suffix none"),
        (("--to", "x.svg", "--data", "x.txt"), ".json, .csv"),
        (("--to", "x.svg", "--fixed", "c=0.5"), "write it as the exact fraction 1/2"),
        (("--to", "x.svg", "--fixed", "c"), "such as --fixed c=1/2"),
        (("--to", "x.svg", "--fixed", "c=1", "--fixed", "c=2"), "gives c twice"),
        (("--to", "x.svg", "--fixed", "z=1"), "z is none of the factors a, b, c"),
        (("--to", "x.svg", "--axes", "a"), "two factors separated by a comma"),
        (("--to", "x.svg", "--axes", "a,z"), "z is none of the factors a, b, c"),
        (("--to", "x.svg", "--window=0,1"), "has 2 numbers"),
        (("--to", "x.svg", "--window=1,0,0,1"), "is empty"),
        (("--to", "x.svg", "--window=0,1e3,0,1"), "'1e3'"),
        (("--to", "x.svg", "--signs=1,-1"), "window below zero"),
        (("--to", "x.svg", "--couplings", "--signs=1,2"), "1 or -1"),
        (("--to", "x.svg", "--steps=-1"), "steps is -1"),
        (("--to", "x.svg", "--grid", "1000"), "from 1 to 141"),
        (("--to", "x.svg", "--scale", "1"), "scale is 1"),
        (("--to", "blocked/x.svg"), "cannot write to blocked"),
        (("--to", "x.svg", "--data", "blocked/x.csv"), "cannot write to blocked"),
        ((), "--to"),
    ],
)
def test_says_what_is_wrong_and_writes_nothing(symrg, tmp_path, monkeypatch, arguments, said):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "blocked").write_text("a file")
    answer = symrg("flow", *arguments)
    assert answer.code == 2
    assert said in plain(answer.err.replace("│", " "))
    assert "Traceback" not in answer.err
    assert [path.name for path in tmp_path.iterdir()] == ["blocked"]
