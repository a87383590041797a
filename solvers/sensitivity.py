"""What an optimum is worth and how long it stays one: shadow prices and reduced costs with their valid ranges.

Source: Bertsimas & Tsitsiklis (1997), Introduction to Linear Optimization, ch. 5.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from formulations.features import Feature, required_features
from formulations.program import Block, Flags, Floats, Program
from solvers.highs import load
from solvers.solution import Solution
from solvers.solver import Options

_LINEAR = frozenset({Feature.CONTINUOUS, Feature.INTEGER})


class NoSensitivityError(ValueError):
    """There are no shadow prices to be had: ``str`` says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowSensitivity:
    """One row at the optimum.

    bound: the right-hand side that is active, or the nearest one, None for a row without bounds. slack: how far the
    activity is from it. shadow_price: the change of the optimal objective per unit of it, in the user's sense; it
    holds while it moves between valid_from and valid_to, everything else unchanged.
    """

    label: str
    activity: float
    bound: float | None
    slack: float
    shadow_price: float
    valid_from: float
    valid_to: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnSensitivity:
    """One column at the optimum.

    The values of all columns stay optimal while the objective coefficient alone moves between coefficient_from and
    coefficient_to; both are None for a column whose value was fixed.
    """

    label: str
    value: float
    reduced_cost: float
    coefficient: float
    coefficient_from: float | None
    coefficient_to: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensitivity:
    """All rows and columns in the order of the program.

    integers_fixed: the prices are those of the linear program in which the integer columns keep their values.
    degenerate: more rows and bounds are active than it takes, so that a price may hold in one direction only.
    alternative_optima: other plans may be just as good.
    """

    rows: tuple[RowSensitivity, ...]
    columns: tuple[ColumnSensitivity, ...]
    integers_fixed: bool
    degenerate: bool
    alternative_optima: bool

    @property
    def caveats(self) -> tuple[str, ...]:
        """What to know before one relies on the numbers, for people."""
        said = (
            (self.integers_fixed, "Integer variables are held at their values; a new optimum may change them."),
            (self.degenerate, "The optimum is degenerate: a shadow price may hold in one direction only."),
            (self.alternative_optima, "Other plans may reach the same objective."),
        )
        return tuple(text for holds, text in said if holds)


def sensitivity(program: Program, solution: Solution, options: Options | None = None) -> Sensitivity:
    """Prices and ranges at the optimum of a linear program, for integer ones with their integer columns fixed.

    Raises NoSensitivityError for programs that are not linear and for solutions without values.
    """
    options = options or Options()
    if required_features(program) - _LINEAR:
        raise NoSensitivityError("shadow prices with ranges exist for linear programs only, and this one is not")
    if solution.values is None or not solution.termination.has_values:
        raise NoSensitivityError(f"there is no optimum to examine: the solver said {solution.termination.value}")
    fixed = program.integer
    values = np.round(solution.values)
    linear = replace(
        program,
        integer=np.zeros_like(fixed),
        column_lower=np.where(fixed, values, program.column_lower),
        column_upper=np.where(fixed, values, program.column_upper),
    )
    return _Examination(linear, replace(options, start=None)).sensitivity(fixed)


class _Examination:
    """A linear program solved once more by HiGHS, with its basis and ranges at hand."""

    def __init__(self, program: Program, options: Options) -> None:
        import highspy

        self.program = program
        self.tolerance = options.feasibility_tolerance
        loaded = load(_with_an_entry(program), options)
        engine, self.scale = loaded.engine, loaded.scale
        if loaded.accepted:
            engine.run()
        if engine.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            status = engine.modelStatusToString(engine.getModelStatus())
            raise NoSensitivityError(f"HiGHS could not solve the linear program again: {status.lower()}")
        found, self.ranging = engine.getRanging()
        if found != highspy.HighsStatus.kOk or not self.ranging.valid:
            raise NoSensitivityError("HiGHS could not compute ranges for this optimum")
        point, basis = engine.getSolution(), engine.getBasis()
        basic = highspy.HighsBasisStatus.kBasic
        n, m = program.column_count, program.row_count
        self.basic_columns = np.array([status == basic for status in basis.col_status[:n]], dtype=bool)
        self.basic_rows = np.array([status == basic for status in basis.row_status[:m]], dtype=bool)
        self.values, self.activities = np.array(point.col_value[:n]), np.array(point.row_value[:m])
        self.prices = np.array(point.row_dual[:m]) / self.scale
        self.reduced_costs = np.array(point.col_dual[:n]) / self.scale

    def sensitivity(self, fixed: Flags) -> Sensitivity:
        program = self.program
        at_bound = self._tight(self.values, program.column_lower, program.column_upper) & self.basic_columns
        at_limit = self._tight(self.activities, program.row_lower, program.row_upper) & self.basic_rows
        movable = program.column_lower < program.column_upper
        free_choice = ~self.basic_columns & movable & (np.abs(self.reduced_costs) <= self.tolerance)
        idle = ~self.basic_rows & (program.row_lower < program.row_upper) & (np.abs(self.prices) <= self.tolerance)
        return Sensitivity(
            rows=self._rows(),
            columns=self._columns(fixed),
            integers_fixed=bool(fixed.any()),
            degenerate=bool(at_bound.any() or at_limit.any()),
            alternative_optima=bool(free_choice.any() or idle.any()),
        )

    def _rows(self) -> tuple[RowSensitivity, ...]:
        program = self.program
        down = np.array(self.ranging.row_bound_dn.value_)
        up = np.array(self.ranging.row_bound_up.value_)
        rows = []
        for row, label in enumerate(program.rows):
            activity, price = float(self.activities[row]), float(self.prices[row])
            bound = self._bound(row, activity)
            valid = (float(down[row]), float(up[row]))
            if self.basic_rows[row]:  # nothing changes until the bound meets the activity
                valid = (activity, math.inf) if bound == program.row_upper[row] else (-math.inf, activity)
            rows.append(
                RowSensitivity(
                    label=label,
                    activity=activity,
                    bound=bound,
                    slack=math.inf if bound is None else abs(bound - activity),
                    shadow_price=price + 0.0,
                    valid_from=-math.inf if bound is None else valid[0],
                    valid_to=math.inf if bound is None else valid[1],
                )
            )
        return tuple(rows)

    def _bound(self, row: int, activity: float) -> float | None:
        """The finite bound next to the activity."""
        bounds = [float(self.program.row_lower[row]), float(self.program.row_upper[row])]
        finite = [bound for bound in bounds if math.isfinite(bound)]
        return min(finite, key=lambda bound: abs(bound - activity)) if finite else None

    def _columns(self, fixed: Flags) -> tuple[ColumnSensitivity, ...]:
        down = np.array(self.ranging.col_cost_dn.value_) / self.scale
        up = np.array(self.ranging.col_cost_up.value_) / self.scale
        return tuple(
            ColumnSensitivity(
                label=label,
                value=float(self.values[column]),
                reduced_cost=float(self.reduced_costs[column]) + 0.0,
                coefficient=float(self.program.objective[column]),
                coefficient_from=None if fixed[column] else float(down[column]),
                coefficient_to=None if fixed[column] else float(up[column]),
            )
            for column, label in enumerate(self.program.columns)
        )

    def _tight(self, values: Floats, lower: Floats, upper: Floats) -> Flags:
        with np.errstate(invalid="ignore"):
            return (values - lower <= self.tolerance) | (upper - values <= self.tolerance)


def _with_an_entry(program: Program) -> Program:
    """The program itself, or one with a column and a row of no consequence: HiGHS has no ranges without a matrix."""
    if program.matrix.nnz:
        return program
    n, m = program.column_count, program.row_count
    return replace(
        program,
        columns=program.columns.extended(Block("idle", 1)),
        column_lower=np.append(program.column_lower, 0.0),
        column_upper=np.append(program.column_upper, 1.0),
        integer=np.append(program.integer, False),
        objective=np.append(program.objective, 0.0),
        rows=program.rows.extended(Block("idle", 1)),
        matrix=sparse.csr_array(([1.0], ([m], [n])), shape=(m + 1, n + 1)),
        row_lower=np.append(program.row_lower, -np.inf),
        row_upper=np.append(program.row_upper, 2.0),
    )
