"""The elimination itself: orders, tables, packings and counts. What it sums up to is tested in test_decimation."""

import random
from itertools import combinations, pairwise, product
from math import gcd, prod
from operator import mul

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

import symrg as sg
from symrg.transform.elimination import Elimination, Monomials, Packing, plan_elimination, spread
from symrg.transform.logarithms import coprime_base

few = settings(max_examples=30, deadline=None)


# -- orders --------------------------------------------------------------------------------------------------


@st.composite
def hypergraphs(draw):
    """(scopes, sizes, positions to sum over)."""
    sizes = draw(st.lists(st.integers(1, 3), min_size=1, max_size=6))
    places = st.sampled_from(range(len(sizes)))
    scopes = draw(st.lists(st.lists(places, max_size=3, unique=True).map(lambda s: tuple(sorted(s))), max_size=6))
    over = draw(st.lists(places, unique=True))
    return scopes, sizes, over


def cliques_of(scopes, order):
    """The tables that an order needs, by joining neighbours in a graph of sets."""
    around = {}
    for scope in scopes:
        for x, y in combinations(scope, 2):
            around.setdefault(x, set()).add(y)
            around.setdefault(y, set()).add(x)
    found = []
    for p in order:
        near = around.pop(p, set())
        found.append(tuple(sorted({p, *near})))
        for q in near:
            around[q] = (around[q] | near) - {p, q}
    return found


@few
@given(hypergraphs())
def test_the_cost_of_an_order_is_that_of_its_cliques(drawn):
    scopes, sizes, over = drawn
    plan = plan_elimination(scopes, sizes, over)
    assert sorted(plan.order) == sorted(over)
    assert plan.kept == tuple(p for p in range(len(sizes)) if p not in over)
    cliques = cliques_of(scopes, plan.order)
    assert [set(c) for c in plan.cliques] == [set(c) for c in cliques]
    tables = [prod(sizes[p] for p in c) for c in (*cliques, plan.kept)]
    assert plan.entries == sum(tables)
    assert plan.states(plan.largest) == max(tables)


def test_trees_never_need_a_table_over_more_than_an_edge():
    chosen = random.Random()
    parents = [chosen.randrange(i + 1) for i in range(60)]
    scopes = [(p, i + 1) for i, p in enumerate(parents)]
    plan = plan_elimination(scopes, [2] * 61, range(61))
    assert max(map(len, plan.cliques)) == 2


def test_ladders_need_tables_over_three_at_most_plus_ends():
    # a cycle of rungs cut open at the ends that stay
    length = 40
    scopes = [(2 * i, 2 * i + 1) for i in range(length)]
    scopes += [(2 * i + k, 2 * i + 2 + k) for i in range(length - 1) for k in range(2)]
    plan = plan_elimination(scopes, [2] * (2 * length), range(2, 2 * length - 2))
    assert max(map(len, plan.cliques)) <= 6
    assert plan.entries < 64 * 2 * length


# -- tables ---------------------------------------------------------------------------------------------------


@st.composite
def systems(draw):
    """Tables of monomials c ∏ y_i^{e_i} over a hypergraph."""
    scopes, sizes, over = draw(hypergraphs())
    generators = draw(st.integers(0, 3))
    entry = st.tuples(st.integers(0, 3), st.tuples(*[st.integers(0, 2)] * generators))
    tables = [draw(st.lists(entry, min_size=(n := prod(sizes[p] for p in scope)), max_size=n)) for scope in scopes]
    return scopes, sizes, over, generators, tables


@pytest.mark.parametrize("is_dense", [True, False])
@few
@given(systems())
def test_elimination_is_the_sum_over_all_states(is_dense, drawn):
    scopes, sizes, over, generators, tables = drawn
    summed = prod(sizes[p] for p in over)
    degrees = [sum(max((e[i] for _, e in table), default=0) for table in tables) for i in range(generators)]
    bound = summed * prod(max([1, *(c for c, _ in table)]) for table in tables)
    packing = Packing(degrees, bound=bound, signed=False, terms=10**9 if is_dense else 0)
    assert packing.is_dense == is_dense
    monomials = [
        Monomials(scope, [c for c, _ in table], [sum(map(mul, e, packing.strides)) for _, e in table])
        for scope, table in zip(scopes, tables, strict=True)
    ]
    plan = plan_elimination(scopes, sizes, over)
    found = Elimination(plan, monomials, packing)
    expected = {}
    for state in product(*map(range, sizes)):
        coefficient, exponents = 1, (0,) * generators
        for scope, table in zip(scopes, tables, strict=True):
            place = 0
            for p in scope:
                place = place * sizes[p] + state[p]
            c, e = table[place]
            coefficient *= c
            exponents = tuple(x + y for x, y in zip(exponents, e, strict=True))
        at = expected.setdefault(tuple(state[p] for p in plan.kept), {})
        at[exponents] = at.get(exponents, 0) + coefficient
    polynomials = [{e: c for e, c in at.items() if c} for _, at in sorted(expected.items())]
    assert [packing.terms(entry) for entry in found.entries] == polynomials
    assert sum(map(len, polynomials)) <= plan.terms(
        (scope, [max((e[i] for _, e in table), default=0) for i in range(generators)])
        for scope, table in zip(scopes, tables, strict=True)
    )


def test_tables_are_spread_over_larger_scopes_in_any_order():
    entries = [(a, b) for a in range(2) for b in range(3)]
    wide = spread(entries, (0, 2), (2, 1, 0), [2, 2, 3])
    assert wide == [(a, b) for b in range(3) for _ in range(2) for a in range(2)]


# -- how much work ------------------------------------------------------------------------------------------------

A, B, K = sympy.symbols("A B K")


def spins(count):
    return [sg.Variable(f"s_{i}", (-1, 1)) for i in range(count)]


def test_a_chain_takes_no_product_of_polynomials():
    s = spins(50)
    done = sg.decimate(K * sympy.Add(*(x * y for x, y in pairwise(s))), over=s[1:-1])
    assert len(done.weights) == 4
    work = done._elimination
    assert work.products == 0
    assert work.shifts <= 8 * 48


def test_a_cubic_graph_of_twenty_spins_takes_few_products():
    # the cube-connected prism C_10 × K_2: every spin has three neighbours
    s = spins(20)
    bonds = [(i, (i + 1) % 10) for i in range(10)] + [(10 + i, 10 + (i + 1) % 10) for i in range(10)]
    bonds += [(i, 10 + i) for i in range(10)]
    exponent = sympy.log(2) * sympy.Add(*(s[i] * s[j] for i, j in bonds))
    exponent += A * sympy.Add(*s[::2]) + B * sympy.Add(*s[1::2])
    done = sg.decimate(exponent, over=s[2:])
    assert len(done.weights) == 4
    work = done._elimination
    # 2^18 states of what is summed; tables over five spins at most
    assert done.plan.entries <= 500
    assert work.products <= 300
    assert work.shifts <= 400


# -- numbers in logarithms ------------------------------------------------------------------------------------


PRIMES = (2, 3, 5, 7)


@few
@given(st.lists(st.tuples(*[st.integers(0, 6)] * len(PRIMES)), max_size=5))
def test_numbers_are_products_over_a_coprime_base(powers):
    numbers = [prod(p**k for p, k in zip(PRIMES, row, strict=True)) for row in powers]
    base = coprime_base(numbers)
    assert all(gcd(x, y) == 1 for x, y in combinations(base, 2))
    for b in base:
        assert gcd(*(next(k for k in range(99) if b % p ** (k + 1)) for p in PRIMES)) == 1  # no power of a number
    for number in numbers:
        for b in base:
            while number % b == 0:
                number //= b
        assert number == 1
