from fractions import Fraction

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

import symrg as sg
from symrg.exact.exponentials import ExponentialField, equal_exponents

A, B, x = sympy.symbols("A B x")
MONOMIALS = (A, B, A * B, A**2, sympy.S.One)

few = settings(max_examples=25, deadline=None)
coefficients = st.fractions(min_value=-2, max_value=2, max_denominator=3)
forms = st.tuples(*[coefficients] * len(MONOMIALS))


def exact(value):
    return sympy.Rational(value.numerator, value.denominator)


def exponent(form):
    return sympy.Add(*(exact(c) * m for c, m in zip(form, MONOMIALS, strict=True)))


@few
@given(forms, forms)
def test_distinct_exponentials_are_never_identified_and_equal_ones_always(first, second):
    left, right = sympy.exp(exponent(first)), sympy.exp(exponent(second))
    field = ExponentialField([left, right])
    assert (field.read(left) == field.read(right)) == (first == second)
    assert field.read(left) * field.exponential(-exponent(first)) == 1


@few
@given(forms, forms, st.integers(-3, 3))
def test_exponents_add(first, second, power):
    total = [power * a + b for a, b in zip(first, second, strict=True)]
    left, right, joined = exponent(first), exponent(second), exponent(total)
    field = ExponentialField((), exponents=[left, right, joined])
    assert field.exponential(left) ** power * field.exponential(right) == field.exponential(joined)


@st.composite
def sums(draw):
    """Σ n e^(form) as {form: n}; forms in halves and thirds of A, B and AB."""
    small = st.tuples(*[st.sampled_from([Fraction(n, d) for n in (-1, 0, 1, 2) for d in (1, 2, 3)])] * 3)
    return draw(st.dictionaries(small, st.integers(-3, 3).filter(bool), min_size=1, max_size=3))


def written(table):
    return sympy.Add(*(n * sympy.exp(exponent((*form, 0, 0)[:5])) for form, n in table.items()))


def as_product(left, right):
    result = {}
    for form, n in left.items():
        for other, m in right.items():
            key = tuple(a + b for a, b in zip(form, other, strict=True))
            result[key] = result.get(key, 0) + n * m
    return {key: n for key, n in result.items() if n}


@few
@given(sums(), sums(), sums())
def test_quotients_are_equal_exactly_if_their_cross_products_are(first, second, third):
    # first/second = (first·third)/(second·third), and first/second = third/first exactly if first² = second·third
    f, s, t = (written(table) for table in (first, second, third))
    field = ExponentialField([f, s, t])
    assert field.read(f / s) == field.read((f * t) / (s * t))
    same = as_product(first, first) == as_product(second, third)
    assert (field.read(f / s) == field.read(t / f)) == same


@few
@given(sums(), sums())
def test_what_is_written_is_read_back(first, second):
    f, s = written(first), written(second)
    field = ExponentialField([f, s])
    value = field.read(f / s)
    assert field.read(field.write(value)) == value


@few
@given(sums(), sums(), st.sampled_from([Fraction(2, 3), Fraction(3), Fraction(1, 2)]))
def test_names_stand_for_exponentials(first, second, root):
    # at e^A = root^6, e^B = e^(AB) = 1 all exponentials of sixths are rational
    u = sympy.Symbol("u", positive=True)
    f, s = written(first), written(second)
    field = ExponentialField([f, s])
    named = field.write(field.read(f), {A: u}).xreplace({B: sympy.S.Zero})
    expected = sum(n * root ** int(6 * form[0]) for form, n in first.items())
    assert not named.has(A)
    assert named.xreplace({u: exact(root) ** 6}) == exact(Fraction(expected))


@few
@given(st.lists(st.tuples(st.integers(1, 4), st.integers(-2, 2)), min_size=1, max_size=3), coefficients)
def test_logarithms_inside_exponentials(parts, coefficient):
    # e^(c A + Σ k ln(n + e^B)) = e^(c A) ∏ (n + e^B)^k
    logs = sympy.Add(*(k * sympy.log(n + sympy.exp(B)) for n, k in parts))
    left = sympy.exp(exact(coefficient) * A + logs)
    right = sympy.exp(exact(coefficient) * A) * sympy.Mul(*((n + sympy.exp(B)) ** k for n, k in parts))
    field = ExponentialField([left, right])
    assert field.read(left) == field.read(right)
    assert field.read(left + 1) != field.read(right)


@few
@given(
    st.lists(st.tuples(st.integers(1, 4), st.integers(-2, 2), st.integers(0, 4)), min_size=1, max_size=3),
    st.integers(2, 3),
)
def test_fractions_of_logarithms_that_make_up_a_root(parts, index):
    # Σ (1/k) ln(f^k) with every f^k multiplied out
    logs = sympy.Add(*(sympy.log(sympy.expand(((n + sympy.exp(B)) * 2**e) ** index)) * k / index for n, k, e in parts))
    right = sympy.Mul(*(((n + sympy.exp(B)) * 2**e) ** k for n, k, e in parts))
    field = ExponentialField([right], exponents=[logs + A / 3])
    assert field.exponential(logs + A / 3) == field.read(right) * field.exponential(A / 3)


def test_fractions_of_logarithms_that_make_up_no_root_are_refused():
    for exponent in (sympy.log(sympy.exp(B) + 1) / 2 + A, sympy.log(2 * sympy.exp(B)) / 2, A + sympy.log(A - 1) / 2):
        field = ExponentialField((), exponents=[exponent])
        with pytest.raises(sg.ModelError, match="no rational function"):
            field.exponential(exponent)
    field = ExponentialField((), exponents=[sympy.log(9 * sympy.exp(A)) / 2 - A / 2 + sympy.log(4) / 2])
    assert field.exponential(sympy.log(9 * sympy.exp(A)) / 2 - A / 2 + sympy.log(4) / 2) == 6


def test_symbols_stand_beside_their_exponentials():
    field = ExponentialField([x * sympy.exp(x) + x])
    assert field.read(x * sympy.exp(x) + x) == field.read(x * (sympy.exp(x) + 1))
    assert field.read(sympy.exp(x)) != field.read(x)
    assert field.read(sympy.exp(x)) != field.read(x + 1)


def test_e_itself_is_independent_of_rational_numbers():
    field = ExponentialField([sympy.exp(A), sympy.exp(A + 1)])
    assert field.read(sympy.exp(A + 1)) != field.read(sympy.Rational(2721, 1001) * sympy.exp(A))
    assert field.read(sympy.exp(A + 1)) == field.exponential(1) * field.read(sympy.exp(A))


@pytest.mark.parametrize(
    "expression",
    [
        sympy.exp(sympy.sin(A)),
        sympy.exp(1 / A),
        sympy.exp(A * sympy.log(B)),
        sympy.exp(sympy.exp(A)),
    ],
)
def test_other_exponents_are_refused(expression):
    with pytest.raises(sg.ModelError, match="rewrite it in such terms"):
        ExponentialField([expression])


@pytest.mark.parametrize(
    "exponent",
    [sympy.I * sympy.pi / 3, sympy.sqrt(2) * A, sympy.sqrt(3 + 2 * sympy.sqrt(2)) * A, sympy.pi, sympy.I * A],
)
def test_irrational_numbers_in_exponents_are_refused_for_their_relations_are_not_seen(exponent):
    # e^(i π/3) is a root of w² − w + 1; √(3 + 2√2) = 1 + √2
    with pytest.raises(sg.ModelError, match="rational multiple"):
        ExponentialField([sympy.exp(exponent)])


def test_unknown_generators_and_floats_are_refused():
    field = ExponentialField([sympy.exp(A)])
    with pytest.raises(sg.ModelError, match="not in the field"):
        field.read(sympy.exp(B))
    with pytest.raises(sg.ModelError, match="not in the field"):
        field.exponential(A / 2)
    with pytest.raises(sg.ModelError, match="not among the generators"):
        field.read(sympy.log(A) + sympy.exp(A))
    with pytest.raises(sg.NotExactError):
        ExponentialField([sympy.exp(sympy.Float(0.5) * A)])
    with pytest.raises(sg.NotExactError):
        field.read(sympy.Float(0.5) * sympy.exp(A))


@few
@given(st.lists(st.tuples(st.integers(1, 3), coefficients), min_size=1, max_size=3), coefficients, st.booleans())
def test_real_exponents_with_fractions_of_logarithms(parts, slope, changed):
    # Σ q ln(n + e^A) + s A against the same with every n + e^A = e^A (1 + n e^−A) taken apart
    left = exact(slope) * A + sympy.Add(*(exact(q) * sympy.log(n + sympy.exp(A)) for n, q in parts))
    moved = sum((q for _, q in parts), slope)
    right = exact(moved) * A + sympy.Add(*(exact(q) * sympy.log(1 + n * sympy.exp(-A)) for n, q in parts))
    assert equal_exponents(left, right + (sympy.Rational(1, 7) * A if changed else 0)) != changed


def test_exponents_of_numbers():
    assert equal_exponents(sympy.log(8) / 3, sympy.log(4) / 2)
    assert not equal_exponents(sympy.log(8) / 3, sympy.log(3))
