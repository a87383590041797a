"""Figures with all the members they are given for: "the demand for Product 1 is 20 in Period 1 and 25 in Period 2"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from .members import Family, Naming, families, namings

_NUMBER = re.compile(r"(?<![\w.])-?\$?\s?(\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?)\s?(%)?(?!\w)")
_SENTENCE = re.compile(r"(?<=[.?!])(?<!\n\d\.)(?<!\n \d\.)(?<!\n  \d\.)(?<!\n   \d\.)\s+|\n+")
_TITLE = re.compile(r"\s*(?:#+|\d+[.)])\s")
_MOST_PLACES = 6000


@dataclass(frozen=True, slots=True)
class Record:
    """``value`` is given for the ``members`` (by the noun of their family).

    before, after: the words around the figure. title, lead: the heading that it stands under, and the last words
    before it that end in a colon.
    """

    members: Mapping[str, int]
    value: float
    percent: bool
    before: str
    after: str
    title: str
    lead: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Records:
    families: tuple[Family, ...]
    records: tuple[Record, ...]

    def family(self, *nouns: str) -> Family | None:
        return next((f for noun in nouns for f in self.families if f.noun == noun), None)


@dataclass(slots=True)
class _Figure:
    value: float
    percent: bool
    start: int
    end: int
    members: dict[str, int] = field(default_factory=dict)


def read_records(text: str) -> Records:
    """All figures of the text with the members that they are for; ``text`` keeps the places of the original."""
    text = re.sub(r"\*\*|\\\$", "  ", text)
    found = families(text)
    places = namings(text, found)
    if len(places) > _MOST_PLACES:
        return Records(found, ())
    listed = [span for family in found for span in _enumerations(text, family)]
    title = lead = ""
    places = tuple(p for p in places if not any(a <= p.start and p.end < b for a, b in listed))
    records: list[Record] = []
    start = 0
    for end in [*(m.start() for m in _SENTENCE.finditer(text)), len(text)]:
        sentence = text[start:end]
        if sentence.strip():
            if _TITLE.match(sentence):
                title, lead = re.sub(r"^[\s#*\d.)-]+", "", sentence), ""
            elif sentence.rstrip().endswith(":"):
                lead = sentence
            inside = [p for p in places if start <= p.start < end]
            figures = _figures(text, start, end, inside, listed)
            records.extend(_keyed(text, start, end, inside, figures, found, (title, lead)))
        start = end
    return Records(found, tuple(records))


def _enumerations(text: str, family: Family) -> Iterator[tuple[int, int]]:
    """Places of numbers that only name members: "Machines 0, 1 and 2", "Periods 5 and 6"."""
    pattern = rf"\b{family.noun}s\s+\w{{1,3}}(?:\s*(?:,|and|to|through|,\s*and)\s*\w{{1,3}}\b(?!\.\d))*"
    for match in re.finditer(pattern, text, re.I):
        yield match.span()


def _figures(
    text: str, start: int, end: int, places: Sequence[Naming], listed: Sequence[tuple[int, int]]
) -> list[_Figure]:
    found = []
    for m in _NUMBER.finditer(text, start, end):
        at = m.start(1)
        if any(p.start <= at < p.end for p in places) or any(a <= at < b for a, b in listed):
            continue
        line = text.rfind("\n", 0, at) + 1
        if re.match(r"[.)]\s", text[m.end() : m.end() + 2]) and not text[line:at].strip():
            continue
        negative = m[0].startswith("-")
        value = float(m[1].replace(",", "")) * (-1 if negative else 1)
        found.append(_Figure(value, m[2] is not None, at - negative, m.end()))
    return found


def _keyed(
    text: str,
    start: int,
    end: int,
    places: Sequence[Naming],
    figures: Sequence[_Figure],
    found: Sequence[Family],
    headings: tuple[str, str],
) -> Iterator[Record]:
    """Records of one sentence: families named before the first figure lead, the others follow their figure."""
    if not figures:
        return
    single = _without_pairs(text, places)
    for family in dict.fromkeys(p.family.noun for p in single):
        mine = [p for p in single if p.family.noun == family]
        leads = mine[0].start < figures[0].start
        last: int | None = None
        for k, figure in enumerate(figures):
            low = figures[k - 1].end if k else start
            high = figures[k + 1].start if k + 1 < len(figures) else end
            if leads:
                named = [p for p in mine if low <= p.start < figure.start]
                last = named[-1].index if named else last
            else:
                named = [p for p in mine if figure.end <= p.start < high]
                last = named[0].index if named else last
            if last is not None:
                figure.members[family] = last
    _in_order(text, figures, found)
    for k, figure in enumerate(figures):
        low = figures[k - 1].end if k else start
        high = figures[k + 1].start if k + 1 < len(figures) else end
        yield Record(
            dict(figure.members),
            figure.value,
            figure.percent,
            text[low : figure.start],
            text[figure.end : high],
            *headings,
            figure.start,
            figure.end,
        )


def _without_pairs(text: str, places: Sequence[Naming]) -> list[Naming]:
    """Without names that stand in a list of their own: "Product A and Product B together"."""
    loose: set[int] = set()
    for k in range(len(places) - 1):
        a, b = places[k], places[k + 1]
        if a.family is b.family and re.fullmatch(r"\s*(?:,|and|or|,\s*and|to)\s*", text[a.end : b.start]):
            loose |= {k, k + 1}
    return [p for k, p in enumerate(places) if k not in loose]


def _in_order(text: str, figures: Sequence[_Figure], found: Sequence[Family]) -> None:
    """A run of figures without names between them goes over the members of a family of that size, in order."""
    runs: list[list[_Figure]] = []
    for figure in figures:
        if runs and re.fullmatch(r"\s*(?:,\s*and|,|and)\s*\$?\s*", text[runs[-1][-1].end : figure.start]):
            runs[-1].append(figure)
        else:
            runs.append([figure])
    for run in runs:
        free = [f for f in found if len(f.members) == len(run) and all(f.noun not in figure.members for figure in run)]
        if len(run) >= 2 and len(free) == 1:
            for k, figure in enumerate(run):
                figure.members[free[0].noun] = k


@dataclass(slots=True)
class Columns:
    """Records of one role, over the families that all of them name."""

    nouns: tuple[str, ...]
    values: dict[tuple[int, ...], Record]

    def complete(self, sizes: Mapping[str, int]) -> bool:
        count = 1
        for noun in self.nouns:
            count *= sizes[noun]
        return len(self.values) == count


def columns(records: Sequence[Record], order: Sequence[str]) -> Columns | None:
    """The records as one column over their common families, in the given order; None where they contradict."""
    nouns = tuple(noun for noun in order if records and all(noun in r.members for r in records))
    values: dict[tuple[int, ...], Record] = {}
    for record in records:
        key = tuple(record.members[noun] for noun in nouns)
        if key in values and values[key].value != record.value:
            return None
        values.setdefault(key, record)
    return Columns(nouns, values) if values else None
