"""Figures that change with a decision, formulas told in words, portfolios and speeds; judged by the optimum."""

from __future__ import annotations

import pytest

from copilot.formulators.offline import OfflineFormulator
from copilot.formulators.offline.textbook.changes import changes
from copilot.formulators.offline.textbook.formulas import Atom, formulas
from copilot.formulators.offline.textbook.pages import page
from formulations.data import bind
from solvers.dispatch import solve_instance
from solvers.solver import Options

CASES = {
    "boat": (
        "Our harbour tour is 40 euros a head for groups of up to 20. For bigger groups the fare goes down by 1 euro "
        "for everyone with each person above 20, and the boat takes 35 at most. What group size brings in the most "
        "money?",
        900.0,
    ),
    "van": (
        "At v km/h the van burns 2 + 0.002v^2 litres an hour. Diesel is 1.80 a litre and the driver gets 24 an hour. "
        "The trip is 300 km and the limit is 90 km/h. What speed makes the whole trip cheapest?",
        189.128528,
    ),
    "ads": (
        "hi Jo, rule of thumb from last year: new customers from radio = 40 times the square root of what we spend on "
        "it (in thousands), from flyers 30 times the square root. Got 25 thousand for both together. What split wins "
        "us the most customers?",
        250.0,
    ),
    "fields": (
        "There are 18 bags of fertilizer for two fields. The north field gives an extra 12 times the natural "
        "logarithm of one plus the bags put on it, the south field 8 times the natural logarithm of one plus its bags "
        "(in tons). Bags can be split. Share them out for the largest total gain.",
        46.4544118,
    ),
    "parcels": (
        "The parcels we get through in a shift are 3 times the number of sorters times the number of packers. A "
        "sorter costs 90 a shift and a packer 120, and there's 2160 to spend on the shift. How many of each should we "
        "put on so that as many parcels as possible go through?",
        324.0,
    ),
    "funds": (
        "I want to put my savings into a stock fund and a bond fund. The stock fund returns 9% a year on average with "
        "a standard deviation of 15%, the bond fund 6% with a standard deviation of 10%; their correlation is 0.2. "
        "What shares give at least a 7% return at the smallest variance?",
        0.00827777778,
    ),
    "three_assets": (
        "Shares, bonds and gold: how should I divide my money? The variances of their returns are 0.04, 0.01 and "
        "0.09. Shares and bonds have a covariance of 0.005, shares and gold one of -0.01, and bonds and gold don't "
        "move together at all. The portfolio should swing as little as possible, i.e. minimize its variance.",
        0.00823899371,
    ),
    "overtime": (
        "We need 30 hours of overtime in all from the press room and the bindery. Overtime gets dearer the more of it "
        "there is: h hours in the press room cost h squared euros, and in the bindery twice h squared. How do I split "
        "the hours to pay the least?",
        600.0,
    ),
    "bakery": (
        "A bakery bakes loaves and cakes. A loaf earns 2 euros. A cake earns 15 euros less 10 cents for each cake "
        "baked that day, since the street only wants so many. A loaf needs 0.2 oven hours and a cake half an hour, "
        "and there are 60 oven hours. At least 50 loaves have to be there for the regulars. What should be baked to "
        "earn the most?",
        850.0,
    ),
    "cinema": (
        "A little cinema sells 300 tickets a night at 8 dollars. Each 50 cents on the price keeps 10 people away, and "
        "everyone who comes also leaves 2 dollars at the snack bar. What should a ticket cost so that the evening "
        "takes in the most?",
        3125.0,
    ),
    "flats": (
        "A landlord lets all of his 60 flats at 500 a month. Whenever he asks 25 more, one of them stays empty. A "
        "flat that is let costs him 50 a month in repairs. What rent earns him the most?",
        38025.0,
    ),
    "lamps": (
        "We go through 1,200 lamps a year, at an even pace. Every time we reorder it costs us 48 dollars whatever the "
        "amount, and a lamp that lies on the shelf costs 2 dollars a year. How many lamps should we reorder at a time "
        "so the yearly cost is smallest?",
        480.0,
    ),
    "honey": (
        "Beehives: we have 24 on the meadow and every one gives 36 kg. Any further hive means that each of them all "
        "gives 1 kg less. How many hives should stand there for the most honey?",
        900.0,
    ),
    "gym": (
        "With a monthly fee of 50 euros the gym has 400 members. Market research says that 10 members quit for every "
        "euro the fee rises. A member costs the gym 12 euros a month. Which fee yields the highest monthly profit?",
        15210.0,
    ),
    "press": (
        "A workshop's daily output in chairs equals 2 times the number of carpenters times the number of machines. "
        "Carpenters cost 150 a day, machines 100 a day, and the daily budget is 1200. What is the largest output?",
        48.0,
    ),
    "batch": (
        "A clinic uses 3,600 syringes a year, evenly. An order costs 50 dollars to place and keeping one syringe in "
        "stock for a year costs 0.40. What order size makes ordering plus storage cheapest, and what does it come to?",
        379.473319,
    ),
    "kennel": (
        "Need a kennel of 54 square metres fenced off into 2 equal pens by one inner fence parallel to a side. What's "
        "the shortest total length of fence?",
        35.9999999,
    ),
    "funds2": (
        "A pensioner splits $50,000 between a growth fund and an income fund. The growth fund has an expected return "
        "of 10% and a standard deviation of 20%; the income fund has 5% and 8%. The correlation is -0.1. She wants an "
        "expected return of at least 7%. Minimize the variance.",
        19840000.0,
    ),
    "island": (
        "A cable has to go from a station on the shore to an island 3 km off the coast, whose nearest point on the "
        "coast is 8 km along the shore from the station. Laying it under water costs 5,000 per km, on land 3,000 per "
        "km. Least cost?",
        36000.0,
    ),
    "cruise": (
        "Fuel for the ship costs, per hour, 0.5 times the square of the speed in knots; everything else costs 200 an "
        "hour. The voyage is 600 nautical miles. At what speed is the voyage cheapest?",
        12000.0,
    ),
    "adsqrt": (
        "A shop has 8,000 euros for newspaper and internet ads. Spending x euros on newspapers brings in 500 times "
        "the square root of x, and y euros on the internet 300 times the square root of y. Best split?",
        52153.6192,
    ),
    "fert": (
        "On plot A the yield rises by 20 ln(1 + a) sacks when a bags of manure are used, on plot B by 15 ln(1 + b) "
        "sacks with b bags. 12 bags are available. What's the biggest extra yield?",
        68.4652224,
    ),
    "avgcost": (
        "The total cost of making q pumps is 3q^2 + 20q + 1200 euros. For which q is the average cost per pump lowest "
        "and what is it?",
        140.0,
    ),
    "trucks": (
        "The haulier can take small lorries carrying 6 tons for 300 euros a day and large lorries carrying 15 tons "
        "for 600 euros a day. There are 4 large ones and 10 small ones. At least 70 tons must be moved. Which mix has "
        "the lowest cost per ton carried?",
        41.6666667,
    ),
    "can": (
        "Which tin, closed at both ends, holds 500 cubic cm with the least metal?",
        348.734205,
    ),
    "taxi": (
        "At 3 euros a ride the shuttle carries 500 people a day. It loses 20 riders for every 10 cents it adds to the "
        "fare. What fare gives the greatest daily income?",
        1512.0,
    ),
    "grapes": (
        "Our vineyard carries 60 vines in a plot and each gives 9 kg. If we plant more, every extra vine takes 0.1 kg "
        "off the crop of each vine. How many vines in all bring the heaviest harvest?",
        562.5,
    ),
    "lathe": (
        "The monthly profit in thousand dollars of a plant making x hundred parts is -2x^2 + 28x - 30. At most 600 "
        "parts can be made. What is the best monthly profit?",
        66.0,
    ),
    "campaign": (
        "Money for two campaigns: 60 (thousand). Television reaches 50 times the square root of the thousands spent "
        "on it, posters reach 20 times the square root of the thousands spent on them. Maximize the total reach.",
        417.133072,
    ),
    "grain": (
        "A mill grinds flour at a rate equal to 0.5 times the number of stones times the number of workers tons a "
        "day. A stone costs 40 a day, a worker 80 a day. It must grind at least 16 tons a day. What's the least daily "
        "cost?",
        640.0,
    ),
    "emission": (
        "Two power plants must deliver 100 MW together. Plant A costs 2 times the square of its output plus 10 times "
        "its output, plant B costs 3 times the square of its output. Minimize the total cost.",
        12595.0,
    ),
    "barge": (
        "A barge going at v km/h burns 0.1v^2 + 3 litres of diesel an hour. Diesel is 2 euros a litre, the crew costs "
        "90 euros an hour. The trip is 120 km. Which speed makes the trip cheapest?",
        1051.62731,
    ),
    "drum": (
        "A drum without a lid is to hold 300 litres. The sheet for the bottom costs 12 euros per square metre, that "
        "for the side 8 euros per square metre. How should it be built to be as cheap as possible?",
        18.0318013,
    ),
    "orchardfence": (
        "I want to fence in 1800 square feet along the river, no fence on the river side. The fence opposite the "
        "river costs 8 dollars a foot, the two other sides 4 dollars a foot. Cheapest way?",
        678.822502,
    ),
    "card": (
        "A birthday card with 96 square cm of picture must have a border of 1 cm at left and right and 1.5 cm above "
        "and below. What is the smallest card?",
        150.0,
    ),
    "training": (
        "A firm makes chairs and tables. The profit per unit of chairs is $50, but with training it increases by $2 "
        "for every $100 spent on training. The profit per unit of tables is $80, and it increases by $3 for every "
        "$100 spent on training. The budget for training is $1,000. At most 60 units can be made in total, and at "
        "most 40 tables can be made. Maximize the total profit.",
        5800.0,
    ),
    "rivals": (
        "A kitchen makes soup and stew. The profit per unit of soup is $5, but it decreases by $0.05 for each unit of "
        "stew made. The profit per unit of stew is $7. The kitchen can make at most 100 units in total and at most 60 "
        "units of stew. Maximize the total profit.",
        500.0,
    ),
}


@pytest.mark.parametrize("name", sorted(CASES))
def test_a_curved_problem_in_everyday_words_is_read_to_its_optimum(name: str) -> None:
    text, value = CASES[name]
    document = OfflineFormulator().formulate(text).document
    solution = solve_instance(bind(document.formulation, document.data), Options(time_limit=20))
    assert solution.objective == pytest.approx(value, rel=1e-4)


@pytest.mark.parametrize(
    ("told", "amount", "step", "driver"),
    [
        ("The fare falls by 2 euros for each passenger above 30.", -2, None, {"passeng"}),
        ("For every $20 more, one more room stays empty.", -1, 20, set()),
        ("Each 50 cents on the price keeps 10 people away.", -10, 50, {"pric"}),
        ("A repair gets 4 dollars cheaper for every $60 spent on training.", -4, 60, {"spend", "train"}),
        ("A cake earns 15 euros less 10 cents for each cake.", -10, None, {"cak"}),
        ("10 members quit for every euro the fee rises.", -10, None, {"euro", "fee"}),
    ],
)
def test_a_change_knows_its_amount_its_step_and_what_drives_it(
    told: str, amount: float, step: float | None, driver: set[str]
) -> None:
    (found,) = changes(page(told, told))
    assert found.sign * found.amount.value == amount
    assert (found.step.value if found.step else None) == step
    assert found.driver == driver


@pytest.mark.parametrize(
    "told",
    [
        "Each chair needs 3 hours and every table takes 2 hours of more work.",
        "During each quarter the yard can build up to 40 boats.",
        "A mixture at a lower cost than 21 dollars per 100 pounds is impossible.",
    ],
)
def test_a_plain_figure_per_unit_is_no_change(told: str) -> None:
    assert not list(changes(page(told, told)))


@pytest.mark.parametrize(
    ("told", "expression"),
    [
        ("It brings 30 times the square root of x.", "30*sqrt(x)"),
        ("The profit is -3q^2 + 60q - 100.", "-3*q**2 + 60*q - 100"),
        ("Output is 3 times the number of sorters times the number of packers.", "3*sorters*packers"),
        ("It gains 12 times the natural logarithm of one plus the bags put on it.", "12*log(1 + it)"),
        ("Its strength is the width times the square of the depth.", "width*(depth)**2"),
        ("The cost is twice h squared.", "2*h**2"),
    ],
)
def test_a_formula_in_words_says_what_its_signs_say(told: str, expression: str) -> None:
    (found,) = formulas(page(told, told))

    def said(part: object) -> str:
        if isinstance(part, Atom):
            return part.letter or part.noun or "it"
        return part if isinstance(part, str) else f"{part.value:g}"  # type: ignore[attr-defined]

    assert "".join(map(said, found.parts)) == expression
