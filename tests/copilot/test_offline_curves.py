"""Nonlinear problems in everyday words, read by the mechanism that each needs; judged by the optimum."""

from __future__ import annotations

import math

import pytest

from copilot.formulators.draft import FormulationRefused
from copilot.formulators.offline import OfflineFormulator
from formulations.data import bind
from solvers.dispatch import solve_instance
from solvers.solver import Options

CASES = {
    "squares_of_two": ("The sum of two positive numbers is 20. What is the smallest sum of their squares?", 200.0),
    "weighted_sum": (
        "Find two positive numbers such that the sum of the first and twice the second is 100 and their product is a "
        "maximum.",
        1250.0,
    ),
    "one_and_square_of_other": (
        "Two nonnegative numbers sum to 30. Maximize the product of one number and the square of the other.",
        4000.0,
    ),
    "pipe_to_coast": (
        "An oil platform is 5 miles off a straight coast. A refinery stands 12 miles down the coast. Pipe costs "
        "$50,000 per mile under water and $30,000 per mile on land. Find the cheapest route.",
        30000 * 12 + 5 * 40000.0,
    ),
    "row_and_walk": (
        "A woman in a boat is 4 km from the nearest point of a straight beach. She wants to reach a house 6 km along "
        "the beach. She can row at 3 km per hour and walk at 5 km per hour. Where should she land to arrive soonest?",
        6 / 5 + 4 * 4 / 15,
    ),
    "ground_outweighs_manner": (
        "A hiker in the desert is 3 miles from a straight road; his camp is 5 miles down the road. He walks 2 mph in "
        "the desert and 4 mph on the road. Which way is quickest? Minimize the time.",
        5 / 4 + 3 * math.sqrt(12) / 8,
    ),
    "squared_distances": (
        "Shops stand at (0, 0), (4, 0) and (2, 6). Place a kiosk so that the sum of the squared distances to the "
        "shops is minimal.",
        32.0,
    ),
    "polynomial": ("The daily profit in dollars is -3q^2 + 60q - 100. What is the largest profit?", 200.0),
    "roots_of_shares": (
        "A firm has a budget of 50 for two campaigns. Spending x on radio brings 30 times the square root of x, "
        "spending y on posters brings 40 sqrt(y). Find the largest return.",
        math.sqrt(50 * (900 + 1600)),
    ),
    "roots_of_shares_in_a_table": (
        "A farm splits 50 liters of feed among two pens. A pen that gets x liters gains b * sqrt(x) kilograms, where b "
        "is\n\n| pen | b |\n|---|---|\n| north | 30 |\n| south | 40 |\n\nHow is the most gained?",
        math.sqrt(50 * (900 + 1600)),
    ),
    "rectangle_in_circle": ("Find the area of the largest rectangle that fits inside a circle of radius 3 m.", 18.0),
    "crate": (
        "A closed crate with a square base must hold 8 cubic meters. Find the dimensions that make its surface as "
        "small as possible.",
        24.0,
    ),
}  # fmt: skip


def optimum(text: str) -> float | None:
    document = OfflineFormulator().formulate(text).document
    return solve_instance(bind(document.formulation, document.data), Options(time_limit=10)).objective


@pytest.mark.parametrize("name", sorted(CASES))
def test_a_nonlinear_problem_in_everyday_words_has_the_right_optimum(name: str) -> None:
    text, answer = CASES[name]
    assert optimum(text) == pytest.approx(answer, rel=1e-4)


@pytest.mark.parametrize(
    "text",
    [
        "Find two numbers whose sum is 15 and whose median beats 7. Their product is a maximum.",
        "The weekly profit is -2q^2 + 36q - 50 and 13 machines stand idle. What is the largest profit?",
    ],
    ids=["numbers", "polynomial"],
)
def test_a_riddle_with_a_figure_that_is_not_understood_is_refused(text: str) -> None:
    with pytest.raises(FormulationRefused):
        OfflineFormulator().formulate(text)
