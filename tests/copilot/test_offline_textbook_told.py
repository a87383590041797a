"""Pages, parcels, strips, wires, prices and lots in the words of a mail, a note or a story; judged by the optimum."""

from __future__ import annotations

import math

import pytest

from copilot.formulators.offline.textbook import family
from copilot.formulators.offline.words.tokens import clean
from formulations.data import bind
from solvers.dispatch import solve_instance
from solvers.solver import Options

CASES = {
    "handbill": (
        "A handbill should carry 320 square centimetres of print. Leave 4 cm free at top and bottom and 2.5 cm on "
        "the left and right. What's the smallest sheet of paper (in square cm) we can use?",
        360 + 2 * math.sqrt(8 * 5 * 320),
    ),
    "brochure": (
        "Each page of the brochure has 600 sq cm altogether. The margins are 3 cm at the sides, 4 cm above and 5 cm "
        "below. How large can the printed part be?",
        294.0,
    ),
    "tin tray": (
        "Take a sheet of tin 30 cm by 20 cm, cut equal squares out of the corners and bend the flaps up so you get a "
        "tray without a lid. How much can the tray hold at most (in cubic cm)?",
        1056.306,
    ),
    "church window": (
        "A church window is a rectangle with a half circle on top. If the frame all round is 9 m long, how much area "
        "of glass can it have at most?",
        81 / (8 + 2 * math.pi),
    ),
    "gutter": (
        "A strip of sheet metal 40 cm wide is bent up on both edges at right angles to form a gutter. What is the "
        "greatest cross-section, in square cm?",
        200.0,
    ),
    "parcel": (
        "The post takes parcels whose length plus girth is at most 108 inches. What is the largest volume of a parcel "
        "with square ends?",
        11664.0,
    ),
    "wire": (
        "A wire 100 cm long is cut in two; one piece is bent into a square and the other into a circle. How small can "
        "the two areas together be?",
        2500 / (4 + math.pi),
    ),
    "track": (
        "A running track of 400 m surrounds a field made of a rectangle with a half disc at each of two opposite ends. "
        "Make the rectangular part as large as possible.",
        20000 / math.pi,
    ),
    "kiosk": (
        "A kiosk sells 120 ice creams a day when they're 2 euros each, but only 80 when it asks 3 euros. Assume the "
        "demand goes down in a straight line. Each one costs the kiosk 0.80. What price brings the best daily profit, "
        "and how much is that?",
        176.4,
    ),
    "ferry": (
        "If we charge p dollars for a crossing we sell 900 - 6p tickets a day. Each passenger costs us 10 dollars. "
        "Which price gives the best profit?",
        29400.0,
    ),
    "choir": (
        "The choir normally charges \u20ac14 and 300 people come. For every euro we put on the ticket, about 15 stay "
        "away. What's the most we can take at the door?",
        4335.0,
    ),
    "rooms": (
        "A hotel fills all its 80 rooms at 90 dollars a night. With each 5 dollars more, two rooms stay empty. An "
        "occupied room costs 20 dollars to clean. Find the rate that maximizes profit per night.",
        7290.0,
    ),
    "coach": (
        "A coach firm offers an outing: for 30 passengers the fare is 50 euros a head; for each passenger above 30 the "
        "fare drops by 1 euro for everybody. The coach takes 60. How many passengers give the highest takings?",
        1600.0,
    ),
    "orchard": (
        "There are 40 apple trees per acre in the orchard and each bears 500 apples. Every additional tree planted on "
        "the acre cuts the crop of every tree by 5 apples. How many trees should be added to get the biggest harvest?",
        24500.0,
    ),
    "potting soil": (
        "We sell 2400 bags of potting soil a year, spread evenly. Every order to the supplier costs 60 euros whatever "
        "its size, and keeping one bag in store for a year costs 2 euros. What yearly cost of ordering and storing can "
        "we get down to?",
        math.sqrt(2 * 2400 * 60 * 2),
    ),
    "beekeeper": (
        "A beekeeper has 20 hives in the meadow, each gives 30 kg of honey. Each additional hive means every hive "
        "gives 1 kg less. How much honey can the meadow give at the most?",
        625.0,
    ),
    "rope": (
        "From a rope 60 m long a square and an equilateral triangle are laid out, after cutting it once. How small can "
        "the total area get?",
        97.867,
    ),
    "workshop": (
        "A workshop's weekly output is 20 * K^0.4 * L^0.6 where K is machine hours and L is hours of labour. A machine "
        "hour is 30 dollars, an hour of labour 20 dollars, and there are 3,000 dollars to spend. How much can be "
        "produced?",
        1301.366,
    ),
    "pallets": (
        "A firm makes 15 K^0.5 L^0.5 pallets a week out of K units of capital and L units of labour. Capital costs 40 "
        "a unit, labour 10 a unit, and 4000 may be spent in total. How many pallets can it make at most?",
        1500.0,
    ),
    "terse lots": (
        "annual demand 10,000 units. set-up 250 per batch. holding 4 per unit per year. batch size? minimise set-up "
        "plus holding",
        math.sqrt(2 * 10000 * 250 * 4),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(CASES))
def test_a_curved_problem_told_in_everyday_words_has_the_right_optimum(name: str) -> None:
    text, answer = CASES[name]
    sheet = family(clean(text), text)
    assert sheet is not None
    document = sheet.draft(0.9, "offline").document
    found = solve_instance(bind(document.formulation, document.data), Options(time_limit=10)).objective
    assert found == pytest.approx(answer, rel=1e-4)


@pytest.mark.parametrize(
    "text",
    [
        "A wire 100 cm long is cut in two; one piece is bent into a square and the other into a circle. The circle "
        "must be at least 12 square cm. How small can the two areas together be?",
        "We sell 2400 bags a year. Every order costs 60 euros, keeping a bag for a year costs 2 euros and the shelf "
        "takes 90 bags. What yearly cost can we get down to?",
    ],
    ids=["a limit on a piece", "a limit on the shelf"],
)
def test_a_figure_that_is_not_understood_leaves_the_text_to_other_readers(text: str) -> None:
    assert family(clean(text), text) is None
