"""Formulas: what is written is what was given, broken or not, and it looks as a physicist would write it."""

import os
import random
import re
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import (
    Derivative,
    Eq,
    FiniteSet,
    Function,
    I,
    ImmutableMatrix,
    Integer,
    Integral,
    Lambda,
    Limit,
    Piecewise,
    Product,
    Rational,
    Subs,
    Sum,
    Symbol,
    Tuple,
    exp,
    log,
    oo,
    pi,
    sqrt,
    symbols,
)

from symrg.errors import NotExactError
from symrg.ledger import row
from symrg.model.activations import heaviside, relu
from symrg.model.sums import StateSum
from symrg.model.variables import Variable
from symrg.view.breaking import fit
from symrg.view.layout import formula_lines, inline_pieces, latex, lay_rows, layout, mathml, mathml_formula, tex_formula
from symrg.view.lines import shattered
from symrg.view.mathml import mathml_node
from symrg.view.pdf import compile_pdf, find_latex
from symrg.view.texmath import escape
from tests.view.reading import read_formula

A, B, C, D, h, s, u, x, y = symbols("A B C D h sigma u x y")
beta = Symbol("beta_v")
f = Function("f")
W, bias = Variable("W^(0)", (-1, 1)), Variable("b^(0)", (-1, 1))
neuron = Variable("h^(1)", (0, 1))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (2 + 2 * exp(A + C) + exp(B) + 3 * exp(A + B + C), "2 + e^{B} + 2e^{A + C} + 3e^{A + B + C}"),
        (3 * u**2 + 3 * u + 2, "3u^{2} + 3u + 2"),
        (A * h * s + B * h + C * s + D, r"Ah\sigma + Bh + C\sigma + D"),
        (1 - h, "1 - h"),
        (-x - y, "-x - y"),
        (h - f(x), "h - f(x)"),
        ((u - 1) ** 2, "(u - 1)^{2}"),
        (-Rational(2, 3), r"-\frac{2}{3}"),
        (2 * x / 3, r"\frac{2x}{3}"),
        (log(x) / 2, r"\frac{1}{2}\ln x"),
        (1 / (x + 1), r"\frac{1}{x + 1}"),
        (x * y / (x + y) ** 2, r"\frac{xy}{(x + y)^{2}}"),
        (sqrt(x), r"\sqrt{x}"),
        (x ** Rational(1, 3), r"\sqrt[3]{x}"),
        (exp(-beta * (h - s) ** 2), r"e^{-\beta_{v}(h - \sigma)^{2}}"),
        (log(x / y), r"\ln\frac{x}{y}"),
        (log(x + 1) ** 2, r"[\ln(x + 1)]^{2}"),
        ((-x) ** y, "(-x)^{y}"),
        ((x**y) ** y, "(x^{y})^{y}"),
        (Rational(2, 3) ** x, r"\left(\frac{2}{3}\right)^{x}"),
        (3 * 2**x, r"3\cdot2^{x}"),
        (sympy.Mul(2, 3, evaluate=False), r"2\cdot3"),
        (I * pi + log(3), r"\pi\mathrm{i} + \ln3"),
        (FiniteSet(1, -1), r"\{-1,\allowbreak 1\}"),
        (Tuple(x, 1), r"(x,\allowbreak 1)"),
        (Eq(x, y), "x = y"),
        (-oo, r"-\infty"),
        (sympy.zoo, r"\infty^{\sim}"),
        (sympy.nan, r"\text{undefined}"),
        (Sum(f(x), (x, 1, y)), r"\sum_{x=1}^{y}f(x)"),
        (Product(x, (x, 1, y)), r"\prod_{x=1}^{y}x"),
        (Integral(x, (x, 0, 1)), r"\int_{0}^{1}x\,\mathrm{d}x"),
        (Limit(f(x), x, 0), r"\lim_{x\to0^{+}}f(x)"),
        (Derivative(f(x), x), r"\frac{\mathrm{d}f(x)}{\mathrm{d}x}"),
        (Subs(f(x), x, 0), r"\left.f(x)\right|_{x=0}"),
        (Lambda(x, x**2), r"x \mapsto x^{2}"),
        (sympy.CRootOf(x**5 - x - 1, 0), r"\operatorname{root}_{0}(x^{5} - x - 1)"),
        (ImmutableMatrix([[1, 2], [3, 4]]), "\\begin{pmatrix}\n1 & 2 \\\\\n3 & 4\n\\end{pmatrix}"),
        (
            Piecewise((x, x < 0), (0, True)),
            "\\begin{cases}\nx & \\text{if }x < 0 \\\\\n0 & \\text{otherwise}\n\\end{cases}",
        ),
        (StateSum(exp(W), W, bias), r"\sum_{\{W^{(0)},\allowbreak b^{(0)}\}}e^{W^{(0)}}"),
        (W * neuron + bias, "W^{(0)}h^{(1)} + b^{(0)}"),
        (neuron**2, "(h^{(1)})^{2}"),
        (sympy.Identity(3), "1"),
        (sympy.MatrixSymbol("V", 2, 2).T, r"V^{\mathrm{T}}"),
        (sympy.S.Reals, r"\mathbb{R}"),
        (x.func("oo_x"), r"\infty_{x}"),
    ],
)
def test_latex_reads_as_a_physicist_writes(value, expected):
    assert latex(value, inline=False) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("W_12^(0)", "W_{12}^{(0)}"),
        ("h^(m+1)", "h^{(m+1)}"),
        ("h^(m-1)", "h^{(m-1)}"),
        ("h_1^(2)[1]", "h_{1}^{(2)[1]}"),
        ("x_i^[l]", "x_{i}^{[l]}"),
        ("A'", r"A^{\prime}"),
        ("H_m'", r"H_{m}^{\prime}"),
        ("H'_m", r"H_{m}^{\prime}"),
        ("A^*", "A^{*}"),
        ("beta_v", r"\beta_{v}"),
        ("lambda_m", r"\lambda_{m}"),
        ("sigma", r"\sigma"),
        ("e", "e"),
        ("x12", "x_{12}"),
        ("H_original", r"H_{\mathrm{original}}"),
        ("const", r"\mathrm{const}"),
        ("sigma^(m)", r"\sigma^{(m)}"),
        ("xhat", r"\hat{x}"),
        ("", r"\text{}"),
        ("_", r"\text{\_}"),
        ("50%", r"\text{50\%}"),
        ("ω", r"\omega"),
    ],
)
def test_names_follow_sympys_conventions(name, expected):
    assert latex(Symbol(name)) == expected
    ElementTree.fromstring(mathml(Symbol(name)))


def test_functions_are_called_what_the_derivation_calls_them():
    expression = heaviside(W * neuron + bias)
    assert latex(expression) == r"\Theta(W^{(0)}h^{(1)} + b^{(0)})"
    assert latex(relu(x)) == r"\operatorname{ReLU}(x)"
    assert latex(sympy.LambertW(x)) == "W_{0}(x)"
    assert latex(expression, names={"heaviside": "sigma"}) == r"\sigma(W^{(0)}h^{(1)} + b^{(0)})"
    assert latex(Symbol("t"), names={"t": "tau_0"}) == r"\tau_{0}"


def test_what_is_unknown_falls_back_to_its_name_and_arguments():
    class Strange(sympy.Basic):
        pass

    assert latex(Strange(x, y)) == r"\operatorname{Strange}(x,\allowbreak y)"


@pytest.mark.parametrize("value", [sympy.Float(1) / 3 * x, sympy.Matrix([[0.5]]), Eq(x, 0.5)])
def test_floats_are_refused(value):
    with pytest.raises(NotExactError, match="inexact"):
        latex(value)


# The oracle: what is written is read back.

_names = ["a", "b", "c", "A", "B", "β_v", "h_1", "A′"]
_letters = {
    "a": "a", "b": "b", "c": "c", "A": "A", "B": "B", "β_v": "beta_v", "h_1": "h_1", "A′": "A'",
}  # fmt: skip


def _operation(parts):
    pair = st.tuples(parts, parts)
    return st.one_of(
        pair.map(lambda p: p[0] + p[1]),
        pair.map(lambda p: p[0] * p[1]),
        pair.map(lambda p: p[0] - p[1]),
        st.tuples(parts, st.integers(-3, 4))
        .filter(lambda p: not p[0].is_number and len(str(p[0])) < 40)
        .map(lambda p: p[0] ** p[1]),
        parts.filter(lambda e: e.is_polynomial()).map(exp),
        parts.filter(lambda e: e.is_polynomial() and not e.is_number).map(log),
        parts.map(Function("σ")),
    )


_leaf = st.one_of(
    st.sampled_from(_names).map(lambda name: Symbol(_letters[name])),
    st.fractions(-5, 5, max_denominator=7).map(lambda q: Rational(q.numerator, q.denominator)),
)
expressions = st.recursive(_leaf, _operation, max_leaves=12)
_back = {Symbol(name): Symbol(letter) for name, letter in _letters.items()}


# Hypothesis writes its examples down as nested calls, which grow long.
quiet = pytest.mark.filterwarnings("ignore:Generating overly large repr")


def same(read, given_):
    read = read.xreplace(_back)
    if read == given_ or sympy.expand(read - given_) == 0:
        return True
    # SymPy multiplies numbers into sums as it builds, so arguments may come back factored in another way.
    functions = (exp, log, sympy.core.function.AppliedUndef)
    difference = (read - given_).replace(lambda e: isinstance(e, functions), lambda e: e.func(sympy.factor(e.args[0])))
    return sympy.cancel(difference) == 0


@quiet
@settings(max_examples=120, deadline=None)
@given(expressions)
def test_what_is_written_is_read_back(expression):
    (read,) = read_formula(mathml(expression, inline=False), {"σ"})
    assert same(read, expression)


@quiet
@settings(max_examples=120, deadline=None)
@given(expressions, st.integers(4, 40))
def test_broken_lines_say_the_same(expression, width):
    (lines,) = mathml_formula((row(Symbol("y"), expression),), widths=[width])
    left, read = read_formula(lines, {"σ"})
    assert left == Symbol("y")
    assert same(read, expression)


@quiet
@settings(max_examples=60, deadline=None)
@given(expressions, st.integers(0, 12))
def test_inline_pieces_say_the_same(expression, width):
    pieces = inline_pieces(layout(expression, inline=True), width)
    text = "".join(mathml_node(piece) for piece in pieces)
    (read,) = read_formula(f'<math xmlns="http://www.w3.org/1998/Math/MathML">{text}</math>', {"σ"})
    assert same(read, expression)


def polynomial(terms, seed=0, exponentials=False):
    rng = random.Random(seed)
    letters = symbols("a b c")
    found = set()
    while len(found) < terms:
        found.add(tuple(rng.randrange(6) for _ in letters))
    ordered = sorted(found)
    weights = [sum((p * letter for p, letter in zip(powers, letters, strict=True)), Integer(0)) for powers in ordered]
    if exponentials:
        return sympy.Add(*((k + 2) * exp(weight) for k, weight in enumerate(weights)))
    return sympy.Add(
        *((k + 2) * sympy.prod(v**p for v, p in zip(letters, powers, strict=True)) for k, powers in enumerate(ordered))
    )


LONG = {
    "sum": polynomial(60),
    "ratio": polynomial(60) / polynomial(55, 1),
    "log": log(polynomial(12, 2, exponentials=True) / polynomial(12, 3, exponentials=True)),
    "product": polynomial(20, 4) * polynomial(25, 5) * (1 + A) ** 3,
    "power": polynomial(30, 6) ** 2 * log(polynomial(8, 7)),
    "page": polynomial(150, 8) / (1 + polynomial(140, 9)),
    "nested": f(x + W * f(1 + y * f(2 + A * f(3 + B * f(x + polynomial(9)))))),
}


@pytest.mark.parametrize("name", LONG)
@pytest.mark.parametrize("width", [19, 37])
def test_long_formulas_fit_the_line_and_say_the_same(name, width):
    value = LONG[name].xreplace({W: A})
    rows = (row(Symbol("y"), value),)
    for line in formula_lines(lay_rows(rows), width):
        left = 0 if line.left is None else line.left.width
        assert left + line.indent + line.right.width <= width + 3
    _, read = read_formula(*mathml_formula(rows, widths=[width]), {"f"})
    assert read == value or sympy.expand(read - value) == 0


def words(node):
    """What is read in a node, without its signs of multiplication."""
    return "".join(ElementTree.fromstring(f"<a>{mathml_node(node)}</a>").itertext()).replace("×", "")


def integral():
    body = exp(-beta * (y - B - W * x) ** 2 - D * (x - s) ** 2) * f(x + W * A) * f(B + W * C + 1)
    return Integral(body, (x, -oo, oo), (A, -oo, oo))


@pytest.mark.parametrize("width", [19, 24, 30])
def test_an_integral_is_broken_after_its_signs_and_between_factors(width):
    first, *others = formula_lines(lay_rows((row(y, Limit(integral(), D, 0)),)), width)
    whole = "".join(words(line.right) for line in (first, *others))
    assert others
    assert whole == "=" + words(layout(Limit(integral(), D, 0)))
    assert words(first.right).startswith("=limD→0+∫−∞∞∫−∞∞")
    assert words(others[-1].right).endswith("dxdA")
    assert not any("dx" in words(line.right) or "∫" in words(line.right) for line in others[:-1])


def test_short_products_stay_whole_and_what_is_torn_is_called_so():
    assert fit(layout(W * x * y), 1).width == layout(W * x * y).width
    small = (row(y, exp(-((sqrt(B) * x - y) ** 2) / (2 * B)) / sqrt(2 * pi * B)),)
    wide, narrow = (formula_lines(lay_rows(small), width) for width in (30, 7))
    assert not shattered(wide, 30)
    assert shattered(narrow, 7)


def test_the_conditions_of_a_system_stand_all_beside_or_all_below():
    system = (
        row(x, A + B, condition="for every first spin"),
        row(y, A + B + C + D + A**2 + B**2 + C**2, condition="for the rest"),
    )
    beside, below = (formula_lines(lay_rows(system), width) for width in (60, 19))
    assert [words(line.right)[-5:] for line in beside] == ["\xa0spin", "\xa0rest"]
    places = [k for k, line in enumerate(below) if words(line.right).startswith("for")]
    assert len(places) == 2
    assert all("for" not in words(line.right) for k, line in enumerate(below) if k not in places)
    long = formula_lines(lay_rows((row(x, A, condition="a condition of more words than a line holds " * 2),)), 19)
    assert all(line.indent + line.right.width <= 19 for line in long)
    assert (
        "".join(words(line.right) for line in long[1:]).replace("\xa0", "") == "aconditionofmorewordsthanalineholds" * 2
    )


def test_a_subscript_stands_under_the_prime_and_a_power_clear_of_a_capital():
    assert mathml(Symbol("kappa'_2")).count('<msub><mrow><mi>κ</mi><mpadded width="0">') == 1
    assert '<mo form="postfix" lspace="0em" rspace="0em">′</mo></mpadded></mrow><mn>2</mn></msub>' in mathml(
        Symbol("kappa'_2")
    )
    assert "<msup><mi>V</mi><mrow><mspace" in mathml(Symbol("V") ** 2)
    assert "<mspace" not in mathml(x**2)


def test_a_bracket_and_a_prime_stand_clear_of_a_capital():
    f = Function("f")
    assert re.search(r"<mi>V</mi><mspace[^>]*/><mo[^>]*>\)", mathml(f(Symbol("V"))))
    assert re.search(r"<mi>V</mi><mrow><mspace[^>]*/><mo[^>]*>′", mathml(Symbol("V'")))
    assert "<mspace" not in mathml(f(x)) + mathml(Symbol("x'")) + mathml(f(Symbol("G")))  # which stands upright enough


def test_a_fraction_after_a_power_is_not_taken_for_a_part_of_the_exponent():
    t = Symbol("t")
    product = (t + 1) ** 3 * Derivative(Function("g")(t), t)
    assert r"^{3}\cdot\frac{" in latex(product, inline=False)
    assert re.search(r"<mn>3</mn></msup>(</mrow>)*<mo[^>]*>·</mo><mfrac>", mathml(product))
    tall = (t + 1) ** 3 * Derivative(1 / (1 + t) + t, t)  # d/dt before brackets
    assert r"^{3}\cdot\frac{" in latex(tall, inline=False)
    assert "·" not in mathml((t + 1) * Derivative(Function("g")(t), t))


def test_a_matrix_of_long_entries_is_made_narrower_in_its_columns():
    matrix = layout(ImmutableMatrix(4, 4, lambda i, j: polynomial(9, int(4 * i + j))))
    assert matrix.width > 60
    assert fit(matrix, 37).width <= 37


def test_breaking_deep_formulas_takes_no_power_of_their_depth():
    deep = x
    for k in range(40):
        deep = f(deep + Symbol(f"b_{k}") / (1 + A)) if k % 2 else f(Symbol(f"W_{k}") * deep + 1)
    lines = formula_lines(lay_rows((row(y, deep),)), 30)
    assert len(lines) < 200


def test_rows_of_a_system_share_their_alignment():
    system = (row(Symbol("A'"), A + B), row(Symbol("B'_long"), C, condition="for {h} in the bulk", h=h))
    shown = tex_formula(system, label="r")
    assert shown.count("&") == 2
    assert shown.startswith(r"\begin{equation}\label{r}")
    assert r"\text{for }h\text{ in the bulk}" in shown


def test_every_relation_is_written():
    rows = (row(x, y, A, relation=("approx", "propto")), row(x, y, relation="!="), row(x, y, relation=":="))
    shown = tex_formula(rows)
    for sign in (r"\approx", r"\propto", r"\neq", r"\mathrel{:=}"):
        assert sign in shown


def test_text_is_escaped():
    assert escape("a_b & 50% {x} #1 $ ~ ^ \\") == (
        r"a\_b \& 50\% \{x\} \#1 \$ \textasciitilde{} \textasciicircum{} \textbackslash{}"
    )
    assert escape("α ≥ β") == r"\ensuremath{\alpha} \ensuremath{\geq} \ensuremath{\beta}"
    assert escape("Erdős 한") == "Erdős [U+D55C]"
    ElementTree.fromstring(mathml(Tuple(Symbol("a<b&c"))))


def test_the_order_of_terms_does_not_depend_on_the_hash_seed():
    code = (
        "from sympy import *; from symrg.view.layout import latex\n"
        "a, b, u, h, s = symbols('a b u h sigma'); f = Function('f')\n"
        "e = u**(h+s) + u**(h-s) + u**(s-h) + f(a)*f(b) + exp(a)*exp(b) + sin(a)*f(a, b) + exp(-a) + exp(a)\n"
        "print(latex(e), latex(FiniteSet(a, b, f(a), 1)), latex(And(a > 0, b > 0)), latex(Max(a, b, h)))"
    )
    root = Path(__file__).parents[2]
    shown = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(root)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1")
    }
    assert len(shown) == 1


@pytest.mark.skipif(find_latex() is None or not shutil.which("pdftotext"), reason="needs LaTeX and pdftotext")
def test_estimated_widths_agree_with_tex():
    samples = [
        polynomial(8),
        polynomial(6, 1, exponentials=True),
        log(polynomial(5) / polynomial(4, 1)),
        (neuron - f(W * neuron + bias)) ** 2 * Symbol("lambda_m"),
        StateSum(exp(-beta * (neuron - f(W * neuron + bias)) ** 2), W, bias),
        ImmutableMatrix(3, 3, lambda i, j: x**i * y**j / (1 + x)),
        Symbol("H_original") + Symbol("const") * sqrt(x + y) - Integral(exp(-(x**2)), (x, 0, oo)),
    ]
    lines = "".join(rf"\sbox0{{$\displaystyle {latex(value, inline=False)}$}}\the\wd0\par " + "\n" for value in samples)
    source = (
        r"\documentclass[10pt]{article}\usepackage{amsmath,amssymb}\pagestyle{empty}\begin{document}" + "\n"
        rf"{lines}\end{{document}}"
    )
    text = subprocess.run(
        ["pdftotext", "-", "-"], input=compile_pdf(source).pdf, stdout=subprocess.PIPE, check=True
    ).stdout.decode()
    measured = [float(width) / 10 for width in re.findall(r"([\d.]+)pt", text)]
    assert len(measured) == len(samples)
    for value, width in zip(samples, measured, strict=True):
        estimate = layout(value).width
        assert 0.97 * width <= estimate <= 1.5 * width, (value, estimate, width)
