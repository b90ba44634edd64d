"""Flow portraits: a recursion seen in a plane of two factors or couplings, as a picture and as the data behind it.

What is decided is exact: where the map is not defined, which curves and points are fixed and how they attract,
whether the map keeps the plane. Floats move the arrows, and nothing else. An arrow leads from a point to its image.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from math import exp, isfinite
from typing import Any

from ..errors import ModelError
from ..exact.algebraic import AlgebraicNumber
from ..exact.numbers import as_fraction
from ..exact.plane_curves import branches
from ..transform.coupling_plane import CouplingPlane
from ..transform.plane import FixedPart, Plane
from ..transform.points import check_steps
from ..transform.recursion import Recursion
from ..transform.stability import is_exponential
from ._portrait_axes import kind_of_axes, plane_of
from ._portrait_floats import BasinMap, CouplingSheet, Sheet, basin_map, flow_lines
from ._portrait_page import FORMATS, Picture, near, need
from ._portrait_words import caption, check_options, check_recursion, options_checked, record, table
from .cobweb import Cobweb

__all__ = ["FORMATS", "KINDS", "Portrait", "portrait"]

KINDS = ("factors", "couplings")

_MOST_STARTS = 20_000
_GRID = 12  # even, so that windows around 0 have no start on it


@options_checked
@dataclass(frozen=True, eq=False)
class Portrait(Picture):
    """A portrait with what it is made of: the picture by :meth:`figure`, the data by :meth:`record`.

    Parameters are those of :func:`portrait`; the recursion comes first, all else is given by name.
    ``Portrait(...).write(path)`` writes picture and data; :func:`portrait` returns the matplotlib figure. A recursion
    of one coordinate is drawn by :class:`~symrg.view.cobweb.Cobweb`.

    Examples
    --------
    >>> from symrg import Chain
    >>> around = Portrait(Chain([[2, 2], [1, 3]]).recursion(), axes=("a", "b"), window=((2, 4), (-1, 0)),
    ...                   fixed={"c": Fraction(-1, 3)}, grid=5)
    >>> around.plane.invariant, len(around.arrows), around.masked
    (True, 25, ())
    >>> [(part["stability"], part["points"]) for part in around.record()["fixed"]]
    [('attracting', []), ('repelling', [['3', '-2/3']])]
    """

    recursion: Recursion
    axes: Sequence[Any] | None = None
    window: Any = None
    fixed: Mapping[Any, Any] | None = None
    slaved: Mapping[Any, Any] | None = None
    kind: str | None = None
    signs: Sequence[int] = (1, 1)
    starts: Iterable[Any] | None = None
    grid: int = _GRID
    steps: int = 1
    infinitesimal: bool = False
    basins: bool = False
    about: str = ""

    def __post_init__(self) -> None:
        check_recursion(self.recursion)
        if isinstance(self.axes, str):
            object.__setattr__(self, "axes", tuple(self.axes.replace(",", " ").split()))
        if self.infinitesimal and self.recursion.chain is None:
            raise ModelError("the infinitesimal flow is known for recursions of chains; leave it out for this one")
        if self.kind is None:
            object.__setattr__(self, "kind", kind_of_axes(self.recursion, self.axes))
        if self.kind not in KINDS:
            message = f"the kind of axes is {self.kind!r}; choose from {', '.join(KINDS)}"
            raise ModelError(message)
        check_steps(self.steps, "the number of steps")
        if isinstance(self.grid, bool) or not isinstance(self.grid, int) or not 1 <= self.grid**2 <= _MOST_STARTS:
            message = f"the grid is {self.grid!r}; it is a number of starts along each side, from 1 to 141"
            raise ModelError(message)
        signs = tuple(self.signs)
        if len(signs) != 2 or any(s not in (1, -1) for s in signs):
            message = f"the signs are {self.signs!r}; give 1 or -1 for the factor on each axis"
            raise ModelError(message)
        if signs != (1, 1) and self.kind == "factors":
            raise ModelError("signs choose a sheet of logarithmic axes; on axes of factors, give a window below zero")
        object.__setattr__(self, "signs", signs)
        if self.starts is not None:
            object.__setattr__(self, "starts", tuple(self.starts))
        _ = self.box, self.plane, self.places  # whatever is wrong is said here

    # -- the plane, and places in it ----------------------------------------------------------------------

    @cached_property
    def plane(self) -> Plane:
        """The plane, exact."""
        return plane_of(
            self.recursion, None if self.axes is None else tuple(self.axes), self.fixed or {}, self.slaved or {},
            couplings=self.logarithmic, one_sheet=tuple(self.signs) == (1, 1),
        )  # fmt: skip

    @cached_property
    def _sheet(self) -> Sheet:
        if isinstance(self.plane, CouplingPlane):
            return CouplingSheet(self.plane, True, (1, 1))
        return Sheet(self.plane, self.logarithmic, (int(self.signs[0]), int(self.signs[1])))

    @cached_property
    def _given(self) -> tuple[tuple[Fraction, Fraction], ...]:
        if self.starts is not None:
            found = []
            for start in self.starts:
                values = start.values() if isinstance(start, Mapping) else start
                first, second = (as_fraction(x, what="a starting point") for x in values)
                found.append((first, second))
            return tuple(found)
        (left, right), (bottom, top) = self.box
        parts = [Fraction(2 * k + 1, 2 * self.grid) for k in range(self.grid)]
        return tuple((left + (right - left) * s, bottom + (top - bottom) * t) for t in parts for s in parts)

    @cached_property
    def _split(self) -> tuple[tuple[tuple[Fraction, Fraction], ...], tuple[tuple[Fraction, Fraction], ...]]:
        kept: list[tuple[Fraction, Fraction]] = []
        masked: list[tuple[Fraction, Fraction]] = []
        for place in self._given:
            exact = self._sheet.exact(place)
            fine = exact is None or (self._may_vanish(exact) and self.plane.is_defined(exact))
            (kept if fine else masked).append(place)
        return tuple(kept), tuple(masked)

    def _may_vanish(self, values: Sequence[Fraction]) -> bool:
        return all(values) or not is_exponential(self.recursion)

    @property
    def places(self) -> tuple[tuple[Fraction, Fraction], ...]:
        """The starts at which the map is defined, on the axes, exact."""
        return self._split[0]

    @property
    def masked(self) -> tuple[tuple[Fraction, Fraction], ...]:
        """The starts that are left out, because a factor is zero there or the map is not defined."""
        return self._split[1]

    def _inside(self, place: Sequence[float]) -> bool:
        return all(
            isfinite(x) and float(low) <= x <= float(high) for x, (low, high) in zip(place, self.box, strict=True)
        )

    # -- what is drawn --------------------------------------------------------------------------------------

    @cached_property
    def _orbits(self) -> Any:
        np = need("numpy")
        places = np.array([[float(x), float(y)] for x, y in self.places]).reshape(-1, 2)
        return (flow_lines if self.infinitesimal else Sheet.orbits)(self._sheet, places, self.steps)

    @property
    def trajectories(self) -> Any:
        """The orbits on the axes: numpy array of shape (points of an orbit, starts, 2), NaN where they have no place.

        With ``infinitesimal`` there are 24 points to a step.
        """
        return self._orbits

    @cached_property
    def arrows(self) -> tuple[tuple[tuple[float, float], tuple[float, float]], ...]:
        """The steps of the map that begin inside the window: (point, image)."""
        if self.infinitesimal:
            return ()
        orbits = self._orbits.tolist()
        return tuple(
            ((tail[0], tail[1]), (head[0], head[1]))
            for before, after in pairwise(orbits)
            for tail, head in zip(before, after, strict=True)
            if self._inside(tail) and all(map(isfinite, head))
        )

    def curve(self, polynomial: Any) -> list[list[tuple[float, float]]]:
        """Return the branches of a curve in the plane, on the axes; each point is a root isolated exactly."""
        if not self.logarithmic:
            return [[(float(x), float(y)) for x, y in branch] for branch in branches(polynomial, self.box)]
        sides = [
            sorted(sign * exp(unit * float(x)) for x in side)
            for sign, unit, side in zip(self.signs, self._sheet.units, self.box, strict=True)
        ]
        (left, right), (bottom, top) = ((Fraction(low), Fraction(high)) for low, high in sides)
        found = []
        for branch in branches(polynomial, ((left, right), (bottom, top)), geometric=True):
            chain: list[tuple[float, float]] = []
            for place in map(self._sheet.on_axes, branch):
                if place is not None:
                    chain.append(place)
                elif chain:
                    found.append(chain)
                    chain = []
            found += [chain] if chain else []
        return found

    def points(self, part: FixedPart) -> list[tuple[float, float]]:
        """Return the real points of a part inside the window, on the axes."""
        return self._real(part.points)

    @cached_property
    def punctures(self) -> list[tuple[float, float]]:
        """Where the curves of fixed points are interrupted, because the map is not defined."""
        return self._real(self.plane.punctures)

    def real_points(self, part: FixedPart) -> list[tuple[Any, Any]]:
        """Return the points of a part that :meth:`points` places, exact."""
        return [point for point in part.points if self._real([point])]

    def _real(self, points: Iterable[Sequence[Any]]) -> list[tuple[float, float]]:
        real = [p for p in points if all(not isinstance(x, AlgebraicNumber) or x.is_real for x in p)]
        places = [self._sheet.on_axes([near(x) for x in point]) for point in real]
        return [place for place in places if place is not None and self._inside(place)]

    @cached_property
    def basin_map(self) -> BasinMap | None:
        """The basins, if they were asked for."""
        return basin_map(self._sheet, self.box) if self.basins else None

    # -- words ------------------------------------------------------------------------------------------------

    @property
    def all_fixed(self) -> bool:
        """Whether the plane consists of fixed points."""
        return any(part.dimension == 2 for part in self.plane.fixed)

    @cached_property
    def caption(self) -> str:
        """What the picture shows and with which parameters, in full sentences."""
        return caption(self)

    # -- out ----------------------------------------------------------------------------------------------------

    @property
    def title(self) -> str:
        """For the metadata of files."""
        return f"Flow portrait of a recursion of scale {self.recursion.scale}"

    def _draw(self) -> Any:
        from ._portrait_figure import draw

        return draw(self)

    def record(self) -> dict[str, Any]:
        """Return the data behind the picture as plain values: exact numbers as strings, what was drawn as floats."""
        return record(self)

    def csv(self) -> str:
        """Return what is drawn as a table: trajectories, curves and points, one place a row."""
        return table(self)


def portrait(
    recursion: Recursion,
    axes: Sequence[Any] | None = None,
    window: Any = None,
    fixed: Mapping[Any, Any] | None = None,
    slaved: Mapping[Any, Any] | None = None,
    kind: str | None = None,
    signs: Sequence[int] = (1, 1),
    starts: Iterable[Any] | None = None,
    grid: int = _GRID,
    steps: int | None = None,
    infinitesimal: bool = False,
    basins: bool = False,
    about: str = "",
    **unknown: Any,
) -> Any:
    """Draw a recursion in a plane of two coordinates, as a matplotlib Figure; one of a single coordinate as a cobweb.

    Parameters
    ----------
    recursion : Recursion
    axes : pair of factors (or couplings, or names), optional
        Horizontal and vertical, such as ``"k,f"``; by default the first two, and of a chain those of h₁ σ₁ and h₁.
    window : ((left, right), (bottom, top)), optional
        Exact rationals, in the units of the axes; factors may be negative. For a cobweb: where starts, and where
        images are seen.
    fixed : mapping, optional
        Exact values of other factors; 1 if not given, so that their couplings are zero. A coordinate that is no factor
        e^coupling may be 0. A coupling may be given as 0.
    slaved : mapping, optional
        Other factors as SymPy expressions in those on the axes. Whether the map keeps the surface is decided, and said
        in the caption.
    kind : {"factors", "couplings"}, optional
        On the axes: factors, or couplings, the others being 0: for {0, 1} variables the logarithms of factors, for
        spins and bonds of one's own sums of such logarithms. With names of factors, their logarithms. By default what
        the names of the axes stand for.
    signs : pair of 1 or −1
        For couplings: the signs of the factors whose logarithms are on the axes.
    starts : iterable of pairs, optional
        Exact starting points on the axes; by default the centres of a grid. For a cobweb: numbers.
    grid : int
        Starts along each side.
    steps : int, optional
        Steps of the map from each start; by default 1, and 12 for a cobweb.
    infinitesimal : bool
        Draw the flow dT/dℓ = T ln T (:meth:`Chain.infinitesimal`) in place of the map.
    basins : bool
        Colour the window by where flows end.
    about : str
        The model in words, for the caption.

    Returns
    -------
    matplotlib.figure.Figure
        Shown by notebooks; ``Portrait(...).write(path)`` writes picture and data, and of one coordinate
        ``Cobweb(...).write(path)``. If the map leaves the plane, there are lines to open circles in place of arrows:
        images are seen in projection.

    Raises
    ------
    ModelError
        If an axis is unknown, the window empty, or an option makes no sense. An unknown option is a TypeError, too.
    NotExactError
        For floats in what is exact.
    UnableError
        If numpy or matplotlib is not installed.

    Examples
    --------
    >>> from symrg import Chain
    >>> R = Chain([[2, 2], [1, 3]]).recursion()
    >>> figure = portrait(R, axes=("a", "b"), window=((Fraction(1, 2), Fraction(3, 2)), (0, 2)), grid=6)
    >>> figure.axes[0].get_xlabel()
    '$a = e^{A}$'

    The Ising model in a field on the diamond lattice, by its couplings:

    >>> import sympy
    >>> from symrg import Variable, bond_recursion
    >>> s, t, K, F = Variable("s", (-1, 1)), Variable("t", (-1, 1)), *sympy.symbols("K F")
    >>> diamond = bond_recursion(K * s * t + F * (s + t) / 2, between=(s, t), branches=2)
    >>> portrait(diamond, axes=("K", "F"), window=((-1, 1), (-1, 1)), grid=6).axes[0].get_xlabel()
    '$K$'
    """
    check_options("portrait", unknown, [field.name for field in fields(Portrait)][1:])
    check_recursion(recursion)
    if len(recursion.factors) > 1:
        return Portrait(
            recursion, axes, window, fixed, slaved, kind, signs, starts, grid, 1 if steps is None else steps,
            infinitesimal, basins, about,
        ).figure()  # fmt: skip
    of_planes = {"axes": axes, "fixed": fixed, "slaved": slaved, "infinitesimal": infinitesimal, "basins": basins}
    asked = [name for name, value in of_planes.items() if value]
    if asked:
        message = f"{', '.join(asked)}: of planes, but this recursion has one coordinate; leave that out"
        raise ModelError(message)
    return Cobweb(
        recursion, window, kind=kind or "factors", sign=next(iter(signs)), starts=starts, about=about,
        **({} if steps is None else {"steps": steps}),
    ).figure()  # fmt: skip
