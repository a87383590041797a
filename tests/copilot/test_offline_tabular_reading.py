"""The stages of tabular reading: members, figures for them, bullets and brackets as tables, grids of pairs."""

from __future__ import annotations

import random

import pytest
from counting import grows_at_most_quadratically
from hypothesis import given, settings
from hypothesis import strategies as st

from copilot.formulators.offline.sheets.roster import rosters
from copilot.formulators.offline.tabular import tabular
from copilot.formulators.offline.tabular.bullets import bullet_tables, sentence_table
from copilot.formulators.offline.tabular.finding import unwrapped
from copilot.formulators.offline.tabular.grids import read_grid
from copilot.formulators.offline.tabular.inline import inline_tables
from copilot.formulators.offline.tabular.members import families
from copilot.formulators.offline.tabular.telling import read_facts
from copilot.formulators.offline.words.tables import tables

Told = list[tuple[tuple[str, ...], float, str]]


def told(text: str) -> Told:
    return [(tuple(m.member for m in f.members), f.value, f.kind) for f in read_facts(text).facts]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("From Dock 1 to Dock 2 and Dock 3.", [("dock", ("Dock 1", "Dock 2", "Dock 3"))]),
        ("hub_0 sends to hub_1", [("hub", ("Hub 0", "Hub 1"))]),
        ("Ships leave Port A for the ports A, B and C.", [("port", ("Port A", "Port B", "Port C"))]),
        ("There are mills in Ulm, Bern and Graz.", [("mill", ("Ulm", "Bern", "Graz"))]),
        ("It costs 1 and costs 2, at least 3.", []),
        ("Dock 1 and Dock 7 are far apart.", []),
    ],
)
def test_families_are_numbered_lettered_or_enumerated(text: str, expected: list[tuple[str, tuple[str, ...]]]) -> None:
    assert [(f.noun, f.members) for f in families(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Farm 1 has 42 cows but needs 50 cows. Farm 2 holds 30 cows, yet it requires only 12.",
            [
                (("Farm 1",), 42, "supply"),
                (("Farm 1",), 50, "demand"),
                (("Farm 2",), 30, "supply"),
                (("Farm 2",), 12, "demand"),
            ],
        ),
        (
            "From Farm 1, the cost is 4 to Farm 2 and 6 to Farm 3.",
            [(("Farm 1", "Farm 2"), 4, "cost"), (("Farm 1", "Farm 3"), 6, "cost")],
        ),
        (
            "Opening costs for each farm:\n- Farm 1: $1,500\n- Farm 2: $900\n",
            [(("Farm 1",), 1500, "fixed"), (("Farm 2",), 900, "fixed")],
        ),
        (
            "The mills in Ulm and Bern need 20 and 30 sacks a day.",
            [(("Ulm",), 20, "demand"), (("Bern",), 30, "demand")],
        ),
        (
            "Dock 1 and Dock 2 are two. The distances are: Dock 1 and Dock 2: 7 km.",
            [(("Dock 1", "Dock 2"), 7, "distance")],
        ),
    ],
)
def test_figures_find_their_members_and_their_kind(text: str, expected: Told) -> None:
    assert told(text) == expected


def test_bullets_become_a_table_whatever_the_order_of_their_figures() -> None:
    text = "Foods:\n- Oats: 13 grams of protein for $2.\n- Nuts: For $5, you get 20 grams of protein.\nChoose."
    prose, (table,) = bullet_tables(text)
    assert [cell.text for cell in table.header] == ["Item", "protein (grams)", "cost ($)"]
    assert [[cell.text for cell in row] for row in table.rows] == [["Oats", "13", "$2"], ["Nuts", "20", "$5"]]
    assert len(prose) == len(text)
    assert not any(c.isdigit() for c in prose)


def test_bullets_without_common_figures_stay_prose() -> None:
    text = "- Oats: 13 grams of protein.\n- Rule: at most 4 portions and 7 dishes.\n"
    assert bullet_tables(text) == (text, ())


def test_neighboring_sentences_of_one_kind_become_a_table_with_zeros_where_they_say_no() -> None:
    text = (
        "Hay contains 5 grams of protein, 8 grams of fiber, and costs 3 dollars. Oats contains 6 grams of protein, no "
        "fiber, and costs 4 dollars. Straw has 1 gram of protein, 30 grams of fiber and costs 2.5 dollars. Choose."
    )
    prose, table = sentence_table(text)
    assert table is not None
    assert [cell.text for cell in table.header] == ["Item", "protein (grams)", "fiber (grams)", "cost ($)"]
    assert [[cell.value for cell in row[1:]] for row in table.rows] == [[5, 8, 3], [6, 0, 4], [1, 30, 2.5]]
    assert prose.strip(" .") == "Choose"


def test_lists_in_brackets_become_rows_below_their_heads() -> None:
    _, (table,) = inline_tables("Grade, Weight, Cost are [1, 8, $15], [2, 6, $11] and [3, 5, $9].")
    assert [cell.text for cell in table.header] == ["Grade", "Weight", "Cost"]
    assert [[cell.text for cell in row] for row in table.rows] == [
        ["1", "8", "$15"],
        ["2", "6", "$11"],
        ["3", "5", "$9"],
    ]


def _piped(*lines: str) -> str:
    return "\n".join(f"| {line} |" for line in lines) + "\n"


def test_a_grid_has_pairs_inside_and_supplies_and_demands_at_its_margins() -> None:
    _, (table,) = tables(_piped("From / To | Shop 1 | Shop 2 | Supply", "Mill A | 4 | 6 | 50", "Demand | 20 | 30 | "))
    assert read_grid(table) is None  # one source alone is no grid
    _, (table,) = tables(
        _piped(
            "From / To | Shop 1 | Shop 2 | Supply", "Mill A | 4 | 6 | 50", "Mill B | 5 | 3 | 40", "Demand | 20 | 30 | "
        )
    )
    grid = read_grid(table)
    assert grid is not None
    assert [f.members for f in grid.families] == [("Mill A", "Mill B"), ("Shop 1", "Shop 2")]
    assert {pair: value for pair, (value, _, _) in grid.figures.items()} == {
        (0, 0): 4, (0, 1): 6, (1, 0): 5, (1, 1): 3,
    }  # fmt: skip
    assert [(f.noun, head, k, value) for f, head, k, value, _, _ in grid.attributes] == [
        ("mill", "Supply", 0, 50), ("mill", "Supply", 1, 40), ("shop", "Demand", 0, 20), ("shop", "Demand", 1, 30),
    ]  # fmt: skip


def test_attributes_of_items_are_no_grid_but_a_roster() -> None:
    _, (table,) = tables(_piped("Tree | Price per Tree | Shade", "Lime | $40 | 30", "Oak | $80 | 60"))
    assert read_grid(table) is None
    (items,) = rosters((table,))
    assert (items.noun, items.items) == ("tree", ("Lime", "Oak"))
    assert [(a.title, [f.value for f in a.figures.values()], a.money) for a in items.attributes] == [
        ("Price per Tree", [40.0, 80.0], True),
        ("Shade", [30.0, 60.0], False),
    ]


def test_wrapped_lines_are_joined_and_bullets_are_not() -> None:
    long = "A sentence that is long enough to have been wrapped by an editor goes on"
    assert unwrapped(f"{long}\nhere.") == f"{long} here."
    assert unwrapped(f"{long}\n- here") == f"{long}\n- here"
    assert unwrapped("Short:\nStore 1: 20\nStore 2: 30") == "Short:\nStore 1: 20\nStore 2: 30"


@pytest.mark.parametrize(
    "text",
    [
        "A baker makes rolls and buns. Each roll needs 3 minutes and each bun 4 minutes. Maximize the profit.",
        "Product A earns $3 and Product B earns $4. Product A needs 2 hours, Product B 1 hour. There are 40 hours.",
        "",
        "From to from to: 3, 4; and | | |",
    ],
)
def test_prose_is_left_to_the_reader_of_prose(text: str) -> None:
    assert tabular(text, "offline") is None


_WORDS = """From City 1 to City 2 costs 5 ; City 3 needs 7 and has 9 . minimize maximum flow capacity visit exactly once
return | 4 | [1, 2] (3, 4) : - Oats: 3 grams for $2 defined as ratio divided by per each at least"""


@settings(max_examples=60, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(1, 120))
def test_shuffled_words_never_fail(source: random.Random, count: int) -> None:
    tabular(" ".join(source.choices([*_WORDS.split(" "), "\n"], k=count)), "offline")


@pytest.mark.parametrize(
    "piece", ["Aa, ", "(1, 2), ", "From A to B ", "Demand is 5 jobs for two equal machines 1, 2 and 3 "]
)
def test_twice_as_much_of_a_piece_is_at_most_four_times_the_work(piece: str) -> None:
    assert grows_at_most_quadratically(lambda text: tabular(text, "offline"), piece, characters=1500)
