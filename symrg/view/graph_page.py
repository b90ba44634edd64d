"""The page of a figure of coupling graphs: graphs under each other, their captions, a legend, the parameters.

Text is wrapped by an estimate of its width that is too large for every usual font, so it stays inside the page.
Lengths are in the units of :mod:`~symrg.view.arcs`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap

from .arcs import Link, Mark, Panel

__all__ = ["CAPTION", "SMALL", "Page", "Placed", "Text", "compose"]

CAPTION, SMALL = 16.0, 14.0  # sizes of a caption, and of all other text
_LETTER = 0.6  # em: the mean letter of a wide font
_NARROWEST = 620.0  # of a page, so that text has a line of 60 letters
_EDGE = 16.0
_LEADING = 1.5
_SWATCH, _APART = 34.0, 22.0  # of the legend: room for a mark or a line, and between two entries


@dataclass(frozen=True)
class Text:
    """A line of plain text with its baseline at y; ``anchor`` is ``"middle"`` or ``"start"``."""

    x: float
    y: float
    text: str
    size: float
    anchor: str = "middle"


@dataclass(frozen=True)
class Placed:
    """A panel with its upper left corner at (x, y), enlarged by a factor."""

    x: float
    y: float
    scale: float
    panel: Panel


@dataclass(frozen=True)
class Page:
    """All that is drawn, in a box from (0, 0) to (width, height)."""

    width: float
    height: float
    placed: tuple[Placed, ...]
    texts: tuple[Text, ...]


def compose(
    panels: Sequence[Panel],
    lines: Sequence[tuple[str, str]],
    legend: Sequence[tuple[str, str]],
    about: str,
    growth: float = 1.0,
) -> Page:
    """Put panels under each other, with text.

    Parameters
    ----------
    panels : sequence of Panel
    lines : sequence of pairs of str
        For each panel its caption and its measures.
    legend : sequence of pairs of str
        What is explained, ``"disc"``, ``"ring"``, ``"diamond"``, ``"near"`` or ``"far"``, and the words for it.
    about : str
        Below all else.
    growth : float
        Enlarges the text, for pages that will be shown much smaller than they are.

    Examples
    --------
    >>> page = compose([Panel(10, 10, (), (), ())], [("One", "0 couplings")], [("disc", "weight")], "width 1")
    >>> [text.text for text in page.texts]
    ['One', '0 couplings', 'weight', 'width 1']
    """
    width = max(_NARROWEST * growth, *(panel.width for panel in panels))
    placed: list[Placed] = []
    texts: list[Text] = []
    top = _EDGE / 2
    for panel, pair in zip(panels, lines, strict=True):
        placed.append(Placed((width - panel.width) / 2, top, 1.0, panel))
        top += panel.height
        for text, size in zip(pair, (CAPTION, SMALL), strict=True):
            top = _write(texts, text, size * growth, width, top)
        top += _EDGE * growth
    top = _explain(placed, texts, legend, width, top, growth)
    top = _write(texts, about, SMALL * growth, width, top + (_EDGE * growth / 2 if legend and about else 0.0))
    return Page(width, top + _EDGE * growth, tuple(placed), tuple(texts))


def _write(texts: list[Text], text: str, size: float, width: float, top: float) -> float:
    """Add centred lines of text below a height, and return the height below them."""
    for line in _wrapped(text, int((width - 2 * _EDGE) / (_LETTER * size))):
        top += size * _LEADING
        texts.append(Text(width / 2, top, line, size))
    return top


def _wrapped(text: str, letters: int) -> list[str]:
    """Wrap text, if possible neither inside braces nor at a sign of a relation."""
    held = re.sub(r"\{[^{}]*\}| [=∈] ", lambda part: part[0].replace(" ", "\u00a0"), text)
    return [line.replace("\u00a0", " ") for line in wrap(held, max(letters, 1), break_on_hyphens=False)]


def _explain(
    placed: list[Placed],
    texts: list[Text],
    legend: Sequence[tuple[str, str]],
    width: float,
    top: float,
    growth: float,
) -> float:
    """Add rows of samples with words, and return the height below them."""
    size = SMALL * growth
    rows: list[list[tuple[str, str, float]]] = []
    room = 0.0
    for what, words in legend:
        length = _SWATCH * growth + _LETTER * size * len(words)
        if not rows or room < length:
            rows.append([])
            room = width - 2 * _EDGE
        rows[-1].append((what, words, length))
        room -= length + _APART * growth
    for row in rows:
        top += size * _LEADING
        x = (width - sum(length for *_, length in row) - _APART * growth * (len(row) - 1)) / 2
        for what, words, length in row:
            placed.append(Placed(x, top - 0.35 * size, growth, _sample(what)))
            texts.append(Text(x + _SWATCH * growth, top, words, size, "start"))
            x += length + _APART * growth
    return top


def _sample(what: str) -> Panel:
    """Return a mark or a line around height 0."""
    if what in ("near", "far"):
        return Panel(_SWATCH, 0.0, (), (), (Link(0.0, 0.0, _SWATCH - 8.0, 0.0, far=what == "far"),))
    radius = {"disc": 3.2, "ring": 6.0, "diamond": 4.0}[what]
    return Panel(_SWATCH, 0.0, (Mark(_SWATCH - 16.0, 0.0, what, radius),), (), ())
