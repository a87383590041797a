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
    "months with overtime": (
        """Regular and overtime production of pumps:

| | Jan | Feb | Mar |
|---|---|---|---|
| Demand | 150 | 200 | 260 |
| Regular capacity | 180 | 180 | 180 |
| Overtime capacity | 40 | 40 | 40 |

A pump costs $50 in regular time and $65 in overtime. Storing a pump for a month costs $3. Meet the \
demand at minimum cost.""",
        31760.0,
    ),
    "coffees with mean qualities in lines": (
        """Blending of three coffees. Quality figures and prices:

Origin: Brazil, Kenya, Vietnam
Acidity: 4, 9, 2
Body: 7, 5, 8
Price per kg: 5.2, 9.5, 3.1

The blend should have an average acidity of at least 5 and an average body of at least 6; Vietnam may \
be at most 30 % of it. 400 kg are wanted. What does the cheapest blend look like?""",
        2378.4,
    ),
    "lots with a first stock told by its date": (
        """Lot sizing for a filter:

| Month | Orders | Setup ($) | Unit cost ($) | Holding ($/unit) |
|---|---|---|---|---|
| Jan | 80 | 400 | 12 | 1 |
| Feb | 60 | 400 | 12 | 1 |
| Mar | 110 | 500 | 13 | 1 |
| Apr | 90 | 500 | 13 | 1 |
| May | 70 | 400 | 14 | 1 |

20 filters are in stock on January 1. In which months should a lot be produced, and how large, so that \
all orders are met on time at the least total cost?""",
        5910.0,
    ),
    "frames divided among centres": (
        """Our three cutting centres can make two frames:

| Centre | Frame X (min) | Frame Y (min) | Cost per minute ($) | Minutes available |
|---|---|---|---|---|
| K1 | 8 | 10 | 0.5 | 4800 |
| K2 | 6 | 12 | 0.7 | 4000 |
| K3 | 9 | 7 | 0.6 | 4200 |

600 frames X and 500 frames Y have to be delivered. Divide the work so that machining costs are minimal.""",
        4500.0,
    ),
    "jobs weighted by their worth": (
        """One lathe, five jobs waiting.

| Job | Time (h) | Weight |
|---|---|---|
| P | 6 | 2 |
| Q | 3 | 5 |
| R | 8 | 1 |
| S | 2 | 3 |
| T | 4 | 4 |

Schedule them so that the weighted sum of completion times is as small as possible.""",
        119.0,
    ),
    "warehouses without an aim told": (
        """Warehouses to choose from. Handling costs per unit depend on the customer:

| | K1 | K2 | K3 | annual fixed cost |
|---|---|---|---|---|
| Ulm | 3 | 5 | 6 | 800 |
| Aalen | 4 | 2 | 7 | 700 |
| Kempten | 6 | 6 | 2 | 900 |
| demand | 120 | 150 | 100 | |

There is no limit on what a warehouse can handle. Which ones should run?""",
        2180.0,
    ),
    "mains named by their ends": (
        """Water is to be pumped from A to G through these mains:

main;capacity (l/s)
A-B;30
A-C;25
B-D;18
B-E;14
C-E;22
D-G;20
E-F;17
E-G;12
F-G;15

How many litres per second can reach G at most?""",
        45.0,
    ),
    "the quickest way in a list with commas": (
        """Travel times in minutes between road junctions:

from,to,minutes
H,K,7
H,L,12
K,L,4
K,M,15
L,M,6
M,N,9
L,N,18

Which is the quickest way from H to N?""",
        26.0,
    ),
    "wells with subscripts in a formula": (
        """Three wells feed the town. Pumping q m3/h from well w costs c_w q + d_w q^2 dollars an hour:

| well | c | d | max q |
|---|---|---|---|
| East | 1.2 | 0.004 | 150 |
| Hill | 0.8 | 0.010 | 120 |
| Lake | 1.5 | 0.002 | 200 |

320 m3/h are required. Find the cheapest split.""",
        534.191176,
    ),
    "lamps and advertising": (
        """We sell lamps and shades and can advertise each.

| Product | Profit per piece | Increase in profit per piece per $1,000 of advertising | Wood (kg) |
|---|---|---|---|
| Lamp | $20 | $0.5 | 3 |
| Shade | $12 | $0.4 | 1 |

We decide how many of each to make and how much to spend on advertising each. The advertising budget is \
$10,000; 900 kg of wood are there; at most 500 shades can be sold. Maximize total profit.""",
        10660.0,
    ),
    "tools made or subcontracted": (
        """For every tool we can produce it ourselves or subcontract it:

| Tool | Demand | In-house cost | Subcontract cost | Machining hours (in-house) |
|---|---|---|---|---|
| Drill | 400 | $18 | $25 | 0.5 |
| Reamer | 300 | $22 | $30 | 0.8 |
| Tap | 500 | $15 | $19 | 0.4 |

Only 450 machining hours are free. How can the demand be met most cheaply?""",
        23200.0,
    ),
    "a diet with needs in the last column": (
        """Diet for the llamas. Per kg of each feed:

| | Hay | Oats | Carrots | needed per day |
|---|---|---|---|---|
| Energy (MJ) | 8 | 12 | 2 | at least 60 |
| Protein (g) | 90 | 120 | 10 | at least 500 |
| Fibre (g) | 300 | 100 | 30 | at most 1800 |
| Price ($) | 0.3 | 0.5 | 0.2 | |

No more than 2 kg of carrots a day. Cheapest ration?""",
        2.314286,
    ),
    "toys, one for every two": (
        """Weekly plan for a toy maker.

| Resource | Train | Puzzle | Doll | Limit |
|---|---|---|---|---|
| Plastic (kg) | 0.6 | 0.1 | 0.3 | 500 |
| Paint (l) | 0.05 | 0.02 | 0.04 | 40 |
| Packing (min) | 2 | 1 | 1.5 | 2100 |

Profits are $7 for a train, $2.50 for a puzzle and $4 for a doll. For every two trains at least one \
doll has to be made. Find the most profitable plan in whole toys.""",
        5142.5,
    ),
    "bottles from plants in lines": (
        """Oxygen bottles are to be sent from 2 plants to 3 hospitals. Costs per bottle:

Plant P: 3 to St. Anna, 5 to Central, 8 to West
Plant Q: 6 to St. Anna, 4 to Central, 3 to West

Plant P makes 200 bottles a day, plant Q 250. St. Anna needs 130, Central 170, West 140. Minimise \
transport cost.""",
        1550.0,
    ),
    "an alloy with a range of copper": (
        """A foundry mixes scrap into 500 kg of alloy.

| Scrap | Copper % | Zinc % | $/kg |
|---|---|---|---|
| S1 | 85 | 10 | 6.1 |
| S2 | 60 | 38 | 4.0 |
| S3 | 70 | 25 | 4.9 |

The alloy needs 65 to 72 % copper and at most 30 % zinc. Find the cheapest mixture.""",
        2276.923077,
    ),
    "lines with fixed costs and capacities": (
        """Fixed costs of running a line and what it yields:

| Line | Fixed cost per week | Cost per unit | Capacity (units) |
|---|---|---|---|
| A | 1200 | 5 | 600 |
| B | 800 | 6.5 | 400 |
| C | 500 | 8 | 300 |

850 units must be made next week. Which lines should run and with how many units for the least total \
cost?""",
        6625.0,
    ),
    "fuel by a formula with Greek letters": (
        """Two power plants burn coal. Fuel used per hour at output p (MW): alpha + beta p + gamma p^2 (in tons).

Plant	alpha	beta	gamma	Pmax
East	2	0.3	0.001	200
West	3	0.25	0.002	150

Together they must deliver 280 MW. Minimize the fuel.""",
        136.391667,
    ),
    "tons for each liter": (
        """A fleet owner chooses among three lorries.

| Lorry | Load (tons) | Fuel per trip (l) | Driver hours |
|---|---|---|---|
| Small | 4 | 25 | 3 |
| Medium | 9 | 45 | 4 |
| Large | 16 | 85 | 5 |

At least 3 trips with each lorry are planned, at most 20 trips in total, and 80 driver hours can be \
used. Maximize the tons carried per litre of fuel.""",
        0.19375,
    ),
    "as few late orders as can be": (
        """One kiln fires the orders one after another. Firing times and deadlines in hours:

| Order | Firing | Deadline |
|---|---|---|
| tiles | 8 | 10 |
| mugs | 5 | 9 |
| bricks | 12 | 30 |
| vases | 6 | 16 |
| pots | 4 | 24 |

Sequence them so that the number of late orders is as small as possible.""",
        1.0,
    ),
    "units rented or bought": (
        """Cooling units: rent or buy? For each site some units are needed next summer.

| Site | Units needed | Rent ($) | Buy ($) |
|---|---|---|---|
| Mall | 12 | 900 | 1300 |
| Clinic | 8 | 950 | 1250 |
| School | 5 | 1000 | 1400 |

Only 15 units can be rented altogether. Minimize total cost.""",
        26600.0,
    ),
    "profits that fall with each batch": (
        """Profit per batch of each soap depends on the batches made: the first column minus the second column \
times the number of batches.

| Soap | Profit per batch at the start | Decrease of the profit for each further batch | Oil per batch \
(l) |
|---|---|---|---|
| Rose | 90 | 1.5 | 10 |
| Lime | 70 | 0.8 | 7 |

300 litres of oil can be used. How many batches of each yield the largest profit?""",
        2136.0,
    ),
}


@pytest.mark.parametrize("name", PROBLEMS)
def test_a_table_of_plans_is_read_to_its_optimum(name: str) -> None:
    text, optimum = PROBLEMS[name]
    draft = OfflineFormulator().formulate(text)
    assert not [finding for finding in check(draft.document.formulation) if finding.severity == "error"]
    solution = solve_instance(bind(draft.document.formulation, draft.document.data), options=Options())
    assert solution.objective == pytest.approx(optimum, rel=1e-5, abs=1e-5)
