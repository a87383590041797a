"""Choices told in everyday prose: things that are taken or left, with rules between them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from optima import optimum

from copilot.formulators.offline import OfflineFormulator
from copilot.formulators.offline.choices import choice
from copilot.formulators.offline.choices.roster import rosters
from copilot.formulators.offline.choices.rules import rules
from copilot.formulators.offline.choices.script import script
from formulations.notation import parse_notation

#: Own problems, with the notation of the formulation that is right.
PROBLEMS = [
    json.loads(line)
    for line in (Path(__file__).parent / "offline_items.jsonl").read_text(encoding="utf-8").splitlines()
]


@pytest.mark.highs
@pytest.mark.parametrize("problem", PROBLEMS, ids=[problem["id"] for problem in PROBLEMS])
def test_a_choice_told_in_prose_has_the_optimum_of_its_formulation(problem: dict[str, str]) -> None:
    draft = OfflineFormulator().formulate(problem["question"])
    assert optimum(draft.document) == pytest.approx(optimum(parse_notation(problem["notation"])), rel=1e-6)
    assert draft.confidence > 0.5


SHED = (
    "A shed takes ten square meters. The kiln weighs 4 kg and costs 30 dollars, the loom weighs 5 kg and costs 20 "
    "dollars, the mill weighs 6 kg and costs 25 dollars, and the press weighs 3 kg and costs 45 dollars. {rule}"
)
RULES = [
    ("The kiln only makes sense if we also buy the loom.", (((0,), (1,), "<=", 0),)),
    ("The loom requires the mill.", (((1,), (2,), "<=", 0),)),
    ("There is no kiln without the press.", (((0,), (3,), "<=", 0),)),
    ("Unless the mill is bought, the press cannot be bought.", (((3,), (2,), "<=", 0),)),
    ("If we take the kiln we must also take the mill.", (((0,), (2,), "<=", 0),)),
    ("If the kiln is taken, then the press must not be.", (((0, 3), (), "<=", 1),)),
    ("If we do not buy the kiln, we must buy the loom.", (((0, 1), (), ">=", 1),)),
    ("The kiln and the loom cannot both be bought.", (((0, 1), (), "<=", 1),)),
    ("The mill and the press exclude each other.", (((2, 3), (), "<=", 1),)),
    ("No more than one of the kiln and the press may be bought.", (((0, 3), (), "<=", 1),)),
    ("At least two of the kiln, the loom and the mill have to be bought.", (((0, 1, 2), (), ">=", 2),)),
    ("Exactly one of the loom and the mill must be bought.", (((1, 2), (), "==", 1),)),
    ("Either the kiln or the mill must be bought, but not both.", (((0, 2), (), "==", 1),)),
    ("The kiln or the loom has to be bought.", (((0, 1), (), ">=", 1),)),
    ("The loom has the mill as a prerequisite.", (((1,), (2,), "<=", 0),)),
    ("The kiln is possible only together with the loom or the mill.", (((0,), (1, 2), "<=", 0),)),
    ("The kiln may be bought if and only if the press is.", (((0,), (3,), "==", 0),)),
    ("The press must be bought.", (((3,), (), "==", 1),)),
]


@pytest.mark.parametrize(("rule", "expected"), RULES, ids=[rule for rule, _ in RULES])
def test_rules_between_things_are_read(rule: str, expected: tuple[object, ...]) -> None:
    told = script(SHED.format(rule=rule))
    roster = next(iter(rosters(told)))
    used = frozenset(figure.at for column in roster.columns for figure in column.figures)
    found = rules(told, roster, used)
    assert tuple((r.plus, r.minus, r.relation, r.constant) for r in found.rules) == expected


def test_a_rule_that_is_not_understood_is_named() -> None:
    text = (
        "My bag holds at most 9 kg. The kiln weighs 4 kg and is worth 30, the loom weighs 5 kg and is worth 20, and "
        "the mill weighs 3 kg and is worth 25. The loom can only be dreamt of by the mill's ancestors. Which of them "
        "should I take to get the most value?"
    )
    draft = OfflineFormulator().formulate(text)
    assert draft.confidence < 0.6
    assert any("dreamt" in text[span.start : span.end] for span in draft.unread)


def test_an_amount_of_each_is_no_choice_of_one() -> None:
    text = (
        "A backpack shop makes three bags. A day bag needs 2 hours and earns 30 dollars, a trail bag needs 3 hours and "
        "earns 40 dollars, and a city bag needs 1 hour and earns 12 dollars. There are 40 hours. How many bags of each "
        "kind should we sew to earn the most?"
    )
    assert choice(text, "offline") is None


def test_a_table_of_things_is_chosen_from_with_the_rules_around_it() -> None:
    text = (
        "Which of these tools should go into the van to have the highest value? The van takes at most 90 kg.\n\n"
        "| tool | weight (kg) | value |\n|---|---|---|\n| saw | 40 | 30 |\n| drill | 25 | 22 |\n| ladder | 35 | 21 |\n"
        "| mixer | 50 | 33 |\n\nThe saw is useless without the ladder. The drill and the mixer cannot both be taken."
    )
    draft = choice(text, "offline")
    assert draft is not None
    assert optimum(draft.document) == pytest.approx(54.0)


def test_kinds_of_things_are_limited_by_their_noun() -> None:
    text = (
        "A gallery pays insurance for what it borrows. The vases are Amber (beauty 8, $90), Birch (beauty 6, $50) and "
        "Coral (beauty 4, $35). The masks are Dusk (beauty 9, $110), Ember (beauty 5, $40) and Frost (beauty 6, $65). "
        "At least two vases and at least one mask must be shown, and the sum of the beauty has to reach 20. Birch and "
        "Coral are lent only together. Which of them should be borrowed for the least insurance?"
    )
    draft = choice(text, "offline")
    assert draft is not None
    assert optimum(draft.document) == pytest.approx(190.0)
