from fractions import Fraction

import pytest
import sympy
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import symrg as sg
from symrg.exact.algebraic import roots_of
from tests.oracles import chains as oracle

few = settings(max_examples=25, deadline=None)
numbers = st.sampled_from([Fraction(n, d) for n in (-3, -2, -1, 1, 2, 3, 5) for d in (1, 2, 3)])
x, y = sympy.symbols("x y")
a, b, c = sympy.symbols("a b c")
PAPER = sg.Chain([[2, 2], [1, 3]])


@st.composite
def matrices(draw, shapes=((2, 2), (2, 3), (3, 2), (1, 3), (3, 1))):
    rows, columns = draw(st.sampled_from(shapes))
    row = st.lists(st.integers(0, 4), min_size=columns, max_size=columns).filter(any)
    return draw(st.lists(row, min_size=rows, max_size=rows))


def image_at(counts, chain, scale, point):
    """The image of factors by summing the chain, at numbers of any kind."""
    shape = (len(counts), len(counts[0]))
    table = oracle.from_factors(dict(zip(chain.coordinates.places, point, strict=True)), shape)
    entries = list(table.values())
    bond = [entries[i : i + shape[1]] for i in range(0, len(entries), shape[1])]
    summed = [entry for row in oracle.open_chain(bond, counts, scale) for entry in row]
    table = dict(zip(oracle.positions(shape), summed, strict=True))
    result = []
    for place in chain.coordinates.places:
        above = below = 1
        for sub in oracle.below(place):
            if (sum(map(bool, place)) - sum(map(bool, sub))) % 2:
                below = below * table[sub]
            else:
                above = above * table[sub]
        result.append(above / below)
    return result


@settings(max_examples=25, deadline=None)
@given(matrices(), st.integers(2, 4), st.data())
def test_the_jacobian_is_the_exact_derivative_along_lines(counts, scale, data):
    chain = sg.Chain(counts)
    scale = 2 if len(chain.factors) > 3 else scale  # the expanded map is large beyond that
    size = len(chain.factors)
    start, direction = (data.draw(st.lists(numbers, min_size=size, max_size=size)) for _ in range(2))
    try:
        moved = image_at(counts, chain, scale, [oracle.Dual(s, d) for s, d in zip(start, direction, strict=True)])
    except ZeroDivisionError:
        assume(False)
    recursion = chain.recursion(scale)
    along = recursion.jacobian(at=start) * sympy.Matrix(direction)
    assert [Fraction(int(v.p), int(v.q)) for v in along] == [m.b for m in moved]
    table = {f: sympy.Rational(s.numerator, s.denominator) for f, s in zip(chain.factors, start, strict=True)}
    assert recursion.jacobian().xreplace(table) == recursion.jacobian(at=start)


@few
@given(matrices(shapes=((2, 2), (1, 3), (2, 1))), st.integers(2, 3), st.data())
def test_algebraic_points(counts, scale, data):
    # theta = √2 or a root of x³ − x − 1 in every coordinate, with rational coefficients
    chain = sg.Chain(counts)
    modulus, number = data.draw(
        st.sampled_from(
            [((-2, 0, 1), sympy.sqrt(2)), ((1, 0, 1), sympy.I), ((-1, -1, 0, 1), sympy.CRootOf(x**3 - x - 1, 0))]
        )
    )
    theta = oracle.Residue([0, 1], modulus)
    shifts = data.draw(st.lists(st.integers(-2, 2), min_size=len(chain.factors), max_size=len(chain.factors)))
    try:
        expected = image_at(counts, chain, scale, [theta + s for s in shifts])
    except ZeroDivisionError:
        with pytest.raises(sg.UndefinedPointError):
            chain.recursion(scale)([number + s for s in shifts])
        return
    found = chain.recursion(scale)([number + s for s in shifts])
    for value, residue in zip(found, expected, strict=True):
        written = sum(
            sympy.Rational(k.numerator, k.denominator) * number**i for i, k in enumerate(residue.coefficients)
        )
        difference = sympy.Poly(sympy.expand(value - written).subs(number, x), x)
        assert difference.rem(sympy.Poly(list(reversed(modulus)), x)).is_zero


@few
@given(st.lists(numbers, min_size=3, max_size=3), st.integers(0, 3))
def test_orbits(point, steps):
    recursion = PAPER.recursion()
    expected = [tuple(point)]
    try:
        for _ in range(steps):
            expected.append(tuple(image_at([[2, 2], [1, 3]], PAPER, 2, expected[-1])))
    except ZeroDivisionError:
        with pytest.raises(sg.UndefinedPointError, match=f"step {len(expected)} of the orbit"):
            recursion.iterate(point, steps)
        return
    assert recursion.iterate(point, steps) == expected
    named = recursion.iterate(dict(zip("abc", point, strict=True)), steps)
    assert [tuple(p.values()) for p in named] == expected
    assert recursion.iterate(point, steps)[-1] == PAPER.recursion(2**steps)(point) if steps else True


def test_points_come_back_in_the_form_they_were_given_in():
    recursion = PAPER.recursion()
    assert recursion((1, 2, 5)) == (1, 2, 5)
    assert recursion([1, 2, 5]) == (1, 2, 5)
    assert recursion({"c": 5, a: 1, "b": 2}) == {"c": 5, a: 1, "b": 2}
    rational = recursion((sympy.Rational(1, 2), 1, 1))
    assert all(isinstance(v, sympy.Rational) for v in rational)
    assert all(isinstance(v, Fraction) for v in recursion((Fraction(1, 2), 1, 1)))
    assert recursion((1, x, y)) == (1, x, y)


def test_symbolic_points_are_substituted():
    image = PAPER.recursion()((x, y, x + 1))
    at = {x: sympy.Rational(2, 3), y: sympy.Rational(5)}
    expected = PAPER.recursion()((Fraction(2, 3), 5, Fraction(5, 3)))
    assert [v.xreplace(at) for v in image] == list(expected)


def test_points_of_components_can_be_put_in_again():
    recursion = sg.Recursion.from_images({x: x**2 + x - 2}, scale=2)
    for root in roots_of((-2, 0, 1)):
        assert recursion((root,)) == (root.to_sympy(),)


@pytest.mark.parametrize(
    ("point", "message"),
    [
        ({"a": 1, "q": 2, "b": 1, "c": 1}, "'q' is none of the factors of this recursion, which are a, b, c"),
        ({"a": 1, "b": 2}, "no value for c"),
        ((1, 2), "2 values for the 3 factors"),
        ((1, 2, 3, 4), "4 values"),
        (7, "is no point"),
        ({"a": 1, a: 2, "b": 1, "c": 1}, "two values for one factor"),
    ],
)
def test_what_is_no_point(point, message):
    recursion = PAPER.recursion()
    for ask in (recursion, recursion.linearize, lambda p: recursion.jacobian(at=p), lambda p: recursion.iterate(p, 1)):
        with pytest.raises(sg.ModelError, match=message):
            ask(point)


def test_nothing_is_no_point():
    with pytest.raises(sg.ModelError, match="is no point"):
        PAPER.recursion()(None)


@pytest.mark.parametrize("value", [0.5, sympy.Float("0.5"), sympy.Float(1) * x, float("nan"), True, "1"])
def test_values_are_exact(value):
    with pytest.raises(sg.NotExactError):
        PAPER.recursion()((value, 1, 1))


@pytest.mark.parametrize(
    "value",
    [sympy.pi, sympy.exp(2), sympy.oo, sympy.nan, sympy.zoo, sympy.sin(1) ** 2 + sympy.cos(1) ** 2 - 1, sympy.log(2)],
)
def test_numbers_that_are_not_algebraic_are_refused(value):
    # whether an expression in e and π is zero is not decided
    with pytest.raises(sg.DomainError, match="algebraic"):
        sg.Recursion.from_images({x: 2 / x}, scale=2)((value,))


def test_points_where_the_map_is_not_defined():
    recursion = sg.Recursion.from_images({x: (x - 1) / (y - 2), y: 1 / (x + y)}, scale=2)
    with pytest.raises(sg.UndefinedPointError, match=r"the image of x is not defined at \(1, 2\): 0/0"):
        recursion((1, 2))
    with pytest.raises(sg.UndefinedPointError, match="a zero denominator"):
        recursion((3, 2))
    with pytest.raises(sg.UndefinedPointError, match="zero identically"):
        recursion((x, -x))
    with pytest.raises(sg.UndefinedPointError, match=r"0/0|zero denominator"):
        recursion((sympy.sqrt(2), -sympy.sqrt(2)))
    with pytest.raises(ZeroDivisionError):
        recursion.jacobian(at=(1, 2))
    with pytest.raises(sg.UndefinedPointError, match="step 1"):
        recursion.iterate((1, 2), 3)
    with pytest.raises(sg.UndefinedPointError):
        recursion.linearize((1, 2))


@pytest.mark.parametrize("steps", [-1, True, 1.0, "1", None])
def test_steps_are_counted(steps):
    with pytest.raises(sg.ModelError, match="number of steps"):
        PAPER.recursion().iterate((1, 1, 1), steps)


@pytest.mark.parametrize("scale", [1, 0, -1, True, 2.0, "2"])
def test_scales(scale):
    with pytest.raises(sg.ModelError, match="scale"):
        sg.Recursion.from_images({x: x**2}, scale=scale)


def test_images_are_rational_functions_of_the_factors():
    real = sympy.Symbol("x", real=True)
    for images, said in (
        ({x: x + y}, "y in the image of x is no coordinate: give it a number, or add y: y to the images"),
        ({x: sympy.exp(x)}, "exp.x. in the image of x is no rational function of x: write the map in a variable such"),
        ({x: sympy.sqrt(x)}, "sqrt.x. in the image of x is no rational function"),
        ({x: sympy.sqrt(2) * x}, "outside the rationals"),
        ({x: real**2}, r"x in the image of x is another symbol than .* Symbol\('x', real=True\), the coordinate is"),
        ({x: x, real: x}, "two keys of the images are named x"),
        ({x: sympy.zoo * x}, "a division by zero"),
        ({x: 1 / ((x + 1) ** 2 - x**2 - 2 * x - 1)}, "the image of x divides by zero"),
        ({x: "x**2"}, "the image of x is 'x..2' .str.; give a SymPy expression"),
        ({x: sympy.Eq(x, 1)}, "give a SymPy expression"),
        ({}, "at least one SymPy symbol"),
        ([x], "at least one SymPy symbol"),
        ({"x": x}, r"the key 'x' is a str; give sympy.Symbol\('x'\)"),
        ({x**2: x}, "is no SymPy symbol"),
    ):
        with pytest.raises(sg.ModelError, match=said):
            sg.Recursion.from_images(images, scale=2)
    with pytest.raises(sg.NotExactError):
        sg.Recursion.from_images({x: 0.5 * x}, scale=2)


def test_scales_of_own_recursions_are_real_numbers():
    for scale, image, expected in (
        (sympy.sqrt(3), 9 * x, 4), (sympy.Rational(3, 2), x * sympy.Rational(27, 8), 3), (sympy.Integer(2), 8 * x, 3),
        (Fraction(4), 8 * x, sympy.Rational(3, 2)), (sympy.sqrt(3), 2 * x, 2 * sympy.log(2) / sympy.log(3)),
    ):  # fmt: skip
        (part,) = sg.Recursion.from_images({x: image}, scale=scale).fixed_points()
        assert list(part.exponents.values()) == [expected]
    for scale in (sympy.Rational(1, 2), sympy.sqrt(3) - 1, sympy.Symbol("p"), sympy.I, sympy.oo, sympy.Float(3)):
        with pytest.raises(sg.ModelError, match="scale"):
            sg.Recursion.from_images({x: x}, scale=scale)


def test_coordinates_are_exponential_if_they_are_said_to_be():
    square, other = (sg.Recursion.from_images({x: x**2}, scale=2, exponential=e) for e in (True, False))
    assert square.exponential
    assert not other.exponential
    assert square.compose(square).exponential
    assert not square.compose(other).exponential
    assert PAPER.recursion().exponential


def test_composition():
    square = sg.Recursion.from_images({x: x**2, y: x * y}, scale=2)
    shift = sg.Recursion.from_images({x: 1 / (x + 1), y: y - x}, scale=3)
    both = square.compose(shift)
    assert both.scale == 6
    assert both((2, 5)) == square(shift((2, 5)))
    assert both != shift.compose(square)
    with pytest.raises(sg.ModelError, match="cannot be composed"):
        square.compose(sg.Recursion.from_images({x: x**2}, scale=2))


def test_equality_is_that_of_maps():
    first = sg.Recursion.from_images({x: (x**2 - 1) / (x - 1)}, scale=2)
    second = sg.Recursion.from_images({x: x + 1}, scale=2)
    assert first == second
    assert hash(first) == hash(second)
    assert first != sg.Recursion.from_images({x: x + 1}, scale=3)
    assert first != "x"


def test_linearisation_needs_a_fixed_point():
    with pytest.raises(sg.DomainError, match=r"\(1, 2\) is not a fixed point|is not a fixed point"):
        PAPER.recursion().linearize((2, 1, 1))
    lin = PAPER.recursion().linearize((3, Fraction(-2, 3), Fraction(-1, 3)))
    assert lin.eigenvalues == {Fraction(2): 3}
    assert lin.exponents == {Fraction(2): 1}


def test_linearisation_where_the_jacobian_is_not_rational():
    recursion = PAPER.recursion()
    with pytest.raises(sg.DomainError, match="characteristic_polynomial"):
        _ = recursion.linearize((1, x, y)).eigenvalues
    with pytest.raises(sg.DomainError, match="is not a fixed point"):
        recursion.linearize((2, sympy.sqrt(2), 1))
    # a rational Jacobian at an irrational point is no obstacle, nor is an irrational one
    assert recursion.linearize((1, sympy.sqrt(2), sympy.sqrt(3))).eigenvalues == {Fraction(0): 1, Fraction(1): 2}
    golden = sg.Recursion.from_images({x: (x + 1) / x}, scale=2).linearize(((1 + sympy.sqrt(5)) / 2,))
    (value,) = golden.eigenvalues
    assert abs(sympy.N(value, 30) - sympy.N((sympy.sqrt(5) - 3) / 2, 30)) < 1e-25
    with pytest.raises(sg.DomainError, match="ask for the eigenvalues"):
        _ = golden.characteristic_polynomial
    lin = sg.Recursion.from_images({x: 2 / x}, scale=2).linearize((sympy.sqrt(2),))
    assert lin.eigenvalues == {Fraction(-1): 1}


def test_couplings_of_the_paper():
    recursion = sg.LayeredNetwork().chain().recursion()
    A, B, C = recursion.couplings
    at = {A: 0, B: sympy.log(2), C: sympy.log(5)}
    values = [sympy.exp(image.subs(at)) for image in recursion.coupling_images.values()]
    assert values == [1, 2, 5]
    with pytest.raises(sg.DomainError, match="its factors alone"):
        _ = sg.Recursion.from_images({x: x}, scale=2).coupling_images


def test_maps_print_short():
    assert repr(sg.Recursion.from_images({x: x**2}, scale=2)) == "Recursion(x' = x**2; scale 2)"
    assert repr(sg.LayeredNetwork(width=2).chain().recursion()) == "Recursion of 15 factors, scale 2"


def test_a_composition_is_not_defined_at_the_poles_of_its_first_step():
    x = sympy.Symbol("x")
    step = sg.Recursion.from_images({x: 1 / x**2}, scale=2)
    twice = step.compose(step)
    assert twice.images == {x: x**4}
    for of in (step.level, lambda point, _: twice(point)):
        with pytest.raises(sg.UndefinedPointError):
            of((0,), 2)
    assert {point for part in twice.fixed_points() for point in part.points if len(part.points) == 1} == {(1,)}
