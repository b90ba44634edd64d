"""Leading asymptotics of closed forms as one symbol tends to a value, from leading terms of rational functions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy

from ..errors import DomainError
from ..exact.edge import from_sympy
from ..exact.polynomials import RationalFunction
from .two_level import TwoLevel

__all__ = ["Asymptotics", "gap_asymptotics", "leading_term", "weight_asymptotics"]


@dataclass(frozen=True)
class Asymptotics:
    """The leading behaviour of a positive quantity: amplitude · |t − t₀|^(−exponent).

    Attributes
    ----------
    amplitude : SymPy expression
        Positive where it is real; where it is not, the quantity is infinite on that side.
    exponent : sympy.Rational
        Positive if the quantity diverges, 0 if it tends to the amplitude.
    sides : tuple of int
        Which signs of t − t₀ the amplitude holds for; for symbolic amplitudes both are listed.
    reason : str
        How it is known.
    """

    amplitude: Any
    exponent: Any
    sides: tuple[int, ...]
    reason: str


def gap_asymptotics(closed: TwoLevel, symbol: Any, at: Any) -> Asymptotics:
    """Return the leading behaviour of ξ_gap as one symbol tends to a value, proved.

    With x = √Δ/τ, ln|λ₁/λ₂| = ln|(1 + x)/(1 − x)| = 2 artanh x, where artanh x = x + O(x³). The rational
    function x² has a leading term κ (t − t₀)^k: for k > 0, ξ_gap → |t − t₀|^{−k/2} / (2 √κ).

    Parameters
    ----------
    closed : TwoLevel
        The chain.
    symbol : SymPy symbol
        One of the chain's symbols, t.
    at : exact rational or SymPy expression in the others
        The value t₀.

    Examples
    --------
    >>> from symrg import Chain
    >>> from symrg.transform.observables import Observables
    >>> chain, b, c = Chain([[2, 2], [1, 3]]), sympy.Rational(-2, 3), sympy.Rational(-1, 3)
    >>> line = Observables(chain, factors={"b": b, "c": c}).closed_form()
    >>> found = gap_asymptotics(line, chain.factors[0], 3)
    >>> found.amplitude, found.exponent, found.sides
    (2, 1, (1, -1))
    """
    square = closed.discriminant / (closed.trace * closed.trace)
    coefficient, order = leading_term(square, *_point(closed, symbol, at))
    kappa, k = closed.write(coefficient), sympy.Integer(order)
    sides: tuple[int, ...] = (1, -1)
    if kappa.is_number:
        sides = tuple(s for s in sides if kappa * sympy.Integer(s) ** k > 0)
    size = sympy.sqrt(sympy.Abs(kappa) if kappa.is_number else kappa)
    reason = f"(λ₁ − λ₂)²/(λ₁ + λ₂)² = {kappa} (t − t₀)^{k} + …, and artanh x = x + O(x³)"
    if not closed.discriminant:
        return Asymptotics(sympy.oo, sympy.S.Zero, (1, -1), "the two eigenvalues are equal on the whole line")
    if k > 0:
        return Asymptotics(1 / (2 * size), k / 2, sides, reason)
    if k < 0:
        return Asymptotics(size / 2, -k / 2, sides, reason + ", with x replaced by 1/x")
    limit = sympy.S.Zero if kappa == 1 else 1 / sympy.Abs(sympy.log(sympy.Abs((1 + size) / (1 - size))))
    return Asymptotics(limit, sympy.S.Zero, sides, reason)


def weight_asymptotics(closed: TwoLevel, symbol: Any, at: Any) -> tuple[Any, int]:
    """Return the leading term (coefficient, power) of w as one symbol tends to a value; (0, 0) if w is zero.

    Examples
    --------
    >>> from symrg import Chain
    >>> from symrg.transform.observables import Observables
    >>> chain = Chain([[2, 2], [1, 3]])
    >>> a, b, c = chain.factors
    >>> weight_asymptotics(Observables(chain, factors={"a": 2, "b": 1}).closed_form(), c, 0)
    (2/9, 0)
    """
    if not closed.weight_function:
        return sympy.S.Zero, 0
    coefficient, order = leading_term(closed.weight_function, *_point(closed, symbol, at))
    return closed.write(coefficient), order


def _point(closed: TwoLevel, symbol: Any, at: Any) -> tuple[int, RationalFunction]:
    generators = closed.reduced.generators
    if symbol not in generators:
        message = f"{symbol} is none of the symbols of this chain, which are {generators}"
        raise DomainError(message)
    value = from_sympy(sympy.S(at), closed.ring, dict(zip(generators, closed.ring.fractions(), strict=True)))
    return generators.index(symbol), value


def leading_term(function: RationalFunction, generator: int, at: RationalFunction) -> tuple[RationalFunction, int]:
    """Return (coefficient, power) of the leading term of a rational function at a value of one generator.

    Parameters
    ----------
    function : RationalFunction
        Not zero, unless the answer (0, 0) is meant.
    generator : int
        Which generator t.
    at : RationalFunction
        The value t₀, in the other generators.

    Examples
    --------
    >>> from symrg.exact.polynomials import ring
    >>> r = ring("s", "t")
    >>> s, t = r.fractions()
    >>> leading_term((t - 2) ** 2 / (s * t), 1, r.fraction(2))
    (1/(2*s), 2)
    """
    base = function.ring
    if not function:
        return function, 0
    images = list(base.fractions())
    images[generator] = images[generator] + at
    shifted = function.compose(images)
    parts = [_lowest(polynomial, generator, base) for polynomial in (shifted.num, shifted.den)]
    return base.fraction(parts[0][0], parts[1][0]), parts[0][1] - parts[1][1]


def _lowest(polynomial: Any, generator: int, base: Any) -> tuple[Any, int]:
    terms = list(polynomial.terms())
    order = min(exponents[generator] for exponents, _ in terms)
    lowest = {
        tuple(0 if i == generator else e for i, e in enumerate(exponents)): c
        for exponents, c in terms
        if exponents[generator] == order
    }
    return base.context.from_dict(lowest), int(order)
