"""The multiplicity matrix of a layer and its rank, without listing weights and biases.

All N output neurons see the same inputs and have weights of their own, so a row of G is an N-fold Kronecker power of
the counts of *one* neuron, and those depend on the inputs only as a multiset: on an orbit of neuron states under
relabelling the neurons. Equal rows are one object.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement
from math import comb, gcd, prod
from operator import mul

import flint

from .occupations import LIMIT, Occupation, check_size, multinomial, refuse

__all__ = ["RowOrbit", "check_orbits", "expanded_rows", "kronecker_rank"]


@dataclass(frozen=True, slots=True)
class RowOrbit:
    """Neuron states of a layer that differ by a relabelling of the neurons, and their common row of G.

    Attributes
    ----------
    occupation : tuple of int
        How many of the N neurons are in each single-neuron state: the values on all L data points, in product order
        of the alphabet.
    counts : tuple of int
        How many settings of the weights and the bias of *one* output neuron give each of its activation states, in
        product order: the histogram whose N-fold Kronecker power the row of G is.

    Examples
    --------
    >>> orbit = RowOrbit((1, 1), (1, 3))
    >>> orbit.size, orbit.row
    (2, (1, 3, 3, 9))
    """

    occupation: Occupation
    counts: tuple[int, ...]

    @property
    def size(self) -> int:
        """The number of neuron states in the orbit."""
        return multinomial(self.occupation)

    @property
    def row(self) -> tuple[int, ...]:
        """The row of G, over the activation states of N neurons in product order.

        Raises
        ------
        BudgetExceeded
            If it would have more than 4 million entries.
        """
        width = sum(self.occupation)
        check_size("a row of the multiplicity matrix", len(self.counts), width)
        return _row(self.counts, width, _codes(len(self.counts), width))


def check_orbits(width: int, columns: int, outcomes: int, settings: int) -> None:
    """Refuse more orbits, or longer counts of them, than the limits.

    Parameters
    ----------
    width, columns, outcomes : int
        N, and the numbers of states of one neuron and of one activation on all data points.
    settings : int
        The number of values of a weight, for the length of the counts.

    Raises
    ------
    BudgetExceeded
        With the estimate.
    """
    # a lower bound, exact unless both are large: then the binomial itself may be astronomically large
    orbits = comb(width + columns - 1, min(width, columns - 1, 64))
    entries = orbits * outcomes
    if entries > LIMIT:
        refuse("the number of counts, orbits times activation states of a neuron, is at least", entries)
    words = entries * (1 + width * settings.bit_length() // 64)
    if words > 10 * LIMIT:
        refuse("the number of words of 64 bits that all counts fill is about", words, limit=10 * LIMIT)


def expanded_rows(
    histograms: dict[Occupation, tuple[int, ...]], width: int, columns: int
) -> tuple[tuple[int, ...], ...]:
    """Return G from the counts of each orbit; equal rows are the same tuple.

    Parameters
    ----------
    histograms : dict
        Occupation ↦ counts.
    width, columns : int
        N, and the number of states of one neuron on all data points.

    Raises
    ------
    BudgetExceeded
        If the distinct rows would have more than :data:`LIMIT` entries, or G more rows than that.
    """
    distinct = set(histograms.values())
    outcomes = len(next(iter(distinct)))
    check_size("the list of rows of the multiplicity matrix", columns, width)
    check_size("a row of the multiplicity matrix", outcomes, width)
    entries = len(distinct) * outcomes**width
    if entries > LIMIT:
        refuse(
            f"the {len(distinct)} distinct rows of the multiplicity matrix, of {outcomes}^{width} entries, have in all",
            entries,
            "take a smaller width, or row_orbits, which holds the counts of one neuron for each distinct row",
        )
    places = _codes(outcomes, width)
    rows = {counts: _row(counts, width, places) for counts in distinct}
    powers = _powers(columns, width)
    by_code = {sum(map(mul, occupation, powers)): rows[counts] for occupation, counts in histograms.items()}
    codes = places if columns == outcomes else _codes(columns, width)
    return tuple([by_code[code] for code in codes])


def _powers(letters: int, width: int) -> list[int]:
    return [(width + 1) ** letter for letter in range(letters)]


def _codes(letters: int, width: int) -> list[int]:
    """Return a number for each word in product order, the same for two words if they are permutations."""
    codes, powers = [0], _powers(letters, width)
    for _ in range(width):
        codes = [code + power for code in codes for power in powers]
    return codes


def _row(counts: Sequence[int], width: int, places: Sequence[int]) -> tuple[int, ...]:
    """Return the Kronecker power; equal entries that are permutations of each other are one object."""
    powers = _powers(len(counts), width)
    entries = dict(zip(powers, counts, strict=True))
    for _ in range(width - 1):
        longer = {}
        for power, count in zip(powers, counts, strict=True):
            for code, entry in entries.items():
                longer[code + power] = entry * count
        entries = longer
    return tuple(map(entries.__getitem__, places))


def kronecker_rank(points: Sequence[tuple[int, ...]], width: int) -> int:
    """Return the rank of the N-fold Kronecker powers of distinct vectors of one sum, exactly.

    Columns that differ by a permutation of the N places are equal, so the powers are the values at the points of the
    monomials of degree N; on the d-dimensional span of the points, of those in d coordinates, C(N + d − 1, N) in
    number. Up to N + 1 points are independent: for each there is a product of linear forms that vanishes at all others
    but not there. Otherwise the rank is decided modulo primes; their product exceeds every minor that must vanish.

    Parameters
    ----------
    points : sequence of tuple of int
        Non-negative vectors, none proportional to another.
    width : int
        N.

    Raises
    ------
    BudgetExceeded
        If that takes too many or too large matrices.

    Examples
    --------
    >>> kronecker_rank([(1, t, t * t) for t in range(7)], 2)
    5
    """
    count = len(points)
    if count <= width + 1:
        return count
    kept = _pivots(points)
    monomials = comb(width + len(kept) - 1, width)
    bound = min(count, monomials)
    if len(kept) <= 2:  # on a line the matrix of monomials is Vandermonde's
        return bound
    if count * bound > LIMIT:
        refuse("the matrix whose rank is asked has entries, rows times independent columns,", count * bound)
    # the other coordinates follow from those kept, so the powers have the same rank without them
    primitive = []
    for point in points:
        coordinates = [point[place] for place in kept]
        common = gcd(*coordinates)
        primitive.append([entry // common for entry in coordinates])
    if monomials <= 2 * count:
        columns = list(combinations_with_replacement(range(len(kept)), width))
        matrix = flint.fmpz_mat([[prod(point[o] for o in places) for places in columns] for point in primitive])
        sizes = [(sum(point) ** width).bit_length() for point in primitive]
    else:  # Gram's matrix, of the same rank: the scalar product of two powers is that of the vectors to the N
        vectors = flint.fmpz_mat(primitive)
        matrix = flint.fmpz_mat([[entry**width for entry in row] for row in (vectors * vectors.transpose()).tolist()])
        sizes = [int(matrix[i, i]).bit_length() for i in range(count)]
    # a minor is at most the product of its rows' norms (Hadamard)
    sizes.sort(reverse=True)
    found, decided, primes = 0, 0, _primes()
    while True:
        prime = next(primes)
        found = max(found, int(flint.nmod_mat(matrix, prime).rank()))
        decided += prime.bit_length() - 1
        missing = sum(sizes[: found + 1]) - decided
        if found == bound or missing < 0:
            return found
        steps = missing // 62 * count * bound
        if steps > 10 * LIMIT:
            refuse("primes times entries of the matrix, to decide the rank, would be", steps, limit=10 * LIMIT)


def _primes() -> Iterator[int]:
    """Yield primes of 63 bits."""
    number = 2**63 - 1
    while True:
        if flint.fmpz(number).is_prime():
            yield number
        number -= 2


def _pivots(points: Sequence[tuple[int, ...]]) -> list[int]:
    """Return coordinates on which all others depend linearly, as few as possible."""
    different = {column: j for j, column in reversed(list(enumerate(zip(*points, strict=True)))) if any(column)}
    columns = sorted(different, key=different.__getitem__)  # most of what wide alphabets can reach is never reached
    reduced, _, found = flint.fmpz_mat([list(row) for row in zip(*columns, strict=True)]).rref()
    places = [next(j for j in range(reduced.ncols()) if reduced[i, j] != 0) for i in range(int(found))]
    return [different[columns[place]] for place in places]
