"""``optcopilot solve``: from any input to a verified solution, as a report or as one JSON object."""

from __future__ import annotations

import argparse

from copilot.commands.checks import findings_of, grounded
from copilot.commands.diagnosis import Explanation, explanation
from copilot.commands.exits import CommandError, ExitCode
from copilot.commands.inputs import Problem, read_problem
from copilot.commands.interrupts import interruptible
from copilot.commands.output import note, write_json, write_text
from copilot.commands.report import report
from copilot.settings import Settings
from copilot.summary import summarize
from formulations.data import Instance
from formulations.findings import finding_dict, render
from formulations.program import Program
from solvers.dispatch import NoCapableSolverError, plan, solve
from solvers.proofs import confirmed_by_another, proved
from solvers.solution import Limit, Solution, Termination
from solvers.solver import Event, LogLine, Options, SolverUnavailableError, UnsupportedProgramError
from solvers.verify import verify_instance

CODES = {
    Termination.OPTIMAL: ExitCode.OK,
    Termination.LOCALLY_OPTIMAL: ExitCode.OK,
    Termination.FEASIBLE: ExitCode.LIMIT,
    Termination.NO_SOLUTION_FOUND: ExitCode.LIMIT,
    Termination.INFEASIBLE: ExitCode.INFEASIBLE_OR_UNBOUNDED,
    Termination.UNBOUNDED: ExitCode.INFEASIBLE_OR_UNBOUNDED,
    Termination.INFEASIBLE_OR_UNBOUNDED: ExitCode.INFEASIBLE_OR_UNBOUNDED,
    Termination.NUMERICAL_ERROR: ExitCode.NUMERICAL,
}


def run(arguments: argparse.Namespace) -> ExitCode:
    """Solves one problem. Raises CommandError."""
    problem = read_problem(arguments)
    instance, program = grounded(problem)
    options = options_of(arguments, problem.settings)
    solver = arguments.solver or problem.settings.solver or None
    solution, why = _solved(instance, program, options, solver=solver, show_log=arguments.log)
    if solution.limit is None:
        solution = _supported(program, solution, options, confirm=arguments.confirm)
    diagnosis = explanation(program, solution, options)
    if arguments.json:
        write_json(_as_json(problem, program, solution, diagnosis, why=why))
    else:
        write_text(_as_text(problem, program, solution, diagnosis, why=why))
    if solution.limit is Limit.INTERRUPTED:
        return ExitCode.INTERRUPTED
    return CODES[solution.termination]


def _as_json(
    problem: Problem, program: Program, solution: Solution, diagnosis: Explanation | None, *, why: str
) -> dict[str, object]:
    return {
        **summarize(solution, program, why=why).model_dump(mode="json"),
        "findings": [finding_dict(finding) for finding in findings_of(problem.document)],
        "diagnosis": None if diagnosis is None else diagnosis.as_json,
        "draft": problem.draft_json(),
    }


def _as_text(problem: Problem, program: Program, solution: Solution, diagnosis: Explanation | None, *, why: str) -> str:
    formulation = None if problem.document is None else problem.document.formulation
    parts = [problem.preface() + report(solution, program, formulation, why=why)]
    warnings = [finding for finding in findings_of(problem.document) if finding.severity == "warning"]
    parts += [] if diagnosis is None else [diagnosis.text]
    parts += ["\n".join(map(render, warnings))] if warnings else []
    return "\n".join(parts)


def options_of(arguments: argparse.Namespace, settings: Settings) -> Options:
    """The limits of the command line, else of the settings, else the defaults."""
    time_limit = settings.time_limit if arguments.time_limit is None else arguments.time_limit
    mip_gap = settings.mip_gap if arguments.mip_gap is None else arguments.mip_gap
    return Options(time_limit=time_limit) if mip_gap is None else Options(time_limit=time_limit, mip_gap=mip_gap)


def _solved(
    instance: Instance | None, program: Program, options: Options, *, solver: str | None, show_log: bool
) -> tuple[Solution, str]:
    """The solution, verified on the expressions where there are any, and the reason for the solver."""
    try:
        chosen = plan(program, solver)
        with interruptible() as interrupts:

            def follow(event: Event) -> bool:
                if show_log and isinstance(event, LogLine):
                    note(event.text)
                return interrupts.seen

            solution = solve(program, options, solver=solver, on_event=follow)
    except (NoCapableSolverError, SolverUnavailableError, UnsupportedProgramError) as error:
        raise CommandError(ExitCode.NO_SOLVER, "solver", str(error)) from None
    why = chosen.why
    if solution.solver != chosen.solver.name:
        why = f"{why} It met numerical trouble, so {solution.solver} solved it."
    if instance is not None:
        solution = verify_instance(instance, program, solution, options)
    return solution, why


def _supported(program: Program, solution: Solution, options: Options, *, confirm: bool) -> Solution:
    """The solution with the evidence that can be found for it; Ctrl-C ends the search, and keeps the solution."""
    try:
        solution = proved(program, solution, options)
        return confirmed_by_another(program, solution, options) if confirm else solution
    except KeyboardInterrupt:
        note("the search for a proof was given up")
        return solution
