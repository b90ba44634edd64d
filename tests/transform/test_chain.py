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
