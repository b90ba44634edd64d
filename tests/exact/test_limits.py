"""Expansions, limits and delta functions: against mpmath at small distances, and against closed forms."""

import mpmath
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from symrg.errors import DomainError, ModelError, NotExactError, UnableError
from symrg.exact.balls import confirm_expansion
from symrg.exact.deltas import behaviour, sift, weak_limit
from symrg.exact.gaussian import density, gaussian_average
from symrg.exact.limits import expand_at, leading_at, limit_at
from symrg.model.activations import heaviside
from tests.oracles.quadrature import average

x, y, z, f, a = sympy.symbols("x y z f a", real=True)
t, v, c, n, beta = sympy.symbols("t v c n beta", positive=True)
R, oo, exp, log, sqrt = sympy.Rational, sympy.oo, sympy.exp, sympy.log, sympy.sqrt


@pytest.mark.parametrize(
    ("expression", "point", "side", "terms", "order"),
    [
        # 1/ln(1 + t/2), from both sides
        (1 / log(sympy.Abs((x - 1) / 2)), 3, "+", [(2, -1), (R(1, 2), 0), (R(-1, 24), 1)], 2),
        (1 / log(sympy.Abs((x - 1) / 2)), 3, "-", [(-2, -1), (R(1, 2), 0), (R(1, 24), 1)], 2),
        # the sigmoid: Euler's numbers, odd around 1/2
        (1 / (1 + exp(-x)), 0, "+", [(R(1, 2), 0), (R(1, 4), 1), (R(-1, 48), 3), (R(1, 480), 5)], 7),
        (sqrt(x**2 - 4), 2, "+", [(2, R(1, 2)), (R(1, 4), R(3, 2))], R(5, 2)),
        ((1 + 1 / x) ** x, oo, "+", [(sympy.E, 0), (-sympy.E / 2, 1)], 2),
        (sqrt(x + sqrt(x)) - sqrt(x), oo, "+", [(R(1, 2), 0), (R(-1, 8), R(1, 2))], 1),
        (log(2 + x) / log(2), 0, "+", [(1, 0), (1 / (2 * log(2)), 1)], 2),
        (x * log(x), 0, "+", [(log(x), 1)], None),
        (x**2 / (1 + x), oo, "+", [(1, -1), (-1, 0)], 1),
        (x**3 - 2 * x, -oo, "+", [(-1, -3), (2, -1)], None),
        (sympy.erf(x), 0, "+", [(2 / sqrt(sympy.pi), 1), (-2 / (3 * sqrt(sympy.pi)), 3)], 4),
        (sympy.sign(x) * sympy.Abs(x), 0, "-", [(-1, 1)], None),
        (sqrt(6) - sqrt(2) * sqrt(3) * (1 + x), 0, "+", [(-sqrt(6), 1)], None),
        (log(4 + x) - 2 * log(2 + x / 4), 0, "+", [(R(-1, 64), 2)], 3),
        (1 / (1 + x) - 1 + x / (1 + x), 0, "+", [], None),
    ],
)
def test_expansions(expression, point, side, terms, order):
    found = expand_at(expression, x, point, side=side, terms=max(len(terms), 1))
    assert [(sympy.expand(p - q), e) for (p, e), (q, _) in zip(found.terms, terms, strict=True)] == [
        (0, e) for _, e in terms
    ]
    assert found.order == order
    assert confirm_expansion(found)


@pytest.mark.parametrize(
    ("expression", "variable", "point", "limit"),
    [
        (exp(-c / v**2) / v**5, v, 0, 0),
        (exp(c / v) * v**9, v, 0, oo),
        (-exp(c / v) * v**9, v, 0, -oo),
        (sympy.erf(c / (v * sqrt(2))), v, 0, 1),
        (sympy.erf(-c / v) + v, v, 0, -1),
        (exp(-beta * c**2 / (1 + 2 * beta * v**2)) / sqrt(1 + 2 * beta * v**2), v, 0, exp(-beta * c**2)),
        ((exp(-1 / v) + v) / (exp(-1 / v) + 2 * v), v, 0, R(1, 2)),
        (log(1 + exp(n)) / n, n, oo, 1),
        (R(1, 2) ** n * n**3, n, oo, 0),
        (R(3, 2) ** n / n**3, n, oo, oo),
        (n ** (1 / n), n, oo, 1),
        (log(n) / sqrt(n), n, oo, 0),
        ((log(n) + 1) / (2 * log(n) - 5), n, oo, R(1, 2)),
        (n * (exp(1 / n) - 1), n, oo, 1),
        ((1 + c / n) ** n, n, oo, exp(c)),
        (sqrt(c**2 + v) - c, v, 0, 0),
        (exp(-((y - f * (x * a + z) - c) ** 2) / (1 + v)), v, 0, exp(-((y - f * (x * a + z) - c) ** 2))),
        (sympy.sin(a) + v, v, 0, sympy.sin(a)),
    ],
)
def test_limits(expression, variable, point, limit):
    found = limit_at(expression, variable, point)
    if found == limit:
        return
    assert found.is_infinite is not True
    values = {s: R(2 * k + 3, 7 - k) for k, s in enumerate(sorted(limit.free_symbols, key=str))}
    assert abs(sympy.N((found - limit).subs(values), 30, chop=False)) < R(1, 10**25)


def test_declared_signs_decide():
    spike = density(x, f, v)
    with pytest.raises(UnableError, match="sign"):
        limit_at(spike, v, 0)
    assert limit_at(spike, v, 0, positive=[(x - f) ** 2]) == 0
    assert limit_at(spike.subs(x, f), v, 0) == oo
    assert limit_at(c**n, n, oo, positive=[log(c)]) == oo
    assert limit_at(c**n, n, oo, positive=[-log(c)]) == 0
    with pytest.raises(ModelError):
        limit_at(spike, v, 0, positive=[v])


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.integers(-4, 4), min_size=1, max_size=4),
    st.lists(st.integers(-4, 4), min_size=1, max_size=4).filter(any),
    st.fractions(min_value=-2, max_value=2, max_denominator=3),
    st.sampled_from(["+", "-"]),
)
def test_rational_functions_by_their_first_coefficients(above, below, point, side):
    local = x - R(point)
    top, bottom = (sympy.expand(sum(k * local**i for i, k in enumerate(row))) for row in (above, below))
    quotient = top / bottom
    lead = leading_at(quotient, x, R(point), side=side)
    if not any(above):
        assert lead == 0 == quotient
        return
    i, j = (next(i for i, k in enumerate(row) if k) for row in (above, below))
    assert sympy.cancel(lead / (R(above[i], below[j]) * local ** (i - j))) == 1


@settings(max_examples=20, deadline=None)
@given(st.data())
def test_random_compositions_against_numbers(data):
    # nested positive expressions: what is inside roots and logarithms is 1 + something positive
    expression = x
    for _ in range(data.draw(st.integers(1, 4))):
        step = data.draw(st.sampled_from(["root", "log", "exp", "inverse", "square", "add"]))
        expression = {
            "root": sqrt(1 + expression**2),
            "log": log(2 + expression**2),
            "exp": exp(-expression),
            "inverse": 1 / (1 + expression**2),
            "square": expression**2 + x,
            "add": expression + R(1, 3) * x - 1,
        }[step]
    try:
        found = expand_at(expression, x, 0, terms=2)
    except UnableError:
        return
    with mpmath.workdps(200):
        small = mpmath.mpf(2) ** -60
        exact = sympy.lambdify(x, expression, "mpmath")(small)
        series = sympy.lambdify(x, found.truncated, "mpmath")(small)
        order = 2 if found.order in (None, oo) else found.order
        assert abs(exact - series) <= small ** mpmath.mpf(float(order) - 0.5)
        assert not found.terms or abs(exact - series) < abs(series) / 2**20


@pytest.mark.parametrize(
    ("expression", "error"),
    [
        (sympy.sin(1 / x), UnableError),
        (log(x - 1), UnableError),
        (sqrt(a + x), UnableError),
        (0.5 * x, NotExactError),
        (exp(exp(1 / x)), UnableError),
        (log(log(1 / x)), UnableError),
        (exp(a / x), UnableError),
        (sympy.Abs(a + x), UnableError),
        (sympy.sin(a) ** 2 + sympy.cos(a) ** 2 - 1 + x, UnableError),  # not zero, not known to be zero
        (heaviside(a) ** 2 - heaviside(a) + x, UnableError),
    ],
)
def test_what_cannot_be_expanded_is_refused(expression, error):
    with pytest.raises(error):
        expand_at(expression, x, 0)


def test_bad_requests():
    with pytest.raises(ModelError):
        expand_at(x, x, 0, side="both")
    with pytest.raises(ModelError):
        expand_at(x, x, 0, terms=0)


def test_a_wrong_expansion_is_refuted():
    from dataclasses import replace

    found = expand_at(1 / (1 + exp(-x)), x, 0, terms=3)
    assert confirm_expansion(found)
    assert not confirm_expansion(replace(found, terms=(*found.terms[:2], (R(1, 48), sympy.Integer(3)))))
    assert not confirm_expansion(replace(found, terms=(found.terms[0], (R(1, 4), sympy.Integer(2)))))


# -- delta functions ------------------------------------------------------------------------------------


def test_sifting():
    delta = sympy.DiracDelta
    g = sympy.Function("g", real=True)
    assert sift(g(x) * delta(2 * x - f), [x]).value == g(f / 2) / 2
    chain = exp(-beta * (y - z) ** 2) * delta(z - g(x)) * delta(x - f)
    assert sift(chain, [z, x]).value == exp(-beta * (y - g(f)) ** 2)
    assert sift(chain, [x, z]).value == sift(chain, [z, x]).value
    assert sift(heaviside(x) * delta(x), [x]).value == 1  # the measure takes the value at the jump
    for wrong in (g(x), g(x) * delta(x**2 - 1), delta(x) * delta(x)):
        with pytest.raises(ModelError):
            sift(wrong, [x])


def test_a_nascent_delta_on_polynomials_is_exact():
    for k in range(4):
        moment = gaussian_average(x**k, x, mean=f, deviation=v)
        assert sympy.expand(limit_at(moment, v, 0) - f**k) == 0


def test_a_nascent_delta_on_a_step_takes_the_mean():
    reached = gaussian_average(heaviside(x), x, mean=f, deviation=v, steps={heaviside: (0, 1)})
    assert limit_at(reached.subs(f, 0), v, 0) == R(1, 2)
    assert limit_at(reached, v, 0, positive=[f]) == 1
    assert limit_at(reached, v, 0, positive=[-f]) == 0
    with pytest.raises(UnableError, match="no more is known"):  # it decays faster than every power
        leading_at(reached, v, 0, positive=[-f])


def test_weak_limits():
    square = weak_limit(exp(-beta * (y - z) ** 2), [(x, f, v), (z, x**2 - x, v)])
    assert sympy.expand(square.value - exp(-beta * (y - f**2 + f) ** 2)) == 0
    assert "dominated convergence" in square.method
    other = sympy.Symbol("w", positive=True)
    assert weak_limit(exp(-((y - z) ** 2)), [(x, f, v), (z, x**2, other)]).value == exp(-((y - f**2) ** 2))
    # at a small width the average is close to the limit
    near = average(lambda s: mpmath.exp(-((mpmath.mpf(1) / 3 - s**2) ** 2)), 1, mpmath.mpf(10) ** -4)
    assert abs(near - mpmath.exp(-mpmath.mpf(4) / 9)) < mpmath.mpf(10) ** -6


@pytest.mark.parametrize(
    ("function", "chain", "error"),
    [
        (exp(x), [(x, 0, v)], DomainError),  # not bounded
        (heaviside(x), [(x, 0, v)], DomainError),  # not continuous
        (exp(-(z**2)), [(x, f, v), (z, heaviside(x), v)], DomainError),
        (exp(-(x**2)) / v, [(x, 0, v)], DomainError),  # not continuous at v = 0
        (1 / x, [(x, 0, v)], DomainError),
        (exp(-(x**2)), [(x, z, v), (z, 0, v)], ModelError),
        (exp(-(x**2)), [(x, 0, f)], ModelError),
    ],
)
def test_weak_limits_need_their_hypotheses(function, chain, error):
    with pytest.raises(error):
        weak_limit(function, chain)


@pytest.mark.parametrize(
    ("expression", "continuous", "bounded"),
    [
        (1 / (1 + exp(-x)), True, True),
        (1 / (1 + x**2), True, True),
        (1 / x, False, False),
        (x / (1 + x**2), True, False),  # bounded in truth: the rules do not see it, and say so
        (exp(-(x**2) + x), True, True),
        (exp(-(x**3)), True, False),
        (exp(-a * x**2), True, False),  # a may be negative
        (exp(-c * x**2), True, True),
        (sqrt(1 + x**2), True, False),
        (sqrt(x), False, False),
        (1 / (2 + sympy.cos(x)), False, False),
        (sympy.tanh(x) ** 3 - sympy.sin(x), True, True),
        (log(1 + x**2), False, False),
        (-sympy.Abs(x), True, False),
        (exp(-sympy.Abs(x)), True, True),
    ],
)
def test_behaviour(expression, continuous, bounded):
    known = behaviour(expression, [x])
    assert (known.continuous, known.bounded) == (continuous, bounded)
