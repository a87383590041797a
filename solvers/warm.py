"""One HiGHS that goes from program to program by changing only what differs, and starts where it stopped."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from formulations.program import Floats, Program
from solvers.bases import Basis, basis_of, whole_matrix
from solvers.dispatch import solve
from solvers.highs import Highs, Loaded, load, objective_scale, solution_of
from solvers.preflight import column_bounds, preflight, uncrossed
from solvers.solution import Solution, Termination, without_values
from solvers.solver import Options, UnsupportedProgramError
from solvers.verify import verify

#: What a warm run may conclude by itself; everything else is asked again, cold.
_SETTLED = (Termination.OPTIMAL, Termination.INFEASIBLE)
#: Coefficients beyond this number are passed anew, and the basis with them, rather than changed one by one.
_MANY = 2000
#: Simplex methods as HiGHS numbers them.
_DUAL, _PRIMAL = 1, 4
#: Costs that moved by at most this share on average leave the old basis so close that the primal method is quicker.
_NEAR = 0.15
#: Bases that are tried; after so many trials they must have been optimal in this share of them, or are given up.
_BASES, _TRIALS, _WORTHWHILE = 3, 8, 0.2
_KEPT = "The basis of a program before stays optimal."
#: Bounds beyond this are for the preflight to judge.
_HUGE = 1e10
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
        self._bases = _Bases()
        self._full_rows: sparse.csr_array | None = None

    def solve(self, program: Program) -> Solution:
        """The verified solution. Raises NoCapableSolverError."""
        started = time.perf_counter()
        kept = self._bases.solution(program, self.options)
        if kept is not None:
            return replace(kept, seconds=time.perf_counter() - started)
        if not self._unremarkable(program):
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
        solution = verify(program, solution_of(self._loaded, program, priced=False), self.options)
        solution = replace(solution, seconds=time.perf_counter() - started)
        if solution.termination not in _SETTLED and solution.limit is None:
            self._forget()
            solution = solve(program, self.options)
        elif solution.termination is Termination.OPTIMAL:
            self._bases.learn(self._loaded.engine, program, solution)
        self._last = solution
        return solution

    def _unremarkable(self, program: Program) -> bool:
        """Whether this is the linear program before with other numbers, none of them odd: no need for a preflight."""
        before = self._program
        if before is None or program.matrix is not before.matrix or not _plain(program) or not _plain(before):
            return False
        costs_fit = program.objective is before.objective or bool(np.isfinite(program.objective).all())
        columns_fit = _same_columns(before, program) or _fit(program.column_lower, program.column_upper)
        rows_fit = _same_rows(before, program) or _fit(program.row_lower, program.row_upper)
        return costs_fit and columns_fit and rows_fit and self._filled(program)

    def _filled(self, program: Program) -> bool:
        """Whether every row has an entry."""
        if self._full_rows is not program.matrix and np.diff(program.matrix.indptr).all():
            self._full_rows = program.matrix
        return self._full_rows is program.matrix

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
            and (program.integer is before.integer or np.array_equal(program.integer, before.integer))
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
        # Where only costs changed, the basis stays feasible: the primal method goes on from there in fewer iterations.
        same_rest = not len(changed) and _same_columns(before, after) and _same_rows(before, after)
        primal = len(moved) > 0 and same_rest and _plain(after) and _near(before.objective, after.objective)
        engine.setOptionValue("simplex_strategy", _PRIMAL if primal else _DUAL)
        if len(moved):
            engine.changeColsCost(len(moved), moved, after.objective[moved] * scale)
        if before.objective_offset != after.objective_offset:
            engine.changeObjectiveOffset(after.objective_offset * scale)
        for bounds, change, kept in (
            (column_bounds, engine.changeColsBounds, _same_columns(before, after)),
            (_row_bounds, engine.changeRowsBounds, _same_rows(before, after)),
        ):
            if kept:
                continue
            old, new = bounds(before), bounds(after)
            moved = np.flatnonzero((old[0] != new[0]) | (old[1] != new[1])).astype(np.int32)
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


class _Bases:
    """The last optimal bases of linear programs over one matrix, tried before HiGHS is asked; given up if they fail."""

    def __init__(self) -> None:
        self._known: list[Basis] = []
        self._matrix: sparse.csr_array | None = None
        self._whole: sparse.csc_array | None = None
        self._tries = self._hits = 0

    def _hopeless(self) -> bool:
        return self._tries >= _TRIALS and self._hits < _WORTHWHILE * self._tries

    def solution(self, program: Program, options: Options) -> Solution | None:
        """The verified optimum, if a known basis is optimal here."""
        if program.matrix is not self._matrix or not _plain(program) or self._hopeless():
            return None
        self._tries += 1
        for basis in reversed(self._known):
            values = basis.plan(program, options)
            if values is None:
                continue
            objective = float(program.objective @ values) + program.objective_offset
            version = Highs().available().version
            claim = without_values(Termination.OPTIMAL, solver=Highs.name, version=version, log=_KEPT)
            claim = replace(claim, objective=objective, dual_bound=objective, values=values)
            checked = verify(program, claim, options)
            if checked.termination is Termination.OPTIMAL:
                self._hits += 1
                self._known.remove(basis)
                self._known.append(basis)
                return checked
        return None

    def learn(self, engine: Any, program: Program, solution: Solution) -> None:
        """Keeps the basis at which HiGHS stopped."""
        if not _plain(program) or solution.values is None or self._hopeless():
            return
        if program.matrix is not self._matrix or self._whole is None:
            self._matrix, self._whole, self._known = program.matrix, whole_matrix(program), []
        basis = basis_of(engine, program, solution.values, self._whole)
        if basis is not None:
            self._known = [*self._known[-(_BASES - 1) :], basis]


def _fit(lower: Floats, upper: Floats) -> bool:
    """Whether bounds do not cross, and are numbers of a usual size or infinite."""
    if (lower > upper).any():
        return False
    return all(bool(((np.abs(bounds) < _HUGE) | np.isinf(bounds)).all()) for bounds in (lower, upper))


def _plain(program: Program) -> bool:
    """Whether it is a linear program without integers."""
    curved = program.quadratic or program.nonlinear or program.indicators or program.objective_nonlinear is not None
    return not curved and program.objective_quadratic is None and not program.integer.any()


def _same_columns(before: Program, after: Program) -> bool:
    """Whether the column bounds are those before without a look: maps give the same arrays where nothing moves."""
    return before.column_lower is after.column_lower and before.column_upper is after.column_upper


def _same_rows(before: Program, after: Program) -> bool:
    return before.row_lower is after.row_lower and before.row_upper is after.row_upper


def _row_bounds(program: Program) -> tuple[Floats, Floats]:
    return uncrossed(program.row_lower, program.row_upper)


def _near(before: Floats, after: Floats) -> bool:
    return float(np.abs(after - before).sum()) <= _NEAR * float(np.abs(before).sum())


def _places(before: Floats, after: Floats) -> NDArray[np.int32]:
    if before is after:
        return _NOWHERE
    return np.flatnonzero(before != after).astype(np.int32)
