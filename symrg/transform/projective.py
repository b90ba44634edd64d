"""The projective map V ↦ (V Gᵀ)^{p−1} V in charts, and its fixed points at infinite coupling.

A bond matrix counts up to a factor. In the chart k its k-th entry is 1; where that entry vanishes, another chart is
needed. Fixed points with vanishing entries of V have infinite couplings: legitimate limits, listed apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sympy

from ..errors import BudgetExceeded
from ..exact.matrices import matrix_power, matrix_product, transpose
from ..exact.polynomials import RationalFunction, ring
from ..exact.varieties import decompose
from ..exact.variety import Variety
from .recursion import Recursion

if TYPE_CHECKING:
    from .chain import Chain

__all__ = ["at_infinity", "chart_bond", "chart_recursion", "entry_symbols"]


def entry_symbols(chain: Chain) -> list[Any]:
    """Return symbols for the entries of V, row by row."""
    rows, columns = chain.shape
    return [sympy.Symbol(f"V_{i}{j}") for i in range(rows) for j in range(columns)]


def chart_bond(chain: Chain, chart: int) -> list[list[RationalFunction]]:
    """V with entry ``chart`` (in row order) set to 1 and the other entries as generators."""
    symbols = entry_symbols(chain)
    base = ring(*(str(s) for k, s in enumerate(symbols) if k != chart))
    gens = iter(base.fractions())
    entries = [base.fraction(1) if k == chart else next(gens) for k in range(len(symbols))]
    width = chain.shape[1]
    return [entries[i : i + width] for i in range(0, len(entries), width)]


def chart_recursion(chain: Chain, scale: int, chart: int) -> Recursion:
    """V ↦ (V Gᵀ)^{p−1} V in the chart where one entry is 1."""
    bond = chart_bond(chain, chart)
    base = bond[0][0].ring
    weights = [[base.fraction(g) for g in row] for row in transpose(chain.multiplicity)]
    image = matrix_product(matrix_power(matrix_product(bond, weights), scale - 1), bond)
    flat = [entry for row in image for entry in row]
    symbols = [s for k, s in enumerate(entry_symbols(chain)) if k != chart]
    functions = [entry / flat[chart] for k, entry in enumerate(flat) if k != chart]
    return Recursion(symbols, lambda: (functions, [flat[chart].num]), scale=scale, chain=chain)


def at_infinity(chain: Chain, scale: int) -> tuple[list[tuple[int, Recursion, Variety]], int, list[str]]:
    """Return the fixed components on which an entry of V vanishes: chart by chart, the earlier entries being zero.

    Returns
    -------
    found : list of (chart, recursion in the chart, variety)
    branches : int
        How many branches the systems were split into.
    unsolved : list of str
        Branches that could not be closed; if there are none, these are all.
    """
    found: list[tuple[int, Recursion, Variety]] = []
    whole: list[tuple[int, Variety]] = []
    branches, unsolved = 0, []
    for chart in range(chain.shape[0] * chain.shape[1]):
        recursion = chart_recursion(chain, scale, chart)
        base = recursion.ring
        equations = [f.num - x * f.den for f, x in zip(recursion.functions, base.gens, strict=True)]
        # in chart k the entries before the k-th vanish: those points are in no earlier chart
        result = decompose(base, [*base.gens[:chart], *equations], nonzero=recursion.denominators)
        branches += result.branches
        unsolved += list(result.unsolved)
        for variety in result.varieties:
            try:
                if any(_inside(variety, chart, other, k) for k, other in whole):
                    continue
            except BudgetExceeded as error:
                unsolved.append(str(error))
                continue
            whole.append((chart, variety))
            if any(variety.vanishes(x) for x in base.fractions()):
                found.append((chart, recursion, variety))
    return found, branches, unsolved


def _inside(variety: Variety, chart: int, other: Variety, other_chart: int) -> bool:
    """Whether a variety of one chart lies in the projective closure of a variety of another chart."""
    if variety.dimension > other.dimension:
        return False
    entries: list[RationalFunction] = list(variety.coordinates)
    entries.insert(chart, variety.ring.fraction(1))
    pivot = entries.pop(other_chart)
    for generator in other.generators:
        degree = generator.total_degree()
        total = variety.ring.fraction(0)
        for exponents, coefficient in generator.terms():
            term = variety.ring.fraction(int(coefficient)) * pivot ** (degree - sum(exponents))
            for entry, e in zip(entries, exponents, strict=False):
                term = term * entry**e
            total = total + term
        if not variety.is_zero(total):
            return False
    return True
