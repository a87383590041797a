"""Slips of readers, each beside the right reading of the same text: the slip is asked about, the right one is not."""

from __future__ import annotations

import pytest

from copilot.formulators.doubts.backtranslation import contradictions
from copilot.formulators.doubts.beside import beside
from copilot.formulators.doubts.discrepancies import CHECKS, discrepancies
from copilot.formulators.doubts.questioning import QUESTIONED, mismatches, questioned
from copilot.formulators.draft import Draft
from copilot.formulators.hybrid import flags_of
from copilot.formulators.status import grounded
from copilot.formulators.voting import candidate
from formulations.notation import parse_notation

FERRY = (
    "A ferry line brings hikers over in barges and skiffs. A barge takes 12 hikers and a skiff takes 5 hikers. "
    "At least 4 skiffs sail, and at least 90 hikers must be brought over. Minimize the total number of barges."
)
BAKER = (
    "A baker makes rolls and braids. Each roll takes 3 minutes and each braid takes 9 minutes of kneading. There are "
    "up to 600 minutes of kneading. He bakes no more than 80 braids. A roll brings a profit of $2 and a braid brings a "
    "profit of $5. Maximize the profit."
)
BAKING = """\
variable rolls integer >= 0
variable braids integer >= 0
maximize gain: {goal}
constraint kneading: {kneading} <= 600
constraint most: braids <= {most}
"""
BAKED = {"goal": "2*rolls + 5*braids", "kneading": "3*rolls + 9*braids", "most": "80"}
COUNTED = """\
set Good
parameter brings[Good]
variable bake[Good] integer >= 0 <= 80
maximize gain: sum(brings[g]*bake[g] for g in Good)
data
set Good = rolls, braids
parameter brings = {brings}
"""
GARDEN = (
    "How many roses and tulips should be planted? A rose costs $4 and a tulip costs $1.5. The budget for plants is "
    "limited to $900. At most 40 percent of the beds can hold roses. Minimize the water, 3 litres for a rose and 2 "
    "litres for a tulip; at least 2 litres of compost are mixed in for every 70 litres."
)
PLANTED = """\
variable roses integer >= 0
variable tulips integer >= 0
minimize water: 3*roses + 2*tulips
"""
STAFF = (
    "A museum needs guards and guides. At least 6 more hours go to guards than to guides. A guard costs 20 and a guide "
    "costs 30 an hour. Minimize the total cost."
)
GUARDED = """\
variable guards >= 0 <= 99
variable guides >= 0 <= 99
minimize cost: {cost}
constraint apart: {apart}
constraint some: guides >= 1
"""
#: The check that speaks, the text, the right formulation and the slip.
SLIPS = {
    "what figures count is decided": (
        "units_decided", FERRY,
        "variable barges integer >= 0\nvariable skiffs integer >= 4\nminimize boats: barges\n"
        "constraint all: 12*barges + 5*skiffs >= 90\n",
        "variable hikers integer >= 0\nvariable skiffs integer >= 4\nminimize boats: hikers\n"
        "constraint all: 12*hikers + 5*skiffs >= 90\nconstraint other: 5*skiffs + 12*hikers >= 1\n",
    ),
    "the number of one thing, and the objective adds figures": (
        "goals_of_numbers", FERRY,
        "variable barges integer >= 0\nvariable skiffs integer >= 4\nminimize boats: barges\n",
        "variable barges integer >= 0\nvariable skiffs integer >= 4\nminimize boats: 12*barges + 5*skiffs\n",
    ),
    "profit, and the objective only counts": (
        "goals_without_figures", BAKER, BAKING.format(**BAKED), BAKING.format(**{**BAKED, "goal": "rolls + braids"}),
    ),
    "an objective without one of the things": (
        "decisions_without_figures", BAKER, COUNTED.format(brings="rolls: 2, braids: 5"),
        COUNTED.format(brings="rolls: 2, braids: 0"),
    ),
    "who decides is decided": (
        "agents_decided", "The museum wants guards and guides at the lowest cost.",
        "variable guards >= 0\nvariable guides >= 0\nminimize cost: guards + guides\n",
        "variable museum >= 0\nvariable guides >= 0\nminimize cost: museum + guides\n",
    ),
    "three kinds and two decisions": (
        "kinds_of_things", "A quarry sells three types of stone: slate, chalk and granite.",
        "variable slate >= 0\nvariable chalk >= 0\nvariable granite >= 0\nmaximize all: slate\n",
        "set Stone\nvariable sell[Stone] >= 0\nmaximize all: sell[\"slate\"]\ndata\nset Stone = slate, chalk\n",
    ),
    "fractions are allowed, and everything is whole": (
        "whole_numbers", "Mix syrup and water; fractions of a litre are allowed.",
        "variable syrup >= 0\nvariable water >= 0\nmaximize all: syrup\n",
        "variable syrup integer >= 0\nvariable water integer >= 0\nmaximize all: syrup\n",
    ),
    "whole numbers, and nothing is": (
        "whole_numbers", "The numbers of tents and huts must be integers.",
        "variable tents integer >= 0\nvariable huts integer >= 0\nmaximize all: tents\n",
        "variable tents >= 0\nvariable huts >= 0\nmaximize all: tents\n",
    ),
    "what exists once is taken often": (
        "whole_numbers", "Each thing is either taken along or left at home.",
        "set Thing\nvariable take[Thing] binary\nmaximize all: sum(take[t] for t in Thing)\ndata\n"
        "set Thing = rope, lamp\n",
        "set Thing\nvariable take[Thing] integer >= 0\nmaximize all: sum(take[t] for t in Thing)\ndata\n"
        "set Thing = rope, lamp\n",
    ),
    "hours limit a number of things": (
        "measures_on_counts",
        "A sketch takes 2 hours and an etching takes 9 hours. At most 36 hours are left. Draw as much as possible.",
        "variable sketches >= 0\nvariable etchings >= 0\nmaximize all: sketches\n"
        "constraint time: 2*sketches + 9*etchings <= 36\n",
        "variable sketches >= 0\nvariable etchings >= 0\nmaximize all: sketches\n"
        "constraint time: sketches + etchings <= 36\n",
    ),
    "money limits a number of things": (
        "money_on_counts", GARDEN, PLANTED + "constraint money: 4*roses + 1.5*tulips <= 900\n",
        PLANTED + "constraint money: roses + tulips <= 900\n",
    ),
    "a limit in hours on figures of clay": (
        "unlike_units",
        "A jug needs 4 kg of clay and a bowl 3 kg of clay. There are 60 kg of clay and 8 working hours.",
        "variable jugs >= 0\nvariable bowls >= 0\nmaximize all: jugs\nconstraint clay: 4*jugs + 3*bowls <= 60\n",
        "variable jugs >= 0\nvariable bowls >= 0\nmaximize all: jugs\nconstraint clay: 4*jugs + 3*bowls <= 8\n",
    ),
    "a share as an amount": (
        "shares_as_limits", GARDEN, PLANTED + "constraint few: roses <= 0.4*(roses + tulips)\n",
        PLANTED + "constraint few: roses <= 0.4\n",
    ),
    "what a rate refers to as a limit": (
        "bases_as_limits", GARDEN, PLANTED + "constraint wet: 3*roses + 2*tulips >= 0\n",
        PLANTED + "constraint wet: 3*roses + 2*tulips >= 70\n",
    ),
    "a figure of one thing with the other": (
        "other_owners", BAKER, BAKING.format(**BAKED),
        BAKING.format(**{**BAKED, "kneading": "9*rolls + 4*braids"}),
    ),
    "a difference that is none": (
        "differences", STAFF, GUARDED.format(cost="20*guards + 30*guides", apart="guards - guides >= 6"),
        GUARDED.format(cost="20*guards + 30*guides", apart="guards >= 6"),
    ),
    "a limit of what is made on the number of runs": (
        "counts_of_something_else",
        "An hour of the old press makes 8 red posters and 3 blue posters, an hour of the new press 9 red posters. "
        "At least 40 blue posters are needed.",
        "variable old >= 0\nvariable new >= 0\nminimize hours: old + new\nconstraint red: 8*old + 9*new >= 1\n"
        "constraint blue: 3*old >= 40\n",
        "variable old >= 0\nvariable new >= 0\nminimize hours: old + new\nconstraint red: 8*old + 9*new >= 1\n"
        "constraint blue: old + new >= 40\n",
    ),
    "one of two without their figure": (
        "figures_for_both", "Each kilo of rye and of oats needs 7 minutes of milling. The mill runs 90 minutes.",
        "variable rye >= 0\nvariable oats >= 0\nmaximize all: rye + oats\nconstraint mill: 7*rye + 7*oats <= 90\n",
        "variable rye >= 0\nvariable oats >= 0\nmaximize all: rye + oats\nconstraint mill: 7*rye + 0*oats <= 90\n",
    ),
    "the number of a thing on a sum of something else": (
        "numbers_of_things",
        "A hut costs 300 euros to build in wood and 500 euros in stone. The number of huts must not exceed 9.",
        "variable wood >= 0\nvariable stone >= 0\nminimize cost: 300*wood + 500*stone\n"
        "constraint few: wood + stone <= 9\n",
        "variable wood >= 0\nvariable stone >= 0\nminimize cost: 300*wood + 500*stone\n"
        "constraint few: 300*wood + 500*stone <= 9\n",
    ),
    "a thing told like the others": (
        "things_left_out", "A mug costs 4 euros and a page in the guide costs 9 euros. A bowl costs 6 euros.",
        "variable mug >= 0\nvariable page_in_guide >= 0\nvariable bowl >= 0\nmaximize all: mug + page_in_guide + bowl\n"
        "constraint money: 4*mug + 9*page_in_guide + 6*bowl <= 90\n",
        "variable mug >= 0\nvariable bowl >= 0\nmaximize all: mug + bowl\nconstraint money: 4*mug + 6*bowl <= 90\n",
    ),
    "what is told by weight": (
        "whole_amounts", "A kilo of rye costs 2 euros and a kilo of bran costs 1 euro. 9.5 kilos are mixed.",
        "variable rye >= 0\nvariable bran >= 0\nminimize cost: 2*rye + bran\nconstraint all: rye + bran == 9.5\n",
        "variable rye integer >= 0\nvariable bran integer >= 0\nminimize cost: 2*rye + bran\n"
        "constraint all: rye + bran >= 9.5\n",
    ),
    "grams where a unit is a hundred": (
        "hundreds_as_units", "Per 100 g, oats cost 20 cents and nuts cost 150 cents. At least 300 g of oats are used.",
        "variable oats >= 0\nvariable nuts >= 0\nminimize cost: 20*oats + 150*nuts\nconstraint much: oats >= 3\n",
        "variable oats >= 0\nvariable nuts >= 0\nminimize cost: 20*oats + 150*nuts\nconstraint much: oats >= 300\n",
    ),
    "a promise as the most": (
        "needs_as_limits", "A smith has promised 40 hooks. A hook takes 2 hours.",
        "variable hooks >= 0\nminimize hours: 2*hooks\nconstraint kept: hooks >= 40\n",
        "variable hooks >= 0\nminimize hours: 2*hooks\nconstraint kept: hooks <= 40\n",
    ),
    "the hours of one of several": (
        "shares_of_several", "Three smiths have 30 hours each. A hook takes 2 hours and a hinge 5.",
        "variable hooks >= 0\nvariable hinges >= 0\nmaximize all: hooks + hinges\n"
        "constraint time: 2*hooks + 5*hinges <= 90\n",
        "variable hooks >= 0\nvariable hinges >= 0\nmaximize all: hooks + hinges\n"
        "constraint time: 2*hooks + 5*hinges <= 30\n",
    ),
    "the hours of one of several days": (
        "shares_of_several", "The forge runs 9 hours a day on 5 days. A hook takes 2 hours and a hinge 5.",
        "variable hooks >= 0\nvariable hinges >= 0\nmaximize all: hooks + hinges\n"
        "constraint time: 2*hooks + 5*hinges <= 45\n",
        "variable hooks >= 0\nvariable hinges >= 0\nmaximize all: hooks + hinges\n"
        "constraint time: 2*hooks + 5*hinges <= 9\n",
    ),
    "each as all": (
        "each_as_all", "A shop buys 60 boards of each kind. An oak board costs 9 and a fir board costs 4.",
        "variable oak >= 0 <= 60\nvariable fir >= 0 <= 60\nmaximize cost: 9*oak + 4*fir\n",
        "variable oak >= 0\nvariable fir >= 0\nmaximize cost: 9*oak + 4*fir\nconstraint all: oak + fir <= 60\n",
    ),
    "a limit left out": (
        "limits_left_out", BAKER, BAKING.format(**BAKED), BAKING.format(**{**BAKED, "most": "70"}),
    ),
}  # fmt: skip


def spoken(text: str, notation: str) -> dict[str, list[str]]:
    document = parse_notation(notation)
    found = grounded(document)
    assert found is not None
    both = beside(text, document, found.program)
    assert both is not None
    said = {check.__name__: [str(one) for one in check(both)] for check in CHECKS}
    return {name: words for name, words in said.items() if words}


@pytest.mark.parametrize("case", SLIPS)
def test_a_slip_is_asked_about_and_the_right_reading_is_left_in_peace(case: str) -> None:
    check, text, right, slip = SLIPS[case]
    assert check not in spoken(text, right)
    asked = spoken(text, slip).get(check)
    assert asked, f"{check} said nothing"
    assert asked[0].startswith('the text says "')


def test_every_check_is_tried_on_a_slip() -> None:
    assert {entry[0] for entry in SLIPS.values()} == {check.__name__ for check in CHECKS}


@pytest.mark.parametrize("right", [BAKING.format(**BAKED)])
def test_a_reading_that_keeps_everything_raises_nothing(right: str) -> None:
    document = parse_notation(right)
    found = grounded(document)
    assert found is not None
    assert mismatches(BAKER, document, found.program) == ()


@pytest.mark.parametrize(
    "text", ["", "99", "at most", "🍕" * 50, "| a | b |\n|---|---|\n| 1 | 2 |", "at least 5 more than"]
)
def test_any_text_may_stand_beside_a_program(text: str) -> None:
    document = parse_notation(BAKING.format(**BAKED))
    found = grounded(document)
    assert found is not None
    for one in discrepancies(text, document, found.program):
        assert text[one.span.start : one.span.end]


def test_a_slip_makes_a_draft_less_sure_and_the_hybrid_ask() -> None:
    document = parse_notation(BAKING.format(**{**BAKED, "goal": "rolls + braids"})).model_copy(update={"text": BAKER})
    draft = Draft(document=document, confidence=0.9, formulator="offline")
    asked = questioned(draft)
    assert asked.confidence == pytest.approx(0.9 * QUESTIONED)
    assert "counts every decision alike" in asked.questions[0].text
    flags = flags_of(BAKER, candidate(draft, "embedded", 0.9))
    assert any("counts every decision alike" in flag for flag in flags)


def test_what_one_does_not_want_to_spend_over_is_a_limit_from_above() -> None:
    text = "Clay costs $4 a pot, and she does not want to spend over $80 on it."
    rows = {">=": 1, "<=": 0}
    for relation, count in rows.items():
        notation = f"variable pots >= 0\nmaximize made: pots\nconstraint clay: 4*pots {relation} 80\n"
        assert len(contradictions(text, parse_notation(notation))) == count
