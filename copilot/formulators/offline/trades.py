"""Textbook trades: two numbers with a given sum, and prices against demand."""

from __future__ import annotations

import re

from .drafting import Figure, Sheet
from .numbers import two_numbers

_AMOUNT = r"(\d[\d,]*(?:\.\d+)?)"
_COUNTS = {"one": 1.0, "two": 2.0, "three": 3.0, "four": 4.0, "five": 5.0, "ten": 10.0}
_RISE = r"(?:increase|raise|higher|above|up)\w*"
_FALL = r"(?:decrease|lower|reduc|drop|below|cut|discount)\w*"


def trade(text: str, original: str) -> Sheet | None:
    """The sheet of the first trade that the text (clean, same length as the original) describes, or None."""
    low = text.lower()
    for reader in (two_numbers, _demand_function, _price_steps):
        sheet = reader(low, original)
        if sheet is not None:
            return sheet
    return None


def _found(match: re.Match[str], group: int) -> Figure:
    word = match[group]
    value = _COUNTS[word] if word in _COUNTS else float(word.replace(",", ""))
    return Figure(value, match.start(group), match.end(group))


def _demand_function(low: str, original: str) -> Sheet | None:
    """ "60 <= p <= 150 ... n(p) = 750 - 5p": revenue is the price times the demand."""
    rule = re.search(
        rf"\w\s?\(\s?p\s?\)\s*=\s*{_AMOUNT}\s*-\s*{_AMOUNT}\s?p\b|q\s*=\s*{_AMOUNT}\s*-\s*{_AMOUNT}\s?p\b", low
    )
    if rule is None or not re.search(r"revenue|profit", low):
        return None
    k = 1 if rule[1] else 3
    base, slope = _found(rule, k), _found(rule, k + 1)
    bounds = re.search(rf"{_AMOUNT}\s*(?:<=?|\u2264)\s*=?\s*p\s*(?:<=?|\u2264)\s*=?\s*{_AMOUNT}", low)
    sheet = Sheet(original)
    start, step = sheet.parameter("demand_at_zero", base), sheet.parameter("demand_drop", slope)
    lower, upper = "0", f"{start}/{step}"
    if bounds is not None:
        lower = sheet.parameter("lowest_price", _found(bounds, 1))
        upper = sheet.parameter("highest_price", _found(bounds, 2))
    whole = re.search(r"integer|whole", low) is not None
    price = sheet.variable(
        "price", "price of one unit", lower=lower, upper=upper, domain="integer" if whole else "continuous"
    )
    cost = re.search(rf"costs?\b[^.]{{0,30}}?\${_AMOUNT}\s*(?:per|each|to)", low) if "profit" in low else None
    margin = f"({price} - {sheet.parameter('unit_cost', _found(cost, 1))})" if cost else price
    sheet.aim("maximize", "revenue", f"{margin}*({start} - {step}*{price})")
    return sheet


_PRICE = rf"(?:price|rent|charges?|fee|fare|ticket)\w*[^.]{{0,40}}?\$\s?{_AMOUNT}"
_SOLD = rf"sell(?:s|ing)?\s+{_AMOUNT}|{_AMOUNT}\s+(?:units|apartments|rooms|customers|people|items|members)"
_STEP = (
    r"(?:for (?:every|each)|each time|as you|every|with each)\b[^.]{0,50}?"
    rf"(?:\$\s?{_AMOUNT}|{_AMOUNT}\s*(cents?|dollars?))"
)
_CHANGE = (
    rf"(?:another|additional|extra)\s+{_AMOUNT}|{_AMOUNT}\s+(?:more|additional)"
    r"|\b(\d[\d,]*|one|two|three|four|five|ten)\s+(?:fewer|less)"
)
#: More of what is lost: "one more room stays empty".
_LOST = (
    r"\b(\d[\d,]*|one|two|three|four|five|ten)\s+(?:more|additional|further|extra)\s+(?:\w+\s+){0,3}?"
    r"(?:empty|vacant|unlet|unsold|unrented|unoccupied|away|lost)\b"
)
_FIXED = rf"(?:fixed costs?|start-?\s?up costs?)\b[^.$]{{0,60}}?\$\s?{_AMOUNT}"
_UNIT_COST = (
    r"(?:marginal cost|cost of production|maintenance costs?|per item cost|unit cost|costs?)\b"
    rf"[^.$]{{0,60}}?\$\s?{_AMOUNT}"
)


def _price_steps(low: str, original: str) -> Sheet | None:
    """A price at which so many are sold, and so many more or fewer for each step of the price."""
    if not re.search(r"\b(?:rent|price|charge|fee|fare|ticket)", low) or not re.search(r"profit|revenue|income", low):
        return None
    price, sold, step = re.search(_PRICE, low), re.search(_SOLD, low), re.search(_STEP, low)
    if price is None or sold is None or step is None:
        return None
    lost = re.search(_LOST, low[step.start() :])
    change = lost or re.search(_CHANGE, low[step.start() :])
    if change is None:
        return None
    sheet = Sheet(original)
    steps = sheet.variable("steps", "how many steps the price moves", domain="integer")
    first = sheet.parameter("base_price", _found(price, 1))
    many = sheet.parameter("base_sales", _found(sold, 1 if sold[1] else 2))
    size = sheet.parameter("price_step", _step_size(step))
    group = 1 if lost is not None else next(g for g in (1, 2, 3) if change[g])
    shift = _found(change, group)
    moved = sheet.parameter("sales_step", Figure(shift.value, step.start() + shift.start, step.start() + shift.end))
    around = low[max(0, step.start() - 5) : step.end() + 40]
    falls = re.search(_FALL, around) is not None and not re.search(_RISE, around)
    now = f"({first} {'-' if falls else '+'} {size}*{steps})"
    sales = f"({many} {'+' if group < 3 and lost is None else '-'} {moved}*{steps})"
    sheet.constraint("price_stays_positive", f"{now} >= 0")
    sheet.constraint("sales_stay_positive", f"{sales} >= 0")
    fixed = re.search(_FIXED, low)
    unit = _unit_cost(low, fixed)
    margin = f"({now} - {sheet.parameter('unit_cost', unit)})" if unit is not None else now
    total = f"{margin}*{sales}"
    if fixed is not None:
        total = f"{total} - {sheet.parameter('fixed_cost', _found(fixed, 1))}"
    sheet.aim("maximize", "profit", total)
    sheet.assumptions.append("the price moves in whole steps")
    return sheet


def _step_size(step: re.Match[str]) -> Figure:
    """The step of the price in the unit of the price: cents count as hundredths."""
    figure = _found(step, 1 if step[1] else 2)
    if step[3] is not None and step[3].startswith("cent"):
        return Figure(figure.value / 100, figure.start, figure.end)
    return figure


def _unit_cost(low: str, fixed: re.Match[str] | None) -> Figure | None:
    """The cost of one more unit, which is not the fixed cost."""
    for match in re.finditer(_UNIT_COST, low):
        if fixed is None or match.start(1) != fixed.start(1):
            return _found(match, 1)
    return None
