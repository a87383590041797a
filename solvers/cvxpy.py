"""Clarabel, SCS and OSQP through CVXPY: convex programs.

cvxpy is imported where it is used: that takes seconds.
"""

from __future__ import annotations

import warnings
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
from scipy import sparse

from formulations.affine import Terms, quadratic_matrix, row_terms, split
from formulations.bounds import declared
from formulations.features import Feature, row_cone, row_is_convex_quadratic
from formulations.program import Flags, Floats, Integers, Program
from formulations.quadratic_forms import Cone
from solvers.activities import activities
from solvers.cvxpy_atoms import Atoms, NotConvexError
from solvers.listener import Listener
from solvers.packages import packaged
from solvers.preflight import preflight, uncrossed
from solvers.solution import Limit, Solution, Termination, without_values
from solvers.solver import Availability, EventHandler, Options, UnsupportedProgramError, ignore
from solvers.verify import violations

#: Interior-point and first-order methods are asked for at least this relative accuracy.
_ACCURACY = 1e-8
_FIRST_ORDER_ACCURACY = 1e-9
_FIRST_ORDER_ITERATIONS = 200_000

#: The words of CVXPY. A certificate of dual infeasibility does not tell whether there is a feasible point, and what
#: is infeasible only to a reduced accuracy proves nothing.
_TERMINATIONS = {
    "optimal": Termination.OPTIMAL,
    "optimal_inaccurate": Termination.FEASIBLE,
    "infeasible": Termination.INFEASIBLE,
    "infeasible_inaccurate": Termination.NUMERICAL_ERROR,
    "unbounded": Termination.INFEASIBLE_OR_UNBOUNDED,
    "unbounded_inaccurate": Termination.NUMERICAL_ERROR,
    "infeasible_or_unbounded": Termination.INFEASIBLE_OR_UNBOUNDED,
    "user_limit": Termination.FEASIBLE,
    "solver_error": Termination.NUMERICAL_ERROR,
}

_CONIC = frozenset(
    {
        Feature.CONTINUOUS,
        Feature.CONVEX_QUADRATIC_OBJECTIVE,
        Feature.CONVEX_QUADRATIC_ROW,
        Feature.SECOND_ORDER_CONE,
        Feature.CONVEX_NONLINEAR,
    }
)


class _Cvxpy(ABC):
    """What the solvers behind CVXPY have in common. ``kind`` is CVXPY's name, ``package`` that of its wheel."""

    name: ClassVar[str]
    features: ClassVar[frozenset[Feature]] = _CONIC
    exact: ClassVar[bool] = True
    own_process: ClassVar[bool] = False
    interruptible: ClassVar[bool] = False
    kind: ClassVar[str]
    package: ClassVar[str]

    def available(self) -> Availability:
        install = "pip install 'optcopilot[solvers]'"
        modelling = packaged("cvxpy", install)
        return packaged(self.package, install) if modelling.installed else modelling

    def solve(self, program: Program, options: Options, on_event: EventHandler = ignore) -> Solution:
        """One answer; these libraries cannot be interrupted from within, but keep their time limit.

        Raises UnsupportedProgramError for features it lacks.
        """
        settled = preflight(program, self, options)
        if settled is not None:
            return settled
        listener = Listener(on_event)
        known = without_values(Termination.NO_SOLUTION_FOUND, solver=self.name, version=self.available().version)
        model = _Model.of(program, self.name)
        listener.pulse()
        seconds = None if options.time_limit is None else options.time_limit - listener.seconds
        if listener.stopped or (seconds is not None and seconds <= 0):
            limit = Limit.INTERRUPTED if listener.stopped else Limit.TIME
            return replace(known, limit=limit, seconds=listener.seconds)
        status = self._run(model, self.settings(replace(options, time_limit=seconds)), listener)
        solution = _solution(known, status, model, program, options)
        if solution.limit is Limit.TIME and (seconds is None or listener.seconds < seconds):
            solution = replace(solution, limit=Limit.ITERATION)
        return replace(solution, seconds=listener.seconds, log=listener.log)

    @abstractmethod
    def settings(self, options: Options) -> Mapping[str, object]:
        """Options in the words of the library."""

    def _run(self, model: _Model, settings: Mapping[str, object], listener: Listener) -> str:
        import cvxpy

        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # they only repeat what the status says
                model.problem.solve(solver=self.kind, **settings)
        except cvxpy.error.SolverError as failure:
            listener.tell(f"{self.name} failed: {failure}")
            return "solver_error"
        stats = model.problem.solver_stats
        listener.tell(f"{self.name} ended with '{model.problem.status}' after {stats.num_iters} iterations")
        return str(model.problem.status)


class Clarabel(_Cvxpy):
    """An interior-point method for cones: second-order, exponential and power."""

    name: ClassVar[str] = "Clarabel"
    kind: ClassVar[str] = "CLARABEL"
    package: ClassVar[str] = "clarabel"

    def settings(self, options: Options) -> Mapping[str, object]:
        accuracy = min(_ACCURACY, options.optimality_tolerance)
        settings: dict[str, object] = {
            "tol_gap_abs": accuracy,
            "tol_gap_rel": accuracy,
            "tol_feas": min(_ACCURACY, options.feasibility_tolerance),
        }
        if options.time_limit is not None:
            settings["time_limit"] = options.time_limit
        if options.threads is not None:
            settings["max_threads"] = options.threads
        return settings


class Scs(_Cvxpy):
    """A first-order method for cones, for programs too large for an interior-point method."""

    name: ClassVar[str] = "SCS"
    kind: ClassVar[str] = "SCS"
    package: ClassVar[str] = "scs"

    def settings(self, options: Options) -> Mapping[str, object]:
        accuracy = min(_FIRST_ORDER_ACCURACY, options.optimality_tolerance)
        settings: dict[str, object] = {
            "eps_abs": accuracy,
            "eps_rel": accuracy,
            "max_iters": _FIRST_ORDER_ITERATIONS,
        }
        if options.time_limit is not None:
            settings["time_limit_secs"] = options.time_limit
        return settings


class Osqp(_Cvxpy):
    """A first-order method for convex quadratic programs, polished at the end."""

    name: ClassVar[str] = "OSQP"
    kind: ClassVar[str] = "OSQP"
    package: ClassVar[str] = "osqp"
    features: ClassVar[frozenset[Feature]] = frozenset({Feature.CONTINUOUS, Feature.CONVEX_QUADRATIC_OBJECTIVE})

    def settings(self, options: Options) -> Mapping[str, object]:
        accuracy = min(_FIRST_ORDER_ACCURACY, options.optimality_tolerance)
        settings: dict[str, object] = {
            "eps_abs": accuracy,
            "eps_rel": accuracy,
            "max_iter": _FIRST_ORDER_ITERATIONS,
            "polishing": True,
        }
        if options.time_limit is not None:
            settings["time_limit"] = options.time_limit
        return settings


@dataclass(frozen=True, eq=False)
class _Block:
    """Linear constraints of CVXPY, and the rows, or columns, that they bound from below (+1) or above (-1)."""

    constraint: Any
    places: Integers
    side: int


@dataclass(frozen=True, eq=False)
class _Curved:
    """The constraint of a single curved row; ``cone`` if it was written as one."""

    constraint: Any
    row: int
    side: int
    cone: Cone | None = None


@dataclass(frozen=True, eq=False)
class _Model:
    """A Program as a CVXPY problem that minimizes ``sign`` times the objective."""

    x: Any
    problem: Any
    rows: list[_Block]
    columns: list[_Block]
    curved: list[_Curved]
    sign: int

    @staticmethod
    def of(program: Program, solver: str) -> _Model:
        """Raises UnsupportedProgramError that names the row if a term is not convex."""
        import cvxpy

        x = cvxpy.Variable(program.column_count)
        atoms = Atoms(x, declared(program))
        sign = 1 if program.sense == "minimize" else -1
        is_curved = np.zeros(program.row_count, dtype=bool)
        is_curved[list({*program.quadratic, *program.nonlinear})] = True
        place = "the objective"
        try:
            objective = sign * _objective(program, atoms, sign)
            curved: list[_Curved] = []
            for row in np.flatnonzero(is_curved).tolist():
                place = program.rows[row]
                curved += _curved_row(program, row, atoms)
        except NotConvexError as reason:
            raise UnsupportedProgramError(f"{solver} cannot solve this program: in {place}, {reason}") from reason
        rows = list(_linear_rows(program, x, ~is_curved))
        bounds = uncrossed(program.column_lower, program.column_upper)
        columns = list(_bounds(x, *bounds, np.ones(program.column_count, dtype=bool)))
        constraints = [own.constraint for own in (*rows, *columns)]
        constraints += [own.constraint for own in curved] + atoms.constraints
        if not constraints:
            constraints.append(cvxpy.Variable() == 0)  # SCS refuses programs without any
        problem = cvxpy.Problem(cvxpy.Minimize(objective), constraints)
        return _Model(x, problem, rows, columns, curved, sign)


def _objective(program: Program, atoms: Atoms, sign: int) -> Any:
    """The objective as a convex (+1) or concave (-1) expression; its quadratic part stays one matrix."""
    import cvxpy

    total = program.objective @ atoms.x + program.objective_offset
    curved = Terms() if program.objective_nonlinear is None else split(program.objective_nonlinear)
    quadratic = program.objective_quadratic
    own = quadratic_matrix(curved.quadratic, program.column_count)
    if own is not None:
        quadratic = own if quadratic is None else sparse.csr_array(quadratic + own)
    if quadratic is not None:
        used = np.flatnonzero(np.diff(quadratic.indptr))
        form = cvxpy.psd_wrap(sign * quadratic[used][:, used])
        total = total + sign * cvxpy.quad_form(atoms.x[used], form)
    return total + atoms.expression(replace(curved, quadratic={}), sign)


def _linear_rows(program: Program, x: Any, linear: Flags) -> Iterator[_Block]:
    body = program.matrix @ x if program.row_count else x[:0]
    yield from _bounds(body, *uncrossed(program.row_lower, program.row_upper), linear)


def _bounds(body: Any, lower: Floats, upper: Floats, kept: Flags) -> Iterator[_Block]:
    """Equations and one-sided bounds of the kept entries of a vector."""
    equal = kept & (lower == upper)
    above, below = kept & ~equal & np.isfinite(upper), kept & ~equal & np.isfinite(lower)
    for flags, side in ((equal, -1), (above, -1), (below, 1)):
        places = np.flatnonzero(flags)
        if not len(places):
            continue
        part = body[places]
        if flags is equal:
            yield _Block(part == lower[places], places, side)
        elif side < 0:
            yield _Block(part <= upper[places], places, side)
        else:
            yield _Block(part >= lower[places], places, side)


def _curved_row(program: Program, row: int, atoms: Atoms) -> Iterator[_Curved]:
    import cvxpy

    terms = row_terms(program, row)
    cone = None
    if row in program.quadratic and row not in program.nonlinear and not row_is_convex_quadratic(program, row):
        cone = row_cone(program, row)
    if cone is not None:
        length = cone.matrix @ atoms.x + cone.offset
        side = -1 if np.isfinite(program.row_upper[row]) else 1
        yield _Curved(cvxpy.SOC(cone.axis @ atoms.x + cone.axis_offset, length), row, side, cone)
        return
    if np.isfinite(program.row_upper[row]):
        yield _Curved(atoms.expression(terms, 1) <= program.row_upper[row], row, -1)
    if np.isfinite(program.row_lower[row]):
        yield _Curved(atoms.expression(terms, -1) >= program.row_lower[row], row, 1)


def _solution(known: Solution, status: str, model: _Model, program: Program, options: Options) -> Solution:
    termination = _TERMINATIONS.get(status, Termination.NUMERICAL_ERROR)
    limit = Limit.TIME if status == "user_limit" else None
    if not termination.has_values:
        return replace(known, termination=termination, limit=limit)
    values = None if model.x.value is None else np.array(model.x.value, dtype=float).reshape(-1)
    if values is None or not np.isfinite(values).all():
        failed = Termination.NO_SOLUTION_FOUND if limit else Termination.NUMERICAL_ERROR
        return replace(known, termination=failed, limit=limit)
    violated = violations(program, values, options).relative
    if status == "user_limit" and violated > options.verification_tolerance:
        return replace(known, limit=limit)  # stopped on its way to a feasible point
    if termination is Termination.OPTIMAL and violated > options.verification_tolerance:
        termination = Termination.FEASIBLE
    solution = replace(
        known,
        termination=termination,
        limit=limit,
        values=values,
        objective=activities(program, values, options).objective,
    )
    if termination is not Termination.OPTIMAL:
        return solution
    return replace(
        solution, duals=_duals(model, program), reduced_costs=_multipliers(model, model.columns, len(values))
    )


def _multipliers(model: _Model, blocks: list[_Block], size: int) -> Floats | None:
    """Derivatives of the optimal objective by the bounds; None if the library gave none.

    CVXPY's multipliers are nonnegative on inequalities: raising an upper bound lowers the minimum.
    """
    total = np.zeros(size)
    for block in blocks:
        if block.constraint.dual_value is None:
            return None
        total[block.places] += model.sign * block.side * np.reshape(block.constraint.dual_value, -1)
    return total


def _duals(model: _Model, program: Program) -> Floats | None:
    duals = _multipliers(model, model.rows, program.row_count)
    if duals is None:
        return None
    for own in model.curved:
        value = own.constraint.dual_value
        if value is None:
            return None
        if own.cone is None:
            multiplier = float(np.reshape(value, -1)[0])
        else:
            # ||Lx||^2 - (v'x)^2 changes 2 v'x times as fast as ||Lx|| - v'x where both are zero.
            height = float(own.cone.axis @ model.x.value) + own.cone.axis_offset
            multiplier = float(np.reshape(value[0], -1)[0]) / (2 * height) if height > _ACCURACY else 0.0
        duals[own.row] += model.sign * own.side * multiplier
    return duals
