"""Rational functions of exponentials: e^A, e^{2A + B}, ln of such, and rational functions of all of them.

Symbols with linearly independent exponents over Q have algebraically independent exponentials (as functions), so
expressions in e^A, e^B, … become rational functions of independent generators, and equality is decided there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from math import gcd, lcm, prod
from operator import neg, sub
from typing import Any

import flint
import sympy
from sympy.core.sympify import _sympify

from ..errors import ModelError
from .edge import from_sympy, monomial
from .numbers import as_fraction
from .polynomials import PolynomialRing, RationalFunction, order_key, ring

__all__ = ["ExponentialField", "equal_exponents", "split_exponent"]

# the longest Laurent polynomial that is written term by term where its factors are known
_MOST_TERMS = 10**4


class ExponentialField:
    """The field Q(x, …, e^{g/q}, …) that holds some given SymPy expressions.

    Parameters
    ----------
    expressions : iterable of SymPy expressions
        Built from rationals, symbols, ``exp`` and ``log`` by the four operations and integer powers; ``log`` only
        inside ``exp``, with integer coefficients, or with rational ones where the root that they stand for is a
        rational function with positive coefficients (for real symbols that is the principal one).

    Raises
    ------
    ModelError
        For anything else, naming the sub-expression.
    NotExactError
        For floats.

    Examples
    --------
    >>> A, B = sympy.symbols("A B")
    >>> field = ExponentialField([sympy.exp(A + B) - sympy.exp(A) * sympy.exp(B)])
    >>> field.read(sympy.exp(A + B) - sympy.exp(A) * sympy.exp(B)) == 0
    True
    >>> field.write(field.exponential(2 * A) - 1)
    exp(2*A) - 1
    """

    def __init__(self, expressions: Iterable[Any], *, exponents: Iterable[Any] = ()) -> None:
        self._split: dict[Any, tuple[dict[Any, Fraction], Any, int]] = {}
        symbols: set[Any] = set()
        denominators: dict[Any, int] = {}
        for expression in map(_sympify, expressions):
            self._scan(expression, symbols, denominators)
        for exponent in exponents:
            self._scan_exponent(exponent, symbols, denominators)
        self.symbols: tuple[Any, ...] = tuple(sorted(symbols, key=sympy.default_sort_key))
        self._roots = {g: denominators[g] for g in sorted(denominators, key=sympy.default_sort_key)}
        names = [str(s) for s in self.symbols] + [f"exp({g}/{q})" for g, q in self._roots.items()]
        self.ring: PolynomialRing = ring(*names)
        gens = self.ring.fractions()
        self._symbol_of = dict(zip(self.symbols, gens, strict=False))
        self._root_of = dict(zip(self._roots, gens[len(self.symbols) :], strict=True))

    # -- reading -----------------------------------------------------------------------------

    def _scan(self, node: Any, symbols: set[Any], denominators: dict[Any, int], index: int = 1) -> None:
        """Collect what the field needs to hold an expression, or its root of an index."""
        for part in sympy.preorder_traversal(node):
            if isinstance(part, sympy.exp):
                self._scan_exponent(part.args[0], symbols, denominators, index)
        for atom in _atoms_outside_exponentials(node):
            symbols.add(atom)

    def _scan_exponent(self, exponent: Any, symbols: set[Any], denominators: dict[Any, int], index: int = 1) -> None:
        linear, cofactor, root = self._split_exponent(exponent)
        for generator, coefficient in linear.items():
            denominators[generator] = lcm(denominators.get(generator, 1), coefficient.denominator * index)
        if cofactor != 1:
            self._scan(cofactor, symbols, denominators, index * root)

    def _split_exponent(self, exponent: Any) -> tuple[dict[Any, Fraction], Any, int]:
        """Split into a Q-linear form in monomials, and an expression and k whose k-th root the logarithms are."""
        if exponent not in self._split:
            linear, logarithms = split_exponent(exponent)
            root = lcm(*(c.denominator for _, c in logarithms))
            cofactor = sympy.Mul(*(argument ** int(c * root) for argument, c in logarithms))
            self._split[exponent] = (linear, cofactor, root)
        return self._split[exponent]

    def exponential(self, exponent: Any) -> RationalFunction:
        """Return e^exponent for an exponent whose monomials are known to the field."""
        linear, cofactor, root_of_logarithms = self._split_exponent(_sympify(exponent))
        value = self.ring.fraction(1)
        for generator, coefficient in linear.items():
            root = self._root_of.get(generator)
            power = coefficient * self._roots.get(generator, 0)
            if root is None or power.denominator != 1:
                known = ", ".join([*map(str, self.symbols), *(str(sympy.exp(g / q)) for g, q in self._roots.items())])
                message = f"e^({exponent}) is not in the field of {known}; make the field from all expressions"
                raise ModelError(message)
            value = value * root ** int(power)
        return value if cofactor == 1 else value * self._root(self.read(cofactor), root_of_logarithms, exponent)

    def _root(self, value: RationalFunction, index: int, exponent: Any) -> RationalFunction:
        if index == 1:
            return value
        base, power = value.root()
        if value.is_constant and value.constant() > 0:  # root() leaves numbers as they are
            number = value.constant()
            base = self.ring.fraction(
                *(int(flint.fmpz(part).root(index)) for part in (number.numerator, number.denominator))
            )
            power = index if base**index == value else 1
        if power % index:
            message = (
                f"e^({exponent}) holds the root of index {index} of {self.write(value)}, which is no rational function "
                "with positive coefficients; multiply the exponent by a whole number that clears the fractions"
            )
            raise ModelError(message)
        return base ** (power // index)

    @property
    def roots(self) -> dict[Any, tuple[int, int]]:
        """Monomial g ↦ (i, q): the ring's generator i is e^(g/q)."""
        return {g: (len(self.symbols) + i, q) for i, (g, q) in enumerate(self._roots.items())}

    def laurent(self, terms: Mapping[tuple[int, ...], int], factor: Fraction = Fraction(1)) -> RationalFunction:
        """Return a Laurent polynomial from its terms.

        Parameters
        ----------
        terms : mapping
            Exponents of the ring's generators, of either sign, to coefficient.
        factor : Fraction
            What all of it is multiplied by.

        Examples
        --------
        >>> A = sympy.Symbol("A")
        >>> field = ExponentialField([sympy.exp(A)])
        >>> field.write(field.laurent({(2,): 4, (-1,): 2}, Fraction(1, 6)))
        2*exp(2*A)/3 + exp(-A)/3
        """
        known = {exponents: c for exponents, c in terms.items() if c}
        if not known or not factor:
            return self.ring.fraction(0)
        # nothing is left to cancel but the content: each generator is in one of numerator and denominator only
        lowest = [min(0, *column) for column in zip(*known, strict=True)]
        content = gcd(*known.values())
        scale = content * factor
        context = self.ring.context
        pad = () if lowest else (0,)
        numerator = {
            (*map(sub, exponents, lowest), *pad): c // content * scale.numerator for exponents, c in known.items()
        }
        denominator = {(*map(neg, lowest), *pad): scale.denominator}
        return RationalFunction(self.ring, context.from_dict(numerator), context.from_dict(denominator))

    def read(self, expression: Any) -> RationalFunction:
        """Return the element of the field that an expression is."""
        known: dict[Any, RationalFunction] = dict(self._symbol_of)
        node = _sympify(expression)
        for part in node.atoms(sympy.exp):
            known[part] = self.exponential(part.args[0])
        return from_sympy(node, self.ring, known)

    # -- writing -----------------------------------------------------------------------------

    def write(self, value: RationalFunction, names: Mapping[Any, Any] | None = None) -> Any:
        """Return an element as a SymPy expression in exponentials.

        Parameters
        ----------
        value : RationalFunction
            Of this field's ring.
        names : mapping, optional
            Monomial ``g`` to a symbol that stands for e^g.
        """
        generators = self._written_generators(names)
        if len(value.den) > 1:
            return value.to_sympy(generators)
        # a Laurent polynomial is best written as a sum of exponentials with exponents of either sign
        ((shift, divisor),) = value.den.terms()
        return sympy.Add(
            *(
                monomial(
                    sympy.Rational(int(c), int(divisor)),
                    generators,
                    [e - s for e, s in zip(exponents, shift, strict=True)],
                )
                for exponents, c in value.num.terms()
            )
        )

    def _written_generators(self, names: Mapping[Any, Any] | None) -> list[Any]:
        roots = [
            sympy.Pow(names[g], sympy.Rational(1, q)) if names and g in names else sympy.exp(g / q)
            for g, q in self._roots.items()
        ]
        return [*self.symbols, *roots]

    def write_product(
        self, content: Fraction, factors: Iterable[tuple[Any, int]], names: Mapping[Any, Any] | None = None
    ) -> Any:
        """Return a number times powers of irreducible polynomials as :meth:`write` does, without factoring anything.

        A Laurent polynomial with very many terms is written as a product.

        Parameters
        ----------
        content : Fraction
        factors : iterable of (flint.fmpz_mpoly, int)
            Different irreducible polynomials of this field's ring, and their powers of either sign.
        names : mapping, optional
            Monomial ``g`` to a symbol that stands for e^g.
        """
        ordered = sorted(factors, key=lambda item: order_key(item[0]))
        above = [(f, m) for f, m in ordered if m > 0]
        below = [(f, -m) for f, m in ordered if m < 0]
        if all(len(f) == 1 for f, _ in below) and prod(len(f) ** m for f, m in above) <= _MOST_TERMS:
            parts = (
                prod((f**m for f, m in part), start=self.ring.context.constant(number))
                for part, number in ((above, content.numerator), (below, content.denominator))
            )
            return self.write(RationalFunction(self.ring, *parts), names)
        generators = self._written_generators(names)
        top = self.ring.product_to_sympy(content.numerator, above, generators)
        return sympy.Mul(top, sympy.Pow(self.ring.product_to_sympy(content.denominator, below, generators), -1))


def split_exponent(exponent: Any) -> tuple[dict[Any, Fraction], list[tuple[Any, Fraction]]]:
    """Split an exponent into a Q-linear form in monomials, and the arguments of its logarithms with what they carry.

    Parameters
    ----------
    exponent : SymPy expression
        A polynomial over Q in symbols, plus rational multiples of logarithms.

    Raises
    ------
    ModelError
        If there is a term of another kind.
    NotExactError
        If there is a float.

    Examples
    --------
    >>> A, B = sympy.symbols("A B")
    >>> split_exponent(A * (B + 2) / 2 - 3 * sympy.log(A))
    ({A: Fraction(1, 1), A*B: Fraction(1, 2)}, [(A, Fraction(-3, 1))])
    """
    linear: dict[Any, Fraction] = {}
    logarithms: list[tuple[Any, Fraction]] = []
    for term in _terms(exponent):
        if term.has(sympy.Float):
            as_fraction(min(term.atoms(sympy.Float)), what=f"a number in the exponent {exponent}")
        coefficient, inner = term.as_coeff_Mul(rational=True)
        if isinstance(inner, sympy.log):
            logarithms.append((inner.args[0], as_fraction(coefficient)))
            continue
        # numbers such as pi*I or sqrt(2) may depend on each other in ways that are not seen here
        numeric = inner != 1 and any(factor.is_number for factor in sympy.Mul.make_args(inner))
        if numeric or inner.has(sympy.log) or not inner.is_polynomial(*inner.free_symbols):
            message = (
                f"the exponent {exponent} has the term {term}, which is no rational multiple of a monomial "
                "or of a logarithm; rewrite it in such terms"
            )
            raise ModelError(message)
        linear[inner] = linear.get(inner, Fraction(0)) + as_fraction(coefficient)
    return {g: c for g, c in linear.items() if c}, logarithms


def equal_exponents(left: Any, right: Any) -> bool:
    """Decide whether two real exponents are equal: sums of polynomials and of rational multiples of logarithms.

    Both are taken where all arguments of logarithms are positive; there e^{k(left − right)} = 1 for one whole
    number k > 0 is equality.

    Parameters
    ----------
    left, right : SymPy expressions
        As for :class:`ExponentialField`, with rational multiples of logarithms allowed.

    Examples
    --------
    >>> K = sympy.Symbol("K")
    >>> equal_exponents(sympy.log(sympy.exp(2 * K) + 1) / 2 - K / 2, sympy.log(1 + sympy.exp(-2 * K)) / 2 + K / 2)
    True
    >>> equal_exponents(sympy.log(2), sympy.log(3))
    False
    """
    terms = [*_terms(_sympify(left)), *(-term for term in _terms(_sympify(right)))]
    power = lcm(*(int(term.as_coeff_Mul(rational=True)[0].q) for term in terms if term.has(sympy.log)))
    difference = sympy.Add(*(power * term for term in terms))
    field = ExponentialField((), exponents=[difference])
    return field.exponential(difference) == 1


def _terms(exponent: Any) -> list[Any]:
    """Split an exponent into terms; expand polynomials, leave logarithms as they are."""
    terms = []
    for part in sympy.Add.make_args(exponent):
        coefficient, inner = part.as_coeff_Mul(rational=True)
        if isinstance(inner, sympy.log):
            terms.append(part)
        elif isinstance(inner, sympy.Add) and inner.has(sympy.log):
            terms.extend(coefficient * term for term in _terms(inner))
        else:
            terms.extend(sympy.Add.make_args(sympy.expand(part)))
    return terms


def _atoms_outside_exponentials(node: Any) -> list[Any]:
    if isinstance(node, sympy.exp):
        return []
    if node.is_Symbol:
        return [node]
    return [atom for argument in node.args for atom in _atoms_outside_exponentials(argument)]
