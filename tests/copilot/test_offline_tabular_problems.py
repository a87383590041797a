"""Problems whose numbers come as tables, matrices, lists or records: own texts to their optimum."""

from __future__ import annotations

from pathlib import Path

import pytest

from copilot.formulators.draft import Draft
from copilot.formulators.offline import OfflineFormulator
from formulations.check import check
from formulations.data import bind
from formulations.notation import parse_notation, write_notation
from solvers.dispatch import solve_instance
from solvers.solver import Options

GALLERY = Path(__file__).parents[2] / "assets" / "gallery"

PROBLEMS = {
    "a round trip": (
        "A postman must visit four villages, called Village 1 to Village 4, each exactly once, and return to where he "
        "began. The distances are:\n"
        "- From Village 1, it is 3 km to Village 2, 9 km to Village 3, and 4 km to Village 4.\n"
        "- From Village 2, it is 3 km to Village 1, 2 km to Village 3, and 8 km to Village 4.\n"
        "- From Village 3, it is 9 km to Village 1, 2 km to Village 2, and 5 km to Village 4.\n"
        "- Lastly, from Village 4, it is 4 km to Village 1, 8 km to Village 2, and 5 km to Village 3.\n\n"
        "What is the shortest total distance?",
        14.0,
    ),
    "a round trip with letters, each way once": (
        "A van calls at depots A, B, C and D, visits each only once and comes back in a loop; find the lowest cost. "
        "The cost from Depot A to B is 10, to C is 15, and to D is 20. From Depot B, the cost is 35 to C and 25 to D. "
        "From Depot C, it costs 30 to get to D.",
        80.0,
    ),
    "the largest flow": (
        "Oil is pumped from Tank 0 (the field) to Tank 3 (the harbor). The pipes have these capacities, in loads:\n\n"
        "- From Tank 0 (Field): Can send oil to Tank 1 (10 loads) and Tank 2 (5 loads).\n"
        "- From Tank 1: Can send oil to Tank 2 (15 loads) and Tank 3 (4 loads).\n"
        "- From Tank 2: Can send oil to Tank 3 (9 loads).\n\n"
        "What is the maximum amount of oil that can be sent from Tank 0 to Tank 3?",
        13.0,
    ),
    "sharing between places": (
        "Three libraries lend each other chairs. Branch 1 has 10 chairs but needs 30 chairs. Branch 2 has 40 chairs "
        "but needs 15 chairs. Branch 3 has 20 chairs and requires only 20 chairs. Moving chairs costs money:\n"
        "- From Branch 1: To Branch 2 costs 4, to Branch 3 costs 1.\n"
        "- From Branch 2: To Branch 1 costs 5, to Branch 3 costs 2.\n"
        "- From Branch 3: To Branch 1 costs 2, to Branch 2 costs 3.\n"
        "How can every branch get what it needs at the lowest cost?",
        80.0,
    ),
    "sites to open": (
        "A baker plans kilns for two towns.\n\n"
        "Opening Costs for Each Kiln:\n- Kiln 1: $500\n- Kiln 2: $300\n\n"
        "Delivery Cost Per Unit from Each Kiln:\n"
        "- From Kiln 1: $1 to Town 1, $2 to Town 2\n- From Kiln 2: $4 to Town 1, $3 to Town 2\n\n"
        "Demand of Each Town (in units):\n- Town 1: 100\n- Town 2: 100\n\n"
        "Supply Capacity of Each Kiln (in units):\n- Kiln 1: 250\n- Kiln 2: 250\n\n"
        "What is the lowest total cost to open kilns and transport bread to the towns?",
        800.0,
    ),
    "shipments out of a pipe table": (
        "Two quarries ship gravel to three building sites. The table shows the cost per load, what each quarry can "
        "supply and what each site needs. Minimize the total cost of transport.\n\n"
        "| From \\ To | Site North | Site East | Site South | Supply |\n"
        "|-----------|------------|-----------|------------|--------|\n"
        "| Quarry A  | 4          | 6         | 9          | 70     |\n"
        "| Quarry B  | 5          | 3         | 2          | 60     |\n"
        "| Demand    | 40         | 30        | 50         |        |\n",
        410.0,
    ),
    "a transport in LaTeX": (
        "Two wells supply two farms with water. Minimize the total cost of delivery.\n\n\\begin{tabular}{|l|c|c|c|}\n"
        "\\hline\nFrom / To & Farm 1 & Farm 2 & Supply \\\\\n\\hline\nWell 1 & 3 & 5 & 40 \\\\\n"
        "Well 2 & 2 & 6 & 30 \\\\\nDemand & 35 & 25 & \\\\\n\\hline\n\\end{tabular}\n",
        60 + 15 + 125.0,
    ),
    "limits of a table's rows and columns in the prose": (
        "Pupils of two districts are bused to two schools, each school with a capacity of 120 pupils. Minimize the "
        "total distance.\n\n"
        "| District | Hill School (miles) | Lake School (miles) | Number of Pupils Required |\n"
        "|----------|---------------------|---------------------|---------------------------|\n"
        "| Upper    | 1                   | 4                   | 150                       |\n"
        "| Lower    | 3                   | 2                   | 60                        |\n",
        360.0,
    ),
    "one for one": (
        "A studio assigns three cooks to three dishes, one each. The table shows the minutes. Minimize the time.\n\n"
        "| Cook \\ Dish | Soup | Roast | Cake |\n|---|---|---|---|\n| Ann | 10 | 25 | 30 |\n| Bob | 12 | 20 | 18 |\n"
        "| Cid | 15 | 22 | 16 |\n",
        46.0,
    ),
    "a diet in bullets": (
        "A stable feeds three grains. Here is what each portion gives and costs:\n\n"
        "- Barley: Offers 12 grams of protein, 70 grams of starch, and 350 calories for $2.\n"
        "- Maize: For $3, it brings a mere 9 grams of protein, 74 grams of starch, and 365 calories.\n"
        "- Beans: Packs 23 grams of protein, 60 grams of starch, and 340 calories for a single dollar.\n\n"
        "A horse needs at least 90 grams of protein, 400 grams of starch, and 2000 calories. What is the lowest cost?",
        7.0,
    ),
    "a ratio that is defined": (
        "A city plants trees of three kinds. The price per tree and the shade per tree are given in the table.\n\n"
        "| Tree  | Price per Tree | Shade per Tree |\n|-------|----------------|----------------|\n"
        "| Lime  | $40            | 30             |\n| Maple | $50            | 45             |\n"
        "| Oak   | $80            | 60             |\n\n"
        "The city has a budget of $4,000 for trees. At least 10 trees of each kind must be planted. It wants to "
        "maximize the Shade-Price ratio, which is defined as the total shade divided by the total price.",
        (300 + 450 + 600 + 46 * 45) / (400 + 500 + 800 + 46 * 50),
    ),
    "costs that grow with the square": (
        "A pottery makes two glazes. The profit per unit and the cost per unit are given in the table.\n\n"
        "| Glaze | Profit per Unit | Production Cost per Unit |\n|---|---|---|\n"
        "| Blue  | $60 | $20 + (BlueUnits^2)/100 |\n| Green | $50 | $30 + (GreenUnits^2)/100 |\n\n"
        "The pottery has a total capacity of 50 units. Its owner asks how to maximize the net profit: the "
        "profits of both glazes minus the production costs.",
        max(40 * a - a**3 / 100 + 20 * b - b**3 / 100 for a in range(51) for b in range(51 - a)),
    ),
    "takings that grow with the square, each at least once": (
        """A potter fires vases, bowls and cups in her kiln; what a load earns grows with its hours.

| Load | Earnings per Hour (factor times t^2) |
|---|---|
| Vases | 4 * a^2 |
| Bowls | 3 * b^2 |
| Cups | 2 * c^2 |

She owns 2 kilns and needs to plan the hours of each load. The total firing time must not exceed 12 hours. Each load is
fired at least once. At most 7 hours of vases, 6 hours of bowls and 5 hours of cups sell. Maximize the earnings.""",
        4 * 49 + 3 * 16 + 2 * 1,
    ),
    "space in cubic meters in the prose and in m3 in a head": (
        "A boat has room for 5 cubic meters. Choose which crates to take so that their worth is "
        "as high as possible.\n\n"
        "Crate | Space (m3) | Worth ($)\nC1 | 2.5 | 70\nC2 | 3 | 80\nC3 | 1.5 | 50\nC4 | 1 | 20\n\n"
        "C2 and C3 must not travel together.",
        140.0,
    ),
    "profits that rise beyond a number of units": (
        "A shop sells two lamps.\n\n"
        "| Lamp | Profit per Unit | Glass Used (g) |\n|---|---|---|\n"
        "| Desk | $10 (rises by $0.5 for every unit beyond 20) | 100 |\n"
        "| Floor | $14 (rises by $0.5 for every unit beyond 20) | 200 |\n\n"
        "The shop has a limited supply of 8000 g of glass. At most 60 units of Desk and 30 units of Floor can be "
        "sold. Maximize the total profit.",
        60 * (10 + 0.5 * 40) + 10 * 14.0,
    ),
    "workers in runs of days": (
        "A museum needs 6 guards on Monday, 5 on Tuesday, 6 on Wednesday, 7 on Thursday, 8 on Friday, 9 on Saturday "
        "and 4 on Sunday. Each guard works four days in a row. What is the smallest number of guards?",
        12.0,
    ),
    "neighbors that cover": (
        "A park has four huts: Fir, Elm, Ash and Yew. A lamp in a hut lights the hut itself and its neighbors. Fir "
        "neighbors Elm; Elm neighbors Fir and Ash; Ash neighbors Elm and Yew; Yew neighbors Ash. Every hut must be "
        "lit. What is the smallest number of lamps?",
        2.0,
    ),
    "sites that lie far apart": (
        "Choose exactly 2 of the 3 towers so that they are as spread out as possible: maximize the total dispersion.\n"
        "- Tower 0 and Tower 1: 12 km\n- Tower 0 and Tower 2: 19 km\n- Tower 1 and Tower 2: 8 km\n",
        19.0,
    ),
    "a plan over months with overtime": (
        "A printer plans three months. The demand is as follows: first month, 50 books; second month, 90 books; third "
        "month, 60 books. At the beginning of the first month, the printer has an inventory of 20 books. In a month, "
        "it can produce up to 55 books at a cost of $10 per book. With overtime, it can produce more books at a cost "
        "of $14 per book. At the end of each month, a storing cost of $2 per book is incurred. Minimize the total "
        "cost.",
        10 * 165 + 14 * 15 + 2 * 25,
    ),
    "loads on equal machines": (
        "Five batches take 4, 7, 3, 6 and 4 hours. They are baked in two identical ovens. How early can the busiest "
        "oven be done?",
        13.0,
    ),
    "rows of figures for names": (
        "An editor assigns three writers to three topics. The hours for sport, art and trade are 4, 9 and 7 for Ida, "
        "6, 5 and 8 for Max, and 7, 6 and 3 for Uma. Each takes one topic. Which assignment needs the least time?",
        12.0,
    ),
    "columns in brackets within a sentence": (
        "A weaver makes three kinds of cloth: linen, cotton, and wool. The table gives for each: loom time (2 hours, "
        "3 hours, 4 hours), dye used (3 liters, 1 liters, 2 liters), profit ($) (30, 28, 45). There are 120 hours of "
        "loom time and 80 liters of dye available. Maximize the profit.",
        max(
            30 * a + 28 * b + 45 * c
            for a in range(27)
            for b in range(41)
            for c in range(31)
            if 2 * a + 3 * b + 4 * c <= 120 and 3 * a + b + 2 * c <= 80
        ),
    ),
}


def draft(text: str) -> Draft:
    return OfflineFormulator().formulate(text)


def optimum(found: Draft) -> float | str:
    instance = bind(found.document.formulation, found.document.data)
    solution = solve_instance(instance, Options(time_limit=20))
    return solution.objective if solution.objective is not None else solution.termination.value


@pytest.mark.parametrize("name", PROBLEMS)
def test_a_problem_is_read_to_its_optimum(name: str) -> None:
    text, expected = PROBLEMS[name]
    assert optimum(draft(text)) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("name", PROBLEMS)
def test_a_draft_is_sound(name: str) -> None:
    """It checks without errors, survives the notation, keeps the text, and points into the text."""
    text, _ = PROBLEMS[name]
    found = draft(text)
    document = found.document
    assert [f for f in check(document.formulation, document.data) if f.severity == "error"] == []
    again = parse_notation(write_notation(document))
    assert (again.formulation, again.data) == (document.formulation, document.data)
    assert document.text == text
    assert set(found.spans) <= {element.name for element in document.formulation.elements()}
    for parameter in document.formulation.parameters:
        assert found.spans[parameter.name], parameter.name
    for spans in found.spans.values():
        assert all(0 <= span.start < span.end <= len(text) for span in spans)


@pytest.mark.parametrize(
    ("slug", "expected"),
    [
        ("transport", 7217.5),
        ("warehouses", 2280.0),
        ("furniture", 300.0),
        ("nurses", 23.0),
        ("fire-stations", 3.0),
        ("lot-sizing", 1130.0),
        ("inventory", 478000.0),
        ("machines", 14.0),
        ("assignment", 126.2),
    ],
)
def test_a_text_of_the_gallery_is_read_to_its_optimum(slug: str, expected: float) -> None:
    text = (GALLERY / f"{slug}.txt").read_text(encoding="utf-8")
    assert optimum(draft(text)) == pytest.approx(expected)
