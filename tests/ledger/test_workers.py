"""Whatever ends a worker or the process that started it, nobody is left behind."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

import symrg
from symrg.ledger.workers import Worker

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a process with its parent")

ROOT = Path(symrg.__file__).resolve().parent.parent
PREAMBLE = """
import os, signal, subprocess, sys, time
from symrg.ledger.workers import Worker, die_with_parent

def busy():
    print(os.getpid(), flush=True)
    while True:
        pass
"""


def started(code):
    """Start Python on some code, in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", PREAMBLE + textwrap.dedent(code)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        start_new_session=True,
    )


def is_alive(process):
    try:
        status = Path(f"/proc/{process}/stat").read_text(encoding="utf-8")
    except FileNotFoundError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def ends(process, seconds=5):
    """Whether a process is gone within some time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not is_alive(process):
            return True
        time.sleep(0.02)
    os.kill(process, signal.SIGKILL)
    return False


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_busy_worker_ends_with_the_process_that_started_it(number):
    with started("Worker({'busy': busy}).run('busy', seconds=60)") as parent:
        worker = int(parent.stdout.readline())
        assert is_alive(worker)
        parent.send_signal(number)
        assert parent.wait(10) == -number
        assert ends(worker)


def test_an_interrupt_of_the_whole_terminal_reaches_the_caller_once():
    # as Ctrl-C does: to every process of the group; the worker leaves it to the process that started it
    code = """
    try:
        Worker({'busy': busy}).run('busy', seconds=60)
    except KeyboardInterrupt:
        print("interrupted", flush=True)
    """
    with started(code) as parent:
        worker = int(parent.stdout.readline())
        os.killpg(parent.pid, signal.SIGINT)
        out, err = parent.communicate(timeout=10)
        assert (parent.returncode, out, err) == (0, "interrupted\n", "")
        assert ends(worker)


def test_an_interrupt_between_fork_and_service_is_no_interrupt_of_the_worker():
    # both processes are interrupted at the worst moment; only one of them may clean up, and not with its group
    code = """
    real = os.fork
    def interrupted():
        child = real()
        os.kill(os.getpid(), signal.SIGINT)
        return child
    os.fork = interrupted
    worker = Worker({'busy': busy})
    try:
        worker.run('busy', seconds=60)
    except KeyboardInterrupt:
        print("interrupted", worker._process, flush=True)
    """
    with started(code) as parent:
        out, err = parent.communicate(timeout=10)
        assert (parent.returncode, out, err) == (0, "interrupted None\n", "")


def test_a_parent_that_is_gone_before_the_worker_asks_is_noticed():
    with started("die_with_parent(os.getppid()); print('alive', flush=True); die_with_parent(1 << 30)") as process:
        out, err = process.communicate(timeout=10)
        assert (process.returncode, out, err) == (1, "alive\n", "")


def sleeper(path):
    """Start a program that outlives us, and write down its number."""
    program = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    path.write_text(str(program.pid), encoding="utf-8")


@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.parametrize("death", ["over the budget", "killed", "closed"])
def test_programs_that_a_check_started_end_with_it(tmp_path, death):
    path = tmp_path / "number"

    def check():
        sleeper(path)
        if death == "killed":
            os.kill(os.getpid(), signal.SIGKILL)
        while death == "over the budget":
            time.sleep(1)
        return True

    with Worker({"check": check}) as worker:
        verdict, _ = worker.run("check", seconds=1.5)
        program = int(path.read_text(encoding="utf-8"))
        if death == "closed":
            assert verdict.status == "proved"
            assert is_alive(program)
        else:
            assert verdict.status == "undecided"
            assert ("killed" if death == "over the budget" else "SIGKILL") in verdict.certificate
            assert ends(program)
    assert ends(program)


def test_a_closed_worker_is_waited_for_and_its_pipes_are_closed():
    open_before = len(os.listdir("/proc/self/fd"))
    with Worker({"number": lambda: True}) as worker:
        worker.run("number")
        number = worker._process
        assert is_alive(number)
        assert os.getpgid(number) == number
    assert not Path(f"/proc/{number}").exists()
    assert len(os.listdir("/proc/self/fd")) == open_before
    worker.close()  # once more is no error


def test_signals_are_as_before():
    before = signal.getsignal(signal.SIGINT), signal.pthread_sigmask(signal.SIG_BLOCK, [])
    with Worker({"number": lambda: True}) as worker:
        worker.run("number")
        assert (signal.getsignal(signal.SIGINT), signal.pthread_sigmask(signal.SIG_BLOCK, [])) == before


def test_a_worker_listens_to_a_polite_request_to_end():
    with Worker({"number": lambda: True}) as worker:
        worker.run("number")
        os.kill(worker._process, signal.SIGTERM)
        assert ends(worker._process)
        assert "SIGTERM" in worker.run("number")[0].certificate
        assert worker.run("number")[0].status == "proved"
