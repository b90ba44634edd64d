from fractions import Fraction
from itertools import pairwise

import flint
import mpmath
import pytest
import sympy
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import symrg as sg
from symrg.exact.algebraic import AlgebraicNumber, algebraic_number, digits_of, roots_of, value_at_root
from tests.oracles.chains import Residue

x = sympy.Symbol("x")
few = settings(max_examples=15, deadline=None)


def numeric_roots(coefficients):
    """Roots by mpmath: real ones first in rising order, then by real part, size of the imaginary part, its sign."""
    with mpmath.workdps(40):
        found = mpmath.polyroots([mpmath.mpf(c) for c in reversed(coefficients)], maxsteps=200, extraprec=200)
        tiny = mpmath.mpf(10) ** -15

        def key(root):
            if abs(mpmath.im(root)) < tiny:
                return (0, mpmath.re(root), 0, 0)
            return (
                1,
                mpmath.nint(mpmath.re(root) / tiny),
                mpmath.nint(abs(mpmath.im(root)) / tiny),
                mpmath.im(root) > 0,
            )

        return sorted(found, key=key)


def near(ball, number):
    # the radius of a number by mpmath, 30 good digits
    radius = flint.arb(0, flint.arb(10) ** -12)
    real, imag = (flint.arb(mpmath.nstr(part, 30)) + radius for part in (mpmath.re(number), mpmath.im(number)))
    return bool(ball.overlaps(flint.acb(real, imag)))


irreducible = (
    st.lists(st.integers(-5, 5), min_size=3, max_size=6)
    .filter(lambda c: c[-1] and c[0])
    .map(lambda c: sympy.Poly(c[::-1], x))
    .filter(lambda p: p.is_irreducible)
    .map(lambda p: tuple(int(c) for c in p.primitive()[1].all_coeffs()[::-1]))
)

# all complex roots of one real part, several pairs of equal real parts, equal moduli, purely imaginary, dyadic shifts
AWKWARD = [
    sympy.Poly(p, x).compose(sympy.Poly(x - shift, x)).clear_denoms(convert=True)[1]
    for p in (x**4 + 5 * x**2 + 5, x**6 + 7 * x**4 + 14 * x**2 + 7, x**6 + 2, x**8 + 1, x**4 - 2 * x**2 + 9)
    for shift in (0, sympy.Rational(1, 2), sympy.Rational(-1, 3), 2)
]


def check_order(coefficients):
    roots = roots_of(coefficients)
    expected = numeric_roots(coefficients)
    assert len(roots) == len(coefficients) - 1
    for k, (root, number) in enumerate(zip(roots, expected, strict=True)):
        assert root.index == k
        assert near(root.ball, number)
        assert sum(near(root.ball, other) for other in expected) == 1
        assert root.is_real == (abs(mpmath.im(number)) < 1e-15)
        if root.is_real:
            assert root.sign == mpmath.sign(mpmath.re(number))
        else:
            with pytest.raises(sg.DomainError, match="no sign"):
                assert root.sign


@few
@given(irreducible)
def test_roots_are_all_and_in_order(coefficients):
    check_order(coefficients)


@pytest.mark.parametrize("polynomial", AWKWARD, ids=str)
def test_roots_of_equal_real_part_are_in_order_at_every_precision(polynomial):
    coefficients = tuple(int(c) for c in polynomial.all_coeffs()[::-1])
    check_order(coefficients)
    balls = [root.ball for root in roots_of(coefficients)]
    with flint.ctx.workprec(300):
        for ball, again in zip(balls, roots_of(coefficients), strict=True):
            assert ball.overlaps(again.ball)


def in_sympy(root):
    """A rational approximation of SymPy's number, good to 2^−30."""
    scale, inner = root.to_sympy().as_coeff_Mul(rational=True)
    tiny = sympy.Rational(1, 2**30)
    real, imag = (scale * inner.eval_rational(dx=tiny, dy=tiny)).as_real_imag()
    return mpmath.mpc(mpmath.mpf(int(real.p)) / int(real.q), mpmath.mpf(int(imag.p)) / int(imag.q))


@few
@given(irreducible.filter(lambda c: len(c) <= 5))
def test_sympy_names_the_same_root(coefficients):
    expected = numeric_roots(coefficients)
    for root, number in zip(roots_of(coefficients), expected, strict=True):
        assert abs(in_sympy(root) - number) < 1e-6


@pytest.mark.parametrize(
    "coefficients", [(2, 0, 0, 0, 0, 0, 1), (3, -2, -2, 2, 0, 0, 1), (-1, -3, -5, 0, 0, 1), (-8, 0, 1)]
)
def test_sympy_names_the_same_root_where_its_order_is_another(coefficients):
    # SymPy 1.14 does not sort the complex roots of x**6 + 2 by real part
    numbers = [in_sympy(root) for root in roots_of(coefficients)]
    for number, expected in zip(numbers, numeric_roots(coefficients), strict=True):
        assert abs(number - expected) < 1e-6


@few
@given(
    irreducible.filter(lambda c: len(c) <= 5),
    st.lists(st.integers(-3, 3), min_size=1, max_size=4),
    st.lists(st.integers(-3, 3), min_size=1, max_size=3).filter(any),
)
def test_values_at_roots(coefficients, above, below):
    theta = Residue([0, 1], coefficients)

    def at(polynomial):
        total = theta.of(0)
        for c in reversed(polynomial):
            total = total * theta + c
        return total

    assume(at(below) != 0)
    exact = at(above) / at(below)
    for root, number in zip(roots_of(coefficients), numeric_roots(coefficients), strict=True):
        found = value_at_root(above, below, root)
        if isinstance(found, Fraction):
            assert exact == found
            continue
        # it is a root of its own minimal polynomial, which is irreducible, and it is the right one
        assert sum((exact_power(exact, k) * c for k, c in enumerate(found.minimal_polynomial)), exact.of(0)) == 0
        assert sympy.Poly(found.minimal_polynomial[::-1], x).is_irreducible
        with mpmath.workdps(40):
            top, bottom = (mpmath.polyval([mpmath.mpf(c) for c in reversed(p)], number) for p in (above, below))
            value = top / bottom
        if abs(value) < 1e6:
            assert near(found.ball, value)


def exact_power(residue, exponent):
    result = residue.of(1)
    for _ in range(exponent):
        result = result * residue
    return result


def test_values_keep_conjugates_apart():
    # the twelve numbers 1 + ζ² for the roots ζ of x**12 + x**6 + 2 with many equal real parts
    coefficients = (2, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1)
    numbers = numeric_roots(coefficients)
    for root, number in zip(roots_of(coefficients), numbers, strict=True):
        value = value_at_root([1, 0, 1], [1], root)
        assert near(value.ball, 1 + number**2)


def test_a_zero_denominator_is_refused():
    root = roots_of((-2, 0, 1))[0]
    with pytest.raises(sg.UndefinedPointError, match="vanishes"):
        value_at_root([1], [-2, 0, 1], root)


def test_equal_numbers_are_equal_and_hash_alike():
    first, second = roots_of((-2, 0, 1)), roots_of([-2, 0, 1])
    assert first == second
    assert hash(first[0]) == hash(second[0])
    assert first[0] != first[1]
    assert len({*first, *second}) == 2
    assert all(isinstance(root, AlgebraicNumber) for root in first)


def test_real_roots_rise():
    roots = roots_of((1, 0, -7, 1, 1))
    real = [r for r in roots if r.is_real]
    assert all(a.ball.real < b.ball.real for a, b in pairwise(real))
    assert "near" in repr(roots[0])


def test_numbers_of_python_and_sympy():
    low, high = roots_of((-2, 0, 1))
    assert (float(low), float(high)) == (-(2**0.5), 2**0.5)
    assert complex(high) == 2**0.5
    lower, upper = roots_of((2, -2, 1))
    assert (complex(lower), complex(upper)) == (1 - 1j, 1 + 1j)
    with pytest.raises(sg.DomainError, match="complex"):
        float(upper)
    assert sympy.sympify(high) == sympy.CRootOf(x**2 - 2, 1)
    assert sympy.N(high, 30) == sympy.sqrt(2).n(30)
    assert [digits_of(v) for v in (Fraction(1, 3), high, upper, roots_of((2, 0, 1))[0])] == [
        "1/3", "≈ 1.41421", "≈ 1.00000 + 1.00000*I", "≈ -1.41421*I"
    ]  # fmt: skip


@few
@given(irreducible, st.fractions(max_denominator=5).filter(bool), st.data())
def test_numbers_of_sympy_are_read(polynomial, scale, data):
    root = data.draw(st.sampled_from(roots_of(polynomial)))
    assert algebraic_number(root.to_sympy()) == value_at_root([0, 1], [1], root)  # with a positive leading coefficient
    assert algebraic_number(sympy.Rational(scale.numerator, scale.denominator) * root.to_sympy()) == value_at_root(
        [0, scale], [1], root
    )


def test_radicals_of_sympy_are_read():
    for value in (sympy.sqrt(2) + sympy.sqrt(3), sympy.I * sympy.root(5, 3), (1 + sympy.sqrt(-3)) / 2):
        assert near(algebraic_number(value).ball, mpmath.mpmathify(sympy.N(value, 40)))
    assert algebraic_number(sympy.sqrt(2) ** 2 + 1) == 3
    for value in (sympy.pi, sympy.exp(1), sympy.cos(1)):
        with pytest.raises(sg.UnableError):
            algebraic_number(value)
