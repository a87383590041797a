"""Choosing members: fewest that cover all, a number that lie far apart, workers who start their run of days."""

from __future__ import annotations

import re
from itertools import permutations

from copilot.formulators.draft import Draft, Span
from copilot.formulators.offline.drafting import Paper
from copilot.formulators.offline.words.lexicon import NUMBER_WORDS
from copilot.formulators.offline.words.senses import wants_least

from .facts import Fact, Facts
from .members import WEEK, Family, Naming

_CONFIDENCE = 0.85
_COVERS = re.compile(
    r"\b(?:neighbou?rs?|covers?|serves?|reaches|protects?|borders?|is (?:adjacent|next|connected) to|"
    r"can (?:cover|serve|reach))\b"
)
_NEIGHBORLY = re.compile(r"\b(?:neighbou?r\w*|border\w*|adjacent)\b", re.I)
_APART = re.compile(r"\b(?:dispersion|spread out|far apart|dispersed|diversity)\b", re.I)
_CHOSEN = re.compile(
    r"\b(?:select|choose|open|pick)\w*\s+(?:exactly\s+)?\**(\d+|[a-z]+)\b"
    r"(?=[^.]{0,40}\b(?:of|out|locations|facilities|sites|from)\b)",
    re.I,
)
_RUN = re.compile(
    r"\b(\d|[a-z]+)\s+(?:consecutive|successive)\s+(?:working\s+)?days\b|\b(\d|[a-z]+)\s+days in a row\b", re.I
)


def selection(text: str, facts: Facts, original: str, formulator: str) -> Draft | None:
    """The draft of a selection problem that the text describes, or None."""
    page = _shifts(text, facts) or _cover(text, facts) or _apart(text, facts)
    if page is None:
        return None
    page.text = original
    return page.draft(_CONFIDENCE, formulator)


def _number(word: str) -> int | None:
    value = int(word) if word.isdigit() else NUMBER_WORDS.get(word.lower())
    return None if value is None else int(value)


def _shifts(text: str, facts: Facts) -> Paper | None:
    """Fewest workers, each at work for a run of days from the day of their start, week after week."""
    match = _RUN.search(text)
    run = _number(match[1] or match[2]) if match is not None else None
    week = next((f for f in facts.families if f.members == WEEK), None)
    if match is None or run is None or not 1 <= run < len(WEEK) or week is None or not wants_least(text):
        return None
    need = facts.column(week, "demand", "", "capacity", "supply")
    if not need:
        return None
    page = Paper(text)
    day = page.set("day", week.members)
    at_work = tuple((WEEK[(k + shift) % 7], WEEK[k]) for k in range(7) for shift in range(run))
    works = page.set("at_work", at_work, within=(day, day))
    page.spans[works] = (Span(start=match.start(), end=match.end()),)
    needed = page.column("need", day, need, "workers needed")
    start = page.variable("start", day, domain="integer", description="workers whose run begins on this day")
    page.aim("minimize", "workers", f"sum({start}[d] for d in {day})")
    page.constraint("enough", f"sum({start}[s] for s in {day} if (d, s) in {works}) >= {needed}[d]", over=f"d in {day}")
    page.assumptions.append(f"who starts on a day works that day and the {run - 1} days after it, every week")
    return page


def _cover(text: str, facts: Facts) -> Paper | None:
    """The fewest or cheapest members such that every one has one near: "Aden neighbors Bird and Cole"."""
    if not wants_least(text) or re.search(r"\b(?:every|each|all)\b", text, re.I) is None:
        return None
    near: dict[tuple[str, str], tuple[Naming, Naming]] = {}
    family: Family | None = None
    for part in re.finditer(r"[^.;\n]+", text):
        verb = _COVERS.search(part[0])
        inside = [p for p in facts.namings if part.start() <= p.start < part.end()]
        if verb is None or len(inside) < 2 or re.search(r"\d", part[0].replace(inside[0].member, "")):
            continue
        cut = part.start() + verb.start()
        owners = [p for p in inside if p.end <= cut]
        others = [p for p in inside if p.start >= cut and p.family is inside[0].family]
        if len(owners) == 1 and others:
            family = family or owners[0].family
            near.update({(owners[0].member, other.member): (owners[0], other) for other in others})
    if family is None or {a for a, _ in near} != set(family.members):
        return None
    pairs = [*near, *((m, m) for m in family.members if (m, m) not in near)]
    page = Paper(text)
    place = page.set(family.noun, family.members)
    reach = page.set("near", tuple(pairs), within=(place, place))
    page.spans[reach] = tuple(Span(start=a.start, end=b.end) for a, b in near.values() if a.start < b.end)
    cost = facts.column(family, "fixed", "cost")
    price = f"{page.column('cost', place, cost)}[i]*" if cost else ""
    chosen = page.variable("choose", place, domain="binary", description="1 if it is chosen")
    page.aim("minimize", "total", f"sum({price}{chosen}[i] for i in {place})")
    page.constraint("covered", f"sum({chosen}[j] for j in {place} if (i, j) in {reach}) >= 1", over=f"i in {place}")
    page.assumptions.append(
        "each covers itself and its neighbors" if _NEIGHBORLY.search(text) else "each covers itself"
    )
    return page


def _apart(text: str, facts: Facts) -> Paper | None:
    """A given number of members with the greatest total distance, or the greatest least one, between them."""
    match = next((m for m in _CHOSEN.finditer(text) if _number(m[1]) is not None), None)
    if match is None or _APART.search(text) is None:
        return None
    for family in facts.families:
        found = facts.matrix(family, family)
        pairs = {p: found.get(p) or found.get((p[1], p[0])) for p in permutations(family.members, 2)}
        count = _number(match[1])
        if count is None or not 2 <= count < len(family.members) or not all(pairs.values()):
            continue
        one_way = all((b, a) not in found for a, b in found)
        figures: dict[tuple[str, str], Fact] = dict(found) if one_way else {p: f for p, f in pairs.items() if f}
        page = Paper(text)
        place = page.set(family.noun, family.members)
        pair = page.set("pair", tuple(figures), within=(place, place))
        distance = page.table("distance", (pair,), figures)
        chosen = page.variable("choose", place, domain="binary", description="1 if it is chosen")
        number = page.scalar("number", float(count), match.span(1), "how many are chosen")
        page.constraint("number_chosen", f"sum({chosen}[i] for i in {place}) == {number}")
        if re.search(r"maximi[sz]\w* the (?:minimum|smallest|least)", text, re.I):
            least = page.variable("least", description="smallest distance between two chosen ones")
            far = page.scalar("farthest", max(f.value for f in figures.values()), None, "the largest distance")
            page.aim("maximize", "least_distance", least)
            page.constraint(
                "apart",
                f"{least} <= {distance}[i, j] + {far}*(2 - {chosen}[i] - {chosen}[j])",
                over=f"i, j in {pair}",
            )
            first = next(iter(figures.values()))
            page.spans[far] = (Span(start=first.start, end=first.end),)
            return page
        both = page.variable("both", f"i, j in {pair}", domain="binary", description="1 if both are chosen")
        page.aim("maximize", "total_distance", f"sum({distance}[i, j]*{both}[i, j] for i, j in {pair})")
        page.constraint("first_chosen", f"{both}[i, j] <= {chosen}[i]", over=f"i, j in {pair}")
        page.constraint("second_chosen", f"{both}[i, j] <= {chosen}[j]", over=f"i, j in {pair}")
        page.constraint("both_chosen", f"{both}[i, j] >= {chosen}[i] + {chosen}[j] - 1", over=f"i, j in {pair}")
        return page
    return None
