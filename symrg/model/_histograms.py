"""One output neuron: how many of its weights and biases give each activation, for every multiset of inputs.

All numbers are integers here: a total t stands for the preactivation t/scale. The distribution of the weighted sums
Σ_j W_j h_j is a product of polynomials, one for each input neuron, and depends on the inputs only as a multiset.
For one data point and inputs of one kind, apart from zeros, it is a power P^n, of which only a few partial sums are
wanted (:class:`~symrg.model._power_sums.PowerSums`); otherwise the products are formed, each from a smaller one.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cached_property
from itertools import compress, product
from math import gcd, lcm
from operator import mul
from typing import Any

from ._power_sums import PowerSums
from .activations import Activation, activation_function, activation_value
from .occupations import LIMIT, Occupation, compositions, refuse

__all__ = ["Neuron"]


class Neuron:
    """One output neuron of a layer, with integers for its alphabets.

    Parameters
    ----------
    width, samples : int
        N inputs, L data points.
    weights, biases, neurons : sequence of SymPy rationals
        Their alphabets; ``biases=None`` counts as the single bias 0.
    activation
        Anything :func:`activation_function` takes.
    """

    def __init__(
        self, width: int, samples: int, weights: Sequence[Any], biases: Sequence[Any] | None, neurons: Sequence[Any],
        activation: Any,
    ) -> None:  # fmt: skip
        self.width, self.samples = width, samples
        scale_w = lcm(*(v.q for v in weights), *(v.q for v in biases or ()))
        scale_h = lcm(*(v.q for v in neurons))
        self.scale = scale_w * scale_h
        self.weights = [v.p * (scale_w // v.q) for v in weights]
        self.biases = [0] if biases is None else [v.p * (self.scale // v.q) for v in biases]
        self.neurons = [v.p * (scale_h // v.q) for v in neurons]
        self._value = _evaluator(activation)

    @cached_property
    def columns(self) -> list[tuple[int, ...]]:
        """The states of one input neuron on all data points, in product order."""
        return list(product(self.neurons, repeat=self.samples))

    @cached_property
    def totals(self) -> list[int]:
        """All values that Σ_j W_j h_j + b takes, sorted.

        Raises
        ------
        BudgetExceeded
            If there are too many.
        """
        terms = {w * h for w in self.weights for h in self.neurons}
        least = min(terms)
        steps = sorted(term - least for term in terms)
        size = self.width * (len(steps) - 1) + 1  # a sum of N sets of integers has at least so many elements
        if size > LIMIT:
            refuse("the number of different preactivations is at least", size)
        # 0 is a step, so the sets grow, and what is new comes from what was new one input before
        found, new = {0}, [0]
        for _ in range(self.width):
            new = list({total + step for total in new for step in steps} - found)
            found.update(new)
            if len(found) > LIMIT:
                refuse("the number of different preactivations is at least", len(found))
            if not new:
                break
        start = self.width * least
        return sorted({start + total + bias for total in found for bias in self.biases})

    @cached_property
    def values(self) -> list[Any]:
        """The values of the activation at :attr:`totals`: int, or Fraction if it is no integer."""
        if self.scale == 1:
            found = [self._value(total) for total in self.totals]
        else:
            found = [self._value(Fraction(total, self.scale)) for total in self.totals]
        return [value.numerator if value.denominator == 1 else value for value in found]

    def histograms(self, outputs: Sequence[Any]) -> dict[Occupation, tuple[int, ...]]:
        """Return, for each multiset of inputs, how many (W, b) give each outcome on the L data points.

        Parameters
        ----------
        outputs : sequence of SymPy rationals
            The alphabet of an activation.

        Returns
        -------
        dict
            Occupation (how many inputs have each of :attr:`columns`) ↦ counts of the ``len(outputs)**L`` outcomes in
            product order. Equal counts are one object.

        Raises
        ------
        BudgetExceeded
            If there are too many multisets, or too many different sums.
        """
        places = {(v.p if v.q == 1 else Fraction(int(v.p), int(v.q))): index for index, v in enumerate(outputs)}
        position = {total: places[value] for total, value in zip(self.totals, self.values, strict=True)}
        line = self.samples == 1 and _Line.of(self)
        table = line.histograms(position, len(outputs)) if line else _Grid(self, position, len(outputs)).histograms()
        shared: dict[tuple[int, ...], tuple[int, ...]] = {}
        return {occupation: shared.setdefault(counts, counts) for occupation, counts in table.items()}


def _evaluator(activation: Any) -> Callable[[Any], Any]:
    function = activation_function(activation)
    if isinstance(function, type) and issubclass(function, Activation):
        return function.value  # without the way through SymPy's numbers
    return lambda argument: activation_value(function, argument)


class _Line:
    """One data point, and inputs whose polynomials are constants or one and the same P, up to powers of x."""

    def __init__(self, neuron: Neuron, shifts: list[int], kinds: list[int], step: int, P: list[int]) -> None:
        self._neuron, self._shifts, self._kinds, self._step, self._P = neuron, shifts, kinds, step, P

    @classmethod
    def of(cls, neuron: Neuron) -> _Line | None:
        """Return the neuron's inputs in this form, or None if they have none."""
        shifts, kinds, found = [], [], None
        for h in neuron.neurons:
            terms = [w * h for w in neuron.weights]
            shifts.append(min(terms))
            spread = sorted(term - shifts[-1] for term in terms)
            kinds.append(int(spread[-1] > 0))
            if kinds[-1] and found not in (None, spread):
                return None
            found = spread if kinds[-1] else found
        step = gcd(*found) if found else 1
        P = [0] * (found[-1] // step + 1 if found else 1)
        for term in found or [0]:
            P[term // step] += 1
        return cls(neuron, shifts, kinds, step, P)

    def histograms(self, position: dict[int, int], outcomes: int) -> dict[Occupation, tuple[int, ...]]:
        neuron = self._neuron
        totals = neuron.totals
        # runs of totals with one outcome: where each ends, that is, the next one starts
        ends, places = [], [position[totals[0]]]
        for total in totals[1:]:
            if position[total] != places[-1]:
                ends.append(total)
                places.append(position[total])
        sums, degree = PowerSums(self._P), len(self._P) - 1
        known: dict[tuple[int, int], tuple[int, ...]] = {}
        table = {}
        for n, occupation in sorted((self._power(o), o) for o in compositions(neuron.width, len(self._shifts))):
            start = sum(map(mul, self._shifts, occupation))
            if (n, start) not in known:
                counts = [0] * outcomes
                for bias in neuron.biases:
                    origin, before = start + bias, 0
                    first, last = bisect_right(ends, origin), bisect_right(ends, origin + n * degree * self._step)
                    for k in range(first, last):
                        total = sums.below(n, -((origin - ends[k]) // self._step))
                        counts[places[k]] += total - before
                        before = total
                    counts[places[last]] += sum(self._P) ** n - before
                factor = len(neuron.weights) ** (neuron.width - n)
                known[n, start] = tuple([factor * count for count in counts])
            table[occupation] = known[n, start]
        return table

    def _power(self, occupation: Occupation) -> int:
        """Return n, the number of inputs whose polynomial is P and no constant."""
        return sum(compress(occupation, self._kinds))


class _Grid:
    """Any inputs: a vector of totals, one for each data point, is coded as one integer in a balanced radix."""

    def __init__(self, neuron: Neuron, position: dict[int, int], outcomes: int) -> None:
        self._neuron, self._outcomes = neuron, outcomes
        self._size = outcomes**neuron.samples
        radix = 2 * max(map(abs, neuron.totals)) + 1
        units = [radix**power for power in range(neuron.samples)][::-1]
        self._place = _Decoder(radix, neuron.samples, position, outcomes)
        self._start: dict[int, int] = {}
        for bias in neuron.biases:
            code = bias * sum(units)
            self._start[code] = self._start.get(code, 0) + 1
        self._offsets = [
            [w * sum(h * unit for h, unit in zip(column, units, strict=True)) for w in neuron.weights]
            for column in neuron.columns
        ]
        self._work = 0

    def histograms(self) -> dict[Occupation, tuple[int, ...]]:
        """Return the counts of each multiset of inputs, by a walk that adds one input at a time."""
        width, weights = self._neuron.width, len(self._neuron.weights)
        still = [c for c, offsets in enumerate(self._offsets) if not any(offsets)][:1]  # zeros: a factor, no walk
        moving = [c for c in range(len(self._offsets)) if c not in still]
        table: dict[Occupation, tuple[int, ...]] = {}

        def record(occupation: Occupation, counts: Sequence[int], left: int) -> None:
            filled = _added(occupation, still[0], left) if left else occupation
            table[filled] = tuple(count * weights**left for count in counts)

        nothing = (0,) * len(self._offsets)
        if still:
            record(nothing, self._last(self._start, (0,)), width)
        stack = [(self._start, nothing, 0, width)]
        while stack:
            sums, occupation, first, left = stack.pop()
            for rank in range(first, len(moving)):
                more = _added(occupation, moving[rank], 1)
                offsets = self._offsets[moving[rank]]
                if left == 1:
                    record(more, self._last(sums, offsets), 0)
                    continue
                longer = self._longer(sums, offsets)
                if still:
                    record(more, self._last(longer, (0,)), left - 1)
                stack.append((longer, more, rank, left - 1))
        return table

    def _longer(self, sums: dict[int, int], offsets: Sequence[int]) -> dict[int, int]:
        extended: dict[int, int] = {}
        known = extended.get
        for offset in offsets:
            for total, count in sums.items():
                key = total + offset
                extended[key] = known(key, 0) + count
        self._count(len(sums) * len(offsets))
        return extended

    def _last(self, sums: dict[int, int], offsets: Sequence[int]) -> list[int]:
        place, counts = self._place, [0] * self._size
        for offset in offsets:
            for total, count in sums.items():
                counts[place[total + offset]] += count
        self._count(len(sums) * len(offsets))
        return counts

    def _count(self, steps: int) -> None:
        self._work += steps
        if self._work > 10 * LIMIT:
            refuse("the number of steps to add up the weights of one neuron is at least", self._work)


def _added(occupation: Occupation, column: int, count: int) -> Occupation:
    return (*occupation[:column], occupation[column] + count, *occupation[column + 1 :])


class _Decoder(dict[int, int]):
    """Coded totals ↦ place of their outcome, found when first asked."""

    def __init__(self, radix: int, samples: int, position: dict[int, int], outcomes: int) -> None:
        super().__init__()
        self._radix, self._samples, self._position, self._outcomes = radix, samples, position, outcomes

    def __missing__(self, code: int) -> int:
        rest, half, place, unit = code, self._radix // 2, 0, 1
        for _ in range(self._samples):
            total = (rest + half) % self._radix - half
            rest = (rest - total) // self._radix
            place += unit * self._position[total]
            unit *= self._outcomes
        self[code] = place
        return place
