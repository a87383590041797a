"""Optima of gold declarations: every kind of constraint, numbers in words, strict words, and what cannot be read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from copilot.evaluation.datasets import NO_OPTIMUM, load
from copilot.evaluation.declared import DeclarationError, number, optimum

MOST: dict[str, object] = {"direction": "maximize", "terms": {"kite": "3", "yo-yo": "$2"}, "type": "objective"}


def record(*constraints: dict[str, object], goal: dict[str, object] = MOST) -> dict[str, object]:
    return {
        "document": "A stall sells kites and yo-yos.",
        "vars": ["kites", "yo-yos"],
        "order_mapping": {"kites": 0, "kite": 0, "yo-yos": 1, "yo-yo": 1},
        "obj_declaration": goal,
        "const_declarations": list(constraints),
    }


def limit(kind: str, operator: str = "LESS_OR_EQUAL", **rest: object) -> dict[str, object]:
    return {"type": kind, "operator": operator, "direction": "at most", **rest}


TOTAL = limit("sum", limit="10")
CASES = {
    "a sum": ((TOTAL,), 30),
    "a bound": ((TOTAL, limit("upperbound", var="kite", limit="four")), 24),
    "terms": ((limit("linear", terms={"kite": "2", "yo-yo": "1"}, limit="1,0"),), 20),
    "a share": ((TOTAL, limit("ratio", var="kite", limit="30%")), 23),
    "a multiple": ((TOTAL, limit("xby", x_var="kite", y_var="yo-yo", param="half")), 23),
    "a comparison": ((TOTAL, limit("xy", x_var="kite", y_var="yo-yo")), 25),
    "a strict comparison": (
        (TOTAL, limit("xy", "GREATER_OR_EQUAL", x_var="yo-yo", y_var="kite", direction="must exceed")),
        24,
    ),
    "a strict word that is negated": (
        (TOTAL, limit("xy", x_var="kite", y_var="yo-yo", direction="must not exceed")),
        25,
    ),
    "no plan": ((TOTAL, limit("lowerbound", "GREATER_OR_EQUAL", var="kite", limit="11")), None),
}


@pytest.mark.parametrize("case", CASES)
def test_each_kind_of_declaration_counts(case: str) -> None:
    constraints, expected = CASES[case]
    assert optimum(record(*constraints)) == (None if expected is None else pytest.approx(expected))


def test_the_number_of_things_may_be_the_objective() -> None:
    goal: dict[str, object] = {"type": "objvar", "direction": "minimize", "vars": ["kites", "yo-yos"]}
    assert optimum(record(limit("sum", "GREATER_OR_EQUAL", limit="9"), goal=goal)) == pytest.approx(9)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,200", 1200),
        ("$8", 8),
        ("70%", 0.7),
        ("1/4", 0.25),
        ("third", 1 / 3),
        ("two-thirds", 2 / 3),
        ("twice", 2),
        ("3 times", 3),
    ],
)
def test_numbers_are_read_as_people_write_them(text: str, value: float) -> None:
    assert number(text) == pytest.approx(value)


@pytest.mark.parametrize("text", ["", "many", "8 minutes", None])
def test_what_is_no_number_is_told(text: object) -> None:
    with pytest.raises(DeclarationError, match="not a number"):
        number(text)


@pytest.mark.parametrize("broken", [limit("knapsack"), limit("upperbound", var="kazoo", limit="3"), "kite <= 3"])
def test_declarations_that_cannot_be_read_make_a_sample_doubtful(broken: object, tmp_path: Path) -> None:
    path = tmp_path / "toys.json"
    path.write_text(json.dumps({"a": record(TOTAL), "b": record(broken), "c": record(*CASES["no plan"][0])}))  # type: ignore[arg-type]
    dataset = load(path)
    assert dataset.format == "NL4OPT"
    right, doubtful, without = (sample.target for sample in dataset.samples)
    assert (right.answer, right.doubtful) == (pytest.approx(30), False)
    assert doubtful.doubtful
    assert without.status == NO_OPTIMUM
