"""The right solver after the right rewrites, said in words, and a verified answer in the user's terms."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import ClassVar

import numpy as np
import pytest
from known_programs import EASY, KNOWN
from small_programs import program

from formulations.data import bind
from formulations.features import Feature
from formulations.notation import parse_notation
from formulations.program import Program
from formulations.reductions import ObjectiveSense
from solvers.dispatch import NoCapableSolverError, Plan, follow, plan, plans, solve, solve_instance
from solvers.highs import Highs
from solvers.registry import SOLVERS, solver_named
from solvers.solution import Solution, Termination, labelled_values
from solvers.solver import (
    Availability,
    Bound,
    Event,
    EventHandler,
    Incumbent,
    LogLine,
    Options,
    Solver,
    SolverUnavailableError,
    UnsupportedProgramError,
    ignore,
)

POSITIVE = (0, math.inf)
LINEAR = KNOWN["an LP to maximize with an offset"].program


class Planted(Highs):
    """HiGHS under another name, with its answers changed."""

    name: ClassVar[str] = "Planted"
    change: Callable[[Solution], Solution] = staticmethod(lambda solution: solution)

    def solve(self, program: Program, options: Options, on_event: EventHandler = ignore) -> Solution:
        return type(self).change(replace(super().solve(program, options, on_event), solver=self.name))


class Liar(Planted):
    name: ClassVar[str] = "Liar"

    @staticmethod
    def change(solution: Solution) -> Solution:
        return replace(solution, objective=1e6, dual_bound=1e6)


class Guesser(Planted):
    name: ClassVar[str] = "Guesser"
    exact: ClassVar[bool] = False


class Refuser(Planted):
    name: ClassVar[str] = "Refuser"

    def solve(self, program: Program, options: Options, on_event: EventHandler = ignore) -> Solution:
        raise UnsupportedProgramError("Refuser does not like fractions")


class Absent(Planted):
    name: ClassVar[str] = "SCIP"
    features: ClassVar[frozenset[Feature]] = frozenset(Feature)

    def available(self) -> Availability:
        return Availability(installed=False, reason="pyscipopt is missing", install="pip install pyscipopt")


@pytest.fixture
def only(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Makes the given solvers the only ones there are."""

    def choose(*solvers: Solver) -> None:
        monkeypatch.setattr("solvers.planning.SOLVERS", solvers)
        monkeypatch.setattr("solvers.registry.SOLVERS", solvers)

    return choose


SENTENCES = {
    "Linear: HiGHS.": LINEAR,
    "Mixed-integer linear: HiGHS.": EASY,
    "Convex quadratic: HiGHS.": KNOWN["a portfolio"].program,
    "Linear: HiGHS. Rewritten: absolute value in 'objective' (2 columns and 4 rows added).": KNOWN[
        "absolute values"
    ].program,
    "Mixed-integer linear: HiGHS. Rewritten: indicator row in 'row0' (0 columns and 0 rows added).": KNOWN[
        "an indicator"
    ].program,
}


@pytest.mark.parametrize(("why", "small"), SENTENCES.items(), ids=SENTENCES)
def test_a_plan_says_why_in_a_sentence_or_two(why: str, small: Program, only: Callable[..., None]) -> None:
    only(Highs())
    assert plan(small).why == why


def test_a_plan_mentions_the_better_solver_that_is_not_installed(only: Callable[..., None]) -> None:
    only(Highs(), Absent())
    small = program("maximize a*b + b", "a + b <= 2", a=(0, 1, int), b=(0, 1, int))
    chosen = plan(small)
    assert chosen.solver.name == "HiGHS"
    assert "product of binaries" in chosen.why
    assert "SCIP would come first, but not installed (pyscipopt is missing; pip install pyscipopt)" in chosen.why


def test_without_a_capable_solver_each_ones_lack_is_told(only: Callable[..., None]) -> None:
    only(Highs(), Absent())
    with pytest.raises(NoCapableSolverError) as refusal:
        plan(program("minimize exp(x)*y + abs(x)", x=(-1, 5), y=POSITIVE))
    assert "no solver for this" in str(refusal.value)
    assert "HiGHS: lacks nonlinear expression" in str(refusal.value)
    assert "abs" not in str(refusal.value), "what can be rewritten is no lack"
    assert "SCIP: not installed" in str(refusal.value)
    assert set(refusal.value.reasons) == {"HiGHS", "SCIP"}


def test_a_rewrite_that_needs_a_bound_says_which(only: Callable[..., None]) -> None:
    only(Highs())
    with pytest.raises(NoCapableSolverError, match="finite upper bound on y"):
        plan(program("maximize abs(x - y)", x=POSITIVE, y=POSITIVE))


def test_a_solver_asked_for_by_name_must_exist_and_be_installed(only: Callable[..., None]) -> None:
    with pytest.raises(SolverUnavailableError, match="no solver called 'cplexx'; choose one of: HiGHS"):
        plan(LINEAR, "cplexx")
    only(Highs(), Absent())
    with pytest.raises(SolverUnavailableError, match="pyscipopt is missing; install it with: pip install pyscipopt"):
        solve(LINEAR, solver="scip")


def test_a_solver_asked_for_by_name_is_taken_or_says_what_it_lacks() -> None:
    assert plan(LINEAR, "highs").solver.name == "HiGHS"
    with pytest.raises(NoCapableSolverError, match="HiGHS: lacks"):
        plan(KNOWN["a nonconvex objective"].program, "HiGHS")


def test_every_class_has_a_first_choice_that_is_registered_or_a_fallback() -> None:
    for known in KNOWN.values():
        assert all(found.solver in SOLVERS for found in plans(known.program))


@pytest.mark.parametrize("name", [name for name in KNOWN if "second-order" not in name])
def test_known_programs_are_solved_in_the_terms_of_the_user(name: str) -> None:
    known = KNOWN[name]
    try:
        solution = solve(known.program)
    except NoCapableSolverError as lack:
        pytest.skip(str(lack))
    assert solution.termination in (Termination.OPTIMAL, Termination.LOCALLY_OPTIMAL)
    assert solution.objective == pytest.approx(known.objective, abs=1e-4)
    assert solution.values is not None
    assert solution.values.shape == (known.program.column_count,)
    assert solution.max_violation is not None
    if known.values is not None:
        assert labelled_values(solution, known.program) == pytest.approx(known.values, abs=1e-2)


def test_duals_of_a_rewritten_program_belong_to_the_rows_of_the_user(only: Callable[..., None]) -> None:
    only(Highs())
    small = program("minimize abs(x) + 2*y", "x + y == 6", x=(-9, 2), y=POSITIVE)
    solution = solve(small)
    assert solution.objective == pytest.approx(10)
    assert solution.duals == pytest.approx([2])
    assert solution.reduced_costs is not None
    assert solution.reduced_costs.shape == (2,)


def mirrored() -> Plan:
    """A plan that minimizes what the user maximizes."""
    reduced, recover = ObjectiveSense().apply(EASY)
    return Plan(program=EASY, reductions=(ObjectiveSense(),), solver=Highs(), why="", reduced=reduced, recover=recover)


def test_a_mirrored_objective_comes_back_with_its_sign() -> None:
    straight = solve(EASY)
    events: list[Event] = []
    solution = follow(mirrored(), Options(), events.append)
    assert solution.termination is Termination.OPTIMAL
    assert solution.objective == pytest.approx(straight.objective)
    assert solution.dual_bound == pytest.approx(straight.objective, rel=1e-4)
    assert straight.objective is not None
    for event in events:
        if isinstance(event, Incumbent):
            assert 0 <= event.objective <= straight.objective
        if isinstance(event, Bound):
            assert event.value >= straight.objective - 1e-6


def test_prices_of_a_mirrored_program_are_in_the_sense_of_the_user() -> None:
    reduced, recover = ObjectiveSense().apply(LINEAR)
    chosen = Plan(
        program=LINEAR, reductions=(ObjectiveSense(),), solver=Highs(), why="", reduced=reduced, recover=recover
    )
    straight, back = solve(LINEAR), follow(chosen, Options())
    assert back.duals == pytest.approx(straight.duals)
    assert back.reduced_costs == pytest.approx(straight.reduced_costs)


def test_starting_values_reach_a_rewritten_program(only: Callable[..., None]) -> None:
    only(Highs())
    small = program("maximize a*b + b", "a + b <= 2", a=(0, 1, int), b=(0, 1, int))
    chosen = plan(small)
    start = chosen.options(Options(start=np.array([1.0, 1.0]))).start
    assert start is not None
    assert start[:2].tolist() == [1, 1]
    assert np.isnan(start[2:]).all()
    assert len(start) == chosen.reduced.column_count
    assert solve(small, Options(start=np.array([1.0, 1.0]))).objective == pytest.approx(2)


def test_a_planted_liar_is_caught_and_another_solver_answers(only: Callable[..., None]) -> None:
    only(Liar(), Highs())
    lie = solve(LINEAR, solver="liar")
    assert lie.termination is Termination.NUMERICAL_ERROR
    assert "claimed the objective 1000000, but it is 18" in lie.log
    only(Liar(), Guesser())
    honest = solve(LINEAR)
    assert (honest.solver, honest.objective) == ("Guesser", pytest.approx(18))


def test_if_all_lie_the_first_lie_is_shown_as_such(only: Callable[..., None]) -> None:
    only(Liar())
    assert solve(LINEAR).termination is Termination.NUMERICAL_ERROR


def test_a_solver_that_cannot_prove_is_not_believed_an_optimum(only: Callable[..., None]) -> None:
    only(Guesser())
    assert solve(LINEAR).termination is Termination.LOCALLY_OPTIMAL


def test_a_refusal_after_all_passes_the_program_on(only: Callable[..., None]) -> None:
    only(Refuser(), Guesser())
    assert solve(LINEAR).solver == "Guesser"
    with pytest.raises(UnsupportedProgramError, match="fractions"):
        solve(LINEAR, solver="Refuser")
    only(Refuser())
    with pytest.raises(NoCapableSolverError, match="Refuser does not like fractions"):
        solve(LINEAR)


def test_a_solver_with_its_own_process_is_run_in_a_worker(
    only: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    only(Highs())
    monkeypatch.setattr(Highs, "own_process", True)
    monkeypatch.setattr(Highs, "solve", lambda *_: pytest.fail("solved in this process"))
    lines: list[str] = []
    solution = solve(EASY, on_event=lambda event: lines.append(event.text) if isinstance(event, LogLine) else None)
    assert solution.termination is Termination.OPTIMAL
    assert any("HiGHS" in line for line in lines)


BAKERY = """
set Pizza
parameter minutes[Pizza]
parameter stock
variable make[p in Pizza] integer >= 0
maximize made: sum(make[p] for p in Pizza)
constraint oven: sum(minutes[p]*make[p] for p in Pizza) <= stock
constraint balanced: abs(make["small"] - make["large"]) <= 3
data
set Pizza = small, large
parameter minutes = small: 3, large: 7
parameter stock = 40
"""


def test_an_instance_is_grounded_solved_and_verified_as_written() -> None:
    document = parse_notation(BAKERY)
    solution = solve_instance(bind(document.formulation, document.data), Options(time_limit=20))
    assert solution.termination is Termination.OPTIMAL
    assert solution.objective == pytest.approx(9)
    assert solution.max_violation == pytest.approx(0)


def test_a_lie_about_an_instance_is_caught(only: Callable[..., None]) -> None:
    only(Liar())
    document = parse_notation(BAKERY)
    solution = solve_instance(bind(document.formulation, document.data))
    assert solution.termination is Termination.NUMERICAL_ERROR


def test_names_of_solvers_are_found_whatever_their_case() -> None:
    assert solver_named("hIgHs").name == "HiGHS"
