"""Solution sets against planted ones, SymPy's Gröbner bases and univariate gcds on lines."""

from fractions import Fraction
from itertools import product
from math import prod
from random import Random

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

import symrg as sg
from symrg.exact import groebner, varieties
from symrg.exact.polynomials import ring
from symrg.exact.varieties import decompose, small_rationals
from tests.oracles import algebra as oracle

X = sympy.symbols("x0:4")
few = settings(max_examples=25, deadline=None)


def space(count):
    return ring(*map(str, X[:count])), X[:count]


def table_of(expression, symbols):
    polynomial = sympy.Poly(sympy.expand(expression), *symbols).clear_denoms(convert=True)[1]
    return {tuple(map(int, k)): int(c) for k, c in polynomial.terms()}


def polynomial(base, expression, symbols):
    terms = (
        prod((g**e for g, e in zip(base.gens, k, strict=True)), start=base.one) * c
        for k, c in table_of(expression, symbols).items()
    )
    return sum(terms, base.zero)


def expression(flint_polynomial, symbols):
    terms = flint_polynomial.to_dict().items()
    return sympy.Add(*(int(c) * sympy.Mul(*(s ** int(e) for s, e in zip(symbols, k, strict=False))) for k, c in terms))


def solve(count, equations, nonzero=()):
    """Decompose SymPy expressions; return the answer and its components' generators as expressions."""
    base, symbols = space(count)
    found = decompose(
        base,
        [polynomial(base, e, symbols) for e in equations],
        nonzero=[polynomial(base, e, symbols) for e in nonzero],
    )
    return found, [[expression(g, symbols) for g in v.generators] for v in found.varieties]


def check(count, equations, nonzero=()):
    """Certify a decomposition by SymPy, and its dimensions."""
    found, components = solve(count, equations, nonzero)
    symbols = X[:count]
    assert found.complete, found.unsolved
    assert oracle.why_not_solution_set(equations, nonzero, components, symbols) is None
    for variety, generators in zip(found.varieties, components, strict=True):
        assert oracle.dimension(generators, symbols) == variety.dimension
    return found


def primes(components, symbols):
    """Components as a set of reduced bases: prime ideals are equal exactly if these are."""
    return {tuple(sorted(map(str, oracle.basis(c, symbols)))) for c in components}


# -- planted solution sets -------------------------------------------------------------------------------------


def plant(draw, count):
    """Generators of a random irreducible set: a point, conjugate points, a line, a curve, a quadric or a surface."""
    v = draw.sample(X[:count], count)

    def c():
        return sympy.Integer(draw.randint(-2, 2))

    kind = draw.choice(("point", "conjugate", "line", "curve", "surface"))
    if kind == "point":
        return [a - c() for a in v]
    if kind == "conjugate":
        root = v[0]
        minimal = draw.choice((root**2 - 2, root**2 + 1, root**2 + root + 1, root**3 - 2, root**3 + root + 1))
        return [minimal, *(a - c() * root**2 - c() * root - c() for a in v[1:])]
    if kind == "line":
        return [a - c() * v[0] - c() for a in v[1:]]
    if kind == "curve":
        return [a - c() * v[0] ** 2 - c() * v[0] - c() for a in v[1:]]
    return [v[0] * v[1] - c() * v[-1] - draw.choice((1, -1, 2, -3))]


def maximal(planted, symbols):
    bases = {tuple(sorted(map(str, b))): b for b in (oracle.basis(p, symbols) for p in planted)}

    def inside(small, large):  # every generator of the larger set vanishes on the smaller one
        return all(oracle.rest(g, small, symbols) == 0 for g in large)

    return {
        key
        for key, b in bases.items()
        if not any(other != key and inside(b, larger) for other, larger in bases.items())
    }


@pytest.mark.parametrize("seed", range(18))
def test_planted_unions_are_found_and_nothing_else(seed):
    draw = Random(seed)
    for _ in range(2):
        count = draw.choice((2, 2, 3))
        planted = [plant(draw, count) for _ in range(draw.choice((1, 2, 2, 3)))]
        if any(sympy.Poly(g, *X[:count]).is_zero for p in planted for g in p):
            continue
        if not all(len(sympy.factor_list(p[0])[1]) == 1 for p in planted):
            continue
        equations = [sympy.expand(sympy.Mul(*choice)) for choice in product(*planted)]
        if draw.random() < 0.5:  # not reduced: some equations squared, others mixed
            equations = [
                e ** draw.choice((1, 2)) + draw.choice((0, 1)) * draw.choice(equations) ** 2 for e in equations
            ]
            equations += [sympy.Mul(*choice) ** 2 for choice in product(*planted)]
        found, components = solve(count, equations)
        assert found.complete
        assert primes(components, X[:count]) == maximal(planted, X[:count])


@pytest.mark.parametrize("seed", range(18))
def test_spurious_components_are_saturated_away(seed):
    draw = Random(1000 + seed)
    count = draw.choice((2, 3))
    symbols = X[:count]
    planted = [plant(draw, count) for _ in range(draw.choice((1, 2)))]
    forbidden = draw.choice((X[0], X[0] - 1, X[0] * X[1] - 1, X[0] + X[1], X[1] ** 2 - 2, X[0] ** 2 + X[1] ** 2))
    equations = [sympy.expand(sympy.Mul(*choice) * forbidden ** draw.choice((1, 2))) for choice in product(*planted)]
    if not all(len(sympy.factor_list(p[0])[1]) == 1 for p in planted):
        pytest.skip("the planted surface is reducible")
    found, components = solve(count, equations, [forbidden])
    assert found.complete
    allowed = [p for p in planted if not oracle.in_radical(forbidden, p, symbols)]
    assert primes(components, symbols) == maximal(allowed, symbols)


# -- random systems, certified by SymPy ----------------------------------------------------------------------------


def random_polynomial(draw, count, degree, terms):
    found = sympy.S.Zero
    for _ in range(terms):
        powers = sympy.Mul(*(X[draw.randrange(count)] for _ in range(draw.randint(0, degree))))
        found += draw.choice((-3, -2, -1, 1, 2, 3)) * powers
    return sympy.expand(found)


def random_system(draw):
    count = draw.choice((2, 2, 3))
    kind = draw.choice(("dense", "products", "linear", "powers"))
    equations = []
    for _ in range(draw.choice((1, 2, 2, 3))):
        if kind == "dense":
            e = random_polynomial(draw, count, 2, 3)
        elif kind == "products":
            e = random_polynomial(draw, count, 1, 3) * random_polynomial(draw, count, draw.choice((1, 2)), 3)
        elif kind == "linear":
            e = random_polynomial(draw, count, 1, 2) * X[draw.randrange(count)] + random_polynomial(draw, count, 2, 2)
        else:
            e = random_polynomial(draw, count, 1, 2) ** 2 * X[0] + random_polynomial(draw, count, 1, 2) * X[1]
        equations.append(sympy.expand(e))
    nonzero = [
        draw.choice((X[0], X[1], random_polynomial(draw, count, 1, 2))) for _ in range(draw.choice((0, 0, 1, 2)))
    ]
    return count, equations, [f for f in nonzero if f != 0]


OUTGROWN = {38}  # a Gröbner basis outgrows its limits, and the answer says so


@pytest.mark.parametrize("seed", range(45))
def test_random_systems_are_solved_completely(seed):
    count, equations, nonzero = random_system(Random(seed))
    if seed in OUTGROWN:
        found, components = solve(count, equations, nonzero)
        assert found.complete is None
        assert all(oracle.in_radical(e, c, X[:count]) for e in equations for c in components)
    else:
        check(count, equations, nonzero)


@pytest.mark.parametrize("seed", range(30))
def test_every_solution_on_a_rational_line_is_on_a_component(seed):
    draw = Random(2000 + seed)
    count, equations, nonzero = random_system(draw)
    symbols = X[:count]
    found, components = solve(count, equations, nonzero)
    tables = [table_of(e, symbols) for e in equations]
    excluded = [table_of(e, symbols) for e in nonzero]
    points = [v.point for v in found.varieties if v.point is not None] or [tuple([Fraction(0)] * count)]
    for _ in range(6):
        # lines through known solutions meet the set for sure
        start = draw.choice((draw.choice(points), tuple(Fraction(draw.randint(-3, 3)) for _ in symbols)))
        direction = tuple(Fraction(draw.randint(-2, 2), draw.randint(1, 2)) for _ in symbols)
        if not any(direction):
            continue
        on_it = oracle.solutions_on_line(tables, excluded, start, direction)
        covered = [Fraction(1)]
        for generators in components:
            part = oracle.solutions_on_line([table_of(g, symbols) for g in generators], [], start, direction)
            covered = oracle.times(covered, part)
        if on_it:
            assert not covered or not oracle.remainder(covered, on_it)
        else:  # the whole line solves
            assert not covered


# -- the way to a primitive element -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("equations", "degrees"),
    [
        ([X[0] ** 2 - 2, X[1] ** 2 - 3], [4]),
        ([X[0] ** 2 - 2, X[1] ** 2 - 2], [2, 2]),
        ([X[0] ** 2 - 2, X[1] ** 2 - 8], [2, 2]),
        ([X[0] ** 3 - 2, X[1] ** 3 - 2], [3, 6]),
        ([X[0] ** 2 + 1, X[1] ** 2 + 1], [2, 2]),
        ([X[0] ** 2 + X[1] ** 2 - 3, X[0] * X[1] - 1], [2, 2]),
        ([X[0] ** 2 + X[1] ** 2 - 4, X[0] * X[1] - 1], [4]),
        ([(X[0] ** 2 - 2) ** 2, (X[1] ** 2 - 3) ** 3], [4]),
        ([X[0] ** 2 - 2, X[1] ** 2 - 3, X[2] ** 2 - 6], [4, 4]),
        ([X[0] ** 2 - X[1], X[1] ** 2 - X[2], X[2] ** 2 - X[0]], [1, 1, 6]),
        ([X[0] ** 2 - 2, X[1] ** 4 - 2, X[2] - X[0] * X[1]], [4, 4]),
        ([X[0] ** 3 + X[1] ** 3 - 1, X[0] ** 2 + X[1] ** 2 - 1], [1, 1, 2]),
    ],
)
def test_conjugate_points_are_counted(equations, degrees):
    count = len(set().union(*(e.free_symbols for e in equations)))
    found = check(count, equations)
    sizes = [1 if v.relation is None else v.relation.degrees()[v.algebraic] for v in found.varieties]
    assert sorted(sizes) == degrees
    for variety in found.varieties:
        # the generators vanish on it and the coordinates have no common smaller field: the prime has that degree
        assert all(variety.vanishes(variety.ring.fraction(g)) for g in variety.generators)


def test_a_point_of_high_degree_has_generators():
    x, y, z = X[:3]
    equations = [
        -(x**2) * y - 3 * x**2 * z - 3 * x * y**2 - 9 * x * y * z + 2 * y * z + 3 * y,
        -(x**2) + 2 * x + 2 * y**2 - 2 * y,
        -4 * x**2 * z - 6 * x**2 + 2 * x * y * z - 3 * y**2,
    ]
    found, components = solve(3, equations)
    assert found.complete
    assert sorted(v.dimension for v in found.varieties) == [0, 1]
    for generators in components:
        basis = oracle.basis(generators, X[:3])
        assert all(oracle.rest(e, basis, X[:3]) == 0 for e in equations)


# -- splitting where linear coefficients vanish -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("equations", "nonzero"),
    [
        # the same coefficient came up again and again, since its vanishing left the equation as it was
        ([-X[0] + 3 * X[1] ** 2 + 1, -2 * X[0] * X[2] - 3 * X[1] + 3 * X[2]], [X[1], X[0] + X[1]]),
        (
            [3 * X[0] * X[1] * X[2] + 3 * X[0] * X[2] + 6 * X[0] - X[1], -4 * X[0] * X[1] + 4 * X[0] * X[2] + 6 * X[1]],
            [],
        ),
        # the sets where coefficients vanish are components of their own
        ([X[0] * X[1] - X[0], X[0] ** 2 - X[0] * X[1]], []),
        ([(X[0] - 1) * X[1] - (X[0] - 1) * X[2], X[0] * X[2]], []),
        ([X[0] * X[1], X[1] * X[2], X[2] * X[0]], []),
        ([X[0] * X[1] - X[2] ** 2, X[0] * X[2] - X[1] ** 2], []),
        # a surface whose parametrisation is 0/0 on a line of it
        ([(X[0] - 1) * X[1] - (X[2] - 1) * X[2]], []),
        ([(X[0] ** 2 - 2) * X[1] - X[2], (X[0] ** 2 - 2) * X[2]], []),
        # twisted cubic and a secant of it
        ([X[0] * X[2] - X[1] ** 2, X[1] - X[0] ** 2], []),
        # an irreducible curve over Q with few real points
        ([X[0] ** 2 + X[1] ** 2], []),
        ([X[0] ** 2 + X[1] ** 2, X[2] * X[0] - 1], []),
        ([X[0] ** 2 - 2 * X[1] ** 2], [X[0] - X[1]]),
    ],
)
def test_vanishing_coefficients(equations, nonzero):
    found = check(3, equations, nonzero)
    assert found.branches < 40


def test_no_equations_and_no_solutions():
    found, components = solve(2, [])
    assert found.complete
    assert [v.dimension for v in found.varieties] == [2]
    assert components == [[]]
    one = sympy.S.One
    for equations, nonzero in (([one], []), ([X[0], X[0] - 1], []), ([X[0]], [X[0]]), ([X[0] ** 2 + 1, X[0] - 1], [])):
        found, components = solve(2, equations, nonzero)
        assert found.complete
        assert components == []
    base, _ = space(2)
    assert decompose(base, [], nonzero=[base.zero]).varieties == ()


# -- answers that are not complete say so ---------------------------------------------------------------------------


def test_a_curve_that_needs_two_roots_is_not_called_solved():
    x, y, z = X[:3]
    equations = [x**2 - z**3 - 1, y**2 - z**3 - 2]
    found, components = solve(3, equations)
    assert found.complete is None
    assert found.unsolved
    assert components == []


def test_limits_leave_the_answer_open(monkeypatch):
    x, y = X[:2]
    equations = [(x - 1) * (x - 2) * (y - x), (y - 1) * (y - 2) * (y + x)]
    assert check(2, equations).complete
    monkeypatch.setattr(varieties, "_MOST_BRANCHES", 3)
    found, _ = solve(2, equations)
    assert found.complete is None
    assert "branches" in found.unsolved[0]
    monkeypatch.undo()
    monkeypatch.setattr(groebner, "_BASIS_LIMITS", (1, 2, 5))
    found, components = solve(2, [x**2 + y**2 - 5, x**3 - 7 * y**2 + 1])
    assert found.complete is None
    assert "outgrew" in found.unsolved[0]
    assert components == []


# -- functions on varieties ------------------------------------------------------------------------------------------


@few
@given(st.integers(-3, 3), st.integers(-3, 3), st.integers(1, 3), st.integers(-3, 3))
def test_functions_on_a_curve_have_one_form(a, b, c, d):
    # on y² = x³ + c: the function (a + b y)/(1 + d y) in two ways
    base, (x, y) = space(2)
    found = decompose(base, [polynomial(base, y**2 - x**3 - c * 7, (x, y))])
    (curve,) = found.varieties
    gx, gy = base.fractions()
    bottom = 1 + d * gy
    other = base.fraction(1 - d**2 * (base.gens[0] ** 3 + c * 7)) / (1 - d * gy) if d else base.fraction(1)
    assert curve.restrict((a + b * gy) / bottom) == curve.restrict((a + b * gy) / other)
    assert curve.vanishes(gy**2 - gx**3 - c * 7)
    assert not curve.vanishes(gy**2 - gx**3)


def test_where_a_function_is_not_defined_on_a_variety():
    base, (x, y) = space(2)
    (curve,) = decompose(base, [polynomial(base, y**2 - x**3 - 7, (x, y))]).varieties
    gx, gy = base.fractions()
    with pytest.raises(sg.UndefinedPointError):
        curve.restrict(gx / (gy**2 - gx**3 - 7))


def test_containment():
    base, symbols = space(3)
    x, y, z = symbols

    def one(*equations):
        (variety,) = decompose(base, [polynomial(base, e, symbols) for e in equations]).varieties
        return variety

    surface, curve, point = one(x * y - z), one(x * y - z, x - y**2), one(x - 4, y - 2, z - 8)
    conjugate = one(y**2 - 3, x - 3, z - 3 * y)
    for small, large, expected in (
        (curve, surface, True),
        (point, curve, True),
        (point, surface, True),
        (surface, curve, False),
        (conjugate, curve, True),
        (conjugate, point, False),
        (one(x - 4, y - 2, z - 7), surface, False),
    ):
        assert large.contains(small) == expected
    assert point.point == (4, 2, 8)
    assert point.values(()) == (4, 2, 8)
    assert surface.point is None
    assert conjugate.point is None


def test_values_of_a_parametrisation():
    base, symbols = space(2)
    (curve,) = decompose(base, [polynomial(base, (symbols[0] - 1) * symbols[1] - 2, symbols)]).varieties
    (free,) = curve.free
    for value in (Fraction(3), Fraction(-1, 2)):
        point = curve.values((value,))
        assert (point[0] - 1) * point[1] == 2
        assert point[free] == value
    with pytest.raises(sg.UndefinedPointError):
        curve.values((1 - free,))


def test_small_rationals_rise_in_size_and_are_drawn_lazily():
    for count in (1, 2, 3):
        tuples = list(small_rationals(count))
        sizes = [sum(v.numerator + v.denominator for v in t) for t in tuples]
        assert len(set(tuples)) == len(tuples) == 10**count
        assert sizes == sorted(sizes)
        assert all(v > 0 for t in tuples for v in t)
    assert list(small_rationals(0)) == [()]
    assert next(small_rationals(40)) == (1,) * 40


def test_the_certificate_notices_what_is_missing_or_too_much():
    x, y = X[:2]
    equations = [x * (x - 1), x * (y - 2)]
    line, point = [x], [x - 1, y - 2]
    assert oracle.why_not_solution_set(equations, [], [line, point], (x, y)) is None
    assert "not all" in oracle.why_not_solution_set(equations, [], [line], (x, y))
    assert "not all" in oracle.why_not_solution_set(equations, [], [point], (x, y))
    assert "no solutions" in oracle.why_not_solution_set(equations, [], [line, [x - 1]], (x, y))
    assert "lies in" in oracle.why_not_solution_set(equations, [], [line, point, [x, y]], (x, y))
    assert "inequation" in oracle.why_not_solution_set(equations, [x], [line, point], (x, y))
    assert oracle.why_not_solution_set(equations, [x], [point], (x, y)) is None
