"""Portraits: arrows are images, poles are masked, fixed points stand where exact ones are, files are the same bytes."""

import builtins
import csv
import inspect
import io
import json
import math
import subprocess
import sys
from fractions import Fraction
from itertools import pairwise
from xml.etree import ElementTree

import pytest
import sympy
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import symrg as sg
from symrg.errors import ModelError, NotExactError, UnableError
from symrg.exact.plane_curves import branches
from symrg.exact.polynomials import ring

numpy = pytest.importorskip("numpy")
pytest.importorskip("matplotlib")

Q = Fraction
PAPER = sg.Chain([[2, 2], [1, 3]])
R = PAPER.recursion()
A_PLANE = {"axes": ("a", "b"), "fixed": {"c": Q(-1, 3)}}
small = st.fractions(-4, 4, max_denominator=5)


def legend(picture):
    return [text.get_text() for entry in picture.figure().legends for text in entry.get_texts()]


def by_hand(a, b, c):
    """Eq. (26) of the paper, typed in by hand, in factors."""
    p, q = 2 + 2 * a * c + b + 3 * a * b * c, 2 + 2 * c + b + 3 * b * c
    r, s = 2 + 2 * a * c + a * b + 3 * a * a * b * c, 2 + 2 * c + a * b + 3 * a * b * c
    return r / p * q / s, b * p / q, c * s / q


# -- arrows -------------------------------------------------------------------------------------------------


@given(st.lists(st.tuples(small, small), min_size=1, max_size=6, unique=True), small)
@settings(max_examples=25, deadline=None)
def test_arrows_lead_from_points_to_their_images(starts, c):
    assume(c)
    try:
        picture = sg.Portrait(R, axes=("a", "b"), window=((-4, 4), (-4, 4)), fixed={"c": c}, starts=starts)
        found = dict(picture.arrows)
    except sg.UndefinedPointError:
        return
    for a, b in starts:
        try:
            image = by_hand(a, b, c)
        except ZeroDivisionError:
            image = None
        if not a or not b:
            assert (a, b) in picture.masked
        elif image is None:
            assert (a, b) in picture.masked
            assert (float(a), float(b)) not in found
        elif (a, b) not in picture.masked:  # all weights may vanish where the reduced fractions do not show it
            assert found[(float(a), float(b))] == pytest.approx([float(x) for x in image[:2]], rel=1e-9, abs=1e-9)


def test_orbits_are_seen_step_by_step_and_couplings_are_logarithms():
    start = (Q(1, 2), Q(-1))
    picture = sg.Portrait(R, axes=("A", "B"), kind="couplings", fixed={"C": 0}, starts=[start], steps=3)
    a, b, c = math.exp(0.5), math.exp(-1), 1.0
    assert picture.trajectories[0][0].tolist() == [0.5, -1.0]
    for step in range(1, 4):
        a, b, c = by_hand(a, b, c)
        assert picture.trajectories[step][0] == pytest.approx([math.log(a), math.log(b)])


def test_negative_factors_have_a_sheet_of_their_own():
    picture = sg.Portrait(
        R, **A_PLANE, kind="couplings", signs=(1, -1), starts=[(Q(1), Q(0))], window=((0, 2), (-2, 2))
    )
    a, b, _ = by_hand(math.e, -1.0, -1 / 3)
    assert b < 0
    assert picture.trajectories[1][0] == pytest.approx([math.log(a), math.log(-b)])
    (point,) = [p for part in picture.plane.fixed for p in picture.points(part)]
    assert point == pytest.approx((math.log(3), math.log(2 / 3)))
    assert r"B - i\pi" in picture.figure().axes[0].get_ylabel()


def test_starts_on_poles_are_masked():
    # 2 + 2 c + b + 3 b c with c = 1 vanishes at b = -1
    picture = sg.Portrait(
        R, axes=("a", "b"), fixed={"c": 1}, window=((0, 3), (-2, 2)), starts=[(2, -1), (2, 1), (2, 0)]
    )
    assert picture.masked == ((2, -1), (2, 0))
    assert len(picture.arrows) == 1
    assert "2 of 3 starts masked" in picture.caption
    poles = {picture.plane.ring.format(p) for p in picture.plane.poles}
    assert poles >= {"b + 1", "3*a*b + 2*a + b + 2"}


# -- the plane ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("c", "kept"), [(Q(-1, 3), True), (Q(1), False), (Q(2, 5), False)])
def test_whether_the_map_keeps_the_plane_is_decided_and_said(c, kept):
    picture = sg.Portrait(R, axes=("a", "b"), fixed={"c": c})
    moved = {by_hand(a, b, c)[2] == c for a in (Q(2), Q(5), Q(1, 7)) for b in (Q(3), Q(7, 2))}
    assert picture.plane.invariant is kept is (moved == {True})
    assert ("the map keeps" in picture.caption) is kept
    assert ("projection" in picture.caption) is not kept


def test_slaved_factors_may_be_functions_of_the_axes():
    ising = sg.Chain([[1, 0], [0, 1]]).recursion()
    b = ising.factors[1]
    kept = sg.Portrait(ising, axes=("a", "b"), slaved={"c": 2 * b})  # b and c are multiplied by the same number
    assert kept.plane.invariant
    assert "surface" in kept.caption
    assert not sg.Portrait(ising, axes=("a", "b"), slaved={"c": b + 1}).plane.invariant


def test_fixed_points_stand_where_exact_ones_are():
    picture = sg.Portrait(R, **A_PLANE, window=((-2, 6), (-3, 3)))
    line, point = picture.plane.fixed
    assert (line.stability, point.stability) == ("attracting", "repelling")
    assert picture.plane.ring.format(line.polynomial) == "a - 1"
    assert picture.points(point) == [pytest.approx((3, -2 / 3))]
    assert by_hand(*[Q(3), Q(-2, 3), Q(-1, 3)]) == (3, Q(-2, 3), Q(-1, 3))
    (branch,) = picture.curve(line.polynomial)
    assert all(x == 1 for x, _ in branch)
    drawn = [tuple(entry.get_xydata()[0]) for entry in picture.figure().axes[0].lines if entry.get_marker() == "o"]
    assert pytest.approx((3, -2 / 3)) in drawn


def test_a_plane_of_fixed_points_has_no_arrows_but_says_why():
    picture = sg.Portrait(R, axes=("b", "c"), fixed={"a": 1})
    assert [part.dimension for part in picture.plane.fixed] == [2]
    assert "no arrows" in picture.caption
    assert not picture.figure().axes[0].collections


def test_punctures_interrupt_lines_of_fixed_points():
    picture = sg.Portrait(R, axes=("a", "b"), fixed={"c": 1}, window=((0, 2), (-3, 3)))
    found = picture.plane.punctures
    assert (Q(1), Q(-1)) in found
    for a, b in found:
        p, q = 2 + 2 * a + b + 3 * a * b, 4 + 4 * b
        assert p == 0 or q == 0 or 4 + a * b + 3 * a * b == 0


def test_chains_too_large_for_elimination_have_their_fixed_points_by_rank():
    wide = sg.LayeredNetwork(width=2).chain().recursion()
    axes = ("k_h1h2s1s2", "k_h1h2s1")
    picture = sg.Portrait(wide, axes=axes, window=((Q(1, 2), 2), (Q(1, 2), 2)), grid=4)
    ones = [1] * 15
    assert wide(ones) == tuple(ones)
    assert [(part.points, part.stability) for part in picture.plane.fixed] == [(((1, 1),), "attracting")]
    assert "13 factors off the axes = 1" in picture.caption


def test_other_recursions_have_portraits_too():
    x, y = sympy.symbols("x y")
    own = sg.Recursion.from_images({x: x**2, y: 2 * y / (y + 1)}, scale=2)
    picture = sg.Portrait(own, window=((-1, 3), (-1, 3)), basins=True, grid=4)
    kinds = {part.points: part.stability for part in picture.plane.fixed}
    # x^2 has slope 0 at 0 and moves away from 1; 2 y/(y + 1) has slope 2 at 0 and 1/2 at 1
    assert kinds == {((0, 0),): "saddle", ((0, 1),): "attracting", ((1, 0),): "repelling", ((1, 1),): "saddle"}
    assert picture.masked == ()
    assert "factor" not in picture.caption + " ".join(legend(picture))
    assert picture.caption.startswith(
        "Recursion of scale 2: x' = x^2, y' = 2\u00a0y/(y\u00a0+\u00a01), in the whole space"
    )
    assert json.loads(json.dumps(picture.record()))["images"] == {"x": "x**2", "y": "2*y/(y + 1)"}
    assert sg.Portrait(R, grid=1).record()["images"] is None
    with pytest.raises(ModelError, match="recursions of chains"):
        sg.Portrait(own, infinitesimal=True)


def test_long_maps_are_in_the_data():
    x, y = sympy.symbols("x y")
    own = sg.Recursion.from_images({x: x / 3 + sympy.Rational(1, 7**99), y: y + x / sympy.Integer(5) ** 99}, scale=3)
    picture = sg.Portrait(own, grid=1)
    assert "whose 2 images are in the data" in picture.caption
    (again,) = [sympy.Rational(picture.record()["images"]["x"].removeprefix("x/3 + "))]
    assert again == sympy.Rational(1, 7**99)


def test_a_plane_may_fix_a_plain_coordinate_at_zero():
    r, u, v = sympy.symbols("r u v")
    images = {r: 4 * r + u, u: 2 * u - u**2, v: v / 2}
    plain = sg.Portrait(sg.Recursion.from_images(images, scale=2), fixed={"v": 0}, window=((-1, 1), (-1, 2)))
    assert plain.plane.invariant
    assert {part.points for part in plain.plane.fixed} == {((0, 0),), ((Q(-1, 3), 1),)}
    with pytest.raises(ModelError, match="infinite"):
        sg.Portrait(sg.Recursion.from_images(images, scale=2, exponential=True), fixed={"v": 0})
    with pytest.raises(ModelError, match="none of the coordinates r, u, v"):
        sg.Portrait(sg.Recursion.from_images(images, scale=2), fixed={"w": 0})


def test_starts_and_words_of_exponential_recursions_are_those_of_factors():
    x, y = sympy.symbols("x y")
    own = sg.Recursion.from_images({x: x**2, y: 2 * y / (y + 1)}, scale=2, exponential=True)
    picture = sg.Portrait(own, starts=[(0, 1), (2, 1)], window=((-1, 3), (-1, 3)))
    assert picture.masked == ((0, 1),)
    assert "factor 0: infinite coupling" in legend(picture)
    assert "fixed, attracting: (x, y) = (0, 1) (infinite coupling); λ = 0 (1), 1/2 (1)" in legend(picture)


def test_names_with_two_indices_are_written():
    k, h = sympy.symbols("k_1_2 K_h_1")
    picture = sg.Portrait(sg.Recursion.from_images({k: k**2, h: h / 2 + k}, scale=2), grid=2)
    axes = picture.figure().axes[0]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("$k_{1,2}$", "$K_{h,1}$")
    assert picture.rendered(".png")


def test_where_a_line_of_fixed_points_goes_through_a_plane_is_no_attracting_point():
    x, y, z = sympy.symbols("x y z")
    own = sg.Recursion.from_images({x: x / 2 + z / 4, y: y / 2 + z / 4 + Q(1, 4), z: z}, scale=2)
    picture = sg.Portrait(own, window=((-1, 3), (-1, 3)), grid=2)
    (part,) = picture.plane.fixed
    assert (part.points, part.dimension, part.component_dimension, part.whole) == (((Q(1, 2), 1),), 0, 1, False)
    assert "on a line of fixed points, attracting: (x, y) = (1/2, 1); λ = 1/2 (2), 1 (1)" in legend(picture)
    (drawn,) = [
        line for line in picture.figure().axes[0].lines if len(line.get_xdata()) == 1 and line.get_marker() != "."
    ]
    assert drawn.get_markerfacecolor() == "white"


def test_irrational_points_have_digits_and_a_stability_each():
    x, y = sympy.symbols("x y")
    own = sg.Recursion.from_images({x: x**2 - 2 * x + 1, y: y / 3}, scale=2)  # x = (3 ± √5)/2, slopes 1 ± √5
    picture = sg.Portrait(own, window=((-1, 3), (-1, 1)), grid=2)
    found = {part.points[0][0].index: (part.stability, len(part.points)) for part in picture.plane.fixed}
    assert found == {0: ("saddle", 1), 1: ("saddle", 1)}  # 1 − √5 ≈ −1.236
    shown = legend(picture)
    assert any("saddle: (x, y) ≈ (0.381966, 0); λ" in label and "≈ −1.23607" in label for label in shown)
    assert any("saddle: (x, y) ≈ (2.61803, 0); λ" in label and "≈ 3.23607" in label for label in shown)


def test_directions_at_saddles_are_eigenvectors():
    x, y = sympy.symbols("x y")
    told = "direction away from a saddle; dashed: towards it"
    own = sg.Recursion.from_images({x: (7 * x + 3 * y) / 4, y: (x + 2 * y) / 4}, scale=2)  # λ = (9 ± √37)/8
    picture = sg.Portrait(own, axes=("y", "x"), window=((-1, 1), (-2, 2)), grid=2)
    assert told in legend(picture)
    crossed = [
        line for line in picture.figure().axes[0].lines if len(line.get_xdata()) == 2 and line.get_zorder() == 4.2
    ]
    slopes = []
    for line in crossed:
        (u, v), (s, t) = line.get_xydata()
        assert (u + s, v + t) == pytest.approx((0, 0))
        slopes.append(((t - v) / (s - u), line.get_linestyle()))
    root = math.sqrt(37)
    # x/y of the eigenvectors: (λ − 1/2) · 4
    expected = [((9 + e * root) / 2 - 2, "-" if e > 0 else "--") for e in (-1, 1)]
    assert [s for s, _ in sorted(slopes)] == pytest.approx([s for s, _ in expected])
    assert [d for _, d in sorted(slopes)] == [d for _, d in expected]
    assert told not in legend(sg.Portrait(R, **A_PLANE, grid=2))


def test_points_on_axes_of_couplings_have_their_factors_with_names():
    x, y = sympy.symbols("x y")
    own = sg.Recursion.from_images({x: x**2 / 4, y: y**2 / 4}, scale=2, exponential=True)
    picture = sg.Portrait(own, kind="couplings", grid=2)
    assert any("repelling: (x, y) = (4, 4)" in label for label in legend(picture))
    assert picture.figure().axes[0].get_xlabel() == r"$\ln x$"


def test_poles_are_in_the_legend_only_where_they_are_seen():
    x, y = sympy.symbols("x y")
    own = sg.Recursion.from_images({x: x + 1 / x, y: y / 2}, scale=2)
    told = "pole: the map is not defined"
    assert told in legend(sg.Portrait(own, window=((-1, 1), (0, 1)), grid=2))
    assert told not in legend(sg.Portrait(own, window=((0, 1), (0, 1)), grid=2))  # on the frame
    assert told not in legend(sg.Portrait(own, window=((1, 2), (0, 1)), grid=2))
    assert told not in legend(sg.Portrait(own, kind="couplings", grid=2))


@given(st.lists(st.integers(-4, 4), min_size=6, max_size=6))
@settings(max_examples=30, deadline=None)
def test_branches_of_conics_are_all_their_points(c):
    x, y = ring("x", "y").gens
    conic = c[0] * x**2 + c[1] * x * y + c[2] * y**2 + c[3] * x + c[4] * y + c[5]
    assume(conic != 0 and not conic.is_constant() and c[2])
    if len(conic.factor()[1]) > 1 or conic.factor()[1][0][1] > 1:
        return
    box = ((Q(-3), Q(3)), (Q(-3), Q(3)))
    drawn = list(branches(conic, box))
    for u, v in (point for branch in drawn for point in branch):
        value = c[0] * u**2 + c[1] * u * v + c[2] * v**2 + c[3] * u + c[4] * v + c[5]
        assert abs(value) < Q(1, 2**30)
    # as many branches over an abscissa as real roots, by the quadratic formula
    u = Q(1234567, 1000003)
    p, q, r = c[2], c[1] * u + c[4], c[0] * u**2 + c[3] * u + c[5]
    roots = 0 if q * q < 4 * p * r else 2
    assert sum(branch[0][0] < u < branch[-1][0] for branch in drawn) == roots


def test_the_first_axes_are_the_coupling_of_a_pair_and_a_field_and_projections_are_told():
    assert list(map(str, sg.Portrait(R, grid=1).plane.axes)) == ["a", "b"]
    network = sg.LayeredNetwork(width=2, biases=None, weights=(-1, 0, 1), activation=sg.sign)
    picture = sg.Portrait(network.chain().recursion(), grid=3)
    assert list(map(str, picture.plane.axes)) == ["k_h1s1", "k_h1"]
    assert not picture.plane.invariant
    told = "one step of the map, projected: it leaves the plane"
    assert told in legend(picture)
    assert "one step of the map" not in legend(picture)
    assert "shown is their projection" in picture.caption
    circles = next(line for line in picture.figure().axes[0].lines if line.get_marker() == "o")
    assert sorted(map(tuple, circles.get_xydata())) == sorted(
        head for _, head in picture.arrows if picture._inside(head)
    )
    kept = sg.Portrait(R, **A_PLANE, grid=3)
    assert "one step of the map" in legend(kept)
    assert told not in legend(kept)


# -- couplings that are sums of logarithms ---------------------------------------------------------------------


def ising(branches=2):
    K, F = sympy.symbols("K F")
    u, v = (sg.Variable(name, (-1, 1)) for name in "uv")
    return sg.bond_recursion(K * u * v + F * (u + v) / 2, between=(u, v), branches=branches)


def summed(k, f, branches):
    """The middle spin of K (u s + s v) + F (u + 2 s + v)/2 summed over, by cosh."""
    up, down = math.log(math.cosh(2 * k + f)), math.log(math.cosh(2 * k - f))
    return branches * (up + down - 2 * math.log(math.cosh(f))) / 4, branches * (f + (up - down) / 2)


@given(st.tuples(small, small), st.integers(1, 3))
@settings(max_examples=15, deadline=None)
def test_couplings_of_bonds_move_as_sums_over_spins_say(start, branches):
    picture = sg.Portrait(ising(branches), axes=("K", "F"), starts=[start, (start[0], -start[1])])
    assert picture.kind == "couplings"
    (_, first), (_, second) = picture.trajectories.swapaxes(0, 1)
    assert first == pytest.approx(summed(*map(float, start), branches), rel=1e-6, abs=1e-6)
    assert second == pytest.approx((first[0], -first[1]), rel=1e-6, abs=1e-6)
    assert picture.plane.invariant
    assert "in the whole space of couplings" in picture.caption


def test_the_critical_point_of_the_diamond_lattice_stands_at_its_coupling():
    low, high = 0.3, 1.0  # at F = 0 a fixed point has ln cosh 2K = K
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if math.log(math.cosh(2 * middle)) < middle else (low, middle)
    picture = sg.Portrait(ising(), axes=("F", "K"), window=((-1, 1), (-1, 1)), grid=2)
    shown = {part.stability: picture.points(part) for part in picture.plane.fixed if picture.points(part)}
    assert shown["saddle"] == [(0, 0)]
    assert shown["repelling"] == [pytest.approx((0, low))]
    assert shown.keys() == {"saddle", "repelling"}
    slope = 4 * math.tanh(2 * low) / 2  # of K' = ln cosh 2K
    assert any(f"(F, K) ≈ (0, {low:.6g}); λ ≈ {slope:.5f}" in label for label in legend(picture))
    crossed = [line for line in picture.figure().axes[0].lines if line.get_zorder() == 4.2]
    # at K = 0 a bond with its two halves of a field doubles the field: away along F, and K' = 2 K² towards it
    away = {line.get_linestyle(): numpy.ptp(line.get_xydata(), axis=0) for line in crossed}
    assert away["-"][1] == pytest.approx(0)
    assert away["--"][0] == pytest.approx(0)
    record = picture.record()
    assert (record["axes"], record["kind"], record["others"]) == (["F", "K"], "couplings", {})
    assert picture.csv().startswith("item,what,number,step,F,K\n")


def test_lines_of_fixed_points_have_couplings_for_names():
    picture = sg.Portrait(ising(1), axes=("K", "F"), window=((-1, 1), (-1, 1)), grid=2, basins=True)
    (part,) = [part for part in picture.plane.fixed if part.dimension and picture.curve(part.polynomial)]
    (branch,) = picture.curve(part.polynomial)
    assert all(abs(k) < 1e-12 for k, _ in branch)
    assert branch[0][1] < -0.99
    assert branch[-1][1] > 0.99
    assert any(label.startswith("fixed, attracting: $K = 0$") for label in legend(picture))
    assert picture.basin_map.labels == ["ends at a fixed point that depends on the start"]


@pytest.mark.parametrize("window", [((-1, 1), (-1, 1)), ((-2, 0), (-3, 1))])
def test_phases_are_named_by_couplings(window):
    picture = sg.Portrait(ising(), axes=("K", "F"), window=window, basins=True)
    for (_, f), label in coloured(picture):  # spins follow the field, and bonds that cost nothing are not seen
        assert label == f"ends where F → {'' if f > 0 else '−'}∞"


def test_a_chain_of_spins_has_its_couplings_on_the_axes():
    spins = sg.Chain([[1, 0], [0, 1]], (sg.Variable("s", (-1, 1)),), (sg.Variable("t", (-1, 1)),))
    for axes, order in ((None, (0, 1)), (("B", "A"), (1, 0))):
        start = (Q(1, 3), Q(3, 4))
        picture = sg.Portrait(spins.recursion(), axes, kind="couplings", starts=[[start[k] for k in order]])
        pair, _ = summed(*map(float, start), 1)
        up, down = (math.cosh(2 / 3 + sign * 3 / 4) for sign in (1, -1))
        image = (pair, 3 / 4 + math.log(up / down) / 4)  # of A s t + B s: the half of it stays with t
        assert picture.trajectories[1][0] == pytest.approx([image[k] for k in order])
        assert not picture.plane.invariant
        assert picture.record()["others"] == {"C": "0"}
        assert "in the plane with C = 0, which the map leaves" in picture.caption.replace("\u00a0", " ")
    symmetric = sg.Portrait(spins.recursion(), ("B", "C"), kind="couplings", grid=2)
    assert symmetric.plane.invariant  # without a coupling of spins, none arises


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"axes": ("K", "k")}, "K is a coupling and k is not"),
        ({"axes": ("K", "K")}, "two different couplings"),
        ({"axes": ("K", "F"), "signs": (1, -1)}, "real couplings"),
        ({"axes": ("K", "F"), "fixed": {"F": 0}}, "F is on an axis"),
        ({"axes": ("K", "F"), "kind": "factors"}, "K and F are couplings"),
        ({"axes": ("K", "k"), "kind": "couplings"}, "K is a coupling and k is not"),
        ({"axes": ("K", "F"), "slaved": {"f": sympy.Symbol("k")}}, "for other planes draw factors"),
        ({"axes": ("K", "F"), "fixed": {"f": 2}}, "for other planes draw factors"),
    ],
)
def test_what_is_no_plane_of_couplings(options, said):
    with pytest.raises(ModelError, match=said):
        sg.Portrait(ising(), **options)


# -- the infinitesimal flow and basins ------------------------------------------------------------------------


def test_lines_of_the_infinitesimal_flow_end_on_the_image_and_keep_its_slope():
    start = (Q(5, 2), Q(-1, 2))
    picture = sg.Portrait(R, **A_PLANE, starts=[start], infinitesimal=True)
    line = picture.trajectories[:, 0]
    image = by_hand(*start, Q(-1, 3))
    assert line[-1] == pytest.approx([float(x) for x in image[:2]])
    rates = [
        float(x.evalf())
        for x in PAPER.infinitesimal()((sympy.Rational(5, 2), -sympy.Rational(1, 2), -sympy.Rational(1, 3)))[:2]
    ]
    step = (line[1] - line[0]) / (math.log(2) / 24 * 1.0)
    assert math.atan2(step[1], step[0]) == pytest.approx(math.atan2(rates[1], rates[0]), abs=0.05)
    assert picture.arrows == ()
    assert "not the map" in picture.caption
    texts = [text.get_text() for text in picture.figure().legends[0].get_texts()]
    assert "infinitesimal flow T ln T, not the map" in texts


def test_there_is_no_line_where_the_flow_is_not_defined():
    picture = sg.Portrait(R, **A_PLANE, starts=[(3, 1)], infinitesimal=True)  # det T = 4 b c (a - 1) < 0
    assert numpy.isnan(picture.trajectories[1:]).all()


@pytest.mark.parametrize(
    ("axes", "fixed", "window"),
    [(("b", "c"), {"a": 3}, ((-3, 3), (-3, 3))), (("a", "b"), {"c": Q(-1, 3)}, ((-2, 6), (-3, 3)))],
)
def test_colours_of_basins_agree_with_exact_ends(axes, fixed, window):
    picture = sg.Portrait(R, axes=axes, fixed=fixed, window=window, basins=True, grid=2)
    found = picture.basin_map
    size = len(found.colours)
    for k in range(3, size, 31):
        for j in range(5, size, 37):
            place = (
                Q(low) + (high - low) * (i + part) / size
                for i, part, (low, high) in zip((j, k), (Q(487, 1000), Q(521, 1000)), window, strict=True)
            )
            end = PAPER.flow({**dict(zip(axes, place, strict=True)), **fixed}).end_point(digits=10)
            label = found.labels[found.colours[k, j]]
            if not end.converges:
                assert label.startswith("eigenvalues of T complex")
            elif None in end.factors:
                assert label == "ends at infinite couplings"
            else:
                negative = [name for name, x in zip("abc", end.factors, strict=True) if x < 0]
                told = f"{', '.join(negative)} < 0" if negative else "all factors > 0: real couplings"
                assert label == f"ends where {told}"


def coloured(picture):
    """Pairs of a place and the label of its colour, some of them."""
    found = picture.basin_map
    size = len(found.colours)
    for k in range(2, size, 23):
        for j in range(4, size, 19):
            place = [
                float(low + (high - low) * (i + part) / size)
                for i, part, (low, high) in zip((j, k), (Q(487, 1000), Q(521, 1000)), picture.box, strict=True)
            ]
            yield place, found.labels[found.colours[k, j]]


@given(st.fractions(-1, 1, max_denominator=50), st.fractions(-1, 1, max_denominator=50), small, small)
@settings(max_examples=6, deadline=None)
def test_a_linear_map_that_contracts_has_one_basin(first, second, p, q):
    assume(max(abs(first), abs(second)) < 1)
    x, y = sympy.symbols("x y")
    own = sg.Recursion.from_images({x: p + first * (x - p), y: q + second * (y - q)}, scale=2)
    found = sg.Portrait(own, window=((-3, 3), (-3, 3)), basins=True, grid=1).basin_map
    values = ", ".join(str(v).replace("-", "−") for v in (p, q))
    assert found.labels == [f"ends at (x, y) = ({values})"]
    assert not found.colours.any()


def test_basins_have_the_names_of_their_ends():
    x, y = sympy.symbols("x y")
    own = sg.Recursion.from_images({x: (3 * x - x**3) / 2, y: y / 2}, scale=2)  # slope 3/2 at 0, 0 at ±1

    def end(u):
        while 1e-9 < abs(abs(u) - 1) < 1e9:
            u = (3 * u - u**3) / 2
        return u

    seen = set()
    for (u, _), label in coloured(sg.Portrait(own, window=((-3, 3), (-1, 1)), basins=True)):
        last = end(u)
        # −u^3/2: outside it goes to and fro
        assert label == ("ends where |x| → ∞" if abs(last) > 2 else f"ends at (x, y) = ({'−' * (last < 0)}1, 0)")
        seen.add(label)
    assert len(seen) == 3


@pytest.mark.parametrize("kind", ["factors", "couplings"])
def test_infinite_couplings_are_at_zero_and_at_infinity_alike(kind):
    x, y = sympy.symbols("x y")
    images = {x: x**2, y: (y + 1) / 2}
    window = {"factors": ((0, 3), (0, 3)), "couplings": ((-2, 2), (-2, 2))}[kind]
    own = sg.Recursion.from_images(images, scale=2, exponential=True)
    far = "ends where x → ∞"  # for y it has no zero and no infinity
    for (u, _), label in coloured(sg.Portrait(own, window=window, kind=kind, basins=True, grid=1)):
        below = u < (1 if kind == "factors" else 0)
        assert label == ("ends at (x, y) = (0, 1), infinite coupling" if below else far)
    plain = sg.Portrait(sg.Recursion.from_images(images, scale=2), window=window, kind=kind, basins=True)
    for (u, _), label in coloured(plain):
        below = u < (1 if kind == "factors" else 0)
        assert label == ("ends at (x, y) = (0, 1)" if below else far)


def test_a_fixed_line_on_the_frame_is_in_the_legend():
    K, F = sympy.symbols("K F")
    u, v = (sg.Variable(name, (-1, 1)) for name in "uv")
    own = sg.bond_recursion(K * u * v + F * (u + v) / 2, between=(u, v))
    figure = sg.Portrait(own, axes=("K", "F"), window=((0, 1), (-1, 1)), grid=4).figure()
    labels = [text.get_text() for legend in figure.legends for text in legend.get_texts()]
    assert any(label.startswith("fixed") for label in labels), labels  # K = 0 with any field


def test_the_phases_of_the_ising_model_on_the_diamond_lattice_are_told_apart():
    K, F = sympy.symbols("K F")
    u, v = (sg.Variable(name, (-1, 1)) for name in "uv")
    own = sg.bond_recursion(K * u * v + F * (u + v) / 2, between=(u, v), branches=2)
    picture = sg.Portrait(own, axes=("k", "f"), window=((0, 1), (0, 2)), basins=True)
    seen = set()
    # relative to ↓↓, weights of ↑↑ and ↑↓ are f = e^{2F} and k; a large field aligns spins, k' ≈ f²/k², f' ≈ (f/k)⁴
    for (_, f), label in coloured(picture):
        assert label == ("ends where f → ∞, k → ∞" if f > 1 else "ends at (k, f) = (0, 0), infinite coupling")
        seen.add(label)
    assert len(seen) == 2
    assert picture.basin_map.kinds == ["far", "far"]
    assert "f = exp(2\u00a0F)" in picture.caption
    entries = picture.figure().legends[0]
    colours = {
        t.get_text(): p.get_facecolor() for t, p in zip(entries.get_texts(), entries.get_patches(), strict=False)
    }
    assert len({colours[label] for label in seen}) == 2


@given(st.tuples(*[st.integers(-2, 2)] * 4))
@settings(max_examples=10, deadline=None)
def test_where_products_of_powers_go_is_known_from_their_matrix(powers):
    p, q, r, s = powers
    x, y = sympy.symbols("x y")
    matrix = numpy.array([[p, q], [r, s]], dtype=float)
    assume(p * s != q * r and max(abs(numpy.linalg.eigvals(matrix))) > 1.2)
    own = sg.Recursion.from_images({x: x**p * y**q, y: x**r * y**s}, scale=2, exponential=True)
    picture = sg.Portrait(own, kind="couplings", basins=True, grid=1)
    far = [label for label in picture.basin_map.labels if "→" in label]
    for place, label in coloured(picture):
        if label in far:
            for k, name in enumerate("xy"):  # what is said to run away does, and to that side
                along = [(numpy.linalg.matrix_power(matrix, n) @ numpy.array(place))[k] for n in range(50, 70)]
                told = {f"{name} → ∞" in label: 1, f"{name} → 0" in label: -1}.get(True, 0)
                assert not told or min(told * x for x in along) > 3


@given(slope=st.integers(2, 6), coupling=st.integers(1, 4))
@settings(max_examples=2, deadline=None)
def test_plain_coordinates_run_away_on_either_side_of_the_line_through_the_saddle(slope, coupling):
    r, u = sympy.symbols("r u")
    own = sg.Recursion.from_images({r: slope * r + coupling * u, u: u * (2 - 3 * u)}, scale=2)
    picture = sg.Portrait(own, window=((-1, 1), (0, Q(1, 2))), basins=True, grid=1)
    seen = set()
    for (x, y), label in coloured(picture):
        # r_n / slope^n is r plus a sum over the orbit of u, which does not know of r
        total, weight = x, 1 / slope
        for _ in range(40):
            total, weight, y = total + coupling * weight * y, weight / slope, y * (2 - 3 * y)
        if abs(total) > 1e-6:
            assert label == f"ends where r → {'−' * (total < 0)}∞"
            seen.add(label)
    assert len(seen) == 2
    assert set(picture.basin_map.kinds) == {"far"}
    assert "beyond 10^30 is taken to run to infinity" in picture.caption
    flipped = sg.Recursion.from_images({r: -slope * r, u: u / 2}, scale=2)
    (label,) = sg.Portrait(flipped, window=((-1, 1), (-1, 1)), basins=True, grid=1).basin_map.labels
    assert label == "ends where |r| → ∞"


def test_too_many_ways_to_infinity_are_one():
    names = x, y, z = sympy.symbols("x y z")
    own = sg.Recursion.from_images({s: 3 * s for s in names}, scale=2)
    four = sg.Portrait(own, window=((-1, 1), (-1, 1)), fixed={z: 0}, basins=True, grid=1).basin_map
    assert {label.replace("−", "") for label in four.labels} == {"ends where x → ∞, y → ∞"}
    assert len(four.labels) == 4
    eight = sg.Portrait(own, window=((-1, 1), (-1, 1)), slaved={z: x + y}, basins=True, grid=1).basin_map
    assert len(eight.labels) == 6
    cut = sg.Portrait(own, window=((-1, 1), (-1, 1)), slaved={z: x + y - Q(1, 2)}, basins=True, grid=1).basin_map
    assert cut.labels == ["leaves all bounds"]  # seven parts of the plane


def test_cycles_and_what_is_not_decided_are_said():
    x, y = sympy.symbols("x y")
    own = sg.Recursion.from_images({x: Q(16, 5) * x * (1 - x), y: y / 2}, scale=2)  # a cycle of two attracts
    for (u, _), label in coloured(sg.Portrait(own, window=((-1, 2), (-1, 1)), basins=True)):
        assert label == ("ends in a cycle of 2 points" if 0 < u < 1 else "ends where x → −∞")
    slow = sg.Recursion.from_images({x: x - x**3 / 100, y: y / 2}, scale=2)  # slope 1: x falls like 1/√n
    picture = sg.Portrait(slow, window=((-1, 1), (-1, 1)), basins=True, grid=1)
    (label,) = picture.basin_map.labels
    steps = int(label.removeprefix("undecided after ").removesuffix(" steps"))
    assert f"for {steps} steps" in picture.caption
    assert picture.basin_map.kinds == ["undecided"]
    assert any(p.get_hatch() for p in picture.figure().legends[0].get_patches())


def test_ends_that_depend_on_the_start_are_no_basin_of_a_point():
    x, y = sympy.symbols("x y")
    own = sg.Recursion.from_images({x: x, y: (x + y) / 2}, scale=2)
    found = sg.Portrait(own, basins=True, grid=1).basin_map
    assert found.labels == ["ends at a fixed point that depends on the start"]


def test_neighbouring_colours_differ_in_grey():
    from matplotlib.colors import to_rgb

    from symrg.view._portrait_figure import _BASINS, _SHADES

    def grey(colour):
        return 255 * sum(w * c for w, c in zip((0.299, 0.587, 0.114), to_rgb(colour), strict=True))

    levels = [*map(grey, _BASINS)]
    assert all(a - b >= 12 for a, b in pairwise(levels))
    others = [grey(_SHADES[kind]) for kind in ("far", "open", "elsewhere")]
    assert all(abs(a - b) >= 12 for a in others for b in levels)
    assert min(levels) > 185  # shafts of arrows have 125


# -- files --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", [".svg", ".pdf", ".png"])
def test_the_same_bytes_each_time(suffix):
    picture = sg.Portrait(R, **A_PLANE, grid=4, basins=True)
    assert picture.rendered(suffix) == sg.Portrait(R, **A_PLANE, grid=4, basins=True).rendered(suffix)


def test_the_reader_s_settings_do_not_matter_and_are_kept():
    import matplotlib

    plain = sg.Portrait(R, grid=3).rendered()
    with matplotlib.rc_context({"font.size": 20, "axes.facecolor": "black"}):
        assert sg.Portrait(R, grid=3).rendered() == plain
        assert matplotlib.rcParams["font.size"] == 20


def test_svg_is_well_formed_and_the_data_beside_it_is_what_is_drawn(tmp_path):
    picture = sg.Portrait(R, **A_PLANE, grid=3, steps=2, about="a test")
    path, data = picture.write(tmp_path / "flow.svg")
    assert ElementTree.parse(path).getroot().tag.endswith("svg")
    record = json.loads(data.read_text())
    assert record["others"] == {"c": "-1/3"}
    assert record["caption"] == picture.caption
    assert record["invariant"] is True
    assert record["window"] == [["0", "3"], ["0", "3"]]
    first = record["trajectories"][0]
    assert first[0] == [0.5, 0.5]
    assert first[1] == pytest.approx([float(x) for x in by_hand(Q(1, 2), Q(1, 2), Q(-1, 3))[:2]])
    path, table = picture.write(tmp_path / "flow.png", data=tmp_path / "flow.csv")
    rows = list(csv.DictReader(io.StringIO(table.read_text())))
    assert {row["item"] for row in rows} >= {"orbit", "fixed attracting", "pole"}
    assert [float(rows[1]["a"]), float(rows[1]["b"])] == pytest.approx(first[1])
    assert sorted(p.name for p in tmp_path.iterdir()) == ["flow.csv", "flow.json", "flow.png", "flow.svg"]


def test_portrait_returns_a_figure_that_no_global_state_knows():
    from matplotlib.figure import Figure

    assert isinstance(sg.portrait(R, grid=2), Figure)
    done = subprocess.run(
        [sys.executable, "-c", "import sys, symrg; symrg.Portrait; print({'numpy', 'matplotlib'} & set(sys.modules))"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout == "set()\n"


def test_notebooks_show_the_figure_and_nobody_s_settings_change_it():
    import matplotlib

    figure = sg.portrait(R, grid=2)
    picture, size = figure._repr_png_()
    assert picture.startswith(b"\x89PNG")
    # width and height of a PNG are the first two numbers of its first chunk; shown at half of that
    assert [int.from_bytes(picture[k : k + 4]) for k in (16, 20)] == pytest.approx(
        [2 * size["width"], 2 * size["height"]], abs=2
    )
    with matplotlib.rc_context({"savefig.facecolor": "black", "savefig.bbox": "tight"}):
        assert figure._repr_png_()[0] == picture
    one = sympy.Symbol("x")
    web = sg.portrait(sg.Recursion.from_images({one: one**2}, scale=2))
    assert web._repr_png_()[0].startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"axes": ("a", "z")}, ModelError, "z is none of the factors a, b, c"),
        ({"axes": ("a", "a")}, ModelError, "two different"),
        ({"axes": ("a", "b"), "fixed": {"a": 1}}, ModelError, "a is on an axis"),
        ({"fixed": {"c": 0.5}}, NotExactError, r"Fraction\(1, 2\)"),
        ({"fixed": {"c": 0}}, ModelError, "infinite"),
        ({"slaved": {"c": "b"}}, ModelError, "SymPy expression in a and b is wanted"),
        ({"fixed": {"c": 1}, "slaved": {"c": 2}}, ModelError, "both fixed and slaved"),
        ({"slaved": {"c": sympy.Symbol("z")}}, ModelError, "z is not among"),
        ({"window": ((1, 1), (0, 2))}, ModelError, "empty"),
        ({"window": ((0, 1.5), (0, 2))}, NotExactError, r"Fraction\(3, 2\)"),
        ({"window": 3}, ModelError, "left, right"),
        ({"kind": "angles"}, ModelError, "couplings"),
        ({"signs": (1, -1)}, ModelError, "window below zero"),
        ({"kind": "couplings", "signs": (1, 2)}, ModelError, "1 or -1"),
        ({"kind": "couplings", "fixed": {"C": 1}}, ModelError, "give c instead"),
        ({"steps": -1}, ModelError, "steps"),
        ({"grid": 0}, ModelError, "from 1 to 141"),
    ],
)
def test_errors_say_what_and_what_to_try(options, error, said):
    with pytest.raises(error, match=said):
        sg.Portrait(R, **options)


def test_unknown_options_and_what_is_no_recursion():
    with pytest.raises(TypeError, match="no option windw; did you mean window") as caught:
        sg.portrait(R, windw=((0, 1), (0, 1)))
    assert isinstance(caught.value, ModelError)
    with pytest.raises(ModelError, match="there are axes, window"):
        sg.portrait(R, colour=1)
    with pytest.raises(TypeError, match="Portrait has no option basin; did you mean basins") as caught:
        sg.Portrait(R, basin=True)
    assert isinstance(caught.value, ModelError)
    with pytest.raises(TypeError, match="recursion"):
        sg.Portrait(axes=("a", "b"))
    assert list(inspect.signature(sg.Portrait).parameters)[:3] == ["recursion", "axes", "window"]
    with pytest.raises(TypeError, match="Cobweb has no option step; did you mean steps"):
        sg.Cobweb(R, step=1)
    with pytest.raises(ModelError, match=r"this is a Chain; pass its recursion: chain.recursion\(scale=2\)"):
        sg.portrait(PAPER)
    with pytest.raises(ModelError, match=r"FixedPointSet; pass the recursion it is of, .*scale=2\)"):
        sg.portrait(R.fixed_points())
    with pytest.raises(ModelError, match="pass a Recursion"):
        sg.Portrait("R")


def test_axes_may_be_one_text():
    for text in ("c,a", "c, a", "c a"):
        assert list(map(str, sg.Portrait(R, axes=text, grid=2).plane.names)) == ["c", "a"]
    with pytest.raises(ModelError, match="the axes are a; give two different"):
        sg.Portrait(R, axes="a")


@pytest.mark.parametrize(
    ("own", "signs", "said"),
    [
        (lambda x, y: sg.Recursion.from_images({x: x**2 * y, y: y**2}, scale=2), (1, 1), "ln x and ln y"),
        (lambda x, y: sg.Recursion.from_images({x: x**2 * y, y: y**2}, scale=2), (1, -1), "ln x and ln(−y)"),
        (lambda x, y: R, (1, -1), "A = ln a and ln(−b)"),
    ],
)
def test_logarithms_on_the_axes_are_said(own, signs, said):
    recursion = own(*sympy.symbols("x y"))
    axes = recursion.factors[:2]
    picture = sg.Portrait(recursion, axes=axes, kind="couplings", signs=signs, grid=2)
    assert f"Drawn are logarithms: {said}." in picture.caption
    assert ("couplings have the imaginary part π" in picture.caption) == (recursion is R and signs != (1, 1))
    assert "logarithms" not in sg.Portrait(recursion, axes=axes, grid=2).caption


def test_nothing_is_half_written(tmp_path):
    picture = sg.Portrait(R, grid=2)
    for path, data in ((tmp_path / "x.gif", None), (tmp_path / "x.svg", tmp_path / "x.txt")):
        with pytest.raises(ModelError, match="suffix"):
            picture.write(path, data=data)
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    with pytest.raises(ModelError, match="cannot write"):
        picture.write(blocked / "x.svg")
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize("missing", ["numpy", "matplotlib"])
def test_a_missing_extra_is_named(monkeypatch, missing):
    real = builtins.__import__

    def importing(name, *rest, **more):
        if name.split(".")[0] == missing:
            raise ImportError(name)
        return real(name, *rest, **more)

    for name in [name for name in sys.modules if name.split(".")[0] == missing]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr("importlib.import_module", lambda name: importing(name))
    with pytest.raises(UnableError, match=rf"need {missing}.*symrg\[plot\]") as caught:
        sg.Portrait(R, grid=2).figure()
    assert caught.value.__suppress_context__
