"""OR-Tools through MathOpt: GLOP and PDLP for linear programs, CP-SAT for bounded programs in integers alone.

ortools must not share a process with highspy: dispatch runs these solvers in a process of their own. The model is
written as a protocol buffer, array by array, and handed to the library as such: building it row by row with the
library's own classes takes a hundred times longer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from queue import SimpleQueue
from typing import Any, ClassVar

import numpy as np

from formulations.bounds import propagated
from formulations.features import Feature
from formulations.program import Floats, Program
from solvers.listener import Listener
from solvers.packages import packaged
from solvers.preflight import preflight, uncrossed
from solvers.solution import Limit, Solution, Termination, without_values
from solvers.solver import Availability, EventHandler, Options, UnsupportedProgramError, ignore
from solvers.verify import violations

#: CP-SAT counts in 64-bit integers; columns that may exceed this leave it no room for their coefficients.
_LARGEST_INTEGER = 1e12
#: PDLP stops at this relative accuracy: looser ones show in the objective.
_FIRST_ORDER_ACCURACY = 1e-9

_TERMINATIONS = {
    "OPTIMAL": Termination.OPTIMAL,
    "INFEASIBLE": Termination.INFEASIBLE,
    "UNBOUNDED": Termination.UNBOUNDED,
    "INFEASIBLE_OR_UNBOUNDED": Termination.INFEASIBLE_OR_UNBOUNDED,
    "IMPRECISE": Termination.FEASIBLE,
    "FEASIBLE": Termination.FEASIBLE,
    "NO_SOLUTION_FOUND": Termination.NO_SOLUTION_FOUND,
    "NUMERICAL_ERROR": Termination.NUMERICAL_ERROR,
    "OTHER_ERROR": Termination.NUMERICAL_ERROR,
}
_LIMITS = {
    "ITERATION": Limit.ITERATION,
    "TIME": Limit.TIME,
    "NODE": Limit.NODE,
    "INTERRUPTED": Limit.INTERRUPTED,
}


class _MathOpt:
    """What the solvers of OR-Tools have in common. ``kind`` is MathOpt's name of the solver."""

    name: ClassVar[str]
    features: ClassVar[frozenset[Feature]] = frozenset({Feature.CONTINUOUS})
    exact: ClassVar[bool] = True
    own_process: ClassVar[bool] = True
    interruptible: ClassVar[bool] = True
    kind: ClassVar[str]

    def available(self) -> Availability:
        return packaged("ortools", "pip install ortools")

    def solve(self, program: Program, options: Options, on_event: EventHandler = ignore) -> Solution:
        """One answer. Raises UnsupportedProgramError for features it lacks."""
        settled = preflight(program, self, options)
        if settled is not None:
            return settled
        listener = Listener(on_event)
        answer = _run(self.admitted(program), self.kind, self.parameters(program, options), options, listener)
        known = without_values(Termination.NUMERICAL_ERROR, solver=self.name, version=self.available().version)
        if answer is not None:
            known = self.judged(program, _solution(known, answer, program, options, listener), options)
        return replace(known, seconds=listener.seconds, log=listener.log)

    def admitted(self, program: Program) -> Program:
        """The program as the solver gets it. Raises UnsupportedProgramError."""
        return program

    def parameters(self, program: Program, options: Options) -> Any:
        """Options in the words of MathOpt."""
        from ortools.math_opt import parameters_pb2

        parameters = parameters_pb2.SolveParametersProto()
        if options.time_limit is not None:
            parameters.time_limit.FromNanoseconds(int(max(0.0, options.time_limit) * 1e9))
        if options.threads is not None:
            parameters.threads = options.threads
        return parameters

    def judged(self, program: Program, solution: Solution, options: Options) -> Solution:
        """The solution, with claims withdrawn that the solver cannot be trusted with."""
        return solution


class Glop(_MathOpt):
    """The simplex method of OR-Tools."""

    name: ClassVar[str] = "GLOP"
    kind: ClassVar[str] = "GLOP"

    def parameters(self, program: Program, options: Options) -> Any:
        parameters = super().parameters(program, options)
        parameters.ClearField("threads")  # GLOP has one and refuses others
        parameters.random_seed = options.seed
        parameters.glop.primal_feasibility_tolerance = options.feasibility_tolerance
        parameters.glop.dual_feasibility_tolerance = options.optimality_tolerance
        return parameters


class Pdlp(_MathOpt):
    """A first-order method for very large linear programs; its accuracy is relative to the data."""

    name: ClassVar[str] = "PDLP"
    kind: ClassVar[str] = "PDLP"

    def parameters(self, program: Program, options: Options) -> Any:
        parameters = super().parameters(program, options)
        accuracy = min(_FIRST_ORDER_ACCURACY, options.optimality_tolerance)
        criteria = parameters.pdlp.termination_criteria.simple_optimality_criteria
        criteria.eps_optimal_absolute = accuracy
        criteria.eps_optimal_relative = accuracy
        return parameters

    def judged(self, program: Program, solution: Solution, options: Options) -> Solution:
        """An optimum counts only if it is feasible to the tolerance; its dual objective is no proven bound."""
        if solution.termination is Termination.OPTIMAL and solution.values is not None:
            violated = violations(program, solution.values, options).relative
            if violated > options.feasibility_tolerance:
                solution = replace(solution, termination=Termination.FEASIBLE)
        return replace(solution, dual_bound=None)


class CpSat(_MathOpt):
    """Constraint programming over integers, strong on logic and scheduling; every column needs finite bounds.

    ``node_limit`` limits its conflicts.
    """

    name: ClassVar[str] = "CP-SAT"
    kind: ClassVar[str] = "CP_SAT"
    features: ClassVar[frozenset[Feature]] = frozenset({Feature.INTEGER})

    def admitted(self, program: Program) -> Program:
        """The program with the bounds that its rows imply where columns have none of their own."""
        lower, upper = program.column_lower, program.column_upper
        if not (np.isfinite(lower).all() and np.isfinite(upper).all()):
            box = propagated(program)
            lower = np.where(np.isfinite(lower), lower, box.lower)
            upper = np.where(np.isfinite(upper), upper, box.upper)
        large = np.flatnonzero(~(np.maximum(np.abs(lower), np.abs(upper)) <= _LARGEST_INTEGER))
        if len(large):
            raise UnsupportedProgramError(
                f"{self.name} cannot solve this program, because {program.columns[int(large[0])]} has no bounds, or "
                f"larger ones than {_LARGEST_INTEGER:g}; give it a lower and an upper bound"
            )
        return replace(program, column_lower=lower, column_upper=upper)

    def parameters(self, program: Program, options: Options) -> Any:
        parameters = super().parameters(program, options)
        parameters.random_seed = options.seed
        parameters.relative_gap_tolerance = options.mip_gap
        if options.node_limit is not None:
            parameters.cp_sat.max_number_of_conflicts = options.node_limit
        # Beyond this magnitude CP-SAT would quietly cut the domain of a column.
        parameters.cp_sat.mip_max_bound = _LARGEST_INTEGER
        parameters.cp_sat.mip_wanted_precision = options.feasibility_tolerance
        return parameters


def _run(program: Program, kind: str, parameters: Any, options: Options, listener: Listener) -> Any | None:
    """What MathOpt answers, None (and its words in the log) if it fails. Raises what the event handler raises."""
    from ortools.math_opt import callback_pb2, parameters_pb2
    from ortools.math_opt.core.python import solver
    from ortools.util.python.solve_interrupter import SolveInterrupter
    from pybind11_abseil.status import StatusNotOk  # type: ignore[import-untyped]

    interrupter = SolveInterrupter()
    registration = callback_pb2.CallbackRegistrationProto()
    if program.integer.any():
        registration.request_registration.extend(
            [callback_pb2.CALLBACK_EVENT_MIP_SOLUTION, callback_pb2.CALLBACK_EVENT_MIP]
        )

    def work(told: SimpleQueue[Callable[[], None]]) -> Any:
        def message(lines: list[str]) -> None:
            told.put(lambda: listener.tell("\n".join(lines)))

        def progress(data: Any) -> Any:
            point = data.primal_solution_vector
            if data.event == callback_pb2.CALLBACK_EVENT_MIP_SOLUTION:
                values = _dense(point, program.column_count)
                told.put(lambda: listener.tell_incumbent(_objective(program, values), values))
            bound = data.mip_stats.dual_bound
            told.put(lambda: listener.tell_bound(bound))
            return callback_pb2.CallbackResultProto()

        return solver.solve(
            _model(program),
            parameters_pb2.SolverTypeProto.Value(f"SOLVER_TYPE_{kind}"),
            parameters_pb2.SolverInitializerProto(),
            parameters,
            _hint(program, options),
            message,
            registration,
            progress if program.integer.any() else None,
            interrupter.pybind_interrupter,
        )

    answer = None
    try:
        answer = listener.attend(work, interrupter.interrupt)
    except StatusNotOk as refusal:
        listener.tell(f"OR-Tools failed: {refusal}")
    listener.raise_error()
    return answer


def _model(program: Program) -> Any:
    from ortools.math_opt import model_pb2

    model = model_pb2.ModelProto()
    n, m = program.column_count, program.row_count
    column_lower, column_upper = uncrossed(program.column_lower, program.column_upper)
    row_lower, row_upper = uncrossed(program.row_lower, program.row_upper)
    model.variables.ids.extend(range(n))
    model.variables.lower_bounds.extend(column_lower.tolist())
    model.variables.upper_bounds.extend(column_upper.tolist())
    model.variables.integers.extend(program.integer.tolist())
    model.objective.maximize = program.sense == "maximize"
    model.objective.offset = program.objective_offset
    priced = np.flatnonzero(program.objective)
    model.objective.linear_coefficients.ids.extend(priced.tolist())
    model.objective.linear_coefficients.values.extend(program.objective[priced].tolist())
    model.linear_constraints.ids.extend(range(m))
    model.linear_constraints.lower_bounds.extend(row_lower.tolist())
    model.linear_constraints.upper_bounds.extend(row_upper.tolist())
    matrix = program.matrix.sorted_indices()  # MathOpt wants its triplets in order
    entries = model.linear_constraint_matrix
    entries.row_ids.extend(np.repeat(np.arange(m), np.diff(matrix.indptr)).tolist())
    entries.column_ids.extend(matrix.indices.tolist())
    entries.coefficients.extend(matrix.data.tolist())
    return model


def _hint(program: Program, options: Options) -> Any:
    from ortools.math_opt import model_parameters_pb2

    parameters = model_parameters_pb2.ModelSolveParametersProto()
    if options.start is not None and program.integer.any():
        known = np.flatnonzero(np.isfinite(options.start))
        hint = parameters.solution_hints.add()
        hint.variable_values.ids.extend(known.tolist())
        hint.variable_values.values.extend(options.start[known].tolist())
    return parameters


def _solution(known: Solution, answer: Any, program: Program, options: Options, listener: Listener) -> Solution:
    """The answer of MathOpt, whose duals are derivatives in the sense of the objective as ours are."""
    from ortools.math_opt import result_pb2

    end = answer.termination
    reason = result_pb2.TerminationReasonProto.Name(end.reason).removeprefix("TERMINATION_REASON_")
    limit = result_pb2.LimitProto.Name(end.limit).removeprefix("LIMIT_")
    termination = _TERMINATIONS.get(reason, Termination.NUMERICAL_ERROR)
    if termination in (Termination.NUMERICAL_ERROR, Termination.FEASIBLE, Termination.NO_SOLUTION_FOUND):
        listener.lines.append(f"OR-Tools ended with {reason}, limit {limit}: {end.detail}".rstrip(": "))
    best = next((own for own in answer.solutions if own.HasField("primal_solution")), None)
    if termination is Termination.FEASIBLE and best is None:
        termination = Termination.NO_SOLUTION_FOUND
    has_values = termination.has_values and best is not None
    open_ended = termination in (Termination.FEASIBLE, Termination.NO_SOLUTION_FOUND)
    bound = end.objective_bounds.dual_bound
    solution = replace(
        known,
        termination=termination,
        limit=_limit(limit, options, listener) if open_ended else None,
        dual_bound=bound if (has_values or open_ended) and np.isfinite(bound) else None,
    )
    if answer.primal_rays:
        solution = replace(solution, ray=_dense(answer.primal_rays[0].variable_values, program.column_count))
    if not has_values or best is None:
        return solution
    values = _dense(best.primal_solution.variable_values, program.column_count)
    solution = replace(solution, values=values, objective=_objective(program, values))
    if termination is not Termination.OPTIMAL or not best.HasField("dual_solution"):
        return solution
    return replace(
        solution,
        duals=_dense(best.dual_solution.dual_values, program.row_count),
        reduced_costs=_dense(best.dual_solution.reduced_costs, program.column_count),
    )


def _limit(name: str, options: Options, listener: Listener) -> Limit | None:
    """The limit that ended a run; CP-SAT does not say which, but only some were set."""
    if name in _LIMITS:
        return _LIMITS[name]
    if listener.stopped:
        return Limit.INTERRUPTED
    if name == "UNDETERMINED" and options.time_limit is not None and listener.seconds >= options.time_limit:
        return Limit.TIME
    return Limit.NODE if name == "UNDETERMINED" and options.node_limit is not None else None


def _dense(vector: Any, size: int) -> Floats:
    """A sparse vector of MathOpt, shape (size,)."""
    values = np.zeros(size)
    values[np.array(vector.ids, dtype=np.int64)] = np.array(vector.values, dtype=float)
    return values


def _objective(program: Program, values: Floats) -> float:
    return float(program.objective @ values) + program.objective_offset
