"""What ``symrg flow`` accepts: axes, windows and values, as a closed grammar of exact numbers."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from ._options import rational
from .errors import ModelError

__all__ = ["assignments", "axes_of", "formulas", "sign_pair", "window_of"]

_MOST_LETTERS = 200  # of a formula
_MOST_POWER = 20
_JOINED = {
    ast.Add: lambda x, y: x + y,
    ast.Sub: lambda x, y: x - y,
    ast.Mult: lambda x, y: x * y,
    ast.Div: lambda x, y: x / y,
}


def axes_of(text: str) -> tuple[str, str]:
    """Read two names separated by a comma.

    Raises
    ------
    ModelError
        If there are not two.

    Examples
    --------
    >>> axes_of("a, b")
    ('a', 'b')
    """
    names = [part.strip() for part in text.split(",")]
    if len(names) != 2 or not all(names):
        message = (
            f"--axes is {text[:60]!r}; give two factors separated by a comma, such as a,b, or couplings, such as A,B"
        )
        raise ModelError(message)
    return names[0], names[1]


def window_of(text: str) -> tuple[tuple[Fraction, Fraction], tuple[Fraction, Fraction]]:
    """Read left, right, bottom and top.

    Raises
    ------
    ModelError
        If a number is not exact, or there are not four.

    Examples
    --------
    >>> window_of("-1,1/2,0,3") == ((-1, Fraction(1, 2)), (0, 3))
    True
    """
    sides = [rational(part, "a side of --window") for part in text.split(",")]
    if len(sides) != 4:
        message = f"--window has {len(sides)} numbers; give four: left, right, bottom, top, such as --window=-1,3,-1,3"
        raise ModelError(message)
    return (sides[0], sides[1]), (sides[2], sides[3])


def formulas(texts: Sequence[str]) -> dict[str, Any]:
    """Read rational formulas such as ``b=(3+5*c)/(3+5*a*c)`` as SymPy expressions.

    Numbers are integers; names, ``+ - * / ^`` and parentheses are all there is: nothing is evaluated but these.

    Raises
    ------
    ModelError
        If there is no name, no formula, anything else in it, or two formulas for one name.

    Examples
    --------
    >>> formulas(["b=(3+5*c)/(3+5*a*c)", "d=c^2"])
    {'b': (5*c + 3)/(5*a*c + 3), 'd': c**2}
    """
    found: dict[str, Any] = {}
    for text in texts:
        name, formula = _named(text, found, "--slaved", "a factor and a formula, such as --slaved 'c=1/(a*b)'")
        try:
            if len(formula) > _MOST_LETTERS:
                raise ValueError
            found[name] = _expression(ast.parse(formula.replace("^", "**"), mode="eval").body)
        except (SyntaxError, ValueError) as error:
            message = (
                f"--slaved gives {name} as {formula[:60]!r}; write integers and factors of the axes joined by "
                f"+ - * / ^ and parentheses, such as 1/(a*b); at most {_MOST_LETTERS} letters and powers up to "
                f"{_MOST_POWER}"
            )
            raise ModelError(message) from error
        except ZeroDivisionError as error:
            message = f"--slaved gives {name} as {formula[:60]!r}, which divides by zero"
            raise ModelError(message) from error
    return found


def _named(text: str, known: Mapping[str, Any], option: str, wanted: str) -> tuple[str, str]:
    """Return the two sides of ``name=...``, a name that is not known yet."""
    name, equals, rest = (piece.strip() for piece in text.partition("="))
    if not (name and equals):
        message = f"{option} is {text[:60]!r}; give {wanted}"
        raise ModelError(message)
    if name in known:
        message = f"{option} gives {name} twice; give it once"
        raise ModelError(message)
    return name, rest


def _expression(node: ast.expr, most: int = _MOST_POWER) -> Any:
    """Return a SymPy expression, in which powers and powers of powers are at most ``most``.

    Raises
    ------
    ValueError
        For what is not in the grammar.
    """
    import sympy

    match node:
        case ast.Constant(value=int(number)) if not isinstance(number, bool):
            return sympy.Integer(number)
        case ast.Name(id=name):
            return sympy.Symbol(name)
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return -_expression(inner, most)
        case ast.BinOp(left=base, op=ast.Pow(), right=ast.Constant(value=int(power))) if 0 < power <= most:
            return _expression(base, most // power) ** power
        case ast.BinOp(left=left, op=operation, right=right) if type(operation) in _JOINED:
            first, second = _expression(left, most), _expression(right, most)
            if isinstance(operation, ast.Div) and second == 0:
                raise ZeroDivisionError
            return _JOINED[type(operation)](first, second)
    raise ValueError


def assignments(texts: Sequence[str]) -> dict[str, Fraction]:
    """Read values such as ``c=1/2``, several of them separated by commas.

    Raises
    ------
    ModelError
        If there is no name, no value, or two values for one name.

    Examples
    --------
    >>> assignments(["c=1/2", "d=2,e=-1"]) == {"c": Fraction(1, 2), "d": 2, "e": -1}
    True
    """
    found: dict[str, Fraction] = {}
    for text in texts:
        for part in text.split(","):
            name, value = _named(part, found, "--fixed", "a factor and its value, such as --fixed c=1/2")
            found[name] = rational(value, f"the value of {name}")
    return found


def sign_pair(text: str) -> tuple[Any, ...]:
    """Read two signs.

    Examples
    --------
    >>> sign_pair("1,-1") == (1, -1)
    True
    """
    return tuple(int(x) if x.denominator == 1 else x for x in (rational(p, "a sign") for p in text.split(",")))
