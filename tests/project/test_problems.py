"""The word problems of this project have the answer of the formulation that stands beside them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from copilot.evaluation.datasets import load
from formulations.data import bind
from formulations.notation import parse_notation
from solvers.dispatch import solve_instance
from solvers.solver import Options

PROBLEMS = Path(__file__).parents[2] / "benchmarks" / "problems.jsonl"
RECORDS = [json.loads(line) for line in PROBLEMS.read_text(encoding="utf-8").splitlines()]


def test_every_problem_is_read_as_a_sample() -> None:
    assert [sample.id for sample in load(PROBLEMS).samples] == [record["id"] for record in RECORDS]


@pytest.mark.highs
@pytest.mark.parametrize("record", RECORDS, ids=[record["id"] for record in RECORDS])
def test_the_answer_is_the_optimum_of_the_formulation(record: dict[str, object]) -> None:
    document = parse_notation(str(record["notation"]))
    solution = solve_instance(bind(document.formulation, document.data), Options(time_limit=60))
    if record["answer"] is None:
        assert solution.termination.value == record["status"]
    else:
        assert solution.objective == pytest.approx(record["answer"], rel=1e-6)
