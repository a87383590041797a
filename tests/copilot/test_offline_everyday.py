"""Everyday wording: objectives without "maximize", verbs nobody listed, bounds on the decisions themselves."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from copilot.formulators.offline import OfflineFormulator
from copilot.formulators.offline.prose.entities import Decisions
from copilot.formulators.offline.prose.goals import goal
from copilot.formulators.offline.prose.scenes import scene
from copilot.formulators.offline.words.tokens import sentences, tokenize
from formulations.data import bind
from solvers.dispatch import solve_instance
from solvers.solver import Options

OWN = Path(__file__).parents[2] / "benchmarks" / "problems.jsonl"

WISHES = [
    ("How many of each should she knit to earn the most?", "maximize", "profit"),
    ("What's the most I can make this month?", "maximize", "profit"),
    ("How should we split it so that it costs us the least?", "minimize", "cost"),
    ("Which tariff keeps the yearly bill as low as possible?", "minimize", "cost"),
    ("How should the trips be shared to use as little petrol as we can?", "minimize", ""),
    ("Find the cheapest way to feed everybody.", "minimize", "cost"),
    ("What is the most profitable mix?", "maximize", "profit"),
    ("Which crews should work so that the total cost is lowest?", "minimize", "cost"),
    ("How few guards are enough?", "minimize", ""),
    ("How large an audience can the station reach?", "maximize", ""),
    ("Which sites serve the most people?", "maximize", ""),
    ("What should be ordered to keep the freight down?", "minimize", ""),
    ("Make the tank as cheap as possible.", "minimize", "cost"),
]


@pytest.mark.parametrize(("text", "sense", "family"), WISHES, ids=[text for text, _, _ in WISHES])
def test_wishes_are_objectives(text: str, sense: str, family: str) -> None:
    nobody = Decisions((), frozenset())
    found = goal([scene(part, nobody) for part in sentences(tokenize(text), text)], nobody)
    assert found is not None
    assert (found.sense, found.measure.family) == (sense, family)


@pytest.mark.parametrize(
    "text",
    ["At most 40 lamps can be made.", "The crew works at least 20 hours.", "As many vans as cars are used."],
)
def test_limits_are_no_wishes(text: str) -> None:
    nobody = Decisions((), frozenset())
    assert goal([scene(part, nobody) for part in sentences(tokenize(text), text)], nobody) is None


@pytest.mark.parametrize("name", ["brewery", "candles", "ferries", "machines2", "tailor"])
def test_problems_in_everyday_words_are_read_to_their_optimum(name: str) -> None:
    problems = (json.loads(line) for line in OWN.read_text(encoding="utf-8").splitlines())
    problem = next(found for found in problems if found["id"] == name)
    document = OfflineFormulator().formulate(problem["question"]).document
    solution = solve_instance(bind(document.formulation, document.data), Options(time_limit=10))
    assert solution.objective == pytest.approx(problem["answer"], rel=1e-6)


PLAIN = (
    "A smith makes gates and rails. A gate brings a profit of $90 and takes 5 hours, a rail brings a profit of $30 and "
    "takes 2 hours. There are 60 hours available. {}Maximize the profit."
)


@pytest.mark.parametrize(
    "more", ["The anvil of 1873 weighs 212 kg. ", "At most 0.4 gates can be made. "], ids=["left over", "a fraction"]
)
def test_what_does_not_fit_makes_a_reading_less_sure(more: str) -> None:
    read = OfflineFormulator().formulate
    assert read(PLAIN.format(more)).confidence < 0.7 < read(PLAIN.format("")).confidence


@pytest.mark.parametrize(
    ("digits", "words"),
    [("3 units", "three units"), ("4 hooks", "four hooks"), ("2 units", "two units"), ("5 beads", "five beads")],
)
def test_an_amount_in_words_is_as_good_as_in_digits(digits: str, words: str) -> None:
    text = (
        "A stall sells key rings and brooches. A key ring needs 3 units of leather, 4 hooks and 2 units of "
        "wire; a brooch "
        "needs 2 units of leather, 5 beads and 3 units of wire. There are 60 units of leather, 48 hooks, 70 "
        "beads and 50 "
        "units of wire. A key ring earns $4 and a brooch $5. Maximize the profit."
    )
    documents = [OfflineFormulator().formulate(each).document for each in (text, text.replace(digits, words))]
    assert documents[0].data == documents[1].data
    assert documents[0].formulation == documents[1].formulation


def test_a_text_without_an_aim_is_read_for_its_profit_and_asks() -> None:
    text = (
        "Hi, we sew tents and awnings. A tent takes 6 hours of sewing and 9 square meters of canvas, an awning two "
        "hours and 12 square meters. This month we have 240 hours and 900 square meters of canvas. We clear 85 euros "
        "on a tent and 60 on an awning, and the shop wants at least ten awnings. What should we make?"
    )
    draft = OfflineFormulator().formulate(text)
    assert draft.document.text == text
    assert any("no aim is told" in one for one in draft.assumptions)
    assert "tells no aim" in draft.questions[0].text
    assert all(span.end <= len(text) for spans in draft.spans.values() for span in spans)
    # 20 tents and 60 awnings use all hours and all canvas.
    assert solve_instance(bind(draft.document.formulation, draft.document.data)).objective == pytest.approx(
        5160, abs=150
    )


def test_what_follows_a_limit_behind_a_comma_has_a_subject_of_its_own() -> None:
    draft = OfflineFormulator().formulate(
        "I put money into stocks, bonds and cash. At least 10% has to stay in cash, and bonds must not exceed twice "
        "the stocks. They yield 3%, 6% and 1%. I have 60,000 dollars. Maximize the return."
    )
    solution = solve_instance(bind(draft.document.formulation, draft.document.data), Options(time_limit=10))
    assert solution.objective == pytest.approx(2760)
