"""Demand on a straight line through two prices with their sales."""

from __future__ import annotations

from copilot.formulators.offline.drafting import Paper
from copilot.formulators.offline.words.lexicon import word_set

from .aims import sense
from .pages import Measured, Page


def demand(page: Page) -> Paper | None:
    """The most revenue or profit where sales fall along a line as the price rises."""
    if sense(page) != "maximize" and not (sense(page) is None and page.has("best optimal optimum")):
        return None
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
    sheet = Paper(page.original)
    names = [
        (sheet.parameter(f"price_{k}", p.figure(p.size)), sheet.parameter(f"sales_{k}", q.figure()))
        for k, (p, q) in enumerate(points, 1)
    ]
    (p1, q1), (p2, q2) = names
    price = sheet.variable("price", description="price of one")
    sales = f"({q1} + ({q2} - {q1})/({p2} - {p1})*({price} - {p1}))"
    sheet.constraint("sales_stay_positive", f"{sales} >= 0")
    margin = f"({price} - {sheet.parameter('unit_cost', costs[0].figure(costs[0].size))})" if costs else price
    sheet.aim("maximize", "profit" if costs else "revenue", f"{margin}*{sales}")
    return sheet


def _is_cost(page: Page, figure: Measured) -> bool:
    words = page.words(figure.at - 6, figure.end) | page.words(figure.end, figure.end + 4)
    return bool(words & word_set("cost clean maintain upkeep servicing maintenance make produce buy expense"))
