"""How good and how fast duals are on unseen instances, beside the solver."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from formulations.program import Floats
from solvers.dispatch import NoCapableSolverError, solve
from solvers.families import Family
from solvers.proxies.exact import Engine
from solvers.proxies.fitting import SMALLEST, Lot
from solvers.proxies.report import Gaps
from solvers.solution import Termination

T = TypeVar("T")
#: Seconds in which the solver solves instances for a report.
SOLVING_SECONDS = 3.0


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """The result and the seconds it took."""
    started = time.perf_counter()
    result = work()
    return result, time.perf_counter() - started


@dataclass(frozen=True, eq=False)
class Optima:
    """Optima of the relaxation, NaN for instances without one or beyond the time; microseconds for each."""

    values: Floats
    infeasible: int
    solver: str
    cold: float
    warm: float | None


def solved(family: Family, lot: Lot) -> Optima:
    """By HiGHS from arrays, or for curved programs by the solver that the plan picks."""
    if lot.problems.curves is not None:
        return _solved_convex(family, lot)
    values, engine = np.full(lot.batch.count, np.nan), Engine()
    started, infeasible, solved = time.perf_counter(), 0, 0
    for k in range(lot.batch.count):
        engine.load(lot.batch, k)
        found = engine.run()
        infeasible, solved = infeasible + found.infeasible, k + 1
        values[k] = found.objective if found.optimal else np.nan
        if time.perf_counter() - started > SOLVING_SECONDS:
            break
    cold = 1e6 * (time.perf_counter() - started) / max(1, solved)
    if len(lot.batch.values) > 1 or solved < 2:
        return Optima(values, infeasible, "HiGHS", cold, None)
    engine.load(lot.batch, 0)
    engine.run()
    started = time.perf_counter()
    for k in range(1, solved):
        engine.change(lot.batch, k)
        engine.run(presolve=False)
    return Optima(values, infeasible, "HiGHS", cold, 1e6 * (time.perf_counter() - started) / (solved - 1))


def _solved_convex(family: Family, lot: Lot) -> Optima:
    values, name = np.full(lot.batch.count, np.nan), "solver"
    started, infeasible, solved = time.perf_counter(), 0, 0
    for k in range(lot.batch.count):
        program = family.program(lot.thetas[k])
        try:
            found = solve(replace(program, integer=np.zeros_like(program.integer)))
        except NoCapableSolverError:
            break
        name, solved = found.solver, k + 1
        infeasible += found.termination is Termination.INFEASIBLE
        if found.termination is Termination.OPTIMAL and found.objective is not None:
            values[k] = lot.batch.user_value(found.objective)
        if time.perf_counter() - started > SOLVING_SECONDS:
            break
    return Optima(values, infeasible, name, 1e6 * (time.perf_counter() - started) / max(1, solved), None)


def gaps_of(
    lot: Lot, optima: Optima, predicted: Floats | None, seconds: float, *, bounds: Floats | None = None
) -> Gaps:
    """Gaps of certified bounds on the instances that have an optimum."""
    if bounds is None:
        assert predicted is not None
        started = time.perf_counter()
        bounds = lot.problems.bounds(*lot.problems.split(predicted), lot.box, lot.inner)
        seconds += time.perf_counter() - started
    known = np.isfinite(optima.values)
    optimum = optima.values[known]
    with np.errstate(invalid="ignore"):
        gaps = (optimum - bounds[known]) / np.maximum(np.abs(optimum), SMALLEST)
    there = gaps[np.isfinite(gaps)]
    if not len(there):
        there = np.array([1.0])
    return Gaps(
        mean=float(there.mean()),
        quantile95=float(np.quantile(there, 0.95)),
        largest=float(there.max()),
        missing=int((~np.isfinite(gaps)).sum()),
        microseconds=1e6 * seconds / lot.batch.count,
    )
