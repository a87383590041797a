"""Scenarios on a Ray cluster: the one that ``RAY_ADDRESS`` names, else workers that Ray starts on this machine.

Every node needs this project and its packages installed.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
from collections import deque
from collections.abc import Generator, Sequence
from typing import Any

import numpy as np

from formulations.program import Floats
from solvers.answers import Answer, Answerer, Question, nothing_known
from solvers.crew import Answered, SweepStopped, blocks

#: Seconds an actor gets to begin, which includes waiting for a free processor.
_START_LIMIT = 300.0


def ray_missing() -> str:
    """Why the cluster cannot be used; empty if it can."""
    if importlib.util.find_spec("ray") is None:
        return "Ray is not installed: pip install ray, or leave out --engine ray"
    return ""


def _ray() -> Any:
    """The package, which is optional."""
    return importlib.import_module("ray")


class _Answering:
    """What runs inside a Ray actor: one warm solver."""

    def __init__(self, question: Question) -> None:
        self._answerer: Answerer = question.answerer()

    def node(self) -> str:
        """The name of the node it runs on."""
        return str(_ray().get_runtime_context().get_node_id())

    def answers(self, thetas: Floats) -> list[Answer]:
        return self._answerer.answers(thetas)


class ClusterEngine:
    """``jobs`` actors of one processor each, spread over the nodes of the cluster. nodes: where they ran at last."""

    def __init__(self, jobs: int) -> None:
        self.jobs = jobs
        self.nodes: frozenset[str] = frozenset()

    def answers(self, question: Question, thetas: Floats, order: Sequence[int]) -> Generator[Answered]:
        ray = _ray()
        started_here = not ray.is_initialized()
        if started_here:
            address = os.environ.get("RAY_ADDRESS")
            local: dict[str, Any] = {} if address else {"num_cpus": self.jobs, "include_dashboard": False}
            ray.init(address=address, log_to_driver=False, configure_logging=False, **local)
        try:
            yield from self._answers(question, thetas, order)
        finally:
            if started_here:
                ray.shutdown()

    def _answers(self, question: Question, thetas: Floats, order: Sequence[int]) -> Generator[Answered]:
        """Keeps every actor busy; the block of one that dies is told as such, and another actor goes on."""
        ray = _ray()
        waiting = deque(blocks(order, self.jobs))
        shared = ray.put(question)
        actors = [self._begin(shared) for _ in range(min(self.jobs, len(waiting)))]
        idle, busy = list(actors), dict[Any, tuple[Any, list[int]]]()
        try:
            self._await(actors)
            while waiting or busy:
                while idle and waiting:
                    actor, block = idle.pop(), waiting.popleft()
                    busy[actor.answers.remote(thetas[np.array(block)])] = (actor, block)
                done, _ = ray.wait(list(busy))
                for reference in done:
                    actor, block = busy.pop(reference)
                    try:
                        found: list[Answer] = ray.get(reference)
                    except ray.exceptions.RayError as error:
                        found = [nothing_known(f"a worker on the cluster failed: {_first_line(error)}")] * len(block)
                        actors.append(actor := self._begin(shared))
                        self._await([actor])
                    idle.append(actor)
                    yield from zip(block, found, strict=True)
        finally:
            for actor in actors:
                ray.kill(actor)

    @staticmethod
    def _begin(question: Any) -> Any:
        return _ray().remote(_Answering).options(num_cpus=1, scheduling_strategy="SPREAD").remote(question)

    def _await(self, actors: Sequence[Any]) -> None:
        """Waits until the actors stand. Raises SweepStopped."""
        ray = _ray()
        try:
            names = ray.get([actor.node.remote() for actor in actors], timeout=_START_LIMIT)
        except ray.exceptions.GetTimeoutError:
            raise SweepStopped(
                f"no node of the cluster had a processor free within {_START_LIMIT:g} s: use fewer --jobs"
            ) from None
        except ray.exceptions.RayError as error:
            raise SweepStopped(f"a worker on the cluster could not begin: {_first_line(error)}") from None
        self.nodes |= frozenset(names)


def _first_line(error: Exception) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)
