"""Runs: resumed from a log, never stopped by one sample, from the command line, with reports."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

import pytest
from openai_server import Hang, Refuse, Say, Step, openai_server

from copilot.cli import main
from copilot.commands.exits import ExitCode
from copilot.evaluation.assessment import Assessor, Recipe, RunStopped
from copilot.evaluation.datasets import load
from copilot.evaluation.engine import LocalEngine
from copilot.evaluation.log import Log, LogError
from copilot.evaluation.outcome import Outcome, Stage
from copilot.evaluation.report import markdown_report
from copilot.evaluation.report_html import html_report
from copilot.evaluation.runner import Run, Selection, header_of, run
from copilot.evaluation.sample import Sample
from copilot.evaluation.sandbox import unavailable
from copilot.settings import Settings

PROBLEMS = [
    {
        "id": "kiln",
        "question": "A pottery makes bowls and plates. Each bowl takes 2 hours of work and 1 kg of clay. Each plate "
        "takes 1 hour of work and 3 kg of clay. There are 40 hours of work and 60 kg of clay available. The profit "
        "per bowl is $30 and the profit per plate is $20. The pottery wants to maximize its profit.",
        "answer": 680.0,
        "kind": "linear",
    },
    {"id": "nothing", "question": "How is the weather today?", "answer": 1.0, "kind": "talk"},
    {"id": "unclear", "question": "Make it better.", "answer": None, "status": "missing data", "kind": "talk"},
    {"id": "unsure", "question": "Nobody knows.", "answer": 5.0, "doubtful": True},
]
NOTATION = """```
variable bowls integer >= 0
variable plates integer >= 0
maximize profit: 30*bowls + 20*plates
constraint hours: 2*bowls + plates <= 40
constraint clay: bowls + 3*plates <= 60
```"""
PROGRAM = "Here it is:\n```python\nprint('looking')\nprint('objective =', 30 * 12 + 20 * 16)\n```"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "pottery.jsonl"
    path.write_text("".join(json.dumps(problem) + "\n" for problem in PROBLEMS), encoding="utf-8")
    return path


@pytest.fixture(autouse=True)
def _nobody_is_at_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.startswith(("OPTCOPILOT_", "OPENAI_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))


OFFLINE = Recipe(formulator="offline", settings=Settings())


@dataclass(frozen=True, slots=True, kw_only=True)
class Clumsy(Recipe):
    """A recipe whose assessor does what the question says."""

    def assessor(self) -> Assessor:
        return _DoesAsTold()


class _DoesAsTold:
    def assess(self, dataset: str, sample: Sample) -> Outcome:
        match sample.question:
            case "die":
                sys.stderr.write("its last words\n")
                sys.stderr.flush()
                os._exit(7)
            case "hang":
                time.sleep(600)
            case "swell":
                _ = bytearray(1 << 60)
            case "stop":
                raise RunStopped("the endpoint is down")
        return Outcome(dataset=dataset, id=sample.id, kind=sample.kind, stage=Stage.EXECUTED, value=1.0)


def clumsy_run(folder: Path, questions: Sequence[str], **options: object) -> Run:
    path = folder / "clumsy.jsonl"
    path.write_text("\n".join(json.dumps({"question": question, "answer": 1}) for question in questions))
    recipe = Clumsy(formulator="clumsy", settings=Settings())
    return run([load(path)], recipe, **{"sample_limit": 1.5, **options})  # type: ignore[arg-type]


def test_one_bad_sample_never_stops_the_run(tmp_path: Path) -> None:
    found = clumsy_run(tmp_path, ["fine", "die", "hang", "fine", "swell", "fine"], engine=LocalEngine(2))
    stages = [entry.outcome.stage for entry in found.scored]
    assert stages == [Stage.EXECUTED, Stage.CRASHED, Stage.TIMED_OUT, Stage.EXECUTED, Stage.CRASHED, Stage.EXECUTED]
    assert "exit code 7: its last words" in found.scored[1].outcome.findings[0]
    assert "not done within 1.5 s" in found.scored[2].outcome.findings[0]


def test_a_run_that_stops_keeps_what_is_done_and_goes_on_from_there(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    with pytest.raises(RunStopped, match="the endpoint is down"):
        clumsy_run(tmp_path, ["fine", "fine", "stop"], log_path=log)
    assert len(log.read_text().splitlines()) == 3
    with pytest.raises(RunStopped):
        clumsy_run(tmp_path, ["fine", "fine", "stop"], log_path=log)
    assert len(log.read_text().splitlines()) == 3


def test_a_run_goes_on_after_a_torn_line_and_repeats_only_what_is_missing(data: Path, tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    first = run([load(data)], OFFLINE, log_path=log)
    lines = log.read_bytes().splitlines(keepends=True)
    log.write_bytes(b"".join(lines[:2]) + lines[2][:20])
    heard: list[tuple[str, int, int]] = []
    again = run(
        [load(data)], OFFLINE, log_path=log,
        on_outcome=lambda scored, done, total: heard.append((scored.outcome.id, done, total)),
    )  # fmt: skip
    assert [(done, total) for _, done, total in heard] == [(2, 3), (3, 3)]
    figures = [{key: part.as_json()[key] for key in ("n", "accuracy", "refused", "stages")} for part in (first, again)]
    assert figures[0] == figures[1]
    assert len(log.read_text().splitlines()) == 4


def test_a_log_of_another_run_is_refused(data: Path, tmp_path: Path) -> None:
    log, dataset = tmp_path / "log.jsonl", load(data)
    header = header_of([dataset], OFFLINE, sample_limit=60.0)
    Log.open(log, header)
    other = header.data[0].model_copy(update={"sha256": "0" * 64})
    for changed, message in [
        ({"formulator": "llm", "model": "tiny"}, "formulator offline, not llm; model none, not tiny"),
        ({"data": (other,)}, "data pottery"),
        ({"seed": 3}, "seed 0, not 3"),
        ({"commit": "other"}, "commit"),
    ]:
        with pytest.raises(LogError, match="is the log of another run") as caught:
            Log.open(log, header.model_copy(update=changed))
        assert message in str(caught.value)
    assert Log.open(log, header.model_copy(update={"created": "later"})).outcomes == ()


def test_two_runs_do_not_write_one_log(data: Path, tmp_path: Path) -> None:
    log, header = tmp_path / "run.log", header_of([load(data)], OFFLINE, sample_limit=60.0)
    with Log.open(log, header), pytest.raises(LogError, match="written by another run: wait for it"):
        Log.open(log, header)
    with Log.open(log, header) as again:
        assert again.outcomes == ()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_a_full_disk_is_told() -> None:
    with (
        Path("/dev/full").open("ab", buffering=0) as full,
        pytest.raises(LogError, match=r"run.log: .*No space left on device.*make room"),
    ):
        Log(Path("run.log"), (), full).append(Outcome(dataset="d", id="i", kind="k", stage=Stage.REFUSED))


@pytest.mark.parametrize(
    ("content", "message"),
    [("hello\n", "line 1: this is not the log"), ("HEADER{}\n", "line 2: this is not an outcome")],
)
def test_a_file_that_is_no_log_is_refused_and_left_alone(
    content: str, message: str, data: Path, tmp_path: Path
) -> None:
    log = tmp_path / "log.jsonl"
    header = header_of([load(data)], OFFLINE, sample_limit=60.0)
    log.write_text(content.replace("HEADER", header.model_dump_json() + "\n"))
    before = log.read_bytes()
    with pytest.raises(LogError, match=message):
        Log.open(log, header)
    assert log.read_bytes() == before


def test_a_selection_leaves_out_doubtful_samples(data: Path) -> None:
    def ids(**options: object) -> list[str]:
        return [sample.id for _, sample in Selection(**options).of([load(data)])]  # type: ignore[arg-type]

    assert ids() == ["kiln", "nothing", "unclear"]
    assert ids(limit=1) == ["kiln"]
    assert ids(kinds=("talk",)) == ["nothing", "unclear"]
    assert ids(a_kind=1) == ["kiln", "nothing"]


def evaluated(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, object], str]:
    code = main(["evaluate", *words, "--json"])
    captured = capsys.readouterr()
    return code, json.loads(captured.out), captured.err


def test_the_command_prints_one_object(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, found, progress = evaluated(capsys, str(data), "--formulator", "offline")
    assert not re.search(r"(?i)highs|copyright", progress)
    assert code == ExitCode.OK
    assert {
        "n", "accuracy", "interval", "by_kind", "refused", "selective", "seconds", "tokens", "data", "version",
        "commit", "seed", "formulator", "validity", "execution",
    } <= set(found)  # fmt: skip
    assert found["n"] == 3
    assert found["accuracy"]["objective"] == round(1 / 3, 4)  # type: ignore[index]
    assert found["by_kind"]["linear"]["right"] == 1  # type: ignore[index]
    assert len(found["data"][0]["sha256"]) == 64  # type: ignore[index]
    assert "3/3, 1 of 3 right" in progress


def test_several_data_sets_are_told_apart(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = data.with_name("other.jsonl")
    other.write_bytes(data.read_bytes())
    code, found, _ = evaluated(capsys, str(data), str(other), "--limit", "1", "--jobs", "2")
    assert code == ExitCode.OK
    assert (found["n"], set(found["by_dataset"])) == (2, {"pottery", "other"})  # type: ignore[call-overload]


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["none.jsonl"], ExitCode.BAD_INPUT, "there is no such file"),
        (["DATA", "DATA"], ExitCode.BAD_INPUT, "two data sets are called 'pottery'"),
        (["DATA", "--kinds", "linear,cubic"], ExitCode.USAGE, "no sample is of kind cubic: there are linear"),
        (["DATA", "--report", "out.pdf"], ExitCode.USAGE, "end the name in .html or .md"),
        (["DATA", "--limit", "0"], ExitCode.USAGE, "'0' is not a whole number of at least 1"),
        (["DATA", "--log", "DATA"], ExitCode.BAD_INPUT, "this is not the log of an evaluation"),
        (["DATA", "--formulator", "llm"], ExitCode.ENDPOINT, "no key"),
    ],
)
def test_a_wrong_command_line_gives_one_message(
    words: list[str], code: ExitCode, message: str, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found, printed, _ = evaluated(capsys, *(str(data) if word == "DATA" else word for word in words))
    assert (found, printed["error"]["exit_code"]) == (code, code)  # type: ignore[index]
    assert message in printed["error"]["message"]  # type: ignore[index]


def asked(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, words: Sequence[str], *steps: Step
) -> tuple[int, dict[str, object]]:
    with openai_server(*steps) as script:
        monkeypatch.setenv("OPTCOPILOT_BASE_URL", script.url)
        monkeypatch.setenv("OPTCOPILOT_MODEL", "tiny")
        code, found, _ = evaluated(capsys, *words)
    return code, found


def test_a_language_model_is_scored_with_its_tokens(
    data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    words = [str(data), "--formulator", "llm", "--kinds", "linear"]
    code, found = asked(capsys, monkeypatch, words, Say(NOTATION))
    assert (code, found["right"], found["model"]) == (ExitCode.OK, 1, "tiny")
    assert found["tokens"]["prompt"] > 0  # type: ignore[index]
    assert found["tokens"]["completion"] > 0  # type: ignore[index]


@pytest.mark.skipif(bool(unavailable()), reason=unavailable() or "available")
def test_a_model_that_writes_code_is_scored_by_what_its_program_prints(
    data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    words = [str(data), "--formulator", "code"]
    code, found = asked(capsys, monkeypatch, words, Say(PROGRAM), Say("```python\nimport no_such\n```"), Say("No."))
    assert (code, found["right"]) == (ExitCode.OK, 1)
    assert found["stages"] == {"invalid": 1, "unsolved": 1, "executed": 1}


@pytest.mark.parametrize(("step", "message"), [(Refuse(401, "bad key"), "key"), (Refuse(404, "no such model"), "tiny")])
def test_an_endpoint_that_fails_for_good_stops_the_run_with_its_message(
    step: Step, message: str, data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    code, found = asked(capsys, monkeypatch, [str(data), "--formulator", "llm"], step)
    assert code == ExitCode.ENDPOINT
    assert message in found["error"]["message"]  # type: ignore[index]


def test_a_reply_that_never_comes_costs_its_sample_alone(
    data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    words = [str(data), "--formulator", "llm", "--limit", "1", "--sample-limit", "1.5"]
    code, found = asked(capsys, monkeypatch, words, Hang())
    assert (code, found["stages"]) == (ExitCode.OK, {"timed_out": 1})


HOSTILE = '<script>alert("x")</script> <img src=x onerror=alert(1)> ``` | [a](javascript:alert(1)) </pre>'


@pytest.fixture
def hostile(tmp_path: Path) -> Run:
    path = tmp_path / "hostile.jsonl"
    path.write_text(json.dumps({"id": HOSTILE, "question": HOSTILE, "answer": 1, "kind": HOSTILE}))
    return run([load(path)], OFFLINE)


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [name for name, _ in attrs]


def test_a_page_escapes_everything_and_needs_nothing_else(hostile: Run) -> None:
    page = html_report(hostile)
    parsed = _Tags()
    parsed.feed(page)
    assert parsed.tags.count("script") == 1
    assert "img" not in parsed.tags
    assert not {"onerror", "src", "href", "onclick"} & set(parsed.attributes)
    assert "http" not in page.replace("http-equiv", "")
    assert "&lt;script&gt;alert(&quot;x&quot;)" in page


def test_a_markdown_page_fences_what_it_quotes(hostile: Run) -> None:
    page = markdown_report(hostile)
    outside = re.sub(r"(?ms)^(`{3,})text$.*?^\1$", "", page)
    assert "````text" in page
    assert not re.search(r"(?<!\\)<script", outside)
    assert not re.search(r"(?<!\\)\]\(javascript", outside)


@pytest.mark.parametrize("name", ["report.html", "report.md"])
def test_reports_show_question_formulation_value_and_label_of_every_miss(
    name: str, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = {**PROBLEMS[0], "answer": 999.0}
    data.write_text(json.dumps(wrong))
    assert main(["evaluate", str(data), "--report", str(tmp_path / name)]) == ExitCode.OK
    page = (tmp_path / name).read_text(encoding="utf-8")
    for part in ("A pottery makes bowls and plates", "maximize", "680", "999", "kiln", "sha256"):
        assert part in page
    assert "surest half" in capsys.readouterr().out


def test_the_hybrid_is_measured_with_whom_it_asked(
    data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    words = [str(data), "--formulator", "hybrid", "--a-kind", "1"]
    code, found = asked(capsys, monkeypatch, words, Say(NOTATION))
    assert (code, found["n"]) == (ExitCode.OK, 2)
    assert found["asking"] == "2 repairs, 3 candidates"
    assert found["by_kind"]["linear"]["right"] == 1  # type: ignore[index]
    assert found["by_kind"]["linear"]["tokens"]["prompt"] is None, "a sure reading asks nobody"  # type: ignore[index]
    assert found["by_kind"]["talk"]["tokens"]["prompt"] > 0  # type: ignore[index]


def test_a_hybrid_without_its_model_is_not_measured(
    data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    code, found = asked(capsys, monkeypatch, [str(data), "--formulator", "hybrid"], Refuse(401, "bad key"))
    assert code == ExitCode.ENDPOINT
    assert "key" in found["error"]["message"]  # type: ignore[index]


def test_a_run_is_replayed_from_its_replies(
    data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    kept = str(tmp_path / "replies.sqlite")
    words = [str(data), "--formulator", "llm", "--kinds", "linear", "--replies", kept]
    with openai_server(Say(NOTATION)) as script:
        monkeypatch.setenv("OPTCOPILOT_BASE_URL", script.url)
        monkeypatch.setenv("OPTCOPILOT_MODEL", "tiny")
        first = evaluated(capsys, *words)[1]
    code, again, _ = evaluated(capsys, *words, "--replay")
    assert (code, again["right"], again["tokens"]) == (ExitCode.OK, 1, first["tokens"])
    code, missing, _ = evaluated(capsys, *words, "--replay", "--seed", "7")
    assert code == ExitCode.ENDPOINT
    assert "holds no reply to this question" in missing["error"]["message"]  # type: ignore[index]


def test_the_benchmark_makes_its_folder_of_logs_and_goes_on_from_it(data: Path, tmp_path: Path) -> None:
    script = Path(__file__).resolve().parents[2] / "benchmarks" / "formulators.py"
    words = [sys.executable, str(script), str(data), "--logs", str(tmp_path / "new" / "logs"), "--json"]
    for _ in range(2):
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        found = json.loads(done.stdout)["offline"]
        assert (found["n"], found["right"], len(found["data"][0]["sha256"])) == (3, 1, 64)
    assert len((tmp_path / "new" / "logs" / "offline.jsonl").read_text().splitlines()) == 4
