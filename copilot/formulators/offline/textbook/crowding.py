"""Two quantities that pull at each other: "for each further tree, every tree bears 8 pears fewer", "for every $20 more,
one more room stays empty". What is wanted is the largest product of the two, less what a unit costs.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from copilot.formulators.offline.drafting import Figure, Paper
from copilot.formulators.offline.words.lexicon import word_set
from copilot.formulators.offline.words.morphology import stem
from copilot.formulators.offline.words.senses import EXTENTS, OPTIMIZING, SUPERLATIVES

from .changes import Change, changes
from .pages import Measured, Page

_COST = word_set("cost costs expense expenses spend spends maintenance maintain cleaning clean repair repairs upkeep")
_FIXED = word_set("fixed start-up startup regardless overhead overheads")
_ROOM = word_set("hold holds takes has have seats seat capacity room most than only maximum")
_BESIDES = word_set("also snack snacks extra besides additionally popcorn drinks tip tips")
_EVENLY = word_set("between proportional proportionally fraction fractions")
_PRICES = word_set("price rent fare fee charge rate ticket asks charges euro dollar cent")
_WANTED = word_set(
    """revenue profit income yield harvest crop takings receipts earn earns earnings production output catch rent money
    total make makes bring brings give gives take honey"""
)
_SENSES = OPTIMIZING | SUPERLATIVES | EXTENTS
_MOST = {"heavy", "heaviest"}.union(word for word, sense in _SENSES.items() if sense == "maximize")
#: What is asked for itself: "which price is best".
_PRICED = word_set("price fare rent fee rate")


@dataclass(slots=True)
class _Now:
    """The figures of today: how many, what one is worth, the room for them, what one costs or brings besides, and what
    is paid anyway."""

    counts: list[Measured] = field(default_factory=list)
    moneys: list[Measured] = field(default_factory=list)
    room: Measured | None = None
    cost: Measured | None = None
    besides: Measured | None = None
    fixed: Measured | None = None


def crowding(page: Page) -> Paper | None:
    """The sheet of two quantities that pull at each other, or None."""
    if not page.lows & _MOST or not page.lows & (_WANTED | _PRICED):
        return None
    told = list(changes(page))
    if not told or len(told) > 2:
        return None
    change = told[0]
    if change.sign == change.step_sign:
        return None
    priced = _is_priced(page, change)
    now = _now(page, told)
    pair = _pair(page, now, change, priced=priced)
    return None if pair is None else _drawn(page, change, now, pair, priced=priced)


def _is_priced(page: Page, change: Change) -> bool:
    """Whether what is chosen is a price: its step is money, or its words say so."""
    step = change.step
    if step is not None and step.dimension == "money":
        return True
    return bool(page.words(change.first, change.last) & _PRICES) and change.amount.dimension != "money"


def _now(page: Page, told: list[Change]) -> _Now:
    """The figures beside the changes, by the words in front of each; what is told again counts once."""
    found = _Now()
    taken = {f for c in told for f in (c.amount, c.step, c.beyond) if f is not None}
    again = {f.value for f in taken} | {f.value * f.size for f in taken}
    for k, figure in enumerate(page.figures):
        if figure in taken:
            continue
        first = max(page.figures[k - 1].end if k else 0, page.begin(figure.at))
        words = page.words(first, figure.at)
        money = _is_money(page, figure, words)
        alike = found.moneys if money else found.counts
        repeated = page.has("multiple steps") and figure.value in again
        one = figure.token.low.isalpha() and figure.value == 1
        if one or repeated or any(figure.value == other.value for other in alike):
            continue
        behind = page.words(figure.end, figure.end + 3)
        if money and found.fixed is None and (words | behind) & _FIXED:
            found.fixed = figure
        elif money and found.cost is None and words & _COST:
            found.cost = figure
        elif money and found.moneys and found.besides is None and (words | behind) & _BESIDES:
            found.besides = figure
        elif not money and found.room is None and words & _ROOM and (found.counts or told[0].beyond) and found.moneys:
            found.room = figure
        else:
            alike.append(figure)
    beyond = told[0].beyond
    if beyond is not None and (beyond.dimension == "money") and not found.moneys:
        found.moneys.append(beyond)
    elif beyond is not None and beyond.dimension != "money" and not any(f.value == beyond.value for f in found.counts):
        found.counts.insert(0, beyond)
    return found


def _is_money(page: Page, figure: Measured, words: frozenset[str]) -> bool:
    """Money by its coin; where no figure has one, by the words before it."""
    if any(f.dimension == "money" for f in page.figures):
        return figure.dimension == "money"
    before = page.tokens[figure.at - 1].low if figure.at else ""
    return before in ("at", "for") or bool(words & (_PRICES | _COST))


def _pair(page: Page, now: _Now, change: Change, *, priced: bool) -> tuple[Measured, Measured] | None:
    """How many there are, and what one is worth; None where that is not told."""
    if priced or now.moneys:
        return (now.counts[0], now.moneys[0]) if len(now.counts) == len(now.moneys) == 1 else None
    if len(now.counts) != 2 or not change.driver:
        return None
    # "30 trees ... 400 pears": those of which there may be more are the number.
    near = [bool({stem(w) for w in page.words(f.end, f.end + 2)} & change.driver) for f in now.counts]
    first, second = now.counts
    if not any(near) and page.words(page.begin(second.at), second.at) & {"each", "every"}:
        return first, second
    return (first, second) if near == [True, False] else (second, first) if near == [False, True] else None


def _drawn(page: Page, change: Change, now: _Now, pair: tuple[Measured, Measured], *, priced: bool) -> Paper:
    sheet = Paper(page.original)
    whole = not page.lows & _EVENLY
    from_there = "0" if change.beyond is not None and page.tokens[change.beyond.at - 1].low in _ABOVE else None
    steps = sheet.variable(
        "steps",
        description="how many steps away from now",
        lower=from_there,
        domain="integer" if whole else "continuous",
    )
    many, each = sheet.parameter("count_now", _figure(pair[0])), sheet.parameter("worth_of_one_now", _figure(pair[1]))
    size = f"{sheet.parameter('step', _figure(change.step))}*" if change.step is not None else ""
    amount = sheet.parameter("change", _figure(change.amount))
    moved, answer = f"{_sign(change.step_sign)} {size}{steps}", f"{_sign(change.sign)} {amount}*{steps}"
    number, value = (
        (f"({many} {answer})", f"({each} {moved})") if priced else (f"({many} {moved})", f"({each} {answer})")
    )
    sheet.constraint("count_stays_positive", f"{number} >= 0")
    sheet.constraint("worth_stays_positive", f"{value} >= 0")
    if now.room is not None:
        sheet.constraint("room", f"{number} <= {sheet.parameter('room', now.room.figure())}", [now.room.figure()])
    margin = value
    if now.cost is not None:
        margin = f"({margin} - {sheet.parameter('unit_cost', _figure(now.cost))})"
    if now.besides is not None:
        margin = f"({margin} + {sheet.parameter('unit_income_besides', _figure(now.besides))})"
    total = f"{number}*{margin}"
    if now.fixed is not None:
        total += f" - {sheet.parameter('fixed_cost', _figure(now.fixed))}"
    sheet.aim("maximize", "total", total)
    sheet.assumptions.append("what changes does so evenly, in both directions" + (", in whole steps" if whole else ""))
    return sheet


_ABOVE = word_set("beyond above over past exceeding after")


def _sign(sign: int) -> str:
    return "+" if sign > 0 else "-"


def _figure(figure: Measured) -> Figure:
    """The figure in whole coins."""
    return figure.figure(figure.size if figure.dimension == "money" else 1.0)
