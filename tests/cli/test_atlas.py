"""Running an atlas: nothing lost, nothing doubled, whatever is killed on the way; the files say the same."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing import active_children
from pathlib import Path
from xml.etree import ElementTree

import pytest

import symrg as sg
from symrg._atlas import cluster, run_row
from symrg._journal import Journal

ROOT = Path(sg.__file__).resolve().parent.parent
SMALL = sg.AtlasFamily(widths=(1, 2), samples=(1,), activations=("heaviside",), scales=(2,))  # 8 rows
LARGE = ("--width", "1,2,3,4", "--samples", "1,2", "--scale", "2,3,4,5")  # 256 rows with the other defaults


def environment():
    return {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "80"}


@contextmanager
def started(*arguments, **options):
    """Run a program of Python beside the test; it is gone when the block ends."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen([sys.executable, *map(str, arguments)], env=environment(), **{**quiet, **options})
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        if process.stderr is not None:
            process.stderr.close()


def lines(directory):
    path = directory / "atlas.jsonl"
    return path.read_bytes().splitlines(keepends=True) if path.exists() else []


def wait_for(condition, seconds=120):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def key(row):
    return tuple(str(row[n]) for n in ("width", "samples", "weights", "biases", "neurons", "activation", "scale"))


def descendants(process):
    """The processes that a process has started, and those that these have started."""
    found = []
    for task in Path(f"/proc/{process}/task").glob("*/children"):
        for child in map(int, task.read_text().split()):
            found += [child, *descendants(child)]
    return found


# -- the files ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    directory = tmp_path_factory.mktemp("atlas")
    family = sg.AtlasFamily(widths=(1, 30), samples=(1,), weights=("-1,1",), biases=("none",), scales=(2, 3))
    return directory, sg.write_atlas(directory, family, processes=2)


def test_every_row_is_there_once_and_failed_ones_say_why(written):
    _, record = written
    keys = [key(row) for row in record["rows"]]
    assert len(keys) == len(set(keys)) == 8
    for row in record["rows"]:
        assert row["error"].startswith("BudgetExceeded: ") == (row["width"] == 30)
        assert (row["rank"] is None) == (row["width"] == 30)


def test_csv_and_json_agree(written):
    directory, record = written
    stored = json.loads((directory / "atlas.json").read_text(encoding="utf-8"))
    assert stored == record
    assert stored["schema"] == 1
    assert stored["provenance"]["symrg"] == sg.__version__
    with (directory / "atlas.csv").open(newline="", encoding="utf-8") as file:
        table = list(csv.DictReader(file))
    assert len(table) == len(stored["rows"])
    for line, row in zip(table, stored["rows"], strict=True):
        assert list(line) == list(row) == list(stored["columns"])
        for name, text in line.items():
            value = row[name]
            if value is None:
                assert text == ""
            elif name == "strata":
                pairs = [part.split(":") for part in text.split()]
                assert [[list(map(int, m.split("+"))), int(d)] for m, d in pairs] == value
            elif name == "physical":
                assert list(map(int, text.split())) == value
            else:
                assert text == {True: "yes", False: "no"}.get(value if isinstance(value, bool) else None, str(value))


def test_the_page_is_well_formed_and_shows_every_row(written):
    directory, record = written
    text = (directory / "atlas.html").read_text(encoding="utf-8")
    root = ElementTree.fromstring(text.partition("\n")[2])
    body = list(root.iter("{http://www.w3.org/1999/xhtml}tr"))
    cells = ["".join(cell.itertext()) for row in body for cell in row]
    assert sum(cell.startswith("BudgetExceeded") for cell in cells) == 4
    assert len(body) == len(record["rows"]) + 2 + 3  # a table for each of two families, and one at a glance
    assert "http" not in text.replace('xmlns="http://www.w3.org/1999/xhtml"', "")
    assert "prefers-color-scheme: dark" in text


# -- running -----------------------------------------------------------------------------------------------------


def test_any_executor_will_do(tmp_path):
    with ThreadPoolExecutor(2) as pool:
        threads = sg.write_atlas(tmp_path / "threads", SMALL, executor=pool)
    processes = sg.write_atlas(tmp_path / "processes", SMALL, processes=2)
    for mine, other in zip(threads["rows"], processes["rows"], strict=True):
        assert {**mine, "seconds": ""} == {**other, "seconds": ""}


def test_a_row_that_takes_too_long_is_killed_and_fails():
    row = run_row(sg.AtlasFamily(widths=(4,), samples=(2,)).jobs[0], seconds=0.01)
    assert row["error"] == "not decided within 0.01 seconds; the process was killed"
    assert row["width"] == 4


def test_a_process_that_is_killed_loses_no_row(tmp_path):
    before = set(active_children())
    killed = []

    def progress(text):
        if not killed and not text.startswith("0 "):
            killed.append(sorted(set(active_children()) - before, key=lambda p: p.pid)[0])
            killed[0].kill()

    record = sg.write_atlas(tmp_path, SMALL, processes=2, progress=progress)
    assert killed
    assert [key(row) for row in record["rows"]] == [key(job) for job in SMALL.jobs]
    assert not any(row["error"] for row in record["rows"])
    assert len(lines(tmp_path)) == 1 + len(SMALL.jobs)
    assert set(active_children()) == before


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs /proc")
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_run_that_is_stopped_leaves_no_orphan_and_goes_on(tmp_path, how):
    command = ("-m", "symrg", "atlas", "--to", tmp_path, "--jobs", "2", *LARGE)
    with started(*command, stderr=subprocess.PIPE) as process:
        wait_for(lambda: len(lines(tmp_path)) > 3)
        children = descendants(process.pid)
        process.send_signal(how)
        code = process.wait(60)
        wait_for(lambda: not any(Path(f"/proc/{child}/cmdline").exists() and
                                 Path(f"/proc/{child}/cmdline").read_bytes() for child in children))  # fmt: skip
        said = process.stderr.read().decode()
    assert children
    kept = lines(tmp_path)
    assert 3 < len(kept) < 257
    assert not (tmp_path / "atlas.json").exists()
    if how == signal.SIGINT:
        assert code == 130
        assert "the same command goes on from there" in said
    else:
        with (tmp_path / "atlas.jsonl").open("ab") as file:
            file.write(b'{"width": 4, "samp')  # a line that was cut off
    family = sg.AtlasFamily(scales=(2, 3, 4, 5))
    with started(*command) as process:  # and once more, a little further
        wait_for(lambda: len(lines(tmp_path)) > len(kept) + 3)
    assert lines(tmp_path)[: len(kept)] == kept
    found = [json.loads(line) for line in lines(tmp_path)[1:] if line.endswith(b"\n")]
    assert len({key(row) for row in found}) == len(found)
    assert {key(row) for row in found} <= {key(job) for job in family.jobs}


def test_a_finished_atlas_is_not_computed_again(tmp_path):
    first = sg.write_atlas(tmp_path, SMALL, processes=1)
    said = []
    second = sg.write_atlas(tmp_path, SMALL, executor=None, progress=said.append)
    assert said == ["8 of 8 rows"]
    assert second == first  # also the seconds


# -- the journal -----------------------------------------------------------------------------------------------------


def test_other_options_are_noticed(tmp_path, symrg):
    sg.write_atlas(tmp_path, SMALL, processes=1)
    answer = symrg("atlas", "--to", tmp_path, "--width", "1", "--samples", "1", "--scale", "2")
    assert answer.code == 2
    said = " ".join(answer.err.split())
    assert "widths [1, 2], not [1]" in said
    assert "activations ['heaviside'], not ['heaviside', 'sign']" in said
    assert "--fresh" in said
    assert len(lines(tmp_path)) == 9


def test_fresh_begins_anew(tmp_path):
    with Journal(tmp_path / "atlas.jsonl", {"other": 1}) as journal:
        journal.append({"row": 1})
    with Journal(tmp_path / "atlas.jsonl", {"p": 2}, fresh=True) as journal:
        assert journal.rows == []


def test_two_runs_do_not_write_one_journal(tmp_path):
    with Journal(tmp_path / "atlas.jsonl", {}), pytest.raises(sg.ModelError, match="being written by another run"):
        Journal(tmp_path / "atlas.jsonl", {})


@pytest.mark.parametrize("contents", [b"a,b\n1,2\n", b'{"schema": 1}\n', b"[]\n"])
def test_a_file_that_is_no_journal_is_left_alone(tmp_path, contents):
    (tmp_path / "atlas.jsonl").write_bytes(contents)
    with pytest.raises(sg.ModelError, match="choose another directory"):
        Journal(tmp_path / "atlas.jsonl", {})
    assert (tmp_path / "atlas.jsonl").read_bytes() == contents


# -- the command -------------------------------------------------------------------------------------------------


def test_lists_may_be_given_by_commas_and_by_repetition(tmp_path, symrg):
    options = ("--width", "1", "--width", "2,3", "--samples", "1", "--weights=-1,1", "--weights= -1, 0,1")
    answer = symrg("atlas", "--to", tmp_path, *options, "--biases", "none", "--activation", "sign", "--scale", "2")
    assert answer.code == 0
    assert "Atlas of 6 rows, 0 of them failed" in answer.out
    rows = json.loads((tmp_path / "atlas.json").read_text(encoding="utf-8"))["rows"]
    assert [(row["weights"], row["width"]) for row in rows] == [(w, n) for w in ("-1,1", "-1,0,1") for n in (1, 2, 3)]
    assert {row["neurons"] for row in rows} == {"-1,1"}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--width", "1.5"), "no whole number"),
        (("--width", "0"), "at least 1"),
        (("--scale", "1"), "at least 2"),
        (("--weights", "one"), "write an integer"),
        (("--seconds", "0"), "positive"),
        (("--jobs", "0"), "at least 1"),
        (("--jobs", "2", "--scheduler", "tcp://127.0.0.1:1"), "workers of its own"),
        (("--activation", "tanh"), "heaviside"),
    ],
)
def test_bad_options_are_refused(tmp_path, symrg, options, said):
    answer = symrg("atlas", "--to", tmp_path, "--samples", "1", *options)
    assert answer.code == 2
    assert said in " ".join(answer.err.replace("│", " ").split())
    assert not (tmp_path / "atlas.json").exists()


# -- a cluster ---------------------------------------------------------------------------------------------------


@contextmanager
def dask_cluster(directory):
    """A scheduler and two workers on loopback; yields its address and the workers."""
    file = directory / "scheduler.json"
    local = ("--host", "127.0.0.1", "--no-dashboard")
    scheduler = ("-m", "distributed.cli.dask_scheduler", *local, "--port", "0", "--scheduler-file", file)
    worker = ("-m", "distributed.cli.dask_worker", *local, "--scheduler-file", file, "--nthreads", "1", "--no-nanny")
    where = {"cwd": directory}
    with started(*scheduler, **where):
        wait_for(file.exists)
        address = json.loads(file.read_text(encoding="utf-8"))["address"]
        with started(*worker, **where) as first, started(*worker, **where) as second:
            yield address, (first, second)


@pytest.mark.filterwarnings("ignore")  # of Dask, which is not ours
def test_a_cluster_loses_and_doubles_no_row_when_a_worker_is_killed(tmp_path):
    distributed = pytest.importorskip("distributed")
    family = sg.AtlasFamily(widths=(2, 3, 4), samples=(1, 2), weights=("-1,0,1",))  # 48 rows
    with dask_cluster(tmp_path) as (address, workers):
        with distributed.Client(address, set_as_default=False) as client:
            client.wait_for_workers(2, timeout=120)
        left = []

        def progress(text):
            done = int(text.split()[0])
            if done >= 5 and not left:
                left.append(len(family.jobs) - done)
                workers[0].kill()

        with cluster(address, timeout=60) as executor:
            record = sg.write_atlas(tmp_path / "out", family, executor=executor, progress=progress)
        assert workers[0].wait(10) == -signal.SIGKILL
        assert workers[1].poll() is None
    assert left[0] > 20  # it was in the middle
    assert [key(row) for row in record["rows"]] == [key(job) for job in family.jobs]
    assert not any(row["error"] for row in record["rows"])
    journal = [json.loads(line) for line in lines(tmp_path / "out")[1:]]
    assert sorted(map(key, journal)) == sorted(map(key, family.jobs))


@pytest.mark.filterwarnings("ignore")
def test_a_cluster_that_does_not_answer_is_said(tmp_path):
    pytest.importorskip("distributed")
    with pytest.raises(sg.UnableError, match="no Dask scheduler answers"), cluster("tcp://127.0.0.1:1", timeout=0.5):
        pass


def test_without_dask_the_message_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(sg.UnableError, match="symrg\\[cluster\\]"), cluster("tcp://127.0.0.1:1"):
        pass
