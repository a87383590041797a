"""The rules of curvature: what they prove, what they leave open, and that they never prove too much."""

from __future__ import annotations

import math

import numpy as np
import pytest
from grounded_strategies import LOWER, UPPER, expressions, points
from hypothesis import given, settings
from small_programs import expression, piecewise

from formulations.curvature import Curvature, analyze, piecewise_curvature, plus
from formulations.expression import Binary, Call, Column, Expression, Number
from formulations.program import Floats
from solvers.activities import evaluate_columns

INF = math.inf
#: x free, y >= 0, z in [1, 5], w <= 0
NAMES = ["x", "y", "z", "w"]
LOW = np.array([-INF, 0, 1, -INF])
HIGH = np.array([INF, INF, 5, 0])

CURVATURES = {
    Curvature.CONSTANT: ["3", "2*3 + 1", "exp(2)", "0*x", "x - x"],
    Curvature.AFFINE: ["x", "2*x - y/4 + 1", "x**1", "(x + y)*2", "abs(y)", "-abs(w)", "x*x - x**2 + y"],
    Curvature.CONVEX: [
        "x**2",
        "(x - 1)**2*2",
        "x**2 + y**2 + x*y",
        "(x + y)*(x + y)",
        "exp(x)",
        "exp(x**2)",
        "exp(-log(y))",
        "2**x",
        "0.5**x",
        "-log(x)",
        "-sqrt(x)",
        "x*log(x)",
        "log(x + 1)*(x + 1)",
        "y**3",
        "x**4",
        "(2*x + y)**4",
        "x**1.5",
        "y**1.5",
        "w**(-2)",
        "1/y",
        "3/sqrt(y)",
        "-1/w",
        "exp(y)**2",
        "max(exp(x), y)**2",
        "x**2/y",
        "(x - w)**2/(y + 1)",
        "x**2/sqrt(y)",
        "sqrt(x**2 + y**2)",
        "sqrt(x**2 + y**2 + 1) - z",
        "(x**2 + y**2)**0.5",
        "sqrt((x - 1)**2 + (y - 2)**2)",
        "abs(x)",
        "abs(y**2)",
        "max(x, y, x**2)",
        "max(abs(x), exp(y)) - log(x)",
    ],
    Curvature.CONCAVE: [
        "-x**2",
        "log(x)",
        "log(1 + y)",
        "sqrt(y)*3 - x**2",
        "y**0.5",
        "w**3",
        "1/w",
        "-abs(x)",
        "min(x, y)",
        "min(log(x), sqrt(y))",
        "log(min(x, y))",
    ],
    Curvature.UNKNOWN: [
        "x*y",
        "(x + y)*(x - y)",
        "x**3",
        "1/x",
        "x**2/x",
        "exp(x) - exp(z)",
        "exp(log(x))",
        "log(exp(x))",
        "sqrt(x**2 - y**2)",
        "sqrt(x**2 + y**2 - 1)",
        "x**y",
        "y*sqrt(1 + y)",
        "sin(x)",
        "1/(1 + exp(x))",
        "abs(x**2 - 1)",
        "max(x, -x**2)",
        "(x**2 - 1)**2",
    ],
}


@pytest.mark.parametrize(("expected", "text"), [(kind, text) for kind, texts in CURVATURES.items() for text in texts])
def test_the_curvature_follows_from_the_rules(expected: Curvature, text: str) -> None:
    assert analyze(expression(text, NAMES), LOW, HIGH).curvature is expected


@settings(max_examples=400, deadline=None)
@given(expression=expressions, one=points(), other=points())
def test_no_chord_contradicts_a_proved_curvature(expression: Expression, one: Floats, other: Floats) -> None:
    curvature = analyze(expression, LOWER, UPPER).curvature
    left, right = evaluate_columns(expression, one), evaluate_columns(expression, other)
    middle = evaluate_columns(expression, (one + other) / 2)
    if curvature is Curvature.UNKNOWN or math.isnan(left + right + middle):
        return
    bend = (left + right) / 2 - middle
    slack = 1e-7 * max(1.0, abs(left), abs(right))
    assert not curvature.is_convex or bend >= -slack
    assert not curvature.is_concave or bend <= slack


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        ((0, 0, 1, 2, 2, 4), Curvature.AFFINE),
        ((0, 0, 1, 1, 2, 4), Curvature.CONVEX),
        ((0, 0, 1, 3, 2, 4), Curvature.CONCAVE),
        ((0, 0, 1, 3, 2, 4, 3, 7), Curvature.UNKNOWN),
    ],
)
def test_slopes_decide_on_piecewise_functions(points: tuple[float, ...], expected: Curvature) -> None:
    assert piecewise_curvature([Number(float(point)) for point in points]) is expected
    form = analyze(piecewise(Column(0), *points), LOW, HIGH)
    assert form.curvature is expected
    assert not form.smooth


def test_a_piecewise_function_of_a_curve_is_left_open() -> None:
    square = Binary("**", Column(0), Number(2.0))
    assert analyze(piecewise(square, 0, 0, 1, 1, 2, 4), LOW, HIGH).curvature is Curvature.UNKNOWN


@pytest.mark.parametrize(
    ("text", "smooth", "cone"),
    [
        ("abs(x) + 2*max(x, y)", False, False),
        ("abs(max(x, y) - 3)", False, False),
        ("abs(exp(x))", True, False),
        ("abs(x**2)", True, False),
        ("x*abs(y - 1)", True, False),
        ("sqrt(x**2 + y**2) + x", False, True),
        ("sqrt(x)", True, False),
        ("abs(sqrt(x**2 + y**2))", False, True),
    ],
)
def test_piecewise_linear_functions_and_norms_are_told_from_smooth_ones(text: str, smooth: bool, cone: bool) -> None:
    form = analyze(expression(text, NAMES), LOW, HIGH)
    assert (form.smooth, form.cone) == (smooth, cone)


def test_a_sum_is_convex_only_if_no_part_is_concave() -> None:
    for kind in Curvature:
        assert plus(kind, Curvature.CONSTANT) is kind
        assert plus(kind, kind) is kind
        assert plus(kind, Curvature.UNKNOWN) is Curvature.UNKNOWN
    assert plus(Curvature.CONVEX, Curvature.AFFINE) is Curvature.CONVEX
    assert plus(Curvature.CONVEX, Curvature.CONCAVE) is Curvature.UNKNOWN


def test_a_sum_of_ten_thousand_functions_is_judged() -> None:
    size = 10_000
    total: Expression = Number(0.0)
    for column in range(size):
        total = Binary("+", total, Binary("*", Number(2.0), Call("exp", (Column(column),))))
    assert analyze(total, np.full(size, -1.0), np.ones(size)).curvature is Curvature.CONVEX
