"""Signs of rational functions under stated assumptions: a sign with a certificate, or no answer.

All generators stand for real numbers. The certificate is elementary: in each irreducible factor every term
has the same sign, or the factor is (up to sign) one that was declared positive.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from .polynomials import RationalFunction, irreducible_factors

__all__ = ["Signs"]


class Signs:
    """Decides signs of rational functions in generators with known SymPy assumptions.

    Parameters
    ----------
    generators : sequence of SymPy expressions
        What the generators of the ring stand for, in order; real. Their assumptions are read off.
    positive : iterable of RationalFunction
        Functions declared positive.

    Examples
    --------
    >>> import sympy
    >>> from symrg.exact.polynomials import ring
    >>> v, y = ring("v", "y").fractions()
    >>> signs = Signs([sympy.Symbol("v", positive=True), sympy.Symbol("y", real=True)])
    >>> signs(1 + 2 * v * y**2), signs(-v), signs(1 + y)
    (1, -1, None)
    >>> Signs([sympy.Symbol("v"), sympy.Symbol("y")], positive=[(v - y) ** 2])(-((v - y) ** 2))
    -1
    """

    def __init__(self, generators: Sequence[Any], *, positive: Iterable[RationalFunction] = ()) -> None:
        self._odd: list[tuple[int | None, bool]] = [_sign_of_symbol(generator) for generator in generators]
        self._even = [bool(generator.is_nonzero) for generator in generators]
        self._declared: dict[Any, int] = {}
        self._nonzero: set[str] = set()
        for function in positive:
            self._declare(function)

    def _declare(self, function: RationalFunction) -> None:
        """Learn that no factor of a positive function is zero, and the sign of the one whose sign was open."""
        sign, unknown = self._unit(function), []
        for factor, multiplicity in _factors(function):
            known = self.of_factor(factor)
            self._nonzero.add(str(factor))
            if known is not None:
                sign *= known**multiplicity
            elif multiplicity % 2:
                unknown.append(factor)
        if len(unknown) == 1:
            self._declared[str(unknown[0])] = sign

    def __call__(self, function: RationalFunction) -> int | None:
        """Return 1, 0 or −1 where that is certain for all values the assumptions allow, else None.

        Parameters
        ----------
        function : RationalFunction
            Over the ring whose generators the assumptions are about.
        """
        if function.num == 0:
            return 0
        sign = self._unit(function)
        for factor, multiplicity in _factors(function):
            known = self.of_factor(factor)
            if known is None and (multiplicity % 2 or str(factor) not in self._nonzero):
                return None
            sign *= (known or 1) ** multiplicity
        return sign

    def of_factor(self, factor: Any) -> int | None:
        """Return the sign of an irreducible polynomial, or None; a positive leading coefficient is expected."""
        if str(factor) in self._declared:
            return self._declared[str(factor)]
        signs, strict = set(), False
        for exponents, coefficient in factor.terms():
            sign, nonzero = (1 if int(coefficient) > 0 else -1), True
            for (odd, strictly), even, e in zip(self._odd, self._even, exponents, strict=False):
                if e % 2:
                    if odd is None:
                        return None
                    sign, nonzero = sign * odd, nonzero and strictly
                elif e:
                    nonzero = nonzero and even
            signs.add(sign)
            strict = strict or nonzero
        return signs.pop() if len(signs) == 1 and strict else None

    @staticmethod
    def _unit(function: RationalFunction) -> int:
        return 1 if (int(function.num.leading_coefficient()) > 0) == (function.den.leading_coefficient() > 0) else -1


def _factors(function: RationalFunction) -> list[tuple[Any, int]]:
    return irreducible_factors(function.num) + irreducible_factors(function.den)


def _sign_of_symbol(generator: Any) -> tuple[int | None, bool]:
    """Return (sign or None, whether it is never zero)."""
    nonzero = bool(generator.is_nonzero)
    if generator.is_nonnegative:
        return 1, nonzero
    if generator.is_nonpositive:
        return -1, nonzero
    return None, nonzero
