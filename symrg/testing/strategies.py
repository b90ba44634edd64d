"""Hypothesis strategies for alphabets, networks, chains, points and recursions; all exact, all shrink to small ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import prod
from typing import Any

import sympy
from hypothesis import assume
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ..errors import BudgetExceeded, ModelError, UndefinedPointError
from ..model.activations import clipped_relu, heaviside, relu, sign
from ..model.variables import Variable
from ..transform.chain import Chain
from ..transform.network import LayeredNetwork
from ..transform.recursion import Recursion
from ._search import simple_values

__all__ = ["Steps", "activations", "alphabets", "chains", "factors", "networks", "recursions"]

_X = sympy.Symbol("x")


@dataclass(frozen=True)
class Steps:
    """An activation as a Python callable: constant between its thresholds.

    Parameters
    ----------
    thresholds : tuple of exact rationals
        Where the value changes, rising.
    values : tuple of exact rationals
        One more; the value at a threshold is the one to its right.

    Examples
    --------
    >>> [Steps((0, 1), (-1, 0, 2))(x) for x in (-3, 0, 1)]
    [-1, 0, 2]
    """

    thresholds: tuple[Any, ...]
    values: tuple[Any, ...]

    def __call__(self, argument: Any) -> Any:
        """Return the value at an exact rational."""
        return self.values[sum(argument >= threshold for threshold in self.thresholds)]


def alphabets(
    *, min_size: int = 1, max_size: int = 3, max_value: int = 2, max_denominator: int = 2
) -> SearchStrategy[tuple[Fraction, ...]]:
    """Return a strategy for alphabets: tuples of different rationals, the first being the reference state.

    Parameters
    ----------
    min_size, max_size : int
        How many values.
    max_value, max_denominator : int
        Bounds of their size and their denominators; ``max_denominator=1`` for integers.

    Examples
    --------
    >>> from hypothesis import find
    >>> len(find(alphabets(min_size=2, max_size=2), lambda alphabet: True))
    2
    """
    if not 1 <= min_size <= max_size:
        message = f"alphabets have from {min_size} to {max_size} values here; give 1 ≤ min_size ≤ max_size"
        raise ModelError(message)
    letters = st.fractions(min_value=-max_value, max_value=max_value, max_denominator=max_denominator)
    return st.lists(letters, min_size=min_size, max_size=max_size, unique=True).map(tuple)


def activations(*, callables: bool = True) -> SearchStrategy[Any]:
    """Return a strategy for activations: the four with a name, SymPy expressions and, unless refused, callables.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(activations(), lambda activation: str(activation) == "relu")
    relu
    """
    named = st.sampled_from([heaviside, sign, clipped_relu, relu])
    written = st.sampled_from([_X**2, 1 - _X, sympy.Lambda(_X, sympy.Abs(_X)), sympy.Abs(_X) + _X])
    return st.one_of(named, written, *([_steps()] if callables else []))


@st.composite
def _steps(draw: Any) -> Steps:
    thresholds = draw(st.lists(st.fractions(-2, 2, max_denominator=2), min_size=1, max_size=2, unique=True))
    values = draw(alphabets(min_size=len(thresholds) + 1, max_size=len(thresholds) + 1))
    return Steps(tuple(sorted(thresholds)), values)


@st.composite
def networks(
    draw: Any,
    *,
    max_width: int = 2,
    max_samples: int = 2,
    max_states: int = 16,
    weights: SearchStrategy[Any] | None = None,
    biases: SearchStrategy[Any] | None = None,
    neurons: SearchStrategy[Any] | None = None,
    activation: SearchStrategy[Any] | None = None,
) -> LayeredNetwork:
    """Return a strategy for layered networks, with the variety that formulas for one special case stumble over.

    Ternary alphabets, alphabets of one value, fractions, no biases, neurons whose activations take other values than
    they do (V and G are then rectangular), activations that are expressions or Python callables.

    Parameters
    ----------
    max_width, max_samples : int
        Bounds of N and L.
    max_states : int
        The most states that the neurons, and the activations, of a layer may have.
    weights, biases, neurons, activation : strategies, optional
        In place of the usual ones: ``neurons=st.just((0, 1))``, ``biases=st.none()``.

    Examples
    --------
    >>> from hypothesis import find
    >>> net = find(networks(), lambda net: net.biases is None and len(net.weights) == 3)
    >>> net.biases_at(0), len(net.weights)
    ((), 3)
    """
    pairs = [
        (width, samples)
        for width in range(1, max_width + 1)
        for samples in range(1, max_samples + 1)
        if 2 ** (width * samples) <= max(max_states, 2)
    ]
    if not pairs:
        message = f"no network has at most {max_width} neurons and {max_samples} data points; give positive bounds"
        raise ModelError(message)
    width, samples = draw(st.sampled_from(pairs))
    places = width * samples
    most = max(k for k in (1, 2, 3) if k == 1 or k**places <= max_states)
    given = {
        "weights": draw(_common(3) if weights is None else weights),
        "biases": draw(st.none() | _common(3) if biases is None else biases),
        "neurons": draw(_common(most) if neurons is None else neurons),
        "activation": draw(activations() if activation is None else activation),
    }
    network = LayeredNetwork(width=width, samples=samples, **given)
    try:
        sizes = [len(a) ** places for a in (network.neuron_alphabet, network.activation_alphabet)]
    except BudgetExceeded:
        sizes = [max_states + 1]
    assume(max(sizes) <= max_states)
    return network


def _common(most: int) -> SearchStrategy[Any]:
    """Alphabets of up to so many values, often the usual ones."""
    usual = [alphabet for alphabet in ((0, 1), (-1, 1), (-1, 0, 1)) if len(alphabet) <= most]
    any_ = alphabets(max_size=most)
    return st.sampled_from(usual) | any_ if usual else any_


@st.composite
def chains(draw: Any, *, max_rows: int = 3, max_columns: int = 3, max_count: int = 4, max_factors: int = 8) -> Chain:
    """Return a strategy for chains: multiplicities without a zero row, on variables with alphabets of all kinds.

    Half of them have the counts of a network, half have any counts, and some of their layers two neurons.

    Parameters
    ----------
    max_rows, max_columns : int
        Bounds of n_h and n_σ.
    max_count : int
        The largest entry of G, where it is not counted in a network.
    max_factors : int
        Bound of n_h n_σ − 1.

    Examples
    --------
    >>> from hypothesis import find
    >>> len(find(chains(), lambda chain: chain.shape == (2, 3)).factors)
    5
    """
    if draw(st.booleans()):
        most = min(max_rows, max_columns)
        chain = draw(networks(max_states=most)).chain()
        assume(len(chain.factors) <= max_factors)
        return chain
    shapes = [
        (rows, columns)
        for rows in range(1, max_rows + 1)
        for columns in range(1, max_columns + 1)
        if rows * columns - 1 <= max_factors
    ]
    if not shapes:
        raise ModelError("no chain fits into these bounds; give max_rows ≥ 1 and max_columns ≥ 1")
    rows, columns = draw(st.sampled_from(shapes))
    row = st.lists(st.integers(0, max_count), min_size=columns, max_size=columns).filter(any)
    counts = draw(st.lists(row, min_size=rows, max_size=rows))
    return Chain(counts, draw(_variables("h", rows)), draw(_variables("sigma", columns)))


@st.composite
def _variables(draw: Any, name: str, states: int) -> tuple[Variable, ...]:
    """Draw variables with so many states in all: one, or two where the number splits."""
    split = [k for k in range(2, states) if states % k == 0]
    sizes = [states]
    if split and draw(st.booleans()):
        first = draw(st.sampled_from(split))
        sizes = [first, states // first]
    letters = [draw(alphabets(min_size=size, max_size=size)) for size in sizes]
    names = [name] if len(sizes) == 1 else [f"{name}_{k}" for k in (1, 2)]
    return tuple(Variable(label, alphabet) for label, alphabet in zip(names, letters, strict=True))


def factors(
    of: Chain | Recursion, *, values: Sequence[Any] | None = None, positive: bool = False, defined: bool = False
) -> SearchStrategy[tuple[Fraction, ...]]:
    """Return a strategy for points: an exact value for each factor, none of them zero.

    Parameters
    ----------
    of : Chain or Recursion
    values : sequence of exact rationals, optional
        What to draw from, the simplest first.
    positive : bool
        Only positive values: real couplings.
    defined : bool
        Only points at which a recursion is defined.

    Examples
    --------
    >>> from hypothesis import find
    >>> len(find(factors(Chain([[2, 2], [1, 3]])), lambda point: sum(point) != 3))
    3
    """
    letters = [value for value in simple_values(values) if value > 0 or not positive]
    if not letters:
        raise ModelError("positive points were asked for, but no value to draw from is positive")
    points = st.tuples(*([st.sampled_from(letters)] * len(of.factors)))
    if not (defined and isinstance(of, Recursion)):
        return points
    recursion = of

    def is_defined(point: tuple[Fraction, ...]) -> bool:
        try:
            recursion(point)
        except UndefinedPointError:
            return False
        return True

    return points.filter(is_defined)


@st.composite
def recursions(
    draw: Any,
    *,
    scales: Sequence[int] = (2, 3),
    max_factors: int = 3,
    chained: bool | None = None,
    chain: SearchStrategy[Chain] | None = None,
) -> Recursion:
    """Return a strategy for recursions: decimations of chains, and rational maps that come from no chain.

    Parameters
    ----------
    scales : sequence of int
        The scale factors.
    max_factors : int
        How many factors at most.
    chained : bool, optional
        Only those with a chain, or only those without; by default both.
    chain : strategy, optional
        In place of :func:`chains`.

    Examples
    --------
    >>> from hypothesis import find
    >>> own = find(recursions(chained=False), lambda recursion: len(recursion.factors) == 1)
    >>> own.chain is None, own.scale >= 2
    (True, True)
    """
    scale = draw(st.sampled_from(list(scales)))
    if chained is None:
        chained = draw(st.booleans())
    if chained:
        source = chain if chain is not None else chains(max_factors=max_factors)
        drawn = draw(source)
        assume(len(drawn.factors) <= max_factors)
        return drawn.recursion(scale)
    symbols = sympy.symbols("x y z u v w")[: draw(st.integers(1, min(max_factors, 6)))]
    images = {}
    for symbol in symbols:
        above, below = (draw(_polynomials(symbols)) for _ in range(2))
        images[symbol] = symbol * above / below
    return Recursion.from_images(images, scale=scale, exponential=draw(st.booleans()))


@st.composite
def _polynomials(draw: Any, symbols: Sequence[Any]) -> Any:
    """Draw a polynomial that is not zero: 1, or up to three terms of a degree of at most two."""
    monomials = [sympy.S.One, *symbols, *(prod((x, y), start=sympy.S.One) for x in symbols for y in symbols)]
    terms = draw(st.lists(st.tuples(st.sampled_from(monomials), st.sampled_from([1, 2, 3, -1])), max_size=2))
    total = sympy.Add(sympy.S.One, *(count * monomial for monomial, count in terms))
    assume(total != 0)
    return total
