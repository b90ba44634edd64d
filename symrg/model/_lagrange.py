"""Lagrange interpolation on finite alphabets, one variable at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import product
from math import prod
from typing import Any

from ..errors import ModelError
from ..exact.numbers import as_fraction
from .alphabets import as_alphabet

__all__ = ["basis_exponents", "coefficients", "interpolation_matrix", "power_table"]


def interpolation_matrix(alphabet: Iterable[Any]) -> tuple[tuple[Fraction, ...], ...]:
    """Return the inverse Vandermonde matrix of an alphabet.

    Row k gives the coefficient of x^k of the polynomial that takes the values f(a) on the alphabet:
    c_k = Σ_r matrix[k][r] f(a_r).

    Parameters
    ----------
    alphabet : iterable of exact rationals
        The n different points.

    Returns
    -------
    tuple of n tuples of n Fraction
        Rows by exponent 0 … n − 1, columns by point in the order given.

    Raises
    ------
    ModelError
        If the alphabet is empty, repeated or continuous.
    NotExactError
        If a point is not an exact rational.

    Examples
    --------
    >>> [[str(entry) for entry in row] for row in interpolation_matrix((-1, 1))]
    [['1/2', '1/2'], ['-1/2', '1/2']]
    """
    return _interpolation_matrix(_points(alphabet))


def coefficients(
    values: Sequence[Any],
    alphabets: Sequence[Iterable[Any]],
    *,
    scalar: Callable[[Fraction], Any] | None = None,
) -> list[Any]:
    """Return the coefficients of the polynomial with the given values on all states.

    The transform goes one variable at a time: Möbius for {0, 1}, Walsh–Hadamard for {−1, 1}, Lagrange in
    general; its cost is (number of states) × (sum of the alphabet sizes).

    Parameters
    ----------
    values : sequence of ring elements
        One for each state, in product order (the last variable fastest).
    alphabets : sequence of alphabets
        One for each variable.
    scalar : callable, optional
        Turns a ``Fraction`` into what multiplies a ring element; by default integers are ``int``.

    Returns
    -------
    list
        The coefficients in the order of :func:`basis_exponents`: for two binary variables those of
        h s, h, s and 1.

    Raises
    ------
    ModelError
        If the number of values is not the number of states.

    Examples
    --------
    >>> coefficients([5, 7, 11, 20], [(0, 1), (0, 1)])
    [7, 6, 2, 5]
    """
    points = [_points(alphabet) for alphabet in alphabets]
    sizes = [len(entries) for entries in points]
    if len(values) != prod(sizes):
        message = f"{len(values)} values were given for {prod(sizes)} states; give one value for each state"
        raise ModelError(message)
    convert = scalar or _plain
    data = list(values)
    block = len(data)
    for alphabet, size in zip(points, sizes, strict=True):
        block //= size
        rows = [
            [(r, None if entry == 1 else convert(entry)) for r, entry in enumerate(row) if entry]
            for row in _interpolation_matrix(alphabet)
        ]
        transformed = list(data)
        for start in range(0, len(data), block * size):
            for inner in range(start, start + block):
                for k, row in enumerate(rows):
                    total = None
                    for r, factor in row:
                        term = data[inner + r * block]
                        if factor is not None:
                            term = factor * term
                        total = term if total is None else total + term
                    transformed[inner + k * block] = total
        data = transformed
    # Product order of ascending exponents, read backwards, is the order of the basis.
    data.reverse()
    return data


def basis_exponents(sizes: Iterable[int]) -> tuple[tuple[int, ...], ...]:
    """Return the exponents of all basis monomials: descending, the last variable fastest.

    Parameters
    ----------
    sizes : iterable of int
        The alphabet sizes; each exponent stays below its size.

    Examples
    --------
    >>> basis_exponents((2, 2))
    ((1, 1), (1, 0), (0, 1), (0, 0))
    """
    return tuple(product(*(range(size - 1, -1, -1) for size in sizes)))


def power_table(alphabet: Iterable[Any]) -> tuple[tuple[Fraction, ...], ...]:
    """Return x^n … x^(2n−2) modulo ∏ (x − a) over an alphabet of n values.

    Row e holds the coefficients, ascending, of x^(n+e): enough to reduce the product of two reduced
    polynomials.

    Examples
    --------
    >>> power_table((0, 1)) == ((0, 1),)
    True
    """
    return _power_table(_points(alphabet))


def _points(alphabet: Any) -> tuple[Fraction, ...]:
    values = as_alphabet(alphabet)
    if not isinstance(values, tuple):
        message = "the alphabet is continuous; a polynomial basis needs a finite one such as (0, 1)"
        raise ModelError(message)
    return tuple(map(as_fraction, values))


def _plain(entry: Fraction) -> int | Fraction:
    return entry.numerator if entry.denominator == 1 else entry


def _times_linear(polynomial: list[Fraction], root: Fraction) -> list[Fraction]:
    shifted = [Fraction(0), *polynomial]
    for k, entry in enumerate(polynomial):
        shifted[k] -= root * entry
    return shifted


@lru_cache(maxsize=256)
def _interpolation_matrix(points: tuple[Fraction, ...]) -> tuple[tuple[Fraction, ...], ...]:
    columns = []
    for point in points:
        polynomial = [Fraction(1)]
        for other in points:
            if other != point:
                scale = 1 / (point - other)
                polynomial = [scale * entry for entry in _times_linear(polynomial, other)]
        columns.append(polynomial)
    return tuple(zip(*columns, strict=True))


@lru_cache(maxsize=256)
def _power_table(points: tuple[Fraction, ...]) -> tuple[tuple[Fraction, ...], ...]:
    relation = [Fraction(1)]
    for point in points:
        relation = _times_linear(relation, point)
    size = len(points)
    # x^n = −(lower part of the relation); each further row is the one before, times x, reduced.
    rows: list[tuple[Fraction, ...]] = []
    row = tuple(-entry for entry in relation[:size])
    for _ in range(size - 1):
        rows.append(row)
        top = row[-1]
        row = tuple((row[k - 1] if k else Fraction(0)) - top * relation[k] for k in range(size))
    return tuple(rows)
