"""Observables against sums over all states, and the scaling relations against the same sums."""

from fractions import Fraction
from math import prod

import flint
import pytest
import sympy
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import symrg as sg
from symrg.errors import BudgetExceeded, DomainError, ModelError, NotExactError, UnableError, UndefinedPointError
from symrg.transform.asymptotics import gap_asymptotics, weight_asymptotics
from symrg.transform.observables import Observables
from symrg.transform.scaling import (
    Approach,
    constant_on_rings,
    isolated_bond,
    isolated_factors,
    keeps_correlations,
    keeps_transfer,
)
from tests.oracles import correlations as oracle

PAPER = ((2, 2), (1, 3))
B, C = Fraction(-2, 3), Fraction(-1, 3)
R = sympy.Rational

numbers = st.fractions(min_value=-4, max_value=4, max_denominator=4).filter(bool)
counts = st.integers(0, 4)


@st.composite
def systems(draw, rows=(1, 3), columns=(1, 3), depth=(1, 5)):
    """G, V and a depth; V has entries of either sign."""
    n_h, n_s = draw(st.integers(*rows)), draw(st.integers(*columns))
    multiplicity = [draw(st.lists(counts, min_size=n_s, max_size=n_s).filter(any)) for _ in range(n_h)]
    bond = [[draw(numbers) for _ in range(n_s)] for _ in range(n_h)]
    return multiplicity, bond, draw(st.integers(*depth))


def exact(value):
    return Fraction(int(value.p), int(value.q))


def agree(ball, expected, digits):
    with flint.ctx.workprec(4 * digits + 64):
        inside = (ball * expected.denominator - expected.numerator).contains(0)
    return inside and (expected == 0 or ball.rel_accuracy_bits() >= 3.3 * digits)


# -- against sums over all states -------------------------------------------------------------------


@given(systems(), st.data())
@settings(max_examples=40, deadline=None)
def test_rings_agree_with_sums_over_all_states(system, data):
    multiplicity, bond, depth = system
    values = [data.draw(numbers) for _ in multiplicity]
    total, one = oracle.moments(bond, multiplicity, depth, values, (0,))
    assume(total)
    seen = Observables(sg.Chain(multiplicity), bond=bond)
    assert exact(seen.partition_function(depth=depth)) == total
    assert exact(seen.mean(depth=depth, observable=values)) == one / total
    for r in range(depth + 1):
        expected = oracle.connected(bond, multiplicity, depth, values, 0, r)
        found = seen.correlation(separation=r, depth=depth, observable=values)
        assert exact(found) == expected
        assert seen.correlation(separation=r, depth=depth, observable=values, reduced=False) == expected
        if expected:
            assert agree(seen.correlation(separation=r, depth=depth, observable=values, digits=30), expected, 30)


@given(systems(depth=(1, 4)), st.data())
@settings(max_examples=25, deadline=None)
def test_open_chains_agree_with_sums_over_all_states(system, data):
    multiplicity, bond, depth = system
    size = len(multiplicity)
    values = [data.draw(numbers) for _ in range(size)]
    ends = tuple([data.draw(numbers) for _ in range(size)] for _ in range(2))
    total, _ = oracle.moments(bond, multiplicity, depth, values, (), ends=ends)
    assume(total)
    seen = Observables(sg.Chain(multiplicity), bond=bond)
    options = {"ends": "open", "boundary": ends, "depth": depth}
    assert exact(seen.partition_function(**options)) == total
    for low in range(depth + 1):
        _, one = oracle.moments(bond, multiplicity, depth, values, (low,), ends=ends)
        assert exact(seen.mean(**options, layer=low, observable=values)) == one / total
        for high in range(low, depth + 1):
            expected = oracle.connected(bond, multiplicity, depth, values, low, high, ends=ends)
            where = {"separation": high - low, "layer": low, "observable": values}
            assert exact(seen.correlation(**options, **where)) == expected
            if expected:
                assert agree(seen.correlation(**options, **where, digits=30), expected, 30)


@given(systems(rows=(2, 2), columns=(2, 3), depth=(1, 3)), st.data())
@settings(max_examples=25, deadline=None)
def test_activations_agree_with_sums_over_all_states(system, data):
    multiplicity, bond, depth = system
    n_s = len(multiplicity[0])
    values = [data.draw(numbers) for _ in range(n_s)]
    assume(len(set(values)) > 1)
    chain = sg.Chain(multiplicity)
    (s,) = chain.columns
    expression = sympy.expand(sympy.interpolate([(k, R(v.numerator, v.denominator)) for k, v in enumerate(values)], s))
    seen = Observables(chain, bond=bond)
    ones = [1, 1]
    for ends in (None, (ones, ones)):
        total, _ = oracle.moments(bond, multiplicity, depth, values, (), ends=ends)
        assume(total)
        name = "periodic" if ends is None else "open"
        for low in range(1 if ends is None else depth):
            for high in range(low, depth + (ends is None)):
                expected = oracle.connected(
                    bond, multiplicity, depth, values, low, high, ends=ends, on_activations=True
                )
                found = seen.correlation(
                    separation=high - low, depth=depth, ends=name, layer=low if ends else None, observable=expression
                )
                assert exact(found) == expected


def test_eight_layers_and_fixed_ends():
    factors = (Fraction(-3, 2), Fraction(2, 5), Fraction(7, 3))
    bond = oracle.bond_of_binary(*factors)
    seen = Observables(sg.Chain(PAPER), factors=factors)
    for ends in (None, ([1, 1], [1, 1]), ([1, 0], [0, 1])):
        expected = oracle.connected(bond, PAPER, 8, (0, 1), 2, 5, ends=ends)
        options = {"ends": "periodic"} if ends is None else {"layer": 2, "ends": "open"}
        if ends == ([1, 0], [0, 1]):
            options |= {"ends": "fixed", "boundary": (0, 1)}
        assert exact(seen.correlation(separation=3, depth=8, **options)) == expected


def test_fixed_ends_of_a_wide_layer_take_tuples():
    net = sg.LayeredNetwork(width=2)
    bond = [[Fraction(1, 1 + i + 2 * j) for j in range(4)] for i in range(4)]
    ends = ([0, 1, 0, 0], [0, 0, 0, 1])  # states (0, 1) and (1, 1)
    expected = oracle.connected(bond, net.multiplicity, 3, (0, 0, 1, 1), 1, 2, ends=ends)
    found = Observables(net.chain(), bond=bond).correlation(
        separation=1, depth=3, ends="fixed", boundary=((0, 1), (1, 1)), layer=1
    )
    assert exact(found) == expected


@given(st.tuples(numbers, numbers, numbers))
@settings(max_examples=10, deadline=None)
def test_symbolic_answers_hold_at_every_point(point):
    chain = sg.Chain(PAPER)
    bond = oracle.bond_of_binary(*point)
    table = dict(zip(chain.factors, (R(x.numerator, x.denominator) for x in point), strict=True))
    for depth, options in ((3, {}), (2, {"ends": "open", "layer": 0})):
        ends = None if not options else ([1, 1], [1, 1])
        total, _ = oracle.moments(bond, PAPER, depth, (0, 1), (), ends=ends)
        assume(total)
        found = chain.correlation(separation=1, depth=depth, **options).subs(table)
        assert exact(found) == oracle.connected(bond, PAPER, depth, (0, 1), 0, 1, ends=ends)


def test_observables_in_all_forms_are_the_same():
    chain = sg.LayeredNetwork(width=2).chain()
    bond = [[Fraction(i + 2 * j + 1, 3) for j in range(4)] for i in range(4)]
    h1, h2 = chain.rows
    forms = [h1 + 2 * h2, lambda x, y: x + 2 * y, [0, 2, 1, 3], {(0, 0): 0, (0, 1): 2, (1, 0): 1, (1, 1): 3}]
    seen = Observables(chain, bond=bond)
    assert len({seen.correlation(separation=1, depth=3, observable=form) for form in forms}) == 1
    assert seen.mean(depth=3) == seen.mean(depth=3, observable=h1)


# -- closed forms and the infinite chain ---------------------------------------------------------------


@given(st.tuples(numbers, numbers, numbers), st.integers(1, 2), st.integers(1, 2))
@settings(max_examples=8, deadline=None)
def test_closed_forms_agree_with_whole_depths(point, separation, rest):
    chain = sg.Chain(PAPER)
    closed = Observables(chain, factors=point).closed_form()
    assume(closed.discriminant and closed.determinant)
    depth = separation + rest
    seen = Observables(chain, factors=point)
    try:
        expected = seen.correlation(separation=separation, depth=depth)
        fixed = seen.correlation(separation=separation, depth=depth, ends="open", layer=rest // 2)
    except UndefinedPointError:
        assume(False)
    ring = closed.ring_correlation(sympy.Integer(separation), sympy.Integer(depth))
    assert sympy.radsimp(sympy.expand(sympy.radsimp(ring))) == expected
    weights = ([Fraction(1)] * 2, [Fraction(1)] * 2)
    try:
        between = closed.open_correlation(
            sympy.Integer(rest // 2), sympy.Integer(separation), sympy.Integer(depth), weights
        )
    except UndefinedPointError:
        assume(False)
    assert sympy.radsimp(sympy.expand(sympy.radsimp(between))) == fixed


@pytest.mark.parametrize("width", [1, 2, 3])
def test_the_infinite_chain_is_the_limit_of_deep_rings(width):
    net = sg.LayeredNetwork(width=width)
    u = Fraction(3, 2)
    bond = [
        [u ** (-2 * sum((x - y) ** 2 for x, y in zip(h, s, strict=True))) for s in net.activation_states]
        for h in net.neuron_states
    ]
    seen = Observables(net.chain(), bond=bond)
    for r in (0, 1, 2, 7):
        limit = seen.correlation(separation=r, ends="infinite", digits=30)
        deep = seen.correlation(separation=r, depth=2000, digits=30)
        wide = seen.correlation(separation=r, depth=2000, ends="open", layer=900, digits=30)
        assert limit.overlaps(deep)
        assert limit.overlaps(wide)
        assert near(limit, seen.correlation(separation=r, ends="infinite"), 25)
    assert seen.mean(ends="infinite", digits=30).overlaps(seen.mean(depth=2000, digits=30))
    energy = seen.free_energy(ends="infinite", digits=30)
    assert energy.overlaps(seen.free_energy(depth=2000, digits=30))


def test_huge_depths_keep_their_digits():
    seen = Observables(sg.Chain(PAPER), factors=(2, 1, 3))
    energy = seen.free_energy(depth=10**12, digits=50)
    assert energy.rel_accuracy_bits() >= 166
    assert energy.overlaps(seen.free_energy(ends="infinite", digits=50))
    tiny = seen.correlation(separation=10**6, depth=10**12, digits=50)
    assert tiny.rel_accuracy_bits() >= 166
    assert tiny > 0
    # w q^r, to fifty digits, from the closed form
    with flint.ctx.workprec(400):
        root = flint.arb(681).sqrt()
        q = (27 - root) / (27 + root)
        assert tiny.overlaps(flint.arb(140) / 681 * q ** (10**6))


def near(ball, other, digits):
    """Whether a ball agrees with another one, or with a SymPy number evaluated by SymPy, to so many digits."""
    with flint.ctx.workprec(4 * digits + 64):
        if not isinstance(other, flint.arb):
            other = flint.arb(str(sympy.N(other, digits + 15)))
        return bool(abs(ball - other) < abs(other) * flint.arb(10) ** -digits)


def test_factors_may_contain_e():
    chain = sg.LayeredNetwork().chain()
    seen = Observables(chain, factors=(sympy.E**2, 1 / sympy.E, 1 / sympy.E))
    length = seen.correlation_length(of="gap")
    assert near(seen.correlation_length(of="gap", digits=40), length, 35)
    assert seen.correlation_length(of="observable") == length
    for options in ({"depth": 5}, {"depth": 4, "ends": "open", "layer": 1}, {"ends": "infinite"}):
        ball = seen.correlation(separation=2, **options, digits=30)
        assert near(ball, seen.correlation(separation=2, **options), 28)


def test_wide_layers_with_e_go_through_balls():
    net, u = sg.LayeredNetwork(width=3), sympy.E
    bond = [
        [u ** -int(sum((x - y) ** 2 for x, y in zip(h, s, strict=True))) for s in net.activation_states]
        for h in net.neuron_states
    ]
    seen = Observables(net.chain(), bond=bond)
    limit = seen.correlation(separation=2, ends="infinite", digits=20)
    assert near(limit, seen.correlation(separation=2, depth=500, digits=20), 18)
    assert near(seen.mean(ends="infinite", digits=20), seen.mean(depth=500, digits=20), 18)
    lengths = [seen.correlation_length(of=kind, digits=20) for kind in ("gap", "observable")]
    assert near(*lengths, 18)
    assert near(seen.free_energy(ends="infinite", digits=20), seen.free_energy(depth=10**12, digits=20), 18)


# -- lengths -------------------------------------------------------------------------------------------


@given(st.lists(st.integers(1, 6), min_size=8, max_size=8))
@settings(max_examples=20, deadline=None)
def test_an_observable_of_one_of_two_independent_chains_has_that_chains_length(entries):
    first, second = (entries[0:2], entries[2:4]), (entries[4:6], entries[6:8])
    determinants = [m[0][0] * m[1][1] - m[0][1] * m[1][0] for m in (first, second)]
    assume(all(determinants))
    both = [[first[i][k] * second[j][n] for k in range(2) for n in range(2)] for i in range(2) for j in range(2)]
    identity = [[int(i == j) for j in range(4)] for i in range(4)]
    h, g = sg.Variable("h", (0, 1)), sg.Variable("g", (0, 1))
    pair = sg.Chain(identity, (h, g), (sg.Variable("s", (0, 1)), sg.Variable("t", (0, 1))))
    seen = Observables(pair, bond=both)
    single = [Observables(sg.Chain(((1, 0), (0, 1))), bond=m) for m in (first, second)]
    lengths = [s.correlation_length(of="gap", digits=30) for s in single]
    assert seen.correlation_length(of="observable", observable=h, digits=30).overlaps(lengths[0])
    assert seen.correlation_length(of="observable", observable=g, digits=30).overlaps(lengths[1])
    assert seen.correlation_length(of="gap", digits=30).overlaps(max(lengths, key=lambda x: x.mid()))


def test_lengths_of_three_kinds():
    chain = sg.Chain(((1, 0), (0, 1)))
    half = Fraction(1, 2)
    assert chain.correlation_length(of="gap", bond=[[1, 1], [1, 1]]) == 0
    # tanh K = 1/2 without a field: ξ = 1/ln 2
    assert chain.correlation_length(of="gap", bond=[[3, 1], [1, 3]]) == 1 / sympy.log(2)
    assert chain.correlation_length(of="observable", bond=[[1, 0], [0, 1]]) == sympy.oo  # frozen: C(r) = 1/4
    assert chain.correlation_length(of="observable", bond=[[1, 0], [half, half]]) == 0
    assert chain.correlation_length(of="gap", bond=[[1, 0], [half, half]]) == 1 / sympy.log(2)
    assert chain.correlation_length(of="gap", bond=[[0, 1], [1, 0]]) == sympy.oo
    with pytest.raises(DomainError, match="largest modulus"):
        chain.correlation_length(of="observable", bond=[[0, 1], [1, 0]])
    with pytest.raises(DomainError, match="Jordan"):
        chain.correlation(separation=1, ends="infinite", bond=[[1, 1], [0, 1]])


def test_symbolic_lengths_of_the_ising_chain():
    x = sympy.Symbol("x", positive=True)  # e^{2K}
    chain = sg.Chain(((1, 0), (0, 1)))
    length = chain.correlation_length(of="gap", bond=[[x, 1], [1, x]])
    assert length == -1 / sympy.log(sympy.Abs((x - 1) / (x + 1)))
    r = sympy.Symbol("r", positive=True, integer=True)
    found = chain.correlation(separation=r, ends="infinite", bond=[[x, 1], [1, x]])
    assert found == ((x - 1) / (x + 1)) ** r / 4  # ⟨s s⟩ = tanh^r, and h = (1 + s)/2


# -- the scaling relation (36) ------------------------------------------------------------------------------


@pytest.mark.parametrize(("separation", "depth", "scale"), [(2, 2, 2), (2, 4, 2), (2, 6, 2), (3, 6, 3)])
def test_decimation_keeps_correlations_at_every_coupling(separation, depth, scale):
    chain = sg.Chain(PAPER)
    assert keeps_transfer(chain, scale)
    assert keeps_correlations(chain, scale=scale, separation=separation, depth=depth)
    assert keeps_correlations(chain, scale=scale, separation=separation, depth=depth, observable=chain.columns[0])
    assert keeps_correlations(chain, scale=scale, separation=separation, ends="infinite")


def test_decimation_keeps_correlations_between_matching_ends():
    chain = sg.Chain(PAPER)
    options = {"scale": 2, "separation": 2, "depth": 4, "ends": "open"}
    assert keeps_correlations(chain, **options, layer=0)
    assert keeps_correlations(chain, **options, layer=2, boundary=((2, 5), (1, -3)))
    assert keeps_correlations(chain, **(options | {"ends": "fixed"}), layer=2, boundary=(1, 0))
    with pytest.raises(ModelError, match="multiple of the scale"):
        keeps_correlations(chain, scale=2, separation=1, depth=4)


@given(systems(rows=(2, 3), columns=(2, 3), depth=(1, 2)), st.integers(2, 3))
@settings(max_examples=25, deadline=None)
def test_decimation_keeps_correlations_of_random_chains(system, scale):
    multiplicity, bond, steps = system
    depth, values = scale * steps, list(range(len(multiplicity)))
    assume(oracle.moments(bond, multiplicity, depth, values, ())[0])
    smaller = oracle.decimated(bond, multiplicity, scale)
    assume(any(any(row) for row in smaller))
    seen, after = (Observables(sg.Chain(multiplicity), bond=v) for v in (bond, smaller))
    for r in range(steps + 1):
        expected = oracle.connected(bond, multiplicity, depth, values, 0, scale * r)
        assert exact(after.correlation(separation=r, depth=steps, observable=values)) == expected
        assert exact(seen.correlation(separation=scale * r, depth=depth, observable=values)) == expected


# -- the isolated fixed point and the lines through it ---------------------------------------------------------


@st.composite
def invertible(draw, low=2, high=3):
    size = draw(st.integers(low, high))
    matrix = [draw(st.lists(counts, min_size=size, max_size=size).filter(any)) for _ in range(size)]
    assume(sympy.Matrix(matrix).det() != 0)
    return matrix


@given(invertible())
@settings(max_examples=20, deadline=None)
def test_at_the_isolated_point_rings_have_a_constant_correlation(multiplicity):
    chain, size = sg.Chain(multiplicity), len(multiplicity)
    bond = [[exact(x) for x in isolated_bond(chain).row(i)] for i in range(size)]
    assert constant_on_rings(chain, bond=bond)
    values = range(size)
    variance = Fraction(sum(v * v for v in values), size) - Fraction(sum(values), size) ** 2
    for depth in (1, 2, 3):
        for r in range(depth + 1):
            assert oracle.connected(bond, multiplicity, depth, values, 0, r) == variance
    assert exact(Observables(chain, bond=bond).correlation(separation=10, depth=30)) == variance
    assert chain.correlation_length(of="gap", bond=bond) == sympy.oo
    assert chain.correlation_length(of="observable", bond=bond) == sympy.oo


@given(numbers, st.integers(1, 6))
@settings(max_examples=20, deadline=None)
def test_on_the_papers_line_the_neurons_own_correlation_does_not_decay(a, depth):
    q = (a - 1) / 2
    assume(1 + q**depth and 1 + 5 * q**depth)
    bond = oracle.bond_of_binary(a, B, C)
    for r in range(depth + 1):
        assert oracle.connected(bond, PAPER, depth, (0, 1), 0, r) == q**depth / (1 + q**depth) ** 2
    ends = ([1, 1], [1, 1])
    for i in range(depth + 1):
        for j in range(i, depth + 1):
            expected = (5 * q**i - 2) * (1 + 2 * q ** (depth - j)) * q ** (depth - i) / (1 + 5 * q**depth) ** 2
            assert oracle.connected(bond, PAPER, depth, (0, 1), i, j, ends=ends) == expected
            seen = Observables(sg.Chain(PAPER), factors=(a, B, C))
            found = seen.correlation(separation=j - i, depth=depth, ends="open", layer=i)
            assert exact(found) == expected


def test_the_papers_line_in_closed_form():
    chain = sg.Chain(PAPER)
    a = chain.factors[0]
    line = Observables(chain, factors={"b": B, "c": C})
    r, M, m = sympy.symbols("r M m", positive=True, integer=True)
    q = (a - 1) / 2
    assert line.closed_form().weight == 0
    assert line.correlation(separation=r, depth=M) == sympy.expand(q) ** M / (1 + sympy.expand(q) ** M) ** 2
    assert line.correlation_length(of="gap") == 1 / sympy.Abs(sympy.log(sympy.Abs(sympy.expand(q))))
    assert line.correlation_length(of="observable") == 0
    images = chain.recursion(3)((a, R(-2, 3), R(-1, 3)))
    assert [sympy.cancel(x - y) for x, y in zip(images, (1 + 2 * q**3, R(-2, 3), R(-1, 3)), strict=True)] == [0, 0, 0]
    found = line.correlation(separation=r, depth=M, ends="open", layer=m)
    for i, s, depth in ((1, 1, 4), (2, 2, 5), (0, 3, 4)):
        expected = (5 * q**i - 2) * (1 + 2 * q ** (depth - i - s)) * q ** (depth - i) / (1 + 5 * q**depth) ** 2
        assert sympy.cancel(found.subs({m: i, r: s, M: depth}) - expected) == 0
    growth = gap_asymptotics(line.closed_form(), a, 3)
    assert (growth.amplitude, growth.exponent, growth.sides) == (2, 1, (1, -1))
    assert constant_on_rings(chain, factors={"b": B, "c": C})
    # the activations behave alike (footnote 12 of the paper)
    assert line.closed_form(chain.columns[0]).weight == 0
    assert constant_on_rings(chain, factors={"b": B, "c": C}, observable=chain.columns[0])


def test_where_the_neuron_has_no_residue_at_all():
    chain = sg.Chain(PAPER)
    a, b, c = chain.factors
    top = sympy.fraction(sympy.together(Observables(chain).closed_form().weight))[0]
    assert sympy.factor_list(top)[1] == sympy.factor_list(b * (3 * c + 1) * (a * c + 1))[1]


@pytest.mark.parametrize(
    ("direction", "exponent", "sides"),
    [((1, 0, 0), 1, (1, -1)), ((1, 0, 1), 1, (1, -1)), ((-3, 1, -1), 1, ()), ((3, 1, -1), None, None)],
)
def test_directions_into_the_isolated_point(direction, exponent, sides):
    chain, t = sg.Chain(PAPER), sympy.Symbol("t")
    factors = [R(x.numerator, x.denominator) + t * d for x, d in zip(isolated_factors(chain), direction, strict=True)]
    closed = Observables(chain, factors=factors).closed_form()
    found = gap_asymptotics(closed, t, 0)
    first = Approach(chain, dict(zip("abc", direction, strict=True)))
    if exponent is None:  # a double eigenvalue to first order: not y = 1
        assert first.discriminant == 0
        assert found.exponent == R(3, 2)
        assert len(found.sides) == 1
        assert weight_asymptotics(closed, t, 0)[1] == -1
        return
    assert (found.exponent, found.sides) == (exponent, sides)
    if sides:
        assert found.amplitude == 1 / sympy.sqrt(first.discriminant) == first.amplitude(of="gap")
        assert weight_asymptotics(closed, t, 0)[0] == first.weight
        assert first.amplitude(of="observable") == (0 if first.weight == 0 else found.amplitude)
    else:
        assert first.discriminant < 0
        assert first.amplitude(of="gap") == sympy.oo


@given(invertible(2, 3), st.data())
@settings(max_examples=15, deadline=None)
def test_first_order_amplitudes_agree_with_lengths_nearby(multiplicity, data):
    chain = sg.Chain(multiplicity)
    try:
        point = isolated_factors(chain)
    except DomainError:
        assume(False)
    direction = [data.draw(st.integers(-3, 3)) for _ in point]
    line = Approach(chain, dict(zip(chain.factors, direction, strict=True)))
    step = Fraction(1, 10**12)
    for side in (1, -1):
        expected = line.amplitude(of="gap", side=side, digits=20)
        if not isinstance(expected, flint.arb):
            continue
        near = Observables(chain, factors=[x + side * step * d for x, d in zip(point, direction, strict=True)])
        length = near.correlation_length(of="gap", digits=20)
        assert abs(length * step.numerator / step.denominator / expected - 1) < flint.arb("1e-4")


# -- what is refused --------------------------------------------------------------------------------------------


def test_bad_questions_are_refused_with_the_reason():
    chain = sg.Chain(PAPER)
    seen = Observables(chain, factors=(2, 1, 3))
    a, h, s = chain.factors[0], chain.rows[0], chain.columns[0]
    for message, question in (
        ("wrong shape", lambda: Observables(chain, bond=[[1, 2]])),
        ("give one of them", lambda: Observables(chain, factors=(1, 1, 1), bond=[[1, 1], [1, 1]])),
        ("none of the factors", lambda: Observables(chain, factors={"z": 1})),
        ("2 values were given", lambda: Observables(chain, factors=(1, 2))),
        ("depth is 0", lambda: seen.partition_function(depth=0)),
        ("depth is True", lambda: seen.partition_function(depth=True)),
        ("depth is None", lambda: seen.mean()),
        ("separation is -1", lambda: seen.correlation(separation=-1, depth=3)),
        ("larger than the depth", lambda: seen.correlation(separation=4, depth=3)),
        ("not both among", lambda: seen.correlation(separation=2, depth=3, ends="open", layer=2)),
        ("ring are alike", lambda: seen.correlation(separation=2, depth=3, layer=1)),
        ("ends is 'closed'", lambda: seen.mean(depth=3, ends="closed")),
        ("two states", lambda: seen.mean(depth=3, ends="fixed")),
        ("none of the 2 states", lambda: seen.mean(depth=3, ends="fixed", boundary=(0, 5))),
        ("weights for 2 states", lambda: seen.mean(depth=3, ends="open", boundary=((1, 1, 1), None))),
        ("free energy", lambda: seen.partition_function(depth=3, ends="infinite")),
        ("the two may differ", lambda: seen.correlation_length(of="xi")),
        ("no function of the neurons", lambda: seen.mean(depth=3, observable=h * s)),
        ("is neither", lambda: seen.mean(depth=3, observable=h + sympy.Symbol("k"))),
        ("values for the 2 states", lambda: seen.mean(depth=3, observable=[1, 2, 3])),
        ("digits need numbers", lambda: chain.mean(depth=3, factors={"a": 2}, digits=10)),
        ("none of the symbols", lambda: gap_asymptotics(seen.closed_form(), a, 3)),
    ):
        with pytest.raises((ModelError, DomainError), match=message):
            question()
    with pytest.raises(NotExactError, match="inexact"):
        Observables(chain, factors=(0.5, 1, 1))
    with pytest.raises(NotExactError, match="inexact"):
        seen.mean(depth=3, observable=[0.5, 1])
    with pytest.raises(UndefinedPointError, match="partition function is zero"):
        chain.mean(depth=1, bond=[[1, 1], [-1, -1]])
    with pytest.raises(ModelError, match='at least 1, or ends="infinite"'):
        chain.correlation(separation=1)
    with pytest.raises(BudgetExceeded, match=r"factors \(factors=\.\.\.\), .* a symbol as the depth"):
        chain.correlation(separation=1, depth=10**4)
    with pytest.raises(BudgetExceeded, match="digits=50"):
        seen.correlation(separation=1, depth=10**12)
    two = Observables(
        sg.LayeredNetwork(width=2).chain(), bond=[[3 if i == j else 1 for j in range(4)] for i in range(4)]
    )
    depth = sympy.Symbol("M")
    with pytest.raises(UnableError, match="different layers"):
        two.correlation(separation=0, depth=depth)
    with pytest.raises(UnableError, match="end layers"):
        two.correlation(separation=1, depth=depth, ends="open", layer=0)
    wide = sg.LayeredNetwork(width=3).chain()
    with pytest.raises(UnableError, match="at most two eigenvalues"):
        wide.correlation_length(of="gap")


def test_an_isolated_point_needs_square_invertible_multiplicities():
    with pytest.raises(DomainError, match="square"):
        isolated_bond(sg.Chain([[1, 1]]))
    with pytest.raises(DomainError, match="invertible"):
        isolated_factors(sg.Chain([[1, 1], [1, 1]]))
    with pytest.raises(DomainError, match="infinite coupling"):
        isolated_factors(sg.Chain([[1, 0], [0, 1]]))


def test_wide_chains_have_closed_forms_when_their_rank_is_two():
    chain = sg.LayeredNetwork(width=2).chain()
    t = sympy.Symbol("t", positive=True)
    bond = [[t if i == j else sympy.S.One for j in range(4)] for i in range(4)]
    r, M = sympy.symbols("r M", positive=True, integer=True)
    ring = chain.correlation(separation=r, depth=M, bond=bond)
    whole = chain.correlation(separation=2, depth=5, bond=[[3 if i == j else 1 for j in range(4)] for i in range(4)])
    assert sympy.radsimp(sympy.expand(sympy.radsimp(ring.subs({r: 2, M: 5, t: 3})))) == whole
    assert prod(chain.shape) == 16


@given(st.lists(st.lists(counts, min_size=2, max_size=2).filter(any), min_size=2, max_size=2))
@settings(max_examples=10, deadline=None)
def test_closed_forms_know_which_eigenvalue_is_larger(multiplicity):
    """Also where an echelon form of G has a negative divisor, as for ((1, 1), (1, 0))."""
    chain = sg.Chain(multiplicity)
    point = (R(2), R(1, 3), R(5, 2))
    mean = chain.mean(ends="infinite").xreplace(dict(zip(chain.factors, point, strict=True)))
    exact = chain.mean(ends="infinite", factors=point)
    assert abs(sympy.N(mean - exact, 30)) < R(1, 10**20)
