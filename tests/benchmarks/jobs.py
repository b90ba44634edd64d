"""What a benchmark is: one job done by symrg and by a rival, with the check that both did the same.

The modules beside this one hold the jobs, one subject each. They import SymPy, NumPy, mpmath and symrg only inside
functions, so that a process that runs one side has loaded nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import import_module
from typing import Any

MODULES = (
    "multiplicities",
    "recursions",
    "fixed_points",
    "jacobians",
    "flows",
    "observables",
    "decimation",
    "shell",
)


@dataclass(frozen=True)
class Timed:
    """A result that knows its own time: another program's, a whole that was estimated from a part, a wall time."""

    seconds: float
    result: Any


class CutOffError(Exception):
    """A rival's own program was stopped at the limit."""


@dataclass(frozen=True)
class Side:
    """One way to do a job.

    Attributes
    ----------
    run : callable
        What is timed, called with what ``prepare`` returns; returns a result or a :class:`Timed` one.
    prepare : callable
        Makes fresh inputs before every run; not timed.
    answer : callable
        The result as plain data for the comparison; not timed.
    note : str
        What is to be known about this side.
    needs : tuple of str
        Modules, or programs marked with a slash as in ``/Singular``, without which it is left out.
    limit : float
        Seconds of CPU time after which it is cut off.
    cost : float
        About how many seconds one run takes, for a choice of quick ones.
    """

    run: Callable[[Any], Any]
    prepare: Callable[[], Any] = lambda: None
    answer: Callable[[Any], Any] = lambda result: result
    note: str = ""
    needs: tuple[str, ...] = ()
    limit: float = 60.0
    cost: float = 0.1


@dataclass(frozen=True)
class Target:
    """What is to be reached.

    Attributes
    ----------
    kind : {"ratio", "seconds", "share", "megabytes"}
        "ratio": the fastest rival takes at least so many times as long; "share": our time is at most this part of
        it; "seconds", "megabytes": at most so many.
    """

    kind: str
    value: float


@dataclass(frozen=True)
class Job:
    """A row of the table.

    Attributes
    ----------
    key : str
    title : str
    ours : Side
    targets : tuple of Target
    rivals : dict of str to Side
    agree : callable
        Called with our answer and a rival's, once each; asserts that they are the same.
    check : callable
        Called with our answer alone; asserts that it is right by other means.
    """

    key: str
    title: str
    ours: Side
    targets: tuple[Target, ...]
    rivals: dict[str, Side] = field(default_factory=dict)
    agree: Callable[[Any, Any], None] | None = None
    check: Callable[[Any], None] | None = None

    def side(self, name: str) -> Side:
        """Return a side by its name; ours is "symrg"."""
        return self.ours if name == "symrg" else self.rivals[name]

    def within(self, cost: float) -> Job | None:
        """Return the job with the rivals that cost at most so much; None if ours costs more."""
        cheap = {name: side for name, side in self.rivals.items() if side.cost <= cost}
        return replace(self, rivals=cheap) if self.ours.cost <= cost else None


@cache
def all_jobs() -> dict[str, Job]:
    """Return all jobs by key, in the order of the table."""
    found = [job for name in MODULES for job in import_module(f"tests.benchmarks.{name}").JOBS]
    jobs = {job.key: job for job in found}
    assert len(jobs) == len(found), "two jobs share a key"
    return jobs
