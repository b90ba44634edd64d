"""Results in notebooks and terminals: every class has a sheet, formulas are whole or told by shape, tables fit."""

import re
import shutil
import subprocess
import sys
from fractions import Fraction
from xml.etree import ElementTree

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

import symrg as sg
from symrg.testing import strategies
from symrg.view import sheets

NETWORK = sg.LayeredNetwork()
CHAIN = NETWORK.chain()
R = CHAIN.recursion()
WIDE = sg.LayeredNetwork(width=2).chain()
TWO = sg.LayeredNetwork(samples=2, weights=(-1, 0, 1), biases=None, activation=sg.clipped_relu).chain()
x, y = sympy.symbols("x y")


def derivation():
    d = sg.Derivation("Ones & twos", paper={"title": "A <paper>"})
    d.section("Only").claim("one", "One is one.", decide=lambda: True, cites="Eq. (1)")
    return d


h, s, t = (sg.Variable(name, (0, 1)) for name in "hst")
K, F = sympy.symbols("K F")


def ising():
    """The Ising model in a field on the diamond lattice."""
    first, second = (sg.Variable(name, (-1, 1)) for name in "st")
    return sg.bond_recursion(K * first * second + F * (first + second) / 2, between=(first, second), branches=2)


def potts(states, branches=2):
    first, second = (sg.Variable(name, tuple(range(states))) for name in "st")
    return sg.bond_recursion(K * sympy.KroneckerDelta(first, second), between=(first, second), branches=branches)


RESULTS = {
    "Ising bond": ising,
    "Potts bond": lambda: potts(3),
    "Ising points": lambda: ising().fixed_points(),
    "Potts points": lambda: potts(5).fixed_points(),
    "conjugate points": lambda: ising().fixed_points().components[1],
    "points that are not real": lambda: ising().fixed_points().components[2],
    "complex eigenvalues": lambda: sg.Recursion.from_images({x: x - y, y: x + y}, scale=2).linearize((0, 0)),
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
    "strata of scale three": lambda: WIDE.recursion(3).fixed_points(projective=True),
    "strata in algebraic numbers": lambda: WIDE.recursion(6).fixed_points(projective=True),
    "infinite point": lambda: TWO.recursion().fixed_points(projective=True).components[-1],
    "points": lambda: TWO.recursion().fixed_points(projective=True),
    "network": lambda: NETWORK,
    "wide network": lambda: sg.LayeredNetwork(width=20),
    "continuous network": lambda: sg.LayeredNetwork(weights=sympy.S.Reals, activation=sympy.tanh),
    "samples": lambda: TWO,
    "sector": lambda: sg.LayeredNetwork(width=20).symmetric_sector(),
    "certificate": lambda: TWO.recursion().fixed_points(projective=True).components[-1].certificate,
    "Ising chain": lambda: sg.IsingChain(sympy.atanh(x), y / 2, sites=5),
    "flow": lambda: CHAIN.flow((2, 1, 3)),
    "symbolic flow": lambda: CHAIN.flow({"a": Fraction(1, 2)}),
    "level": lambda: CHAIN.flow((2, 1, 3)).level(10_000, digits=50),
    "level of many": lambda: TWO.flow((2,) * 15).level(3),
    "algebraic end": lambda: TWO.flow((2,) * 15).end_point(),
    "proved": lambda: sg.equal(sympy.sin(x) ** 2 + sympy.cos(x) ** 2, 1),
    "refuted": lambda: sg.equal(x**2, x),
    "scale three": lambda: CHAIN.recursion(3),
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


# JupyterLab takes all other tags away from what a notebook shows that it does not trust, and leaves their text.
HARMLESS = {"div", "p", "strong", "small", "i", "table", "thead", "tbody", "tr", "th", "td"}


def text(result):
    """What is left of the HTML without any tags but those of tables."""
    return re.sub(r"<(?!/?t)[^>]*>", "", result._repr_html_()).replace("\u00a0", " ")


@pytest.mark.parametrize("name", RESULTS)
def test_no_tag_carries_a_meaning(name):
    assert {node.tag for node in ElementTree.fromstring(RESULTS[name]()._repr_html_()).iter()} <= HARMLESS


def test_numbers_survive_without_tags():
    assert "[[2, 2], [1, 3]]" in text(CHAIN)
    end = text(CHAIN.flow((2, 1, 3)).end_point())
    assert "b = √681/20 + 11/20" in end
    assert "c = √681/10 + 21/10" in end
    assert "b′ = b(3abc + 2ac + b + 2)/(3bc + b + 2c + 2)" in text(R)
    assert "9a³b²c²" in text(CHAIN.recursion(3))
    assert "a = 3, b = −2/3, c = −1/3" in text(R.fixed_points())
    assert "a = 3, b = −2/3, c = −1/3" in text(R.fixed_points().components[1])


SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789", strict=True))


def cells(result):
    """The rows of the table, each with the text of its cells."""
    rows = re.findall("<tr>(.*?)</tr>", text(result))
    return [re.findall("<t[dh][^>]*>(.*?)</t[dh]>", row) for row in rows]


def keyboard(formula):
    """Formulas as they are printed for keyboards, but for the signs of products."""
    for raised, digit in SUPERSCRIPTS.items():
        formula = formula.replace(raised, f"**{digit}")
    return formula.replace("−", "-").replace("·", "")


def test_irrational_points_have_the_rows_of_the_printed_table():
    shown = cells(ising().fixed_points())
    assert [row[-2:] for row in shown[2:5]] == [
        ["yes", "f = 1; k ≈ 0.295598, a root of k³ + k² + 3k − 1"],
        ["no", "2 more at other roots, not real"],
        ["no", "4 points, not real: f⁴ + f³ + 9f² + f + 1 = 0, k⁴ + 3k³ + 2k² + 1 = 0"],
    ]
    assert shown[2][1].count("≈") == 2
    assert shown[3][1:3] == ["see spectra", ""]


@given(st.integers(2, 6), st.integers(2, 4))
@settings(max_examples=8, deadline=None)
def test_notebooks_and_terminals_show_the_same_rows(states, branches):
    fixed = potts(states, branches).fixed_points()
    printed = re.sub(r"\s+", "", str(fixed).replace("\n", " ").replace("*", "^"))
    rows = cells(fixed)[1:]
    for *_, real, where in rows:
        if "a root of" in where or "not real" in where:
            assert real in ("yes", "no", "–")
        (start, *_) = where.split(", a root of")
        assert re.sub(r"\s+", "", keyboard(start.split(":")[0])) in printed
    lines = [line for line in str(fixed).splitlines()[2:] if line[0] != " "]
    assert len(lines) == len(rows)
    assert "*I" not in text(fixed)


def test_digits_and_polynomial_of_a_point_belong_together():
    found = 0
    for row in cells(potts(5, 3).fixed_points())[1:]:
        for digits, polynomial in re.findall(r"≈ (−?[\d.]+), a root of ([^,;]+)", row[-1]):
            written = re.sub(r"(?<=\d)k", "*k", keyboard(polynomial))
            roots = sympy.Poly(sympy.parse_expr(written), sympy.Symbol("k")).nroots(n=15)
            assert min(abs(root - float(digits.replace("−", "-"))) for root in roots) < 1e-4
            found += 1
    assert found


def test_complex_numbers_are_written_with_an_i():
    point = sg.Recursion.from_images({x: (x**3 + y) / 2, y: (y**2 - x + 3) / 2}, scale=2).fixed_points()
    eigenvalues = text(RESULTS["complex eigenvalues"]())
    assert "≈ 1.00000000 − 1.00000000 i" in eigenvalues
    for result in (point, *point.components, RESULTS["conjugate points"](), RESULTS["points that are not real"]()):
        assert "*" not in text(result)
        assert "*I" not in result._repr_latex_()


def test_bonds_say_what_their_factors_mean():
    assert "where k = e^(−K)" in text(potts(3))
    assert "2 branches" in text(potts(3))
    for result in (ising(), ising().fixed_points()):
        assert "where f = e^(2F), k = e^(F − 2K)" in text(result)
    assert "where" not in text(R)


def test_no_brackets_are_doubled():
    assert "| ln(16/9)/ln(2) |" in " | ".join(cells(potts(3).fixed_points())[2]) + " |"


def test_what_is_shown_is_the_formula_itself():
    written = R._repr_latex_()
    assert r"3abc + 2ac + b + 2" in written
    point = R.fixed_points().components[1]._repr_latex_()
    assert "a = 3" in point
    assert r"b = -\frac{2}{3}" in point
    assert "Ones &amp; twos" in derivation()._repr_html_()


def test_long_formulas_are_told_by_their_shape_and_by_what_has_them():
    assert "an expression of 256 terms in 15 symbols; see images[factors[0]]" in text(WIDE.recursion())
    assert WIDE.recursion().images[WIDE.recursion().factors[0]].is_Mul
    assert "Too many factors" in text(WIDE.recursion(3))
    assert "−βH has 15 couplings; see exponent" in text(WIDE)
    wider = sg.LayeredNetwork(width=4).chain()
    assert len(wider._repr_html_()) < 1000
    assert len(wider.recursion()._repr_latex_()) < 1000


def test_reprs_stay_short():
    sector = sg.LayeredNetwork(width=20).symmetric_sector()
    for long in (sector.chain, sector, WIDE.recursion().fixed_points().components[0].certificate):
        assert len(repr(long)) < 1000
    assert repr(CHAIN) == "Chain(multiplicity=((2, 2), (1, 3)), rows=(h,), columns=(sigma,))"


def test_levels_show_all_digits_and_a_bound():
    level = CHAIN.flow((2, 1, 3)).level(10_000, digits=50)
    exact = sympy.sqrt(681) / 20 + sympy.Rational(11, 20)
    digits = str(sympy.N(exact, 50))
    for shown in (text(level), level._repr_latex_(), repr(level), str(level), repr(level.factors)):
        assert digits[:50] in shown
    assert "3.24e-50" in text(level)
    assert str(level).count("\n") == 3
    assert len(repr(level.factors[1:]).split(",")) == 2


def test_networks_show_what_decides_their_multiplicities():
    shown = text(NETWORK)
    assert "heaviside, 1 at 0" in shown
    assert "[[2, 2], [1, 3]]" in shown
    assert "sign, 1 at 0" in text(sg.LayeredNetwork(activation=sg.sign, neurons=(-1, 1)))
    assert "a matrix of 2²⁰ × 2²⁰" in text(sg.LayeredNetwork(width=20))
    assert "all real numbers" in text(sg.LayeredNetwork(weights=sympy.S.Reals, activation=sympy.tanh))


def test_strata_say_once_what_they_share():
    shown = text(TWO.recursion().fixed_points(projective=True))
    assert shown.count("VGᵀV = λ V with λ ≠ 0") == 1
    assert "V = [[2, −4, −4, −4], [0, 6, 0, 0], [0, 0, 6, 0], [0, 0, 0, 6]]" in shown
    assert "infinite</td><td style" in RESULTS["points"]()._repr_html_()
    assert "x³(x − c)" in text(WIDE.recursion(3).fixed_points())
    assert "(VGᵀ)²V = λ V" in text(WIDE.recursion(3).fixed_points())


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="needs pdflatex")
def test_latex_fits_a_page(tmp_path):
    results = [RESULTS[name]()._repr_latex_() for name in RESULTS]
    source = (
        r"\documentclass[11pt]{article}\usepackage[textwidth=6.3in]{geometry}\usepackage[T1]{fontenc}"
        r"\usepackage{amsmath,amssymb}\setlength{\parindent}{0pt}\begin{document}"
    )
    (tmp_path / "all.tex").write_text(source + "\n\n".join(results) + r"\end{document}")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "all.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, errors="replace", check=False)
    assert done.returncode == 0, done.stdout[-2000:]
    log = (tmp_path / "all.log").read_text(errors="replace")
    assert [pt for pt in re.findall(r"Overfull .hbox \((\d+)", log) if int(pt) > 20] == []


def test_nothing_is_simplified(monkeypatch):
    for name in ("simplify", "nsimplify", "expand", "factor", "together"):
        monkeypatch.setattr(sympy, name, lambda *_, **__: pytest.fail("the printer changes what it prints"))
    unlike = sympy.Add(x, sympy.Mul(x, x + 1, evaluate=False), evaluate=False)
    assert sheets.shown(unlike) is unlike


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
    assert "2*x**3 - x**2 + x - 1" in str(irrational)
    assert all(len(line) <= 80 for line in str(irrational).splitlines())
    none = sg.Recursion.from_images({x: x + 1}, scale=2).fixed_points()
    assert str(none).startswith("FixedPointSet (complete; ")
    assert str(none).endswith("0 components")
