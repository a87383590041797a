"""Problems with their formulations, shown to a language model before the real one."""

from __future__ import annotations

import re
from dataclasses import dataclass

#: Problems with more numbers than this are likely to come as lists and tables.
FEW_NUMBERS = 12


@dataclass(frozen=True, slots=True)
class Exemplar:
    """A problem text, its notation, and the optimal objective, which a test solves for.

    indexed: whether it shows sets and tables, which only confuse a small model about a problem without.
    """

    text: str
    notation: str
    optimum: float
    indexed: bool = False


EXEMPLARS = (
    Exemplar(
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
        indexed=True,
    ),
    Exemplar(
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
)


def exemplars_for(text: str) -> tuple[Exemplar, ...]:
    """The exemplars to show before a problem: those with sets and tables only where many numbers ask for them."""
    many = len(re.findall(r"\d+(?:[.,]\d+)*", text)) > FEW_NUMBERS
    return tuple(exemplar for exemplar in EXEMPLARS if many or not exemplar.indexed)
