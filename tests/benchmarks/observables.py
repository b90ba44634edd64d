"""Observables of deep chains: partition functions in certified digits, correlations as exact fractions."""

from __future__ import annotations

from fractions import Fraction
from random import Random
from typing import Any

from tests.benchmarks.jobs import Job, Side, Target
from tests.benchmarks.multiplicities import network

DIGITS = 50
SEPARATION = 3


def bond(width: int) -> list[list[Fraction]]:
    """Return a positive rational V of a network, the same in every process."""
    draw, size = Random(width), 2**width
    return [[Fraction(draw.randint(1, 9), draw.randint(1, 9)) for _ in range(size)] for _ in range(size)]


def free_energy(width: int) -> Any:
    """Return −(ln Z)/M of a ring of 10^12 layers, from the network on."""
    return network(width).chain().free_energy(depth=10**12, bond=bond(width), digits=DIGITS)


def check_free_energy(width: int) -> Any:
    """Return the check of ln Z: the full transfer matrix, raised to the power in balls of 400 bits."""

    def check(answer: str) -> None:
        import flint

        before, flint.ctx.prec = flint.ctx.prec, 400
        try:
            V, G = bond(width), network(width).multiplicity
            rows = flint.fmpq_mat([[flint.fmpq(x.numerator, x.denominator) for x in row] for row in V])
            T = flint.arb_mat(rows * flint.fmpq_mat(flint.fmpz_mat([list(row) for row in G])).transpose())
            power, trace = T ** (10**12), flint.arb(0)
            for i in range(len(V)):
                trace += power[i, i]
            expected = -trace.log() / 10**12
            ours = flint.arb(answer)
            assert ours.overlaps(expected), (answer, expected)
            assert ours.rel_accuracy_bits() > 3.3 * (DIGITS - 1), answer
        finally:
            flint.ctx.prec = before

    return check


def correlation(width: int, depth: int, *, reduced: bool) -> Any:
    """Return the connected correlation of the first neuron on a ring, from the network on."""
    chain = network(width).chain()
    return chain.correlation(separation=SEPARATION, depth=depth, bond=bond(width), reduced=reduced)


def transfer_matrix(width: int) -> Any:
    """Return T of the chain as a SymPy matrix of rationals."""
    import sympy

    V = sympy.Matrix([[sympy.Rational(x.numerator, x.denominator) for x in row] for row in bond(width)])
    return V * sympy.Matrix(network(width).multiplicity).T


def correlation_by_powers(T: Any, depth: int) -> Any:
    """Return the same from powers of the full transfer matrix in SymPy."""
    import sympy

    size = T.shape[0]
    O = sympy.diag(*(2 * i // size for i in range(size)))  # noqa: E741 - the first neuron, as an operator
    rest = T ** (depth - SEPARATION)
    between = T**SEPARATION
    whole = rest * between
    Z = whole.trace()
    return (O * between * O * rest).trace() / Z - ((O * whole).trace() / Z) ** 2


def residues(value: Any) -> list[int]:
    """Return a fraction modulo some primes: fractions of a million digits are compared by these."""
    primes = (2**127 - 1, 2**107 - 1, 2**89 - 1, 2**521 - 1)
    if hasattr(value, "numerator") and hasattr(value, "denominator"):
        above, below = value.numerator, value.denominator
    else:
        above, below = value.p, value.q
    above, below = (int(x()) if callable(x) else int(x) for x in (above, below))
    return [above * pow(below, -1, p) % p for p in primes]


def same(ours: Any, other: Any) -> None:
    """Assert equality."""
    assert ours == other


def check_depth(width: int, depth: int) -> Any:
    """Return the check of a correlation: powers of the full transfer matrix modulo primes."""

    def check(answer: list[int]) -> None:
        import flint

        for found, p in zip(answer, (2**127 - 1, 2**107 - 1, 2**89 - 1, 2**521 - 1), strict=True):
            base = flint.fmpz_mod_ctx(p)
            V = [[x.numerator * pow(x.denominator, -1, p) for x in row] for row in bond(width)]
            G = [list(row) for row in network(width).multiplicity]
            size = len(V)
            T = flint.fmpz_mod_mat(size, size, [x for row in V for x in row], base)
            T = T * flint.fmpz_mod_mat(size, size, [x for row in G for x in row], base).transpose()
            rest, between = T ** (depth - SEPARATION), T**SEPARATION
            half = size // 2  # states from here on have 1 as their first neuron
            whole = rest * between
            Z = sum(int(whole[i, i]) for i in range(size))
            both = sum(int(between[i, j]) * int(rest[j, i]) for i in range(half, size) for j in range(half, size))
            one = sum(int(whole[i, i]) for i in range(half, size))
            assert found == (both * pow(Z, -1, p) - (one * pow(Z, -1, p)) ** 2) % p

    return check


def _free_energy_job(width: int, limit: float) -> Job:
    return Job(
        f"log-z-{width}",
        f"log Z at depth 10^12, {DIGITS} digits, N = {width}",
        Side(run=lambda _: free_energy(width), answer=lambda value: value.str(60, more=True)),
        (Target("seconds", limit),),
        check=check_free_energy(width),
    )


JOBS = [
    *(_free_energy_job(width, limit) for width, limit in ((1, 0.01), (2, 0.01), (3, 0.01), (6, 0.2))),
    Job(
        "correlation-3",
        "exact correlation, N = 3, depth 10^4, unreduced",
        Side(run=lambda _: correlation(3, 10**4, reduced=False), answer=residues),
        (Target("ratio", 100),),
        {
            "sympy.Matrix power": Side(
                prepare=lambda: transfer_matrix(3),
                run=lambda T: correlation_by_powers(T, 10**4),
                answer=residues,
                cost=10,
            )
        },
        agree=same,
        check=check_depth(3, 10**4),
    ),
    Job(
        "correlation-3-reduced",
        "the same, in lowest terms as a SymPy number",
        Side(run=lambda _: correlation(3, 10**4, reduced=True), answer=residues),
        (Target("ratio", 100),),
        {
            "sympy.Matrix power": Side(
                prepare=lambda: transfer_matrix(3),
                run=lambda T: correlation_by_powers(T, 10**4),
                answer=residues,
                cost=10,
            )
        },
        agree=same,
    ),
    Job(
        "correlation-6",
        "exact correlation, N = 6, depth 10^6, unreduced",
        Side(run=lambda _: correlation(6, 10**6, reduced=False), answer=residues, cost=10),
        (Target("seconds", 8),),
        check=check_depth(6, 10**6),
    ),
]
