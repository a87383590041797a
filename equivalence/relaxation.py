"""The linear relaxation inside HiGHS: bounds by its duals and vertices by its bases, in rational numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from importlib import import_module
from typing import Any

import numpy as np

from equivalence.exact import (
    ONE,
    ZERO,
    Linear,
    Point,
    numeric,
    row_scale,
    smallest,
)
from formulations.program import Floats
from solvers.highs import load
from solvers.solver import Options

#: Denominators to which duals and coordinates are rounded, in turn.
DENOMINATORS = (1, 60, 5040, 10**6, 10**9)
#: Systems larger than this are not solved exactly.
LARGEST_BASIS = 400
#: How far below a limit a solver's bound must stay to be believed.
MARGIN = 1e-6
#: A bound that any finite number of everyday size keeps.
ANY = Fraction(10**30)


@dataclass(frozen=True)
class Relaxed:
    """The maximum over the linear relaxation: in floats, bounded exactly, at an exact vertex; None where unknown."""

    maximum: float | None = None
    bound: Fraction | None = None
    basis: Basis | None = None
    infeasible: bool = False

    @cached_property
    def point(self) -> Point | None:
        return None if self.basis is None else self.basis.vertex()


class Relaxation:
    """The linear relaxation inside HiGHS, kept for one objective after the other."""

    def __init__(self, linear: Linear) -> None:
        self.linear = linear
        columns = tuple(replace(col, integer=False) for col in linear.columns)
        program = numeric(Linear(columns, linear.rows, linear.objective))
        self.engine: Any = load(program, Options()).engine
        self.engine.setOptionValue("presolve", "off")
        self.scales = [row_scale(row.terms) for row in linear.rows]

    def maximize(self, terms: Mapping[int, int], seconds: float, *, wanted: Fraction | None = None) -> Relaxed:
        """The maximum; the first bound found that is at most ``wanted`` is good enough."""
        import highspy

        scale = row_scale(terms)
        status = self.run(terms, scale, seconds)
        if status != highspy.HighsModelStatus.kOptimal:
            return Relaxed(infeasible=status == highspy.HighsModelStatus.kInfeasible)
        duals = np.array(self.engine.getSolution().row_dual, dtype=float)
        maximum = -self.engine.getInfo().objective_function_value / float(scale)
        bound = self.dual_bound(terms, duals, 1 / scale, wanted=wanted)
        basis = self.basis()
        done = bound is not None and wanted is not None and bound <= wanted
        near = bound is not None and float(bound) <= maximum + MARGIN / float(scale)
        if basis is not None and not (done or near):
            exact = basis.duals(terms)
            tighter = None if exact is None else self.bound(terms, exact)
            if tighter is not None and (bound is None or tighter < bound):
                bound = tighter
        return Relaxed(maximum, bound, basis)

    def vertex(self, terms: Mapping[int, int], seconds: float) -> Point | None:
        """The vertex where the solver finds the maximum, in rational numbers; it may not be feasible."""
        import highspy

        if self.run(terms, row_scale(terms), seconds) != highspy.HighsModelStatus.kOptimal:
            return None
        basis = self.basis()
        return None if basis is None else basis.vertex()

    def run(self, terms: Mapping[int, int], scale: Fraction, seconds: float) -> Any:
        """Lets HiGHS maximize the sum times the scale; its status."""
        engine, n = self.engine, len(self.linear.columns)
        cost = np.zeros(n)
        for j, c in terms.items():
            cost[j] = -float(c * scale)
        engine.changeColsCost(n, np.arange(n, dtype=np.int32), cost)
        engine.setOptionValue("time_limit", engine.getRunTime() + max(0.05, seconds))
        engine.run()
        return engine.getModelStatus()

    def refuted(self, seconds: float) -> bool:
        """Whether a dual ray shows exactly that the relaxation is infeasible (Farkas)."""
        if not self.maximize({}, seconds).infeasible:
            return False
        _, found, ray = self.engine.getDualRay()
        if not found:
            return False
        size = float(np.abs(ray).max(initial=0.0)) or 1.0
        for sign in (1.0, -1.0):
            bound = self.dual_bound({}, sign * np.array(ray, dtype=float) / size)
            if bound is not None and bound < 0:
                return True
        return False

    def dual_bound(
        self, terms: Mapping[int, int], duals: Floats, factor: Fraction = ONE, *, wanted: Fraction | None = None
    ) -> Fraction | None:
        """The least bound that the duals prove when they are rounded to one denominator or another.

        ``duals`` are those of the scaled rows for the terms divided by ``factor``.
        """
        active = [(i, dual) for i, dual in enumerate(duals.tolist()) if dual]
        best: Fraction | None = None
        for denominator in DENOMINATORS:
            rounded = {i: Fraction(y).limit_denominator(denominator) * self.scales[i] * factor for i, y in active}
            bound = self.bound(terms, rounded)
            best = smallest(best, bound)
            if best is not None and wanted is not None and best <= wanted:
                break
        return best

    def bound(self, terms: Mapping[int, int], duals: Mapping[int, Fraction]) -> Fraction | None:
        """``-min(-terms x)`` is at most this by weak duality, whatever the duals; None if they prove nothing."""
        # In whole numbers, all times the common denominator of the duals.
        common = math.lcm(*(dual.denominator for dual in duals.values()))
        left: dict[int, int] = {j: -c * common for j, c in terms.items()}
        total = ZERO
        for i, dual in duals.items():
            row = self.linear.rows[i]
            end = row.lower if dual > 0 else row.upper
            if not dual or end is None:
                continue
            whole = dual.numerator * (common // dual.denominator)
            total += whole * end
            for j, c in row.terms.items():
                left[j] = left.get(j, 0) - whole * c
        for j, rest in left.items():
            if rest:
                col = self.linear.columns[j]
                end = col.lower if rest > 0 else col.upper
                if end is None:
                    return None
                if end:
                    total += rest * end
        return -total / common

    def basis(self) -> Basis | None:
        """The basis of the last run, unless it is too large."""
        import highspy

        basis = self.engine.getBasis()
        if not basis.valid:
            return None
        basic = highspy.HighsBasisStatus.kBasic
        columns = [j for j, status in enumerate(basis.col_status) if status == basic]
        if len(columns) > LARGEST_BASIS:
            return None
        upper = highspy.HighsBasisStatus.kUpper
        rows = {i: status == upper for i, status in enumerate(basis.row_status) if status != basic}
        resting: dict[int, Fraction] = {}
        for j, status in enumerate(basis.col_status):
            if status != basic:
                col = self.linear.columns[j]
                end = col.upper if status == upper else col.lower
                resting[j] = ZERO if end is None else end
        return Basis(self.linear, columns, rows, resting) if len(rows) == len(columns) else None


@dataclass(frozen=True)
class Basis:
    """Basic columns, active rows (True: at their upper bound) and the other columns at their bounds."""

    linear: Linear
    columns: list[int]
    rows: dict[int, bool]
    resting: dict[int, Fraction]

    def duals(self, terms: Mapping[int, int]) -> dict[int, Fraction] | None:
        """The row duals for which basic columns have no reduced cost, to minimize ``-terms``."""
        order = list(self.rows)
        matrix = [[self.linear.rows[i].terms.get(j, 0) for i in order] for j in self.columns]
        solution = solve_exactly(matrix, [Fraction(-terms.get(j, 0)) for j in self.columns])
        return None if solution is None else dict(zip(order, solution, strict=True))

    def vertex(self) -> dict[int, Fraction] | None:
        matrix, right = [], []
        for i, at_upper in self.rows.items():
            row = self.linear.rows[i]
            end = row.upper if at_upper or row.lower is None else row.lower
            if end is None:
                end = ZERO
            matrix.append([row.terms.get(j, 0) for j in self.columns])
            held = (c * self.resting[j] for j, c in row.terms.items() if self.resting.get(j))
            right.append(end - sum(held, ZERO))
        solution = solve_exactly(matrix, right)
        return None if solution is None else dict(zip(self.columns, solution, strict=True)) | self.resting


def solve_exactly(matrix: list[list[int]], right: list[Fraction]) -> list[Fraction] | None:
    """The solution of a square system in rational numbers; None if it is singular or python-flint is missing."""
    if not matrix:
        return []
    try:
        flint: Any = import_module("flint")
    except ImportError:
        return None
    size = len(matrix)
    system = flint.fmpq_mat(flint.fmpz_mat(matrix))
    target = flint.fmpq_mat(size, 1, [flint.fmpq(value.numerator, value.denominator) for value in right])
    try:
        solution = system.solve(target)
    except ZeroDivisionError:
        return None
    return [Fraction(int(solution[i, 0].p), int(solution[i, 0].q)) for i in range(size)]
