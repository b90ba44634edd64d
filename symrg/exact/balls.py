"""Cross-checks in ball arithmetic: integrals by certified quadrature, expansions at one small distance.

These confirm what :mod:`symrg.exact.gaussian` and :mod:`symrg.exact.limits` derive, by a route that shares only the
reading of expressions with them: a ball that misses the claimed value refutes it, a tight ball around it supports it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import reduce
from operator import add, mul
from typing import Any

import flint
import sympy
from sympy.core.sympify import _sympify

from ..errors import ModelError, UnableError
from .constants import sample_points
from .gaussian import GaussianIntegral, Steps, gaussian_integral
from .gaussian_sums import GaussianField
from .limits import Expansion
from .numbers import as_fraction, to_fmpq

__all__ = ["ball", "certified_integral", "confirm_expansion", "confirm_integral"]

_BITS = 96
_DISTANCE = flint.fmpq(1, 2**40)  # where expansions are tried
_EXPANSION_BITS = 2048
_ENTIRE = {
    sympy.exp: flint.acb.exp,
    sympy.erf: flint.acb.erf,
    sympy.sin: flint.acb.sin,
    sympy.cos: flint.acb.cos,
    sympy.sinh: flint.acb.sinh,
    sympy.cosh: flint.acb.cosh,
    sympy.tanh: flint.acb.tanh,  # meromorphic: at a pole the ball is not finite
}


def ball(expression: Any, point: Mapping[Any, Any], *, analytic: bool = False) -> flint.acb:
    """Return a ball that contains the value of an expression, at the current precision of flint.

    Parameters
    ----------
    expression : SymPy expression
        Elementary.
    point : mapping
        Symbol to ``acb``, or to an exact rational.
    analytic : bool
        Whether to return a ball that is not finite where a branch cut is met.

    Raises
    ------
    UnableError
        For a function with no ball here.

    Examples
    --------
    >>> x = sympy.Symbol("x")
    >>> ball(sympy.exp(x) - 1, {x: 1}).contains(0)
    False
    """
    values = {s: v if isinstance(v, flint.acb) else flint.acb(to_fmpq(v)) for s, v in point.items()}

    def at(node: Any) -> Any:
        if node in values:
            return values[node]
        if node.is_Rational:
            return flint.acb(to_fmpq(node))
        if node is sympy.pi:
            return flint.acb.pi()
        if node is sympy.E:
            return flint.acb(1).exp()
        if node is sympy.I:
            return flint.acb(0, 1)
        if node.is_Add or node.is_Mul:
            return reduce(add if node.is_Add else mul, map(at, node.args))
        if node.is_Pow:
            base = at(node.base)
            return base ** int(node.exp) if node.exp.is_Integer else base.pow(at(node.exp), analytic=analytic)
        if node.func in _ENTIRE:
            return _ENTIRE[node.func](at(node.args[0]))
        if isinstance(node, sympy.log):
            return at(node.args[0]).log(analytic=analytic)
        if isinstance(node, sympy.Abs) and not analytic:
            return flint.acb(abs(at(node.args[0])))
        number = node.xreplace({s: sympy.Rational(v) for s, v in point.items() if not isinstance(v, flint.acb)})
        if number.is_Rational:
            return flint.acb(to_fmpq(number))
        message = f"{node} has no value in ball arithmetic here; give its symbols values, or rewrite it"
        raise UnableError(message)

    return at(_sympify(expression))


def certified_integral(
    integrand: Any, variable: Any, *, at: Mapping[Any, Any] | None = None, lower: Any = None, upper: Any = None
) -> flint.arb:
    """Return a ball that contains a one-dimensional integral, by adaptive quadrature with rigorous bounds.

    To an infinite end the integrand is a sum of polynomials × Gaussians (× error functions), whose tails are bounded by
    incomplete gamma functions; between finite ends it is any elementary function that is analytic there.

    Parameters
    ----------
    integrand : SymPy expression
        Without steps.
    variable : SymPy symbol
        What is integrated.
    at : mapping, optional
        Rational values for all other symbols.
    lower, upper : exact rational, optional
        The ends; by default −∞ and ∞.

    Raises
    ------
    ModelError
        If the integrand has no Gaussian tail towards an infinite end.

    Examples
    --------
    >>> x = sympy.Symbol("x", real=True)
    >>> half = certified_integral(sympy.exp(-x**2), x, lower=0)
    >>> half.overlaps(flint.arb.pi().sqrt() / 2), half.rad() < flint.arb(2) ** -60
    (True, True)
    """
    values = {symbol: sympy.Rational(as_fraction(value)) for symbol, value in (at or {}).items()}
    given = _sympify(integrand).xreplace(values)
    ends: list[Any] = [None if end is None else as_fraction(end) for end in (lower, upper)]
    with flint.ctx.workprec(_BITS):
        missing = flint.arb(0)
        if None in ends:
            reach = max(_reach(given, variable), *(abs(int(end)) + 2 for end in ends if end is not None), 2)
            missing = _tails(given, variable, reach) * ends.count(None)
            ends = [(-reach, reach)[k] if end is None else end for k, end in enumerate(ends)]
        low, high = (flint.acb(to_fmpq(end)) for end in ends)
        inside = flint.acb.integral(lambda x, analytic: ball(given, {variable: x}, analytic=analytic), low, high)
        return inside.real + missing * flint.arb(0, 1)


def _gaussians(integrand: Any, variable: Any) -> list[tuple[flint.arb, flint.arb, flint.arb, int, flint.arb]]:
    """Return (a, b, c, degree, S) of terms bounded by S x^degree exp(−a x² + b |x| + c) for |x| ≥ 1."""
    field = GaussianField([integrand, variable])
    if field.generators != (variable,):
        message = f"the integrand {integrand} has other symbols than {variable}; give them values"
        raise ModelError(message)
    found = []
    for (pi, root, exponent, _), amplitude in field.read(integrand):
        rates = [int(c) for c in _coefficients(exponent.num)]
        below = int(exponent.den.leading_coefficient())
        if len(rates) > 3 or any(p.total_degree() > 0 for p in (exponent.den, amplitude.den, root.num, root.den)):
            message = f"{integrand} is no sum of polynomials times Gaussians, so its tails are not bounded here"
            raise ModelError(message)
        c, b, minus_a = [*(flint.fmpq(rate, below) for rate in rates), flint.fmpq(0), flint.fmpq(0)][:3]
        if minus_a >= 0:
            message = f"{integrand} does not decay like a Gaussian, so its tails are not bounded here"
            raise ModelError(message)
        weights = _coefficients(amplitude.num)
        size = sum(abs(int(w)) for w in weights) * flint.arb(flint.fmpq(1, int(amplitude.den.leading_coefficient())))
        size *= flint.arb(to_fmpq(root.constant())).sqrt() * flint.arb.pi().sqrt() ** pi
        found.append((flint.arb(-minus_a), flint.arb(abs(b)), flint.arb(c), len(weights) - 1, abs(size)))
    return found


def _coefficients(polynomial: Any) -> list[int]:
    table = {exponents[0]: int(c) for exponents, c in polynomial.terms()}
    return [table.get(k, 0) for k in range(max(table, default=0) + 1)]


def _reach(integrand: Any, variable: Any) -> int:
    """Return how far to integrate: beyond, a x² − b x ≥ a x²/2, and that is more than the precision."""
    reach = 2
    for a, b, c, degree, _ in _gaussians(integrand, variable):
        needed = (2 * (_BITS + 8 * degree + abs(c)) / a).sqrt() + 2 * b / a + 1
        reach = max(reach, int(needed.upper().ceil().unique_fmpz()) + 1)
    return reach


def _tails(integrand: Any, variable: Any, reach: int) -> flint.arb:
    """Bound one tail: ∫_R^∞ S x^d exp(−a x²/2 + c) dx = S e^c ½ (2/a)^{(d+1)/2} Γ((d+1)/2, a R²/2)."""
    total = flint.arb(0)
    for a, _, c, degree, size in _gaussians(integrand, variable):
        half = flint.arb(degree + 1) / 2
        # in python-flint the order comes as the argument: Γ(s, z) is z.gamma_upper(s)
        total += size * c.exp() * (2 / a) ** half * (a * reach**2 / 2).gamma_upper(half) / 2
    return total.upper()


def confirm_integral(
    done: GaussianIntegral, *, steps: Steps | None = None, positive: Iterable[Any] = (), points: int = 2
) -> bool:
    """Cross-check every elimination of a Gaussian integral by certified quadrature at rational points.

    Parameters
    ----------
    done : GaussianIntegral
        What :func:`~symrg.exact.gaussian.gaussian_integral` returned.
    steps, positive
        As they were given to it.
    points : int
        How many points, at most 3.

    Returns
    -------
    bool
        False if a ball misses the value claimed: then the integral is wrong. True if all contain it.

    Examples
    --------
    >>> x, y = sympy.symbols("x y", real=True)
    >>> confirm_integral(gaussian_integral(x**2 * sympy.exp(-(x**2) - x * y - y**2), [x, y]))
    True
    """
    before = done.integrand
    for variable in done.variables:
        after = gaussian_integral(before, [variable], steps=steps, positive=positive).value
        symbols = (before.free_symbols | after.free_symbols) - {variable}
        for point in sample_points(symbols)[:points]:
            values = {symbol: sympy.Rational(int(v.p), int(v.q)) for symbol, v in point.items()}
            with flint.ctx.workprec(_BITS):
                total = sum(
                    (
                        certified_integral(piece, variable, lower=low, upper=high)
                        for piece, low, high in _pieces(before.xreplace(values), variable, steps or {})
                    ),
                    start=flint.arb(0),
                )
                if not total.overlaps(ball(after.xreplace(values), {}).real):
                    return False
        before = after
    return True


def _pieces(integrand: Any, variable: Any, steps: Steps) -> list[tuple[Any, Any, Any]]:
    """Split at the zeros of the arguments of steps, numbers being in place of all other symbols."""
    if not steps:
        return [(integrand, None, None)]
    found = [step for step in integrand.atoms(*steps) if step.has(variable)]
    slopes = {step: step.args[0].diff(variable) for step in found}
    at = sorted({-step.args[0].xreplace({variable: sympy.S.Zero}) / slopes[step] for step in found})
    pieces = []
    for low, high in zip([None, *at], [*at, None], strict=True):
        ends = [end for end in (low, high) if end is not None]
        inside = sum(ends, start=sympy.S.Zero) / max(len(ends), 1) + (len(ends) == 1) * (1 if high is None else -1)
        values = {}
        for step in found:
            above = bool(step.args[0].xreplace({variable: inside}) > 0)
            value = steps[step.func][above]
            values[step] = value(step.args[0]) if callable(value) else _sympify(value)
        pieces.append((integrand.xreplace(values), low, high))
    return pieces


def confirm_expansion(expansion: Expansion, *, at: Mapping[Any, Any] | None = None) -> bool:
    """Cross-check an expansion by balls at the distance t = 2^-40.

    Parameters
    ----------
    expansion : Expansion
        What :func:`~symrg.exact.limits.expand_at` returned.
    at : mapping, optional
        Rational values of the parameters; by default the first sample point.

    Returns
    -------
    bool
        Whether the remainder there is certified to be below factor · t^{order − 1/2}. A wrong coefficient or power
        among the terms makes it False.

    Examples
    --------
    >>> from symrg.exact.limits import expand_at
    >>> x = sympy.Symbol("x", real=True)
    >>> confirm_expansion(expand_at(sympy.sqrt(1 + x), x, 0, terms=3))
    True
    """
    symbols = (expansion.expression.free_symbols | _sympify(expansion.point).free_symbols) - {expansion.variable}
    point = dict(at) if at is not None else sample_points(symbols)[0]
    t = sympy.Rational(int(_DISTANCE.p), int(_DISTANCE.q))
    place = {"+": expansion.point + t, "-": expansion.point - t}[expansion.side]
    if expansion.point in (sympy.oo, -sympy.oo):
        place = 1 / t if expansion.point == sympy.oo else -1 / t
    values = {symbol: sympy.Rational(as_fraction(value)) for symbol, value in point.items()}
    values[expansion.variable] = place.xreplace(values)  # rational: points are sampled that are
    order = 16 if expansion.order in (None, sympy.oo) else expansion.order
    with flint.ctx.workprec(_EXPANSION_BITS):
        # numbers are not put into the expressions: SymPy would write (1 + t)^(1/t) out
        remainder = ball(expansion.expression - expansion.truncated, values) / ball(expansion.factor, values)
        return bool(abs(remainder) < flint.arb(to_fmpq(t)) ** flint.arb(to_fmpq(order - sympy.S.Half)))
