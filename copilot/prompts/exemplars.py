"""Problems with their formulations, shown to a language model before the real one, chosen by the shape of its text.

A text gets exemplars of its own shape, always the same ones in the same order, so that an endpoint which keeps what
it has read of a prompt need not read them again. Candidates of one text that are to differ are shown others.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

#: Problems with more numbers than this are likely to come as lists and tables.
FEW_NUMBERS = 12
#: Exemplars that are shown at once; more only make a small model slow.
SHOWN = 3


class Shape(Enum):
    """What a text looks like."""

    FEW = "a few things"
    TABLE = "tables and sets"
    CURVED = "nonlinear"
    CURVED_TABLE = "nonlinear, with a table"


@dataclass(frozen=True, slots=True)
class Exemplar:
    """A problem text of a shape, its notation, and the optimal objective, which a test solves for."""

    shape: Shape
    text: str
    notation: str
    optimum: float


EXEMPLARS = (
    Exemplar(
        Shape.FEW,
        text="""\
A workshop builds stools and benches. A stool takes 2 hours of carpentry and 1 hour of painting, a bench 5 hours of
carpentry and 2 hours of painting. Each week there are 120 hours of carpentry and 50 hours of painting. A stool earns
$18 and a bench $40. At least 30% of all pieces must be stools, there must be at most three times as many stools as
benches, and a contract asks for 6 benches or more. How many of each should be built to earn the most?""",
        notation="""\
# Workshop
variable stools integer >= 0 "stools built in a week"
variable benches integer >= 6 "benches built in a week, by contract 6 or more"
maximize earnings: 18*stools + 40*benches
constraint carpentry: 2*stools + 5*benches <= 120
constraint painting: stools + 2*benches <= 50
constraint stool_share: stools >= 0.3*(stools + benches)
constraint balance: stools <= 3*benches
""",
        optimum=980.0,
    ),
    Exemplar(
        Shape.FEW,
        text="""\
A stable mixes feed from oats, hay and molasses, which cost 0.32, 0.20 and 0.45 dollars per kg. One kg of oats holds
110 g of protein and 100 g of fiber, hay 60 g and 320 g, molasses 40 g and 5 g. A horse needs 900 g of protein and
2400 g of fiber a day, and molasses may be at most 5% of the weight of the mix. Find the cheapest daily feed.""",
        notation="""\
# Feed
variable oats >= 0 in kg
variable hay >= 0 in kg
variable molasses >= 0 in kg
minimize cost: 0.32*oats + 0.20*hay + 0.45*molasses
constraint protein: 110*oats + 60*hay + 40*molasses >= 900
constraint fiber: 100*oats + 320*hay + 5*molasses >= 2400
constraint little_molasses: molasses <= 0.05*(oats + hay + molasses)
""",
        optimum=2.769863,
    ),
    Exemplar(
        Shape.FEW,
        text="""\
A ferry company moves 900 passengers a day by launches and hovercraft. A launch carries 45 passengers and burns 70
liters of diesel a trip, a hovercraft carries 60 and burns 130 liters. The jetty takes at most 12 launch trips. At most
60% of the trips may be made by hovercraft, and at least 4 must be. Which numbers of trips burn the least diesel?""",
        notation="""\
# Ferry
variable launches integer >= 0 "trips by launch"
variable hovercraft integer >= 0 "trips by hovercraft"
minimize diesel: 70*launches + 130*hovercraft
constraint passengers: 45*launches + 60*hovercraft >= 900
constraint jetty: launches <= 12
constraint hovercraft_share: hovercraft <= 0.6*(launches + hovercraft)
constraint some_hovercraft: hovercraft >= 4
""",
        optimum=1620.0,
    ),
    Exemplar(
        Shape.FEW,
        text="""\
An heir puts 80,000 dollars into bonds at 4%, a fund at 7% and a vineyard at 9%. No more than a quarter of the money
may go into the vineyard, the fund must get no more than twice what the bonds get, and at least 10,000 must be in bonds.
Which amounts bring the highest yearly interest?""",
        notation="""\
# Inheritance
variable bonds >= 10000 in USD
variable fund >= 0 in USD
variable vineyard >= 0 in USD
maximize interest: 0.04*bonds + 0.07*fund + 0.09*vineyard
constraint money: bonds + fund + vineyard <= 80000
constraint vineyard_share: vineyard <= 0.25*80000
constraint fund_limit: fund <= 2*bonds
""",
        optimum=5400.0,
    ),
    Exemplar(
        Shape.TABLE,
        text="""\
Two kilns can be fired up for a week, the old one for 400 and the new one for 900 (fixed cost). They supply brick to
sites A, B and C, which need 30, 45 and 25 loads. The old kiln makes at most 60 loads, the new one 110. Sending a load
from the old kiln costs 4, 6 and 9 to A, B and C, from the new one 5, 3 and 4. Which kilns run, and who supplies whom,
at the least total cost?""",
        notation="""\
# Kilns
set Kiln
set Site
parameter fixed_cost[Kiln]
parameter capacity[Kiln] in load
parameter demand[Site] in load
parameter freight[Kiln, Site]
variable fire[Kiln] binary "whether the kiln runs"
variable send[Kiln, Site] >= 0 in load
minimize total_cost: sum(fixed_cost[k]*fire[k] + sum(freight[k, s]*send[k, s] for s in Site) for k in Kiln)
constraint supply for k in Kiln: sum(send[k, s] for s in Site) <= capacity[k]*fire[k]
constraint served for s in Site: sum(send[k, s] for k in Kiln) == demand[s]
data
set Kiln = old, new
set Site = A, B, C
parameter fixed_cost = old: 400, new: 900
parameter capacity = old: 60, new: 110
parameter demand = A: 30, B: 45, C: 25
parameter freight:
       A  B  C
  old  4  6  9
  new  5  3  4
""",
        optimum=1285.0,
    ),
    Exemplar(
        Shape.TABLE,
        text="""\
A dairy makes three cheeses from milk and labor, as the table shows. It has 2,000 liters of milk and 150 hours of labor,
must make at least 20 wheels of Alpine, and no more than 60 wheels of any one cheese. What should it make?

| Cheese | Profit ($ per wheel) | Milk (liters) | Labor (hours) |
|---|---|---|---|
| Alpine | 21 | 18 | 1.5 |
| Blue | 30 | 24 | 2 |
| Goat | 26 | 15 | 2.5 |""",
        notation="""\
# Dairy
variable alpine integer >= 20 <= 60 "wheels of Alpine"
variable blue integer >= 0 <= 60 "wheels of Blue"
variable goat integer >= 0 <= 60 "wheels of Goat"
maximize profit: 21*alpine + 30*blue + 26*goat
constraint milk: 18*alpine + 24*blue + 15*goat <= 2000
constraint labor: 1.5*alpine + 2*blue + 2.5*goat <= 150
""",
        optimum=2220.0,
    ),
    Exemplar(
        Shape.CURVED,
        text="""\
A closed cylindrical drum must hold 2 cubic meters. The sheet for the side costs 30 euros per square meter, the
thicker one for the two ends 48. The radius may be between 0.2 m and 1 m. Which radius and height make the drum
cheapest?""",
        notation="""\
# Drum
variable radius >= 0.2 <= 1 in m
variable height >= 0 in m
minimize cost: 30*2*3.14159265*radius*height + 48*2*3.14159265*radius**2
constraint volume: 3.14159265*radius**2*height == 2
""",
        optimum=308.339471,
    ),
    Exemplar(
        Shape.CURVED,
        text="""\
At a fee of 24 dollars a climbing hall sells 150 day tickets. For every dollar that the fee is raised, 5 tickets fewer
are sold; each visitor costs the hall 4 dollars. Which fee brings the greatest daily profit?""",
        notation="""\
# Climbing hall
variable raise_by integer "dollars added to the fee"
maximize profit: (24 + raise_by - 4)*(150 - 5*raise_by)
constraint tickets_not_negative: 150 - 5*raise_by >= 0
constraint fee_not_negative: 24 + raise_by >= 0
""",
        optimum=3125.0,
    ),
    Exemplar(
        Shape.CURVED,
        text="""\
A pump station is to stand where the sum of the distances to three wells at (0, 0), (6, 0) and (2, 5) is least. Where
should it be?""",
        notation="""\
# Pump station
variable x
variable y
minimize distance: sqrt(x**2 + y**2) + sqrt((x - 6)**2 + y**2) + sqrt((x - 2)**2 + (y - 5)**2)
""",
        optimum=10.245073,
    ),
    Exemplar(
        Shape.CURVED_TABLE,
        text="""\
A nursery grows roses, lilies and ferns; profit, water and bench hours of a pot are in the table. The profit of a pot
falls with the number grown: by 0.01 dollars for every rose, 0.02 for every lily, 0.005 for every fern. There are 4,000
liters of water and 600 bench hours, and at least 50 ferns must be grown. Maximize the total profit.

| Plant | Profit ($) | Water (liters) | Bench (hours) |
|---|---|---|---|
| Rose | 9 | 8 | 1 |
| Lily | 12 | 10 | 2 |
| Fern | 5 | 3 | 0.5 |""",
        notation="""\
# Nursery
variable roses integer >= 0
variable lilies integer >= 0
variable ferns integer >= 50
maximize profit: (9 - 0.01*roses)*roses + (12 - 0.02*lilies)*lilies + (5 - 0.005*ferns)*ferns
constraint water: 8*roses + 10*lilies + 3*ferns <= 4000
constraint bench: roses + 2*lilies + 0.5*ferns <= 600
""",
        optimum=3675.0,
    ),
    Exemplar(
        Shape.CURVED_TABLE,
        text="""\
A studio makes three kinds of lamps. It wants the highest profit per hour of work: (total price - total material cost)
divided by the total hours. It must make at least 5 lamps of each kind and at least 40 in all, has $2,500 for material
and at most 120 hours.

| Lamp | Price | Material | Hours |
|------|-------|----------|-------|
| Desk | $60 | $25 | 2 |
| Floor | $95 | $50 | 3 |
| Wall | $48 | $20 | 1.5 |""",
        notation="""\
# Lamps
variable desk integer >= 5
variable floor integer >= 5
variable wall integer >= 5
maximize profit_per_hour: (60*desk + 95*floor + 48*wall - 25*desk - 50*floor - 20*wall)/(2*desk + 3*floor + 1.5*wall)
constraint number: desk + floor + wall >= 40
constraint material: 25*desk + 50*floor + 20*wall <= 2500
constraint hours: 2*desk + 3*floor + 1.5*wall <= 120
""",
        optimum=18.108787,
    ),
)

#: Shapes in the order in which they lend exemplars to one another.
_KIN: dict[Shape, tuple[Shape, ...]] = {
    Shape.FEW: (Shape.FEW,),
    Shape.TABLE: (Shape.TABLE, Shape.FEW),
    Shape.CURVED: (Shape.CURVED, Shape.CURVED_TABLE),
    Shape.CURVED_TABLE: (Shape.CURVED_TABLE, Shape.CURVED),
}
_CURVED = re.compile(
    r"\b(?:area|volume|radius|diameter|circ\w+|cylind\w+|rectang\w+|triang\w+|perimeter|fenc\w+|squared?|cubed?|cubic|"
    r"square root|distances?|nearest|coordinates?|elasticity|diminishing|nonlinear|quadratic\w*|product of|ratio of|"
    r"per unit (?:of )?(?:time|cost)|divided by|efficiency|variance|exponent\w*|logarithm\w*|"
    r"(?:is|are) (?:raised|lowered|increased|decreased|reduced|cut)|"
    r"(?:falls|drops|decreases|increases|rises|reduces|reduced|raised) (?:by|with)|"
    r"for (?:each|every) (?:additional|extra|further))\b",
    re.IGNORECASE,
)  # fmt: skip
_TABULAR = re.compile(r"^[^\n|]*\|[^\n]*\|", re.MULTILINE)


def shape_of(text: str) -> Shape:
    """What a problem text looks like: whether it has a table or many numbers, and words of curved quantities."""
    tabular = bool(_TABULAR.search(text)) or "\\begin{tab" in text
    if _CURVED.search(text):
        return Shape.CURVED_TABLE if tabular else Shape.CURVED
    many = len(re.findall(r"\d+(?:[.,]\d+)*", text)) > FEW_NUMBERS
    return Shape.TABLE if tabular or many else Shape.FEW


def exemplars_for(text: str, variant: int = 0) -> tuple[Exemplar, ...]:
    """The exemplars to show before a problem; another ``variant`` shows others of the same and kindred shapes."""
    return _chosen(shape_of(text), variant)


def exemplars_with_sets() -> tuple[Exemplar, ...]:
    """Exemplars for problems whose data come in tables of their own."""
    return _chosen(Shape.TABLE, 0)


def _chosen(shape: Shape, variant: int) -> tuple[Exemplar, ...]:
    found: list[Exemplar] = []
    for kin in _KIN[shape]:
        found += _turned([exemplar for exemplar in EXEMPLARS if exemplar.shape is kin], variant)
    return tuple(found[:SHOWN])


def _turned(exemplars: Sequence[Exemplar], by: int) -> list[Exemplar]:
    """The same exemplars, beginning with another one."""
    start = by % len(exemplars)
    return [*exemplars[start:], *exemplars[:start]]
