"""Plots in a frame with two axes, drawn as SVG and TikZ: curves, arrows, marks and bars.

A plot is for the eye: positions are rounded where they become ink, and nothing is decided by them. What is drawn is
told by shape and dash as well as by colour, so a plot reads in grey.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from math import isfinite
from typing import Any
from xml.sax.saxutils import escape as xml_escape

import sympy

from ..errors import ModelError
from ..exact.numbers import as_fraction
from .layout import latex, layout
from .names import tspans
from .texmath import escape as tex_escape

__all__ = ["Arrows", "Bars", "Curve", "Item", "Marks", "Plot"]

_SIZE = 360.0  # units of the sides of the frame
_MARGIN = 54.0
_LINE = 20.0  # of the legend

# Ink first; the others keep apart for the colour-blind, and show on white and on near-black.
_COLOURS = ("", "C8553D", "3B82C4", "2A9D78", "B0873B", "8E6BBF")
_DASHES = ((), (7, 3), (2, 3), (8, 3, 2, 3), (12, 4), (4, 2))

_Pair = tuple[Any, Any]
_Place = tuple[float, float]


@dataclass(frozen=True)
class Curve:
    """A broken line through points; a point that is None interrupts it, as at a pole.

    Parameters
    ----------
    points : iterable of pairs of real numbers, or None
    label : str
        For the legend.
    colour : int
        Which colour of the palette; 0 is the ink.
    dashed : bool or None
        By default every colour but the first has a dash pattern of its own.
    """

    points: Iterable[_Pair | None]
    label: str = ""
    colour: int = 0
    dashed: bool | None = None


@dataclass(frozen=True)
class Arrows:
    """Arrows from point to point; one that leaves the frame is cut off and has no head."""

    pairs: Iterable[tuple[_Pair, _Pair]]
    label: str = ""
    colour: int = 0


@dataclass(frozen=True)
class Marks:
    """Single points, each a ``"ring"``, ``"disc"``, ``"cross"`` or ``"square"``."""

    points: Iterable[_Pair]
    label: str = ""
    colour: int = 1
    shape: str = "ring"


@dataclass(frozen=True)
class Bars:
    """A histogram: for each bar its left side, right side and height."""

    bars: Iterable[tuple[Any, Any, Any]]
    label: str = ""
    colour: int = 2


Item = Curve | Arrows | Marks | Bars


@dataclass(frozen=True)
class Plot:
    r"""A frame with two axes, and what is drawn in it.

    Parameters
    ----------
    window : pair of pairs of exact rationals
        ((left, right), (bottom, top)).
    axes : pair of SymPy expressions or text
        What stands at the axes, horizontal first.
    items : sequence of Curve, Arrows, Marks, Bars
        Drawn in this order; those with a label are in the legend.
    title : str
        What the plot shows, for those who cannot see it.

    Raises
    ------
    ModelError
        If the window is empty, or an item is none of these.
    NotExactError
        If a side of the window is a float.

    Examples
    --------
    >>> parabola = Curve([(Fraction(k, 4), Fraction(k, 4) ** 2) for k in range(5)], label="one step")
    >>> plot = Plot(((0, 1), (0, 1)), ("t", "t'"), [parabola], title="The map t' = t².")
    >>> plot.svg()[:4], plot.tikz()[:20]
    ('<svg', '\\begin{tikzpicture}[')
    """

    window: tuple[tuple[Any, Any], tuple[Any, Any]]
    axes: tuple[Any, Any]
    items: Sequence[Item] = ()
    title: str = ""

    def __post_init__(self) -> None:
        exact = tuple(tuple(as_fraction(x, what="a side of the window") for x in side) for side in self.window)
        if any(low >= high for low, high in exact):
            message = f"the window {self.window} is empty; give (left, right), (bottom, top) in rising order"
            raise ModelError(message)
        object.__setattr__(self, "window", exact)
        object.__setattr__(self, "items", tuple(self.items))
        strangers: list[Any] = [item for item in self.items if not isinstance(item, Curve | Arrows | Marks | Bars)]
        for item in strangers:
            message = f"{item!r} cannot be drawn in a plot; give Curve, Arrows, Marks or Bars"
            raise ModelError(message)

    # -- what is drawn, in units of the frame ------------------------------------------------------------

    def _units(self, point: _Pair) -> _Place:
        (left, right), (bottom, top) = self.window
        return (
            float((point[0] - left) / (right - left)) * _SIZE,
            float((point[1] - bottom) / (top - bottom)) * _SIZE,
        )

    @cached_property
    def _shapes(self) -> list[tuple[Item, list[Any]]]:
        """Each item with the places of what it draws: chains of a curve, segments of arrows, centres, corners."""
        shapes: list[tuple[Item, list[Any]]] = []
        for item in self.items:
            if isinstance(item, Curve):
                places = [None if p is None else self._units(p) for p in item.points]
                shapes.append((item, list(_chains(places))))
            elif isinstance(item, Arrows):
                shapes.append(
                    (item, list(_arrows((self._units(tail), self._units(head)) for tail, head in item.pairs)))
                )
            elif isinstance(item, Marks):
                shapes.append((item, [p for p in map(self._units, item.points) if _inside(p)]))
            else:
                corners = (_clipped(self._units((a, 0)), self._units((b, h))) for a, b, h in item.bars)
                shapes.append((item, [c for c in corners if c is not None]))
        return shapes

    @cached_property
    def _ticks(self) -> list[tuple[str, float, bool]]:
        """(label, place, horizontal) on both axes."""
        found = []
        for (low, high), horizontal in zip(self.window, (True, False), strict=True):
            for value in _round_values(low, high):
                found.append((_decimal(value), float((value - low) / (high - low)) * _SIZE, horizontal))
        return found

    @property
    def _legend(self) -> list[Item]:
        return [item for item in self.items if item.label]

    # -- SVG ----------------------------------------------------------------------------------------------

    def svg(self) -> str:
        """Return the plot as a self-contained SVG, which takes its ink from ``currentColor``."""
        legend = self._legend
        width = _SIZE + 2 * _MARGIN
        height = _SIZE + 1.5 * _MARGIN + (_LINE * len(legend) + 4 if legend else 0)
        body = [f'<rect x="{_MARGIN:g}" y="{_MARGIN / 2:g}" width="{_SIZE:g}" height="{_SIZE:g}"'
                f' fill="none" stroke="{_svg_ink(0)}"/>']  # fmt: skip
        for item, shapes in self._shapes:
            body.extend(_svg_item(item, shapes))
        for label, where, horizontal in self._ticks:
            x, y = _on_page((where, -18) if horizontal else (-8, where - 4))
            (x0, y0), (x1, y1) = map(_on_page, ((where, 0), (where, 5)) if horizontal else ((0, where), (5, where)))
            body.append(f'<path d="M{x0:.2f} {y0:.2f}L{x1:.2f} {y1:.2f}" stroke="{_svg_ink(0)}"/>')
            anchor = "middle" if horizontal else "end"
            body.append(f'<text x="{x:.2f}" y="{y:.2f}" text-anchor="{anchor}">{label}</text>')
        (x, y), (u, v) = _on_page((_SIZE / 2, -38)), (13.0, _MARGIN / 2 + _SIZE / 2)
        style = 'text-anchor="middle"'
        body.append(f'<text x="{x:.2f}" y="{y:.2f}" {style}>{_svg_name(self.axes[0])}</text>')
        turned = f'transform="rotate(-90 {u:.2f} {v:.2f})"'
        body.append(f'<text x="{u:.2f}" y="{v:.2f}" {turned} {style}>{_svg_name(self.axes[1])}</text>')
        for row, item in enumerate(legend):
            x, y = _on_page((0, -38 - 24 - _LINE * row))
            body.extend(_svg_item(item, _swatch(item, (x - _MARGIN, _SIZE + _MARGIN / 2 - y + 4))))
            body.append(f'<text x="{x + 40:.2f}" y="{y:.2f}">{xml_escape(item.label)}</text>')
        return "\n".join(
            [
                f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" '
                f'height="{height:g}" role="img" font-size="13" style="fill:{_svg_ink(0)};stroke:none">',
                f"<title>{xml_escape(self.title)}</title>",
                "<style>svg:root{color-scheme:light dark;color:#1b1b1b;font-family:system-ui,sans-serif}"
                "@media (prefers-color-scheme:dark){svg:root{color:#e9e7e2}}</style>",
                "<defs>",
                *(_svg_head(colour) for colour in sorted({i.colour for i in self.items if isinstance(i, Arrows)})),
                "</defs>",
                *body,
                "</svg>",
            ]
        ) + "\n"  # fmt: skip

    def _repr_svg_(self) -> str:
        return self.svg()

    # -- TikZ ---------------------------------------------------------------------------------------------

    def tikz(self) -> str:
        """Return the plot as a ``tikzpicture``; it needs the package tikz and nothing else."""
        unit = 7.5 / _SIZE
        lines = [rf"\begin{{tikzpicture}}[x={unit:.5f}cm,y={unit:.5f}cm,>=latex,font=\small]"]
        used = sorted({item.colour % len(_COLOURS) for item in self.items} - {0})
        lines += [rf"\definecolor{{symrg{k}}}{{HTML}}{{{_COLOURS[k]}}}" for k in used]
        lines.append(rf"\draw (0,0) rectangle ({_SIZE:g},{_SIZE:g});")
        for item, shapes in self._shapes:
            lines.extend(_tikz_item(item, shapes))
        for label, where, horizontal in self._ticks:
            foot, tip = (
                (f"({where:.2f},0)", f"({where:.2f},5)") if horizontal else (f"(0,{where:.2f})", f"(5,{where:.2f})")
            )
            at, anchor = (f"({where:.2f},-4)", "north") if horizontal else (f"(-4,{where:.2f})", "east")
            lines.append(rf"\draw {foot} -- {tip}; \node[anchor={anchor}] at {at} {{${label.replace('−', '-')}$}};")
        lines.append(rf"\node at ({_SIZE / 2:g},-38) {{{_tex_name(self.axes[0])}}};")
        lines.append(rf"\node[rotate=90] at (-46,{_SIZE / 2:g}) {{{_tex_name(self.axes[1])}}};")
        for row, item in enumerate(self._legend):
            y = -38 - 28 - _LINE * row
            lines.extend(_tikz_item(item, _swatch(item, (0.0, y))))
            lines.append(rf"\node[anchor=west] at (38,{y:g}) {{{tex_escape(item.label)}}};")
        return "\n".join([*lines, r"\end{tikzpicture}"]) + "\n"


# -- geometry -----------------------------------------------------------------------------------------------


def _inside(place: _Place) -> bool:
    return all(isfinite(x) and 0 <= x <= _SIZE for x in place)


def _clipped(tail: _Place, head: _Place) -> tuple[_Place, _Place] | None:
    """Return the part of a segment that lies in the frame (Liang and Barsky), or None."""
    if not all(map(isfinite, (*tail, *head))):
        return None
    enter, leave = 0.0, 1.0
    for start, end in zip(tail, head, strict=True):
        step = end - start
        if step == 0 and not 0 <= start <= _SIZE:
            return None
        if step:
            first, last = sorted((-start / step, (_SIZE - start) / step))
            enter, leave = max(enter, first), min(leave, last)
    if enter > leave:
        return None

    def at(part: float) -> _Place:
        return (tail[0] + part * (head[0] - tail[0]), tail[1] + part * (head[1] - tail[1]))

    return (tail if enter == 0 else at(enter)), (head if leave == 1 else at(leave))


def _arrows(pairs: Iterable[tuple[_Place, _Place]]) -> Iterator[tuple[_Place, _Place, bool]]:
    """Yield the arrows that begin in the frame, and whether they end in it too."""
    for tail, head in pairs:
        part = _clipped(tail, head)
        if part is not None and part[0] == tail and part[0] != part[1]:
            yield *part, part[1] == head


def _chains(places: Sequence[_Place | None]) -> Iterator[list[_Place]]:
    """Yield the connected parts of a broken line inside the frame."""
    chain: list[_Place] = []
    for tail, head in pairwise(places):
        part = None if tail is None or head is None else _clipped(tail, head)
        if part is None or (chain and chain[-1] != part[0]):
            if len(chain) > 1:
                yield chain
            chain = []
        if part is not None:
            chain.extend(part if not chain else part[1:])
    if len(chain) > 1:
        yield chain


def _round_values(low: Fraction, high: Fraction) -> list[Fraction]:
    """Return three to nine multiples of 1, 2 or 5 times a power of ten in an interval."""
    step = Fraction(1)
    while (high - low) / step > 9:
        step *= 10
    while (high - low) / step < 9:
        step /= 10
    step = next(step * k for k in (1, 2, 5, 10, 20) if (high - low) / (step * k) <= 8)
    first = -(-low // step)
    return [step * k for k in range(int(first), int(high // step) + 1)]


def _decimal(value: Fraction) -> str:
    """Write a fraction with a power of ten below as a decimal, exactly."""
    digits = 0
    while (value * 10**digits).denominator > 1:
        digits += 1
    text = str(abs(int(value * 10**digits))).rjust(digits + 1, "0")
    text = f"{text[:-digits]}.{text[-digits:]}" if digits else text
    return f"−{text}" if value < 0 else text


def _swatch(item: Item, at: _Place) -> list[Any]:
    """Return a small example of an item for the legend, its left end at a place (in units of the frame)."""
    x, y = at
    if isinstance(item, Curve):
        return [[(x, y), (x + 30, y)]]
    if isinstance(item, Arrows):
        return [((x, y), (x + 30, y), True)]
    if isinstance(item, Marks):
        return [(x + 15, y)]
    return [((x, y - 5), (x + 30, y + 5))]


def _dash(item: Curve) -> tuple[int, ...]:
    if item.dashed is False:
        return ()
    return _DASHES[item.colour % len(_DASHES)] or ((5, 3) if item.dashed else ())


# -- SVG ----------------------------------------------------------------------------------------------------


def _on_page(place: _Place) -> _Place:
    return _MARGIN + place[0], _MARGIN / 2 + _SIZE - place[1]


def _svg_ink(colour: int) -> str:
    code = _COLOURS[colour % len(_COLOURS)]
    return f"#{code}" if code else "var(--symrg-ink,currentColor)"


def _svg_head(colour: int) -> str:
    return (
        f'<marker id="symrg-head-{colour}" viewBox="0 0 6 6" refX="5.4" refY="3" markerWidth="6" markerHeight="6" '
        f'orient="auto"><path d="M0 0L6 3L0 6z" fill="{_svg_ink(colour)}"/></marker>'
    )


def _svg_path(places: Sequence[_Place]) -> str:
    return "M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in map(_on_page, places))


def _svg_item(item: Item, shapes: list[Any]) -> Iterator[str]:
    ink = _svg_ink(item.colour)
    if isinstance(item, Curve):
        dash = " ".join(map(str, _dash(item)))
        line = f' stroke-dasharray="{dash}"' if dash else ""
        for chain in shapes:
            yield f'<path d="{_svg_path(chain)}" fill="none" stroke="{ink}" stroke-width="1.8"{line}/>'
    elif isinstance(item, Arrows):
        for tail, head, whole in shapes:
            mark = f' marker-end="url(#symrg-head-{item.colour})"' if whole else ""
            yield f'<path d="{_svg_path((tail, head))}" fill="none" stroke="{ink}" stroke-width="1"{mark}/>'
    elif isinstance(item, Marks):
        for place in shapes:
            x, y = _on_page(place)
            if item.shape == "disc":
                yield f'<circle cx="{x:.2f}" cy="{y:.2f}" r="3.6" fill="{ink}"/>'
            elif item.shape == "ring":
                yield f'<circle cx="{x:.2f}" cy="{y:.2f}" r="5" fill="none" stroke="{ink}" stroke-width="2.2"/>'
            elif item.shape == "square":
                box = f'x="{x - 4:.2f}" y="{y - 4:.2f}" width="8" height="8"'
                yield f'<rect {box} fill="none" stroke="{ink}" stroke-width="2"/>'
            else:
                cross = f"M{x - 4:.2f} {y - 4:.2f}l8 8m0 -8l-8 8"
                yield f'<path d="{cross}" fill="none" stroke="{ink}" stroke-width="2"/>'
    else:
        for (a, b), (c, d) in shapes:
            (x, y), (u, v) = _on_page((a, max(b, d))), _on_page((c, min(b, d)))
            box = f'x="{x:.2f}" y="{y:.2f}" width="{u - x:.2f}" height="{v - y:.2f}"'
            yield f'<rect {box} fill="{ink}" fill-opacity="0.55" stroke="{ink}" stroke-width="0.8"/>'


def _svg_name(name: Any) -> str:
    if isinstance(name, str):
        return xml_escape(name)
    try:
        return tspans(layout(sympy.sympify(name, strict=True)))  # strict: no text is parsed
    except ModelError:  # a fraction or a root has no form as text in a line
        return xml_escape(str(name))


# -- TikZ ---------------------------------------------------------------------------------------------------


def _tikz_item(item: Item, shapes: list[Any]) -> Iterator[str]:
    colour = item.colour % len(_COLOURS)
    ink = f"symrg{colour}" if colour else "black"

    def path(places: Iterable[_Place]) -> str:
        return " -- ".join(f"({x:.2f},{y:.2f})" for x, y in places)

    if isinstance(item, Curve):
        dash = _dash(item)
        pattern = "".join(f"{'on' if k % 2 == 0 else ' off'} {0.5 * n:g}pt " for k, n in enumerate(dash))
        style = f"{ink}, thick" + (f", dash pattern={pattern.strip()}" if dash else "")
        yield from (rf"\draw[{style}] {path(chain)};" for chain in shapes)
    elif isinstance(item, Arrows):
        for tail, head, whole in shapes:
            style = f"{ink},{'->' if whole else '-'}" if colour else "->" if whole else "-"
            yield rf"\draw[{style}] {path((tail, head))};"
    elif isinstance(item, Marks):
        for x, y in shapes:
            if item.shape == "disc":
                yield rf"\fill[{ink}] ({x:.2f},{y:.2f}) circle (3.6);"
            elif item.shape == "ring":
                yield rf"\draw[{ink},very thick] ({x:.2f},{y:.2f}) circle (5);"
            elif item.shape == "square":
                yield rf"\draw[{ink},very thick] ({x - 4:.2f},{y - 4:.2f}) rectangle ({x + 4:.2f},{y + 4:.2f});"
            else:
                yield (rf"\draw[{ink},very thick] ({x - 4:.2f},{y - 4:.2f}) -- ({x + 4:.2f},{y + 4:.2f}) "
                       rf"({x - 4:.2f},{y + 4:.2f}) -- ({x + 4:.2f},{y - 4:.2f});")  # fmt: skip
    else:
        for (a, b), (c, d) in shapes:
            yield rf"\filldraw[{ink},fill opacity=0.55] ({a:.2f},{b:.2f}) rectangle ({c:.2f},{d:.2f});"


def _tex_name(name: Any) -> str:
    return tex_escape(name) if isinstance(name, str) else f"${latex(name)}$"
