"""Observables of a chain: partition function, means, connected correlations and correlation lengths, all exact.

Layer m carries the neurons h^(m). A ring of ``depth`` layers has as many bonds; an open chain of that depth has the
layers 0 … depth. "infinite" is the limit of rings of growing depth at fixed separation. The
weights are normalised as in the recursion: V is 1 at the reference state. Everything is computed in as many dimensions
as the multiplicities have rank, from powers, never by iteration.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any

import flint
import sympy

from ..errors import DomainError, ModelError, UnableError, UndefinedPointError
from ..exact.powers import Quotient, certified
from .contraction import Balls, Contraction
from .infinite import InfiniteBalls, InfiniteChain
from .reduced import Insertion, Reduced
from .two_level import TwoLevel

if TYPE_CHECKING:
    from .chain import Chain

__all__ = ["Observables"]

_ENDS = ("periodic", "open", "fixed", "infinite")


class Observables:
    """What can be measured in a chain at given factors.

    Parameters
    ----------
    chain : Chain
    factors : mapping or sequence, optional
        Exact values of the factors (symbols or their names as keys), or expressions in symbols and exponentials; those
        that are not given stay symbolic.
    bond : matrix of shape n_h × n_σ, optional
        The entries of V instead of factors, for points at infinite coupling or chains with very many factors.

    Notes
    -----
    All methods take keyword options only. Common to them:

    depth : int or SymPy symbol
        M ≥ 1. A symbol gives a closed form, where the transfer matrix has at most two eigenvalues that are not zero.
    ends : {"periodic", "open", "fixed", "infinite"}
    boundary : pair, optional
        (first layer, last layer). Open ends: a weight for each state, by default 1. Fixed ends: the two states.
    layer : int, optional
        The (first) layer that is looked at, of an open chain; by default in the middle.
    observable : optional
        A function of one layer's state: an expression in the chain's neurons or in its activations, a callable, a
        mapping or a sequence. By default the (first) neuron.
    digits : int, optional
        Answer with a certified ball (``flint.arb``) of so many digits; the depth may then be 10^12.
    reduced : bool
        False: leave a rational answer as an unreduced :class:`~symrg.exact.powers.Quotient`.

    Without ``digits`` all answers are exact SymPy objects. Symbols stand for real numbers; closed forms of the infinite
    chain hold for positive ones (real couplings) where V then is positive, and carry their conditions elsewhere.

    Examples
    --------
    >>> from symrg import Chain
    >>> seen = Observables(Chain([[2, 2], [1, 3]]), factors=(2, 1, 3))
    >>> seen.partition_function(depth=2)
    705
    >>> seen.correlation(separation=1, depth=4)
    31997488/9138801747
    >>> seen.correlation(separation=1, ends="infinite")
    8225/1362 - 105*sqrt(681)/454
    """

    def __init__(self, chain: Chain, *, factors: Any = None, bond: Any = None) -> None:
        self.chain = chain
        self.at = Reduced(chain, factors, bond)

    def closed_form(self, observable: Any = None) -> TwoLevel:
        """Return eigenvalues, residues and their asymptotics as rational functions and square roots.

        Raises
        ------
        UnableError
            If the multiplicities have a rank above two.
        """
        return TwoLevel(self.at, self.at.insertion(observable))

    @cached_property
    def _limit(self) -> InfiniteChain:
        return InfiniteChain(self.at)

    @property
    def _is_rational(self) -> bool:
        return self.at.ring is None

    # -- partition function ---------------------------------------------------------------------------

    def partition_function(
        self, *, depth: Any, ends: str = "periodic", boundary: Any = None, digits: int | None = None,
        reduced: bool = True,
    ) -> Any:  # fmt: skip
        """Return Z of a chain of finite depth.

        Examples
        --------
        >>> from symrg import Chain
        >>> ising = Observables(Chain([[1, 0], [0, 1]]))
        >>> ising.partition_function(depth=1, ends="fixed", boundary=(0, 1))
        b
        """
        if ends == "infinite":
            raise ModelError("the partition function of the infinite chain is infinite; ask for its free energy")
        depth = _whole(depth, "depth", least=1, symbolic=True)
        if not isinstance(depth, int):
            _need(ends == "periodic" and digits is None, "closed forms of Z are those of rings; give a whole depth")
            first, second = self.closed_form().eigenvalues
            return first**depth + second**depth
        if digits is not None:
            return self._ball(lambda: self._log_weight(depth, ends, boundary).exp(), digits, depth, "Z")
        contraction = self._contraction(depth, ends, boundary)
        above, below = self.at.scale
        return self._answer(contraction.weight * above**depth, contraction.divisor * below**depth, reduced)

    def free_energy(
        self, *, depth: Any = None, ends: str = "periodic", boundary: Any = None, digits: int | None = None
    ) -> Any:
        """Return −(ln Z)/M, the free energy a layer in units of the temperature; −ln λ₁ for the infinite chain.

        Examples
        --------
        >>> from symrg import Chain
        >>> chain = Chain([[2, 2], [1, 3]])
        >>> Observables(chain, factors=(1, 2, 5)).free_energy(ends="infinite")
        -log(44)
        >>> Observables(chain, factors=(1, 2, 5)).free_energy(depth=10**12, digits=20).str(20)
        '[-3.7841896339182611629 +/- 3.68e-21]'
        """
        if ends == "infinite":
            if self._is_rational:
                return self._limit.free_energy(digits)
            if digits is not None:
                return self._limit_ball(InfiniteBalls.free_energy, digits, "the free energy")
            closed = self.closed_form()
            return closed.where_larger(lambda which: -sympy.log(closed.eigenvalues[which]))
        depth = _whole(depth, "depth", least=1, symbolic=True)
        if isinstance(depth, int) and digits is not None:
            return self._ball(lambda: -self._log_weight(depth, ends, boundary) / depth, digits, depth, "ln Z")
        return -sympy.log(self.partition_function(depth=depth, ends=ends, boundary=boundary, digits=digits)) / depth

    def _log_weight(self, depth: int, ends: str, boundary: Any) -> Any:
        contraction = self._contraction(depth, ends, boundary, balls=True)
        weight = contraction.weight / contraction.divisor
        scale = Balls(self.at).scale
        if (weight < 0 and scale > 0) or (weight > 0 and scale < 0 and depth % 2):
            raise DomainError("the partition function is negative there, so its logarithm is not real")
        return abs(weight).log() + depth * abs(scale).log()

    # -- moments ----------------------------------------------------------------------------------------

    def mean(
        self, *, depth: Any = None, ends: str = "periodic", boundary: Any = None, layer: Any = None,
        observable: Any = None, digits: int | None = None, reduced: bool = True,
    ) -> Any:  # fmt: skip
        """Return the mean of an observable of one layer.

        Examples
        --------
        >>> from symrg import Chain
        >>> Observables(Chain([[2, 2], [1, 3]]), factors=(2, 1, 3)).mean(depth=1)
        19/27
        """
        insertion = self.at.insertion(observable)
        if ends == "infinite":
            if self._is_rational:
                return self._limit.mean(insertion, digits)
            if digits is not None:
                return self._limit_ball(lambda limit: limit.mean(insertion), digits, "the mean")
            return TwoLevel(self.at, insertion).mean()
        depth = _whole(depth, "depth", least=1, symbolic=True)
        if not isinstance(depth, int):
            _need(ends == "periodic" and digits is None, "closed forms of the mean are those of rings")
            return TwoLevel(self.at, insertion).mean(depth)
        place = self._place(ends, depth, 0, layer, insertion)

        def quotient(balls: bool) -> tuple[Any, Any]:
            contraction = self._contraction(depth, ends, boundary, balls=balls)
            total, beta = contraction.moment(insertion, place)
            return total, contraction.weight * beta

        if digits is None:
            return self._answer(*quotient(False), reduced)
        return self._ball(lambda: _divided(quotient(True)), digits, depth, "the mean")

    def correlation(
        self, *, separation: Any, depth: Any = None, ends: str = "periodic", boundary: Any = None, layer: Any = None,
        observable: Any = None, digits: int | None = None, reduced: bool = True,
    ) -> Any:  # fmt: skip
        """Return the connected correlation ⟨o^(m) o^(m+r)⟩ − ⟨o^(m)⟩⟨o^(m+r)⟩, Eq. (34) of Lee, Lee and Yi 2024.

        Parameters
        ----------
        separation : int or SymPy symbol
            The number of layers r ≥ 0 between the two. With a symbol (for r ≥ 1) the answer is a closed form.

        Examples
        --------
        On the line b = b*, c = c* through the isolated fixed point the correlation of a ring does not depend on r:

        >>> from symrg import Chain
        >>> b, c = sympy.Rational(-2, 3), sympy.Rational(-1, 3)
        >>> line = Observables(Chain([[2, 2], [1, 3]]), factors={"b": b, "c": c})
        >>> line.correlation(separation=1, depth=3)
        8*(a - 1)**3/((a + 1)**2*(a**2 - 4*a + 7)**2)
        >>> line.correlation(separation=2, depth=3) == line.correlation(separation=1, depth=3)
        True
        """
        insertion = self.at.insertion(observable)
        separation = _whole(separation, "separation", least=0, symbolic=True)
        if ends == "infinite":
            return self._infinite_correlation(insertion, separation, digits)
        depth = _whole(depth, "depth", least=1, symbolic=True)
        if not (isinstance(depth, int) and isinstance(separation, int)):
            _need(digits is None, "a symbolic depth or separation has no digits; give whole numbers")
            return self._closed_correlation(insertion, separation, depth, ends, boundary, layer)
        if separation > depth:
            message = f"the separation {separation} is larger than the depth {depth}"
            raise ModelError(message)
        place = self._place(ends, depth, separation, layer, insertion)
        if digits is None:
            found = self._contraction(depth, ends, boundary).connected(insertion, place, separation)
            return self._answer(*found, reduced)

        def ball() -> Any:
            return self._contraction(depth, ends, boundary, balls=True).connected_ball(insertion, place, separation)

        return self._ball(ball, digits, depth, "the correlation")

    def _closed_correlation(
        self, insertion: Insertion, separation: Any, depth: Any, ends: str, boundary: Any, layer: Any
    ) -> Any:
        closed = TwoLevel(self.at, insertion)
        if ends == "periodic":
            return closed.ring_correlation(sympy.S(separation), sympy.S(depth))
        weights = self._boundary(ends, boundary)
        _need(layer is not None, "a closed form on a chain with ends needs layer=, a symbol or a number")
        return closed.open_correlation(sympy.S(layer), sympy.S(separation), sympy.S(depth), weights)

    def _infinite_correlation(self, insertion: Insertion, separation: Any, digits: int | None) -> Any:
        if isinstance(separation, int) and self._is_rational:
            return self._limit.correlation(insertion, separation, digits)
        closed = TwoLevel(self.at, insertion) if digits is None or len(self.at.powers.matrix.tolist()) < 3 else None
        if digits is not None:
            _need(isinstance(separation, int), "a symbolic separation has no digits; give a whole number")
            if closed is not None and separation and not closed.weight_function:
                return flint.arb(0)
            return self._limit_ball(lambda limit: limit.correlation(insertion, separation), digits, "the correlation")
        if closed is None or separation != 0:
            return TwoLevel(self.at, insertion).infinite_correlation(separation)
        return closed.infinite_variance()

    # -- lengths ------------------------------------------------------------------------------------------

    def correlation_length(self, *, of: str, observable: Any = None, digits: int | None = None) -> Any:
        """Return a correlation length of the infinite chain, in layers; it has to be said of what.

        Parameters
        ----------
        of : {"gap", "observable"}
            "gap": 1/ln|λ₁/λ₂| from the two largest moduli of eigenvalues of T. "observable": the same with λ₂ the
            largest eigenvalue that is really there in the observable's connected correlation (its residue is not zero);
            0 if none is left, infinite if the correlation does not decay.

        Returns
        -------
        SymPy expression, ``flint.arb``, or None
            None if it could not be decided which eigenvalue counts.

        Raises
        ------
        DomainError
            For an observable's length, if there is no limit of large depth.

        Examples
        --------
        >>> from symrg import Chain
        >>> line = Observables(Chain([[2, 2], [1, 3]]), factors=(2, sympy.Rational(-2, 3), sympy.Rational(-1, 3)))
        >>> line.correlation_length(of="gap"), line.correlation_length(of="observable")
        (1/log(2), 0)
        """
        if of not in ("gap", "observable"):
            message = f"a correlation length of {of!r}: choose of='gap' or of='observable', the two may differ"
            raise ModelError(message)
        insertion = self.at.insertion(observable)
        if self._is_rational:
            return self._limit.gap_length(digits) if of == "gap" else self._limit.own_length(insertion, digits)
        if digits is None or len(self.at.powers.matrix.tolist()) < 3:
            closed = TwoLevel(self.at, insertion)
            exact = closed.gap_length if of == "gap" else closed.own_length
            if digits is None or exact in (0, sympy.oo):
                return exact
        if of == "gap":
            return self._limit_ball(InfiniteBalls.gap_length, digits, "the gap length")
        return self._limit_ball(lambda limit: limit.own_length(insertion), digits, "the observable's length")

    # -- options and answers -------------------------------------------------------------------------------

    def _answer(self, above: Any, below: Any, reduced: bool) -> Any:
        if below == 0:
            raise UndefinedPointError("the partition function is zero there, so means and correlations do not exist")
        if self.at.ring is not None:
            return self.at.ring.fraction(above, below).to_sympy(self.at.generators)
        quotient = Quotient(above, below)
        return quotient.to_sympy() if reduced else quotient

    def _ball(self, value: Callable[[], Any], digits: int, depth: int, what: str) -> Any:
        Balls(self.at)  # a symbol without a value is said at once
        # repeated squaring loses about one bit a squaring, and the differences of minors as much again
        return certified(value, digits, start=2 * depth.bit_length() + 32, what=what)

    def _limit_ball(self, value: Callable[[InfiniteBalls], Any], digits: int | None, what: str) -> Any:
        Balls(self.at)

        def ball() -> Any:
            try:
                return value(InfiniteBalls(self.at))
            except ValueError:  # eigenvalues not isolated at this precision
                return flint.arb("nan")

        return certified(ball, digits or 15, what=what)

    def _contraction(self, depth: int, ends: str, boundary: Any, *, balls: bool = False) -> Contraction:
        weights = None if ends == "periodic" else self._boundary(ends, boundary)
        return Contraction(self.at, depth, weights, balls=Balls(self.at) if balls else None)

    def _boundary(self, ends: str, boundary: Any) -> tuple[Any, Any]:
        if ends not in _ENDS:
            message = f"ends is {ends!r}; choose one of {', '.join(map(repr, _ENDS))}"
            raise ModelError(message)
        if ends == "fixed" and boundary is None:
            raise ModelError("fixed ends need the two states: boundary=(first, last)")
        given = (None, None) if boundary is None else tuple(boundary)
        if len(given) != 2:
            message = f"the boundary has {len(given)} entries; give a pair (first layer, last layer)"
            raise ModelError(message)
        first, last = (self.at.end(end, fixed=ends == "fixed") for end in given)
        return first, last

    def _place(self, ends: str, depth: int, separation: int, layer: Any, insertion: Insertion) -> int:
        """Return the block of the first layer: neurons of layer m are in block m, activations in block m + 1."""
        if ends == "periodic":
            if layer is not None:
                raise ModelError("all layers of a ring are alike; layer= is for open and fixed ends")
            return 0
        offset = 0 if insertion.on_neurons else 1
        start = (depth - offset - separation) // 2 if layer is None else _whole(layer, "layer", least=0)
        if start < 0 or start + offset + separation > depth:
            message = f"the layers {start} and {start + separation} are not both among 0 … {depth - offset}"
            raise ModelError(message)
        return int(start) + offset


def _divided(quotient: tuple[Any, Any]) -> Any:
    return quotient[0] / quotient[1]


def _whole(value: Any, name: str, *, least: int, symbolic: bool = False) -> Any:
    if symbolic and isinstance(value, sympy.Expr) and value.free_symbols:
        return value
    number = int(value) if isinstance(value, sympy.Integer) else value
    if isinstance(number, bool) or not isinstance(number, int) or number < least:
        message = f"the {name} is {value!r}; it is a whole number of at least {least}"
        if value is None and name == "depth":
            message += ', or ends="infinite" for the infinite chain'
        raise ModelError(message)
    return number


def _need(condition: bool, message: str) -> None:
    if not condition:
        raise UnableError(message)
