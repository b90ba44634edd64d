"""Algebraic numbers: an irreducible polynomial over Z and a ball that isolates one of its roots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from itertools import pairwise
from math import comb
from typing import Any

import flint

from ..errors import DomainError, UnableError, UndefinedPointError
from .numbers import as_fraction, to_fmpq

__all__ = ["AlgebraicNumber", "algebraic_number", "digits_of", "roots_of", "value_at_root"]

_FLOAT = 128  # bits of a ball whose middle is rounded to a float, or to digits of a table


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

    SymPy takes it as ``CRootOf``, to any number of digits; Python's own numbers are approximations of it:

    >>> import sympy
    >>> sympy.N(high, 20), sympy.sympify(high)**2, round(float(low), 3)
    (1.4142135623730950488, CRootOf(x**2 - 2, 1)**2, -1.414)
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

    def _sympy_(self) -> Any:
        return self.to_sympy()

    def __float__(self) -> float:
        """Return the float that is nearest to a real root; raises :class:`DomainError` for one that is not real.

        Examples
        --------
        >>> round(float(roots_of((-2, 0, 1))[1]), 6)
        1.414214
        """
        if not self.is_real:
            message = f"{self!r} is not real: take complex() of it, or its real part"
            raise DomainError(message)
        return float(self.enclosed(_FLOAT).real.mid())

    def __complex__(self) -> complex:
        """Return the root as a complex number in floating point.

        Examples
        --------
        >>> complex(roots_of((1, 0, 1))[1])
        1j
        """
        ball = self.enclosed(_FLOAT)
        return complex(float(ball.real.mid()), float(ball.imag.mid()))

    def enclosed(self, bits: int) -> Any:
        """Return a ball for this root with at least so many bits (``flint.acb``).

        Examples
        --------
        >>> roots_of((-2, 0, 1))[1].enclosed(200).rel_accuracy_bits() > 150
        True
        """
        with flint.ctx.workprec(bits):
            return _isolated_roots(self.minimal_polynomial)[self.index]

    def __repr__(self) -> str:
        import sympy

        x = sympy.Symbol("x")
        polynomial = sympy.Poly(self.minimal_polynomial[::-1], x).as_expr()
        return f"root {self.index} of {polynomial} near {_short(self.ball)}"


def algebraic_number(value: Any) -> Fraction | AlgebraicNumber:
    """Return an algebraic number of SymPy: a root of a polynomial, or built from rationals by roots and arithmetic.

    Raises
    ------
    UnableError
        If it is neither a rational multiple of a ``CRootOf``, nor built from radicals.

    Examples
    --------
    >>> import sympy
    >>> algebraic_number(1 + sympy.sqrt(2)), algebraic_number(sympy.sqrt(3) ** 2)
    (root 1 of x**2 - 2*x - 1 near 2.41421356, Fraction(3, 1))
    """
    import sympy

    if value.is_Rational:
        return as_fraction(value)
    scale, inner = value.as_coeff_Mul(rational=True)
    if isinstance(inner, sympy.CRootOf):
        polynomial = sympy.Poly(inner.poly.as_expr().xreplace({inner.poly.gen: inner.poly.gen / scale}), inner.poly.gen)
        coefficients = _primitive(polynomial)
        return AlgebraicNumber(coefficients, _place_of(value, _isolated_roots(coefficients)))
    radicals = all(n.is_Rational or n is sympy.I or n.args for n in sympy.preorder_traversal(value))
    arithmetic = all(n.is_Add or n.is_Mul or n.is_Pow or not n.args for n in sympy.preorder_traversal(value))
    if not (radicals and arithmetic and value.is_algebraic):
        message = f"{value} is not seen to be an algebraic number; give a CRootOf, or an expression in radicals"
        raise UnableError(message)
    coefficients = _primitive(sympy.minimal_polynomial(value, sympy.Symbol("x"), polys=True))
    if len(coefficients) == 2:
        return Fraction(-coefficients[0], coefficients[1])
    from .balls import ball  # it is above this module

    bits = _FLOAT
    while True:
        with flint.ctx.workprec(bits):
            place = _overlapped(ball(value, {}), _isolated_roots(coefficients))
        if place is not None:
            return AlgebraicNumber(coefficients, place)
        bits *= 2


def _primitive(polynomial: Any) -> tuple[int, ...]:
    _, cleared = polynomial.clear_denoms(convert=True)
    coefficients = [int(c) for c in cleared.primitive()[1].all_coeffs()[::-1]]
    sign = 1 if coefficients[-1] > 0 else -1
    return tuple(sign * c for c in coefficients)


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


def _short(ball: Any, digits: int = 9) -> str:
    real = ball.real.mid().str(digits, radius=False)
    if ball.imag == 0:
        return str(real)
    imag = f"{abs(ball.imag).mid().str(digits, radius=False)}*I"
    if ball.real == 0:
        return imag if ball.imag > 0 else f"-{imag}"
    return f"{real} {'+' if ball.imag > 0 else '-'} {imag}"


def digits_of(value: Fraction | AlgebraicNumber, digits: int = 6) -> str:
    """Return a number for a table: a rational one as it is, an algebraic one by its first digits after "≈".

    Examples
    --------
    >>> digits_of(Fraction(-2, 3)), digits_of(roots_of((-2, 0, 1))[1])
    ('-2/3', '≈ 1.41421')
    """
    return f"≈ {_short(value.enclosed(_FLOAT), digits)}" if isinstance(value, AlgebraicNumber) else str(value)


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
    return _isolated(coefficients, flint.ctx.prec)


@lru_cache(maxsize=256)
def _isolated(coefficients: tuple[int, ...], bits: int) -> list[Any]:
    """Return the same at a precision of at least so many bits, which is that of flint at the call."""
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
    """Return the real roots z + w of two roots z ≠ w of a polynomial, isolated and in rising order."""
    size, lead = polynomial.degree(), polynomial[polynomial.degree()]
    # of the monic polynomial of the roots times its leading coefficient: sums of powers, by Newton's identities
    e = [(-1) ** k * polynomial[size - k] * lead ** max(k - 1, 0) for k in range(size + 1)]
    most = size * (size - 1) // 2
    powers = [flint.fmpz(size)]
    for k in range(1, most + 1):
        total = flint.fmpz(0) if k > size else (-1) ** (k - 1) * k * e[k]
        total += sum(((-1) ** (i - 1) * e[i] * powers[k - i] for i in range(1, min(k - 1, size) + 1)), flint.fmpz(0))
        powers.append(total)
    # of the sums of two different roots; then back to their polynomial
    pairs = [
        (sum((comb(m, k) * powers[k] * powers[m - k] for k in range(m + 1)), flint.fmpz(0)) - 2**m * powers[m]) // 2
        for m in range(most + 1)
    ]
    elementary = [flint.fmpz(1)]
    for k in range(1, most + 1):
        total = sum(((-1) ** (i - 1) * elementary[k - i] * pairs[i] for i in range(1, k + 1)), flint.fmpz(0))
        elementary.append(total // k)
    sums = flint.fmpz_poly([(-1) ** (most - k) * elementary[most - k] * lead**k for k in range(most + 1)])
    _, factors = sums.factor()
    roots = [root.real for factor, _ in factors for root, _ in factor.complex_roots() if root.imag == 0]
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
