"""Problems that people formulate in two ways which no rewriting of rows and columns connects."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from equivalence.corpus.change import affine, column
from equivalence.corpus.family import Sets, Values, table
from equivalence.verdict import Affine
from formulations.data import bind
from formulations.formulation import Data
from formulations.ground import ground
from formulations.notation import parse_notation
from formulations.program import Program, label

Abouts = tuple[tuple[Affine, ...], tuple[Affine, ...]]


@dataclass(frozen=True, slots=True)
class Twins:
    """Two formulations of one problem, or almost, and what both are about, given the two programs."""

    name: str
    family: str
    kind: str
    texts: tuple[str, str]
    draw: Callable[[random.Random], tuple[tuple[Sets, Values], tuple[Sets, Values]]]
    about: Callable[[Program, Program], Abouts]

    def programs(self, seed: int) -> tuple[Program, Program]:
        first, second = (
            _ground(text, sets, values)
            for text, (sets, values) in zip(self.texts, self.draw(random.Random(f"{self.name} {seed}")), strict=True)
        )
        return first, second


def _ground(text: str, sets: Sets, values: Values) -> Program:
    data = Data(sets={name: tuple(members) for name, members in sets.items()}, parameters=dict(values))
    return ground(bind(parse_notation(text).formulation, data))


CITIES = (1, 2, 3, 4)

CUT_SUBTOURS = """
set Cities
set Roads within Cities * Cities
parameter miles[Roads]
variable drive[Roads] binary
minimize distance: sum(miles[i, j]*drive[i, j] for i, j in Roads)
constraint leave for i in Cities: sum(drive[i, j] for j in Cities if i != j) == 1
constraint enter for j in Cities: sum(drive[i, j] for i in Cities if i != j) == 1
constraint no_return for i in Cities for j in Cities if i < j: drive[i, j] + drive[j, i] <= 1
"""

NUMBER_CITIES = """
set Cities
set Later within Cities
set Roads within Cities * Cities
parameter miles[Roads]
parameter count
variable drive[Roads] binary
variable place[Later] integer >= 2 <= count
minimize distance: sum(miles[i, j]*drive[i, j] for i, j in Roads)
constraint leave for i in Cities: sum(drive[i, j] for j in Cities if i != j) == 1
constraint enter for j in Cities: sum(drive[i, j] for i in Cities if i != j) == 1
constraint follow for i in Later for j in Later if i != j: place[i] - place[j] + count*drive[i, j] <= count - 1
"""

FORGET_SUBTOURS = CUT_SUBTOURS.replace("drive[i, j] + drive[j, i] <= 1", "drive[i, j] + drive[j, i] <= 2")


def _tour(rng: random.Random, *, numbered: bool) -> tuple[tuple[Sets, Values], tuple[Sets, Values]]:
    roads = tuple((i, j) for i in CITIES for j in CITIES if i != j)
    sets: Sets = {"Cities": CITIES, "Roads": roads}
    values: Values = {"miles": tuple((i, j, rng.randint(1, 9)) for i, j in roads)}
    if not numbered:
        return (sets, values), (sets, values)
    return (sets, values), ({**sets, "Later": CITIES[1:]}, {**values, "count": len(CITIES)})


def _same_roads(first: Program, second: Program) -> Abouts:
    about = tuple(column(name) for name in first.columns)
    return about, about


START_TIMES = """
set Jobs
set Pairs within Jobs * Jobs
parameter hours[Jobs]
parameter weight[Jobs]
parameter end
variable start[j in Jobs] integer >= 0 <= end - hours[j]
variable before[Pairs] binary
minimize lateness: sum(weight[j]*(start[j] + hours[j]) for j in Jobs)
constraint one for i, j in Pairs: start[j] >= start[i] + hours[i] - end*(1 - before[i, j])
constraint other for i, j in Pairs: start[i] >= start[j] + hours[j] - end*before[i, j]
"""

TIME_SLOTS = """
set Jobs
set Slots
parameter hours[Jobs]
parameter weight[Jobs]
parameter end
variable begin[Jobs, Slots] binary
minimize lateness: sum(weight[j]*(t + hours[j])*begin[j, t] for j in Jobs for t in Slots)
constraint once for j in Jobs: sum(begin[j, t] for t in Slots) == 1
constraint in_time for j in Jobs: sum((t + hours[j])*begin[j, t] for t in Slots) <= end
constraint one_at_a_time for t in Slots:
  sum(begin[j, s] for j in Jobs for s in Slots if s <= t and t < s + hours[j]) <= 1
"""

SLOTS_THAT_OVERLAP = TIME_SLOTS.replace("t < s + hours[j])", "t <= s)")


def _machine(rng: random.Random) -> tuple[tuple[Sets, Values], tuple[Sets, Values]]:
    jobs = ("a", "b", "c")
    hours = table(rng, 1, 2, jobs)
    end = sum(int(record[-1]) for record in hours)
    values: Values = {"hours": hours, "weight": table(rng, 1, 5, jobs), "end": end}
    return (
        ({"Jobs": jobs, "Pairs": (("a", "b"), ("a", "c"), ("b", "c"))}, values),
        ({"Jobs": jobs, "Slots": tuple(range(end))}, values),
    )


def _starts(first: Program, second: Program) -> Abouts:
    block = second.columns.blocks[0]
    jobs, slots = block.members
    starts = tuple(affine({label("begin", (job, slot)): Fraction(int(slot)) for slot in slots if slot}) for job in jobs)
    return tuple(column(label("start", (job,))) for job in jobs), starts


BY_PERIOD = """
set T
parameter demand[T]
parameter price[T]
parameter most
variable buy[T] >= 0 <= most
minimize cost: sum(price[t]*buy[t] for t in T)
constraint enough for t in T: sum(buy[s] for s in T if s <= t) >= sum(demand[s] for s in T if s <= t)
"""

RUNNING_TOTALS = """
set T
parameter demand[T]
parameter price[T]
parameter most
variable total[T] >= 0
minimize cost: price[1]*total[1] + sum(price[t]*(total[t] - total[t-1]) for t in T if t > 1)
constraint enough for t in T: total[t] >= sum(demand[s] for s in T if s <= t)
constraint first_room: total[1] <= most
constraint room for t in T if t > 1: 0 <= total[t] - total[t-1] <= most
"""


def _purchases(rng: random.Random) -> tuple[tuple[Sets, Values], tuple[Sets, Values]]:
    periods = (1, 2, 3)
    values: Values = {"demand": table(rng, 2, 5, periods), "price": table(rng, 2, 9, periods), "most": 8}
    return ({"T": periods}, values), ({"T": periods}, values)


def _bought(first: Program, second: Program) -> Abouts:
    totals = list(second.columns)
    steps = [affine({totals[0]: 1})]
    steps += [affine({after: 1, before: -1}) for before, after in pairwise(totals)]
    return tuple(map(column, first.columns)), tuple(steps)


TWINS = (
    Twins("running totals", "purchases", "same", (BY_PERIOD, RUNNING_TOTALS), _purchases, _bought),
    Twins(
        "tour by numbers",
        "traveling salesman",
        "same",
        (CUT_SUBTOURS, NUMBER_CITIES),
        lambda rng: _tour(rng, numbered=True),
        _same_roads,
    ),
    Twins(
        "tour without subtour cuts",
        "traveling salesman",
        "other",
        (CUT_SUBTOURS, FORGET_SUBTOURS),
        lambda rng: _tour(rng, numbered=False),
        _same_roads,
    ),
    Twins("slots for start times", "one machine", "same", (START_TIMES, TIME_SLOTS), _machine, _starts),
    Twins(
        "slots that overlap",
        "one machine",
        "other",
        (START_TIMES, SLOTS_THAT_OVERLAP),
        _machine,
        _starts,
    ),
)
