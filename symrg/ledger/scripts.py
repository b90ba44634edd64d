"""Derivation scripts: finding one by path or by name, and running it."""

from __future__ import annotations

import inspect
import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import module_from_spec
from pathlib import Path
from types import ModuleType
from typing import Any

from ..errors import ModelError, ScriptError, SymrgError
from .derivation import Derivation

__all__ = ["find_script", "run_script", "shipped_scripts"]


def shipped_scripts() -> dict[str, Path]:
    """Return the derivation scripts that come with symrg, by name.

    Examples
    --------
    >>> "dynamic_neurons" in shipped_scripts()
    True
    """
    return {path.stem: path for path in sorted(_shipped().glob("*.py")) if not path.stem.startswith("_")}


def _shipped() -> Path:
    package = Path(__file__).resolve().parent.parent
    folder = package / "_derivations"  # where a wheel has them
    return folder if folder.is_dir() else package.parent / "derivations"  # where a checkout has them


def find_script(script: str | os.PathLike[str]) -> Path:
    """Return the path of a derivation script.

    Parameters
    ----------
    script : path or str
        A path to a Python file, or the name of a shipped derivation.

    Raises
    ------
    ModelError
        If there is neither a file nor a shipped derivation of that name.

    Examples
    --------
    >>> find_script("dynamic_neurons").name
    'dynamic_neurons.py'
    """
    path = Path(script)
    if path.is_file():
        return path
    shipped = shipped_scripts()
    if str(script) in shipped:
        return shipped[str(script)]
    near = get_close_matches(path.stem, shipped, 1)
    hint = f"did you mean {near[0]}?" if near else f"the shipped ones are: {', '.join(shipped) or 'none'}"
    what = "is a directory" if path.is_dir() else "is no file"
    message = f"{script} {what}, and no shipped derivation has that name; give the path of a Python script ({hint})"
    raise ModelError(message)


def run_script(script: str | os.PathLike[str], *, network: Any = None, scale: int | None = None) -> Derivation:
    """Run a derivation script and return its derivation.

    The script is Python and is run as such; it defines ``derivation(network=None, scale=2)``, or a function of
    the same name with fewer parameters.

    Parameters
    ----------
    script : path or str
        As for :func:`find_script`.
    network : LayeredNetwork, optional
        Passed on if given.
    scale : int, optional
        Passed on if given.

    Returns
    -------
    Derivation

    Raises
    ------
    ModelError
        If there is no such script, or its ``derivation`` does not take what was given.
    ScriptError
        If the script raises, or defines no derivation; the message has file, line and exception. An error of
        symrg's own (a :class:`~symrg.errors.SymrgError`) passes with a note of the line.
    """
    path = find_script(script)
    given = {name: value for name, value in (("network", network), ("scale", scale)) if value is not None}
    with _located(path), _siblings_importable(path):
        function = getattr(_load(path), "derivation", None)
        if not callable(function):
            message = f"{path} defines no function derivation(); write one that returns a symrg.Derivation"
            raise ScriptError(message)
        _check_accepts(function, given, path)
        result = function(**given)
    if not isinstance(result, Derivation):
        message = f"derivation() of {path} returned {type(result).__name__}; let it return a symrg.Derivation"
        raise ScriptError(message)
    return result


class _Loader(SourceFileLoader):
    def set_data(self, path: str, data: Any, *, _mode: int = 0o666) -> None:
        """Leave no byte code beside the script."""


def _load(path: Path) -> ModuleType:
    name = f"symrg_script_{path.stem}"
    loader = _Loader(name, str(path))
    module = module_from_spec(ModuleSpec(name, loader, origin=str(path)))
    module.__file__ = str(path)
    sys.modules[name] = module  # dataclasses look their module up there
    try:
        loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


@contextmanager
def _siblings_importable(path: Path) -> Iterator[None]:
    """Let the script import modules beside it, as ``python script.py`` does, and those of the shipped scripts.

    The latter come last of all, so that they hide nothing; a copy of a shipped script needs them wherever it lies.
    What was imported is forgotten afterwards, for another script may have a module of the same name beside it.
    """
    before, after = str(path.resolve().parent), str(_shipped())
    sys.path.insert(0, before)
    sys.path.append(after)
    known = set(sys.modules)
    try:
        yield
    finally:
        for name in set(sys.modules) - known:
            file = getattr(sys.modules[name], "__file__", None)
            if file and str(Path(file).parent) in (before, after):
                del sys.modules[name]
        if before in sys.path:
            sys.path.remove(before)
        if after in sys.path:
            del sys.path[len(sys.path) - 1 - sys.path[::-1].index(after)]


@contextmanager
def _located(path: Path) -> Iterator[None]:
    """Turn whatever the script raises into an error that names file and line."""
    try:
        yield
    except SymrgError as error:
        line = _line(error, path)
        if line is not None:
            error.add_note(f"raised at {path}, line {line}")
        raise
    except (Exception, SystemExit) as error:  # the script is the user's code and may raise anything
        line = _line(error, path)
        where = str(path) if line is None else f"{path}, line {line}"
        said = error.msg if isinstance(error, SyntaxError) else " ".join(str(error).split())
        what = type(error).__name__ + (f": {said}" if said else "")
        message = f"{where}: the script raised {what}; mend it there, or see the traceback with python -i {path}"
        raise ScriptError(message) from error


def _line(error: BaseException, path: Path) -> int | None:
    """Return the innermost line of the script that the error came through."""
    if isinstance(error, SyntaxError) and error.filename == str(path):
        return error.lineno
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
    return lines[-1] if lines else None


def _check_accepts(function: Any, given: dict[str, Any], path: Path) -> None:
    try:
        parameters = inspect.signature(function).parameters
    except (TypeError, ValueError):  # a callable without a signature: let the call itself tell
        return
    if any(p.kind is inspect.Parameter.VAR_KEYWORD for p in parameters.values()):
        return
    for name in given:
        if name not in parameters:
            option = "network options" if name == "network" else "--scale"
            message = (
                f"derivation() of {path} takes no parameter {name!r}, so it cannot be run with {option}; "
                f"leave them out, or add {name}=... to its parameters"
            )
            raise ModelError(message)
