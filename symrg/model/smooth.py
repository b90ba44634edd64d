"""SiLU, GELU and Mish: activations with one valley, their turning points and ties, certified in ball arithmetic.

Each falls left of one turning point and rises right of it. So two pre-activations at a distance d have equal outputs at
exactly one place, between d left of the turning point and the turning point; left of it they are reversed, right of
it preserved.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import pairwise
from typing import Any

import flint
import sympy

from ..errors import DomainError, ModelError, UnableError
from ..exact.numbers import as_fraction, to_fmpq

__all__ = ["SMOOTH", "Root", "SmoothActivation", "X", "gelu", "isolate", "mish", "silu"]

_BITS = 64  # isolating intervals are at most 2^-64 long
_MOST = 8192  # bits of working precision
X = sympy.Symbol("x", real=True)


@dataclass(frozen=True)
class Root:
    """The one zero of a strictly monotone function in an interval with rational ends where its sign changes.

    Parameters
    ----------
    low, high : Fraction
        The ends; the function is negative at the first, positive at the second.
    closed : SymPy expression, optional
        The zero in closed form.
    """

    low: Fraction
    high: Fraction
    closed: Any = None

    def shifted(self, by: Fraction) -> Root:
        """Return the zero moved by a rational number."""
        closed = None if self.closed is None else self.closed + sympy.Rational(by)
        return Root(self.low + by, self.high + by, closed)

    @property
    def ball(self) -> flint.arb:
        """A ball that contains the interval, at the current precision of flint."""
        return flint.arb(to_fmpq(self.low)).union(flint.arb(to_fmpq(self.high)))

    def __str__(self) -> str:
        if self.closed is not None:
            return str(self.closed)
        return f"in [{self.low}, {self.high}]"


@dataclass(frozen=True)
class SmoothActivation:
    """An activation that falls left of its only turning point and rises right of it.

    Attributes
    ----------
    name : str
        Its name in prose.
    expression : SymPy expression in :data:`X`
        The function.
    stationary : SymPy expression in :data:`X`
        A function with the sign of the derivative, strictly increasing between ``bracket``.
    bracket : pair of Fraction
        Where its sign changes.
    closed : SymPy expression, optional
        The turning point in closed form.
    reason : str
        Why there is only one turning point.

    Examples
    --------
    >>> from symrg.model.smooth import silu
    >>> point = silu.turning_point()
    >>> point.closed, point.high - point.low < Fraction(1, 2**60)
    (-1 - LambertW(exp(-1)), True)
    """

    name: str
    expression: Any
    stationary: Any
    bracket: tuple[Fraction, Fraction]
    closed: Any
    reason: str
    value_ball: Callable[[Any], Any]
    slope_ball: Callable[[Any], Any]
    closed_tie: Callable[[Any], Any] | None = None

    @staticmethod
    def named(name: str) -> SmoothActivation:
        """Return the activation of a name: ``"silu"``, ``"gelu"`` or ``"mish"``.

        Raises
        ------
        ModelError
            For another name.
        """
        if name not in SMOOTH:
            message = f"no smooth activation is called {name!r}; there are {', '.join(SMOOTH)}"
            raise ModelError(message)
        return SMOOTH[name]

    def turning_point(self, *, bits: int = _BITS) -> Root:
        """Return the only place where the derivative vanishes, in an interval at most 2^-bits long.

        Examples
        --------
        >>> from symrg.model.smooth import mish
        >>> mish.turning_point(bits=4)
        Root(low=Fraction(-5, 4), high=Fraction(-19, 16), closed=None)
        """
        return isolate(self.slope_ball, *self.bracket, bits=bits, closed=self.closed)

    def tie(self, distance: Any, *, bits: int = _BITS) -> Root:
        """Return the only z with f(z) = f(z + distance); the pair is reversed left of it and preserved right of it.

        Parameters
        ----------
        distance : exact rational
            Positive.
        bits : int
            The interval is at most 2^-bits long.

        Raises
        ------
        DomainError
            If the distance is not positive.

        Examples
        --------
        >>> from symrg.model.smooth import silu
        >>> silu.tie(1).closed
        -1/(1 - exp(-1)) - LambertW(exp(-1/(1 - exp(-1)))/(1 - exp(-1)))
        """
        apart = as_fraction(distance, what="the distance of two pre-activations")
        if apart <= 0:
            message = f"the distance of two pre-activations is {apart}; a tie needs a positive one"
            raise DomainError(message)
        return _tie(self, apart, bits)

    def ranks(self, samples: Sequence[Fraction]) -> list[int]:
        """Return the ranks of the outputs at rational samples, the least having rank 0.

        Raises
        ------
        UnableError
            If two outputs at different samples cannot be told apart.

        Examples
        --------
        >>> from symrg.model.smooth import silu
        >>> silu.ranks([Fraction(-5), Fraction(-1), Fraction(0), Fraction(-5)])
        [1, 0, 2, 1]
        """
        different = sorted(set(samples))
        bits = _BITS
        while bits <= _MOST:
            with flint.ctx.workprec(bits):
                balls = [(self.value_ball(flint.arb(to_fmpq(z))), z) for z in different]
                balls.sort(key=lambda pair: pair[0].mid())
                if all(a[0] < b[0] for a, b in pairwise(balls)):
                    place = {z: rank for rank, (_, z) in enumerate(balls)}
                    return [place[z] for z in samples]
            bits *= 2
        message = (
            f"{self.name} has values that agree to {_MOST // 2} bits at different samples; take samples further apart"
        )
        raise UnableError(message)


def isolate(
    function: Callable[[Any], Any], low: Fraction, high: Fraction, *, bits: int, closed: Any = None
) -> Root:  # fmt: skip
    """Halve an interval at whose ends a function is certified − and +, until it is at most 2^-bits long."""
    if _sign(function, low) >= 0 or _sign(function, high) <= 0:
        message = f"the sign does not change from − to + between {low} and {high}; give other ends"
        raise DomainError(message)
    while high - low > Fraction(1, 2**bits):
        middle = (low + high) / 2
        sign = _sign(function, middle)
        if sign < 0:
            low = middle
        elif sign > 0:
            high = middle
    return Root(low, high, closed)


def _sign(function: Callable[[Any], Any], at: Fraction) -> int:
    bits = _BITS
    while bits <= _MOST:
        with flint.ctx.workprec(bits):
            value = function(flint.arb(to_fmpq(at)))
            if value > 0:
                return 1
            if value < 0:
                return -1
        bits *= 2
    message = f"the sign at {at} is not found with {_MOST // 2} bits; take another point"
    raise UnableError(message)


@cache
def _tie(activation: SmoothActivation, apart: Fraction, bits: int) -> Root:
    step = flint.fmpq(apart.numerator, apart.denominator)
    turn = activation.turning_point()
    value = activation.value_ball
    closed = None if activation.closed_tie is None else activation.closed_tie(sympy.Rational(apart))
    return isolate(lambda z: value(z + step) - value(z), turn.low - apart, turn.high, bits=bits, closed=closed)


def _silu_tie(apart: Any) -> Any:
    c = apart / (1 - sympy.exp(-apart))
    return -c - sympy.LambertW(c * sympy.exp(-c))


def _normal(z: flint.arb) -> flint.arb:
    return (-z / flint.arb(2).sqrt()).erfc() / 2  # not 1 + erf, which loses all digits far left


def _mish_ball(z: flint.arb) -> flint.arb:
    u = z.exp()
    return z * (u * u + 2 * u) / (u * u + 2 * u + 2)


def _mish_slope(z: flint.arb) -> flint.arb:
    u = z.exp()
    return u**3 + 4 * u**2 + 6 * u + 4 + 4 * z * (u + 1)


_u = sympy.exp(X)
silu = SmoothActivation(
    name="SiLU",
    expression=X / (1 + sympy.exp(-X)),
    stationary=1 + X + sympy.exp(X),
    bracket=(Fraction(-2), Fraction(-1)),
    closed=-1 - sympy.LambertW(sympy.exp(-1)),
    reason="1 + x + exp(x) is strictly increasing",
    value_ball=lambda z: z / (1 + (-z).exp()),
    slope_ball=lambda z: 1 + z + z.exp(),
    closed_tie=_silu_tie,
)
gelu = SmoothActivation(
    name="GELU",
    expression=X * (1 + sympy.erf(X / sympy.sqrt(2))) / 2,
    stationary=(1 + sympy.erf(X / sympy.sqrt(2))) / 2 + X * sympy.exp(-(X**2) / 2) / sympy.sqrt(2 * sympy.pi),
    bracket=(Fraction(-1), Fraction(0)),
    closed=None,
    reason="the second derivative is (2 - x^2) times the normal density",
    value_ball=lambda z: z * _normal(z),
    slope_ball=lambda z: _normal(z) + z * (-z * z / 2).exp() / (2 * flint.arb.pi()).sqrt(),
)
mish = SmoothActivation(
    name="Mish",
    expression=X * sympy.tanh(sympy.log(1 + _u)),
    stationary=_u**3 + 4 * _u**2 + 6 * _u + 4 + 4 * X * (_u + 1),
    bracket=(Fraction(-2), Fraction(-1)),
    closed=None,
    reason="the stationary function is strictly increasing, since x exp(x) > -1",
    value_ball=_mish_ball,
    slope_ball=_mish_slope,
)
SMOOTH = {"silu": silu, "gelu": gelu, "mish": mish}
"""The smooth activations by name."""
