"""A curved objective as a column: the same problem, with a bound that branch and bound can rely on."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_programs import FREE, program

from formulations.program import Program
from solvers.activities import activities
from solvers.epigraph import start_with_objective, with_linear_objective
from solvers.solver import Options

INF = math.inf
LINEAR = program("maximize x + 3", "x**2 <= 4", x=FREE)
CURVED = {
    "to minimize": program("minimize x**2 + exp(y) - 3*x + 5", "x + y >= 1", "x*y <= 9", x=(-4, 4), y=(-2, 2)),
    "to maximize": program("maximize log(x) - y**2 + 2", "x + y <= 5", "exp(y) <= 4", x=(0.5, 9), y=(-3, 3)),
}


def test_a_linear_objective_stays_as_it_is() -> None:
    assert with_linear_objective(LINEAR) is LINEAR
    assert start_with_objective(LINEAR, Options()) is None


@pytest.mark.parametrize("name", CURVED)
@settings(max_examples=50, deadline=None)
@given(shares=st.tuples(st.floats(0, 1), st.floats(0, 1)), excess=st.floats(-1, 1))
def test_the_new_row_compares_the_objective_with_the_new_column(
    name: str, shares: tuple[float, float], excess: float
) -> None:
    small = CURVED[name]
    lifted = with_linear_objective(small)
    point = small.column_lower + np.array(shares) * (small.column_upper - small.column_lower)
    before = activities(small, point)
    after = activities(lifted, np.append(point, before.objective + excess))
    assert after.rows[:-1] == pytest.approx(before.rows)
    assert after.objective == pytest.approx(before.objective + excess)
    holds = lifted.row_lower[-1] <= after.rows[-1] <= lifted.row_upper[-1]
    if abs(excess) > 1e-9:
        assert holds == (excess > 0 if small.sense == "minimize" else excess < 0)
    assert lifted.column_lower[-1] <= before.objective <= lifted.column_upper[-1]


@pytest.mark.parametrize(
    ("small", "expected"),
    [
        (program("minimize x**2 + y**2 + x*y - 3*x", x=FREE, y=FREE), -3.0),
        (program("maximize 5 - x**2 + 2*x - 2*y**2", x=FREE, y=FREE), 6.0),
        (program("minimize (x - 1)**2 + exp(-y)", x=FREE, y=FREE), 0.0),
        (program("minimize x*y", x=(-2, 3), y=(-1, 4)), -8.0),
        (program("minimize x**2 - y", "y <= 4", x=FREE, y=FREE), -4.0),
        (program("minimize x - y**2", x=FREE, y=FREE), -INF),
        (program("maximize exp(x)", x=FREE), INF),
    ],
)
def test_the_bound_of_the_column_follows_from_the_objective(small: Program, expected: float) -> None:
    lifted = with_linear_objective(small)
    bound = lifted.column_lower[-1] if small.sense == "minimize" else lifted.column_upper[-1]
    assert bound == pytest.approx(expected, abs=1e-6)


def test_a_complete_start_knows_its_objective_and_a_partial_one_does_not() -> None:
    small = program("minimize x**2 + y", x=FREE, y=FREE)
    complete = start_with_objective(small, Options(start=np.array([3.0, 1.0])))
    assert complete == pytest.approx([3.0, 1.0, 10.0])
    partial = start_with_objective(small, Options(start=np.array([3.0, np.nan])))
    assert partial is not None
    assert math.isnan(partial[-1])
