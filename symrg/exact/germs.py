"""Germs at t → 0+: finite sums of exp(Σ c t^{-r}) times truncated power series, with rational powers and ln(1/t).

Every operation keeps an order beyond which nothing is known (None: the germ is exact), so a leading term is proved, not
guessed; where the terms kept do not suffice, :class:`MoreTerms` asks for more.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import comb, factorial
from typing import Any

import sympy

from ..errors import UnableError
from .constants import ConstantField
from .polynomials import RationalFunction

__all__ = ["Germ", "GermField", "Leading", "MoreTerms"]

Terms = dict[Fraction, RationalFunction]
Rate = tuple[tuple[Fraction, RationalFunction], ...]


class MoreTerms(Exception):
    """The series are cut too early to see the leading term."""


@dataclass(frozen=True)
class Germ:
    """Σ exp(rate) · (Σ c t^power + O(t^order)) as t → 0+.

    Attributes
    ----------
    groups : tuple of (rate, terms, order)
        ``rate`` holds the negative powers in the exponent; ``order`` is None where the terms are all there are.
    """

    groups: tuple[tuple[Rate, Terms, Fraction | None], ...]


@dataclass(frozen=True)
class Leading:
    """The dominant group of a germ: exp(rate) · t^power · (coefficient + rest), and whether others were left out."""

    rate: Rate
    power: Fraction
    coefficient: RationalFunction
    rest: Terms  # relative, positive powers, divided by the coefficient
    order: Fraction | None  # relative
    alone: bool


class GermField:
    """The arithmetic of germs over one field of constants.

    Parameters
    ----------
    constants : ConstantField
        Where coefficients live.
    precision : int
        How many units of t series are kept beyond their leading term.

    Examples
    --------
    >>> field = GermField(ConstantField([]), 3)
    >>> root = field.power(field.add(field.number(1), field.variable), Fraction(1, 2))
    >>> [(str(power), str(c)) for power, c in root.groups[0][1].items()], root.groups[0][2]
    ([('0', '1'), ('1', '1/2'), ('2', '(-1)/8')], Fraction(3, 1))
    """

    def __init__(self, constants: ConstantField, precision: int) -> None:
        self.constants, self.precision = constants, Fraction(precision)
        self.variable = self.monomial(constants.one, Fraction(1))

    def monomial(self, coefficient: RationalFunction, power: Fraction, rate: Rate = ()) -> Germ:
        """Return coefficient · t^power · exp(rate)."""
        return Germ(((rate, {power: coefficient}, None),))

    def constant(self, value: RationalFunction) -> Germ:
        """Return a constant germ."""
        return self.monomial(value, Fraction(0)) if value else Germ(())

    def number(self, value: Any) -> Germ:
        """Return a rational number as a germ."""
        return self.constant(self.constants.number(value))

    # -- sums and products ---------------------------------------------------------------------------

    def add(self, first: Germ, second: Germ) -> Germ:
        """Return the sum."""
        groups = list(first.groups)
        for rate, terms, order in second.groups:
            for place, (known, others, bound) in enumerate(groups):
                if not self._difference(rate, known):
                    groups[place] = (known, *_cut(_sum(others, terms), _least(bound, order)))
                    break
            else:
                groups.append((rate, terms, order))
        return Germ(tuple(group for group in groups if group[1] or group[2] is not None))

    def multiply(self, first: Germ, second: Germ) -> Germ:
        """Return the product."""
        total = Germ(())
        for rate, terms, order in first.groups:
            for rate2, terms2, order2 in second.groups:
                product, bound = _product(terms, order, terms2, order2)
                total = self.add(total, Germ(((self._combine(rate, rate2), product, bound),)))
        return total

    def _combine(self, first: Rate, second: Rate, sign: int = 1) -> Rate:
        powers = _sum(dict(first), {power: c * sign for power, c in second})
        return tuple((p, powers[p]) for p in sorted(powers) if not self.constants.is_zero(powers[p]))

    def _difference(self, first: Rate, second: Rate) -> Rate:
        return () if first == second else self._combine(first, second, -1)

    # -- the leading term ----------------------------------------------------------------------------

    def growth(self, rate: Rate) -> int:
        """Return 1 if exp(rate) grows beyond every power, −1 if it decays so, 0 if there is no rate.

        Raises
        ------
        UnableError
            If that depends on a parameter of unknown sign.
        """
        if not rate:
            return 0
        sign = self.constants.sign(rate[0][1])
        if sign is None:
            value = self.constants.write(rate[0][1])
            message = f"whether an exponential grows depends on the sign of {value}; give the parameters signs"
            raise UnableError(message)
        return sign

    def leading(self, germ: Germ) -> Leading | None:
        """Return the leading term, or None for the zero germ.

        Raises
        ------
        MoreTerms
            If all terms that are known cancel.
        """
        groups = list(germ.groups)
        while groups:
            best = groups[0]
            for group in groups[1:]:
                if self.growth(self._difference(group[0], best[0])) > 0:
                    best = group
            rate, terms, order = best
            for power in sorted(terms):
                if not self.constants.is_zero(terms[power]):
                    c = terms[power]
                    rest = {p - power: x / c for p, x in terms.items() if p > power}
                    relative = None if order is None else order - power
                    return Leading(rate, power, c, rest, relative, len(groups) == 1)
            if order is not None:
                raise MoreTerms
            groups.remove(best)
        return None

    def _leading(self, germ: Germ, what: str) -> Leading:
        found = self.leading(germ)
        if found is None:
            message = f"{what} of zero is taken"
            raise UnableError(message)
        return found

    def vanishing_order(self, germ: Germ) -> Fraction | None:
        """Return an order up to which a germ vanishes, where all its known terms are zero; else None."""
        orders = []
        for rate, terms, order in germ.groups:
            if rate and self.constants.sign(rate[0][1]) == -1:
                continue
            if rate or order is None or not all(map(self.constants.is_zero, terms.values())):
                return None
            orders.append(order)
        return min(orders, default=None)

    # -- functions -----------------------------------------------------------------------------------

    def _series(self, coefficient: Callable[[int], RationalFunction], lead: Leading) -> tuple[Terms, Fraction | None]:
        """Return Σ_k coefficient(k) ρ^k for the relative rest ρ; exact only if there is no rest."""
        if not lead.rest and lead.order is None and lead.alone:
            return {Fraction(0): coefficient(0)}, None
        order = self.precision if lead.order is None else min(lead.order, self.precision)
        total: Terms = {Fraction(0): coefficient(0)}
        power, k = {Fraction(0): self.constants.one}, 0
        while power:
            k += 1
            power, _ = _product(power, order, lead.rest, order)
            power = {p: self.constants.reduce(x) for p, x in power.items() if p < order}
            if power:
                c = coefficient(k)
                total = _sum(total, {p: c * x for p, x in power.items()})
        return _cut(total, order)

    def power(self, germ: Germ, exponent: Fraction) -> Germ:
        """Return a rational power; for a fraction the germ has to be positive."""
        if exponent.denominator == 1 and exponent >= 0:
            result = self.number(1)
            for _ in range(int(exponent)):
                result = self.multiply(result, germ)
            return result
        lead = self._leading(germ, "a negative or broken power")
        terms, order = self._series(lambda k: self.constants.number(_binomial(exponent, k)), lead)
        rate = tuple((p, c * self.constants.number(exponent)) for p, c in lead.rate)
        scale = self.monomial(self.constants.power(lead.coefficient, exponent), lead.power * exponent, rate)
        return self.multiply(scale, Germ((((), terms, order),)))

    def log(self, germ: Germ) -> Germ:
        """Return the logarithm of a positive germ."""
        lead = self._leading(germ, "the logarithm")
        terms, order = self._series(
            lambda k: self.constants.number(Fraction((-1) ** (k - 1), k)) if k else self.constants.zero, lead
        )
        start = self.constants.log(lead.coefficient) - self.constants.logarithm * self.constants.number(lead.power)
        return Germ((((), _sum(_sum(terms, {Fraction(0): start}), dict(lead.rate)), order),))

    def exp(self, germ: Germ) -> Germ:
        """Return the exponential; negative powers of t become the rate."""
        terms, order = self._without_rate(germ, "the exponential")
        if order is not None and order <= 0:
            raise MoreTerms
        rate = tuple((p, terms[p]) for p in sorted(terms) if p < 0 and not self.constants.is_zero(terms[p]))
        parts = self.constants.logarithmic_parts(terms.get(Fraction(0), self.constants.zero))
        slope = parts.pop(1, self.constants.zero)
        if set(parts) - {0} or not slope.is_constant:
            message = "the exponential of a logarithm of t times a parameter is met; give the exponents values"
            raise UnableError(message)
        rest = {p: c for p, c in terms.items() if p > 0}
        lead = Leading((), Fraction(0), self.constants.one, rest, order, True)
        series, bound = self._series(lambda k: self.constants.number(Fraction(1, factorial(k))), lead)
        scale = self.constants.exp(parts.get(0, self.constants.zero))
        return self.multiply(self.monomial(scale, -slope.constant(), rate), Germ((((), series, bound),)))

    def _without_rate(self, germ: Germ, what: str) -> tuple[Terms, Fraction | None]:
        """Return the one power series that a germ is, up to what decays faster than all powers."""
        terms: Terms = {}
        order: Fraction | None = None
        for rate, found, bound in germ.groups:
            if self.growth(rate) > 0:
                message = f"{what} of what grows faster than every power of 1/t is met; this is not understood"
                raise UnableError(message)
            terms, order = (found, _least(order, bound)) if not rate else (terms, _least(order, self.precision))
        return _cut(terms, order)

    def erf(self, germ: Germ) -> Germ:
        """Return the error function: ±1 where the argument grows, a Taylor series where it stays finite."""
        lead = self.leading(germ)
        if lead is None:
            return germ
        growth = self.growth(lead.rate) or (-1 if lead.power > 0 else 1 if lead.power < 0 else 0)
        if growth > 0:
            one = {Fraction(0): self.constants.number(self._sign(lead, "the argument of erf"))}
            return Germ((((), one, self.precision),))  # 1 − erf decays faster than every power of t
        terms, order = self._without_rate(germ, "the error function")
        at = terms.get(Fraction(0), self.constants.zero)
        if order is not None and order <= 0:
            raise MoreTerms
        if self.constants.logarithmic_parts(at).keys() - {0}:
            message = "the error function of a logarithm of t is met; this is not understood"
            raise UnableError(message)
        value = self.constants.zero
        if not self.constants.is_zero(at):
            value = self.constants.generator(sympy.erf(self.constants.write(at)))
        root_pi = self.constants.power(self.constants.generator(sympy.pi), Fraction(1, 2))
        slope = self.constants.exp(-at * at) * 2 / root_pi

        def coefficient(k: int) -> RationalFunction:
            return (
                value
                if k == 0
                else slope * _hermite(k - 1, at) * self.constants.number(Fraction((-1) ** (k - 1), factorial(k)))
            )

        rest = {p: c for p, c in terms.items() if p > 0}
        series, bound = self._series(coefficient, Leading((), Fraction(0), self.constants.one, rest, order, True))
        return Germ((((), {p: c for p, c in series.items() if c}, bound),))

    def absolute(self, germ: Germ) -> Germ:
        """Return the modulus, by the sign of the leading term."""
        return self.multiply(germ, self.signum(germ))

    def signum(self, germ: Germ) -> Germ:
        """Return the sign of a germ: −1, 0 or 1."""
        lead = self.leading(germ)
        return self.number(0 if lead is None else self._sign(lead, "a modulus or a sign"))

    def _sign(self, lead: Leading, what: str) -> int:
        sign = self.constants.sign(lead.coefficient)
        if sign is None:
            value = self.constants.write(lead.coefficient)
            message = f"{what} depends on the sign of {value}; give the parameters signs or values"
            raise UnableError(message)
        return sign


def _sum(first: Terms, second: Terms) -> Terms:
    total = dict(first)
    for power, c in second.items():
        value = total[power] + c if power in total else c
        if value:
            total[power] = value
        else:
            total.pop(power, None)
    return total


def _product(
    first: Terms, order: Fraction | None, second: Terms, order2: Fraction | None
) -> tuple[Terms, Fraction | None]:
    low, low2 = (min(terms, default=None) for terms in (first, second))
    bound: Fraction | None = None
    if order is not None:
        bound = _least(bound, order + low2 if low2 is not None else None)
    if order2 is not None:
        bound = _least(bound, order2 + low if low is not None else None)
    if order is not None and order2 is not None:
        bound = _least(bound, order + order2)
    total: Terms = {}
    for power, c in first.items():
        for power2, c2 in second.items():
            if bound is None or power + power2 < bound:
                total = _sum(total, {power + power2: c * c2})
    return total, bound


def _cut(terms: Terms, order: Fraction | None) -> tuple[Terms, Fraction | None]:
    return {p: terms[p] for p in sorted(terms) if order is None or p < order}, order


def _least(first: Fraction | None, second: Fraction | None) -> Fraction | None:
    return first if second is None else second if first is None else min(first, second)


def _binomial(exponent: Fraction, k: int) -> Fraction:
    if exponent.denominator == 1 and exponent >= 0:
        return Fraction(comb(int(exponent), k))
    value = Fraction(1)
    for j in range(k):
        value = value * (exponent - j) / (j + 1)
    return value


def _hermite(n: int, x: RationalFunction) -> RationalFunction:
    """Return the physicists' Hermite polynomial H_n at x."""
    before, value = x * 0, x * 0 + 1
    for k in range(n):
        before, value = value, 2 * x * value - 2 * k * before
    return value
