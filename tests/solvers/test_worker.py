"""Worker processes: watched, cancelled, killed, starved, and never a hang."""

from __future__ import annotations

import math
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator

import numpy as np
import pytest
from known_programs import EASY, HARD, KNOWN
from scipy import sparse

from formulations.program import Block, Labels, Program
from solvers.dispatch import plan, solve
from solvers.highs import Highs
from solvers.job import Job
from solvers.pool import WorkerProcess, pool
from solvers.solution import Limit, Solution, Termination, labelled_values
from solvers.solver import Event, Incumbent, LogLine, Options

LINEAR = KNOWN["an LP to maximize with an offset"].program
#: Longer than any test should wait.
PATIENCE = 60.0


@pytest.fixture(autouse=True)
def fresh_pool() -> Iterator[None]:
    pool().close()
    yield
    pool().close()


def start(small: Program, options: Options | None = None, *, memory_limit: int | None = None) -> Job:
    return Job(plan(small, "HiGHS"), options, memory_limit=memory_limit)


def wide(count: int) -> Program:
    """Choose a thousand of many."""
    return Program(
        name="wide",
        sense="maximize",
        columns=Labels((Block("x", count, (range(count),), np.arange(count).reshape(-1, 1)),)),
        column_lower=np.zeros(count),
        column_upper=np.ones(count),
        integer=np.ones(count, dtype=bool),
        objective=np.ones(count),
        rows=Labels((Block("total", 1),)),
        matrix=sparse.csr_array(np.ones((1, count))),
        row_lower=np.array([-math.inf]),
        row_upper=np.array([1000.0]),
    )


def finished(job: Job) -> Solution:
    solution = job.wait(PATIENCE)
    assert solution is not None, "the job hangs"
    assert not job.running
    return solution


def until(job: Job, kind: type[Event]) -> Event:
    """The first event of a kind."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        for event in job.poll():
            if isinstance(event, kind):
                return event
        time.sleep(0.01)
    raise AssertionError(f"no {kind.__name__} came")


def plant(script: str) -> None:
    """Makes a script the worker that waits for the next program for HiGHS.

    It runs with the program read already: ``say(message)`` answers, as the real worker would.
    """
    prelude = (
        "import json, os, sys, time, signal\n"
        "head = json.loads(sys.stdin.buffer.readline())\n"
        "sys.stdin.buffer.read(head['bytes'])\n"
        "def say(**message):\n"
        "    print(json.dumps(message), flush=True)\n"
    )
    stderr = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
    process = subprocess.Popen(
        [sys.executable, "-c", prelude + script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr
    )
    pool().give(WorkerProcess(Highs.__module__, process, stderr), reusable=True)


def test_a_job_gives_the_same_answer_as_a_solve_here() -> None:
    here, there = solve(EASY, solver="HiGHS"), finished(start(EASY))
    assert there.termination is here.termination is Termination.OPTIMAL
    assert (there.objective, there.dual_bound) == (here.objective, here.dual_bound)
    assert labelled_values(there, EASY) == labelled_values(here, EASY)
    assert there.max_violation == here.max_violation


def test_shadow_prices_come_through() -> None:
    here, there = solve(LINEAR, solver="HiGHS"), finished(start(LINEAR))
    assert there.duals == pytest.approx(here.duals)
    assert there.reduced_costs == pytest.approx(here.reduced_costs)


def test_polling_gives_every_event_once_and_never_waits() -> None:
    job = start(EASY)
    assert job.poll() == (), "the worker has not even started"
    assert job.result is None
    events: list[Event] = []
    while job.running:
        events += job.poll()
        time.sleep(0.005)
    events += job.poll()
    assert job.poll() == ()
    text = "\n".join(event.text for event in events if isinstance(event, LogLine))
    assert text == finished(job).log
    best = [event for event in events if isinstance(event, Incumbent)][-1]
    assert best.objective == pytest.approx(finished(job).objective)


def test_a_cancelled_job_keeps_its_incumbent() -> None:
    job = start(HARD)
    found = until(job, Incumbent)
    assert isinstance(found, Incumbent)
    job.cancel()
    solution = finished(job)
    assert solution.termination is Termination.FEASIBLE
    assert solution.limit is Limit.INTERRUPTED
    assert solution.objective is not None
    assert solution.objective >= found.objective


def test_a_job_can_be_cancelled_before_its_worker_is_up() -> None:
    job = start(HARD)
    job.cancel()
    solution = finished(job)
    assert solution.limit is Limit.INTERRUPTED
    assert solution.termination in (Termination.NO_SOLUTION_FOUND, Termination.FEASIBLE)


def test_cancelling_twice_or_after_the_end_changes_nothing() -> None:
    job = start(LINEAR)
    solution = finished(job)
    job.cancel()
    job.cancel()
    assert finished(job) is solution
    assert solution.termination is Termination.OPTIMAL
    assert finished(start(LINEAR)).termination is Termination.OPTIMAL, "the warm worker is still in order"


INCUMBENT = "say(event='incumbent', objective=18.0, seconds=0.1, values={values!r})\n"
POINT = "AAAAAAAACEAAAAAAAADwPw=="  # 3 and 1, as wire writes them


def test_a_solver_that_does_not_listen_is_ended_and_its_incumbent_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("solvers.job._STOP_GRACE", 0.2)
    plant(INCUMBENT.format(values=POINT) + "say(event='bound', value=20.0, seconds=0.1)\ntime.sleep(600)")
    job = start(LINEAR)
    until(job, Incumbent)
    job.cancel()
    solution = finished(job)
    assert solution.termination is Termination.FEASIBLE
    assert solution.limit is Limit.INTERRUPTED
    assert solution.values is not None
    assert solution.values.tolist() == [3, 1]
    assert (solution.objective, solution.dual_bound) == (18, 20)


def test_a_solver_that_ignores_its_time_limit_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("solvers.job._LIMIT_GRACE", 0.3)
    plant("time.sleep(600)")
    solution = finished(start(LINEAR, Options(time_limit=0.1)))
    assert solution.termination is Termination.NO_SOLUTION_FOUND
    assert solution.limit is Limit.TIME


DEATHS = {
    "an exception": ("raise RuntimeError('out of luck')", "exit code 1: RuntimeError: out of luck"),
    "an early end": ("sys.exit(3)", "exit code 3"),
    "a kill": ("os.kill(os.getpid(), signal.SIGKILL)", "killed by SIGKILL (perhaps out of memory)"),
    "a crash": ("os.abort()", "killed by SIGABRT"),
    "half an answer": ('sys.stdout.write(\'{"event": "do\'); sys.stdout.flush(); os._exit(0)', "exit code 0"),
}


@pytest.mark.parametrize(("script", "said"), DEATHS.values(), ids=DEATHS)
def test_a_dead_worker_is_an_error_with_its_reason_and_its_incumbent(script: str, said: str) -> None:
    plant(INCUMBENT.format(values=POINT) + script)
    solution = finished(start(LINEAR))
    assert solution.termination is Termination.NUMERICAL_ERROR
    assert f"The solver process failed: {said}" in solution.log
    assert solution.values is not None
    assert solution.max_violation == pytest.approx(0)


def test_a_worker_that_lies_is_caught_like_any_solver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("solvers.job._STOP_GRACE", 0.2)
    plant(INCUMBENT.format(values="AAAAAAAAJEAAAAAAAADwPw==") + "time.sleep(600)")  # 10 and 1
    job = start(LINEAR)
    until(job, Incumbent)
    job.cancel()
    solution = finished(job)
    assert solution.termination is Termination.NUMERICAL_ERROR
    assert "Verification" in solution.log


def test_a_real_worker_killed_from_outside_is_told_apart_from_a_cancelled_one() -> None:
    job = start(HARD)
    until(job, Incumbent)
    worker = job._worker
    assert worker is not None
    os.kill(worker.process.pid, signal.SIGKILL)
    solution = finished(job)
    assert solution.termination is Termination.NUMERICAL_ERROR
    assert "SIGKILL" in solution.log
    assert solution.values is not None


def test_a_worker_that_needs_more_memory_than_allowed_fails_with_that_reason() -> None:
    solution = finished(start(wide(200_000), memory_limit=2**20))
    assert solution.termination is Termination.NUMERICAL_ERROR
    assert "ran out of memory" in solution.log
    assert finished(start(LINEAR)).termination is Termination.OPTIMAL, "the next worker has no such limit"


def test_options_that_the_solver_refuses_are_refused_here() -> None:
    job = start(LINEAR, Options(feasibility_tolerance=1e-30))
    with pytest.raises(ValueError, match="primal_feasibility_tolerance"):
        job.wait(PATIENCE)


@pytest.fixture
def starts(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The modules of solvers for which a new process was started, in order."""
    started: list[str] = []
    start_process = WorkerProcess.start

    def counted(module: str) -> WorkerProcess:
        started.append(module)
        return start_process(module)

    monkeypatch.setattr(WorkerProcess, "start", counted)
    return started


def test_workers_are_kept_warm_and_used_again(starts: list[str]) -> None:
    for _ in range(3):
        finished(start(LINEAR))
    assert starts == [Highs.__module__]


def test_jobs_at_the_same_time_have_their_own_workers(starts: list[str]) -> None:
    jobs = [start(HARD) for _ in range(3)]
    assert starts == [Highs.__module__] * 3
    for job in jobs:
        job.cancel()
    assert {finished(job).limit for job in jobs} == {Limit.INTERRUPTED}


def test_jobs_may_be_started_and_awaited_in_threads() -> None:
    found: list[float | None] = []
    threads = [threading.Thread(target=lambda: found.append(finished(start(LINEAR)).objective)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert found == pytest.approx([18] * 4)


def test_a_worker_ends_when_its_parent_does() -> None:
    script = (
        "import os, sys, time\n"
        "sys.path[:0] = sys.argv[1:]\n"
        "from known_programs import HARD\n"
        "from solvers.dispatch import plan\n"
        "from solvers.job import Job\n"
        "from solvers.solver import Incumbent\n"
        "job = Job(plan(HARD, 'HiGHS'))\n"
        "while not any(isinstance(event, Incumbent) for event in job.poll()):\n"
        "    time.sleep(0.01)\n"
        "print(job._worker.process.pid, flush=True)\n"
        "os._exit(0)\n"
    )
    found = subprocess.run(
        [sys.executable, "-c", script, *sys.path], capture_output=True, text=True, timeout=PATIENCE, check=True
    )
    pid = int(found.stdout)
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    raise AssertionError("the worker outlived its parent")


def test_what_a_solver_prints_does_not_break_the_stream_of_events() -> None:
    script = (
        "import os, solvers.worker\n"
        "from solvers.highs import Highs\n"
        "class Chatty(Highs):\n"
        "    def solve(self, *arguments):\n"
        "        print('from Python', flush=True)\n"
        "        os.write(1, b'from C\\n')\n"
        "        return super().solve(*arguments)\n"
        "solvers.worker.solver_named = lambda name: Chatty()\n"
        "solvers.worker.main()\n"
    )
    stderr = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
    process = subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr
    )
    pool().give(WorkerProcess(Highs.__module__, process, stderr), reusable=True)
    assert finished(start(LINEAR)).objective == pytest.approx(18)


def test_a_handler_that_raises_ends_the_worker() -> None:
    job = start(HARD)

    def disturb(event: Event) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        job.follow(disturb)
    assert job._finished.wait(PATIENCE)


def test_large_programs_and_incumbents_pass() -> None:
    assert finished(start(wide(200_000))).objective == pytest.approx(1000)
