"""A sweep at work in the background: watched, stopped, and told when it is over."""

from __future__ import annotations

import os
from dataclasses import dataclass

from copilot.background import Background
from copilot.exploring import PATIENCE, Explorer
from solvers.answers import Answer
from solvers.designs import Design
from solvers.scenarios import Sweep, sweep
from solvers.solver import Options

#: Scenarios beyond which worker processes answer them.
_MANY = 200


@dataclass(eq=False)
class Study(Background):
    """A sweep at work in the background; ``found`` once it is over, ``problem`` if it failed."""

    design: Design
    explorer: Explorer
    done: int = 0
    stopped: bool = False
    found: Sweep | None = None
    problem: str = ""

    def _run(self) -> None:
        jobs = (os.cpu_count() or 1) if len(self.design) > _MANY else 1
        proxy = self.explorer.proxy
        first = None if proxy is None or self.design.family is not proxy.family else proxy.first_answers
        try:
            self.found = sweep(self.design, Options(time_limit=PATIENCE), jobs=jobs, first=first, on_answer=self._heard)
        except (OSError, ValueError, RuntimeError) as error:
            self.problem = str(error)

    def _heard(self, place: int, answer: Answer) -> bool:
        self.done += 1
        return self.stopped
