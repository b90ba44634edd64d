"""Polynomials as dicts {exponents: Fraction}, univariate gcds, and certificates of solution sets from SymPy.

Plain Python, and SymPy's own Gröbner bases; nothing is shared with the package.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, product
from random import Random

import sympy


def value(polynomial, point):
    """Evaluate a dict {exponents: coefficient} at numbers that add and multiply."""
    total = 0
    for exponents, coefficient in polynomial.items():
        term = Fraction(coefficient)
        for x, e in zip(point, exponents, strict=False):
            for _ in range(e):
                term = term * x
        total = total + term
    return total


# -- one variable: lists of Fractions, constant term first -------------------------------------------------


def trimmed(polynomial):
    result = list(polynomial)
    while result and not result[-1]:
        result.pop()
    return result


def times(left, right):
    result = [Fraction(0)] * max(len(left) + len(right) - 1, 0)
    for i, x in enumerate(left):
        for j, y in enumerate(right):
            result[i + j] += x * y
    return trimmed(result)


def remainder(above, below):
    rest = trimmed(above)
    while len(rest) >= len(below):
        ratio, shift = rest[-1] / below[-1], len(rest) - len(below)
        rest = trimmed([x - (ratio * below[i - shift] if i >= shift else 0) for i, x in enumerate(rest)][:-1])
    return rest


def quotient(above, below):
    rest, result = trimmed(above), [Fraction(0)] * max(len(above) - len(below) + 1, 1)
    while len(rest) >= len(below):
        ratio, shift = rest[-1] / below[-1], len(rest) - len(below)
        result[shift] = ratio
        rest = trimmed([x - (ratio * below[i - shift] if i >= shift else 0) for i, x in enumerate(rest)][:-1])
    return trimmed(result)


def gcd(left, right):
    left, right = trimmed(left), trimmed(right)
    while right:
        left, right = right, remainder(left, right)
    return [x / left[-1] for x in left]


def squarefree(polynomial):
    derivative = [k * c for k, c in enumerate(polynomial)][1:]
    return quotient(polynomial, gcd(polynomial, derivative)) if trimmed(derivative) else trimmed(polynomial)


def on_line(polynomial, start, direction):
    """Restrict a dict polynomial to the line start + t·direction; the result is a polynomial in t."""
    total = []
    for exponents, coefficient in polynomial.items():
        term = [Fraction(coefficient)]
        for a, b, e in zip(start, direction, exponents, strict=False):
            for _ in range(e):
                term = times(term, [Fraction(a), Fraction(b)])
        size = max(len(total), len(term))
        total = [(total[k] if k < len(total) else 0) + (term[k] if k < len(term) else 0) for k in range(size)]
    return trimmed(total)


def solutions_on_line(equations, nonzero, start, direction):
    """The squarefree polynomial in t whose roots are where all equations hold and no inequation fails; [] for all t."""
    if not all(on_line(polynomial, start, direction) for polynomial in nonzero):
        return [Fraction(1)]
    common = []
    for equation in equations:
        common = gcd(common, on_line(equation, start, direction)) if common else on_line(equation, start, direction)
    if not common:
        return []
    common = squarefree(common)
    for polynomial in nonzero:
        bad = gcd(common, on_line(polynomial, start, direction))
        common = quotient(common, bad)
    return common


def rational_roots(polynomial):
    """All rational roots of a squarefree or other univariate polynomial, by the candidates p/q."""
    polynomial = trimmed(polynomial)
    found = set()
    while polynomial and not polynomial[0]:
        found.add(Fraction(0))
        polynomial = polynomial[1:]
    if len(polynomial) < 2:
        return found
    scale = 1
    for c in polynomial:
        scale = scale * c.denominator // sympy.igcd(scale, c.denominator)
    whole = [int(c * scale) for c in polynomial]
    for p in sympy.divisors(whole[0]):
        for q in sympy.divisors(whole[-1]):
            for candidate in (Fraction(p, q), Fraction(-p, q)):
                if sum(c * candidate**k for k, c in enumerate(whole)) == 0:
                    found.add(candidate)
    return found


# -- certificates by SymPy's Gröbner bases -------------------------------------------------------------------

_INVERSE = sympy.Symbol("inverse")


def basis(equations, symbols):
    kept = [e for e in map(sympy.expand, equations) if e != 0]
    return list(sympy.groebner(kept, *symbols, order="grevlex", domain=sympy.QQ).exprs) if kept else []


def rest(polynomial, reduced_basis, symbols):
    if not reduced_basis:
        return sympy.expand(polynomial)
    return sympy.reduced(polynomial, reduced_basis, *symbols, order="grevlex", domain=sympy.QQ)[1]


def in_radical(polynomial, equations, symbols):
    """Whether a polynomial vanishes wherever the equations hold (over C), by Rabinowitsch's trick."""
    return basis([*equations, 1 - _INVERSE * polynomial], (_INVERSE, *symbols)) == [1]


def dimension(equations, symbols):
    """The dimension of a solution set: the most symbols no power product of which leads a basis element."""
    reduced_basis = basis(equations, symbols)
    if reduced_basis == [1]:
        return -1
    leading = [sympy.Poly(g, *symbols).monoms(order="grevlex")[0] for g in reduced_basis]
    for size in range(len(symbols), 0, -1):
        for kept in combinations(range(len(symbols)), size):
            if all(any(e and i not in kept for i, e in enumerate(m)) for m in leading):
                return size
    return 0


def why_not_solution_set(equations, nonzero, components, symbols):
    """Return what is wrong with components as the solution set, or None if they are exactly that.

    Each must lie in the solution set, hold points where the inequations hold, and lie in no other; and the product of
    one random combination of the generators of each must vanish on all solutions: at a solution on no component it
    does not, but for an unlucky draw.
    """
    inequation = sympy.Mul(*nonzero)
    bases = [basis(component, symbols) for component in components]
    for component, reduced_basis in zip(components, bases, strict=True):
        if any(rest(e, reduced_basis, symbols) != 0 for e in equations):
            return f"{component} holds points that are no solutions"
        if in_radical(inequation, component, symbols):
            return f"{component} lies where an inequation fails"
    for component, other in product(components, bases):
        if basis(component, symbols) != other and all(rest(g, basis(component, symbols), symbols) == 0 for g in other):
            return f"{component} lies in {other}"
    draw, known = Random(0), basis(equations, symbols)
    for _ in range(2):
        left = inequation
        for component in components:
            combination = sympy.Add(*(draw.randint(1, 99) * g for g in component))
            left = rest(sympy.expand(left * combination), known, symbols)
        if not in_radical(left, known, symbols):
            return "not all solutions"
    return None
