"""Facts that figures state: one unit of an owner goes with so much, or a measure is bounded."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..words.comparators import Direction
from ..words.measures import Measure
from .lines import Figure

#: What a percentage of something is measured in.
PERCENT = "percent"


@dataclass(frozen=True, slots=True)
class Fact:
    """One unit of each of ``owners`` goes with ``value`` of the measure.

    ``turn`` numbers runs of facts about the same owners; ``bare``: the figure stands without unit and noun.
    """

    owners: tuple[int, ...]
    value: float
    measure: Measure
    figure: Figure
    line: int
    turn: int
    bare: bool


@dataclass(frozen=True, slots=True)
class Limit:
    """A bound on a measure, or on the owners themselves where they are counted.

    ``lean``: above zero the words speak of a need, below of a supply. ``counted``: the figure counts the owners
    named; ``whole``: all of them together. ``each``: it holds for every owner one by one.
    """

    value: float
    direction: Direction | None
    strict: bool
    lean: int
    measure: Measure
    owners: tuple[int, ...]
    counted: bool
    whole: bool
    each: bool
    figure: Figure
    line: int
    start: int
    end: int
    fresh: bool = False


@dataclass(slots=True)
class Facts:
    facts: list[Fact] = field(default_factory=list)
    limits: list[Limit] = field(default_factory=list)
    excused: set[int] = field(default_factory=set)
    portions: list[Figure] = field(default_factory=list)
