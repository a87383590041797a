"""Ipopt beyond what every solver must do: local optima, several starts, multipliers of curved rows."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from small_programs import FREE, program

from formulations.program import Program
from solvers.ipopt import Ipopt
from solvers.solution import Limit, Solution, Termination
from solvers.solver import Event, Incumbent, Options, Pulse, UnsupportedProgramError
from solvers.verify import verify

INF = math.inf


def solve(small: Program, options: Options | None = None) -> Solution:
    options = options or Options()
    claimed = Ipopt().solve(small, options)
    checked = verify(small, claimed, options)
    assert checked.termination is claimed.termination, checked.log
    return checked


ROSENBROCK = program("minimize (1 - x)**2 + 100*(y - x**2)**2", x=(-2, 2), y=(-2, 2))

#: Programs with an optimum worked out by hand.
LOCAL = {
    "Rosenbrock's valley": (ROSENBROCK, 0.0),
    # At x = 0.8 the valley floor y = x^2 is still open: (1 - 0.8)^2.
    "Rosenbrock's valley with a wall": (replace(ROSENBROCK, column_upper=np.array([0.8, 2.0])), 0.04),
    "least squares": (
        program("minimize (a + b - 1)**2 + (a + 2*b - 2)**2 + (a + 3*b - 2)**2", a=FREE, b=FREE),
        1 / 6,
    ),
    "the largest box in a sphere": (
        program("maximize 8*x*y*z", "x**2 + y**2 + z**2 <= 1", x=(0, 1), y=(0, 1), z=(0, 1)),
        8 / math.sqrt(27),
    ),
    "a distance": (program("minimize sqrt((x - 3)**2 + (y - 4)**2)", "x + y <= 1", x=FREE, y=FREE), 6 / math.sqrt(2)),
    "an entropy": (
        program("maximize -x*log(x) - y*log(y)", "x + y == 1", x=(0, 1), y=(0, 1)),
        math.log(2),
    ),
    "logarithms that zero does not have": (program("minimize x - log(x)", x=FREE), 1.0),
}


@pytest.mark.parametrize("name", LOCAL)
def test_a_local_optimum_is_found_and_never_called_global(name: str) -> None:
    small, expected = LOCAL[name]
    solution = solve(small)
    assert solution.termination is Termination.LOCALLY_OPTIMAL
    assert solution.dual_bound is None
    assert solution.objective == pytest.approx(expected, abs=1e-6)


def test_several_starts_find_the_better_of_two_valleys() -> None:
    # From zero Ipopt falls into the valley at x = -1; the deeper one lies at x = 2.
    small = program("minimize 3*x**4 - 4*x**3 - 12*x**2", x=(-3, 3))
    solution = solve(small)
    assert solution.values == pytest.approx([2.0], abs=1e-5)
    assert solution.objective == pytest.approx(-32)


def test_a_given_start_is_tried_first() -> None:
    small = program("minimize 3*x**4 - 4*x**3 - 12*x**2", x=(-3, 3))
    heard: list[float] = []

    def listen(event: Event) -> bool:
        if isinstance(event, Incumbent):
            heard.append(event.objective)
        return bool(heard)  # stop at the first

    solution = Ipopt().solve(small, Options(start=np.array([2.5])), listen)
    assert heard == pytest.approx([-32])
    assert solution.objective == pytest.approx(-32)


def test_integers_are_refused_rather_than_ignored() -> None:
    with pytest.raises(UnsupportedProgramError, match="integer columns"):
        Ipopt().solve(program("minimize (i - 0.5)**2", i=(0, 3, int)), Options())


CURVED = {
    "a disk to minimize in": program("minimize x + 2*y", "x**2 + y**2 <= 5", x=FREE, y=FREE),
    "a disk to maximize in": program("maximize x + 2*y", "x**2 + y**2 <= 5", x=FREE, y=FREE),
    "a hyperbola": program("minimize x + 4*y", "x*y >= 9", x=(0, INF), y=(0, INF)),
    "an exponential equation": program("maximize y - x", "exp(y) - x == 0", x=(0.1, 9), y=(-4, 4)),
}


@pytest.mark.parametrize("name", CURVED)
def test_the_dual_of_a_curved_row_is_the_derivative_by_its_right_hand_side(name: str) -> None:
    small = CURVED[name]
    duals = solve(small).duals
    assert duals is not None
    step = 1e-3
    ends = [
        solve(replace(small, row_lower=small.row_lower + change, row_upper=small.row_upper + change)).objective
        for change in (step, -step)
    ]
    assert ends[0] is not None
    assert ends[1] is not None
    assert duals[0] == pytest.approx((ends[0] - ends[1]) / (2 * step), abs=1e-4)


def test_more_equations_than_columns_are_no_obstacle() -> None:
    small = program("minimize x", "x + y == 3", "x - y == 1", "2*x == 4", "x*y == 2", x=(0, 9), y=(0, 9))
    assert solve(small).values == pytest.approx([2.0, 1.0], abs=1e-5)


def test_infeasibility_counts_only_where_the_program_is_convex() -> None:
    convex = program("minimize x", "x**2 + y**2 <= 1", "x + y >= 3", x=FREE, y=FREE)
    assert solve(convex).termination is Termination.INFEASIBLE
    curved = program("minimize x", "sin(x) + x**2/100 >= 3", x=(-9, 9))
    assert solve(curved).termination is Termination.NO_SOLUTION_FOUND


def test_an_endless_descent_is_called_unbounded() -> None:
    assert solve(program("minimize x**3", x=FREE)).termination is Termination.UNBOUNDED


def test_a_function_that_is_defined_nowhere_gives_no_solution() -> None:
    solution = solve(program("minimize log(-1 - x**2)", x=(-3, 3)))
    assert solution.termination in (Termination.NUMERICAL_ERROR, Termination.NO_SOLUTION_FOUND)
    assert solution.values is None
    assert "Invalid_Number_Detected" in solution.log


def test_it_stops_when_asked_to() -> None:
    solution = Ipopt().solve(ROSENBROCK, Options(), lambda event: isinstance(event, Pulse))
    assert solution.termination in (Termination.FEASIBLE, Termination.NO_SOLUTION_FOUND)
    assert solution.limit is Limit.INTERRUPTED


def test_its_log_is_kept() -> None:
    assert "This is Ipopt version" in solve(ROSENBROCK).log
