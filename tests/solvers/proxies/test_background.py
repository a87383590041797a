"""Training in the background reports, stops when asked, and leaves a proxy or a reason."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from formulations.data import bind
from formulations.files import read_notation
from solvers.proxies.background import TrainingJob, training_of
from solvers.proxies.networks import Kind
from solvers.proxies.saved import load_proxy
from solvers.proxies.training import Training

TEXT = (Path(__file__).resolve().parents[3] / "assets" / "gallery" / "transport.opt").read_text()
LONG = Training(samples=48, validation=16, epochs=100_000, patience=100_000, seconds=100.0, device="cpu")


def test_it_can_be_stopped_and_keeps_the_best_so_far(tmp_path: Path) -> None:
    document = read_notation(TEXT)
    job = TrainingJob(document, ["demand: 80%..102%"], LONG, path=tmp_path / "t.proxy.npz")
    while job.running and (job.progress is None or job.progress.epoch < 3):
        job.wait(0.05)
    assert job.running, job.error
    job.stop()
    assert job.wait(60)
    assert not job.error
    assert job.report is not None
    proxy = load_proxy(job.path, bind(document.formulation, document.data))
    assert proxy.report == job.report


@pytest.mark.parametrize(
    ("line", "reason"), [("supplies: +-10%", "is not a parameter"), ("demand: 500%..600%", "infeasible")]
)
def test_what_goes_wrong_is_told(line: str, reason: str, tmp_path: Path) -> None:
    job = TrainingJob(read_notation(TEXT), [line], replace(LONG, seconds=1.0), path=tmp_path / "t.proxy.npz")
    assert job.wait(60)
    assert reason in job.error
    assert job.report is None
    assert not job.path.exists()


def test_a_training_that_dies_is_noticed(tmp_path: Path) -> None:
    job = TrainingJob(read_notation(TEXT), ["demand: 80%..102%"], LONG, path=tmp_path / "t.proxy.npz")
    job.kill()
    assert job.wait(60)
    assert "ended with code" in job.error


def test_requests_keep_every_setting() -> None:
    from dataclasses import asdict

    training = replace(LONG, kind=Kind.GRAPH, layers=(3, 4))
    assert training_of(asdict(training) | {"kind": "graph"}) == training
