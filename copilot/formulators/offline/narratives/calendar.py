"""The periods of a text: which words name them, in what order they come, and how many there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from copilot.formulators.offline.words.lexicon import word_set
from copilot.formulators.offline.words.times import DAYS, MONTHS, PERIODS, RANKS, SEASONS, SHORT_DAYS, SHORT_MONTHS

from .words import Item, Telling, longest_list

#: Families whose periods have names of their own, with the noun for one and the names in their round.
_CALLED = {"months": ("month", MONTHS), "days": ("day", DAYS), "seasons": ("season", SEASONS)}
_LETTERS = {"q": "quarter", "w": "week", "m": "month", "d": "day", "wk": "week"}
_JOINS = word_set("coming next following successive consecutive upcoming planning production summer winter")
_FEWEST = 2


@dataclass(frozen=True, slots=True)
class Calendar:
    """``count`` periods called ``noun``, with names where the text names them."""

    noun: str
    count: int
    names: tuple[str, ...]
    named: bool


@dataclass(frozen=True, slots=True)
class _Name:
    family: str
    rank: int
    first: int
    last: int
    more: tuple[int, ...] = ()

    @property
    def ranks(self) -> tuple[int, ...]:
        return (self.rank, *self.more)


def with_periods(told: Telling) -> tuple[Telling, Calendar | None]:
    """The text with the names of periods as items of their own, numbers in them and dates taken up."""
    sentences = _dated(told)
    names = [name for k, run in enumerate(sentences) for name in _names(run, k)]
    ranks: dict[str, list[int]] = {}
    for _, name in names:
        ranks.setdefault(name.family, []).extend(name.ranks)
    ranks, names, sentences = _without_eve(ranks, names, sentences)
    real = {f: list(dict.fromkeys(r)) for f, r in ranks.items() if len(set(r)) >= _FEWEST}
    best = max(real, key=lambda f: (len(real[f]), f in _CALLED), default="")
    order = _ordered(best, real.get(best, []))
    index = {rank: k for k, rank in enumerate(order)}
    rewritten = []
    for k, run in enumerate(sentences):
        mine = [name for at, name in names if at == k and name.family == best]
        rewritten.append(tuple(_replaced(run, mine, index, best)))
    told = Telling(told.text, tuple(rewritten))
    noun, counted, told = _horizon(told, {len(order), longest_list(told)} - {0, 1})
    if not order and counted < _FEWEST:
        return told, None
    noun = _CALLED[best][0] if best in _CALLED else best or noun
    count = counted if counted >= _FEWEST and counted >= len(order) else len(order)
    spoken = [_spoken(best, rank) for rank in order]
    named = len(order) == count
    return told, Calendar(noun, count, tuple(spoken) if named else tuple(str(k + 1) for k in range(count)), named)


_Places = list[tuple[int, _Name]]


def _without_eve(
    ranks: dict[str, list[int]], names: _Places, sentences: list[tuple[Item, ...]]
) -> tuple[dict[str, list[int]], _Places, list[tuple[Item, ...]]]:
    """ "at the end of June", "in June it employs 15", before plans for July to September: June is none of these."""
    for family in ("months", "days"):
        eve = _eve(family, [place for place in names if place[1].family == family], sentences)
        if eve is not None:
            rest = {family: [rank for rank in ranks[family] if rank != eve[1].rank]}
            return ranks | rest, *_taken_out(eve, names, sentences)
    return ranks, names, sentences


def _eve(family: str, mine: _Places, sentences: Sequence[Sequence[Item]]) -> tuple[int, _Name] | None:
    """The place of the period just before all others, where its end is told or it is told alone."""
    size = len(_CALLED[family][1])
    told = Counter(at for at, _ in mine)
    for at, name in mine:
        others = {rank for _, other in mine for rank in other.ranks} - {name.rank}
        apart = _after_end(sentences[at], name) or (told[at] == 1 and max(told.values()) > 1)
        once = [other for _, other in mine if name.rank in other.ranks] == [name]
        before = (name.rank + 1) % size in others and (name.rank - 1) % size not in others
        if apart and once and before and not name.more and len(others) >= _FEWEST:
            return at, name
    return None


def _taken_out(
    eve: tuple[int, _Name], names: _Places, sentences: Sequence[tuple[Item, ...]]
) -> tuple[_Places, list[tuple[Item, ...]]]:
    """The names and the sentences with the eve as the start of the plan."""
    at, name = eve
    run = sentences[at]
    lead = name.first - (2 if _after_end(run, name) else 1 if name.first else 0)
    start = Item("word", "at-start", run[lead].start, run[name.last - 1].end)
    moved = name.last - lead - 1
    left = [
        (k, replace(n, first=n.first - moved, last=n.last - moved) if k == at and n.first > name.first else n)
        for k, n in names
        if n is not name
    ]
    return left, [(*s[:lead], start, *s[name.last :]) if k == at else s for k, s in enumerate(sentences)]


def _after_end(run: Sequence[Item], name: _Name) -> bool:
    return [item.low for item in run[max(0, name.first - 2) : name.first]] == ["end", "of"]


def _ordered(family: str, ranks: Sequence[int]) -> list[int]:
    """In the order of the calendar, which may go round: November, December, January."""
    if family not in _CALLED or not ranks:
        return sorted(ranks)
    return sorted(ranks, key=lambda rank: (rank - ranks[0]) % len(_CALLED[family][1]))


def _spoken(family: str, rank: int) -> str:
    if family not in _CALLED:
        return f"{family} {rank + 1}"
    names = _CALLED[family][1]
    return names[rank % len(names)].capitalize()


def _dated(told: Telling) -> list[tuple[Item, ...]]:
    """Dates such as "1 April" as one word: "at-start" for the first of a month, "at-end" for its last days."""
    runs = []
    for run in told.sentences:
        kept: list[Item] = []
        for item in run:
            if kept and _month(item) is not None and kept[-1].is_number and kept[-1].value in (1, 28, 30, 31):
                if kept[-1].money or kept[-1].percent:
                    kept.append(item)
                    continue
                day = kept.pop()
                low = "at-start" if day.value == 1 else "at-end"
                kept.append(Item("word", low, day.start, item.end))
                continue
            first = item.is_number and item.value == 1 and not (item.money or item.percent)
            if first and kept and _month(kept[-1]) is not None and not _counted(run, item):
                month = kept.pop()
                kept.append(Item("word", "at-start", month.start, item.end))
                continue
            kept.append(item)
        runs.append(tuple(kept))
    return runs


def _counted(run: Sequence[Item], item: Item) -> bool:
    """Whether a noun that the number counts stands behind it: "May 1 ton"; a date has a pause or a verb there."""
    at = run.index(item)
    after = run[at + 1] if at + 1 < len(run) else None
    return (
        after is not None and after.kind == "word" and after.low not in ("we", "he", "she", "they", "i", "there", "it")
    )


def _month(item: Item) -> int | None:
    if item.kind != "word" or not (item.capital or item.low in SHORT_MONTHS or item.low in MONTHS):
        return None
    if item.low in MONTHS:
        return MONTHS.index(item.low) if item.low not in ("may", "march") or item.capital else None
    return SHORT_MONTHS.get(item.low) if item.capital and item.low != "may" else None


def _names(run: Sequence[Item], at: int) -> list[tuple[int, _Name]]:
    found: list[_Name] = []
    k = 0
    while k < len(run):
        name = _name(run, k, found[-1].family if found else "")
        if name is not None:
            found.append(name)
            k = name.last
        else:
            k += 1
    return [(at, name) for name in found]


def _name(run: Sequence[Item], k: int, last: str) -> _Name | None:
    item = run[k]
    after = run[k + 1] if k + 1 < len(run) else None
    if item.kind != "word":
        return None
    if (month := _month(item)) is not None:
        return _stretch(run, k, "months", month, 12)
    if (day := _day(item)) is not None:
        return _stretch(run, k, "days", day, 7)
    season = "autumn" if item.low == "fall" and k and run[k - 1].low in ("in", "and", ",") else item.low
    if season in SEASONS:
        return _Name("seasons", SEASONS.index(season), k, k + 1)
    head, digits = item.low.rstrip("0123456789"), item.low[len(item.low.rstrip("0123456789")) :]
    if digits and (head in _LETTERS or head in PERIODS) and 0 < int(digits) <= 52:
        return _Name(_LETTERS.get(head, head), int(digits) - 1, k, k + 1)
    if item.low.endswith("s") and item.lemma in PERIODS and after is not None and after.is_number:
        return _group(run, k)
    if item.low in PERIODS or item.low == "wk":
        counting = k and run[k - 1].low in ("per", "a", "each", "every", "any")
        plain = after is not None and after.is_number and not (after.money or after.percent) and not counting
        if plain and after is not None and 1 <= after.value <= 52 and after.value == int(after.value):
            return _Name(_LETTERS.get(item.low, item.low), int(after.value) - 1, k, k + 2)
        return None
    if item.low == "first" and after is not None and after.is_number and k + 2 < len(run) and after.value <= 52:
        noun = run[k + 2]
        if noun.lemma in PERIODS and noun.low.endswith("s"):
            return _Name(noun.lemma, 0, k, k + 3, tuple(range(1, int(after.value))))
    rank = RANKS.get(item.low)
    if rank is None:
        return None
    if after is not None and after.low in PERIODS:
        return _Name(after.low, rank, k, k + 2)
    if last in PERIODS and k and run[k - 1].low in ("the", ",", "and", "in"):
        return _Name(last, rank, k, k + 1)
    return None


def _day(item: Item) -> int | None:
    low = item.low.removesuffix("s")
    if low in DAYS:
        return DAYS.index(low)
    return SHORT_DAYS.get(low) if item.capital else None


def _stretch(run: Sequence[Item], k: int, family: str, rank: int, size: int) -> _Name:
    """The name at k, or all names from it to another: "Monday to Friday"."""
    if k + 2 < len(run) and run[k + 1].low in ("to", "-", "\u2013", "through", "till", "until"):
        last = _month(run[k + 2]) if family == "months" else _day(run[k + 2])
        if last is not None and last != rank:
            steps = (last - rank) % size
            return _Name(family, rank, k, k + 3, tuple((rank + j) % size for j in range(1, steps + 1)))
    return _Name(family, rank, k, k + 1)


def _group(run: Sequence[Item], k: int) -> _Name | None:
    """ "weeks 1 to 4", "months 2, 3 and 4"."""
    family, ranks, j = run[k].lemma, [int(run[k + 1].value) - 1], k + 2
    while j + 1 < len(run) and run[j + 1].is_number and not (run[j + 1].money or run[j + 1].percent):
        rank = int(run[j + 1].value) - 1
        if not ranks[-1] < rank < 52 or run[j + 1].value != rank + 1:
            break
        if run[j].low in ("to", "-", "\u2013", "through"):
            ranks.extend(range(ranks[-1] + 1, rank + 1))
        elif run[j].low in (",", "and") and rank == ranks[-1] + 1:
            ranks.append(rank)
        else:
            break
        j += 2
    return _Name(family, ranks[0], k, j, tuple(ranks[1:])) if len(ranks) > 1 else None


def _replaced(run: Sequence[Item], names: Sequence[_Name], index: dict[int, int], family: str) -> list[Item]:
    kept: list[Item] = []
    k = 0
    for name in names:
        kept.extend(run[k : name.first])
        start, end = run[name.first].start, run[name.last - 1].end
        indices = tuple(index[rank] for rank in name.ranks)
        whole = len(set(indices)) == len(index)
        kept.append(Item("word", "@all", start, end) if whole else Item("period", family, start, end, indices=indices))
        k = name.last
    kept.extend(run[k:])
    return kept


def _horizon(told: Telling, sizes: set[int]) -> tuple[str, int, Telling]:
    """ "the next four quarters", "over five weeks": the number becomes a word, for it is no figure of the plan.

    ``sizes`` are the numbers of periods that names or lists of figures speak for.
    """
    best: tuple[str, int] = ("", 0)
    runs = []
    for run in told.sentences:
        kept = list(run)
        for k, item in enumerate(run):
            if not item.is_number or item.money or item.percent or item.value != int(item.value):
                continue
            j = k + 1
            while j < len(run) and run[j].low in _JOINS | {"-"}:
                j += 1
            if j >= len(run) or run[j].lemma not in PERIODS or not (run[j].low.endswith("s") or run[j - 1].low == "-"):
                continue
            before = run[k - 1].low if k else ""
            ahead = j > k + 1 and (not sizes or item.value in sizes)
            if before in _BEFORE or ahead or (item.value in sizes and before not in ("every", "than")):
                kept[k] = replace(item, kind="word", low="several")
                if not best[1]:
                    best = (run[j].lemma, int(item.value))
        runs.append(tuple(kept))
    return best[0], best[1], Telling(told.text, tuple(runs))


_BEFORE = word_set(
    """next coming following over for of these plan plans planning during within first last the all our upcoming
    covers cover spans across each through"""
)
