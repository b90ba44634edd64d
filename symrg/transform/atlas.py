"""One row of the atlas: the fixed points of one network at one scale, and how far its layers feel each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from time import perf_counter
from typing import TYPE_CHECKING, Any

import sympy

from ..errors import ModelError
from ..exact.numbers import as_fraction, format_fraction
from .initial import DIGITS, InitialChain
from .strata import strata

if TYPE_CHECKING:
    from .network import LayeredNetwork

__all__ = ["COLUMNS", "alphabet_text", "atlas_row"]

COLUMNS: Mapping[str, str] = {
    "width": "neurons a layer, N",
    "samples": "data points, L",
    "weights": "alphabet of the weights",
    "biases": "alphabet of the biases, or none",
    "neurons": "alphabet of the neurons",
    "activation": "the activation function",
    "scale": "p: every p-th layer is kept",
    "n_h": "states of a layer's neurons",
    "n_sigma": "states of a layer's activations",
    "rank": "rank of the multiplicity matrix G",
    "strata": "the strata of fixed points over C: multiplicities of the eigenvalues of T, and the dimension",
    "isolated": "whether one of the strata is a single point",
    "isolated_at_infinity": "whether that point has infinite couplings; empty without one",
    "physical": "ranks of the strata with real couplings",
    "xi_gap": "gap length 1/ln|λ₁/λ₂| of T at the initial Hamiltonian with β_v = 1, in layers",
    "xi_h": "length of the connected correlation of one neuron at one data point, there too; empty if undecided",
    "seconds": "wall time",
    "error": "why there is no answer; empty if there is one",
}
"""The columns of the atlas, and what they say."""


def atlas_row(network: LayeredNetwork, scale: int = 2, *, digits: int = DIGITS) -> dict[str, Any]:
    """Return the row of one network at one scale, as plain data.

    Parameters
    ----------
    network : LayeredNetwork
        With finite alphabets.
    scale : int
        p ≥ 2.
    digits : int
        Certified decimal digits of the lengths.

    Returns
    -------
    dict
        A value for each of :data:`COLUMNS`. Strata are pairs (multiplicities, dimension), by rising rank; lengths are
        decimals as text, or None.

    Raises
    ------
    ModelError, BudgetExceeded, UnableError
        As the steps do.

    Examples
    --------
    >>> from symrg import LayeredNetwork
    >>> row = atlas_row(LayeredNetwork(), digits=8)
    >>> row["rank"], row["strata"], row["isolated"], row["isolated_at_infinity"], row["physical"]
    (2, [[[1], 2], [[2], 0]], True, False, [1])
    >>> row["xi_gap"], row["xi_h"]
    ('0.46334239', '0.46334239')
    """
    if isinstance(scale, bool) or not isinstance(scale, int) or scale < 2:
        message = f"the scale is {scale!r}; a scale factor is an integer p ≥ 2"
        raise ModelError(message)
    start = perf_counter()
    chain = network.chain()
    found = strata(chain, scale)
    points = [stratum for stratum in found if stratum.dimension == 0]
    initial = InitialChain(network)
    gap, own = initial.gap_length(digits), initial.own_length(digits)
    return {
        "width": network.width,
        "samples": network.samples,
        "weights": alphabet_text(network.weights),
        "biases": alphabet_text(network.biases),
        "neurons": alphabet_text(network.neurons),
        "activation": _activation_text(network.activation),
        "scale": scale,
        "n_h": chain.shape[0],
        "n_sigma": chain.shape[1],
        "rank": max(stratum.rank for stratum in found),
        "strata": [[list(stratum.multiplicities), stratum.dimension] for stratum in found],
        "isolated": bool(points),
        "isolated_at_infinity": points[0].at_infinity if points else None,
        "physical": sorted({stratum.rank for stratum in found if stratum.physical}),
        "xi_gap": _decimal(gap, digits),
        "xi_h": None if own is None else _decimal(own, digits),
        "seconds": f"{perf_counter() - start:.3f}",
        "error": "",
    }


def alphabet_text(values: Iterable[Any] | None) -> str:
    """Write an alphabet as the command line takes it.

    Examples
    --------
    >>> alphabet_text((-1, 0, 1)), alphabet_text(None)
    ('-1,0,1', 'none')
    """
    return "none" if values is None else ",".join(format_fraction(as_fraction(value)) for value in values)


def _decimal(ball: Any, digits: int) -> str:
    return "0" if ball == 0 else str(ball.str(digits, radius=False))


def _activation_text(activation: Any) -> str:
    """Write an activation by its name, and one without a name as what it maps to what."""
    name = getattr(activation, "display_name", None)
    if name is None and isinstance(activation, sympy.Lambda):
        return f"{', '.join(map(str, activation.signature))} -> {activation.expr}"
    return str(name or activation)
