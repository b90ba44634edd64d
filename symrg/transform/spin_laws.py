"""Exact joint laws of ±1 variables: moments, marginals, majority read-outs, divergences, two-spin couplings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

import sympy

from ..errors import DomainError, ModelError
from ..exact.polynomials import RationalFunction

__all__ = ["SpinLaw", "as_rows"]


@dataclass(frozen=True)
class SpinLaw:
    """The joint law of a few variables with the values ±1, as exact functions of parameters.

    Made by :meth:`IsingChain.law` and :meth:`IsingChain.readouts`.

    Parameters
    ----------
    size : int
        How many variables; they are numbered from 0.
    weights : tuple of RationalFunction
        The probability of each state, in product order with +1 before −1; they add up to 1.
    symbols : tuple of SymPy expressions
        What the generators of the weights stand for.

    Examples
    --------
    >>> from symrg import IsingChain
    >>> t = sympy.Symbol("t")
    >>> pair = IsingChain(sympy.atanh(t)).law(0, 2)
    >>> pair.probability((1, 1)), pair.moment(0, 1), pair.coupling()
    (t**2/4 + 1/4, t**2, atanh(t**2))
    """

    size: int
    weights: tuple[RationalFunction, ...]
    symbols: tuple[Any, ...]

    @property
    def states(self) -> tuple[tuple[int, ...], ...]:
        """All states, in the order of the weights."""
        return tuple(product((1, -1), repeat=self.size))

    @property
    def probabilities(self) -> dict[tuple[int, ...], Any]:
        """State ↦ probability as a SymPy expression."""
        return {state: self._write(weight) for state, weight in zip(self.states, self.weights, strict=True)}

    def probability(self, state: Sequence[int]) -> Any:
        """Return the probability of one state.

        Raises
        ------
        ModelError
            If it has not one value ±1 for each variable.
        """
        given = tuple(state)
        if len(given) != self.size or any(isinstance(s, bool) or s not in (1, -1) for s in given):
            message = f"{given} is no state of {self.size} variables; give 1 or -1 for each"
            raise ModelError(message)
        return self._write(self.weights[self.states.index(given)])

    def moment(self, *variables: int) -> Any:
        """Return the mean of a product of variables; of one variable, its mean.

        Raises
        ------
        ModelError
            If there is no variable of that number.
        """
        return self._write(self._moment(self._known(variables)))

    def _moment(self, variables: Sequence[int]) -> RationalFunction:
        signed = (w * prod(s[i] for i in variables) for s, w in zip(self.states, self.weights, strict=True))
        return sum(signed, start=self.weights[0] * 0)

    def marginal(self, *variables: int) -> SpinLaw:
        """Return the law of some of the variables, in the order in which they are given."""
        return self.image(self._known(variables))

    def image(self, rows: Iterable[Any]) -> SpinLaw:
        """Return the law of read-outs: each is a variable, or the majority of an odd number of variables.

        Parameters
        ----------
        rows : iterable
            For each read-out a number, or a sequence of different numbers.

        Raises
        ------
        ModelError
            If a row is empty, repeats a variable or names none, or a majority may be a tie.

        Examples
        --------
        >>> from symrg import IsingChain
        >>> three = IsingChain(sympy.atanh(sympy.Symbol("t"))).law(0, 1, 2)
        >>> three.image([0, (0, 1, 2)]).moment(0, 1)
        t**2/2 + 1/2
        """
        read = as_rows(rows)
        self._known(sorted({place for row in read for place in row}))
        totals: dict[tuple[int, ...], RationalFunction] = {}
        for state, weight in zip(self.states, self.weights, strict=True):
            out = tuple(1 if sum(state[i] for i in row) > 0 else -1 for row in read)
            totals[out] = totals[out] + weight if out in totals else weight
        zero = self.weights[0] * 0
        return SpinLaw(
            len(read), tuple(totals.get(s, zero) for s in product((1, -1), repeat=len(read))), self.symbols
        )  # fmt: skip

    def divergence(self) -> Any:
        """Return the Kullback–Leibler divergence of this law from the product of its marginals, in nats.

        KL(P ‖ ∏ P_i) = Σ P ln(P / ∏ P_i), the joint law first; for two variables it is their mutual information.
        Impossible states contribute nothing.

        Examples
        --------
        >>> from symrg import IsingChain
        >>> IsingChain(sympy.atanh(sympy.Symbol("t"))).law(0, 3).divergence()
        (1/2 - t**3/2)*log(1 - t**3) + (t**3/2 + 1/2)*log(t**3 + 1)
        """
        up = [(self._moment((i,)) + 1) / 2 for i in range(self.size)]
        counts: dict[tuple[RationalFunction, RationalFunction], int] = {}
        for state, weight in zip(self.states, self.weights, strict=True):
            if weight:
                apart = prod((p if s > 0 else 1 - p for s, p in zip(state, up, strict=True)), start=weight * 0 + 1)
                key = weight, weight / apart
                counts[key] = counts.get(key, 0) + 1
        terms = (self._write(w * n) * sympy.log(self._write(ratio)) for (w, ratio), n in counts.items())
        return sympy.Add(*terms)

    def coupling(self) -> Any:
        """Return K_out = artanh⟨y₁y₂⟩ of two variables of mean zero, whose law is that of two spins coupled by K_out.

        Raises
        ------
        DomainError
            If there are not two variables, or their means are not zero: then one coupling does not say the law.
        """
        if self.size != 2:
            message = (
                f"the coupling is that of two variables, and there are {self.size}; take a marginal of two, or say on "
                "which couplings the law is to be projected"
            )
            raise DomainError(message)
        for i in range(2):
            if self._moment((i,)):
                message = (
                    f"variable {i} has the mean {self.moment(i)}, so the law has fields besides a coupling; "
                    "only without means is it a two-spin Gibbs law of one coupling"
                )
                raise DomainError(message)
        return sympy.atanh(self.moment(0, 1))

    def _known(self, variables: Sequence[int]) -> tuple[int, ...]:
        for place in variables:
            if isinstance(place, bool) or not isinstance(place, int) or not 0 <= place < self.size:
                message = f"there is no variable {place!r}; they are numbered 0 … {self.size - 1}"
                raise ModelError(message)
        return tuple(variables)

    def _write(self, value: RationalFunction) -> Any:
        if value.is_constant:
            number: Fraction = value.constant()
            return sympy.Rational(number.numerator, number.denominator)
        written = value.to_sympy(self.symbols)
        return (
            sympy.expand(written) if value.den.is_constant() else written
        )  # a polynomial as a sum, a quotient factored


def as_rows(rows: Iterable[Any]) -> tuple[tuple[int, ...], ...]:
    """Return read-outs as tuples of places, checked: none empty, no place twice in one, all of odd length.

    Raises
    ------
    ModelError
        If a row is not such.

    Examples
    --------
    >>> as_rows([4, (0, 1, 2)])
    ((4,), (0, 1, 2))
    """
    read = tuple((row,) if isinstance(row, int) else tuple(row) for row in rows)
    if not read:
        raise ModelError("a layer without read-outs has no output; give at least one row")
    for number, row in enumerate(read):
        strange = [place for place in row if isinstance(place, bool) or not isinstance(place, int) or place < 0]
        if strange:
            message = f"row {number} names the place {strange[0]!r}; places are whole numbers from 0"
            raise ModelError(message)
        if len(set(row)) < len(row):
            message = f"row {number} names a place twice: {row}; give different places"
            raise ModelError(message)
        if len(row) % 2 == 0:
            message = f"row {number} has {len(row)} places, so its majority may be a tie; give an odd number of them"
            raise ModelError(message)
    return read
