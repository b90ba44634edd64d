"""Scaling relations of correlations, decided: what decimation keeps, and what happens near the isolated fixed point.

Decimation by p takes T to T^p and leaves the layers that stay untouched, so C(r/p; M/p, K′) = C(r; M, K) at every
coupling K whenever p divides all positions: Eq. (36) of Lee, Lee and Yi 2024 with y_B = d = 1. Near the isolated fixed
point of a square invertible G, where T is a multiple of the identity, first-order perturbation theory gives lengths and
amplitudes.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property, partial
from itertools import pairwise
from math import lcm
from typing import TYPE_CHECKING, Any

import flint
import sympy

from ..errors import DomainError, ModelError, UnableError
from ..exact.exponentials import ExponentialField
from ..exact.matrices import matrix_power, matrix_product, transpose
from ..exact.numbers import as_fraction, to_fmpq
from ..exact.polynomials import RationalFunction
from ..exact.powers import IntegerPowers, certified
from ..exact.spectra import Eigenvalue, Spectrum, to_sympy
from .observables import Observables
from .reduced import Reduced, trace
from .two_level import TwoLevel

if TYPE_CHECKING:
    from .chain import Chain

__all__ = [
    "Approach",
    "constant_on_rings",
    "isolated_bond",
    "isolated_factors",
    "keeps_correlations",
    "keeps_transfer",
]


def keeps_transfer(chain: Chain, scale: int) -> bool:
    """Decide that decimation takes T to T^p, as an identity of polynomials in the factors.

    Then tr(O T′^(r/p) O T′^((M−r)/p)) = tr(O T^r O T^(M−r)) for every r and M that p divides.

    Examples
    --------
    >>> from symrg import Chain
    >>> keeps_transfer(Chain([[2, 2], [1, 3]]), 3)
    True
    """
    one = chain.coordinates.ring.one
    weights = [[one * g for g in row] for row in transpose(chain.multiplicity)]
    transfer = matrix_product(chain.coordinates.bond, weights)
    return bool(matrix_product(chain.decimated(scale), weights) == matrix_power(transfer, scale))


def keeps_correlations(
    chain: Chain,
    *,
    scale: int,
    separation: int,
    depth: int | None = None,
    factors: Any = None,
    observable: Any = None,
    ends: str = "periodic",
    boundary: Any = None,
    layer: int | None = None,
) -> bool:
    """Decide C(r/p; M/p, R(K)) = C(r; M, K), Eq. (36) of Lee, Lee and Yi 2024 with y_B = d.

    An identity of rational functions of the factors that are left symbolic: it holds at every coupling.

    Parameters
    ----------
    chain : Chain
    scale : int
        The scale factor p; it divides separation, depth and layer.
    separation, depth : int
        The separation r, and the depth M; the depth is not needed for the infinite chain.
    factors : mapping or sequence, optional
        Values of factors; the others stay symbolic.
    observable, ends, boundary, layer
        As for :class:`~symrg.transform.observables.Observables`. The end weights stay as they are.

    Raises
    ------
    ModelError
        If p does not divide a position.

    Examples
    --------
    >>> from symrg import Chain
    >>> chain = Chain([[2, 2], [1, 3]])
    >>> keeps_correlations(chain, scale=2, separation=2, depth=4)
    True
    >>> keeps_correlations(chain, scale=3, separation=3, ends="infinite")
    True
    """
    for name, number in (("separation", separation), ("depth", depth), ("layer", layer)):
        if number is not None and number % scale:
            message = f"the {name} {number} is no multiple of the scale {scale}; only such layers survive decimation"
            raise ModelError(message)
    before = Observables(chain, factors=factors)
    values = before.at.values
    recursion = chain.recursion(scale)
    if before.at.ring is None:  # at a point nothing needs to be written out, so the chain may be of any size
        after = Observables(chain, factors=recursion([as_fraction(value) for value in values]))
    else:
        after = Observables(chain, factors=[function.compose(values) for function in recursion.functions])
    if ends == "infinite":
        return _keeps_limit(before, after, scale, observable)
    options: dict[str, Any] = {"ends": ends, "boundary": boundary, "observable": observable}
    if depth is None:
        raise ModelError("a finite chain needs a depth; or ask for ends='infinite'")
    old = before.correlation(separation=separation, depth=depth, layer=layer, **options)
    if layer is not None:
        layer //= scale
    new = after.correlation(separation=separation // scale, depth=depth // scale, layer=layer, **options)
    # both are rational functions in one normal form; after composition the generators are named alike
    return bool(old == new)


def _keeps_limit(before: Observables, after: Observables, scale: int, observable: Any) -> bool:
    """Compare w, and q + 1/q + 2 = τ²/δ: w′ = w and q′ = q^p."""
    old, new = before.closed_form(observable), after.closed_form(observable)
    if not old.determinant:
        return not new.determinant
    trace_of_power = _power_sum(old, scale)
    left = new.trace * new.trace * old.determinant**scale
    return new.weight_function == old.weight_function and left == trace_of_power * trace_of_power * new.determinant


def _power_sum(closed: TwoLevel, exponent: int) -> RationalFunction:
    """Return λ₁^p + λ₂^p by the recurrence of Cayley and Hamilton."""
    earlier, later = closed.ring.fraction(2), closed.trace
    for _ in range(exponent - 1):
        earlier, later = later, closed.trace * later - closed.determinant * earlier
    return later


def constant_on_rings(chain: Chain, *, factors: Any = None, bond: Any = None, observable: Any = None) -> bool:
    """Decide whether on every ring the connected correlation is the same at all separations 0 ≤ r ≤ M.

    With a(j, k) = tr(B M^j B M^k) that is a(j + 1, k) = a(j, k + 1), and tr(B₂ M^(k+1)) = tr(B B M^k) for r = 0. Both
    sides obey a linear recurrence in each index (Cayley and Hamilton), so finitely many j, k decide it for all depths.

    Examples
    --------
    >>> from symrg import Chain
    >>> chain = Chain([[2, 2], [1, 3]])
    >>> constant_on_rings(chain, factors={"c": sympy.Rational(-1, 3)}), constant_on_rings(chain)
    (True, False)
    """
    at = Reduced(chain, factors, bond)
    insertion = at.insertion(observable)
    block, beta = at.block(insertion)
    square, square_beta = at.block(insertion.squared)
    size = at.powers.matrix.nrows()
    images = [block * at.powers(k) for k in range(size + 1)]
    for j in range(size):
        for k in range(size):
            if trace(images[j + 1] * images[k]) != trace(images[j] * images[k + 1]):
                return False
        if trace(square * at.powers(j + 1)) * beta**2 != trace(images[0] * images[j]) * square_beta:
            return False
    return True


def isolated_bond(chain: Chain) -> Any:
    """Return V ∝ (Gᵀ)^(−1), where T is a multiple of the identity: the one fixed point of full rank.

    Raises
    ------
    DomainError
        If G is not square and invertible: then there is no isolated fixed point.

    Examples
    --------
    >>> from symrg import Chain
    >>> isolated_bond(Chain([[2, 2], [1, 3]]))
    Matrix([
    [ 3/4, -1/4],
    [-1/2,  1/2]])
    """
    inverse = _inverse(chain)
    return sympy.ImmutableMatrix([[sympy.Rational(int(x.p), int(x.q)) for x in row] for row in inverse])


def _inverse(chain: Chain) -> list[list[Any]]:
    if chain.shape[0] != chain.shape[1]:
        message = f"G is {chain.shape[0]} × {chain.shape[1]}; an isolated fixed point needs a square invertible one"
        raise DomainError(message)
    transposed = flint.fmpq_mat([list(column) for column in transpose(chain.multiplicity)])
    if transposed.det() == 0:
        raise DomainError("G is not invertible, so there is no isolated fixed point")
    return [list(row) for row in transposed.inv().tolist()]


def isolated_factors(chain: Chain) -> tuple[Fraction, ...]:
    """Return the factors of the isolated fixed point.

    Raises
    ------
    DomainError
        If there is none, or if it lies at infinite coupling.

    Examples
    --------
    >>> from symrg import Chain
    >>> isolated_factors(Chain([[2, 2], [1, 3]]))
    (Fraction(3, 1), Fraction(-2, 3), Fraction(-1, 3))
    """
    bond = _inverse(chain)
    if any(entry == 0 for row in bond for entry in row):
        raise DomainError("the isolated fixed point lies at infinite coupling: entries of V are zero; use its bond")
    values = []
    for above, below in chain.coordinates.factors_of(bond):
        value = Fraction(1)
        for entry in above:
            value *= as_fraction(entry)
        for entry in below:
            value /= as_fraction(entry)
        values.append(value)
    return tuple(values)


class Approach:
    """A straight line x* + t·(direction) into the isolated fixed point, to first order in t.

    There T = κ (1 + t N + O(t²)), so the eigenvalues are κ (1 + t ν + O(t²)) for simple eigenvalues ν of N, with the
    spectral projectors of N in the limit (analytic perturbation theory; N's eigenvalues have to be simple). Then
    1/ln|λ₁/λ₂| = 1/(|t| Re(ν₁ − ν₂)) + O(1).

    Parameters
    ----------
    chain : Chain
        With square invertible multiplicities and an isolated point at finite coupling.
    direction : mapping
        Factor (or its name) to an exact number or an expression in symbols; missing ones are 0.
    observable : optional
        As for :class:`~symrg.transform.observables.Observables`.

    Examples
    --------
    >>> from symrg import Chain
    >>> alpha, gamma = sympy.symbols("alpha gamma")
    >>> chain = Chain([[2, 2], [1, 3]])
    >>> line = Approach(chain, {"a": alpha})
    >>> line.matrix
    Matrix([
    [      0,       0],
    [alpha/3, alpha/2]])
    >>> line.discriminant, line.weight
    (alpha**2/4, 0)
    >>> Approach(chain, {"a": -3, "b": 1, "c": -1}).discriminant
    -9
    """

    def __init__(self, chain: Chain, direction: Mapping[Any, Any], *, observable: Any = None) -> None:
        self.chain = chain
        self.point = isolated_factors(chain)
        names = {name: i for i, f in enumerate(chain.factors) for name in (f, str(f))}
        slopes: list[Any] = [sympy.S.Zero] * len(chain.factors)
        for key, value in direction.items():
            if key not in names:
                message = f"{key!r} is none of the factors of this chain"
                raise ModelError(message)
            exact = value if isinstance(value, sympy.Expr) else as_fraction(value, what="a direction")
            slopes[names[key]] = exact if isinstance(exact, sympy.Expr) else sympy.Rational(str(exact))
        self._field = ExponentialField(slopes)
        self._slopes = [self._field.read(slope) for slope in slopes]
        self.values = Reduced(chain, self.point).insertion(observable).values

    @cached_property
    def _matrix(self) -> list[list[RationalFunction]]:
        """N: the derivative of V is V times the sum of (direction/factor) over the factors in an entry."""
        chart, one = self.chain.coordinates, self._field.ring.fraction(1)
        relative = {p: s / one / x for p, s, x in zip(chart.places, self._slopes, self.point, strict=True)}
        inverse = _inverse(self.chain)
        change = [
            [
                sum((relative[t] for t in chart.substates(r + c) if any(t)), start=one * 0) * as_fraction(entry)
                for c, entry in zip(chart.column_places, line, strict=True)
            ]
            for r, line in zip(chart.row_places, inverse, strict=True)
        ]
        weights = [[one * g for g in row] for row in transpose(self.chain.multiplicity)]
        return matrix_product(change, weights)

    @cached_property
    def matrix(self) -> Any:
        """N as a SymPy matrix."""
        return sympy.ImmutableMatrix([[self._write(entry) for entry in row] for row in self._matrix])

    def _write(self, value: RationalFunction) -> Any:
        return self._field.write(value)

    # -- two states: everything symbolic ------------------------------------------------------------------

    def _need_two(self) -> list[list[RationalFunction]]:
        if len(self._matrix) != 2:
            raise UnableError("symbolic directions need two states a layer; give a rational direction")
        return self._matrix

    @cached_property
    def _discriminant(self) -> RationalFunction:
        n = self._need_two()
        return (n[0][0] - n[1][1]) ** 2 + 4 * n[0][1] * n[1][0]

    @cached_property
    def discriminant(self) -> Any:
        """(ν₁ − ν₂)², for two states: the lengths diverge like 1/(|t| √discriminant) where it is positive.

        Where it is negative the eigenvalues of T are complex conjugates for small t: ξ_gap is infinite, and there is no
        limit of large depth. Where it is zero, the next order decides.
        """
        return sympy.factor(self._write(self._discriminant))

    @cached_property
    def weight(self) -> Any:
        """The limit of w, the amplitude of the connected correlation, as t → 0; for two states.

        Raises
        ------
        DomainError
            If the discriminant is zero.
        """
        n = self._need_two()
        if not self._discriminant:
            raise DomainError("N has a double eigenvalue, so its first order does not fix the residues")
        contrast = self.values[1] - self.values[0]
        return sympy.factor(self._write(n[0][1] * n[1][0] * contrast**2 / self._discriminant))

    # -- any number of states, rational directions ----------------------------------------------------------

    @cached_property
    def _integers(self) -> tuple[Any, int, int]:
        """(A, d, s): A = d N + s is an integer matrix without the eigenvalue zero."""
        if len(self._field.ring):
            raise UnableError("with more than two states the direction has to be rational")
        entries = [[to_fmpq(entry.constant()) for entry in row] for row in self._matrix]
        matrix, divisor = flint.fmpq_mat(entries).numer_denom()
        shift = 1 + max(sum(abs(int(e)) for e in row) for row in matrix.tolist())
        size = matrix.nrows()
        shifted = flint.fmpz_mat([[matrix[i, j] + shift * (i == j) for j in range(size)] for i in range(size)])
        return shifted, int(divisor), shift

    @cached_property
    def _spectrum(self) -> Spectrum:
        return Spectrum(IntegerPowers(self._integers[0]))

    def _ordered(self, side: int) -> list[Eigenvalue] | None:
        """Eigenvalues by falling real part of t ν; None if two that are no conjugates cannot be told apart."""
        found = sorted(self._spectrum.eigenvalues, key=lambda e: e.ball.real.mid() * side, reverse=True)
        for one, two in pairwise(found):
            if one.ball.real.overlaps(two.ball.real) and not one.ball.conjugate().overlaps(two.ball):
                return None
        return found

    def amplitude(self, *, of: str, side: int = 1, digits: int | None = None) -> Any:
        """Return the limit of |t| ξ as t → 0 from one side: the amplitude of ξ ∝ |t|^(−1), y = 1.

        Parameters
        ----------
        of : {"gap", "observable"}
        side : {1, -1}
            The sign of t.
        digits : int, optional
            Answer with a certified ball of so many digits.

        Returns
        -------
        SymPy expression, ``flint.arb`` or None
            0 if no residue is left to first order, ``oo`` if ξ_gap is infinite for small t or diverges faster; None if
            the first order does not decide.

        Examples
        --------
        >>> from symrg import Chain
        >>> line = Approach(Chain([[2, 2], [1, 3]]), {"a": 1})
        >>> line.amplitude(of="gap"), line.amplitude(of="observable")
        (2, 0)
        """
        if of not in ("gap", "observable") or side not in (1, -1):
            message = f"an amplitude of {of!r} on side {side!r}: of is 'gap' or 'observable', side 1 or -1"
            raise ModelError(message)
        ordered = self._ordered(side)
        if ordered is None:
            return None
        top = ordered[0]
        if not top.is_real:
            return sympy.oo if of == "gap" else None
        if top.multiplicity > 1 or any(e.order > 1 for e in ordered):
            return None
        divisor, inside = self._integers[1], self._inserted()
        images = [inside * power for power in self._spectrum.powers.first]
        table = flint.fmpz_mat([[trace(x * y) for y in images] for x in images])
        for eigenvalue in ordered[1:]:
            present = True if of == "gap" else self._spectrum.has_residue(table, eigenvalue, top)
            if present is None:
                return None
            if present:
                if digits is not None:
                    return certified(partial(_inverse_gap, top, eigenvalue, divisor * side), digits)
                first, second = to_sympy(top.number), to_sympy(eigenvalue.number)
                return divisor / (side * (first - (second if eigenvalue.is_real else sympy.re(second))))
        return sympy.S.Zero

    def _inserted(self) -> Any:
        common = lcm(*(v.denominator for v in self.values))
        size = len(self.values)
        return flint.fmpz_mat([[int(self.values[i] * common) * (i == j) for j in range(size)] for i in range(size)])


def _inverse_gap(top: Eigenvalue, other: Eigenvalue, factor: int) -> Any:
    """Return factor/Re(ν₁ − ν) at the working precision."""
    first, second = (e.refined(flint.ctx.prec).real for e in (top, other))
    return factor / (first - second)
