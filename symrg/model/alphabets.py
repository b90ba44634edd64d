"""The door for what a model is made of: exact rational numbers and ordered alphabets; no floats."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import Any

import sympy

from ..errors import ModelError
from ..exact.numbers import as_fraction

__all__ = ["as_alphabet", "as_rational", "refuse_floats"]


def as_rational(value: Any, *, what: str = "a number") -> sympy.Rational:
    """Return an exact rational number as a SymPy rational; refuse floats and everything else.

    Parameters
    ----------
    value : int, Fraction, flint.fmpq or SymPy rational
        The number.
    what : str
        How the error message names it.

    Raises
    ------
    NotExactError
        If the value is not an exact rational number.

    Examples
    --------
    >>> from fractions import Fraction
    >>> as_rational(Fraction(2, 4))
    1/2
    """
    if type(value) is int:
        return sympy.Integer(value)
    fraction = as_fraction(value, what=what)
    return sympy.Rational(int(fraction.numerator), int(fraction.denominator))


def as_alphabet(values: Any, *, what: str = "the alphabet") -> Any:
    """Return an alphabet as a tuple of SymPy rationals in the order given, or ``sympy.S.Reals``.

    Parameters
    ----------
    values : iterable of exact rationals, or sympy.S.Reals
        The values, each once; the first one is the reference state.
    what : str
        How the error messages name the alphabet.

    Raises
    ------
    ModelError
        If there is no value, a value comes twice, or the values have no order (a set).
    NotExactError
        If a value is not an exact rational number.

    Examples
    --------
    >>> as_alphabet((0, 1)), as_alphabet(sympy.S.Reals)
    ((0, 1), Reals)
    """
    if values is sympy.S.Reals:
        return values
    unordered = str | bytes | AbstractSet | Mapping | sympy.Set
    ordered = isinstance(values, tuple | list) or (isinstance(values, Iterable) and not isinstance(values, unordered))
    if not ordered:
        message = (
            f"{what} is {values!r}; give a tuple of exact rational numbers such as (0, 1), "
            "in order, because the first one is the reference state"
        )
        raise ModelError(message)
    alphabet = tuple(as_rational(value, what=f"a value of {what}") for value in values)
    if not alphabet:
        message = f"{what} is empty; give at least one value, for instance (0, 1)"
        raise ModelError(message)
    if len(set(alphabet)) < len(alphabet):
        repeated = sorted({value for value in alphabet if alphabet.count(value) > 1})
        message = f"{what} {_show(alphabet)} lists {_show(repeated)} more than once; list each value once"
        raise ModelError(message)
    return alphabet


def refuse_floats(expression: sympy.Basic, *, what: str = "the expression") -> None:
    """Refuse a SymPy expression with a floating-point number in it.

    Parameters
    ----------
    expression : SymPy expression
        Any expression.
    what : str
        How the error message names it.

    Raises
    ------
    NotExactError
        If there is one; the message shows the exact alternative.

    Examples
    --------
    >>> refuse_floats(sympy.Rational(1, 2) * sympy.Symbol("x"))
    """
    floats = sorted(expression.atoms(sympy.Float))
    if floats:
        as_fraction(floats[0], what=f"a number in {what}")  # raises, and shows the exact alternative


def _show(values: Iterable[Any]) -> str:
    return "(" + ", ".join(map(str, values)) + ")"
