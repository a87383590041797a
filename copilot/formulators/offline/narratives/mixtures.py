"""The cheapest mixture: what each part costs and contains, what the whole must contain, and shares of the parts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from copilot.formulators.draft import Draft, Span
from copilot.formulators.offline.drafting import Figure, Paper
from copilot.formulators.offline.prose.entities import mark_of
from copilot.formulators.offline.words.lexicon import unit_of, word_set

from .parts import Part, parts_lists, with_prices
from .words import Item, Telling

Direction = Literal["<=", ">=", "=="]

_CONFIDENCE = 0.86
_MIXING = re.compile(
    r"\b(?:mix\w*|blend\w*|recipe\w*|alloy\w*|punch|feed|compound\w*|standardi[sz]\w*|batch\w*|brew\w*|melt\w*|"
    r"ratio|composed|composition|contents?|fodder|muesli|dough|concrete|fertili[sz]er|smoothie|cocktail|stew|soup)\b",
    re.I,
)
_FLOOR = (
    "at least", "no less than", "not less than", "no fewer than", "minimum of", "a minimum", "not below", "or more",
    "not fall below", "must reach", "never below", "min",
)  # fmt: skip
_CEILING = (
    "at most", "no more than", "not more than", "not exceed", "up to", "maximum of", "a maximum", "not above",
    "or less", "never more than", "limited to", "cannot exceed", "never exceed", "stay below", "max", "not over",
    "stay under", "be more than", "can't exceed", "mustn't exceed", "not be above", "not be over",
)  # fmt: skip
_EXACT = ("exactly", "precisely", "must be", "has to be", "equal to")
_NOTHING = word_set("none nothing no free")
_WHOLE = word_set(
    "mix mixture blend batch recipe total whole product alloy punch feed all everything together drink compound"
)
_THERE = word_set("available only hand stock left supply there")
_AMOUNTS = word_set("t unit bag barrel tonne")
_FAR = 9


@dataclass(slots=True)
class _Mixture:
    parts: Sequence[Part]
    prices: dict[int, Item] = field(default_factory=dict)
    contents: dict[str, dict[int, Item]] = field(default_factory=dict)
    limits: list[tuple[str, Direction, Item]] = field(default_factory=list)
    shares: list[tuple[int, Direction, Item]] = field(default_factory=list)
    stocks: list[tuple[int, Direction, Item]] = field(default_factory=list)
    total: Item | None = None
    free: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Spot:
    """The figure ``run[k]`` with its own words ``run[low:high]``, its comparison and the content it may be of."""

    run: Sequence[Item]
    k: int
    low: int
    high: int
    direction: Direction | None
    quality: str
    said: bool

    @property
    def item(self) -> Item:
        return self.run[self.k]


def mixture(told: Telling, formulator: str) -> Draft | None:
    """The draft of the cheapest mixture, or None where a figure of the text finds no place in it."""
    if _MIXING.search(told.text) is None or not any(n.money for n in told.numbers):
        return None
    told = with_prices(told)
    for parts in parts_lists(told):
        read = _Mixture(parts)
        if all(_sentence(run, read) for run in told.sentences) and _whole(read):
            return _sheet(told, read).draft(_CONFIDENCE, formulator)
    return None


def _whole(read: _Mixture) -> bool:
    """Whether every part has its price and contents, and something is asked of the mixture."""
    everyone = range(len(read.parts))
    priced = all(k in read.prices or k in read.free for k in everyone)
    filled = all(len(column) >= max(1, len(read.parts) - 1) for column in read.contents.values())
    known = {quality for quality, _, _ in read.limits} <= set(read.contents)
    shares = all(item.percent for column in read.contents.values() for item in column.values())
    if read.total is None and not shares:
        return False
    return priced and filled and known and bool(read.limits or read.shares or read.stocks)


def _sentence(run: Sequence[Item], read: _Mixture) -> bool:
    """Takes up all figures of a sentence; False where one has no place."""
    named = _named(run, read.parts)
    for at, part in named:
        after = [i.low for i in run[at + 1 : at + 3]]
        verb = int(after[:1] in (["is"], ["are"], ["costs"], ["has"], ["contains"]))
        if after[verb : verb + 1] and after[verb] in _NOTHING:
            read.free.add(part)
    numbers = [k for k, item in enumerate(run) if item.is_number and not _in_rate(run, k)]
    quality = ""
    used: set[tuple[str, int]] = set()
    for n, k in enumerate(numbers):
        low = numbers[n - 1] + 1 if n else 0
        high = numbers[n + 1] if n + 1 < len(numbers) else len(run)
        direction = _direction(run, low, k, high, n and numbers[n - 1])
        found, said = _quality(run, k, high, read)
        begin = max((j + 1 for j in range(low, k) if run[j].low in (",", ";", "and")), default=low)
        own = {mark_of(i.low) for i in run[begin:k] if i.kind == "word"}
        said = said or (found in own and not any(begin <= at < k for at, _ in named))
        quality = found or quality
        if not _placed(_Spot(run, k, low, high, direction, quality, said), named, read, used):
            return False
    return True


def _in_rate(run: Sequence[Item], k: int) -> bool:
    """ "per 100 ml": the number belongs to the unit."""
    return k > 0 and run[k - 1].low == "per" and run[k].value in (1, 10, 100, 1000)


def _named(run: Sequence[Item], parts: Sequence[Part]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for k, item in enumerate(run):
        if item.kind != "word":
            continue
        keys = {mark_of(item.low), item.low, item.low.upper() if item.capital else item.low}
        part = next((p for p, entry in enumerate(parts) if keys & entry.marks), None)
        if part is not None and not (len(item.low) == 1 and not item.capital):
            found.append((k, part))
    return found


def _direction(run: Sequence[Item], low: int, k: int, high: int, before: int) -> Direction | None:
    """What the words just before the figure, or "or more" behind it, say."""
    lead = " ".join(i.low for i in run[max(low, k - _FAR) : k])
    tail = " ".join(i.low for i in run[k + 1 : min(high, k + 5)])
    if before and run[k - 1].low in ("and", "-", "to", "\u2013") and k - before <= 3:
        opened = {i.low for i in run[max(0, before - 4) : before]}
        if "between" in opened or run[k - 1].low != "and":
            return "<="
    if "between" in lead.split()[-3:]:
        return ">="
    found: list[tuple[int, Direction]] = []
    for phrases, direction in ((_FLOOR, ">="), (_CEILING, "<="), (_EXACT, "==")):
        for phrase in phrases:
            at = lead.rfind(phrase)
            if at >= 0 and re.search(rf"\b{re.escape(phrase)}\b", lead):
                found.append((at + len(phrase), direction))  # type: ignore[arg-type]
    if found:
        return max(found)[1]
    if re.search(r"\bor more\b|\bat least\b|\bminimum\b", tail):
        return ">="
    if re.search(r"\bor less\b|\bat most\b|\bmaximum\b", tail):
        return "<="
    return None


def _quality(run: Sequence[Item], k: int, high: int, read: _Mixture) -> tuple[str, bool]:
    """What the figure is a content of, and whether the noun follows it: "11 % protein"; else one named before it."""
    if k + 2 < len(run) and run[k + 1].low in ("and", "to", "-", "\u2013") and run[k + 2].is_number:
        return _quality(run, k + 2, len(run), read)
    j = k + 1
    while j < high and (run[j].low in ("of", "the") or unit_of(run[j].low) is not None):
        j += 1
    if j < high and run[j].kind == "word" and _may_be_quality(run[j], read):
        return mark_of(run[j].low), True
    known = [mark_of(i.low) for i in run[:k] if i.kind == "word" and mark_of(i.low) in read.contents]
    if known:
        return known[-1], False
    before = [i for i in run[max(0, k - 6) : k] if i.kind == "word"]
    for first, second in pairwise(before):
        if second.lemma in ("content", "share", "level", "rating", "value") and _may_be_quality(first, read):
            return mark_of(first.low), False
    return "", False


_NO_QUALITY = word_set(
    """the a an and or of in it its this that per each every at to with for from must should may can has have be is
    are will would but while which so if as by on we i you they than cheaper total mixture mix blend batch whole all
    content share recipe cost costs price"""
)


def _may_be_quality(item: Item, read: _Mixture) -> bool:
    low = item.low
    owned = any(mark_of(low) in part.marks or low in part.marks or low in part.words for part in read.parts)
    return low not in _NO_QUALITY and not owned and len(low) > 2 and unit_of(low) is None


def _placed(spot: _Spot, named: Sequence[tuple[int, int]], read: _Mixture, used: set[tuple[str, int]]) -> bool:
    item = spot.item
    if item.money:
        owner = _owner(spot, named, used, "price")
        if owner is None or owner in read.prices:
            return False
        used.add(("price", owner))
        read.prices[owner] = item
        return True
    fraction = item.percent or (item.spelled and 0 < item.value < 1)
    if not fraction and not _is_content(spot, read):
        return _measured(spot, named, read, used)
    if spot.direction is None:
        owner = _owner(spot, named, used, spot.quality)
        column = read.contents.setdefault(spot.quality, {})
        if not spot.quality or owner is None or owner in column:
            return False
        used.add((spot.quality, owner))
        column[owner] = item
        return True
    shared = fraction and not spot.said and (item.spelled or _names_part(spot, named))
    if not shared and spot.quality:
        read.limits.append((spot.quality, spot.direction, item))
        return True
    what = f"share {spot.direction}"
    owner = _owner(spot, named, used, what)
    if owner is None or not fraction:
        return False
    used.add((what, owner))
    read.shares.append((owner, spot.direction, item))
    return True


def _is_content(spot: _Spot, read: _Mixture) -> bool:
    """Whether a plain figure is a content: "10 g of sugar per 100 ml", "13 g" after it, "90 g protein"."""
    run, k = spot.run, spot.k
    if any(run[j].low == "per" and j + 1 < len(run) and run[j + 1].is_number for j in range(k + 1, spot.high)):
        return True
    small = k + 1 < len(run) and run[k + 1].lemma in ("g", "mg", "kcal", "gram", "calorie")
    if small and spot.said and spot.quality:
        return True
    known = read.contents.get(spot.quality, {})
    return bool(known) and not any(item.percent for item in known.values())


def _names_part(spot: _Spot, named: Sequence[tuple[int, int]]) -> bool:
    return any(spot.low <= at < spot.high and abs(at - spot.k) < _FAR for at, _ in named)


def _measured(spot: _Spot, named: Sequence[tuple[int, int]], read: _Mixture, used: set[tuple[str, int]]) -> bool:
    """A weight or a volume: of the whole mixture, or what there is of one part."""
    run, k, item = spot.run, spot.k, spot.item
    after = run[k + 1] if k + 1 < len(run) else None
    if item.spelled and item.value == len(read.parts):
        return True
    if after is None or (unit_of(after.low) is None and after.lemma not in _AMOUNTS):
        return False
    around = {mark_of(i.low) for i in run[spot.low : spot.high] if i.kind == "word"}
    owner = _owner(spot, named, used, "stock") if _names_part(spot, named) else None
    limited = spot.direction is not None or bool(around & _THERE)
    if owner is not None and limited and not (around & _WHOLE and spot.direction is None):
        read.stocks.append((owner, spot.direction or "<=", item))
        used.add(("stock", owner))
        return True
    if read.total is not None:
        return read.total.value == item.value
    read.total = item
    return True


def _owner(spot: _Spot, named: Sequence[tuple[int, int]], used: set[tuple[str, int]], what: str) -> int | None:
    """The part that a figure speaks of: one named next to it, else the last one named before."""
    k = spot.k
    inside = [(at, part) for at, part in named if spot.low <= at < spot.high and (what, part) not in used]
    before = [part for at, part in inside if at < k]
    after = [part for at, part in inside if at > k and _joined(spot.run, k, at)]
    if after and (not before or _closer(spot.run, k, after, inside)):
        return after[0]
    if before:
        return before[-1]
    earlier = [part for at, part in named if at < k and (what, part) not in used]
    return earlier[-1] if earlier else after[0] if after else None


def _joined(run: Sequence[Item], k: int, at: int) -> bool:
    return not any(i.low in (",", ";", "and", "while", "whereas", "but") for i in run[k + 1 : at])


def _closer(run: Sequence[Item], k: int, after: Sequence[int], inside: Sequence[tuple[int, int]]) -> bool:
    """Whether the name behind the figure is tied to it by "of", "has to be", "may be" or by nothing."""
    at = next(at for at, part in inside if at > k and part == after[0])
    words = {i.low for i in run[k + 1 : at]}
    return bool(words & {"of", "be", "from"}) or at - k <= 2


def _sheet(told: Telling, read: _Mixture) -> Paper:
    sheet = Paper(told.text)
    names = [sheet.variable(part.name, description=f"amount of {part.label}") for part in read.parts]
    cost = []
    for k, name in enumerate(names):
        if k in read.prices:
            cost.append(f"{_given(sheet, f'price_of_{_name(read, k)}', read.prices[k])}*{name}")
    whole = " + ".join(names)
    if read.total is not None:
        total = _given(sheet, "amount_wanted", read.total)
        sheet.constraint("whole", f"{whole} == {total}", [_figure(read.total)])
    else:
        sheet.constraint("whole", f"{whole} == 1")
        sheet.assumptions.append("one unit of the mixture is made")
        total = "1"
    for quality, column in read.contents.items():
        inside = []
        for k, name in enumerate(names):
            if k in column:
                inside.append(f"{_given(sheet, f'{quality}_in_{_name(read, k)}', column[k])}*{name}")
            else:
                sheet.assumptions.append(f"{read.parts[k].label}: no {quality}")
        for other, direction, item in read.limits:
            if other == quality:
                bound = _given(sheet, f"{quality}_limit", item)
                sheet.constraint(
                    f"{quality}_content", f"{' + '.join(inside)} {direction} {bound}*{total}", [_figure(item)]
                )
    for k, direction, item in read.shares:
        share = _given(sheet, f"share_of_{_name(read, k)}", item, share=True)
        sheet.constraint(f"{_name(read, k)}_share", f"{names[k]} {direction} {share}*{total}", [_figure(item)])
    for k, direction, item in read.stocks:
        bound = _given(sheet, f"limit_of_{_name(read, k)}", item)
        sheet.constraint(f"{_name(read, k)}_limit", f"{names[k]} {direction} {bound}", [_figure(item)])
    sheet.aim("minimize", "total_cost", " + ".join(cost))
    return sheet


def _name(read: _Mixture, k: int) -> str:
    return read.parts[k].name


def _figure(item: Item, *, share: bool = False) -> Figure:
    return Figure(item.value / 100 if share and item.percent else item.value, item.start, item.end)


def _given(sheet: Paper, name: str, item: Item, *, share: bool = False) -> str:
    taken = sheet.parameter(name, _figure(item, share=share))
    sheet.spans[taken] = (Span(start=item.start, end=item.end),)
    return taken
