"""Ways among the places of one family: the round trip through all, the largest flow, the cheapest way."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise, permutations

from copilot.formulators.offline.drafting import Paper
from copilot.formulators.offline.words.senses import wants_least

from .facts import Fact, Facts
from .members import Family

Pairs = Mapping[tuple[str, str], Fact]

_MOST_STOPS = 14
_ROUND_TRIP = re.compile(r"\b(?:return|loop|circuit|round trip|tours?\b|travell?ing salesman)", re.I)
_EACH_ONCE = re.compile(r"\b(?:exactly|only) once\b|\bvisit\w*[^.]{0,60}\bonce\b", re.I)
_MOST = re.compile(
    r"\b(?:maximum|maximal|maximi[sz]\w*|most|greatest|largest|how much|optimal (?:value|amount))\b", re.I
)
_FLOWING = re.compile(
    r"\b(?:flow\w*|send|sent|transport\w*|transmit\w*|transfer\w*|deliver\w*|mov\w+|reach|distribut\w+)|"
    r"\bfrom (?:the )?\w+[^.?!]{0,30}\bto\b",
    re.I,
)
_WAY = re.compile(
    r"\b(?:shortest|cheapest|quickest|fastest|best|lowest[- ]cost)\b[^.?!]{0,30}"
    r"\b(?:path|route|way|connection|trip|road)\b|"
    r"\bhow (?:should|can|does|would) \w+(?: \w+)? (?:go|travel|drive|get|ride|walk)\b",
    re.I,
)


def tour(text: str, facts: Facts) -> Paper | None:
    """The cheapest round trip through all members. Source: Miller, Tucker, Zemlin (1960)."""
    if _EACH_ONCE.search(text) is None or _ROUND_TRIP.search(text) is None:
        return None
    for family in facts.families:
        pairs = _complete(family, facts.matrix(family, family))
        if not pairs or not 3 <= len(family.members) <= _MOST_STOPS:
            continue
        page = Paper(text)
        stops = page.set(family.noun, family.members)
        cost = page.table("cost", (stops, stops), pairs, "from the first to the second", default=0.0)
        go = page.variable("go", stops, stops, domain="binary", description="1 if the tour goes this way")
        rank = page.variable("position", stops, lower="0", upper=f"card({stops}) - 1", description="place in the tour")
        page.aim("minimize", "length", f"sum({cost}[i, j]*{go}[i, j] for i in {stops} for j in {stops} if i != j)")
        page.constraint("leave", f"sum({go}[i, j] for j in {stops} if j != i) == 1", over=f"i in {stops}")
        page.constraint("arrive", f"sum({go}[i, j] for i in {stops} if i != j) == 1", over=f"j in {stops}")
        page.constraint(
            "one_tour",
            f"{rank}[j] >= {rank}[i] + 1 - card({stops})*(1 - {go}[i, j])",
            over=f"i in {stops} for j in {stops} if i != j and j != first({stops})",
        )
        page.constraint("stay", f"{go}[i, i] == 0", over=f"i in {stops}")
        page.assumptions.append(f"the tour visits every {family.noun} once and returns to where it began")
        return page
    return None


def _complete(family: Family, pairs: Pairs) -> dict[tuple[str, str], Fact]:
    """Figures for all ordered pairs of different members; a figure given for one direction holds for both."""
    whole = {}
    for pair in permutations(family.members, 2):
        fact = pairs.get(pair) or pairs.get((pair[1], pair[0]))
        if fact is None:
            return {}
        whole[pair] = fact
    return whole


def flow(text: str, facts: Facts) -> Paper | None:
    """The largest flow between two places through routes of limited capacity."""
    asked = [s for s in re.split(r"(?<=[.?!:])\s+|\n", text) if _MOST.search(s) and _FLOWING.search(s)]
    if (
        not asked
        or re.search(r"\bminimi[sz]", text, re.I)
        or (re.search(r"\bcapacit|\bat most\b|\bmaximum\b|\blimit", text, re.I)) is None
    ):
        return None
    for family in facts.families:
        pairs = facts.matrix(family, family, "capacity")
        if len(pairs) < len(family.members) or len(family.members) < 3 or facts.partial(family, "demand"):
            continue
        source, sink = _ends(text, facts, family)
        begins, closes = {a for a, _ in pairs} - {b for _, b in pairs}, {b for _, b in pairs} - {a for a, _ in pairs}
        if (source, sink) in pairs and len(begins) == len(closes) == 1:
            source, sink = begins.pop(), closes.pop()
        if source == sink:
            continue
        page = Paper(text)
        place = page.set(family.noun, family.members)
        route = page.set("route", tuple(pairs), within=(place, place))
        capacity = page.table("capacity", (route,), pairs)
        along = page.variable("flow", f"i, j in {route}", upper=f"{capacity}[i, j]", description="units sent")
        inward = f"sum({along}[i, j] for i, j in {route} if j == "
        outward = f"sum({along}[i, j] for i, j in {route} if i == "
        delivered = f'{inward}"{sink}")'
        if any(a == sink for a, _ in pairs):
            delivered += f' - {outward}"{sink}")'
        if "in thousands" in asked[-1].lower() and all(fact.value % 1000 == 0 for fact in pairs.values()):
            delivered = f"({delivered})/1000"
            page.assumptions.append("the result is counted in thousands, as asked")
        page.aim("maximize", "delivered", delivered)
        page.constraint(
            "conserve", f"{inward}n) == {outward}n)", over=f'n in {place} if n != "{source}" and n != "{sink}"'
        )
        page.assumptions.append(f"the flow begins at {source} and ends at {sink}; nothing is lost on the way")
        return page
    return None


def path(text: str, facts: Facts) -> Paper | None:
    """The cheapest way from one place to another along routes with costs."""
    asked = _WAY.search(text)
    if asked is None or not wants_least(text) or _EACH_ONCE.search(text):
        return None
    for family in facts.families:
        pairs = dict(facts.matrix(family, family, "cost"))
        if len(pairs) < len(family.members) - 1 or len(family.members) < 3 or facts.partial(family, "demand", "supply"):
            continue
        begin, end = _ends(text, facts, family)
        if begin == end:
            continue
        both = re.search(r"\bone[- ]way\b|\bdirected\b|\barcs?\b", text, re.I) is None
        if both and all((b, a) not in pairs for a, b in pairs):
            pairs |= {(b, a): fact for (a, b), fact in pairs.items()}
        page = Paper(text)
        place = page.set(family.noun, family.members)
        route = page.set("route", tuple(pairs), within=(place, place))
        cost = page.table("cost", (route,), pairs)
        go = page.variable("go", f"i, j in {route}", domain="binary", description="1 if the way goes along here")
        page.aim("minimize", "length", f"sum({cost}[i, j]*{go}[i, j] for i, j in {route})")
        out, into = f"sum({go}[i, j] for i, j in {route} if i == ", f"sum({go}[i, j] for i, j in {route} if j == "
        page.constraint("leave_start", f'{out}"{begin}") - {into}"{begin}") == 1')
        page.constraint("go_on", f"{out}n) == {into}n)", over=f'n in {place} if n != "{begin}" and n != "{end}"')
        page.assumptions.append(f"the way begins at {begin} and ends at {end}")
        if both:
            page.assumptions.append("every route may be taken in both directions")
        return page
    return None


def _ends(text: str, facts: Facts, family: Family) -> tuple[str, str]:
    """Where the flow begins and ends: what the question says, else the first and the last member."""
    named = [p for p in facts.namings if p.family is family]
    for before, after in reversed(list(pairwise(named))):
        between = text[before.end : after.start]
        lead = text[max(0, before.start - 60) : before.start].lower()
        last = max(text.rfind(c, 0, before.start) for c in ".?!\n")
        end = min((i for i in (text.find(c, after.end) for c in ".?!\n") if i >= 0), default=len(text))
        sentence = text[last + 1 : end]
        if (
            re.search(r"\bto\b", between)
            and "." not in between
            and len(between) < 80
            and ("from" in lead or re.search(r"\b(?:get|reach|go|travel)\b.*\bto\b", between))
            and (
                _MOST.search(sentence)
                or _WAY.search(sentence)
                or _FLOWING.search(sentence)
                or not re.search(r"\d", between)
            )
            and not re.search(r"\(\d|\d\)|: ", sentence)
            and before.index != after.index
        ):
            return before.member, after.member
    return family.members[0], family.members[-1]
