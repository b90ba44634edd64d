"""The best linear substitute of an activation: least squares under a Gaussian pre-activation, in closed form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy
from sympy.core.sympify import _sympify

from ..errors import DomainError, UnableError
from .activations import relu
from .alphabets import refuse_floats

__all__ = ["LinearSubstitute", "linear_substitute"]


@dataclass(frozen=True)
class LinearSubstitute:
    """The linear function slope · z + intercept nearest to f(z), for a Gaussian z.

    Parameters
    ----------
    slope, intercept : SymPy expressions
        Slope = Cov(f, z)/Var z.
    mean, second : SymPy expressions
        E f and E f².
    explained : SymPy expression
        The part of the variance of f that it explains: slope² Var z/Var f.
    """

    slope: Any
    intercept: Any
    mean: Any
    second: Any
    explained: Any


def linear_substitute(activation: Any, *, mean: Any = 0, deviation: Any = 1) -> LinearSubstitute:
    """Return the best linear substitute of ReLU or of erf under z with a Gaussian law, in closed form.

    Parameters
    ----------
    activation : relu or sympy.erf
        For erf the mean has to be 0.
    mean, deviation : exact numbers or SymPy expressions
        Of z; the deviation is positive.

    Raises
    ------
    DomainError
        If the deviation is known not to be positive.
    NotExactError
        For floats.
    UnableError
        For another activation, or erf away from mean 0.

    Examples
    --------
    >>> found = linear_substitute(relu)
    >>> found.slope, sympy.cancel(found.explained)
    (1/2, pi/(-2 + 2*pi))
    >>> linear_substitute(sympy.erf).second
    2*asin(2/3)/pi
    """
    m, s = _sympify(mean), _sympify(deviation)
    for value, what in ((m, "the mean"), (s, "the deviation")):
        refuse_floats(value, what=what)
    if s.is_positive is False:
        message = f"the deviation is {s}; a Gaussian pre-activation has a positive one"
        raise DomainError(message)
    if activation is relu:
        above = (1 + sympy.erf(m / (sympy.sqrt(2) * s))) / 2
        peak = sympy.exp(-(m**2) / (2 * s**2)) / sympy.sqrt(2 * sympy.pi)
        slope, first, second = above, m * above + s * peak, (m**2 + s**2) * above + m * s * peak
    elif activation is sympy.erf and m == 0:
        slope = 2 / sympy.sqrt(sympy.pi * (1 + 2 * s**2))
        first, second = sympy.S.Zero, 2 * sympy.asin(2 * s**2 / (1 + 2 * s**2)) / sympy.pi
    else:
        message = f"closed forms are known here for relu and for erf at mean 0, not for {activation} at mean {m}"
        raise UnableError(message)
    return LinearSubstitute(slope, first - slope * m, first, second, slope**2 * s**2 / (second - first**2))
