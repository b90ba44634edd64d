"""Symbols, powers, exponentials, logarithms and roots as rational functions of generators.

A generator is a symbol, an exponential e^{M/q} of a monomial M, the logarithm ln|f| of an irreducible polynomial f or
of a prime, or a root with the one equation it satisfies. Every rule that takes an expression apart is an identity of
principal values on the stated domain.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from math import lcm
from typing import Any

import flint
import sympy

from ..errors import UnableError, UndefinedPointError
from .generators import Generator, GeneratorField, polynomial_key
from .polynomials import RationalFunction
from .reading import Reader, Scope, Unfold

__all__ = ["ElementaryForms"]

_FACTORED_BITS = 160  # integers beyond that are not factored into primes
_HALF = Fraction(1, 2)


class ElementaryForms(Reader):
    """Reads sums, products, powers, exponentials and logarithms; the base of ``NormalForms``.

    Parameters
    ----------
    field : GeneratorField
        Where the generators are kept.
    positive : iterable of SymPy expressions
        What is positive; symbols with SymPy's own assumptions need not be repeated. All symbols are real
        unless SymPy knows that they are not.
    where, sums, varying, steps
        As for :class:`~symrg.exact.reading.Reader`.

    Examples
    --------
    >>> x = sympy.Symbol("x", positive=True)
    >>> forms = ElementaryForms(GeneratorField(8))
    >>> difference = forms.read(sympy.sqrt(x) * sympy.exp(sympy.log(x) / 2), forms.scope())
    >>> forms.field.describe(forms.field.reduced(difference))
    'x'
    """

    def __init__(
        self,
        field: GeneratorField,
        *,
        positive: Iterable[Any] = (),
        where: Mapping[Any, Any] | None = None,
        sums: Mapping[type, Unfold] | None = None,
        varying: Iterable[Any] = (),
        steps: int | None = None,
    ) -> None:
        super().__init__(where=where, sums=sums, varying=varying, steps=steps)
        self.field = field
        self._stated = tuple(positive)
        self._positive = frozenset(s for s in self._stated if s.is_Symbol)
        self._names: dict[str, int] = {}

    def assume(self) -> None:
        """Learn the signs of the expressions that are stated to be positive."""
        top = self.scope()
        for expression in self._stated:
            # one that varies with the state only says where the statement is tried
            if not expression.is_Symbol and not self._varies(expression, self._outer):
                self.field.state_positive(self.read(expression, top))

    def number(self, value: Any) -> RationalFunction:
        """Return a rational constant."""
        return self.field.number(value)

    def add(self, values: Sequence[RationalFunction]) -> RationalFunction:
        """Return a sum."""
        return self.field.add(values)

    def multiply(self, values: Sequence[RationalFunction]) -> RationalFunction:
        """Return a product."""
        return self.field.multiply(values)

    def order(self, difference: RationalFunction) -> int | None:
        """Return the sign of a value where it is the same at every point."""
        return self.field.order(difference)

    # -- symbols and constants -------------------------------------------------------------------

    def symbol(self, node: Any) -> RationalFunction:
        """Return the generator of a symbol."""
        if node in self.field.index:
            return self.field.records[self.field.index[node]].value
        if not node.is_commutative:
            message = f"{node} does not commute; only numbers are compared here"
            raise UnableError(message)
        count = self._names[node.name] = self._names.get(node.name, 0) + 1
        name = node.name if count == 1 else f"{node.name}#{count}"
        stated = node in self._positive
        return self.field.generator(
            node,
            lambda: name,
            # a symbol of which nothing is said is real, one that is said to be complex is not
            real=bool(node.is_extended_real or (node.is_extended_real is None and not node.is_complex)),
            integer=bool(node.is_integer),
            sign=1 if stated or node.is_nonnegative else -1 if node.is_nonpositive else None,
            strict=stated or bool(node.is_nonzero),
        )

    def constant(self, node: Any) -> RationalFunction:
        """Return a constant: I and E by what is known of them, others as generators."""
        if node is sympy.I:
            return self._root_of_unity(_HALF)
        if node is sympy.E:
            return self.exponential_of(self.number(1))
        if node is sympy.GoldenRatio:
            return (self.exponential_of(self.logarithm(self.number(5)) * _HALF) + 1) * _HALF
        if not (node.is_number and node.is_finite):
            message = f"{node} is no finite number"
            raise UndefinedPointError(message)
        sign = 1 if node.is_positive else None
        return self.field.generator(node, lambda: str(node), sign=sign, strict=True, real=bool(node.is_real))

    # -- logarithms ------------------------------------------------------------------------------

    def logarithm(self, value: RationalFunction, *, by_factors: bool = False) -> RationalFunction:
        """Return the principal logarithm.

        Parameters
        ----------
        value : RationalFunction
        by_factors : bool
            Return the sum of the factors' logarithms instead, which is as good inside e^{n …} with an integer n.

        Raises
        ------
        UndefinedPointError
            For 0.
        """
        value = self.field.reduced(value)
        if value.num == 0:
            message = "the argument of a logarithm is 0"
            raise UndefinedPointError(message)
        unit, factors = self.field.factors(value)
        terms = [self._log_of_integer(abs(unit.numerator)), -self._log_of_integer(unit.denominator)]
        negative, rest = unit < 0, []
        for factor, multiplicity in factors:
            sign, _ = self.field.sign(factor)
            if sign is not None:
                negative = negative != (sign < 0 and multiplicity % 2 == 1)
            elif by_factors or not self.field.is_real(factor):
                rest.append((factor, multiplicity))
                continue
            elif multiplicity % 2:
                rest.append((factor, 1))  # f^m = |f|^{m − 1} f, and the first of these is positive
                multiplicity -= 1
            terms.append(self._log_of_factor(factor) * multiplicity)
        sign = self.field.stated_sign([f for f, _ in rest]) if all(m == 1 for _, m in rest) and not by_factors else None
        if rest and sign is not None:
            terms.extend(self._log_of_factor(factor) for factor, _ in rest)
            negative, rest = negative != (sign < 0), []
        if rest and by_factors:
            terms.extend(self._opaque_log(self.field.ring.fraction(factor)) * m for factor, m in rest)
        elif rest:
            argument = self.number(-1 if negative else 1)
            for factor, multiplicity in rest:
                argument = argument * self.field.ring.fraction(factor) ** multiplicity
            return self.add([*terms, self._opaque_log(argument)])
        if negative:
            terms.append(self.constant(sympy.I) * self.constant(sympy.pi))
        return self.add(terms)

    def _log_of_factor(self, factor: Any) -> RationalFunction:
        """Return ln|f| of an irreducible polynomial that is real."""
        if len(factor) == 1:
            record = self.field.records[self.field.used(factor)[0]]
            if record.log is not None:
                return record.log
        argument = self.field.ring.fraction(factor)
        return self.field.generator(
            ("log", polynomial_key(factor)),
            lambda: f"ln({self.field.describe(argument)})",
            argument=argument,
            absolute=True,
        )

    def _log_of_integer(self, value: int) -> RationalFunction:
        if value == 1:
            return self.number(0)
        primes = flint.fmpz(value).factor() if value.bit_length() <= _FACTORED_BITS else [(value, 1)]
        return self.add([self._log_of_prime(int(p)) * int(m) for p, m in primes])

    def _log_of_prime(self, prime: int) -> RationalFunction:
        argument = self.number(prime)
        return self.field.generator(("log", prime), lambda: f"ln({prime})", sign=1, strict=True, argument=argument)

    def _opaque_log(self, argument: RationalFunction) -> RationalFunction:
        """Return a logarithm of which only e^{ln z} = z is used."""
        label = f"ln({self.field.describe(argument)})"
        return self.field.generator(("Log", argument), lambda: label, real=False, argument=argument)

    # -- exponentials and powers -----------------------------------------------------------------

    def exponential(self, exponent: Any, scope: Scope) -> RationalFunction:
        """Return e to a node: the product of the exponentials of its terms."""
        return self.multiply([self.exponential_of(self.read(*part)) for part in self.summands(exponent, scope)])

    def exponential_of(self, value: RationalFunction) -> RationalFunction:
        """Return e to a value, monomial by monomial."""
        value = self.field.reduced(value)
        if value.num == 0:
            return self.number(1)
        ring = self.field.ring
        content = int(value.den.content())
        below = value.den if content == 1 else value.den / ring.context.constant(content)
        factors = []
        for exponents, coefficient in value.num.terms():
            power = Fraction(int(coefficient), content)
            if below == 1:
                factors.append(self._exponential_of_monomial(exponents, None, power))
            else:
                term = ring.fraction(ring.context.from_dict({exponents: 1}), below)
                ((rest, _),) = term.num.terms()
                factors.append(self._exponential_of_monomial(rest, None if term.den == 1 else term.den, power))
        return self.multiply(factors)

    def _exponential_of_monomial(self, exponents: Any, below: Any, power: Fraction) -> RationalFunction:
        """Return e^{power · monomial / below}."""
        field = self.field
        used = [(i, e) for i, e in enumerate(exponents) if e]
        if below is None:
            if len(used) == 1 and used[0][1] == 1 and field.records[used[0][0]].argument is not None:
                return self._power_of_argument(field.records[used[0][0]], power)
            turned = self._turned(used, power)
            if turned is not None:
                return turned
        key = ("exp", exponents, None if below is None else polynomial_key(below))
        if key in field.index:
            record = field.records[field.index[key]]
            if record.root % power.denominator == 0:
                return record.value ** int(power * record.root)
        monomial = field.ring.context.from_dict({exponents: 1})
        value = field.ring.fraction(monomial, 1 if below is None else below)
        name = f"exp({field.describe(value)})"
        root = field.refine(name, power.denominator)
        real = field.is_real(monomial) and field.is_real(value.den)
        (above, strict), (under, _) = (field.sign(p) if real else (None, False) for p in (monomial, value.den))
        grows = None if above is None or under is None else above == under
        generator = field.generator(
            key,
            lambda: name if root == 1 else f"{name}**(1/{root})",
            real=real,
            sign=1 if real else None,
            strict=real and not any(self._may_be_infinite(i) for i, _ in used),
            low=Fraction(1) if grows is True else None,
            high=Fraction(1) if grows is False else None,
            reaches_low=not strict,
            reaches_high=not strict,
            log=value * Fraction(1, root) if real else None,
            root=root,
        )
        return generator ** int(power * root)

    def _may_be_infinite(self, index: int) -> bool:
        """Whether a generator is the logarithm of what may be 0: powers of that are defined there, and 0."""
        argument = self.field.records[index].argument
        return argument is not None and not self.field.sign(argument.num)[1]

    def _power_of_argument(self, record: Generator, power: Fraction) -> RationalFunction:
        """Return e^{power · l} for a generator l that is the logarithm of something."""
        argument = record.argument if record.argument is not None else self.number(1)
        if record.absolute:
            argument = self.absolute(argument)
        if power.denominator == 1:
            return self.field.integer_power(argument, int(power))
        root = self.field.refine(record.label(), power.denominator)
        # r^q = a b^{q − 1} is a polynomial relation for r = b (a/b)^{1/q}
        relation = (argument.num * argument.den ** (root - 1), *[self.field.ring.zero] * (root - 1))
        positive = record.real  # then the logarithm is one of something positive
        generator = self.field.generator(
            ("root", record.value, root),
            lambda: f"({self.field.describe(argument)})**(1/{root})",
            real=positive,
            sign=1 if positive else None,
            strict=positive and self.field.sign(argument.num)[1],
            log=record.value * Fraction(1, root) if positive and argument.den == 1 else None,
            relation=relation,
        )
        return (generator / self.field.ring.fraction(argument.den)) ** int(power * root)

    def _turned(self, used: Sequence[tuple[int, int]], power: Fraction) -> RationalFunction | None:
        """Return e^{iπ · power · n} for an integer n, or None if the exponent is not of this form."""
        field = self.field
        circle, half_turn = field.index.get("unit circle"), field.index.get(sympy.pi)
        if circle is None or half_turn is None:
            return None
        quarter = field.denominators["I*pi"] // 2
        rest = [pair for pair in used if pair not in ((circle, quarter), (half_turn, 1))]
        if len(rest) != len(used) - 2 or not all(field.records[i].integer for i, _ in rest):
            return None
        if not rest:
            return self._root_of_unity(power)
        if power.denominator != 1:
            return None
        if power.numerator % 2 == 0:
            return self.number(1)
        label = f"(-1)**({'*'.join(f'{field.records[i].label()}**{e}' for i, e in rest)})"
        relation = (field.ring.one, field.ring.zero)
        return field.generator(("parity", *rest), lambda: label, strict=True, relation=relation)

    def _root_of_unity(self, turns: Fraction) -> RationalFunction:
        """Return e^{iπ · turns}."""
        if turns.denominator == 1:
            return self.number(-1 if turns.numerator % 2 else 1)
        root = self.field.refine("I*pi", lcm(2, turns.denominator))
        lower = flint.fmpz_poly.cyclotomic(2 * root).coeffs()[:-1]
        generator = self.field.generator(
            "unit circle",
            lambda: "I" if root == 2 else f"exp(I*pi/{root})",
            real=False,
            relation=tuple(self.field.ring.context.constant(-int(c)) for c in lower),
        )
        return self.field.reduced(generator ** (int(turns * root) % (2 * root)))

    def power(self, base: Any, exponent: Any, scope: Scope) -> RationalFunction:
        """Return the principal power of two nodes, e^{exponent · ln base}."""
        below = self.read(base, scope)
        if exponent.is_Integer:
            return self.field.integer_power(below, int(exponent))
        above = self.read(exponent, scope)
        if above.is_constant and above.constant().denominator == 1:
            return self.field.integer_power(below, int(above.constant()))
        if below.num == 0:
            if above.is_constant and above.constant() > 0:
                return below
            message = f"0 is raised to the power {exponent}"
            raise UndefinedPointError(message)
        if above.den == 1 and all(self.field.records[i].integer for i in self.field.used(above.num)):
            return self.exponential_of(above * self.logarithm(below, by_factors=True))
        log = self.logarithm(below)
        return self.multiply([self.exponential_of(self.read(*p) * log) for p in self.summands(exponent, scope)])

    def absolute(self, value: RationalFunction) -> RationalFunction:
        """Return |value|, factor by factor; of |f| with f of unknown sign only |f|² = f² is used.

        Raises
        ------
        UnableError
            If the value need not be real.
        """
        unit, factors = self.field.factors(value)
        parts = [self.number(abs(unit))]
        for factor, multiplicity in factors:
            sign, _ = self.field.sign(factor)
            if sign is None and not self.field.is_real(factor):
                message = f"the absolute value of {self.field.describe(value)} is not known"
                raise UnableError(message)
            known = self.field.ring.fraction(factor)
            if sign is None and multiplicity % 2:
                known = self._absolute_of_factor(factor)
            elif sign == -1:
                known = -known
            parts.append(known**multiplicity)
        return self.multiply(parts)

    def _absolute_of_factor(self, factor: Any) -> RationalFunction:
        label = f"|{self.field.describe(self.field.ring.fraction(factor))}|"
        return self.field.generator(
            ("abs", polynomial_key(factor)),
            lambda: label,
            sign=1,
            log=self._log_of_factor(factor),
            relation=(factor * factor, self.field.ring.zero),
        )
