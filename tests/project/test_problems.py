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

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
#: Those that the embedded reader is worked on with, and those set aside to measure it.
FILES = ("problems.jsonl", "problems_apart.jsonl")
RECORDS = [json.loads(line) for file in FILES for line in (BENCHMARKS / file).read_text(encoding="utf-8").splitlines()]


def test_every_problem_is_read_as_a_sample() -> None:
    read = [sample.id for file in FILES for sample in load(BENCHMARKS / file).samples]
    assert read == [record["id"] for record in RECORDS]
    assert len(set(read)) == len(read)


@pytest.mark.highs
@pytest.mark.parametrize("record", RECORDS, ids=[record["id"] for record in RECORDS])
def test_the_answer_is_the_optimum_of_the_formulation(record: dict[str, object]) -> None:
    document = parse_notation(str(record["notation"]))
    solution = solve_instance(bind(document.formulation, document.data), Options(time_limit=60))
    if record["answer"] is None:
        assert solution.termination.value == record["status"]
    else:
        assert solution.objective == pytest.approx(record["answer"], rel=1e-6)
