"""The infinite chain: limits of rings of growing depth at fixed separation, and their correlation lengths.

The limit exists if one eigenvalue λ₁ of the transfer matrix has the largest modulus, without a Jordan block; then
T^M/λ₁^M tends to its projector. With rational factors all answers are exact numbers of the field Q(λ₁); balls of any
accuracy come from the same formulas, or, where these would cancel, from the antisymmetric square.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any

import flint
import sympy

from ..errors import DomainError
from ..exact.powers import antisymmetric_square, certified
from ..exact.spectra import Eigenvalue, Spectrum, to_sympy
from .contraction import Balls, stacked
from .reduced import Insertion, Reduced, trace

__all__ = ["InfiniteBalls", "InfiniteChain", "inverse_log"]


class InfiniteChain:
    """The infinite chain at rational factors, exactly.

    Parameters
    ----------
    at : Reduced
        The chain; all its entries are rational.

    Examples
    --------
    >>> from symrg import Chain
    >>> at = Reduced(Chain([[2, 2], [1, 3]]), (2, 1, 3))
    >>> limit = InfiniteChain(at)
    >>> limit.mean(at.insertion())
    11*sqrt(681)/1362 + 1/2
    >>> limit.gap_length()
    1/log((sqrt(681)/2 + 27/2)/(27/2 - sqrt(681)/2))
    """

    def __init__(self, at: Reduced) -> None:
        self.at = at
        self.powers = at.powers

    @cached_property
    def spectrum(self) -> Spectrum:
        """The eigenvalues of M that are not zero; the transfer matrix has the same, times its scale."""
        return Spectrum(self.powers)

    def _exact(self, above: Sequence[Any], below: Sequence[Any], digits: int | None) -> Any:
        """Return a quotient of polynomials at λ₁ as a SymPy number or as a ball."""
        top = self.spectrum.dominant
        value = self.spectrum.value(above, below, top)
        if digits is None:
            return to_sympy(value)
        if isinstance(value, Fraction):
            return certified(lambda: flint.arb(value.numerator) / value.denominator, digits)

        def ball() -> Any:
            x = top.refined(flint.ctx.prec).real
            return flint.fmpz_poly(list(above))(x) / flint.fmpz_poly(list(below))(x)

        return certified(ball, digits)

    def _projected(self, block: Any) -> Any:
        """Return tr(block · projector) · μ′(λ) as a polynomial in λ."""
        return flint.fmpz_poly(self.spectrum.projected([trace(block * power) for power in self.powers.first]))

    @cached_property
    def _slope(self) -> Any:
        return flint.fmpz_poly(self.spectrum.slope)

    def free_energy(self, digits: int | None = None) -> Any:
        """Return −ln λ₁, with the transfer matrix's scale."""
        top = self.spectrum.dominant
        above, below = self.at.scale
        scale = flint.fmpq(above, below)
        if digits is None:
            return -sympy.log(to_sympy(top.number) * sympy.Rational(int(scale.p), int(scale.q)))
        if not top.ball.real * scale > 0:
            raise DomainError("the largest eigenvalue is negative there, so the free energy is not real")
        return certified(lambda: -(top.refined(flint.ctx.prec).real * scale).log(), digits, what="the free energy")

    def mean(self, insertion: Insertion, digits: int | None = None) -> Any:
        """Return the mean of a function of one layer's state."""
        block, beta = self.at.block(insertion)
        below = self._slope * flint.fmpz_poly([0, beta * self.spectrum.dominant.multiplicity])
        return self._exact(self._projected(block).coeffs(), below.coeffs(), digits)

    def correlation(self, insertion: Insertion, separation: int, digits: int | None = None) -> Any:
        """Return the connected correlation of two layers at a whole separation."""
        top = self.spectrum.dominant
        if separation and digits is not None and top.multiplicity == 1:
            if self.own_length(insertion) == 0:
                return flint.arb(0)
            loss = 4 * separation.bit_length()
            return certified(
                lambda: InfiniteBalls(self.at, self.perron).correlation(insertion, separation), digits, start=loss
            )
        block, beta = self.at.block(insertion)
        one, k, x = self._projected(block), top.multiplicity, flint.fmpz_poly([0, 1])
        if separation:
            both, square = self._projected(block * self.powers(separation - 1) * block), beta**2
        else:
            block, square = self.at.block(insertion.squared)
            both = self._projected(block)
        # both/(k μ′ λ^(r+1) square) − (one/(k μ′ λ β))²; for r = 0 the first has one power of λ, too
        first, second = max(separation + 1, 2) - max(separation + 1, 1), max(separation + 1, 2) - 2
        above = both * self._slope * x**first * (k * beta**2) - one**2 * x**second * square
        below = self._slope**2 * x ** max(separation + 1, 2) * (k * k * beta**2 * square)
        return self._exact(above.coeffs() or [flint.fmpz(0)], below.coeffs(), digits)

    def perron(self, balls: Balls) -> tuple[Any, Any, Any]:
        """Return λ₁ with a left and a right eigenvector of M, in balls: a row and a column of its projector."""
        value = self.spectrum.dominant.refined(flint.ctx.prec).real
        size, hankel = self.powers.matrix.nrows(), self.spectrum.hankel
        projector = flint.arb_mat(size, size)
        for j, power in enumerate(self.powers.first):
            weight = flint.fmpz_poly([hankel[j, n] for n in range(hankel.ncols())])(value)
            projector += flint.arb_mat(power) * weight
        places = [(i, j) for i in range(size) for j in range(size)]
        i, j = max(places, key=lambda place: abs(projector[place]).mid())
        row = flint.arb_mat([[projector[i, n] for n in range(size)]])
        return value, row, flint.arb_mat([[projector[n, j]] for n in range(size)])

    # -- lengths -------------------------------------------------------------------------------------------

    def gap_length(self, digits: int | None = None) -> Any:
        """Return ξ_gap = 1/ln|λ₁/λ₂| from the two largest moduli; None if undecided."""
        shells = self.spectrum.shells
        if shells is None:
            return None
        if not shells:
            raise DomainError("all eigenvalues of the transfer matrix are zero: the weights of long chains vanish")
        top = shells[0][0]
        if len(shells[0]) > 1 or top.multiplicity > 1:
            return sympy.oo
        return inverse_log(top, shells[1][0], digits) if len(shells) > 1 else sympy.S.Zero

    def own_length(self, insertion: Insertion, digits: int | None = None) -> Any:
        """Return the length of an observable's own connected correlation; None if undecided.

        Eigenvalues whose residue is zero do not count. What decays faster than every exponential (eigenvalue zero)
        has length 0.
        """
        top = self.spectrum.dominant
        block, _ = self.at.block(insertion)
        images = [block * power for power in self.powers.first]
        if top.multiplicity > 1 and self._stays(images, top):
            return sympy.oo
        table = flint.fmpz_mat([[trace(x * y) for y in images] for x in images])
        for shell in (self.spectrum.shells or ())[1:]:
            for eigenvalue in shell:
                present = self.spectrum.has_residue(table, eigenvalue, top)
                if present is None:
                    return None
                if present:
                    return inverse_log(top, eigenvalue, digits)
        return sympy.S.Zero

    def _stays(self, images: list[Any], top: Eigenvalue) -> bool:
        """Decide whether the correlation tends to a constant other than zero: k tr(B P B P) ≠ (tr B P)²."""
        spectrum, size = self.spectrum, len(images)
        one = flint.fmpz_poly(spectrum.projected([trace(image) for image in images]))
        inner = [spectrum.projected([trace(x * y) for y in images]) for x in images]
        both = flint.fmpz_poly([0])
        for n in range(size):
            outer = spectrum.projected([row[n] for row in inner])
            both += flint.fmpz_poly(outer) * flint.fmpz_poly([0, 1]) ** n
        difference = both * top.multiplicity - one**2
        return bool(spectrum.value(difference.coeffs() or [0], [1], top) != 0)


class InfiniteBalls:
    """The infinite chain in balls, from the eigenvectors of λ₁; for one working precision.

    Parameters
    ----------
    at : Reduced
    perron : callable, optional
        How to find λ₁ and its eigenvectors; by default with flint's certified eigenvalue solver.
    """

    def __init__(self, at: Reduced, perron: Any = None) -> None:
        self.at, self.balls = at, Balls(at)
        self.value, self.row, self.column = (perron or self._solve)(self.balls)

    def _solve(self, balls: Balls) -> tuple[Any, Any, Any]:
        values, left, right = flint.acb_mat(balls.transfer).eig(left=True, right=True)
        order = sorted(range(len(values)), key=lambda i: values[i].abs_upper(), reverse=True)
        self.others = [values[i] for i in order[1:]]
        top = order[0]
        if any(not values[top].abs_lower() > other.abs_upper() for other in self.others):
            raise ValueError("the largest eigenvalue is not separated from the others")
        # λ₁ is isolated from its conjugate by its modulus, so it and its eigenvectors are real up to a factor
        size = len(values)
        across = max(range(size), key=lambda i: abs(left[top, i]).mid())
        down = max(range(size), key=lambda i: abs(right[i, top]).mid())
        row = flint.arb_mat([[(left[top, i] / left[top, across]).real for i in range(size)]])
        column = flint.arb_mat([[(right[i, top] / right[down, top]).real] for i in range(size)])
        self.vectors = (order, values, left, right)
        return values[top].real, row, column

    @property
    def _norm(self) -> Any:
        return (self.row * self.column)[0, 0] * self.value

    def free_energy(self) -> Any:
        """−ln λ₁ with the scale."""
        return -(self.value * self.balls.scale).log()

    def mean(self, insertion: Insertion) -> Any:
        """Return the mean of a function of one layer's state."""
        block, beta = self.at.block(insertion)
        return (self.row * self.balls.matrix(block) * self.column)[0, 0] / (self._norm * beta)

    def correlation(self, insertion: Insertion, separation: int) -> Any:
        """Return the connected correlation, on the antisymmetric square for separations of at least one."""
        if separation == 0:
            return self.mean(insertion.squared) - self.mean(insertion) ** 2
        m = self.balls.transfer
        if m.nrows() == 1:
            return flint.arb(0)
        block, beta = self.at.block(insertion)
        b = self.balls.matrix(block)
        rows = antisymmetric_square(stacked(self.row * b, self.row * m))
        columns = antisymmetric_square(stacked((b * self.column).transpose(), (m * self.column).transpose()))
        total = rows * antisymmetric_square(m) ** (separation - 1) * columns.transpose()
        return total[0, 0] / (beta * self._norm * self.value**separation) ** 2

    def gap_length(self) -> Any:
        """ξ_gap of the two largest moduli."""
        if not self.others:
            return flint.arb(0)
        return 1 / (abs(self.value) / abs(self.others[0])).log()

    def own_length(self, insertion: Insertion) -> Any:
        """ξ of an observable: of the largest eigenvalue with a residue; not a number if balls cannot tell which."""
        order, values, left, right = self.vectors
        inside = left * flint.acb_mat(self.balls.matrix(self.at.block(insertion)[0])) * right
        for i in order[1:2]:
            if not (inside[order[0], i] * inside[i, order[0]]).contains(0):
                return 1 / (abs(self.value) / abs(values[i])).log()
        return flint.arb("nan") if len(order) > 1 else flint.arb(0)


def inverse_log(top: Eigenvalue, other: Eigenvalue, digits: int | None) -> Any:
    """Return 1/ln|λ₁/λ|, exactly or as a ball of so many digits."""
    if digits is not None:

        def ball() -> Any:
            moduli = [abs(e.refined(flint.ctx.prec)) for e in (top, other)]
            return 1 / (moduli[0] / moduli[1]).log()

        return certified(ball, digits, what="the correlation length")
    first, second = (to_sympy(e.number) for e in (top, other))
    if other.is_real:
        sign = (1 if top.ball.real > 0 else -1) * (1 if other.ball.real > 0 else -1)
        return 1 / sympy.log(sign * first / second)
    if len(other.factor) == 3:  # |λ|² is the constant term
        return 2 / sympy.log(first**2 / other.factor[0])
    return 1 / sympy.log(sympy.Abs(first) / sympy.Abs(second))
