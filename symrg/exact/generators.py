"""Generators of a field that grows while expressions are read: what is known of each, and arithmetic with them.

Values are rational functions over Z in the generators. A generator may satisfy one equation (a root, I), have a sign or
lie between bounds; signs of polynomials follow from their coefficients, once intervals are mapped
onto (0, ∞), or in one variable from Sturm's theorem.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import comb, lcm
from typing import Any

from ..errors import BudgetExceeded, UndefinedPointError
from .polynomials import PolynomialRing, RationalFunction, ring
from .reals import constant_sign

__all__ = ["FinerError", "Generator", "GeneratorField", "polynomial_key"]

_MOST_SLOTS = 1024
_MOST_SHIFTED = 4096  # terms of a polynomial whose generators are mapped onto (0, ∞)


class FinerError(Exception):
    """More generators, or finer ones (e^{A/2} after e^A), are needed than were provided; start again."""


@dataclass
class Generator:
    """What is known of a generator.

    Attributes
    ----------
    value : RationalFunction
        The generator itself.
    label : callable
        Returns its name.
    real, integer : bool
        Whether its values are known to be real, integers.
    sign : int or None
        1 if all its values are ≥ 0, −1 if they are ≤ 0; ``strict`` if it is never 0.
    low, high : Fraction or None
        Bounds of its values; ``reaches_low`` and ``reaches_high`` if it may be equal to them.
    log : RationalFunction or None
        The logarithm of a positive generator.
    argument : RationalFunction or None
        For a logarithm, of what; of its absolute value if ``absolute``.
    root : int
        q for the generator e^{M/q}.
    relation : tuple of polynomials or None
        (c_0, …, c_{k−1}) with g^k = c_0 + c_1 g + … + c_{k−1} g^{k−1}, in older generators.
    """

    value: RationalFunction
    label: Callable[[], str]
    real: bool = True
    integer: bool = False
    sign: int | None = None
    strict: bool = False
    low: Fraction | None = None
    high: Fraction | None = None
    reaches_low: bool = True
    reaches_high: bool = True
    log: RationalFunction | None = None
    argument: RationalFunction | None = None
    absolute: bool = False
    root: int = 1
    relation: tuple[Any, ...] | None = None

    def __post_init__(self) -> None:
        if self.sign == 1 and self.low is None:
            self.low, self.reaches_low = Fraction(0), not self.strict
        if self.sign == -1 and self.high is None:
            self.high, self.reaches_high = Fraction(0), not self.strict


class GeneratorField:
    """Rational functions of generators that are added on the way.

    Parameters
    ----------
    slots : int
        How many generators there may be.
    denominators : mapping of str to int, optional
        Which roots of the generators are needed, as found in an earlier attempt.
    effort : int, optional
        How many products of terms may be formed, about.

    Examples
    --------
    >>> field = GeneratorField(4)
    >>> x = field.generator("x", lambda: "x", sign=1)
    >>> field.sign((x * x + 1).num), field.describe(1 / (x + 1))
    ((1, True), '(1)/(x + 1)')
    """

    def __init__(self, slots: int, denominators: Mapping[str, int] | None = None, effort: int | None = None) -> None:
        self.denominators: dict[str, int] = dict(denominators or {})
        self.wanted_slots = slots
        self.ring: PolynomialRing = ring(*(f"g{i}" for i in range(slots)))
        self.records: list[Generator] = []
        self.index: dict[Any, int] = {}
        self._effort = effort
        self._related: list[int] = []
        self._factored: dict[Any, tuple[int, list[tuple[Any, int]]]] = {}
        self._stated: dict[frozenset[Any], int] = {}
        self._constants: dict[Any, RationalFunction] = {}

    def generator(self, key: Any, label: Callable[[], str], **known: Any) -> RationalFunction:
        """Return the generator of that key, made with what is known of it (see :class:`Generator`) if it is new.

        Raises
        ------
        FinerError
            If there is no slot left.
        BudgetExceeded
            If there would be too many slots.
        """
        index = self.index.get(key)
        if index is not None:
            return self.records[index].value
        index = len(self.records)
        if index >= len(self.ring):
            self.wanted_slots = 2 * len(self.ring)
            if self.wanted_slots > _MOST_SLOTS:
                message = f"more than {_MOST_SLOTS} different symbols, exponentials and logarithms occur"
                raise BudgetExceeded(message, limit=_MOST_SLOTS)
            raise FinerError
        record = Generator(RationalFunction(self.ring, self.ring.gens[index], self.ring.one), label, **known)
        self.records.append(record)
        self.index[key] = index
        if record.relation is not None:
            self._related.append(index)
        return record.value

    def refine(self, name: str, denominator: int) -> int:
        """Return which root is taken of the generator of that name; raise FinerError if it is not fine enough."""
        known = self.denominators.get(name, 1)
        if known % denominator:
            self.denominators[name] = lcm(known, denominator)
            raise FinerError
        return known

    def used(self, polynomial: Any) -> list[int]:
        """Return the indices of the generators of a polynomial."""
        return [i for i, d in enumerate(polynomial.degrees()) if d > 0]  # of 0 they are −1

    def is_real(self, polynomial: Any) -> bool:
        """Whether all generators of a polynomial are real."""
        return all(self.records[i].real for i in self.used(polynomial))

    def describe(self, value: RationalFunction) -> str:
        """Write a value with the generators' own names."""
        names = [f"_{i}" for i in range(len(self.ring))]
        for i in sorted({*self.used(value.num), *self.used(value.den)}):
            name = self.records[i].label()
            names[i] = name if name not in names else f"{name}#{i}"
        target = PolynomialRing(tuple(names))
        num, den = target.format(value.num), target.format(value.den)
        return num if den == "1" else f"({num})/({den})"

    # -- the four operations -------------------------------------------------------------------

    def spend(self, work: int) -> None:
        """Count work, in products of terms.

        Raises
        ------
        BudgetExceeded
            If it is more than was allowed.
        """
        if self._effort is None:
            return
        self._effort -= work
        if self._effort < 0:
            message = "more work is needed than was allowed for deciding in place"
            raise BudgetExceeded(message, estimate=work)

    def number(self, value: Any) -> RationalFunction:
        """Return a rational constant (int, Fraction or fmpq)."""
        found = self._constants.get(value)
        if found is None:
            found = self._constants[value] = self.ring.fraction(value)
        return found

    def add(self, values: Sequence[RationalFunction]) -> RationalFunction:
        """Return a sum: first of what has a common denominator, then of the rest."""
        groups: list[list[Any]] = []
        for value in values:
            for group in groups:
                if group[1] == value.den:
                    group[0] = group[0] + value.num
                    break
            else:
                groups.append([value.num, value.den])
        total = self.number(0)
        for num, den in groups:
            self.spend(len(num) * len(total.den) + len(total.num) * len(den) + len(den) * len(total.den) + 8)
            total = total + self.ring.fraction(num, den)
        return total

    def multiply(self, values: Sequence[RationalFunction]) -> RationalFunction:
        """Return a product."""
        total = self.number(1)
        for value in values:
            self.spend(len(total.num) * len(value.num) + len(total.den) * len(value.den) + 4)
            total = total * value
        return total

    def integer_power(self, base: RationalFunction, exponent: int) -> RationalFunction:
        """Return an integer power.

        Raises
        ------
        UndefinedPointError
            For a negative power of 0.
        """
        if base.num == 0 and exponent < 0:
            message = "a denominator is 0"
            raise UndefinedPointError(message)
        times, size = abs(exponent), max(len(base.num), len(base.den))
        if size > 1 and times > 1:
            dense = 1  # the number of monomials that fit under the degrees of the power
            for degree in map(max, zip(base.num.degrees(), base.den.degrees(), strict=True)):
                dense = min(dense * (times * degree + 1), 10**12)
            bound = comb(size + times - 1, times) if times < 1000 else dense
            self.spend(min(bound, dense) * size)
        elif times > 1:
            self.spend(times)
        return base**exponent

    # -- relations -----------------------------------------------------------------------------

    def is_zero(self, value: RationalFunction) -> bool:
        """Whether a value is zero by the relations known; False means only: not seen to be."""
        return bool(value.num == 0 or self._reduce(value.num) == 0)

    def reduced(self, value: RationalFunction) -> RationalFunction:
        """Return the same value with high powers of generators replaced by their relations."""
        if not self._related:
            return value
        num, den = self._reduce(value.num), self._reduce(value.den)
        if num == value.num and den == value.den:
            return value
        return self.ring.fraction(num, den)

    def _reduce(self, polynomial: Any) -> Any:
        for index in reversed(self._related):  # a relation has older generators only
            relation = self.records[index].relation or ()
            degree = len(relation)
            if polynomial.degrees()[index] < degree:
                continue
            powers = self._powers(polynomial, index)
            for e in range(max(powers), degree - 1, -1):
                top = powers.pop(e, self.ring.zero)
                for j, c in enumerate(relation):
                    if top != 0 and c != 0:
                        powers[e - degree + j] = powers.get(e - degree + j, self.ring.zero) + top * c
            polynomial = self.ring.zero
            for e, row in powers.items():
                polynomial = polynomial + row * self.ring.gens[index] ** e
        return polynomial

    def _powers(self, polynomial: Any, index: int) -> dict[int, Any]:
        """Return the coefficient of each power of a generator."""
        rows: dict[int, dict[tuple[int, ...], Any]] = {}
        for exponents, coefficient in polynomial.terms():
            rest = (*exponents[:index], 0, *exponents[index + 1 :])
            rows.setdefault(exponents[index], {})[rest] = coefficient
        return {e: self.ring.context.from_dict(row) for e, row in rows.items()}

    # -- factors and signs -----------------------------------------------------------------------

    def factors(self, value: RationalFunction) -> tuple[Fraction, list[tuple[Any, int]]]:
        """Return a rational unit and irreducible polynomials with multiplicities, negative for the denominator's."""
        unit = Fraction(1)
        factors: list[tuple[Any, int]] = []
        for polynomial, direction in ((value.num, 1), (value.den, -1)):
            content, parts = self._factor(polynomial)
            unit = unit * Fraction(content) ** direction
            factors.extend((f, direction * m) for f, m in parts)
        return unit, factors

    def _factor(self, polynomial: Any) -> tuple[int, list[tuple[Any, int]]]:
        key = polynomial_key(polynomial)
        if key not in self._factored:
            self.spend(len(polynomial) ** 2)
            content, parts = polynomial.factor()
            unit, normal = int(content), []
            for factor, multiplicity in parts:
                flip = -1 if factor.leading_coefficient() < 0 else 1
                unit *= flip ** int(multiplicity)
                normal.append((factor * flip, int(multiplicity)))
            self._factored[key] = unit, sorted(normal, key=lambda item: polynomial_key(item[0]))
        return self._factored[key]

    def state_positive(self, value: RationalFunction) -> None:
        """Learn from a value that is positive: the sign of the product of its factors of unknown sign."""
        unit, factors = self.factors(value)
        sign, unknown = (1 if unit > 0 else -1), []
        if not all(self.is_real(factor) for factor, _ in factors):
            return  # squares of what is not real have any sign
        for factor, multiplicity in factors:
            known, strict = self.sign(factor)
            if known is not None:
                sign *= known**multiplicity
                if not strict:  # it is not 0, since the value is not
                    self._stated[frozenset([polynomial_key(factor)])] = known
            elif multiplicity % 2:
                unknown.append(factor)
        if unknown:
            self._stated[frozenset(map(polynomial_key, unknown))] = sign
        if len(unknown) == 1 and unknown[0].total_degree() == 1 and len(unknown[0]) == 2:
            self._bound(unknown[0], sign)

    def stated_sign(self, factors: Sequence[Any]) -> int | None:
        """Return the sign of a product of irreducible polynomials, if it was stated."""
        return self._stated.get(frozenset(map(polynomial_key, factors)))

    def _bound(self, factor: Any, sign: int) -> None:
        """Turn the sign of a x + b into a bound of the generator x."""
        (_, slope), (last, offset) = factor.terms()
        if any(last):
            return
        (index,) = self.used(factor)
        record, at = self.records[index], Fraction(-int(offset), int(slope))
        if sign * int(slope) > 0 and (record.low is None or at >= record.low):
            record.low, record.reaches_low = at, False
        if sign * int(slope) < 0 and (record.high is None or at <= record.high):
            record.high, record.reaches_high = at, False
        if record.low is not None and record.low >= 0:
            record.sign, record.strict = 1, record.strict or record.low > 0 or not record.reaches_low
        if record.high is not None and record.high <= 0:
            record.sign, record.strict = -1, record.strict or record.high < 0 or not record.reaches_high

    def sign(self, polynomial: Any) -> tuple[int | None, bool]:
        """Return the sign of a polynomial on the domain (1 for ≥ 0, −1 for ≤ 0, or None), and whether it is strict."""
        known = self.stated_sign([polynomial])
        if known is not None:
            return known, True
        if not self.is_real(polynomial):
            return None, False
        found = _sign_of_terms(polynomial, [(record.sign, record.strict) for record in self.records])
        if found[0] is not None:
            return found
        used = self.used(polynomial)
        return self._univariate_sign(polynomial, used[0]) if len(used) == 1 else self._sign_between(polynomial, used)

    def _sign_between(self, polynomial: Any, used: Sequence[int]) -> tuple[int | None, bool]:
        """Return the sign of a polynomial whose terms agree in it once each interval is mapped onto (0, ∞)."""
        known = [(record.sign, record.strict) for record in self.records]
        size, closed = 1, False
        for index in used:
            record, degree = self.records[index], int(polynomial.degrees()[index])
            if not any((record.low, record.high)):  # no bounds, or 0 is the only one
                continue
            size *= degree + 1
            if size > _MOST_SHIFTED:
                return None, False
            x = self.ring.gens[index]
            ends = [(record.low, record.reaches_low), (record.high, record.reaches_high)]
            # what is mapped onto 0 is an end that belongs to the interval, if there is one
            (first, reached), (second, limit) = sorted(ends, key=lambda end: (end[0] is None, not end[1]))
            assert first is not None  # the generator has a bound
            known[index] = 1, not reached
            if second is None:
                way = 1 if first == record.low else -1
                above, below = first.numerator + way * first.denominator * x, self.ring.one * first.denominator
            else:  # (first + second x)/(1 + x), on one denominator; the second end is a limit
                whole = lcm(first.denominator, second.denominator)
                above, below = int(first * whole) + int(second * whole) * x, whole + whole * x
                closed = closed or limit
            self.spend(len(polynomial) * (degree + 1) ** 2)
            total = self.ring.zero
            for e, row in self._powers(polynomial, index).items():
                total = total + row * above**e * below ** (degree - e)
            polynomial = total
        sign, strict = _sign_of_terms(polynomial, known)
        return sign, strict and not closed

    def _univariate_sign(self, polynomial: Any, index: int) -> tuple[int | None, bool]:
        record = self.records[index]
        coefficients = [0] * (int(polynomial.total_degree()) + 1)
        for exponents, coefficient in polynomial.terms():
            coefficients[exponents[index]] = int(coefficient)
        self.spend(len(coefficients) ** 2)
        ends = [record.low] if record.reaches_low else []
        ends += [record.high] if record.reaches_high else []
        roots = any(_at(coefficients, end) == 0 for end in ends if end is not None)
        sign = constant_sign(coefficients, record.low, record.high)
        return sign, sign is not None and not roots

    def order(self, value: RationalFunction) -> int | None:
        """Return the sign of a value (1, 0 or −1) where it is the same at every point, else None."""
        sign, strict = self._sign_of(value)
        return sign if strict else None

    def weak_sign(self, value: RationalFunction) -> int | None:
        """Return 1 if a value is ≥ 0 at every point, −1 if it is ≤ 0, None if neither is known."""
        return self._sign_of(value)[0]

    def _sign_of(self, value: RationalFunction) -> tuple[int | None, bool]:
        if value.num == 0:
            return 0, True
        unit, factors = self.factors(value)
        total, all_strict = (1 if unit > 0 else -1), True
        for factor, multiplicity in factors:
            sign, strict = self.sign(factor)
            if sign is None and (multiplicity % 2 or not self.is_real(factor)):
                return None, False
            total *= (sign or 1) ** (multiplicity % 2)
            # a denominator is not zero where the value is defined
            all_strict = all_strict and (multiplicity < 0 or (sign is not None and strict))
        return total, all_strict


def _sign_of_terms(polynomial: Any, known: Sequence[tuple[int | None, bool]]) -> tuple[int | None, bool]:
    """Return the sign that all terms of a polynomial have, and whether one of them is never 0.

    ``known`` has the sign of each generator, all real, and whether it is never 0.
    """
    signs, strict = set(), False
    for exponents, coefficient in polynomial.terms():
        sign, nonzero = (1 if int(coefficient) > 0 else -1), True
        for e, (its, never) in zip(exponents, known, strict=False):
            if not e:
                continue
            if e % 2 and its is None:
                return None, False
            sign *= (its or 1) if e % 2 else 1
            nonzero = nonzero and never
        signs.add(sign)
        strict = strict or nonzero
    return (signs.pop(), strict) if len(signs) == 1 else (None, False)


def _at(coefficients: Sequence[int], value: Fraction) -> Fraction:
    total = Fraction(0)
    for coefficient in reversed(coefficients):
        total = total * value + coefficient
    return total


def polynomial_key(polynomial: Any) -> tuple[Any, ...]:
    """Return the terms of a polynomial as something that can be hashed and sorted."""
    return tuple((exponents, int(c)) for exponents, c in polynomial.terms())
