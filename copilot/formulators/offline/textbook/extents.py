"""Figures with the dimension of space that they have: lengths, areas, volumes, and prices of one of these."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from copilot.formulators.offline.drafting import Figure
from copilot.formulators.offline.lexicon import LAND, LENGTHS, LIQUIDS
from copilot.formulators.offline.tokens import tokenize

_LENGTHS = {**LENGTHS, "feet": LENGTHS["foot"], "inche": LENGTHS["inch"], "in": LENGTHS["inch"], "unit": 0.0}
#: The length in meters that goes with units of volume that are not made of one.
_EDGES = {"gallon": LENGTHS["inch"]}
_EDGE = LENGTHS["cm"]
_LENGTH = r"(?:" + "|".join(sorted((rf"{name}s?" for name in _LENGTHS), key=len, reverse=True)) + r")\b"
_POWER = r"\s*(?:\^\s*)?([23²³])(?!\d)"
_SPATIAL = re.compile(
    rf"[\s-]*(?:(?P<word>square|sq\.?|cubic|cu\.?)[\s-]*(?P<named>{_LENGTH})"
    rf"|(?P<powered>[a-z]{{1,2}}){_POWER}"
    rf"|(?P<volume>{'|'.join(sorted((rf'{name}s?' for name in LIQUIDS), key=len, reverse=True))})\b"
    rf"|(?P<area>{'|'.join(rf'{name}s?' for name in LAND)})\b"
    rf"|(?P<length>{_LENGTH}))"
)
#: "half an inch", "a quarter of a mile".
_ARTICLE = re.compile(r"\s+(?:of\s+)?an?(?=\s)")
_MONEY_AFTER = re.compile(r"\s*(dollars?|cents?|euros?|pounds?|francs?|[$€£])(?=\W|$)")
_PER = re.compile(r"\s*(?:per|an?|for\s+(?:each|every|an?|one)|each|every|/|the)\s*(?:linear\s+|running\s+)?")
_GLUED = re.compile(r"(?<![\w.,])(\d[\d,]*(?:\.\d+)?)(?=[\s-]?[a-z])")
#: What makes money a sum that is there, and no price.
_AT_HAND = re.compile(
    r"\b(?:have|has|got|budget|spend|spends|spent|at most|no more than|only)\s+(?:\w+\s+){0,2}[$€£]?\s*$"
)
_SENTENCE_END = re.compile(r"[.;?!](?=\s|$)")


@dataclass(frozen=True, slots=True)
class Extent:
    """A figure of space. power: 1 for lengths, 2 for areas, 3 for volumes, 0 for money alone; price: whether it is
    money for one of these. meters: what the unit of length under it is in meters, 0 for none; scale: what the figure is
    to be multiplied with to be in that unit, or in dollars.
    """

    figure: Figure
    power: int
    price: bool
    meters: float
    scale: float = 1.0
    money: bool = False


def extents(low: str) -> tuple[Extent, ...]:
    """All figures of space and of money in a text in small letters, by their places."""
    found: list[Extent] = []
    for figure in _figures(low):
        money = _money(low, figure)
        end = figure.end
        if money is not None:
            end = money[1]
            per = _PER.match(low, end)
            space = _SPATIAL.match(low, per.end()) if per is not None else None
            if space is not None and not (per and per[0].strip() == "the" and space["length"] is None):
                power, meters, scale = _measured(space)
                found.append(Extent(figure, power, True, meters, money[0] / scale, money=True))
            else:
                found.append(_inherited(low, found, figure, money[0]))
            continue
        article = _ARTICLE.match(low, end) if low[figure.start : end].isalpha() else None
        space = _SPATIAL.match(low, article.end() if article is not None else end)
        if space is not None:
            power, meters, scale = _measured(space)
            found.append(Extent(figure, power, False, meters, scale))
        elif re.match(r"\s*(?:\u03c0|pi\b)", low[end:]):
            found.append(Extent(figure, 0, False, 0.0, 3.141592653589793))
    return tuple(found)


def others(low: str, found: Sequence[Extent]) -> bool:
    """Whether the text has a figure in digits beyond these that is more than a small count."""
    known = {one.figure.start for one in found}
    return any(
        figure.start not in known
        and low[figure.start].isdigit()
        and not (figure.value <= 12 and figure.value == int(figure.value))
        for figure in _figures(low)
    )


def _figures(low: str) -> Iterator[Figure]:
    """Numbers, in digits or words, by their places; "200-liter" counts as one too."""
    places: dict[int, Figure] = {}
    for token in tokenize(low):
        if token.is_number and token.value is not None and not token.percent:
            words = low[token.start : token.end]
            start = token.end - len(words.lstrip("$€£ "))
            places[start] = Figure(token.value, start, token.start + len(words.rstrip("$€£ ")))
    for match in _GLUED.finditer(low):
        if not any(figure.start <= match.start() < figure.end for figure in places.values()):
            places[match.start()] = Figure(float(match[1].replace(",", "")), match.start(), match.end())
    for start in sorted(places):
        yield places[start]


def _money(low: str, figure: Figure) -> tuple[float, int] | None:
    """What one of its coins is in dollars, and where the figure with its coin ends; None for no money."""
    after = _MONEY_AFTER.match(low, figure.end)
    if after is not None:
        return (0.01 if after[1].startswith("cent") else 1.0), after.end()
    if re.search(r"[$€£]\s*$", low[: figure.start]):
        return 1.0, figure.end
    return None


def _measured(space: re.Match[str]) -> tuple[int, float, float]:
    """Power, meters and scale of a unit."""
    if space["word"] is not None:
        power = 2 if space["word"].startswith("sq") else 3
        return power, _meters(space["named"]), 1.0
    if space["powered"] is not None and space["powered"] in _LENGTHS:
        power = 2 if space[4] in ("2", "²") else 3
        return power, _LENGTHS[space["powered"]], 1.0
    if space["volume"] is not None:
        name = space["volume"].removesuffix("s")
        edge = _EDGES.get(name, _EDGE)
        return 3, edge, round(LIQUIDS[name] / edge**3, 9)
    if space["area"] is not None:
        return 2, 1.0, LAND[space["area"].removesuffix("s")]
    return 1, _meters(space["length"] or ""), 1.0


def _meters(name: str) -> float:
    return _LENGTHS.get(name, _LENGTHS.get(name.removesuffix("s"), 0.0))


def _inherited(low: str, found: list[Extent], figure: Figure, coin: float) -> Extent:
    """Money beside a price in the same sentence is a price of the same: "wire costs $4 per meter, and boards $9"."""
    last = found[-1] if found else None
    between = low[last.figure.end : figure.start] if last is not None else ""
    if last is not None and last.price and not _SENTENCE_END.search(between) and not _AT_HAND.search(between):
        return Extent(figure, last.power, True, last.meters, coin * (last.scale / _coin(last, low)), money=True)
    return Extent(figure, 0, False, 0.0, coin, money=True)


def _coin(extent: Extent, low: str) -> float:
    money = _money(low, extent.figure)
    return money[0] if money is not None else 1.0


def factor(extent: Extent, meters: float, *, coin: float = 1.0) -> float:
    """What the figure is to be multiplied with so that lengths are in units of ``meters`` and money in ``coin``."""
    ratio = extent.meters / meters if extent.meters and meters else 1.0
    if extent.price:
        return extent.scale / coin / ratio**extent.power
    return extent.scale * ratio**extent.power / (coin if extent.money else 1.0)
