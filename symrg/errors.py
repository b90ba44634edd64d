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
    """What the user wrote down is not a model: an empty alphabet, an unknown coupling, a wrong shape.

    Examples
    --------
    >>> import symrg as sg
    >>> sg.Chain([[1, 0], [0]])
    Traceback (most recent call last):
    ...
    symrg.errors.ModelError: row 1 of the multiplicity matrix has 1 entries, row 0 has 2
    """


class NotExactError(SymrgError, TypeError):
    """A float (or another inexact number) came in at a door where only exact numbers pass.

    Examples
    --------
    >>> import symrg as sg
    >>> sg.Chain([[2, 2], [1, 3]]).recursion()((0.5, 1, 1))
    Traceback (most recent call last):
    ...
    symrg.errors.NotExactError: the value of a is the inexact 0.5; give the exact number you mean, ...
    """


class DomainError(SymrgError, ValueError):
    """The question is asked outside the domain where it has an answer.

    Examples
    --------
    A linearisation is asked for where nothing is fixed:

    >>> import symrg as sg
    >>> sg.Chain([[2, 2], [1, 3]]).recursion().linearize((2, 1, 1))
    Traceback (most recent call last):
    ...
    symrg.errors.DomainError: ...
    """


class UndefinedPointError(SymrgError, ZeroDivisionError):
    """A map was asked for its value at a point where it is not defined: a zero denominator or 0/0.

    Examples
    --------
    >>> import sympy
    >>> import symrg as sg
    >>> x = sympy.Symbol("x")
    >>> sg.Recursion.from_images({x: 1 / (x - 1)}, scale=2)((1,))
    Traceback (most recent call last):
    ...
    symrg.errors.UndefinedPointError: ...
    """


class UnableError(SymrgError, RuntimeError):
    """The question has an answer, but the methods at hand cannot decide it.

    Examples
    --------
    >>> import symrg as sg
    >>> sg.Chain([[1, 0, 0], [0, 1, 0], [0, 0, 1]]).infinitesimal()
    Traceback (most recent call last):
    ...
    symrg.errors.UnableError: this chain has 3 neuron states and 3 activation states; the closed form of ln T ...
    """


class ScriptError(SymrgError, RuntimeError):
    """A derivation script raised, or does not define a derivation.

    Examples
    --------
    >>> import symrg as sg
    >>> issubclass(sg.ScriptError, sg.SymrgError), issubclass(sg.ScriptError, RuntimeError)
    (True, True)
    """


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

    Examples
    --------
    >>> import symrg as sg
    >>> try:
    ...     sg.LayeredNetwork(width=1000).symmetric_sector().chain
    ... except sg.BudgetExceeded as error:
    ...     print(error.estimate, error.limit)
    1002001 1000000
    """

    def __init__(self, message: str, *, estimate: int | None = None, limit: int | None = None) -> None:
        super().__init__(message)
        self.estimate = estimate
        self.limit = limit
