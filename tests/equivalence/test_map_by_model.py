"""Maps proposed by a language model: read strictly, never executed, and worth nothing without a proof."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_programs import program

from equivalence.compare import compare
from equivalence.corpus import Correspondence, Grade, judge, truth
from equivalence.corpus.twins import TWINS
from equivalence.map_by_model import Message, compare_with_model
from equivalence.map_text import MapError, read_map
from equivalence.verdict import Affine, Contract, Relation
from formulations.program import Program

RUNNING_TOTALS = next(twins for twins in TWINS if twins.name == "running totals")


def rule(column: str, constant: str = "0", **terms: str) -> dict[str, object]:
    return {"column": column, "terms": [terms_of(name, c) for name, c in terms.items()], "constant": constant}


def terms_of(column: str, coefficient: str) -> dict[str, str]:
    return {"column": column, "coefficient": coefficient}


def as_text(forward: list[object], backward: list[object]) -> str:
    return json.dumps({"forward": forward, "backward": backward})


BUY: list[object] = [
    {"column": "buy[1]", "terms": [terms_of("total[1]", "1")], "constant": "0"},
    {"column": "buy[t]", "terms": [terms_of("total[t]", "1"), terms_of("total[t-1]", "-1")], "constant": "0"},
]
TOTAL: list[object] = [
    {"column": "total[1]", "terms": [terms_of("buy[1]", "1")], "constant": "0"},
    {"column": "total[2]", "terms": [terms_of("buy[1]", "1"), terms_of("buy[2]", "1")], "constant": "0"},
    {"column": "total[3]", "terms": [terms_of("buy[s]", "1")], "constant": "0"},
]
RIGHT = as_text(BUY, TOTAL)
LESS_THAN_NOTHING = as_text(BUY, [{**TOTAL[0], "terms": [terms_of("buy[1]", "-2")]}, *TOTAL[1:]])  # type: ignore[dict-item]
HOSTILE = (
    "",
    "I cannot help with that.",
    "{",
    "[" * 100_000,
    '{"forward": ' + "[" * 100_000,
    '{"forward": [], "backward": []}',
    '{"forward": {"buy[1]": "total[1]"}, "backward": 3}',
    '{"forward": [1, null, "x"], "backward": [[]]}',
    as_text([rule("__import__('os').system('true')")], [rule("total[t]")]),
    as_text([rule("buy[t]", "9**9**9**9")], TOTAL),
    as_text([rule("buy[t]", "1/0")], TOTAL),
    as_text([rule("buy[t]", "1e999")], TOTAL),
    as_text([rule("buy[t]", "9" * 10_000)], TOTAL),
    as_text([rule("buy[t]", "exp(1)")], TOTAL),
    as_text([{**BUY[1], "note": "trust me"}], TOTAL),  # type: ignore[dict-item]
    as_text(BUY, TOTAL[:2]),
    as_text([BUY[1]], TOTAL),
    LESS_THAN_NOTHING,
    as_text([rule("buy[t]", "3")], [rule("total[t]", "100")]),
)


@dataclass(frozen=True)
class Said:
    text: str


class EndpointDown(Exception):
    pass


@dataclass
class Script:
    """A model that says what it was told to, the last line again and again; None is a failure of the endpoint."""

    lines: Sequence[str | None]
    heard: list[str] = field(default_factory=list)

    def complete(self, messages: Sequence[Message], *, schema: Mapping[str, object] | None = None) -> Said:
        self.heard.append(messages[-1].content)
        line = self.lines[min(len(self.heard), len(self.lines)) - 1]
        if line is None:
            raise EndpointDown("nobody listens at this address")
        return Said(line)


@pytest.fixture(scope="module")
def unknown() -> tuple[Program, Program]:
    """Purchases and running totals, with nothing to seek: equivalent by a map that nothing but insight finds."""
    a, b = RUNNING_TOTALS.programs(0)
    return replace(a, objective=0 * a.objective), replace(b, objective=0 * b.objective)


def test_a_right_map_turns_unknown_into_a_proof(unknown: tuple[Program, Program]) -> None:
    a, b = unknown
    assert compare(a, b).relation is Relation.UNKNOWN
    verdict = compare_with_model(a, b, model=Script([RIGHT]))
    assert verdict.relation is Relation.EQUIVALENT_PROVED
    assert verdict.exact
    about = RUNNING_TOTALS.about(a, b)
    pair = Correspondence(a=a, b=b, about_a=about[0], about_b=about[1])
    assert judge(pair, truth(pair), verdict).grade is Grade.RIGHT


def test_a_map_is_repaired_from_what_was_wrong_with_it(unknown: tuple[Program, Program]) -> None:
    model = Script([LESS_THAN_NOTHING, as_text(BUY, TOTAL[:2]), RIGHT])
    verdict = compare_with_model(*unknown, model=model)
    assert verdict.relation is Relation.EQUIVALENT_PROVED
    assert "leaves out 1 columns of B: total[3]" in model.heard[2]
    assert any("try 3" in test for test in verdict.tests)


def test_a_model_is_asked_four_times_at_most(unknown: tuple[Program, Program]) -> None:
    model = Script(["no"])
    verdict = compare_with_model(*unknown, model=model)
    assert verdict.relation is Relation.UNKNOWN
    assert len(model.heard) == 4
    assert len(verdict.tests) >= 4


@pytest.mark.parametrize("reply", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("contract", Contract)
def test_a_wrong_incomplete_or_hostile_map_changes_nothing(
    unknown: tuple[Program, Program], reply: str, contract: Contract
) -> None:
    plain = compare(*unknown, contract)
    verdict = compare_with_model(*unknown, contract, model=Script([reply]), repairs=1)
    assert (verdict.relation, verdict.witness, verdict.forward) == (plain.relation, plain.witness, plain.forward)


@pytest.mark.parametrize("reply", [RIGHT, *HOSTILE[-4:]])
def test_no_map_makes_different_programs_equivalent(unknown: tuple[Program, Program], reply: str) -> None:
    a, _ = unknown
    other = RUNNING_TOTALS.programs(1)[1]
    assert not compare_with_model(a, other, model=Script([reply]), repairs=0).positive


def test_a_decided_comparison_asks_nobody() -> None:
    a = program("maximize 3*x + 2*y", "x + y <= 4", x=(0, 3), y=(0, 3))
    model = Script([RIGHT])
    assert compare_with_model(a, a, model=model).relation is Relation.EQUIVALENT_STRUCTURAL
    assert not model.heard


def test_an_endpoint_that_fails_leaves_the_verdict_unknown(unknown: tuple[Program, Program]) -> None:
    verdict = compare_with_model(*unknown, model=Script([None]), failures=(EndpointDown,))
    assert verdict.relation is Relation.UNKNOWN
    assert "nobody listens" in verdict.tests[-1]


def test_an_error_nobody_announced_is_raised(unknown: tuple[Program, Program]) -> None:
    with pytest.raises(EndpointDown):
        compare_with_model(*unknown, model=Script([None]))


def test_rules_with_indices_are_expanded_and_summed(unknown: tuple[Program, Program]) -> None:
    found = read_map(f"Here it is:\n```json\n{RIGHT}\n```", *unknown)
    one = Fraction(1)
    assert found.forward["buy[2]"] == Affine({"total[2]": one, "total[1]": -one})
    assert found.backward["total[3]"] == Affine({"buy[1]": one, "buy[2]": one, "buy[3]": one})


def test_indices_may_be_numbers_in_coefficients(unknown: tuple[Program, Program]) -> None:
    forward = [{"column": "buy[t]", "terms": [terms_of("total[s]", "2*s - t/4")], "constant": "1/3"}]
    found = read_map(as_text(list(forward), TOTAL), *unknown)
    assert found.forward["buy[2]"].coefficients["total[3]"] == Fraction(11, 2)
    assert found.forward["buy[2]"].constant == Fraction(1, 3)


def test_names_of_imported_columns_are_taken_apart() -> None:
    names: dict[str, Any] = {f"x[{i},{j}]": (0, 1) for i in (0, 1) for j in (0, 1)}
    a = program("minimize 0", **names)
    b = program("minimize 0", **{f"y[{i},{j}]": (0, 1) for i in (0, 1) for j in (0, 1)})
    turned = as_text(
        [{"column": "x[i, j]", "terms": [terms_of("y[j, i]", "1")], "constant": "0"}],
        [{"column": "y[i, j]", "terms": [terms_of("x[j, i]", "1")], "constant": "0"}],
    )
    assert read_map(turned, a, b).forward["x[0,1]"] == Affine({"y[1,0]": Fraction(1)})


def test_the_same_column_given_twice_is_an_error(unknown: tuple[Program, Program]) -> None:
    with pytest.raises(MapError, match=r"buy\[1\] is given twice"):
        read_map(as_text([BUY[0], *BUY], TOTAL), *unknown)


def test_a_map_too_large_to_expand_is_refused() -> None:
    columns: dict[str, Any] = {f"x[{i}]": (0, 1) for i in range(3000)}
    a = program("minimize 0", **columns)
    everything = as_text([{"column": "x[i]", "terms": [terms_of("x[j]", "1")], "constant": "0"}] * 50, [])
    with pytest.raises(MapError, match="too large"):
        read_map(everything, a, a)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60), st.recursive(st.none() | st.text(max_size=20) | st.integers(), st.lists, max_leaves=6))
def test_any_text_is_a_map_or_an_error(unknown: tuple[Program, Program], column: str, junk: object) -> None:
    for text in (column, json.dumps({"forward": junk, "backward": [{"column": column, "terms": junk}]})):
        try:
            read_map(text, *unknown)
        except MapError:
            continue
