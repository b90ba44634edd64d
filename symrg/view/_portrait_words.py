"""What a portrait says of itself: its caption, and the data behind the picture as JSON and CSV."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from difflib import get_close_matches
from functools import wraps
from math import isfinite
from typing import TYPE_CHECKING, Any

from ..errors import ModelError
from ..exact.algebraic import AlgebraicNumber
from ..transform.chain import Chain
from ..transform.coupling_plane import CouplingPlane
from ..transform.recursion import Recursion
from ..transform.stability import is_exponential, noun
from ._portrait_axes import named_factors

if TYPE_CHECKING:
    from .portrait import Portrait

__all__ = [
    "caption",
    "check_options",
    "check_recursion",
    "exact_text",
    "images",
    "model_words",
    "options_checked",
    "or_none",
    "record",
    "setting",
    "table",
    "what_is_unknown",
]

_MOST_LETTERS = 170  # of a map that is written out


def check_recursion(given: Any) -> None:
    """Refuse what is no recursion, and say how to get one.

    Raises
    ------
    ModelError
    """
    if isinstance(given, Recursion):
        return
    kind = type(given).__name__
    how = "pass a Recursion, such as chain.recursion(scale=2) or sg.Recursion.from_images(…)"
    if isinstance(given, Chain):
        how = "pass its recursion: chain.recursion(scale=2)"
    elif isinstance(getattr(given, "recursion", None), Recursion):
        how = f"pass the recursion it is of, such as chain.recursion(scale={given.recursion.scale})"
    message = f"a portrait is drawn of a recursion, and this is a {kind}; {how}"
    raise ModelError(message)


class _UnknownOption(ModelError, TypeError):
    """An argument of a name that there is not."""


def check_options(what: str, given: Iterable[str], names: Sequence[str]) -> None:
    """Refuse options that there are not, with the one that may be meant.

    Raises
    ------
    ModelError
        Which is a TypeError, too.
    """
    for name in given:
        if name not in names:
            close = get_close_matches(name, names, 1)
            hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(names)}"
            message = f"{what} has no option {name}; {hint}"
            raise _UnknownOption(message)


def options_checked(kind: Any) -> Any:
    """Let a dataclass refuse options that there are not in words of its own: a decorator."""
    given, names = kind.__init__, [field.name for field in fields(kind)]

    @wraps(given)
    def init(self: Any, *values: Any, **options: Any) -> None:
        check_options(kind.__name__, (name for name in options if name != names[0]), names[1:])
        given(self, *values, **options)

    kind.__init__ = init
    return kind


def images(recursion: Recursion) -> dict[str, str] | None:
    """Return the images of the coordinates as strings; None for a chain, whose multiplicities say it all."""
    if recursion.chain is not None:
        return None
    return {str(f): str(image) for f, image in recursion.images.items()}


def model_words(recursion: Recursion, about: str) -> str:
    """Tell which recursion it is: scale, model or multiplicities, or the map itself where it is short."""
    chain, scale = recursion.chain, recursion.scale
    model = about
    if not model and chain is not None and chain.shape[0] * chain.shape[1] <= 16:
        model = f"multiplicities G = {[list(row) for row in chain.multiplicity]}"
    said = f"Recursion of scale {scale}" + (f" ({re.sub('(?<![0-9A-Za-z])-(?=[0-9])', '−', model)})" if model else "")
    written = images(recursion)
    if written is None:
        return said
    rows = [f"{name}' = {_formula(image)}" for name, image in written.items()]
    meaning = equations(getattr(recursion, "meaning", {}))
    said += f" with {meaning}" if 0 < len(meaning) <= _MOST_LETTERS else ""
    if sum(map(len, rows)) <= _MOST_LETTERS:
        return f"{said}: {', '.join(rows)}"
    return f"{said}, whose {len(rows)} image{'s are' if len(rows) > 1 else ' is'} in the data"


def _formula(text: str) -> str:
    return text.replace("**", "^").replace("*", "\u00a0").replace("-", "−").replace(" ", "\u00a0")


def setting(portrait: Portrait) -> str:
    """Tell what the factors or couplings that are not on the axes are, and whether the map keeps the plane."""
    plane = portrait.plane
    what, rest = noun(portrait.recursion), "1"
    if isinstance(plane, CouplingPlane):
        what, rest = "couplings", "0"
    parts = []
    ones = []
    for name, value in plane.others.items():
        if value == rest and len(portrait.recursion.factors) > 5:
            ones.append(name)
        else:
            parts.append(_formula(f"{name} = {value}"))  # lines do not break inside an equation
    if ones:
        parts.append(f"{'the other' if parts else 'all'} {len(ones)} {what} off the axes = {rest}")
    if not parts:
        return f"the whole space of {what}"
    kept = "which the map keeps" if plane.invariant else "which the map leaves: a projection"
    flat = isinstance(plane, CouplingPlane) or all(
        v.is_constant for f, v in zip(portrait.recursion.factors, plane.values, strict=True) if f not in plane.axes
    )
    return f"the {'plane' if flat else 'surface'} with {', '.join(parts)}, {kept}"


def logarithms(portrait: Portrait) -> str:
    """Tell which logarithms are on the axes, and of which they are couplings."""
    couplings = {factor: name for name, factor in named_factors(portrait.recursion).items()}
    told = []
    for axis, sign in zip(portrait.plane.axes, portrait.signs, strict=True):
        text = f"ln {axis}" if sign > 0 else f"ln(−{axis})"
        told.append(f"{couplings[axis]} = {text}" if axis in couplings and sign > 0 else text)
    return " and ".join(told)


def caption(portrait: Portrait) -> str:
    """Tell what the picture shows and with which parameters, in full sentences."""
    count = len(portrait.places)
    starts = (
        f"{portrait.grid} × {portrait.grid} starts" if portrait.starts is None else f"{len(portrait._given)} starts"
    )
    said = [f"{model_words(portrait.recursion, portrait.about)}, in {setting(portrait)}."]
    if portrait.logarithmic and not isinstance(portrait.plane, CouplingPlane):
        said.append(f"Drawn are logarithms: {logarithms(portrait)}.")
    if portrait.all_fixed:
        said.append("Every point at which the map is defined is fixed, so there are no arrows.")
    elif portrait.infinitesimal:
        span = f"{portrait.recursion.scale**portrait.steps}"
        said.append(
            f"Lines: the infinitesimal flow dT/dℓ = T ln T from scale 1 to {span}, from {starts}; not the map, "
            "whose images are their ends. None where eigenvalues of T have a negative ratio."
        )
    elif portrait.steps:
        steps = "one step" if portrait.steps == 1 else f"the first {portrait.steps} steps"
        if portrait.plane.invariant:
            said.append(
                f"Arrows: {steps} of the map from {starts}, each from a point to its image, nothing between them "
                "computed; a dot with a stub: the image is outside."
            )
        else:
            said.append(
                f"Lines: {steps} of the map from {starts}, from dots to circles. The images are outside the plane; "
                "shown is their projection, so where circles meet, images need not. A line without a circle: it is "
                "outside the window."
            )
    if portrait.masked:
        why = (
            "a factor is 0, or the map not defined" if is_exponential(portrait.recursion) else "the map is not defined"
        )
        said.append(f"{len(portrait.masked)} of {count + len(portrait.masked)} starts masked: {why}.")
    if portrait.signs != (1, 1) and is_exponential(portrait.recursion):
        said.append("Negative factors: their couplings have the imaginary part π.")
    said.append(exact_words(bool(portrait.plane.fixed), portrait.plane.unknown))
    if isinstance(portrait.plane, CouplingPlane):
        said += [f"In equations {equations(portrait.plane.meaning)}."] if has_curves(portrait) else []
    if portrait.plane.unknown:
        said.append(what_is_unknown(not portrait.plane.nothing_known, portrait.plane.unknown))
    if portrait.basin_map is not None:
        said.append(portrait.basin_map.method[0].upper() + portrait.basin_map.method[1:] + ".")
    return " ".join(said)


def equations(meaning: Mapping[Any, Any]) -> str:
    """Write what symbols stand for."""
    return ", ".join(f"{name} = {_formula(str(value))}" for name, value in meaning.items())


def has_curves(portrait: Portrait) -> bool:
    """Tell whether there is a curve of fixed points to be named by an equation in X and Y."""
    plane = portrait.plane
    return any(
        part.dimension == 1
        and not any(part.polynomial == generator - 1 for generator in plane.ring.gens)
        and bool(portrait.curve(part.polynomial))
        for part in plane.fixed
    )


def exact_words(found: bool, unknown: str) -> str:
    """Tell what of the picture is exact; fixed points only if some are shown, or it is known that there are none."""
    if unknown and not found:
        return "Poles and their curves are exact."
    shown = "The fixed points shown" if unknown else "Fixed points"
    return f"{shown}, poles and their curves are exact; λ is the spectrum in all directions."


def what_is_unknown(some: bool, reason: str) -> str:
    """Tell that fixed points are not known, or not all of them."""
    return f"Fixed points: {'not all are' if some else 'not'} known ({reason.removeprefix('not known: ')})."


def record(portrait: Portrait) -> dict[str, Any]:
    """Return the data behind the picture as plain values: exact numbers as strings, what was drawn as floats."""
    plane = portrait.plane
    chain = portrait.recursion.chain
    write = portrait.plane.ring.format
    found: dict[str, Any] = {
        "schema": 1,
        "about": portrait.about,
        "caption": portrait.caption,
        "scale": portrait.recursion.scale,
        "multiplicity": None if chain is None else [list(row) for row in chain.multiplicity],
        "images": images(portrait.recursion),
        "axes": [str(name) for name in plane.names],
        "kind": portrait.kind,
        "signs": list(portrait.signs),
        "window": [[str(x) for x in side] for side in portrait.box],
        "others": plane.others,
        "invariant": portrait.plane.invariant,
        "poles": [write(p) for p in portrait.plane.poles],
        "fixed": [
            {
                "dimension": part.dimension,
                "component_dimension": part.component_dimension,
                "curve": None if part.polynomial is None else write(part.polynomial),
                "points": [[exact_text(x) for x in point] for point in part.points],
                "spectrum": None if part.spectrum is None else {str(k): v for k, v in part.spectrum.items()},
                "stability": part.stability,
                "branches": [] if part.polynomial is None else portrait.curve(part.polynomial),
            }
            for part in portrait.plane.fixed
        ],
        "unknown": portrait.plane.unknown,
        "punctures": [[exact_text(x) for x in point] for point in portrait.plane.punctures],
        "masked": [[str(x) for x in place] for place in portrait.masked],
        "flow": "infinitesimal, T ln T" if portrait.infinitesimal else "discrete map",
        "steps": portrait.steps,
        "trajectories": [[or_none(point) for point in orbit] for orbit in portrait._orbits.swapaxes(0, 1).tolist()],
    }
    if isinstance(plane, CouplingPlane):  # of which curves, poles and points are written
        found["parameters"] = {str(name): str(value) for name, value in plane.meaning.items()}
    if portrait.basin_map is not None:
        found["basins"] = {
            "method": portrait.basin_map.method,
            "labels": portrait.basin_map.labels,
            "kinds": portrait.basin_map.kinds,
            "boundaries": [[write(p), what] for p, what in portrait.basin_map.boundaries],
            "rows": ["".join(map(str, row)) for row in portrait.basin_map.colours.tolist()],
        }
    return found


def table(portrait: Portrait) -> str:
    """Return what is drawn as a table: trajectories, curves and points, one place a row."""
    logs = portrait.logarithmic and not isinstance(portrait.plane, CouplingPlane)
    first, second = (f"ln|{name}|" if logs else str(name) for name in portrait.plane.names)
    rows = [f"item,what,number,step,{first},{second}"]

    def add(item: str, what: str, number: int, step: int, place: Sequence[Any]) -> None:
        shown = ",".join("" if x is None else repr(float(x)) for x in place)
        rows.append(f'{item},"{what}",{number},{step},{shown}')

    flow = "flow line" if portrait.infinitesimal else "orbit"
    for number, orbit in enumerate(portrait._orbits.swapaxes(0, 1).tolist()):
        for step, place in enumerate(orbit):
            add(flow, f"scale {portrait.recursion.scale}", number, step, or_none(place) or (None, None))
    for part in portrait.plane.fixed:
        if part.polynomial is not None:
            for number, branch in enumerate(portrait.curve(part.polynomial)):
                for step, place in enumerate(branch):
                    add(f"fixed {part.stability}", portrait.plane.ring.format(part.polynomial), number, step, place)
        for number, place in enumerate(portrait.points(part)):
            add(f"fixed {part.stability}", "point", number, 0, place)
    for polynomial in portrait.plane.poles:
        for number, branch in enumerate(portrait.curve(polynomial)):
            for step, place in enumerate(branch):
                add("pole", portrait.plane.ring.format(polynomial), number, step, place)
    for number, place in enumerate(portrait.punctures):
        add("puncture", "point", number, 0, place)
    return "\n".join(rows) + "\n"


def exact_text(value: Any) -> str:
    """Write an exact number for the data."""
    return repr(value) if isinstance(value, AlgebraicNumber) else str(value)


def or_none(place: Sequence[float]) -> list[float] | None:
    """Return a place as a list; None if it has none."""
    return list(place) if all(map(isfinite, place)) else None
