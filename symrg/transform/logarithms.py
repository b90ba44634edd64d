"""Logarithms in exponents: e^(q ln f) as powers of what f is made of.

Numbers are powers of a coprime base, so nothing has to be factored into primes; rational functions are products of
irreducible polynomials. A fraction q is allowed where f is positive as long as it adds up to whole powers in the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from math import gcd
from typing import Any

import flint

from ..errors import DomainError
from ..exact.exponentials import ExponentialField
from ..exact.polynomials import RationalFunction, irreducible_factors

__all__ = ["Logarithms", "coprime_base"]

# how often a polynomial is multiplied by its own terms to see that it is positive
_ATTEMPTS = 4


class Logarithms:
    """What arguments of logarithms are made of.

    The parts are keys: ``("number", n)`` of a coprime base, ``("sign",)`` for −1, ``("monomial", g)`` for e^g, and
    ``("factor", i)`` for the entries of :attr:`factors`.

    Parameters
    ----------
    arguments : mapping
        Argument ↦ whether it comes to whole powers only.

    Attributes
    ----------
    factors : list of RationalFunction
        Of :attr:`field`.
    arguments : list of SymPy expressions
        Those that are no numbers.
    field : ExponentialField
        Holds them.
    parts : dict
        Argument ↦ (part ↦ power).

    Raises
    ------
    ModelError
        If an argument is no rational function of symbols and exponentials.
    DomainError
        If one is zero.

    Examples
    --------
    >>> import sympy
    >>> A = sympy.Symbol("A")
    >>> found = Logarithms({sympy.Rational(9, 4): False, 6 * sympy.exp(A) + 6: True})
    >>> [[(*part, int(power)) for part, power in parts.items()] for parts in found.parts.values()]
    [[('number', 3, 2), ('number', 2, -2)], [('number', 2, 1), ('number', 3, 1), ('factor', 0, 1)]]
    >>> found.factors
    [exp(A/1) + 1]
    """

    def __init__(self, arguments: Mapping[Any, bool]) -> None:
        self.arguments = [f for f in arguments if not f.is_Rational]
        self.field = ExponentialField(self.arguments)
        self._roots = {place: (g, q) for g, (place, q) in self.field.roots.items()}
        self.factors: list[RationalFunction] = []
        self._known: dict[RationalFunction, int] = {}
        taken = {f: self._take_apart(f, whole) for f, whole in arguments.items()}
        base = coprime_base(part for content, _ in taken.values() for part in (content.numerator, content.denominator))
        self.parts = {f: {**_in_base(content, base), **powers} for f, (content, powers) in taken.items()}

    def _take_apart(self, argument: Any, whole: bool) -> tuple[Fraction, dict[Any, Fraction]]:
        """Return content and powers of the other parts."""
        if argument.is_Rational:
            return Fraction(int(argument.p), int(argument.q)), {}
        value = self.field.read(argument)
        if not value:
            message = f"the exponent contains the logarithm of {argument}, which is zero; leave out that state"
            raise DomainError(message)
        factors = [(f, sign * m) for sign, p in ((1, value.num), (-1, value.den)) for f, m in irreducible_factors(p)]
        content = Fraction(int(value.num.content()), int(value.den.content()))
        negative = value.num.leading_coefficient() < 0  # all factors have positive leading coefficients
        # an irreducible factor of a polynomial with positive coefficients has no zero where the generators are positive
        positive = not negative and (
            all(_has_positive_terms(p) for p in (value.num, value.den)) or all(_is_positive(f) for f, _ in factors)
        )
        if not (whole or positive):
            # its parts may be negative, so that roots of it may not be split
            return Fraction(1), {self._factor(value): Fraction(1)}
        powers: dict[Any, Fraction] = {}
        for factor, multiplicity in factors:
            places = [i for i, d in enumerate(factor.degrees()) if d]
            if len(factor) == 1 and places[0] in self._roots:
                g, q = self._roots[places[0]]
                powers["monomial", g] = Fraction(multiplicity, q)
            else:
                powers[self._factor(RationalFunction(self.field.ring, factor, self.field.ring.one))] = Fraction(
                    multiplicity
                )
        return -content if negative else content, powers

    def _factor(self, value: RationalFunction) -> tuple[str, int]:
        if value not in self._known:
            self._known[value] = len(self.factors)
            self.factors.append(value)
        return "factor", self._known[value]


def coprime_base(numbers: Iterable[int]) -> list[int]:
    """Return numbers, pairwise coprime and none of them a power, of which some whole numbers are products up to sign.

    A product of fractional powers of such numbers is rational only if all powers are whole.

    Examples
    --------
    >>> coprime_base([12, -18, 25])
    [2, 3, 5]
    >>> coprime_base([12, 1, 10**40 + 1]) == [12, 10**40 + 1]
    True
    """
    base: list[int] = []
    work = [abs(n) for n in numbers]
    while work:
        number = work.pop()
        for place, other in enumerate(base):
            common = gcd(number, other)
            if common > 1:
                del base[place]
                work += [common, number // common, other // common]
                break
        else:
            if number > 1:
                base.append(number)
    return sorted(map(_without_power, base))


def _without_power(number: int) -> int:
    """Return the smallest r of which a number is a power."""
    root = number
    for index in range(2, number.bit_length()):
        while True:
            candidate = int(flint.fmpz(root).root(index))
            if candidate < 2 or candidate**index != root:
                break
            root = candidate
    return root


def _in_base(content: Fraction, base: Sequence[int]) -> dict[Any, Fraction]:
    powers: dict[Any, Fraction] = {("sign",): Fraction(1)} if content < 0 else {}
    for part, direction in ((abs(content.numerator), 1), (content.denominator, -1)):
        for number in base:
            while part % number == 0:
                part //= number
                powers["number", number] = powers.get(("number", number), Fraction(0)) + direction
    return powers


def _has_positive_terms(polynomial: Any) -> bool:
    return all(int(c) > 0 for c in polynomial.coeffs())


def _is_positive(polynomial: Any) -> bool:
    """Whether it is seen that a polynomial is positive where all generators are: False is no proof."""
    absolute = polynomial.context().from_dict({e: abs(int(c)) for e, c in polynomial.to_dict().items()})
    for _ in range(_ATTEMPTS):
        if _has_positive_terms(polynomial):
            return True
        polynomial *= absolute
    return False
