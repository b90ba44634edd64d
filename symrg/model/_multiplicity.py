"""Counting weights and biases: the multiplicity matrix of a layer, without listing its parameters.

All N output neurons see the same inputs and have weights of their own, so a row of G is an N-fold Kronecker
power of the histogram of *one* neuron; and that histogram depends on the inputs only as a multiset. It is
found by adding one input neuron at a time to the distribution of the partial sums Σ_j W_j h_j.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import product
from math import lcm
from typing import Any

from ..errors import BudgetExceeded
from ..exact.numbers import as_fraction
from .activations import activation_value

__all__ = ["LIMIT", "check_size", "multiplicity_rows", "reached_values"]

LIMIT = 4_000_000
"""The most entries a matrix or a list of states may have."""

_Sums = dict[tuple[int, ...], int]


def check_size(what: str, base: int, exponent: int) -> None:
    """Refuse a list of ``base ** exponent`` entries that is longer than the limit.

    Raises
    ------
    BudgetExceeded
        With the estimate.
    """
    # Compare logarithmically first: the power itself may be astronomically large.
    size = base**exponent if exponent * base.bit_length() < 4096 else None
    if base > 1 and (size is None or size > LIMIT):
        message = (
            f"{what} would have {base}^{exponent} entries, more than {LIMIT}; take a smaller width, fewer "
            "samples or smaller alphabets"
        )
        raise BudgetExceeded(message, estimate=size, limit=LIMIT)


def reached_values(
    width: int, weights: Sequence[Any], biases: Sequence[Any] | None, neurons: Sequence[Any], activation: Any
) -> list[tuple[Fraction, Fraction]]:
    """Return all pairs (preactivation, activation value) that a neuron can have, sorted."""
    scale, (w, b, h) = _integers(weights, biases, neurons)
    terms = {weight * value for weight in w for value in h}
    sums = {0}
    work = 0
    for _ in range(width):
        work += len(sums) * len(terms)
        if work > LIMIT:
            _refuse("the list of preactivations", work)
        sums = {total + term for total in sums for term in terms}
    totals = sorted({total + bias for total in sums for bias in b})
    arguments = [Fraction(total, scale) for total in totals]
    return [(argument, activation_value(activation, argument)) for argument in arguments]


def multiplicity_rows(
    *,
    width: int,
    samples: int,
    weights: Sequence[Any],
    biases: Sequence[Any] | None,
    neurons: Sequence[Any],
    activation: Any,
    outputs: Sequence[Any],
) -> tuple[tuple[int, ...], ...]:
    """Return G: rows over neuron states, columns over activation states, both with the sample fastest.

    Raises
    ------
    BudgetExceeded
        If G would have more than :data:`LIMIT` entries.
    """
    check_size("the multiplicity matrix", len(neurons) * len(outputs), width * samples)
    scale, (w, b, h) = _integers(weights, biases, neurons)
    position = {as_fraction(value): index for index, value in enumerate(outputs)}
    known: dict[int, int] = {}

    def column(total: int) -> int:
        if total not in known:
            known[total] = position[activation_value(activation, Fraction(total, scale))]
        return known[total]

    columns = list(product(h, repeat=samples))  # the states of one input neuron on all data points
    partial: dict[tuple[int, ...], _Sums] = {(): {(0,) * samples: 1}}
    finished: dict[tuple[int, ...], tuple[int, ...]] = {}

    def sums(inputs: tuple[int, ...]) -> _Sums:
        if inputs not in partial:
            partial[inputs] = _add_input(sums(inputs[:-1]), columns[inputs[-1]], w)
        return partial[inputs]

    rows = []
    for state in product(range(len(columns)), repeat=width):
        inputs = tuple(sorted(state))  # permuting the input neurons permutes their weights: the same count
        if inputs not in finished:
            histogram = [0] * len(outputs) ** samples
            for total, count in sums(inputs).items():
                for bias in b:
                    place = 0
                    for entry in total:
                        place = place * len(outputs) + column(entry + bias)
                    histogram[place] += count
            row = [1]
            for _ in range(width):
                row = [left * right for left in row for right in histogram]
            finished[inputs] = tuple(row)
        rows.append(finished[inputs])
    return tuple(rows)


def _add_input(sums: _Sums, column: tuple[int, ...], weights: Sequence[int]) -> _Sums:
    extended: _Sums = {}
    for total, count in sums.items():
        for weight in weights:
            key = tuple(entry + weight * value for entry, value in zip(total, column, strict=True))
            extended[key] = extended.get(key, 0) + count
        if len(extended) > LIMIT:
            _refuse("the distribution of preactivations", len(extended))
    return extended


def _refuse(what: str, size: int) -> None:
    message = (
        f"{what} takes {size} steps or more, over the limit of {LIMIT}; take a smaller width, fewer samples or "
        "smaller alphabets"
    )
    raise BudgetExceeded(message, estimate=size, limit=LIMIT)


def _integers(
    weights: Sequence[Any], biases: Sequence[Any] | None, neurons: Sequence[Any]
) -> tuple[int, tuple[list[int], list[int], list[int]]]:
    """Return a common scale s = s_w s_h and the integers s_w W, s b, s_h h; no bias counts as b = 0."""
    w, h = list(map(as_fraction, weights)), list(map(as_fraction, neurons))
    b = [Fraction(0)] if biases is None else list(map(as_fraction, biases))
    scale_w = lcm(*(value.denominator for value in w)) * lcm(*(value.denominator for value in b))
    scale_h = lcm(*(value.denominator for value in h))
    scale = scale_w * scale_h
    scaled = ([int(v * scale_w) for v in w], [int(v * scale) for v in b], [int(v * scale_h) for v in h])
    return scale, scaled
