"""Real points of varieties of dimension zero, and reasons why a system has no real point."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from fractions import Fraction
from typing import Any

from .algebraic import AlgebraicNumber, roots_of, value_at_root
from .polynomials import PolynomialRing, RationalFunction
from .reals import constant_sign
from .variety import Variety

__all__ = ["RealPoint", "no_real_points", "real_points"]

RealPoint = tuple["Fraction | AlgebraicNumber", ...]


def real_points(variety: Variety) -> Iterator[RealPoint]:
    """Yield the real points of a variety of dimension zero, with exact coordinates.

    Parameters
    ----------
    variety : Variety
        An irreducible one over Q, of dimension 0.

    Examples
    --------
    >>> from symrg.exact.polynomials import ring
    >>> from symrg.exact.varieties import decompose
    >>> r = ring("x", "y")
    >>> x, y = r.gens
    >>> (component,) = decompose(r, [x**2 - 2, y - x]).varieties
    >>> [point[1].sign for point in real_points(component)]
    [-1, 1]
    """
    if variety.relation is None or variety.algebraic is None:
        yield tuple(value.constant() for value in variety.coordinates)
        return
    index = variety.algebraic
    # all coordinates are rational in the algebraic generator, and it in them: they are real together
    for root in roots_of(_in_one_generator(variety.relation, index)):
        if root.is_real:
            yield tuple(_at_root(value, index, root) for value in variety.coordinates)


def _in_one_generator(polynomial: Any, index: int) -> list[int]:
    coefficients = [0] * (int(polynomial.degrees()[index]) + 1)
    for exponents, coefficient in polynomial.terms():
        coefficients[exponents[index]] = int(coefficient)
    return coefficients


def _at_root(value: RationalFunction, index: int, root: AlgebraicNumber) -> Fraction | AlgebraicNumber:
    return value_at_root(_in_one_generator(value.num, index), _in_one_generator(value.den, index), root)


def no_real_points(base: PolynomialRing, equations: Iterable[Any], positive: Collection[int]) -> str | None:
    """Return why equations have no common real zero, where that can be seen from one of them; else None.

    Parameters
    ----------
    base : PolynomialRing
    equations : iterable of flint.fmpz_mpoly
        Of that ring.
    positive : collection of int
        The indices of the generators that are positive; the others are real.

    Examples
    --------
    >>> from symrg.exact.polynomials import ring
    >>> r = ring("x", "y")
    >>> x, y = r.gens
    >>> no_real_points(r, [x**2 + y + 1], {1})
    'no term of x**2 + y + 1 has another sign than the others, so it does not vanish'
    >>> no_real_points(r, [x**2 - x + 1], set())
    'x**2 - x + 1 has no real root there (Sturm)'
    """
    for equation in equations:
        if equation == 0:
            continue
        used = [i for i, d in enumerate(equation.degrees()) if d]
        if _one_sign(equation, positive):
            return f"no term of {base.format(equation)} has another sign than the others, so it does not vanish"
        if len(used) == 1:
            low = 0 if used[0] in positive else None
            if constant_sign(_in_one_generator(equation, used[0]), low) is not None:
                return f"{base.format(equation)} has no real root there (Sturm)"
    return None


def _one_sign(polynomial: Any, positive: Collection[int]) -> bool:
    """Whether all terms have one sign on the domain, and one of them is never zero."""
    signs, strict = set(), False
    for exponents, coefficient in polynomial.terms():
        free = [e for i, e in enumerate(exponents) if e and i not in positive]
        if any(e % 2 for e in free):
            return False
        signs.add(int(coefficient) > 0)
        strict = strict or not free
    return len(signs) == 1 and strict
