"""Stages of the offline formulator: numbers, comparisons, decisions, clauses of single sentences."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copilot.formulators.offline.prose.candidates import candidates
from copilot.formulators.offline.prose.clauses import Clause, Coefficient, Limit, Relation
from copilot.formulators.offline.prose.reading import Reading, read
from copilot.formulators.offline.words.comparators import comparators
from copilot.formulators.offline.words.morphology import lemma, stem
from copilot.formulators.offline.words.tables import tables
from copilot.formulators.offline.words.tokens import Sentence, clean, sentences, tokenize


def split(text: str) -> tuple[Sentence, ...]:
    cleaned = clean(text)
    return sentences(tokenize(cleaned), cleaned)


def reading(text: str) -> Reading:
    parts = split(text)
    return read(parts, candidates(parts)[0])


#: Names the decisions, so that a single sentence can be read on its own.
LAMPS = "A workshop makes floor lamps and desk lamps. Each floor lamp costs $9 and each desk lamp costs $4. "


def clauses(sentence: str) -> list[Clause]:
    start = len(LAMPS)
    return [clause for clause in reading(LAMPS + sentence).clauses if clause.place.start >= start]


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("batteries", "battery"),
        ("glasses", "glass"),
        ("loaves", "loaf"),
        ("people", "person"),
        ("bus", "bus"),
        ("buses", "bus"),
        ("mangoes", "mango"),
        ("cookies", "cookie"),
        ("boxes", "box"),
    ],
)
def test_plurals_are_reduced(word: str, expected: str) -> None:
    assert lemma(word) == expected


@pytest.mark.parametrize(("a", "b"), [("shaping", "shape"), ("pollution", "pollutants"), ("produces", "producing")])
def test_words_of_one_family_share_a_stem(a: str, b: str) -> None:
    assert stem(a) == stem(b)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("costs $1,250.50", [1250.5]),
        ("costs \\$40 for 20\\% of it", [40, 0.2]),
        ("$2.5 million", [2_500_000]),
        ("twenty-five or two hundred", [25, 200]),
        ("a third, one half, 2/3", [1 / 3, 0.5, 2 / 3]),
        ("twice, thrice, half", [2, 3, 0.5]),
        ("a dozen eggs and three dozen rolls", [12, 36]),
        ("15 percent, 3 per cent", [0.15, 0.03]),
        ("machine 1 and machine 2 run", []),
        ("a large one and a small one", []),
        ("a 2-seat sofa", []),
        ("not less than -5 units", [-5]),
        ("each $X$ needs $3$ hours", [3]),
    ],
)
def test_numbers_are_read_in_every_dress(text: str, values: list[float]) -> None:
    found = [token.value for part in split(text) for token in part.tokens if token.is_number]
    assert found == pytest.approx(values)


@pytest.mark.parametrize(
    ("text", "direction", "strict"),
    [
        ("at most 5", "<=", False),
        ("no fewer than 5", ">=", False),
        ("cannot exceed 5", "<=", False),
        ("must exceed 5", ">=", True),
        ("should not be less than 5", ">=", False),
        ("must not be more than 5", "<=", False),
        ("more than 5", ">=", True),
        ("limited to 5", "<=", False),
        ("limit the number of lamps to only 5", "<=", False),
        ("a maximum daily budget of 5", "<=", False),
        ("5 or more", ">=", False),
        ("exactly 5", "==", False),
    ],
)
def test_comparisons_have_a_direction(text: str, direction: str, strict: bool) -> None:
    (found,) = comparators(split(text)[0].tokens)
    assert (found.direction, found.strict) == (direction, strict)


def test_an_excess_over_something_is_no_comparison() -> None:
    assert comparators(split("the excess of lamps over chairs")[0].tokens) == ()


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        (LAMPS, ["floor lamp", "desk lamp"]),
        (
            "A farm has small and large barns. A small barn holds 4 cows. A large barn holds 9 cows.",
            ["small barn", "large barn"],
        ),
        (
            "A shop bakes rye bread, corn bread, and oat bread. Each rye bread sells for $3, each corn bread for $4 "
            "and each oat bread for $5.",
            ["rye bread", "corn bread", "oat bread"],
        ),
        ("Ovens 1 and 2 bake. Oven 1 takes 3 hours. Oven 2 takes 5 hours.", ["oven 1", "oven 2"]),
        ("Split 90 hours between projects X and Y. Each hour on X costs 5 and on Y 7.", ["X", "Y"]),
        (
            "A library hires senior clerks earning $900 and junior clerks earning $600. At least 4 senior clerks and "
            "9 junior clerks are needed.",
            ["senior clerk", "junior clerk"],
        ),
    ],
)
def test_decisions_are_found(text: str, labels: list[str]) -> None:
    assert [entity.label for entity in candidates(split(text))[0].entities] == labels


@pytest.mark.parametrize(
    ("sentence", "kind", "terms", "direction", "constant"),
    [
        ("At least 12 floor lamps must be made.", "bound", {0: 1}, ">=", 12),
        ("There can be at most 8 desk lamps.", "bound", {1: 1}, "<=", 8),
        ("At least twice as many desk lamps as floor lamps are needed.", "ratio", {1: 1, 0: -2}, ">=", 0),
        ("The number of floor lamps must be at most a third of the desk lamps.", "ratio", {0: 1, 1: -1 / 3}, "<=", 0),
        ("The number of desk lamps must exceed the number of floor lamps.", "order", {1: 1, 0: -1}, ">=", 0),
        ("He prefers to make more desk lamps than floor lamps.", "order", {1: 1, 0: -1}, ">=", 0),
        (
            "Twice the floor lamps plus three times the desk lamps must be at least 40.",
            "linear",
            {0: 2, 1: 3},
            ">=",
            40,
        ),
        ("There must be at least 5 more floor lamps than desk lamps.", "linear", {0: 1, 1: -1}, ">=", 5),
        ("The ratio of floor lamps to desk lamps cannot exceed 3 to 2.", "ratio", {0: 1, 1: -1.5}, "<=", 0),
        ("The number of floor lamps must be three times the number of desk lamps.", "ratio", {0: 1, 1: -3}, "==", 0),
    ],
)
def test_relations_are_read(sentence: str, kind: str, terms: dict[int, float], direction: str, constant: float) -> None:
    (found,) = [clause for clause in clauses(sentence) if isinstance(clause, Relation)]
    assert (found.kind, found.direction, found.constant) == (kind, direction, constant)
    assert dict(found.terms) == pytest.approx(terms)


@pytest.mark.parametrize(
    ("sentence", "entity", "share", "direction"),
    [
        ("At most 40% of the lamps can be floor lamps.", 0, 0.4, "<="),
        ("Desk lamps must make up at least 25 percent of the lamps.", 1, 0.25, ">="),
    ],
)
def test_shares_of_the_total_are_read(sentence: str, entity: int, share: float, direction: str) -> None:
    (found,) = [clause for clause in clauses(sentence) if isinstance(clause, Relation)]
    assert found.kind == "share"
    assert [e for e, _ in found.terms] == [entity]
    assert (found.share, found.direction) == (share, direction)


@pytest.mark.parametrize(
    ("sentence", "values"),
    [
        ("A floor lamp takes 3 hours of wiring and a desk lamp takes 2 hours of wiring.", [(0, 3), (1, 2)]),
        ("Floor lamps and desk lamps need 7 and 5 screws respectively.", [(0, 7), (1, 5)]),
        ("It takes 4 hours to make a floor lamp and 1 hour to make a desk lamp.", [(0, 4), (1, 1)]),
        ("The weight is 6 kg per floor lamp and 2 kg per desk lamp.", [(0, 6), (1, 2)]),
        ("Each floor lamp uses 5 meters of wire while each desk lamp uses 2 meters of wire.", [(0, 5), (1, 2)]),
    ],
)
def test_coefficients_find_their_owner(sentence: str, values: list[tuple[int, float]]) -> None:
    found = [(c.entity, c.value) for c in clauses(sentence) if isinstance(c, Coefficient)]
    assert found == values


@pytest.mark.parametrize(
    ("sentence", "direction", "value"),
    [
        ("The workshop has 300 hours of wiring available.", "<=", 300),
        ("There are 90 screws in stock.", "<=", 90),
        ("The workshop must deliver 75 watts of light.", ">=", 75),
        ("The budget is $4000.", "<=", 4000),
        ("At least 60 hours of wiring must be used.", ">=", 60),
    ],
)
def test_limits_are_ceilings_or_floors(sentence: str, direction: str, value: float) -> None:
    (found,) = [clause for clause in clauses(sentence) if isinstance(clause, Limit)]
    assert (found.direction, found.value) == (direction, value)


def test_a_range_gives_a_floor_and_a_ceiling() -> None:
    found = [c for c in clauses("The number of floor lamps must be between 4 and 9.") if isinstance(c, Limit)]
    assert {(c.direction, c.value) for c in found} == {("<=", 9), (">=", 4)}


def test_every_clause_points_into_the_text() -> None:
    text = LAMPS + "At least 12 floor lamps must be made. The budget is $500. Maximize the number of lamps."
    for clause in reading(text).clauses:
        assert 0 <= clause.place.start < clause.place.end <= len(text)


def test_a_table_leaves_the_prose_in_its_place() -> None:
    text = "Before.\n| Lamp | Hours |\n|---|---|\n| Floor | 3 |\n| Desk | 2 |\nAfter."
    prose, (table,) = tables(text)
    assert len(prose) == len(text)
    assert prose.split() == ["Before.", "After."]
    assert [[cell.text for cell in row] for row in table.rows] == [["Floor", "3"], ["Desk", "2"]]
    assert text[table.rows[0][1].start : table.rows[0][1].end] == "3"


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_cleaning_keeps_every_character_in_its_place(text: str) -> None:
    assert len(clean(text)) == len(text)


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="ab cX1$%.,|-\n\\{}", max_size=120))
def test_tokens_lie_in_order_within_the_text(text: str) -> None:
    tokens = tokenize(clean(text))
    for before, after in itertools.pairwise(tokens):
        assert 0 <= before.start < before.end <= after.start
    assert all(token.end <= len(text) for token in tokens)


def test_wrapped_lines_go_on_and_list_lines_begin_anew() -> None:
    wrapped = "Each of the many floor lamps that the workshop makes in a week takes 3 hours and\n1.5 kg of brass."
    listed = "Limits\n- at most 5 floor lamps\n- at most 4 desk lamps"
    assert [len(split(text)) for text in (wrapped, listed)] == [1, 3]
