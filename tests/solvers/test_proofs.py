"""Evidence for claims: what is proved holds, what is false is refuted or stays a claim."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from enumeration import best_objective
from hypothesis import given, settings
from hypothesis import strategies as st
from known_programs import EASY, INFEASIBLE, KNOWN, POSITIVE, UNBOUNDED
from small_programs import FREE, program
from test_conformance import KINDS, tiny_programs

from formulations.program import Floats, Program
from solvers.certificates import Linear, contradicts, exact_bound, weak_bound
from solvers.dispatch import NoCapableSolverError, solve
from solvers.proofs import confirmed_by_another, proved
from solvers.solution import Grade, Solution, Termination, without_values
from solvers.solver import Options
from solvers.verify import verify

LINEAR = program("maximize 3*x + 2*y", "x + y <= 4", "x + 3*y <= 6", x=(0, 3), y=POSITIVE)


def claim(
    small: Program, termination: Termination, values: Floats | None = None, ray: Floats | None = None
) -> Solution:
    """What a solver called Liar says, verified as every solution is."""
    said = replace(without_values(termination, solver="Liar", version="1"), values=values, ray=ray)
    return verify(small, said, Options())


def grade(solution: Solution) -> Grade | None:
    return None if solution.evidence is None else solution.evidence.grade


def test_an_optimum_with_its_dual_solution_is_proved_by_verification_alone() -> None:
    assert grade(solve(LINEAR)) is Grade.CERTIFIED


def test_an_optimum_of_whole_numbers_is_proved_exactly() -> None:
    evidence = proved(LINEAR, solve(LINEAR)).evidence
    assert evidence is not None
    assert evidence.exact
    assert "exact arithmetic" in evidence.sentence


def test_wrong_duals_prove_nothing() -> None:
    solution = solve(LINEAR)
    assert solution.duals is not None
    for wrong in (solution.duals + 0.5, -solution.duals, np.zeros(2), np.full(2, np.nan)):
        assert grade(verify(LINEAR, replace(solution, duals=wrong, dual_bound=None), Options())) is Grade.CLAIMED


def test_a_plan_that_is_not_the_best_is_refuted() -> None:
    small = replace(KNOWN["a knapsack"].program)
    best = solve(small)
    assert best.values is not None
    assert grade(proved(small, best)) is Grade.CERTIFIED
    false = claim(small, Termination.OPTIMAL, np.zeros(small.column_count))
    assert grade(false) is Grade.CLAIMED
    found = proved(small, false)
    assert found.termination is Termination.NUMERICAL_ERROR
    assert "but a plan with" in found.log


@pytest.mark.parametrize("name", sorted(INFEASIBLE))
def test_what_is_infeasible_is_proved_or_stays_a_claim(name: str) -> None:
    small = INFEASIBLE[name]
    found = proved(small, claim(small, Termination.INFEASIBLE))
    assert found.termination is Termination.INFEASIBLE
    linear = not (small.quadratic or small.nonlinear or small.indicators)
    assert grade(found) is (Grade.CERTIFIED if linear else grade(found))


@pytest.mark.parametrize("small", [LINEAR, EASY, KNOWN["a knapsack"].program], ids=["LP", "MILP", "knapsack"])
def test_a_false_claim_of_infeasibility_is_refuted_with_a_feasible_point(small: Program) -> None:
    found = proved(small, claim(small, Termination.INFEASIBLE))
    assert found.termination is Termination.NUMERICAL_ERROR
    assert "feasible point was found" in found.log
    assert found.values is not None


@pytest.mark.parametrize("name", ["free columns", "no rows", "integers"])
def test_what_is_unbounded_is_proved_by_a_point_and_a_direction(name: str) -> None:
    small = UNBOUNDED[name]
    assert grade(proved(small, claim(small, Termination.UNBOUNDED))) is Grade.CERTIFIED


@pytest.mark.parametrize(
    "small",
    [LINEAR, program("minimize x", "x >= 3", "x <= 1", x=FREE), program("minimize x", "x >= 3", x=FREE)],
    ids=["bounded", "infeasible", "bounded by a row"],
)
def test_a_false_claim_of_unboundedness_is_refuted(small: Program) -> None:
    found = proved(small, claim(small, Termination.UNBOUNDED))
    assert found.termination is Termination.NUMERICAL_ERROR
    assert "claimed unbounded" in found.log


def test_a_second_solver_confirms_what_nothing_proves() -> None:
    curved = program("minimize x**2 + y**2", "x + y >= 2", x=POSITIVE, y=POSITIVE)
    said = replace(solve(curved), duals=None)
    claimed = verify(curved, said, Options())
    assert grade(claimed) is Grade.CLAIMED
    found = confirmed_by_another(curved, claimed)
    assert found.evidence is not None
    assert found.evidence.grade is Grade.CONFIRMED
    assert len(set(found.evidence.solvers)) == 2


def test_a_second_solver_that_disagrees_refutes() -> None:
    curved = program("minimize x**2 + y**2", "x + y >= 2", x=POSITIVE, y=POSITIVE)
    found = confirmed_by_another(curved, claim(curved, Termination.OPTIMAL, np.array([2.0, 0.0])))
    assert found.termination is Termination.NUMERICAL_ERROR
    assert "but" in found.log


@pytest.mark.parametrize("kind", sorted(KINDS))
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_only_true_claims_are_ever_proved(kind: str, data: st.DataObject) -> None:
    small = data.draw(tiny_programs(kind))
    best = best_objective(small)
    for termination in (Termination.INFEASIBLE, Termination.UNBOUNDED):
        found = proved(small, claim(small, termination))
        if grade(found) is Grade.CERTIFIED:
            assert best is None
            assert termination is Termination.INFEASIBLE
    try:
        honest = solve(small)
    except NoCapableSolverError:
        return
    if honest.values is None or best is None:
        return
    assert grade(proved(small, honest)) is Grade.CERTIFIED
    point = np.clip(np.zeros(small.column_count), np.ceil(small.column_lower), np.floor(small.column_upper))
    other = proved(small, claim(small, Termination.OPTIMAL, point))
    if grade(other) is Grade.CERTIFIED:
        assert other.objective == pytest.approx(best, abs=1e-4)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_multipliers_whatever_give_a_bound_that_holds(data: st.DataObject) -> None:
    small = data.draw(tiny_programs("continuous"))
    best = best_objective(small)
    duals = np.array([data.draw(st.integers(-6, 6)) / 2 for _ in range(small.row_count)])
    linear = Linear.relaxation(small)
    bound = weak_bound(linear, duals, None, 1e-9)
    exact = exact_bound(linear, duals, 100)
    assert exact is None or float(exact) == pytest.approx(bound)
    if best is None:
        return
    assert bound <= (-best if small.sense == "maximize" else best) + 1e-7
    assert not contradicts(linear, duals, Options())
