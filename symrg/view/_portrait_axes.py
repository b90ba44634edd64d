"""What is on the axes of a portrait: two factors or two couplings, by their names, and the plane that they span."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..errors import ModelError
from ..exact.numbers import as_fraction
from ..transform.coupling_plane import CouplingChart, CouplingPlane, coupling_chart
from ..transform.plane import Plane
from ..transform.recursion import Recursion

__all__ = ["kind_of_axes", "named_factors", "plane_of"]


def kind_of_axes(recursion: Recursion, axes: Sequence[Any] | None) -> str:
    """Return what the names of axes stand for: "factors" or "couplings".

    Raises
    ------
    ModelError
        If one is a factor and one a coupling.
    """
    are = [_is_coupling(recursion, axis) for axis in axes or ()]
    if any(are) and not all(are):
        (coupling, *_), (other, *_) = (
            [a for a, b in zip(axes or (), are, strict=True) if b is c] for c in (True, False)
        )
        message = f"of the axes {coupling} is a coupling and {other} is not; give two couplings or two factors"
        raise ModelError(message)
    return "couplings" if any(are) else "factors"


def _is_coupling(recursion: Recursion, name: Any) -> bool:
    return str(name) in set(map(str, recursion.couplings)) - set(map(str, recursion.factors))


def named_factors(recursion: Recursion) -> dict[str, Any]:
    """Return factors by the names of their couplings, where each coupling is the logarithm of one factor."""
    chart = coupling_chart(recursion)
    if chart is None or not chart.is_identity:
        return {}
    return {str(c): f for c, f in zip(chart.couplings, recursion.factors, strict=True)}


def plane_of(
    recursion: Recursion,
    axes: Sequence[Any] | None,
    fixed: Mapping[Any, Any],
    slaved: Mapping[Any, Any],
    *,
    couplings: bool,
    one_sheet: bool,
) -> Plane:
    """Return the plane with given axes, and given values of what is off them.

    Parameters
    ----------
    recursion : Recursion
    axes : pair of factors or couplings, or their names, or None
    fixed, slaved : mapping
    couplings : bool
        Whether couplings, or logarithms of factors, are drawn.
    one_sheet : bool
        Whether the factors on the axes are positive.

    Raises
    ------
    ModelError
        If there is no such plane.
    """
    if len(recursion.factors) < 2:
        raise ModelError(
            "a plane needs two coordinates, and this recursion has one: sg.Cobweb(R) is its cobweb with the data, "
            "sg.portrait(R) the figure of it"
        )
    both = [str(key) for key in fixed if str(key) in set(map(str, slaved))]
    if both:
        message = f"{', '.join(both)} is both fixed and slaved; give it once"
        raise ModelError(message)
    are_couplings = kind_of_axes(recursion, axes) == "couplings"
    chart = coupling_chart(recursion)
    if chart is not None and not chart.is_identity:
        if couplings and (are_couplings or axes is None):
            if not one_sheet:
                raise ModelError(
                    "signs choose a sheet of logarithms of factors; these axes are real couplings, all factors positive"
                )
            return _coupling_plane(recursion, chart, axes, fixed, slaved)
        if are_couplings:
            names = " and ".join(map(str, axes or ()))
            message = f"{names} are couplings, and factors are to be drawn; leave out the kind, or give factors"
            raise ModelError(message)
    named = named_factors(recursion)
    others: dict[Any, Any] = {}
    for key, value in {**fixed, **slaved}.items():
        if str(key) in named and key not in recursion.factors:
            factor = named[str(key)]
            if as_fraction(value, what=f"the coupling {key}") != 0:
                message = f"{key} = {value} makes {factor} = e^({value}), which is not rational; give {factor} instead"
                raise ModelError(message)
            others[factor] = 1
        else:
            others[key] = value
    chosen = [recursion.factors[k] for k in _first(recursion)] if axes is None else axes
    return Plane(recursion, [named.get(str(axis), axis) for axis in chosen], others)


def _coupling_plane(
    recursion: Recursion,
    chart: CouplingChart,
    axes: Sequence[Any] | None,
    fixed: Mapping[Any, Any],
    slaved: Mapping[Any, Any],
) -> CouplingPlane:
    plane = CouplingPlane(recursion, [chart.couplings[k] for k in _first(recursion)] if axes is None else axes)
    given = {str(key): as_fraction(value, what=f"the value of {key}") for key, value in fixed.items()}
    names = list(map(str, chart.couplings))
    if slaved or any(key not in names or value for key, value in given.items()):
        message = (
            f"{', '.join(map(str, {**fixed, **slaved}))} given: where factors are products of powers, the "
            "other couplings are 0 in a plane of couplings; for other planes draw factors"
        )
        raise ModelError(message)
    twice = [key for key in given if key in map(str, plane.couplings)]
    if twice:
        message = f"{', '.join(twice)} is on an axis and cannot be given a value too; leave one of them out"
        raise ModelError(message)
    return plane


def _first(recursion: Recursion) -> tuple[int, ...]:
    """Return which factors or couplings are on the axes if none are given: of a chain those of h₁ σ₁ and of h₁."""
    chain = recursion.chain
    if chain is None:
        return 0, 1
    chart = chain.coordinates
    pair = tuple(int(k in (0, len(chart.rows))) for k in range(len(chart.variables)))
    alone = tuple(int(k == 0) for k in range(len(chart.variables)))
    return chart.places.index(pair), chart.places.index(alone)
