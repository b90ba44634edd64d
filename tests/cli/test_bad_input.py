"""Bad input: an error that says what, where and what to try; exit code 2, no traceback, nothing half-written."""

import pytest

FIXED, GRAPH = ("fixed-points",), ("graph", "--depth", "2", "--to", "g.svg")
ATLAS = ("atlas", "--to", "atlas")
LONG = ",".join(map(str, range(33000)))


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
        ((*FIXED, "--weights=-1,w"), "'w'; write an integer such as -1"),
        ((*FIXED, "--neurons", "x,y"), "a value of --neurons is 'x'"),
        ((*FIXED, "--neurons", LONG, "--json", "f.json"), "65999 factors"),
        ((*FIXED, "--width", "9", "--json", "f.json"), "262143 factors"),
        ((*FIXED, "--scale=-2"), "scale is -2"),
        ((*FIXED, "--scale", "1000000000", "--width", "2", "--json", "f.json"), "the scale 199 fits"),
        (("graph", "--depth=-3", "--to", "g.svg"), "depth is -3; it is the number of weight layers"),
        (("verify", "dynamic_neurons", "--scale", "1", "--json", "v.json"), "scale is 1; a scale factor is"),
        ((*ATLAS, "--scale", "1"), "scales is 1"),
        ((*ATLAS, "--width", "0"), "widths is 0"),
        ((*ATLAS, "--weights", "a,b"), "'a'; write an integer such as -1"),
        ((*ATLAS, "--seconds", "0"), "is a positive number"),
        ((*ATLAS, "--jobs", "0"), "number of processes is 0"),
        ((*ATLAS, "--scheduler", "nowhere"), "has no port; write it as the scheduler prints it"),
        (("graph", "--depth", "0", "--to", "g.svg"), "depth is 0"),
        (("graph", "--depth", "2", "--to", "g.jpg"), ".graphml"),
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


WRONG = {
    "an alphabet that is too large": (
        "sg.LayeredNetwork(width=40).neuron_states",
        "the list of neuron states would have 2^40 entries",
    ),
    "an activation off its alphabet": (
        "sg.LayeredNetwork(activation=sg.relu, outputs=(0, 1))",
        "the activation takes the value 2 at 2, outside the given outputs (0, 1); add it",
    ),
    "a symbolic alphabet": (
        "sg.LayeredNetwork(weights=(sg.Parameter('w'), 1))",
        "a value of the alphabet of weights is w (Parameter), not an exact rational number; use int",
    ),
    "a zero row in G": ("sg.Chain([[1, 2], [0, 0]])", "row 1 of the multiplicity matrix is zero"),
    "a point at a puncture": (
        "net.chain().recursion()((1, -1, 1))",
        "the image of a is not defined at (1, -1, 1): 0/0",
    ),
    "scale 1": ("net.chain().recursion(1)", "the scale is 1; a scale factor is an integer p ≥ 2"),
    "a negative depth": (
        "net.chain().partition_function(depth=-1)",
        "the depth is -1; it is a whole number of at least 1",
    ),
    "a budget exceeded": (
        "net.chain().recursion(10**9).images",
        "terms, more than 4000000, as polynomials; give a point",
    ),
}


@pytest.mark.parametrize("case", WRONG)
@pytest.mark.parametrize("command", ["derive", "verify"])
def test_what_a_script_asks_wrongly_is_said_with_its_line(symrg, script, tmp_path, command, case):
    line, said = WRONG[case]
    path = script(f"import symrg as sg\n\ndef derivation():\n    net = sg.LayeredNetwork()\n    {line}\n")
    target = ("--to", tmp_path / "out") if command == "derive" else ("--json", tmp_path / "verdicts.json")
    answer = symrg(command, path, *target)
    assert answer.code == 2
    assert said in answer.err
    assert f"raised at {path}, line 5" in answer.err
    assert "Traceback" not in answer.err
    assert [item.name for item in tmp_path.iterdir()] == ["small.py"]


def test_what_a_claim_asks_wrongly_is_undecided_and_never_passes(symrg, script):
    text = """
import symrg as sg

def derivation():
    d = sg.Derivation("Wrong questions")
    s = d.section("Only")
    s.claim("puncture", "Defined.", decide=lambda: sg.LayeredNetwork().chain().recursion()((1, -1, 1)) is not None)
    return d
"""
    answer = symrg("verify", script(text))
    assert answer.code == 1
    said = " ".join(answer.out.split())
    assert "puncture: undecided, expected proved (the check raised UndefinedPointError: the image of a is not" in said


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
