"""SCIP: global optima of mixed-integer linear, quadratic and nonlinear programs.

pyscipopt is imported where it is used.
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from io import TextIOWrapper
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from formulations.affine import Terms, row_terms
from formulations.expression import Binary, Call, Expression, walk
from formulations.features import Feature
from formulations.intervals import fold
from formulations.program import Floats, Program
from solvers.arithmetic import applied
from solvers.epigraph import start_with_objective, with_linear_objective
from solvers.listener import Listener
from solvers.packages import packaged
from solvers.preflight import preflight, uncrossed
from solvers.solution import Limit, Solution, Termination, without_values
from solvers.solver import Availability, EventHandler, Options, UnsupportedProgramError, ignore

#: SCIP takes numbers of this size for infinite.
_INFINITY = 1e20
#: Curved rows would have the simplex method work at ever smaller tolerances, down to 1e-12. As it is packaged it holds
#: none below 1e-10 and says so on standard error at every try.
AS_PACKAGED: Mapping[str, bool] = {"constraints/nonlinear/tightenlpfeastol": False}
#: Functions and operators that have a value everywhere; the others confine their argument.
_TOTAL = frozenset({"abs", "exp", "sin", "cos", "+", "-", "*"})

_ENDS = {
    "optimal": (Termination.OPTIMAL, None),
    "gaplimit": (Termination.OPTIMAL, None),  # the gap that the options ask for
    "infeasible": (Termination.INFEASIBLE, None),
    "unbounded": (Termination.UNBOUNDED, None),
    "inforunbd": (Termination.INFEASIBLE_OR_UNBOUNDED, None),
    "timelimit": (Termination.FEASIBLE, Limit.TIME),
    "nodelimit": (Termination.FEASIBLE, Limit.NODE),
    "totalnodelimit": (Termination.FEASIBLE, Limit.NODE),
    "stallnodelimit": (Termination.FEASIBLE, Limit.NODE),
    "userinterrupt": (Termination.FEASIBLE, Limit.INTERRUPTED),
    "memlimit": (Termination.FEASIBLE, None),
}


class Scip:
    """The global solver: it proves optima of nonconvex programs. Duals it gives of linear programs alone."""

    name: ClassVar[str] = "SCIP"
    features: ClassVar[frozenset[Feature]] = frozenset(Feature) - {
        Feature.EXTREMUM,
        Feature.PIECEWISE_LINEAR,
    }
    exact: ClassVar[bool] = True
    own_process: ClassVar[bool] = False
    interruptible: ClassVar[bool] = True

    def available(self) -> Availability:
        return packaged("pyscipopt", "pip install 'optcopilot[scip]'")

    def solve(self, program: Program, options: Options, on_event: EventHandler = ignore) -> Solution:
        """One answer. Raises UnsupportedProgramError for features it lacks."""
        settled = preflight(program, self, options)
        if settled is not None:
            return settled
        listener = Listener(on_event)
        try:
            loaded = _run(program, options, listener)
        except Exception as failure:
            if not str(failure).startswith("SCIP: "):  # pyscipopt has no exception of its own
                raise
            known = without_values(Termination.NUMERICAL_ERROR, solver=self.name, version=self.available().version)
            return replace(known, seconds=listener.seconds, log=f"{listener.log}\n{failure}".lstrip())
        listener.raise_error()
        return _solution(loaded, listener, self.available().version)


@dataclass(frozen=True, eq=False)
class _Loaded:
    """A Program inside SCIP. ``columns`` are those of the user's program: the first of the model.

    ``rows``: the constraint of each row of a linear program, None for a row that asks for nothing.
    """

    program: Program
    model: Any
    columns: list[Any]
    rows: list[Any | None]

    def values(self, solution: Any) -> Floats:
        return np.array([self.model.getSolVal(solution, column) for column in self.columns])


def _run(program: Program, options: Options, listener: Listener) -> _Loaded:
    with tempfile.TemporaryDirectory() as folder:
        log_file = Path(folder, "scip.log")
        log_file.touch()
        loaded = _load(program, options)
        loaded.model.setLogfile(str(log_file))
        with log_file.open(errors="replace") as log:
            _listen(loaded, listener, log)
            loaded.model.optimize()
            loaded.model.setLogfile(None)
            listener.tell(log.read())
    return loaded


def _load(original: Program, options: Options) -> _Loaded:
    from pyscipopt import Model

    model = Model()
    model.hideOutput()
    model.setParams(_settings(options))
    if _is_linear(original):
        _keep_rows(model)
    program = with_linear_objective(original)  # SCIP takes no other
    binary = program.integer & (program.column_lower >= 0) & (program.column_upper <= 1)
    kinds = np.where(binary, "B", np.where(program.integer, "I", "C")).tolist()
    column_bounds = uncrossed(program.column_lower, program.column_upper)
    columns = [
        model.addVar("", kind, _finite(lower), _finite(upper))
        for kind, lower, upper in zip(kinds, *(bounds.tolist() for bounds in column_bounds), strict=True)
    ]
    builder = _Builder(model, columns)
    rows = builder.add_rows(program)
    builder.set_objective(program)
    start = start_with_objective(original, options)
    if start is not None:
        _start(model, columns, start)
    return _Loaded(original, model, columns[: original.column_count], rows)


def _is_linear(program: Program) -> bool:
    """Whether shadow prices exist and SCIP can tell them."""
    curved = program.objective_quadratic is not None or program.objective_nonlinear is not None
    return not (curved or program.quadratic or program.nonlinear or program.indicators or program.integer.any())


def _keep_rows(model: Any) -> None:
    """Have every row reach the simplex method as it is: the duals of rows that presolve took away are lost."""
    from pyscipopt import SCIP_PARAMSETTING

    model.setPresolve(SCIP_PARAMSETTING.OFF)
    model.setHeuristics(SCIP_PARAMSETTING.OFF)
    model.setSeparating(SCIP_PARAMSETTING.OFF)
    model.disablePropagation()


def _settings(options: Options) -> dict[str, bool | int | float]:
    settings: dict[str, bool | int | float] = {
        **AS_PACKAGED,
        "misc/catchctrlc": False,  # Python's own handling of Ctrl-C must reach the event handler
        "randomization/randomseedshift": options.seed,
        "limits/gap": options.mip_gap,
        "numerics/feastol": options.feasibility_tolerance,
        "numerics/dualfeastol": options.optimality_tolerance,
    }
    if options.time_limit is not None:
        settings["limits/time"] = max(0.0, options.time_limit)
    if options.node_limit is not None:
        settings["limits/totalnodes"] = options.node_limit
    return settings


class _Builder:
    """Writes rows and objective of a Program into a model of SCIP."""

    def __init__(self, model: Any, columns: list[Any]) -> None:
        from pyscipopt.scip import Term

        self.model = model
        self.columns = columns
        self.monomials = [Term(column) for column in columns]

    def add_rows(self, program: Program) -> list[Any | None]:
        """The constraint of each row; None for indicator rows and for those that ask for nothing."""
        from pyscipopt.scip import Expr, ExprCons

        indptr, indices = program.matrix.indptr.tolist(), program.matrix.indices.tolist()
        data = program.matrix.data.tolist()
        curved = {*program.quadratic, *program.nonlinear}
        row_bounds = uncrossed(program.row_lower, program.row_upper)
        sides = zip(*(bounds.tolist() for bounds in row_bounds), strict=True)
        added: list[Any | None] = [None] * program.row_count
        for row, (low, high) in enumerate(sides):
            lower, upper = _finite(low), _finite(high)
            if lower is None and upper is None:
                continue
            if row in curved:
                body = self.expression(row_terms(program, row))
            else:
                span = range(indptr[row], indptr[row + 1])
                body = Expr({self.monomials[indices[k]]: data[k] for k in span})
            if row in program.indicators:
                self._add_indicator(program, row, self._flattened(program, row, body), lower, upper)
            else:
                added[row] = self.model.addCons(ExprCons(body, lower, upper))
        return added

    def set_objective(self, program: Program) -> None:
        from pyscipopt.scip import Expr

        places = np.flatnonzero(program.objective).tolist()
        linear = Expr({self.monomials[j]: float(program.objective[j]) for j in places})
        self.model.setObjective(linear + program.objective_offset, program.sense)

    def expression(self, terms: Terms) -> Any:
        """Terms in the expressions of pyscipopt."""
        from pyscipopt.scip import CONST, Expr, Term

        polynomial = {self.monomials[j]: value for j, value in terms.linear.items()}
        for (i, j), value in terms.quadratic.items():
            polynomial[Term(self.columns[i], self.columns[j])] = value
        if terms.constant:
            polynomial[CONST] = terms.constant
        parts = [coefficient * fold(part, self._node) for coefficient, part in terms.residual]
        return _total([Expr(polynomial), *parts] if polynomial or not parts else parts)

    def _node(self, node: Expression, arguments: tuple[Any, ...]) -> Any:
        from pyscipopt.scip import buildGenExprObj, cos, exp, log, sin, sqrt

        match node:
            case Binary(operator="/"):
                return buildGenExprObj(arguments[0]) / buildGenExprObj(arguments[1])
            case Binary(operator="**"):
                base, exponent = arguments
                if isinstance(exponent, float | int):
                    return buildGenExprObj(base) ** exponent
                return exp(exponent * log(base))
            case Call(function=function):
                functions: dict[str, Callable[[Any], Any]] = {
                    "abs": abs,
                    "exp": exp,
                    "log": log,
                    "sqrt": sqrt,
                    "sin": sin,
                    "cos": cos,
                }
                return functions[function](buildGenExprObj(arguments[0]))
        return applied(node, arguments, self.columns, {})

    def _flattened(self, program: Program, row: int, body: Any) -> Any:
        """The body of an indicator row as something linear; a curved one gets a column of its own."""
        from pyscipopt.scip import Expr

        if isinstance(body, Expr) and body.degree() <= 1:
            return body
        expression = program.nonlinear.get(row)
        for node in () if expression is None else walk(expression):
            word = node.operator if isinstance(node, Binary) else node.function if isinstance(node, Call) else "+"
            if word not in _TOTAL:
                raise UnsupportedProgramError(
                    f"SCIP cannot solve this program: the indicator row {program.rows[row]} takes '{word}', which "
                    "need not be defined while the indicator is off; bound its argument in a row of its own"
                )
        column = self.model.addVar("", "C", None, None)
        self.model.addCons(body == column)
        return Expr({}) + column

    def _add_indicator(self, program: Program, row: int, body: Any, lower: float | None, upper: float | None) -> None:
        """SCIP takes indicator rows with one side; one with two sides becomes two."""
        from pyscipopt.scip import ExprCons

        indicator = program.indicators[row]
        switch = self.columns[indicator.column]
        for low, high in ((None, upper), (lower, None)):
            if low is not None or high is not None:
                self.model.addConsIndicator(ExprCons(body, low, high), binvar=switch, activeone=indicator.value)


def _total(parts: Sequence[Any]) -> Any:
    """The sum, added up in pairs: sums of pyscipopt are copied at every step."""
    while len(parts) > 1:
        paired = [a + b for a, b in zip(parts[::2], parts[1::2], strict=False)]
        parts = paired + list(parts[len(parts) - len(parts) % 2 :])
    return parts[0]


def _finite(bound: float) -> float | None:
    """A bound as pyscipopt wants it: None where there is none."""
    return bound if abs(bound) < _INFINITY else None


def _start(model: Any, columns: list[Any], start: Floats) -> None:
    """Hand over the starting values; unknown ones are for SCIP to complete."""
    known = np.flatnonzero(np.isfinite(start))
    solution = model.createSol() if len(known) == len(columns) else model.createPartialSol()
    for j in known:
        model.setSolVal(solution, columns[j], float(start[j]))
    model.addSol(solution)


def _listen(loaded: _Loaded, listener: Listener, log: TextIOWrapper) -> None:
    """Have SCIP report incumbents, bounds and log lines, and stop when asked to."""
    from pyscipopt import SCIP_EVENTTYPE, Eventhdlr

    model = loaded.model
    kinds = (
        SCIP_EVENTTYPE.BESTSOLFOUND,
        SCIP_EVENTTYPE.PRESOLVEROUND,
        SCIP_EVENTTYPE.LPSOLVED,
        SCIP_EVENTTYPE.NODESOLVED,
    )

    class Reporter(Eventhdlr):  # type: ignore[misc]
        told: float | None = None

        def tell_incumbent(self) -> None:
            """Asked at every event: an accepted start makes none of its own."""
            if model.getNSols():
                best = model.getBestSol()
                objective = model.getSolObjVal(best)
                if objective != self.told:
                    self.told = objective
                    listener.tell_incumbent(objective, loaded.values(best))

        def eventinit(self) -> None:
            for kind in kinds:
                model.catchEvent(kind, self)

        def eventexec(self, _event: Any) -> None:
            with listener.guarded():
                self.tell_incumbent()
                if listener.is_pulse_due():
                    listener.tell(log.read())
                    bound = model.getDualbound()
                    listener.tell_bound(bound if abs(bound) < _INFINITY else math.inf)
                    listener.pulse()
            if listener.stopped:
                model.interruptSolve()

    model.includeEventhdlr(Reporter(), "events", "reports incumbents, bounds and the log")


def _solution(loaded: _Loaded, listener: Listener, package: str) -> Solution:
    model = loaded.model
    status = model.getStatus()
    termination, limit = _ENDS.get(status, (Termination.NUMERICAL_ERROR, None))
    if termination is Termination.NUMERICAL_ERROR:
        listener.tell(f"SCIP ended with the status '{status}'")
    values = loaded.values(model.getBestSol()) if termination.has_values and model.getNSols() else None
    if termination is Termination.FEASIBLE and values is None:
        termination = Termination.NO_SOLUTION_FOUND
    duals = _duals(loaded) if termination is Termination.OPTIMAL and _is_linear(loaded.program) else None
    bound = model.getDualbound()
    known = termination.has_values or termination is Termination.NO_SOLUTION_FOUND
    return replace(
        without_values(termination, solver=Scip.name, version=package, log=listener.log),
        limit=limit,
        objective=None if values is None else model.getObjVal(),
        dual_bound=bound if known and abs(bound) < _INFINITY else None,
        values=values,
        duals=duals,
        reduced_costs=None if duals is None else loaded.program.objective - loaded.program.matrix.T @ duals,
        seconds=listener.seconds,
    )


def _duals(loaded: _Loaded) -> Floats:
    """Derivatives of the optimal objective; those of SCIP are of what it minimizes.

    SCIP makes a row of a single column a bound of that column. What such a bound is worth is the row's.
    """
    program = loaded.program
    sign = -1.0 if program.sense == "maximize" else 1.0
    duals = np.array([0.0 if row is None else sign * loaded.model.getDualsolLinear(row) for row in loaded.rows])
    matrix = program.matrix
    prices = program.objective - matrix.T @ duals
    lower, upper = program.column_lower.copy(), program.column_upper.copy()
    owner: dict[int, int] = {}
    for row in np.flatnonzero(np.diff(matrix.indptr) == 1).tolist():
        column, entry = int(matrix.indices[matrix.indptr[row]]), float(matrix.data[matrix.indptr[row]])
        low, high = sorted((program.row_lower[row] / entry, program.row_upper[row] / entry))
        rising = sign * prices[column] > 0
        if low > lower[column] if rising else high < upper[column]:
            owner[column] = row
        lower[column], upper[column] = max(lower[column], low), min(upper[column], high)
    for column, row in owner.items():
        duals[row] += prices[column] / matrix.data[matrix.indptr[row]]
    return duals
