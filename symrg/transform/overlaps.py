"""Averages of invariant functions of two layers' states over how the states overlap.

A function of the states h and σ of N neurons that does not change when the neurons are relabelled depends on the
overlap alone: on how many neurons have each pair of a neuron state and an activation state. Binary neurons overlap in
C(N + 3, 3) ways, instead of 4^N pairs of states.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import comb, prod
from typing import Any

import sympy

from ..errors import BudgetExceeded, DomainError, ModelError, UnableError
from ..model.basis import reduce
from ..model.occupations import Occupation, compositions, multinomial
from ..model.variables import Variable, refuse_floats, variables_in

__all__ = ["Overlaps", "generators", "vanishes"]

_MOST_OVERLAPS = 200_000


@dataclass(frozen=True)
class Overlaps:
    """The overlaps of a neuron state and an activation state of one layer.

    Attributes
    ----------
    width : int
        N.
    neurons, activations : tuple of Variable
        N L of each, the data point fastest.
    inputs, outcomes : list of tuple of SymPy rationals
        The states of a single neuron, and of a single activation, on all data points, in product order.

    Examples
    --------
    >>> h, s = (tuple(Variable(f"{x}_{i}", (0, 1)) for i in (1, 2)) for x in "hs")
    >>> overlaps = Overlaps(2, h, s, [(0,), (1,)], [(0,), (1,)])
    >>> overlaps.average(sympy.log(3) * (h[0] * s[0] + h[1] * s[1]))
    ((1, 1, 1), (1, 2, 3), (1, 3, 9))
    """

    width: int
    neurons: tuple[Variable, ...]
    activations: tuple[Variable, ...]
    inputs: Sequence[tuple[Any, ...]]
    outcomes: Sequence[tuple[Any, ...]]

    @property
    def _kinds(self) -> int:
        """The number of pairs of a neuron state and an activation state of one neuron."""
        return len(self.inputs) * len(self.outcomes)

    def average(self, exponent: Any) -> tuple[tuple[Any, ...], ...]:
        """Return V̄(κ, ς), the average of e^E over the activation states in ς, at one neuron state in κ.

        V̄ = Σ ∏_a (κ_a; n_a) e^E / (N; ς), with multinomials, over the tables n that have the margins κ and ς.

        Parameters
        ----------
        exponent : SymPy expression
            E, invariant under relabelling the neurons.

        Returns
        -------
        tuple of tuple of SymPy expressions
            The orbits κ and ς in the order of :func:`~symrg.model.occupations.compositions`.

        Raises
        ------
        ModelError
            If E is not invariant, or has other variables.
        NotExactError
            If there is a float in it.
        UnableError
            If the invariance of E could not be decided.
        DomainError
            If E is not finite at some states.
        BudgetExceeded
            If there are too many overlaps.
        """
        self._check(exponent)
        across = {occupation: s for s, occupation in enumerate(compositions(self.width, len(self.outcomes)))}
        down = {occupation: k for k, occupation in enumerate(compositions(self.width, len(self.inputs)))}
        step = len(self.outcomes)
        sums: list[list[dict[Any, int]]] = [[{} for _ in across] for _ in down]
        for overlap, value in self._values(exponent).items():
            table = [overlap[a : a + step] for a in range(0, len(overlap), step)]
            entry = sums[down[tuple(map(sum, table))]][across[tuple(map(sum, zip(*table, strict=True)))]]
            entry[value] = entry.get(value, 0) + prod(map(multinomial, table))
        sizes = [multinomial(occupation) for occupation in across]
        return tuple(
            tuple(
                sympy.Add(*(sympy.Rational(ways, size) * sympy.exp(value) for value, ways in entry.items()))
                for entry, size in zip(row, sizes, strict=True)
            )
            for row in sums
        )

    def _check(self, exponent: Any) -> None:
        refuse_floats(exponent, what="the exponent")
        present = variables_in(exponent)
        known = {*self.neurons, *self.activations}
        strangers = [variable for variable in present if variable not in known]
        if strangers:
            message = (
                f"the exponent contains {strangers[0]}, which is none of the sector's neurons {self.neurons[0]}, … and "
                f"activations {self.activations[0]}, …; write it in sector.neurons and sector.activations"
            )
            raise ModelError(message)
        number = comb(self.width + self._kinds - 1, self.width)
        if number > _MOST_OVERLAPS:
            message = (
                f"neuron and activation states of {self.width} neurons overlap in {number} ways, more than "
                f"{_MOST_OVERLAPS}; take a smaller width, fewer samples or smaller alphabets"
            )
            raise BudgetExceeded(message, estimate=number, limit=_MOST_OVERLAPS)
        samples = len(self.neurons) // self.width
        for order in generators(self.width):
            turned = {
                group[i * samples + sample]: group[order[i] * samples + sample]
                for group in (self.neurons, self.activations)
                for i in range(self.width)
                for sample in range(samples)
            }
            other = exponent.xreplace(turned)
            if other != exponent and not vanishes(exponent - other, present):
                message = (
                    "the exponent is not invariant under relabelling the neurons: it changes when 1, 2, … are called "
                    f"{', '.join(str(i + 1) for i in order)}; give every neuron the same couplings"
                )
                raise ModelError(message)

    def _values(self, exponent: Any) -> Mapping[Occupation, Any]:
        """Return E at every overlap.

        An invariant function of N neurons is Σ_m Δ_m ∏ C(n_j, m_j) over the excited pairs j, those that are not both
        at their reference; and a polynomial of degree D has no term with more than D excited neurons, so that its
        values at up to D of them say all.
        """
        width, degree = self.width, _degree(exponent)
        if degree is None or degree >= width:
            return {overlap: self._value(exponent, overlap) for overlap in compositions(width, self._kinds)}
        differences: dict[Occupation, Any] = {}
        for number in range(degree + 1):  # the fewer are excited, the earlier
            for excited in compositions(number, self._kinds - 1):
                value = self._value(exponent, (width - number, *excited))
                lower = (
                    differences[m] * -prod(map(comb, excited, m))
                    for m in product(*(range(n + 1) for n in excited))
                    if m != excited
                )
                differences[excited] = sympy.expand(sympy.Add(value, *lower))
        terms = [(m, difference) for m, difference in differences.items() if difference != 0]
        return {
            overlap: sympy.Add(*(d * ways for m, d in terms if (ways := prod(map(comb, overlap[1:], m)))))
            for overlap in compositions(width, self._kinds)
        }

    def _value(self, exponent: Any, overlap: Occupation) -> Any:
        """Return E at one pair of states with the given overlap."""
        values: dict[Any, Any] = {}
        neurons, activations = iter(self.neurons), iter(self.activations)
        for count, (before, after) in zip(overlap, product(self.inputs, self.outcomes), strict=True):
            for _ in range(count):
                values.update((next(neurons), value) for value in before)
                values.update((next(activations), value) for value in after)
        value = exponent.xreplace(values)
        if value.has(sympy.nan, sympy.zoo, sympy.oo, -sympy.oo):
            message = f"the exponent is {value}, not finite, where {values}"
            raise DomainError(message)
        return value


def generators(width: int) -> Iterator[tuple[int, ...]]:
    """Yield a transposition and a cycle, which generate all relabellings.

    Examples
    --------
    >>> list(generators(3))
    [(1, 0, 2), (1, 2, 0)]
    """
    if width > 1:
        yield (1, 0, *range(2, width))
    if width > 2:
        yield (*range(1, width), 0)


def vanishes(difference: Any, variables: Sequence[Variable]) -> bool:
    """Decide whether a polynomial in the variables is zero at all states.

    Raises
    ------
    UnableError
        If it is no polynomial.

    Examples
    --------
    >>> h = Variable("h", (0, 1))
    >>> vanishes(h**2 - h, [h])
    True
    """
    try:
        return bool(reduce(difference, variables) == 0)
    except DomainError as error:
        message = (
            "it could not be decided whether the exponent is invariant under relabelling the neurons; write it so "
            "that exchanging neurons gives the same expression"
        )
        raise UnableError(message) from error


def _degree(expression: Any) -> int | None:
    """Return a bound on the degree in the variables, or None if the expression is no polynomial in them."""
    if not variables_in(expression):
        return 0
    if isinstance(expression, Variable):
        return 1
    degrees = [_degree(argument) for argument in expression.args]
    known = [degree for degree in degrees if degree is not None]
    if len(known) < len(degrees):
        return None
    if isinstance(expression, sympy.Add):
        return max(known)
    if isinstance(expression, sympy.Mul):
        return sum(known)
    if isinstance(expression, sympy.Pow) and expression.exp.is_Integer and expression.exp > 0:
        return known[0] * int(expression.exp)
    return None
