"""Flows of the founding paper's recursion: a deep level to 50 digits, and many orbits in floats."""

from __future__ import annotations

from typing import Any

from tests.benchmarks.jobs import Job, Side, Target
from tests.benchmarks.multiplicities import network

START = (2, 1, 3)
LEVEL = 10**4
DIGITS = 50
GRID = 20
STEPS = 50


def level(chain: Any) -> Any:
    """Return the level with its factors."""
    found = chain.flow(START).level(LEVEL, digits=DIGITS)
    assert found.factors
    return found


def level_text(found: Any) -> list[str]:
    """Return the factors as text, and ln a."""
    return [value.str(DIGITS + 10, more=True) for value in (*found.factors, found.logarithm("a"))]


def iterated(_: Any) -> Any:
    """Return the factors on the same level, by iterating V ↦ V Gᵀ V with as many digits."""
    import mpmath

    with mpmath.workdps(DIGITS):
        a, b, c = (mpmath.mpf(x) for x in START)
        for _step in range(LEVEL):
            a, b, c = step(a, b, c)
        return a, b, c


def digits(values: Any) -> list[str]:
    """Return mpmath's numbers as text."""
    import mpmath

    return [mpmath.nstr(value, DIGITS + 5) for value in values]


def step(a: Any, b: Any, c: Any) -> Any:
    """One step of the recursion of factors for G = ((2, 2), (1, 3)); V = ((1, c), (b, abc))."""
    d = a * b * c
    t, u, v, w = 2 + 2 * c, 1 + 3 * c, 2 * b + 2 * d, b + 3 * d  # T = V Gᵀ
    one, x, y, z = t + u * b, t * c + u * d, v + w * b, v * c + w * d  # T V
    return z * one / (x * y), y / one, x / one


def same_level(ours: list[str], other: list[str]) -> None:
    """Assert agreement to 45 digits; ln a is known to the rival only as 0."""
    import flint

    before, flint.ctx.prec = flint.ctx.prec, 400
    try:
        for mine, theirs in zip(ours[:3], other, strict=True):
            assert abs(flint.arb(mine) - flint.arb(theirs)) < flint.arb(10) ** -45, (mine, theirs)
    finally:
        flint.ctx.prec = before


def check_level(answer: list[str]) -> None:
    """Assert 45 digits of ln a, from the eigenvalues of T: a − 1 = det V_k/(V_01 V_10) is a power of their ratio."""
    import mpmath

    # a − 1 = det V_k/(V_01 V_10) with V_k = T^(2^k − 1) V; for large k all entries of T^n are λ₁ⁿ times a projector
    with mpmath.workdps(60 + 3100):
        a, b, c = (mpmath.mpf(x) for x in START)
        V = mpmath.matrix([[1, c], [b, a * b * c]])
        T = V * mpmath.matrix([[2, 1], [2, 3]])
        trace, det = T[0, 0] + T[1, 1], T[0, 0] * T[1, 1] - T[0, 1] * T[1, 0]
        first = (trace + mpmath.sqrt(trace**2 - 4 * det)) / 2
        second = det / first
        P = (T - second * mpmath.eye(2)) / (first - second) * V
        power = 2**LEVEL - 1
        exponent = power * mpmath.log(abs(second) / first) + mpmath.log(
            abs(V[0, 0] * V[1, 1] - V[0, 1] * V[1, 0]) / abs(P[0, 1] * P[1, 0])
        )
        decimal = exponent / mpmath.log(10)
        shift = mpmath.floor(decimal)
        mantissa, place = mpmath.power(10, decimal - shift), int(shift)
        shown = answer[3].strip("[").split(" +/-")[0].lstrip("-")
        digits, _, power_of_ten = shown.partition("e")
        assert int(power_of_ten) == place, "ln a has another order of magnitude"
        assert abs(mpmath.mpf(digits) - mantissa) < mpmath.mpf(10) ** -45, (digits[:60], mpmath.nstr(mantissa, 50))


def starts() -> list[tuple[float, float, float]]:
    """Return the corners of a grid of positive factors."""
    axis = [0.25 + 0.25 * k for k in range(GRID)]
    return [(a, b, c) for a in axis for b in axis for c in axis]


def array() -> Any:
    """Return the starting points as NumPy has them."""
    import numpy as np

    return np.array(starts())


def vectorised(points: Any) -> Any:
    """Ours: the end points of all orbits."""
    return network(1).chain().recursion(scale=2).float_orbits(points, STEPS)[-1]


def plain_orbits(points: Any) -> Any:
    """Return the end points of all orbits, in Python: the same step, written out."""
    ends = []
    for a, b, c in points:
        for _ in range(STEPS):
            d = a * b * c
            t, u, v, w = 2 + 2 * c, 1 + 3 * c, 2 * b + 2 * d, b + 3 * d
            one, x, y, z = t + u * b, t * c + u * d, v + w * b, v * c + w * d
            a, b, c = z * one / (x * y), y / one, x / one
        ends.append((a, b, c))
    return ends


def same_orbits(ours: Any, other: Any) -> None:
    """Assert agreement to 10 digits."""
    assert len(ours) == len(other) == GRID**3
    assert all(abs(x - y) <= 1e-10 * abs(y) for one, two in zip(ours, other, strict=True)
               for x, y in zip(one, two, strict=True))  # fmt: skip


JOBS = [
    Job(
        "level-10000",
        f"level 10^4 of the flow at {DIGITS} digits, N = 1",
        Side(
            prepare=lambda: network(1).chain(),
            run=level,
            answer=level_text,
            note="ln a, about -10^(-10^3010), is checked, too",
        ),
        (Target("ratio", 1000),),
        {
            "mpmath iteration": Side(
                run=iterated,
                answer=digits,
                note="it loses ln a altogether: 0 from level 7 on",
                cost=1,
            )
        },
        agree=same_level,
        check=check_level,
    ),
    Job(
        "orbits",
        f"{GRID}^3 starting points x {STEPS} steps, float",
        Side(
            prepare=array,
            run=vectorised,
            answer=lambda ends: ends.tolist(),
            needs=("numpy",),
            note="all 51 points of each orbit are kept",
        ),
        (Target("ratio", 20),),
        {"plain Python floats": Side(prepare=starts, run=plain_orbits, cost=0.5)},
        agree=same_orbits,
    ),
]
