"""The ring of functions on the states of some variables, as polynomials modulo ∏ (x − a).

An element is a sparse polynomial of degree below the alphabet's size in each variable. Its coefficients live
in a polynomial ring, or a field of rational functions, over Q: the symbols of the expression and everything
that is not a rational operation (a logarithm, a root) are its generators. There zero has one form.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

import sympy
from sympy.polys.domains import QQ

from ..errors import DomainError
from ._lagrange import basis_exponents, coefficients, power_table
from .alphabets import refuse_floats
from .variables import Variable

__all__ = ["Quotient", "values_on_states"]

_Element = dict[tuple[int, ...], Any]


class Quotient:
    """Turns expressions into reduced polynomials in some variables.

    Parameters
    ----------
    variables : sequence of Variable
        Variables with finite alphabets.
    on_states : bool
        Whether a part that is no polynomial in the variables is evaluated on the states of the variables
        it contains; otherwise it is refused.
    """

    def __init__(self, variables: Sequence[Variable], *, on_states: bool) -> None:
        self.variables = tuple(variables)
        self._position = {variable: i for i, variable in enumerate(self.variables)}
        self._sizes = tuple(len(variable.alphabet) for variable in self.variables)
        self._tables = tuple(power_table(variable.alphabet) for variable in self.variables)
        self._on_states = on_states
        self._evaluated: dict[sympy.Expr, tuple[tuple[Variable, ...], list[sympy.Expr]]] = {}
        self._inside: dict[sympy.Expr, tuple[Variable, ...]] = {}
        self._elements: dict[sympy.Expr, _Element] = {}
        self._one: tuple[int, ...] = (0,) * len(self.variables)
        self._domain: Any = QQ
        self._generators: dict[sympy.Expr, Any] = {}

    def reduce(self, expression: sympy.Expr) -> sympy.Expr:
        """Return the reduced polynomial that agrees with the expression on every state."""
        self._make_domain([expression])
        return self._to_sympy(self._element(expression))

    def interpolate(self, values: Sequence[sympy.Expr]) -> sympy.Expr:
        """Return the reduced polynomial with the given values, one for each state in product order."""
        self._make_domain(values)
        return self._to_sympy(self._interpolated(self.variables, values))

    def _make_domain(self, expressions: Iterable[sympy.Expr]) -> None:
        found: dict[sympy.Expr, None] = {}
        divides = False
        stack = list(expressions)
        seen: set[sympy.Expr] = set()
        while stack:
            part = stack.pop()
            if part in seen:
                continue
            seen.add(part)
            if part.is_Rational or part in self._position:
                continue
            if part.is_Add or part.is_Mul:
                stack.extend(part.args)
            elif part.is_Pow and part.exp.is_Integer and not (part.exp.is_negative and self._free(part)):
                divides = divides or bool(part.exp.is_negative)
                stack.append(part.base)
            elif self._free(part):
                stack.extend(self._evaluate(part))
            else:
                _refuse_undefined(part)
                found[part] = None
        generators = sorted(found, key=sympy.default_sort_key)
        if generators:
            self._domain = QQ.frac_field(*generators) if divides else QQ.poly_ring(*generators)
            self._generators = dict(zip(generators, self._domain.gens, strict=True))

    def _free(self, part: sympy.Expr) -> tuple[Variable, ...]:
        known = self._inside.get(part)
        if known is None:
            symbols = part.free_symbols
            known = tuple(variable for variable in self.variables if variable in symbols)
            self._inside[part] = known
        return known

    def _evaluate(self, part: sympy.Expr) -> list[sympy.Expr]:
        if part not in self._evaluated:
            inside = self._free(part)
            if not self._on_states:
                message = (
                    f"{part} is no polynomial in {', '.join(map(str, inside))}; "
                    "project(expression, variables) evaluates it on all states instead"
                )
                raise DomainError(message)
            self._evaluated[part] = inside, values_on_states(part, inside)
        return self._evaluated[part][1]

    def _element(self, part: sympy.Expr) -> _Element:
        known = self._elements.get(part)
        if known is None:
            known = self._make_element(part)
            self._elements[part] = known
        return known

    def _make_element(self, part: sympy.Expr) -> _Element:
        if part.is_Rational:
            value = QQ(int(part.p), int(part.q))
            return self._constant(self._domain.convert_from(value, QQ))
        if part in self._position:
            return self._variable(self._position[part])
        if part in self._generators:
            return self._constant(self._generators[part])
        if part.is_Add:
            return self._sum(map(self._element, part.args))
        if part.is_Mul:
            product = self._element(part.args[0])
            for factor in part.args[1:]:
                product = self._times(product, self._element(factor))
            return product
        if part in self._evaluated:
            return self._interpolated(*self._evaluated[part])
        if part.exp.is_negative:
            return self._inverse(part)
        return self._power(self._element(part.base), int(part.exp))

    def _constant(self, value: Any) -> _Element:
        return {self._one: value} if value else {}

    def _variable(self, position: int) -> _Element:
        if self._sizes[position] == 1:
            value = self.variables[position].alphabet[0]
            return self._element(value)
        exponents = list(self._one)
        exponents[position] = 1
        return {tuple(exponents): self._domain.one}

    def _interpolated(self, variables: Sequence[Variable], values: Sequence[sympy.Expr]) -> _Element:
        alphabets = [variable.alphabet for variable in variables]
        elements = [self._element(value).get(self._one, self._domain.zero) for value in values]
        found = coefficients(elements, alphabets, scalar=self._scalar)
        result: _Element = {}
        for exponents, value in zip(basis_exponents(map(len, alphabets)), found, strict=True):
            if value:
                place = list(self._one)
                for variable, exponent in zip(variables, exponents, strict=True):
                    place[self._position[variable]] = exponent
                result[tuple(place)] = value
        return result

    def _scalar(self, value: Fraction) -> Any:
        return self._domain.convert_from(QQ(value.numerator, value.denominator), QQ)

    def _inverse(self, part: sympy.Expr) -> _Element:
        # Only a coefficient gets here: a negative power of variables was evaluated on their states.
        base = self._element(part.base).get(self._one)
        if not base:
            message = f"{part} divides by zero; the expression has no value there"
            raise DomainError(message)
        return self._constant(self._domain.one / base ** int(-part.exp))

    def _sum(self, elements: Iterable[_Element]) -> _Element:
        total: _Element = {}
        for element in elements:
            for exponents, value in element.items():
                total[exponents] = total[exponents] + value if exponents in total else value
        return {exponents: value for exponents, value in total.items() if value}

    def _times(self, first: _Element, second: _Element) -> _Element:
        product: _Element = {}
        for left, a in first.items():
            for right, b in second.items():
                exponents = tuple(map(int.__add__, left, right))
                term = a * b
                product[exponents] = product[exponents] + term if exponents in product else term
        for position, (size, table) in enumerate(zip(self._sizes, self._tables, strict=True)):
            if any(exponents[position] >= size for exponents in product):
                product = self._lower(product, position, size, table)
        return {exponents: value for exponents, value in product.items() if value}

    def _lower(self, element: _Element, position: int, size: int, table: tuple[tuple[Fraction, ...], ...]) -> _Element:
        lowered: _Element = {}
        for exponents, value in element.items():
            if exponents[position] < size:
                lowered[exponents] = lowered[exponents] + value if exponents in lowered else value
                continue
            for k, factor in enumerate(table[exponents[position] - size]):
                if factor:
                    place = (*exponents[:position], k, *exponents[position + 1 :])
                    term = value if factor == 1 else self._scalar(factor) * value
                    lowered[place] = lowered[place] + term if place in lowered else term
        return lowered

    def _power(self, base: _Element, exponent: int) -> _Element:
        result = self._constant(self._domain.one)
        while exponent:
            if exponent & 1:
                result = self._times(result, base)
            exponent >>= 1
            if exponent:
                base = self._times(base, base)
        return result

    def _to_sympy(self, element: _Element) -> sympy.Expr:
        terms = []
        for exponents in sorted(element, reverse=True):
            monomial = sympy.Mul(*(v**e for v, e in zip(self.variables, exponents, strict=True) if e))
            coefficient = self._domain.to_sympy(element[exponents])
            _refuse_undefined(coefficient)
            terms.append(coefficient * monomial)
        return sympy.Add(*terms)


def values_on_states(expression: sympy.Expr, variables: Sequence[Variable]) -> list[sympy.Expr]:
    """Return the values of an expression on all states, in product order.

    One variable is put in at a time, so that what the first values have in common is computed once.

    Raises
    ------
    DomainError
        If the expression has no finite value at a state.
    """
    level = [expression]
    for variable in variables:
        level = [part.xreplace({variable: value}) for part in level for value in variable.alphabet]
    for value in level:
        _refuse_undefined(value, expression)
        refuse_floats(value)
    return level


def _refuse_undefined(value: sympy.Expr, origin: sympy.Expr | None = None) -> None:
    if value.has(sympy.nan, sympy.zoo, sympy.oo, -sympy.oo):
        where = "the expression" if origin is None else str(origin)
        message = (
            f"{where} has no finite value at some state (it gives {value}); "
            "leave that state out of the alphabet, or keep the expression from dividing by zero there"
        )
        raise DomainError(message)
