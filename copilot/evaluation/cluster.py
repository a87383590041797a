"""The same run on a Ray cluster."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from copilot.evaluation.assessment import Assessor, Recipe, RunStopped
from copilot.evaluation.engine import Task
from copilot.evaluation.outcome import Outcome, Stage
from copilot.evaluation.sample import Sample
from solvers.ray_cluster import ClusterError, actor_of, await_nodes, connected, first_line, this_node


class _Assessing:
    """What runs inside a Ray actor."""

    def __init__(self, recipe: Recipe) -> None:
        self._assessor: Assessor = recipe.assessor()

    def node(self) -> str:
        """The name of the node it runs on."""
        return this_node()

    def assess(self, dataset: str, sample: Sample) -> Outcome | str:
        """The outcome, or why the run has to stop."""
        try:
            return self._assessor.assess(dataset, sample)
        except RunStopped as stopped:
            return str(stopped)


@dataclass(frozen=True, slots=True)
class RayEngine:
    """``jobs`` actors of one processor each, spread over the nodes of the cluster."""

    jobs: int = 2

    def outcomes(self, tasks: Sequence[Task], recipe: Recipe, *, sample_limit: float) -> Iterator[Outcome]:
        with connected(self.jobs) as ray:
            yield from _Cluster(ray, recipe, sample_limit).outcomes(tasks, min(self.jobs, len(tasks)))


@dataclass(eq=False)
class _Cluster:
    ray: Any
    recipe: Recipe
    sample_limit: float

    def outcomes(self, tasks: Sequence[Task], jobs: int) -> Iterator[Outcome]:
        """Keeps every actor busy; one that fails or takes too long is replaced."""
        waiting = list(reversed(tasks))
        idle = [self._actor() for _ in range(jobs)]
        busy: dict[Any, tuple[Any, Task, float]] = {}
        try:
            while waiting or busy:
                while idle and waiting:
                    actor, task = idle.pop(), waiting.pop()
                    busy[actor.assess.remote(*task)] = (actor, task, time.monotonic() + self.sample_limit)
                soonest = min(deadline for _, _, deadline in busy.values())
                done, _ = self.ray.wait(list(busy), timeout=max(0.0, soonest - time.monotonic()))
                for reference in done:
                    actor, task, _ = busy.pop(reference)
                    outcome, alive = self._outcome(reference, task)
                    idle.append(actor if alive else self._actor())
                    yield outcome
                for reference in [key for key, (_, _, deadline) in busy.items() if deadline <= time.monotonic()]:
                    actor, task, _ = busy.pop(reference)
                    self.ray.kill(actor)
                    idle.append(self._actor())
                    yield self._blank(task, Stage.TIMED_OUT, f"not done within {self.sample_limit:g} s")
        finally:
            for actor in (*idle, *(actor for actor, _, _ in busy.values())):
                self.ray.kill(actor)

    def _actor(self) -> Any:
        """An actor that stands. Raises RunStopped."""
        actor = actor_of(_Assessing, self.recipe)
        try:
            await_nodes([actor])
        except ClusterError as error:
            raise RunStopped(str(error)) from None
        return actor

    def _outcome(self, reference: Any, task: Task) -> tuple[Outcome, bool]:
        """The outcome, and whether the actor lives on. Raises RunStopped."""
        try:
            result = self.ray.get(reference)
        except self.ray.exceptions.RayError as error:
            return self._blank(task, Stage.CRASHED, first_line(error)), False
        if isinstance(result, str):
            raise RunStopped(result)
        return result, True

    def _blank(self, task: Task, stage: Stage, why: str) -> Outcome:
        dataset, sample = task
        return Outcome(dataset=dataset, id=sample.id, kind=sample.kind, stage=stage, findings=(why,))
