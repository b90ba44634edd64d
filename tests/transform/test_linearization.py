from fractions import Fraction

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

import symrg as sg
from symrg.exact.algebraic import AlgebraicNumber
from symrg.transform.linearization import exponent, spectrum_of

few = settings(max_examples=40, deadline=None)
lam = sympy.Symbol("lam")


@few
@given(st.sampled_from([(2, 1), (3, 1), (4, 2), (8, 3), (36, 2), (12, 1)]), st.integers(-4, 4))
def test_exponents_of_rational_powers(scale, power):
    # scale = base^root with a base that is no power
    scale, root = scale
    base = round(scale ** (1 / root))
    assert exponent(Fraction(base) ** power, scale) == sympy.Rational(power, root)


@few
@given(st.fractions(min_value=Fraction(1, 20), max_value=20, max_denominator=20), st.sampled_from([2, 3, 4, 6, 10, 12]))
def test_exponents_are_rational_exactly_if_the_powers_are_equal(value, scale):
    found = exponent(value, scale)
    if found.is_Rational:
        assert value**found.q == Fraction(scale) ** int(found.p)
    else:
        assert found == sympy.log(sympy.Rational(value.numerator, value.denominator)) / sympy.log(scale)
        # value^q = scale^p has no small solution
        assert all(value**q != Fraction(scale) ** p for q in range(1, 7) for p in range(-12, 13))


def test_exponents_of_zero_and_of_negative_numbers():
    assert exponent(Fraction(0), 2) == -sympy.oo
    assert exponent(Fraction(1), 7) == 0
    negative = exponent(Fraction(-4), 2)
    assert sympy.expand(negative * sympy.log(2) - (sympy.log(4) + sympy.I * sympy.pi)) == 0
    assert sympy.im(negative) == sympy.pi / sympy.log(2)


@few
@given(st.lists(st.fractions(min_value=-3, max_value=3, max_denominator=3), min_size=1, max_size=4), st.booleans())
def test_spectra_are_the_roots(roots, with_quadratic):
    product = sympy.Mul(*(lam - sympy.Rational(r.numerator, r.denominator) for r in roots))
    product *= (lam**2 - 2) ** 2 if with_quadratic else 1
    coefficients = [Fraction(int(c.p), int(c.q)) for c in sympy.Poly(product, lam).all_coeffs()[::-1]]
    found = spectrum_of(coefficients)
    rational = {k: v for k, v in found.items() if isinstance(k, Fraction)}
    assert rational == {r: roots.count(r) for r in roots}
    assert list(rational) == sorted(rational)
    algebraic = {k: v for k, v in found.items() if isinstance(k, AlgebraicNumber)}
    assert list(algebraic.values()) == ([2, 2] if with_quadratic else [])
    assert all(k.minimal_polynomial == (-2, 0, 1) for k in algebraic)


def test_linearisations_of_matrices():
    lin = sg.Linearization([[Fraction(0), Fraction(2)], [Fraction(1), Fraction(1)]], 4)
    assert lin.eigenvalues == {Fraction(-1): 1, Fraction(2): 1}
    assert lin.exponents[Fraction(2)] == sympy.Rational(1, 2)
    assert lin.characteristic_polynomial == (-2, -1, 1)
    irrational = sg.Linearization([[0, 2], [1, 0]], 2)
    low, high = irrational.eigenvalues
    assert irrational.exponents[high] == sympy.log(high.to_sympy()) / sympy.log(2)
    assert low.sign == -1
    assert repr(lin) == "Linearization(eigenvalues {-1: 1, 2: 1})"
    with pytest.raises(sg.DomainError):
        _ = sg.Linearization([[sympy.Symbol("x")]], 2).eigenvalues
