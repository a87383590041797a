"""Things worth something put into several bins that hold so much each: which to take, and where to put them.

Source: Martello and Toth (1990), ch. 6: multiple knapsacks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from copilot.formulators.draft import Draft, Span
from copilot.formulators.offline.drafting import Paper
from copilot.formulators.offline.words.morphology import lemma
from copilot.formulators.offline.words.senses import wanted

from .figures import Figure
from .placing import column_of, ruled
from .roster import Column, Roster, rosters
from .rule import Ruling
from .rules import rules
from .script import Script

_SURE = 0.88
_LOOSE_FIGURE = 0.6
_LOOSE_RULE = 0.55
_MOST_BINS = 8
_WHERE = re.compile(r"\b(?:which|what)\b[^.?]{0,40}\b(?:on|in|into|onto) (?:which|what)\b", re.I)
#: Without one of these, nothing is put anywhere.
_CARRYING = re.compile(
    r"\b(?:put\w*|pack\w*|load\w*|stow\w*|stack\w*|carr\w+|h[oe]ld\w*|fit\w*|takes?|capacity|capacities|room|space|bags?|"
    r"box\w*|trucks?|vans?|lorr\w+|trolleys?|shel\w+|bins?|baskets?|suitcases?|trunks?|crates?|containers?|knapsacks?|"
    r"backpacks?|rucksacks?|assign\w*|place\w*|share\w*|go(?:es)?)\b",
    re.I,
)
_EACH = re.compile(r"\b(?:each|every|apiece|per|both|either|a|one)\b")


@dataclass(frozen=True, slots=True)
class Filling:
    """``holds`` are the capacities: one for each bin, or one for all ``count`` bins, where that is told."""

    told: Script
    things: Roster
    size: Column
    value: Column
    holds: tuple[Figure, ...]
    count: Figure | None
    ruling: Ruling
    confidence: float


def filling(told: Script) -> Filling | None:
    """The surest reading of the text as such a problem, or None."""
    if wanted(told.original) != "maximize" or _CARRYING.search(told.original) is None:
        return None
    return max(_readings(told), key=lambda reading: reading.confidence, default=None)


def _readings(told: Script) -> Iterator[Filling]:
    for roster in rosters(told):
        if len(roster.columns) != 2:
            continue
        taken = {f.at for c in roster.columns for f in c.figures}
        ruling = rules(told, roster, frozenset(taken))
        rest = [f for f in told.figures if f.at not in taken | ruling.tokens]
        for size, value in (roster.columns, roster.columns[::-1]):
            fits = [f for f in rest if _holds(f, size)]
            bins = [
                f for f in rest if not f.dimension and f not in fits and 2 <= f.value <= _MOST_BINS and _plural(told, f)
            ]
            counts = [
                f
                for f in bins
                if f.value == len(fits) or (len({x.value for x in fits}) == 1 and _shared(told, fits[0]))
            ]
            told_apart = len({f.value for f in fits}) > 1 and _WHERE.search(told.original)
            unsaid: list[Figure | None] = [None] if told_apart and not counts else []
            for count in (*counts, *unsaid):
                left = [f for f in rest if f not in fits and f is not count and f.value not in (1, len(roster.labels))]
                sure = _SURE * _LOOSE_FIGURE ** len(left) * _LOOSE_RULE ** len(ruling.unread) * 0.85**roster.strange
                yield Filling(told, roster, size, value, tuple(fits), count, ruling, round(sure, 3))


def _holds(figure: Figure, size: Column) -> bool:
    """Whether the figure may be what a bin holds: of the unit of the sizes, and more than the smallest."""
    same = figure.dimension == size.dimension if size.dimension else bool(figure.nouns & (size.nouns | size.words))
    return same and figure.value * figure.size / size.size >= min(size.values)


def _plural(told: Script, figure: Figure) -> bool:
    return any(word != lemma(word) for word in told.words(figure.at + 1, figure.after))


def _shared(told: Script, hold: Figure) -> bool:
    """Whether each of the bins holds so much."""
    part = told.part_of(hold.at)
    return _EACH.search(" ".join(told.words(part.first, part.last))) is not None


def draft(found: Filling, formulator: str) -> Draft:
    """The reading as an indexed document."""
    told, things = found.told, found.things
    page = Paper(told.original)
    item = page.set("item", things.labels)
    noun, count = "bin", len(found.holds)
    if (many := found.count) is not None:
        noun = next((w for t in told.tokens[many.at + 1 : many.after] if (w := t.lemma) != t.low), noun)
        count = int(many.value)
    bin_ = page.set(noun, tuple(range(1, count + 1)))
    page.spans[bin_] = () if many is None else (Span(start=many.start, end=many.end),)
    size = column_of(page, "size", item, things, found.size)
    value = column_of(page, "value", item, things, found.value)
    holds = found.holds if len(found.holds) == count else found.holds[:1] * count
    most = page.names.take("holds")
    page.number_table(most, (bin_,), [(k, f.value * f.size / found.size.size) for k, f in enumerate(holds, start=1)])
    page.spans[most] = tuple(Span(start=f.start, end=f.end) for f in found.holds)
    put = page.variable("put", item, bin_, domain="binary", description=f"1 if it goes into this {noun}")
    take = page.variable("take", item, domain="binary", description="1 if it is taken")
    page.aim("maximize", "total_value", f"sum({value}[i]*{take}[i] for i in {item})")
    page.constraint("somewhere", f"sum({put}[i, b] for b in {bin_}) == {take}[i]", over=f"i in {item}")
    page.constraint("fits", f"sum({size}[i]*{put}[i, b] for i in {item}) <= {most}[b]", over=f"b in {bin_}")
    for rule in found.ruling.rules:
        ruled(page, rule, things, take)
    return page.draft(found.confidence, formulator)
