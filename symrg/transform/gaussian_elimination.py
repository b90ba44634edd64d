"""Integrating out continuous variables of a quadratic exponent, on any graph, by exact Schur complements.

With −βH = −½ φᵀ A φ + cᵀ φ + d, integrating φ_k over all reals gives √(2π/A_kk) exp(c_k²/2A_kk …): the matrix becomes
its Schur complement A − A_{·k} A_{k·}/A_kk over the field of rational functions in the couplings.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sympy
from sympy.core.sympify import _sympify

from ..errors import DomainError, ModelError
from ..exact.edge import from_sympy
from ..exact.polynomials import PolynomialRing, RationalFunction, ring
from ..exact.signs import Signs
from ..model.variables import Variable
from .elimination import plan_elimination

__all__ = ["GaussianDecimation", "decimate_gaussian"]

_Form = dict[tuple[int, int], RationalFunction]


@dataclass(frozen=True)
class GaussianDecimation:
    """A quadratic exponent after some of its continuous variables were integrated out.

    Attributes
    ----------
    kept : tuple of Variable
        What is left, in a fixed order.
    order : tuple of Variable
        What was integrated out, in the order of elimination.
    quadratic : SymPy expression
        The new exponent without its logarithm: quadratic in what is left, rational in the couplings.
    pivots : tuple of SymPy expressions
        The pivots A_kk in that order. Their product is the determinant of the block that was integrated out.
    conditions : tuple of SymPy expressions
        Pivots whose sign the assumptions leave open: the integral exists exactly where all of them are positive.
        Elsewhere the formulas are algebra.

    Examples
    --------
    >>> x, y = (Variable(name, sympy.S.Reals) for name in "xy")
    >>> J = sympy.Symbol("J")
    >>> done = decimate_gaussian(-(y**2) + J * x * y, over=[y])
    >>> done.kept, done.quadratic, done.pivots, done.conditions
    ((x,), J**2*x**2/4, (2,), ())
    """

    kept: tuple[Variable, ...]
    order: tuple[Variable, ...]
    quadratic: Any
    pivots: tuple[Any, ...]
    conditions: tuple[Any, ...]

    @cached_property
    def determinant(self) -> Any:
        """The determinant of the block that was integrated out."""
        return sympy.cancel(sympy.Mul(*self.pivots))

    @cached_property
    def constant(self) -> Any:
        """The logarithm that integrating out adds to the exponent: (n/2) ln 2π − ½ ln det."""
        return len(self.order) * sympy.log(2 * sympy.pi) / 2 - sympy.log(self.determinant) / 2

    @property
    def exponent(self) -> Any:
        """The new exponent −βH', logarithm included."""
        return self.quadratic + self.constant

    @cached_property
    def precision(self) -> Any:
        """The matrix A' of the new exponent, in the order of ``kept``."""
        return sympy.ImmutableMatrix(
            [[sympy.cancel(-sympy.diff(self.quadratic, x, y)) for y in self.kept] for x in self.kept]
        )


def decimate_gaussian(exponent: Any, *, over: Iterable[Any], positive: Iterable[Any] = ()) -> GaussianDecimation:
    """Integrate continuous variables out of a quadratic exponent, exactly.

    Parameters
    ----------
    exponent : SymPy expression
        −βH: of degree at most two in the variables whose alphabet is ``sympy.S.Reals``, rational in all else.
    over : iterable of Variable
        What is integrated out, over all reals.
    positive : iterable of SymPy expressions
        Rational functions of the couplings that are declared positive.

    Raises
    ------
    ModelError
        If the exponent is not of this form, or a variable is not continuous.
    DomainError
        If a pivot is known not to be positive: the integral diverges.
    NotExactError
        For a float.

    Examples
    --------
    >>> a, J = sympy.symbols("a J", positive=True)
    >>> x, y, z = (Variable(name, sympy.S.Reals) for name in "xyz")
    >>> done = decimate_gaussian(-a * y**2 / 2 + J * y * (x + z), over=[y])
    >>> done.precision
    Matrix([
    [-J**2/a, -J**2/a],
    [-J**2/a, -J**2/a]])
    >>> done.constant, done.conditions
    (-log(a)/2 + log(2*pi)/2, ())
    """
    given = _sympify(exponent)
    gone = tuple(over)
    strangers = [v for v in gone if not isinstance(v, Variable) or v.is_finite_alphabet]
    if strangers or len(set(gone)) != len(gone):
        named = ", ".join(map(str, strangers or gone))
        message = f"{named}: give each continuous variable (alphabet sympy.S.Reals) once; decimate sums finite ones out"
        raise ModelError(message)
    everything = given.free_symbols | set(gone)
    variables = sorted(
        (s for s in everything if isinstance(s, Variable) and not s.is_finite_alphabet), key=sympy.default_sort_key
    )
    declared = [_sympify(p) for p in positive]
    others = everything.union(*(p.free_symbols for p in declared)) - set(variables)
    couplings = sorted(others, key=sympy.default_sort_key)
    base = ring(*(f"{s}#{k}" for k, s in enumerate([*couplings, *variables])))
    names = dict(zip([*couplings, *variables], base.fractions(), strict=True))
    form = _quadratic_form(from_sympy(given, base, names), base, len(couplings), variables)
    signs = Signs([*couplings, *variables], positive=[from_sympy(p, base, names) for p in declared])
    return _eliminated(form, base, variables, gone, signs, [*couplings, *variables])


def _quadratic_form(exponent: RationalFunction, base: PolynomialRing, skip: int, variables: list[Variable]) -> _Form:
    """Return A_ij, with the linear part as an extra row of number −1 and twice the constant at (−1, −1)."""
    if any(exponent.den.degrees()[skip + k] > 0 for k in range(len(variables))):
        raise ModelError("the exponent has a continuous variable in a denominator; it has to be quadratic in them")
    rows: dict[tuple[int, int], dict[tuple[int, ...], Any]] = {}
    for powers, coefficient in exponent.num.terms():
        inner = [k for k, power in enumerate(powers[skip : skip + len(variables)]) for _ in range(int(power))]
        if len(inner) > 2:
            named = "·".join(str(variables[k]) for k in inner)
            message = f"the exponent has a term in {named}; only quadratic exponents are integrated here"
            raise ModelError(message)
        pair = (*[-1] * (2 - len(inner)), *inner)
        rest = tuple(0 if skip <= i < skip + len(variables) else int(e) for i, e in enumerate(powers))
        rows.setdefault((pair[0], pair[1]), {})[rest] = coefficient
    form = {}
    for (i, j), terms in rows.items():
        value = base.fraction(base.context.from_dict(terms), exponent.den)
        form[i, j] = form[j, i] = -value * (2 if i == j else 1)
    return form


def _eliminated(
    form: _Form, base: PolynomialRing, variables: list[Variable], gone: tuple[Variable, ...], signs: Signs,
    symbols: list[Any],
) -> GaussianDecimation:  # fmt: skip
    places = [variables.index(v) for v in gone]
    plan = plan_elimination([set(pair) for pair in form if -1 not in pair], [2] * len(variables), places)
    zero, pivots, conditions = base.fraction(0), [], []
    for k in plan.order:
        pivot = form.get((k, k), zero)
        sign = signs(pivot)
        written = pivot.to_sympy(symbols)
        if sign in (0, -1):
            message = (
                f"the integral over {variables[k]} diverges: the pivot {written} is not positive, so the quadratic "
                "form is not positive definite and the exponent belongs to no probability law"
            )
            raise DomainError(message)
        pivots.append(written)
        if sign is None:
            conditions.append(written)
        column = {i: value for (i, j), value in form.items() if j == k and i != k}
        form = {pair: value for pair, value in form.items() if k not in pair}
        for i, left in column.items():
            scaled = left / pivot
            for j, right in column.items():
                form[i, j] = form.get((i, j), zero) - scaled * right
    kept = tuple(v for v in variables if v not in gone)
    names: Mapping[int, Any] = {-1: sympy.S.One, **dict(enumerate(variables))}
    terms = [
        -value.to_sympy(symbols) * names[i] * names[j] / (2 if i == j else 1)
        for (i, j), value in sorted(form.items())
        if i <= j and value
    ]
    order = tuple(variables[k] for k in plan.order)
    return GaussianDecimation(kept, order, sympy.Add(*terms), tuple(pivots), tuple(conditions))
