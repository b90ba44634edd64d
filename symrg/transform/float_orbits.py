"""Orbits of many points at once in floating point: for pictures only, they decide nothing.

This is the one place of the package where floats are computed with. A chain's recursion runs in matrix form, on V
scaled to a largest entry of 1, so that neither the poles of factors nor the size of weights stop it; any other
recursion runs on its reduced numerators and denominators in Horner's form.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import log
from typing import TYPE_CHECKING, Any

from ..errors import ModelError, UnableError
from ..exact.matrices import matrix_power, transpose

if TYPE_CHECKING:
    from .chain import Chain
    from .recursion import Recursion

__all__ = ["float_logarithms", "float_orbits"]

_SMALL = 9  # entries of V up to which matrix products are written out entry by entry
_BLOCK = 8192  # points that are moved together, so that they stay in the cache
_MOST_LOG = 1e290  # a logarithm beyond stays there
_MOST_BITS = 6  # of counts that are left as they are


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
            _fill(np, recursion, orbit[:, :, first : first + _BLOCK])
        finite = np.isfinite(orbit)
        if not finite.all():
            chain = recursion.chain
            if chain is not None and _is_small(chain):
                lost = np.flatnonzero(~finite.all(axis=(0, 1)))
                again = np.ascontiguousarray(orbit[:, :, lost])
                _walk(_Stack(np, chain, recursion.scale, again[0]), again)
                orbit[:, :, lost] = again
                finite = np.isfinite(orbit)
            orbit[~finite] = np.nan
    return orbit.transpose(0, 2, 1)


def float_logarithms(recursion: Recursion, points: Any, steps: int) -> tuple[Any, Any]:
    """Return orbits as logarithms of moduli, beyond the range of floats, for pictures.

    Parameters
    ----------
    recursion : Recursion
        Without a chain.
    points : array of shape (n, number of factors)
        Not zero.
    steps : int

    Returns
    -------
    signs : numpy array of shape (n, number of factors)
        At the end.
    logarithms : numpy array of shape (steps + 1, n, number of factors)

    Examples
    --------
    >>> import sympy
    >>> from symrg import Recursion
    >>> x = sympy.Symbol("x")
    >>> float_logarithms(Recursion.from_images({x: -x**10}, scale=2), [[10]], 3)[1].round(3).ravel().tolist()
    [2.303, 23.026, 230.259, 2302.585]
    """
    import numpy as np

    values = np.asarray(points, dtype=float).T
    signs, logs = np.sign(values), np.log(np.abs(values))
    parts = [(_log_terms(np, f.num), _log_terms(np, f.den)) for f in recursion.functions]
    orbit = np.empty((steps + 1, *logs.shape))
    orbit[0] = logs
    with np.errstate(all="ignore"):
        for step in range(steps):
            moved = [(_log_sum(np, top, signs, logs), _log_sum(np, bottom, signs, logs)) for top, bottom in parts]
            signs = np.stack([top[0] * bottom[0] for top, bottom in moved])
            logs = np.clip(np.stack([top[1] - bottom[1] for top, bottom in moved]), -_MOST_LOG, _MOST_LOG)
            orbit[step + 1] = logs
    return signs.T, orbit.transpose(0, 2, 1)


def _log_terms(np: Any, polynomial: Any) -> tuple[Any, Any, Any]:
    """Return exponents, signs of coefficients, and their logarithms."""
    terms = list(polynomial.terms())
    exponents = np.array([[int(k) for k in powers] for powers, _ in terms], dtype=float)
    coefficients = [int(c) for _, c in terms]
    return exponents, np.array([(c > 0) - (c < 0) for c in coefficients]), np.array([log(abs(c)) for c in coefficients])


def _log_sum(np: Any, terms: tuple[Any, Any, Any], signs: Any, logs: Any) -> tuple[Any, Any]:
    """Return the signs and the logarithms of moduli of a polynomial at points."""
    exponents, leading, sizes = terms
    total = exponents @ logs + sizes[:, None]
    sign = leading[:, None] * np.where((exponents % 2) @ (signs < 0) % 2, -1, 1)
    largest = total.max(axis=0)
    value = (sign * np.exp(total - largest)).sum(axis=0)
    return np.sign(value), largest + np.log(np.abs(value))


def _fill(np: Any, recursion: Recursion, orbit: Any) -> None:
    """Fill in the orbits of some points, given their starts."""
    chain = recursion.chain
    if chain is None:
        _walk(_MapState(np, recursion, orbit[0]), orbit)
    elif _is_small(chain):
        _walk(_Entries(np, chain, recursion.scale, orbit[0]), orbit)
    else:
        _walk(_Stack(np, chain, recursion.scale, orbit[0]), orbit)


def _walk(state: Any, orbit: Any) -> None:
    for target in orbit[1:]:
        state.advance(target)


def _is_small(chain: Chain) -> bool:
    return chain.shape[0] * chain.shape[1] <= _SMALL


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
    if isinstance(points, list) and all(isinstance(point, tuple | list) and len(point) == count for point in points):
        # three times faster than asarray
        array = np.fromiter(itertools.chain.from_iterable(points), float).reshape(-1, count)
    else:
        array = np.atleast_2d(np.asarray(points, dtype=float))
    if array.ndim != 2 or array.shape[1] != count:
        message = f"the points have the shape {array.shape}; one row of {count} factors is needed for each"
        raise ModelError(message)
    return np.ascontiguousarray(array.T)


class _Entries:
    """V of all points as rows of arrays, one for each entry, in units of the entry at the reference state.

    Products are written out, in arrays that are kept or straight into the orbit. Points that meet a pole, or leave the
    range of floats, are lost here.
    """

    def __init__(self, np: Any, chain: Chain, scale: int, start: Any) -> None:
        self.np, self.scale, self.chart = np, scale, chain.coordinates
        size, (rows, columns) = start.shape[1], chain.shape
        self.bond: list[list[Any]] = self.chart.bond_at(list(start), 1.0)  # a plain 1 at the reference state
        self.spare = [[[np.empty(size) for _ in range(columns)] for _ in range(rows)] for _ in range(2)]
        self.transfer = [[np.empty(size) for _ in range(rows)] for _ in range(rows)]
        self.scratch = np.empty(size)
        self.weights = [
            [
                (g, [k for k, other in enumerate(row) if other == g])
                for g in sorted(set(row) - {0.0}, key=lambda g: (g == 1, g))
            ]
            for row in _weights(chain)
        ]
        places = [[(i, j) for j in range(columns)] for i in range(rows)]
        factors = [[[p for p in side if p != (0, 0)] for side in sides] for sides in self.chart.factors_of(places)]
        # factors that are entries of V are computed in the orbit itself
        self.direct = {above[0]: k for k, (above, below) in enumerate(factors) if len(above) == 1 and not below}
        self.others = [(k, sides) for k, sides in enumerate(factors) if k not in self.direct.values()]

    def advance(self, target: Any) -> None:
        """V ↦ (V Gᵀ)^{p−1} V, and write the factors."""
        np = self.np
        for i, row in enumerate(self.bond):
            for groups, out in zip(self.weights, self.transfer[i], strict=True):
                self._weighted(row, groups, out)
        power = self.transfer if self.scale == 2 else matrix_power(self.transfer, self.scale - 1)
        self.spare.reverse()
        image = [row.copy() for row in self.spare[0]]
        for (i, j), k in self.direct.items():
            image[i][j] = target[k]
        columns = transpose(self.bond)
        for row, outs in zip(power, image, strict=True):
            for column, out in zip(columns, outs, strict=True):
                self._product(row, column, out)
        pivot = image[0][0]
        np.divide(1.0, pivot, out=pivot)
        for i, row in enumerate(image):
            for j, entry in enumerate(row):
                if (i, j) != (0, 0):
                    entry *= pivot
        image[0][0] = 1.0
        self.bond = image
        for k, (above, below) in self.others:
            top, bottom = self._multiplied(above, target[k]), self._multiplied(below, self.scratch)
            np.divide(top, bottom, out=target[k])

    def _weighted(self, row: Sequence[Any], groups: list[tuple[float, list[int]]], out: Any) -> None:
        """Put Σ weight · entry into an array, entries of equal weight added first, those of weight 1 last."""
        empty = True
        for weight, (first, *others) in groups:
            if weight == 1 and not empty:
                for k in (first, *others):
                    out += row[k]
                continue
            target = out if empty else self.scratch
            if others:
                self.np.add(row[first], row[others[0]], out=target)
                for k in others[1:]:
                    target += row[k]
                if weight != 1:
                    target *= weight
            else:
                self.np.multiply(row[first], weight, out=target)
            if not empty:
                out += target
            empty = False

    def _product(self, row: Sequence[Any], column: Sequence[Any], out: Any) -> None:
        """Put Σ row · column into an array."""
        np = self.np
        np.multiply(row[-1], column[-1], out=out)
        for x, y in zip(row[:-1], column[:-1], strict=True):
            out += x if isinstance(y, float) else np.multiply(x, y, out=self.scratch)

    def _multiplied(self, places: Sequence[tuple[int, int]], out: Any) -> Any:
        """Put a product of entries into an array."""
        first, *others = (self.bond[i][j] for i, j in places)
        if not others:
            return first
        self.np.multiply(first, others[0], out=out)
        for other in others[1:]:
            out *= other
        return out


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

    def advance(self, target: Any) -> None:
        """V ↦ (V Gᵀ)^{p−1} V, and write the factors: ratios to the reference state, one variable after the other."""
        self.bond = self.np.linalg.matrix_power(self.bond @ self.weights, self.power) @ self.bond
        self._rescale()
        sizes = self.chart.sizes
        ratios = self.bond.reshape(-1, *sizes).copy()
        for axis in range(1, len(sizes) + 1):
            low, high = ((slice(None),) * axis + (part,) for part in (slice(0, 1), slice(1, None)))
            ratios[high] /= ratios[low]
        for k, place in enumerate(self.chart.places):
            target[k] = ratios[(slice(None), *place)]


def _weights(chain: Chain) -> list[list[float]]:
    """Return G, divided by a power of two if it is large."""
    bits = max(map(sum, chain.multiplicity)).bit_length()
    largest = 1 << bits if bits > _MOST_BITS else 1
    return [[float(Fraction(g, largest)) for g in row] for row in chain.multiplicity]


class _MapState:
    """The factors of all points, shape number of factors × n."""

    def __init__(self, np: Any, recursion: Recursion, start: Any) -> None:
        self.np, self.values = np, list(start)
        self.fractions = []
        for function in recursion.functions:
            # a common scale keeps long integers within the range of floats
            scale = max((abs(int(c)) for p in (function.num, function.den) for c in p.coeffs()), default=1)
            self.fractions.append((_nested(function.num, scale), _nested(function.den, scale)))

    def advance(self, target: Any) -> None:
        """Take one step; what meets a pole is lost for good."""
        np = self.np
        for k, (top, bottom) in enumerate(self.fractions):
            target[k] = np.divide(_horner(top, self.values, 0), _horner(bottom, self.values, 0))
        target[~np.isfinite(target)] = np.nan
        self.values = list(target)


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
        total = total * _power(values[k], power - lower) + _horner(rest, values, k + 1)
        power = lower
    return total * _power(values[k], power) if power else total


def _power(value: Any, exponent: int) -> Any:
    """Return a power by products, which is many times faster than numpy's."""
    if exponent == 1:
        return value
    half = _power(value, exponent // 2)
    return half * half * value if exponent % 2 else half * half
