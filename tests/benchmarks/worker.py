"""A process that runs one side of one job on request: ``python -m tests.benchmarks.worker JOB SIDE``.

Each line on stdin is a request: "run" runs it once and answers with the time and the peak of memory so far, "answer"
with the last result as plain data. Each reply is one line of JSON.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import sys
import time
import traceback
from typing import Any

from tests.benchmarks.jobs import CutOffError, Side, Timed, all_jobs

MEMORY = 6 * 2**30  # bytes; a rival that wants more is stopped before the machine is


def forget() -> None:
    """Empty the caches of SymPy and of symrg, so that no run finds the answers of the one before."""
    if "sympy" in sys.modules:
        sys.modules["sympy"].core.cache.clear_cache()
    for name in [name for name in sys.modules if name.split(".")[0] == "symrg"]:
        for value in list(vars(sys.modules[name]).values()):
            if hasattr(value, "cache_clear"):
                value.cache_clear()
    gc.collect()


def peak() -> float:
    """Return the most memory this process has held, in megabytes (10^6 bytes)."""
    try:
        with open("/proc/self/status") as status:
            fields = dict(line.split(":", 1) for line in status)
        return int(fields["VmHWM"].split()[0]) * 1024 / 1e6
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6


def run(side: Side) -> tuple[Any, dict[str, Any]]:
    """Run a side once; return the result and the reply."""
    given = side.prepare()
    forget()
    start = time.process_time()
    resource.setrlimit(resource.RLIMIT_CPU, (int(start + side.limit) + 1, resource.RLIM_INFINITY))
    try:
        # of this thread, the only one: with a limit set, the clock of the process moves with the kernel's ticks only
        start = time.thread_time()
        result = side.run(given)
        seconds = time.thread_time() - start
    except CutOffError:
        return None, {"cut": side.limit}
    except MemoryError:
        return None, {"failed": f"needs more than {MEMORY >> 30} GB"}
    finally:
        resource.setrlimit(resource.RLIMIT_CPU, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    if isinstance(result, Timed):
        seconds, result = result.seconds, result.result
    return result, {"seconds": seconds, "peak": peak()}


def main(key: str, name: str) -> None:
    """Serve requests until stdin is closed."""
    replies = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # what a side prints is no reply
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    side = all_jobs()[key].side(name)
    result, first = None, True
    for line in sys.stdin:
        try:
            if line.strip() == "run":
                result = None
                result, reply = run(side)
                if first:
                    gc.freeze()  # modules and constants: no later collection looks at them again
                    first = False
            else:
                reply = {"answer": side.answer(result)}
        except Exception:
            reply = {"failed": traceback.format_exc()}
        replies.write(json.dumps(reply) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
