"""Attraction basins of a sample: the largest ball in which its class does not change, as exact squared radii.

A linear read-out gives class k the score w_k x + c_k. The ball in *sample space* is around x, with the read-out fixed;
the ball in *weight space* is around the matrix of the w_k (Euclidean norm of all its entries), with x and the c_k
fixed. A piecewise-linear network is linear on a region around each sample that is on no kink.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import flint

from ..errors import DomainError, ModelError, UnableError
from ..exact.numbers import as_fraction
from .activations import relu
from .dense import DenseNetwork

__all__ = ["Basin", "LinearRegion", "RegionBasin", "linear_region", "region_basin", "sample_basin", "weight_basin"]


@dataclass(frozen=True)
class Basin:
    """The largest ball around a sample, or around the weights, in which the sample's class does not change.

    Parameters
    ----------
    squared_radius : Fraction or None
        None: the class never changes.
    label : int
        The class: 0, 1, … in the order of the read-out's rows; of a single row 1 where it is positive, else 0.
    nearest : int or None
        The class on the other side.
    """

    squared_radius: Fraction | None
    label: int
    nearest: int | None


@dataclass(frozen=True)
class RegionBasin:
    """The largest ball around a sample on which a ReLU network is linear and its class does not change.

    Parameters
    ----------
    squared_radius : Fraction or None
        The least squared distance of a wall of the linear region or of a class boundary; None: there are neither.
    label : int
        The sample's class.
    limit : tuple
        What is nearest: ``("wall", layer, neuron)`` or ``("class", k)``; layers and neurons are counted from 1.
    squared_wall, squared_class : Fraction or None
        The least squared distance of walls alone, and of class boundaries as they are on the region.
    """

    squared_radius: Fraction | None
    label: int
    limit: tuple[Any, ...]
    squared_wall: Fraction | None
    squared_class: Fraction | None

    @property
    def is_whole_basin(self) -> bool:
        """Whether the radius is that of the attraction basin itself, not only a lower bound of it."""
        return self.limit[:1] == ("class",)


def sample_basin(
    weights: Sequence[Sequence[Any]], biases: Sequence[Any], sample: Sequence[Any], *, name: str = "the sample"
) -> Basin:
    """Return the largest ball around a sample in which a linear read-out keeps its class.

    Parameters
    ----------
    weights : matrix of exact rationals, shape (classes, d)
        A single row decides between two classes by its sign.
    biases : sequence of exact rationals, one a row
    sample : sequence of d exact rationals
    name : str
        How errors name the sample.

    Raises
    ------
    DomainError
        If two classes tie at the sample: no basin is defined there.
    ModelError
        If shapes do not fit.

    Examples
    --------
    >>> sample_basin([[3, 4]], [0], [1, 1])
    Basin(squared_radius=Fraction(49, 25), label=1, nearest=0)
    """
    w, c, x = _read(weights, biases, sample, name)
    label, margins = _margins(w, c, x, name)
    found = []
    for other, (margin, direction) in margins.items():
        size = sum(v * v for v in direction)
        if size:
            found.append((margin * margin / size, other))
    return _least(found, label)


def weight_basin(
    weights: Sequence[Sequence[Any]], biases: Sequence[Any], sample: Sequence[Any], *, name: str = "the sample"
) -> Basin:
    """Return the largest ball around the weights of a linear read-out in which a sample keeps its class.

    Parameters
    ----------
    weights, biases, sample, name
        As for :func:`sample_basin`, which also says what is raised.

    Examples
    --------
    >>> weight_basin([[3, 4]], [0], [1, 1])
    Basin(squared_radius=Fraction(49, 2), label=1, nearest=0)
    """
    w, c, x = _read(weights, biases, sample, name)
    label, margins = _margins(w, c, x, name)
    # a margin is lost at the least cost by moving both rows by half of it, against each other and along the sample
    size = sum(v * v for v in x) * (1 if len(w) == 1 else 2)
    return _least([(margin * margin / size, other) for other, (margin, _) in margins.items()] if size else [], label)


@dataclass(frozen=True)
class LinearRegion:
    """The linear forms that a ReLU network is made of around a sample.

    Parameters
    ----------
    walls : tuple of (layer, neuron, value, gradient)
        For each hidden neuron its pre-activation at the sample and the gradient there, Fraction and tuple of Fraction.
    scores : tuple of (value, gradient)
        The same for the outputs.
    """

    walls: tuple[tuple[int, int, Fraction, tuple[Fraction, ...]], ...]
    scores: tuple[tuple[Fraction, tuple[Fraction, ...]], ...]


def linear_region(network: DenseNetwork, sample: Sequence[Any], *, name: str = "the sample") -> LinearRegion:
    """Return the linear region of a ReLU network that a sample is in, as its walls and its outputs.

    Parameters
    ----------
    network : DenseNetwork
        With ReLU and rational weights.
    sample : sequence of exact rationals
    name : str
        How errors name the sample.

    Raises
    ------
    DomainError
        If the sample is on a kink, with layer and neuron.
    UnableError
        For another activation.
    ModelError
        If shapes do not fit, or the weights are symbols.

    Examples
    --------
    >>> net = DenseNetwork([[[1], [-1]], [[1, 1]]], [[0, -1], [0]])
    >>> region = linear_region(net, (2,))
    >>> region.scores, region.walls[1]
    (((Fraction(2, 1), (Fraction(1, 1),)),), (1, 2, Fraction(-3, 1), (Fraction(-1, 1),)))
    """
    if network.activation is not relu:
        message = f"linear regions are found for ReLU networks; this one has {network.activation}"
        raise UnableError(message)
    walls, slopes, below = [], None, 1  # the gradients of a layer's neurons are integers over one denominator
    values = [[Fraction(row[0], z.denominator) for row in z.rows] for z in network.preactivations([sample])]
    for layer, (at, matrix) in enumerate(zip(values, network.integer_weights, strict=True), 1):
        own = flint.fmpz_mat(matrix.rows)
        slopes = own if slopes is None else own * slopes
        below *= matrix.denominator
        rows = slopes.tolist()
        if layer == network.depth:
            break
        for neuron, (value, row) in enumerate(zip(at, rows, strict=True), 1):
            if value == 0:
                message = (
                    f"{name} is on the kink of neuron {neuron} of layer {layer}: no linear region is around it; "
                    "move the sample or change the neuron's bias"
                )
                raise DomainError(message)
            walls.append((layer, neuron, value, _over(row, below)))
        slopes = flint.fmpz_mat([row if value > 0 else [0] * len(row) for value, row in zip(at, rows, strict=True)])
    return LinearRegion(tuple(walls), tuple((value, _over(row, below)) for value, row in zip(at, rows, strict=True)))


def region_basin(network: DenseNetwork, sample: Sequence[Any], *, name: str = "the sample") -> RegionBasin:
    """Return the largest ball around a sample on which a ReLU network is linear and its class does not change.

    Parameters
    ----------
    network, sample, name
        As for :func:`linear_region`, which also says what is raised.

    Raises
    ------
    DomainError
        If two classes tie at the sample, with both.

    Examples
    --------
    >>> net = DenseNetwork([[[1, 0], [0, 1]], [[1, 1]]], [[0, 0], [-5]])
    >>> region_basin(net, (1, 2)).limit, region_basin(net, (2, 2)).limit
    (('wall', 1, 1), ('class', 1))
    """
    region = linear_region(network, sample, name=name)
    walls = [
        (value * value / size, ("wall", layer, neuron))
        for layer, neuron, value, gradient in region.walls
        if (size := _dot(gradient, gradient))
    ]
    label, margins = _margins([g for _, g in region.scores], [value for value, _ in region.scores], None, name)
    classes = [
        (margin * margin / size, ("class", other))
        for other, (margin, direction) in margins.items()
        if (size := _dot(direction, direction))
    ]
    wall, border = (min(found, key=lambda pair: pair[0], default=None) for found in (walls, classes))
    nearest = min((pair for pair in (border, wall) if pair is not None), key=lambda pair: pair[0], default=None)
    return RegionBasin(
        None if nearest is None else nearest[0],
        label,
        () if nearest is None else nearest[1],
        None if wall is None else wall[0],
        None if border is None else border[0],
    )


def _over(row: Sequence[Any], below: int) -> tuple[Fraction, ...]:
    return tuple(Fraction(int(entry), below) for entry in row)


def _margins(
    w: Sequence[Sequence[Any]], c: Sequence[Fraction], x: Sequence[Fraction] | None, name: str
) -> tuple[int, dict[int, Any]]:
    """Return the class and, for each other class, the margin and the direction in which the margin grows."""
    scores = list(c) if x is None else [_dot(row, x) + bias for row, bias in zip(w, c, strict=True)]
    if len(w) == 1:
        score, label = scores[0], int(scores[0] > 0)
        if score == 0:
            message = f"{name} is on the boundary of the two classes: no basin is defined there; move the sample"
            raise DomainError(message)
        return label, {1 - label: (abs(score), w[0])}
    best = max(scores)
    first, *others = [k for k, score in enumerate(scores) if score == best]
    if others:
        message = f"{name} ties between the classes {first} and {others[0]}: no basin is defined there; move the sample"
        raise DomainError(message)
    directions = {k: [a - b for a, b in zip(w[first], row, strict=True)] for k, row in enumerate(w) if k != first}
    return first, {k: (best - scores[k], direction) for k, direction in directions.items()}


def _least(found: list[tuple[Fraction, int]], label: int) -> Basin:
    if not found:
        return Basin(None, label, None)
    radius, other = min(found)
    return Basin(radius, label, other)


def _dot(left: Sequence[Fraction], right: Sequence[Fraction]) -> Fraction:
    return sum((a * b for a, b in zip(left, right, strict=True)), Fraction(0))


def _read(
    weights: Any, biases: Any, sample: Any, name: str
) -> tuple[list[list[Fraction]], list[Fraction], list[Fraction]]:
    w = [[as_fraction(v, what=f"weight {j}, {k}") for k, v in enumerate(row, 1)] for j, row in enumerate(weights, 1)]
    c = [as_fraction(v, what=f"bias {j}") for j, v in enumerate(biases, 1)]
    x = [as_fraction(v, what=f"entry {k} of {name}") for k, v in enumerate(sample, 1)]
    if not w or len(c) != len(w) or any(len(row) != len(x) for row in w):
        message = f"{len(w)} rows of weights, {len(c)} biases and {len(x)} entries of {name} do not fit"
        raise ModelError(message)
    return w, c, x
