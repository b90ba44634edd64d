"""Parts of the fixed points in a plane: what is told of each, and of conjugate points one by one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import flint

from .component import Component
from .stability import ball, isolated_points, stability

__all__ = ["FixedPart", "described", "one_by_one", "single"]


@dataclass(frozen=True)
class FixedPart:
    """An irreducible part of the fixed points in a plane.

    Attributes
    ----------
    dimension : int
        2 if every point of the plane is fixed, 1 for a curve, 0 for points: those that are conjugate over Q, or one of
        them where their spectra differ.
    polynomial : flint.fmpz_mpoly or None
        Of the curve, in the two factors of the plane.
    points : tuple of pairs of Fraction or AlgebraicNumber
    spectrum : mapping or None
        Eigenvalues of the linearised recursion in all directions, with multiplicities; None if they change along the
        component of fixed points, or are not known.
    stability : str or None
        See :func:`~symrg.transform.stability.stability`.
    component_dimension : int
        Of the component of fixed points in the space of all coordinates, of which this is what lies in the plane.
    """

    dimension: int
    polynomial: Any
    points: tuple[tuple[Any, Any], ...]
    spectrum: Mapping[Any, int] | None
    stability: str | None
    component_dimension: int

    @property
    def whole(self) -> bool:
        """Whether it is a whole component, not only where a larger one goes through the plane."""
        return self.dimension == self.component_dimension


def single(component: Component, seen: Sequence[tuple[Any, Any]]) -> list[FixedPart]:
    """Return the points of an isolated component as parts, together if their spectra are the same.

    Parameters
    ----------
    component : Component
    seen : sequence of pairs
        Where its points are in the plane, in their order; empty if they are elsewhere.
    """
    if not seen:
        return []
    spectrum = component.spectrum
    if spectrum is not None:
        return [FixedPart(0, None, tuple(seen), spectrum, stability(spectrum, 0), 0)]
    told = zip(seen, isolated_points(component), strict=True)
    return [FixedPart(0, None, (point,), own, kind, 0) for point, (_, own, kind) in told]


def one_by_one(
    part: FixedPart, component: Component, balls_at: Callable[[Sequence[Any]], list[flint.acb]]
) -> list[FixedPart]:
    """Return conjugate points whose spectra differ as parts of their own.

    Parameters
    ----------
    part : FixedPart
    component : Component
        Isolated; the part has points of it.
    balls_at : callable
        From a point of the plane to balls around the values of all coordinates.
    """
    known = isolated_points(component)
    found = []
    for point in part.points:
        at = balls_at(point)
        alike = [k for k, (p, _, _) in enumerate(known) if all(ball(x).overlaps(y) for x, y in zip(p, at, strict=True))]
        _, spectrum, kind = known[alike[0]] if len(alike) == 1 else ((), None, None)
        found.append(replace(part, points=(point,), spectrum=spectrum, stability=kind))
    return found


def described(component: Component) -> str:
    """Tell of which component it is that something is not known."""
    if component.dimension:
        return f"one component of dimension {component.dimension}"
    relation = component.variety.relation
    count = 1 if relation is None else relation.total_degree()
    return f"one component of {count} conjugate points" if count > 1 else "one point"
