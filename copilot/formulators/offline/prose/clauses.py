"""What sentences say, one typed clause for each statement; entities are numbered as in Decisions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ..words.comparators import Direction
from ..words.measures import Measure


@dataclass(frozen=True, slots=True)
class Place:
    """Characters ``text[start:end]``."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Coefficient:
    """One unit of the entity goes with ``value`` of the measure: "each chair takes 3 hours of labor"."""

    entity: int
    value: float
    measure: Measure
    place: Place
    percent: bool = False


@dataclass(frozen=True, slots=True)
class Limit:
    """A total that is bounded: "120 hours of labor are available".

    ``subject`` holds the entities that the sentence names as what is limited, each with its factor; it serves
    when no measure of the text fits. ``allotted``: the sentence hands all of it out ("divides 90 hours among ...").
    """

    direction: Direction
    strict: bool
    value: float
    measure: Measure
    place: Place
    subject: tuple[tuple[int, float], ...] = ()
    percent: bool = False
    named: bool = False
    shared: bool = False
    total: bool = False
    each: bool = False
    allotted: bool = False


RelationKind = Literal["bound", "ratio", "share", "linear", "order"]


@dataclass(frozen=True, slots=True)
class Relation:
    """``sum(factor * entity) direction constant``, read in full from one clause.

    For a share, ``terms`` is the part and ``share`` its fraction of the sum of ``whole`` (of everything if empty).
    ``apart``: the form is a difference between two things, which may be meant either way round.
    """

    kind: RelationKind
    terms: tuple[tuple[int, float], ...]
    direction: Direction
    strict: bool
    constant: float
    place: Place
    share: float = 0.0
    whole: tuple[int, ...] = ()
    apart: bool = False


@dataclass(frozen=True, slots=True)
class Goal:
    """What is to be made large or small; ``subject`` names entities that the phrase mentions.

    ``over`` is the denominator where a ratio is the objective: "profit per hour of labor".
    """

    sense: Literal["minimize", "maximize"]
    measure: Measure
    place: Place
    subject: tuple[int, ...] = ()
    everything: bool = False
    words: str = ""
    strength: int = 0
    counted: bool = False
    over: Goal | None = None


Clause = Coefficient | Limit | Relation
