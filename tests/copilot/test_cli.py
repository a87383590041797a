"""The command line: its contract with scripts, its words for people, its exit codes."""

from __future__ import annotations

import json
import math
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from openai_server import Refuse, Say, openai_server

from copilot.cli import TARGETS, main
from copilot.commands.exits import MEANINGS, ExitCode
from copilot.commands.inputs import kind_of
from copilot.session import Session, load_session, save_session
from formulations.exports import EXPORTS
from formulations.notation import parse_notation
from solvers.solution import Termination

KEY = "test-key-8c1f0e2d"

POTTERY = """\
# Pottery
set Ware
parameter clay[Ware] in kg "clay for one piece"
parameter stock in kg
variable turn[Ware] integer >= 0 "pieces turned"
maximize earnings: 4*turn["cup"] + 9*turn["jug"]
constraint enough: sum(clay[w]*turn[w] for w in Ware) <= stock
constraint sales: turn["jug"] <= 30
data
set Ware = cup, jug
parameter clay = cup: 0.5, jug: 1.5
parameter stock = 60
"""
INFEASIBLE = POTTERY.replace("data\n", 'constraint order: turn["cup"] >= 200\ndata\n', 1)
UNBOUNDED = "variable x >= 0\nvariable y >= 0\nmaximize gain: x + y\nconstraint apart: x - y <= 1\n"
LP = """\
variable x >= 0
variable y >= 0
maximize gain: 3*x + 5*y
constraint hours: x + 2*y <= 14
constraint wood: 3*x + y <= 12
"""
WRONG = POTTERY.replace("<= stock", "<= stok").replace("sum(clay[w]", "sum(clay[v]")
TEXT = """\
A potter turns cups and jugs. A cup takes 0.5 kg of clay and a jug takes 1.5 kg of clay. There are 60 kg of clay. The
profit per cup is $4 and the profit per jug is $9. At most 30 jugs can be sold. How many of them should be turned to
maximize the profit?"""
MPS = """\
NAME tiny
OBJSENSE
    MAX
ROWS
 N  gain
 L  hours
COLUMNS
    x  gain  3  hours  1
    y  gain  5  hours  2
RHS
    RHS  hours  14
ENDATA
"""
LP_FILE = "Maximize\n gain: 3 x + 5 y\nSubject To\n hours: x + 2 y <= 14\nBounds\n x <= 8\nEnd\n"

FORM = """\
variable cup integer >= 0
variable jug integer >= 0 <= 30
maximize earnings: 4*cup + 9*jug
constraint clay: 0.5*cup + 1.5*jug <= 60
"""


@pytest.fixture(autouse=True)
def fresh_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No settings of whoever runs the tests."""
    for variable in [name for name in os.environ if name.startswith(("OPTCOPILOT_", "OPENAI_"))]:
        monkeypatch.delenv(variable)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))


@pytest.fixture
def place(tmp_path: Path) -> Any:
    def write(name: str, content: str) -> str:
        path = tmp_path / name
        path.write_text(content, encoding="utf-8")
        return str(path)

    return write


def answer(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, Any, str]:
    """Exit code, the JSON on standard output, and standard error."""
    code = main([*words, "--json"])
    output, errors = capsys.readouterr()
    assert_strict(output)
    return code, json.loads(output), errors


def assert_strict(output: str) -> None:
    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    json.loads(output, parse_constant=refuse)


def shell(*words: str, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """The command as a script starts it."""
    return subprocess.run(
        [sys.executable, "-m", "copilot.cli", *words],
        input=stdin,
        capture_output=True,
        text=True,
        env=os.environ | environment,
        timeout=60,
        check=False,
    )


def assert_one_clear_message(result: subprocess.CompletedProcess[str], *words: str) -> None:
    assert "Traceback" not in result.stderr + result.stdout
    assert result.stderr.startswith("optcopilot: ")
    for word in words:
        assert word in result.stderr


@pytest.mark.parametrize("name", ["pottery.opt", "pottery.json", "pottery.session.json"])
def test_solve_keeps_its_contract_for_every_form_of_a_formulation(
    name: str, place: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = parse_notation(POTTERY)
    if name.endswith(".session.json"):
        from datetime import UTC, datetime

        save_session(Session().edited(document, at=datetime(2030, 1, 1, tzinfo=UTC)), tmp_path / name)
        file = str(tmp_path / name)
    else:
        file = place(name, POTTERY if name.endswith(".opt") else document.model_dump_json())
    code, found, errors = answer(capsys, "solve", file)
    assert (code, errors) == (0, "")
    assert found["termination"] == "optimal"
    assert found["objective"] == pytest.approx(480)
    assert found["dual_bound"] == pytest.approx(480)
    assert found["values"].keys() == {"turn['cup']", "turn['jug']"}
    assert found["solver"] == "HiGHS"
    assert found["seconds"] >= 0
    assert found["max_violation"] <= 1e-6
    assert found["limit"] is None
    assert found["diagnosis"] is None
    assert "HiGHS" in found["why"]
    assert isinstance(found["findings"], list)


@pytest.mark.parametrize(("name", "content", "optimum"), [("tiny.mps", MPS, 42), ("tiny.lp", LP_FILE, 39)])
def test_solve_reads_lp_and_mps(
    name: str, content: str, optimum: float, place: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    code, found, _ = answer(capsys, "solve", place(name, content))
    assert (code, found["termination"], found["objective"]) == (0, "optimal", pytest.approx(optimum))
    assert found["values"].keys() == {"x", "y"}
    assert found["findings"] == []


def test_solve_reads_problem_text_offline(place: Any, capsys: pytest.CaptureFixture[str]) -> None:
    code, found, _ = answer(capsys, "solve", place("potter.txt", TEXT))
    assert (code, found["objective"]) == (0, pytest.approx(480))
    assert found["draft"]["formulator"] == "offline"
    assert found["draft"]["assumptions"]


def test_the_report_for_people_says_everything_in_words(place: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["solve", place("shop.opt", LP)]) == 0
    report = capsys.readouterr().out
    assert report.splitlines()[0] == "Optimal"
    assert "gain = 36 (maximized)" in report
    assert "Binding constraints and their shadow prices" in report
    hours = next(line for line in report.splitlines() if line.strip().startswith("hours"))
    assert hours.split() == ["hours", "<=", "14", "2.4"]
    assert "Linear: HiGHS." in report


def test_a_table_for_each_indexed_variable(place: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["solve", place("pottery.opt", POTTERY)]) == 0
    lines = capsys.readouterr().out.splitlines()
    start = lines.index("turn: pieces turned")
    assert [line.split()[0] for line in lines[start + 1 : start + 3]] == ["cup", "jug"]


STATUSES = {
    "infeasible": (INFEASIBLE, ExitCode.INFEASIBLE_OR_UNBOUNDED),
    "unbounded": (UNBOUNDED, ExitCode.INFEASIBLE_OR_UNBOUNDED),
}


@pytest.mark.parametrize("status", STATUSES)
def test_infeasible_and_unbounded_are_statuses_with_a_code(
    status: str, place: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    content, code = STATUSES[status]
    file = place("problem.opt", content)
    result = shell("solve", file, "--json")
    found = json.loads(result.stdout)
    assert (result.returncode, found["termination"], result.stderr) == (code, status, "")
    assert found["objective"] is None
    assert found["values"] == {}
    assert main(["solve", file]) == code
    assert capsys.readouterr().out.startswith(status.capitalize())


def test_an_infeasible_problem_is_diagnosed_by_the_names_of_its_constraints(
    place: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    file = place("problem.opt", INFEASIBLE)
    _, found, _ = answer(capsys, "solve", file)
    shown = json.dumps(found["diagnosis"])
    assert "order" in shown
    assert "enough" in shown
    assert "sales" not in shown
    main(["solve", file])
    report = capsys.readouterr().out
    assert "order" in report
    assert "enough" in report


def test_a_limit_without_proof_has_its_code(place: Any, capsys: pytest.CaptureFixture[str]) -> None:
    members = ", ".join(f"i{number}" for number in range(60))
    weights = ", ".join(f"i{number}: {1000 + (number * 7919) % 997}" for number in range(60))
    hard = (
        "set Item\nset Bin\nparameter weight[Item]\nvariable put[Item, Bin] binary\nvariable most >= 0\n"
        "minimize longest: most\n"
        "constraint once for i in Item: sum(put[i, b] for b in Bin) == 1\n"
        "constraint load for b in Bin: sum(weight[i]*put[i, b] for i in Item) <= most\n"
        f"data\nset Item = {members}\nset Bin = 1..7\nparameter weight = {weights}\n"
    )
    code, found, _ = answer(capsys, "solve", place("hard.opt", hard), "--time-limit", "0.3", "--mip-gap", "0")
    assert code == ExitCode.LIMIT
    assert (found["termination"], found["limit"]) in {("feasible", "time"), ("no_solution_found", "time")}


BAD_INPUTS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "no such file": ("missing.opt", "", ("there is no such file",)),
    "an unknown suffix": ("problem.docx", "x", (".docx", ".opt")),
    "broken notation": ("broken.opt", POTTERY.replace("sales:", "sales"), ("line 8", "^", "hint")),
    "broken JSON": ("broken.json", '{"formulation": {', ("broken.json, line 1",)),
    "a broken session": ("x.session.json", '{"format": "optcopilot-session", "versions": 3}', ("damaged",)),
    "wrong names": ("wrong.opt", WRONG, ("'stok'", "'v'", "hint")),
    "missing data": (
        "missing-data.opt",
        POTTERY.replace("cup: 0.5, ", "").replace("parameter stock = 60\n", ""),
        ("parameter 'clay'", "'cup'", "parameter 'stock'"),
    ),
    "a broken LP file": ("broken.lp", "Maximize\n obj: 3 x +* 5\nEnd\n", ("broken.lp, line 2",)),
    "text that is no problem": ("poem.txt", "Roses are red, violets are blue.", ("poem.txt",)),
    "an empty file": ("empty.opt", "\n", ("empty",)),
}


@pytest.mark.parametrize("case", BAD_INPUTS)
def test_bad_input_is_told_in_one_clear_message(
    case: str, place: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name, content, words = BAD_INPUTS[case]
    file = place(name, content) if content else str(tmp_path / name)
    code, found, errors = answer(capsys, "solve", file)
    assert code == found["error"]["exit_code"] == ExitCode.BAD_INPUT
    assert errors.startswith("optcopilot: ")
    for word in words:
        assert word in errors
        assert word in found["error"]["message"]


@pytest.mark.parametrize("case", ["no such file", "broken notation", "missing data"])
def test_a_script_sees_no_traceback_and_nothing_on_standard_output(case: str, place: Any, tmp_path: Path) -> None:
    name, content, words = BAD_INPUTS[case]
    result = shell("solve", place(name, content) if content else str(tmp_path / name))
    assert result.returncode == ExitCode.BAD_INPUT
    assert result.stdout == ""
    assert_one_clear_message(result, *words)


@pytest.mark.parametrize(
    "words",
    [
        ("solve",),
        ("solve", "x.opt", "--time-limit", "-3"),
        ("solve", "x.opt", "--mip-gap", "nan"),
        ("export", "x.opt", "--to", "fortran"),
        ("dance",),
        (),
    ],
)
def test_a_wrong_command_line_is_told_with_its_usage(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(list(words)) == ExitCode.USAGE
    output, errors = capsys.readouterr()
    assert output == ""
    assert "usage: optcopilot" in errors
    assert "--help" in errors
    code, found, _ = answer(capsys, *words)
    assert (code, found["error"]["kind"]) == (ExitCode.USAGE, "usage")


def test_a_solver_that_is_not_there_is_told_with_the_choices(place: Any) -> None:
    result = shell("solve", place("pottery.opt", POTTERY), "--solver", "Wonder", "--json")
    assert result.returncode == ExitCode.NO_SOLVER
    assert_one_clear_message(result, "'Wonder'", "HiGHS")
    assert json.loads(result.stdout)["error"]["kind"] == "solver"


WITHOUT_SCIP = """\
import importlib.metadata, sys
version = importlib.metadata.version
def hidden(name):
    if name.lower() == "pyscipopt":
        raise importlib.metadata.PackageNotFoundError(name)
    return version(name)
importlib.metadata.version = hidden
sys.modules["pyscipopt"] = None
"""


def test_a_solver_that_is_not_installed_is_told_with_the_command_that_installs_it(place: Any, tmp_path: Path) -> None:
    place("sitecustomize.py", WITHOUT_SCIP)
    file = place("curve.opt", "variable x >= 1 <= 9\nminimize cost: x + 4/x\n")
    result = shell("solve", file, "--solver", "SCIP", "--json", PYTHONPATH=str(tmp_path))
    assert result.returncode == ExitCode.NO_SOLVER
    assert_one_clear_message(result, "SCIP", "pip install")


def test_an_unreachable_endpoint_is_told_and_a_typed_text_is_kept(tmp_path: Path) -> None:
    endpoint = {"OPTCOPILOT_BASE_URL": "http://127.0.0.1:9/v1", "OPTCOPILOT_MODEL": "tiny", "OPTCOPILOT_API_KEY": KEY}
    result = shell("solve", "-", "--json", "--formulator", "llm", stdin=TEXT, **endpoint)
    assert result.returncode == ExitCode.ENDPOINT
    assert_one_clear_message(
        result, "no answer from http://127.0.0.1:9/v1", "is the server running?", "--formulator offline"
    )
    error = json.loads(result.stdout)["error"]
    assert error["kind"] == "unreachable"
    assert KEY not in result.stdout + result.stderr
    (kept,) = (tmp_path / "share").rglob("*.session.json")
    assert str(kept) in result.stderr
    assert json.loads(kept.read_text(encoding="utf-8"))["text"] == TEXT
    assert KEY not in kept.read_text(encoding="utf-8")


def test_a_language_model_formulates_where_one_is_configured(
    place: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with openai_server(Say(FORM)) as server:
        monkeypatch.setenv("OPTCOPILOT_BASE_URL", server.url)
        monkeypatch.setenv("OPTCOPILOT_API_KEY", KEY)
        code, found, errors = answer(capsys, "solve", place("potter.txt", TEXT), "--formulator", "llm")
        assert (code, found["objective"]) == (0, pytest.approx(480))
        assert found["draft"]["formulator"].startswith("llm")
        code, found, errors = answer(capsys, "solve", place("potter.txt", TEXT))
        assert found["draft"]["formulator"] == "hybrid:offline", "nothing speaks against the embedded reading"
        code, found, _ = answer(capsys, "solve", place("potter.txt", TEXT), "--formulator", "offline")
        assert found["draft"]["formulator"] == "offline"
    assert server.authorizations == [f"Bearer {KEY}"]
    assert KEY not in json.dumps(found) + errors


def test_what_a_model_writes_is_shown_at_a_terminal_and_cannot_steer_it(
    place: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with openai_server(Say(f"# \x1b[2J{FORM}")) as server:
        monkeypatch.setenv("OPTCOPILOT_BASE_URL", server.url)
        file = place("potter.txt", TEXT)
        _, _, errors = answer(capsys, "solve", file, "--formulator", "llm")
        assert FORM not in errors
        monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
        _, _, errors = answer(capsys, "solve", file, "--formulator", "llm")
    assert FORM in errors
    assert "\x1b" not in errors


def test_nobody_is_sent_to_the_embedded_formulator_that_has_refused_already(place: Any) -> None:
    riddle = "He ponders; 12 knots per skein and 7 per hank, no more than 90. A skein makes him 3 happy, a hank 2."
    result = shell("formulate", place("wool.txt", riddle), "--json", OPTCOPILOT_BASE_URL="http://127.0.0.1:9/v1")
    assert result.returncode == ExitCode.ENDPOINT
    assert_one_clear_message(result, "no answer from", "cannot read the text either")
    assert "--formulator offline" not in result.stdout + result.stderr


def test_a_refused_key_is_never_shown(place: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with openai_server(Refuse(401, f"the key {KEY} is wrong")) as server:
        environment = {"OPTCOPILOT_BASE_URL": server.url, "OPTCOPILOT_MODEL": "tiny", "OPTCOPILOT_API_KEY": KEY}
        result = shell("formulate", place("potter.txt", TEXT), "--json", "--formulator", "llm", **environment)
    assert result.returncode == ExitCode.ENDPOINT
    assert_one_clear_message(result, "refused the key", "OPTCOPILOT_API_KEY")
    assert KEY not in result.stdout + result.stderr


def test_check_lists_findings(place: Any, capsys: pytest.CaptureFixture[str]) -> None:
    code, found, _ = answer(capsys, "check", place("wrong.opt", WRONG))
    assert code == ExitCode.BAD_INPUT
    errors = [finding for finding in found["findings"] if finding["severity"] == "error"]
    assert any("'stok'" in finding["reason"] for finding in errors)
    assert main(["check", place("wrong.opt", WRONG)]) == ExitCode.BAD_INPUT
    assert "stok" in capsys.readouterr().out
    code, found, _ = answer(capsys, "check", place("good.opt", LP))
    assert code == 0
    assert not [finding for finding in found["findings"] if finding["severity"] == "error"]


def test_check_lists_mistakes_of_the_notation_and_of_the_data(place: Any, capsys: pytest.CaptureFixture[str]) -> None:
    code, found, _ = answer(capsys, "check", place("broken.opt", POTTERY.replace("sales:", "sales")))
    assert (code, found["findings"][0]["code"], found["findings"][0]["element"]) == (1, "notation", "line 8")
    code, found, _ = answer(capsys, "check", place("missing.opt", POTTERY.replace("parameter stock = 60\n", "")))
    assert code == 1
    assert any("stock" in json.dumps(finding) for finding in found["findings"])


def test_the_formats_offered_are_the_exports_there_are() -> None:
    assert set(TARGETS) == set(EXPORTS)


@pytest.mark.parametrize("target", TARGETS)
def test_every_export_is_written_to_a_file(
    target: str, place: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / f"out.{target}"
    file = place("shop.opt", LP)
    assert main(["export", file, "--to", target, "-o", str(output)]) == 0
    assert output.stat().st_size > 50
    code, found, _ = answer(capsys, "export", file, "--to", target)
    assert code == 0
    assert found["to"] == target
    assert found.get("content") or found.get("base64")


def test_an_export_to_standard_output_is_the_file(place: Any) -> None:
    result = shell("export", place("shop.opt", LP), "--to", "lp")
    assert result.returncode == 0
    again = shell("solve", "-", "--json", stdin=result.stdout)
    assert json.loads(again.stdout)["objective"] == pytest.approx(36)


def test_an_imported_program_exports_to_lp_and_mps_only(place: Any, capsys: pytest.CaptureFixture[str]) -> None:
    file = place("tiny.mps", MPS)
    assert main(["export", file, "--to", "lp"]) == 0
    capsys.readouterr()
    assert main(["export", file, "--to", "pyomo"]) == ExitCode.BAD_INPUT
    assert "lp or mps" in capsys.readouterr().err


def test_an_output_that_cannot_be_written_is_told(
    place: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    nowhere = tmp_path / "no" / "such" / "place.lp"
    assert main(["export", place("shop.opt", LP), "--to", "lp", "-o", str(nowhere)]) == ExitCode.BAD_INPUT
    assert "cannot be written" in capsys.readouterr().err


@pytest.mark.parametrize("form", ["notation", "json"])
def test_formulate_writes_what_solve_reads(form: str, place: Any, tmp_path: Path) -> None:
    suffix = {"notation": "opt", "json": "json"}[form]
    output = tmp_path / f"potter.{suffix}"
    result = shell("formulate", "-", "--to", form, "-o", str(output), stdin=TEXT)
    assert result.returncode == 0
    assert "Formulated by offline" in result.stderr
    solved = shell("solve", str(output), "--json")
    assert json.loads(solved.stdout)["objective"] == pytest.approx(480)


def test_formulate_writes_a_session_that_opens_again(tmp_path: Path, place: Any) -> None:
    output = tmp_path / "potter.session.json"
    assert main(["formulate", place("potter.txt", TEXT), "-o", str(output)]) == 0
    session = load_session(output)
    assert session.text == TEXT
    assert session.draft is not None
    assert len(session.versions) == 1
    assert main(["solve", str(output)]) == 0


@pytest.mark.parametrize(
    ("text", "kind"),
    [(POTTERY, "opt"), (LP, "opt"), (MPS, "mps"), (LP_FILE, "lp"), (TEXT, "txt"), ('{"formulation": {}}', "json")],
)
def test_standard_input_is_recognized(text: str, kind: str) -> None:
    assert kind_of(text) == kind


def test_data_files_fill_the_parameters(place: Any, capsys: pytest.CaptureFixture[str]) -> None:
    formulation = POTTERY.split("data\n")[0]
    clay = place("clay.csv", "Ware,clay\ncup,0.5\njug,1.5\n")
    stock = place("stock.csv", "stock\n60\n")
    code, found, _ = answer(capsys, "solve", place("pottery.opt", formulation), "--data", clay, stock)
    assert (code, found["objective"]) == (0, pytest.approx(480))
    bad = place("bad.csv", "Ware,clay\ncup,heavy\n")
    assert main(["solve", place("pottery.opt", formulation), "--data", bad]) == ExitCode.BAD_INPUT
    assert "table 'bad', row 2, column 'clay'" in capsys.readouterr().err


def test_the_log_goes_to_standard_error(place: Any) -> None:
    result = shell("solve", place("pottery.opt", POTTERY), "--log", "--json")
    assert "HiGHS" in result.stderr
    assert json.loads(result.stdout)["termination"] == "optimal"


def test_wrong_settings_are_told(
    place: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OPTCOPILOT_TIME_LIMIT", "soon")
    assert main(["solve", place("shop.opt", LP)]) == ExitCode.BAD_INPUT
    assert "OPTCOPILOT_TIME_LIMIT" in capsys.readouterr().err


def test_every_termination_has_an_exit_code_and_every_code_is_documented() -> None:
    from copilot.commands.report import WORDS
    from copilot.commands.solve import CODES

    assert set(CODES) == set(WORDS) == set(Termination)
    assert set(MEANINGS) == set(ExitCode)
    result = shell("solve", "--help")
    assert result.returncode == 0
    for code in ExitCode:
        assert f"{int(code):>3}  " in result.stdout


def test_help_is_quick_because_nothing_heavy_is_loaded() -> None:
    script = "import sys; from copilot.cli import main\ntry: main(['--help'])\nexcept SystemExit: pass\n"
    heavy = "print([m for m in ('numpy', 'pandas', 'pydantic', 'openai', 'highspy') if m in sys.modules])"
    result = subprocess.run([sys.executable, "-c", script + heavy], capture_output=True, text=True, check=True)
    assert result.stdout.splitlines()[-1] == "[]"


@pytest.mark.skipif(sys.platform == "win32", reason="sends a POSIX signal")
def test_an_interrupt_keeps_the_best_plan_or_says_so(place: Any) -> None:
    count = 300
    members = ", ".join(f"i{number}" for number in range(count))
    weights = ", ".join(f"i{number}: {1000 + (number * 7919) % 997}" for number in range(count))
    hard = (
        "set Item\nset Bin\nparameter weight[Item]\nvariable put[Item, Bin] binary\nvariable most >= 0\n"
        "minimize longest: most\n"
        "constraint once for i in Item: sum(put[i, b] for b in Bin) == 1\n"
        "constraint load for b in Bin: sum(weight[i]*put[i, b] for i in Item) <= most\n"
        f"data\nset Item = {members}\nset Bin = 1..9\nparameter weight = {weights}\n"
    )
    command = [
        sys.executable,
        "-m",
        "copilot.cli",
        "solve",
        place("hard.opt", hard),
        "--mip-gap",
        "0",
        "--json",
        "--log",
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    for line in process.stderr:
        if "BestSol" in line or "Src" in line:
            break
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=60)
    assert process.returncode == ExitCode.INTERRUPTED
    assert "Traceback" not in errors
    found = json.loads(output)
    assert found["limit"] == "interrupted"
    assert found["objective"] is None or math.isfinite(found["objective"])


def test_a_reader_that_goes_away_causes_no_complaint(place: Any) -> None:
    command = f"{sys.executable} -m copilot.cli export {place('shop.opt', LP)} --to lp | head -n 1"
    result = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    assert result.stderr == ""


def test_the_page_is_served_from_a_port_that_exists(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["app", "--port", "99999"]) == ExitCode.USAGE
    assert "99999" in capsys.readouterr().err


def test_a_formulation_is_told_in_words_beside_its_sentences(place: Any, capsys: pytest.CaptureFixture[str]) -> None:
    code, found, _ = answer(capsys, "formulate", place("potter.txt", TEXT), "--formulator", "offline", "--explain")
    assert code == ExitCode.OK
    assert any("60 kg of clay" in entry["sentences"] for entry in found["explained"])
    assert any("maximize" in entry["words"] for entry in found["explained"])
    assert main(["formulate", place("potter.txt", TEXT), "--formulator", "offline", "--explain"]) == ExitCode.OK
    assert "is at most" in capsys.readouterr().err


def test_a_text_of_200_kilobytes_is_answered_with_a_message(place: Any) -> None:
    file = place("long.txt", "A cup takes 3 kg of clay. " * 8_000)
    result = shell("solve", file, "--formulator", "hybrid", "--json", OPTCOPILOT_BASE_URL="http://127.0.0.1:9/v1")
    assert result.returncode != ExitCode.OK
    assert_one_clear_message(result, "characters")
