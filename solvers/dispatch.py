"""From a Program, or an Instance, to a verified Solution."""

from __future__ import annotations

import time
from dataclasses import replace

from formulations.data import Instance
from formulations.ground import ground
from formulations.program import Program
from solvers.job import Job
from solvers.planning import NoCapableSolverError, Plan, plan, plans
from solvers.solution import Solution, Termination
from solvers.solver import Event, EventHandler, Options, UnsupportedProgramError, ignore
from solvers.verify import verify_instance

__all__ = ["NoCapableSolverError", "Plan", "follow", "plan", "plans", "solve", "solve_instance"]


def solve(
    program: Program,
    options: Options | None = None,
    *,
    solver: str | None = None,
    on_event: EventHandler = ignore,
) -> Solution:
    """The solution by the best solver, or by the one of that name: planned, reduced, solved, recovered, verified.

    Where a solver fails numerically or refuses the program after all, and none was asked for, the next capable one
    has a try in the time that is left. Raises NoCapableSolverError, SolverUnavailableError, and ValueError for
    options that the solver refuses.
    """
    options = options or Options()
    started = time.perf_counter()
    first: Solution | None = None
    reasons: dict[str, str] = {}
    for candidate in plans(program, solver, reasons):
        try:
            solution = follow(candidate, _remaining(options, started), on_event)
        except UnsupportedProgramError as refusal:
            if solver is not None:
                raise
            reasons[candidate.solver.name] = str(refusal)
            continue
        if solution.termination is not Termination.NUMERICAL_ERROR:
            return solution
        first = first or solution
    if first is None:
        raise NoCapableSolverError(program, reasons)
    return first


def solve_instance(
    instance: Instance,
    options: Options | None = None,
    *,
    solver: str | None = None,
    on_event: EventHandler = ignore,
) -> Solution:
    """``solve`` on the grounded instance; the solution is verified once more on the expressions as written.

    Raises GroundingError, and what ``solve`` raises.
    """
    options = options or Options()
    program = ground(instance)
    solution = solve(program, options, solver=solver, on_event=on_event)
    return verify_instance(instance, program, solution, options)


def follow(chosen: Plan, options: Options, on_event: EventHandler = ignore) -> Solution:
    """The verified solution of one plan, found here, or in a worker where the solver needs one or cannot be stopped."""
    if chosen.solver.own_process or not (chosen.solver.interruptible or on_event is ignore):
        return Job(chosen, options).follow(on_event)

    def forward(event: Event) -> bool | None:
        return on_event(chosen.translate(event))

    handler = forward if on_event is not ignore else ignore
    return chosen.finish(chosen.solver.solve(chosen.reduced, chosen.options(options), handler), options)


def _remaining(options: Options, started: float) -> Options:
    if options.time_limit is None:
        return options
    return replace(options, time_limit=max(0.0, options.time_limit - (time.perf_counter() - started)))
