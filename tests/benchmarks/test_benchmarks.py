"""The jobs of the benchmarks give the right answers: what takes about a second here; all of it with the full run."""

import json
from dataclasses import replace

import pytest

from tests.benchmarks import fixed_points, multiplicities, observables, recursions, table
from tests.benchmarks.jobs import Side, Target, Timed, all_jobs
from tests.benchmarks.measuring import Measured, Outcome, missing

CHEAP = 0.3
JOBS = [part for job in all_jobs().values() if (part := job.within(CHEAP))]


def answer(side):
    lacking = missing(side)
    if lacking:
        pytest.skip(f"needs {', '.join(lacking)}")
    result = side.run(side.prepare())
    plain = side.answer(result.result if isinstance(result, Timed) else result)
    return json.loads(json.dumps(plain))


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.key)
def test_cheap_jobs_are_done_right(job):
    ours = answer(job.ours)
    if job.check is not None:
        job.check(ours)
    for rival in job.rivals.values():
        if job.agree is not None:
            job.agree(ours, answer(rival))


@pytest.mark.parametrize("job", all_jobs().values(), ids=lambda job: job.key)
def test_every_job_is_compared_with_a_rival_or_checked(job):
    assert job.check is not None or (job.rivals and job.agree is not None)


def test_wrong_answers_are_noticed():
    job = all_jobs()["log-z-2"]
    right = answer(job.ours)
    job.check(right)
    with pytest.raises(AssertionError):
        job.check(right.replace("3", "4", 1))


def outcome(ours, rival, *targets):
    job = replace(all_jobs()["multiplicity-4"], targets=targets, rivals={"slow": Side(run=None)})
    return Outcome(job, ours, {"slow": rival})


def test_verdicts_compare_medians():
    found = outcome(Measured([1.0, 2.0, 90.0]), Measured([500.0]), Target("ratio", 250), Target("ratio", 251))
    assert [verdict.met for verdict in found.verdicts] == [True, False]
    assert "FALLS SHORT" in table.written(found)


def test_a_rival_that_is_cut_off_gives_a_bound():
    cut = Measured()
    assert not cut.take({"cut": 60.0})
    found = outcome(Measured([0.5]), cut, Target("ratio", 100), Target("ratio", 200), Target("share", 0.5))
    assert found.ratio("slow") == 120
    assert [verdict.met for verdict in found.verdicts] == [True, None, None]
    assert "> 120×" in table.written(found)


# -- medians for pytest-benchmark, a few rounds each ------------------------------------------------------------


@pytest.mark.parametrize(
    "job",
    [
        lambda: multiplicities.counted(4),
        lambda: recursions.factored(recursions.chain(2)),
        lambda: fixed_points.all_of_them(3),
        lambda: observables.free_energy(3),
    ],
    ids=["multiplicity", "recursion", "fixed points", "log Z"],
)
def test_time(benchmark, job):
    benchmark.pedantic(job, rounds=5, warmup_rounds=1)
