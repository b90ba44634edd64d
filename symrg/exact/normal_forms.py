"""One form for expressions: rational functions of generators, see :mod:`symrg.exact.elementary`.

Two expressions whose forms agree are equal wherever both are defined. The converse is not claimed: there may be
relations between generators that nobody told us about, so different forms prove nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import sympy

from ..errors import UnableError
from .elementary import ElementaryForms
from .generators import FinerError, GeneratorField
from .polynomials import RationalFunction
from .reading import Scope

__all__ = ["NormalForms", "normal_forms"]

_MOST_RESTARTS = 24
_HALF = Fraction(1, 2)


def normal_forms(use: Callable[[NormalForms], Any], *, effort: int | None = None, **options: Any) -> Any:
    """Call ``use`` with a :class:`NormalForms`, and again with a larger one as long as that is needed.

    Parameters
    ----------
    use : callable
        Takes the reader.
    effort : int, optional
        How many products of terms may be formed, about.
    **options
        As for :class:`NormalForms`.

    Raises
    ------
    UnableError
        If no attempt was large enough.
    """
    slots, denominators = 12, {}  # type: int, dict[str, int]
    for _ in range(_MOST_RESTARTS):
        forms = NormalForms(GeneratorField(slots, denominators, effort), **options)
        try:
            forms.assume()
            return use(forms)
        except FinerError:
            slots, denominators = forms.field.wanted_slots, forms.field.denominators
    message = f"a common form needs finer and finer roots; given up after {_MOST_RESTARTS} attempts"
    raise UnableError(message)


class NormalForms(ElementaryForms):
    """Reads expressions as rational functions of generators; use it through :func:`normal_forms`.

    Examples
    --------
    >>> x, n = sympy.Symbol("x", positive=True), sympy.Symbol("n")
    >>> def difference(forms):
    ...     top = forms.scope()
    ...     return forms.read(sympy.log(2 * x**n) - sympy.log(2) - n * sympy.log(x), top)
    >>> normal_forms(difference)
    0
    """

    def function(self, node: Any, values: Sequence[RationalFunction], scope: Scope) -> RationalFunction:
        """Return a function of values: by exponentials and logarithms, by its value at numbers, or as it is."""
        kind = node.func
        if kind in _RULES and len(values) == 1:
            return _RULES[kind](self, values[0])
        if all(value.is_constant for value in values):
            found = kind(*(sympy.Rational(c.numerator, c.denominator) for c in (v.constant() for v in values)))
            if not found.has(kind):
                return self.read(found, Scope({}, None))
        if kind in (sympy.conjugate, sympy.re, sympy.im) and all(
            map(self.field.is_real, (values[0].num, values[0].den))
        ):
            return self.number(0) if kind is sympy.im else values[0]
        if kind is sympy.sign and self.order(values[0]) is not None:
            return self.number(self.order(values[0]))
        values = [self.field.reduced(value) for value in values]
        if kind in (sympy.Max, sympy.Min):
            values = self._candidates(values, largest=kind is sympy.Max)
            if len(values) == 1:
                return values[0]
        label = f"{kind.__name__}({', '.join(map(self.field.describe, values))})"
        arguments = frozenset(values) if kind in (sympy.Max, sympy.Min) else tuple(values)
        # a class that says so is real and has its sign whatever its arguments are
        real = getattr(kind, "is_real", None) is True
        sign = 1 if real and getattr(kind, "is_nonnegative", None) is True else None
        return self.field.generator(("call", kind, arguments), lambda: label, real=real, sign=sign)

    def _candidates(self, values: Sequence[RationalFunction], *, largest: bool) -> list[RationalFunction]:
        """Drop the arguments of a maximum or minimum that another one beats everywhere."""
        kept: list[RationalFunction] = []
        for value in values:
            orders = [self.order(value - other) for other in kept]
            beaten = (0, -1) if largest else (0, 1)
            if not any(order in beaten for order in orders):
                kept = [other for other, order in zip(kept, orders, strict=True) if order is None]
                kept.append(value)
        return kept


_Rule = Callable[[NormalForms, RationalFunction], RationalFunction]


def _cosh(forms: NormalForms, x: RationalFunction) -> RationalFunction:
    e = forms.exponential_of(x)
    return (e + 1 / e) * _HALF


def _sinh(forms: NormalForms, x: RationalFunction) -> RationalFunction:
    e = forms.exponential_of(x)
    return (e - 1 / e) * _HALF


def _cos(forms: NormalForms, x: RationalFunction) -> RationalFunction:
    return _cosh(forms, x * forms.constant(sympy.I))


def _sin(forms: NormalForms, x: RationalFunction) -> RationalFunction:
    return -_sinh(forms, x * forms.constant(sympy.I)) * forms.constant(sympy.I)


def _atanh(forms: NormalForms, x: RationalFunction) -> RationalFunction:
    return (forms.logarithm(x + 1) - forms.logarithm(1 - x)) * _HALF


def _asinh(forms: NormalForms, x: RationalFunction) -> RationalFunction:
    return forms.logarithm(x + forms.exponential_of(forms.logarithm(x * x + 1) * _HALF))


_RULES: dict[Any, _Rule] = {
    sympy.log: lambda forms, x: forms.logarithm(x),
    sympy.Abs: lambda forms, x: forms.absolute(forms.field.reduced(x)),
    sympy.cosh: _cosh,
    sympy.sinh: _sinh,
    sympy.tanh: lambda forms, x: _sinh(forms, x) / _cosh(forms, x),
    sympy.coth: lambda forms, x: _cosh(forms, x) / _sinh(forms, x),
    sympy.sech: lambda forms, x: 1 / _cosh(forms, x),
    sympy.csch: lambda forms, x: 1 / _sinh(forms, x),
    sympy.cos: _cos,
    sympy.sin: _sin,
    sympy.tan: lambda forms, x: _sin(forms, x) / _cos(forms, x),
    sympy.cot: lambda forms, x: _cos(forms, x) / _sin(forms, x),
    sympy.sec: lambda forms, x: 1 / _cos(forms, x),
    sympy.csc: lambda forms, x: 1 / _sin(forms, x),
    sympy.atanh: _atanh,
    sympy.asinh: _asinh,
}
