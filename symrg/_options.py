"""What the command line accepts for networks and data: a closed grammar of exact numbers."""

from __future__ import annotations

import re
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from .errors import ModelError

if TYPE_CHECKING:
    from .transform.network import LayeredNetwork

__all__ = [
    "ActivationName",
    "alphabet",
    "build_network",
    "count_factors",
    "data_points",
    "describe_network",
    "rational",
]

_MOST_DIGITS = 400
_RATIONAL = re.compile(rf"[+-]?[0-9]{{1,{_MOST_DIGITS}}}(/[0-9]{{1,{_MOST_DIGITS}}})?", re.ASCII)
_DECIMAL = re.compile(rf"[+-]?(?=\.?[0-9])[0-9]{{0,{_MOST_DIGITS}}}\.[0-9]{{0,{_MOST_DIGITS}}}", re.ASCII)


class ActivationName(StrEnum):
    """The activations that have a name on the command line."""

    heaviside = "heaviside"
    sign = "sign"
    relu = "relu"
    clipped_relu = "clipped-relu"


def rational(text: str, what: str = "a number") -> Fraction:
    """Read an exact rational such as ``-1`` or ``1/2``.

    Parameters
    ----------
    text : str
    what : str
        How the error message names it.

    Raises
    ------
    ModelError
        For anything else: decimals, expressions, names, a zero denominator.

    Examples
    --------
    >>> rational("-1/2")
    Fraction(-1, 2)
    """
    stripped = text.strip()
    if _DECIMAL.fullmatch(stripped):
        message = f"{what} is the decimal {stripped}; write it as the exact fraction {Fraction(stripped)}"
        raise ModelError(message)
    if not _RATIONAL.fullmatch(stripped):
        message = f"{what} is {stripped[:60]!r}; write an integer such as -1, or a fraction such as 1/2"
        raise ModelError(message)
    above, _, below = stripped.partition("/")
    if below and int(below) == 0:
        message = f"{what} is {stripped}, with a zero denominator; write an integer or a fraction such as 1/2"
        raise ModelError(message)
    return Fraction(int(above), int(below or 1))


def alphabet(text: str, what: str = "the alphabet") -> tuple[Fraction, ...]:
    """Read values separated by commas, such as ``-1,0,1/2``.

    Raises
    ------
    ModelError
        If a value is no exact rational, or there is none.

    Examples
    --------
    >>> alphabet("-1,1") == (-1, 1)
    True
    """
    if not text.strip():
        message = f"{what} is empty; give at least one value, such as -1,1"
        raise ModelError(message)
    return tuple(rational(part, f"a value of {what}") for part in text.split(","))


def data_points(text: str, width: int, samples: int) -> tuple[tuple[Fraction, ...], ...]:
    """Read the input of a network: neurons separated by commas, data points by semicolons.

    Parameters
    ----------
    text : str
        A single number stands for every neuron of every data point.
    width, samples : int
        The shape wanted.

    Returns
    -------
    tuple of tuple of Fraction
        Shape (samples, width).

    Raises
    ------
    ModelError
        If a value is no exact rational, or the shape is another one.

    Examples
    --------
    >>> data_points("1,0;0,1", 2, 2) == ((1, 0), (0, 1))
    True
    >>> data_points("1", 2, 1) == ((1, 1),)
    True
    """
    rows = tuple(alphabet(row, "the input") for row in text.split(";"))
    if len(rows) == 1 and len(rows[0]) == 1:
        return (rows[0] * width,) * samples
    if len(rows) != samples or any(len(row) != width for row in rows):
        message = (
            f"the input {text!r} has the wrong shape; give {samples} data point(s) separated by ';', each of {width} "
            "value(s) separated by ',', or a single number for all"
        )
        raise ModelError(message)
    return rows


def build_network(given: dict[str, Any]) -> LayeredNetwork:
    """Return the network that the options describe; what was not given is as in the founding paper.

    Parameters
    ----------
    given : dict
        Out of ``width``, ``samples`` (int), ``weights``, ``biases``, ``neurons`` (text) and ``activation``
        (an :class:`ActivationName`).

    Raises
    ------
    ModelError
        If an option does not parse, or the network refuses it.

    Examples
    --------
    >>> build_network({"weights": "-1,0,1", "biases": "none"}).multiplicity
    ((0, 3), (1, 2))
    """
    from .model.activations import ACTIVATIONS
    from .transform.network import LayeredNetwork

    options: dict[str, Any] = {}
    for name, value in given.items():
        if name == "activation":
            options[name] = ACTIVATIONS[ActivationName(value).name]
        elif name == "biases" and value.strip().lower() == "none":
            options[name] = None
        elif name in ("weights", "biases", "neurons"):
            options[name] = alphabet(value, f"--{name}")
        else:
            options[name] = value
    return LayeredNetwork(**options)


def count_factors(network: LayeredNetwork) -> int:
    """Return the number of factors of a network's chain, n_h n_σ − 1, without building the chain.

    Examples
    --------
    >>> count_factors(build_network({"width": 2}))
    15
    """
    one = len(network.neuron_alphabet) * len(network.activation_alphabet)
    return int(one ** (network.width * network.samples)) - 1


def describe_network(network: LayeredNetwork) -> str:
    """Return a network in one line.

    Examples
    --------
    >>> describe_network(build_network({}))
    'width 1, samples 1, W ∈ {-1, 1}, b ∈ {-1, 1}, h ∈ {0, 1}, heaviside'
    """
    biases = "no biases" if network.biases is None else f"b ∈ {_braces(network.biases)}"
    parts = [
        f"width {network.width}",
        f"samples {network.samples}",
        f"W ∈ {_braces(network.weights)}",
        biases,
        f"h ∈ {_braces(network.neurons)}",
        getattr(network.activation, "display_name", str(network.activation)),
    ]
    return ", ".join(parts)


def _braces(values: Any) -> str:
    return "{" + ", ".join(str(value) for value in values) + "}"
