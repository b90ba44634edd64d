"""The symmetric sector of a layer: couplings that do not change when the neurons are relabelled, as a chain of its own.

G[h, σ] depends only on how many neurons are in which state, in h and in σ alike: on the orbits |h| and |σ| of the
states under relabelling. So if V[πh, πσ] = V[h, σ] for every relabelling π, then T[h, h′] = Σ_σ V[h, σ] G[h′, σ] does
not change when *either* h or h′ is relabelled, and after a single step V′ = T^{p−1} V depends on |h| and |σ| alone. On
the orbits V′ is then the image under the recursion of a chain with multiplicities Ĝ[κ, ς] = |κ| |ς| G[κ, ς], where |κ|
is the number of states in the orbit κ. V itself has the same T, the same images and, between ends that are invariant,
the same partition function as its average V̄(κ, ς) over the activation states σ of ς at one h of κ, which is also the
average over h at one σ. So nothing about V is lost in its place in the sector, and N binary neurons have (N + 1)² − 1
couplings there instead of 4^N − 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import comb, prod
from typing import TYPE_CHECKING, Any

import sympy

from .._display import Displayed
from ..errors import BudgetExceeded, DomainError, ModelError
from ..exact.numbers import as_fraction
from ..model.occupations import Occupation, check_size, compositions, multinomial
from ..model.variables import Variable, refuse_floats
from .chain import Chain
from .overlaps import Overlaps, generators, vanishes

if TYPE_CHECKING:
    from ..model.network import NetworkModel

__all__ = ["SymmetricSector", "bulk_variables"]

_MOST_ENTRIES = 1_000_000


@dataclass(frozen=True)
class SymmetricSector(Displayed):
    """The bond matrices of a network that are invariant under relabelling the neurons of both layers at once.

    Usually made by :meth:`LayeredNetwork.symmetric_sector`.

    Parameters
    ----------
    network : NetworkModel
        With finite alphabets, of any width and number of samples.

    Raises
    ------
    ModelError
        If an alphabet is continuous.

    Examples
    --------
    >>> from symrg import LayeredNetwork
    >>> sector = LayeredNetwork(width=20).symmetric_sector()
    >>> sector.chain.shape, len(sector.chain.couplings)
    ((21, 21), 440)
    >>> beta = sympy.log(2)
    >>> V = sector.bond(-beta * sum((h - s) ** 2 for h, s in zip(sector.neurons, sector.activations)))
    >>> V[0][:3], V[1][:3]
    ((1, 1/2, 1/4), (1/2, 23/80, 13/80))
    """

    network: NetworkModel

    def __post_init__(self) -> None:
        self.network.require_finite("the symmetric sector")

    @cached_property
    def neurons(self) -> tuple[Variable, ...]:
        """The neurons of the full chain, h_i[l] with l fastest: what an exponent is written in."""
        return bulk_variables(self.network.neurons_at(0))

    @cached_property
    def activations(self) -> tuple[Variable, ...]:
        """The activations of the full chain, σ_i[l] with l fastest."""
        return bulk_variables(self.network.activations_at(0))

    @cached_property
    def row_orbits(self) -> tuple[Occupation, ...]:
        """The orbits κ of neuron states: how many neurons are in each single-neuron state, on all data points."""
        return tuple(orbit.occupation for orbit in self.network.row_orbits)

    @cached_property
    def column_orbits(self) -> tuple[Occupation, ...]:
        """The orbits ς of activation states, in the same form."""
        return tuple(compositions(self.network.width, self._outcomes))

    @cached_property
    def row_sizes(self) -> tuple[int, ...]:
        """The number of neuron states in each orbit.

        With ``ends="open"``, give them as the weights of the last layer, ``boundary=(ones, row_sizes)``, for the
        partition function of the full chain: its T has the orbits of the layer before, and their sizes, built in.
        """
        return tuple(map(multinomial, self.row_orbits))

    @cached_property
    def column_sizes(self) -> tuple[int, ...]:
        """The number of activation states in each orbit."""
        return tuple(map(multinomial, self.column_orbits))

    @property
    def _inputs(self) -> int:
        return len(self.network.neuron_alphabet) ** self.network.samples

    @property
    def _outcomes(self) -> int:
        return len(self.network.activation_alphabet) ** self.network.samples

    @cached_property
    def chain(self) -> Chain:
        """The chain on the orbits, with Ĝ[κ, ς] = |κ| |ς| G[κ, ς].

        Its variables count the neurons that are not in their reference state, 0 … N, where a neuron has two states;
        otherwise they number the orbits.

        Raises
        ------
        BudgetExceeded
            If Ĝ would have more than a million entries.

        Examples
        --------
        >>> from symrg import LayeredNetwork
        >>> LayeredNetwork(width=2).symmetric_sector().chain.multiplicity
        ((16, 32, 16), (8, 48, 72), (16, 32, 16))
        """
        width = self.network.width
        entries = comb(width + self._inputs - 1, width) * comb(width + self._outcomes - 1, width)
        if entries > _MOST_ENTRIES:
            message = (
                f"the chain on the orbits would have {entries} entries of V, more than {_MOST_ENTRIES}; take a smaller "
                "width, fewer samples or smaller alphabets"
            )
            raise BudgetExceeded(message, estimate=entries, limit=_MOST_ENTRIES)
        orbits = self.network.row_orbits
        G = []
        for orbit, size in zip(orbits, self.row_sizes, strict=True):
            powers = [[count**n for n in range(width + 1)] for count in orbit.counts]
            G.append(
                [
                    size * ways * prod(power[n] for power, n in zip(powers, column, strict=True))
                    for column, ways in zip(self.column_orbits, self.column_sizes, strict=True)
                ]
            )
        rows = Variable("n_h", range(len(orbits)), kind="neuron")
        columns = Variable("n_sigma", range(len(self.column_orbits)), kind="activation")
        return Chain(tuple(map(tuple, G)), (rows,), (columns,))

    # -- from the full chain to the sector and back ------------------------------------------------------

    def bond(self, given: Any) -> tuple[tuple[Any, ...], ...]:
        """Return the place of an invariant bond matrix in the sector, V̄ of shape orbits × orbits.

        Parameters
        ----------
        given : SymPy expression, or matrix of shape n_h × n_σ
            The exponent −βH in :attr:`neurons` and :attr:`activations`, other symbols being couplings; or V itself,
            of exact numbers or SymPy expressions, with the states in product order. An exponent is never evaluated
            at all states: a polynomial of degree D only where at most D neurons or activations are excited.

        Returns
        -------
        tuple of tuple of SymPy expressions
            What ``chain.partition_function(bond=...)`` and :meth:`factors` take.

        Raises
        ------
        ModelError
            If it is not invariant under relabelling the neurons, has the wrong shape or other variables.
        NotExactError
            If there is a float in it.
        UnableError
            If its invariance could not be decided.
        BudgetExceeded
            If there are too many ways in which a neuron state and an activation state may overlap.

        Examples
        --------
        >>> from symrg import LayeredNetwork
        >>> sector = LayeredNetwork(width=2).symmetric_sector()
        >>> K = sympy.Symbol("K")
        >>> sector.bond(K * sum(h * s for h, s in zip(sector.neurons, sector.activations)))[1]
        (1, exp(K)/2 + 1/2, exp(K))
        """
        if isinstance(given, sympy.Expr):
            alphabets = self.network.neuron_alphabet, self.network.activation_alphabet
            words = (list(product(alphabet, repeat=self.network.samples)) for alphabet in alphabets)
            return Overlaps(self.network.width, self.neurons, self.activations, *words).average(given)
        return self._averaged_matrix(given)

    def factors(self, given: Any) -> tuple[Any, ...]:
        """Return the values of the chain's factors at a bond matrix or exponent, as :meth:`bond` takes them.

        Parameters
        ----------
        given : SymPy expression, or matrix of shape n_h × n_σ or orbits × orbits

        Raises
        ------
        DomainError
            If an entry of V̄ vanishes, so that some coupling is infinite.

        Examples
        --------
        >>> from symrg import LayeredNetwork
        >>> sector = LayeredNetwork().symmetric_sector()
        >>> sector.factors([[1, 2], [3, 12]])
        (2, 3, 2)
        """
        matrix = given
        if isinstance(given, sympy.Expr) or _shape(_rows(given)) != self.chain.shape:
            matrix = self.bond(given)
        rows = [[_exact(entry) for entry in row] for row in matrix]
        if any(entry == 0 for row in rows for entry in row):
            raise DomainError("an entry of V̄ is zero: there couplings are infinite; give V̄ as bond= instead of factors")
        return tuple(prod(above) / prod(below) for above, below in self.chain.coordinates.factors_of(rows))

    def lift(self, bond: Any) -> tuple[tuple[Any, ...], ...]:
        """Return the full bond matrix that depends on the orbits alone, V[h, σ] = V̄(|h|, |σ|).

        Parameters
        ----------
        bond : matrix of shape orbits × orbits

        Raises
        ------
        BudgetExceeded
            If it would have more than 4 million entries.

        Examples
        --------
        >>> from symrg import LayeredNetwork
        >>> LayeredNetwork(width=2).symmetric_sector().lift([[1, 2, 3], [4, 5, 6], [7, 8, 9]])[1]
        (4, 5, 5, 6)
        """
        rows = _rows(bond)
        if _shape(rows) != self.chain.shape:
            message = f"the matrix has the wrong shape; the sector has {self.chain.shape[0]} × {self.chain.shape[1]}"
            raise ModelError(message)
        across = self._column_places
        return tuple(tuple(rows[k][s] for s in across) for k in self._row_places)

    @cached_property
    def _row_places(self) -> tuple[int, ...]:
        """The orbit of each neuron state, in product order."""
        return self._places(self._inputs, self.row_orbits)

    @cached_property
    def _column_places(self) -> tuple[int, ...]:
        return self._places(self._outcomes, self.column_orbits)

    def _places(self, letters: int, orbits: Sequence[Occupation]) -> tuple[int, ...]:
        check_size("the full bond matrix", self._inputs * self._outcomes, self.network.width)
        place = {occupation: index for index, occupation in enumerate(orbits)}
        words = product(range(letters), repeat=self.network.width)
        return tuple(place[tuple(word.count(letter) for letter in range(letters))] for word in words)

    def _averaged_matrix(self, given: Any) -> tuple[tuple[Any, ...], ...]:
        down, across = self._row_places, self._column_places
        rows = [[_exact(entry) for entry in row] for row in _rows(given)]
        if _shape(rows) != (len(down), len(across)):
            message = f"the bond matrix has the wrong shape; this network has {len(down)} × {len(across)} states"
            raise ModelError(message)
        turned_rows, turned_columns = self._turned(self._inputs), self._turned(self._outcomes)
        for places, others in zip(turned_rows, turned_columns, strict=True):
            for i, row in enumerate(rows):
                for j, entry in enumerate(row):
                    other = rows[places[i]][others[j]]
                    if entry != other and not vanishes(entry - other, ()):
                        message = (
                            f"V is not invariant under relabelling the neurons: entries ({i}, {j}) and ({places[i]}, "
                            f"{others[j]}) are {entry} and {other}"
                        )
                        raise ModelError(message)
        sums: list[list[Any]] = [[[] for _ in self.column_orbits] for _ in self.row_orbits]
        for k, orbit in enumerate(sums):
            for s, entry in zip(across, rows[down.index(k)], strict=True):
                orbit[s].append(entry)
        return tuple(tuple(sympy.Add(*entries) / len(entries) for entries in orbit) for orbit in sums)

    def _turned(self, letters: int) -> list[tuple[int, ...]]:
        """Return how generators of the relabellings permute the states in product order."""
        words = list(product(range(letters), repeat=self.network.width))
        place = {word: index for index, word in enumerate(words)}
        return [
            tuple(place[tuple(word[i] for i in order)] for word in words) for order in generators(self.network.width)
        ]


def bulk_variables(variables: Sequence[Variable]) -> tuple[Variable, ...]:
    """Return variables of the same alphabets that belong to no particular layer.

    Examples
    --------
    >>> bulk_variables([Variable("h_1^(0)", (0, 1), kind="neuron", layer=0, index=(1, 1))])
    (h_1,)
    """
    return tuple(Variable(v.name.replace("^(0)", ""), v.alphabet, kind=v.role, index=v.index) for v in variables)


def _exact(entry: Any) -> Any:
    if isinstance(entry, sympy.Expr):
        refuse_floats(entry, what="an entry of the bond matrix")
        return entry
    fraction = as_fraction(entry, what="an entry of the bond matrix")
    return sympy.Rational(fraction.numerator, fraction.denominator)


def _rows(given: Any) -> list[list[Any]]:
    return [list(row) for row in (given.tolist() if hasattr(given, "tolist") else given)]


def _shape(rows: Sequence[Sequence[Any]]) -> tuple[int, int] | None:
    widths = {len(row) for row in rows}
    return (len(rows), widths.pop()) if len(widths) == 1 else None
