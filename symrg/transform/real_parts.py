"""Real and rational points of components of fixed points, and why there is none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import islice, product
from typing import TYPE_CHECKING, Any

from ..errors import UndefinedPointError
from ..exact.algebraic import AlgebraicNumber, roots_of
from ..exact.matrices import rational_factors
from ..exact.numbers import as_fraction
from ..exact.real_points import no_real_points
from ..exact.varieties import small_rationals
from ..exact.variety import Variety
from .strata import PERRON

if TYPE_CHECKING:
    from .component import Component

__all__ = ["is_physical", "parametrised", "reality", "univariate"]

_MOST_SAMPLES = 4000  # parameter tuples tried before the search for a sample with a wanted property ends
_MOST_REAL = 200  # of positive parameters, with all signs, over which a real point is looked for


def is_physical(part: Component, point: Sequence[Any]) -> bool:
    """Whether a point is real or, where the coordinates are factors, has real couplings.

    Parameters
    ----------
    part : Component
        Whose point it is.
    point : sequence of Fraction or AlgebraicNumber
    """
    allowed = _is_positive if part.recursion.exponential else _is_real
    return all(map(allowed, point))


def reality(part: Component) -> tuple[bool | None, str]:
    """Return whether a component has real couplings somewhere (real points, if its coordinates are not exponential).

    Returns
    -------
    bool or None
        None if neither a point nor an obstruction was found.
    str
        The witness or the obstruction.

    Examples
    --------
    >>> import sympy
    >>> from symrg import Recursion
    >>> x = sympy.Symbol("x")
    >>> [reality(part)[1] for part in Recursion.from_images({x: 2 * x**3 + 2 * x}, scale=2).fixed_points()]
    ['(0) is real', 'none of its 2 conjugate points is real']
    """
    return _couplings(part) if part.recursion.exponential else _coordinates(part)


def _couplings(part: Component) -> tuple[bool | None, str]:
    if part.at_infinity:
        if part.recursion.chain is None:
            return False, "a factor vanishes on it, so a coupling is infinite"
        return False, "an entry of V vanishes on it, so a coupling is infinite"
    if part.dimension == 0:
        for point, physical in zip(part.points, part.physical_points, strict=True):
            if physical:
                return True, f"({', '.join(map(str, point))}) has positive factors"
        return False, "its points have factors that are not positive"
    for generator in part.variety.generators:
        signs = {int(c) > 0 for c in generator.coeffs()}
        if len(signs) == 1:
            text = part.variety.ring.format(generator)
            return False, f"{text} = 0 has no solution in positive factors: all coefficients have one sign"
    if part.rank is not None and part.rank > 1:
        return False, PERRON
    for values in parametrised(part):
        if all(value > 0 for value in values):
            return True, f"{_named(part, values)} is on it"
    return None, "neither a positive point nor an obstruction was found"


def _coordinates(part: Component) -> tuple[bool | None, str]:
    if part.dimension == 0:
        real = [point for point, physical in zip(part.points, part.physical_points, strict=True) if physical]
        if not real:
            return False, f"none of its {len(part.points)} conjugate points is real"
        if len(part.points) > 1:
            return (
                True,
                f"{len(real)} of its {len(part.points)} conjugate points {'is' if len(real) == 1 else 'are'} real",
            )
        return True, f"({', '.join(map(str, real[0]))}) is real"
    for values in islice(parametrised(part), 1):
        return True, f"{_named(part, values)} is on it"
    variety = part.variety
    obstruction = no_real_points(variety.ring, variety.generators, set())
    if obstruction is not None:
        return False, f"it has no real point: {obstruction}"
    return _real_point(part)


def _real_point(part: Component) -> tuple[bool | None, str]:
    """Look for an irrational real point over rational values of the free coordinates."""
    variety, index = part.variety, part.variety.algebraic
    if index is not None:
        functions = [variety.ring.fraction(d).compose(variety.coordinates) for d in part.recursion.denominators]
        below = [c.den for c in variety.coordinates] + [p for f in functions for p in (f.num, f.den)]
        for sizes in islice(small_rationals(len(variety.free)), _MOST_REAL):
            for signs in product((1, -1), repeat=len(sizes)):
                slots = [Fraction(0)] * len(variety.ring)
                for place, size, sign in zip(variety.free, sizes, signs, strict=True):
                    slots[place] = sign * size
                for factor, _ in rational_factors(_specialised(variety.relation, index, slots)):
                    if len(factor) < 2 or not any(map(_is_real, _roots(factor))):
                        continue
                    if all(not _divides(factor, _specialised(p, index, slots)) for p in below):
                        text = variety.ring.format(variety.relation)
                        where = ", ".join(f"{part.symbols[i]} = {slots[i]}" for i in variety.free)
                        return True, f"{text} = 0 has a real root at {where}"
    return None, "neither a real point nor an obstruction was found"


def _named(part: Component, values: Sequence[Any]) -> str:
    return ", ".join(f"{s} = {v}" for s, v in zip(part.symbols, values, strict=True))


def parametrised(part: Component) -> Iterator[tuple[Fraction, ...]]:
    """Yield rational points of a component, simple parameters first, where the map is defined.

    A chain's have no factor 0, unless the component lies at infinity.
    """
    variety = part.variety
    zeros = part.recursion.chain is None or part.at_infinity
    for parameters in islice(small_rationals(len(variety.free)), _MOST_SAMPLES):
        slots = [Fraction(0)] * len(variety.ring)
        for index, value in zip(variety.free, parameters, strict=True):
            slots[index] = value
        for root in _rational_roots(variety, slots):
            if variety.algebraic is not None:
                slots[variety.algebraic] = root
            try:
                values = tuple(as_fraction(c(slots)) for c in variety.coordinates)
                part.recursion(values)
            except UndefinedPointError:
                continue
            if zeros or all(values):
                yield values


# -- polynomials in one generator ------------------------------------------------------------------------------------


def univariate(polynomial: Any, index: int) -> list[int]:
    """Return the coefficients, constant term first, of a polynomial in one generator."""
    coefficients = [0] * (polynomial.degrees()[index] + 1 if polynomial != 0 else 1)
    for exponents, coefficient in polynomial.terms():
        coefficients[exponents[index]] += int(coefficient)
    return coefficients


def _specialised(polynomial: Any, index: int, slots: Sequence[Fraction]) -> list[Fraction]:
    """Return the coefficients in one generator, constant term first, at values of the others."""
    coefficients = [Fraction(0)] * (polynomial.degrees()[index] + 1 if polynomial != 0 else 1)
    for exponents, coefficient in polynomial.terms():
        value = Fraction(int(coefficient))
        for i, e in enumerate(exponents):
            if i != index and e:
                value *= slots[i] ** int(e)
        coefficients[exponents[index]] += value
    return coefficients


def _rational_roots(variety: Variety, slots: Sequence[Fraction]) -> list[Fraction]:
    """Return the rational values of the algebraic generator at given free ones ([0] if there is none)."""
    if variety.relation is None or variety.algebraic is None:
        return [Fraction(0)]
    coefficients = _specialised(variety.relation, variety.algebraic, slots)
    if not any(coefficients[1:]):
        return []
    return [Fraction(-f[0], f[1]) for f, _ in rational_factors(coefficients) if len(f) == 2]


def _roots(factor: Sequence[int]) -> Sequence[Any]:
    return (Fraction(-factor[0], factor[1]),) if len(factor) == 2 else roots_of(factor)


def _divides(factor: Sequence[int], coefficients: Sequence[Fraction]) -> bool:
    """Whether an irreducible polynomial divides another one; 0 is divided by all."""
    return not any(coefficients) or any(factor == other for other, _ in rational_factors(coefficients))


def _is_positive(value: Any) -> bool:
    if isinstance(value, AlgebraicNumber):
        return value.is_real and value.sign > 0
    return bool(value > 0)


def _is_real(value: Any) -> bool:
    return not isinstance(value, AlgebraicNumber) or value.is_real
