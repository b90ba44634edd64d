"""What a result was made with: versions, and a hash of its inputs."""

from __future__ import annotations

import hashlib
import json
import platform
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from .. import __version__

__all__ = ["input_hash", "versions"]


def versions() -> dict[str, str]:
    """Return the versions of symrg, of the packages it computes with, and of Python.

    Examples
    --------
    >>> sorted(versions())
    ['python', 'python-flint', 'sympy', 'symrg']
    """
    found = {"symrg": __version__}
    for package in ("sympy", "python-flint"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "unknown"
    found["python"] = platform.python_version()
    return found


def input_hash(inputs: Any) -> str:
    """Return a hash of plain data that does not depend on the order of its keys.

    Examples
    --------
    >>> input_hash({"a": 1, "b": [2]}) == input_hash({"b": [2], "a": 1})
    True
    """
    canonical = json.dumps(inputs, sort_keys=True, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(canonical.encode()).hexdigest()
