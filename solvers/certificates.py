"""What a claim rests on: dual solutions and contradictions, recomputed on the Program by weak duality.

For a linear program with rows l <= Ax <= u and columns within [a, b], any row multipliers y bound the minimum of cx
from below by the least of y(Ax) over the rows' limits plus the least of (c - yA)x over the box. That needs no faith in
where y came from. With c = 0, a positive bound shows that there is no feasible point at all.
Source: Bertsimas & Tsitsiklis (1997), Introduction to Linear Optimization, ch. 4.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from scipy import sparse

from formulations.features import Feature, required_features
from formulations.program import Floats, Program
from solvers.solution import Evidence, Grade, Solution, Termination
from solvers.solver import Options

#: Programs with more nonzeros than this are checked in floating point alone.
_LARGEST_EXACT = 3_000
#: Multipliers and values are read as fractions of at most these denominators, the simplest first.
_DENOMINATORS = (100, 10_000, 1_000_000_000)

_CLAIMS = (Termination.OPTIMAL, Termination.INFEASIBLE, Termination.UNBOUNDED)
_NOUNS = {
    Termination.OPTIMAL: "Optimality",
    Termination.INFEASIBLE: "Infeasibility",
    Termination.UNBOUNDED: "Unboundedness",
}


@dataclass(frozen=True, eq=False)
class Linear:
    """A linear program to minimize, without names and integrality: shapes (n,), (m, n), (m,), (n,)."""

    cost: Floats
    offset: float
    matrix: sparse.csr_array
    row_lower: Floats
    row_upper: Floats
    lower: Floats
    upper: Floats

    @staticmethod
    def relaxation(program: Program) -> Linear:
        """The linear rows without integrality and conditions; bounds of integer columns moved to integers."""
        free = sorted({*program.indicators, *program.nonlinear, *program.quadratic})
        row_lower, row_upper = program.row_lower.copy(), program.row_upper.copy()
        row_lower[free], row_upper[free] = -np.inf, np.inf
        lower, upper = program.column_lower.copy(), program.column_upper.copy()
        whole, slack = program.integer, Options().integrality_tolerance
        lower[whole], upper[whole] = np.ceil(lower[whole] - slack), np.floor(upper[whole] + slack)
        sign = -1.0 if program.sense == "maximize" else 1.0
        cost, offset = sign * program.objective, sign * program.objective_offset
        return Linear(cost, offset, program.matrix, row_lower, row_upper, lower, upper)

    def without_cost(self) -> Linear:
        return replace(self, cost=np.zeros(len(self.cost)), offset=0.0)

    def tangent(self, form: sparse.csr_array, point: Floats) -> Linear:
        """With the plane that touches cost + x'Qx at the point: below it everywhere if Q is positive semidefinite."""
        gradient = np.asarray(form @ point)
        return replace(self, cost=self.cost + 2 * gradient, offset=self.offset - float(point @ gradient))


def weak_bound(linear: Linear, duals: Floats, point: Floats | None, tolerance: float) -> float:
    """A lower bound of the minimum by any row multipliers, shape (m,); -inf if they give none.

    Reduced costs that rounding may have made are left out where the column has no bound to multiply them with;
    what they are worth at the point is taken off.
    """
    with np.errstate(invalid="ignore"):
        blind = ((duals > 0) & np.isinf(linear.row_lower)) | ((duals < 0) & np.isinf(linear.row_upper))
        y = np.where(blind | ~np.isfinite(duals), 0.0, duals)
        rows = np.where(y > 0, y * linear.row_lower, np.where(y < 0, y * linear.row_upper, 0.0))
        prices = linear.cost - linear.matrix.T @ y
        sizes = np.abs(linear.cost) + abs(linear.matrix).T @ np.abs(y)
        ends = np.where(prices > 0, linear.lower, linear.upper)
        dust = np.isinf(ends) & (np.abs(prices) <= tolerance * np.maximum(1.0, sizes))
        columns = np.where(dust | (prices == 0), 0.0, prices * ends)
    taken_off = 0.0 if point is None else float(np.abs(prices[dust] * point[dust]).sum())
    bound = linear.offset + float(rows.sum()) + float(columns.sum()) - taken_off
    return bound if math.isfinite(bound) else -math.inf


def exact_bound(linear: Linear, duals: Floats, denominator: int) -> Fraction | None:
    """The same in rational arithmetic, on the numbers as they are written; None if these multipliers give none."""
    matrix = linear.matrix
    prices = [_fraction(value) for value in linear.cost.tolist()]
    bound = _fraction(linear.offset)
    for row, value in enumerate(duals.tolist()):
        multiplier = Fraction(value).limit_denominator(denominator)
        end = linear.row_lower[row] if multiplier > 0 else linear.row_upper[row]
        if multiplier == 0 or math.isinf(end):
            continue
        bound += multiplier * _fraction(float(end))
        for entry in range(int(matrix.indptr[row]), int(matrix.indptr[row + 1])):
            prices[int(matrix.indices[entry])] -= multiplier * _fraction(float(matrix.data[entry]))
    for column, price in enumerate(prices):
        end = linear.lower[column] if price > 0 else linear.upper[column]
        if price == 0:
            continue
        if math.isinf(end):
            return None
        bound += price * _fraction(float(end))
    return bound


def exact_value(linear: Linear, point: Floats, denominator: int) -> Fraction | None:
    """The cost of a point read as fractions; None if it misses a row or a bound by anything at all."""
    values = [Fraction(value).limit_denominator(denominator) for value in point.tolist()]
    matrix = linear.matrix
    columns = zip(values, linear.lower.tolist(), linear.upper.tolist(), strict=True)
    if not all(_within(value, low, high) for value, low, high in columns):
        return None
    for row, (low, high) in enumerate(zip(linear.row_lower.tolist(), linear.row_upper.tolist(), strict=True)):
        span = range(int(matrix.indptr[row]), int(matrix.indptr[row + 1]))
        activity = sum(
            (_fraction(float(matrix.data[k])) * values[int(matrix.indices[k])] for k in span), start=Fraction(0)
        )
        if not _within(activity, low, high):
            return None
    priced = np.flatnonzero(linear.cost).tolist()
    terms = (_fraction(float(linear.cost[j])) * values[j] for j in priced)
    return sum(terms, start=_fraction(linear.offset))


def _within(value: Fraction, low: float, high: float) -> bool:
    return (math.isinf(low) or value >= _fraction(low)) and (math.isinf(high) or value <= _fraction(high))


def _fraction(value: float) -> Fraction:
    """The number as it is written: 1/10 for 0.1."""
    return Fraction(repr(value))


def is_small(linear: Linear) -> bool:
    return linear.matrix.nnz + len(linear.cost) <= _LARGEST_EXACT


# --- claims -----------------------------------------------------------------------------------------------------


def evidence_of(program: Program, solution: Solution, options: Options, *, scale: float) -> Evidence | None:
    """What can be said for a claim without solving anything; None where nothing is claimed.

    scale: the size of the objective's terms, which the tolerance is relative to.
    """
    if solution.termination not in _CLAIMS:
        return None
    if solution.termination is Termination.OPTIMAL and solution.duals is not None:
        linear = touching(program, solution)
        if linear is not None and reaches(linear, program, solution, solution.duals, options, scale=scale):
            return certified(solution, "a dual solution gives the same bound, recomputed by weak duality")
    return claimed(solution)


def touching(program: Program, solution: Solution) -> Linear | None:
    """A linear program whose minimum is no more than that of a continuous convex program; None for all others."""
    curved_rows = program.quadratic or program.nonlinear or program.indicators
    if solution.values is None or curved_rows or program.objective_nonlinear is not None or program.integer.any():
        return None
    linear = Linear.relaxation(program)
    if program.objective_quadratic is None:
        return linear
    if Feature.CONVEX_QUADRATIC_OBJECTIVE not in required_features(program):
        return None
    sign = -1.0 if program.sense == "maximize" else 1.0
    return linear.tangent(sparse.csr_array(sign * program.objective_quadratic), solution.values)


def reaches(
    linear: Linear, program: Program, solution: Solution, duals: Floats, options: Options, *, scale: float
) -> bool:
    """Whether multipliers, in the user's sense, bound the objective by what the solution has."""
    if solution.objective is None or duals.shape != (len(linear.row_lower),):
        return False
    sign = -1.0 if program.sense == "maximize" else 1.0
    bound = weak_bound(linear, sign * duals, solution.values, options.optimality_tolerance)
    return bound >= sign * solution.objective - options.verification_tolerance * max(scale, 1e-9)


def reaches_exactly(linear: Linear, program: Program, solution: Solution, duals: Floats) -> bool:
    """Whether, with all numbers read as simple fractions, the point is feasible and its cost is the bound exactly."""
    if solution.values is None or not is_small(linear):
        return False
    sign = -1.0 if program.sense == "maximize" else 1.0
    for denominator in _DENOMINATORS:
        bound = exact_bound(linear, sign * duals, denominator)
        if bound is not None and bound == exact_value(linear, solution.values, denominator):
            return True
    return False


def contradicts(linear: Linear, duals: Floats, options: Options) -> bool:
    """Whether the rows, added up with these multipliers, ask for more than the column bounds allow."""
    largest = float(np.abs(duals).max(initial=0.0))
    if not 0 < largest < math.inf:
        return False
    y = duals / largest
    bare = linear.without_cost()
    finite = np.concatenate([np.abs(side[np.isfinite(side)]) for side in (linear.row_lower, linear.row_upper)])
    size = max(1.0, float(finite.max(initial=0.0)))
    return weak_bound(bare, y, None, options.feasibility_tolerance) > 10 * options.feasibility_tolerance * size


def contradicts_exactly(linear: Linear, duals: Floats) -> bool:
    largest = float(np.abs(duals).max(initial=0.0))
    if not is_small(linear) or not 0 < largest < math.inf:
        return False
    bounds = (exact_bound(linear.without_cost(), duals / largest, denominator) for denominator in _DENOMINATORS)
    return any(bound is not None and bound > 0 for bound in bounds)


def certified(solution: Solution, how: str, *, exact: bool = False) -> Evidence:
    arithmetic = ", in exact arithmetic" if exact else ""
    sentence = f"{_NOUNS[solution.termination]} is proved: {how}{arithmetic}."
    return Evidence(grade=Grade.CERTIFIED, sentence=sentence, exact=exact, solvers=(solution.solver,))


def confirmed(solution: Solution, other: Solution) -> Evidence:
    noun = _NOUNS[solution.termination]
    sentence = f"{noun} is claimed by {solution.solver} and, independently, by {other.solver}."
    return Evidence(grade=Grade.CONFIRMED, sentence=sentence, exact=False, solvers=(solution.solver, other.solver))


def claimed(solution: Solution) -> Evidence:
    kept = " Every value was recomputed." if solution.values is not None else ""
    sentence = f"{_NOUNS[solution.termination]} is claimed by {solution.solver} alone.{kept}"
    return Evidence(grade=Grade.CLAIMED, sentence=sentence, exact=False, solvers=(solution.solver,))
