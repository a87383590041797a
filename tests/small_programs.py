"""Small programs written as text, for tests: ``program("minimize x + y", "x*y >= 1", x=(0, 9), y=(0, 9, int))``."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from scipy import sparse

from formulations.affine import Terms, join, quadratic_matrix, split
from formulations.expression import (
    Binary,
    Call,
    Column,
    Comparison,
    Expression,
    Name,
    Negative,
    Number,
)
from formulations.parse import parse_expression
from formulations.program import Indicator, Program, scalar_labels

FREE = (-math.inf, math.inf)


def program(
    objective: str,
    *rows: str,
    when: Mapping[int, tuple[str, bool]] | None = None,
    **columns: tuple[float, float] | tuple[float, float, type],
) -> Program:
    """Columns by name as (lower, upper) or (lower, upper, int); ``when[row]`` makes a row conditional."""
    names = list(columns)
    sense, text = objective.split(" ", 1)
    target = split(expression(text, names))
    n = len(names)
    bodies, lower, upper = [], [], []
    for row in rows:
        body, low, high = _row(parse_expression(row), names)
        bodies.append(body)
        lower.append(low)
        upper.append(high)
    matrix = np.array([[body.linear.get(j, 0.0) for j in range(n)] for body in bodies]).reshape(len(rows), n)
    return Program(
        name="small",
        sense="maximize" if sense == "maximize" else "minimize",
        columns=scalar_labels(names),
        column_lower=np.array([bounds[0] for bounds in columns.values()], dtype=float),
        column_upper=np.array([bounds[1] for bounds in columns.values()], dtype=float),
        integer=np.array([len(bounds) == 3 for bounds in columns.values()], dtype=bool),
        objective=np.array([target.linear.get(j, 0.0) for j in range(n)]),
        objective_offset=target.constant,
        objective_quadratic=quadratic_matrix(target.quadratic, n),
        objective_nonlinear=_residual(target),
        rows=scalar_labels([f"row{k}" for k in range(len(rows))]),
        matrix=sparse.csr_array(matrix),
        row_lower=np.array(lower, dtype=float),
        row_upper=np.array(upper, dtype=float),
        quadratic={
            k: form for k, body in enumerate(bodies) if (form := quadratic_matrix(body.quadratic, n)) is not None
        },
        nonlinear={k: rest for k, body in enumerate(bodies) if (rest := _residual(body)) is not None},
        indicators={row: Indicator(names.index(name), value) for row, (name, value) in (when or {}).items()},
    )


def expression(text: str, names: list[str]) -> Expression:
    """Text over column names as a grounded expression."""
    return _grounded(parse_expression(text), names)


def piecewise(argument: Expression, *points: float) -> Expression:
    """A grounded piecewise linear function through breakpoints and values in turn."""
    return Call("piecewise", (argument, *(Number(point) for point in points)))


def _grounded(node: Expression, names: list[str]) -> Expression:
    match node:
        case Name(name=name):
            return Column(names.index(name))
        case Number():
            return node
        case Negative(operand=operand):
            return Negative(_grounded(operand, names))
        case Binary(operator=operator, left=left, right=right):
            return Binary(operator, _grounded(left, names), _grounded(right, names))
        case Call(function=function, arguments=arguments):
            return Call(function, tuple(_grounded(argument, names) for argument in arguments))
    raise TypeError(f"{type(node).__name__} in a small program")


def _row(comparison: Expression, names: list[str]) -> tuple[Terms, float, float]:
    """The body and bounds of ``body <= 3``, ``body >= 3``, ``body == 3`` or ``1 <= body <= 3``."""
    assert isinstance(comparison, Comparison)
    operands = [split(_grounded(operand, names)) for operand in comparison.operands]
    if len(operands) == 3:
        low, body, high = operands
        return body - Terms(constant=body.constant), low.constant - body.constant, high.constant - body.constant
    body = operands[0] - operands[1]
    bound = -body.constant
    operator = comparison.operators[0]
    centered = body - Terms(constant=body.constant)
    return centered, -math.inf if operator == "<=" else bound, math.inf if operator == ">=" else bound


def _residual(terms: Terms) -> Expression | None:
    return join(Terms(residual=terms.residual)) if terms.residual else None
