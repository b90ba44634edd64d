"""The page to move couplings on: driven in a browser, its orbit against exact arithmetic."""

from __future__ import annotations

import json
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
const rows = () => [...document.querySelectorAll("#orbit tr")].map((row) => JSON.parse(row.dataset.values));
const before = rows();
move("p", "{scale}", "change");
for (const [name, value] of Object.entries({point})) move("slide-" + name, value, "input");
const after = rows();
move("kind", "factors", "change");
const rings = document.querySelectorAll("#portrait .isolated").length;
const opened = () => document.querySelectorAll("#steps > details[open]").length;
const first = opened();
for (let k = 0; k < 3; k++) document.getElementById("next").click();
const fourth = opened();
document.getElementById("back").click();
const text = document.getElementById("portrait-text").textContent;
const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
document.body.innerHTML = "<pre id='found'></pre>";
document.getElementById("found").textContent =
  JSON.stringify({{ before, after, rings, opened: [first, fourth], text, wide }});
</script>"""


def driven(page, folder, *, scale, point, width=1280):
    """What a headless browser shows after the sliders were moved."""
    driver = DRIVER.format(scale=scale, point=json.dumps(point))
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
    assert "a = 3, b = -2/3, c = -1/3" in shown["text"]
    assert shown["wide"] <= 0


def test_the_page_is_one_small_file_that_loads_nothing(tmp_path):
    target = tmp_path / "new" / "page.html"
    with pytest.raises(SystemExit) as stop:
        run(["explore", "--to", str(target), "--biases", "none"])
    assert not stop.value.code
    page = target.read_text(encoding="utf-8")
    assert len(page.encode()) < 300_000
    assert not re.search(r"""(src|href)\s*=|@import|url\((?!#)|fetch\(|XMLHttp""", page)
    assert "no biases" in page


@pytest.mark.parametrize(
    ("options", "message"),
    [({"width": 2}, "4 neuron and 4 activation"), ({"neurons": (-1, 1)}, "one slider"), ({"weights": (0,)}, None)],
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
