"""Occupations, how many neurons are in which state; and the limits of what is listed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import comb

from ..errors import BudgetExceeded

__all__ = ["LIMIT", "Occupation", "check_size", "compositions", "multinomial", "refuse"]

Occupation = tuple[int, ...]

LIMIT = 4_000_000
"""The most entries a matrix or a list of states may have."""


def refuse(
    what: str, size: int, advice: str = "take a smaller width, fewer samples or smaller alphabets", limit: int = LIMIT
) -> None:
    """Raise the error for work over the limit.

    Raises
    ------
    BudgetExceeded
        Always, with the estimate.
    """
    shown = str(size) if size < 10**18 else f"about 2^{size.bit_length() - 1}"
    message = f"{what} {shown}, more than {limit}; {advice}"
    raise BudgetExceeded(message, estimate=size, limit=limit)


def compositions(total: int, parts: int) -> Iterator[Occupation]:
    """Yield all tuples of ``parts`` non-negative integers with the given sum, the largest first ones first.

    Examples
    --------
    >>> list(compositions(2, 2))
    [(2, 0), (1, 1), (0, 2)]
    """
    if parts <= 1:
        if parts or not total:
            yield (total,) * parts
        return
    for first in range(total, -1, -1):
        for rest in compositions(total - first, parts - 1):
            yield (first, *rest)


def multinomial(occupation: Iterable[int]) -> int:
    """Return in how many ways labelled neurons can be given the states of an occupation.

    Examples
    --------
    >>> multinomial((2, 1, 1))
    12
    """
    total, ways = 0, 1
    for count in occupation:
        total += count
        ways *= comb(total, count)
    return ways


def check_size(
    what: str,
    base: int,
    exponent: int,
    advice: str = "take a smaller width, fewer samples or smaller alphabets",
) -> None:
    """Refuse a list of ``base ** exponent`` entries that is longer than the limit.

    Raises
    ------
    BudgetExceeded
        With the estimate, and the exponent that would fit.
    """
    # Compare logarithmically first: the power itself may be astronomically large.
    size = base**exponent if exponent * base.bit_length() < 4096 else None
    if base > 1 and (size is None or size > LIMIT):
        fitting = max(e for e in range(LIMIT.bit_length()) if base**e <= LIMIT)
        fits = f"{base}^{fitting} would fit" if fitting else "nothing smaller of this kind fits"
        message = f"{what} would have {base}^{exponent} entries, more than {LIMIT} ({fits}); {advice}"
        raise BudgetExceeded(message, estimate=size, limit=LIMIT)
