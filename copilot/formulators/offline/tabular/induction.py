"""Models induced from a schema: what is decided, what it costs, what binds it, by the roles of the parameters."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from copilot.formulators.draft import Draft, Span
from copilot.formulators.offline.drafting import Paper
from copilot.formulators.offline.words.senses import sense_of
from formulations.formulation import Domain, Sense
from formulations.formulation import Parameter as Written

from .declared import declared
from .facts import Fact, Facts
from .kinds import Kind
from .members import Family, Naming
from .networks import network
from .schema import Axis, Parameter, Role, Schema, schema

_CONFIDENCE = 0.9
_COVERED = re.compile(r"\bcover\w*|\breach\w*|\bserv\w*", re.I)
_WHOLE = re.compile(
    r"\binteger|\bwhole\b|\bhow many\b|\bnumber of (?:rolls|units|items|each)\b|\baircraft|\bvehicles?\b|\btrucks?\b",
    re.I,
)
_MONEY: frozenset[Role] = frozenset({"cost", "profit"})
_FACT_KINDS: dict[Role, Kind] = {
    "cost": "cost", "distance": "cost", "fixed": "fixed", "demand": "demand", "supply": "supply", "limit": "capacity",
    "most": "capacity", "profit": "profit",
}  # fmt: skip


def induced(text: str, original: str, formulator: str) -> Draft | None:
    """The draft of a problem with declared data, or None where no model fits the roles of the parameters."""
    found = declared(original)
    if len(found) < 2 and not any(isinstance(d.value, list) and isinstance(d.value[:1], list) for d in found):
        return None
    made = schema(found, text)
    if made is None or not made.axes or not any(p.axes for p in made.parameters):
        return None
    prose = _without(text, [(d.start, d.end) for d in found])
    for reader in _READERS:
        model = _Induction(made, prose, Paper(original))
        if reader(model):
            return model.draft(formulator)
    return network(prose, _facts(made), original, formulator)


def _without(text: str, places: Iterable[tuple[int, int]]) -> str:
    for a, b in places:
        text = text[:a] + " " * (b - a) + text[b:]
    return text


@dataclass(slots=True)
class _Induction:
    """One model in the making: parameters enter the page when they are used."""

    schema: Schema
    text: str
    page: Paper
    sets: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    @property
    def sense(self) -> Sense | None:
        return sense_of(self.text)

    def role(self, role: Role, *axes: Axis) -> Parameter | None:
        return next((p for p in self.schema.over(*axes) if p.role == role), None)

    def set(self, axis: Axis) -> str:
        if axis.noun not in self.sets:
            self.sets[axis.noun] = self.page.set(axis.noun, axis.members)
        return self.sets[axis.noun]

    def use(self, parameter: Parameter) -> str:
        """The parameter's name on the page, with its data."""
        if parameter.name not in self.names:
            indices = tuple(self.set(axis) for axis in parameter.axes)
            name = self.page.names.take(parameter.name)
            self.names[parameter.name] = name
            self.page.parameters.append(Written(name=name, indices=indices, description=parameter.words[:120]))
            self.page.values[name] = (
                tuple((*key, value) for key, value in parameter.values) if indices else parameter.number
            )
            self.page.spans[name] = (Span(start=parameter.start, end=max(parameter.end, parameter.start + 1)),)
        return self.names[parameter.name]

    def at(self, matrix: Parameter, letters: dict[str, str]) -> str:
        """The matrix with the letter of each axis: "a[i, j]"."""
        return f"{self.use(matrix)}[{', '.join(letters[axis.noun] for axis in matrix.axes)}]"

    def draft(self, formulator: str) -> Draft:
        sizes = {len(axis.members) for axis in self.schema.axes}
        idle = [
            p
            for p in self.schema.parameters
            if p.name not in self.names and not (not p.axes and p.number in sizes) and p.role not in ("size", "")
        ]
        unknown = [p for p in self.schema.parameters if p.name not in self.names and p.role == "" and p.axes]
        for parameter in (*idle, *unknown):
            self.page.assumptions.append(f"{parameter.name} is not used")
        share = max(0.1, 1.0 - 0.3 * len(idle) - 0.2 * len(unknown))
        return self.page.draft(round(_CONFIDENCE * share, 3), formulator)


def _pairs(model: _Induction) -> bool:
    """Amounts or choices for pairs: what has a cost for each pair, sources with supplies, sinks with demands."""
    made = model.schema
    for cost in made.parameters:
        if cost.role not in _MONEY or len(cost.axes) != 2 or cost.axes[0] is cost.axes[1]:
            continue
        for source, sink in (cost.axes, cost.axes[::-1]):
            have = model.role("supply", source)
            need = model.role("demand", sink)
            if have is None or need is None:
                continue
            _shipments(model, cost, source, sink, have, need)
            return True
    return False


def _shipments(model: _Induction, cost: Parameter, source: Axis, sink: Axis, have: Parameter, need: Parameter) -> None:
    page, made = model.page, model.schema
    i, j = model.set(source), model.set(sink)
    letters = {source.noun: "i", sink.noun: "j"}
    both = [*made.over(source, sink), *made.over(sink, source)]
    yields = next((p for p in both if p.role in ("capability", "rate", "content") and p is not cost), None)
    limit = next((p for p in both if p.role in ("limit", "most")), None)
    whole = yields is not None and _WHOLE.search(model.text) is not None
    upper = model.at(limit, letters) if limit is not None else None
    amount = page.variable(
        "amount",
        f"i in {i}",
        f"j in {j}",
        domain="integer" if whole else "continuous",
        upper=upper,
        description=f"from each {source.noun} to each {sink.noun}",
    )
    total = f"sum({model.at(cost, letters)}*{amount}[i, j] for i in {i} for j in {j})"
    fixed = model.role("fixed", source)
    if fixed is not None:
        opened = page.variable("open", i, domain="binary", description=f"1 if the {source.noun} is used")
        total = f"sum({model.use(fixed)}[i]*{opened}[i] for i in {i}) + {total}"
    page.aim("maximize" if cost.role == "profit" else "minimize", "total", total)
    spent = _side(model.text, "supply|available|hours", "<=")
    met = _side(model.text, "demand|required|requirement", ">=")
    stock = f"{model.use(have)}[i]" + (f"*{opened}[i]" if fixed is not None else "")
    page.constraint("available", f"sum({amount}[i, j] for j in {j}) {spent} {stock}", over=f"i in {i}")
    factor = f"{model.at(yields, letters)}*" if yields is not None else ""
    page.constraint("needed", f"sum({factor}{amount}[i, j] for i in {i}) {met} {model.use(need)}[j]", over=f"j in {j}")


def _side(text: str, words: str, otherwise: str) -> str:
    """ "==" where the text says that a total equals its supply, or its demand."""
    return (
        "==" if re.search(rf"\b(?:equals?|exactly)\b(?: to)?(?: \w+){{0,2}} (?:{words})\b", text, re.I) else otherwise
    )


def _most_covered(model: _Induction) -> bool:
    """The greatest weight covered by sites that a budget allows."""
    made = model.schema
    budget = next((p for p in made.parameters if not p.axes and p.role in ("budget", "limit", "most")), None)
    for covers in made.parameters:
        if covers.role != "incidence" or budget is None:
            continue
        for site, place in (covers.axes, covers.axes[::-1]):
            weight = model.role("population", place) or model.role("profit", place) or model.role("weight", place)
            cost = model.role("cost", site)
            if weight is None:
                continue
            page = model.page
            s, r = model.set(site), model.set(place)
            letters = {site.noun: "i", place.noun: "j"}
            build = page.variable("build", s, domain="binary", description=f"1 if the {site.noun} is chosen")
            covered = page.variable("covered", r, domain="binary", description=f"1 if the {place.noun} is covered")
            page.aim("maximize", "covered_total", f"sum({model.use(weight)}[j]*{covered}[j] for j in {r})")
            page.constraint(
                "covered_if_built",
                f"{covered}[j] <= sum({model.at(covers, letters)}*{build}[i] for i in {s})",
                over=f"j in {r}",
            )
            price = f"{model.use(cost)}[i]*" if cost is not None else ""
            page.constraint("budget_limit", f"sum({price}{build}[i] for i in {s}) <= {model.use(budget)}")
            return True
    return False


def _mix(model: _Induction) -> bool:
    """Amounts of one kind of thing, with a row for each thing of another kind that they use, give or cover."""
    made = model.schema
    for matrix in made.parameters:
        if len(matrix.axes) != 2 or matrix.axes[0] is matrix.axes[1] or matrix.role in _MONEY:
            continue
        for item, row in (matrix.axes, matrix.axes[::-1]):
            money = model.role("profit", item) or model.role("cost", item)
            bounds = [p for p in made.over(row) if p.role in ("demand", "least", "most", "supply", "limit")]
            covering = matrix.role == "incidence" and _COVERED.search(model.text) is not None
            counted = money is None and not any(p.role in _MONEY for p in made.parameters) and bool(bounds)
            if counted and not re.search(rf"\beach {item.noun}\b", model.text, re.I):
                continue
            if (money is None and not counted) or not (bounds or covering):
                continue
            _write_mix(model, matrix, item, row, money, bounds)
            return True
    return False


def _write_mix(
    model: _Induction, matrix: Parameter, item: Axis, row: Axis, money: Parameter | None, bounds: list[Parameter]
) -> None:
    page = model.page
    i, r = model.set(item), model.set(row)
    letters = {item.noun: "i", row.noun: "r"}
    covering = matrix.role == "incidence" and not bounds
    sense: Sense = "maximize" if money is not None and money.role == "profit" else "minimize"
    domain: Domain = "binary" if covering else "integer" if _WHOLE.search(model.text) or money is None else "continuous"
    lower, upper = model.role("least", item), model.role("most", item) or model.role("limit", item)
    wanted = model.role("demand", item)
    if wanted is not None and sense == "maximize" and upper is None:
        upper = wanted
    amount = page.variable(
        "amount" if domain != "binary" else "choose",
        f"i in {i}",
        domain=domain,
        lower=f"{model.use(lower)}[i]" if lower is not None else "0",
        upper=f"{model.use(upper)}[i]" if upper is not None else None,
        description=f"how much of each {item.noun}" if domain != "binary" else f"1 if the {item.noun} is chosen",
    )
    price = f"{model.use(money)}[i]*" if money is not None else ""
    page.aim(sense, "total", f"sum({price}{amount}[i] for i in {i})")
    entry = model.at(matrix, letters)
    used = f"{amount}[i]/{entry}" if matrix.role == "rate" and _hourly(bounds) else f"{entry}*{amount}[i]"
    if covering:
        page.constraint("covered", f"sum({used} for i in {i}) >= 1", over=f"r in {r}")
    for bound in bounds:
        side = ">=" if bound.role in ("demand", "least") else "<="
        name = f"{bound.name}_{'met' if side == '>=' else 'kept'}"
        page.constraint(name, f"sum({used} for i in {i}) {side} {model.use(bound)}[r]", over=f"r in {r}")
    if wanted is not None and wanted is not upper:
        page.constraint("demand_met", f"{amount}[i] >= {model.use(wanted)}[i]", over=f"i in {i}")


def _hourly(bounds: list[Parameter]) -> bool:
    """Whether the rows are limits of time, so that an amount takes its inverse rate."""
    return any(re.search(r"\bhours?\b|\btime\b|\bminutes?\b", f"{b.name} {b.words}", re.I) for b in bounds)


def _packed(model: _Induction) -> bool:
    """Things of given sizes: the most valuable that fit, or the fewest bins that hold all."""
    made = model.schema
    hold = next((p for p in made.parameters if not p.axes and p.role in ("supply", "limit", "most", "budget")), None)
    if hold is None or any(len(p.axes) == 2 for p in made.parameters):
        return False
    for item in made.axes:
        size = next((p for p in made.over(item) if p.role in ("weight", "size", "cost")), None)
        value = model.role("profit", item)
        if size is None:
            continue
        page = model.page
        i = model.set(item)
        if value is not None and model.sense == "maximize":
            several = re.search(r"\bany number\b|\bunlimited\b|\bunbounded\b", model.text, re.I)
            take = page.variable("take", i, domain="integer" if several else "binary", description="1 if it is taken")
            page.aim("maximize", "value", f"sum({model.use(value)}[i]*{take}[i] for i in {i})")
            page.constraint("fits", f"sum({model.use(size)}[i]*{take}[i] for i in {i}) <= {model.use(hold)}")
            return True
        if value is None and re.search(r"\bbins?\b|\bcontainers?\b|\btrucks?\b|\bboxes\b", model.text, re.I):
            count = len(item.members)
            b = page.set("bin", tuple(range(1, count + 1)))
            put = page.variable("put", i, b, domain="binary", description="1 if it goes into this bin")
            used = page.variable("used", b, domain="binary", description="1 if the bin is used")
            page.aim("minimize", "bins", f"sum({used}[b] for b in {b})")
            page.constraint("once", f"sum({put}[i, b] for b in {b}) == 1", over=f"i in {i}")
            page.constraint(
                "fits",
                f"sum({model.use(size)}[i]*{put}[i, b] for i in {i}) <= {model.use(hold)}*{used}[b]",
                over=f"b in {b}",
            )
            return True
    return False


_READERS: tuple[Callable[[_Induction], bool], ...] = (_pairs, _most_covered, _mix, _packed)


def _facts(made: Schema) -> Facts:
    """The schema as figures for members and pairs, for the families of networks."""
    families = {axis.noun: Family(axis.noun, axis.members) for axis in made.axes}
    facts = []
    for parameter in made.parameters:
        for key, value in parameter.values:
            if key:
                names = tuple(
                    Naming(families[axis.noun], axis.members.index(k), parameter.start, parameter.end)
                    for axis, k in zip(parameter.axes, key, strict=True)
                )
                kind = _FACT_KINDS.get(parameter.role, "")
                facts.append(Fact(names, value, kind, parameter.start, parameter.end))
    return Facts(tuple(families.values()), tuple(facts), ())
