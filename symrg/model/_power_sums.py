"""Partial sums of the coefficients of powers of a polynomial, without the powers."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["PowerSums"]


class PowerSums:
    """Sums of the lowest coefficients of powers P^n of a polynomial, by walking from one (n, i) to the next.

    Q = P^n satisfies P Q' = n P' Q, so that with d = deg P each coefficient follows from d neighbours, and the d
    coefficients below i and their sum follow from those of P^(n−1). A walk costs O(d²) operations a step.

    Parameters
    ----------
    coefficients : list of int
        P, constant term first; first and last are positive.

    Examples
    --------
    >>> sums = PowerSums([1, 1])
    >>> [sums.below(4, i) for i in range(6)]
    [0, 1, 5, 11, 15, 16]
    """

    def __init__(self, coefficients: Sequence[int]) -> None:
        self._P = list(coefficients)
        self._degree = len(self._P) - 1
        self._tail = list(enumerate(self._P))[1:]
        self._restart()

    def _restart(self) -> None:
        self._n, self._i, self._sum = 0, 0, 0
        self._window = [0] * self._degree  # the coefficients i − 1, i − 2, …, i − d

    def below(self, n: int, i: int) -> int:
        """Return the sum of the coefficients of x^0 … x^(i−1) in P^n."""
        i = min(max(i, 0), n * self._degree + 1)
        if n < self._n:
            self._restart()
        while self._n < n:
            self._raise()
        while self._i < i:
            self._right()
        while self._i > i:
            self._left()
        return self._sum

    def _right(self) -> None:
        n, i, window = self._n, self._i, self._window
        if i == 0:
            entry = self._P[0] ** n
        else:
            entry = 0
            for (j, p), q in zip(self._tail, window, strict=True):
                entry += p * ((n + 1) * j - i) * q
            entry //= self._P[0] * i
        self._sum += entry
        self._i += 1
        if window:
            self._window = [entry, *window[:-1]]

    def _left(self) -> None:
        window = self._window
        if window:
            self._sum -= window[0]
            self._window = [*window[1:], self._next_lower(window, self._i - 1)]
        else:
            self._sum = 0
        self._i -= 1

    def _raise(self) -> None:
        d, window = self._degree, self._window
        for k in range(d):
            window = [*window, self._next_lower(window[k:], self._i - 1 - k)]
        below = self._sum
        total, raised = 0, [0] * d
        for j, p in enumerate(self._P):
            total += p * below
            for k in range(d):
                raised[k] += p * window[k + j]
            if j < d:
                below -= window[j]
        self._n, self._sum, self._window = self._n + 1, total, raised

    def _next_lower(self, window: list[int], top: int) -> int:
        """Return the coefficient below those of a window of d, whose highest index is ``top``."""
        n, d = self._n, self._degree
        index = top - d
        if not 0 <= index < n * d:
            return self._P[d] ** n if index == n * d else 0
        # the relation of the d + 1 coefficients top, …, top − d, solved for the last
        total = self._P[0] * top * window[0]
        for (j, p), q in zip(self._tail, window[1:], strict=False):  # all but j = d
            total -= p * ((n + 1) * j - top) * q
        return total // (self._P[d] * (n * d - index))
