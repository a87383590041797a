"""Confidence falls where something speaks against a draft, whichever reader wrote it, and the reason is told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot.formulators.draft import Draft, FormulationRefused
from copilot.formulators.offline import OfflineFormulator
from copilot.formulators.offline.judgment.remarks import REMARKS
from copilot.formulators.offline.judgment.trust import judged, lowered
from formulations.data import bind
from formulations.notation import parse_notation
from solvers.dispatch import solve_instance

TEXT = "Each loaf brings 3 euros and takes 2 hours, each cake brings 5 euros and takes 4 hours. There are 40 hours. "
SOUND = "set Item\nparameter value[Item]\nparameter hours[Item]\nvariable x[Item] integer >= 0\n"
DATA = "data\nset Item = loaf, cake\nparameter value = loaf: 3, cake: 5\nparameter hours = loaf: 2, cake: 4\n"
LIMIT = "constraint time: sum(hours[i]*x[i] for i in Item) <= 40\n"
BEST = "maximize z: sum(value[i]*x[i] for i in Item)\n"
#: What is written below the text, the rows of a draft, and what must be said against it.
BLEMISHES = {
    "left_out": ("Cakes need 17 eggs.", BEST + LIMIT),
    "repeated": ("", BEST + LIMIT + "constraint again: sum(hours[i]*x[i] for i in Item) <= 30\n"),
    "infeasible": ("", BEST + LIMIT + 'constraint many: x["loaf"] >= 40\n'),
    "contradictory": ("", BEST + 'constraint few: x["loaf"] <= 5\nconstraint many: x["loaf"] >= 10\n'),
    "unbounded": ("", BEST + 'constraint time: 4*x["cake"] <= 40\n'),
    "nothing": ("", BEST.replace("maximize", "minimize") + LIMIT),
    "uncompared": ("Bake at least two loaves for every cake.", BEST + LIMIT + 'constraint pair: x["loaf"] >= 2\n'),
    "stifled": ("", BEST + LIMIT + "constraint ovens: sum(hours[i]*x[i] for i in Item) <= 3\n"),
    "lonely": ("", BEST + LIMIT + 'constraint eggs: 4*x["cake"] <= 40\n'),
    "broken": ("At least 3 cakes are needed.", BEST + LIMIT),
    "unheard": ("No cake may be baked unless a loaf is.", BEST + LIMIT),
    "parts_allowed": ("Fractions of a cake are fine.", BEST + LIMIT),
}


def draft(rows: str, text: str) -> Draft:
    document = parse_notation(SOUND + rows + DATA).model_copy(update={"text": text})
    return Draft(document=document, confidence=0.9, formulator="offline")


@pytest.mark.parametrize("name", list(BLEMISHES))
def test_a_blemish_lowers_the_confidence_and_is_told(name: str) -> None:
    more, rows = BLEMISHES[name]
    remark = next(remark for remark in REMARKS if remark.name == name)
    found = judged(draft(rows, TEXT + more), TEXT + more)
    assert found.confidence < 0.9
    assert remark.words in found.doubts


def test_every_remark_that_is_told_is_asked_about_by_its_element_where_it_has_one() -> None:
    more, rows = BLEMISHES["stifled"]
    asked = judged(draft(rows, TEXT + more), TEXT + more).questions
    (question,) = [one for one in asked if one.element == "ovens" and "allows 3" in one.text]
    assert "one cake takes 4" in question.text
    assert "does the figure limit something else" in question.text


@pytest.mark.parametrize(
    "text",
    [
        "A cinema sells small and large popcorn. A small one uses 60 g of corn and brings 2.50, a large one uses 140 g "
        "and brings 4. There are 12 kg of corn tonight. They never sell more than 90 large ones, and small ones need a "
        "paper bag, of which 70 are left. Maximize takings.",
        "A gravel pit delivers coarse and fine gravel. Each truck of coarse gravel earns 90 dollars and needs 2 hours "
        "of loading, each truck of fine gravel earns 130 dollars and needs 3 hours. There are 4 loaders, and each "
        "works 40 hours a week. At most 35 trucks of fine gravel are sold. Maximize the earnings.",
        "The school kitchen cooks lentil soup and pasta. One pot of soup serves 30 children, one pot of pasta 25. A "
        "pot of soup costs 14 and a pot of pasta costs 17. There are 320 children, and at least half of the pots must "
        "be pasta. Minimize cost.",
    ],
)
def test_what_is_read_wrongly_here_is_not_sure(text: str) -> None:
    right = {"small and large": 396.5, "gravel pit": 7200.0, "school kitchen": 186.0}
    answer = next(value for words, value in right.items() if words in text)
    found = OfflineFormulator().formulate(text)
    value = solve_instance(bind(found.document.formulation, found.document.data)).objective
    assert found.confidence < 0.6 or value == pytest.approx(answer)


def test_what_is_called_like_a_unit_is_hardly_a_thing_to_decide_about() -> None:
    notation = (SOUND + BEST + LIMIT + DATA).replace("loaf", "hour")
    odd = judged(Draft(document=parse_notation(notation), confidence=0.9, formulator="offline"), TEXT)
    assert odd.confidence < 0.6
    assert any("'hour'" in question.text for question in odd.questions)


def test_a_resource_that_is_short_speaks_less_against_a_draft_than_a_contradiction() -> None:
    short, odd = (judged(draft(BLEMISHES[name][1], TEXT), TEXT) for name in ("infeasible", "contradictory"))
    assert short.confidence > 0.85
    assert odd.confidence < 0.6


def test_a_draft_without_a_blemish_keeps_its_confidence() -> None:
    found = judged(draft(BEST + LIMIT, TEXT), TEXT)
    assert (found.confidence, found.doubts) == (0.9, ())


@given(st.floats(0, 1), st.floats(0, 20), st.floats(0, 20))
def test_more_evidence_against_never_raises_confidence(sure: float, less: float, more: float) -> None:
    low, high = sorted((less, more))
    assert 0 <= lowered(sure, high) <= lowered(sure, low) <= max(sure, 0.005) + 1e-3


@pytest.mark.parametrize("word", ["guests", "visitors"])
def test_a_reading_that_decides_about_what_it_counts_is_not_sure(word: str) -> None:
    text = (
        f"A theme park moves {word} by cable car and by monorail. A monorail ride takes 40 {word} and a cable car ride "
        f"takes 8 {word}. At most 25% of the rides may be monorail rides. At least 600 {word} must be moved. "
        "Minimize the number of rides."
    )
    found = OfflineFormulator().formulate(text)
    decided = {str(member) for members in found.document.data.sets.values() for member in members}
    assert found.confidence < 0.6 or not any(word.rstrip("s") in member for member in decided)


@pytest.mark.parametrize(
    "said",
    [
        "If more than 20 desks are ordered, at least 40 chairs must be ordered.",
        "Either at least 20 desks or at least 40 chairs must be ordered.",
        "The average weight, 20 kg for a desk and 5 kg for a chair, must not exceed 9 kg.",
        "Desks and chairs may not both be ordered.",
        "No chair is ever ordered without a desk.",
    ],
)
def test_limits_of_a_logic_that_was_not_read_do_not_pass_as_sure(said: str) -> None:
    text = (
        "A school orders desks and chairs. A desk costs 80 dollars and a chair costs 30 dollars. Each desk brings 5 "
        f"points and each chair brings 2 points. {said} The budget is 4000 dollars. Maximize the points."
    )
    found = OfflineFormulator().formulate(text)
    logic = any(variable.domain == "binary" for variable in found.document.formulation.variables)
    assert logic or found.confidence < 0.75
    assert logic or found.doubts


def test_a_sentence_that_forbids_and_is_not_read_makes_unsure() -> None:
    text = (
        "A bakery makes bread and rolls. Each bread brings $3 and takes 2 hours. Each roll brings $1 and takes 1 hour. "
        "There are 40 hours. Rolls are never made on the day of the fair. How many of each maximize the profit?"
    )
    plain = OfflineFormulator().formulate(text.replace("Rolls are never made on the day of the fair. ", ""))
    assert OfflineFormulator().formulate(text).confidence < plain.confidence


def test_a_rule_that_was_not_read_becomes_a_question_about_its_sentence() -> None:
    said = "If depot A opens, depot B must stay shut."
    text = (
        f"{said} Opening A costs 40, B 50, C 60; A serves 3 villages, B serves 4, C 2. We need 5 villages served "
        "as cheaply as possible."
    )
    found = OfflineFormulator().formulate(text)
    read = any(variable.domain == "binary" for variable in found.document.formulation.variables)
    asked = [text[q.span.start : q.span.end] for q in found.questions if q.span is not None]
    assert read or (said in asked and said in [text[span.start : span.end] for span in found.unread])


def sureness(text: str) -> float:
    """The confidence in the reading of a text, 0 where it is refused."""
    try:
        return OfflineFormulator().formulate(text).confidence
    except FormulationRefused:
        return 0.0


def test_a_textbook_family_that_leaves_figures_over_is_not_surely_the_problem() -> None:
    text = "A rectangular pen along a river is fenced on three sides with 80 m of fence. What is the largest area?"
    assert sureness(text) > 0.85
    assert sureness(f"Posts cost 13 each and stand 7 m apart, gates cost 171. {text}") < 0.6


def test_a_reader_who_is_unsure_says_why() -> None:
    text = (
        "Tea and coffee are packed in boxes. A box of tea brings 4 euros and takes 3 minutes, a box of coffee 6 euros "
        "and takes 5. There are 8 hours. No more than twice as much tea as coffee can be sold, and Joe wants at least "
        "ten boxes. What should be packed to earn the most?"
    )
    unsure = OfflineFormulator().formulate(text)
    assert unsure.confidence < 0.7
    assert any("another optimum" in doubt for doubt in unsure.doubts)


def test_emoji_are_no_words() -> None:
    plain = "We sell pizzas and burgers. A pizza brings 6 euros and takes 10 minutes, a burger brings 4 and takes 6. "
    plain += "We have 300 minutes. Maximize the profit."
    decked = plain.replace("pizzas", "pizzas \U0001f355").replace("We have", "\u23f0 We have")
    assert OfflineFormulator().formulate(decked).confidence == OfflineFormulator().formulate(plain).confidence
