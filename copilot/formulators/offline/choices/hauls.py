"""Goods moved from places that have too much to places that lack some, at a cost for each pair told in sentences.

Source: Hitchcock (1941).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from copilot.formulators.draft import Draft
from copilot.formulators.offline.drafting import Paper
from copilot.formulators.offline.words.senses import wanted

from .figures import Figure
from .grids import Grid, grids
from .placing import column_of, table_of
from .roster import Column
from .script import Script

_SURE = 0.88
#: The same where nothing is said to be moved.
_UNMOVED = 0.5
_LOOSE_FIGURE = 0.6
_MOVED = re.compile(
    r"\b(?:ship|haul|transport|deliver|sen[dt]|truck|suppl|bring|brought|carr|cart|driv|mov|rout|distribut|freight)\w*",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Haul:
    """``have`` of one side of the grid goes to ``need`` of the other; ``turned`` where the columns of the grid have."""

    told: Script
    grid: Grid
    have: Column
    need: Column
    turned: bool
    confidence: float


def haul(told: Script) -> Haul | None:
    """The surest reading of the text as such a problem, or None."""
    if wanted(told.original) != "minimize":
        return None
    return max(_readings(told), key=lambda reading: reading.confidence, default=None)


def _readings(told: Script) -> Iterator[Haul]:
    for grid in grids(told):
        if len(grid.rows.columns) != 1 or len(grid.columns.columns) != 1:
            continue
        down, across = grid.rows.columns[0], grid.columns.columns[0]
        if "money" in (down.dimension, across.dimension) or down.words & across.words & _RATED:
            continue
        turned = sum(down.values) < sum(across.values)
        have, need = (across, down) if turned else (down, across)
        used = {f.at for row in grid.figures for f in row} | {f.at for c in (have, need) for f in c.figures}
        left = [f for f in told.figures if f.at not in used and not _counts(grid, f)]
        sure = _SURE if _MOVED.search(told.original) else _UNMOVED
        yield Haul(told, grid, have, need, turned, round(sure * _LOOSE_FIGURE ** len(left), 3))


_RATED = frozenset(["hour", "minut", "scor", "rat"])


def _counts(grid: Grid, figure: Figure) -> bool:
    """Whether the figure only counts the places, or says "one" of what is moved."""
    return figure.value in (1.0, float(len(grid.rows.labels)), float(len(grid.columns.labels)))


def draft(found: Haul, formulator: str) -> Draft:
    """The reading as an indexed document."""
    grid = found.grid
    sources, sinks = (grid.columns, grid.rows) if found.turned else (grid.rows, grid.columns)
    page = Paper(found.told.original)
    source, sink = page.set("source", sources.labels), page.set("sink", sinks.labels)
    cost = table_of(page, "cost", (source, sink), grid, turned=found.turned)
    have = column_of(page, "supply", source, sources, found.have)
    need = column_of(page, "demand", sink, sinks, found.need)
    ship = page.variable("ship", source, sink, description="how much goes from the one to the other")
    page.aim("minimize", "total_cost", f"sum({cost}[i, j]*{ship}[i, j] for i in {source} for j in {sink})")
    page.constraint("available", f"sum({ship}[i, j] for j in {sink}) <= {have}[i]", over=f"i in {source}")
    page.constraint("needed", f"sum({ship}[i, j] for i in {source}) >= {need}[j]", over=f"j in {sink}")
    return page.draft(found.confidence, formulator)
