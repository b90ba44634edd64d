"""The README keeps its word: its example prints what it shows, its picture is current, its commands are tried."""

import contextlib
import io
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from symrg.cli import run

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def block(name):
    """Return the fenced block under the mark of that name."""
    (found,) = re.findall(rf"^<!-- {name} -->\n```\w+\n(.*?)^```$", README, flags=re.M | re.S)
    return found


def python(code, cwd=ROOT):
    known = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    return subprocess.run(
        [sys.executable, "-c", code], cwd=cwd, env={**os.environ, "PYTHONPATH": known}, capture_output=True, text=True,
        timeout=120, check=False,
    )  # fmt: skip


def test_the_example_prints_what_the_readme_shows():
    done = python(block("example"))
    assert done.returncode == 0, done.stderr
    assert done.stdout == block("printed")


def test_a_model_of_ones_own_prints_what_the_readme_shows_and_draws(tmp_path):
    done = python(block("own"), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout == block("own-printed")
    assert (tmp_path / "ising.svg").read_text(encoding="utf-8").rstrip().endswith("</svg>")


def test_the_typing_error_is_refuted_as_the_readme_shows():
    done = python(block("testing"))
    assert done.returncode == 1
    assert done.stderr.endswith(block("refuted")), done.stderr


def test_the_example_has_ten_lines():
    assert len(block("example").splitlines()) == 10


def test_the_picture_is_what_symrg_draws(tmp_path):
    target = tmp_path / "coupling_graphs.svg"
    with contextlib.redirect_stdout(io.StringIO()), pytest.raises(SystemExit) as stop:
        run(["graph", "--depth", "9", "--biases", "none", "--to", str(target)])
    assert not stop.value.code
    committed = ROOT / "derivations" / "figures" / target.name
    hint = "draw it again: symrg graph --depth 9 --biases none --to derivations/figures/coupling_graphs.svg"
    assert committed.read_bytes() == target.read_bytes(), hint


@pytest.mark.parametrize("name", ["derive", "test"])
def test_each_command_is_one_line(name):
    assert len(block(name).splitlines()) == 1


def test_the_commands_shown_are_commands_of_symrg(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shown = re.findall(r"^symrg (.+?) +# ", README, flags=re.M)
    assert len(shown) == 7
    for line in shown:
        with contextlib.redirect_stdout(io.StringIO()), pytest.raises(SystemExit) as stop:
            run(line.split())
        assert not stop.value.code, line


def test_the_script_shown_verifies_and_fails_when_it_stops_being_true(tmp_path):
    path = tmp_path / "my_paper.py"
    for text, code in ((block("paper"), 0), (block("paper").replace("t1, t**2", "t1, t**3"), 1)):
        path.write_text(text, encoding="utf-8")
        with contextlib.redirect_stdout(io.StringIO()) as out, pytest.raises(SystemExit) as stop:
            run(["verify", str(path)])
        assert (stop.value.code or 0) == code
        assert ("square: refuted, expected proved" in out.getvalue()) == bool(code)


def test_links_lead_somewhere():
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / target).exists(), target
