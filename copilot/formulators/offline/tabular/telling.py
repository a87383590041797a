"""All figures that a text and its tables tell: pairs, lists, lines under headings, one figure for each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from copilot.formulators.offline.words.tables import Table

from .arcs import routes, sent
from .facts import Fact, Facts
from .grids import Grid, one_to_one, read_grid
from .kinds import Kind, kind_of
from .members import ARC, Family, Naming, families, namings
from .partners import SegmentReader
from .segments import Number, Segment, numbers_in, segments

_MOST_PLACES = 4000
_JOINTS = " :(=,$abcdefghijklmnopqrstuvwxyz"
#: Nouns of families whose table does not say what they are.
_PLACEHOLDERS = frozenset({"source", "destination"})


def read_facts(text: str, tables: Sequence[Table] = ()) -> Facts:
    """Families and figures of the text and its tables. ``text`` is as long as the original, without the tables."""
    told = families(text)
    paired = one_to_one(text)
    grids = [_known(grid, told) for table in tables if (grid := read_grid(table, told, paired=paired)) is not None]
    drawn: list[Family] = []
    facts: list[Fact] = []
    joined = tuple(routes(tables))
    for family, figures in joined:
        drawn.append(family)
        facts += [*figures, *sent(text, family)]
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
    for segment in segments(text):
        inside = _distinct([p for p in places if segment.start <= p.start < segment.end])
        numbers = numbers_in(text, segment, inside)
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
        reader = SegmentReader(text, segment, inside, numbers, found, last_kind, order)
        fresh = [f for f in reader.read() if not any(_beside(f, family, known) for family, known in joined)]
        order = reader.order
        facts.extend(fresh)
        pairs = [f for f in fresh if len(f.members) == 2]
        last_kind = pairs[-1].kind if pairs else last_kind
    return Facts(found, tuple(facts), places)


def _beside(fact: Fact, family: Family, known: Sequence[Fact]) -> bool:
    """Whether a figure is given for two places that no route of their table joins."""
    joined = len(fact.members) == 2 and all(place.family is family for place in fact.members)
    return joined and fact.pair not in {route.pair for route in known}


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


def _arcs(text: str, segment: Segment, inside: Sequence[Naming], numbers: Sequence[Number]) -> list[Fact]:
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


def _runs(text: str, segment: Segment, numbers: Sequence[Number], places: Sequence[Naming]) -> list[Fact]:
    """Figures in the order of the members named before: "opening one costs 900, 750 and 820"."""
    earlier = [p for p in places if p.start < segment.start]
    runs: list[list[Number]] = []
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


def _under(text: str, segment: Segment, named: Sequence[Naming], numbers: Sequence[Number]) -> list[Fact]:
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


def _for_each(text: str, segment: Segment, numbers: Sequence[Number], found: Sequence[Family]) -> Iterator[Fact]:
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
