"""Properties of recursions and of the polynomial basis: the semigroup law, the Jacobian, the projection."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

import sympy

from ..errors import DomainError, ModelError
from ..exact.numbers import as_fraction
from ..model import basis
from ..model.variables import Variable, states
from ..transform.chain import Chain
from ..transform.recursion import Recursion
from ._search import refute, shown, simple_values

__all__ = ["check_jacobian", "check_projection", "check_semigroup"]

_PRIMES = (2**521 - 1, 2**607 - 1)

Family = Chain | Recursion | Mapping[int, Recursion] | Callable[[int], Recursion]


def check_semigroup(
    family: Family, *, scales: tuple[int, int] | None = None, values: Sequence[Any] | None = None, examples: int = 30
) -> None:
    """Check that summing out in two steps, in either order, is summing out at once: R_p ∘ R_q = R_q ∘ R_p = R_pq.

    Parameters
    ----------
    family : Chain, Recursion with a chain, mapping of int to Recursion, or callable
        The recursions by their scale factors. A recursion with a chain is compared with that chain's recursion of the
        squared scale.
    scales : pair of int, optional
        p and q; by default 2 and 2 for a chain or a callable, what fits for a mapping.
    values : sequence of exact rationals, optional
        What factors are set to, the simplest first.
    examples : int
        How many points are tried. (For a proof compare ``R.compose(S) == T``, which expands the maps.)

    Raises
    ------
    AssertionError
        With a point at which the two differ.
    DomainError
        For a single recursion without a chain, which has nothing to be compared with.

    Examples
    --------
    >>> check_semigroup(Chain([[2, 2], [1, 3]]))
    >>> x = sympy.Symbol("x")
    >>> powers = {p: Recursion.from_images({x: x**p + int(p == 4)}, scale=p) for p in (2, 4)}
    >>> check_semigroup(powers)
    Traceback (most recent call last):
    ...
    AssertionError: the recursions of scales 2, 2 and 4 are no semigroup: at x = 1
      scale 2, then scale 2, gives x'' = 1
      scale 4 gives                x'' = 2
    """
    first, second, whole = _members(family, scales)
    for other in (second, whole):
        if other.factors != first.factors:
            message = f"the recursions have the factors {first.factors} and {other.factors}; name them alike"
            raise ModelError(message)
    names, p, q = first.factors, first.scale, second.scale

    def problem(point: tuple[Any, ...]) -> str | None:
        at_once = None
        for one, two in ((first, second), (second, first)):
            stepwise = two(one(point))
            at_once = whole(point) if at_once is None else at_once
            if stepwise != at_once:
                steps = f"scale {one.scale}, then scale {two.scale}, gives"
                direct = f"scale {p * q} gives".ljust(len(steps))
                return (
                    f"the recursions of scales {p}, {q} and {p * q} are no semigroup: at {shown(names, point)}\n"
                    f"  {steps} {_primed(names, stepwise)}\n  {direct} {_primed(names, at_once)}"
                )
        return None

    refute([simple_values(values)] * len(names), problem, examples=examples)


def _primed(names: Sequence[Any], values: Sequence[Any]) -> str:
    return shown(names, values, prime="''")


def _members(family: Any, scales: Any) -> tuple[Recursion, Recursion, Recursion]:
    """Return the recursions of scales p, q and p·q."""
    if isinstance(family, Recursion):
        if family.chain is None:
            message = (
                "one recursion without a chain has nothing to be compared with; give the family: a mapping "
                "{p: ..., q: ..., p*q: ...} of scale to recursion, or a function of the scale"
            )
            raise DomainError(message)
        return family, family, family.chain.recursion(family.scale**2)
    if isinstance(family, Mapping):
        pairs = [(p, q) for p in sorted(family) for q in sorted(family) if p <= q and p * q in family]
        if scales is None and not pairs:
            message = f"recursions of the scales {sorted(family)} were given; among them must be p, q and p·q"
            raise ModelError(message)
        p, q = pairs[0] if scales is None else scales
        missing = [scale for scale in (p, q, p * q) if scale not in family]
        if missing:
            message = f"there is no recursion of scale {missing[0]} among those given, of scales {sorted(family)}"
            raise ModelError(message)
        members = family[p], family[q], family[p * q]
    else:
        p, q = (2, 2) if scales is None else scales
        make = family.recursion if isinstance(family, Chain) else family
        members = make(p), make(q), make(p * q)
    for scale, member in zip((p, q, p * q), members, strict=True):
        if member.scale != scale:
            message = f"the recursion given for scale {scale} says that its scale is {member.scale}"
            raise ModelError(message)
    return members


def check_jacobian(recursion: Recursion, *, values: Sequence[Any] | None = None, examples: int = 15) -> None:
    """Check the Jacobian against exact difference quotients (R(x + ε e_j) − R(x))/ε with an ε of square zero.

    Nothing is differentiated and nothing expanded: ε is a large prime P, and modulo P² the numbers a + b P are dual
    numbers. The entry and the quotient are exact rationals, and an entry is right if they agree modulo P; it is called
    wrong if they do so for neither of two primes (of 157 and 183 digits).

    Parameters
    ----------
    recursion : Recursion
        With or without a chain; its ``jacobian(at=point)`` is checked.
    values : sequence of exact rationals, optional
        What factors are set to, the simplest first.
    examples : int
        How many columns at points are tried.

    Raises
    ------
    AssertionError
        With the entry, the point and both values.

    Examples
    --------
    >>> check_jacobian(Chain([[2, 2], [1, 3]]).recursion(3))
    >>> class Wrong(Recursion):
    ...     def jacobian(self, *, at=None):
    ...         return 2 * super().jacobian(at=at)
    >>> x = sympy.Symbol("x")
    >>> check_jacobian(Wrong.from_images({x: x**2}, scale=2))
    Traceback (most recent call last):
    ...
    AssertionError: the Jacobian is wrong at x = 1: its entry for dx'/dx is 4,
      but (x'(x + ε) - x'(x))/ε for ε → 0 is 2
    """
    names = recursion.factors

    def problem(example: tuple[Any, ...]) -> str | None:
        *point, column = example
        image, claimed = recursion(point), recursion.jacobian(at=point)
        if claimed.shape != (len(names), len(names)):
            return f"the Jacobian has the shape {claimed.shape}; it is square, a row and a column for each of {names}"
        quotients = []
        for prime in _PRIMES:
            moved = recursion([v + prime * (j == column) for j, v in enumerate(point)])
            quotients.append([(end - start) / prime for start, end in zip(image, moved, strict=True)])
        for row, (first, second) in enumerate(zip(*quotients, strict=True)):
            entry = claimed[row, column]
            value = as_fraction(entry) if entry.is_Rational else None
            if value is None or all((q - value).numerator % p for q, p in zip((first, second), _PRIMES, strict=True)):
                by, of = names[column], f"{names[row]}'"
                return (
                    f"the Jacobian is wrong at {shown(names, point)}: its entry for d{of}/d{by} is {entry},\n"
                    f"  but ({of}({by} + ε) - {of}({by}))/ε for ε → 0 is {_reconstructed(second, _PRIMES[1])}"
                )
        return None

    if names:
        refute([*[simple_values(values)] * len(names), range(len(names))], problem, examples=examples)


def _reconstructed(quotient: Fraction, prime: int) -> Fraction | str:
    """Return the simplest rational that is congruent to another one modulo a prime (Wang's reconstruction)."""
    if quotient.denominator % prime == 0:
        return "another number"
    old, new = prime, quotient.numerator * pow(quotient.denominator, -1, prime) % prime
    above, below = 0, 1
    while 2 * new * new >= prime:
        old, new, above, below = new, old % new, below, above - old // new * below
    return Fraction(new, below)


def check_projection(
    variables: Chain | Iterable[Variable],
    *,
    project: Callable[..., Any] | None = None,
    reduce: Callable[..., Any] | None = None,
    values: Sequence[Any] | None = None,
    examples: int = 10,
) -> None:
    """Check that a projected function has its values on all states, and that reducing changes no value.

    Reducing twice is reducing once, and a projected function is reduced already.

    Parameters
    ----------
    variables : Chain, or iterable of Variable
        With finite alphabets; those of a chain are its neurons and activations.
    project, reduce : callables, optional
        In place of :func:`symrg.project` and :func:`symrg.reduce`, with the same arguments.
    values : sequence of exact rationals, optional
        What the values of functions are drawn from, the simplest first.
    examples : int
        How many functions are tried.

    Raises
    ------
    AssertionError
        With the function, the state and both values.

    Examples
    --------
    >>> h, s = Variable("h", (0, 1)), Variable("s", (-1, 0, 1))
    >>> check_projection([h, s])
    >>> check_projection([h, s], reduce=lambda expression, variables: expression.subs(s**2, 1))
    Traceback (most recent call last):
    ...
    AssertionError: reducing changes a value: ...
    """
    ordered = variables.rows + variables.columns if isinstance(variables, Chain) else tuple(variables)
    project, reduce = project or basis.project, reduce or basis.reduce
    listed = states(ordered)
    tables = [dict(zip(ordered, state, strict=True)) for state in listed]

    def different(first: Any, second: Any) -> tuple[str, Any, Any] | None:
        for table in tables:
            one, other = (sympy.S(side).xreplace(table) for side in (first, second))
            if sympy.expand(one - other) != 0:
                return shown(tuple(table), tuple(table.values())), one, other
        return None

    def problem(example: tuple[Any, ...]) -> str | None:
        given = dict(zip(listed, example, strict=True))
        polynomial = project(given, ordered)
        for table, (state, value) in zip(tables, given.items(), strict=True):
            found = sympy.S(polynomial).xreplace(table)
            if found != sympy.Rational(value.numerator, value.denominator):
                where = shown(ordered, state)
                return f"the projection {polynomial} is {found} at {where}, where the function is {value}"
        for expression in (polynomial, sympy.expand(polynomial**2 + polynomial * sympy.Add(*ordered))):
            reduced = reduce(expression, ordered)
            fault = different(expression, reduced)
            if fault:
                return f"reducing changes a value: {expression} at {fault[0]} is {fault[1]}, reduced {fault[2]}"
            again = reduce(reduced, ordered)
            if again != reduced:
                return f"reducing twice is not reducing once: {expression} becomes {reduced}, then {again}"
            if expression is polynomial and sympy.expand(reduced - polynomial) != 0:
                return f"the projection {polynomial} is not reduced: it becomes {reduced}"
        return None

    refute([simple_values(values)] * len(listed), problem, examples=examples)
