"""Algebraic numbers: an irreducible polynomial over Z and a ball that isolates one of its roots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
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
        Which root: real ones first in rising order, then pairs of complex ones by real part and, where that is equal,
        by the size of the imaginary part; the one with negative imaginary part first.

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

        polynomial = sympy.Poly(self.minimal_polynomial[::-1], sympy.Symbol("x"))
        if self.is_real:
            return sympy.CRootOf(polynomial, self.index, radicals=False)
        # SymPy's order of complex roots depends on its isolating intervals: find the one inside our ball
        balls = _isolated_roots(self.minimal_polynomial)
        indices = sorted((k for k, ball in enumerate(balls) if ball.imag != 0), key=lambda k: abs(k - self.index))
        candidates = (sympy.CRootOf(polynomial, k, radicals=False) for k in indices)
        return next(root for root in candidates if _place_of(root, balls) == self.index)

    def __repr__(self) -> str:
        import sympy

        x = sympy.Symbol("x")
        polynomial = sympy.Poly(self.minimal_polynomial[::-1], x).as_expr()
        return f"root {self.index} of {polynomial} near {_short(self.ball)}"


def _place_of(root: Any, balls: Sequence[Any]) -> int:
    """Return which of the disjoint balls, one for each root, holds SymPy's ``CRootOf`` (or a multiple of one)."""
    import sympy

    scale, inner = root.as_coeff_Mul(rational=True)
    bits = 4
    while True:
        width = sympy.Rational(1, 2**bits)
        real, imag = (scale * inner.eval_rational(dx=width, dy=width)).as_real_imag()
        radius = flint.arb(0, flint.arb(to_fmpq(abs(scale) * width)))
        place = _overlapped(flint.acb(flint.arb(to_fmpq(real)) + radius, flint.arb(to_fmpq(imag)) + radius), balls)
        if place is not None:
            return place
        bits *= 2


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
    """Return disjoint balls in the order of :class:`AlgebraicNumber`, which does not depend on the precision.

    flint isolates all complex roots rigorously and gives real roots an exactly zero imaginary part.
    """
    polynomial = flint.fmpz_poly(list(coefficients))
    precision = flint.ctx.prec
    try:
        while True:
            balls = [root for root, _ in polynomial.complex_roots()]
            upper = _in_order([ball for ball in balls if ball.imag > 0], polynomial)
            if upper is not None:
                break
            flint.ctx.prec *= 2
    finally:
        flint.ctx.prec = precision
    real = sorted((ball for ball in balls if ball.imag == 0), key=lambda ball: ball.real.mid())
    return real + [half for ball in upper for half in (ball.conjugate(), ball)]


def _in_order(upper: list[Any], polynomial: Any) -> list[Any] | None:
    """Sort roots in the upper half plane by real, then by imaginary part; None if that takes more precision."""
    rows = sorted(upper, key=lambda ball: ball.real.mid())
    if all(left.real < right.real for left, right in pairwise(rows)):
        return rows
    # real parts that may be equal: twice the real part is a real root of the polynomial of sums of two roots
    places = [_overlapped(2 * ball.real, _real_roots_of_sums(polynomial)) for ball in upper]
    if None in places:
        return None
    keyed = sorted(zip(places, upper, strict=True), key=lambda item: (item[0], item[1].imag.mid()))
    for (place, ball), (next_place, next_ball) in pairwise(keyed):
        if place == next_place and not ball.imag < next_ball.imag:
            return None
    return [ball for _, ball in keyed]


def _overlapped(value: Any, disjoint: Sequence[Any]) -> int | None:
    """Return the index of the one ball that a ball overlaps, None if there are several."""
    found = [k for k, other in enumerate(disjoint) if other.overlaps(value)]
    return found[0] if len(found) == 1 else None


def _real_roots_of_sums(polynomial: Any) -> list[Any]:
    """Return the real roots z + w of two roots z, w of a polynomial, isolated and in rising order."""
    context = flint.fmpz_mpoly_ctx.get(("x", "t"), flint.Ordering.lex)
    x, t = context.gens()
    zero = context.constant(0)
    shifted, plain = zero, zero
    for coefficient in reversed(polynomial.coeffs()):
        shifted, plain = shifted * (t - x) + coefficient, plain * x + coefficient
    sums = plain.resultant(shifted, "x")
    coefficients = [0] * (sums.degrees()[1] + 1)
    for exponents, coefficient in sums.terms():
        coefficients[exponents[1]] = int(coefficient)
    roots = [root.real for root, _ in flint.fmpz_poly(coefficients).complex_roots() if root.imag == 0]
    return sorted(roots, key=lambda root: root.mid())


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
