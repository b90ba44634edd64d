"""Fixed-point sets as plain tables that fit a terminal of 80 columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from textwrap import shorten, wrap
from typing import TYPE_CHECKING, Any

import sympy

from ..exact.algebraic import AlgebraicNumber, digits_of
from .strata import Stratum

if TYPE_CHECKING:
    from .component import Component
    from .fixed_points import FixedPointSet

__all__ = ["irrational_points", "listing", "point_text", "reality_word", "where_text"]

_WIDTH = 80
_SPECTRUM = 24  # of the column
_LONGEST = 360  # letters of conditions that are written out
_MOST = 40  # rows
_MOST_EIGENVALUES = 40  # of all points of a component
_REASON = 3 * _WIDTH
_HEADER = ("dim", "λ (how many)", "couplings", "real", "where")


def listing(fixed: FixedPointSet) -> str:
    """Return a set of fixed points as a table, one row for each component, and for each irrational point.

    Parameters
    ----------
    fixed : FixedPointSet

    Returns
    -------
    str
        Lines of at most 80 characters.

    Examples
    --------
    >>> from symrg import Chain, Recursion
    >>> print(listing(Chain([[2, 2], [1, 3]]).recursion().fixed_points()))
    FixedPointSet (complete; no factor 0 or infinite): 2 components
    dim  λ (how many)  couplings  real  where
    2    0 (1), 1 (2)  finite     yes   a - 1 = 0
    0    2 (3)         finite     no    a = 3, b = -2/3, c = -1/3
    >>> x = sympy.Symbol("x")
    >>> print(listing(Recursion.from_images({x: x**3 - x}, scale=2).fixed_points()))
    FixedPointSet (complete; all finite points): 2 components
    dim  λ (how many)  real  where
    0    -1 (1)        yes   x = 0
    0    5 (1)         yes   x ≈ -1.41421, a root of x**2 - 2
    0    5 (1)         yes   x ≈ 1.41421, a root of x**2 - 2
    """
    recursion, count = fixed.recursion, len(fixed)
    state = "complete" if fixed.complete else "completeness not known"
    where = "infinite couplings included" if fixed.projective else "no factor 0 or infinite"
    if recursion.chain is None:
        where = "all finite points" if fixed.complete else "finite points"
    lines = [f"FixedPointSet ({state}; {where}): {count} component{'s' if count != 1 else ''}"]
    if not fixed.complete:
        lines += wrap(shorten(f"Why: {fixed.reason}", _REASON, placeholder=" …"), _WIDTH)
    if not count:
        return "\n".join(lines)
    rows = [row for part in fixed.components[:_MOST] for row in _rows(part)]
    header: tuple[str, ...] = _HEADER
    if not recursion.exponential:  # no coordinate says anything of couplings
        header, rows = _without_couplings(_HEADER), [_without_couplings(row) for row in rows]
    widths = [max(len(row[k]) for row in (header, *rows)) for k in range(len(header) - 1)]
    widths[1] = min(widths[1], _SPECTRUM)
    rest = _WIDTH - sum(widths) - 2 * len(widths)
    for row in (header, *rows):
        lines += _set(row, [*widths, rest])
    if count > _MOST:
        lines.append(f"and {count - _MOST} more components")
    return "\n".join(lines)


def _without_couplings(row: tuple[str, ...]) -> tuple[str, ...]:
    return (*row[:2], *row[3:])


def _set(cells: Sequence[str], widths: Sequence[int]) -> list[str]:
    """Return a row of the table, its cells broken to the widths of the columns."""
    glued = [cell.replace("≈ ", "≈\0") for cell in cells]  # no line ends after the sign
    columns = [wrap(cell, width, break_long_words=True) or [""] for cell, width in zip(glued, widths, strict=True)]
    return [
        "  ".join(piece.replace("\0", " ").ljust(width) for piece, width in zip(line, widths, strict=True)).rstrip()
        for line in zip_longest(*columns, fillvalue="")
    ]


def _rows(part: Component | Stratum) -> Iterator[tuple[str, ...]]:
    infinite = "infinite" if part.at_infinity else "finite"
    points = irrational_points(part)
    seen = [item for item in points if all(is_real(value) for value in item[0])]
    for point, spectrum, real in seen:
        shown = "see spectra" if spectrum is None else _spectrum(spectrum)
        yield str(part.dimension), shown, infinite, reality_word(part, real), point_text(part, point)
    if points and (more := len(points) - len(seen)):
        where = f"{more} more at other roots, not real"
        if not seen:
            where = f"{more} points, not real: {_equations(part, points[0][0])}"
        yield str(part.dimension), "see spectra", infinite, reality_word(part, False), where
    if not points:
        where = where_text(part)
        if len(where) > _LONGEST and not isinstance(part, Stratum):
            where = f"{len(part.generators)} equations; see generators"
        yield str(part.dimension), _spectrum(part.spectrum), infinite, reality_word(part, part.physical), where


def irrational_points(part: Any) -> list[tuple[Sequence[Any], Mapping[Any, int] | None, bool]]:
    """Return the conjugate points of an isolated component with their spectra, and whether they are real.

    Spectra of many points take long; they are then left to those who ask for them.
    """
    points = getattr(part, "points", ())
    if len(points) < 2 or part.chart is not None:
        return []
    spectra = part.spectra if len(points) * len(part.symbols) <= _MOST_EIGENVALUES else [None] * len(points)
    return list(zip(points, spectra, part.physical_points, strict=True))


def _equations(part: Any, point: Sequence[Any]) -> str:
    """Return the equations of the coordinates of conjugate points."""
    texts = []
    for symbol, value in zip(part.symbols, point, strict=True):
        polynomial = value.minimal_polynomial if isinstance(value, AlgebraicNumber) else None
        left = symbol if polynomial is None else sympy.Poly(polynomial[::-1], symbol).as_expr()
        texts.append(f"{left} = {0 if polynomial else value}")
    text = ", ".join(texts)
    return text if len(text) <= _LONGEST else "see points"


def is_real(value: Any) -> bool:
    """Whether an exact coordinate is real."""
    return not isinstance(value, AlgebraicNumber) or value.is_real


def reality_word(part: Any, real: bool | None) -> str:
    """Return "yes", "no" or "?"; at infinite couplings it is not asked."""
    return "–" if part.at_infinity else {True: "yes", False: "no", None: "?"}[real]


def _spectrum(spectrum: Mapping[Any, int] | None) -> str:
    if spectrum is None:
        return "varies"
    return ", ".join(f"{digits_of(value)} ({count})" for value, count in spectrum.items())


def point_text(part: Any, point: Sequence[Any]) -> str:
    """Write a point; an irrational coordinate by its digits and the polynomial that it is a root of."""
    irrational = [value for value in point if isinstance(value, AlgebraicNumber)]
    texts = []
    for symbol, value in zip(part.symbols, point, strict=True):
        if not isinstance(value, AlgebraicNumber):
            texts.append(f"{symbol} = {value}")
            continue
        text = f"{symbol} {digits_of(value)}"
        polynomial = str(sympy.Poly(value.minimal_polynomial[::-1], symbol).as_expr())
        if len(polynomial) * len(irrational) <= _LONGEST:
            text += f", a root of {polynomial}"
        texts.append(text)
    return ("; " if irrational else ", ").join(texts)


def where_text(part: Any) -> str:
    """Return the conditions of a component; "everywhere" if there is none."""
    if hasattr(part, "equations"):
        return "; ".join(part.equations)
    if part.point is not None and part.chart is None:
        return point_text(part, part.point)
    return ", ".join(f"{generator} = 0" for generator in part.generators) or "everywhere"
