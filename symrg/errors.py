"""Exceptions of symrg, named by meaning; each is also the matching built-in."""

from __future__ import annotations

__all__ = [
    "BudgetExceeded",
    "DomainError",
    "ModelError",
    "NotExactError",
    "ScriptError",
    "SymrgError",
    "UnableError",
    "UndefinedPointError",
]


class SymrgError(Exception):
    """Base class of every error that symrg raises on purpose.

    The message says what is wrong, where, and what to try.

    Examples
    --------
    >>> import symrg as sg
    >>> try:
    ...     sg.Variable("h", alphabet=())
    ... except sg.SymrgError as error:
    ...     print(type(error).__name__)
    ModelError
    """


class ModelError(SymrgError, ValueError):
    """What the user wrote down is not a model: an empty alphabet, an unknown coupling, a wrong shape."""


class NotExactError(SymrgError, TypeError):
    """A float (or another inexact number) came in at a door where only exact numbers pass."""


class DomainError(SymrgError, ValueError):
    """The question is asked outside the domain where it has an answer."""


class UndefinedPointError(SymrgError, ZeroDivisionError):
    """A map was asked for its value at a point where it is not defined: a zero denominator or 0/0."""


class UnableError(SymrgError, RuntimeError):
    """The question has an answer, but the methods at hand cannot decide it."""


class ScriptError(SymrgError, RuntimeError):
    """A derivation script raised, or does not define a derivation."""


class BudgetExceeded(SymrgError, RuntimeError):
    """The work was estimated (or measured) to cost more than the budget allows.

    Parameters
    ----------
    message : str
        What was asked, the estimate, and what would fit.
    estimate : int, optional
        The estimated size, in the unit the message names.
    limit : int, optional
        The budget, in the same unit.
    """

    def __init__(self, message: str, *, estimate: int | None = None, limit: int | None = None) -> None:
        super().__init__(message)
        self.estimate = estimate
        self.limit = limit
