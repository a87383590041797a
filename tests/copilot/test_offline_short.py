"""Short problems as people type them into a box, each with the notation of the formulation that is right."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from optima import optimum

from copilot.formulators.offline import OfflineFormulator
from formulations.notation import parse_notation

PROBLEMS = [
    json.loads(line)
    for line in (Path(__file__).parent / "offline_short.jsonl").read_text(encoding="utf-8").splitlines()
]


@pytest.mark.highs
@pytest.mark.parametrize("problem", PROBLEMS, ids=[problem["id"] for problem in PROBLEMS])
def test_a_short_problem_has_the_optimum_of_its_formulation(problem: dict[str, str]) -> None:
    draft = OfflineFormulator().formulate(problem["text"])
    assert optimum(draft.document) == pytest.approx(optimum(parse_notation(problem["notation"])), rel=1e-4)


def test_figures_are_gathered_over_a_set_by_either_reader_of_prose() -> None:
    draft = OfflineFormulator().formulate(next(p["text"] for p in PROBLEMS if p["id"] == "trucks"))
    formulation = draft.document.formulation
    assert [found.name for found in formulation.sets] == ["Truck"]
    assert len(formulation.variables) == 1
    assert {p.name for p in formulation.parameters} >= {"tons", "cost"}


def test_a_multiple_of_what_one_takes_is_no_multiple_of_how_many_there_are() -> None:
    draft = OfflineFormulator().formulate(
        "An airline has 180 seats on a flight, economy at $150 and business at $420. Business seats take up twice the "
        "space of an economy seat. At least 20 seats must be business and no more than 40. Which split earns the most?"
    )
    assert draft.confidence < 0.6
    assert any("twice" in question.text for question in draft.questions)
