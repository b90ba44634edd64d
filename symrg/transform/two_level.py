"""Closed forms where the transfer matrix has at most two eigenvalues that are not zero.

That is every chain of two-state layers, and every chain whose multiplicities have rank two, such as the binary network
of width two. Everything is a function of trace τ and determinant δ, of q = λ₂/λ₁ and of rational coefficients:
(connected correlation on the infinite chain) = w q^r, with w the product of residues. What is symbolic stays symbolic.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import cached_property
from typing import Any

import sympy

from ..errors import DomainError, UnableError
from ..exact.matrices import matrix_product
from ..exact.polynomials import RationalFunction, irreducible_factors, ring
from ..exact.surds import Surd, square_root
from .reduced import Insertion, Reduced

__all__ = ["TwoLevel"]


class TwoLevel:
    """The observables of a chain with at most two eigenvalues other than zero.

    Parameters
    ----------
    reduced : Reduced
        The chain at its factors.
    insertion : Insertion
        The observable.

    Raises
    ------
    UnableError
        If the multiplicities have a rank above two.

    Examples
    --------
    >>> from symrg import Chain
    >>> chain = Chain([[2, 2], [1, 3]])
    >>> a, b, c = chain.factors
    >>> r, M = sympy.symbols("r M", positive=True)
    >>> reduced = Reduced(chain, {b: sympy.Rational(-2, 3), c: sympy.Rational(-1, 3)})
    >>> line = TwoLevel(reduced, reduced.insertion())
    >>> line.ratio, line.weight
    (a/2 - 1/2, 0)
    >>> line.ring_correlation(r, M)
    (a/2 - 1/2)**M/((a/2 - 1/2)**M + 1)**2
    """

    def __init__(self, reduced: Reduced, insertion: Insertion) -> None:
        self.reduced, self.insertion = reduced, insertion
        self.levels = reduced.powers.matrix.nrows()
        if self.levels > 2:
            message = (
                f"closed forms need at most two eigenvalues, and this chain has up to {self.levels} that are not zero; "
                "ask for a whole depth, or give rational factors"
            )
            raise UnableError(message)
        self.ring = reduced.ring if reduced.ring is not None else ring()

    def _matrix(self, matrix: Any) -> list[list[RationalFunction]]:
        return [[self.ring.fraction(entry) for entry in row] for row in matrix.tolist()]

    def write(self, value: RationalFunction) -> Any:
        """Return a rational function as a SymPy expression in the chain's symbols."""
        return value.to_sympy(self.reduced.generators)

    # -- invariants of the transfer matrix, without its scale --------------------------------------

    @cached_property
    def _m(self) -> list[list[RationalFunction]]:
        return self._matrix(self.reduced.powers.matrix)

    @cached_property
    def trace(self) -> RationalFunction:
        """τ = λ₁ + λ₂, in units of the scale."""
        return self._m[0][0] + self._m[1][1] if self.levels == 2 else self._m[0][0]

    @cached_property
    def determinant(self) -> RationalFunction:
        """δ = λ₁ λ₂, in units of the scale squared."""
        if self.levels == 1:
            return self.trace * 0
        return self._m[0][0] * self._m[1][1] - self._m[0][1] * self._m[1][0]

    @cached_property
    def discriminant(self) -> RationalFunction:
        """Δ = τ² − 4 δ = (λ₁ − λ₂)²."""
        return self.trace * self.trace - 4 * self.determinant

    @cached_property
    def rational_root(self) -> RationalFunction | None:
        """√Δ if that is a rational function; the sign makes λ₁ = (τ + √Δ)/2 the larger one where V is positive."""
        root = square_root(self.discriminant)
        if not root:
            return root
        if self.reduced.is_positive:
            # Perron and Frobenius: Δ has no zero where all symbols are positive, so √Δ has one sign there
            ones = [Fraction(1)] * len(self.ring)
            return root if (root(ones) > 0) == (self.trace(ones) > 0) else -root
        # otherwise either name is as good; λ₁ ≠ 0, and q = λ₂/λ₁ in the form that is easier to read
        choices = [r for r in (root, -root) if self.trace + r]
        return min(choices, key=lambda r: _length((self.trace - r) / (self.trace + r)))

    @cached_property
    def _root(self) -> Surd:
        zero, one = self.ring.fraction(0), self.ring.fraction(1)
        if self.rational_root is not None:
            return Surd(self.rational_root, zero, zero)
        return Surd(zero, one, self.discriminant)

    def _surd(self, value: Any) -> Surd:
        return Surd(self.ring.fraction(value), self.ring.fraction(0), self._root.square)

    @cached_property
    def _eigenvalues(self) -> tuple[Surd, Surd]:
        half, centre = Fraction(1, 2), self._surd(self.trace)
        return (centre + self._root) * half, (centre - self._root) * half

    def write_surd(self, value: Surd) -> Any:
        """Return p + s √Δ as a SymPy expression."""
        plain = self.write(value.plain)
        return plain if not value.slope else plain + self.write(value.slope) * sympy.sqrt(self.write(value.square))

    @cached_property
    def eigenvalues(self) -> tuple[Any, Any]:
        """λ₁ and λ₂ of the transfer matrix, with its scale."""
        above, below = (self.ring.fraction(part) for part in self.reduced.scale)
        first, second = (self.write_surd(value * (above / below)) for value in self._eigenvalues)
        return first, second

    @cached_property
    def ratio(self) -> Any:
        """Q = λ₂/λ₁."""
        first, second = self._eigenvalues
        if not first.plain and not first.slope:
            raise DomainError("both eigenvalues of the transfer matrix are zero: long chains have no weight")
        if self.rational_root is not None:
            return self.write((second / first).plain)
        root = sympy.sqrt(self.write(self.discriminant))
        trace = self.write(self.trace)
        return (trace - root) / (trace + root)

    @cached_property
    def order(self) -> Any:
        """A condition under which |λ₁| > |λ₂|, for real values of the symbols; ``true`` if V is positive."""
        if self.reduced.is_positive or not self.determinant:
            return sympy.true
        if self.rational_root is not None:
            return sympy.Gt(self.write(self.rational_root * self.trace), 0)
        return sympy.And(sympy.Gt(self.write(self.discriminant), 0), sympy.Gt(self.write(self.trace), 0))

    @cached_property
    def reverse_order(self) -> Any:
        """A condition under which |λ₂| > |λ₁|; with equal moduli there is no limit of large depth."""
        if self.reduced.is_positive or not self.determinant:
            return sympy.false
        if self.rational_root is not None:
            return sympy.Lt(self.write(self.rational_root * self.trace), 0)
        return sympy.And(sympy.Gt(self.write(self.discriminant), 0), sympy.Lt(self.write(self.trace), 0))

    # -- the observable -----------------------------------------------------------------------------

    @cached_property
    def _b(self) -> list[list[RationalFunction]]:
        block, denominator = self.reduced.block(self.insertion)
        return [[entry * Fraction(1, denominator) for entry in row] for row in self._matrix(block)]

    @cached_property
    def _traces(self) -> tuple[RationalFunction, RationalFunction]:
        """Tr B and tr B M."""
        b, m = self._b, self._m
        return _tr(b), _tr(matrix_product(b, m))

    @cached_property
    def _weight(self) -> RationalFunction:
        if not self.determinant or not self.discriminant:
            return self.ring.fraction(0)
        b, bm = self._b, matrix_product(self._b, self._m)
        # tr(B (M − λ₂) B (λ₁ − M)) / (Δ δ)
        above = self.trace * _tr(matrix_product(b, bm)) - _tr(matrix_product(bm, bm))
        above = above - self.determinant * _tr(matrix_product(b, b))
        return above / (self.discriminant * self.determinant)

    @cached_property
    def weight(self) -> Any:
        """W, the product of residues: the connected correlation on the infinite chain is w q^r for r ≥ 1."""
        return self.write(self._weight)

    @cached_property
    def weight_function(self) -> RationalFunction:
        """The same as a rational function of the ring."""
        return self._weight

    @cached_property
    def _contrast(self) -> RationalFunction:
        """The squared difference of the means in the two eigenstates."""
        if not self.determinant or not self.discriminant:
            return self.ring.fraction(0)
        first, second = self._traces
        top = self.trace * second - (self.trace * self.trace - 2 * self.determinant) * first
        return top * top / (self.discriminant * self.determinant * self.determinant)

    @cached_property
    def contrast(self) -> Any:
        """(m₁ − m₂)², where m_i is the observable's mean in the eigenstate of λ_i."""
        return self.write(self._contrast)

    def _mean(self, which: int) -> Surd:
        own, other = self._eigenvalues[which], self._eigenvalues[1 - which]
        first, second = (self._surd(t) for t in self._traces)
        if self.levels == 1:
            return first / own
        return (second - other * first) / ((own - other) * own)

    def mean(self, depth: Any = None) -> Any:
        """Return the mean on a ring of ``depth`` layers, or on the infinite chain.

        Parameters
        ----------
        depth : SymPy expression, optional
            A symbol or a number.
        """
        if depth is None:
            return self.where_larger(lambda which: self.write_surd(self._mean(which)))
        if not self.determinant:
            return self.write_surd(self._mean(0))
        self._need_two()
        power = self.ratio**depth
        return (self.write_surd(self._mean(0)) + self.write_surd(self._mean(1)) * power) / (1 + power)

    def ring_correlation(self, separation: Any, depth: Any) -> Any:
        """Return the connected correlation on a ring, 1 ≤ r ≤ M − 1, as a closed form in q.

        With contrast k = (m₁ − m₂)² it is (k q^M + w (q^r + q^{M−r}) (1 + q^M)) / (1 + q^M)².

        Parameters
        ----------
        separation, depth : SymPy expressions
            R and M; symbols are taken as integers.
        """
        _need_apart(separation, depth - separation)
        if not self.determinant:
            return sympy.S.Zero
        self._need_two()
        q = self.ratio
        whole = 1 + q**depth
        between = self.weight * (q**separation + q ** (depth - separation)) * whole if self._weight else 0
        return (self.contrast * q**depth + between) / whole**2

    def infinite_correlation(self, separation: Any) -> Any:
        """Return the connected correlation w q^r on the infinite chain, r ≥ 1.

        Where V is positive, the eigenvalue λ₁ is the larger one. Elsewhere the answer comes with its conditions on
        real values of the symbols; where none holds the limit of large depth does not exist.
        """
        _need_apart(separation)
        if not self._weight:
            return self.where_larger(lambda _: sympy.S.Zero)
        return self.where_larger(
            lambda which: self.weight * (self.ratio if which == 0 else 1 / self.ratio) ** separation
        )

    def infinite_variance(self) -> Any:
        """Return the variance of the observable on the infinite chain."""
        square = TwoLevel(self.reduced, self.insertion.squared)
        return self.where_larger(
            lambda which: self.write_surd(square._mean(which) - self._mean(which) * self._mean(which))
        )

    def where_larger(self, value: Callable[[int], Any]) -> Any:
        """Return value(0) where |λ₁| is the larger modulus, value(1) where |λ₂| is.

        Raises
        ------
        DomainError
            If the two moduli are equal: then there is no limit of large depth.
        """
        if self.order == sympy.true:
            return value(0)
        self._need_two()
        if self.reverse_order == sympy.true:
            return value(1)
        if self.order == sympy.false and self.reverse_order == sympy.false:
            raise DomainError("the two largest eigenvalues have equal moduli, so there is no limit of large depth")
        return sympy.Piecewise((value(0), self.order), (value(1), self.reverse_order))

    def _need_two(self) -> None:
        if not self.discriminant:
            message = (
                "the two eigenvalues of the transfer matrix are equal here, so closed forms with λ₁ − λ₂ in a "
                "denominator do not exist; ask for a whole depth"
            )
            raise DomainError(message)

    def open_correlation(self, layer: Any, separation: Any, depth: Any, ends: tuple[Any, Any]) -> Any:
        """Return the connected correlation of layers m and m + r of an open chain, as a closed form in q.

        Parameters
        ----------
        layer, separation, depth : SymPy expressions
            M, r ≥ 1 and the depth; for a chain with more states than eigenvalues both layers lie inside.
        ends : pair of sequences
            Weights of the states of layer 0 and of the last layer.
        """
        _need_apart(separation)
        if self.levels == 1:
            return sympy.S.Zero
        self._need_two()
        first, second = self._eigenvalues
        identity = [[self._surd(int(i == j)) for j in range(2)] for i in range(2)]
        m = [[self._surd(entry) for entry in row] for row in self._m]
        b = [[self._surd(entry) for entry in row] for row in self._b]
        projectors = [
            [[(m[i][j] - identity[i][j] * other) / (own - other) for j in range(2)] for i in range(2)]
            for own, other in ((first, second), (second, first))
        ]
        row = [self._surd(e) for e in self.reduced.last(ends[1])[0].tolist()[0]]
        column = [self._surd(e[0]) for e in self.reduced.first(ends[0])[0].tolist()]
        rows = [[_dot(row, [p[i][j] for i in range(2)]) for j in range(2)] for p in projectors]
        columns = [[_dot(p[i], column) for i in range(2)] for p in projectors]
        q = self.ratio
        place = layer if self.insertion.on_neurons else layer + 1
        if self.reduced.chain.shape[0] > 2 and (place == 0 or place + separation == depth):
            raise UnableError("closed forms reach the end layers only with two states a layer; give whole numbers")

        def wedge(vectors: list[list[Surd]], images: list[list[Surd]], n: Any) -> Any:
            total = sympy.S.Zero
            for i in range(2):
                for j in range(2):
                    minor = images[i][0] * vectors[j][1] - images[i][1] * vectors[j][0]
                    scaled = minor * self._eigenvalues[j] / (first * first)
                    power, rest = self._without_ratio(scaled)
                    total += self.write_surd(rest) * q ** (n * (i + j) + power)
            return total

        left = wedge(rows, [[_dot(y, [b[i][j] for i in range(2)]) for j in range(2)] for y in rows],
                     depth - 1 - place - separation)  # fmt: skip
        right = wedge(columns, [[_dot(b[i], x) for i in range(2)] for x in columns], place - 1)
        power, weight = self._without_ratio(_dot(row, columns[1]) / _dot(row, columns[0]))
        whole = 1 + self.write_surd(weight) * q ** (depth - 1 + power)
        first_weight = self.write_surd(_dot(row, columns[0]))
        return left * right * q ** (separation - 1) / (first_weight * whole) ** 2

    def _without_ratio(self, value: Surd) -> tuple[int, Surd]:
        """Split off a power of q, where q is a rational function with an irreducible numerator."""
        if self.rational_root is None or not value.plain:
            return 0, value
        q = (self.trace - self.rational_root) / (self.trace + self.rational_root)
        factors = irreducible_factors(q.num)
        if len(factors) != 1:
            return 0, value
        (factor, step), power = factors[0], 0
        for polynomial, sign in ((value.plain.num, 1), (value.plain.den, -1)):
            power += sign * sum(m for f, m in irreducible_factors(polynomial) if f == factor)
        power //= step
        return power, value * (1 / q) ** power

    # -- lengths ---------------------------------------------------------------------------------------

    @cached_property
    def gap_length(self) -> Any:
        """ξ_gap = 1/|ln|λ₁/λ₂||: 0 with one eigenvalue, ∞ where the two are equal as functions."""
        if not self.determinant:
            return sympy.S.Zero
        if not self.discriminant:
            return sympy.oo
        if self.order == sympy.true:
            return -1 / sympy.log(self._size)
        return 1 / sympy.Abs(sympy.log(sympy.Abs(self.ratio)))

    @cached_property
    def _size(self) -> Any:
        """|q|, without the bars where the sign of δ is known."""
        top = self.determinant
        if not top.is_constant and not self.reduced.is_positive:
            return sympy.Abs(self.ratio)
        signs = {int(c) > 0 for c in top.num.coeffs()}
        if len(signs) > 1 or any(int(c) < 0 for c in top.den.coeffs()):
            return sympy.Abs(self.ratio)
        return self.ratio if signs == {True} else -self.ratio

    @cached_property
    def own_length(self) -> Any:
        """ξ of the observable: ξ_gap where w ≠ 0, and 0 where w = 0 (decided as a function of the symbols)."""
        if not self.determinant or (self.discriminant and not self._weight):
            return sympy.S.Zero
        self._need_two()
        top = self._weight.num
        if self._weight.is_constant or (self.reduced.is_positive and len({int(c) > 0 for c in top.coeffs()}) == 1):
            return self.gap_length
        vanishing = sympy.Eq(self.ring.to_sympy(top, self.reduced.generators), 0)
        return sympy.Piecewise((sympy.S.Zero, vanishing), (self.gap_length, True))


def _length(function: RationalFunction) -> tuple[int, int]:
    return function.den.total_degree(), len(function.num) + len(function.den)


def _need_apart(*separations: Any) -> None:
    if any(separation == 0 for separation in separations):
        raise UnableError("closed forms hold for different layers; for separation 0 give a whole depth")


def _tr(matrix: list[list[Any]]) -> Any:
    return sum((matrix[i][i] for i in range(1, len(matrix))), start=matrix[0][0])


def _dot(left: list[Any], right: list[Any]) -> Any:
    total = left[0] * right[0]
    for x, y in zip(left[1:], right[1:], strict=True):
        total = total + x * y
    return total
