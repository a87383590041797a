"""The checks speak for what is right, against what is wrong, and say what they could not do."""

from __future__ import annotations

from dataclasses import replace

import pytest

from copilot.compiled import Compiled, compile_document
from copilot.formulators.offline import OfflineFormulator
from copilot.gallery import samples
from copilot.verification import Checks, Evidence, formulation_level, other_data, perturbed, second_solver
from formulations.formulation import Document
from formulations.notation import parse_notation
from solvers.dispatch import solve_instance
from solvers.solution import Solution

SAMPLES = {sample.slug: sample for sample in samples()}
READERS = {"offline": OfflineFormulator().formulate}


def solved(document: Document) -> tuple[Compiled, Solution]:
    compiled = compile_document(document)
    assert compiled.instance is not None
    return compiled, solve_instance(compiled.instance)


def checked(compiled: Compiled, solution: Solution) -> dict[str, Evidence]:
    checks = Checks(compiled, solution, readers=READERS).start()
    checks.wait()
    return {found.check: found for found in checks.done}


@pytest.mark.parametrize("slug", ["transport", "furniture"])
def test_an_independent_reading_of_the_text_proves_the_stored_formulation(slug: str) -> None:
    found = checked(*solved(SAMPLES[slug].document()))
    assert {check: evidence.level for check, evidence in found.items()} == {
        "Recheck": "tested", "Certificate": "proved", "Second solver": "tested", "Other data": "tested",
        "Independent reading": "proved",
    }  # fmt: skip
    assert formulation_level(list(found.values())) == "proved"


def test_a_wrong_coefficient_is_not_confirmed_by_the_text() -> None:
    document = SAMPLES["furniture"].document()
    records = document.data.parameters["earning"]
    assert isinstance(records, tuple)
    wrong = tuple((*record[:-1], 33.0) for record in records)
    data = document.data.model_copy(update={"parameters": {**document.data.parameters, "earning": wrong}})
    found = checked(*solved(document.model_copy(update={"data": data})))
    assert found["Independent reading"].level == "unverified"
    assert formulation_level(list(found.values())) == "tested"


def test_a_lying_solution_is_contradicted() -> None:
    compiled, solution = solved(SAMPLES["bakery"].document())
    assert solution.objective is not None
    found = second_solver(compiled, replace(solution, objective=solution.objective * 1.1))
    assert found.level == "failed"
    assert solution.values is not None
    lie = replace(solution, values=solution.values + 50)
    assert checked(compiled, lie)["Recheck"].level == "failed"


def test_a_formulation_that_stands_for_these_data_only_fails_with_others() -> None:
    document = parse_notation(
        "parameter a\nvariable x >= 0 <= 10\nminimize cost: x\nconstraint c: sqrt(a - 9.6)*x >= 1\n"
        "data\nparameter a = 10"
    )
    assert other_data(document).level == "failed"
    assert other_data(parse_notation("variable x >= 1\nminimize cost: x")).level == "unverified"


def test_other_data_keep_what_numbers_are() -> None:
    import numpy as np

    data = SAMPLES["nurses"].document().data
    for seed in range(20):
        moved = perturbed(data, np.random.default_rng(seed))
        for name, values in moved.parameters.items():
            before = data.parameters[name]
            assert isinstance(values, tuple) == isinstance(before, tuple)
            pairs = zip(values, before, strict=True) if isinstance(values, tuple) and isinstance(before, tuple) else ()
            for (*key, value), (*old_key, old) in pairs:
                assert key == old_key
                assert isinstance(value, float | int)
                assert isinstance(old, float | int)
                assert float(value).is_integer() == float(old).is_integer()
                assert abs(value - old) <= 0.1 * abs(old) + 0.5
