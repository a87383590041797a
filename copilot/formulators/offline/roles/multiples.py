"""Multiples of one another: "twice as many A as B", "at least half of B", "four kids for each adult"."""

from __future__ import annotations

from dataclasses import replace

from ..words.lexicon import word_set
from ..words.particles import NEGATIONS
from .comparison import Comparison
from .lines import Figure
from .mentions import wholes

_MEASURED = word_set(
    "the number amount of that those a quantity units as many assigned allocated dedicated designated given to for"
)
#: "Business seats take twice the space of economy seats": what one takes is compared, and not how many there are.
_ASPECTS = word_set("space room time energy power water price cost weight effort labor labour work")
_TAKING = word_set("take takes need needs use uses require requires cost costs occupy occupies consume consumes")
_AS = word_set("many much large great high long big often")


def as_many(said: Comparison, figure: Figure) -> bool:
    """ "twice as many A as B", "A may not be more than twice as many as B"."""
    lows = [t.low for t in said.line.tokens]
    i = figure.end
    if not figure.relative and not (i < len(lows) and lows[i] == "times"):
        return False
    if _twice_the_number(said, figure):
        return True
    i = next((j for j in range(figure.at + 1, min(figure.at + 4, len(lows))) if lows[j] == "as"), -1)
    if i < 0 or i + 1 >= len(lows) or lows[i + 1] not in _AS:
        return False
    first, last = said.region(figure.at)
    close = next((j for j in range(i + 2, last) if lows[j] in ("as", "than")), None)
    if close is None:
        return False
    inside = said.after(i + 2, close)
    left = inside or said.before(first, figure.first)
    right = said.after(close, last)
    return said.multiple(left, right, figure, (first, last))


def _twice_the_number(said: Comparison, figure: Figure) -> bool:
    """ "at most twice the amount of A as B", "five times the number of A are needed than B"."""
    first, last = said.region(figure.at)
    lows = said.line.lows(0, last)
    if not set(lows[figure.at + 1 : figure.at + 5]) & {"amount", "number", "quantity"}:
        return False
    pivot = next((j for j in range(figure.at + 4, last) if lows[j] in ("as", "than")), None)
    if pivot is None:
        return False
    left, right = said.after(figure.at + 1, pivot), said.after(pivot, last)
    return said.multiple(left, right, figure, (first, last))


def part_of(said: Comparison, figure: Figure) -> bool:
    """ "Half of A should be greater than or equal to B", "twice the number of A must be at most B"."""
    if not (figure.token.multiplier or figure.token.fraction) or figure.direction is not None:
        return False
    first, last = said.region(figure.at)
    after = (c for c in said.line.comparators if figure.at < c.first < last)
    comparator = next(after, None)
    if comparator is None or any(comparator.last <= f.at < last for f in said.line.figures):
        return False
    part = said.after(figure.at + 1, comparator.first)
    whole = said.after(comparator.last, last)
    if len(part) != 1 or not whole or part[0] in whole or said.before(first, figure.at):
        return False
    terms = [(part[0], -figure.value), *((e, 1.0) for e in whole)]
    return said.add("ratio", (), terms, comparator.direction, (first, last), figures=[figure])


def times(said: Comparison, figure: Figure) -> bool:
    """ "at least three times B", "no more than half of B", "double what B gets"."""
    if not (figure.token.multiplier or figure.token.fraction or figure.token.percent):
        return False
    first, last = said.region(figure.at)
    left = said.before(first, figure.first)
    right = said.after(figure.end if figure.end > figure.at + 1 else figure.at + 1, last)
    right = right or said.after(figure.at + 1, last)
    if not left or not right or set(left) & set(right):
        return False
    near = next((m.first for m in said.mentions if m.first >= figure.at + 1), last)
    gap = said.line.lows(figure.at + 1, near)
    if wholes(said.line, figure.at + 1, near, said.owners) and not set(gap) & {
        "number",
        "amount",
        "that",
        "those",
        "what",
    }:
        return False
    if not figure.token.multiplier or figure.token.fraction:
        named = gap[1:] if gap[:1] == ["of"] else gap
        if gap[:2] == ["of", "what"]:
            named = []
        told = (
            gap[:1] == ["of"]
            or (figure.token.low == "half" and gap == ["the"])
            or {"number", "amount", "many", "much"} & set(gap)
        )
        if not told or not set(named) <= _MEASURED | said.owners.category:
            return False
    if figure.direction is None and set(gap) & _ASPECTS and set(said.line.lows(first, figure.first)) & _TAKING:
        return False
    if set(gap) & word_set(", and while but than for in into") and "what" not in gap:
        return False
    figure = _compared(said, figure, first)
    return said.multiple(left, right, figure, (first, last))


def _compared(said: Comparison, figure: Figure, first: int) -> Figure:
    """The figure with the direction of what it is apart from: "there cannot be more A than a third of B"."""
    lows = said.line.lows(first, figure.first)
    if figure.direction is not None or lows[-1:] != ["than"]:
        return figure
    i = next((j for j in range(len(lows) - 1, -1, -1) if lows[j] in ("more", "fewer", "less")), None)
    if i is None:
        return figure
    negated = bool(set(lows[max(0, i - 4) : i]) & NEGATIONS)
    return replace(figure, direction=">=" if (lows[i] == "more") != negated else "<=", strict=not negated)


def per_other(said: Comparison, figure: Figure) -> bool:
    """ "at most four kids for each adult", "for every guard at most three stewards", "two A to one B"."""
    part = figure.token.fraction and figure.direction is not None
    if (figure.relative and not part) or figure.measure.dimension:
        return False
    first, last = said.region(figure.at)
    lows = [t.low for t in said.line.tokens]
    counted = said.after(figure.at + 1, min(last, figure.at + 6))
    if len(counted) != 1 or _figures_between(said, figure.at + 1, counted[0]):
        return False
    for mention in said.mentions:
        if not first <= mention.first < last or counted[0] in mention.owners or mention.first in said.spent:
            continue
        j = mention.first - 1
        other = next((f for f in said.line.figures if f.at in (j, j - 1) and f is not figure), None)
        start = other.at if other is not None else j
        opener = None
        for back in range(start if other is None else start - 1, max(first - 1, start - 4), -1):
            if lows[back] in ("every", "each", "per"):
                opener = back
                break
            if lows[back] in ("and", ",", "for") or not said.line.tokens[back].is_word:
                break
        if opener is None or len(mention.owners) != 1:
            continue
        told = set(lows[first:last]) & word_set("must should needs need required requires there may can let")
        single = any(m.single for m in said.mentions if m.first > figure.at and counted[0] in m.owners)
        if not (figure.direction or (told and not single)):
            continue
        factor = figure.value / (other.value if other is not None and other.value else 1.0)
        ceiling = set(lows[first:last]) & {"may", "can", "only", "allowed"}
        direction = figure.direction or ("<=" if ceiling else ">=")
        if opener > figure.at and _opens_own(said, opener, mention.last):
            continue
        used = [figure] + ([other] if other is not None else [])
        named = next((m.last for m in said.mentions if m.first > figure.at and counted[0] in m.owners), figure.end)
        place = (min(figure.first, opener), max(figure.end, named, mention.last))
        said.spent.add(mention.first)
        return said.add(
            "ratio", counted, [(mention.owners[0], factor)], direction, place, figures=used,
            strict=figure.strict,
        )  # fmt: skip
    return False


def _opens_own(said: Comparison, opener: int, last: int) -> bool:
    """ "..., for each feature at least two shorts": what stands behind it is for each, not what stands before."""
    piece = said.line.pieces[said.line.piece_of(opener)]
    return opener - piece.first <= 2 and any(last <= f.at < piece.last for f in said.line.figures)


def _figures_between(said: Comparison, i: int, owner: int) -> bool:
    at = next((m.first for m in said.mentions if m.first >= i and owner in m.owners), i)
    return any(i <= f.at < at for f in said.line.figures)
