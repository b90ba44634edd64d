"""Counting weights and biases: the multiplicity matrix G."""

from __future__ import annotations

from itertools import product
from math import comb
from random import Random
from typing import Any

from tests.benchmarks.jobs import Job, Side, Target


def network(width: int, samples: int = 1) -> Any:
    """Return a network of the founding paper's kind."""
    from symrg import LayeredNetwork

    return LayeredNetwork(width=width, samples=samples)


def counted(width: int) -> Any:
    """Ours: the matrix of a network, from nothing."""
    return network(width).multiplicity


def enumerated(width: int) -> Any:
    """Return G by going through all (W, b), as one would write it: arrays of all matrices and vectors."""
    import numpy as np

    count = width * width
    codes = np.arange(2 ** (count + width))
    signs = 2 * ((codes[:, None] >> np.arange(count + width)) & 1) - 1
    weights, biases = signs[:, :count].reshape(-1, width, width), signs[:, count:]
    places = 2 ** np.arange(width)[::-1]
    rows = []
    for h in product((0, 1), repeat=width):
        active = weights @ np.array(h) + biases >= 0
        rows.append(np.bincount(active @ places, minlength=2**width))
    return rows


def enumerated_by_bytes(width: int) -> Any:
    """Return the same with one array of bytes for each weight and bias: as fast as NumPy gets."""
    import numpy as np

    codes = np.arange(2 ** (width * width + width), dtype=np.int32)
    signs = [(2 * ((codes >> k) & 1) - 1).astype(np.int8) for k in range(width * width + width)]
    rows = []
    for state in range(2**width):
        h = [(state >> (width - 1 - j)) & 1 for j in range(width)]
        outcome = np.zeros(len(codes), dtype=np.int32)
        for i in range(width):
            total = signs[width * width + i].copy()
            for j in range(width):
                if h[j]:
                    total += signs[i * width + j]
            outcome = 2 * outcome + (total >= 0)
        rows.append(np.bincount(outcome, minlength=2**width))
    return rows


def plain(matrix: Any) -> list[list[int]]:
    """Return a matrix as lists of int."""
    return [[int(x) for x in row] for row in matrix]


def same(ours: Any, other: Any) -> None:
    """Assert equality."""
    assert ours == other


def samples_of_rows(matrix: Any) -> list[Any]:
    """Return some entries of a large matrix: (row, column, entry)."""
    size, draw = len(matrix), Random(12)
    places = [(draw.randrange(size), draw.randrange(size)) for _ in range(500)]
    return [(i, j, str(matrix[i][j])) for i, j in places]


def one_neuron(width: int, ones: int) -> tuple[int, int]:
    """Return how many (w, b) of one neuron give 0 and 1, for an input with some ones: by binomial coefficients."""
    weights = [comb(ones, up) for up in range(ones + 1)]
    firing = sum(n for up, n in enumerate(weights) for b in (-1, 1) if 2 * up - ones + b >= 0)
    return 2 ** (width - ones) * (2 ** (ones + 1) - firing), 2 ** (width - ones) * firing


def check_wide(answer: list[Any]) -> None:
    """Assert that entries for N = 12 are products over the output neurons."""
    for i, j, entry in answer:
        off, on = one_neuron(12, i.bit_count())
        assert int(entry) == off ** (12 - j.bit_count()) * on ** j.bit_count()


def orbits(network_: Any) -> list[Any]:
    """Return the distinct rows as plain data: how many neurons are in each state, and the counts of one neuron."""
    return [(list(orbit.occupation), [str(n) for n in orbit.counts]) for orbit in network_.row_orbits]


def with_orbits(network_: Any) -> Any:
    """Ours: a network whose distinct rows have been counted."""
    assert network_.row_orbits
    return network_


def check_thousand(answer: list[Any]) -> None:
    """Assert that every row of N = 1000 is there with the right counts."""
    assert sorted(occupation[1] for occupation, _ in answer) == list(range(1001))
    for occupation, counts in Random(1000).sample(answer, 50):
        assert tuple(map(int, counts)) == one_neuron(1000, occupation[1])


def check_orbits(answer: list[Any]) -> None:
    """Assert for some orbits of N = 8, L = 3 that all 2^9 (w, b) of a neuron give these counts."""
    states = list(product((0, 1), repeat=3))  # of one input neuron on the three data points
    assert len(answer) == comb(8 + 7, 7)
    for occupation, counts in Random(8).sample(answer, 20):
        inputs = [state for state, times in zip(states, occupation, strict=True) for _ in range(times)]
        found = [0] * 8
        for *weights, bias in product((-1, 1), repeat=9):
            totals = (bias + sum(w * h[k] for w, h in zip(weights, inputs, strict=True)) for k in range(3))
            found[int("".join(str(int(total >= 0)) for total in totals), 2)] += 1
        assert found == list(map(int, counts)), occupation


JOBS = [
    Job(
        "multiplicity-4",
        "G, N = 4, L = 1",
        Side(run=lambda _: counted(4), answer=plain),
        (Target("ratio", 10_000),),
        {
            "numpy, all 2^20 (W, b), as arrays of matrices": Side(
                run=lambda _: enumerated(4), answer=plain, needs=("numpy",), cost=2
            ),
            "numpy, all 2^20 (W, b), tuned": Side(
                run=lambda _: enumerated_by_bytes(4),
                answer=plain,
                needs=("numpy",),
                cost=0.3,
                note="an array of bytes for each weight",
            ),
        },
        agree=same,
    ),
    Job(
        "multiplicity-12",
        "G, N = 12, L = 1 (equal rows shared)",
        Side(run=lambda _: counted(12), answer=samples_of_rows),
        (Target("seconds", 0.05),),
        check=check_wide,
    ),
    Job(
        "multiplicity-1000",
        "distinct rows of G, N = 1000, L = 1",
        Side(run=lambda _: with_orbits(network(1000)), answer=orbits),
        (Target("seconds", 0.05),),
        check=check_thousand,
    ),
    Job(
        "multiplicity-8-3",
        "G, N = 8, L = 3, by orbits",
        Side(run=lambda _: with_orbits(network(8, 3)), answer=orbits),
        (Target("seconds", 1),),
        check=check_orbits,
    ),
]
