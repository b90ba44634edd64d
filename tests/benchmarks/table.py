"""How measured rows are written."""

from __future__ import annotations

import platform
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from tests.benchmarks.measuring import Measured, Outcome, Verdict


def surroundings(core: int | None) -> dict[str, str]:
    """Return what the numbers depend on: the machine, the core, the versions."""
    packages = {}
    for name in ("sympy", "python-flint", "mpmath", "numpy", "gmpy2"):
        try:
            packages[name] = version(name)
        except PackageNotFoundError:
            packages[name] = "not there"
    return {
        "machine": f"{_processor()}, Python {platform.python_version()}",
        "core": "not bound" if core is None else f"all on core {core}",
        "packages": ", ".join(f"{name} {found}" for name, found in packages.items()),
        "SymPy's integers": _ground_types(),
    }


def _ground_types() -> str:
    """Return what SymPy computes with, asked in a process of its own: this one has to stay small."""
    question = "from sympy.external.gmpy import GROUND_TYPES; print(GROUND_TYPES)"
    return subprocess.run([sys.executable, "-c", question], capture_output=True, text=True).stdout.strip()


def _processor() -> str:
    try:
        with open("/proc/cpuinfo") as lines:
            return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def seconds(value: float | None) -> str:
    """Write a time with three digits and a unit."""
    if value is None:
        return "–"
    for limit, factor, unit in ((1e-3, 1e6, "µs"), (1.0, 1e3, "ms"), (float("inf"), 1.0, "s")):
        if value < limit:
            return f"{value * factor:.3g} {unit}" if value * factor < 999 else f"{value * factor:.0f} {unit}"
    return ""


def times(value: float | None, *, least: bool = False) -> str:
    """Write a ratio."""
    if value is None:
        return "–"
    return f"{'> ' if least else ''}{value:,.0f}×" if value >= 10 else f"{'> ' if least else ''}{value:.2f}×"


def written(outcome: Outcome) -> str:
    """Write a row: our time, each rival with its ratio, each target with its verdict."""
    lines = [outcome.job.title, f"  {'symrg':44} {_times_of(outcome.ours)}{_note(outcome.job.ours.note)}"]
    for name, found in outcome.rivals.items():
        ratio = times(outcome.ratio(name), least=not found.seconds)
        shown = _times_of(found)
        ratio = "" if ratio == "–" else f"  ratio {ratio}"
        lines.append(f"  {name:44} {shown}{ratio}{_note(outcome.job.rivals[name].note)}")
    lines += [f"  {target_text(verdict)}" for verdict in outcome.verdicts]
    return "\n".join(lines)


def _note(text: str) -> str:
    return f"  ({text})" if text else ""


def _times_of(found: Measured) -> str:
    if found.state and not found.seconds:
        return found.state.splitlines()[-1]
    return f"{seconds(found.median):>9} (n = {len(found.seconds)})"


def target_text(verdict: Verdict) -> str:
    """Write a target, what was measured, and whether it is met or by how much it falls short."""
    kind, value, figure = verdict.target.kind, verdict.target.value, verdict.figure
    wanted, found, short = {
        "ratio": (f"at least {value:,.0f} times as fast", times(figure), lambda x: value / x),
        "share": (f"at most {value:g} of the rival's time", f"{figure or 0:.2f}", lambda x: x / value),
        "seconds": (f"at most {seconds(value)}", seconds(figure), lambda x: x / value),
        "megabytes": (f"at most {value:g} MB", f"{figure or 0:.0f} MB", lambda x: x / value),
    }[kind]
    if figure is None:
        return f"target: {wanted}: not measured"
    verdict_text = "met" if verdict.met else f"FALLS SHORT by a factor of {short(figure):.3g}"
    return f"target: {wanted}: {found}, {verdict_text}"


def summary(outcomes: list[Outcome]) -> str:
    """Write one line a target: all verdicts at a glance."""
    rows = []
    for outcome in outcomes:
        fastest = outcome.fastest
        rival = "–" if fastest is None else seconds(fastest[1])
        for verdict in outcome.verdicts:
            state = {True: "met", False: "short", None: "not measured"}[verdict.met]
            rows.append((state, outcome.job.title, seconds(outcome.ours.median), rival, target_text(verdict)[8:]))
    if not rows:
        return ""
    width = max(len(row[1]) for row in rows)
    head = f"{'':13} {'job':{width}} {'symrg':>9} {'rival':>9}  target"
    return "\n".join(
        [head, *(f"{state:13} {title:{width}} {a:>9} {b:>9}  {text}" for state, title, a, b, text in rows)]
    )


def record(outcome: Outcome) -> dict[str, Any]:
    """Return a row as plain data."""

    def side(found: Measured) -> dict[str, Any]:
        return {"median": found.median, "seconds": found.seconds, "megabytes": found.peak, "state": found.state}

    return {
        "key": outcome.job.key,
        "title": outcome.job.title,
        "symrg": side(outcome.ours),
        "rivals": {name: {**side(found), "ratio": outcome.ratio(name)} for name, found in outcome.rivals.items()},
        "targets": [
            {"kind": v.target.kind, "value": v.target.value, "measured": v.figure, "met": v.met}
            for v in outcome.verdicts
        ],
    }
