"""Mathematics as plain text: read back by a reader that shares no code with the writer, it is the same formula."""

import re

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy.parsing.sympy_parser import (
    convert_xor,
    implicit_multiplication,
    parse_expr,
    split_symbols,
    standard_transformations,
)

from symrg.view.plaintext import html_text, plain

A, B, C = sympy.symbols("a b c", positive=True)
DIGITS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-", strict=True))
READING = (*standard_transformations, split_symbols, implicit_multiplication, convert_xor)


def read(text):
    """Read what was written."""
    text = text.replace("−", "-").replace("·", "*").replace("[", "(").replace("]", ")")
    text = re.sub(r"[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+", lambda m: "^(" + "".join(DIGITS[d] for d in m[0]) + ")", text)
    text = re.sub(r"√(\d+|[abc])", r"√(\1)", text).replace("√", "sqrt")
    text = re.sub(r"(?<=[\dabc)])(?=sqrt|ln|e\^)", "*", text)
    names = {"a": A, "b": B, "c": C, "e": sympy.E, "ln": sympy.log, "sqrt": sympy.sqrt}
    return parse_expr(text, local_dict=names, transformations=READING)


leaves = st.sampled_from([A, B, C]) | st.integers(-3, 12).map(sympy.Integer) | st.fractions(-2, 2).map(sympy.Rational)


def grown(inner):
    pairs = st.tuples(inner, inner)
    return st.one_of(
        pairs.map(lambda p: p[0] + p[1]),
        pairs.map(lambda p: p[0] * p[1]),
        pairs.filter(lambda p: p[1] != 0).map(lambda p: p[0] / p[1]),
        inner.filter(lambda e: e != 0).flatmap(lambda e: st.sampled_from([e**2, e**-1, e**3, (e**2 + 1) ** A])),
        inner.map(lambda e: sympy.sqrt(e**2 + 2)),
        inner.map(lambda e: sympy.log(e**2 + 1)),
        inner.map(sympy.exp),
    )


@given(st.recursive(leaves.filter(lambda e: abs(getattr(e, "q", 1)) < 50), grown, max_leaves=6))
@settings(max_examples=150, deadline=None)
def test_what_is_written_reads_as_the_same_formula(expression):
    if expression.has(sympy.zoo, sympy.nan) or sympy.count_ops(expression) > 60:
        return
    at = {A: sympy.Rational(7, 5), B: sympy.Rational(2, 3), C: sympy.Rational(5, 7)}
    again = read(plain(expression))
    difference = (expression - again).subs(at)
    assert difference == 0 or abs(sympy.N(difference, 30)) < abs(sympy.N(expression.subs(at), 30)) / 10**15


@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        (sympy.Symbol("W_12^(m+1)") * sympy.Symbol("h_1^(0)[2]"), "W₁₂⁽ᵐ⁺¹⁾h₁⁽⁰⁾[2]"),
        (sympy.Symbol("k_h[1]s[1]'") * 2, "2·k_h[1]s[1]′"),
        (sympy.Symbol("s_i+1") * 2, "2sᵢ₊₁"),
        (sympy.Symbol("C_c+1"), "C_{c+1}"),
        (sympy.Symbol("beta_v") * A, "βᵥa"),
        (sympy.Matrix([[2, sympy.Rational(1, 2)], [A, 3]]), "[[2, 1/2], [a, 3]]"),
        (sympy.root(A, 3), "³√a"),
        (sympy.Eq(sympy.Symbol("a"), -sympy.Symbol("b") / 2), "a = −b/2"),
        (sympy.exp(A + B), "e^(a + b)"),
        (sympy.log(sympy.Rational(16, 9), evaluate=False) / sympy.log(2), "ln(16/9)/ln(2)"),
        (sympy.log(A / B) / (A + 1), "ln(a/b)/(a + 1)"),
    ],
)
def test_names_scripts_and_matrices(expression, wanted):
    assert plain(expression) == wanted


@given(st.recursive(leaves, grown, max_leaves=4))
@settings(max_examples=30, deadline=None)
def test_html_is_the_text_with_letters_in_italics(expression):
    import html

    assert html.unescape(re.sub(r"</?i>", "", html_text(expression))) == plain(expression)
