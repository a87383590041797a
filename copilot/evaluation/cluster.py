"""The same run on a Ray cluster: the one that ``RAY_ADDRESS`` names, else workers that Ray starts on this machine.

Every node needs this project and its packages installed.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from copilot.evaluation.assessment import Assessor, Recipe, RunStopped
from copilot.evaluation.engine import Task
from copilot.evaluation.outcome import Outcome, Stage
from copilot.evaluation.sample import Sample

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


class _Assessing:
    """What runs inside a Ray actor."""

    def __init__(self, recipe: Recipe) -> None:
        self._assessor: Assessor = recipe.assessor()

    def ready(self) -> str:
        """The name of the node it runs on."""
        ray = _ray()
        return str(ray.get_runtime_context().get_node_id())

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
        ray = _ray()
        started_here = not ray.is_initialized()
        if started_here:
            address = os.environ.get("RAY_ADDRESS")
            local: dict[str, Any] = {} if address else {"num_cpus": self.jobs, "include_dashboard": False}
            ray.init(address=address, log_to_driver=False, configure_logging=False, **local)
        try:
            yield from _Cluster(recipe, sample_limit).outcomes(tasks, min(self.jobs, len(tasks)))
        finally:
            if started_here:
                ray.shutdown()


@dataclass(eq=False)
class _Cluster:
    recipe: Recipe
    sample_limit: float

    def outcomes(self, tasks: Sequence[Task], jobs: int) -> Iterator[Outcome]:
        """Keeps every actor busy; one that fails or takes too long is replaced."""
        ray = _ray()
        waiting = list(reversed(tasks))
        idle = [self._actor() for _ in range(jobs)]
        busy: dict[Any, tuple[Any, Task, float]] = {}
        try:
            while waiting or busy:
                while idle and waiting:
                    actor, task = idle.pop(), waiting.pop()
                    busy[actor.assess.remote(*task)] = (actor, task, time.monotonic() + self.sample_limit)
                soonest = min(deadline for _, _, deadline in busy.values())
                done, _ = ray.wait(list(busy), timeout=max(0.0, soonest - time.monotonic()))
                for reference in done:
                    actor, task, _ = busy.pop(reference)
                    outcome, alive = self._outcome(reference, task)
                    idle.append(actor if alive else self._actor())
                    yield outcome
                for reference in [key for key, (_, _, deadline) in busy.items() if deadline <= time.monotonic()]:
                    actor, task, _ = busy.pop(reference)
                    ray.kill(actor)
                    idle.append(self._actor())
                    yield self._blank(task, Stage.TIMED_OUT, f"not done within {self.sample_limit:g} s")
        finally:
            for actor in (*idle, *(actor for actor, _, _ in busy.values())):
                ray.kill(actor)

    def _actor(self) -> Any:
        ray = _ray()
        actor = ray.remote(_Assessing).options(num_cpus=1, scheduling_strategy="SPREAD").remote(self.recipe)
        try:
            ray.get(actor.ready.remote(), timeout=_START_LIMIT)
        except ray.exceptions.GetTimeoutError:
            raise RunStopped(
                f"no node of the cluster had a processor free within {_START_LIMIT:g} s: use fewer --jobs"
            ) from None
        except ray.exceptions.RayError as error:
            raise RunStopped(f"a worker on the cluster could not begin: {_first_line(error)}") from None
        return actor

    def _outcome(self, reference: Any, task: Task) -> tuple[Outcome, bool]:
        """The outcome, and whether the actor lives on. Raises RunStopped."""
        ray = _ray()
        try:
            result = ray.get(reference)
        except ray.exceptions.RayError as error:
            return self._blank(task, Stage.CRASHED, _first_line(error)), False
        if isinstance(result, str):
            raise RunStopped(result)
        return result, True

    def _blank(self, task: Task, stage: Stage, why: str) -> Outcome:
        dataset, sample = task
        return Outcome(dataset=dataset, id=sample.id, kind=sample.kind, stage=stage, findings=(why,))


def _first_line(error: Exception) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)
