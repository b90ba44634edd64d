"""Results as notebooks show them: one short sheet for each class of results, written as HTML, or LaTeX.

Formulas are shown as they are, never simplified, and by their shape where they are too long to be read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

import sympy

from ..errors import SymrgError
from ..exact.algebraic import AlgebraicNumber
from ..transform.ball_levels import written
from ..transform.linearization import exponent
from ..transform.listing import irrational_points, is_real, reality_word
from . import _model_sheets as _model_sheets  # registers its printers
from ._sheet_writers import write_html, write_latex
from .sheets import (
    MOST_ROWS,
    MOST_TERMS,
    PRINTERS,
    Cell,
    Sheet,
    approximate,
    count,
    equation,
    listed,
    matrix,
    number,
    prints,
    prose,
    shown,
    size,
    spectrum,
    valued,
)

__all__ = ["PRINTERS", "Sheet", "html", "latex"]

_MOST_IN_TABLE = 12  # terms of the conditions of a component, of which there may be many
_MOST_WORK = 40  # factors times scale up to which images are multiplied out to be shown


def _sheet(result: object) -> Sheet | None:
    for kind in type(result).__mro__:
        if kind.__name__ in PRINTERS:
            try:
                return PRINTERS[kind.__name__](result)
            except SymrgError:  # too large, or without an answer: the text stands in for it, and says as much
                return None
    return None


def html(result: object) -> str | None:
    """Return a result as HTML, None if there is no printer for it.

    Examples
    --------
    >>> from symrg import Chain
    >>> html(Chain([[2, 2], [1, 3]]))[:24]
    '<div class="symrg" style'
    """
    sheet = _sheet(result)
    return None if sheet is None else write_html(sheet)


def latex(result: object) -> str | None:
    r"""Return a result as LaTeX in dollar signs, None if there is no printer for it.

    Examples
    --------
    >>> from symrg import Chain
    >>> latex(Chain([[2, 2], [1, 3]]))[:30]
    '$\\displaystyle \\textbf{Chain o'
    """
    sheet = _sheet(result)
    return None if sheet is None else write_latex(sheet)


# -- recursions ---------------------------------------------------------------------------------------------------


@prints("Recursion")
def _recursion(recursion: Any) -> Sheet:
    known = len(recursion.factors)
    title = f"Recursion of {count(known, 'factor')}, scale {recursion.scale}"
    if getattr(recursion, "branches", 1) > 1:
        title += f", {recursion.branches} branches"
    if known * recursion.scale > _MOST_WORK:
        return Sheet(title, note="Too many factors to be written out: images[factors[0]] has the image of the first.")
    factors = recursion.factors[:MOST_ROWS]
    lines = tuple(
        equation(sympy.Symbol(f"{f}'"), recursion.images[f], f"images[factors[{k}]]") for k, f in enumerate(factors)
    )
    return Sheet(
        title, lines + _meaning(recursion), note=f"The first {MOST_ROWS} images are shown." if known > MOST_ROWS else ""
    )


def _meaning(recursion: Any) -> tuple[Cell, ...]:
    """Say what the factors of a bond are, in its couplings."""
    meaning = list(getattr(recursion, "meaning", {}).items())
    if not meaning:
        return ()
    more = ", …; see meaning" if len(meaning) > MOST_ROWS else ""
    return (("where ", listed([equation(factor, value) for factor, value in meaning[:MOST_ROWS]]), more),)


@prints("InfinitesimalRecursion")
def _infinitesimal(flow: Any) -> Sheet:
    lines: list[Cell] = [("d", k, "/dℓ = ", shown(beta)) for k, beta in flow.beta_functions.items()]
    logarithms = [sympy.log(f) for f in flow.factors]
    meaning = [
        sympy.Eq(k, sympy.Add(*(number(c) * ln for c, ln in zip(row, logarithms, strict=True))), evaluate=False)
        for k, row in zip(flow.couplings, flow.chain.coordinates.coupling_matrix, strict=True)
    ]
    lines.append(("where ", listed(meaning)))
    return Sheet("Infinitesimal recursion dT/dℓ = T ln T, where ℓ = ln p", tuple(lines))


@prints("Linearization")
def _linearization(linear: Any) -> Sheet:
    rows = tuple((number(v), str(times), number(linear.exponents[v])) for v, times in linear.eigenvalues.items())
    header = (sympy.Symbol("lambda"), "how many", sympy.Symbol("y"))
    return Sheet(f"Linearised recursion, scale {linear.scale}", (), header, rows)


# -- fixed points -------------------------------------------------------------------------------------------------

_V, _G = (sympy.MatrixSymbol(name, 2, 2) for name in "VG")


_SPECTRAL = (("eigenvalues (how many)", "spectrum"), (("exponents ", sympy.Symbol("y")), "exponents"))


def _is_stratum(part: Any) -> bool:
    return hasattr(part, "multiplicities")


def _is_exponential(part: Any) -> bool:
    """Whether the coordinates are factors e^coupling, so that it makes sense to speak of couplings."""
    return bool(getattr(getattr(part, "recursion", None), "exponential", True))


def _yes(value: bool | None, words: tuple[str, str] = ("yes", "no")) -> str:
    return "?" if value is None else words[0] if value else words[1]


@dataclass(frozen=True)
class _Row:
    """A row of the table of fixed points: a component, or of one with irrational points one of these."""

    part: Any
    spectrum: Cell
    exponents: Cell
    real: str
    where: Cell


def _rows(part: Any, most: int = _MOST_IN_TABLE) -> Iterator[_Row]:
    """Yield the rows that the printed table has, too: one for each real point, and one for all that are not real."""
    points = irrational_points(part)
    if not points:
        where = "" if _is_stratum(part) else _where(part, most)
        yield _Row(part, spectrum(part.spectrum), _exponents(part.exponents), reality_word(part, part.physical), where)
        return
    seen = [item for item in points if all(map(is_real, item[0]))]
    for point, found, real in seen[:MOST_ROWS]:
        where = listed([_coordinate(*item, most) for item in zip(part.symbols, point, strict=True)], "; ")
        if found is None:
            yield _Row(part, "see spectra", "", reality_word(part, real), where)
            continue
        exponents = {value: exponent(value, part.recursion.scale) for value in found}
        yield _Row(part, spectrum(found), _exponents(exponents), reality_word(part, real), where)
    if (more := len(seen) - MOST_ROWS) > 0:
        yield _Row(part, "see spectra", "", "see points", f"{more} more at other real roots")
    if more := len(points) - len(seen):
        where = f"{more} more at other roots, not real"
        if not seen:
            equations = [_equation(*item) for item in zip(part.symbols, points[0][0], strict=True)]
            known = sum(size(e.lhs) for e in equations) <= 2 * most
            where = (f"{more} points, not real: ", listed(equations) if known else "see points")
        yield _Row(part, "see spectra", "", reality_word(part, False), where)


def _polynomial(symbol: Any, value: AlgebraicNumber) -> Any:
    return sympy.Poly(value.minimal_polynomial[::-1], symbol).as_expr()


def _coordinate(symbol: Any, value: Any, most: int) -> Cell:
    """Return what a coordinate is; an irrational one by its digits and the polynomial that it is a root of."""
    if not isinstance(value, AlgebraicNumber):
        return valued(symbol, value)
    polynomial = _polynomial(symbol, value)
    known = (", a root of ", polynomial) if size(polynomial) <= most else ()
    return (symbol, f" {approximate(value)}", *known)


def _equation(symbol: Any, value: Any) -> Any:
    """Return the equation of a coordinate of conjugate points."""
    if isinstance(value, AlgebraicNumber):
        return sympy.Eq(_polynomial(symbol, value), 0, evaluate=False)
    return sympy.Eq(symbol, number(value), evaluate=False)


def _exponents(exponents: Mapping[Any, Any] | None) -> Cell:
    return "varies" if exponents is None else listed([number(y) for y in exponents.values()])


def _structure(scale: int) -> Cell:
    """Return what all points of strata have in common."""
    once = _V * _G.T
    left = once * _V if scale == 2 else sympy.MatMul(sympy.MatPow(once, scale - 1, evaluate=False), _V, evaluate=False)
    eigenvalue = sympy.Symbol("lambda")
    free = "; c is any number but 0" if scale > 2 else ""
    return (left, " = ", eigenvalue, " ", _V, " with ", sympy.Ne(eigenvalue, 0, evaluate=False), free)


def _transfer_polynomial(part: Any) -> Cell:
    """Return what the characteristic polynomial of T is, up to a factor c of T."""
    if part.transfer_polynomial is None:
        order = part.scale - 1
        return f"zeros c ζ^i with multiplicities {part.multiplicities} for i = 0, 1, …, and 0; ζ = e^(2πi/{order})"
    x, c = sympy.symbols("x c")
    factors, step = part.transfer_polynomial
    found = [x ** (part.chain.shape[0] - part.rank)]
    for coefficients, times in factors:
        degree = len(coefficients) - 1
        terms = [a * c ** (degree - k) * x ** (k * step) for k, a in enumerate(coefficients)]
        found.append(sympy.Add(*terms) ** times)
    return sympy.Mul(*found)


def _where(part: Any, most: int = MOST_TERMS) -> Cell:
    """Return the conditions of a component in its coordinates, or V where it is the only point."""
    if part.point is not None and (_is_stratum(part) or (part.at_infinity and isinstance(part.point[0], tuple))):
        return (sympy.Symbol("V"), " = ", matrix(part.point))
    if part.point is not None:
        return listed([valued(symbol, value) for symbol, value in zip(part.symbols, part.point, strict=True)])
    if sum(map(size, part.generators)) > most:
        longest = max(map(size, part.generators))
        return f"{count(len(part.generators), 'equation')} of up to {longest} terms; see generators"
    return listed([sympy.Eq(g, 0, evaluate=False) for g in part.generators])


@prints("FixedPointSet")
def _fixed_points(fixed: Any) -> Sheet:
    recursion = fixed.recursion
    known = len(recursion.factors)
    exponential = bool(getattr(recursion, "exponential", True))
    coordinates = count(known, "factor" if exponential else "coordinate")
    title = f"Fixed points of a recursion of {coordinates}, scale {recursion.scale}"
    parts = fixed.components[:MOST_ROWS]
    columns: list[tuple[Cell, Any]] = [("dimension", lambda row: str(row.part.dimension))]
    if recursion.chain is not None:
        columns.append(("rank", lambda row: str(row.part.rank)))
    columns += [(name, attrgetter(attribute)) for name, attribute in _SPECTRAL]
    if exponential:
        columns.append(("couplings", lambda row: _yes(row.part.at_infinity, ("infinite", "finite"))))
    columns.append(("real", attrgetter("real")))
    lines = _meaning(recursion)
    strata = [part for part in parts if _is_stratum(part)]
    if strata:
        lines += (_structure(recursion.scale),)
        lines += tuple((f"The point of rank {part.rank}: ", *_where(part)) for part in strata if part.dimension == 0)
        if recursion.scale > 2:
            det = (
                "det(",
                sympy.Symbol("x"),
                " − ",
                sympy.MatrixSymbol("V", 2, 2) * sympy.MatrixSymbol("G", 2, 2).T,
                ")",
            )
            columns.append((det, lambda row: _transfer_polynomial(row.part) if _is_stratum(row.part) else ""))
    if len(strata) < len(parts):
        columns.append(("where", attrgetter("where")))
    rows = tuple(tuple(cell(row) for _, cell in columns) for part in parts for row in _rows(part))
    note = ("Complete: " if fixed.complete else "Not known to be complete: ") + prose(fixed.reason) + "."
    if len(fixed) > MOST_ROWS:
        note = f"The first {MOST_ROWS} of {len(fixed)} components. " + note
    return Sheet(title, lines, tuple(name for name, _ in columns), rows, note)


def _component_lines(part: Any) -> Iterable[Cell]:
    if _is_stratum(part):
        yield _structure(part.scale)
        if part.scale > 2:
            yield ("eigenvalues of V Gᵀ: zeros of ", _transfer_polynomial(part))
    if not _is_stratum(part) or part.dimension == 0:
        yield _where(part)
    if part.spectrum is not None or not irrational_points(part):
        yield ("eigenvalues: ", spectrum(part.spectrum))
        yield ("exponents y: ", _exponents(part.exponents))
    if part.rank is not None:
        yield f"rank of V: {part.rank}"
    words = "real couplings" if _is_exponential(part) else "real points"
    if not part.at_infinity:
        known = "not known" if part.physical is None else _yes(part.physical)
        yield f"{words}: {known} ({prose(part.physical_reason)})"


@prints("Component", "Stratum")
def _component(part: Any) -> Sheet:
    kind = "Fixed point" if part.dimension == 0 else f"Fixed points of dimension {part.dimension}"
    if points := irrational_points(part):
        kind = f"{len(points)} fixed points conjugate to each other"
    title = kind + (" at infinite coupling" if part.at_infinity else "")
    if not points:
        return Sheet(title, tuple(_component_lines(part)))
    columns = (*_SPECTRAL, ("real", "real"), ("where", "where"))
    rows = tuple(tuple(getattr(row, attribute) for _, attribute in columns) for row in _rows(part, MOST_TERMS))
    return Sheet(title, tuple(_component_lines(part)), tuple(name for name, _ in columns), rows)


# -- flows --------------------------------------------------------------------------------------------------------


@prints("EndPoint")
def _end_point(end: Any) -> Sheet:
    if end.converges:
        title = f"The flow ends on a fixed point of rank {end.rank}" if end.fixed else "The flow ends at a puncture"
        values = list(zip(end.chain.factors, end.factors, strict=True))
        lines = [
            (factor, " does not exist there") if value is None else valued(factor, value)
            for factor, value in values[:MOST_ROWS]
        ]
        if len(values) > MOST_ROWS:
            lines.append(f"and {len(values) - MOST_ROWS} more; see factors")
        return Sheet(title, tuple(lines), note=prose(end.reason))
    title = "No end of the flow is known" if end.converges is None else "The flow has no end"
    if end.period is not None:
        title = f"The flow runs into a cycle of {count(end.period, 'point')}"
    return Sheet(title, note=prose(end.reason))


@prints("Flow")
def _flow(flow: Any) -> Sheet:
    chain = flow.chain
    title = f"Flow of a chain of {count(len(chain.coordinates.places), 'factor')}, scale {flow.scale}"
    lines: list[Cell] = []
    if len(chain.coordinates.places) <= MOST_ROWS and (start := flow.start):
        known = [valued(name, value) for name, value in start.items() if value is not name]
        lines.append(("from ", listed(known)) if known else "from any starting point")
    return Sheet(title, tuple(lines), note="level(k) has the factors after k steps, end_point() where it ends.")


@prints("BallLevel")
def _ball_level(level: Any) -> Sheet:
    title = f"Level {level.level} of a flow, to {count(level.digits, 'digit')}"
    names = level.names
    if len(names) > MOST_ROWS:
        return Sheet(f"{title}: {len(names)} factors", note="See factors, logarithms, couplings and bond.")
    rows = tuple((name, *written(ball, level.digits)) for name, ball in zip(names, level.factors, strict=True))
    return Sheet(title, (), ("factor", "value", "error at most"), rows)


@prints("Basins")
def _basins(basins: Any) -> Sheet:
    lines: list[Cell] = [
        equation(sympy.Symbol("tau"), basins.trace),
        equation(sympy.Symbol("delta"), basins.determinant),
    ]
    for k, region in enumerate(basins.regions):
        where = shown(region.condition)
        where = f"Where regions[{k}].condition, {where}, holds" if isinstance(where, str) else ("Where ", where)
        lines.append((where, ": ", prose(region.statement), "."))
    return Sheet(f"Basins of the recursion of scale {basins.scale}", tuple(lines), note=prose(basins.theorem))
