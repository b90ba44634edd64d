from itertools import product
from math import prod
from random import Random

import flint
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

import symrg as sg
from symrg.exact import groebner
from symrg.exact.change_of_order import lexicographic_basis
from symrg.exact.groebner import groebner_basis, in_ideal, standard_monomials
from symrg.exact.polynomials import ring
from tests.oracles import algebra as oracle

few = settings(max_examples=25, deadline=None)
R = ring("x", "y", "z")
SYMBOLS = sympy.symbols("x y z")
exponents = st.sampled_from([e for e in product(range(3), repeat=3) if sum(e) <= 2])
tables = st.dictionaries(exponents, st.integers(-3, 3).filter(bool), min_size=1, max_size=3)
systems = st.lists(tables, min_size=1, max_size=3)


def polynomial(table):
    terms = (prod((g**e for g, e in zip(R.gens, k, strict=True)), start=R.one) * c for k, c in table.items())
    return sum(terms, R.zero)


def expression(table):
    return sympy.Add(*(c * sympy.Mul(*(s**e for s, e in zip(SYMBOLS, k, strict=True))) for k, c in table.items()))


def written(basis):
    """A basis as a set of primitive SymPy polynomials, up to sign."""
    polynomials = [sympy.Poly({tuple(map(int, k)): int(c) for k, c in f.to_dict().items()}, *SYMBOLS) for f in basis]
    return {_normal(p) for p in polynomials}


def _normal(polynomial):
    primitive = polynomial.clear_denoms()[1].set_domain(sympy.ZZ).primitive()[1]
    return max(primitive, -primitive, key=lambda p: p.LC()).as_expr()


def by_sympy(equations, order, symbols=SYMBOLS):
    found = sympy.groebner(equations, *symbols, order=order, domain=sympy.QQ)
    return {_normal(sympy.Poly(g, *SYMBOLS)) for g in found.exprs}


@few
@given(systems, st.booleans())
def test_sympy_has_the_same_reduced_basis(system, lex):
    found = groebner_basis(R, [polynomial(t) for t in system], lex=lex)
    assert written(found) == by_sympy([expression(t) for t in system], "lex" if lex else "grevlex")


@few
@given(systems, st.lists(tables, min_size=1, max_size=2), st.booleans())
def test_saturation_is_elimination_of_an_inverse(system, nonzero, lex):
    found = groebner_basis(R, [polynomial(t) for t in system], nonzero=[polynomial(t) for t in nonzero], lex=lex)
    inverse = sympy.Symbol("t")
    extended = [*map(expression, system), 1 - inverse * sympy.Mul(*map(expression, nonzero))]
    with_inverse = sympy.groebner(extended, inverse, *SYMBOLS, order="lex", domain=sympy.QQ).exprs
    kept = [g for g in with_inverse if not g.has(inverse)]
    if not kept:
        assert found == ()
    else:
        assert written(found) == by_sympy(kept, "lex" if lex else "grevlex")


@few
@given(systems, st.lists(tables, min_size=3, max_size=3), tables)
def test_membership(system, weights, other):
    basis = groebner_basis(R, [polynomial(t) for t in system], lex=True)
    combination = sum((polynomial(w) * polynomial(t) for w, t in zip(weights, system, strict=False)), R.zero)
    assert in_ideal(R, basis, combination)
    expected = sympy.groebner([expression(t) for t in system], *SYMBOLS, order="lex", domain=sympy.QQ)
    assert in_ideal(R, basis, polynomial(other)) == expected.contains(expression(other))


@few
@given(st.lists(st.integers(1, 2), min_size=3, max_size=3), systems)
def test_the_dimension_of_the_quotient_counts_points_with_multiplicity(degrees, perturbations):
    # x^a + lower, y^b + lower, z^c + lower terms in the degree order: a·b·c by Bézout
    leading = [{tuple(d if i == k else 0 for i in range(3)): 1} for k, d in enumerate(degrees)]
    system = []
    for table, d in zip(leading, degrees, strict=True):
        lower = {k: c for k, c in perturbations[len(system) % len(perturbations)].items() if sum(k) < d}
        system.append(polynomial(table) + polynomial(lower))
    basis = groebner_basis(R, system, lex=True)
    assert standard_monomials(basis, (0, 1, 2)) == prod(degrees)


def test_a_curve_has_no_finite_quotient():
    x, y, _ = R.gens
    assert standard_monomials(groebner_basis(R, [x * y - 1], lex=True), (0, 1)) is None


def test_trivial_ideals():
    x, y, _ = R.gens
    assert groebner_basis(R, []) == ()
    assert groebner_basis(R, [R.zero]) == ()
    assert groebner_basis(R, [], nonzero=[x]) == ()
    assert groebner_basis(R, [x, x - 1]) == (R.one,)
    assert groebner_basis(R, [x * y], nonzero=[x, y]) == (R.one,)


def test_work_beyond_the_limits_is_refused(monkeypatch):
    monkeypatch.setattr(groebner, "_BASIS_LIMITS", (3, 4, 20))
    x, y, z = R.gens
    with pytest.raises(sg.BudgetExceeded, match="outgrew its limits"):
        groebner_basis(R, [x**3 + 7 * y * z - 5, y**3 - 11 * x * z + 3, z**3 - x * y + 13], lex=True)


def test_the_graded_order_is_a_way_to_the_lexicographic_one():
    # the direct way outgrows the limits
    x, y, z = R.gens
    system = [
        6 * x**2 * z + 3 * x**2 - 4 * x * z - 2 * x - 2 * y**2 + y,
        9 * x**2 - 3 * x * z + 2 * y * z + 3 * y,
        6 * x * z**2 + 4 * x * z - y**2,
    ]
    basis = groebner_basis(R, system, lex=True)
    assert all(in_ideal(R, basis, f) for f in system)
    expressions = [sympy.Poly({tuple(map(int, k)): int(c) for k, c in f.to_dict().items()}, *SYMBOLS) for f in system]
    graded = oracle.basis([p.as_expr() for p in expressions], SYMBOLS)
    for f in written(basis):
        assert oracle.rest(f, graded, SYMBOLS) == 0


@few
@given(st.permutations(range(3)), st.lists(tables, min_size=3, max_size=3))
def test_the_order_of_the_equations_does_not_matter(order, system):
    found = [groebner_basis(R, [polynomial(system[k]) for k in some]) for some in (range(3), order)]
    assert found[0] == found[1]
    assert all(f.leading_coefficient() > 0 for f in found[0])


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**6))
def test_finite_bases_change_their_order_by_linear_algebra(seed):
    """Points that are zeros of three random polynomials: SymPy's lexicographic basis, with and without saturation."""
    draw = Random(seed)
    symbols = sympy.symbols("x y z")
    pure = [s**2 + sum(draw.randint(-2, 2) * t for t in (*symbols, 1)) for s in symbols]
    system = [p * (symbols[0] - 1) if k == 0 else p for k, p in enumerate(pure)]
    names = [str(s) for s in symbols]
    graded, lex = (flint.fmpz_mpoly_ctx.get(names, o) for o in (flint.Ordering.degrevlex, flint.Ordering.lex))

    def moved(polynomial):
        return graded.from_dict({m: int(c) for m, c in sympy.Poly(polynomial, *symbols).terms()})

    basis = flint.fmpz_mpoly_vec([moved(p) for p in system], graded).buchberger_naive().autoreduction()
    t = sympy.Symbol("t")
    for nonzero in ([], [symbols[0] - 1]):
        found = lexicographic_basis(list(basis), lex, nonzero=[moved(p) for p in nonzero])
        expected = sympy.groebner([*system, *(t * p - 1 for p in nonzero)], t, *symbols, order="lex")
        mine = {sympy.Poly({m: int(c) for m, c in f.terms()}, *symbols).monic() for f in found}
        theirs = {sympy.Poly(f, *symbols).monic() for f in expected.exprs if not f.has(t)}
        assert mine == theirs


def test_infinitely_many_zeros_are_not_changed():
    graded, lex = (flint.fmpz_mpoly_ctx.get(("x", "y"), o) for o in (flint.Ordering.degrevlex, flint.Ordering.lex))
    x, y = graded.gens()
    assert lexicographic_basis([x * y - 1], lex) is None
    assert [str(f) for f in lexicographic_basis([graded.constant(1)], lex)] == ["1"]
    assert [str(f) for f in lexicographic_basis([graded.constant(1)], lex, nonzero=[x])] == ["1"]
