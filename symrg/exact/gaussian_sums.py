"""Finite sums of R · π^{k/2} · √r · ∏ erf(…) · e^q with rational functions R, r, q: what Gaussian integrals give.

Sums and products stay in this form, and the form is normal: two sums that are stored alike are equal. Every symbol
stands for a real number; where a square leaves a root its sign is needed, and kept under the root if unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import prod
from typing import Any

import flint
import sympy
from sympy.core.sympify import _sympify

from ..errors import ModelError, UndefinedPointError
from .numbers import as_fraction
from .polynomials import RationalFunction, irreducible_factors, ring
from .signs import Signs

__all__ = ["GaussianField", "GaussianSum", "Key"]

Key = tuple[int, RationalFunction, RationalFunction, tuple[Any, ...]]
"""(power of √π, what is under the root, exponent, error functions) of one term; its amplitude is the value."""


class GaussianField:
    """The generators that some SymPy expressions have in common, and the reading of such expressions.

    Parameters
    ----------
    expressions : iterable of SymPy expressions
        Built from exact rationals, π, symbols, ``exp`` of rational functions, half-integer powers, ``erf`` and other
        real functions (which are taken as they are, as generators).
    positive : iterable of SymPy expressions
        Rational functions of the symbols that are declared positive, beyond what their assumptions say.

    Raises
    ------
    ModelError
        For a power that is no half-integer.
    NotExactError
        For a float.

    Examples
    --------
    >>> v = sympy.Symbol("v", positive=True)
    >>> z = sympy.Symbol("z", real=True)
    >>> density = sympy.exp(-z**2 / (2 * v**2)) / (v * sympy.sqrt(2 * sympy.pi))
    >>> GaussianField([density]).read(density).to_sympy() == density
    True
    """

    def __init__(self, expressions: Iterable[Any], *, positive: Iterable[Any] = ()) -> None:
        found: set[Any] = set()
        declared = [_sympify(expression) for expression in positive]
        for expression in [*map(_sympify, expressions), *declared]:
            _scan(expression, found)
        self.generators: tuple[Any, ...] = tuple(sorted(found, key=sympy.default_sort_key))
        # numbered, since symbols that differ in their assumptions only have one name
        self.ring = ring(*(f"{generator}#{k}" for k, generator in enumerate(self.generators)))
        self._one, self._zero = self.ring.fraction(1), self.ring.fraction(0)
        self._index = {generator: k for k, generator in enumerate(self.generators)}
        self._rationals: dict[Any, RationalFunction | None] = dict(
            zip(self.generators, self.ring.fractions(), strict=True)
        )
        self._roots: dict[RationalFunction, tuple[RationalFunction, RationalFunction]] = {}
        self.signs = Signs(self.generators)
        self.signs = Signs(self.generators, positive=[self.rational(expression) for expression in declared])
        self._roots.clear()  # read before the declared signs were known

    def index(self, symbol: Any) -> int:
        """Return the number of a generator.

        Raises
        ------
        ModelError
            If the symbol does not occur in the expressions.
        """
        if symbol not in self._index:
            names = ", ".join(map(str, self.generators))
            message = f"{symbol} does not occur in the expression, whose symbols are {names}"
            raise ModelError(message)
        return self._index[symbol]

    def constant(self, value: Any, key: Key | None = None) -> GaussianSum:
        """Return a rational function (or number) as a sum of at most one term."""
        amplitude = value if isinstance(value, RationalFunction) else self.ring.fraction(as_fraction(value))
        return GaussianSum(self, {key or self.key(): amplitude} if amplitude else {})

    def key(self, pi: int = 0, root: Any = None, exponent: Any = None, erfs: tuple[Any, ...] = ()) -> Key:
        """Return the key of a term."""
        return pi, root or self._one, exponent if exponent is not None else self._zero, erfs

    def rational(self, expression: Any) -> RationalFunction:
        """Read a SymPy expression that is a rational function of the generators.

        Raises
        ------
        ModelError
            If it is none.
        """
        node = _sympify(expression)
        plain = self._rational(node)
        if plain is not None:
            return plain
        found = self.read(node)  # roots and exponentials may still cancel
        if any(key != self.key() for key, _ in found):
            message = f"{node} is no rational function of {', '.join(map(str, self.generators))}"
            raise ModelError(message)
        return found.amplitude(self.key())

    def _rational(self, node: Any) -> RationalFunction | None:
        """Return what is written as a rational function of the generators, else None."""
        if node not in self._rationals:
            self._rationals[node] = self._written_rational(node)
        return self._rationals[node]

    def _written_rational(self, node: Any) -> RationalFunction | None:
        if node.is_Rational:
            return self.ring.fraction(as_fraction(node))
        if node.is_Pow and node.exp.is_Integer:
            base = self._rational(node.base)
            return None if base is None else base ** int(node.exp)
        if not (node.is_Add or node.is_Mul):
            return None
        value = self._zero if node.is_Add else self._one
        for argument in node.args:
            part = self._rational(argument)
            if part is None:
                return None
            value = value + part if node.is_Add else value * part
        return value

    def read(self, expression: Any) -> GaussianSum:
        """Return a SymPy expression in the field's generators as a sum."""
        node = _sympify(expression)
        plain = self._rational(node)
        if plain is not None:
            return self.constant(plain)
        if node is sympy.pi:
            return self.constant(1, self.key(pi=2))
        if node.is_Add:
            return sum((self.read(argument) for argument in node.args), start=self.constant(0))
        if node.is_Mul:
            return prod((self.read(argument) for argument in node.args), start=self.constant(1))
        if node is sympy.E or isinstance(node, sympy.exp):
            return self.constant(1, self.key(exponent=self.rational(node.as_base_exp()[1])))
        if node.is_Pow:
            return self.read(node.base).power(node.exp)
        if isinstance(node, sympy.erf):
            return self.erf(self.read(node.args[0]))
        if isinstance(node, sympy.Abs):
            return self.read(node.args[0]).power(2).power(sympy.S.Half)
        message = f"{node} is not among the generators of this field; make the field from all expressions"
        raise ModelError(message)

    def erf(self, argument: GaussianSum) -> GaussianSum:
        """Return the error function of a sum, one opaque factor with its argument in normal form."""
        odd = any(amplitude.num.leading_coefficient() < 0 for _, amplitude in list(argument)[:1])
        sign, function = sympy.erf((-argument if odd else argument).to_sympy()).as_coeff_Mul()
        outside = self.constant(-sign if odd else sign)
        return outside if function == 1 else outside * self.constant(1, self.key(erfs=(function,)))

    def root(self, radicand: RationalFunction) -> tuple[RationalFunction, RationalFunction]:
        """Split √radicand into outside · √inside, squares of known sign taken out.

        Raises
        ------
        UndefinedPointError
            If the radicand is known to be negative.
        """
        if radicand not in self._roots:
            self._roots[radicand] = self._split_root(radicand)
        return self._roots[radicand]

    def _split_root(self, radicand: RationalFunction) -> tuple[RationalFunction, RationalFunction]:
        if self.signs(radicand) == -1:
            value = radicand.to_sympy(self.generators)
            message = f"the root of {value} is taken, which is negative; only real roots are understood"
            raise UndefinedPointError(message)
        one = self.ring.fraction(1)
        outside, inside = one, one
        rest = radicand
        for part, direction in ((radicand.num, 1), (radicand.den, -1)):
            for factor, multiplicity in irreducible_factors(part):
                base = self.ring.fraction(factor)
                power = direction * multiplicity
                rest = rest / base**power
                known = self.signs.of_factor(factor)
                # fourth powers come out whatever the sign, squares only if it is known: √(f²) is |f|
                kept = power % (4 if known is None else 2)
                outside = outside * (base * (known or 1)) ** ((power - kept) // 2)
                inside = inside * base**kept
        content = rest.constant()  # what is left is a number n/d, and √(n/d) = √(n d)/d
        square, free = _split_square(abs(content.numerator) * content.denominator)
        unit = free if content > 0 else -free
        return outside * flint.fmpq(square, content.denominator), inside * unit


class GaussianSum:
    """A sum of terms amplitude · π^{k/2} · √root · ∏ erf · e^exponent, over one :class:`GaussianField`; immutable.

    Parameters
    ----------
    field : GaussianField
        Where the rational functions live.
    terms : dict
        Key to non-zero amplitude.

    Examples
    --------
    >>> x = sympy.Symbol("x", positive=True)
    >>> field = GaussianField([x])
    >>> root = field.read(sympy.sqrt(8 * x))
    >>> (root * root).to_sympy(), (root - root)
    (8*x, 0)
    """

    __slots__ = ("_terms", "field")

    def __init__(self, field: GaussianField, terms: dict[Key, RationalFunction]) -> None:
        self.field, self._terms = field, terms

    def __iter__(self) -> Iterator[tuple[Key, RationalFunction]]:
        return iter(self._terms.items())

    def __len__(self) -> int:
        return len(self._terms)

    def amplitude(self, key: Key) -> RationalFunction:
        """Return the amplitude of a term, zero if there is none."""
        return self._terms.get(key, self.field.ring.fraction(0))

    def __add__(self, other: GaussianSum) -> GaussianSum:
        terms = dict(self._terms)
        for key, amplitude in other:
            total = terms[key] + amplitude if key in terms else amplitude
            if total:
                terms[key] = total
            else:
                del terms[key]
        return GaussianSum(self.field, terms)

    def __neg__(self) -> GaussianSum:
        return GaussianSum(self.field, {key: -amplitude for key, amplitude in self})

    def __sub__(self, other: GaussianSum) -> GaussianSum:
        return self + (-other)

    def __mul__(self, other: GaussianSum) -> GaussianSum:
        total, one = self.field.constant(0), self.field.ring.fraction(1)
        for (pi, root, exponent, erfs), amplitude in self:
            for (pi2, root2, exponent2, erfs2), amplitude2 in other:
                outside, inside = one, root
                if root2 != one:
                    outside, inside = self.field.root(root * root2) if root != one else (one, root2)
                both = tuple(sorted((*erfs, *erfs2), key=sympy.default_sort_key)) if erfs and erfs2 else erfs or erfs2
                key = self.field.key(pi + pi2, inside, exponent + exponent2, both)
                total = total + self.field.constant(amplitude * amplitude2 * outside, key)
        return total

    def __eq__(self, other: object) -> bool:
        return isinstance(other, GaussianSum) and not (self - other)._terms

    def __hash__(self) -> int:
        return hash(frozenset(self._terms.items()))

    def power(self, exponent: Any) -> GaussianSum:
        """Return an integer power, or a half-integer power of a single term.

        Raises
        ------
        ModelError
            For other exponents, or a root or reciprocal of several terms.
        UndefinedPointError
            For a negative power of zero.
        """
        field = self.field
        twice = 2 * _sympify(exponent)
        if twice.is_Integer and twice >= 0 and twice % 2 == 0:
            return prod([self] * int(twice / 2), start=field.constant(1))
        if not self._terms and twice.is_Integer:
            if twice < 0:
                message = "a power of 0 with a negative exponent is not defined"
                raise UndefinedPointError(message)
            return self
        if len(self) != 1 or not twice.is_Integer:
            message = f"({self!r})**({exponent}) is not understood: only whole powers, and roots of a single term"
            raise ModelError(message)
        ((pi, root, rate, erfs), amplitude) = next(iter(self))
        if erfs or (twice % 2 and (pi % 2 or root != field.ring.fraction(1))):
            message = f"({self!r})**({exponent}) is not understood: no roots of roots or of error functions"
            raise ModelError(message)
        whole, half = divmod(int(twice), 2)
        plain = field.constant(amplitude**whole, field.key(pi * whole, exponent=rate * flint.fmpq(int(twice), 2)))
        # √root to an integer power, and the half power of the rational amplitude
        outside, inside = field.root(root ** (whole % 2) * amplitude**half)
        scale = root ** (whole // 2) * outside
        return plain * field.constant(scale, field.key(pi * half // 2, root=inside))

    def to_sympy(self) -> Any:
        """Return the sum as a SymPy expression."""
        return sympy.Add(*(self._write(key, amplitude) for key, amplitude in self))

    def _write(self, key: Key, amplitude: RationalFunction) -> Any:
        (pi, root, exponent, erfs), generators = key, self.field.generators
        below = self.field.ring.fraction(1)
        for factor, multiplicity in irreducible_factors(root.num):
            base = self.field.ring.fraction(factor)
            sign = self.field.signs(base) or self.field.signs(root / base)  # what is under the root is positive
            if sign and multiplicity == 1 and (amplitude * base).den != amplitude.den:  # 1/√f reads better than √f/f
                base = base * sign
                amplitude, root, below = amplitude * base, root / base, below * base
        return sympy.Mul(
            amplitude.to_sympy(generators),
            sympy.sqrt(root.to_sympy(generators)),
            1 / sympy.sqrt(below.to_sympy(generators)),
            sympy.sqrt(sympy.pi) ** pi,
            *erfs,
            sympy.exp(exponent.to_sympy(generators)),
        )

    def __repr__(self) -> str:
        return str(self.to_sympy())


def _scan(node: Any, found: set[Any]) -> None:
    """Collect symbols, and functions that are kept as they are."""
    if node.is_Float:
        as_fraction(node, what="a number in the expression")
    if node.is_Symbol:
        found.add(node)
    elif node.is_Add or node.is_Mul or isinstance(node, sympy.exp | sympy.erf | sympy.Abs):
        for argument in node.args:
            _scan(argument, found)
    elif node.is_Pow and (2 * node.exp).is_Integer:
        _scan(node.base, found)
    elif node.is_Rational or node in (sympy.pi, sympy.E):
        pass
    elif isinstance(node, sympy.Function) and node.is_extended_real is not False:
        found.add(node)
    else:
        message = f"{node} is not understood here: only half-integer powers, exp, erf and real functions are"
        raise ModelError(message)


def _split_square(number: int) -> tuple[int, int]:
    """Return (s, f) with s² f = number and f free of squares."""
    square, free = 1, 1
    for p, e in flint.fmpz(number).factor():
        square, free = square * int(p) ** (int(e) // 2), free * int(p) ** (int(e) % 2)
    return square, free
