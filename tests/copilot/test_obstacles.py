"""Texts that are not one English problem: what stands in the way is said, with what to do."""

from __future__ import annotations

import pytest

from copilot.formulators import drafted
from copilot.formulators.doubts.questioning import asked_which
from copilot.formulators.draft import Draft, FormulationRefused
from copilot.formulators.obstacles import obstacle, problems
from copilot.formulators.offline import OfflineFormulator
from copilot.gallery import samples
from formulations.notation import parse_notation

FIRST = (
    "A tiler makes bowls and tiles. Each bowl takes 2 hours and brings $30. Each tile takes 3 hours and brings $40. "
    "There are 12 hours. Maximize the income."
)
SECOND = (
    "A grower plants leeks and beans on 90 acres. An acre of leeks brings $50, an acre of beans $70. At most 40 acres "
    "can be beans. Maximize the income."
)
MERGED = """\
A dairy makes two cheeses.

| Cheese | Milk | | Profit |
|---|---|---|---|
| | cow | goat | |
| soft | 3 | 1 | 5 |
| hard | 1 | 4 | 6 |

Maximize the profit.
"""
REFUSED = {
    "another language": (
        "Ein Töpfer macht Krüge und Schalen. Ein Krug braucht 3 kg Ton und bringt 9 Euro, eine Schale 2 kg und 5 Euro. "
        "Es gibt 40 kg Ton. Der Gewinn soll möglichst hoch sein.",
        "reads English only",
    ),
    "a question about a result": ("Why did the plan change when I raised the hours to 14?", "asks about a result"),
    "a question about anything": (
        "Is it better to rent a house if the rent is 900 a month?",
        "Say what you can choose",
    ),
    "a tale": ("Once there was a king with 3 daughters and 12 horses.", "does not seem to tell a problem"),
    "a recipe": ("How do I cook rice for 4 people?", "does not seem to tell a problem"),
    "a program": ("from pulp import *\nx = LpVariable('x', 0, 4)\nprob = LpProblem('p')\nprob += 3*x", "is a program"),
    "merged cells": (MERGED, "columns without a name"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_refusal_names_what_stands_in_the_way(case: str) -> None:
    text, words = REFUSED[case]
    with pytest.raises(FormulationRefused) as refused:
        drafted(OfflineFormulator(), text, {})
    assert words in str(refused.value)


def test_two_problems_in_one_text_are_counted_and_asked_about() -> None:
    assert problems(f"{FIRST}\n\n{SECOND}") == 2
    assert problems("Problem 1: choose a hat.\nProblem 2: choose a coat.\n") == 2
    assert problems(f"Problem 1: {FIRST} Problem 2: {SECOND}") == 2
    notation = "variable bowls >= 0 <= 6\nvariable tiles >= 0\nmaximize income: 30*bowls + 40*tiles\n"
    document = parse_notation(f"{notation}constraint hours: 2*bowls + 3*tiles <= 12\n")
    both = document.model_copy(update={"text": f"{FIRST}\n\nSecond problem: {SECOND}"})
    asked = asked_which(Draft(document=both, confidence=0.9, formulator="llm:tiny"))
    assert "seems to hold 2 problems" in asked.questions[0].text


@pytest.mark.parametrize("sample", samples(), ids=lambda sample: sample.slug)
def test_nothing_stands_in_the_way_of_the_gallery(sample: object) -> None:
    text = getattr(sample, "text", "")
    assert obstacle(text, english=True) == ""


def test_a_model_may_read_other_languages() -> None:
    assert obstacle(REFUSED["another language"][0], english=False) == ""
