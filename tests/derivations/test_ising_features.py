"""Selection layers on the Ising chain: the ledger holds for block sizes and temperatures drawn at random."""

import shutil
from fractions import Fraction
from itertools import combinations
from random import Random

import mpmath
import pytest
import sympy

import symrg as sg
from symrg.ledger.scripts import find_script, run_script
from symrg.view.plots import Arrows
from tests.oracles import ising
from tests.oracles.evaluator import evaluate

SCRIPT = find_script("ising_features")

COVERED = {  # every statement of the page on what is to be derived, and where it is decided
    "decimation: half the logarithm of cosh 2K": {"half-log", "sum"},
    "equivalently the square of t": {"half-log-back", "step"},
    "b-step: t to the power b": {"step", "products"},
    "the free-energy constant": {"sum", "constant-two", "free-energy"},
    "with field: the recursion of x and y": {"recursion", "general-step"},
    "all real and complex fixed points": {"all-fixed", "fixed-points", "real", "real-positive", "fixed-t"},
    "multipliers": {"line", "cold", "complex", "multipliers-t"},
    "zero-temperature exponents in two coordinates": {"exponents", "exponents-u"},
    "why they differ": {"why", "not-smooth", "length", "length-cold"},
    "periodic points: location": {"trace", "location", "tangent", "closed-form", "periods", "curve-two"},
    "periodic points: multipliers": {"slope-x", "slope-y", "multipliers-on-curves", "multipliers-isolated",
        "periodic-t"},
    "a layer that selects every b-th spin is decimation": {
        "sign", "transfer", "selection-open", "selection-ring", "selection-field", "any-bond",
    },
    "two read-outs of mean zero are a two-spin Gibbs law": {"two-point", "gibbs-law"},
    "open chain": {"ends", "open", "open-sizes"},
    "ring": {"ring", "ring-sizes"},
    "surrogate theorem: the minimum": {
        "loss-of-m", "loss-slope", "loss-curvature", "curvature-positive", "loss-even", "loss-zero", "falls",
        "ring-falls", "ring-frustrated", "frustrated-positive", "optimum-open", "optimum-ring",
        "optimum-odd-ring", "surrogate-theorem",
    },
    "surrogate theorem: the limit": {"limit", "ring-small", "stable", "any-layers", "opposite", "not-yet", "reverse",
        "reverse-slope"},
    "warning: majorities": {
        "majority", "adjacent", "correlations", "not-a-chain", "smaller", "smaller-positive", "three-blocks",
        "three-gibbs",        "no-next-nearest", "two-answers",
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def ledger():
    return run_script("ising_features")


@pytest.fixture(scope="module")
def verified(ledger):
    return ledger.verify()


@pytest.fixture(scope="module")
def shown(ledger):
    return {statement.id: statement for statement in ledger.statements}


@pytest.fixture(scope="module")
def derivation():
    """The function of the script, which takes more than the command line gives it."""
    from symrg.ledger.scripts import _load, _siblings_importable

    with _siblings_importable(SCRIPT):
        return _load(SCRIPT).derivation


# -- the ledger ------------------------------------------------------------------------------------------------------


def test_every_verdict_is_as_expected_and_every_statement_of_the_page_is_there(verified):
    assert verified.ok, verified.unexpected
    assert verified.summary["undecided"] == 0
    assert [r.id for r in verified.records if r.verdict.status == "refuted"] == ["not-a-chain"]
    decided = {r.id for r in verified.records if r.kind in ("equation", "claim")}
    assert set().union(*COVERED.values()) <= decided
    rest = decided - set().union(*COVERED.values())
    assert rest == {"bond-t", "cayley", "differences", "t-of-u", "u-step", "cold-u"}  # steps on the way


def test_all_statements_are_marked_as_surrogates(ledger, verified):
    assert all(record.surrogate for record in verified.records)
    assert [section.title for section in ledger.sections if not section.surrogate] == [
        "What the paper's abstract claims"
    ]


def test_blocks_of_three():
    verification = run_script("ising_features", scale=3).verify()
    assert verification.ok, [(r.id, r.verdict) for r in verification.unexpected]


def test_block_sizes_lengths_and_temperatures_drawn_at_random(derivation):
    draw = Random()
    scale, sites = draw.choice([2, 4, 5]), draw.randint(3, 4)
    size = draw.randint(2, 9)
    temperatures = (Fraction(draw.randint(1, size - 1), size), -Fraction(draw.randint(1, size), size + 1))
    verification = derivation(scale=scale, sites=sites, temperatures=temperatures).verify()
    assert verification.ok, (scale, sites, temperatures, [(r.id, r.verdict) for r in verification.unexpected])


# -- formulas against brute force ------------------------------------------------------------------------------------


def exact(value):
    return sympy.Rational(value.numerator, value.denominator)


def right(shown, name, row=0):
    return shown[name].rows[row].members[-1]


def test_the_recursion_shown_is_the_square_of_the_bond_matrix(shown):
    point = {sympy.Symbol("x"): sympy.Rational(2, 7), sympy.Symbol("y"): sympy.Rational(3, 5)}
    found = [right(shown, "recursion", row).xreplace(point) for row in (0, 1)]
    assert found == [exact(v) for v in ising.power(Fraction(2, 7), Fraction(3, 5), 2)]


def test_the_correlations_of_majorities_shown_are_those_of_nine_spins(shown):
    t = Fraction(3, 7)
    table = ising.outputs(ising.law(9, t), [(0, 1, 2), (3, 4, 5), (6, 7, 8)])
    for row, places in enumerate([(0, 1), (0, 2)]):
        assert right(shown, "correlations", row).subs(sympy.Symbol("t"), exact(t)) == exact(ising.mean(table, *places))
    assert ising.mean(table, 0, 1) ** 2 != ising.mean(table, 0, 2)


def test_the_loss_shown_is_that_of_brute_force_and_smallest_at_the_largest_distance(shown):
    t, sites = Fraction(-2, 3), 7
    closed = right(shown, "loss-of-m")
    with mpmath.workdps(30):

        def fine(q):
            return mpmath.mpf(q.numerator) / q.denominator

        for periodic in (False, True):
            everything = ising.law(sites, t, periodic=periodic)
            losses = {}
            for i, j in combinations(range(sites), 2):
                table = ising.outputs(everything, [(i,), (j,)])
                losses[i, j] = ising.divergence(table, lambda q: mpmath.log(fine(q)))
                found = evaluate(closed, {sympy.Symbol("m"): fine(ising.mean(table, 0, 1))}, {})
                assert abs(found - losses[i, j]) < mpmath.mpf(10) ** -25
            best = min(losses.values())
            lowest = [(i, j) for (i, j), loss in losses.items() if loss - best < mpmath.mpf(10) ** -20]
            apart = {min(j - i, sites - j + i) if periodic else j - i for i, j in lowest}
            assert apart == {3 if periodic else 6}


def test_the_periodic_points_shown_return(ledger):
    """In floating point, from the tangents of the table, with multipliers by a small displacement."""
    (table,) = (b for s in ledger.sections for b in s.blocks if getattr(b, "id", "") == "orbits")
    counted = 0

    def step(x, y):
        return x * (1 + y) ** 2 / ((x + y) * (1 + x * y)), y * (x + y) / (1 + x * y)

    with mpmath.workdps(60):
        for line in table.rows:
            period, order, ks, _, along_x, along_y = (cell.segments[0].value for cell in line)
            for k in map(int, ks.split(", ")):
                start = -(mpmath.tan(mpmath.pi * k / int(order)) ** 2)
                h = mpmath.mpf(10) ** -25
                for dx, dy in ((0, 0), (h, 0), (0, h)):
                    x, y = start + dx, 1 + mpmath.mpf(dy)
                    passed = []
                    for _ in range(int(period)):
                        x, y = step(x, y)
                        passed.append(abs(x - start) < mpmath.mpf(10) ** -15)
                    assert passed == [False] * (int(period) - 1) + [True]  # back, and not before
                    if dx:
                        assert abs((x - start) / h - int(along_x)) < 1e-15
                    if dy:
                        assert abs((y - 1) / h - int(along_y)) < 1e-15
                counted += 1
    assert counted == 1 + 2 + 3 + 3 + 4 + 8


def test_the_steps_drawn_go_where_the_caption_says(ledger):
    (figure,) = (b for s in ledger.sections for b in s.blocks if getattr(b, "id", "") == "flow")
    (arrows,) = (item for item in figure.drawing.items if isinstance(item, Arrows))
    for (x, y), (x1, _) in arrows.pairs:
        assert x == Fraction(1, 100) or ((16 * x).denominator == 1 and (16 * x).numerator % 2)
        assert y == 1 or ((16 * y).denominator == 1 and (16 * y).numerator % 2)
        assert x < x1 < 1


def test_at_zero_coupling_every_layer_is_optimal():
    """So the theorem has to leave t = 0 out, as the ledger does."""
    table = ising.law(4, Fraction(0))
    for i, j in combinations(range(4), 2):
        assert set(ising.outputs(table, [(i,), (j,)]).values()) == {Fraction(1, 4)}


# -- changes and refusals ------------------------------------------------------------------------------------------


@pytest.fixture
def changed(tmp_path):
    """Return a function that runs the script with a line changed, and says which of some statements still hold."""

    def call(name, old, new, names):
        for path in (SCRIPT, SCRIPT.with_name("_ising_features.py")):
            shutil.copy(path, tmp_path)
        path = tmp_path / name
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, text.count(old)
        path.write_text(text.replace(old, new), encoding="utf-8")
        ledger = run_script(tmp_path / "ising_features.py")
        return {identifier for identifier in sorted(names) if ledger.verify(identifier).ok}

    return call


@pytest.mark.parametrize(
    ("name", "old", "new", "wrong"),
    [
        ("_ising_features.py", "[1 - z, 1 + z]]", "[1 - z, 1 - z]]", {"bond-t", "products", "open", "ring"}),
        ("_ising_features.py", "if order > 2 and", "if order > 3 and", {"periods"}),
        ("_ising_features.py", "Fraction(sign*size), Fraction(sign)", "Fraction(size), Fraction(sign)", {"periods"}),
        ("_ising_features.py", "min(j - i, sites - j + i) if", "j - i if", {"optimum-ring", "optimum-odd-ring"}),
        ("_ising_features.py", "a*b*c)/2", "2*a*b*c)/2", {"majority", "adjacent"}),
        ("ising_features.py", "x*(1 - x)*Q*R/(", "x*(1 - x)*Q*Q/(", {"differences"}),
        ("ising_features.py", "[R, y - 1]]", "[R, y + 1]]", {"all-fixed"}),
        ("ising_features.py", "[Eq(x, 0), Eq(y, 1)], *curves", "[Eq(x, 0), Eq(y, 0)], *curves", {"fixed-points"}),
        ("ising_features.py", "p*log(2*cosh(K)) - log(2*cosh(atanh", "p*log(cosh(K)) - log(cosh(atanh", {"sum"}),
        ("ising_features.py", "J(0, 1), diag(p**2, p)", "J(0, 1), diag(p, p)", {"cold"}),
        ("ising_features.py", "(yT, 1), (yH, 1)]", "(yT, 2), (yH, 1)]", {"exponents-u"}),
        ("ising_features.py", "t**4*(1 + t**2)**2/4", "t**2*(1 + t**2)**4/16", {"correlations", "not-a-chain"}),
        ("ising_features.py", "(1 - m)*log(1 - m))/2", "(1 - m)*log(1 + m))/2", {"loss-slope", "surrogate-theorem"}),
        ("ising_features.py", "t**(n - r))/(1 + t**n), n", "t**(n - r))/(1 - t**n), n", {"ring"}),
        ("ising_features.py", "+ k)), z**r + z**k)], rel", "+ k)), z**r - z**k)], rel", {"ring-small"}),
    ],
)  # fmt: skip
def test_a_changed_line_is_noticed(changed, name, old, new, wrong):
    assert not changed(name, old, new, wrong)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"network": sg.LayeredNetwork()}, "no layered network"),
        ({"scale": 1}, "from 2 to 8"),
        ({"scale": 9}, "from 2 to 8"),
        ({"sites": 2}, "3 to 8 spins"),
        ({"temperatures": (Fraction(0),)}, "tanh K"),
        ({"temperatures": (Fraction(3, 2),)}, "tanh K"),
        ({"temperatures": (0.5,)}, "tanh K"),
    ],
)
def test_inputs_that_make_no_sense_are_refused(derivation, given, said):
    with pytest.raises(sg.SymrgError, match=said):
        derivation(**given)
