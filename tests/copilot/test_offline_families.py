"""Textbook families of the offline formulator: shapes, trades, coverings, ratios, blends."""

from __future__ import annotations

import math

import pytest

from copilot.formulators.offline import OfflineFormulator
from formulations.check import check
from formulations.data import bind
from formulations.notation import parse_notation, write_notation
from solvers.dispatch import solve_instance
from solvers.solver import Options

PROBLEMS = {
    "a pen on four sides": ("You have 60 m of fence for a rectangular garden. Find the largest "
    "possible area.", 225.0),
    "a pen by a river": (
        "A shepherd has 120 feet of fencing for a rectangular pen beside a river; the side along the river needs no "
        "fence. What dimensions maximize the area?",
        1800.0,
    ),
    "the cheapest fence": (
        "A rectangular field of 200 square meters is to be enclosed. The fence costs $6 per meter. Find "
        "the dimensions "
        "that minimize the cost.",
        6 * 4 * math.sqrt(200),
    ),
    "a box folded from a sheet": (
        "Squares are cut out of the corners of a 12 inch by 18 inch sheet, and the sides are folded up "
        "into an open box. "
        "Find the cut that maximizes the volume.",
        228.16,
    ),
    "an open box of little material": (
        "An open-topped box with a square base must hold a volume of 32 cubic feet. Find the dimensions that use the "
        "least material.",
        48.0,
    ),
    "a closed can": (
        "A closed cylinder must have a volume of 54\u03c0. Find the radius and height with the least surface area.",
        54 * math.pi,
    ),
    "two numbers": ("Find two numbers whose sum is 14 and whose product is as large as possible. Maximize it.", 49.0),
    "a rising rent": (
        "A landlord rents out 30 units when the rent is $400 each. For every $20 increase of the rent, "
        "one fewer unit is "
        "rented. Which rent maximizes the revenue?",
        12_500.0,
    ),
    "a demand function": (
        "A shop charges p dollars for a lamp and sells q = 90 - 3p lamps a day. Which price maximizes the revenue?",
        675.0,
    ),
    "profit per hour": (
        "A studio paints vases and bowls. For vases, the profit per unit is $12 and the painting time "
        "is 3 hours. For "
        "bowls, the profit per unit is $10 and the painting time is 2 hours. At least 4 vases and at "
        "least 2 bowls must "
        "be painted. At most 20 pieces can be painted in total. Maximize the profit per hour of painting time.",
        (48 + 160) / (12 + 32),
    ),
    "sites within reach": (
        "A clinic should be within 10 minutes of each village. Build the minimum number of clinics.\n\n"
        "| From | Elm | Oak | Ash | Fir |\n|---|---|---|---|---|\n"
        "| Elm | 0 | 8 | 25 | 30 |\n| Oak | 8 | 0 | 9 | 22 |\n| Ash | 25 | 9 | 0 | 12 |\n| Fir | 30 | "
        "22 | 12 | 0 |\n",
        2.0,
    ),
    "a knapsack": (
        "Which items should go into a knapsack that holds at most 9 kg, to maximize the total value?\n\n"
        "| Item | Weight (kg) | Value |\n|---|---|---|\n| 1 | 4 | 10 |\n| 2 | 5 | 13 |\n| 3 | 7 | 18 |\n",
        23.0,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PROBLEMS)
def test_a_textbook_problem_is_read_to_its_optimum(name: str) -> None:
    text, expected = PROBLEMS[name]
    draft = OfflineFormulator().formulate(text)
    document = draft.document
    assert [f for f in check(document.formulation, document.data) if f.severity == "error"] == []
    again = parse_notation(write_notation(document))
    assert (again.formulation, again.data) == (document.formulation, document.data)
    assert set(draft.spans) <= {element.name for element in document.formulation.elements()}
    solution = solve_instance(bind(document.formulation, document.data), Options(time_limit=20))
    assert solution.objective == pytest.approx(expected, rel=1e-4)


def test_consecutive_days_cover_the_week() -> None:
    days = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    rows = "\n".join(f"| {day} | 5 |" for day in days)
    head = "| Day | Needed |\n|---|---|\n"
    text = f"Nurses work five consecutive days. Employ the minimum number of nurses.\n\n{head}{rows}"
    document = OfflineFormulator().formulate(text).document
    assert solve_instance(bind(document.formulation, document.data)).objective == pytest.approx(7.0)


def test_what_a_shape_leaves_out_is_an_assumption() -> None:
    draft = OfflineFormulator().formulate(PROBLEMS["a pen by a river"][0])
    assert any("no fence" in assumption for assumption in draft.assumptions)
    (span,) = draft.spans["fence"]
    assert draft.document.text[span.start : span.end] == "120"
