"""An evaluator of SymPy trees written from scratch on mpmath, to settle whether two sides really differ.

It shares no code with the package. Values are complex numbers with 50 digits; two sides differ if they do by more
than 10^-20 of their size at some point, and agree if they do to 10^-25 at every point; anything between is "unclear".
Sides that seem to differ, or are very small, are looked at with more digits, where a rounding error shrinks and a
number does not.
"""

from __future__ import annotations

from fractions import Fraction
from functools import reduce
from itertools import product
from operator import add, mul
from zlib import crc32

import mpmath
import sympy

DIGITS, MORE_DIGITS = 50, 90
APART, TOGETHER, SMALL = mpmath.mpf(10) ** -20, mpmath.mpf(10) ** -25, mpmath.mpf(10) ** -22


class UndefinedHereError(Exception):
    """No value at this point."""


class UnknownHereError(Exception):
    """A function that this evaluator does not know."""


_HYPERBOLIC_AND_CIRCULAR = (
    "sin",
    "cos",
    "tan",
    "cot",
    "sinh",
    "cosh",
    "tanh",
    "coth",
    "sech",
    "csch",
    "atanh",
    "asinh",
    "asin",
    "acos",
    "atan",
    "erf",
    "erfc",
)
_SPECIAL = ("gamma", "loggamma", "factorial", "binomial", "LambertW", "besselk", "besseli")


def evaluate(node, values, meaning):
    """Return the value of a tree; `values` for symbols, `meaning` for symbols that stand for other trees."""
    memo = {}

    def at(part, outside):
        key = (part, outside)
        if key not in memo:
            memo[key] = visit(part, outside)
        return memo[key]

    def visit(part, outside):
        if outside and part in meaning:
            return at(meaning[part], False)
        if part in values:
            return values[part]
        name = type(part).__name__
        if part.is_Rational:
            return mpmath.mpf(part.p) / part.q
        if part is sympy.I:
            return mpmath.mpc(0, 1)
        if part is sympy.pi:
            return +mpmath.pi
        if part is sympy.E:
            return +mpmath.e
        if part in (sympy.zoo, sympy.nan, sympy.oo, -sympy.oo):
            raise UndefinedHereError
        if name in ("StateSum", "Sum"):
            return summed(part, name, outside)
        if name == "Derivative":
            done = (part.xreplace(meaning) if outside else part).doit()
            if done.has(sympy.Derivative):
                raise UnknownHereError(name)
            return at(done, False)
        if name == "Trace":
            return at(sympy.trace(part.arg.as_explicit()), outside)
        if name == "Integral":
            return integrated(part, outside)
        arguments = [at(argument, outside) for argument in part.args]
        if isinstance(part, sympy.core.function.AppliedUndef):  # any function will do, another one for each name
            return mpmath.fsum(
                [crc32(name.encode()) % 97, *((k + 2) * mpmath.cos(v + k) for k, v in enumerate(arguments))]
            )
        if part.is_Add:
            return mpmath.fsum(arguments)
        if part.is_Mul:
            return mpmath.fprod(arguments)
        if part.is_Pow:
            return power(*arguments)
        if name == "exp":
            return mpmath.exp(arguments[0])
        if name == "log":
            if arguments[0] == 0:
                raise UndefinedHereError
            return mpmath.log(arguments[0])
        if name in _HYPERBOLIC_AND_CIRCULAR:
            return getattr(mpmath, name)(arguments[0])
        if name in _SPECIAL:
            return getattr(mpmath, name.lower())(*arguments)
        if name == "Abs":
            return abs(arguments[0])
        if name == "heaviside":
            return mpmath.mpf(int(real(arguments[0]) >= 0))
        if name == "sign":
            return mpmath.mpf(1 if real(arguments[0]) >= 0 else -1)
        if name in ("Max", "Min"):
            return (max if name == "Max" else min)(map(real, arguments))
        raise UnknownHereError(name)

    def summed(part, name, outside):
        if name == "StateSum":
            body, ranges = part.args[0], [(v, [mpmath.mpf(a.p) / a.q for a in v.alphabet]) for v in part.args[1:]]
        else:
            body = part.args[0]
            ranges = [(k, [mpmath.mpf(n) for n in range(int(a), int(b) + 1)]) for k, a, b in part.args[1:]]
        total = mpmath.mpf(0)
        for row in product(*(letters for _, letters in ranges)):
            inner = {**values, **dict(zip((v for v, _ in ranges), row, strict=True))}
            total += evaluate(body, inner, meaning if outside else {})
        return total

    def integrated(part, outside):
        body, (x, *ends) = part.args[:2]
        if len(part.args) > 2 or len(ends) != 2:
            raise UnknownHereError(part)
        low, high = (mpmath.sign(int(sympy.sign(e))) * mpmath.inf if e.is_infinite else at(e, outside) for e in ends)
        inner = meaning if outside else {}
        total, error = mpmath.quad(lambda v: evaluate(body, {**values, x: v}, inner), [low, high], error=True)
        if not error <= TOGETHER * (1 + abs(total)):
            raise UnknownHereError(part)
        return total

    return at(node, True)


def real(value):
    if isinstance(value, mpmath.mpc):
        if value.imag != 0:
            raise UndefinedHereError
        return value.real
    return value


def power(base, exponent):
    if base == 0:
        if mpmath.re(exponent) <= 0 and exponent != 0:
            raise UndefinedHereError
        return mpmath.mpf(1) if exponent == 0 else mpmath.mpf(0)
    if isinstance(exponent, mpmath.mpf) and exponent == int(exponent):
        return base ** int(exponent)
    return mpmath.exp(exponent * mpmath.log(base))


def entries(side):
    """Return the scalars of a side."""
    if isinstance(side, sympy.MatrixBase):
        return list(side)
    if isinstance(side, sympy.MatrixExpr):
        return list(side.doit().as_explicit())
    if isinstance(side, sympy.Tuple):
        return [entry for item in side for entry in entries(item)]
    return [side]


def open_symbols(nodes):
    """Return the symbols in trees, bound ones too, in a fixed order."""
    found = set()
    pending = list(nodes)
    while pending:
        node = pending.pop()
        if getattr(node, "is_Symbol", False):
            found.add(node)
        pending.extend(getattr(node, "args", ()))
    return sorted(found, key=sympy.default_sort_key)


def draw_value(symbol, positive, draw):
    """Return a value that the symbol's assumptions allow, of very different sizes."""
    known_positive = symbol.is_nonnegative or symbol in positive
    signs = (1,) if known_positive else (-1,) if symbol.is_negative else (1, -1)
    if symbol.is_integer:
        return mpmath.mpf(draw.choice(signs) * draw.randint(1, 7))
    low, high = draw.choice(((5, 90), (5, 90), (1, 20), (100, 200)))
    magnitude = Fraction(draw.randint(low, high), draw.randint(20, 40))
    return mpmath.mpf(draw.choice(signs) * magnitude.numerator) / magnitude.denominator


def settle(left, right, draw, *, meaning=None, positive=(), nonzero=(), relation="=", points=4, states=512):
    """Return "differs", "agrees" or "unclear" for two sides, at random points and all (or many) states.

    An inequality differs where it fails; where it holds at all points seen, nothing is known of the others.
    """
    meaning = meaning or {}
    left, right, meaning = by_entries(left, right, meaning)
    if len(entries(left)) != len(entries(right)):
        return "differs"
    pairs = list(zip(entries(left), entries(right), strict=True))
    symbols = open_symbols([left, right, *meaning.values(), *positive, *nonzero])
    finite = [s for s in symbols if isinstance(getattr(s, "alphabet", None), tuple)]
    rows = list(product(*(s.alphabet for s in finite)))
    if len(rows) > states:
        rows = draw.sample(rows, states)
    with mpmath.workdps(DIGITS):
        seen = [0] * len(rows)
        for _ in range(30 * points):
            base = {s: draw_value(s, positive, draw) for s in symbols if s not in finite}
            for number, row in enumerate(rows):
                if seen[number] >= points:
                    continue
                values = {**base, **{s: mpmath.mpf(a.p) / a.q for s, a in zip(finite, row, strict=True)}}
                try:
                    answer = compare(pairs, values, meaning, positive, nonzero, relation)
                except UnknownHereError:
                    return "unclear"
                if answer in ("differs", "unclear"):
                    return answer
                seen[number] += answer == "agrees"
            if min(seen) >= points:
                return "agrees" if relation == "=" else "unclear"
    return "unclear"


def by_entries(left, right, meaning):
    """Return sides and meanings in which every matrix with a meaning is written out, by new names for its entries."""
    named, known = {}, {}
    for name, value in meaning.items():
        if isinstance(value, sympy.MatrixBase | sympy.MatrixExpr):
            named[name] = sympy.ImmutableMatrix(
                *value.shape, sympy.symbols(f"entry:{len(entries(value))}", cls=sympy.Dummy)
            )
            known.update(zip(named[name], entries(value), strict=True))
        else:
            known[name] = value
    return *(with_matrices(side, named) for side in (left, right)), known


def with_matrices(side, named):
    """Put matrices in for names, where SymPy alone would leave their powers, products and sums as those of numbers."""
    if isinstance(side, sympy.MatrixBase | sympy.MatrixExpr) or not side.args:
        return side.xreplace(named)
    if side in named:
        return named[side]
    parts = [with_matrices(part, named) for part in side.args]
    if any(isinstance(part, sympy.MatrixBase) for part in parts):
        if side.is_Pow:
            return parts[0] ** parts[1]
        if side.is_Mul:
            return reduce(mul, parts)
        if side.is_Add and all(isinstance(part, sympy.MatrixBase) for part in parts):
            return reduce(add, parts)
    return side.xreplace(named)


def compare(pairs, values, meaning, positive, nonzero=(), relation="="):
    try:
        if not all(real(evaluate(condition, values, meaning)) > 0 for condition in positive):
            return "outside"
        if not all(abs(evaluate(condition, values, meaning)) > APART for condition in nonzero):
            return "outside"
        answers = [compare_sides(left, right, values, meaning) for left, right in pairs]
        if relation != "=":
            answers = [
                ordered(answer, relation, left, right, values, meaning)
                for answer, (left, right) in zip(answers, pairs, strict=True)
            ]
    except (UndefinedHereError, ZeroDivisionError, OverflowError):
        return "outside"
    return next((a for a in ("differs", "unclear", "outside") if a in answers), "agrees")


def ordered(answer, relation, left, right, values, meaning):
    """Return "differs" where an inequality of two sides fails, "agrees" where it holds."""
    if answer == "agrees":
        return "agrees" if relation in ("<=", ">=") else "differs"
    if answer != "differs" or relation == "!=":
        return "agrees" if answer == "differs" else answer
    rises = real(evaluate(left, values, meaning)) < real(evaluate(right, values, meaning))
    return "agrees" if rises == (relation in ("<", "<=")) else "differs"


def compare_sides(left, right, values, meaning):
    first, second = (evaluate(side, values, meaning) for side in (left, right))
    size, gap = max(abs(first), abs(second)), abs(first - second)
    if size >= SMALL and gap <= TOGETHER * size:
        return "agrees"
    with mpmath.workdps(MORE_DIGITS):
        first, second = (evaluate(side, values, meaning) for side in (left, right))
        smaller, rest = max(abs(first), abs(second)), abs(first - second)
    if size == gap == 0 or smaller < size * SMALL or rest < gap * SMALL:
        return "agrees"  # what was seen were rounding errors
    if rest > APART * smaller:
        return "differs"
    return "agrees" if rest <= TOGETHER * smaller else "unclear"
