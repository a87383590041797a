"""Ipopt, through CasADi: local optima of smooth programs, from several starting points.

casadi is imported where it is used; its derivatives come from the expressions of the Program.
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from importlib.metadata import version
from io import TextIOWrapper
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from scipy import sparse

from formulations.bounds import propagated
from formulations.expression import Expression
from formulations.features import Feature, required_features
from formulations.intervals import fold
from formulations.program import Floats, Program
from solvers.activities import activities
from solvers.arithmetic import applied
from solvers.listener import Listener
from solvers.packages import packaged
from solvers.preflight import preflight, uncrossed
from solvers.solution import Limit, Solution, Termination, without_values
from solvers.solver import Availability, EventHandler, Options, ignore
from solvers.verify import violations

#: Starting points tried where a local optimum need not be global.
STARTS = 10
#: Starting points are drawn at most this far from the finite bound, or from zero.
_REACH = 10.0
#: Ipopt's own default; looser answers have visible errors in their objectives.
_TOLERANCE = 1e-8
#: A run that fails at a feasible point this far out, with an objective this good, shows a program to be unbounded.
_ENDLESS = 1e10

_NONCONVEX = frozenset({Feature.NONLINEAR, Feature.NONCONVEX_QUADRATIC_OBJECTIVE, Feature.NONCONVEX_QUADRATIC_ROW})

#: What a run ends with if its last point is feasible, and the limit that ended it. Ipopt's other endings give no
#: point worth keeping.
_ENDS = {
    "Solve_Succeeded": (Termination.LOCALLY_OPTIMAL, None),
    "Solved_To_Acceptable_Level": (Termination.FEASIBLE, None),
    "Feasible_Point_Found": (Termination.FEASIBLE, None),
    "Search_Direction_Becomes_Too_Small": (Termination.FEASIBLE, None),
    "Restoration_Failed": (Termination.FEASIBLE, None),
    "Error_In_Step_Computation": (Termination.FEASIBLE, None),
    "Maximum_Iterations_Exceeded": (Termination.FEASIBLE, Limit.ITERATION),
    "Maximum_CpuTime_Exceeded": (Termination.FEASIBLE, Limit.TIME),
    "Maximum_WallTime_Exceeded": (Termination.FEASIBLE, Limit.TIME),
    "User_Requested_Stop": (Termination.FEASIBLE, Limit.INTERRUPTED),
}


class Ipopt:
    """The local solver. What it finds is the best of several local optima, never called a global one."""

    name: ClassVar[str] = "Ipopt"
    features: ClassVar[frozenset[Feature]] = frozenset(
        {
            Feature.CONTINUOUS,
            Feature.CONVEX_QUADRATIC_OBJECTIVE,
            Feature.NONCONVEX_QUADRATIC_OBJECTIVE,
            Feature.CONVEX_QUADRATIC_ROW,
            Feature.NONCONVEX_QUADRATIC_ROW,
            Feature.SECOND_ORDER_CONE,
            Feature.CONVEX_NONLINEAR,
            Feature.NONLINEAR,
        }
    )
    exact: ClassVar[bool] = False
    own_process: ClassVar[bool] = False
    interruptible: ClassVar[bool] = True

    def available(self) -> Availability:
        return packaged("casadi", "pip install 'optcopilot[ipopt]'")

    def solve(self, program: Program, options: Options, on_event: EventHandler = ignore) -> Solution:
        """One answer. Raises UnsupportedProgramError for features it lacks.

        Where the rules of ``formulations.features`` prove the program convex, one starting point is enough and
        Ipopt's finding of infeasibility counts; elsewhere that one is NO_SOLUTION_FOUND.
        """
        settled = preflight(program, self, options)
        if settled is not None:
            return settled
        listener = Listener(on_event)
        convex = not required_features(program) & _NONCONVEX
        with tempfile.TemporaryDirectory() as folder:
            log_file = Path(folder, "ipopt.log")
            log_file.touch()
            with log_file.open(errors="replace") as log:
                run = _runner(program, options, listener=listener, log=log)
                outcomes = _multistart(program, run, options, listener=listener, convex=convex)
        listener.raise_error()
        return _solution(program, outcomes, convex=convex, listener=listener)


@dataclass(frozen=True, eq=False)
class Outcome:
    """How one run from one starting point ended. Multipliers are those of the minimized objective.

    objective: in the user's sense. feasible: by ``solvers.verify``, and the objective is defined.
    """

    status: str
    values: Floats
    row_multipliers: Floats
    column_multipliers: Floats
    objective: float
    feasible: bool


#: Ipopt from one starting point, shape (n,): status, values and the multipliers of rows and columns.
_Run = Callable[[Floats], tuple[str, Floats, Floats, Floats]]


@dataclass(frozen=True, eq=False)
class _Limits:
    """Bounds of columns and rows as Ipopt gets them."""

    column_lower: Floats
    column_upper: Floats
    row_lower: Floats
    row_upper: Floats


def _nonlinear_program(program: Program) -> dict[str, Any]:
    """Columns, minimized objective and rows as CasADi expressions."""
    import casadi

    x = casadi.SX.sym("x", program.column_count)
    functions = {word: getattr(casadi, word) for word in ("exp", "log", "sqrt", "sin", "cos")}

    def curved(quadratic: sparse.csr_array | None, nonlinear: Expression | None) -> Any:
        total = casadi.SX(0)
        if quadratic is not None:
            total += casadi.bilin(_matrix(quadratic), x, x)
        if nonlinear is not None:
            total += fold(nonlinear, lambda node, arguments: casadi.SX(applied(node, arguments, x, functions)))
        return total

    rows = casadi.SX(_matrix(program.matrix) @ x)
    for row in {*program.quadratic, *program.nonlinear}:
        rows[row] += curved(program.quadratic.get(row), program.nonlinear.get(row))
    objective = casadi.dot(casadi.DM(program.objective), x) + program.objective_offset
    objective += curved(program.objective_quadratic, program.objective_nonlinear)
    return {"x": x, "f": casadi.densify(_sign(program) * objective), "g": casadi.densify(rows)}


def _matrix(matrix: sparse.csr_array) -> Any:
    import casadi

    entries = matrix.tocoo()
    row, column = entries.row.tolist(), entries.col.tolist()
    return casadi.DM.triplet(row, column, casadi.DM(entries.data), *matrix.shape)


def _limits(program: Program) -> _Limits:
    """Ipopt refuses more equations than free columns: then each is loosened into a very thin range."""
    row_lower, row_upper = program.row_lower, program.row_upper
    equations = row_lower == row_upper
    free = program.column_lower < program.column_upper
    if equations.sum() > free.sum():
        slack = np.where(equations, _TOLERANCE * np.maximum(1.0, np.abs(row_lower)), 0.0)
        row_lower, row_upper = row_lower - slack, row_upper + slack
    return _Limits(*uncrossed(program.column_lower, program.column_upper), *uncrossed(row_lower, row_upper))


def _runner(program: Program, options: Options, *, listener: Listener, log: TextIOWrapper) -> _Run:
    import casadi

    n, m = program.column_count, program.row_count
    limits = _limits(program)

    class Watcher(casadi.Callback):
        """Asked by Ipopt after every iteration whether to go on."""

        def __init__(self) -> None:
            casadi.Callback.__init__(self)
            self.construct("watcher", {})

        def get_n_in(self) -> int:
            return int(casadi.nlpsol_n_out())

        def get_n_out(self) -> int:
            return 1

        def get_sparsity_in(self, place: int) -> Any:
            kind = casadi.nlpsol_out(place)
            rows = {"f": 1, "x": n, "lam_x": n, "g": m, "lam_g": m}.get(kind, 0)
            return casadi.Sparsity.dense(rows) if rows else casadi.Sparsity(0, 0)

        def eval(self, _arguments: object) -> list[int]:
            with listener.guarded():
                listener.pulse()
            return [int(listener.stopped or _is_late(listener, options))]

    watcher = Watcher()  # CasADi keeps no reference of its own
    settings: dict[str, Any] = {
        "print_time": False,
        "show_eval_warnings": False,
        "iteration_callback": watcher,
        "ipopt.print_level": 0,
        "ipopt.sb": "yes",
        "ipopt.output_file": log.name,
        "ipopt.file_print_level": 5,
        "ipopt.tol": min(_TOLERANCE, options.optimality_tolerance),
        "ipopt.constr_viol_tol": options.feasibility_tolerance,
        "ipopt.acceptable_iter": 0,
        "ipopt.honor_original_bounds": "yes",
    }
    if options.time_limit is not None:
        settings["ipopt.max_wall_time"] = max(options.time_limit, 1e-3)
    solver = casadi.nlpsol("solver", "ipopt", _nonlinear_program(program), settings)

    def run(start: Floats) -> tuple[str, Floats, Floats, Floats]:
        _ = watcher
        answer = solver(
            x0=start,
            lbx=limits.column_lower,
            ubx=limits.column_upper,
            lbg=limits.row_lower,
            ubg=limits.row_upper,
        )
        with listener.guarded():
            listener.tell(log.read())
        values, rows, columns = (np.array(answer[key]).reshape(-1) for key in ("x", "lam_g", "lam_x"))
        return str(solver.stats()["return_status"]), values, rows, columns

    return run


def _is_late(listener: Listener, options: Options) -> bool:
    return options.time_limit is not None and listener.seconds >= options.time_limit


def _multistart(program: Program, run: _Run, options: Options, *, listener: Listener, convex: bool) -> list[Outcome]:
    """The outcomes of all runs, the best last if there is a feasible one."""
    outcomes: list[Outcome] = []
    best: Outcome | None = None
    for start in _starting_points(program, options):
        status, values, rows, columns = run(start)
        objective = activities(program, values, options).objective
        violated = violations(program, values, options).relative
        feasible = violated <= options.verification_tolerance and math.isfinite(objective)
        outcome = Outcome(status, values, rows, columns, objective, feasible)
        outcomes.append(outcome)
        if feasible and (best is None or _is_better(program, outcome, best)):
            best = outcome
            with listener.guarded():
                listener.tell_incumbent(objective, values)
        if listener.stopped or _is_late(listener, options):
            break
        if convex and status in ("Solve_Succeeded", "Infeasible_Problem_Detected"):
            break
    return outcomes if best is None else [*outcomes, best]


def _is_better(program: Program, outcome: Outcome, best: Outcome) -> bool:
    """A better objective counts, and at equal objectives that the run ended well."""
    gain = _sign(program) * (best.objective - outcome.objective)
    margin = _TOLERANCE * max(1.0, abs(best.objective))
    solved = outcome.status == "Solve_Succeeded" and best.status != "Solve_Succeeded"
    return gain > margin or (solved and gain >= -margin)


def _starting_points(program: Program, options: Options) -> Iterator[Floats]:
    """The point given, the points nearest to zero and to one, then random ones, all within the bounds."""
    lower, upper = program.column_lower, program.column_upper
    nearest = np.clip(np.zeros(program.column_count), lower, np.maximum(lower, upper))
    if options.start is not None:
        given = np.where(np.isfinite(options.start), options.start, nearest)
        yield np.clip(given, lower, np.maximum(lower, upper))
    yield nearest
    yield np.clip(np.ones(program.column_count), lower, np.maximum(lower, upper))
    box = propagated(program)
    low = np.where(np.isfinite(box.lower), box.lower, np.minimum(box.upper, _REACH) - 2 * _REACH)
    high = np.where(np.isfinite(box.upper), box.upper, np.maximum(low, -_REACH) + 2 * _REACH)
    generator = np.random.default_rng(options.seed)
    for _ in range(STARTS - 2):
        yield low + generator.random(program.column_count) * np.maximum(high - low, 0.0)


def _sign(program: Program) -> float:
    return 1.0 if program.sense == "minimize" else -1.0


def _solution(program: Program, outcomes: list[Outcome], *, convex: bool, listener: Listener) -> Solution:
    best = outcomes[-1]
    termination, limit = _ending(program, outcomes, convex=convex)
    if limit is Limit.INTERRUPTED and not listener.stopped:
        limit = Limit.TIME  # the watcher stopped a run that was late
    if termination is not Termination.LOCALLY_OPTIMAL:
        listener.lines.append(f"Ipopt ended with: {', '.join(dict.fromkeys(o.status for o in outcomes))}")
    solution = replace(
        without_values(termination, solver=Ipopt.name, version=version("casadi"), log=listener.log),
        limit=limit,
        seconds=listener.seconds,
    )
    if not termination.has_values:
        return solution
    solution = replace(solution, objective=best.objective, values=best.values)
    if termination is not Termination.LOCALLY_OPTIMAL:
        return solution
    # The multiplier of an active upper bound is positive: raising the bound lowers the minimum.
    sign = -_sign(program)
    return replace(solution, duals=sign * best.row_multipliers, reduced_costs=sign * best.column_multipliers)


def _ending(program: Program, outcomes: list[Outcome], *, convex: bool) -> tuple[Termination, Limit | None]:
    best = outcomes[-1]
    statuses = {outcome.status for outcome in outcomes}
    if best.feasible:
        endless = -_sign(program) * best.objective >= _ENDLESS and np.abs(best.values).max() >= _ENDLESS
        if endless and best.status != "Solve_Succeeded":
            return Termination.UNBOUNDED, None
        return _ENDS.get(best.status, (Termination.NUMERICAL_ERROR, None))
    if convex and "Infeasible_Problem_Detected" in statuses:
        return Termination.INFEASIBLE, None
    termination, limit = _ENDS.get(best.status, (Termination.NUMERICAL_ERROR, None))
    if best.status == "Infeasible_Problem_Detected" or termination.has_values:
        return Termination.NO_SOLUTION_FOUND, limit
    return termination, limit
