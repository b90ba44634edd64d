"""Which pairs of variables of an expression do not separate additively, decided exactly.

f(x, y, ...) separates in x and y iff f = g(without y) + h(without x), that is iff every mixed
difference f(x, y) - f(x0, y) - f(x, y0) + f(x0, y0) vanishes. For a twice differentiable f of real x
and y this is the vanishing of the mixed derivative; mixed differences also make sense for step
functions of a real variable, so they are what is decided here.

The expression is written as a sum of terms c * p * f with p a monomial in symbols without a finite
alphabet and f a function of the others. Different monomials p are linearly independent, so each group
of terms with the same p is decided by itself, on decision diagrams with rational values. Where a
symbol of the first kind sits inside a function (tanh(beta*h), say) a non-zero value is certified at a
rational point, and zero is claimed only if it is zero after expansion.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, product
from math import comb, prod
from random import Random
from typing import Any

import flint
import sympy

from ..errors import BudgetExceeded, UnableError
from .diagrams import DEFAULT_BUDGET
from .evaluation import ANALYTIC, ExpressionDiagrams, PointEvaluator, shorten, subexpressions, to_sympy
from .numbers import to_fmpq

__all__ = ["Separability", "Term"]

_MOST_TERMS = 20_000  # beyond this a power or product of sums stays a factor: its diagram is smaller
_FEW_TERMS = 16  # up to this many terms are summed as diagrams without trying points first
_FEW_TRIES, _MANY_TRIES = 24, 3_000  # rational points tried for a certificate: at first, and before giving up
_CANDIDATES = [
    flint.fmpq(n, d) for n, d in ((1, 2), (-1, 3), (2, 1), (-3, 1), (3, 4), (5, 3), (-7, 5), (1, 1), (-2, 1))
]

_Monomial = tuple[tuple[int, int], ...]  # (generator, exponent), generators increasing
_Polynomial = dict[_Monomial, flint.fmpq]


@dataclass(frozen=True)
class Term:
    """One additive term of an expression, with what is known of it without evaluating it.

    Attributes
    ----------
    expression : sympy.Expr
        The term.
    outside : tuple of (Symbol, int)
        The monomial in symbols without a finite alphabet that stand outside every function.
    inside : tuple of (sympy.Expr, int)
        The other factors with their exponents.
    symbols : frozenset of Symbol
        All symbols that occur.
    rational : bool
        Whether every factor of ``inside`` takes rational values only.
    """

    expression: sympy.Expr
    outside: tuple[tuple[sympy.Symbol, int], ...]
    inside: tuple[tuple[sympy.Expr, int], ...]
    symbols: frozenset[sympy.Symbol]
    rational: bool


class Separability:
    """Decides for pairs of variables whether an expression couples them.

    Parameters
    ----------
    expression : sympy.Expr
        Scalar expression.
    finite : mapping of Symbol to sequence of exact rationals
        The variables with a finite alphabet, reference value first, in the order in which decision
        diagrams are to read them.
    continuous : sequence of Symbol
        The real variables.
    budget : int
        See :class:`~symrg.exact.diagrams.Diagrams`.

    Examples
    --------
    >>> s, t, u, k = sympy.symbols("s t u k")
    >>> decide = Separability(k * s**2 * t + s * u, {s: (-1, 1), t: (-1, 1), u: (0, 1)})
    >>> decide.pairs()
    ((s, u),)
    >>> decide.coupling_term(s, u)
    s*u
    """

    def __init__(
        self,
        expression: sympy.Expr,
        finite: Mapping[sympy.Symbol, Sequence[Any]],
        continuous: Sequence[sympy.Symbol] = (),
        *,
        budget: int = DEFAULT_BUDGET,
    ) -> None:
        self.finite = dict(finite)
        self.continuous = tuple(continuous)
        self.variables = (*self.finite, *self.continuous)
        self._rank = {symbol: rank for rank, symbol in enumerate(self.variables)}
        self._symbols: dict[sympy.Basic, frozenset[sympy.Symbol]] = {}
        self._generators: dict[sympy.Expr, int] = {}
        self._note_symbols(expression)
        self.parameters = tuple(sorted(self._symbols[expression] - set(self.variables), key=sympy.default_sort_key))
        self._compiler = ExpressionDiagrams(self.finite, parameters=self.parameters, budget=budget)
        self._evaluator = PointEvaluator()
        self._diagrams: dict[tuple[int, bool], int] = {}
        self._sums: dict[tuple[tuple[int, ...], bool], int] = {}
        self._influences: dict[tuple[int, sympy.Symbol], frozenset[sympy.Symbol]] = {}
        self._additions: dict[tuple[int, ...], sympy.Expr] = {}
        self._exceeded: BudgetExceeded | None = None
        self.terms = self._terms(expression)

    @property
    def steps(self) -> int:
        """Steps of decision diagrams taken so far, to compare with the budget."""
        return self._compiler.store.steps

    def pairs(self) -> tuple[tuple[sympy.Symbol, sympy.Symbol], ...]:
        """Return the coupled pairs, in the order of the variables.

        Raises
        ------
        UnableError
            When a pair can be neither certified as coupled nor shown to separate.
        BudgetExceeded
            When the decision diagrams get too large.
        """
        return tuple(pair for pair in self.candidates if self.coupled(*pair))

    def coupled(self, first: sympy.Symbol, second: sympy.Symbol) -> bool:
        """Whether some mixed difference in two different variables is not identically zero."""
        first, second = self._ordered(first, second)
        shared = self.candidates.get((first, second), ())
        if not shared:
            return False
        rational = all(self.terms[k].rational for k in shared)
        # Points are cheap and a non-zero value there settles it; only otherwise build the sum of the terms.
        try_points = not rational or len(shared) > _FEW_TERMS
        if try_points and self._certified(self._added(shared), (first, second)):
            return True
        if rational:
            return self._coupled_in_a_group(first, second, shared)
        if self._exceeded is not None:
            raise self._exceeded
        leftover = self._leftover(first, second, shared)
        if not leftover:
            return False
        moving = [symbol for symbol in (first, second) if symbol in self.continuous]
        for tries in (_FEW_TRIES, _MANY_TRIES):
            if any(_is_laurent(value) or self._certified(value, moving, tries) for value in leftover):
                return True
        message = (
            f"cannot decide whether {first} and {second} are coupled: a mixed difference of the Hamiltonian "
            f"contains {shorten(leftover[0])}, which is neither zero after expansion nor certified as non-zero at a "
            "rational point; rewrite it as a polynomial, or give numbers for the parameters"
        )
        raise UnableError(message)

    def coupling_term(self, first: sympy.Symbol, second: sympy.Symbol) -> sympy.Expr:
        """Return the sum of the additive terms that do not separate in the two variables."""
        first, second = self._ordered(first, second)
        shared = tuple(k for k in self.candidates.get((first, second), ()) if second in self._influence(k, first))
        return self._added(shared)

    def _added(self, terms: tuple[int, ...]) -> sympy.Expr:
        if terms not in self._additions:
            self._additions[terms] = sympy.Add(*(self.terms[k].expression for k in terms))
            self._note_symbols(self._additions[terms])
        return self._additions[terms]

    # -- from the expression to terms ------------------------------------------------------------

    def _note_symbols(self, expression: sympy.Basic) -> None:
        for part in subexpressions(expression, known=self._symbols):
            if isinstance(part, sympy.Symbol):
                self._symbols[part] = frozenset([part])
            else:
                self._symbols[part] = frozenset().union(*(self._symbols[argument] for argument in part.args))

    def _terms(self, expression: sympy.Expr) -> tuple[Term, ...]:
        polynomial = self._expand(expression)
        generators = list(self._generators)
        rational = {generator: self._is_rational(generator) for generator in generators}
        terms = []
        for monomial, coefficient in polynomial.items():
            powers = [(generators[k], exponent) for k, exponent in monomial]
            outside = tuple((g, e) for g, e in powers if g.is_Symbol and g not in self.finite)
            inside = tuple((g, e) for g, e in powers if not (g.is_Symbol and g not in self.finite))
            terms.append(
                Term(
                    expression=sympy.Mul(to_sympy(coefficient), *(g**e for g, e in powers)),
                    outside=outside,
                    inside=((to_sympy(coefficient), 1), *inside),
                    symbols=frozenset().union(*(self._symbols[g] for g, _ in powers)),
                    rational=all(rational[g] for g, _ in inside),
                )
            )
        return tuple(terms)

    def _expand(self, expression: sympy.Expr) -> _Polynomial:
        """Expand sums, products and powers outside functions; the rest are generators."""

        def is_arithmetic(part: sympy.Basic) -> bool:
            if isinstance(part, sympy.Pow):
                return bool(part.exp.is_Integer) and (part.exp > 0 or part.base.is_Symbol)
            return isinstance(part, sympy.Add | sympy.Mul)

        known: dict[sympy.Basic, _Polynomial] = {}
        for part in subexpressions(expression, descend=is_arithmetic):
            if part.is_Rational:
                value = to_fmpq(part)
                known[part] = {(): value} if value != 0 else {}
                continue
            expanded = self._expand_one(part, known) if is_arithmetic(part) else None
            known[part] = {self._generator(part): flint.fmpq(1)} if expanded is None else expanded
        return known[expression]

    def _expand_one(self, part: sympy.Expr, known: Mapping[sympy.Basic, _Polynomial]) -> _Polynomial | None:
        """Expand one sum, product or power of expanded parts; None if it gets too long."""
        if isinstance(part, sympy.Add):
            total: _Polynomial = {}
            for argument in part.args:
                for monomial, coefficient in known[argument].items():
                    total[monomial] = total.get(monomial, flint.fmpq(0)) + coefficient
            return {monomial: coefficient for monomial, coefficient in total.items() if coefficient != 0}
        if isinstance(part, sympy.Pow):
            exponent = int(part.exp)
            if part.base.is_Symbol:
                if part.base in self.finite and exponent < 0:
                    return None
                ((symbol, _),) = next(iter(known[part.base]))
                return {((symbol, exponent),): flint.fmpq(1)}
            base = known[part.base]
            if comb(len(base) + exponent - 1, exponent) > _MOST_TERMS:
                return None
            factors = [base] * exponent
        else:
            factors = [known[argument] for argument in part.args]
            if prod(len(factor) for factor in factors) > _MOST_TERMS:
                return None
        result: _Polynomial = {(): flint.fmpq(1)}
        for factor in factors:
            result = _times(result, factor)
        return result

    def _generator(self, part: sympy.Expr) -> _Monomial:
        return ((self._generators.setdefault(part, len(self._generators)), 1),)

    def _is_rational(self, generator: sympy.Expr) -> bool:
        """Whether a generator takes rational values only; decided by compiling it where that is cheap."""
        parts = subexpressions(generator)
        try:
            for part in parts:  # a step function of a parameter is refused here, at its innermost place
                if not self._symbols[part].isdisjoint(self.parameters) and not _is_smooth(part):
                    self._compiler.diagram(part)
            if not self._symbols[generator] <= set(self.finite):
                return False
            if any(part.func in ANALYTIC or part.is_NumberSymbol for part in parts):
                return False
            diagram = self._compiler.diagram(generator)
        except BudgetExceeded as error:  # a certificate at a point may still decide
            self._exceeded = self._exceeded or error
            return False
        return all(isinstance(value, flint.fmpq) for value in self._compiler.store.values(diagram))

    # -- which terms two variables share -----------------------------------------------------------

    @cached_property
    def candidates(self) -> dict[tuple[sympy.Symbol, sympy.Symbol], tuple[int, ...]]:
        """For each pair that occurs together in some term: the positions of those terms."""
        found: dict[tuple[sympy.Symbol, sympy.Symbol], list[int]] = {}
        for k, term in enumerate(self.terms):
            present = sorted((s for s in term.symbols if s in self._rank), key=self._rank.__getitem__)
            for pair in combinations(present, 2):
                found.setdefault(pair, []).append(k)
        by_rank = sorted(found, key=lambda pair: (self._rank[pair[0]], self._rank[pair[1]]))
        return {pair: tuple(found[pair]) for pair in by_rank}

    def _ordered(self, first: sympy.Symbol, second: sympy.Symbol) -> tuple[sympy.Symbol, sympy.Symbol]:
        return (first, second) if self._rank[first] <= self._rank[second] else (second, first)

    # -- decisions on diagrams ---------------------------------------------------------------------

    def _diagram(self, k: int, *, whole: bool) -> int:
        """Return the diagram of a term, with or without the monomial outside its functions."""
        if (k, whole) not in self._diagrams:
            term = self.terms[k]
            factors = [*term.inside, *term.outside] if whole else term.inside
            self._diagrams[k, whole] = self._compiler.product(
                self._compiler.power(self._compiler.diagram(base), exponent) for base, exponent in factors
            )
        return self._diagrams[k, whole]

    def _sum(self, terms: Sequence[int], *, whole: bool) -> int:
        key = (tuple(terms), whole)
        if key not in self._sums:
            self._sums[key] = self._compiler.sum(self._diagram(k, whole=whole) for k in terms)
        return self._sums[key]

    def _differences(self, diagram: int, symbol: sympy.Symbol) -> Iterator[int]:
        for letter in range(1, len(self.finite[symbol])):
            yield self._compiler.difference(diagram, symbol, letter)

    def _coupled_in_a_group(self, first: sympy.Symbol, second: sympy.Symbol, shared: Sequence[int]) -> bool:
        """Decide a pair whose shared terms are (monomial outside) * (rational function of the finite ones).

        The variables are ordered: a continuous one comes second, and then it stands in the monomial,
        where no derivative makes two different monomials equal.
        """
        groups: dict[tuple[tuple[sympy.Symbol, int], ...], list[int]] = {}
        for k in shared:
            groups.setdefault(self.terms[k].outside, []).append(k)
        return any(
            second in self._influence_of(self._sum(group, whole=False), first, outside)
            for outside, group in groups.items()
        )

    def _influence_of(
        self, diagram: int, first: sympy.Symbol, outside: tuple[tuple[sympy.Symbol, int], ...]
    ) -> frozenset[sympy.Symbol]:
        """Variables with which ``first`` is coupled in monomial * diagram, exactly."""
        key = (diagram, first)
        if key not in self._influences:
            changes = [diagram] if first in self.continuous else list(self._differences(diagram, first))
            if all(self._compiler.is_zero(change) for change in changes):
                self._influences[key] = frozenset()
            else:
                supports = (self._compiler.store.support(change) for change in changes)
                # The marker stands for the continuous variables, all of them outside.
                self._influences[key] = frozenset().union(*supports) | {first}
        found = self._influences[key]
        return found | {symbol for symbol, _ in outside} if found else found

    def _influence(self, k: int, first: sympy.Symbol) -> frozenset[sympy.Symbol]:
        """Variables with which a term couples ``first``; for terms that are not rational, may couple."""
        term = self.terms[k]
        if not term.rational:
            return term.symbols
        return self._influence_of(self._diagram(k, whole=False), first, term.outside)

    def _leftover(self, first: sympy.Symbol, second: sympy.Symbol, shared: Sequence[int]) -> list[sympy.Basic]:
        """Return what remains of the mixed differences after expansion; empty if they are structurally zero."""
        diagrams = [self._sum(shared, whole=True)]
        moving = set()
        for symbol in (first, second):
            if symbol in self.finite:
                diagrams = [change for d in diagrams for change in self._differences(d, symbol)]
            else:
                moving.add(symbol)
        leftover = []
        for diagram in diagrams:
            for value in self._compiler.store.values(diagram):
                parts = sympy.Add.make_args(to_sympy(value))
                kept = sympy.Add(*(part for part in parts if moving <= part.free_symbols))
                if kept != 0:
                    leftover.append(kept)
        return leftover

    # -- certificates at points --------------------------------------------------------------------

    def _certified(self, expression: sympy.Basic, moving: Sequence[sympy.Symbol], tries: int = _FEW_TRIES) -> bool:
        """Whether the mixed difference in the moving symbols is certainly not 0 at some point.

        The points are a fixed pseudo-random sequence, the same in every run.
        """
        self._note_symbols(expression)
        symbols = sorted(self._symbols[expression], key=sympy.default_sort_key)
        choices = {symbol: self._choices(symbol) for symbol in symbols}
        if any(len(choices[symbol]) < (2 if symbol in moving else 1) for symbol in symbols):
            return False
        random = Random(0)
        for _ in range(tries):
            point = {symbol: random.choice(choices[symbol]) for symbol in symbols}
            ends = {symbol: random.sample(choices[symbol], 2) for symbol in moving}
            values = []
            for corner in product((0, 1), repeat=len(moving)):
                point.update((symbol, ends[symbol][side]) for symbol, side in zip(moving, corner, strict=True))
                value = self._evaluator(expression, point)
                values.append(value if value is None or sum(corner) % 2 == 0 else -value)
            if any(value is None for value in values):
                continue
            total = sum(values, flint.fmpq(0))
            if not (total.contains(0) if isinstance(total, flint.acb) else total == 0):
                return True
        return False

    def _choices(self, symbol: sympy.Symbol) -> list[flint.fmpq]:
        if symbol in self.finite:
            return [to_fmpq(value) for value in self.finite[symbol]]
        facts = symbol.assumptions0.items()
        return [c for c in _CANDIDATES if all(getattr(to_sympy(c), f"is_{f}", None) == v for f, v in facts)]


def _times(first: _Polynomial, second: _Polynomial) -> _Polynomial:
    result: _Polynomial = {}
    for (m, a), (n, b) in product(first.items(), second.items()):
        exponents = dict(m)
        for generator, exponent in n:
            exponents[generator] = exponents.get(generator, 0) + exponent
        monomial = tuple(sorted((g, e) for g, e in exponents.items() if e != 0))
        result[monomial] = result.get(monomial, flint.fmpq(0)) + a * b
    return {monomial: coefficient for monomial, coefficient in result.items() if coefficient != 0}


def _is_laurent(value: sympy.Basic) -> bool:
    """Whether an expanded value is a Laurent polynomial in symbols: then it is zero only if it is 0."""
    return all(
        factor.is_Rational or (lambda base, exponent: base.is_Symbol and exponent.is_Integer)(*factor.as_base_exp())
        for part in sympy.Add.make_args(value)
        for factor in sympy.Mul.make_args(part)
    )


def _is_smooth(part: sympy.Basic) -> bool:
    return not part.args or part.func in ANALYTIC or isinstance(part, sympy.Add | sympy.Mul | sympy.Pow)
