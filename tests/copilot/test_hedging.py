"""Plans for uncertain numbers: found in the background, told beside the plan for certain ones, refused in words."""

from __future__ import annotations

import pytest

from copilot.compiled import compile_document
from copilot.gallery import samples
from copilot.hedging import Hedge, OverScenarios, WorstCase
from copilot.studies import Told
from formulations.data import Instance
from formulations.notation import parse_notation
from solvers.designs import hypercube
from solvers.robust import robust
from solvers.solver import Options
from solvers.spaces import space
from solvers.stochastic import stochastic
from solvers.uncertainty import parse_uncertainty
from solvers.variations import parse_variation

SAMPLES = {sample.slug: sample for sample in samples()}
OPTIONS = Options(time_limit=30.0)


def instance_of(slug: str) -> Instance:
    instance = compile_document(SAMPLES[slug].document()).instance
    assert instance is not None
    return instance


def tools(count: int) -> Instance:
    """Tools to buy now, whole ones at 3, or to rent at 7 when the need is known: 4 of each, as the data say."""
    instance = compile_document(
        parse_notation(
            "set Tool\nparameter need[Tool]\nvariable buy[Tool] integer >= 0\nvariable rent[Tool] >= 0\n"
            "minimize cost: sum(3*buy[t] + 7*rent[t] for t in Tool)\n"
            "constraint enough for t in Tool: buy[t] + rent[t] >= need[t]\n"
            f"data\nset Tool = 1..{count}\nparameter need = {', '.join(f'{t}: 4' for t in range(1, count + 1))}\n"
        )
    ).instance
    assert instance is not None
    return instance


def answered(instance: Instance, asked: WorstCase | OverScenarios) -> Told:
    hedge = Hedge(instance, asked, OPTIONS).start()
    hedge.wait()
    assert hedge.problem == ""
    assert hedge.told is not None
    return hedge.told


def figures(told: Told) -> dict[str, str]:
    return {figure.label: figure.shown for figure in told.figures}


def test_a_robust_plan_stands_beside_the_certain_one_with_its_price() -> None:
    instance = instance_of("transport")
    lines = (parse_uncertainty("cost: +-10% budget 1"),)
    told = answered(instance, WorstCase(uncertainties=lines, budgets=True))
    found = robust(instance, lines)
    assert figures(told)["price of robustness"] == "397.5"
    assert found.price == pytest.approx(397.5)
    cases = {(plan, case): value for plan, case, value in told.sheets["objectives"].rows}
    assert cases["under uncertainty", "in the worst case"] == found.plan.objective
    assert cases["for certain data", "if the data hold"] == SAMPLES["transport"].optimum
    budgets = told.sheets["budgets"].frame()
    assert budgets["budget"].tolist() == [0, 1, 2, 4, 5, 6]
    assert budgets["worst objective"].is_monotonic_increasing
    assert told.level == "tested", "that no plan is better rests on a solver"
    entry, data, worst = told.sheets["worst case"].rows[0]
    assert (entry, data, worst) == ("cost['Porto', 'Paris']", 15.9, pytest.approx(17.49))


def test_where_the_certain_plan_fails_it_is_said_and_no_objective_of_it_is_shown() -> None:
    told = answered(instance_of("knapsack"), WorstCase(uncertainties=(parse_uncertainty("limit: +-10%"),)))
    assert any("The plan for certain data is none in its worst case: it misses load" in note for note in told.notes)
    assert told.sheets["objectives"].rows[1][2] is None


def test_decisions_in_two_stages_are_those_that_cannot_wait() -> None:
    lines = (parse_uncertainty("need: +-50% budget 1"),)
    told = answered(tools(2), WorstCase(uncertainties=lines, recourse=("rent",)))
    assert told.kind == "two stages"
    # Buying 4 of each serves the data; a need of 6 rents 2 more at 7, or buys them at 3.
    assert figures(told) == {"in the worst case": "36", "if data were certain": "24", "price of robustness": "12"}
    assert [row[:3] for row in told.sheets["decisions"].rows] == [("buy[1]", 4, 6), ("buy[2]", 4, 6)]
    assert told.sheets["objectives"].rows[1] == ("for certain data", "in the worst case", 38)


def test_scenarios_tell_mean_bad_cases_and_the_outcomes_of_both_plans() -> None:
    instance = tools(3)
    design = hypercube(space(instance, [parse_variation("need: +-50%")]), 12)
    told = answered(instance, OverScenarios(design=design, recourse=("rent",), said="vary need: +-50%"))
    found = stochastic(design, ("rent",))
    assert found.expected is not None
    assert told.figures[0].value == pytest.approx(found.expected)
    frame = told.sheets["scenarios"].frame()
    assert frame["probability"].sum() == pytest.approx(1)
    assert frame["outcome"].mean() == pytest.approx(found.expected)
    assert frame["outcome for certain data"].mean() >= found.expected - 1e-9
    assert "risk 0 at level 0.95\nrecourse rent" in told.question


@pytest.mark.parametrize(
    ("slug", "asked", "reason"),
    [
        (
            "knapsack",
            WorstCase(uncertainties=(parse_uncertainty("limit: +-10%"),), recourse=("take",)),
            "whole numbers",
        ),
        ("box", WorstCase(uncertainties=(parse_uncertainty("cost: +-10%"),)), ""),
        ("knapsack", WorstCase(uncertainties=(parse_uncertainty("nothing: +-10%"),)), "nothing"),
        ("transport", WorstCase(uncertainties=(parse_uncertainty("cost: +-10%"),), recourse=("ship",)), "uncertain"),
        (
            "transport",
            WorstCase(uncertainties=(parse_uncertainty("demand: +-10%"),), recourse=("shipp",)),
            "did you mean",
        ),
    ],
    ids=["whole reactions", "not linear", "no such parameter", "priced reactions", "no such variable"],
)
def test_what_cannot_be_answered_exactly_is_refused_in_words(slug: str, asked: WorstCase, reason: str) -> None:
    hedge = Hedge(instance_of(slug), asked, OPTIONS).start()
    hedge.wait()
    assert hedge.told is None
    assert reason in hedge.problem != ""


def test_a_run_that_is_stopped_ends_and_claims_nothing() -> None:
    asked = WorstCase(uncertainties=(parse_uncertainty("need: +-20%"),), recourse=("rent",))
    hedge = Hedge(tools(13), asked, Options(), stopped=True).start()
    hedge.wait()
    assert hedge.told is not None
    assert "optimal" not in hedge.told.badge
    assert figures(hedge.told)["in the worst case"] == "not known"
