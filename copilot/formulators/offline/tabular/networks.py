"""Sites, transports, assignments and ways, read from figures for members and pairs of members."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from copilot.formulators.draft import Draft
from copilot.formulators.offline.drafting import Paper
from copilot.formulators.offline.words.senses import sense_of, wants_least

from .facts import Fact, Facts
from .grids import one_to_one
from .kinds import Kind
from .members import Family
from .routes import Pairs, flow, path, tour

_CONFIDENCE = 0.9

_SHIPPED = re.compile(
    r"\b(?:ship\w*|transport\w*|deliver\w*|sen[dt]\w*|distribut\w*|suppl\w+|mov\w+|bus\w*|haul\w*)\b", re.I
)
#: Words of schedules, which are more than one-to-one matchings.
_SCHEDULED = re.compile(
    r"\b(?:makespan|operations?|shifts?|skills?|sequence|positions?|(?:start|completion) times?)\b", re.I
)
_INWARD = re.compile(
    r"\b(?:inflow|incoming \w+|flow into|received)\b[^.\n]{0,90}\bminus\b[^.\n]{0,30}"
    r"\b(?:outflow|outgoing|sent|flow out)\b[^.\n]{0,70}\bequals?\b(?: to)?"
    r"(?:[\s*]*(?P<value>\d[\d,]*)\b| (?:its|the|their)(?: net)? supply\b)",
    re.I,
)


def network(text: str, facts: Facts, original: str, formulator: str) -> Draft | None:
    """The draft of a network problem that the figures fit, or None."""
    readers: tuple[Callable[[str, Facts], Paper | None], ...] = (
        tour, _sites, _shipments, _sharing, flow, path, _matching,
    )  # fmt: skip
    for reader in readers:
        page = reader(text, facts)
        if page is not None:
            page.text = original
            idle = _idle(facts, page)
            for family, kind in idle:
                page.assumptions.append(f"the {kind or 'further'} figures of each {family} are not used")
            return page.draft(round(_CONFIDENCE * 0.5 ** len(idle), 3), formulator)
    return None


def _idle(facts: Facts, page: Paper) -> list[tuple[str, Kind]]:
    """Columns of figures that a whole family has and that no element of the page was read from."""
    places = {(span.start, span.end) for spans in page.spans.values() for span in spans}
    found: dict[tuple[str, Kind], dict[int, str]] = {}
    for fact in facts.facts:
        if len(fact.members) == 1 and (fact.start, fact.end) not in places:
            found.setdefault((fact.members[0].family.noun, fact.kind), {})[fact.start] = fact.members[0].member
    sizes = {family.noun: len(family.members) for family in facts.families}
    return [key for key, members in found.items() if len(set(members.values())) == sizes[key[0]]]


def _two_sided(facts: Facts) -> list[tuple[Family, Family, dict[tuple[str, str], Fact]]]:
    """Pairs of different families with a figure for every combination."""
    found = []
    for a in facts.families:
        for b in facts.families:
            if a is b:
                continue
            pairs = facts.matrix(a, b, "cost")
            if len(pairs) == len(a.members) * len(b.members):
                found.append((a, b, pairs))
    return found


def _sites(text: str, facts: Facts) -> Paper | None:
    """Which sites to open, and who serves whom, at least total cost."""
    for sources, sinks, pairs in _two_sided(facts):
        fixed = facts.column(sources, "fixed")
        demand = facts.column(sinks, "demand")
        if not fixed or not demand or not wants_least(text):
            continue
        capacity = facts.column(sources, "capacity", "supply")
        page = Paper(text)
        site, client = page.set(sources.noun, sources.members), page.set(sinks.noun, sinks.members)
        opening = page.column("opening_cost", site, fixed)
        need = page.column("demand", client, demand)
        most = page.column("capacity", site, capacity) if capacity else ""
        cost = page.table("cost", (site, client), pairs, "per unit")
        opened = page.variable("open", site, domain="binary", description="1 if it is opened")
        ship = page.variable("ship", site, client, description="units sent")
        page.aim(
            "minimize",
            "total_cost",
            f"sum({opening}[i]*{opened}[i] for i in {site}) + "
            f"sum({cost}[i, j]*{ship}[i, j] for i in {site} for j in {client})",
        )
        page.constraint("supplied", f"sum({ship}[i, j] for i in {site}) >= {need}[j]", over=f"j in {client}")
        limit = f"{most}[i]" if most else f"sum({need}[j] for j in {client})"
        page.constraint(
            "only_if_open", f"sum({ship}[i, j] for j in {client}) <= {limit}*{opened}[i]", over=f"i in {site}"
        )
        return page
    return None


def _shipments(text: str, facts: Facts) -> Paper | None:
    """Shipments from supplies to demands at least cost."""
    for sources, sinks, pairs in _two_sided(facts):
        supply = facts.column(sources, "supply", "capacity")
        demand = facts.column(sinks, "demand") or (facts.column(sinks, "") if supply else {})
        if not demand or not supply:
            turned = facts.column(sources, "demand", "", "supply"), facts.column(sinks, "capacity", "supply")
            if not all(turned):
                continue
            demand, supply = turned
            sources, sinks = sinks, sources
            pairs = {(b, a): fact for (a, b), fact in pairs.items()}
        if not wants_least(text) or _SHIPPED.search(text) is None:
            continue
        page = Paper(text)
        source, sink = page.set(sources.noun, sources.members), page.set(sinks.noun, sinks.members)
        have = page.column("supply", source, supply)
        need = page.column("demand", sink, demand)
        cost = page.table("cost", (source, sink), pairs, "per unit")
        ship = page.variable("ship", source, sink, description="units sent")
        page.aim("minimize", "total_cost", f"sum({cost}[i, j]*{ship}[i, j] for i in {source} for j in {sink})")
        page.constraint("available", f"sum({ship}[i, j] for j in {sink}) <= {have}[i]", over=f"i in {source}")
        page.constraint("needed", f"sum({ship}[i, j] for i in {source}) >= {need}[j]", over=f"j in {sink}")
        return page
    return None


def _sharing(text: str, facts: Facts) -> Paper | None:
    """Moves between places that have and need, along routes with costs, and fixed costs and capacities where given."""
    for family in facts.families:
        if any(len(f.members) == 2 and [m.family is family for m in f.members].count(True) == 1 for f in facts.facts):
            continue
        layers = facts.layers(family, family)
        pairs = facts.matrix(family, family, "cost")
        have = facts.partial(family, "supply")
        need = facts.partial(family, "demand")
        turned = _supply_flows_in(text, have)
        if turned:
            have, need = need, have
        enough = sum(f.value for f in have.values()) >= sum(f.value for f in need.values())
        most = len(family.members) - 1
        known = len(set(have) | set(need)) >= most or (bool(layers) and enough)
        if len(pairs) < most or not known or not need or not have:
            continue
        if not wants_least(text):
            continue
        one_way = all((b, a) not in pairs for a, b in pairs)
        if one_way and not layers:
            pairs = {**pairs, **{(b, a): fact for (a, b), fact in pairs.items()}}
        page = Paper(text)
        place = page.set(family.noun, family.members)
        route = page.set("route", tuple(pairs), within=(place, place))
        having = _column_with_zeros(page, "supply", place, family, have)
        needing = _column_with_zeros(page, "demand", place, family, need)
        cost = page.table("cost", (route,), pairs, "per unit")
        objective = f"sum({cost}[i, j]*move[i, j] for i, j in {route})"
        upper = None
        if "capacity" in layers:
            upper = page.table("route_capacity", (route,), _like(pairs, facts, family, "capacity"))
        move = page.variable(
            "move",
            f"i, j in {route}",
            upper=f"{upper}[i, j]" if upper else None,
            description="units moved",
        )
        if "fixed" in layers and upper:
            fixed = page.table("fixed_cost", (route,), _like(pairs, facts, family, "fixed"))
            used = page.variable("used", route, domain="binary", description="1 if the route is used")
            page.constraint("only_if_used", f"{move}[i, j] <= {upper}[i, j]*{used}[i, j]", over=f"i, j in {route}")
            objective += f" + sum({fixed}[i, j]*{used}[i, j] for i, j in {route})"
        page.aim("minimize", "total_cost", objective)
        if turned:
            page.assumptions.append("as the text says, what flows in less what flows out equals the net supply")
        page.constraint(
            "enough",
            f"{having}[n] + sum({move}[i, j] for i, j in {route} if j == n)"
            f" - sum({move}[i, j] for i, j in {route} if i == n) >= {needing}[n]",
            over=f"n in {place}",
        )
        return page
    return None


def _supply_flows_in(text: str, have: Mapping[str, Fact]) -> bool:
    """Whether the text writes the balance with supplies on the receiving side: "inflow minus outflow equals 20"."""
    for match in _INWARD.finditer(text):
        said = match["value"]
        if said is None:
            return True
        if any(fact.value == float(said.replace(",", "")) for fact in have.values()):
            return True
    return False


def _like(pairs: Pairs, facts: Facts, family: Family, kind: str) -> dict[tuple[str, str], Fact]:
    return {
        f.pair: f
        for f in facts.facts
        if len(f.members) == 2 and f.members[0].family is family and f.kind == kind and f.pair in pairs
    }


def _column_with_zeros(page: Paper, name: str, index: str, family: Family, figures: Mapping[str, Fact]) -> str:
    """A column whose missing members have nothing."""
    taken = page.column(name, index, figures)
    if len(figures) < len(family.members):
        page.parameters[-1] = page.parameters[-1].model_copy(update={"default": 0.0})
    return taken


def _matching(text: str, facts: Facts) -> Paper | None:
    """One of these for one of those, at least cost or greatest value."""
    if not one_to_one(text) or _SCHEDULED.search(text):
        return None
    for rows, columns, pairs in _two_sided(facts):
        if facts.partial(columns, "demand") or facts.partial(rows, "supply", "capacity"):
            continue
        sense = sense_of(text)
        if sense is None:
            continue
        least = sense == "minimize"
        page = Paper(text)
        first, second = page.set(rows.noun, rows.members), page.set(columns.noun, columns.members)
        value = page.table("cost" if least else "value", (first, second), pairs)
        chosen = page.variable("assign", first, second, domain="binary", description="1 if they go together")
        page.aim(
            "minimize" if least else "maximize",
            "total",
            f"sum({value}[i, j]*{chosen}[i, j] for i in {first} for j in {second})",
        )
        spare, short = len(rows.members) > len(columns.members), len(rows.members) < len(columns.members)
        page.constraint(
            f"each_{rows.noun}",
            f"sum({chosen}[i, j] for j in {second}) {'<=' if spare else '=='} 1",
            over=f"i in {first}",
        )
        page.constraint(
            f"each_{columns.noun}",
            f"sum({chosen}[i, j] for i in {first}) {'<=' if short else '=='} 1",
            over=f"j in {second}",
        )
        return page
    return None
