"""The strategies reach what they promise; the properties hold for right recursions and refute planted errors."""

import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest
import sympy
from hypothesis import HealthCheck, Phase, assume, find, given, settings
from hypothesis import strategies as st

import symrg as sg
import symrg.testing as testing
from symrg.transform.fixed_points import FixedPointSet

few = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
search = settings(max_examples=4000, database=None, phases=[Phase.generate])
small = testing.chains(max_factors=3)
x, y = sympy.symbols("x y")
PAPER = sg.Chain([[2, 2], [1, 3]])


def refuted(check, *arguments, **options):
    """Return how a property complains."""
    with pytest.raises(AssertionError) as caught:
        check(*arguments, **options)
    return str(caught.value)


# -- strategies --------------------------------------------------------------------------------------------------

NETWORKS = {
    "ternary weights": lambda net: len(net.weights) == 3,
    "ternary neurons": lambda net: len(net.neurons) == 3,
    "no biases": lambda net: net.biases is None,
    "two neurons": lambda net: net.width == 2,
    "two data points": lambda net: net.samples == 2,
    "more activations than neurons": lambda net: len(net.multiplicity[0]) > len(net.multiplicity),
    "fewer activations than neurons": lambda net: len(net.multiplicity[0]) < len(net.multiplicity),
    "fractions": lambda net: any(v.q > 1 for v in net.neurons),
    "a reference state that is not 0": lambda net: net.neurons[0] != 0,
    "a single weight": lambda net: len(net.weights) == 1,
    "relu": lambda net: net.activation is sg.relu,
    "an expression": lambda net: isinstance(net.activation, sympy.Expr),
    "a Lambda": lambda net: isinstance(net.activation, sympy.Lambda),
    "a callable": lambda net: isinstance(net.activation, testing.Steps),
    "activations beyond 0 and 1": lambda net: set(net.activation_alphabet) - {0, 1},
}


@pytest.mark.parametrize("what", NETWORKS)
def test_networks_reach_the_variety(what):
    net = find(testing.networks(), NETWORKS[what], settings=search)
    assert net.chain().shape == (len(net.multiplicity), len(net.multiplicity[0]))


@few
@given(testing.networks(max_width=2, max_samples=1, max_states=9))
def test_networks_are_valid_and_within_bounds(net):
    assert net.samples == 1
    assert max(net.chain().shape) <= 9
    settings_of_a_layer = len(net.weights) ** net.width**2 * (len(net.biases) if net.biases else 1) ** net.width
    assert {sum(row) for row in net.multiplicity} == {settings_of_a_layer}


@few
@given(
    testing.networks(weights=st.just((-1, 1)), biases=st.none(), neurons=st.just((0, 1)), activation=st.just(sg.sign))
)
def test_networks_can_be_narrowed(net):
    assert (net.weights, net.biases, net.neurons, net.activation) == ((-1, 1), None, (0, 1), sg.sign)


@few
@given(testing.alphabets(min_size=2, max_size=4, max_value=3, max_denominator=1))
def test_alphabets_are_alphabets(alphabet):
    assert sg.Variable("h", alphabet).alphabet == alphabet
    assert 2 <= len(alphabet) <= 4
    assert all(abs(value) <= 3 and value.denominator == 1 for value in alphabet)


CHAINS = {
    "rectangular": lambda chain: chain.shape == (3, 2),
    "two neurons": lambda chain: len(chain.rows) == 2,
    "a count of zero": lambda chain: any(0 in row for row in chain.multiplicity),
    "rank below full": lambda chain: chain.shape == (2, 2) and chain.multiplicity[0] == chain.multiplicity[1],
    "spins": lambda chain: chain.rows[0].alphabet == (-1, 1),
    "of a network": lambda chain: chain.rows[0].role == "neuron",
}


@pytest.mark.parametrize("what", CHAINS)
def test_chains_reach_the_variety(what):
    bounds = {"max_rows": 4} if what == "two neurons" else {}
    chain = find(testing.chains(**bounds), CHAINS[what], settings=search)
    assert len(chain.factors) <= 8


@few
@given(st.data(), testing.recursions(scales=(2, 3), max_factors=2))
def test_recursions_and_points_fit_together(data, recursion):
    assert recursion.scale in (2, 3)
    assert 0 <= len(recursion.factors) <= 2
    try:
        point = data.draw(testing.factors(recursion, defined=True, positive=True))
    except sg.DomainError:
        assume(False)
    assert all(value > 0 for value in point)
    assert len(recursion(point)) == len(point)


def test_recursions_come_with_and_without_a_chain():
    for chained in (True, False):
        found = find(testing.recursions(chained=chained), lambda recursion: recursion.factors, settings=search)
        assert (found.chain is not None) == chained


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda: testing.alphabets(min_size=0), "min_size"),
        (lambda: testing.alphabets(min_size=3, max_size=2), "min_size"),
        (lambda: testing.networks(max_width=0).example(), "positive bounds"),
        (lambda: testing.chains(max_rows=0).example(), "max_rows"),
        (lambda: testing.factors(PAPER, values=[]), "no values to draw from"),
        (lambda: testing.factors(PAPER, values=[-1], positive=True), "no value to draw from is positive"),
    ],
)
@pytest.mark.filterwarnings("ignore::hypothesis.errors.NonInteractiveExampleWarning")
def test_bounds_that_leave_nothing(ask, said):
    with pytest.raises(sg.ModelError, match=said):
        ask()


def test_values_to_draw_are_exact():
    with pytest.raises(sg.NotExactError, match="a value to draw"):
        testing.factors(PAPER, values=[0.5])


# -- right recursions ---------------------------------------------------------------------------------------------


@few
@given(testing.recursions(chained=True, chain=small), st.booleans())
def test_decimations_of_chains_have_every_property(recursion, projective):
    testing.check_decimation(recursion, examples=5)
    testing.check_jacobian(recursion, examples=5)
    testing.check_semigroup(recursion if recursion.scale == 2 else recursion.chain, examples=3)
    if len(recursion.factors) <= 2 or recursion.scale == 2:
        testing.check_fixed_points(recursion, projective=projective, examples=4)


@few
@given(testing.recursions(chained=False, max_factors=2))
def test_maps_of_any_kind_have_the_jacobian_of_their_images(recursion):
    testing.check_jacobian(recursion, examples=5)


@few
@given(st.lists(st.integers(-2, 3), min_size=2, max_size=3), st.integers(1, 3))
def test_fixed_points_of_maps_without_a_chain(roots, k):
    # x' − x vanishes at the roots, y' − y on the line y = k x
    images = {x: x + sympy.prod([x - r for r in roots]), y: y + (y - k * x) * (x + y)}
    recursion = sg.Recursion.from_images(images, scale=2)
    known = {(Fraction(r), Fraction(k * r)) for r in roots}
    testing.check_fixed_points(recursion, known=known, examples=10)


@few
@given(testing.chains(max_rows=4))
def test_the_basis_of_every_chain_has_its_values(chain):
    testing.check_projection(chain, examples=2)


def test_families_of_recursions():
    powers = {p: sg.Recursion.from_images({x: x**p}, scale=p) for p in (2, 3, 6)}
    testing.check_semigroup(powers)
    testing.check_semigroup(powers, scales=(3, 2))
    testing.check_semigroup(lambda p: sg.Recursion.from_images({x: x**p}, scale=p), scales=(3, 5))


@given(testing.factors(PAPER))
@settings(max_examples=5, deadline=None)
def test_properties_may_be_called_inside_a_test_of_hypothesis(point):
    testing.check_jacobian(PAPER.recursion(), values=point, examples=3)


# -- planted errors -----------------------------------------------------------------------------------------------

MUTATIONS = {
    "twice": lambda image, factor: 2 * image,
    "inverse": lambda image, factor: 1 / image,
    "a term more": lambda image, factor: image + factor,
    "a sign": lambda image, factor: -image,
}


@few
@given(small.filter(lambda chain: chain.factors), st.sampled_from(sorted(MUTATIONS)), st.integers(2, 3), st.data())
def test_mutated_images_are_no_decimation(chain, mutation, scale, data):
    right = chain.recursion(scale)
    factor = data.draw(st.sampled_from(chain.factors))
    images = {**right.images, factor: MUTATIONS[mutation](right.images[factor], factor)}
    wrong = sg.Recursion.from_images(images, scale=scale)
    assume(wrong.functions != right.functions)  # an image that is 1 is its own inverse
    said = refuted(testing.check_decimation, wrong, chain=chain)
    assert f"is not the decimation of this chain by {scale}: at {chain.factors[0]} = " in said
    assert "summing the layers in between gives" in said
    if mutation == "twice":
        said = refuted(testing.check_semigroup, {scale: wrong, scale**2: chain.recursion(scale**2)})
        assert f"scale {scale**2} gives" in said


def test_a_typing_error_in_the_paper_s_recursion_is_refuted_by_the_smallest_point():
    # Eq. (26) with one coefficient 3 typed as 2; at a = 1 the mistake cancels, so 2 is the smallest value that shows it
    a, b, c = sympy.symbols("a b c")
    images = {
        a: (2 + 2 * c + b + 3 * b * c) * (2 + 2 * a * c + a * b + 3 * a**2 * b * c)
        / ((2 + 2 * a * c + b + 3 * a * b * c) * (2 + 2 * c + a * b + 3 * a * b * c)),
        b: b * (2 + 2 * a * c + b + 2 * a * b * c) / (2 + 2 * c + b + 2 * b * c),
        c: c * (2 + 2 * c + a * b + 3 * a * b * c) / (2 + 2 * c + b + 3 * b * c),
    }  # fmt: skip
    said = refuted(testing.check_decimation, sg.Recursion.from_images(images, scale=2), chain=PAPER, examples=100)
    assert "at a = 2, b = 1, c = 1\n" in said
    assert "it gives a' = 40/39, b' = 11/7, c' = 3/2" in said
    assert "summing the layers in between gives a' = 40/39, b' = 13/8, c' = 3/2" in said
    images[b] = b * (2 + 2 * a * c + b + 3 * a * b * c) / (2 + 2 * c + b + 3 * b * c)
    testing.check_decimation(sg.Recursion.from_images(images, scale=2), chain=PAPER)


def test_a_wrong_decimation_is_seen_in_z_and_in_correlations():
    # the recursion of three layers, sold as that of two; then of another chain
    three = PAPER.recursion(3)
    sold = sg.Recursion(three.factors, lambda: (three.functions, ()), scale=2, chain=PAPER)
    assert "a ring of 4 layers has Z = " in refuted(testing.check_decimation, sold)
    other = sg.Chain([[2, 2], [3, 1]]).recursion()
    assert "summing the layers in between" in refuted(testing.check_decimation, other, chain=PAPER)
    # both states exchanged: rings of two-valued neurons do not see it, the weights of a bond do
    ising, (a, b, c) = sg.Chain([[1, 0], [0, 1]]), sg.Chain([[1, 0], [0, 1]]).factors
    images, at = ising.recursion().images, {a: a, b: 1 / (a * c), c: 1 / (a * b)}
    flipped = sg.Recursion.from_images({k: sympy.together(images[k].xreplace(at)) for k in (a, b, c)}, scale=2)
    assert "the weight of h = " in refuted(testing.check_decimation, flipped, chain=ising)


def test_coordinates_of_one_s_own_are_compared_on_rings():
    ising = sg.Chain([[1, 0], [0, 1]])
    images = {x: x * (1 + y) ** 2 / ((x + y) * (1 + x * y)), y: y * (x + y) / (1 + x * y)}

    def weights(x, y):
        return [[1, x], [y, y]]

    testing.check_decimation(sg.Recursion.from_images(images, scale=2), chain=ising, bond=weights)
    wrong = sg.Recursion.from_images({**images, y: y**2}, scale=2)
    said = refuted(testing.check_decimation, wrong, chain=ising, bond=weights)
    assert "summing the layers" not in said
    assert "has Z = " in said


def test_what_keeps_z_but_not_the_correlations_is_refuted():
    # three states, the entries of V as coordinates, and images with two states exchanged: the same spectrum of T
    entries = sympy.symbols("v1:9")
    V = sympy.Matrix(3, 3, [1, *entries])
    squared = V * V
    order = [1, 0, 2]
    exchanged = squared.extract(order, order)
    for matrix, right in ((squared, True), (exchanged, False)):
        images = {v: matrix[k] / matrix[0] for k, v in enumerate(entries, 1)}
        recursion = sg.Recursion.from_images(images, scale=2)
        options = {
            "chain": sg.Chain([[1, 0, 0], [0, 1, 0], [0, 0, 1]]),
            "bond": lambda *v: [[1, *v[:2]], v[2:5], v[5:]],
        }
        if right:
            testing.check_decimation(recursion, **options)
        else:
            said = refuted(testing.check_decimation, recursion, **options)
            assert "the connected correlation of h over 2 of 4 layers is " in said


class Transposed(sg.Recursion):
    def jacobian(self, *, at=None):
        return super().jacobian(at=at).T


class Doubled(sg.Recursion):
    def jacobian(self, *, at=None):
        return 2 * super().jacobian(at=at)


class Truncated(sg.Recursion):
    def jacobian(self, *, at=None):
        return super().jacobian(at=at)[:1, :]


class InCouplings(sg.Recursion):
    """The Jacobian of the logarithms in place of that of the factors."""

    def jacobian(self, *, at=None):
        values, image = self.values_of(at), self(at)
        plain = super().jacobian(at=at)
        return sympy.Matrix(len(values), len(values), lambda i, j: plain[i, j] * values[j] / image[i])


@pytest.mark.parametrize("kind", [Transposed, Doubled, Truncated, InCouplings])
def test_wrong_jacobians_are_refuted(kind):
    wrong = kind.from_images(PAPER.recursion().images, scale=2)
    said = refuted(testing.check_jacobian, wrong, examples=60)
    assert ("has the shape (1, 3)" if kind is Truncated else "its entry for d") in said


def test_the_right_entry_is_shown_exactly():
    wrong = Doubled.from_images({x: (x + 2) / (x + 4)}, scale=2)
    assert refuted(testing.check_jacobian, wrong) == (
        "the Jacobian is wrong at x = 1: its entry for dx'/dx is 4/25,\n  but (x'(x + ε) - x'(x))/ε for ε → 0 is 2/25"
    )


def test_a_wrong_component_and_a_missing_one():
    recursion = PAPER.recursion()
    plane, point = recursion.fixed_points().components
    ones = sg.Recursion.from_images({f: f**2 for f in recursion.factors}, scale=2).fixed_points()
    (strange,) = [part for part in ones if part.point == (1, 1, 1)]
    moved = sg.Recursion.from_images({f: 2 - f for f in recursion.factors}, scale=2).fixed_points().components[0]
    testing.check_fixed_points(recursion, fixed=FixedPointSet(recursion, (plane, strange, point), True, "claimed"))
    for parts in ((plane, moved), (moved,)):
        fixed = FixedPointSet(recursion, parts, True, "claimed")
        said = refuted(testing.check_fixed_points, recursion, fixed=fixed)
        assert "in none of the components" in said or "which is not fixed" in said
    missing = refuted(testing.check_fixed_points, recursion, fixed=FixedPointSet(recursion, (plane,), True, "claimed"))
    assert "V = [" in missing
    assert "is fixed, but in none of the components of FixedPointSet (complete; no factor 0 or" in missing
    found = refuted(testing.check_fixed_points, recursion, fixed=FixedPointSet(recursion, (point,), True, "claimed"))
    assert "a = 1, b = " in found
    # a set that does not claim to be complete may lack components
    testing.check_fixed_points(recursion, fixed=FixedPointSet(recursion, (plane,), None, "not known"))


def test_a_component_of_another_map_is_shown_with_a_point_and_its_image():
    images = {x: x * y, y: y}
    recursion, other = (sg.Recursion.from_images(i, scale=2) for i in (images, {x: x, y: 2 - y / 2}))
    (line,) = other.fixed_points().components
    said = refuted(testing.check_fixed_points, recursion, fixed=FixedPointSet(recursion, (line,), True, "claimed"))
    assert said.endswith("holds x = 1, y = 4/3, which is not fixed: x' = 4/3, y' = 4/3")


def test_conjugate_points_are_checked_at_once():
    # x' − x = x⁵ − x − 1, and y the cube of a root; then two maps of which these points are not fixed
    right = sg.Recursion.from_images({x: x**5 - 1, y: 2 * y - x**3}, scale=2)
    testing.check_fixed_points(right)
    parts = right.fixed_points().components
    for images, said in (
        ({x: x**5 - 1, y: 2 * y - x**2}, "y' = 2*t**3 - t**2"),
        ({x: x / (x**5 - x - 1), y: y}, "x' = t/(t**5 - t - 1)"),
    ):
        wrong = sg.Recursion.from_images(images, scale=2)
        fixed = FixedPointSet(wrong, parts, True, "claimed")
        found = refuted(testing.check_fixed_points, wrong, fixed=fixed)
        assert found.endswith(f"x = t, y = t**3 for the roots of t**5 - t - 1, which are not fixed: {said}")


def test_curves_without_rational_points_are_checked_too():
    # x² + y² = 3 has no rational point
    right = sg.Recursion.from_images({x: x + x**2 + y**2 - 3, y: y}, scale=2)
    (curve,) = right.fixed_points().components
    assert curve.sample() == ()
    testing.check_fixed_points(right)
    wrong = sg.Recursion.from_images({x: x + x**2 + y**2 - 4, y: y}, scale=2)
    fixed = FixedPointSet(wrong, (curve,), True, "claimed")
    assert "which are not fixed: x' = " in refuted(testing.check_fixed_points, wrong, fixed=fixed)


def test_strata_of_wide_networks_and_of_other_chains():
    chain = sg.LayeredNetwork(width=2).chain()
    recursion = chain.recursion()
    fixed = recursion.fixed_points(projective=True)
    assert fixed.complete
    testing.check_fixed_points(recursion, fixed=fixed, samples=2)
    lacking = FixedPointSet(recursion, fixed.components[1:], True, "claimed")
    assert "is fixed, but in none" in refuted(testing.check_fixed_points, recursion, fixed=lacking)
    other = sg.LayeredNetwork(width=2, biases=None).chain().recursion()
    foreign = FixedPointSet(recursion, other.fixed_points(projective=True).components, True, "claimed")
    assert "which is not fixed: it becomes [" in refuted(testing.check_fixed_points, recursion, fixed=foreign)


@pytest.mark.parametrize(
    "counts", [[[1, 0], [2, 1]], [[0, 2, 0], [2, 2, 1]], [[0, 1], [0, 2], [3, 0]], [[0, 1, 0], [3, 1, 3]]]
)
def test_points_with_zeros_are_looked_for_where_their_component_has_none(counts):
    # zeros of W G^T U scatter zeros over points of components that are not wholly at infinity
    for _ in range(10):
        testing.check_fixed_points(sg.Chain(counts).recursion(), projective=True, examples=2)


@pytest.mark.parametrize("counts", [[[3, 3], [0, 3]], [[1, 2], [0, 2]], [[0, 2], [2, 2]]])
def test_a_missing_component_at_infinity_is_missed(counts):
    recursion = sg.Chain(counts).recursion()
    whole = recursion.fixed_points(projective=True)
    rest = tuple(part for part in whole.components if not part.at_infinity)
    assert len(rest) < len(whole.components)
    with pytest.raises(AssertionError, match="in none of the components"):
        testing.check_fixed_points(recursion, fixed=FixedPointSet(recursion, rest, True, "claimed", True))
    testing.check_fixed_points(recursion, fixed=FixedPointSet(recursion, rest, True, "claimed"))


def test_wrong_projections_are_refuted():
    h, s = sg.Variable("h", (0, 1)), sg.Variable("s", (-1, 0, 1))
    off = refuted(testing.check_projection, [h, s], project=lambda f, v: sg.project(f, v) + h)
    assert "the projection h + 1 is 2 at h = 1, s = -1, where the function is 1" in off
    cube = refuted(testing.check_projection, [s], project=lambda f, v: sg.project(f, v) + s**3 - s)
    assert "is not reduced" in cube
    assert "changes a value" in refuted(
        testing.check_projection, [s], reduce=lambda e, v: sympy.expand(e).subs(s**2, 1)
    )
    restless = refuted(testing.check_projection, [s], reduce=lambda e, v: sympy.expand(e) + s**3 - s)
    assert "reducing twice is not reducing once" in restless or "not reduced" in restless


# -- what is asked wrongly ------------------------------------------------------------------------------------------


def test_properties_say_what_they_need():
    alone = sg.Recursion.from_images({x: x**2}, scale=2)
    with pytest.raises(sg.DomainError, match="nothing to be compared with"):
        testing.check_semigroup(alone)
    with pytest.raises(sg.DomainError, match="chain="):
        testing.check_decimation(alone)
    with pytest.raises(sg.ModelError, match="bond="):
        testing.check_decimation(alone, chain=PAPER)
    with pytest.raises(sg.ModelError, match="among them must be"):
        testing.check_semigroup({2: alone})
    with pytest.raises(sg.ModelError, match="no recursion of scale 4"):
        testing.check_semigroup({2: alone}, scales=(2, 2))
    with pytest.raises(sg.ModelError, match="says that its scale is 2"):
        testing.check_semigroup({2: alone, 4: alone})
    with pytest.raises(sg.ModelError, match="name them alike"):
        testing.check_semigroup({2: alone, 4: sg.Recursion.from_images({y: y**4}, scale=4)})
    with pytest.raises(sg.ModelError, match="said to be fixed, is not: x' = 4"):
        testing.check_fixed_points(alone, known=[(2,)])
    with pytest.raises(sg.ModelError, match="depths"):
        testing.check_decimation(PAPER.recursion(), depths=(0,))
    with pytest.raises(sg.ModelError, match="number of examples"):
        testing.check_jacobian(alone, examples=0)
    nowhere = sg.Recursion.from_images({x: 1 / (x - 1)}, scale=2)
    with pytest.raises(sg.DomainError, match="defined at none"):
        testing.check_jacobian(nowhere, values=[1])
    stratum = sg.LayeredNetwork(width=2).chain().recursion().fixed_points().components[0]
    with pytest.raises(sg.DomainError, match="that of a chain"):
        testing.check_fixed_points(alone, fixed=FixedPointSet(alone, (stratum,), True, "claimed"))


def run(code):
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(sg.__file__).resolve().parent.parent,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_without_hypothesis_the_extra_is_named():
    done = run("import sys; sys.modules['hypothesis'] = None; import symrg.testing")
    assert done.returncode == 1
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("ImportError: symrg.testing")
    assert "symrg[test]" in last


def test_symrg_does_not_load_it():
    done = run("import sys, symrg; symrg.Chain; print(sorted({'hypothesis', 'symrg.testing'} & set(sys.modules)))")
    assert done.stdout.strip() == "[]"
