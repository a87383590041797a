"""Money that comes in and goes out period by period, with loans that are paid back with interest one period later.

Source: Hillier and Lieberman (2015), ch. 3: cash flow.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from copilot.formulators.draft import Draft
from copilot.formulators.offline.drafting import Paper

from .calendar import Calendar
from .figures import Figure
from .words import Telling

Role = Literal["income", "spending", "start", "least", "end", "interest", "yield", "most", ""]

_CONFIDENCE = 0.86
_LOAN = re.compile(r"\b(?:borrow\w*|loans?|overdraft|credit line|lends?|lent|credit)\b", re.I)
_IN = re.compile(
    r"\b(?:brings? in|pays? us|paid (?:to|by)|receiv\w+|receipts?|incomes?|com(?:e|es|ing) in|tak(?:e|es) in|"
    r"takings|revenues?|"
    r"collect\w*|inflows?|sales|customers|clients|earn\w*|incoming|deposits? from)\b"
)
_OUT = re.compile(
    r"\b(?:pay\w*|bills?|outgoings?|outflows?|expens\w+|spend\w*|wages|costs?|due|needs?|comes? to|rent|goes out|"
    r"go out|suppliers)\b"
)
_BEGIN = re.compile(
    r"\b(?:go into|start\w*|begin\w*|opening|now|today|currently|has|have|account|in hand|at-start|initial\w*)\b"
)
_END = re.compile(r"\b(?:end of|at-end|finally|at the end|last|closing|left)\b")
_LEAST = re.compile(r"\b(?:at least|never|below|under|minimum|no less than|not less than|always|cushion|reserve)\b")
_MOST = re.compile(r"\b(?:at most|no more than|up to|limit\w*|maximum|max)\b")
_SAVED = re.compile(r"\b(?:surplus|idle|spare|put aside|savings?|deposits?|invest\w*|earns?|left over)\b")
#: The loan of the last period is excluded, or everything is paid back by then.
_SETTLED = re.compile(
    r"\bno longer borrow\w*|\bno (?:debts?|loans?) (?:after|at|by|left)\b|"
    r"\b(?:all|every|any) (?:loans?|debts?|of it)\b[^.;]*\b(?:paid|repaid|back|settled|gone)\b|"
    r"\b(?:repay|paid|pay) (?:back )?(?:all|everything)|\bdebt-?free\b|\bowe nothing\b|"
    r"\bnothing (?:is |must be )?owed\b|"
    r"\b(?:cannot|can't|not|no) (?:be )?(?:borrow\w*|loans?)\b[^.;]*\b(?:last|in @period)\b",
    re.I,
)  # fmt: skip


def cash(told: Telling, calendar: Calendar, found: Sequence[Figure], formulator: str) -> Draft | None:
    """The draft, or None unless money is borrowed at an interest and every figure has its role."""
    if _LOAN.search(told.text) is None:
        return None
    roles: dict[Role, Figure] = {}
    for figure in found:
        role = _role(figure)
        if not role or (role in roles and roles[role].values != figure.values):
            return None
        roles.setdefault(role, figure)
    if not {"spending", "interest"} <= set(roles):
        return None
    return _page(told, calendar, roles).draft(_CONFIDENCE, formulator)


def _role(figure: Figure) -> Role:
    near, lead = " ".join(figure.near), " ".join(figure.lead)
    if figure.percent:
        return "yield" if _SAVED.search(near) and not _LOAN.search(near) else "interest"
    if figure.is_row:
        return "income" if _IN.search(near) else "spending" if _OUT.search(f"{lead} {near}") else ""
    if _MOST.search(near) and _LOAN.search(f"{lead} {near}"):
        return "most"
    if _END.search(near) and not re.search(r"\bend of (?:each|every|any|a) ", near):
        return "end"
    if _LEAST.search(near):
        return "least"
    return "start" if _BEGIN.search(near) else ""


def _page(told: Telling, calendar: Calendar, roles: dict[Role, Figure]) -> Paper:
    page = Paper(told.text)
    t = page.set(calendar.noun, calendar.names)
    flow = []
    for role, sign in (("income", "+"), ("spending", "-")):
        if role in roles:
            name = page.column(role, t, roles[role].over(calendar.names))
            flow.append(f" {sign} {name}[t]")

    def number(role: Role, title: str, scale: float = 1.0) -> str:
        return page.scalar(title, roles[role].value * scale, (roles[role].start, roles[role].end))

    rate = number("interest", "interest", 0.01)
    kept = f"(1 + {number('yield', 'yield_of_cash', 0.01)})*" if "yield" in roles else ""
    least = number("least", "least_cash") if "least" in roles else "0"
    most = number("most", "most_borrowed") if "most" in roles else None
    borrow = page.variable(
        "borrow", t, upper=most, description=f"borrowed in the {calendar.noun}, paid back in the next"
    )
    left = page.variable("cash", t, lower=least, description=f"left at the end of the {calendar.noun}")
    page.aim("minimize", "interest_paid", f"sum({rate}*{borrow}[t] for t in {t})")
    start = f"{number('start', 'cash_at_start')}" if "start" in roles else "0"
    first = f"{left}[t] == {start}{''.join(flow)} + {borrow}[t]".replace("[t]", f"[first({t})]")
    page.constraint("first_balance", first)
    page.constraint(
        "balance",
        f"{left}[t] == {kept}{left}[prev(t)]{''.join(flow)} + {borrow}[t] - (1 + {rate})*{borrow}[prev(t)]",
        over=f"t in {t} if t != first({t})",
    )
    if "end" in roles:
        page.constraint("cash_at_the_end", f"{left}[last({t})] >= {number('end', 'cash_at_end')}")
    if _SETTLED.search(told.text):
        page.constraint("settled", f"{borrow}[last({t})] == 0")
    page.assumptions.append(f"what is borrowed in a {calendar.noun} is paid back with interest in the next")
    return page
