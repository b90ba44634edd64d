"""The house: floors import from below only, names are where they are said to be, versions agree."""

import ast
import re
import tomllib
from importlib import import_module
from pathlib import Path

import pytest

import symrg

ROOT = Path(symrg.__file__).resolve().parent.parent
PACKAGE = ROOT / "symrg"
FLOORS = {"exact": 1, "model": 2, "transform": 3, "ledger": 4, "view": 5}
GROUND = 0  # symrg/__init__.py, errors.py and _display.py: open to every floor, resting on none
ROOF = 6
MODULES = sorted(PACKAGE.rglob("*.py"))
NAMES = [".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for path in MODULES]


def floor_of(name):
    """Return the floor of a module, named by its dotted path."""
    parts = name.split(".")
    if len(parts) == 1 or parts[1] in ("errors", "_display"):
        return GROUND
    return FLOORS.get(parts[1], ROOF)


def imports(path, name):
    """Yield (line, dotted name of the symrg module or package) for every import of the package's own, lazy or not."""
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names if alias.name.split(".")[0] == "symrg")
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parents = package.split(".")
                base = ".".join(parents[: len(parents) - node.level + 1] + ([node.module] if node.module else []))
            if base.split(".")[0] == "symrg":
                for alias in node.names:
                    whole = f"{base}.{alias.name}"
                    yield node.lineno, whole if whole in NAMES else base


def third_party(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module.split(".")[0]


@pytest.mark.parametrize(("path", "name"), list(zip(MODULES, NAMES, strict=True)), ids=NAMES)
def test_a_floor_imports_only_from_floors_below(path, name):
    own = floor_of(name)
    for line, target in imports(path, name):
        below = floor_of(target)
        allowed = below < own or (below == own and own != GROUND and name.split(".")[1:2] == target.split(".")[1:2])
        assert allowed or below == own == ROOF, f"{path}:{line} imports {target}"


def test_the_floors_above_are_really_seen():
    """The test above could not fail if it saw no imports."""
    found = {(name, target) for path, name in zip(MODULES, NAMES, strict=True) for _, target in imports(path, name)}
    assert ("symrg.cli", "symrg.errors") in found
    assert ("symrg.transform.chain", "symrg.exact.matrices") in found
    assert ("symrg.ledger.derivation", "symrg.errors") in found


def is_testing(name):
    return name.split(".")[1:2] == ["testing"]


def test_properties_for_users_rest_on_three_floors_and_carry_nothing():
    """symrg.testing needs a library that a plain install lacks, so no part of the package may need it."""
    seen = 0
    for path, name in zip(MODULES, NAMES, strict=True):
        for line, target in imports(path, name):
            if is_testing(name) and not is_testing(target):
                assert floor_of(target) <= FLOORS["transform"], f"{path}:{line} imports {target}"
                seen += 1
            assert is_testing(name) or not is_testing(target), f"{path}:{line} imports {target}"
    assert seen


@pytest.mark.parametrize(("path", "name"), list(zip(MODULES, NAMES, strict=True)), ids=NAMES)
def test_each_floor_uses_only_the_libraries_it_may(path, name):
    used = set(third_party(path))
    assert "pytest" not in used
    if not is_testing(name):
        assert "hypothesis" not in used
    if floor_of(name) != ROOF:
        assert not used & {"typer", "rich"}
    if floor_of(name) < FLOORS["view"]:
        assert "networkx" not in used
    assert not used & {"pickle", "marshal", "shelve"}


@pytest.mark.parametrize("name", [name for name in NAMES if name != "symrg.__main__"])
def test_modules_list_their_public_names(name):
    module = import_module(name)
    if module.__file__.endswith("__init__.py") and name != "symrg":
        listed = getattr(module, "__all__", [])
    else:
        listed = module.__all__
    for public in listed:
        assert hasattr(module, public), f"{name} lists {public}"


def test_the_public_face_is_complete():
    for public in symrg.__all__:
        assert getattr(symrg, public) is not None
        assert public in dir(symrg)
    with pytest.raises(AttributeError, match=r"no attribute 'nonsense'$"):
        _ = symrg.nonsense


@pytest.mark.parametrize(
    ("written", "meant"),
    [("portriat", "portrait"), ("Varible", "Variable"), ("decimated", "decimate"), ("chain", "Chain")],
)
def test_a_misspelt_name_gets_the_nearest_one(written, meant):
    with pytest.raises(
        AttributeError, match=f"^module 'symrg' has no attribute '{written}'; did you mean '{meant}'\\?$"
    ):
        getattr(symrg, written)


def test_a_misspelt_name_loads_nothing():
    import subprocess
    import sys

    code = (
        "import sys, symrg; print(hasattr(symrg, 'portriat'), any(m in sys.modules for m in ('sympy', 'symrg.view')))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


def test_versions_agree():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == symrg.__version__
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert re.search(r"^version: (.*)$", citation, flags=re.M)[1] == symrg.__version__
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(r"^## (\S+)", changes, flags=re.M)[1] == symrg.__version__


def test_nothing_else_stands_at_the_top_level():
    """The rooms of the house are fixed; what git ignores does not count."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a checkout")
    import subprocess

    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("git does not answer")
    top = {line.split("/")[0] for line in listed.stdout.splitlines()}
    rooms = {"pyproject.toml", "symrg", "tests", "derivations", "README.md", "LICENSE", "CHANGELOG.md", "CITATION.cff"}
    assert {name for name in top if not name.startswith(".")} <= rooms


@pytest.mark.parametrize("floor", ["model", "transform"])
def test_the_map_of_a_floor_names_each_of_its_modules_once(floor):
    folder = ROOT / "symrg" / floor
    rooms = ast.get_docstring(ast.parse((folder / "__init__.py").read_text(encoding="utf-8"))).split("\n- ")[1:]
    named = [name for room in rooms for name in re.findall(r"\w+", re.sub(r"\([^)]*\)", "", room.split(":", 1)[1]))]
    assert sorted(named) == sorted(path.stem for path in folder.glob("*.py") if path.stem != "__init__")
