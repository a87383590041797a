"""The way over two kinds of ground: straight to a line, then along it, at two costs or at two speeds."""

from __future__ import annotations

from collections.abc import Sequence

from copilot.formulators.offline.drafting import Paper
from copilot.formulators.offline.words.lexicon import unit_of, word_set

from .pages import Measured, Page

_ACROSS = word_set(
    """underwater water swim swimming row rowing sea lake underground offroad wood forest sand desert field grass
    marsh paddle paddling"""
)
_ALONG = word_set(
    """land shore run running walk walking beach road jog jogging bike biking drive driving cycle cycling overland
    coast bank highway path ground"""
)
_LINE = word_set("shore shoreline coast coastline beach bank road highway pipeline track")
_HEADINGS = word_set("north south east west inland out")
#: What may stand between a distance and the words that say what it is the distance from.
_FILLERS = word_set("away directly due straight out in a the line at to")
_FARTHEST = 4


def crossing(page: Page) -> Paper | None:
    """The cheapest or the quickest way, where every figure is understood."""
    costs, speeds = page.of("money", "length"), [f for f in page.of_dimension("length") if _timed(f)]
    if (len(costs), len(speeds)) not in ((2, 0), (0, 2)):
        return None
    rates = costs or speeds
    if len({unit_of(rate.per) for rate in speeds}) > 1:
        return None
    ground, lengths = _grounds(page, rates), page.of("length")
    if ground is None or len(lengths) != 2 or not page.only(*rates, *lengths):
        return None
    apart = [f for f in lengths if _from_the_line(page, f)]
    if len(apart) != 1:
        return None
    off, down = apart[0], lengths[1 - lengths.index(apart[0])]
    unit = lengths[0].size
    kind = "cost" if costs else "speed"
    sheet = Paper(page.original)
    away = page.quantity(sheet, "distance_from_line", off, unit)
    far = page.quantity(sheet, "distance_along_line", down, unit)
    first = page.quantity(sheet, f"{kind}_across", rates[ground[0]], unit)
    second = page.quantity(sheet, f"{kind}_along", rates[ground[1]], unit)
    point = sheet.variable("point", description="where the line is met, from the point of it nearest by", upper=far)
    slanted, straight = f"sqrt({away}**2 + {point}**2)", f"({far} - {point})"
    if costs:
        sheet.aim("minimize", "total_cost", f"{first}*{slanted} + {second}*{straight}")
    else:
        sheet.aim("minimize", "total_time", f"{slanted}/{first} + {straight}/{second}")
    return sheet


def _timed(figure: Measured) -> bool:
    unit = unit_of(figure.per) if figure.per else None
    return unit is not None and unit[0] == "time"


def _from_the_line(page: Page, figure: Measured) -> bool:
    """Whether a length is said to be the distance from the line: "5 miles off the coast", "3 km north of a road"."""
    at = figure.end
    while at < len(page.tokens) and page.tokens[at].low in _FILLERS:
        if page.tokens[at].low == "out" and page.tokens[at + 1].low == "in":
            return True
        at += 1
    low = page.tokens[at].low if at < len(page.tokens) else ""
    if low in ("off", "offshore", "wide", "inland", "sea"):
        return True
    if low in _HEADINGS and page.tokens[at + 1].low in ("of", "from"):
        at += 1
    elif low not in ("from", "of"):
        return False
    for token in page.tokens[at + 1 : at + 2 + _FARTHEST]:
        if not token.is_word or token.low in ("along", "down", "on", "point"):
            return False
        if token.lemma in _LINE or token.low in ("nearest", "closest"):
            return True
    return False


def _grounds(page: Page, rates: Sequence[Measured]) -> tuple[int, int] | None:
    """Which of the rates holds across and which along: said before each of them, or behind each."""
    first, second = rates
    begin = next((i + 1 for i in range(first.at - 1, -1, -1) if page.tokens[i].low in (".", ";")), 0)
    end = next((i for i in range(second.end, len(page.tokens)) if page.tokens[i].low == "."), len(page.tokens))
    between = (first.end, second.at)
    orders: list[tuple[int, int]] = []
    for parts in (((begin, first.at), between), (between, (second.end, end))):
        kinds = [(bool(words & _ACROSS), bool(words & _ALONG)) for words in (page.words(*part) for part in parts)]
        if kinds == [(True, False), (False, True)]:
            orders.append((0, 1))
        if kinds == [(False, True), (True, False)]:
            orders.append((1, 0))
    behind = [page.tokens[rate.end].low if rate.end < len(page.tokens) else "" for rate in rates]
    if len(set(orders)) > 1 and all(low in word_set("in on under over through across") for low in behind):
        # "walks 2 mph in the desert and 4 mph on the road": the ground behind a rate outweighs the manner before it.
        return orders[1]
    return orders[0] if orders else None
