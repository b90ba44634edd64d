r"""Sheets written as HTML, and as LaTeX.

The HTML has mathematics as plain text. JupyterLab shows a notebook that it does not trust without the tags of MathML
but with their text, so that √681/20 would be read as 68120 and a² as a2; what is written here stays the same number
when tags are taken away, and needs neither MathJax nor a network. Typeset mathematics is in the LaTeX.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from itertools import pairwise
from typing import Any

import sympy

from .breaking import fit
from .layout import layout
from .plaintext import html_text, plain
from .sheets import Cell, Sheet
from .texmath import escape as tex_escape
from .texmath import tex
from .tree import Atom, Node

__all__ = ["PAGE", "write_html", "write_latex"]

PAGE = 38.0  # em: 6.3 inches at 11 points, with some room
_GAP = 1.1  # em between the columns of a table
_WORD = re.compile(r"[^ ]+ *| +")  # a no-break space is no end of a word
_LONGEST = 40  # letters of a formula in a table that is kept on one line


def write_html(sheet: Sheet) -> str:
    """Write a sheet as one HTML element."""
    parts = [f"<p><strong>{escape(sheet.title)}</strong></p>"]
    parts += [f"<p>{_html(line)}</p>" for line in sheet.lines]
    if sheet.rows:
        head = ""
        if sheet.header:
            cells = "".join(
                f'<th scope="col" style="text-align:left">{_html(cell, kept=True)}</th>' for cell in sheet.header
            )
            head = f"<thead><tr>{cells}</tr></thead>"
        rows = "".join(
            "<tr>" + "".join(f'<td style="text-align:left">{_html(cell, kept=True)}</td>' for cell in row) + "</tr>"
            for row in sheet.rows
        )
        parts.append(f"<table>{head}<tbody>{rows}</tbody></table>")
    if sheet.note:
        parts.append(f"<p><small>{escape(sheet.note)}</small></p>")
    return f'<div class="symrg" style="overflow-x:auto">{"".join(parts)}</div>'


def _html(cell: Cell, *, kept: bool = False) -> str:
    """Write a cell; ``kept`` are short formulas on one line, and the rows of matrices, by no-break spaces."""
    if isinstance(cell, tuple):
        return "".join(_html(part, kept=kept) for part in cell)
    if isinstance(cell, str):
        return escape(cell)
    text = html_text(cell)
    if not kept or (len(plain(cell)) > _LONGEST and not isinstance(cell, sympy.MatrixBase)):
        return text
    return re.sub(r" (?!\[)", "\u00a0", text)


def write_latex(sheet: Sheet) -> str:
    """Write a sheet as formulas in dollar signs, a paragraph each, so that pages can end between them."""
    lines = [rf"\textbf{{{tex_escape(line)}}}" for line in _text_lines(sheet.title, 0.85 * PAGE)]
    for line in sheet.lines:
        lines += _lines(line, PAGE)
    if sheet.rows:
        lines.append(_table(sheet))
    lines += _lines(sheet.note, PAGE) if sheet.note else []
    return "\n\n".join(rf"$\displaystyle {line}$" for line in lines)


def _stacked(lines: Sequence[str], place: str = "") -> str:
    # \displaystyle: an array sets its cells in text style, and fractions too small to be read
    body = _under([line if line.startswith(r"\textbf") else rf"\displaystyle {line}" for line in lines])
    return rf"\begin{{array}}{place}{{@{{}}l@{{}}}}{body}\end{{array}}"


def _under(lines: Sequence[str]) -> str:
    """Put rows of an array under each other, clear of each other: space after a tall one takes a row of its own."""
    body = lines[0]
    for above, line in pairwise(lines):
        tall = r"\frac" in above or r"\begin" in above
        body += (r" \\ \\[-0.8em] " if tall else r" \\[0.3em] ") + line
    return body


def _table(sheet: Sheet) -> str:
    table = [row for row in (sheet.header, *sheet.rows) if row]
    columns = [[_pieces(cell, inline=True) for cell in column] for column in zip(*table, strict=True)]
    least = [
        max((_wide(fit(p, 0.0) if isinstance(p, Node) else p) for ps in column for p in ps), default=0.0)
        for column in columns
    ]
    wanted = [max(sum(map(_wide, ps)) for ps in column) for column in columns]
    room = PAGE - _GAP * (len(columns) - 1) - sum(least)
    more = _shares([w - v for w, v in zip(wanted, least, strict=True)], max(room, 0.0))
    widths = [v + m for v, m in zip(least, more, strict=True)]
    rows = []
    for row in table:
        cells = (_lines(cell, width, inline=True) for cell, width in zip(row, widths, strict=True))
        rows.append(" & ".join(lines[0] if len(lines) == 1 else _stacked(lines, "[t]") for lines in cells))
    body = _under(rows)
    return rf"\begin{{array}}{{@{{}}{'l' * len(widths)}@{{}}}}{body}\end{{array}}"


def _shares(wanted: Sequence[float], room: float) -> list[float]:
    """Return widths of columns that fit the room: narrow ones have what they want, wide ones share the rest."""
    left, shares = room, [0.0] * len(wanted)
    for done, k in enumerate(sorted(range(len(wanted)), key=wanted.__getitem__)):
        shares[k] = min(wanted[k], left / (len(wanted) - done))
        left -= shares[k]
    return shares


def _pieces(cell: Cell, inline: bool) -> list[Any]:
    """Return words, and mathematics as layout trees."""
    if isinstance(cell, tuple):
        return [piece for part in cell for piece in _pieces(part, inline)]
    return _WORD.findall(cell) if isinstance(cell, str) else [layout(cell, inline=inline)]


def _wide(piece: Any) -> float:
    return float(Atom(piece, "text").width if isinstance(piece, str) else piece.width)


def _lines(cell: Cell, width: float, *, inline: bool = False) -> list[str]:
    """Write a cell as lines of at most so many em; what has no place to break at stays too wide."""
    lines: list[list[Any]] = [[]]
    room = width
    for piece in _pieces(cell, inline):
        glued = isinstance(piece, str) and piece[0] in ",;.:)\u00a0" and lines[-1]
        broken = piece if isinstance(piece, str) else fit(piece, width)
        needed = _wide(broken)
        if needed > room + 0.01 and lines[-1] and not glued:
            lines.append([])
            room = width
        lines[-1].append(broken)
        room -= needed
    return [_line(line) for line in lines]


def _text_lines(text: str, width: float) -> list[str]:
    lines, room = [""], width
    for word in _WORD.findall(text):
        needed = _wide(word)
        if needed > room and lines[-1]:
            lines, room = [*lines, ""], width
        lines[-1] += word
        room -= needed
    return [line.rstrip() for line in lines]


def _line(pieces: Sequence[Any]) -> str:
    text, words = "", ""
    for piece in [*pieces, None]:
        if isinstance(piece, str):
            words += piece
            continue
        text += rf"\text{{{tex_escape(words)}}}" if words else ""
        text, words = text + (tex(piece).strip() if piece is not None else ""), ""
    return text
