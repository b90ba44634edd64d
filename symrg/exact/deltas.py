"""Dirac deltas and what approximates them: the sifting rule, and limits of narrowing Gaussians.

Two readings of a delta function are kept apart. As a *measure* it puts h at f, whatever the rest of the integrand
does there. As the *limit of narrow Gaussians* it gives the same where the rest is continuous, and the mean of the two
one-sided values where it jumps.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sympy
from sympy.core.sympify import _sympify

from ..errors import DomainError, ModelError, UnableError

__all__ = ["Behaviour", "Sifting", "WeakLimit", "behaviour", "sift", "weak_limit"]


@dataclass(frozen=True)
class Sifting:
    """An integral over Dirac deltas, done.

    Attributes
    ----------
    integrand, variables
        What was integrated, over what, in this order.
    value : SymPy expression
        The integral.
    points : tuple of SymPy expressions
        Where each variable was put, in terms of the variables after it.
    method : str
        The rule used.
    """

    integrand: Any
    variables: tuple[Any, ...]
    value: Any
    points: tuple[Any, ...]
    method: str = "sifting: a Dirac delta is the measure that puts its variable at one point"


def sift(integrand: Any, variables: Iterable[Any]) -> Sifting:
    """Integrate over variables that each are fixed by one Dirac delta: ∫ g(h) δ(α h − f) dh = g(f/α)/|α|.

    The delta is read as a measure (Dirac's), so g may be any function that is defined there.

    Parameters
    ----------
    integrand : SymPy expression
        A product with, for each variable, one factor ``DiracDelta`` linear in it with a rational coefficient.
    variables : iterable of SymPy symbols
        Integrated over all reals, in this order.

    Raises
    ------
    ModelError
        If a variable is fixed by no delta, or deltas are left over.

    Examples
    --------
    >>> h, f, y = sympy.symbols("h f y", real=True)
    >>> sift(sympy.exp(-(y - h)**2) * sympy.DiracDelta(h - f), [h]).value
    exp(-(-f + y)**2)
    """
    given, order = _sympify(integrand), tuple(variables)
    value, points = given, []
    for place, variable in enumerate(order):
        factors = sympy.Mul.make_args(value)
        fixing = [f for f in factors if isinstance(f, sympy.DiracDelta) and _slope(f, variable)]
        if not fixing:
            message = f"{variable} is fixed by no delta function that is linear in it; give one for each variable"
            raise ModelError(message)
        delta = min(fixing, key=lambda f: len(f.free_symbols & set(order[place:])))
        slope = _slope(delta, variable)
        at = sympy.expand(variable - delta.args[0] / slope)
        value = sympy.Mul(*(f for f in factors if f is not delta)).xreplace({variable: at}) / abs(slope)
        points.append(at)
    if value.has(sympy.DiracDelta):
        message = f"delta functions are left over: {value}; there have to be as many of them as variables"
        raise ModelError(message)
    return Sifting(given, order, value, tuple(points))


def _slope(delta: Any, variable: Any) -> Any:
    """Return the rational α of δ(α h − f) with f free of h, or 0."""
    slope = delta.args[0].diff(variable) if len(delta.args) == 1 else sympy.S.Zero
    return slope if slope.is_Rational else sympy.S.Zero


@dataclass(frozen=True)
class Behaviour:
    """What is known for certain of a function of some real variables, for all values of its parameters.

    Attributes
    ----------
    continuous : bool
    below, above : bool
        Bounded from below, from above.
    nonnegative : bool
    away : bool
        Its modulus is at least some positive constant.
    """

    continuous: bool = False
    below: bool = False
    above: bool = False
    nonnegative: bool = False
    away: bool = False

    @property
    def bounded(self) -> bool:
        """Bounded from both sides."""
        return self.below and self.above


def behaviour(expression: Any, variables: Iterable[Any], *, small: Iterable[Any] = ()) -> Behaviour:
    """Return what elementary rules prove about a function: continuity, bounds. False means *not proved*.

    Parameters
    ----------
    expression : SymPy expression
        Real for real variables and parameters.
    variables : iterable of SymPy symbols
        Run over all reals.
    small : iterable of SymPy symbols
        Run over [0, 1]; what is proved holds there, end points included.

    Examples
    --------
    >>> x, y = sympy.symbols("x y", real=True)
    >>> behaviour(sympy.exp(-(y - x) ** 2), [x]).bounded, behaviour(sympy.exp(x), [x]).bounded
    (True, False)
    """
    running = {**dict.fromkeys(variables, False), **dict.fromkeys(small, True)}
    return _behaviour(_sympify(expression), running)


def _behaviour(node: Any, running: dict[Any, bool]) -> Behaviour:
    if not node.free_symbols & running.keys():
        finite = node.is_finite is not False
        sign = bool(node.is_nonnegative)
        return Behaviour(finite, finite, finite, sign, bool(node.is_nonzero))
    if node in running:
        small = running[node]
        return Behaviour(True, small, small, small, False)
    if node.is_Mul:
        return _product(node, running)
    if isinstance(node, sympy.Pow) and node.exp.is_Rational:
        return _power(_behaviour(node.base, running), node.exp)
    parts = [_behaviour(argument, running) for argument in node.args]
    continuous = all(part.continuous for part in parts)
    if node.is_Add:
        nonnegative = all(part.nonnegative for part in parts)
        below = all(part.below for part in parts) or _even_polynomial(node, running, 1)
        above = all(part.above for part in parts) or _even_polynomial(node, running, -1)
        return Behaviour(continuous, below, above, nonnegative, nonnegative and any(part.away for part in parts))
    (inner, *others) = parts
    if others:
        return Behaviour()
    if isinstance(node, sympy.exp):
        return Behaviour(continuous, True, inner.above, True, inner.below)
    if isinstance(node, sympy.Abs):
        return Behaviour(continuous, True, inner.bounded, True, inner.away)
    if isinstance(node, sympy.sin | sympy.cos | sympy.tanh | sympy.atan | sympy.erf):
        return Behaviour(continuous, True, True, False, False)
    return Behaviour()


def _product(node: Any, running: dict[Any, bool]) -> Behaviour:
    constant, rest = node.as_independent(*running, as_Add=False)
    parts = [_behaviour(argument, running) for argument in sympy.Mul.make_args(rest)]
    bounded = all(part.bounded for part in parts)
    nonnegative = all(part.nonnegative for part in parts)
    single = parts[0] if len(parts) == 1 else Behaviour()
    below, above = bounded or nonnegative or single.below, bounded or single.above
    if constant.is_nonpositive:
        below, above = above, below
    elif not constant.is_nonnegative:
        below = above = bounded
    return Behaviour(
        all(part.continuous for part in parts),
        below,
        above,
        nonnegative and bool(constant.is_nonnegative),
        all(part.away for part in parts) and bool(constant.is_nonzero),
    )


def _power(base: Behaviour, exponent: Any) -> Behaviour:
    even = exponent.is_Integer and exponent % 2 == 0
    if (not exponent.is_Integer and not base.nonnegative) or (exponent < 0 and not base.away):
        return Behaviour()
    nonnegative = bool(even or base.nonnegative)
    if exponent < 0:  # bounded away from zero, so the reciprocal is bounded
        return Behaviour(base.continuous, True, True, nonnegative, base.bounded)
    keeps = not even
    below = nonnegative or (keeps and base.below)
    return Behaviour(base.continuous, below, base.bounded or (keeps and base.above), nonnegative, base.away)


def _even_polynomial(node: Any, running: dict[Any, bool], sign: int) -> bool:
    """Whether a polynomial in one variable has an even degree and a leading coefficient of this sign."""
    used = sorted(node.free_symbols & running.keys(), key=sympy.default_sort_key)
    if len(used) != 1 or not node.is_polynomial(*used):
        return False
    polynomial = sympy.Poly(node, *used)
    leading = polynomial.LC() * sign
    return polynomial.degree() % 2 == 0 and bool(leading.is_positive)


@dataclass(frozen=True)
class WeakLimit:
    """The limit of an average over narrowing Gaussians.

    Attributes
    ----------
    function : SymPy expression
        What is averaged.
    chain : tuple of (variable, mean, deviation)
        Normal variables, each mean a function of the variables before it.
    value : SymPy expression
        The limit as all deviations tend to 0 from above, in whatever way.
    method : str
        The theorem, with what was checked for it.
    """

    function: Any
    chain: tuple[tuple[Any, Any, Any], ...]
    value: Any
    method: str


def weak_limit(function: Any, chain: Sequence[tuple[Any, Any, Any]]) -> WeakLimit:
    """Return the limit of ∫ g ∏ N_v(h − f) dh as the deviations v → 0+, for bounded continuous g and continuous f.

    With h = f + v z, layer by layer, the integral is the average of g over standard normal z for every v > 0 (the
    Jacobian is triangular); g is bounded and the integrand tends to its value at v = 0 for each z, so the average
    does, by dominated convergence. Nothing is assumed about how the deviations go to zero.

    Parameters
    ----------
    function : SymPy expression
        g, of the variables, and of the deviations if it depends on them.
    chain : sequence of (variable, mean, deviation)
        Means may depend on variables earlier in the chain; deviations are positive symbols, the same or different.

    Raises
    ------
    DomainError
        If the rules of :func:`behaviour` do not prove that g is bounded and everything continuous.
    UnableError
        If the limit still contains a deviation in a place where it cannot be put to zero.

    Examples
    --------
    >>> z, y = sympy.symbols("z y", real=True)
    >>> v = sympy.Symbol("v", positive=True)
    >>> weak_limit(sympy.exp(-(y - z)**2), [(z, 0, v)]).value
    exp(-y**2)
    """
    given = _sympify(function)
    links = tuple((h, _sympify(f), _sympify(v)) for h, f, v in chain)
    variables, deviations = [h for h, _, _ in links], [v for _, _, v in links]
    for place, (h, f, v) in enumerate(links):
        later = set(variables[place:]) & f.free_symbols
        if later or not v.is_Symbol or not v.is_positive or v in variables or h in variables[:place]:
            message = (
                f"the link ({h}, {f}, {v}) is not understood: a new variable, a mean in earlier variables, and a "
                "deviation that is a positive symbol"
            )
            raise ModelError(message)
        if not behaviour(f, variables, small=deviations).continuous:
            message = f"the mean {f} is not proved to be continuous; where it jumps the limit may be another"
            raise DomainError(message)
    known = behaviour(given, variables, small=deviations)
    if not (known.continuous and known.bounded):
        lacking = "bounded" if known.continuous else "continuous"
        message = f"{given} is not proved to be {lacking} in {variables}; dominated convergence needs both"
        raise DomainError(message)
    value = given
    for h, f, _ in reversed(links):
        value = value.xreplace({h: f})
    value = value.xreplace(dict.fromkeys(deviations, sympy.S.Zero))
    if value.has(sympy.nan, sympy.zoo, sympy.oo):
        message = f"{given} has no value at deviation 0"
        raise UnableError(message)
    method = (
        f"dominated convergence: h = f + v z in {len(links)} standard normal variables; the integrand is bounded and "
        "continuous, with v = 0 included"
    )
    return WeakLimit(given, links, value, method)
