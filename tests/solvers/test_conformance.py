"""What every solver must do with the programs it has the features for; a line in SOLVERS is enough to be tested."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
from enumeration import best_objective
from hypothesis import given, settings
from hypothesis import strategies as st
from known_programs import EASY, HARD, INFEASIBLE, KNOWN, UNBOUNDED, Known
from scipy import sparse

from formulations.features import Feature, required_features
from formulations.program import Block, Floats, Labels, Program, scalar_labels
from solvers.dispatch import follow
from solvers.job import Job
from solvers.planning import Plan
from solvers.registry import SOLVERS
from solvers.solution import Limit, Solution, Termination, labelled_values
from solvers.solver import (
    Bound,
    Event,
    EventHandler,
    Incumbent,
    LogLine,
    Options,
    Pulse,
    Solver,
    UnsupportedProgramError,
    ignore,
)
from solvers.verify import verify, violations

INF = math.inf
LP = KNOWN["an LP to maximize with an offset"].program
SOLVED = (Termination.OPTIMAL, Termination.LOCALLY_OPTIMAL)
#: One thread and a seed, where answers must be the same twice.
REPEATABLE = Options(threads=1, seed=1)

every_solver = pytest.mark.parametrize("solver", SOLVERS, ids=lambda solver: solver.name)


def lacking(solver: Solver, small: Program) -> str:
    """The features the solver lacks for the program, '' if none."""
    return ", ".join(sorted(feature.value for feature in required_features(small) - solver.features))


def every_solver_with(programs: Mapping[str, Program]) -> pytest.MarkDecorator:
    """One test for each solver and each program it has the features for."""
    cases = [
        pytest.param(solver, small, id=f"{solver.name}-{name}")
        for solver in SOLVERS
        for name, small in programs.items()
        if not lacking(solver, small)
    ]
    return pytest.mark.parametrize(("solver", "small"), cases)


def run(solver: Solver, small: Program, options: Options | None = None, on_event: EventHandler = ignore) -> Solution:
    """What the solver claims about a program; skipped where it is not installed or not made for the program."""
    options = options or Options()
    availability = solver.available()
    if not availability.installed:
        pytest.skip(f"{solver.name} is not installed: {availability.reason}")
    if lacking(solver, small):
        pytest.skip(f"{solver.name} lacks {lacking(solver, small)}")
    try:
        return claim(solver, small, options, on_event)
    except UnsupportedProgramError as refusal:
        pytest.skip(str(refusal))


def claim(solver: Solver, small: Program, options: Options, on_event: EventHandler = ignore) -> Solution:
    if not solver.own_process:
        return solver.solve(small, options, on_event)
    chosen = Plan(program=small, reductions=(), solver=solver, why="", reduced=small, recover=lambda values: values)
    job = Job(chosen, options)
    job.follow(on_event)
    return job.claim()


def known_of(small: Program) -> Known:
    return next(known for known in KNOWN.values() if known.program is small)


def tolerance(solver: Solver) -> float:
    """Relative, of objectives: first-order and local methods are not asked for more than a few digits."""
    return 1e-5 if solver.exact else 1e-4


def verified(
    solver: Solver, small: Program, options: Options | None = None, on_event: EventHandler = ignore
) -> Solution:
    """The claim of the solver, which must stand up to recomputation."""
    claimed = run(solver, small, options, on_event)
    checked = verify(small, claimed, options or Options())
    assert checked.termination is claimed.termination, checked.log
    assert solver.exact or claimed.termination is not Termination.OPTIMAL
    assert claimed.solver == solver.name
    assert claimed.version == solver.available().version
    assert claimed.seconds >= 0
    return checked


def assert_bound_is_right(solution: Solution, small: Program, optimum: float, precision: float) -> None:
    """The dual bound is on the far side of the optimum, and at it where optimality is claimed of integers."""
    if solution.dual_bound is None:
        assert solution.termination is not Termination.OPTIMAL or not small.integer.any()
        return
    beyond = solution.dual_bound - optimum
    slack = precision * max(1.0, abs(optimum))
    assert (-beyond if small.sense == "maximize" else beyond) <= slack
    assert abs(beyond) <= slack or solution.termination is not Termination.OPTIMAL


@every_solver_with({name: known.program for name, known in KNOWN.items()})
def test_a_known_optimum_is_found_bounded_and_stands_up_to_recomputation(solver: Solver, small: Program) -> None:
    known = known_of(small)
    solution = verified(solver, small)
    assert solution.termination in SOLVED
    assert solution.limit is None
    assert solution.objective is not None
    assert_bound_is_right(solution, small, known.objective, tolerance(solver))
    scale = max(1.0, abs(known.objective)) * tolerance(solver)
    if solution.termination is Termination.LOCALLY_OPTIMAL and known.local:
        worse = solution.objective - known.objective
        assert (-worse if small.sense == "maximize" else worse) >= -scale
        return
    assert solution.objective == pytest.approx(known.objective, abs=scale)
    if known.values is not None:
        assert labelled_values(solution, small) == pytest.approx(known.values, abs=math.sqrt(tolerance(solver)))


@every_solver_with(INFEASIBLE)
def test_an_infeasible_program_is_never_answered_with_a_point(solver: Solver, small: Program) -> None:
    solution = verified(solver, small)
    denied = {Termination.INFEASIBLE, Termination.INFEASIBLE_OR_UNBOUNDED}
    if not solver.exact:  # a local method may fail to tell
        denied |= {Termination.NO_SOLUTION_FOUND, Termination.NUMERICAL_ERROR}
    assert solution.termination in denied
    assert solution.values is None or violations(small, solution.values).relative > 0


@every_solver_with(UNBOUNDED)
def test_an_unbounded_program_is_never_called_solved(solver: Solver, small: Program) -> None:
    claimed = run(solver, small)
    said = {Termination.UNBOUNDED, Termination.INFEASIBLE_OR_UNBOUNDED}
    if not solver.exact:
        said |= {Termination.NO_SOLUTION_FOUND, Termination.NUMERICAL_ERROR, Termination.FEASIBLE}
    assert claimed.termination in said
    assert verify(small, claimed, Options()).ray is claimed.ray, "a ray must improve the objective forever"


#: Those whose optimum can have shadow prices.
PRICED = {
    name: known.program
    for name, known in KNOWN.items()
    if not (known.program.integer.any() or known.program.nonlinear or known.program.objective_nonlinear)
}
#: How far bounds are moved to measure slopes.
STEP = 1e-3


def optimum(solver: Solver, small: Program) -> float:
    objective = run(solver, small).objective
    assert objective is not None
    return objective


def slopes(solver: Solver, lowered: Program, small: Program, raised: Program) -> tuple[float, float]:
    """The smaller and the larger of the objective's slopes to the left and to the right, with some slack."""
    below, middle, above = (optimum(solver, each) for each in (lowered, small, raised))
    left, right = (middle - below) / STEP, (above - middle) / STEP
    slack = tolerance(solver) / STEP + 0.02 * max(abs(left), abs(right))
    return min(left, right) - slack, max(left, right) + slack


def shifted(bound: Floats, position: int, step: float) -> Floats:
    moved = bound.copy()
    moved[position] += step
    return moved


def with_row_moved(small: Program, row: int, step: float) -> Program:
    lower, upper = (shifted(bound, row, step) for bound in (small.row_lower, small.row_upper))
    return replace(small, row_lower=lower, row_upper=upper)


def with_bounds_moved(small: Program, column: int, step: float, *, at_lower: bool, at_upper: bool) -> Program:
    lower, upper = small.column_lower, small.column_upper
    return replace(
        small,
        column_lower=shifted(lower, column, step) if at_lower else lower,
        column_upper=shifted(upper, column, step) if at_upper else upper,
    )


@every_solver_with(PRICED)
def test_shadow_prices_are_derivatives_by_the_right_hand_side(solver: Solver, small: Program) -> None:
    solution = verified(solver, small)
    if solution.duals is None:
        pytest.skip(f"{solver.name} gives no shadow prices here")
    assert solution.duals.shape == (small.row_count,)
    for row in range(small.row_count):
        low, high = slopes(solver, with_row_moved(small, row, -STEP), small, with_row_moved(small, row, STEP))
        assert low <= solution.duals[row] <= high, small.rows[row]


@every_solver_with({"LP": LP})
def test_a_linear_program_comes_with_shadow_prices_where_the_library_passes_them_on(
    solver: Solver, small: Program
) -> None:
    solution = run(solver, small)
    silent = solver.name == "Pyomo-SCIP"
    assert (solution.duals is None) == silent
    assert (solution.reduced_costs is None) == silent


@every_solver_with(PRICED)
def test_reduced_costs_are_derivatives_by_the_active_bound(solver: Solver, small: Program) -> None:
    solution = verified(solver, small)
    if solution.reduced_costs is None or solution.values is None:
        pytest.skip(f"{solver.name} gives no reduced costs here")
    assert solution.reduced_costs.shape == (small.column_count,)
    near = math.sqrt(tolerance(solver))
    for column, value in enumerate(solution.values.tolist()):
        at_lower = value <= small.column_lower[column] + near
        at_upper = value >= small.column_upper[column] - near
        lowered, raised = (
            with_bounds_moved(small, column, step, at_lower=at_lower, at_upper=at_upper) for step in (-STEP, STEP)
        )
        low, high = slopes(solver, lowered, small, raised)
        # Moving a bound away from a basic column changes nothing, which is one end of the range.
        assert min(low, 0.0) - near <= solution.reduced_costs[column] <= max(high, 0.0) + near, small.columns[column]


def ordered(*, integer: bool) -> Program:
    """Twelve columns with three by four indices, each pushed up to a number of its own by its row."""
    count = 12
    targets = np.array([(7 * k) % count + 1 for k in range(count)], dtype=float)
    grid = Block("x", count, (("b", "a", "c"), (4, 2, 3, 1)), np.array([(k // 4, k % 4) for k in range(count)]))
    return Program(
        name="order",
        sense="minimize",
        columns=Labels((grid,)),
        column_lower=np.zeros(count),
        column_upper=np.full(count, 50.0),
        integer=np.full(count, integer),
        objective=np.ones(count),
        rows=scalar_labels([f"row{k}" for k in range(count)]),
        matrix=sparse.csr_array(sparse.eye_array(count, format="csr")),
        row_lower=targets,
        row_upper=np.full(count, INF),
    )


@every_solver_with({"continuous": ordered(integer=False), "integer": ordered(integer=True)})
def test_values_come_in_the_order_of_the_columns(solver: Solver, small: Program) -> None:
    solution = verified(solver, small)
    expected = {
        f"x['{letter}', {number}]": small.row_lower[4 * row + column]
        for row, letter in enumerate("bac")
        for column, number in enumerate((4, 2, 3, 1))
    }
    assert labelled_values(solution, small) == pytest.approx(expected, abs=math.sqrt(tolerance(solver)))


@every_solver_with({"hard": HARD})
def test_a_time_limit_is_kept_and_named(solver: Solver, small: Program) -> None:
    solution = verified(solver, small, Options(time_limit=1.0))
    assert solution.seconds < 10
    if solution.termination is not Termination.OPTIMAL:
        assert solution.limit is Limit.TIME
        assert solution.termination in (Termination.FEASIBLE, Termination.NO_SOLUTION_FOUND)
        assert (solution.values is None) == (solution.termination is Termination.NO_SOLUTION_FOUND)


@every_solver_with({"LP": LP, "MILP": EASY})
def test_no_time_at_all_is_no_error(solver: Solver, small: Program) -> None:
    solution = verified(solver, small, Options(time_limit=0.0))
    assert solution.termination in (*SOLVED, Termination.FEASIBLE, Termination.NO_SOLUTION_FOUND)
    assert solution.termination in SOLVED or solution.limit is Limit.TIME


@every_solver_with({"MILP": EASY})
def test_events_are_in_the_terms_of_the_user(solver: Solver, small: Program) -> None:
    events: list[Event] = []
    solution = verified(solver, small, Options(), events.append)
    assert solution.objective is not None
    best = -INF
    for event in events:
        match event:
            case Incumbent(objective=objective, values=values):
                assert objective <= solution.objective + 1e-6
                best = max(best, objective)
                if values is not None:
                    assert float(small.objective @ values) == pytest.approx(objective)
                    assert violations(small, values).relative <= 1e-6
            case Bound(value=value):
                assert value >= solution.objective - 1e-6
            case LogLine(text=text):
                assert "\n" not in text
            case Pulse(seconds=seconds):
                assert seconds >= 0
    if best > -INF:
        assert best == pytest.approx(solution.objective)


@every_solver_with({"hard": HARD})
def test_a_handler_that_wants_no_more_stops_the_solver_with_its_incumbent(solver: Solver, small: Program) -> None:
    seen: list[Incumbent] = []

    def enough(event: Event) -> bool:
        if isinstance(event, Incumbent):
            seen.append(event)
        return bool(seen)

    solution = verified(solver, small, Options(time_limit=5.0), enough)
    if not seen:
        pytest.skip(f"{solver.name} reports no incumbents")
    if solution.termination is Termination.OPTIMAL:
        return
    assert solution.termination is Termination.FEASIBLE
    assert solution.limit is Limit.INTERRUPTED
    assert solution.objective is not None
    assert solution.objective >= seen[0].objective - 1e-6


def slow() -> Program:
    """A dense linear program that takes any solver a while."""
    random = np.random.default_rng(5)
    rows, count = 500, 700
    return Program(
        name="slow",
        sense="maximize",
        columns=Labels((Block("x", count, (range(count),), np.arange(count)[:, None]),)),
        column_lower=np.zeros(count),
        column_upper=np.full(count, INF),
        integer=np.zeros(count, dtype=bool),
        objective=random.uniform(1, 2, count),
        rows=Labels((Block("row", rows, (range(rows),), np.arange(rows)[:, None]),)),
        matrix=sparse.csr_array(random.uniform(0.1, 1, (rows, count))),
        row_lower=np.full(rows, -INF),
        row_upper=random.uniform(50, 99, rows),
    )


@every_solver_with({"MILP": HARD, "LP": slow()})
def test_a_cancelled_job_ends_and_keeps_what_was_found(solver: Solver, small: Program) -> None:
    if not solver.available().installed:
        pytest.skip(f"{solver.name} is not installed")
    job = Job(Plan(program=small, reductions=(), solver=solver, why="", reduced=small, recover=lambda values: values))
    best: Incumbent | None = None
    waited = time.monotonic() + 0.5
    while job.running and best is None and time.monotonic() < waited:
        best = next((event for event in job.poll() if isinstance(event, Incumbent)), None)
    job.cancel()
    try:
        solution = job.wait(60)
    except UnsupportedProgramError as refusal:
        pytest.skip(str(refusal))
    assert solution is not None, "it does not listen, and was not ended"
    assert solution.termination in (*SOLVED, Termination.FEASIBLE, Termination.NO_SOLUTION_FOUND)
    assert solution.termination in SOLVED or solution.limit is Limit.INTERRUPTED
    if best is not None and best.values is not None:
        assert solution.objective is not None
        assert solution.objective >= best.objective - 1e-6


@every_solver_with({"LP": slow()})
def test_a_handler_stops_a_solver_that_does_not_listen_too(solver: Solver, small: Program) -> None:
    if solver.interruptible or not solver.available().installed:
        pytest.skip(f"{solver.name} listens, or is not installed")
    chosen = Plan(program=small, reductions=(), solver=solver, why="", reduced=small, recover=lambda values: values)
    solution = follow(chosen, Options(), lambda event: True)
    assert solution.termination in (*SOLVED, Termination.FEASIBLE, Termination.NO_SOLUTION_FOUND)
    assert solution.termination in SOLVED or solution.limit is Limit.INTERRUPTED


@every_solver_with({"MILP": EASY, "LP": LP})
def test_a_handler_that_never_wants_anything_gets_an_answer(solver: Solver, small: Program) -> None:
    solution = verified(solver, small, Options(), lambda event: True)
    assert solution.termination in (*SOLVED, Termination.FEASIBLE, Termination.NO_SOLUTION_FOUND)
    assert solution.termination in SOLVED or solution.limit is Limit.INTERRUPTED


@every_solver_with({"LP": LP, "MILP": EASY})
def test_what_a_handler_raises_reaches_the_caller(solver: Solver, small: Program) -> None:
    class Disturbed(Exception):
        pass

    heard = False

    def disturb(event: Event) -> None:
        nonlocal heard
        heard = True
        raise Disturbed

    try:
        run(solver, small, Options(), disturb)
    except Disturbed:
        return
    assert not heard


@every_solver_with({"knapsack": KNOWN["a knapsack"].program})
@pytest.mark.parametrize("kind", ["optimal", "partial", "infeasible", "fractional", "beyond bounds"])
def test_a_start_is_used_or_ignored_but_never_believed(solver: Solver, small: Program, kind: str) -> None:
    start = {
        "optimal": np.array([1.0, 1.0, 0.0, 0.0]),
        "partial": np.array([1.0, np.nan, 0.0, np.nan]),
        "infeasible": np.ones(4),
        "fractional": np.full(4, 0.5),
        "beyond bounds": np.full(4, 7.0),
    }[kind]
    solution = verified(solver, small, Options(start=start))
    assert solution.termination is Termination.OPTIMAL
    assert solution.objective == pytest.approx(23)


@every_solver_with({"LP": LP, "MILP": EASY})
def test_the_same_question_gets_the_same_answer(solver: Solver, small: Program) -> None:
    first, second = (verified(solver, small, REPEATABLE) for _ in range(2))
    assert first.values is not None
    assert second.values is not None
    assert first.objective == second.objective
    assert np.array_equal(first.values, second.values)


@every_solver_with({"MILP": EASY, "LP": LP})
def test_nothing_is_printed(solver: Solver, small: Program, capfd: pytest.CaptureFixture[str]) -> None:
    run(solver, small)
    assert capfd.readouterr().out == ""


@every_solver
def test_a_program_beyond_its_features_is_refused_by_name(solver: Solver) -> None:
    if not solver.available().installed:
        pytest.skip(f"{solver.name} is not installed: {solver.available().reason}")
    for known in KNOWN.values():
        if lacking(solver, known.program):
            with pytest.raises(UnsupportedProgramError, match=solver.name):
                claim(solver, known.program, Options())


@every_solver
def test_its_availability_explains_itself(solver: Solver) -> None:
    availability = solver.available()
    assert availability.version if availability.installed else availability.reason and availability.install


NUMBERS = st.integers(-5, 5).map(float)
KINDS = {
    "integer": {Feature.INTEGER},
    "mixed": {Feature.CONTINUOUS, Feature.INTEGER},
    "continuous": {Feature.CONTINUOUS},
}


@st.composite
def tiny_programs(draw: st.DrawFn, kind: str) -> Program:
    """Bounded linear programs of up to five columns, at most two of them continuous, and up to four rows.

    Numbers are quarters, halves or integers, so that bounds of integer columns may be fractional.
    """
    continuous = 0 if kind == "integer" else draw(st.integers(1, 2))
    n = continuous + (0 if kind == "continuous" else draw(st.integers(1, 4 - continuous)))
    m = draw(st.integers(0, 4))
    grain, coarse = draw(st.sampled_from((1, 2, 4))), draw(st.sampled_from((1, 2)))
    lower = np.array([draw(st.integers(-2 * grain, grain)) for _ in range(n)]) / grain
    matrix = np.array([[draw(NUMBERS) for _ in range(n)] for _ in range(m)]).reshape(m, n) / coarse
    row_lower, row_upper = np.full(m, -INF), np.full(m, INF)
    for row in range(m):
        bound = draw(st.integers(-8 * coarse, 8 * coarse)) / coarse
        form = draw(st.sampled_from(("<=", ">=", "==", "range")))
        if form != "<=":
            row_lower[row] = bound
        if form != ">=":
            row_upper[row] = bound + (draw(st.integers(0, 5)) if form == "range" else 0)
    return Program(
        name="tiny",
        sense=draw(st.sampled_from(("minimize", "maximize"))),
        columns=scalar_labels([f"x{k}" for k in range(n)]),
        column_lower=lower,
        column_upper=lower + np.array([draw(st.integers(0, 3 * grain)) for _ in range(n)]) / grain,
        integer=np.arange(n) >= continuous,
        objective=np.array([draw(NUMBERS) for _ in range(n)]),
        objective_offset=draw(NUMBERS),
        rows=scalar_labels([f"row{k}" for k in range(m)]),
        matrix=sparse.csr_array(matrix),
        row_lower=row_lower,
        row_upper=row_upper,
    )


@pytest.mark.parametrize(
    ("solver", "kind"),
    [(solver, kind) for solver in SOLVERS for kind, features in KINDS.items() if features <= solver.features],
    ids=lambda case: case if isinstance(case, str) else case.name,
)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_tiny_programs_agree_with_trying_everything(solver: Solver, kind: str, data: st.DataObject) -> None:
    small = data.draw(tiny_programs(kind))
    expected = best_objective(small)
    solution = verified(solver, small)
    if expected is None:
        denied = {Termination.INFEASIBLE, Termination.INFEASIBLE_OR_UNBOUNDED}
        if Feature.INTEGER not in solver.features:  # interior points and first-order methods may admit defeat
            denied |= {Termination.NUMERICAL_ERROR, Termination.NO_SOLUTION_FOUND}
        assert solution.termination in denied
    else:
        assert solution.termination in SOLVED
        assert solution.objective == pytest.approx(expected, abs=tolerance(solver) * max(1.0, abs(expected)))
