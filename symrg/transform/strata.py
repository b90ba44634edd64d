"""All fixed points of V ↦ (V Gᵀ)^{p−1} V for a chain of any size, by the structure theorem.

(T) V is fixed iff T^{p−1} V = λ V with λ ≠ 0, T = V Gᵀ. Then T is diagonalisable, its non-zero eigenvalues are
(p−1)-th roots of λ, and V = U D W with W Gᵀ U = 1 and D of these eigenvalues. So the fixed points of given eigenvalue
multiplicities r_i form an irreducible stratum of dimension r(n_h − r) + r(n_σ − r) + r² − Σ r_i², r = Σ r_i = rank V,
which exists iff r ≤ rank G. (MATHEMATICS, section 3.)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, cached_property
from itertools import islice, product
from math import gcd
from random import Random
from typing import TYPE_CHECKING, Any

import flint

from ..errors import ModelError
from ..exact.numbers import as_fraction, to_fmpq

if TYPE_CHECKING:
    from .chain import Chain

__all__ = ["PERRON", "Stratum", "classify", "strata"]

PERRON = (
    "V > 0 makes T = V G^T > 0 (no row of G is zero), and then one eigenvalue is simple and larger in modulus than all "
    "others (Perron and Frobenius), so the rank would be 1"
)
"""Why no fixed point of higher rank has real couplings."""

_TRIALS = 200  # draws of U and W before the search for a sample with all entries non-zero ends


@dataclass(frozen=True)
class Stratum:
    """The fixed points whose transfer matrix has given multiplicities of eigenvalues; irreducible over Q.

    Attributes
    ----------
    chain : Chain
    scale : int
        p.
    multiplicities : tuple of int
        r_i for i = 0 … p − 2: how often c·e^{2πi·i/(p−1)} is an eigenvalue of T, for a common factor c. One
        representative up to rotation and conjugation.
    splits_into : int
        The number of components over C: strata that conjugation in the (p−1)-th roots of unity exchanges are one here.
    """

    chain: Chain
    scale: int
    multiplicities: tuple[int, ...]
    splits_into: int

    @property
    def rank(self) -> int:
        """The rank r of V (and T)."""
        return sum(self.multiplicities)

    @property
    def dimension(self) -> int:
        """The dimension over C, in bond matrices up to a factor."""
        rows, columns = self.chain.shape
        r = self.rank
        return r * (rows - r) + r * (columns - r) + r * r - sum(k * k for k in self.multiplicities)

    @property
    def spectrum(self) -> dict[Fraction, int]:
        """The eigenvalues of the linearised recursion, the same on the whole stratum, with multiplicities."""
        rows, columns = self.chain.shape
        found = {
            Fraction(0): (rows - self.rank) * (columns - self.rank),
            Fraction(1): self.dimension,
            Fraction(self.scale): sum(k * k for k in self.multiplicities) - 1,
        }
        return {value: count for value, count in found.items() if count}

    @property
    def equations(self) -> tuple[str, ...]:
        """The conditions on V in matrix form."""
        power = "" if self.scale == 2 else f"^{self.scale - 1}"
        found = [f"(V G^T){power} V = lambda V with lambda != 0", f"rank V = {self.rank}"]
        if self.scale > 2:
            roots = ", ".join(map(str, self.multiplicities))
            found.append(f"eigenvalues of V G^T: ({self.scale - 1})-th roots of lambda with multiplicities ({roots})")
        return tuple(found)

    @property
    def physical(self) -> bool:
        """Whether V can be scaled to positive entries somewhere: exactly if the rank is 1 (Perron and Frobenius)."""
        return self.rank == 1

    @property
    def physical_reason(self) -> str:
        """The theorem behind :attr:`physical`."""
        if self.physical:
            return "V = u w^T with positive u and w is on it"
        return PERRON

    @property
    def point(self) -> tuple[tuple[Fraction, ...], ...] | None:
        """The rows of V up to a factor, if the stratum is a single point."""
        return self.sample()[0] if self.dimension == 0 else None

    @cached_property
    def at_infinity(self) -> bool:
        """Whether an entry of V vanishes on the whole stratum, so that a coupling is infinite there.

        Only a rank of 2 or more with a single eigenvalue can force that; then it is a matter of ranks of minors of G.
        """
        # V = U D K⁻¹ W with K = W Gᵀ U, U and W free. If D is no multiple of 1, its conjugates span all matrices of
        # trace zero, and tr(D K⁻¹ w_j u_i) cannot vanish for all of them.
        if self.rank == 1 or max(self.multiplicities) < self.rank:
            return False
        rows, columns = self.chain.shape
        suspects = set(product(range(rows), range(columns)))
        for bond in islice(self._candidates(), 4):
            suspects = {(i, j) for i, j in suspects if bond[i, j] == 0}
        return any(self._vanishes(i, j) for i, j in sorted(suspects))

    def _vanishes(self, i: int, j: int) -> bool:
        """Decide whether an entry of V is zero on the whole stratum, for a single eigenvalue.

        V_ij = −det [[K, w_j], [u_i, 0]] / det K is zero for all U and W iff all minors of size r + 1 of the matrix
        [[Gᵀ, e_j], [e_i, 0]] that hold its border are (Cauchy and Binet): those are minors of size r − 1 of G without
        row i and column j.
        """
        kept = [[g for k, g in enumerate(row) if k != j] for h, row in enumerate(self.chain.multiplicity) if h != i]
        minor = flint.fmpz_mat(kept).rank() if kept and kept[0] else 0
        return bool(minor < self.rank - 1)

    # -- points ---------------------------------------------------------------------------------------

    def _candidates(self) -> Iterator[Any]:
        """Yield rational points V of the stratum as flint matrices; none if it has none that we can construct."""
        block = _rational_roots(self.scale - 1, self.multiplicities)
        if block is None:
            return
        rows, columns = self.chain.shape
        weights = flint.fmpq_mat(flint.fmpz_mat([list(row) for row in self.chain.multiplicity])).transpose()
        draw = Random(0)  # a fixed seed: the same samples in every run
        for spread in (2, 3, 5, 9):
            for _ in range(_TRIALS // 4):
                left = _drawn(draw, rows, self.rank, spread)
                right = _drawn(draw, self.rank, columns, spread)
                middle = right * weights * left
                if middle.det() != 0:
                    yield left * block * middle.inv() * right

    def sample(self, count: int = 1) -> tuple[tuple[tuple[Fraction, ...], ...], ...]:
        """Return up to ``count`` exact rational bond matrices on the stratum.

        Matrices without zero entries come first, if the stratum has any. Empty if no rational point could be
        constructed (for p > 4 some strata have none).

        Examples
        --------
        >>> from symrg import Chain
        >>> point = strata(Chain([[2, 2], [1, 3]]), 2)[-1].sample()[0]
        >>> [[str(x / point[0][0]) for x in row] for row in point]
        [['1', '-1/3'], ['-2/3', '2/3']]
        """
        full: list[Any] = []
        rest: list[Any] = []
        for bond in self._candidates():
            target = rest if any(x == 0 for x in bond.entries()) else full
            if not any(bond == other for other in target):
                target.append(bond)
            if len(full) >= count or (self.at_infinity and len(rest) >= count):
                break
        return tuple(
            tuple(tuple(as_fraction(x) for x in row) for row in bond.tolist()) for bond in (full + rest)[:count]
        )

    def contains(self, bond: Sequence[Sequence[Any]]) -> bool:
        """Decide whether a rational bond matrix is on the stratum, by matrix products and one factorisation.

        Raises
        ------
        ModelError
            If the matrix has the wrong shape.
        NotExactError
            If an entry is a float.
        """
        found = classify(self.chain, bond, self.scale)
        return found is not None and _representative(found) == self.multiplicities

    def __repr__(self) -> str:
        where = " at infinity" if self.at_infinity else ""
        return f"<stratum of rank {self.rank}, dimension {self.dimension}{where}: {'; '.join(self.equations)}>"


def strata(chain: Chain, scale: int) -> tuple[Stratum, ...]:
    """Return the strata of fixed points of a chain's recursion: all of them, by the structure theorem.

    Parameters
    ----------
    chain : Chain
    scale : int
        p ≥ 2.

    Returns
    -------
    tuple of Stratum
        By rising rank; within a rank the smallest number of different eigenvalues last.

    Examples
    --------
    >>> from symrg import Chain
    >>> [(s.rank, s.dimension, s.multiplicities) for s in strata(Chain([[2, 2], [1, 3]]), 3)]
    [(1, 2, (1, 0)), (2, 2, (1, 1)), (2, 0, (2, 0))]
    """
    counts = flint.fmpz_mat([list(row) for row in chain.multiplicity])
    order = scale - 1
    found = []
    for rank in range(1, counts.rank() + 1):
        seen = set()
        for vector in _compositions(rank, order):
            representative = _representative(vector)
            if representative not in seen:
                seen.add(representative)
                found.append(Stratum(chain, scale, representative, _components(representative)))
    return tuple(sorted(found, key=lambda s: (s.rank, -s.dimension, s.multiplicities)))


def classify(chain: Chain, bond: Sequence[Sequence[Any]], scale: int) -> tuple[int, ...] | None:
    """Return the multiplicities of a rational fixed point, or None if the bond matrix is not fixed."""
    rows, columns = chain.shape
    if len(bond) != rows or any(len(row) != columns for row in bond):
        message = f"a bond matrix of this chain has shape {rows} × {columns}"
        raise ModelError(message)
    V = flint.fmpq_mat([[to_fmpq(x, what="an entry of the bond matrix") for x in row] for row in bond])
    T = V * flint.fmpq_mat(flint.fmpz_mat([list(row) for row in chain.multiplicity])).transpose()
    image = V
    for _ in range(scale - 1):
        image = T * image
    pivot = next(((i, j) for i in range(rows) for j in range(columns) if V[i, j] != 0), None)
    if pivot is None or image[pivot] == 0:
        return None
    factor = image[pivot] / V[pivot]
    if image != V * factor:
        return None
    vector = [0] * (scale - 1)
    _, factors = flint.fmpz_poly(T.charpoly().numer()).factor()
    for polynomial, multiplicity in factors:
        if polynomial[0] != 0:
            for exponent in _exponents(polynomial, scale - 1, factor):
                vector[exponent] += int(multiplicity)
    return tuple(vector)


# -- multiplicities of roots of unity ---------------------------------------------------------------------


def _compositions(total: int, parts: int) -> Iterator[tuple[int, ...]]:
    if parts == 1:
        yield (total,)
        return
    for first in range(total, -1, -1):
        for rest in _compositions(total - first, parts - 1):
            yield (first, *rest)


def _rotations(vector: Sequence[int]) -> set[tuple[int, ...]]:
    return {tuple(vector[k:]) + tuple(vector[:k]) for k in range(len(vector))}


def _conjugates(vector: Sequence[int]) -> set[tuple[int, ...]]:
    """Return the images under ζ ↦ ζ^k, k prime to the order."""
    order = len(vector)
    return {tuple(vector[(k * i) % order] for i in range(order)) for k in range(1, order + 1) if gcd(k, order) == 1}


def _representative(vector: Sequence[int]) -> tuple[int, ...]:
    return max(rotated for conjugate in _conjugates(vector) for rotated in _rotations(conjugate))


def _components(vector: Sequence[int]) -> int:
    """Return how many classes up to rotation the conjugates make up."""
    return len({max(_rotations(conjugate)) for conjugate in _conjugates(vector)})


def _exponents(polynomial: Any, order: int, factor: Any) -> list[int]:
    """Return k for each root c·ζ^k of a factor of x^order − factor, c being the principal root of the factor."""
    base = (flint.acb(factor).log() / order).exp()
    candidates = [base * (flint.acb(0, 2 * k) * flint.acb.pi() / order).exp() for k in range(order)]
    result = []
    for root, _ in flint.fmpz_poly(polynomial.coeffs()).complex_roots():
        # the root is one of the candidates, whose balls are disjoint
        (place,) = (k for k, candidate in enumerate(candidates) if candidate.overlaps(root))
        result.append(place)
    return result


@cache
def _rational_roots(order: int, multiplicities: tuple[int, ...]) -> Any | None:
    """Return a rational matrix with these multiplicities of roots of one number, up to rotation; None if not found.

    It is built of companion matrices of factors of x^order − λ for small λ.
    """
    wanted = {rotated for conjugate in _conjugates(multiplicities) for rotated in _rotations(conjugate)}
    for size in (1, 2, 3, 4, 5, 8, 9, 16, 25, 27, 32, 64, 81):
        for number in (size, -size):
            _, factors = flint.fmpz_poly([-number] + [0] * (order - 1) + [1]).factor()
            rows = [(f, _exponents(f, order, flint.fmpq(number))) for f, _ in factors]
            for target in sorted(wanted, reverse=True):
                counts = _cover(target, [places for _, places in rows])
                if counts is not None:
                    return _block_diagonal(
                        [_companion(f) for (f, _), n in zip(rows, counts, strict=True) for _ in range(n)]
                    )
    return None


def _cover(target: Sequence[int], groups: Sequence[Sequence[int]]) -> list[int] | None:
    """Return how often to take each group of places (they are disjoint) to fill a target, or None."""
    counts = []
    for places in groups:
        values = {target[k] for k in places}
        if len(values) != 1:
            return None
        counts.append(values.pop())
    return counts


def _companion(polynomial: Any) -> list[list[int]]:
    degree = polynomial.degree()
    coefficients = [int(c) for c in polynomial.coeffs()]  # monic: a factor of x^n − λ
    return [[-coefficients[i] if j == degree - 1 else int(i == j + 1) for j in range(degree)] for i in range(degree)]


def _block_diagonal(blocks: Sequence[list[list[int]]]) -> Any:
    size = sum(len(block) for block in blocks)
    matrix = [[0] * size for _ in range(size)]
    start = 0
    for block in blocks:
        for i, row in enumerate(block):
            matrix[start + i][start : start + len(row)] = row
        start += len(block)
    return flint.fmpq_mat(flint.fmpz_mat(matrix))


def _drawn(draw: Random, rows: int, columns: int, spread: int) -> Any:
    return flint.fmpq_mat(
        flint.fmpz_mat([[draw.randint(-spread, spread) for _ in range(columns)] for _ in range(rows)])
    )
