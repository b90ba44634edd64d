"""The infinite chain of a network's own Hamiltonian, and how far its layers feel each other.

The bond matrix has the entries e^{−β_v Σ(h − σ)²}. At β_v = 1 the transfer matrix is T = Σ_d e^{−d} T_d with integer
T_d, one for each value d of the Hamiltonian. By Lindemann and Weierstrass different e^{−d} are linearly independent
over the algebraic numbers: so the T_d decide exactly what is zero, and only the end is evaluated, in balls.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, reduce
from itertools import product
from math import lcm
from typing import TYPE_CHECKING, Any

import flint

from ..errors import UnableError
from ..exact.numbers import as_fraction
from ..exact.polynomials import ring

if TYPE_CHECKING:
    from ..model.network import NetworkModel

__all__ = ["DIGITS", "InitialChain"]

DIGITS = 20
"""Certified decimal digits of the lengths, unless others are asked for."""

_PRECISIONS = (128, 256, 512, 1024, 2048)  # bits that are tried before an eigenvalue is given up
_MOST_BITS = 8_000_000  # of a characteristic polynomial, packed into one integer


class InitialChain:
    """The infinite chain of a network's own Hamiltonian H = Σ(h − σ)² at β_v = 1.

    With Gᵀ = E F of rank r, the eigenvalues of T = V Gᵀ that are not zero are those of the r × r matrix F V E.

    Parameters
    ----------
    network : LayeredNetwork
        With finite alphabets.

    Examples
    --------
    >>> from symrg import LayeredNetwork
    >>> initial = InitialChain(LayeredNetwork())
    >>> initial.rank, initial.gap_length(10).str(10, radius=False), initial.own_length(10).str(10, radius=False)
    (2, '0.4633423902', '0.4633423902')
    """

    def __init__(self, network: NetworkModel) -> None:
        self.network = network
        rows = network.multiplicity
        self._place = {row: c for c, row in enumerate(dict.fromkeys(rows))}
        self._class = [self._place[row] for row in rows]

    @cached_property
    def _splitting(self) -> tuple[Any, Any]:
        """E and F, integer matrices with Gᵀ = E F up to a factor; F has one column for each distinct row of G."""
        distinct = flint.fmpz_mat([list(row) for row in self._place]).transpose()
        echelon, _, rank = distinct.rref()
        rows = [[echelon[i, j] for j in range(echelon.ncols())] for i in range(rank)]
        common = flint.fmpz(0)
        for row in rows:
            for entry in row:
                common = common.gcd(entry)
        pivots = [next(j for j, entry in enumerate(row) if entry) for row in rows]
        columns = [[distinct[i, j] for j in pivots] for i in range(distinct.nrows())]
        return flint.fmpz_mat(columns), flint.fmpz_mat([[entry // common for entry in row] for row in rows])

    @property
    def rank(self) -> int:
        """The rank of G."""
        return int(self._splitting[1].nrows())

    @cached_property
    def _costs(self) -> tuple[int, list[list[int]]]:
        """(D, table): H of every pair of a neuron state and an activation state is table/D."""
        network = self.network
        squares = [[as_fraction(h - s) ** 2 for s in network.activation_alphabet] for h in network.neuron_alphabet]
        below = lcm(*(x.denominator for row in squares for x in row))
        one = [[int(x * below) for x in row] for row in squares]
        table = [[0]]
        for _ in range(network.width * network.samples):
            table = [[total + x for total in row for x in line] for row in table for line in one]
        return below, table

    def _parts(self, values: Sequence[int]) -> dict[int, Any]:
        """Return F diag(values) V E as {d: integer matrix}, of which e^{−d/D} times the matrices is the sum."""
        left, right = self._splitting
        _, table = self._costs
        sums: dict[int, list[list[int]]] = {}
        for place, costs, value in zip(self._class, table, values, strict=True):
            for column, cost in enumerate(costs):
                if cost not in sums:
                    sums[cost] = [[0] * len(costs) for _ in self._place]
                sums[cost][place][column] += value
        return {cost: right * flint.fmpz_mat(sums[cost]) * left for cost in sorted(sums)}

    @cached_property
    def _transfer(self) -> dict[int, Any]:
        return self._parts([1] * len(self._class))

    @cached_property
    def _observed(self) -> dict[int, Any]:
        """The same with the first neuron at the first data point put in (times a common denominator)."""
        values = [as_fraction(state[0]) for state in product(self.network.neuron_alphabet, repeat=self._places)]
        below = lcm(*(v.denominator for v in values))
        return self._parts([int(v * below) for v in values])

    @property
    def _places(self) -> int:
        return self.network.width * self.network.samples

    def _ball(self, parts: Mapping[int, Any]) -> Any:
        """Return Σ e^{−d/D} M_d at the working precision."""
        below = self._costs[0]
        total = flint.arb_mat(self.rank, self.rank)
        for cost, matrix in parts.items():
            total += flint.arb_mat(matrix) * flint.arb(flint.fmpq(-cost, below)).exp()
        return flint.acb_mat(total)

    # -- lengths -------------------------------------------------------------------------------------------

    def gap_length(self, digits: int = DIGITS) -> Any:
        """Return ξ_gap = 1/ln|λ₁/λ₂| of the transfer matrix, in layers, as a ball (exactly 0 if λ₂ = 0).

        Parameters
        ----------
        digits : int
            Certified decimal digits.

        Raises
        ------
        UnableError
            If eigenvalues could not be told apart.
        """
        if self.rank == 1:
            return flint.arb(0)
        found = _refined(lambda: _gap(self._ball(self._transfer).eig(multiple=True)), digits)
        if found is not None:
            return found
        # a multiple eigenvalue with a Jordan block is isolated at no precision: split the polynomial exactly
        coefficients = self._square_free()
        if len(coefficients) == 2:
            return flint.arb(0)

        def ball() -> Any:
            q = flint.arb(flint.fmpq(-1, self._costs[0])).exp()
            return _gap(_companion([c(q) for c in coefficients]).eig())

        found = _refined(ball, digits)
        if found is None:
            message = f"λ₂ is not known to {digits} digits with {_PRECISIONS[-1]} bits; ask for fewer digits"
            raise UnableError(message)
        return found

    def _square_free(self) -> list[Any]:
        """Return det(λ − M) without multiple roots and the root 0: coefficients in Z[q], q = e^{−1/D}, constant first.

        Exact in q, and e is transcendental: so what is squarefree over Q(q) is so at q = e^{−1/D}.
        """
        size, degree = self.rank, max(self._transfer)
        bits = size + 2
        for i in range(size):
            bits += sum(abs(int(m[i, j])) for m in self._transfer.values() for j in range(size)).bit_length()
        if bits * degree * size > _MOST_BITS:
            message = (
                f"two eigenvalues of the {size} × {size} transfer matrix coincide or nearly do, and its characteristic "
                "polynomial is too long to be split exactly; take a smaller width or fewer samples"
            )
            raise UnableError(message)
        # the value of det(λ − M) at q = 2^bits holds the coefficients of all powers of q side by side
        packed = flint.fmpz_mat(size, size)
        for cost, matrix in self._transfer.items():
            packed += matrix * (flint.fmpz(1) << (bits * cost))
        coefficients = packed.charpoly().coeffs()
        while coefficients[0] == 0:
            coefficients = coefficients[1:]
        terms = {
            (power, k): entry
            for k, coefficient in enumerate(coefficients)
            for power, entry in enumerate(_unpacked(int(coefficient), bits))
            if entry
        }
        polynomial = ring("q", "x").context.from_dict(terms)
        plain = polynomial / polynomial.gcd(polynomial.derivative(1))
        found: list[dict[int, int]] = [{} for _ in range(plain.degrees()[1] + 1)]
        for (power, k), entry in plain.to_dict().items():
            found[k][int(power)] = int(entry)
        return [flint.fmpz_poly([table.get(n, 0) for n in range(max(table, default=0) + 1)]) for table in found]

    def own_length(self, digits: int = DIGITS) -> Any:
        """Return ξ of the connected correlation of one neuron at one data point, in layers; None if undecided.

        If Σ_h e^{−(h − s)²} is the same for every output s, every data point on its own is the chain of one data
        point: summed over the others a layer's weight is V of one data point, times a constant. So that one is used.
        """
        if self.network.samples > 1:
            if not self._forgets_samples():
                return None
            return InitialChain(replace(self.network, samples=1)).own_length(digits)
        if self.rank == 1 or not any(entry for matrix in self._observed.values() for entry in matrix.entries()):
            return flint.arb(0)
        return _refined(self._own_ball, digits)

    def _forgets_samples(self) -> bool:
        outputs, neurons = self.network.activation_alphabet, self.network.neuron_alphabet
        return len({tuple(sorted((h - s) ** 2 for h in neurons)) for s in outputs}) == 1

    def _own_ball(self) -> Any:
        """Return the length of the second eigenvalue if its residue in the correlation is certainly not zero."""
        values, left, right = self._ball(self._transfer).eig(left=True, right=True)
        first, second, *rest = sorted(range(len(values)), key=lambda i: values[i].abs_upper(), reverse=True)
        inside = left * self._ball(self._observed) * right
        if (inside[first, second] * inside[second, first]).contains(0):
            raise ValueError("the residue may be zero")
        conjugate = values[second].conjugate()
        for i in rest:
            # its complex conjugate has the same modulus; any other one has to be smaller
            if not (values[i].overlaps(conjugate) or values[i].abs_upper() < values[second].abs_lower()):
                raise ValueError("the second eigenvalue is not separated")
        return _gap([values[first], values[second]])


def _gap(values: Sequence[Any]) -> Any:
    """Return 1/ln of the ratio of the two largest moduli.

    Raises
    ------
    ValueError
        If the largest is not separated.
    """
    moduli = [abs(value) for value in values]
    top = max(range(len(moduli)), key=lambda i: moduli[i].upper())
    second = reduce(flint.arb.max, (m for i, m in enumerate(moduli) if i != top))
    if not second < moduli[top]:
        raise ValueError("the largest eigenvalue is not separated from the others")
    return 1 / (moduli[top] / second).log()


def _companion(coefficients: Sequence[Any]) -> Any:
    """Return a matrix whose eigenvalues are the roots of a monic polynomial, constant term first."""
    size = len(coefficients) - 1
    rows = [[-coefficients[i] if j == size - 1 else int(i == j + 1) for j in range(size)] for i in range(size)]
    return flint.acb_mat(rows)


def _refined(ball: Callable[[], Any], digits: int) -> Any | None:
    """Return a real ball that is accurate to so many digits; None if no precision tried is enough."""
    wanted = int(digits * 3.3219281) + 2
    for precision in _PRECISIONS:
        with flint.ctx.workprec(max(precision, wanted + 32)):
            try:
                found = ball()
            except ValueError:  # eigenvalues not isolated at this precision
                continue
            if found.is_finite() and found.rel_accuracy_bits() >= wanted:
                return found
    return None


def _unpacked(number: int, bits: int) -> Iterator[int]:
    """Yield the digits of a number in base 2^bits, between −2^(bits−1) and 2^(bits−1), lowest first.

    Examples
    --------
    >>> list(_unpacked(3 - 5 * 2**8 + 2**16, 8))
    [3, -5, 1]
    """
    half, mask = 1 << (bits - 1), (1 << bits) - 1
    while number:
        digit = ((number + half) & mask) - half
        yield digit
        number = (number - digit) >> bits
