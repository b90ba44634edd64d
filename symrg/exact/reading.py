"""Reading SymPy expressions bottom-up into values of another kind, with names bound as one goes.

A reader visits every distinct part of an expression once. Symbols may stand for other expressions (``where``), take
the letters of an alphabet, or be bound by a sum; nothing is ever substituted into the expression itself, which in
SymPy costs more than deciding it. What the values are (elements of a field, numbers, balls) is up to the subclass.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import product
from math import prod
from typing import Any

import sympy
from sympy.core.relational import Relational

from ..errors import BudgetExceeded, ModelError, UnableError, UndefinedPointError
from .evaluation import shorten
from .numbers import as_fraction, to_fmpq

__all__ = ["Reader", "Scope", "Unfold", "as_expression"]

Unfold = Callable[[Any], tuple[Any, Sequence[tuple[Any, Iterable[Any]]]]]
"""How a sum over states is written out: node to (summand, [(symbol, its values), …])."""

_MOST_TERMS = 100_000  # of one written-out sum


def as_expression(value: Any, *, what: str = "a side") -> Any:
    """Return a SymPy object, an exact number, or nested sequences of these as a SymPy object.

    Raises
    ------
    NotExactError
        For floats.
    ModelError
        For text and other objects that are no mathematics.

    Examples
    --------
    >>> as_expression([1, sympy.Symbol("x")])
    (1, x)
    """
    if isinstance(value, sympy.MatrixBase):
        return sympy.ImmutableMatrix(value)
    if isinstance(value, sympy.Basic):
        return value
    if isinstance(value, list | tuple):
        return sympy.Tuple(*(as_expression(item, what=what) for item in value))
    if isinstance(value, str):
        message = f"{what} is the text {value!r}, which stands for nothing; give a SymPy object"
        raise ModelError(message)
    exact = as_fraction(value, what=what)
    return sympy.Rational(exact.numerator, exact.denominator)


class _Delayed:
    """An expression to be read when its name is met, in the scope where the name was given."""

    __slots__ = ("expression", "scope")

    def __init__(self, expression: Any, scope: Scope) -> None:
        self.expression, self.scope = expression, scope


class _Level:
    """What is common to a scope at every state: the names that vary with the state, and all values that do not."""

    __slots__ = ("names", "shared", "varies")

    def __init__(self, names: frozenset[Any]) -> None:
        self.names = names
        self.varies: dict[Any, bool] = {}
        self.shared: dict[Any, Any] = {}


class Scope:
    """What names stand for while an expression is read; get one from :meth:`Reader.scope`."""

    __slots__ = ("bindings", "level", "memo")

    def __init__(self, bindings: dict[Any, Any], level: _Level | None) -> None:
        self.bindings = bindings
        self.level = level
        self.memo: dict[Any, Any] = {}


class Reader:
    """Reads expressions; a subclass says what numbers, symbols, sums, products, powers and functions become.

    Parameters
    ----------
    where : mapping, optional
        What symbols (or other sub-expressions) stand for: SymPy expressions, all put in at once.
    sums : mapping of type to callable, optional
        For kinds of nodes that are sums over states: how each is written out (:data:`Unfold`).
    varying : iterable of symbols, optional
        The symbols that :meth:`scope` will bind to letters; what does not contain them is read once for all states.
    steps : int, optional
        How many parts may be read.
    """

    def __init__(
        self,
        *,
        where: Mapping[Any, Any] | None = None,
        sums: Mapping[type, Unfold] | None = None,
        varying: Iterable[Any] = (),
        steps: int | None = None,
    ) -> None:
        self._steps = steps
        self._where = dict(where or {})
        self._sums = dict(sums or {})
        self._handlers: dict[type, Callable[[Any, Scope], Any]] = dict.fromkeys(self._sums, self._read_states)
        names = frozenset(varying)
        self._inner = _Level(names)
        hidden = frozenset(key for key, value in self._where.items() if self._varies(value, self._inner))
        self._outer = _Level((names - frozenset(self._where)) | hidden)
        self._bound_in: dict[Any, frozenset[Any]] = {}

    # -- what a subclass says ------------------------------------------------------------------

    def number(self, value: Any) -> Any:
        """Return a rational number (``flint.fmpq``) as a value."""
        raise UnableError

    def symbol(self, node: Any) -> Any:
        """Return a symbol without a binding as a value."""
        raise UnableError

    def constant(self, node: Any) -> Any:
        """Return an irrational constant (pi, I, E, …) as a value."""
        raise UnableError

    def add(self, values: Sequence[Any]) -> Any:
        """Return a sum."""
        raise UnableError

    def multiply(self, values: Sequence[Any]) -> Any:
        """Return a product."""
        raise UnableError

    def power(self, base: Any, exponent: Any, scope: Scope) -> Any:
        """Return the power of two nodes."""
        raise UnableError

    def exponential(self, exponent: Any, scope: Scope) -> Any:
        """Return e to a node."""
        raise UnableError

    def function(self, node: Any, values: Sequence[Any], scope: Scope) -> Any:
        """Return a function of values; ``node`` is the application that is read."""
        raise UnableError

    def order(self, difference: Any) -> int | None:
        """Return the sign of a real value, or None if it is not known."""
        raise UnableError

    def conditional(self, node: Any, scope: Scope) -> Any:
        """Return a Piecewise whose conditions are not known."""
        message = f"it is not known which case of {shorten(node)} applies"
        raise UnableError(message)

    # -- reading ---------------------------------------------------------------------------------

    def scope(self, state: Mapping[Any, Any] | None = None) -> Scope:
        """Return the scope of a statement's sides at a state (symbol to rational number)."""
        bindings = {symbol: self.number(to_fmpq(value)) for symbol, value in (state or {}).items()}
        inner = Scope(bindings, self._inner)
        if not self._where:
            return inner
        outer = dict(bindings)
        outer.update({name: _Delayed(value, inner) for name, value in self._where.items()})
        return Scope(outer, self._outer)

    def read(self, node: Any, scope: Scope) -> Any:
        """Return the value of an expression in a scope.

        Raises
        ------
        UndefinedPointError
            Where a denominator is zero, or the argument of a logarithm.
        UnableError
            Where the subclass has no value for a part of the expression.
        NotExactError
            For floats.
        BudgetExceeded
            If more parts are read than was allowed.
        """
        level = scope.level
        memo = scope.memo if level is None or self._varies(node, level) else level.shared
        found = memo.get(node)
        if found is None:
            bound = scope.bindings.get(node)
            if bound is None:
                found = self._read(node, scope)
            elif type(bound) is _Delayed:
                found = self.read(bound.expression, bound.scope)
            else:
                found = bound
            memo[node] = found
        return found

    def summands(self, node: Any, scope: Scope) -> list[tuple[Any, Scope]]:
        """Return the terms of a sum, looking through names that stand for sums."""
        bound = scope.bindings.get(node)
        if type(bound) is _Delayed:
            return self.summands(bound.expression, bound.scope)
        if bound is None and node.is_Add:
            return [part for argument in node.args for part in self.summands(argument, scope)]
        return [(node, scope)]

    def _varies(self, node: Any, level: _Level) -> bool:
        known = level.varies.get(node)
        if known is None:
            known = node in level.names or any(self._varies(argument, level) for argument in node.args)
            level.varies[node] = known
        return known

    def _read(self, node: Any, scope: Scope) -> Any:
        if self._steps is not None:
            self._steps -= 1
            if self._steps < 0:
                message = "more parts have to be read than was allowed for deciding in place"
                raise BudgetExceeded(message)
        handler = self._handlers.get(type(node))
        if handler is None:
            handler = self._handlers[type(node)] = self._handler(node)
        return handler(node, scope)

    def _handler(self, node: Any) -> Callable[[Any, Scope], Any]:
        for kind, handler in (
            (sympy.Symbol, self._read_symbol),
            (sympy.Number, self._read_number),
            (sympy.Add, self._read_add),
            (sympy.Mul, self._read_mul),
            (sympy.Pow, self._read_pow),
            (sympy.exp, self._read_exp),
            (sympy.Sum, self._read_range),
            (sympy.Product, self._read_range),
            (sympy.Piecewise, self._read_piecewise),
            (sympy.Derivative, self._read_done),
        ):
            if isinstance(node, kind):
                return handler
        if isinstance(node, sympy.UnevaluatedExpr):
            return lambda part, scope: self.read(part.args[0], scope)
        if not isinstance(node, sympy.Expr):
            return self._refuse
        if not node.args:
            return lambda part, _: self.constant(part)
        if any(kind in type(node).__mro__ for kind in self._sums):
            return self._read_states
        return self._read_function

    def _refuse(self, node: Any, scope: Scope) -> Any:
        message = f"{shorten(node)} ({type(node).__name__}) is no number-valued expression"
        raise UnableError(message)

    def _read_symbol(self, node: Any, scope: Scope) -> Any:
        return self.symbol(node)

    def _read_number(self, node: Any, scope: Scope) -> Any:
        if node.is_Rational:
            return self.number(to_fmpq(node))
        if node.is_Float:
            to_fmpq(node, what="a number in the statement")  # raises, and shows the exact number
        message = f"{node} is no finite number"
        raise UndefinedPointError(message)

    def _read_add(self, node: Any, scope: Scope) -> Any:
        return self.add([self.read(argument, scope) for argument in node.args])

    def _read_mul(self, node: Any, scope: Scope) -> Any:
        return self.multiply([self.read(argument, scope) for argument in node.args])

    def _read_pow(self, node: Any, scope: Scope) -> Any:
        if node.base is sympy.S.Exp1:
            return self.exponential(node.exp, scope)
        return self.power(node.base, node.exp, scope)

    def _read_exp(self, node: Any, scope: Scope) -> Any:
        return self.exponential(node.args[0], scope)

    def _read_function(self, node: Any, scope: Scope) -> Any:
        return self.function(node, [self.read(argument, scope) for argument in node.args], scope)

    def _read_done(self, node: Any, scope: Scope) -> Any:
        done = node.doit()
        if isinstance(done, type(node)):
            message = f"{shorten(node)} cannot be carried out"
            raise UnableError(message)
        self._refuse_capture(node.expr, node.variables, scope, "differentiated by")
        return self.read(done, scope)

    # -- sums and cases ----------------------------------------------------------------------------

    def _read_states(self, node: Any, scope: Scope) -> Any:
        unfold = next(self._sums[kind] for kind in type(node).__mro__ if kind in self._sums)
        body, ranges = unfold(node)
        return self.add(self._terms(body, ranges, scope))

    def _read_range(self, node: Any, scope: Scope) -> Any:
        body, ranges = node.function, []
        for index, low, high in node.limits:
            if not (low.is_Integer and high.is_Integer):
                message = f"the range of {index} in {shorten(node)} is not known; only finite sums are written out"
                raise UnableError(message)
            ranges.append((index, [sympy.Integer(k) for k in range(int(low), int(high) + 1)]))
        terms = self._terms(body, ranges, scope)
        return self.add(terms) if isinstance(node, sympy.Sum) else self.multiply(terms)

    def _terms(self, body: Any, ranges: Sequence[tuple[Any, Iterable[Any]]], scope: Scope) -> list[Any]:
        symbols = [symbol for symbol, _ in ranges]
        letters = [[to_fmpq(value) for value in values] for _, values in ranges]
        count = prod(map(len, letters))
        if count > _MOST_TERMS:
            message = f"a sum of {count} terms is more than the {_MOST_TERMS} that are written out; sum fewer variables"
            raise BudgetExceeded(message, estimate=count, limit=_MOST_TERMS)
        self._refuse_capture(body, symbols, scope, "summed over")
        return [
            self.read(body, Scope({**scope.bindings, **dict(zip(symbols, map(self.number, row), strict=True))}, None))
            for row in product(*letters)
        ]

    def _refuse_capture(self, body: Any, symbols: Sequence[Any], scope: Scope, verb: str) -> None:
        """Refuse a name that stands for something in which a bound variable occurs, as two could be meant."""
        for name, bound in scope.bindings.items():
            if type(bound) is not _Delayed or name in symbols:
                continue
            if name not in self._bound_in:
                self._bound_in[name] = frozenset(bound.expression.free_symbols)
            captured = [symbol for symbol in symbols if symbol in self._bound_in[name]]
            if captured and body.has(name):
                message = (
                    f"{name} stands for an expression in {captured[0]}, and {shorten(body)} is {verb} {captured[0]}; "
                    f"write {name} out there"
                )
                raise ModelError(message)

    def _read_piecewise(self, node: Any, scope: Scope) -> Any:
        for value, condition in node.args:
            truth = self.truth(condition, scope)
            if truth is None:
                return self.conditional(node, scope)
            if truth:
                return self.read(value, scope)
        message = f"no case of {shorten(node)} applies"
        raise UndefinedPointError(message)

    def truth(self, condition: Any, scope: Scope) -> bool | None:
        """Return whether a condition holds, or None if that is not known."""
        if condition is sympy.true or condition is sympy.false:
            return bool(condition)
        if isinstance(condition, sympy.Not):
            inner = self.truth(condition.args[0], scope)
            return None if inner is None else not inner
        if isinstance(condition, sympy.And | sympy.Or):
            decisive = isinstance(condition, sympy.Or)
            parts = [self.truth(argument, scope) for argument in condition.args]
            return decisive if decisive in parts else None if None in parts else not decisive
        if not isinstance(condition, Relational):
            return None
        left, right = (self.read(side, scope) for side in (condition.lhs, condition.rhs))
        sign = self.order(self.add([left, self.multiply([self.number(to_fmpq(-1)), right])]))
        if sign is None:
            return None
        holds = {"==": (0,), "!=": (-1, 1), "<": (-1,), "<=": (-1, 0), ">": (1,), ">=": (0, 1)}
        return sign in holds[condition.rel_op]
