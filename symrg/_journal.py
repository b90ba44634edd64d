"""Journals: finished rows on disk, one line of JSON each, that survive any interruption."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

from .errors import ModelError

__all__ = ["Journal"]


class Journal:
    """Rows that are kept line by line; the first line says what they are rows of.

    A line is written in one piece and to the disk before the next, and a last line that was cut off is dropped.

    Parameters
    ----------
    path : path
        The file; made if it does not exist, with its directory.
    options : mapping
        Plain data that the rows depend on.
    fresh : bool
        Begin anew, whatever the file holds.

    Raises
    ------
    ModelError
        If the file is of other options, is no journal, is being written by another process, or cannot be written.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     with Journal(Path(folder) / "rows.jsonl", {"p": 2}) as journal:
    ...         journal.append({"rank": 1})
    ...     with Journal(Path(folder) / "rows.jsonl", {"p": 2}) as journal:
    ...         journal.rows
    [{'rank': 1}]
    """

    def __init__(self, path: Path, options: Mapping[str, Any], *, fresh: bool = False) -> None:
        self.path = path
        self.rows: list[dict[str, Any]] = []
        header = {"journal": 1, "options": dict(options)}
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file: BinaryIO = path.open("a+b", buffering=0)
        except OSError as error:
            message = f"cannot write to {path.parent}: {error.strerror or error}; choose another directory"
            raise ModelError(message) from error
        try:
            self._lock()
            if fresh:
                self._file.truncate(0)
            self._read(header)
        except BaseException:
            self._file.close()
            raise

    def _lock(self) -> None:
        try:
            import fcntl
        except ImportError:  # no such locks on this system
            return
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            message = f"{self.path} is being written by another run; wait for it, or choose another directory"
            raise ModelError(message) from error

    def _read(self, header: dict[str, Any]) -> None:
        self._file.seek(0)
        contents = self._file.read()
        whole = contents[: contents.rfind(b"\n") + 1]
        self._file.truncate(len(whole))
        try:
            first, *rest = [json.loads(line) for line in whole.splitlines()] or [None]
        except ValueError as error:
            message = f"{self.path} is no journal of symrg ({error}); choose another directory, or begin afresh"
            raise ModelError(message) from error
        if first is None:
            self.append(header)
            return
        changes = _changes(first, header)
        if changes:
            message = (
                f"{self.path} holds rows of other options ({'; '.join(changes)}); choose another directory, or begin "
                "afresh with --fresh"
            )
            raise ModelError(message)
        self.rows = rest

    def append(self, row: Mapping[str, Any]) -> None:
        """Write a row down, to the disk."""
        self._file.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
        os.fsync(self._file.fileno())

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()


def _changes(first: Any, header: dict[str, Any]) -> list[str]:
    """Say how the options of a journal differ from those wanted."""
    if not isinstance(first, dict) or first.get("journal") != header["journal"]:
        return ["it is of another kind"]
    # through JSON, as the journal's own went
    old, new = first["options"], json.loads(json.dumps(header["options"]))
    names = sorted(set(old) | set(new))
    return [f"{name} {old.get(name)}, not {new.get(name)}" for name in names if old.get(name) != new.get(name)]
