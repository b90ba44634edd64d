"""How often each n-th root of one number is an eigenvalue: multiplicity vectors, their classes, rational matrices.

The non-zero eigenvalues of a fixed transfer matrix are c·ζ^i with multiplicities r_i, i = 0 … n − 1, n = p − 1 and
ζ = e^{2πi/n}. Another choice of c rotates the vector (r_i); conjugation over Q takes r_i to r_{ki} with k prime to n.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import count
from math import gcd

import flint

__all__ = [
    "RootField",
    "companion_of",
    "components_over_c",
    "multiplicities",
    "period_of",
    "representative",
    "root_field",
    "vectors",
]

Vector = tuple[int, ...]


def vectors(rank: int, order: int) -> list[tuple[int, ...]]:
    """Return the representatives of all multiplicity vectors of ``order`` entries whose sum is ``rank``.

    Examples
    --------
    >>> vectors(2, 3)
    [(2, 0, 0), (1, 1, 0)]
    """
    found: dict[Vector, None] = {}
    for vector in _compositions(rank, order):
        found.setdefault(representative(vector))
    return list(found)


def _compositions(total: int, parts: int) -> Iterator[Vector]:
    if parts == 1:
        yield (total,)
        return
    for first in range(total, -1, -1):
        for rest in _compositions(total - first, parts - 1):
            yield (first, *rest)


def _rotations(vector: Sequence[int]) -> list[Vector]:
    return [tuple(vector[k:]) + tuple(vector[:k]) for k in range(len(vector))]


def _units(order: int) -> list[int]:
    return [k for k in range(1, order + 1) if gcd(k, order) == 1]


def _conjugate(vector: Sequence[int], k: int) -> Vector:
    return tuple(vector[(k * i) % len(vector)] for i in range(len(vector)))


@cache
def representative(vector: Vector) -> Vector:
    """Return the largest vector that rotations and conjugations make of one.

    Examples
    --------
    >>> representative((0, 1, 0, 1, 2))
    (2, 1, 1, 0, 0)
    """
    return max(rotated for k in _units(len(vector)) for rotated in _rotations(_conjugate(vector, k)))


def period_of(vector: Vector) -> int:
    """Return the least rotation that leaves a vector as it is.

    Examples
    --------
    >>> period_of((2, 1, 2, 1))
    2
    """
    order = len(vector)
    return next(s for s in range(1, order + 1) if order % s == 0 and vector == vector[s:] + vector[:s])


def components_over_c(vector: Vector) -> tuple[int, tuple[int, ...]]:
    """Return how many classes up to rotation are conjugate to a vector's, and which ζ ↦ ζ^k keep its class.

    Examples
    --------
    Of the pairs of fifth roots of unity, {1, ζ} and {1, ζ²} differ by more than a rotation:

    >>> components_over_c((1, 1, 0, 0, 0))
    (2, (1, 4))
    """
    classes = {k: max(_rotations(_conjugate(vector, k))) for k in _units(len(vector))}
    own = max(_rotations(vector))
    return len(set(classes.values())), tuple(k for k, other in classes.items() if other == own)


# -- multiplicities from traces, modulo a prime -----------------------------------------------------------------


@dataclass(frozen=True)
class RootField:
    """The integers modulo a prime in which x^order = number has all its roots c·ζ^i.

    Eigenvalues are algebraic integers (up to denominators prime to q), so multiplicities below q may be found there.

    Attributes
    ----------
    prime : int
        q ≡ 1 modulo the order.
    root : int
        c, one of the roots.
    unity : int
        ζ, of the given order.
    order : int
    """

    prime: int
    root: int
    unity: int
    order: int

    def values(self) -> list[int]:
        """Return all roots, in the order of the powers of ζ."""
        return [self.root * pow(self.unity, i, self.prime) % self.prime for i in range(self.order)]

    def multiplicities(self, traces: Sequence[int]) -> Vector | None:
        """Return r_i from the traces Σ r_i (c ζ^i)^k, k = 0 … order − 1; None if some r_i exceeds the number of all.

        Parameters
        ----------
        traces : sequence of int
            Residues, or integers; the 0-th is the number of all eigenvalues.
        """
        inverse = pow(self.order, -1, self.prime)
        found = []
        for value in self.values():
            step = pow(value, -1, self.prime)
            total = sum(t * pow(step, k, self.prime) for k, t in enumerate(traces))
            found.append(total * inverse % self.prime)
        return tuple(found) if sum(found) == traces[0] else None


def root_field(order: int, numerator: int, denominator: int = 1, *, above: int = 1) -> RootField:
    """Return the least prime above a bound, prime to both numbers, with all roots of x^order = numerator/denominator.

    Parameters
    ----------
    order : int
        n ≥ 1.
    numerator, denominator : int
        Not zero.
    above : int
        The multiplicities that are to be told apart are at most this.

    Examples
    --------
    >>> root_field(2, 2)
    RootField(prime=7, root=3, unity=6, order=2)
    """
    for q in count(max(above, order) // order * order + 1, order):
        if q <= above or numerator % q == 0 or denominator % q == 0 or not flint.fmpz(q).is_prime():
            continue
        number = numerator * pow(denominator, -1, q) % q
        if pow(number, (q - 1) // order, q) == 1:
            root = next(x for x in range(1, q) if pow(x, order, q) == number)
            return RootField(q, root, _primitive(order, q), order)
    raise AssertionError  # pragma: no cover - there are infinitely many such primes (Chebotarev)


def _primitive(order: int, prime: int) -> int:
    """Return an element of exact order modulo a prime."""
    proper = [order // d for d in range(2, order + 1) if order % d == 0]
    powers = (pow(g, (prime - 1) // order, prime) for g in range(1, prime))
    return next(z for z in powers if all(pow(z, d, prime) != 1 for d in proper))


def multiplicities(traces: Sequence[int], number: int) -> Vector | None:
    """Return how often each n-th root of a number is an eigenvalue of an integer matrix M.

    Parameters
    ----------
    traces : sequence of int
        The rank and the traces of M, …, M^(n−1).
    number : int
        Not zero. M^n is this number on the image of M.

    Returns
    -------
    tuple of int
        Up to rotation and conjugation.

    Examples
    --------
    A matrix with the eigenvalues 3, 3, −3:

    >>> multiplicities([3, 3], 9) in ((2, 1), (1, 2))
    True
    """
    return root_field(len(traces), number, above=int(traces[0])).multiplicities([int(t) for t in traces])


# -- rational matrices with given multiplicities ----------------------------------------------------------------------


def companion_of(vector: Vector, twist: int = 1) -> list[list[int]] | None:
    """Return an integer matrix D with these multiplicities up to rotation and conjugation; None if Q has none.

    There is one iff conjugation only rotates the vector. Let the vector have the least period s and n = m s. D is
    m × m blocks, the identity below the diagonal and ``twist``·D₀ in the corner: D^m = twist·D₀, where D₀ has the
    multiplicities r_0 … r_{s−1} of s-th roots. By Kummer theory D₀^s is a number that has an s-th root in Q(ζ_s), hence
    (Schinzel) up to an s-th power ±b^{s/2} with b dividing s, or 1 for odd s; and every rational matrix with these
    multiplicities is similar to a multiple of D for some rational twist.

    Parameters
    ----------
    vector : tuple of int
    twist : int
        Not zero.

    Examples
    --------
    >>> companion_of((1, 1))
    [[0, 1], [1, 0]]
    >>> companion_of((1, 1, 0))
    [[0, -1], [1, -1]]
    >>> companion_of((1, 1, 0, 0, 0)) is None
    True
    """
    order = len(vector)
    period = period_of(vector)
    core = _core(vector[:period])
    if core is None:
        return None
    folds = order // period
    if folds == 1:
        return [[twist * x for x in row] for row in core]
    size = len(core)
    matrix = [[0] * (folds * size) for _ in range(folds * size)]
    for i in range(size, folds * size):
        matrix[i][i - size] = 1
    for i, row in enumerate(core):
        matrix[i][-size:] = [twist * x for x in row]
    return matrix


@cache
def _core(vector: Vector) -> tuple[tuple[int, ...], ...] | None:
    """Return D₀ for a vector without a shorter period: companion matrices of factors of x^s − number."""
    order = len(vector)
    if order == 1:
        return tuple(tuple(int(i == j) for j in range(vector[0])) for i in range(vector[0]))
    wanted = sorted({r for k in _units(order) for r in _rotations(_conjugate(vector, k))}, reverse=True)
    for number in _numbers(order):
        _, factors = flint.fmpz_poly([-number] + [0] * (order - 1) + [1]).factor()
        polynomials = [factor for factor, _ in factors]
        roots = root_field(order, number).values()
        prime = root_field(order, number).prime
        places = [[k for k, x in enumerate(roots) if int(f(x)) % prime == 0] for f in polynomials]
        for target in wanted:
            values = [{target[k] for k in group} for group in places]
            if all(len(value) == 1 for value in values):
                counts = [value.pop() for value in values]
                return _block_diagonal([f for f, n in zip(polynomials, counts, strict=True) for _ in range(n)])
    return None


def _numbers(order: int) -> list[int]:
    if order % 2:
        return [1]
    bases = [b for b in range(1, order + 1) if order % b == 0 and all(b % (d * d) for d in range(2, b + 1))]
    return [sign * b ** (order // 2) for b in bases for sign in (1, -1)]


def _block_diagonal(polynomials: Sequence[flint.fmpz_poly]) -> tuple[tuple[int, ...], ...]:
    """Return the companion matrices of monic polynomials as one matrix."""
    size = sum(f.degree() for f in polynomials)
    matrix = [[0] * size for _ in range(size)]
    start = 0
    for f in polynomials:
        degree = f.degree()
        for i in range(degree):
            matrix[start + i][start + degree - 1] = -int(f[i])
            if i:
                matrix[start + i][start + i - 1] = 1
        start += degree
    return tuple(tuple(row) for row in matrix)
