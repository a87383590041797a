"""Shipments from places that have to places that need, straight or through others, told in sentences."""

from __future__ import annotations

import re

from copilot.formulators.draft import Draft
from copilot.formulators.offline.drafting import Paper

from .ways import Ways, unexplained

_CONFIDENCE = 0.88
_MOVING = re.compile(
    r"\b(?:ship\w*|haul\w*|transport\w*|deliver\w*|sen[dt]\w*|truck\w*|freight|suppl\w+|bring\w*|carr\w+|cart\w*|driv\w+|"
    r"mov\w+|tak(?:e|es|ing)|route\w*|distribut\w+|moving|fly|flown|go|goes)\b",
    re.I,
)


def deliveries(text: str, found: Ways, formulator: str) -> Draft | None:
    """The draft, or None unless every place at an end has its figure and no figure is left."""
    if _MOVING.search(text) is None:
        return None
    through = [p for p in found.sinks if p in found.sources]
    if unexplained(found) or found.clash or len(found.pairs) < 3 or not found.supply or not found.demand:
        return None
    ends = {p for p in (*found.sources, *found.sinks) if p not in through}
    given = {*found.supply, *found.demand}
    if set(found.through) - set(through):
        return None
    if not ends <= given or given - ends - set(through):
        return None
    if sum(a.value for a in found.supply.values()) < sum(a.value for a in found.demand.values()):
        return None
    page = Paper(text)
    places = tuple(dict.fromkeys((*found.sources, *found.sinks)))
    if through:
        _through(page, found, places)
    else:
        _straight(page, found)
    return page.draft(_CONFIDENCE, formulator)


def _straight(page: Paper, found: Ways) -> None:
    source, sink = page.set("source", tuple(found.sources)), page.set("sink", tuple(found.sinks))
    route = page.set("route", tuple(found.pairs), within=(source, sink))
    have = page.column("supply", source, found.supply)
    need = page.column("demand", sink, found.demand)
    cost = page.table("cost", (route,), found.pairs, "per unit")
    ship = page.variable("ship", f"i, j in {route}", description="units sent")
    page.aim("minimize", "total_cost", f"sum({cost}[i, j]*{ship}[i, j] for i, j in {route})")
    page.constraint("available", f"sum({ship}[i, j] for i, j in {route} if i == s) <= {have}[s]", over=f"s in {source}")
    page.constraint("needed", f"sum({ship}[i, j] for i, j in {route} if j == d) >= {need}[d]", over=f"d in {sink}")


def _through(page: Paper, found: Ways, places: tuple[str, ...]) -> None:
    place = page.set("place", places)
    route = page.set("route", tuple(found.pairs), within=(place, place))
    names = {}
    for name, column in (("supply", found.supply), ("demand", found.demand)):
        names[name] = page.column(name, place, column)
        page.parameters[-1] = page.parameters[-1].model_copy(update={"default": 0.0})
    cost = page.table("cost", (route,), found.pairs, "per unit")
    ship = page.variable("ship", f"i, j in {route}", description="units sent")
    page.aim("minimize", "total_cost", f"sum({cost}[i, j]*{ship}[i, j] for i, j in {route})")
    page.constraint(
        "balance",
        f"{names['supply']}[p] + sum({ship}[i, j] for i, j in {route} if j == p)"
        f" >= {names['demand']}[p] + sum({ship}[i, j] for i, j in {route} if i == p)",
        over=f"p in {place}",
    )
    if found.through:
        limited = page.set("limited", tuple(found.through), within=(place,))
        most = page.column("most_through", limited, found.through, "most that passes")
        page.constraint(
            "passing", f"sum({ship}[i, j] for i, j in {route} if j == p) <= {most}[p]", over=f"p in {limited}"
        )
    page.assumptions.append("what reaches a place may be sent on from there")
