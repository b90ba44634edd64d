"""The command line as a process of its own: what it imports, pipes, and the same bytes for every hash seed."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import symrg


def call(*arguments, seed=None, **options):
    # the package under test, also from another folder
    environment = {**os.environ, "COLUMNS": "80", "PYTHONPATH": str(Path(symrg.__file__).resolve().parent.parent)}
    if seed is not None:
        environment["PYTHONHASHSEED"] = seed
    return subprocess.run(
        [sys.executable, *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        **options,
    )


def imported(*arguments):
    """Return the modules that a Python process imports."""
    done = call("-X", "importtime", *arguments)
    assert done.returncode == 0, done.stderr
    return {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}


HEAVY = {"sympy", "networkx", "matplotlib", "numpy", "flint"}


def test_importing_symrg_is_cheap():
    assert not imported("-c", "import symrg") & (HEAVY | {"typer", "rich"})


def test_the_version_is_answered_without_sympy():
    assert not imported("-m", "symrg", "--version") & (HEAVY | {"typer", "rich"})
    assert call("-m", "symrg", "--version").stdout == f"symrg {symrg.__version__}\n"


@pytest.mark.parametrize("arguments", [("--help",), ("derive", "--help"), ("fixed-points", "--help")])
def test_help_is_given_without_sympy(arguments):
    assert not imported("-m", "symrg", *arguments) & HEAVY


def test_fixed_points_need_no_graphs():
    assert not imported("-m", "symrg", "fixed-points") & {"networkx", "matplotlib", "numpy"}


ALL_FILES = """
from symrg.cli import run
for suffix in ("svg", "tex", "json", "graphml"):
    try:
        run(["graph", "--depth", "2", "--width", "2", "--to", f"g.{suffix}"])
    except SystemExit as stop:
        assert not stop.code
"""


def test_graph_files_are_the_same_for_every_hash_seed(tmp_path):
    folders = [tmp_path / seed for seed in ("0", "1")]
    for folder in folders:
        folder.mkdir()
        done = call("-c", ALL_FILES, seed=folder.name, cwd=folder)
        assert done.returncode == 0, done.stderr
    first, second = ({path.name: path.read_bytes() for path in folder.iterdir()} for folder in folders)
    assert len(first) == 4
    assert first == second


def test_fixed_points_are_the_same_for_every_hash_seed():
    answers = {
        call("-m", "symrg", "fixed-points", "--activation", "relu", "--json", "-", seed=seed).stdout
        for seed in ("0", "1")
    }
    assert len(answers) == 1
    assert json.loads(answers.pop())["complete"] is True


def test_an_ascii_terminal_gets_escapes_not_an_error():
    done = subprocess.run(
        [sys.executable, "-m", "symrg", "fixed-points"],
        env={**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"},
        capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0
    assert done.stdout.isascii()


def test_a_reader_that_goes_away_is_no_error():
    with subprocess.Popen(
        [sys.executable, "-m", "symrg", "fixed-points", "--json", "-"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(60) not in (1, 2)


@pytest.mark.parametrize(
    ("typed", "offered"), [("symrg fi", "fixed-points"), ("symrg flow --infin", "--infinitesimal")]
)
def test_the_shell_completes_commands_and_options(typed, offered):
    words = {"_SYMRG_COMPLETE": "complete_bash", "COMP_WORDS": typed, "COMP_CWORD": str(len(typed.split()) - 1)}
    command = [sys.executable, "-c", "import sys; sys.argv = ['symrg']; from symrg.__main__ import main; main()"]
    done = subprocess.run(command, env={**os.environ, **words}, capture_output=True, text=True, timeout=60, check=False)
    assert offered in done.stdout.split()
