"""Decimation by variable elimination: spins on a random cubic graph."""

from __future__ import annotations

import time
from collections import Counter
from itertools import product
from random import Random
from typing import Any

from tests.benchmarks.jobs import Job, Side, Target, Timed

SPINS = 20
KEPT = 2
SAMPLE = 14  # the rival goes through 2^14 states
SEED = 20


def cubic_graph() -> list[tuple[int, int]]:
    """Return the edges of a random cubic graph, by pairing half-edges until it is simple and connected."""
    draw = Random(SEED)
    while True:
        ends = [vertex for vertex in range(SPINS) for _ in range(3)]
        draw.shuffle(ends)
        edges = {tuple(sorted(pair)) for pair in zip(ends[::2], ends[1::2], strict=True)}
        if len(edges) == 3 * SPINS // 2 and all(a != b for a, b in edges) and _connected(edges):
            return sorted(edges)


def _connected(edges: Any) -> bool:
    reached, fresh = {0}, [0]
    while fresh:
        at = fresh.pop()
        near = {b for edge in edges for b in edge if at in edge} - reached
        reached |= near
        fresh += sorted(near)
    return len(reached) == SPINS


def histogram(states: Any) -> dict[tuple[int, ...], Counter]:
    """Return, for the spins that stay, how often each (Σ s s′, Σ s) occurs among the given states."""
    edges, found = cubic_graph(), {kept: Counter() for kept in product((-1, 1), repeat=KEPT)}
    for state in states:
        energy = sum(state[a] * state[b] for a, b in edges)
        found[state[:KEPT]][energy, sum(state)] += 1
    return found


def all_states() -> Any:
    """Return the same for all states, vectorised."""
    import numpy as np

    codes = np.arange(2**SPINS, dtype=np.int32)
    spins = [(2 * ((codes >> (SPINS - 1 - k)) & 1) - 1).astype(np.int8) for k in range(SPINS)]
    energy = sum((spins[a] * spins[b]).astype(np.int32) for a, b in cubic_graph())
    magnet = sum(spin.astype(np.int32) for spin in spins)
    found = {}
    for index, kept in enumerate(product((-1, 1), repeat=KEPT)):
        chosen = (codes >> (SPINS - KEPT)) == index
        pairs, counts = np.unique(np.stack([energy[chosen], magnet[chosen]]), axis=1, return_counts=True)
        found[kept] = Counter({(int(e), int(m)): int(n) for e, m, n in zip(*pairs, counts, strict=True)})
    return found


def one_by_one(_: Any) -> Timed:
    """Go through the first 2^14 states in Python, and estimate the time for all."""
    start = time.thread_time()
    fixed = (-1,) * (SPINS - SAMPLE)
    found = histogram(rest + fixed for rest in product((-1, 1), repeat=SAMPLE))
    return Timed((time.thread_time() - start) * 2 ** (SPINS - SAMPLE), found)


def exponent() -> Any:
    """Return (the exponent of the graph with a coupling K and a field H, the spins)."""
    import sympy

    from symrg import Variable

    spins = [Variable(f"s_{k:02d}", (-1, 1)) for k in range(SPINS)]
    K, H = sympy.symbols("K H")
    return K * sympy.Add(*(spins[a] * spins[b] for a, b in cubic_graph())) + H * sympy.Add(*spins), spins


def decimated(given: Any) -> Any:
    """Ours: the weights of the states of the two spins that stay, in exponentials of K and H."""
    from symrg import decimate

    done = decimate(given[0], over=given[1][KEPT:])
    assert done.weights
    return done


def counts(done: Any) -> list[Any]:
    """Return the weights as plain data: state, and how often each (Σ s s′, Σ s) occurs."""
    import sympy

    K, H, u, v = sympy.symbols("K H u v")
    found = []
    for state, weight in sorted(done.weights_in({K: u, H: v}).items()):
        shifted = sympy.Poly(sympy.expand(weight * u**60 * v**SPINS), u, v)
        found.append([list(map(int, state)), sorted((e - 60, m - SPINS, int(n)) for (e, m), n in shifted.terms())])
    return found


def check_counts(answer: list[Any]) -> None:
    """Assert the counts: all 2^20 states with NumPy, if it is there; otherwise their number and two of them."""
    from importlib.util import find_spec

    for state, found in answer:
        assert sum(n for _, _, n in found) == 2 ** (SPINS - KEPT)
        if state == [1, 1]:
            assert found[-1] == [3 * SPINS // 2, SPINS, 1]
    if find_spec("numpy"):
        expected = all_states()
        assert len(answer) == len(expected)
        for state, found in answer:
            assert expected[tuple(state)] == {(e, m): n for e, m, n in found}


def sampled(found: Any) -> list[Any]:
    """Return the rival's counts as plain data."""
    return [[list(state), sorted((e, m, n) for (e, m), n in counter.items())] for state, counter in found.items()]


def within(ours: list[Any], other: list[Any]) -> None:
    """Assert that the rival's part of the states is no more than the whole."""
    for (state, whole), (other_state, part) in zip(ours, sorted(other), strict=True):
        assert state == other_state
        known = {(e, m): n for e, m, n in whole}
        assert sum(n for _, _, n in part) == 2 ** (SAMPLE - KEPT)
        assert all(n <= known[e, m] for e, m, n in part)


JOBS = [
    Job(
        "cubic-graph",
        f"{SPINS}-spin random cubic graph, K and H symbolic, decimated to {KEPT} spins",
        Side(prepare=exponent, run=decimated, answer=counts, note="new weights as polynomials in exponentials"),
        (Target("seconds", 0.02),),
        {
            "all 2^20 states in Python": Side(
                run=one_by_one, answer=sampled, note=f"estimated from 2^{SAMPLE} states", cost=0.2
            )
        },
        agree=within,
        check=check_counts,
    ),
]
