"""Brute force for Ising chains: all states of all spins, one by one; nothing is shared with the package."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise, product


def weight(spins, t, half, periodic):
    """The weight of a state divided by cosh(K)^bonds; ``half`` is e^(F/2), and a bond carries half of either field."""
    bonds = list(pairwise(spins)) + ([(spins[-1], spins[0])] if periodic else [])
    result = 1
    for a, b in bonds:
        result = result * (1 + t * a * b) * Fraction(half) ** (a + b)
    return result


def law(sites, t, *, half=1, periodic=False):
    """State ↦ probability, over all spins."""
    table = {spins: weight(spins, t, half, periodic) for spins in product((1, -1), repeat=sites)}
    total = sum(table.values())
    return {spins: value / total for spins, value in table.items()}


def outputs(table, rows):
    """The law of majorities of some spins each, from that of all spins."""
    found = dict.fromkeys(product((1, -1), repeat=len(rows)), 0)
    for spins, value in table.items():
        found[tuple(1 if sum(spins[i] for i in row) > 0 else -1 for row in rows)] += value
    return found


def mean(table, *places):
    """The mean of a product of variables."""
    total = 0
    for state, value in table.items():
        for place in places:
            value = value * state[place]
        total = total + value
    return total


def divergence(table, log):
    """KL(law ‖ product of its marginals), with a logarithm of one's own."""
    size = len(next(iter(table)))
    marginals = [{s: sum(v for state, v in table.items() if state[i] == s) for s in (1, -1)} for i in range(size)]
    total = 0
    for state, value in table.items():
        apart = 1
        for s, marginal in zip(state, marginals, strict=True):
            apart = apart * marginal[s]
        if value:
            total = total + log(value / apart) * value
    return total


def power(x, y, scale):
    """(x, y) of the power of the bond matrix, up to conjugation by a diagonal matrix."""
    first = [[1, x * y], [1, y]]
    matrix = first
    for _ in range(scale - 1):
        matrix = [[sum(matrix[i][k] * first[k][j] for k in range(2)) for j in range(2)] for i in range(2)]
    (a, b), (c, e) = matrix
    return b * c / (a * e), e / a
