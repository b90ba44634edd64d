"""Decimation: summing variables out of an exponent −βH, exactly and with symbolic couplings.

The Boltzmann weight of every state is a monomial in exponentials of the couplings, so the sum is a Laurent
polynomial in them; its logarithm is projected on the polynomial basis of the variables that stay.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import product
from math import gcd, lcm, prod
from typing import Any

import flint
import sympy

from .._display import Displayed
from ..errors import BudgetExceeded, ModelError, UndefinedPointError
from ..exact.exponentials import ExponentialField
from ..exact.generators import polynomial_key
from ..exact.polynomials import RationalFunction, irreducible_factors
from ..model.basis import basis_monomials, coefficients, project
from ..model.variables import Variable, refuse_floats, require_finite, states, variables_in
from .elimination import Elimination, EliminationPlan, plan_elimination
from .local_terms import LocalTerms
from .local_weights import LocalWeights

__all__ = ["Decimation", "decimate", "multiplicity"]

_MOST_ENTRIES = 2**21
_MOST_STATES = 2**20
_MOST_TERMS = 2**26
_SHOWN = 8


@dataclass(frozen=True)
class Decimation(Displayed):
    """The result of summing variables out of an exponent.

    Attributes
    ----------
    given : SymPy expression
        The exponent −βH before.
    over : tuple of Variable
        What was summed out.
    variables : tuple of Variable
        What stays; its states are in product order.
    plan : EliminationPlan
        In which order the variables go, and the tables that they are summed in. Positions are those in ``variables``
        and ``over`` together, sorted by name; functions that are treated as variables come last.

    Examples
    --------
    >>> K = sympy.Symbol("K")
    >>> left, middle, right = (Variable(name, (-1, 1)) for name in ("s_1", "s_2", "s_3"))
    >>> step = decimate(K * left * middle + K * middle * right, over=[middle])
    >>> step.couplings[left * right]
    log(exp(2*K)/2 + exp(-2*K)/2)/2
    >>> step.summed
    exp(-K*s_1 - K*s_3) + exp(K*s_1 + K*s_3)
    """

    given: Any
    over: tuple[Variable, ...]
    variables: tuple[Variable, ...]
    plan: EliminationPlan = dataclasses.field(repr=False, compare=False)
    _local: LocalTerms = dataclasses.field(repr=False, compare=False)

    @cached_property
    def terms(self) -> tuple[tuple[Any, int], ...]:
        """The sum as exponents, polynomials in the variables that stay, and how often each occurs.

        Raises
        ------
        BudgetExceeded
            If there are more than 2**20 states in all: here they are run through one by one.
        """
        size = prod(len(v.alphabet) for v in self.over + self.variables)
        if size > _MOST_STATES:
            message = (
                f"the sum has {size} states, and at most {_MOST_STATES} fit where all its terms are listed; "
                "sum out fewer variables at a time, or ask for weights or couplings"
            )
            raise BudgetExceeded(message, estimate=size, limit=_MOST_STATES)
        counts: dict[Any, int] = {}
        for state in product(*(v.alphabet for v in self.over)):
            term = self.given.xreplace(dict(zip(self.over, state, strict=True)))
            projected = sympy.expand(project(term, self.variables))
            counts[projected] = counts.get(projected, 0) + 1
        return tuple(sorted(counts.items(), key=lambda item: sympy.default_sort_key(item[0])))

    @cached_property
    def summed(self) -> Any:
        """The sum of the Boltzmann weights with the remaining variables as symbols (Eq. (21) of the paper)."""
        return sympy.Add(*(count * sympy.exp(exponent) for exponent, count in self.terms))

    @cached_property
    def _weights(self) -> LocalWeights:
        return LocalWeights(self._local.tables(), self._local.ties, self.plan.states(self.plan.order))

    @cached_property
    def _elimination(self) -> Elimination:
        weights = self._weights
        size = self.plan.terms((t.scope, d) for t, d in zip(weights.tables, weights.degrees, strict=True))
        if size > _MOST_TERMS:
            message = (
                f"the tables may hold {size} terms in powers of {len(weights.packing.degrees)} exponentials, and at "
                f"most {_MOST_TERMS} fit; give some couplings as numbers (log(2), say), or sum out fewer variables"
            )
            raise BudgetExceeded(message, estimate=size, limit=_MOST_TERMS)
        return Elimination(self.plan, weights.tables, weights.packing)

    @property
    def field(self) -> ExponentialField:
        """The field of rational functions of exponentials in which the weights live."""
        return self._weights.field

    @cached_property
    def weights(self) -> tuple[RationalFunction, ...]:
        """The sum at each state of the remaining variables, as elements of :attr:`field`.

        Raises
        ------
        ModelError
            If the exponent is no polynomial over Q in the couplings, plus multiples of logarithms, at some state.
        BudgetExceeded
            If the weights may have too many terms.
        """
        return tuple(map(self._weights.read, self._elimination.entries))

    def weights_in(self, names: Mapping[Any, Any]) -> dict[tuple[Any, ...], Any]:
        """Return the sum at each state as SymPy expressions, with symbols for some exponentials.

        Parameters
        ----------
        names : mapping
            Monomial in the exponents to the symbol for its exponential: ``{beta_v: u}``.
        """
        written = (self.field.write(weight, names) for weight in self.weights)
        return dict(zip(states(self.variables), written, strict=True))

    @cached_property
    def _logarithms(self) -> list[tuple[Any, list[tuple[Fraction, Fraction, list[tuple[Any, int]]]]]]:
        """(monomial, [(q, content, factors), …]) with coefficient Σ q·ln(content · ∏ factor^power) on the basis.

        Weights that are seen to be positive share one logarithm. Of others each has its own: with two negative numbers
        ln x − ln y is not ln(x/y), and exp of the exponent would be the weights up to signs only.
        """
        alphabets = [v.alphabet for v in self.variables]
        count = len(self.weights)
        unit = [[Fraction(i == j) for j in range(count)] for i in range(count)]
        # row s of the table: what ln(weight of state s) contributes to each monomial
        table = [coefficients(row, alphabets) for row in unit]
        steps = _steps(self.weights)
        weights = [_Factored.of(weight, steps) for weight in self.weights]
        result = []
        for position, monomial in enumerate(basis_monomials(self.variables)):
            powers = [Fraction(row[position]) for row in table]
            common = lcm(*(q.denominator for q in powers))
            pairs = [(w, q) for w, q in zip(weights, powers, strict=True) if q]
            ratio = _Factored.product((w, int(q * common)) for w, q in pairs if w.positive)
            base, power = ratio.root()
            parts = [(Fraction(power, common), base)] + [(q, w) for w, q in pairs if not w.positive]
            result.append((monomial, [(q, part.content, list(part.factors.values())) for q, part in parts]))
        return result

    def couplings_in(self, names: Mapping[Any, Any]) -> dict[Any, Any]:
        """Return monomial ↦ coupling as SymPy logarithms, with symbols for some exponentials."""
        written = {}
        for monomial, parts in self._logarithms:
            written[monomial] = sympy.Add(
                *(
                    sympy.Rational(power.numerator, power.denominator)
                    * sympy.log(self.field.write_product(content, factors, names))
                    for power, content, factors in parts
                )
            )
        return written

    @cached_property
    def couplings(self) -> dict[Any, Any]:
        """Monomial ↦ coefficient of the new exponent on the polynomial basis; the constant under 1."""
        return self.couplings_in({})

    @cached_property
    def exponent(self) -> Any:
        """The new exponent −βH′ of the remaining variables (Eqs. (23) and (24) of Lee, Lee and Yi 2024)."""
        return sympy.Add(*(coupling * monomial for monomial, coupling in self.couplings.items()))


def decimate(exponent: Any, *, over: Any) -> Decimation:
    """Sum variables out of an exponent −βH and project the logarithm of the sum on the polynomial basis.

    Parameters
    ----------
    exponent : SymPy expression
        −βH: a function of finite-alphabet variables whose values are polynomials over Q in the couplings (other
        symbols), plus multiples of logarithms of numbers and of rational functions of exponentials of the couplings,
        which add up to whole multiples in each state.
    over : iterable of Variable, or a Variable
        What to sum out; each occurs in the exponent.

    Raises
    ------
    ModelError
        If something to sum over is no variable, or is not in the exponent.
    NotExactError
        If there is a float in the exponent.
    BudgetExceeded
        If the tables of the elimination have more than 2**21 entries in all; the estimate is in the error.

    Notes
    -----
    Variables are eliminated one by one, in an order that is planned first, with tables over those variables only that
    the terms tie together. So the cost is that of the largest table, not of the number of all states: a chain of a
    thousand spins is quick, and a square lattice takes 2 to the power of its width for each site.

    Examples
    --------
    The Ising chain (K′ = ½ ln cosh 2K):

    >>> K = sympy.Symbol("K")
    >>> a, s, b = (Variable(name, (-1, 1)) for name in "asb")
    >>> done = decimate(K * a * s + K * s * b, over=[s])
    >>> done.couplings[a * b]
    log(exp(2*K)/2 + exp(-2*K)/2)/2

    A hundred spins are no more work than a hundred steps:

    >>> spins = [Variable(f"s_{i}", (-1, 1)) for i in range(102)]
    >>> chain = sympy.log(2) * sympy.Add(*(x * y for x, y in zip(spins, spins[1:])))
    >>> done = decimate(chain, over=spins[1:-1])
    >>> done.plan.entries
    804
    >>> done.weights[1].constant() * 2**102 == 5**101 - 3**101
    True
    """
    given = sympy.S(exponent)
    refuse_floats(given, what="the exponent")
    if not isinstance(over, sympy.Symbol | Iterable):
        message = f"over is {over!r}; give a list of the variables to sum out, for instance over=[s]"
        raise ModelError(message)
    summed = (over,) if isinstance(over, sympy.Symbol) else tuple(over)
    for variable in summed:
        if not isinstance(variable, Variable):
            message = (
                f"{variable!r} cannot be summed over: it is no variable; declare it with its alphabet, "
                f"for instance sg.Variable({str(variable)!r}, (0, 1))"
            )
            raise ModelError(message)
    summed = require_finite(summed)
    present = variables_in(given)
    known, going = set(present), set(summed)
    missing = [str(v) for v in summed if v not in known]
    if missing:
        message = (
            f"{', '.join(missing)} does not occur in the exponent, whose variables are "
            f"{', '.join(map(str, present))}; a variable with another alphabet or layer is another variable"
        )
        raise ModelError(message)
    remaining = require_finite(v for v in present if v not in going)
    local = LocalTerms(given, present, limit=_MOST_ENTRIES)
    positions = [i for i in range(len(local.sizes)) if i >= len(present) or present[i] in going]
    plan = plan_elimination(local.scopes, local.sizes, positions, stop=_MOST_ENTRIES**2)
    if plan.entries > _MOST_ENTRIES:
        raise _too_large(plan, present, complete=len(plan.order) == len(positions))
    return Decimation(given, summed, remaining, plan, local)


@dataclass(frozen=True)
class _Factored:
    """A weight, or a product of powers of weights: content · ∏ polynomial^power; the polynomials are primitive."""

    content: Fraction
    factors: Mapping[Any, tuple[Any, int]]
    positive: bool

    @classmethod
    def of(cls, weight: RationalFunction, steps: Sequence[int]) -> _Factored:
        """Take a weight apart, in the steps of :func:`_steps`."""
        if not weight:
            message = "a weight is zero, and its logarithm does not exist; ask for the weights instead of couplings"
            raise UndefinedPointError(message)
        parts = ((1, weight.num), (-1, weight.den))
        factors = {polynomial_key(f): (f, sign * m) for sign, p in parts for f, m in _factors(p, steps)}
        content = Fraction(int(weight.num.content()), int(weight.den.content()))
        positive = all(int(c) > 0 for _, p in parts for c in p.coeffs())
        return cls(content if weight.num.leading_coefficient() > 0 else -content, factors, positive)

    @classmethod
    def product(cls, parts: Iterable[tuple[_Factored, int]]) -> _Factored:
        """Multiply powers of them."""
        content, positive = Fraction(1), True
        factors: dict[Any, tuple[Any, int]] = {}
        for part, power in parts:
            content *= part.content**power
            positive = positive and part.positive
            for key, (polynomial, multiplicity) in part.factors.items():
                known = factors.get(key, (polynomial, 0))[1]
                factors[key] = polynomial, known + power * multiplicity
        return cls(content, {key: item for key, item in factors.items() if item[1]}, positive)

    def root(self) -> tuple[_Factored, int]:
        """Return (g, k) with g^k this product, k as large as possible; (self, 1) if it may be negative, or a number.

        Factors of polynomials with positive coefficients are positive where the generators are, and then
        ln(g^k) = k ln g.
        """
        largest = gcd(*(m for _, m in self.factors.values())) if self.positive else 1
        above, below = flint.fmpz(self.content.numerator), flint.fmpz(self.content.denominator)
        for power in (k for k in range(largest, 1, -1) if largest % k == 0):
            roots = above.root(power), below.root(power)
            if roots[0] ** power == above and roots[1] ** power == below:
                factors = {key: (f, m // power) for key, (f, m) in self.factors.items()}
                return _Factored(Fraction(int(roots[0]), int(roots[1])), factors, True), power
        return self, 1


def _steps(weights: Iterable[RationalFunction]) -> list[int]:
    """Return the largest steps in which the exponents of each generator go, in all weights together; at least 1."""
    exponents = [e for weight in weights for p in (weight.num, weight.den) for e in p.monoms()]
    return [gcd(*map(int, column)) or 1 for column in zip(*exponents, strict=True)]


def _factors(polynomial: Any, steps: Sequence[int]) -> list[tuple[Any, int]]:
    """Return the factors that are irreducible as polynomials in powers of the generators, x^step for each.

    Those of two such polynomials are equal or coprime, and x^2000 + 1 is not taken apart.
    """
    context = polynomial.context()

    def changed(p: Any, change: Any) -> Any:
        return context.from_dict({tuple(map(change, e, steps)): c for e, c in p.to_dict().items()})

    small = changed(polynomial, lambda e, step: int(e) // step)
    return [(changed(f, lambda e, step: int(e) * step), m) for f, m in irreducible_factors(small)]


def _too_large(plan: EliminationPlan, variables: Sequence[Variable], *, complete: bool) -> BudgetExceeded:
    largest = [p for p in plan.largest if p < len(variables)]
    names = ", ".join(str(variables[p]) for p in largest[:_SHOWN]) + (", …" if len(largest) > _SHOWN else "")
    if plan.largest == plan.kept:
        advice = f"the largest is over all that stays, {names}: sum out more of them"
    else:
        kept = [p for p in plan.largest if p in plan.kept]
        advice = f"the largest is over {names}, which the terms of the exponent tie together"
        if kept:
            advice += f"; of these {', '.join(str(variables[p]) for p in kept[:_SHOWN])} stay"
        advice += ": give some of them values, or sum out others first"
    bound = "" if complete else "at least "
    message = (
        f"the sum needs tables with {bound}{plan.entries} entries, and at most {_MOST_ENTRIES} fit; "
        f"{advice} (it has {plan.states(plan.largest)} states)"
    )
    return BudgetExceeded(message, estimate=plan.entries, limit=_MOST_ENTRIES)


def multiplicity(activations: Sequence[Any], *, over: Iterable[Variable]) -> dict[tuple[Any, ...], dict[Any, int]]:
    """Count, for each state of the inputs, how many settings of some variables give each value of activations.

    This is the multiplicity matrix G, read off the expressions of a Hamiltonian by running through all
    settings.

    Parameters
    ----------
    activations : sequence of SymPy expressions
        σ(Σ W h + b), one for each output neuron and data point.
    over : iterable of Variable
        The parameters W and b.

    Returns
    -------
    dict
        Input state ↦ (tuple of activation values ↦ count); inputs in the order of :func:`states`.

    Examples
    --------
    >>> from symrg import LayeredNetwork
    >>> net = LayeredNetwork()
    >>> multiplicity(net.activation_expressions(0), over=net.weights_at(0) + net.biases_at(0))
    {(0,): {(0,): 2, (1,): 2}, (1,): {(0,): 1, (1,): 3}}
    """
    expressions = tuple(sympy.S(a) for a in activations)
    settings = require_finite(over)
    inputs = tuple(v for v in variables_in(sympy.Tuple(*expressions)) if v not in settings)
    table: dict[tuple[Any, ...], dict[Any, int]] = {}
    for state in states(inputs):
        fixed = dict(zip(inputs, state, strict=True))
        counts: dict[Any, int] = {}
        for setting in product(*(v.alphabet for v in settings)):
            values = {**fixed, **dict(zip(settings, setting, strict=True))}
            outcome = tuple(expression.xreplace(values) for expression in expressions)
            counts[outcome] = counts.get(outcome, 0) + 1
        table[state] = dict(sorted(counts.items()))
    return table
