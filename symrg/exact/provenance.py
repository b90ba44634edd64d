"""What a result was made with: versions, and a hash of its inputs."""

from __future__ import annotations

import hashlib
import json
import platform
from typing import Any

import flint
import sympy

from .. import __version__

__all__ = ["input_hash", "versions"]


def versions() -> dict[str, str]:
    """Return the versions of symrg, of the packages it computes with, and of Python.

    Examples
    --------
    >>> sorted(versions())
    ['python', 'python-flint', 'sympy', 'symrg']
    """
    # what the modules say of themselves: loading the packaging metadata takes longer than a small computation
    return {
        "symrg": __version__,
        "sympy": sympy.__version__,
        "python-flint": flint.__version__,
        "python": platform.python_version(),
    }


def input_hash(inputs: Any) -> str:
    """Return a hash of plain data that does not depend on the order of its keys.

    Examples
    --------
    >>> input_hash({"a": 1, "b": [2]}) == input_hash({"b": [2], "a": 1})
    True
    """
    canonical = json.dumps(inputs, sort_keys=True, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(canonical.encode()).hexdigest()
