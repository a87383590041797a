"""Textbook calculus in everyday words: fences, vessels, prices against demand, order quantities, by their optimum."""

from __future__ import annotations

import pytest

from copilot.formulators.offline import OfflineFormulator
from copilot.formulators.offline.textbook.pages import page
from formulations.data import bind
from solvers.dispatch import solve_instance
from solvers.solver import Options

FENCES = {
    "beside a barn": (
        "Fence a rectangular run of 450 square feet beside a barn; the barn side needs no fence. How short can "
        "the fence "
        "be?",
        60.0,
    ),
    "budget": (
        "I've got $1,800 for a fence around a rectangular horse paddock. The side along the road gets boards at $15 a "
        "meter, the other three sides electric wire at $5 a meter. What's the largest area?",
        4050.0,
    ),
    "two and two sides": (
        "A rectangular pen of 96 square yards is to be built; the east and west sides cost $6 per yard and the "
        "other two "
        "sides $9 per yard. Find the cheapest.",
        288.0,
    ),
    "nothing on the wall": (
        "My garden plot shall be a rectangle with its back on the neighbor's wall, where I need nothing. Forty "
        "meters of "
        "netting are left over. How do I get the most area?",
        200.0,
    ),
    "two partitions": (
        "A rectangular area of 1,000 square meters is fenced and split by two partitions parallel to one side "
        "into three "
        "pens. Minimize the total length of fencing.",
        178.885438,
    ),
}
VESSELS = {
    "no lid": ("A crate with square bottom and without a lid must hold 32 cubic feet. Minimize the surface.", 48.0),
    "base twice as long": (
        "A bin with an open top has to have a volume of 10 cubic meters, and its base twice as long as wide. "
        "Boards for "
        "the base cost $10 per square meter, boards for the sides $6 per square meter. Find the cost of the "
        "cheapest bin.",
        163.540733,
    ),
    "milliliters": (
        "We want a tin with a capacity of 750 ml. How should radius and height be chosen so that as little sheet metal "
        "as possible is used?",
        456.957953,
    ),
    "ends and wall": (
        "An oil drum, cylindrical and closed, is to hold 0.25 cubic meters. The curved wall is made of sheet at "
        "$18 per "
        "square meter; for the two ends a sheet at $27 per square meter is used. How cheap can it be made?",
        45.266555,
    ),
    "liters at a price of meters": (
        "A planter, open at the top with square bottom, holds 108 liters of soil; wood is 14 euros a square "
        "meter. What "
        "is the least cost?",
        15.12,
    ),
}
TRADES = {
    "trees": (
        "An orchard has 50 apple trees, each of which yields 600 apples a year. Every additional tree planted "
        "lowers the "
        "yield of each tree by 10 apples. How many trees should be added to get the largest total yield?",
        30250.0,
    ),
    "for each beyond": (
        "A hen house with 20 hens gives 280 eggs per hen a year. The yield per hen decreases by 4 eggs for each "
        "hen beyond "
        "20. Find the number of hens for the greatest production.",
        8100.0,
    ),
    "cents": (
        "A bus company carries 900 passengers a day at a fare of $2. Each time the fare is raised by 10 cents, 30 "
        "passengers are lost. Which fare maximizes the daily revenue?",
        1875.0,
    ),
    "seats": (
        "At $12 a ticket a puppet theater draws 150 visitors. Whenever the ticket gets one dollar cheaper, 20 "
        "more people "
        "come; the hall seats 240. What price gives the highest takings?",
        1900.0,
    ),
    "pots": (
        "When 200 crab pots are set, each catches 32 crabs. With every 10 pots more, the catch per pot falls by "
        "1 crab. "
        "How many pots give the largest total catch?",
        6760.0,
    ),
    "order size": (
        "We get through 900 sacks of flour per month. A delivery costs us 25 euros whatever we order, keeping a "
        "sack for "
        "a month costs 50 cents. What order size is cheapest?",
        150.0,
    ),
    "notes": (
        "Demand: 1,200 units/year; ordering cost $30 per order; holding cost $2 per unit per year. Optimal order "
        "quantity?",
        379.473319,
    ),
}
OUTLINES = {
    "poster": (
        "A poster is to contain 384 square centimeters of printed matter. The margins at top and bottom are 6 cm each, "
        "at the sides 4 cm. Find the poster with the smallest area.",
        864.0,
    ),
    "page": (
        "A page has an area of 96 square inches, with 1.5-inch margins at the top and bottom and 1-inch margins "
        "on both "
        "sides. What is the largest printable area?",
        54.0,
    ),
    "window": (
        "A window consists of a rectangle with a half circle on top of it. Its outline measures 9 meters. How "
        "must it be "
        "built to let in the most light?",
        5.671004,
    ),
    "wire": (
        "A 40 cm wire is cut into two pieces; one is bent to a square, the other to a circle. How should it be cut so "
        "the total area is as small as possible?",
        56.009903,
    ),
    "parabola": ("Find the largest rectangle above the x-axis under the parabola y = 27 - x^2.", 108.0),
    "prices told once": (
        "A platform floats 2 miles from the nearest point of a straight coast, a refinery lies 5 miles down the coast. "
        "Pipe under water costs $9,000 per mile, and pipe along the coast $6,000. Find the cheapest pipe.",
        43416.407865,
    ),
}
CASES = {**FENCES, **VESSELS, **TRADES, **OUTLINES}


@pytest.mark.parametrize("name", CASES)
def test_a_textbook_problem_in_everyday_words_is_read_to_its_optimum(name: str) -> None:
    text, value = CASES[name]
    draft = OfflineFormulator().formulate(text)
    solution = solve_instance(bind(draft.document.formulation, draft.document.data), Options(time_limit=20))
    assert solution.objective == pytest.approx(value, rel=1e-4)
    assert draft.confidence > 0.6


def test_a_figure_of_space_knows_its_dimension_and_a_price_what_it_is_for() -> None:
    told = "0.2 m3, a 240-foot fence, 40 cents a metre, wire at $5 per meter and boards $9, 8 $/m2, we have $1,200"
    assert [(one.value, one.dimension, one.per) for one in page(told, told).figures] == [
        (0.2, "volume", ""), (240.0, "length", ""), (40.0, "money", "length"), (5.0, "money", "length"),
        (9.0, "money", "length"), (8.0, "money", "area"), (1200.0, "money", ""),
    ]  # fmt: skip
