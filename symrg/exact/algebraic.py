"""Algebraic numbers: an irreducible polynomial over Z and a ball that isolates one of its roots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import flint

from ..errors import DomainError, UndefinedPointError
from .numbers import as_fraction, to_fmpq

__all__ = ["AlgebraicNumber", "roots_of", "value_at_root"]


@dataclass(frozen=True)
class AlgebraicNumber:
    """One root of an irreducible polynomial with integer coefficients.

    Attributes
    ----------
    minimal_polynomial : tuple of int
        Primitive, constant term first, of degree at least 2 (rational numbers stay rationals).
    index : int
        Which root: real ones first in rising order, then pairs of complex ones by real part, the one with negative
        imaginary part first.

    Examples
    --------
    >>> low, high = roots_of((-2, 0, 1))
    >>> high.is_real, high.sign, low.sign
    (True, 1, -1)
    >>> high
    root 1 of x**2 - 2 near 1.41421356
    """

    minimal_polynomial: tuple[int, ...]
    index: int

    @cached_property
    def ball(self) -> Any:
        """A complex ball that holds this root and no other root of the polynomial (``flint.acb``)."""
        return _isolated_roots(self.minimal_polynomial)[self.index]

    @property
    def is_real(self) -> bool:
        """Whether the root is real (decided, not estimated: see :func:`roots_of`)."""
        return bool(self.ball.imag == 0)

    @property
    def sign(self) -> int:
        """The sign of a real root: +1 or −1 (an irreducible polynomial of degree two or more has no root 0).

        Raises
        ------
        DomainError
            If the root is not real.
        """
        if not self.is_real:
            message = f"{self!r} is not real and has no sign"
            raise DomainError(message)
        return 1 if self.ball.real > 0 else -1

    def to_sympy(self) -> Any:
        """Return the number as SymPy's ``CRootOf`` (the edge)."""
        import sympy

        x = sympy.Symbol("x")
        return sympy.CRootOf(sympy.Poly(self.minimal_polynomial[::-1], x), self.index, radicals=False)

    def __repr__(self) -> str:
        import sympy

        x = sympy.Symbol("x")
        polynomial = sympy.Poly(self.minimal_polynomial[::-1], x).as_expr()
        return f"root {self.index} of {polynomial} near {_short(self.ball)}"


def _short(ball: Any) -> str:
    real = ball.real.mid().str(9, radius=False)
    if ball.imag == 0:
        return str(real)
    return f"{real} {'+' if ball.imag > 0 else '-'} {abs(ball.imag).mid().str(9, radius=False)}*I"


def roots_of(minimal_polynomial: Sequence[int]) -> tuple[AlgebraicNumber, ...]:
    """Return all roots of an irreducible integer polynomial, real ones first.

    Parameters
    ----------
    minimal_polynomial : sequence of int
        Constant term first; irreducible over Q.

    Examples
    --------
    >>> [root.is_real for root in roots_of((-2, 0, 0, 1))]
    [True, False, False]
    """
    polynomial = tuple(int(c) for c in minimal_polynomial)
    return tuple(AlgebraicNumber(polynomial, k) for k in range(len(polynomial) - 1))


def _isolated_roots(coefficients: tuple[int, ...]) -> list[Any]:
    """Return disjoint balls in the order of :class:`AlgebraicNumber`.

    flint isolates all complex roots rigorously and gives real roots an exactly zero imaginary part.
    """
    balls = [root for root, _ in flint.fmpz_poly(list(coefficients)).complex_roots()]
    real = sorted((b for b in balls if b.imag == 0), key=lambda b: b.real.mid())
    upper = [b for b in balls if b.imag > 0]
    upper.sort(key=lambda b: (_rounded(b.real), _rounded(b.imag)))
    paired = [half for b in upper for half in (b.conjugate(), b)]
    return real + paired


def _rounded(ball: Any) -> Any:
    """Return a key that is the same for balls that cannot be told apart, such as equal real parts."""
    return int((ball.mid() * flint.arb(2) ** 40).floor().unique_fmpz() or 0)


def value_at_root(
    numerator: Sequence[Fraction | int], denominator: Sequence[Fraction | int], root: AlgebraicNumber
) -> Fraction | AlgebraicNumber:
    """Return the exact value of a rational function at an algebraic number.

    Parameters
    ----------
    numerator, denominator : sequences of Fraction or int
        Coefficients, constant term first; the denominator does not vanish at the root.
    root : AlgebraicNumber

    Examples
    --------
    >>> root = roots_of((-2, 0, 1))[1]
    >>> value_at_root([Fraction(0), Fraction(0), Fraction(1)], [Fraction(3)], root)
    Fraction(2, 3)
    >>> value_at_root([Fraction(1), Fraction(1)], [Fraction(1)], root)
    root 1 of x**2 - 2*x - 1 near 2.41421356
    """
    modulus = flint.fmpq_poly(list(root.minimal_polynomial))
    above, below = (flint.fmpq_poly([to_fmpq(c) for c in cs]) for cs in (numerator, denominator))
    common, inverse, _ = below.xgcd(modulus)
    if common != 1:
        message = f"the denominator vanishes at {root!r}"
        raise UndefinedPointError(message)
    residue = (above * inverse) % modulus
    if residue.degree() < 1:
        return as_fraction(residue[0])
    size = modulus.degree()
    gen = flint.fmpq_poly([0, 1])
    images = [(residue * gen**k) % modulus for k in range(size)]
    minimal = flint.fmpq_mat([[image[i] for image in images] for i in range(size)]).minpoly()
    coefficients = tuple(int(c) for c in flint.fmpq_poly(minimal).numer().coeffs())
    candidates = roots_of(coefficients)
    precision = flint.ctx.prec
    try:
        while True:
            # more bits until exactly one isolating ball is left; they are disjoint, so this ends
            value = flint.acb_poly(residue)(_isolated_roots(root.minimal_polynomial)[root.index])
            near = [c for c in candidates if _isolated_roots(coefficients)[c.index].overlaps(value)]
            if len(near) == 1:
                return near[0]
            flint.ctx.prec *= 2
    finally:
        flint.ctx.prec = precision
