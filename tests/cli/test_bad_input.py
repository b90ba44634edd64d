"""Bad input: an error that says what, where and what to try; exit code 2, no traceback, nothing half-written."""

import pytest

FIXED, GRAPH = ("fixed-points",), ("graph", "--depth", "2", "--to", "g.svg")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((*FIXED, "--weights="), "--weights is empty"),
        ((*FIXED, "--weights=1,1"), "more than once"),
        ((*FIXED, "--weights=0.5,1"), "1/2"),
        ((*FIXED, "--weights=-1,one"), "'one'"),
        ((*FIXED, "--biases=1/0"), "zero denominator"),
        ((*FIXED, "--neurons", "0,0"), "more than once"),
        ((*FIXED, "--width", "0"), "width is 0"),
        ((*FIXED, "--width", "-2"), "width is -2"),
        ((*FIXED, "--width", "1.5"), "--width"),
        ((*FIXED, "--samples", "0"), "samples is 0"),
        ((*FIXED, "--scale", "1"), "scale is 1"),
        ((*FIXED, "--scale", "two"), "--scale"),
        ((*FIXED, "--activation", "tanh"), "clipped-relu"),
        ((*FIXED, "--width", "40"), "factors"),
        ((*FIXED, "--json", "."), "cannot write"),
        ((*FIXED, "--colour"), "--colour"),
        (("graph", "--depth", "0", "--to", "g.svg"), "depth is 0"),
        (("graph", "--depth", "2", "--to", "g.png"), ".graphml"),
        (("graph", "--depth", "2", "--to", "g"), "suffix none"),
        (("graph", "--depth", "2"), "--to"),
        ((*GRAPH, "--input", "1,2"), "wrong shape"),
        ((*GRAPH, "--input", "x"), "'x'"),
        (("verify", "nowhere"), "dynamic_neurons"),
        (("verify", "nowhere.py"), "nowhere.py is no file"),
        (("verify", "dynamic_neuron"), "did you mean dynamic_neurons?"),
        (("verify", "."), "is a directory"),
        (("verify", "dynamic_neurons", "--claim", "nothing"), "'nothing'"),
        (("derive", "dynamic_neurons"), "--to"),
        (("derive", "dynamic_neurons", "--to", "out", "--format", "doc"), "'doc'"),
        (("derive", "dynamic_neurons", "--to", "out", "--width", "2"), "dynamic_neurons.py, line"),
        (("derive", "dynamic_neurons", "--to", "out", "--scale", "0"), "scale is 0"),
        (("solve",), "solve"),
    ],
)
def test_says_what_and_exits_with_2(symrg, tmp_path, monkeypatch, arguments, said):
    monkeypatch.chdir(tmp_path)
    answer = symrg(*arguments)
    assert answer.code == 2
    assert said in " ".join(answer.err.replace("│", " ").split())
    assert "Traceback" not in answer.err + answer.out
    assert answer.out == ""
    assert list(tmp_path.iterdir()) == []


RAISING = {
    "while loading": ("import symrg\n\nraise KeyError('lost')\n", 3, "KeyError"),
    "while deriving": ("def derivation():\n    values = []\n    return values[0]\n", 3, "IndexError"),
    "no Python": ("def derivation(:\n    pass\n", 1, "SyntaxError"),
    "a missing module": ("x = 1\nimport no_such_module_at_all\n", 2, "ModuleNotFoundError"),
    "leaves": ("import sys\n\n\nsys.exit(0)\n", 4, "SystemExit"),
    "asks for too much": ("def f():\n    return f()\ndef derivation():\n    return f()\n", 2, "RecursionError"),
}


@pytest.mark.parametrize("case", RAISING)
@pytest.mark.parametrize("command", ["derive", "verify"])
def test_a_script_that_raises_is_named_with_file_line_and_exception(symrg, script, tmp_path, command, case):
    text, line, exception = RAISING[case]
    path = script(text)
    answer = symrg(command, path, *(("--to", tmp_path / "out") if command == "derive" else ()))
    assert answer.code == 2
    assert f"{path}, line {line}: the script raised {exception}" in answer.err
    assert "Traceback" not in answer.err
    assert [item.name for item in tmp_path.iterdir()] == ["small.py"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = 1\n", "defines no function derivation()"),
        ("derivation = 3\n", "defines no function derivation()"),
        ("def derivation():\n    return 3\n", "returned int"),
        ("import symrg\ndef derivation():\n    symrg.Variable('h', ())\n", "line 3"),
    ],
)
def test_a_script_without_a_derivation_is_told_so(symrg, script, text, said):
    answer = symrg("verify", script(text))
    assert answer.code == 2
    assert said in answer.err


@pytest.mark.parametrize(("option", "value"), [("--scale", "3"), ("--width", "2")])
def test_options_a_script_does_not_take_are_refused(symrg, script, option, value):
    path = script("import symrg\ndef derivation():\n    return symrg.Derivation('Fixed')\n")
    assert symrg("verify", path).code == 0
    answer = symrg("verify", path, option, value)
    assert answer.code == 2
    assert "takes no parameter" in answer.err


def test_a_failing_script_leaves_older_documents_as_they_were(symrg, script, tmp_path):
    target = tmp_path / "out"
    assert symrg("derive", script(), "--to", target, "--format", "tex").code == 0
    before = {path: path.read_bytes() for path in target.iterdir()}
    assert symrg("derive", script("raise ValueError\n"), "--to", target).code == 2
    assert {path: path.read_bytes() for path in target.iterdir()} == before


def test_a_fault_of_the_package_keeps_its_traceback(symrg, monkeypatch):
    def broken(given):
        raise AssertionError("a fault")

    monkeypatch.setattr("symrg.cli.build_network", broken)
    answer = symrg("fixed-points")
    assert answer.code == 2
    assert "Traceback" in answer.err
    assert "please report" in answer.err


def test_an_interrupt_is_said_as_such(symrg, monkeypatch):
    def interrupted(given):
        raise KeyboardInterrupt

    monkeypatch.setattr("symrg.cli.build_network", interrupted)
    answer = symrg("fixed-points")
    assert answer.code == 130
    assert "Traceback" not in answer.err
