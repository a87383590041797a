"""Small programs whose answers are known, for every solver that has the features they take."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse
from small_programs import FREE, program

from formulations.expression import Call, Column, Number
from formulations.program import Block, Labels, Program

INF = math.inf
POSITIVE = (0, INF)


@dataclass(frozen=True)
class Known:
    """A program with its optimum, and the optimal point by label where there is only one.

    ``local``: other points satisfy the first-order conditions, so that a local solver may stop there.
    """

    program: Program
    objective: float
    values: dict[str, float] | None = None
    local: bool = False


KNOWN = {
    "an LP to minimize": Known(program("minimize x + 2*y", "x + y >= 2", x=POSITIVE, y=POSITIVE), 2, {"x": 2, "y": 0}),
    "an LP to maximize with an offset": Known(
        program("maximize 3*x + 2*y + 7", "x + y <= 4", "x + 3*y <= 6", x=(0, 3), y=POSITIVE),
        18,
        {"x": 3, "y": 1},
    ),
    "a negative offset": Known(
        program("minimize 2*x - 11.5", "x + y >= 3", x=POSITIVE, y=(0, 1)),
        -7.5,
        {"x": 2, "y": 1},
    ),
    "an equality": Known(program("minimize x - y", "x + y == 3", x=(0, 2), y=(0, 2)), -1, {"x": 1, "y": 2}),
    "two ranges over free columns": Known(
        program("maximize x", "1 <= x + y <= 4", "-1 <= x - y <= 1", x=FREE, y=FREE),
        2.5,
        {"x": 2.5, "y": 1.5},
    ),
    "a range active below": Known(program("minimize x + y", "2 <= x + 2*y <= 9", x=POSITIVE, y=(0, 0.5)), 1.5),
    "free columns": Known(program("minimize x", "x + y >= -5", "y <= 1", x=FREE, y=FREE), -6, {"x": -6, "y": 1}),
    "negative columns": Known(
        program("maximize x + 2*y", "x + y <= -4", x=(-5, -2), y=(-3, -1)),
        -5,
        {"x": -3, "y": -1},
    ),
    "an upper bound alone": Known(program("maximize x - 1", x=(-INF, -3)), -4, {"x": -3}),
    "a fixed column": Known(program("maximize y", "x + y <= 5", x=(2, 2), y=POSITIVE), 3, {"x": 2, "y": 3}),
    "a row without entries": Known(program("minimize x", "0*x <= 1", "x >= 3", x=POSITIVE), 3, {"x": 3}),
    "a row without bounds": Known(
        replace(program("minimize x", "x >= -9", "x >= 3", x=FREE), row_lower=np.array([-INF, 3.0])), 3, {"x": 3}
    ),
    "no rows": Known(program("maximize x - y", x=(1, 3), y=(-2, 2)), 5, {"x": 3, "y": -2}),
    "no objective": Known(program("minimize 0*x", "x + y == 3", x=(0, 9), y=(0, 2)), 0),
    "an unused column": Known(program("minimize x", "x >= 3", x=POSITIVE, y=(1, 2)), 3),
    "coefficients of very different sizes": Known(
        program("maximize 0.001*x + 1000*y", "0.01*x + 200*y <= 1000", x=(0, 10000), y=(0, 3)),
        3010,
        {"x": 10000, "y": 3},
    ),
    "a degenerate vertex": Known(
        program("maximize x + y", "x <= 1", "y <= 1", "x + y <= 2", "x - y <= 0", x=POSITIVE, y=POSITIVE),
        2,
        {"x": 1, "y": 1},
    ),
    "a knapsack": Known(
        program(
            "maximize 10*a + 13*b + 7*c + 8*d",
            "3*a + 4*b + 2*c + 3*d <= 7",
            a=(0, 1, int),
            b=(0, 1, int),
            c=(0, 1, int),
            d=(0, 1, int),
        ),
        23,
        {"a": 1, "b": 1, "c": 0, "d": 0},
    ),
    "integers with an equality": Known(
        program("minimize x + y", "3*x + 5*y == 14", x=(0, 9, int), y=(0, 9, int)),
        4,
        {"x": 3, "y": 1},
    ),
    "negative integers": Known(
        program("minimize 2*x - y - 1", "2*x + y >= -7", "y <= 3", x=(-6, 6, int), y=(-2, 8, int)),
        -14,
        {"x": -5, "y": 3},
    ),
    "integers between fractional bounds": Known(
        program("maximize x + y", "x + y <= 5", x=(0.5, 2.5, int), y=(-0.5, 1.5, int)),
        3,
        {"x": 2, "y": 1},
    ),
    "an assignment": Known(
        program(
            "minimize 4*a + 2*b + 3*c + 5*d",
            "a + b == 1",
            "c + d == 1",
            "a + c == 1",
            "b + d == 1",
            a=(0, 1, int),
            b=(0, 1, int),
            c=(0, 1, int),
            d=(0, 1, int),
        ),
        5,
        {"a": 0, "b": 1, "c": 1, "d": 0},
    ),
    "integer and continuous columns": Known(
        program("maximize 3*x + 2*y + 1", "2*x + y <= 7.5", "x - y <= 1", x=(0, 9, int), y=(0, 2.25)),
        11.5,
        None,
    ),
    "a fixed charge": Known(
        program("minimize 5*open + 2*x", "x - 10*open <= 0", "x >= 3", open=(0, 1, int), x=POSITIVE),
        11,
        {"open": 1, "x": 3},
    ),
    "a convex QP": Known(
        program("minimize x**2 + 2*y**2 - 2*x - y + x*y", "x + y >= 2", x=FREE, y=FREE),
        -0.125,
        {"x": 1.75, "y": 0.25},
    ),
    "a concave QP to maximize with an offset": Known(
        program("maximize 4*x - x**2 + 1", "x <= 1.5", x=POSITIVE),
        4.75,
        {"x": 1.5},
    ),
    "a portfolio": Known(
        program("minimize 4*x**2 + 9*y**2 + 2*x*y", "x + y == 1", "0.1*x + 0.2*y >= 0.15", x=POSITIVE, y=POSITIVE),
        3.75,
        {"x": 0.5, "y": 0.5},
    ),
    "a convex quadratic row": Known(
        program("maximize x + y", "x**2 + y**2 <= 2", x=FREE, y=FREE),
        2,
        {"x": 1, "y": 1},
    ),
    "a second-order cone": Known(
        program("minimize z", "x**2 + y**2 - z**2 <= 0", "x + y >= 2", x=FREE, y=FREE, z=POSITIVE),
        math.sqrt(2),
        {"x": 1, "y": 1, "z": math.sqrt(2)},
    ),
    "a nonconvex QP": Known(
        program("minimize x*y", "x + y == 1", x=(0, 3), y=(-2, 3)),
        -6,
        {"x": 3, "y": -2},
        local=True,
    ),
    "a nonconvex quadratic row": Known(
        program("maximize x + y", "x*y <= 1", x=(0, 2), y=(0, 3)),
        10 / 3,
        {"x": 1 / 3, "y": 3},
        local=True,
    ),
    "an integer QP": Known(
        program("minimize x**2 - 2.8*x + y", "x + y >= 1.5", x=(0, 3, int), y=POSITIVE),
        -1.6,
        {"x": 2, "y": 0},
    ),
    "a convex nonlinear objective": Known(
        program("minimize exp(x) + y", "x + y >= 1", x=(-5, 5), y=(-5, 9)),
        2,
        {"x": 0, "y": 1},
    ),
    "a convex nonlinear row": Known(
        program("maximize y - x", "exp(y) - x <= 0", x=(0.1, 9), y=(-4, 4)),
        -1,
        {"x": 1, "y": 0},
    ),
    "a nonconvex objective": Known(program("minimize sin(x)", x=(3, 6)), -1, {"x": 1.5 * math.pi}),
    "integers in a nonlinear objective": Known(
        program("maximize sqrt(x)*y - x", "x + y <= 9", x=(0.5, 9), y=(0, 3, int)),
        2.25,
        {"x": 2.25, "y": 3},
        local=True,
    ),
    "absolute values": Known(
        program("minimize abs(x - 2) + abs(x - 5) + y", "x + y >= 6", x=(-9, 9), y=POSITIVE),
        4,
        None,
    ),
    "an absolute value that bends the wrong way": Known(
        program("maximize abs(x)", x=(-3, 2)),
        3,
        {"x": -3},
        local=True,
    ),
    "a maximum": Known(
        program("minimize max(x, 4 - x, 1)", x=(0, 9)),
        2,
        {"x": 2},
    ),
    "a piecewise linear cost": Known(
        replace(
            program("minimize -2*x", x=(0, 5)),
            objective_nonlinear=Call("piecewise", (Column(0), *map(Number, (0.0, 0.0, 2.0, 6.0, 5.0, 9.0)))),
        ),
        -1,
        {"x": 5},
        local=True,
    ),
    "an indicator": Known(
        program("maximize x - 2*b", "x <= 1", "x + y <= 4", when={0: ("b", False)}, x=(0, 5), y=(1, 5), b=(0, 1, int)),
        1,
        None,
    ),
}

INFEASIBLE = {
    "contradicting rows": program("minimize x", "x + y >= 5", "x + y <= 4", x=POSITIVE, y=POSITIVE),
    "a row beyond the bounds": program("maximize x", "x + y >= 5", x=(0, 2), y=(0, 2)),
    "an equality beyond the bounds": program("minimize x", "x - y == 7", x=(0, 2), y=(0, 2)),
    "crossing bounds": program("minimize x", "x + y <= 9", x=(3, 2), y=POSITIVE),
    "an impossible row without entries": program("minimize x", "0*x >= 1", x=POSITIVE),
    "no integer solution": program("minimize x", "2*x + 2*y == 3", x=(0, 5, int), y=(0, 5, int)),
    "no integer between the bounds": program("maximize x", "x <= 5", x=(0.2, 0.8, int)),
    "a quadratic objective": program("minimize x**2", "x + y >= 5", x=(0, 2), y=(0, 2)),
    "a quadratic row": program("minimize x", "x**2 + y**2 <= 1", "x + y >= 3", x=FREE, y=FREE),
    "a nonlinear row": program("minimize x", "exp(x) <= 1", x=(2, 5)),
    "integers and squares": program("minimize x", "x**2 + y**2 <= 0.9", "x + y >= 1", x=(0, 3, int), y=(0, 3, int)),
}


UNBOUNDED = {
    "an LP to minimize": program("minimize -x", "x - y <= 1", x=POSITIVE, y=POSITIVE),
    "an LP to maximize": program("maximize x + y", "x - 2*y <= 3", x=POSITIVE, y=POSITIVE),
    "free columns": program("minimize x + y", "x - y <= 3", x=FREE, y=FREE),
    "no rows": program("maximize x", x=POSITIVE, y=(0, 1)),
    "integers": program("maximize x + y", "x - 2*y <= 3.5", x=(0, INF, int), y=(0, INF, int)),
    "a flat direction of a QP": program("minimize x**2 - y", "x - y <= 3", x=FREE, y=POSITIVE),
}


def multiknapsack(items: int, limits: int, seed: int = 0) -> Program:
    """Correlated weights: an optimum is soon found and hard to prove."""
    random = np.random.default_rng(seed)
    weights = random.integers(1, 100, (limits, items)).astype(float)
    return Program(
        name="multiknapsack",
        sense="maximize",
        columns=Labels((Block("take", items, (range(items),), np.arange(items).reshape(-1, 1)),)),
        column_lower=np.zeros(items),
        column_upper=np.ones(items),
        integer=np.ones(items, dtype=bool),
        objective=random.integers(1, 100, items).astype(float),
        rows=Labels((Block("limit", limits, (range(limits),), np.arange(limits).reshape(-1, 1)),)),
        matrix=sparse.csr_array(weights),
        row_lower=np.full(limits, -INF),
        row_upper=np.floor(weights.sum(axis=1) / 2),
    )


HARD = multiknapsack(70, 30)
EASY = multiknapsack(20, 4)
