"""Tutorials as percent scripts: their cells, and the output that they show.

python -m tests.derivations.tutorials    # write the output of every cell anew
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "derivations" / "tutorials"
SCRIPTS = sorted(FOLDER.glob("*.py"))

_BETWEEN = "\x1e"  # ends the output of a cell


def run(path, cwd):
    """Run a script as a user does, in a folder of the caller's; return the finished process."""
    known = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    environment = {**os.environ, "PYTHONPATH": known, "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        [sys.executable, str(path)], cwd=cwd, env=environment, capture_output=True, encoding="utf-8", timeout=200
    )


def cells(text):
    """Return the cells of a percent script, each a list of lines, the first of which starts with ``# %%``."""
    found = []
    for line in text.splitlines():
        if line.startswith("# %%"):
            found.append([])
        found[-1].append(line)
    return found


def shown(text):
    """Return the output that a script shows."""
    lines = [line for line in text.splitlines() if line == "#>" or line.startswith("#> ")]
    return "".join(line[3:] + "\n" for line in lines)


def refreshed(text):
    """Return a script with the output of its cells as it is now."""
    kept = [[line for line in cell if not line.startswith("#>")] for cell in cells(text)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "cells.py")
        path.write_text("".join("\n".join(cell) + f"\nprint({_BETWEEN!r})\n" for cell in kept), encoding="utf-8")
        done = run(path, folder)
    if done.returncode:
        raise RuntimeError(done.stderr)
    parts = []
    for cell, output in zip(kept, done.stdout.split(_BETWEEN + "\n"), strict=False):
        code = "\n".join(cell).rstrip()
        blank = len(cell) - len(code.splitlines())
        parts += [code, *(f"#> {line}".rstrip() for line in output.splitlines()), *[""] * blank]
    return "\n".join(parts) + "\n"


if __name__ == "__main__":
    for script in SCRIPTS:
        script.write_text(refreshed(script.read_text(encoding="utf-8")), encoding="utf-8")
