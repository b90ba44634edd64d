"""Gaussian integrals: against mpmath's quadrature, certified quadrature, and closed forms known otherwise."""

import math
from fractions import Fraction

import flint
import mpmath
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from symrg.errors import DomainError, ModelError, NotExactError, UnableError
from symrg.exact.balls import certified_integral, confirm_integral
from symrg.exact.gaussian import density, equal_sums, gaussian_average, gaussian_integral
from symrg.exact.gaussian_sums import GaussianField
from symrg.model.activations import heaviside, relu, sign
from tests.oracles.quadrature import average, chain_average, integrate, integrate_plane

x, y, z, f, b = sympy.symbols("x y z f b", real=True)
h, h1, h2 = sympy.symbols("h h1 h2", real=True)
v, beta, a = sympy.symbols("v beta a", positive=True)
STEP = {heaviside: (0, 1)}
small = st.fractions(min_value=-3, max_value=3, max_denominator=4)


def number(value):
    with mpmath.workdps(25):
        return mpmath.mpf(sympy.N(value, 25))


def close(first, second, digits=12):
    with mpmath.workdps(25):
        return abs(first - second) <= mpmath.mpf(10) ** -digits * (1 + abs(second))


def test_the_density_is_normalised_and_has_its_moments():
    normal = density(x, f, v)
    assert gaussian_integral(normal, [x]).value == 1
    assert gaussian_integral(x * normal, [x]).value == f
    for k in range(5):
        # (2k − 1)!! v^{2k}
        moment = gaussian_integral((x - f) ** (2 * k) * normal, [x]).value
        assert moment == sympy.factorial2(2 * k - 1) * v ** (2 * k)
        assert gaussian_integral((x - f) ** (2 * k + 1) * normal, [x]).value == 0


def test_convolution_of_two_normals():
    done = gaussian_integral(density(h, f, v) * density(y, h, a), [h])
    assert equal_sums(done.value, density(y, f, sympy.sqrt(v**2 + a**2)))


def test_the_inner_neuron_enters_through_any_function():
    g = sympy.Function("g", real=True)(h1)
    value = gaussian_average(sympy.exp(-beta * (y - h) ** 2), h, mean=g, deviation=v)
    assert equal_sums(value, sympy.exp(-beta * (y - g) ** 2 / (1 + 2 * beta * v**2)) / sympy.sqrt(1 + 2 * beta * v**2))


def test_polynomial_means_give_polynomials_in_the_width():
    # h2 = h1² + v z2, h1 = f + v z1: E h2² = E h1⁴ + v²
    value = gaussian_average(h2**2, h2, mean=h1**2, deviation=v)
    assert sympy.expand(gaussian_average(value, h1, mean=f, deviation=v)) == f**4 + 6 * f**2 * v**2 + 3 * v**4 + v**2


@settings(max_examples=12, deadline=None)
@given(st.lists(small, min_size=3, max_size=3), st.lists(small, min_size=2, max_size=2), st.integers(0, 2))
def test_two_variables_against_quadrature(quadratic, linear, power):
    p, q, r = quadratic
    form = (x + Fraction(p, 2) * y) ** 2 + (1 + q**2) * y**2
    integrand = (x**power + r * y) * sympy.exp(-form + linear[0] * x / 2 + linear[1] * y / 2)
    done = gaussian_integral(sympy.expand(integrand), [x, y])
    numeric = sympy.lambdify((x, y), integrand, "math")
    assert close(number(done.value), integrate_plane(numeric), 9)


@settings(max_examples=15, deadline=None)
@given(small, small, small, st.integers(1, 4), st.integers(0, 3))
def test_half_lines_against_quadrature(mean, at, slope, wide, power):
    w = slope or Fraction(1)
    integrand = heaviside(w * x + at) * (x**power + 1) * sympy.exp(-((x - mean) ** 2) / wide)
    done = gaussian_integral(integrand, [x], steps=STEP)
    edge = -at / w

    def numeric(t):
        inside = t > edge if w > 0 else t < edge
        return (t**power + 1) * math.exp(-((t - mean) ** 2) / wide) if inside else 0.0

    assert close(number(done.value), integrate(numeric, breaks=[edge]), 9)
    assert confirm_integral(done, steps=STEP, points=1)


def test_several_steps_and_pieces_that_are_functions():
    integrand = relu(x - 1) * (1 + 2 * sign(x + 1)) * density(x, f, v)
    steps = {relu: (0, lambda argument: argument), sign: (-1, 1)}
    done = gaussian_integral(integrand, [x], steps=steps)
    at = {f: Fraction(1, 3), v: Fraction(3, 4)}
    expected = average(lambda t: max(t - 1, 0) * (3 if t > -1 else -1), at[f], at[v], breaks=[-1, 1])
    assert close(number(done.value.subs(at)), expected)
    assert confirm_integral(done, steps=steps)


def test_an_error_function_is_averaged():
    value = gaussian_average(sympy.erf(a * x + b), x, mean=f, deviation=v)
    assert equal_sums(value, sympy.erf((a * f + b) / sympy.sqrt(1 + 2 * a**2 * v**2)))
    at = {a: Fraction(2, 3), b: Fraction(1, 2), f: -1, v: 2}
    expected = average(lambda t: mpmath.erf(mpmath.mpf(2) / 3 * t + 0.5), -1, 2)
    assert close(number(value.subs(at)), expected)


@pytest.mark.parametrize("settings_", [((1, -1), (-1, 1)), ((1, 1), (1, -1)), ((-1, 1), (-1, -1)), ((2, -1), (-1, 1))])
def test_a_chain_of_steps_against_its_two_state_law(settings_):
    (w1, b1), (w2, b2) = settings_
    h3 = sympy.Symbol("h3", real=True)
    target, temperature, deviation = Fraction(1, 3), Fraction(5, 2), Fraction(2, 5)
    cost = sympy.exp(-temperature * (target - h3) ** 2)
    layers = density(h3, heaviside(w2 * h2 + b2), deviation) * density(h2, heaviside(w1 * h1 + b1), deviation)
    done = gaussian_integral(cost * layers * density(h1, 1, deviation), [h3, h2, h1], steps=STEP)
    expected = chain_average(
        lambda t: mpmath.exp(-mpmath.mpf(5) / 2 * (mpmath.mpf(1) / 3 - t) ** 2),
        lambda t: t >= 0,
        settings_,
        1,
        deviation,
    )
    assert close(number(done.value), expected)


def test_conditions_are_stated():
    done = gaussian_integral(sympy.exp(-((y - z * x) ** 2)), [x])
    assert done.positive == ()
    assert done.conditions == (z**2,)
    assert gaussian_integral(sympy.exp(-((y - z * x) ** 2)), [x], positive=[z**2]).conditions == ()
    assert gaussian_integral(sympy.exp(-a * x**2), [x]).positive == (a,)


def test_forms_that_are_not_positive_definite_are_refused():
    with pytest.raises(DomainError, match="diverges"):
        gaussian_integral(sympy.exp(-((x + y) ** 2)), [x, y])
    with pytest.raises(DomainError, match="not positive definite"):
        gaussian_integral(sympy.exp(x**2), [x])
    with pytest.raises(DomainError):
        gaussian_integral(sympy.exp(-(x**2)) * y, [x, y])
    with pytest.raises(DomainError):  # a bounded activation does not confine its weights
        gaussian_integral(sympy.exp(-beta * (y - heaviside(x)) ** 2), [x], steps=STEP)


@pytest.mark.parametrize(
    ("integrand", "error"),
    [
        (sympy.exp(-(x**4)), ModelError),
        (sympy.exp(-(x**2)) / (1 + x**2), ModelError),
        (sympy.exp(-(x**2)) * sympy.sin(x), ModelError),
        (sympy.exp(-(x**2)) * sympy.sqrt(1 + x**2), ModelError),
        (sympy.exp(-(x**2)) * x**y, ModelError),
        (sympy.exp(-0.5 * x**2), NotExactError),
        (sympy.exp(-(x**2)) * heaviside(y * x + 1), UnableError),
        (sympy.exp(-(x**2)) * heaviside(x + y) * heaviside(x + z), UnableError),
        (sympy.exp(-(x**2)) * heaviside(x**2 - 1), ModelError),
        (sympy.exp(-(x**2)) * sympy.erf(x) * sympy.erf(x + 1), UnableError),
    ],
)
def test_what_is_not_understood_is_refused(integrand, error):
    with pytest.raises(error):
        gaussian_integral(integrand, [x], steps=STEP)


def test_variables_are_checked():
    with pytest.raises(ModelError):
        gaussian_integral(sympy.exp(-(x**2)), [x, x])
    with pytest.raises(ModelError):
        gaussian_integral(sympy.exp(-(x**2)), [x + 1])
    with pytest.raises(ModelError, match="integrate first"):  # h1 before h2, which depends on it through a function
        gaussian_integral(density(h2, sympy.Function("g", real=True)(h1), v) * density(h1, 0, v), [h1, h2])


def test_normal_form_decides_equality():
    assert equal_sums(1 / sympy.sqrt(8 * v**2), sympy.sqrt(2) / (4 * v))
    assert equal_sums(sympy.sqrt(x**2), sympy.Abs(x))
    assert not equal_sums(sympy.sqrt(x**2), x)
    assert equal_sums(1 / sympy.sqrt(x**2 * y**2), sympy.Abs(x) / (x**2 * sympy.Abs(y)))
    assert equal_sums(sympy.sqrt(1 / (x * (x + y))), sympy.sqrt(x**3 * (x + y)) / (x**2 * sympy.Abs(x + y)))
    assert equal_sums(sympy.erf(x - y), -sympy.erf(y - x))
    assert equal_sums((1 + sympy.exp(x)) ** 2, 1 + 2 * sympy.exp(x) + sympy.exp(2 * x))
    assert not equal_sums(sympy.exp(x), sympy.exp(y))
    assert equal_sums(sympy.exp(-x / (1 + x)), sympy.exp(1 / (1 + x)) / sympy.E)


def test_symmetric_weights_make_a_noisy_step_a_coin():
    # (W, b) → (−W, −b) flips the preactivation, and the noise is symmetric: at every width, for every input
    for s in (0, 1):
        settings_ = [(w, b) for w in (-1, 1) for b in (-1, 1)]
        reached = [gaussian_average(heaviside(w * h + b), h, mean=s, deviation=v, steps=STEP) for w, b in settings_]
        assert equal_sums(sum(reached), 2)
    # while the step itself at W s + b, with step(0) = 1, reaches 1 from 1 three times out of four
    assert sum(heaviside(w + b) for w, b in settings_) == 3


def test_symbols_of_one_name_stay_apart():
    plain = sympy.Symbol("v", real=True)
    assert not equal_sums(v * plain, v**2)
    assert GaussianField([v + plain]).read(v - plain).to_sympy() == v - plain


def test_quadrature_refutes_a_wrong_integral():
    done = gaussian_integral(x**2 * sympy.exp(-a * x**2 + x), [x])
    at = Fraction(3, 2)
    ball = certified_integral(done.integrand, x, at={a: at})
    right = number(done.value.subs(a, at))
    assert ball.overlaps(flint.arb(mpmath.nstr(right, 22)) + flint.arb(0, 1e-18))
    assert not ball.overlaps(flint.arb(mpmath.nstr(right + right / 10**12, 22)) + flint.arb(0, 1e-18))


def test_certified_quadrature_between_finite_ends():
    # ∫_0^1 4/(1 + x²) = π, and a root whose branch point is at the end
    assert certified_integral(4 / (1 + x**2), x, lower=0, upper=1).overlaps(flint.arb.pi())
    assert certified_integral(sympy.sqrt(x), x, lower=1, upper=4).overlaps(flint.arb(14) / 3)
    with pytest.raises(ModelError, match="decay"):
        certified_integral(sympy.exp(-x), x, lower=0)
    with pytest.raises(ModelError):
        certified_integral(1 / (1 + x**2), x)


def test_a_root_keeps_its_sign_where_a_factor_is_negative():
    """√(a² − J²) over a² − J² has the factor J − a < 0: 1/√(J − a) would be another branch."""
    a, J = sympy.symbols("a J", positive=True)
    x, y = sympy.symbols("x y", real=True)
    done = gaussian_integral(sympy.exp(-a * (x**2 + y**2) / 2 + J * x * y), [x, y], positive=[a - J])
    at = done.value.subs({a: 5, J: 3})
    assert (at / sympy.pi) ** 2 == sympy.Rational(1, 4)
    assert at.is_positive  # 2π/√16
