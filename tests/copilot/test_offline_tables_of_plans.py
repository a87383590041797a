"""Tables of plans: periods, curves, routes, orders of jobs, portfolios and things had in several ways; own texts."""

from __future__ import annotations

import pytest

from copilot.formulators.offline import OfflineFormulator
from formulations.check import check
from formulations.data import bind
from solvers.dispatch import solve_instance
from solvers.solver import Options

PROBLEMS = {
    "cakes with a larder row and an order": (
        """We bake three cakes. Per cake we know:

| | flour (g) | butter (g) | oven minutes | profit |
|---|---|---|---|---|
| Sponge | 300 | 100 | 30 | $5 |
| Brownie | 200 | 180 | 25 | $6 |
| Cheesecake | 150 | 120 | 60 | $9 |
| in the larder / per day | 9000 | 6000 | 1440 | |

At least five cheesecakes have been ordered. Which numbers of cakes give the largest profit?""",
        270.0,
    ),
    "months in the columns, with setups": (
        """A plant plans four months of a cleaning agent.

Month | 1 | 2 | 3 | 4
Demand (drums) | 70 | 120 | 40 | 150
Set-up cost ($) | 300 | 300 | 350 | 350
Production cost per drum ($) | 5 | 6 | 5 | 7
Holding cost per drum kept to the next month ($) | 2 | 2 | 3 | 3
Capacity (drums) | 160 | 160 | 160 | 160

The set-up cost is paid in a month only if something is produced in it. There is no stock at the start. \
When and how much should be produced to meet all demand at the lowest total cost?""",
        3390.0,
    ),
    "parts that are made or bought": (
        """Our workshop needs 3000 housings, 2500 shafts and 1200 covers. Each may be made here or bought outside:

Part	Make ($)	Buy ($)	Hours on the lathe if made
Housing	50	61	2
Shaft	83	97	1.5
Cover	130	145	3

The lathe has 8000 hours. How many of each should be made and how many bought so that costs are lowest?""",
        541125.0,
    ),
    "gasoline blended to an octane number": (
        """A refinery mixes three components into one gasoline.

| Component | Octane number | Sulfur (%) | Cost per barrel | Available barrels |
|---|---|---|---|---|
| Reformate | 98 | 0.1 | 62 | 4000 |
| Naphtha | 70 | 0.3 | 40 | 3000 |
| Alkylate | 94 | 0.02 | 58 | 2500 |

It wants 5000 barrels with an octane number of at least 90 and not more than 0.12 % sulfur, as cheaply \
as possible.""",
        276428.571429,
    ),
    "orders on one press with penalties": (
        """One printing press, five orders. For every hour that an order is late we pay the penalty in the last \
column.

Order | Hours on the press | Due after (hours) | Penalty per hour late
1 | 4 | 5 | 3
2 | 6 | 9 | 5
3 | 3 | 8 | 2
4 | 5 | 14 | 4
5 | 2 | 6 | 6

In which order should they be printed so that the total penalty is smallest?""",
        51.0,
    ),
    "sales by a formula in words, spending in thousands": (
        """An agency splits $50,000 over three channels. The extra sales from spending x (in thousand dollars) on \
a channel are a times the square root of x:

| Channel | a |
|---|---|
| Search | 12 |
| Radio | 9 |
| Posters | 6 |

How should the budget be divided to get the most extra sales?""",
        114.236597,
    ),
    "generators with a formula over columns": (
        """Three generators together have to deliver 600 MW. The hourly cost of generator i at p MW is a + b p + c \
p^2:

Unit | a | b | c | min MW | max MW
G1 | 200 | 20 | 0.02 | 50 | 300
G2 | 150 | 22 | 0.015 | 60 | 350
G3 | 100 | 25 | 0.03 | 40 | 200

Dispatch them at the lowest cost.""",
        15925.0,
    ),
    "prices that fall with each kilo": (
        """A dairy sells two cheeses. The price falls with the amount sold:

| Cheese | Price at zero sales ($/kg) | Fall of the price per kg sold ($) | Milk per kg (liters) | Cost \
per kg ($) |
|---|---|---|---|---|
| Gouda | 20 | 0.02 | 9 | 6 |
| Edam | 16 | 0.01 | 8 | 5 |

There are 5000 liters of milk a week. Choose the weekly amounts so that profit is as high as possible.""",
        4852.751196,
    ),
    "covariances in a square, returns in the prose": (
        """Three funds have expected returns of 8 %, 12 % and 10 %. Their covariances are

| | Fund A | Fund B | Fund C |
|---|---|---|---|
| Fund A | 0.04 | 0.006 | 0.01 |
| Fund B | 0.006 | 0.09 | 0.012 |
| Fund C | 0.01 | 0.012 | 0.0625 |

Invest all the money, sell nothing short, expect at least 10 % and keep the variance of the portfolio \
as small as possible.""",
        0.027602,
    ),
    "a ratio of totals, a column that nothing asks for": (
        """A canteen buys two kinds of fish.

| | Cod | Herring |
|---|---|---|
| Protein (g per kg) | 180 | 160 |
| Fat (g per kg) | 7 | 120 |
| Price per kg | 14 | 6 |

Between 20 and 60 kg of each must be bought, 90 kg at most altogether. Maximize the ratio of total \
protein to total cost.""",
        20.625,
    ),
    "pipes with capacity and cost": (
        """Pipes of a heating network:

from | to | capacity (m3/h) | cost per m3
S | A | 20 | 3
S | B | 15 | 2
A | C | 12 | 4
A | B | 10 | 1
B | C | 15 | 3
B | D | 14 | 5
C | T | 20 | 2
D | T | 12 | 1

28 m3 an hour have to get from S to T. What does it cost at least per hour?""",
        230.0,
    ),
    "the largest flow along roads in one list": (
        """Maximum number of trucks per hour from the port (P) to the plant (F)? Roads and how many trucks an hour \
they take: P to X 40, P to Y 30, X to Y 10, X to Z 25, Y to Z 20, Y to F 15, Z to F 50.""",
        60.0,
    ),
    "two products over quarters, hours shared": (
        """Two products over three quarters:

| | Q1 | Q2 | Q3 |
|---|---|---|---|
| Demand pumps | 100 | 150 | 120 |
| Demand valves | 300 | 250 | 400 |
| Working hours available | 700 | 700 | 700 |

A pump takes 3 hours and a valve 1 hour. Keeping a pump in stock for a quarter costs $8, a valve $2. \
Nothing is in stock at the beginning. Meet all demand with the least holding cost.""",
        240.0,
    ),
    "lines that name what follows": (
        """Hi all, here are the numbers for the ceramics studio (per piece):

Piece: mug, bowl, vase
Clay (kg): 0.5, 0.9, 1.6
Glaze (ml): 40, 70, 90
Kiln slots: 1, 2, 4
Sells for ($): 12, 19, 34

We can get 300 kg of clay and 18 litres of glaze, and the kiln gives us 500 slots this month. A gallery \
wants no fewer than 20 vases. What mix brings in the most money?""",
        5596.0,
    ),
    "a compound with shares in percent": (
        """| Feed | Protein (%) | Fibre (%) | Calcium (%) | Price (EUR/t) |
|---|---|---|---|---|
| Barley | 11 | 5 | 0.1 | 180 |
| Soybean meal | 45 | 6 | 0.3 | 390 |
| Limestone | 0 | 0 | 38 | 60 |
| Wheat bran | 15 | 11 | 0.15 | 150 |

Make 20 tons of a compound with at least 18 % protein, at most 7 % fibre and between 0.8 and 1.2 % \
calcium. Cheapest recipe?""",
        4078.138512,
    ),
    "crates between towns, orders in the last row": (
        """Shipping cost per crate (euros):

from / to   Lyon   Nantes   Lille   stock
Turin        8      6        10      35
Basel        9      12       7       50
Genoa        14     9        16      40
order        45     20       30

How should the crates be shipped at least cost?""",
        740.0,
    ),
    "weeks with a first and a last stock": (
        """A brewery plans its bock beer for five weeks.

| Week | Demand (hl) | Brewing cost ($/hl) |
|---|---|---|
| 1 | 400 | 30 |
| 2 | 600 | 34 |
| 3 | 300 | 31 |
| 4 | 700 | 36 |
| 5 | 500 | 33 |

At most 550 hl can be brewed in a week. Storing one hectolitre for a week costs $1.50. At the start 100 \
hl are in store, and at the end of week 5 at least 80 hl should be left. What is the cheapest plan?""",
        81795.0,
    ),
    "castings with due dates": (
        """A single grinder must process six castings; times and due dates in hours from now:

casting	time	due
A	3	6
B	5	9
C	2	4
D	6	20
E	4	13
F	1	7

Find the order with the smallest total tardiness.""",
        5.0,
    ),
    "income by a curve for each class": (
        """Maria teaches yoga classes. Her extra income from x hours per week of a class follows a x - b x^2:

| class | a | b | most hours |
|---|---|---|---|
| Morning | 40 | 2 | 12 |
| Noon | 30 | 1 | 10 |
| Evening | 55 | 3 | 8 |

She can teach 20 hours in all. How should she split her hours to earn the most?""",
        567.613636,
    ),
    "channels in two columns, logarithms": (
        """Three advertising channels; revenue (in $1000) from spending s (in $1000) is k * ln(1 + s):

Channel, k
TV, 60
Online, 45
Print, 20

The budget is $90,000, and print must get at least $5,000. Maximize revenue.""",
        439.910851,
    ),
    "vans and money that makes them cheaper": (
        """We deliver to three regions with our own vans. For each region we choose the number of vans and how \
much to spend on route software, which lowers the cost of every van there.

| Region | Cost per van | Reduction of the cost per $200 spent |
|---|---|---|
| Hills | $900 | $15 |
| Plain | $700 | $10 |
| Coast | $800 | $12 |

Hills needs at least 6 vans, Plain at least 8, Coast at least 5. The software budget is $3,000. \
Minimize the total cost of the vans.""",
        13650.0,
    ),
    "variances in columns with each stock": (
        """| Stock | Expected return (%) | Variance with Alpha | with Beta | with Gamma |
|---|---|---|---|---|
| Alpha | 7 | 0.02 | 0.004 | 0.006 |
| Beta | 10 | 0.004 | 0.05 | 0.01 |
| Gamma | 13 | 0.006 | 0.01 | 0.09 |

Choose the shares of the three stocks (they add up to one, none negative) with the smallest variance \
and an expected return of at least 9 %.""",
        0.016316,
    ),
    "chairs whose price drops": (
        """Two chairs are sold; the price of each drops as more are sold.

Chair | price at first ($) | price drop per chair ($) | wood (kg) | cost ($)
Windsor | 120 | 0.5 | 6 | 40
Shaker | 90 | 0.3 | 4 | 30

600 kg of wood are in the yard. Find the numbers of chairs with the highest profit.""",
        5573.7,
    ),
    "links named by their ends": (
        """Links of a data network (megabits per second and cents per megabit):

| link | capacity | cost |
|---|---|---|
| 1-2 | 7 | 4 |
| 1-3 | 9 | 6 |
| 2-4 | 6 | 3 |
| 3-4 | 8 | 2 |
| 2-3 | 4 | 1 |
| 4-5 | 12 | 5 |

10 megabits per second must be routed from node 1 to node 5 as cheaply as possible.""",
        123.0,
    ),
}


@pytest.mark.parametrize("name", PROBLEMS)
def test_a_table_of_plans_is_read_to_its_optimum(name: str) -> None:
    text, optimum = PROBLEMS[name]
    draft = OfflineFormulator().formulate(text)
    assert not [finding for finding in check(draft.document.formulation) if finding.severity == "error"]
    solution = solve_instance(bind(draft.document.formulation, draft.document.data), options=Options())
    assert solution.objective == pytest.approx(optimum, rel=1e-5, abs=1e-5)
