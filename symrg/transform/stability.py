"""Fixed points that can be told, and what their spectra say of the flow nearby."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import flint

from ..errors import BudgetExceeded, DomainError, UnableError
from ..exact.algebraic import AlgebraicNumber
from ..exact.numbers import to_fmpq
from ..exact.polynomials import evaluate
from .component import Component

if TYPE_CHECKING:
    from .recursion import Recursion

__all__ = [
    "ball",
    "in_short",
    "is_exponential",
    "isolated_points",
    "known_components",
    "noun",
    "stability",
    "stability_in_balls",
]

_MOST_ROOTS = 40  # eigenvalues of conjugate points that are found exactly; 81 took half a minute
_MOST_REASON = 160  # letters


def known_components(recursion: Recursion) -> tuple[tuple[Any, ...], str]:
    """Return the components of fixed points that can be found, and why these may not be all; empty if they are.

    Examples
    --------
    >>> import sympy
    >>> from symrg import Recursion
    >>> symbols = sympy.symbols("x:9")
    >>> known_components(Recursion.from_images({x: x**2 for x in symbols}, scale=2))[0]
    ()
    """
    try:
        found = recursion.fixed_points()
    except (BudgetExceeded, UnableError, DomainError) as error:
        return (), in_short(error)
    return found.components, "" if found.complete else in_short(found.reason)


def in_short(reason: Any) -> str:
    """Return the first part of a reason, on one line."""
    text = " ".join(str(reason).split())
    return text if len(text) <= _MOST_REASON else text[:_MOST_REASON].rsplit(" ", 1)[0] + " …"


def is_exponential(recursion: Recursion) -> bool:
    """Whether the coordinates are factors e^coupling, so that a coordinate 0 means an infinite coupling."""
    return bool(getattr(recursion, "exponential", recursion.chain is not None))


def noun(recursion: Recursion) -> str:
    """Return what the coordinates of a recursion are called: factors, or plainly coordinates."""
    return "factors" if is_exponential(recursion) else "coordinates"


def isolated_points(component: Component) -> list[tuple[tuple[Any, ...], Mapping[Any, int] | None, str | None]]:
    """Return each point of a component of isolated points with its spectrum and its stability.

    Examples
    --------
    >>> from symrg import Chain
    >>> _, point = Chain([[2, 2], [1, 3]]).recursion().fixed_points()
    >>> [(len(values), spectrum, kind) for values, spectrum, kind in isolated_points(point)]
    [(3, {Fraction(2, 1): 3}, 'repelling')]
    """
    spectra: Sequence[Any] = ()
    if component.spectrum is not None or len(component.points) * len(component.symbols) <= _MOST_ROOTS:
        spectra = component.spectra
    if spectra:
        return [(p, s, stability(s, 0)) for p, s in zip(component.points, spectra, strict=True)]
    recursion = component.recursion
    return [(p, None, stability_in_balls(recursion, [ball(x) for x in p])) for p in component.points]


def ball(value: Any) -> flint.acb:
    """Return a ball around an exact number."""
    return value.ball if isinstance(value, AlgebraicNumber) else flint.acb(to_fmpq(value))


def stability_in_balls(recursion: Recursion, values: Sequence[flint.acb]) -> str | None:
    """Return the stability of a fixed point from balls that hold the eigenvalues; None if they cannot tell."""
    one = flint.acb(1)
    rows = [[evaluate(f.num, values, one) / evaluate(f.den, values, one) for f in row] for row in recursion.derivatives]
    try:
        moduli = [abs(value) for value in flint.acb_mat(rows).eig(multiple=True)]
    except ValueError:  # the balls of the entries are too wide
        return None
    if not all(m > 1 or m < 1 for m in moduli):
        return None
    outside = sum(bool(m > 1) for m in moduli)
    return "attracting" if not outside else "repelling" if outside == len(moduli) else "saddle"


def stability(spectrum: Mapping[Any, int] | None, dimension: int) -> str | None:
    """Return what a spectrum says of the flow near a component of fixed points, all directions counted.

    Parameters
    ----------
    spectrum : mapping of Fraction or AlgebraicNumber to int, or None
    dimension : int
        Of the component: as many eigenvalues 1 only say that it consists of fixed points.

    Returns
    -------
    str or None
        ``"attracting"`` or ``"repelling"`` if all other eigenvalues are less or greater than 1 in modulus,
        ``"saddle"`` if there are both, ``"marginal"`` if there are more of modulus 1; None if that is not known.

    Examples
    --------
    >>> from fractions import Fraction
    >>> stability({Fraction(0): 1, Fraction(1): 2}, 2), stability({Fraction(2): 3}, 0)
    ('attracting', 'repelling')
    """
    if spectrum is None:
        return None
    sides = {-1: 0, 0: 0, 1: 0}
    for value, count in spectrum.items():
        side = _side_of_one(value)
        if side is None:
            return None
        sides[side] += count
    if sides[0] > dimension:
        return "marginal"
    if sides[1]:
        return "saddle" if sides[-1] else "repelling"
    return "attracting"


def _side_of_one(value: Any) -> int | None:
    """Return −1, 0 or 1 as the modulus is less than, equal to or greater than 1; None if a ball cannot tell."""
    if isinstance(value, AlgebraicNumber):
        modulus = abs(value.ball)
        return 1 if modulus > 1 else -1 if modulus < 1 else None
    return (abs(value) > 1) - (abs(value) < 1)
