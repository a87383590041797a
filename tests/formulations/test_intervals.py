"""Ranges of expressions over a box contain every value taken in it."""

from __future__ import annotations

import math

import numpy as np
import pytest
from grounded_strategies import LOWER, UPPER, expressions, points
from hypothesis import given, settings
from small_programs import expression, piecewise

from formulations.expression import Binary, Column, Expression, Number
from formulations.intervals import Interval, fold, interval, same
from formulations.program import Floats
from solvers.activities import evaluate_columns

INF = math.inf
#: x free, y >= 0, z in [1, 5], w <= 0, u in [-2, 3]
NAMES = ["x", "y", "z", "w", "u"]
LOW = np.array([-INF, 0, 1, -INF, -2])
HIGH = np.array([INF, INF, 5, 0, 3])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3", (3, 3)),
        ("2*u - z", (-9, 5)),
        ("u*z", (-10, 15)),
        ("u*u", (0, 9)),
        ("u**2", (0, 9)),
        ("u**3", (-8, 27)),
        ("z**(-1)", (0.2, 1)),
        ("1/u", (-INF, INF)),
        ("u**(-2)", (1 / 9, INF)),
        ("1/y", (0, INF)),
        ("1/w", (-INF, 0)),
        ("0*x", (0, 0)),
        ("y*w", (-INF, 0)),
        ("abs(u)", (0, 3)),
        ("abs(w - 1)", (1, INF)),
        ("exp(w)", (0, 1)),
        ("log(z)", (0, math.log(5))),
        ("log(y)", (-INF, INF)),
        ("sqrt(u)", (0, math.sqrt(3))),
        ("x**1.5", (0, INF)),
        ("sin(z)", (-1, 1)),
        ("sin(u/10)", (math.sin(-0.2), math.sin(0.3))),
        ("cos(u/10)", (math.cos(0.3), 1)),
        ("min(u, z, 2)", (-2, 2)),
        ("max(u, z)", (1, 5)),
        ("2**u", (0.25, 8)),
        ("exp(1000*z)", (INF, INF)),
    ],
)
def test_the_range_of_an_operation_follows_from_the_ranges_of_its_arguments(
    text: str, expected: tuple[float, float]
) -> None:
    assert interval(expression(text, NAMES), LOW, HIGH) == pytest.approx(expected)


def test_the_range_of_a_piecewise_function_is_that_of_its_values() -> None:
    assert interval(piecewise(Column(4), 0, 1, 1, 4, 2, 2), LOW, HIGH) == (1, 4)


@settings(max_examples=300, deadline=None)
@given(expression=expressions, point=points())
def test_every_value_lies_in_the_range(expression: Expression, point: Floats) -> None:
    value = evaluate_columns(expression, point)
    low, high = interval(expression, LOWER, UPPER)
    if math.isnan(value):
        return
    slack = 1e-9 * max(1.0, abs(value))
    assert low - slack <= value <= high + slack


def test_infinity_minus_infinity_tells_nothing() -> None:
    assert interval(expression("exp(1000*z) - exp(1000*z)", NAMES), LOW, HIGH) == Interval(-INF, INF)


def test_long_sums_need_no_recursion() -> None:
    total: Expression = Number(0.0)
    for _ in range(50_000):
        total = Binary("+", total, Column(2))
    assert interval(total, LOW, HIGH) == (50_000, 250_000)
    assert fold(total, lambda node, arguments: 1 + sum(arguments)) == 100_001
    assert same(total, Binary("+", total.left, Column(2)))
    assert not same(total, Binary("+", total.left, Column(1)))
