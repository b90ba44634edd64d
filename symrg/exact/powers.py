"""Huge powers of matrices: modulo the minimal polynomial over the integers, and in balls.

A power A^n of an integer matrix is a combination of the first few powers, whose coefficients are those of x^n modulo
the minimal polynomial: d integers instead of r × r, and no fractions anywhere. Denominators are kept apart, as one
number raised to its own power. In ball arithmetic n squarings lose a few bits each, so repeated squaring reaches
n = 10^12 with a loss of some forty bits; differences that are small against their terms are taken on the
antisymmetric square of the matrix, where nothing cancels.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cache, cached_property
from math import log2
from typing import Any

import flint

from ..errors import BudgetExceeded, UnableError
from .numbers import as_fraction

__all__ = ["IntegerPowers", "Quotient", "antisymmetric_square", "certified", "exchange", "symmetric_square"]

MOST_BITS = 1_000_000_000
"""The longest integer (in bits) that an exact power may have: 125 MB."""

_FEW = 32  # steps of one power each that are cheaper than starting afresh
_LONG = 1_000_000  # bits from which a product of polynomials is better done by evaluation at points

_MOST_PRECISION = 1 << 17  # bits; a ball that is still too wide there is given up


class Quotient:
    """A rational number as numerator and denominator that are left as they came: no common factor is looked for.

    Parameters
    ----------
    numerator, denominator : int or flint.fmpz
        The denominator is not zero.

    Examples
    --------
    >>> half = Quotient(2, 4)
    >>> half, half == Fraction(1, 2), half.fraction()
    (a quotient of integers of 2 and 3 bits, True, Fraction(1, 2))
    >>> Quotient(1, 3).ball(10).str(10)
    '[0.3333333333 +/- 3.34e-11]'
    """

    __slots__ = ("denominator", "numerator")

    def __init__(self, numerator: Any, denominator: Any) -> None:
        self.numerator, self.denominator = flint.fmpz(numerator), flint.fmpz(denominator)
        if self.denominator == 0:
            raise ZeroDivisionError("the denominator of a quotient is zero")

    def __repr__(self) -> str:
        bits = (abs(n).bit_length() for n in (self.numerator, self.denominator))
        return "a quotient of integers of {} and {} bits".format(*bits)  # decimals of long integers take for ever

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Quotient):
            return bool(self.numerator * other.denominator == other.numerator * self.denominator)
        if isinstance(other, int | Fraction | flint.fmpz | flint.fmpq) or getattr(other, "is_Rational", False):
            exact = as_fraction(other)
            return bool(self.numerator * exact.denominator == self.denominator * exact.numerator)
        return NotImplemented

    def __hash__(self) -> int:
        return hash(self.fraction())

    def fraction(self) -> Fraction:
        """Return the number in lowest terms."""
        return Fraction(*self._lowest())

    def _lowest(self) -> tuple[int, int]:
        common = self.numerator.gcd(self.denominator)
        if self.denominator < 0:
            common = -common
        return int(self.numerator // common), int(self.denominator // common)

    def to_sympy(self) -> Any:
        """Return the number as a SymPy rational, in lowest terms (the edge)."""
        import sympy

        return sympy.Rational.from_coprime_ints(*self._lowest())

    def ball(self, digits: int) -> Any:
        """Return an ``arb`` that holds the number, accurate to this many digits."""
        with flint.ctx.workprec(_bits(digits) + 8):
            return flint.arb(self.numerator) / flint.arb(self.denominator)


class IntegerPowers:
    """The powers of one square integer matrix.

    Parameters
    ----------
    matrix : flint.fmpz_mat
        Square.

    Examples
    --------
    >>> powers = IntegerPowers(flint.fmpz_mat([[1, 1], [1, 0]]))
    >>> powers.residue(10), powers(10).tolist(), powers(0).tolist()
    ([34, 55], [[89, 55], [55, 34]], [[1, 0], [0, 1]])
    """

    def __init__(self, matrix: Any) -> None:
        self.matrix = matrix
        self._residues: dict[int, Any] = {}

    @cached_property
    def minimal_polynomial(self) -> Any:
        """The minimal polynomial, monic over the integers (``flint.fmpz_poly``)."""
        return self.matrix.minpoly()

    @cached_property
    def first(self) -> list[Any]:
        """A^0, …, A^(d−1), with d the degree of the minimal polynomial."""
        size = self.matrix.nrows()
        powers = [flint.fmpz_mat([[int(i == j) for j in range(size)] for i in range(size)])]
        while len(powers) < self.minimal_polynomial.degree():
            powers.append(powers[-1] * self.matrix)
        return powers

    def residue(self, exponent: int) -> list[Any]:
        """Return the coefficients of x^n modulo the minimal polynomial, constant term first.

        Parameters
        ----------
        exponent : int
            n ≥ 0.

        Raises
        ------
        BudgetExceeded
            If the integers would get longer than ``MOST_BITS``.
        """
        if exponent not in self._residues:
            self._check_length(exponent)
            modulus = self.minimal_polynomial
            power, rest = self._start(exponent)
            if rest <= _FEW:
                for _ in range(rest):
                    power = power.left_shift(1) % modulus
            else:
                for bit in f"{exponent:b}":
                    power = _square(power) % modulus
                    if bit == "1":
                        power = power.left_shift(1) % modulus
            self._residues[exponent] = power
        power = self._residues[exponent]
        return [power[k] for k in range(self.minimal_polynomial.degree())]

    def _start(self, exponent: int) -> tuple[Any, int]:
        """Return x^e, known or a product of two known ones, and n − e, if that is small; else x^0 and n."""
        known = [e for e in self._residues if e <= exponent]
        for e in known:
            if exponent - e <= _FEW:
                return self._residues[e], exponent - e
        for e in known:
            for f in known:
                if 0 <= exponent - e - f <= _FEW and min(e, f) > _FEW:
                    product = _product(self._residues[e], self._residues[f])
                    return product % self.minimal_polynomial, exponent - e - f
        return flint.fmpz_poly([1]) % self.minimal_polynomial, exponent

    def _check_length(self, exponent: int) -> None:
        largest = max((sum(abs(int(x)) for x in row) for row in self.matrix.tolist()), default=1)
        estimate = int(exponent * log2(largest)) if largest else 0
        if estimate > MOST_BITS:
            message = (
                f"the exact power {exponent} of the transfer matrix has integers of about {estimate} bits, more than "
                f"the limit of {MOST_BITS}; ask for digits (digits=50) or for a depth below "
                f"{max(int(MOST_BITS / log2(largest)), 1)}"
            )
            raise BudgetExceeded(message, estimate=estimate, limit=MOST_BITS)

    def __call__(self, exponent: int) -> Any:
        """Return A^n as ``flint.fmpz_mat``."""
        return self.combine(exponent, self.first)

    def combine(self, exponent: int, images: Sequence[Any]) -> Any:
        """Return f(A^n) for a linear map f, given as f(A^0), …, f(A^(d−1))."""
        coefficients = self.residue(exponent)
        total = images[0] * coefficients[0]
        for coefficient, image in zip(coefficients[1:], images[1:], strict=True):
            total = total + image * coefficient
        return total


def _square(polynomial: Any) -> Any:
    return _product(polynomial, polynomial)


def _product(left: Any, right: Any) -> Any:
    """Return the product of two integer polynomials with few, possibly very long coefficients.

    Flint packs long coefficients into integers of twice their length; evaluation at as many points as the product has
    coefficients, and interpolation, multiplies integers of the coefficients' own length (Toom and Cook).
    """
    degree = left.degree() + right.degree()
    longest = max((abs(c).bit_length() for c in left.coeffs()), default=0)
    if longest < _LONG or not 3 <= degree <= 14:
        return left * right
    points = [0, *(sign * k for k in range(1, degree) for sign in (1, -1))][:degree]
    first = [*(_at(left, x) for x in points), left.leading_coefficient()]
    second = first if right is left else [*(_at(right, x) for x in points), right.leading_coefficient()]
    values = [x * y for x, y in zip(first, second, strict=True)]  # one object twice is a square, which is cheaper
    inverse, divisor = _interpolation(tuple(points))
    combined = (sum((v * w for v, w in zip(values, row, strict=True) if w), flint.fmpz(0)) for row in inverse)
    return flint.fmpz_poly([total // divisor for total in combined])


def _at(polynomial: Any, x: int) -> Any:
    total = flint.fmpz(0)
    for c in reversed(polynomial.coeffs()):
        total = total * x + c
    return total


@cache
def _interpolation(points: tuple[int, ...]) -> tuple[list[list[int]], int]:
    """Return (rows, d): the coefficients are rows/d times the values at the points and the leading coefficient."""
    size = len(points) + 1
    matrix = [[x**k for k in range(size)] for x in points] + [[0] * len(points) + [1]]
    inverse, divisor = flint.fmpq_mat(flint.fmpz_mat(matrix)).inv().numer_denom()
    return [[int(entry) for entry in row] for row in inverse.tolist()], int(divisor)


def _bits(digits: int) -> int:
    return int(digits * 3.3219281) + 2


def certified(
    value: Callable[[], Any], digits: int, *, start: int = 0, what: str | Callable[[], str] = "the number"
) -> Any:
    """Return a real ball that is accurate to so many digits, raising the precision until it is.

    Parameters
    ----------
    value : callable
        Computes the ball at the working precision of ``flint.ctx``.
    digits : int
        Decimal digits of relative accuracy.
    start : int
        Bits to begin with beyond those of the digits, where a loss is foreseen.
    what : str, or callable that returns one
        How the error message names it.

    Raises
    ------
    UnableError
        If no precision up to some 130,000 bits is enough: the number may be zero.

    Examples
    --------
    >>> certified(lambda: flint.arb(2).sqrt() - flint.arb(2).sqrt() * (1 - flint.arb(10) ** -40), 5).str(5)
    '[1.4142e-40 +/- 1.36e-45]'
    """
    wanted = _bits(digits)
    precision = wanted + start + 32
    while precision <= _MOST_PRECISION + start:
        with flint.ctx.workprec(precision):
            ball = value()
        if ball.is_finite() and (ball.rel_accuracy_bits() >= wanted or (ball.is_exact() and ball == 0)):
            with flint.ctx.workprec(wanted + 8):
                return +ball
        precision *= 2
    name = what if isinstance(what, str) else what()
    message = (
        f"{name} is not known to {digits} digits even with {precision // 2} bits; it may be zero: ask for the exact "
        "value (no digits=) at a smaller depth"
    )
    raise UnableError(message)


def antisymmetric_square(matrix: Any) -> Any:
    """Return the matrix of 2 × 2 minors: how a matrix acts on antisymmetric tensors e_i ∧ e_j, i < j.

    Works for rectangular matrices, too; it respects products.

    Examples
    --------
    >>> antisymmetric_square(flint.arb_mat([[1, 2], [3, 4]])).tolist()
    [[-2.00000000000000]]
    """
    rows, columns = (_pairs(n) for n in (matrix.nrows(), matrix.ncols()))
    minors = [[matrix[i, k] * matrix[j, n] - matrix[i, n] * matrix[j, k] for k, n in columns] for i, j in rows]
    return type(matrix)(len(rows), len(columns), [entry for row in minors for entry in row])


def symmetric_square(matrix: Any) -> Any:
    """Return how a square matrix acts on symmetric tensors; it respects products.

    The basis is e_i ⊗ e_i and e_i ⊗ e_j + e_j ⊗ e_i for i < j, in the order of the pairs (i, j).

    Examples
    --------
    >>> symmetric_square(flint.arb_mat([[2, 0], [0, 3]])).tolist()[1]
    [0, 6.00000000000000, 0]
    """
    pairs = _pairs_with_equal(matrix.nrows())

    def entry(i: int, j: int, k: int, n: int) -> Any:
        direct = matrix[i, k] * matrix[j, n]
        return direct if k == n else direct + matrix[i, n] * matrix[j, k]

    return type(matrix)(len(pairs), len(pairs), [entry(*row, *column) for row in pairs for column in pairs])


def exchange(left: Any, right: Any) -> tuple[Any, Any]:
    """Return X ⊗ Y − Y ⊗ X as its two blocks: symmetric to antisymmetric tensors, and back.

    The bases are those of :func:`symmetric_square` and :func:`antisymmetric_square`.

    Parameters
    ----------
    left, right : square matrices X and Y of one size

    Examples
    --------
    >>> up, down = exchange(flint.arb_mat([[0, 0], [0, 1]]), flint.arb_mat([[1, 0], [0, 1]]))
    >>> up.tolist(), down.tolist()
    ([[0, -1.00000000000000, 0]], [[0], [-1.00000000000000], [0]])
    """
    equal, unequal = _pairs_with_equal(left.nrows()), _pairs(left.nrows())

    def part(i: int, j: int, k: int, n: int) -> Any:
        return left[i, k] * right[j, n] - right[i, k] * left[j, n]

    up = [part(i, j, k, n) + (part(i, j, n, k) if k < n else 0) for i, j in unequal for k, n in equal]
    down = [part(i, j, k, n) - part(i, j, n, k) for i, j in equal for k, n in unequal]
    kind = type(left)
    return kind(len(unequal), len(equal), up), kind(len(equal), len(unequal), down)


def _pairs(size: int) -> list[tuple[int, int]]:
    return [(i, j) for i in range(size) for j in range(i + 1, size)]


def _pairs_with_equal(size: int) -> list[tuple[int, int]]:
    return [(i, j) for i in range(size) for j in range(i, size)]
