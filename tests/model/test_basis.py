from fractions import Fraction
from itertools import pairwise, product
from math import prod

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from symrg.errors import DomainError, ModelError, NotExactError
from symrg.model.activations import heaviside
from symrg.model.basis import (
    basis_exponents,
    basis_monomials,
    coefficients,
    interpolation_matrix,
    project,
    reduce,
)
from symrg.model.variables import Variable, states

fractions = st.fractions(min_value=-3, max_value=3, max_denominator=4)
alphabets = st.lists(fractions, min_size=1, max_size=4, unique=True).map(tuple)
H, S, T = Variable("h", (0, 1)), Variable("s", (-1, 1)), Variable("t", (-1, 0, 1))
U, X = sympy.Symbol("u", positive=True), sympy.Symbol("x")


def value_at(expression, variables, state):
    """Exact value by SymPy's own substitution."""
    return expression.subs(dict(zip(variables, state, strict=True)))


def degrees_are_reduced(expression, variables):
    polynomial = sympy.Poly(expression, *variables)
    return all(polynomial.degree(v) < len(v.alphabet) for v in variables if polynomial.degree(v) > 0)


@st.composite
def functions(draw, entries=fractions):
    sizes = draw(st.lists(alphabets, min_size=1, max_size=3))
    variables = [Variable(name, values) for name, values in zip("abc", sizes, strict=False)]
    table = {state: draw(entries) for state in product(*sizes)}
    return variables, table


@given(functions())
@settings(max_examples=60, deadline=None)
def test_project_then_evaluate_is_the_identity(case):
    variables, table = case
    polynomial = project(table, variables)
    for state, value in table.items():
        at = [sympy.Rational(entry) for entry in state]
        assert value_at(polynomial, variables, at) == sympy.Rational(value)
    assert degrees_are_reduced(polynomial, variables)


@given(functions())
@settings(max_examples=30, deadline=None)
def test_the_three_forms_of_a_function_agree(case):
    variables, table = case
    polynomial = project(table, variables)
    by_state = dict(zip(states(variables), table.values(), strict=True))
    assert project(lambda *state: by_state[state], variables) == polynomial
    assert project(polynomial, variables) == polynomial
    assert reduce(polynomial, variables) == polynomial


@given(functions())
@settings(max_examples=40, deadline=None)
def test_coefficients_evaluate_back(case):
    variables, table = case
    found = coefficients(list(table.values()), [variable.alphabet for variable in variables])
    exponents = basis_exponents(len(variable.alphabet) for variable in variables)
    for state, value in table.items():
        powers = (prod(x**e for x, e in zip(state, row, strict=True)) for row in exponents)
        assert sum(c * power for c, power in zip(found, powers, strict=True)) == value


@given(alphabets)
def test_interpolation_matrix_inverts_vandermonde(alphabet):
    matrix = interpolation_matrix(alphabet)
    n = len(alphabet)
    for r in range(n):
        for q in range(n):
            assert sum(alphabet[r] ** k * matrix[k][q] for k in range(n)) == (r == q)


polynomials = st.lists(
    st.tuples(st.integers(-3, 3), st.integers(0, 4), st.integers(0, 4), st.integers(0, 2)), max_size=4
)


def build(terms, first, second):
    return sympy.Add(*(c * first**i * second**j * X**k for c, i, j, k in terms))


@given(polynomials, polynomials, alphabets, alphabets)
@settings(max_examples=60, deadline=None)
def test_reduce_is_an_idempotent_ring_homomorphism(first, second, left, right):
    a, b = Variable("a", left), Variable("b", right)
    p, q = build(first, a, b), build(second, a, b)
    small_p, small_q = reduce(p, [a, b]), reduce(q, [a, b])
    assert reduce(small_p, [a, b]) == small_p
    assert reduce(p + q, [a, b]) == reduce(small_p + small_q, [a, b])
    assert reduce(p * q, [a, b]) == reduce(small_p * small_q, [a, b])
    assert reduce(p**3, [a, b]) == reduce(small_p**3, [a, b])
    assert degrees_are_reduced(small_p, [a, b])
    for state in states([a, b]):
        difference = value_at(p - small_p, [a, b], state)
        assert sympy.Poly(difference, X).is_zero


@given(polynomials, alphabets, alphabets)
@settings(max_examples=40, deadline=None)
def test_equal_functions_have_equal_forms(terms, left, right):
    a, b = Variable("a", left), Variable("b", right)
    p = build(terms, a, b)
    zero = sympy.prod(a - value for value in a.alphabet)
    assert reduce(p + (b + X) * zero, [a, b]) == reduce(p, [a, b]) == project(p, [a, b])
    assert reduce((p + X) ** 2 - p**2 - 2 * X * p - X**2, [a, b]) == 0


def test_known_cases():
    assert reduce(H**5, [H]) == H
    assert reduce(S**4 + S**3, [S]) == S + 1
    assert reduce(T**3, [T]) == T
    assert project(1 / (1 + H), [H]) == 1 - H / 2
    assert project(heaviside(T), [T]) == 1 + T / 2 - T**2 / 2
    assert project(2**S, [S]) == sympy.Rational(5, 4) + 3 * S / 4


def test_basis_order():
    first, second, third = (Variable(name, (0, 1)) for name in "hst")
    assert basis_monomials([first, second]) == (first * second, first, second, 1)
    assert basis_monomials([T, first]) == (T**2 * first, T**2, T * first, T, first, 1)
    assert basis_exponents((2, 2, 2))[:3] == ((1, 1, 1), (1, 1, 0), (1, 0, 1))
    assert len(basis_monomials([first, second, third])) == 8
    assert basis_monomials([]) == (1,)


def test_symbolic_coefficients_are_exact_and_in_one_form():
    f = sympy.log(3 * U**2 * U ** (2 * H * S) + U * H)
    polynomial = project(f, [H, S])
    for state in states([H, S]):
        assert value_at(polynomial, [H, S], state) == value_at(f, [H, S], state)
    # (x + 1)^2 - x^2 - 2 x - 1 vanishes: no term for it may stay
    assert project({(0,): X**2 + 2 * X + 1, (1,): (X + 1) ** 2}, [H]) == X**2 + 2 * X + 1
    rational = project(1 / (X + H) + 1 / (X + 2 * H), [H])
    for state in ((0,), (1,)):
        difference = value_at(rational, [H], state) - value_at(1 / (X + H) + 1 / (X + 2 * H), [H], state)
        assert sympy.cancel(difference) == 0


def test_logarithms_stay_whole():
    value = sympy.log((3 * U**2 + 3 * U + 2) * (2 * U**2 + 3 * U + 3))
    assert project({(0,): 0, (1,): value}, [H]) == value * H


def test_values_may_be_roots_and_other_algebraic_numbers():
    polynomial = project({(0,): sympy.sqrt(2), (1,): 3 * sympy.sqrt(2)}, [H])
    assert polynomial.expand() == sympy.sqrt(2) + 2 * sympy.sqrt(2) * H
    assert reduce(sympy.I * S**2 + sympy.pi * S, [S]) == sympy.I + sympy.pi * S


def test_variables_not_named_are_coefficients():
    assert reduce(H**2 * S**2, [H]) == H * S**2
    assert project(heaviside(S) * H**2, [H]) == heaviside(S) * H


def test_one_letter_alphabets():
    fixed = Variable("k", (3,))
    assert reduce(fixed**2 + H, [fixed, H]) == 9 + H
    assert project(sympy.log(fixed), [fixed]) == sympy.log(3)


def test_sums_of_local_terms_do_not_list_all_states():
    chain = [Variable(f"h^({k})", (0, 1)) for k in range(60)]
    total = sympy.Add(*((b - heaviside(2 * a - 1)) ** 2 for a, b in pairwise(chain)))
    polynomial = project(total, chain)  # 2^60 states, but each term has two variables
    assert sympy.Poly(polynomial, *chain).coeff_monomial(chain[3] * chain[4]) == -2
    assert reduce((chain[0] + chain[1]) ** 40, chain).coeff(chain[0] * chain[1]) == 2**40 - 2


def test_constants():
    assert project(5, [H]) == 5
    assert reduce(Fraction(1, 2), [H]) == sympy.Rational(1, 2)
    assert project(X, []) == X
    assert project({(): 3}, []) == 3
    assert project({0: 2, 1: 5}, [H]) == 2 + 3 * H


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: project(1 / H, [H]), DomainError, "no finite value"),
        (lambda: project(sympy.log(H), [H]), DomainError, "no finite value"),
        (lambda: project({0: sympy.oo, 1: 1}, [H]), DomainError, "no finite value"),
        (lambda: reduce(heaviside(H), [H]), DomainError, "no polynomial in h; project"),
        (lambda: reduce(1 / (1 + H), [H]), DomainError, "no polynomial in h"),
        (lambda: reduce(2**H, [H]), DomainError, "no polynomial in h"),
        (lambda: project(0.5 * H, [H]), NotExactError, r"Fraction\(1, 2\)"),
        (lambda: project(0.5, [H]), NotExactError, r"Fraction\(1, 2\)"),
        (lambda: reduce(0.5 * H, [H]), NotExactError, r"Fraction\(1, 2\)"),
        (lambda: project({0: 0.5, 1: 1}, [H]), NotExactError, r"state \(0,\)"),
        (lambda: project(lambda h: 0.5, [H]), NotExactError, r"state \(0,\)"),
        (lambda: project("h", [H]), NotExactError, "'h'"),
        (lambda: project({0: 1}, [H]), ModelError, r"no value for state \(1,\)"),
        (lambda: project({0: 1, 1: 1, 2: 1}, [H]), ModelError, r"unknown state \(2,\)"),
        (lambda: project(H, [X]), ModelError, "no variable"),
        (lambda: project(H, [H, H]), ModelError, "more than once"),
        (lambda: project(H, [Variable("r", sympy.S.Reals)]), ModelError, "continuous"),
        (lambda: reduce(H, [H, H]), ModelError, "more than once"),
        (lambda: coefficients([1, 2, 3], [(0, 1)]), ModelError, "3 values were given for 2 states"),
        (lambda: interpolation_matrix(()), ModelError, "empty"),
        (lambda: interpolation_matrix((1, 1)), ModelError, "more than once"),
        (lambda: interpolation_matrix((0, 0.5)), NotExactError, "exact"),
        (lambda: interpolation_matrix(sympy.S.Reals), ModelError, "continuous"),
    ],
)
def test_bad_input(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_transform_counts_as_many_operations_as_it_should():
    """Not timing: the number of ring operations grows as states × alphabet sizes."""

    class Counted:
        operations = 0

        def __add__(self, other):
            Counted.operations += 1
            return self

        def __rmul__(self, factor):
            Counted.operations += 1
            return self

    coefficients([Counted()] * 2**10, [(0, 1)] * 10)
    assert Counted.operations <= 2 * 10 * 2**10
