"""OR-Tools beyond what every solver must do; it runs in worker processes, never in this one."""

from __future__ import annotations

import math
import sys

import pytest
from small_programs import FREE, program

from formulations.program import Program
from solvers.dispatch import solve
from solvers.ortools_mathopt import CpSat, Glop, Pdlp
from solvers.planning import NoCapableSolverError
from solvers.solution import Limit, Solution, Termination
from solvers.solver import Options, UnsupportedProgramError

INF = math.inf


def run(name: str, small: Program, options: Options | None = None) -> Solution:
    return solve(small, options or Options(), solver=name)


def test_its_library_never_enters_this_process() -> None:
    solution = run("GLOP", program("maximize x + y", "x + 2*y <= 4", x=(0, 3), y=(0, 3)))
    assert solution.objective == pytest.approx(3.5)
    loaded = [name for name in sys.modules if name.startswith("ortools.")]  # CVXPY loads the empty package around them
    assert not loaded
    assert all(solver.own_process for solver in (Glop(), Pdlp(), CpSat()))


def test_glop_gives_the_direction_of_an_unbounded_program() -> None:
    small = program("maximize x + y", "x - 2*y <= 3", x=(0, INF), y=(0, INF))
    solution = run("GLOP", small)
    assert solution.termination in (Termination.UNBOUNDED, Termination.INFEASIBLE_OR_UNBOUNDED)
    if solution.ray is not None:
        assert small.objective @ solution.ray > 0


def test_pdlp_claims_no_bound() -> None:
    solution = run("PDLP", program("minimize 2*x + 3*y", "x + y >= 4", "x - y <= 1", x=(0, 9), y=(0, 9)))
    assert solution.termination is Termination.OPTIMAL
    assert solution.objective == pytest.approx(9.5, abs=1e-6)
    assert solution.dual_bound is None


def test_cp_sat_takes_bounds_that_rows_imply() -> None:
    small = program("maximize 3*i + 2*j", "2*i + j <= 9", "i + 3*j <= 12", i=(0, INF, int), j=(0, INF, int))
    solution = run("CP-SAT", small)
    assert solution.termination is Termination.OPTIMAL
    assert solution.objective == 15
    assert solution.values == pytest.approx([3, 3])


def test_cp_sat_refuses_columns_without_bounds_by_name() -> None:
    small = program("minimize endless", "endless - other >= 3", endless=(0, INF, int), other=(0, INF, int))
    with pytest.raises(UnsupportedProgramError, match=r"endless has no bounds.*give it"):
        run("CP-SAT", small)


def test_cp_sat_refuses_continuous_columns() -> None:
    with pytest.raises(NoCapableSolverError, match="CP-SAT: lacks continuous columns"):
        run("CP-SAT", program("minimize x", "x + i >= 3", x=FREE, i=(0, 3, int)))


def test_cp_sat_counts_conflicts_as_nodes() -> None:
    names = [f"x{k}" for k in range(40)]
    hard = program(
        "maximize " + " + ".join(f"{20 + (37 * k) % 17}*{name}" for k, name in enumerate(names)),
        *[
            " + ".join(f"{10 + (k * (7 + row) + row * row) % 23}*{name}" for k, name in enumerate(names)) + " <= 407"
            for row in range(5)
        ],
        **dict.fromkeys(names, (0, 1, int)),
    )
    solution = run("CP-SAT", hard, Options(node_limit=1, threads=1))
    assert solution.termination in (Termination.FEASIBLE, Termination.NO_SOLUTION_FOUND)
    assert solution.limit is Limit.NODE
    assert solution.dual_bound is not None


def test_cp_sat_keeps_columns_of_large_range() -> None:
    small = program("maximize i - 2*j", "i - 1000*j <= 7", i=(0, 10**9, int), j=(0, 10**6, int))
    solution = run("CP-SAT", small)
    assert solution.termination is Termination.OPTIMAL
    assert solution.objective == 10**9 - 2 * 10**6


def test_fractional_coefficients_keep_their_meaning() -> None:
    small = program("maximize 0.3*i + 0.7*j", "0.1*i + 0.2*j <= 0.75", i=(0, 9, int), j=(0, 9, int))
    solution = run("CP-SAT", small)
    assert solution.objective == pytest.approx(2.4)
    assert solution.values == pytest.approx([1, 3])
