from fractions import Fraction

import flint
import pytest
import sympy

import symrg as sg
from symrg.exact.numbers import as_fraction, format_fraction, to_fmpq


@pytest.mark.parametrize(
    "value",
    [Fraction(-6, 4), sympy.Rational(-3, 2), flint.fmpq(-3, 2), -sympy.Rational(3, 2)],
)
def test_every_kind_of_exact_rational_is_the_same_number(value):
    assert as_fraction(value) == Fraction(-3, 2)
    assert to_fmpq(value) == flint.fmpq(-3, 2)
    assert format_fraction(value) == "-3/2"


@pytest.mark.parametrize("value", [7, sympy.Integer(7), flint.fmpz(7), Fraction(7)])
def test_integers_pass(value):
    assert as_fraction(value) == 7
    assert format_fraction(value) == "7"


@pytest.mark.parametrize("value", [0.5, sympy.Float("0.5")])
def test_floats_are_refused_with_the_exact_alternative(value):
    with pytest.raises(sg.NotExactError, match=r"the width is the inexact .*Fraction\(1, 2\)"):
        as_fraction(value, what="the width")
    with pytest.raises(TypeError):
        to_fmpq(value)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_floats_without_a_value_are_refused_too(value):
    with pytest.raises(sg.NotExactError, match="finite"):
        as_fraction(value)


@pytest.mark.parametrize("value", [True, "1/2", None, 1j, sympy.sqrt(2), sympy.Symbol("x"), [1]])
def test_what_is_no_rational_number_is_refused(value):
    with pytest.raises(sg.NotExactError, match="not an exact rational"):
        as_fraction(value)
