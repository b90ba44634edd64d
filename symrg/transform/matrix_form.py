"""The recursion of a chain at points, by products of matrices: V ↦ (V Gᵀ)^{p−1} V and its derivative, never expanded.

With Gᵀ = E F of lowest rank and M = F V E the image is L M^{p−2} (F V), L = V E: one power of a small matrix, whatever
the scale.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import prod
from typing import TYPE_CHECKING, Any

import flint
import sympy

from ..errors import BudgetExceeded, UndefinedPointError
from ..exact.matrices import transpose
from ..exact.numbers import as_fraction
from ..exact.polynomials import evaluate
from ..exact.powers import IntegerPowers
from .factored import FactoredMap, about
from .points import as_sympy, field_of, undefined_message

if TYPE_CHECKING:
    from .chain import Chain

__all__ = ["MatrixForm", "Power", "fixed_factor", "linearized_polynomial"]

MOST_DIGITS = 20_000_000
"""The most digits (estimated) of all numerators and denominators of an image together."""

_LARGE = 64  # exponents from which a power is taken modulo the minimal polynomial


class Power:
    """T^n and the derivative of T ↦ T^n, by the binary digits of n.

    Parameters
    ----------
    matrix : square matrix
        Of any kind that multiplies and adds.
    exponent : int
        n ≥ 1.

    Attributes
    ----------
    value : matrix
        T^n.

    Examples
    --------
    >>> power = Power(flint.fmpz_mat([[1, 1], [0, 2]]), 3)
    >>> power.value.tolist(), power.derivative(flint.fmpz_mat([[0, 0], [1, 0]])).tolist()
    ([[1, 7], [0, 8]], [[4, 1], [7, 5]])
    """

    def __init__(self, matrix: Any, exponent: int) -> None:
        self._matrix = matrix
        self._steps: list[tuple[Any, bool]] = []
        self.value = matrix
        for digit in f"{exponent:b}"[1:]:
            self._steps.append((self.value, False))
            self.value = self.value * self.value
            if digit == "1":
                self._steps.append((self.value, True))
                self.value = self.value * matrix

    def derivative(self, change: Any) -> Any:
        """Return the sum of T^j · change · T^{n−1−j} over j, by the product rule at each step."""
        total = change
        for power, once in self._steps:
            total = total * self._matrix + power * change if once else total * power + power * total
        return total


class MatrixForm:
    """The image of factors, and the Jacobian, at points.

    Parameters
    ----------
    chain : Chain
    scale : int
        p.
    factored : callable
        Returns the map as polynomials (:class:`FactoredMap`); asked only where a factor is zero, since there the images
        are limits in which powers of that factor have cancelled.

    Examples
    --------
    >>> from symrg import Chain
    >>> MatrixForm(Chain([[2, 2], [1, 3]]), 2, lambda: None).image([Fraction(2), Fraction(1), Fraction(1)])
    [Fraction(40, 39), Fraction(13, 8), Fraction(3, 2)]
    """

    def __init__(self, chain: Chain, scale: int, factored: Any) -> None:
        self.chain, self.scale, self._factored = chain, scale, factored

    # -- values ---------------------------------------------------------------------------------------

    def image(self, values: Sequence[Any]) -> list[Any]:
        """Return the images of exact values of the factors, in the form in which these were given.

        Raises
        ------
        UndefinedPointError
            Where an entry of V′ vanishes that stands below a fraction bar.
        BudgetExceeded
            If the numbers would have too many digits.
        """
        at = field_of(values)
        if all(at.values):
            entries = self._summed(at)
            groups: Any = self.chain.coordinates.entry_groups
        else:
            entries, groups = self._at_zeros(at)
        self._refuse_undefined(values, entries, groups)
        return [at.write(at.quotient(*(prod(entries[k] for k in group) for group in pair))) for pair in groups]

    def bond_at(self, values: Sequence[Any]) -> Any:
        """Return V up to a factor as a matrix of integers, or of polynomials or algebraic numbers."""
        return self._bond(field_of(values))

    def _bond(self, at: Any) -> Any:
        return at.matrix(self.chain.coordinates.bond_at(at.values, at.one))

    def _summed(self, at: Any) -> list[Any]:
        """V′ up to a factor, entry by entry."""
        columns, rows, _ = self.chain.splitting
        bond = self._bond(at)
        left, right = bond * at.counts(columns), at.counts(rows) * bond
        if self.scale > 2:
            left = left * self._power(at.counts(rows) * left)
        return _entries(left * right)

    def _power(self, matrix: Any) -> Any:
        """M^{p−2} up to a factor."""
        exponent = self.scale - 2
        if isinstance(matrix, flint.fmpz_mat):
            content = max(_content(matrix), 1)
            matrix = flint.fmpz_mat([[entry // content for entry in row] for row in matrix.tolist()])
            self._check_digits(matrix)
            if exponent > _LARGE:
                return IntegerPowers(matrix)(exponent)
        return Power(matrix, exponent).value

    def _check_digits(self, matrix: Any) -> None:
        largest = max(max(sum(abs(int(entry)) for entry in row) for row in matrix.tolist()), 1)
        count = sum(len(above) + len(below) for above, below in self.chain.coordinates.entry_groups)
        digits = (largest - 1).bit_length() * count * 3 // 10 + 1  # for each step; a bit is 0.3 digits
        estimate = self.scale * digits
        if estimate > MOST_DIGITS and largest > 1:
            message = (
                f"the exact image at scale {about(self.scale)} has up to {about(estimate)} digits in its "
                f"{len(self.chain.factors)} factors, more than {MOST_DIGITS}; scales up to {MOST_DIGITS // digits} "
                "fit, and chain.flow(point).level(k, digits=50) has the first digits of any level"
            )
            raise BudgetExceeded(message, estimate=estimate, limit=MOST_DIGITS)

    def _refuse_undefined(self, values: Sequence[Any], entries: Sequence[Any], groups: Any) -> None:
        for (above, below), name in zip(groups, self.chain.factors, strict=True):
            if not all(entries[k] for k in below):
                symbolic = any(getattr(v, "free_symbols", None) for v in values)
                both = None if symbolic else not all(entries[k] for k in above)
                raise UndefinedPointError(undefined_message(name, values, both))

    def _at_zeros(self, at: Any) -> tuple[list[Any], list[tuple[list[int], list[int]]]]:
        """Return what the images are quotients of where factors are zero: polynomials, then the factors themselves."""
        factored: FactoredMap = self._factored()
        contents = [content for content, _ in factored.monomials]
        entries = [evaluate(p, at.values, at.one) * c for p, c in zip(factored.polynomials, contents, strict=True)]
        groups = []
        for above, below in self.chain.coordinates.entry_groups:
            top, bottom = list(above), list(below)
            for k, power in enumerate(factored.powers(above, below)):
                (top if power > 0 else bottom).extend([len(entries) + k] * abs(power))
            groups.append((top, bottom))
        return [*entries, *at.values], groups

    # -- derivatives ----------------------------------------------------------------------------------

    def jacobian(self, values: Sequence[Any]) -> list[list[Any]]:
        """Return the derivatives of the images: row i those of image i, in the form in which the point was given.

        Raises
        ------
        UndefinedPointError
            Where the map is not defined.
        """
        at = field_of(values)
        if all(at.values):
            entries, gradients = self._derivatives(at)
            groups: Any = self.chain.coordinates.entry_groups
            scales = [at.one / x for x in at.values]  # the derivatives are by logarithms of the factors
        else:
            entries, groups = self._at_zeros(at)
            gradients = self._gradients_at_zeros(at)
            scales = [at.one] * len(at.values)
        self._refuse_undefined(values, entries, groups)
        logarithmic = [
            [at.quotient(change, entry) for change in row] if entry else row
            for entry, row in zip(entries, gradients, strict=True)
        ]
        rows = []
        for above, below in groups:
            zeros = [k for k in above if not entries[k]]
            value = at.quotient(prod(entries[k] for k in above if entries[k]), prod(entries[k] for k in below))
            if len(zeros) == 1:
                row = [value * change for change in gradients[zeros[0]]]
            elif zeros:
                row = [at.one * 0] * len(scales)
            else:
                row = [at.one * 0] * len(scales)
                for group, add in ((above, True), (below, False)):
                    for k in group:
                        row = [x + y if add else x - y for x, y in zip(row, logarithmic[k], strict=True)]
                row = [value * x for x in row]
            rows.append([at.write(x * scale) for x, scale in zip(row, scales, strict=True)])
        return rows

    def _derivatives(self, at: Any) -> tuple[list[Any], list[list[Any]]]:
        """Return V′ and its derivatives by the logarithms of the factors, up to a common factor."""
        bond, weights = self._bond(at), at.counts(transpose(self.chain.multiplicity))
        power = Power(bond * weights, self.scale - 1)
        changes = []
        for mask in self.chain.coordinates.masks:
            # an entry of V is the product of the factors of its sub-states
            change = at.like([[x if inside else x * 0 for x, inside in zip(*pair, strict=True)]
                              for pair in zip(bond.tolist(), mask, strict=True)])  # fmt: skip
            changes.append(_entries(power.derivative(change * weights) * bond + power.value * change))
        return _entries(power.value * bond), transpose(changes)

    def chart_jacobian(self, bond: Any) -> Any:
        """Return the derivatives at a fixed integer bond matrix, in entries of V in units of its first non-zero one.

        Parameters
        ----------
        bond : flint.fmpz_mat
        """
        weights = flint.fmpz_mat(transpose(self.chain.multiplicity))
        power = Power(bond * weights, self.scale - 1)
        entries = _entries(bond)
        pivot = next(k for k, entry in enumerate(entries) if entry)
        factor = flint.fmpq(_entries(power.value * bond)[pivot], entries[pivot])
        columns = []
        for place in range(len(entries)):
            if place != pivot:
                unit = flint.fmpz_mat(*self.chain.shape, [int(k == place) for k in range(len(entries))])
                change = _entries(power.derivative(unit * weights) * bond + power.value * unit)
                slope = flint.fmpq(change[pivot], entries[pivot])
                columns.append([(y - slope * x) / factor for k, (x, y) in enumerate(zip(entries, change, strict=True))
                                if k != pivot])  # fmt: skip
        return sympy.ImmutableMatrix([[as_sympy(as_fraction(x)) for x in row] for row in transpose(columns)])

    def _gradients_at_zeros(self, at: Any) -> list[list[Any]]:
        size = len(at.values)
        factored: FactoredMap = self._factored()
        found = [
            [evaluate(polynomial.derivative(k), at.values, at.one) * content for k in range(size)]
            for polynomial, (content, _) in zip(factored.polynomials, factored.monomials, strict=True)
        ]
        return found + [[at.one * int(j == k) for j in range(size)] for k in range(size)]


# -- fixed points ---------------------------------------------------------------------------------------------


def fixed_factor(chain: Chain, scale: int, bond: Any) -> Any | None:
    """Return λ with (V (EF))^{p−1} V = λ V ≠ 0 for an integer bond matrix, E F = f Gᵀ; None if V is not fixed.

    Parameters
    ----------
    bond : flint.fmpz_mat
    """
    columns, rows, _ = chain.splitting
    weights = flint.fmpz_mat(columns) * flint.fmpz_mat(rows)
    image = Power(bond * weights, scale - 1).value * bond
    place = next(k for k, entry in enumerate(bond.entries()) if entry)
    factor = flint.fmpq(image.entries()[place], bond.entries()[place])
    if factor == 0 or any(y != factor * x for x, y in zip(bond.entries(), image.entries(), strict=True)):
        return None
    return factor


def linearized_polynomial(chain: Chain, scale: int, bond: Any, factor: Any) -> tuple[Fraction, ...]:
    """Return the characteristic polynomial of the linearised recursion at a fixed bond matrix, constant term first.

    The derivative of V ↦ T^{p−1} V is Σ_j T^j ⊗ S^{p−1−j}, S = Gᵀ V. The two sides of ⊗ commute, and T and S have the
    eigenvalues of M and zeros: so it splits into that sum for M, into powers M^{p−1}, and zeros. The direction of V
    itself, with the eigenvalue p, is left out: V counts up to a factor.

    Parameters
    ----------
    bond : flint.fmpz_mat
    factor : flint.fmpq
        λ of :func:`fixed_factor`.
    """
    columns, rows, _ = chain.splitting
    small = flint.fmpz_mat(rows) * bond * flint.fmpz_mat(columns)
    size = small.nrows()
    powers = [flint.fmpz_mat([[int(i == j) for j in range(size)] for i in range(size)])]
    for _ in range(scale - 1):
        powers.append(powers[-1] * small)
    summed = flint.fmpz_mat(size * size, size * size)
    for power, other in zip(powers, powers[::-1], strict=True):
        summed += _kronecker(power, other.transpose())
    one_sided = sum(chain.shape) - 2 * size
    found = summed.charpoly() * powers[-1].charpoly() ** one_sided
    found = found.left_shift((chain.shape[0] - size) * (chain.shape[1] - size))
    scaled = flint.fmpq_poly(found)(flint.fmpq_poly([0, factor]))  # the eigenvalues in units of λ
    quotient = scaled / flint.fmpq_poly([-scale, 1])
    leading = quotient[quotient.degree()]
    return tuple(as_fraction(quotient[k] / leading) for k in range(quotient.degree() + 1))


def _kronecker(left: Any, right: Any) -> Any:
    return flint.fmpz_mat([[x * y for x in row for y in other] for row in left.tolist() for other in right.tolist()])


def _entries(matrix: Any) -> list[Any]:
    return [entry for row in matrix.tolist() for entry in row]


def _content(matrix: Any) -> int:
    content = flint.fmpz(0)
    for entry in matrix.entries():
        content = content.gcd(entry)
    return int(content)
