"""The tutorials run as a user runs them, print what they show, and their exercises have the answers given."""

import re
from fractions import Fraction

import pytest
import sympy

import symrg as sg
from symrg.cli import run as command
from symrg.ledger.scripts import shipped_scripts
from symrg.testing import check_decimation, check_fixed_points, check_jacobian
from tests.derivations.tutorials import FOLDER, SCRIPTS, cells, refreshed, run, shown

INDEX = (FOLDER / "README.md").read_text(encoding="utf-8")


def source(start):
    """Return the text of the tutorial whose file name starts so."""
    (path,) = (path for path in SCRIPTS if path.name.startswith(start))
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_it_runs_in_an_empty_folder_and_prints_what_it_shows(path, tmp_path):
    done = run(path, tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    hint = "if the new output is right: python -m tests.derivations.tutorials"
    assert done.stdout == shown(path.read_text(encoding="utf-8")), hint
    assert not list(tmp_path.iterdir())


def test_a_formula_that_stops_being_true_fails(tmp_path):
    text = source("6")
    assert text.count("t**2, t, relation") == 1
    path = tmp_path / "broken.py"
    path.write_text(text.replace("t**2, t, relation", "t, t, relation"), encoding="utf-8")
    assert run(path, tmp_path).returncode == 1


def test_stale_output_is_noticed_and_refreshed(tmp_path):
    fresh = (
        "# %% [markdown]\n# # T\n\n# %%\nprint(1)\nprint()\n#> 1\n#>\n\n\n# %%\ndef f(): print(2)\n\n# %%\nf()\n#> 2\n"
    )
    stale = fresh.replace("#> 1", "#> 3")
    path = tmp_path / "stale.py"
    path.write_text(stale, encoding="utf-8")
    assert run(path, tmp_path).stdout == shown(fresh) != shown(stale)
    assert refreshed(stale) == fresh == refreshed(fresh)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_it_is_a_notebook_of_ten_minutes_with_two_exercises(path):
    parts = cells(path.read_text(encoding="utf-8"))
    prose = [line for cell in parts if cell[0] == "# %% [markdown]" for line in cell[1:] if line]
    assert {cell[0] for cell in parts} == {"# %% [markdown]", "# %%"}
    assert all(line == "#" or line.startswith("# ") for line in prose)
    assert prose[0].startswith("# # ")
    assert len(" ".join(prose).split()) < 1500
    last = "\n".join(parts[-1])
    assert re.findall(r"^# (\d)\. ", last.partition("## Exercises")[2], flags=re.M) == ["1", "2"]
    assert "# Answers: 1. " in last


def test_the_index_lists_each_tutorial_once_by_its_title():
    titles = [path.read_text(encoding="utf-8").splitlines()[1].removeprefix("# # ") for path in SCRIPTS]
    expected = [(title, path.name) for title, path in zip(titles, SCRIPTS, strict=True)]
    assert re.findall(r"^\| \[([^]]+)\]\(([^)]+)\)", INDEX, flags=re.M) == expected
    assert len(SCRIPTS) == 7


def test_tutorials_are_no_shipped_derivations():
    assert not {path.stem for path in SCRIPTS} & set(shipped_scripts())


# -- the answers -----------------------------------------------------------------------------------------------


def test_answers_of_the_first():
    chain = sg.LayeredNetwork(weights=(-1, 0, 1)).chain()
    assert chain.multiplicity == ((3, 3), (2, 4))
    assert chain.recursion()((2, 1, 1)) == (Fraction(58, 57), Fraction(19, 12), Fraction(3, 2))
    chain = sg.LayeredNetwork().chain()
    assert chain.recursion(2).compose(chain.recursion(3)) == chain.recursion(6)


def test_answers_of_the_seventh():
    K, J = sympy.symbols("K J")
    s1, s2, t1, t2 = (sg.Variable(name, (-1, 1)) for name in ("s1", "s2", "t1", "t2"))
    fixed = sg.bond_recursion(K * s1 * t1, between=(s1, t1), branches=2).fixed_points()
    (critical,) = (part for part in fixed if len(part.points) == 3)
    (k,) = critical.symbols
    assert critical.generators == (k**3 + k**2 + 3 * k - 1,)
    real = min(critical.points, key=lambda point: abs(complex(point[0]).imag))[0]
    assert abs(float(real) - 0.2956) < 5e-5
    assert abs(-sympy.log(sympy.Float(float(real))) / 2 - 0.609) < 5e-4
    (eigenvalue,) = critical.spectra[critical.points.index((real,))]
    assert abs(float(eigenvalue) - 1.67857) < 5e-6
    assert abs(float(sympy.log(sympy.Float(float(eigenvalue)), 2)) - 0.747) < 5e-4
    rungs = K * (s1 * t1 + s2 * t2) + J * (s1 * s2 + t1 * t2) / 2
    with pytest.raises(sg.DomainError, match=r"generates s1\*s2\*t1\*t2, s1\*t2, s2\*t1, which"):
        sg.bond_recursion(rungs, between=((s1, s2), (t1, t2)))


def test_answers_of_the_second():
    parts = sg.LayeredNetwork(weights=(-1, 0, 1)).chain().recursion().fixed_points().components
    assert [part.physical for part in parts] == [True, False]
    assert parts[1].point == (2, Fraction(-3, 4), Fraction(-1, 2))
    end = sg.LayeredNetwork().chain().flow((2, Fraction(-1, 2), -1)).end_point()
    assert end.converges is False
    assert end.period is None


def test_answers_of_the_third():
    a, b, c = sympy.symbols("a b c")
    chain = sg.Chain([[2, 2], [1, 3]])
    images = chain.recursion().images
    swapped = sg.Recursion.from_images({a: images[a], b: images[c], c: images[b]}, scale=2)
    with pytest.raises(AssertionError):
        check_decimation(swapped, chain=chain)
    check_jacobian(swapped)
    check_fixed_points(swapped)
    K, F = sympy.symbols("K F")
    V = sympy.Matrix([[sympy.exp(K + F), sympy.exp(-K)], [sympy.exp(-K), sympy.exp(K - F)]])
    assert sg.equal(V.det(), 2 * sympy.sinh(2 * K)).status == "proved"


def test_answers_of_the_fourth():
    net = sg.LayeredNetwork(width=2, biases=None)
    assert net.multiplicity_rank == 3
    recursion = net.chain().recursion()
    assert [part.rank for part in recursion.fixed_points()] == [1, 2]
    assert [(part.rank, part.at_infinity) for part in recursion.fixed_points(projective=True)] == [
        (1, False), (2, False), (3, True),
    ]  # fmt: skip
    sector = sg.LayeredNetwork(width=3).symmetric_sector()
    energy = sum((h - s) ** 2 for h, s in zip(sector.neurons, sector.activations, strict=True))
    length = sector.chain.flow(bond=sector.bond(-sympy.log(2) * energy)).end_point().gap_length
    expected = sympy.S(73728) / (671 + sympy.sqrt(173761))
    assert sg.equal(sympy.exp(1 / length), expected).status == "proved"


WEAKER = """
    s.equation("weaker", u1, u, relation="<", meaning={u1: after}, positive=[u - 1, q - 1, u + q - 1, 2*u + q - 2])
    return d"""


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [("\n    return d", WEAKER, 0), ('erratum="step"', "erratum=None", 1)],
    ids=["a statement more", "no erratum"],
)
def test_answers_of_the_fifth(old, new, code, tmp_path):
    imports, function = ["\n".join(cell) for cell in cells(source("5")) if cell[0] == "# %%"][:2]
    assert "import symrg as sg" in imports
    assert function.count(old) == 1
    path = tmp_path / "potts.py"
    path.write_text(imports + "\n" + function.replace(old, new), encoding="utf-8")
    with pytest.raises(SystemExit) as stop:
        command(["verify", str(path)])
    assert (stop.value.code or 0) == code


def test_answers_of_the_sixth():
    K, t = sympy.symbols("K t")
    for scale in (3, 5):
        recursion = sg.IsingChain(sympy.atanh(t)).recursion(scale, coordinates="t")
        assert recursion.images[t] == t**scale
    after = sg.IsingChain(K).decimated(3).coupling
    assert sg.equal(sympy.tanh(after), sympy.tanh(K) ** 3).status == "proved"
    left, middle, right = (sg.Variable(name, (-1, 0, 1)) for name in ("S_1", "S_2", "S_3"))
    couplings = sg.decimate(K * left * middle + K * middle * right, over=[middle]).couplings
    assert {m for m, value in couplings.items() if value != 0} == {
        left * right, left**2 * right**2, left**2, right**2, sympy.S.One,
    }  # fmt: skip
