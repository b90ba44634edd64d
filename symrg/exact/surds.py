"""Square roots over a field of rational functions: numbers p + s √Δ, and square roots that are rational."""

from __future__ import annotations

from dataclasses import dataclass
from math import isqrt
from typing import Any

from .polynomials import RationalFunction

__all__ = ["Surd", "square_root"]


@dataclass(frozen=True)
class Surd:
    """A number p + s √Δ with rational functions p, s, Δ of the same ring.

    Attributes
    ----------
    plain, slope, square : RationalFunction
        The functions p, s and Δ. Both operands of a sum or product have the same Δ, which is 0 if √Δ is rational.

    Examples
    --------
    >>> from symrg.exact.polynomials import ring
    >>> x = ring("x").fractions()[0]
    >>> root = Surd(x * 0, x * 0 + 1, x)
    >>> (root * root).plain, (root / root).plain
    (x, 1)
    """

    plain: RationalFunction
    slope: RationalFunction
    square: RationalFunction

    def __add__(self, other: Surd) -> Surd:
        return Surd(self.plain + other.plain, self.slope + other.slope, self.square)

    def __sub__(self, other: Surd) -> Surd:
        return Surd(self.plain - other.plain, self.slope - other.slope, self.square)

    def __mul__(self, other: Any) -> Surd:
        if not isinstance(other, Surd):
            return Surd(self.plain * other, self.slope * other, self.square)
        return Surd(
            self.plain * other.plain + self.slope * other.slope * self.square,
            self.plain * other.slope + self.slope * other.plain,
            self.square,
        )

    def __truediv__(self, other: Surd) -> Surd:
        norm = other.plain * other.plain - other.slope * other.slope * other.square
        return self * Surd(other.plain, -other.slope, other.square) * (1 / norm)


def square_root(function: RationalFunction) -> RationalFunction | None:
    """Return a rational function whose square this is, or None if there is none over Q.

    Examples
    --------
    >>> from symrg.exact.polynomials import ring
    >>> x, y = ring("x", "y").fractions()
    >>> square_root((x - y) ** 2 / 4), square_root(x * y)
    ((x - y)/2, None)
    """
    parts = []
    for polynomial in (function.num, function.den):
        if polynomial == 0:
            return function
        content, factors = polynomial.factor()
        number = int(content)
        if number < 0 or isqrt(number) ** 2 != number or any(int(m) % 2 for _, m in factors):
            return None
        root = function.ring.context.constant(isqrt(number))
        for factor, multiplicity in factors:
            root = root * factor ** (int(multiplicity) // 2)
        parts.append(root)
    return function.ring.fraction(*parts)
