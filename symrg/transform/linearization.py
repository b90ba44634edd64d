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
from ..exact.matrices import characteristic_polynomial, rational_factors
from ..exact.number_fields import FieldElement, roots_at
from ..exact.numbers import as_fraction

__all__ = ["Linearization", "exponent", "exponent_text", "spectrum_of"]

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


def exponent(eigenvalue: Any, scale: Any) -> Any:
    """Return y = ln λ / ln p exactly (Eq. (33) of Lee, Lee and Yi 2024).

    Parameters
    ----------
    eigenvalue : Fraction or AlgebraicNumber
    scale : int, or a SymPy real number > 1
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
    >>> exponent(Fraction(27), sympy.sqrt(3))
    6
    """
    base, root = sympy.sympify(scale, strict=True).as_base_exp()
    below = root * sympy.log(base)
    if isinstance(eigenvalue, AlgebraicNumber):
        return sympy.log(eigenvalue.to_sympy()) / below
    if eigenvalue == 0:
        return -sympy.oo
    if base.is_Rational and root.is_Rational:
        power = _rational_logarithm(eigenvalue, as_fraction(base))
        if power is not None:
            return sympy.Rational(power.numerator, power.denominator) / root
    return sympy.log(sympy.Rational(eigenvalue.numerator, eigenvalue.denominator)) / below


def exponent_text(eigenvalue: Eigenvalue, y: Any) -> str:
    """Write an exponent for a table; one that is a quotient of logarithms with its first digits.

    Examples
    --------
    >>> [exponent_text(Fraction(n), exponent(Fraction(n), 2)) for n in (0, 8, 3)]
    ['-oo', '3', 'log(3)/log(2) ≈ 1.58496']
    """
    if eigenvalue == 0 or y.is_Rational:
        return str(y)
    return f"{y} ≈ {sympy.N(y, 6)}"


def _rational_logarithm(value: Fraction, base: Fraction) -> Fraction | None:
    """Return the rational q with base^q = value, from the prime factorisations, or None."""
    if value <= 0 or base <= 0:
        return None
    powers, bottom = _prime_powers(value), _prime_powers(base)
    if not set(powers) <= set(bottom):
        return None
    ratios = {Fraction(powers.get(prime, 0), power) for prime, power in bottom.items()}
    return ratios.pop() if len(ratios) == 1 else None


def _prime_powers(value: Fraction) -> dict[int, int]:
    below, above = (sympy.factorint(n) for n in (value.denominator, value.numerator))
    return {**{prime: -power for prime, power in below.items()}, **above}


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
    field : (AlgebraicNumber, rows of FieldElement), optional
        θ and the matrix over Q(θ), where its entries are irrational.

    Examples
    --------
    >>> from symrg import Chain
    >>> lin = Chain([[2, 2], [1, 3]]).recursion().linearize((1, 2, 5))
    >>> lin.eigenvalues
    {Fraction(0, 1): 1, Fraction(1, 1): 2}
    >>> lin.exponents
    {Fraction(0, 1): -oo, Fraction(1, 1): 0}
    """

    def __init__(
        self,
        matrix: Any,
        scale: Any,
        *,
        coefficients: Sequence[Fraction] | None = None,
        field: tuple[AlgebraicNumber, Sequence[Sequence[FieldElement]]] | None = None,
    ) -> None:
        self._given = matrix
        self.scale = scale
        self._coefficients = coefficients
        self._field = field

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
            If a coefficient is no rational number; :attr:`eigenvalues` at a point of algebraic numbers need none.
        """
        if self._field is not None:
            found = self._in_field
            if any(c.value.degree() > 0 for c in found):
                message = (
                    "the characteristic polynomial at this point has coefficients that are no rational numbers; ask "
                    "for the eigenvalues, or the component of fixed points that holds it for characteristic_polynomial"
                )
                raise DomainError(message)
            return tuple(as_fraction(c.value[0]) for c in found)
        if self._coefficients is not None:
            return tuple(self._coefficients)
        if any(not x.is_Rational for x in self.matrix):
            message = (
                "the Jacobian at this point has entries that are no rational numbers; give the point as numbers (the "
                "points of a component of fixed_points() are), or ask that component for its spectrum, spectra or "
                "characteristic_polynomial"
            )
            raise DomainError(message)
        size = self.matrix.rows
        polynomial = flint.fmpq_mat(size, size, [flint.fmpq(int(x.p), int(x.q)) for x in self.matrix]).charpoly()
        return tuple(as_fraction(polynomial[k]) for k in range(size + 1))

    @cached_property
    def _in_field(self) -> list[FieldElement]:
        assert self._field is not None
        rows = self._field[1]
        return characteristic_polynomial(rows, rows[0][0].field.one)

    @cached_property
    def eigenvalues(self) -> dict[Eigenvalue, int]:
        """Eigenvalues with algebraic multiplicities."""
        if self._field is not None and any(c.value.degree() > 0 for c in self._in_field):
            return roots_at(self._in_field, self._field[0])
        return spectrum_of(self.characteristic_polynomial)

    @cached_property
    def exponents(self) -> dict[Eigenvalue, Any]:
        """The exponent y of each eigenvalue: relevant if its real part is positive, marginal if 0."""
        return {value: exponent(value, self.scale) for value in self.eigenvalues}

    def __repr__(self) -> str:
        return f"Linearization(eigenvalues {{{', '.join(f'{k}: {v}' for k, v in self.eigenvalues.items())}}})"
