"""How much of an order a map keeps: pairs counted exactly.

The definitions are symrg's own, made to decide statements on the order of samples that are in print without formulas.
A pair of samples is *preserved* if output and reference order it alike, *reversed* if they order it oppositely,
and *tied* if the output does not order it. Pairs that the reference itself does not order count as none of these.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ..errors import ModelError
from ..exact.numbers import as_fraction
from .activations import activation_value
from .smooth import SmoothActivation

__all__ = ["PairCounts", "order_index", "pair_counts", "ranks", "relu_order_index"]


@dataclass(frozen=True)
class PairCounts:
    """How many pairs of samples keep their order, swap it, or lose it.

    Parameters
    ----------
    preserved, reversed, tied : int
        Pairs that the reference orders, by what the output does with them.
    equal : int
        Pairs that the reference does not order.
    """

    preserved: int
    reversed: int
    tied: int
    equal: int = 0

    @property
    def total(self) -> int:
        """All pairs."""
        return self.preserved + self.reversed + self.tied + self.equal

    @property
    def index(self) -> Fraction:
        """The fraction of all pairs that are preserved.

        Raises
        ------
        ModelError
            If there are no pairs.
        """
        if self.total == 0:
            message = "fewer than two samples have no pairs, so no order index; give at least two"
            raise ModelError(message)
        return Fraction(self.preserved, self.total)

    @property
    def mode(self) -> str:
        """``"preserving"`` or ``"reversing"`` if all pairs that the reference orders are, else ``"mixing"``.

        A reference that orders no pair leaves nothing to preserve: the mode is ``"mixing"``.
        """
        if self.preserved and not (self.reversed or self.tied):
            return "preserving"
        return "reversing" if self.reversed and not (self.preserved or self.tied) else "mixing"


def pair_counts(reference: Sequence[Any], outputs: Sequence[Any]) -> PairCounts:
    """Compare the order of outputs with a reference order, over all pairs, in n log n steps.

    Parameters
    ----------
    reference, outputs : sequences of n numbers that Python orders exactly (int, Fraction, flint.fmpz, flint.fmpq)
        One of each for every sample.

    Raises
    ------
    ModelError
        If they differ in length.

    Examples
    --------
    >>> pair_counts([1, 2, 3, 4], [0, 0, 2, 1])
    PairCounts(preserved=4, reversed=1, tied=1, equal=0)
    """
    n = len(reference)
    if len(outputs) != n:
        message = f"{n} reference values and {len(outputs)} outputs do not belong together; give one of each a sample"
        raise ModelError(message)
    place = ranks(outputs)
    groups: dict[int, list[int]] = {}
    for group, rank in zip(ranks(reference), place, strict=True):
        groups.setdefault(group, []).append(rank)
    tree = [0] * (max(place, default=-1) + 2)  # of Fenwick: how many earlier samples have a rank up to this one

    def up_to(rank: int) -> int:
        count, at = 0, rank + 1
        while at > 0:
            count += tree[at]
            at &= at - 1
        return count

    preserved = swapped = tied = equal = earlier = 0
    for group in sorted(groups):
        members = groups[group]
        for rank in members:
            below, upto = up_to(rank - 1), up_to(rank)
            preserved, tied, swapped = preserved + below, tied + upto - below, swapped + earlier - upto
        for rank in members:
            at = rank + 1
            while at < len(tree):
                tree[at] += 1
                at += at & -at
        equal += len(members) * (len(members) - 1) // 2
        earlier += len(members)
    return PairCounts(preserved, swapped, tied, equal)


def ranks(values: Sequence[Any]) -> list[int]:
    """Return the rank of each value among the different values, the least one having rank 0.

    Examples
    --------
    >>> ranks([5, 2, 5])
    [1, 0, 1]
    """
    ordered = sorted(set(values))
    rank = {value: place for place, value in enumerate(ordered)}
    return [rank[value] for value in values]


def order_index(activation: Any, samples: Sequence[Any]) -> Fraction:
    """Return the fraction of pairs of samples with (z_i − z_j)(f(z_i) − f(z_j)) > 0, exactly.

    Parameters
    ----------
    activation : SmoothActivation, or what :func:`~symrg.model.activations.activation_value` takes
        The function f.
    samples : sequence of exact rationals
        z_1 … z_n, at least two.

    Raises
    ------
    ModelError
        If there are fewer than two samples.
    NotExactError
        For floats.
    UnableError
        If two values of a smooth activation cannot be told apart.

    Examples
    --------
    >>> from symrg.model.activations import relu
    >>> order_index(relu, [-2, -1, 0, 3]), order_index(silu := SmoothActivation.named("silu"), [-4, -3, -2, 3])
    (Fraction(1, 2), Fraction(1, 2))
    """
    exact = [as_fraction(z, what="a sample") for z in samples]
    if len(exact) < 2:
        return PairCounts(0, 0, 0).index
    if isinstance(activation, SmoothActivation):
        outputs: Sequence[Any] = activation.ranks(exact)
    else:
        outputs = [activation_value(activation, z) for z in exact]
    return pair_counts(exact, outputs).index


def relu_order_index(samples: int, clipped: int) -> Fraction:
    """Return the order index of ReLU on n different samples of which m are not positive: 1 − m(m − 1)/(n(n − 1)).

    Parameters
    ----------
    samples, clipped : int
        n ≥ 2 and 0 ≤ m ≤ n.

    Raises
    ------
    ModelError
        If there are no such samples.

    Examples
    --------
    >>> relu_order_index(4, 3)
    Fraction(1, 2)
    """
    if samples < 2 or not 0 <= clipped <= samples:
        message = f"{clipped} of {samples} samples cannot be clipped; give n ≥ 2 and 0 ≤ m ≤ n"
        raise ModelError(message)
    return 1 - Fraction(clipped * (clipped - 1), samples * (samples - 1))
