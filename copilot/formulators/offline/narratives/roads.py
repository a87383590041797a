"""The shortest way and the largest flow through roads or pipes that sentences tell one by one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from copilot.formulators.draft import Draft
from copilot.formulators.offline.drafting import Paper

from .nodes import Mention
from .ways import Amount, Ways, unexplained
from .words import Telling

_CONFIDENCE = 0.88
_FEWEST = 3
_WAY = re.compile(
    r"\b(?:shortest|quickest|fastest|cheapest|least|lowest|best|soonest|earliest|minim\w+|quickly|short|"
    r"cheaply|fast)\b",
    re.I,
)
_ROUTE = re.compile(
    r"\b(?:way|route|path|road|roads|trip|journey|drive|get to|get from|go from|travel|connection|ride|"
    r"walk|hike|detour|"
    r"track|trail|trails|paths|streets?|flights?)\b",
    re.I,
)
_FLOW = re.compile(
    r"\b(?:flow\w*|send|sent|pump\w*|pipes?|pipelines?|carr(?:y|ies)|capacit\w+|throughput|through|reach|"
    r"get|deliver\w*|mov\w+|pass|"
    r"transmit\w*|cables?|lines?|links?)\b",
    re.I,
)
_MOST = re.compile(r"\b(?:most|maxim\w+|largest|greatest|highest|at most|as much|how much|how many|biggest)\b", re.I)
_BOTH_WAYS = re.compile(
    r"\bboth (?:directions|ways)\b|\b(?:either|any) (?:direction|way)\b|\btwo-way\b|\bsame (?:back|"
    r"in the other)\b|\bback and forth\b|\bundirected\b",
    re.I,
)
_TOUR = re.compile(
    r"\b(?:exactly once|each once|only once|round trip|tour|salesman|salesperson)\b|\breturn\w* (?:to|home)\b", re.I
)
_ONE_WAY = re.compile(r"\bone-?\s?way\b|\bonly in (?:this|that|the given) direction\b", re.I)


def road(told: Telling, named: Sequence[Mention], found: Ways, formulator: str) -> Draft | None:
    """The draft of a way or a flow between the ends that the text names or the roads have; None if unclear."""
    if (
        _TOUR.search(told.text)
        or unexplained(found)
        or found.clash
        or len(found.pairs) < _FEWEST
        or found.supply
        or found.demand
    ):
        return None
    text = told.text
    asked = [" ".join(item.low for item in run) for run in told.sentences if not _tells(run, found)]
    question = " ".join(asked) or text
    way = _WAY.search(question) is not None and _ROUTE.search(text) is not None
    flow = (
        _MOST.search(question) is not None
        and _FLOW.search(text) is not None
        and not (re.search(r"\b(?:shortest|quickest|fastest|cheapest)\b", text, re.I))
    )
    if way == flow:
        return None
    ends = _ends(told, named, found)
    if ends is None:
        return None
    page = Paper(text)
    both = _BOTH_WAYS.search(text) is not None
    pairs = dict(found.pairs)
    reached = _reached(pairs, ends[0])
    if way and not both and ends[1] not in reached:
        both = True
    if both and _ONE_WAY.search(text) is None:
        pairs |= {(b, a): amount for (a, b), amount in found.pairs.items() if (b, a) not in pairs}
        page.assumptions.append("every road can be used in both directions")
    if ends[1] not in _reached(pairs, ends[0]):
        return None
    (_flow if flow else _path)(page, pairs, ends)
    return page.draft(_CONFIDENCE, formulator)


def _tells(run: Sequence[object], found: Ways) -> bool:
    """Whether figures of ways stand in the sentence."""
    spots = {(amount.start, amount.end) for amount in found.pairs.values()}
    told = any((getattr(item, "start", 0), getattr(item, "end", 0)) in spots for item in run)
    return told and not any(getattr(item, "low", "") in ("find", "shortest", "?") for item in run)


def _ends(told: Telling, named: Sequence[Mention], found: Ways) -> tuple[str, str] | None:
    """Where it begins and ends: as "from ... to ..." says, else the only places without a way in and out."""
    for a, b in pairwise(named):
        if a.sentence != b.sentence or a.name == b.name or (a.name, b.name) in found.pairs:
            continue
        run = told.sentences[a.sentence]
        lead = {item.low for item in run[max(0, a.first - 3) : a.first] if item.kind == "word"}
        between = [item.low for item in run[a.last : b.first]]
        starts = bool(lead & {"from", "leaves", "leaving", "in", "at"})
        starts = starts and (
            "from" in lead or bool({"get", "reach", "go", "drive", "travel", "leaves"} & {*between, *lead})
        )
        straight = len(between) < 6 and not any(item.is_number for item in run[a.last : b.first])
        if straight and starts and {"to", "reach", "into"} & set(between):
            return a.name, b.name
    places = {*found.sources, *found.sinks}
    begins = [p for p in found.sources if p not in found.sinks]
    closes = [p for p in found.sinks if p not in found.sources]
    if len(begins) == len(closes) == 1 and len(places) > 2:
        return begins[0], closes[0]
    return None


def _reached(pairs: Mapping[tuple[str, str], Amount], start: str) -> set[str]:
    reached, fresh = {start}, {start}
    while fresh:
        fresh = {b for a, b in pairs if a in fresh} - reached
        reached |= fresh
    return reached


def _roads(page: Paper, pairs: Mapping[tuple[str, str], Amount], name: str) -> tuple[str, str, str]:
    place = page.set("place", tuple(dict.fromkeys(p for pair in pairs for p in pair)))
    route = page.set("road", tuple(pairs), within=(place, place))
    return place, route, page.table(name, (route,), pairs)


def _path(page: Paper, pairs: Mapping[tuple[str, str], Amount], ends: tuple[str, str]) -> None:
    place, route, length = _roads(page, pairs, "length")
    go = page.variable("go", f"i, j in {route}", upper="1", description="1 if the way takes this road")
    page.aim("minimize", "total_length", f"sum({length}[i, j]*{go}[i, j] for i, j in {route})")
    leave = f"sum({go}[i, j] for i, j in {route} if i == p)"
    enter = f"sum({go}[i, j] for i, j in {route} if j == p)"
    start, goal = ends
    page.constraint("onward", f"{leave} == {enter}", over=f'p in {place} if p != "{start}" and p != "{goal}"')
    page.constraint("leave_start", f"{leave} - {enter} == 1".replace("== p", f'== "{start}"'))
    if not any(b == start for _, b in pairs):
        page.constraints[-1] = page.constraints[-1].model_copy(
            update={"expression": f"{leave} == 1".replace("== p", f'== "{start}"')}
        )
    page.assumptions.append(f"the way leads from {start} to {goal}")


def _flow(page: Paper, pairs: Mapping[tuple[str, str], Amount], ends: tuple[str, str]) -> None:
    place, route, capacity = _roads(page, pairs, "capacity")
    flow = page.variable("flow", f"i, j in {route}", upper=f"{capacity}[i, j]", description="units sent")
    start, goal = ends
    enter = f"sum({flow}[i, j] for i, j in {route} if j == p)"
    leave = f"sum({flow}[i, j] for i, j in {route} if i == p)"
    total = enter.replace("== p", f'== "{goal}"')
    if any(a == goal for a, _ in pairs):
        total += " - " + leave.replace("== p", f'== "{goal}"')
    page.aim("maximize", "delivered", total)
    page.constraint("conserve", f"{enter} == {leave}", over=f'p in {place} if p != "{start}" and p != "{goal}"')
    page.assumptions.append(f"the flow begins at {start} and ends at {goal}; nothing is lost on the way")
