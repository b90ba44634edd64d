"""Basins of a recursion with at most two eigenvalues, over all real factors: which sets flow where.

With trace τ and determinant δ of the reduced transfer matrix, and Δ = τ² − 4 δ, the two eigenvalues are real and of
different modulus exactly where Δ > 0 and τ ≠ 0: that is the basin of the fixed points of rank one. Its boundary is the
zeros of the polynomials Δ and τ, and what happens there and beyond is told below.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import sympy

from .._display import Displayed
from ..errors import DomainError
from ..exact.numbers import as_fraction
from .endings import PERRON_FLOW
from .reduced import Reduced
from .two_level import TwoLevel

if TYPE_CHECKING:
    from .chain import Chain

__all__ = ["Basins", "Region"]


@dataclass(frozen=True)
class Region:
    """A set of real factors whose flows have the same kind of fate.

    Attributes
    ----------
    condition : SymPy Boolean
        On the factors.
    converges : bool or None
        Whether the flows of the region converge; None if that differs from point to point, and is decided at each
        rational one by :meth:`Flow.end_point <symrg.transform.flows.Flow.end_point>`.
    rank : int or None
        The rank of the fixed point they end on.
    statement : str
        Where they go, and why.
    """

    condition: Any
    converges: bool | None
    rank: int | None
    statement: str


@dataclass(frozen=True)
class Basins(Displayed):
    """The basins of a chain whose multiplicities have rank one or two; get them from :meth:`Chain.basins`.

    Parameters
    ----------
    chain : Chain
    scale : int
        p ≥ 2.

    Raises
    ------
    UnableError
        If the rank of G is above two: ask for the end points of single flows.

    Examples
    --------
    >>> from symrg import Chain
    >>> chain = Chain([[2, 2], [1, 3]])
    >>> basins = chain.basins()
    >>> basins.trace, basins.determinant
    (3*a*b*c + b + 2*c + 2, 4*b*c*(a - 1))
    >>> basins.region((2, 1, 3)).rank, basins.region((-1, -1, -1)).rank
    (1, 1)
    >>> basins.region((-1, 2, 1)).rank, chain.flow((-1, 2, 1)).end_point()
    (2, <flow to a fixed point of rank 2>)
    """

    chain: Chain
    scale: int

    def __post_init__(self) -> None:
        _ = self._closed.levels  # raises where there are more than two

    @cached_property
    def _closed(self) -> TwoLevel:
        at = Reduced(self.chain)
        return TwoLevel(at, at.insertion([0] * self.chain.shape[0]))

    @cached_property
    def trace(self) -> Any:
        """τ, the trace of the reduced T, a polynomial in the factors: zero where its two eigenvalues are opposite.

        The reduced T is F V E of size rank G, with Gᵀ = E F: it has the eigenvalues of T = V Gᵀ but for zeros. Up to a
        positive number, by which V and so T may be multiplied.
        """
        return self._closed.write(self._closed.trace)

    @cached_property
    def determinant(self) -> Any:
        """δ, the determinant of the reduced T (see :attr:`trace`), a polynomial in the factors.

        Zero where T has rank one at most. That of T itself is zero everywhere if G has a rank below its number of rows.
        """
        return self._closed.write(self._closed.determinant)

    @cached_property
    def discriminant(self) -> Any:
        """Δ = τ² − 4 δ, a polynomial in the factors: zero where the two eigenvalues of T are equal."""
        return self._closed.write(self._closed.discriminant)

    @property
    def theorem(self) -> str:
        """What holds for all real couplings: positive factors are inside the basin of rank one."""
        return PERRON_FLOW

    @cached_property
    def regions(self) -> tuple[Region, ...]:
        """All regions; each real point with Δ, τ and δ defined is in exactly one of them."""
        trace, square, product = self.trace, self.discriminant, self.determinant
        nilpotent = "T is nilpotent: all weights vanish after at most two steps, and the map is not defined"
        if self._closed.levels == 1:
            return (
                Region(sympy.Ne(trace, 0), True, 1, "G has rank 1: one step arrives at a fixed point of rank 1"),
                Region(sympy.Eq(trace, 0), False, None, nilpotent),
            )
        if self.scale % 2:
            opposite = "T^2 is a multiple of 1 where T acts, and p - 1 is even: V itself is a fixed point of rank 2"
        else:
            opposite = (
                "T^2 is a multiple of 1 where T acts, and p is even: one step arrives at V' ~ T V, a fixed point of "
                "rank 2 with T' a multiple of 1 there"
            )
        return (
            Region(
                sympy.And(sympy.Gt(square, 0), sympy.Ne(trace, 0)), True, 1,
                "the eigenvalues of T are real and of different modulus: the flow ends on the fixed point u (w^T V) of "
                "rank 1, with u and w the eigenvectors of the larger one",
            ),
            Region(sympy.And(sympy.Gt(square, 0), sympy.Eq(trace, 0)), True, 2, opposite),
            Region(
                sympy.And(sympy.Eq(square, 0), sympy.Ne(trace, 0)), True, None,
                "T has one eigenvalue: either T is a multiple of it, and V a fixed point of rank 2, or there is a "
                "Jordan block, and V_k tends, like 1/p^k, to a point of rank 1 with nilpotent T, where the map is "
                "not defined",
            ),
            Region(
                sympy.Lt(square, 0), None, None,
                "the eigenvalues of T are r e^{i theta} and r e^{-i theta}, and a step takes theta to p theta: the "
                "flow ends or runs into a cycle if theta is a rational multiple of pi, and never settles otherwise",
            ),
            Region(sympy.And(sympy.Eq(trace, 0), sympy.Eq(product, 0)), False, None, nilpotent),
        )  # fmt: skip

    def region(self, point: Any) -> Region:
        """Return the region of a point with rational factors, decided by the signs of Δ and τ.

        Parameters
        ----------
        point : sequence or mapping
            A value for every factor.

        Raises
        ------
        ModelError
            If a factor is unknown or missing.
        NotExactError
            If a value is a float.
        DomainError
            If a value is not rational.
        """
        values = self.chain.recursion(self.scale).values_of(point)
        if not all(getattr(v, "is_Rational", True) for v in values):
            raise DomainError("regions are decided at rational points; for others ask the flow for its end point")
        exact = [as_fraction(v) for v in values]
        trace, product = self._closed.trace(exact), self._closed.determinant(exact)
        square = trace * trace - 4 * product
        if self._closed.levels == 1:
            return self.regions[0 if trace else 1]
        if square:
            return self.regions[(1 if trace == 0 else 0) if square > 0 else 3]
        return self.regions[2 if trace else 4]
