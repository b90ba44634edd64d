"""All fixed points of a recursion over the complex numbers, by algebra: components, spectra, punctures, reality.

The fixed points are the zeros of the numerators of R(x) − x at which no denominator vanishes. Those of a chain have no
factor 0 either; its map is also defined projectively, on bond matrices up to a factor, and its charts give the fixed
points at infinite coupling, where entries of V vanish.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any

from .._display import Displayed
from ..errors import BudgetExceeded, DomainError
from ..exact.varieties import Decomposition, decompose
from .component import Component
from .projective import at_infinity
from .strata import Stratum, strata

if TYPE_CHECKING:
    from .chain import Chain
    from .recursion import Recursion

__all__ = ["MOST_FACTORS", "Component", "FixedPointSet", "check_budget", "fixed_points"]

MOST_FACTORS = 8  # elimination in more unknowns takes from minutes to for ever
MOST_ENTRIES = 2**16  # of a bond matrix, for chains: they take 0.2 GB

_ELIMINATED = ((3, 12), (5, 5), (7, 3))  # factors of a chain, the largest scale for which elimination takes a second

_BYTES = 2_500  # an entry

_NOT_PROJECTIVE = (
    "only a chain's recursion has a projective form; leave out projective=True: all finite fixed points are listed "
    "then, coordinates 0 included. For those where a coordinate is infinite, write the map in its inverse, as u = 1/x"
)


@dataclass(frozen=True)
class FixedPointSet(Displayed):
    """The fixed points of a recursion.

    Attributes
    ----------
    recursion : Recursion
    components : tuple of Component or Stratum
        Irreducible over Q, none inside another; those at finite couplings first, then those at infinity. Chains of
        more than 7 factors, or on which elimination takes longer than a few seconds, have strata of the structure
        theorem.
    complete : bool or None
        True if these are proved to be all; None if some branch of the decomposition could not be closed.
    reason : str
        Why.
    projective : bool
        Whether components at infinite coupling are listed, too.

    Examples
    --------
    >>> from symrg import LayeredNetwork
    >>> fixed = LayeredNetwork().chain().recursion().fixed_points()
    >>> [(part.dimension, part.generators) for part in fixed.components]
    [(2, (a - 1,)), (0, (a - 3, 3*b + 2, 3*c + 1))]
    >>> fixed.complete
    True
    """

    recursion: Recursion
    components: tuple[Component | Stratum, ...]
    complete: bool | None
    reason: str
    projective: bool = False

    def __iter__(self) -> Iterator[Component | Stratum]:
        return iter(self.components)

    def __len__(self) -> int:
        return len(self.components)

    def __getitem__(self, index: Any) -> Any:
        """Return a component by its place, or several by a slice.

        Examples
        --------
        >>> from symrg import LayeredNetwork
        >>> LayeredNetwork().chain().recursion().fixed_points()[-1].dimension
        0
        """
        return self.components[index]

    def __repr__(self) -> str:
        from .listing import listing

        return listing(self)


def check_budget(factors: int, *, chain: bool = False, per_neuron: int | None = None) -> None:
    """Refuse a search for fixed points that would not end, before it begins.

    Parameters
    ----------
    factors : int
        The number of unknowns.
    chain : bool
        Whether the recursion is a chain's, so that the structure theorem answers where elimination would not end.
    per_neuron : int, optional
        The entries of the bond matrix of one neuron and one data point, to say what would fit.

    Raises
    ------
    BudgetExceeded
        If there are more than ``MOST_FACTORS``, or more than ``MOST_ENTRIES`` for a chain.

    Examples
    --------
    >>> check_budget(3)
    >>> check_budget(255, chain=True)
    """
    limit = MOST_ENTRIES - 1 if chain else MOST_FACTORS
    if factors <= limit:
        return
    asked = f"the fixed points of a recursion of {_size(factors)} factors were asked for; "
    if chain:
        asked += f"they take about {_size(factors * _BYTES // 10**6)} MB, and at most {limit} factors are taken on: "
    else:
        asked += f"the general elimination ends in reasonable time for at most {limit}: "
    fits = "take a narrower network, fewer data points or smaller alphabets"
    if per_neuron is not None and 1 < per_neuron <= MOST_ENTRIES:
        most = next(n for n in count(1) if per_neuron ** (n + 1) > MOST_ENTRIES)
        fits = f"width times data points of at most {most} fits with these alphabets"
    raise BudgetExceeded(asked + fits, estimate=factors, limit=limit)


def _size(number: int) -> str:
    """Write a number, or its order of magnitude if it is long."""
    return str(number) if number < 10**12 else f"more than 10^{number.bit_length() * 3 // 10 - 1}"


def fixed_points(recursion: Recursion, *, projective: bool = False) -> FixedPointSet:
    """Return all fixed points of a recursion; see :meth:`Recursion.fixed_points`.

    Raises
    ------
    BudgetExceeded
        If there are too many factors for the elimination.
    DomainError
        If ``projective`` is asked of a recursion without a chain.
    """
    chain = recursion.chain
    if chain is None:
        check_budget(len(recursion.factors))
        if projective:
            raise DomainError(_NOT_PROJECTIVE)
    else:
        factors = chain.shape[0] * chain.shape[1] - 1
        check_budget(factors, chain=True)
        if not any(factors <= most and recursion.scale <= scale for most, scale in _ELIMINATED):
            return _by_structure(recursion, chain, projective)
    base = recursion.ring
    equations = [f.num - x * f.den for f, x in zip(recursion.functions, base.gens, strict=True)]
    if chain is None:
        return _own(recursion, decompose(base, equations, nonzero=recursion.denominators))
    found = decompose(base, equations, nonzero=[*base.gens, *recursion.denominators])
    if found.unsolved:
        return _by_structure(recursion, chain, projective)
    components = [Component(recursion, v) for v in found.varieties]
    branches, where = found.branches, "with no factor 0 or infinite"
    if projective:
        extra, more, unsolved = at_infinity(chain, recursion.scale)
        if unsolved:
            return _by_structure(recursion, chain, projective)
        components += [Component(local, variety, at_infinity=True, chart=chart) for chart, local, variety in extra]
        branches += more
        where = "projectively, infinite couplings included"
    return FixedPointSet(recursion, tuple(components), True, _closed(where, branches), projective)


def _own(recursion: Recursion, found: Decomposition) -> FixedPointSet:
    """Return the finite fixed points of a recursion without a chain; where factors are 0, couplings are infinite."""
    gens = recursion.ring.fractions()
    components = [
        Component(recursion, v, at_infinity=recursion.exponential and any(v.vanishes(x) for x in gens))
        for v in found.varieties
    ]
    components.sort(key=lambda part: part.at_infinity)  # stable
    if found.unsolved:
        count = len(found.unsolved)
        reason = (
            f"not known: {count} branch{'es' if count > 1 else ''} of the splitting could not be closed: "
            f"{'; '.join(found.unsolved)}"
        )
        return FixedPointSet(recursion, tuple(components), None, reason)
    return FixedPointSet(recursion, tuple(components), True, _closed("coordinates 0 included", found.branches))


def _closed(where: str, branches: int) -> str:
    return (
        f"the equations R(x) = x were split over C, {where}, by exact factorisation and elimination into {branches} "
        "branches, each an equivalence, and every branch was closed"
    )


def _by_structure(recursion: Recursion, chain: Chain, projective: bool) -> FixedPointSet:
    """Return the strata of the structure theorem; those wholly at infinity only if asked for."""
    found = strata(chain, recursion.scale)
    kept = tuple(part for part in found if projective or not part.at_infinity)
    most = max(part.rank for part in found)
    reason = (
        "V is fixed iff T^(p-1) V = lambda V with lambda != 0 and T = V G^T; T is then diagonalisable with (p-1)-th "
        "roots of lambda and 0 as eigenvalues, and their multiplicities label the irreducible strata, one for each "
        f"choice up to a common root with a rank of at most rank G = {most}"
    )
    return FixedPointSet(recursion, kept, True, reason, projective)
