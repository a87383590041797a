"""What is sold or yielded where the number follows the price, or each one's share follows the number."""

from __future__ import annotations

from dataclasses import dataclass

from copilot.formulators.offline.drafting import Figure, Sheet
from copilot.formulators.offline.lexicon import word_set

from .aims import sense
from .figures import Measured, Page

_FALLS = word_set(
    """fewer less stay away empty vacant lose lost drop drops drop lower fall falls cut cuts reduce reduces decrease
    decreases unsold unlet unrented back down off leave leaves quit"""
)
_STEP = word_set("each every additional extra further another more per")


@dataclass(frozen=True, slots=True)
class _Step:
    """For ``size`` more of one thing, the other changes by ``change``."""

    size: Figure | None
    change: Measured
    priced: bool
    used: tuple[Measured, ...]


def demand(page: Page) -> Sheet | None:
    """The most revenue, profit or yield where one figure falls as the other grows."""
    if sense(page) != "maximize" and not (sense(page) is None and page.has("best optimal optimum")):
        return None
    return _two_points(page) or _stepped(page)


def _stepped(page: Page) -> Sheet | None:
    """A start and a step: "for every euro more, 15 stay away"; "every additional tree cuts the crop by 5"."""
    step = _step(page)
    if step is None:
        return None
    rest = [f for f in page.figures if f not in step.used and not (f.token.low in ("one", "two") and not f.dimension)]
    money = [f for f in rest if f.dimension == "money"]
    plain = [f for f in rest if f.dimension == ""]
    costs = [f for f in money if _is_cost(page, f)]
    prices = [f for f in money if f not in costs]
    capacity = [
        f for f in plain if page.words(f.at - 6, f.at) & word_set("takes take seats holds most up maximum room")
    ]
    plain = [f for f in plain if f not in capacity]
    values = {f.value for f in plain}
    if len({*money, *plain, *capacity}) != len(rest) or len(costs) > 1 or len(capacity) > 1:
        return None
    sheet = Sheet(page.original)
    if step.priced:
        if len(prices) != 1 or len(values) != 1:
            return None
        return _priced(page, sheet, step, (prices[0], plain[0], costs, capacity))
    if len(prices) == 1 and len(values) == 1 and step.change.dimension == "money":
        start, each = plain[0], prices[0]
    elif not prices and len(values) == 2 and not costs:
        start, each = plain[0], next(f for f in plain if f.value != plain[0].value)
    else:
        return None
    more = sheet.variable("more", "how many more than at the start", domain="integer")
    first = sheet.parameter("start", start.figure())
    yields = sheet.parameter("each_at_start", each.figure(each.size))
    loss = sheet.parameter("loss_of_each", step.change.figure(step.change.size))
    sheet.constraint("each_stays_positive", f"{yields} - {loss}*{more} >= 0")
    if capacity:
        most = sheet.parameter("capacity", capacity[0].figure())
        sheet.constraint("capacity_limit", f"{first} + {more} <= {most}")
    margin = f"({yields} - {loss}*{more})"
    if costs:
        margin = f"({yields} - {loss}*{more} - {sheet.parameter('unit_cost', costs[0].figure(costs[0].size))})"
    sheet.aim("maximize", "total", f"({first} + {more})*{margin}")
    return sheet


def _priced(
    page: Page, sheet: Sheet, step: _Step, told: tuple[Measured, Measured, list[Measured], list[Measured]]
) -> Sheet:
    price, sold, costs, capacity = told
    steps = sheet.variable("steps", "how many steps the price goes up", lower=None)
    first = sheet.parameter("base_price", price.figure(price.size))
    many = sheet.parameter("base_sales", sold.figure())
    size = sheet.parameter("price_step", step.size) if step.size is not None else "1"
    loss = sheet.parameter("sales_step", step.change.figure())
    falls = page.says("each/every/per reduction/decrease/cut") or page.has("lowers reduces discount cheaper lowered")
    sign = ("-", "+") if falls else ("+", "-")
    now, sales = f"({first} {sign[0]} {size}*{steps})", f"({many} {sign[1]} {loss}*{steps})"
    sheet.constraint("price_stays_positive", f"{now} >= 0")
    sheet.constraint("sales_stay_positive", f"{sales} >= 0")
    if page.has("all fully full fills fill") or capacity:
        most = sheet.parameter("capacity", capacity[0].figure()) if capacity else many
        sheet.constraint("capacity_limit", f"{sales} <= {most}")
    margin = f"({now} - {sheet.parameter('unit_cost', costs[0].figure(costs[0].size))})" if costs else now
    sheet.aim("maximize", "profit" if costs else "revenue", f"{margin}*{sales}")
    sheet.assumptions.append("the price may move by parts of a step")
    return sheet


def _is_cost(page: Page, figure: Measured) -> bool:
    words = page.words(figure.at - 6, figure.end) | page.words(figure.end, figure.end + 4)
    return bool(words & word_set("cost clean maintain upkeep servicing maintenance make produce buy expense"))


def _step(page: Page) -> _Step | None:
    """The sentence part that tells the change: its step, its loss, and whether the step is one of price."""
    for figure in page.figures:
        if figure.at and page.words(figure.at - 1, figure.at) & _STEP:
            continue  # "with each 5 dollars more": the step itself
        around = page.words(figure.at - 14, figure.end + 6)
        if not around & _FALLS or not around & word_set("each every additional extra another for with per"):
            continue
        earlier = [
            f
            for f in page.figures
            if figure.at - 12 <= f.at < figure.at and not {".", ";", "?"} & page.words(f.end, figure.at)
        ]
        same = [f for f in earlier if not {".", ";", ":"} & page.words(f.end, figure.at) and
                page.words(f.at - 4, f.at) & _STEP]  # fmt: skip
        money = [f for f in same if f.dimension == "money"]
        if (
            figure.dimension == "money"
            and not money
            and around & word_set("additional extra above beyond another each")
        ):
            return _Step(None, figure, priced=False, used=(figure, *_repeated(page, figure)))
        if figure.dimension == "" and money:
            return _Step(money[-1].figure(money[-1].size), figure, priced=True, used=(money[-1], figure))
        if figure.dimension == "" and not same and _unit_of_price(page, figure):
            return _Step(None, figure, priced=True, used=(figure,))
        further = page.words(figure.at - 14, figure.at) & word_set("additional extra another")
        if figure.dimension == "" and further and not earlier:
            return _Step(None, figure, priced=False, used=(figure,))
    return None


def _unit_of_price(page: Page, figure: Measured) -> bool:
    """Whether a step of one coin stands before a figure: "for every euro on the ticket, 15 stay away"."""
    return any(
        figure.at - 14 <= i < figure.at and not {".", ";"} & page.words(i, figure.at)
        for i in page.places("each/every/additional/extra/further/another/a/per euro/dollar/cent/pound")
    )


def _repeated(page: Page, figure: Measured) -> tuple[Measured, ...]:
    """The start once more just before the change: "for each passenger above 30 the fare drops by 1 euro"."""
    values = [f.value for f in page.figures if f.dimension == ""]
    return tuple(
        f for f in page.figures if figure.at - 10 <= f.at < figure.at and f.dimension == "" and
        values.count(f.value) > 1 and page.words(f.at - 3, f.at) & word_set("above beyond over than")
    )  # fmt: skip


def _two_points(page: Page) -> Sheet | None:
    """Demand on a straight line through two prices with their sales."""
    if not page.has("line linear linearly straight"):
        return None
    money = [f for f in page.figures if f.dimension == "money" or (f.value < 1 and not f.dimension)]
    costs = [f for f in money if _is_cost(page, f)]
    prices = [f for f in money if f not in costs]
    sold = [f for f in page.figures if f not in money and f.dimension == ""]
    if len(prices) != 2 or len(sold) != 2 or len(costs) > 1 or len(money) + len(sold) != len(page.figures):
        return None
    ordered = sorted((*prices, *sold), key=lambda f: f.at)
    kinds = [f in prices for f in ordered]
    if kinds not in ([True, False, True, False], [False, True, False, True], [False, True, True, False]):
        return None
    pairs = [ordered[:2], ordered[2:]]
    points = [sorted(pair, key=lambda f: f not in prices) for pair in pairs]
    sheet = Sheet(page.original)
    names = [
        (sheet.parameter(f"price_{k}", p.figure(p.size)), sheet.parameter(f"sales_{k}", q.figure()))
        for k, (p, q) in enumerate(points, 1)
    ]
    (p1, q1), (p2, q2) = names
    price = sheet.variable("price", "price of one")
    sales = f"({q1} + ({q2} - {q1})/({p2} - {p1})*({price} - {p1}))"
    sheet.constraint("sales_stay_positive", f"{sales} >= 0")
    margin = f"({price} - {sheet.parameter('unit_cost', costs[0].figure(costs[0].size))})" if costs else price
    sheet.aim("maximize", "profit" if costs else "revenue", f"{margin}*{sales}")
    return sheet
