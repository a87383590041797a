"""Classical problems as people tell them, in everyday words and many layouts: own texts to their optimum."""

from __future__ import annotations

import pytest

from copilot.formulators.offline import OfflineFormulator
from copilot.formulators.offline.words.senses import sense_of
from formulations.check import check
from formulations.data import bind
from formulations.formulation import Sense
from solvers.dispatch import solve_instance
from solvers.solver import Options

PROBLEMS = {
    "a flow shop in a table": (
        "A tailor sews three suits. Each suit is first cut at the table and then sewn at the sewing machine and ironed "
        "last, in this order. The hours are:\n| suit | table machine | sewing machine | ironing machine |\n"
        "|---|---|---|---|\n| 1 | 2 | 3 | 1 |\n| 2 | 1 | 2 | 2 |\n| 3 | 3 | 1 | 2 |\n"
        "In which order should the suits be made so that all are finished as soon as possible?",
        9.0,
    ),
    "a flow shop in words": (
        "Three loaves pass the mixer first and then the oven. In the mixer they take 5, 3 and 7 minutes, in "
        "the oven 4, "
        "6 and 3 minutes. In what order should they be baked so that the last is done as early as possible?",
        18.0,
    ),
    "shifts within a day": (
        "A bus company must staff its lines. From 6:00 to 10:00 it needs 8 drivers, from 10:00 to 14:00 5, "
        "from 14:00 to "
        "18:00 9 and from 18:00 to 22:00 4. A driver works 8 consecutive hours. What is the smallest number of "
        "drivers?",
        17.0,
    ),
    "boards to cut": (
        "A carpenter has boards of 6 m and must cut 12 pieces of 2.5 m, 20 pieces of 1.5 m and 9 pieces of 1 m from "
        "them. How many boards are needed at least?",
        12.0,
    ),
    "files on disks": (
        "Six files of sizes 4, 8, 1, 4, 2 and 1 GB have to be stored on disks with a capacity of 10 GB each. "
        "Use as few "
        "disks as possible.",
        2.0,
    ),
    "water through arcs": (
        "Pipes join the reservoir R, the towers K and L and the village V. R to K carries 30, R to L carries "
        "20, K to L "
        "10, K to V 15 and L to V 25. How much water can flow from R to V at most?",
        40.0,
    ),
    "a shortest way": (
        "The roads and their lengths in km are: Ulm - Kempten: 90, Ulm - Lindau: 120, Kempten - Lindau: 60, Kempten - "
        "Bregenz: 65, Lindau - Bregenz: 10. What is the shortest way from Ulm to Bregenz?",
        130.0,
    ),
    "titled names and bullets": (
        "Two mills supply three bakeries with flour. Mill North can deliver 50 sacks a week and Mill South 70. The "
        "bakeries Ostrow, Pila and Radom take 40, 35 and 30 sacks. A sack costs\n- from Mill North: 3 to Ostrow, 5 to "
        "Pila and 4 to Radom;\n- from Mill South: 6 to Ostrow, 2 to Pila and 5 to Radom.\n"
        "How should the flour be delivered so that the total cost is as low as possible?",
        330.0,
    ),
    "elided names and a table without a corner": (
        "A chain may rent halls in Gent, Metz and Trier. Renting one costs 90, 70 and 80 a month and each can hold 60, "
        "50 and 40 pallets. The stores in Aachen and Bonn need 45 and 35 pallets. Moving a pallet costs:\n\n"
        "| | Aachen | Bonn |\n|---|---|---|\n| Gent | 4 | 6 |\n| Metz | 5 | 7 |\n| Trier | 2 | 1 |\n\n"
        "Which halls should be rented so that rent and moving are as cheap as possible?",
        375.0,
    ),
}


@pytest.mark.parametrize("name", PROBLEMS)
def test_everyday_texts_are_read_to_their_optimum(name: str) -> None:
    text, answer = PROBLEMS[name]
    draft = OfflineFormulator().formulate(text)
    assert not [f for f in check(draft.document.formulation) if f.severity == "error"]
    solution = solve_instance(bind(draft.document.formulation, draft.document.data), Options())
    assert solution.objective == pytest.approx(answer)
    assert draft.confidence >= 0.8


@pytest.mark.parametrize(
    ("text", "sense"),
    [
        ("The bill should be as small as possible.", "minimize"),
        ("How few guards are enough?", "minimize"),
        ("so that the monthly cost of rent and fuel is minimal", "minimize"),
        ("Keep the cost of the party down.", "minimize"),
        ("Which choice brings the largest income?", "maximize"),
        ("It should carry as many guests as possible.", "maximize"),
        ("In the most efficient way, find the least total cost.", "minimize"),
        ("Each hall holds at most 40 and at least 10 people.", None),
    ],
)
def test_a_sense_is_read_from_everyday_words(text: str, sense: Sense | None) -> None:
    assert sense_of(text) == sense
