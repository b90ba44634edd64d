"""Powers of small matrices of polynomials, with a bound on their size."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..errors import BudgetExceeded
from .matrices import matrix_power, matrix_product

__all__ = ["PolynomialMatrix", "PolynomialPowers"]

_MOST_TERMS = 50_000  # of a polynomial in a symbolic power


class PolynomialMatrix:
    """A dense matrix of polynomials, with the few operations that flint's own matrices have.

    Parameters
    ----------
    rows : sequence of sequences of flint.fmpz_mpoly
        All of one ring.

    Examples
    --------
    >>> from symrg.exact.polynomials import ring
    >>> a = ring("a").gens[0]
    >>> (PolynomialMatrix([[a, a]]) * PolynomialMatrix([[a], [a**2]]))[0, 0] == a**2 + a**3
    True
    """

    def __init__(self, rows: Sequence[Sequence[Any]]) -> None:
        self.rows = [list(row) for row in rows]

    def __getitem__(self, place: tuple[int, int]) -> Any:
        return self.rows[place[0]][place[1]]

    def nrows(self) -> int:
        """Return the number of rows."""
        return len(self.rows)

    def ncols(self) -> int:
        """Return the number of columns."""
        return len(self.rows[0])

    def tolist(self) -> list[list[Any]]:
        """Return the entries."""
        return self.rows

    def __mul__(self, other: Any) -> PolynomialMatrix:
        if isinstance(other, PolynomialMatrix):
            return PolynomialMatrix(matrix_product(self.rows, other.rows))
        return PolynomialMatrix([[entry * other for entry in row] for row in self.rows])

    def __add__(self, other: PolynomialMatrix) -> PolynomialMatrix:
        pairs = zip(self.rows, other.rows, strict=True)
        return PolynomialMatrix([[x + y for x, y in zip(*pair, strict=True)] for pair in pairs])


class PolynomialPowers:
    """Powers of a matrix of polynomials, kept; the counterpart of :class:`~symrg.exact.powers.IntegerPowers`.

    Parameters
    ----------
    matrix : PolynomialMatrix
        Square.
    one : flint.fmpz_mpoly
        The unit of the ring.
    """

    def __init__(self, matrix: PolynomialMatrix, one: Any) -> None:
        size = matrix.nrows()
        self._one = PolynomialMatrix([[one * int(i == j) for j in range(size)] for i in range(size)])
        self.matrix = matrix
        self._known: dict[int, PolynomialMatrix] = {0: self._one}

    def __call__(self, exponent: int) -> PolynomialMatrix:
        """Return M^n, n ≥ 0.

        Raises
        ------
        BudgetExceeded
            If an entry may have too many terms.
        """
        if exponent not in self._known:
            estimate = 1
            for degree in map(max, zip(*(e.degrees() for row in self.matrix.rows for e in row), strict=True)):
                estimate *= degree * exponent + 1
            if estimate > _MOST_TERMS:
                message = (
                    f"the power {exponent} of the symbolic transfer matrix has up to {estimate} terms an entry, more "
                    f"than {_MOST_TERMS}; give numbers for some factors (factors=...), a smaller depth, or a symbol "
                    "as the depth"
                )
                raise BudgetExceeded(message, estimate=estimate, limit=_MOST_TERMS)
            self._known[exponent] = PolynomialMatrix(matrix_power(self.matrix.rows, exponent))
        return self._known[exponent]
