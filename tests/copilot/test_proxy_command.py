"""``optcopilot proxy`` trains beside the formulation, answers, reports, and says what is wrong."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from copilot.cli import main
from copilot.commands.exits import ExitCode
from solvers.proxies import torch_gate

GALLERY = Path(__file__).resolve().parents[2] / "assets" / "gallery"
QUICK = ["--samples", "48", "--seconds", "1", "--device", "cpu"]


@pytest.fixture(scope="module")
def problem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A formulation with a trained proxy beside it."""
    file = tmp_path_factory.mktemp("proxy") / "transport.opt"
    shutil.copy(GALLERY / "transport.opt", file)
    assert main(["proxy", "train", str(file), "--vary", "demand: 80%..102%", *QUICK]) == ExitCode.OK
    return file


def test_the_proxy_lies_beside_the_formulation_and_answers(problem: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert (problem.parent / "transport.proxy.npz").exists()
    assert main(["proxy", "answer", str(problem), "--set", "demand['Paris']=300", "--json"]) == ExitCode.OK
    answer = json.loads(capsys.readouterr().out)
    assert answer["badge"] == "exact"
    assert answer["objective"] == pytest.approx(6820.0)
    assert answer["values"]["ship['Lyon', 'Paris']"] == pytest.approx(75.0)


def test_answers_are_told_in_words(problem: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["proxy", "answer", str(problem)]) == ExitCode.OK
    told = capsys.readouterr().out
    assert told.startswith("optimal (exact)")
    assert "ship['Lyon', 'Milan'] = 275" in told


def test_infeasible_questions_have_their_exit_code(problem: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["proxy", "answer", str(problem), "--set", "demand=9000"])
    assert code == ExitCode.INFEASIBLE_OR_UNBOUNDED
    assert "infeasible" in capsys.readouterr().out


def test_the_report_tells_gaps_and_times(problem: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["proxy", "report", str(problem)]) == ExitCode.OK
    told = capsys.readouterr().out
    assert "varies: demand: 80%..102%" in told
    assert "with ascent" in told
    assert main(["proxy", "report", str(problem), "--json"]) == ExitCode.OK
    assert json.loads(capsys.readouterr().out)["report"]["ascent"]["mean"] < 1e-5


@pytest.mark.parametrize(
    ("words", "code", "reason"),
    [
        (["train", "FILE", "--vary", "price: +-10%"], ExitCode.BAD_INPUT, "not a parameter"),
        (["train", "FILE", "--vary", "demand +-10%"], ExitCode.BAD_INPUT, "cannot read"),
        (["train", "FILE", "--vary", "demand: 500%..600%", *QUICK], ExitCode.BAD_INPUT, "infeasible"),
        (["train", "FILE", "--vary", "demand: +-1%", "--device", "cuda:9", "--seconds", "1"], 1, "CUDA"),
        (["answer", "FILE", "--set", "demand"], ExitCode.USAGE, "write a parameter and a number"),
        (["answer", "FILE", "--set", "supply=3"], ExitCode.BAD_INPUT, "does not vary"),
        (["answer", "FILE", "--proxy", "none.npz"], ExitCode.BAD_INPUT, "train a proxy first"),
    ],
    ids=["unknown", "unreadable", "infeasible", "device", "no number", "fixed", "no file"],
)
def test_what_is_wrong_is_told(
    problem: Path, words: list[str], code: int, reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    spare = problem.parent / "other.proxy.npz"
    own = [str(problem) if word == "FILE" else word for word in words]
    if words[0] == "train":
        own += ["--proxy", str(spare)]
    assert main(["proxy", *own]) == code
    assert reason in capsys.readouterr().err
    assert not spare.exists()


def test_a_changed_formulation_makes_a_proxy_invalid(
    problem: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    changed = tmp_path / "changed.opt"
    changed.write_text(problem.read_text().replace("Porto: 600", "Porto: 650"))
    code = main(["proxy", "answer", str(changed), "--proxy", str(problem.parent / "transport.proxy.npz")])
    assert code == ExitCode.BAD_INPUT
    assert "trained for another formulation" in capsys.readouterr().err


def test_without_torch_the_command_says_how_to_get_it(
    problem: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(torch_gate, "available", lambda: False)
    assert main(["proxy", "answer", str(problem)]) == ExitCode.NO_SOLVER
    assert 'pip install "optcopilot[proxies]"' in capsys.readouterr().err
