"""Atlases: the rows of a family of networks, computed anywhere, written down as they come, and never twice.

Rows are computed on any ``concurrent.futures.Executor``: processes of this machine, or a Dask cluster. A row that
takes too long or crashes is a failed row and stops nothing. Finished rows are appended to a journal at once, so that a
run that was interrupted goes on where it was.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from multiprocessing import active_children, get_context
from pathlib import Path
from typing import Any

from . import __version__
from ._journal import Journal
from ._options import ActivationName, alphabet, build_network
from .errors import ModelError, UnableError

__all__ = ["SECONDS", "AtlasFamily", "cluster", "local_processes", "run_row", "write_atlas"]

SECONDS = 300.0
"""The budget of one row."""

_RESTARTS = 3  # of a pool of processes that somebody kills, without a row in between
_NEURONS = {"sign": "-1,1"}  # where (h − σ)² compares like with like; for all others 0,1
_KEY = ("width", "samples", "weights", "biases", "neurons", "activation", "scale")

Row = dict[str, Any]


@dataclass(frozen=True)
class AtlasFamily:
    """A family of networks and scales: all combinations of what is listed.

    Parameters
    ----------
    widths, samples, scales : sequence of int
    weights, biases, neurons : sequence of str
        Alphabets as on the command line, such as ``"-1,0,1"``; ``"none"`` for no biases. Without ``neurons`` they are
        ``-1,1`` for the activation sign and ``0,1`` for all others, so that h and σ have the same values.
    activations : sequence of str
        By their names on the command line.

    Raises
    ------
    ModelError
        If an entry does not parse.

    Examples
    --------
    >>> family = AtlasFamily(widths=(1, 2), samples=(1,), activations=("sign",), scales=(2,))
    >>> len(family.jobs), family.jobs[0]["neurons"]
    (8, '-1,1')
    """

    widths: Sequence[int] = (1, 2, 3, 4)
    samples: Sequence[int] = (1, 2)
    weights: Sequence[str] = ("-1,1", "-1,0,1")
    biases: Sequence[str] = ("-1,1", "none")
    neurons: Sequence[str] | None = None
    activations: Sequence[str] = ("heaviside", "sign")
    scales: Sequence[int] = (2, 3)

    def __post_init__(self) -> None:
        for name, least in (("widths", 1), ("samples", 1), ("scales", 2)):
            values = getattr(self, name)
            for value in values:
                if isinstance(value, bool) or not isinstance(value, int) or value < least:
                    message = f"one of the {name} is {value!r}; they are whole numbers of at least {least}"
                    raise ModelError(message)
            object.__setattr__(self, name, _once(values, name))
        for name in ("weights", "biases", "neurons"):
            values = getattr(self, name)
            if values is not None:
                texts = [_alphabet_text(value, name, empty=name == "biases") for value in values]
                object.__setattr__(self, name, _once(texts, name))
        known = [item.value for item in ActivationName]
        for name in self.activations:
            if name not in known:
                message = f"there is no activation {name!r}; choose from {', '.join(known)}"
                raise ModelError(message)
        object.__setattr__(self, "activations", _once(map(str, self.activations), "activations"))

    @property
    def jobs(self) -> tuple[Row, ...]:
        """What to compute, one for each row, in order."""
        found = []
        for activation, weights, biases in product(self.activations, self.weights, self.biases):
            for neurons in self.neurons or (_NEURONS.get(activation, "0,1"),):
                for samples, width, scale in product(self.samples, self.widths, self.scales):
                    values = (width, samples, weights, biases, neurons, activation, scale)
                    found.append(dict(zip(_KEY, values, strict=True)))
        return tuple(found)

    def to_dict(self) -> dict[str, Any]:
        """Return the family as plain data."""
        names = ("widths", "samples", "weights", "biases", "neurons", "activations", "scales")
        return {name: None if getattr(self, name) is None else list(getattr(self, name)) for name in names}


def _once(values: Iterable[Any], name: str) -> tuple[Any, ...]:
    found = tuple(dict.fromkeys(values))
    if not found:
        message = f"the list of {name} is empty; give at least one"
        raise ModelError(message)
    return found


def _alphabet_text(text: Any, name: str, *, empty: bool) -> str:
    """Write an alphabet in the one form that rows have."""
    if not isinstance(text, str):
        message = f"one of the {name} is {text!r}; a family has alphabets as text, as on the command line: '-1,1'"
        raise ModelError(message)
    if empty and text.strip().lower() == "none":
        return "none"
    return ",".join(str(value) for value in alphabet(text, f"the alphabet of {name}"))


def run_row(job: Row, seconds: float = SECONDS, digits: int = 20) -> Row:
    """Compute one row in a process of its own, which is killed when the time is over; what fails is said in the row.

    Parameters
    ----------
    job : dict
        One of :attr:`AtlasFamily.jobs`.
    seconds : float
        The budget.
    digits : int
        Certified decimal digits of the lengths.

    Examples
    --------
    >>> row = run_row(AtlasFamily().jobs[0])
    >>> row["rank"], row["error"]
    (2, '')
    >>> run_row(AtlasFamily(widths=(40,)).jobs[0])["error"].split(":")[0]
    'BudgetExceeded'
    """
    from .ledger.verdicts import Verdict
    from .ledger.workers import Worker

    def check() -> Verdict:
        return Verdict("proved", certificate=json.dumps(_attempt(job, digits)))

    with Worker({"row": check}, seconds=seconds) as worker:
        verdict, taken = worker.run("row")
    if verdict.status == "proved":
        row: Row = json.loads(verdict.certificate)
        return row
    return _failed(job, verdict.certificate, taken)


def _attempt(job: Row, digits: int) -> Row:
    from time import perf_counter

    from .transform.atlas import atlas_row

    start = perf_counter()
    try:
        options = {name: value for name, value in job.items() if name != "scale"}
        return {**atlas_row(build_network(options), job["scale"], digits=digits), **job}
    except Exception as error:  # whatever it is, it is about this row and stops no other
        said = " ".join(str(error).split())
        return _failed(job, type(error).__name__ + (f": {said}" if said else ""), perf_counter() - start)


def _failed(job: Row, error: str, seconds: float) -> Row:
    from .transform.atlas import COLUMNS

    return {**dict.fromkeys(COLUMNS), **job, "seconds": f"{seconds:.3f}", "error": error}


def _key(row: Row) -> tuple[Any, ...]:
    return tuple(row[name] for name in _KEY)


# -- running ---------------------------------------------------------------------------------------------------


def write_atlas(
    directory: str | os.PathLike[str],
    family: AtlasFamily | None = None,
    *,
    executor: Executor | None = None,
    processes: int | None = None,
    seconds: float = SECONDS,
    digits: int = 20,
    fresh: bool = False,
    progress: Callable[[str], None] | None = None,
) -> dict[str, Any]:
    """Compute the rows of a family of networks and write them as CSV, JSON and a page to look at.

    Parameters
    ----------
    directory : path
        Created if it does not exist; gets ``atlas.csv``, ``atlas.json``, ``atlas.html``, and the journal of finished
        rows ``atlas.jsonl``, with which the same call goes on after an interruption.
    family : AtlasFamily, optional
        By default the family of the atlas that comes with symrg.
    executor : concurrent.futures.Executor, optional
        Where rows are computed; by default in processes of this machine, which end with this one.
    processes : int, optional
        How many of those; by default one for each processor.
    seconds : float
        The budget of each row; a row that takes longer is killed and fails.
    digits : int
        Certified decimal digits of the lengths.
    fresh : bool
        Compute everything again, whatever the journal has.
    progress : callable, optional
        Is told how many rows there are.

    Returns
    -------
    dict
        What ``atlas.json`` holds.

    Raises
    ------
    ModelError
        If the journal in the directory is that of other options, or is being written by another run.
    UnableError
        If the processes or the cluster that compute are gone; the finished rows are kept.

    Examples
    --------
    Processes import the script that starts them, so call it under ``if __name__ == "__main__":`` there.

    >>> from concurrent.futures import ThreadPoolExecutor
    >>> from tempfile import TemporaryDirectory
    >>> one = AtlasFamily(widths=(1,), samples=(1,), biases=("none",), activations=("heaviside",), scales=(2,))
    >>> with TemporaryDirectory() as folder, ThreadPoolExecutor(1) as threads:
    ...     record = write_atlas(folder, one, executor=threads)
    >>> [(row["weights"], row["rank"], row["isolated_at_infinity"]) for row in record["rows"]]
    [('-1,1', 2, True), ('-1,0,1', 2, True)]
    """
    if not seconds > 0:
        message = f"the budget of a row is {seconds} seconds; it is a positive number"
        raise ModelError(message)
    _check_processes(processes)  # before the journal is there
    from .view.atlas import atlas_files
    from .view.document import write_files

    chosen = AtlasFamily() if family is None else family
    options = {"symrg": __version__, "digits": digits, **chosen.to_dict()}
    with Journal(Path(directory) / "atlas.jsonl", options, fresh=fresh) as journal:
        rows = {_key(row): row for row in journal.rows}
        todo = [job for job in chosen.jobs if _key(job) not in rows]
        total = len(rows) + len(todo)

        def tell() -> None:
            if progress is not None:
                failed = sum(bool(row["error"]) for row in rows.values())
                progress(f"{len(rows)} of {total} rows" + (f", {failed} of them failed" if failed else ""))

        tell()
        for row in _computed(todo, executor, processes, seconds, digits):
            if _key(row) not in rows:  # a cluster may compute a row twice; it is written once
                journal.append(row)
                rows[_key(row)] = row
                tell()
        record = _record([rows[_key(job)] for job in chosen.jobs], options)
        lessons = (Path(directory) / "lessons.html").is_file()
        write_files(directory, atlas_files(record, lessons=lessons))
    return record


def _record(rows: Sequence[Row], options: Mapping[str, Any]) -> dict[str, Any]:
    from .transform.atlas import COLUMNS
    from .transform.records import provenance

    method = "structure theorem for chains; lengths in certified balls at the initial Hamiltonian"
    made = provenance({name: value for name, value in options.items() if name != "symrg"}, method)
    return {"schema": 1, "columns": dict(COLUMNS), "rows": list(rows), "provenance": made}


def _computed(
    todo: Sequence[Row], executor: Executor | None, processes: int | None, seconds: float, digits: int
) -> Iterator[Row]:
    """Yield rows as they are done."""
    if not todo:
        return
    if executor is not None:
        yield from _submitted(todo, executor, seconds, digits)
        return
    left, restarts = {_key(job): job for job in todo}, 0
    while left:
        with local_processes(processes, most=len(left)) as pool:
            try:
                for row in _submitted(list(left.values()), pool, seconds, digits):
                    del left[_key(row)]
                    restarts = 0
                    yield row
            except BrokenExecutor as error:  # one of its processes was killed: the others go down with it
                restarts += 1
                if restarts > _RESTARTS:
                    message = f"the processes that compute rows keep dying; {len(left)} rows are left: run it again"
                    raise UnableError(message) from error


def _submitted(jobs: Sequence[Row], executor: Executor, seconds: float, digits: int) -> Iterator[Row]:
    futures: dict[Future[Row], Row] = {executor.submit(run_row, job, seconds, digits): job for job in jobs}
    try:
        for future in as_completed(futures):
            job = futures[future]
            try:
                yield future.result()
            except BrokenExecutor:
                raise
            except CancelledError as error:  # a cluster whose scheduler is gone cancels what it had
                message = "the cluster that computes rows is gone; the finished rows are kept: run it again"
                raise UnableError(message) from error
            except Exception as error:  # whatever a worker that is not ours raises is about this row
                yield _failed(job, f"{type(error).__name__}: {' '.join(str(error).split())}", 0)
    finally:
        for future in futures:
            future.cancel()


@contextmanager
def local_processes(count: int | None = None, *, most: int | None = None) -> Iterator[Executor]:
    """Run processes of this machine; none is left when the block ends, however it ends.

    Parameters
    ----------
    count : int, optional
        How many; by default one for each processor.
    most : int, optional
        No more than that.

    Raises
    ------
    ModelError
        If the number is no positive integer.
    """
    _check_processes(count)
    workers = min(count or os.cpu_count() or 1, most or count or 1)
    before = set(active_children())
    # spawned, not forked: this process may have threads, and the workers fork a child for each row
    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_prepare)
    try:
        yield pool
    except BaseException:  # also an interrupt: what is being computed is not waited for
        pool.shutdown(wait=False, cancel_futures=True)
        for process in set(active_children()) - before:
            process.kill()
            process.join()
        raise
    pool.shutdown()


def _check_processes(count: int | None) -> None:
    if count is not None and (isinstance(count, bool) or not isinstance(count, int) or count < 1):
        message = f"the number of processes is {count!r}; it is a whole number of at least 1"
        raise ModelError(message)


def _prepare() -> None:
    import signal

    from .ledger.workers import die_with_parent

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt is for the process that started this one
    die_with_parent()


@contextmanager
def cluster(address: str, *, timeout: float = 10.0) -> Iterator[Executor]:
    """Use a running Dask cluster as an executor.

    Parameters
    ----------
    address : str
        Of its scheduler, such as ``tcp://10.0.0.1:8786``. Its workers need symrg installed, the same version.
    timeout : float
        Seconds to wait for an answer.

    Raises
    ------
    UnableError
        If Dask is not installed, or nobody answers at the address.
    """
    try:
        from distributed import Client
    except ImportError as error:
        message = "a cluster needs Dask: pip install 'symrg[cluster]'"
        raise UnableError(message) from error
    if not address.rpartition(":")[2].isdecimal():  # half a client of Dask would complain once more at the very end
        message = (
            f"the address {address!r} has no port; write it as the scheduler prints it, such as tcp://10.0.0.1:8786"
        )
        raise UnableError(message)
    try:
        client = Client(address, timeout=timeout, set_as_default=False)
    except (OSError, ValueError) as error:
        message = f"no Dask scheduler answers at {address} ({error}); start one with: dask scheduler"
        raise UnableError(message) from error
    try:
        # rows are no function of their arguments alone (they take time), and are worth another try elsewhere
        yield client.get_executor(pure=False)
    finally:
        client.close(timeout=timeout)
