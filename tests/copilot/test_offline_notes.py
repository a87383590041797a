"""Notes without sentences: read to the optimum of their notation, and left alone where they are something else."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from copilot.formulators.draft import FormulationRefused
from copilot.formulators.offline import OfflineFormulator
from copilot.formulators.offline.notes import notes
from formulations.data import bind
from formulations.formulation import Document
from formulations.notation_reader import parse_notation
from solvers.dispatch import solve_instance
from solvers.solver import Options

_LINES = (Path(__file__).parent / "offline_notes.jsonl").read_text(encoding="utf-8").splitlines()
PROBLEMS = [json.loads(line) for line in _LINES]
_CHAIRS = "chair 1 h, 20 wood, profit 30/unit\ntable 3 h, 50 wood, profit 80/unit\n40 h, 900 wood"


def optimum(document: Document) -> float:
    solution = solve_instance(bind(document.formulation, document.data), Options(time_limit=10))
    return math.nan if solution.objective is None else solution.objective


@pytest.mark.parametrize("problem", PROBLEMS, ids=[problem["id"] for problem in PROBLEMS])
def test_notes_are_read_to_their_optimum(problem: dict[str, str]) -> None:
    draft = OfflineFormulator().formulate(problem["text"])
    assert math.isclose(
        optimum(draft.document), optimum(parse_notation(problem["notation"])), rel_tol=1e-4, abs_tol=1e-6
    )


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("chairs: max 12", "chair <= 12"),
        ("max 12 chairs", "chair <= 12"),
        ("chairs <= 12", "chair <= 12"),
        ("12 chairs at most", "chair <= 12"),
        ("chairs: 5+", "chair >= 5"),
        ("chairs min. 5, tables min. 2", "chair >= 5 & table >= 2"),
        ("chairs 5 - 9", "chair >= 5 & chair <= 9"),
        ("chairs >= 2x tables", "chair >= 2*table"),
        ("chairs : at least twice tables", "chair >= 2*table"),
        ("chairs:tables 3:1 at least", "chair >= 3*table"),
        ("chairs - tables <= 4", "chair - table <= 4"),
        ("tables at most half as many as chairs", "table <= 0.5*chair"),
        ("chairs max. 3 per table", "chair <= 3*table"),
        ("chairs no more than tables", "chair <= table"),
        ("chairs >= 60% of the total", "chair >= 0.6*(chair + table)"),
        ("min 30% tables", "table >= 0.3*(chair + table)"),
        ("max 18 pcs in total", "chair + table <= 18"),
        ("chairs + tables <= 18", "chair + table <= 18"),
        ("chairs at least 3 more than tables", "chair >= table + 3"),
    ],
)
def test_a_rule_in_shorthand_means_what_it_says(line: str, rule: str) -> None:
    draft = notes(f"{_CHAIRS}\n{line}\nmax profit", "offline")
    rows = "".join(f"constraint r{k}: {row}\n" for k, row in enumerate(rule.split(" & ")))
    gold = (
        "# chairs\nvariable chair integer >= 0\nvariable table integer >= 0\nmaximize z: 30*chair + 80*table\n"
        f"constraint h: chair + 3*table <= 40\nconstraint w: 20*chair + 50*table <= 900\n{rows}"
    )
    assert draft is not None
    assert optimum(draft.document) == pytest.approx(optimum(parse_notation(gold)))
    assert draft.confidence > 0.5


@pytest.mark.parametrize(
    "text",
    [
        "",
        "max profit",
        "shopping: 3 eggs, 2 l milk, bread",
        "A bakery makes bread and rolls. A loaf of bread needs 2 hours. The bakery has 40 hours. Maximize the profit.",
        "item | cost | gain\nA | 3 | 4\nB | 5 | 6\nbudget 7, max gain",
    ],
)
def test_what_is_no_problem_in_notes_is_left_alone(text: str) -> None:
    assert notes(text, "offline") is None


def test_a_rule_that_holds_in_some_case_alone_lowers_the_confidence() -> None:
    plain = notes(f"{_CHAIRS}\nmax profit", "offline")
    cased = notes(f"{_CHAIRS}\n60 setup once if tables are made\nmax profit", "offline")
    assert plain is not None
    assert cased is None or cased.confidence < 0.6 < plain.confidence


def test_notes_without_an_aim_are_asked_about() -> None:
    draft = OfflineFormulator().formulate(_CHAIRS)
    assert optimum(draft.document) == pytest.approx(1200.0)
    assert any("aim" in question.text for question in draft.questions)


def test_notes_that_want_nothing_are_refused() -> None:
    with pytest.raises(FormulationRefused):
        OfflineFormulator().formulate("stools: 4 h\ndesks: 9 h\nwood: 80 h")
