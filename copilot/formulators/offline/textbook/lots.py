"""Order quantities and batch sizes: what an order costs, what a unit costs to keep, and how many are used up."""

from __future__ import annotations

import re
from dataclasses import dataclass

from copilot.formulators.offline.drafting import Figure, Paper
from copilot.formulators.offline.words.tokens import Token, sentences, tokenize

_ORDERING = re.compile(
    r"\b(?:re-?)?order(?:s|ed|ing)?\b|\bbatch(?:es)?\b|\blots?\b|\bset-?\s?ups?\b|\bproduction runs?\b"
    r"|\bdeliver(?:y|ies)\b"
)
_KEEPING = re.compile(
    r"\b(?:hold|holding|held|stor\w+|keep|keeping|kept|carry|carrying|carried|in stock|inventory|warehous\w+"
    r"|stocked|shelf|shelves|insur\w+)\b"
)
_FIXED = re.compile(
    r"\b(?:(?:re-?)?order(?:s|ed|ing)?|plac(?:e|ing)|set-?\s?ups?|setting up|delivery|deliver(?:s|ies)|shipment|batch"
    r"|each time|per run|trip|fixed)\b"
)
_PERIOD = r"(?:year|annum|month|week|quarter|day)"
_USED = re.compile(
    rf"\b(?:a|an|per|each|every|in a|the|this|next|/)\s*{_PERIOD}\b|\b(?:annual\w*|yearly|monthly|weekly|daily"
    rf"|steady|evenly)\b|\bdemand\b"
)
_ASKED = re.compile(
    r"\bhow (?:many|much|large|big|often)\b|\bwhat (?:order|batch|lot|size|quantity)|\b(?:order|lot"
    r"|batch) (?:size|quantity)\b"
    r"|\boptimal\b|\bsize of (?:each|an|the) (?:order|batch|lot)\b|\beach (?:time|order|batch|delivery)\b"
    r"|\bminimi[sz]|\bcheapest\b|\bfewest\b|\bget down to\b"
)
_COIN = re.compile(r"\s*(?:dollars?|euros?|cents?|pounds?|\$|€)")
_DISCOUNT = re.compile(
    r"\bdiscount|\bquantity break|\bif (?:we|you|they|I) (?:order|buy) (?:at least|more than)|\bor more\b"
)


@dataclass(slots=True)
class _Found:
    demand: Token | None = None
    ordering: Token | None = None
    keeping: Token | None = None


def order_quantity(low: str, original: str) -> Paper | None:
    """The sheet of an order quantity with one demand, one cost of an order and one of keeping, or None."""
    if _ORDERING.search(low) is None or _KEEPING.search(low) is None or _ASKED.search(low) is None:
        return None
    if _DISCOUNT.search(low) is not None:
        return None
    found = _figures(low)
    if found is None or found.demand is None or found.ordering is None or found.keeping is None:
        return None
    sheet = Paper(original)
    lot = sheet.variable("order_size", description="how many are ordered or made at a time", lower="1")
    demand = sheet.parameter("demand", _figure(found.demand))
    fixed = sheet.parameter("cost_of_an_order", _figure(found.ordering))
    keep = sheet.parameter("cost_of_keeping_one", _figure(found.keeping))
    if _cents(found.keeping, low) and not _cents(found.ordering, low):
        keep = f"{keep}/100"
    sheet.constraint("one_order_is_enough", f"{lot} <= {demand}")
    sheet.aim("minimize", "total_cost", f"{fixed}*{demand}/{lot} + {keep}*{lot}/2")
    sheet.assumptions.append("demand is steady, so half an order lies in store on average")
    return sheet


def _cents(token: Token, low: str) -> bool:
    return re.search(r"cents?\b", low[token.start : token.end + 6]) is not None


def _figure(token: Token) -> Figure:
    assert token.value is not None
    return Figure(token.value, token.start, token.end)


def _figures(low: str) -> _Found | None:
    """The three figures by the words of their clauses; None where another figure is told that is none of them."""
    found = _Found()
    tokens = tokenize(low)
    bare = not any(_is_money(token, low) for token in tokens if token.is_number)
    for sentence in sentences(tokens, low):
        figures = [token for token in sentence.tokens if token.is_number and not _small(token, low)]
        for k, token in enumerate(figures):
            start = figures[k - 1].end if k else sentence.start
            end = figures[k + 1].start if k + 1 < len(figures) else sentence.end
            cut = re.search(r",|;|\band\b|\bwhile\b|\bbut\b", low[token.end : end])
            words = low[
                _opening(low, start, token.start, first=k == 0) : token.end + (cut.start() if cut else end - token.end)
            ]
            if token.percent or not _assign(found, token, words, low, bare=bare):
                return None
    return found


def _small(token: Token, low: str) -> bool:
    """Whether it is a small number in words that only counts: "storing one lamp"."""
    small = token.value is None or (token.value <= 12 and low[token.start].isalpha())
    return small and not _is_money(token, low)


def _opening(low: str, start: int, stop: int, *, first: bool) -> int:
    """Where the clause of a figure begins."""
    if first:
        return start
    cut = re.search(r",|;|\band\b|\bwhile\b|\bbut\b", low[start:stop])
    return start + (cut.end() if cut is not None else 0)


def _is_money(token: Token, low: str) -> bool:
    return token.money or _COIN.match(low, token.end) is not None


def _assign(found: _Found, token: Token, words: str, low: str, *, bare: bool) -> bool:
    """Gives a figure its role by the words around it. bare: whether no figure of the text has a coin ("set-up 250")."""
    keeping, fixed = _KEEPING.search(words) is not None, _FIXED.search(words) is not None
    told = bare or re.search(r"\bcosts?\b", words) is not None
    if _is_money(token, low) or (told and (keeping or fixed)):
        if keeping and found.keeping is None and not (fixed and found.ordering is None):
            found.keeping = token
            return True
        if fixed and found.ordering is None:
            found.ordering = token
            return True
        return False
    if found.demand is None and _USED.search(words) is not None:
        found.demand = token
        return True
    return re.match(r"\s*-?\s*(?:working\s+)?(?:days?|weeks?|months?)\b", low[token.end :]) is not None
