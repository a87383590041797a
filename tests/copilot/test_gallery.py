"""Every sample of the gallery is right: checked, solved by two solvers, exported to source that agrees."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from copilot.gallery import FOLDER, Sample, samples
from formulations.check import check
from formulations.data import Instance, bind
from formulations.evaluate import evaluate
from formulations.exports import EXPORTS, ExportRefused
from solvers.dispatch import solve_instance
from solvers.registry import solver_named
from solvers.solution import Termination
from solvers.solver import Options

SAMPLES = samples()
IDS = [sample.slug for sample in SAMPLES]
#: What each target cannot say: CVXPY wants convexity, highspy linear rows, MathOpt quadratic terms at most.
REFUSED = {
    "pyomo": set(),
    "cvxpy": {"fence", "box", "can"},
    "highspy": {"hub", "fence", "box", "can", "orders"},
    "mathopt": {"hub", "box", "can", "orders"},
}


def instance_of(sample: Sample) -> Instance:
    document = sample.document()
    return bind(document.formulation, document.data)


def test_the_gallery_is_complete() -> None:
    assert len(SAMPLES) >= 24
    listed = {f"{sample.slug}{suffix}" for sample in SAMPLES for suffix in (".txt", ".opt")}
    assert {path.name for path in FOLDER.iterdir()} == listed | {"index.json"}
    kinds = {sample.kind for sample in SAMPLES}
    assert kinds >= {"LP", "MILP", "QP", "SOCP", "NLP", "MINLP"}


@pytest.mark.parametrize("sample", SAMPLES, ids=IDS)
def test_a_sample_has_no_findings_worth_a_warning(sample: Sample) -> None:
    document = sample.document()
    found = {f.code for f in check(document.formulation, document.data) if f.severity != "info"}
    # The box is limited by the bounds of its variable alone.
    assert found == ({"no-constraints"} if sample.slug == "box" else set())


@pytest.mark.highs
@pytest.mark.parametrize("sample", SAMPLES, ids=IDS)
def test_a_sample_has_the_known_optimum(sample: Sample) -> None:
    solution = solve_instance(instance_of(sample), Options(time_limit=60))
    assert solution.termination is Termination.OPTIMAL
    assert solution.objective == pytest.approx(sample.optimum, rel=1e-6)


@pytest.mark.parametrize("sample", SAMPLES, ids=IDS)
def test_a_second_solver_agrees(sample: Sample) -> None:
    instance = instance_of(sample)
    if sample.checked_by == "enumeration":
        assert enumerated(sample, instance) == pytest.approx(sample.optimum, rel=1e-6)
        return
    availability = solver_named(sample.checked_by).available()
    if not availability.installed:
        pytest.skip(availability.reason)
    solution = solve_instance(instance, Options(time_limit=60), solver=sample.checked_by)
    assert solution.termination.has_values
    assert solution.objective == pytest.approx(sample.optimum, rel=1e-5)


def enumerated(sample: Sample, instance: Instance) -> float:
    """The best value over a grid that contains the optimum: whole deliveries, or quantities in steps of 100 kg."""
    name = instance.formulation.variables[0].name
    steps = range(1, 15) if sample.slug == "orders" else range(0, 1500, 100)
    found = [evaluate(instance, {name: np.array(pair, float)}) for pair in itertools.product(steps, repeat=2)]
    return min(point.objective for point in found if point.objective is not None and point.max_violation <= 1e-9)


@pytest.mark.slow
@pytest.mark.parametrize("target", ["pyomo", "cvxpy", "highspy", "mathopt"])
@pytest.mark.parametrize("sample", SAMPLES, ids=IDS)
def test_exported_source_runs_alone_and_gives_the_same_optimum(sample: Sample, target: str, tmp_path: Path) -> None:
    if sample.slug in REFUSED[target]:
        with pytest.raises(ExportRefused) as refusal:
            EXPORTS[target].export(sample.document())
        assert refusal.value.element
        assert refusal.value.term
        return
    source = EXPORTS[target].export(sample.document())
    assert isinstance(source, str)
    file = tmp_path / f"{sample.slug}_{target}.py"
    file.write_text(source, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(file), "--json"], cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout.splitlines()[-1])
    assert answer["objective"] == pytest.approx(sample.optimum, rel=1e-5, abs=1e-6)
