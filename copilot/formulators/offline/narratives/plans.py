"""One good over several periods, made or bought, kept and delivered: told in sentences.

Source: Pochet and Wolsey (2006), ch. 2.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from copilot.formulators.draft import Draft
from copilot.formulators.offline.drafting import Paper

from .calendar import Calendar
from .casting import cast
from .figures import Figure
from .roles import Role, role_of
from .words import Telling

_NAMES: dict[Role, str] = {
    "unit": "unit_cost", "hold": "storage_cost", "extra_unit": "extra_cost", "setup": "setup_cost",
    "late": "delay_cost", "sales": "selling_price",
    "capacity": "capacity", "extra_capacity": "extra_capacity", "initial": "start_stock",
    "final": "end_stock", "room": "room", "least": "least_run", "demand": "demand",
}  # fmt: skip
_CONFIDENCE = 0.86
#: What is sold has to be there before anything comes in.
#: The price of the dearer way is told as what it costs more.
_ON_TOP = re.compile(r"\b(?:(?:extra|additional) cost|surcharge|premium|on top|extra charge)\b")
_BOUGHT = re.compile(r"\b(?:buy\w*|bought|purchas\w+)\b", re.I)
_FROM_STOCK = re.compile(
    r"\bs(?:ell\w*|old|ale)\b[^.;]*\b(?:(?:at|from|by) the (?:start|beginning|opening)|"
    r"(?:from|in) the (?:next|following))\b|"
    r"\b(?:arriv\w+|com\w+|deliver\w+|buy\w*|bought)\b[^.;]*\b(?:after|at the end|only then|next \w+)\b[^.;]*"
    r"\bs(?:ell|old|ale)",
    re.I,
)
#: What is left of the confidence where another assignment of the figures fits nearly as well.
_UNSURE = 0.7


@dataclass(slots=True)
class _Plan:
    calendar: Calendar
    roles: Mapping[Role, Figure]

    def __contains__(self, role: Role) -> bool:
        return role in self.roles


def plan(
    told: Telling, calendar: Calendar, found: Sequence[Figure], formulator: str, *, earning: bool = False
) -> Draft | None:
    """The draft of the plan, or None where a figure has no role, two claim one, or nothing ties the periods.

    With ``earning`` what is sold brings a price, and demand is the most that can be sold.
    """
    sums = {sum(figure.values) for figure in found if figure.is_row and not figure.money}
    chosen = cast([f for f in found if not _idle(f) and (f.is_row or f.money or f.value not in sums)])
    if chosen is None or ("sales" in chosen.roles) != earning or not {"demand", "sales"} & set(chosen.roles):
        return None
    if earning and {"late", "setup"} & set(chosen.roles):
        return None
    read = _Plan(calendar, chosen.roles)
    moving = any(role in read and read.roles[role].is_row for role in ("unit", "sales"))
    rows = any(figure.is_row for figure in read.roles.values())
    if not (moving or (rows and {"hold", "late", "room"} & set(read.roles))):
        return None
    if "extra_capacity" in read and "extra_unit" not in read:
        return None
    sure = _CONFIDENCE * (1.0 if chosen.sure else _UNSURE)
    return _page(told, read).draft(round(sure if _possible(read) else sure / 3, 3), formulator)


def _idle(figure: Figure) -> bool:
    """Whether the number counts nothing of the plan: "one" and "half" in words, without a stock around them."""
    plain = figure.spelled and figure.value in (1.0, 0.5) and not (figure.is_row or figure.money)
    return plain and role_of(figure, " ".join(figure.lead)) not in ("initial", "final")


def _possible(read: _Plan) -> bool:
    """Whether what can be made in time is enough for what is wanted."""
    count = read.calendar.count

    def each(role: Role) -> list[float]:
        figure = read.roles.get(role)
        if figure is None:
            return [0.0] * count
        return list(figure.values) if figure.is_row else [figure.value] * count

    if "sales" in read or "capacity" not in read or ("extra_unit" in read and "extra_capacity" not in read):
        return True
    have = read.roles["initial"].value if "initial" in read else 0.0
    for made, extra, wanted in zip(each("capacity"), each("extra_capacity"), each("demand"), strict=True):
        have += made + extra - wanted
        if have < 0 and "late" not in read:
            return False
    return have >= (read.roles["final"].value if "final" in read else 0.0)


def _page(told: Telling, read: _Plan) -> Paper:
    page = Paper(told.text)
    calendar = read.calendar
    t = page.set(calendar.noun, calendar.names)
    at: dict[Role, str] = {role: _parameter(page, t, calendar, role, figure) for role, figure in read.roles.items()}
    made, cost = "make[t]", []
    ready = (
        page.variable("set_up", t, domain="binary", description=f"1 if anything is made in the {calendar.noun}")
        if "setup" in at
        else ""
    )
    page.variable("make", f"t in {t}", upper=None if ready else at.get("capacity"), description="made or bought")
    page.variable("stock", f"t in {t}", upper=at.get("room"), description=f"left at the end of the {calendar.noun}")
    if "unit" in at:
        cost.append(f"{at['unit']}*make[t]")
    if "hold" in at:
        cost.append(f"{at['hold']}*stock[t]")
    if "extra_unit" in at:
        page.variable("extra", f"t in {t}", upper=at.get("extra_capacity"), description="made in the dearer way")
        made += " + extra[t]"
        on_top = "unit" in at and _ON_TOP.search(" ".join(read.roles["extra_unit"].near)) is not None
        cost.append(f"({at['unit']} + {at['extra_unit']})*extra[t]" if on_top else f"{at['extra_unit']}*extra[t]")
    if ready:
        most = at.get("capacity") or f"sum({at['demand'].replace('[t]', '[u]')} for u in {t})" + _plus(at.get("final"))
        page.constraint("only_if_set_up", f"make[t] <= {most}*{ready}[t]", over=f"t in {t}")
        cost.append(f"{at['setup']}*{ready}[t]")
    if "least" in at:
        page.constraint("least_run", f"make[t] >= {at['least']}", over=f"t in {t}")
    owed = ""
    if "late" in at:
        page.variable("late", f"t in {t}", description=f"still owed at the end of the {calendar.noun}")
        owed = " + late[t]"
        cost.append(f"{at['late']}*late[t]")
        page.constraint("all_delivered", f"late[last({t})] == 0")
    gone = at.get("demand", "")
    if "sales" in read:
        gone = "sell[t]"
        page.variable("sell", f"t in {t}", upper=at.get("demand"), description=f"sold in the {calendar.noun}")
        page.aim("maximize", "profit", f"sum({at['sales']}*sell[t]{''.join(f' - {c}' for c in cost)} for t in {t})")
        if _FROM_STOCK.search(told.text):
            page.constraint("first_sold_from_stock", f"sell[first({t})] <= {at.get('initial', '0')}")
            page.constraint("sold_from_stock", "sell[t] <= stock[prev(t)]", over=f"t in {t} if t != first({t})")
        elif "room" in at and "capacity" not in at and _BOUGHT.search(told.text):
            page.constraint("first_bought_fits", f"{at.get('initial', '0')} + make[first({t})] <= {at['room']}")
            page.constraint(
                "bought_fits", f"stock[prev(t)] + make[t] <= {at['room']}", over=f"t in {t} if t != first({t})"
            )
            page.assumptions.append("what is bought goes into the store before anything is sold")
    else:
        page.aim("minimize", "total_cost", f"sum({' + '.join(cost)} for t in {t})")
    first = f"{made}{owed} == {gone} + stock[t]".replace("[t]", f"[first({t})]")
    page.constraint("first_balance", (f"{at['initial']} + " if "initial" in at else "") + first)
    before = "stock[prev(t)]" + (" - late[prev(t)]" if owed else "")
    page.constraint("balance", f"{before} + {made}{owed} == {gone} + stock[t]", over=f"t in {t} if t != first({t})")
    if "final" in at:
        page.constraint("end_stock_kept", f"stock[last({t})] >= {at['final']}")
    else:
        page.assumptions.append("nothing has to be left at the end")
    if "initial" not in at:
        page.assumptions.append("there is nothing in stock at the start")
    return page


def _plus(name: str | None) -> str:
    return f" + {name}" if name else ""


def _parameter(page: Paper, t: str, calendar: Calendar, role: Role, figure: Figure) -> str:
    """The parameter of a figure, as it is written in an expression over ``t``."""
    if not figure.is_row:
        return page.scalar(_NAMES[role], figure.value, (figure.start, figure.end))
    return f"{page.column(_NAMES[role], t, figure.over(calendar.names))}[t]"
