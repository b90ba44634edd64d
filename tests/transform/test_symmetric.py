"""The symmetric sector against sums over all states of both layers."""

from collections import Counter
from fractions import Fraction
from itertools import permutations, product
from math import comb, factorial, prod

import flint
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from symrg import LayeredNetwork, sign
from symrg.errors import BudgetExceeded, DomainError, ModelError, NotExactError, UnableError
from tests.oracles import networks as oracle

K, BETA = sympy.symbols("K beta")
fractions = st.builds(Fraction, st.integers(1, 9), st.integers(1, 4))


@st.composite
def networks(draw):
    """Networks of which every pair of layer states can be listed."""
    width, samples = draw(st.sampled_from([(2, 1), (3, 1), (2, 2), (1, 1)]))
    letters = 3 if (width, samples) == (2, 1) else 2
    values = st.sampled_from([-2, -1, 0, 1, Fraction(1, 2)])
    alphabet = st.lists(values, min_size=2, max_size=letters, unique=True).map(tuple)
    return {
        "width": width,
        "samples": samples,
        "weights": draw(st.lists(values, min_size=1, max_size=2, unique=True).map(tuple)),
        "biases": draw(st.none() | alphabet.map(lambda a: a[:2])),
        "neurons": draw(alphabet),
        "activation": draw(st.sampled_from([LayeredNetwork().activation, sign])),
    }


class Full:
    """The full chain by brute force: states as tuples of the neurons' values on the data points."""

    def __init__(self, options):
        self.width, self.samples = options["width"], options["samples"]
        step = oracle.plus_minus if options["activation"] is sign else oracle.step
        plain = {key: value for key, value in options.items() if key != "activation"}
        counts = oracle.count_settings(**plain, activation=step)
        self.rows = list(counts)
        reached = sorted({value for found in counts.values() for state in found for value in state})
        self.columns = list(product(reached, repeat=self.width * self.samples))
        self.letters = (options["neurons"], tuple(reached))
        self.G = [[counts[row][column] for column in self.columns] for row in self.rows]

    def split(self, state):
        return [state[i * self.samples : (i + 1) * self.samples] for i in range(self.width)]

    def orbit(self, state, letters):
        found = Counter(self.split(state))
        return tuple(found[word] for word in product(letters, repeat=self.samples))

    def overlap(self, row, column):
        return tuple(sorted(zip(self.split(row), self.split(column), strict=True)))

    def step(self, V, scale):
        """(V Gᵀ)^{p−1} V."""
        V, Gt = flint.fmpq_mat(rational(V)), flint.fmpq_mat(rational(self.G)).transpose()
        found = V
        for _ in range(scale - 1):
            found = V * Gt * found
        return found

    def transfer(self, V):
        return flint.fmpq_mat(rational(V)) * flint.fmpq_mat(rational(self.G)).transpose()


def rational(rows):
    return [[flint.fmpq(*Fraction(entry).as_integer_ratio()) for entry in row] for row in rows]


def plain(entries):
    return [Fraction(int(x.p), int(x.q)) for x in entries]


def invariant(data, full):
    """A random matrix that depends on how two states overlap."""
    values = {}
    V = []
    for row in full.rows:
        V.append([])
        for column in full.columns:
            key = full.overlap(row, column)
            if key not in values:
                values[key] = data.draw(fractions)
            V[-1].append(values[key])
    return V


@given(networks())
@settings(max_examples=30, deadline=None)
def test_multiplicities_are_sums_over_orbits(options):
    full, sector = Full(options), LayeredNetwork(**options).symmetric_sector()
    sums = Counter()
    for row, line in zip(full.rows, full.G, strict=True):
        for column, count in zip(full.columns, line, strict=True):
            sums[full.orbit(row, full.letters[0]), full.orbit(column, full.letters[1])] += count
    found = {
        (k, s): count
        for k, line in zip(sector.row_orbits, sector.chain.multiplicity, strict=True)
        for s, count in zip(sector.column_orbits, line, strict=True)
    }
    assert found == {pair: sums[pair] for pair in found}
    assert set(sums) <= set(found)
    assert sum(sector.row_sizes) == len(full.rows)
    assert sum(sector.column_sizes) == len(full.columns)


@given(networks(), st.sampled_from([2, 3]), st.data())
@settings(max_examples=25, deadline=None)
def test_images_spectra_and_partition_functions_are_those_of_the_full_chain(options, scale, data):
    full, sector = Full(options), LayeredNetwork(**options).symmetric_sector()
    V = invariant(data, full)
    place = sector.bond(V)
    # the image depends on the orbits alone, and is the image in the sector
    image = full.step(V, scale)
    by_orbit = {}
    for i, row in enumerate(full.rows):
        for j, column in enumerate(full.columns):
            pair = full.orbit(row, full.letters[0]), full.orbit(column, full.letters[1])
            assert by_orbit.setdefault(pair, image[i, j]) == image[i, j]
    G = flint.fmpq_mat(rational(sector.chain.multiplicity))
    small = flint.fmpq_mat([[flint.fmpq(int(e.p), int(e.q)) for e in row] for row in place])
    T = small * G.transpose()
    inside = T ** (scale - 1) * small
    for k, above in enumerate(sector.row_orbits):
        for s, below in enumerate(sector.column_orbits):
            assert inside[k, s] == by_orbit[above, below]
    moved = sector.chain.recursion(scale)(sector.factors(V))
    lifted = [[Fraction(int(e.p), int(e.q)) for e in row] for row in image.tolist()]
    assert list(moved) == list(sector.factors(lifted))
    assert sector.lift(sector.bond(lifted)) == tuple(tuple(map(sympy.Rational, row)) for row in lifted)
    # the spectrum is the same but for zeros
    large = full.transfer(V).charpoly().coeffs()
    zeros = len(full.rows) - len(sector.row_orbits)
    assert large[zeros:] == T.charpoly().coeffs()
    assert not any(large[:zeros])
    # rings, and chains with open ends
    power = full.transfer(V) ** 3
    ring = sum((power[i, i] for i in range(power.nrows())), start=flint.fmpq(0))
    assert plain([ring]) == plain([sector.chain.partition_function(depth=3, bond=place)])
    ends = ([1] * len(sector.row_sizes), sector.row_sizes)
    total = sum(power.entries(), start=flint.fmpq(0))
    found = sector.chain.partition_function(depth=3, bond=place, ends="open", boundary=ends)
    assert plain([total]) == plain([found])


def test_two_states_a_neuron_are_counted():
    """The mean number of active neurons of a ring, against the full chain."""
    net = LayeredNetwork(width=3)
    sector = net.symmetric_sector()
    assert sector.chain.rows[0].alphabet == (0, 1, 2, 3)
    exponent = sympy.log(3) * sum(h * s for h, s in zip(sector.neurons, sector.activations, strict=True))
    V = [[3 ** sum(h * s for h, s in zip(row, column, strict=True)) for column in product((0, 1), repeat=3)]
         for row in product((0, 1), repeat=3)]  # fmt: skip
    assert sector.bond(V) == sector.bond(exponent)
    T = flint.fmpq_mat(rational(V)) * flint.fmpq_mat(rational(net.multiplicity)).transpose()
    power = T**4
    active = [sum(row) for row in product((0, 1), repeat=3)]
    above = sum((power[i, i] * active[i] for i in range(8)), start=flint.fmpq(0))
    below = sum((power[i, i] for i in range(8)), start=flint.fmpq(0))
    assert plain([above / below]) == plain([sector.chain.mean(depth=4, bond=sector.bond(V))])


@st.composite
def symmetric_polynomials(draw, width, samples):
    """Coefficients of products of sums over neurons, as (coefficient, factors): a factor lists (h power, σ power)."""
    letters = st.tuples(*(st.tuples(st.integers(0, 2), st.integers(0, 2)) for _ in range(samples)))
    term = st.tuples(st.integers(-2, 2), st.lists(letters, min_size=1, max_size=2))
    return draw(st.lists(term, min_size=1, max_size=3))


def value(terms, row, column, width, samples):
    def one(letters, i):
        places = [i * samples + sample for sample in range(samples)]
        return prod(row[j] ** a * column[j] ** b for j, (a, b) in zip(places, letters, strict=True))

    return sum(c * prod(sum(one(f, i) for i in range(width)) for f in factors) for c, factors in terms)


@given(st.sampled_from([(2, 1), (3, 1), (4, 1), (5, 1), (2, 2), (3, 2)]), st.booleans(), st.data())
@settings(max_examples=40, deadline=None)
def test_exponents_are_averaged_as_if_all_states_were_listed(size, spins, data):
    width, samples = size
    neurons = (1, 0, -1) if spins and size in ((2, 1), (3, 1)) else (0, 1)
    net = LayeredNetwork(width=width, samples=samples, neurons=neurons, activation=sign)
    sector = net.symmetric_sector()
    terms = data.draw(symmetric_polynomials(width, samples))
    exponent = sympy.log(2) * value(terms, sector.neurons, sector.activations, width, samples)
    found = sector.bond(sympy.expand(exponent) if data.draw(st.booleans()) else exponent)
    inputs, outcomes = list(product(neurons, repeat=samples)), list(product((-1, 1), repeat=samples))
    for k, occupation in enumerate(sector.row_orbits):
        row = [h for word, n in zip(inputs, occupation, strict=True) for _ in range(n) for h in word]
        for s, other in enumerate(sector.column_orbits):
            words = [word for word, n in zip(outcomes, other, strict=True) for _ in range(n)]
            if width == 5 and k not in (0, 3):
                continue
            columns = [[x for word in turned for x in word] for turned in set(permutations(words))]
            total = sum(Fraction(2) ** value(terms, row, column, width, samples) for column in columns)
            assert found[k][s] == sympy.Rational(total / len(columns))


def test_exponents_that_are_no_polynomials():
    sector = LayeredNetwork(width=3).symmetric_sector()
    total = sum(sector.neurons) + sum(sector.activations)
    found = sector.bond(sympy.log(1 + total) + K * total)
    assert found[1][2] == 4 * sympy.exp(3 * K)
    with pytest.raises(DomainError, match="finite"):
        sector.bond(sympy.log(total))


def test_invariance_is_decided_modulo_the_alphabet():
    sector = LayeredNetwork(width=2).symmetric_sector()
    first, second = sector.neurons
    assert sector.bond(K * (first**2 + second)) == sector.bond(K * (first + second))


def test_a_layer_of_one_state():
    sector = LayeredNetwork(width=3, neurons=(1,), weights=(1,), biases=None).symmetric_sector()
    assert sector.chain.shape == (1, 1)
    total = sum(sector.neurons) + sum(sector.activations)
    assert sector.bond(K * total) == ((sympy.exp(6 * K),),)


def test_twenty_neurons_by_hypergeometric_sums():
    N = 20
    sector = LayeredNetwork(width=N).symmetric_sector()
    pairs = list(zip(sector.neurons, sector.activations, strict=True))
    found = sector.bond(-BETA * sum((h - s) ** 2 for h, s in pairs))
    for k, s in ((0, 7), (3, 3), (10, 12), (20, 20)):
        expected = sum(
            sympy.Rational(comb(k, both) * comb(N - k, s - both), comb(N, s)) * sympy.exp(-BETA * (k + s - 2 * both))
            for both in range(max(0, k + s - N), min(k, s) + 1)
        )
        assert found[k][s] == expected
    numbers = sector.bond(-sympy.log(2) * sum((h - s) ** 2 for h, s in pairs))
    assert all(entry.is_Rational for row in numbers for entry in row)
    assert sector.chain.shape == (21, 21)
    assert sector.row_sizes[7] == factorial(20) // factorial(7) // factorial(13)
    # without couplings every state and every setting counts once
    nothing = [[1] * 21] * 21
    assert sector.chain.partition_function(depth=3, bond=nothing) == (2 ** (N + N * (N + 1))) ** 3


def test_a_level_of_twenty_neurons():
    """Level 2 of a starting point is the image of an image."""
    sector = LayeredNetwork(width=20).symmetric_sector()
    start = sector.factors(-sympy.log(2) * sum((h - s) ** 2 for h, s in zip(sector.neurons, sector.activations)))  # noqa: B905
    R = sector.chain.recursion()
    assert R.level(start, 2) == R(R(start))


NET = LayeredNetwork(width=2)
SECTOR = NET.symmetric_sector()
H, S = SECTOR.neurons, SECTOR.activations


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: SECTOR.bond(K * H[0] * S[0]), ModelError, "not invariant .* called 2, 1"),
        (lambda: SECTOR.bond(K * H[0] * S[1] + K * H[1] * S[1]), ModelError, "not invariant"),
        (lambda: SECTOR.bond(sympy.exp(H[0]) + sympy.exp(H[1]) * sympy.log(2 + S[0])), UnableError, "decided"),
        (lambda: SECTOR.bond(0.5 * (H[0] + H[1])), NotExactError, "exponent"),
        (lambda: SECTOR.bond(sum(NET.neurons_at(1))), ModelError, "none of the sector's neurons"),
        (lambda: SECTOR.bond([[1, 2], [3, 4]]), ModelError, "4 × 4 states"),
        (lambda: SECTOR.bond([[1, 2], [3]]), ModelError, "4 × 4 states"),
        (lambda: SECTOR.bond([[1, 1, 1, 1]] * 3 + [[1, 2, 1, 1]]), ModelError, "not invariant"),
        (lambda: SECTOR.bond([[0.5] * 4] * 4), NotExactError, "entry"),
        (lambda: SECTOR.factors([[1, 2, 3], [0, 1, 1], [1, 1, 1]]), DomainError, "bond="),
        (lambda: SECTOR.lift([[1]]), ModelError, "3 × 3"),
        (lambda: LayeredNetwork(width=20).symmetric_sector().lift([[1] * 21] * 21), BudgetExceeded, r"4\^20"),
        (lambda: LayeredNetwork(width=8, samples=3).symmetric_sector().chain, BudgetExceeded, "41409225 entries"),
        (
            lambda: (lambda s: s.bond(K * sum(s.neurons)))(LayeredNetwork(width=8, samples=2).symmetric_sector()),
            BudgetExceeded,
            "overlap in 490314 ways",
        ),
        (lambda: LayeredNetwork(width=12).chain(), BudgetExceeded, r"4\^12 entries.*symmetric_sector"),
        (lambda: LayeredNetwork(neurons=sympy.S.Reals).symmetric_sector().chain, ModelError, "continuous"),
    ],
)
def test_bad_input(call, error, words):
    with pytest.raises(error, match=words):
        call()
