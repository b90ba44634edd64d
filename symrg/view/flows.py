"""Arrows of a recursion in a plane of two factors: exact points and their exact images, drawn as SVG and TikZ.

An arrow leads from a point to its image: it is the discrete map, no interpolated streamline.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from ..errors import ModelError, UndefinedPointError
from ..exact.numbers import as_fraction
from ..transform.recursion import Recursion
from .plots import Arrows, Curve, Marks, Plot

__all__ = ["FlowFigure"]


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
    def _plot(self) -> Plot:
        bottom, top = self.window[1]
        upright = [Curve([(x, bottom), (x, top)], colour=1, dashed=False) for x in map(_abscissa, self.lines)]
        rings = Marks([self._place(point) for point in self.marks])
        text = f"Steps of the recursion in the plane of {self.axes[0]} and {self.axes[1]}: {len(self.arrows)} arrows."
        return Plot(self.window, self.axes, [*upright, Arrows(self.arrows), rings], text)

    def svg(self) -> str:
        """Return the figure as a self-contained SVG, which takes its ink from ``currentColor``."""
        return self._plot.svg()

    def tikz(self) -> str:
        """Return the figure as a ``tikzpicture``; it needs the package tikz and nothing else."""
        return self._plot.tikz()


def _abscissa(value: Any) -> Fraction:
    return as_fraction(value, what="an abscissa")
