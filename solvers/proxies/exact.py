"""HiGHS on members of a batch: cold, warm from the last member, or from the basis that a dual solution suggests.

**Basis from duals.** At an optimum with reduced costs r, a column with r_j > 0 is at its lower, with r_j < 0 at its
upper bound, and a row with y_i > 0 (< 0) is active at its lower (upper) side; what is left is basic. Approximate duals
leave ties, so the m basic places go to the columns and slacks that are farthest from their bounds relative to their
prices. The dual simplex method repairs whatever is wrong: the result is exact, a good guess only makes it fast.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from formulations.program import Floats, Integers
from solvers.proxies.batch import Batch
from solvers.proxies.certificate import Box


@dataclass(frozen=True, eq=False, kw_only=True)
class Optimum:
    """What HiGHS says of one member: optimal or infeasible or neither; objective of the minimized form."""

    optimal: bool
    infeasible: bool
    objective: float
    bound: float
    values: Floats
    iterations: int


@dataclass(frozen=True, eq=False)
class Basis:
    """Status of every column and row, as HiGHS numbers them: lower 0, basic 1, upper 2, zero 3, nonbasic 4."""

    columns: Integers
    rows: Integers


class Engine:
    """One HiGHS that solves members of one pattern after another."""

    def __init__(self, *, threads: int = 1) -> None:
        import highspy

        self.highs = highspy.Highs()
        self.highs.setOptionValue("output_flag", False)
        if threads == 1:
            self.highs.setOptionValue("parallel", "off")
        self._loaded = False
        self._values: Floats | None = None

    def load(self, batch: Batch, index: int, *, integer: bool = False) -> None:
        """The member as a fresh model, without a basis."""
        import highspy

        n, m = batch.column_count, batch.row_count
        none = np.zeros(0, dtype=np.int32)
        self.highs.clearSolver()
        self.highs.passModel(
            *(n, m, len(batch.rows), 0),
            *(int(highspy.MatrixFormat.kColwise), int(highspy.HessianFormat.kTriangular)),
            int(highspy.ObjSense.kMinimize),
            float(batch.offset[index % len(batch.offset)]),
            *(line(batch.cost, index), line(batch.column_lower, index), line(batch.column_upper, index)),
            *(line(batch.row_lower, index), line(batch.row_upper, index)),
            *(batch.column_starts.astype(np.int32), batch.rows.astype(np.int32), line(batch.values, index)),
            *(none, none, np.zeros(0)),
            batch.integer.astype(np.int32) if integer else np.zeros(n, dtype=np.int32),
        )
        self._loaded = True

    def move(self, batch: Batch, index: int, basis: Callable[[], Basis]) -> None:
        """The member from the basis of the one before it, or from the ``basis`` given where there is none.

        It must have the pattern of the one before.
        """
        values = line(batch.values, index)
        known = self.highs.getBasis() if self._loaded else None
        if self._values is not None and np.array_equal(values, self._values):
            self.change(batch, index)
        else:
            self.load(batch, index)
            if known is not None and known.valid:
                self.highs.setBasis(known)
        if known is None or not known.valid:
            self.set_basis(basis())
        self._values = values

    def change(self, batch: Batch, index: int) -> None:
        """The member by changing costs and bounds of the one that is loaded; its coefficients must be the same."""
        n, m = batch.column_count, batch.row_count
        columns, rows = np.arange(n, dtype=np.int32), np.arange(m, dtype=np.int32)
        self.highs.changeColsCost(n, columns, line(batch.cost, index))
        self.highs.changeColsBounds(n, columns, line(batch.column_lower, index), line(batch.column_upper, index))
        self.highs.changeRowsBounds(m, rows, line(batch.row_lower, index), line(batch.row_upper, index))
        self.highs.changeObjectiveOffset(float(batch.offset[index % len(batch.offset)]))

    def set_basis(self, basis: Basis) -> None:
        import highspy

        guess = highspy.HighsBasis()
        kinds = [highspy.HighsBasisStatus(number) for number in range(5)]
        guess.col_status = [kinds[number] for number in basis.columns.tolist()]
        guess.row_status = [kinds[number] for number in basis.rows.tolist()]
        guess.valid = True
        guess.alien = True  # HiGHS completes it to a regular basis
        self.highs.setBasis(guess)

    def run(self, *, time_limit: float | None = None, presolve: bool = True) -> Optimum:
        import highspy

        self.highs.setOptionValue("presolve", "choose" if presolve else "off")
        # HiGHS counts from its first run on.
        limit = float("inf") if time_limit is None else self.highs.getRunTime() + time_limit
        self.highs.setOptionValue("time_limit", limit)
        self.highs.run()
        status, info = self.highs.getModelStatus(), self.highs.getInfo()
        point = self.highs.getSolution()
        discrete = info.mip_node_count >= 0
        return Optimum(
            optimal=status == highspy.HighsModelStatus.kOptimal,
            infeasible=status == highspy.HighsModelStatus.kInfeasible,
            objective=float(info.objective_function_value),
            bound=float(info.mip_dual_bound if discrete else info.objective_function_value),
            values=np.array(point.col_value, dtype=float),
            iterations=int(info.simplex_iteration_count),
        )

    def ray(self) -> Floats | None:
        """Multipliers (m,) that may prove the last member infeasible, None if the simplex method left none."""
        import highspy

        status, found, ray = self.highs.getDualRay()
        return np.array(ray, dtype=float) if status == highspy.HighsStatus.kOk and found else None


def line(array: Floats, index: int) -> Any:
    """One instance's part of an array that may be shared by all."""
    return np.ascontiguousarray(array[index if len(array) > 1 else 0])


def suggested_bases(batch: Batch, duals: Floats, points: Floats) -> list[Basis]:
    """The basis of every member from approximate duals (count, m) and nearly optimal points (count, n)."""
    r = batch.cost - batch.transposed_product(duals)
    column_status, column_room = _statuses(r, points, batch.column_lower, batch.column_upper)
    row_status, row_room = _statuses(duals, batch.product(points), batch.row_lower, batch.row_upper)
    room = np.concatenate([column_room, row_room], axis=1)
    statuses = np.concatenate([column_status, row_status], axis=1)
    basic = np.argsort(-room, axis=1, kind="stable")[:, : batch.row_count]
    np.put_along_axis(statuses, basic, 1, axis=1)
    n = batch.column_count
    return [Basis(line[:n], line[n:]) for line in statuses]


def _statuses(price: Floats, value: Floats, lower: Floats, upper: Floats) -> tuple[Integers, Floats]:
    """The nonbasic status that a price suggests, and how much the entry looks basic: room to its bounds over price."""
    has_lower, has_upper = np.isfinite(lower), np.isfinite(upper)
    to_upper = has_upper & ((price < 0) | ~has_lower)
    status = np.where(to_upper, 2, np.where(has_lower, 0, 3))
    with np.errstate(invalid="ignore"):
        room = np.minimum(np.where(has_lower, value - lower, np.inf), np.where(has_upper, upper - value, np.inf))
        width = np.where(has_lower & has_upper, upper - lower, 1.0 + np.abs(value))
        share = np.clip(room / np.where(width > 0, width, 1.0), 0.0, 1.0)
    largest = np.abs(price).max(axis=1, keepdims=True, initial=0.0)
    return status, share / (np.abs(price) + 1e-9 * (1.0 + largest))


def inner_duals(batch: Batch, index: int, box: Box) -> Floats | None:
    """Duals (1, m) of one member whose reduced costs point away from all missing column bounds, None if there are none.

    They maximize the least distance t, at most 1: r_j <= -t for columns without a lower, r_j >= t for columns without
    an upper bound, in a program over (y, t) that HiGHS solves.
    """
    one, m = batch.select([index]), batch.row_count
    low, high = (line(end, index) for end in (box.lower, box.upper))
    chosen = np.flatnonzero(np.isinf(low) | np.isinf(high))
    if (np.isinf(low) & np.isinf(high)).any() or not len(chosen):
        return None
    matrix = np.zeros((len(chosen), m + 1))
    for k, j in enumerate(chosen.tolist()):
        span = slice(*one.column_starts[j : j + 2])
        matrix[k, one.rows[span]] = one.values[0, span]
        matrix[k, m] = -1.0 if np.isinf(low[j]) else 1.0
    below = np.isinf(low[chosen])
    cost = one.cost[0, chosen]
    row_lower, row_upper = one.row_lower[0], one.row_upper[0]
    rows, columns = np.nonzero(np.ones(matrix.shape).T)[::-1]
    search = Batch(
        count=1,
        rows=rows,
        columns=columns,
        values=matrix[rows, columns][None],
        cost=np.append(np.zeros(m), -1.0)[None],
        offset=np.zeros(1),
        row_lower=np.where(below, cost, -np.inf)[None],
        row_upper=np.where(below, np.inf, cost)[None],
        column_lower=np.append(np.where(np.isposinf(row_upper), 0.0, -np.inf), 0.0)[None],
        column_upper=np.append(np.where(np.isneginf(row_lower), 0.0, np.inf), 1.0)[None],
        integer=np.zeros(m + 1, dtype=bool),
    )
    engine = Engine()
    engine.load(search, 0)
    found = engine.run()
    return found.values[None, :m] if found.optimal and found.values[m] > 0 else None
