"""The recursion of a chain as rational functions that are not multiplied out.

An image is a quotient of products of entries of V′ = (V Gᵀ)^{p−1} V. Monomials and integers are taken out of the
entries, equal entries cancel, and that is all: with 63 or 255 factors the products have more terms than any memory
holds. Lowest terms, and products written out, are made on demand, one image at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import comb, prod
from typing import TYPE_CHECKING, Any, overload

import sympy

from ..errors import BudgetExceeded
from ..exact.edge import monomial
from ..exact.matrices import matrix_product, transpose
from ..exact.polynomials import PolynomialRing, RationalFunction, irreducible_factors

if TYPE_CHECKING:
    from .chain import Chain

__all__ = ["FactoredImage", "FactoredMap", "LazyImages", "about", "decimated"]

MOST_TERMS = 4_000_000
"""The most terms (estimated) of a polynomial that is written out."""

_REDUCIBLE = 500_000  # terms × generators² up to which an entry is split into irreducible factors before it is written


def decimated(chain: Chain, scale: int) -> list[list[Any]]:
    """Return (V Gᵀ)^{p−1} V as polynomials in the factors; see :meth:`Chain.decimated`."""
    entries = chain.shape[0] * chain.shape[1]
    # a term chooses an entry of G for each inner layer; it is a product of p entries of V
    # (from 200 layers on there are too many in any case, and the power itself would not end)
    choices = sum(1 for row in chain.multiplicity for count in row if count) ** min(scale - 1, 200)
    estimate = entries * min(choices, comb(scale + entries - 1, entries - 1))
    if estimate > MOST_TERMS:
        message = (
            f"the recursion of scale {about(scale)} in {entries - 1} factors has up to {about(estimate)} terms, more "
            f"than {MOST_TERMS}, as polynomials; give a point (values, levels and Jacobians at points need no "
            "polynomials), or a smaller scale"
        )
        raise BudgetExceeded(message, estimate=estimate, limit=MOST_TERMS)
    # neurons that may be exchanged have equal rows of G, activations equal columns; those are summed first. With Ĝ of
    # the different ones, and P and Q the sums, G = Pᵀ Ĝ Qᵀ and V′ = (V Q Ĝᵀ) (P V Q Ĝᵀ)^{p−2} (P V)
    bond = chain.coordinates.bond
    rows = _places(chain.multiplicity)
    columns = _places(zip(*rows, strict=True))
    left = matrix_product(transpose(_summed(transpose(bond), columns.values())), tuple(columns))
    right = _summed(bond, rows.values())
    if scale > 2:
        right = _applied(_summed(left, rows.values()), right, scale - 2)
    return matrix_product(left, right)


def _places(rows: Iterable[tuple[int, ...]]) -> dict[tuple[int, ...], list[int]]:
    """Return the different ones of some rows, and where they stand."""
    places: dict[tuple[int, ...], list[int]] = {}
    for place, row in enumerate(rows):
        places.setdefault(row, []).append(place)
    return places


def _summed(rows: Sequence[Sequence[Any]], groups: Iterable[Sequence[int]]) -> list[list[Any]]:
    """Return the sums of groups of rows of polynomials."""
    found = []
    for first, *others in groups:
        total = list(rows[first])
        for place in others:
            total = [x + y for x, y in zip(total, rows[place], strict=True)]
        found.append(total)
    return found


def _applied(matrix: list[list[Any]], vectors: list[list[Any]], times: int) -> list[list[Any]]:
    """Return M^n X for matrices of polynomials."""
    if len(matrix) == 2 and times > 1:
        # M^n = u_n M − det(M) u_{n−1}: one polynomial u instead of a matrix
        trace = matrix[0][0] + matrix[1][1]
        determinant = matrix[0][0] * matrix[1][1] - matrix[0][1] * matrix[1][0]
        earlier, later = trace * 0, trace * 0 + 1
        for _ in range(times - 1):
            earlier, later = later, trace * later - determinant * earlier
        earlier = determinant * earlier
        once = matrix_product(matrix, vectors)
        pairs = zip(once, vectors, strict=True)
        return [[later * x - earlier * y for x, y in zip(*pair, strict=True)] for pair in pairs]
    # one step at a time: a long polynomial times a short one costs far less than the square of a long one
    for _ in range(times):
        vectors = matrix_product(matrix, vectors)
    return vectors


@dataclass(frozen=True, eq=False)
class FactoredImage:
    """A rational function unit · ∏ x^k · ∏ above / ∏ below of the factors x.

    Attributes
    ----------
    ring : PolynomialRing
        Of the factors.
    unit : Fraction
    powers : tuple of int
        The power of each factor in the monomial; negative ones stand below the bar.
    above, below : tuple of flint.fmpz_mpoly
        Primitive polynomials without monomial factors, repeated according to their power; none is in both.
    degree : int
        The degree of the entries of V′ in those of V, for estimates.
    """

    ring: PolynomialRing
    unit: Fraction
    powers: tuple[int, ...]
    above: tuple[Any, ...]
    below: tuple[Any, ...]
    degree: int = 1

    @property
    def terms(self) -> int:
        """The number of terms of the polynomials, as they stand."""
        return sum(map(len, self.above)) + sum(map(len, self.below))

    @cached_property
    def coprime(self) -> FactoredImage:
        """The same function with the common divisors of entries cancelled: lowest terms, products not written out."""
        above, below = list(self.above), []
        for entry in self.below:
            for place, other in enumerate(above):
                common = entry.gcd(other)
                if common != 1:
                    above[place], entry = other / common, entry / common
            below.append(entry)
        kept = [tuple(entry for entry in group if entry != 1) for group in (above, below)]
        return FactoredImage(self.ring, self.unit, self.powers, kept[0], kept[1], self.degree)

    def expand(self) -> RationalFunction:
        """Return the function in lowest terms, numerator and denominator multiplied out.

        Raises
        ------
        BudgetExceeded
            If they may have more than ``MOST_TERMS`` terms.
        """
        self._check(self.above)
        self._check(self.below)
        lowest = self.coprime
        parts = []
        for group, unit, sign in ((lowest.above, self.unit.numerator, 1), (lowest.below, self.unit.denominator, -1)):
            powers = (x**k for x, k in zip(self.ring.gens, (sign * k for k in self.powers), strict=True) if k > 0)
            parts.append(prod(powers, start=prod(group, start=self.ring.one)) * unit)
        return RationalFunction(self.ring, *parts)

    def _check(self, group: Sequence[Any]) -> None:
        # a product of n entries is a sum over multisets of n·p entries of V
        size = len(self.ring) + 1
        estimate = min(prod(map(len, group)), comb(self.degree * len(group) + size - 1, size - 1))
        if estimate > MOST_TERMS:
            message = (
                f"the image of a factor, multiplied out, has up to {about(estimate)} terms, more than {MOST_TERMS}; "
                "keep it factored (recursion.factored, recursion.images), or give a point: values and Jacobians at "
                "points are found without expanding"
            )
            raise BudgetExceeded(message, estimate=estimate, limit=MOST_TERMS)

    def to_sympy(self, symbols: Sequence[Any] | None = None) -> Any:
        """Return the function in lowest terms as a SymPy quotient of irreducible factors, each written out (the edge).

        Very long entries, and those in very many factors, are not split into irreducible factors.

        Parameters
        ----------
        symbols : sequence of SymPy expressions, optional
            What to write for the factors.
        """
        values = [sympy.Symbol(name) for name in self.ring.names] if symbols is None else symbols
        lowest, parts = self.coprime, []
        for group, unit, sign in ((lowest.above, self.unit.numerator, 1), (lowest.below, self.unit.denominator, -1)):
            multiplicities: list[list[Any]] = []
            for entry in group:
                small = len(entry) * len(self.ring) ** 2 <= _REDUCIBLE
                for factor, count in irreducible_factors(entry) if small else [(entry, 1)]:
                    known = next((item for item in multiplicities if item[0] == factor), None)
                    if known is None:
                        multiplicities.append([factor, count])
                    else:
                        known[1] += count
            powers = [max(sign * k, 0) for k in self.powers]
            written = (self.ring.to_sympy(factor, values) ** count for factor, count in multiplicities)
            parts.append(sympy.Mul(monomial(sympy.Integer(unit), values, powers), *written))
        return sympy.Mul(parts[0], sympy.Pow(parts[1], -1))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, FactoredImage):
            return NotImplemented
        if self.ring is not other.ring or (self.unit, self.powers) != (other.unit, other.powers):
            return False  # monomials and units have one form: the entries have neither
        above, below = _cancelled([*self.above, *other.below], [*self.below, *other.above])
        quotient = FactoredImage(self.ring, Fraction(1), self.powers, tuple(above), tuple(below), self.degree).coprime
        return not quotient.above and not quotient.below

    def __hash__(self) -> int:
        return hash((self.unit, self.powers))

    def __repr__(self) -> str:
        bars = " / ".join(f"{len(group)} polynomials" for group in (self.above, self.below))
        return f"FactoredImage({bars}, {self.terms} terms in {len(self.ring)} factors)"


class FactoredMap(Sequence[FactoredImage]):
    """The images of all factors of a chain, over one list of entries of V′: a sequence, in the order of the factors.

    An image only says which entries it is a quotient of, and is put together when it is asked for.

    Parameters
    ----------
    ring : PolynomialRing
        Of the factors.
    entries : sequence of flint.fmpz_mpoly
        The entries of V′, none of them zero, with non-negative coefficients.
    groups : callable
        Returns for each factor which entries stand above and below the fraction bar.
    degree : int
        The degree of the entries in the entries of V.

    Attributes
    ----------
    entries : tuple of flint.fmpz_mpoly
    """

    def __init__(
        self,
        ring: PolynomialRing,
        entries: Sequence[Any],
        groups: Callable[[], Sequence[tuple[Sequence[int], Sequence[int]]]],
        degree: int = 1,
    ) -> None:
        self.ring, self._groups, self.degree = ring, groups, degree
        self._images: dict[int, FactoredImage] = {}
        self.entries = tuple(entries)

    def __repr__(self) -> str:
        return f"FactoredMap({len(self)} images over {len(self.entries)} entries)"

    @cached_property
    def _contents(self) -> list[Any]:
        return [entry.term_content() for entry in self.entries]

    @cached_property
    def polynomials(self) -> tuple[Any, ...]:
        """The entries without monomials and integer content."""
        return tuple(e if c == 1 else e / c for e, c in zip(self.entries, self._contents, strict=True))

    @cached_property
    def monomials(self) -> tuple[tuple[int, list[tuple[int, int]]], ...]:
        """What was taken out of the entries: the integer, and the factors in the monomial with their powers."""
        return tuple(
            (int(c.leading_coefficient()), [(k, int(power)) for k, power in enumerate(c.monomial(0)) if power])
            for c in self._contents
        )

    @cached_property
    def groups(self) -> Sequence[tuple[Sequence[int], Sequence[int]]]:
        """For each factor, which entries stand above and below the fraction bar."""
        return self._groups()

    @cached_property
    def _names(self) -> list[int]:
        """For each entry the first one that is equal to it."""
        first: dict[Any, list[int]] = {}
        names = []
        for place, entry in enumerate(self.polynomials):
            # polynomials have no hash: compare those that agree in coefficients
            known = first.setdefault(tuple(entry.coeffs()), [])
            name = next((other for other in known if self.polynomials[other] == entry), place)
            if name == place:
                known.append(place)
            names.append(name)
        return names

    @property
    def images(self) -> Sequence[FactoredImage]:
        """The images in the order of the factors: this sequence itself."""
        return self

    def __len__(self) -> int:
        return len(self.ring)

    @overload
    def __getitem__(self, place: int) -> FactoredImage: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[FactoredImage]: ...

    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, slice):
            return [self[k] for k in range(*place.indices(len(self)))]
        place = range(len(self))[place]
        if place not in self._images:
            self._images[place] = self._image(*self.groups[place])
        return self._images[place]

    def _image(self, above: Sequence[int], below: Sequence[int]) -> FactoredImage:
        names = self._names
        top, bottom = _cancelled([names[k] for k in above], [names[k] for k in below])
        unit = Fraction(prod(self.monomials[k][0] for k in above), prod(self.monomials[k][0] for k in below))
        return FactoredImage(
            self.ring,
            unit,
            self.powers(above, below),
            tuple(self.polynomials[k] for k in top),
            tuple(self.polynomials[k] for k in bottom),
            self.degree,
        )

    def powers(self, above: Sequence[int], below: Sequence[int]) -> tuple[int, ...]:
        """Return the powers of the factors in a quotient of entries."""
        total = [0] * len(self.ring)
        for group, sign in ((above, 1), (below, -1)):
            for place in group:
                for k, power in self.monomials[place][1]:
                    total[k] += sign * power
        return tuple(total)


class LazyImages(Mapping[Any, Any]):
    """Each factor's image as a SymPy expression, written when it is asked for: writing costs more than all else.

    Parameters
    ----------
    factors : tuple of SymPy symbols
    images : sequence of FactoredImage
    """

    def __init__(self, factors: Sequence[Any], images: Sequence[FactoredImage]) -> None:
        self._factors, self._images = tuple(factors), images
        self._written: dict[Any, Any] = {}

    def __getitem__(self, factor: Any) -> Any:
        if factor not in self._written:
            if factor not in self._factors:
                raise KeyError(factor)
            self._written[factor] = self._images[self._factors.index(factor)].to_sympy(self._factors)
        return self._written[factor]

    def __iter__(self) -> Iterator[Any]:
        return iter(self._factors)

    def __len__(self) -> int:
        return len(self._factors)

    def __repr__(self) -> str:
        if len(self) > 3:
            return f"<images of {len(self)} factors, written out one by one when asked for>"
        return repr(dict(self))


def _cancelled(above: list[Any], below: list[Any]) -> tuple[list[Any], list[Any]]:
    """Return the two lists without what they have in common."""
    rest = []
    above = list(above)
    for entry in below:
        if entry in above:
            above.remove(entry)
        else:
            rest.append(entry)
    return above, rest


def about(number: int) -> str:
    """Write a large integer by its power of ten.

    Examples
    --------
    >>> about(1234), about(2**100)
    ('1234', '10^30')
    """
    return str(number) if number < 10**9 else f"10^{int((number.bit_length() - 1) * Fraction(30103, 100000))}"
