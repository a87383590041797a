"""An optimal basis tried on a neighbor: where it stays optimal, the plan is one solve with its factors away.

With v = (x, a), a = A x the activities of the rows, a basis B gives ``v_B = -M_B^-1 M_N v_N``, M = [A, -I]. It is
optimal if v_B keeps its bounds and the reduced costs ``c_N - M_N' y``, ``M_B' y = c_B``, have the signs of their sides.
Source: Bertsimas & Tsitsiklis (1997), ch. 5.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import splu

from formulations.program import Flags, Floats, Integers, Program
from solvers.solver import Options

#: Rows beyond which factors are not kept.
_LARGEST = 20_000
#: What lies farther than this from its bounds, relative to the larger of 1 and its size, is not at one.
_APART = 1e-7


class Basis:
    """Which columns and rows are basic, at which side the others are, and the factors of the basic part."""

    def __init__(self, program: Program, basic: Integers, at_lower: Flags, whole: sparse.csc_array) -> None:
        self.program, self.basic, self.at_lower, self.whole = program, basic, at_lower, whole
        self._factors: Any = splu(whole[:, basic])
        self._nonbasic = np.ones(whole.shape[1], dtype=bool)
        self._nonbasic[basic] = False
        self._costs: Floats | None = None
        self._reduced = np.zeros(0)

    def plan(self, program: Program, options: Options) -> Floats | None:
        """The optimal plan (n,) of a program with the same matrix, None where this basis is not optimal there."""
        lower = np.concatenate([program.column_lower, program.row_lower])
        upper = np.concatenate([program.column_upper, program.row_upper])
        values = np.where(self.at_lower, lower, upper)
        values[self.basic] = 0.0
        if not np.isfinite(values).all():
            return None
        found: Floats = self._factors.solve(np.asarray(-(self.whole @ values), dtype=np.float64))
        values[self.basic] = found
        room = options.feasibility_tolerance
        if (found < lower[self.basic] - room).any() or (found > upper[self.basic] + room).any():
            return None
        if not self._prices_fit(program, lower, upper, options.optimality_tolerance):
            return None
        return values[: program.column_count]

    def _prices_fit(self, program: Program, lower: Floats, upper: Floats, room: float) -> bool:
        """Whether no nonbasic column or row would improve the objective by leaving its side."""
        if self._costs is not program.objective:
            costs = np.concatenate([program.objective, np.zeros(program.row_count)])
            costs = -costs if program.sense == "maximize" else costs
            prices = self._factors.solve(costs[self.basic], trans="T")
            self._reduced = np.asarray(costs - self.whole.T @ prices)
            self._costs = program.objective
        fits = np.where(self.at_lower, self._reduced >= -room, self._reduced <= room)
        return bool(fits[self._nonbasic & (lower < upper)].all())


def whole_matrix(program: Program) -> sparse.csc_array:
    """[A, -I]: columns first, then the activities of the rows."""
    identity = sparse.eye_array(program.row_count, format="csc")
    return sparse.csc_array(sparse.hstack([program.matrix.tocsc(), -identity], format="csc"))


def basis_of(engine: Any, program: Program, values: Floats, whole: sparse.csc_array) -> Basis | None:
    """The basis at which HiGHS stopped with these values; None if it has none that can be kept."""
    if program.row_count == 0 or program.row_count > _LARGEST:
        return None
    point = np.concatenate([values, program.matrix @ values])
    lower = np.concatenate([program.column_lower, program.row_lower])
    upper = np.concatenate([program.column_upper, program.row_upper])
    with np.errstate(invalid="ignore"):
        below, above = point - lower, upper - point
        between = np.minimum(below, above) > _APART * np.maximum(1.0, np.abs(point))
    # What lies strictly between its bounds is basic; where there are fewer than rows, HiGHS must tell the rest.
    basic = np.flatnonzero(between) if between.sum() == program.row_count else _told(engine, program)
    if len(basic) != program.row_count:
        return None
    at_lower = below <= above
    try:
        return Basis(program, basic, at_lower, whole)
    except RuntimeError:  # what scipy says of a singular matrix
        return None


def _told(engine: Any, program: Program) -> Integers:
    """The basic columns and rows as HiGHS has them, none if it has no basis.

    It can name them itself, but crashes where presolve has left it no factors.
    """
    import highspy

    basis = engine.getBasis()
    if not basis.valid:
        return np.zeros(0, dtype=np.int64)
    statuses = [*basis.col_status[: program.column_count], *basis.row_status[: program.row_count]]
    return np.flatnonzero([status == highspy.HighsBasisStatus.kBasic for status in statuses])
