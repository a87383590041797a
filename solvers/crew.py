"""Scenarios on all cores: worker processes that each keep a warm solver and answer one block after the other."""

from __future__ import annotations

import multiprocessing
import signal
import time
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Protocol

import numpy as np

from formulations.program import Floats
from solvers.answers import Answer, Question, nothing_known

#: Seconds between two messages of a worker that has answers.
_PERIOD = 0.05
#: Seconds a process gets to end after it has fallen silent.
_PATIENCE = 2.0
#: Blocks per worker: several, so that none waits long for the last.
_SHARE = 4

Answered = tuple[int, Answer]


class SweepStopped(RuntimeError):
    """The scenarios cannot be answered: ``str`` says why."""


class Engine(Protocol):
    """Where scenarios are answered. The answers come with their positions, as they are done. Raises SweepStopped."""

    def answers(self, question: Question, thetas: Floats, order: Sequence[int]) -> Generator[Answered]: ...


class CrewEngine:
    """``jobs`` processes on this machine."""

    def __init__(self, jobs: int) -> None:
        self.jobs = jobs

    def answers(self, question: Question, thetas: Floats, order: Sequence[int]) -> Generator[Answered]:
        waiting = deque(blocks(order, self.jobs))
        workers = [_Worker(question) for _ in range(min(self.jobs, len(waiting)))]
        try:
            while waiting or any(worker.block for worker in workers):
                for worker in workers:
                    if not worker.block and waiting:
                        worker.give(waiting.popleft(), thetas)
                wait([worker.connection for worker in workers if worker.block])
                for number, worker in enumerate(workers):
                    yield from worker.news()
                    if worker.died:
                        if worker.block:
                            yield worker.block.popleft(), nothing_known(worker.death)
                        if worker.block:
                            waiting.append(list(worker.block))
                        worker.end()
                        workers[number] = _Worker(question)
        finally:
            for worker in workers:
                worker.end()


def blocks(order: Sequence[int], jobs: int) -> list[list[int]]:
    """The order cut into pieces of consecutive scenarios, some for each worker."""
    count = min(len(order), jobs * _SHARE)
    return [list(map(int, part)) for part in np.array_split(np.array(order), count)] if count else []


class _Worker:
    """The parent's end of one process."""

    def __init__(self, question: Question) -> None:
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self.process: SpawnProcess = context.Process(target=_work, args=(theirs, question), daemon=True)
        self.process.start()
        theirs.close()
        self.block: deque[int] = deque()
        self.died = False

    @property
    def death(self) -> str:
        self.process.join(_PATIENCE)
        code = self.process.exitcode
        how = (
            f"was killed by {signal.Signals(-code).name}"
            if code is not None and code < 0
            else f"ended with code {code}"
        )
        return f"the worker process {how} while it worked on this scenario"

    def give(self, block: Sequence[int], thetas: Floats) -> None:
        self.block = deque(block)
        try:
            self.connection.send(thetas[np.array(block)])
        except OSError:  # it is gone, as its silence will tell
            return

    def news(self) -> Iterator[Answered]:
        """What it has answered by now."""
        while self.block and self.connection.poll():
            try:
                found: list[Answer] = self.connection.recv()
            except (EOFError, OSError):
                self.died = True
                return
            for answer in found:
                yield self.block.popleft(), answer

    def end(self) -> None:
        self.process.kill()
        self.process.join()
        self.connection.close()


def _work(connection: Connection, question: Question) -> None:
    """What runs in the process: blocks in, answers out, until nobody asks any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides when to stop
    answerer = question.answerer()
    while True:
        try:
            thetas: Floats = connection.recv()
        except EOFError:
            return
        unsent, sent = list[Answer](), time.perf_counter()
        for theta in thetas:
            unsent.append(answerer.answer(theta))
            if time.perf_counter() - sent > _PERIOD:
                connection.send(unsent)
                unsent, sent = [], time.perf_counter()
        if unsent:
            connection.send(unsent)
