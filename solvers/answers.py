"""One scenario, one answer: exact and verified, or by a proxy within its certified gap."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Literal

from formulations.data import Instance
from formulations.ground import GroundingError
from formulations.program import Floats, Program
from solvers.dispatch import NoCapableSolverError
from solvers.families import Family, family
from solvers.solution import Limit, Solution, Termination
from solvers.solver import Options
from solvers.verify import verify_instance
from solvers.warm import WarmHighs

#: The check on the expressions as written may take one part in so many of the time.
_CHECKING = 50.0


@dataclass(frozen=True, eq=False, kw_only=True)
class Answer:
    """What is known of one scenario; objective and bound in the user's sense, None where unknown.

    source: ``exact`` for a solver's verified answer, ``proxy`` for a learned one with a certified bound. values: (n,)
    or None, if there are none or they were not kept. note: why there is no answer, else empty. ray: (m,) multipliers
    of the rows that prove an infeasible scenario to be so, where a proxy found them.
    """

    termination: Termination
    limit: Limit | None
    objective: float | None
    bound: float | None
    values: Floats | None
    source: Literal["exact", "proxy"]
    seconds: float
    note: str = ""
    ray: Floats | None = None

    @property
    def gap(self) -> float | None:
        """|objective - bound| / max(1e-9, |objective|); None without both."""
        if self.objective is None or self.bound is None:
            return None
        return abs(self.objective - self.bound) / max(1e-9, abs(self.objective))


@dataclass(frozen=True, eq=False, kw_only=True)
class Question:
    """All that a process elsewhere needs to answer for members of a family."""

    instance: Instance
    names: tuple[str, ...]
    options: Options
    keep_values: bool

    def answerer(self) -> Answerer:
        return Answerer(family(self.instance, self.names), self.options, keep_values=self.keep_values)


class Answerer:
    """Verified answers for members of one family, one after the other, from one warm solver.

    Every answer is verified on its program. The first is verified on the expressions as written too, and so are
    as many of the others as a fiftieth of the time allows.
    """

    def __init__(self, own: Family, options: Options, *, keep_values: bool = True) -> None:
        self.family = own
        self._options = options
        self._keep_values = keep_values
        self._warm = WarmHighs(options)
        self._checks = Checks(own, options)

    def answer(self, theta: Floats) -> Answer:
        """The answer for one theta, shape (K,)."""
        started = time.perf_counter()
        try:
            solution = self._solved(theta)
        except (GroundingError, NoCapableSolverError) as error:
            return nothing_known(str(error), seconds=time.perf_counter() - started)
        seconds = time.perf_counter() - started
        failed = solution.termination is Termination.NUMERICAL_ERROR
        return Answer(
            termination=solution.termination,
            limit=solution.limit,
            objective=solution.objective if solution.termination.has_values else None,
            bound=None if failed else solution.dual_bound,
            values=solution.values if self._keep_values and solution.termination.has_values else None,
            source="exact",
            seconds=seconds,
            note=solution.log.strip().splitlines()[-1] if failed and solution.log.strip() else "",
        )

    def answers(self, thetas: Floats) -> list[Answer]:
        """The answers for thetas of shape (S, K)."""
        return [self.answer(theta) for theta in thetas]

    def _solved(self, theta: Floats) -> Solution:
        started = time.perf_counter()
        program = self.family.program(theta)
        solution = self._warm.solve(program)
        return self._checks.checked(theta, program, solution, time.perf_counter() - started)


class Checks:
    """Checks of answers on the expressions as written: the first, then as many as a fiftieth of the time allows."""

    def __init__(self, own: Family, options: Options) -> None:
        self._family, self._options = own, options
        self._cost = self._since = 0.0

    def checked(self, theta: Floats, program: Program, solution: Solution, seconds: float) -> Solution:
        """The solution, verified on its program and found in so many seconds, after a check if it is time for one."""
        self._since += seconds
        if self._since < _CHECKING * self._cost or not solution.termination.has_values:
            return solution
        started = time.perf_counter()
        checked = verify_instance(self._family.member(theta), program, solution, self._options)
        self._cost, self._since = time.perf_counter() - started, 0.0
        return checked


def nothing_known(note: str, *, seconds: float = 0.0) -> Answer:
    """The answer to a scenario that has none, and why."""
    return Answer(
        termination=Termination.NUMERICAL_ERROR,
        limit=None,
        objective=None,
        bound=None,
        values=None,
        source="exact",
        seconds=seconds,
        note=note,
    )
