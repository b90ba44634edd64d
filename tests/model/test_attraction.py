"""Radii of basins against bisection along random directions, with exact rationals and plain runs of the network."""

import itertools
from fractions import Fraction
from random import Random

import pytest

import symrg as sg
from symrg.model.attraction import linear_region, region_basin, sample_basin, weight_basin
from symrg.model.dense import DenseNetwork


def number(draw):
    return Fraction(draw.randint(-9, 9), draw.randint(1, 5))


def dot(a, b):
    return sum(x * y for x, y in zip(a, b, strict=True))


def scores_of(weights, biases, x):
    return [dot(row, x) + b for row, b in zip(weights, biases, strict=True)]


def kept(scores, label):
    """Whether a class is strictly the best one."""
    if len(scores) == 1:
        return scores[0] * (1 if label else -1) > 0
    return all(scores[label] > s for k, s in enumerate(scores) if k != label)


def reach(holds, direction, steps=24):
    """Bisect how far one can go along a direction: (squared distance still held, squared distance lost or None)."""
    low, high = Fraction(0), Fraction(1)
    size = dot(direction, direction)
    while holds(high):
        low, high = high, 2 * high
        if high > 2**20:
            return low * low * size, None
    for _ in range(steps):
        middle = (low + high) / 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low * low * size, high * high * size


def check(squared, holds, dimension, draw, across):
    """No direction loses before the radius, and one loses as near to it as bisection sees."""
    for _ in range(25):
        direction = [number(draw) for _ in range(dimension)]
        if any(direction):
            lost = reach(lambda t, d=direction: holds([t * v for v in d]), direction)[1]
            assert lost is None or lost >= squared
    still, lost = reach(lambda t: holds([t * v for v in across]), across)
    assert still <= squared <= lost
    assert lost - still < Fraction(1, 1000) * max(squared, 1)


@pytest.mark.parametrize("turn", range(6))
@pytest.mark.parametrize("classes", [1, 3])
def test_a_linear_read_out(turn, seed, classes):
    draw = Random(seed)
    while True:
        weights = [[number(draw) for _ in range(3)] for _ in range(classes)]
        biases, x = [number(draw) for _ in range(classes)], [number(draw) for _ in range(3)]
        if len(set(map(tuple, weights))) == classes and all(map(any, weights)) and any(x):
            scores = scores_of(weights, biases, x)
            if scores.count(max(scores)) == 1 and 0 not in scores:
                break
    near, flat = sample_basin(weights, biases, x), weight_basin(weights, biases, x)
    label = int(scores[0] > 0) if classes == 1 else scores.index(max(scores))
    assert near.label == flat.label == label
    other = weights[near.nearest] if classes > 1 else [0, 0, 0]
    sign = (1 if label else -1) if classes == 1 else 1
    toward = [sign * (b - a) for a, b in zip(weights[label] if classes > 1 else weights[0], other, strict=True)]
    check(
        near.squared_radius,
        lambda step: kept(scores_of(weights, biases, [a + s for a, s in zip(x, step, strict=True)]), label),
        3, draw, toward,
    )  # fmt: skip
    flip = [Fraction(0)] * (3 * classes)
    for k, v in enumerate(x):
        if classes == 1:
            flip[k] = -sign * v
        else:
            flip[3 * label + k], flip[3 * flat.nearest + k] = -v, v

    def moved(step):
        return [[w + step[3 * j + k] for k, w in enumerate(row)] for j, row in enumerate(weights)]

    check(flat.squared_radius, lambda step: kept(scores_of(moved(step), biases, x), label), 3 * classes, draw, flip)
    if classes == 1:  # duality
        assert near.squared_radius * dot(weights[0], weights[0]) == flat.squared_radius * dot(x, x) == scores[0] ** 2


def run(net, x):
    signs, h = [], list(x)
    for matrix, bias in zip(net.weights, net.biases, strict=True):
        z = scores_of(matrix, bias, h)
        signs.append([v > 0 for v in z])
        h = [max(v, 0) for v in z]
    return signs[:-1], z


@pytest.mark.parametrize("turn", range(6))
@pytest.mark.parametrize("outputs", [1, 3])
def test_a_linear_region(turn, seed, outputs):
    draw = Random(seed)
    while True:
        widths = (3, 4, 3, outputs)
        net = DenseNetwork(
            [[[number(draw) for _ in range(a)] for _ in range(b)] for a, b in itertools.pairwise(widths)],
            [[number(draw) for _ in range(b)] for b in widths[1:]],
        )
        x = [number(draw) for _ in range(3)]
        try:
            basin = region_basin(net, x)
        except sg.DomainError:
            continue
        if basin.squared_radius is not None:
            break
    signs, scores = run(net, x)
    region = linear_region(net, x)
    assert [value for value, _ in region.scores] == scores

    def holds(step):
        there, z = run(net, [a + s for a, s in zip(x, step, strict=True)])
        return there == signs and kept(z, basin.label)

    forms = [(value, g) for _, _, value, g in region.walls]
    if outputs == 1:
        forms.append(region.scores[0])
    else:
        best, slope = region.scores[basin.label]
        forms += [
            (best - v, [a - b for a, b in zip(slope, g, strict=True)])
            for k, (v, g) in enumerate(region.scores)
            if k != basin.label
        ]
    nearest = min((v * v / dot(g, g), k) for k, (v, g) in enumerate(forms) if any(g))
    value, gradient = forms[nearest[1]]
    check(basin.squared_radius, holds, 3, draw, [-value * g for g in gradient])
    assert basin.is_whole_basin == (basin.limit[0] == "class")


def test_no_boundary_at_all():
    assert sample_basin([[1], [1]], [0, 1], [5]).squared_radius is None
    assert weight_basin([[1], [2]], [1, 0], [0]).squared_radius is None
    assert region_basin(DenseNetwork([[[1]], [[0]]], [[1], [3]]), (1,)).limit == ("wall", 1, 1)


NET = DenseNetwork([[[1, 0], [0, 1]], [[1, 0], [0, 1]]], [[0, 0], [0, 0]])


@pytest.mark.parametrize(
    ("ask", "kind", "said"),
    [
        (
            lambda: region_basin(NET, (1, 0), name="sample 7"),
            sg.DomainError,
            "sample 7 is on the kink of neuron 2 of layer 1",
        ),
        (
            lambda: region_basin(NET, (2, 2), name="sample 3"),
            sg.DomainError,
            "sample 3 ties between the classes 0 and 1",
        ),
        (lambda: sample_basin([[1, 1]], [0], [1, -1], name="sample 2"), sg.DomainError, "sample 2 is on the boundary"),
        (lambda: weight_basin([[1], [1]], [0, 0], [1]), sg.DomainError, "ties between the classes 0 and 1"),
        (lambda: sample_basin([[1, 2]], [0], [1]), sg.ModelError, "do not fit"),
        (lambda: sample_basin([[0.5]], [0], [1]), sg.NotExactError, "weight 1, 1"),
        (
            lambda: region_basin(DenseNetwork([[[1]], [[1]]], [[0], [0]], sg.heaviside), (1,)),
            sg.UnableError,
            "heaviside",
        ),
        (lambda: region_basin(NET, (1, 2, 3)), sg.ModelError, "3 entries, the network 2 inputs"),
    ],
)
def test_bad_input(ask, kind, said):
    with pytest.raises(kind, match=said):
        ask()
