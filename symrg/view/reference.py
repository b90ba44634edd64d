"""The reference: pages of public names with signatures, docstrings and links between them."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from .. import __all__ as _public
from .. import __version__
from .docstrings import Link, docstring_html, link_names, sections, summary
from .stylesheet import STYLE

__all__ = ["SESSION", "Entry", "Group", "reference_pages"]

SESSION = "from fractions import Fraction\nimport sympy\nfrom symrg import *"
"""What stands before the examples."""

_STYLE = """
.names td:first-child { white-space: nowrap; }
.names td { padding: 0.3rem 1.1rem 0.3rem 0; }
.names { width: 100%; }
.pages { display: flex; flex-wrap: wrap; gap: 0.2rem 1.2rem; margin: 1rem 0 1.6rem; font-size: 0.95rem; }
.pages [aria-current] { color: inherit; font-weight: 600; }
main h2 { border-top: 1px solid var(--rule); padding-top: 1.2rem; }
h2 code, h3 code { font-size: 0.9em; font-weight: 600; }
h3 { font-size: 1rem; margin: 2rem 0 0.4rem; font-weight: 600; }
sub, sup { font-size: 0.75em; line-height: 0; }
h3 small { color: var(--soft); font-weight: 400; margin-left: 0.6em; }
h4 { font-size: 0.85rem; font-weight: 600; margin: 1.1rem 0 0.3rem; color: var(--soft); }
.member { padding-left: 1.2rem; border-left: 2px solid var(--rule); }
.signature { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
  font-size: 0.82rem; line-height: 1.5; background: var(--wash); padding: 0.5rem 0.8rem 0.5rem 2.8rem;
  text-indent: -2rem; margin: 0 0 0.9rem; overflow-wrap: anywhere; }
.from { color: var(--soft); font-size: 0.85rem; }
dl { margin: 0 0 0.9rem; font-size: 0.95rem; }
dt i { color: var(--soft); }
dd { margin: 0 0 0.4rem 1.4rem; }
dd p { margin: 0 0 0.3rem; }
pre { overflow-x: auto; background: var(--wash); padding: 0.6rem 0.8rem; margin: 0 0 0.9rem; line-height: 1.45;
  font: 0.8rem/1.5 ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
.session b { color: var(--soft); font-weight: 400; user-select: none; -webkit-user-select: none; }
.session i { color: var(--proved); font-style: normal; }
.letters { columns: 13rem; list-style: none; padding: 0; margin: 0; font-size: 0.9rem; }
@media (max-width: 46rem) {
  .names tbody td, .names tbody tr:last-child td { display: block; border: 0; padding: 0; }
  .names tbody tr td:last-child, .names tbody tr:last-child td:last-child {
    padding-bottom: 0.6rem; border-bottom: 1px solid var(--rule);
  }
  .names, .names tbody, .names tr { display: block; }
  .member { padding-left: 0.8rem; }
}
"""


@dataclass(frozen=True)
class Entry:
    """A public name.

    Parameters
    ----------
    name : str
        As it is imported.
    value : object
        What it is.
    prefix : str
        The module that it is imported from.
    """

    name: str
    value: Any
    prefix: str = "symrg"

    @property
    def docstring(self) -> str:
        """Its documentation."""
        return self._own_words(inspect.getdoc(self.value))

    @cached_property
    def members(self) -> dict[str, Any]:
        """Public methods and properties that have docstrings, with those of bases that have no name of their own."""
        if not inspect.isclass(self.value):
            return {}
        foreign = [base for base in self.value.__mro__ if not base.__module__.startswith("symrg")]
        found: dict[str, Any] = {}
        for owner in (base for base in self.value.__mro__ if base not in foreign):
            for name, member in vars(owner).items():
                if _is_member(member) and not name.startswith("_") and not any(hasattr(base, name) for base in foreign):
                    found.setdefault(name, member)
        return {name: member for name, member in found.items() if inspect.getdoc(getattr(self.value, name))}

    def docstring_of(self, member: str) -> str:
        """Return the documentation of a member."""
        return self._own_words(inspect.getdoc(getattr(self.value, member)))

    def _own_words(self, docstring: str | None) -> str:
        """Let documentation that comes from a base without a public name speak of this class."""
        text = docstring or ""
        for base in inspect.getmro(self.value)[1:] if inspect.isclass(self.value) else ():
            if base.__module__.startswith("symrg") and base.__name__ not in _public:
                text = re.sub(rf"\b{base.__name__}\b", self.name, text)
        return text

    def owner(self, member: str) -> type:
        """Return the class that defines a member."""
        return next(base for base in self.value.__mro__ if member in vars(base))

    @property
    def signature(self) -> str:
        """How it is called; empty for results that symrg makes, and for errors."""
        if not inspect.isclass(self.value):
            return f"{self.prefix}.{self.name}{_signature(self.value)}"
        written = sections(self.docstring)
        if issubclass(self.value, Exception) or ("Attributes" in written and "Parameters" not in written):
            return ""
        evaluated = vars(self.value).get("eval")  # what SymPy calls a function of its with
        if isinstance(evaluated, classmethod):
            return f"{self.prefix}.{self.name}{_signature(evaluated.__func__, bound=True)}"
        return f"{self.prefix}.{self.name}{_signature(self.value, returns=False)}"


@dataclass(frozen=True)
class Group:
    """The names on one page.

    Parameters
    ----------
    id : str
        Of the file, without its ending.
    title : str
    text : str
        What stands before the names, a docstring.
    entries : sequence of Entry
    """

    id: str
    title: str
    text: str
    entries: Sequence[Entry]


def reference_pages(groups: Sequence[Group]) -> dict[str, str]:
    """Write the reference as HTML pages that need no network and no scripts.

    Parameters
    ----------
    groups : sequence of Group
        A page for each.

    Returns
    -------
    dict
        The pages by file name; ``index.html`` lists all names.

    Examples
    --------
    >>> from symrg import Chain
    >>> pages = reference_pages([Group("chains", "Chains", "", [Entry("Chain", Chain)])])
    >>> list(pages), 'id="Chain.recursion"' in pages["chains.html"]
    (['index.html', 'chains.html'], True)
    """
    addresses = dict(_addresses(groups))
    pages = {"index.html": _index(groups, addresses)}
    for group in groups:
        parts = [_part(entry, _resolver(addresses, entry)) for entry in group.entries]
        text = docstring_html(group.text, _resolver(addresses, None)) if group.text else ""
        body = [text, _names(group, addresses), *parts]
        pages[f"{group.id}.html"] = _page(group.title, group.id, groups, body)
    return pages


def _addresses(groups: Sequence[Group]) -> Iterator[tuple[str, str]]:
    """Yield names, with their members, and where they are described."""
    public = {entry.value: entry.name for group in groups for entry in group.entries if inspect.isclass(entry.value)}
    for group in groups:
        for entry in group.entries:
            page = f"{group.id}.html"
            yield entry.name, f"{page}#{entry.name}"
            for name in entry.members:
                owner = public.get(entry.owner(name), entry.name)
                where = next(g.id for g in groups if any(e.name == owner for e in g.entries))
                yield f"{entry.name}.{name}", f"{where}.html#{owner}.{name}"


def _resolver(addresses: dict[str, str], entry: Entry | None) -> Link:
    def link(name: str) -> str | None:
        parts = name.split(".")
        tries = [".".join(parts[-2:]), parts[-1]]
        if entry is not None:
            tries.insert(0, f"{entry.name}.{name}")
        return next((addresses[name] for name in tries if name in addresses), None)

    return link


# -- entries -------------------------------------------------------------------------------------------------


def _part(entry: Entry, link: Link) -> str:
    parts = [f"<section id={quoteattr(entry.name)}>", f"<h2><code>{escape(entry.name)}</code></h2>"]
    if entry.signature:
        parts.append(f'<p class="signature">{link_names(entry.signature, link)}</p>')
    elif issubclass(entry.value, Exception):
        bases = ", ".join(base.__name__ for base in entry.value.__bases__)
        parts.append(f'<p class="from">an error, also {link_names(bases, link)}</p>')
    else:
        parts.append('<p class="from">a result; symrg makes it</p>')
    parts.append(docstring_html(entry.docstring, link))
    inherited: dict[str, list[str]] = {}
    for name, member in entry.members.items():
        target = link(name) or ""
        if target.endswith(f"#{entry.name}.{name}"):
            parts.append(_member(entry, name, member, link))
        else:
            base = target.partition("#")[2].rpartition(".")[0]
            inherited.setdefault(base, []).append(f"<a href={quoteattr(target)}><code>{escape(name)}</code></a>")
    for base, names in inherited.items():
        parts.append(f'<p class="from">from {link_names(base, link)}: {", ".join(names)}</p>')
    return "\n".join([*parts, "</section>"])


def _member(entry: Entry, name: str, member: Any, link: Link) -> str:
    function = member.__func__ if isinstance(member, classmethod | staticmethod) else member
    if inspect.isfunction(function):
        kind = {classmethod: "class method", staticmethod: "static method"}.get(type(member), "")
        called = f".{name}{_signature(function, bound=not isinstance(member, staticmethod))}"
    else:
        getter = getattr(member, "fget", None) or getattr(member, "func", None)
        returned = _annotation(getattr(getter, "__annotations__", {}).get("return"))
        kind, called = "property" + (f" → {returned}" if returned else ""), ""
    note = f" <small>{link_names(kind, link)}</small>" if kind else ""
    box = f'<p class="signature">{link_names(called, link)}</p>\n' if called else ""
    return (
        f'<div class="member" id={quoteattr(f"{entry.name}.{name}")}>\n<h3><code>{escape(name)}</code>{note}</h3>\n'
        f"{box}{docstring_html(entry.docstring_of(name), link)}\n</div>"
    )


def _is_member(member: Any) -> bool:
    callable_ = inspect.isfunction(member) or isinstance(member, classmethod | staticmethod | property)
    return callable_ or isinstance(member, cached_property)


def _signature(function: Any, *, bound: bool = False, returns: bool = True) -> str:
    """Write a signature in the source's own words for types, where they say anything."""
    signature = inspect.signature(function)
    written: list[str] = []
    last: Any = None
    for parameter in list(signature.parameters.values())[1 if bound else 0 :]:
        if last is not None and last.kind == parameter.POSITIONAL_ONLY != parameter.kind:
            written.append("/")
        if parameter.kind == parameter.KEYWORD_ONLY and (
            last is None or last.kind not in (parameter.KEYWORD_ONLY, parameter.VAR_POSITIONAL)
        ):
            written.append("*")
        stars = "*" * (parameter.kind == parameter.VAR_POSITIONAL) + "**" * (parameter.kind == parameter.VAR_KEYWORD)
        kind = _annotation(parameter.annotation)
        text = stars + parameter.name + (f": {kind}" if kind else "")
        if parameter.default is not parameter.empty:
            text += (" = " if kind else "=") + getattr(parameter.default, "__name__", repr(parameter.default))
        written.append(text)
        last = parameter
    returned = _annotation(signature.return_annotation) if returns else ""
    return f"({', '.join(written)})" + (f" → {returned}" if returned else "")


def _annotation(annotation: Any) -> str:
    if annotation in (inspect.Parameter.empty, None, "Any", Any, "None"):
        return ""
    return annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)


# -- pages ---------------------------------------------------------------------------------------------------


def _names(group: Group, addresses: dict[str, str]) -> str:
    link = _resolver(addresses, None)
    rows = (
        f"<tr><td><a href={quoteattr(addresses[entry.name])}><code>{escape(entry.name)}</code></a></td>"
        f"<td>{docstring_html(summary(entry.docstring), link).removeprefix('<p>').removesuffix('</p>')}</td></tr>"
        for entry in group.entries
    )
    return f'<table class="names"><tbody>{"".join(rows)}</tbody></table>'


def _index(groups: Sequence[Group], addresses: dict[str, str]) -> str:
    body = [
        "<p>Every public name, its signature and its documentation. The tests run the examples in a session that "
        f'begins with</p>\n<pre class="session">{escape(SESSION)}</pre>\n'
        "<p>and, for tests of your own, <code>from symrg.testing import *</code>.</p>",
    ]
    for group in groups:
        body.append(f'<h2><a href="{group.id}.html">{escape(group.title)}</a></h2>')
        body.append(_names(group, addresses))
    body.append('<h2 id="all">All names, with methods and properties</h2>\n<ul class="letters">')
    for name in sorted(addresses, key=lambda name: (name.rpartition(".")[2].lower(), name)):
        owner, _, last = name.rpartition(".")
        of = f" <small>of {escape(owner)}</small>" if owner else ""
        body.append(f"<li><a href={quoteattr(addresses[name])}><code>{escape(last)}</code></a>{of}</li>")
    return _page("Reference", "index", groups, [*body, "</ul>"])


def _page(title: str, id: str, groups: Sequence[Group], body: Sequence[str]) -> str:
    links = [("index", "All names"), *((group.id, group.title) for group in groups)]
    pages = " ".join(
        f'<a href="{target}.html"{" aria-current=" + quoteattr("page") if target == id else ""}>{escape(name)}</a>'
        for target, name in links
    )
    return "\n".join(
        [
            "<!DOCTYPE html>",
            '<html xmlns="http://www.w3.org/1999/xhtml" lang="en" xml:lang="en">',
            '<head>\n<meta charset="utf-8"/>\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1"/>\n'
            f"<title>{escape(title)} – symrg</title>\n<style>{STYLE}{_STYLE}</style>\n</head>",
            f'<body>\n<header>\n<h1>{escape(title)}</h1>\n<p class="made">reference of symrg {escape(__version__)}</p>',
            f'<nav class="pages" aria-label="Pages">{pages}</nav>\n</header>\n<main>',
            *body,
            "</main>\n<footer></footer>\n</body>\n</html>\n",
        ]
    )
