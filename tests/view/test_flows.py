"""Flow figures: arrows are exact images, and nothing is drawn that was not computed."""

from __future__ import annotations

from fractions import Fraction
from xml.etree import ElementTree

import pytest

import symrg as sg
from symrg.view.flows import FlowFigure
from tests.oracles import projective_map as oracle

COUNTS = [[2, 2], [1, 3]]


def image(a, b, c):
    """The factors after one step, from products of plain matrices."""
    after = oracle.image([[1, c], [b, a * b * c]], COUNTS, 2)
    (v00, v01), (v10, v11) = after
    return v11 * v00 / (v10 * v01), v10 / v00, v01 / v00


@pytest.fixture
def recursion():
    return sg.Chain(COUNTS).recursion()


def test_arrows_lead_to_the_images(recursion):
    a, b, c = recursion.factors
    starts = [{a: Fraction(i, 3), b: Fraction(j, 2), c: Fraction(1, 5)} for i in (2, 4) for j in (1, 3)]
    figure = FlowFigure(recursion, (b, a), ((0, 3), (0, 3)), starts)
    for start, (tail, head) in zip(starts, figure.arrows, strict=True):
        expected = image(*(start[f] for f in (a, b, c)))
        assert tail == (start[b], start[a])
        assert head == (expected[1], expected[0])


def test_points_where_the_map_is_not_defined_have_no_arrow(recursion):
    a, b, c = recursion.factors
    figure = FlowFigure(recursion, (a, b), ((0, 3), (-3, 3)), [{a: 1, b: -1, c: 1}])
    assert figure.arrows == ()


def test_both_drawings_show_every_visible_arrow(recursion):
    a, b, c = recursion.factors
    starts = [{a: 2, b: 1, c: 1}, {a: Fraction(1, 2), b: 1, c: 1}, {a: 9, b: 9, c: 1}]
    figure = FlowFigure(recursion, (a, b), ((0, 3), (0, 3)), starts, marks=[{a: 1, b: 1, c: 1}], lines=[1])
    root = ElementTree.fromstring(figure.svg())
    paths = [e for e in root.iter() if e.tag.endswith("path") and e.get("marker-end")]
    inside = [(t, h) for t, h in figure.arrows if max(t) <= 3 and max(h) <= 3]
    assert len(paths) == len(inside) == 2
    assert figure.tikz().count("[->]") == 2


def test_bad_input_is_refused(recursion):
    a, b, _ = recursion.factors
    with pytest.raises(sg.ModelError, match="none of the factors"):
        FlowFigure(recursion, (a, "z"), ((0, 1), (0, 1)), [])
    with pytest.raises(sg.ModelError, match="empty"):
        FlowFigure(recursion, (a, b), ((1, 1), (0, 1)), [])
    with pytest.raises(sg.NotExactError):
        FlowFigure(recursion, (a, b), ((0.5, 1), (0, 1)), [])
