"""A chain at given factors, brought down to as many dimensions as its multiplicities have rank.

With Gᵀ = E F, E of r columns, T = L F for L = V E, and M = F L is r × r: T^k = L M^{k−1} F for k ≥ 1. A function o of a
layer's state, put into the chain, replaces one factor M by B: B = F diag(o) L for neurons, B = F V diag(o) E for
activations.

All matrices here are free of fractions: integers, or polynomials in the symbols, with one common scale.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import product
from math import lcm
from typing import TYPE_CHECKING, Any

import flint
import sympy

from ..errors import DomainError, ModelError
from ..exact.exponentials import ExponentialField
from ..exact.numbers import as_fraction, to_fmpq
from ..exact.polynomials import PolynomialRing, RationalFunction
from ..exact.powers import IntegerPowers
from ..exact.symbolic_powers import PolynomialMatrix, PolynomialPowers

if TYPE_CHECKING:
    from .chain import Chain

__all__ = ["Insertion", "Reduced", "all_factors", "trace"]

_UNIT = sympy.Symbol("unit")  # stands for 1 in exponents, so that e is an exponential like e^A


@dataclass(frozen=True)
class Insertion:
    """A function of the state of one layer, ready to be put into the chain.

    Attributes
    ----------
    values : tuple of Fraction
        The function on the states of the neurons, or of the activations.
    on_neurons : bool
        Which of the two.
    """

    values: tuple[Fraction, ...]
    on_neurons: bool = True

    @property
    def squared(self) -> Insertion:
        """The square of the function."""
        return Insertion(tuple(v * v for v in self.values), self.on_neurons)

    @cached_property
    def denominator(self) -> int:
        """The common denominator of the values."""
        return lcm(*(v.denominator for v in self.values))

    @cached_property
    def integers(self) -> tuple[int, ...]:
        """The values times the denominator."""
        return tuple(int(v * self.denominator) for v in self.values)


class Reduced:
    """The matrices M, B, L, F of a chain at given factors.

    Parameters
    ----------
    chain : Chain
    factors : mapping or sequence, optional
        Exact values, expressions in symbols or exponentials of the factors; those that are not given stay symbols.
    bond : matrix of shape n_h × n_σ, optional
        The entries of V themselves, instead of factors; exact numbers or expressions.

    Attributes
    ----------
    ring : PolynomialRing or None
        Of the symbols; None if all values are rational.
    generators : tuple of SymPy expressions
        What its generators stand for.
    values : tuple
        The values of the factors, ``fmpq`` or rational functions; empty if V was given instead.

    Raises
    ------
    ModelError
        For an unknown factor, a wrong number of values, a bond matrix of the wrong shape, or both.
    NotExactError
        For floats.
    """

    ring: PolynomialRing | None
    generators: tuple[Any, ...]
    values: tuple[Any, ...] = ()

    def __init__(self, chain: Chain, factors: Any = None, bond: Any = None) -> None:
        self.chain = chain
        if bond is not None and factors is not None:
            raise ModelError("both factors and a bond matrix were given; one fixes the other, so give one of them")
        if bond is not None:
            shape, rows = chain.shape, [list(row) for row in bond]
            if len(rows) != shape[0] or any(len(row) != shape[1] for row in rows):
                message = f"the bond matrix has the wrong shape; this chain has {shape[0]} × {shape[1]} entries"
                raise ModelError(message)
            values = self._read([entry for row in rows for entry in row])
            entries = [values[i : i + shape[1]] for i in range(0, len(values), shape[1])]
        elif factors is None:
            self.ring, self.generators = chain.coordinates.ring, chain.factors
            self.values = self.ring.fractions()
            self.bond, self.bond_scale = [list(row) for row in chain.coordinates.bond], self.ring.one
            return
        else:
            self.values = tuple(self._read(all_factors(chain, factors)))
            one = flint.fmpq(1) if self.ring is None else self.ring.fraction(1)
            entries = chain.coordinates.bond_at(self.values, one)
        self._clear(entries)

    # -- reading ------------------------------------------------------------------------------------

    def _read(self, given: Sequence[Any]) -> list[Any]:
        """Return values as ``fmpq``, or all of them as rational functions of the symbols among them."""
        if given and all(isinstance(value, RationalFunction) for value in given):
            # functions of the chain's own factors, as a recursion has them
            self.ring = given[0].ring
            self.generators = tuple(sympy.Symbol(name) for name in self.ring.names)
            return list(given)
        plain = [not isinstance(value, sympy.Expr) or bool(value.is_Rational) for value in given]
        if all(plain):
            self.ring, self.generators = None, ()
            return [to_fmpq(value, what="a factor") for value in given]
        expressions = []
        for value, is_plain in zip(given, plain, strict=True):
            exact = as_fraction(value, what="a factor") if is_plain else None
            expression = value if exact is None else sympy.Rational(exact.numerator, exact.denominator)
            expressions.append(_with_unit(expression))
        field = ExponentialField(expressions)
        self.ring = field.ring
        self.generators = tuple(field.write(generator).xreplace({_UNIT: 1}) for generator in field.ring.fractions())
        return [field.read(expression) for expression in expressions]

    def _clear(self, entries: list[list[Any]]) -> None:
        """Take out the common denominator."""
        if self.ring is None:
            scale = lcm(*(int(entry.q) for row in entries for entry in row))
            self.bond = [[entry.p * (scale // entry.q) for entry in row] for row in entries]
            self.bond_scale = flint.fmpz(scale)
        else:
            common = self.ring.one
            for row in entries:
                for entry in row:
                    common = common * (entry.den / common.gcd(entry.den))
            self.bond = [[entry.num * (common / entry.den) for entry in row] for row in entries]
            self.bond_scale = common
        if not any(entry != 0 for row in self.bond for entry in row):
            raise DomainError("all entries of the bond matrix are zero there: no state has a weight")

    def insertion(self, observable: Any = None) -> Insertion:
        """Return a function of one layer's state as an insertion.

        Parameters
        ----------
        observable : optional
            None for the (first) neuron itself; a SymPy expression in the chain's neurons, or in its activations; a
            callable on exact SymPy numbers, one a neuron; a mapping from states, or a sequence in their order.

        Raises
        ------
        ModelError
            If it mixes neurons and activations, or has no value for some state.
        NotExactError
            If a value is not an exact rational.
        """
        rows, columns = self.chain.rows, self.chain.columns
        if observable is None:
            observable = rows[0]
        if isinstance(observable, sympy.Expr):
            known = observable.free_symbols
            strange = sorted(known - set(rows) - set(columns), key=sympy.default_sort_key)
            if strange or (known & set(rows) and known & set(columns)):
                message = (
                    f"the observable {observable} is no function of the neurons {rows} alone or of the activations "
                    f"{columns} alone" + (f": {strange[0]} is neither" if strange else "")
                )
                raise ModelError(message)
            variables = columns if known & set(columns) else rows
            listed = [observable.xreplace(dict(zip(variables, s, strict=True))) for s in _states(variables)]
            return Insertion(tuple(as_fraction(v, what="a value of the observable") for v in listed), variables is rows)
        states = _states(rows)
        if isinstance(observable, Mapping):
            table = {key if isinstance(key, tuple) else (key,): value for key, value in observable.items()}
            missing = [state for state in states if state not in table]
            if missing or len(table) != len(states):
                message = f"the observable has {len(table)} values for the {len(states)} states of {rows}"
                raise ModelError(message)
            listed = [table[state] for state in states]
        elif callable(observable):
            listed = [observable(*state) for state in states]
        else:
            listed = list(observable)
            if len(listed) != len(states):
                message = f"the observable has {len(listed)} values for the {len(states)} states of {rows}"
                raise ModelError(message)
        return Insertion(tuple(as_fraction(v, what="a value of the observable") for v in listed))

    def end(self, given: Any, *, fixed: bool) -> list[Fraction]:
        """Return the weights of an end layer's states.

        Parameters
        ----------
        given : sequence
            For an open end: a weight for each state, or None for equal weights. For a fixed end: the state.
        fixed : bool
            Which of the two.
        """
        states = _states(self.chain.rows)
        if not fixed:
            weights = [Fraction(1)] * len(states) if given is None else [as_fraction(w, what="a weight") for w in given]
            if len(weights) != len(states) or not any(weights):
                message = f"an end was given {len(weights)} weights for {len(states)} states, not all of them zero"
                raise ModelError(message)
            return weights
        state = tuple(sympy.Rational(as_fraction(v, what="an end value")) for v in _sequence(given))
        if state not in states:
            message = f"the end state {state} is none of the {len(states)} states of {self.chain.rows}"
            raise ModelError(message)
        return [Fraction(state == other) for other in states]

    # -- matrices -------------------------------------------------------------------------------------

    def matrix(self, rows: Sequence[Sequence[Any]]) -> Any:
        """Return a matrix of the ring at hand."""
        if self.ring is None:
            return flint.fmpz_mat([list(row) for row in rows])
        one = self.ring.one
        return PolynomialMatrix([[one * entry for entry in row] for row in rows])

    @property
    def splitting(self) -> tuple[Any, Any, int]:
        """E, F and f > 0 with Gᵀ = E F / f; see :attr:`Chain.splitting <symrg.transform.chain.Chain.splitting>`."""
        return self.chain.splitting

    @cached_property
    def _bond_matrix(self) -> Any:
        return self.matrix(self.bond)

    @cached_property
    def left(self) -> Any:
        """L = V E, of r columns."""
        return self._bond_matrix * self.matrix(self.splitting[0])

    @cached_property
    def right(self) -> Any:
        """F V, of r rows: V after n ≥ 1 factors of T is L M^{n−1} F V, up to a scale."""
        return self.matrix(self.splitting[1]) * self._bond_matrix

    @cached_property
    def _unscaled(self) -> Any:
        return self.matrix(self.splitting[1]) * self.left

    @cached_property
    def content(self) -> int:
        """The common factor of the entries of F V E, taken out of M."""
        if self.ring is not None:
            return 1
        content = flint.fmpz(0)
        for entry in self._unscaled.entries():
            content = content.gcd(entry)
        return max(int(content), 1)

    @cached_property
    def powers(self) -> Any:
        """The powers of M, r × r."""
        if self.ring is not None:
            return PolynomialPowers(self._unscaled, self.ring.one)
        content = self.content
        return IntegerPowers(flint.fmpz_mat([[e // content for e in row] for row in self._unscaled.tolist()]))

    @property
    def scale(self) -> tuple[Any, Any]:
        """(c, w): the transfer matrix is c/w times what M says."""
        return self.content, self.bond_scale * self.splitting[2]

    def block(self, insertion: Insertion) -> tuple[Any, int]:
        """Return (B, β): B/β takes the place of one M where the function is put into the chain."""
        columns, rows, _ = self.splitting
        values = insertion.integers
        if insertion.on_neurons:
            weighted = [[entry * value for entry, value in zip(row, values, strict=True)] for row in rows]
            block = self.matrix(weighted) * self.left
        else:
            weighted = [[entry * value for entry in row] for row, value in zip(columns, values, strict=True)]
            block = self.matrix(rows) * (self._bond_matrix * self.matrix(weighted))
        return block, self.content * insertion.denominator

    def last(self, weights: Sequence[Any], insertion: Insertion | None = None) -> tuple[Any, int]:
        """Return (row, β) for the last layer with its end weights: a 1 × r matrix."""
        numbers, denominator = _integers(weights)
        if insertion is None:
            return self.matrix([numbers]) * self.left, denominator
        values = insertion.integers
        if insertion.on_neurons:
            row = self.matrix([[n * v for n, v in zip(numbers, values, strict=True)]]) * self.left
        else:
            weighted = [[e * v for e in line] for line, v in zip(self.splitting[0], values, strict=True)]
            row = self.matrix([numbers]) * (self._bond_matrix * self.matrix(weighted))
        return row, denominator * insertion.denominator

    def first(self, weights: Sequence[Any], insertion: Insertion | None = None) -> tuple[Any, int]:
        """Return (column, β) for layer 0 with its end weights: an r × 1 matrix."""
        numbers, denominator = _integers(weights)
        if insertion is not None:
            numbers = [n * v for n, v in zip(numbers, insertion.integers, strict=True)]
            denominator *= insertion.denominator
        return self.matrix(self.splitting[1]) * self.matrix([[n] for n in numbers]), denominator

    def apply(self, exponent: int, function: Callable[[Any], Any]) -> Any:
        """Return f(M^n) for a linear function f, at the least cost."""
        powers = self.powers
        if isinstance(powers, IntegerPowers):
            return powers.combine(exponent, [function(power) for power in powers.first])
        return function(powers(exponent))

    # -- signs ------------------------------------------------------------------------------------------

    @cached_property
    def is_positive(self) -> bool:
        """Whether V is seen to be entrywise positive, for positive values of the symbols."""
        if self.ring is None:
            return all(entry > 0 for row in self.bond for entry in row)
        entries = [entry for row in self.bond for entry in row] + [self.bond_scale]
        return all(entry != 0 and all(int(c) > 0 for c in entry.coeffs()) for entry in entries)


def all_factors(chain: Chain, given: Any) -> list[Any]:
    """Return a value for each factor, those that are not given being their symbols."""
    if not isinstance(given, Mapping):
        values, count = list(given), len(chain.coordinates.places)  # without asking for symbols
        if len(values) != count:
            message = f"{len(values)} values were given for the {count} factors; name them in a mapping"
            raise ModelError(message)
        return values
    places = {name: i for i, factor in enumerate(chain.factors) for name in (factor, str(factor))}
    found: list[Any] = list(chain.factors)
    for key, value in given.items():
        if key not in places:
            known = ", ".join(map(str, chain.factors[:10])) + (", …" if len(chain.factors) > 10 else "")
            message = f"{key!r} is none of the factors of this chain, which are {known}"
            raise ModelError(message)
        found[places[key]] = value
    return found


def _with_unit(expression: Any) -> Any:
    """Write e as exp(unit), e^(A + 2) as exp(A + 2 unit)."""

    def rewritten(node: Any) -> Any:
        constant, rest = node.args[0].as_coeff_Add()
        return sympy.exp(rest + constant * _UNIT)

    return expression.replace(lambda node: isinstance(node, sympy.exp), rewritten).xreplace({sympy.E: sympy.exp(_UNIT)})


def _states(variables: Sequence[Any]) -> list[tuple[Any, ...]]:
    return list(product(*(variable.alphabet for variable in variables)))


def _sequence(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, list | tuple | sympy.Tuple) else (value,)


def _integers(weights: Sequence[Any]) -> tuple[list[int], int]:
    exact = [as_fraction(w, what="a weight") for w in weights]
    denominator = lcm(*(w.denominator for w in exact))
    return [int(w * denominator) for w in exact], denominator


def trace(matrix: Any) -> Any:
    """Return the trace of a square matrix of any of the kinds used here."""
    total = matrix[0, 0]
    for i in range(1, matrix.nrows()):
        total = total + matrix[i, i]
    return total
