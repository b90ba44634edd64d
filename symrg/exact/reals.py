"""Real roots and signs of polynomials: Sturm's theorem in one variable, coefficients on an orthant in several."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

import flint

from ..errors import ModelError
from .numbers import to_fmpq

__all__ = ["constant_sign", "count_real_roots", "sturm_chain"]


def sturm_chain(coefficients: Sequence[Any]) -> tuple[Any, ...]:
    """Return the Sturm chain of the squarefree part of a polynomial in one variable.

    Parameters
    ----------
    coefficients : sequence of exact rationals
        Constant term first; not all zero.

    Returns
    -------
    tuple of flint.fmpq_poly
        p, p′, and the negated remainders.

    Raises
    ------
    ModelError
        For the polynomial 0.

    Examples
    --------
    >>> len(sturm_chain([-2, 0, 1]))
    3
    """
    polynomial = flint.fmpq_poly([to_fmpq(c) for c in coefficients])
    if polynomial == 0:
        message = "the polynomial 0 has a root everywhere; ask for the roots of another one"
        raise ModelError(message)
    polynomial = polynomial / polynomial.gcd(polynomial.derivative())
    chain = [polynomial, polynomial.derivative()]
    while chain[-1] != 0:
        chain.append(-(chain[-2] % chain[-1]))
    return tuple(chain[:-1])


def count_real_roots(coefficients: Sequence[Any], low: Any = None, high: Any = None) -> int:
    """Return the number of different real roots in the open interval (low, high), by Sturm's theorem.

    Parameters
    ----------
    coefficients : sequence of exact rationals
        Constant term first; not all zero.
    low, high : exact rational or None
        The ends; None for −∞ and ∞.

    Examples
    --------
    >>> count_real_roots([-2, 0, 1]), count_real_roots([-2, 0, 1], 0), count_real_roots([0, -1, 1], 0, 1)
    (2, 1, 0)
    """
    chain = sturm_chain(coefficients)
    below, above = (None if end is None else to_fmpq(end) for end in (low, high))
    if below is not None and above is not None and below >= above:
        return 0
    # the theorem counts the roots in (low, high]
    at_end = above is not None and chain[0](above) == 0
    return _changes(chain, below, -1) - _changes(chain, above, 1) - int(at_end)


def _changes(chain: Sequence[Any], at: Any, side: int) -> int:
    """Return the number of sign changes along a chain at a point, or at ±∞."""
    values = []
    for polynomial in chain:
        if at is not None:
            values.append(polynomial(at))
        else:
            degree = polynomial.degree()
            values.append(polynomial[degree] * (side**degree))
    signs = [value > 0 for value in values if value != 0]
    return sum(first != second for first, second in pairwise(signs))


def constant_sign(coefficients: Sequence[Any], low: Any = None, high: Any = None) -> int | None:
    """Return the sign of a polynomial if it has no root in the open interval (low, high), else None.

    Parameters
    ----------
    coefficients : sequence of exact rationals
        Constant term first.
    low, high : exact rational or None
        The ends; None for −∞ and ∞.

    Examples
    --------
    >>> constant_sign([1, -1, 1]), constant_sign([-1, 0, 1], 1), constant_sign([-1, 0, 1], 0)
    (1, 1, None)
    """
    if not any(coefficients) or count_real_roots(coefficients, low, high):
        return None
    value = flint.fmpq_poly([to_fmpq(c) for c in coefficients])(to_fmpq(_inside(low, high)))
    return 1 if value > 0 else -1


def _inside(low: Any, high: Any) -> Fraction:
    """Return a rational number in an open interval."""
    if low is None and high is None:
        return Fraction(0)
    if low is None:
        return Fraction(high) - 1
    if high is None:
        return Fraction(low) + 1
    return (Fraction(low) + Fraction(high)) / 2
