"""Sales told as a straight-line formula of the price ("500 - 20p people come"), or the price as one of the sales."""

from __future__ import annotations

from dataclasses import dataclass

from copilot.formulators.offline.drafting import Paper
from copilot.formulators.offline.words.lexicon import word_set
from formulations.formulation import Domain

from .aims import sense
from .pages import Measured, Page

_PRICE = word_set("price prices priced charge charges charging fare fee ticket rent toll rate")
_COST = word_set("cost costs costing pay pays spend expense expenses make making produce producing buy overhead rent")
_ONCE = word_set("fixed rent overhead flat regardless setup daily weekly monthly yearly")
_FELL = word_set("- minus less")
_AT_MOST = frozenset({"<=", "<", "\u2264"})


@dataclass(frozen=True, slots=True)
class _Line:
    """``base - slope * letter``, from token ``first`` on; the letter is "price" where the word itself stands."""

    base: Measured
    slope: Measured
    letter: str
    first: int


def selling(page: Page) -> Paper | None:
    """The most revenue or profit at a price on which the sales depend, where every figure is understood, or None."""
    gains = page.has("revenue profit income money earning")
    asked = sense(page) == "maximize" or (sense(page) is None and page.has("best optimal optimum which what"))
    line = _line(page)
    if line is None or not asked or not gains or not page.lows & _PRICE:
        return None
    prices_told = _tells_price(page, line)
    bounds = _bounds(page, line)
    costs = [f for f in page.figures if f not in (line.base, line.slope, *bounds) and _is_cost(page, f)]
    if not page.only(line.base, line.slope, *bounds, *costs):
        return None
    once = [f for f in costs if page.words(*page.stretch(page.figures, page.figures.index(f))[::2]) & _ONCE]
    apiece = [f for f in costs if f not in once]
    if len(once) > 1 or len(apiece) > 1:
        return None
    sheet = Paper(page.original)
    base, slope = (sheet.parameter(name, f.figure()) for name, f in (("base", line.base), ("slope", line.slope)))
    ends = [sheet.parameter(name, f.figure()) for name, f in zip(("lowest", "highest"), bounds, strict=False)]
    lower, upper = ends or ("0", f"{base}/{slope}")
    domain: Domain = "integer" if page.has("integer whole") else "continuous"
    name, words = ("sales", "how many are sold") if prices_told else ("price", "price of one")
    decided = sheet.variable(name, description=words, lower=lower, upper=upper, domain=domain)
    price, sold = decided, f"({base} - {slope}*{decided})"
    if prices_told:
        price, sold = sold, decided
    margin = f"({price} - {sheet.parameter('unit_cost', apiece[0].figure(apiece[0].size))})" if apiece else price
    fixed = f" - {sheet.parameter('fixed_cost', once[0].figure(once[0].size))}" if once else ""
    sheet.aim("maximize", "profit" if costs else "revenue", f"{margin}*{sold}{fixed}")
    return sheet


def _line(page: Page) -> _Line | None:
    """The one falling line of the text: "1200 minus 40 times the price", "q = 90 - 3p"."""
    at = {figure.at: figure for figure in page.figures}
    found = []
    for figure in page.figures:
        slope = at.get(figure.at + 2)
        if slope is None or page.tokens[figure.at + 1].low not in _FELL:
            continue
        i = slope.at + 1
        while i < len(page.tokens) and page.tokens[i].low in ("*", "\u00b7", "times", "the"):
            i += 1
        low = page.tokens[i].low if i < len(page.tokens) else ""
        if (len(low) == 1 and low.isalpha()) or low == "price":
            found.append(_Line(figure, slope, low, figure.at))
    return found[0] if len(found) == 1 else None


def _tells_price(page: Page, line: _Line) -> bool:
    """Whether the line is the price and its letter the sales: "the price of a bike is 900 - 2q"."""
    lead = [token.low for token in page.tokens[page.begin(line.first) : line.first]]
    told = bool({"price", "p"} & {*lead}) and lead[-1:] in (["is"], ["="], ["at"], ["be"])
    return told and line.letter not in ("p", "price", *lead)


def _bounds(page: Page, line: _Line) -> tuple[Measured, ...]:
    """The two ends of "60 <= p <= 150"."""
    for low, high in zip(page.figures, page.figures[1:], strict=False):
        between = [token.low for token in page.tokens[low.at + 1 : high.at]]
        if len(between) == 3 and between[1] == line.letter and {between[0], between[2]} <= _AT_MOST:
            return low, high
    return ()


def _is_cost(page: Page, figure: Measured) -> bool:
    return bool(page.words(figure.at - 6, figure.end + 5) & _COST)
