"""What-if questions on the command line: their tables, their JSON, their errors, their exit codes."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from copilot.cli import main
from copilot.commands.exits import ExitCode

DEPOT = """\
# Depots
set Depot
set Town
parameter rent[Depot] in EUR
parameter room[Depot] in t
parameter need[Town] in t "goods wanted"
parameter freight[Depot, Town] in EUR/t
variable open[Depot] {domain}
variable send[Depot, Town] >= 0 in t
minimize bill in EUR: sum(rent[d]*open[d] for d in Depot) + sum(freight[d, t]*send[d, t] for d in Depot for t in Town)
constraint served for t in Town: sum(send[d, t] for d in Depot) >= need[t]
constraint held for d in Depot: sum(send[d, t] for t in Town) <= room[d]*open[d]
data
set Depot = mill, quay
set Town = Ulm, Ems
parameter rent = mill: 45, quay: 55
parameter room = mill: 30, quay: 50
parameter need = Ulm: 20, Ems: 15
parameter freight = (mill, Ulm): 2, (mill, Ems): 5, (quay, Ulm): 4, (quay, Ems): 1
"""


@pytest.fixture
def depot(tmp_path: Path) -> str:
    file = tmp_path / "depot.opt"
    file.write_text(DEPOT.format(domain="binary"))
    return str(file)


@pytest.fixture
def rented(tmp_path: Path) -> str:
    """The same with parts of depots: a linear program."""
    file = tmp_path / "rented.opt"
    file.write_text(DEPOT.format(domain=">= 0 <= 1"))
    return str(file)


def answered(capsys: pytest.CaptureFixture[str], *words: str, code: ExitCode = ExitCode.OK) -> dict[str, Any]:
    assert main([*words, "--json"]) == code, capsys.readouterr().err
    result: dict[str, Any] = json.loads(capsys.readouterr().out)
    return result


def told(capsys: pytest.CaptureFixture[str], *words: str, code: ExitCode = ExitCode.OK) -> str:
    assert main(list(words)) == code
    return capsys.readouterr().out


def test_a_tornado_is_told_with_its_widest_bar_first(depot: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = answered(capsys, "sweep", depot, "--vary", "need: 80%..120%", "rent: +-10%")
    assert found["design"] == "tornado"
    assert [s["scenario"] for s in found["scenarios"]][:2] == ["as given", "need['Ulm'] low"]
    swings = [bar["swing"] for bar in found["tornado"]]
    assert swings == sorted(swings, reverse=True)
    assert found["scenarios"][0]["values"]["open['quay']"] == 1
    assert "#####" in told(capsys, "sweep", depot, "--vary", "need: 80%..120%")


def test_a_hypercube_goes_to_a_csv_file(depot: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out.csv"
    words = ["sweep", depot, "--vary", "need: 50%..190%", "--design", "hypercube", "--count", "6", "-o", str(out)]
    text = told(capsys, *words)
    assert "6 of 6 scenarios" in text
    rows = list(csv.DictReader(out.open()))
    assert len(rows) == 6
    assert {"scenario", "need['Ulm']", "status", "objective", "bound", "gap", "source", "seconds"} <= rows[0].keys()


def test_a_table_of_scenarios_is_read(depot: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = tmp_path / "years.csv"
    table.write_text("scenario,need[Ulm],need[Ems]\nlean,5,5\nfat,50,60\n")
    found = answered(capsys, "sweep", depot, "--table", str(table))
    assert [(s["scenario"], s["status"]) for s in found["scenarios"]] == [("lean", "optimal"), ("fat", "infeasible")]


def test_prices_are_told_in_words_and_units(rented: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = told(capsys, "sensitivity", rented)
    assert "need['Ems'] (goods wanted): 1 t more raises bill by 2.1 EUR, as long as it lies between" in text
    found = answered(capsys, "sensitivity", rented)
    assert found["integers_fixed"] is False
    assert {row["label"] for row in found["rows"]} >= {"served['Ulm']", "held['quay']"}
    assert found["steps"] == []


def test_integer_plans_are_solved_again_and_say_so(depot: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = told(capsys, "sensitivity", depot)
    assert "hold while the integer variables keep their values" in text
    assert "need['Ulm'] (goods wanted): 21 t instead of 20 raises bill by 4 EUR; 19 t lowers bill by 4 EUR." in text
    found = answered(capsys, "sensitivity", depot)
    assert found["integers_fixed"] is True
    assert {step["label"] for step in found["steps"]} >= {"rent['quay']", "need['Ulm']"}


def test_a_forced_decision_has_its_price_and_causes(depot: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = answered(capsys, "why-not", depot, "open['quay'] = 0")
    assert found["impossible"] is True
    assert {cause["name"] for cause in found["causes"]} == {"served", "held"} | {
        cause["name"] for cause in found["causes"] if cause["kind"] == "bound"
    }
    dearer = answered(capsys, "why-not", depot, "open['mill'] = 1")
    assert dearer["price"] == pytest.approx(dearer["objective_forced"] - dearer["objective_before"])
    assert "makes the objective worse" in told(capsys, "why-not", depot, "send['quay', 'Ulm'] <= 5")


def test_objectives_are_traded_off(depot: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = "minimize haul in t: send['quay', 'Ulm'] + send['mill', 'Ems']"
    found = answered(capsys, "pareto", depot, "--objective", line, "--points", "5")
    values = [point["objectives"] for point in found["points"]]
    assert [v["bill"] for v in values] == sorted(v["bill"] for v in values)
    assert [v["haul"] for v in values] == sorted((v["haul"] for v in values), reverse=True)
    out = tmp_path / "front.csv"
    assert "haul (t), minimized" in told(capsys, "pareto", depot, "--objective", line, "-o", str(out))
    assert out.read_text().startswith("bill,haul,proved,knee")


def test_robust_plans_have_one_stage_or_two(depot: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["robust", depot, "--uncertain", "need: +-20% budget 1"]
    fixed = answered(capsys, *words)
    reacting = answered(capsys, *words, "--recourse", "send")
    assert fixed["status"] == reacting["status"] == "optimal"
    assert fixed["certain_objective"] < reacting["worst_objective"] <= fixed["worst_objective"]
    assert reacting["rounds"] >= 2
    assert "price of robustness" in told(capsys, *words)


def test_a_study_says_what_is_asked(depot: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    study = tmp_path / "next-year.study"
    study.write_text(
        "# next year\nvary need: +-30%\nuncertain rent: +-10% budget 1\nrecourse send\nminimize own: open['mill']\n"
    )
    found = answered(capsys, "stochastic", depot, "--study", str(study), "--count", "4")
    assert found["status"] == "optimal"
    assert set(found["decisions"]) == {"open['mill']", "open['quay']"}
    assert len(found["scenarios"]) == 4
    assert found["value_of_perfect_information"] >= 0
    assert len(answered(capsys, "pareto", depot, "--study", str(study))["points"]) >= 1
    assert answered(capsys, "robust", depot, "--study", str(study))["worst_case"] == {"rent['quay']": 60.5}
    averse = answered(capsys, "stochastic", depot, "--study", str(study), "--count", "4", "--risk", "0.5")
    assert averse["risk"] >= averse["expected"]
    assert "Decide now" in told(capsys, "stochastic", depot, "--study", str(study), "--count", "3")


@pytest.mark.parametrize(
    ("words", "code", "reason"),
    [
        (["sweep", "{depot}"], ExitCode.USAGE, "say what varies"),
        (["sweep", "{depot}", "--vary", "need 3"], ExitCode.BAD_INPUT, "cannot read 'need 3'"),
        (["sweep", "{depot}", "--vary", "want: 1..2"], ExitCode.BAD_INPUT, "'want' is not a parameter"),
        (["sweep", "{depot}", "--table", "nowhere.csv"], ExitCode.BAD_INPUT, "nowhere.csv"),
        (["sweep", "{depot}", "--vary", "need: 1..2", "--proxy", "no.proxy"], ExitCode.BAD_INPUT, "no.proxy"),
        (["why-not", "{depot}", "open = 1"], ExitCode.BAD_INPUT, "cannot be read"),
        (["pareto", "{depot}"], ExitCode.BAD_INPUT, "one or two further objectives"),
        (["robust", "{depot}"], ExitCode.USAGE, "say what is uncertain"),
        (["robust", "{depot}", "--uncertain", "need: 1, 2"], ExitCode.BAD_INPUT, "need a range"),
        (["robust", "{depot}", "--uncertain", "need: +-5%", "--recourse", "sent"], ExitCode.BAD_INPUT, "'send'?"),
        (["stochastic", "{depot}", "--vary", "need: +-5%"], ExitCode.BAD_INPUT, "name at least one as recourse"),
        (["stochastic", "{depot}", "--vary", "need: +-5%", "--risk", "2"], ExitCode.USAGE, "--risk is from 0 to 1"),
        (["sensitivity", "{depot}", "--study", "x"], ExitCode.USAGE, "unrecognized arguments"),
        (["sweep", "{lp}", "--vary", "need: 1..2"], ExitCode.BAD_INPUT, "a program without parameters"),
    ],
)
def test_what_cannot_be_asked_is_explained(
    words: list[str], code: ExitCode, reason: str, depot: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lp = tmp_path / "small.lp"
    lp.write_text("minimize\n x\nsubject to\n c: x >= 1\nend\n")
    assert main([word.format(depot=depot, lp=lp) for word in words]) == code
    assert reason in capsys.readouterr().err


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("change need: 1..2", "line 2: 'change need: 1..2' begins with none of vary, uncertain"),
        ("vary need", "line 2: cannot read 'need'"),
        ("recourse send it", "line 2: 'send it' is no list of variables"),
        ("minimize a b", "line 2: cannot read the objective"),
    ],
)
def test_a_study_that_cannot_be_read_names_its_line(
    line: str, reason: str, depot: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    study = tmp_path / "bad.study"
    study.write_text(f"# bad\n{line}\n")
    assert main(["sweep", depot, "--study", str(study)]) == ExitCode.BAD_INPUT
    assert reason in capsys.readouterr().err


def test_an_infeasible_problem_has_no_sensitivity(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "none.opt"
    file.write_text("variable x >= 0 <= 1\nminimize z: x\nconstraint c: x >= 2\n")
    assert main(["sensitivity", str(file)]) == ExitCode.INFEASIBLE_OR_UNBOUNDED
    assert "there is no optimum to examine" in capsys.readouterr().err


def test_a_missing_ray_is_told(depot: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("solvers.ray_cluster.ray_missing", lambda: "Ray is not installed: pip install ray")
    assert main(["sweep", depot, "--vary", "need: +-5%", "--engine", "ray"]) == ExitCode.NO_SOLVER
    assert "pip install ray" in capsys.readouterr().err
