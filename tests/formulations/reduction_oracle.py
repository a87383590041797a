"""What the tests of reductions compare with: evaluation by hand, enumeration, and a linear solver."""

from __future__ import annotations

import itertools
import math
import operator as op

import numpy as np
from hypothesis import assume
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from formulations.data import bind
from formulations.expression import Binary, Call, Column, Expression, Negative, Number
from formulations.ground import ground
from formulations.notation import parse_notation
from formulations.program import Floats, Program
from formulations.reductions import REDUCTIONS
from formulations.reductions.reduction import Recover


def program(text: str) -> Program:
    """The grounded program of a document in the notation."""
    document = parse_notation(text)
    return ground(bind(document.formulation, document.data))


def reduced(original: Program, *names: str) -> tuple[Program, Recover]:
    """The program after the named reductions (all if none are named), in their fixed order."""
    recovers: list[Recover] = []
    for reduction in REDUCTIONS:
        if not names or reduction.name in names:
            original, recover = reduction.apply(original)
            recovers.append(recover)

    def recover_all(values: Floats) -> Floats:
        for recover in reversed(recovers):
            values = recover(values)
        return values

    return original, recover_all


def value(expression: Expression, x: Floats) -> float:
    """The value at a point, NaN where the expression is undefined."""
    match expression:
        case Number(value=number):
            return number
        case Column(index=j):
            return float(x[j])
        case Negative(operand=operand):
            return -value(operand, x)
        case Binary(operator=operator, left=left, right=right):
            a, b = value(left, x), value(right, x)
            if operator == "/":
                return a / b if b else math.nan
            return {"+": a + b, "-": a - b, "*": a * b, "**": a**b if operator == "**" else 0}[operator]
        case Call(function=function, arguments=arguments):
            return _called(function, [value(argument, x) for argument in arguments])
    raise TypeError(expression)


def _called(function: str, a: list[float]) -> float:
    if any(math.isnan(v) for v in a):
        return math.nan
    if function == "piecewise":
        points = list(zip(a[1::2], a[2::2], strict=True))
        for (x0, y0), (x1, y1) in itertools.pairwise(points):
            if x0 <= a[0] <= x1:
                return y0 + (y1 - y0) * (a[0] - x0) / (x1 - x0)
        return math.nan
    if function == "log" and a[0] <= 0:
        return math.nan
    if function == "sqrt" and a[0] < 0:
        return math.nan
    if function in ("abs", "min", "max"):
        return float({"abs": abs, "min": min, "max": max}[function](*a))
    return float(getattr(math, function)(*a))


def objective_at(p: Program, x: Floats) -> float:
    total = p.objective_offset + float(p.objective @ x)
    if p.objective_quadratic is not None:
        total += float(x @ (p.objective_quadratic @ x))
    return total if p.objective_nonlinear is None else total + value(p.objective_nonlinear, x)


def row_at(p: Program, row: int, x: Floats) -> float:
    total = float((p.matrix @ x)[row])
    if row in p.quadratic:
        total += float(x @ (p.quadratic[row] @ x))
    return total + value(p.nonlinear[row], x) if row in p.nonlinear else total


def is_feasible(p: Program, x: Floats, tolerance: float = 1e-6) -> bool:
    if (x < p.column_lower - tolerance).any() or (x > p.column_upper + tolerance).any():
        return False
    if (np.abs(x - np.round(x))[p.integer] > tolerance).any():
        return False
    for row in range(p.row_count):
        condition = p.indicators.get(row)
        if condition is not None and round(x[condition.column]) != int(condition.value):
            continue
        activity = row_at(p, row, x)
        if not p.row_lower[row] - tolerance <= activity <= p.row_upper[row] + tolerance:
            return False
    return not math.isnan(objective_at(p, x))


def enumerated_optimum(p: Program) -> float | None:
    """The optimal objective of a pure integer program by trying every point; None if there is no feasible one."""
    assert p.integer.all()
    ranges = [
        range(math.ceil(low), math.floor(high) + 1) for low, high in zip(p.column_lower, p.column_upper, strict=True)
    ]
    points = (np.array(point, dtype=np.float64) for point in itertools.product(*ranges))
    values = [objective_at(p, x) for x in points if is_feasible(p, x)]
    if not values:
        return None
    return min(values) if p.sense == "minimize" else max(values)


def linear_optimum(p: Program) -> Floats | None:
    """Optimal values of a mixed-integer linear program; None if it is infeasible."""
    assert not p.nonlinear, p.nonlinear
    assert not p.quadratic
    assert not p.indicators
    assert p.objective_quadratic is None
    assert p.objective_nonlinear is None
    for presolve in (True, False):
        result = milp(
            p.objective if p.sense == "minimize" else -p.objective,
            integrality=p.integer.astype(int),
            bounds=Bounds(p.column_lower, p.column_upper),
            constraints=LinearConstraint(p.matrix, p.row_lower, p.row_upper) if p.row_count else None,
            options={"mip_rel_gap": 0.0, "presolve": presolve},
        )
        # The HiGHS inside SciPy fails on some tiny intervals ("Solve error"), less often without presolve.
        if result.status in (0, 2):
            break
    assume(result.status != 4)
    if result.status == 2:
        return None
    assert result.status == 0, result.message
    return np.asarray(result.x)


def global_optimum(p: Program) -> Floats | None:
    """Optimal values of a program without abs, min, max, piecewise and indicators, by SCIP; None if infeasible."""
    import pyscipopt

    assert not p.indicators
    model = pyscipopt.Model()
    model.hideOutput()
    model.setParam("limits/time", 5)
    x = [
        model.addVar(
            lb=None if np.isinf(p.column_lower[j]) else p.column_lower[j],
            ub=None if np.isinf(p.column_upper[j]) else p.column_upper[j],
            vtype="I" if p.integer[j] else "C",
        )
        for j in range(p.column_count)
    ]

    def built(expression: Expression) -> object:
        match expression:
            case Number(value=number):
                return number
            case Column(index=j):
                return x[j]
            case Negative(operand=operand):
                return -built(operand)
            case Binary(operator=operator, left=left, right=right):
                function = {"+": "add", "-": "sub", "*": "mul", "/": "truediv", "**": "pow"}[operator]
                return getattr(op, function)(built(left), built(right))
            case Call(function="exp" | "log" | "sqrt", arguments=(argument,)):
                return getattr(pyscipopt, expression.function)(built(argument))
        raise TypeError(expression)

    def body(linear: Floats, quadratic: sparse.csr_array | None, nonlinear: Expression | None) -> object:
        total = pyscipopt.quicksum(c * x[j] for j, c in enumerate(linear) if c)
        if quadratic is not None:
            entries = quadratic.tocoo()
            for i, j, c in zip(entries.row, entries.col, entries.data, strict=True):
                total = total + c * x[i] * x[j]
        return total if nonlinear is None else total + built(nonlinear)

    matrix = p.matrix.toarray()
    for row in range(p.row_count):
        expression = body(matrix[row], p.quadratic.get(row), p.nonlinear.get(row))
        if p.row_upper[row] < np.inf:
            model.addCons(expression <= p.row_upper[row])
        if p.row_lower[row] > -np.inf:
            model.addCons(expression >= p.row_lower[row])
    level = model.addVar(lb=None, ub=None)
    objective = body(p.objective, p.objective_quadratic, p.objective_nonlinear)
    model.addCons(level >= objective if p.sense == "minimize" else level <= objective)
    model.setObjective(level, p.sense)
    model.optimize()
    if model.getStatus() == "infeasible":
        return None
    # Some random curves keep SCIP branching for long; an example without an answer shows nothing.
    assume(model.getStatus() != "timelimit")
    assert model.getStatus() == "optimal", model.getStatus()
    return np.array([model.getVal(column) for column in x])
