"""Exact evaluation of rational functions at points: rational, algebraic or symbolic ones."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import sympy

from ..errors import DomainError, UndefinedPointError
from ..exact.algebraic import AlgebraicNumber
from ..exact.edge import from_sympy
from ..exact.numbers import as_fraction
from ..exact.polynomials import RationalFunction, evaluate, ring

__all__ = ["as_sympy", "exact_value", "field_of", "is_zero", "undefined_message"]


def exact_value(value: Any, factor: Any) -> Any:
    """Return a value of a factor if it is exact; refuse floats.

    Raises
    ------
    NotExactError
        For a float, alone or inside an expression.
    """
    if isinstance(value, AlgebraicNumber):
        return value.to_sympy()
    if isinstance(value, sympy.Expr) and not value.is_Rational:
        if value.has(sympy.Float):
            as_fraction(value.atoms(sympy.Float).pop(), what=f"a number in the value of {factor}")
        return value
    fraction = as_fraction(value, what=f"the value of {factor}")
    return sympy.Rational(fraction.numerator, fraction.denominator) if isinstance(value, sympy.Basic) else fraction


def as_sympy(value: Any) -> Any:
    """Return a Fraction as a SymPy rational, and SymPy objects as they are."""
    return sympy.Rational(value.numerator, value.denominator) if isinstance(value, Fraction) else value


class _Rationals:
    """Evaluation at rational points."""

    @staticmethod
    def evaluate(function: RationalFunction, values: Sequence[Any], name: Any) -> Any:
        fractions = [as_fraction(v) for v in values]
        below = evaluate(function.den, fractions, Fraction(1))
        above = evaluate(function.num, fractions, Fraction(1))
        if below == 0:
            raise UndefinedPointError(undefined_message(name, values, above == 0))
        result = above / below
        return as_sympy(result) if any(isinstance(v, sympy.Basic) for v in values) else result


class _Algebraics:
    """Evaluation at SymPy algebraic numbers, in the number field that they generate."""

    @staticmethod
    def evaluate(function: RationalFunction, values: Sequence[Any], name: Any) -> Any:
        field, elements = _number_field([as_sympy(v) for v in values])
        below = evaluate(function.den, elements, field.one)
        above = evaluate(function.num, elements, field.one)
        if not below:
            raise UndefinedPointError(undefined_message(name, values, not above))
        return field.to_sympy(above / below)


def _number_field(numbers: Sequence[Any]) -> tuple[Any, list[Any]]:
    """Return the number field that SymPy numbers generate, and them as its elements.

    Raises
    ------
    DomainError
        If one is no algebraic number: whether an expression in e and π is zero is not decided here.
    """
    field, elements = sympy.construct_domain(numbers, extension=True, field=True)
    if not (field.is_QQ or field.is_QQ_I or field.is_AlgebraicField):
        message = (
            f"({', '.join(map(str, numbers))}) is no point of algebraic numbers; put a symbol where a number is not "
            "algebraic, or give a rational one"
        )
        raise DomainError(message)
    return field, elements


class _Expressions:
    """Evaluation at symbolic points, as rational functions of their symbols."""

    @staticmethod
    def evaluate(function: RationalFunction, values: Sequence[Any], name: Any) -> Any:
        expressions = [as_sympy(v) for v in values]
        symbols = sorted({s for v in expressions for s in v.free_symbols}, key=sympy.default_sort_key)
        base = ring(*(str(s) for s in symbols))
        generators = dict(zip(symbols, base.fractions(), strict=True))
        try:
            result = function.compose([from_sympy(v, base, generators) for v in expressions])
        except UndefinedPointError as error:
            raise UndefinedPointError(undefined_message(name, values, None)) from error
        return result.to_sympy(symbols)


def undefined_message(name: Any, values: Sequence[Any], both: bool | None) -> str:
    """Return the message for a point where an image is not defined."""
    kind = {True: "0/0", False: "a zero denominator", None: "a denominator that is zero identically"}[both]
    return (
        f"the image of {name} is not defined at ({', '.join(map(str, values))}): {kind}; "
        "such points are punctures, not fixed points"
    )


def field_of(values: Sequence[Any]) -> Any:
    """Return how to evaluate at a point: in Q, in a number field, or as rational functions."""
    if all(isinstance(v, Fraction) or v.is_Rational for v in values):
        return _Rationals
    if all(isinstance(v, Fraction) or v.is_number for v in values):
        return _Algebraics
    return _Expressions


def is_zero(difference: Any) -> bool:
    """Decide whether an exact number or a rational expression is zero."""
    if isinstance(difference, Fraction) or difference.is_Rational:
        return bool(difference == 0)
    if difference.is_number:
        _, (element,) = _number_field([difference])
        return not element
    symbols = sorted(difference.free_symbols, key=sympy.default_sort_key)
    base = ring(*(str(s) for s in symbols))
    return not from_sympy(difference, base, dict(zip(symbols, base.fractions(), strict=True)))
