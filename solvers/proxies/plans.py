"""Feasible plans: the vertex of the basis that duals suggest, a core problem for integer programs, or a point inside.

**Point inside**, for convex programs. The last point of the ascent lies inside its bounds; it is projected onto the
linear equations and, where a row is missed, pulled toward a center of the feasible set, which is convex.

**Core problem.** Columns whose reduced cost prices them strongly at a bound stay there; the rest, the core, is solved.
Source: Balas & Zemel (1980), An algorithm for large zero-one knapsack problems.

**Reduced-cost fixing.** With a bound B(y), reduced costs r and a plan of value z, no better plan has an integer column
more than floor((z - B) / |r_j|) away from the bound it is priced at. Restricting the columns so keeps an optimum.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from formulations.program import Flags, Floats, Program
from solvers.proxies.ascent import ascend
from solvers.proxies.batch import Batch
from solvers.proxies.certificate import implied_box, projected, reduced_costs
from solvers.proxies.exact import Basis, Engine, suggested_bases
from solvers.proxies.problems import Problems
from solvers.verify import violations

#: Shares of the columns that a core keeps at least.
CORE_SHARE = 0.5
CORE_SIZE = 50
#: Seconds for a core problem, and for the restricted problem after it.
CORE_SECONDS = 1.0
WHOLE_SECONDS = 2.0
#: Seconds for the vertex of a linear program.
VERTEX_SECONDS = 1.0
#: What interior plans may violate, relative to the terms of a row; and halvings on the way to the center.
FEASIBILITY = 1e-6
PULLS = 30
#: Integer columns are given back as integers where they are as close as this.
INTEGRALITY = 1e-6


@dataclass(frozen=True, eq=False, kw_only=True)
class Plan:
    """Column values (n,) and whether a solver proved them optimal; the objective in the user's sense if it is known."""

    values: Floats
    objective: float | None
    optimal: bool
    how: str


def find_plan(
    problems: Problems, program: Program, duals: Floats, point: Floats, *, bound: float, tolerance: float
) -> Plan | None:
    """A plan for the only member, None if none was found in the time for it. Linear ones have ``vertex`` first."""
    batch = problems.batch
    if problems.curves is not None:
        rewritten = problems.recover is not None
        return None if batch.integer.any() or rewritten else _interior(batch, program, point)
    found = _integer_plan(batch, duals, bound, tolerance) if batch.integer.any() else _inside(batch, point)
    if found is None or found.objective is None:
        return None
    return replace(found, objective=batch.user_value(found.objective))


def _interior(batch: Batch, program: Program, point: Floats) -> Plan | None:
    """The point between its bounds, projected onto the equations and pulled toward the center as far as rows ask."""
    x = _between(batch, point)
    if violations(program, x).relative > FEASIBILITY:
        box = implied_box(batch)
        free = replace(batch, cost=np.zeros((1, batch.column_count)), offset=np.zeros(1))
        center = _between(batch, _on_equations(batch, ascend(free, box).points[0]))
        x = _between(batch, _on_equations(batch, x))
        low, high = 0.0, 1.0
        if violations(program, center).relative > FEASIBILITY:
            return None
        for _ in range(PULLS):
            share = (low + high) / 2
            inside = violations(program, x + share * (center - x)).relative <= FEASIBILITY
            low, high = (low, share) if inside else (share, high)
        x = x + high * (center - x)
    return Plan(values=x, objective=None, optimal=False, how="interior")


def inside(batch: Batch, points: Floats) -> tuple[Floats, Flags]:
    """Points (count, n) moved between their bounds, and which of them satisfy every row of their linear program."""
    x = np.clip(np.where(np.isfinite(points), points, 0.0), batch.column_lower, batch.column_upper)
    activity = batch.product(x)
    size = np.maximum(1.0, batch.largest_terms(x))
    with np.errstate(invalid="ignore"):
        missed = np.maximum(batch.row_lower - activity, activity - batch.row_upper) / size
    return x, np.asarray((missed <= FEASIBILITY).all(axis=1))


def _between(batch: Batch, point: Floats) -> Floats:
    return np.clip(np.where(np.isfinite(point), point, 0.0), batch.column_lower[0], batch.column_upper[0])


def _on_equations(batch: Batch, point: Floats) -> Floats:
    """The nearest point that satisfies the linear equations."""
    equal = np.flatnonzero(batch.row_lower[0] == batch.row_upper[0])
    if not len(equal):
        return point
    matrix = np.zeros((batch.row_count, batch.column_count))
    matrix[batch.rows, batch.columns] = batch.values[0]
    gap = batch.row_lower[0, equal] - matrix[equal] @ point
    return np.asarray(point + np.linalg.lstsq(matrix[equal], gap, rcond=None)[0])


def _inside(batch: Batch, point: Floats) -> Plan | None:
    x, feasible = inside(batch, point[None])
    if not feasible[0]:
        return None
    return Plan(values=x[0], objective=float(batch.objectives(x)[0]), optimal=False, how="interior")


def vertex(engine: Engine, batch: Batch, duals: Floats) -> Plan | Floats | None:
    """The optimal vertex of a linear program by the dual simplex method, in the user's sense.

    It starts from the basis in which the engine stopped before, else from the one that duals (m,) suggest. Where there
    is no feasible point, multipliers (m,) that may prove it; None where nothing was found in the time for it.
    """

    def suggested() -> Basis:
        start = ascend(batch, implied_box(batch), start=duals[None], steps=0)
        return suggested_bases(batch, start.duals, start.points)[0]

    engine.move(batch, 0, suggested)
    found = engine.run(presolve=False, time_limit=VERTEX_SECONDS)
    if found.infeasible:
        return engine.ray()
    if not found.optimal:
        return None
    return Plan(values=found.values, objective=batch.user_value(found.objective), optimal=True, how="basis")


def _integer_plan(batch: Batch, duals: Floats, bound: float, tolerance: float) -> Plan | None:
    rounded = _rounded_bounds(batch)
    y = projected(batch, duals[None])
    r, off = (part[0] for part in reduced_costs(batch, y))
    core = _core(rounded, r)
    engine = Engine()
    engine.load(core, 0, integer=True)
    found, plan = engine.run(time_limit=CORE_SECONDS), None
    whole = core is rounded
    if found.optimal:
        plan = Plan(values=found.values, objective=found.objective, optimal=whole, how="core")
        if whole or found.objective - bound <= tolerance * max(1e-9, abs(found.objective)):
            return plan
    elif whole:
        return None
    restricted = rounded if plan is None else _fixed(rounded, r, off, slack=found.objective - bound)
    engine.load(restricted, 0, integer=True)
    found = engine.run(time_limit=WHOLE_SECONDS)
    if found.optimal:
        return Plan(values=found.values, objective=found.objective, optimal=True, how="reduced-cost fixing")
    return plan


def _rounded_bounds(batch: Batch) -> Batch:
    """Bounds of integer columns moved inward to integers, as HiGHS needs them."""
    lower = np.where(batch.integer, np.ceil(batch.column_lower - INTEGRALITY), batch.column_lower)
    upper = np.where(batch.integer, np.floor(batch.column_upper + INTEGRALITY), batch.column_upper)
    return replace(batch, column_lower=lower, column_upper=upper)


def _core(batch: Batch, r: Floats) -> Batch:
    """The batch with the strongest priced columns fixed at the bound they are priced at; itself if it is small."""
    n = batch.column_count
    keep = max(CORE_SIZE, int(CORE_SHARE * n))
    if n <= keep:
        return batch
    lower, upper = batch.column_lower[0], batch.column_upper[0]
    at = np.where(r > 0, lower, upper)
    usable = np.isfinite(at) & (r != 0)
    width = np.where(np.isfinite(upper - lower), upper - lower, 1.0)
    price = np.where(usable, np.abs(r) * np.maximum(width, 0.0), 0.0)
    strong = np.argsort(-price, kind="stable")[: n - keep]
    strong = strong[price[strong] > 0]
    low, high = lower.copy(), upper.copy()
    low[strong] = high[strong] = at[strong]
    return replace(batch, column_lower=low[None], column_upper=high[None])


def _fixed(batch: Batch, r: Floats, off: Floats, *, slack: float) -> Batch:
    """The batch without integer values that would cost more than ``slack`` over the bound."""
    lower, upper = batch.column_lower[0].copy(), batch.column_upper[0].copy()
    if not np.isfinite(slack):
        return batch
    price = np.abs(r) - off
    with np.errstate(divide="ignore", invalid="ignore"):
        reach = np.floor(max(slack, 0.0) / price * (1 + 1e-9) + INTEGRALITY)
    usable = batch.integer & (price > 0) & np.isfinite(reach)
    up = usable & (r > 0) & np.isfinite(lower)
    down = usable & (r < 0) & np.isfinite(upper)
    upper[up] = np.minimum(upper[up], lower[up] + reach[up])
    lower[down] = np.maximum(lower[down], upper[down] - reach[down])
    return replace(batch, column_lower=lower[None], column_upper=upper[None])
