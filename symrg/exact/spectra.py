"""The spectrum of an integer matrix, ordered by modulus, and which eigenvalues a correlation really contains.

Everything is decided: balls prove that numbers differ, separation bounds prove that they are equal. Where a bound is
out of reach the answer is None.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import isqrt
from typing import Any

import flint

from ..errors import DomainError
from .algebraic import AlgebraicNumber, roots_of, value_at_root
from .powers import IntegerPowers

__all__ = ["Eigenvalue", "Spectrum", "to_sympy"]

_FIRST_PRECISION = 128  # bits
_MOST_PRECISION = 40_000  # bits; beyond, equality of moduli is left undecided
_MOST_DIMENSION = 64  # of the algebra in which a residue is decided


@dataclass(frozen=True, eq=False)
class Eigenvalue:
    """One eigenvalue that is not zero.

    Attributes
    ----------
    factor : tuple of int
        Its minimal polynomial, monic, constant term first.
    ball : flint.acb
        Holds this root of the factor and no other.
    multiplicity, order : int
        In the characteristic and in the minimal polynomial of the matrix; the order is 1 if there is no Jordan block.
    """

    factor: tuple[int, ...]
    ball: Any
    multiplicity: int
    order: int

    @property
    def is_real(self) -> bool:
        """Whether it is real: flint gives real roots an imaginary part that is exactly zero."""
        return bool(self.ball.imag == 0)

    def refined(self, precision: int) -> Any:
        """Return a ball for the same root, computed with more bits."""
        while True:
            with flint.ctx.workprec(precision):
                near = [b for b, _ in flint.fmpz_poly(list(self.factor)).complex_roots() if b.overlaps(self.ball)]
            if len(near) == 1:
                return near[0]
            precision *= 2

    @cached_property
    def number(self) -> Fraction | AlgebraicNumber:
        """The exact number."""
        if len(self.factor) == 2:
            return Fraction(-self.factor[0])
        (found,) = (root for root in roots_of(self.factor) if root.ball.overlaps(self.ball))
        return found


def to_sympy(value: Fraction | AlgebraicNumber) -> Any:
    """Return an exact number as SymPy writes it: quadratic ones with a square root, others as ``CRootOf``.

    Examples
    --------
    >>> to_sympy(roots_of((-1, -1, 1))[1]), to_sympy(Fraction(1, 2))
    (1/2 + sqrt(5)/2, 1/2)
    """
    import sympy

    if isinstance(value, Fraction):
        return sympy.Rational(value.numerator, value.denominator)
    if len(value.minimal_polynomial) > 3:
        return value.to_sympy()
    c, b, a = (sympy.Integer(n) for n in value.minimal_polynomial)
    sign = 1 if (value.index == 1) == bool(a > 0) else -1
    return (-b + sign * sympy.sqrt(b**2 - 4 * a * c)) / (2 * a)


class Spectrum:
    """The eigenvalues of an integer matrix other than zero.

    Parameters
    ----------
    powers : IntegerPowers
        The matrix with its minimal polynomial.

    Examples
    --------
    >>> spectrum = Spectrum(IntegerPowers(flint.fmpz_mat([[1, 2, 0], [2, 1, 0], [0, 0, -3]])))
    >>> [[e.number for e in shell] for shell in spectrum.shells]
    [[Fraction(3, 1), Fraction(-3, 1)], [Fraction(-1, 1)]]
    """

    def __init__(self, powers: IntegerPowers) -> None:
        self.powers = powers

    @cached_property
    def minimal(self) -> tuple[int, ...]:
        """The minimal polynomial of the matrix, constant term first."""
        return tuple(int(c) for c in self.powers.minimal_polynomial.coeffs())

    @cached_property
    def eigenvalues(self) -> tuple[Eigenvalue, ...]:
        """All eigenvalues other than zero, each once, in a fixed order."""
        _, factors = self.powers.matrix.charpoly().factor()
        _, minimal = self.powers.minimal_polynomial.factor()
        orders = {tuple(int(c) for c in factor.coeffs()): int(order) for factor, order in minimal}
        found = []
        with flint.ctx.workprec(_FIRST_PRECISION):
            for factor, multiplicity in factors:
                coefficients = tuple(int(c) for c in factor.coeffs())
                if coefficients == (0, 1):
                    continue
                for ball, _ in factor.complex_roots():
                    found.append(Eigenvalue(coefficients, ball, int(multiplicity), orders[coefficients]))
        return tuple(sorted(found, key=lambda e: (len(e.factor), e.factor, not e.is_real, _place(e.ball))))

    @cached_property
    def shells(self) -> tuple[tuple[Eigenvalue, ...], ...] | None:
        """Eigenvalues grouped by equal modulus, largest first; None if some equality could not be decided."""
        precision = _FIRST_PRECISION
        while precision <= 2 * _MOST_PRECISION:
            with flint.ctx.workprec(precision):
                squares = {e: _square_modulus(e.refined(precision)) for e in self.eigenvalues}
                ordered = sorted(self.eigenvalues, key=lambda e: squares[e].mid(), reverse=True)
                shells: list[list[Eigenvalue]] = []
                doubtful = []
                for eigenvalue in ordered:
                    if not shells or squares[shells[-1][-1]] > squares[eigenvalue]:
                        shells.append([eigenvalue])
                        continue
                    if not self._equal_modulus(shells[-1][-1], eigenvalue):
                        doubtful += [squares[shells[-1][-1]], squares[eigenvalue]]
                    shells[-1].append(eigenvalue)
                bits = self._separation_bits if doubtful else 0
                if bits is None:
                    return None
                if all(square.rad() < flint.arb(2) ** -(bits + 2) for square in doubtful):
                    order = {e: i for i, e in enumerate(self.eigenvalues)}
                    return tuple(tuple(sorted(shell, key=order.__getitem__)) for shell in shells)
            precision *= 2
        return None

    def _equal_modulus(self, first: Eigenvalue, second: Eigenvalue) -> bool:
        """Recognise λ and its conjugate, and λ and −λ or minus the conjugate; False means only: not recognised."""
        for reflected in (False, True):
            target = second.factor
            if reflected:
                sign = -1 if len(target) % 2 == 0 else 1  # keeps it monic
                target = tuple(sign * (-1) ** k * c for k, c in enumerate(target))
            if first.factor != target:
                continue
            for conjugated in (False, True):
                image = -second.ball if reflected else second.ball
                image = image.conjugate() if conjugated else image
                near = [e for e in self.eigenvalues if e.factor == first.factor and e.ball.overlaps(image)]
                if near == [first]:
                    return True
        return False

    @cached_property
    def _separation_bits(self) -> int | None:
        """−log2 of a distance that two squared moduli have unless they are equal (Mahler's root separation bound)."""
        squarefree = flint.fmpz_poly([1])
        for factor in sorted({e.factor for e in self.eigenvalues}):
            squarefree = squarefree * flint.fmpz_poly(list(factor))
        products = _products_of_roots(squarefree)  # |λ|² is λ times its conjugate
        products = products // products.gcd(products.derivative())
        size = products.degree()
        norm = isqrt(sum(int(c) ** 2 for c in products.coeffs())) + 1
        # sep > √3 n^{−(n+2)/2} |S|^{1−n} for a squarefree integer polynomial S of degree n
        bits = (size - 1) * norm.bit_length() + (size + 2) * size.bit_length() // 2 + 1
        return bits if bits < _MOST_PRECISION else None

    @property
    def dominant(self) -> Eigenvalue:
        """The one eigenvalue of largest modulus.

        Raises
        ------
        DomainError
            If there is none, if several share the largest modulus, or if it has a Jordan block: then traces of
            powers, divided by each other, do not converge.
        """
        shells = self.shells
        if shells is None:
            raise DomainError("it is undecided which eigenvalue has the largest modulus; the balls stay too close")
        if not shells:
            raise DomainError("all eigenvalues of the transfer matrix are zero: the weights of long chains vanish")
        if len(shells[0]) > 1:
            message = (
                f"{len(shells[0])} different eigenvalues of the transfer matrix share the largest modulus, so there is "
                "no limit of large depth; ask for a finite depth"
            )
            raise DomainError(message)
        if shells[0][0].order > 1:
            message = (
                "the largest eigenvalue of the transfer matrix has a Jordan block, so there is no limit of large "
                "depth; ask for a finite depth"
            )
            raise DomainError(message)
        return shells[0][0]

    # -- functions of an eigenvalue --------------------------------------------------------------

    @cached_property
    def hankel(self) -> Any:
        """H with μ(x) − μ(y) = (x − y) Σ x^j H_jm y^m: rows j give the polynomials g_j of the projectors.

        A simple root λ of the minimal polynomial μ has the spectral projector Σ_j g_j(λ) A^j / μ′(λ).
        """
        size = len(self.minimal) - 1
        entries = [[self.minimal[j + m + 1] if j + m + 1 <= size else 0 for m in range(size)] for j in range(size)]
        return flint.fmpz_mat(entries)

    @cached_property
    def slope(self) -> list[int]:
        """The coefficients of μ′, constant term first."""
        return [k * c for k, c in enumerate(self.minimal)][1:]

    def projected(self, values: Sequence[Any]) -> list[Any]:
        """Return the polynomial n(x) with f(projector of λ) = n(λ) / μ′(λ), given f(A^0), f(A^1), … for a linear f."""
        size = len(self.minimal) - 1
        return [sum((self.hankel[j, m] * values[j] for j in range(size)), flint.fmpz(0)) for m in range(size)]

    def value(self, numerator: Sequence[Any], denominator: Sequence[Any], at: Eigenvalue) -> Fraction | AlgebraicNumber:
        """Return the exact value of a quotient of integer polynomials at an eigenvalue."""
        above, below = ([Fraction(int(c)) for c in cs] for cs in (numerator, denominator))
        if isinstance(at.number, Fraction):
            return _horner(above, at.number) / _horner(below, at.number)
        return value_at_root(above, below, at.number)

    def has_residue(self, table: Any, first: Eigenvalue, second: Eigenvalue) -> bool | None:
        """Decide whether tr(B P B Q) ≠ 0, with P and Q the spectral projectors of two eigenvalues.

        Parameters
        ----------
        table : flint.fmpz_mat
            tr(B A^j B A^k) for j, k below the degree of the minimal polynomial.
        first, second : Eigenvalue
            The second one is a simple root of the minimal polynomial; of the first, any part of a Jordan block counts.

        Returns
        -------
        bool or None
            None if the number field is too large to decide that a tiny number is zero.
        """
        polynomial = [list(row) for row in (self.hankel.transpose() * table * self.hankel).tolist()]
        undecided = False
        for _ in range(first.order):
            zero = _vanishes(polynomial, first, second)
            if zero is False:
                return True
            undecided = undecided or zero is None
            polynomial = [[entry * m for entry in row] for m, row in enumerate(polynomial)][1:]
        return None if undecided else False


def _vanishes(polynomial: Sequence[Sequence[Any]], first: Eigenvalue, second: Eigenvalue) -> bool | None:
    """Decide whether Σ c_mn x^m y^n is zero at a pair of eigenvalues."""
    if not any(entry for row in polynomial for entry in row):
        return True
    with flint.ctx.workprec(_FIRST_PRECISION):
        if not _value(polynomial, first.ball, second.ball).contains(0):
            return False
    sizes = [len(e.factor) - 1 for e in (first, second)]
    if sizes[0] * sizes[1] > _MOST_DIMENSION:
        return None
    # the value is an eigenvalue of the multiplication by it in Q[x, y] modulo both minimal polynomials
    one = [flint.fmpz_mat(n, n, [int(i == j) for i in range(n) for j in range(n)]) for n in sizes]
    x, y = _companion(first.factor), _companion(second.factor)
    total = flint.fmpz_mat(sizes[0] * sizes[1], sizes[0] * sizes[1])
    power_x = one[0]
    for row in polynomial:
        inner, power_y = flint.fmpz_mat(sizes[1], sizes[1]), one[1]
        for entry in row:
            inner, power_y = inner + power_y * entry, power_y * y
        total, power_x = total + _kronecker(power_x, inner), power_x * x
    coefficients = [abs(int(c)) for c in total.charpoly().coeffs()]
    if coefficients[0]:
        return False
    low = next(k for k, c in enumerate(coefficients) if c)
    if low == len(coefficients) - 1:
        return True
    # Cauchy: a root that is not zero has modulus ≥ |c_low| / (|c_low| + max |c_k|)
    bits = (coefficients[low] + max(coefficients[low + 1 :])).bit_length() - coefficients[low].bit_length() + 2
    precision = _FIRST_PRECISION
    while True:
        with flint.ctx.workprec(precision):
            ball = _value(polynomial, first.refined(precision), second.refined(precision))
            if not ball.contains(0):
                return False
            if ball.abs_upper() < flint.arb(2) ** -bits:
                return True
        precision *= 2


def _value(polynomial: Sequence[Sequence[Any]], x: Any, y: Any) -> Any:
    total = flint.acb(0)
    for row in reversed(polynomial):
        total = total * x + _horner(row, y)
    return total


def _horner(coefficients: Sequence[Any], x: Any) -> Any:
    total = x * 0
    for c in reversed(coefficients):
        total = total * x + c
    return total


def _companion(polynomial: Sequence[int]) -> Any:
    size = len(polynomial) - 1
    entries = [[int(i == j + 1) for j in range(size - 1)] + [-polynomial[i]] for i in range(size)]
    return flint.fmpz_mat(entries)


def _kronecker(left: Any, right: Any) -> Any:
    n, m = left.nrows(), right.nrows()
    return flint.fmpz_mat(
        n * m, n * m, [left[i // m, j // m] * right[i % m, j % m] for i in range(n * m) for j in range(n * m)]
    )


def _square_modulus(ball: Any) -> Any:
    return ball.real * ball.real + ball.imag * ball.imag


def _place(ball: Any) -> tuple[Any, ...]:
    """Return a key that sorts isolated roots; conjugates come next to each other."""
    return tuple(int((part * flint.arb(2) ** 40).mid().floor().unique_fmpz()) for part in (ball.real, ball.imag))


def _products_of_roots(polynomial: Any) -> Any:
    """Return the monic integer polynomial whose roots are all products of two roots, by power sums."""
    size = polynomial.degree()
    sums = _power_sums([int(c) for c in polynomial.coeffs()], size * size)
    squares = [s * s for s in sums]
    elementary = [1]  # Newton's identities, with signs
    for k in range(1, size * size + 1):
        total = sum((-1) ** (i - 1) * elementary[k - i] * squares[i - 1] for i in range(1, k + 1))
        elementary.append(total // k)
    degree = size * size
    return flint.fmpz_poly([(-1) ** (degree - k) * elementary[degree - k] for k in range(degree + 1)])


def _power_sums(coefficients: list[int], count: int) -> list[int]:
    """Return the sums of the first powers of the roots of a monic integer polynomial."""
    size = len(coefficients) - 1
    e = [(-1) ** k * coefficients[size - k] for k in range(size + 1)]
    sums: list[int] = []
    for k in range(1, count + 1):
        total = sum((-1) ** (i - 1) * e[i] * sums[k - i - 1] for i in range(1, min(k - 1, size) + 1))
        if k <= size:
            total += (-1) ** (k - 1) * k * e[k]
        sums.append(total)
    return sums
