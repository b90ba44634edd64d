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


def test_a_slaved_factor_stays_on_the_surface_that_the_map_keeps(symrg, tmp_path):
    # a common eigenvector (1, 1) of T = V G^T says 3 + 5 c = b (3 + 5 a c), and stays one of every power of T
    surface = ("--axes", "a,c", "--slaved", "b=(3 + 5*c)/(3 + 5*a*c)", "--grid", "4", "--window=1/2,3,1/2,3")
    answer = symrg("flow", "--to", tmp_path / "flow.svg", *surface)
    assert answer.code == 0, answer.err
    assert "in the surface with b" in plain(answer.out)
    assert "which the map keeps" in plain(answer.out)
    assert json.loads((tmp_path / "flow.json").read_text())["invariant"] is True


@pytest.mark.parametrize("suffix", ["pdf", "png"])
def test_other_formats_other_axes_and_data_as_csv(symrg, tmp_path, suffix):
    data = tmp_path / "data" / "points.csv"
    arguments = ("--couplings", "--axes", "A,B", "--signs=1,-1", "--grid", "4", "--data", data, "--scale", "3")
    answer = symrg("flow", "--to", tmp_path / f"flow.{suffix}", *arguments)
    assert answer.code == 0, answer.err
    assert data.read_text().startswith("item,what,number,step,ln|a|,ln|b|\n")
    assert (tmp_path / f"flow.{suffix}").read_bytes()[:4] in (b"%PDF", b"\x89PNG")


def test_names_of_couplings_draw_couplings(symrg, tmp_path):
    written = []
    for number, options in enumerate(((), ("--couplings",))):
        to = tmp_path / f"{number}.svg"
        answer = symrg("flow", "--to", to, "--axes", "A,C", "--grid", "3", *options)
        assert answer.code == 0, answer.err
        written.append(json.loads(to.with_suffix(".json").read_text()))
    assert written[0] == written[1]
    assert (written[0]["kind"], written[0]["window"]) == ("couplings", [["-2", "2"], ["-2", "2"]])


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
        (("--to", "x.svg", "--slaved", "c"), "give a factor and a formula"),
        (("--to", "x.svg", "--slaved", "c=a", "--slaved", "c=b"), "gives c twice"),
        (("--to", "x.svg", "--slaved", "c=a", "--fixed", "c=1"), "both fixed and slaved"),
        (("--to", "x.svg", "--slaved", "c=a+z"), "z is not among"),
        (("--to", "x.svg", "--slaved", "c=0.5*a"), "write integers and factors"),
        (("--to", "x.svg", "--slaved", "c=print(a)"), "write integers and factors"),
        (("--to", "x.svg", "--slaved", "c=True"), "write integers and factors"),
        (("--to", "x.svg", "--slaved", "c=a^99"), "powers up to 20"),
        (("--to", "x.svg", "--slaved", "c=((9^20)^20)^20"), "powers up to 20"),
        (("--to", "x.svg", "--slaved", "c=(a"), "write integers and factors"),
        (("--to", "x.svg", "--slaved", "c=" + "a+" * 200 + "a"), "at most 200 letters"),
        (("--to", "x.svg", "--slaved", "c=a/(1-1)"), "divides by zero"),
        (("--to", "x.svg", "--axes", "a"), "two factors separated by a comma"),
        (("--to", "x.svg", "--axes", "a,z"), "z is none of the factors a, b, c"),
        (("--to", "x.svg", "--axes", "A,b"), "A is a coupling and b is not; give two couplings or two factors"),
        (("--to", "x.svg", "--axes", "b,A"), "A is a coupling and b is not"),
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
