"""A layer of a network: its variables, their states, and the multiplicity matrix."""

# ruff: noqa: E741 - l counts data points, as in the paper

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import product
from typing import Any

import sympy

from ..errors import ModelError
from ._histograms import Neuron
from .activations import activation_function, heaviside
from .alphabets import as_alphabet, as_rational
from .multiplicity import RowOrbit, check_orbits, expanded_rows, kronecker_rank
from .occupations import check_size
from .variables import Variable, as_layer

__all__ = ["LayerModel", "positive_integer"]

_Rows = tuple[tuple[Any, ...], ...]


@dataclass(frozen=True)
class LayerModel:
    """One layer of a network: its degrees of freedom, their states, and how many (W, b) join them.

    The parameters are those of :class:`symrg.model.network.NetworkModel`, which adds the Hamiltonians.

    Examples
    --------
    >>> LayerModel().multiplicity
    ((2, 2), (1, 3))
    """

    width: int = 1
    samples: int = 1
    weights: Any = (-1, 1)
    biases: Any = (-1, 1)
    neurons: Any = (0, 1)
    activation: Any = heaviside
    outputs: Any = None

    def __post_init__(self) -> None:
        positive_integer(self.width, "width", "the number of neurons a layer")
        positive_integer(self.samples, "samples", "the number of data points")
        for name in ("weights", "biases", "neurons", "outputs"):
            value = getattr(self, name)
            if value is not None:
                object.__setattr__(self, name, as_alphabet(value, what=f"the alphabet of {name}"))
            elif name in ("weights", "neurons"):
                message = f"the alphabet of {name} is None; only biases (and outputs) can be left out"
                raise ModelError(message)
        activation_function(self.activation)
        if self._is_finite:
            self._check_outputs()

    @property
    def _is_finite(self) -> bool:
        return all(values is not sympy.S.Reals for values in (self.weights, self.biases, self.neurons))

    def require_finite(self, what: str) -> None:
        """Refuse continuous alphabets.

        Parameters
        ----------
        what : str
            What needs finite ones, for the message.

        Raises
        ------
        ModelError
            If an alphabet is continuous.

        Examples
        --------
        >>> LayerModel().require_finite("the list of states")
        """
        for name in ("weights", "biases", "neurons", "outputs"):
            if getattr(self, name) is sympy.S.Reals:
                message = f"{what} needs finitely many states, but {name} are continuous; give them an alphabet"
                raise ModelError(message)

    def _check_outputs(self) -> None:
        if self.outputs is None or self.outputs is sympy.S.Reals:
            return
        for argument, value in zip(self._neuron.totals, self._neuron.values, strict=True):
            if value not in self.outputs:
                shown = ", ".join(map(str, self.outputs))
                message = (
                    f"the activation takes the value {value} at {Fraction(argument, self._neuron.scale)}, outside the "
                    f"given outputs ({shown}); add it, or leave outputs out to have the values reached"
                )
                raise ModelError(message)

    @cached_property
    def _neuron(self) -> Neuron:
        """One output neuron."""
        return Neuron(self.width, self.samples, self.weights, self.biases, self.neurons, self.activation)

    # Alphabets and states

    @property
    def neuron_alphabet(self) -> Any:
        """The values of a single neuron h: a tuple of SymPy rationals, or ``S.Reals``.

        Examples
        --------
        >>> LayerModel().neuron_alphabet
        (0, 1)
        """
        return self.neurons

    @cached_property
    def activation_alphabet(self) -> Any:
        """The values of a single activation σ: ``outputs`` as given, else the values reached, sorted.

        Examples
        --------
        >>> from symrg.model.activations import relu
        >>> LayerModel(width=2, activation=relu).activation_alphabet
        (0, 1, 2, 3)
        """
        if self.outputs is not None:
            return self.outputs
        if not self._is_finite:
            return sympy.S.Reals
        return tuple(as_rational(value) for value in sorted(set(self._neuron.values)))

    @cached_property
    def neuron_states(self) -> _Rows:
        """The states of a layer's neurons, ``n_h`` tuples of N L values, index (i, l) with l fastest.

        Examples
        --------
        >>> LayerModel(width=2).neuron_states
        ((0, 0), (0, 1), (1, 0), (1, 1))
        """
        return self._layer_states(self.neuron_alphabet, "the list of neuron states")

    @cached_property
    def activation_states(self) -> _Rows:
        """The states of a layer's activations, ``n_σ`` tuples of N L values, index (i, l) with l fastest.

        Examples
        --------
        >>> LayerModel(samples=2).activation_states
        ((0, 0), (0, 1), (1, 0), (1, 1))
        """
        return self._layer_states(self.activation_alphabet, "the list of activation states")

    def _layer_states(self, alphabet: Any, what: str) -> _Rows:
        self.require_finite(what)
        places = self.width * self.samples
        check_size(what, len(alphabet), places)
        return tuple(product(alphabet, repeat=places))

    @cached_property
    def multiplicity(self) -> tuple[tuple[int, ...], ...]:
        """The multiplicity matrix G[h, σ] = #{(W, b) : σ(W h + b) = σ}, of shape n_h × n_σ.

        Rows are ``neuron_states``, columns ``activation_states``. The count factorises over the output
        neurons, so no parameter setting of a whole layer is ever listed. Equal rows are the same tuple.

        Raises
        ------
        ModelError
            If an alphabet is continuous.
        BudgetExceeded
            If the distinct rows would have more than 4 million entries; :attr:`row_orbits` goes further.

        Examples
        --------
        >>> LayerModel(biases=None, neurons=(-1, 1)).multiplicity
        ((1, 1), (1, 1))
        """
        return expanded_rows(self._histograms, self.width, len(self.neurons) ** self.samples)

    @cached_property
    def row_orbits(self) -> tuple[RowOrbit, ...]:
        """The rows of G up to relabelling neurons, each as the counts of one neuron: for layers of any width.

        In the order in which the orbits first appear among the ``neuron_states``. A row of G depends on how many
        neurons are in which state, and is the N-fold Kronecker power of one neuron's counts.

        Raises
        ------
        ModelError
            If an alphabet is continuous.
        BudgetExceeded
            If there are more than 4 million counts, or as many different sums of weights.

        Examples
        --------
        >>> for orbit in LayerModel(width=2).row_orbits:
        ...     print(orbit, orbit.size)
        RowOrbit(occupation=(2, 0), counts=(4, 4)) 1
        RowOrbit(occupation=(1, 1), counts=(2, 6)) 2
        RowOrbit(occupation=(0, 2), counts=(4, 4)) 1
        """
        ordered = sorted(self._histograms.items(), reverse=True)
        return tuple(RowOrbit(occupation, counts) for occupation, counts in ordered)

    @cached_property
    def multiplicity_rank(self) -> int:
        """The rank of G, exactly, without forming G.

        Permuted columns of G are equal, so the rank is that of the monomials of degree N at the points that the
        counts of one neuron are: at most the number of different rows, and exactly that up to N + 1 of them.

        Raises
        ------
        ModelError
            If an alphabet is continuous.
        BudgetExceeded
            If that matrix would have more than 4 million entries.

        Examples
        --------
        >>> LayerModel(width=2).multiplicity_rank, LayerModel(width=100).multiplicity_rank
        (2, 51)
        """
        return kronecker_rank(sorted(set(self._histograms.values())), self.width)

    @cached_property
    def _histograms(self) -> dict[tuple[int, ...], tuple[int, ...]]:
        """How many neurons are in each state ↦ one output neuron's counts, for every orbit."""
        self.require_finite("the multiplicity matrix")
        outputs = self.activation_alphabet
        states, outcomes = (len(alphabet) ** self.samples for alphabet in (self.neurons, outputs))
        check_orbits(self.width, states, outcomes, len(self.weights))
        return self._neuron.histograms(outputs)

    # Degrees of freedom

    def neurons_at(self, layer: Any) -> tuple[Variable, ...]:
        """Return the neurons h_i^(m)[l] of a layer: N L variables, l fastest.

        Parameters
        ----------
        layer : int or SymPy expression
            m, an integer or an expression in a symbol, such as m + 1.

        Examples
        --------
        >>> LayerModel(width=2).neurons_at(sympy.Symbol("m") + 1)
        (h_1^(m+1), h_2^(m+1))
        """
        return tuple(self._variable("h", self.neurons, "neuron", layer, i, l) for i, l in self._places())

    def activations_at(self, layer: Any) -> tuple[Variable, ...]:
        """Return the activation states σ_i^(m)[l] of a layer as variables: N L of them, l fastest.

        Examples
        --------
        >>> LayerModel().activations_at(0)[0].alphabet
        (0, 1)
        """
        alphabet = self.activation_alphabet
        return tuple(self._variable("sigma", alphabet, "activation", layer, i, l) for i, l in self._places())

    def weights_at(self, layer: Any) -> tuple[Variable, ...]:
        """Return the weights W_ij^(m) of a layer: N² variables, j fastest.

        Examples
        --------
        >>> LayerModel(width=2).weights_at(0)
        (W_11^(0), W_12^(0), W_21^(0), W_22^(0))
        """
        level = as_layer(layer)
        N = self.width
        separator = "," if N > 9 else ""
        found = []
        for i, j in product(range(1, N + 1), repeat=2):
            subscript = f"_{i}{separator}{j}" if N > 1 else ""
            name = f"W{subscript}^({_label(level)})"
            found.append(Variable(name, self.weights, kind="weight", layer=level, index=(i, j)))
        return tuple(found)

    def biases_at(self, layer: Any) -> tuple[Variable, ...]:
        """Return the biases b_i^(m) of a layer: N variables, or none if the network has no biases.

        Examples
        --------
        >>> LayerModel().biases_at(2), LayerModel(biases=None).biases_at(2)
        ((b^(2),), ())
        """
        if self.biases is None:
            return ()
        level = as_layer(layer)
        found = []
        for i in range(1, self.width + 1):
            subscript = f"_{i}" if self.width > 1 else ""
            name = f"b{subscript}^({_label(level)})"
            found.append(Variable(name, self.biases, kind="bias", layer=level, index=(i,)))
        return tuple(found)

    def _places(self) -> Iterator[tuple[int, int]]:
        return product(range(1, self.width + 1), range(1, self.samples + 1))

    def _decorated(self, root: str, layer: str, i: int, l: int) -> str:
        subscript = f"_{i}" if self.width > 1 else ""
        sample = f"[{l}]" if self.samples > 1 else ""
        superscript = layer + sample
        return root + subscript + (f"^{superscript}" if superscript else "")

    def _variable(self, root: str, alphabet: Any, kind: str, layer: Any, i: int, l: int) -> Variable:
        level = as_layer(layer)
        name = self._decorated(root, f"({_label(level)})", i, l)
        return Variable(name, alphabet, kind=kind, layer=level, index=(i, l))


def positive_integer(value: Any, name: str, meaning: str) -> None:
    """Refuse what is no positive integer; a bool is none.

    Raises
    ------
    ModelError
        The message gives the name and its meaning.

    Examples
    --------
    >>> positive_integer(2, "width", "the number of neurons a layer")
    """
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        message = f"{name} is {value!r}; it is {meaning}, a positive integer such as 1"
        raise ModelError(message)


def _label(level: sympy.Expr) -> str:
    return str(level).replace(" ", "")
