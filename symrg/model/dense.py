"""Fully connected networks with given weights, exact: made of rationals or symbols.

Weights in files are read by :mod:`symrg.model.weight_files`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import gcd, lcm
from typing import Any

import flint
import sympy

from ..errors import ModelError
from ..exact.numbers import as_fraction
from .activations import activation_function, activation_value, relu

__all__ = ["DenseNetwork", "Entries", "Scaled"]

Entries = tuple[tuple[Any, ...], ...]


@dataclass(frozen=True)
class Scaled:
    """Rational numbers over one denominator: what a layer has at all samples.

    Parameters
    ----------
    rows : list of lists of int
        Numerators: one row a neuron, one column a sample.
    denominator : int
        Positive.
    """

    rows: list[list[int]]
    denominator: int

    @property
    def fractions(self) -> list[list[Fraction]]:
        """The numbers themselves."""
        return [[Fraction(entry, self.denominator) for entry in row] for row in self.rows]


@dataclass(frozen=True)
class DenseNetwork:
    """A fully connected network with given weights: hidden layers of neurons f(W h + b), then a linear read-out.

    Parameters
    ----------
    weights : sequence of matrices
        One for each layer, shape (neurons of this layer, neurons of the layer before); exact rationals or SymPy
        expressions. The last one is the read-out, to which no activation is applied.
    biases : sequence of vectors
        One for each layer.
    activation : what :func:`~symrg.model.activations.activation_function` takes
        The function f of all hidden neurons, ReLU by default.
    source : str
        Where the numbers come from, and how they were taken.

    Raises
    ------
    ModelError
        If shapes do not fit, with the layer; if there is no layer.
    NotExactError
        For floats.

    Examples
    --------
    >>> net = DenseNetwork([[[1, 0], [1, 1]], [[1, -2]]], [[0, -1], [0]])
    >>> net.widths, net(((1, 1), (0, 3)))
    ((2, 2, 1), [[Fraction(-1, 1)], [Fraction(-4, 1)]])
    """

    weights: tuple[Entries, ...]
    biases: Entries
    activation: Any = relu
    source: str = ""

    def __post_init__(self) -> None:
        weights, biases = list(self.weights), list(self.biases)
        if not weights or len(weights) != len(biases):
            message = (
                f"{len(weights)} weight matrices and {len(biases)} bias vectors; give one of each a layer, at least one"
            )
            raise ModelError(message)
        before: int | None = None
        exact_weights, exact_biases = [], []
        for layer, (matrix, vector) in enumerate(zip(weights, biases, strict=True), 1):
            rows = tuple(
                tuple(_entry(w, f"weight {j}, {k} of layer {layer}") for k, w in enumerate(row, 1))
                for j, row in enumerate(matrix, 1)
            )
            bias = tuple(_entry(b, f"bias {j} of layer {layer}") for j, b in enumerate(vector, 1))
            lengths = {len(row) for row in rows}
            if not rows or len(lengths) != 1 or 0 in lengths:
                message = f"the weights of layer {layer} are no matrix: rows of {sorted(lengths)} entries"
                raise ModelError(message)
            wide = lengths.pop()
            if before is not None and wide != before:
                message = f"layer {layer} takes {wide} numbers, the layer before gives {before}; transpose its weights"
                raise ModelError(message)
            if len(bias) != len(rows):
                message = f"layer {layer} has {len(rows)} neurons and {len(bias)} biases; give one bias a neuron"
                raise ModelError(message)
            before = len(rows)
            exact_weights.append(rows)
            exact_biases.append(bias)
        activation_function(self.activation)  # refuses what is none
        object.__setattr__(self, "weights", tuple(exact_weights))
        object.__setattr__(self, "biases", tuple(exact_biases))

    @property
    def depth(self) -> int:
        """The number of layers, with the read-out."""
        return len(self.weights)

    @property
    def widths(self) -> tuple[int, ...]:
        """The number of inputs, then of neurons of each layer."""
        return (len(self.weights[0][0]), *(len(rows) for rows in self.weights))

    @cached_property
    def symbolic(self) -> bool:
        """Whether a weight or a bias is not a number."""
        numbers = (
            *(w for matrix in self.weights for row in matrix for w in row),
            *(b for bias in self.biases for b in bias),
        )
        return any(not isinstance(number, Fraction) for number in numbers)

    def samples(self, samples: Sequence[Sequence[Any]]) -> list[list[Fraction]]:
        """Return samples as exact rationals.

        Raises
        ------
        ModelError
            If one has another number of entries than the network has inputs, with its number.
        """
        found = []
        for number, sample in enumerate(samples, 1):
            exact = [as_fraction(x, what=f"entry {k} of sample {number}") for k, x in enumerate(sample, 1)]
            if len(exact) != self.widths[0]:
                message = f"sample {number} has {len(exact)} entries, the network {self.widths[0]} inputs"
                raise ModelError(message)
            found.append(exact)
        return found

    def preactivations(self, samples: Sequence[Sequence[Any]]) -> Iterator[Scaled]:
        """Yield W h + b of each layer at all samples, the read-out last, over one denominator each.

        Parameters
        ----------
        samples : sequence of n sequences of exact rationals

        Raises
        ------
        ModelError
            If a sample does not fit, or the weights are symbols.
        """
        self.require_numbers()
        exact = self.samples(samples)
        below = lcm(1, *(x.denominator for sample in exact for x in sample))
        h = Scaled([[int(sample[k] * below) for sample in exact] for k in range(self.widths[0])], below)
        for layer, (matrix, bias) in enumerate(self._integers, 1):
            scale = matrix.denominator * h.denominator
            product = flint.fmpz_mat(matrix.rows) * flint.fmpz_mat(h.rows)
            rows = [
                [int(entry) + shift for entry in row]
                for row, shift in zip(product.tolist(), (b * h.denominator for b in bias), strict=True)
            ]
            z = _lowest(rows, scale)
            yield z
            if layer < self.depth:
                h = _activate(self.activation, z)

    def __call__(self, samples: Sequence[Sequence[Any]]) -> list[list[Fraction]]:
        """Return the outputs, one list for each sample."""
        *_, last = self.preactivations(samples)
        return [list(column) for column in zip(*last.fractions, strict=True)]

    def expressions(self, samples: Sequence[Sequence[Any]]) -> Iterator[tuple[list[list[Any]], list[list[Any]]]]:
        """Yield pre-activations and outputs of each hidden layer, one row a neuron, as SymPy expressions.

        Examples
        --------
        >>> w = sympy.Symbol("w")
        >>> net = DenseNetwork([[[w]], [[1]]], [[0], [0]])
        >>> [outputs for _, outputs in net.expressions([(2,), (-1,)])]
        [[[relu(2*w), relu(-w)]]]
        """
        f = activation_function(self.activation)
        h = [[sympy.Rational(x) for x in row] for row in zip(*self.samples(samples), strict=True)]
        for matrix, bias in zip(self.weights[:-1], self.biases[:-1], strict=True):
            z = [
                [sympy.Add(_sympy(b), *(_sympy(w) * x for w, x in zip(row, column, strict=True)))
                 for column in zip(*h, strict=True)]
                for row, b in zip(matrix, bias, strict=True)
            ]  # fmt: skip
            h = [[f(entry) for entry in row] for row in z]
            yield z, h

    def require_numbers(self) -> None:
        """Raise ModelError if a weight or a bias is a symbol."""
        if self.symbolic:
            message = "weights or biases are symbols; put numbers in, or ask for conditions (mode_conditions)"
            raise ModelError(message)

    @property
    def integer_weights(self) -> list[Scaled]:
        """The weights of each layer as integers over one denominator."""
        return [matrix for matrix, _ in self._integers]

    @cached_property
    def _integers(self) -> list[tuple[Scaled, list[int]]]:
        """Weights over one denominator a layer, and the biases times that denominator."""
        found = []
        for matrix, bias in zip(self.weights, self.biases, strict=True):
            below = lcm(*(w.denominator for row in matrix for w in row), *(b.denominator for b in bias))
            found.append(
                (Scaled([[int(w * below) for w in row] for row in matrix], below), [int(b * below) for b in bias])
            )
        return found

    def __str__(self) -> str:
        return f"network {'-'.join(map(str, self.widths))}" + (f" ({self.source})" if self.source else "")


def _entry(value: Any, what: str) -> Any:
    if isinstance(value, sympy.Expr) and not value.is_number and not value.has(sympy.Float):
        return value
    return as_fraction(value, what=what)


def _sympy(value: Any) -> Any:
    return sympy.Rational(value) if isinstance(value, Fraction) else value


def _lowest(rows: list[list[int]], denominator: int) -> Scaled:
    common = gcd(denominator, *(entry for row in rows for entry in row))
    return Scaled([[entry // common for entry in row] for row in rows], denominator // common)


def _activate(activation: Any, z: Scaled) -> Scaled:
    if activation is relu:
        return Scaled([[max(entry, 0) for entry in row] for row in z.rows], z.denominator)
    values = [[activation_value(activation, entry) for entry in row] for row in z.fractions]
    below = lcm(1, *(value.denominator for row in values for value in row))
    return Scaled([[int(value * below) for value in row] for row in values], below)
