"""The linearised recursion: eigenvalues with multiplicities, and exponents y = ln λ / ln p, all exact."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any

import flint
import sympy

from .._display import Displayed
from ..errors import DomainError
from ..exact.algebraic import AlgebraicNumber, roots_of
from ..exact.matrices import rational_factors
from ..exact.numbers import as_fraction

__all__ = ["Linearization", "exponent", "spectrum_of"]

Eigenvalue = Fraction | AlgebraicNumber


def spectrum_of(coefficients: Sequence[Fraction]) -> dict[Eigenvalue, int]:
    """Return the roots of a characteristic polynomial over Q with their multiplicities.

    Parameters
    ----------
    coefficients : sequence of Fraction
        Constant term first.

    Examples
    --------
    >>> spectrum_of([Fraction(0), Fraction(4), Fraction(-4), Fraction(1)])
    {Fraction(0, 1): 1, Fraction(2, 1): 2}
    """
    spectrum: dict[Eigenvalue, int] = {}
    rational: dict[Fraction, int] = {}
    for factor, multiplicity in rational_factors(coefficients):
        if len(factor) == 2:
            rational[Fraction(-factor[0], factor[1])] = multiplicity
        else:
            spectrum.update((root, multiplicity) for root in roots_of(factor))
    return {**dict(sorted(rational.items())), **spectrum}


def exponent(eigenvalue: Any, scale: int) -> Any:
    """Return y = ln λ / ln p exactly (Eq. (33) of Lee, Lee and Yi 2024).

    Parameters
    ----------
    eigenvalue : Fraction or AlgebraicNumber
    scale : int
        p.

    Returns
    -------
    SymPy expression
        A rational where λ is a rational power of p, −∞ (``-oo``) for λ = 0, else a quotient of logarithms; for λ < 0
        the principal logarithm, with imaginary part π.

    Examples
    --------
    >>> exponent(Fraction(8), 4), exponent(Fraction(0), 2), exponent(Fraction(1), 2), exponent(Fraction(3), 2)
    (3/2, -oo, 0, log(3)/log(2))
    """
    if isinstance(eigenvalue, AlgebraicNumber):
        return sympy.log(eigenvalue.to_sympy()) / sympy.log(scale)
    if eigenvalue == 0:
        return -sympy.oo
    power = _rational_logarithm(eigenvalue, scale)
    if power is not None:
        return sympy.Rational(power.numerator, power.denominator)
    return sympy.log(sympy.Rational(eigenvalue.numerator, eigenvalue.denominator)) / sympy.log(scale)


def _rational_logarithm(value: Fraction, base: int) -> Fraction | None:
    """Return the rational q with base^q = value, from the prime factorisations, or None."""
    if value <= 0:
        return None
    ratios = set()
    below, above = (sympy.factorint(n) for n in (value.denominator, value.numerator))
    bottom = sympy.factorint(base)
    if not set(above) | set(below) <= set(bottom):
        return None
    for prime, power in bottom.items():
        ratios.add(Fraction(above.get(prime, 0) - below.get(prime, 0), power))
    return ratios.pop() if len(ratios) == 1 else None


class Linearization(Displayed):
    """The derivative of a recursion at a fixed point.

    Parameters
    ----------
    matrix : SymPy matrix of exact rationals, n × n, or a callable that returns it
        The Jacobian in the factors. A callable is called when the matrix is asked for.
    scale : int
        p.
    coefficients : sequence of Fraction, optional
        The characteristic polynomial, constant term first, where it is known without the matrix.

    Examples
    --------
    >>> from symrg import Chain
    >>> lin = Chain([[2, 2], [1, 3]]).recursion().linearize((1, 2, 5))
    >>> lin.eigenvalues
    {Fraction(0, 1): 1, Fraction(1, 1): 2}
    >>> lin.exponents
    {Fraction(0, 1): -oo, Fraction(1, 1): 0}
    """

    def __init__(self, matrix: Any, scale: int, *, coefficients: Sequence[Fraction] | None = None) -> None:
        self._given = matrix
        self.scale = scale
        self._coefficients = coefficients

    @cached_property
    def matrix(self) -> Any:
        """The Jacobian."""
        return sympy.ImmutableMatrix(self._given() if callable(self._given) else self._given)

    @cached_property
    def characteristic_polynomial(self) -> tuple[Fraction, ...]:
        """The coefficients of det(λ − J), constant term first.

        Raises
        ------
        DomainError
            If an entry of J is no rational number.
        """
        if self._coefficients is not None:
            return tuple(self._coefficients)
        if any(not x.is_Rational for x in self.matrix):
            message = (
                "the Jacobian at this point has entries that are no rational numbers; ask the component of fixed "
                "points that holds it for its spectrum or characteristic_polynomial"
            )
            raise DomainError(message)
        size = self.matrix.rows
        polynomial = flint.fmpq_mat(size, size, [flint.fmpq(int(x.p), int(x.q)) for x in self.matrix]).charpoly()
        return tuple(as_fraction(polynomial[k]) for k in range(size + 1))

    @cached_property
    def eigenvalues(self) -> dict[Eigenvalue, int]:
        """Eigenvalues with algebraic multiplicities."""
        return spectrum_of(self.characteristic_polynomial)

    @cached_property
    def exponents(self) -> dict[Eigenvalue, Any]:
        """The exponent y of each eigenvalue: relevant if its real part is positive, marginal if 0."""
        return {value: exponent(value, self.scale) for value in self.eigenvalues}

    def __repr__(self) -> str:
        return f"Linearization(eigenvalues {{{', '.join(f'{k}: {v}' for k, v in self.eigenvalues.items())}}})"
