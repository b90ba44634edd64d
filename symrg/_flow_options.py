"""What ``symrg flow`` accepts: axes, windows and values, as a closed grammar of exact numbers."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from ._options import rational
from .errors import ModelError

__all__ = ["assignments", "axes_of", "sign_pair", "window_of"]


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
        message = f"--axes is {text[:60]!r}; give two factors separated by a comma, such as a,b"
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
            name, equals, value = (piece.strip() for piece in part.partition("="))
            if not (name and equals):
                message = f"--fixed is {part[:60]!r}; give a factor and its value, such as --fixed c=1/2"
                raise ModelError(message)
            if name in found:
                message = f"--fixed gives {name} twice; give it once"
                raise ModelError(message)
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
