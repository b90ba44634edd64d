"""Recursions of bonds: spins on a chain or a diamond lattice whose bonds have a few couplings of one's own.

A chain of any bond function is a :class:`~symrg.transform.chain.Chain`, with a coupling for every monomial. Here a bond
keeps the form that was written down, such as K s t + F (s + t)/2; whether the sum over spins keeps it is decided.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from functools import cached_property, reduce
from itertools import combinations, islice, permutations, product
from math import gcd, lcm, prod
from typing import Any

import flint
import sympy

from ..errors import BudgetExceeded, DomainError, ModelError
from ..exact.edge import from_sympy
from ..exact.matrices import matrix_power
from ..exact.numbers import as_fraction, to_fmpq
from ..exact.polynomials import PolynomialRing, RationalFunction, evaluate, irreducible_factors, ring
from ..model.alphabets import refuse_floats
from ..model.basis import basis_monomials, interpolation_matrix
from ..model.variables import Variable, require_finite, states
from .recursion import Recursion

__all__ = ["BondRecursion", "bond_recursion"]

_MOST_STATES = 64  # of one end of a bond
_MOST_SUBSETS = 20_000
_NAMED = 6  # terms in a message


class BondRecursion(Recursion):
    """The recursion of a bond's couplings, from :func:`bond_recursion`.

    Attributes
    ----------
    meaning : mapping of factor to SymPy expression
        What each factor is: an exponential of the couplings, the ratio of two weights of the bond.
    branches : int
        How many chains of bonds are joined in parallel.

    Examples
    --------
    >>> from symrg import Variable
    >>> s, t, K = Variable("s", (-1, 1)), Variable("t", (-1, 1)), sympy.Symbol("K")
    >>> R = bond_recursion(K * s * t, between=(s, t))
    >>> R, R.meaning
    (Recursion(k' = 2*k/(k**2 + 1); scale 2), {k: exp(-2*K)})
    >>> R.coupling_images
    {K: -log(2*exp(-2*K)/(1 + exp(-4*K)))/2}
    """

    exponential = True

    def __init__(self, factors: Sequence[Any], expand: Any, *, scale: int, branches: int, meaning: Mapping[Any, Any],
                 couplings: Sequence[Any], inverse: Any) -> None:  # fmt: skip
        super().__init__(factors, expand, scale=scale)
        self.branches, self.meaning = branches, dict(meaning)
        self._couplings, self._inverse = tuple(couplings), inverse

    @property
    def couplings(self) -> tuple[Any, ...]:
        """The couplings of the bond."""
        return self._couplings

    @cached_property
    def coupling_images(self) -> dict[Any, Any]:
        """Each coupling's image, a logarithm of a rational function of exponentials."""
        logs = [sympy.log(image.xreplace(self.meaning)) for image in self.images.values()]
        return {
            coupling: sympy.Add(*(sympy.Rational(int(q.p), int(q.q)) * log for q, log in zip(row, logs, strict=True)))
            for coupling, row in zip(self.couplings, self._inverse, strict=True)
        }


def bond_recursion(
    exponent: Any,
    *,
    between: Sequence[Any],
    couplings: Iterable[Any] | None = None,
    factors: Iterable[Any] | None = None,
    scale: int = 2,
    branches: int = 1,
) -> BondRecursion:
    """Return the recursion of a bond's couplings when the spins between every ``scale`` bonds are summed out.

    With ``branches`` > 1, that many such chains are joined in parallel: the exact recursion of the diamond hierarchical
    lattice, and the one of Migdal and Kadanoff with ``branches`` = scale^(d − 1) in d dimensions.

    Parameters
    ----------
    exponent : SymPy expression
        −βH of one bond: linear in the couplings, with any function of the two spins that has rational values. What
        belongs to a site, such as a field, is shared between its bonds: K s t + F (s + t)/2.
    between : pair of Variable, or of sequences of Variable
        The two ends of the bond; both with the same finite alphabets.
    couplings : iterable of symbols, optional
        Default: all other symbols of the exponent, sorted by name.
    factors : iterable of symbols, optional
        Names for the coordinates of the recursion; default: the couplings' in lower case.
    scale : int
        p ≥ 2.
    branches : int
        q ≥ 1.

    Returns
    -------
    BondRecursion
        In factors that are ratios of weights of the bond to that of the first state of both ends; its ``meaning`` says
        which. Fixed points at infinite couplings are found where a ratio is 0.

    Raises
    ------
    ModelError
        If the exponent is not of this form, a coupling does not matter on its own, or the alphabets differ.
    DomainError
        If the sum over spins generates terms that the bond does not have; the message names them.
    NotExactError
        If there is a float in the exponent.
    BudgetExceeded
        If an end of the bond has more than 64 states.

    Examples
    --------
    The Potts model with three states on the diamond lattice, with a critical point:

    >>> from symrg import Variable
    >>> s, t, K = Variable("s", (0, 1, 2)), Variable("t", (0, 1, 2)), sympy.Symbol("K")
    >>> R = bond_recursion(K * sympy.KroneckerDelta(s, t), between=(s, t), branches=2)
    >>> R, R.meaning
    (Recursion(k' = k**2*(k + 2)**2/(2*k**2 + 1)**2; scale 2), {k: exp(-K)})
    >>> R.linearize((sympy.Rational(1, 4),)).eigenvalues
    {Fraction(16, 9): 1}
    """
    for number, name, least in ((scale, "scale", 2), (branches, "number of branches", 1)):
        if isinstance(number, bool) or not isinstance(number, int) or number < least:
            message = f"the {name} is {number!r}; it is an integer of at least {least}"
            raise ModelError(message)
    bond = _Bond(exponent, between, couplings)
    rows = bond.basis()
    symbols = _names(bond, rows, factors)
    base = ring(*map(str, symbols))
    places = {pair: bond.places(pair, rows) for pair in bond.pairs}
    lowest = [min(place[j] for place in places.values()) for j in range(len(rows))]
    weights = {
        pair: base.context.from_dict({tuple(e - low for e, low in zip(place, lowest, strict=True)): 1})
        for pair, place in places.items()
    }
    summed = matrix_power([[weights[p, q] for q in bond.states] for p in bond.states], scale)
    after = {(p, q): summed[i][j] for i, p in enumerate(bond.states) for j, q in enumerate(bond.states)}
    reference = after[bond.pairs[0]]
    ratios = {pair: base.fraction(weight, reference) ** branches for pair, weight in after.items()}
    images = [_product(base, [(ratios[pair], e) for pair, e in row]) for row in _solved(places, len(rows))]
    if any(_product(base, zip(images, place, strict=True)) != ratios[pair] for pair, place in places.items()):
        raise DomainError(bond.generated(base, after))
    common = reduce(lambda x, y: x.gcd(y), after.values())
    lost = [f for f, _ in irreducible_factors(common)]
    meaning = {
        symbol: sympy.exp(sympy.Add(*(sympy.Rational(q.p, q.q) * c for q, c in zip(row, bond.couplings, strict=True))))
        for symbol, row in zip(symbols, [[_rational(q) for q in row] for row in rows], strict=True)
    }
    inverse = flint.fmpq_mat([list(map(to_fmpq, row)) for row in rows]).inv().tolist()
    return BondRecursion(symbols, lambda: (tuple(images), lost), scale=scale, branches=branches, meaning=meaning,
                         couplings=bond.couplings, inverse=inverse)  # fmt: skip


class _Bond:
    """A bond as it was written down: for each pair of states, how often each coupling stands in the exponent."""

    def __init__(self, exponent: Any, between: Sequence[Any], couplings: Iterable[Any] | None) -> None:
        self.left, self.right = _ends(between)
        self.states = states(self.left)
        if len(self.states) > _MOST_STATES:
            message = f"an end of the bond has {len(self.states)} states; at most {_MOST_STATES} are taken on"
            raise BudgetExceeded(message, estimate=len(self.states), limit=_MOST_STATES)
        self.pairs: tuple[Any, ...] = tuple(product(self.states, repeat=2))
        if not isinstance(exponent, sympy.Expr):
            message = f"the exponent is {exponent!r}; give −βH of a bond as a SymPy expression, such as K*s*t"
            raise ModelError(message)
        self.exponent = exponent
        refuse_floats(self.exponent, what="the exponent")
        ends = {*self.left, *self.right}
        free = sorted((s for s in self.exponent.free_symbols if s not in ends), key=str)
        plain = next((s for s in free if any(str(s) == str(end) for end in ends)), None)
        if plain is not None:
            message = f"{plain} in the exponent is another symbol than the Variable {plain} of an end; use the Variable"
            raise ModelError(message)
        self.couplings: tuple[Any, ...] = tuple(free if couplings is None else couplings)
        if not self.couplings or not all(isinstance(c, sympy.Symbol) for c in self.couplings):
            raise ModelError("the bond has no coupling; multiply a function of the two ends by a symbol such as K")
        base = ring(*map(str, self.couplings))
        known = dict(zip(self.couplings, base.fractions(), strict=True))
        self.rows = {pair: self._row(pair, known) for pair in self.pairs}

    def _row(self, pair: tuple[Any, Any], known: Mapping[Any, RationalFunction]) -> tuple[Fraction, ...]:
        """Return the coefficients of the couplings at a pair of states."""
        first, second = pair
        at = {**dict(zip(self.left, first, strict=True)), **dict(zip(self.right, second, strict=True))}
        target = next(iter(known.values())).ring
        here = sympy.expand(self.exponent.xreplace(at).doit())
        message = (
            f"at {_where(at)} the exponent is {here}; give −βH, not its weight: a sum of couplings times rational "
            "numbers, without a constant, so that weights are products of powers of factors"
        )
        try:
            value = from_sympy(here, target, known)
        except ModelError as error:
            raise ModelError(message) from error
        found = [Fraction(0)] * len(known)
        for powers, coefficient in value.num.terms():
            if sum(powers) != 1 or not value.den.is_constant():
                raise ModelError(message)
            found[list(powers).index(1)] = as_fraction(coefficient) / as_fraction(value.den.leading_coefficient())
        return tuple(found)

    def _steps(self) -> list[tuple[Fraction, ...]]:
        """Return the exponents of all weights relative to the first one, each once, simple ones first."""
        start = self.rows[self.pairs[0]]
        found = dict.fromkeys(tuple(x - y for x, y in zip(row, start, strict=True)) for row in self.rows.values())
        kept = [row for row in found if any(row)]
        return sorted(kept, key=lambda row: (sum(map(bool, row)), sum(map(abs, row))))

    def basis(self) -> list[tuple[Fraction, ...]]:
        """Return exponents of weights, in the couplings, of which all others are sums and differences.

        The one in place i has the coupling in place i.
        """
        steps, size = self._steps(), len(self.couplings)
        whole = lcm(*(x.denominator for row in steps for x in row)) if steps else 1
        matrix = flint.fmpz_mat([[int(x * whole) for x in row] for row in steps] or [[0] * size])
        if matrix.rank() < size:
            message = (
                f"the couplings {', '.join(map(str, self.couplings))} do not all matter: up to a constant the bond "
                f"depends on {matrix.rank()} combination(s) of them; leave out or join couplings"
            )
            raise ModelError(message)
        normal = matrix.hnf().tolist()[:size]
        volume = abs(int(flint.fmpz_mat(normal).det()))
        for rows in islice(combinations(steps, size), _MOST_SUBSETS):
            if abs(int(flint.fmpz_mat([[int(x * whole) for x in row] for row in rows]).det())) == volume:
                return _in_order(rows)
        return _in_order([tuple(Fraction(int(x), whole) for x in row) for row in normal])

    def places(self, pair: tuple[Any, Any], basis: Sequence[Sequence[Fraction]]) -> tuple[int, ...]:
        """Return the exponents of a weight in the factors of a basis."""
        step = [x - y for x, y in zip(self.rows[pair], self.rows[self.pairs[0]], strict=True)]
        matrix = flint.fmpq_mat([[to_fmpq(row[i]) for row in basis] for i in range(len(step))])
        return tuple(int(x.p) for (x,) in matrix.solve(flint.fmpq_mat([[to_fmpq(x)] for x in step])).tolist())

    def generated(self, base: PolynomialRing, weights: Mapping[Any, Any]) -> str:
        """Say which terms the sum over spins generates that the bond does not have."""
        variables = (*self.left, *self.right)
        columns = [[Fraction(1)]]
        for variable in variables:
            matrix = interpolation_matrix(variable.alphabet)
            columns = [[x * as_fraction(y) for x in row for y in line] for row in columns for line in reversed(matrix)]
        point = [Fraction(k) for k in range(2, len(base) + 2)]
        numbers = {pair: evaluate(weight, point, Fraction(1)) for pair, weight in weights.items()}
        found = []
        for row, monomial in zip(columns, basis_monomials(variables), strict=True):
            terms = list(zip(row, self.pairs, strict=True))
            if monomial == 1 or any(
                sum(x * self.rows[pair][i] for x, pair in terms) for i in range(len(self.couplings))
            ):
                continue  # the bond has it
            whole = lcm(*(x.denominator for x in row))
            powers = [(pair, int(x * whole)) for x, pair in terms]
            # numbers tell most products from 1; written out, these may have millions of terms
            if prod(numbers[pair] ** e for pair, e in powers) != 1 or (
                _product(base, [(base.fraction(weights[pair]), e) for pair, e in powers]) != 1
            ):
                found.append(str(monomial))
        if not found:
            return (
                f"the sum over spins does not keep the form of the bond: {self._broken(numbers)} holds for its weights "
                "and not after the sum; give terms that change differently couplings of their own"
            )
        more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
        return (
            f"the sum over spins generates {', '.join(found[:_NAMED])}{more}, which the bond does not have; add them "
            "to the exponent with couplings of their own, or take a Chain, which has all"
        )

    def _broken(self, numbers: Mapping[Any, Fraction]) -> str:
        """Write an equation between weights that the bond has and the sum does not keep."""
        first: dict[tuple[Fraction, ...], Any] = {}
        for pair in self.pairs:
            other = first.setdefault(self.rows[pair], pair)
            if numbers[pair] != numbers[other]:
                return f"V{self._state(other)} = V{self._state(pair)}"
        whole = lcm(*(x.denominator for row in first for x in row))
        table = [[int(row[i] * whole) for row in first] for i in range(len(self.couplings))]
        kernel, nullity = flint.fmpz_mat([*table, [1] * len(first)]).nullspace()
        vectors = flint.fmpz_mat([[int(kernel[i, k]) for i in range(len(first))] for k in range(nullity)]).lll()
        for powers in vectors.tolist():
            common = gcd(*map(int, powers))
            terms = [(pair, int(e) // common) for pair, e in zip(first.values(), powers, strict=True) if e]
            if prod(numbers[pair] ** e for pair, e in terms) != 1:
                sides = (
                    " ".join(
                        f"V{self._state(p)}" + (f"^{abs(e)}" if abs(e) > 1 else "") for p, e in terms if e * way > 0
                    )
                    for way in (1, -1)
                )
                return " = ".join(sides)
        return "the ratios between its weights"

    def _state(self, pair: Any) -> str:
        return f"({'; '.join(', '.join(map(str, end)) for end in pair)})"


def _where(at: Mapping[Any, Any]) -> str:
    return ", ".join(f"{s} = {v}" for s, v in at.items())


def _ends(between: Sequence[Any]) -> tuple[tuple[Variable, ...], tuple[Variable, ...]]:
    try:
        left, right = (require_finite([end] if isinstance(end, Variable) else end) for end in between)
    except (TypeError, ValueError) as error:
        message = (
            f"between is {between!r}; give the two ends of the bond, each a Variable with its states or a tuple "
            'of them: between=(s, t) with s = sg.Variable("s", (-1, 1))'
        )
        raise ModelError(message) from error
    if [v.alphabet for v in left] != [v.alphabet for v in right] or {*left} & {*right} or not left:
        message = f"the ends {left} and {right} of the bond are to be different variables with the same alphabets"
        raise ModelError(message)
    return left, right


def _names(bond: _Bond, rows: Sequence[Any], factors: Iterable[Any] | None) -> tuple[Any, ...]:
    """Return symbols for the factors, each named after a coupling that stands in it."""
    size = len(rows)
    if factors is not None:
        given = tuple(factors)
        if len(given) != size or not all(isinstance(f, sympy.Symbol) for f in given):
            message = f"the factors are {given}; give {size} symbol(s), one for each coupling"
            raise ModelError(message)
        return given
    names = list(map(str, bond.couplings))
    chosen = [name.lower() if name.lower() != name else f"e_{name}" for name in names]
    if len({*chosen}) < size or {*chosen} & {*names}:
        chosen = [f"x{k + 1}" for k in range(size)]
    return tuple(map(sympy.Symbol, chosen))


def _in_order(rows: Sequence[tuple[Fraction, ...]]) -> list[tuple[Fraction, ...]]:
    """Return independent rows in an order in which the diagonal has no zero; there is one."""
    return list(next(order for order in permutations(rows) if all(row[i] for i, row in enumerate(order))))


def _solved(places: Mapping[Any, tuple[int, ...]], size: int) -> list[list[tuple[Any, int]]]:
    """Return each unit vector as a sum of multiples of given integer vectors, which span all of them."""
    found = {place: pair for pair, place in reversed(list(places.items()))}
    units = [tuple(int(i == j) for i in range(size)) for j in range(size)]
    if all(unit in found for unit in units):
        return [[(found[unit], 1)] for unit in units]
    pairs, vectors = list(found.values()), list(found)
    table = flint.fmpz_mat([[*row, *(int(i == j) for j in range(len(vectors)))] for i, row in enumerate(vectors)]).hnf()
    steps = [[int(table[i, size + j]) for j in range(len(vectors))] for i in range(size)]
    return [[(pair, e) for pair, e in zip(pairs, row, strict=True) if e] for row in steps]


def _product(base: Any, powers: Iterable[tuple[RationalFunction, int]]) -> RationalFunction:
    """Return a product of powers; each has few irreducible factors in common with the others."""
    return reduce(lambda x, y: x * y, (f**e for f, e in powers if e), base.fraction(1))


def _rational(value: Fraction) -> Any:
    return sympy.Rational(value.numerator, value.denominator)
