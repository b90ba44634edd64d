"""Points at which a statement is tried: simple values first, then drawn ones, always the same in every run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from random import Random
from typing import Any

import flint
import sympy
from sympy.functions.elementary.hyperbolic import HyperbolicFunction
from sympy.functions.elementary.trigonometric import TrigonometricFunction

from .reading import Unfold
from .values import LogNumber

__all__ = ["Sampler", "as_sympy", "open_symbols"]

_SIMPLE = [
    Fraction(n, d)
    for n, d in (
        (2, 1),
        (3, 1),
        (1, 2),
        (5, 1),
        (3, 2),
        (1, 3),
        (7, 1),
        (4, 3),
        (5, 2),
        (2, 3),
        (11, 1),
        (3, 4),
        (7, 5),
    )
]
_INTEGERS = [Fraction(n) for n in (2, 3, 5, 4, 1, 7, 6, 8)]
_LARGER = [Fraction(n, d) for d in range(1, 8) for n in range(1, 24) if n % d or d == 1]
_LARGER += [Fraction(n, d) for n in (1, 2, 5) for d in (17, 31, 53, 97)] + [Fraction(n) for n in (29, 41, 67, 103)]


_FEW = 4  # values

_SMOOTH = (sympy.exp, sympy.log, sympy.Abs, sympy.Max, sympy.Min, TrigonometricFunction, HyperbolicFunction)


class Sampler:
    """Draws points of the domain of a statement.

    Parameters
    ----------
    expressions : iterable of SymPy expressions
        The sides, and what is stated about the domain.
    known : iterable of symbols
        Those that get their values otherwise (they have an alphabet).
    positive : iterable of SymPy expressions
        What is stated to be positive; where that bounds a symbol by numbers, its values lie between them.
    where, sums
        As for :class:`~symrg.exact.reading.Reader`.

    Examples
    --------
    >>> A, u = sympy.Symbol("A"), sympy.Symbol("u", positive=True)
    >>> Sampler([sympy.exp(A) + u]).point(0)
    {A: ln(2), u: 3}
    """

    def __init__(
        self,
        expressions: Iterable[Any],
        *,
        known: Iterable[Any] = (),
        positive: Iterable[Any] = (),
        where: Mapping[Any, Any] | None = None,
        sums: Mapping[type, Unfold] | None = None,
    ) -> None:
        occurrences = open_symbols(expressions, where=where, sums=sums)
        hidden, stated = frozenset(known), _bounds(positive)
        self.symbols: tuple[Any, ...] = tuple(
            sorted((s for s in occurrences if s not in hidden), key=sympy.default_sort_key)
        )
        self._candidates = {
            symbol: _candidates(
                frozenset(symbol.assumptions0.items()), stated.get(symbol, (None, None)), occurrences[symbol]
            )
            for symbol in self.symbols
        }

    def point(self, number: int) -> dict[Any, Any] | None:
        """Return a point: symbol to fmpq, LogNumber or (for symbols that are not real) acb.

        Parameters
        ----------
        number : int
            0 for the simplest one; each number names one point.

        Returns
        -------
        dict or None
            None if no value of a symbol satisfies its assumptions.
        """
        draw = Random(number)
        chosen: dict[Any, Any] = {}
        for place, symbol in enumerate(self.symbols):
            simple, larger = self._candidates[symbol]
            if not simple:
                return None
            if number == 3 and any(value == 0 for value in larger):
                chosen[symbol] = flint.fmpq(0)
            elif number < 3:
                chosen[symbol] = simple[(place + number) % len(simple)]
            else:
                chosen[symbol] = draw.choice(simple if number % 3 == 1 else larger)
        return chosen


def _bounds(positive: Iterable[Any]) -> dict[Any, tuple[Fraction | None, Fraction | None]]:
    """Return between which rational numbers symbols lie, where what is positive is linear in one of them."""
    found: dict[Any, tuple[Fraction | None, Fraction | None]] = {}
    for expression in positive:
        offset, rest = expression.as_coeff_Add()
        slope, symbol = rest.as_coeff_Mul()
        if symbol.is_Symbol and offset.is_Rational and slope.is_Rational and slope:
            low, high = found.get(symbol, (None, None))
            at = Fraction(int(-offset.p * slope.q), int(offset.q * slope.p))
            if slope > 0:
                low = at if low is None else max(low, at)
            else:
                high = at if high is None else min(high, at)
            found[symbol] = low, high
    return found


@lru_cache(maxsize=1024)
def _candidates(
    assumed: frozenset[Any], bounds: tuple[Fraction | None, Fraction | None], place: str
) -> tuple[Sequence[Any], Sequence[Any]]:
    """Return values, simple ones and more, that satisfy a symbol's assumptions and lie between its bounds."""
    assumptions, (low, high) = dict(assumed), bounds
    if low is not None and low >= 0:
        assumptions["positive"] = True
    if assumptions.get("commutative") is False:
        return [], []
    if not assumptions.get("extended_real", not assumptions.get("complex")):
        exact = [flint.acb(_fmpq(v)) for v in _SIMPLE if v.denominator in (1, 2)]  # balls without radius
        turned = [value * flint.acb(0, 1) for value in exact]
        if assumptions.get("imaginary") is not True:
            turned = [first + second for first, second in zip(exact, reversed(turned), strict=True)]
        return turned, turned

    def allowed(value: Fraction) -> bool:
        exact = sympy.Rational(value.numerator, value.denominator)
        return all(getattr(exact, f"is_{name}") in (holds, None) for name, holds in assumptions.items())

    def between(value: Fraction) -> bool:
        return (low is None or low < value) and (high is None or value < high) and allowed(value)

    whole = [Fraction(n) for n in (*range(-6, 7), -12, 12, 29)]
    larger = whole if assumptions.get("integer") else [*_LARGER, *(-v for v in _LARGER), Fraction(0)]
    larger = [v for v in larger if between(v)]
    if place == "exponent" and not assumptions.get("rational"):
        # e to a logarithm of a rational number is rational: the statement is evaluated exactly
        logs = [LogNumber({v: Fraction(1)}) for v in _SIMPLE if allowed(Fraction(1) if v > 1 else Fraction(-1))]
        return logs, [*logs, *map(_fmpq, larger)]
    simple = [v for v in (_INTEGERS if place == "power" else _SIMPLE) if between(v)]
    simple = simple or [v for k in range(1, 60) for v in (Fraction(k), Fraction(-k)) if between(v)]
    if len(simple) < _FEW and (low is not None or high is not None):
        simple += [v for v in _inside(low, high) if between(v) and v not in simple]
    return [_fmpq(v) for v in simple], [_fmpq(v) for v in larger or simple]


def _inside(low: Fraction | None, high: Fraction | None) -> list[Fraction]:
    """Return numbers above ``low`` and below ``high``, of which at most one is None."""
    if low is not None and high is not None:
        return [low + (high - low) * v for v in _SIMPLE if v < 1]
    return [low + v for v in _SIMPLE] if low is not None else [high - v for v in _SIMPLE if high is not None]


def _fmpq(value: Fraction) -> Any:
    return flint.fmpq(value.numerator, value.denominator)


def as_sympy(value: Any) -> Any:
    """Return a point's value as a SymPy number.

    Examples
    --------
    >>> as_sympy(LogNumber({Fraction(2): Fraction(1)}))
    log(2)
    """
    if isinstance(value, LogNumber):
        return sympy.Add(*(_rational(c) * sympy.log(_rational(base)) for base, c in sorted(value.terms.items())))
    if isinstance(value, flint.acb):
        parts = (value.real, value.imag)
        return sympy.Add(*(unit * _dyadic(part) for unit, part in zip((1, sympy.I), parts, strict=True)))
    return sympy.Rational(int(value.p), int(value.q))


def _rational(value: Fraction) -> Any:
    return sympy.Rational(value.numerator, value.denominator)


def _dyadic(value: Any) -> Any:
    mantissa, exponent = value.mid().man_exp()
    return sympy.Integer(int(mantissa)) * sympy.Integer(2) ** int(exponent)


def open_symbols(
    expressions: Iterable[Any],
    *,
    where: Mapping[Any, Any] | None = None,
    sums: Mapping[type, Unfold] | None = None,
) -> dict[Any, str]:
    """Return the symbols that expressions depend on, each with where it stands.

    Parameters
    ----------
    expressions : iterable of SymPy expressions
    where, sums
        As for :class:`~symrg.exact.reading.Reader`.

    Returns
    -------
    dict
        Symbol to ``"exponent"`` if it only stands in arguments of ``exp`` and the like, ``"power"`` if it (also) is
        an exponent of something else, ``""`` otherwise.

    Examples
    --------
    >>> A, n, x = sympy.symbols("A n x")
    >>> found = open_symbols([x**n + sympy.exp(A)])
    >>> found[A], found[n], found[x]
    ('exponent', 'power', '')
    """
    names, unfolds = dict(where or {}), dict(sums or {})
    found: dict[Any, set[str]] = {}
    seen: set[Any] = set()

    def visit(node: Any, place: str, bound: frozenset[Any], outer: bool) -> None:
        if outer and node in names and node not in bound:
            visit(names[node], place, frozenset(), False)
            return
        mark = (node, place, bound, outer)
        if mark in seen:
            return
        seen.add(mark)
        if node.is_Symbol:
            if node not in bound:
                found.setdefault(node, set()).add(place)
            return
        kind = next((k for k in type(node).__mro__ if k in unfolds), None)
        if kind is not None:
            body, ranges = unfolds[kind](node)
            visit(body, place, bound | {symbol for symbol, _ in ranges}, outer)
        elif isinstance(node, sympy.Sum | sympy.Product):
            visit(node.function, place, bound | set(node.bound_symbols), outer)
        elif isinstance(node, sympy.exp | HyperbolicFunction):
            visit(node.args[0], place or "exponent", bound, outer)
        elif isinstance(node, sympy.Function) and not isinstance(node, _SMOOTH):
            for argument in node.args:  # a step is evaluated at rational numbers only
                visit(argument, "step", bound, outer)
        elif isinstance(node, sympy.Pow):
            visit(node.base, place, bound, outer)
            visit(node.exp, place or ("exponent" if node.base is sympy.E else "power"), bound, outer)
        else:
            for argument in node.args:
                visit(argument, place, bound, outer)

    for expression in expressions:
        visit(expression, "", frozenset(), True)
    return {s: "power" if "power" in p else "exponent" if p == {"exponent"} else "" for s, p in found.items()}
