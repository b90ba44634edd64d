"""Closed forms of the best linear substitute against numerical quadrature at 30 digits."""

from fractions import Fraction
from random import Random

import mpmath
import pytest
import sympy

import symrg as sg
from symrg.model.linear_substitute import linear_substitute


def moments(f, m, s, kinks):
    def average(g):
        ends = sorted({m - 14 * s, *kinks, m, m + 14 * s})
        return mpmath.quad(lambda z: g(z) * mpmath.npdf(z, m, s), ends)

    mean, second = average(f), average(lambda z: f(z) ** 2)
    slope = average(lambda z: f(z) * (z - m)) / s**2
    return slope, mean - slope * m, mean, second, slope**2 * s**2 / (second - mean**2)


@pytest.mark.parametrize("activation", [sg.relu, sympy.erf], ids=str)
@pytest.mark.parametrize("turn", range(3))
def test_closed_forms(turn, activation, seed):
    draw = Random(seed)
    m = Fraction(draw.randint(-6, 6), 4) if activation is sg.relu else Fraction(0)
    s = Fraction(draw.randint(1, 9), 4)
    with mpmath.workdps(30):
        f = mpmath.erf if activation is sympy.erf else (lambda z: max(z, mpmath.mpf(0)))
        expected = moments(
            f, mpmath.mpf(m.numerator) / m.denominator, mpmath.mpf(s.numerator) / s.denominator, [mpmath.mpf(0)]
        )
        found = linear_substitute(activation, mean=sympy.Rational(m), deviation=sympy.Rational(s))
        for value, closed in zip(
            expected, (found.slope, found.intercept, found.mean, found.second, found.explained), strict=True
        ):
            assert abs(value - mpmath.mpf(closed.evalf(30))) < mpmath.mpf(10) ** -24


@pytest.mark.parametrize(
    ("ask", "kind", "said"),
    [
        (lambda: linear_substitute(sg.relu, deviation=0), sg.DomainError, "the deviation is 0"),
        (lambda: linear_substitute(sg.relu, deviation=-2), sg.DomainError, "positive"),
        (lambda: linear_substitute(sg.relu, mean=0.5), sg.NotExactError, "the mean"),
        (lambda: linear_substitute(sympy.erf, mean=1), sg.UnableError, "erf at mean 0"),
        (lambda: linear_substitute(sympy.tanh), sg.UnableError, "tanh"),
    ],
)
def test_bad_input(ask, kind, said):
    with pytest.raises(kind, match=said):
        ask()
