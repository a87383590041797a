"""The offline formulator as a whole: own problems to their optimum, honest drafts, clear refusals."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copilot.formulators.draft import Draft, FormulationRefused
from copilot.formulators.offline import OfflineFormulator
from formulations.check import check
from formulations.data import bind
from formulations.ground import ground
from formulations.notation import parse_notation, write_notation
from solvers.highs import Highs
from solvers.solver import Options, ignore

PROBLEMS = {
    "product mix": (
        "A carpenter makes benches and stools. Each bench takes 4 hours of sawing and 2 hours of painting. Each stool "
        "takes 1 hour of sawing and 2 hours of painting. There are 40 hours available for sawing and 40 hours "
        "available for painting. The profit per bench is $30 and the profit per stool is $12. How many of them "
        "should be made to maximize profit?",
        354.0,
    ),
    "diet": (
        "A hiker eats nuts and dried apples. Each serving of nuts contains 20 grams of protein and 3 grams of fiber "
        "and costs $3. Each serving of dried apples contains 2 grams of protein and 7 grams of fiber and costs $2. "
        "He needs at least 60 grams of protein and at least 30 grams of fiber. How many servings of both kinds "
        "should he take to minimize his cost?",
        15.0,
    ),
    "ratio and share": (
        "A band sells shirts and caps. Each shirt brings a profit of $8 and each cap brings a profit of $5. They can "
        "sell at most 120 items in total. At least twice as many caps as shirts must be sold. How many of them "
        "should it sell to maximize the profit?",
        720.0,
    ),
    "fewest vehicles": (
        "A camp moves children by van or by coach. A van can carry 8 children and a coach can carry 40 children. The "
        "camp needs to move at least 200 children. At most 50% of the vehicles can be coaches. How many of them "
        "minimize the total number of vehicles?",
        9.0,
    ),
    "shared budget": (
        "A mayor splits a budget over two programs: X and Y. The budget of both programs combined cannot exceed 900 "
        "units. Program X must receive at least 100 units more than program Y, and program Y needs at "
        "least 50 units. Each unit allocated to X and Y costs 4 and 3 units respectively. What is the minimum total "
        "cost?",
        750.0,
    ),
    "difference of revenue and cost": (
        "A stand sells juice and tea. Each juice is sold for $6 while each tea is sold for $5. Each juice costs $2 and "
        "each tea costs $3 to make. The stand can spend at most $60 on making drinks. At most 20 juices can be made. "
        "How many drinks of each kind should it make to maximize the profit?",
        92.0,
    ),
    "hours and minutes": (
        "A bakery makes tarts and pies. Each tart takes 20 minutes of oven time and each pie takes 45 minutes of oven "
        "time. The oven is available for 6 hours. Each tart earns a profit of $2 and each pie earns a profit of $5. "
        "Maximize the profit.",
        40.0,
    ),
    "table of products": (
        "A mill makes three kinds of flour. It has 200 hours of grinding and 90 hours of sifting. Find the number of "
        "sacks of each that maximizes the profit.\n\n"
        "| Flour | Grinding (hours) | Sifting (hours) | Profit per sack ($) |\n"
        "|-------|------------------|-----------------|---------------------|\n"
        "| Rye   | 4                | 1               | 9                   |\n"
        "| Spelt | 2                | 3               | 8                   |\n"
        "| Oat   | 5                | 2               | 11                  |\n",
        506.0,
    ),
}  # fmt: skip


def draft(text: str) -> Draft:
    return OfflineFormulator().formulate(text)


def optimum(found: Draft) -> float | str:
    program = ground(bind(found.document.formulation, found.document.data))
    solution = Highs().solve(program, Options(), ignore)
    return solution.objective if solution.objective is not None else solution.termination.value


@pytest.mark.parametrize("name", PROBLEMS)
def test_a_problem_is_read_to_its_optimum(name: str) -> None:
    text, expected = PROBLEMS[name]
    assert optimum(draft(text)) == pytest.approx(expected)


@pytest.mark.parametrize("name", PROBLEMS)
def test_a_draft_is_sound(name: str) -> None:
    """It checks without errors, survives the notation, keeps the text, and each element points into the text."""
    text, _ = PROBLEMS[name]
    found = draft(text)
    document = found.document
    assert [f for f in check(document.formulation, document.data) if f.severity == "error"] == []
    again = parse_notation(write_notation(document))
    assert (again.formulation, again.data) == (document.formulation, document.data)
    assert document.text == text
    assert found.formulator == "offline"
    names = {element.name for element in document.formulation.elements()}
    assert set(found.spans) <= names
    for element in (*document.formulation.parameters, *document.formulation.constraints):
        assert found.spans[element.name], element.name
    for spans in found.spans.values():
        assert all(0 <= span.start < span.end <= len(text) for span in spans)


def test_resources_and_limits_have_names_and_places() -> None:
    text, _ = PROBLEMS["product mix"]
    found = draft(text)
    assert [v.name for v in found.document.formulation.variables] == ["make"]
    (span,) = found.spans["max_painting"]
    assert text[span.start : span.end] == "40 hours"
    assert {text[s.start : s.end] for s in found.spans["painting"]} == {"2 hours of painting"}


def test_the_same_text_gives_the_same_draft() -> None:
    text, _ = PROBLEMS["table of products"]
    assert draft(text) == draft(text)


def test_whole_numbers_are_an_assumption_that_is_said() -> None:
    assert any("whole numbers" in assumption for assumption in draft(PROBLEMS["diet"][0]).assumptions)


def test_a_number_that_is_not_used_becomes_a_question_and_lowers_the_confidence() -> None:
    text, _ = PROBLEMS["product mix"]
    plain, odd = draft(text), draft(text + " The workshop was founded 1887 years into the era.")
    assert any("1887" in question.text for question in odd.questions)
    assert odd.confidence < plain.confidence


def test_a_limit_without_figures_is_reported_as_unread() -> None:
    text = PROBLEMS["product mix"][0].replace("How many", "At most 70 liters of varnish can be bought. How many")
    found = draft(text)
    assert ["varnish" in text[span.start : span.end] for span in found.unread] == [True]
    assert any("varnish" in question.text for question in found.questions)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no number"),
        ("Make me happy, please.", "no number"),
        ("The sum of 3 and 4 is 7.", "no list of things"),
        ("Each bench costs $5 and each stool costs $3.", "no limit"),
        ("a 1 " * 20_000, "one problem"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(text: str, said: str) -> None:
    with pytest.raises(FormulationRefused, match=said):
        draft(text)


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_drafted_or_refused(text: str) -> None:
    try:
        found = draft(text)
    except FormulationRefused:
        return
    bind(found.document.formulation, found.document.data)


@settings(max_examples=40, deadline=None)
@given(st.randoms(use_true_random=False))
def test_shuffled_words_are_drafted_or_refused(source: random.Random) -> None:
    words = " ".join(text for text, _ in PROBLEMS.values()).split()
    source.shuffle(words)
    try:
        found = draft(" ".join(words[:150]))
    except FormulationRefused:
        return
    ground(bind(found.document.formulation, found.document.data))
