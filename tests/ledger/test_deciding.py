import os
import signal
import subprocess
import sys
import time

import pytest
import sympy
from sympy import cosh, exp, log, sinh, symbols, tanh

from symrg.errors import ModelError, NotExactError
from symrg.exact.decisions import Decision
from symrg.ledger.deciding import EFFORT, Equality, as_verdict, equal, finite_alphabets
from symrg.ledger.verdicts import Verdict
from symrg.ledger.workers import Worker, inside_worker
from symrg.model.activations import clipped_relu, heaviside, relu, sign
from symrg.model.sums import StateSum
from symrg.model.variables import Variable

h, s = Variable("h", (0, 1)), Variable("sigma", (0, 1))
h1, W, b = Variable("h^(1)", (0, 1)), Variable("W", (-1, 1)), Variable("b", (-1, 1))
u, beta = sympy.Symbol("u", positive=True), sympy.Symbol("beta_v", positive=True)
K, t, x, y, Z = symbols("K t x y Z")
OUT = heaviside(W * h1 + b)
SUM = StateSum(exp(-beta * (h - OUT) ** 2 - beta * (h1 - s) ** 2), W, b, h1)
CLOSED = 3 * u**-2 * u ** (2 * h + 2 * s) + (u ** (2 * s) + 2 * u ** (2 * h)) / u + 2


def test_variables_and_sums_are_found_in_the_sides():
    verdict = equal(Z, u ** (-h - s) * CLOSED, meaning={Z: SUM, u: exp(beta)})
    assert verdict.status == "proved"
    assert "all 4 states" in verdict.method


def test_a_wrong_reading_is_refuted_with_state_and_point():
    verdict = equal(Z, CLOSED, meaning={Z: SUM, u: exp(beta)})
    assert verdict.status == "refuted"
    # by hand: h^(1) = 0 gives (1/2)(2/2 + 2), h^(1) = 1 gives 3/2 + 1
    assert verdict.counterexample == "beta_v = ln 2, h = 0, sigma = 1: left = 4, right = 8"


def test_every_gap_of_a_chain_is_decided():
    assert equal(u**h, 1 + h * (u - 1), 1 + h**2 * (u - 1)).status == "proved"
    verdict = equal(u**h, 1 + h * (u - 1), 1 + h * u)
    assert verdict.status == "refuted"
    assert verdict.counterexample.startswith("sides 2 and 3: u = 2, h = 1: left = 2, right = 3")


def test_an_open_gap_leaves_the_chain_undecided_unless_another_is_refuted():
    open_ = sympy.gamma(x + 1), x * sympy.gamma(x)
    assert equal(*open_, x * sympy.gamma(x)).status == "undecided"
    assert equal(*open_, 2 * x * sympy.gamma(x)).status == "refuted"


def test_meanings_are_put_in_all_at_once_and_stand_for_themselves_inside():
    assert equal(x - y, y - x, meaning={x: y, y: x}).status == "refuted"
    assert equal(x / y, 1 / (y / x), meaning={x: y, y: x}).status == "proved"
    assert equal(t**2, 1 - 1 / cosh(K) ** 2, meaning={t: tanh(K), K: K}).status == "proved"


def test_a_letter_may_have_another_meaning():
    # the h of the left side is meant to be σ; inside the meaning of Z it is still h
    assert equal(h * Z, s * h, meaning={h: s, Z: h}).status == "refuted"
    assert equal(h * Z, Z * h, meaning={h: s, Z: h}).status == "proved"


def test_matrices_can_have_names():
    T = sympy.MatrixSymbol("T", 2, 2)
    ising = sympy.ImmutableMatrix([[exp(K), exp(-K)], [exp(-K), exp(K)]])
    squared = sympy.Matrix([[2 * cosh(2 * K), 2], [2, 2 * cosh(2 * K)]])
    assert equal(T**2, T * T, squared, meaning={T: ising}).status == "proved"
    verdict = equal(T**2, squared.T + sympy.eye(2), meaning={T: ising})
    assert (verdict.status, verdict.counterexample) == ("refuted", "K = ln 2: entry [0, 0]: left = 17/4, right = 21/4")
    assert equal(T, K, meaning={T: ising}).status == "undecided"


@pytest.mark.parametrize(
    ("activation", "below", "between", "above"),
    [(heaviside, 0, 1, 1), (sign, -1, 1, 1), (relu, 0, log(2), log(5)), (clipped_relu, 0, log(2), 1)],
)
def test_activations_have_values_between_the_rational_numbers(activation, below, between, above):
    for argument, value in ((-log(2), below), (log(2), between), (log(5), above), (log(1), activation(0))):
        assert equal(activation(Z), value + 1, meaning={Z: argument}).status == "refuted"
        assert equal(activation(Z), value, meaning={Z: argument}).status != "refuted"


def test_inequalities_and_mixed_chains():
    assert equal(0, tanh(K), 1, relation="<", positive=[K]).status == "proved"
    assert equal(cosh(K) ** 2, 1 + sinh(K) ** 2, 1, relation=("=", ">=")).status == "proved"
    assert equal(0, tanh(K), 1, relation="<").status == "refuted"


def test_positivity_is_needed_and_used():
    assert equal(log(x**2), 2 * log(x)).status == "refuted"
    assert equal(log(x**2), 2 * log(x), positive=[x]).status == "proved"


@pytest.mark.parametrize(
    ("members", "options", "error"),
    [
        ((x,), {}, ModelError),
        ((x, "x"), {}, ModelError),
        ((x, 0.5), {}, NotExactError),
        ((0.5 * x, 1), {}, NotExactError),
        ((x, sympy.Matrix([[0.5 * x]])), {}, NotExactError),
        ((x, 1), {"meaning": {x: 0.5 * y}}, NotExactError),
        ((x, y), {"relation": "~"}, ModelError),
        ((x, y, x), {"relation": ("=",)}, ModelError),
        ((x, y), {"meaning": {x: "y"}}, ModelError),
    ],
)
def test_what_cannot_be_read_is_refused(members, options, error):
    with pytest.raises(error):
        equal(*members, **options)


def test_an_error_while_deciding_is_an_undecided_verdict_with_its_reason():
    class Broken(sympy.Function):
        @classmethod
        def eval(cls, argument):
            if argument.is_Number:
                message = "out of order"
                raise ValueError(message)

    verdict = equal(Broken(x), Broken(x) + 1)
    assert (verdict.status, verdict.certificate) == ("undecided", "ValueError: out of order")


@pytest.mark.parametrize("bound", [sympy.Derivative(Z, x), StateSum(Z * h, h), sympy.Sum(Z, (x, 1, 2))], ids=str)
def test_a_name_that_stands_for_what_is_bound_is_refused(bound):
    """A derivative by x of a name for x² is not 0: it would be, were the name differentiated before its meaning."""
    for sides in ((bound, bound.doit()), (bound * sympy.eye(2), bound.doit() * sympy.eye(2))):
        verdict = equal(*sides, meaning={Z: x**2 + h})
        assert verdict.status == "undecided"
        assert verdict.certificate.startswith("ModelError: Z stands for an expression in")
    matrix = sympy.MatrixSymbol("M", 2, 2)
    sides = sympy.MatMul(bound, matrix), bound.doit() * matrix  # a product with * is carried out by SymPy already
    assert equal(*sides, meaning={Z: x**2 + h, matrix: sympy.eye(2)}).status == "undecided"


def test_decisions_become_verdicts():
    assert as_verdict(Decision("proved", "m", "c")) == Verdict("proved", "m", "c")
    found = as_verdict(Decision("refuted", "m", "left = 1, right = 2", {K: log(2)}), "row 3")
    assert found.counterexample == "row 3: K = ln 2: left = 1, right = 2"


def test_alphabets_of_bound_variables_are_not_gone_through():
    assert finite_alphabets([SUM]) == {h: (0, 1), s: (0, 1)}
    assert finite_alphabets([Z], {Z: SUM}) == {h: (0, 1), s: (0, 1)}
    assert finite_alphabets([Z + K], {K: h}) == {h: (0, 1)}


# -- budgets -----------------------------------------------------------------------------------------------


def heavy(factor):
    a = symbols("a0:7")
    power = (1 + sum(a)) ** 11
    return factor * power, sympy.expand_mul((a[0] + factor - a[0]) * power)


def test_what_is_small_starts_no_process(monkeypatch):
    def refuse():
        raise AssertionError

    monkeypatch.setattr(os, "fork", refuse)
    assert equal(u ** (h + s), u**h * u**s).status == "proved"


def test_what_is_large_is_decided_in_a_process_of_its_own():
    left, right = heavy(x + y)
    equality = Equality((left, right))
    with pytest.raises(Exception, match="more work is needed"):
        equality.decisions(1000)
    assert EFFORT > 1000
    assert equality().status == "proved"


def test_the_budget_is_kept():
    a = symbols("a0:12")
    started = time.monotonic()
    power = (1 + sum(a)) ** 20
    verdict = equal(power * (x + 1), power * x + power, seconds=0.3)
    assert verdict.status == "undecided"
    assert "0.3 seconds" in verdict.certificate
    assert time.monotonic() - started < 5


def sleeping():
    time.sleep(60)


def dying():
    os.kill(os.getpid(), signal.SIGKILL)


def exhausting():
    return bytearray(1 << 40) is None


def test_one_process_is_reused_and_replaced_only_when_it_is_gone():
    checks = {"first": lambda: Verdict("proved", str(os.getpid())), "sleep": sleeping, "die": dying}
    with Worker(checks, methods={"sleep": "waiting"}, seconds=30) as worker:
        first, again = worker.run("first")[0], worker.run("first")[0]
        assert first == again
        assert int(first.method) != os.getpid()
        slept, seconds = worker.run("sleep", seconds=0.2)
        assert (slept.status, slept.method) == ("undecided", "waiting")
        assert "0.2 seconds" in slept.certificate
        assert 0.2 <= seconds < 5
        assert worker.run("first")[0].method != first.method
        assert "SIGKILL" in worker.run("die")[0].certificate
        assert worker.run("first")[0].status == "proved"


def test_checks_in_a_worker_see_what_was_computed_before_and_keep_what_they_compute():
    kept = []
    checks = {"add": lambda: kept.append(1) or True, "count": lambda: len(kept) == 2, "inside": inside_worker}
    with Worker(checks) as worker:
        assert [worker.run(name)[0].status for name in ("add", "add", "count", "inside")] == ["proved"] * 4
    assert kept == []
    assert not inside_worker()


def test_a_worker_that_runs_out_of_memory_is_one_undecided_verdict():
    with Worker({"large": exhausting}) as worker:
        verdict = worker.run("large")[0]
    assert verdict.status == "undecided"
    assert "MemoryError" in verdict.certificate


def test_large_answers_arrive_whole():
    text = "x" * 300_000
    with Worker({"long": lambda: Verdict("proved", "m", text)}) as worker:
        assert worker.run("long")[0].certificate == text


def test_unknown_checks_are_refused():
    with Worker({"one": lambda: True}) as worker, pytest.raises(ModelError, match="there are one"):
        worker.run("two")


def test_without_fork_checks_run_here(monkeypatch):
    monkeypatch.delattr(os, "fork")
    with Worker({"pid": lambda: Verdict("proved", str(os.getpid()))}) as worker:
        assert worker.run("pid")[0].method == str(os.getpid())


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a process with its parent")
def test_no_orphan_outlives_a_killed_parent():
    script = (
        "import os, sys, time\n"
        "from symrg.ledger.workers import Worker\n"
        "def check():\n"
        "    print(os.getpid(), flush=True)\n"
        "    while True: pass\n"
        "Worker({'busy': check}).run('busy', seconds=60)\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, env=environment)
    child = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()
    for _ in range(100):
        if not alive(child):
            return
        time.sleep(0.05)
    pytest.fail("the worker is still running")


def alive(process):
    try:
        with open(f"/proc/{process}/stat") as status:
            return status.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
