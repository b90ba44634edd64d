"""All fixed points of V ↦ (V Gᵀ)^{p−1} V for a chain of any size, by the structure theorem.

(T) V is fixed iff T^{p−1} V = λ V with λ ≠ 0, T = V Gᵀ. Then T is diagonalisable, its non-zero eigenvalues are
(p−1)-th roots of λ, and V = U D K⁻¹ W with K = W Gᵀ U and D of these eigenvalues. So the fixed points of given
eigenvalue multiplicities r_i form an irreducible stratum of dimension r(n_h − r) + r(n_σ − r) + r² − Σ r_i²,
r = Σ r_i = rank V, which exists iff r ≤ rank G.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import count
from math import comb
from typing import TYPE_CHECKING, Any

import flint

from .._display import Displayed
from ..errors import BudgetExceeded, DomainError, ModelError
from ..exact.numbers import as_fraction
from . import certificates as claims
from .certificates import Certificate
from .linearization import exponent
from .reality import complex_couplings, infinite_couplings
from .roots import companion_of, components_over_c, period_of, representative, vectors
from .stratum_points import candidates, classify, counts_of, entries_of, points, rational_matrix

if TYPE_CHECKING:
    from .chain import Chain

__all__ = ["MOST_VECTORS", "PERRON", "Stratum", "classify", "strata"]

PERRON = (
    "V > 0 makes T = V G^T > 0 (no row of G is zero), and then one eigenvalue is simple and larger in modulus than all "
    "others (Perron and Frobenius), so the rank would be 1"
)
"""Why no fixed point of higher rank has real couplings."""

MOST_VECTORS = 20_000  # multiplicities of eigenvalues, before rotation and conjugation make them fewer


@dataclass(frozen=True)
class Stratum(Displayed):
    """The fixed points whose transfer matrix has given multiplicities of eigenvalues; irreducible over Q.

    Attributes
    ----------
    chain : Chain
    scale : int
        p.
    multiplicities : tuple of int
        r_i for i = 0 … p − 2: how often c·e^{2πi·i/(p−1)} is an eigenvalue of T, for a common factor c. One
        representative up to rotation and conjugation.
    splits_into : int
        The number of components over C: strata that conjugation in the (p−1)-th roots of unity exchanges are one here.

    Examples
    --------
    >>> from symrg import LayeredNetwork
    >>> [(s.rank, s.dimension, s.physical) for s in LayeredNetwork(width=2).chain().recursion().fixed_points()]
    [(1, 6, True), (2, 8, False)]
    """

    chain: Chain
    scale: int
    multiplicities: tuple[int, ...]
    splits_into: int

    @property
    def rank(self) -> int:
        """The rank r of V (and T)."""
        return sum(self.multiplicities)

    @property
    def dimension(self) -> int:
        """The dimension over C, in bond matrices up to a factor."""
        return claims.dimension(self.chain.shape, self.multiplicities)

    @property
    def spectrum(self) -> dict[Fraction, int]:
        """The eigenvalues of the linearised recursion, the same on the whole stratum, with multiplicities."""
        return claims.spectrum(self.chain.shape, self.rank, self.dimension, self.scale)

    @property
    def exponents(self) -> dict[Fraction, Any]:
        """The exponents y = ln λ / ln p of the spectrum."""
        return {value: exponent(value, self.scale) for value in self.spectrum}

    # -- what it is --------------------------------------------------------------------------------------

    @property
    def equations(self) -> tuple[str, ...]:
        """The conditions on V in matrix form; c is any number but 0."""
        found = [f"{_power('(V G^T)', self.scale - 1)} V = lambda V with lambda != 0", f"rank V = {self.rank}"]
        factors, step = self.transfer_polynomial or ((), 1)
        kernel = self.chain.shape[0] - self.rank
        if self.scale > 2 and factors:
            parts = [_power("x", kernel)] if kernel else []
            parts += [_power(f"({_homogeneous(f, step)})", k) for f, k in factors]
            found.append(f"det(x - V G^T) = {' '.join(parts)}")
        elif self.scale > 2:
            found.append(
                f"eigenvalues of V G^T: c zeta^i with multiplicities {self.multiplicities} for i = 0, 1, …, and 0; "
                f"zeta a primitive root of unity of order {self.scale - 1}"
            )
        return tuple(found)

    @property
    def transfer_polynomial(self) -> tuple[tuple[tuple[tuple[int, ...], int], ...], int] | None:
        """The characteristic polynomial of T over Q without its zeros, None if the stratum splits over C.

        Returns
        -------
        factors : tuple of (coefficients, multiplicity)
            Irreducible, constant term first, in y with y = x^m/c for some c ≠ 0.
        m : int
        """
        if self._middle is None:
            return None
        folds = len(self.multiplicities) // period_of(self.multiplicities)
        size = self.rank // folds
        # the blocks of D repeat: its last columns hold D₀
        corner = [row[-size:] for row in self._middle[:size]]
        _, factors = flint.fmpz_mat(corner).charpoly().factor()
        found = [(tuple(int(c) for c in f.coeffs()), int(k)) for f, k in factors]
        return tuple(sorted(found, key=lambda item: (len(item[0]), item[0]))), folds

    @cached_property
    def _middle(self) -> list[list[int]] | None:
        """D for the twist 1; None if there is none over Q."""
        return companion_of(self.multiplicities)

    @property
    def splitting(self) -> str | None:
        """How the stratum splits over C, None if it does not."""
        if self.splits_into == 1:
            return None
        _, kept = components_over_c(self.multiplicities)
        return (
            f"{self.splits_into} components over C, exchanged by zeta -> zeta^k, zeta = exp(2 pi i/{self.scale - 1}); "
            f"each is defined over the subfield of Q(zeta) that k = {', '.join(map(str, kept))} leave fixed"
        )

    @property
    def parametrisation(self) -> str:
        """The points of the stratum as functions of free matrices; see :meth:`parametrise`.

        The dimension is that of U and W, r (n_h + n_σ), less that of the changes of basis that leave V as it is,
        r² + Σ r_i².
        """
        rows, columns = self.chain.shape
        r = self.rank
        free = f"U of {rows} x {r} and W of {r} x {columns} free, det(W G^T U) != 0"
        if max(self.multiplicities) == r:
            return f"V = U (W G^T U)^-1 W; {free}"
        if self._middle is None:
            entries = ", ".join("1" if e == 0 else _power("zeta", e) for e in self._places)
            middle = f"diag({entries}), zeta a primitive root of unity of order {self.scale - 1}"
        else:
            middle = str([list(row) for row in self._middle])
        return f"V = U D (W G^T U)^-1 W; {free}; D = {middle}"

    @property
    def _places(self) -> tuple[int, ...]:
        """The exponents of ζ on the diagonal of D."""
        return tuple(i for i, k in enumerate(self.multiplicities) for _ in range(k))

    def parametrise(self, left: Any, right: Any, *, twist: int = 1) -> tuple[tuple[Fraction, ...], ...]:
        """Return the point V = U D (W Gᵀ U)⁻¹ W; every rational point of the stratum is one, up to a factor.

        Parameters
        ----------
        left, right : matrices of exact rationals, shapes n_h × r and r × n_σ
            U and W.
        twist : int
            Not zero. It matters only where T has the eigenvalues ω c for some root of unity ω ≠ 1 as often as c: it
            multiplies the power that these have in common.

        Raises
        ------
        ModelError
            If a shape is wrong or the twist is zero.
        DomainError
            If W Gᵀ U is singular, or the stratum has no rational points since it splits over C.

        Examples
        --------
        >>> from symrg import Chain
        >>> from symrg.transform.strata import strata
        >>> point = strata(Chain([[2, 2], [1, 3]]), 3)[1].parametrise([[1, 0], [0, 1]], [[1, 0], [0, 1]], twist=2)
        >>> [[str(x) for x in row] for row in point]
        [['-1', '1'], ['3/4', '-1/4']]
        """
        rows, columns = self.chain.shape
        U = rational_matrix(left, rows, self.rank, "U")
        W = rational_matrix(right, self.rank, columns, "W")
        middle = companion_of(self.multiplicities, twist)
        if twist == 0:
            raise ModelError("the twist is 0; give any other integer")
        if middle is None:
            message = f"the stratum has no rational points: {self.splitting}; its certificate and sample are algebraic"
            raise DomainError(message)
        K = W * flint.fmpq_mat(counts_of(self.chain)).transpose() * U
        if K.det() == 0:
            raise DomainError("W G^T U is singular, so U and W give no point; change a column of U or a row of W")
        point = U * flint.fmpq_mat(flint.fmpz_mat(middle)) * K.inv() * W
        return tuple(tuple(as_fraction(x) for x in row) for row in point.tolist())

    # -- real and infinite couplings ---------------------------------------------------------------------------

    @property
    def physical(self) -> bool:
        """Whether V can be scaled to positive entries somewhere: exactly if the rank is 1 (Perron and Frobenius)."""
        return self.rank == 1

    @property
    def physical_reason(self) -> str:
        """The theorem behind :attr:`physical`."""
        if self.physical:
            return "V = u w^T with positive u and w is on it"
        return PERRON

    @property
    def at_infinity(self) -> bool:
        """Whether an entry of V vanishes on the whole stratum, so that a coupling is infinite there."""
        return bool(self.zero_entries)

    @cached_property
    def zero_entries(self) -> tuple[tuple[int, int], ...]:
        """The entries (row, column) of V that vanish on the whole stratum."""
        # V_ij = tr(A D A⁻¹ K⁻¹ w_j u_i) for U A in place of U. If D is no multiple of 1, its conjugates span all
        # matrices of trace zero, so V_ij = 0 for all A only if w_j u_i = 0. For D = c, V_ij det K is −c det [[K, w_j],
        # [u_i, 0]], zero for all U, W iff G without row i and column j has a rank below r − 1 (Cauchy and Binet). That
        # takes r = rank G, so Gᵀ V Gᵀ = c Gᵀ, and that both lower the rank: e_i = G a, e_j = Gᵀ b. Then V_ij = c a·Gᵀ b
        # is the same number at all points.
        if self.multiplicities[0] < self.rank:
            return ()
        counts = counts_of(self.chain)
        if counts.rank() > self.rank:
            return ()
        rows, columns = _fixed_places(counts.transpose()), _fixed_places(counts)
        if not rows or not columns:
            return ()
        bond: Any = next(self._candidates()).bond
        return tuple((i, j) for i in rows for j in columns if bond[i, j] == 0)

    @property
    def infinite_couplings(self) -> tuple[Any, ...]:
        """The couplings that do not exist anywhere on the stratum, as SymPy symbols."""
        return infinite_couplings(self.chain, self.zero_entries)

    @property
    def complex_couplings(self) -> tuple[Any, ...] | None:
        """The couplings that are not real at the point of :attr:`certificate`; None if that is not rational.

        The branch is the principal one of the factors, so they all are real exactly where V is positive.
        """
        if self.certificate.bond is None:
            return None
        return complex_couplings(self.chain, [int(x) for x in self.certificate.bond.entries()])

    @property
    def punctures(self) -> tuple[str, ...]:
        """What vanishes at the points of the closure that are left out, because the map is not defined there."""
        return (f"{_power('(V G^T)', self.scale - 1)} V",) if self.dimension else ()

    # -- points ---------------------------------------------------------------------------------------

    @property
    def point(self) -> tuple[tuple[Any, ...], ...] | None:
        """The rows of V up to a factor, if the stratum is a single point."""
        return self.sample()[0] if self.dimension == 0 else None

    @cached_property
    def certificate(self) -> Certificate:
        """A point that proves what is said of the stratum; positive for rank 1.

        No entry of V is zero there but :attr:`zero_entries`.
        """
        return self._points(1)[0]

    def _points(self, count: int) -> list[Certificate]:
        return points(self._candidates(), count, zeros=self.zero_entries, single=self.dimension == 0)

    def _candidates(self) -> Iterator[Certificate]:
        return candidates(self.chain.multiplicity, self.multiplicities)

    def sample(self, count: int = 1) -> tuple[tuple[tuple[Any, ...], ...], ...]:
        """Return ``count`` exact bond matrices on the stratum, without needless zero entries, or its only point.

        Entries are rational, or algebraic numbers where the stratum has no rational points.

        Examples
        --------
        >>> from symrg import Chain
        >>> from symrg.transform.strata import strata
        >>> point = strata(Chain([[2, 2], [1, 3]]), 2)[-1].sample()[0]
        >>> [[str(x / point[0][0]) for x in row] for row in point]
        [['1', '-1/3'], ['-2/3', '2/3']]
        """
        return tuple(entries_of(proof) for proof in self._points(count))

    def contains(self, bond: Sequence[Sequence[Any]]) -> bool:
        """Decide whether a rational bond matrix is on the stratum, by matrix products.

        Raises
        ------
        ModelError
            If the matrix has the wrong shape.
        NotExactError
            If an entry is a float.
        """
        found = classify(self.chain, bond, self.scale)
        return found is not None and representative(found) == self.multiplicities

    def __repr__(self) -> str:
        where = " at infinity" if self.at_infinity else ""
        return f"<stratum of rank {self.rank}, dimension {self.dimension}{where}: {'; '.join(self.equations)}>"


def strata(chain: Chain, scale: int) -> tuple[Stratum, ...]:
    """Return the strata of fixed points of a chain's recursion: all of them, by the structure theorem.

    Parameters
    ----------
    chain : Chain
    scale : int
        p ≥ 2.

    Returns
    -------
    tuple of Stratum
        By rising rank; within a rank the smallest number of different eigenvalues last.

    Raises
    ------
    BudgetExceeded
        If there are too many choices of multiplicities.

    Examples
    --------
    >>> from symrg import Chain
    >>> [(s.rank, s.dimension, s.multiplicities) for s in strata(Chain([[2, 2], [1, 3]]), 3)]
    [(1, 2, (1, 0)), (2, 2, (1, 1)), (2, 0, (2, 0))]
    """
    highest = counts_of(chain).rank()
    choices = comb(highest + scale - 1, highest) - 1
    if choices > MOST_VECTORS:
        fits = next(n for n in count(1) if comb(highest + n, highest) - 1 > MOST_VECTORS)
        message = (
            f"the strata of scale {scale} were asked for a G of rank {highest}: there are {choices} choices of "
            f"multiplicities of eigenvalues, at most {MOST_VECTORS} are gone through; the scale {fits} fits"
        )
        raise BudgetExceeded(message, estimate=choices, limit=MOST_VECTORS)
    found = [
        Stratum(chain, scale, vector, components_over_c(vector)[0])
        for rank in range(1, highest + 1)
        for vector in vectors(rank, scale - 1)
    ]
    return tuple(sorted(found, key=lambda s: (s.rank, -s.dimension, s.multiplicities)))


# -- small helpers --------------------------------------------------------------------------------------------


def _fixed_places(matrix: Any) -> list[int]:
    """Return the k for which e_k is a combination of the rows of a matrix: no vector of its kernel has an entry k."""
    kernel, nullity = matrix.nullspace()
    return [k for k in range(matrix.ncols()) if all(kernel[k, i] == 0 for i in range(nullity))]


def _power(base: str, exponent: int) -> str:
    return base if exponent == 1 else f"{base}^{exponent}"


def _homogeneous(coefficients: Sequence[int], step: int) -> str:
    """Write a polynomial in x^step, its constant term first, made homogeneous with c."""
    degree = len(coefficients) - 1
    terms = []
    for k in range(degree, -1, -1):
        if coefficients[k]:
            parts = [str(abs(coefficients[k]))] if abs(coefficients[k]) != 1 else []
            parts += [_power("c", degree - k)] if k < degree else []
            parts += [_power("x", k * step)] if k else []
            terms.append((" - " if coefficients[k] < 0 else " + ", " ".join(parts)))
    return terms[0][1] + "".join(sign + text for sign, text in terms[1:])
