"""Portraits: arrows are images, poles are masked, fixed points stand where exact ones are, files are the same bytes."""

import builtins
import csv
import io
import json
import math
import subprocess
import sys
from fractions import Fraction
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
    picture = sg.Portrait(wide, window=((Q(1, 2), 2), (Q(1, 2), 2)), grid=4)
    ones = [1] * 15
    assert wide(ones) == tuple(ones)
    assert [(part.points, part.stability) for part in picture.plane.fixed] == [(((1, 1),), "attracting")]
    assert "13 factors off the axes = 1" in picture.caption


def test_other_recursions_have_portraits_too():
    x, y = sympy.symbols("x y")
    own = sg.Recursion.from_images({x: x**2, y: 2 * y / (y + 1)}, scale=2)
    picture = sg.Portrait(own, window=((-1, 3), (-1, 3)), basins=True, grid=4)
    kinds = {part.points: part.stability for part in picture.plane.fixed}
    assert kinds == {((1, 1),): "saddle"}  # x^2 moves away from 1; 2 y/(y + 1) has slope 1/2 there
    assert "floating point" in picture.basin_map.method
    with pytest.raises(ModelError, match="recursions of chains"):
        _ = sg.Portrait(own, infinitesimal=True).trajectories


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
                Q(low) + (high - low) * (i + Q(487, 1000)) / size for i, (low, high) in zip((j, k), window, strict=True)
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

    assert type(sg.portrait(R, grid=2)) is Figure
    done = subprocess.run(
        [sys.executable, "-c", "import sys, symrg; symrg.Portrait; print({'numpy', 'matplotlib'} & set(sys.modules))"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout == "set()\n"


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"axes": ("a", "z")}, ModelError, "z is none of the factors a, b, c"),
        ({"axes": ("a", "a")}, ModelError, "two different"),
        ({"axes": ("a", "b"), "fixed": {"a": 1}}, ModelError, "a is on an axis"),
        ({"fixed": {"c": 0.5}}, NotExactError, r"Fraction\(1, 2\)"),
        ({"fixed": {"c": 0}}, ModelError, "infinite"),
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
    with pytest.raises(UnableError, match=rf"need {missing}.*symrg\[plot\]"):
        sg.Portrait(R, grid=2).figure()
