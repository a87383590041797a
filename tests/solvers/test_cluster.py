"""A sweep on a Ray cluster of two nodes, both on this machine."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from test_scenarios import turned

from solvers.cluster import ClusterEngine
from solvers.designs import hypercube
from solvers.ray_cluster import ray_missing
from solvers.scenarios import sweep

clustered = [pytest.mark.slow, pytest.mark.skipif(bool(ray_missing()), reason=ray_missing() or "installed")]
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def cluster() -> Iterator[None]:
    """Two nodes of one processor each."""
    import ray
    from ray.cluster_utils import Cluster

    before = {name: os.environ.get(name) for name in ("RAY_ADDRESS", "PYTHONPATH", "RAY_AUTH_MODE")}
    paths = (str(ROOT), str(Path(__file__).parent), *filter(None, (os.environ.get("PYTHONPATH"),)))
    os.environ["PYTHONPATH"] = os.pathsep.join(paths)
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


class TestCluster:
    pytestmark = clustered

    def test_both_nodes_answer_as_this_process_does(self, cluster: None) -> None:
        design = hypercube(turned("demand: 50%..150%", "supply together: 40%..130%"), 12)
        engine = ClusterEngine(2)
        found, alone = sweep(design, engine=engine), sweep(design)
        assert len(engine.nodes) == 2
        assert found.complete
        for one, other in zip(found.answers, alone.answers, strict=True):
            assert one is not None
            assert other is not None
            assert one.termination is other.termination
            assert one.objective == pytest.approx(other.objective)

    def test_a_listener_stops_it(self, cluster: None) -> None:
        design = hypercube(turned("demand: 50%..150%"), 12)
        found = sweep(design, engine=ClusterEngine(2), on_answer=lambda place, answer: True)
        assert sum(answer is not None for answer in found.answers) == 1


def test_a_missing_ray_is_told_with_the_command_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert "pip install" in ray_missing()
