"""Calling the command line inside the test process: exit code, stdout and stderr as a shell would see them."""

from dataclasses import dataclass

import pytest

from symrg.cli import run


@dataclass
class Answer:
    code: int
    out: str
    err: str


@pytest.fixture
def symrg(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.delenv("FORCE_COLOR", raising=False)

    def call(*arguments):
        capsys.readouterr()
        with pytest.raises(SystemExit) as stop:
            run([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return Answer(stop.value.code or 0, out, err)

    return call


SCRIPT = '''
"""A derivation with one claim of each verdict asked for."""
import symrg as sg
import sympy


def derivation(network=None, scale=2):
    print("a script may print")
    d = sg.Derivation("A small derivation", paper={"title": "Nothing", "identifier": "none"}, inputs={"scale": scale})
    s = d.section("Only")
    width = 1 if network is None else network.width
    s.define("N", sympy.Symbol("N"), sympy.Integer(width))
    s.claim("true", "One and one is two.", decide=lambda: 1 + 1 == 2, method="arithmetic")
    s.claim("weights", "The weights sum to zero.", method="addition",
            decide=lambda: network is None or sum(network.weights) == 0)
    return d
'''


@pytest.fixture
def script(tmp_path):
    """Return a function that writes a script (by default a small sound one) and gives its path."""

    def write(text=SCRIPT, name="small.py"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write
