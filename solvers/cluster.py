"""Scenarios on a Ray cluster, one warm solver an actor."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Sequence
from typing import Any

import numpy as np

from formulations.program import Floats
from solvers.answers import Answer, Answerer, Question, nothing_known
from solvers.crew import Answered, SweepStopped, blocks
from solvers.ray_cluster import ClusterError, actor_of, await_nodes, connected, first_line, this_node


class _Answering:
    """What runs inside a Ray actor: one warm solver."""

    def __init__(self, question: Question) -> None:
        self._answerer: Answerer = question.answerer()

    def node(self) -> str:
        """The name of the node it runs on."""
        return this_node()

    def answers(self, thetas: Floats) -> list[Answer]:
        return self._answerer.answers(thetas)


class ClusterEngine:
    """``jobs`` actors of one processor each, spread over the nodes of the cluster. nodes: where they ran at last."""

    def __init__(self, jobs: int) -> None:
        self.jobs = jobs
        self.nodes: frozenset[str] = frozenset()

    def answers(self, question: Question, thetas: Floats, order: Sequence[int]) -> Generator[Answered]:
        with connected(self.jobs) as ray:
            yield from self._answers(ray, question, thetas, order)

    def _answers(self, ray: Any, question: Question, thetas: Floats, order: Sequence[int]) -> Generator[Answered]:
        """Keeps every actor busy; the block of one that dies is told as such, and another actor goes on."""
        waiting = deque(blocks(order, self.jobs))
        shared = ray.put(question)
        actors = [actor_of(_Answering, shared) for _ in range(min(self.jobs, len(waiting)))]
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
                        found = [nothing_known(f"a worker on the cluster failed: {first_line(error)}")] * len(block)
                        actors.append(actor := actor_of(_Answering, shared))
                        self._await([actor])
                    idle.append(actor)
                    yield from zip(block, found, strict=True)
        finally:
            for actor in actors:
                ray.kill(actor)

    def _await(self, actors: Sequence[Any]) -> None:
        """Waits until the actors stand. Raises SweepStopped."""
        try:
            self.nodes |= await_nodes(actors)
        except ClusterError as error:
            raise SweepStopped(str(error)) from None
