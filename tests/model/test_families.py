"""Exponential families: against quadrature and sums at 30 digits, and brute force over independent copies."""

from fractions import Fraction
from itertools import product

import mpmath
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

import symrg as sg

E = sg.ExponentialFamily
positive = st.fractions(Fraction(1, 3), 4, max_denominator=6)
TINY = mpmath.mpf(10) ** -20


def real(value):
    return mpmath.mpf(sympy.N(sympy.sympify(value), 35))


def averages(density, orders, ends):
    """Moments by quadrature at 30 digits, the density divided by its own integral."""
    total = mpmath.quad(density, ends)
    return total, [mpmath.quad(lambda x, n=n: x**n * density(x), ends) / total for n in orders]


@settings(max_examples=3, deadline=None)
@given(first=positive, second=positive)
def test_moments_and_log_partition_functions(first, second):
    with mpmath.workdps(30):
        p, q = (mpmath.mpf(v.numerator) / v.denominator for v in (first, second))
        inf = mpmath.inf
        normal, gamma = E.normal().law(mu=first, v=second), E.gamma().law(k=first + 1, r=second)
        cases = [
            (
                E.normal(),
                normal,
                lambda x: mpmath.exp(-((x - p) ** 2) / (2 * q)),
                [-inf, p, inf],
                mpmath.exp(p**2 / (2 * q)),
            ),
            (E.gamma(), gamma, lambda x: x**p * mpmath.exp(-q * x), [0, p / q + 1, 10 / q, inf], 1),
            (E.exponential(), E.exponential().law(r=second), lambda x: mpmath.exp(-q * x), [0, 1 / q, inf], 1),
        ]
        for family, law, density, ends, factor in cases:
            total, moments = averages(density, (1, 2, 3), ends)
            assert abs(mpmath.log(total * factor) - real(family.log_partition.xreplace(law))) < TINY * 10**5
            for n, moment in zip((1, 2, 3), moments, strict=True):
                assert abs(moment / real(family.moment(n).xreplace(law)) - 1) < TINY * 10**5
        poisson = E.poisson().law(lambda_=first)
        for n in (1, 2, 3):
            sum_ = mpmath.nsum(lambda k, n=n: k**n * p**k / mpmath.factorial(k), [0, inf]) * mpmath.exp(-p)
            assert abs(sum_ - real(E.poisson().moment(n).xreplace(poisson))) < TINY * 10**5


@settings(max_examples=4, deadline=None)
@given(t2=positive, t4=positive)
def test_the_quartic_site_in_bessel_form(t2, t4):
    family = E.even_polynomial(4)
    closed = family.log_partition.xreplace(family.law(theta_2=t2, theta_4=t4))
    with mpmath.workdps(30):
        p, q = (mpmath.mpf(v.numerator) / v.denominator for v in (t2, t4))
        total = 2 * mpmath.quad(lambda x: mpmath.exp(-p * x**2 - q * x**4), [0, 1, 3, mpmath.inf])
        assert abs(mpmath.log(total) - real(closed)) < TINY


@settings(max_examples=4, deadline=None)
@given(thetas=st.tuples(st.fractions(-1, 2, max_denominator=4), positive, positive), degree=st.sampled_from([4, 6]))
def test_parameters_come_back_from_moments(thetas, degree):
    """At 30 digits: moments by quadrature, made rational, go back to the parameters that made them."""
    thetas = thetas[: degree // 2]
    with mpmath.workdps(40):
        numbers = [mpmath.mpf(v.numerator) / v.denominator for v in thetas]
        weight = lambda x: mpmath.exp(-sum(v * x ** (2 * k) for k, v in enumerate(numbers, 1)))  # noqa: E731
        _, moments = averages(weight, range(2, 2 * degree, 2), [-mpmath.inf, -2, -1, 0, 1, 2, mpmath.inf])
        exact = [Fraction(int(mpmath.nint(m * 10**32)), 10**32) for m in moments]
        found = sg.parameters_from_moments(exact)
        assert all(abs(real(f) - v) < mpmath.mpf(10) ** -20 for f, v in zip(found, numbers, strict=True))
        known = {2 * k: sympy.Rational(m) for k, m in enumerate(exact, 1)}
        for j in range(degree // 2):
            left, right = sg.moment_identity([sympy.Rational(v) for v in thetas], known, j)
            assert abs(real(left - right)) < mpmath.mpf(10) ** -25


@st.composite
def finite_laws(draw):
    values = draw(st.lists(st.fractions(-2, 2, max_denominator=3), min_size=2, max_size=3, unique=True))
    weights = [draw(st.integers(1, 4)) for _ in values]
    return [(x, Fraction(w, sum(weights))) for x, w in zip(values, weights, strict=True)]


@settings(max_examples=15, deadline=None)
@given(law=finite_laws(), block=st.integers(2, 4), rescaling=st.fractions(Fraction(1, 3), 2, max_denominator=3))
def test_block_sums_by_brute_force_over_all_states(law, block, rescaling):
    def moments(pairs, orders=6):
        return [sum(w * x**n for x, w in pairs) for n in range(1, orders + 1)]

    summed = []
    for states in product(law, repeat=block):
        weight = Fraction(1)
        for _, w in states:
            weight *= w
        summed.append((rescaling * sum(x for x, _ in states), weight))
    before = sg.cumulants_from_moments(moments(law))
    after = sg.block_cumulants(before, block, rescaling=rescaling)
    assert list(sg.moments_from_cumulants(after)) == [sympy.Rational(m) for m in moments(summed)]
    assert sg.moments_from_cumulants(before) == tuple(sympy.Rational(m) for m in moments(law))
    twice = sg.block_cumulants(sg.block_cumulants(before, block), block)
    assert twice == sg.block_cumulants(before, block, depth=2) == sg.block_cumulants(before, block**2)


@pytest.mark.parametrize(
    ("family", "plain", "normalised"),
    [(E.normal(), True, True), (E.gamma(), True, True), (E.exponential(), False, False), (E.poisson(), True, False)],
)
def test_which_families_are_closed(family, plain, normalised):
    for block in (2, 3, 5):
        assert family.block_step(block, rescaling=1).stays is plain
        assert family.block_step(block).stays is normalised
    step = E.even_polynomial(2).block_step(3)
    assert step.stays
    assert set(step.images) == set(step.images.values())


def test_bad_parameters_are_refused():
    quartic = E.even_polynomial(4)
    refused = [
        lambda: E.normal().law(mu=0, v=0),
        lambda: E.normal().law(mu=0, v=-1),
        lambda: E.gamma().law(k=0, r=1),
        lambda: E.exponential().law(r=-2),
        lambda: E.poisson().law(lambda_=0),
        lambda: quartic.law(theta_2=1, theta_4=-1),
        lambda: quartic.law(theta_2=1, theta_4=0),
        lambda: sg.parameters_from_moments([0]),
        lambda: sg.parameters_from_moments([1, 1, 1]),
        lambda: sg.parameters_from_moments([2, 1, 0]),
        lambda: E.normal().block_step(2, rescaling=0),
    ]
    for call in refused:
        with pytest.raises(sg.DomainError):
            call()
    for call in (
        lambda: E.even_polynomial(3),
        lambda: E.even_polynomial(True),
        lambda: sg.parameters_from_moments([1, 2]),
        lambda: sg.block_cumulants([1], 1),
        lambda: sg.block_cumulants([1], 2, depth=-1),
        lambda: E.normal().law(v=1),
        lambda: sg.moment_identity([1], {}, 0),
    ):
        with pytest.raises(sg.ModelError):
            call()
    with pytest.raises(sg.UnableError, match="moment"):
        quartic.cumulant(2)
    for call in (
        lambda: E.normal().law(mu=0.5, v=1),
        lambda: sg.block_cumulants([0.5], 2),
        lambda: sg.parameters_from_moments([0.5]),
    ):
        with pytest.raises(sg.NotExactError):
            call()
