"""SymPy expressions evaluated exactly: over all states as decision diagrams, or at one point.

Shared subexpressions are visited once, so nested networks cost their number of distinct
subexpressions, not the size of the written-out formula. Values are rationals wherever possible; what
stays symbolic is kept expanded, so that polynomials in the remaining symbols have one form.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from functools import lru_cache, reduce
from typing import Any

import flint
import sympy
from sympy.logic.boolalg import BooleanAtom

from ..errors import UnableError, UndefinedPointError
from .diagrams import DEFAULT_BUDGET, Diagrams
from .numbers import to_fmpq

__all__ = ["ANALYTIC", "ExpressionDiagrams", "PointEvaluator", "shorten", "subexpressions", "to_sympy", "to_value"]

# Functions that ball arithmetic evaluates at any argument; all others (steps, Piecewise, Max, ...) are
# evaluated only at exact rationals, by their own definition.
ANALYTIC: dict[type, Callable[[flint.acb], flint.acb]] = {
    sympy.exp: flint.acb.exp,
    sympy.log: flint.acb.log,
    sympy.sin: flint.acb.sin,
    sympy.cos: flint.acb.cos,
    sympy.tan: flint.acb.tan,
    sympy.sinh: flint.acb.sinh,
    sympy.cosh: flint.acb.cosh,
    sympy.tanh: flint.acb.tanh,
    sympy.atan: flint.acb.atan,
    sympy.erf: flint.acb.erf,
}
_CONSTANTS: dict[sympy.Expr, Callable[[], flint.acb]] = {
    sympy.pi: flint.acb.pi,
    sympy.E: lambda: flint.acb(1).exp(),
    sympy.I: lambda: flint.acb(0, 1),
}
_PRECISION = 128  # bits of the balls that certify "not zero"


def subexpressions(
    expression: sympy.Basic,
    *,
    descend: Callable[[sympy.Basic], bool] = lambda _: True,
    known: Collection[sympy.Basic] = (),
) -> list[sympy.Basic]:
    """Return the distinct subexpressions, each once and after its own arguments.

    Parameters
    ----------
    expression : sympy.Basic
        The root, which comes last.
    descend : callable
        Whether to look inside a subexpression.
    known : collection of sympy.Basic
        Subexpressions to leave out together with everything below them.

    Examples
    --------
    >>> x = sympy.Symbol("x")
    >>> subexpressions(sympy.sin(x) + sympy.exp(sympy.sin(x)))
    [x, sin(x), exp(sin(x)), exp(sin(x)) + sin(x)]
    """
    order: dict[sympy.Basic, None] = {}
    pending = [(expression, False)]
    while pending:
        node, expanded = pending.pop()
        if node in order or node in known:
            continue
        if expanded or not node.args or not descend(node):
            order[node] = None
            continue
        pending.append((node, True))
        pending.extend((argument, False) for argument in reversed(node.args))
    return list(order)


def shorten(expression: sympy.Basic, length: int = 120) -> str:
    """Return an expression as text for a message, cut to a length.

    Examples
    --------
    >>> shorten(sympy.Symbol("x") + 1), shorten(sympy.Symbol("x" * 30), length=10)
    ('x + 1', 'xxxxxxx...')
    """
    # Nested networks have few distinct parts but a very long written-out form: do not even print those.
    text = str(expression) if len(subexpressions(expression)) < length else f"a long {type(expression).__name__}..."
    return text if len(text) <= length else text[: length - 3] + "..."


@lru_cache(maxsize=4096)
def _rational(value: flint.fmpq) -> sympy.Rational:
    return sympy.Rational(int(value.p), int(value.q))


def to_sympy(value: Any) -> sympy.Basic:
    """Return a value of this module as a SymPy object."""
    return _rational(value) if isinstance(value, flint.fmpq) else value


def to_value(expression: sympy.Basic) -> Hashable:
    """Return a SymPy object as a value: ``fmpq`` if rational, otherwise expanded.

    Raises
    ------
    NotExactError
        For a floating-point number.
    UndefinedPointError
        For an infinity or nan.

    Examples
    --------
    >>> x = sympy.Symbol("x")
    >>> to_value(sympy.Rational(1, 2)), to_value((1 + x) ** 2)
    (1/2, x**2 + 2*x + 1)
    """
    if expression.is_Rational:
        return to_fmpq(expression)
    if expression.has(sympy.Float):
        numbers = sorted(expression.atoms(sympy.Float), key=sympy.default_sort_key)
        return to_fmpq(numbers[0], what="a number in the expression")  # raises, and shows the exact number
    if expression.has(sympy.nan, sympy.zoo, sympy.oo, -sympy.oo):
        message = f"{shorten(expression)} is no finite number"
        raise UndefinedPointError(message)
    if isinstance(expression, sympy.Expr):
        return expression.expand(power_base=False, power_exp=False, log=False, basic=False)
    return expression


def _add(first: Any, second: Any) -> Hashable:
    if isinstance(first, flint.fmpq) and isinstance(second, flint.fmpq):
        return first + second
    return to_value(to_sympy(first) + to_sympy(second))


def _multiply(first: Any, second: Any) -> Hashable:
    if isinstance(first, flint.fmpq) and isinstance(second, flint.fmpq):
        return first * second
    return to_value(to_sympy(first) * to_sympy(second))


def _power(base: Any, exponent: Any) -> Hashable:
    if isinstance(base, flint.fmpq) and isinstance(exponent, flint.fmpq) and exponent.q == 1:
        if base == 0 and exponent < 0:
            message = f"division by zero: 0**({exponent})"
            raise UndefinedPointError(message)
        return base ** int(exponent.p)
    return to_value(to_sympy(base) ** to_sympy(exponent))


def _subtract(first: Any, second: Any) -> Hashable:
    if isinstance(first, flint.fmpq) and isinstance(second, flint.fmpq):
        return first - second
    return to_value(to_sympy(first) - to_sympy(second))


class ExpressionDiagrams:
    """Compiles SymPy expressions into decision diagrams over symbols with finite alphabets.

    Values at the bottom are ``flint.fmpq`` where rational, otherwise expanded SymPy expressions in the
    other symbols.

    Parameters
    ----------
    alphabets : mapping of Symbol to sequence of exact rationals
        The finite alphabets, in the order in which diagrams are to read the symbols.
    parameters : collection of Symbol
        Symbols that are no degrees of freedom: a step function must not depend on them.
    budget : int
        See :class:`~symrg.exact.diagrams.Diagrams`.

    Examples
    --------
    >>> s, t, k = sympy.symbols("s t k")
    >>> compiler = ExpressionDiagrams({s: (-1, 1), t: (-1, 1)})
    >>> compiler.store.values(compiler.diagram(k * s * t + s**2))
    (k + 1, 1 - k)
    """

    def __init__(
        self,
        alphabets: Mapping[sympy.Symbol, Sequence[Any]],
        *,
        parameters: Collection[sympy.Symbol] = (),
        budget: int = DEFAULT_BUDGET,
    ) -> None:
        exact = {
            symbol: tuple(to_fmpq(value, what=f"a value of {symbol}") for value in alphabet)
            for symbol, alphabet in alphabets.items()
        }
        self.store = Diagrams(exact, budget=budget)
        self._parameters = frozenset(parameters)
        self._known: dict[sympy.Basic, int] = {}
        self._operations: dict[type, Callable[..., Hashable]] = {sympy.Pow: _power}

    def diagram(self, expression: sympy.Basic) -> int:
        """Return the number of the expression's diagram in ``store``.

        Raises
        ------
        BudgetExceeded
            When the diagrams get larger than the budget allows.
        UnableError
            When a step function would have to be evaluated at a parameter.
        UndefinedPointError
            When the expression, or a part of it, is infinite at some state.
        """
        for part in subexpressions(expression, known=self._known):
            try:
                self._known[part] = self._compile(part)
            except UndefinedPointError as error:
                if not part.args:
                    raise
                message = f"{shorten(part)} is not finite at some state: {error}"
                raise UndefinedPointError(message) from error
        return self._known[expression]

    def sum(self, diagrams: Iterable[int]) -> int:
        """Return the diagram of a sum of diagrams."""
        return self._fold(_add, diagrams, 0)

    def product(self, diagrams: Iterable[int]) -> int:
        """Return the diagram of a product of diagrams."""
        return self._fold(_multiply, diagrams, 1)

    def power(self, diagram: int, exponent: int) -> int:
        """Return the diagram of an integer power."""
        return self.store.apply(_power, diagram, self.store.terminal(flint.fmpq(exponent)))

    def difference(self, diagram: int, symbol: sympy.Symbol, letter: int) -> int:
        """Return f(symbol = letter) - f(symbol = first letter), a function of the other symbols."""
        there, reference = (self.store.restrict(diagram, symbol, k) for k in (letter, 0))
        return self.store.apply(_subtract, there, reference)

    def is_zero(self, diagram: int) -> bool:
        """Whether this is the diagram of the constant 0."""
        return diagram == self.store.terminal(flint.fmpq(0))

    def _fold(self, operation: Callable[..., Hashable], diagrams: Iterable[int], unit: int) -> int:
        given = list(diagrams)
        if not given:
            return self.store.terminal(flint.fmpq(unit))
        return reduce(lambda first, second: self.store.apply(operation, first, second), given)

    def _compile(self, part: sympy.Basic) -> int:
        if isinstance(part, sympy.Symbol) and part in self.store.variables:
            return self.store.variable(part)
        if not part.args:
            return self.store.terminal(to_value(part))
        children = [self._known[argument] for argument in part.args]
        if isinstance(part, sympy.Add):
            return self.sum(children)
        if isinstance(part, sympy.Mul):
            return self.product(children)
        if part.func not in self._operations:
            self._operations[part.func] = self._operation(part.func)
        return self.store.apply(self._operations[part.func], *children)

    def _operation(self, function: type) -> Callable[..., Hashable]:
        def evaluate(*values: Any) -> Hashable:
            result = to_value(function(*(to_sympy(value) for value in values)))
            if isinstance(result, flint.fmpq | BooleanAtom) or function in ANALYTIC:
                return result
            stuck = isinstance(result, sympy.Expr | sympy.core.relational.Relational) and result.has(function)
            symbolic = frozenset(to_sympy(result).free_symbols) & self._parameters if stuck else ()
            if symbolic:
                names = ", ".join(str(s) for s in sorted(symbolic, key=sympy.default_sort_key))
                verb = "is" if len(symbolic) == 1 else "are"
                message = (
                    f"{shorten(result)} cannot be evaluated because {names} {verb} symbolic; give numbers for "
                    "the inputs (inputs=... when the Hamiltonian is made, or .subs on it)"
                )
                raise UnableError(message)
            return result

        return evaluate


class PointEvaluator:
    """Evaluates expressions at rational points: exactly where it can, otherwise in ball arithmetic.

    A ball is a proof: it contains the value, so a ball without 0 shows that the value is not 0.

    Examples
    --------
    >>> x = sympy.Symbol("x")
    >>> evaluator = PointEvaluator()
    >>> evaluator(x / 3 + 1, {x: flint.fmpq(1)})
    4/3
    >>> evaluator(sympy.exp(x) - 1, {x: flint.fmpq(1)}).contains(0)
    False
    """

    def __init__(self) -> None:
        self._parts: dict[sympy.Basic, list[sympy.Basic]] = {}
        self._exact: dict[tuple[Any, ...], Any] = {}

    def __call__(self, expression: sympy.Expr, point: Mapping[sympy.Symbol, flint.fmpq]) -> Any:
        """Return ``fmpq``, ``acb``, or None where no method evaluates the expression.

        Parameters
        ----------
        expression : sympy.Expr
            An expression in the symbols of the point.
        point : mapping of Symbol to fmpq
            A value for every symbol of the expression.
        """
        if expression not in self._parts:
            self._parts[expression] = subexpressions(expression)
        values: dict[sympy.Basic, Any] = {}
        with flint.ctx.workprec(_PRECISION):
            for part in self._parts[expression]:
                values[part] = self._value(part, [values[argument] for argument in part.args], point)
        return values[expression]

    def _value(self, part: sympy.Basic, children: list[Any], point: Mapping[sympy.Symbol, flint.fmpq]) -> Any:
        if part in point:
            return point[part]
        if not part.args:
            if part in _CONSTANTS:
                return _CONSTANTS[part]()
            value = to_value(part)
            return None if isinstance(value, sympy.Expr) else value
        if any(child is None for child in children):
            return None
        if isinstance(part, sympy.Add):
            return reduce(lambda first, second: first + second, children)
        if isinstance(part, sympy.Mul):
            return reduce(lambda first, second: first * second, children)
        if not any(isinstance(child, flint.acb) for child in children):
            exact = self._call(part.func, children)
            if isinstance(exact, flint.fmpq | BooleanAtom | sympy.Basic):
                return exact
        if isinstance(part, sympy.Pow):
            ball = flint.acb(children[0]) ** flint.acb(children[1])
        elif part.func in ANALYTIC:
            ball = ANALYTIC[part.func](flint.acb(children[0]))
        else:
            return None
        return ball if ball.is_finite() else None

    def _call(self, function: type, children: list[Any]) -> Any:
        key = (function, *children)
        if key not in self._exact:
            try:
                value = to_value(function(*(to_sympy(child) for child in children)))
            except UndefinedPointError:
                return None
            # An irrational number such as exp(2) is left to the balls.
            self._exact[key] = None if isinstance(value, sympy.Expr) else value
        return self._exact[key]
