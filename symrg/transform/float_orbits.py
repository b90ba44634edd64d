"""Orbits of many points at once in floating point: for pictures only, they decide nothing.

This is the one place of the package where floats are computed with. A chain's recursion runs in matrix form, on V
scaled to a largest entry of 1, so that neither the poles of factors nor the size of weights stop it; any other
recursion runs on its reduced numerators and denominators in Horner's form.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import prod
from typing import TYPE_CHECKING, Any

from ..errors import ModelError, UnableError
from ..exact.matrices import matrix_power, matrix_product

if TYPE_CHECKING:
    from .chain import Chain
    from .recursion import Recursion

__all__ = ["float_orbits"]

_SMALL = 9  # entries of V up to which matrix products are written out entry by entry
_BLOCK = 8192  # points that are moved together, so that they stay in the cache
_GROWTH = 16  # powers of T after which entries are rescaled, well within the range of floats


def float_orbits(recursion: Recursion, points: Any, steps: int) -> Any:
    """Return the orbits of many points as an array of floats, for pictures.

    Parameters
    ----------
    recursion : Recursion
    points : array of shape (n, number of factors), or mapping
        Real numbers, negative ones included, floats welcome; a mapping takes each factor (or its name) to a number or
        to an array of n of them.
    steps : int
        Not negative.

    Returns
    -------
    numpy array of shape (steps + 1, n, number of factors)
        NaN where a factor is not defined. A chain's orbit goes on behind a pole of a factor, since its V is defined
        there; another recursion's does not.

    Raises
    ------
    ModelError
        If the points have the wrong shape, or the number of steps is no whole number.
    UnableError
        If numpy is not installed.

    Examples
    --------
    >>> from symrg import Chain
    >>> orbit = float_orbits(Chain([[2, 2], [1, 3]]).recursion(), [[2, 1, 3], [1, 2, 3]], 3)
    >>> orbit.shape, orbit[3].round(6).tolist()
    ((4, 2, 3), [[1.0, 1.854799, 4.709598], [1.0, 2.0, 3.0]])
    """
    try:
        import numpy as np
    except ImportError as error:
        message = "orbits in floating point need numpy, which is in an extra: pip install 'symrg[plot]'"
        raise UnableError(message) from error
    if isinstance(steps, bool) or not isinstance(steps, int) or steps < 0:
        message = f"the number of steps is {steps!r}; it is an integer ≥ 0"
        raise ModelError(message)
    start = _columns(np, recursion, points)
    orbit = np.empty((steps + 1, *start.shape))
    orbit[0] = start
    with np.errstate(all="ignore"):
        for first in range(0, start.shape[1], _BLOCK):
            part = slice(first, first + _BLOCK)
            state = _states(np, recursion, start[:, part])
            for step in range(1, steps + 1):
                state.advance()
                state.write(orbit[step, :, part])
        orbit[~np.isfinite(orbit)] = np.nan
    return orbit.transpose(0, 2, 1)


def _columns(np: Any, recursion: Recursion, points: Any) -> Any:
    """Return the points as an array of shape (number of factors, n)."""
    count = len(recursion.factors)
    if isinstance(points, Mapping):
        given = {str(name): np.asarray(value, dtype=float) for name, value in points.items()}
        names = [str(factor) for factor in recursion.factors]
        if sorted(given) != sorted(names):
            message = f"the points have values for {', '.join(sorted(given))}; the factors are {', '.join(names)}"
            raise ModelError(message)
        return np.stack([np.atleast_1d(x) for x in np.broadcast_arrays(*(given[name] for name in names))])
    array = np.atleast_2d(np.asarray(points, dtype=float))
    if array.ndim != 2 or array.shape[1] != count:
        message = f"the points have the shape {array.shape}; one row of {count} factors is needed for each"
        raise ModelError(message)
    return np.ascontiguousarray(array.T)


def _states(np: Any, recursion: Recursion, start: Any) -> Any:
    if recursion.chain is None:
        return _MapState(np, recursion, start)
    rows, columns = recursion.chain.shape
    kind = _Entries if rows * columns <= _SMALL else _Stack
    return kind(np, recursion.chain, recursion.scale, start)


class _Entries:
    """V of all points as rows of arrays, one for each entry: products are written out."""

    def __init__(self, np: Any, chain: Chain, scale: int, start: Any) -> None:
        self.np, self.chart, self.power = np, chain.coordinates, scale - 1
        self.bond = self.chart.bond_at(list(start), np.ones(start.shape[1]))
        self.weights = _weights(chain)
        self.growth, self.scale = scale, scale  # entries grow like the power of T since they were rescaled
        self._rescale()

    def _rescale(self) -> None:
        np = self.np
        largest = None
        for row in self.bond:
            for entry in row:
                largest = np.abs(entry) if largest is None else np.maximum(largest, np.abs(entry), out=largest)
        self.bond = [[entry / largest for entry in row] for row in self.bond]

    def advance(self) -> None:
        """V ↦ (V Gᵀ)^{p−1} V."""
        transfer = [[_weighted(row, counts) for counts in self.weights] for row in self.bond]
        power = transfer if self.power == 1 else matrix_power(transfer, self.power)
        self.bond = matrix_product(power, self.bond)
        self.growth *= self.scale
        if self.growth > _GROWTH:
            self._rescale()
            self.growth = self.scale

    def write(self, target: Any) -> None:
        """Write the factors."""
        for k, (above, below) in enumerate(self.chart.factors_of(self.bond)):
            self.np.divide(prod(above[1:], start=above[0]), prod(below[1:], start=below[0]), out=target[k])


class _Stack:
    """V of all points as one array, shape n × n_h × n_σ."""

    def __init__(self, np: Any, chain: Chain, scale: int, start: Any) -> None:
        self.np, self.chart, self.power = np, chain.coordinates, scale - 1
        self.weights = np.array(_weights(chain)).T
        rows = self.chart.bond_at(list(start), np.ones(start.shape[1]))
        self.bond = np.ascontiguousarray(np.array(rows).transpose(2, 0, 1))
        self._rescale()

    def _rescale(self) -> None:
        self.bond /= self.np.abs(self.bond).max(axis=(1, 2), keepdims=True)

    def advance(self) -> None:
        """V ↦ (V Gᵀ)^{p−1} V."""
        self.bond = self.np.linalg.matrix_power(self.bond @ self.weights, self.power) @ self.bond
        self._rescale()

    def write(self, target: Any) -> None:
        """Write the factors: ratios to the reference state, one variable after the other."""
        sizes = self.chart.sizes
        ratios = self.bond.reshape(-1, *sizes).copy()
        for axis in range(1, len(sizes) + 1):
            low, high = ((slice(None),) * axis + (part,) for part in (slice(0, 1), slice(1, None)))
            ratios[high] /= ratios[low]
        for k, place in enumerate(self.chart.places):
            target[k] = ratios[(slice(None), *place)]


def _weights(chain: Chain) -> list[list[float]]:
    """Return G with its largest row of sum 1 at most."""
    largest = 1 << max(map(sum, chain.multiplicity)).bit_length()
    return [[float(Fraction(g, largest)) for g in row] for row in chain.multiplicity]


def _weighted(row: Any, counts: Sequence[float]) -> Any:
    """Return the sum of a row's entries with weights, of which at least one is not zero."""
    total = None
    for entry, count in zip(row, counts, strict=True):
        if count:
            total = entry * count if total is None else total + entry * count
    return total


class _MapState:
    """The factors of all points, shape number of factors × n."""

    def __init__(self, np: Any, recursion: Recursion, start: Any) -> None:
        self.np, self.values = np, list(start)
        self.fractions = []
        for function in recursion.functions:
            # a common scale keeps long integers within the range of floats
            scale = max((abs(int(c)) for p in (function.num, function.den) for c in p.coeffs()), default=1)
            self.fractions.append((_nested(function.num, scale), _nested(function.den, scale)))

    def advance(self) -> None:
        """Take one step; what meets a pole is lost for good."""
        np, images = self.np, []
        for top, bottom in self.fractions:
            image = np.divide(_horner(top, self.values, 0), _horner(bottom, self.values, 0))
            images.append(np.where(np.isfinite(image), image, np.nan))
        self.values = images

    def write(self, target: Any) -> None:
        """Write the factors."""
        for k, value in enumerate(self.values):
            target[k] = value


def _nested(polynomial: Any, scale: int) -> Any:
    """Return a polynomial as nested lists [(power, rest), …] by falling powers of one generator after another."""

    def nest(terms: list[tuple[tuple[int, ...], float]]) -> Any:
        if not terms or not terms[0][0]:
            return terms[0][1] if terms else 0.0
        groups: dict[int, list[tuple[tuple[int, ...], float]]] = {}
        for (first, *rest), c in terms:
            groups.setdefault(int(first), []).append((tuple(rest), c))
        return [(power, nest(groups[power])) for power in sorted(groups, reverse=True)]

    return nest([(tuple(e), float(Fraction(int(c), scale))) for e, c in polynomial.terms()])


def _horner(nested: Any, values: Sequence[Any], k: int) -> Any:
    if isinstance(nested, float):
        return nested
    (power, rest), *others = nested
    total = _horner(rest, values, k + 1)
    for lower, rest in others:
        total = total * values[k] ** (power - lower) + _horner(rest, values, k + 1)
        power = lower
    return total * values[k] ** power if power else total
