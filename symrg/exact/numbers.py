"""The door: exact numbers come in, floats stay outside."""

from __future__ import annotations

from fractions import Fraction
from numbers import Rational as _RationalNumber
from typing import Any

import flint

from ..errors import NotExactError

__all__ = ["as_fraction", "format_fraction", "to_fmpq"]


_LONG = 1 << 4096


class _Lowest:
    """Numerator and denominator without a common divisor, as Python's tower of numbers wants them."""

    def __init__(self, numerator: int, denominator: int) -> None:
        self.numerator, self.denominator = numerator, denominator


_RationalNumber.register(_Lowest)


def as_fraction(value: Any, *, what: str = "a number") -> Fraction:
    """Return an exact rational as :class:`fractions.Fraction`; refuse everything else.

    Parameters
    ----------
    value : int, Fraction, flint.fmpz, flint.fmpq or SymPy rational
        The number.
    what : str
        How the error message names it.

    Raises
    ------
    NotExactError
        For floats, complex floats, strings and symbolic expressions.

    Examples
    --------
    >>> as_fraction(3), as_fraction(Fraction(1, 2))
    (Fraction(3, 1), Fraction(1, 2))
    """
    if type(value) is Fraction and type(value.numerator) is int:
        return value
    if isinstance(value, int | _RationalNumber) and not isinstance(value, bool):
        return Fraction(int(value.numerator), int(value.denominator))  # plain int, not a fixed-width one
    if isinstance(value, flint.fmpz):
        return Fraction(int(value))
    if isinstance(value, flint.fmpq):
        lowest: Any = _Lowest(int(value.p), int(value.q))
        # of two integers Python looks for a common divisor, in quadratic time; a rational number is taken as it is
        return Fraction(lowest) if lowest.denominator > _LONG else Fraction(lowest.numerator, lowest.denominator)
    if getattr(value, "is_Rational", False):  # a SymPy rational, without importing SymPy
        return Fraction(int(value.p), int(value.q))
    if isinstance(value, float) or getattr(value, "is_Float", False) or hasattr(value, "dtype"):
        message = f"{what} is the inexact {value!r}; " + _exact_alternative(value)
        raise NotExactError(message)
    message = (
        f"{what} is {value!r} ({type(value).__name__}), not an exact rational number; "
        "use int, fractions.Fraction or sympy.Rational"
    )
    raise NotExactError(message)


def _exact_alternative(value: Any) -> str:
    try:
        near = Fraction(float(value)).limit_denominator(1000)
    except (ValueError, OverflowError):
        return "it has no exact value: give a finite rational number"
    return f"give the exact number you mean, for instance Fraction({near.numerator}, {near.denominator})"


def to_fmpq(value: Any, *, what: str = "a number") -> flint.fmpq:
    """Return an exact rational as ``flint.fmpq``; raises as :func:`as_fraction` does.

    Examples
    --------
    >>> to_fmpq(Fraction(-2, 4))
    -1/2
    """
    fraction = as_fraction(value, what=what)
    return flint.fmpq(fraction.numerator, fraction.denominator)


def format_fraction(value: Any) -> str:
    """Write an exact rational as symrg's JSON does: ``"-2/3"``, ``"5"``.

    Examples
    --------
    >>> format_fraction(Fraction(-2, 3)), format_fraction(5)
    ('-2/3', '5')
    """
    return str(as_fraction(value))
