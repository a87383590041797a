"""Is this Program feasible? One question, asked many times under one deadline."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace

from formulations.program import Program
from solvers.dispatch import NoCapableSolverError, solve
from solvers.registry import solver_named
from solvers.solution import Solution, Termination
from solvers.solver import Options, SolverUnavailableError

#: Asked in this order; then whatever dispatch prefers. Both prove infeasibility and run in this process.
PREFERRED = ("HiGHS", "SCIP")
#: The whole time of a diagnosis where the options set no limit.
DEFAULT_SECONDS = 60.0
#: The share of the whole time that one question may take; halved each time that a question remains open.
SHARE = 0.1


@dataclass
class Oracle:
    """Answers within a deadline. ``cut_short`` tells whether some answer was lost to it.

    Some questions about unbounded integers never end; the share of time shrinks so that they do not eat it all.
    """

    options: Options
    started: float = field(default_factory=time.perf_counter)
    cut_short: bool = False
    share: float = SHARE

    @property
    def seconds(self) -> float:
        return time.perf_counter() - self.started

    @property
    def limit(self) -> float:
        return DEFAULT_SECONDS if self.options.time_limit is None else self.options.time_limit

    @property
    def remaining(self) -> float:
        return max(0.0, self.limit - self.seconds)

    def infeasible(self, program: Program, *, share: float | None = None) -> bool | None:
        """Whether the program is proved infeasible (True) or a feasible point was found (False)."""
        solution = self.solve(program, share=self.share if share is None else share)
        if solution is None:
            return None
        if solution.termination.has_values:
            return False
        # A program without an objective cannot be unbounded.
        proved = solution.termination in (Termination.INFEASIBLE, Termination.INFEASIBLE_OR_UNBOUNDED)
        if proved and solver_named(solution.solver).exact:
            return True
        self.cut_short = True
        self.share /= 2
        return None

    def solve(self, program: Program, *, share: float = 1.0) -> Solution | None:
        """The solution by the first solver that can take the program; None if there is none or no time is left."""
        if self.remaining <= 0:
            self.cut_short = True
            return None
        options = replace(self.options, time_limit=min(self.remaining, share * self.limit), start=None)
        for name in (*PREFERRED, None):
            try:
                return solve(program, options, solver=name)
            except (NoCapableSolverError, SolverUnavailableError):
                continue
        self.cut_short = True
        return None
