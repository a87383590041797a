"""The second reader of linear prose: everyday problems to their optimum, and what two readers make of each other."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from copilot.formulators.offline import OfflineFormulator
from copilot.formulators.offline.roles import read_roles
from formulations.data import bind
from formulations.formulation import Document
from formulations.notation_reader import parse_notation
from solvers.dispatch import solve_instance
from solvers.solver import Options

_LINES = (Path(__file__).parent / "offline_roles.jsonl").read_text(encoding="utf-8").splitlines()
PROBLEMS = [json.loads(line) for line in _LINES]


def optimum(document: Document) -> float:
    solution = solve_instance(bind(document.formulation, document.data), Options(time_limit=10))
    return math.nan if solution.objective is None else solution.objective


@pytest.mark.parametrize("problem", PROBLEMS, ids=[problem["id"] for problem in PROBLEMS])
def test_everyday_problems_are_read_by_roles_to_their_optimum(problem: dict[str, str]) -> None:
    draft = read_roles(problem["text"])
    assert draft is not None
    assert math.isclose(
        optimum(draft.document), optimum(parse_notation(problem["notation"])), rel_tol=1e-4, abs_tol=1e-6
    )


@pytest.mark.parametrize(
    "text",
    ["", "Hello there.", "There are 3 cats and 5 dogs.", "Maximize the profit.", "We have 40 hours. Earn the most."],
)
def test_a_text_without_a_problem_is_not_read(text: str) -> None:
    assert read_roles(text) is None


def test_what_only_the_second_reader_reads_reaches_the_user() -> None:
    problem = next(found for found in PROBLEMS if found["id"] == "saddles")
    draft = OfflineFormulator().formulate(problem["text"])
    assert optimum(draft.document) == pytest.approx(3684.0)
    assert draft.spans
    assert 0.0 < draft.confidence < 1.0
