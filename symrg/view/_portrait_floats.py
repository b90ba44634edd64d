"""What a portrait draws in floating point: orbits, lines of the infinitesimal flow, and the colours of basins.

Floats are only ever drawn here. What is decided (poles, fixed points, the regions of two eigenvalues) is decided in
:mod:`symrg.transform.plane` and :mod:`symrg.transform.basins`.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import log
from typing import Any

from ..errors import UnableError
from ..exact.edge import from_sympy
from ..exact.polynomials import evaluate, irreducible_factors
from ..transform.coupling_plane import CouplingPlane
from ..transform.float_orbits import float_orbits
from ..transform.plane import Plane
from ..transform.stability import is_exponential
from ._portrait_ends import BOUND, endings
from ._portrait_page import need

__all__ = ["BasinMap", "CouplingSheet", "Sheet", "basin_map", "flow_lines", "without_flow"]

_PIXELS = 180  # of a side of the map of basins
# where in a pixel: not on curves through simple rationals, such as boundaries and diagonals
_OFF_CENTRE = (Fraction(487, 1000), Fraction(521, 1000))
_FINE = 24  # points of a line of the infinitesimal flow for each step
_NEAR = 1e-7  # relative: the largest modulus of an eigenvalue is that of one alone
_MOST_COLOURS = 4
_DOUBT = 1e-9  # of the sum of moduli of terms: below, a sign is decided by exact arithmetic


@dataclass(frozen=True, eq=False)
class Sheet:
    """A plane with the units on its axes: factors, or logarithms of their moduli with given signs."""

    plane: Plane
    logarithmic: bool
    signs: tuple[int, int]

    @property
    def units(self) -> tuple[float, float]:
        """What places are multiplied by in exponents, on logarithmic axes."""
        return (1.0, 1.0)

    def parameters(self, places: Any) -> list[Any]:
        """Return the two generators of the plane at places on the axes, an array of n each."""
        np = need("numpy")
        ordinates = [np.asarray(places[:, k], dtype=float) for k in range(2)]
        if not self.logarithmic:
            return ordinates
        return [s * np.exp(u * x) for s, u, x in zip(self.signs, self.units, ordinates, strict=True)]

    def on_axes(self, point: Any) -> tuple[float, float] | None:
        """Return where a real point of the plane stands on the axes; None where it does not."""
        if not self.logarithmic:
            return float(point[0]), float(point[1])
        signed = [sign * x for sign, x in zip(self.signs, point, strict=True)]
        if min(signed) <= 0:
            return None
        return log(signed[0]) / self.units[0], log(signed[1]) / self.units[1]

    def factors(self, places: Any) -> Any:
        """Return the values of all factors at places on the axes; array n × 2 to array n × number of factors."""
        np = need("numpy")
        ordinates = self.parameters(places)
        one = np.ones(len(places))
        with np.errstate(all="ignore"):
            return np.stack(
                [evaluate(v.num, ordinates, one) / evaluate(v.den, ordinates, one) for v in self.plane.values], axis=-1
            )

    def places(self, factors: Any) -> Any:
        """Return the places of points on the axes, NaN where they have none; array … × factors to array … × 2."""
        np = need("numpy")
        columns = [factors[..., self.plane.recursion.factors.index(axis)] for axis in self.plane.axes]
        if self.logarithmic:
            with np.errstate(all="ignore"):
                columns = [np.log(sign * x) for sign, x in zip(self.signs, columns, strict=True)]
        shown = np.stack(columns, axis=-1)
        shown[~np.isfinite(shown)] = np.nan
        return shown

    def along(self, factors: Any, vector: Any) -> tuple[float, float]:
        """Return how a small move of the factors from a point is seen on the axes."""
        places = [self.plane.recursion.factors.index(axis) for axis in self.plane.axes]
        moves = [float(vector[k]) / (float(factors[k]) if self.logarithmic else 1) for k in places]
        return moves[0], moves[1]

    def exact(self, place: tuple[Fraction, Fraction]) -> tuple[Fraction, Fraction] | None:
        """Return exact factors on the axes; None on logarithmic axes but at the origin."""
        if not self.logarithmic:
            return place
        return (Fraction(self.signs[0]), Fraction(self.signs[1])) if not any(place) else None

    def orbits(self, places: Any, steps: int) -> Any:
        """Return the orbits of places as they are seen on the axes; array (steps + 1) × n × 2."""
        shown = self.places(float_orbits(self.plane.recursion, self.factors(places), steps))
        shown[0] = places
        return shown


@dataclass(frozen=True, eq=False)
class CouplingSheet(Sheet):
    """A plane of two real couplings, all others 0, where these are sums of logarithms of factors."""

    plane: CouplingPlane

    @property
    def units(self) -> tuple[float, float]:
        """What couplings are multiplied by in the exponents of the generators."""
        return float(self.plane.units[0]), float(self.plane.units[1])

    def factors(self, places: Any) -> Any:
        """Return the values of all factors at places on the axes; array n × 2 to array n × number of factors."""
        np = need("numpy")
        rows = [[float(row[k]) for k in self.plane.places] for row in self.plane.chart.exponents]
        with np.errstate(over="ignore"):
            return np.exp(np.asarray(places, dtype=float) @ np.array(rows).T)

    def along(self, factors: Any, vector: Any) -> tuple[float, float]:
        """Return how a small move of the factors from a point is seen on the axes."""
        moves = [float(x) / float(f) for x, f in zip(vector, factors, strict=True)]
        rows = [self.plane.chart.inverse[k] for k in self.plane.places]
        first, second = (sum(float(x) * m for x, m in zip(row, moves, strict=True)) for row in rows)
        return first, second

    def places(self, factors: Any) -> Any:
        """Return the couplings on the axes, NaN where they are not real; array … × factors to array … × 2."""
        np = need("numpy")
        rows = np.array([[float(x) for x in self.plane.chart.inverse[k]] for k in self.plane.places])
        with np.errstate(all="ignore"):
            shown = np.log(factors) @ rows.T
        shown[~np.isfinite(shown)] = np.nan
        return shown


# -- the infinitesimal flow ---------------------------------------------------------------------------------


def flow_lines(sheet: Sheet, places: Any, steps: int) -> Any:
    """Return the flow dT/dℓ = T ln T from places to scale p^steps, which ends on the image of as many steps.

    T^s is a real power of a 2 × 2 matrix in closed form, so the lines are the flow itself at each of their points, no
    integration of it. Where T has a negative or no ratio of eigenvalues, it is not defined: NaN.

    Returns
    -------
    numpy array of shape (24 steps + 1, n, 2)
    """
    np = need("numpy")
    recursion = sheet.plane.recursion
    chain = recursion.chain
    assert chain is not None
    chain.infinitesimal()  # raises where there is none in closed form
    bond, matrix, ratio, defined, (large, small) = _eigenvalues(np, chain, sheet.factors(places))
    on_the_left = chain.shape[0] == 2
    scales = recursion.scale ** np.linspace(0, steps, _FINE * steps + 1)
    with np.errstate(all="ignore"):
        one = np.eye(2)
        powers = np.exp(np.log(np.where(defined, ratio, 1)) * (scales[:, None] - 1))
        first, second = matrix - small[:, None, None] * one, matrix - large[:, None, None] * one
        real = first[None] - powers[..., None, None] * second[None]
        after = real @ bond if on_the_left else bond @ real
        entries = [[after[..., i, j] for j in range(bond.shape[2])] for i in range(bond.shape[1])]
        factors = [np.where(defined, value.real, np.nan) for value in _ratios(np, chain, entries, after.shape[:2])]
    lines = sheet.places(np.stack(factors, axis=-1))
    lines[0] = places
    return lines


def without_flow(sheet: Sheet, window: Any) -> Any:
    """Return where in a window the infinitesimal flow is not defined; array of bool, rows from the bottom."""
    np, chain = need("numpy"), sheet.plane.recursion.chain
    sides = [(np.arange(_PIXELS) + 0.5) / _PIXELS * float(high - low) + float(low) for low, high in window]
    x, y = np.meshgrid(*sides)
    _, _, _, defined, _ = _eigenvalues(np, chain, sheet.factors(np.stack([x.ravel(), y.ravel()], axis=-1)))
    return ~defined.reshape(_PIXELS, _PIXELS)


def _eigenvalues(np: Any, chain: Any, values: Any) -> Any:
    """Return V, the 2 × 2 one of T and Gᵀ V, its ratio of eigenvalues, where ln T exists, and the eigenvalues."""
    bond, matrix = _matrices(np, chain, values, on_the_left=chain.shape[0] == 2)
    with np.errstate(all="ignore"):
        trace, determinant = np.trace(matrix, axis1=1, axis2=2), np.linalg.det(matrix)
        root = np.sqrt((trace**2 - 4 * determinant).astype(complex))
        root = np.where(trace < 0, -root, root)
        large, small = (trace + root) / 2, (trace - root) / 2
        ratio = small / large
        defined = ~((ratio.real <= 0) & (np.abs(ratio.imag) <= 1e-12 * np.abs(ratio)))
    return bond, matrix, ratio, defined, (large, small)


def _matrices(np: Any, chain: Any, values: Any, *, on_the_left: bool = True) -> tuple[Any, Any]:
    """Return V and T = V Gᵀ (or Gᵀ V) at values of all factors; arrays n × rows × columns."""
    bond = np.moveaxis(np.array(chain.coordinates.bond_at(list(values.T), np.ones(len(values)))), -1, 0)
    weights = np.array(chain.multiplicity, dtype=float).T
    return bond, bond @ weights if on_the_left else weights @ bond


def _ratios(np: Any, chain: Any, entries: Any, shape: tuple[int, ...]) -> list[Any]:
    """Return the factors of a matrix V of arrays."""
    factors = []
    for above, below in chain.coordinates.factors_of(entries):
        value = np.ones(shape)
        for entry in above:
            value = value * entry
        for entry in below:
            value = value / entry
        factors.append(value)
    return factors


# -- basins -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class BasinMap:
    """Which colour each small square of a window has, from the bottom left, and what the colours mean.

    Attributes
    ----------
    colours : numpy array of int, shape rows × columns
    labels : list of str
    kinds : list of str
        Of each label: "point", "elsewhere", "far" (several if it is known where), "open" (no end) or "undecided".
    boundaries : list of (flint.fmpz_mpoly, str)
        Exact curves between regions, and what the two eigenvalues of T are there: equal or opposite.
    method : str
        How it was found out.
    """

    colours: Any
    labels: list[str]
    kinds: list[str]
    boundaries: list[tuple[Any, str]]
    method: str


def basin_map(sheet: Sheet, window: Any) -> BasinMap:
    """Colour a window by where the flows from its points end."""
    return _Basins(sheet, window).map


class _Basins:
    def __init__(self, sheet: Sheet, window: Any) -> None:
        self.np = need("numpy")
        self.sheet, self.plane = sheet, sheet.plane
        chain = self.plane.recursion.chain
        sides = [
            [low + (high - low) * (k + part) / _PIXELS for k in range(_PIXELS)]
            for (low, high), part in zip(window, _OFF_CENTRE, strict=True)
        ]
        self.exact = [(x, y) for y in sides[1] for x in sides[0]]
        self.places = self.np.array([[float(x), float(y)] for x, y in self.exact])
        self.values = sheet.factors(self.places)
        self.closed = None
        if chain is not None:
            try:
                self.closed = chain.basins(self.plane.recursion.scale)
            except UnableError:  # more than two eigenvalues
                self.closed = None

    @cached_property
    def ends(self) -> tuple[Any, Any]:
        """The ends as u (wᵀ V), eigenvectors of the largest eigenvalue of T: iterated, rounding errors grow.

        The factors at the end of the flow from each point, and which of them settle there.
        """
        np, chain = self.np, self.plane.recursion.chain
        assert chain is not None
        bond, transfer = _matrices(np, chain, self.values)
        fine = np.isfinite(transfer).all(axis=(1, 2))
        eigenvalues, vectors = np.linalg.eig(np.where(fine[:, None, None], transfer, np.eye(transfer.shape[1])))
        order = np.argsort(-np.abs(eigenvalues), axis=1)
        first, second = (np.take_along_axis(eigenvalues, order[:, k : k + 1], axis=1)[:, 0] for k in (0, 1))
        settled = fine & (np.abs(first) - np.abs(second) > _NEAR * np.abs(first))
        right = np.take_along_axis(vectors, order[:, None, :1], axis=2)
        weights = np.zeros_like(right)
        np.put_along_axis(weights, order[:, :1, None], 1, axis=1)
        with np.errstate(all="ignore"):
            regular = np.abs(np.linalg.det(vectors)) > _DOUBT
            left = np.linalg.solve(
                np.where(regular[:, None, None], vectors.swapaxes(1, 2), np.eye(transfer.shape[1])), weights
            )
            end = (right @ (left.swapaxes(1, 2) @ bond)).real
            end[np.abs(end) <= _DOUBT * np.abs(end).max(axis=(1, 2), keepdims=True)] = 0  # and not its rounding error
            entries = [[end[:, i, j] for j in range(end.shape[2])] for i in range(end.shape[1])]
            factors = np.stack(_ratios(np, chain, entries, (len(end),)), axis=-1)
        return factors, settled & regular

    @cached_property
    def map(self) -> BasinMap:
        return self._by_orbits() if self.plane.recursion.chain is None else self._by_eigenvectors()

    def _by_orbits(self) -> BasinMap:
        chart = getattr(self.plane, "chart", None)
        found, steps = endings(self.plane.recursion, self.values, chart, axes=() if chart else self.plane.axes)
        points = [e for e in found if e.kind == "point"]
        shown = points[:_MOST_COLOURS] + [e for e in found if e.kind != "point"]
        colours = self.np.full(len(self.places), -1)
        for colour, ending in enumerate(shown):
            colours[ending.members] = colour
        labels, kinds = [e.label for e in shown], [e.kind for e in shown]
        if len(points) > _MOST_COLOURS:
            colours[colours < 0] = len(labels)
            labels.append("ends at another of the fixed points or cycles")
            kinds.append("elsewhere")
        method = f"basins: colours from orbits in floating point, followed until told apart or for {steps} steps"
        if "far" in kinds and not is_exponential(self.plane.recursion):
            method += f"; what comes beyond {BOUND} is taken to run to infinity, on the side of its sign from there on"
        return BasinMap(colours.reshape(_PIXELS, _PIXELS), labels, kinds, [], method)

    def _by_eigenvectors(self) -> BasinMap:
        np = self.np
        last, settled = self.ends
        boundaries: list[tuple[Any, str]] = []
        method = "basins: colours from the leading eigenvectors of T in floating point"
        never = "leading eigenvalues of T of equal modulus"
        if self.closed is not None:
            boundaries, circles = self._regions()
            settled = settled & ~circles
            method = "basins: whether flows settle is decided by exact signs of the discriminant of T, the signs of "
            method += "factors at their ends by eigenvectors in floating point"
            never = "eigenvalues of T complex: a cycle, or no end at all" if circles.any() else "no end found"
        far = settled & ~(np.isfinite(last) & (last != 0)).all(axis=1)
        names = [str(f) for f in self.plane.recursion.factors]
        kinds: dict[tuple[int, ...], int] = {}
        colours = np.full(len(last), -1)
        signs = np.where(np.abs(last - 1) < 1e-6, 1, np.sign(np.where(np.isfinite(last), last, 0))).astype(int)
        members = settled & ~far
        if len(names) > 4:  # so many patterns cannot be told apart: real couplings or not
            signs = np.where((signs > 0).all(axis=1), 1, -1)[:, None]
        for pattern, count in zip(*np.unique(signs[members], axis=0, return_counts=True), strict=True):
            kinds[tuple(int(s) for s in pattern)] = int(count)
        ordered = sorted(kinds, key=lambda p: (min(p) <= 0, -kinds[p], p))[:_MOST_COLOURS]
        labels, sorts = [], []
        for colour, pattern in enumerate(ordered):
            colours[members & (signs == np.array(pattern)).all(axis=1)] = colour
            labels.append("ends where " + _told(pattern, names))
            sorts.append("point")
        rest = colours < 0
        others = rest & members
        if others.any():
            colours[others] = len(labels)
            labels.append("ends elsewhere")
            sorts.append("elsewhere")
        for left, told, sort in ((far, "ends at infinite couplings", "far"), (colours < 0, never, "open")):
            here = left & (colours < 0)
            if here.any():
                colours[here] = len(labels)
                labels.append(told)
                sorts.append(sort)
        return BasinMap(colours.reshape(_PIXELS, _PIXELS), labels, sorts, boundaries, method)

    def _regions(self) -> tuple[list[tuple[Any, str]], Any]:
        """Return the exact boundaries, and which points have complex eigenvalues."""
        np, plane = self.np, self.plane
        assert self.closed is not None
        chain_ring = plane.recursion.chain.coordinates.ring  # type: ignore[union-attr]
        generators = dict(zip(plane.recursion.factors, chain_ring.fractions(), strict=True))
        square = from_sympy(self.closed.discriminant, chain_ring, generators).compose(plane.values)
        trace = from_sympy(self.closed.trace, chain_ring, generators).compose(plane.values)
        product = square.num * square.den  # of the same sign
        if product == 0:
            return [], np.zeros(len(self.places), dtype=bool)
        boundaries = [(f, "equal") for f, m in irreducible_factors(square.num) if m % 2]
        boundaries += [(f, "opposite") for f, _ in irreducible_factors(trace.num)]
        return boundaries, self._signs(product) < 0

    def _signs(self, polynomial: Any) -> Any:
        """Return the signs of a polynomial at the centres; by exact arithmetic where floats are in doubt."""
        np = self.np
        sides = self.sheet.parameters(self.places)
        one = np.ones(len(self.places))
        value = evaluate(polynomial, sides, one)
        positive = polynomial.context().from_dict({e: abs(c) for e, c in polynomial.to_dict().items()})
        size = evaluate(positive, [np.abs(s) for s in sides], one)
        signs = np.sign(value).astype(int)
        for k in np.flatnonzero(np.abs(value) <= _DOUBT * size):
            exact = self.sheet.exact(self.exact[k])
            if exact is not None:
                found = evaluate(polynomial, exact, Fraction(1))
                signs[k] = (found > 0) - (found < 0)
        return signs


def _told(pattern: tuple[int, ...], names: list[str]) -> str:
    if all(s > 0 for s in pattern):
        return "all factors > 0: real couplings"
    if len(pattern) < len(names):
        return "a factor is not positive: complex couplings"
    return f"{', '.join(n for n, s in zip(names, pattern, strict=True) if s < 0)} < 0"
