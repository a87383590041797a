"""Figures that change with a decision: a price that falls with each piece, a profit that grows with money spent."""

from __future__ import annotations

import re
from collections.abc import Set

from copilot.formulators.offline.words.lexicon import SCALES
from copilot.formulators.offline.words.morphology import lemma, stem

from .roster import Attribute, Bend, Figure, Roster

_LESS = r"falls?|falling|drops?|decreas\w+|decrement\w*|reduc\w+|declin\w+|discount|lower(?:s|ed|ing)?|slope|erosion"
_MORE = r"rises?|rising|increas\w+|increment\w*|grow\w*|surcharge|improvement|gain"
_CHANGE = re.compile(rf"\b(?:(?P<less>{_LESS})|(?P<more>{_MORE}))\b", re.I)
_EACH = re.compile(r"\b(?:per|for (?:each|every)|with (?:each|every)|by)\b|/", re.I)
#: Money that is put into a change: "per $100 of automation", "for every 1,000 euros spent on training".
_SPENT = re.compile(
    r"(?:\bper|\bevery|\beach|/) ?(?:[$€£] ?(?P<marked>\d[\d,.]*)?|(?P<plain>\d[\d,.]*)?) ?"
    r"(?P<scale>thousand|million|k\b)? ?(?P<what>dollars?|euros?|\w*)",
    re.I,
)
_SOLD = re.compile(
    r"\b(?:price|rate|tariff)\b[^.$\d]{0,40}\$\s?(?P<value>\d[\d,]*(?:\.\d+)?)\s*(?:per|/|for each|a)\s*"
    r"(?P<unit>[A-Za-z]+)",
    re.I,
)
_COINS = ("dollar", "euro")

_PRICE = re.compile(r"\bprices?\b", re.I)
_PAID = re.compile(r"\b(?:purchas\w*|buy\w*|material|cost|input|supplier)\b", re.I)
_CARRIED = re.compile(r"\bcapacit\w*", re.I)
_OFFERED = re.compile(r"\bmax\w*|\bavailab\w*|\blimit\b|\bproduction\b|\bmachine\b", re.I)
_SQUARED = re.compile(r"\bquadratic\b|\bsquared?\b(?! (?:f|m|inch|cent))|\^ ?2|²", re.I)


def sell(roster: Roster, text: str) -> None:
    """Where most is wanted and nothing is told to bring it, a price is what things are sold for: one in a column, or
    one that the prose gives for what a column counts ("the price is $0.20 per kWh")."""
    prices = [a for a in roster.of("loss") if _PRICE.search(a.title) and not _PAID.search(a.title)]
    if not roster.of("gain"):
        for attribute in prices:
            attribute.role = "gain"
    told = _SOLD.search(text)
    if told is None or roster.of("gain"):
        return
    for attribute in roster.of("content"):
        if lemma(told["unit"].lower()) in (attribute.unit, *re.findall(r"[a-z]+", attribute.title.lower())):
            attribute.role = "gain"
            attribute.price = Figure(float(told["value"].replace(",", "")), *told.span("value"), money=True)
            return


def carry(roster: Roster, spoken: Set[int]) -> None:
    """A capacity whose total the prose speaks of is what things carry, not how many there may be."""
    for k in spoken:
        attribute = roster.attributes[k]
        if attribute.role == "most" and _CARRIED.search(attribute.title) and not _OFFERED.search(attribute.title):
            attribute.role = "content"


def bend(roster: Roster) -> None:
    """Makes columns that tell how another figure changes with a decision a bend of that figure, and marks squares."""
    for attribute in roster.attributes:
        match = _CHANGE.search(attribute.title)
        if match is not None and _EACH.search(attribute.title, match.end()) and "%" not in attribute.title:
            changed = _changed(roster, attribute)
            if changed is not None and changed.bend is None:
                changed.bend = Bend(attribute, "-" if match["less"] else "+", _step(attribute.title))
                attribute.role = "bend"
        elif _SQUARED.search(attribute.title):
            attribute.power = 2.0


def _step(title: str) -> float | None:
    """The money that one step of a change takes; None where the change is with the amount itself."""
    for match in _SPENT.finditer(title):
        if "$" in match[0] or match["what"].lower().startswith(_COINS):
            step = (match["marked"] or match["plain"] or "1").rstrip(".,").replace(",", "")
            return float(step) * SCALES.get((match["scale"] or "").lower(), 1.0)
    return None


def _changed(roster: Roster, change: Attribute) -> Attribute | None:
    """The figure that changes: the only one whose words the title of the change has, else the only one there is."""
    own = {stem(w) for w in re.findall(r"[a-z]+", change.title.lower())}
    pool = [a for a in roster.of("gain", "loss") if a is not change and a.money and a.role != "bend"]
    fits = [a for a in pool if _about(a) & own] or pool
    return fits[0] if len(fits) == 1 else None


def _about(attribute: Attribute) -> frozenset[str]:
    """What an attribute is about, with the words that all money shares."""
    lows = re.findall(r"[a-z]+", attribute.title.lower())
    return attribute.words | {stem(w) for w in lows if w in ("price", "profit", "cost")}
