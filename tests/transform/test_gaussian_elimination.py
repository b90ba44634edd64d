"""Quadratic exponents integrated out: against dense linear algebra with Fractions, and quadrature."""

from fractions import Fraction
from itertools import product

import mpmath
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

import symrg as sg

fractions = st.fractions(min_value=-3, max_value=3, max_denominator=4)


def inverse(matrix):
    """Gauss and Jordan, by hand."""
    size = len(matrix)
    rows = [list(row) + [Fraction(i == j) for j in range(size)] for i, row in enumerate(matrix)]
    for k in range(size):
        swap = next(i for i in range(k, size) if rows[i][k])
        rows[k], rows[swap] = rows[swap], rows[k]
        rows[k] = [x / rows[k][k] for x in rows[k]]
        for i in range(size):
            if i != k:
                rows[i] = [x - rows[i][k] * y for x, y in zip(rows[i], rows[k], strict=True)]
    return [row[size:] for row in rows]


def determinant(matrix):
    """By the first row."""
    if not matrix:
        return Fraction(1)
    minors = ([row[:j] + row[j + 1 :] for row in matrix[1:]] for j in range(len(matrix)))
    return sum((-1) ** j * matrix[0][j] * determinant(minor) for j, minor in enumerate(minors))


@st.composite
def forms(draw):
    """A positive definite matrix, a linear part, and how many variables stay."""
    size = draw(st.integers(2, 5))
    rows = [[Fraction(0)] * size for _ in range(size)]
    for i, j in product(range(size), repeat=2):
        if i < j:
            rows[i][j] = rows[j][i] = draw(fractions)
    for i in range(size):
        rows[i][i] = sum(map(abs, rows[i])) + draw(
            st.fractions(min_value=Fraction(1, 3), max_value=3, max_denominator=4)
        )
    return rows, [draw(fractions) for _ in range(size)], draw(st.integers(0, size - 1))


def written(rows, linear):
    phi = [sg.Variable(f"phi_{i}", sympy.S.Reals) for i in range(len(rows))]
    pairs = product(range(len(rows)), repeat=2)
    quadratic = sum(sympy.Rational(rows[i][j]) * phi[i] * phi[j] for i, j in pairs) / 2
    return phi, -quadratic + sum(sympy.Rational(c) * x for c, x in zip(linear, phi, strict=True))


@settings(max_examples=30, deadline=None)
@given(form=forms())
def test_schur_complement_is_the_inverse_of_the_covariance_that_stays(form):
    rows, linear, stay = form
    phi, exponent = written(rows, linear)
    done = sg.decimate_gaussian(exponent, over=phi[stay:])
    covariance = [row[:stay] for row in inverse(rows)[:stay]]
    assert done.precision.tolist() == [[sympy.Rational(x) for x in row] for row in inverse(covariance)]
    gone = [row[stay:] for row in rows[stay:]]
    assert done.determinant == sympy.Rational(determinant(gone))
    # the linear part and the constant: maximum over what went, at two points of what stays
    solve = inverse(gone)
    for value in (0, 2):
        source = [linear[i] - sum(rows[i][j] * value for j in range(stay)) for i in range(stay, len(rows))]
        best = sum(x * solve[i][j] * y for (i, x), (j, y) in product(enumerate(source), repeat=2)) / 2
        kept = sum(linear[i] * value for i in range(stay))
        kept -= Fraction(1, 2) * sum(rows[i][j] * value**2 for i, j in product(range(stay), repeat=2))
        assert done.quadratic.subs(dict.fromkeys(phi[:stay], value)) == sympy.Rational(best + kept)


@settings(max_examples=4, deadline=None)
@given(a=st.fractions(1, 4, max_denominator=5), J=st.fractions(-2, 2, max_denominator=5), x=fractions, z=fractions)
def test_one_site_against_quadrature(a, J, x, z):
    left, site, right = phi = [sg.Variable(f"phi_{i}", sympy.S.Reals) for i in range(3)]
    A, B = sympy.symbols("a J", positive=True)
    done = sg.decimate_gaussian(-A * site**2 / 2 + B * site * (left + right), over=[site])
    values = {A: sympy.Rational(a), B: sympy.Rational(J), phi[0]: sympy.Rational(x), phi[2]: sympy.Rational(z)}
    with mpmath.workdps(30):
        a, J, x, z = (mpmath.mpf(v.numerator) / v.denominator for v in (a, J, x, z))
        numeric = mpmath.quad(lambda y: mpmath.exp(-a * y**2 / 2 + J * y * (x + z)), [-mpmath.inf, 0, mpmath.inf])
        exact = mpmath.mpf(sympy.exp(done.exponent).subs(values).evalf(30))
        assert abs(numeric / exact - 1) < mpmath.mpf(10) ** -25


def test_bad_exponents_are_refused():
    x, y = (sg.Variable(name, sympy.S.Reals) for name in "xy")
    a = sympy.Symbol("a")
    with pytest.raises(sg.DomainError, match="diverges"):
        sg.decimate_gaussian(x**2 + x * y, over=[x])
    with pytest.raises(sg.DomainError, match="not positive"):
        sg.decimate_gaussian(-(x**2) / 2 - y**2 / 2 + x * y, over=[x, y])
    with pytest.raises(sg.ModelError, match="quadratic"):
        sg.decimate_gaussian(-(x**4), over=[x])
    with pytest.raises(sg.ModelError, match="denominator"):
        sg.decimate_gaussian(-(x**2) + 1 / y, over=[x])
    with pytest.raises(sg.ModelError, match="continuous"):
        sg.decimate_gaussian(-a, over=[sg.Variable("s", (-1, 1))])
    with pytest.raises(sg.NotExactError):
        sg.decimate_gaussian(-0.5 * x**2, over=[x])
    assert sg.decimate_gaussian(-a * x**2 / 2, over=[x]).conditions == (a,)
    assert sg.decimate_gaussian(-a * x**2 / 2, over=[x], positive=[a]).conditions == ()
