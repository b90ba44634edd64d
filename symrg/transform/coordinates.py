"""Couplings and factors of a bond matrix: the coordinates in which a recursion is written.

The *factor* of a set of excited states S is the ratio of entries of V in the indicator basis, relative to the first
state of each alphabet: f_S = ∏ V[T]^± over the sub-states T of S. The *coupling* of a monomial is the coefficient
of log V on the polynomial basis. For {0, 1} variables f_S is e^{coupling}; in general they are tied by a rational
matrix.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import chain, product
from math import prod
from typing import Any

import sympy

from ..exact.polynomials import PolynomialRing, RationalFunction, ring
from ..model.basis import interpolation_matrix
from ..model.variables import Variable

__all__ = ["Coordinates"]

_LETTER = re.compile(r"[^\W\d_]\d*'*")

Place = tuple[int, ...]  # one position in its alphabet for each variable; 0 is the reference state


@dataclass(frozen=True)
class Coordinates:
    """The couplings and the factors of functions of two groups of variables: rows h and columns σ of V.

    Attributes
    ----------
    rows, columns : tuple of Variable
        Neurons and activations of one layer, with finite alphabets.

    Examples
    --------
    >>> chart = Coordinates((Variable("h", (0, 1)),), (Variable("sigma", (0, 1)),))
    >>> chart.couplings, chart.factors
    ((A, B, C), (a, b, c))
    >>> chart.monomials
    (h*sigma, h, sigma)
    """

    rows: tuple[Variable, ...]
    columns: tuple[Variable, ...]

    @property
    def variables(self) -> tuple[Variable, ...]:
        """Rows, then columns."""
        return self.rows + self.columns

    @cached_property
    def sizes(self) -> tuple[int, ...]:
        """The sizes of the alphabets."""
        return tuple(len(variable.alphabet) for variable in self.variables)

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """The excited states that have a factor, and the exponents of the monomials: all but the constant's."""
        return tuple(product(*(range(n - 1, -1, -1) for n in self.sizes)))[:-1]

    @cached_property
    def monomials(self) -> tuple[Any, ...]:
        """The monomials that the couplings multiply, as SymPy expressions."""
        return tuple(sympy.Mul(*(v**e for v, e in zip(self.variables, place, strict=True))) for place in self.places)

    @cached_property
    def coupling_names(self) -> tuple[str, ...]:
        """A, B, C for hσ, h and σ; beyond two binary variables named by their monomial: K_sst for s²t."""
        if self._plain:
            return tuple("ABC"[3 - 2 * row - column] for row, column in self.places)
        powers = ([[label] * k for k in range(n)] for label, n in zip(self._labels, self.sizes, strict=True))
        return self._names("K", powers)

    @cached_property
    def couplings(self) -> tuple[Any, ...]:
        """The couplings as SymPy symbols."""
        return tuple(map(sympy.Symbol, self.coupling_names))

    @cached_property
    def factor_names(self) -> tuple[str, ...]:
        """Names a, b, c, or by the excited state."""
        if self._plain:
            return tuple("abc"[3 - 2 * row - column] for row, column in self.places)
        # k_s1t0 reads as it should only if no 1 belongs to a name, and no value has a sign or a bar
        bare = self._own and not any(label[-1:].isdecimal() for label in self._labels)
        bare = bare and all(x.is_Integer and x >= 0 for v in self.variables for x in v.alphabet[1:])
        form = "{}{}" if bare else "{}({})"
        states = (
            [[], [label]] if n == 2 else [[], *([form.format(label, value)] for value in v.alphabet[1:])]
            for v, label, n in zip(self.variables, self._labels, self.sizes, strict=True)
        )
        return self._names("k", states)

    @cached_property
    def factors(self) -> tuple[Any, ...]:
        """The factors as SymPy symbols; without the ring, which takes memory quadratic in their number."""
        return tuple(map(sympy.Symbol, self.factor_names))

    @cached_property
    def _own(self) -> bool:
        """Whether a variable has a name of its own, neither a network's by role nor by its words h and sigma."""
        words = (("neuron", "h", self.rows), ("activation", "sigma", self.columns))
        return any(
            v.role != role and re.split(r"[_^\[]", v.name)[0] != word for role, word, group in words for v in group
        )

    @property
    def _plain(self) -> bool:
        return len(self.rows) == len(self.columns) == 1 and max(self.sizes) <= 2

    def _names(self, stem: str, parts: Iterable[Sequence[list[str]]]) -> tuple[str, ...]:
        """Return the names of all places, of one list of words for each variable, given by position."""
        # words of several letters run together otherwise
        apart = "_" if self._own and not all(map(_LETTER.fullmatch, self._labels)) else ""
        chosen = product(*(words[::-1] for words in parts))
        return tuple(f"{stem}_{apart.join(chain.from_iterable(words))}" for words in chosen)[:-1]

    @cached_property
    def _labels(self) -> tuple[str, ...]:
        """Short names: h or h1, h2, … for rows, s or s1, s2, … for columns; a data point in brackets.

        Variables with names of their own keep these, s_1 as s1.
        """
        if self._own:
            short = tuple(v.name.replace("_", "") for v in self.variables)
            return short if len(set(short)) == len(short) else tuple(v.name for v in self.variables)
        labels = []
        for stem, group in (("h", self.rows), ("s", self.columns)):
            # indices that are 1 throughout say nothing and stay out of the names
            neurons, samples = ({v.index[k] for v in group if len(v.index) > k} for k in (0, 1))
            for variable in group:
                label = stem
                if len(neurons) > 1:
                    label += str(variable.index[0])
                if len(samples) > 1:
                    label += f"[{variable.index[1]}]"
                labels.append(label)
        if len(set(labels)) < len(labels):
            return tuple(f"{v.name}" for v in self.variables)
        return tuple(labels)

    # -- the bond matrix as a function of the factors ------------------------------------------

    @cached_property
    def ring(self) -> PolynomialRing:
        """The ring of polynomials in the factors."""
        return ring(*self.factor_names)

    @cached_property
    def row_places(self) -> tuple[Place, ...]:
        """The states of a row of V in product order, as positions in the alphabets."""
        return tuple(product(*(range(len(v.alphabet)) for v in self.rows)))

    @cached_property
    def column_places(self) -> tuple[Place, ...]:
        """The states of a column of V in product order."""
        return tuple(product(*(range(len(v.alphabet)) for v in self.columns)))

    def substates(self, place: Place) -> list[Place]:
        """Return the states in which each variable is as in ``place`` or at its reference."""
        return list(product(*((0, p) if p else (0,) for p in place)))

    @cached_property
    def bond(self) -> tuple[tuple[Any, ...], ...]:
        """V as polynomials (monomials) in the factors, with 1 at the reference state; shape n_h × n_σ."""
        return tuple(map(tuple, self.bond_at(self.ring.gens, self.ring.one)))

    def bond_at(self, values: Sequence[Any], one: Any) -> list[list[Any]]:
        """Return V at values of the factors: each entry is the product of the factors of all sub-states.

        Parameters
        ----------
        values : sequence
            One element of a commutative ring for each factor.
        one : ring element
            The unit.

        Examples
        --------
        >>> Coordinates((Variable("h", (0, 1)),), (Variable("sigma", (0, 1)),)).bond_at((2, 3, 5), 1)
        [[1, 5], [3, 30]]
        """
        table = [*values, one][::-1]  # places count down, states count up
        # one variable at a time: a product over the sub-states that differ in it alone
        for stride, size in zip(self._strides, self.sizes, strict=True):
            for start in range(0, len(table), stride * size):
                for k in range(start + stride, start + stride * size):
                    table[k] = table[k] * table[start + (k - start) % stride]
        width = len(self.column_places)
        return [table[k : k + width] for k in range(0, len(table), width)]

    @cached_property
    def _strides(self) -> tuple[int, ...]:
        """How far apart two states are that differ by one position of one variable."""
        return tuple(prod(self.sizes[k + 1 :]) for k in range(len(self.sizes)))

    def factors_of(self, bond: Sequence[Sequence[Any]]) -> list[tuple[list[Any], list[Any]]]:
        """Return each factor of a matrix V as (entries above, entries below) the fraction bar.

        Parameters
        ----------
        bond : matrix, shape n_h × n_σ
            Any objects; they are only listed, not multiplied.
        """
        entries = [entry for row in bond for entry in row]
        return [([entries[k] for k in above], [entries[k] for k in below]) for above, below in self.entry_groups]

    @cached_property
    def entry_groups(self) -> tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]:
        """For each factor the entries of V, counted row by row, above and below its fraction bar."""
        return tuple(map(self._group, self.places))

    def _group(self, place: Place) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Return the sub-states of a state, an even number of steps below it and an odd one."""
        even, odd = [0], list[int]()
        for position, stride in zip(place[::-1], self._strides[::-1], strict=True):
            if position:
                raised = position * stride
                even, odd = odd + [k + raised for k in even], even + [k + raised for k in odd]
        return tuple(even), tuple(odd)

    @cached_property
    def masks(self) -> tuple[tuple[tuple[bool, ...], ...], ...]:
        """For each factor, which entries of V it divides: those of the states that it is a sub-state of."""
        inside = {r + c: set(self.substates(r + c)) for r in self.row_places for c in self.column_places}
        return tuple(
            tuple(tuple(place in inside[r + c] for c in self.column_places) for r in self.row_places)
            for place in self.places
        )

    # -- between couplings and factors ----------------------------------------------------------

    @cached_property
    def coupling_matrix(self) -> tuple[tuple[Fraction, ...], ...]:
        """The rational matrix M of ``couplings = M · ln(factors)``; the identity for {0, 1} variables."""
        lagrange = [interpolation_matrix(v.alphabet) for v in self.variables]

        def entry(monomial: Place, state: Place) -> Fraction:
            value = Fraction(1)
            for table, k, s in zip(lagrange, monomial, state, strict=True):
                # the indicator of state s is a Lagrange polynomial; "no dependence" is the constant 1
                value *= table[k][s] if s else Fraction(k == 0)
            return value

        return tuple(tuple(entry(m, s) for s in self.places) for m in self.places)

    @cached_property
    def factor_matrix(self) -> tuple[tuple[Fraction, ...], ...]:
        """The inverse: ``ln(factors) = M⁻¹ · couplings``."""
        alphabets = [[Fraction(int(a.p), int(a.q)) for a in v.alphabet] for v in self.variables]

        def entry(state: Place, monomial: Place) -> Fraction:
            value = Fraction(1)
            for alphabet, s, k in zip(alphabets, state, monomial, strict=True):
                value *= alphabet[s] ** k - alphabet[0] ** k if s else alphabet[0] ** k
            return value

        return tuple(tuple(entry(s, m) for m in self.places) for s in self.places)

    def logarithms(self, values: Sequence[Any]) -> tuple[Any, ...]:
        """Return the couplings of given factors as SymPy logarithms (principal branch)."""
        return _combinations(self.coupling_matrix, [sympy.log(value) for value in values])

    def exponents(self, values: Sequence[Any]) -> tuple[Any, ...]:
        """Return the logarithms of the factors that belong to given couplings, as SymPy linear combinations."""
        return _combinations(self.factor_matrix, values)

    def exponentials(self, values: Sequence[Any]) -> tuple[Any, ...]:
        """Return the factors that belong to given couplings, as SymPy exponentials."""
        return tuple(sympy.exp(exponent) for exponent in self.exponents(values))

    def ratio(self, above: Sequence[Any], below: Sequence[Any]) -> RationalFunction:
        """Return a quotient of products of polynomials in the factors."""
        return self.ring.fraction(prod(above, start=self.ring.one), prod(below, start=self.ring.one))


def _combinations(matrix: Sequence[Sequence[Fraction]], values: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(
        sympy.Add(*(sympy.Rational(c.numerator, c.denominator) * x for c, x in zip(row, values, strict=True) if c))
        for row in matrix
    )
