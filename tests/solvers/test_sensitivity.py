"""Ranges are measured: within them prices and plans hold exactly, and integer programs say what was fixed."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import sparse
from small_programs import program

from formulations.program import Program, scalar_labels
from solvers.highs import Highs
from solvers.sensitivity import NoSensitivityError, sensitivity
from solvers.solution import Solution, Termination
from solvers.solver import Options

POSITIVE = (0, math.inf)


def solved(small: Program) -> Solution:
    return Highs().solve(small, Options())


def test_a_textbook_product_mix_has_its_known_prices_and_ranges() -> None:
    small = program(
        "maximize 3*doors + 5*windows",
        "doors <= 4",
        "2*windows <= 12",
        "3*doors + 2*windows <= 18",
        doors=POSITIVE,
        windows=POSITIVE,
    )
    found = sensitivity(small, solved(small))
    assert [row.shadow_price for row in found.rows] == pytest.approx([0, 1.5, 1])
    assert [row.slack for row in found.rows] == pytest.approx([2, 0, 0])
    assert [(row.valid_from, row.valid_to) for row in found.rows] == [
        pytest.approx((2, math.inf)),
        pytest.approx((6, 18)),
        pytest.approx((12, 24)),
    ]
    doors, windows = found.columns
    assert (doors.value, doors.coefficient_from, doors.coefficient_to) == pytest.approx((2, 0, 7.5))
    assert (windows.value, windows.coefficient_from, windows.coefficient_to) == pytest.approx((6, 2, math.inf))
    assert found.caveats == ()


def test_small_objective_coefficients_keep_their_units() -> None:
    small = program("minimize 0.003*x + 0.005*y", "x + y >= 2", "y >= 0.5", x=POSITIVE, y=POSITIVE)
    found = sensitivity(small, solved(small))
    assert [row.shadow_price for row in found.rows] == pytest.approx([0.003, 0.002])
    assert found.columns[0].coefficient_to == pytest.approx(0.005)


def test_a_row_without_bounds_has_no_price_and_any_range() -> None:
    small = replace(program("minimize x", "x <= 3", x=(1, 2)), row_upper=np.array([math.inf]))
    (row,) = sensitivity(small, solved(small)).rows
    assert (row.bound, row.shadow_price, row.slack) == (None, 0, math.inf)
    assert (row.valid_from, row.valid_to) == (-math.inf, math.inf)


def test_integer_columns_are_fixed_and_that_is_said() -> None:
    small = program("maximize 5*x + 4*y", "6*x + 4*y <= 23", "x + 2*y <= 6", x=(0, 9, int), y=POSITIVE)
    found = sensitivity(small, solved(small))
    assert found.integers_fixed
    assert any("Integer variables are held" in caveat for caveat in found.caveats)
    x, y = found.columns
    assert (x.value, x.coefficient_from, x.coefficient_to) == (3, None, None)
    assert y.coefficient_from == pytest.approx(0)
    assert [row.shadow_price for row in found.rows] == pytest.approx([1, 0])


def test_a_degenerate_optimum_is_called_so() -> None:
    small = program("maximize x + 2*y", "x <= 1", "y <= 1", "x + y <= 2", x=POSITIVE, y=POSITIVE)
    assert sensitivity(small, solved(small)).degenerate


def test_alternative_optima_are_mentioned() -> None:
    small = program("maximize x + y", "x + y <= 2", x=POSITIVE, y=POSITIVE)
    assert sensitivity(small, solved(small)).alternative_optima


@pytest.mark.parametrize(
    ("small", "reason"),
    [
        (program("minimize x**2", "x >= 1", x=POSITIVE), "linear programs only"),
        (program("minimize x", "x >= 3", x=(0, 2)), "the solver said infeasible"),
    ],
    ids=["quadratic", "infeasible"],
)
def test_without_prices_the_reason_is_given(small: Program, reason: str) -> None:
    with pytest.raises(NoSensitivityError, match=reason):
        sensitivity(small, solved(small))


@st.composite
def linear_programs(draw: st.DrawFn) -> Program:
    n, m = draw(st.integers(2, 4)), draw(st.integers(1, 4))
    matrix = np.array([[draw(st.integers(-3, 5)) for _ in range(n)] for _ in range(m)], dtype=float)
    upper = np.array([draw(st.integers(1, 20)) for _ in range(m)], dtype=float)
    lower = np.array([draw(st.sampled_from((-math.inf, -1.0, 0.0))) for _ in range(m)]) + upper
    open_above = np.array([draw(st.booleans()) for _ in range(m)]) & np.isfinite(lower)
    return Program(
        name="linear",
        sense=draw(st.sampled_from(("minimize", "maximize"))),
        columns=scalar_labels([f"x{k}" for k in range(n)]),
        column_lower=np.zeros(n),
        column_upper=np.array([draw(st.integers(3, 12)) for _ in range(n)], dtype=float),
        integer=np.zeros(n, dtype=bool),
        objective=np.array([draw(st.integers(-5, 5)) for _ in range(n)], dtype=float),
        rows=scalar_labels([f"row{k}" for k in range(m)]),
        matrix=sparse.csr_array(matrix),
        row_lower=lower,
        row_upper=np.where(open_above, math.inf, upper),
    )


@settings(max_examples=60, deadline=None)
@given(small=linear_programs(), share=st.floats(0.01, 0.99))
def test_within_its_range_a_price_predicts_the_objective_exactly(small: Program, share: float) -> None:
    solution = solved(small)
    assume(solution.termination is Termination.OPTIMAL)
    assert solution.objective is not None
    for position, row in enumerate(sensitivity(small, solution).rows):
        assert row.bound is not None
        for end in (row.valid_from, row.valid_to):
            moved = row.bound + share * (np.clip(end, row.bound - 9, row.bound + 9) - row.bound)
            lower, upper = small.row_lower.copy(), small.row_upper.copy()
            for bounds in (lower, upper):
                if bounds[position] == row.bound:
                    bounds[position] = moved
            if lower[position] <= upper[position]:
                again = solved(replace(small, row_lower=lower, row_upper=upper)).objective
                predicted = solution.objective + row.shadow_price * (moved - row.bound)
                assert again == pytest.approx(predicted, abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(small=linear_programs(), share=st.floats(0.01, 0.99))
def test_within_its_range_a_coefficient_leaves_the_plan_optimal(small: Program, share: float) -> None:
    solution = solved(small)
    assume(solution.termination is Termination.OPTIMAL)
    assert solution.objective is not None
    for position, column in enumerate(sensitivity(small, solution).columns):
        assert column.coefficient_from is not None
        assert column.coefficient_to is not None
        for end in (column.coefficient_from, column.coefficient_to):
            change = share * (np.clip(end, column.coefficient - 9, column.coefficient + 9) - column.coefficient)
            objective = small.objective.copy()
            objective[position] += change
            again = solved(replace(small, objective=objective)).objective
            assert again == pytest.approx(solution.objective + change * column.value, abs=1e-6)
