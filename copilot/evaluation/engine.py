"""Samples through worker processes: each has its time, and none can stop the run."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Protocol

from copilot.evaluation.assessment import Recipe, RunStopped
from copilot.evaluation.outcome import Outcome, Stage
from copilot.evaluation.sample import Sample

#: Seconds a worker gets to load everything it needs.
_START_LIMIT = 180.0
#: A process that the system ends first when memory runs out.
_EXPENDABLE = "700"
_READY = "ready"

Task = tuple[str, Sample]


class Engine(Protocol):
    """Where samples are assessed. ``outcomes`` come as they are done. Raises RunStopped."""

    def outcomes(self, tasks: Sequence[Task], recipe: Recipe, *, sample_limit: float) -> Iterator[Outcome]: ...


@dataclass(frozen=True, slots=True)
class LocalEngine:
    """``jobs`` processes on this machine."""

    jobs: int = 1

    def outcomes(self, tasks: Sequence[Task], recipe: Recipe, *, sample_limit: float) -> Iterator[Outcome]:
        waiting = list(reversed(tasks))
        workers = [_Worker(recipe, sample_limit) for _ in range(min(self.jobs, len(tasks)))]
        try:
            while waiting or any(worker.task is not None for worker in workers):
                for worker in workers:
                    if worker.ready and worker.task is None and waiting:
                        worker.give(waiting.pop())
                soonest = min(worker.deadline for worker in workers)
                wait([worker.connection for worker in workers], max(0.0, soonest - time.monotonic()))
                for number, worker in enumerate(workers):
                    outcome = worker.news()
                    if outcome is not None:
                        yield outcome
                    if worker.ended:
                        workers[number] = _Worker(recipe, sample_limit)
        finally:
            for worker in workers:
                worker.end()


@dataclass(eq=False)
class _Worker:
    """The parent's end of one process."""

    recipe: Recipe
    sample_limit: float
    connection: Connection = field(init=False)
    process: SpawnProcess = field(init=False)
    task: Task | None = None
    words: str = ""
    ready: bool = False
    ended: bool = False
    deadline: float = 0.0

    def __post_init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        descriptor, self.words = tempfile.mkstemp(prefix="assessing-", suffix=".log")
        os.close(descriptor)
        self.process = context.Process(target=_serve, args=(theirs, self.recipe, self.words), daemon=False)
        self.process.start()
        theirs.close()
        self.deadline = time.monotonic() + _START_LIMIT

    def give(self, task: Task) -> None:
        self.task = task
        self.deadline = time.monotonic() + self.sample_limit
        try:
            self.connection.send(task)
        except (BrokenPipeError, ConnectionResetError):
            return  # its end is read as a crash

    def news(self) -> Outcome | None:
        """What the process has to say, or how it ended. Raises RunStopped."""
        if self.connection.poll():
            try:
                message = self.connection.recv()
            except (EOFError, ConnectionResetError):
                return self._crashed()
            if isinstance(message, Outcome):
                self._idle()
                return message
            if message == _READY:
                self.ready = True
                self._idle()
                return None
            raise RunStopped(message)
        if time.monotonic() < self.deadline:
            return None
        if not self.ready:
            raise RunStopped(f"a worker process did not start within {_START_LIMIT:g} s")
        self.end()
        return self._blank(Stage.TIMED_OUT, f"not done within {self.sample_limit:g} s")

    def end(self) -> None:
        """Kills the process with all that it started."""
        self.ended = True
        end_group(self.process.pid)
        self.process.join(5)
        self.connection.close()
        Path(self.words).unlink(missing_ok=True)

    def _idle(self) -> None:
        self.task = None
        self.deadline = float("inf")

    def _crashed(self) -> Outcome | None:
        self.process.join(5)
        code = self.process.exitcode
        last = _last_line(Path(self.words))
        self.end()
        how = f"by {signal.Signals(-code).name}" if code is not None and code < 0 else f"with exit code {code}"
        how += f": {last}" if last else ""
        if not self.ready:
            raise RunStopped(f"a worker process could not begin; it ended {how}")
        return self._blank(Stage.CRASHED, f"the process ended {how}")

    def _blank(self, stage: Stage, why: str) -> Outcome | None:
        if self.task is None:
            return None
        dataset, sample = self.task
        seconds = self.sample_limit if stage is Stage.TIMED_OUT else 0.0
        self.task = None
        return Outcome(dataset=dataset, id=sample.id, kind=sample.kind, stage=stage, findings=(why,), seconds=seconds)


def end_group(pid: int | None) -> None:
    """Kills the process and, where it leads a group, the whole group."""
    if pid is None:
        return
    try:
        if hasattr(os, "killpg") and os.getpgid(pid) == pid:
            os.killpg(pid, signal.SIGKILL)
        else:
            os.kill(pid, signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL)
    except ProcessLookupError:
        return


def _last_line(path: Path) -> str:
    """The last words of a process; empty if it said none."""
    lines = path.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return lines[-1].strip()[:300] if lines else ""


def _serve(connection: Connection, recipe: Recipe, words: str) -> None:
    """The worker process: assesses samples until nobody asks any more."""
    # What libraries print of their own accord belongs neither into our output nor over the progress bar.
    said = os.open(words, os.O_WRONLY | os.O_APPEND)
    os.dup2(said, 1)
    os.dup2(said, 2)
    if hasattr(os, "setsid"):
        os.setsid()
    _offer_to_the_oom_killer()
    try:
        assessor = recipe.assessor()
        connection.send(_READY)
        while True:
            dataset, sample = connection.recv()
            connection.send(assessor.assess(dataset, sample))
    except RunStopped as stopped:
        connection.send(str(stopped))
    except (EOFError, BrokenPipeError, KeyboardInterrupt):
        return


def _offer_to_the_oom_killer() -> None:
    score = Path("/proc/self/oom_score_adj")
    try:
        score.write_text(_EXPENDABLE)
    except OSError:  # not on this system
        return
