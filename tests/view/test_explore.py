"""The page to move couplings on: driven in a browser, its orbit against exact arithmetic."""

from __future__ import annotations

import json
import math
import re
import shutil
import subprocess
from fractions import Fraction
from itertools import pairwise
from random import Random

import flint
import pytest

import symrg as sg
from symrg.cli import run
from symrg.view.explore import explore_page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

# What a reader does, and what the page then shows
DRIVER = """<script>
function move(id, value, kind) {{
  const input = document.getElementById(id);
  input.value = value;
  input.dispatchEvent(new Event(kind));
}}
// each as [equations, eigenvalues and what they say]: what of "All its fixed points" is to be seen
const components = () => [...document.querySelectorAll("#steps .component")]
  .filter((part) => !part.closest("[hidden]"))
  .map((part) => [part.querySelector(".scroll").textContent, part.querySelector("p").textContent]);
const visible = () => [...document.querySelectorAll("#steps [data-scale]")].filter((part) => !part.hidden)
  .map((part) => [part.dataset.scale, part.querySelector("p").textContent, part.querySelector("math").textContent]);
const rows = () => [...document.querySelectorAll("#orbit tr")].map((row) => JSON.parse(row.dataset.values));
const before = rows(), foldedAt = visible();
move("p", "{scale}", "change");
for (const [name, value] of Object.entries({point})) move("slide-" + name, value, "input");
const after = rows();
const coupled = {{ drawn: state.drawn, text: document.getElementById("portrait-text").textContent,
  menu: [...document.getElementById("plane").options].map((option) => option.textContent) }};
move("kind", "factors", "change");
move("plane", "{plane}", "change");
const menu = [...document.getElementById("plane").options].map((option) => option.textContent);
const drawn = state.drawn, paths = document.querySelectorAll("#portrait path.fixed").length;
const still = document.querySelectorAll("#portrait line.flow").length;
const [listed, atScale] = [components(), visible()];
const rings = document.querySelectorAll("#portrait .ring").length;
const opened = () => document.querySelectorAll("#steps > details[open]").length;
const first = opened();
for (let k = 0; k < 3; k++) document.getElementById("next").click();
const fourth = opened();
document.getElementById("back").click();
const text = document.getElementById("portrait-text").textContent;
const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
document.body.innerHTML = "<pre id='found'></pre>";
document.getElementById("found").textContent =
  JSON.stringify({{ before, after, rings, opened: [first, fourth], text, wide, coupled, menu, drawn, paths, still,
    listed, atScale, foldedAt }});
</script>"""


def driven(page, folder, *, scale, point, plane="AB", width=1280):
    """What a headless browser shows after the sliders were moved."""
    driver = DRIVER.format(scale=scale, point=json.dumps(point), plane=plane)
    (folder / "page.html").write_text(page.replace("</body>", driver + "</body>"), encoding="utf-8")
    command = [
        CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder / 'profile'}",
        f"--window-size={width},900", "--dump-dom", (folder / "page.html").as_uri(),
    ]  # fmt: skip
    shown = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout
    found = re.search(r'<pre id="found">(.*?)</pre>', shown, re.DOTALL)
    assert found, shown[-500:]
    return json.loads(found[1])


def exact_orbit(counts, scale, point, steps=8):
    """(sign of A, ln|A|, B, C) level by level, by products of certified balls of 100 000 bits."""
    before = flint.ctx.prec
    flint.ctx.prec = 100_000
    try:
        A, B, C = (flint.arb(flint.fmpq(x.numerator, x.denominator)) for x in point)
        V = flint.arb_mat([[1, C.exp()], [B.exp(), (A + B + C).exp()]])
        G = flint.arb_mat([[int(g) for g in row] for row in counts]).transpose()
        rows = []
        for _ in range(steps + 1):
            ln_a = (V[1, 1] * V[0, 0] / (V[1, 0] * V[0, 1])).log()
            assert ln_a.rel_accuracy_bits() > 60
            row = (abs(ln_a).log(), (V[1, 0] / V[0, 0]).log(), (V[0, 1] / V[0, 0]).log())
            rows.append((1 if ln_a > 0 else -1, *map(float, row)))
            V = V * G * V if scale == 2 else V * G * V * G * V
        return rows
    finally:
        flint.ctx.prec = before


@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")
@pytest.mark.parametrize("scale", [2, 3])
def test_the_orbit_on_the_page_is_the_exact_one(scale, tmp_path):
    draw = Random()
    biases = draw.choice([None, (-1, 1)])
    point = [Fraction(draw.choice([-1, 1]) * draw.randint(20, 300), 100) for _ in range(3)]
    network = sg.LayeredNetwork(biases=biases)
    values = dict(zip("ABC", map(float, point), strict=True))
    shown = driven(explore_page(network), tmp_path, scale=scale, point=values)
    exact = exact_orbit(network.multiplicity, scale, point)
    assert len(shown["after"]) == len(exact) == 9
    for level, (row, wanted) in enumerate(zip(shown["after"], exact, strict=True)):
        where = (level, point, biases, row, wanted)
        assert row[0] == wanted[0], where
        # a relative error of A is an absolute one of its logarithm
        assert abs(row[1] - wanted[1]) < 1e-10, where
        for found, true in zip(row[2:4], wanted[2:], strict=True):
            assert abs(found - true) < 1e-10 * max(abs(true), 1e-3), where
    lengths = [row[4] for row in shown["after"]]
    for one, two in pairwise(lengths):
        assert two * scale == pytest.approx(one, rel=1e-9)  # the relation (36) of the paper
    assert shown["before"] != shown["after"]
    assert shown["opened"] == [1, 4]


@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")
def test_the_isolated_point_is_shown_where_factors_may_be_negative(tmp_path):
    shown = driven(explore_page(), tmp_path, scale=2, point={"A": 1, "B": 1, "C": 1}, width=500)
    assert shown["rings"] == 1
    assert "a = 3, b = −2/3, c = −1/3 (dashed: repelling), projected" in shown["text"]
    assert shown["wide"] <= 0


THIRD = {"AB": 2, "AC": 1, "BC": 0}
NETWORKS = [
    {},
    {"biases": None},
    {"weights": (-1, 0, 1), "biases": None, "activation": sg.relu},
    {"weights": (-1, 0, 2), "biases": (-1, 1)},
]


def image(counts, scale, point):
    """The map in factors, by products of matrices of floats; None where it is not defined."""
    a, b, c = point
    V = [[1, c], [b, a * b * c]]
    T = [[sum(V[i][k] * counts[j][k] for k in range(2)) for j in range(2)] for i in range(2)]
    found = V
    for _ in range(scale - 1):
        found = [[sum(T[i][k] * found[k][j] for k in range(2)) for j in range(2)] for i in range(2)]
    if min(map(abs, (found[0][0], found[0][1], found[1][0]))) < 1e-9:
        return None
    return (
        found[1][1] * found[0][0] / (found[1][0] * found[0][1]),
        found[1][0] / found[0][0],
        found[0][1] / found[0][0],
    )


@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")
@pytest.mark.parametrize("scale", [2, 3])
def test_the_derivation_follows_the_scale(scale, tmp_path):
    draw = Random()
    network = sg.LayeredNetwork(**draw.choice(NETWORKS))
    page = explore_page(network, scale=5 - scale)  # it opens with the other one
    shown = driven(page, tmp_path, scale=scale, point={"A": 1})
    assert len(page.encode()) < 300_000
    assert [at for at, *_ in shown["foldedAt"]] == [str(5 - scale)] * 3
    assert [at for at, *_ in shown["atScale"]] == [str(scale)] * 3
    joined, recursion, fixed_points = shown["atScale"]
    assert {2: "every second layer", 3: "every third layer"}[scale] in joined[1]
    assert joined[2].count("V") == scale + 1  # V' is one of them
    assert joined[2].count("G") == scale - 1
    assert f"at scale {scale}" in recursion[1]
    assert f"Those of scale {scale} form" in fixed_points[1]
    wanted = network.chain().recursion(scale=scale).fixed_points()
    assert wanted.complete
    assert len(shown["listed"]) == len(wanted)
    for part, (equations, words) in zip(wanted, shown["listed"], strict=True):
        assert equations.count("=") == len(part.generators)
        spectrum = ", ".join(f"{value} ({times}×)" for value, times in part.spectrum.items())
        assert f"Eigenvalues: {spectrum}: " in words
        free = {value: times for value, times in part.spectrum.items() if value != 1}
        assert sum(free.values()) == 3 - part.dimension
        assert ("repelling" if min(free) > 1 else "attracting") in words
    # the stratum of rank 1, the point V = G^-T where G has an inverse and no entry 0, and tr V G^T = 0
    (one, two), (three, four) = network.multiplicity
    point = one * four != two * three and all((one, two, three, four))
    assert len(wanted) == 1 + point + (scale == 3 and one * four != two * three)


@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")
def test_the_curve_of_a_newcomer_is_drawn(tmp_path):
    network = sg.LayeredNetwork(weights=(-1, 0, 1), biases=None, activation=sg.relu)
    shown = driven(explore_page(network, scale=3), tmp_path, scale=3, point={"B": 1}, plane="AC")
    heavy, curve = shown["drawn"]
    assert (heavy["text"], heavy["stability"]) == ("a − 1 = 0", "attracting")
    assert (curve["text"], curve["stability"]) == ("abc + 2b + 3 = 0", "repelling")
    assert min(abs(a + 2) + abs(c - 1.5518) for line in curve["lines"] for a, c in line) < 1e-3
    assert shown["paths"] == 1 + 2  # the line and both branches
    assert "a − 1 = 0 (solid: attracting); abc + 2b + 3 = 0 (dashed: repelling)" in shown["text"]
    assert shown["menu"] == ["a, b", "a, c", "b, c"]
    assert shown["coupled"]["menu"] == ["A, B", "A, C", "B, C"]
    assert [part["where"] for part in shown["coupled"]["drawn"]] == ["curve", "not real"]
    assert "Not in any plane of real couplings: abc + 2b + 3 = 0." in shown["coupled"]["text"]


@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")
def test_what_is_drawn_is_fixed_and_what_is_fixed_is_drawn(tmp_path):
    draw = Random()
    network = sg.LayeredNetwork(**draw.choice(NETWORKS))
    counts = [list(map(int, row)) for row in network.multiplicity]
    scale, plane = draw.choice([2, 3]), draw.choice(list(THIRD))
    point = {name: draw.randint(-300, 300) / 100 or 1 for name in "ABC"}
    third = THIRD[plane]
    value = math.exp(point["ABC"[third]])
    shown = driven(explore_page(network), tmp_path, scale=scale, point=point, plane=plane)
    low, high, near = -2, 4, 0.15

    def whole(place):
        x, y = place
        return (*(x, y)[:third], value, *(x, y)[third:])

    where = (counts, scale, plane, point)
    lines = [place for part in shown["drawn"] for line in part["lines"] for place in line]
    gaps = [place for part in shown["drawn"] for place in part["gaps"]]
    for place in lines:
        assert all(low - 1e-9 <= x <= high + 1e-9 for x in place), where
        if all(math.dist(place, gap) > near for gap in gaps):
            found = image(counts, scale, whole(place))
            assert found == pytest.approx(whole(place), rel=1e-5, abs=1e-5), (where, place)
    for place in gaps:
        at = whole(place)
        a, b, c = at
        trace = counts[0][0] + counts[0][1] * c + counts[1][0] * b + counts[1][1] * a * b * c
        assert min(map(abs, at)) < 1e-6 or (abs(a - 1) < 1e-6 and abs(trace) < 1e-6), (where, place)
    # by theory: rank 1, and at scale 3 tr V G^T = 0 if the rank can be 2; both of degree 1 in each factor
    sought = [lambda a, b, c: a - 1]
    if scale == 3 and counts[0][0] * counts[1][1] != counts[0][1] * counts[1][0]:
        sought.append(lambda a, b, c: counts[0][0] + counts[0][1] * c + counts[1][0] * b + counts[1][1] * a * b * c)
    for f in sought:
        for _ in range(60):
            x = draw.uniform(low, high)
            at_0, at_1 = f(*whole((x, 0))), f(*whole((x, 1)))
            if at_0 != at_1 and low < (y := at_0 / (at_0 - at_1)) < high:
                assert min(math.dist((x, y), place) for place in lines) < near, (where, x, y)


@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")
def test_a_plane_of_fixed_points_is_shaded_and_has_no_arrows(tmp_path):
    shown = driven(explore_page(), tmp_path, scale=3, point={"A": 0}, plane="BC")
    plane, curve, point = shown["drawn"]
    assert (plane["where"], curve["where"], point["where"]) == ("everywhere", "undefined", "projected")
    for b, c in (place for line in plane["gapLines"] for place in line):
        assert abs(3 * b * c + b + 2 * c + 2) < 1e-6
    assert len(plane["gapLines"]) == 2
    assert shown["still"] == 0
    assert "all of it, by a − 1 = 0 (shaded: attracting). The dotted curve is left out" in shown["text"]
    assert "In this plane only where the recursion is not defined: 3abc + b + 2c + 2 = 0." in shown["text"]


def test_the_page_is_one_small_file_that_loads_nothing(tmp_path):
    target = tmp_path / "new" / "page.html"
    with pytest.raises(SystemExit) as stop:
        run(["explore", "--to", str(target), "--biases", "none"])
    assert not stop.value.code
    page = target.read_text(encoding="utf-8")
    assert len(page.encode()) < 300_000
    assert not re.search(r"""(src|href)\s*=|@import|url\((?!#)|fetch\(|XMLHttp""", page)
    assert "no biases" in page


@pytest.mark.parametrize("name", ["page.txt", "page", "page.svg"])
def test_only_html_is_written(name, tmp_path, capsys):
    with pytest.raises(SystemExit) as stop:
        run(["explore", "--to", str(tmp_path / name)])
    assert stop.value.code == 2
    assert ".html or .htm" in " ".join(re.findall(r"[\w.]+", capsys.readouterr().err))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("option", [["--width", "2"], ["--samples", "3"], ["--neurons=-1,1"], ["--width", "50"]])
def test_the_command_says_what_the_page_is_for(option, tmp_path, capsys):
    with pytest.raises(SystemExit) as stop:
        run(["explore", "--to", str(tmp_path / "page.html"), *option])
    assert stop.value.code == 2
    assert "one neuron and one data point with the two states 0 and 1" in " ".join(capsys.readouterr().err.split())
    assert not list(tmp_path.iterdir())


def test_the_help_says_what_the_page_is_for(capsys):
    with pytest.raises(SystemExit) as stop:
        run(["explore", "--help"])
    assert not stop.value.code
    assert "one neuron and one data point with the two states 0 and 1" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"width": 2}, "width 2 and samples 1"),
        ({"activation": sg.relu}, "2 neuron and 3 activation"),
        ({"neurons": (-1, 1)}, "one slider"),
        ({"weights": (0,)}, None),
    ],
)
def test_networks_it_cannot_show_are_refused(options, message):
    if message is None:  # a singular G is no obstacle
        assert "orbit" in explore_page(sg.LayeredNetwork(**options))
        return
    with pytest.raises(sg.ModelError, match=message):
        explore_page(sg.LayeredNetwork(**options))


def test_other_scales_are_refused():
    with pytest.raises(sg.ModelError, match="2 and 3"):
        explore_page(scale=4)
