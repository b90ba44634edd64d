"""Which couplings are infinite or complex at a bond matrix, from zeros and signs of its entries alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from ..model.basis import coefficients

if TYPE_CHECKING:
    from .chain import Chain

__all__ = ["complex_couplings", "infinite_couplings"]


class _Mark:
    """True or False as a ring element: sums are "or", and a factor changes nothing."""

    def __init__(self, value: bool) -> None:
        self.value = value

    def __add__(self, other: _Mark) -> _Mark:
        return self if self.value else other

    def __rmul__(self, factor: Any) -> _Mark:
        return self


def infinite_couplings(chain: Chain, zeros: Iterable[tuple[int, int]]) -> tuple[Any, ...]:
    """Return the couplings that do not exist where given entries of V are zero: the logarithm of one occurs in them.

    Parameters
    ----------
    chain : Chain
    zeros : iterable of (row, column)

    Examples
    --------
    >>> from symrg import Chain
    >>> infinite_couplings(Chain([[1, 0], [0, 1]]), [(0, 1)])
    (A, C)
    """
    places = set(zeros)
    if not places:
        return ()
    rows, columns = chain.shape
    marks = [_Mark((i, j) in places) for i in range(rows) for j in range(columns)]
    found = coefficients(marks, [v.alphabet for v in chain.coordinates.variables])
    return tuple(k for k, mark in zip(chain.couplings, found[:-1], strict=True) if mark.value)


def complex_couplings(chain: Chain, entries: Sequence[int]) -> tuple[Any, ...]:
    """Return the couplings with an imaginary part at a real V, in the principal branch of the factors' logarithms.

    Parameters
    ----------
    chain : Chain
    entries : sequence of int
        Of V, row by row; zeros count as positive.

    Examples
    --------
    >>> from symrg import Chain
    >>> complex_couplings(Chain([[2, 2], [1, 3]]), [3, -1, -2, 2])
    (B, C)
    """
    sizes = chain.coordinates.sizes
    odd = [int(x < 0) for x in entries]
    # a factor is negative if an odd number of its entries is; then log V is the sum of the factors' logarithms
    odd = _along(odd, sizes, lambda line: [line[0], *((x - line[0]) % 2 for x in line[1:])])
    phases = _along(odd, sizes, lambda line: [line[0], *(x + line[0] for x in line[1:])])
    found = coefficients(phases, [v.alphabet for v in chain.coordinates.variables])
    return tuple(k for k, phase in zip(chain.couplings, found[:-1], strict=True) if phase)


def _along(values: Sequence[int], sizes: Sequence[int], change: Callable[[list[int]], list[int]]) -> list[int]:
    """Change the values on all states along each variable in turn; they are in product order."""
    data = list(values)
    block = len(data)
    for size in sizes:
        block //= size
        for start in range(0, len(data), block * size):
            for inner in range(start, start + block):
                data[inner : inner + block * size : block] = change(data[inner : inner + block * size : block])
    return data
