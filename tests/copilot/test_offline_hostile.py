"""Texts that are made to hurt, and marks that are easily mistaken: read or refused, and no work out of proportion."""

from __future__ import annotations

import pytest
from counting import grows_at_most_quadratically

from copilot.formulators.draft import FormulationRefused
from copilot.formulators.offline import OfflineFormulator
from copilot.formulators.offline.words.cleaning import clean
from formulations.notation import write_notation

PIECES = (
    "x and y or ", "5 a, ", "|1|2|\n", "at least 3 times ", "$", "City 1, ", "(1, 2), ", "- Ab: 1 g for $2\n",
    "From A to B ", "| 1 ", "for a, b ", "a = [", "$x_1$ ", "1 for a ",
)  # fmt: skip


@pytest.mark.parametrize("piece", PIECES, ids=range(len(PIECES)))
def test_twice_as_much_of_a_piece_is_at_most_four_times_the_work(piece: str) -> None:
    assert grows_at_most_quadratically(OfflineFormulator().formulate, piece)


@pytest.mark.parametrize("text", ["x" * 59_000, "\n" * 9_000 + "x", "a_" * 9_000, "x and y or " * 6_000], ids=range(4))
def test_one_long_run_is_refused_in_words(text: str) -> None:
    with pytest.raises(FormulationRefused, match=r"no number|one problem|at most 6000"):
        OfflineFormulator().formulate(text)


@pytest.mark.parametrize("number", ["1" * 400, "9" * 5000, "1," * 300, "7" * 61])
def test_a_number_that_no_computer_holds_is_refused_by_its_beginning(number: str) -> None:
    with pytest.raises(FormulationRefused, match=number[:12]):
        OfflineFormulator().formulate(f"A mill earns {number} per sack and 3 per bag, with 40 hours. Maximize profit.")


@pytest.mark.parametrize(
    "text",
    [
        "A loaf costs 5$ and brings 10$.",
        "Flour is 2$ a kg and sugar 3$ a kg.",
        "The fee in $ is 3, the rent in $ is 4.",
        "The cost ($) is 6 and the gain ($) is 7.",
        "Oats cost $ a ton, or $ per kg.",
        "The first costs US$ 5, the second US$ 7.",
        "At $5 and $7 the choice is hard.",
    ],
)
def test_two_amounts_of_money_are_no_typesetting(text: str) -> None:
    assert clean(text) == text
    for sign in "€£":
        assert clean(text.replace("$", sign)) == text


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Let $x_1$ and $x_2$ be whole.", "Let  x1   and  x2   be whole."),
        ("It takes $2 \\times 3$ hours and costs $4.", "It takes  2        3  hours and costs $4."),
        ("At most $12$ units for 5€.", "At most  12  units for 5$."),
        ("It is 5$x$ + 3$y$ for \\$6.", "It is 5 x  + 3 y  for  $6."),
        ("They cost $30, 20,$ and $5$ for $x$, $y$ and $z$.", "They cost  30, 20,  and  5  for  x ,  y  and  z ."),
        ("Twice a seller's$x_4$, and $\\frac{4}{3}$ of it.", "Twice a seller's x4  , and          4/3  of it."),
        ("$ x + y \\leq 5 $ must hold.", "  x + y <=   5   must hold."),
    ],
)
def test_typesetting_goes_and_places_stay(text: str, plain: str) -> None:
    assert clean(text) == plain
    assert len(plain) == len(text)


@pytest.mark.parametrize("sign", ["€", "£", "$"])
def test_money_is_told_in_its_own_sign(sign: str) -> None:
    text = (
        f"A bakery sells bread and rolls. A tray of bread brings 12{sign} and takes 2 hours of oven time. A tray of "
        f"rolls brings 8{sign} and takes 1 hour. There are 40 hours of it. How many of each maximize the revenue?"
    )
    found = OfflineFormulator().formulate(text)
    assert {other for other in "$€£" if other in write_notation(found.document)} == {sign}
