"""The reference: every public name, an example that runs for each, nothing of a docstring lost, links that lead on."""

import doctest
import re
from xml.etree import ElementTree

import pytest

import symrg
import symrg.testing
from symrg.reference import groups, main
from symrg.view.docstrings import docstring_html, link_names, sections, summary
from symrg.view.reference import SESSION, Entry, Group, reference_pages

GROUPS = groups()
ENTRIES = [entry for group in GROUPS for entry in group.entries]
PAGES = reference_pages(GROUPS)
HTML = "{http://www.w3.org/1999/xhtml}"
FLAGS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS


def documented(entry):
    """Return the docstrings of a name and of its members."""
    return {entry.name: entry.docstring} | {f"{entry.name}.{m}": entry.docstring_of(m) for m in entry.members}


def rendered(docstring, link=lambda name: None):
    return ElementTree.fromstring(f"<div>{docstring_html(docstring, link)}</div>")


def text_of(node):
    return "".join(node.itertext())


# -- what is in it -----------------------------------------------------------------------------------------------


def test_every_public_name_is_described_once():
    names = [entry.name for entry in ENTRIES]
    assert sorted(names) == sorted([*symrg._HOME, *symrg.testing.__all__])
    ids = [node.get("id") for page in PAGES.values() for node in ElementTree.fromstring(page).iter() if node.get("id")]
    assert len(ids) == len(set(ids))
    assert set(names) <= set(ids)


def test_methods_and_properties_are_described_with_those_of_bases():
    chain = next(entry for entry in ENTRIES if entry.name == "ChainRecursion")
    assert {"compose", "level", "functions", "float_orbits"} <= set(chain.members)
    page = PAGES["transform.html"]
    assert 'id="ChainRecursion.level"' in page
    assert 'id="ChainRecursion.float_orbits"' not in page
    assert 'href="transform.html#Recursion.float_orbits"' in page
    assert 'id="LayeredNetwork.layer_hamiltonian"' in page  # of a base that has no public name
    assert "NetworkModel()" not in page
    assert "is_commutative" not in PAGES["model.html"]  # SymPy's, not ours


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_every_public_name_has_an_example_and_all_examples_run_in_the_session_shown(entry):
    assert ">>>" in entry.docstring
    names = {}
    exec(SESSION + ("\nfrom symrg.testing import *" if entry.prefix != "symrg" else ""), names)
    said = []
    for name, docstring in documented(entry).items():
        test = doctest.DocTestParser().get_doctest(docstring, dict(names), name, None, 0)
        doctest.DocTestRunner(optionflags=FLAGS).run(test, out=said.append)
    assert not said, "".join(said)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_nothing_of_a_docstring_is_lost(entry):
    for name, docstring in documented(entry).items():
        plain = re.sub(r":\w+:`([^`<]+?) <[^`]+>`", r"\1", docstring)
        plain = re.sub(r":\w+:`~[\w.]*?(\w+)`", r"\1", plain)
        plain = re.sub(r":\w+:`(?:symrg\.)?([^`]+)`", r"\1", plain)
        found = text_of(rendered(docstring))
        assert [c for c in found if c.isalnum()] == [c for c in plain if c.isalnum()], name


# -- the pages ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_well_formed_and_needs_nothing(name):
    root = ElementTree.fromstring(PAGES[name])
    assert not list(root.iter(f"{HTML}script"))
    assert not list(root.iter(f"{HTML}link"))
    assert "http" not in re.sub(r'xmlns="[^"]+"', "", PAGES[name])
    assert root.find(f".//{HTML}h1").text
    assert 'name="viewport"' in PAGES[name]


def test_every_link_leads_somewhere():
    ids = {n: {node.get("id") for node in ElementTree.fromstring(page).iter()} for n, page in PAGES.items()}
    links = {a.get("href") for page in PAGES.values() for a in ElementTree.fromstring(page).iter(f"{HTML}a")}
    for link in links:
        page, _, anchor = link.partition("#")
        assert page in PAGES, link
        assert not anchor or anchor in ids[page], link
    assert {"transform.html#Chain.recursion", "others.html#ModelError"} <= links


def test_the_pages_are_written(tmp_path, capsys):
    main(["--to", str(tmp_path / "reference")])
    written = {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "reference").iterdir()}
    assert written == PAGES
    (tmp_path / "file").touch()
    with pytest.raises(SystemExit) as stop:
        main(["--to", str(tmp_path / "file")])
    assert stop.value.code == 2
    assert "file" in capsys.readouterr().err


# -- docstrings --------------------------------------------------------------------------------------------------


class Base:
    """A base.

    Parameters
    ----------
    size : int
        How large.
    """

    def __init__(self, size: int, /, *names: str, deep: bool = False, **options: object) -> None: ...

    def method(self, other: "Base") -> "Base":
        """Return the other."""

    @property
    def width(self) -> int:
        """Its width."""

    @classmethod
    def make(cls) -> "Base":
        """Make one."""

    def silent(self): ...


def test_signatures_kinds_and_links(monkeypatch):
    monkeypatch.setattr(Base, "__module__", "symrg.example")
    (page,) = (
        p for n, p in reference_pages([Group("one", "One", "", [Entry("Base", Base)])]).items() if n == "one.html"
    )
    text = text_of(ElementTree.fromstring(page))
    assert "symrg.Base(size: int, /, *names: str, deep: bool = False, **options: object)" in text
    assert "width property → int" in text
    assert "make class method" in text
    assert ".make() → Base" in text
    assert '.method(other: <a href="one.html#Base">Base</a>) → <a href="one.html#Base">Base</a>' in page
    assert "silent" not in page


def test_a_docstring_in_all_its_parts():
    root = rendered(
        """Return <one> & *two* of ``a < b``.

        More :meth:`Chain.flow`, :func:`~symrg.project`, `plain`, T^{p−1} and s_i; not *places, x_name or p*q*r.

        - first
          goes on
        - second

        ==== =====
        name value
        ==== =====
        x    1
        ==== =====

        Literally::

            y  = 1

        Parameters
        ----------
        a, b : Chain or int, optional
            The first.

            The second.
        *rest
            Others.

        Raises
        ------
        ModelError
            If not.

        Examples
        --------
        >>> for x in (1,):
        ...     x

        Then:

        >>> 2
        2
        """,
        lambda name: f"#{name}" if name in ("Chain", "Chain.flow", "symrg.project") else None,
    )
    paragraphs = [text_of(p) for p in root.findall("p")]
    assert paragraphs[0] == "Return <one> & two of a < b."
    assert paragraphs[1] == "More Chain.flow, project, plain, Tp−1 and si; not *places, x_name or p*q*r."
    assert [text_of(n) for n in root.findall("p/sup") + root.findall("p/sub")] == ["p−1", "i"]
    assert [a.get("href") for a in root.findall("p/a")] == ["#Chain.flow", "#symrg.project"]
    assert [text_of(item) for item in root.findall("ul/li")] == ["first goes on", "second"]
    assert [[text_of(c) for c in row] for row in root.iter("tr")] == [["name", "value"], ["x", "1"]]
    assert [text_of(pre) for pre in root.findall("pre")] == ["y  = 1", ">>> for x in (1,):\n...     x", ">>> 2\n2"]
    assert [text_of(h) for h in root.findall("h4")] == ["Parameters", "Raises", "Examples"]
    assert [text_of(t) for t in root.iter("dt")] == ["a, b Chain or int, optional", "*rest", "ModelError"]
    assert [[text_of(p) for p in d] for d in root.iter("dd")] == [
        ["The first.", "The second."],
        ["Others."],
        ["If not."],
    ]
    assert [a.get("href") for a in root.findall(".//dt//a")] == ["#Chain"]


def test_summaries_and_sections():
    assert summary("One\n    line.\n\n    Two.") == "One line."
    assert list(sections("One.\n\nNotes\n-----\nTwo.")) == ["", "Notes"]
    assert link_names("list[A < B]", lambda name: None) == "list[A &lt; B]"


def test_related_names_are_a_list_with_links():
    text = "One.\n\nSee Also\n--------\nChain : Made *first*,\n    of G.\nflow, other : Two."
    root = rendered(text, lambda name: "#" + name if name != "other" else None)
    items = list(root.iter("li"))
    assert ["".join(item.itertext()) for item in items] == ["Chain: Made first, of G.", "flow, other: Two."]
    assert [[a.get("href") for a in item.iter("a")] for item in items] == [["#Chain"], ["#flow"]]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("h_i^(m+1)[l]", "h<sub>i</sub><sup>(m+1)</sup>[l]"),
        ("W_ij^(m) b", "W<sub>ij</sub><sup>(m)</sup> b"),
        ("T^(p−1)", "T<sup>p−1</sup>"),
        ("x^(n + (p − 1))", "x<sup>n + (p − 1)</sup>"),
        ("(G G)^{2 k}", "(G G)<sup>2 k</sup>"),
        ("T′^p", "T′<sup>p</sup>"),
        ("beta_v^2, scale_up", "beta_v^2, scale_up"),
        ("n_sigma and a^bc", "n_sigma and a^bc"),
    ],
)
def test_scripts_are_raised_and_lowered(written, shown):
    assert docstring_html(written, lambda name: None) == f"<p>{shown}</p>"
