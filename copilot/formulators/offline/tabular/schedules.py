"""Flow shops: all jobs pass the machines in one order, and what is sought is the order of the jobs.

Source: Wagner (1959), places in the sequence as binary decisions.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from copilot.formulators.draft import Draft
from copilot.formulators.offline.drafting import Figure, Paper, Told
from copilot.formulators.offline.words.morphology import lemma
from copilot.formulators.offline.words.tables import Table

from .lists import LIST, figures_in
from .records import columns, read_records

_CONFIDENCE = 0.85
_MOST_JOBS = 15
_MACHINES = ("machine", "stage", "station", "vat", "workstation", "tool", "press", "step")
_EARLY = re.compile(
    r"\bmakespan\b|\bas early as possible\b|\bas (?:soon|quickly|fast) as possible\b|\btotal completion time\b|"
    r"\bcompletion time of the last\b|\b(?:shortest|minimi[sz]\w*|least|minimum) (?:the )?(?:total )?(?:\w+ )?time\b|"
    r"\bfinish\w*[^.]{0,40}\b(?:earliest|early)\b",
    re.I,
)
_IN_TURN = re.compile(
    r"\bfirst\b[^.]{0,80}\bthen\b|\bsequence\b|\bin (?:the same|this) order\b|\bsame order\b|\bposition\w*|"
    r"\bin which order\b|\bin what order\b|\bafter (?:completing|finishing|it)\b|\bone after (?:another|the other)\b",
    re.I,
)
_OWN_ROUTES = re.compile(r"\boperations? of job\b|\boperation \d of\b|\bits own route\b", re.I)
_AT = re.compile(
    rf"\b(?:on|at|in) (?:the )?(?P<name>[a-z]+)(?: (?:they|it|the jobs|jobs))?(?: takes?| needs?| requires?|:)?\s+"
    rf"(?P<values>{LIST})",
    re.I,
)


def flow_shop(text: str, tables: Sequence[Table], original: str, formulator: str) -> Draft | None:
    """The draft, or None unless there is a time for every job on every machine, and one order of the machines."""
    if _EARLY.search(text) is None or _IN_TURN.search(text) is None or _OWN_ROUTES.search(text):
        return None
    found = _recorded(text) or _listed(text) or _tabled(tables)
    if found is None:
        return None
    jobs, machines, times, noun = found
    if not 2 <= len(jobs) <= _MOST_JOBS or len(machines) < 2:
        return None
    page = Paper(original)
    job, machine = page.set("job", jobs), page.set(noun, machines)
    place = page.set("place", tuple(range(1, len(jobs) + 1)))
    time = page.table("time", (job, machine), times, "how long the job takes there")
    put = page.variable("put", job, place, domain="binary", description="1 if the job has this place in the order")
    done = page.variable("done", machine, place, description="when the job of this place is done there")
    page.aim("minimize", "all_done", f"{done}[last({machine}), last({place})]")
    page.constraint("one_place", f"sum({put}[j, k] for k in {place}) == 1", over=f"j in {job}")
    page.constraint("one_job", f"sum({put}[j, k] for j in {job}) == 1", over=f"k in {place}")
    work = f"sum({time}[j, m]*{put}[j, k] for j in {job})"
    page.constraint("begin", f"{done}[m, k] >= {work}", over=f"m in {machine} for k in {place}")
    page.constraint(
        "after_the_job_before",
        f"{done}[m, k] >= {done}[m, prev(k)] + {work}",
        over=f"m in {machine} for k in {place} if k != first({place})",
    )
    page.constraint(
        "after_the_machine_before",
        f"{done}[m, k] >= {done}[prev(m), k] + {work}",
        over=f"m in {machine} for k in {place} if m != first({machine})",
    )
    page.assumptions.append(f"every {noun} takes the jobs in the same order")
    return page.draft(_CONFIDENCE, formulator)


_Times = tuple[tuple[str, ...], tuple[str, ...], Mapping[tuple[str, str], Told], str]


def _recorded(text: str) -> _Times | None:
    """ "Job 1 takes 3 hours on Machine 1 and 5 on Machine 2"."""
    found = read_records(text)
    machine = found.family(*_MACHINES)
    job = next((f for f in found.families if f.noun in ("job", "batch", "order", "task", "part", "product")), None)
    if machine is None or job is None or machine is job:
        return None
    both = [r for r in found.records if {machine.noun, job.noun} <= set(r.members)]
    told = columns(both, (job.noun, machine.noun))
    sizes = {f.noun: len(f.members) for f in found.families}
    if told is None or not told.complete(sizes):
        return None
    times = {(job.members[a], machine.members[b]): fact for (a, b), fact in told.values.items()}
    return job.members, machine.members, times, machine.noun


def _listed(text: str) -> _Times | None:
    """ "On the lathe they take 4, 2 and 6 hours, on the press 3, 5 and 2"."""
    rows = [(m["name"].lower(), figures_in(text, *m.span("values"))) for m in _AT.finditer(text)]
    if len(rows) < 2 or len({len(row) for _, row in rows}) > 1 or len({name for name, _ in rows}) < len(rows):
        return None
    jobs = tuple(f"Job {k}" for k in range(1, len(rows[0][1]) + 1))
    times = {(jobs[k], name): f for name, row in rows for k, f in enumerate(row)}
    return jobs, tuple(name for name, _ in rows), times, "machine"


def _tabled(tables: Sequence[Table]) -> _Times | None:
    """A table of jobs against machines, either way round."""
    for table in tables:
        cells = [row[1:] for row in table.rows]
        if any(cell.value is None for row in cells for cell in row):
            continue
        heads = tuple(cell.text for cell in table.header[1:])
        labels = tuple(row[0].text for row in table.rows)
        corner = table.header[0].text.lower()
        across = any(lemma(w) in _MACHINES for head in heads for w in re.findall(r"[a-z]+", head.lower()))
        down = any(lemma(w) in _MACHINES for x in (*labels, corner) for w in re.findall(r"[a-z]+", x.lower()))
        if across == down:
            continue
        times = {}
        for r, row in enumerate(cells):
            for c, cell in enumerate(row):
                fact = Figure(cell.value or 0.0, cell.start, cell.end)
                times[(labels[r], heads[c]) if across else (heads[c], labels[r])] = fact
        return (labels, heads, times, "machine") if across else (heads, labels, times, "machine")
    return None
