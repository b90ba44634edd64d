"""Derivation scripts: found by path or name, run like Python, and leaving nothing behind."""

import sys
from pathlib import Path

import pytest

import symrg
from symrg import ModelError, ScriptError
from symrg.ledger.scripts import find_script, run_script, shipped_scripts

EMPTY = "import symrg\ndef derivation():\n    return symrg.Derivation('Empty')\n"


@pytest.fixture
def script(tmp_path):
    def write(text, name="one.py"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_every_script_of_the_checkout_is_shipped():
    folder = Path(symrg.__file__).resolve().parent.parent / "derivations"
    scripts = {path.name for path in folder.glob("*.py") if not path.name.startswith("_")}
    assert scripts == {path.name for path in shipped_scripts().values()}


def test_a_path_comes_before_a_name(script, monkeypatch, tmp_path):
    path = script(EMPTY, "dynamic_neurons")
    monkeypatch.chdir(tmp_path)
    assert find_script("dynamic_neurons") == Path(path.name)


def test_an_unknown_name_is_answered_with_what_there_is():
    with pytest.raises(ModelError, match=r"the shipped ones are: .*dynamic_neurons"):
        find_script("zzz")


def test_a_script_may_import_its_neighbours_and_leaves_the_path_alone(script, tmp_path):
    script("TITLE = 'From next door'\n", "a_neighbour_of_one.py")
    path = script("import symrg\nfrom a_neighbour_of_one import TITLE\n"
                  "def derivation():\n    return symrg.Derivation(TITLE)\n")  # fmt: skip
    before = list(sys.path)
    try:
        assert run_script(path).title == "From next door"
    finally:
        sys.modules.pop("a_neighbour_of_one", None)
    assert sys.path == before


def test_a_copy_of_a_shipped_script_finds_the_modules_beside_the_original(tmp_path):
    name = "dynamic_neurons"
    path = tmp_path / "copy.py"
    path.write_text(shipped_scripts()[name].read_text(encoding="utf-8"), encoding="utf-8")
    before = list(sys.path)
    original, copy = run_script(name), run_script(path)
    assert [statement.id for statement in copy.statements] == [statement.id for statement in original.statements]
    assert sys.path == before


def test_a_module_beside_the_script_comes_before_a_shipped_one(script):
    script("TITLE = 'The script has its own'\n", "_dynamic_neurons.py")
    path = script("import symrg\nfrom _dynamic_neurons import TITLE\n"
                  "def derivation():\n    return symrg.Derivation(TITLE)\n")  # fmt: skip
    shipped = sys.modules.pop("_dynamic_neurons", None)
    try:
        assert run_script(path).title == "The script has its own"
    finally:
        sys.modules.pop("_dynamic_neurons", None)
        if shipped is not None:
            sys.modules["_dynamic_neurons"] = shipped


def test_no_byte_code_is_left_beside_the_script(script, tmp_path):
    run_script(script(EMPTY))
    assert [item.name for item in tmp_path.iterdir()] == ["one.py"]


def test_dataclasses_work_in_a_script(script):
    text = (
        "from __future__ import annotations\nfrom dataclasses import dataclass\nimport symrg\n"
        "@dataclass\nclass Pair:\n    x: int\n"
        "def derivation():\n    return symrg.Derivation(f'Pair {Pair(3).x}')\n"
    )
    assert run_script(script(text)).title == "Pair 3"


def test_a_module_that_failed_is_forgotten(script):
    with pytest.raises(ScriptError):
        run_script(script("raise ValueError", "failing.py"))
    assert "symrg_script_failing" not in sys.modules


def test_only_what_was_given_is_passed_on(script):
    path = script("import symrg\ndef derivation(scale=7, **rest):\n"
                  "    return symrg.Derivation(f'{scale} {sorted(rest)}')\n")  # fmt: skip
    assert run_script(path).title == "7 []"
    assert run_script(path, scale=3, network=symrg.LayeredNetwork()).title == "3 ['network']"


def test_errors_of_symrg_keep_their_kind_and_name_the_line(script):
    path = script("import symrg\n\ndef derivation():\n    return symrg.Variable('h', ())\n")
    with pytest.raises(ModelError) as caught:
        run_script(path)
    assert caught.value.__notes__ == [f"raised at {path}, line 4"]


def test_the_line_is_that_of_the_script_not_of_the_library_it_called(script):
    with pytest.raises(ScriptError, match="line 2: the script raised JSONDecodeError"):
        run_script(script("import json\njson.loads('{')\n"))


def test_a_file_that_is_no_text_is_a_script_error(tmp_path):
    path = tmp_path / "binary.py"
    path.write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(ScriptError, match="SyntaxError"):
        run_script(path)


def test_scripts_with_modules_of_one_name_beside_them_do_not_see_each_other_s(tmp_path):
    titles = []
    for name in ("first", "second"):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "beside.py").write_text(f"TITLE = {name!r}\n", encoding="utf-8")
        script = "import symrg\nfrom beside import TITLE\ndef derivation():\n    return symrg.Derivation(TITLE)\n"
        (folder / "paper.py").write_text(script, encoding="utf-8")
        titles.append(run_script(folder / "paper.py").title)
    assert titles == ["first", "second"]
