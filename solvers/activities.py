"""What a point gives on a Program: row activities and the objective, recomputed from scratch."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from formulations.affine import evaluate_call
from formulations.expression import Binary, Call, Column, Expression, Negative, Number, children, walk
from formulations.program import Floats, Integers, Program
from solvers.solver import Options


@dataclass(frozen=True, eq=False)
class Activities:
    """What a point gives: one entry per row, with the size of its largest term (``row_scales``, worked out when it is
    asked for), and the same of the objective.

    ``objective_scale`` is at least 1, or the largest coefficient of a linear objective if that is smaller.
    """

    rows: Floats
    scales: Callable[[], Floats]
    objective: float
    objective_scale: float

    @cached_property
    def row_scales(self) -> Floats:
        return self.scales()


def activities(program: Program, values: Floats, options: Options | None = None) -> Activities:
    """Row activities and the objective at one point; NaN where an expression is undefined beyond the tolerance."""
    tolerance = (options or Options()).verification_tolerance
    with np.errstate(all="ignore"):  # infinite and undefined values are for the caller to judge
        return _activities(program, values, tolerance)


def _activities(program: Program, values: Floats, tolerance: float) -> Activities:
    matrix = program.matrix
    rows = matrix @ values
    curved: dict[int, float] = {}
    for row, form in program.quadratic.items():
        amount, scale = _form(form, values)
        rows[row] += amount
        curved[row] = scale
    for row, expression in program.nonlinear.items():
        amount = evaluate_columns(expression, values, tolerance)
        rows[row] += amount
        curved[row] = max(curved.get(row, 0.0), abs(amount))

    def scales() -> Floats:
        with np.errstate(all="ignore"):
            largest = _segment_maxima(np.abs(matrix.data * values[matrix.indices]), matrix.indptr)
        for row, size in curved.items():
            largest[row] = max(largest[row], size)
        return largest

    linear = program.objective * values
    objective = float(linear.sum()) + program.objective_offset
    unit = min(1.0, float(np.abs(program.objective).max(initial=0.0)) or 1.0)
    scale = max(unit, float(np.abs(linear).max(initial=0.0)), abs(program.objective_offset))
    if program.objective_quadratic is not None:
        amount, size = _form(program.objective_quadratic, values)
        objective, scale = objective + amount, max(scale, size, 1.0)
    if program.objective_nonlinear is not None:
        amount = evaluate_columns(program.objective_nonlinear, values, tolerance)
        objective, scale = objective + amount, max(scale, abs(amount), 1.0)
    return Activities(rows, scales, objective, scale)


def evaluate_columns(expression: Expression, values: Floats, tolerance: float = 0.0) -> float:
    """The value of an expression over columns, NaN where it is undefined, without recursion.

    An argument that misses the domain of ``sqrt`` or of a piecewise function by at most ``tolerance`` is moved onto
    its edge.
    """
    stack: list[float] = []
    for node in reversed(list(walk(expression))):
        arguments = [stack.pop() for _ in children(node)]
        match node:
            case Number(value=value):
                stack.append(value)
            case Column(index=index):
                stack.append(float(values[index]))
            case Negative():
                stack.append(-arguments[0])
            case Binary(operator=operator):
                stack.append(_arithmetic(operator, arguments[0], arguments[1]))
            case Call(function=function):
                stack.append(_function(function, arguments, tolerance))
            case _:
                raise TypeError(f"{type(node).__name__} does not occur in grounded expressions")
    return stack.pop()


def _arithmetic(operator: str, left: float, right: float) -> float:
    try:
        match operator:
            case "+":
                return left + right
            case "-":
                return left - right
            case "*":
                return left * right
            case "/":
                return left / right
            case _:
                return math.pow(left, right)
    except (ValueError, OverflowError, ZeroDivisionError):  # undefined here, or beyond floating point
        return math.nan


def _function(function: str, arguments: Sequence[float], tolerance: float) -> float:
    first = arguments[0]
    if any(math.isnan(argument) for argument in arguments):
        return math.nan
    if function == "sqrt" and -tolerance <= first < 0:
        first = 0.0
    if function == "piecewise":
        low, high = arguments[1], arguments[-2]
        edge = min(max(first, low), high)
        first = edge if abs(first - edge) <= tolerance * max(1.0, abs(edge)) else first
    value = evaluate_call(function, (first, *arguments[1:]))
    return math.nan if value is None else value


def _form(form: sparse.csr_array, values: Floats) -> tuple[float, float]:
    """x'Qx and the size of its largest term."""
    entries = form.tocoo()
    terms = entries.data * values[entries.row] * values[entries.col]
    return float(terms.sum()), float(np.abs(terms).max(initial=0.0))


def row_maxima(matrix: sparse.csr_array) -> Floats:
    """The largest entry of each row of a nonnegative matrix, 0 for a row without entries."""
    return _segment_maxima(matrix.data, matrix.indptr)


def _segment_maxima(data: Floats, starts: Integers) -> Floats:
    """The largest number of each segment of nonnegative data, 0 for an empty one."""
    maxima = np.zeros(len(starts) - 1)
    filled = np.flatnonzero(np.diff(starts))
    if len(filled):
        maxima[filled] = np.maximum.reduceat(data, starts[filled])
    return maxima
