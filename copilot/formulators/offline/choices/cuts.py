"""Lengths cut from equal longer ones, the fewest of these: "12 pieces of 2.5 m and 20 of 180 cm from pipes of 6 m".

Source: Gilmore and Gomory (1961).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from copilot.formulators.draft import Draft
from copilot.formulators.offline.drafting import Figure as Size
from copilot.formulators.offline.tabular.packings import cut_page
from copilot.formulators.offline.words.lexicon import LENGTHS, is_verb, word_set
from copilot.formulators.offline.words.morphology import lemma
from copilot.formulators.offline.words.senses import wanted

from .figures import Figure
from .script import Script

_SURE = 0.88
_LOOSE_FIGURE = 0.5
_JOINING = word_set("of at with measuring each long x \u00d7 that are is times in length")
_PARTING = frozenset([",", "and", "but", ":", "(", ")", "from", "for"])


@dataclass(frozen=True, slots=True)
class Cut:
    """``orders`` are how many of which length; ``stock`` is the length of what is cut; lengths in meters."""

    told: Script
    orders: tuple[tuple[Figure, Figure], ...]
    stock: Figure
    noun: str
    confidence: float


def cut(told: Script) -> Cut | None:
    """The reading of the text as such a problem, or None."""
    if wanted(told.original) != "minimize":
        return None
    pairs = tuple((a, b) for a, b in pairwise(told.figures) if _ordered(told, a, b))
    sizes = [_meters(told, size) for _, size in pairs]
    units = [size for size in sizes if size is not None]
    if len(pairs) < 2 or not units or len({*sizes}) < len(pairs):
        return None
    used = {figure.at for pair in pairs for figure in pair}
    longest = max(_length(told, size, pairs) for _, size in pairs)
    stocks = [f for f in told.figures if f.at not in used and (length := _meters(told, f)) and length >= longest]
    if len({_meters(told, f) for f in stocks}) != 1:
        return None
    left = [f for f in told.figures if f.at not in used and f not in stocks and f.value not in (1, len(pairs))]
    confidence = round(_SURE * _LOOSE_FIGURE ** len(left), 3)
    return Cut(told, pairs, stocks[0], _noun(told, stocks[0]), confidence)


def _ordered(told: Script, count: Figure, size: Figure) -> bool:
    """Whether the two figures say how many of which length."""
    between = told.words(count.at + 1, size.at)
    if not between or count.value % 1 or _meters(told, count) is not None or len(between) > 4:
        return False
    of = any(word in _JOINING for word in between) or _meters(told, size) is not None
    return of and not any(word in _PARTING for word in between) and count.dimension != "money" != size.dimension


def _meters(told: Script, figure: Figure) -> float | None:
    """The length in meters, where the figure has a unit of length."""
    after = told.words(figure.at + 1, figure.at + 2)
    scale = LENGTHS.get(lemma(after[0])) if after else None
    return None if scale is None else round(figure.value * scale, 9)


def _length(told: Script, size: Figure, pairs: tuple[tuple[Figure, Figure], ...]) -> float:
    """The length in meters, in the unit of the last one where it has none of its own."""
    own = _meters(told, size)
    if own is not None:
        return own
    behind = [f for _, f in pairs if _meters(told, f) is not None and f.at > size.at]
    near = behind[0] if behind else next(f for _, f in reversed(pairs) if _meters(told, f) is not None)
    return round(size.value * (_meters(told, near) or 0.0) / near.value, 9)


def _noun(told: Script, stock: Figure) -> str:
    """What is cut: the noun next to the length of the stock, else the last one before it."""
    part = told.part_of(stock.at)
    ahead, behind = told.phrases(part.first, stock.at), told.phrases(stock.at + 2, part.last)
    near = [p for p in behind if p[0] == stock.at + 2] + ahead[::-1]
    heads = [told.tokens[last - 1].lemma for _, last in near]
    return next((head for head in heads if head.isalpha() and not is_verb(head)), "piece")


def draft(found: Cut, formulator: str) -> Draft | None:
    """The reading as an indexed document, lengths in the unit of the stock; None where the ways to cut are too many."""
    unit = (_meters(found.told, found.stock) or 1.0) / found.stock.value
    orders = {}
    for count, size in found.orders:
        length = round(_length(found.told, size, found.orders) / unit, 9)
        orders[length] = (
            Size(0.0, size.start, size.end), Size(count.value, count.start, count.end),
        )  # fmt: skip
    stock = Size(found.stock.value, found.stock.start, found.stock.end)
    page = cut_page(found.told.original, orders, stock, found.noun)
    return page.draft(found.confidence, formulator) if page is not None else None
