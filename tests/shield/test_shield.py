"""The shield: no mutant of a true equation is ever proved, no rewriting of one refuted. Figures are printed.

The seed is new in every run and printed; set SYMRG_SHIELD_SEED to repeat one.
"""

import os
import time
from collections import Counter
from dataclasses import replace
from random import Random, SystemRandom

import pytest
from sympy.core.function import AppliedUndef

from symrg.exact.decisions import recheck
from symrg.ledger.deciding import finite_alphabets
from symrg.ledger.readings import Reading
from tests.oracles import evaluator as oracle

from .corpus import CORPUS
from .ledger import displayed_equations, proved_equations
from .mutations import mutant, mutant_of_any, mutant_of_sides
from .rewritings import rewriting

SEED = int(os.environ.get("SYMRG_SHIELD_SEED", SystemRandom().randrange(10**9)))
MUTANTS = REWRITINGS = 1000
SECONDARY = ("ising_features", "exponential_family", "neuron_modes", "one_map")
SECONDS = 2  # for one equation


def settle(case, draw, points):
    known = {"meaning": case.meaning, "positive": case.positive, "nonzero": case.nonzero, "relation": case.relation}
    return oracle.settle(*case.sides, draw, points=points, **known)


def free_functions(case):
    """Return the functions in the sides that stand for nothing: a slip in them is no equation, and has no point."""
    return [f for side in case.sides for f in side.atoms(AppliedUndef) if f not in case.meaning]


def mutate(cases, vary, count, draw, **options):
    """Decide so many mutants that really differ; return the figures, what is not as it should be, and ms for each."""
    figures, wrong, spent = Counter(), [], 0.0
    while figures["differs"] < count:
        changed = vary(draw.choice(cases), draw)
        if changed is None:
            continue
        kind, case = changed
        settled = settle(case, draw, points=2 if case.relation == "=" else 12)
        start = time.perf_counter()
        status = Reading((case.equality(**options),))().status
        spent += time.perf_counter() - start
        figures[settled] += 1
        figures[settled, status] += 1
        missed = status == "proved" or (status == "undecided" and not free_functions(case))
        if (settled == "differs" and missed) or (settled, status) == ("agrees", "refuted"):
            wrong.append((settled, status, kind, case))
    return figures, wrong, 1000 * spent / sum(figures[name] for name in ("differs", "agrees", "unclear"))


def rewrite(cases, count, draw, **options):
    """Decide so many rewritings; return the figures, those that are not proved, and ms for each."""
    figures, wrong, spent = Counter(), [], 0.0
    while figures.total() - figures["unusable"] < count:
        original = draw.choice(cases)
        name, left, right = rewriting(original, draw)
        case = replace(original, left=left, right=right)
        if settle(case, draw, points=1) != "agrees":
            figures["unusable"] += 1  # SymPy's form is not defined at some state, or not the same on the whole domain
            continue
        start = time.perf_counter()
        verdict = Reading((case.equality(**options),))()
        spent += time.perf_counter() - start
        figures[verdict.status] += 1
        if verdict.status != "proved":
            wrong.append((verdict.status, name, verdict, case))
    return figures, wrong, 1000 * spent / count


def report(capsys, name, figures, each):
    differ, agree = (
        [f"{figures[of, s]} {s}" for s in ("refuted", "undecided", "proved")] for of in ("differs", "agrees")
    )
    if figures["differs"]:
        text = f"{figures['differs']} really differ: {', '.join(differ)}; {figures['agrees']} are true all the same: "
        text += f"{', '.join(agree)}; {figures['unclear']} unsettled"
    else:
        text = ", ".join(f"{figures[s]} {s}" for s in ("proved", "undecided", "refuted"))
        text += f"; {figures['unusable']} more were no equivalent forms"
    with capsys.disabled():
        print(f"\n{name}: {text}; {each:.1f} ms each")


@pytest.fixture(scope="module")
def cases():
    """The written corpus twice, and what the ledger of the founding paper proves."""
    with pytest.MonkeyPatch.context() as patch:
        found = proved_equations("dynamic_neurons", patch)
    return (*CORPUS, *CORPUS, *found)


@pytest.mark.parametrize("case", CORPUS, ids=lambda case: case.name)
def test_the_corpus_is_true_and_proved(case):
    assert settle(case, Random(1), points=4) == "agrees"
    verdict = case.equality()()
    assert verdict.status == "proved", verdict


def test_every_real_mutant_is_refuted_and_none_is_proved(cases, capsys):
    figures, wrong, each = mutate(cases, mutant_of_sides, MUTANTS, Random(SEED))
    report(capsys, f"mutants (seed {SEED})", figures, each)
    assert not wrong, wrong[:5]


def test_rewritings_are_proved_and_none_is_refuted(cases, capsys):
    figures, wrong, each = rewrite(cases, REWRITINGS, Random(SEED + 1))
    report(capsys, f"rewritings (seed {SEED})", figures, each)
    assert not figures["refuted"], [entry for entry in wrong if entry[0] == "refuted"][:3]
    assert figures["proved"] >= 0.99 * REWRITINGS, wrong[:12]


def test_refutations_are_confirmed_by_another_evaluator(cases):
    """Put the counterexample into the sides by SymPy's own substitution."""
    draw, confirmed = Random(SEED + 2), 0
    while confirmed < 60:
        case = draw.choice(CORPUS)
        found = mutant(*case.sides, draw)
        if found is None:
            continue
        _, left, right = found
        equality = case.equality(left, right)
        (decision,) = equality.decisions()
        if decision.status == "refuted":
            alphabets = finite_alphabets((left, right), case.meaning)
            again = recheck(decision, left, right, alphabets=alphabets, positive=case.positive, where=case.meaning)
            assert again == decision, (case.name, left, right, again)
            confirmed += 1


@pytest.fixture(scope="module", params=SECONDARY)
def ledger(request):
    """The displayed equations of a ledger, and how many variants of them to draw: more where the figures are shown."""
    count = 150 if request.config.getoption("capture") == "no" else 25
    return request.param, displayed_equations(request.param), count


def test_displayed_equations_agree_with_another_evaluator(ledger):
    _, found, _ = ledger
    equations = [case for case in found if case.relation == "="]
    assert len(equations) >= 15
    for case in equations:
        assert settle(case, Random(1), points=1) == "agrees", case


def test_no_mutant_of_a_displayed_equation_is_proved(ledger, capsys):
    name, found, count = ledger
    figures, wrong, each = mutate(found, mutant_of_any, count, Random(f"{name} {SEED}"), seconds=SECONDS)
    report(capsys, f"mutants of {name} (seed {SEED})", figures, each)
    wrong = [entry for entry in wrong if entry[:2] != ("differs", "undecided")]  # a slip may make no sense at all
    assert not wrong, wrong[:5]
    assert figures["differs", "refuted"] >= 0.7 * count


def test_no_rewriting_of_a_displayed_equation_is_refuted(ledger, capsys):
    name, found, count = ledger
    equations = [case for case in found if case.relation == "="]
    figures, wrong, each = rewrite(equations, count, Random(f"{name} {SEED + 1}"), seconds=SECONDS)
    report(capsys, f"rewritings of {name} (seed {SEED})", figures, each)
    assert not figures["refuted"], [entry for entry in wrong if entry[0] == "refuted"][:3]
    assert figures["proved"] >= 0.8 * count, wrong[:12]
