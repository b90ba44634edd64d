"""All fixed points of a chain, against Gröbner bases."""

from __future__ import annotations

import re
import time
from fractions import Fraction
from itertools import combinations, product
from math import lcm
from typing import Any

from tests.benchmarks import singular
from tests.benchmarks.jobs import Job, Side, Target, Timed
from tests.benchmarks.multiplicities import network
from tests.benchmarks.recursions import below, places

CUT = 60.0

# -- ours -----------------------------------------------------------------------------------------------------


def all_of_them(width: int) -> Any:
    """Return the complete set of fixed points, infinite couplings included, with checked certificates."""
    fixed = network(width).chain().recursion(scale=2).fixed_points(projective=True)
    assert fixed.complete
    assert all(part.certificate.check() for part in fixed.components)
    assert fixed.components[-1].certificate.bounds_rank()
    return fixed.components


def plain(parts: Any) -> list[dict[str, Any]]:
    """Return components as plain data: rank, dimension, spectrum, the point V of the certificate as rows of text."""
    return [
        {
            "rank": part.rank,
            "dimension": part.dimension,
            "spectrum": {str(value): count for value, count in part.spectrum.items()},
            "point": [[str(x) for x in row] for row in part.certificate.bond.tolist()],
        }
        for part in parts
    ]


def one_of_each_rank(chain: Any) -> Timed:
    """Return the components with a point of each, checked; the time is the one for the slowest of them."""
    fixed = chain.recursion(scale=2).fixed_points(projective=True)
    assert fixed.complete
    slowest = 0.0
    for part in fixed.components:
        start = time.thread_time()
        assert part.certificate.check()
        slowest = max(slowest, time.thread_time() - start)
    return Timed(slowest, fixed.components)


# -- independent checks -----------------------------------------------------------------------------------------


def times(left: list[list[int]], right: list[list[int]]) -> list[list[int]]:
    """Return a product of integer matrices."""
    columns = list(zip(*right, strict=True))
    return [[sum(x * y for x, y in zip(row, column, strict=True) if x) for column in columns] for row in left]


def rank_modulo(matrix: list[list[int]], p: int = 2**61 - 1) -> int:
    """Return the rank modulo a prime, which is a lower bound of the rank."""
    rows, found = [[x % p for x in row] for row in matrix], 0
    for column in range(len(rows[0])):
        pivot = next((i for i in range(found, len(rows)) if rows[i][column]), None)
        if pivot is None:
            continue
        rows[found], rows[pivot] = rows[pivot], rows[found]
        inverse = pow(rows[found][column], -1, p)
        for i in range(found + 1, len(rows)):
            if rows[i][column]:
                ratio = rows[i][column] * inverse
                rows[i] = [(x - ratio * y) % p for x, y in zip(rows[i], rows[found], strict=True)]
        found += 1
    return found


def check(width: int) -> Any:
    """Return the check: all ranks 1 … rank G, the dimensions of the theorem, points that are fixed, of their rank."""

    def checked(answer: list[dict[str, Any]]) -> None:
        G = [list(row) for row in network(width).multiplicity]
        size = len(G)
        transposed = [list(column) for column in zip(*G, strict=True)]
        assert [part["rank"] for part in answer] == list(range(1, rank_modulo(G) + 1))
        for part in answer:
            r, V = part["rank"], [[Fraction(x) for x in row] for row in part["point"]]
            scale = lcm(*(x.denominator for row in V for x in row))
            A = [[int(x * scale) for x in row] for row in V]
            image = times(times(A, transposed), A)
            i, j = next((i, j) for i in range(size) for j in range(size) if A[i][j])
            assert image[i][j] != 0
            assert all(image[k][m] * A[i][j] == image[i][j] * A[k][m] for k in range(size) for m in range(size)), (
                f"rank {r}: the point is not fixed"
            )
            assert rank_modulo(A) == r
            assert part["dimension"] == 2 * r * (size - r)
            assert part["spectrum"].get("2", 0) == r * r - 1
            assert part["spectrum"].get("1", 0) == part["dimension"]

    return checked


# -- rivals: the matrix form ------------------------------------------------------------------------------------


def entries(size: int) -> list[str]:
    """Return names for the entries of V."""
    return [f"v{i}_{j}" for i in range(size) for j in range(size)]


def matrix_in_singular(G: Any) -> Timed:
    """Return the minimal primes of V Gᵀ V = V."""
    size = len(G)
    v = [[f"v{i}_{j}" for j in range(size)] for i in range(size)]
    inner = [(k, m) for k in range(size) for m in range(size)]
    equations = [
        "+".join(f"{G[m][k]}*{v[i][k]}*{v[m][j]}" for k, m in inner) + f"-{v[i][j]}"
        for i in range(size)
        for j in range(size)
    ]
    return singular.minimal_primes(entries(size), equations, CUT)


def matrix_in_sympy(G: Any) -> Any:
    """Return (r, dimension, Gröbner basis) of V Gᵀ V = V with trace r of V Gᵀ, for each rank r that G allows."""
    import sympy

    size, matrix = len(G), sympy.Matrix(G)
    V = sympy.Matrix(size, size, sympy.symbols(entries(size)))
    found = []
    for r in range(1, matrix.rank() + 1):
        basis = sympy.groebner([*(V * matrix.T * V - V), (V * matrix.T).trace() - r], *V, order="grevlex")
        found.append((r, basis))
    return found


def plain_bases(found: Any) -> Any:
    """Return (dimension, generators as text) of Gröbner bases."""
    return [
        (_dimension([p.monoms(order="grevlex")[0] for p in basis.polys]), [_text(p) for p in basis.polys])
        for _, basis in found
    ]


def _text(polynomial: Any) -> str:
    names = [str(x) for x in polynomial.gens]
    terms = (
        "*".join([str(c), *(f"{x}^{e}" for x, e in zip(names, powers, strict=True) if e)])
        for powers, c in polynomial.terms()
    )
    return "+".join(terms).replace("+-", "-")


def value(text: str, values: dict[str, Fraction]) -> Fraction:
    """Return the value of a polynomial that is written out as Singular does."""
    total = Fraction(0)
    for sign, term in re.findall(r"([+-]?)([^+-]+)", text):
        product = Fraction(-1 if sign == "-" else 1)
        for factor in term.split("*"):
            base, _, power = factor.partition("^")
            product *= (values[base] if base in values else Fraction(base)) ** int(power or 1)
        total += product
    return total


def _dimension(leading: list[tuple[int, ...]]) -> int:
    """Return the dimension of a monomial ideal: variables less the fewest that meet every monomial."""
    supports = {frozenset(i for i, e in enumerate(monomial) if e) for monomial in leading}
    count = len(leading[0])
    for missing in range(count + 1):
        for chosen in combinations(range(count), missing):
            if all(not support.isdisjoint(chosen) for support in supports):
                return count - missing
    return -1


def same_components(ours: list[dict[str, Any]], other: Any) -> None:
    """Assert the same dimensions, and that each of our points solves the equations of its component."""
    theirs = [(dimension, equations) for dimension, equations in other]
    size = len(ours[0]["point"])
    if len(theirs) > len(ours):  # Singular has V = 0, too
        theirs.remove(next(part for part in theirs if sorted(part[1]) == sorted(entries(size))))
    assert sorted(dimension for dimension, _ in theirs) == sorted(part["dimension"] for part in ours)
    G = network((size - 1).bit_length()).multiplicity
    for part in ours:
        V = [[Fraction(x) for x in row] for row in part["point"]]
        trace = sum(V[i][k] * G[i][k] for i in range(size) for k in range(size))
        scale = part["rank"] / trace  # idempotent T: its trace is its rank
        values = {f"v{i}_{j}": V[i][j] * scale for i in range(size) for j in range(size)}
        (equations,) = (equations for dimension, equations in theirs if dimension == part["dimension"])
        assert all(value(text, values) == 0 for text in equations)


# -- rivals: the couplings, denominators cleared ------------------------------------------------------------------


def cleared(G: Any) -> tuple[list[Any], list[Any]]:
    """Return the factors, and R(x) − x without denominators: products of sums of monomials, in SymPy."""
    import sympy

    width = (len(G) - 1).bit_length()
    subsets = places(width)[:-1]
    factors = sympy.symbols([f"x{k}" for k in range(len(subsets))])
    states = list(product((0, 1), repeat=2 * width))
    halves = list(product((0, 1), repeat=width))
    V = {s: sympy.Mul(*(x for x, place in zip(factors, subsets, strict=True) if below(place, s))) for s in states}
    Z = {
        h + s: sympy.Add(*(G[j][i] * V[h + t] * V[g + s] for i, t in enumerate(halves) for j, g in enumerate(halves)))
        for h in halves
        for s in halves
    }
    equations = []
    for x, place in zip(factors, subsets, strict=True):
        signed = [(Z[s], (sum(place) - sum(s)) % 2) for s in states if below(s, place)]
        above = sympy.Mul(*(z for z, odd in signed if not odd))
        equations.append(above - x * sympy.Mul(*(z for z, odd in signed if odd)))
    return factors, equations


def couplings_in_singular(system: Any) -> Timed:
    """Return the minimal primes of the cleared equations."""
    factors, equations = system
    return singular.minimal_primes([str(x) for x in factors], [str(e).replace("**", "^") for e in equations], CUT)


def couplings_in_sympy(system: Any) -> Any:
    """Return a Gröbner basis of the cleared equations."""
    import sympy

    factors, equations = system
    return sympy.groebner(equations, *factors, order="grevlex")


def _counts() -> Any:
    return [list(row) for row in network(2).multiplicity]


def _cleared() -> Any:
    return cleared(_counts())


JOBS = [
    Job(
        "fixed-points-2",
        "all fixed points, N = 2, with certificate",
        Side(run=lambda _: all_of_them(2), answer=plain),
        (Target("ratio", 100),),
        {
            "Singular minAssGTZ, V G^T V = V": Side(
                prepare=_counts, run=matrix_in_singular, needs=("/Singular",), limit=CUT, cost=8
            ),
            "sympy.groebner, V G^T V = V, each trace": Side(
                prepare=_counts, run=matrix_in_sympy, answer=plain_bases, limit=CUT, cost=4, note="ranks given"
            ),
            "Singular minAssGTZ, cleared couplings": Side(
                prepare=_cleared,
                run=couplings_in_singular,
                needs=("/Singular",),
                limit=CUT,
                cost=CUT,
            ),
            "sympy.groebner, cleared couplings": Side(
                prepare=_cleared,
                run=couplings_in_sympy,
                answer=lambda basis: None,
                limit=CUT,
                cost=CUT,
            ),
        },
        agree=same_components,
        check=check(2),
    ),
    Job(
        "fixed-points-3",
        "all fixed points, N = 3, with certificate",
        Side(run=lambda _: all_of_them(3), answer=plain),
        (Target("seconds", 1), Target("megabytes", 300)),
        check=check(3),
    ),
    Job(
        "fixed-points-6",
        "one exact rational fixed point of each rank, N = 6, checked (the slowest)",
        Side(prepare=lambda: network(6).chain(), run=one_of_each_rank, answer=plain),
        (Target("seconds", 0.2),),
        check=check(6),
    ),
]
