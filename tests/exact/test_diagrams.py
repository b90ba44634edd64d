from fractions import Fraction
from functools import reduce
from itertools import product
from math import prod
from operator import add, mul, sub

import flint
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from symrg.errors import BudgetExceeded, DomainError, ModelError, NotExactError, UnableError, UndefinedPointError
from symrg.exact.diagrams import Diagrams
from symrg.exact.evaluation import ExpressionDiagrams, PointEvaluator, subexpressions, to_value
from symrg.exact.separability import Separability
from tests.oracles import couplings as oracle

X, Y, Z = sympy.symbols("x y z")
letters = st.lists(st.integers(-3, 3), min_size=1, max_size=3, unique=True).map(tuple)


@st.composite
def tables(draw, largest=3):
    """Alphabets of some variables, and two functions given by all their values."""
    alphabets = draw(st.lists(letters, min_size=1, max_size=largest))
    size = prod(map(len, alphabets))
    values = st.lists(st.integers(-2, 2), min_size=size, max_size=size)
    states = list(product(*alphabets))
    return alphabets, *(dict(zip(states, draw(values), strict=True)) for _ in range(2))


def from_table(store, table):
    """The diagram of a tabulated function, as a sum of indicators."""
    total = store.terminal(0)
    for state, value in table.items():
        indicator = store.terminal(value)
        for position, letter in enumerate(state):
            alphabet = store.alphabet(position)
            factor = store.variable(position, [int(letter == other) for other in alphabet])
            indicator = store.apply(mul, indicator, factor)
        total = store.apply(add, total, indicator)
    return total


@given(tables())
@settings(max_examples=60, deadline=None)
def test_a_diagram_has_the_values_of_its_table_and_one_form(drawn):
    alphabets, first, second = drawn
    store = Diagrams(dict(enumerate(alphabets)))
    f, g = from_table(store, first), from_table(store, second)
    for state in first:
        at = dict(enumerate(state))
        assert store.evaluate(f, at) == first[state]
        assert store.evaluate(store.apply(sub, f, g), at) == first[state] - second[state]
    assert (f == g) == (first == second)
    assert set(store.values(f)) == set(first.values())
    assert from_table(store, dict(reversed(first.items()))) == f


@given(tables())
@settings(max_examples=60, deadline=None)
def test_support_and_restriction_agree_with_the_table(drawn):
    alphabets, table, _ = drawn
    store = Diagrams(dict(enumerate(alphabets)))
    f = from_table(store, table)
    matters = set()
    for position, alphabet in enumerate(alphabets):
        for letter, value in enumerate(alphabet):
            restricted = store.restrict(f, position, letter)
            assert position not in store.support(restricted)
            for state in table:
                moved = (*state[:position], value, *state[position + 1 :])
                assert store.evaluate(restricted, dict(enumerate(state))) == table[moved]
                if table[moved] != table[state]:
                    matters.add(position)
    assert set(store.support(f)) == matters


def test_the_parity_of_many_spins_stays_small():
    store = Diagrams(dict.fromkeys(range(2000), (-1, 1)))  # deeper than the recursion limit
    parity = store.terminal(1)
    for k in reversed(range(2000)):
        parity = store.apply(mul, store.variable(k), parity)
    assert store.size(parity) == 2 * 2000 + 1
    assert store.restrict(store.restrict(parity, 0, 0), 1, 0) == store.restrict(store.restrict(parity, 0, 1), 1, 1)


def test_the_budget_is_kept_and_the_estimate_says_how_many_states():
    store = Diagrams(dict.fromkeys(range(30), (0, 1)), budget=2000)
    powers = [store.variable(k, (0, 2**k)) for k in range(30)]
    with pytest.raises(BudgetExceeded, match="2000 steps") as caught:
        reduce(lambda f, g: store.apply(add, f, g), powers)  # all subset sums differ
    assert caught.value.limit == 2000
    assert caught.value.estimate == 2**30
    assert store.steps == 2001


@pytest.mark.parametrize("alphabet", [(), (1, 1)])
def test_bad_alphabets_are_refused(alphabet):
    with pytest.raises(ModelError, match="empty or repeats"):
        Diagrams({"s": alphabet})


def test_a_function_of_one_variable_needs_a_value_for_each_letter():
    with pytest.raises(DomainError, match="3 letters, got 2"):
        Diagrams({"s": (0, 1, 2)}).variable("s", (0, 1))


def test_subexpressions_are_listed_once_and_after_their_arguments():
    nested = X
    for _ in range(60):  # written out, this has 2^60 parts
        nested = sympy.sin(nested) + sympy.cos(nested)
    parts = subexpressions(nested)
    assert len(parts) == len(set(parts)) == 1 + 3 * 60
    position = {part: k for k, part in enumerate(parts)}
    assert all(position[argument] < position[part] for part in parts for argument in part.args)


@given(st.lists(letters, min_size=2, max_size=2), st.integers(-2, 2), st.integers(-2, 2))
@settings(max_examples=40, deadline=None)
def test_expressions_compile_to_their_values(alphabets, c, d):
    k = sympy.Symbol("k")
    expression = c * X**2 * Y + sympy.Abs(X - d * Y) + k * sympy.Max(X, Y) - sympy.Piecewise((X, X > Y), (d, True))
    compiler = ExpressionDiagrams(dict(zip((X, Y), alphabets, strict=True)))
    diagram = compiler.diagram(expression)
    for x, y in product(*alphabets):
        value = compiler.store.evaluate(diagram, {X: flint.fmpq(x), Y: flint.fmpq(y)})
        rational = c * x**2 * y + abs(x - d * y) - (x if x > y else d)
        assert value == to_value(sympy.Integer(rational) + k * max(x, y))


@pytest.mark.parametrize(
    ("expression", "error", "words"),
    [
        (1 / X, UndefinedPointError, "1/x is not finite"),
        (sympy.log(X), UndefinedPointError, "log\\(x\\) is not finite"),
        (X + sympy.Float("0.5"), NotExactError, "Fraction\\(1, 2\\)"),
        (sympy.Heaviside(X - Y), UnableError, "y is symbolic"),
    ],
)
def test_what_has_no_exact_value_is_refused(expression, error, words):
    compiler = ExpressionDiagrams({X: (0, 1)}, parameters=[Y])
    with pytest.raises(error, match=words):
        compiler.diagram(expression)


def test_point_values_are_exact_or_balls_or_none():
    evaluate = PointEvaluator()
    third = {X: flint.fmpq(1, 3)}
    assert evaluate(3 * X**2 + sympy.Max(X, 0), third) == flint.fmpq(2, 3)
    ball = evaluate(sympy.sqrt(X) * sympy.exp(-X) + sympy.I, third)
    assert abs(complex(ball) - complex(3**-0.5 * 2.718281828459045 ** (-1 / 3), 1)) < 1e-12
    assert not (ball.real - flint.arb("0.41368")).contains(0)
    assert evaluate(sympy.Function("f")(X), third) is None
    assert evaluate(1 / (X - sympy.Rational(1, 3)), third) is None


@st.composite
def polynomials(draw, alphabets=letters):
    number = draw(st.integers(2, 4))
    exponents = st.tuples(*[st.integers(0, 3)] * number)
    terms = draw(st.lists(st.tuples(st.fractions(-2, 2, max_denominator=3), exponents), max_size=5))
    return [draw(alphabets) for _ in range(number)], terms


def as_sympy(terms, symbols):
    return sympy.Add(
        *(
            sympy.Rational(c.numerator, c.denominator) * sympy.prod(s**e for s, e in zip(symbols, powers, strict=True))
            for c, powers in terms
        )
    )


def positions(pairs, symbols):
    return {tuple(sorted((symbols.index(a), symbols.index(b)))) for a, b in pairs}


@given(polynomials(letters))
@settings(max_examples=100, deadline=None)
def test_pairs_of_polynomials_on_states_agree_with_brute_force(drawn):
    alphabets, terms = drawn
    symbols = sympy.symbols(f"s:{len(alphabets)}")
    decide = Separability(as_sympy(terms, symbols), dict(zip(symbols, alphabets, strict=True)))
    assert positions(decide.pairs(), symbols) == oracle.coupled_positions(oracle.polynomial(terms), alphabets)


@given(polynomials(alphabets=st.just(())))
@settings(max_examples=60, deadline=None)
def test_pairs_of_real_polynomials_agree_with_their_mixed_derivatives(drawn):
    names, terms = drawn
    symbols = sympy.symbols(f"s:{len(names)}", real=True)
    decide = Separability(as_sympy(terms, symbols), {}, symbols)
    assert positions(decide.pairs(), symbols) == oracle.mixed_derivative_pairs(terms, len(symbols))


@given(polynomials(letters), st.integers(0, 3))
@settings(max_examples=60, deadline=None)
def test_a_parameter_couples_iff_one_of_its_powers_does(drawn, number):
    alphabets, terms = drawn
    k, symbols = sympy.Symbol("k"), sympy.symbols(f"s:{len(alphabets)}")
    powers = [index % (number + 1) for index in range(len(terms))]
    expression = sympy.Add(*(k**power * as_sympy([term], symbols) for power, term in zip(powers, terms, strict=True)))

    def coefficients(state):
        return tuple(
            oracle.polynomial([t for t, p in zip(terms, powers, strict=True) if p == power])(state)
            for power in range(number + 1)
        )

    expected = oracle.coupled_positions(coefficients, alphabets)
    finite = dict(zip(symbols, alphabets, strict=True))
    assert positions(Separability(expression, finite).pairs(), symbols) == expected
    # The same through the path with a function of the parameter: powers of 1 + exp(k) are independent too.
    hidden = expression.xreplace({k: 1 + sympy.exp(k)})
    assert positions(Separability(hidden, finite).pairs(), symbols) == expected


def test_cancelling_terms_do_not_couple():
    # They cancel as functions on the alphabet, not as expressions.
    s, t, u = sympy.symbols("s t u")
    spins = {s: (-1, 1), t: (-1, 1), u: (-1, 1)}
    assert Separability(sympy.Abs(s + t) - s * t + u * s**2, spins).pairs() == ()
    assert Separability(sympy.Max(s, t) * 2 + s * t - s - t + u * s, spins).pairs() == ((s, u),)
    many = sum((s * t * u**n * (-1) ** n for n in range(40)), sympy.Integer(0))
    assert Separability(many, {s: (-1, 1), t: (-1, 1), u: (1,)}).pairs() == ()


def test_a_power_too_long_to_expand_is_decided_as_it_stands():
    spins = sympy.symbols("s:24")
    expression = sympy.Add(*spins) ** 9  # 2 * 10^6 monomials or more
    assert len(Separability(expression, dict.fromkeys(spins, (-1, 1))).pairs()) == 24 * 23 // 2
    k = sympy.Symbol("k")
    product_form = sympy.prod(1 + k * s for s in spins)
    assert len(Separability(product_form, dict.fromkeys(spins, (-1, 1))).pairs()) == 24 * 23 // 2


def test_real_variables_inside_functions_are_certified_or_refused():
    w, v = sympy.symbols("w v", real=True)
    s = sympy.Symbol("s")
    decide = Separability(sympy.tanh(w * v) + sympy.exp(s * w) + s * v, {s: (-1, 1)}, [w, v])
    assert decide.pairs() == ((s, w), (s, v), (w, v))
    assert Separability(sympy.exp(w) + sympy.tanh(v) * s**2, {s: (-1, 1)}, [w, v]).pairs() == ()
    assert Separability(sympy.Heaviside(w) * s, {s: (0, 1)}, [w]).pairs() == ((s, w),)
    undecidable = Separability(sympy.log((1 + w**2) * (1 + v**2)), {}, [w, v])
    with pytest.raises(UnableError, match="whether w and v are coupled"):
        undecidable.pairs()


def test_assumptions_choose_the_points():
    k = sympy.Symbol("k", positive=True)
    s, t = sympy.symbols("s t")
    assert Separability(sympy.log(k) * s * t, {s: (0, 1), t: (0, 1)}).pairs() == ((s, t),)
    assert Separability(sympy.sqrt(2) * s * t + Fraction(1, 2) * s, {s: (0, 1), t: (0, 1)}).pairs() == ((s, t),)
