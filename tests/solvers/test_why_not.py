"""Why not: the price of a forced decision is that of solving again, and its causes cannot be left out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from test_scenarios import instance

from formulations.ground import ground
from solvers.dispatch import solve
from solvers.restrictions import Kind
from solvers.why_not import WhyNotError, explained, forced_instance, why_not


@pytest.mark.parametrize("domain", [">= 0 <= 1", "binary"])
@pytest.mark.parametrize(
    "question",
    ["open['east'] = 0.8", "ship['east', 3] >= 15", "sum(ship[p, 1] for p in Plant) == 25", "ship['west', 2] <= 10"],
)
def test_the_price_is_that_of_solving_again(question: str, domain: str) -> None:
    own = instance(domain=domain)
    found = why_not(own, question)
    before, after = solve(ground(own)), solve(ground(forced_instance(own, question)))
    if after.objective is None:
        assert found.impossible
        assert found.price is None
    else:
        assert before.objective is not None
        assert found.price == pytest.approx(after.objective - before.objective, abs=1e-6)
        assert (found.price > 1e-6) == bool(found.causes)


def test_the_causes_of_a_price_cannot_be_left_out() -> None:
    own = instance(domain="binary")
    found = why_not(own, "ship['west', 2] <= 10")
    assert found.irreducible
    assert found.price is not None
    names = [member.label for member in found.causes if member.kind is Kind.CONSTRAINT]
    assert "served[2]" in names
    program = ground(forced_instance(own, found.question))
    for label in names:
        row = list(program.rows).index(label)
        lower, upper = program.row_lower.copy(), program.row_upper.copy()
        lower[row], upper[row] = -np.inf, np.inf
        without = solve(replace(program, row_lower=lower, row_upper=upper)).objective
        assert without is not None
        assert found.before.objective is not None
        assert without <= found.before.objective + found.price / 2 + 1e-6
    assert "makes the objective worse by" in explained(found)


def test_the_impossible_is_told_with_its_causes() -> None:
    found = why_not(instance(domain="binary"), "open['east'] = 0")
    assert found.impossible
    assert any(member.name in ("served", "capacity") for member in found.causes)
    assert "is impossible" in explained(found)


def test_what_costs_nothing_is_said() -> None:
    found = why_not(instance(), "ship['west', 2] >= 1")
    assert found.price == pytest.approx(0, abs=1e-6)
    assert found.causes == ()
    assert "costs nothing" in explained(found)


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("opn['east'] = 1", "open"),
        ("open['nort'] = 1", "nort"),
        ("open['east'] = ", "cannot be read"),
        ("open['east']", "cannot be read"),
    ],
)
def test_a_question_that_makes_no_sense_is_explained(question: str, reason: str) -> None:
    with pytest.raises(WhyNotError) as caught:
        why_not(instance(), question)
    assert reason in str(caught.value)


def test_without_a_plan_there_is_nothing_to_compare_with() -> None:
    own = instance()
    parched = replace(own, parameters={**own.parameters, "supply": np.array([1.0, 1.0])})
    with pytest.raises(WhyNotError, match="infeasible"):
        why_not(parched, "open['east'] = 1")
