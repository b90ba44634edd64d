"""Images of factors that are not multiplied out, against SymPy and sums over states."""

from fractions import Fraction
from math import prod
from random import Random

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

import symrg as sg
from symrg.model.variables import Variable
from symrg.transform import factored
from symrg.transform.factored import FactoredImage, FactoredMap
from tests.oracles import chains as oracle

few = settings(max_examples=15, deadline=None)
PAPER = sg.Chain([[2, 2], [1, 3]])
ISING = sg.Chain([[1, 0], [0, 1]])


@st.composite
def matrices(draw, shapes=((2, 1), (1, 3), (2, 2), (2, 3), (3, 2))):
    rows, columns = draw(st.sampled_from(shapes))
    row = st.lists(st.integers(0, 3), min_size=columns, max_size=columns).filter(any)
    return draw(st.lists(row, min_size=rows, max_size=rows))


def images_by_sympy(chain, scale):
    """The images as SymPy quotients of sums over all inner states, in lowest terms."""
    sizes = [len(v.alphabet) for v in (*chain.rows, *chain.columns)]
    table = oracle.from_factors(dict(zip(chain.coordinates.places, chain.factors, strict=True)), sizes)
    entries, width = list(table.values()), chain.shape[1]
    bond = [entries[i : i + width] for i in range(0, len(entries), width)]
    summed = [x for row in oracle.open_chain(bond, chain.multiplicity, scale) for x in row]
    summed = dict(zip(table, summed, strict=True))
    found = []
    for place in chain.coordinates.places:
        ratio = sympy.S.One
        for sub in oracle.below(place):
            odd = (sum(map(bool, place)) - sum(map(bool, sub))) % 2
            ratio = ratio / summed[sub] if odd else ratio * summed[sub]
        found.append(sympy.cancel(ratio))
    return found


def value(image, point):
    """A factored image at a point, term by term."""

    def polynomial(p):
        terms = p.to_dict().items()
        return sum(int(c) * prod(x ** int(e) for x, e in zip(point, exponents, strict=True)) for exponents, c in terms)

    result = image.unit * prod(x**e for x, e in zip(point, image.powers, strict=True))
    return result * prod(map(polynomial, image.above)) / prod(map(polynomial, image.below))


@settings(max_examples=6, deadline=None)
@given(matrices(), st.integers(2, 3))
def test_images_are_the_sums_in_lowest_terms(counts, scale):
    chain = sg.Chain(counts)
    scale = 2 if len(chain.factors) > 3 else scale
    recursion = chain.recursion(scale)
    for image, factor, expected in zip(
        recursion.factored.images, chain.factors, images_by_sympy(chain, scale), strict=True
    ):
        assert sympy.cancel(recursion.images[factor] - expected) == 0
        lowest = sympy.fraction(expected)
        function = image.expand()
        assert function.num.total_degree() == sympy.Poly(lowest[0], *chain.factors).total_degree()
        assert function.den.total_degree() == sympy.Poly(lowest[1], *chain.factors).total_degree()
        assert sympy.cancel(function.to_sympy(chain.factors) - expected) == 0
        # written in irreducible factors, the same whether multiplied out or not
        assert function.to_sympy(chain.factors) == recursion.images[factor]


@pytest.mark.parametrize("options", [{"width": 2}, {"samples": 2}, {"neurons": (-1, 0, 1), "outputs": (0, 1, 2)}])
@pytest.mark.parametrize("scale", [2, 3])
def test_images_of_more_factors_have_the_values_of_the_map(options, scale):
    chain, random = sg.LayeredNetwork(**options).chain(), Random()
    point = [Fraction(random.randint(1, 9), random.randint(1, 9)) for _ in chain.factors]
    recursion = chain.recursion(scale)
    try:
        expected = recursion(point)
    except sg.UndefinedPointError:
        return  # an activation value that is never reached
    assert [value(image, point) for image in recursion.factored.images] == list(expected)


def test_entries_are_shared_and_equal_ones_cancel():
    # V² of [[1, c], [b, abc]] is symmetric up to b and c: 1 + abc twice
    image = ISING.recursion().factored.images[0]
    assert len(image.above) == len(image.below) == 2
    assert image.below[0] == image.below[1]
    b = ISING.recursion().factored.images[1]
    assert (b.powers, len(b.above), len(b.below)) == ((0, 1, 0), 1, 1)
    assert str(ISING.recursion().images[ISING.factors[1]]) == "b*(a*b*c + 1)/(b*c + 1)"
    whole = sg.LayeredNetwork(width=3).chain().recursion().factored
    assert len(whole.polynomials) == 64
    assert all(p is whole.polynomials[whole.polynomials.index(p)] for image in whole.images[:3] for p in image.above)


@few
@given(matrices(shapes=((2, 2), (2, 3), (3, 2))), st.integers(2, 4))
def test_the_estimate_of_terms_is_a_bound(counts, scale):
    chain = sg.Chain(counts)
    entries = [entry for row in chain.decimated(scale) for entry in row]
    limit = factored.MOST_TERMS
    try:
        factored.MOST_TERMS = sum(map(len, entries)) - 1
        with pytest.raises(sg.BudgetExceeded) as caught:
            chain.decimated(scale)
    finally:
        factored.MOST_TERMS = limit
    assert caught.value.estimate >= sum(map(len, entries))


def test_too_many_terms_are_refused():
    with pytest.raises(sg.BudgetExceeded, match=r"scale 6 in 63 factors has up to 10\^\d+ terms"):
        _ = sg.LayeredNetwork(width=3).chain().recursion(6).factored
    recursion = sg.LayeredNetwork(width=2).chain().recursion()
    for ask in (lambda: recursion.functions, lambda: recursion.derivatives, recursion.jacobian):
        with pytest.raises(sg.BudgetExceeded, match="multiplied out") as caught:
            ask()
        assert caught.value.estimate > caught.value.limit
    assert recursion([1] * 15)  # which a point is not


def test_images_are_written_when_they_are_asked_for(monkeypatch):
    written = []
    original = FactoredImage.to_sympy

    def spy(self, symbols=None):
        written.append(self)
        return original(self, symbols)

    monkeypatch.setattr(FactoredImage, "to_sympy", spy)
    recursion = sg.LayeredNetwork(width=2).chain().recursion()
    images = recursion.images
    assert len(images) == 15
    assert list(images) == list(recursion.factors)
    assert not written
    first = images[recursion.factors[-1]]
    assert images[recursion.factors[-1]] is first
    assert written == [recursion.factored.images[-1]]
    with pytest.raises(KeyError):
        images[sympy.Symbol("q")]
    assert repr(images) == "<images of 15 factors, written out one by one when asked for>"
    assert repr(ISING.recursion().images).startswith("{a: ")


# -- equality -------------------------------------------------------------------------------------------------------


@settings(max_examples=8, deadline=None)
@given(matrices(shapes=((2, 2), (2, 3))), st.integers(2, 3), st.integers(2, 5))
def test_recursions_are_equal_if_the_maps_are(counts, scale, multiple):
    chain = sg.Chain(counts)
    scaled = sg.Chain([[multiple * n for n in row] for row in counts])
    assert chain.recursion(scale) == scaled.recursion(scale)
    assert hash(chain.recursion(scale)) == hash(scaled.recursion(scale))
    assert chain.recursion(scale) != chain.recursion(scale + 1)
    more = [list(row) for row in counts]
    more[-1][-1] += 1
    same = all(x == y for x, y in zip(*(images_by_sympy(c, 2) for c in (chain, sg.Chain(more))), strict=True))
    assert (chain.recursion() == sg.Chain(more).recursion()) == same


def test_a_chain_equals_its_formulas():
    recursion = PAPER.recursion()
    by_hand = sg.Recursion.from_images(dict(recursion.images), scale=2)
    assert recursion == by_hand
    assert by_hand == recursion
    assert recursion.compose(by_hand) == by_hand.compose(recursion)
    assert recursion.compose(by_hand) == PAPER.recursion(4)
    assert recursion != "recursion"


def test_maps_of_wide_layers_are_compared_without_expanding():
    counts = sg.LayeredNetwork(width=3).multiplicity
    chain = sg.LayeredNetwork(width=3).chain()
    double = sg.Chain([[2 * n for n in row] for row in counts], chain.rows, chain.columns)
    assert chain.recursion() == double.recursion()
    other = [list(row) for row in counts]
    other[3][5] += 1
    assert chain.recursion() != sg.Chain(other, chain.rows, chain.columns).recursion()
    assert chain.recursion().compose(chain.recursion(3)) == chain.recursion(6)


def test_images_are_compared_by_common_divisors():
    base = PAPER.coordinates.ring
    a, b, c = base.gens
    one = (0, 0, 0)
    first = FactoredImage(base, Fraction(1), one, ((a + b) * (a + c),), ((b + c) ** 2,))
    second = FactoredImage(base, Fraction(1), one, (a + c, a + b), (b + c, b + c))
    assert first == second
    assert hash(first) == hash(second)
    assert first != FactoredImage(base, Fraction(1), one, (a + c, a + b), (b + c,))
    assert first != FactoredImage(base, Fraction(2), one, first.above, first.below)
    assert first != FactoredImage(base, Fraction(1), (1, 0, 0), first.above, first.below)
    assert first != 1
    both = FactoredImage(base, Fraction(1), one, (a + b, (a + b) * (a + c)), ((a + b) ** 3, a + c))
    assert both.coprime.above == ()
    assert both.coprime.below == (a + b,)
    assert repr(first) == "FactoredImage(1 polynomials / 1 polynomials, 7 terms in 3 factors)"


# -- how much work --------------------------------------------------------------------------------------------------


def products(monkeypatch, ask):
    """How many products of entries the work takes."""
    count = [0]
    original = factored.matrix_product

    def counted(left, right):
        count[0] += len(left) * len(right) * len(right[0])
        return original(left, right)

    monkeypatch.setattr(factored, "matrix_product", counted)
    ask()
    return count[0]


@pytest.mark.parametrize("width", [2, 3])
def test_states_with_equal_multiplicities_are_summed_first(width, monkeypatch):
    chain = sg.LayeredNetwork(width=width).chain()
    rows, columns = len(set(chain.multiplicity)), len(set(zip(*chain.multiplicity, strict=True)))
    assert max(rows, columns) < 2**width
    expected = 2**width * rows * (columns + 2**width)
    assert products(monkeypatch, lambda: chain.recursion().factored) == expected


def test_many_steps_of_two_states_cost_as_much_as_two(monkeypatch):
    assert products(monkeypatch, lambda: PAPER.decimated(40)) == products(monkeypatch, lambda: PAPER.decimated(4)) == 24


def test_terms_are_those_of_the_paths():
    # the monomials of V′ are sums of exponents over all paths, and none cancels
    entries = PAPER.decimated(6)
    vectors = {(0, 0): (0, 0, 0), (0, 1): (0, 0, 1), (1, 0): (0, 1, 0), (1, 1): (1, 1, 1)}
    states = {(i, e): {vectors[i, e]} for i in (0, 1) for e in (0, 1)}
    for _ in range(5):
        states = {
            (i, e): {
                tuple(x + y for x, y in zip(vectors[i, s], rest, strict=True))
                for s in (0, 1)
                for h in (0, 1)
                for rest in states[h, e]
            }
            for i in (0, 1)
            for e in (0, 1)
        }
    assert [[len(entry) for entry in row] for row in entries] == [[len(states[i, e]) for e in (0, 1)] for i in (0, 1)]


def test_alphabets_of_three():
    chain = sg.Chain([[1, 2], [0, 3], [2, 2]], (Variable("h", (-1, 0, 1)),), (Variable("s", (-1, 1)),))
    found = [image.expand().to_sympy(chain.factors) for image in chain.recursion().factored.images]
    assert all(sympy.cancel(x - y) == 0 for x, y in zip(found, images_by_sympy(chain, 2), strict=True))
    assert isinstance(chain.recursion().factored, FactoredMap)
