"""The Ising chain: the chain whose multiplicities are the identity, and the laws of its spins."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise, product
from typing import Any

import sympy

from .._display import Displayed
from ..errors import BudgetExceeded, DomainError, ModelError
from ..exact.matrices import matrix_power
from ..exact.polynomials import PolynomialRing, RationalFunction, ring
from ..exact.reading import as_expression
from ..model.variables import Variable, refuse_floats
from .chain import Chain
from .recursion import Recursion
from .spin_laws import SpinLaw, as_rows

__all__ = ["IsingChain"]

MOST_STATES = 2**14
"""The most states of all spins that are read together."""

MOST_POWER = 200
"""The longest power of the bond matrix that is multiplied out in a field."""

_COORDINATES = ("factors", "xy", "t")


@dataclass(frozen=True)
class IsingChain(Displayed):
    """Spins ±1 on a line with −βH = K Σ s_i s_{i+1} + F Σ s_i, both dimensionless.

    The bond matrix is V = [[e^{K+F}, e^{−K}], [e^{−K}, e^{K−F}]], spin up first: each bond carries half the field of
    its two spins. So the first and the last spin of an open chain feel F/2, and decimation takes open chains to open
    chains.

    Parameters
    ----------
    coupling : SymPy expression or exact number
        K. ``sympy.atanh(t)`` gives the chain by t = tanh K.
    field : SymPy expression or exact number
        F.
    sites : int, optional
        The number of spins, at least 2. Without it the chain has no ends; this needs a field of zero, where an open
        chain's length does not matter.
    periodic : bool
        Whether the last spin is tied to the first (a ring).

    Raises
    ------
    ModelError, NotExactError
        If a number is infinite, no number or a float, or the sites are no whole number of at least 2.

    Examples
    --------
    >>> t = sympy.Symbol("t")
    >>> ring = IsingChain(sympy.atanh(t), sites=5, periodic=True)
    >>> ring.law(0, 2).moment(0, 1) == sympy.factor((t**2 + t**3) / (1 + t**5))
    True
    >>> IsingChain(sympy.atanh(t)).readouts([(0, 1, 2), (3, 4, 5)]).moment(0, 1)
    t**5/4 + t**3/2 + t/4
    """

    coupling: Any
    field: Any = 0
    sites: int | None = None
    periodic: bool = False

    def __post_init__(self) -> None:
        for name in ("coupling", "field"):
            value = as_expression(getattr(self, name), what=f"the {name}")
            refuse_floats(value, what=f"the {name}")
            if not isinstance(value, sympy.Expr) or value.is_finite is False or value is sympy.nan:
                message = f"the {name} is {value}; give a finite number or expression (limits are taken of results)"
                raise ModelError(message)
            object.__setattr__(self, name, value)
        if self.sites is None:
            if self.periodic:
                raise ModelError("a ring has a number of sites; give sites=…")
        elif isinstance(self.sites, bool) or not isinstance(self.sites, int) or self.sites < 2:
            message = f"the number of sites is {self.sites!r}; it is a whole number of at least 2"
            raise ModelError(message)

    # -- coordinates -----------------------------------------------------------------------------------------

    @property
    def t(self) -> Any:
        """Tanh K, exact where K is the logarithm of a rational number."""
        base = sympy.exp(2 * self.coupling)
        return (base - 1) / (base + 1) if base.is_Rational else sympy.tanh(self.coupling)

    @property
    def x(self) -> Any:
        """The temperature-like coordinate e^{−4K}."""
        return sympy.exp(-4 * self.coupling)

    @property
    def y(self) -> Any:
        """The field-like coordinate e^{−2F}."""
        return sympy.exp(-2 * self.field)

    @property
    def bond(self) -> Any:
        """V, a SymPy matrix of shape 2 × 2."""
        K, F = self.coupling, self.field
        return sympy.ImmutableMatrix([[sympy.exp(K + F), sympy.exp(-K)], [sympy.exp(-K), sympy.exp(K - F)]])

    @cached_property
    def chain(self) -> Chain:
        """The same as a :class:`Chain` with general bonds: multiplicities one, spin up the reference state."""
        return Chain(((1, 0), (0, 1)), (Variable("s", (1, -1)),), (Variable("s'", (1, -1)),))

    # -- recursion -------------------------------------------------------------------------------------------

    def recursion(self, scale: int = 2, *, coordinates: str = "xy") -> Recursion:
        """Return the recursion when all but every b-th spin is summed out.

        Parameters
        ----------
        scale : int
            b ≥ 2.
        coordinates : {"factors", "xy", "t"}
            Those of :attr:`chain`, of which this is the recursion; (x, y) = (e^{−4K}, e^{−2F}); or t = tanh K, where
            the field is zero.

        Raises
        ------
        ModelError
            For other coordinates or scales, and for t in a field.

        Examples
        --------
        >>> chain = IsingChain(sympy.Symbol("K"))
        >>> chain.recursion(3, coordinates="t")
        Recursion(t' = t**3; scale 3)
        >>> x, y = chain.recursion(2).images.values()
        >>> x
        x*(y + 1)**2/((x + y)*(x*y + 1))
        """
        if coordinates not in _COORDINATES:
            message = f"the coordinates are {coordinates!r}; choose one of {', '.join(map(repr, _COORDINATES))}"
            raise ModelError(message)
        general = self.chain.recursion(scale)
        if coordinates == "factors":
            return general
        if coordinates == "t":
            if self.field != 0:
                raise ModelError("t = tanh K has a recursion of its own only without a field; take coordinates='xy'")
            t = sympy.Symbol("t")
            (base,) = ring("t").fractions()
            weak = (1 - base) / (1 + base)  # e^{−2K}
            _, after, _ = (f.compose([1 / weak**2, weak, weak]) for f in general.functions)
            return Recursion.from_images({t: ((1 - after) / (1 + after)).to_sympy((t,))}, scale=scale)
        x, y = sympy.symbols("x y")
        first, second = ring("x", "y").fractions()
        # only products of the row and column factors are seen: V and its conjugates by diagonal matrices are one chain
        a, b, c = (f.compose([1 / first, first * second, first**0]) for f in general.functions)
        images = {x: (1 / a).to_sympy((x, y)), y: (a * b * c).to_sympy((x, y))}
        return Recursion.from_images(images, scale=scale, exponential=True)

    def decimated(self, scale: int = 2) -> IsingChain:
        """Return the chain of every b-th spin; its laws are those of these spins here.

        Raises
        ------
        ModelError
            If b is no whole number of at least 2, or does not divide the bonds.

        Examples
        --------
        >>> IsingChain(sympy.atanh(sympy.Symbol("t")), sites=9).decimated(4)
        IsingChain(coupling=atanh(t**4), field=0, sites=3, periodic=False)
        """
        self.chain.recursion(scale)  # checks the scale
        sites = None
        if self.sites is not None:
            bonds = self.sites if self.periodic else self.sites - 1
            if bonds % scale or (bonds == scale and self.periodic):
                message = (
                    f"{bonds} bonds are not {'at least two times' if bonds == scale else 'a multiple of'} {scale}: "
                    "the kept spins would be no chain of the same kind"
                )
                raise ModelError(message)
            sites = bonds // scale + (0 if self.periodic else 1)
        if self.field == 0:
            return IsingChain(sympy.atanh(self.t**scale), 0, sites, self.periodic)
        up, mixed, down = self._powers(scale)
        coupling = sympy.log(self._write(up * down / mixed**2)) / 4
        return IsingChain(coupling, sympy.log(self._write(up / down)) / 2, sites, self.periodic)

    def constant(self, scale: int = 2) -> Any:
        """Return the constant g that a step leaves for each new bond: Σ e^{−βH} over b − 1 spins = e^{g + K′ss′ + …}.

        Examples
        --------
        >>> IsingChain(sympy.Symbol("K")).constant(2)
        -log(2/sqrt(1 - tanh(K)**4)) + 2*log(2*cosh(K))
        """
        after = IsingChain(self.coupling, self.field).decimated(scale)
        cosh = sympy.cosh
        if self.field == 0:
            return scale * sympy.log(2 * cosh(self.coupling)) - sympy.log(2 * cosh(after.coupling))
        up, mixed, down = self._powers(scale)
        product_ = sympy.log(self._write(up * mixed**2 * down)) / 4
        return product_ + scale * (self.coupling + self.field)

    # -- laws --------------------------------------------------------------------------------------------------

    @property
    def _ring(self) -> PolynomialRing:
        return ring("t") if self.field == 0 else ring("w", "v")

    @property
    def _symbols(self) -> tuple[Any, ...]:
        if self.field == 0:
            return (self.t,)
        by_t = self.coupling.func is sympy.atanh
        weak = (1 - self.t) / (1 + self.t) if by_t else sympy.exp(-2 * self.coupling)
        return weak, sympy.exp(-self.field)

    def _write(self, value: RationalFunction) -> Any:
        return value.to_sympy(self._symbols)

    def _powers(self, exponent: int) -> tuple[RationalFunction, RationalFunction, RationalFunction]:
        """Return the entries (up up, up down, down down) of a power of V/(cosh K), in t, or of V/e^{K+F} in a field."""
        first, *others = self._ring.fractions()
        one = first**0
        if not others:  # 2^(n−1) (1 ± t^n); the factor is common to all
            power = 2 ** (exponent - 1) * one
            return power * (1 + first**exponent), power * (1 - first**exponent), power * (1 + first**exponent)
        if exponent > MOST_POWER:
            message = (
                f"{exponent} bonds in a field are more than {MOST_POWER}, and their weights have about {exponent**2} "
                "terms each; give fewer sites, places that are closer, or no field"
            )
            raise BudgetExceeded(message, estimate=exponent, limit=MOST_POWER)
        (v,) = others
        matrix = matrix_power([[one, first * v], [first * v, v**2]], exponent)
        return matrix[0][0], matrix[0][1], matrix[1][1]

    def _bonds(self, length: int) -> dict[tuple[int, int], RationalFunction]:
        if length == 0:
            one = self._ring.fraction(1)
            return {(0, 0): one, (0, 1): one * 0, (1, 0): one * 0, (1, 1): one}
        up, mixed, down = self._powers(length)
        return {(0, 0): up, (0, 1): mixed, (1, 0): mixed, (1, 1): down}

    def law(self, *places: int) -> SpinLaw:
        """Return the joint law of the spins at some places, exact in t = tanh K; in a field, in e^{−2K} and e^{−F}.

        Parameters
        ----------
        *places : int
            From 0, in any order.

        Raises
        ------
        DomainError
            If the couplings are not real, so that there is no probability law, or places are not on the chain.
        ModelError
            If a place is no whole number, or named twice.
        BudgetExceeded
            If there are more than 2**14 states, or more than 200 bonds in a field.

        Examples
        --------
        >>> half = IsingChain(sympy.atanh(sympy.Rational(1, 2)), sites=3, periodic=True)
        >>> half.law(0, 1).probabilities
        {(1, 1): 5/12, (1, -1): 1/12, (-1, 1): 1/12, (-1, -1): 5/12}
        """
        if not all(isinstance(place, int) for place in places) or len(set(places)) < len(places):
            message = f"the places are {places}; give different whole numbers (majorities are for readouts)"
            raise ModelError(message)
        return self.readouts(places)

    def readouts(self, rows: Iterable[Any]) -> SpinLaw:
        """Return the joint law of the outputs of a layer: selected spins, and majorities of odd numbers of spins.

        A row is a row of a fully connected layer with weights 0 and 1 and the activation sign.

        Parameters
        ----------
        rows : iterable
            For each output a place, or a sequence of an odd number of places.

        Raises
        ------
        DomainError, ModelError, BudgetExceeded
            As for :meth:`law`; ModelError also if a majority may be a tie.

        Examples
        --------
        Two read-outs of spins far apart are less dependent:

        >>> chain = IsingChain(sympy.atanh(sympy.Symbol("t")))
        >>> [chain.readouts([0, r]).coupling() for r in (1, 2, 5)]
        [atanh(t), atanh(t**2), atanh(t**5)]
        """
        read = as_rows(rows)
        spins = sorted({place for row in read for place in row})
        self._check(spins)
        inner = {place: number for number, place in enumerate(spins)}
        return self._joint(spins).image([tuple(inner[place] for place in row) for row in read])

    def every(self, scale: int) -> SpinLaw:
        """Return the joint law of every b-th spin of a finite chain, a selection layer.

        Examples
        --------
        >>> t = sympy.Symbol("t")
        >>> IsingChain(sympy.atanh(t), sites=7).every(3).moment(0, 2)
        t**6
        """
        if self.sites is None:
            raise ModelError("every b-th spin of a chain without ends are infinitely many; give sites=…")
        self.chain.recursion(scale)  # checks the scale
        return self.law(*range(0, self.sites, scale))

    def _check(self, spins: Sequence[int]) -> None:
        t = self.t
        real = self.coupling.is_real is not False and self.field.is_real is not False
        if not real or t.is_real is False or (t.is_Rational and abs(t) >= 1):
            message = (
                f"with K = {self.coupling} and F = {self.field} there is no probability law: the weights are not "
                "positive; real finite couplings have −1 < tanh K < 1"
            )
            raise DomainError(message)
        if self.sites is None and self.field != 0:
            raise DomainError("the law of a chain without ends is given for field zero only; give sites=…")
        if self.sites is not None and spins[-1] >= self.sites:
            message = f"place {spins[-1]} is not on the chain, whose {self.sites} spins are numbered from 0"
            raise DomainError(message)
        if 2 ** len(spins) > MOST_STATES:
            message = f"{len(spins)} spins have 2^{len(spins)} states together, and at most {MOST_STATES} are summed"
            raise BudgetExceeded(message, estimate=2 ** len(spins), limit=MOST_STATES)

    def _joint(self, spins: Sequence[int]) -> SpinLaw:
        gaps = [self._bonds(right - left) for left, right in pairwise(spins)]
        one = self._ring.fraction(1)
        if self.periodic and self.sites is not None:
            closing = self._bonds(self.sites - (spins[-1] - spins[0]))
            start, end = (one, one), (one, one)
        else:
            closing = None
            before, after = spins[0], 0 if self.sites is None else self.sites - 1 - spins[-1]
            start, end = ((b[0, 0] + b[0, 1], b[1, 0] + b[1, 1]) for b in map(self._bonds, (before, after)))
        weights = []
        for state in product((0, 1), repeat=len(spins)):
            weight = start[state[0]] * end[state[-1]]
            for gap, step in zip(gaps, pairwise(state), strict=True):
                weight = weight * gap[step]
            weights.append(weight if closing is None else weight * closing[state[-1], state[0]])
        total = sum(weights[1:], start=weights[0])
        return SpinLaw(len(spins), tuple(weight / total for weight in weights), self._symbols)
