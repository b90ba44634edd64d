"""The ledger of neuron modes: it holds for its own network and for others at random, and not for a changed script."""

import importlib.util
import json
import shutil
import sys
from contextlib import contextmanager
from fractions import Fraction
from itertools import combinations
from pathlib import Path
from random import Random

import mpmath
import pytest
import sympy

import symrg as sg
from symrg.ledger.scripts import find_script, run_script, shipped_scripts
from symrg.model.dense import DenseNetwork

SCRIPT = find_script("neuron_modes")
DATA = SCRIPT.with_name("digits_network.json")

# every statement of the page on what to derive, and where it is decided
BULLETS = {
    "order index; 1 for increasing f; closed form for ReLU": {"order-index", "increasing", "relu-index", "relu-cases"},
    "turning points, and left and right of them": {
        "slopes", "silu-zero", "gelu-ends", "mish-positive", "silu-turns", "gelu-turns", "mish-turns"
    },
    "modes, bias intervals": {"modes", "relu-bias", "silu-tie", "silu-bias", "gelu-bias", "mish-bias"},
    "proportion per layer, rational or symbolic, any depth": {"counted", "symbolic", "hundred-layers"},
    "best linear substitute": {"relu-slope", "relu-explained", "erf-slope", "erf-explained"},
    "basins of a linear read-out, duality, linear regions": {"cauchy", "sample-step", "duality", "regions", "read-out"},
    "two neurons at an angle": {"angle"},
    "warning: a monotone activation keeps its own order": {"own-order"},
    "surrogate theorem": {"same-order", "any-length", "affine", "needs-mixing"},
}  # fmt: skip


@contextmanager
def script(path=SCRIPT):
    """The module of the script, with what lies beside it importable while it is used."""
    sys.path.insert(0, str(path.parent))
    before = sys.modules.pop("_neuron_modes", None)
    try:
        spec = importlib.util.spec_from_file_location("neuron_modes_script", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        yield module
    finally:
        sys.path.remove(str(path.parent))
        sys.modules.pop("_neuron_modes", None)
        if before is not None:
            sys.modules["_neuron_modes"] = before


@pytest.fixture(scope="module")
def own():
    """The derivation as it is shipped, and its verdicts."""
    derivation = run_script("neuron_modes")
    return derivation, derivation.verify()


def test_every_verdict_is_the_expected_one(own):
    verification = own[1]
    assert verification.ok, [(r.id, r.verdict) for r in verification.unexpected]
    assert verification.summary["undecided"] == 0
    assert {r.id for r in verification.records if r.verdict.status == "refuted"} == {
        "any-length", "same-class", "needs-mixing", "none-preserving"
    }  # fmt: skip
    assert sum(record.seconds for record in verification.records) < 30


def test_every_statement_of_the_page_is_in_the_ledger(own):
    ids = {statement.id for statement in own[0].statements}
    for bullet, needed in BULLETS.items():
        assert needed <= ids, bullet


def test_all_that_is_decided_is_marked_as_ours(own):
    derivation = own[0]
    assert all(statement.surrogate for statement in derivation.statements)
    titles = [section.title for section in derivation.sections if section.surrogate is None]
    assert titles == ["What the abstract says, and what is not known", "What is left open of the abstract"]


def test_the_example_network_is_small_and_has_a_script():
    assert DATA.stat().st_size < 200_000
    data = json.loads(DATA.read_text(encoding="utf-8"))
    assert all(x * 16 == int(x * 16) for sample in data["samples"] for x in sample)
    assert all(
        w * 256 == int(w * 256) for layer in data["layers"] for row in [*layer["weights"], layer["bias"]] for w in row
    )
    assert (SCRIPT.parent / "_train_digits.py").is_file()
    assert "_train_digits" not in shipped_scripts()


BRUTE = {
    "ReLU": lambda t: max(t, 0),
    "SiLU": lambda t: t / (1 + mpmath.exp(-t)),
    "GELU": lambda t: t * mpmath.ncdf(t),
    "Mish": lambda t: t * mpmath.tanh(mpmath.log(1 + mpmath.exp(t))),
}


def test_the_order_index_is_drawn_with_its_jumps_where_they_are(own, seed):
    """Away from the jumps the figure has the index counted pair by pair, and it is upright at each jump."""
    (figure,) = (b for s in own[0].sections for b in s.blocks if getattr(b, "id", "") == "index")
    with script() as module:
        samples = module.LINE
    draw = Random(seed)
    for curve in figure.drawing.items:
        points = list(curve.points)
        flat, upright = (
            list(zip(points[::2], points[1::2], strict=True)),
            list(zip(points[1::2], points[2::2], strict=False)),
        )
        assert all(left[1] == right[1] and left[0] < right[0] for left, right in flat)
        assert all(before[0] == after[0] for before, after in upright)
        for _ in range(20):
            b = Fraction(draw.randint(-6900, 3900), 1000) + Fraction(1, 7919)
            drawn = next(left[1] for left, right in flat if left[0] <= b <= right[0])
            with mpmath.workdps(30):
                values = [BRUTE[curve.label](mpmath.mpf((z + b).numerator) / (z + b).denominator) for z in samples]
            pairs = list(combinations(list(zip(samples, values, strict=True)), 2))
            kept = sum((z - y) * (f - g) > 0 for (z, f), (y, g) in pairs)
            assert drawn == Fraction(kept, len(pairs)), (curve.label, b)


def test_infinite_ends_have_a_sign(own):
    (table,) = (b for s in own[0].sections for b in s.blocks if getattr(b, "id", "") == "bias")
    for line in table.rows:
        low, high = (cell.segments[0].value for cell in line[2:])
        assert low != sympy.oo
        assert high != -sympy.oo
    ends = [cell.segments[0].value for line in table.rows for cell in line[2:]]
    assert {-sympy.oo, sympy.oo} <= set(ends)


def some_network(draw):
    def number():
        return Fraction(draw.randint(-9, 9), draw.randint(1, 7))

    widths = (draw.randint(1, 3), *(draw.randint(2, 4) for _ in range(draw.randint(1, 3))), draw.choice([1, 2, 4]))
    weights = [[[number() for _ in range(a)] for _ in range(b)] for a, b in zip(widths, widths[1:], strict=False)]  # noqa: RUF007
    net = DenseNetwork(weights, [[number() for _ in range(b)] for b in widths[1:]])
    samples = [[number() for _ in range(widths[0])] for _ in range(5)]
    line = [Fraction(draw.randint(-20, 20), draw.randint(1, 6)) for _ in range(5)]
    return net, samples, line


@pytest.mark.parametrize("turn", range(3))
def test_other_networks_drawn_at_random(turn, seed):
    draw = Random(seed)
    while True:
        net, samples, line = some_network(draw)
        if len(set(line)) < 3:
            continue
        with script() as module:
            try:
                verification = module.derivation(network=net, samples=samples, line=line).verify()
            except sg.DomainError:  # a sample on a kink or a tie: see test_bad_input
                continue
        break
    assert verification.ok, (net, samples, line, [(r.id, r.verdict) for r in verification.unexpected])


def test_a_network_from_files(tmp_path):
    data = {
        "layers": [
            {"weights": [[0.3, -1], [2, 0.7]], "bias": [0.1, 0]},
            {"weights": [[1, -1.1], [0.2, 1]], "bias": [0, 0.5]},
        ],
        "samples": [[1, 2], [0.5, -3], [4, 4.25], [-1, 0.1]],
        "labels": [0, 1, 0, 1],
    }
    path = tmp_path / "net.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    with script() as module:
        verification = module.derivation(network=path, samples=path).verify()
    assert verification.ok, [(r.id, r.verdict) for r in verification.unexpected]


CHANGES = [  # (file, line, changed line, statement that no longer holds)
    ("neuron_modes.py", "1 - m*(m - 1)/(n*(n - 1))", "1 - m*m/(n*(n - 1))", "relu-index"),
    ("neuron_modes.py", "exp(-w)*(exp(-1) - w*exp(w))", "exp(-w)*(exp(1) - w*exp(w))", "silu-zero"),
    ("neuron_modes.py", "(2 - x**2)*exp(-x**2/2)", "(3 - x**2)*exp(-x**2/2)", "gelu-curved"),
    ("neuron_modes.py", "exp(-w)*(c*exp(-c) - w*exp(w))", "exp(-w)*(c*exp(c) - w*exp(w))", "silu-tie"),
    ("neuron_modes.py", "pi/(2*(pi - 1))", "pi/(2*pi - 1)", "relu-explained"),
    ("neuron_modes.py", "alike = 1 - theta/pi", "alike = 1 - theta/(2*pi)", "angle"),
    ("neuron_modes.py", "M, meaning={rx: M/nw, rw: M/nx}", "M**2, meaning={rx: M/nw, rw: M/nx}", "duality"),
    ("neuron_modes.py", "[[2, 0], [1, 0], [0, 4]]", "[[2, 0], [1, 0], [0, 0]]", "same-class"),
    ("neuron_modes.py", "neurons = [((1, 1), Fraction(-1, 2))", "neurons = [((1, 1), -1)", "needs-mixing"),
    ("neuron_modes.py", "alpha*u/sqrt(2))), (alpha/sqrt(2)*u", "alpha*u/sqrt(2))), (alpha*u", "erf-slope"),
    ("_neuron_modes.py", "return -sorted(points)[1]", "return -sorted(points)[2]", "relu-bias"),
    ("_neuron_modes.py", "h = [list(column) for column in zip(*outputs, strict=True)]", "h = h", "hundred-layers"),
    ("_neuron_modes.py", "reached = walls[basin.limit[1:]] == 0", "reached = walls[basin.limit[1:]] > 0", "regions"),
]
SMALL = DenseNetwork([[[1, 0], [1, 1]], [[1, -2], [0, 1]]], [[Fraction(1, 3), -1], [0, 1]])


def test_changed_lines_are_noticed(tmp_path):
    texts = {
        name: SCRIPT.with_name(name).read_text(encoding="utf-8") for name in ("neuron_modes.py", "_neuron_modes.py")
    }
    for name, old, new, _ in CHANGES:
        assert texts[name].count(old) == 1, old
        texts[name] = texts[name].replace(old, new)
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    shutil.copy(DATA, tmp_path)
    with script(tmp_path / "neuron_modes.py") as module:
        verification = module.derivation(network=SMALL, samples=[(1, 1), (0, 3), (2, -5), (1, 4)]).verify()
    found = {record.id for record in verification.unexpected}
    assert {changed for *_, changed in CHANGES} <= found
    assert found <= {changed for *_, changed in CHANGES} | {"counted"}  # the line of hundred-layers is its line too


@pytest.mark.parametrize(
    ("given", "kind", "said"),
    [
        ({"network": sg.LayeredNetwork()}, sg.ModelError, "leave --width"),
        ({"network": DATA}, sg.ModelError, "belong together"),
        ({"samples": DATA}, sg.ModelError, "belong together"),
        ({"line": (1, 1, 2)}, sg.ModelError, "2 different samples of one neuron"),
        ({"network": DATA, "samples": [[0] * 64, [1] * 63]}, sg.ModelError, "sample 2 has 63 entries"),
        (
            {"network": DenseNetwork([[[1]], [[1]]], [[0], [0]]), "samples": [(2,), (3,), (0,)]},
            sg.DomainError, "sample 3 is on the kink of neuron 1 of layer 1",
        ),
        (
            {"network": DenseNetwork([[[1]], [[1], [1]]], [[0], [0, 0]]), "samples": [(2,), (3,), (4,)]},
            sg.DomainError, "sample 1 ties between",
        ),
    ],
)  # fmt: skip
def test_bad_input(given, kind, said):
    with script() as module, pytest.raises(kind, match=said):
        module.derivation(**given)


def test_the_command_line_s_scale_is_refused():
    with pytest.raises(sg.ModelError, match="no parameter 'scale'"):
        run_script("neuron_modes", scale=3)


def test_the_data_are_found_wherever_the_script_lies(tmp_path):
    for path in (SCRIPT, SCRIPT.with_name("_neuron_modes.py"), DATA):
        shutil.copy(path, tmp_path)
    assert run_script(Path(tmp_path) / "neuron_modes.py").statements
