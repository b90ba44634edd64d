"""The polynomial basis of functions on finite alphabets.

Every function of the state is one polynomial of degree below the alphabet's size in each variable, modulo
∏ (x − a): h² = h on {0, 1} and s² = 1 on {−1, 1} are its best known cases.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import sympy

from ..errors import ModelError
from ._lagrange import basis_exponents, coefficients, interpolation_matrix
from ._quotient import Quotient
from .alphabets import as_rational, refuse_floats
from .variables import Variable, require_finite, states

__all__ = ["basis_exponents", "basis_monomials", "coefficients", "interpolation_matrix", "project", "reduce"]


def project(function: sympy.Expr | Mapping[Any, Any] | Callable[..., Any], variables: Iterable[Variable]) -> sympy.Expr:
    """Return the polynomial of the basis that agrees with a function on every state.

    Parameters
    ----------
    function : SymPy expression, mapping, or callable
        An expression in the variables, where other symbols are coefficients; a mapping from states to
        values; or a callable that takes one exact SymPy number for each variable. Values are exact
        numbers or SymPy expressions.
    variables : iterable of Variable
        Variables with finite alphabets; their order is that of the states.

    Returns
    -------
    sympy.Expr
        The polynomial, of degree below the alphabet's size in each variable, written as a sum of
        coefficient × monomial. Coefficients that are rational functions have one form; other functions
        in them (logarithms, roots) count as further symbols.

    Raises
    ------
    ModelError
        If a variable is continuous, comes twice, or a mapping misses a state.
    NotExactError
        If a value is a float.
    DomainError
        If the function has no finite value at a state.

    Examples
    --------
    >>> h, s = Variable("h", (0, 1)), Variable("s", (-1, 1))
    >>> project(sympy.log(2 + h), [h])
    h*(-log(2) + log(3)) + log(2)
    >>> project({(0,): 4, (1,): 7}, [h])
    3*h + 4
    >>> project(lambda h, s: h * abs(s), [h, s])
    h
    """
    ordered = require_finite(variables)
    if isinstance(function, sympy.Expr):
        refuse_floats(function)
        return Quotient(ordered, on_states=True).reduce(function)
    if isinstance(function, Mapping):
        values = _looked_up(function, ordered)
    elif callable(function):
        values = [_exact_value(function(*state), state) for state in states(ordered)]
    else:
        return _exact_value(function, ())
    return Quotient(ordered, on_states=True).interpolate(values)


def reduce(expression: sympy.Expr, variables: Iterable[Variable]) -> sympy.Expr:
    """Return a polynomial expression modulo ∏ (x − a) of each variable's alphabet.

    Parameters
    ----------
    expression : SymPy expression
        A polynomial in the variables; other symbols are coefficients.
    variables : iterable of Variable
        Variables with finite alphabets.

    Returns
    -------
    sympy.Expr
        The same function of the states, of degree below the alphabet's size in each variable, in the
        same form as :func:`project` gives.

    Raises
    ------
    DomainError
        If the expression is no polynomial in the variables; :func:`project` handles those.
    ModelError
        If a variable is continuous or comes twice.
    NotExactError
        If there is a float in the expression.

    Examples
    --------
    >>> h, s = Variable("h", (0, 1)), Variable("s", (-1, 0, 1))
    >>> reduce((h + s)**3, [h, s])
    3*h*s**2 + 3*h*s + h + s
    """
    ordered = require_finite(variables)
    given = expression if isinstance(expression, sympy.Expr) else _exact_value(expression, ())
    refuse_floats(given)
    return Quotient(ordered, on_states=False).reduce(given)


def basis_monomials(variables: Iterable[Variable]) -> tuple[sympy.Expr, ...]:
    """Return the monomials of the basis, highest first, as :func:`coefficients` orders them.

    Examples
    --------
    >>> basis_monomials([Variable("h", (0, 1)), Variable("s", (0, 1))])
    (h*s, h, s, 1)
    """
    ordered = require_finite(variables)
    exponents = basis_exponents(len(variable.alphabet) for variable in ordered)
    return tuple(sympy.Mul(*(v**e for v, e in zip(ordered, row, strict=True))) for row in exponents)


def _looked_up(table: Mapping[Any, Any], variables: tuple[Variable, ...]) -> list[sympy.Expr]:
    known: dict[tuple[sympy.Rational, ...], Any] = {}
    for key, value in table.items():
        entries = key if isinstance(key, tuple | sympy.Tuple) else (key,)
        known[tuple(as_rational(entry, what=f"an entry of state {key}") for entry in entries)] = value
    wanted = states(variables)
    missing = [state for state in wanted if state not in known]
    if missing or len(known) != len(wanted):
        extra = sorted(set(known) - set(wanted), key=str)
        problem = f"has no value for state {missing[0]}" if missing else f"has the unknown state {extra[0]}"
        message = f"the mapping {problem}; give one value for each of the {len(wanted)} states of {variables}"
        raise ModelError(message)
    return [_exact_value(known[state], state) for state in wanted]


def _exact_value(value: Any, state: tuple[Any, ...]) -> sympy.Expr:
    what = f"the value at state {state}" if state else "the expression"
    if isinstance(value, sympy.Expr):
        refuse_floats(value, what=what)
        return value
    return as_rational(value, what=what)
