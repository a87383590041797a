"""Jobs one after the other: on a single machine with due dates or weights, or through several machines in turn.

Sources: Pinedo (2016), ch. 3; Manne (1960), for each pair of jobs which comes first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from copilot.formulators.draft import Draft
from copilot.formulators.offline.drafting import Paper
from copilot.formulators.offline.words.senses import wanted

from .figures import Figure
from .grids import Grid, grids, turned
from .loads import finishes_early
from .placing import column_of, table_of
from .records import gap
from .roster import Column, Roster, rosters
from .script import Script

Aim = Literal["late", "latest", "late_jobs", "finish"]

#: Surer than a choice among the same figures: the text speaks of an order.
_SURE = 0.92
_LOOSE_FIGURE = 0.6
_MOST_JOBS = 10
_MOST_PAIRS = 150
_IN_TURN = re.compile(
    r"\bone (?:\w+ ){0,3}at a time\b|\bsequence\b|\b(?:what|which) order\b|\bthe (?:best )?order\b|"
    r"\bschedul\w+|\bone after (?:the other|another)\b|\border (?:them|of|the \w+)\b|\bthen\b|\bonly after\b|"
    r"\bin turn\b",
    re.I,
)
_DUE = re.compile(r"\b(?:due|deadlines?|wanted|promised|ready|by|before)\b")
_WEIGHT = re.compile(r"\b(?:late|lateness|delay\w*|penalt\w+|fines?|loses?|weights?|priorit\w+|importance|overdue)\b")
_LATE = re.compile(r"\b(?:late\b|lateness|tard\w+|delay\w*|overdue|behind)", re.I)
_WORST = re.compile(r"\b(?:largest|maximum|biggest|worst|greatest|longest|highest)\b", re.I)
_HOW_MANY = re.compile(
    r"\b(?:number of|how many|as few|as many|few\w*) (?:(?!days|hours|weeks|minutes)\w+ ){0,2}"
    r"(?:late|tardy|delayed|overdue|on time|in time)\b|"
    r"\bas (?:few|many) (?:\w+ )?as possible (?:are |come )?(?:late|on time|in time)\b",
    re.I,
)
_FIRST_THEN = re.compile(r"\bfirst\b[^.;]*\bthen\b|\bafter (?:that|which)\b", re.I)
_FINISHING = re.compile(
    r"\b(?:sum|total|average|mean|weighted)\b[^.?;]{0,40}\b(?:complet\w+|finish\w*|wait\w*|flow|done)\b", re.I
)


@dataclass(frozen=True, slots=True)
class Queue:
    """Jobs on one machine; ``due``, ``weight`` and the ``rate`` of all where they are told."""

    told: Script
    jobs: Roster
    time: Column
    due: Column | None
    weight: Column | None
    aim: Aim
    confidence: float
    rate: Figure | None = None


@dataclass(frozen=True, slots=True)
class Shop:
    """Jobs that pass machines, each in the order in which its times are told."""

    told: Script
    grid: Grid
    confidence: float


def sequence(told: Script) -> Queue | Shop | None:
    """The surest reading of the text as jobs to be put in an order, or None."""
    if _IN_TURN.search(told.original) is None:
        return None
    found: list[Queue | Shop] = [*_queues(told), *_shops(told)]
    return max(found, key=lambda reading: reading.confidence, default=None)


def _queues(told: Script) -> Iterator[Queue]:
    aim = _aim(told.original)
    for roster in rosters(told) if aim is not None else ():
        due = next((c for c in roster.columns if _said(told, c, _DUE) and c.dimension in ("", "time")), None)
        rest = [c for c in roster.columns if c is not due]
        weight = next((c for c in rest if c.dimension == "money" or _said(told, c, _WEIGHT)), None)
        times = [c for c in rest if c is not weight]
        if aim is None or len(times) != 1 or times[0].dimension not in ("", "time") or len(roster.labels) > _MOST_JOBS:
            continue
        if (due is None) != (aim == "finish"):
            continue
        columns = [c for c in (times[0], due, weight) if c is not None]
        left = [f for f in told.figures if not _known(f, columns, roster) and f.value not in (1, len(roster.labels))]
        rates = [f for f in left if f.dimension == "money" and weight is None and aim == "late"]
        left = [f for f in left if f not in rates[:1]]
        sure = round(_SURE * _LOOSE_FIGURE ** len(left), 3)
        yield Queue(told, roster, times[0], due, weight, aim, sure, rates[0] if rates else None)


def _aim(text: str) -> Aim | None:
    late = _LATE.search(text) is not None
    if late and _HOW_MANY.search(text):
        return "late_jobs"
    if late:
        return "latest" if _WORST.search(text) else "late"
    return "finish" if _FINISHING.search(text) and wanted(text) != "maximize" else None


def _said(told: Script, column: Column, words: re.Pattern[str]) -> bool:
    """Whether such a word stands before a figure of the column, or behind it."""
    order = {figure.at: k for k, figure in enumerate(told.figures)}
    return any(
        words.search(" ".join(told.words(*gap(told, order[f.at])) + told.words(f.at + 1, f.after)))
        for f in column.figures
        if f.at in order
    )


def _known(figure: Figure, columns: Sequence[Column], roster: Roster) -> bool:
    named = any(m.first <= figure.at < m.last for m in roster.mentions)
    return named or any(figure.at == f.at for column in columns for f in column.figures)


def _shops(told: Script) -> Iterator[Shop]:
    if not finishes_early(told.original):
        return
    for grid in (*grids(told), *_steps(told)):
        jobs, machines = len(grid.rows.labels), len(grid.columns.labels)
        inside = {f.at for row in grid.figures for f in row}
        if (
            any(f.dimension not in ("", "time") for row in grid.figures for f in row)
            or jobs * jobs * machines > _MOST_PAIRS
        ):
            continue
        counts = {1.0, float(jobs), float(machines)}
        left = [f for f in told.figures if f.at not in inside and f.value not in counts]
        yield Shop(told, grid, round(_SURE * _LOOSE_FIGURE ** len(left), 3))


def _steps(told: Script) -> Iterator[Grid]:
    """Times of jobs without the places: "first washed, then waxed; mini: 10 and 25 minutes"."""
    for roster in rosters(told) if _FIRST_THEN.search(told.original) else ():
        columns = roster.columns
        if len(columns) > 1 and all(c.dimension in ("", "time") and not _said(told, c, _DUE) for c in columns):
            steps = Roster(tuple(f"step {k + 1}" for k in range(len(columns))), (), frozenset(), (), ())
            yield Grid(roster, steps, tuple(zip(*(c.figures for c in columns), strict=True)))


def _are_places(told: Script, side: Roster) -> bool:
    """Whether jobs are at them: "on the lathe"."""
    return any({"at", "on", "in"} & {*told.words(max(0, m.first - 2), m.first)} for m in side.mentions)


def draft(found: Queue | Shop, formulator: str) -> Draft:
    """The reading as an indexed document."""
    return _queue(found, formulator) if isinstance(found, Queue) else _shop(found, formulator)


def _queue(found: Queue, formulator: str) -> Draft:
    page = Paper(found.told.original)
    job = page.set("job", found.jobs.labels)
    time = column_of(page, "time", job, found.jobs, found.time)
    horizon = f"sum({time}[k] for k in {job})"
    start = page.variable("start", job, upper=horizon, description="when the job begins")
    first = page.variable("first", job, job, domain="binary", description="1 if the one job comes before the other")
    weight = f"{column_of(page, 'weight', job, found.jobs, found.weight)}[j]*" if found.weight is not None else ""
    done = f"{start}[j] + {time}[j]"
    if found.rate is not None:
        weight = f"{page.scalar('penalty', found.rate.value, (found.rate.start, found.rate.end))}*"
    if found.due is None:
        page.aim("minimize", "finishing_times", f"sum({weight}({done}) for j in {job})")
    else:
        _lateness(page, found, job, (done, horizon, weight))
    page.constraint(
        "apart", f"{start}[j] >= {start}[i] + {time}[i] - {horizon}*(1 - {first}[i, j])",
        over=f"i in {job} for j in {job} if i != j",
    )  # fmt: skip
    page.constraint("one_first", f"{first}[i, j] + {first}[j, i] == 1", over=f"i in {job} for j in {job} if i != j")
    page.assumptions.append("one job at a time, without breaks, from time zero on")
    return page.draft(found.confidence, formulator)


def _lateness(page: Paper, found: Queue, job: str, terms: tuple[str, str, str]) -> None:
    """Objective and rows of jobs that are late."""
    done, horizon, weight = terms
    assert found.due is not None
    due = column_of(page, "due", job, found.jobs, found.due)
    if found.aim == "late_jobs":
        late = page.variable("late", job, domain="binary", description="1 if the job is late")
        page.aim("minimize", "late_jobs", f"sum({weight}{late}[j] for j in {job})")
        page.constraint("in_time", f"{done} <= {due}[j] + {horizon}*{late}[j]", over=f"j in {job}")
    elif found.aim == "latest":
        worst = page.variable("worst", lower=None, description="how late the latest job is")
        page.aim("minimize", "worst_lateness", worst)
        page.constraint("lateness", f"{worst} >= {done} - {due}[j]", over=f"j in {job}")
    else:
        late = page.variable("late", job, description="how late the job is")
        page.aim("minimize", "lateness", f"sum({weight}{late}[j] for j in {job})")
        page.constraint("in_time", f"{late}[j] >= {done} - {due}[j]", over=f"j in {job}")


def _shop(found: Shop, formulator: str) -> Draft:
    page = Paper(found.told.original)
    grid = turned(found.grid) if _are_places(found.told, found.grid.rows) else found.grid
    rows, columns = grid.rows.labels, grid.columns.labels
    job, machine = page.set("job", rows), page.set("machine", columns)
    routes = [sorted(zip(row, columns, strict=True), key=lambda pair: pair[0].at) for row in grid.figures]
    order = page.set(
        "next",
        [(j, a, b) for j, route in zip(rows, routes, strict=True) for (_, a), (_, b) in pairwise(route)],
        within=(job, machine, machine),
    )  # fmt: skip
    time = table_of(page, "time", (job, machine), grid)
    horizon = f"sum({time}[k, n] for k in {job} for n in {machine})"
    start = page.variable("start", job, machine, upper=horizon, description="when the job begins there")
    end = page.variable("finish", description="when everything is done")
    first = page.variable(
        "first", job, job, machine, domain="binary", description="1 if the one job is there before the other"
    )
    page.aim("minimize", "total_time", end)
    page.constraint("all_done", f"{end} >= {start}[j, m] + {time}[j, m]", over=f"j in {job} for m in {machine}")
    page.constraint("in_turn", f"{start}[j, n] >= {start}[j, m] + {time}[j, m]", over=f"j, m, n in {order}")
    pairs = f"i in {job} for j in {job} for m in {machine} if i != j"
    page.constraint(
        "apart", f"{start}[j, m] >= {start}[i, m] + {time}[i, m] - {horizon}*(1 - {first}[i, j, m])", over=pairs
    )
    page.constraint("one_first", f"{first}[i, j, m] + {first}[j, i, m] == 1", over=pairs)
    page.assumptions.append("each passes the places in the order in which its times are told")
    return page.draft(found.confidence, formulator)
