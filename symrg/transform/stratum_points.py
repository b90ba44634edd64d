"""Points of strata of fixed points: drawn, in the factored form that certifies them; written out; and classified."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import count
from math import gcd
from random import Random
from typing import TYPE_CHECKING, Any

import flint

from ..errors import ModelError
from ..exact.algebraic import roots_of, value_at_root
from ..exact.numbers import to_fmpq
from .certificates import Certificate
from .roots import companion_of, multiplicities, root_field

if TYPE_CHECKING:
    from .chain import Chain

__all__ = ["candidates", "classify", "counts_of", "entries_of", "points", "rational_matrix"]

_DRAWS = 4  # of U and W, before their entries get larger
_LARGE = 10**9  # residues modulo a larger prime are rarely zero by chance


def candidates(multiplicity: Sequence[Sequence[int]], vector: tuple[int, ...]) -> Iterator[Certificate]:
    """Yield points V = U D W with given multiplicities of the roots, for random U and W, without end.

    For rank 1 the first one is positive.

    Examples
    --------
    >>> proof = next(candidates(((2, 2), (1, 3)), (1,)))
    >>> proof.left, proof.right, proof.unit
    (((1,), (1,)), ((1, 1),), 8)
    """
    counts = tuple(tuple(row) for row in multiplicity)
    turned = flint.fmpz_mat([list(row) for row in counts]).transpose()
    rank = sum(vector)
    block = companion_of(vector)
    middle = None if block is None else tuple(map(tuple, block))
    exponents = None if block is not None else tuple(i for i, k in enumerate(vector) for _ in range(k))
    power = 1 if block is None else int((flint.fmpz_mat(block) ** len(vector))[0, 0])
    for left, right in _draws(len(counts), len(counts[0]), rank):
        U, W = flint.fmpz_mat(left), flint.fmpz_mat(right)
        between = W * (turned * U)
        if between.det() != 0:
            solved, unit = (flint.fmpq_mat(between).inv() * flint.fmpq_mat(W)).numer_denom()
            yield Certificate(counts, vector, _rows(U), _rows(solved), middle, exponents, int(unit), power)


def _draws(rows: int, columns: int, rank: int) -> Iterator[tuple[list[list[int]], list[list[int]]]]:
    """Yield matrices of ones for rank 1, then of random integers but 0."""
    if rank == 1:
        yield [[1] for _ in range(rows)], [[1] * columns]
    draw = Random(0)  # a fixed seed: the same points in every run
    for size in count(1):
        spread = 2 ** (size // 2)
        values = [*range(-spread, 0), *range(1, spread + 1)] if size < 20 else range(1, 2**size)
        for _ in range(_DRAWS):
            yield (
                [draw.choices(values, k=rank) for _ in range(rows)],
                [draw.choices(values, k=columns) for _ in range(rank)],
            )


def points(
    source: Iterator[Certificate], number: int, *, zeros: Sequence[tuple[int, int]] = (), single: bool
) -> list[Certificate]:
    """Return that many different points without needless zeros, or the only one.

    Parameters
    ----------
    source : iterator of Certificate
        Candidates, without end.
    number : int
    zeros : sequence of (row, column)
        The entries of V that are zero at all of them.
    single : bool
        Whether there is but one point, up to a factor.
    """
    found: list[Certificate] = []
    seen = set()
    needed = set(zeros)
    while len(found) < (min(number, 1) if single else number):
        proof = next(source)
        entries = _residues(proof) if proof.bond is None else proof.bond.entries()
        if {divmod(k, proof.shape[1]) for k, x in enumerate(entries) if x == 0} == needed:
            key = _primitive(list(map(int, entries))) if number > 1 else None
            if key is None or key not in seen:
                seen.add(key)
                found.append(proof)
    return found


def _residues(proof: Certificate) -> list[int]:
    """Return the entries of V modulo a large prime, where ζ is an integer: what is not zero there is not zero."""
    field = root_field(len(proof.vector), 1, above=_LARGE)
    powers = [pow(field.unity, e, field.prime) for e in proof.exponents or ()]
    left = flint.fmpz_mat([[u * z for u, z in zip(row, powers, strict=True)] for row in proof.left])
    return [int(x) % field.prime for x in (left * flint.fmpz_mat([list(row) for row in proof.right])).entries()]


def _primitive(entries: Sequence[int]) -> tuple[int, ...]:
    """Return integers without their common factor, the first one but 0 positive."""
    common = gcd(*entries) or 1
    sign = -1 if next((x for x in entries if x), 1) < 0 else 1
    return tuple(sign * x // common for x in entries)


def entries_of(proof: Certificate) -> tuple[tuple[Any, ...], ...]:
    """Return the rows of V: Fractions, or algebraic numbers where no point is rational.

    Examples
    --------
    >>> entries_of(next(candidates(((2, 2), (1, 3)), (1,))))[0]
    (Fraction(1, 1), Fraction(1, 1))
    """
    if proof.bond is not None:
        return tuple(tuple(Fraction(int(x)) for x in row) for row in proof.bond.tolist())
    order = len(proof.vector)
    zeta = roots_of([int(c) for c in flint.fmpz_poly.cyclotomic(order).coeffs()])[-1]  # of all, the one next to 1

    def entry(row: Sequence[int], column: Sequence[int]) -> Any:
        coefficients = [0] * order
        for e, u, w in zip(proof.exponents or (), row, column, strict=True):
            coefficients[e] += u * w
        return value_at_root(coefficients, [1], zeta)

    columns = list(zip(*proof.right, strict=True))
    return tuple(tuple(entry(row, column) for column in columns) for row in proof.left)


def _rows(matrix: Any) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(int(x) for x in row) for row in matrix.tolist())


def classify(chain: Chain, bond: Sequence[Sequence[Any]], scale: int) -> tuple[int, ...] | None:
    """Return the multiplicities of a rational fixed point, up to conjugation; None if the bond matrix is not fixed.

    Examples
    --------
    >>> from symrg import Chain
    >>> classify(Chain([[2, 2], [1, 3]]), [[1, 2], [1, 2]], 3), classify(Chain([[2, 2], [1, 3]]), [[1, 2], [3, 5]], 3)
    ((1, 0), None)
    """
    rows, columns = chain.shape
    V, _ = rational_matrix(bond, rows, columns, "a bond matrix of this chain").numer_denom()
    counts = counts_of(chain)
    T = V * counts.transpose()
    weights = counts.entries()
    pivot = next(((i, j) for i in range(rows) for j in range(columns) if V[i, j] != 0), None)
    # tr T^k is the sum of the entries of T^{k−1} V times those of G
    traces, image = [], V
    for _ in range(scale - 1):
        traces.append(int(sum(x * g for x, g in zip(image.entries(), weights, strict=True))))
        image = T * image
    if pivot is None or image[pivot] == 0 or image * V[pivot] != V * image[pivot]:
        return None
    factor = int(image[pivot]) // int(V[pivot])  # λ, an eigenvalue of an integer matrix and so an integer
    rank = traces.pop() // factor  # T^{p−1} is λ on the image of T
    return multiplicities([rank, *traces], factor)


def counts_of(chain: Chain) -> Any:
    """Return G as an integer matrix (flint).

    Examples
    --------
    >>> from symrg import Chain
    >>> counts_of(Chain([[2, 2], [1, 3]])).rank()
    2
    """
    return flint.fmpz_mat([list(row) for row in chain.multiplicity])


def rational_matrix(matrix: Sequence[Sequence[Any]], rows: int, columns: int, what: str) -> Any:
    """Return rows of exact rationals as a matrix (flint).

    Raises
    ------
    ModelError
        If the shape is another one.
    NotExactError
        If an entry is a float.

    Examples
    --------
    >>> rational_matrix([[1, Fraction(1, 2)]], 1, 2, "V").numer_denom()
    ([2, 1], 2)
    """
    if len(matrix) != rows or any(len(row) != columns for row in matrix):
        message = f"{what} has shape {rows} × {columns}; give a sequence of rows of that shape"
        raise ModelError(message)
    return flint.fmpq_mat([[to_fmpq(x, what=f"an entry of {what}") for x in row] for row in matrix])
