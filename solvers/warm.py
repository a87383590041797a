"""One HiGHS that goes from program to program by changing only what differs, and starts where it stopped."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from formulations.program import Floats, Program
from solvers.dispatch import solve
from solvers.highs import Highs, Loaded, load, objective_scale, solution_of
from solvers.preflight import column_bounds, preflight, uncrossed
from solvers.solution import Solution, Termination
from solvers.solver import Options, UnsupportedProgramError
from solvers.verify import verify

#: What a warm run may conclude by itself; everything else is asked again, cold.
_SETTLED = (Termination.OPTIMAL, Termination.INFEASIBLE)
#: Coefficients beyond this number are passed anew, and the basis with them, rather than changed one by one.
_MANY = 2000
_NOWHERE = np.zeros(0, dtype=np.int32)


class WarmHighs:
    """Verified solutions of programs that resemble each other.

    Programs with the same columns, rows and places of coefficients as the one before are reached by changes of
    costs, bounds and coefficients; a linear program then starts from the last basis, an integer one from the last
    plan. Programs beyond HiGHS, and answers that a warm run does not settle, go the way of ``dispatch.solve``.
    """

    def __init__(self, options: Options | None = None) -> None:
        self.options = options or Options()
        self._loaded: Loaded | None = None
        self._program: Program | None = None
        self._last: Solution | None = None

    def solve(self, program: Program) -> Solution:
        """The verified solution. Raises NoCapableSolverError."""
        started = time.perf_counter()
        try:
            settled = preflight(program, Highs(), self.options)
        except UnsupportedProgramError:
            return solve(program, self.options)
        if settled is not None:
            return verify(program, settled, self.options)
        self._move_to(program)
        assert self._loaded is not None
        if program.integer.any():
            self._offer_last_plan(program)
        engine = self._loaded.engine
        if self.options.time_limit is not None:  # HiGHS counts from the first run on
            engine.setOptionValue("time_limit", engine.getRunTime() + self.options.time_limit)
        engine.run()
        solution = verify(program, solution_of(self._loaded, program), self.options)
        solution = replace(solution, seconds=time.perf_counter() - started)
        if solution.termination not in _SETTLED and solution.limit is None:
            self._forget()
            solution = solve(program, self.options)
        self._last = solution
        return solution

    def _forget(self) -> None:
        self._loaded = self._program = self._last = None

    def _move_to(self, program: Program) -> None:
        if self._loaded is None or self._program is None or not self._reachable(program):
            self._loaded = load(program, self.options)
        else:
            self._change(self._loaded, self._program, program)
        self._program = program

    def _reachable(self, program: Program) -> bool:
        """Whether changes of numbers lead from the program in HiGHS to this one."""
        assert self._loaded is not None
        assert self._program is not None
        before, matrix, known = self._program, program.matrix, self._program.matrix
        return (
            program.sense == before.sense
            and matrix.shape == known.shape
            and np.array_equal(program.integer, before.integer)
            and (matrix is known or np.array_equal(matrix.indptr, known.indptr))
            and (matrix is known or np.array_equal(matrix.indices, known.indices))
            and program.objective_quadratic is before.objective_quadratic
            and objective_scale(program) == self._loaded.scale
        )

    def _change(self, loaded: Loaded, before: Program, after: Program) -> None:
        changed = _places(before.matrix.data, after.matrix.data) if before.matrix is not after.matrix else _NOWHERE
        if len(changed) > _MANY:
            basis = loaded.engine.getBasis()
            self._loaded = load(after, self.options)
            if basis.valid:
                self._loaded.engine.setBasis(basis)
            return
        engine, scale = loaded.engine, loaded.scale
        moved = _places(before.objective, after.objective)
        if len(moved):
            engine.changeColsCost(len(moved), moved, after.objective[moved] * scale)
        if before.objective_offset != after.objective_offset:
            engine.changeObjectiveOffset(after.objective_offset * scale)
        for bounds, change in ((column_bounds, engine.changeColsBounds), (_row_bounds, engine.changeRowsBounds)):
            old, new = bounds(before), bounds(after)
            moved = np.union1d(_places(old[0], new[0]), _places(old[1], new[1]))
            if len(moved):
                change(len(moved), moved, new[0][moved], new[1][moved])
        rows = np.searchsorted(after.matrix.indptr, changed, side="right") - 1
        columns, values = after.matrix.indices[changed], after.matrix.data[changed]
        for row, column, value in zip(rows.tolist(), columns.tolist(), values.tolist(), strict=True):
            engine.changeCoeff(row, column, value)

    def _offer_last_plan(self, program: Program) -> None:
        """The last integer values as a start; HiGHS completes or drops them."""
        assert self._loaded is not None
        if self._last is None or self._last.values is None or len(self._last.values) != program.column_count:
            return
        integer = np.flatnonzero(program.integer).astype(np.int32)
        self._loaded.engine.setSolution(len(integer), integer, np.round(self._last.values[integer]))


def _row_bounds(program: Program) -> tuple[Floats, Floats]:
    return uncrossed(program.row_lower, program.row_upper)


def _places(before: Floats, after: Floats) -> NDArray[np.int32]:
    return np.flatnonzero(before != after).astype(np.int32)
