"""Units of space where they stand in a text: "feet", "square meters", "cu. in.", "cm^3", "litres", "hectares"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .lexicon import LAND, LENGTHS, LIQUIDS
from .token import Token

_POWERS = {
    "square": 2, "sq": 2, "squared": 2, "2": 2, "\u00b2": 2, "cubic": 3, "cu": 3, "cubed": 3, "3": 3, "\u00b3": 3,
}  # fmt: skip
_DIMENSIONS = {1: "length", 2: "area", 3: "volume"}


def space_at(tokens: Sequence[Token], i: int) -> tuple[str, float, int] | None:
    """The unit of space that begins at a place: its dimension, its size in powers of a meter, and where it ends."""
    if i >= len(tokens) or not tokens[i].is_word:
        return None
    low, lemma = tokens[i].low, tokens[i].lemma
    if low in ("square", "sq", "cubic", "cu"):
        length = length_at(tokens, i + 1 + (i + 1 < len(tokens) and tokens[i + 1].low == "."))
        return _raised(*length, _POWERS[low]) if length is not None else None
    if lemma in LIQUIDS:
        return "volume", LIQUIDS[lemma], i + 1
    if lemma in LAND:
        return "area", LAND[lemma], i + 1
    raised = re.fullmatch(r"([a-z]+)([23\u00b2\u00b3])", low)
    if raised is not None and raised[1] in LENGTHS:
        return _raised(LENGTHS[raised[1]], i + 1, _POWERS[raised[2]])
    length = length_at(tokens, i)
    if length is None:
        return None
    size, end = length
    after = tokens[end].low if end < len(tokens) else ""
    power = tokens[end + 1].low if after == "^" and end + 1 < len(tokens) else ""
    if after in ("squared", "cubed") or power in ("2", "3"):
        return _raised(size, end + (2 if power else 1), _POWERS[power or after])
    return _raised(size, end, 1)


def length_at(tokens: Sequence[Token], i: int) -> tuple[float, int] | None:
    """The length in meters that begins at a place, and where it ends; "in" is one behind a number or "square"."""
    if i >= len(tokens) or not tokens[i].is_word:
        return None
    low = tokens[i].low
    if low == "in":
        behind = tokens[i - 1].is_number or tokens[i - 1].low in ("square", "cubic", "sq")
        if not behind or (i + 1 < len(tokens) and tokens[i + 1].is_word):
            return None
    word = "inch" if low in ("inches", "in") else tokens[i].lemma
    return (LENGTHS[word], i + 1) if word in LENGTHS else None


def _raised(size: float, end: int, power: int) -> tuple[str, float, int]:
    return _DIMENSIONS[power], size**power, end
