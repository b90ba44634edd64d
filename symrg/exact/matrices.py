"""Small dense matrices over any exact field or ring, and characteristic polynomials with their roots."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import flint

__all__ = ["characteristic_polynomial", "matrix_power", "matrix_product", "rank", "rational_factors", "transpose"]

Matrix = Sequence[Sequence[Any]]


def matrix_product(left: Matrix, right: Matrix) -> list[list[Any]]:
    """Return the product of two matrices over a ring.

    Examples
    --------
    >>> matrix_product([[1, 2]], [[3], [4]])
    [[11]]
    """
    columns = transpose(right)
    return [[_dot(row, column) for column in columns] for row in left]


def _dot(row: Sequence[Any], column: Sequence[Any]) -> Any:
    total = row[0] * column[0]
    for left, right in zip(row[1:], column[1:], strict=True):
        total = total + left * right
    return total


def matrix_power(matrix: Matrix, exponent: int) -> list[list[Any]]:
    """Return a positive power of a square matrix by repeated squaring.

    Examples
    --------
    >>> matrix_power([[1, 1], [0, 1]], 10)
    [[1, 10], [0, 1]]
    """
    result: list[list[Any]] | None = None
    square = [list(row) for row in matrix]
    while exponent:
        if exponent & 1:
            result = square if result is None else matrix_product(result, square)
        exponent >>= 1
        if exponent:
            square = matrix_product(square, square)
    if result is None:
        raise ValueError("the exponent of a matrix power is a positive integer here")
    return result


def transpose(matrix: Matrix) -> list[list[Any]]:
    """Return the transpose.

    Examples
    --------
    >>> transpose([[1, 2, 3]])
    [[1], [2], [3]]
    """
    return [list(column) for column in zip(*matrix, strict=True)]


def characteristic_polynomial(
    matrix: Matrix, one: Any, *, normal: Callable[[Any], Any] = lambda value: value
) -> list[Any]:
    """Return the coefficients of det(λ − M), constant term first, by Faddeev and LeVerrier's recursion.

    Parameters
    ----------
    matrix : square matrix over a field of characteristic zero
    one : field element
        The unit.
    normal : callable, optional
        Brings an element to a small form, where the field has several for one element.

    Examples
    --------
    >>> characteristic_polynomial([[Fraction(2), Fraction(1)], [Fraction(0), Fraction(3)]], Fraction(1))
    [Fraction(6, 1), Fraction(-5, 1), Fraction(1, 1)]
    """
    size = len(matrix)
    coefficients = [one]
    auxiliary = [[one * 0 for _ in range(size)] for _ in range(size)]
    for step in range(1, size + 1):
        shifted = [
            [entry + coefficients[-1] if i == j else entry for j, entry in enumerate(row)]
            for i, row in enumerate(auxiliary)
        ]
        auxiliary = [[normal(entry) for entry in row] for row in matrix_product(matrix, shifted)]
        trace = auxiliary[0][0]
        for i in range(1, size):
            trace = trace + auxiliary[i][i]
        coefficients.append(normal(trace * Fraction(-1, step)))
    return coefficients[::-1]


def rational_factors(coefficients: Sequence[Fraction]) -> list[tuple[tuple[int, ...], int]]:
    """Return the irreducible factors over Q of a univariate polynomial, with multiplicities.

    Parameters
    ----------
    coefficients : sequence of Fraction
        Constant term first.

    Returns
    -------
    list of (coefficients, multiplicity)
        Primitive integer coefficients, constant term first; linear factors first, then by degree.

    Examples
    --------
    >>> rational_factors([Fraction(0), Fraction(-4), Fraction(0), Fraction(1)])
    [((-2, 1), 1), ((0, 1), 1), ((2, 1), 1)]
    """
    polynomial = flint.fmpq_poly([flint.fmpq(c.numerator, c.denominator) for c in coefficients])
    _, factors = flint.fmpz_poly(polynomial.numer()).factor()
    found = [(tuple(int(c) for c in factor.coeffs()), int(multiplicity)) for factor, multiplicity in factors]
    return sorted(found, key=lambda item: (len(item[0]), item[0]))


def rank(matrix: Matrix, is_zero: Callable[[Any], bool]) -> int:
    """Return the rank of a matrix over a field, by elimination with an exact zero test.

    Examples
    --------
    >>> rank([[Fraction(1), Fraction(2)], [Fraction(2), Fraction(4)]], lambda x: x == 0)
    1
    """
    rows = [list(row) for row in matrix]
    found = 0
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((i for i in range(found, len(rows)) if not is_zero(rows[i][column])), None)
        if pivot is None:
            continue
        rows[found], rows[pivot] = rows[pivot], rows[found]
        for i in range(found + 1, len(rows)):
            if not is_zero(rows[i][column]):
                ratio = rows[i][column] / rows[found][column]
                rows[i] = [x - ratio * y for x, y in zip(rows[i], rows[found], strict=True)]
        found += 1
    return found
