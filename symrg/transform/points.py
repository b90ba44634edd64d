"""Exact evaluation of rational functions at points: rational, algebraic or symbolic ones."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm
from typing import Any

import flint
import sympy

from ..errors import DomainError, ModelError, UnableError, UndefinedPointError
from ..exact.algebraic import AlgebraicNumber, algebraic_number
from ..exact.edge import from_sympy
from ..exact.number_fields import FieldElement, NumberField, common_field
from ..exact.numbers import as_fraction, to_fmpq
from ..exact.polynomials import RationalFunction, evaluate, ring
from ..exact.symbolic_powers import PolynomialMatrix

__all__ = ["as_sympy", "check_steps", "exact_value", "field_of", "in_number_field", "is_zero", "undefined_message"]


def check_steps(steps: Any, what: str) -> None:
    """Refuse what is no number of steps.

    Raises
    ------
    ModelError
        If it is negative or no integer.
    """
    if isinstance(steps, bool) or not isinstance(steps, int) or steps < 0:
        message = f"{what} is {steps!r}; it is an integer ≥ 0"
        raise ModelError(message)


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
    """Q: evaluation of functions in Fractions, matrices of integers in flint."""

    def __init__(self, values: Sequence[Any]) -> None:
        self.given = values
        self.values = [to_fmpq(v) for v in values]
        self.one = flint.fmpq(1)
        self._as_sympy = any(isinstance(v, sympy.Basic) for v in values)

    def evaluate(self, function: RationalFunction, name: Any) -> Any:
        fractions = [as_fraction(v) for v in self.given]
        below = evaluate(function.den, fractions, Fraction(1))
        above = evaluate(function.num, fractions, Fraction(1))
        if below == 0:
            raise UndefinedPointError(undefined_message(name, self.given, above == 0))
        return self.write(above / below)

    def matrix(self, rows: Sequence[Sequence[Any]]) -> Any:
        scale = lcm(*(int(entry.q) for row in rows for entry in row))
        return flint.fmpz_mat([[entry.p * (scale // entry.q) for entry in row] for row in rows])

    def like(self, rows: Sequence[Sequence[Any]]) -> Any:
        return flint.fmpz_mat([list(row) for row in rows])

    def counts(self, rows: Sequence[Sequence[int]]) -> Any:
        return self.like(rows)

    def quotient(self, above: Any, below: Any) -> Any:
        return self.one * above / below

    def write(self, value: Any) -> Any:
        fraction = as_fraction(value)
        return as_sympy(fraction) if self._as_sympy else fraction


class _Algebraics:
    """The number field that SymPy algebraic numbers generate."""

    def __init__(self, values: Sequence[Any]) -> None:
        self.given = values
        self.field, self.values = _number_field([as_sympy(v) for v in values])
        self.one = self.field.one

    def evaluate(self, function: RationalFunction, name: Any) -> Any:
        below = evaluate(function.den, self.values, self.one)
        above = evaluate(function.num, self.values, self.one)
        if not below:
            raise UndefinedPointError(undefined_message(name, self.given, not above))
        return self.write(above / below)

    def matrix(self, rows: Sequence[Sequence[Any]]) -> Any:
        return PolynomialMatrix(rows)

    like = matrix

    def counts(self, rows: Sequence[Sequence[int]]) -> Any:
        return PolynomialMatrix([[self.one * int(entry) for entry in row] for row in rows])

    def quotient(self, above: Any, below: Any) -> Any:
        return self.one * above / below

    def write(self, value: Any) -> Any:
        return self.field.to_sympy(value)


def _number_field(numbers: Sequence[Any]) -> tuple[Any, list[Any]]:
    """Return the number field that SymPy numbers generate, and them as its elements.

    Raises
    ------
    DomainError
        If one is no algebraic number: whether an expression in e and π is zero is not decided here.
    UnableError
        If two generators are so related that SymPy would not find the field in a reasonable time.
    """
    generators = sorted(set().union(*map(_generators, numbers)), key=sympy.default_sort_key)
    if not any(isinstance(g, sympy.CRootOf) for g in generators):
        field, elements = sympy.construct_domain(numbers, extension=True, field=True)
    else:
        # of the roots themselves: SymPy takes powers of a root for generators of their own
        _refuse_related(generators)
        field, values = sympy.construct_domain(generators, extension=True, field=True)
        base = ring(*(f"g{k}" for k in range(len(generators))))
        names = dict(zip(generators, base.fractions(), strict=True))
        elements = [_quotient(from_sympy(number, base, names), values, field.one, number) for number in numbers]
    if not (field.is_QQ or field.is_QQ_I or field.is_AlgebraicField):
        message = (
            f"({', '.join(map(str, numbers))}) is no point of algebraic numbers; put a symbol where a number is not "
            "algebraic, or give a rational one"
        )
        raise DomainError(message)
    return field, elements


def _generators(number: Any) -> set[Any]:
    """Return what a number is a rational function of."""
    if number.is_Rational:
        return set()
    if number.is_Add or number.is_Mul or (number.is_Pow and number.exp.is_Integer):
        return set().union(*map(_generators, number.args))
    return {number}


def _refuse_related(generators: Sequence[Any]) -> None:
    """Refuse a root that is not real beside a number whose conjugates make a sum with it of a lower degree.

    SymPy then chooses among factors by 200 digits of the root, which for one that is not real takes it hours.
    """
    x, y = sympy.symbols("x y", cls=sympy.Dummy)
    algebraic = [g for g in generators if g.is_algebraic]
    for root in algebraic:
        if not isinstance(root, sympy.CRootOf) or root.is_real:
            continue
        for other in (g for g in algebraic if g != root):
            first, second = _minimal_polynomial(root, y), _minimal_polynomial(other, x).subs(x, x - y)
            sums = sympy.Poly(sympy.resultant(first, second, y), x)
            if not sums.is_irreducible:
                message = (
                    f"{root} and {other} are together in one point, and the field of both is not found in a reasonable "
                    "time; give all values in one field Q(root), as rationals and polynomials of a single CRootOf"
                )
                raise UnableError(message)


def _minimal_polynomial(number: Any, symbol: Any) -> Any:
    if isinstance(number, sympy.CRootOf):
        return number.poly.as_expr(symbol)
    return sympy.minimal_polynomial(number, symbol)


def _quotient(function: RationalFunction, values: Sequence[Any], one: Any, number: Any) -> Any:
    below = evaluate(function.den, values, one)
    if not below:
        message = f"{number} divides by zero; look for a denominator that vanishes"
        raise UndefinedPointError(message)
    return evaluate(function.num, values, one) / below


class _Expressions:
    """The rational functions of the symbols of a point; matrices of polynomials."""

    def __init__(self, values: Sequence[Any]) -> None:
        self.given = values
        expressions = [as_sympy(v) for v in values]
        self.symbols = sorted({s for v in expressions for s in v.free_symbols}, key=sympy.default_sort_key)
        self.ring = ring(*(str(s) for s in self.symbols))
        generators = dict(zip(self.symbols, self.ring.fractions(), strict=True))
        self.values = [from_sympy(v, self.ring, generators) for v in expressions]
        self.one = self.ring.fraction(1)

    def evaluate(self, function: RationalFunction, name: Any) -> Any:
        try:
            result = function.compose(self.values)
        except UndefinedPointError as error:
            raise UndefinedPointError(undefined_message(name, self.given, None)) from error
        return self.write(result)

    def matrix(self, rows: Sequence[Sequence[Any]]) -> Any:
        common = self.ring.one
        for row in rows:
            for entry in row:
                common = common * (entry.den / common.gcd(entry.den))
        return PolynomialMatrix([[entry.num * (common / entry.den) for entry in row] for row in rows])

    def like(self, rows: Sequence[Sequence[Any]]) -> Any:
        return PolynomialMatrix(rows)

    def counts(self, rows: Sequence[Sequence[int]]) -> Any:
        return PolynomialMatrix([[self.ring.one * int(entry) for entry in row] for row in rows])

    def quotient(self, above: Any, below: Any) -> Any:
        return self.ring.fraction(above, below)

    def write(self, value: Any) -> Any:
        return value.to_sympy(self.symbols)


class _InField:
    """The number field of a point, with elements that stay in it."""

    def __init__(self, field: NumberField, values: Sequence[FieldElement], given: Sequence[Any]) -> None:
        self.one, self.values, self.given = field.one, values, given

    def evaluate(self, function: RationalFunction, name: Any) -> FieldElement:
        below = evaluate(function.den, self.values, self.one)
        above = evaluate(function.num, self.values, self.one)
        if not below:
            raise UndefinedPointError(undefined_message(name, self.given, not above))
        return above / below


def in_number_field(values: Sequence[Any]) -> tuple[AlgebraicNumber, _InField] | None:
    """Return a number θ and the field Q(θ) with the values of a point, some irrational, as its elements.

    Parameters
    ----------
    values : sequence
        Fractions and SymPy numbers, as the values of a recursion are.

    Returns
    -------
    tuple of (AlgebraicNumber, field) or None
        None if all values are rational, or one is not seen to be an algebraic number.
    """
    if any(not isinstance(v, Fraction) and not v.is_number for v in values):
        return None
    numbers = [v if isinstance(v, Fraction) else _algebraic(v) for v in values]
    if None in numbers or all(isinstance(number, Fraction) for number in numbers):
        return None
    theta, elements = common_field([number for number in numbers if number is not None])
    return theta, _InField(elements[0].field, elements, values)


def _algebraic(value: Any) -> Any:
    """Return a SymPy number as a Fraction or an AlgebraicNumber; None if it is no root that can be told."""
    if value.is_Rational:
        return as_fraction(value)
    try:
        return algebraic_number(value)
    except UnableError:
        return None


def undefined_message(name: Any, values: Sequence[Any], both: bool | None) -> str:
    """Return the message for a point where an image is not defined."""
    kind = {True: "0/0", False: "a zero denominator", None: "a denominator that is zero identically"}[both]
    return (
        f"the image of {name} is not defined at ({', '.join(map(str, values))}): {kind}; "
        "such points are punctures, not fixed points"
    )


def field_of(values: Sequence[Any]) -> Any:
    """Return the field of a point, with its values as elements: Q, a number field, or rational functions.

    A field has ``values`` and ``one``; ``evaluate`` gives a rational function there, and ``write`` an element in the
    form in which the point was given. ``matrix`` makes a matrix of a common multiple of elements (of integers in Q, of
    polynomials in a field of functions), ``like`` one of such entries, ``counts`` one of integers, and ``quotient`` an
    element from two entries, or from two elements.
    """
    if all(isinstance(v, Fraction) or v.is_Rational for v in values):
        return _Rationals(values)
    if all(isinstance(v, Fraction) or v.is_number for v in values):
        return _Algebraics(values)
    return _Expressions(values)


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
