"""What a figure of a plan over periods is: a demand, a cost of making or keeping, a limit, a stock at either end."""

from __future__ import annotations

import re
from typing import Literal

from .figures import Figure

Role = Literal[
    "demand", "unit", "hold", "capacity", "extra_unit", "extra_capacity", "setup", "late", "initial", "final", "room",
    "least", "price", "sales", "",
]  # fmt: skip

_KEEP = re.compile(
    r"\b(?:stor(?:e|es|ed|ing|age)|keep(?:s|ing)?|kept|hold(?:s|ing)?|held|stock\w*|inventor\w+|carr(?:y|"
    r"ies|ied|ying)|"
    r"lies?|lying|store-?room|barn|shed|aren't sold|warehous\w+|freez\w+|frozen|cellar\w*|silos?|ahead|early|unsold|"
    r"surplus|leftovers?|left over|left|put aside|"
    r"cold|refrigerat\w+|tanks?|depot|garage|shelf|shelves|waits?|waiting|sits?|pil(?:e|es|ed)|lying|carryover|"
    r"not sold|in advance|buffer|stays?|into the (?:next|following)|cavern|cave|cold room|before its)\b"
)
_LATE = re.compile(
    r"\b(?:late|later than|delay\w*|backlog\w*|back-?\s?order\w*|overdue|tardy|behind|owed|postpon\w+|shortage|"
    r"short|unmet|missing)\b"
)
_SETUP = re.compile(
    r"\b(?:set-?\s?ups?|setting up|change-?\s?overs?|start(?:s|ed|ing)? (?:up|the|a)\b|starting|starts? |"
    r"started|clean(?:ing|ed)?|"
    r"fixed|however (?:large|many|much|big|small)|no matter|regardless|whatever (?:its|the|their) (?:size|"
    r"amount|quantity)|running one|whenever|if anything|if any|any time|"
    r"per (?:order|run|batch|delivery|set-?up|lot|production run)|(?:each|every|an|one|placing an|"
    r"the) (?:order|delivery|batch|run)\b|"
    r"fires? up|switch\w*|each time|every time|heat(?:ing)? up|irrespective|lump|retool\w*|(?:each|any|"
    r"every|a) (?:@?\w+) in which|if any)\b"
)
_EXTRA = re.compile(
    r"\b(?:overtime|over-time|weekends?|saturdays?|sundays?|night|evening|subcontract\w*|outsourc\w+|"
    r"extra|additional|"
    r"second (?:shift|supplier|source)|further|any more|if need be|spot|mobile|outside|neighbou?r\w*|"
    r"rival|competitor|"
    r"external\w*|bought in|buy in)\b"
)
_REGULAR = re.compile(r"\b(?:regular\w*|normal\w*|own|ordinary|straight|standard|weekdays?)\b")
_BEGIN = re.compile(
    r"\b(?:start|starts|starting|begin|begins|beginning|began|initial(?:ly)?|opening|now|today|currently|current|"
    r"present(?:ly)?|already|to begin with|on hand|at-start|so far|at the outset|this (?:\w+ )?morning|"
    r"at the moment|in it|in there|inside|"
    r"carried over from|from last (?:year|month|week|season))\b"
)
#: What is left of the time before the plan.
_LAST = re.compile(r"\bfrom (?:last|the (?:last|previous|old))\b")
_END = re.compile(
    r"\b(?:end|ends|ending|finally|final|closing|clos(?:e|es)|when the \w+ is (?:over|out|done)|remain\w*|at-end|"
    r"finish\w*|afterwards|the last|after the last|at last|over|year's)\b"
)
_EACH_END = re.compile(r"\bend of (?:each|every|a|any|the|that|one) (?:@period|\w+)")
_MOST = re.compile(
    r"\b(?:at most|up to|as many as|as much as|max|maximum|maximal(?:ly)?|no more than|not more than|"
    r"never more than|limit(?:ed|"
    r"s)?|capacit\w+|"
    r"cannot|can't|can|could|able to|at best|tops|exceed\w*|less than|turns? out|manage\w*|most|ceiling|copes?|"
    r"handles?|enough for|limits?|within)\b"
)
_PLACE = re.compile(
    r"\b(?:room for|room|space|fits?|holds?|hold up to|stor(?:e|es|ed|age)|silos?|freezer|cellar|garage|"
    r"warehouse|tank|tanks|"
    r"shed|kept|keep|stock|in stock|depot|yard|barn|cold store|shelf|shelves)\b"
)
_STORE = re.compile(
    r"\b(?:stor(?:e|es|age|eroom)|towers?|silos?|freezers?|fridges?|cellars?|garages?|warehouses?|tanks?|sheds?|"
    r"depots?|yards?|"
    r"barns?|shelf|shelves|rooms?|racks?|bins?|stock|reservoir|basin|caverns?|caves?|cupboards?|stacks?|"
    r"loft|pantry|larder|vault)\b"
)
_LEAST = re.compile(r"\b(?:at least|no less than|no fewer than|not less than|minimum|min)\b")
_NEED = re.compile(
    r"\b(?:demands?|demanded|needs?|needed|wants?|wanted|require[sd]?|requirements?|requiring|orders?|"
    r"ordered|deliver\w*|sell|sells|sold|"
    r"sales|expect\w*|forecast\w*|customers?|uses?|used|use up|consum\w+|grinds?|takes?|eats?|supply|"
    r"supplies|suppl(?:ied|ying)|"
    r"request\w*|burns?|ship|shipped|ask(?:s|ed)? for|promised|commitments?|contract\w*|dispatch\w*|"
    r"bak(?:e|es)|serve\w*|call(?:s|ed)? for|takings|have to|"
    r"has to|must)\b"
)
_MAKE = re.compile(
    r"\b(?:produc\w+|mak(?:e|es|ing)|made|build\w*|built|assembl\w+|brew\w*|press\w*|turns? out|output|manufactur\w+|"
    r"run|line|machines?|sort\w*|bak\w+|cast\w*|buy|bought|purchas\w+|factory|plant|workshop|hall|"
    r"print\w*|regular|process\w*|mill\w*|"
    r"roast\w*)\b"
)
_SELL = re.compile(
    r"\b(?:sells? (?:for|at)|sell (?:it|them) (?:for|at)|sold (?:for|at)|selling price|"
    r"sale price|revenue|fetch\w*|brings?)\b"
)
_TIME_RATE = re.compile(
    r"\b(?:per|a|an|each|every|and|for each|and per|for a|for one|for every|from one) (?:day|week|month|"
    r"quarter|year|season|period|night|fortnight)\b|"
    r"\b(?:monthly|weekly|daily|quarterly|nightly)\b"
)
_UNIT_RATE = re.compile(
    r"\b(?:per|a|an|each|every|one) (?!day|week|month|quarter|year|season|period|night|fortnight)\w+|"
    r"\b(?:apiece|each)\b"
)


def role_of(figure: Figure, before: str) -> Role:
    """What the figure is; ``before`` are all words of its sentence in front of it, where a topic may stand."""
    near = " ".join(figure.near)
    own = " ".join(figure.before)
    if figure.percent:
        return ""
    if figure.money or (_costs(own) and not _count(near)):
        return _cost(figure, near, before)
    return _row(near, before) if figure.is_row else _amount(figure, near, before)


def has_limit(words: str) -> bool:
    return _MOST.search(words) is not None


def has_need(words: str) -> bool:
    return _NEED.search(words) is not None


def is_made(words: str) -> bool:
    return _MAKE.search(words) is not None


def time_rate(words: str) -> bool:
    """Whether something is counted by the period: "a month", "per quarter"."""
    return _TIME_RATE.search(words) is not None


def unit_rate(words: str) -> bool:
    """Whether something is counted by the piece: "a crate", "per unit", "each"."""
    return _UNIT_RATE.search(words) is not None


def _costs(own: str) -> bool:
    return (
        re.search(r"\b(?:costs?|price[sd]?|fees?|charges?|pays?|comes? to|runs? to|sets? \w+ back|rent)\b", own)
        is not None
    )


def _count(near: str) -> bool:
    return _MOST.search(near) is not None and not _costs(near)


def is_extra(near: str, before: str) -> bool:
    """Whether the words speak of another, dearer way of making: the last one named counts."""
    for words in (near, before):
        extra = [m.start() for m in _EXTRA.finditer(words)]
        regular = [m.start() for m in _REGULAR.finditer(words)]
        if extra or regular:
            return max(extra, default=-1) > max(regular, default=-1)
    return False


def _cost(figure: Figure, near: str, before: str) -> Role:
    rates = " ".join(figure.after)
    both_rates = _TIME_RATE.search(rates) is not None and _UNIT_RATE.search(rates) is not None
    if _SELL.search(near):
        return "sales"
    if _LATE.search(near) and not re.search(r"\bstored?\b", near):
        return "late"
    if _KEEP.search(near) and not figure.is_row:
        return "hold"
    if _SETUP.search(near) and not _KEEP.search(near):
        return "setup"
    if is_extra(near, before):
        return "extra_unit"
    if _LATE.search(before) and both_rates:
        return "late"
    if _KEEP.search(near) or (_KEEP.search(before) and (both_rates or not _MAKE.search(near))):
        return "hold"
    if both_rates and not _MAKE.search(near):
        return "hold"
    if _SETUP.search(before) and not _UNIT_RATE.search(near):
        return "setup"
    return "unit" if figure.is_row or _UNIT_RATE.search(near) or _MAKE.search(f"{before} {near}") else ""


def _row(near: str, before: str) -> Role:
    for words in (near, before):
        most, need = _MOST.search(words), _NEED.search(words)
        if most is not None and (need is None or re.search(r"capacit|at most|up to|limit|max", words)):
            return "extra_capacity" if is_extra(words, before) else "capacity"
        if need is not None:
            return "demand"
    return "demand"


def _amount(figure: Figure, near: str, before: str) -> Role:
    if re.search(r"\b(?:holds?|(?:room|space) (?:for|is)|fits?)(?: up to| at most| only)?$", " ".join(figure.before)):
        return "room" if _STORE.search(near) is not None else ""
    if re.search(_STORE.pattern + r" (?:for|of|takes|holding|with room for)$", " ".join(figure.before)):
        return "room"
    closing = not _LAST.search(near) and _END.search(near) is not None and _EACH_END.search(near) is None
    if closing and not _BEGIN.search(near):
        return "final"
    there = re.search(r"\bthere (?:is|are)$", " ".join(figure.before)) is not None
    if _LAST.search(near) or (there and _STORE.search(near)):
        return "initial"
    empty = "empty" in figure.after
    if _STORE.search(own := " ".join(figure.before)) and (empty or re.search(r"\b(?:takes?|holds?|fits?)$", own)):
        return "room"
    if _BEGIN.search(near) and not empty and not re.search(r"\bmost\b|\bup to\b|\bno more\b", near):
        return "final" if closing and _END.search(" ".join(figure.after)) else "initial"
    by_period = _TIME_RATE.search(" ".join(figure.after[:3])) is not None
    stored = (
        _PLACE.search(near) is not None
        and not by_period
        and not re.search(r"\brun\b|\bproduc|\bma(?:ke|king|de)\b", near)
    )
    if stored and (_MOST.search(near) or re.search(r"\broom|\bspace|\bholds?\b|\bfits?\b", near)):
        return "room"
    if is_extra(near, before):
        return "extra_capacity"
    if _LEAST.search(near) and not _NEED.search(near):
        return "final" if _END.search(before) else "least" if _MAKE.search(before) else ""
    if _MOST.search(near) or (_MOST.search(before) and not _NEED.search(near)):
        return "room" if stored else "capacity"
    if _KEEP.search(near) and _BEGIN.search(before):
        return "initial"
    if _NEED.search(near) or (_NEED.search(before) and _TIME_RATE.search(near)):
        return "demand"
    if _TIME_RATE.search(near):
        return "capacity" if _MAKE.search(f"{before} {near}") else "demand"
    if _BEGIN.search(before):
        return "initial"
    return ""
