"""Cobwebs: a recursion of one coordinate as the graph of its map, with orbits as staircases to the diagonal.

Fixed points, their stability and poles are exact; floats move the pen along the graph and the stairs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from math import cos, exp, isfinite, log, pi
from typing import Any

import sympy

from ..errors import ModelError
from ..exact.algebraic import AlgebraicNumber
from ..exact.numbers import as_fraction
from ..exact.plane_curves import real_roots
from ..transform.component import Component
from ..transform.coupling_plane import CouplingChart, coupling_chart
from ..transform.float_orbits import float_orbits
from ..transform.points import check_steps
from ..transform.recursion import Recursion
from ..transform.stability import is_exponential, isolated_points, known_components
from ._portrait_ends import coupling_words
from ._portrait_page import (
    INK,
    POLE,
    SHAFT,
    Picture,
    Sample,
    maths,
    near,
    need,
    new_page,
    point_style,
    point_words,
    short,
    typeset,
)
from ._portrait_words import check_recursion, exact_text, images, model_words, options_checked, or_none, what_is_unknown

__all__ = ["Cobweb"]

_STARTS = 4
_NODES = 600  # of the graph, over the whole window
_FEWEST = 60  # between two poles
_GRAPH = "#117733"
_SHORTEST = 0.02  # of the window: a step that gets an arrow head


@dataclass(frozen=True)
class FixedValue:
    """A real fixed point: its exact value, its slope λ and what that says; None where they are not known."""

    value: Any
    slope: Any
    stability: str | None


@options_checked
@dataclass(frozen=True, eq=False)
class Cobweb(Picture):
    """A cobweb with the data behind it: the picture by :meth:`figure`, the data by :meth:`record`.

    ``Cobweb(...).write(path)`` writes picture and data; :func:`~symrg.view.portrait.portrait` returns the matplotlib
    figure. Recursions of more coordinates are drawn by :class:`~symrg.view.portrait.Portrait`.

    Parameters
    ----------
    recursion : Recursion
        Of one coordinate.
    window : ((left, right), (bottom, top)), optional
        Exact rationals: where starts, and where images are seen.
    kind : {"factors", "couplings"}
        On the axes: the coordinate; or its coupling, and without one, the logarithm of the coordinate.
    sign : 1 or −1
        Of the coordinate whose logarithm is drawn.
    starts : iterable of exact numbers, optional
        By default four in the window.
    steps : int
        From each start.
    about : str
        The model in words, for the caption.

    Examples
    --------
    >>> t = sympy.Symbol("t")
    >>> web = Cobweb(Recursion.from_images({t: t**2}, scale=2), window=((-1, 2), (-1, 2)))
    >>> [(str(p.value), str(p.slope), p.stability) for p in web.fixed if p.value]
    [('1', '2', 'repelling')]
    >>> web.orbits([Fraction(1, 2)])[0][:3]
    [0.5, 0.25, 0.0625]
    """

    recursion: Recursion
    window: Any = None
    kind: str = "factors"
    sign: int = 1
    starts: Iterable[Any] | None = None
    steps: int = 12
    about: str = ""

    def __post_init__(self) -> None:
        check_recursion(self.recursion)
        if len(self.recursion.factors) != 1:
            raise ModelError(
                "a cobweb is of a recursion of one coordinate; sg.Portrait and sg.portrait draw others in a plane"
            )
        if self.kind not in ("factors", "couplings"):
            message = f"the kind of axes is {self.kind!r}; choose from factors, couplings"
            raise ModelError(message)
        if self.sign not in (1, -1):
            message = f"the sign is {self.sign!r}; give 1 or -1"
            raise ModelError(message)
        check_steps(self.steps, "the number of steps")
        if self.starts is not None:
            object.__setattr__(self, "starts", tuple(as_fraction(x, what="a starting point") for x in self.starts))
        _ = self.box, self.fixed

    # -- the map ----------------------------------------------------------------------------------------------

    @cached_property
    def poles(self) -> tuple[Fraction, ...]:
        """The real zeros of the denominator in rising order, each the midpoint of a ball that isolates it."""
        found: list[Fraction] = []
        for polynomial in self.recursion.denominators:
            coefficients = [Fraction(0)] * (polynomial.total_degree() + 1)
            for (power,), coefficient in polynomial.terms():
                coefficients[int(power)] = Fraction(int(coefficient))
            found += real_roots(coefficients)
        return tuple(sorted(found))

    @cached_property
    def _known(self) -> tuple[tuple[Any, ...], str]:
        return known_components(self.recursion)

    @cached_property
    def fixed(self) -> tuple[FixedValue, ...]:
        """The isolated real fixed points in rising order."""
        found = []
        for component in self._known[0]:
            if isinstance(component, Component) and not component.dimension:
                for (value,), spectrum, kind in isolated_points(component):
                    if not isinstance(value, AlgebraicNumber) or value.is_real:
                        found.append(FixedValue(value, None if spectrum is None else next(iter(spectrum)), kind))
        return tuple(sorted(found, key=lambda point: near(point.value)))

    @cached_property
    def all_fixed(self) -> bool:
        """Whether the map is the identity."""
        return any(component.dimension for component in self._known[0])

    # -- on the axes --------------------------------------------------------------------------------------------

    @cached_property
    def _chart(self) -> CouplingChart | None:
        """How the coupling and the logarithm of the factor are tied, if the coupling is on the axes."""
        return coupling_chart(self.recursion) if self.logarithmic and self.sign > 0 else None

    @property
    def axis(self) -> Any:
        """What is on the axes: the coordinate or its coupling, and without a coupling, a logarithm of the former."""
        return self.recursion.factors[0] if self._chart is None else self._chart.couplings[0]

    @property
    def _unit(self) -> float:
        """The logarithm of the factor for a coupling 1."""
        return 1.0 if self._chart is None else float(self._chart.exponents[0][0])

    def _factor(self, place: float) -> float:
        return self.sign * exp(self._unit * place) if self.logarithmic else place

    def _place(self, factor: float) -> float:
        if not self.logarithmic:
            return factor if isfinite(factor) else float("nan")
        signed = self.sign * factor
        return log(signed) / self._unit if isfinite(factor) and signed > 0 else float("nan")

    @cached_property
    def _split(self) -> tuple[tuple[Fraction, ...], tuple[Fraction, ...]]:
        (left, right), _ = self.box
        given = self.starts
        if given is None:
            given = [left + (right - left) * Fraction(2 * k + 1, 2 * _STARTS) for k in range(_STARTS)]
        kept: list[Fraction] = []
        masked: list[Fraction] = []
        for start in given:
            undefined = not self.logarithmic and (
                any(self.recursion.ring.fraction(p)([start]) == 0 for p in self.recursion.denominators)
                or (start == 0 and is_exponential(self.recursion))
            )
            (masked if undefined else kept).append(start)
        return tuple(kept), tuple(masked)

    def orbits(self, starts: Sequence[Any]) -> list[list[float]]:
        """Return the orbits of places on the axis, NaN where they have no place."""
        if not starts:
            return []
        values = [[self._factor(float(x))] for x in starts]
        found = float_orbits(self.recursion, values, self.steps)[:, :, 0].T.tolist()
        return [[float(x), *map(self._place, orbit[1:])] for x, orbit in zip(starts, found, strict=True)]

    @cached_property
    def graph(self) -> list[list[tuple[float, float]]]:
        """The graph of the map over the window, one piece between two poles each."""
        (left, right), _ = self.box
        breaks = [self._place(float(x)) for x in self.poles]
        inside = [x for x in breaks if float(left) < x < float(right)]
        found = []
        for low, high in pairwise([float(left), *sorted(inside), float(right)]):
            count = max(_FEWEST, round(_NODES * (high - low) / float(right - left)))
            nodes = [low + (high - low) * (1 - cos(pi * (k + 1e-3) / (count + 2e-3))) / 2 for k in range(count + 1)]
            images = float_orbits(self.recursion, [[self._factor(x)] for x in nodes], 1)[1, :, 0].tolist()
            found.append([(x, self._place(y)) for x, y in zip(nodes, images, strict=True)])
        return found

    # -- words ----------------------------------------------------------------------------------------------------

    @property
    def title(self) -> str:
        """For the metadata of files."""
        return f"Cobweb of a recursion of scale {self.recursion.scale}"

    @property
    def caption(self) -> str:
        """What the picture shows and with which parameters, in full sentences."""
        kept, masked = self._split
        said = [f"{model_words(self.recursion, self.about)}. The curve is its graph, the straight line the diagonal."]
        if self.all_fixed:
            said.append("Every point at which the map is defined is fixed.")
        elif self.steps and kept:
            count = "one step" if self.steps == 1 else f"the first {self.steps} steps"
            said.append(
                f"Stairs: {count} of the map from {', '.join(map(short, kept))}, each up or down to the graph and "
                "across to the diagonal; nothing between the steps is computed."
            )
        if masked:
            said.append(f"No stairs from {', '.join(map(short, masked))}: the map is not defined, or a factor is 0.")
        exact = "Fixed points and poles" if not self._known[1] else "The fixed points shown, and poles"
        slopes = "; λ is the slope of the map at a fixed point"
        if self._known[1] and not self.fixed:
            exact, slopes = "Poles", ""
        said.append(f"{exact} are exact{slopes}.")
        if self._known[1]:
            said.append(what_is_unknown(bool(self._known[0]), self._known[1]))
        return " ".join(said)

    def record(self) -> dict[str, Any]:
        """Return the data behind the picture as plain values: exact numbers as strings, what was drawn as floats."""
        kept, masked = self._split
        return {
            "schema": 1,
            "about": self.about,
            "caption": self.caption,
            "scale": self.recursion.scale,
            "images": images(self.recursion),
            "axes": [str(self.axis)],
            "kind": self.kind,
            "sign": self.sign,
            "window": [[str(x) for x in side] for side in self.box],
            "poles": [self.recursion.ring.format(p) for p in self.recursion.denominators],
            "fixed": [
                {
                    "point": exact_text(p.value),
                    "slope": None if p.slope is None else exact_text(p.slope),
                    "stability": p.stability,
                }
                for p in self.fixed
            ],
            "starts": [str(x) for x in kept],
            "masked": [str(x) for x in masked],
            "steps": self.steps,
            "trajectories": [[x if isfinite(x) else None for x in orbit] for orbit in self.orbits(kept)],
            "graph": [[or_none(place) for place in piece] for piece in self.graph],
        }

    def csv(self) -> str:
        """Return what is drawn as a table: orbits, the graph and points, one place a row."""
        logs = self.logarithmic and self._chart is None
        rows = [f"item,what,number,step,{f'ln|{self.axis}|' if logs else self.axis},image"]

        def add(item: str, what: str, number: int, step: int, place: Sequence[float]) -> None:
            shown = ",".join(repr(float(x)) if isfinite(x) else "" for x in place)
            rows.append(f'{item},"{what}",{number},{step},{shown}')

        scale = f"scale {self.recursion.scale}"
        for number, orbit in enumerate(self.orbits(self._split[0])):
            for step, place in enumerate(pairwise(orbit)):
                add("orbit", scale, number, step, place)
        for number, piece in enumerate(self.graph):
            for step, place in enumerate(piece):
                add("graph", scale, number, step, place)
        for number, point in enumerate(self.fixed):
            x = self._place(float(near(point.value)))
            add(f"fixed {point.stability}", exact_text(point.value), number, 0, (x, x))
        return "\n".join(rows) + "\n"

    # -- the picture ------------------------------------------------------------------------------------------------

    def _draw(self) -> Any:
        lines = need("matplotlib.lines").Line2D
        figure, axes = new_page(self.box)
        image = sympy.Symbol(f"{self.axis}'")
        logs = self.logarithmic and self._chart is None
        inner = ("{}" if self.sign > 0 else "-{}", r"\ln {}" if self.sign > 0 else r"\ln (-{})")[logs]
        axes.set_xlabel(maths(self.axis, around=inner))
        axes.set_ylabel(maths(image, around=inner))
        legend: list[tuple[Any, str]] = []
        (left, right), (bottom, top) = ([float(x) for x in side] for side in self.box)
        axes.plot([left, right], [left, right], color="#9a9a9a", linewidth=0.8, zorder=1.5)
        shown = [x for x in (self._place(float(p)) for p in self.poles) if left < x < right]
        for x in shown:
            axes.axvline(x, color=POLE, linestyle=(0, (1.2, 1.6)), linewidth=1.3, zorder=2)
        height = top - bottom
        for piece in self.graph:
            ys = [y if bottom - height <= y <= top + height else float("nan") for _, y in piece]
            axes.plot([x for x, _ in piece], ys, color=_GRAPH, linewidth=1.6, zorder=3)
        legend.append((lines([], [], color=_GRAPH, linewidth=1.6), "graph of the map"))
        legend.append((lines([], [], color="#9a9a9a", linewidth=0.8), "diagonal"))
        if shown:
            style = {"color": POLE, "linestyle": (0, (1.2, 1.6)), "linewidth": 1.3}
            legend.append((lines([], [], **style), "pole: the map is not defined"))
        if self.steps and self._split[0] and not self.all_fixed:
            self._stairs(axes)
            legend.append((Sample(INK), "steps of the map, from dots"))
        for point in self.fixed:
            x = self._place(float(near(point.value)))
            if left <= x <= right and bottom <= x <= top:
                style = point_style(point.stability)
                axes.plot([x], [x], zorder=5, clip_on=False, **style)
                legend.append((lines([], [], **style), self._told(point)))
        typeset(figure, axes, legend, self.caption)
        return figure

    def _told(self, point: FixedValue) -> str:
        where = point_words(self.recursion.factors, [point.value])
        if self._chart is not None:
            where = coupling_words(self._chart, [point.value])
        said = f"fixed, {point.stability or 'stability not decided'}: {where}"
        if point.value == 0 and is_exponential(self.recursion):
            said += " (infinite coupling)"
        return (said if point.slope is None else f"{said}; λ = {short(point.slope)}").replace("= ≈", "≈")

    def _stairs(self, axes: Any) -> None:
        np = need("numpy")
        (left, right), (bottom, top) = ([float(x) for x in side] for side in self.box)
        orbits = self.orbits(self._split[0])
        heads = []
        for orbit in orbits:
            stairs = [(orbit[0], orbit[0])]
            for x, y in pairwise(orbit):
                if not isfinite(y):
                    break
                stairs += [(x, y), (y, y)]
            axes.plot(*zip(*stairs, strict=True), color=SHAFT, linewidth=0.8, zorder=2.5)
            for (x, y), (u, v) in pairwise(stairs):
                long = abs(u - x) > _SHORTEST * (right - left) or abs(v - y) > _SHORTEST * (top - bottom)
                middle = ((x + u) / 2, (y + v) / 2)
                if long and left < middle[0] < right and bottom < middle[1] < top:
                    heads.append((*middle, (u > x) - (u < x), (v > y) - (v < y)))
        axes.plot([o[0] for o in orbits], [o[0] for o in orbits], ".", color=INK, markersize=4, zorder=3.5)
        if heads:
            x, y, u, v = np.array(heads, dtype=float).T
            axes.quiver(
                x, y, u, v, angles="uv", units="inches", scale_units="inches", scale=14, width=0.009, headwidth=6,
                headlength=6.5, headaxislength=6.5, minshaft=0.1, minlength=0, pivot="mid", color=INK, zorder=3.2,
            )  # fmt: skip
