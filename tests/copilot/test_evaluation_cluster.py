"""A run on a Ray cluster of two nodes, both on this machine."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from copilot.evaluation.assessment import Assessor, Recipe, RunStopped
from copilot.evaluation.cluster import RayEngine
from copilot.evaluation.datasets import load
from copilot.evaluation.outcome import Outcome, Stage
from copilot.evaluation.runner import Run, run
from copilot.evaluation.sample import Sample
from copilot.settings import Settings
from solvers.ray_cluster import ray_missing

clustered = [pytest.mark.slow, pytest.mark.skipif(bool(ray_missing()), reason=ray_missing() or "installed")]
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def cluster() -> Iterator[None]:
    """Two nodes of one processor each."""
    import ray
    from ray.cluster_utils import Cluster

    before = {name: os.environ.get(name) for name in ("RAY_ADDRESS", "PYTHONPATH", "RAY_AUTH_MODE")}
    os.environ["PYTHONPATH"] = os.pathsep.join((str(ROOT), str(Path(__file__).parent)))
    os.environ["RAY_AUTH_MODE"] = "disabled"
    nodes = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
    nodes.add_node(num_cpus=1)
    os.environ["RAY_ADDRESS"] = nodes.address
    try:
        yield
    finally:
        ray.shutdown()
        nodes.shutdown()
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value


@dataclass(frozen=True, slots=True, kw_only=True)
class Located(Recipe):
    """A recipe whose assessor says on which node it works, or misbehaves as the question asks."""

    def assessor(self) -> Assessor:
        return _SaysWhere()


class _SaysWhere:
    def assess(self, dataset: str, sample: Sample) -> Outcome:
        import time

        import ray

        match sample.question:
            case "die":
                os._exit(7)
            case "hang":
                time.sleep(600)
            case "stop":
                raise RunStopped("the endpoint is down")
        time.sleep(0.3)
        node = ray.get_runtime_context().get_node_id()
        return Outcome(
            dataset=dataset, id=sample.id, kind=sample.kind, stage=Stage.EXECUTED, value=1.0, findings=(node,)
        )


def located_run(folder: Path, *questions: str) -> Run:
    path = folder / "located.jsonl"
    path.write_text("\n".join(json.dumps({"question": question, "answer": 1}) for question in questions))
    recipe = Located(formulator="located", settings=Settings())
    return run([load(path)], recipe, engine=RayEngine(2), sample_limit=15.0)


class TestCluster:
    pytestmark = clustered

    def test_both_nodes_work_and_bad_samples_stop_nothing(self, cluster: None, tmp_path: Path) -> None:
        found = located_run(tmp_path, "fine", "fine", "fine", "die", "hang", "fine", "fine")
        stages = [entry.outcome.stage for entry in found.scored]
        fine = Stage.EXECUTED
        assert stages == [fine, fine, fine, Stage.CRASHED, Stage.TIMED_OUT, fine, fine]
        nodes = {entry.outcome.findings[0] for entry in found.scored if entry.outcome.stage is fine}
        assert len(nodes) == 2

    def test_what_stops_a_run_is_told(self, cluster: None, tmp_path: Path) -> None:
        with pytest.raises(RunStopped, match="the endpoint is down"):
            located_run(tmp_path, "fine", "stop")


def test_a_missing_ray_is_told_with_the_command_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert "pip install" in ray_missing()
