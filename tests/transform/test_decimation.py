from fractions import Fraction
from itertools import pairwise, product
from math import lcm, prod

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

import symrg as sg
from symrg.exact.exponentials import equal_exponents
from symrg.model.sums import StateSum
from symrg.transform.decimation import multiplicity
from tests.oracles import chains as oracle
from tests.oracles import networks

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


# -- from the Hamiltonian of a network ------------------------------------------------------------------------


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


def test_too_many_states_are_refused_with_the_estimate():
    spins = [sg.Variable(f"s_{k}", (-1, 1)) for k in range(21)]
    exponent = K * sympy.Add(*(x * y for x, y in pairwise(spins)))
    with pytest.raises(sg.BudgetExceeded, match="2097152 states") as caught:
        sg.decimate(exponent, over=spins[1:-1])
    assert caught.value.estimate == prod([2] * 21)
    assert caught.value.limit == 2**20


def test_exponents_outside_the_field_are_refused():
    with pytest.raises(sg.ModelError):
        _ = sg.decimate(sympy.sin(K) * a * s, over=[s]).couplings
    with pytest.raises(sg.ModelError):
        _ = sg.decimate(sympy.sqrt(2) * K * a * s, over=[s]).couplings


def test_state_sums_are_no_variables():
    with pytest.raises(sg.ModelError):
        sg.decimate(K * a * s, over=[StateSum(s, s)])
