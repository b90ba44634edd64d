from fractions import Fraction
from math import prod

import pytest
import sympy
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import symrg as sg
from symrg.exact.edge import from_sympy
from symrg.exact.polynomials import RationalFunction, irreducible_factors, ring
from tests.oracles import algebra as oracle
from tests.oracles.chains import Dual, Residue

NAMES = ("a", "b", "c")
R = ring(*NAMES)
SYMBOLS = sympy.symbols(NAMES)

few = settings(max_examples=25, deadline=None)
# hardly ever a zero of a small denominator
numbers = st.sampled_from([Fraction(n, d) for n in (-7, -5, 2, 3, 7, 8) for d in (1, 3, 5, 11)])
points = st.tuples(numbers, numbers, numbers)
exponents = st.tuples(*[st.integers(0, 2)] * 3)
tables = st.dictionaries(exponents, st.integers(-4, 4), max_size=4)
nonzero = st.dictionaries(exponents, st.integers(-4, 4).filter(bool), min_size=1, max_size=3)


def polynomial(table):
    """The package's polynomial of a dict {exponents: integer}."""
    return sum(
        (prod((g**e for g, e in zip(R.gens, k, strict=True)), start=R.one) * c for k, c in table.items()), R.zero
    )


@st.composite
def functions(draw):
    """A rational function, and the same as a plain Python function of a point (None where it is not defined)."""
    above, below = draw(tables), draw(nonzero)

    def at(point):
        bottom = oracle.value(below, point)
        return oracle.value(above, point) / bottom if bottom else None

    return R.fraction(polynomial(above), polynomial(below)), at


def as_dict(flint_polynomial):
    return {tuple(map(int, k)): int(c) for k, c in flint_polynomial.to_dict().items()}


@few
@given(functions(), functions(), functions())
def test_the_axioms_of_a_field(first, second, third):
    x, y, z = first[0], second[0], third[0]
    assert x + y == y + x
    assert x * y == y * x
    assert (x + y) + z == x + (y + z)
    assert (x * y) * z == x * (y * z)
    assert x * (y + z) == x * y + x * z
    assert x + 0 == x == x * 1
    assert not x - x
    assert x + (-x) == 0
    if y:
        assert x / y * y == x
        assert y ** (-2) * y**2 == 1
        assert 1 / (1 / y) == y


@few
@given(functions(), functions(), points)
def test_operations_are_those_of_values(first, second, point):
    (x, x_at), (y, y_at) = first, second
    left, right = x_at(point), y_at(point)
    assume(left is not None and right is not None)
    assert (x + y)(point) == left + right
    assert (x - y)(point) == left - right
    assert (x * y)(point) == left * right
    assert (Fraction(2, 3) - x)(point) == Fraction(2, 3) - left
    assert (x**3)(point) == left**3
    if right:
        assert (x / y)(point) == left / right
        assert (Fraction(5, 7) / y)(point) == Fraction(5, 7) / right


@few
@given(functions())
def test_the_normal_form_is_coprime_with_a_positive_leading_denominator(drawn):
    value, _ = drawn
    above, below = (sympy.Poly(as_dict(p), *SYMBOLS) for p in (value.num, value.den))
    assert sympy.gcd(above, below).is_ground
    assert sympy.igcd(*(int(c) for c in above.coeffs() + below.coeffs())) == 1
    assert below.coeffs(order="grevlex")[0] > 0


@few
@given(functions(), functions())
def test_functions_are_equal_exactly_if_their_cross_products_are(first, second):
    x, y = first[0], second[0]
    same = sympy.Poly(as_dict(x.num), *SYMBOLS) * sympy.Poly(as_dict(y.den), *SYMBOLS) == sympy.Poly(
        as_dict(y.num), *SYMBOLS
    ) * sympy.Poly(as_dict(x.den), *SYMBOLS)
    assert (x == y) == same
    assert x == R.fraction(x.num * R.gens[0], x.den * R.gens[0])
    assert hash(x) == hash(R.fraction(x.num * R.gens[0], x.den * R.gens[0]))


@few
@given(functions(), st.tuples(functions(), functions(), functions()), points)
def test_composition_is_substitution(outer, inner, point):
    between = [at(point) for _, at in inner]
    assume(None not in between)
    expected = outer[1](between)
    assume(expected is not None)
    assert outer[0].compose([f for f, _ in inner])(point) == expected


@few
@given(functions(), points, points)
def test_derivatives_are_those_along_lines(drawn, start, direction):
    value, at = drawn
    assume(at(start) is not None)
    moved = at([Dual(a, b) for a, b in zip(start, direction, strict=True)])
    gradient = [value.derivative(k)(start) for k in range(3)]
    assert sum(g * d for g, d in zip(gradient, direction, strict=True)) == Dual.of(moved).b


@few
@given(functions())
def test_sympy_and_back(drawn):
    value, _ = drawn
    generators = dict(zip(SYMBOLS, R.fractions(), strict=True))
    assert from_sympy(value.to_sympy(), R, generators) == value
    assert from_sympy(sympy.expand(value.to_sympy()), R, generators) == value


@few
@given(functions(), points)
def test_sympy_writes_the_same_function(drawn, point):
    value, at = drawn
    assume(at(point) is not None)
    exact = [sympy.Rational(x.numerator, x.denominator) for x in point]
    written = value.to_sympy().xreplace(dict(zip(SYMBOLS, exact, strict=True)))
    assert Fraction(int(written.p), int(written.q)) == at(point)


@few
@given(tables, nonzero, st.sampled_from([(-2, 0, 1), (1, 1, 1), (-1, -1, 0, 1)]))
def test_evaluation_in_a_number_field(above, below, modulus):
    root = Residue([0, 1], modulus)
    point = (root, root * root + 1, root * 3 + Fraction(1, 2))
    top, bottom = (root.of(oracle.value(table, point)) for table in (above, below))
    assume(bottom != 0)
    assert R.fraction(polynomial(above), polynomial(below))(point, one=root.of(1)) == top / bottom


@few
@given(nonzero, nonzero, st.integers(1, 3))
def test_factors_multiply_to_the_polynomial_and_are_irreducible(first, second, power):
    product = polynomial(first) * polynomial(second) ** power
    found = irreducible_factors(product)
    rest = product / prod((f**m for f, m in found), start=R.one)
    assert rest.is_constant()
    for factor, _ in found:
        expression = sympy.Poly(as_dict(factor), *SYMBOLS)
        assert expression.is_irreducible
        assert expression.content() == 1
        assert expression.coeffs(order="grevlex")[0] > 0
    assert len({str(f) for f, _ in found}) == len(found)


@pytest.mark.parametrize("bits", [31, 33, 64, 200])
def test_factors_with_large_coefficients(bits):
    # python-flint compares coefficients of factors as C ints
    a, b, _ = R.gens
    large = 2**bits
    wanted = [(a - large, 1), (a - large - 1, 3), (3 * a + b - 7, 2)]
    product = prod((f**m for f, m in wanted), start=R.context.constant(-10))
    found = irreducible_factors(product)
    assert sorted(found, key=str) == sorted(wanted, key=str)


@few
@given(nonzero, st.integers(1, 4), st.integers(1, 30))
def test_roots_of_functions_with_positive_coefficients(table, power, number):
    positive = polynomial({k: abs(c) + 1 for k, c in table.items()})
    value = R.fraction(positive**power * number, R.gens[0] ** power)
    base, found = value.root()
    assert base**found == value
    if number == 1 and not base.is_constant:
        assert found % power == 0
    # the largest one: base is no power itself
    parts = [dict(sympy.factor_list(sympy.Poly(as_dict(p), *SYMBOLS))[1]) for p in (base.num, base.den)]
    multiplicities = [m for part in parts for m in part.values()]
    contents = [sympy.factorint(sympy.Poly(as_dict(p), *SYMBOLS).content()) for p in (base.num, base.den)]
    common = sympy.igcd(0, *multiplicities, *(m for c in contents for m in c.values()))
    assert value.is_constant or common == 1


def test_the_root_is_found_past_a_divisor_that_fails():
    a = R.fractions()[0]
    assert (16 * a**12).root() == (2 * a**3, 4)


def test_formatting_names_the_generators():
    a, b, c = R.gens
    assert R.format(-a * b**2 + 3 * c - 1) == "-a*b**2 + 3*c - 1"
    assert R.format(R.zero) == "0"
    assert repr(R.fraction(a - b, a + 1)) == "(a - b)/(a + 1)"


def test_constants_are_numbers():
    assert R.fraction(Fraction(-3, 4)).constant() == Fraction(-3, 4)
    assert R.fraction(0).constant() == 0
    with pytest.raises(sg.ModelError, match="is not a number"):
        R.fractions()[0].constant()


def test_where_a_function_is_not_defined():
    a, b, _ = R.fractions()
    with pytest.raises(sg.UndefinedPointError, match="0/0"):
        ((a - 1) / (b - 1))((1, 1, 0))
    with pytest.raises(sg.UndefinedPointError, match="a zero denominator"):
        (a / (b - 1))((1, 1, 0))
    with pytest.raises(sg.UndefinedPointError):
        a / (b - b)
    with pytest.raises(sg.UndefinedPointError):
        (1 / (a - b)).compose([a, a, b])
    with pytest.raises(ZeroDivisionError):
        R.fraction(1, 0)


@pytest.mark.parametrize("bad", [0.5, sympy.Float(1)])
def test_floats_do_not_enter(bad):
    with pytest.raises(sg.NotExactError):
        R.fraction(bad)
    with pytest.raises(sg.NotExactError):
        from_sympy(sympy.Symbol("a") * sympy.Float(0.5), R, {sympy.Symbol("a"): R.fractions()[0]})


def test_what_is_no_rational_function_is_refused():
    a = sympy.Symbol("a")
    generators = {a: R.fractions()[0]}
    for expression in (sympy.Symbol("q"), sympy.exp(a), sympy.sqrt(a), a**a):
        with pytest.raises(sg.ModelError, match="not among the generators"):
            from_sympy(expression, R, generators)
    with pytest.raises(sg.ModelError, match="outside the rationals"):
        from_sympy(a + sympy.sqrt(2), R, generators)


def test_generators_are_distinct():
    with pytest.raises(sg.ModelError, match="not distinct"):
        ring("a", "a")


def test_functions_of_other_things_are_not_mixed():
    a = R.fractions()[0]
    with pytest.raises(TypeError):
        a + 0.5
    with pytest.raises(TypeError):
        a * "x"
    assert isinstance(a / 2, RationalFunction)
    assert a != "a"
