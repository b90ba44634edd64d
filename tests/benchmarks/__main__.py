"""The table of benchmarks: ``python -m tests.benchmarks``."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from tests.benchmarks import table
from tests.benchmarks.jobs import all_jobs
from tests.benchmarks.measuring import ROUNDS, measure, pin

QUICK = 5.0  # seconds a run, for --quick


def main() -> int:
    """Measure the jobs asked for and print the table; return 1 if two sides do not agree."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks",
        description="Each job done by symrg and by its rivals, in turns on one core; medians of CPU time. Both sides "
        "must give the same answer before anything is timed.",
    )
    parser.add_argument("--only", metavar="PATTERN", default="", help="jobs whose name or title contains this")
    parser.add_argument("--quick", action="store_true", help="fewer rounds, and nothing that is slow")
    parser.add_argument("--json", metavar="FILE", type=Path, help="write all numbers to a file, too")
    parser.add_argument("--list", action="store_true", help="list the jobs and stop")
    given = parser.parse_args()
    jobs = [job for job in all_jobs().values() if given.only.lower() in f"{job.key} {job.title}".lower()]
    if given.list or not jobs:
        print(*(f"{job.key:24} {job.title}" for job in jobs or all_jobs().values()), sep="\n")
        return 0 if jobs else 2
    if given.quick:
        jobs = [part for job in jobs if (part := job.within(QUICK))]
    core = pin()
    about = table.surroundings(core)
    print(*(f"{name}: {value}" for name, value in about.items()), sep="\n")
    outcomes, wrong = [], 0
    for job in jobs:
        try:
            outcome = measure(job, rounds=3 if given.quick else ROUNDS)
        except AssertionError as error:
            wrong += 1
            print(f"\n{job.title}\n  WRONG: {error}", flush=True)
            continue
        outcomes.append(outcome)
        print(f"\n{table.written(outcome)}", flush=True)
    print(f"\n{table.summary(outcomes)}")
    if given.json:
        record = {"schema": 1, **about, "jobs": [table.record(outcome) for outcome in outcomes]}
        given.json.write_text(json.dumps(record, indent=2) + "\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
