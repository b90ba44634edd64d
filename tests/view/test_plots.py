"""Plots: what lies in the frame is drawn where it belongs, and nothing else is."""

from __future__ import annotations

import re
from fractions import Fraction
from itertools import pairwise
from xml.etree import ElementTree

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

import symrg as sg
from symrg.view.plots import Arrows, Bars, Curve, Marks, Plot

WINDOW = ((-1, 1), (0, 2))
rationals = st.fractions(min_value=-4, max_value=4, max_denominator=20)


def elements(plot, tag):
    return [e for e in ElementTree.fromstring(plot.svg()).iter() if e.tag.endswith(tag)]


def frame(plot):
    box = elements(plot, "rect")[0]
    return [float(box.get(k)) for k in ("x", "y", "width", "height")]


@given(st.lists(st.tuples(rationals, rationals), max_size=6))
def test_marks_are_drawn_where_they_are_if_they_are_in_the_window(points):
    plot = Plot(WINDOW, ("x", "y"), [Marks(points, shape="disc")])
    left, top, width, height = frame(plot)
    found = [(float(e.get("cx")), float(e.get("cy"))) for e in elements(plot, "circle")]
    wanted = [
        (left + width * (x + 1) / 2, top + height * (2 - y) / 2) for x, y in points if abs(x) <= 1 and 0 <= y <= 2
    ]
    assert len(found) == len(wanted) == plot.tikz().count("circle (3.6)")
    for place, exact in zip(found, wanted, strict=True):
        assert place == pytest.approx([float(v) for v in exact], abs=0.006)


@given(st.lists(st.one_of(st.none(), st.tuples(rationals, rationals)), max_size=8))
def test_curves_never_leave_the_frame(points):
    plot = Plot(WINDOW, ("x", "y"), [Curve(points, colour=2)])
    left, top, width, height = frame(plot)
    lines = [e.get("d") for e in elements(plot, "path") if e.get("stroke-width") == "1.8"]
    for line in lines:
        for x, y in re.findall(r"(-?[\d.]+) (-?[\d.]+)", line):
            assert left - 0.01 <= float(x) <= left + width + 0.01
            assert top - 0.01 <= float(y) <= top + height + 0.01
    # a segment between two points of the window is drawn, whatever stands around it
    inside = [p is not None and abs(p[0]) <= 1 and 0 <= p[1] <= 2 for p in points]
    assert bool(lines) or not any(a and b for a, b in pairwise(inside))


def test_a_pole_interrupts_a_curve():
    plot = Plot(WINDOW, ("x", "y"), [Curve([(-1, 1), (0, 1), None, (0, 2), (1, 2)])])
    assert len([e for e in elements(plot, "path") if e.get("stroke-width") == "1.8"]) == 2
    assert plot.tikz().count(r"\draw[black, thick]") == 2


def test_an_arrow_has_a_head_only_if_it_ends_in_the_frame():
    plot = Plot(WINDOW, ("x", "y"), [Arrows([((0, 1), (1, 1)), ((0, 1), (5, 1)), ((3, 1), (0, 1))])])
    arrows = [e for e in elements(plot, "path") if e.get("stroke-width") == "1"]
    assert [e.get("marker-end") is not None for e in arrows] == [True, False]
    assert plot.tikz().count("[->]") == 1


@given(rationals, st.fractions(min_value=Fraction(1, 1000), max_value=1000))
def test_ticks_stand_at_the_numbers_they_show(low, length):
    plot = Plot(((low, low + length), (0, 1)), ("x", "y"))
    left, _, width, _ = frame(plot)
    ticks = [
        e
        for e in elements(plot, "text")
        if e.get("text-anchor") == "middle" and re.fullmatch(r"−?[\d.]+", e.text or "")
    ]
    assert 3 <= len(ticks) <= 9
    for tick in ticks:
        value = Fraction(tick.text.replace("−", "-"))
        assert float(tick.get("x")) == pytest.approx(float(left + width * (value - low) / length), abs=0.006)


def test_legend_and_names():
    K = sympy.Symbol("K_1^a")
    items = [Bars([(-1, 0, 1)], label="50 % & <more>"), Marks([(0, 1)])]
    plot = Plot(WINDOW, (K, 1 / K), items, "A title & more")
    assert "50 % &amp; &lt;more&gt;" in plot.svg()
    assert "A title &amp; more" in plot.svg()
    assert r"50 \% \& \textless{}more\textgreater{}" in plot.tikz()
    assert r"K_{1}^{a}" in plot.tikz()


def test_the_title_comes_first_and_a_prime_stands_by_its_letter():
    plot = Plot(WINDOW, (sympy.Symbol("t"), sympy.Symbol("t'")), title="A map")
    root = ElementTree.fromstring(plot.svg())
    assert root[0].tag.endswith("title")
    names = [e for e in root if e.tag.endswith("text") and list(e)]
    assert "".join(names[1].itertext()) == "t′"
    assert [e.get("dy") for e in names[1].iter()] == [None, None]
    both = Plot(WINDOW, ("x", sympy.Symbol("h'_m^(2)"))).svg()
    assert re.search(r'>h</tspan>′<tspan font-size="70%" dy="0.3em">', both)


def test_bad_input_is_refused():
    with pytest.raises(sg.ModelError, match="empty"):
        Plot(((1, 1), (0, 1)), ("x", "y"))
    with pytest.raises(sg.NotExactError):
        Plot(((0, 0.5), (0, 1)), ("x", "y"))
    with pytest.raises(sg.ModelError, match="cannot be drawn"):
        Plot(WINDOW, ("x", "y"), ["a curve"])
