"""Flows of a chain's factors under repeated decimation: levels and end points, each in closed form.

V_k = T^{p^k − 1} V: no flow is ever iterated. Every flow that starts from real couplings ends on a fixed point of rank
one, given by the Perron vectors of T; other flows end, circle or wander as the eigenvalues of largest modulus tell.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

import sympy

from .._display import Displayed
from ..errors import ModelError
from ..exact.balls import ball
from .ball_levels import BallLevel
from .end_points import EndPoint
from .endings import ball_end, exact_end, symbolic_end
from .modes import NumberStart, Start
from .reduced import Reduced, all_factors

if TYPE_CHECKING:
    from .chain import Chain

__all__ = ["Flow"]


class Flow(Displayed):
    """The flow of a chain from one starting point; get it from :meth:`Chain.flow`.

    Parameters
    ----------
    chain : Chain
    factors : mapping or sequence, optional
        Exact rationals, exponentials of rationals (``exp(A)`` for a coupling A), or other numbers, complex ones
        included. Those that are not given stay symbols, for closed forms.
    bond : matrix of shape n_h × n_σ, optional
        The entries of V instead of factors.
    scale : int
        p ≥ 2.

    Raises
    ------
    ModelError
        For an unknown factor, a wrong number of values, or a bond matrix of the wrong shape.
    NotExactError
        For floats.

    Examples
    --------
    >>> from symrg import Chain
    >>> flow = Chain([[2, 2], [1, 3]]).flow((2, 1, 3))
    >>> flow.end_point().factors
    (1, 11/20 + sqrt(681)/20, 21/10 + sqrt(681)/10)
    >>> [b.str(20, radius=False) for b in flow.level(10**4, digits=20).factors]
    ['1.0000000000000000000', '1.8547988350699888635', '4.7095976701399777269']
    """

    def __init__(self, chain: Chain, factors: Any = None, *, bond: Any = None, scale: int = 2) -> None:
        if isinstance(scale, bool) or not isinstance(scale, int) or scale < 2:
            message = f"the scale is {scale!r}; a scale factor is an integer p ≥ 2"
            raise ModelError(message)
        self.chain, self.scale = chain, scale
        self._given = None if bond is not None else factors or {}
        self._numbers: NumberStart | None = None
        given = list(factors.values() if isinstance(factors, Mapping) else factors or ())
        given += [entry for row in bond or () for entry in row]
        if all(map(_is_plain, given)):
            self._at = Reduced(chain, factors, bond)
        else:
            self._numbers = _numbers(chain, factors, bond)

    def __repr__(self) -> str:
        return f"<flow of a chain with {len(self.chain.coordinates.places)} factors, scale {self.scale}>"

    @property
    def start(self) -> dict[Any, Any] | None:
        """The factors at the start, themselves where they are not given; None if V was given instead."""
        if self._given is None:
            return None
        return dict(zip(self.chain.factors, all_factors(self.chain, self._given), strict=True))

    @cached_property
    def _start(self) -> Start:
        return self._numbers or Start(self._at)

    def level(self, level: int, *, digits: int = 50) -> BallLevel:
        """Return the factors and couplings after k steps as certified balls, by one power and without iteration.

        Parameters
        ----------
        level : int
            k ≥ 0; there is no loss of accuracy with it, so 10^4 is as good as 10.
        digits : int
            Decimal digits of relative accuracy.

        Raises
        ------
        ModelError
            If a factor has no value, or the level is no whole number.
        BudgetExceeded
            If p^k has more than a million bits.
        UndefinedPointError
            If all weights are zero on that level.
        """
        return BallLevel(self._start, self.scale, level, digits=digits)

    def orbit(self, steps: int, *, digits: int = 50) -> list[BallLevel]:
        """Return the levels 0 … ``steps``; each is computed for itself, so no accuracy is lost along the way."""
        return [self.level(k, digits=digits) for k in range(self.level(steps, digits=digits).level + 1)]

    def end_point(self, *, digits: int | None = None) -> EndPoint:
        """Return where the flow ends, and why; decided exactly for rational starting points.

        Parameters
        ----------
        digits : int, optional
            Give the numbers as certified balls (``flint.arb``). Without it they are exact: algebraic numbers, or
            expressions in the factors that are symbols (for G of rank two at most).

        Raises
        ------
        ModelError
            If the starting point is known as balls only, and no digits are asked for.
        UnableError
            If there are symbols, and the rank of G is above two.

        Examples
        --------
        >>> from symrg import Chain
        >>> ising = Chain([[1, 0], [0, 1]])
        >>> ising.flow({"b": 1, "c": 1}).end_point().factors
        (1, a/2 + sqrt(a**2 - 2*a + 5)/2 - 1/2, a/2 + sqrt(a**2 - 2*a + 5)/2 - 1/2)
        >>> ising.flow((-1, 1, 1), scale=3).end_point()
        <flow to a fixed point of rank 2>
        """
        if digits is not None:
            if self._start.is_rational:
                return exact_end(self._at, self.scale, digits)
            return ball_end(self._start, self.scale, digits)
        if self._numbers is not None or (self._at.ring is not None and not any(_symbols(self._at.generators))):
            message = "the end point of a flow from numbers that are not rational is known as balls: ask for digits"
            raise ModelError(message)
        return exact_end(self._at, self.scale) if self._at.ring is None else symbolic_end(self._at, self.scale)


def _symbols(generators: Any) -> list[Any]:
    return [s for g in generators for s in g.free_symbols]


def _is_plain(value: Any) -> bool:
    """Whether a value is rational, symbolic, or made of exponentials of rationals by the four operations."""
    if not isinstance(value, sympy.Expr) or value.is_Rational or value.free_symbols or value is sympy.E:
        return True
    if isinstance(value, sympy.exp):
        return bool(value.args[0].is_Rational)
    if value.is_Pow:
        return bool(value.exp.is_Integer) and _is_plain(value.base)
    return bool(value.is_Float) or ((value.is_Add or value.is_Mul) and all(map(_is_plain, value.args)))


def _numbers(chain: Chain, factors: Any, bond: Any) -> NumberStart:
    if bond is not None:
        Reduced(chain, factors, [[1] * len(row) for row in bond])  # checks the shape

        def rows() -> list[list[Any]]:
            return [[ball(entry, {}) for entry in row] for row in bond]

        return NumberStart(chain, rows)
    values = all_factors(chain, factors)

    def entries() -> list[list[Any]]:
        return chain.coordinates.bond_at([ball(value, {}) for value in values], ball(1, {}))

    return NumberStart(chain, entries)
