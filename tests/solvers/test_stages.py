"""Two stages: extensive forms agree with enumeration of decisions, worst cases with all vertices."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formulations.data import Instance, bind
from formulations.files import read_notation
from formulations.program import Floats
from solvers.adjustable import adjustable
from solvers.designs import Design, table
from solvers.dispatch import solve
from solvers.extensive import StagesError, stages
from solvers.families import family
from solvers.robust import robust
from solvers.solution import Termination
from solvers.stochastic import fixed_first_stage, stochastic, tail_mean
from solvers.uncertainty import UncertaintyError, parse_uncertainty

NEWS = """
set Shop
parameter wanted[Shop]
parameter price
parameter wage
parameter penalty
variable order[Shop] integer >= 0 <= 3 "decided before"
variable lost[Shop] >= 0
variable extra[Shop] >= 0 <= 2
{goal}
constraint met for s in Shop: order[s] + extra[s] + lost[s] >= wanted[s]
constraint budget: sum(order[s] for s in Shop) <= 4
data
set Shop = a, b
parameter wanted = a: 2, b: 1.5
parameter price = 1
parameter wage = 1.7
parameter penalty = 5
"""
COST = "sum(price*order[s] + wage*extra[s] + penalty*lost[s] for s in Shop)"


def news(sense: str = "minimize") -> Instance:
    goal = f"minimize cost: {COST}" if sense == "minimize" else f"maximize gain: 20 - {COST}"
    document = read_notation(NEWS.format(goal=goal))
    return bind(document.formulation, document.data)


def scenarios(seed: int, count: int, sense: str) -> Design:
    random = np.random.default_rng(seed)
    frame = {f"wanted[{shop}]": random.uniform(0, 5, count).round(2) for shop in "ab"}
    return table(news(sense), pd.DataFrame(frame | {"wage": random.uniform(1, 3, count).round(2)}))


def outcomes(design: Design, order: tuple[int, ...]) -> Floats:
    """The objective of each scenario for given first decisions."""
    own = stages(design.family, ["lost", "extra"])
    values = np.zeros(6)
    values[:2] = order
    found = [solve(fixed_first_stage(own, theta, values)).objective for theta in design.thetas]
    return np.array(found, dtype=float)


ORDERS = [order for order in itertools.product(range(4), repeat=2) if sum(order) <= 4]


@pytest.mark.parametrize("sense", ["minimize", "maximize"])
@pytest.mark.parametrize(("weight", "alpha"), [(0.0, 0.9), (0.5, 0.6), (1.0, 0.75)])
@settings(max_examples=3, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_the_extensive_form_finds_the_best_decisions(sense: str, weight: float, alpha: float, seed: int) -> None:
    design = scenarios(seed, 4, sense)
    shares = np.random.default_rng(seed).dirichlet(np.ones(4))
    sign = 1.0 if sense == "minimize" else -1.0

    def loss(order: tuple[int, ...]) -> float:
        losses = sign * outcomes(design, order)
        return float((1 - weight) * (shares @ losses) + weight * tail_mean(losses, shares, alpha))

    found = stochastic(design, ["lost", "extra"], probabilities=shares, weight=weight, alpha=alpha)
    assert found.solution.termination is Termination.OPTIMAL, found.solution.log
    assert found.solution.objective is not None
    assert sign * found.solution.objective == pytest.approx(min(map(loss, ORDERS)), abs=1e-5)
    assert found.plans is not None
    np.testing.assert_allclose(found.plans[:, :2], np.repeat(found.plans[:1, :2], 4, axis=0))
    if weight == 0:
        assert found.expected == pytest.approx(found.solution.objective, abs=1e-5)
        assert found.perfect_information is not None
        assert found.perfect_information >= 0
        assert found.mean_data is not None
        assert found.mean_data >= 0


@given(st.lists(st.floats(-9, 9), min_size=1, max_size=8), st.floats(0.01, 0.99))
@settings(max_examples=100, deadline=None)
def test_the_tail_mean_is_the_minimum_of_its_definition(losses: list[float], alpha: float) -> None:
    own = np.array(losses)
    shares = np.full(len(own), 1 / len(own))
    by_definition = min(t + shares @ np.maximum(own - t, 0) / (1 - alpha) for t in own)
    assert tail_mean(own, shares, alpha) == pytest.approx(by_definition, abs=1e-7)


def test_labels_of_the_extensive_form_name_the_scenario() -> None:
    design = replace(scenarios(1, 2, "minimize"), names=("dry", "wet"))
    found = stochastic(design, ["lost", "extra"])
    assert found.solution.termination is Termination.OPTIMAL
    own = stages(design.family, ["lost", "extra"])
    assert own.late.tolist() == [True, True, False]
    from solvers.extensive import Aggregate, extensive

    whole = extensive(own, design.thetas, Aggregate(probabilities=np.array([0.5, 0.5])), design.names)
    assert "lost['a', 'wet']" in list(whole.program.columns)
    assert list(whole.program.rows)[:2] == ["budget", "met['a', 'dry']"]


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from(("minimize", "maximize")), st.integers(1, 2))
def test_generated_worst_cases_agree_with_all_vertices(seed: int, sense: str, budget: int) -> None:
    random = np.random.default_rng(seed)
    own = news(sense)
    wanted = random.uniform(1, 4, 2).round(2)
    own = replace(own, parameters={**own.parameters, "wanted": wanted})
    found = adjustable(own, [parse_uncertainty(f"wanted: +-40% budget {budget}")], ["lost", "extra"])
    moves = [z for z in itertools.product((-1, 0, 1), repeat=2) if sum(map(abs, z)) <= budget]
    thetas = np.array([wanted * (1 + 0.4 * np.array(z)) for z in moves])
    design = Design(
        kind="table", family=family(own, ["wanted"]), names=tuple(map(str, moves)), labels=(),
        values=np.zeros((len(moves), 0)), thetas=thetas,
    )  # fmt: skip
    sign = 1.0 if sense == "minimize" else -1.0
    best = min(max(sign * outcomes(design, order)) for order in ORDERS)
    assert found.solution.termination is Termination.OPTIMAL, found.solution.log
    assert found.solution.objective is not None
    assert sign * found.solution.objective == pytest.approx(best, abs=1e-5)
    fixed = robust(own, [parse_uncertainty(f"wanted: +-40% budget {budget}")]).plan.objective
    assert fixed is not None
    assert sign * found.solution.objective <= sign * fixed + 1e-6
    assert found.price is not None


def test_a_set_that_leaves_no_reaction_is_infeasible() -> None:
    text = NEWS.format(goal=f"minimize cost: {COST}").replace("lost[Shop] >= 0", "lost[Shop] >= 0 <= 0.5")
    document = read_notation(text)
    own = bind(document.formulation, document.data)
    found = adjustable(own, [parse_uncertainty("wanted: 100%..500%")], ["lost", "extra"])
    assert found.solution.termination is Termination.INFEASIBLE


@pytest.mark.parametrize(
    ("line", "recourse", "error", "reason"),
    [
        ("wanted: +-10%", [], StagesError, "no variable reacts"),
        ("wanted: +-10%", ["lots"], StagesError, "did you mean 'lost'?"),
        ("wanted: +-10%", ["order"], StagesError, "reacts in whole numbers"),
        ("wage: +-10%", ["extra"], UncertaintyError, "of the recourse variable extra['a'] is uncertain"),
    ],
)
def test_what_would_not_be_exact_is_refused(
    line: str, recourse: list[str], error: type[Exception], reason: str
) -> None:
    with pytest.raises(error) as caught:
        adjustable(news(), [parse_uncertainty(line)], recourse)
    assert reason in str(caught.value)


def test_probabilities_and_weights_that_make_no_sense_are_refused() -> None:
    design = scenarios(1, 2, "minimize")
    with pytest.raises(StagesError, match="2 scenarios need as many probabilities"):
        stochastic(design, ["lost"], probabilities=np.array([1.0]))
    with pytest.raises(StagesError, match="from 0 to 1"):
        stochastic(design, ["lost"], weight=2)
