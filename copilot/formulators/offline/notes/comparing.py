"""Comparisons in notes: "min 4 stools", "rolls >= 2x bread", "squash max half of the total"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ..roles.owners import Owners
from ..roles.vocabulary import money_family
from ..words.comparators import Comparator, Direction, comparators
from ..words.lexicon import word_set
from ..words.tokens import Token
from .cues import WHOLE
from .owners import alike

_ABOVE = word_set("more over above extra")
_SIDES: dict[str, Direction] = {"above": "<=", "over": "<=", "below": ">=", "under": ">="}
_CAPS: dict[str, Direction] = {"cap": "<=", "ceiling": "<=", "floor": ">="}
_BELOW = word_set("fewer less under below")


@dataclass(slots=True)
class Side:
    """What stands on one side of a comparison: owners with factors, a constant, the sum of all with a factor.

    ``part``: one of the figures is a percentage or a fraction.
    """

    terms: dict[int, float] = field(default_factory=dict)
    constant: float | None = None
    whole: float | None = None
    part: bool = False
    figures: list[int] = field(default_factory=list)


def bound_of(tokens: Sequence[Token]) -> Comparator | None:
    """The first comparison of a clause, in words, signs or shorthand."""
    found = list(comparators(tokens))
    for i, token in enumerate(tokens):
        held = any(c.first <= i < c.last for c in found)
        after = tokens[i + 1] if i + 1 < len(tokens) else None
        before = tokens[i - 1] if i else None
        if token.low in ("max", "maximum") and not held:
            found.append(Comparator("<=", False, i, i + 1, after is None))
        if token.low in ("min", "minimum") and not held and not (before is not None and before.is_number):
            found.append(Comparator(">=", False, i, i + 1, after is None))
        if token.low in _SIDES and before is not None and before.low in ("not", "never") and not held:
            found.append(Comparator(_SIDES[token.low], False, i - 1, i + 1, False))
        if token.low in _CAPS and after is not None and after.is_number and not held:
            found.append(Comparator(_CAPS[token.low], False, i, i + 1, False))
        if token.low == "+" and before is not None and before.is_number and (after is None or not after.is_number):
            found.append(Comparator(">=", False, i, i + 1, True))
    return min(found, key=lambda c: c.first, default=None)


def mention_at(tokens: Sequence[Token], i: int, owners: Owners) -> tuple[int, int] | None:
    """The owner that is named at ``tokens[i]`` and where its name ends."""
    if not tokens[i].is_word or money_family((tokens[i].stem,)):
        return None
    for k, owner in enumerate(owners.items):
        if not any(alike(tokens[i].lemma, mark) for mark in owner.marks):
            continue
        last = i + 1
        while last < len(tokens) and tokens[last].lemma in {*owner.words, *owners.category}:
            last += 1
        return k, last
    return None


def side(tokens: Sequence[Token], first: int, last: int, owners: Owners) -> Side:
    """``tokens[first:last]`` as a sum; ``figures`` are the places of the numbers in it."""
    found = Side()
    factor: tuple[float, int] | None = None
    i = first
    while i < last:
        token = tokens[i]
        named = mention_at(tokens, i, owners)
        if token.is_number:
            if factor is not None:
                found.constant = factor[0]
            factor = (token.value or 0.0, i)
            found.figures.append(i)
            found.part = found.part or token.percent or token.fraction
            after = tokens[i + 1].low if i + 1 < last else ""
            if after in _ABOVE | _BELOW:
                found.constant, factor = (factor[0] if after in _ABOVE else -factor[0]), None
        elif named is not None:
            sign = -1.0 if i > first and tokens[i - 1].low == "-" else 1.0
            found.terms[named[0]] = found.terms.get(named[0], 0.0) + sign * (factor[0] if factor else 1.0)
            factor = None
            i = named[1] - 1
        elif (token.low in WHOLE or token.lemma in owners.category) and found.whole is None:
            found.whole = factor[0] if factor else 1.0
            if factor and not (tokens[factor[1]].percent or tokens[factor[1]].multiplier):
                found.constant, found.whole = factor[0], 1.0
            factor = None
        i += 1
    if factor is not None:
        found.constant = factor[0]
    return found


@dataclass(frozen=True, slots=True)
class Comparison:
    """``sum(factor * owner)`` against ``constant``, made of so many figures."""

    kind: str
    terms: dict[int, float]
    constant: float
    figures: int


def compared(left: Side, right: Side, size: int, *, shares: bool) -> Comparison | None:
    """What both sides say of owners together; None for one owner against a number, or none at all.

    ``size`` is the number of owners; with ``shares`` a fraction of nothing else is one of the whole.
    """
    figures = len(left.figures) + len(right.figures)
    apart = not set(left.terms) & set(right.terms)
    share = right.whole if right.whole not in (None, 1.0) else None
    if share is None and shares and right.part and not (left.terms and right.terms):
        alone = next(iter(right.terms.values())) if len(right.terms) == 1 else None
        share = right.constant if right.constant is not None else alone if not left.terms else None
    part = left.terms or dict.fromkeys(right.terms, 1.0)
    if share is not None and part:
        return Comparison("share", _minus(part, dict.fromkeys(range(size), share)), 0.0, figures)
    if left.terms and right.terms and apart:
        terms = _minus(left.terms, right.terms)
        constant = (right.constant or 0.0) - (left.constant or 0.0)
        kind = "difference" if constant else "order" if set(map(abs, terms.values())) == {1.0} else "ratio"
        return Comparison(kind, terms, constant, figures)
    if len(left.terms) > 1 and not right.terms and right.constant is not None:
        return Comparison("total", left.terms, right.constant, figures)
    return None


def two_to_one(tokens: Sequence[Token], owners: Owners) -> Comparison | None:
    """ "bread:rolls at least 2:1": the first two owners in this ratio."""
    values = next(
        (
            (a.value, c.value)
            for a, b, c in zip(tokens, tokens[1:], tokens[2:], strict=False)
            if a.is_number and b.low == ":" and c.is_number
        ),
        None,
    )
    named = list(side(tokens, 0, len(tokens), owners).terms)
    if values is None or not values[0] or not values[1] or len(named) != 2:
        return None
    return Comparison("ratio", {named[0]: 1.0, named[1]: -values[0] / values[1]}, 0.0, 2)


def _minus(left: dict[int, float], right: dict[int, float]) -> dict[int, float]:
    return {e: left.get(e, 0.0) - right.get(e, 0.0) for e in {**left, **right}}
