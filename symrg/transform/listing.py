"""Fixed-point sets as plain tables that fit a terminal of 80 columns."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from ..exact.algebraic import AlgebraicNumber

if TYPE_CHECKING:
    from .component import Component
    from .fixed_points import FixedPointSet
    from .strata import Stratum

__all__ = ["listing"]

_WIDTH = 80
_SPECTRUM = 24  # of the column
_LONGEST = 360  # letters of conditions that are written out
_MOST = 40  # rows
_HEADER = ("dim", "λ (how many)", "couplings", "real", "where")


def listing(fixed: FixedPointSet) -> str:
    """Return a set of fixed points as a table, one row for each component.

    Parameters
    ----------
    fixed : FixedPointSet

    Returns
    -------
    str
        Lines of at most 80 characters.

    Examples
    --------
    >>> from symrg import Chain
    >>> print(listing(Chain([[2, 2], [1, 3]]).recursion().fixed_points()))
    FixedPointSet (complete; no factor 0 or infinite): 2 components
    dim  λ (how many)  couplings  real  where
    2    0 (1), 1 (2)  finite     yes   a - 1 = 0
    0    2 (3)         finite     no    a = 3, b = -2/3, c = -1/3
    """
    count = len(fixed)
    state = "complete" if fixed.complete else "completeness not known"
    where = "infinite couplings included" if fixed.projective else "no factor 0 or infinite"
    title = f"FixedPointSet ({state}; {where}): {count} component{'s' if count != 1 else ''}"
    if not count:
        return title
    rows = [_row(part) for part in fixed.components[:_MOST]]
    widths = [max(len(row[k]) for row in (_HEADER, *rows)) for k in range(4)]
    widths[1] = min(widths[1], _SPECTRUM)
    rest = _WIDTH - sum(widths) - 2 * len(widths)
    lines = [title, *_set(_HEADER, [*widths, rest])]
    for row in rows:
        lines += _set(row, [*widths, rest])
    if count > _MOST:
        lines.append(f"and {count - _MOST} more components")
    return "\n".join(lines)


def _set(cells: Sequence[str], widths: Sequence[int]) -> list[str]:
    """Return a row of the table, its cells broken to the widths of the columns."""
    columns = [wrap(cell, width, break_long_words=True) or [""] for cell, width in zip(cells, widths, strict=True)]
    return [
        "  ".join(piece.ljust(width) for piece, width in zip(line, widths, strict=True)).rstrip()
        for line in zip_longest(*columns, fillvalue="")
    ]


def _row(part: Component | Stratum) -> tuple[str, ...]:
    spectrum = "varies"
    if part.spectrum is not None:
        spectrum = ", ".join(f"{_number(value)} ({count})" for value, count in part.spectrum.items())
    real = {True: "yes", False: "no", None: "?"}[part.physical]
    return str(part.dimension), spectrum, "infinite" if part.at_infinity else "finite", real, _where(part)


def _number(value: Any) -> str:
    """Write an eigenvalue; an algebraic one by its first digits."""
    return "≈ " + repr(value).rpartition(" near ")[2] if isinstance(value, AlgebraicNumber) else str(value)


def _where(part: Any) -> str:
    """Return the conditions, or how many there are if they are long."""
    point = None if part.at_infinity else getattr(part, "point", None)
    if point is not None and hasattr(part, "symbols"):
        text = ", ".join(f"{name} = {value}" for name, value in zip(part.symbols, point, strict=True))
    elif hasattr(part, "equations"):
        text = "; ".join(part.equations)
    else:
        text = ", ".join(f"{generator} = 0" for generator in part.generators)
    return text if len(text) <= _LONGEST else f"{len(part.generators)} equations; see generators"
