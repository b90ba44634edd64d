"""Docstrings in the form of numpydoc as HTML: sections, definition lists, examples, tables, roles as links."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from inspect import cleandoc
from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

__all__ = ["Link", "docstring_html", "link_names", "sections", "summary"]

Link = Callable[[str], str | None]
"""Takes a name as a docstring has it, returns the address of its entry, or None if it has none."""

_LISTS = ("Parameters", "Attributes", "Returns", "Yields", "Raises")
_INLINE = re.compile(
    r"``(?P<code>[^`]+)``"
    r"|:\w+:`(?P<role>[^`]+)`"
    r"|(?<!`)`(?P<plain>[^`\s][^`]*)`(?!`)"
    r"|(?<![\w*])\*(?P<emphasis>[^\s*][^*]*?)(?<!\s)\*(?![\w*])"
)
_BARE = r"\{[^{}]+\}|(?:[0-9]+|ij|[a-zα-ω])(?!\w)"
_SCRIPT = re.compile(
    r"(?:(?<=[)′])|(?<=\w)(?<!\w\w))(?=[_^])"
    rf"(?:_(?P<low>{_BARE}))?(?:\^(?P<high>{_BARE}|\((?:[^()]|\([^()]*\))+\)))?"
)
_LAYER = re.compile(r"\((?:m(?: ?[+−-] ?\w+)?|\d+|depth)\)")  # these brackets belong to the notation
_TITLED = re.compile(r"(?P<text>[^<]+?)\s*<(?P<target>[^>]+)>")
_RULE = re.compile(r"=+(?: +=+)+")
_BULLET = re.compile(r"(?:[-*]|\d+\.) +")
_NAME = re.compile(r"(?<![\w.])[A-Z]\w+(?![\w.])")


def summary(docstring: str) -> str:
    r"""Return the first paragraph of a docstring on one line.

    Examples
    --------
    >>> summary("Return the sum\nof two numbers.\n\nMore.")
    'Return the sum of two numbers.'
    """
    return " ".join(cleandoc(docstring).split("\n\n")[0].split())


def sections(docstring: str) -> dict[str, str]:
    r"""Return the sections of a docstring by title; what comes before the first is under the empty title.

    Examples
    --------
    >>> sections("Return one.\n\nExamples\n--------\n>>> 1\n1")
    {'': 'Return one.', 'Examples': '>>> 1\n1'}
    """
    lines = [*cleandoc(docstring).split("\n"), ""]
    heads = [
        number for number, (line, below) in enumerate(pairwise(lines)) if line and below == "-" * len(line)
    ]  # fmt: skip
    found = {"": "\n".join(lines[: heads[0] if heads else None]).strip("\n")}
    for start, end in pairwise([*heads, len(lines)]):
        found[lines[start]] = "\n".join(lines[start + 2 : end]).strip("\n")
    return found


def docstring_html(docstring: str, link: Link) -> str:
    """Write a docstring as HTML.

    Parameters
    ----------
    docstring : str
        In the form of numpydoc.
    link : callable
        Resolves the names in roles and types.

    Examples
    --------
    >>> docstring_html("Return *x* as :class:`Chain`.", lambda name: "#" + name)
    '<p>Return <em>x</em> as <a href="#Chain"><code>Chain</code></a>.</p>'
    """
    parts = []
    for title, body in sections(docstring).items():
        if title:
            parts.append(f"<h4>{escape(title)}</h4>")
        if title == "See Also":
            parts.append(_related(body, link))
        else:
            parts += _definitions(title, body, link) if title in _LISTS else _blocks(body, link)
    return "\n".join(parts)


def link_names(text: str, link: Link) -> str:
    """Write a type or a signature as HTML, with links at the names of classes.

    Examples
    --------
    >>> link_names("dict[Chain, int]", lambda name: "#c" if name == "Chain" else None)
    'dict[<a href="#c">Chain</a>, int]'
    """
    written, position = [], 0
    for found in _NAME.finditer(text):
        target = link(found[0])
        if target:
            written += [escape(text[position : found.start()]), f"<a href={quoteattr(target)}>{escape(found[0])}</a>"]
            position = found.end()
    return "".join([*written, escape(text[position:])])


def _inline(text: str, link: Link) -> str:
    written, position = [], 0
    for found in _INLINE.finditer(text):
        written.append(_scripts(text[position : found.start()]))
        position = found.end()
        if found["role"] is not None:
            written.append(_role(found["role"], link))
        elif found["emphasis"] is not None:
            written.append(f"<em>{escape(found['emphasis'])}</em>")
        else:
            written.append(f"<code>{escape(found['code'] or found['plain'])}</code>")
    return "".join([*written, _scripts(text[position:])])


def _scripts(text: str) -> str:
    """Raise and lower what stands after a letter or a bracket as T^p, s_i, T^{p−1}, T^(p−1), W_ij^(m)."""
    return _SCRIPT.sub(_script, escape(text))


def _script(found: re.Match[str]) -> str:
    written = ""
    for tag, script in (("sub", found["low"]), ("sup", found["high"])):
        if script:
            bare = script if script[0] not in "{(" or _LAYER.fullmatch(script) else script[1:-1]
            written += f"<{tag}>{bare}</{tag}>"
    return written


def _role(content: str, link: Link) -> str:
    titled = _TITLED.fullmatch(content)
    text, name = (titled["text"], titled["target"]) if titled else (content, content)
    if text.startswith("~"):
        text = text.rpartition(".")[2]
    shown = f"<code>{escape(text.removeprefix('~').removeprefix('symrg.'))}</code>"
    target = link(name.removeprefix("~"))
    return f"<a href={quoteattr(target)}>{shown}</a>" if target else shown


def _definitions(title: str, body: str, link: Link) -> list[str]:
    """Write entries ``name : type`` with indented descriptions; prose between them is kept."""
    parts: list[str] = []
    for head, description in _entries(body):
        if title in ("Parameters", "Attributes"):
            name, _, kind = head.partition(" : ")
            term = f"<code>{escape(name)}</code>" + (f" <i>{_type(kind, link)}</i>" if kind else "")
        else:
            term = f"<i>{_type(head, link)}</i>"
        said = "".join(_blocks(description, link))
        parts.append(f"<dt>{term}</dt>" + (f"<dd>{said}</dd>" if said else ""))
    return ["<dl>", *parts, "</dl>"] if parts else []


def _related(body: str, link: Link) -> str:
    """Write entries ``name, name : description`` as a list, its names with links."""
    items = []
    for head, below in _entries(body):
        names, _, said = head.partition(" : ")
        shown = ", ".join(_role(name.strip(), link) for name in names.split(","))
        said = _inline(" ".join(f"{said} {below}".split()), link)
        items.append(f"<li>{shown}{f': {said}' if said else ''}</li>")
    return f"<ul>{''.join(items)}</ul>"


def _type(text: str, link: Link) -> str:
    return _inline(text, link) if "`" in text else _SCRIPT.sub(_script, link_names(text, link))


def _entries(body: str) -> Iterator[tuple[str, str]]:
    head: str | None = None
    below: list[str] = []
    for line in body.split("\n"):
        if line and not line.startswith(" "):
            if head is not None:
                yield head, cleandoc("\n".join(below))
            head, below = line, []
        else:
            below.append(line)
    if head is not None:
        yield head, cleandoc("\n".join(below))


def _blocks(text: str, link: Link) -> list[str]:
    """Write paragraphs, examples, lists, tables and literal blocks."""
    found = re.split(r"\n\s*\n", text)
    parts: list[str] = []
    literal = False
    for block in (b.rstrip() for b in found if b.strip()):
        lines = block.split("\n")
        if literal and lines[0].startswith(" "):
            parts.append(f"<pre>{escape(cleandoc(block))}</pre>")
            continue
        literal = block.endswith("::")
        block = block[:-1] if literal else block
        if lines[0].startswith(">>>"):
            parts.append(_example(lines))
        elif _RULE.fullmatch(lines[0]):
            parts.append(_table(lines, link))
        elif _BULLET.match(lines[0]):
            parts.append(_items(lines, link))
        else:
            parts.append(f"<p>{_inline(' '.join(block.split()), link)}</p>")
    return parts


def _example(lines: Sequence[str]) -> str:
    """Write an interactive session; its prompts are not taken along by a reader who copies."""
    written: list[str] = []
    for line in lines:
        goes_on = line.startswith("...") and written[-1:] and written[-1].startswith("<b>")
        if line.startswith(">>>") or (goes_on and (len(line) == 3 or line[3] == " ")):
            written.append(f"<b>{escape(line[:4])}</b>{escape(line[4:])}")
        else:
            written.append(f"<i>{escape(line)}</i>")
    return '<pre class="session">' + "\n".join(written) + "</pre>"


def _items(lines: Sequence[str], link: Link) -> str:
    items: list[str] = []
    for line in lines:
        if _BULLET.match(line):
            items.append(_BULLET.sub("", line, count=1))
        else:
            items[-1] += " " + line.strip()
    return "<ul>" + "".join(f"<li>{_inline(item, link)}</li>" for item in items) + "</ul>"


def _table(lines: Sequence[str], link: Link) -> str:
    """Write a simple table: columns are where the rules are; the last one takes the rest of its line."""
    starts = [found.start() for found in re.finditer(r"=+", lines[0])]
    rows = [[line[a:b].strip() for a, b in pairwise([*starts, None])] for line in lines if not _RULE.fullmatch(line)]
    has_head = sum(bool(_RULE.fullmatch(line)) for line in lines) == 3
    written = [
        "<tr>" + "".join(f"<{tag}>{_inline(cell, link)}</{tag}>" for cell in row) + "</tr>"
        for row, tag in ((row, "th" if has_head and number == 0 else "td") for number, row in enumerate(rows))
    ]
    head, body = (written[:1], written[1:]) if has_head else ([], written)
    top = f"<thead>{''.join(head)}</thead>" if head else ""
    return f'<div class="scroll"><table>{top}<tbody>{"".join(body)}</tbody></table></div>'
