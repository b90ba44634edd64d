"""A layered network as a statistical model: its Hamiltonians, as SymPy expressions.

Layers m = 0 … depth − 1 carry weights W^(m) and biases b^(m); neurons are h^(0) (the input) to h^(depth)
(the output). The width N is the number of neurons a layer, L the number of data points (samples); the same
weights act on every data point.
"""

# ruff: noqa: E741 - l counts data points, as in the paper

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sympy

from .._display import Displayed
from ..errors import ModelError
from .activations import activation_function
from .alphabets import as_rational, refuse_floats
from .layer import LayerModel, positive_integer
from .variables import Parameter, Variable, as_layer

__all__ = ["NetworkModel"]


@dataclass(frozen=True)
class NetworkModel(Displayed, LayerModel):
    """A fully connected layered network whose weights, biases and neurons take values in alphabets.

    The defaults are assumptions (i) to (iii) of Lee, Lee and Yi 2024.

    Parameters
    ----------
    width : int
        N, the number of neurons a layer.
    samples : int
        L, the number of data points.
    weights, biases, neurons : iterable of exact rationals, or sympy.S.Reals
        The alphabets of W, b and h, the reference state first. ``biases=None``: no biases.
    activation : SymPy function or Lambda, expression in one symbol, or callable on exact numbers
        The activation function.
    outputs : iterable of exact rationals, optional
        The alphabet of an activation state σ; by default the values reached, sorted.

    Raises
    ------
    ModelError
        If width or samples is no positive integer, an alphabet is empty or repeats a value, or the
        activation takes a value outside ``outputs``.
    NotExactError
        If a number, or a value of the activation where ``outputs`` are given, is not exact and rational. Without
        ``outputs`` the activation is asked when its values are first needed.

    Examples
    --------
    >>> net = NetworkModel()
    >>> net.layer_hamiltonian(0)
    (h^(1) - heaviside(W^(0)*h^(0) + b^(0)))**2
    >>> net.multiplicity
    ((2, 2), (1, 3))
    """

    def preactivation(self, layer: Any, i: int = 1, l: int = 1) -> sympy.Expr:
        """Return Σ_j W_ij^(m) h_j^(m)[l] + b_i^(m), the argument of the activation. Eq. (1).

        Parameters
        ----------
        layer : int or SymPy expression
            m.
        i, l : int
            The output neuron, 1 … N, and the data point, 1 … L.

        Raises
        ------
        ModelError
            If i or l is out of range.

        Examples
        --------
        >>> NetworkModel(width=2).preactivation(0, i=2)
        W_21^(0)*h_1^(0) + W_22^(0)*h_2^(0) + b_2^(0)
        """
        for name, value, largest in (("i", i, self.width), ("l", l, self.samples)):
            if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= largest:
                message = f"{name} is {value!r}; it counts from 1 to {largest}"
                raise ModelError(message)
        return self._arguments(layer, self.neurons_at(layer))[(i - 1) * self.samples + l - 1]

    def _arguments(self, layer: Any, inputs: Sequence[sympy.Expr]) -> list[sympy.Expr]:
        """Return Σ_j W_ij x_j[l] + b_i for given layer inputs x, all (i, l) with l fastest."""
        N, L = self.width, self.samples
        weights, biases = self.weights_at(layer), self.biases_at(layer)
        return [
            sympy.Add(*(weights[i * N + j] * inputs[j * L + l] for j in range(N)), *biases[i : i + 1])
            for i in range(N)
            for l in range(L)
        ]

    def activation_expressions(self, layer: Any) -> tuple[sympy.Expr, ...]:
        """Return σ(Σ_j W_ij^(m) h_j^(m)[l] + b_i^(m)) for all (i, l), l fastest. Eq. (1).

        Examples
        --------
        >>> NetworkModel(biases=None).activation_expressions(3)
        (heaviside(W^(3)*h^(3)),)
        """
        return self._activated(layer, self.neurons_at(layer))

    def _activated(self, layer: Any, inputs: Sequence[sympy.Expr]) -> tuple[sympy.Expr, ...]:
        function = activation_function(self.activation)
        return tuple(function(argument) for argument in self._arguments(layer, inputs))

    def layer_hamiltonian(self, layer: Any) -> sympy.Expr:
        """Return H_m = Σ_{i,l} (h_i^(m+1)[l] − σ_i^(m)[l])², σ written out. Eqs. (13) and (19).

        Examples
        --------
        >>> NetworkModel().layer_hamiltonian(sympy.Symbol("m"))
        (h^(m+1) - heaviside(W^(m)*h^(m) + b^(m)))**2
        """
        level = as_layer(layer)
        return _squares(self.neurons_at(level + 1), self.activation_expressions(level))

    def exponent(self, beta_v: Any, *, layer: Any = 0) -> sympy.Expr:
        """Return the exponent −β_v H_m of one layer.

        Parameters
        ----------
        beta_v : exact number or SymPy expression
            The inverse temperature of the layer constraint, β_v = 1/(2 v²) of Eq. (12).
        layer : int or SymPy expression
            m.

        Examples
        --------
        >>> NetworkModel().exponent(Parameter("beta_v", positive=True), layer=1)
        -beta_v*(h^(2) - heaviside(W^(1)*h^(1) + b^(1)))**2
        """
        return -_exact(beta_v, "beta_v") * self.layer_hamiltonian(layer)

    def original_hamiltonian(self, depth: int, *, inputs: Any = None, targets: Any = None) -> sympy.Expr:
        """Return H = Σ_{i,l} (y_i[l] − z_i[l])² with the output z as nested activations. Eqs. (7), (8).

        Parameters
        ----------
        depth : int
            The number of weight layers, m = 0 … depth − 1.
        inputs, targets : nested sequence of shape (samples, width), optional
            x and y: exact numbers or expressions without variables; a bare one for N = L = 1. By default
            parameters ``x_i^[l]`` and ``y_i^[l]``.

        Raises
        ------
        ModelError
            If depth is no positive integer or a shape is wrong.
        NotExactError
            If a number is not exact.

        Examples
        --------
        >>> NetworkModel(biases=None).original_hamiltonian(2, inputs=1)
        (y - heaviside(W^(1)*heaviside(W^(0))))**2
        """
        positive_integer(depth, "depth", "the number of weight layers")
        signal: tuple[sympy.Expr, ...] = self._data(inputs, "x", "inputs")
        for layer in range(depth):  # layer by layer, so that each nested activation is built, and held, once
            signal = self._activated(layer, signal)
        return _squares(self._data(targets, "y", "targets"), signal)

    def dynamic_hamiltonian(
        self,
        depth: int,
        *,
        inputs: Any = None,
        targets: Any = None,
        ends: str = "fixed",
        penalties: Any = None,
    ) -> sympy.Expr:
        """Return H = Σ_m λ_m Σ_{i,l} (h_i^(m+1)[l] − σ_i^(m)[l])², a sum of nearest-layer terms. Eq. (13).

        Parameters
        ----------
        depth : int
            The number of weight layers, m = 0 … depth − 1.
        inputs, targets : nested sequence of shape (samples, width), optional
            As for :meth:`original_hamiltonian`; only for fixed ends.
        ends : {"fixed", "free"}
            "fixed": h^(0) is the input and h^(depth) the target. "free": both are variables, the
            translation-invariant bulk.
        penalties : exact number or expression, or a sequence of ``depth`` of them, optional
            λ_m. By default parameters ``lambda_m``. With fixed ends the last one is 1 unless a sequence
            says otherwise.

        Raises
        ------
        ModelError
            If depth is no positive integer, a shape is wrong, or free ends are given data.
        NotExactError
            If a number is not exact.

        Examples
        --------
        >>> NetworkModel(biases=None).dynamic_hamiltonian(2)
        lambda_0*(h^(1) - heaviside(W^(0)*x))**2 + (y - heaviside(W^(1)*h^(1)))**2
        """
        positive_integer(depth, "depth", "the number of weight layers")
        if ends not in ("fixed", "free"):
            message = f"ends is {ends!r}; choose 'fixed' (input and target given) or 'free'"
            raise ModelError(message)
        if ends == "free" and not (inputs is None and targets is None):
            message = "inputs or targets were given, but free ends are variables; use ends='fixed'"
            raise ModelError(message)
        factors = _penalties(penalties, depth, last_is_one=ends == "fixed")
        layers: list[Sequence[sympy.Expr]] = [self.neurons_at(layer) for layer in range(depth + 1)]
        if ends == "fixed":
            layers[0] = self._data(inputs, "x", "inputs")
            layers[-1] = self._data(targets, "y", "targets")
        return sympy.Add(
            *(
                factors[layer] * _squares(layers[layer + 1], self._activated(layer, layers[layer]))
                for layer in range(depth)
            )
        )

    def _data(self, given: Any, root: str, what: str) -> tuple[sympy.Expr, ...]:
        """Return x or y as N L expressions, index (i, l) with l fastest, from shape (samples, width)."""
        N, L = self.width, self.samples
        if given is None:
            names = (self._decorated(root, "", i, l) for i, l in self._places())
            return tuple(Parameter(name, real=True) for name in names)
        rows = given
        if N == L == 1 and not _is_sequence(given):
            rows = ((given,),)
        rows = tuple(tuple(row) if _is_sequence(row) else row for row in rows) if _is_sequence(rows) else None
        if rows is None or len(rows) != L or any(not isinstance(row, tuple) or len(row) != N for row in rows):
            message = (
                f"{what} have the wrong shape: {given!r}; give {L} row(s), one a data point, of {N} value(s) "
                "each, one a neuron"
            )
            raise ModelError(message)
        return tuple(_exact(rows[l - 1][i - 1], f"a number of {what}") for i, l in self._places())


def _squares(first: Sequence[sympy.Expr], second: Sequence[sympy.Expr]) -> sympy.Expr:
    return sympy.Add(*((a - b) ** 2 for a, b in zip(first, second, strict=True)))


def _is_sequence(value: Any) -> bool:
    return isinstance(value, list | tuple | sympy.Tuple) or (hasattr(value, "__len__") and hasattr(value, "tolist"))


def _exact(value: Any, what: str) -> sympy.Expr:
    if not isinstance(value, sympy.Expr):
        return as_rational(value, what=what)
    refuse_floats(value, what=what)
    if value.has(sympy.oo, -sympy.oo, sympy.zoo, sympy.nan):
        message = f"{what} is {value}, which is not finite; use a finite exact number or a parameter"
        raise ModelError(message)
    if value.atoms(Variable):
        message = f"{what} is {value}, which contains a variable; use numbers or parameters"
        raise ModelError(message)
    return value


def _penalties(given: Any, depth: int, *, last_is_one: bool) -> tuple[sympy.Expr, ...]:
    if given is not None and _is_sequence(given):
        if len(given) != depth:
            message = f"{len(given)} penalties were given for {depth} layers; give one for each, or a single one"
            raise ModelError(message)
        return tuple(_exact(value, "a penalty") for value in given)
    if given is None:
        found = [Parameter(f"lambda_{layer}", positive=True) for layer in range(depth)]
    else:
        found = [_exact(given, "the penalty")] * depth
    if last_is_one:
        found[-1] = sympy.S.One
    return tuple(found)
