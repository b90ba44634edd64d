"""Drawing a portrait in a plane with matplotlib."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import hypot, isfinite
from typing import TYPE_CHECKING, Any

import sympy

from ..exact.algebraic import AlgebraicNumber
from ..transform.coupling_plane import CouplingPlane
from ..transform.plane import FixedPart
from ..transform.stability import is_exponential
from ._portrait_axes import named_factors
from ._portrait_floats import without_flow
from ._portrait_page import (
    INK,
    POLE,
    SHAFT,
    SIDE,
    STYLES,
    Sample,
    maths,
    near,
    need,
    new_page,
    point_style,
    point_words,
    spectrum_words,
    typeset,
)
from .layout import mathtext

if TYPE_CHECKING:
    from .portrait import Portrait

__all__ = ["draw"]

_FLOW = "#117733"
# neighbours in the legend are 12 levels or more of grey apart, for those who print
_BASINS = ("#dcecf9", "#f7d794", "#aadcc0", "#c8ade1")
_SHADES = {"elsewhere": "#df9b83", "far": "#f9f9f5", "open": "#9d9d9d", "undecided": "#ececec"}
_HATCHES = (None, "\\\\\\", "...")  # where the colours are used up
_PALE = "#b4b4b4"
_STUB = 0.035  # of the window
_HEAD = 0.06  # inches
_CROSS = 0.07  # of the window: half the length of an eigen-direction
_MOST_LETTERS = 46  # of a polynomial in the legend
_SIZES = {1: "line", 2: "surface"}


def draw(portrait: Portrait) -> Any:
    """Return the Figure."""
    return _Drawing(portrait).figure


class _Drawing:
    def __init__(self, portrait: Portrait) -> None:
        self.portrait, self.plane = portrait, portrait.plane
        self.np = need("numpy")
        self.lines, self.patches, self.collections = (
            need(f"matplotlib.{name}") for name in ("lines", "patches", "collections")
        )
        self.legend: list[tuple[Any, str]] = []
        self.figure, self.axes = new_page(portrait.box)
        self.axes.set_xlabel(self._axis(0))
        self.axes.set_ylabel(self._axis(1))
        self._basins()
        self._zero()
        self._poles()
        self._flow()
        self._fixed()
        self._directions()
        typeset(self.figure, self.axes, self.legend, portrait.caption)

    def _axis(self, k: int) -> str:
        axis = self.plane.names[k]
        if isinstance(self.plane, CouplingPlane):
            return maths(axis)
        coupling = next(
            (mathtext(sympy.Symbol(c)) for c, f in named_factors(self.plane.recursion).items() if f == axis), None
        )
        if not self.portrait.logarithmic:
            return maths(axis, around=f"{{}} = e^{{{{{_kept(coupling)}}}}}" if coupling else "{}")
        positive = self.portrait.signs[k] > 0
        if coupling is None:
            return maths(axis, around=r"\ln {}" if positive else r"\ln (-{})")
        return maths(
            axis, around=rf"{_kept(coupling)} = \ln {{}}" if positive else rf"\ln (-{{}}) = {_kept(coupling)} - i\pi"
        )

    def _basins(self) -> None:
        found = self.portrait.basin_map
        if found is None:
            return
        (left, right), (bottom, top) = ([float(x) for x in side] for side in self.portrait.box)
        looks = _looks(found.kinds)
        shades = [shade for shade, _ in looks]
        frame = {"origin": "lower", "extent": (left, right, bottom, top)}
        self.axes.imshow(
            found.colours, cmap=need("matplotlib.colors").ListedColormap(shades), vmin=-0.5, vmax=len(shades) - 0.5,
            aspect="auto", interpolation="nearest", zorder=0, **frame,
        )  # fmt: skip
        for k, ((shade, hatch), label) in enumerate(zip(looks, found.labels, strict=True)):
            if hatch:
                self.axes.contourf(
                    found.colours == k, levels=[0.5, 1.5], colors="none", hatches=[hatch], zorder=0.1, **frame
                )
            patch = self.patches.Patch(
                facecolor=shade, edgecolor="#8f8f8f" if hatch else INK, linewidth=0.4, hatch=hatch
            )
            self.legend.append((patch, label))
        curves = [(polynomial, what) for polynomial, what in found.boundaries]
        names = [what for polynomial, what in curves if self._curve(polynomial, INK, "-", 0.7, 1.2)]
        if names:
            handle = self.lines.Line2D([], [], color=INK, linewidth=0.7)
            self.legend.append((handle, f"boundary: {' or '.join(dict.fromkeys(names))} eigenvalues"))

    def _zero(self) -> None:
        if self.portrait.logarithmic or not is_exponential(self.portrait.recursion):
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
            drawn |= self._curve(polynomial, POLE, (0, (1.2, 1.6)), 1.3, 2)
        if drawn:
            handle = self.lines.Line2D([], [], color=POLE, linestyle=(0, (1.2, 1.6)), linewidth=1.3)
            self.legend.append((handle, "pole: the map is not defined"))
        masked = [self.portrait._inside([float(x) for x in p]) and [float(x) for x in p] for p in self.portrait.masked]
        places = [p for p in masked if p]
        if places:
            style = {"color": POLE, "marker": "x", "markersize": 3.5, "markeredgewidth": 0.9, "linestyle": "none"}
            self.axes.plot(*zip(*places, strict=True), zorder=2, **style)
            self.legend.append((self.lines.Line2D([], [], **style), "start masked"))

    def _curve(
        self, polynomial: Any, colour: str, dash: Any, width: float, order: float, *, frame: bool = False
    ) -> bool:
        """Draw the part of a curve that is in the window; tell whether there is any, on the frame too if asked."""
        (left, right), (bottom, top) = ([float(x) for x in side] for side in self.portrait.box)
        edge = 1e-9 if frame else 0.0
        height, any_inside = top - bottom, False
        for branch in self.portrait.curve(polynomial):
            # what is far outside is cut off: an exact curve may run to infinity at a pole of its own
            xs = [x for x, _ in branch]
            ys = [y if bottom - height <= y <= top + height else float("nan") for _, y in branch]
            any_inside |= any(
                max(u, x) > left - edge and min(u, x) < right + edge
                and max(v, y) > bottom - edge and min(v, y) < top + edge
                for (u, v), (x, y) in pairwise(zip(xs, ys, strict=True))
            )  # fmt: skip
            self.axes.plot(xs, ys, color=colour, linestyle=dash, linewidth=width, zorder=order)
        return any_inside

    def _flow(self) -> None:
        if self.portrait.all_fixed:
            return
        if self.portrait.infinitesimal:
            self._lines()
        elif self.portrait.steps:
            self._arrows()

    def _arrows(self) -> None:
        if not self.plane.invariant:
            self._projected()
            return
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
            lengths = self.np.hypot(*(moves / sizes).T) * SIDE
            tips = moves * self.np.minimum(1, _HEAD / self.np.maximum(lengths, _HEAD))[:, None]
            for start, move, colour in ((tails, moves, SHAFT), (tails + moves - tips, tips, INK)):
                self.axes.quiver(
                    *start.T, *move.T, angles="xy", scale_units="xy", scale=1, units="inches", width=0.0085,
                    headwidth=5.5, headlength=6.5, headaxislength=5.8, minlength=0.6, color=colour, zorder=3,
                    clip_on=True,
                )  # fmt: skip
        if cut:
            shafts = [[tail, self._stub(tail, head)] for tail, head in cut]
            self.axes.add_collection(
                self.collections.LineCollection(shafts, colors=SHAFT, linewidths=0.6, zorder=3), autolim=False
            )
            self.axes.plot(*zip(*(tail for tail, _ in cut), strict=True), ".", color=INK, markersize=2, zorder=3)
        self.legend.append((Sample(INK), "one step of the map"))

    def _projected(self) -> None:
        """Draw steps that leave the plane: pale lines to open circles, since arrows promise to go on from there."""
        shafts, images = [], []
        for tail, head in self.portrait.arrows:
            inside = self.portrait._inside(head)
            shafts.append([tail, head if inside else self._stub(tail, head)])
            images += [head] if inside else []
        if shafts:
            self.axes.add_collection(
                self.collections.LineCollection(shafts, colors=_PALE, linewidths=0.5, zorder=2.8), autolim=False
            )
            self.axes.plot(
                *zip(*(tail for tail, _ in shafts), strict=True), ".", color=_PALE, markersize=2.4, zorder=2.8
            )
        style = {"color": INK, "marker": "o", "markersize": 3, "markerfacecolor": "white", "markeredgewidth": 0.7}
        if images:
            self.axes.plot(*zip(*images, strict=True), linestyle="none", zorder=4.1, **style)
        handle = self.lines.Line2D([0, 1], [0, 0], **{**style, "color": _PALE, "markeredgecolor": INK}, markevery=[1])
        self.legend.append((handle, "one step of the map, projected: it leaves the plane"))

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
        self.legend.append((Sample(_FLOW), "infinitesimal flow T ln T, not the map"))

    def _fixed(self) -> None:
        for part in self.plane.fixed:
            colour, dash, _, _ = STYLES[part.stability]
            said = f"fixed, {part.stability or self._unknown(part)}"
            spectrum = spectrum_words(part.spectrum)
            if part.dimension == 2:
                self.axes.set_facecolor("#e3f0fa" if part.stability == "attracting" else "#f8e2b8")
                patch = self.patches.Patch(facecolor=self.axes.get_facecolor(), edgecolor=colour)
                self.legend.append((patch, f"every point is {said}{spectrum}"))
            elif part.dimension == 1:
                if self._curve(part.polynomial, colour, dash, 2.2, 4, frame=True):
                    handle = self.lines.Line2D([], [], color=colour, linestyle=dash, linewidth=2.2)
                    self.legend.append((handle, f"{said}: {self._equation(part.polynomial)}{spectrum}"))
            else:
                places = self.portrait.points(part)
                if not places:
                    continue
                style = point_style(part.stability, whole=part.whole)
                self.axes.plot(*zip(*places, strict=True), zorder=5, clip_on=False, **style)
                if not part.whole:
                    size = _SIZES.get(part.component_dimension, f"component of dimension {part.component_dimension}")
                    said = f"on a {size} of fixed points, {part.stability or self._unknown(part)}"
                real = self.portrait.real_points(part)
                words = [self._point(point) for point in real]
                # of a second one, only the values
                where = ": " + ", ".join([words[0], *(w[w.rindex("(") :] for w in words[1:])]) if len(real) < 3 else ""
                if is_exponential(self.plane.recursion) and not all(map(all, real)):
                    where += " (infinite coupling)"
                self.legend.append((self.lines.Line2D([], [], **style), f"{said}{where}{spectrum}"))
        if self.portrait.punctures:
            style = {
                "marker": "o", "markersize": 5.5, "markeredgewidth": 1.1, "linestyle": "none",
                "markeredgecolor": POLE, "markerfacecolor": "white",
            }  # fmt: skip
            self.axes.plot(*zip(*self.portrait.punctures, strict=True), zorder=4.5, **style)
            self.legend.append((self.lines.Line2D([], [], **style), "puncture: fixed no more, not defined"))

    def _directions(self) -> None:
        """Draw the eigen-directions at saddles of a recursion of two coordinates, where the Jacobian is rational."""
        drawn = False
        for part in self.plane.fixed:
            if part.stability != "saddle" or not part.whole or len(self.plane.recursion.factors) != 2:
                continue
            for point, (x, y) in zip(self.portrait.real_points(part), self.portrait.points(part), strict=True):
                for value, (u, v) in _eigenvectors(self.portrait, part, point):
                    sizes = [float(high - low) for low, high in self.portrait.box]
                    long = _CROSS / hypot(u / sizes[0], v / sizes[1])
                    self.axes.plot(
                        [x - long * u, x + long * u], [y - long * v, y + long * v], color=STYLES["saddle"][0],
                        linewidth=1.3, linestyle="-" if value > 1 else (0, (2, 1.5)), zorder=4.2,
                    )  # fmt: skip
                    drawn = True
        if drawn:
            handle = self.lines.Line2D([], [], color=STYLES["saddle"][0], linewidth=1.3)
            self.legend.append((handle, "direction away from a saddle; dashed: towards it"))

    def _point(self, point: Any) -> str:
        if not isinstance(self.plane, CouplingPlane):
            return point_words(self.plane.axes, point)
        place = self.portrait._sheet.on_axes([near(x) for x in point]) or ()
        values = [f"{x:.6g}" if value != 1 else "0" for x, value in zip(place, point, strict=True)]
        sign = "≈" if any(value != 1 for value in point) else "="
        return f"({', '.join(map(str, self.plane.names))}) {sign} ({', '.join(values)})".replace("-", "−")

    @staticmethod
    def _unknown(part: FixedPart) -> str:
        """Return what is said where there is no one word for the stability."""
        return "stability varies" if part.component_dimension else "stability not decided"

    def _equation(self, polynomial: Any) -> str:
        if isinstance(self.plane, CouplingPlane):
            for generator, name in zip(self.plane.ring.gens, self.plane.names, strict=True):
                if polynomial == generator - 1:
                    return maths(name, around="{} = 0")
        text = self.plane.ring.format(polynomial)
        if len(text) > _MOST_LETTERS:
            return f"a curve of degree {polynomial.total_degree()}"
        return maths(self.plane.ring.to_sympy(polynomial, self.plane.axes), around="{} = 0")


def _looks(kinds: Sequence[str]) -> list[tuple[str, str | None]]:
    """Return a colour and a hatch for each kind of end."""
    several = kinds.count("far") > 1
    distinct = iter([(shade, hatch) for hatch in _HATCHES for shade in _BASINS])
    found: list[tuple[str, str | None]] = []
    for kind in kinds:
        if kind == "point" or (kind == "far" and several):
            found.append(next(distinct))
        else:
            found.append((_SHADES[kind], "///" if kind == "undecided" else None))
    return found


def _eigenvectors(portrait: Portrait, part: FixedPart, point: Any) -> list[tuple[float, tuple[float, float]]]:
    """Return moduli of eigenvalues and eigenvectors on the axes; none if the Jacobian is not rational."""
    plane = portrait.plane
    if part.spectrum is None or any(isinstance(x, AlgebraicNumber) for x in point):
        return []
    at = [value(point) for value in plane.values]
    (a, b), (c, d) = ([f(at) for f in row] for row in plane.recursion.derivatives)
    found = []
    for value in part.spectrum:
        size = near(value)  # of a saddle, so that both eigenvalues are real and differ
        vector = (b, size - a) if b or size != a else (size - d, c)
        found.append((abs(float(size)), portrait._sheet.along(at, vector)))
    return found


def _kept(text: str) -> str:
    """Return a text that formatting leaves as it is."""
    return text.replace("{", "{{").replace("}", "}}")
