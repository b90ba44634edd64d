"""The documents: LaTeX that compiles, a page that stands alone, and nothing half-written."""

import json
import os
import re
import shutil
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree

import pytest
import sympy

from symrg.errors import ModelError, UnableError
from symrg.ledger import Derivation, Verdict
from symrg.view import document
from symrg.view.document import write, write_files
from symrg.view.html import inline_svg, page
from symrg.view.latex import article
from symrg.view.pdf import compile_pdf, find_latex
from symrg.view.wording import markup

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
needs_latex = pytest.mark.skipif(find_latex() is None, reason="needs LaTeX")
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")
XHTML = "{http://www.w3.org/1999/xhtml}"
MATHML = "{http://www.w3.org/1998/Math/MathML}"
CORE = (
    "math", "mrow", "mi", "mn", "mo", "mtext", "mspace", "mfrac", "msqrt", "mroot", "msub", "msup", "msubsup",
    "munder", "mover", "munderover", "mtable", "mtr", "mtd", "mpadded",
)  # fmt: skip


@pytest.fixture(scope="module", params=["ising", "stress"])
def any_derivation(request):
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="module")
def any_page(any_derivation):
    return page(any_derivation)


@pytest.fixture(scope="module")
def any_tree(any_page):
    return ElementTree.fromstring(any_page)


@needs_latex
def test_the_article_compiles_without_wide_boxes(any_derivation):
    compiled = compile_pdf(article(any_derivation))
    assert compiled.pdf.startswith(b"%PDF")
    assert compiled.pages >= 2
    assert compiled.overfull == ()


@needs_latex
def test_the_same_derivation_gives_the_same_pdf():
    short = Derivation("Short")
    short.section("One").define("d", sympy.Symbol("x"), 1)
    assert compile_pdf(article(short)).pdf == compile_pdf(article(short)).pdf


def test_the_page_is_well_formed_and_stands_alone(any_page):
    text, root = any_page, ElementTree.fromstring(any_page)
    assert root.tag == f"{XHTML}html"
    assert root.attrib["lang"] == "en"
    outside = [
        value
        for element in root.iter()
        for name, value in element.attrib.items()
        if name in ("href", "src", "action", "data", "poster") and not value.startswith("#")
    ]
    assert outside == []
    assert "url(" not in text.replace("url(#", "")
    assert "@import" not in text
    assert not list(root.iter(f"{XHTML}script"))


def test_anchors_are_unique_and_every_link_leads_to_one(any_derivation, any_tree):
    ids = [element.attrib["id"] for element in any_tree.iter() if "id" in element.attrib]
    assert len(ids) == len(set(ids))
    links = {element.attrib["href"][1:] for element in any_tree.iter(f"{XHTML}a")}
    assert links <= set(ids)
    assert set(any_derivation.ids) <= set(ids)


def test_the_page_uses_mathml_core_only(any_tree):
    used = {element.tag for element in any_tree.iter() if element.tag.startswith(MATHML)}
    assert used <= {MATHML + name for name in CORE}
    children = {"mfrac": 2, "msub": 2, "msup": 2, "munder": 2, "mover": 2, "mroot": 2, "msubsup": 3, "munderover": 3}
    for element in any_tree.iter():
        expected = children.get(element.tag.removeprefix(MATHML))
        assert expected is None or len(element) == expected, ElementTree.tostring(element)


def test_every_statement_shows_its_verdict_in_both_documents(ising):
    root = ElementTree.fromstring(page(ising))
    by_id = {element.attrib["id"]: element for element in root.iter() if "id" in element.attrib}
    for record in ising.verification.records:
        shown = " ".join("".join(by_id[record.id].itertext()).split())
        if record.kind in ("equation", "claim"):
            assert record.verdict.status in shown
        if record.cites:
            assert record.cites in shown
    tex = article(ising)
    for word in (
        r"\proved",
        r"\refuted",
        r"\textbf{\undecided}",
        r"\refutation{Counterexample: K = 1.}",
        r"corrected by Eq.~\eqref",
    ):
        assert word in tex
    assert "Not as expected: open-question." in tex


def test_headings_and_captions_give_the_page_its_structure(ising):
    root = ElementTree.fromstring(page(ising))
    assert len(list(root.iter(f"{XHTML}h1"))) == 1
    headings = ["".join(heading.itertext()) for heading in root.iter(f"{XHTML}h2")]
    assert headings == [
        "Contents", "Verdicts", "1The chain", "2Decimation", "3Fixed points", "Errata: a letter to the authors",
        "Ledger", "Provenance",
    ]  # fmt: skip
    assert {element.tag.removeprefix(XHTML) for element in root.find(f"{XHTML}body")} == {"header", "main", "footer"}
    for scroll in root.iter(f"{XHTML}div"):
        if scroll.attrib.get("class", "").startswith("scroll"):
            assert scroll.attrib["aria-label"]


MEASURE = """<!DOCTYPE html><body><iframe id="f" src="{name}" style="width:{width}px;height:800px;border:0"></iframe>
<pre id="found"></pre><script>
onload = function () {{
  var page = document.getElementById("f").contentDocument, root = page.documentElement;
  var wide = [...page.querySelectorAll("p, h1, h2, li, .formula, figure")].filter(
    e => e.getBoundingClientRect().right > root.clientWidth + 1).map(e => e.id || e.textContent.slice(0, 40));
  var shown = [...page.querySelectorAll(".wide, .narrow")].filter(e => e.getBoundingClientRect().width > 0);
  var kinds = new Set(shown.map(e => e.classList.contains("wide") ? "wide" : "narrow"));
  document.getElementById("found").textContent =
    [root.scrollWidth, root.clientWidth, [...kinds].join("+"), wide.length].join(" ");
}};
</script></body>"""


@needs_chromium
@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_never_scrolls_sideways(any_page, width, tmp_path):
    (tmp_path / "page.html").write_text(any_page, encoding="utf-8")
    (tmp_path / "measure.html").write_text(MEASURE.format(name="page.html", width=width), encoding="utf-8")
    command = [
        CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files",
        f"--user-data-dir={tmp_path / 'profile'}", f"--window-size={width + 100},900", "--dump-dom",
        (tmp_path / "measure.html").as_uri(),
    ]  # fmt: skip
    shown = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout
    found = re.search(r'<pre id="found">(\d+) (\d+) (\S*) (\d+)</pre>', shown)
    assert found, shown[-500:]
    scroll, client, kinds, wide = found.groups()
    assert int(scroll) <= int(client) <= width
    assert kinds == ("narrow" if width < 700 else "wide")
    assert wide == "0"


def test_documents_do_not_depend_on_the_hash_seed(tmp_path):
    conftest = Path(__file__).with_name("conftest.py")
    code = (
        "import importlib.util, hashlib; from symrg.view.latex import article; from symrg.view.html import page\n"
        f"spec = importlib.util.spec_from_file_location('c', {str(conftest)!r})\n"
        "c = importlib.util.module_from_spec(spec); spec.loader.exec_module(c); d = c.ising_derivation()\n"
        "print(hashlib.sha256((article(d) + page(d)).encode()).hexdigest())"
    )
    shown = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(conftest.parents[2])},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "7")
    }
    assert len(shown) == 1


@needs_latex
def test_all_formats_are_written(ising, tmp_path):
    written = write(ising, tmp_path / "new" / "folder")
    stem = "decimation-of-the-ising-chain"
    assert [path.name for path in written] == [f"{stem}.tex", f"{stem}.html", f"{stem}.pdf"]
    assert written.message == ""
    assert written.pages >= 2
    assert sorted(path.name for path in written[0].parent.iterdir()) == sorted(path.name for path in written)
    assert written[1].stat().st_mode & 0o044 == 0o044 & ~document._umask()


def test_the_ledger_is_written_as_data(ising, tmp_path):
    (written,) = write(ising, tmp_path, "json", name="ising")
    found = json.loads(written.read_text(encoding="utf-8"))
    assert {entry["id"]: entry["verdict"] for entry in found["claims"]}["wrong"] == "refuted"
    assert found["equations"]["9"] == {"decided": "wrong", "correction": "recursion", "also": []}
    assert found["provenance"]["input scale"] == "2"


def test_without_latex_the_message_says_how_to_get_the_pdf(ising, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    written = write(ising, tmp_path / "out", name="ising")
    assert [path.name for path in written] == ["ising.tex", "ising.html"]
    assert "no LaTeX installation was found" in written.message
    assert "pdflatex" in written.message
    only = write(ising, tmp_path / "only", ("pdf",), name="ising")
    assert [path.name for path in only] == ["ising.tex"]
    with pytest.raises(UnableError, match="no LaTeX"):
        compile_pdf("")


class Unreadable:
    def svg(self):
        return '<svg xmlns="http://www.w3.org/2000/svg"/>'

    def tikz(self):
        return r"\thisisnocommand"


@needs_latex
def test_a_latex_error_is_shown_and_leaves_older_files_alone(tmp_path):
    derivation = Derivation("Broken")
    derivation.section("One").figure("f", Unreadable(), caption="Nothing.")
    (tmp_path / "broken.tex").write_text("older")
    with pytest.raises(UnableError, match="Undefined control sequence") as caught:
        write(derivation, tmp_path)
    assert "thisisnocommand" in str(caught.value)
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"broken.tex": "older"}


def test_a_failure_while_writing_leaves_nothing_half_written(tmp_path, monkeypatch):
    (tmp_path / "a").write_text("older")

    def fail(self, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(ModelError, match="No space left"):
        write_files(tmp_path, {"a": b"newer", "b": b"new"})
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"a": "older"}


def test_a_directory_that_is_a_file_is_refused(ising, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ModelError, match="choose another directory"):
        write(ising, tmp_path / "file", ("html",))


@pytest.mark.parametrize(
    ("formats", "name", "complaint"),
    [(("docx",), None, "docx"), ((), None, "choose from"), (("tex",), "../x", "no file name")],
)
def test_bad_requests_are_refused(ising, tmp_path, formats, name, complaint):
    with pytest.raises(ModelError, match=re.escape(complaint)):
        write(ising, tmp_path, formats, name=name)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("svg", ["<svg", "<p>no svg</p>", '<svg><g id="a"></svg>'])
def test_a_figure_that_is_no_svg_is_refused(svg):
    with pytest.raises(ModelError, match="figure 'f'"):
        inline_svg(svg, "f")


def test_ids_of_figures_cannot_clash():
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg"><defs><path id="a"/><path id="ab"/></defs>'
        '<use href="#a"/><g fill="url(#ab)" data-id="a"/></svg>'
    )
    shown = inline_svg(svg, "f")
    assert 'id="f-a"' in shown
    assert 'id="f-ab"' in shown
    assert 'href="#f-a"' in shown
    assert "url(#f-ab)" in shown
    assert 'data-id="a"' in shown


def test_a_derivation_of_nothing_is_still_a_document():
    empty = Derivation("Nothing & <nobody>")
    ElementTree.fromstring(page(empty))
    tex = article(empty)
    assert r"Nothing \& \textless{}nobody\textgreater{}" in tex
    assert "The ledger is empty." in tex


def test_formulas_stay_with_the_punctuation_around_them():
    derivation = Derivation("Text")
    derivation.section("One").text("so ({x}), and *not* `y_1`; {x}!", x=sympy.Symbol("x"))
    text = page(derivation)
    assert re.search(r'so <span class="keep">\(<math[^>]*><mi>x</mi></math>\),</span> and <em>not</em>', text)
    assert "<code>y_1</code>; <span" in text
    assert list(markup("2 * 3 * 4 and *a b*")) == [("text", "2 * 3 * 4 and "), ("em", "a b")]


def test_a_model_of_ours_is_marked_everywhere_and_not_in_the_letter():
    x = sympy.Symbol("x")
    d = Derivation("An abstract", paper={"authors": "A. Author", "title": "T"})
    d.section("What it says").claim("theirs", "They say so.", decide=lambda: True, cites="the abstract")
    ours = d.section("A model", surrogate="two spins & a bond")
    ours.define("let", x, 1)
    ours.assume("finite", "Spins are finite.")
    ours.equation("square", (x + 1) ** 2, x**2 + 2 * x + 1)
    ours.claim("wrong", "It is wrong.", decide=lambda: False, expected="refuted")
    records = {record["id"]: record for record in d.verify().to_dict()["claims"]}
    assert [records[name]["surrogate"] for name in ("theirs", "let", "finite", "square", "wrong")] == [
        None,
        *["two spins & a bond"] * 4,
    ]
    shown, text = page(d), article(d)
    marks = shown.count(">surrogate</span>")
    assert marks == 4 + 4 + 1  # under each statement, in the ledger, in the contents
    assert "not the paper’s: two spins &amp; a bond" in shown
    assert r"\ours{Surrogate: what follows is about a model of ours, not the paper's: two spins \& a bond.}" in text
    body = text.split(r"\begin{document}")[1]
    assert body.count(r"\surrogate") == body.count(r"\textbf{surrogate}") == 4
    assert "Dear" not in shown
    assert "Dear" not in text
    assert text.count("decided for: two spins") == 0  # it is said under the title of the section
    assert "surrogate}; \\\\" not in text


def test_a_caption_stands_outside_of_what_scrolls(any_tree):
    tables = [figure for figure in any_tree.iter(f"{XHTML}figure") if figure.attrib.get("class") == "table"]
    assert tables
    for figure in tables:
        caption, scroll = figure
        assert caption.tag == f"{XHTML}figcaption"
        assert scroll.attrib["tabindex"] == "0"
        assert [element.tag for element in scroll] == [f"{XHTML}table"]
    assert not list(any_tree.iter(f"{XHTML}caption"))


def test_the_keyboard_stops_at_no_formula_and_can_skip_the_head(ising):
    root = ElementTree.fromstring(page(ising))
    stops = [element for element in root.iter() if "tabindex" in element.attrib]
    assert all(list(stop.iter(f"{XHTML}table")) for stop in stops)
    skips = [link.attrib["href"] for link in root.iter(f"{XHTML}a") if link.attrib.get("class") == "skip"]
    assert skips == ["#contents", "#sec-the-chain"]


def test_inputs_and_certificates_are_written_for_the_eye():
    d = Derivation("Points", inputs={"line": [Fraction(-3), Fraction(1, 2)], "box": (Fraction(-2, 3), (1, 2))})
    found = Verdict("proved", "by hand", "left - right = 0 in Q(K, exp(K)**2, -2*beta)")
    d.section("One").claim("c", "The line's end isn't t'.", decide=lambda: found)
    shown, text = page(d), article(d)
    assert "input line: −3, 1/2" in shown
    assert "input box: −2/3, (1, 2)" in shown
    assert "left − right = 0 in Q(K, exp(K)^2, −2·β)" in shown
    assert "The line’s end isn’t t′." in shown
    assert d.provenance["input line"] == "-3, 1/2"
    assert "Fraction" not in shown + text
    assert "**" not in text.split(r"\appendix")[1]
    assert d.verify()["c"].verdict.certificate == found.certificate


def test_a_drawing_has_a_description_after_its_title(ising):
    (svg,) = ElementTree.fromstring(page(ising)).iter("{http://www.w3.org/2000/svg}svg")
    assert [element.tag.split("}")[1] for element in list(svg)[:2]] == ["title", "desc"]
    assert svg[1].text == "Five spins of the chain; every second one (s₂) is summed out."


def test_the_provenance_keeps_the_words_of_inputs():
    d = Derivation("Families", inputs={"family": "gamma", "weight": "beta_v >= 1"})
    assert "input family: gamma" in page(d)
    assert "input family: gamma" in article(d)
    assert "input weight: β_v ≥ 1" in page(d)


def test_a_counterexample_stays_with_its_verdict(ising):
    tex = article(ising)
    lines = [line for line in tex.splitlines() if r"\refutation{C" in line]
    assert lines
    assert all(re.match(r"\\(claim)?remark\{.*\\refuted", line) for line in lines)


def test_the_ledger_says_what_it_shows_where_methods_have_no_room(ising):
    root = ElementTree.fromstring(page(ising))
    summary = next(e for e in root.iter() if e.tag.endswith("summary") and "statements" in "".join(e.itertext()))
    assert "".join(summary.itertext()).endswith("with their names and methods")
    assert [e.text for e in summary if e.get("class") == "method"] == [" and methods"]  # hidden with the column
