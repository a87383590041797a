"""Tables of things by attributes in many layouts, with the prose around them: own texts to their optimum."""

from __future__ import annotations

import pytest

from copilot.formulators.offline import OfflineFormulator
from copilot.formulators.offline.words.cleaning import clean
from copilot.formulators.offline.words.layouts import piped
from copilot.formulators.offline.words.tables import tables
from formulations.check import check
from formulations.data import bind
from solvers.dispatch import solve_instance
from solvers.solver import Options

PROBLEMS = {
    "both ends of a range are of one thing": (
        """| Sweet | Profit per kg ($) | Sugar per kg |
|---|---|---|
| Fudge | 6 | 2 |
| Toffee | 4 | 1 |

There are 50 units of sugar. The shop makes at least 5 kg of Fudge and no more than 12 kg, and at most 20 kg of Toffee.
Maximize the profit.""",
        6 * 12 + 4 * 20,
    ),
    "sold at a price that the prose tells, less its costs, for each surface": (
        """We minimize waste wherever we can.

| Roof | Heat (kWh/day) | Upkeep ($/day) | Area (sq.m) |
|---|---|---|---|
| North | 60 | 2 | 10 |
| South | 90 | 3 | 12 |

The price is $0.20 per kWh. Upkeep may take at most $30 a day. Choose the number of collectors on each roof so as to
maximize the profit per square meter.""",
        (90 * 0.2 - 3) / 12,
    ),
    "a last row of what is on hand, no outer pipes": (
        """Hi Tom, here is what we know about next week.

Item | flour (g) | sugar (g) | oven (min) | price
Scone | 80 | 20 | 2 | 1.80
Muffin | 60 | 40 | 3 | 2.40
Tart | 50 | 30 | 5 | 3.10
On hand | 24000 | 9000 | 1200 |

What should we bake to take in as much money as possible? Whole pieces only please.""",
        858.6,
    ),
    "products in the columns, what is available in the last": (
        """A workshop builds stools, benches and tables. Figures per piece:

|              | Stool | Bench | Table | Available |
|--------------|-------|-------|-------|-----------|
| Wood (board feet) | 4 | 9 | 15 | 900 |
| Labor (hours)     | 1.5 | 2 | 4 | 260 |
| Profit ($)        | 18 | 35 | 60 | |

At least 20 stools have to be made because they are promised to a school. Which production gives the highest \
profit? Fractions are fine.""",
        3740.0,
    ),
    "shares of a mixture in aligned columns": (
        """We mix chicken feed from corn, soy meal and fish meal. Composition in percent and price per kilo:

ingredient   protein   fat   fibre   $/kg
corn            9       4      3     0.22
soy meal       44       1      7     0.48
fish meal      62      10      1     1.10

The feed must hold at least 20 % protein, at least 3.5 % fat and not more than 5 % fibre. We need 1000 kg. \
Keep the cost as low as it goes.""",
        322.1409214092141,
    ),
    "budgets of years in one list and a project that needs another": (
        """The council looks at five projects. Outlays fall in three years (in million):

| Project | Year 1 | Year 2 | Year 3 | NPV |
|---|---|---|---|---|
| Bridge | 10 | 5 | 2 | 22 |
| Pool | 4 | 4 | 1 | 9 |
| Library | 3 | 6 | 3 | 12 |
| Tram | 12 | 8 | 6 | 30 |
| Park | 2 | 1 | 1 | 4 |

The budgets of the three years are 20, 15 and 9 million. A project is done wholly or not at all. The pool is \
only possible if the park is built. Choose the projects with the largest total NPV.""",
        43.0,
    ),
    "set-up costs and a column of ceilings": (
        """Three molds can be mounted on our press. If a mold is used at all in the week, mounting it costs \
the setup amount below.

| Mold | setup cost ($) | margin per part ($) | press minutes per part | max parts |
|---|---|---|---|---|
| M1 | 400 | 2.5 | 1.0 | 900 |
| M2 | 250 | 1.8 | 0.8 | 800 |
| M3 | 600 | 4.0 | 2.0 | 700 |

The press runs 2000 minutes a week. How many parts of each mold maximize margin minus setup costs?""",
        3450.0,
    ),
    "bullets with selling prices and the price of a resource": (
        """Products:
- Lamp: 2 hours of assembly, 1 kg of steel, sells for $25
- Heater: 3 hours of assembly, 2.5 kg of steel, sells for $48
- Fan: 1 hour of assembly, 1.5 kg of steel, sells for $22

Steel costs $4 per kg. We have 300 assembly hours and 240 kg of steel. No more than 90 fans can be sold. \
Maximize revenue less steel cost.""",
        3735.0,
    ),
    "a diet in aligned columns with a range": (
        """My dietician gave me this sheet (values per serving):

food      kcal  protein_g  fat_g  cost
oats       150     5         3    0.30
milk       120     8         5    0.45
beans      180    11         1    0.60
nuts       200     6        18    0.90

I need 2000 kcal and 75 g protein a day or more, and fat should stay between 40 and 70 g. At most 6 servings \
of anything. What is the cheapest day? (Parts of servings are allowed.)""",
        5.65,
    ),
    "items to choose, two of them never together": (
        """Choose what to pack for the trek, total weight at most 15 kg:

| Thing | Weight (kg) | Usefulness |
|---|---|---|
| tent | 4 | 9 |
| stove | 2.5 | 6 |
| rope | 3 | 5 |
| camera | 1.5 | 3 |
| sleeping bag | 3.5 | 10 |
| books | 2 | 1 |
| water filter | 1 | 4 |

Rope and camera are never taken together. Get the greatest usefulness.""",
        34.0,
    ),
    "shares of money with percent returns": (
        """We can put money into these funds:

Fund          return   risk score   
Alpha bonds    4 %        1
Beta shares    9 %        6
Gamma property 7 %        4
Delta cash     2 %        0

$200,000 is to be invested in full. The weighted average risk must not be above 3. At least 10 % goes to cash \
and no fund gets more than half of the money. Maximize yearly return.""",
        11800.0,
    ),
    "a LaTeX table with its stock as last row": (
        """A paint shop produces three paints. The data are

\\begin{tabular}{lccc}
\\hline
Paint & Pigment (kg) & Resin (kg) & Profit (\\$) \\\\
\\hline
Red & 0.4 & 0.8 & 6 \\\\
Green & 0.5 & 0.6 & 5 \\\\
White & 0.2 & 0.9 & 4 \\\\
\\hline
Stock & 180 & 320 & \\\\
\\hline
\\end{tabular}

per can. The amount of white must be at least the amount of red and green together. Determine the cans to \
produce for maximum profit.""",
        1919.0,
    ),
    "columns of least and most": (
        """Sales wants us to stay within these numbers for December:

| toy | min | max | labour h | plastic kg | margin € |
|---|---|---|---|---|---|
| robot | 50 | 200 | 0.5 | 0.6 | 9 |
| truck | 0 | 300 | 0.3 | 0.8 | 7 |
| doll | 80 | 250 | 0.4 | 0.3 | 6 |

Labour: 180 hours, plastic: 240 kg. Best margin?""",
        3260.0,
    ),
    "two tables that share an axis, prices in the prose": (
        """Table 1 gives processing hours, Table 2 the departments.

Table 1
| | Saw | Sand | Paint |
|---|---|---|---|
| Chair | 0.5 | 0.4 | 0.2 |
| Desk | 1.2 | 0.9 | 0.6 |
| Shelf | 0.8 | 0.5 | 0.4 |

Table 2
| Department | hours available | cost per hour |
|---|---|---|
| Saw | 160 | 20 |
| Sand | 120 | 15 |
| Paint | 90 | 18 |

Chairs sell at $60, desks at $140 and shelves at $90; material costs $15, $40 and $25 respectively. Maximize \
the profit.""",
        7762.799999999999,
    ),
    "attributes in the rows, needs in the prose": (
        """The two plants differ in what a day of running gives:

| | Plant 1 | Plant 2 |
|---|---|---|
| Grade A (tons) | 6 | 2 |
| Grade B (tons) | 2 | 2 |
| Grade C (tons) | 4 | 12 |
| Cost per day ($) | 2000 | 1600 |

Contracts call for 120 tons of grade A, 80 tons of grade B and 240 tons of grade C. For how many days should \
each plant run to fulfil the contracts at least cost?""",
        68000.0,
    ),
    "a transport with closed ways": (
        """Three quarries supply gravel to four sites. Freight in euro per ton is given below; a dash means \
the truck route is closed.

| Quarry | S1 | S2 | S3 | S4 | tons per week |
| --- | --- | --- | --- | --- | --- |
| Q1 | 3 | 7 | - | 5 | 300 |
| Q2 | 6 | 2 | 4 | - | 250 |
| Q3 | 8 | - | 3 | 6 | 200 |
| demand | 180 | 160 | 190 | 140 | |

Find the cheapest way to serve every site.""",
        2160.0,
    ),
    "comma separated figures and a pair that is ruled out": (
        """Four translators, four reports. Hours each would need:

Translator,Annual,Legal,Medical,Press
Ines,12,20,18,6
Jonas,14,16,25,8
Kara,10,22,15,7
Luis,16,18,20,5

Every translator takes exactly one report. Jonas has no clearance for the legal one. Minimize the total hours.""",
        53.0,
    ),
    "parts divided among machines by time and its price": (
        """Two machines can each make any of three parts. Minutes per part and cost per minute are as follows.

| | P1 | P2 | P3 | minutes available | $ per minute |
|---|---|---|---|---|---|
| Lathe | 3 | 5 | 4 | 2400 | 0.5 |
| Mill | 4 | 3 | 6 | 2400 | 0.7 |

Required: 300 of P1, 400 of P2, 250 of P3. Assign production so that the total machining cost is minimal.""",
        1790.0,
    ),
    "the shortest round": (
        """A van leaves the depot, calls at four shops once each and comes back. Kilometres:

| | Depot | A | B | C | D |
|---|---|---|---|---|---|
| Depot | 0 | 12 | 18 | 9 | 15 |
| A | 12 | 0 | 8 | 14 | 20 |
| B | 18 | 8 | 0 | 11 | 7 |
| C | 9 | 14 | 11 | 0 | 10 |
| D | 15 | 20 | 7 | 10 | 0 |

Find the shortest round.""",
        46.0,
    ),
    "places close enough to all": (
        """Fire stations may be built in five villages. Driving minutes between them:

| | V1 | V2 | V3 | V4 | V5 |
|---|---|---|---|---|---|
| V1 | 0 | 8 | 14 | 20 | 9 |
| V2 | 8 | 0 | 11 | 13 | 17 |
| V3 | 14 | 11 | 0 | 7 | 10 |
| V4 | 20 | 13 | 7 | 0 | 16 |
| V5 | 9 | 17 | 10 | 16 | 0 |

Each village must have a station no more than 10 minutes away. What is the smallest number of stations?""",
        2.0,
    ),
    "depots to rent with brackets in the prose": (
        """Where to put depots? Candidate sites with yearly rent and capacity: Aston (rent 500, capacity 70), \
Bly (rent 380, capacity 50), Corby (rent 450, capacity 60). Customers 1 to 4 need 20, 30, 25 and 15 pallets. \
Cost per pallet:

         C1  C2  C3  C4
Aston     4   6   9   5
Bly       7   3   4   8
Corby     6   5   3   4

Decide which depots to rent and who serves whom so that rent plus delivery is cheapest.""",
        1175.0,
    ),
    "two budgets in one sentence, either or, only together": (
        """A foundation has 900 (thousand euro) this year and 500 next year for grants:

| Grant | this year | next year | score |
|---|---|---|---|
| Choir | 120 | 60 | 5 |
| Clinic | 400 | 250 | 14 |
| School | 300 | 200 | 11 |
| Trail | 150 | 50 | 6 |
| Museum | 350 | 150 | 10 |

Each is granted in full or refused. Either the choir or the museum gets its grant, not both. The trail is \
only funded together with the school. Highest total score, please.""",
        27.0,
    ),
    "what switching on costs": (
        """Three assembly lines can be switched on for the season. Data:

| Line | switching on ($) | cost per unit ($) | capacity (units) |
|---|---|---|---|
| A | 5000 | 10 | 400 |
| B | 8000 | 8 | 700 |
| C | 3000 | 13 | 300 |

An order of 900 units must be made. Find the cheapest way.""",
        19200.0,
    ),
    "columns of most, a share of the money spent": (
        """Channel | cost of one ad | new customers per ad | most ads
online | 300 | 12 | 60
magazine | 1200 | 40 | 10
billboard | 2500 | 70 | 6

We want 900 new customers or more, at least five magazine ads, and online ads may not take more than half of \
the money spent. What is the least we have to spend?""",
        25300.0,
    ),
    "a melt with a range of percents and semicolons": (
        """We melt three scrap lots into 50 tons of bronze.

Lot; copper %; tin %; price per ton
L1; 90; 5; 4200
L2; 70; 20; 3600
L3; 85; 12; 4000

The bronze has to contain at least 80 % copper and between 9 and 13 % tin. Cheapest melt?""",
        194615.384615,
    ),
    "bullets with a star, two limits": (
        """Hi, I fly tomorrow and may take 20 kg and 60 litres. What do I take for the highest value?

* coat: 3 kg, 12 l, value 7
* boots: 2.5 kg, 8 l, value 5
* books: 5 kg, 6 l, value 6
* gifts: 6 kg, 20 l, value 11
* laptop: 2 kg, 4 l, value 9
* tent: 7 kg, 25 l, value 10""",
        38.0,
    ),
}


@pytest.mark.parametrize("name", PROBLEMS)
def test_a_table_of_things_is_read_to_its_optimum(name: str) -> None:
    text, optimum = PROBLEMS[name]
    draft = OfflineFormulator().formulate(text)
    assert not [finding for finding in check(draft.document.formulation) if finding.severity == "error"]
    instance = bind(draft.document.formulation, draft.document.data)
    solution = solve_instance(instance, options=Options())
    assert solution.objective == pytest.approx(optimum, rel=1e-4)
    assert draft.confidence > 0.6


LAYOUTS = {
    "gaps": "dish   salt   price\nsoup     3     4.5\nstew     2     6\n",
    "tabs": "dish\tsalt\tprice\nsoup\t3\t4.5\nstew\t2\t6\n",
    "commas": "dish,salt,price\nsoup,3,4.5\nstew,2,6\n",
    "slashes": "dish / salt / price\nsoup / 3 / 4.5\nstew / 2 / 6\n",
    "semicolons": "dish; salt; price\nsoup; 3; 4.5\nstew; 2; 6\n",
    "pipes without edges": "dish | salt | price\nsoup | 3 | 4.5\nstew | 2 | 6\n",
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_columns_are_found_however_they_are_parted(name: str) -> None:
    text = f"What we cook:\n\n{LAYOUTS[name]}\nThat is all, for now, of it."
    prose, found = tables(clean(text))
    assert len(prose) == len(text)
    assert [[cell.text for cell in row] for row in (found[0].header, *found[0].rows)] == [
        ["dish", "salt", "price"],
        ["soup", "3", "4.5"],
        ["stew", "2", "6"],
    ]
    assert "salt" not in prose
    assert "for now" in prose


def test_lines_under_one_that_names_the_columns_are_a_table() -> None:
    _, found = tables(clean("Plan:\nDay: Mon, Tue, Wed\nDemand: 4, 7, 9\nCapacity: 8, 8, 8\n"))
    assert [cell.text for cell in found[0].header] == ["Day", "Mon", "Tue", "Wed"]
    assert [cell.value for cell in found[0].rows[1][1:]] == [8, 8, 8]


def test_a_row_that_ends_early_keeps_its_figures() -> None:
    _, found = tables("| | a | b | stock |\n|---|---|---|---|\n| x | 1 | 2 | 9 |\n| need | 3 | 4 |\n")
    assert [cell.value for cell in found[0].rows[1][1:]] == [3, 4, None]


@pytest.mark.parametrize(
    "text",
    [
        "Dear Ann,\nthanks, as ever, for all\nyour help, your time, and the cake\n",
        "We need 20 chairs, 30 tables and 5 beds.\nA chair costs $4, a table $9, a bed $30.\nCall me.\n",
        "One line only, with 3 commas, and 4 figures",
    ],
)
def test_prose_is_not_taken_for_a_table(text: str) -> None:
    assert piped(text) == text
