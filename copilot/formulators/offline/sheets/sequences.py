"""Jobs one after another on one machine: a table of times, with due times and weights where lateness counts.

Source: Manne (1960), pairs of jobs as binary decisions.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from copilot.formulators.draft import Draft, Span
from copilot.formulators.offline.drafting import Paper
from copilot.formulators.offline.words.senses import wants_least
from copilot.formulators.offline.words.tables import Table
from copilot.formulators.offline.words.tokens import clean

from .roster import Attribute, Roster, rosters

_SURE = 0.88
_MOST_JOBS = 12
_ORDERED = re.compile(
    r"\border\b|\bsequenc\w*|\bschedul\w*|\bone (?:at a time|after (?:another|the other))\b|\bfirst\b", re.I
)
_LATE = re.compile(r"\btard\w*|\blate(?:ness)?\b|\bdelay\w*|\boverdue\b|\bpenalt\w*", re.I)
_DONE = re.compile(r"\b(?:completion|finish\w*|flow|waiting) times?\b|\bmakespan\b", re.I)
_COUNTED = re.compile(r"\b(?:number of|how many|few\w*|as few)\b[^.?!]{0,30}\b(?:late|tardy|overdue)\b", re.I)
_LARGEST = re.compile(r"\b(?:maximum|largest|worst)\b[^.?!]{0,20}\b(?:late\w*|tard\w*|delay)\b", re.I)
_TIME = re.compile(
    r"\btimes?\b|\bhours?\b|\bminutes?\b|\bdays?\b|\bduration\b|\bprocessing\b|\blength\b|\btakes\b", re.I
)
_DUE = re.compile(r"\bdue\b|\bdeadline\b|\bpromised\b|\bwanted by\b|\bready by\b|\bdeliver\w*", re.I)
_READY = re.compile(r"\brelease\w*|\barriv\w*|\bavailable (?:from|at)\b|\bready (?:at|from)\b|\bearliest\b", re.I)
_WEIGHT = re.compile(r"\bweights?\b|\bpenalt\w*|\bpriorit\w*|\bfine\b|\bcosts?\b|\bimportance\b|[$€£]", re.I)


@dataclass(frozen=True, slots=True)
class _Jobs:
    roster: Roster
    time: Attribute
    due: Attribute | None
    ready: Attribute | None
    weight: Attribute | None


def sequence_plan(prose: str, tables: Sequence[Table], original: str, formulator: str) -> Draft | None:
    """The draft of the best order of jobs, or None where the table has no times or the text asks for no order."""
    text = clean(prose)
    if len(tables) != 1 or not _ORDERED.search(text) or not wants_least(text):
        return None
    jobs = next((jobs for roster in rosters(tables) if (jobs := _jobs(roster)) is not None), None)
    late = _LATE.search(text) is not None
    if jobs is None or not (late or _DONE.search(text)) or (late and jobs.due is None):
        return None
    page = Paper(original)
    job = page.set(jobs.roster.noun, jobs.roster.items)
    page.spans[job] = tuple(Span(start=c.start, end=max(c.end, c.start + 1)) for c in jobs.roster.places)
    time = _column(page, job, "time", jobs.time, jobs.roster)
    done = page.variable("done", job, description="when the job is done")
    first = page.variable("before", job, job, domain="binary", description="1 if the one comes before the other")
    ready = f"{_column(page, job, 'ready', jobs.ready, jobs.roster)}[j] + " if jobs.ready is not None else ""
    page.constraint("begin", f"{done}[j] >= {ready}{time}[j]", over=f"j in {job}")
    pairs = f"i in {job} for j in {job} if i != j"
    longest = sum(f.value for f in jobs.time.figures.values())
    longest += max((f.value for f in jobs.ready.figures.values()), default=0.0) if jobs.ready is not None else 0.0
    page.constraint("one_is_first", f"{first}[i, j] + {first}[j, i] == 1", over=pairs)
    page.constraint(
        "one_at_a_time", f"{done}[j] >= {done}[i] + {time}[j] - {longest:g}*(1 - {first}[i, j])", over=pairs
    )
    page.constraint("not_before_itself", f"{first}[i, i] == 0", over=f"i in {job}")
    weight = f"{_column(page, job, 'weight', jobs.weight, jobs.roster)}[j]*" if jobs.weight is not None else ""
    if not late or jobs.due is None:
        _aim_done(page, text, job, done, weight)
        return page.draft(_SURE, formulator)
    due = _column(page, job, "due", jobs.due, jobs.roster)
    if _COUNTED.search(text):
        is_late = page.variable("late", job, domain="binary", description="1 if the job is late")
        page.constraint("late_or_not", f"{done}[j] <= {due}[j] + {longest:g}*{is_late}[j]", over=f"j in {job}")
        page.aim("minimize", "number_late", f"sum({is_late}[j] for j in {job})")
        return page.draft(_SURE, formulator)
    if _LARGEST.search(text):
        most = page.variable("largest", lower=None, description="the largest lateness")
        page.constraint("lateness", f"{most} >= {done}[j] - {due}[j]", over=f"j in {job}")
        page.aim("minimize", "largest_lateness", most)
        return page.draft(_SURE, formulator)
    lateness = page.variable("late_by", job, description="how long after it is due")
    page.constraint("lateness", f"{lateness}[j] >= {done}[j] - {due}[j]", over=f"j in {job}")
    page.aim("minimize", "total_lateness", f"sum({weight}{lateness}[j] for j in {job})")
    return page.draft(_SURE, formulator)


def _aim_done(page: Paper, text: str, job: str, done: str, weight: str) -> None:
    """The sum of the times at which jobs are done, or the last of them."""
    if re.search(r"\bmakespan\b|\blast\b|\ball (?:are|is|jobs)\b", text, re.I) and not weight:
        last = page.variable("all_done", description="when the last job is done")
        page.constraint("last", f"{last} >= {done}[j]", over=f"j in {job}")
        page.aim("minimize", "makespan", last)
    else:
        page.aim("minimize", "total_completion_time", f"sum({weight}{done}[j] for j in {job})")


def _jobs(roster: Roster) -> _Jobs | None:
    """What the columns tell; None unless each has a part and one is a time."""
    parts: dict[str, Attribute] = {}
    for attribute in roster.attributes:
        title = attribute.title
        kinds = (("due", _DUE), ("ready", _READY), ("weight", _WEIGHT), ("time", _TIME))
        kind = next((kind for kind, pattern in kinds if pattern.search(title)), None)
        kind = kind or ("time" if sum(not _known(a.title) for a in roster.attributes) == 1 else None)
        if kind is None or kind in parts or len(attribute.figures) < len(roster.items) or attribute.margins:
            return None
        parts[kind] = attribute
    if "time" not in parts or not 3 <= len(roster.items) <= _MOST_JOBS:
        return None
    return _Jobs(roster, parts["time"], parts.get("due"), parts.get("ready"), parts.get("weight"))


def _known(title: str) -> bool:
    return any(pattern.search(title) for pattern in (_DUE, _READY, _WEIGHT, _TIME))


def _column(page: Paper, job: str, name: str, attribute: Attribute, roster: Roster) -> str:
    figures = {roster.items[k]: figure for k, figure in sorted(attribute.figures.items())}
    return page.column(name, job, figures, attribute.title)
