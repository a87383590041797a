"""The notebook is valid, shows each element beside its code, and its cells run in order."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
from export_samples import PRODUCT_MIX, SAMPLES, ExportSample

from formulations.exports import EXPORTS

NAMES = (
    "product_mix",
    "kinks_of_every_kind",
    "smooth_functions",
    "any_feasible_plan",
    "words_in_order_and_absent_entries",
)


def notebook(sample: ExportSample) -> Any:
    text = EXPORTS["notebook"].export(sample.document())
    assert isinstance(text, str)
    return nbformat.reads(text, as_version=4)


def cells(found: Any, kind: str) -> list[str]:
    return [cell.source for cell in found.cells if cell.cell_type == kind]


@pytest.mark.parametrize("sample", SAMPLES, ids=[sample.name for sample in SAMPLES])
def test_a_notebook_is_valid(sample: ExportSample) -> None:
    found = notebook(sample)
    nbformat.validate(found)
    assert len({cell.id for cell in found.cells}) == len(found.cells)


def test_an_export_is_the_same_every_time() -> None:
    assert EXPORTS["notebook"].export(PRODUCT_MIX.document()) == EXPORTS["notebook"].export(PRODUCT_MIX.document())


def test_each_element_has_its_mathematics_beside_its_code() -> None:
    found = notebook(PRODUCT_MIX)
    position = next(k for k, cell in enumerate(found.cells) if cell.source.startswith("**popular**"))
    assert found.cells[position].source.endswith(
        r"$$ \mathit{make}_{p} \ge 2 \quad \forall\, p \in \mathit{Pizza} : p \ne \text{large} $$"
    )
    assert found.cells[position + 1].source == (
        "@model.Constraint(model.Pizza)\n"
        "def popular(model, p):\n"
        '    if p == "large":\n'
        "        return pyo.Constraint.Skip\n"
        "    return model.make[p] >= 2"
    )
    assert cells(found, "markdown")[0].startswith("# Bakery")


@pytest.mark.parametrize("name", NAMES)
def test_the_cells_run_in_order(name: str, tmp_path: Path) -> None:
    sample = next(sample for sample in SAMPLES if sample.name == name)
    file = tmp_path / "cells.py"
    file.write_text("\n\n".join(cells(notebook(sample), "code")), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(file), "--json"], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1])["objective"] == pytest.approx(sample.optimum, rel=1e-6, abs=1e-6)
