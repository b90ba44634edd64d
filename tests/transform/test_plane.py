"""Fixed points in planes of recursions without a chain: zeros, larger components, stability of each point."""

from fractions import Fraction

import pytest
import sympy
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import symrg as sg
from symrg.errors import ModelError
from symrg.transform import plane as planes
from symrg.transform import stability as spectra
from symrg.transform.plane import Plane
from symrg.transform.stability import known_components

numpy = pytest.importorskip("numpy")

Q = Fraction
x, y, z = sympy.symbols("x y z")
small = st.integers(-3, 3)


def near(value):
    return complex(value.ball.mid()) if hasattr(value, "ball") else complex(value)


@pytest.mark.parametrize("most", [0, 40])
@given(c=st.lists(small, min_size=6, max_size=6))
@settings(max_examples=8, deadline=None)
def test_each_point_has_the_stability_of_its_own_eigenvalues(monkeypatch_module, most, c):
    monkeypatch_module.setattr(spectra, "_MOST_ROOTS", most)  # 0: eigenvalues in balls alone
    assume(c[2])
    images = {x: (c[0] + c[1] * x + c[2] * y) / 2, y: (c[3] + c[4] * x + 2 * y**2 + c[5] * x * y) / 3}
    image = sympy.lambdify((x, y), list(images.values()))
    jacobian = sympy.lambdify((x, y), sympy.Matrix(list(images.values())).jacobian((x, y)))
    try:
        found = Plane(sg.Recursion.from_images(images, scale=2), ("x", "y")).fixed
    except sg.UndefinedPointError:
        return
    for part in (part for part in found if part.component_dimension == 0):
        for point in part.points:
            u, v = map(near, point)
            assert numpy.allclose(image(u, v), (u, v), rtol=1e-9, atol=1e-9)
            moduli = numpy.abs(numpy.linalg.eigvals(numpy.array(jacobian(u, v), dtype=complex)))
            if min(abs(moduli - 1)) > 1e-6:
                outside = sum(moduli > 1)
                assert part.stability == {0: "attracting", 1: "saddle", 2: "repelling"}[int(outside)]


@pytest.fixture(scope="module")
def monkeypatch_module():
    with pytest.MonkeyPatch.context() as patch:
        yield patch


def test_coordinates_may_be_zero_without_a_chain():
    own = sg.Recursion.from_images({x: x**2, y: y / 2, z: z**2 / 3}, scale=2)
    crossed = Plane(own, ("x", "y"), {"z": 0})
    assert crossed.invariant
    assert {part.points for part in crossed.fixed} == {((0, 0),), ((1, 0),)}
    assert all(part.whole for part in crossed.fixed)
    with pytest.raises(ModelError, match="infinite"):
        Plane(sg.Recursion.from_images({x: x, y: y, z: z}, scale=2, exponential=True), ("x", "y"), {"z": 0})


def test_a_surface_of_fixed_points_is_cut_in_a_curve():
    own = sg.Recursion.from_images({x: x - (x - y * z) / 2, y: y, z: z}, scale=2)
    (part,) = Plane(own, ("x", "y"), {"z": 2}).fixed
    assert (part.dimension, part.component_dimension, part.stability) == (1, 2, "attracting")
    assert not part.whole


def test_texts_are_no_values():
    own = sg.Recursion.from_images({x: x, y: y, z: z}, scale=2)
    with pytest.raises(ModelError, match="text 'x'; an exact number or a SymPy expression in x and y"):
        Plane(own, ("x", "y"), {"z": "x"})
    with pytest.raises(ModelError, match="two different coordinates"):
        Plane(own, ("x",))


@given(
    powers=st.lists(st.integers(2, 4), min_size=9, max_size=9),
    fixed=st.lists(st.integers(0, 1), min_size=7, max_size=7),
)
@settings(max_examples=5, deadline=None)
def test_in_a_plane_the_fixed_points_of_many_coordinates_are_known(powers, fixed):
    names = sympy.symbols("x:9")
    own = sg.Recursion.from_images({s: s**n for s, n in zip(names, powers, strict=True)}, scale=2)
    with pytest.raises(sg.BudgetExceeded):
        own.fixed_points()
    found = Plane(own, names[:2], dict(zip(names[2:], fixed, strict=True)))
    assert not found.unknown
    real = {p: part.stability for part in found.fixed for p in part.points if not any(hasattr(x, "ball") for x in p)}
    # s^n has the fixed points 0 with slope 0, 1 with slope n, and −1 if n is odd
    sides = [[0, 1, -1] if n % 2 else [0, 1] for n in powers[:2]]
    expected = {}
    for u in sides[0]:
        for v in sides[1]:
            zeros = [u, v, *fixed].count(0)
            expected[u, v] = "attracting" if zeros == 9 else "repelling" if not zeros else "saddle"
    assert real == expected


def test_what_is_not_known_is_said(monkeypatch):
    own = sg.Recursion.from_images({x: x**2, y: y / 2}, scale=2)

    def never(self, **options):
        raise sg.BudgetExceeded("too many factors " * 40)

    monkeypatch.setattr(sg.Recursion, "fixed_points", never)
    assert known_components(own)[0] == ()
    assert len(known_components(own)[1]) < 200
    assert {part.points for part in Plane(own, ("x", "y")).fixed} == {((0, 0),), ((1, 0),)}

    def nothing(*arguments, **options):
        raise sg.UnableError("no elimination today")

    monkeypatch.setattr(planes, "decompose", nothing)
    found = Plane(own, ("x", "y"))
    assert (found.fixed, found.unknown, found.punctures) == ((), "no elimination today", ())
    picture = sg.Portrait(own, axes=("x", "y"), grid=3, basins=True)
    assert len(picture.arrows) == 9
    assert "Fixed points: not known (no elimination today)." in picture.caption
    assert "Poles and their curves are exact. Fixed points: not" in picture.caption
    assert "ends at a fixed point" in picture.basin_map.labels
    assert sg.portrait(own, grid=2).legends
    one = sg.Recursion.from_images({x: x**2}, scale=2)
    assert any("not known (too many" in text.get_text().replace("\n", " ") for text in sg.portrait(one).texts)
    assert any("Poles are exact. Fixed" in text.get_text().replace("\n", " ") for text in sg.portrait(one).texts)


def test_one_component_that_is_not_known_hides_no_other(monkeypatch):
    own = sg.Recursion.from_images({x: x - (x - 2) * (x - y) * (x + y) / 9, y: y**2, z: z**2}, scale=2)
    every = Plane(own, ("x", "y"))
    assert not every.unknown
    real = Plane._seen

    def sometimes(self, component):
        if component.points[0][0] == 2:
            raise sg.BudgetExceeded("too large a basis")
        return real(self, component)

    monkeypatch.setattr(Plane, "_seen", sometimes)
    some = Plane(own, ("x", "y"))
    assert {p for part in some.fixed for p in part.points} == {
        p for part in every.fixed for p in part.points if p[0] != 2
    }
    assert some.unknown == "one point: too large a basis"
    said = sg.Portrait(own, axes=("x", "y"), grid=2).caption
    assert "The fixed points shown, poles and their curves are exact" in said
    assert "Fixed points: not all are known (one point: too large a basis)." in said


@given(c=st.tuples(*[st.integers(-3, 3)] * 4), slaved=st.booleans())
@settings(max_examples=8, deadline=None)
def test_isolated_points_in_a_plane_are_those_whose_other_coordinates_fit(c, slaved):
    own = sg.Recursion.from_images({x: (x**2 + c[0]) / 3 + x, y: y - (y - x) * (y - c[1]) / 2, z: z**2}, scale=2)
    at = c[2] * x + c[3] * y if slaved else sympy.Integer(c[2] % 2)
    assume(c[0])  # x = ±√−c₀; else one point twice
    wanted = set()
    for u in numpy.roots([1, 0, c[0]]).astype(complex):
        for v in (u, c[1]):
            value = complex(at.subs({x: u, y: v}))
            wanted |= {(u, v)} if min(abs(value), abs(value - 1)) < 1e-9 else set()
    found = [tuple(map(near, p)) for part in Plane(own, ("x", "y"), {z: at}).fixed for p in part.points]
    assert len(found) == len(wanted)
    for point in wanted:
        assert min(max(abs(p - q) for p, q in zip(point, other, strict=True)) for other in found) < 1e-9


def test_points_of_high_degree_are_told_in_a_plane_of_couplings():
    K, H, L = sympy.symbols("K H L")
    p, q = (sg.Variable(name, (0, 1, 2)) for name in "pq")

    def delta(first, second):
        return sympy.KroneckerDelta(first, second)

    own = sg.bond_recursion(
        K * delta(p, q) + H * (delta(p, 0) + delta(q, 0)) / 2 + L * delta(p, 0) * delta(q, 0),
        between=(p, q), branches=2,
    )  # fmt: skip
    plane = sg.Portrait(own, axes=("K", "H"), grid=2).plane
    assert not plane.unknown
    # without a field X' = ((X^2 + 2)/(2 X + 1))^2 for X = e^K: two bonds in line, the sum over three states, twice
    wanted = numpy.roots(numpy.polysub(numpy.polymul([1, 0, 2], [1, 0, 2]), numpy.polymul([1, 0], [4, 4, 1])))
    found = [point for part in plane.fixed for point in part.points]
    assert all(second == 1 for _, second in found)
    assert len(found) == len(wanted)
    for value in wanted:
        assert min(abs(near(first) - value) for first, _ in found) < 1e-9
    assert {p: part.stability for part in plane.fixed for p in part.points}[4, 1] == "repelling"
