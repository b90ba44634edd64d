"""Gröbner bases over Q with saturation, on flint's Buchberger, within limits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import product
from typing import Any

import flint

from ..errors import BudgetExceeded
from .change_of_order import lexicographic_basis
from .polynomials import PolynomialRing

__all__ = ["distinct", "groebner_basis", "in_ideal", "primitive", "standard_monomials"]

# generous for the recursions of narrow layers, small enough to end within seconds
_BASIS_LIMITS = (400, 4000, 20000)


def primitive(polynomial: Any) -> Any:
    """Return the integer multiple of a polynomial with content 1 and positive leading coefficient."""
    content = polynomial.content()
    if content not in (0, 1):
        polynomial = polynomial / polynomial.context().constant(content)
    return -polynomial if polynomial != 0 and polynomial.leading_coefficient() < 0 else polynomial


def distinct(polynomials: Iterable[Any]) -> list[Any]:
    """Drop repeated polynomials; keep the order."""
    kept: list[Any] = []
    for polynomial in polynomials:
        if not any(polynomial == other for other in kept):
            kept.append(polynomial)
    return kept


def groebner_basis(
    base: PolynomialRing, equations: Sequence[Any], *, nonzero: Sequence[Any] = (), lex: bool = False
) -> tuple[Any, ...]:
    """Return the reduced Gröbner basis of an ideal, saturated by the product of ``nonzero``.

    Parameters
    ----------
    base : PolynomialRing
        The ring of the equations.
    equations, nonzero : sequences of flint.fmpz_mpoly
        Generators, and polynomials whose zeros are left out (saturation by Rabinowitsch's extra variable).
    lex : bool
        Lexicographic order (the last generator is eliminated last) instead of the ring's own.

    Raises
    ------
    BudgetExceeded
        If the intermediate basis outgrows its limits.
    """
    count = len(base)
    saturating = bool(nonzero)
    order = flint.Ordering.lex if (lex or saturating) else flint.Ordering.degrevlex
    # the extra variable comes first, so that the lexicographic order eliminates it
    context = flint.fmpz_mpoly_ctx.get(tuple(f"y{i}" for i in range(count + saturating)), order)
    shift = context.gens()[int(saturating) :]

    def move(polynomial: Any, gens: Sequence[Any], target: Any) -> Any:
        return polynomial.compose(*gens, ctx=target)

    system = [move(f, shift, context) for f in equations if f != 0]
    if saturating:
        inverse = context.constant(1)
        for polynomial in nonzero:
            inverse = inverse * move(polynomial, shift, context)
        system.append(context.gens()[0] * inverse - 1)
    if not system:
        return ()
    try:
        basis = _lexicographic(system, context) if order == flint.Ordering.lex else _buchberger(system, context)
    except BudgetExceeded:
        finite = _finitely_many(base, equations, nonzero) if lex and saturating else None
        if finite is None:
            raise
        return finite
    if saturating:
        basis = [f for f in basis if f.degrees()[0] == 0]
    back = [base.zero] * saturating + list(base.gens)
    moved = [move(f, back, base.context) for f in basis]
    if saturating and not lex:
        if not moved:
            return ()
        moved = _buchberger(moved, base.context)
    return tuple(primitive(f) for f in (moved if lex else sorted(moved, key=_order_in(base))))


def _finitely_many(base: PolynomialRing, equations: Sequence[Any], nonzero: Sequence[Any]) -> tuple[Any, ...] | None:
    """Return the saturated lexicographic basis without the extra variable, if there are finitely many zeros."""
    names = tuple(f"y{i}" for i in range(len(base)))
    graded, lexicographic = (flint.fmpz_mpoly_ctx.get(names, o) for o in (flint.Ordering.degrevlex, flint.Ordering.lex))
    gens = graded.gens()
    basis = _buchberger([f.compose(*gens, ctx=graded) for f in equations if f != 0], graded)
    moved = [f.compose(*gens, ctx=graded) for f in nonzero]
    found = lexicographic_basis(basis, lexicographic, nonzero=moved)
    return None if found is None else tuple(primitive(f.compose(*base.gens, ctx=base.context)) for f in found)


def _lexicographic(system: Sequence[Any], context: Any) -> list[Any]:
    """Complete a system lexicographically; where that outgrows its limits, go by way of the graded order."""
    try:
        return _buchberger(system, context)
    except BudgetExceeded:
        graded = flint.fmpz_mpoly_ctx.get(context.names(), flint.Ordering.degrevlex)
        basis = _buchberger([f.compose(*graded.gens(), ctx=graded) for f in system], graded)
        finite = lexicographic_basis(basis, context)
        if finite is not None:
            return finite
        return _buchberger([f.compose(*context.gens(), ctx=context) for f in basis], context)


def _buchberger(system: Sequence[Any], context: Any) -> list[Any]:
    vector = flint.fmpz_mpoly_vec(list(system), context)
    basis, done = vector.buchberger_naive(limits=_BASIS_LIMITS)
    if not done:
        message = (
            "a Gröbner basis outgrew its limits "
            f"(polynomials, terms, coefficient bits) = {_BASIS_LIMITS}; a system with fewer variables would fit"
        )
        raise BudgetExceeded(message)
    return list(basis.autoreduction())


def _order_in(base: PolynomialRing) -> Any:
    def key(polynomial: Any) -> tuple[Any, ...]:
        return (
            polynomial.total_degree(),
            [(tuple(-e for e in exponents), int(c)) for exponents, c in polynomial.terms()],
        )

    return key


def in_ideal(base: PolynomialRing, basis: Sequence[Any], polynomial: Any) -> bool:
    """Whether a polynomial reduces to zero by a lexicographic Gröbner basis."""
    context = flint.fmpz_mpoly_ctx.get(tuple(f"y{i}" for i in range(len(base))), flint.Ordering.lex)
    gens = context.gens()
    vector = flint.fmpz_mpoly_vec([f.compose(*gens, ctx=context) for f in basis], context)
    return bool(polynomial.compose(*gens, ctx=context).reduction_primitive_part(vector) == 0)


def standard_monomials(basis: Sequence[Any], indices: Sequence[int]) -> int | None:
    """Return the dimension over Q of the quotient by a lexicographic basis in the generators ``indices``.

    Returns
    -------
    int or None
        None if the ideal is not zero-dimensional in these generators.
    """
    leading = [max(f.monoms()) for f in basis]  # tuples compare as the lexicographic order does
    bounds = []
    for index in indices:
        pure = [m[index] for m in leading if all(e == 0 for i, e in enumerate(m) if i != index)]
        if not pure:
            return None
        bounds.append(min(pure))
    restricted = [tuple(m[i] for i in indices) for m in leading]
    return sum(
        not any(all(a <= b for a, b in zip(m, candidate, strict=True)) for m in restricted)
        for candidate in product(*(range(b) for b in bounds))
    )
