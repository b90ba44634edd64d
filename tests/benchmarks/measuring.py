"""Measuring a job: both sides in processes of their own on one core, in turns, medians."""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Any

from tests.benchmarks.jobs import Job, Side, Target

ROOT = Path(__file__).parents[2]
ROUNDS = 7  # of each side, if it is fast
PATIENCE = 10.0  # seconds of CPU time for the runs of one side, beyond which there are fewer rounds
BURST = 0.2  # seconds for our side in one round: a fast one is repeated, so that its median is worth something
MOST = 15  # runs of our side in one round
WALL = 8.0  # wall seconds allowed for each second of the CPU limit, on a machine that others use too


def pin() -> int | None:
    """Bind this process and all it starts to one core; return the core, or None where that cannot be done."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"
    if not hasattr(os, "sched_setaffinity"):
        return None
    core = max(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {core})
    return core


def missing(side: Side) -> list[str]:
    """Return the modules and programs that a side needs and this machine lacks."""
    return [
        name.lstrip("/")
        for name in side.needs
        if not (shutil.which(name[1:]) if name.startswith("/") else find_spec(name))
    ]


class Child:
    """The process of one side."""

    def __init__(self, job: Job, name: str) -> None:
        self.limit = job.side(name).limit
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.benchmarks.worker", job.key, name],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )

    def ask(self, request: str) -> dict[str, Any]:
        """Send a request and return the reply: a cut-off where none comes in time."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{request}\n".encode())
        self.process.stdin.flush()
        ready, _, _ = select.select([self.process.stdout], [], [], WALL * self.limit)
        line = self.process.stdout.readline() if ready else b""
        if line:
            return json.loads(line)
        if not ready:
            self.process.kill()
        code = self.process.wait()
        return {"cut": self.limit} if not ready or code == -signal.SIGXCPU else {"failed": f"exit code {code}"}

    def close(self) -> None:
        """End the process."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        with suppress(BrokenPipeError):
            self.process.stdin.close()
        if self.process.poll() is None:
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process.stdout.close()


@dataclass
class Measured:
    """The times of one side.

    Attributes
    ----------
    seconds : list of float
    peak : float
        Most memory held, in megabytes.
    state : str
        "" or why there are no times: cut off, failed, missing.
    """

    seconds: list[float] = field(default_factory=list)
    peak: float = 0.0
    state: str = ""
    at_least: float | None = None

    @property
    def median(self) -> float | None:
        """The median time, or None."""
        return median(self.seconds) if self.seconds else None

    def take(self, reply: dict[str, Any]) -> bool:
        """Record a reply to "run"; return whether there is a result."""
        if "cut" in reply:
            self.state, self.at_least = f"cut off at {reply['cut']:g} s", reply["cut"]
        elif "failed" in reply:
            self.state = reply["failed"].strip()
        else:
            self.seconds.append(reply["seconds"])
            self.peak = max(self.peak, reply["peak"])
        return not self.state


@dataclass
class Verdict:
    """A target and what was measured for it."""

    target: Target
    figure: float | None
    met: bool | None


@dataclass
class Outcome:
    """A measured row."""

    job: Job
    ours: Measured
    rivals: dict[str, Measured]

    @property
    def fastest(self) -> tuple[str, float] | None:
        """The rival with the smallest median, if any has one."""
        times = {name: found.median for name, found in self.rivals.items()}
        answered = [(value, name) for name, value in times.items() if value is not None]
        return (min(answered)[1], min(answered)[0]) if answered else None

    def ratio(self, name: str) -> float | None:
        """Return how many times as long a rival takes; a lower bound if it was cut off."""
        rival, mine = self.rivals[name], self.ours.median
        other = rival.median if rival.median is not None else rival.at_least
        return None if not mine or other is None else other / mine

    @property
    def verdicts(self) -> list[Verdict]:
        """Every target, measured."""
        return [self._verdict(target) for target in self.job.targets]

    def _verdict(self, target: Target) -> Verdict:
        mine, fastest = self.ours.median, self.fastest
        if mine is None:
            return Verdict(target, None, False)
        if target.kind == "seconds":
            return Verdict(target, mine, mine <= target.value)
        if target.kind == "megabytes":
            return Verdict(target, self.ours.peak, self.ours.peak <= target.value)
        if fastest is None:
            return self._bound(target)
        if target.kind == "ratio":
            return Verdict(target, fastest[1] / mine, fastest[1] / mine >= target.value)
        return Verdict(target, mine / fastest[1], mine / fastest[1] <= target.value)

    def _bound(self, target: Target) -> Verdict:
        """Judge by rivals that were all cut off: the ratio is more than a bound, and that may do."""
        bounds = [ratio for name in self.rivals if (ratio := self.ratio(name)) is not None]
        if target.kind == "ratio" and bounds and min(bounds) >= target.value:
            return Verdict(target, min(bounds), True)
        return Verdict(target, None, None)


def measure(job: Job, *, rounds: int = ROUNDS) -> Outcome:
    """Measure a job, after its sides were found to agree.

    Parameters
    ----------
    job : Job
    rounds : int
        How often every side is run; ours several times in each round, slow rivals less often.

    Raises
    ------
    AssertionError
        If two sides do not agree, or our answer does not pass its check.
    """
    ours = Measured(state=_lacking(job.ours))
    rivals = {name: Measured(state=_lacking(side)) for name, side in job.rivals.items()}
    children: dict[str, Child] = {}
    try:
        if not ours.state:
            _first_runs(job, children, ours, rivals)
        if ours.state:
            return Outcome(job, ours, {name: Measured(state="left out") for name in rivals})
        for _ in range(rounds):
            for name, found in rivals.items():
                if not found.state and sum(found.seconds) < PATIENCE:
                    found.take(children[name].ask("run"))
            spent, times = 0.0, 0
            while not ours.state and spent < BURST and times < MOST and sum(ours.seconds) < PATIENCE:
                ours.take(children["symrg"].ask("run"))
                spent, times = spent + ours.seconds[-1], times + 1
    finally:
        for child in children.values():
            child.close()
    return Outcome(job, ours, rivals)


def _lacking(side: Side) -> str:
    lacking = missing(side)
    return f"needs {', '.join(lacking)}, which is not there" if lacking else ""


def _first_runs(job: Job, children: dict[str, Child], ours: Measured, rivals: dict[str, Measured]) -> None:
    """Run each side once and compare the answers. Only a slow run counts as a measurement: others warm up."""
    children["symrg"] = Child(job, "symrg")
    if not _first_run(children["symrg"], ours):
        return
    answer = children["symrg"].ask("answer")
    assert "answer" in answer, f"{job.key}: symrg gave no answer: {answer}"
    if job.check is not None:
        job.check(answer["answer"])
    for name, found in rivals.items():
        if found.state:
            continue
        children[name] = Child(job, name)
        if _first_run(children[name], found) and job.agree is not None:
            other = children[name].ask("answer")
            assert "answer" in other, f"{job.key}: {name} gave no answer: {other}"
            job.agree(answer["answer"], other["answer"])


def _first_run(child: Child, found: Measured) -> bool:
    answered = found.take(child.ask("run"))
    if answered and found.seconds[0] < PATIENCE / 4:
        found.seconds.clear()
    return answered
