"""The derivation as one self-contained, well-formed HTML page with MathML."""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

from ..errors import ModelError
from ..ledger.blocks import Block, Claim, Figure, Formula, FormulaRow, Paragraph, Prose, Statement, Table
from ..ledger.derivation import Derivation
from ..ledger.sections import Section
from ..ledger.verdicts import STATUSES, Record
from .breaking import PAGE, fit
from .html_prose import NARROW, WIDE, html_prose, said
from .layout import formula_lines, lay_rows, layout
from .letter import Item, Passage, counterexample, letter
from .lines import shattered
from .mathml import math_element, mathml_display, mathml_node
from .overview import PaperEquation, counts, paper_equations
from .plaintext import plain
from .stylesheet import STYLE
from .wording import (
    MARKS,
    Numbering,
    authors,
    certificate,
    markup,
    ours,
    readable,
    remarks,
    summary_sentence,
    typographic,
)

__all__ = ["page"]

_WORD = re.compile(r"[^\W\d_]{2,}")
_STICKY = 14  # characters; a first column of longer entries would fill a phone if it stayed in view


def page(derivation: Derivation) -> str:
    """Write a derivation as an HTML page.

    Parameters
    ----------
    derivation : Derivation
        It is verified first, unless it has been.

    Returns
    -------
    str
        XHTML-well-formed HTML5 with everything in it: no network access, no scripts.

    Raises
    ------
    ModelError
        If a figure's SVG is not well formed.
    """
    return _Page(derivation).write()


class _Page:
    def __init__(self, derivation: Derivation) -> None:
        self.derivation = derivation
        self.names: Mapping[str, str] = derivation.notation
        self.numbering = Numbering(derivation)
        self.verification = derivation.verification
        self.letter = letter(derivation)
        self.records = {record.id: record for record in self.verification.records}

    def write(self) -> str:
        title = said(self.derivation.title)
        sections = [
            f'<section id={quoteattr(part.id)} aria-labelledby="{part.id}-title">'
            f'<h2 id="{part.id}-title"><span class="n">{self.numbering.number(part.id)}</span>'
            f"{said(part.title)}</h2>\n" + "\n".join(self._blocks(part)) + "\n</section>"
            for part in self.derivation.sections
        ]
        parts = [
            "<!DOCTYPE html>",
            '<html xmlns="http://www.w3.org/1999/xhtml" lang="en" xml:lang="en">',
            '<head>\n<meta charset="utf-8"/>\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1"/>\n'
            f'<meta name="generator" content="symrg {escape(self.derivation.provenance["symrg"])}"/>\n'
            f"<title>{title}</title>\n<style>{STYLE}</style>\n</head>",
            "<body>",
            self._header(title),
            "<main>",
            self._summary(),
            *sections,
            self._letter(),
            self._ledger(),
            "</main>",
            self._footer(),
            "</body>",
            "</html>",
        ]
        return "\n".join(part for part in parts if part) + "\n"

    def _header(self, title: str) -> str:
        paper = self.derivation.paper
        source = [
            escape(authors(paper)),
            f"<cite>{escape(str(paper['title']))}</cite>" if paper.get("title") else "",
            escape(str(paper.get("identifier", ""))),
        ]
        links = "".join(
            f'<a class="skip" href={quoteattr(to)}>Skip to {said}</a>'
            for part in self.derivation.sections[:1]
            for to, said in (("#contents", "the contents"), ("#" + part.id, "the derivation"))
        )
        lines = ["<header>", links, f"<h1>{title}</h1>"]
        if any(source):
            lines.append(f'<p class="source">after {", ".join(part for part in source if part)}</p>')
        version = escape(self.derivation.provenance["symrg"])
        lines.append(f'<p class="made">computed and checked by symrg {version}</p>')
        lines.append('<div class="abstract" role="doc-abstract">')
        if self.derivation.abstract:
            lines.append(f"<p>{self._prose(self.derivation.abstract)}</p>")
        lines.append(f"<p>{said(summary_sentence(self.verification))}</p></div>")
        contents = [f'<li><a href="#{part.id}">{said(part.title)}</a>{_contents_mark(part)}</li>'
                    for part in self.derivation.sections]  # fmt: skip
        if contents and self.letter:
            contents.append('<li class="plain"><a href="#errata">Errata: a letter to the authors</a></li>')
        if contents:
            lines.append('<nav aria-labelledby="contents"><h2 id="contents">Contents</h2>')
            lines.append(f"<ol>{''.join(contents)}</ol></nav>")
        return "\n".join([*lines, "</header>"])

    def _blocks(self, part: Section) -> list[str]:
        note = [f'<p class="ours">{said(ours(part.surrogate))}</p>'] if part.surrogate else []
        return note + [self._block(block) for block in part.blocks]

    def _prose(self, text: Prose) -> str:
        return html_prose(text, self.numbering, self.names)

    def _block(self, block: Block) -> str:
        if isinstance(block, Paragraph):
            return f"<p>{self._prose(block.text)}</p>"
        if isinstance(block, Formula):
            return self._formula(block)
        if isinstance(block, Claim):
            return self._claim(block)
        return self._table(block) if isinstance(block, Table) else self._figure(block)

    def _formula(self, block: Formula) -> str:
        text = f"<p>{self._prose(block.text)}</p>\n" if block.text else ""
        number = self.numbering.number(block.id)
        remark = self._remark(block)
        classes = "formula" if remark else "formula bare"
        return (
            f'{text}<div class="{classes}" id={quoteattr(block.id)}>\n<div class="line">'
            f"<div>{self._display(block.rows, f'Equation {number}')}</div>"
            f'<span class="number"><a href={quoteattr("#" + block.id)} aria-label="Equation {number}">'
            f"({number})</a></span></div>\n{remark}</div>"
        )

    def _display(self, rows: tuple[FormulaRow, ...], name: str) -> str:
        laid = lay_rows(rows, names=self.names)
        lines = {width: formula_lines(laid, width, tallest=3 * PAGE) for width in (WIDE, NARROW)}
        wide, narrow = mathml_display(lines[WIDE]), mathml_display(lines[NARROW])
        # what a phone's width would break to pieces is scrolled there
        if wide == narrow or shattered(lines[NARROW], NARROW):
            return _scroll(wide, name)
        return _scroll(wide, name, "wide") + _scroll(narrow, name, "narrow")

    def _claim(self, block: Claim) -> str:
        name = self.numbering.label(block.id)
        shown = self._display(block.rows, name) if block.rows else ""
        return (
            f'<div class="claim" id={quoteattr(block.id)}><p><b>{escape(name)}.</b> '
            f"{self._prose(block.text)}</p>{shown}{self._remark(block)}</div>"
        )

    def _remark(self, statement: Statement) -> str:
        record = self.records[statement.id]
        parts = [_badge(record)] if record.kind in ("equation", "claim") else []
        parts += (
            [f"<span>{_surrogate(record.surrogate)}</span>"] if record.surrogate else []
        )  # clear of the dot before it
        parts += [f"<span>{self._prose(text)}</span>" for text in remarks(statement, record)]
        folded = certificate(record)
        if not folded:
            return f'<p class="remark">{" ".join(parts)}</p>' if parts else ""
        shown = self._prose(counterexample(record)) if record.verdict.counterexample else ""
        terms = "".join(
            f"<dt>{term}</dt><dd>{shown if term == 'counterexample' else said(text)}</dd>" for term, text in folded
        )
        return f'<details class="remark"><summary>{" ".join(parts)}</summary><dl>{terms}</dl></details>'

    def _summary(self) -> str:
        """Show the ledger at a glance: counts by kind and verdict, and the paper's equations one by one."""
        rows = counts(self.verification)
        if not rows:
            return ""
        columns = [status for status in STATUSES if any(status in row for _, row in rows)]
        decided = [status for status in columns if status in ("proved", "refuted", "undecided")]
        head = "".join(f'<th scope="col">{_mark(status)}</th>' for status in decided)
        body = "".join(
            f'<tr><th scope="row">{kind}s</th>'
            + "".join(f"<td>{row.get(status, '') if kind in ('equation', 'claim') else ''}</td>" for status in decided)
            + f"<td>{sum(row.values())}</td></tr>"
            for kind, row in rows
        )
        table = (
            f'<table class="counts"><thead><tr><td></td>{head}<th scope="col">all</th></tr></thead>'
            f"<tbody>{body}</tbody></table>"
        )
        equations = paper_equations(self.derivation)
        cells = "".join(self._equation(equation) for equation in equations)
        grid = (
            f"<p>The numbered equations of the paper: the verdict on each leads to where it is decided, the small "
            f'marks to further statements about it.</p><ul class="equations">{cells}</ul>'
            if cells
            else ""
        )
        return (
            '<section class="summary" id="summary" aria-labelledby="summary-title"><h2 id="summary-title">Verdicts</h2>'
            f"{_scroll(table, 'Counts by kind and verdict', focus=True)}{grid}</section>"
        )

    def _equation(self, equation: PaperEquation) -> str:
        main = self.records[equation.main]
        shown = [f"<b>({equation.number})</b>", self._link(main, _badge(main) or main.verdict.status)]
        if equation.correction:
            name = self.numbering.label(equation.correction)
            link = f"<a href={quoteattr('#' + equation.correction)} aria-label={quoteattr('corrected by ' + name)}>"
            shown.append(f"{link}→\u202f({self.numbering.number(equation.correction)})</a>")
        if equation.others:
            marks = " ".join(self._link(self.records[name], None) for name in equation.others)
            shown.append(f'<span class="others">{marks}</span>')
        return f'<li class="{main.verdict.status}-cell">{" ".join(shown)}</li>'

    def _link(self, record: Record, shown: str | None) -> str:
        """Link a verdict to its step; without a text it is the verdict's mark alone."""
        status = record.verdict.status
        name = self.numbering.label(record.id)
        inner = shown or f'<span class="{status}">{MARKS[status]}</span>'
        label = quoteattr(f"{name}, {status}")
        return f"<a href={quoteattr('#' + record.id)} title={label} aria-label={label}>{inner}</a>"

    def _letter(self) -> str:
        found = self.letter
        if found is None:
            return ""
        parts = [
            '<section class="letter" id="errata" aria-labelledby="errata-title">'
            '<h2 id="errata-title">Errata: a letter to the authors</h2>'
        ]
        if found.note:
            parts.append(f'<p class="unexpected">{said(found.note)}</p>')
        parts.append(f"<p>{said(found.salutation)}</p>")
        parts += [f"<p>{self._prose(text)}</p>" for text in found.opening]
        both = bool(found.equations and found.claims)
        for title, items in (("Displayed equations", found.equations), ("Claims in words", found.claims)):
            if items and both:
                parts.append(f"<h3>{title}</h3>")
            parts += [self._item(item) for item in items]
        parts += [f"<p>{self._prose(text)}</p>" for text in found.closing]
        return "\n".join([*parts, "</section>"])

    def _item(self, item: Item) -> str:
        where = self._link(self.records[item.id], escape(self.numbering.label(item.id)))
        head = f'<h4>{said(item.title)} <span class="here">{where}</span></h4>'
        body = "\n".join(self._passage(passage, item.title) for passage in item.passages)
        return f'<div class="item" id="letter:{item.id}">{head}\n{body}</div>'

    def _passage(self, passage: Passage, title: str) -> str:
        shown = f"<p><i>{escape(passage.label)}.</i> {self._prose(passage.text)}</p>"
        if passage.rows:
            shown += self._display(passage.rows, f"{passage.label}: {title}")
        if passage.after:
            shown += f'<p class="after">{self._prose(passage.after)}</p>'
        return shown

    def _table(self, block: Table) -> str:
        head = "".join(f'<th scope="col">{self._prose(cell)}</th>' for cell in block.header)
        body = "\n".join(
            f"<tr>{''.join(f'<td{_keep(cell)}>{self._cell(cell)}</td>' for cell in line)}</tr>" for line in block.rows
        )
        name = self.numbering.label(block.id)
        # the caption stands outside of what scrolls, so that all of it can be read
        caption = f"<figcaption><b>{name}.</b> {self._prose(block.caption)}</figcaption>"
        first = [len(str(segment.value)) for line in block.rows for cell in line[:1] for segment in cell.segments]
        stays = ' class="stays"' if len(block.header) > 2 and max(first, default=0) <= _STICKY else ""
        table = f"<table{stays}><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        return f'<figure class="table" id={quoteattr(block.id)}>{caption}{_scroll(table, name, focus=True)}</figure>'

    def _cell(self, cell: Prose) -> str:
        if len(cell.segments) == 1 and cell.segments[0].kind == "math":
            node = layout(cell.segments[0].value, names=self.names, inline=True)
            return math_element(mathml_node(fit(node, NARROW)))
        return self._prose(cell)

    def _figure(self, block: Figure) -> str:
        name = self.numbering.label(block.id)
        svg = _described(inline_svg(block.drawing.svg(), block.id), self._spoken(block.caption))
        return (
            f"<figure id={quoteattr(block.id)}>{svg}"
            f"<figcaption><b>{name}.</b> {self._prose(block.caption)}</figcaption></figure>"
        )

    def _spoken(self, text: Prose) -> str:
        """Write running text without markup, for those who hear it."""
        parts = []
        for segment in text.segments:
            if segment.kind == "text":
                parts.append("".join(piece for _, piece in markup(str(segment.value))))
            else:
                parts.append(self.numbering.label(segment.value) if segment.kind == "ref" else plain(segment.value))
        return typographic(" ".join("".join(parts).split()))

    def _ledger(self) -> str:
        if not self.verification.records:
            return ""
        rows = []
        for statement, record in zip(self.derivation.statements, self.verification.records, strict=True):
            method = "; ".join(part for part in (record.verdict.method, statement.cites) if part)
            reference = f"<a href={quoteattr('#' + statement.id)}>{escape(self.numbering.label(statement.id))}</a>"
            cells = (
                f'<td class="keep">{reference}</td><td>{escape(statement.id)}</td>'
                f"<td>{_badge(record)}{' ' + _surrogate(record.surrogate) if record.surrogate else ''}</td>"
                f'<td class="method">{said(method)}</td>'
            )
            rows.append(f"<tr>{cells}</tr>")
        head = "".join(f'<th scope="col">{name}</th>' for name in ("Statement", "Name", "Verdict"))
        head += '<th scope="col" class="method">Method, source</th>'
        table = f"<table><thead><tr>{head}</tr></thead><tbody>{chr(10).join(rows)}</tbody></table>"
        shown = f'All {len(rows)} statements, with their names<span class="method"> and methods</span>'
        return (
            '<section class="ledger" id="ledger" aria-labelledby="ledger-title"><h2 id="ledger-title">Ledger</h2>'
            f"<details><summary>{shown}</summary>"
            f"{_scroll(table, 'Ledger', focus=True)}</details></section>"
        )

    def _footer(self) -> str:
        found = [f"{escape(name)}: {said(readable(value))}" for name, value in self.derivation.provenance.items()]
        return (
            '<footer><h2 id="provenance">Provenance</h2><p>Every formula above is the object that was computed. '
            f"{'; '.join(found)}.</p></footer>"
        )


def _scroll(inner: str, name: str, extra: str = "", *, focus: bool = False) -> str:
    """Let what is wider than the page scroll in itself.

    ``focus`` makes it a stop for the keyboard, for browsers that do not make one of everything that scrolls; of
    formulas there are too many for that, and hardly one scrolls.
    """
    classes = f"scroll {extra}".strip()
    stop = ' tabindex="0"' if focus else ""
    return f'<div class="{classes}"{stop} role="group" aria-label={quoteattr(name)}>{inner}</div>'


def _keep(cell: Prose) -> str:
    """Keep numbers, and ranges of them, on one line; words may be broken."""
    words = any(segment.kind != "math" and _WORD.search(str(segment.value)) for segment in cell.segments)
    return "" if words else ' class="keep"'


def _described(svg: str, text: str) -> str:
    """Put a description into a drawing that has a title and no description of its own."""
    if "<desc" in svg or "</title>" not in svg:
        return svg
    return svg.replace("</title>", f"</title><desc>{escape(text)}</desc>", 1)


def _badge(record: Record) -> str:
    return _mark(record.verdict.status, "" if record.ok else " unexpected")


def _contents_mark(part: Section) -> str:
    return f" {_surrogate(part.surrogate)}" if part.surrogate else ""


def _surrogate(text: str) -> str:
    return f'<span class="surrogate" title={quoteattr(typographic(text))}>surrogate</span>'


def _mark(status: str, extra: str = "") -> str:
    return f'<span class="verdict {status}{extra}"><span aria-hidden="true">{MARKS[status]} </span>{status}</span>'


def inline_svg(svg: str, name: str) -> str:
    """Make an SVG document fit to stand inside a page: no prolog, and ids that cannot clash.

    Parameters
    ----------
    svg : str
        The document.
    name : str
        Put before every id in it.

    Returns
    -------
    str

    Raises
    ------
    ModelError
        If it is not well-formed XML, or no SVG.

    Examples
    --------
    >>> inline_svg('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><g id="a"/></svg>', "f")
    '<svg xmlns="http://www.w3.org/2000/svg"><g id="f-a"/></svg>'
    """
    bare = re.sub(r"<\?xml.*?\?>|<!DOCTYPE[^>]*>", "", svg, flags=re.DOTALL).strip()
    try:
        root = ElementTree.fromstring(bare)
    except ElementTree.ParseError as error:
        message = f"the SVG of the figure {name!r} is not well formed: {error}"
        raise ModelError(message) from error
    if root.tag != "{http://www.w3.org/2000/svg}svg":
        message = f"the figure {name!r} draws <{root.tag}>, not an <svg> in the SVG namespace"
        raise ModelError(message)
    ids = sorted({element.attrib["id"] for element in root.iter() if "id" in element.attrib})
    for identifier in ids:
        old = re.escape(identifier)
        bare = re.sub(rf'(\sid=["\']){old}(["\'])', rf"\g<1>{name}-{identifier}\g<2>", bare)
        bare = re.sub(rf"(url\(#|href=[\"']#){old}(\)|[\"'])", rf"\g<1>{name}-{identifier}\g<2>", bare)
    return bare
