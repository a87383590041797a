"""What one more unit of the data is worth: rates agree with finite differences, steps with fresh solves."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from formulations.data import Instance, bind
from formulations.files import read_notation
from formulations.ground import ground
from solvers.dispatch import solve
from solvers.families import family
from solvers.marginals import marginals, steps
from solvers.sensitivity import sensitivity
from solvers.solution import Termination

PLAN = """
set P
set R
parameter profit[P]
parameter use[R, P]
parameter stock[R]
parameter least
parameter most[P]
parameter fixed
variable make[P] {domain} >= 0 <= most
{sense} z: sum(profit[p]*make[p] for p in P) - fixed
constraint stocked for r in R: sum(use[r, p]*make[p] for p in P) <= stock[r]
constraint promised: least <= sum(make[p] for p in P)
"""


def plan(arrays: dict[str, np.ndarray], *, domain: str = "", sense: str = "maximize") -> Instance:
    p, r = len(arrays["profit"]), len(arrays["stock"])
    data = f"data\nset P = {', '.join(map(str, range(p)))}\nset R = {', '.join(map(str, range(r)))}\n"
    document = read_notation(PLAN.format(domain=domain, sense=sense) + data)
    return bind(document.formulation, document.data, arrays=arrays)


@st.composite
def plans(draw: st.DrawFn, domain: str = "") -> Instance:
    random = np.random.default_rng(draw(st.integers(0, 10**6)))
    p, r = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    arrays = {
        "profit": random.integers(-3, 9, p).astype(float) + random.random(p),
        "use": random.integers(0, 5, (r, p)).astype(float),
        "stock": random.integers(4, 20, r).astype(float) + random.random(r),
        "least": np.asarray(float(random.integers(0, 3))),
        "most": random.integers(1, 6, p).astype(float) + random.random(p),
        "fixed": np.asarray(3.0),
    }
    return plan(arrays, domain=domain, sense=draw(st.sampled_from(("maximize", "minimize"))))


def objective(own: Instance, name: str, place: int, change: float) -> float | None:
    members = family(own, [name])
    theta = members.base.copy()
    theta[place] += change
    return solve(ground(members.member(theta))).objective


@settings(max_examples=12, deadline=None)
@given(plans(), st.floats(0.05, 0.95))
def test_rates_agree_with_finite_differences_and_ranges_hold(own: Instance, share: float) -> None:
    program = ground(own)
    solution = solve(program)
    assume(solution.termination is Termination.OPTIMAL)
    found = sensitivity(program, solution)
    assume(not found.degenerate and not found.alternative_optima)
    assert solution.values is not None
    for number, marginal in enumerate(marginals(own, found, solution.values)):
        place = int(np.flatnonzero([label == marginal.label for label in family(own, [marginal.parameter]).labels])[0])
        small = 1e-4
        up, down = (objective(own, marginal.parameter, place, change) for change in (small, -small))
        if up is not None and down is not None:
            assert (up - down) / (2 * small) == pytest.approx(marginal.rate, abs=1e-3), marginal.label
        for end in (marginal.valid_from, marginal.valid_to):
            if end is not None and solution.objective is not None:
                change = share * (float(np.clip(end, marginal.value - 5, marginal.value + 5)) - marginal.value)
                moved = objective(own, marginal.parameter, place, change)
                assert moved == pytest.approx(solution.objective + marginal.rate * change, abs=1e-5), number


def small() -> dict[str, np.ndarray]:
    return {
        "profit": np.array([3.0, 5.0]),
        "use": np.array([[1.0, 0.0], [0.0, 2.0], [3.0, 2.0]]),
        "stock": np.array([4.0, 12.0, 18.0]),
        "least": np.asarray(1.0),
        "most": np.array([100.0, 100.0]),
        "fixed": np.asarray(2.0),
    }


def test_a_textbook_plan_has_its_known_rates() -> None:
    own = plan(small())
    program = ground(own)
    solution = solve(program)
    assert solution.values is not None
    found = {entry.label: entry for entry in marginals(own, sensitivity(program, solution), solution.values)}
    assert [found[f"stock[{k}]"].rate for k in range(3)] == pytest.approx([0, 1.5, 1])
    assert (found["stock[1]"].valid_from, found["stock[1]"].valid_to) == pytest.approx((6, 18))
    assert (found["profit[0]"].rate, found["profit[0]"].valid_to) == pytest.approx((2, 7.5))
    assert found["use[2, 0]"].rate == pytest.approx(-2)
    assert found["use[2, 0]"].valid_from is None
    assert found["fixed"].rate == pytest.approx(-1)
    assert (found["least"].rate, found["least"].valid_from) == (0, -math.inf)


def test_steps_of_an_integer_plan_are_fresh_solves() -> None:
    own = plan(small(), domain="integer")
    solution = solve(ground(own))
    for step in steps(own, solution):
        place = list(family(own, [step.parameter]).labels).index(step.label)
        assert step.up == pytest.approx(objective(own, step.parameter, place, step.step))
        assert step.down == pytest.approx(objective(own, step.parameter, place, -step.step))
    assert {step.parameter for step in steps(own, solution, names=["stock"])} == {"stock"}


def test_a_step_without_a_plan_says_so() -> None:
    arrays = small() | {"least": np.asarray(8.0)}
    own = plan(arrays)
    solution = solve(ground(own))
    (step,) = steps(own, solution, names=["least"])
    assert (step.up, step.up_status) == (None, "infeasible")
    assert step.down is not None
