"""Sentences put to the formulation: what it allows against them is asked, and right formulations are left in peace."""

from __future__ import annotations

import pytest

from copilot.formulators import drafted
from copilot.formulators.doubts.backtranslation import contradictions
from copilot.formulators.doubts.counterexamples import counterexamples
from copilot.formulators.doubts.mismatch import sense_mismatch
from copilot.formulators.doubts.questioning import QUESTIONED, questioned
from copilot.formulators.draft import Draft
from copilot.formulators.offline import OfflineFormulator
from copilot.formulators.status import grounded
from copilot.gallery import samples
from copilot.prompts.exemplars import EXEMPLARS
from formulations.notation import parse_notation

HEAD = """\
variable vans integer >= 0 <= 100
variable carts integer >= 0 <= 100
maximize gain: 3*vans + 2*carts
constraint fuel: 2*vans + carts <= 90
"""
INDEXED = """\
set Vehicle
parameter worth[Vehicle]
variable buy[Vehicle] integer >= 0 <= 100
maximize gain: sum(worth[v]*buy[v] for v in Vehicle)
constraint kept: {row}
data
set Vehicle = "small van", "hand cart"
parameter worth = "small van": 3, "hand cart": 2
"""
#: A sentence, the constraint that keeps it, and one that a reader slips into.
CASES = {
    "the classic reversal": ("Buy at least twice as many vans as carts.", "vans >= 2*carts", "carts >= 2*vans"),
    "the factor on the wrong side": (
        "Buy at most 3 times as many carts as vans.", "carts <= 3*vans", "3*carts <= vans + 90",
    ),
    "as many as": ("There must be at least as many carts as vans.", "carts >= vans", "carts <= vans"),
    "numbers of": (
        "The number of vans must be at least 4 times that of carts.", "vans - 4*carts >= 0", "vans <= 4*carts",
    ),
    "never more than": ("The number of vans cannot exceed the number of carts.", "vans <= carts", "vans >= carts"),
    "a difference": ("Buy at least 5 more vans than carts.", "vans >= carts + 5", "vans + 5 >= carts"),
    "a limit of one thing": ("At most 12 carts can be parked.", "carts <= 12", "vans <= 12"),
    "a need of one thing": ("At least 12 vans are ordered.", "vans >= 12", "vans + carts >= 12"),
    "a number of one thing": ("The number of carts must not exceed 12.", "carts <= 12", "carts >= 12"),
    "a share of all": (
        "At least 30% of the vehicles must be carts.", "carts >= 0.3*(vans + carts)", "carts >= 0.3*vans",
    ),
    "a share of all at most": (
        "At most 30% of the vehicles can be vans.", "0.7*vans <= 0.3*carts", "vans >= 0.3*carts",
    ),
    "exactly so many": ("Buy exactly twice as many vans as carts.", "vans == 2*carts", "2*vans == carts"),
}  # fmt: skip


def broken(text: str, notation: str) -> list[str]:
    found = grounded(parse_notation(notation))
    assert found is not None
    return [one.question().text for one in counterexamples(text, found.program)]


@pytest.mark.parametrize("case", CASES)
def test_a_sentence_that_the_formulation_does_not_keep_is_asked_about_with_a_plan(case: str) -> None:
    text, right, wrong = CASES[case]
    assert broken(text, f"{HEAD}constraint row: {right}\n") == []
    (asked,) = broken(text, f"{HEAD}constraint row: {wrong}\n")
    assert "but a plan with" in asked
    assert broken(text, HEAD) != []


def test_things_that_are_members_of_a_set_are_known_by_their_names() -> None:
    text = "At least twice as many small vans as hand carts are bought."
    assert broken(text, INDEXED.format(row='buy["small van"] >= 2*buy["hand cart"]')) == []
    assert broken(text, INDEXED.format(row='2*buy["small van"] >= buy["hand cart"]'))


def test_each_is_not_the_sum() -> None:
    text = "At least 10 of each type are bought."
    assert broken(text, INDEXED.format(row="sum(buy[v] for v in Vehicle) >= 10"))


SILENT = {
    "a condition": "If at least 12 vans are hired, a driver comes along.",
    "a rate": "Each depot needs at least 12 vans.",
    "a sum": "Twice the carts plus the number of vans must be at least 12.",
    "another thing": "At least 12 drivers are hired.",
    "a kind of the thing": "At least 12 electric vans are bought.",
    "a resource": "There are at most 12 hours of driving.",
    "a share of something else": "At least 30% of the budget must be spent.",
    "things that nobody knows": "Buy at least twice as many lorries as bikes.",
}


@pytest.mark.parametrize("case", SILENT)
def test_what_may_mean_something_else_is_not_asked_about(case: str) -> None:
    assert broken(SILENT[case], HEAD) == []


@pytest.mark.parametrize("slug", [sample.slug for sample in samples()])
def test_the_gallery_raises_no_question(slug: str) -> None:
    sample = next(one for one in samples() if one.slug == slug)
    document = sample.document().model_copy(update={"text": sample.text})
    draft = Draft(document=document, confidence=1.0, formulator="gallery")
    assert questioned(draft) == draft


@pytest.mark.parametrize("number", range(len(EXEMPLARS)))
def test_the_exemplars_raise_no_question(number: int) -> None:
    text = EXEMPLARS[number].text
    document = parse_notation(EXEMPLARS[number].notation).model_copy(update={"text": text})
    draft = Draft(document=document, confidence=1.0, formulator="library")
    assert questioned(draft) == draft


def test_the_sense_is_asked_about_where_every_command_says_the_other() -> None:
    text = "At least 10 vans are bought. Earn as much money as possible."
    document = parse_notation(HEAD.replace("maximize", "minimize"))
    asked = sense_mismatch(text, document)
    assert asked is not None
    assert text[asked.span.start : asked.span.end] == "as much money as possible"
    assert sense_mismatch(text, parse_notation(HEAD)) is None
    assert sense_mismatch("Maximize profit while minimizing waste.", document) is None


@pytest.mark.parametrize(
    ("words", "sense", "odd"),
    [
        ("Which gives the largest area?", "minimize", True),
        ("Which gives the largest area?", "maximize", False),
        ("Spend at most 5 and at least 2, at the lowest cost.", "maximize", True),
        ("Spend at most 5 and at least 2.", "maximize", False),
        ("Minimize the maximum load.", "minimize", False),
        ("Minimize the maximum load.", "maximize", True),
    ],
)
def test_a_sense_against_the_words_is_odd(words: str, sense: str, odd: bool) -> None:
    document = parse_notation(f"variable x >= 0 <= 9\n{sense} goal: x\n")
    assert bool(sense_mismatch(words, document)) is odd


def test_a_questioned_draft_is_less_sure_and_marks_the_words() -> None:
    text = "Buy at least twice as many vans as carts. Maximize the gain."
    document = parse_notation(HEAD).model_copy(update={"text": text})
    found = questioned(Draft(document=document, confidence=0.8, formulator="llm:tiny"))
    assert found.confidence == pytest.approx(0.8 * QUESTIONED)
    span = found.questions[0].span
    assert span is not None
    assert text[span.start : span.end] == "at least twice as many vans as carts"


def test_a_reading_that_keeps_its_text_is_not_touched() -> None:
    text = (
        "A fair rents vans and carts. A van brings 30 and needs 4 litres of fuel, a cart brings 20 and needs 1 litre "
        "of fuel. There are 90 litres of fuel. We want at least twice as many vans as carts. Maximize the income."
    )
    reader = OfflineFormulator()
    assert drafted(reader, text, {}) == reader.formulate(text)


@pytest.mark.parametrize(("second", "count"), [("<=", 0), (">=", 1)])
def test_both_ends_of_a_range_are_not_limits_of_one_side(second: str, count: int) -> None:
    notation = f"variable tin >= 0\nminimize cost: 4*tin\nconstraint low: tin >= 20\nconstraint high: tin {second} 25\n"
    asked = contradictions("Between 20 and 25 kg of tin are melted.", parse_notation(notation))
    assert len(asked) == count
    assert all("both are lower limits" in str(one) for one in asked)
