"""Figures for places and for pairs of places: "from Lyon a ton costs 12 to Bern and 9 to Milan; from Nice 14 and 7"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import product

from copilot.formulators.offline.words.lexicon import unit_of, word_set

from .nodes import Mention
from .words import Item, Telling, chain

_FROM = frozenset(["from", "leaving", "out", "off"])
_TO = frozenset(["to", "into", "reach", "reaching", "towards", "toward", "for", "supply", "supplying", "serve"])
_SOURCE = word_set(
    """has have holds hold ship ships give gives yields yield harvested supply supplies offer offers produces produce
    makes make stocks stock store stores available spare deliver provides provide can owns keeps output supplied
    loaded produced contains contain"""
)
_SINK = word_set(
    """needs need needed wants want takes take orders order ordered requires require required receive receives demands
    demand lacks lack short asks expects awaits must sells sell consumes consume uses use get gets wanted due least"""
)
#: What stands between the names of a way.
_JOINTS = (["to"], ["-"], ["\u2013"], ["\u2192"], ["-", ">"], ["into"])
_HANDLE = word_set("handle handles capacity most grade grades process up pass through room limit limited manage cope")
_LISTING = frozenset([",", "and", "or", "&"])
_SKIP = word_set("the a an our its each per market markets")


@dataclass(frozen=True, slots=True)
class Amount:
    value: float
    start: int
    end: int
    words: frozenset[str]
    spelled: bool = False


@dataclass(slots=True)
class Ways:
    """What is given for pairs and for single places; ``loose`` figures belong to neither."""

    pairs: dict[tuple[str, str], Amount] = field(default_factory=dict)
    supply: dict[str, Amount] = field(default_factory=dict)
    demand: dict[str, Amount] = field(default_factory=dict)
    through: dict[str, Amount] = field(default_factory=dict)
    loose: list[Amount] = field(default_factory=list)
    clash: bool = False

    @property
    def sources(self) -> list[str]:
        return list(dict.fromkeys(a for a, _ in self.pairs))

    @property
    def sinks(self) -> list[str]:
        return list(dict.fromkeys(b for _, b in self.pairs))


@dataclass(frozen=True, slots=True)
class _Chunk:
    """A stretch of a sentence with its places and figures, by the position of their items."""

    items: Sequence[Item]
    named: dict[int, Mention]
    figures: tuple[int, ...]
    rate: float = 1.0


def ways(told: Telling, named: Sequence[Mention]) -> Ways:
    """Every figure of the text at its place or pair of places."""
    sources, sinks = _sides(told, named)
    found = Ways()
    memory: tuple[str, str] = ("", "")
    joined = joints(told, named)
    sizes = {len(sources), len(sinks), len({*sources, *sinks}), len({*sources} - {*sinks}), len({*sinks} - {*sources})}
    for chunk in _chunks(told, named, sizes):
        mine = [(a, b) for a, b in joined if a.first in chunk.named and chunk.named[a.first] is a]
        paired = _by_joints(chunk, mine) if mine else None
        paired = paired or _paired(chunk, sources, sinks, memory, found)
        if paired is not None:
            for k, pair in paired.items():
                if pair in found.pairs and found.pairs[pair].value != chunk.items[k].value:
                    found.clash = True
                found.pairs.setdefault(pair, _amount(chunk, k, scale=True))
                memory = pair
            continue
        _single(chunk, sources, sinks, found)
    return found


def _amount(chunk: _Chunk, k: int, *, scale: bool = False) -> Amount:
    """The figure at k; where the first of a list counts thousands, so do the small ones after it."""
    item, head = chunk.items[k], chunk.items[chunk.figures[0]]
    if scale and head.thousands and not item.thousands and item.value < 1000:
        item = replace(item, value=item.value * (1e6 if head.value >= 1e6 else 1e3))
    if scale and chunk.rate > 1:
        item = replace(item, value=item.value / chunk.rate)
    words = frozenset(i.low for i in chunk.items)
    return Amount(item.value, item.start, item.end, words, item.spelled)


def _counts_places(run: Sequence[Item], k: int, sizes: set[int]) -> bool:
    """ "three dairies", "two cheese factories": as many as there are places, and no amount."""
    if not run[k].spelled or run[k].money or run[k].value not in sizes or k + 1 >= len(run):
        return False
    nouns = [i for i in run[k + 1 : k + 3] if i.kind == "word"]
    return any(i.low != i.lemma and unit_of(i.low) is None for i in nouns)


def _chunks(told: Telling, named: Sequence[Mention], sizes: set[int]) -> Iterator[_Chunk]:
    for s, run in enumerate(told.sentences):
        begin = 0
        cuts = [k for k, item in enumerate(run) if item.low == ";"] + [len(run)]
        for cut in cuts:
            mine = {m.first: m for m in named if m.sentence == s and begin <= m.first < cut}
            inside = {k for m in mine.values() for k in range(m.first, m.last)}
            figures = tuple(k for k in range(begin, cut) if run[k].is_number and k not in inside)
            figures = tuple(k for k in figures if not _counts_places(run, k, sizes))
            rates = [k for k in figures if run[k].spelled and run[k].value in (100, 1000)]
            figures = tuple(k for k in figures if k not in rates)
            if figures:
                yield _Chunk(run, mine, figures, run[rates[0]].value if len(rates) == 1 else 1.0)
            begin = cut + 1


def _sides(told: Telling, named: Sequence[Mention]) -> tuple[list[str], list[str]]:
    """Places from which and to which the text says that something goes, in the order of the text."""
    sources: list[str] = []
    sinks: list[str] = []
    last: tuple[int, Mention, list[str]] | None = None
    for m in named:
        run = told.sentences[m.sentence]
        k = m.first - 1
        steps = 0
        while k >= 0 and run[k].kind == "word" and steps < 3 and run[k].low not in _FROM | _TO | _LISTING:
            k, steps = k - 1, steps + 1
        side = None
        if k >= 0 and run[k].low in _FROM:
            side = sources
        elif k >= 0 and run[k].low in _TO:
            side = sinks
        elif last is not None and last[0] == m.sentence and _goes_on(run, last[1], m):
            side = last[2]
        if side is not None:
            if m.name not in side:
                side.append(m.name)
            last = (m.sentence, m, side)
    for a, b in joints(told, named):
        sources.extend([a.name] if a.name not in sources else [])
        sinks.extend([b.name] if b.name not in sinks else [])
    _by_verbs(told, named, sources, sinks)
    return sources, sinks


def _goes_on(run: Sequence[Item], last: Mention, m: Mention) -> bool:
    """Whether two names stand in one list and are of one kind."""
    between = run[last.last : m.first]
    alike = last.name.split()[:-1] == m.name.split()[:-1] or " " not in last.name + m.name
    return alike and all(i.low in _LISTING | _SKIP for i in between)


def _by_verbs(told: Telling, named: Sequence[Mention], sources: list[str], sinks: list[str]) -> None:
    """Places that the text moves nothing from or to by name: those that have, and those that need."""
    for s, run in enumerate(told.sentences):
        lows = {item.low for item in run}
        gives, wants = lows & _SOURCE, lows & _SINK
        mine = [m.name for m in named if m.sentence == s]
        if bool(gives) != bool(wants) and not (lows & _FROM or lows & (_TO - {"for", "to", "supply"})):
            side = sources if gives else sinks
            side.extend(dict.fromkeys(name for name in mine if name not in (*sources, *sinks)))


def joints(told: Telling, named: Sequence[Mention]) -> list[tuple[Mention, Mention]]:
    """Pairs of names that a word or a dash joins into a way: "A to B", "A-B", "between A and B"."""
    found = []
    k = 0
    while k + 1 < len(named):
        a, b = named[k], named[k + 1]
        run = told.sentences[a.sentence]
        between = (
            [i.low for i in run[a.last : b.first] if i.low not in ("the", "our")] if a.sentence == b.sentence else []
        )
        opened = a.first > 0 and "between" in {i.low for i in run[max(0, a.first - 2) : a.first]}
        joined = between in _JOINTS or (opened and between == ["and"])
        if joined and a.name != b.name:
            found.append((a, b))
            k += 2
            continue
        k += 1
    return found


def _paired(
    chunk: _Chunk, sources: Sequence[str], sinks: Sequence[str], memory: tuple[str, str], found: Ways
) -> dict[int, tuple[str, str]] | None:
    """The pair of every figure, by whichever order of names and figures fits all of them."""
    here = {m.name for m in chunk.named.values()}
    if not here & (set(sources) | set(sinks)):
        return None
    for before_o, before_d in product(("before", "after", "any"), repeat=2):
        told = _assigned(chunk, sources, sinks, before_o, before_d, memory)
        if told is not None and not any(pair in found.pairs for pair in told.values()):
            return told
    return _listed(chunk, sources, sinks)


def _by_joints(chunk: _Chunk, mine: Sequence[tuple[Mention, Mention]]) -> dict[int, tuple[str, str]] | None:
    """Each figure with the way next to it: all ways in front of their figures, or all behind them."""
    for before in (True, False):
        pairs: dict[int, tuple[str, str]] = {}
        for n, k in enumerate(chunk.figures):
            low = chunk.figures[n - 1] if n else -1
            high = chunk.figures[n + 1] if n + 1 < len(chunk.figures) else len(chunk.items)
            near = [(a, b) for a, b in mine if (low < a.first < k if before else k < a.first < high)]
            if near:
                a, b = near[-1] if before else near[0]
                pairs[k] = (a.name, b.name)
        if len(pairs) == len(chunk.figures):
            return pairs
    return None


def _assigned(
    chunk: _Chunk,
    sources: Sequence[str],
    sinks: Sequence[str],
    before_o: str,
    before_d: str,
    memory: tuple[str, str],
) -> dict[int, tuple[str, str]] | None:
    pairs: dict[int, tuple[str, str]] = {}
    given = {m.name for m in chunk.named.values()}
    for n, k in enumerate(chunk.figures):
        high = chunk.figures[n + 1] if n + 1 < len(chunk.figures) else len(chunk.items)
        origin = _nearest(chunk, k, high, _FROM, sources, before_o) or ("" if given & set(sources) else memory[0])
        target = _nearest(chunk, k, high, _TO, sinks, before_d) or ("" if given & set(sinks) else memory[1])
        if not origin or not target or origin == target or (origin, target) in pairs.values():
            return None
        pairs[k] = (origin, target)
    return pairs


def _nearest(chunk: _Chunk, k: int, high: int, words: frozenset[str], side: Sequence[str], where: str) -> str:
    """The name of this side that a figure goes with: the last before it, or the first up to the next figure."""
    behind = [m for at, m in sorted(chunk.named.items(), reverse=True) if at < k]
    ahead = [m for at, m in sorted(chunk.named.items()) if k < at < high]
    candidates = {"before": behind, "after": ahead, "any": [*ahead, *behind]}[where]
    other = _TO if words is _FROM else _FROM
    for m in candidates:
        said = {i.low for i in chunk.items[max(0, m.first - 3) : m.first] if not i.is_number}
        marked = chunk.items[m.first - 1].low if m.first else ""
        if marked in words or (m.name in side and marked not in other and not (said & other and not said & words)):
            return m.name
    return ""


def _listed(chunk: _Chunk, sources: Sequence[str], sinks: Sequence[str]) -> dict[int, tuple[str, str]] | None:
    """ "from Nice 14 and 7": as many figures as there are places on the other side, in their order."""
    order = [m for _, m in sorted(chunk.named.items())]
    for mine, others, turned, before in (
        (sources, sinks, False, True),
        (sinks, sources, True, True),
        (sources, sinks, False, False),
        (sinks, sources, True, False),
    ):
        heads = [m for m in order if m.name in mine and m.name not in others]
        here = [m.name for m in order if m.name in others and m.name not in mine]
        line = here if len(set(here)) == len(here) > 1 else list(others)
        if not heads or len(line) < 2 or len(chunk.figures) != len(heads) * len(line):
            continue
        pairs: dict[int, tuple[str, str]] = {}
        for n, k in enumerate(chunk.figures):
            behind = (m.name for m in reversed(heads) if m.first < k)
            head = next(behind if before else (m.name for m in heads if m.first > k), "")
            other = line[n % len(line)]
            pairs[k] = (other, head) if turned else (head, other)
        if len(set(pairs.values())) == len(pairs) and all(a and b for a, b in pairs.values()):
            return pairs
    return None


def _single(chunk: _Chunk, sources: Sequence[str], sinks: Sequence[str], found: Ways) -> None:
    """ "Lyon has 40 tons, Nice 35": each figure to the one place next to it."""
    order = sorted(chunk.named)
    for before in (True, False):
        owners: dict[int, str] = {}
        for n, k in enumerate(chunk.figures):
            low = chunk.figures[n - 1] if n else -1
            high = chunk.figures[n + 1] if n + 1 < len(chunk.figures) else len(chunk.items)
            near = [at for at in order if (low < at < k if before else k < at < high)]
            if len(near) == 1:
                owners[k] = chunk.named[near[0]].name
        if len(owners) == len(chunk.figures) == len(set(owners.values())):
            break
    else:
        owners = _respectively(chunk, order) or _by_chains(chunk, order) or _by_ranks(chunk, sources, sinks)
    words = {item.low for item in chunk.items}
    for k in chunk.figures:
        amount = _amount(chunk, k)
        name = owners.get(k, "")
        side = _side(name, sources, sinks, words)
        if not name or side is None:
            found.loose.append(amount)
            continue
        column = {"supply": found.supply, "demand": found.demand}.get(side, found.through)
        if name in column and column[name].value != amount.value:
            found.clash = True
        column.setdefault(name, amount)


def _respectively(chunk: _Chunk, order: Sequence[int]) -> dict[int, str]:
    """ "markets A, B and C want 40, 50 and 45": as many names as figures, all names first or all figures first."""
    names = list(dict.fromkeys(chunk.named[at].name for at in order))
    if len(names) != len(chunk.figures) or not order:
        return {}
    if max(order) < chunk.figures[0] or min(order) > chunk.figures[-1]:
        return dict(zip(chunk.figures, names, strict=True))
    return {}


def _by_ranks(chunk: _Chunk, sources: Sequence[str], sinks: Sequence[str]) -> dict[int, str]:
    """ "Three quarries have 90, 60 and 50 tons" where the text calls them the first, the second and the third."""
    words = {item.low for item in chunk.items}
    side = sources if words & _SOURCE and not words & _SINK else sinks
    alone = not chunk.named and len(side) == len(chunk.figures) and "First" in side
    return dict(zip(chunk.figures, side, strict=True)) if alone else {}


def _by_chains(chunk: _Chunk, order: Sequence[int]) -> dict[int, str]:
    """Lists of figures after lists of names, single figures after their names, in one sentence."""
    owners: dict[int, str] = {}
    k, begin = 0, -1
    while k < len(chunk.figures):
        listed = chain(chunk.items, chunk.figures, k)
        names = [chunk.named[at].name for at in order if begin < at < listed[0]]
        if len(names) < len(listed):
            return {}
        owners |= dict(zip(listed, names[-len(listed) :], strict=True))
        begin, k = listed[-1], k + len(listed)
    return owners if len(set(owners.values())) == len(owners) else {}


def _side(name: str, sources: Sequence[str], sinks: Sequence[str], words: set[str]) -> str | None:
    if name in sources and name not in sinks:
        return "supply"
    if name in sinks and name not in sources:
        return "demand"
    if name in sources and name in sinks and words & _HANDLE:
        return "through"
    gives, wants = words & _SOURCE, words & _SINK
    if bool(gives) != bool(wants):
        return "supply" if gives else "demand"
    return None


def unexplained(found: Ways) -> list[Amount]:
    """Figures that belong to no place, but for those that count the places: "two quarries and three works"."""
    counts = {len(found.sources), len(found.sinks), len({*found.sources, *found.sinks}), len(found.pairs)}
    counts |= {len(set(found.sources) - set(found.sinks)), len(set(found.sinks) - set(found.sources))}
    counts |= {len(set(found.sources) & set(found.sinks))}
    return [a for a in found.loose if a.value not in counts or not (a.spelled or a.value < 10)]
