"""Running text as LaTeX: formulas in it, references, and how wide it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..ledger.blocks import Prose
from .breaking import fit
from .layout import TEX_WIDTH, layout
from .texmath import escape, tex
from .wording import Numbering, markup

__all__ = ["prose_width", "reference", "tex_prose"]


def reference(identifier: str, numbering: Numbering) -> str:
    """Refer to a statement by the word for its kind and its number."""
    word = numbering.word(identifier)
    if word == "Eq.":
        return rf"Eq.~\eqref{{{identifier}}}"
    return rf"{word}~\ref{{{identifier}}}"


def prose_width(text: Prose, names: Mapping[str, str]) -> float:
    """Return the estimated width of a table cell in em."""
    width = 0.0
    for segment in text.segments:
        if segment.kind == "math":
            width += layout(segment.value, names=names, inline=True).width
        else:
            width += 0.5 * len(str(segment.value))
    return width


def tex_prose(text: Prose, numbering: Numbering, names: Mapping[str, str] | None = None) -> str:
    """Write running text as LaTeX.

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
    return "".join(_segments(text, numbering, names or {}))


def _segments(text: Prose, numbering: Numbering, names: Mapping[str, str]) -> Sequence[str]:
    written: list[str] = []
    for segment in text.segments:
        if segment.kind == "math":
            written.append(_inline(segment.value, names))
        elif segment.kind == "ref":
            written.append(reference(segment.value, numbering))
        else:
            plain = str(segment.value)
            if written and written[-1].endswith(" \\]") and plain[:1] in ".,;:":  # the formula was displayed
                written[-1] = written[-1].removesuffix(" \\]") + plain[0] + " \\]"
                plain = plain[1:].lstrip()
            for kind, piece in markup(plain):
                shown = escape(piece)
                written.append({"text": shown, "em": rf"\emph{{{shown}}}", "code": rf"\texttt{{{shown}}}"}[kind])
    return written


def _inline(value: object, names: Mapping[str, str]) -> str:
    node = layout(value, names=names, inline=True)
    if node.height > 3.5 or (node.tall and node.width > 15):  # would tear the line apart
        display = fit(layout(value, names=names), TEX_WIDTH)
        return f"\\[ {tex(display).strip()} \\]"
    return f"${tex(node).strip()}$"
