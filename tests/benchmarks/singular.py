"""Speaking to the program Singular, if it is installed."""

from __future__ import annotations

import re
import resource
import subprocess
from typing import Any

from tests.benchmarks.jobs import CutOffError, Timed

PROGRAM = "Singular"
_SCRIPT = """
LIB "primdec.lib";
system("--ticks-per-sec", 1000);
ring R = 0, ({names}), dp;
ideal I = {equations};
int start = timer;
list L = minAssGTZ(I);
int end = timer;
print("milliseconds " + string(end - start));
int k; ideal S; short = 0;
for (k = 1; k <= size(L); k++) {{ S = std(L[k]); print("component " + string(dim(S)) + " " + string(L[k])); }}
quit;
"""


def minimal_primes(names: list[str], equations: list[str], limit: float) -> Timed:
    """Return [(dimension, generators as text), ...] of an ideal over Q by minAssGTZ, with Singular's own time for it.

    Raises
    ------
    CutOffError
        If it takes more than ``limit`` seconds of CPU time.
    MemoryError
        If it needs more memory than it is given.
    RuntimeError
        If the program fails.
    """

    def bounded() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (int(limit) + 1, int(limit) + 2))

    script = _SCRIPT.format(names=", ".join(names), equations=", ".join(equations))
    done = subprocess.run(
        [PROGRAM, "-q", "--no-rc"], input=script, text=True, capture_output=True, preexec_fn=bounded, timeout=6 * limit
    )
    if done.returncode < 0:
        raise CutOffError
    if "halt 14" in done.stdout + done.stderr:
        raise MemoryError
    time = re.search(r"^milliseconds (\d+)$", done.stdout, re.MULTILINE)
    if time is None:
        message = f"Singular gave no answer: {done.stdout[-500:]} {done.stderr[-500:]}"
        raise RuntimeError(message)
    parts: list[Any] = []
    for line in done.stdout.splitlines():
        if line.startswith("component "):
            _, dimension, generators = line.split(" ", 2)
            parts.append((int(dimension), generators.split(",")))
    return Timed(int(time[1]) / 1000, parts)
