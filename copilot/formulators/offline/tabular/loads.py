"""Jobs of given lengths spread over equal machines so that the busiest one is done early."""

from __future__ import annotations

import re

from copilot.formulators.draft import Draft
from copilot.formulators.offline.drafting import Figure, Paper
from copilot.formulators.offline.words.lexicon import NUMBER_WORDS

_CONFIDENCE = 0.85
_VALUE = r"\d+(?:\.\d+)?"
_LENGTHS = re.compile(
    rf"\b(?P<count>\d+|[A-Za-z]+) (?P<noun>[a-z]+)s\b[^.\d]{{0,80}}?"
    rf"(?P<values>{_VALUE}(?:,\s*(?:and\s+)?{_VALUE}|\s+and\s+{_VALUE})+)"
)
_MACHINES = re.compile(
    r"\b(?P<count>\d+|[A-Za-z]+) (?:equal|identical|parallel|similar)(?: parallel)? (?P<noun>[a-z]+)s\b", re.I
)
_EARLY = re.compile(
    r"\bmakespan\b|\bbusiest\b|\bas early as possible\b|\bfinish\w* (?:time|early)\b|\blast (?:job )?finish",
    re.I,
)


def spread(text: str, original: str, formulator: str) -> Draft | None:
    """The draft, or None unless as many lengths as jobs, and a number of equal machines, are told."""
    machines = _MACHINES.search(text)
    count = _number(machines["count"]) if machines is not None else None
    if machines is None or count is None or count < 2 or _EARLY.search(text) is None:
        return None
    for match in _LENGTHS.finditer(text):
        at = match.start("values")
        facts = [Figure.read(m, offset=at) for m in re.finditer(_VALUE, match["values"])]
        if len(facts) != _number(match["count"]):
            continue
        page = Paper(original)
        job = page.set(match["noun"], tuple(range(1, len(facts) + 1)))
        machine = page.set(machines["noun"], tuple(range(1, count + 1)))
        length = page.names.take("length")
        page.number_column(length, job, facts)
        runs = page.variable("runs", job, machine, domain="binary", description="1 if it runs here")
        page.aim("minimize", "busiest", f"max(sum({length}[j]*{runs}[j, m] for j in {job}) for m in {machine})")
        page.constraint("once", f"sum({runs}[j, m] for m in {machine}) == 1", over=f"j in {job}")
        page.assumptions.append(f"every {match['noun']} runs on one {machines['noun']}, without a break")
        return page.draft(_CONFIDENCE, formulator)
    return None


def _number(word: str) -> int | None:
    value = float(word) if word.isdigit() else NUMBER_WORDS.get(word.lower())
    return None if value is None else int(value)
