"""Sums over the states of a finite chain with functions of its layers inside: moments and connected correlations.

Exact in the ring of the chain's entries, or in ball arithmetic. In balls a connected correlation is evaluated on the
antisymmetric square of the transfer matrix, where nothing cancels however small it is: with a second copy of the chain
2 C = ⟨(o − õ)(o′ − õ′)⟩, and o − õ takes symmetric states of the pair to antisymmetric ones.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

import flint
import sympy

from ..errors import DomainError, ModelError
from ..exact.polynomials import evaluate
from ..exact.powers import antisymmetric_square, exchange, symmetric_square
from .reduced import Insertion, Reduced, trace

__all__ = ["Balls", "Contraction"]


class Balls:
    """The matrices of a chain in balls, at the working precision of ``flint.ctx`` when it is made.

    Parameters
    ----------
    at : Reduced
        The chain; its entries are rational, or rational in e.

    Raises
    ------
    ModelError
        If a symbol has no value.
    """

    def __init__(self, at: Reduced) -> None:
        self.at = at
        self._values = []
        for generator in at.generators:
            exponent = sympy.log(generator)
            if not exponent.is_Rational:
                message = f"digits need numbers, and {generator} has none; give the values of all factors"
                raise ModelError(message)
            self._values.append(flint.arb(flint.fmpq(int(exponent.p), int(exponent.q))).exp())

    def number(self, entry: Any) -> Any:
        """Return an entry as a ball."""
        if isinstance(entry, int | flint.fmpz):
            return flint.arb(entry)
        return evaluate(entry, self._values, flint.arb(1))

    def matrix(self, matrix: Any) -> Any:
        """Return a matrix as ``flint.arb_mat``."""
        return flint.arb_mat([[self.number(entry) for entry in row] for row in matrix.tolist()])

    @cached_property
    def transfer(self) -> Any:
        """M."""
        return self.matrix(self.at.powers.matrix)

    @cached_property
    def scale(self) -> Any:
        """The transfer matrix in units of M."""
        above, below = self.at.scale
        return self.number(above) / self.number(below)


class Contraction:
    """One chain of finite depth: a ring, or a chain between two end layers.

    Blocks are counted along the chain: neurons of layer m belong to block m, activations of layer m to block m + 1.
    A ring has the blocks 1 … M; an open chain has the end layers as blocks 0 and M.

    Parameters
    ----------
    at : Reduced
        The chain.
    depth : int
        M ≥ 1.
    boundary : pair of sequences, optional
        The weights of the states of the first and of the last layer; None for a ring.
    balls : Balls, optional
        Compute in ball arithmetic.

    Examples
    --------
    >>> from symrg import Chain
    >>> at = Reduced(Chain([[2, 2], [1, 3]]), (2, 1, 3))
    >>> ring = Contraction(at, 2)
    >>> ring.weight, ring.connected(at.insertion(), 1, 1)
    (705, (3504, 497025))
    """

    def __init__(
        self, at: Reduced, depth: int, boundary: tuple[Any, Any] | None = None, *, balls: Balls | None = None
    ) -> None:
        self.at, self.depth, self.balls = at, depth, balls
        self.is_ring = boundary is None
        if boundary is not None:
            self._first_weights, self._last_weights = boundary

    # -- either kind of arithmetic --------------------------------------------------------------------

    def _matrix(self, matrix: Any) -> Any:
        return matrix if self.balls is None else self.balls.matrix(matrix)

    def _apply(self, exponent: int, function: Callable[[Any], Any]) -> Any:
        """Return f(M^n) for a linear f."""
        if self.balls is None:
            return self.at.apply(exponent, function)
        return function(self.balls.transfer**exponent)

    def _block(self, insertion: Insertion) -> tuple[Any, int]:
        block, beta = self.at.block(insertion)
        return self._matrix(block), beta

    def _last(self, insertion: Insertion | None = None) -> Any:
        return self._matrix(self.at.last(self._last_weights, insertion)[0])

    def _first(self, insertion: Insertion | None = None) -> Any:
        return self._matrix(self.at.first(self._first_weights, insertion)[0])

    # -- sums ------------------------------------------------------------------------------------------

    @cached_property
    def weight(self) -> Any:
        """The partition function without its scale: a trace, or a row times a power times a column."""
        if self.is_ring:
            return self._apply(self.depth, trace)
        row, column = self._last(), self._first()
        return self._apply(self.depth - 1, lambda x: row * x * column)[0, 0]

    @property
    def divisor(self) -> int:
        """What the weight has to be divided by, beyond the power of the scale."""
        if self.is_ring:
            return 1
        ends = self.at.last(self._last_weights)[1] * self.at.first(self._first_weights)[1]
        return ends * self.at.content

    def moment(self, insertion: Insertion, place: int) -> tuple[Any, int]:
        """Return (n, β): the mean of the function at a block is n/(β · weight)."""
        block, beta = self._block(insertion)
        if self.is_ring:
            return self._apply(self.depth - 1, lambda x: trace(block * x)), beta
        row, column = self._last(), self._first()
        if place == self.depth:
            row, beta = self._last(insertion), insertion.denominator
        elif place == 0:
            column, beta = self._first(insertion), insertion.denominator
        else:
            row = self._apply(self.depth - 1 - place, lambda x: row * x) * block
            return (row * self._apply(place - 1, lambda x: x * column))[0, 0], beta
        return self._apply(self.depth - 1, lambda x: row * x * column)[0, 0], beta

    def connected(self, insertion: Insertion, place: int, separation: int) -> tuple[Any, Any]:
        """Return (n, d): the connected correlation of two blocks is n/d.

        Parameters
        ----------
        insertion : Insertion
        place : int
            The first block; any for a ring.
        separation : int
            R ≥ 0.
        """
        weight = self.weight
        one, beta = self.moment(insertion, place)
        if separation == 0 or (self.is_ring and separation == self.depth):
            both, square = self.moment(insertion.squared, place)
            return both * weight * beta**2 - one * one * square, weight * weight * (beta**2 * square)
        if self.is_ring:
            small, large = sorted((separation - 1, self.depth - separation - 1))
            block, _ = self._block(insertion)
            between = self._apply(small, lambda x: block * x) * block
            both = self._apply(large, lambda x: trace(between * x))
            return both * weight - one * one, weight * weight * beta**2
        other, second_beta = self.moment(insertion, place + separation)
        row, column = self._towards(insertion, place, separation)
        both = (row * self._apply(separation - 1, lambda x: x * column))[0, 0]
        return both * weight - one * other, weight * weight * (beta * second_beta)

    def _towards(self, insertion: Insertion, place: int, separation: int) -> tuple[Any, Any]:
        """Return the row down to the upper block and the column up to the lower one, with the function in both."""
        block, _ = self._block(insertion)
        upper = place + separation
        if upper == self.depth:
            row = self._last(insertion)
        else:
            last = self._last()
            row = self._apply(self.depth - 1 - upper, lambda x: last * x) * block
        if place == 0:
            return row, self._first(insertion)
        first = self._first()
        return row, block * self._apply(place - 1, lambda x: x * first)

    def connected_ball(self, insertion: Insertion, place: int, separation: int) -> Any:
        """Return the connected correlation as a ball, without cancellation for separations of at least one."""
        if self.balls is None:
            raise DomainError("this contraction is exact; make it with balls")
        if separation == 0 or (self.is_ring and separation == self.depth):
            one, beta = self.moment(insertion, place)
            both, square = self.moment(insertion.squared, place)
            return both / (square * self.weight) - (one / (beta * self.weight)) ** 2
        m = self.balls.transfer
        block, beta = self._block(insertion)
        if m.nrows() == 1:
            return flint.arb(0)  # one state only: different layers are independent
        odd = antisymmetric_square(m)
        if self.is_ring:
            up, down = exchange(block, m)
            even, rest = symmetric_square(m), self.depth - separation
            total = trace(down * odd ** (separation - 1) * up * even ** (rest - 1))
            total += trace(up * even ** (separation - 1) * down * odd ** (rest - 1))
            return total / (2 * (beta * self.weight) ** 2)
        betas = [insertion.denominator if p in (0, self.depth) else beta for p in (place, place + separation)]
        row, column = self._towards(insertion, place, separation)
        rows = stacked(row, self._last() * m ** (self.depth - place - separation))
        columns = stacked(column.transpose(), (m**place * self._first()).transpose())
        total = antisymmetric_square(rows) * odd ** (separation - 1) * antisymmetric_square(columns).transpose()
        return total[0, 0] / (betas[0] * betas[1] * self.weight**2)


def stacked(first: Any, second: Any) -> Any:
    """Return two rows as one matrix of balls."""
    return flint.arb_mat([first.tolist()[0], second.tolist()[0]])
