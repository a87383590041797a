"""One product over several periods: demands in a row, costs of making, overtime, setting up and storing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from copilot.formulators.draft import Draft
from copilot.formulators.offline.drafting import Figure, Paper
from copilot.formulators.offline.words.senses import wants_least
from copilot.formulators.offline.words.times import ORDINALS

from .lists import VALUE

_CONFIDENCE = 0.85
_ROW = re.compile(rf"\bdemands?\b[^.\d]{{0,60}}?({VALUE}(?:,\s*(?:and\s+)?{VALUE}|\s+and\s+{VALUE}){{2,40}})", re.I)
_ORDINAL = re.compile(
    rf"\b({'|'.join(ORDINALS)})\s+(?:quarter|month|week|period|day|year),?:?\s+(?:is\s+)?({VALUE})", re.I
)
_NUMBER = re.compile(VALUE)
_PERIOD = re.compile(r"\b(quarter|month|week|period|day|year)s?\b", re.I)
_ROLES = tuple(
    (role, re.compile(words, re.I))
    for role, words in (
        ("setup", r"\bset(?:ting)?[- ]?up\b|\bstarting (?:up )?production\b"),
        ("final", r"\bat the end\b(?! of (?:each|every))|\bfinal\b|\bending\b"),
        ("initial", r"\bat the (?:start|beginning)\b|\binitial\b|\bon hand\b|\bhas an inventory\b|\bbegins? with\b"),
        ("storage", r"\b(?:store|storing|storage|hold|holding|keep|keeping|carrying|inventory|stock)\b"),
        ("capacity", r"\bat most\b|\bup to\b|\blimited\b|\bcapacity\b|\bno more than\b|\bmaximum\b"),
        ("unit", r"\bcosts?\b|\bproduc\w+|\bmake\b|\bmaking\b"),
    )
)
_CLAUSE = re.compile(r"[,;.]\s|\band\b|:\s")


@dataclass(slots=True)
class _Plan:
    demands: list[Figure]
    figures: dict[str, Figure] = field(default_factory=dict)


def production_plan(text: str, original: str, formulator: str) -> Draft | None:
    """The draft of a plan over periods, or None unless there are demands in a row and a cost of storing."""
    if not wants_least(text):
        return None
    plan = _demands(text)
    if plan is None or not _clauses(text, plan):
        return None
    if "storage" not in plan.figures or "unit" not in plan.figures or len(plan.demands) < 3:
        return None
    page = _page(text, plan)
    page.text = original
    return page.draft(_CONFIDENCE, formulator)


def _demands(text: str) -> _Plan | None:
    rows = list(_ROW.finditer(text))
    if len(rows) == 1:
        at = rows[0].start(1)
        return _Plan([Figure.read(m, offset=at) for m in _NUMBER.finditer(rows[0][1])])
    named = list(_ORDINAL.finditer(text))
    if (
        len(named) >= 3
        and tuple(m[1].lower() for m in named) == ORDINALS[: len(named)]
        and re.search(r"\bdemand", text, re.I)
    ):
        return _Plan([Figure.read(m, 2) for m in named])
    return None


def _clauses(text: str, plan: _Plan) -> bool:
    """Every figure outside the demands gets its role; False where one has none or two claim the same."""
    low, high = plan.demands[0].start, plan.demands[-1].end
    overtime = False
    for start, end in _parts(text):
        words = text[start:end]
        if re.search(r"\bregular\b", words, re.I):
            overtime = False
        if re.search(r"\bovertime\b", words, re.I):
            overtime = True
        numbers = [m for m in _NUMBER.finditer(text, start, end) if not low <= m.start() < high]
        if re.search(r"\b(?:no|without) (?:initial )?(?:stock|inventory)\b", words, re.I) and not numbers:
            continue
        for k, number in enumerate(numbers):
            if _counts_periods(text, number, len(plan.demands)):
                continue
            role = _role(words if len(numbers) == 1 else text[numbers[k - 1].end() if k else start : number.start()])
            if role in ("unit", "capacity") and overtime:
                role = f"overtime_{role}"
            if not role or (role in plan.figures and plan.figures[role].value != Figure.read(number).value):
                return False
            plan.figures.setdefault(role, Figure.read(number))
    return True


def _parts(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in _CLAUSE.finditer(text):
        yield start, match.start()
        start = match.end()
    yield start, len(text)


def _counts_periods(text: str, number: re.Match[str], periods: int) -> bool:
    after = text[number.end() : number.end() + 12]
    return Figure.read(number).value in (1, periods) and _PERIOD.match(after.strip()) is not None


def _role(words: str) -> str:
    return next((role for role, pattern in _ROLES if pattern.search(words)), "")


def _page(text: str, plan: _Plan) -> Paper:
    page = Paper(text)
    noun = _PERIOD.search(text)
    period = page.set(noun[1].lower() if noun else "period", tuple(range(1, len(plan.demands) + 1)))
    demand = page.names.take("demand")
    page.number_column(demand, period, plan.demands)
    named = {
        role: page.scalar(f"{role}_cost" if role in _COSTS else role, figure.value, (figure.start, figure.end))
        for role, figure in plan.figures.items()
    }
    capacity, extra = named.get("capacity"), named.get("overtime_capacity")
    make = page.variable("make", period, upper=capacity, description="units made")
    stock = page.variable("stock", period, description="units left at the end")
    made, cost = f"{make}[t]", f"{named['unit']}*{make}[t] + {named['storage']}*{stock}[t]"
    if "overtime_unit" in named:
        over = page.variable("overtime", period, upper=extra, description="units made in overtime")
        made, cost = f"{make}[t] + {over}[t]", f"{cost} + {named['overtime_unit']}*{over}[t]"
    if "setup" in named:
        ready = page.variable("set_up", period, domain="binary", description="1 if production is set up")
        most = capacity or f"sum({demand}[u] for u in {period})"
        page.constraint("only_if_set_up", f"{make}[t] <= {most}*{ready}[t]", over=f"t in {period}")
        cost += f" + {named['setup']}*{ready}[t]"
    page.aim("minimize", "total_cost", f"sum({cost} for t in {period})")
    begin = f" + {named['initial']}" if "initial" in named else ""
    first = made.replace("[t]", f"[first({period})]")
    page.constraint("first_balance", f"{first}{begin} == {demand}[first({period})] + {stock}[first({period})]")
    page.constraint(
        "balance",
        f"{stock}[prev(t)] + {made} == {demand}[t] + {stock}[t]",
        over=f"t in {period} if t != first({period})",
    )
    if "final" in named:
        page.constraint("final_stock", f"{stock}[last({period})] >= {named['final']}")
    return page


_COSTS = frozenset({"setup", "storage", "unit", "overtime_unit"})
