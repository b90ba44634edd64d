"""Looking for a counterexample in a finite space, and making it small."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from ..errors import DomainError, ModelError, UndefinedPointError
from ..exact.numbers import as_fraction

__all__ = ["VALUES", "refute", "shown", "simple_values"]

VALUES = tuple(
    Fraction(*pair)
    for pair in ((1, 1), (2, 1), (1, 2), (3, 1), (-1, 1), (1, 3), (3, 2), (-2, 1), (5, 1), (2, 3), (-1, 2), (-5, 3))
)
"""What factors are set to in examples, simplest first."""

_ATTEMPTS = 10  # examples drawn for each one wanted: most are of no use where a map is hardly ever defined
_MOST_STEPS = 600  # tests of smaller counterexamples

Problem = Callable[[tuple[Any, ...]], str | None]


def simple_values(values: Any) -> tuple[Fraction, ...]:
    """Return the values to draw from as exact rationals.

    Raises
    ------
    ModelError
        If there is none.
    NotExactError
        If one is no exact rational.
    """
    found = VALUES if values is None else tuple(as_fraction(value, what="a value to draw") for value in values)
    if not found:
        raise ModelError("there are no values to draw from; give some exact rationals, the simplest first")
    return found


def refute(slots: Sequence[Sequence[Any]], problem: Problem, *, examples: int) -> None:
    """Draw examples and raise with a counterexample, made as small as lowering single entries makes it.

    Parameters
    ----------
    slots : sequence of sequences
        The choices for each entry of an example, the simplest first.
    problem : callable
        Takes an example; returns what is wrong, or None. An :class:`UndefinedPointError` means that the example says
        nothing.
    examples : int
        How many that say something are tried.

    Raises
    ------
    AssertionError
        With what the problem says of the counterexample.
    DomainError
        If no example says anything.

    Examples
    --------
    >>> refute([range(9), range(9)], lambda pair: f"{pair} is large" if pair[0] > 3 else None, examples=60)
    Traceback (most recent call last):
    ...
    AssertionError: (4, 0) is large
    """
    if isinstance(examples, bool) or not isinstance(examples, int) or examples < 1:
        message = f"the number of examples is {examples!r}; it is a positive integer"
        raise ModelError(message)

    def tried(places: Sequence[int]) -> str | None:
        return problem(tuple(slot[place] for slot, place in zip(slots, places, strict=True)))

    draw = random.Random(random.getrandbits(64))  # Hypothesis seeds the module's generator, so its tests are repeatable
    told = 0
    places = [0] * len(slots)
    for _ in range(_ATTEMPTS * examples):
        try:
            fault = tried(places)
        except UndefinedPointError:
            fault = None
        else:
            told += 1
        if fault is not None:
            raise AssertionError(_smallest(tried, places, fault))
        if told == examples or not slots:
            break
        places = [draw.randrange(len(slot)) for slot in slots]
    if not told:
        message = "the map is defined at none of the points that were drawn; give other values= to draw from"
        raise DomainError(message)


def _smallest(tried: Callable[[Sequence[int]], str | None], places: list[int], fault: str) -> str:
    """Lower one place after the other as long as something stays wrong; return what it is in the end."""
    steps = 0
    lowered = True
    while lowered:
        lowered = False
        for slot, place in enumerate(places):
            for smaller in range(place):
                steps += 1
                if steps > _MOST_STEPS:
                    return fault
                candidate = [*places[:slot], smaller, *places[slot + 1 :]]
                try:
                    found = tried(candidate)
                except UndefinedPointError:
                    continue
                if found is not None:
                    places, fault, lowered = candidate, found, True
                    break
    return fault


def shown(names: Sequence[Any], values: Sequence[Any], *, prime: str = "") -> str:
    """Write a point: ``a = 1, b = 2/3``.

    Examples
    --------
    >>> shown("ab", (1, Fraction(2, 3)), prime="'")
    "a' = 1, b' = 2/3"
    """
    return ", ".join(f"{name}{prime} = {value}" for name, value in zip(names, values, strict=True)) or "no factors"
