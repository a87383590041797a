"""Numbers as people write and say them: one token each, with the value that is meant."""

from __future__ import annotations

import itertools

import pytest

from copilot.formulators.offline.words.tokens import clean, tokenize


def values(text: str) -> list[float]:
    return [token.value or 0.0 for token in tokenize(clean(text)) if token.is_number]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("a hundred and twenty kilos", [120]),
        ("two hundred kids", [200]),
        ("a hundred and fifty", [150]),
        ("two thousand five hundred dollars", [2500]),
        ("one hundred and fifty thousand", [150_000]),
        ("two million three hundred thousand", [2_300_000]),
        ("fifty two chairs", [52]),
        ("twenty-five chairs", [25]),
        ("twenty and thirty chairs", [20, 30]),
        ("between five hundred and six hundred", [500, 600]),
        ("five hundred and 20 chairs", [500, 20]),
        ("1.2 thousand", [1200]),
        ("three point two five liters", [3.25]),
        ("seventy percent", [0.7]),
        ("forty per cent", [0.4]),
        ("two dozen eggs", [24]),
        ("half a dozen eggs", [6]),
        ("half a million", [500_000]),
    ],
)
def test_a_number_in_words_has_its_value(text: str, meant: list[float]) -> None:
    assert values(text) == pytest.approx(meant)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("half a kilo", 0.5),
        ("half an hour", 0.5),
        ("three-quarters of a kilo", 0.75),
        ("one third of an hour", 1 / 3),
        ("one and a half kilos", 1.5),
        ("an hour and a half each", 1.5),
        ("a cent and a half", 1.5),
        ("two hours and a half", 2.5),
        ("two and three quarters hours", 2.75),
    ],
)
def test_a_part_of_a_unit_is_an_amount(text: str, meant: float) -> None:
    tokens = [token for token in tokenize(clean(text)) if token.is_number]
    assert [token.value for token in tokens] == [pytest.approx(meant)]
    assert not any(token.fraction or token.multiplier for token in tokens)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("two-thirds of the land", 2 / 3),
        ("a third of the land", 1 / 3),
        ("a quarter of all visits", 1 / 4),
        ("half as many", 1 / 2),
        ("half the guides", 1 / 2),
    ],
)
def test_a_part_of_something_is_a_share(text: str, meant: float) -> None:
    (token,) = [token for token in tokenize(clean(text)) if token.is_number]
    assert token.value == pytest.approx(meant)
    assert token.fraction


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("a third machine needs 4 hours", [4]),
        ("a fifth truck", []),
        ("first and second shift", []),
        ("a hectare of oats earns 12, one of squash 15", [12, 15]),
        ("12 dollars on a jar of jam and 15 on one of marmalade", [12, 15]),
        ("the small one needs paint", []),
        ("hundreds of chairs", []),
    ],
)
def test_a_rank_or_a_pronoun_is_no_number(text: str, meant: list[float]) -> None:
    assert values(text) == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("two units of carbs and one of fat", [2, 1]),
        ("A hat takes two scoops of wax and an hour, a scarf three.", [2, 1, 3]),
        ("Chairs and tables: each table takes three hours and each chair one.", [3, 1]),
        ("They take one, two and three kilos.", [1, 2, 3]),
    ],
)
def test_a_word_that_stands_for_a_figure_is_one(text: str, meant: list[float]) -> None:
    assert values(text) == meant


def test_numbers_in_words_name_things_as_digits_do() -> None:
    lows = [token.low for token in tokenize("Factory 1 and factory two. Factory one makes 5, factory 2 makes 6.")]
    assert [low for before, low in itertools.pairwise(lows) if before == "factory"] == ["1", "2", "1", "2"]
