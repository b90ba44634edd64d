"""What the command line prints, and where: results on stdout, progress and errors on stderr.

Rich is imported when there is something to print for a person, not for JSON.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from textwrap import wrap
from threading import Event, Thread
from time import monotonic
from types import TracebackType
from typing import Any

__all__ = ["Progress", "Report", "complain", "stdout_kept_clean", "write_json"]

_WIDEST = 100  # columns; longer lines are hard to read, and a pipe gets 80
_STYLES = {"proved": "green", "refuted": "bold red", "undecided": "bold yellow"}


def _console(stream: Any) -> Any:
    from rich.console import Console

    class Terminal(Console):
        def on_broken_pipe(self) -> None:
            # rich would exit with 1, which here means that a verdict is not as expected
            raise BrokenPipeError

    # no markup and no highlighting: messages contain brackets and numbers of their own
    console = Terminal(file=stream, markup=False, highlight=False, emoji=False)
    console.width = min(console.width, _WIDEST)
    return console


class Report:
    """What a command says on stdout: lines, tables and notes, for a person.

    Parameters
    ----------
    silent : bool
        Print nothing, because stdout is for JSON.
    """

    def __init__(self, *, silent: bool = False) -> None:
        self._console = None if silent else _console(sys.stdout)

    def line(self, text: str = "", *, style: str = "", bullet: str = "") -> None:
        """Print a paragraph, wrapped to the terminal (to 80 columns in a pipe); with a bullet it is indented."""
        if self._console is None:
            return
        first = f"  {bullet}  " if bullet else ""
        rows = wrap(
            text,
            self._console.width,
            initial_indent=first,
            subsequent_indent=" " * len(first),
            break_long_words=False,  # a long number or path stays whole, to be copied
            break_on_hyphens=False,
        )
        for row in rows or [""]:
            self._console.print(row, style=style or None, soft_wrap=True)

    def path(self, text: str) -> None:
        """Print a line that must stay whole, such as a path to copy."""
        if self._console is not None:
            self._console.print(text, soft_wrap=True)

    def table(self, header: Sequence[str], rows: Iterable[Sequence[str]], *, numeric: Sequence[int] = ()) -> None:
        """Print a table; the columns listed in ``numeric`` are aligned to the right."""
        if self._console is None:
            return
        from rich import box
        from rich.table import Table
        from rich.text import Text

        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
        for place, name in enumerate(header):
            # text columns fold instead of being cut: a result that cannot be read is no result
            table.add_column(name, justify="right" if place in numeric else "left", overflow="fold")
        for row in rows:
            table.add_row(*(Text(cell, style=_STYLES.get(cell, "")) for cell in row))
        self._console.print(table)


def complain(message: str, *, notes: Sequence[str] = ()) -> None:
    """Print an error on stderr, in whole lines if that is no terminal."""
    from rich.text import Text

    console = _console(sys.stderr)
    console.print(Text("error: ", style="bold red") + Text(message), soft_wrap=not console.is_terminal)
    for note in notes:
        console.print(Text(f"  {note}"), soft_wrap=not console.is_terminal)


class Progress:
    """Says on stderr what is being done, once it takes more than a second.

    A terminal shows one line that is renewed and goes away; anything else gets plain lines, fewer and fewer.

    Parameters
    ----------
    delay : float
        Seconds before the first word.

    Examples
    --------
    >>> with Progress() as progress:
    ...     progress("adding up")
    """

    def __init__(self, delay: float = 1.0) -> None:
        self._delay = delay
        self._step = ""
        self._start = monotonic()
        self._stop = Event()
        self._thread = Thread(target=self._watch, daemon=True)

    def __call__(self, step: str) -> None:
        """Name what begins now."""
        self._step = step

    def __enter__(self) -> Progress:
        self._start = monotonic()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        if self._stop.wait(self._delay):
            return
        console = _console(sys.stderr)
        if console.is_terminal:
            with console.status(self._text()) as status:
                while not self._stop.wait(0.2):
                    status.update(self._text())
            return
        pause = 1.0
        while True:
            console.print(self._text(), soft_wrap=True)
            if self._stop.wait(pause):
                return
            pause = min(2 * pause, 60.0)

    def _text(self) -> Any:
        from rich.text import Text

        return Text(f"{self._step or 'starting'} … {int(monotonic() - self._start)} s")


@contextmanager
def stdout_kept_clean() -> Iterator[None]:
    """Send what a script prints to stderr, so that stdout holds results only."""
    kept = sys.stdout
    sys.stdout = sys.stderr
    try:
        yield
    finally:
        sys.stdout = kept


def write_json(record: Any, target: str) -> None:
    """Write JSON to a file, whole or not at all, or to stdout for ``-``.

    Raises
    ------
    ModelError
        If the file cannot be written.
    """
    text = json.dumps(record, indent=2, ensure_ascii=False) + "\n"
    if target == "-":
        sys.stdout.write(text)
        sys.stdout.flush()
        return
    from .view.document import write_files

    path = Path(target)
    write_files(path.parent, {path.name: text.encode("utf-8")})
