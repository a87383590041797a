"""Phrases of comparison: "at most", "no fewer than", "must exceed", with their direction and strictness."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from .particles import NEGATIONS
from .tokens import Token

Direction = Literal["<=", ">=", "=="]
OPPOSITE: dict[Direction, Direction] = {"<=": ">=", ">=": "<=", "==": "=="}


@dataclass(frozen=True, slots=True)
class Comparator:
    """``tokens[first:last]`` of a sentence; ``strict`` for "more than" against "at least".

    ``trailing`` when the number stands before it ("100 or more").
    """

    direction: Direction
    strict: bool
    first: int
    last: int
    trailing: bool = False


_PHRASES: dict[str, tuple[Direction, bool]] = {
    "at most": ("<=", False), "at the most": ("<=", False), "at maximum": ("<=", False),
    "at a maximum": ("<=", False), "no more than": ("<=", False), "not more than": ("<=", False),
    "no greater than": ("<=", False), "not greater than": ("<=", False), "no larger than": ("<=", False),
    "not larger than": ("<=", False), "no higher than": ("<=", False), "not higher than": ("<=", False),
    "no longer than": ("<=", False), "not longer than": ("<=", False),
    "not exceed": ("<=", False), "cannot exceed": ("<=", False), "can not exceed": ("<=", False),
    "n't exceed": ("<=", False), "never exceed": ("<=", False), "not exceeding": ("<=", False),
    "without exceeding": ("<=", False), "not surpass": ("<=", False), "cannot surpass": ("<=", False),
    "not to exceed": ("<=", False), "no more": ("<=", False),
    "nor exceed": ("<=", False), "cannot be more than": ("<=", False), "not be more than": ("<=", False),
    "cannot be greater than": ("<=", False), "not be greater than": ("<=", False),
    "not be larger than": ("<=", False), "cannot be larger than": ("<=", False),
    "cannot be higher than": ("<=", False), "not be higher than": ("<=", False), "not have more than": ("<=", False),
    "cannot have more than": ("<=", False),
    "not use more than": ("<=", False), "cannot use more than": ("<=", False), "not spend more than": ("<=", False),
    "cannot spend more than": ("<=", False), "cannot produce more than": ("<=", False),
    "cannot make more than": ("<=", False), "cannot sell more than": ("<=", False),
    "not produce more than": ("<=", False), "not sell more than": ("<=", False), "not make more than": ("<=", False),
    "up to": ("<=", False), "maximum of": ("<=", False), "a maximum of": ("<=", False), "max of": ("<=", False),
    "upper limit of": ("<=", False), "limited to": ("<=", False), "limited to only": ("<=", False),
    "limited by": ("<=", False),
    "limit of": ("<=", False), "restricted to": ("<=", False), "capped at": ("<=", False), "cap of": ("<=", False),
    "within": ("<=", False), "below": ("<=", False), "under": ("<=", False),
    "less than or equal to": ("<=", False), "smaller than or equal to": ("<=", False),
    "fewer than or equal to": ("<=", False), "does not exceed": ("<=", False),
    "less than": ("<=", True), "fewer than": ("<=", True), "smaller than": ("<=", True), "lower than": ("<=", True),
    "at least": (">=", False), "at the least": (">=", False), "at minimum": (">=", False),
    "at a minimum": (">=", False), "no less than": (">=", False), "not less than": (">=", False),
    "no fewer than": (">=", False), "not fewer than": (">=", False), "no lower than": (">=", False),
    "cannot be less than": (">=", False), "not be less than": (">=", False), "not be lower than": (">=", False),
    "cannot be lower than": (">=", False), "not be fewer than": (">=", False), "cannot be fewer than": (">=", False),
    "not fall below": (">=", False), "cannot fall below": (">=", False), "not be below": (">=", False),
    "cannot be below": (">=", False), "not drop below": (">=", False), "not below": (">=", False),
    "minimum of": (">=", False), "a minimum of": (">=", False), "min of": (">=", False),
    "more than or equal to": (">=", False), "greater than or equal to": (">=", False),
    "larger than or equal to": (">=", False), "equal to or greater than": (">=", False),
    "equal to or less than": ("<=", False), "or more than": (">=", False),
    "longer than": (">=", True), "more than": (">=", True), "greater than": (">=", True), "larger than": (">=", True),
    "higher than": (">=", True), "must exceed": (">=", True), "should exceed": (">=", True), "exceed": (">=", True),
    "exceeds": (">=", True), "exceeding": (">=", True), "above": (">=", True), "over": (">=", False),
    "lower limit of": (">=", False),
    "exactly equal to": ("==", False), "exactly": ("==", False), "equal to": ("==", False),
    "equal": ("==", False), "equals": ("==", False), "precisely": ("==", False),
    "must equal": ("==", False), "same as": ("==", False),
    "at least equal to": (">=", False), "at most equal to": ("<=", False), "at least equal": (">=", False),
    "go beyond": (">=", True), "go over": (">=", True), "surpass": (">=", True), "outnumber": (">=", True),
    "fall below": ("<=", True), "drop below": ("<=", True), "go below": ("<=", True), "dip below": ("<=", True),
    "fall under": ("<=", True),
    "floor of": (">=", False), "floor value of": (">=", False), "minimum value of": (">=", False),
    "lower bound of": (">=", False), "at a minimum of": (">=", False), "ceiling of": ("<=", False),
    "maximum value of": ("<=", False), "upper bound of": ("<=", False), "limit is set at": ("<=", False),
    "limit is set to": ("<=", False), "limit is": ("<=", False), "not go over": ("<=", False),
    "not go beyond": ("<=", False), "not go below": (">=", False), "not to fall below": (">=", False),
    "not surpassing": ("<=", False), "must not surpass": ("<=", False), "not be fewer": (">=", False),
    "not falling below": (">=", False), "no fewer": (">=", False), "no lower": (">=", False),
    "meet or exceed": (">=", False), "meets or exceeds": (">=", False), "equal or exceed": (">=", False),
    "reach or exceed": (">=", False), "at least as many as": (">=", False), "at least as much as": (">=", False),
    "minimum excess of": (">=", False), "a minimum excess of": (">=", False),
    "< =": ("<=", False), "> =": (">=", False), "<": ("<=", False), ">": (">=", False), "=": ("==", False),
    "at minimum of": (">=", False), "minimum threshold of": (">=", False), "maximum limit of": ("<=", False),
    "maximum capacity of": ("<=", False), "maximum budget of": ("<=", False), "minimum requirement of": (">=", False),
    "minimum demand of": (">=", False), "maximum demand of": ("<=", False), "minimum total of": (">=", False),
    "maximum total of": ("<=", False), "total maximum of": ("<=", False), "minimum order of": (">=", False),
}  # fmt: skip
_TRAILING: dict[str, Direction] = {
    "or more": ">=", "or fewer": "<=", "or less": "<=", "at most": "<=", "at least": ">=", "or greater": ">=",
    "minimum": ">=", "maximum": "<=", "and no more": "<=", "and not more": "<=", "and no less": ">=", "tops": "<=",
}  # fmt: skip
_BEHIND = frozenset({"or", "and", "tops"})
#: Words that compare only in front of a number: "over 50 units", not "the excess of X over Y".
_PREPOSITIONS = frozenset({"over", "within", "below", "under", "above"})
_LIMITING = frozenset({"limit", "limits", "limited", "restrict", "restricted", "restricts", "cap", "caps"})
_BY_FIRST: dict[str, list[tuple[tuple[str, ...], Direction, bool]]] = {}
for _phrase, (_direction, _strict) in sorted(_PHRASES.items(), key=lambda item: -len(item[0].split())):
    _words = tuple(_phrase.split())
    _BY_FIRST.setdefault(_words[0], []).append((_words, _direction, _strict))


def comparators(tokens: Sequence[Token]) -> tuple[Comparator, ...]:
    """All phrases of comparison of a sentence, from left to right, without overlaps."""
    lows = [token.low for token in tokens]
    found: list[Comparator] = []
    i = 0
    while i < len(lows):
        hit = _at(lows, i)
        if hit is not None and hit[0][0] in _PREPOSITIONS and not any(t.is_number for t in tokens[i + 1 : i + 3]):
            hit = None
        if hit is not None and hit[0][0] == "at" and hit[0][-1] in ("minimum", "maximum"):
            bounded = (*tokens[max(0, i - 3) : i], *tokens[i + len(hit[0]) : i + len(hit[0]) + 3])
            hit = hit if any(t.is_number for t in bounded) else None
        if hit is None:
            i += 1
            continue
        words, direction, strict = hit
        if (strict or words == ("over",)) and _negated(lows, i):
            direction, strict = OPPOSITE[direction], False
        first, last = i, i + len(words)
        while (
            last < len(lows)
            and tokens[last].is_word
            and lows[last] in ("a", "an", "the", "about", "approximately", "only", "total", "of")
            and (last + 1 < len(lows) and (tokens[last + 1].is_number or lows[last + 1] in ("total", "of")))
        ):
            last += 1
        before = found[-1] if found and not found[-1].trailing else None
        if before is not None and all(low in ("a", "an", "the") for low in lows[before.last : first]):
            # "should meet or exceed a minimum of": said twice. "cannot be below a maximum of": the latter counts.
            found.pop()
            same = before.direction == direction
            first, strict = (before.first, before.strict and strict) if same else (first, strict)
        found.append(Comparator(direction, strict, first, last, _is_trailing(tokens, lows, first, last)))
        i = last
    return tuple(found)


def _at(lows: Sequence[str], i: int) -> tuple[tuple[str, ...], Direction, bool] | None:
    for words, direction, strict in _BY_FIRST.get(lows[i], ()):
        if tuple(lows[i : i + len(words)]) == words:
            return words, direction, strict
    for phrase, trailing in _TRAILING.items():
        words = tuple(phrase.split())
        if words[0] in _BEHIND and tuple(lows[i : i + len(words)]) == words and lows[i + len(words) :][:1] != ["than"]:
            return words, trailing, False
    if lows[i] == "to" and i + 1 < len(lows) and _LIMITING & set(lows[max(0, i - 9) : i]):
        width = 2 if lows[i + 1] in ("only", "just") else 1
        if i + width < len(lows) and lows[i + width][:1].isdigit():
            return tuple(lows[i : i + width]), "<=", False
    if lows[i] in ("maximum", "minimum") and i + 1 < len(lows):
        return _extremum(lows, i)
    return None


def _extremum(lows: Sequence[str], i: int) -> tuple[tuple[str, ...], Direction, bool] | None:
    """ "a maximum 40 hours", "maximum daily budget of", "the minimum number of guests is"."""
    direction: Direction = "<=" if lows[i] == "maximum" else ">="
    if lows[i + 1][:1].isdigit():
        return (lows[i],), direction, False
    for j in range(i + 2, min(i + 16, len(lows))):
        if lows[j][:1].isdigit():
            if lows[j - 1] in ("of", "is", "are", "be", "at", "to", ":", "being"):
                return tuple(lows[i:j]), direction, False
            return None
        if lows[j] in (",", ".", "and", "each", "per") or (lows[j] == "to" and not lows[j - 1].endswith("ed")):
            return None
    return None


def _negated(lows: Sequence[str], i: int) -> bool:
    for j in range(i - 1, max(i - 10, -1), -1):
        if lows[j] in (",", ";", ":", "but", "and", "that", "if", "because"):
            return False
        if lows[j] in NEGATIONS:
            return True
    return False


def _is_trailing(tokens: Sequence[Token], lows: Sequence[str], first: int, last: int) -> bool:
    if lows[first] in _BEHIND:
        return True
    if first == 0 or (last < len(tokens) and (tokens[last].is_number or lows[last] in ("a", "an", "the"))):
        return False
    ends = last >= len(tokens) or lows[last] in (",", ".", ";", ")", "and")
    return ends and any(token.is_number for token in tokens[max(0, first - 3) : first])
