"""What two readers of one text make of each other, and that the second one never stumbles."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copilot.formulators.offline.judgment.confidence import confidence
from copilot.formulators.offline.judgment.second import agree, opinion
from copilot.formulators.offline.prose.contest import choose
from copilot.formulators.offline.roles import read_roles
from copilot.formulators.offline.roles.reader import schema_of
from copilot.formulators.offline.words.tokens import Sentence, clean, sentences, tokenize

BOTH = (
    "A smith makes gates and rails. A gate brings a profit of $90 and takes 5 hours, a rail brings a profit of $30 and "
    "takes 2 hours. There are 60 hours available. At most 9 gates can be sold. Maximize the profit."
)
ALONE = (
    "We weld trolleys and carts. One trolley eats up 4 hours and 6 meters of tube; carts only 3 hours and 2.5 meters. "
    "The shop is manned 90 hours and there are 110 meters of tube on the shelf. A trolley clears 70, a cart 40. How do "
    "we make the most of the week?"
)


def parts_of(text: str) -> tuple[Sentence, ...]:
    cleaned = clean(text)
    return sentences(tokenize(cleaned), cleaned)


def test_two_readers_who_agree_are_surer_than_one() -> None:
    parts = parts_of(BOTH)
    first, second = choose(parts, ()), schema_of(parts)
    assert first is not None
    assert second is not None
    assert agree(first, second)
    believed = opinion(first, parts)
    assert believed is not None
    assert believed.agreed
    assert believed.confidence > confidence(first)


def test_the_second_reader_alone_is_less_sure_than_it_would_be() -> None:
    parts = parts_of(ALONE)
    believed = opinion(None, parts)
    assert believed is not None
    assert believed.schema is not None
    assert believed.confidence < 0.8


def test_where_neither_reads_nothing_is_believed() -> None:
    assert opinion(None, parts_of("There are 3 cats on 5 roofs.")) is None


RELATIONS = [
    ("At least twice as many gates as rails are made.", {(("gate", 1.0), ("rail", -2.0), ">=", 0.0)}),
    ("Gates must not outnumber rails.", {(("gate", 1.0), ("rail", -1.0), "<=", 0.0)}),
    ("There should be at least 4 more gates than rails.", {(("gate", 1.0), ("rail", -1.0), ">=", 4.0)}),
    ("For every rail at most three gates are allowed.", {(("gate", 1.0), ("rail", -3.0), "<=", 0.0)}),
    ("Half of the gates should be at least as many as the rails.", {(("gate", 0.5), ("rail", -1.0), ">=", 0.0)}),
    ("Twice the gates plus three times the rails must be at most 50.", {(("gate", 2.0), ("rail", 3.0), "<=", 50.0)}),
]


@pytest.mark.parametrize(("sentence", "expected"), RELATIONS, ids=[sentence for sentence, _ in RELATIONS])
def test_comparisons_among_owners_are_read(sentence: str, expected: set[tuple[object, ...]]) -> None:
    found = schema_of(parts_of(BOTH.replace("Maximize", f"{sentence} Maximize")))
    assert found is not None
    names = [owner.label for owner in found.owners.items]
    read = {
        (*sorted((names[e], factor) for e, factor in line.terms), line.direction, line.constant)
        for line in found.lines
        if line.kind not in ("resource", "bound", "total")
    }
    assert read == expected


WORDS = [
    "a gate", "rails", "5", "12.5", "half", "of the", "and", ",", ";", "at most", "each", "for", "twice as many", "as",
    "costs", "$7", "30%", "than", "Maximize", "profit", "hours", ".", "?", "they", "respectively", "total",
]  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=40))
def test_any_words_are_read_or_not_but_never_stumbled_over(words: list[str]) -> None:
    draft = read_roles(" ".join(words))
    assert draft is None or 0.0 <= draft.confidence <= 1.0
