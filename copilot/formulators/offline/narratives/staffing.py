"""How many people to hire and to let go so that every period has enough of them, with or without stock.

Source: Winston (2004), ch. 3: aggregate planning.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from copilot.formulators.draft import Draft
from copilot.formulators.offline.drafting import Paper

from .calendar import Calendar
from .figures import Figure
from .words import Telling

Role = Literal[
    "need", "wage", "hire", "dismiss", "rate", "crew", "crew_after", "hold", "unit", "most_hired", "stock", ""
]

_CONFIDENCE = 0.84
_HIRE = re.compile(
    r"\b(?:hir\w+|recruit\w*|tak(?:e|es|ing) (?:\w+ ){0,2}on|train\w*|(?:each|every|a|any|per) new \w+|"
    r"sign\w* (?:\w+ )?(?:up|on)|employing)\b"
)
_DISMISS = re.compile(
    r"\b(?:fir(?:e|es|ed|ing)|dismiss\w*|(?:lay\w*|laid) (?:\w+ ){0,2}off|layoffs?|let\w* (?:\w+ ){0,3}go|"
    r"sack\w*|severance|send\w* (?:\w+ ){0,3}home|releas\w+|discharg\w+|terminat\w+|"
    r"ending (?:a|the|one) (?:\w+ )?contract|part with)\b"
)
_WAGE = re.compile(r"\b(?:paid|pay|pays|earn\w*|wages?|salar\w+|costs?|gets?)\b")
#: What is said in front of amounts where no figure of the text has a currency.
_PAID = re.compile(r"\b(?:wages?|costs?|pay|salar\w+|paid|earns?)\b")
_PERSON = re.compile(
    r"\b(?:workers?|employees?|nurses?|people|persons?|staff|operators?|drivers?|technicians?|guides?|"
    r"pickers?|carers?|crews?|hands?|"
    r"tailors?|welders?|clerks?|cooks?|agents?|fitters?|weavers?|men|women|head|one|her|him|it)\b"
)
_RATE = re.compile(
    r"\b(?:a|an|per|each|every) (?:day|week|month|quarter|year|season|period)\b|\b(?:monthly|weekly|daily|"
    r"quarterly)\b"
)
_MAKES = re.compile(
    r"\b(?:works?|makes?|produces?|assembles?|turns? out|sews?|handles?|builds?|does|serves?|packs?|output)\b"
)
_BEGIN = re.compile(
    r"\b(?:now|at present|currently|start\w*|begin\w*|today|at the moment|has|employs?|right now|already|"
    r"initial\w*|with)\b"
)
_END = re.compile(r"\b(?:at the end|end of the|finally|afterwards|close|finish)\b")
_KEEP = re.compile(r"\b(?:stor\w+|keep\w*|kept|hold\w*|stock\w*|inventor\w*)\b")
_MOST = re.compile(r"\b(?:at most|no more than|up to|not more than|max\w*)\b")


@dataclass(slots=True)
class _Staff:
    calendar: Calendar
    roles: dict[Role, Figure] = field(default_factory=dict)


def staffing(told: Telling, calendar: Calendar, found: Sequence[Figure], formulator: str) -> Draft | None:
    """The draft, or None unless hiring or dismissing costs something and every figure has its role."""
    if not (_HIRE.search(told.text.lower()) or _DISMISS.search(told.text.lower())):
        return None
    read = _Staff(calendar)
    bare = not any(figure.money for figure in found)
    for figure in found:
        paid = bare and not figure.is_row and _PAID.search(" ".join(figure.before)) is not None
        role = _role(replace(figure, money=True) if paid else figure)
        if not role or (role in read.roles and read.roles[role].values != figure.values):
            return None
        read.roles.setdefault(role, figure)
    known = set(read.roles)
    if not {"need", "crew"} <= known or not known & {"hire", "dismiss"} or not read.roles["need"].is_row:
        return None
    if ("hold" in known or "stock" in known) and "rate" not in known:
        return None
    return _page(told, read).draft(_CONFIDENCE, formulator)


def _role(figure: Figure) -> Role:
    near, own, lead = " ".join(figure.near), " ".join(figure.before), " ".join(figure.lead)
    if figure.percent:
        return ""
    if figure.money:
        told = _last(own, near)
        if told:
            return told
        if _KEEP.search(near):
            return "hold"
        paid = re.search(r"\b(?:earn\w*|gets?|paid|wages?|salar\w+|payroll)\b", near)
        if paid or (_PERSON.search(near) and (_RATE.search(near) or _WAGE.search(near))):
            return "wage"
        told = _last(lead, lead)
        return told or (
            "unit" if re.search(r"\bmaterial|\bpiece|\beach\b", near) else "wage" if _WAGE.search(near) else ""
        )
    if figure.is_row:
        return "need"
    if _MOST.search(near):
        return "most_hired" if _HIRE.search(f"{lead} {near}") else ""
    if _KEEP.search(near) and _BEGIN.search(near):
        return "stock"
    if _MAKES.search(own) and _RATE.search(near) and not _END.search(near):
        return "rate"
    if _END.search(near):
        return "crew_after"
    if _BEGIN.search(near) and (_PERSON.search(near) or not _KEEP.search(near)):
        return "crew"
    return "rate" if _RATE.search(near) else ""


def _last(own: str, near: str) -> Role:
    """Hiring or dismissing, whichever is said last in front of the figure, else around it."""
    hire = [m.start() for m in _HIRE.finditer(own)]
    dismiss = [m.start() for m in _DISMISS.finditer(own)]
    if hire or dismiss:
        return "hire" if max(hire, default=-1) > max(dismiss, default=-1) else "dismiss"
    if _DISMISS.search(near):
        return "dismiss"
    return "hire" if _HIRE.search(near) else ""


def _page(told: Telling, read: _Staff) -> Paper:
    page = Paper(told.text)
    calendar, roles = read.calendar, read.roles
    t = page.set(calendar.noun, calendar.names)
    need = page.column("need", t, roles["need"].over(calendar.names))
    at = {role: page.scalar(_NAMES[role], f.value, (f.start, f.end)) for role, f in roles.items() if role != "need"}
    page.variable("people", t, domain="integer", description=f"at work in the {calendar.noun}")
    page.variable(
        "hired", t, domain="integer", upper=at.get("most_hired"), description=f"at the start of the {calendar.noun}"
    )
    page.variable("dismissed", t, domain="integer", description=f"at the start of the {calendar.noun}")
    cost = [f"{at['wage']}*people[t]"] if "wage" in at else []
    cost += [f"{at[role]}*{name}[t]" for role, name in (("hire", "hired"), ("dismiss", "dismissed")) if role in at]
    rate = f"{at['rate']}*" if "rate" in at else ""
    if "hold" in at:
        page.variable("make", t, description="made")
        page.variable("stock", t, description=f"left at the end of the {calendar.noun}")
        cost.append(f"{at['hold']}*stock[t]")
        page.constraint("hands", f"make[t] <= {rate}people[t]", over=f"t in {t}")
        begin = f"{at['stock']} + " if "stock" in at else ""
        page.constraint("first_balance", f"{begin}make[first({t})] == {need}[first({t})] + stock[first({t})]")
        page.constraint(
            "balance", f"stock[prev(t)] + make[t] == {need}[t] + stock[t]", over=f"t in {t} if t != first({t})"
        )
    else:
        page.constraint("enough", f"{rate}people[t] >= {need}[t]", over=f"t in {t}")
    if "unit" in at:
        cost.append(f"{at['unit']}*{'make' if 'hold' in at else need}[t]")
    page.aim("minimize", "total_cost", f"sum({' + '.join(cost)} for t in {t})")
    first = f"[first({t})]"
    page.constraint("first_people", f"people{first} == {at['crew']} + hired{first} - dismissed{first}")
    page.constraint(
        "people_change", "people[t] == people[prev(t)] + hired[t] - dismissed[t]", over=f"t in {t} if t != first({t})"
    )
    if "crew_after" in at:
        page.constraint("people_after", f"people[last({t})] >= {at['crew_after']}")
    return page


_NAMES: dict[Role, str] = {
    "wage": "wage", "hire": "hiring_cost", "dismiss": "dismissal_cost", "rate": "work_of_one", "crew": "people_now",
    "crew_after": "people_at_the_end", "hold": "storage_cost", "unit": "unit_cost", "most_hired": "most_hired",
    "stock": "start_stock",
}  # fmt: skip
