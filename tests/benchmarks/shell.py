"""Commands from a cold shell, in wall time."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from shutil import which
from typing import Any

from tests.benchmarks.jobs import Job, Side, Target, Timed


def command() -> list[str]:
    """Return how symrg is called: by its script, where it is installed."""
    script = which("symrg", path=str(Path(sys.executable).parent))
    return [script] if script else [sys.executable, "-m", "symrg"]


def timed(arguments: list[str]) -> Timed:
    """Run a program; return its wall time and its output."""
    start = time.perf_counter()
    done = subprocess.run(arguments, capture_output=True, text=True, check=True)
    return Timed(time.perf_counter() - start, done.stdout)


def expect(text: str) -> Any:
    """Return the check that an output has a text in it."""

    def check(output: str) -> None:
        assert text in output, output

    return check


_SYMPY = {"python -c 'import sympy'": Side(run=lambda _: timed([sys.executable, "-c", "import sympy"]))}

JOBS = [
    Job(
        "shell-fixed-points",
        "symrg fixed-points from a cold shell (wall time)",
        Side(run=lambda _: timed([*command(), "fixed-points"]), cost=0.6),
        (Target("share", 1.5),),
        _SYMPY,
        check=expect("dimension"),
    ),
    Job(
        "shell-help",
        "symrg --help from a cold shell (wall time)",
        Side(run=lambda _: timed([*command(), "--help"])),
        (Target("share", 0.8),),
        _SYMPY,
        check=expect("fixed-points"),
    ),
]
