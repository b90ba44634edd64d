"""Running text as HTML: formulas in it, references, and the apostrophes of print."""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.sax.saxutils import escape, quoteattr

from ..ledger.blocks import Prose, Segment
from .breaking import fit
from .layout import inline_pieces, layout
from .mathml import math_element, mathml_node
from .wording import Numbering, markup, typographic

__all__ = ["NARROW", "WIDE", "html_prose", "said"]

WIDE = 39.0  # em; a formula's room on a desk
NARROW = 19.0  # em; its room on a phone
_CLOSING = re.compile(r"\A[.,;:!?)\]’”]+")
_OPENING = re.compile(r"[(\[‘“]+\Z")


def said(text: str) -> str:
    """Write plain text as HTML.

    Examples
    --------
    >>> said("the paper's < & >")
    'the paper’s &lt; &amp; &gt;'
    """
    return escape(typographic(text))


def html_prose(text: Prose, numbering: Numbering, names: Mapping[str, str] | None = None) -> str:
    """Write running text as HTML.

    Parameters
    ----------
    text : Prose
    numbering : Numbering
        Of the derivation it belongs to, for references.
    names : mapping, optional
        As for :func:`symrg.view.layout.layout`.

    Returns
    -------
    str
    """
    written: list[str] = []
    for place, segment in enumerate(text.segments):
        before = text.segments[place - 1] if place else None
        after = text.segments[place + 1] if place + 1 < len(text.segments) else None
        if segment.kind == "math":
            # A formula is not to be parted from the brackets and the punctuation around it.
            opened, closed = _touching(before, _OPENING), _touching(after, _CLOSING)
            shown = _inline(segment.value, names)
            stuck = f'<span class="keep">{opened}{shown}{closed}</span>'
            written.append(stuck if opened or closed else shown)
        elif segment.kind == "ref":
            label = escape(numbering.label(segment.value))
            written.append(f'<a class="keep" href={quoteattr("#" + segment.value)}>{label}</a>')
        else:
            plain = str(segment.value)
            if before is not None and before.kind == "math":
                plain = _CLOSING.sub("", plain)
            if after is not None and after.kind == "math":
                plain = _OPENING.sub("", plain)
            for kind, piece in markup(plain):
                shown = escape(piece) if kind == "code" else said(piece)
                written.append({"text": shown, "em": f"<em>{shown}</em>", "code": f"<code>{shown}</code>"}[kind])
    return "".join(written)


def _touching(segment: Segment | None, pattern: re.Pattern[str]) -> str:
    found = pattern.search(str(segment.value)) if segment is not None and segment.kind == "text" else None
    return escape(found[0]) if found else ""


def _inline(value: object, names: Mapping[str, str] | None) -> str:
    node = layout(value, names=names, inline=True)
    pieces = inline_pieces(node, NARROW / 2)
    if any(piece.width > NARROW - 2 for piece in pieces):
        narrow = mathml_node(fit(layout(value, names=names), NARROW))
        return f'<span class="scroll" style="display:block">{math_element(narrow, display=True)}</span>'
    return "<wbr/>".join(math_element(mathml_node(piece)) for piece in pieces)
