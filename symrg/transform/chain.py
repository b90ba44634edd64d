"""Chains: one layer's bond matrix V and multiplicity matrix G, and the recursion that decimation gives."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import flint
import sympy

from .._display import Displayed
from ..errors import ModelError
from ..exact.matrices import matrix_product, transpose
from ..exact.numbers import as_fraction
from ..model.variables import Variable, require_finite
from .chain_recursion import ChainRecursion
from .coordinates import Coordinates
from .factored import decimated

if TYPE_CHECKING:
    from .basins import Basins
    from .flows import Flow
    from .infinitesimal import InfinitesimalRecursion
    from .observables import Observables

__all__ = ["Chain"]

_MOST_PRINTED = 64  # entries of G


@dataclass(frozen=True)
class Chain(Displayed):
    """A layered system with nearest-layer weights: T = V Gᵀ, and decimation takes T to T^p.

    Parameters
    ----------
    multiplicity : matrix of non-negative integers, shape n_h × n_σ
        G[h, σ]: how many parameter settings turn the neuron state h into the activation state σ. No row is zero.
    rows, columns : tuple of Variable, optional
        The neurons and the activations whose states (in product order) index G; by default one variable each,
        with the alphabet 0 … n − 1. Couplings and factors are named after them: K_sst goes with s²t.

    Raises
    ------
    ModelError
        If G is ragged, has negative or non-integer entries, a zero row, or the wrong shape for the variables; if rows
        or columns is no tuple of finite variables, or both have one of the same name.

    Examples
    --------
    The chain of the founding paper's example, given by its multiplicities:

    >>> chain = Chain([[2, 2], [1, 3]])
    >>> chain.recursion(scale=2).images[sympy.Symbol("b")]
    b*(3*a*b*c + 2*a*c + b + 2)/(3*b*c + b + 2*c + 2)

    One of two sides with names of their own:

    >>> Chain([[1, 0], [0, 1], [1, 1]], (Variable("s", (0, 1, 2)),), (Variable("t", (0, 1)),)).couplings
    (K_sst, K_ss, K_st, K_s, K_t)
    """

    multiplicity: tuple[tuple[int, ...], ...]
    rows: tuple[Variable, ...] = ()
    columns: tuple[Variable, ...] = ()

    def __post_init__(self) -> None:
        matrix = _checked(self.multiplicity)
        object.__setattr__(self, "multiplicity", matrix)
        rows = _checked_variables("rows", self.rows) or (Variable("h", range(len(matrix)), kind="neuron"),)
        columns = _checked_variables("columns", self.columns) or (
            Variable("sigma", range(len(matrix[0])), kind="activation"),
        )
        shared = [v.name for v in columns if v.name in {w.name for w in rows}]
        if shared:
            message = (
                f"rows and columns both have a variable {shared[0]}; the columns are the next layer, so give them a "
                f"name of their own, for instance Variable({shared[0] + chr(39)!r}, …)"
            )
            raise ModelError(message)
        object.__setattr__(self, "rows", rows)
        object.__setattr__(self, "columns", columns)
        wanted = (len(self.coordinates.row_places), len(self.coordinates.column_places))
        if wanted != self.shape:
            message = (
                f"the multiplicity matrix has shape {self.shape[0]} × {self.shape[1]}, but the variables have "
                f"{wanted[0]} × {wanted[1]} states; give one row for each neuron state, one column for each activation"
            )
            raise ModelError(message)

    def __repr__(self) -> str:
        if sum(map(len, self.multiplicity)) > _MOST_PRINTED:
            return f"<chain of {self.shape[0]} neuron states and {self.shape[1]} activation states>"
        return f"Chain(multiplicity={self.multiplicity}, rows={self.rows}, columns={self.columns})"

    @property
    def shape(self) -> tuple[int, int]:
        """(n_h, n_σ)."""
        return len(self.multiplicity), len(self.multiplicity[0])

    @cached_property
    def coordinates(self) -> Coordinates:
        """The couplings and factors of V."""
        return Coordinates(self.rows, self.columns)

    @property
    def couplings(self) -> tuple[Any, ...]:
        """The coefficients of −βH on the polynomial basis (dimensionless), without the constant."""
        return self.coordinates.couplings

    @property
    def factors(self) -> tuple[Any, ...]:
        """The coordinates of the recursion."""
        return self.coordinates.factors

    @cached_property
    def exponent(self) -> Any:
        """−βH of one layer, couplings times monomials, without the constant (Eq. (25) of Lee, Lee and Yi 2024)."""
        return sympy.Add(*(k * m for k, m in zip(self.couplings, self.coordinates.monomials, strict=True)))

    @cached_property
    def bond(self) -> Any:
        """V in the factors, as a SymPy matrix of shape n_h × n_σ, with 1 at the reference state."""
        return self._to_sympy(self.coordinates.bond)

    @cached_property
    def transfer(self) -> Any:
        """T = V Gᵀ in the factors, as a SymPy matrix of shape n_h × n_h."""
        return self._to_sympy(self._transfer)

    def _to_sympy(self, matrix: Sequence[Sequence[Any]]) -> Any:
        base = self.coordinates.ring
        return sympy.ImmutableMatrix([[base.to_sympy(entry, self.factors) for entry in row] for row in matrix])

    @cached_property
    def _transfer(self) -> list[list[Any]]:
        return matrix_product(self.coordinates.bond, transpose(self.multiplicity))

    @cached_property
    def splitting(self) -> tuple[list[list[Any]], list[list[Any]], int]:
        """E, F and f > 0 with Gᵀ = E F / f: pivot columns, as many as G has rank, and the rows of the echelon form."""
        transposed = flint.fmpz_mat([list(row) for row in self.multiplicity]).transpose()
        echelon, divisor, rank = transposed.rref()
        common = divisor
        for entry in echelon.entries():
            common = common.gcd(entry)
        if divisor < 0:
            common = -common  # f > 0, so that E and F give T its own sign
        rows = [[echelon[i, j] // common for j in range(echelon.ncols())] for i in range(rank)]
        pivots = [next(j for j, entry in enumerate(row) if entry) for row in rows]
        columns = [[transposed[i, j] for j in pivots] for i in range(transposed.nrows())]
        return columns, rows, int(divisor // common)

    def decimated(self, scale: int) -> list[list[Any]]:
        """Return (V Gᵀ)^{p−1} V as polynomials in the factors, shape n_h × n_σ.

        Parameters
        ----------
        scale : int
            p ≥ 2: all but every p-th layer is summed out.

        Raises
        ------
        ModelError
            If the scale is not an integer of at least 2.
        BudgetExceeded
            If the polynomials may have more than ``MOST_TERMS`` terms together.
        """
        return decimated(self, _checked_scale(scale))

    def recursion(self, scale: int = 2) -> ChainRecursion:
        """Return the recursion of the factors when all but every p-th layer is summed out.

        Eq. (26) of Lee, Lee and Yi 2024 is the case of their example with p = 2; in general V′ = (V Gᵀ)^{p−1} V.

        Parameters
        ----------
        scale : int
            p ≥ 2.

        Raises
        ------
        ModelError
            If the scale is not an integer of at least 2.
        """
        return ChainRecursion(self, _checked_scale(scale))

    def infinitesimal(self) -> InfinitesimalRecursion:
        """Return the flow dT/dℓ = T ln T, ℓ = ln p, of which the recursions are the maps at integer p.

        In closed form for chains with two neuron states, or two activation states.

        Raises
        ------
        DomainError
            If T is singular at every V.
        UnableError
            If there are more than two states on either side.

        Examples
        --------
        >>> flow = Chain([[2, 2], [1, 3]]).infinitesimal()
        >>> sorted(map(str, flow.beta_functions))
        ['A', 'B', 'C']
        """
        from .infinitesimal import InfinitesimalRecursion

        return InfinitesimalRecursion(self)

    def flow(self, factors: Any = None, *, bond: Any = None, scale: int = 2) -> Flow:
        """Return the flow from one starting point: its levels in certified balls, and where it ends.

        Parameters
        ----------
        factors, bond, scale
            See :class:`~symrg.transform.flows.Flow`.

        Examples
        --------
        >>> Chain([[1, 0], [0, 1]]).flow((4, 1, 1)).end_point().factors
        (1, 3/2 + sqrt(13)/2, 3/2 + sqrt(13)/2)
        """
        from .flows import Flow

        return Flow(self, factors, bond=_nested(bond), scale=scale)

    def basins(self, scale: int = 2) -> Basins:
        """Return where flows go from all real factors, for G of rank two at most: the boundaries as exact polynomials.

        See :class:`~symrg.transform.basins.Basins`.

        Examples
        --------
        >>> [region.rank for region in Chain([[1, 0], [0, 1]]).basins().regions]
        [1, 2, None, None, None]
        """
        from .basins import Basins

        return Basins(self, _checked_scale(scale))

    def partition_function(self, *, depth: Any, factors: Any = None, **options: Any) -> Any:
        """Return Z of a chain of finite depth, symbolic in the factors that are not given.

        Options (``ends``, ``boundary``, ``digits``, …) and their meaning for all five methods: see
        :class:`~symrg.transform.observables.Observables`; ``bond`` gives V itself instead of factors.

        Examples
        --------
        >>> Chain([[2, 2], [1, 3]]).partition_function(depth=1)
        3*a*b*c + b + 2*c + 2
        """
        return self._observables(factors, options).partition_function(depth=depth, **options)

    def free_energy(self, *, depth: Any = None, factors: Any = None, **options: Any) -> Any:
        """Return −(ln Z)/depth, or −ln λ₁ with ``ends="infinite"``; options as in :meth:`partition_function`.

        Examples
        --------
        >>> Chain([[2, 2], [1, 3]]).free_energy(factors=(1, 2, 5), ends="infinite")
        -log(44)
        """
        return self._observables(factors, options).free_energy(depth=depth, **options)

    def mean(self, *, depth: Any = None, factors: Any = None, **options: Any) -> Any:
        """Return the mean of an observable, by default the neuron; options as in :meth:`partition_function`.

        Examples
        --------
        >>> Chain([[2, 2], [1, 3]]).mean(depth=2, factors=(1, 2, 5))
        8/11
        """
        return self._observables(factors, options).mean(depth=depth, **options)

    def correlation(self, *, separation: Any, depth: Any = None, factors: Any = None, **options: Any) -> Any:
        """Return the connected correlation of an observable, Eq. (34) of Lee, Lee and Yi 2024.

        Options as in :meth:`partition_function`, and ``observable``, ``layer``.

        Examples
        --------
        >>> Chain([[1, 0], [0, 1]]).correlation(separation=2, factors=(4, 1, 1), ends="infinite")
        343/234 - 95*sqrt(13)/234
        """
        return self._observables(factors, options).correlation(separation=separation, depth=depth, **options)

    def correlation_length(self, *, of: str, factors: Any = None, **options: Any) -> Any:
        """Return the gap length (``of="gap"``) or an observable's own length (``of="observable"``), in layers.

        The two differ where the eigenvalue next to the largest has no residue in the observable's correlation. Without
        values the answer is in the chain's factors; ``bond`` gives V in other symbols, and the answer in these.

        Examples
        --------
        In K = ln u of the Ising chain, with u for e^K:

        >>> u = sympy.Symbol("u", positive=True)
        >>> Chain([[1, 0], [0, 1]]).correlation_length(of="gap", bond=[[u, 1 / u], [1 / u, u]])
        -1/log((u + 1)*Abs(u - 1)/(u**2 + 1))
        >>> chain, b, c = Chain([[2, 2], [1, 3]]), sympy.Rational(-2, 3), sympy.Rational(-1, 3)
        >>> [chain.correlation_length(of=kind, factors=(2, b, c)) for kind in ("gap", "observable")]
        [1/log(2), 0]
        """
        return self._observables(factors, options).correlation_length(of=of, **options)

    def _observables(self, factors: Any, options: dict[str, Any]) -> Observables:
        from .observables import Observables

        return Observables(self, factors=factors, bond=_nested(options.pop("bond", None)))


def _checked_variables(side: str, given: Any) -> tuple[Variable, ...]:
    if isinstance(given, sympy.Symbol):
        message = f"{side} is a {type(given).__name__}; put it in a tuple: ({given},)"
        raise ModelError(message)
    if isinstance(given, str | set | frozenset) or not isinstance(given, Iterable):
        message = f"{side} is {given!r}; give a tuple of variables in order, or leave it out"
        raise ModelError(message)
    return require_finite(tuple(given))


def _checked(multiplicity: Any) -> tuple[tuple[int, ...], ...]:
    matrix = _matrix(multiplicity)
    if not matrix or not matrix[0]:
        raise ModelError("the multiplicity matrix is empty; give at least one row and one column")
    for i, row in enumerate(matrix):
        if len(row) != len(matrix[0]):
            message = f"row {i} of the multiplicity matrix has {len(row)} entries, row 0 has {len(matrix[0])}"
            raise ModelError(message)
        for j, entry in enumerate(row):
            count = as_fraction(entry, what=f"entry ({i}, {j}) of the multiplicity matrix")
            if count.denominator != 1 or count < 0:
                message = f"entry ({i}, {j}) of the multiplicity matrix is {entry!r}; counts are integers ≥ 0"
                raise ModelError(message)
        if not any(row):
            message = (
                f"row {i} of the multiplicity matrix is zero: no parameter setting leaves that state, so the transfer "
                "matrix has a zero column; drop the state from the alphabet"
            )
            raise ModelError(message)
    return tuple(tuple(int(entry) for entry in row) for row in matrix)


def _nested(matrix: Any) -> Any:
    """Return the rows of a matrix of SymPy, which would run through its entries; nested sequences as they are."""
    return matrix.tolist() if hasattr(matrix, "tolist") else matrix


def _matrix(multiplicity: Any) -> tuple[tuple[Any, ...], ...]:
    listed = _nested(multiplicity)
    if not isinstance(listed, Iterable) or not all(isinstance(row, Iterable) for row in listed):
        message = f"the multiplicity matrix is {multiplicity!r}; give its rows, for instance [[2, 2], [1, 3]]"
        raise ModelError(message)
    return tuple(map(tuple, listed))


def _checked_scale(scale: Any) -> int:
    if isinstance(scale, bool) or not isinstance(scale, int) or scale < 2:
        message = f"the scale is {scale!r}; a scale factor is an integer p ≥ 2 (p = 2 removes every second layer)"
        raise ModelError(message)
    return scale
