"""The order in which terms and factors are written: the same every time, and as a physicist would."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sympy

from .names import natural_key

__all__ = ["ordered_factors", "ordered_terms"]

# Letters that usually stand for parameters: written in front of the variables they multiply.
_PARAMETERS = frozenset(("alpha", "beta", "gamma", "delta", "epsilon", "eta", "kappa", "lambda", "lamda", "mu", "nu"))
_BIG = (sympy.Sum, sympy.Product, sympy.Integral, sympy.Limit, sympy.Derivative)


def _rank(factor: Any) -> tuple[Any, ...]:
    base, power = (factor.base, factor.exp) if isinstance(factor, sympy.Pow) else (factor, sympy.S.One)
    # Printing is slow; symbols have a name, and most powers are numbers.
    name = base.name if isinstance(base, sympy.Symbol) else str(base)
    return (_class_rank(base), natural_key(name), () if power.is_Integer else natural_key(str(power)))


def _class_rank(base: Any) -> int:
    if base.is_Number:
        return 0
    if base is sympy.I:
        return 2
    if isinstance(base, sympy.NumberSymbol):
        return 1
    if isinstance(base, sympy.Symbol):
        if hasattr(base, "alphabet"):  # a degree of freedom; its coupling stands before it
            return 5
        return 3 if base.name.split("_")[0].split("^")[0] in _PARAMETERS else 4
    if isinstance(base, sympy.Add):
        return 7
    if isinstance(base, sympy.exp):
        return 8
    if isinstance(base, _BIG) or type(base).__name__ == "StateSum":
        return 10
    return 6 if isinstance(base, sympy.core.function.AppliedUndef | sympy.Indexed) else 9


def ordered_factors(factors: Iterable[Any]) -> list[Any]:
    """Return commuting factors in writing order; the others follow in the order given.

    Constants, parameters, symbols, variables, sums in brackets, exponentials, functions, large operators.

    Examples
    --------
    >>> h, beta = sympy.symbols("h beta")
    >>> ordered_factors((sympy.log(h), 1 - h, h, beta))
    [beta, h, 1 - h, log(h)]
    """
    given = list(factors)
    commuting = [factor for factor in given if factor.is_commutative is not False]
    rest = [factor for factor in given if factor.is_commutative is False]
    return sorted(commuting, key=_rank) + rest


def _monomial(term: Any) -> dict[Any, Any]:
    """Return a term's generators with their rational exponents; e^A and u^h count as generators."""
    found: dict[Any, Any] = {}
    for factor in sympy.Mul.make_args(term):
        if factor.is_Number:
            continue
        if isinstance(factor, sympy.exp):
            for addend in sympy.Add.make_args(factor.exp):
                power, rest = addend.as_coeff_Mul()
                _raise(found, sympy.exp(rest, evaluate=False), power)
        elif isinstance(factor, sympy.Pow):
            for addend in sympy.Add.make_args(factor.exp):
                power, rest = addend.as_coeff_Mul()
                _raise(found, sympy.Pow(factor.base, rest, evaluate=False) if rest != 1 else factor.base, power)
        else:
            _raise(found, factor, sympy.S.One)
    return found


def _raise(found: dict[Any, Any], generator: Any, power: Any) -> None:
    found[generator] = found.get(generator, sympy.S.Zero) + power


def is_negative(term: Any) -> bool:
    """Whether a term is written with a minus sign."""
    coefficient = term.as_coeff_Mul()[0]
    return bool(coefficient.is_Rational and coefficient < 0)


def ordered_terms(terms: Sequence[Any]) -> list[Any]:
    """Return the terms of a sum in writing order.

    Polynomials go down in degree; sums with exponentials go up, constant first. A sum that would start with
    a minus sign is turned round if its other end is positive.

    Examples
    --------
    >>> A, B, u, h = sympy.symbols("A B u h")
    >>> ordered_terms((2, 3 * u, 3 * u**2))
    [3*u**2, 3*u, 2]
    >>> ordered_terms((3 * sympy.exp(A + B), sympy.exp(B), sympy.S(2)))
    [2, exp(B), 3*exp(A + B)]
    >>> ordered_terms((-h, sympy.S(1)))
    [1, -h]
    """
    whole = [sympy.Integer(term) if isinstance(term, int) else term for term in terms]
    monomials = [_monomial(term) for term in whole]
    generators = sorted({generator for monomial in monomials for generator in monomial}, key=_rank)
    ascending = any(isinstance(generator, sympy.exp) for generator in generators)

    def key(place: int) -> tuple[Any, ...]:
        monomial = monomials[place]
        powers = [monomial.get(generator, sympy.S.Zero) for generator in generators]
        degree = sum(powers, sympy.S.Zero)
        if ascending:
            return (any(powers), abs(degree), bool(degree < 0), [-power for power in powers])
        return (-degree, [-power for power in powers])

    order = sorted(range(len(whole)), key=key)
    result = [whole[place] for place in order]
    if is_negative(result[0]) and not is_negative(result[-1]):
        result.reverse()
    return result
