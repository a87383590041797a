"""Figures with what they are given for: one member ("Store 1: 910") or a pair ("from Center 1: $5 to Store 1")."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from copilot.formulators.offline.tables import Table

from .grids import Grid, read_grid
from .members import ARC, Family, Naming, families, namings
from .senses import one_to_one

Kind = Literal["fixed", "capacity", "demand", "supply", "distance", "time", "profit", "cost", ""]

_MOST_PLACES = 4000
_JOINTS = " :(=,$abcdefghijklmnopqrstuvwxyz"
#: Nouns of families whose table does not say what they are.
_PLACEHOLDERS = frozenset({"source", "destination"})
_REFERENCE = re.compile(r"\b(?:table|figure|section|equation|step)\s*$", re.I)
_NUMBER = re.compile(r"(?:(?<![\w.])|(?<=[a-z]{5}))\$?\s?(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?!\w|\.\d)")
_KIND_WORDS: tuple[tuple[Kind, str], ...] = (
    (
        "fixed",
        "fixed|opening|open|opened|set-?up|renting|rented|rent|leasing|lease|starting|start-?up|"
        "establish(?:ing|ment)?|build(?:ing)?|construct(?:ion|ing)|install",
    ),
    (
        "demand",
        "demands?|needs?|needed|requires?|required|requirements?|orders?|ordered|receives?|at least|target|deficits?|"
        "shortfalls?|shortages?|lacks?",
    ),
    ("capacity", "capacit(?:y|ies)|limit(?:s|ed)?|handles?|carr(?:y|ies)|at most|up to|throughput"),
    (
        "supply",
        "supply|supplies|available|has|have|currently|current|stock|surplus|holds?|present|equipped|"
        "(?:can|could|may) (?:ship|deliver|supply|send|provide|offer|produce|make|spare)",
    ),
    ("cost", r"costs?|costing|expenses?|prices?|priced|fees?|\$"),
    ("distance", "distances?|km|kilometers?|miles?"),
    ("time", "times?|minutes?|hours?|seconds?"),
    ("profit", "profits?|revenues?|values?|benefits?|ratings?|scores?|weights?|dispersion|preferences?"),
    ("capacity", "maximum|send|flow|transport|transported|move"),
)
_KINDS = tuple((kind, re.compile(rf"\b(?:{words})\b", re.I)) for kind, words in _KIND_WORDS)
_CUT = re.compile(r"[,;:.()]|\b(?:but|yet|while|and|against|although|whereas)\b", re.I)
_SEGMENT = re.compile(r"(?<=[.;?!])\s+|\n")


@dataclass(frozen=True, slots=True)
class Fact:
    """``value`` is given for ``members``: one, or an origin and a destination."""

    members: tuple[Naming, ...]
    value: float
    kind: Kind
    start: int
    end: int

    @property
    def pair(self) -> tuple[str, str]:
        """Origin and destination of a figure for a pair."""
        return self.members[0].member, self.members[-1].member


@dataclass(frozen=True, slots=True)
class Facts:
    """All figures that a text gives for members of families."""

    families: tuple[Family, ...]
    facts: tuple[Fact, ...]
    namings: tuple[Naming, ...]

    def column(self, family: Family, *kinds: Kind) -> dict[str, Fact]:
        """The figures of one kind for every member of the family; empty unless all members have one."""
        for kind in kinds:
            found = {
                f.members[0].member: f
                for f in reversed(self.facts)
                if len(f.members) == 1 and f.members[0].family is family and f.kind == kind
            }
            if set(found) == set(family.members):
                return {member: found[member] for member in family.members}
        return {}

    def partial(self, family: Family, *kinds: Kind) -> dict[str, Fact]:
        """The figures of these kinds for some members."""
        return {
            f.members[0].member: f
            for f in reversed(self.facts)
            if len(f.members) == 1 and f.members[0].family is family and f.kind in kinds
        }

    def matrix(self, rows: Family, columns: Family, kind: Kind = "") -> dict[tuple[str, str], Fact]:
        """The figures for pairs: all where each pair has one, else those of ``kind``."""
        pool = [
            f
            for f in self.facts
            if len(f.members) == 2
            and (f.members[0].family, f.members[1].family) == (rows, columns)
            and f.pair[0] != f.pair[1]
        ]
        pairs = {f.pair for f in pool}
        if len(pairs) < len(pool):
            chosen = [f for f in pool if f.kind == kind]
            pool = chosen or [f for f in pool if f.kind == pool[0].kind]
        found: dict[tuple[str, str], Fact] = {}
        for fact in pool:
            found.setdefault(fact.pair, fact)
        return found

    def layers(self, rows: Family, columns: Family) -> frozenset[Kind]:
        """The kinds of figures that pairs have, where they have more than one each."""
        pool = [
            f
            for f in self.facts
            if len(f.members) == 2 and (f.members[0].family, f.members[1].family) == (rows, columns)
        ]
        several = len({f.pair for f in pool}) < 0.7 * len(pool)
        return frozenset(f.kind for f in pool) if several else frozenset()


@dataclass(frozen=True, slots=True)
class _Number:
    value: float
    start: int
    end: int
    money: bool


@dataclass(frozen=True, slots=True)
class _Segment:
    """A sentence or a line, with the heading that it stands under, and the place of that heading."""

    start: int
    end: int
    heading: str
    above: tuple[int, int]


def read_facts(text: str, tables: Sequence[Table] = ()) -> Facts:
    """Families and figures of the text and its tables. ``text`` is as long as the original, without the tables."""
    told = families(text)
    paired = one_to_one(text)
    grids = [_known(grid, told) for table in tables if (grid := read_grid(table, told, paired=paired)) is not None]
    drawn: list[Family] = []
    facts: list[Fact] = []
    for grid in grids:
        drawn.extend(grid.families)
        facts.extend(_grid_facts(grid))
    spelled = {name for family in drawn for k in range(len(family.members)) for name in family.spellings(k)}
    told = tuple(family for family in told if spelled.isdisjoint(family.members))
    found = (*drawn, *told)
    places = namings(text, found)
    if len(places) > _MOST_PLACES:
        return Facts(found, (), ())
    last_kind: Kind = ""
    order: tuple[Naming, ...] = ()
    for segment in _segments(text):
        inside = _distinct([p for p in places if segment.start <= p.start < segment.end])
        numbers = _numbers(text, segment, inside)
        if not numbers:
            continue
        arcs = _arcs(text, segment, inside, numbers)
        if arcs:
            facts.extend(arcs)
            continue
        if not inside:
            named = _distinct([p for p in places if segment.above[0] <= p.start < segment.above[1]])
            under = _under(text, segment, named, numbers)
            facts.extend(under or _runs(text, segment, numbers, places) or _for_each(text, segment, numbers, found))
            continue
        reader = _SegmentReader(text, segment, inside, numbers, found, last_kind, order)
        fresh = list(reader.read())
        order = reader.order
        facts.extend(fresh)
        pairs = [f for f in fresh if len(f.members) == 2]
        last_kind = pairs[-1].kind if pairs else last_kind
    return Facts(found, tuple(facts), places)


def _distinct(places: list[Naming]) -> list[Naming]:
    """Without a second name for the member just named: "Plant A in Atlanta"."""
    kept: list[Naming] = []
    for place in places:
        if not kept or (kept[-1].family, kept[-1].index) != (place.family, place.index) or not place.family.aliases:
            kept.append(place)
    return kept


def _grid_facts(grid: Grid) -> Iterator[Fact]:
    rows, columns = grid.rows, grid.columns
    for (r, c), (value, start, end) in grid.figures.items():
        a, b = Naming(rows, r, start, end), Naming(columns, c, start, end)
        yield Fact((a, b), value, kind_of(grid.title) or "cost", start, end)
    for family, head, k, value, start, end in grid.attributes:
        yield Fact((Naming(family, k, start, end),), value, kind_of(head), start, end)


def _known(grid: Grid, told: Sequence[Family]) -> Grid:
    """The grid with its families under the nouns and names that the text has for them: "depot A" for "A"."""
    changed = {}
    for side in ("rows", "columns"):
        family = grid.rows if side == "rows" else grid.columns
        for other in told:
            labels = tuple(member.rpartition(" ")[2] for member in other.members)
            if set(other.members) == set(family.members) and family.noun in _PLACEHOLDERS:
                changed[side] = replace(family, noun=other.noun)
            elif set(labels) == set(family.members):
                titles = dict(zip(labels, other.members, strict=True))
                own = family.aliases or ((),) * len(family.members)
                aliases = tuple((*a, titles[m]) for a, m in zip(own, family.members, strict=True))
                changed[side] = replace(family, noun=other.noun, aliases=aliases)
    if not changed:
        return grid
    rows = changed.get("rows", grid.rows)
    columns = rows if grid.rows is grid.columns else changed.get("columns", grid.columns)
    attributes = tuple(
        (rows if family is grid.rows else columns, head, k, value, start, end)
        for family, head, k, value, start, end in grid.attributes
    )
    return replace(grid, rows=rows, columns=columns, attributes=attributes)


def _arcs(text: str, segment: _Segment, inside: Sequence[Naming], numbers: Sequence[_Number]) -> list[Fact]:
    """One figure after each pair of names: "S to A 12, S to B 9"; empty where some figure has no pair."""
    found = []
    at = {place.start: place for place in inside}
    for match in ARC.finditer(text, segment.start, segment.end):
        a, b = at.get(match.start("a")), at.get(match.start("b"))
        number = next((n for n in numbers if n.start >= match.end() - 1), None)
        if a is None or b is None or number is None or text[match.end() : number.start].strip(_JOINTS) != "":
            return []
        kind = kind_of(text[segment.start : match.start()], text[segment.start : segment.end], segment.heading)
        found.append(Fact((a, b), number.value, kind, number.start, number.end))
    return found if len(found) >= 2 and len(found) == len(numbers) else []


def _runs(text: str, segment: _Segment, numbers: Sequence[_Number], places: Sequence[Naming]) -> list[Fact]:
    """Figures in the order of the members named before: "opening one costs 900, 750 and 820"."""
    earlier = [p for p in places if p.start < segment.start]
    runs: list[list[_Number]] = []
    for number in numbers:
        if runs and re.fullmatch(r"\s*(?:,\s*and|,|and)\s*", text[runs[-1][-1].end : number.start]):
            runs[-1].append(number)
        else:
            runs.append([number])
    found = []
    for k, run in enumerate(runs):
        family = next((p.family for p in reversed(earlier) if len(p.family.members) == len(run)), None)
        if len(run) < 2 or family is None:
            return []
        before = text[runs[k - 1][-1].end if k else segment.start : run[0].start]
        kind = kind_of(before, segment.heading, text[run[-1].end : segment.end])
        for j, number in enumerate(run):
            found.append(
                Fact((Naming(family, j, number.start, number.end),), number.value, kind, number.start, number.end)
            )
    return found


def _under(text: str, segment: _Segment, named: Sequence[Naming], numbers: Sequence[_Number]) -> list[Fact]:
    """Figures of a line under a heading that names one member or a pair: "Node 0 to Node 1:", "- capacity: 40"."""
    if len(named) not in (1, 2) or not re.match(r"\s*[-*\u2022]", text[segment.start : segment.end]):
        return []
    if len(named) == 2 and (named[0].family, named[0].index) == (named[1].family, named[1].index):
        return []
    found = []
    for number in numbers:
        kind = kind_of(text[segment.start : number.start], text[number.end : segment.end], segment.heading)
        found.append(Fact(tuple(named), number.value, kind, number.start, number.end))
    return found


def _for_each(text: str, segment: _Segment, numbers: Sequence[_Number], found: Sequence[Family]) -> Iterator[Fact]:
    """One figure for all members: "three depots, each with a capacity of 120 loads"."""
    words = text[segment.start : segment.end]
    match = re.search(r"\b(?:each|every)\b", words, re.I)
    if match is None:
        return
    following = [n for n in numbers if n.start > segment.start + match.start()]
    lead = words[: match.start()].lower()
    named = [
        f
        for f in found
        if re.match(rf"(?:each|every)\s+(?:\w+\s+)?{re.escape(f.noun)}\b", words[match.start() :], re.I)
    ]
    latest = sorted(found, key=lambda f: lead.rfind(f.noun), reverse=True)
    family = next(iter([*named, *(f for f in latest if f.noun in lead[-60:])]), None)
    if family is None or not following:
        return
    number = following[0]
    kind = kind_of(text[segment.start + match.start() : number.start])
    for k in range(len(family.members)):
        yield Fact((Naming(family, k, number.start, number.end),), number.value, kind, number.start, number.end)


def _segments(text: str) -> Iterator[_Segment]:
    heading = ""
    above = (0, 0)
    start = 0
    for match in [*_SEGMENT.finditer(text), None]:
        end = match.start() if match else len(text)
        piece = text[start:end]
        body = piece.strip()
        if body:
            plain = body.strip("*# ")
            if plain.endswith(":") and (not re.match(r"[-•]", body) or re.search(r"\d", body) is None):
                heading, above = plain, (start, end)
            elif not re.match(r"[-*•\d]", body) and len(plain) > 60 and "\n\n" in text[max(0, start - 2) : start]:
                heading, above = "", (0, 0)
            yield _Segment(start, end, heading, above)
        start = match.end() if match else len(text)


def _numbers(text: str, segment: _Segment, places: Sequence[Naming]) -> list[_Number]:
    found = []
    for m in _NUMBER.finditer(text, segment.start, segment.end):
        if any(p.start <= m.start(1) < p.end for p in places):
            continue
        if _REFERENCE.search(text, max(0, m.start() - 12), m.start(1)):
            continue
        found.append(_Number(float(m[1].replace(",", "")), m.start(), m.end(), "$" in m[0]))
    return found


def kind_of(*levels: str) -> Kind:
    """What a figure is, by the first level of words that says it."""
    for words in levels:
        for kind, pattern in _KINDS:
            if pattern.search(words):
                return kind
    return ""


@dataclass(slots=True)
class _SegmentReader:
    text: str
    segment: _Segment
    places: list[Naming]
    numbers: list[_Number]
    families: tuple[Family, ...]
    last_kind: Kind
    order: tuple[Naming, ...]

    def read(self) -> Iterator[Fact]:
        origins = self.places[:1] if self._heads() else [p for p in self.places if self._is_origin(p)]
        if origins:
            yield from self._pairs(origins)
            return
        if len(self.places) == 1:
            yield from self._single(self.places[0])
        elif len(self.places) == len(self.numbers) and len({p.index for p in self.places}) == len(self.places):
            yield from self._listed()
        elif len(self.places) == 2 and len({(p.family, p.index) for p in self.places}) == 2:
            first, second = self.places
            for number in self.numbers:
                yield self._fact((first, second), number)
        elif self._leads(self.places[0]):
            yield from self._pairs(self.places[:1])

    def _heads(self) -> bool:
        """The first name stands before a colon and others follow: "City 2: receives from City 0 (3 tons), …"."""
        first = self.places[0]
        after = self.text[first.end : self.segment.end]
        return (
            len(self.places) > 1
            and re.match(r"\s*(?:\([^()\d]{0,60}\))?\s*:", after) is not None
            and all(p.start > first.end for p in self.places[1:])
        )

    def _leads(self, place: Naming) -> bool:
        """The first name heads the segment and the others are its partners."""
        return len(self.places) == len(self.numbers) + 1 and all(p.start > place.start for p in self.places[1:])

    def _is_origin(self, place: Naming) -> bool:
        before = self.text[max(self.segment.start, place.start - 28) : place.start].lower()
        if re.search(r"\bfrom(?:/to)?(?: the)?(?: \w+)?\s*$", before):
            return True
        return (
            place is self.places[0]
            and re.search(r"\bfor\s*(?:\w+\s)?$", before) is not None
            and (
                re.search(r"\bto\b", self.text[place.end : self.segment.end]) is not None
                and len(self.places) == len(self.numbers) + 1
            )
        )

    def _pairs(self, origins: list[Naming]) -> Iterator[Fact]:
        cuts = [*(o.start for o in origins), self.segment.end]
        lead = [n for n in self.numbers if n.start < origins[0].start]
        if lead and len(lead) + len([n for n in self.numbers if n.start > origins[-1].end]) == len(self.numbers):
            if len(lead) == 1 and len(origins) == 1 and len(self.numbers) == 1:
                targets = [p for p in self.places if p is not origins[0]]
                if len(targets) == 1:
                    yield self._fact((origins[0], targets[0]), lead[0])
            return
        for k, origin in enumerate(origins):
            low, high = cuts[k], cuts[k + 1]
            targets = [p for p in self.places if low < p.start < high and p is not origin]
            numbers = [n for n in self.numbers if low <= n.start < high]
            if not numbers:
                continue
            if not targets:
                targets = [p for p in self.order if (p.family, p.index) != (origin.family, origin.index)]
                if len(targets) != len(numbers):
                    targets = self._whole_family(origin, len(numbers))
            if len(targets) == len(numbers):
                for target, number in zip(targets, numbers, strict=True):
                    yield self._fact((origin, target), number)
                self.order = tuple(targets)
            elif len(targets) == 1:
                for number in numbers:
                    yield self._fact((origin, targets[0]), number)
            elif targets:
                yield from self._nearest(origin, targets, numbers, high)

    def _whole_family(self, origin: Naming, count: int) -> list[Naming]:
        """Every member in order, where the figures are one for each: "from Center 2: 3, 8, 0 and 10"."""
        for family in self.families:
            if family is not origin.family and len(family.members) == count:
                return [Naming(family, k, origin.start, origin.end) for k in range(count)]
        if len(origin.family.members) == count:
            return [Naming(origin.family, k, origin.start, origin.end) for k in range(count)]
        if len(origin.family.members) == count + 1:
            return [Naming(origin.family, k, origin.start, origin.end) for k in range(count + 1) if k != origin.index]
        return []

    def _nearest(
        self, origin: Naming, targets: Sequence[Naming], numbers: Sequence[_Number], high: int
    ) -> Iterator[Fact]:
        """Where the counts differ, the figure that follows each destination before the next one."""
        ends = [*(t.start for t in targets[1:]), high]
        for target, end in zip(targets, ends, strict=True):
            following = [n for n in numbers if target.end <= n.start < end]
            if following:
                yield self._fact((origin, target), following[0])

    def _single(self, place: Naming) -> Iterator[Fact]:
        numbers = self.numbers
        for number in numbers:
            yield self._fact((place,), number)

    def _listed(self) -> Iterator[Fact]:
        """As many names as figures: "Basel can handle 250 pallets, Linz 220 and Trento 150"."""
        first = None
        for place, number in zip(self.places, self.numbers, strict=True):
            kind = self._kind(number)
            first = first or kind
            yield Fact((place,), number.value, kind or first, number.start, number.end)

    def _fact(self, members: tuple[Naming, ...], number: _Number) -> Fact:
        kind = self._kind(number, pair=len(members) == 2)
        if len(members) == 2 and kind == "supply":
            kind = "capacity"
        return Fact(members, number.value, kind, number.start, number.end)

    def _kind(self, number: _Number, *, pair: bool = False) -> Kind:
        text, segment = self.text, self.segment
        earlier = max([segment.start, *(n.end for n in self.numbers if n.end <= number.start)])
        before = text[earlier : number.start]
        cuts = [m.end() for m in _CUT.finditer(before)]
        left = before[cuts[-1] :] if cuts and before[cuts[-1] :].strip(" $") else before if not cuts else ""
        cut = _CUT.search(text, number.end, segment.end)
        right = text[number.end : cut.start() if cut else segment.end]
        whole = text[segment.start : segment.end]
        money = "cost" if number.money else ""
        near = kind_of(f"{left} {right}")
        if pair:
            return (
                near
                if near in ("fixed", "capacity") and len(self.numbers) > 1 and self._several()
                else (kind_of(whole, self.segment.heading) or self.last_kind)
            )
        return near or kind_of(self.segment.heading, whole, money)

    def _several(self) -> bool:
        """Several kinds of figures in one segment: "fixed cost 30, capacity 20"."""
        whole = self.text[self.segment.start : self.segment.end]
        return sum(1 for kind, pattern in _KINDS[:5] if pattern.search(whole)) > 1
