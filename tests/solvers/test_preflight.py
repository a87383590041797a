"""Programs that need no solver are answered before one is asked, and those beyond a solver are refused."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse
from small_programs import program

from formulations.expression import Call, Number
from formulations.program import Labels, Program, scalar_labels
from solvers.highs import Highs
from solvers.preflight import preflight
from solvers.solution import Termination
from solvers.solver import Options, UnsupportedProgramError

POSITIVE = (0, math.inf)
PLAIN = program("minimize x + y", "x + y >= 1", x=POSITIVE, y=(0, 5, int))


def without_columns(row_lower: list[float], row_upper: list[float]) -> Program:
    return Program(
        name="nothing",
        sense="maximize",
        columns=Labels(),
        column_lower=np.zeros(0),
        column_upper=np.zeros(0),
        integer=np.zeros(0, dtype=bool),
        objective=np.zeros(0),
        objective_offset=2.5,
        rows=scalar_labels([f"row{k}" for k in range(len(row_lower))]),
        matrix=sparse.csr_array((len(row_lower), 0)),
        row_lower=np.array(row_lower, dtype=float),
        row_upper=np.array(row_upper, dtype=float),
    )


def test_an_ordinary_program_is_left_to_the_solver() -> None:
    assert preflight(PLAIN, Highs(), Options()) is None


CONTRADICTIONS = {
    "x must be at least 3 and at most 2": program("minimize x", "x >= 0", x=(3, 2)),
    "No integer lies between the bounds 0.2 and 0.8 of x": program("minimize x", x=(0.2, 0.8, int)),
    "row0 must be at least 4 and at most 3": program("minimize x", "4 <= x <= 3", x=POSITIVE),
    "row0 has no terms": program("minimize x", "0*x >= 1", x=POSITIVE),
    "x must be at least inf and at most inf": program("minimize x", x=(math.inf, math.inf)),
    "row1 has no terms": without_columns([-1, 1], [0, 2]),
}


@pytest.mark.parametrize(("said", "small"), CONTRADICTIONS.items(), ids=CONTRADICTIONS)
def test_a_contradiction_is_infeasible_and_named(said: str, small: Program) -> None:
    solution = preflight(small, Highs(), Options())
    assert solution is not None
    assert solution.termination is Termination.INFEASIBLE
    assert said in solution.log


def test_a_contradiction_under_an_indicator_is_none() -> None:
    small = program("minimize x", "4 <= x <= 3", when={0: ("b", True)}, x=POSITIVE, b=(0, 1, int))
    with pytest.raises(UnsupportedProgramError, match="indicator"):
        preflight(small, Highs(), Options())


def test_bounds_that_cross_within_the_tolerance_are_equal() -> None:
    assert preflight(program("minimize x", x=(1 + 1e-9, 1)), Highs(), Options()) is None
    assert preflight(program("minimize x", x=(1e9 + 1, 1e9)), Highs(), Options()) is None


def test_a_program_without_columns_is_solved_by_looking_at_it() -> None:
    solution = preflight(without_columns([-1, 0], [0, 2]), Highs(), Options())
    assert solution is not None
    assert solution.termination is Termination.OPTIMAL
    assert (solution.objective, solution.dual_bound) == (2.5, 2.5)
    assert solution.values is not None
    assert solution.values.shape == (0,)


def test_constant_functions_count_in_a_program_without_columns() -> None:
    small = replace(without_columns([], []), objective_nonlinear=Call("abs", (Number(4.0),)))
    with pytest.raises(UnsupportedProgramError):
        preflight(small, Highs(), Options())


UNDEFINED = {
    "the constant of the objective": replace(PLAIN, objective_offset=math.nan),
    "the objective coefficient of y": replace(PLAIN, objective=np.array([1.0, math.inf])),
    "the coefficient of x in row0": replace(PLAIN, matrix=sparse.csr_array(np.array([[math.nan, 1.0]]))),
    "a quadratic coefficient of the objective": replace(
        PLAIN, objective_quadratic=sparse.csr_array(np.array([[math.inf, 0.0], [0.0, 1.0]]))
    ),
    "a bound": replace(PLAIN, row_lower=np.array([math.nan])),
}


@pytest.mark.parametrize(("said", "small"), UNDEFINED.items(), ids=UNDEFINED)
def test_a_number_that_is_none_is_an_error_and_named(said: str, small: Program) -> None:
    solution = preflight(small, Highs(), Options())
    assert solution is not None
    assert solution.termination is Termination.NUMERICAL_ERROR
    assert solution.log == f"{said} is not a finite number."


def test_a_refusal_lists_everything_that_is_missing() -> None:
    small = program("minimize abs(x)*y + exp(y)", "x**2 + y <= 4", x=(-3, 3), y=(0, 3, int))
    with pytest.raises(UnsupportedProgramError) as refusal:
        preflight(small, Highs(), Options())
    assert str(refusal.value).startswith("HiGHS cannot solve this program, because it lacks: ")
    assert "nonlinear expression" in str(refusal.value)
