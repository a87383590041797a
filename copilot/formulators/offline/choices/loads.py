"""Things of told sizes put into the fewest equal bins, or onto machines so that the last one is done early.

Sources: Martello and Toth (1990), ch. 8; Graham (1969).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from copilot.formulators.draft import Draft, Span
from copilot.formulators.offline.drafting import Figure as Size
from copilot.formulators.offline.drafting import Paper
from copilot.formulators.offline.tabular.packings import bins_page
from copilot.formulators.offline.words.lexicon import OCCASIONS, unit_of
from copilot.formulators.offline.words.morphology import lemma, stem
from copilot.formulators.offline.words.senses import wanted

from .figures import Figure
from .records import lists, records
from .script import Script

_SURE = 0.9
_LOOSE_FIGURE = 0.6
_FEWEST = 4
_MOST = 40
_FEW = (
    r"how few|how many|(?:minimum|smallest|least|fewest|minimal|lowest) number of|minimi[sz]e the (?:total )?number of|"
    r"fewest|few"
)
_ASKED = re.compile(rf"\b(?:{_FEW})\s+(?:\w+ )?(?P<noun>[a-z]+s)\b|\bas few (?P<other>[a-z]+s) as\b", re.I)
_ENDS = r"(?:finish\w*|done|stop\w*|ready|complet\w*|go home|clos\w*|last|longest|busiest|latest|later|everything|all)"
_SOON = r"(?:early|earliest|soon|soonest|quick\w*|fast\w*|short\w*|least|small\w*|minimi[sz]\w*|minimal|as low)"
_EARLY = re.compile(
    rf"\bmakespan\b|\b{_ENDS}\b[^.?]{{0,80}}\b{_SOON}\b|\b{_SOON}\b[^.?]{{0,60}}\b{_ENDS}\b|"
    r"\b(?:fullest|heaviest|busiest|longest|longer|heavier|fuller)\b[^.?]{0,60}\b(?:few|light|small|short|low)\b",
    re.I,
)
#: Orders of many pieces of a size are cut, not packed one by one.
_PIECES = re.compile(r"\b\d+ (?:pieces|rolls|strips|lengths|sheets|bars|rods) (?:of|with|at|measuring)\b", re.I)
_MOST_MACHINES = 12
_PERIODS = frozenset(map(stem, OCCASIONS))


@dataclass(frozen=True, slots=True)
class Load:
    """``sizes`` go into bins of ``capacity``, or onto ``machines``: one of both is None."""

    told: Script
    sizes: tuple[Figure, ...]
    capacity: Figure | None
    machines: Figure | None
    noun: str
    confidence: float


def finishes_early(text: str) -> bool:
    """Whether the end of the last, or of everything, is to come soon."""
    return _EARLY.search(text) is not None


def load(told: Script) -> Load | None:
    """The reading of the text as such a problem, or None."""
    found = []
    for sizes in _sized(told):
        rest = [f for f in told.figures if f not in sizes and not (f.value == len(sizes) and not f.dimension)]
        found += [x for x in (_binned(told, sizes, rest), _shared(told, sizes, rest)) if x is not None]
    return max(found, key=lambda x: (x.confidence, len(x.sizes)), default=None)


def _sized(told: Script) -> list[tuple[Figure, ...]]:
    """Lists of figures of one unit, and records of one figure each."""
    found = [run for run in lists(told) if _FEWEST <= len(run) <= _MOST]
    found += [tuple(row[0] for row in run.rows) for run in records(told) if run.width == 1 and len(run.rows) >= _FEWEST]
    return [sizes for sizes in found if len({f.dimension for f in sizes if f.dimension}) <= 1]


def _binned(told: Script, sizes: tuple[Figure, ...], rest: list[Figure]) -> Load | None:
    if wanted(told.original) != "minimize" or _PIECES.search(told.original):
        return None
    nouns = [(m["noun"] or m["other"]).lower() for m in _ASKED.finditer(told.original)]
    noun = next((n for n in reversed(nouns) if unit_of(n) is None), None)
    dimension = next((f.dimension for f in sizes if f.dimension), "")
    fits = [f for f in rest if f.value > 1 and (not dimension or not f.dimension or f.dimension == dimension)]
    fits = [f for f in fits if f.value * f.size >= max(s.value * s.size for s in sizes)] if fits else []
    fits = [f for f in fits if noun is not None and _speaks_of(told, f, noun)]
    if noun is None or not fits or lemma(noun) in _things(told, sizes):
        return None
    capacity = max(fits, key=lambda f: (f.dimension == dimension, f.nouns == sizes[-1].nouns, f.at))
    left = [f for f in rest if f is not capacity and f.value != 1]
    return Load(told, sizes, capacity, None, lemma(noun), round(_SURE * _LOOSE_FIGURE ** len(left), 3))


def _speaks_of(told: Script, figure: Figure, noun: str) -> bool:
    """Whether the sentence of the figure names the bins."""
    part = told.part_of(figure.at)
    return any(token.lemma == lemma(noun) for token in told.tokens[part.first : part.last])


def _things(told: Script, sizes: tuple[Figure, ...]) -> set[str]:
    """Nouns that count the things: they are not the bins."""
    counts = [f for f in told.figures if f.value == len(sizes) and not f.dimension]
    return {told.tokens[i].lemma for f in counts for i in range(f.at + 1, f.after)}


def _shared(told: Script, sizes: tuple[Figure, ...], rest: list[Figure]) -> Load | None:
    if not finishes_early(told.original) or (wanted(told.original) == "maximize" and "largest" not in told.original):
        return None
    dimension = next((f.dimension for f in sizes if f.dimension), "")
    counts = [
        f
        for f in rest
        if not (f.dimension or f.nouns & _PERIODS) and 2 <= f.value <= _MOST_MACHINES and f.value % 1 == 0 and f.nouns
    ]
    if len(counts) < 1 or dimension == "money":
        return None
    machines = min(counts, key=lambda f: f.value)
    others = {f.value for f in told.figures if not f.dimension and f.nouns and f not in sizes} - {machines.value, 1.0}
    if others - {float(len(sizes))}:
        return None
    left = [f for f in rest if f is not machines and f.value not in (1, machines.value)]
    return Load(told, sizes, None, machines, "machine", round(_SURE * _LOOSE_FIGURE ** len(left), 3))


def draft(found: Load, formulator: str) -> Draft:
    """The reading as an indexed document."""
    told = found.told
    hold = found.capacity
    unit = next((f.size for f in found.sizes if f.dimension), hold.size if hold is not None else 1.0)
    sizes = [Size(f.value * (f.size / unit if f.dimension else 1.0), f.start, f.end) for f in found.sizes]
    if found.capacity is not None:
        scale = found.capacity.size / unit if found.capacity.dimension else 1.0
        capacity = Size(found.capacity.value * scale, found.capacity.start, found.capacity.end)
        return bins_page(told.original, sizes, capacity, found.noun).draft(found.confidence, formulator)
    assert found.machines is not None
    page = Paper(told.original)
    job = page.set("job", tuple(range(1, len(sizes) + 1)))
    machine = page.set(found.noun, tuple(range(1, int(found.machines.value) + 1)))
    page.spans[machine] = (Span(start=found.machines.start, end=found.machines.end),)
    time = page.names.take("time")
    page.number_column(time, job, sizes)
    run = page.variable("run", job, machine, domain="binary", description="1 if the job runs there")
    last = page.variable("last", description="when the last one is done")
    page.aim("minimize", "finish", last)
    page.constraint("once", f"sum({run}[j, m] for m in {machine}) == 1", over=f"j in {job}")
    page.constraint("done", f"sum({time}[j]*{run}[j, m] for j in {job}) <= {last}", over=f"m in {machine}")
    page.assumptions.append("all start at the same time and are equally fast")
    return page.draft(found.confidence, formulator)
