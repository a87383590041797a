"""Comparisons of weighted sums, differences and distances, said in words."""

from __future__ import annotations

import pytest

from copilot.formulators.offline.prose.candidates import candidates
from copilot.formulators.offline.prose.clauses import Clause, Limit, Relation
from copilot.formulators.offline.prose.reading import read
from copilot.formulators.offline.words.tokens import clean, sentences, tokenize

#: Names the decisions, so that a single sentence can be read on its own.
CREWS = "A harbor splits its night hours between two crews, A and B. An hour costs $30 for crew A and $45 for crew B. "


def clauses(sentence: str) -> list[Clause]:
    text = clean(CREWS + sentence)
    parts = sentences(tokenize(text), text)
    found = read(parts, candidates(parts)[0]).clauses
    return [clause for clause in found if clause.place.start >= len(CREWS)]


@pytest.mark.parametrize(
    ("sentence", "terms", "direction", "constant"),
    [
        ("Twice the hours of crew A plus thrice those of crew B must be at least 40.", {0: 2, 1: 3}, ">=", 40),
        ("Four times crew A minus half of crew B cannot exceed 25 hours.", {0: 4, 1: -0.5}, "<=", 25),
        (
            "The hours of crew A along with five times the hours of crew B must reach or exceed 60.",
            {0: 1, 1: 5},
            ">=",
            60,
        ),
        ("At least twice the hours of crew A plus those of crew B should be no less than 8.", {0: 2, 1: 1}, ">=", 8),
        ("At least 90 hours must be worked between crew A and crew B.", {0: 1, 1: 1}, ">=", 90),
        ("At least 30 hours must come from crew A twice plus crew B once.", {0: 2, 1: 1}, ">=", 30),
        ("The output of crew A (doubled) and crew B (tripled) should be at least 70.", {0: 2, 1: 3}, ">=", 70),
        ("The hours of crew A must be at least twice those of crew B plus an additional 12.", {0: 1, 1: -2}, ">=", 12),
        (
            "Five times the hours of crew A should be at least 20 more than two-and-a-half times those of crew B.",
            {0: 5, 1: -2.5},
            ">=",
            20,
        ),
        (
            "The weighted sum of both crews, with weights of 0.6 for crew A and 0.4 for crew B, must be at least 5.",
            {0: 0.6, 1: 0.4},
            ">=",
            5,
        ),
        ("A score computed as 3 times crew A plus crew B must be at least equal to twenty.", {0: 3, 1: 1}, ">=", 20),
        ("The difference between twice crew A and crew B should not exceed 10.", {0: 2, 1: -1}, "<=", 10),
        ("The difference between crew A and crew B must be at least 4.", {0: 1, 1: -1}, ">=", 4),
    ],
)
def test_weighted_sums_are_compared(sentence: str, terms: dict[int, float], direction: str, constant: float) -> None:
    (found,) = [clause for clause in clauses(sentence) if isinstance(clause, Relation)]
    assert (found.direction, found.constant) == (direction, constant)
    assert dict(found.terms) == pytest.approx(terms)


def test_a_difference_that_must_not_exceed_a_number_is_a_distance() -> None:
    found = [
        c
        for c in clauses("The difference in hours between crew A and crew B cannot exceed 6.")
        if isinstance(c, Relation)
    ]
    assert [(dict(c.terms), c.direction, c.constant) for c in found] == [
        ({0: 1, 1: -1}, "<=", 6),
        ({0: -1, 1: 1}, "<=", 6),
    ]


@pytest.mark.parametrize(
    "sentence",
    [
        "The cost of crew A and crew B cannot exceed $900.",
        "Each hour of crew A needs 2 lamps and each hour of crew B needs 3 lamps but at most 50 lamps are there.",
    ],
)
def test_sums_of_what_the_decisions_cost_or_need_are_left_to_their_figures(sentence: str) -> None:
    assert not any(isinstance(clause, Relation) and clause.kind == "linear" for clause in clauses(sentence))


def test_hours_that_are_shared_out_are_the_decisions_and_no_figure_of_theirs() -> None:
    (found,) = [c for c in clauses("The port divides 80 hours among both crews.") if isinstance(c, Limit)]
    assert (found.value, found.allotted, found.subject) == (80, True, ((0, 1.0), (1, 1.0)))
