"""Networks and samples from files of floats.

A float in a file is a rational number with a power of two below, and is taken as exactly that one
(``float.as_integer_ratio``); nothing is rounded. Inside Python floats are refused, as everywhere.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from fractions import Fraction
from math import isfinite
from pathlib import Path
from typing import Any

from ..errors import ModelError, NotExactError, UnableError
from ..exact.numbers import as_fraction
from .activations import ACTIVATIONS
from .alphabets import as_rational
from .dense import DenseNetwork, Entries

__all__ = ["exact_float", "read_network", "read_samples"]


def exact_float(value: Any, *, what: str = "a number") -> Fraction:
    """Return the rational number that a float is, exactly: what the door for files of floats is made of.

    Parameters
    ----------
    value : float of at most 64 bits, or exact rational, or text such as ``"1/3"``
        The number.
    what : str
        How the error message names it.

    Raises
    ------
    NotExactError
        For NaN and infinities, and what is no number.

    Examples
    --------
    >>> exact_float(0.375), exact_float(0.1) == Fraction(1, 10), exact_float("1/3")
    (Fraction(3, 8), False, Fraction(1, 3))
    """
    if isinstance(value, str):
        try:
            return Fraction(value)
        except (ValueError, ZeroDivisionError) as error:
            message = f"{what} is the text {value!r}, no rational number; write 3, 0.375 or 1/3"
            raise NotExactError(message) from error
    kind = getattr(value, "dtype", None)
    if kind is not None:
        value = value.item() if kind.kind in "iuf" and kind.itemsize <= 8 else value
    if type(value) is float:
        if not isfinite(value):
            message = f"{what} is {value}; weights and samples are finite, so train again or leave it out"
            raise NotExactError(message)
        return Fraction(*value.as_integer_ratio())
    return as_fraction(value, what=what)


def read_network(path: str | os.PathLike[str]) -> DenseNetwork:
    """Read a network from a JSON or ``.npz`` file; each float is taken as exactly the rational number it is.

    Parameters
    ----------
    path : path or str
        JSON: ``{"activation": "relu", "layers": [{"weights": [[...]], "bias": [...]}, ...]}``, the read-out last.
        ``.npz`` (needs NumPy): matrices and vectors in turn, in the order of the file; ReLU is the activation.

    Raises
    ------
    ModelError
        If the file is no such file, or shapes do not fit.
    NotExactError
        For NaN and infinities.
    UnableError
        For ``.npz`` without NumPy.

    Examples
    --------
    >>> import json
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> layers = [{"weights": [[0.5], [-1]], "bias": [0, 1]}, {"weights": [[1, 1]], "bias": [0]}]
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "network.json")
    ...     _ = path.write_text(json.dumps({"activation": "relu", "layers": layers}))
    ...     net = read_network(path)
    >>> net.widths, net(((1,),))
    ((1, 2, 1), [[Fraction(1, 2)]])
    """
    where = Path(path)
    note = f"{where.name}, each float taken as exactly the rational number it is"
    if where.suffix == ".npz":
        weights, biases = _read_npz(where)
        return DenseNetwork(weights, biases, source=note)
    data = _read_json(where)
    layers = data.get("layers")
    if not isinstance(layers, list) or not all(
        isinstance(layer, dict) and {"weights", "bias"} <= set(layer) for layer in layers
    ):
        message = f"{where} has no list of layers with weights and bias; see the documentation of read_network"
        raise ModelError(message)
    name = data.get("activation", "relu")
    if name not in ACTIVATIONS:
        message = f"{where} asks for the activation {name!r}; there are {', '.join(ACTIVATIONS)}"
        raise ModelError(message)
    matrices, vectors = [], []
    for number, layer in enumerate(layers, 1):
        if not all(isinstance(row, list) for row in (layer["weights"], *layer["weights"], layer["bias"])):
            message = f"layer {number} of {where}: weights are a list of lists, bias is a list"
            raise ModelError(message)
        matrices.append(_exact_rows(layer["weights"], f"weight {{}}, {{}} of layer {number}"))
        vectors.append(_exact_rows([layer["bias"]], f"bias {{1}} of layer {number}")[0])
    return DenseNetwork(tuple(matrices), tuple(vectors), ACTIVATIONS[name], note)


def read_samples(path: str | os.PathLike[str]) -> tuple[Entries, tuple[int, ...]]:
    """Read ``{"samples": [[...], ...], "labels": [...]}`` from a JSON file, floats exactly.

    Returns
    -------
    tuple
        The samples, and a class for each.

    Raises
    ------
    ModelError
        If the file is no such file.
    NotExactError
        For NaN and infinities.
    """
    data = _read_json(Path(path))
    samples, labels = data.get("samples"), data.get("labels")
    if not isinstance(samples, list) or not isinstance(labels, list) or len(samples) != len(labels):
        message = f"{path} has no samples with a label each; give two lists of one length"
        raise ModelError(message)
    return _exact_rows(samples, "entry {1} of sample {0}"), tuple(int(as_rational(label)) for label in labels)


def _exact_rows(rows: Sequence[Sequence[Any]], what: str) -> Entries:
    return tuple(
        tuple(exact_float(x, what=what.format(j, k)) for k, x in enumerate(row, 1)) for j, row in enumerate(rows, 1)
    )


def _read_json(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror}; give the path of a JSON file"
        raise ModelError(message) from error
    except ValueError as error:
        message = f"{path} is no JSON: {error}"
        raise ModelError(message) from error
    if not isinstance(data, dict):
        message = f"{path} holds a {type(data).__name__}; a network is an object with layers"
        raise ModelError(message)
    return data


def _read_npz(path: Path) -> tuple[tuple[Entries, ...], Entries]:
    try:
        import numpy as np
    except ImportError as error:
        message = "files of NumPy arrays need NumPy: pip install 'symrg[plot]', or write the weights as JSON"
        raise UnableError(message) from error
    try:
        with np.load(path, allow_pickle=False) as archive:
            arrays = [(name, archive[name]) for name in archive.files]
    except (OSError, ValueError) as error:
        message = f"{path} cannot be read as arrays: {error}"
        raise ModelError(message) from error
    matrices, vectors = [], []
    for number, (name, array) in enumerate(arrays):
        layer = number // 2 + 1
        if array.ndim != 2 - number % 2:
            message = f"the array {name!r} of {path} has {array.ndim} dimensions; matrices and vectors come in turn"
            raise ModelError(message)
        if number % 2:
            vectors.append(_exact_rows([list(array)], f"bias {{1}} of layer {layer}")[0])
        else:
            matrices.append(_exact_rows([list(row) for row in array], f"weight {{}}, {{}} of layer {layer}"))
    return tuple(matrices), tuple(vectors)
