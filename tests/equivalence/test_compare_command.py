"""``optcopilot compare``: one JSON object, words for people, exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from copilot.cli import main

KILN = """\
variable cups integer >= 0
variable jugs integer >= 0
maximize gain: 4*cups + 9*jugs
constraint clay: 0.5*cups + 1.5*jugs <= 60
constraint shelf: cups + jugs <= 70
"""
SAME = """\
variable jars integer >= 0
variable mugs integer >= 0
variable spare >= 0
minimize loss: 0 - 8*mugs - 18*jars + 5
constraint space: mugs + jars + spare == 70
constraint earth: 6*jars + 2*mugs <= 240
"""
LOOSER = KILN.replace("<= 60", "<= 61")
MPS = """\
NAME kiln
OBJSENSE
    MAX
ROWS
 N  gain
 L  clay
 L  shelf
COLUMNS
    M0 'MARKER' 'INTORG'
    cups gain 4
    cups clay 0.5
    cups shelf 1
    jugs gain 9
    jugs clay 1.5
    jugs shelf 1
    M1 'MARKER' 'INTEND'
RHS
    RHS clay 60
    RHS shelf 70
BOUNDS
 PL BND cups
 PL BND jugs
ENDATA
"""


def compared(folder: Path, capsys: pytest.CaptureFixture[str], a: str, b: str, *options: str) -> tuple[int, Any]:
    names = []
    for name, text in (("a", a), ("b", b)):
        path = folder / f"{name}{'.mps' if text is MPS else '.opt'}"
        path.write_text(text)
        names.append(str(path))
    code = main(["compare", *names, "--json", *options])
    return code, json.loads(capsys.readouterr().out)


def test_one_json_object_with_the_verdict_and_its_evidence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, found = compared(tmp_path, capsys, KILN, SAME)
    assert code == 0
    assert {"verdict", "exact", "reason", "witness", "map", "seconds"} <= found.keys()
    assert (found["verdict"], found["exact"], found["equivalent"]) == ("equivalent_proved", True, True)
    assert found["map"]["a_from_b"]["cups"] == {"terms": {"mugs": 1}, "constant": 0}
    assert found["map"]["b_from_a"]["spare"] == {"terms": {"cups": -1, "jugs": -1}, "constant": 70}
    assert (found["alpha"], found["beta"]) == (0.5, -2.5)


def test_a_witness_in_the_names_of_the_user(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, found = compared(tmp_path, capsys, KILN, LOOSER)
    assert (code, found["verdict"], found["same_optimum"]) == (0, "looser", False)
    point = found["witness"]["point"]
    assert 60 < 0.5 * point["cups"] + 1.5 * point["jugs"] <= 61
    assert found["witness"]["violated"] == "clay"


def test_files_of_different_kinds_can_be_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, found = compared(tmp_path, capsys, KILN, MPS, "--contract", "optimum")
    assert (code, found["verdict"], found["contract"]) == (0, "equivalent_structural", "optimum")


def test_unknown_says_what_was_tried_and_exits_otherwise(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, found = compared(tmp_path, capsys, KILN, LOOSER, "--ignore-names")
    assert (code, found["verdict"], found["witness"]) == (4, "unknown", None)
    assert found["tried"]
    code, found = compared(tmp_path, capsys, KILN, LOOSER, "--ignore-names", "--same-units")
    assert (code, found["verdict"]) == (0, "different_proved")


def test_words_for_people(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    paths = []
    for name, text in (("a.opt", KILN), ("b.opt", LOOSER)):
        (tmp_path / name).write_text(text)
        paths.append(str(tmp_path / name))
    assert main(["compare", *paths]) == 0
    words = capsys.readouterr().out
    assert words.startswith("B is looser than A, with another optimal value")
    assert "which A forbids by 'clay'" in words


def test_a_file_that_does_not_exist_is_an_error_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.opt").write_text(KILN)
    assert main(["compare", str(tmp_path / "a.opt"), str(tmp_path / "none.opt")]) == 1
    assert "none.opt" in capsys.readouterr().err


def test_several_files_are_sorted_into_classes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    paths = []
    for name, text in (("a.opt", KILN), ("b.opt", SAME), ("c.opt", LOOSER), ("d.mps", MPS)):
        (tmp_path / name).write_text(text)
        paths.append(str(tmp_path / name))
    assert main(["compare", *paths, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["classes"] == [[paths[0], paths[1], paths[3]], [paths[2]]]
    assert found["orders"] == [{"stricter": 0, "looser": 1}]
    assert found["separation"]["allowed_by_class"] == 1
    assert main(["compare", *paths]) == 0
    assert "class 1 is stricter than class 2" in capsys.readouterr().out


def test_formulations_are_tested_on_drawn_data(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "parameter room\nvariable cups integer >= 0 <= 9\nmaximize gain: cups\nconstraint shelf: cups <= room\n"
    first = text + "data\nparameter room = 4\n"
    second = first.replace("cups <= room", "cups <= 4")
    code, found = compared(tmp_path, capsys, first, second, "--sample", "5")
    assert (code, found["verdict"]) == (0, "equivalent_structural")
    assert found["sampling"]["verdict"] == "unknown"
    assert found["sampling"]["counterexample"]["data"]["parameters"]["room"] != 4


def test_a_map_that_is_not_by_name_is_said_to_be_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    swapped = KILN.replace("cups", "bowls").replace("jugs", "cups").replace("bowls", "jugs")
    code, found = compared(tmp_path, capsys, KILN, swapped)
    assert (code, found["verdict"], found["map_by_name"]) == (0, "equivalent_structural", False)
    assert "not by equal names" in found["reason"]
    covers = "variable start integer >= 0 <= 9\nvariable stop integer >= 0 <= 9\n"
    rows = "constraint a: start + stop >= 9\nconstraint b: start + stop <= 9\n"
    low = f"{covers}minimize wages: 3*start + 5*stop\n{rows}"
    code, found = compared(tmp_path, capsys, low, low.replace("minimize", "maximize"))
    assert (found["verdict"], found["map_by_name"]) == ("different_proved", True)
    assert found["other_map"]["a_from_b"]["start"] == {"terms": {"start": -1}, "constant": 9}
    assert "exchange their names" in found["reason"]


def test_programs_without_a_plan_come_with_what_contradicts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    crowded = KILN + "constraint promised: cups + jugs >= 80\n"
    other = KILN.replace("<= 70", "<= 60") + "constraint ordered: 2*cups + 2*jugs >= 190\n"
    code, found = compared(tmp_path, capsys, crowded, other)
    assert (code, found["verdict"]) == (0, "both_infeasible")
    assert [set(conflict["labels"]) for conflict in found["conflicts"]] == [{"shelf", "promised"}, {"shelf", "ordered"}]
    assert all(conflict["irreducible"] for conflict in found["conflicts"])


def test_objectives_without_end_come_with_a_direction(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    endless = "variable lend >= 0\nvariable owe >= 0\nmaximize gain: 3*lend - owe\nconstraint c: lend - owe <= 4\n"
    code, found = compared(tmp_path, capsys, endless, endless.replace("3*lend", "5*lend").replace("<= 4", "<= 7"))
    assert (code, found["verdict"]) == (0, "both_unbounded")
    for ray, price in zip(found["rays"], (3, 5), strict=True):
        steps = ray["direction"]
        assert ray["gain"] == price * steps["lend"] - steps.get("owe", 0) > 0
        assert steps["lend"] <= steps.get("owe", 0)


def test_without_an_endpoint_asking_a_model_is_an_error_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("OPTCOPILOT_BASE_URL", "OPTCOPILOT_MODEL", "OPTCOPILOT_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("OPTCOPILOT_PROVIDER", "nobody")
    code, found = compared(tmp_path, capsys, KILN, LOOSER, "--ignore-names", "--ask-model")
    assert code in (1, 6)
    assert "error" in found
