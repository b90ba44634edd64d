"""Arrows of a recursion in a plane of two factors: exact points and their exact images, drawn as SVG and TikZ.

An arrow leads from a point to its image: it is the discrete map, no interpolated streamline.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any
from xml.sax.saxutils import escape

from ..errors import ModelError, UndefinedPointError
from ..exact.numbers import as_fraction
from ..transform.recursion import Recursion
from .layout import latex

__all__ = ["FlowFigure"]

_SIZE = 360  # units of the longer side of the frame
_MARGIN = 54


@dataclass(frozen=True)
class FlowFigure:
    r"""The image of each of some points under a recursion, in a window of two factors.

    Parameters
    ----------
    recursion : Recursion
    axes : pair of factors
        Horizontal and vertical.
    window : pair of pairs of exact rationals
        ((left, right), (bottom, top)).
    starts : iterable of points
        Exact rational points with a value for every factor, as mappings; only the two axes are drawn.
    steps : int
        How many arrows each start has.
    marks : iterable of points
        Fixed points to mark by a ring.
    lines : iterable of exact rationals
        Abscissae at which to draw a vertical line of fixed points.

    Raises
    ------
    ModelError
        If an axis is no factor, or the window is empty.
    NotExactError
        If a number is a float.

    Examples
    --------
    >>> from symrg import Chain
    >>> R = Chain([[2, 2], [1, 3]]).recursion()
    >>> a, b, c = R.factors
    >>> figure = FlowFigure(R, (a, b), ((0, 3), (0, 3)), [{a: 2, b: 1, c: 1}], lines=[1])
    >>> figure.arrows
    (((Fraction(2, 1), Fraction(1, 1)), (Fraction(40, 39), Fraction(13, 8))),)
    >>> figure.svg()[:4], figure.tikz()[:20]
    ('<svg', '\\begin{tikzpicture}[')
    """

    recursion: Recursion
    axes: tuple[Any, Any]
    window: tuple[tuple[Any, Any], tuple[Any, Any]]
    starts: Iterable[Mapping[Any, Any]]
    steps: int = 1
    marks: Iterable[Mapping[Any, Any]] = ()
    lines: Iterable[Any] = ()

    def __post_init__(self) -> None:
        for axis in self.axes:
            if axis not in self.recursion.factors:
                message = f"the axis {axis} is none of the factors {', '.join(map(str, self.recursion.factors))}"
                raise ModelError(message)
        exact = tuple(tuple(as_fraction(x, what="a side of the window") for x in side) for side in self.window)
        if any(low >= high for low, high in exact):
            message = f"the window {self.window} is empty; give (left, right), (bottom, top) in rising order"
            raise ModelError(message)
        object.__setattr__(self, "window", exact)
        for name in ("starts", "marks", "lines"):
            object.__setattr__(self, name, tuple(getattr(self, name)))

    @cached_property
    def arrows(self) -> tuple[tuple[tuple[Fraction, Fraction], tuple[Fraction, Fraction]], ...]:
        """Pairs (point, image) on the two axes; a start at which the map is not defined has none."""
        found = []
        for start in self.starts:
            point = dict(start)
            for _ in range(self.steps):
                try:
                    image = self.recursion(point)
                except UndefinedPointError:
                    break
                found.append((self._place(point), self._place(image)))
                point = image
        return tuple(found)

    def _place(self, point: Mapping[Any, Any]) -> tuple[Fraction, Fraction]:
        first, second = (as_fraction(point[axis], what=f"the value of {axis}") for axis in self.axes)
        return first, second

    @cached_property
    def _visible(self) -> list[tuple[tuple[float, float], tuple[float, float], bool]]:
        """Arrows in units of the frame, cut off where they leave the window (then without a head)."""
        (left, right), (bottom, top) = self.window
        shown = []
        for tail, head in self.arrows:
            if not (left <= tail[0] <= right and bottom <= tail[1] <= top) or tail == head:
                continue
            part = Fraction(1)
            for x0, x1, low, high in ((tail[0], head[0], left, right), (tail[1], head[1], bottom, top)):
                if x1 > high:
                    part = min(part, (high - x0) / (x1 - x0))
                if x1 < low:
                    part = min(part, (x0 - low) / (x0 - x1))
            end = (tail[0] + part * (head[0] - tail[0]), tail[1] + part * (head[1] - tail[1]))
            shown.append((self._units(tail), self._units(end), part == 1))
        return shown

    def _units(self, point: tuple[Fraction, Fraction]) -> tuple[float, float]:
        (left, right), (bottom, top) = self.window
        return (
            float((point[0] - left) / (right - left)) * _SIZE,
            float((point[1] - bottom) / (top - bottom)) * _SIZE,
        )

    @cached_property
    def _rings(self) -> list[tuple[float, float]]:
        return [self._units(self._place(point)) for point in self.marks]

    @cached_property
    def _verticals(self) -> list[float]:
        (_, (bottom, _)) = self.window
        return [self._units((as_fraction(x, what="an abscissa"), bottom))[0] for x in self.lines]

    @cached_property
    def _ticks(self) -> list[tuple[str, float, bool]]:
        """(label, place, horizontal) at the ends and the middle of both axes."""
        found = []
        for side, horizontal in zip(self.window, (True, False), strict=True):
            low, high = side
            for value in (low, (low + high) / 2, high):
                found.append((str(value), float((value - low) / (high - low)) * _SIZE, horizontal))
        return found

    def svg(self) -> str:
        """Return the figure as a self-contained SVG, which takes its ink from ``currentColor``."""
        width, height = _SIZE + 2 * _MARGIN, _SIZE + 1.5 * _MARGIN
        ink, far = "var(--symrg-ink,currentColor)", "var(--symrg-far,#c8553d)"

        def place(x: float, y: float) -> tuple[str, str]:
            return f"{_MARGIN + x:.2f}", f"{_MARGIN / 2 + _SIZE - y:.2f}"

        body = [f'<rect x="{_MARGIN}" y="{_MARGIN / 2}" width="{_SIZE}" height="{_SIZE}" fill="none" stroke="{ink}"/>']
        for x in self._verticals:
            (foot_x, foot_y), (_, head_y) = place(x, 0), place(x, _SIZE)
            body.append(f'<path d="M{foot_x} {foot_y}V{head_y}" stroke="{far}" stroke-width="2.5"/>')
        for (x0, y0), (x1, y1), whole in self._visible:
            (sx, sy), (ex, ey) = place(x0, y0), place(x1, y1)
            head = ' marker-end="url(#symrg-head)"' if whole else ""
            body.append(f'<path d="M{sx} {sy}L{ex} {ey}" stroke="{ink}" stroke-width="1"{head}/>')
        for x, y in self._rings:
            cx, cy = place(x, y)
            body.append(f'<circle cx="{cx}" cy="{cy}" r="5" fill="none" stroke="{far}" stroke-width="2.5"/>')
        for label, where, horizontal in self._ticks:
            at_x, at_y = place(where, -18) if horizontal else place(-8, where - 4)
            anchor = "middle" if horizontal else "end"
            body.append(f'<text x="{at_x}" y="{at_y}" text-anchor="{anchor}">{escape(label)}</text>')
        (lx, ly), (bx, by) = place(_SIZE / 2, -40), place(-44, _SIZE / 2 + 22)
        body.append(
            f'<text x="{lx}" y="{ly}" text-anchor="middle" font-style="italic">{escape(str(self.axes[0]))}</text>'
        )
        body.append(f'<text x="{bx}" y="{by}" font-style="italic">{escape(str(self.axes[1]))}</text>')
        text = f"Steps of the recursion in the plane of {self.axes[0]} and {self.axes[1]}: {len(self.arrows)} arrows."
        return "\n".join(
            [
                f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" '
                f'height="{height:g}" role="img" font-size="13" style="fill:{ink};stroke:none">',
                "<style>svg:root{color-scheme:light dark;color:#1b1b1b;font-family:system-ui,sans-serif}"
                "@media (prefers-color-scheme:dark){svg:root{color:#e9e7e2}}</style>",
                f"<title>{escape(text)}</title>",
                '<defs><marker id="symrg-head" viewBox="0 0 6 6" refX="5.4" refY="3" markerWidth="6" markerHeight="6" '
                f'orient="auto"><path d="M0 0L6 3L0 6z" fill="{ink}"/></marker></defs>',
                *body,
                "</svg>",
            ]
        ) + "\n"  # fmt: skip

    def tikz(self) -> str:
        """Return the figure as a ``tikzpicture``; it needs the package tikz and nothing else."""
        unit = 8.0 / _SIZE
        lines = [
            rf"\begin{{tikzpicture}}[x={unit:.5f}cm,y={unit:.5f}cm,>=latex,font=\small]",
            r"\definecolor{symrgfar}{HTML}{C8553D}",
            rf"\draw (0,0) rectangle ({_SIZE},{_SIZE});",
        ]
        lines += [rf"\draw[symrgfar,very thick] ({x:.2f},0) -- ({x:.2f},{_SIZE});" for x in self._verticals]
        for (x0, y0), (x1, y1), whole in self._visible:
            lines.append(rf"\draw[{'->' if whole else '-'}] ({x0:.2f},{y0:.2f}) -- ({x1:.2f},{y1:.2f});")
        lines += [rf"\draw[symrgfar,very thick] ({x:.2f},{y:.2f}) circle (5);" for x, y in self._rings]
        for label, where, horizontal in self._ticks:
            at, anchor = (f"({where:.2f},-4)", "north") if horizontal else (f"(-4,{where:.2f})", "east")
            lines.append(rf"\node[anchor={anchor}] at {at} {{${label}$}};")
        lines.append(rf"\node at ({_SIZE / 2},-36) {{${latex(self.axes[0])}$}};")
        lines.append(rf"\node at (-36,{_SIZE / 2 + 26}) {{${latex(self.axes[1])}$}};")
        return "\n".join([*lines, r"\end{tikzpicture}"]) + "\n"
