"""Activation functions that are exact: rational arguments in, rational values out, symbols left alone.

They are symrg's own because SymPy's differ at the edge: ``Heaviside(0)`` is 1/2 there and ``sign(0)`` is 0.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cache
from types import MappingProxyType
from typing import Any

import sympy
from sympy.core.function import FunctionClass

from ..errors import ModelError, NotExactError, SymrgError
from ..exact.numbers import as_fraction
from .alphabets import as_rational, refuse_floats

__all__ = [
    "ACTIVATIONS",
    "Activation",
    "activation_function",
    "activation_value",
    "clipped_relu",
    "heaviside",
    "relu",
    "sign",
]

Exact = int | Fraction


class Activation(sympy.Function):
    """Base class of the exact activation functions of one rational argument.

    A subclass gives ``value``, the function on exact rationals, ``int`` or ``Fraction``. Applied to anything
    else, symbols for instance, it stays as it is; a float is refused.

    Attributes
    ----------
    display_name : str
        Its name in prose.

    Examples
    --------
    >>> isinstance(heaviside(sympy.Symbol("x")), Activation)
    True
    """

    nargs = 1
    is_real = True
    display_name = "activation"

    @staticmethod
    def value(argument: Exact) -> Exact:
        """Return the value at an exact rational argument."""
        return argument

    @classmethod
    def eval(cls, argument: sympy.Expr) -> sympy.Expr | None:
        """Evaluate on exact rational arguments only; SymPy calls this."""
        if argument.is_Float:
            as_fraction(argument, what=f"the argument of {cls.display_name}")
        if not argument.is_Rational:
            return None
        exact = Fraction(int(argument.p), int(argument.q))
        return as_rational(cls.value(exact), what=f"the value of {cls.display_name} at {argument}")

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        """Write it for SymPy's printer, which would set what follows an underscore as a subscript."""
        name = self.display_name.replace("_", r"\_").replace(" ", r"\ ")
        power = "" if exp is None else f"^{{{exp}}}"
        return rf"\operatorname{{{name}}}{power}{{\left({printer._print(self.args[0])} \right)}}"


class heaviside(Activation):  # noqa: N801 - lower case as the function it is
    """The step function: 0 for x < 0, 1 otherwise; so heaviside(0) = 1. Eq. (16) of Lee, Lee and Yi 2024.

    Examples
    --------
    >>> heaviside(-1), heaviside(0), heaviside(sympy.Symbol("x"))
    (0, 1, heaviside(x))
    """

    is_integer = True
    is_nonnegative = True
    display_name = "heaviside"

    @staticmethod
    def value(argument: Exact) -> Exact:
        """Return 1 for a non-negative argument, else 0."""
        return 1 if argument >= 0 else 0


class sign(Activation):  # noqa: N801 - lower case as the function it is
    """The sign: −1 for x < 0, +1 otherwise; so sign(0) = +1.

    Examples
    --------
    >>> sign(-2), sign(0), sign(3)
    (-1, 1, 1)
    """

    is_integer = True
    is_nonzero = True
    display_name = "sign"

    @staticmethod
    def value(argument: Exact) -> Exact:
        """Return +1 for a non-negative argument, else −1."""
        return 1 if argument >= 0 else -1


class relu(Activation):  # noqa: N801 - lower case as the function it is
    """The rectifier max(x, 0).

    Examples
    --------
    >>> relu(-2), relu(sympy.Rational(3, 2))
    (0, 3/2)
    """

    is_nonnegative = True
    display_name = "relu"

    @staticmethod
    def value(argument: Exact) -> Exact:
        """Return max(argument, 0)."""
        return max(argument, 0)


class clipped_relu(Activation):  # noqa: N801 - lower case as the function it is
    """The rectifier clipped at one, min(max(x, 0), 1).

    Examples
    --------
    >>> clipped_relu(-2), clipped_relu(sympy.Rational(1, 2)), clipped_relu(3)
    (0, 1/2, 1)
    """

    is_nonnegative = True
    display_name = "clipped relu"

    @staticmethod
    def value(argument: Exact) -> Exact:
        """Return min(max(argument, 0), 1)."""
        return min(max(argument, 0), 1)


ACTIVATIONS: Mapping[str, type[Activation]] = MappingProxyType(
    {"heaviside": heaviside, "sign": sign, "relu": relu, "clipped_relu": clipped_relu}
)
"""The activations by the name a command line uses."""


def activation_value(activation: Any, argument: Any) -> Fraction:
    """Return the exact value of an activation at an exact rational argument.

    Parameters
    ----------
    activation : SymPy function or Lambda, SymPy expression in one symbol, or callable on exact numbers
        The activation. A plain Python callable is given a ``Fraction``.
    argument : exact rational
        The preactivation.

    Raises
    ------
    NotExactError
        If the argument, or the value, is not an exact rational number.
    ModelError
        If the activation is none of these.

    Examples
    --------
    >>> x = sympy.Symbol("x")
    >>> activation_value(heaviside, 0), activation_value(x**2, Fraction(1, 2))
    (Fraction(1, 1), Fraction(1, 4))
    >>> activation_value(lambda x: abs(x), -3)
    Fraction(3, 1)
    """
    at = as_rational(argument, what="the argument of the activation")
    value = activation_function(activation)(at)
    if isinstance(value, sympy.Basic) and not value.is_Rational:
        message = (
            f"the activation's value at {at} is {value}, no exact rational number; use one with rational values there, "
            "such as heaviside, sign, relu, clipped_relu or a polynomial"
        )
        raise NotExactError(message)
    return as_fraction(value, what=f"the activation's value at {at}")


def activation_function(activation: Any) -> Callable[[sympy.Expr], sympy.Expr]:
    """Return an activation in the one form that applies to SymPy expressions.

    Parameters
    ----------
    activation : SymPy function or Lambda, SymPy expression in one symbol, or callable on exact numbers
        What the user gave. A plain Python callable becomes a SymPy function that evaluates on rational
        arguments and stays unevaluated on symbols.

    Raises
    ------
    ModelError
        If it is none of these.
    NotExactError
        If it contains a float.

    Examples
    --------
    >>> x = sympy.Symbol("x")
    >>> activation_function(1 - x)(x**2)
    1 - x**2
    >>> double = lambda x: 2 * x
    >>> activation_function(double)(sympy.Integer(3))
    6
    """
    if isinstance(activation, type) and issubclass(activation, Activation):
        return activation
    if isinstance(activation, FunctionClass):
        if 1 not in activation.nargs:
            message = f"the activation {activation} is not a function of one variable; use a Lambda(x, ...) of it"
            raise ModelError(message)
        return activation
    if isinstance(activation, sympy.Lambda):
        refuse_floats(activation, what="the activation")
        if len(activation.signature) != 1 or activation.free_symbols:
            message = f"the activation {activation} is not a function of one variable; use Lambda(x, ...)"
            raise ModelError(message)
        return activation
    if isinstance(activation, sympy.Expr):
        refuse_floats(activation, what="the activation")
        symbols = activation.free_symbols
        if len(symbols) != 1:
            message = f"the activation {activation} has {len(symbols)} free symbols; it needs exactly one"
            raise ModelError(message)
        return sympy.Lambda(tuple(symbols), activation)
    if callable(activation):
        return _wrap(activation)
    message = (
        f"the activation is {activation!r}; use heaviside, sign, relu, clipped_relu, a SymPy function or "
        "expression in one symbol, or a callable on exact numbers"
    )
    raise ModelError(message)


@cache  # an evicted entry would make a second, different function of the same callable
def _wrap(function: Callable[..., Any]) -> type[Activation]:
    # One class per callable, so that equal callables give equal expressions.
    name = getattr(function, "__name__", "")
    if not name.isidentifier():  # a lambda
        name = ""
    called = f"the activation {name}".rstrip()

    def value(argument: Exact) -> Exact:
        try:
            found = function(Fraction(argument))
        except SymrgError:
            raise
        except Exception as error:  # the user's code may raise anything; say where it did
            message = f"{called} raised {type(error).__name__} at {argument}: {error}"
            raise ModelError(message) from error
        return as_fraction(found, what=f"the value of {called} at {argument}")

    named = name or "activation"
    return type(named, (Activation,), {"value": staticmethod(value), "display_name": named})
