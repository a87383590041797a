"""Feasible plans from duals: an exact one by the suggested basis, a core problem for integer programs.

**Core problem.** Columns whose reduced cost prices them strongly at a bound stay there; the rest, the core, is solved.
Source: Balas & Zemel (1980), An algorithm for large zero-one knapsack problems.

**Reduced-cost fixing.** With a bound B(y), reduced costs r and a plan of value z, no better plan has an integer column
more than floor((z - B) / |r_j|) away from the bound it is priced at. Restricting the columns so keeps an optimum.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from formulations.program import Floats
from solvers.proxies.batch import Batch
from solvers.proxies.certificate import projected, reduced_costs
from solvers.proxies.exact import Engine, suggested_basis

#: Shares of the columns that a core keeps at least.
CORE_SHARE = 0.5
CORE_SIZE = 50
#: Seconds for a core problem, and for the restricted problem after it.
CORE_SECONDS = 1.0
WHOLE_SECONDS = 2.0
#: Integer columns are given back as integers where they are as close as this.
INTEGRALITY = 1e-6


@dataclass(frozen=True, eq=False, kw_only=True)
class Plan:
    """Column values (n,), their minimized objective, and whether a solver proved it optimal."""

    values: Floats
    objective: float
    optimal: bool
    how: str


def find_plan(batch: Batch, duals: Floats, point: Floats, *, bound: float, tolerance: float) -> Plan | None:
    """A plan for the only member of the batch, None if none was found in the time for it."""
    if batch.integer.any():
        return _integer_plan(batch, duals, bound, tolerance)
    return _vertex(batch, duals, point)


def _vertex(batch: Batch, duals: Floats, point: Floats) -> Plan | None:
    """The optimal vertex by the dual simplex method from the suggested basis."""
    engine = Engine()
    engine.load(batch, 0)
    engine.set_basis(suggested_basis(batch, 0, duals, point))
    found = engine.run(presolve=False)
    if not found.optimal:
        return None
    return Plan(values=found.values, objective=found.objective, optimal=True, how="basis")


def _integer_plan(batch: Batch, duals: Floats, bound: float, tolerance: float) -> Plan | None:
    rounded = _rounded_bounds(batch)
    y = projected(batch, duals[None])
    r, off = (part[0] for part in reduced_costs(batch, y))
    core = _core(rounded, r)
    engine = Engine()
    engine.load(core, 0, integer=True)
    found = engine.run(time_limit=CORE_SECONDS)
    whole = np.array_equal(core.column_lower, core.column_lower) and core is rounded
    if found.optimal:
        plan = Plan(values=found.values, objective=found.objective, optimal=whole, how="core")
        if whole or found.objective - bound <= tolerance * max(1e-9, abs(found.objective)):
            return plan
    else:
        plan = None
        if whole:
            return None
    restricted = rounded if plan is None else _fixed(rounded, r, off, slack=plan.objective - bound)
    engine.load(restricted, 0, integer=True)
    found = engine.run(time_limit=WHOLE_SECONDS)
    if found.optimal and (plan is None or found.objective <= plan.objective):
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
