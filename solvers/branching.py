"""A proof that nothing is better: branch and bound of our own, every leaf closed by a certificate that is recomputed.

It begins where a solver ended, with the best objective known, so that its tree holds no more than the proof.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from formulations.program import Floats, Program
from solvers.certificates import Linear, contradicts, weak_bound
from solvers.highs import load
from solvers.solver import Options


@dataclass(frozen=True, kw_only=True)
class Tree:
    """What a search left: ``leaves`` that were closed; a point that is better than all that was known, shape (n,)."""

    leaves: int
    better: Floats | None = None


def closed_tree(program: Program, target: float | None, options: Options, *, grain: float = 0.0) -> Tree | None:
    """A tree whose leaves all hold nothing below ``target``; None if time or numbers do not allow it.

    program: linear, to be minimized. target: the objective, offset included, that nothing may be below; None asks
    for a tree without any feasible point. grain: what objectives, without the offset, are multiples of; 0 unknown.
    Takes no longer than the time limit of the options.
    """
    deadline = time.monotonic() + (options.time_limit or 0.0)
    search = _Search(program, Linear.relaxation(program), target, options, grain)
    open_boxes = [(search.linear.lower, search.linear.upper)]
    leaves = 0
    while open_boxes:
        if time.monotonic() > deadline:
            return None
        outcome = search.look(*open_boxes.pop())
        if outcome is None:
            return None
        if isinstance(outcome, Tree):
            return outcome
        open_boxes += outcome
        leaves += not outcome
    return Tree(leaves=leaves)


_Box = tuple[Floats, Floats]


class _Search:
    """The relaxation in one warm HiGHS; ``look`` closes a box, splits it, or finds a better point in it."""

    def __init__(self, program: Program, linear: Linear, target: float | None, options: Options, grain: float) -> None:
        self.linear, self.target, self.options, self.grain = linear, target, options, grain
        self.whole = np.flatnonzero(program.integer)
        relaxed = replace(
            program,
            integer=np.zeros(program.column_count, dtype=bool),
            column_lower=linear.lower,
            column_upper=linear.upper,
        )
        self.engine: Any = load(relaxed, replace(options, time_limit=None)).engine
        self.engine.setOptionValue("presolve", "off")  # a ray of what is infeasible comes from the simplex method
        self.tolerance = options.verification_tolerance * max(1.0, abs(target or 0.0))

    def look(self, lower: Floats, upper: Floats) -> list[_Box] | Tree | None:
        from highspy import HighsModelStatus

        columns = np.arange(len(lower), dtype=np.int32)
        self.engine.changeColsBounds(len(lower), columns, lower, upper)
        self.engine.run()
        status = self.engine.getModelStatus()
        box = replace(self.linear, lower=lower, upper=upper)
        if status == HighsModelStatus.kInfeasible:
            return [] if self._is_empty(box) else None
        if status != HighsModelStatus.kOptimal:
            return None
        solution = self.engine.getSolution()
        duals, point = np.array(solution.row_dual), np.array(solution.col_value)
        if self._is_closed(box, duals, point):
            return []
        return self._split(lower, upper, point)

    def _is_empty(self, box: Linear) -> bool:
        _, found, ray = self.engine.getDualRay()
        signs = (1.0, -1.0)
        return bool(found) and any(contradicts(box, sign * np.array(ray), self.options) for sign in signs)

    def _is_closed(self, box: Linear, duals: Floats, point: Floats) -> bool:
        if self.target is None:
            return False
        bound = weak_bound(box, duals, point, self.options.optimality_tolerance)
        if not np.isfinite(bound):
            return False
        if self.grain:
            steps = np.ceil((bound - box.offset) / self.grain - self.options.integrality_tolerance)
            bound = float(steps) * self.grain + box.offset
        return bound >= self.target - self.tolerance

    def _split(self, lower: Floats, upper: Floats, point: Floats) -> list[_Box] | Tree | None:
        values = point[self.whole]
        gaps = np.abs(values - np.round(values))
        if gaps.max(initial=0.0) <= self.options.integrality_tolerance:
            return Tree(leaves=0, better=point)
        column, value = int(self.whole[gaps.argmax()]), float(values[gaps.argmax()])
        below, above = upper.copy(), lower.copy()
        below[column], above[column] = np.floor(value), np.ceil(value)
        return [(lower, below), (above, upper)]
