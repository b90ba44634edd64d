from fractions import Fraction

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

import symrg as sg
from symrg.model.variables import Variable
from tests.oracles import chains as oracle
from tests.oracles import networks

few = settings(max_examples=25, deadline=None)
numbers = st.sampled_from([Fraction(n, d) for n in (-3, -2, -1, 1, 2, 3, 5) for d in (1, 2, 3)])


@st.composite
def counts(draw, most=3):
    rows, columns = draw(st.integers(1, most)), draw(st.integers(1, most))
    row = st.lists(st.integers(0, 4), min_size=columns, max_size=columns).filter(any)
    return draw(st.lists(row, min_size=rows, max_size=rows))


@st.composite
def chains(draw, most=3):
    """A chain with random alphabets, the sizes of these and a point."""
    matrix = draw(counts(most))
    shape = (len(matrix), len(matrix[0]))
    letter = st.fractions(min_value=-3, max_value=3, max_denominator=2)
    rows, columns = (draw(st.lists(letter, min_size=n, max_size=n, unique=True)) for n in shape)
    chain = sg.Chain(matrix, (Variable("h", rows),), (Variable("sigma", columns),))
    point = draw(st.lists(numbers, min_size=len(chain.factors), max_size=len(chain.factors)))
    return chain, shape, point


def bond_at(chain, shape, point):
    table = oracle.from_factors(dict(zip(chain.coordinates.places, point, strict=True)), shape)
    entries = list(table.values())
    return [entries[i : i + shape[1]] for i in range(0, len(entries), shape[1])]


def factors_at(chain, shape, bond):
    """The factors of a bond matrix in the chain's order; None where an entry below a fraction bar is zero."""
    table = dict(zip(oracle.positions(shape), [x for row in bond for x in row], strict=True))
    try:
        values = oracle.factor_values(table)
    except ZeroDivisionError:
        return None
    return tuple(values[place] for place in chain.coordinates.places)


@few
@given(chains(), st.integers(2, 4))
def test_the_recursion_is_the_sum_over_all_inner_states(drawn, scale):
    chain, shape, point = drawn
    scale = min(scale, 3) if len(point) > 5 else scale  # the expanded map is large beyond that
    summed = oracle.open_chain(bond_at(chain, shape, point), chain.multiplicity, scale)
    expected = factors_at(chain, shape, summed)
    recursion = chain.recursion(scale)
    if expected is None:
        with pytest.raises(sg.UndefinedPointError):
            recursion(point)
    else:
        assert recursion(point) == expected


@few
@given(chains(), st.integers(2, 4))
def test_decimated_weights_are_the_sum_itself(drawn, scale):
    chain, shape, point = drawn
    base = chain.coordinates.ring
    expected = oracle.open_chain(bond_at(chain, shape, point), chain.multiplicity, scale)
    found = [[base.fraction(entry)(point) for entry in row] for row in chain.decimated(scale)]
    assert found == expected


@few
@given(chains(most=2), st.sampled_from([(2, 2), (2, 3), (3, 2)]))
def test_decimating_by_p_then_q_is_decimating_by_pq(drawn, scales):
    chain, _, point = drawn
    p, q = scales
    whole = chain.recursion(p * q)
    assert chain.recursion(q).compose(chain.recursion(p)) == whole
    try:
        after = chain.recursion(q)(chain.recursion(p)(point))
    except sg.UndefinedPointError:
        return
    assert whole(point) == after


@few
@given(chains())
def test_bond_and_transfer_matrix(drawn):
    chain, shape, point = drawn
    table = dict(zip(chain.factors, [sympy.Rational(x.numerator, x.denominator) for x in point], strict=True))
    bond = bond_at(chain, shape, point)
    assert chain.bond.xreplace(table) == sympy.ImmutableMatrix(bond)
    assert chain.transfer.xreplace(table) == sympy.ImmutableMatrix(
        oracle.times(bond, oracle.turned(chain.multiplicity))
    )
    assert chain.shape == shape


@few
@given(
    st.lists(st.integers(-2, 2), min_size=1, max_size=3, unique=True),
    st.none() | st.lists(st.integers(-2, 2), min_size=1, max_size=2, unique=True),
    st.lists(st.integers(-2, 2), min_size=2, max_size=3, unique=True),
    st.sampled_from(
        [(sg.heaviside, networks.step), (sg.sign, networks.plus_minus), (sg.clipped_relu, networks.clipped_rectifier)]
    ),
)
def test_chains_of_networks_count_parameter_settings(weights, biases, neurons, activation):
    net = sg.LayeredNetwork(weights=weights, biases=biases, neurons=neurons, activation=activation[0])
    chain = net.chain()
    expected = networks.count_settings(1, 1, weights, biases, neurons, activation[1])
    for h, row in zip(neurons, chain.multiplicity, strict=True):
        for sigma, count in zip(chain.columns[0].alphabet, row, strict=True):
            assert expected[(h,)][(Fraction(int(sigma.p), int(sigma.q)),)] == count


def test_the_exponent_is_couplings_times_monomials():
    chain = sg.LayeredNetwork().chain()
    A, B, C = chain.couplings
    h, sigma = chain.rows[0], chain.columns[0]
    assert chain.exponent == A * h * sigma + B * h + C * sigma


def test_the_example_of_the_paper():
    # Eq. (26) with a, b, c for the exponentials, by hand from V and G
    a, b, c = sympy.symbols("a b c")
    images = sg.LayeredNetwork().chain().recursion().images
    v00, v01 = 2 + 2 * c + b + 3 * b * c, 2 + 2 * c + a * b + 3 * a * b * c
    v10, v11 = 2 + 2 * a * c + b + 3 * a * b * c, 2 + 2 * a * c + a * b + 3 * a**2 * b * c
    for symbol, expected in ((a, v11 * v00 / (v10 * v01)), (b, b * v10 / v00), (c, c * v01 / v00)):
        assert sympy.cancel(images[symbol] - expected) == 0


def test_a_chain_of_one_state():
    chain = sg.Chain([[3]])
    recursion = chain.recursion()
    assert chain.factors == chain.couplings == ()
    assert recursion(()) == ()
    fixed = recursion.fixed_points()
    assert fixed.complete
    assert [part.dimension for part in fixed] == [0]


def test_one_activation_state_makes_every_bond_fixed_unless_all_weights_vanish():
    # V' = (1 + b)^(p−1) V: the factor cancels, but where it is zero nothing is left
    for scale in (2, 3):
        recursion = sg.Chain([[1], [1]]).recursion(scale)
        assert recursion((5,)) == (5,)
        with pytest.raises(sg.UndefinedPointError):
            recursion((-1,))
        (line,) = recursion.fixed_points().components
        assert line.dimension == 1
        assert [str(p) for p in line.punctures] == ["b + 1"]


@pytest.mark.parametrize(
    ("matrix", "message"),
    [
        ([], "empty"),
        ([[]], "empty"),
        ([[1, 2], [1]], "row 1 of the multiplicity matrix has 1 entries"),
        ([[1, 2], [0, 0]], "row 1 of the multiplicity matrix is zero"),
        ([[1, -2], [1, 1]], r"entry \(0, 1\) of the multiplicity matrix is -2"),
        ([[1, Fraction(1, 2)], [1, 1]], "integers ≥ 0"),
    ],
)
def test_what_is_no_multiplicity_matrix(matrix, message):
    with pytest.raises(sg.ModelError, match=message):
        sg.Chain(matrix)


@pytest.mark.parametrize("entry", [1.0, True, "1", sympy.Float(1), sympy.Symbol("n")])
def test_entries_are_exact_numbers(entry):
    with pytest.raises(sg.NotExactError, match=r"entry \(0, 1\)"):
        sg.Chain([[1, entry], [1, 1]])


def test_entries_of_any_exact_integer_type():
    assert sg.Chain([[sympy.Integer(2), Fraction(2)], [1, 3]]) == sg.Chain([[2, 2], [1, 3]])


@pytest.mark.parametrize("scale", [1, 0, -1, True, 2.0, "2", None, Fraction(2), sympy.Integer(2)])
def test_scales_are_integers_of_at_least_two(scale):
    chain = sg.Chain([[2, 2], [1, 3]])
    with pytest.raises(sg.ModelError, match="scale"):
        chain.recursion(scale)
    with pytest.raises(sg.ModelError, match="scale"):
        chain.decimated(scale)


def test_variables_fit_the_matrix():
    h = Variable("h", (0, 1, 2))
    with pytest.raises(sg.ModelError, match=r"has shape 2 × 2, but the variables have 3 × 2 states"):
        sg.Chain([[2, 2], [1, 3]], (h,))


# -- names ---------------------------------------------------------------------------------------------------------


def names(symbols):
    return " ".join(map(str, symbols))


def one_to_one(*variables):
    """The chain in which each state of the first variable is counted with that of the second."""
    size = len(variables[0].alphabet)
    return sg.Chain([[int(i == j) for j in range(size)] for i in range(size)], variables[:1], variables[1:])


def test_couplings_and_factors_are_named_after_the_variables():
    spins = one_to_one(Variable("s", (-1, 0, 1)), Variable("t", (-1, 0, 1)))
    assert names(spins.couplings) == "K_sstt K_sst K_ss K_stt K_st K_s K_tt K_t"
    assert names(spins.factors) == "k_s1t1 k_s1t0 k_s1 k_s0t1 k_s0t0 k_s0 k_t1 k_t0"
    s, t = spins.rows[0], spins.columns[0]
    monomials = (s**2 * t**2, s**2 * t, s**2, s * t**2, s * t, s, t**2, t)
    assert spins.exponent == sum(k * m for k, m in zip(spins.couplings, monomials, strict=True))
    # the ratio of weights of s = 0 and s = −1 at t = −1 is k_s0
    assert spins.bond[1, 0] == sympy.Symbol("k_s0")
    assert spins.bond[0, 2] == sympy.Symbol("k_t1")


def test_names_are_not_run_together_where_that_would_be_read_wrongly():
    signs = one_to_one(Variable("s", (0, -1, 1)), Variable("t", (0, 1, 2)))
    assert names(signs.factors) == "k_s(1)t(2) k_s(1)t(1) k_s(1) k_s(-1)t(2) k_s(-1)t(1) k_s(-1) k_t(2) k_t(1)"
    numbered = one_to_one(Variable("s_1", (0, 1, 2)), Variable("s_2", (0, 1, 2)))
    assert names(numbered.couplings) == "K_s1s1s2s2 K_s1s1s2 K_s1s1 K_s1s2s2 K_s1s2 K_s1 K_s2s2 K_s2"
    assert names(numbered.factors[:3]) == "k_s1(2)s2(2) k_s1(2)s2(1) k_s1(2)"
    words = one_to_one(Variable("spin", (0, 1, 2)), Variable("tau", (0, 1, 2)))
    assert names(words.couplings[:3]) == "K_spin_spin_tau_tau K_spin_spin_tau K_spin_spin"
    assert names(words.factors[:3]) == "k_spin2_tau2 k_spin2_tau1 k_spin2"


def test_several_variables_on_a_side():
    pair = tuple(Variable(name, (0, 1)) for name in "uv")
    chain = sg.Chain([[1, 2]] * 4, pair, (Variable("t", (0, 1)),))
    assert names(chain.couplings) == "K_uvt K_uv K_ut K_u K_vt K_v K_t"
    assert names(chain.factors) == "k_uvt k_uv k_ut k_u k_vt k_v k_t"


@few
@given(
    st.lists(st.sampled_from(["s", "t", "s1", "s_1", "st", "tau", "s'", "x_2", "x^(1)", "x"]), min_size=2, max_size=3,
             unique=True),
    st.data(),
)  # fmt: skip
def test_names_are_distinct(written, data):
    letter = st.integers(-1, 11)
    alphabets = [data.draw(st.lists(letter, min_size=2, max_size=3, unique=True)) for _ in written]
    first, *rest = (Variable(name, alphabet) for name, alphabet in zip(written, alphabets, strict=True))
    width = 1
    for variable in rest:
        width *= len(variable.alphabet)
    chain = sg.Chain([[1] * width] * len(first.alphabet), (first,), rest)
    for symbols in (chain.couplings, chain.factors):
        assert len(set(symbols)) == len(first.alphabet) * width - 1


def test_networks_keep_their_words():
    ternary = sg.LayeredNetwork(neurons=(-1, 0, 1)).chain()
    assert names(ternary.couplings) == "K_hhs K_hh K_hs K_h K_s"
    assert names(ternary.factors) == "k_h(1)s k_h(1) k_h(0)s k_h(0) k_s"
    wide = sg.LayeredNetwork(width=2).chain()
    assert names(wide.couplings[:5]) == "K_h1h2s1s2 K_h1h2s1 K_h1h2s2 K_h1h2 K_h1s1s2"
    counted = sg.LayeredNetwork(width=2).symmetric_sector().chain
    assert names(counted.couplings) == "K_hhss K_hhs K_hh K_hss K_hs K_h K_ss K_s"
    assert names(sg.Chain([[1, 0, 0], [0, 1, 0], [0, 0, 1]]).couplings) == names(counted.couplings)


# -- what is given -------------------------------------------------------------------------------------------------


def test_matrices_of_sympy():
    chain = sg.Chain(sympy.Matrix([[2, 2], [1, 3]]))
    assert chain == sg.Chain([[2, 2], [1, 3]])
    bond = [[1, 2], [3, 5]]
    assert chain.partition_function(depth=2, bond=sympy.Matrix(bond)) == chain.partition_function(depth=2, bond=bond)
    ends = [chain.flow(bond=given).end_point().factors for given in (bond, sympy.Matrix(bond))]
    assert ends[0] == ends[1]
    ising = sg.Chain([[1, 0], [0, 1]]).recursion(3)
    assert ising.linearize(bond=sympy.eye(2)).eigenvalues == {Fraction(3): 3}


@pytest.mark.parametrize("index", [0, 1])
def test_images_at_powers_of_a_root_that_need_not_be_real(index):
    # Eq. (26) by hand at a = r, b = r² + 2, c = 1/r, modulo the cubic that r is a root of
    t = sympy.Symbol("t")
    cubic = t**3 + t + 1
    r = sympy.CRootOf(cubic, index)
    found = sg.LayeredNetwork().chain().recursion()((r, r**2 + 2, 1 / r))
    a, b, c = t, t**2 + 2, 1 / t
    v00, v01 = 2 + 2 * c + b + 3 * b * c, 2 + 2 * c + a * b + 3 * a * b * c
    v10, v11 = 2 + 2 * a * c + b + 3 * a * b * c, 2 + 2 * a * c + a * b + 3 * a**2 * b * c
    for image, expected in zip(found, (v11 * v00 / (v10 * v01), b * v10 / v00, c * v01 / v00), strict=True):
        assert image.has(r)
        difference = sympy.fraction(sympy.together(image.xreplace({r: t}) - expected))[0]
        assert sympy.rem(sympy.expand(difference), cubic, t) == 0


def test_a_root_that_is_zero_somewhere_is_seen():
    t = sympy.Symbol("t")
    r = sympy.CRootOf(t**3 + t + 1, 1)
    with pytest.raises(sg.UndefinedPointError, match="divides by zero"):
        sg.LayeredNetwork().chain().recursion()((1 / (r**3 + r + 1), 1, 1))


def test_roots_of_different_polynomials_are_in_one_field():
    t = sympy.Symbol("t")
    r, s = sympy.CRootOf(t**3 + t + 1, 1), sympy.CRootOf(t**3 - t + 3, 0)
    square = sg.Recursion.from_images({sympy.Symbol("x"): sympy.Symbol("x") ** 2}, scale=2)
    assert sympy.expand(square((r * s,))[0] - r**2 * s**2) == 0
