"""What HiGHS alone is held to: its statuses, its numbers, its threads, and what it must not be given."""

from __future__ import annotations

import math
from dataclasses import replace

import highspy
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from known_programs import EASY, HARD
from scipy import sparse
from small_programs import FREE, program

from formulations.program import Program, scalar_labels
from solvers.highs import Highs, _termination, load
from solvers.solution import Limit, Solution, Termination
from solvers.solver import Event, Options, Pulse, UnsupportedProgramError
from solvers.verify import verify

POSITIVE = (0, math.inf)


def solved(small: Program, options: Options | None = None) -> Solution:
    options = options or Options()
    claimed = Highs().solve(small, options)
    checked = verify(small, claimed, options)
    assert checked.termination is claimed.termination, checked.log
    return checked


@pytest.mark.parametrize("feasible", [False, True])
@pytest.mark.parametrize("status", highspy.HighsModelStatus.__members__.values(), ids=lambda status: status.name)
def test_only_a_feasible_optimum_is_called_optimal(status: highspy.HighsModelStatus, feasible: bool) -> None:
    termination, limit = _termination(status, feasible)
    optimal = status == highspy.HighsModelStatus.kOptimal
    assert (termination is Termination.OPTIMAL) == (optimal and feasible)
    assert termination.has_values <= feasible
    assert (limit is not None) == (termination in (Termination.FEASIBLE, Termination.NO_SOLUTION_FOUND))


def test_a_tiny_objective_is_optimized_all_the_same() -> None:
    small = program(
        "maximize 3e-8*a + 5e-8*b + 4e-8*c",
        "2*a + 3*b + c <= 4",
        "4*a + b + 2*c <= 5",
        a=(0, 1, int),
        b=(0, 1, int),
        c=(0, 1, int),
    )
    solution = solved(small)
    assert solution.objective == pytest.approx(9e-8)
    assert solution.dual_bound == pytest.approx(9e-8)


def test_a_tiny_linear_objective_has_prices_in_its_own_units() -> None:
    solution = solved(program("maximize 3e-8*x + 1e-8*y", "x + y <= 4", x=(0, 3), y=POSITIVE))
    assert solution.objective == pytest.approx(1e-7)
    assert solution.duals == pytest.approx([1e-8])
    assert solution.reduced_costs == pytest.approx([2e-8, 0])


def test_small_matrix_coefficients_are_kept() -> None:
    solution = solved(program("maximize x", "1e-10*x <= 1", x=(0, 1e11)))
    assert solution.objective == pytest.approx(1e10)


@pytest.mark.parametrize(("domain", "optimum"), [((0, 5), 1), ((0, 5, int), 1.3)], ids=["continuous", "integer"])
def test_bounds_that_cross_by_a_rounding_error_are_equal(
    domain: tuple[float, float] | tuple[float, float, type], optimum: float
) -> None:
    small = program("minimize x + y", "x + y >= 1", "x + 0*y <= 1", x=(0.1 + 0.2, 0.3), y=domain)
    assert small.column_lower[0] > small.column_upper[0]
    crossed = replace(small, row_lower=np.array([1.0, 0.3]), row_upper=np.array([9.0, 0.3 - 1e-12]))
    assert solved(crossed).objective == pytest.approx(optimum)


def test_fractional_bounds_of_integers_do_not_mislead_presolve() -> None:
    small = program(
        "minimize -2*x - a - 2*b",
        "-0.25*x - 0.25*a + 1.25*b <= 4.5",
        "0.5 <= 1.25*x + 0.5*a - 0.25*b <= 3.5",
        "1.25*x + a - 1.25*b == 4",
        "-x - 1.25*a + 0.5*b <= 7.5",
        x=(0.75, 2),
        a=(-1.5, -0.5, int),
        b=(-2, -0.5, int),
    )
    assert solved(small).objective == pytest.approx(1)


def test_numbers_that_are_none_are_named() -> None:
    small = program("minimize x + y", "x + 2*y >= 1", x=POSITIVE, y=POSITIVE)
    bad_cost = replace(small, objective=np.array([1.0, math.nan]))
    bad_entry = replace(small, matrix=sparse.csr_array(np.array([[1.0, math.inf]])))
    for broken, named in ((bad_cost, "objective coefficient of y"), (bad_entry, "coefficient of y in row0")):
        solution = Highs().solve(broken, Options())
        assert solution.termination is Termination.NUMERICAL_ERROR
        assert named in solution.log


def test_a_coefficient_too_large_for_highs_is_no_success() -> None:
    solution = Highs().solve(program("minimize x", "1e16*x >= 1", x=POSITIVE), Options())
    assert solution.termination is Termination.NUMERICAL_ERROR
    assert "1e+15" in solution.log


def test_integers_and_squares_together_are_refused() -> None:
    with pytest.raises(UnsupportedProgramError, match=r"HiGHS.*quadratic terms together with integer columns"):
        Highs().solve(program("minimize x**2", "x >= 1", x=(0, 5, int)), Options())


def test_a_nonconvex_objective_is_refused_and_not_solved_wrongly() -> None:
    with pytest.raises(UnsupportedProgramError, match="nonconvex quadratic objective"):
        Highs().solve(program("minimize x*y", "x + y >= 1", x=(0, 9), y=(0, 9)), Options())


def test_an_option_out_of_its_range_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="primal_feasibility_tolerance"):
        Highs().solve(EASY, Options(feasibility_tolerance=1e-20))


@pytest.mark.parametrize(
    ("small", "ray"),
    [
        (program("maximize x + y", "x - 2*y <= 3", x=POSITIVE, y=(0, 0.5)), None),
        (program("maximize y", "x <= 3", x=POSITIVE, y=POSITIVE), [0, 1]),
        (program("minimize x - y", "x - 2*y >= -3", "x <= 4", x=FREE, y=FREE), [-1, -0.5]),
        (program("maximize y", "x - y <= 3.5", x=(0, 4, int), y=(0, math.inf, int)), [0, 1]),
    ],
    ids=["bounded after all", "LP", "free columns", "MILP"],
)
def test_an_unbounded_program_comes_with_its_ray(small: Program, ray: list[float] | None) -> None:
    solution = solved(small)
    if ray is None:
        assert solution.termination is Termination.OPTIMAL
        return
    assert solution.termination is Termination.UNBOUNDED
    assert solution.ray is not None
    slope = float(small.objective @ solution.ray)
    assert slope > 0 if small.sense == "maximize" else slope < 0
    if ray != [-1, -0.5]:
        assert solution.ray == pytest.approx(ray)


def test_infeasible_or_unbounded_is_decided() -> None:
    infeasible = program("maximize x + y", "2*x - 2*y == 1", x=(0, math.inf, int), y=(0, math.inf, int))
    unbounded = program("maximize x + y", "2*x - 2*y == 2", x=(0, math.inf, int), y=(0, math.inf, int))
    relaxed = program("maximize x + y", "x - y == 1", "x + y <= -1", x=(0, math.inf, int), y=POSITIVE)
    assert solved(infeasible, Options(time_limit=5)).termination is not Termination.UNBOUNDED
    assert solved(unbounded).termination is Termination.UNBOUNDED
    assert solved(relaxed).termination is Termination.INFEASIBLE


def test_the_node_limit_is_kept_and_named() -> None:
    solution = solved(HARD, Options(node_limit=3))
    assert solution.termination is Termination.FEASIBLE
    assert solution.limit is Limit.NODE
    assert solution.dual_bound is not None


def test_the_number_of_threads_may_change_from_solve_to_solve() -> None:
    for threads in (1, 2, None, 1):
        assert solved(EASY, Options(threads=threads)).termination is Termination.OPTIMAL


def test_a_solver_at_work_asks_whether_to_go_on() -> None:
    pulses: list[float] = []

    def listen(event: Event) -> bool:
        if isinstance(event, Pulse):
            pulses.append(event.seconds)
        return len(pulses) == 3

    solution = Highs().solve(HARD, Options(time_limit=30), listen)
    assert len(pulses) == 3
    assert pulses == sorted(pulses)
    assert solution.limit is Limit.INTERRUPTED


def test_a_long_linear_program_can_be_interrupted_too() -> None:
    random = np.random.default_rng(1)
    small = Program(
        name="transport",
        sense="minimize",
        columns=scalar_labels([f"x{k}" for k in range(3000)]),
        column_lower=np.zeros(3000),
        column_upper=np.full(3000, math.inf),
        integer=np.zeros(3000, dtype=bool),
        objective=-random.random(3000),
        rows=scalar_labels([f"row{k}" for k in range(2000)]),
        matrix=sparse.csr_array(sparse.random_array((2000, 3000), density=0.02, random_state=random)),
        row_lower=np.full(2000, -math.inf),
        row_upper=random.random(2000) * 10,
    )
    solution = Highs().solve(small, Options(), lambda event: isinstance(event, Pulse))
    assert solution.termination is Termination.NO_SOLUTION_FOUND
    assert solution.limit is Limit.INTERRUPTED


def test_the_log_is_kept_without_the_noise() -> None:
    log = solved(program("minimize x", "x >= 3", x=POSITIVE)).log
    assert "HiGHS" in log
    assert "WARNING" not in log


def test_the_program_is_left_as_it_was() -> None:
    small = program("maximize 3e-8*x - x**2", "x + y <= 4", x=(0.1 + 0.2, 0.3), y=POSITIVE)
    arrays = [small.objective, small.matrix.data, small.column_lower, small.row_upper]
    before = [array.copy() for array in arrays]
    Highs().solve(small, Options())
    assert all(np.array_equal(a, b) for a, b in zip(before, arrays, strict=True))


def test_indices_of_any_width_are_accepted() -> None:
    small = program("minimize x + y", "x + 2*y >= 4", x=POSITIVE, y=POSITIVE)
    wide = small.matrix.copy()
    wide.indices, wide.indptr = wide.indices.astype(np.int64), wide.indptr.astype(np.int64)
    assert solved(replace(small, matrix=wide)).objective == pytest.approx(2)


def test_the_loaded_program_is_the_program() -> None:
    small = program("maximize 2*x + 3*y - x**2 + x*y - y**2 + 4", "x + 2*y <= 4", x=(0, 3), y=(-1, 5))
    lp = load(small, Options()).engine.getLp()
    assert lp.sense_ == highspy.ObjSense.kMaximize
    assert lp.offset_ == 4
    assert list(lp.col_cost_) == [2, 3]
    assert (list(lp.col_lower_), list(lp.col_upper_)) == ([0, -1], [3, 5])
    assert list(lp.row_upper_) == [4]


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_convex_quadratic_optima_satisfy_the_first_order_conditions(data: st.DataObject) -> None:
    n = data.draw(st.integers(1, 4))
    root = np.array([[data.draw(st.integers(-3, 3)) for _ in range(n)] for _ in range(n)], dtype=float)
    form = root.T @ root + np.diag([data.draw(st.integers(0, 2)) for _ in range(n)])
    small = Program(
        name="quadratic",
        sense="minimize",
        columns=scalar_labels([f"x{k}" for k in range(n)]),
        column_lower=np.full(n, -4.0),
        column_upper=np.full(n, 4.0),
        integer=np.zeros(n, dtype=bool),
        objective=np.array([data.draw(st.integers(-9, 9)) for _ in range(n)], dtype=float),
        objective_quadratic=sparse.csr_array(form),
        rows=scalar_labels(["total"]),
        matrix=sparse.csr_array(np.ones((1, n))),
        row_lower=np.array([float(data.draw(st.integers(-3, 3)))]),
        row_upper=np.array([math.inf]),
    )
    solution = solved(small)
    assert solution.termination is Termination.OPTIMAL
    assert solution.values is not None
    assert solution.duals is not None
    assert solution.reduced_costs is not None
    gradient = small.objective + 2 * form @ solution.values
    assert gradient == pytest.approx(solution.duals[0] + solution.reduced_costs, abs=1e-4)
    assert solution.duals[0] >= -1e-6
    inside = (solution.values > -4 + 1e-4) & (solution.values < 4 - 1e-4)
    assert np.abs(solution.reduced_costs[inside]).max(initial=0) <= 1e-4
