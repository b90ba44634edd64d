"""The mode of a neuron: whether its outputs keep a reference order of the samples, reverse it, or mix it.

A strictly increasing activation always keeps the order of its own pre-activation, so a mode says nothing until it is
said which order the outputs are compared with. Here that is a *reference*: by default the neuron's own pre-activation,
or any read-out given as one number a sample. A pair of samples that the output ties is not kept: ties make it mixing,
and so does a reference that orders no pair.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, pairwise
from typing import Any

import sympy

from ..errors import ModelError, UnableError
from ..exact.numbers import as_fraction
from .activations import activation_value, clipped_relu, heaviside, relu, sign
from .dense import DenseNetwork
from .order_index import PairCounts, pair_counts
from .smooth import Root, SmoothActivation

__all__ = ["MODES", "LayerModes", "ModeInterval", "layer_modes", "mode_conditions", "mode_intervals", "neuron_counts"]

MODES = ("preserving", "reversing", "mixing")
_KINKS = {relu: (0,), clipped_relu: (0, 1), heaviside: (0,), sign: (0,)}
End = Fraction | Root | None


@dataclass(frozen=True)
class ModeInterval:
    """An interval of the bias in which a neuron has one mode.

    Parameters
    ----------
    mode : str
        One of :data:`MODES`.
    lower, upper : Fraction, Root or None
        The ends; None is infinite. A Root is a zero isolated in an interval with rational ends.
    closed : pair of bool
        Whether the ends belong to the interval.
    """

    mode: str
    lower: End
    upper: End
    closed: tuple[bool, bool]


@dataclass(frozen=True)
class LayerModes:
    """How many neurons of a layer are in each mode.

    Parameters
    ----------
    preserving, reversing, mixing : int
        Numbers of neurons.
    """

    preserving: int
    reversing: int
    mixing: int

    @property
    def proportions(self) -> tuple[Fraction, Fraction, Fraction]:
        """Which part of the neurons is order-preserving, order-reversing, order-mixing."""
        width = self.preserving + self.reversing + self.mixing
        return Fraction(self.preserving, width), Fraction(self.reversing, width), Fraction(self.mixing, width)


def neuron_counts(
    activation: Any, weights: Sequence[Any], bias: Any, samples: Sequence[Sequence[Any]], *,
    reference: Sequence[Any] | None = None,
) -> PairCounts:  # fmt: skip
    """Compare the order of a neuron's outputs with a reference order; ``.mode`` is the mode of the neuron.

    Parameters
    ----------
    activation : SmoothActivation, or what :func:`~symrg.model.activations.activation_value` takes
    weights, bias : sequence of d exact rationals, exact rational
    samples : sequence of n sequences of d exact rationals
    reference : sequence of n exact rationals, optional
        The order to compare with; by default the neuron's own pre-activation W x + b.

    Raises
    ------
    ModelError
        If lengths do not fit.
    NotExactError
        For floats.

    Examples
    --------
    >>> neuron_counts(relu, [1], 0, [[-1], [0], [2]]).mode
    'mixing'
    >>> neuron_counts(relu, [-1], 3, [[0], [1], [2]], reference=[0, 1, 2]).mode
    'reversing'
    """
    z = [s + as_fraction(bias, what="the bias") for s in _projections(weights, samples)]
    outputs: Sequence[Any]
    if isinstance(activation, SmoothActivation):
        outputs = activation.ranks(z)
    else:
        outputs = [activation_value(activation, value) for value in z]
    return pair_counts(z if reference is None else _reference(reference, len(z)), outputs)


def mode_intervals(
    activation: Any, weights: Sequence[Any], samples: Sequence[Sequence[Any]], *, reference: Sequence[Any] | None = None
) -> tuple[ModeInterval, ...]:
    """Return the intervals of the bias in which a neuron has one mode, exactly, from −∞ to ∞.

    For ReLU, clipped ReLU and the steps the ends are rational; for SiLU, GELU and Mish they are the biases at which a
    pair of samples is tied.

    Parameters
    ----------
    activation : relu, clipped_relu, heaviside, sign or SmoothActivation
    weights : sequence of d exact rationals
    samples : sequence of n sequences of d exact rationals
    reference : sequence of n exact rationals, optional
        As for :func:`neuron_counts`.

    Raises
    ------
    ModelError
        If lengths do not fit.
    NotExactError
        For floats.
    UnableError
        For another activation, or if two ends cannot be told apart.

    Examples
    --------
    >>> [(part.mode, part.lower, part.upper) for part in mode_intervals(relu, [1], [[0], [1], [3]])]
    [('mixing', None, Fraction(-1, 1)), ('preserving', Fraction(-1, 1), None)]
    """
    s = _projections(weights, samples)
    order = s if reference is None else _reference(reference, len(s))
    if isinstance(activation, SmoothActivation):
        return _smooth_intervals(activation, s, order, own=reference is None)
    if activation not in _KINKS:
        message = (
            f"bias intervals are found for relu, clipped_relu, heaviside, sign, SiLU, GELU, Mish; not {activation}"
        )
        raise UnableError(message)
    # Between these biases no sample meets a kink. These activations never fall, so a pair stays tied or apart there.
    ends = sorted({kink - value for kink in _KINKS[activation] for value in s})
    places: list[tuple[Fraction, End, End]] = []
    for low, high in zip([None, *ends], [*ends, None], strict=True):
        places.append((_between(low, high), low, high))
        if high is not None:
            places.append((high, high, high))
    found = [
        (pair_counts(order, [activation_value(activation, value + at) for value in s]).mode, low, high)
        for at, low, high in places
    ]
    return _merged(found)


def layer_modes(
    network: DenseNetwork, samples: Sequence[Sequence[Any]], *, reference: Sequence[Any] | None = None
) -> tuple[LayerModes, ...]:  # fmt: skip
    """Count the neurons in each mode, for each hidden layer of a network with rational weights.

    Parameters
    ----------
    network : DenseNetwork
    samples : sequence of n sequences of exact rationals
    reference : sequence of n exact rationals, optional
        The order to compare with, the same for all neurons; by default each neuron's own pre-activation.

    Raises
    ------
    ModelError
        If a sample does not fit, or the weights are symbols.

    Examples
    --------
    >>> net = DenseNetwork([[[1], [-1]], [[1, 1]]], [[0, 9], [0]])
    >>> layer_modes(net, [[-1], [0], [2]], reference=[-1, 0, 2])
    (LayerModes(preserving=0, reversing=1, mixing=1),)
    """
    order = None if reference is None else _reference(reference, len(samples))
    found = []
    for layer, z in enumerate(network.preactivations(samples), 1):
        if layer == network.depth:
            break
        modes = []
        for row in z.rows:
            outputs: list[Any]
            if network.activation is relu:
                outputs = [max(entry, 0) for entry in row]
            else:
                outputs = [activation_value(network.activation, Fraction(entry, z.denominator)) for entry in row]
            modes.append(pair_counts(row if order is None else order, outputs).mode)
        found.append(LayerModes(*(modes.count(mode) for mode in MODES)))
    return tuple(found)


def mode_conditions(
    network: DenseNetwork, samples: Sequence[Sequence[Any]], *, reference: Sequence[Any] | None = None
) -> tuple[tuple[tuple[Any, Any], ...], ...]:  # fmt: skip
    """Return when each hidden neuron is order-preserving, and when order-reversing, as conditions on symbolic weights.

    Parameters
    ----------
    network : DenseNetwork
        Its weights and biases may be SymPy expressions.
    samples, reference
        As for :func:`layer_modes`.

    Returns
    -------
    tuple of tuples of pairs
        For each hidden layer and neuron two SymPy conditions: numbers put in for all symbols make them true or false.

    Examples
    --------
    >>> b = sympy.Symbol("b", real=True)
    >>> net = DenseNetwork([[[1]], [[1]]], [[b], [0]])
    >>> ((preserving, _),), = mode_conditions(net, [[0], [2]])
    >>> preserving, preserving.subs(b, -1), preserving.subs(b, -3)
    (-relu(b) + relu(b + 2) > 0, True, False)
    """
    order = None if reference is None else _reference(reference, len(samples))
    return tuple(
        tuple(
            tuple(_condition(z if order is None else order, outputs, factor) for factor in (1, -1))
            for z, outputs in zip(*layer, strict=True)
        )
        for layer in network.expressions(samples)
    )


def _condition(order: Sequence[Any], outputs: Sequence[Any], factor: int) -> Any:
    pairs, ordered = [], []
    for (r, y), (q, x) in combinations(zip(order, outputs, strict=True), 2):
        apart = sympy.Add(q, -r) if isinstance(r, sympy.Basic) else sympy.Rational(q - r)
        if apart.is_number:
            if apart != 0:
                ordered.append(sympy.true)
                pairs.append(sympy.Gt(factor * sympy.sign(apart) * (x - y), 0))
        else:
            ordered.append(sympy.Ne(apart, 0))
            pairs.append(sympy.Or(sympy.Eq(apart, 0), sympy.Gt(factor * apart * (x - y), 0)))
    return sympy.And(sympy.Or(*ordered), *pairs)


def _smooth_intervals(
    activation: SmoothActivation, s: Sequence[Fraction], order: Sequence[Fraction], *, own: bool
) -> tuple[ModeInterval, ...]:
    """Each pair of samples with s < s' is reversed below one bias and preserved above it."""
    at = sorted(range(len(s)), key=lambda k: s[k])
    pairs: Iterable[tuple[int, int]] = pairwise(at) if own else combinations(at, 2)
    rising: dict[tuple[Fraction, Fraction], Root] = {}
    falling: dict[tuple[Fraction, Fraction], Root] = {}
    for i, j in pairs:
        if order[i] == order[j]:
            continue
        if s[i] == s[j]:
            return (ModeInterval("mixing", None, None, (False, False)),)  # tied at every bias
        chosen = rising if order[i] < order[j] else falling
        chosen[s[j] - s[i], s[i]] = activation.tie(s[j] - s[i]).shifted(-s[i])
    parts: list[ModeInterval] = []
    if not rising and not falling:
        return (ModeInterval("mixing", None, None, (False, False)),)  # nothing is ordered
    for mode, above, below in (("preserving", rising, falling), ("reversing", falling, rising)):
        low = _extreme(above.values(), greatest=True)
        high = _extreme(below.values(), greatest=False)
        if low is None or high is None or _before(low, high):
            parts.append(ModeInterval(mode, low, high, (False, False)))
    parts.sort(key=lambda part: (part.lower is not None, part.lower.low if isinstance(part.lower, Root) else 0))
    found: list[ModeInterval] = []
    edge: End = None
    for part in parts:
        if part.lower is not None:
            found.append(ModeInterval("mixing", edge, part.lower, (edge is not None, True)))
        found.append(part)
        edge = part.upper
    if not found or edge is not None:
        found.append(ModeInterval("mixing", edge, None, (edge is not None, False)))
    return tuple(found)


def _before(first: Root, second: Root) -> bool:
    if first == second:
        return False
    if first.high < second.low or second.high < first.low:
        return first.high < second.low
    message = f"the biases {first} and {second} are not told apart; move a sample"
    raise UnableError(message)


def _extreme(roots: Iterable[Root], *, greatest: bool) -> Root | None:
    best: Root | None = None
    for root in roots:
        if best is None or _before(*((best, root) if greatest else (root, best))):
            best = root
    return best


def _merged(found: Sequence[tuple[str, End, End]]) -> tuple[ModeInterval, ...]:
    """Join neighbours of one mode; each is a point (its ends are one number) or an open interval."""
    parts: list[list[Any]] = []
    for mode, low, high in found:
        point = low is not None and low == high
        if parts and parts[-1][0] == mode:
            parts[-1][2], parts[-1][4] = high, point
        else:
            parts.append([mode, low, high, point, point])
    return tuple(ModeInterval(mode, low, high, (first, last)) for mode, low, high, first, last in parts)


def _between(low: Fraction | None, high: Fraction | None) -> Fraction:
    if low is None:
        return Fraction(0) if high is None else high - 1
    return low + 1 if high is None else (low + high) / 2


def _projections(weights: Sequence[Any], samples: Sequence[Sequence[Any]]) -> list[Fraction]:
    w = [as_fraction(value, what=f"weight {k}") for k, value in enumerate(weights, 1)]
    found = []
    for number, sample in enumerate(samples, 1):
        if len(sample) != len(w):
            message = f"sample {number} has {len(sample)} entries, the neuron {len(w)} weights"
            raise ModelError(message)
        found.append(
            sum((a * as_fraction(x, what=f"sample {number}") for a, x in zip(w, sample, strict=True)), Fraction(0))
        )
    return found


def _reference(reference: Sequence[Any], n: int) -> list[Fraction]:
    exact = [as_fraction(value, what="a reference value") for value in reference]
    if len(exact) != n:
        message = f"{len(exact)} reference values for {n} samples; give one a sample"
        raise ModelError(message)
    return exact
