"""The ledger: what a script may write down, and how statements are decided."""

import json
import os
import time
from fractions import Fraction

import pytest
import sympy
from sympy import Symbol, symbols

from symrg.errors import ModelError, NotExactError
from symrg.ledger import Derivation, Verdict, row
from symrg.ledger.blocks import Claim, Figure, Formula, Paragraph, Table, as_object, prose

x, y = symbols("x y")


@pytest.fixture
def derivation():
    return Derivation("A derivation", paper={"title": "A paper", "authors": ["A. Author", "B. Author"]})


@pytest.fixture
def section(derivation):
    return derivation.section("First steps")


def test_blocks_keep_the_order_of_the_script(derivation, section):
    section.text("Let {x} be given.", x=x)
    section.define("d", x, y, cites="Eq. (1)")
    section.assume("a", "The alphabet is {a}.", a={0, 1})
    section.step("s", x, y, x + 1, check=lambda: True)
    section.system("t", [(x, y), sympy.Eq(y, 1), row(x, 2, condition="for {y}", y=y)], check=lambda: True)
    section.claim("c", "It is so.", decide=lambda: True)
    section.table("u", header=["n", x], rows=[[1, Fraction(1, 2)]])
    assert [type(block) for block in section.blocks] == [Paragraph, Formula, Claim, Formula, Formula, Claim, Table]
    assert [statement.id for statement in derivation.statements] == ["d", "a", "s", "t", "c"]
    assert [statement.kind for statement in derivation.statements] == [
        "definition", "assumption", "equation", "equation", "claim",
    ]  # fmt: skip
    system = section.blocks[4]
    assert [item.members for item in system.rows] == [(x, y), (y, 1), (x, 2)]
    assert derivation.ids["u"] == "table"


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (True, "proved"),
        (False, "refuted"),
        (None, "undecided"),
        (sympy.true, "proved"),
        (sympy.false, "refuted"),
        (Verdict("refuted", "evaluation", counterexample="x = 1"), "refuted"),
        (Verdict("definition"), "undecided"),
        (1, "undecided"),
        ("proved", "undecided"),
        (sympy.Eq(x, y), "undecided"),
    ],
)
def test_a_check_answers_with_a_verdict(derivation, section, answer, status):
    section.step("s", x, y, check=lambda: answer, method="by hand")
    record = derivation.verify()["s"]
    assert record.verdict.status == status
    assert record.ok == (status == "proved")
    assert record.verdict.method in ("by hand", "evaluation")


def test_an_exception_leaves_one_statement_undecided_and_says_why(derivation, section):
    section.step("broken", x, y, check=lambda: 1 / 0)
    section.step("fine", x, x, check=lambda: True)
    found = derivation.verify()
    assert [record.verdict.status for record in found.records] == ["undecided", "proved"]
    assert "ZeroDivisionError" in found["broken"].to_dict()["method"]
    assert not found.ok
    assert found.summary["unexpected"] == ["broken"]


def test_definitions_and_assumptions_are_recorded_but_not_decided(derivation, section):
    section.define("d", x, y)
    section.assume("a", "So be it.")
    found = derivation.verify()
    assert found.ok
    assert [record.verdict.status for record in found.records] == ["definition", "assumption"]


@pytest.mark.parametrize(
    ("printed", "corrected", "ok"),
    [(False, True, True), (True, True, False), (None, True, False), (False, False, False), (False, None, False)],
)
def test_an_erratum_needs_a_refuted_equation_and_a_proved_correction(derivation, section, printed, corrected, ok):
    section.step("printed", x, y, check=lambda: printed, erratum="corrected")
    section.step("corrected", x, y + 1, check=lambda: corrected)
    found = derivation.verify("printed")
    assert len(found) == 1
    assert found["printed"].ok == ok
    assert derivation.verify()["printed"].ok == ok


@pytest.fixture
def ran(tmp_path):
    """Record, on disk because checks run in a process of their own, which of them ran."""
    log = tmp_path / "ran"
    log.touch()

    def run(name):
        with log.open("a") as file:
            file.write(f"{name}\n")
        return True

    run.names = lambda: log.read_text().split()
    return run


def test_verify_runs_only_what_is_asked_for(derivation, section, ran):
    section.step("one", x, y, check=lambda: ran("one"))
    section.step("two", x, y, check=lambda: ran("two"))
    derivation.verify("two")
    assert ran.names() == ["two"]
    with pytest.raises(ModelError, match=r"'tow'.*two"):
        derivation.verify("tow")


def test_progress_is_told_before_each_statement(derivation, section, ran):
    told = []
    section.step("one", x, y, check=lambda: ran("one"))
    section.define("two", x, y)
    derivation.verify(progress=lambda done, total, name: told.append((done, total, name, ran.names())))
    assert told == [(0, 2, "one", []), (1, 2, "two", ["one"])]


def test_a_statement_that_hangs_or_crashes_leaves_the_others_alone(derivation, section):
    section.step("hangs", x, y, check=lambda: time.sleep(60))
    section.step("crashes", x, y, check=lambda: os._exit(3))
    section.step("fine", x, y, check=lambda: True)
    found = derivation.verify(seconds=1)
    assert [record.verdict.status for record in found.records] == ["undecided", "undecided", "proved"]
    assert "killed" in found["hangs"].verdict.certificate
    assert "status 3" in found["crashes"].verdict.certificate


def test_documents_see_verdicts_without_running_checks_again(derivation, section, ran):
    section.step("one", x, y, check=lambda: ran("one"))
    assert derivation.verification.ok
    assert derivation.verification.ok
    assert ran.names() == ["one"]


def test_json_has_the_agreed_keys(derivation, section):
    section.step("s", x, y, check=lambda: False, expected="refuted", surrogate="x = 1", cites="Eq. (2)")
    plain = json.loads(derivation.verify().to_json())
    assert list(plain) == ["schema", "paper", "claims", "summary"]
    assert plain["schema"] == 1
    assert plain["paper"] == {"title": "A paper", "authors": ["A. Author", "B. Author"]}
    (claim,) = plain["claims"]
    assert claim.pop("seconds") >= 0
    assert claim == {
        "id": "s",
        "section": "First steps",
        "kind": "equation",
        "verdict": "refuted",
        "expected": "refuted",
        "method": "",
        "counterexample": None,
        "erratum": None,
        "surrogate": "x = 1",
    }
    assert plain["summary"]["ok"] is True


@pytest.mark.parametrize(
    ("write", "complaint"),
    [
        (lambda s: s.define("d", x, 0.5), "inexact"),
        (lambda s: s.define("d", x, sympy.Float(1) * x), "inexact"),
        (lambda s: s.text("{x}", x=sympy.Matrix([[0.5]])), "inexact"),
    ],
)
def test_floats_are_refused_at_the_door(section, write, complaint):
    with pytest.raises(NotExactError, match=complaint):
        write(section)


@pytest.mark.parametrize(
    ("write", "complaint"),
    [
        (lambda s: s.step("s", x, y, check=None), "needs a check"),
        (lambda s: s.claim("s", "So.", decide=True), "needs a check"),
        (lambda s: s.system("s", [(x, y)]), "needs a check"),
        (lambda s: s.system("s", [], check=lambda: True), "no rows"),
        (lambda s: s.system("s", [(x, y)], definition=True, check=lambda: True), "decide nothing"),
        (lambda s: s.step("s", x, y, check=lambda: True, expected="undecided"), "expected"),
        (lambda s: s.step("s", x, y, check=lambda: True, expected="proved", erratum="t"), "erratum"),
        (lambda s: s.define("d", x, y, relation="~~"), "relation '~~'"),
        (lambda s: s.define("d", x, y, relation=("=", "=")), "2 relations"),
        (lambda s: s.define("d"), "empty"),
        (lambda s: s.define("no spaces", x, y), "cannot be an id"),
        (lambda s: s.define("d", x, object()), "cannot show"),
        (lambda s: s.define("d", x, ("text in a tuple",)), "text in a tuple"),
        (lambda s: s.text("{x} is missing"), "no value"),
        (lambda s: s.text("nothing", x=x), "does not use"),
        (lambda s: s.text("{x", x=x), "not readable"),
        (lambda s: s.table("t", header=["a", "b"], rows=[[1]]), "row 1 .* 1 cells"),
        (lambda s: s.figure("f", object()), "without svg"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_reason(section, write, complaint):
    with pytest.raises(ModelError, match=complaint):
        write(section)


def test_ids_are_unique_over_everything(derivation, section):
    section.define("d", x, y)
    with pytest.raises(ModelError, match="used twice"):
        section.assume("d", "Again.")
    with pytest.raises(ModelError, match="used twice"):
        derivation.section("First steps")


@pytest.mark.parametrize("text", ["see {ref:nowhere}", "see {ref:S}"])
def test_references_must_lead_somewhere(derivation, section, text):
    section.define("s", x, y)
    section.text(text)
    with pytest.raises(ModelError, match="does not exist"):
        derivation.verify()


def test_references_may_point_forward(derivation, section):
    section.text("see {ref:later}")
    section.define("later", x, y)
    derivation.check_references()


def test_values_are_shared_between_the_text_and_the_condition(section):
    section.define("d", x, y, text="Let {a} be.", condition="for {b}", a=x, b=y)
    block = section.blocks[0]
    assert [part.value for part in block.text.segments] == ["Let ", x, " be."]
    assert [part.value for part in block.rows[0].condition.segments] == ["for ", y]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (3, sympy.Integer(3)),
        (Fraction(-2, 4), sympy.Rational(-1, 2)),
        ("words", "words"),
        (True, "yes"),
        (None, "unknown"),
        ((1, x), sympy.Tuple(1, x)),
        ({1, -1}, sympy.FiniteSet(-1, 1)),
        ({x: 1}, sympy.Dict({x: 1})),
        (sympy.Matrix([[1]]), sympy.ImmutableMatrix([[1]])),
    ],
)
def test_what_can_be_shown(value, shown):
    assert as_object(value, "here") == shown


def test_braces_and_figures(section):
    assert prose("{{x}}").segments[0].value == "{"

    class Drawing:
        def svg(self):
            return "<svg/>"

        def tikz(self):
            return ""

    section.figure("f", Drawing(), caption="A figure of {x}.", x=x)
    assert isinstance(section.blocks[0], Figure)


def test_provenance_names_versions_and_inputs():
    first = Derivation("A", inputs={"scale": 2, "network": "N = 1"}).provenance
    again = Derivation("B", inputs={"network": "N = 1", "scale": 2}).provenance
    other = Derivation("A", inputs={"scale": 3, "network": "N = 1"}).provenance
    assert first == again
    assert first["input hash"] != other["input hash"]
    assert {"symrg", "sympy", "python-flint", "input scale"} <= set(first)


def test_a_verdict_must_be_one_of_the_five():
    with pytest.raises(ModelError, match="maybe"):
        Verdict("maybe")
    with pytest.raises(ModelError, match="title"):
        Derivation("  ")


def test_sides_may_be_named_by_text(section):
    section.define("d", Symbol("F"), "const")
    assert section.blocks[0].rows[0].members == (Symbol("F"), "const")
