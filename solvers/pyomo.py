"""Pyomo: any Program as a ConcreteModel, and the solvers that Pyomo reaches.

pyomo is imported where it is used. ``pyomo_solver`` wraps any solver of Pyomo's factory, a commercial one too, that is
installed here.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
from scipy import sparse

from formulations.expression import Expression
from formulations.features import Feature
from formulations.intervals import fold
from formulations.program import Floats, Program
from solvers.arithmetic import applied
from solvers.epigraph import with_linear_objective
from solvers.listener import Listener
from solvers.packages import packaged
from solvers.preflight import column_bounds, preflight, uncrossed
from solvers.scip import AS_PACKAGED
from solvers.solution import Limit, Solution, Termination, without_values
from solvers.solver import Availability, EventHandler, Options, UnsupportedProgramError, ignore

_ENDS = {
    "convergenceCriteriaSatisfied": (Termination.OPTIMAL, None),
    "maxTimeLimit": (Termination.FEASIBLE, Limit.TIME),
    "iterationLimit": (Termination.FEASIBLE, Limit.ITERATION),
    "interrupted": (Termination.FEASIBLE, Limit.INTERRUPTED),
    "objectiveLimit": (Termination.FEASIBLE, None),
    "minStepLength": (Termination.FEASIBLE, None),
    "unbounded": (Termination.UNBOUNDED, None),
    "provenInfeasible": (Termination.INFEASIBLE, None),
    "locallyInfeasible": (Termination.NO_SOLUTION_FOUND, None),
    "infeasibleOrUnbounded": (Termination.INFEASIBLE_OR_UNBOUNDED, None),
    "error": (Termination.NUMERICAL_ERROR, None),
    "licensingProblems": (Termination.NUMERICAL_ERROR, None),
    "unknown": (Termination.NUMERICAL_ERROR, None),
}


class PyomoSolver:
    """A solver of Pyomo's factory. ``factory`` is Pyomo's name of it, ``package`` the wheel it needs ('' for none)."""

    name: ClassVar[str]
    features: ClassVar[frozenset[Feature]]
    exact: ClassVar[bool] = True
    own_process: ClassVar[bool] = False
    interruptible: ClassVar[bool] = False
    factory: ClassVar[str]
    package: ClassVar[str] = ""

    def available(self) -> Availability:
        needed = ["pyomo", *([self.package] if self.package else [])]
        found: list[str] = []
        for package in needed:
            install = "pip install pyomo" if package == "pyomo" else "pip install 'optcopilot[solvers]'"
            availability = packaged(package, install)
            if not availability.installed:
                return availability
            found.append(f"{package} {availability.version}")
        if not self.package:
            missing = self._missing()
            if missing:
                return Availability(installed=False, reason=missing, install=f"see Pyomo's page on {self.factory}")
        return Availability(installed=True, version=", ".join(found))

    def solve(self, program: Program, options: Options, on_event: EventHandler = ignore) -> Solution:
        """One answer, after the solver has finished: Pyomo passes on no events, and cannot be stopped from within.

        Raises UnsupportedProgramError for features it lacks.
        """
        settled = preflight(program, self, options)
        if settled is not None:
            return settled
        listener = Listener(on_event)
        known = without_values(Termination.NO_SOLUTION_FOUND, solver=self.name, version=self.available().version)
        listener.pulse()
        if listener.stopped:
            return replace(known, limit=Limit.INTERRUPTED, seconds=listener.seconds)
        if _is_empty(program):
            solution = replace(known, termination=Termination.OPTIMAL, values=_nearest_to_zero(program))
        else:
            solution = self._run(known, program, options, listener)
        return replace(solution, seconds=listener.seconds, log=listener.log)

    def settings(self, options: Options) -> Mapping[str, object]:
        """Options in the words of the solver itself."""
        return {}

    def prepared(self, program: Program) -> Program:
        """The program as Pyomo gets it; columns and rows may be appended."""
        return program

    def _missing(self) -> str:
        """Why Pyomo does not reach the solver, '' if it does."""
        from pyomo.contrib.solver.common.factory import SolverFactory

        solver = SolverFactory(self.factory)
        if solver is None:
            return f"Pyomo has no solver called '{self.factory}'"
        return "" if solver.available() else f"Pyomo finds no '{self.factory}' on this machine"

    def _run(self, known: Solution, program: Program, options: Options, listener: Listener) -> Solution:
        from pyomo.common.errors import ApplicationError, PyomoException
        from pyomo.contrib.solver.common.factory import SolverFactory
        from pyomo.contrib.solver.common.util import IncompatibleModelError

        model = to_pyomo(self.prepared(program))
        solver = SolverFactory(self.factory)
        try:
            results = solver.solve(
                model,
                load_solutions=False,
                raise_exception_on_nonoptimal_result=False,
                solver_options=dict(self.settings(options)),
                **_common(options, solver),
            )
        except IncompatibleModelError as refusal:
            raise UnsupportedProgramError(f"{self.name} cannot solve this program: {refusal}") from refusal
        except (ApplicationError, PyomoException) as failure:
            listener.tell(f"Pyomo failed: {failure}")
            return replace(known, termination=Termination.NUMERICAL_ERROR)
        listener.tell(str(results.solver_log or ""))
        return _solution(known, results, model, program, listener)


class PyomoHighs(PyomoSolver):
    """HiGHS, reached through Pyomo: a second way to the same library."""

    name: ClassVar[str] = "Pyomo-HiGHS"
    factory: ClassVar[str] = "highs"
    package: ClassVar[str] = "highspy"
    features: ClassVar[frozenset[Feature]] = frozenset(
        {Feature.CONTINUOUS, Feature.INTEGER, Feature.CONVEX_QUADRATIC_OBJECTIVE}
    )

    def settings(self, options: Options) -> Mapping[str, object]:
        if options.threads is not None:
            import highspy

            highspy.Highs.resetGlobalScheduler(True)  # its threads cannot change their number
        settings: dict[str, object] = {
            "random_seed": options.seed,
            "primal_feasibility_tolerance": options.feasibility_tolerance,
            "dual_feasibility_tolerance": options.optimality_tolerance,
            "mip_feasibility_tolerance": options.integrality_tolerance,
        }
        if options.node_limit is not None:
            settings["mip_max_nodes"] = options.node_limit
        return settings


class PyomoScip(PyomoSolver):
    """SCIP, reached through Pyomo, which passes on no duals of it."""

    name: ClassVar[str] = "Pyomo-SCIP"
    factory: ClassVar[str] = "scip_direct"
    package: ClassVar[str] = "pyscipopt"
    features: ClassVar[frozenset[Feature]] = frozenset(Feature) - {
        Feature.ABSOLUTE_VALUE,
        Feature.EXTREMUM,
        Feature.PIECEWISE_LINEAR,
        Feature.INDICATOR,
    }

    def settings(self, options: Options) -> Mapping[str, object]:
        settings: dict[str, object] = {
            **AS_PACKAGED,
            "misc/catchctrlc": False,
            "randomization/randomseedshift": options.seed,
            "numerics/feastol": options.feasibility_tolerance,
            "numerics/dualfeastol": options.optimality_tolerance,
        }
        if options.node_limit is not None:
            settings["limits/totalnodes"] = options.node_limit
        return settings

    def prepared(self, program: Program) -> Program:
        return with_linear_objective(program)


def pyomo_solver(factory: str, features: frozenset[Feature], *, exact: bool) -> type[PyomoSolver]:
    """The solver that Pyomo calls ``factory``, to be listed with the others: ``gurobi_direct``, say."""
    members = {"name": f"Pyomo-{factory}", "factory": factory, "features": features, "exact": exact}
    return type(f"Pyomo_{factory}", (PyomoSolver,), members)


def to_pyomo(program: Program) -> Any:
    """The Program as a ConcreteModel: variables ``x[j]``, constraints ``rows[i]`` and ``objective``, by position.

    Rows without bounds, and rows without terms, are left out. Raises UnsupportedProgramError for indicator rows.
    """
    import pyomo.environ as pyo
    from pyomo.core.expr.numeric_expr import LinearExpression

    if program.indicators:
        row = next(iter(program.indicators))
        raise UnsupportedProgramError(f"Pyomo has no indicator rows: rewrite {program.rows[row]} first")
    model = pyo.ConcreteModel()
    lower, upper = column_bounds(program)
    integer, low, high = program.integer.tolist(), lower.tolist(), upper.tolist()
    model.x = pyo.Var(range(program.column_count), within=lambda _, j: pyo.Integers if integer[j] else pyo.Reals)
    x = list(model.x.values())
    functions = {"abs": abs, **{word: getattr(pyo, word) for word in ("exp", "log", "sqrt", "sin", "cos")}}
    for j, variable in enumerate(x):
        variable.setlb(_finite(low[j]))
        variable.setub(_finite(high[j]))

    def linear(columns: list[int], values: list[float]) -> Any:
        return LinearExpression(constant=0.0, linear_coefs=values, linear_vars=[x[j] for j in columns])

    def curved(quadratic: sparse.csr_array | None, nonlinear: Expression | None) -> list[Any]:
        parts = []
        if quadratic is not None:
            entries = quadratic.tocoo()
            triples = zip(entries.row.tolist(), entries.col.tolist(), entries.data.tolist(), strict=True)
            parts += [value * (x[i] ** 2 if i == j else x[i] * x[j]) for i, j, value in triples]
        if nonlinear is not None:
            parts.append(fold(nonlinear, lambda node, arguments: applied(node, arguments, x, functions)))
        return parts

    model.rows = pyo.Constraint(pyo.Any)
    indptr = program.matrix.indptr.tolist()
    indices: list[int] = program.matrix.indices.tolist()
    data: list[float] = program.matrix.data.tolist()
    bounds = (bound.tolist() for bound in uncrossed(program.row_lower, program.row_upper))
    for row, (least, most) in enumerate(zip(*bounds, strict=True)):
        span = slice(indptr[row], indptr[row + 1])
        extra = curved(program.quadratic.get(row), program.nonlinear.get(row))
        if (math.isinf(least) and math.isinf(most)) or not (extra or any(data[span])):
            continue
        body = linear(indices[span], data[span])
        model.rows[row] = (_finite(least), sum(extra, body), _finite(most))

    priced = np.flatnonzero(program.objective)
    objective = linear(priced.tolist(), program.objective[priced].tolist()) + program.objective_offset
    extra = curved(program.objective_quadratic, program.objective_nonlinear)
    sense = pyo.minimize if program.sense == "minimize" else pyo.maximize
    model.objective = pyo.Objective(expr=sum(extra, objective), sense=sense)
    return model


def _finite(bound: float) -> float | None:
    return bound if math.isfinite(bound) else None


def _is_empty(program: Program) -> bool:
    """Whether no column occurs anywhere: Pyomo's solvers do not know what to do then."""
    curved = program.quadratic or program.nonlinear or program.objective_nonlinear is not None
    quadratic = program.objective_quadratic is not None
    return not (curved or quadratic or program.objective.any() or program.matrix.data.any())


def _nearest_to_zero(program: Program) -> Floats:
    """The point nearest to zero within the bounds, integral where it must be: for columns that nothing depends on."""
    nearest = np.clip(np.zeros(program.column_count), *uncrossed(program.column_lower, program.column_upper))
    return np.where(program.integer, np.where(nearest > 0, np.ceil(nearest), np.floor(nearest)), nearest)


def _common(options: Options, solver: Any) -> dict[str, object]:
    """Options in the words of Pyomo, as far as this solver has them."""
    wanted = {"time_limit": options.time_limit, "threads": options.threads, "rel_gap": options.mip_gap}
    return {name: value for name, value in wanted.items() if value is not None and name in solver.config}


def _solution(known: Solution, results: Any, model: Any, program: Program, listener: Listener) -> Solution:
    word = results.termination_condition.name
    termination, limit = _ENDS.get(word, (Termination.NUMERICAL_ERROR, None))
    if termination is Termination.NUMERICAL_ERROR:
        listener.tell(f"Pyomo ended with the condition '{word}'")
    if limit is Limit.ITERATION and program.integer.any():
        limit = Limit.NODE  # Pyomo has one word for both
    has_point = results.solution_status.name in ("optimal", "feasible")
    if termination is Termination.FEASIBLE and not has_point:
        termination = Termination.NO_SOLUTION_FOUND
    bound = results.objective_bound
    known = replace(known, termination=termination, limit=limit)
    if termination.has_values or termination is Termination.NO_SOLUTION_FOUND:
        known = replace(known, dual_bound=bound if bound is not None and math.isfinite(bound) else None)
    if not (termination.has_values and has_point):
        return known
    point = results.solution_loader.get_vars()
    nearest = _nearest_to_zero(program)
    given = [point.get(model.x[j]) for j in range(program.column_count)]
    values = np.array([near if value is None else value for near, value in zip(nearest, given, strict=True)])
    duals, reduced_costs = (None, None) if program.integer.any() else _duals(results, model, program)
    return replace(
        known, values=values, objective=results.incumbent_objective, duals=duals, reduced_costs=reduced_costs
    )


def _duals(results: Any, model: Any, program: Program) -> tuple[Floats | None, Floats | None]:
    """Duals of rows and columns, which Pyomo gives as derivatives in the sense of the objective; None without."""
    from pyomo.contrib.solver.common.util import NoDualsError, NoReducedCostsError

    try:
        by_row = results.solution_loader.get_duals()
        by_column = results.solution_loader.get_reduced_costs()
    except (NoDualsError, NoReducedCostsError, NotImplementedError):
        return None, None
    duals, reduced_costs = np.zeros(program.row_count), np.zeros(program.column_count)
    for row in range(program.row_count):
        if row in model.rows:
            duals[row] = by_row[model.rows[row]]
    for variable, value in by_column.items():
        if variable.index() < program.column_count:
            reduced_costs[variable.index()] = value
    return duals, reduced_costs
