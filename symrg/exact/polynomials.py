"""Sparse polynomials over Z and rational functions over Q, on python-flint.

A polynomial is a ``flint.fmpz_mpoly`` of the ring's context; a :class:`RationalFunction` is a
pair of coprime polynomials with one normal form, so that equality is comparison.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from math import gcd, lcm, prod
from typing import Any

import flint

from ..errors import ModelError, UndefinedPointError
from .edge import monomial
from .numbers import as_fraction

__all__ = [
    "PolynomialRing",
    "RationalFunction",
    "evaluate",
    "irreducible_factors",
    "order_key",
    "ring",
]

_INEXACT = "polynomials over the rationals"


class PolynomialRing:
    """The ring Z[names], graded reverse lexicographic; get it from :func:`ring`.

    Parameters
    ----------
    names : tuple of str
        The generators, in order; they are unique.

    Examples
    --------
    >>> r = ring("a", "b")
    >>> a, b = r.gens
    >>> r.fraction(a**2 - b**2, a + b)
    a - b
    """

    def __init__(self, names: tuple[str, ...]) -> None:
        if len(set(names)) != len(names):
            message = f"the generators {names} are not distinct; rename the repeated one"
            raise ModelError(message)
        self.names = names
        # flint wants identifiers; ours may be anything printable, so it gets numbered ones
        self.context = flint.fmpz_mpoly_ctx.get(
            tuple(f"x{i}" for i in range(len(names))) or ("x0",), flint.Ordering.degrevlex
        )
        self.gens = tuple(self.context.gens()[: len(names)])
        self.zero = self.context.constant(0)
        self.one = self.context.constant(1)

    def __repr__(self) -> str:
        return f"Z[{', '.join(self.names)}]"

    def __len__(self) -> int:
        return len(self.names)

    def fraction(self, numerator: Any, denominator: Any = 1) -> RationalFunction:
        """Return ``numerator / denominator`` of polynomials or exact numbers."""
        return RationalFunction.quotient(self, numerator, denominator)

    def fractions(self) -> tuple[RationalFunction, ...]:
        """Return the generators as rational functions."""
        return tuple(RationalFunction(self, gen, self.one) for gen in self.gens)

    def format(self, polynomial: Any) -> str:
        """Write a polynomial with the ring's own names, terms in the ring's order.

        Examples
        --------
        >>> r = ring("a", "b")
        >>> r.format(2 * r.gens[0] ** 2 - r.gens[1] + 1)
        '2*a**2 - b + 1'
        """
        pieces: list[str] = []
        for exponents, coefficient in polynomial.terms():
            value = int(coefficient)
            powers = [name if e == 1 else f"{name}**{e}" for name, e in zip(self.names, exponents, strict=False) if e]
            if abs(value) != 1 or not powers:
                powers.insert(0, str(abs(value)))
            sign = "-" if value < 0 else "+"
            pieces.append(f"{sign} {'*'.join(powers)}")
        text = " ".join(pieces) or "0"
        return text[2:] if text.startswith("+ ") else text.replace("- ", "-", 1) if text[:2] == "- " else text

    def to_sympy(self, polynomial: Any, symbols: Sequence[Any] | None = None) -> Any:
        """Return a polynomial as a SymPy expression (the edge).

        Parameters
        ----------
        polynomial : flint.fmpz_mpoly
        symbols : sequence of SymPy expressions, optional
            What to write for the generators; exponentials are multiplied by adding their exponents, which SymPy
            does not do by itself.
        """
        import sympy

        values = symbols if symbols is not None else [sympy.Symbol(name) for name in self.names]
        return sympy.Add(*(monomial(sympy.Integer(int(c)), values, exponents) for exponents, c in polynomial.terms()))

    def product_to_sympy(
        self, unit: int, factors: Sequence[tuple[Any, int]], symbols: Sequence[Any] | None = None
    ) -> Any:
        """Return an integer times powers of irreducible polynomials as a SymPy expression (the edge).

        Parameters
        ----------
        unit : int
        factors : sequence of (flint.fmpz_mpoly, int)
            As :func:`irreducible_factors` gives them.
        symbols : sequence of SymPy expressions, optional
            What to write for the generators.

        Examples
        --------
        >>> r = ring("a", "b")
        >>> r.product_to_sympy(-2, [(r.gens[0] - 1, 1), (r.gens[1], 2)])
        2*b**2*(1 - a)
        """
        import sympy

        number = sympy.Integer(unit)
        parts = [(self.to_sympy(f, symbols), m) for f, m in factors]
        if number < 0 and parts and parts[0][1] % 2 and isinstance(parts[0][0], sympy.Add):
            # −(a − 1) reads better as (1 − a)
            number, parts[0] = -number, (sympy.Add(*(-term for term in parts[0][0].args)), parts[0][1])
        return sympy.Mul(number, *(base**m for base, m in parts))


@cache
def ring(*names: str) -> PolynomialRing:
    """Return the polynomial ring over Z with these generators (one object for each tuple of names)."""
    return PolynomialRing(names)


def irreducible_factors(polynomial: Any) -> list[tuple[Any, int]]:
    """Return the non-constant irreducible factors over Q with multiplicities, in a fixed order.

    Each factor is primitive with a positive leading coefficient.

    Examples
    --------
    >>> a, b = ring("a", "b").gens
    >>> [(str(f), m) for f, m in irreducible_factors(6 * a**2 * b - 6 * a**2)]
    [('x0', 2), ('x1 - 1', 1)]
    """
    _, factors = _factor(polynomial)
    normal = [(-f if f.leading_coefficient() < 0 else f, int(m)) for f, m in factors]
    return sorted(normal, key=lambda item: order_key(item[0]))


def _factor(polynomial: Any) -> tuple[int, list[tuple[Any, int]]]:
    """Return the content and the primitive irreducible factors with multiplicities."""
    try:
        unit, factors = polynomial.factor()
    except OverflowError:
        # python-flint sorts the factors of an fmpz_mpoly by their coefficients as C ints, and fails where those do
        # not fit; over Q it sorts them without
        context = polynomial.context()
        over_q = flint.fmpq_mpoly_ctx.get(context.names(), context.ordering())
        _, found = over_q.from_dict(polynomial.to_dict()).factor()
        factors = [(context.from_dict(_primitive(f)), m) for f, m in found]
        unit = (polynomial / prod((f ** int(m) for f, m in factors), start=context.constant(1))).leading_coefficient()
    return int(unit), [(f, int(m)) for f, m in factors]


def _primitive(polynomial: Any) -> dict[tuple[int, ...], int]:
    """Return the coprime integer coefficients of a multiple of a polynomial over Q, the leading one positive."""
    terms = polynomial.to_dict()
    common = lcm(*(int(c.q) for c in terms.values()))
    whole = {exponents: int(c.p) * (common // int(c.q)) for exponents, c in terms.items()}
    content = gcd(*whole.values()) * (-1 if polynomial.leading_coefficient() < 0 else 1)
    return {exponents: c // content for exponents, c in whole.items()}


def order_key(polynomial: Any) -> tuple[Any, ...]:
    """Return what sorts polynomials: small and simple ones first, then by their terms; the same in every run.

    Examples
    --------
    >>> a, b = ring("a", "b").gens
    >>> [str(p) for p in sorted([a * b, b, a + 1, a], key=order_key)]
    ['x0', 'x1', 'x0 + 1', 'x0*x1']
    """
    return (
        polynomial.total_degree(),
        len(polynomial),
        [(tuple(-e for e in exponents), int(c)) for exponents, c in polynomial.terms()],
    )


def evaluate(polynomial: Any, values: Sequence[Any], one: Any) -> Any:
    """Evaluate a polynomial at elements of any commutative ring that holds the integers.

    Parameters
    ----------
    polynomial : flint.fmpz_mpoly
        In at most ``len(values)`` generators.
    values : sequence
        One ring element for each generator.
    one : ring element
        The unit, which makes integers into elements.
    """
    powers: list[list[Any]] = [[one] for _ in values]
    total = one * 0
    for exponents, coefficient in polynomial.terms():
        term = one * int(coefficient)
        for table, value, e in zip(powers, values, exponents, strict=False):
            while len(table) <= e:
                table.append(table[-1] * value)
            if e:
                term = term * table[e]
        total = total + term
    return total


class RationalFunction:
    """A quotient of coprime polynomials over Z, in normal form; immutable.

    The denominator has a positive leading coefficient, and the two have no common factor, so two
    functions are equal if and only if they are stored alike.

    Examples
    --------
    >>> a, b = ring("a", "b").fractions()
    >>> (a**2 - 1) / (2 * a + 2)
    (a - 1)/2
    >>> ((a + b) / a).derivative(0)
    (-b)/(a**2)
    """

    __slots__ = ("den", "num", "ring")

    def __init__(self, ring: PolynomialRing, num: Any, den: Any) -> None:
        # trusted: coprime and normalised already; everybody else calls quotient()
        self.ring, self.num, self.den = ring, num, den

    @classmethod
    def quotient(cls, ring: PolynomialRing, numerator: Any, denominator: Any = 1) -> RationalFunction:
        """Return the normal form of ``numerator / denominator``.

        Raises
        ------
        UndefinedPointError
            If the denominator is zero.
        """
        num, den = ring.one, ring.one
        for value, into_numerator in ((numerator, True), (denominator, False)):
            if isinstance(value, RationalFunction):
                above, below = value.num, value.den
            elif isinstance(value, flint.fmpz_mpoly):
                above, below = value, ring.one
            else:
                exact = as_fraction(value, what=_INEXACT)
                above, below = (
                    ring.context.constant(exact.numerator),
                    ring.context.constant(exact.denominator),
                )
            if into_numerator:
                num, den = num * above, den * below
            else:
                num, den = num * below, den * above
        if den == 0:
            message = f"the denominator of a rational function in {ring!r} is zero"
            raise UndefinedPointError(message)
        return cls._reduced(ring, num, den)

    @classmethod
    def _reduced(cls, ring: PolynomialRing, num: Any, den: Any) -> RationalFunction:
        if num == 0:
            return cls(ring, ring.zero, ring.one)
        common = num.gcd(den)
        if common != 1:
            num, den = num / common, den / common
        if den.leading_coefficient() < 0:
            num, den = -num, -den
        return cls(ring, num, den)

    def _coerce(self, other: Any) -> RationalFunction | None:
        if isinstance(other, RationalFunction):
            return other
        if isinstance(other, int | Fraction | flint.fmpz | flint.fmpq | flint.fmpz_mpoly):
            return RationalFunction.quotient(self.ring, other)
        return None

    def __add__(self, other: Any) -> RationalFunction:
        right = self._coerce(other)
        if right is None:
            return NotImplemented
        if self.den == right.den:
            return self._reduced(self.ring, self.num + right.num, self.den)
        return self._reduced(self.ring, self.num * right.den + right.num * self.den, self.den * right.den)

    __radd__ = __add__

    def __neg__(self) -> RationalFunction:
        return RationalFunction(self.ring, -self.num, self.den)

    def __sub__(self, other: Any) -> RationalFunction:
        right = self._coerce(other)
        return NotImplemented if right is None else self + (-right)

    def __rsub__(self, other: Any) -> RationalFunction:
        return (-self) + other

    def __mul__(self, other: Any) -> RationalFunction:
        right = self._coerce(other)
        if right is None:
            return NotImplemented
        return self._reduced(self.ring, self.num * right.num, self.den * right.den)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> RationalFunction:
        right = self._coerce(other)
        return NotImplemented if right is None else RationalFunction.quotient(self.ring, self, right)

    def __rtruediv__(self, other: Any) -> RationalFunction:
        left = self._coerce(other)
        return NotImplemented if left is None else left / self

    def __pow__(self, exponent: int) -> RationalFunction:
        if exponent < 0:
            return RationalFunction.quotient(self.ring, 1, self) ** (-exponent)
        return RationalFunction(self.ring, self.num**exponent, self.den**exponent)

    def __eq__(self, other: object) -> bool:
        right = self._coerce(other)
        return NotImplemented if right is None else bool(self.num == right.num and self.den == right.den)

    def __hash__(self) -> int:
        return hash((tuple(self.num.to_dict().items()), tuple(self.den.to_dict().items())))

    def __bool__(self) -> bool:
        return bool(self.num != 0)

    def __repr__(self) -> str:
        num, den = self.ring.format(self.num), self.ring.format(self.den)
        if self.den == 1:
            return num
        wrap = [f"({text})" if not text.isalnum() else text for text in (num, den)]
        return "/".join(wrap)

    @property
    def is_constant(self) -> bool:
        """Whether this is a rational number."""
        return bool(self.num.is_constant() and self.den.is_constant())

    def constant(self) -> Fraction:
        """Return the value of a constant function.

        Raises
        ------
        ModelError
            If the function is not constant.
        """
        if not self.is_constant:
            message = f"{self!r} is not a number"
            raise ModelError(message)
        return Fraction(
            int(self.num.leading_coefficient()) if self.num != 0 else 0, int(self.den.leading_coefficient())
        )

    def derivative(self, generator: int) -> RationalFunction:
        """Return the partial derivative by the generator of that index."""
        top = self.num.derivative(generator) * self.den - self.num * self.den.derivative(generator)
        return self._reduced(self.ring, top, self.den * self.den)

    def __call__(self, values: Sequence[Any], one: Any = Fraction(1)) -> Any:
        """Evaluate at elements of a field (rationals by default).

        Raises
        ------
        UndefinedPointError
            If the denominator vanishes there.
        """
        below = evaluate(self.den, values, one)
        if below == 0:
            above = evaluate(self.num, values, one)
            kind = "0/0" if above == 0 else "a zero denominator"
            message = f"{self!r} has {kind} at ({', '.join(map(str, values))})"
            raise UndefinedPointError(message)
        return evaluate(self.num, values, one) / below

    def compose(self, values: Sequence[RationalFunction]) -> RationalFunction:
        """Substitute a rational function for every generator.

        Raises
        ------
        UndefinedPointError
            If the denominator becomes identically zero.
        """
        target = values[0].ring if values else self.ring
        num, den = (_compose(p, values, target) for p in (self.num, self.den))
        return RationalFunction.quotient(target, num, den)

    def root(self) -> tuple[RationalFunction, int]:
        """Return (g, k) with g^k this function and k as large as possible, if all coefficients are positive.

        Then g is positive wherever the generators are, so ln(g^k) = k ln g there. Otherwise (self, 1).

        Examples
        --------
        >>> a, b = ring("a", "b").fractions()
        >>> ((a + b) ** 4 / (9 * a**2)).root()
        ((a**2 + 2*a*b + b**2)/(3*a), 2)
        """
        if any(int(c) < 0 for p in (self.num, self.den) for c in p.coeffs()) or self.is_constant:
            return self, 1
        parts = [_factor(p) for p in (self.num, self.den)]
        largest = gcd(*(m for _, factors in parts for _, m in factors))
        for power in (k for k in range(largest, 0, -1) if largest % k == 0):
            units = [int(flint.fmpz(unit).root(power)) for unit, _ in parts]
            if all(unit**power == content for unit, (content, _) in zip(units, parts, strict=True)):
                break
        if power == 1:
            return self, 1
        above, below = (
            prod((f ** (m // power) for f, m in factors), start=self.ring.context.constant(unit))
            for unit, (_, factors) in zip(units, parts, strict=True)
        )
        return RationalFunction.quotient(self.ring, above, below), power

    def to_sympy(self, symbols: Sequence[Any] | None = None) -> Any:
        """Return the function as a SymPy quotient of irreducible factors, each written out (the edge).

        Parameters
        ----------
        symbols : sequence of SymPy expressions, optional
            What to write for the generators.

        Examples
        --------
        >>> a, b = ring("a", "b").fractions()
        >>> ((1 - a**2) / (2 * b)).to_sympy()
        (1 - a)*(a + 1)/(2*b)
        """
        import sympy

        above, below = (self._factored(p, symbols) for p in (self.num, self.den))
        return sympy.Mul(above, sympy.Pow(below, -1))

    def _factored(self, polynomial: Any, symbols: Sequence[Any] | None) -> Any:
        if polynomial == 0:
            return self.ring.to_sympy(polynomial)
        factors = irreducible_factors(polynomial)
        monic = self.ring.one
        for factor, multiplicity in factors:
            monic = monic * factor**multiplicity
        return self.ring.product_to_sympy(int((polynomial / monic).leading_coefficient()), factors, symbols)


def _compose(polynomial: Any, values: Sequence[RationalFunction], target: PolynomialRing) -> RationalFunction:
    """Substitute into a polynomial over one common denominator: no gcd until the end."""
    degrees = polynomial.degrees()
    used = [(v, d) for v, d in zip(values, degrees, strict=False)]
    tables = [([target.one], [target.one]) for _ in used]
    for (value, degree), (tops, bottoms) in zip(used, tables, strict=True):
        for _ in range(degree):
            tops.append(tops[-1] * value.num)
            bottoms.append(bottoms[-1] * value.den)
    total = target.zero
    for exponents, coefficient in polynomial.terms():
        term = target.context.constant(coefficient)
        for e, (_, degree), (tops, bottoms) in zip(exponents, used, tables, strict=False):
            if degree:
                term = term * tops[e] * bottoms[degree - e]
        total = total + term
    below = target.one
    for (_, degree), (_, bottoms) in zip(used, tables, strict=True):
        below = below * bottoms[degree]
    return RationalFunction.quotient(target, total, below)
