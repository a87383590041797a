"""Textbook trades: riddles about two numbers, and prices against a demand that is written as a function."""

from __future__ import annotations

import re

from copilot.formulators.offline.drafting import Figure, Paper

from .numbers import two_numbers

_AMOUNT = r"(\d[\d,]*(?:\.\d+)?)"
_FALLING = rf"{_AMOUNT}\s*-\s*{_AMOUNT}\s?p\b"
#: That alone: "200 - 4p + q" depends on another price too.
_ALONE = rf"{_FALLING}(?!\s*[-+])"
#: "n(p) = 750 - 5p", "q = 750 - 5p", "I sell 750 - 5p tickets", "750 - 5p tickets are sold".
_RULE = re.compile(
    rf"\w\s?\(\s?p\s?\)\s*=\s*{_FALLING}|q\s*=\s*{_FALLING}|\b(?:sells?|buy|sold|want)\b[^.]{{0,30}}?{_ALONE}|"
    rf"{_ALONE}[^.]{{0,40}}?\b(?:sold|bought|wanted)\b"
)
#: "costs of $30 each", "each ticket costs me 15 dollars".
_COST = re.compile(
    rf"costs?\b[^.]{{0,30}}?\${_AMOUNT}\s*(?:per|each|to)|"
    rf"\b(?:each|every|one|a)\s(?:\w+\s){{1,3}}costs?\s(?:\w+\s)?\$?{_AMOUNT}\b"
)


def trade(low: str, original: str) -> Paper | None:
    """The sheet of the first trade that a text in small letters, as long as the original, describes, or None."""
    for reader in (two_numbers, _demand_function):
        sheet = reader(low, original)
        if sheet is not None:
            return sheet
    return None


def _demand_function(low: str, original: str) -> Paper | None:
    """ "60 <= p <= 150 ... n(p) = 750 - 5p": revenue is the price times the demand."""
    rule = _RULE.search(low)
    if rule is None or not re.search(r"revenue|profit", low):
        return None
    k = next(k for k in range(1, rule.re.groups, 2) if rule[k])
    base, slope = Figure.read(rule, k), Figure.read(rule, k + 1)
    bounds = re.search(rf"{_AMOUNT}\s*(?:<=?|\u2264)\s*=?\s*p\s*(?:<=?|\u2264)\s*=?\s*{_AMOUNT}", low)
    sheet = Paper(original)
    start, step = sheet.parameter("demand_at_zero", base), sheet.parameter("demand_drop", slope)
    lower, upper = "0", f"{start}/{step}"
    if bounds is not None:
        lower = sheet.parameter("lowest_price", Figure.read(bounds, 1))
        upper = sheet.parameter("highest_price", Figure.read(bounds, 2))
    whole = re.search(r"integer|whole", low) is not None
    price = sheet.variable(
        "price", description="price of one unit", lower=lower, upper=upper, domain="integer" if whole else "continuous"
    )
    cost = _COST.search(low) if "profit" in low else None
    unit_cost = Figure.read(cost, 1 if cost[1] else 2) if cost else None
    margin = f"({price} - {sheet.parameter('unit_cost', unit_cost)})" if unit_cost else price
    sheet.aim("maximize", "revenue", f"{margin}*({start} - {step}*{price})")
    return sheet
