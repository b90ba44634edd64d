"""Values of expressions at one point: exact where possible, otherwise a ball that contains the value.

Values are rational numbers (``flint.fmpq``), rational combinations of logarithms of rational numbers
(:class:`LogNumber`), and complex balls (``flint.acb``). A ball that leaves out 0 proves that a number is not 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache, reduce
from math import lcm
from typing import Any

import flint
import sympy

from ..errors import UnableError, UndefinedPointError
from .evaluation import ANALYTIC, shorten
from .numbers import as_fraction
from .reading import Reader, Scope, Unfold

__all__ = ["LogNumber", "PointReader", "ball", "differ", "write"]

_FUNCTIONS = {
    **ANALYTIC,
    sympy.cot: flint.acb.cot,
    sympy.sec: flint.acb.sec,
    sympy.csc: flint.acb.csc,
    sympy.coth: flint.acb.coth,
    sympy.sech: flint.acb.sech,
    sympy.csch: flint.acb.csch,
    sympy.asin: flint.acb.asin,
    sympy.acos: flint.acb.acos,
    sympy.asinh: flint.acb.asinh,
    sympy.acosh: flint.acb.acosh,
    sympy.atanh: flint.acb.atanh,
    sympy.erfc: flint.acb.erfc,
    sympy.gamma: flint.acb.gamma,
    sympy.loggamma: flint.acb.lgamma,
    sympy.digamma: flint.acb.digamma,
    sympy.conjugate: flint.acb.conjugate,
}
_CONSTANTS = {
    sympy.pi: flint.acb.pi,
    sympy.E: lambda: flint.acb(1).exp(),
    sympy.I: lambda: flint.acb(0, 1),
    sympy.EulerGamma: lambda: flint.acb(flint.arb.const_euler()),
    sympy.Catalan: lambda: flint.acb(flint.arb.const_catalan()),
    sympy.GoldenRatio: lambda: (1 + flint.acb(5).sqrt()) / 2,
}
_HYPERBOLIC: dict[Any, Callable[[Any, Any], tuple[Any, Any]]] = {
    sympy.cosh: lambda cosh, sinh: (cosh, flint.fmpq(1)),
    sympy.sinh: lambda cosh, sinh: (sinh, flint.fmpq(1)),
    sympy.tanh: lambda cosh, sinh: (sinh, cosh),
    sympy.coth: lambda cosh, sinh: (cosh, sinh),
    sympy.sech: lambda cosh, sinh: (flint.fmpq(1), cosh),
    sympy.csch: lambda cosh, sinh: (flint.fmpq(1), sinh),
}
_MOST_BITS = 20_000  # of an exact power; beyond, a ball says as much


class LogNumber:
    """A sum of rational multiples of logarithms of positive rational numbers; immutable.

    Parameters
    ----------
    terms : mapping of Fraction to Fraction
        Argument to coefficient; arguments are positive.

    Examples
    --------
    >>> two, three = LogNumber({Fraction(2): Fraction(1)}), LogNumber({Fraction(3): Fraction(1)})
    >>> six = LogNumber({Fraction(6): Fraction(1)})
    >>> (two + three + six.times(Fraction(-1))).is_zero()
    True
    >>> two.times(Fraction(3)).exp(), two.times(Fraction(1, 2))
    (8, ln(2)/2)
    """

    __slots__ = ("terms",)

    def __init__(self, terms: Mapping[Fraction, Fraction]) -> None:
        self.terms: dict[Fraction, Fraction] = {}
        for argument, coefficient in terms.items():
            base, times = (argument, coefficient) if argument > 1 else (1 / argument, -coefficient)
            total = self.terms.get(base, Fraction(0)) + times
            if base != 1:
                self.terms[base] = total
        self.terms = {base: c for base, c in self.terms.items() if c}

    def __add__(self, other: LogNumber) -> LogNumber:
        merged = dict(self.terms)
        for base, coefficient in other.terms.items():
            merged[base] = merged.get(base, Fraction(0)) + coefficient
        return LogNumber(merged)

    def times(self, factor: Fraction) -> LogNumber:
        """Return a rational multiple."""
        return LogNumber({base: c * factor for base, c in self.terms.items()})

    def exp(self) -> Any:
        """Return e to this number: ``fmpq`` where all coefficients are integers (and small), else a ball."""
        size = sum(abs(c) * (base.numerator.bit_length() + base.denominator.bit_length()) for base, c in self._items())
        if all(c.denominator == 1 for c in self.terms.values()) and size < _MOST_BITS:
            power = reduce(lambda total, item: total * item[0] ** int(item[1]), self._items(), Fraction(1))
            return flint.fmpq(power.numerator, power.denominator)
        return self.ball().exp()

    def is_zero(self) -> bool | None:
        """Decide whether this is 0: whether a product of integer powers is 1. None if the powers are too large."""
        if not self.terms:
            return True
        value = self.times(Fraction(lcm(*(c.denominator for c in self.terms.values())))).exp()
        return bool(value == 1) if isinstance(value, flint.fmpq) else None

    def ball(self) -> Any:
        """Return a ball around the number."""
        total = flint.acb(0)
        for base, c in self._items():
            total += flint.acb(_fmpq(base)).log() * flint.acb(_fmpq(c))
        return total

    def _items(self) -> list[tuple[Fraction, Fraction]]:
        return sorted(self.terms.items())

    def __repr__(self) -> str:
        pieces = []
        for base, c in self._items():
            times = "" if abs(c.numerator) == 1 else f"{abs(c.numerator)} "
            over = "" if c.denominator == 1 else f"/{c.denominator}"
            pieces.append(f"{'-' if c < 0 else '+'} {times}ln({base}){over}")
        text = " ".join(pieces) or "0"
        return text[2:] if text.startswith("+ ") else text.replace("- ", "-", 1)


def _fmpq(value: Fraction) -> Any:
    return flint.fmpq(value.numerator, value.denominator)


def ball(value: Any) -> Any:
    """Return a complex ball around a value."""
    if isinstance(value, flint.acb):
        return value
    return value.ball() if isinstance(value, LogNumber) else flint.acb(value)


def differ(left: Any, right: Any) -> bool | None:
    """Whether two values differ: decided exactly or by disjoint balls; None if the balls overlap."""
    if isinstance(left, flint.fmpq) and isinstance(right, flint.fmpq):
        return bool(left != right)
    if isinstance(left, LogNumber) and isinstance(right, LogNumber):
        same = (left + right.times(Fraction(-1))).is_zero()
        if same is not None:
            return not same
    return None if (ball(left) - ball(right)).contains(0) else True


def write(value: Any) -> str:
    """Return a value as text: exact numbers exactly, balls with their radius.

    Examples
    --------
    >>> write(flint.fmpq(1, 2)), write(LogNumber({Fraction(3): Fraction(2)}))
    ('1/2', '2 ln(3)')
    """
    return str(value) if not isinstance(value, flint.acb) else str(value.str(12))


class PointReader(Reader):
    """Evaluates expressions at a point; see :class:`~symrg.exact.reading.Reader` for the options.

    Parameters
    ----------
    point : mapping of symbol to fmpq, LogNumber or acb
        A value for every symbol that is not bound otherwise.
    cases : mapping of type to sympy.Lambda, optional
        Functions that are evaluated at rational numbers only, written out as a ``Piecewise`` for other arguments.

    Examples
    --------
    >>> x, n = sympy.symbols("x n")
    >>> at = PointReader({x: LogNumber({Fraction(2): Fraction(1)}), n: flint.fmpq(3)})
    >>> at.value(sympy.exp(n * x) - 1), at.value(sympy.log(sympy.exp(x) + 1))
    (7, ln(3))
    """

    def __init__(
        self,
        point: Mapping[Any, Any],
        *,
        where: Mapping[Any, Any] | None = None,
        sums: Mapping[type, Unfold] | None = None,
        varying: Iterable[Any] = (),
        steps: int | None = None,
        cases: Mapping[type, Any] | None = None,
    ) -> None:
        super().__init__(where=where, sums=sums, varying=varying, steps=steps)
        self._point = dict(point)
        self._cases = dict(cases or {})

    def value(self, expression: Any, state: Mapping[Any, Any] | None = None) -> Any:
        """Return the value of an expression, with a state's letters for some symbols.

        Raises
        ------
        UndefinedPointError
            If a part of the expression is not defined there.
        UnableError
            If it cannot be evaluated, or not to a finite ball.
        """
        return self.read(expression, self.scope(state))

    def number(self, value: Any) -> Any:
        """Return the number itself."""
        return value

    def symbol(self, node: Any) -> Any:
        """Return the point's value of a symbol."""
        try:
            return self._point[node]
        except KeyError:
            message = f"the point gives no value for {node}"
            raise UnableError(message) from None

    def constant(self, node: Any) -> Any:
        """Return a ball around a constant."""
        if node in _CONSTANTS:
            return _CONSTANTS[node]()
        message = f"the constant {node} is not known"
        raise UnableError(message)

    def add(self, values: Sequence[Any]) -> Any:
        """Return the sum."""
        total, logs, balls = flint.fmpq(0), None, None
        for value in values:
            if isinstance(value, flint.fmpq):
                total = total + value
            elif isinstance(value, LogNumber):
                logs = value if logs is None else logs + value
            else:
                balls = value if balls is None else balls + value
        if balls is None and (logs is None or not logs.terms):
            return total
        if logs is not None and logs.terms:
            if balls is None and total == 0:
                return logs
            balls = logs.ball() if balls is None else balls + logs.ball()
        return balls + flint.acb(total)

    def multiply(self, values: Sequence[Any]) -> Any:
        """Return the product."""
        factor, logs, balls = flint.fmpq(1), None, None
        for value in values:
            if isinstance(value, flint.fmpq):
                factor = factor * value
            elif isinstance(value, LogNumber) and logs is None:
                logs = value
            else:
                balls = ball(value) if balls is None else balls * ball(value)
        if factor == 0 or (logs is None and balls is None):
            return factor
        if balls is None and logs is not None:
            return logs.times(as_fraction(factor))
        if logs is not None:
            balls = balls * logs.ball()
        return balls if factor == 1 else balls * flint.acb(factor)

    def power(self, base: Any, exponent: Any, scope: Scope) -> Any:
        """Return the principal power."""
        return _power(self.read(base, scope), self.read(exponent, scope))

    def exponential(self, exponent: Any, scope: Scope) -> Any:
        """Return e to an expression; of a sum, the product of the terms' exponentials."""
        parts = self.summands(exponent, scope)
        if len(parts) == 1:
            return _exp(self.read(exponent, scope))
        return self.multiply([_exp(self.read(*part)) for part in parts])

    def order(self, difference: Any) -> int | None:
        """Return the sign of a real value where it is certain."""
        if isinstance(difference, flint.fmpq):
            return (difference > 0) - (difference < 0)
        if isinstance(difference, LogNumber) and difference.is_zero():
            return 0
        real = ball(difference)
        if not real.imag.is_zero():
            return None
        return 1 if real.real > 0 else -1 if real.real < 0 else None

    def function(self, node: Any, values: Sequence[Any], scope: Scope) -> Any:
        """Return a function's value: by its definition at rational numbers, in balls where it is analytic."""
        kind = node.func
        if kind is sympy.log and len(values) == 1:
            return _log(values[0])
        if kind in _HYPERBOLIC and isinstance(values[0], LogNumber):
            return self._hyperbolic(node, values[0].exp())
        exact = all(isinstance(value, flint.fmpq) for value in values)
        if kind in _FUNCTIONS and len(values) == 1 and not (exact and values[0] == 0):
            return _finite(_FUNCTIONS[kind](ball(values[0])), kind.__name__)
        if exact:
            found = _at_rationals(kind, tuple(values))
            if found is not None:
                return found if isinstance(found, flint.fmpq) else PointReader({}).value(found)
        return self._ordered(node, values)

    def _hyperbolic(self, node: Any, e: Any) -> Any:
        """Return a hyperbolic function of ln e."""
        inverse = _integer_power(e, -1)
        parts = [self.add([e, self.multiply([flint.fmpq(sign), inverse])]) for sign in (1, -1)]
        cosh, sinh = (self.multiply([flint.fmpq(1, 2), part]) for part in parts)
        above, below = _HYPERBOLIC[node.func](cosh, sinh)
        return self.multiply([above, _integer_power(below, -1)])

    def _ordered(self, node: Any, values: Sequence[Any]) -> Any:
        """Return a function that only asks which of its real arguments is larger."""
        kind = node.func
        if kind in (sympy.re, sympy.im):
            part = ball(values[0]).real if kind is sympy.re else ball(values[0]).imag
            return flint.fmpq(0) if part.is_zero() else flint.acb(part)
        if kind in (sympy.Abs, sympy.sign):
            sign = self.order(values[0])
            if sign is None and kind is sympy.Abs:
                return flint.acb(abs(ball(values[0])))
            if sign is not None:
                return flint.fmpq(sign) if kind is sympy.sign else self.multiply([flint.fmpq(sign), values[0]])
        if kind in (sympy.Max, sympy.Min):
            return reduce(lambda first, second: self._larger(first, second, kind is sympy.Min, node), values)
        if kind in self._cases:
            rule = self._cases[kind]
            return self.read(rule.expr, Scope(dict(zip(rule.signature, values, strict=True)), None))
        message = f"{shorten(node)} is not evaluated at {', '.join(map(write, values))}"
        raise UnableError(message)

    def _larger(self, first: Any, second: Any, smaller: bool, node: Any) -> Any:
        sign = self.order(self.add([first, self.multiply([flint.fmpq(-1), second])]))
        if sign is None:
            message = f"which argument of {shorten(node)} is larger is not certain"
            raise UnableError(message)
        return second if (sign < 0) != smaller else first


@lru_cache(maxsize=4096)
def _at_rationals(kind: Any, values: tuple[Any, ...]) -> Any:
    """Apply a SymPy function to rational numbers; None if it stays as it is."""
    found = kind(*(sympy.Rational(int(value.p), int(value.q)) for value in values))
    if found.is_Rational:
        return flint.fmpq(int(found.p), int(found.q))
    return None if found.has(kind) or found.free_symbols else found


def _finite(value: Any, what: str) -> Any:
    if not value.is_finite():
        message = f"{what} is not finite there, or its ball is not"
        raise UnableError(message)
    return value


def _exp(value: Any) -> Any:
    if isinstance(value, LogNumber):
        return value.exp()
    return flint.fmpq(1) if value == 0 and isinstance(value, flint.fmpq) else _finite(ball(value).exp(), "e^x")


def _log(value: Any) -> Any:
    if isinstance(value, flint.fmpq):
        if value == 0:
            message = "the argument of a logarithm is 0"
            raise UndefinedPointError(message)
        if value > 0:
            return LogNumber({as_fraction(value): Fraction(1)}) if value != 1 else flint.fmpq(0)
    return _finite(ball(value).log(), "ln(x)")


def _power(base: Any, exponent: Any) -> Any:
    if isinstance(exponent, flint.fmpq) and exponent.q == 1:
        return _integer_power(base, int(exponent.p))
    if isinstance(base, flint.fmpq):
        if base == 0:
            sign = ball(exponent).real
            if sign > 0:
                return flint.fmpq(0)
            message = "0 is raised to an exponent that is not positive"
            raise UndefinedPointError(message)
        if base > 0 and isinstance(exponent, flint.fmpq):
            return LogNumber({as_fraction(base): as_fraction(exponent)}).exp()
    return _finite(ball(base) ** ball(exponent), "x^y")


def _integer_power(base: Any, exponent: int) -> Any:
    if exponent == 0:
        return flint.fmpq(1)
    if isinstance(base, flint.fmpq):
        if base == 0 and exponent < 0:
            message = "a denominator is 0"
            raise UndefinedPointError(message)
        if abs(exponent) * (int(base.p).bit_length() + int(base.q).bit_length()) < _MOST_BITS:
            return base**exponent
    if exponent == 1:
        return base
    return _finite(ball(base) ** exponent, "x^n")
