"""Gaussian chains: decimation against rings inverted with Fractions, correlations against quadrature."""

from fractions import Fraction
from functools import partial

import mpmath
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

import symrg as sg
from tests.transform.test_gaussian_elimination import inverse

laws = st.tuples(
    st.fractions(Fraction(1, 2), 4, max_denominator=5),
    st.fractions(Fraction(-19, 40), Fraction(19, 40), max_denominator=40),
)


def ring(a, J, sites):
    rows = [[Fraction(0)] * sites for _ in range(sites)]
    for i in range(sites):
        rows[i][i] += a
        rows[i][(i + 1) % sites] -= J
        rows[(i + 1) % sites][i] -= J
    return rows


@settings(max_examples=15, deadline=None)
@given(law=laws, scale=st.integers(2, 4))
def test_every_pth_site_of_a_ring_is_the_ring_of_the_decimated_chain(law, scale):
    a, ratio = law
    after = sg.GaussianChain(a, a * ratio).decimated(scale)
    covariance = inverse(ring(a, a * ratio, 3 * scale))
    selected = [[covariance[i][j] for j in range(0, 3 * scale, scale)] for i in range(0, 3 * scale, scale)]
    new = [Fraction(int(v.p), int(v.q)) for v in (after.stiffness, after.coupling)]
    assert inverse(selected) == ring(*new, 3)
    assert tuple(sg.GaussianChain.recursion(scale)((a, a * ratio))) == tuple(new)
    if ratio:
        closed = sg.GaussianChain.chebyshev_images(scale, sympy.Rational(a), sympy.Rational(a * ratio))
        assert [sympy.cancel(c) for c in closed] == [sympy.Rational(v) for v in new]
    assert sg.GaussianChain.ratio_recursion(scale)((ratio,)) == (new[1] / new[0],)


@settings(max_examples=5, deadline=None)
@given(law=laws, distance=st.integers(0, 4))
def test_correlations_against_the_integral_over_modes(law, distance):
    a, ratio = law
    exact = sg.GaussianChain(a, a * ratio).correlation(distance)
    with mpmath.workdps(30):
        stiff, J = (mpmath.mpf(v.numerator) / v.denominator for v in (a, a * ratio))
        numeric = mpmath.quad(
            lambda k: mpmath.cos(k * distance) / (stiff - 2 * J * mpmath.cos(k)), [0, mpmath.pi / 2, mpmath.pi]
        )
        assert abs(numeric / mpmath.pi - mpmath.mpf(exact.evalf(35))) < mpmath.mpf(10) ** -20


@pytest.mark.parametrize("scale", [2, 3, 4, 5, 6])
def test_fixed_ratios_are_half_the_inverse_cosines(scale):
    """u = cos φ with cos bφ = cos φ, that is φ = 2πk/(b ± 1), and u = ∞."""
    found = sg.GaussianChain.fixed_ratios(scale)
    angles = {Fraction(2 * k, scale + s) for s in (1, -1) for k in range(scale) if Fraction(2 * k, scale + s) <= 1}
    assert len(found) == scale + 1 == len(angles) + 1
    cosines = sorted(mpmath.cos(mpmath.pi * angle.numerator / angle.denominator) for angle in angles)
    ours = sorted(0 if f.ratio is sympy.zoo else 1 / (2 * float(f.ratio)) for f in found if f.ratio != 0)
    assert all(abs(x - y) < 1e-12 for x, y in zip(cosines, ours, strict=True))
    for f in found:
        size = scale**2 if f.kind == "boundary" else 0 if f.kind == "law" else scale
        assert abs(f.multiplier) == size
    assert [f.ratio for f in found if f.kind == "law"] == [0]


def test_what_is_no_law_is_refused():
    for stiffness in (0, -1):
        with pytest.raises(sg.DomainError, match="a > 0"):
            sg.GaussianChain(stiffness, 1)
    for chain in (sg.GaussianChain(2, 1), sg.GaussianChain(2, -1), sg.GaussianChain(1, 1)):
        assert chain.is_law is False
        for ask in (chain.require_law, partial(chain.correlation, 1), partial(getattr, chain, "correlation_length")):
            with pytest.raises(sg.DomainError, match="1/2"):
                ask()
    with pytest.raises(sg.DomainError, match="diverges"):
        sg.GaussianChain(1, 1).law(3)
    with pytest.raises(sg.DomainError):
        sg.GaussianChain(1, 1).decimated(3)
    with pytest.raises(sg.ModelError, match="block size"):
        sg.GaussianChain(1, 1).decimated(1)
    with pytest.raises(sg.NotExactError):
        sg.GaussianChain(0.5, 1)
    assert sg.GaussianChain(1, 0).correlation_length == 0
    assert sg.GaussianChain().is_law is None


def test_partition_functions_of_short_chains():
    assert sg.GaussianChain(2, 1).law(2).determinant == 3
    assert sg.GaussianChain(5, 2).law(3, periodic=True).determinant == 125 - 3 * 5 * 4 - 2 * 8


@settings(max_examples=10, deadline=None)
@given(eps=st.fractions(Fraction(1, 20), 2, max_denominator=20))
def test_the_one_loop_flow_stands_still_where_it_says(eps):
    flow = sg.OneLoopFlow(eps)
    assert len(flow.fixed_points) == 2
    for r, u in flow.fixed_points:
        r, u = Fraction(int(r.p), int(r.q)), Fraction(int(u.p), int(u.q))
        assert 2 * r + 12 * u / (1 + r) == 0
        assert eps * u - 36 * u**2 / (1 + r) ** 2 == 0


def test_one_loop_exponents():
    eps = sympy.Symbol("epsilon")
    flow = sg.OneLoopFlow(eps)
    # the textbook's: 2 − ε/3 and −ε (Wilson and Fisher 1972)
    assert flow.exponents_to_first_order(flow.wilson_fisher) == (2 - eps / 3, -eps)
    assert flow.exponents_to_first_order((0, 0)) == (2, eps)
    with pytest.raises(sg.DomainError):
        _ = sg.OneLoopFlow(0).wilson_fisher
    with pytest.raises(sg.NotExactError):
        sg.OneLoopFlow(0.1)
