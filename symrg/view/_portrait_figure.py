"""Drawing a portrait with matplotlib, without its global state, and as the same bytes each time.

What a line or a mark means is told by its dash or shape as well as by its colour, so that a portrait reads in grey.
The colours are apart for the colour-blind (after Okabe and Ito). The page is white in every format.
"""

from __future__ import annotations

from fractions import Fraction
from io import BytesIO
from itertools import pairwise
from math import hypot, isfinite
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from ..errors import ModelError
from ..exact.algebraic import AlgebraicNumber
from ..transform.plane import FixedPart
from ._portrait_floats import need, without_flow
from .layout import latex

if TYPE_CHECKING:
    from .portrait import Portrait

__all__ = ["draw", "render"]

_WIDTH, _SIDE, _LEFT = 6.4, 5.3, 0.85  # inches
_ROW, _LINE = 0.153, 0.14  # of the legend and of the caption
_INK = "#3a3a3a"
_SHAFT = "#7d7d7d"
_FLOW = "#117733"
_POLE = "#5e5e5e"

# stability: colour, dash of curves, marker, whether it is filled
_STYLES: dict[str | None, tuple[str, Any, str, bool]] = {
    "attracting": ("#0072B2", "-", "o", True),
    "repelling": ("#D55E00", (0, (5, 2)), "o", False),
    "saddle": ("#8a2d7c", (0, (7, 2, 1.5, 2)), "D", False),
    "marginal": ("#000000", (0, (2, 1.5)), "s", False),
    None: ("#000000", (0, (1, 1.5)), "^", False),
}
# light to dark, so that they are apart in grey
_BASINS = ("#e3f0fa", "#f8e2b8", "#b9dcc6", "#c9b3d9", "#ef9f86", "#f4f4ee", "#bcbcbc")
_SHADES = {"elsewhere": 4, "infinite": 5}  # by a word of their labels; those that do not end are the darkest
_LETTERS = 92  # of two columns of the legend
_STUB = 0.035  # of the window
_HEAD = 0.06  # inches
_MOST_LETTERS = 46  # of a polynomial in the legend

_SETTINGS = {
    "svg.hashsalt": "symrg",
    "svg.fonttype": "path",
    "pdf.fonttype": 42,
    "font.family": ["DejaVu Sans"],
    "mathtext.fontset": "dejavusans",
    "font.size": 9.0,
    "axes.linewidth": 0.8,
    "hatch.linewidth": 0.6,
    "path.simplify": True,
    "text.usetex": False,
}


def draw(portrait: Portrait) -> Any:
    """Return the Figure."""
    matplotlib = need("matplotlib")
    need("matplotlib.backends.backend_agg")
    with _settings(matplotlib):
        return _Drawing(portrait).figure


def render(portrait: Portrait, suffix: str) -> bytes:
    """Return the picture in a format; nothing in it depends on the day."""
    figure = draw(portrait)
    matplotlib = need("matplotlib")
    title = f"Flow portrait of a recursion of scale {portrait.recursion.scale}"
    about: dict[str, Any] = {
        ".svg": {"Date": None, "Title": title, "Creator": "symrg"},
        ".pdf": {"CreationDate": None, "Title": title, "Creator": "symrg", "Producer": None},
        ".png": {"Title": title, "Software": None},
    }
    target = BytesIO()
    with _settings(matplotlib):
        figure.savefig(target, format=suffix[1:], dpi=160, metadata=about[suffix])
    return target.getvalue()


def _settings(matplotlib: Any) -> Any:
    """Return a context of default settings: the reader's own do not change the picture, nor this theirs."""
    own = {"backend", "backend_fallback", "interactive", "toolbar", "timezone"}  # of windows that may be open
    defaults = {name: value for name, value in matplotlib.rcParamsDefault.items() if name not in own}
    return matplotlib.rc_context({**defaults, **_SETTINGS})


class _Drawing:
    def __init__(self, portrait: Portrait) -> None:
        self.portrait, self.plane = portrait, portrait.plane
        self.np = need("numpy")
        figures, self.lines, self.patches, self.collections = (
            need(f"matplotlib.{name}") for name in ("figure", "lines", "patches", "collections")
        )
        self.legend: list[tuple[Any, str]] = []
        self.figure = figures.Figure(figsize=(_WIDTH, _WIDTH), facecolor="white")
        need("matplotlib.backends.backend_agg").FigureCanvasAgg(self.figure)
        self.axes = self.figure.add_axes((0, 0, 1, 1))
        (left, right), (bottom, top) = portrait.box
        self.axes.set_xlim(float(left), float(right))
        self.axes.set_ylim(float(bottom), float(top))
        self.axes.tick_params(length=3)
        self.axes.set_xlabel(self._axis(0))
        self.axes.set_ylabel(self._axis(1))
        self._basins()
        self._zero()
        self._poles()
        self._flow()
        self._fixed()
        self._arrange()

    def _axis(self, k: int) -> str:
        axis = self.plane.axes[k]
        name = latex(axis)
        coupling = next((latex(_symbol(c)) for c, f in self.portrait._named.items() if f == axis), None)
        if not self.portrait.logarithmic:
            return f"${name} = e^{{{coupling}}}$" if coupling else f"${name}$"
        inner = name if self.portrait.signs[k] > 0 else f"(-{name})"
        if coupling and self.portrait.signs[k] > 0:
            return rf"${coupling} = \ln {inner}$"
        if coupling:
            return rf"$\ln {inner} = {coupling} - i\pi$"
        return rf"$\ln {inner}$"

    def _basins(self) -> None:
        found = self.portrait.basin_map
        if found is None:
            return
        colours = need("matplotlib.colors").ListedColormap(_BASINS)
        (left, right), (bottom, top) = ([float(x) for x in side] for side in self.portrait.box)
        shade = [
            next(
                (c for word, c in _SHADES.items() if word in label), k if label.startswith("ends") else len(_BASINS) - 1
            )
            for k, label in enumerate(found.labels)
        ]
        shades = self.np.array(shade)[found.colours]
        self.axes.imshow(
            shades, cmap=colours, vmin=-0.5, vmax=len(_BASINS) - 0.5, origin="lower", aspect="auto",
            extent=(left, right, bottom, top), interpolation="nearest", zorder=0,
        )  # fmt: skip
        for k, label in enumerate(found.labels):
            patch = self.patches.Patch(facecolor=_BASINS[shade[k]], edgecolor=_INK, linewidth=0.4)
            self.legend.append((patch, label))
        curves = [(polynomial, what) for polynomial, what in found.boundaries]
        names = [what for polynomial, what in curves if self._curve(polynomial, _INK, "-", 0.7, 1.2)]
        if names:
            handle = self.lines.Line2D([], [], color=_INK, linewidth=0.7)
            self.legend.append((handle, f"boundary: {' or '.join(dict.fromkeys(names))} eigenvalues"))

    def _zero(self) -> None:
        if self.portrait.logarithmic:
            return
        drawn = False
        for (low, high), line in zip(self.portrait.box, (self.axes.axvline, self.axes.axhline), strict=True):
            if low < 0 < high:
                line(0, color="#9a9a9a", linewidth=0.6, zorder=1.1)
                drawn = True
        if drawn:
            handle = self.lines.Line2D([], [], color="#9a9a9a", linewidth=0.6)
            self.legend.append((handle, "factor 0: infinite coupling"))

    def _poles(self) -> None:
        drawn = False
        for polynomial in self.plane.poles:
            drawn |= self._curve(polynomial, _POLE, (0, (1.2, 1.6)), 1.3, 2)
        if drawn:
            handle = self.lines.Line2D([], [], color=_POLE, linestyle=(0, (1.2, 1.6)), linewidth=1.3)
            self.legend.append((handle, "pole: the map is not defined"))
        masked = [self.portrait._inside([float(x) for x in p]) and [float(x) for x in p] for p in self.portrait.masked]
        places = [p for p in masked if p]
        if places:
            style = {"color": _POLE, "marker": "x", "markersize": 3.5, "markeredgewidth": 0.9, "linestyle": "none"}
            self.axes.plot(*zip(*places, strict=True), zorder=2, **style)
            self.legend.append((self.lines.Line2D([], [], **style), "start masked"))

    def _curve(self, polynomial: Any, colour: str, dash: Any, width: float, order: float) -> bool:
        """Draw the part of a curve that is in the window; tell whether there is any."""
        (_, _), (bottom, top) = ([float(x) for x in side] for side in self.portrait.box)
        height, any_inside = top - bottom, False
        for branch in self.portrait.curve(polynomial):
            # what is far outside is cut off: an exact curve may run to infinity at a pole of its own
            ys = [y if bottom - height <= y <= top + height else float("nan") for _, y in branch]
            any_inside |= any(bottom <= y <= top for y in ys if isfinite(y))
            self.axes.plot([x for x, _ in branch], ys, color=colour, linestyle=dash, linewidth=width, zorder=order)
        return any_inside

    def _flow(self) -> None:
        if self.portrait.all_fixed:
            return
        if self.portrait.infinitesimal:
            self._lines()
        elif self.portrait.steps:
            self._arrows()

    def _arrows(self) -> None:
        whole, cut = [], []
        for tail, head in self.portrait.arrows:
            if self.portrait._inside(head):
                whole.append((*tail, head[0] - tail[0], head[1] - tail[1]))
            else:
                cut.append([tail, head])
        if whole:
            # shafts are paler than heads, so that where many cross it can still be seen where each one ends
            tails, moves = self.np.array(whole).reshape(-1, 2, 2).swapaxes(0, 1)
            sizes = self.np.array([float(high - low) for low, high in self.portrait.box])
            lengths = self.np.hypot(*(moves / sizes).T) * _SIDE
            tips = moves * self.np.minimum(1, _HEAD / self.np.maximum(lengths, _HEAD))[:, None]
            for start, move, colour in ((tails, moves, _SHAFT), (tails + moves - tips, tips, _INK)):
                self.axes.quiver(
                    *start.T, *move.T, angles="xy", scale_units="xy", scale=1, units="inches", width=0.0085,
                    headwidth=5.5, headlength=6.5, headaxislength=5.8, minlength=0.6, color=colour, zorder=3,
                    clip_on=True,
                )  # fmt: skip
        if cut:
            shafts = [[tail, self._stub(tail, head)] for tail, head in cut]
            self.axes.add_collection(
                self.collections.LineCollection(shafts, colors=_SHAFT, linewidths=0.6, zorder=3), autolim=False
            )
            self.axes.plot(*zip(*(tail for tail, _ in cut), strict=True), ".", color=_INK, markersize=2, zorder=3)
        self.legend.append((_Sample(_INK), "one step of the map"))

    def _stub(self, tail: Any, head: Any) -> tuple[float, float]:
        """Return where a short line ends that points from a place to its image outside the window."""
        part = 1.0
        sizes = [float(high - low) for low, high in self.portrait.box]
        for start, end, side in zip(tail, head, self.portrait.box, strict=True):
            low, high = map(float, side)
            if end > high:
                part = min(part, (high - start) / (end - start))
            elif end < low:
                part = min(part, (low - start) / (end - start))
        length = hypot(*((end - start) / size for start, end, size in zip(tail, head, sizes, strict=True)))
        part = min(part, _STUB / length)
        return tail[0] + part * (head[0] - tail[0]), tail[1] + part * (head[1] - tail[1])

    def _lines(self) -> None:
        none = without_flow(self.portrait._sheet, self.portrait.box)
        if none.any():
            (left, right), (bottom, top) = ([float(x) for x in side] for side in self.portrait.box)
            shade = need("matplotlib.colors").ListedColormap(["#ffffff00", "#e4e4e4"])
            self.axes.imshow(
                none, cmap=shade, vmin=0, vmax=1, origin="lower", aspect="auto", extent=(left, right, bottom, top),
                interpolation="nearest", zorder=0.5,
            )  # fmt: skip
            self.legend.append((self.patches.Patch(facecolor="#e4e4e4"), "T ln T not defined"))
        sizes = [float(high - low) for low, high in self.portrait.box]
        heads, drawn = [], []
        for orbit in self.portrait.trajectories.swapaxes(0, 1).tolist():
            chain: list[tuple[float, float]] = []
            for x, y in orbit:
                last = chain[-1] if chain else None
                jump = last is not None and hypot((x - last[0]) / sizes[0], (y - last[1]) / sizes[1]) > 0.5
                if not (isfinite(x) and isfinite(y)) or jump:  # it has met a pole, or leaves at once
                    break
                chain.append((x, y))
            inside = [p for p in chain if self.portrait._inside(p)]
            if len(chain) < 2 or len(inside) < 2:
                continue
            drawn.append(chain)
            middle = len(inside) // 2
            (x, y), (u, v) = inside[middle - 1], inside[middle]
            step = ((u - x) / sizes[0], (v - y) / sizes[1])
            length = hypot(*step)
            extent = sum(hypot((b[0] - a[0]) / sizes[0], (b[1] - a[1]) / sizes[1]) for a, b in pairwise(inside))
            if length > 0 and extent > 0.008:
                heads.append((u, v, step[0] / length, step[1] / length))
        style = {"colors": _FLOW, "linewidths": 0.8, "zorder": 3}
        self.axes.add_collection(self.collections.LineCollection(drawn, **style), autolim=False)
        if heads:
            x, y, u, v = self.np.array(heads).T
            angles = self.np.degrees(self.np.arctan2(v, u))
            self.axes.quiver(
                x, y, u, v, angles=angles, units="inches", scale_units="inches", scale=14, width=0.011, headwidth=6,
                headlength=6.5, headaxislength=6.5, minshaft=0.1, minlength=0, pivot="mid", color=_FLOW, zorder=3,
            )  # fmt: skip
        self.legend.append((_Sample(_FLOW), "infinitesimal flow T ln T, not the map"))

    def _fixed(self) -> None:
        for part in self.plane.fixed:
            colour, dash, marker, filled = _STYLES[part.stability]
            said = f"fixed, {part.stability or 'stability varies'}"
            spectrum = _spectrum(part)
            if part.dimension == 2:
                self.axes.set_facecolor("#e3f0fa" if part.stability == "attracting" else "#f8e2b8")
                patch = self.patches.Patch(facecolor=self.axes.get_facecolor(), edgecolor=colour)
                self.legend.append((patch, f"every point is {said}{spectrum}"))
            elif part.dimension == 1:
                if self._curve(part.polynomial, colour, dash, 2.2, 4):
                    handle = self.lines.Line2D([], [], color=colour, linestyle=dash, linewidth=2.2)
                    self.legend.append((handle, f"{said}: {self._equation(part.polynomial)}{spectrum}"))
            else:
                places = self.portrait.points(part)
                if places:
                    style = {
                        "marker": marker, "markersize": 8, "markeredgewidth": 2, "linestyle": "none",
                        "markeredgecolor": colour, "markerfacecolor": colour if filled else "white",
                    }  # fmt: skip
                    self.axes.plot(*zip(*places, strict=True), zorder=5, clip_on=False, **style)
                    where = "" if len(part.points) > 1 else f": ({', '.join(map(_short, part.points[0]))})"
                    self.legend.append((self.lines.Line2D([], [], **style), f"{said}{where}{spectrum}"))
        if self.portrait.punctures:
            style = {
                "marker": "o", "markersize": 5.5, "markeredgewidth": 1.1, "linestyle": "none",
                "markeredgecolor": _POLE, "markerfacecolor": "white",
            }  # fmt: skip
            self.axes.plot(*zip(*self.portrait.punctures, strict=True), zorder=4.5, **style)
            self.legend.append((self.lines.Line2D([], [], **style), "puncture: fixed no more, not defined"))

    def _equation(self, polynomial: Any) -> str:
        text = self.plane.ring.format(polynomial)
        if len(text) > _MOST_LETTERS:
            return f"a curve of degree {polynomial.total_degree()}"
        shown = self.plane.ring.to_sympy(polynomial, self.plane.axes)
        try:
            return f"${latex(shown)} = 0$"
        except ModelError:
            return f"{text} = 0"

    def _arrange(self) -> None:
        """Put the legend and the caption below the frame, and make the page as high as that takes."""
        texts = [label for _, label in self.legend]
        half = -(-len(texts) // 2)
        widest = sum(max(map(len, part), default=0) for part in (texts[:half], texts[half:]))
        columns = 1 if widest > _LETTERS or len(texts) < 3 else 2
        rows = half if columns == 2 else len(texts)
        lines = wrap(self.portrait.caption, 116)
        below = 0.52 + _ROW * rows + 0.08 + _LINE * len(lines) + 0.12
        height = 0.15 + _SIDE + below
        self.figure.set_size_inches(_WIDTH, height)
        self.axes.set_position((_LEFT / _WIDTH, below / height, _SIDE / _WIDTH, _SIDE / height))
        if self.legend:
            self.figure.legend(
                [handle for handle, _ in self.legend], texts, loc="upper left", frameon=False, ncols=columns,
                bbox_to_anchor=(0.1 / _WIDTH, (below - 0.45) / height), borderaxespad=0, borderpad=0,
                labelspacing=0.35, handlelength=2.4, fontsize=8, columnspacing=1.2,
                handler_map={_Sample: _handler()},
            )  # fmt: skip
        self.figure.text(
            0.12 / _WIDTH, (0.1 + _LINE * len(lines)) / height, "\n".join(lines), fontsize=7.4, va="top", color=_INK,
            linespacing=1.3, parse_math=False,
        )  # fmt: skip


class _Sample:
    """A small arrow in the legend."""

    def __init__(self, colour: str) -> None:
        self.colour = colour


def _handler() -> Any:
    patches = need("matplotlib.patches")
    base = need("matplotlib.legend_handler").HandlerBase

    class ArrowHandler(base):  # type: ignore[misc, valid-type]
        def create_artists(self, legend: Any, sample: Any, x: Any, y: Any, width: Any, height: Any, size: Any,
                           transform: Any) -> list[Any]:  # fmt: skip
            level = -y + height / 2
            arrow = patches.FancyArrowPatch(
                (-x, level), (-x + width, level), arrowstyle="-|>", mutation_scale=7, linewidth=0.8,
                color=sample.colour, shrinkA=0, shrinkB=0,
            )  # fmt: skip
            arrow.set_transform(transform)
            return [arrow]

    return ArrowHandler()


def _symbol(name: str) -> Any:
    import sympy

    return sympy.Symbol(name)


def _spectrum(part: FixedPart) -> str:
    if part.spectrum is None:
        return ""
    found = [f"{_short(value)} ({count})" for value, count in part.spectrum.items()]
    return f"; λ = {', '.join(found)}" if len(found) <= 4 else ""


def _short(value: Any) -> str:
    """Write an exact number, or an algebraic one with six digits."""
    if not isinstance(value, AlgebraicNumber):
        return str(Fraction(value)).replace("-", "−")
    ball = value.ball
    real = float(ball.real.mid())
    text = (
        f"{real:.6g}"
        if ball.imag == 0
        else f"{real:.6g} {'+' if ball.imag > 0 else '−'} {abs(float(ball.imag.mid())):.6g} i"
    )
    return text.replace("-", "−")
