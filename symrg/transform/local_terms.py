"""Reading an exponent −βH as a sum of local terms: couplings times functions of a few variables.

Products of sums are multiplied out as far as that keeps terms local, and everything else is evaluated on the states of
its own variables alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import prod
from typing import Any

import sympy

from ..errors import DomainError
from ..exact.exponentials import split_exponent
from ..exact.numbers import as_fraction
from ..model._quotient import values_on_states
from ..model.activations import Activation
from ..model.variables import Variable
from .elimination import spread

__all__ = ["LocalTable", "LocalTerms"]

_Powers = dict[int, int]


@dataclass(frozen=True)
class _Term:
    """number · ∏ couplings · ∏ variables^power · ∏ functions^power; variables and functions by position."""

    number: Any
    couplings: tuple[Any, ...]
    powers: _Powers
    functions: _Powers


@dataclass(frozen=True)
class _Function:
    """What is no polynomial in the variables; the terms of its argument, if it has one with rational values."""

    expression: Any
    argument: list[_Term] | None


@dataclass(frozen=True)
class LocalTable:
    """The terms of one scope, at each of its states in product order.

    Attributes
    ----------
    scope : tuple of int
        Positions of the variables.
    states : int
        How many states they have.
    monomials : mapping
        Monomial in the couplings ↦ its coefficient at each state.
    logarithms : mapping
        Argument of a logarithm ↦ its coefficient at each state.
    """

    scope: tuple[int, ...]
    states: int
    monomials: Mapping[Any, list[Any]]
    logarithms: Mapping[Any, list[Any]]


class LocalTerms:
    """The additive terms of an exponent, gathered by the variables that they contain.

    A function of several variables (an activation, say) with few values that is multiplied by many other variables
    becomes a variable of its own, tied to its arguments by a table of zeros and ones; so tables stay small.

    Parameters
    ----------
    exponent : SymPy expression
    variables : sequence of Variable
        All variables in it, with finite alphabets.
    limit : int
        No function is evaluated on more states than this before the cost is known.

    Attributes
    ----------
    alphabets : list of lists of numbers
        The values of each variable; those of functions that became variables come last.
    scopes : tuple of tuples of int
        The variables of each table.
    ties : list of (tuple of int, list of int)
        Scope and table of each function that became a variable.
    """

    def __init__(self, exponent: Any, variables: Sequence[Variable], *, limit: int) -> None:
        self._variables = tuple(variables)
        self._place = {v: i for i, v in enumerate(self._variables)}
        self.alphabets = [[_plain(x) for x in v.alphabet] for v in self._variables]
        self.ties: list[tuple[tuple[int, ...], list[int]]] = []
        self._inside: dict[Any, int] = {}
        self._position: dict[Any, int] = {}
        self._functions: list[_Function] = []
        self._evaluated: dict[int, tuple[tuple[int, ...], list[Any]]] = {}
        self._variable_of: dict[int, int] = {}
        self._split: dict[Any, list[list[tuple[Any, Any]]]] = {}
        terms = self._read(exponent)
        self._name_functions(terms, limit)
        self._gathered: dict[tuple[int, ...], list[_Term]] = {}
        self._gather([self._renamed(term) for term in terms])

    @property
    def sizes(self) -> tuple[int, ...]:
        """The number of values of every variable."""
        return tuple(map(len, self.alphabets))

    @property
    def scopes(self) -> tuple[tuple[int, ...], ...]:
        """The variables of each table, those of the ties last."""
        return (*self._gathered, *(scope for scope, _ in self.ties))

    # -- reading -----------------------------------------------------------------------------------

    def _read(self, expression: Any) -> list[_Term]:
        """Multiply out, one factor at a time."""
        found = []
        work: list[tuple[Any, tuple[Any, ...], _Powers, _Powers, list[Any]]] = [(1, (), {}, {}, [expression])]
        while work:
            number, couplings, powers, functions, pending = work.pop()
            while pending:
                part = pending.pop()
                place = self._place.get(part)
                if place is not None:
                    powers[place] = powers.get(place, 0) + 1
                elif part.is_Rational:
                    number *= _plain(part)
                elif not self._mask(part):
                    couplings = (*couplings, part)
                elif part.is_Add:
                    first, *others = part.args
                    for other in reversed(others):
                        work.append((number, couplings, dict(powers), dict(functions), [*pending, other]))
                    pending.append(first)
                elif part.is_Mul and not self._grows(part):
                    pending.extend(reversed(part.args))
                elif part.is_Pow and part.exp.is_Integer and part.exp > 1 and not self._grows(part):
                    base, power = part.args
                    if base in self._place:
                        powers[self._place[base]] = powers.get(self._place[base], 0) + int(power)
                    elif base.is_Add:
                        pending.append(sympy.expand_multinomial(part, deep=False))
                    else:
                        pending.extend([base] * int(power))
                else:
                    place = self._function(part)
                    functions[place] = functions.get(place, 0) + 1
            found.append(_Term(number, couplings, powers, functions))
        return found

    def _grows(self, product: Any) -> bool:
        """Whether multiplying out gives more terms than there are states to evaluate it on."""
        terms = 1
        for base, power in (factor.as_base_exp() for factor in sympy.Mul.make_args(product)):
            if base.is_Add and power.is_Integer and power > 0 and self._mask(base):
                count = len(base.args)
                terms *= int(sympy.binomial(count + int(power) - 1, int(power)))
        return terms > 4 and terms > self._states(_places(self._mask(product)))

    def _mask(self, expression: Any) -> int:
        """Return the variables in an expression, as bits."""
        if expression not in self._inside:
            known = 0
            if expression.is_Add or expression.is_Mul or expression.is_Pow or expression.is_Function:
                for argument in expression.args:  # parts that occur often are looked at once
                    known |= self._mask(argument)
            else:
                for symbol in expression.free_symbols:
                    known |= 1 << self._place[symbol] if symbol in self._place else 0
            self._inside[expression] = known
        return self._inside[expression]

    def _function(self, expression: Any) -> int:
        if expression not in self._position:
            argument = None
            if expression.is_Function and len(expression.args) == 1:
                argument = self._read(expression.args[0])
                if any(term.couplings or not all(map(self._is_rational, term.functions)) for term in argument):
                    argument = None
            self._position[expression] = len(self._functions)
            self._functions.append(_Function(expression, argument))
        return self._position[expression]

    def _is_rational(self, place: int) -> bool:
        """Whether a function has rational values whatever its variables are."""
        function = self._functions[place]
        return isinstance(function.expression, Activation) and function.argument is not None

    # -- functions -----------------------------------------------------------------------------------

    def _name_functions(self, terms: list[_Term], limit: int) -> None:
        """Make those functions variables that are multiplied by more states of other variables than they have values.

        Inner functions come before those that contain them.
        """
        around: dict[int, int] = {}  # the variables that each function meets, as bits
        work = [(term, self._raw(term)) for term in terms]
        while work:
            term, mask = work.pop()
            for place in term.functions:
                function = self._functions[place]
                if place not in around:
                    inside = self._mask(function.expression)
                    work += [(inner, inside) for inner in function.argument or ()]
                around[place] = around.get(place, 0) | mask
        for place in sorted(around):
            others = self._states(_places(around[place] & ~self._mask(self._functions[place].expression)))
            scope = self._scope_of(place)
            if len(scope) < 2 or others <= 2 or self._states(scope) > limit:
                continue
            values = self._values(place)[1]
            if all(map(_is_number, values)) and len(set(values)) < others:
                alphabet, new = sorted(set(values)), len(self.alphabets)
                self.alphabets.append(alphabet)
                self.ties.append(((*scope, new), [int(v == letter) for v in values for letter in alphabet]))
                self._variable_of[place] = new

    def _raw(self, term: _Term) -> int:
        mask = sum(1 << place for place in term.powers)
        for place in term.functions:
            mask |= self._mask(self._functions[place].expression)
        return mask

    def _renamed(self, term: _Term) -> _Term:
        """Return a term with the functions that became variables as variables."""
        if not any(place in self._variable_of for place in term.functions):
            return term
        named = {self._variable_of[f]: n for f, n in term.functions.items() if f in self._variable_of}
        rest = {f: n for f, n in term.functions.items() if f not in self._variable_of}
        return _Term(term.number, term.couplings, {**term.powers, **named}, rest)

    def _scope_of(self, place: int) -> tuple[int, ...]:
        """Return the variables that a function is evaluated on."""
        function = self._functions[place]
        if function.argument is None:
            return _places(self._mask(function.expression))
        return self._union(map(self._renamed, function.argument))

    def _union(self, terms: Iterable[_Term]) -> tuple[int, ...]:
        found: set[int] = set()
        for term in terms:
            found.update(term.powers)
            for place in term.functions:
                found.update(self._scope_of(place))
        return tuple(sorted(found))

    def _values(self, place: int) -> tuple[tuple[int, ...], list[Any]]:
        """Return the scope of a function and its values there, as numbers or SymPy expressions."""
        if place not in self._evaluated:
            expression, argument = self._functions[place].expression, self._functions[place].argument
            scope = self._scope_of(place)
            if argument is None:
                values = values_on_states(expression, [self._variables[p] for p in scope])
            else:
                # once for each value of the argument
                arguments = self._numbers(map(self._renamed, argument), scope)
                at = {x: expression.func(_as_sympy(x)) for x in dict.fromkeys(arguments)}
                if any(value.is_finite is False for value in at.values()):
                    message = f"{expression} has no finite value at some state; leave that state out of the alphabet"
                    raise DomainError(message)
                values = [at[x] for x in arguments]
            self._evaluated[place] = scope, list(map(_plain, values))
        return self._evaluated[place]

    def _is_numeric(self, term: _Term) -> bool:
        return all(all(map(_is_number, self._values(place)[1])) for place in term.functions)

    def _states(self, scope: Iterable[int]) -> int:
        return prod(len(self.alphabets[p]) for p in scope)

    # -- tables ----------------------------------------------------------------------------------------

    def _gather(self, terms: list[_Term]) -> None:
        """Sort terms by their variables; those of fewer variables go to the first scope that holds theirs."""
        by_scope: dict[tuple[int, ...], list[_Term]] = {}
        for term in terms:
            by_scope.setdefault(self._union([term]), []).append(term)
        holding: dict[int, list[tuple[int, ...]]] = {}
        for scope in sorted(by_scope, key=lambda s: (-len(s), s)):
            home = scope
            if scope:
                candidates = holding.get(scope[0], ())
                home = next((larger for larger in candidates if set(scope) <= set(larger)), scope)
            elif self._gathered:
                home = next(iter(self._gathered))
            if home is scope:
                for p in scope:
                    holding.setdefault(p, []).append(scope)
            self._gathered.setdefault(home, []).extend(by_scope[scope])

    def tables(self) -> list[LocalTable]:
        """Return the exponent as tables, one for each of the first scopes.

        Raises
        ------
        ModelError
            If a coefficient is no polynomial in the couplings plus rational multiples of logarithms.
        """
        return [self._table(scope, terms) for scope, terms in self._gathered.items()]

    def _table(self, scope: tuple[int, ...], terms: list[_Term]) -> LocalTable:
        monomials: dict[Any, list[Any]] = {}
        logarithms: dict[Any, list[Any]] = {}
        grouped: dict[tuple[Any, ...], list[_Term]] = {}
        for term in terms:
            if self._is_numeric(term):
                grouped.setdefault(term.couplings, []).append(term)
            else:
                for value, indicator in self._levels(term, scope):
                    self._add_split(value, indicator, monomials, logarithms)
        for couplings, group in grouped.items():
            self._add_split(sympy.Mul(*couplings), self._numbers(group, scope), monomials, logarithms)
        return LocalTable(scope, self._states(scope), monomials, logarithms)

    def _levels(self, term: _Term, scope: tuple[int, ...]) -> list[tuple[Any, list[Any]]]:
        """Return the expressions that a term has as values, and what each is multiplied by at each state."""
        numbers = self._numbers([_Term(term.number, (), term.powers, {})], scope)
        columns = [spread(values, own, scope, self.sizes) for own, values in map(self._values, term.functions)]
        found: dict[tuple[Any, ...], list[Any]] = {}
        for state, values in enumerate(zip(*columns, strict=True)):
            found.setdefault(values, [0] * len(numbers))[state] = numbers[state]
        powers = term.functions.values()
        return [
            (sympy.Mul(*term.couplings, *(_as_sympy(v) ** n for v, n in zip(values, powers, strict=True))), column)
            for values, column in found.items()
        ]

    def _add_split(self, value: Any, column: list[Any], *tables: dict[Any, list[Any]]) -> None:
        """Add an expression in the couplings times a table of numbers to what is known by monomial and logarithm."""
        if value not in self._split:
            linear, logarithms = split_exponent(value)
            self._split[value] = [[(key, _plain(c)) for key, c in part] for part in (linear.items(), logarithms)]
        for table, items in zip(tables, self._split[value], strict=True):
            for key, number in items:
                scaled = column if number == 1 else [number * x for x in column]
                table[key] = [x + y for x, y in zip(table[key], scaled, strict=True)] if key in table else scaled

    def _numbers(self, terms: Iterable[_Term], scope: tuple[int, ...]) -> list[Any]:
        """Return the values of a sum of terms without couplings at each state of a scope."""
        polynomial: dict[tuple[int, ...], Any] = {}
        others = []
        for term in terms:
            if term.functions:
                others.append(term)
            else:
                exponents = tuple(term.powers.get(p, 0) for p in scope)
                polynomial[exponents] = polynomial.get(exponents, 0) + term.number
        total = _evaluated(polynomial, [self.alphabets[p] for p in scope])
        for term in others:
            bare = _Term(term.number, (), term.powers, {})
            values = self._numbers([bare], scope)
            for place, power in term.functions.items():
                own, entries = self._values(place)
                values = [x * y**power for x, y in zip(values, spread(entries, own, scope, self.sizes), strict=True)]
            total = [x + y for x, y in zip(total, values, strict=True)]
        return total


def _evaluated(polynomial: Mapping[tuple[int, ...], Any], alphabets: Sequence[Sequence[Any]]) -> list[Any]:
    """Return the values of a polynomial at all states, one variable at a time."""
    if not polynomial:
        return [0] * prod(map(len, alphabets))
    if not alphabets:
        return [polynomial[()]]
    by_power: dict[int, dict[tuple[int, ...], Any]] = {}
    for exponents, number in polynomial.items():
        by_power.setdefault(exponents[0], {})[exponents[1:]] = number
    columns = {power: _evaluated(rest, alphabets[1:]) for power, rest in by_power.items()}
    found: list[Any] = []
    for letter in alphabets[0]:
        parts = [[letter**power * x for x in column] for power, column in columns.items()]
        found += parts[0] if len(parts) == 1 else map(sum, zip(*parts, strict=True))
    return found


def _plain(value: Any) -> Any:
    """Return rationals as int or Fraction, anything else as it is."""
    if isinstance(value, sympy.Expr) and not value.is_Rational:
        return value
    exact = as_fraction(value)
    return exact.numerator if exact.denominator == 1 else exact


def _as_sympy(value: Any) -> Any:
    return sympy.Rational(value.numerator, value.denominator) if _is_number(value) else value


def _is_number(value: Any) -> bool:
    return isinstance(value, int | Fraction)


def _places(bits: int) -> tuple[int, ...]:
    return tuple(p for p in range(bits.bit_length()) if bits >> p & 1)
