from fractions import Fraction
from itertools import combinations, pairwise, product
from math import lcm

import mpmath
import pytest
import sympy
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import symrg as sg
from symrg.exact.exponentials import equal_exponents
from symrg.model.sums import StateSum
from symrg.transform.decimation import multiplicity
from tests.oracles import chains as oracle
from tests.oracles import networks, sums

few = settings(max_examples=12, deadline=None)
K, M = sympy.symbols("K M")
letters = st.lists(st.integers(-2, 2), min_size=1, max_size=3, unique=True)
roots = st.sampled_from([Fraction(2), Fraction(1, 2), Fraction(3, 2), Fraction(3)])


def exact(value):
    return sympy.Rational(value.numerator, value.denominator)


def as_fraction(value):
    assert value.is_Rational, value
    return Fraction(int(value.p), int(value.q))


def power(base, exponent):
    assert Fraction(exponent).denominator == 1
    return base ** int(exponent)


def check_logarithm(coupling, ratio_at, powers, weights):
    """Check q·ln f = Σ q_s ln w_s by whole powers, f taken at a point where it is rational."""
    q, logarithm = coupling.as_coeff_Mul(rational=True)
    if coupling == 0:
        q, ratio = sympy.S.One, Fraction(1)
    else:
        assert isinstance(logarithm, sympy.log), coupling
        ratio = as_fraction(ratio_at(logarithm.args[0]))
    q = as_fraction(q)
    common = lcm(q.denominator, *(p.denominator for p in powers))
    expected = Fraction(1)
    for p, weight in zip(powers, weights, strict=True):
        expected *= weight ** int(p * common)
    assert ratio ** int(q * common) == expected


# ruff: noqa: E741 - l is an exponent

# -- any exponents -----------------------------------------------------------------------------------------


@st.composite
def exponents(draw):
    """−βH as {(monomial over x, s, y): (k, m)} for k·K + m·M, with alphabets; s is summed over."""
    alphabets = [draw(letters) for _ in range(3)]
    monomials = list(product(*(range(min(len(a), 2) + 1) for a in alphabets)))
    coefficient = st.fractions(min_value=-2, max_value=2, max_denominator=2)
    table = draw(
        st.dictionaries(st.sampled_from(monomials), st.tuples(coefficient, coefficient), min_size=1, max_size=4)
    )
    table[(1, 1, 1)] = (Fraction(1), Fraction(0))  # so that all three occur
    return alphabets, table


@few
@given(exponents(), roots, roots)
def test_summing_out_is_summing_state_by_state(drawn, root, other):
    alphabets, table = drawn
    x, s, y = (sg.Variable(n, a) for n, a in zip("xsy", alphabets, strict=True))
    exponent = sympy.Add(*((exact(k) * K + exact(m) * M) * x**i * s**j * y**l for (i, j, l), (k, m) in table.items()))
    done = sg.decimate(exponent, over=[s])
    assert done.variables == (x, y)
    # at e^K = root², e^M = other² every weight is rational
    weights = {}
    for a, b in product(alphabets[0], alphabets[2]):
        weights[a, b] = Fraction(0)
        for c in alphabets[1]:
            k, m = (sum(t[n] * a**i * c**j * b**l for (i, j, l), t in table.items()) for n in range(2))
            weights[a, b] += power(root, 2 * k) * power(other, 2 * m)
    u, v = sympy.symbols("u v", positive=True)
    at = {u: exact(root) ** 2, v: exact(other) ** 2}
    found = done.weights_in({K: u, M: v})
    assert {tuple(map(int, state)): as_fraction(w.xreplace(at)) for state, w in found.items()} == weights
    for monomial, coupling in done.couplings_in({K: u, M: v}).items():
        shape = tuple(int(sympy.degree(monomial, z)) if monomial.has(z) else 0 for z in (x, y))
        powers = oracle.power_of_states([alphabets[0], alphabets[2]], shape)
        check_logarithm(coupling, lambda f: f.xreplace(at), powers.values(), weights.values())


@pytest.mark.parametrize(
    ("alphabets", "form"),
    [
        (((-1, 1), (-1, 1), (-1, 1)), lambda x, s, y: K * x * s * y / 2 + K * y + M * s),
        (((0, 1), (0, 1, 2), (0, 1)), lambda x, s, y: K * x * s + M * s * y / 2),
        (((0, 1, -1), (-1, 1), (0, 2)), lambda x, s, y: K * x * s * y / 2 + M * x**2 * y),
        (((1, 2), (0,), (0, 1, 2)), lambda x, s, y: K * y / 2 + K * x * y * (s + 1)),
    ],
)
def test_summing_out_twice_is_summing_out_both(alphabets, form):
    x, s, y = (sg.Variable(n, a) for n, a in zip("xsy", alphabets, strict=True))
    exponent = form(x, s, y)
    both = sg.decimate(exponent, over=[s, y])
    in_steps = sg.decimate(sg.decimate(exponent, over=[s]).exponent, over=[y])
    for one, other in zip(both.couplings.items(), in_steps.couplings.items(), strict=True):
        assert one[0] == other[0]
        assert equal_exponents(one[1], other[1])


@pytest.mark.parametrize(
    "alphabet", [(-1, 1), (0, 1), (-1, 0, 1), (sympy.Rational(-1, 2), sympy.Rational(1, 2))], ids=str
)
def test_a_chain_is_decimated_in_steps(alphabet):
    spins = [sg.Variable(f"s_{k}", alphabet) for k in range(5)]
    exponent = K * sympy.Add(*(x * y for x, y in pairwise(spins)))
    at_once = sg.decimate(exponent, over=spins[1:4])
    in_steps = sg.decimate(sg.decimate(exponent, over=spins[1:4:2]).exponent, over=[spins[2]])
    assert list(at_once.couplings) == list(in_steps.couplings)
    for one, other in zip(at_once.couplings.values(), in_steps.couplings.values(), strict=True):
        assert equal_exponents(one, other)


def test_nothing_and_everything_can_be_summed_out():
    a, b = (sg.Variable(n, (-1, 1)) for n in "ab")
    nothing = sg.decimate(K * a * b, over=[])
    assert [as_fraction(w.xreplace({K: sympy.S.Zero})) for w in nothing.weights_in({}).values()] == [1] * 4
    everything = sg.decimate(K * a * b, over=[a, b])
    assert everything.variables == ()
    assert sympy.expand(everything.summed - (2 * sympy.exp(K) + 2 * sympy.exp(-K))) == 0


# -- elimination against sums over all states -------------------------------------------------------------------

VALUES = {"K": (Fraction(3, 2), 4), "M": (Fraction(1, 3), 4), "two": (2, 1), "ratio": (Fraction(3, 5), 1)}
SYMBOLS = {"K": K, "M": M, "two": sympy.log(2), "ratio": sympy.log(sympy.Rational(3, 5))}


@st.composite
def systems(draw):
    """Up to six variables with alphabets of whole numbers, up to eight terms of up to four variables each."""
    alphabets = draw(st.lists(letters, min_size=1, max_size=6))
    places = st.sampled_from(range(len(alphabets)))
    monomials = st.dictionaries(places, st.integers(1, 2), min_size=1, max_size=4)
    quarters = st.tuples(st.sampled_from("KM"), st.builds(Fraction, st.integers(-8, 8), st.sampled_from([1, 2, 4])))
    whole = st.tuples(st.sampled_from(["two", "ratio"]), st.integers(-2, 2).map(Fraction))
    term = st.tuples(quarters | whole, monomials).map(lambda t: (*t[0], t[1]))
    return alphabets, draw(st.lists(term, max_size=8)), draw(st.lists(places, unique=True))


def expression(terms, variables):
    return sympy.Add(
        *(
            SYMBOLS[coupling] * exact(coefficient) * sympy.Mul(*(variables[i] ** n for i, n in monomial.items()))
            for coupling, coefficient, monomial in terms
        )
    )


def at_values(weights):
    """Weights at e^K and e^M of VALUES, by state."""
    names = {SYMBOLS[k]: sympy.Symbol(f"u_{k}", positive=True) for k in "KM"}
    at = {names[SYMBOLS[k]]: exact(VALUES[k][0]) ** VALUES[k][1] for k in "KM"}
    return {state: as_fraction(w.xreplace(at)) for state, w in weights(names).items()}


@settings(max_examples=60, deadline=None)
@given(systems())
def test_elimination_is_the_sum_over_all_states(drawn):
    alphabets, terms, over = drawn
    variables = [sg.Variable(f"x_{i}", a) for i, a in enumerate(alphabets)]
    exponent = expression(terms, variables)
    # what cancelled is no variable of the exponent any more
    present = [i for i, v in enumerate(variables) if exponent.has(v)]
    over = [i for i in over if i in present]
    done = sg.decimate(exponent, over=[variables[i] for i in over])
    kept = [i for i in present if i not in over]
    assert done.variables == tuple(variables[i] for i in kept)
    expected = sums.summed(
        terms, [alphabets[i] if i in present else alphabets[i][:1] for i in range(len(alphabets))], kept, VALUES
    )
    assert {tuple(map(int, s)): w for s, w in at_values(done.weights_in).items()} == expected


@few
@given(systems(), st.randoms(use_true_random=False))
def test_order_and_form_of_the_exponent_do_not_matter(drawn, chosen):
    alphabets, terms, over = drawn
    variables = [sg.Variable(f"x_{i}", a) for i, a in enumerate(alphabets)]
    exponent = expression(terms, variables)
    present = [i for i, v in enumerate(variables) if exponent.has(v)]
    over = [variables[i] for i in over if i in present]
    shuffled = chosen.sample(over, len(over))
    first = sg.decimate(exponent, over=over)
    # factored, and nothing multiplied out
    other = sympy.Add(*(sympy.Mul(g, sympy.collect(exponent, g).coeff(g), evaluate=False) for g in SYMBOLS.values()))
    assume(all(other.has(v) for v in over) and other.free_symbols == exponent.free_symbols)
    second = sg.decimate(other, over=shuffled)
    assert first.weights_in({}) == second.weights_in({})


@pytest.mark.parametrize("numbers", [(2, 3), (Fraction(3, 5), 4), (Fraction(1, 2), Fraction(9, 4))])
def test_numbers_as_couplings_give_numbers_as_weights(numbers):
    # a ring of 200 spins, and one of 30 in 30 rational fields
    bond, field = numbers
    s = [sg.Variable(f"s_{k}", (-1, 1)) for k in range(200)]
    ring = sympy.log(exact(Fraction(bond))) * sympy.Add(*(x * y for x, y in zip(s, s[1:] + s[:1], strict=True)))
    (total,) = sg.decimate(ring, over=s).weights
    assert total.constant() == sums.ring_of_spins(200, Fraction(bond))
    few_spins = s[:9]
    terms = [("bond", 1, {i: 1, i + 1: 1}) for i in range(8)] + [("field", i, {i: 1}) for i in range(9)]
    exponent = sympy.Add(*(x * y for x, y in pairwise(few_spins))) * sympy.log(exact(Fraction(bond)))
    exponent += sympy.Add(*(i * x for i, x in enumerate(few_spins))) * sympy.log(exact(Fraction(field)))
    done = sg.decimate(exponent, over=few_spins[1:])
    expected = sums.summed(terms, [(-1, 1)] * 9, [0], {"bond": (bond, 1), "field": (field, 1)})
    assert [w.constant() for w in done.weights] == [expected[-1,], expected[1,]]


def test_fractions_of_logarithms_add_up_over_terms():
    # each term alone is a root of two, all together are not
    a, b, c = (sg.Variable(n, (-1, 1)) for n in "abc")
    half = sympy.log(2) / 2
    done = sg.decimate(half * a * b + half * b * c, over=[b])
    assert [w.constant() for w in done.weights] == [Fraction(5, 2), 2, 2, Fraction(5, 2)]
    third = sg.decimate(sympy.log(8) / 3 * (a + b), over=[a])
    assert [w.constant() for w in third.weights] == [Fraction(5, 4), 5]
    with pytest.raises(sg.ModelError, match="root of index 2 of 2"):
        _ = sg.decimate(half * a * b, over=[b]).weights
    # of a function: at e^K = 4 it is 5, or 13
    f = sympy.log(1 + sympy.exp(K)) / 2
    at = {K: 2 * sympy.log(2)}
    found = sg.decimate(f * (a + b) + f * (b + c), over=[b]).weights_in({})
    assert {tuple(map(int, s)): w.xreplace(at) for s, w in found.items()} == {
        (x, y): sum(Fraction(5) ** ((x + y) // 2 + z) for z in (-1, 1)) for x, y in product((-1, 1), repeat=2)
    }
    # this one has a negative coefficient, 1 - e^K + e^2K, but is positive
    f = sympy.log((1 + sympy.exp(3 * K)) / (1 + sympy.exp(K))) / 2
    found = sg.decimate(f * a + f * b, over=[b]).weights_in({})
    assert [w.xreplace(at) for w in found.values()] == [1 + sympy.Rational(1, 13), 14]


def test_roots_of_what_may_be_negative_are_not_split():
    # sqrt(A - 1) sqrt(A - 1) is A - 1; of sqrt((A - 1)(B - 1)) nothing is known
    A, B = sympy.symbols("A B")
    a, b = (sg.Variable(n, (0, 1)) for n in "ab")
    root = sympy.log(A - 1) / 2
    with pytest.raises(sg.ModelError, match="root of index 2"):
        _ = sg.decimate(root * a, over=[a]).weights
    with pytest.raises(sg.ModelError, match="root of index 2"):
        _ = sg.decimate((sympy.log((A - 1) * (B - 1)) + sympy.log(A - 1) + sympy.log(B - 1)) / 2 * a, over=[a]).weights
    (total,) = (
        sg.decimate(2 * root * a * b + root * (a + a) + sympy.log(1 - A) * b, over=[a, b]).weights_in({}).values()
    )
    assert sympy.expand(total - (1 + (A - 1) + (1 - A) + (A - 1) ** 2 * (1 - A))) == 0


def test_the_exponent_of_weights_of_either_sign_is_their_logarithm():
    # ln(x y)/2 + ln(x/y)/2 is not ln x for two negative numbers, nor for one
    a, b, c = (sg.Variable(n, letters) for n, letters in (("a", (-1, 1)), ("b", (0, 1)), ("c", (-1, 0, 1))))
    given = sympy.log(sympy.exp(K) - 3) * b * a * (a + 1) / 2 + sympy.log(1 - sympy.exp(K)) * b * c**2 + K * a * c
    done = sg.decimate(given, over=[a])
    assert done.variables == (b, c)
    for value in (Fraction(1, 3), Fraction(-1, 2), Fraction(7, 5)):
        with mpmath.workdps(40):
            x = mpmath.mpf(value.numerator) / value.denominator
            for m, n in product(b.alphabet, c.alphabet):
                expected = sum(
                    ((mpmath.exp(x) - 3) if m and s == 1 else 1)
                    * ((1 - mpmath.exp(x)) if m and n else 1)
                    * mpmath.exp(x * s * int(n))
                    for s in (-1, 1)
                )
                exponent = done.exponent.xreplace({b: m, c: n}).subs(K, exact(value))
                found = mpmath.exp(mpmath.mpmathify(sympy.N(exponent, 40)))
                assert abs(found - expected) < mpmath.mpf(10) ** -30 * (1 + abs(expected))


@pytest.mark.parametrize("large", [10**5, 3 * 10**18 + 1, 10**40])
def test_large_coefficients_cost_no_more_than_small_ones(large):
    a, s, b = (sg.Variable(n, (-1, 1)) for n in "asb")
    couplings = sg.decimate(large * K * s * (a + b), over=[s]).couplings
    small = sg.decimate(K * s * (a + b), over=[s]).couplings
    assert couplings.keys() == small.keys()
    for monomial, value in couplings.items():
        point = {K: sympy.log(2) / large}
        assert sympy.expand_log(value.subs(point) - small[monomial].subs(K, sympy.log(2)), force=True) == 0


def test_functions_of_variables_are_evaluated_on_their_own_states():
    h = [sg.Variable(f"h_{k}", (0, 1, 2)) for k in range(3)]
    s = [sg.Variable(f"s_{k}", (-1, 1)) for k in range(3)]
    cases = [
        (K * sympy.Abs(s[0] - h[0]) * h[1], lambda s0, h0, h1: 2 ** (abs(s0 - h0) * h1)),
        (K * sg.heaviside(s[0] + h[0] - h[1]) * (h[1] + 1), lambda s0, h0, h1: 2 ** ((s0 + h0 >= h1) * (h1 + 1))),
        (2 * K * h[0] / (s[0] + 2) * 3 + sympy.log(1 + h[1]), lambda s0, h0, h1: 2 ** (6 * h0 // (s0 + 2)) * (1 + h1)),
        (sympy.log(3 + sympy.exp(K * s[0]) + h[0]) * h[1], lambda s0, h0, h1: (3 + Fraction(2) ** s0 + h0) ** h1),
        (K * (s[0] + h[0] + h[1]) ** 9, lambda s0, h0, h1: Fraction(2) ** ((s0 + h0 + h1) ** 9)),
        (K * 2 ** h[0] * s[0] * h[1], lambda s0, h0, h1: Fraction(2) ** (2**h0 * s0 * h1)),
    ]
    u = sympy.Symbol("u", positive=True)
    for exponent, value in cases:
        done = sg.decimate(exponent, over=[h[0], s[0]])
        found = [as_fraction(sympy.sympify(w).xreplace({u: sympy.S(2)})) for w in done.weights_in({K: u}).values()]
        expected = [sum(value(x, y, z) for x in (-1, 1) for y in (0, 1, 2)) for z in (0, 1, 2)]
        assert found == expected
    with pytest.raises(sg.DomainError, match="no finite value"):
        _ = sg.decimate(sympy.log(h[0]) * s[0], over=[s[0]]).weights
    with pytest.raises(sg.DomainError, match="no finite value"):
        _ = sg.decimate(K / (h[0] + h[1]), over=[h[1]]).weights


def test_parts_that_are_not_connected_multiply():
    a, b, c, d = (sg.Variable(n, (-1, 1)) for n in "abcd")
    apart = sg.decimate(K * a * b + M * c * d, over=[b, c, d])
    left = sg.decimate(K * a * b, over=[b])
    right = sg.decimate(M * c * d, over=[c, d])
    for weight, one in zip(apart.weights_in({}).values(), left.weights_in({}).values(), strict=True):
        (other,) = right.weights_in({}).values()
        assert sympy.expand(weight - one * other) == 0


def test_a_constant_is_a_weight_without_variables():
    done = sg.decimate(K + sympy.log(3) / 2 + sympy.log(3) / 2, over=[])
    assert done.variables == ()
    assert done.couplings == {1: sympy.log(3 * sympy.exp(K))}


# -- from the Hamiltonian of a network ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "options",
    [{"width": 2}, {"samples": 2}, {"width": 2, "biases": None, "activation": sg.sign}, {"width": 3, "biases": None}],
    ids=str,
)
def test_wide_layers_are_decimated_from_the_hamiltonian_as_the_chain_is(options):
    net = sg.LayeredNetwork(**options)
    chain = net.chain()
    beta, u = sg.Parameter("beta_v", positive=True), sympy.Symbol("u", positive=True)
    below = sum((h - s) ** 2 for h, s in zip(net.neurons_at(1), net.activations_at(0), strict=True))
    done = sg.decimate(
        -beta * (net.layer_hamiltonian(1) + below),
        over=[*net.weights_at(1), *(net.biases_at(1) or ()), *net.neurons_at(1)],
    )
    root = Fraction(3, 2)
    above = net.neurons_at(2)
    found = {}
    for state, weight in done.weights_in({beta: u}).items():
        at = dict(zip(done.variables, state, strict=True))
        rows, columns = (tuple(int(at[v]) for v in group) for group in (above, net.activations_at(0)))
        found[rows, columns] = as_fraction(weight.xreplace({u: exact(root)}))
    # V, then G counted one setting at a time
    rows, columns = ([tuple(map(int, s)) for s in group] for group in (net.neuron_states, net.activation_states))
    bond = {(h, s): power(root, -sum((x - y) ** 2 for x, y in zip(h, s, strict=True))) for h in rows for s in columns}
    step = networks.step if net.activation is sg.heaviside else networks.plus_minus
    counts = networks.count_settings(net.width, net.samples, (-1, 1), net.biases and (-1, 1), (0, 1), step)
    expected = {
        (new, old): sum(bond[new, s] * count * bond[h, old] for h in rows for s, count in counts[h].items())
        for new, old in product(rows, columns)
    }
    assert found == expected
    # and the recursion of the factors takes V to it
    order = [(h, s) for h in rows for s in columns]
    sizes = [2] * (len(rows[0]) + len(columns[0]))
    places = oracle.positions(sizes)

    def factors(values):
        table = oracle.factor_values(dict(zip(places, values, strict=True)))
        return [table[place] for place in chain.coordinates.places]

    image = chain.recursion()(factors([bond[entry] for entry in order]))
    assert list(image) == factors([expected[entry] for entry in order])


@few
@given(st.sampled_from([{}, {"weights": (-1, 0, 1)}, {"width": 2}, {"samples": 2, "biases": None}]), st.data())
def test_decimation_with_general_couplings_is_the_recursion_of_the_chain(options, data):
    chain = (net := sg.LayeredNetwork(**options)).chain()
    # binary alphabets {0, 1}: e^coupling is the factor
    values = [exact(data.draw(roots)) for _ in chain.factors]
    ends = dict(zip(chain.rows + chain.columns, net.neurons_at(1) + net.activations_at(0), strict=True))
    above = dict(zip(chain.rows + chain.columns, net.neurons_at(2) + net.activation_expressions(1), strict=True))
    exponent = chain.exponent.xreplace(ends) + chain.exponent.xreplace(above)
    over = [*net.weights_at(1), *(net.biases_at(1) or ()), *net.neurons_at(1)]
    done = sg.decimate(exponent, over=over)
    names = {k: sympy.Symbol(f"u_{i}", positive=True) for i, k in enumerate(chain.couplings)}
    at = dict(zip(names.values(), values, strict=True))
    found = {state: as_fraction(w.xreplace(at)) for state, w in done.weights_in(names).items()}
    order = [done.variables.index(v) for v in net.neurons_at(2) + net.activations_at(0)]
    table = {tuple(int(state[i]) for i in order): w for state, w in found.items()}
    expected = oracle.factor_values(table)
    image = chain.recursion()([as_fraction(v) for v in values])
    assert list(image) == [expected[place] for place in chain.coordinates.places]


@pytest.mark.parametrize(("width", "depth"), [(1, 3), (2, 2)])
def test_nested_activations_are_summed_layer_by_layer(width, depth):
    net = sg.LayeredNetwork(width=width)
    inputs, targets = ((1,) * width,), ((0,) * width,)
    energy = net.original_hamiltonian(depth=depth, inputs=inputs, targets=targets)
    over = [v for m in range(depth) for v in (*net.weights_at(m), *net.biases_at(m))]
    u = sympy.Symbol("u", positive=True)
    (total,) = sg.decimate(-K * energy, over=over).weights_in({K: u}).values()
    states = {inputs[0]: 1}
    for _ in range(depth):
        after = {}
        for state, count in states.items():
            for weights, biases in networks.layer_settings(width, (-1, 1), (-1, 1)):
                out = networks.layer_output(weights, biases, state, 1, networks.step)
                after[out] = after.get(out, 0) + count
        states = after
    expected = sum(
        count * Fraction(1, 2) ** sum((x - y) ** 2 for x, y in zip(state, targets[0], strict=True))
        for state, count in states.items()
    )
    assert as_fraction(total.xreplace({u: sympy.S(2)})) == expected


@st.composite
def layers(draw):
    alphabet = st.lists(st.fractions(min_value=-2, max_value=2, max_denominator=2), min_size=1, max_size=3, unique=True)
    weights = draw(alphabet)
    biases = draw(st.none() | alphabet)
    neurons = draw(st.lists(st.sampled_from([-2, -1, 0, 1, 2]), min_size=2, max_size=3, unique=True))
    activation = draw(st.sampled_from([(sg.heaviside, networks.step), (sg.sign, networks.plus_minus)]))
    return weights, biases, neurons, activation


@few
@given(layers(), roots)
def test_decimating_the_hamiltonian_is_the_chain_and_the_sum_over_all_settings(drawn, root):
    weights, biases, neurons, (activation, step) = drawn
    net = sg.LayeredNetwork(weights=weights, biases=biases, neurons=neurons, activation=activation)
    beta = sg.Parameter("beta_v", positive=True)
    (sigma,), (h,), (after,) = net.activations_at(0), net.neurons_at(1), net.neurons_at(2)
    energy = net.layer_hamiltonian(1) + (h - sigma) ** 2
    done = sg.decimate(-beta * energy, over=[*net.weights_at(1), *net.biases_at(1), h])
    # u = e^(β_v): all exponents are integers here
    u = sympy.Symbol("u", positive=True)
    found = {
        (as_fraction(state[done.variables.index(after)]), as_fraction(state[done.variables.index(sigma)])): as_fraction(
            w.xreplace({u: exact(root)})
        )
        for state, w in done.weights_in({beta: u}).items()
    }
    letters = [as_fraction(value) for value in sigma.alphabet]
    expected = {}
    for new, old in product(neurons, letters):
        total = Fraction(0)
        for inner, (((weight,),), (bias,)) in product(neurons, networks.layer_settings(1, weights, biases)):
            out = step(weight * inner + bias)
            total += power(root, -((new - out) ** 2)) * power(root, -((inner - old) ** 2))
        expected[Fraction(new), Fraction(old)] = total
    assert found == expected
    # the same through V, G and the recursion of the factors
    chain = net.chain()
    bond = [[power(root, -((new - old) ** 2)) for old in letters] for new in neurons]
    sizes = (len(neurons), len(letters))
    places = oracle.positions(sizes)

    def factors(values):
        table = oracle.factor_values(dict(zip(places, values, strict=True)))
        return [table[place] for place in chain.coordinates.places]

    start = factors([x for row in bond for x in row])
    assert list(chain.recursion()(start)) == factors([expected[Fraction(neurons[i]), letters[j]] for i, j in places])


@few
@given(layers())
def test_multiplicities_come_out_of_the_activations(drawn):
    weights, biases, neurons, (activation, step) = drawn
    net = sg.LayeredNetwork(weights=weights, biases=biases, neurons=neurons, activation=activation)
    found = multiplicity(net.activation_expressions(0), over=net.weights_at(0) + net.biases_at(0))
    counted = networks.count_settings(1, 1, weights, biases, neurons, step)
    assert {tuple(map(int, k)): {tuple(map(int, o)): n for o, n in v.items()} for k, v in found.items()} == {
        k: dict(v) for k, v in counted.items()
    }


def test_multiplicities_of_wide_layers():
    net = sg.LayeredNetwork(width=2, biases=None)
    found = multiplicity(net.activation_expressions(0), over=net.weights_at(0))
    counted = networks.count_settings(2, 1, (-1, 1), None, (0, 1), networks.step)
    assert [[found[s].get(o, 0) for o in product((0, 1), repeat=2)] for s in found] == [
        [counted[tuple(map(int, s))].get(o, 0) for o in product((0, 1), repeat=2)] for s in found
    ]


def test_the_formula_of_the_paper():
    # Eq. (21)
    net = sg.LayeredNetwork()
    beta, u = sg.Parameter("beta_v", positive=True), sympy.Symbol("u", positive=True)
    (sigma,), (h,) = net.activations_at(0), net.neurons_at(1)
    over = [*net.weights_at(1), *net.biases_at(1), h]
    done = sg.decimate(-beta * (net.layer_hamiltonian(1) + (h - sigma) ** 2), over=over)
    for state, weight in done.weights_in({beta: u}).items():
        at = dict(zip(done.variables, state, strict=True))
        new, old = (int(at[v]) for v in (net.neurons_at(2)[0], sigma))
        expected = 3 * u**-2 * u ** (2 * new + 2 * old) + u**-1 * (u ** (2 * old) + 2 * u ** (2 * new)) + 2
        # the paper leaves out the terms of the squares that are linear in h and σ
        assert sympy.cancel(weight * u ** (new + old) - expected) == 0


# -- what cannot be summed out ----------------------------------------------------------------------------------

a, b, s = (sg.Variable(name, (-1, 1)) for name in "abs")


def test_only_variables_are_summed_over():
    with pytest.raises(sg.ModelError, match="no variable; declare it with its alphabet"):
        sg.decimate(K * a * s, over=[K])
    with pytest.raises(sg.ModelError, match="no variable"):
        sg.decimate(K * a * s, over=["s"])
    with pytest.raises(sg.ModelError, match="more than once"):
        sg.decimate(K * a * s, over=[s, s])


def test_a_single_variable_needs_no_list():
    assert sg.decimate(K * a * s, over=s) == sg.decimate(K * a * s, over=[s])
    assert sg.decimate(K * a * s, over=s).over == (s,)


def test_the_message_names_the_exponentials():
    with pytest.raises(sg.ModelError, match=r"e\^\(K/2\) is not in the field of exp\(K\)"):
        sg.decimate(K * a * s, over=s).field.exponential(K / 2)


def test_the_message_writes_what_has_no_root():
    done = sg.decimate(sympy.log(sympy.exp(K) + 2) * a * s / 2, over=s)
    with pytest.raises(sg.ModelError, match=r"the root of index 2 of exp\(K\) \+ 2, which is no rational function"):
        _ = done.couplings


def test_variables_that_do_not_occur_are_named():
    with pytest.raises(sg.ModelError, match=r"b does not occur in the exponent, whose variables are a, s"):
        sg.decimate(K * a * s, over=[s, b])
    with pytest.raises(sg.ModelError, match="another alphabet"):
        sg.decimate(K * a * s, over=[sg.Variable("s", (0, 1))])


def test_floats_are_refused():
    with pytest.raises(sg.NotExactError):
        sg.decimate(0.5 * a * s, over=[s])
    with pytest.raises(sg.NotExactError):
        sg.decimate(K**2.0 * a * s, over=[s])


def test_continuous_variables_cannot_be_summed():
    with pytest.raises(sg.ModelError):
        sg.decimate(K * a * sg.Variable("x", sympy.S.Reals), over=[a])


def test_too_wide_sums_are_refused_with_the_estimate():
    # all pairs of 22 spins: the first table is over all of them
    spins = [sg.Variable(f"s_{k}", (-1, 1)) for k in range(22)]
    exponent = K * sympy.Add(*(x * y for x, y in combinations(spins, 2)))
    with pytest.raises(sg.BudgetExceeded, match=r"the largest is over s_0, s_1, .* s_20, s_21 stay") as caught:
        sg.decimate(exponent, over=spins[:-2])
    # 2^22 + 2^21 + … + 2^3 in the tables, 2^2 in the result
    assert caught.value.estimate == 2**23 - 4
    assert caught.value.limit == 2**21
    assert len(sg.decimate(exponent.xreplace(dict.fromkeys(spins[4:], 1)), over=spins[:2]).weights) == 4


def test_planning_stops_where_nothing_fits():
    spins = [sg.Variable(f"s_{k}", (-1, 1)) for k in range(60)]
    with pytest.raises(sg.BudgetExceeded, match="at least") as caught:
        sg.decimate(K * sympy.Add(*spins) ** 2, over=spins)
    assert caught.value.estimate >= 2**60


def test_too_many_states_that_stay_are_refused():
    spins = [sg.Variable(f"s_{k}", (-1, 1)) for k in range(30)]
    exponent = K * sympy.Add(*(x * y for x, y in pairwise(spins)))
    with pytest.raises(sg.BudgetExceeded, match="all that stays, s_0, s_2") as caught:
        sg.decimate(exponent, over=[spins[1]])
    assert caught.value.estimate >= 2**29


def test_too_many_terms_are_refused_before_they_are_there():
    # a coupling of its own for each bond of a ladder: exponentially many terms, though no table is large
    top, bottom = ([sg.Variable(f"{n}_{k}", (-1, 1)) for k in range(25)] for n in "ab")
    pairs = [*pairwise(top), *pairwise(bottom), *zip(top, bottom, strict=True)]
    exponent = sympy.Add(*(sympy.Symbol(f"K_{k}") * x * y for k, (x, y) in enumerate(pairs)))
    done = sg.decimate(exponent, over=[*top, *bottom])
    with pytest.raises(sg.BudgetExceeded, match="give some couplings as numbers") as caught:
        _ = done.weights
    assert caught.value.estimate > caught.value.limit


def test_lists_of_all_terms_have_a_limit_of_their_own():
    spins = [sg.Variable(f"s_{k}", (-1, 1)) for k in range(21)]
    done = sg.decimate(K * sympy.Add(*(x * y for x, y in pairwise(spins))), over=spins[1:-1])
    with pytest.raises(sg.BudgetExceeded, match="2097152 states") as caught:
        _ = done.summed
    assert (caught.value.estimate, caught.value.limit) == (2**21, 2**20)


def test_exponents_outside_the_field_are_refused():
    with pytest.raises(sg.ModelError):
        _ = sg.decimate(sympy.sin(K) * a * s, over=[s]).couplings
    with pytest.raises(sg.ModelError):
        _ = sg.decimate(sympy.sqrt(2) * K * a * s, over=[s]).couplings


def test_state_sums_are_no_variables():
    with pytest.raises(sg.ModelError):
        sg.decimate(K * a * s, over=[StateSum(s, s)])
