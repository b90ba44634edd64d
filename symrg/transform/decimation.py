"""Decimation: summing variables out of an exponent −βH, exactly and with symbolic couplings.

The Boltzmann weight of every state is a monomial in exponentials of the couplings, so the sum is a Laurent
polynomial in them; its logarithm is projected on the polynomial basis of the variables that stay.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import product
from math import lcm, prod
from typing import Any

import sympy

from ..errors import BudgetExceeded, ModelError
from ..exact.exponentials import ExponentialField
from ..exact.polynomials import RationalFunction
from ..model.basis import basis_monomials, coefficients, project
from ..model.variables import Variable, refuse_floats, require_finite, states, variables_in

__all__ = ["Decimation", "decimate", "multiplicity"]

_MOST_STATES = 2**20


@dataclass(frozen=True)
class Decimation:
    """The result of summing variables out of an exponent.

    Attributes
    ----------
    given : SymPy expression
        The exponent −βH before.
    over : tuple of Variable
        What was summed out.
    variables : tuple of Variable
        What stays; its states are in product order.
    terms : tuple of (SymPy expression, int)
        The sum as exponents, polynomials in the variables that stay, and how often each occurs.
    """

    given: Any
    over: tuple[Variable, ...]
    variables: tuple[Variable, ...]
    terms: tuple[tuple[Any, int], ...]

    @cached_property
    def summed(self) -> Any:
        """The sum of the Boltzmann weights with the remaining variables as symbols (Eq. (21) of the paper)."""
        return sympy.Add(*(count * sympy.exp(exponent) for exponent, count in self.terms))

    @cached_property
    def _at_states(self) -> list[list[tuple[Any, int]]]:
        tables = [dict(zip(self.variables, state, strict=True)) for state in states(self.variables)]
        return [[(sympy.expand(exponent.xreplace(table)), count) for exponent, count in self.terms] for table in tables]

    @cached_property
    def field(self) -> ExponentialField:
        """The field of rational functions of exponentials in which the weights live."""
        return ExponentialField((), exponents=[e for row in self._at_states for e, _ in row])

    @cached_property
    def weights(self) -> tuple[RationalFunction, ...]:
        """The sum at each state of the remaining variables, as elements of :attr:`field`."""
        zero = self.field.ring.fraction(0)
        return tuple(
            sum((self.field.exponential(e) * count for e, count in row), start=zero) for row in self._at_states
        )

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
    def _logarithms(self) -> tuple[tuple[Any, Fraction, RationalFunction], ...]:
        """(monomial, q, f) with coefficient q·ln f on the basis: one logarithm each."""
        alphabets = [v.alphabet for v in self.variables]
        count = len(self.weights)
        unit = [[Fraction(i == j) for j in range(count)] for i in range(count)]
        # row s of the table: what ln(weight of state s) contributes to each monomial
        table = [coefficients(row, alphabets) for row in unit]
        result = []
        for position, monomial in enumerate(basis_monomials(self.variables)):
            powers = [Fraction(row[position]) for row in table]
            common = lcm(*(q.denominator for q in powers))
            ratio = prod(
                (w ** int(q * common) for w, q in zip(self.weights, powers, strict=True)),
                start=self.field.ring.fraction(1),
            )
            base, power = ratio.root()
            result.append((monomial, Fraction(power, common), base))
        return tuple(result)

    def couplings_in(self, names: Mapping[Any, Any]) -> dict[Any, Any]:
        """Return monomial ↦ coupling as SymPy logarithms, with symbols for some exponentials."""
        written = {}
        for monomial, power, ratio in self._logarithms:
            value = sympy.log(self.field.write(ratio, names))
            written[monomial] = sympy.Rational(power.numerator, power.denominator) * value
        return written

    @cached_property
    def couplings(self) -> dict[Any, Any]:
        """Monomial ↦ coefficient of the new exponent on the polynomial basis; the constant under 1."""
        return self.couplings_in({})

    @cached_property
    def exponent(self) -> Any:
        """The new exponent −βH′ of the remaining variables (Eqs. (23) and (24) of Lee, Lee and Yi 2024)."""
        return sympy.Add(*(coupling * monomial for monomial, coupling in self.couplings.items()))


def decimate(exponent: Any, *, over: Iterable[Any]) -> Decimation:
    """Sum variables out of an exponent −βH and project the logarithm of the sum on the polynomial basis.

    Parameters
    ----------
    exponent : SymPy expression
        −βH: a function of finite-alphabet variables whose values are polynomials over Q in the couplings (other
        symbols), plus whole multiples of logarithms of rational functions of exponentials of them.
    over : iterable of Variable
        What to sum out; each occurs in the exponent.

    Raises
    ------
    ModelError
        If something to sum over is no variable, or is not in the exponent.
    NotExactError
        If there is a float in the exponent.
    BudgetExceeded
        If there are more than 2**20 states in all; the estimate is in the error.

    Examples
    --------
    The Ising chain (K′ = ½ ln cosh 2K):

    >>> K = sympy.Symbol("K")
    >>> a, s, b = (Variable(name, (-1, 1)) for name in "asb")
    >>> done = decimate(K * a * s + K * s * b, over=[s])
    >>> done.couplings[a * b]
    log(exp(2*K)/2 + exp(-2*K)/2)/2
    """
    given = sympy.S(exponent)
    refuse_floats(given, what="the exponent")
    summed = tuple(over)
    for variable in summed:
        if not isinstance(variable, Variable):
            message = (
                f"{variable!r} cannot be summed over: it is no variable; declare it with its alphabet, "
                f"for instance sg.Variable({str(variable)!r}, (0, 1))"
            )
            raise ModelError(message)
    summed = require_finite(summed)
    present = variables_in(given)
    missing = [str(v) for v in summed if v not in present]
    if missing:
        message = (
            f"{', '.join(missing)} does not occur in the exponent, whose variables are "
            f"{', '.join(map(str, present))}; a variable with another alphabet or layer is another variable"
        )
        raise ModelError(message)
    remaining = tuple(v for v in present if v not in summed)
    require_finite(remaining)
    size = prod(len(v.alphabet) for v in summed + remaining)
    if size > _MOST_STATES:
        message = f"the sum has {size} states; at most {_MOST_STATES} fit, so sum out fewer variables at a time"
        raise BudgetExceeded(message, estimate=size, limit=_MOST_STATES)
    counts: dict[Any, int] = {}
    for state in product(*(v.alphabet for v in summed)):
        term = given.xreplace(dict(zip(summed, state, strict=True)))
        projected = sympy.expand(project(term, remaining))
        counts[projected] = counts.get(projected, 0) + 1
    terms = tuple(sorted(counts.items(), key=lambda item: sympy.default_sort_key(item[0])))
    return Decimation(given, summed, remaining, terms)


def multiplicity(activations: Sequence[Any], *, over: Iterable[Variable]) -> dict[tuple[Any, ...], dict[Any, int]]:
    """Count, for each state of the inputs, how many settings of some variables give each value of activations.

    This is the matrix G of MATHEMATICS, section 1, read off the expressions of a Hamiltonian by running through all
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
