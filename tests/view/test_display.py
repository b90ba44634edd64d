"""Results in notebooks and terminals: every class has a sheet, formulas are whole or told by shape, tables fit."""

import subprocess
import sys
from xml.etree import ElementTree

import pytest
import sympy
from hypothesis import given, settings

import symrg as sg
from symrg.testing import strategies
from symrg.view import display

NETWORK = sg.LayeredNetwork()
CHAIN = NETWORK.chain()
R = CHAIN.recursion()
WIDE = sg.LayeredNetwork(width=2).chain()
x, y = sympy.symbols("x y")


def derivation():
    d = sg.Derivation("Ones & twos", paper={"title": "A <paper>"})
    d.section("Only").claim("one", "One is one.", decide=lambda: True, cites="Eq. (1)")
    return d


h, s, t = (sg.Variable(name, (0, 1)) for name in "hst")
RESULTS = {
    "chain": lambda: CHAIN,
    "recursion": lambda: R,
    "own recursion": lambda: sg.Recursion.from_images({x: x**2}, scale=2),
    "infinitesimal": CHAIN.infinitesimal,
    "fixed points": lambda: R.fixed_points(projective=True),
    "plane": lambda: R.fixed_points().components[0],
    "point": lambda: R.fixed_points().components[1],
    "irrational": lambda: sg.Recursion.from_images({x: (x**2 + 2) / (2 * x + 1)}, scale=2).fixed_points(),
    "stratum": lambda: WIDE.recursion().fixed_points().components[0],
    "linearization": lambda: R.linearize((1, 2, 5)),
    "end": CHAIN.flow((2, 1, 3)).end_point,
    "no end": CHAIN.flow((2, -1, 1), scale=2).end_point,
    "basins": CHAIN.basins,
    "decimation": lambda: sg.decimate(x * h * s + y * s * t, over=[s]),
    "derivation": derivation,
    "verification": lambda: derivation().verify(),
}


@pytest.mark.parametrize("name", RESULTS)
def test_every_result_shows_itself_as_html_and_latex(name):
    result = RESULTS[name]()
    html, latex = result._repr_html_(), result._repr_latex_()
    ElementTree.fromstring(html)  # well-formed
    assert len(html) < 20_000
    assert latex[0] == latex[-1] == "$"
    assert latex.count("{") == latex.count("}")
    assert latex.count(r"\begin") == latex.count(r"\end")


def test_what_is_shown_is_the_formula_itself():
    text = R._repr_latex_()
    assert r"3abc + 2ac + b + 2" in text
    point = R.fixed_points().components[1]._repr_latex_()
    assert "a = 3" in point
    assert "b = -\\frac{2}{3}" in point or "b = -2/3" in point
    assert "Ones &amp; twos" in derivation()._repr_html_()


def test_long_formulas_are_told_by_their_shape():
    assert "an expression of 256 terms in 15 symbols" in WIDE.recursion()._repr_html_()
    assert "Too many factors" in WIDE.recursion(3)._repr_html_()
    wider = sg.LayeredNetwork(width=4).chain()
    assert len(wider._repr_html_()) < 1000
    assert len(wider.recursion()._repr_latex_()) < 1000


def test_nothing_is_simplified(monkeypatch):
    for name in ("simplify", "nsimplify", "expand", "factor", "together"):
        monkeypatch.setattr(sympy, name, lambda *_, **__: pytest.fail("the printer changes what it prints"))
    unlike = sympy.Add(x, sympy.Mul(x, x + 1, evaluate=False), evaluate=False)
    assert display._shown(unlike) is unlike


def test_a_result_without_a_printer_leaves_it_to_the_text():
    class Other(sg.Recursion.__mro__[-2]):
        pass

    assert Other()._repr_html_() is None
    assert Other()._repr_latex_() is None


def test_floors_below_load_no_printer():
    code = "import sys, symrg as sg; sg.Chain([[2]]).recursion().fixed_points(); print('symrg.view' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


# -- tables in a terminal -----------------------------------------------------------------------------------


def test_fixed_points_print_as_a_table():
    lines = str(R.fixed_points()).splitlines()
    assert lines[0] == "FixedPointSet (complete; no factor 0 or infinite): 2 components"
    assert lines[1].split() == ["dim", "λ", "(how", "many)", "couplings", "real", "where"]
    assert lines[2].split() == ["2", "0", "(1),", "1", "(2)", "finite", "yes", "a", "-", "1", "=", "0"]
    assert lines[3].endswith("no    a = 3, b = -2/3, c = -1/3")
    starts = {line.index("finite") for line in lines[2:]}
    assert starts == {lines[1].index("couplings")}


@given(strategies.networks())
@settings(max_examples=10, deadline=None)
def test_tables_fit_eighty_columns(network):
    for scale in (2, 3):
        fixed = network.chain().recursion(scale).fixed_points(projective=True)
        assert all(len(line) <= 80 for line in str(fixed).splitlines())


def test_irrational_and_empty_sets_have_tables_too():
    irrational = sg.Recursion.from_images({x: x**2 - 2 * x**3 + 1}, scale=2).fixed_points()
    assert "2*x**3 - x**2 + x - 1 = 0" in str(irrational)
    assert all(len(line) <= 80 for line in str(irrational).splitlines())
    none = sg.Recursion.from_images({x: x + 1}, scale=2).fixed_points()
    assert str(none) == "FixedPointSet (complete; no factor 0 or infinite): 0 components"
