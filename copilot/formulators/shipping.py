"""Shipments and assignments whose figures stand in attached tables: what every column is, its type and name say.

Only what leaves nothing open is read here: every table has a part, and the text adds no number of its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from copilot.formulators.doubts.audit import mentions
from copilot.formulators.doubts.mismatch import asked_sense
from copilot.formulators.draft import Draft
from copilot.formulators.offline.words.names import Names
from formulations.formulation import (
    Constraint,
    Data,
    Document,
    Formulation,
    Objective,
    Parameter,
    Sense,
    Set,
    Variable,
)

if TYPE_CHECKING:
    import pandas as pd

_SHIPS = re.compile(r"\b(?:ship|transport|deliver|suppl|send|haul|truck|rout|distribut)\w*", re.IGNORECASE)
_ASSIGNS = re.compile(r"\bassign\w*", re.IGNORECASE)
_SUPPLY = re.compile(r"supply|supplies|capacit|stock|availab|production|output", re.IGNORECASE)
_DEMAND = re.compile(r"demand|need|require|order", re.IGNORECASE)
_WORTH = re.compile(r"cost|price|distance|time|hour|minute|km|mile|rate|profit|score|value", re.IGNORECASE)
#: What a plain shipment does not have, in words of texts and columns.
_MORE = re.compile(
    r"\b(?:fixed|open(?:ed|ing)?|build|period|week|month|vehicle|truckload|batch|storage|inventory|penalt\w*|"
    r"shortage|minimum|maximum|limit\w*|except|twice|half|percent|only|forbidden|not|hub|via|depot)\b",
    re.IGNORECASE,
)
#: Names of indices in the formulations written here.
_INDICES = ("o", "d", "a", "b")
CONFIDENCE = 0.8


@dataclass(frozen=True, slots=True)
class _Pairs:
    """A figure for pairs of an origin and a destination, with the headings of both and of the figure."""

    heads: tuple[str, str]
    title: str
    figures: Mapping[tuple[str, str], float]

    def side(self, place: int) -> tuple[str, ...]:
        return tuple(dict.fromkeys(pair[place] for pair in self.figures))


@dataclass(frozen=True, slots=True)
class _Singles:
    head: str
    title: str
    figures: Mapping[str, float]


def shipping(text: str, frames: Mapping[str, pd.DataFrame], formulator: str) -> Draft | None:
    """The draft of a shipment or an assignment over the tables; None where the text or a table asks for more."""
    singles = [found for name, frame in frames.items() if (found := _singles(name, frame)) is not None]
    members = frozenset(key for single in singles for key in single.figures)
    pairs = [way for name, frame in frames.items() if (way := _pairs(name, frame, members)) is not None]
    if _counts(text) or _MORE.search(text) or len(pairs) != 1 or len(pairs) + len(singles) != len(frames):
        return None
    sense = asked_sense(text)
    if sense is None:
        return None
    if not singles and _ASSIGNS.search(text):
        return _assignment(text, pairs[0], sense[0], formulator)
    supply = [
        single for single in singles if _SUPPLY.search(single.title) and set(single.figures) == set(pairs[0].side(0))
    ]
    demand = [
        single for single in singles if _DEMAND.search(single.title) and set(single.figures) == set(pairs[0].side(1))
    ]
    if sense[0] == "minimize" and _SHIPS.search(text) and len(supply) == len(demand) == 1 and len(singles) == 2:
        return _shipment(text, pairs[0], supply[0], demand[0], formulator)
    return None


def _counts(text: str) -> bool:
    """Whether the text has a number of its own; "one" is none."""
    return any(mention.values != (1.0,) for mention in mentions(text))


def _pairs(name: str, frame: pd.DataFrame, members: frozenset[str]) -> _Pairs | None:
    """A table with two columns of members and one of numbers, or one with members at its left and along its top."""
    keys, numbers = _columns(frame)
    if len(keys) == 2 and len(numbers) == 1 and _WORTH.search(f"{numbers[0]} {name}"):
        rows = frame[[*keys, numbers[0]]].itertuples(index=False)
        figures = {(str(row[0]).strip(), str(row[1]).strip()): float(row[2]) for row in rows}
        return _Pairs((keys[0], keys[1]), numbers[0], figures) if len(figures) == len(frame) else None
    tops = [column.strip() for column in numbers]
    crossed = set(tops) <= members if members else len(tops) > 1
    if len(keys) != 1 or not tops or not crossed or frame[keys[0]].duplicated().any():
        return None
    labels = [str(label).strip() for label in frame[keys[0]]]
    grid = {
        (label, top): float(value)
        for label, row in zip(labels, frame[numbers].itertuples(index=False), strict=True)
        for top, value in zip(tops, row, strict=True)
        if value == value  # a blank: this pair does not exist
    }
    return _Pairs((keys[0], "column"), name, grid)


def _singles(name: str, frame: pd.DataFrame) -> _Singles | None:
    """A table with one column of members, each once, and one of numbers."""
    keys, numbers = _columns(frame)
    if len(keys) != 1 or len(numbers) != 1 or frame[numbers[0]].isna().any() or frame[keys[0]].duplicated().any():
        return None
    figures = {str(key).strip(): float(value) for key, value in zip(frame[keys[0]], frame[numbers[0]], strict=True)}
    return _Singles(keys[0], f"{numbers[0]} {name}", figures)


def _columns(frame: pd.DataFrame) -> tuple[list[str], list[str]]:
    """The columns of members, and those of numbers."""
    numbers = [column for column in frame.columns if frame[column].dtype.kind in "iuf"]
    return [column for column in frame.columns if column not in numbers and not frame[column].isna().any()], numbers


def _shipment(text: str, pairs: _Pairs, supply: _Singles, demand: _Singles, formulator: str) -> Draft:
    names = Names(_INDICES)
    origin, target = (names.take(single.head).capitalize() for single in (supply, demand))
    route, cost = names.take("route").capitalize(), names.take("cost" if pairs.heads[1] == "column" else pairs.title)
    have, want, ship = names.take("supply"), names.take("demand"), names.take("ship")
    formulation = Formulation(
        sets=(Set(name=origin), Set(name=target), Set(name=route, within=(origin, target))),
        parameters=(
            Parameter(name=cost, indices=(route,), description=f"{pairs.title} of one unit on the way"),
            Parameter(name=have, indices=(origin,), description=supply.title),
            Parameter(name=want, indices=(target,), description=demand.title),
        ),
        variables=(Variable(name=ship, indices=(route,), lower="0", description="units sent on the way"),),
        objective=Objective(
            name=names.take("total", cost),
            sense="minimize",
            expression=f"sum({cost}[o, d]*{ship}[o, d] for o, d in {route})",
        ),
        constraints=(
            Constraint(
                name=names.take("within_supply"),
                for_each=f"o in {origin}",
                expression=f"sum({ship}[o, d] for d in {target} if (o, d) in {route}) <= {have}[o]",
            ),
            Constraint(
                name=names.take("meet_demand"),
                for_each=f"d in {target}",
                expression=f"sum({ship}[o, d] for o in {origin} if (o, d) in {route}) >= {want}[d]",
            ),
        ),
    )
    data = Data(
        sets={origin: tuple(supply.figures), target: tuple(demand.figures), route: tuple(pairs.figures)},
        parameters={
            cost: tuple((*place, value) for place, value in pairs.figures.items()),
            have: tuple(supply.figures.items()),
            want: tuple(demand.figures.items()),
        },
    )
    assumptions = ("what is sent may be divided", "no more is sent than there is, and every need is met")
    return _draft(text, formulation, data, assumptions, formulator)


def _assignment(text: str, pairs: _Pairs, sense: Sense, formulator: str) -> Draft:
    names = Names(_INDICES)
    left = names.take(pairs.heads[0]).capitalize()
    right = names.take("task" if pairs.heads[1] == "column" else pairs.heads[1]).capitalize()
    pair = names.take("pair").capitalize()
    worth, assign = names.take("worth" if pairs.heads[1] == "column" else pairs.title), names.take("assign")
    rows, tops = pairs.side(0), pairs.side(1)
    sides = ((left, right, len(rows) <= len(tops)), (right, left, len(tops) <= len(rows)))
    every = {
        left: f"sum({assign}[a, b] for b in {right} if (a, b) in {pair})",
        right: f"sum({assign}[a, b] for a in {left} if (a, b) in {pair})",
    }
    formulation = Formulation(
        sets=(Set(name=left), Set(name=right), Set(name=pair, within=(left, right))),
        parameters=(Parameter(name=worth, indices=(pair,), description=pairs.title),),
        variables=(Variable(name=assign, indices=(pair,), domain="binary", description="1 where the two go together"),),
        objective=Objective(
            name=names.take("total", worth),
            sense=sense,
            expression=f"sum({worth}[a, b]*{assign}[a, b] for a, b in {pair})",
        ),
        constraints=tuple(
            Constraint(
                name=names.take("each", side),
                for_each=f"{'a' if side == left else 'b'} in {side}",
                expression=f"{every[side]} {'==' if few else '<='} 1",
            )
            for side, _, few in sides
        ),
    )
    data = Data(
        sets={left: rows, right: tops, pair: tuple(pairs.figures)},
        parameters={worth: tuple((*place, value) for place, value in pairs.figures.items())},
    )
    assumption = "everyone on the shorter side gets exactly one on the other, nobody more than one"
    return _draft(text, formulation, data, (assumption,), formulator)


def _draft(text: str, formulation: Formulation, data: Data, assumptions: tuple[str, ...], formulator: str) -> Draft:
    document = Document(formulation=formulation, data=data, text=text)
    return Draft(document=document, assumptions=assumptions, confidence=CONFIDENCE, formulator=formulator)
