"""Certificates of strata of fixed points: a point of each, checked by products of integer matrices alone.

A point is V = U D W with W Gᵀ U = k·1 and D^{p−1} = ℓ·1, k ℓ ≠ 0. Then T U = U (k D) and (V Gᵀ)^{p−1} V = k^{p−1} ℓ V:
V is fixed and of rank r, T is k D on the image of U and 0 on the kernel of W Gᵀ. Rank, dimension and spectrum follow.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import accumulate
from operator import mul
from typing import Any

import flint

from .._display import Displayed
from ..errors import ModelError
from .linearization import exponent
from .roots import components_over_c, multiplicities, representative, vectors

__all__ = ["Certificate", "check_record", "dimension", "spectrum"]

Rows = tuple[tuple[int, ...], ...]


def dimension(shape: tuple[int, int], vector: Sequence[int]) -> int:
    """Return the dimension of a stratum: r (n_h − r) + r (n_σ − r) + r² − Σ r_i², r = Σ r_i.

    Examples
    --------
    >>> dimension((4, 4), (2,)), dimension((4, 4), (1, 1))
    (8, 10)
    """
    r = sum(vector)
    return r * (shape[0] - r) + r * (shape[1] - r) + r * r - sum(k * k for k in vector)


def spectrum(shape: tuple[int, int], rank: int, dimension: int, scale: int) -> dict[Fraction, int]:
    """Return the eigenvalues of the linearised recursion on a stratum, with multiplicities.

    On x_i y_jᵀ, with eigenvectors of T and of Gᵀ V, the derivative Σ T^a · (Gᵀ V)^{p−1−a} of V ↦ (V Gᵀ)^{p−1} V is p λ
    for equal non-zero eigenvalues, 0 for two zeros, and λ else; the direction of V itself is no direction.

    Examples
    --------
    >>> spectrum((2, 2), 2, 0, 2)
    {Fraction(2, 1): 3}
    """
    zeros = (shape[0] - rank) * (shape[1] - rank)
    relevant = shape[0] * shape[1] - 1 - zeros - dimension
    found = {Fraction(0): zeros, Fraction(1): dimension, Fraction(scale): relevant}
    return {value: count for value, count in found.items() if count}


@dataclass(frozen=True)
class Certificate(Displayed):
    """A point V = U D W of a stratum in factors that show where it lies; all integer matrices as tuples of rows.

    Attributes
    ----------
    multiplicity : matrix, shape n_h × n_σ
        G.
    vector : tuple of int
        The multiplicities r_0 … r_{p−2} of the roots that it certifies.
    left, right : matrices of shapes n_h × r, r × n_σ
        U and W.
    middle : matrix, shape r × r, or None
        D. If no D is rational, None: then D is diagonal with the entries ζ^e, ζ = e^{2πi/(p−1)}.
    exponents : tuple of int, or None
        The exponents e.
    unit, power : int
        k and ℓ.

    Examples
    --------
    >>> from symrg import Chain
    >>> from symrg.transform.strata import strata
    >>> proof = strata(Chain([[2, 2], [1, 3]]), 3)[1].certificate
    >>> proof.vector, proof.middle, proof.check()
    ((1, 1), ((0, 1), (1, 0)), True)
    """

    multiplicity: Rows
    vector: tuple[int, ...]
    left: Rows
    right: Rows
    middle: Rows | None
    exponents: tuple[int, ...] | None
    unit: int
    power: int

    def __repr__(self) -> str:
        return f"<certificate of a point of rank {self.rank}, dimension {self.dimension}, scale {self.scale}>"

    @property
    def scale(self) -> int:
        """The scale factor p."""
        return len(self.vector) + 1

    @property
    def shape(self) -> tuple[int, int]:
        """(n_h, n_σ)."""
        return len(self.multiplicity), len(self.multiplicity[0])

    @property
    def rank(self) -> int:
        """The rank r of V."""
        return len(self.right)

    @property
    def dimension(self) -> int:
        """The dimension of the stratum."""
        return dimension(self.shape, self.vector)

    @property
    def spectrum(self) -> dict[Fraction, int]:
        """The eigenvalues of the linearised recursion with multiplicities."""
        return spectrum(self.shape, self.rank, self.dimension, self.scale)

    @property
    def eigenvalue(self) -> int:
        """λ of (V Gᵀ)^{p−1} V = λ V."""
        return self.unit ** (self.scale - 1) * self.power

    @cached_property
    def bond(self) -> Any | None:
        """V as an integer matrix (flint), None if it is not rational."""
        return None if self.middle is None else _matrix(self.left) * _matrix(self.middle) * _matrix(self.right)

    @property
    def positive(self) -> bool:
        """Whether all entries of V are positive."""
        return self.bond is not None and all(x > 0 for x in self.bond.entries())

    def check(self) -> bool:
        """Decide whether the point is on the stratum, by products of integer matrices and comparisons.

        Multiplicities of roots are read off the traces of the powers of D, modulo a prime.
        """
        r, (rows, columns) = self.rank, self.shape
        if sum(self.vector) != r or not 0 < r <= min(rows, columns) or self.unit == 0 or self.power == 0:
            return False
        if not (_is_shaped(self.left, rows, r) and _is_shaped(self.right, r, columns)):
            return False
        product = _matrix(self.right) * (_matrix(self.multiplicity).transpose() * _matrix(self.left))
        if product != _scalar(r, self.unit):
            return False
        found = self._roots()
        return found is not None and representative(found) == representative(self.vector)

    def _roots(self) -> tuple[int, ...] | None:
        """Return the multiplicities of the roots of D, None if D^{p−1} is not ℓ·1."""
        order = len(self.vector)
        if self.middle is None:
            exponents = self.exponents or ()
            in_range = all(0 <= e < order for e in exponents)
            return tuple(exponents.count(i) for i in range(order)) if in_range and self.power == 1 else None
        if not _is_shaped(self.middle, self.rank, self.rank):
            return None
        if _matrix(self.middle) ** order != _scalar(self.rank, self.power):
            return None
        return multiplicities(self.traces[:order], self.power)

    @cached_property
    def traces(self) -> list[int]:
        """The traces of D⁰, D¹, …, D^{p−1}; empty if D is not rational."""
        if self.middle is None:
            return []
        D, r = _matrix(self.middle), range(self.rank)
        powers = accumulate([D] * (len(self.vector) - 1), mul, initial=D)
        return [self.rank, *(sum(int(power[i, i]) for i in r) for power in powers)]

    def bounds_rank(self) -> bool:
        """Decide whether no larger rank is possible: (Gᵀ U)(W Gᵀ) = k Gᵀ writes G as a product over r dimensions."""
        turned = _matrix(self.multiplicity).transpose()
        return bool((turned * _matrix(self.left)) * (_matrix(self.right) * turned) == turned * self.unit)

    def to_record(self) -> dict[str, Any]:
        """Return the certificate as plain data for JSON; G is in the provenance."""
        return {
            "left": _text(self.left),
            "middle": None if self.middle is None else _text(self.middle),
            "exponents": None if self.exponents is None else list(self.exponents),
            "right": _text(self.right),
            "unit": str(self.unit),
            "power": str(self.power),
        }

    @classmethod
    def from_record(cls, plain: Mapping[str, Any], multiplicity: Rows, vector: Sequence[int]) -> Certificate:
        """Return the certificate that :meth:`to_record` wrote.

        Raises
        ------
        ModelError
            If the data is not of that form.
        """
        try:
            return cls(
                tuple(tuple(int(g) for g in row) for row in multiplicity),
                tuple(int(k) for k in vector),
                _rows(plain["left"]),
                _rows(plain["right"]),
                None if plain["middle"] is None else _rows(plain["middle"]),
                None if plain["exponents"] is None else tuple(int(e) for e in plain["exponents"]),
                int(plain["unit"]),
                int(plain["power"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            message = f"this is no certificate of a stratum: {error!r}; give one as fixed_points_record writes it"
            raise ModelError(message) from error


def check_record(record: Mapping[str, Any]) -> bool | None:
    """Decide what a chain's record of fixed points says, from its certificates alone.

    Each certificate is checked, and rank, dimension, spectrum, reality, splitting over C and an isolated point of its
    component are compared with it; so are the entries of V that are said to be zero, which are those that are zero at
    the certified point. The largest rank is proved to be that of G; then there must be one component for each class of
    multiplicities. Texts, and generators of components of small chains, are not read.

    Parameters
    ----------
    record : mapping
        As :func:`~symrg.transform.records.fixed_points_record` returns it, before or after JSON.

    Returns
    -------
    bool or None
        None if a component has no certificate, as those of a recursion without a chain, or if components at infinite
        coupling are not listed, so that these certificates do not show whether all others are.

    Examples
    --------
    >>> from symrg import LayeredNetwork
    >>> from symrg.transform.records import fixed_points_record
    >>> check_record(fixed_points_record(LayeredNetwork(width=2).chain().recursion(3).fixed_points(projective=True)))
    True
    """
    counts = record["provenance"]["inputs"].get("multiplicity")
    parts = record["components"]
    if counts is None or any(part.get("certificate") is None for part in parts):
        return None
    proofs = [Certificate.from_record(part["certificate"], counts, part["multiplicities"]) for part in parts]
    if not all(_agrees(part, proof) for part, proof in zip(parts, proofs, strict=True)):
        return False
    if not record["complete"] or not record["projective"]:
        return None
    order = record["scale"] - 1
    if any(len(proof.vector) != order for proof in proofs):
        return False
    most = max((proof for proof in proofs if max(proof.vector) == proof.rank), key=lambda proof: proof.rank)
    wanted = [vector for r in range(1, most.rank + 1) for vector in vectors(r, order)]
    return most.bounds_rank() and sorted(wanted) == sorted(representative(proof.vector) for proof in proofs)


def _agrees(part: Mapping[str, Any], proof: Certificate) -> bool:
    """Whether a component's record is what its certificate proves."""
    said = (part["rank"], part["dimension"], part["spectrum"], part["splits_into"], part["exponents"])
    proved = (
        proof.rank,
        proof.dimension,
        {str(value): count for value, count in proof.spectrum.items()},
        components_over_c(proof.vector)[0],
        {str(value): str(exponent(value, proof.scale)) for value in proof.spectrum},
    )
    # rank 1: a positive point; more: none is, by Perron and Frobenius
    real = proof.positive if proof.rank == 1 else part["physical"] is False
    agreed = said == proved and part["physical"] == (proof.rank == 1) and real and proof.check()
    return agreed and _agrees_at_point(part, proof)


def _agrees_at_point(part: Mapping[str, Any], proof: Certificate) -> bool:
    """Whether the zeros of V, and V itself where it is the only point, are those of the certificate."""
    zeros = {(i, j) for i, j in part["zero_entries"]}
    if part["at_infinity"] != bool(zeros):
        return False
    if proof.bond is None:
        return not zeros
    found = {divmod(k, proof.shape[1]) for k, x in enumerate(proof.bond.entries()) if x == 0}
    if found != zeros:
        return False
    point = part["point"]
    if proof.dimension or point is None or not all(name.startswith("V_") for name in point):
        return True  # factors follow from V by the names of the variables
    try:
        values = [Fraction(value) for value in point.values()]
    except ValueError:
        return False
    entries = [int(x) for x in proof.bond.entries()]
    k = next(k for k, x in enumerate(entries) if x)
    same = all(value * entries[k] == x * values[k] for value, x in zip(values, entries, strict=False))
    return len(values) == len(entries) and values[k] != 0 and same


def _matrix(rows: Rows) -> Any:
    return flint.fmpz_mat([list(row) for row in rows])


def _scalar(size: int, value: int) -> Any:
    return flint.fmpz_mat([[value if i == j else 0 for j in range(size)] for i in range(size)])


def _is_shaped(matrix: Rows, rows: int, columns: int) -> bool:
    return len(matrix) == rows and all(len(row) == columns for row in matrix)


def _text(matrix: Rows) -> list[list[str]]:
    return [[str(x) for x in row] for row in matrix]


def _rows(matrix: Sequence[Sequence[Any]]) -> Rows:
    return tuple(tuple(int(x) for x in row) for row in matrix)
