"""Rates among which there is a choice: of "50 phones an hour or 30 tablets", one phone takes a fiftieth of an hour."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from ..words.lexicon import unit_of
from ..words.measures import Measure
from .facts import Fact
from .lines import Figure
from .passage import Passage
from .vocabulary import UNIT_ARTICLES

#: Words between two rates of one line.
_FAR = 6


def deal_rates(passage: Passage) -> None:
    """The time that one of each owner takes, where a line says how many of one or of another fit into an hour."""
    counting = [(figure, owner) for figure in passage.line.figures if (owner := _counted(passage, figure)) is not None]
    units = [unit for figure, _ in counting if (unit := _time_behind(passage, figure)) is not None]
    owners = {owner for _, owner in counting}
    if len(counting) < 2 or len(owners) < len(counting) or not units or not _chosen(passage, [f for f, _ in counting]):
        return
    for figure, owner in counting:
        passage.turn.number += 1
        measure = Measure(dimension="time", size=units[0][1], unit=units[0][0])
        fact = Fact((owner,), 1.0 / figure.value, measure, figure, passage.k, passage.turn.number, bare=False)
        passage.out.facts.append(fact)
        passage.used.add(figure.at)
    # What else the line says is of the one who makes them: "... and runs 16 hours a day".
    taken = [(figure.at, figure.end) for figure, _ in counting]
    passage.mentions[:] = [m for m in passage.mentions if not any(a < m.first < b for a, b in taken)]


def _counted(passage: Passage, figure: Figure) -> int | None:
    """The one owner whose number the figure is."""
    inside = [m for m in passage.mentions if figure.at < m.first < figure.end]
    free = figure.at not in passage.used and figure.direction is None and not figure.relative and figure.value > 0
    return inside[0].owners[0] if free and len(inside) == 1 and len(inside[0].owners) == 1 else None


def _time_behind(passage: Passage, figure: Figure) -> tuple[str, float] | None:
    """The unit of "an hour", "per minute" behind the figure, with its size in hours."""
    behind = passage.line.tokens[figure.end : figure.end + 2]
    if len(behind) < 2 or behind[0].low not in UNIT_ARTICLES:
        return None
    unit = unit_of(behind[1].low)
    return (behind[1].low, unit[1]) if unit is not None and unit[0] == "time" else None


def _chosen(passage: Passage, figures: Sequence[Figure]) -> bool:
    """Whether "or" stands between each two of the figures."""
    return all("or" in passage.line.lows(a.end, b.at) and b.at - a.end < _FAR for a, b in pairwise(figures))
