"""Cobwebs: stairs are orbits, fixed points and poles stand where they are, slopes are those of the map."""

import csv
import io
import json
import math
from fractions import Fraction
from itertools import pairwise
from xml.etree import ElementTree

import pytest
import sympy
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import symrg as sg
from symrg.errors import ModelError, NotExactError
from symrg.view.cobweb import Cobweb

pytest.importorskip("numpy")
pytest.importorskip("matplotlib")

Q = Fraction
t, x = sympy.symbols("t x")
DECIMATED = sg.Recursion.from_images({t: t**2}, scale=2)  # of the Ising chain, t = tanh K
# Migdal and Kadanoff: two bonds in a row, two rows side by side
HIERARCHICAL = sg.Recursion.from_images({t: 2 * t**2 / (1 + t**4)}, scale=2)
small = st.fractions(-3, 3, max_denominator=4)


def legend(figure):
    return [text.get_text() for entry in figure.legends for text in entry.get_texts()]


@given(small, small, small, small, st.lists(small, min_size=1, max_size=3, unique=True))
@settings(max_examples=20, deadline=None)
def test_moebius_maps(p, q, r, s, starts):
    assume(p * s != q * r and r)
    own = sg.Recursion.from_images({x: (p * x + q) / (r * x + s)}, scale=2)
    web = Cobweb(own, window=((-4, 4), (-4, 4)), starts=starts, steps=2)
    assert web.poles == (-s / r,)
    kept, masked = web._split
    assert list(masked) == [u for u in starts if r * u + s == 0]
    for start, orbit in zip(kept, web.orbits(kept), strict=True):
        assert orbit[1] == pytest.approx(float((p * start + q) / (r * start + s)), abs=1e-9)
    # r x² + (s − p) x − q = 0
    square = (s - p) ** 2 + 4 * r * q
    roots = sorted({(float(p - s) + e * math.sqrt(square)) / (2 * float(r)) for e in (1, -1)}) if square >= 0 else []
    assert [web._place(_float(point.value)) for point in web.fixed] == pytest.approx(roots)
    for point in web.fixed:
        slope = float(p * s - q * r) / (float(r) * _float(point.value) + float(s)) ** 2
        expected = "marginal" if not square else "attracting" if abs(slope) < 1 else "repelling"
        if abs(abs(slope) - 1) > 1e-9 or not square:
            assert point.stability == expected
            assert _float(point.slope) == pytest.approx(slope)
    for piece in web.graph:
        assert all((u < -s / r) == (piece[0][0] < -s / r) for u, _ in piece)
    assert web.figure()


def _float(value):
    return float(value.ball.real.mid()) if hasattr(value, "ball") else float(value)


def test_the_critical_point_of_a_hierarchical_lattice():
    figure = sg.portrait(HIERARCHICAL, window=((0, 1), (0, 1)))
    root = sympy.nsolve(t**3 + t**2 + t - 1, t, 0.5)  # 2 t² = t + t⁵ less the factors t and t − 1
    slope = sympy.diff(2 * t**2 / (1 + t**4), t).subs(t, root)
    assert f"fixed, repelling: t ≈ {float(root):.6g}; λ ≈ {float(slope):.6g}" in legend(figure)
    assert {"fixed, attracting: t = 0; λ = 0", "fixed, attracting: t = 1; λ = 0"} <= set(legend(figure))
    (diagonal, *_) = figure.axes[0].lines
    assert list(diagonal.get_xdata()) == list(diagonal.get_ydata())


def test_stairs_go_to_the_graph_and_to_the_diagonal():
    figure = sg.portrait(DECIMATED, window=((0, 1), (0, 1)), starts=[Q(1, 2)], steps=2)
    stairs = [(0.5, 0.5), (0.5, 0.25), (0.25, 0.25), (0.25, 0.0625), (0.0625, 0.0625)]
    assert any(line.get_xydata().tolist() == [list(p) for p in stairs] for line in figure.axes[0].lines)


def test_logarithms_on_the_axes():
    own = sg.Recursion.from_images({x: ((x**2 + 1) / (2 * x)) ** 2}, scale=2, exponential=True)
    web = Cobweb(own, kind="couplings", starts=[1], steps=1)
    assert web.orbits([1])[0] == pytest.approx([1, 2 * math.log(math.cosh(1))])
    assert web.figure().axes[0].get_xlabel() == r"$\ln x$"
    assert "fixed, attracting: x = 1; λ = 0" in legend(web.figure())
    below = Cobweb(own, window=((0, 2), (0, 2)), starts=[0, 1])
    assert below._split == ((1,), (0,))
    assert "No stairs from 0" in below.caption


def test_everything_fixed():
    web = Cobweb(sg.Recursion.from_images({x: x}, scale=2))
    assert web.all_fixed
    assert "Every point" in web.caption
    assert web.figure()


def test_files(tmp_path):
    web = Cobweb(HIERARCHICAL, window=((0, 1), (0, 1)), starts=[Q(1, 3)], steps=3, about="a diamond lattice")
    path, data = web.write(tmp_path / "web.svg")
    assert ElementTree.parse(path).getroot().tag.endswith("svg")
    record = json.loads(data.read_text())
    assert record["images"] == {"t": "2*t**2/(t**4 + 1)"}
    assert record["starts"] == ["1/3"]
    assert [p["stability"] for p in record["fixed"]][-3:] == ["attracting", "repelling", "attracting"]
    assert web.rendered(".png") == web.rendered(".png")
    _, table = web.write(tmp_path / "web.png", data=tmp_path / "web.csv")
    rows = list(csv.DictReader(io.StringIO(table.read_text())))
    assert float(rows[0]["image"]) == pytest.approx(2 / 9 / (1 + 1 / 81))
    assert {row["item"] for row in rows} >= {"orbit", "graph", "fixed attracting"}


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"axes": ("t", "t")}, ModelError, "axes: of planes"),
        ({"basins": True}, ModelError, "basins: of planes"),
        ({"window": ((1, 1), (0, 1))}, ModelError, "empty"),
        ({"window": 3}, ModelError, "left, right"),
        ({"window": ((0, 0.5), (0, 1))}, NotExactError, r"Fraction\(1, 2\)"),
        ({"starts": [0.5]}, NotExactError, r"Fraction\(1, 2\)"),
        ({"steps": -1}, ModelError, "steps"),
        ({"kind": "angles"}, ModelError, "couplings"),
        ({"kind": "couplings", "window": ((0, 999), (0, 1))}, ModelError, "beyond 300"),
    ],
)
def test_errors(options, error, said):
    with pytest.raises(error, match=said):
        sg.portrait(DECIMATED, **options)


def test_only_recursions_of_one_coordinate():
    for wrong in (sg.Chain([[2, 2], [1, 3]]).recursion(), "R"):
        with pytest.raises(ModelError):
            Cobweb(wrong)
    with pytest.raises(ModelError, match=r"sg\.Cobweb\(R\) is its cobweb with the data, sg\.portrait\(R\) the figure"):
        sg.Portrait(DECIMATED)


def test_the_coupling_of_a_bond_is_on_the_axis_itself():
    s, t, K = sg.Variable("s", (-1, 1)), sg.Variable("t", (-1, 1)), sympy.Symbol("K")
    for branches in (1, 2):
        web = Cobweb(sg.bond_recursion(K * s * t, between=(s, t), branches=branches), kind="couplings")
        for orbit in web.orbits([Fraction(1, 3), Fraction(3, 2)]):
            for before, after in pairwise(orbit):  # tanh K of two bonds in line is a product, those side by side add up
                if before > 10:
                    break
                assert math.tanh(after / branches) == pytest.approx(math.tanh(before) ** 2, abs=1e-9)
        assert web.record()["axes"] == ["K"]
    texts = [text.get_text() for text in web.figure().legends[0].get_texts()]
    assert "fixed, attracting: K = 0; λ = 0" in texts
    assert any(text.startswith("fixed, repelling: K ≈ 0.609378; λ ≈ 1.67857") for text in texts)
    assert web.figure().axes[0].get_xlabel() == "$K$"
