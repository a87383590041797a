"""Figures with the words around them: single ones, and rows with one for each period."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from copilot.formulators.draft import Span
from copilot.formulators.offline.drafting import Figure as Number
from copilot.formulators.offline.words.particles import EACH
from copilot.formulators.offline.words.times import PERIODS

from .words import BREAKS, Item, Telling, chain

_PAUSES = BREAKS | {",", ";", "and"}
_RATES = EACH - {"one"}
_NEAR = 5


@dataclass(frozen=True, slots=True)
class Figure:
    """One value, or one for each period; ``before`` and ``after`` are the words that belong to it alone."""

    values: tuple[float, ...]
    start: int
    end: int
    money: bool
    percent: bool
    before: tuple[str, ...]
    after: tuple[str, ...]
    lead: tuple[str, ...]
    sentence: int
    spelled: bool = False
    thousands: bool = False
    places: tuple[Span, ...] = ()
    index: int = -1

    @property
    def value(self) -> float:
        return self.values[0]

    @property
    def is_row(self) -> bool:
        return len(self.values) > 1

    @property
    def near(self) -> tuple[str, ...]:
        return (*self.before, *self.after)

    @property
    def words(self) -> frozenset[str]:
        """The words near the figure, as they are."""
        return frozenset(self.near)

    def over(self, periods: Sequence[str]) -> dict[str, Number]:
        """The value of each period, with its place."""
        told = zip(periods, self.values, self.places, strict=True)
        return {name: Number(value, place.start, place.end) for name, value, place in told}

    @property
    def span(self) -> Span:
        return Span(start=self.start, end=self.end)


@dataclass(frozen=True, slots=True)
class _Group:
    """Items ``first`` to ``last`` of a sentence, with the numbers among them."""

    first: int
    last: int
    numbers: tuple[int, ...]
    index: int = -1
    stop: int = 0


def figures(told: Telling, count: int) -> tuple[Figure, ...]:
    """All figures of the text in their order, with rows of ``count`` values where a list or labels make one."""
    grand = any(item.money and item.thousands for item in told.numbers)
    small = grand and re.search(r"\bin (?:thousands?|millions?)\b", told.text, re.I) is not None
    found: list[Figure] = []
    for s, run in enumerate(told.sentences):
        groups = _grouped(run, count)
        for k, group in enumerate(groups):
            begin = groups[k - 1].last if k else 0
            end = group.stop or (groups[k + 1].first if k + 1 < len(groups) else len(run))
            found.append(_figure(run, s, group, begin, end, first=k == 0, grand=grand))
    if small:
        size = 1000.0 if all(f.value % 1e6 for f in found if f.thousands) else 1e6
        found = [replace(f, values=tuple(v / size for v in f.values)) if f.money else f for f in found]
    return tuple(found)


def _figure(run: Sequence[Item], s: int, group: _Group, begin: int, end: int, *, first: bool, grand: bool) -> Figure:
    numbers = [run[k] for k in group.numbers]
    before = run[begin : group.first] if first else run[_cut(run, begin, group.first) : group.first]
    after = run[group.last : _cut(run, group.last, end) if end < len(run) else _stop(run, group.last)]
    between = [item for k, item in enumerate(run[group.first : group.last], group.first) if k not in group.numbers]
    inside = [i.low for i in between if i.kind == "word"]
    head = min(numbers, key=lambda n: n.start)
    tail = max(n.end for n in numbers)
    return Figure(
        values=tuple(n.value for n in numbers),
        start=head.start,
        end=tail,
        money=any(n.money or (grand and n.thousands) for n in numbers),
        percent=any(n.percent for n in numbers),
        before=_lows(before),
        after=(*inside, *_lows(after)),
        lead=_lows(run[: group.first]),
        sentence=s,
        spelled=head.spelled,
        thousands=any(n.thousands for n in numbers),
        places=tuple(Span(start=n.start, end=n.end) for n in numbers),
        index=group.index,
    )


def _lows(items: Sequence[Item]) -> tuple[str, ...]:
    return tuple("@period" if item.kind == "period" else item.low for item in items)


def _stop(run: Sequence[Item], first: int) -> int:
    """Where the words of the last figure of a sentence end: at a strong mark, or where a new clause begins."""
    for k in range(first, len(run)):
        clause = run[k].low == "," and k + 1 < len(run) and run[k + 1].low in ("and", "but", "so")
        if run[k].low in (";", "(") or clause:
            return k
    return len(run)


def _cut(run: Sequence[Item], first: int, last: int) -> int:
    """Where, between two figures, the words of the first one end and those of the second one begin."""
    strong = next((k for k in range(first, last) if run[k].low in (";", ".")), None)
    if strong is not None:
        return strong
    for k in range(first, last):
        if run[k].low == "and" and k + 1 < last and (run[k + 1].lemma in PERIODS or run[k + 1].low == "per"):
            continue
        if run[k].low in _PAUSES:
            rest = [item.low for item in run[k + 1 : last]]
            if run[k].low == "," and rest and rest[0] in _RATES and not any(low in _PAUSES for low in rest):
                continue
            return k
    k = first
    while k < last and (run[k].low in _RATES or (k > first and run[k - 1].low in _RATES)):
        k += 1
    return k


def _grouped(run: Sequence[Item], count: int) -> list[_Group]:
    """The numbers of a sentence, those of one row together."""
    pairs = _labeled(run)
    groups = _columns(run, count)
    taken = {n for group in groups for n in group.numbers}
    pairs = [] if groups else pairs
    for row in _rows(run, pairs, count):
        numbers = tuple(n for _, n in sorted((index, n) for n, p in row for index in run[p].indices))
        periods = [p for _, p in row]
        low, high = min(*numbers, *periods), max(*numbers, *periods) + 1
        groups.append(_Group(low, high, numbers))
        taken.update(numbers)
    single = {n: run[p].indices[0] for n, p in pairs}
    free = [k for k, item in enumerate(run) if item.is_number and k not in taken]
    k = 0
    while k < len(free):
        listed = chain(run, free, k)
        if count >= 2 and len(listed) == count:
            groups.append(_Group(listed[0], listed[-1] + 1, tuple(listed)))
            k += count
        else:
            at = free[k]
            groups.append(_Group(at, at + 1, (at,), single.get(at, -1)))
            k += 1
    return sorted(groups, key=lambda g: g.first)


def _columns(run: Sequence[Item], count: int) -> list[_Group]:
    """The rows of a sentence that tells several figures for one period after the other: "May brings 8 and costs 5"."""
    spots = [k for k, item in enumerate(run) if item.kind == "period"]
    if count < 2 or [run[k].indices for k in spots] != [(k,) for k in range(count)]:
        return []
    bounds = [*spots, len(run)]
    told = [[n for n in range(a, b) if run[n].is_number] for a, b in pairwise(bounds)]
    width = len(told[0])
    if width < 2 or any(len(numbers) != width for numbers in told) or any(run[n].is_number for n in range(spots[0])):
        return []
    firsts = told[0]
    return [
        _Group(firsts[j], firsts[j] + 1, tuple(row[j] for row in told), stop=[*firsts, spots[1]][j + 1])
        for j in range(width)
    ]


def _labeled(run: Sequence[Item]) -> list[tuple[int, int]]:
    """Numbers with the period that each is given for: "180 in May, 90 in June", "May 180, June 90"."""
    after, before = {}, {}
    for k, item in enumerate(run):
        if not item.is_number:
            continue
        j = _next_period(run, k, 1)
        if j is not None:
            after[k] = j
        j = _next_period(run, k, -1)
        if j is not None:
            before[k] = j
    chosen = after if len(after) > len(before) else before
    if len(after) == len(before) and after:
        chosen = after if min(after) < min(min(before.values()), min(before)) else before
    used: set[int] = set()
    pairs = []
    for n, p in chosen.items():
        if p not in used:
            used.add(p)
            pairs.append((n, p))
    return pairs


def _next_period(run: Sequence[Item], k: int, step: int) -> int | None:
    """The period next to the number at k, with a few words and no figure or pause between."""
    j, words = k + step, 0
    while 0 <= j < len(run) and words <= _NEAR:
        item = run[j]
        if item.kind == "period":
            return j
        if item.is_number or item.low in (";", ".", "and", "but"):
            return None
        if item.low == "," and (step > 0 or abs(j - k) > 1):
            return None
        words += item.kind == "word"
        j += step
    return None


def _rows(run: Sequence[Item], pairs: Sequence[tuple[int, int]], count: int) -> list[list[tuple[int, int]]]:
    """Runs of ``count`` pairs; a period that comes again begins the next."""
    rows: list[list[tuple[int, int]]] = []
    seen: set[int] = set()
    for pair in pairs:
        indices = set(run[pair[1]].indices)
        if not rows or indices & seen or len(seen) == count:
            rows.append([])
            seen = set()
        rows[-1].append(pair)
        seen |= indices
    return [row for row in rows if sum(len(run[p].indices) for _, p in row) == count >= 2]
