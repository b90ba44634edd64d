import math
from fractions import Fraction

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from symrg.errors import ModelError, NotExactError
from symrg.model.activations import (
    ACTIVATIONS,
    activation_function,
    activation_value,
    clipped_relu,
    heaviside,
    relu,
    sign,
)
from tests.oracles import networks as oracle

PAIRS = [
    (heaviside, oracle.step),
    (sign, oracle.plus_minus),
    (relu, oracle.rectifier),
    (clipped_relu, oracle.clipped_rectifier),
]
fractions = st.fractions(min_value=-3, max_value=3, max_denominator=6)
X = sympy.Symbol("x")


@pytest.mark.parametrize(("activation", "expected"), PAIRS)
@given(argument=fractions)
def test_values_on_rationals(activation, expected, argument):
    at = sympy.Rational(argument.numerator, argument.denominator)
    assert activation_value(activation, argument) == expected(argument)
    assert activation(at) == sympy.Rational(expected(argument))
    assert activation(X).subs(X, at) == sympy.Rational(expected(argument))
    assert activation(X).xreplace({X: at}) == sympy.Rational(expected(argument))


def test_the_edge_is_ours_not_sympys():
    assert heaviside(0) == 1
    assert sign(0) == 1
    assert activation_value(sympy.Heaviside, 0) == Fraction(1, 2)
    assert sign(X) != sympy.sign(X)
    assert sign(X) - sympy.sign(X) != 0


@pytest.mark.parametrize("activation", ACTIVATIONS.values())
def test_symbols_stay_and_floats_do_not(activation):
    assert activation(X + 1).args == (X + 1,)
    assert activation(sympy.sqrt(2) * X).has(activation)
    with pytest.raises(NotExactError):
        activation(0.5)
    with pytest.raises(NotExactError):
        activation(X).subs(X, 0.5)
    with pytest.raises(NotExactError):
        activation_value(activation, 0.5)
    with pytest.raises(TypeError):
        activation(X, X)


def test_names():
    assert [function.display_name for function in ACTIVATIONS.values()] == [
        "heaviside",
        "sign",
        "relu",
        "clipped relu",
    ]
    assert {name: function.__name__ for name, function in ACTIVATIONS.items()} == {n: n for n in ACTIVATIONS}


@pytest.mark.parametrize(
    "cube",
    [lambda x: x**3, X**3, sympy.Lambda(X, X**3)],
    ids=["callable", "expression", "lambda"],
)
def test_users_own_activations(cube):
    assert activation_value(cube, Fraction(-1, 2)) == Fraction(-1, 8)
    function = activation_function(cube)
    assert function(sympy.Integer(2)) == 8
    assert function(X).subs(X, 3) == 27
    assert activation_function(cube)(X) == function(X)


def test_two_lambdas_are_two_functions():
    first = activation_function(lambda x: x)
    second = activation_function(lambda x: -x)
    assert first(X) != second(X)
    assert first(X) - second(X) != 0


@pytest.mark.parametrize(
    ("activation", "error", "words"),
    [
        (math.tanh, NotExactError, "value of the activation tanh at 1"),
        (sympy.tanh, NotExactError, "tanh"),
        (X + sympy.Symbol("y"), ModelError, "2 free symbols"),
        (sympy.Integer(3), ModelError, "0 free symbols"),
        (0.5 * X, NotExactError, "exact"),
        (sympy.Lambda((X, sympy.Symbol("y")), X), ModelError, "one variable"),
        (sympy.Lambda(X, X * sympy.Symbol("y")), ModelError, "one variable"),
        ("heaviside", ModelError, "use heaviside"),
        (None, ModelError, "use heaviside"),
        (sympy.besselj, ModelError, "one variable"),
        (lambda x: x / 0, ModelError, "ZeroDivisionError at 1"),
        (lambda x: x.nothing, ModelError, "AttributeError"),
    ],
)
def test_bad_activations(activation, error, words):
    with pytest.raises(error, match=words):
        activation_value(activation, 1)


def test_sympys_latex_printer_writes_names_as_they_are_said():
    assert sympy.latex(clipped_relu(X) ** 2) == r"\operatorname{clipped\ relu}^{2}{\left(x \right)}"
    assert sympy.latex(heaviside(X), mode="inline") == r"$\operatorname{heaviside}{\left(x \right)}$"

    def my_step(x):
        return 1 if x > 0 else 0

    assert sympy.latex(activation_function(my_step)(X)) == r"\operatorname{my\_step}{\left(x \right)}"
