"""Planted liars: every kind of false claim is caught, named, and never shown as a success."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_programs import FREE, expression, program

from formulations.data import bind
from formulations.expression import Binary, Column, Expression, Number
from formulations.ground import ground
from formulations.notation import parse_notation
from formulations.program import Program
from solvers.activities import activities, evaluate_columns
from solvers.highs import Highs
from solvers.solution import Solution, Termination
from solvers.solver import Options
from solvers.verify import verify, verify_instance, violations

POSITIVE = (0, math.inf)
MIX = program("maximize 3*x + 2*y + 7", "x + y <= 4", "x + 3*y <= 6", x=(0, 3), y=POSITIVE)
COUNTED = program("minimize 2*x + y", "x + y >= 3.5", x=(0, 9, int), y=(0, 2))
OPTIONS = Options()


def truth(small: Program) -> Solution:
    return Highs().solve(small, OPTIONS)


@pytest.mark.parametrize("small", [MIX, COUNTED], ids=["LP", "MILP"])
def test_an_honest_solution_passes_with_its_violation_filled_in(small: Program) -> None:
    checked = verify(small, truth(small), OPTIONS)
    assert checked.termination is Termination.OPTIMAL
    assert checked.max_violation == pytest.approx(0, abs=1e-9)
    assert "Verification" not in checked.log


#: What a liar changes of the true optimum of MIX, x = 3, y = 1, objective 18, and what must be said about it.
LIES = {
    "a wrong objective": ({"objective": 19.0}, "claimed the objective 19, but it is 18"),
    "a wrong objective and bound": ({"objective": 25.0, "dual_bound": 25.0}, "claimed the objective 25"),
    "an infeasible point": (
        {"values": np.array([3.0, 2.0]), "objective": 20.0},
        "claimed optimal, but row1 is violated by 3",
    ),
    "a point outside its bounds": (
        {"values": np.array([3.5, 0.0]), "objective": 17.5},
        "x = 3.5 is outside its bounds by 0.5",
    ),
    "a value that is no number": ({"values": np.array([3.0, math.nan])}, "row0 has no value"),
    "an infinite value": ({"values": np.array([3.0, -math.inf])}, "has no value"),
    "too few values": ({"values": np.array([3.0])}, "gave 1 values for 2 columns"),
    "too many values": ({"values": np.zeros((2, 2))}, "gave 4 values for 2 columns"),
    "no values": ({"values": None}, "claimed optimal, but gave no values"),
    "a bound below a feasible point": ({"dual_bound": 17.0}, "claimed the bound 17, but a feasible point has 18"),
    "a bound that is no number": ({"dual_bound": math.nan}, "claimed the bound nan"),
    "infeasibility beside a feasible point": (
        {"termination": Termination.INFEASIBLE},
        "claimed infeasible, but gave a feasible point",
    ),
}


@pytest.mark.parametrize(("lie", "said"), LIES.values(), ids=LIES)
def test_a_lie_about_a_linear_program_is_caught_and_named(lie: dict[str, object], said: str) -> None:
    claimed = replace(truth(MIX), **lie)  # type: ignore[arg-type]
    checked = verify(MIX, claimed, OPTIONS)
    assert checked.termination is Termination.NUMERICAL_ERROR
    assert "Verification: HiGHS" in checked.log
    assert said in checked.log
    assert claimed.log.rstrip() in checked.log, "the solver's own log is kept"


def test_the_values_of_a_caught_lie_are_kept_for_inspection() -> None:
    lie = replace(truth(MIX), values=np.array([3.0, 2.0]), objective=20.0)
    checked = verify(MIX, lie, OPTIONS)
    assert checked.values is not None
    assert checked.values.tolist() == [3, 2]
    assert checked.max_violation == pytest.approx(3)
    assert checked.objective == pytest.approx(20)


def test_a_fraction_where_an_integer_belongs_is_caught() -> None:
    lie = replace(truth(COUNTED), values=np.array([1.5, 2.0]), objective=5.0, dual_bound=5.0)
    checked = verify(COUNTED, lie, OPTIONS)
    assert checked.termination is Termination.NUMERICAL_ERROR
    assert "x = 1.5 is not an integer" in checked.log
    assert checked.max_violation == pytest.approx(0.5)


def test_an_optimum_with_an_open_gap_is_only_feasible() -> None:
    lie = replace(truth(COUNTED), dual_bound=5.0)
    assert lie.objective == pytest.approx(5.5)
    checked = verify(COUNTED, lie, OPTIONS)
    assert checked.termination is Termination.FEASIBLE
    assert "its bound 5 leaves a gap of 9.09%" in checked.log
    assert verify(COUNTED, lie, Options(mip_gap=0.1)).termination is Termination.OPTIMAL


@pytest.mark.parametrize("ray", [[0.0, 1.0], [1.0, -1.0], [0.0, 0.0], [math.nan, 1.0], [1.0]])
def test_a_false_ray_is_dropped(ray: list[float]) -> None:
    small = program("maximize x", "x - y <= 3", x=POSITIVE, y=POSITIVE)
    honest = truth(small)
    assert honest.termination is Termination.UNBOUNDED
    assert verify(small, honest, OPTIONS).ray is honest.ray
    checked = verify(small, replace(honest, ray=np.array(ray)), OPTIONS)
    assert checked.ray is None
    assert "but it is none" in checked.log


def test_near_integers_are_rounded_only_where_the_point_stays_feasible() -> None:
    claimed = replace(truth(COUNTED), values=np.array([2.0 - 4e-7, 2.0]))
    checked = verify(COUNTED, claimed, OPTIONS)
    assert checked.values is not None
    assert checked.values[0] == 2
    switched = program("maximize x", "x - 1e6*on <= 0", x=(0, 9), on=(0, 1, int))
    leaky = replace(truth(switched), values=np.array([0.5, 5e-7]), objective=0.5, dual_bound=0.5)
    kept = verify(switched, leaky, OPTIONS)
    assert kept.values is not None
    assert kept.values[1] == 5e-7


def test_violations_are_measured_against_the_size_of_their_row() -> None:
    large = program("minimize x", "x + y >= 1e9", x=POSITIVE, y=(0, 0))
    slightly = violations(large, np.array([1e9 - 1, 0.0]))
    assert slightly.largest == pytest.approx(1)
    assert slightly.relative == pytest.approx(1e-9)
    small = program("minimize x", "x + y >= 1", x=POSITIVE, y=(0, 0))
    assert violations(small, np.array([0.0, 0.0])).relative == pytest.approx(1)


#: Rows of every kind, a point, the largest violation there and the offender.
ROWS = {
    "a feasible point": (program("minimize x", "x + y <= 4", x=FREE, y=FREE), [1, 2], 0, ""),
    "an equality": (program("minimize x", "x + y == 4", x=FREE, y=FREE), [1, 2], 1, "row0 is violated by 1"),
    "a range below": (program("minimize x", "5 <= x + y <= 9", x=FREE, y=FREE), [1, 2], 2, "row0 is violated by 2"),
    "a square": (program("minimize x", "x**2 + x*y <= 2", x=FREE, y=FREE), [1, 2], 1, "row0 is violated by 1"),
    "a function": (program("minimize x", "exp(x) + y <= 2", x=FREE, y=FREE), [0, 2], 1, "row0 is violated by 1"),
    "an undefined function": (program("minimize x", "log(x) <= 2", x=FREE), [-1], math.inf, "row0 has no value"),
    "an indicator that holds": (
        program("minimize x", "x <= 2", when={0: ("b", True)}, x=FREE, b=(0, 1, int)),
        [5, 1],
        3,
        "row0 is violated by 3",
    ),
    "an indicator that is off": (
        program("minimize x", "x <= 2", when={0: ("b", True)}, x=FREE, b=(0, 1, int)),
        [5, 0],
        0,
        "",
    ),
    "the worst of two rows": (
        program("minimize x", "x <= 2", "x <= 1", x=FREE),
        [5],
        4,
        "row1 is violated by 4",
    ),
    "a bound": (program("minimize x", x=(0, 2)), [5], 3, "x = 5 is outside its bounds by 3"),
}


@pytest.mark.parametrize(("small", "point", "largest", "worst"), ROWS.values(), ids=ROWS)
def test_every_kind_of_row_is_recomputed(small: Program, point: list[float], largest: float, worst: str) -> None:
    found = violations(small, np.array(point, dtype=float))
    assert found.largest == pytest.approx(largest)
    assert found.worst == worst


def test_the_objective_is_recomputed_with_all_its_parts() -> None:
    small = program("minimize x**2 + 3*x*y + exp(y) + 2*y - 5", x=FREE, y=FREE)
    assert activities(small, np.array([2.0, 0.0])).objective == pytest.approx(4 + 1 - 5)


@pytest.mark.parametrize(
    ("text", "x", "value"),
    [
        ("sqrt(x)", -1e-9, 0.0),
        ("sqrt(x)", -0.1, math.nan),
        ("1/x", 0.0, math.nan),
        ("exp(x)", 1e6, math.nan),
        ("x**0.5", -1.0, math.nan),
        ("min(x, 3) - max(x, 2)", 5.0, -2.0),
        ("abs(-x)**3", 2.0, 8.0),
    ],
)
def test_functions_are_defined_only_where_they_are(text: str, x: float, value: float) -> None:
    found = evaluate_columns(expression(text, ["x"]), np.array([x]), tolerance=1e-6)
    assert found == pytest.approx(value, nan_ok=True)


def test_nesting_of_any_depth_is_evaluated() -> None:
    deep: Expression = Number(1.0)
    for _ in range(50_000):
        deep = Binary("+", deep, Column(0))
    assert evaluate_columns(deep, np.array([2.0])) == pytest.approx(100_001)


@settings(max_examples=60, deadline=None)
@given(x=st.floats(-5, 5), y=st.floats(-5, 5))
def test_only_true_optima_of_a_convex_program_survive(x: float, y: float) -> None:
    small = program("minimize x**2 + y**2", "x + y >= 2", x=(-5, 5), y=(-5, 5))
    claimed = replace(truth(small), values=np.array([x, y]), objective=x**2 + y**2)
    checked = verify(small, claimed, OPTIONS)
    close = abs(x - 1) + abs(y - 1) < 0.1 and x + y >= 2 - 1e-4
    assert close or checked.termination is not Termination.OPTIMAL


BAKERY = """
set Pizza
parameter minutes[Pizza]
parameter stock
variable make[p in Pizza] integer >= 0
maximize made: sum(make[p] for p in Pizza)
constraint oven: sum(minutes[p]*make[p] for p in Pizza) <= stock
constraint popular for p in Pizza if p != "small": make[p] >= 2
data
set Pizza = small, large
parameter minutes = small: 3, large: 7
parameter stock = 40
"""


def test_the_expressions_as_written_have_the_last_word() -> None:
    document = parse_notation(BAKERY)
    instance = bind(document.formulation, document.data)
    grounded = ground(instance)
    solution = truth(grounded)
    assert verify_instance(instance, grounded, solution, OPTIONS).termination is Termination.OPTIMAL
    # As if grounding had lost a row, read a wrong coefficient, or forgotten a part of the objective.
    without_row = replace(grounded, row_lower=np.full(2, -math.inf))
    cheaper = replace(grounded, matrix=grounded.matrix * 0.5)
    richer = replace(grounded, objective=grounded.objective * 2)
    for wrong, said in (
        (without_row, "as written 'popular['large']' is violated by 2"),
        (cheaper, "as written 'oven' is violated by"),
        (richer, "as written it is 10"),
    ):
        checked = verify_instance(instance, wrong, truth(wrong), OPTIONS)
        assert checked.termination is Termination.NUMERICAL_ERROR
        assert said in checked.log
