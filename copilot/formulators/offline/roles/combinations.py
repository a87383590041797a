"""Weighted sums told in words or symbols: "twice A plus three times B must be at least 100", "2x + y <= 15"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..words.comparators import Comparator, Direction
from ..words.lexicon import word_set
from ..words.particles import STOPS
from .lines import Figure, Line
from .mentions import Mention

_JOINS = word_set("plus and + ,")
_MINUS = word_set("minus - less")
_SUMS = word_set("plus minus + sum combined total combination together")


@dataclass(frozen=True, slots=True)
class Combination:
    """``sum(factor * owner) direction constant`` with the figures that it takes up."""

    terms: tuple[tuple[int, float], ...]
    direction: Direction
    constant: float
    strict: bool
    figures: tuple[Figure, ...]
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class _Term:
    owner: int
    factor: float
    figure: Figure | None
    mention: Mention


def combinations(line: Line, mentions: Sequence[Mention]) -> tuple[Combination, ...]:
    """The weighted sums of a line that are compared with a figure or with another sum."""
    found: list[Combination] = []
    for comparator in line.comparators:
        first, last = _region(line, comparator.first)
        made = _combination(line, mentions, comparator, first, last)
        if made is not None and not any(other.last > made.first and other.figures == made.figures for other in found):
            found.append(made)
    return tuple(found)


def _region(line: Line, i: int) -> tuple[int, int]:
    first = i
    while first > 0 and line.tokens[first - 1].low not in STOPS:
        first -= 1
    last = i
    while last < len(line.tokens) and line.tokens[last].low not in STOPS:
        last += 1
    return first, last


def _combination(
    line: Line, mentions: Sequence[Mention], comparator: Comparator, first: int, last: int
) -> Combination | None:
    left = _chain(line, mentions, first, comparator.first)
    lows = set(line.lows(first, comparator.first))
    weighed = any(
        term.figure is not None and (term.figure.token.multiplier or term.figure.token.percent) for term in left
    )
    weighed = weighed and bool(lows & _SUMS or any(t.figure.token.multiplier for t in left if t.figure is not None))
    weights = sum(1 for term in left if term.figure is not None)
    if weights == 0 or len({term.owner for term in left}) < 1:
        return None
    if {"many", "much"} & lows or len(left) < 2 or not (weighed or lows & _SUMS):
        return None
    right = _chain(line, mentions, comparator.last, last)
    bound = next(
        (f for f in line.figures if comparator.last <= f.at < last and not any(f is term.figure for term in right)),
        None,
    )
    taken = [term.figure for term in left if term.figure is not None]
    if right and bound is None and any(term.figure is not None for term in right):
        taken += [term.figure for term in right if term.figure is not None]
        terms = _summed([*left, *(_Term(t.owner, -t.factor, t.figure, t.mention) for t in right)])
        return Combination(terms, comparator.direction, 0.0, comparator.strict, tuple(taken), first, last)
    if bound is None:
        bound = next(
            (f for f in reversed(line.figures) if f.first < taken[0].at and f.direction and not f.relative), None
        )
    if bound is None or bound.relative:
        return None
    return Combination(
        _summed(left),
        comparator.direction,
        bound.value,
        comparator.strict,
        (*taken, bound),
        left[0].mention.first,
        last,
    )


def _summed(terms: Sequence[_Term]) -> tuple[tuple[int, float], ...]:
    total: dict[int, float] = {}
    for term in terms:
        total[term.owner] = total.get(term.owner, 0.0) + term.factor
    return tuple(sorted((e, v) for e, v in total.items() if v))


def _chain(line: Line, mentions: Sequence[Mention], first: int, last: int) -> list[_Term]:
    """The terms in front of ``last`` that plus, "and" or minus join, each with its figure."""
    inside = [m for m in mentions if first <= m.first < last and m.form == "one" and len(m.owners) == 1]
    chain: list[_Term] = []
    for mention in reversed(inside):
        before = next((m for m in reversed(inside) if m.last <= mention.first), None)
        start = before.last if before is not None else max(first, mention.first - 9)
        figure = next((f for f in reversed(line.figures) if start <= f.at < mention.first), None)
        if figure is not None and not _weighs(line, figure, mention):
            figure = None
        opening = figure.at if figure is not None else mention.first
        sign = -1.0 if set(line.lows(start, opening)) & _MINUS and before is not None else 1.0
        factor = sign * (figure.value if figure is not None else 1.0)
        if any(term.owner == mention.owners[0] for term in chain):
            break
        chain.insert(0, _Term(mention.owners[0], factor, figure, mention))
        if before is not None and not _joined(line, before.last, opening):
            break
    return chain


def _weighs(line: Line, figure: Figure, mention: Mention) -> bool:
    """Whether only "times the number of" and nouns stand between the figure and what it multiplies."""
    gap = line.tokens[figure.at + 1 : mention.first]
    if figure.token.percent and (not gap or gap[0].low != "of"):
        return False
    if figure.token.money or (figure.measure.dimension and not figure.token.multiplier):
        return False
    held = any(c.first <= i < c.last for c in line.comparators for i in range(figure.at + 1, mention.first))
    return len(gap) <= 9 and not held and all(t.is_word and t.low not in ("is", "are", "must", "than") for t in gap)


def _joined(line: Line, first: int, last: int) -> bool:
    gap = set(line.lows(first, last))
    return bool(gap & (_JOINS | _MINUS)) and not gap & word_set("is are must should but while whereas cannot")
