"""A process of its own for checks that may take long, run wild or crash: it can be killed, and is started once.

The process is a fork: it has everything that was computed before, so it costs milliseconds and the checks need not be
sent to it. Only names go in and verdicts come out, as lines of JSON.
"""

from __future__ import annotations

import json
import os
import select
import signal
import sys
import warnings
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from time import monotonic, perf_counter
from types import TracebackType
from typing import Any

from ..errors import ModelError
from .verdicts import Verdict, decide

__all__ = ["BUDGET", "Worker", "die_with_parent", "inside_worker"]

BUDGET = 60.0
"""Seconds that one claim may take unless it says otherwise."""

_MEMORY = 8 << 30  # bytes of address space; an allocation beyond it ends the worker, not the machine
_GRACE = 5.0  # an orphan ends itself that long after its budget
_INTERRUPTS = (signal.SIGINT, signal.SIGTERM)
_inside = False


def inside_worker() -> bool:
    """Whether this process is a worker, which somebody else watches over."""
    return _inside


class Worker:
    """Runs checks in one process, which is killed and replaced when a check takes too long.

    Where the system cannot fork, the checks run in this process, without a limit.

    Parameters
    ----------
    checks : mapping of str to callable
        The checks by name; each takes nothing and answers as :func:`~symrg.ledger.verdicts.decide` says.
    methods : mapping of str to str, optional
        How each check decides, for the record.
    seconds : float
        The budget of each.

    Examples
    --------
    >>> with Worker({"sum": lambda: 1 + 1 == 2, "broken": lambda: 1 / 0}) as worker:
    ...     worker.run("sum")[0].status, worker.run("broken")[0].certificate
    ('proved', 'the check raised ZeroDivisionError: division by zero')
    """

    def __init__(
        self,
        checks: Mapping[str, Callable[[], Any]],
        *,
        methods: Mapping[str, str] | None = None,
        seconds: float = BUDGET,
    ) -> None:
        self._checks = dict(checks)
        self._methods = dict(methods or {})
        self._seconds = seconds
        self._process: int | None = None
        self._orders = self._answers = -1

    def __enter__(self) -> Worker:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def run(self, name: str, *, seconds: float | None = None) -> tuple[Verdict, float]:
        """Return the verdict of a check and how long it took.

        Parameters
        ----------
        name : str
            Which check.
        seconds : float, optional
            Its budget, if not the usual one.

        Returns
        -------
        tuple of Verdict and float
            Undecided, with the reason, if the budget is used up or the process dies.

        Raises
        ------
        ModelError
            If there is no check of that name.
        """
        if name not in self._checks:
            message = f"there is no check {name!r}; there are {', '.join(sorted(self._checks)) or 'none'}"
            raise ModelError(message)
        budget = self._seconds if seconds is None else seconds
        if inside_worker() or not hasattr(os, "fork"):
            return decide(self._checks[name], self._methods.get(name, ""))
        start = perf_counter()
        try:
            answer = self._ask(name, budget)
        except BaseException:
            self.close()  # an interrupted run leaves nothing behind
            raise
        if isinstance(answer, str):
            return Verdict("undecided", self._methods.get(name, ""), answer), perf_counter() - start
        verdict = Verdict(answer["status"], answer["method"], answer["certificate"], answer["counterexample"])
        return verdict, answer["seconds"]

    def close(self) -> None:
        """End the process, if there is one, and what it started."""
        if self._process is None:
            return
        os.kill(self._process, signal.SIGKILL)
        self._bury()

    def _bury(self) -> int:
        """Wait for the dead process; return its status."""
        process, self._process = self._process, None
        for end in (self._orders, self._answers):
            os.close(end)
        if process is None:
            return 0
        with suppress(ProcessLookupError, PermissionError):  # nobody is left in its group, or only the dead
            os.killpg(process, signal.SIGKILL)  # before it is waited for: until then the number is not used again
        _, status = os.waitpid(process, 0)
        return status

    def _ask(self, name: str, budget: float) -> dict[str, Any] | str:
        """Return the answer as plain data, or why there is none."""
        if self._process is None:
            self._start()
        try:
            os.write(self._orders, json.dumps([name, budget]).encode() + b"\n")
        except BrokenPipeError:
            return self._died()
        deadline, received = monotonic() + budget, b""
        while not received.endswith(b"\n"):
            ready, _, _ = select.select([self._answers], [], [], max(deadline - monotonic(), 0))
            if not ready:
                self.close()
                return f"not decided within {budget:g} seconds; the process was killed"
            piece = os.read(self._answers, 1 << 16)
            if not piece:
                return self._died()
            received += piece
        found: dict[str, Any] = json.loads(received)
        return found

    def _died(self) -> str:
        status = self._bury()
        if os.WIFSIGNALED(status):
            return f"the process that decided it died of signal {signal.Signals(os.WTERMSIG(status)).name}"
        return f"the process that decided it ended with status {os.waitstatus_to_exitcode(status)}"

    def _start(self) -> None:
        orders, self._orders = os.pipe()
        self._answers, answers = os.pipe()
        parent = os.getpid()
        # an interrupt between the fork and the lines below would run the caller's cleaning up in both processes
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, _INTERRUPTS)
        try:
            with warnings.catch_warnings():
                # a fork of a process with threads: the child uses none of their locks, and runs only checks
                warnings.simplefilter("ignore", DeprecationWarning)
                process = os.fork()
            if process == 0:
                try:
                    os.close(self._orders)
                    os.close(self._answers)
                    self._serve(orders, answers, parent, mask)
                finally:
                    os._exit(0)  # nothing of the parent's is to be flushed or cleaned up twice
            self._process = process
            os.close(orders)
            os.close(answers)
            with suppress(OSError):  # both sides do it, so that it is done when either goes on
                os.setpgid(process, process)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)

    def _serve(self, orders: int, answers: int, parent: int, mask: Iterable[int]) -> None:
        """Answer until the orders end, which they do when the parent does."""
        global _inside
        _inside = True
        with suppress(OSError):
            os.setpgid(0, 0)  # a group of its own, so that what a check starts can be ended with it
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        for number in (signal.SIGTERM, signal.SIGALRM):
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        die_with_parent(parent)
        _limit_memory()
        with os.fdopen(orders, "r") as lines, os.fdopen(answers, "w") as out:
            for line in lines:
                name, budget = json.loads(line)
                signal.setitimer(signal.ITIMER_REAL, budget + _GRACE)
                verdict, seconds = decide(self._checks[name], self._methods.get(name, ""))
                signal.setitimer(signal.ITIMER_REAL, 0)
                json.dump(
                    {
                        "status": verdict.status,
                        "method": verdict.method,
                        "certificate": verdict.certificate,
                        "counterexample": verdict.counterexample,
                        "seconds": seconds,
                    },
                    out,
                )
                out.write("\n")
                out.flush()


def die_with_parent(parent: int | None = None) -> None:
    """Ask Linux to kill this process when its parent is gone, even in the middle of a computation.

    The parent is the thread that started the process. Elsewhere than on Linux nothing happens.

    Parameters
    ----------
    parent : int, optional
        The number of the process that started this one; if it is gone already, this one ends at once.
    """
    if sys.platform != "linux":
        return
    import ctypes

    death_signal = 1  # PR_SET_PDEATHSIG
    ctypes.CDLL(None).prctl(death_signal, signal.SIGKILL)
    if parent is not None and os.getppid() != parent:  # it died before Linux was asked
        os._exit(1)


def _limit_memory() -> None:
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = _MEMORY if hard == resource.RLIM_INFINITY else min(_MEMORY, hard)
    try:
        resource.setrlimit(resource.RLIMIT_AS, (wanted, hard))
    except (ValueError, OSError):
        return  # a system without such limits still has the time budget
