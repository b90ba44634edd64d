"""Real points of plane algebraic curves: branches that never change partners, each point isolated exactly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from math import cos, exp, log, pi
from typing import Any

import flint

from .numbers import to_fmpq

__all__ = ["branches", "coefficients_in", "real_roots"]

_NODES = 96  # for the whole width of a window
_FEWEST = 12  # between two critical abscissae
_GRID = 2**30  # abscissae are taken from this grid, so that roots are those of short polynomials
_CLOSE = Fraction(1, 10**8)  # of an interval: how near its ends the first and last point are

Window = tuple[tuple[Fraction, Fraction], tuple[Fraction, Fraction]]
Branch = tuple[tuple[Fraction, Fraction], ...]


def coefficients_in(polynomial: Any, generator: int, value: Fraction | None = None) -> list[Fraction]:
    """Return the coefficients of a polynomial in one of its two generators, constant term first.

    Parameters
    ----------
    polynomial : flint.fmpz_mpoly
        In two generators.
    generator : int
        0 or 1: the one that is kept.
    value : Fraction, optional
        Of the other one, which may be left out where it does not occur.

    Examples
    --------
    >>> from symrg.exact.polynomials import ring
    >>> x, y = ring("x", "y").gens
    >>> coefficients_in(x * y**2 - 1, 1, Fraction(2)) == [-1, 0, 2]
    True
    """
    found = [Fraction(0)] * (polynomial.degrees()[generator] + 1 if polynomial != 0 else 1)
    for exponents, coefficient in polynomial.terms():
        power = int(exponents[1 - generator])
        found[exponents[generator]] += int(coefficient) * (value**power if power and value is not None else 1)
    return found


def real_roots(coefficients: Sequence[Fraction]) -> list[Fraction]:
    """Return the distinct real roots in rising order, each the midpoint of a ball that isolates it.

    Parameters
    ----------
    coefficients : sequence of Fraction
        Constant term first; none of them non-zero means that there is no root to name.

    Examples
    --------
    >>> [round(float(x), 6) for x in real_roots([Fraction(-2), Fraction(0), Fraction(1)])]
    [-1.414214, 1.414214]
    >>> real_roots([Fraction(-3), Fraction(2)])
    [Fraction(3, 2)]
    """
    while coefficients and not coefficients[-1]:
        coefficients = coefficients[:-1]
    if len(coefficients) == 2:
        return [-coefficients[0] / coefficients[1]]
    polynomial = flint.fmpq_poly([to_fmpq(c) for c in coefficients])
    balls = [ball.real for ball, _ in polynomial.numer().complex_roots() if ball.imag == 0] if polynomial else []
    return sorted(map(_middle, balls))


def _middle(ball: Any) -> Fraction:
    mantissa, exponent = ball.mid().man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


def branches(polynomial: Any, window: Window, *, geometric: bool = False) -> Iterator[Branch]:
    """Yield the real branches of a curve over the width of a window, as sequences of its points.

    Between two neighbouring real zeros of the discriminant and of the leading coefficient the number of real roots is
    constant and they keep their order, so that the k-th one is joined to the k-th one: nothing is guessed. Lines of
    constant abscissa are drawn over the height of the window. Points may lie above or below the window.

    Parameters
    ----------
    polynomial : flint.fmpz_mpoly
        Irreducible, in two generators: abscissa and ordinate.
    window : ((left, right), (bottom, top))
        Exact rationals.
    geometric : bool
        Whether the points shall be as dense in the logarithm of the abscissa, which has one sign throughout.

    Examples
    --------
    >>> from symrg.exact.polynomials import ring
    >>> x, y = ring("x", "y").gens
    >>> box = ((Fraction(-2), Fraction(2)), (Fraction(-2), Fraction(2)))
    >>> circle = list(branches(x**2 + y**2 - 1, box))
    >>> len(circle), all(abs(u**2 + v**2 - 1) < Fraction(1, 2**40) for branch in circle for u, v in branch)
    (2, True)
    >>> [[tuple(map(str, p)) for p in branch] for branch in branches(2 * x - 3, box)]
    [[('3/2', '-2'), ('3/2', '2')]]
    """
    (left, right), (bottom, top) = window
    degree = polynomial.degrees()[1]
    if degree == 0:
        for x in real_roots(coefficients_in(polynomial, 0)):
            if left <= x <= right:
                yield ((x, bottom), (x, top))
        return
    ends = [left, *_critical(polynomial, degree, left, right), right]
    for low, high in pairwise(ends):
        nodes = _nodes(low, high, right - left) if not geometric else _geometric_nodes(low, high, left, right)
        columns = [(x, real_roots(coefficients_in(polynomial, 1, x))) for x in nodes]
        for k in range(len(columns[0][1])):
            yield tuple((x, roots[k]) for x, roots in columns if k < len(roots))


def _critical(polynomial: Any, degree: int, left: Fraction, right: Fraction) -> list[Fraction]:
    """Return the abscissae inside the window at which real roots may meet, appear or run away."""
    leading = polynomial.context().from_dict(
        {exponents: c for exponents, c in polynomial.to_dict().items() if exponents[1] == degree}
    )
    found = set(real_roots(coefficients_in(leading, 0)))
    if degree > 1:
        other = polynomial.context().names()[1]
        found.update(real_roots(coefficients_in(polynomial.discriminant(other), 0)))
    return sorted(x for x in found if left < x < right)


def _nodes(low: Fraction, high: Fraction, width: Fraction) -> list[Fraction]:
    """Return abscissae that get dense towards both ends, where curves may be steep."""
    length = high - low
    count = max(_FEWEST, round(_NODES * abs(length) / width))
    inner = [Fraction(round((1 - cos(pi * k / count)) / 2 * _GRID), _GRID) for k in range(1, count)]
    return [low + t * length for t in (_CLOSE, *inner, 1 - _CLOSE)]


def _geometric_nodes(low: Fraction, high: Fraction, left: Fraction, right: Fraction) -> list[Fraction]:
    """Return abscissae of one sign that get dense towards both ends of the logarithm's interval."""
    start, end = (log(abs(x)) for x in (low, high))
    inner = _nodes(Fraction(start), Fraction(end), abs(Fraction(log(abs(right))) - Fraction(log(abs(left)))))
    sign = 1 if low > 0 else -1
    found = (sign * Fraction(exp(float(x))) for x in inner)
    return [x for x in found if low < x < high]
