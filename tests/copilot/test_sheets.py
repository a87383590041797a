"""Data goes into grids and comes back as it was, edits apart."""

from __future__ import annotations

import numpy as np
import pytest

from copilot import sheets
from copilot.gallery import samples
from formulations.data import bind
from formulations.formulation import Data, Document
from formulations.notation import parse_notation

SAMPLES = samples()


def through_the_grids(document: Document) -> Data:
    formulation, data = document.formulation, document.data
    result = data
    for index_set in formulation.sets:
        result = sheets.with_set(
            formulation, result, index_set.name, sheets.set_sheet(formulation, data, index_set.name)
        )
    result = sheets.with_scalars(result, sheets.scalar_sheet(formulation, data))
    for parameter in formulation.parameters:
        if parameter.indices:
            sheet = sheets.parameter_sheet(formulation, data, parameter)
            result = sheets.with_parameter(formulation, result, parameter, sheet)
    return result


@pytest.mark.parametrize("sample", SAMPLES, ids=[sample.slug for sample in SAMPLES])
def test_data_survives_the_grids(sample) -> None:
    document = sample.document()
    before = bind(document.formulation, document.data)
    after = bind(document.formulation, through_the_grids(document))
    assert after.data.sets == before.data.sets
    for name, values in before.parameters.items():
        assert np.array_equal(after.parameters[name], values)


def test_an_edited_cell_changes_one_number() -> None:
    document = next(sample for sample in SAMPLES if sample.slug == "transport").document()
    cost = next(p for p in document.formulation.parameters if p.name == "cost")
    sheet = sheets.parameter_sheet(document.formulation, document.data, cost)
    sheet.loc["Lyon", "Milan"] = 99.5
    changed = sheets.with_parameter(document.formulation, document.data, cost, sheet)
    assert ("Lyon", "Milan", 99.5) in changed.parameters["cost"]
    assert ("Porto", "Milan", 19.3) in changed.parameters["cost"]


def test_new_members_become_integers_only_where_all_are() -> None:
    document = parse_notation("set T\nset W\ndata\nset T = 1, 2\nset W = a, b")
    for name, added, expected in (("T", "3", (1, 2, 3)), ("W", "3", ("a", "b", "3")), ("T", "x", ("1", "2", "x"))):
        sheet = sheets.set_sheet(document.formulation, document.data, name)
        sheet.loc[len(sheet)] = [added]
        assert sheets.with_set(document.formulation, document.data, name, sheet).sets[name] == expected


def test_an_empty_cell_is_a_missing_number() -> None:
    document = parse_notation("parameter c\ndata\nparameter c = 5")
    sheet = sheets.scalar_sheet(document.formulation, document.data)
    sheet.loc[0, "value"] = np.nan
    assert sheets.with_scalars(document.data, sheet).parameters == {}
