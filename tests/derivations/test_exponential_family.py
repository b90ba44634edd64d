"""The ledger of exponential families: it holds for other blocks and families, and not for a changed script."""

import runpy
import shutil
import sys
from random import Random

import pytest
import sympy

import symrg as sg
from symrg.ledger.scripts import find_script, run_script

SCRIPT = find_script("exponential_family")

# what secondary-papers asks for, and where the ledger decides it
BULLETS = {
    "Gaussian chain": {"integral", "recursion", "ratio", "fixed-points", "multipliers", "laws", "no-laws", "laws-stay",
                       "multiplier", "nu", "length", "chebyshev", "every-scale", "unchanged", "schur"},
    "block sums": {"cumulants", "cumulants-moments", "gauss-fixed", "generating", "eigenvalue", "hermite",
                   "only-gaussian", "stack", "layers"},
    "moment identity": {"derivative", "identity", "gaussian-moments", "solve", "gram", "normal-parameters", "domain",
                        "grows", "leaves"},
    "quartic": {"substitution", "bessel", "scaling", "ode", "shell", "one-loop", "wf-points", "gaussian-exponents",
                "wf-polynomial", "wf-exponents", "wf-nu"},
    "families": {"cumulants-normal", "cumulants-gamma", "cumulants-exponential", "cumulants-poisson", "closed",
                 "moved-normal", "moved-gamma", "moved-poisson", "exponential-leaves", "poisson-leaves", "fixed-normal",
                 "fixed-none"},
    "theorem": {"loss-weights", "minimum", "optimum", "limit", "approach", "finite-depth", "normal-input", "divergence",
                "other-loss", "other-loss-limit", "plain-sums", "centred", "selection"},
}  # fmt: skip


def test_every_bullet_is_decided_and_marked():
    derivation = run_script("exponential_family")
    verification = derivation.verify()
    assert verification.ok, [(r.id, r.verdict) for r in verification.unexpected]
    assert verification.summary["undecided"] == 0
    verdicts = {r.id: r.verdict.status for r in verification.records}
    for bullet, ids in BULLETS.items():
        assert ids <= set(verdicts), bullet
    refuted = {id_ for id_, status in verdicts.items() if status == "refuted"}
    assert refuted == {"finite-depth", "other-loss-limit"}
    # nothing is said to be the paper's: every statement is about a model of ours
    assert all(statement.surrogate for statement in derivation.statements)


@pytest.fixture
def script(monkeypatch):
    """The function of the script, which takes more than the command line gives it."""
    monkeypatch.syspath_prepend(str(SCRIPT.parent))
    function = runpy.run_path(str(SCRIPT))["derivation"]
    del sys.modules["_exponential_family"]  # other tests load a changed one
    return function


@pytest.mark.parametrize("scales", [[2], [3], [4, 5]])
def test_other_blocks_families_and_degrees(script, scales):
    draw = Random()
    scale = draw.choice(scales)
    options = {"family": draw.choice(["normal", "exponential", "Poisson"]), "degree": draw.choice([4, 6])}
    verification = script(scale=scale, **options).verify()
    assert verification.ok, (scale, options, [(r.id, r.verdict) for r in verification.unexpected])
    assert verification.summary["undecided"] == 0


def test_what_the_ledger_prints_is_the_literature_s():
    shown = {s.id: s for s in run_script("exponential_family").statements}
    rho = sympy.Symbol("rho")
    (row,) = shown["ratio"].rows
    assert row.members[-1] == rho**2 / (1 - 2 * rho**2)
    a, J = sympy.symbols("a J", positive=True)
    assert [row.members[-1] for row in shown["recursion"].rows] == [a - 2 * J**2 / a, J**2 / a]


@pytest.fixture
def changed(tmp_path):
    """Return a function that runs the script with a line of it or of its helper changed."""

    def call(name, old, new, wrong):
        for path in (SCRIPT, SCRIPT.with_name("_exponential_family.py")):
            shutil.copy(path, tmp_path)
        path = tmp_path / name
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, old
        path.write_text(text.replace(old, new), encoding="utf-8")
        derivation = run_script(tmp_path / "exponential_family.py")
        return {record.id for id_ in sorted(wrong) for record in derivation.verify(claim=id_).unexpected}

    return call


MAIN, HELPER = "exponential_family.py", "_exponential_family.py"


@pytest.mark.parametrize(
    ("name", "old", "new", "wrong"),
    [
        (MAIN, "(a1, a - 2*J**2/a)", "(a1, a - J**2/a)", {"recursion"}),
        (MAIN, "rho**2/(1 - 2*rho**2), meaning", "rho**2/(1 - rho**2), meaning", {"ratio"}),
        (MAIN, "systems = [[sympy.Eq(rho, 0)], *(", "systems = [*(", {"fixed-points"}),
        (MAIN, "2*J*T(u)/U(u)", "J*T(u)/U(u)", {"chebyshev"}),
        (MAIN, "lam, p**2, meaning", "lam, p, meaning", {"multiplier"}),
        (MAIN, "b**(1 - n/2) * kn * t**n", "b**(1 - n) * kn * t**n", {"cumulants"}),
        (MAIN, "b * exp(-(x - t/sqrt(b))**2/2)", "b * exp(-(x - t/b)**2/2)", {"generating"}),
        (MAIN, "sqrt(t2/t4)/2*exp(zz)", "sqrt(t2/t4)*exp(zz)", {"bessel"}),
        (MAIN, "-36*u_**2/(1 + r)**2)]", "-72*u_**2/(1 + r)**2)]", {"one-loop"}),
        (MAIN, "(2 - eps/3 - Y)*(-eps - Y)", "(2 - eps/3 - Y)*(eps - Y)", {"wf-polynomial"}),
        (MAIN, "(3*m2**2 - m4)/(4*(", "(3*m2**2 - m4)/(2*(", {"solve"}),
        (MAIN, '("exponential", "plain"): False', '("exponential", "plain"): True', {"closed"}),
        (MAIN, "Eq(s0**2, 1/p)]", "Eq(s0, 1/p)]", {"fixed-normal"}),
        (MAIN, "(2*j + 1)*M(2*j)", "(2*j + 3)*M(2*j)", {"identity"}),
        (MAIN, "-k4/(24*v**4)", "-k4/(12*v**4)", {"approach"}),
        (MAIN, "m4: w*q**4, m6: w*q**6}", "m4: w*q**4, m6: q**6}", {"domain"}),
        (MAIN, "exp(-(sqrt(b)*x)**2/(2*b*v))", "exp(-(sqrt(b)*x)**2/(2*v))", {"normal-input"}),
        (HELPER, "c ** (2 - n) * hermite", "c ** (1 - n) * hermite", {"hermite"}),
        (HELPER, "w**k * known[k]", "w * known[k]", {"cumulants-moments", "loss-weights"}),
        (HELPER, "Rational(2 * len(found) - 3, 4)", "Rational(2 * len(found) - 2, 4)", {"leaves"}),
        (HELPER, "expected = corner.inv()", "expected = corner", {"schur"}),
    ],
)
def test_a_changed_line_is_noticed(changed, name, old, new, wrong):
    assert changed(name, old, new, wrong) == wrong


def test_inputs_that_make_no_sense_are_refused(script):
    for options in ({"network": sg.LayeredNetwork()}, {"scale": 1}, {"scale": 40}, {"family": "Cauchy"}, {"degree": 5}):
        with pytest.raises(sg.ModelError):
            script(**options)
