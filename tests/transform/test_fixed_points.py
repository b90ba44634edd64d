"""Fixed points against the structure theorem, planted points, SymPy's certificates and sums over states."""

import subprocess
import sys
from collections import Counter
from fractions import Fraction
from random import Random

import mpmath
import pytest
import sympy

import symrg as sg
from symrg.exact import varieties
from symrg.exact.algebraic import AlgebraicNumber
from symrg.transform import fixed_points as module
from symrg.transform.recheck import check_physical
from symrg.transform.strata import strata
from tests.oracles import algebra, chains

a, b, c, x, y, z = sympy.symbols("a b c x y z")


def draw_counts(draw, shape):
    while True:
        counts = [[draw.choice((0, 0, 1, 1, 2, 3, 4)) for _ in range(shape[1])] for _ in range(shape[0])]
        if all(map(any, counts)):
            return counts


def entries_of(bond):
    return {sympy.Symbol(f"V_{i}{j}"): v for i, row in enumerate(bond) for j, v in enumerate(row)}


def factors_of(chain, bond):
    shape = (len(bond), len(bond[0]))
    table = dict(zip(chains.positions(shape), [v for row in bond for v in row], strict=True))
    values = chains.factor_values(table)
    return [values[place] for place in chain.coordinates.places]


def bond_of(part, point):
    """The bond matrix at a point of a component, by the definition of factors or of the chart."""
    chain = part.recursion.chain
    shape = chain.shape
    if part.at_infinity:
        entries = list(point)
        entries.insert(part.chart, 1)
    else:
        table = chains.from_factors(dict(zip(chain.coordinates.places, point, strict=True)), shape)
        entries = list(table.values())
    return [entries[i : i + shape[1]] for i in range(0, len(entries), shape[1])]


def holds(part, bond):
    """Whether a bond matrix satisfies a component's printed equations."""
    if part.at_infinity:
        values = entries_of(bond)
    elif all(v != 0 for row in bond for v in row):
        values = dict(zip(part.symbols, factors_of(part.recursion.chain, bond), strict=True))
    else:
        return False
    table = {symbol: sympy.Rational(v.numerator, v.denominator) for symbol, v in values.items()}
    return all(g.xreplace(table) == 0 for g in part.generators)


def signature(part, spectrum):
    return part["rank"], part["dimension"], tuple(sorted(spectrum.items()))


def check_chain(counts, scale, draw):
    """Compare with the structure theorem: the same strata, each point of which is on its component alone."""
    fixed = sg.Chain(counts).recursion(scale).fixed_points(projective=True)
    assert fixed.complete is True
    strata = chains.strata(counts, scale)
    expected = Counter((*signature(s, s["spectrum"]), chains.at_infinity(counts, s, draw)) for s in strata)
    found = Counter((p.rank, p.dimension, tuple(sorted(p.spectrum.items())), p.at_infinity) for p in fixed)
    if scale <= 4:  # the spectra by elimination, without the theorem
        assert all(part.eliminated_spectrum == part.spectrum for part in fixed)
    assert found == expected
    owners = []
    for stratum in strata:
        infinite = chains.at_infinity(counts, stratum, draw)
        for _ in range(2):
            bond = chains.draw_fixed(counts, stratum, draw)
            if not infinite and any(v == 0 for row in bond for v in row):
                continue
            assert chains.proportional(chains.open_chain(bond, counts, scale), bond) is not None
            (owner,) = [part for part in fixed if holds(part, bond)]
            assert (owner.rank, owner.dimension) == (stratum["rank"], stratum["dimension"])
            owners.append(owner)
    for part in fixed:
        assert part.physical == (part.rank == 1)
        for point in part.sample(2):
            bond = bond_of(part, point)
            assert chains.proportional(chains.open_chain(bond, counts, scale), bond) is not None
            assert chains.rank(bond) == part.rank
            assert holds(part, bond)
    return fixed


@pytest.mark.parametrize("scale", [2, 3, 4])
@pytest.mark.parametrize("seed", range(6))
def test_square_chains_have_the_strata_of_the_theorem(seed, scale):
    draw = Random(100 * seed + scale)
    check_chain(draw_counts(draw, (2, 2)), scale, draw)


@pytest.mark.parametrize("shape", [(2, 3), (3, 2), (1, 3), (3, 1), (1, 1)])
@pytest.mark.parametrize("seed", range(3))
def test_oblong_chains_have_the_strata_of_the_theorem(seed, shape):
    draw = Random(seed)
    check_chain(draw_counts(draw, shape), 2, draw)


@pytest.mark.parametrize(
    ("counts", "scale"),
    [
        ([[2, 0, 3], [4, 0, 1]], 3),
        ([[1, 0], [0, 1]], 5),
        ([[2, 2], [1, 3]], 5),
        ([[1, 0], [0, 1], [0, 1]], 3),
        ([[1, 1, 0], [0, 0, 1]], 3),
        ([[1, 0, 1], [0, 1, 0]], 2),
        ([[1, 0, 0, 1], [0, 1, 2, 0]], 2),
    ],
    ids=str,
)
def test_particular_chains_have_the_strata_of_the_theorem(counts, scale):
    check_chain(counts, scale, Random(0))


@pytest.mark.parametrize("shape", [(3, 3), (3, 4), (4, 3), (4, 4)])
@pytest.mark.parametrize("seed", range(4))
def test_strata_of_larger_chains_are_at_infinity_where_drawn_points_have_zeros(seed, shape):
    draw = Random(seed)
    counts = draw_counts(draw, shape)
    rank = chains.rank(counts)
    for scale in (2, 3, 4) if rank <= 2 else (2,):
        expected = Counter(
            (s["rank"], s["dimension"], chains.at_infinity(counts, s, draw, draws=10))
            for s in chains.strata(counts, scale)
        )
        found = strata(sg.Chain(counts), scale)
        assert Counter((s.rank, s.dimension, s.at_infinity) for s in found) == expected


def test_where_elimination_outgrows_its_limits_the_structure_theorem_answers(monkeypatch):
    counts = [[2, 1, 1], [1, 3, 0], [1, 2, 4]]
    monkeypatch.setattr(varieties, "_MOST_BRANCHES", 2)
    for projective in (False, True):
        fixed = sg.Chain(counts).recursion().fixed_points(projective=projective)
        assert fixed.complete
        assert Counter(part.rank for part in fixed) == {1: 1, 2: 1, 3: 1}
        assert "rank G = 3" in fixed.reason


def test_strata_at_infinity_are_left_out_unless_asked_for_projectively():
    # G without a row and a column of rank 1: the stratum of full rank has a zero entry, for every scale
    counts = [[1, 0, 0], [0, 1, 1], [0, 1, 2], [0, 1, 1]]
    recursion = sg.Chain(counts).recursion(3)
    assert len(recursion.factors) > module.MOST_FACTORS
    finite, all_ = recursion.fixed_points(), recursion.fixed_points(projective=True)
    assert finite.complete
    assert all_.complete
    assert len(finite) < len(all_)
    assert not any(part.at_infinity for part in finite)
    for part in all_:
        for bond in part.sample(3):
            assert chains.proportional(chains.open_chain(bond, counts, 3), bond) is not None
            if part.at_infinity:
                assert any(v == 0 for row in bond for v in row)


@pytest.mark.parametrize("seed", range(10))
def test_points_left_out_by_punctures_are_no_fixed_points(seed):
    # V = u wᵀ of rank one with w Gᵀ u = 0: the sum over the inner states is zero
    draw = Random(seed)
    counts = draw.choice(([[2, 2], [1, 3]], [[0, 3], [2, 1]], [[1, 4], [2, 0]], [[3, 1], [3, 1]]))
    scale = draw.choice((2, 3))
    recursion = sg.Chain(counts).recursion(scale)
    (surface,) = [part for part in recursion.fixed_points() if part.rank == 1]
    tried = 0
    while tried < 5:
        left = [Fraction(draw.randint(1, 4)) * draw.choice((-1, 1)) for _ in range(2)]
        weights = [sum(counts[i][j] * left[i] for i in range(2)) for j in range(2)]  # w must be orthogonal to this
        if 0 in weights:
            continue
        right = [weights[1], -weights[0]]
        tried += 1
        bond = [[u * w for w in right] for u in left]
        point = factors_of(recursion.chain, bond)
        table = {s: sympy.Rational(v.numerator, v.denominator) for s, v in zip(surface.symbols, point, strict=True)}
        assert all(g.xreplace(table) == 0 for g in surface.generators)
        assert any(p.xreplace(table) == 0 for p in surface.punctures)
        with pytest.raises(sg.UndefinedPointError):
            recursion(point)


@pytest.mark.parametrize(("counts", "scale"), [([[2, 2], [1, 3]], 4), ([[1, 0], [0, 1]], 4), ([[3, 1], [2, 2]], 5)])
def test_algebraic_points_of_components_are_fixed(counts, scale):
    # surfaces with a quadratic relation: any rational values of the free factors, the third one algebraic
    fixed = sg.Chain(counts).recursion(scale).fixed_points()
    curved = [part for part in fixed if part.variety.relation is not None]
    assert curved
    for part in curved:
        variety = part.variety
        for values in ((2, 3), (Fraction(1, 2), 5), (-1, Fraction(4, 3))):
            table = dict(zip((part.symbols[i] for i in variety.free), map(sympy.Rational, values), strict=True))
            (generator,) = part.generators
            unknown = part.symbols[variety.algebraic]
            modulus = sympy.Poly(generator.xreplace(table), unknown).all_coeffs()[::-1]
            root = chains.Residue([0, 1], [Fraction(int(m.p), int(m.q)) for m in modulus])
            point = [
                root if s == unknown else root.of(Fraction(int(table[s].p), int(table[s].q))) for s in part.symbols
            ]
            bond = [[root.of(v) for v in row] for row in bond_of(part, point)]
            image = chains.open_chain(bond, counts, scale)
            pivot = image[0][0] / bond[0][0]
            assert pivot != 0
            assert all(
                i == pivot * v for one, other in zip(image, bond, strict=True) for i, v in zip(one, other, strict=True)
            )


def test_the_example_of_the_paper():
    fixed = sg.LayeredNetwork().chain().recursion().fixed_points()
    assert fixed.complete
    plane, point = fixed.components
    assert (plane.dimension, plane.generators, plane.point) == (2, (a - 1,), None)
    assert plane.spectrum == {Fraction(0): 1, Fraction(1): 2}
    assert plane.exponents == {Fraction(0): -sympy.oo, Fraction(1): 0}
    assert [sympy.expand(p) for p in plane.punctures] == [2 + 2 * c + b + 3 * b * c]
    assert plane.physical is True
    assert plane.couplings is None
    assert point.point == (3, Fraction(-2, 3), Fraction(-1, 3))
    assert point.spectrum == {Fraction(2): 3}
    assert point.exponents == {Fraction(2): 1}
    assert point.physical is False
    assert point.punctures == ()
    A, B, C = fixed.recursion.couplings
    expected = {
        A: sympy.log(3),
        B: sympy.log(sympy.Rational(2, 3)) + sympy.I * sympy.pi,
        C: -sympy.log(3) + sympy.I * sympy.pi,
    }
    for coupling, value in point.couplings.items():
        assert sympy.expand_log(value - expected[coupling], force=True).expand() == 0
    assert plane.contains((1, 7, Fraction(-2, 9)))
    assert not plane.contains((2, 7, 5))
    assert "complete" in repr(fixed)
    assert len(fixed) == 2 == len(list(fixed))


def test_the_example_is_solved_by_factorisation_in_few_branches(monkeypatch):
    # a regression guard: no Gröbner basis and no more branches than it takes now
    calls, leaves = [], []
    original = varieties.groebner_basis
    monkeypatch.setattr(
        varieties, "groebner_basis", lambda *args, **more: calls.append(args) or original(*args, **more)
    )
    decompose = varieties.decompose
    monkeypatch.setattr(
        module, "decompose", lambda *args, **more: leaves.append(decompose(*args, **more)) or leaves[-1]
    )
    recursion = sg.LayeredNetwork().chain().recursion()
    assert recursion.fixed_points().complete
    assert calls == []
    assert leaves[0].branches <= 7


# -- recursions given by formulas -----------------------------------------------------------------------------------


def certify(images, scale=2, **options):
    """The fixed points of a map, certified by SymPy: numerators of R(x) − x, saturated by denominators."""
    recursion = sg.Recursion.from_images(images, scale=scale, **options)
    fixed = recursion.fixed_points()
    assert fixed.complete
    symbols = tuple(images)
    pairs = [sympy.fraction(sympy.cancel(image)) for image in images.values()]
    equations = [sympy.expand(top - s * bottom) for s, (top, bottom) in zip(symbols, pairs, strict=True)]
    nonzero = [bottom for _, bottom in pairs]
    found = [list(part.generators) for part in fixed]
    assert algebra.why_not_solution_set(equations, nonzero, found, symbols) is None
    for part in fixed:
        for point in part.sample(3):
            assert recursion(point) == point
    return fixed


def test_the_ising_chain_in_a_field():
    # x = e^(−4K), y = e^(−2H): any y at infinite temperature; zero temperature lies at infinite coupling
    images = {x: x * (1 + y) ** 2 / ((x + y) * (1 + x * y)), y: y * (x + y) / (1 + x * y)}
    fixed = certify(images, exponential=True)
    line, point, cold = fixed.components
    assert line.generators == (x - 1,)
    assert line.spectrum == {Fraction(0): 1, Fraction(1): 1}
    assert line.physical is True
    # (1 + y)² = (x + y)(1 + x y) at y = 1: x = 1 or x = −3
    assert point.point == (-3, 1)
    assert point.physical is False
    assert [sympy.expand(p) for p in line.punctures] == [y + 1]
    assert (cold.point, cold.at_infinity, cold.physical) == ((0, 1), True, False)
    assert cold.spectrum == {Fraction(2): 1, Fraction(4): 1}
    assert "infinite" in cold.physical_reason
    # the same coordinates without a meaning: (−3, 1) is a real point, and (0, 1) as good as any
    plain = certify(images)
    assert [part.at_infinity for part in plain] == [False] * 3
    assert all(part.physical for part in plain)


@pytest.mark.parametrize(("scale", "values"), [(2, {0, 1}), (3, {-1, 0, 1}), (4, {0, 1}), (5, {-1, 0, 1})])
def test_the_ising_chain_without_a_field(scale, values):
    # t ↦ t^p: its real fixed points and, for p = 4, 5, those that are no real numbers
    recursion = sg.IsingChain(sympy.Symbol("K")).recursion(scale, coordinates="t")
    fixed = recursion.fixed_points()
    assert fixed.complete
    assert {part.point[0] for part in fixed if part.physical} == values
    assert sum(len(part.points) for part in fixed) == scale
    assert [part.physical for part in fixed if part.point is None] == ([False] if scale > 3 else [])


def test_quadratic_maps_have_algebraic_fixed_points():
    fixed = certify({x: x**2 + x - 2})
    (part,) = fixed.components
    assert part.generators == (x**2 - 2,)
    assert len(part.points) == 2
    assert part.point is None
    assert part.physical is True
    assert part.spectrum is None  # 1 ± 2√2: not the same at both
    low, high = (point[0] for point in part.points)
    assert isinstance(high, AlgebraicNumber)
    assert (low.sign, high.sign) == (-1, 1)
    coefficients = [k.to_sympy() for k in part.characteristic_polynomial]
    assert sympy.expand(coefficients[0] + 2 * x + 1) == 0


@pytest.mark.parametrize(
    ("image", "physical"),
    [(x**2 + 2 * x - 2, True), (x**2 + 4 * x + 2, None), (x**2 + 3, False), (x**2 + 3 * x + 3, False), (2 / x, True)],
)
def test_algebraic_points_are_physical_if_one_is_positive(image, physical):
    fixed = certify({x: image}, exponential=True)
    positive = any(root.is_real and root > 0 for f in fixed for root in sympy.Poly(f.generators[0], x).all_roots())
    assert any(part.physical for part in fixed) == positive
    assert all(part.physical == any(part.physical_points) for part in fixed)
    roots = [root for f in fixed for root in sympy.Poly(f.generators[0], x).all_roots()]
    assert any(part.physical for part in certify({x: image})) == any(root.is_real for root in roots)
    if physical is not None:
        assert positive == physical


def test_the_spectrum_at_conjugate_points_can_be_rational():
    (part,) = certify({x: 2 / x}).components
    assert part.spectrum == {Fraction(-1): 1}


def test_an_irrational_spectrum_is_kept_exact():
    fixed = certify({x: y**2, y: 2 * x - 1})
    # x = y², 2y² − y − 1 = 0: (1, 1) and (1/4, −1/2); J = [[0, 2y], [2, 0]]
    spectra = {part.point: part.spectrum for part in fixed}
    assert set(spectra) == {(1, 1), (Fraction(1, 4), Fraction(-1, 2))}
    assert spectra[1, 1] == {Fraction(-2): 1, Fraction(2): 1}
    imaginary = spectra[Fraction(1, 4), Fraction(-1, 2)]
    assert [k.minimal_polynomial for k in imaginary] == [(2, 0, 1)] * 2
    # x (y − 1) = 0 and x + y² − y − 1 = 0; J = [[y, x], [1, 2y]]
    fixed = certify({x: x * y, y: x + y**2 - 1})
    assert {part.point for part in fixed} == {(1, 1), None}
    (golden,) = [part for part in fixed if part.point is None]
    assert golden.spectrum is None
    for (_, at), spectrum in zip(golden.points, golden.spectra, strict=True):  # y² = y + 1: λ = y and 2y
        assert {v.minimal_polynomial for v in spectrum} == {(-1, -1, 1), (-4, -2, 1)}
        assert {v.sign for v in spectrum} == {at.sign}


@pytest.mark.parametrize(
    "images",
    [
        {x: ((x**2 + 1) / (2 * x)) ** 2},
        {x: x**2 + y - 1, y: x * y + y**2 - 2},
        {x: x + x**2 - 2, y: y + y**2 - 3},
        {x: x**2 + y * z, y: y**2 - x + 1, z: x * y - 2},
        {x: x + (x**2 - 2) ** 2, y: y + y * (x**2 - 2) + y**3 - 5},
        {x: (x**3 + y) / (x + 2), y: (x * y + 3) / (y - x)},
    ],
    ids=str,
)
def test_spectra_at_conjugate_points_are_those_of_numerical_jacobians(images):
    """mpmath refines each point, differentiates by formulas of SymPy and finds the eigenvalues, with 50 digits."""
    recursion = sg.Recursion.from_images(images, scale=2)
    fixed = recursion.fixed_points()
    assert fixed.complete
    assert any(part.spectrum is None and part.spectra for part in fixed)
    symbols = list(images)
    equations = [image - s for s, image in images.items()]
    jacobian = sympy.Matrix(list(images.values())).jacobian(symbols)
    for part in fixed:
        assert len(part.spectra) == len(part.points) == len(part.point_exponents)
        for point, spectrum, exponents in zip(part.points, part.spectra, part.point_exponents, strict=True):
            with mpmath.workdps(50):
                start = [mpmath.mpmathify(complex(v)) for v in point]
                precise = sympy.lambdify(symbols, equations, "mpmath")
                slopes = sympy.lambdify(symbols, jacobian, "mpmath")
                for _ in range(8):  # Newton's steps
                    shifted = slopes(*start) - mpmath.eye(len(start))
                    if abs(mpmath.det(shifted)) < 1e-8:
                        break  # an eigenvalue 1
                    step = mpmath.lu_solve(shifted, mpmath.matrix(precise(*start)))
                    start = [v - d for v, d in zip(start, step, strict=True)]
                matrix = slopes(*start)
                expected = [matrix[0]] if matrix.rows == 1 else list(mpmath.eig(matrix, left=False, right=False))
                given = [mpmath.mpmathify(complex(value)) for value, n in spectrum.items() for _ in range(n)]
                assert len(given) == len(expected)
                for value in given:
                    nearest = min(expected, key=lambda other, v=value: abs(other - v))
                    assert abs(nearest - value) < 1e-6
                    expected.remove(nearest)
            assert sum(spectrum.values()) == len(symbols)
            assert recursion.linearize(point).eigenvalues == spectrum
            assert list(exponents) == list(spectrum)


def test_the_example_with_an_irrational_point():
    # x' = ((x² + 1)/2x)²: its derivative at a root of x³ − 3x² − x − 1 is x² − 2x − 3
    recursion = sg.Recursion.from_images({x: ((x**2 + 1) / (2 * x)) ** 2}, scale=2)
    fixed = recursion.fixed_points()
    one, part = fixed
    assert (fixed[0], fixed[-1], fixed[:1]) == (one, part, (one,))
    assert (one.point, one.spectrum) == ((1,), {Fraction(0): 1})
    assert part.generators == (x**3 - 3 * x**2 - x - 1,)
    assert part.physical_points == (True, False, False)
    (value,) = part.spectra[0]
    # the norm: λ³ + 4λ² − 16, as the resultant says
    lam = sympy.Symbol("lam")
    norm = sympy.resultant(part.generators[0], lam - (x**2 - 2 * x - 3), x)
    assert sympy.Poly(value.minimal_polynomial[::-1], lam) in (sympy.Poly(norm, lam), sympy.Poly(-norm, lam))
    assert abs(float(value) - 1.67857351) < 1e-8
    assert abs(float(sympy.N(part.points[0][0])) - 3.38297576790624) < 1e-12
    lines = str(fixed).splitlines()
    assert lines[0] == "FixedPointSet (complete; all finite points): 2 components"
    assert lines[1].split() == ["dim", "λ", "(how", "many)", "real", "where"]
    assert lines[3:] == [
        "0    ≈ 1.67857 (1)  yes   x ≈ 3.38298, a root of x**3 - 3*x**2 - x - 1",
        "0    see spectra    no    2 more at other roots, not real",
    ]
    assert "varies" not in str(fixed)


def test_no_fixed_point_is_proved_to_be_none():
    for images in ({x: x + 1}, {x: 2 / x, y: y + 1}, {x: x**2, y: y + 1 / x}, {x: x + 1 / x}):
        fixed = certify(images)
        assert len(fixed) == 0
        assert fixed.complete is True


def test_a_spectrum_that_varies_is_not_given():
    fixed = certify({x: x, y: y + (y - 1) * (x - 3)})
    spectra = {part.generators: part.spectrum for part in fixed}
    assert spectra == {(y - 1,): None, (x - 3,): {Fraction(1): 2}}
    line = next(part for part in fixed if part.generators == (y - 1,))
    values = [k.to_sympy() for k in line.characteristic_polynomial]
    # eigenvalues 1 and x − 2
    assert sympy.expand(values[0] - (x - 2)) == 0
    assert sympy.expand(values[1] + (x - 1)) == 0


def test_removable_points_are_kept_and_undefined_ones_left_out():
    # on x + y = 3 the map is 0/0 where x = 1
    fixed = certify({x: x + (x + y - 3) / (x - 1), y: y})
    (line,) = fixed.components
    assert line.generators == (x + y - 3,)
    (puncture,) = line.punctures
    assert sympy.Poly(puncture, x, y).subs({x: 1, y: 2}) == 0
    with pytest.raises(sg.UndefinedPointError, match="0/0"):
        fixed.recursion((1, 2))
    # (x − 1) divides both: no puncture
    (line,) = certify({x: x + (x + y - 3) * (x - 1) / (x - 1), y: y}).components
    assert line.punctures == ()


def test_punctures_where_the_parametrisation_has_a_pole():
    # on (x − 1) y = (z − 1)(z − 2) the point (1, 5, 1) is fixed though y, as a quotient, is 0/0 there
    surface = (x - 1) * y - (z - 1) * (z - 2)
    fixed = certify({x: x + surface / (y - 2), y: y, z: z})
    (part,) = fixed.components
    assert fixed.recursion((1, 5, 1)) == (1, 5, 1)
    at = {x: 1, y: 5, z: 1}
    assert all(p.subs(at) != 0 for p in part.punctures)
    with pytest.raises(sg.UndefinedPointError):
        fixed.recursion((1, 2, 1))
    assert any(p.subs({x: 1, y: 2, z: 1}) == 0 for p in part.punctures)


@pytest.mark.parametrize("seed", range(16))
def test_planted_fixed_sets_of_maps(seed):
    # x' = x + f/d, y' = y + g/d with f and g products of random factors: certified by SymPy
    draw = Random(seed)

    def linear():
        return draw.randint(-2, 2) * x + draw.randint(-2, 2) * y + draw.choice((-2, -1, 1, 2))

    f, g = (sympy.Mul(*(draw.choice((linear(), linear() * x - y, x * y - 2)) for _ in range(2))) for _ in range(2))
    d = draw.choice((sympy.S.One, x + y + 1, x * y - 2, linear()))
    certify({x: x + f / d, y: y + g / d})


def curve(equation, **options):
    recursion = sg.Recursion.from_images({x: x + equation, y: y}, scale=2, **options)
    (part,) = recursion.fixed_points().components
    return part


def test_a_map_whose_lexicographic_basis_is_found_by_linear_algebra():
    """Blume, Emery and Griffiths on the diamond lattice (Migdal and Kadanoff), beside Newton's method."""
    n = 1 + 2 * z**2
    images = {x: ((x**2 + y**2 + z**2) / n) ** 2, y: ((2 * x * y + z**2) / n) ** 2, z: (z * (x + y + 1) / n) ** 2}
    fixed = sg.Recursion.from_images(images, scale=2).fixed_points()
    assert fixed.complete
    assert {part.point for part in fixed} >= {(0, 0, 0), (1, 0, 0), (1, 1, 1), (1, Fraction(1, 4), Fraction(1, 4))}
    points = [[complex(v) for v in point] for part in fixed for point in part.points]
    step = sympy.lambdify([x, y, z], list(images.values()))
    assert all(abs(u - v) < 1e-6 for point in points for u, v in zip(step(*point), point, strict=True))
    draw = Random(1)
    newton = sympy.lambdify([x, y, z], [image - s for s, image in images.items()], "mpmath")
    met = 0
    while met < 12:
        start = [complex(draw.gauss(0, 1), draw.gauss(0, 1)) for _ in range(3)]
        try:
            root = mpmath.findroot(newton, start, maxsteps=40)
        except (ValueError, ZeroDivisionError):
            continue
        met += 1
        assert any(all(abs(u - v) < 1e-6 for u, v in zip(root, point, strict=True)) for point in points)


def test_sets_without_positive_points():
    # 1 + x² + y² = 0 has none by its signs; for x + y = −1 so too; x y = 2 has some
    for equation, expected in ((1 + x**2 + y**2, False), (x + y + 1, False), (x * y - 2, True)):
        part = curve(equation, exponential=True)
        assert part.physical is expected
        assert part.physical_reason
        assert check_physical(part) is not False
    # neither is found for x² − 2x + y² + 2 = (x − 1)² + y² + 1 = 0
    assert curve(x**2 - 2 * x + y**2 + 2, exponential=True).physical is None


def test_sets_without_real_points():
    # no real point by signs, a rational one, irrational ones only (x² + y² = 3), only at negative coordinates
    for equation, expected in (
        (1 + x**2 + y**2, False), (x + y + 1, True), (x**2 + y**2 - 3, True), ((x + 2) ** 3 + y**2, True),
        (x**2 - 2 * x + y**2 + 2, None),
    ):  # fmt: skip
        part = curve(equation)
        assert part.physical is expected
        assert not any(word in part.physical_reason for word in ("coupling", "positive", "factor"))
        assert check_physical(part) is not False


def test_the_identity_is_fixed_everywhere():
    fixed = sg.Recursion.from_images({x: x, y: y}, scale=2).fixed_points()
    assert str(fixed).splitlines()[-1].split() == ["2", "1", "(2)", "yes", "everywhere"]
    assert "everywhere" in repr(fixed[0])


def test_a_set_that_cannot_be_parametrised_leaves_the_answer_open():
    # two square roots over the line of z
    images = {x: x + x**2 - z**3 - 1, y: y + y**2 - z**3 - 2, z: z}
    fixed = sg.Recursion.from_images(images, scale=2).fixed_points()
    assert fixed.complete is None
    assert "could not be closed" in fixed.reason
    assert "not known" in repr(fixed)
    assert repr(fixed).splitlines()[1].startswith("Why: not known: ")
    assert all(len(line) <= 80 for line in repr(fixed).splitlines())


# -- limits and bad input --------------------------------------------------------------------------------------------


def test_only_chains_are_projective():
    with pytest.raises(sg.DomainError, match="leave out projective=True: all finite fixed points"):
        sg.Recursion.from_images({x: x**2}, scale=2).fixed_points(projective=True)


def test_searches_that_would_not_end_are_refused():
    symbols = sympy.symbols(f"x0:{module.MOST_FACTORS + 1}")
    with pytest.raises(sg.BudgetExceeded, match="factors") as caught:
        sg.Recursion.from_images({s: s**2 for s in symbols}, scale=2).fixed_points()
    assert (caught.value.estimate, caught.value.limit) == (module.MOST_FACTORS + 1, module.MOST_FACTORS)


def test_many_free_factors_are_sampled_without_listing_them_all():
    symbols = sympy.symbols("x0:8")
    (space,) = sg.Recursion.from_images({s: s for s in symbols}, scale=2).fixed_points().components
    assert space.dimension == 8
    assert space.physical is True
    assert space.sample(2)[0] == (1,) * 8


def test_points_are_asked_for_exactly():
    plane = sg.LayeredNetwork().chain().recursion().fixed_points().components[0]
    with pytest.raises(sg.NotExactError):
        plane.contains((1.0, 2, 3))
    with pytest.raises(sg.ModelError):
        plane.contains((1, 2))


PROGRAM = """
import symrg as sg
print(sg.Chain([[2, 2], [1, 3]]).recursion(4).fixed_points(projective=True))
print(sg.Chain([[1, 4, 1], [0, 2, 2]]).recursion().fixed_points(projective=True))
"""


def test_the_answer_does_not_depend_on_the_hash_seed():
    answers = {
        subprocess.run(
            [sys.executable, "-c", PROGRAM], env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
            capture_output=True, text=True, check=True,
        ).stdout
        for seed in ("0", "77")
    }  # fmt: skip
    assert len(answers) == 1
    assert "complete" in answers.pop()
