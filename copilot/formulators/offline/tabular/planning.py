"""Production over periods, put together from what the text gives costs and limits for.

One item or several, with machines, set-ups, start-ups, stock and backlog. Source: Pochet and Wolsey (2006), ch. 2.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from copilot.formulators.draft import Draft, Span
from copilot.formulators.offline.drafting import Paper
from copilot.formulators.offline.words.senses import wants_least
from formulations.formulation import Parameter

from .members import Family
from .records import Columns, Record, columns, read_records

Role = Literal[
    "start_time", "start", "setup", "hold", "backlog", "cumulative", "demand", "capacity", "use", "unit", "initial",
    "final", "",
]  # fmt: skip

_CONFIDENCE = 0.85
_PERIODS = ("period", "week", "month", "day", "quarter", "year")
_ROLES: tuple[tuple[Role, str], ...] = (
    ("start_time", r"\bstart-?\s?up times?\b|\bstart-?\s?up decisions?\b"),
    ("start", r"\bstart-?\s?up costs?\b|\bstart-?\s?ups?\b"),
    ("hold", r"\b(?:holding|storage|storing|carrying|inventory)\b(?: \w+){0,2} costs?\b|\bholding\b"),
    ("backlog", r"\bbacklog\w*\b|\bshortage\b|\bbackorder\w*"),
    ("cumulative", r"\bcumulative demand\b"),
    ("demand", r"\bdemands?\b"),
    ("setup", r"\bset-?\s?up\b|\bproduction runs?\b|\bfixed\b|\bordering costs\b|\bproduction decisions?\b"),
    ("unit", r"\b(?:variable|unit|production|ordering)(?: ordering| production)? costs?\b|"
             r"\bproducing (?:one|each|a) unit\b|\bcosts? (?:per unit|of producing)\b"),
    ("capacity", r"\bcapacit\w+|\bcannot exceed\b|\bat most\b|\bhandle up to\b"),
    ("use", r"\bconsum\w+|\btakes?\b|\buses?\b"),
    ("initial", r"\binitial (?:stock|inventory|backlog)\b|\bon hand\b|\bat the (?:start|beginning)\b"),
    ("final", r"\b(?:final|ending) (?:stock|inventory)\b|\bleft at the end\b"),
)  # fmt: skip
#: What a cost is counted by says what it is for, whatever it is called.
_EACH: tuple[tuple[Role, re.Pattern[str]], ...] = (
    ("setup", re.compile(r"[\s\w]{0,12}\bper (?:production (?:run|decision)|set-?\s?up|order|batch)\b", re.I)),
    ("start", re.compile(r"[\s\w]{0,12}\bper (?:machine )?start-?\s?up\b", re.I)),
    ("setup", re.compile(r"\s*times the production decision", re.I)),
    ("start_time", re.compile(r"\s*times the start-?\s?up decision", re.I)),
)
#: Values of binary decisions: "either 0 or 1".
_SWITCH = re.compile(r"\b0 or 1|or 1\)|\b0 or\b")
_COST_ROLES = ("setup", "start", "hold", "backlog", "unit")


def lot_sizing(text: str, original: str, formulator: str) -> Draft | None:
    """The draft of a plan over named periods, or None where demands or what drives the plan are not found."""
    if not wants_least(text):
        return None
    found = read_records(text)
    period = next((f for noun in _PERIODS for f in found.families if f.noun == noun), None)
    if period is None or len(period.members) < 2:
        return None
    roles = _sorted(found.records)
    demands = [r for r in roles.get("demand", []) if period.noun in r.members]
    running = [r for r in roles.get("cumulative", []) if period.noun in r.members]
    demand = columns(running or demands, _order(found.families, period))
    if demand is None or period.noun not in demand.nouns or not {"hold", "backlog"} & set(roles):
        return None
    plan = _Plan(text, Paper(original), found.families, period, demand, roles, bool(running))
    return plan.draft(formulator) if plan.read() else None


def _order(found: Sequence[Family], period: Family) -> tuple[str, ...]:
    return (*(f.noun for f in found if f is not period), period.noun)


def _sorted(records: Sequence[Record]) -> dict[Role, list[Record]]:
    """Records by what they are: by the words right before a figure, else those before the figures before it."""
    found: dict[Role, list[Record]] = {}
    last: Role = ""
    headings = ("", "")
    end = 0
    for record in records:
        if not record.members and _SWITCH.search(f"{record.before[-8:]}{record.value:g}{record.after[:8]}"):
            continue
        near = re.split(r"[,;]\s(?=[a-z])", record.before)[-1]
        role = _role(near) or _role(record.before)
        together = record.start - end < 90 and "\n" not in record.before
        if not role and not together:
            last = ""
        role = next((r for r, words in _EACH if words.match(record.after)), role)
        after = _role(re.split(r"[,;.]", record.after, maxsplit=1)[0]) if not role else ""
        same = (record.title, record.lead) == headings and bool(record.lead)
        role = role or after or (last if together or same else "") or _role(record.lead) or _first_role(record.title)
        if role == "demand" and re.search(r"\bcumulative\b", record.before, re.I):
            role = "cumulative"
        if record.value < 0 and role in ("setup", "capacity", "unit", ""):
            role = "capacity"
        if role:
            found.setdefault(role, []).append(record)
        last, headings, end = role, (record.title, record.lead), record.end
    return found


def _role(words: str) -> Role:
    """The role that the words say last."""
    best: tuple[int, Role] = (-1, "")
    for role, pattern in _ROLES:
        for match in re.finditer(pattern, words, re.I):
            if match.end() > best[0] and not (role == "setup" and best[1] in ("start",) and match.start() < best[0]):
                best = (match.end(), role)
    return best[1]


def _first_role(words: str) -> Role:
    """The role that a heading says first."""
    found = [(m.start(), -m.end(), role) for role, pattern in _ROLES for m in re.finditer(pattern, words, re.I)]
    return min(found)[2] if found else ""


@dataclass(slots=True)
class _Plan:
    text: str
    page: Paper
    families: tuple[Family, ...]
    period: Family
    demand: Columns
    roles: dict[Role, list[Record]]
    running: bool
    item: Family | None = None
    machine: Family | None = None
    tables: dict[Role, Columns] = field(default_factory=dict)
    names: dict[Role, str] = field(default_factory=dict)

    def read(self) -> bool:
        """Families and figures; False where a role is incomplete or contradicts itself."""
        others = [n for n in self.demand.nouns if n != self.period.noun]
        if len(others) > 1:
            return False
        self.item = next((f for f in self.families if others and f.noun == others[0]), None)
        used = {n for role in ("capacity", "start_time") for r in self.roles.get(role, []) for n in r.members}
        known = {self.period.noun, *others}
        self.machine = next((f for f in self.families if f.noun in used - known), None)
        sizes = {f.noun: len(f.members) for f in self.families}
        if not self.demand.complete(sizes):
            return False
        order = _order(self.families, self.period)
        for role, records in self.roles.items():
            if role in ("demand", "cumulative", ""):
                continue
            column = columns(records, order)
            if column is None:
                keyed = [r for r in records if r.members] or [r for r in records if r.value not in (0, 1)]
                column = columns(keyed, order) if keyed else None
            if column is None or not column.complete(sizes):
                if role in _COST_ROLES:
                    return False
                continue
            if set(column.nouns) - {*known, self.machine.noun if self.machine else ""}:
                return False
            self.tables[role] = column
        return "hold" in self.tables or "backlog" in self.tables

    def draft(self, formulator: str) -> Draft:
        page = self.page
        t = page.set(self.period.noun, self.period.members)
        i = page.set(self.item.noun, self.item.members) if self.item else ""
        m = page.set(self.machine.noun, self.machine.members) if self.machine else ""
        sets = {self.period.noun: t} | ({self.item.noun: i} if self.item else {})
        sets |= {self.machine.noun: m} if self.machine else {}
        demand = self._column("demand", self._demands(), sets)
        name = {role: self._column(_TITLES[role], column, sets) for role, column in self.tables.items()}
        make_sets = [s for s in (i, m, t) if s]
        make = page.variable("make", *make_sets, description="units made")
        stock = page.variable("stock", *[s for s in (i, t) if s], description="units left at the end of the period")
        costs = []
        key = _Key(i, m, t)
        late = ""
        if "backlog" in name:
            late = page.variable(
                "backlog", *[s for s in (i, t) if s], description="units owed at the end of the period"
            )
            costs.append(key.total(f"{name['backlog']}*{late}[@i, t]", machine=False))
        if "hold" in name:
            costs.append(key.total(f"{name['hold']}*{stock}[@i, t]", machine=False))
        if "unit" in name:
            costs.append(key.total(f"{name['unit']}*{make}[@i, @m, t]"))
        binding = "setup" in name or "start" in name
        ready = (
            page.variable("ready", *make_sets, domain="binary", description="1 if it is made here") if binding else ""
        )
        if "setup" in name:
            costs.append(key.total(f"{name['setup']}*{ready}[@i, @m, t]"))
        start = ""
        if "start" in name:
            start = page.variable("start", *make_sets, domain="binary", description="1 if production starts here")
            costs.append(key.total(f"{name['start']}*{start}[@i, @m, t]"))
        page.aim("minimize", "total_cost", " + ".join(costs))
        self._balance(key, make, stock, late, demand, name.get("initial", ""))
        self._limits(key, name, make, ready, start, demand)
        if start:
            over = key.over()
            page.constraint(
                "start_if_new",
                key.fill(f"{start}[@i, @m, t] >= {ready}[@i, @m, t] - {ready}[@i, @m, prev(t)]"),
                over=f"{over} if t != first({t})",
            )
            page.constraint(
                "first_start", key.fill(f"{start}[@i, @m, t] >= {ready}[@i, @m, t]"), over=f"{over} if t == first({t})"
            )
        self._ends(key, stock, late, name.get("final", ""))
        return page.draft(_CONFIDENCE, formulator)

    def _demands(self) -> Columns:
        """The demand of each period, out of running totals where those are given."""
        if not self.running:
            return self.demand
        values = {}
        for key, record in self.demand.values.items():
            before = self.demand.values.get((*key[:-1], key[-1] - 1))
            less = before.value if before is not None else 0.0
            values[key] = Record(record.members, record.value - less, False, "", "", "", "", record.start, record.end)
        self.page.assumptions.append("the demand of a period is the growth of the cumulative demand")
        return Columns(self.demand.nouns, values)

    def _column(self, title: str, column: Columns, sets: dict[str, str]) -> str:
        """The parameter with its index letters: "demand[i, t]"."""
        page = self.page
        taken = page.names.take(title)
        families = {f.noun: f for f in self.families}
        page.parameters.append(Parameter(name=taken, indices=tuple(sets[n] for n in column.nouns)))
        records: list[tuple[int | str | float, ...]] = [
            (*(families[n].members[k] for n, k in zip(column.nouns, key, strict=True)), abs(record.value))
            for key, record in sorted(column.values.items())
        ]
        page.values[taken] = tuple(records) if column.nouns else abs(column.values[()].value)
        spans = dict.fromkeys((r.start, r.end) for r in column.values.values())
        page.spans[taken] = tuple(Span(start=a, end=b) for a, b in spans)
        letter = {self.period.noun: "t"}
        letter |= {self.item.noun: "i"} if self.item else {}
        letter |= {self.machine.noun: "m"} if self.machine else {}
        return f"{taken}[{', '.join(letter[n] for n in column.nouns)}]" if column.nouns else taken

    def _balance(self, key: _Key, make: str, stock: str, late: str, demand: str, initial: str) -> None:
        owed = f" - {late}[@i, prev(t)]" if late else ""
        owing = f" - {late}[@i, t]" if late else ""
        made = f"sum({make}[@i, @m, t] for m in {key.machine})" if key.machine else f"{make}[@i, @m, t]"
        over = key.over(machine=False)
        self.page.constraint(
            "balance",
            key.fill(f"{made} + {stock}[@i, prev(t)]{owed} == {demand} + {stock}[@i, t]{owing}"),
            over=f"{over} if t != first({key.period})",
        )
        had = f" + {initial}" if initial else ""
        self.page.constraint(
            "first_balance",
            key.fill(f"{made}{had} == {demand} + {stock}[@i, t]{owing}"),
            over=f"{over} if t == first({key.period})",
        )

    def _limits(self, key: _Key, name: dict[Role, str], make: str, ready: str, start: str, demand: str) -> None:
        page = self.page
        capacity, use = name.get("capacity"), name.get("use")
        takes = f" + {name['start_time']}*{start}[@i, @m, t]" if start and "start_time" in name else ""
        per_item = capacity is not None and "i" in capacity.partition("[")[2]
        if capacity is not None and ready and (key.machine or per_item or not key.item) and use is None:
            page.constraint(
                "only_if_ready",
                key.fill(f"{make}[@i, @m, t]{takes} <= {capacity}*{ready}[@i, @m, t]"),
                over=key.over(),
            )
        elif capacity is not None:
            factor = f"{use}*" if use is not None else ""
            inner = key.fill(f"{factor}{make}[@i, @m, t]")
            left = f"sum({inner} for i in {key.item})" if key.item else inner
            over = " for ".join(s for s in (f"m in {key.machine}" if key.machine else "", f"t in {key.period}") if s)
            page.constraint("capacity_limit", f"{left} <= {capacity}", over=over)
        if ready and (capacity is None or use is not None or not (key.machine or per_item or not key.item)):
            total = key.fill(demand).replace("t]", "s]") if "[" in demand else demand
            page.constraint(
                "only_if_ready",
                key.fill(f"{make}[@i, @m, t] <= sum({total} for s in {key.period})*{ready}[@i, @m, t]"),
                over=key.over(),
            )
        one = re.search(
            r"\b(?:only|at most) (?:be used for |produce )?one product\b|\bonly produce one\b|\bonly one product\b|"
            r"\bproduce only one\b|\bone product at a time\b",
            self.text,
            re.I,
        )
        if one is not None and ready and key.item and key.machine:
            page.constraint(
                "one_at_a_time",
                key.fill(f"sum({ready}[@i, @m, t] for i in {key.item}) <= 1"),
                over=f"m in {key.machine} for t in {key.period}",
            )
            page.spans[page.constraints[-1].name] = (Span(start=one.start(), end=one.end()),)

    def _ends(self, key: _Key, stock: str, late: str, final: str) -> None:
        """What must be left, or owed, at the end of the last period."""
        ending = re.search(
            r"\bend of (?:the )?(?:last )?(?:\w+ \d+|horizon)[^.]{0,30}\bzero\b|\bdepleted by the end", self.text, re.I
        )
        over = f"i in {key.item}" if key.item else ""
        if final:
            self.page.constraint("final_stock", f"{key.fill(f'{stock}[@i, last({key.period})]')} >= {final}", over=over)
        if ending is not None:
            at = key.fill(f"{stock}[@i, last({key.period})]")
            self.page.constraint("no_final_stock", f"{at} == 0", over=over)
            self.page.spans[self.page.constraints[-1].name] = (Span(start=ending.start(), end=ending.end()),)
        if late and re.search(r"\bbacklog\w*[^.]{0,60}\bend of[^.]{0,40}\bzero\b", self.text, re.I):
            at = key.fill(f"{late}[@i, last({key.period})]")
            self.page.constraint("no_final_backlog", f"{at} == 0", over=over)


@dataclass(frozen=True, slots=True)
class _Key:
    """Writes indices only for the sets that the plan has: "@i" and "@m" vanish without items or machines."""

    item: str
    machine: str
    period: str

    def fill(self, expression: str) -> str:
        expression = expression if self.item else expression.replace("@i, ", "")
        expression = expression if self.machine else expression.replace("@m, ", "")
        return expression.replace("@", "")

    def over(self, *, machine: bool = True) -> str:
        parts = (
            f"i in {self.item}" if self.item else "",
            f"m in {self.machine}" if machine and self.machine else "",
            f"t in {self.period}",
        )
        return " for ".join(part for part in parts if part)

    def total(self, term: str, *, machine: bool = True) -> str:
        return f"sum({self.fill(term)} for {self.over(machine=machine)})"


_TITLES: dict[Role, str] = {
    "start_time": "start_time", "start": "start_cost", "setup": "setup_cost", "hold": "holding_cost",
    "backlog": "backlog_cost", "unit": "unit_cost", "capacity": "capacity", "use": "use",
    "initial": "initial_stock", "final": "final_stock",
}  # fmt: skip
