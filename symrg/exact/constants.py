"""The coefficients of expansions: rational functions of parameters, roots, logarithms and exponentials of them.

A constant such as √2 or ln 3 becomes a generator when it is first met. Zero is decided by the relations that define
the roots; that something is *not* zero is certified, by its sign or by a ball at one point, never assumed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any

import flint
import sympy

from ..errors import UnableError
from .evaluation import PointEvaluator
from .numbers import as_fraction
from .polynomials import RationalFunction, irreducible_factors, ring
from .signs import Signs

__all__ = ["ConstantField", "sample_points"]

_SPARE = 16  # constants that one expansion may meet
_FEW = 3  # terms of an exponent that get a generator each, so that e^(x + y) and e^x e^y are one
_LOGARITHM = sympy.Symbol("log(1/t)", positive=True)  # tends to infinity, slower than any power of 1/t


class ConstantField:
    """Coefficients of expansions in t → 0+, with ln(1/t) and constants that appear on the way.

    Parameters
    ----------
    symbols : iterable of SymPy expressions
        The parameters: real symbols, or functions of such that are kept as they are.

    Examples
    --------
    >>> a = sympy.Symbol("a", positive=True)
    >>> field = ConstantField([a])
    >>> root = field.power(field.generator(a) * 8, Fraction(1, 2))
    >>> field.is_zero(root * root - field.generator(a) * 8), field.sign(root)
    (True, 1)
    """

    def __init__(self, symbols: Iterable[Any]) -> None:
        self.generators: list[Any] = [_LOGARITHM, *symbols]
        names = [f"x{k}" for k in range(len(self.generators) + _SPARE)]
        self.ring = ring(*names)
        self._elements = self.ring.fractions()
        self._roots: dict[int, tuple[int, RationalFunction]] = {}  # generator: (q, f) with generator^q = f
        self._positive: list[RationalFunction] = []
        self._exponentials: list[tuple[RationalFunction, RationalFunction]] = []
        self._evaluate = PointEvaluator()
        self.one, self.zero = self.ring.fraction(1), self.ring.fraction(0)
        self.logarithm = self._elements[0]

    def declare_positive(self, value: RationalFunction) -> None:
        """Take a constant as positive from now on."""
        self._positive.append(value)

    def _signs(self) -> Signs:
        return Signs(self.generators, positive=self._positive)

    # -- making constants ----------------------------------------------------------------------------

    def number(self, value: Any) -> RationalFunction:
        """Return an exact rational number."""
        return self.ring.fraction(as_fraction(value))

    def generator(self, expression: Any) -> RationalFunction:
        """Return what stands for an expression, as a new generator if it is none yet.

        Raises
        ------
        UnableError
            If there are more constants than an expansion may have.
        """
        if expression not in self.generators:
            if len(self.generators) == len(self._elements):
                message = f"the expansion meets more than {_SPARE} constants; give the parameters values"
                raise UnableError(message)
            self.generators.append(expression)
        return self._elements[self.generators.index(expression)]

    def _root(self, base: RationalFunction, q: int) -> RationalFunction:
        """Return base^{1/q} for a positive base that is no power."""
        for index, (known, f) in self._roots.items():
            if f == base and known % q == 0:
                return self._elements[index] ** (known // q)
        element = self.generator(self.write(base) ** sympy.Rational(1, q))
        self._roots[self._elements.index(element)] = (q, base)
        return element

    def power(self, base: RationalFunction, exponent: Fraction) -> RationalFunction:
        """Return base^exponent; for a fraction the base has to be positive.

        Raises
        ------
        UnableError
            If the base is not known to be positive.
        """
        if exponent.denominator == 1:
            return base ** int(exponent)
        self._require_positive(base, "a root")
        result = self.one
        for factor, multiplicity in self._positive_factors(base):
            power = exponent * multiplicity
            whole = power.numerator // power.denominator
            result = result * factor**whole
            if power != whole:
                result = result * self._root(factor, power.denominator) ** int((power - whole) * power.denominator)
        return result

    def log(self, value: RationalFunction) -> RationalFunction:
        """Return ln(value) of a positive value, as a sum over its factors.

        Raises
        ------
        UnableError
            If the value is not known to be positive.
        """
        self._require_positive(value, "a logarithm")
        return sum(
            (self.generator(sympy.log(self.write(f))) * times for f, times in self._positive_factors(value)),
            start=self.zero,
        )

    def exp(self, exponent: RationalFunction) -> RationalFunction:
        """Return e^exponent, one generator for each monomial of a short numerator, one in all for a long one."""
        rest, result = self.reduce(exponent), self.one
        if len(rest.num) > _FEW:
            near = [(p, g) for known, g in self._exponentials for p in (1, -1) if len((rest - known * p).num) <= _FEW]
            if not near:
                element = self.generator(sympy.exp(self.write(rest)))
                self._exponentials.append((rest, element))
                return element
            (sign, element), *_ = near
            known = next(e for e, g in self._exponentials if g == element)
            rest, result = rest - known * sign, element**sign
        return result * self._short_exponential(rest)

    def _short_exponential(self, exponent: RationalFunction) -> RationalFunction:
        result, below = self.one, self.ring.fraction(1, exponent.den)
        content = abs(int(exponent.den.content()))
        for powers, coefficient in exponent.num.terms():
            monomial = self.ring.fraction(self.ring.context.from_dict({powers: 1})) * below * content
            rate = Fraction(int(coefficient), content)
            base = self.generator(sympy.exp(self.write(monomial)))
            whole = rate.numerator // rate.denominator
            result = result * base**whole
            if rate != whole:
                result = result * self._root(base, rate.denominator) ** int((rate - whole) * rate.denominator)
        return result

    def _require_positive(self, value: RationalFunction, what: str) -> None:
        if self._has_logarithm(value):
            message = f"{what} of a power of a logarithm is met in the expansion; this is not understood"
            raise UnableError(message)
        sign = self.sign(value)
        if sign != 1:
            known = "negative, so the value is not real" if sign == -1 else "of unknown sign; give the parameters signs"
            message = f"{what} of {self.write(value)} is taken, which is {known}"
            raise UnableError(message)

    def _positive_factors(self, value: RationalFunction) -> list[tuple[RationalFunction, int]]:
        """Split a positive value into positive factors: primes, and polynomials of known sign where possible."""
        signs = self._signs()
        found: list[tuple[RationalFunction, int]] = []
        rest, odd = value, self.one
        for part, direction in ((value.num, 1), (value.den, -1)):
            for factor, multiplicity in irreducible_factors(part):
                base = self.ring.fraction(factor)
                known = signs.of_factor(factor)
                rest = rest / base ** (direction * multiplicity)
                if known is not None:
                    found.append((base * known, direction * multiplicity))
                else:
                    odd = odd * base ** (direction * multiplicity)
        content = abs(rest.constant())
        if odd != self.one:
            found.append((odd if self.sign(odd) == 1 else -odd, 1))
        for number, direction in ((content.numerator, 1), (content.denominator, -1)):
            found += [(self.number(int(p)), direction * int(e)) for p, e in flint.fmpz(number).factor()]
        return found

    # -- deciding ------------------------------------------------------------------------------------

    def reduce(self, value: RationalFunction) -> RationalFunction:
        """Replace g^q by f for each root g = f^{1/q}, above and below, as often as it occurs."""
        for index in sorted(self._roots, reverse=True):
            q, f = self._roots[index]
            if max(value.num.degrees()[index], value.den.degrees()[index]) >= q:
                value = self._lower(value.num, index, q, f) / self._lower(value.den, index, q, f)
        return value

    def _lower(self, polynomial: Any, index: int, q: int, f: RationalFunction) -> RationalFunction:
        total = self.zero
        for whole, part in self._collect(polynomial, index, lambda e: e // q, lambda e: e % q).items():
            total = total + part * f**whole
        return total

    def _collect(
        self, polynomial: Any, index: int, group: Callable[[int], int], keep: Callable[[int], int]
    ) -> dict[int, RationalFunction]:
        rows: dict[int, dict[tuple[int, ...], Any]] = {}
        for exponents, coefficient in polynomial.terms():
            rest = tuple(keep(e) if i == index else e for i, e in enumerate(exponents))
            row = rows.setdefault(group(exponents[index]), {})
            row[rest] = row.get(rest, 0) + coefficient
        return {k: self.ring.fraction(self.ring.context.from_dict(row)) for k, row in rows.items()}

    def is_zero(self, value: RationalFunction) -> bool:
        """Whether a constant is zero (as a function of the parameters), with proof either way.

        Raises
        ------
        UnableError
            If it is neither zero by the relations between its roots nor certified not to be.
        """
        reduced = self.reduce(value)
        if not reduced:
            return True
        used = [generator for generator, e in zip(self.generators, reduced.num.degrees(), strict=False) if e > 0]
        if all(generator.is_Symbol for generator in used):
            return False  # a non-zero rational function of independent parameters and of ln(1/t)
        parts = self._collect(reduced.num, 0, lambda e: e, lambda e: 0)
        if any(self._certainly_nonzero(part) for part in parts.values()):
            return False
        message = f"cannot decide whether {self.write(reduced)} is zero; no method here proves either"
        raise UnableError(message)

    def _certainly_nonzero(self, value: RationalFunction) -> bool:
        if self._signs()(value):
            return True
        expression = self.write(value)
        for point in sample_points(expression.free_symbols):
            ball = self._evaluate(expression, point)
            if isinstance(ball, flint.fmpq) and ball != 0:
                return True
            if isinstance(ball, flint.acb) and not ball.contains(0):
                return True
        return False

    def sign(self, value: RationalFunction) -> int | None:
        """Return the sign of a constant for small t, or None where it depends on the parameters or is unknown."""
        reduced = self.reduce(value)
        if not reduced:
            return 0
        sign = 1
        for polynomial in (reduced.num, reduced.den):
            rows = self._collect(polynomial, 0, lambda e: e, lambda e: 0)
            top = self._sign_without_logarithm(rows[max(rows)])
            if top is None:
                return None
            sign *= top
        return sign

    def _sign_without_logarithm(self, value: RationalFunction) -> int | None:
        sign = self._signs()(value)
        if sign is not None:
            return sign
        expression = self.write(value)
        if expression.free_symbols:
            return None
        ball = self._evaluate(expression, {})
        if isinstance(ball, flint.acb) and not ball.contains(0) and ball.imag.contains(0):
            return 1 if ball.real > 0 else -1 if ball.real < 0 else None
        return None

    # -- logarithms of t, and writing ----------------------------------------------------------------

    def _has_logarithm(self, value: RationalFunction) -> bool:
        return bool(value.num.degrees()[0] > 0 or value.den.degrees()[0] > 0)

    def logarithmic_degree(self, value: RationalFunction) -> int:
        """Return the power of ln(1/t) that a constant grows with."""
        reduced = self.reduce(value)
        return int(reduced.num.degrees()[0] - reduced.den.degrees()[0])

    def logarithmic_parts(self, value: RationalFunction) -> dict[int, RationalFunction]:
        """Return the coefficients of a polynomial in ln(1/t).

        Raises
        ------
        UnableError
            If the constant is no polynomial in it.
        """
        reduced = self.reduce(value)
        if reduced.den.degrees()[0] > 0:
            message = f"the expansion meets {self.write(reduced)}, no polynomial in the logarithm; rewrite it without"
            raise UnableError(message)
        parts = self._collect(reduced.num, 0, lambda e: e, lambda e: 0)
        below = self.ring.fraction(1, reduced.den)
        return {k: part * below for k, part in parts.items()}

    def leading_part(self, value: RationalFunction) -> RationalFunction:
        """Return the coefficient of the highest power of ln(1/t) as t → 0+."""
        reduced = self.reduce(value)
        above, below = (self._collect(p, 0, lambda e: e, lambda e: 0) for p in (reduced.num, reduced.den))
        return above[max(above)] / below[max(below)]

    def write(self, value: RationalFunction, logarithm: Any = None) -> Any:
        """Return a constant as a SymPy expression, with something to write for ln(1/t)."""
        generators = [logarithm if logarithm is not None else _LOGARITHM, *self.generators[1:]]
        spare = [sympy.S.One] * (len(self._elements) - len(generators))
        written = self.reduce(value).to_sympy([*generators, *spare])
        # e^x e^y reads better as e^(x + y), and SymPy leaves it as it is
        rates: list[Any] = []
        others: list[Any] = []
        for factor in sympy.Mul.make_args(written):
            (rates if isinstance(factor, sympy.exp) else others).append(factor)
        return sympy.Mul(*others, sympy.exp(sympy.Add(*(factor.args[0] for factor in rates))))


def sample_points(symbols: Iterable[Any]) -> list[dict[Any, flint.fmpq]]:
    """Return a few rational points that respect the signs the symbols assume, always the same ones.

    Examples
    --------
    >>> sample_points([sympy.Symbol("a", positive=True)])[0]
    {a: 3/2}
    """
    order = sorted(symbols, key=sympy.default_sort_key)
    points = []
    for trial in range(3):
        values = (flint.fmpq(2 * k + 3 + 5 * trial, k + 2 + 2 * trial * (k % 3 + 1)) for k in range(len(order)))
        points.append({s: -v if s.is_extended_negative else v for s, v in zip(order, values, strict=True)})
    return points
