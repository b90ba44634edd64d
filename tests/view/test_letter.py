"""The errata letter and the table of verdicts: what they say follows from the records, and their links lead there."""

import re
from xml.etree import ElementTree

import pytest
import sympy

from symrg.ledger import Derivation, Verdict
from symrg.ledger.scripts import run_script
from symrg.ledger.verdicts import Record
from symrg.view.html import page
from symrg.view.latex import article
from symrg.view.letter import counterexample, letter
from symrg.view.overview import cited_equations, counts, listing, paper_equations
from symrg.view.pdf import compile_pdf, find_latex

XHTML = "{http://www.w3.org/1999/xhtml}"
x, y = sympy.symbols("x y")
POINT = "x = 2, h^(m+1) = -1/2, beta_v = ln 3: left = 4, right = [0.187648163829 +/- 2.03e-13]"


def refuted(text=POINT):
    return lambda: Verdict("refuted", "exact evaluation at a point", "", text)


@pytest.fixture(scope="module")
def wrong():
    d = Derivation("Doubtful", paper={"authors": ["A. Author", "B. Author"], "title": "A title", "identifier": "v2"})
    s = d.section("One")
    s.define("eq-1", x, y, cites="Eq. (1)")
    s.step(
        "eq-2",
        x,
        y**2,
        check=refuted(),
        erratum="eq-2-erratum",
        cites="Eq. (2)",
        text="Read so, by Eq. (1) of the paper:",
    )
    s.step("eq-2-erratum", x, y**3, check=lambda: True, method="by hand", text="the power is three:")
    s.step("eq-2-discrepancy", y**2 - x, y**2 - y**3, check=lambda: True)
    s.step("eq-3", y, x, check=refuted(), expected="refuted", cites="Eq. (3)", text="as in {ref:eq-2}")
    s.step("eq-4", y, y, check=lambda: True, cites="Eqs. (4) to (6)", text="in spite of {ref:eq-2}")
    s.claim("word", "All is well.", decide=refuted("r = 1 is not"), expected="refuted", cites="prose after Eq. (3)")
    return d


def said(text):
    return "".join(f"<{segment.value}>" if segment.kind != "text" else segment.value for segment in text.segments)


def test_the_letter_says_what_is_wrong_and_what_is_right(wrong):
    found = letter(wrong)
    assert found.salutation == "Dear A. Author and B. Author,"
    assert found.note == ""
    assert "*A title*, in the version v2" in said(found.opening[0])
    assert "two displayed equations and one claim in words" in said(found.opening[0])
    assert "We confirm your Eqs. (4) to (6)" in said(found.opening[0])
    assert [item.id for item in found.equations] == ["eq-2", "eq-3"]
    assert [item.title for item in found.claims] == ["Your text after your Eq. (3)"]
    first = {passage.label: passage for passage in found.equations[0].passages}
    assert list(first) == ["As printed", "Counterexample", "Correction", "Difference", "Elsewhere"]
    assert first["As printed"].rows[0].members == (x, y**2)
    assert said(first["As printed"].text) == "Read so, by your Eq. (1):"
    assert first["Correction"].rows[0].members == (x, y**3)
    assert said(first["Correction"].text) == "The power is three:"
    assert said(first["Correction"].after) == "(<eq-2-erratum>, proved: by hand)"
    assert first["Difference"].rows[0].members == (y**2 - x, y**2 - y**3)
    assert said(first["Elsewhere"].text) == "Your Eq. (3) (<eq-3>) inherits this. <eq-4> refers to it."
    assert "We have none to propose" in said(found.equations[1].passages[2].text)
    assert said(found.claims[0].passages[1].text) == "r = 1 is not."


NUMBER = re.compile(r"(?<!your )(?<!Your )(?:Eqs?\. \(|Figures? \d|[Aa]ssumption \()")


def test_a_number_in_the_letter_is_called_yours_or_is_a_link():
    """In the letter on the founding paper those of the paper follow "your", and those of the document are links."""
    found = letter(run_script("dynamic_neurons"))
    items = (*found.equations, *found.claims)
    texts = [
        *found.opening,
        *(text for item in items for passage in item.passages for text in (passage.text, passage.after)),
    ]
    shown = [said(text) for text in texts] + [item.title for item in items]
    assert [text for text in shown if NUMBER.search(text.replace("“your Eq. (n)”", ""))] == []
    assert [text for text in shown if "the paper" in text.lower().replace("your paper", "")] == []
    assert any("your Eqs. (1) and (8)" in text.lower().replace("eqs", "Eqs") for text in shown)


def test_counterexamples_are_written_as_mathematics(wrong):
    text = counterexample(wrong.verification["eq-2"])
    shown = [segment.value for segment in text.segments if segment.kind == "math"]
    h, beta = sympy.Symbol("h^(m+1)"), sympy.Symbol("beta_v")
    assert shown[:3] == [sympy.Eq(x, 2), sympy.Eq(h, sympy.Rational(-1, 2)), sympy.Eq(beta, sympy.log(3))]
    assert shown[3:] == [4]
    # of 0.187648163829 ± 2.03e-13 the first nine places are certain
    assert said(text).endswith("the left side is <4> and the right side 0.187648163….")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("left = [0.999999999999 +/- 5e-12], right = 1", "the left side is [0.999999999999 +/- 5e-12] and the right"),
        ("left = [-1.25 +/- 1e-3], right = 0", "the left side is −1.2… and the right side <0>."),
        ("sides 2 and 3: x = 1: left = f(1), right = 0", "At <Eq(x, 1)> the left side of sides 2 and 3 is f(1) and"),
        ("no point at all", "No point at all."),
        ("", "It is refuted by method; certificate."),
    ],
)
def test_counterexamples_of_any_form_are_kept(text, shown):
    record = Record("a", "b", "equation", Verdict("refuted", "method", "certificate", text or None))
    assert said(counterexample(record)).startswith(shown)


def test_an_unexpected_verdict_keeps_the_letter_from_being_sent():
    d = Derivation("Doubtful")
    d.section("One").step("a", x, y, check=refuted())
    found = letter(d)
    assert "Not to be sent" in found.note
    assert found.note in page(d)
    assert found.salutation == "Dear authors,"
    assert "There remains one displayed equation that, as we read it, does not hold" in said(found.opening[0])


def test_without_a_refutation_there_is_no_letter():
    d = Derivation("Sound")
    d.section("One").step("a", x, x, check=lambda: True)
    assert letter(d) is None
    assert "Errata" not in page(d) + article(d)


@pytest.mark.parametrize(
    ("cites", "numbers"),
    [
        ("Eq. (24)", (24,)),
        ("Eqs. (4) to (6) and (9)", (4, 5, 6, 9)),
        ("assumption (ii), Eq. (16)", (16,)),
        ("Eq. (12), footnote 5", (12,)),
        ("prose after Eq. (28)", ()),
        ("Figure 2", ()),
        ("", ()),
    ],
)
def test_citations_are_read(cites, numbers):
    assert cited_equations(cites) == numbers


def test_every_equation_of_the_paper_has_its_line(wrong):
    found = {equation.number: equation for equation in paper_equations(wrong)}
    assert list(found) == [1, 2, 3, 4, 5, 6]
    assert (found[2].main, found[2].others, found[2].correction) == ("eq-2", (), "eq-2-erratum")
    assert found[5].main == "eq-4"
    assert counts(wrong.verification) == [
        ("equation", {"proved": 3, "refuted": 2}),
        ("claim", {"refuted": 1}),
        ("definition", {"definition": 1}),
    ]
    assert listing([1, 2, 3, 7]) == "(1) to (3) and (7)"


def test_links_lead_to_the_steps_and_certificates_are_folded(wrong):
    root = ElementTree.fromstring(page(wrong))
    ids = {element.attrib["id"] for element in root.iter() if "id" in element.attrib}
    links = [element.attrib["href"][1:] for element in root.iter(f"{XHTML}a")]
    assert set(links) <= ids
    (grid,) = (element for element in root.iter(f"{XHTML}ul") if element.attrib.get("class") == "equations")
    assert [element.attrib["href"] for element in grid[1].iter(f"{XHTML}a")] == ["#eq-2", "#eq-2-erratum"]
    folded = [element for element in root.iter(f"{XHTML}details") if element.attrib.get("class") == "remark"]
    assert len(folded) == 6
    assert not any("open" in element.attrib for element in folded)
    tex = article(wrong)
    labels = set(re.findall(r"\\label\{([^}]+)\}", tex))
    assert set(re.findall(r"\\(?:eqref|ref)\{([^}]+)\}|\\hyperref\[([^\]]+)\]", tex)) <= {
        pair for label in labels for pair in ((label, ""), ("", label))
    }


@pytest.mark.skipif(find_latex() is None, reason="needs LaTeX")
def test_the_letter_compiles(wrong):
    assert compile_pdf(article(wrong)).overfull == ()
