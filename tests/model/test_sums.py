from itertools import product

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from symrg.errors import ModelError, NotExactError
from symrg.model.sums import StateSum
from symrg.model.variables import Variable

X = sympy.Symbol("x")
H, S = Variable("h", (0, 1)), Variable("s", (-1, 0, 2))
alphabets = st.lists(st.integers(-3, 3), min_size=1, max_size=3, unique=True).map(tuple)


@given(st.lists(alphabets, min_size=0, max_size=3), st.integers(-2, 2), st.integers(-2, 2))
@settings(max_examples=40, deadline=None)
def test_doit_is_the_sum_over_all_states(values, c, d):
    variables = [Variable(name, alphabet) for name, alphabet in zip("abc", values, strict=False)]
    summand = X ** (c * sympy.prod(variables)) + d * sympy.Add(*variables)
    expected = 0
    for state in product(*values):
        exponent, total = c, 0
        for entry in state:
            exponent *= entry
            total += entry
        expected += X**exponent + d * total
    assert StateSum(summand, *variables).doit() == expected


def test_bound_variables_are_not_free():
    total = StateSum(sympy.exp(X * H * S), H)
    assert total.free_symbols == {X, S}
    assert total.variables == (H,)
    assert total.subs(H, 1) == total
    assert total.xreplace({H: sympy.Integer(1)}) == total
    assert total.subs(S, 2).doit() == 1 + sympy.exp(2 * X)
    assert total.xreplace({S: sympy.Integer(2)}).doit() == 1 + sympy.exp(2 * X)
    assert (H + total).xreplace({H: sympy.Integer(7)}) == 7 + total
    assert total.xreplace({total: X}) == X
    assert (total + 1).xreplace({X: X}) == total + 1


def test_capture_is_refused():
    total = StateSum(X * H, H)
    for put in (lambda: total.subs(X, H), lambda: total.xreplace({X: H})):
        with pytest.raises(ModelError, match="another name"):
            put()


def test_nested_sums():
    inner = StateSum(X ** (H * S), H)
    outer = StateSum(inner**2, S)
    assert outer.doit() == sum((1 + X**s) ** 2 for s in (-1, 0, 2))
    assert outer.doit(deep=False).doit() == outer.doit()
    assert StateSum(StateSum(H, H) * H, H).doit() == 1


def test_derivative_acts_inside():
    total = StateSum(sympy.exp(X * H), H)
    assert total.diff(X) == StateSum(H * sympy.exp(X * H), H)
    assert total.diff(H) == 0
    assert total.diff(X).doit() == total.doit().diff(X)


def test_it_is_an_expression_that_rebuilds_and_prints():
    total = StateSum(X * H, H, S)
    assert total.func(*total.args) == total
    assert str(2 * total) == "2*Sum_{h, s}(h*x)"
    assert total.is_commutative
    assert StateSum(3, H).doit() == 6
    assert StateSum(X).doit() == X


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: StateSum(X, H, H), ModelError, "more than once"),
        (lambda: StateSum(X, X), ModelError, "no variable"),
        (lambda: StateSum(X, Variable("r", sympy.S.Reals)), ModelError, "continuous"),
        (lambda: StateSum(0.5 * X, H), NotExactError, "exact"),
        (lambda: StateSum(0.5, H), NotExactError, "exact"),
        (lambda: StateSum("x", H), NotExactError, "exact"),
    ],
)
def test_bad_input(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_equal_terms_are_counted_not_repeated():
    """3^12 states, but only 25 different exponents: listing the states would take minutes."""
    variables = [Variable(f"s_{k}", (-1, 0, 1)) for k in range(12)]
    found = StateSum(X ** sympy.Add(*variables), *variables).doit()
    assert found.subs(X, 1) == 3**12
