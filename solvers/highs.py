"""HiGHS: linear, mixed-integer linear and convex quadratic programs.

highspy is imported where it is used: it must not share a process with OR-Tools.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass, replace
from importlib.metadata import version
from typing import Any, ClassVar

import numpy as np
from scipy import sparse

from formulations.features import Feature
from formulations.program import Floats, Program
from solvers.listener import Listener
from solvers.preflight import column_bounds, preflight, uncrossed
from solvers.solution import Limit, Solution, Termination, without_values
from solvers.solver import (
    Availability,
    Event,
    EventHandler,
    LogLine,
    Options,
    Pulse,
    UnsupportedProgramError,
    ignore,
)

#: HiGHS drops matrix entries up to this size; its own default would change models with small coefficients.
_SMALLEST_ENTRY = 1e-12
#: Objectives whose coefficients are all below this are scaled up.
_SMALL_OBJECTIVE = 0.1
_LARGEST_INDEX = 2**31 - 1
#: HiGHS says this about every continuous program that is passed as arrays.
_NOISE = "No semi-integer/integer variables in model with non-empty integrality"


class Highs:
    """The default solver. Integer columns together with a quadratic objective are beyond it."""

    name: ClassVar[str] = "HiGHS"
    features: ClassVar[frozenset[Feature]] = frozenset(
        {Feature.CONTINUOUS, Feature.INTEGER, Feature.CONVEX_QUADRATIC_OBJECTIVE}
    )
    exact: ClassVar[bool] = True
    own_process: ClassVar[bool] = False
    interruptible: ClassVar[bool] = True

    def available(self) -> Availability:
        return Availability(installed=True, version=_version())

    def solve(self, program: Program, options: Options, on_event: EventHandler = ignore) -> Solution:
        """One answer. Raises UnsupportedProgramError for features it lacks, ValueError for options it refuses.

        The linear ``ray`` of a mixed-integer program is one of its relaxation.
        """
        settled = preflight(program, self, options)
        if settled is not None:
            return settled
        listener = Listener(on_event)
        first = _run(program, options, listener)
        solution = _resolved(first, program, options, listener)
        return replace(solution, seconds=listener.seconds, log=listener.log)


@dataclass(frozen=True, eq=False)
class Loaded:
    """A Program inside HiGHS, unless it refused it. Its objective is multiplied by ``scale``, a power of two."""

    engine: Any
    scale: float
    accepted: bool


def load(program: Program, options: Options, callback: Callback | None = None) -> Loaded:
    """The program in a fresh HiGHS that prints nothing, in one call.

    Objectives of small coefficients are scaled up, for HiGHS compares them with absolute tolerances: in 3e-8 x it
    takes any feasible point for optimal.
    """
    import highspy
    from highspy import cb

    engine = highspy.Highs()
    if callback is not None:
        engine.setCallback(callback, None)
        engine.startCallback(cb.kCallbackLogging)
    for option, value in _settings(options).items():
        if engine.setOptionValue(option, value) != highspy.HighsStatus.kOk:
            raise ValueError(f"HiGHS refuses the value {value} of its option {option}")
    scale = objective_scale(program)
    if callback is not None and scale > 1:
        callback.listener.tell(f"The objective in this log is {scale:g} times the real one.")
    matrix = program.matrix
    hessian = _hessian(program, scale)
    if max(matrix.nnz, hessian.nnz, *matrix.shape) > _LARGEST_INDEX:
        raise UnsupportedProgramError("HiGHS cannot hold more than 2**31 nonzeros")
    column_lower, column_upper = column_bounds(program)
    row_lower, row_upper = uncrossed(program.row_lower, program.row_upper)
    sense = highspy.ObjSense.kMaximize if program.sense == "maximize" else highspy.ObjSense.kMinimize
    status = engine.passModel(
        program.column_count,
        program.row_count,
        matrix.nnz,
        hessian.nnz,
        int(highspy.MatrixFormat.kRowwise),
        int(highspy.HessianFormat.kTriangular),
        int(sense),
        program.objective_offset * scale,
        program.objective * scale if scale != 1 else program.objective,
        column_lower,
        column_upper,
        row_lower,
        row_upper,
        matrix.indptr.astype(np.int32, copy=False),
        matrix.indices.astype(np.int32, copy=False),
        matrix.data,
        hessian.indptr.astype(np.int32, copy=False),
        hessian.indices.astype(np.int32, copy=False),
        hessian.data,
        program.integer.astype(np.int32),
    )
    if options.start is not None and program.integer.any():
        given = np.flatnonzero(np.isfinite(options.start))
        engine.setSolution(len(given), given.astype(np.int32), options.start[given])
    return Loaded(engine, scale, status != highspy.HighsStatus.kError)


def _settings(options: Options) -> dict[str, bool | int | float]:
    settings: dict[str, bool | int | float] = {
        "log_to_console": False,
        "small_matrix_value": _SMALLEST_ENTRY,
        "random_seed": options.seed,
        "mip_rel_gap": options.mip_gap,
        "primal_feasibility_tolerance": options.feasibility_tolerance,
        "dual_feasibility_tolerance": options.optimality_tolerance,
        "mip_feasibility_tolerance": options.integrality_tolerance,
    }
    if options.time_limit is not None:
        settings["time_limit"] = max(0.0, options.time_limit)
    if options.node_limit is not None:
        settings["mip_max_nodes"] = options.node_limit
    if options.threads is not None:
        settings["threads"] = options.threads
    return settings


def objective_scale(program: Program) -> float:
    """The power of two that lifts a small objective until its largest coefficient is at least 1."""
    largest = float(np.abs(program.objective).max(initial=0.0))
    if program.objective_quadratic is not None:
        largest = max(largest, 2 * float(np.abs(program.objective_quadratic.data).max(initial=0.0)))
    return 2.0 ** math.ceil(-math.log2(largest)) if 0 < largest < _SMALL_OBJECTIVE else 1.0


def _hessian(program: Program, scale: float) -> sparse.csr_array:
    """2Q by rows of its upper triangle, which are the columns of its lower triangle."""
    if program.objective_quadratic is None:
        return sparse.csr_array((0, 0))  # HiGHS does not look at it
    return sparse.csr_array(sparse.triu(program.objective_quadratic, format="csr") * (2 * scale))


@dataclass(eq=False)
class Callback:
    """Tells a listener what HiGHS calls back, and HiGHS whether to stop. Numbers come ``scale`` times too large."""

    listener: Listener
    scale: float = 1.0

    def __call__(self, kind: int, message: str, output: Any, answer: Any, _data: object) -> None:
        with self.listener.guarded():
            self._receive(kind, message, output)
        if self.listener.stopped and answer is not None:
            answer.user_interrupt = True

    def _receive(self, kind: int, message: str, output: Any) -> None:
        from highspy import cb

        listener = self.listener
        if kind == int(cb.kCallbackLogging):
            if _NOISE not in message:
                listener.tell(message)
        elif kind == int(cb.kCallbackMipImprovingSolution):
            values = np.array(output.mip_solution, dtype=float)
            listener.tell_incumbent(output.objective_function_value / self.scale, values)
            listener.tell_bound(output.mip_dual_bound / self.scale)
        elif kind == int(cb.kCallbackMipLogging):
            listener.tell_bound(output.mip_dual_bound / self.scale)
        elif listener.is_pulse_due():
            if kind == int(cb.kCallbackMipInterrupt):
                listener.tell_bound(output.mip_dual_bound / self.scale)
            listener.pulse()


def _run(program: Program, options: Options, listener: Listener, *, presolve: bool = True) -> Solution:
    """One run of HiGHS and what it says about it; raises again what the event handler raised."""
    import highspy
    from highspy import cb

    callback = Callback(listener)
    loaded = load(program, options, callback)
    listener.raise_error()
    if not loaded.accepted:
        return _unanswered(Termination.NUMERICAL_ERROR)
    engine, callback.scale = loaded.engine, loaded.scale
    if not presolve:
        engine.setOptionValue("presolve", "off")
    for kind in (
        cb.kCallbackSimplexInterrupt,
        cb.kCallbackIpmInterrupt,
        cb.kCallbackMipImprovingSolution,
        cb.kCallbackMipLogging,
        cb.kCallbackMipInterrupt,
    ):
        engine.startCallback(kind)
    if options.threads is not None:
        # The pool of threads belongs to the process, outlives its run and cannot change its size.
        highspy.Highs.resetGlobalScheduler(True)
    engine.run()
    if options.threads is not None:
        highspy.Highs.resetGlobalScheduler(True)
    engine.setCallback(None, None)
    listener.raise_error()
    return solution_of(loaded, program)


def solution_of(loaded: Loaded, program: Program, *, priced: bool = True) -> Solution:
    """What a run left in the engine; duals and reduced costs only if ``priced``."""
    import highspy

    engine, scale = loaded.engine, loaded.scale
    info, point = engine.getInfo(), engine.getSolution()
    feasible = point.value_valid and info.primal_solution_status == int(highspy.kSolutionStatusFeasible)
    termination, limit = _termination(engine.getModelStatus(), feasible)
    if not termination.has_values and not (termination is Termination.NUMERICAL_ERROR and feasible):
        bound = info.mip_dual_bound / scale if limit is not None and program.integer.any() else math.inf
        return replace(
            _unanswered(termination),
            limit=limit,
            dual_bound=bound if math.isfinite(bound) else None,
            ray=_ray(engine) if termination is Termination.UNBOUNDED else None,
        )
    objective = info.objective_function_value / scale
    solved = termination is Termination.OPTIMAL and not program.integer.any()
    bound = objective if solved else info.mip_dual_bound / scale if program.integer.any() else math.inf
    priced = priced and solved and point.dual_valid
    return replace(
        _unanswered(termination),
        limit=limit,
        objective=objective,
        dual_bound=bound if math.isfinite(bound) else None,
        values=np.array(point.col_value, dtype=float),
        duals=np.array(point.row_dual, dtype=float) / scale if priced else None,
        reduced_costs=np.array(point.col_dual, dtype=float) / scale if priced else None,
    )


def _termination(status: Any, feasible: bool) -> tuple[Termination, Limit | None]:
    """What a model status means. A status that is not listed means trouble, never success."""
    return _meanings(feasible).get(status, (Termination.NUMERICAL_ERROR, None))


@functools.cache
def _meanings(feasible: bool) -> dict[Any, tuple[Termination, Limit | None]]:
    """Model statuses with and without a feasible point."""
    from highspy import HighsModelStatus

    stopped = Termination.FEASIBLE if feasible else Termination.NO_SOLUTION_FOUND
    meanings: dict[Any, tuple[Termination, Limit | None]] = {
        HighsModelStatus.kInfeasible: (Termination.INFEASIBLE, None),
        HighsModelStatus.kUnbounded: (Termination.UNBOUNDED, None),
        HighsModelStatus.kUnboundedOrInfeasible: (Termination.INFEASIBLE_OR_UNBOUNDED, None),
        HighsModelStatus.kTimeLimit: (stopped, Limit.TIME),
        HighsModelStatus.kIterationLimit: (stopped, Limit.ITERATION),
        # The only limit on solutions that is ever set is the one on nodes.
        HighsModelStatus.kSolutionLimit: (stopped, Limit.NODE),
        HighsModelStatus.kInterrupt: (stopped, Limit.INTERRUPTED),
    }
    if feasible:
        meanings[HighsModelStatus.kOptimal] = (Termination.OPTIMAL, None)
    return meanings


def _ray(engine: Any) -> Floats | None:
    """The direction in which a linear program improves forever, its largest entry 1."""
    import highspy

    status, found, ray = engine.getPrimalRay()
    if status != highspy.HighsStatus.kOk or not found:
        return None
    size = float(np.abs(ray).max(initial=0.0))
    return np.array(ray, dtype=float) / size if size > 0 else None


def _resolved(first: Solution, program: Program, options: Options, listener: Listener) -> Solution:
    """The answer with "infeasible or unbounded" decided, and a ray found, by further runs where need be.

    With rational data, an integer program that has a feasible point is unbounded if its relaxation is.
    Source: Meyer (1974), On the existence of optimal solutions to integer and mixed-integer programming problems.
    """
    discrete = bool(program.integer.any())
    undecided = first.termination is Termination.INFEASIBLE_OR_UNBOUNDED
    if not undecided and not (first.termination is Termination.UNBOUNDED and discrete):
        return first
    aside = _aside(listener)
    relaxation = replace(program, integer=np.zeros(program.column_count, dtype=bool))
    relaxed = _run(relaxation, _remaining(options, listener), aside, presolve=False)
    if not undecided:
        return replace(first, ray=relaxed.ray)
    if relaxed.termination is Termination.INFEASIBLE or (relaxed.ray is not None and not discrete):
        return relaxed
    if relaxed.termination is not Termination.UNBOUNDED:
        return first
    anything = replace(program, objective=np.zeros(program.column_count), objective_quadratic=None)
    found = _run(anything, _remaining(options, listener), aside)
    if found.termination.has_values:
        return replace(relaxed, termination=Termination.UNBOUNDED)
    return found if found.termination is Termination.INFEASIBLE else first


def _aside(listener: Listener) -> Listener:
    """For further runs, whose incumbents and bounds are nobody's business."""

    def forward(event: Event) -> bool:
        if isinstance(event, LogLine | Pulse):
            listener.send(event)
        return listener.stopped

    return Listener(forward, started=listener.started, lines=listener.lines)


def _remaining(options: Options, listener: Listener) -> Options:
    if options.time_limit is None:
        return options
    return replace(options, time_limit=max(0.0, options.time_limit - listener.seconds))


@functools.cache
def _version() -> str:
    return version("highspy")  # reads a file, each time


def _unanswered(termination: Termination) -> Solution:
    return without_values(termination, solver=Highs.name, version=_version())
