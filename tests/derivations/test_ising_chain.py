"""The tutorial derivation: its formulas against brute force, and what `symrg verify` says when one is typed wrongly."""

import re
from fractions import Fraction
from itertools import product

import mpmath
import pytest
import sympy

from symrg.cli import run
from symrg.ledger.scripts import find_script, run_script
from tests.oracles.evaluator import evaluate

K, F = sympy.symbols("K F")
POINTS = [(Fraction(2), Fraction(3)), (Fraction(5, 3), Fraction(1, 2)), (Fraction(1, 4), Fraction(7, 5))]  # e^K, e^F


@pytest.fixture(scope="module")
def derivation():
    return run_script("ising_chain")


@pytest.fixture(scope="module")
def displayed(derivation):
    """The displayed rows by id: left side ↦ right side."""
    return {
        block.id: {str(row.members[0]): row.members[-1] for row in block.rows}
        for section in derivation.sections
        for block in section.blocks
        if getattr(block, "rows", None) and block.kind in ("equation", "definition")
    }


@pytest.fixture
def verify(capsys, tmp_path):
    """Return a function that runs `symrg verify` on the script with some of its text changed."""
    source = find_script("ising_chain").read_text(encoding="utf-8")

    def call(old="", new=""):
        assert source.count(old) == 1 or not old, old
        path = tmp_path / "mine.py"
        path.write_text(source.replace(old, new), encoding="utf-8")
        with pytest.raises(SystemExit) as stop:
            run(["verify", str(path)])
        return stop.value.code or 0, " ".join(capsys.readouterr().out.split())

    return call


# -- what symrg verify says ------------------------------------------------------------------------------------


def test_every_statement_holds(verify):
    code, out = verify()
    assert code == 0
    assert "Every verdict is as expected: 9 proved" in out


@pytest.mark.parametrize(
    ("old", "new", "identifiers"),
    [
        ("cosh(F)**2) / 4,", "cosh(F)**2) / 2,", {"sum", "tanh", "recursion", "unchanged"}),
        ("F1: F + log", "F1: F - log", {"sum", "recursion", "unchanged"}),
        ("G: log(16 *", "G: log(4 *", {"sum"}),
        ("F1 * (left/2 + right/2)", "F1 * (left + right/2)", {"sum"}),
        ("left*spin + spin*right", "left*spin - spin*right", {"sum"}),
        ("t1, t**2,", "t1, t**3,", {"tanh"}),
        ("x * (1 + y)**2", "x * (1 + y)", {"recursion", "fixed-points", "no-order", "jacobian"}),
        ("y1: y * (x + y)", "y1: y * (x - y)", {"recursion", "fixed-points", "jacobian"}),
        ("x: exp(-4*K)", "x: exp(-2*K)", {"recursion"}),
        ("Eq(x, -3)", "Eq(x, 3)", {"fixed-points"}),
        (", [Eq(x, -3), Eq(y, 1)]", ", [Eq(x, 0), Eq(y, 1)]", {"fixed-points"}),
        ('relation=">"', 'relation="<"', {"no-order"}),
        ("[x, 1 - x, y]", "[x, y]", {"no-order"}),
        ("diag(2**2, 2**1)", "diag(2**1, 2**2)", {"jacobian"}),
        ("[exp(-K), exp(K - F)]", "[exp(K), exp(K - F)]", {"eigenvalue"}),
        ("exp(K) * (cosh(F) + sqrt", "exp(K) * (sinh(F) + sqrt", {"eigenvalue", "magnetisation"}),
        ("sinh(F) / sqrt(sinh(F)**2", "sinh(F) / sqrt(cosh(F)**2", {"magnetisation", "unchanged"}),
    ],
)
def test_a_formula_typed_wrongly_fails_and_is_named(verify, old, new, identifiers):
    code, out = verify(old, new)
    assert code == 1
    _, _, complaint = out.partition("Not every verdict is as expected")
    assert set(re.findall(r"- ([a-z-]+): (?:refuted|undecided), expected proved", complaint)) == identifiers


# -- the formulas, against sums over all states ----------------------------------------------------------------


def values(k, f):
    return {
        K: mpmath.log(mpmath.mpf(k.numerator) / k.denominator),
        F: mpmath.log(mpmath.mpf(f.numerator) / f.denominator),
    }


def ring(coupling, field, count):
    """Sum the Boltzmann weights of a ring over all its states."""
    total = mpmath.mpf(0)
    for spins in product((-1, 1), repeat=count):
        bonds = sum(a * b for a, b in zip(spins, spins[1:] + spins[:1], strict=True))
        total += mpmath.exp(coupling * bonds + field * sum(spins))
    return total


@pytest.mark.parametrize("point", POINTS, ids=str)
@pytest.mark.parametrize("half", [2, 3, 4])
def test_a_ring_of_half_as_many_spins_has_the_same_partition_function(displayed, point, half):
    with mpmath.workdps(40):
        before = values(*point)
        coupling, field, constant = (evaluate(displayed["after"][name], before, {}) for name in ("K'", "F'", "G"))
        whole = ring(before[K], before[F], 2 * half)
        assert mpmath.almosteq(whole, mpmath.exp(half * constant) * ring(coupling, field, half), 1e-30)


def transfer(k, f):
    return [[k * f, 1 / k], [1 / k, k / f]]  # rows and columns: spin up, spin down


def times(A, B):
    return [[sum(A[i][k] * B[k][j] for k in range(2)) for j in range(2)] for i in range(2)]


def coordinates(T):
    """Return e^{-4K} and e^{-2F} of a transfer matrix, whatever its normalisation."""
    return T[0][1] * T[1][0] / (T[0][0] * T[1][1]), T[1][1] / T[0][0]


@pytest.mark.parametrize("point", POINTS, ids=str)
def test_the_recursion_is_that_of_the_squared_transfer_matrix(displayed, point):
    T = transfer(*point)
    before, after = coordinates(T), coordinates(times(T, T))
    exact = {
        sympy.Symbol(name): sympy.Rational(v.numerator, v.denominator) for name, v in zip("xy", before, strict=True)
    }
    found = [displayed["recursion"][name].xreplace(exact) for name in ("x'", "y'")]
    assert [Fraction(int(v.p), int(v.q)) for v in found] == list(after)


def test_the_fixed_points_are_all_there_are(derivation):
    """By elimination: y' = y leaves x = 1, y = 0 or y = 1, and then x' = x is an equation in one unknown."""
    x, y = sympy.symbols("x y")
    (claim,) = [s for s in derivation.statements if s.id == "fixed-points"]
    listed = [dict(eq.args for eq in segment.value) for segment in claim.text.segments if segment.kind == "math"]
    first = sympy.together(x * (1 + y) ** 2 / ((x + y) * (1 + x * y)) - x).as_numer_denom()[0]
    second = sympy.together(y * (x + y) / (1 + x * y) - y).as_numer_denom()[0]
    assert {factor for factor, _ in sympy.factor_list(second)[1]} == {x - 1, y, y - 1}
    assert sympy.expand(first.subs(x, 1)) == 0
    points = [{x: 1}]
    for value in (0, 1):
        for root in sympy.roots(sympy.Poly(first.subs(y, value), x)):
            point = {x: root, y: sympy.Integer(value)}
            if root != 1 and ((x + y) * (1 + x * y)).subs(point) != 0:
                points.append(point)
    assert sorted(map(str, points)) == sorted(map(str, listed))


def test_the_exponents_at_zero_temperature(displayed):
    (J,) = displayed["jacobian"].values()
    for k in (10**3, 10**6):
        cold, warm = transfer(Fraction(k), Fraction(1)), transfer(Fraction(k), 1 + Fraction(1, k))
        (x, _), (x1, _) = coordinates(cold), coordinates(times(cold, cold))
        (_, y), (_, y1) = coordinates(warm), coordinates(times(warm, warm))
        assert abs(x1 / x - int(J[0, 0])) < Fraction(9, k)
        assert abs((y1 - 1) / (y - 1) - int(J[1, 1])) < Fraction(9, k)


@pytest.mark.parametrize("point", POINTS, ids=str)
def test_the_magnetisation_is_that_of_a_long_ring(displayed, point):
    with mpmath.workdps(60):
        T = mpmath.matrix([[mpmath.mpf(e.numerator) / e.denominator for e in row] for row in transfer(*point)])
        power = T**2000
        mean = (power[0, 0] - power[1, 1]) / (power[0, 0] + power[1, 1])
        found = evaluate(displayed["magnetisation"]["m"], values(*point), {})
        assert abs(mean - found) < mpmath.mpf(10) ** -20
