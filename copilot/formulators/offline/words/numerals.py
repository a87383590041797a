"""Numbers as people write them, each one token with its value: "$1,200", "12 %", "a hundred and twenty", "a third"."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

from .lexicon import (
    FRACTIONS,
    MULTIPLIERS,
    NUMBER_WORDS,
    SCALES,
    STOP_WORDS,
    is_content,
    is_verb,
    unit_of,
    word_set,
)
from .spelled import ACTS, KINDS, USING, low_at, with_amounts, with_portions
from .token import Token, Worded

_ARTICLES = ("a", "an")
_BIG = ("hundred", "thousand", "million", "billion")
#: Fractions that are ordinals as often: "a third machine".
_RANKS = word_set("third fourth fifth sixth eighth tenth")
_LINKS = word_set("on for in per with to at from")
#: The largest number of parts in words: "nine tenths".
_MOST_PARTS = 9.0


def value_of(digits: str) -> float:
    """The value of digits: "1,200", "3/4" (0 where nothing can be divided)."""
    if "/" in digits:
        above, below = digits.split("/")
        return float(above) / float(below) if float(below) else 0.0
    return float(digits.replace(",", ""))


def joined(raw: Sequence[Token], text: str) -> list[Token]:
    """The tokens with numbers, number words and scales as one token each, and without hyphens inside of words."""
    result: list[Token] = []
    i = 0
    raw = [token for k, token in enumerate(raw) if not _hyphen(raw, k)]
    while i < len(raw):
        token, width = _number_at(raw, i, text)
        result.append(token)
        i += width
    return with_amounts(with_portions(result))


def _hyphen(raw: Sequence[Token], k: int) -> bool:
    """Whether the mark joins two words ("high-intensity"): the words then stand side by side."""
    if raw[k].low != "-" or not 0 < k < len(raw) - 1:
        return False
    inside = raw[k - 1].end == raw[k].start and raw[k].end == raw[k + 1].start
    return inside and raw[k - 1].is_word and raw[k + 1].is_word


def _number_at(raw: Sequence[Token], i: int, text: str) -> tuple[Token, int]:
    """The token that begins at ``raw[i]`` and how many raw tokens it takes."""
    token = raw[i]
    if token.low == "$" and i + 1 < len(raw) and raw[i + 1].is_number:
        number, width = _number_at(raw, i + 1, text)
        return replace(number, start=token.start, money=True), width + 1
    if (
        token.low == "-"
        and i
        and raw[i - 1].low in ("than", "below", "least", "of", "to", "most")
        and (i + 1 < len(raw) and raw[i + 1].is_number and raw[i + 1].start == token.end)
    ):
        number, width = _digits(raw, i + 1, text)
        return replace(number, start=token.start, value=-(number.value or 0.0)), width + 1
    if token.is_number:
        return _digits(raw, i, text)
    if token.low in MULTIPLIERS or token.low == "half":
        after = raw[i + 1] if i + 1 < len(raw) else None
        inside = after is not None and after.is_word and text[token.end : after.start] == "-"
        if inside and after is not None and after.low not in ("and", "point"):
            return token, 1
        half = token.low == "half"
        value = 0.5 if half else MULTIPLIERS[token.low]
        return replace(token, kind="number", value=value, multiplier=True, fraction=half), 1
    return _words(raw, i) or (token, 1)


def _digits(raw: Sequence[Token], i: int, text: str) -> tuple[Token, int]:
    token, width = raw[i], 1
    after = raw[i + 1] if i + 1 < len(raw) else None
    if after is None:
        return token, 1
    adjacent = text[token.end : after.start] == ""
    if after.low in SCALES and (after.low != "k" or adjacent):
        token = replace(token, end=after.end, value=(token.value or 0.0) * SCALES[after.low])
        width, after = 2, raw[i + 2] if i + 2 < len(raw) else None
    elif after.low == "-" and i + 2 < len(raw) and raw[i + 2].is_word and text[token.end : raw[i + 2].start] == "-":
        return replace(token, kind="word", low=token.low + raw[i + 2].low, end=raw[i + 2].end, value=None), 3
    if after is not None:
        nxt = raw[i + width + 1] if i + width + 1 < len(raw) else None
        if after.low == "%" or after.low == "percent":
            token = replace(token, end=after.end, value=(token.value or 0.0) / 100, percent=True)
            return token, width + 1
        if after.low == "per" and nxt is not None and nxt.low == "cent":
            return replace(token, end=nxt.end, value=(token.value or 0.0) / 100, percent=True), width + 2
        if after.low == "$" and not (nxt is not None and nxt.is_number and text[after.end : nxt.start] == ""):
            return replace(token, end=after.end, money=True), width + 1
        if after.low == "times" and not (nxt is not None and nxt.low in ("per", "a", "an")):
            return replace(token, end=after.end, multiplier=True), width + 1
    return replace(token, fraction="/" in token.low, multiplier="/" in token.low), width


def _words(raw: Sequence[Token], i: int) -> tuple[Token, int] | None:
    """A number in words: "twenty-five", "a hundred and twenty", "two thirds", "three and a half", "four dozen"."""
    counted = cardinal(raw, i)
    if counted is None:
        return _fraction(raw, i, 1.0, i + 1) if raw[i].low in _ARTICLES else None
    value, j = counted
    part = _fraction(raw, i, value, j)
    if part is not None:
        return part
    j, value = _with_fraction(raw, j, value)
    multiplier = percent = False
    if low_at(raw, j) == "times" and low_at(raw, j + 1) not in ("per", *_ARTICLES):
        multiplier, j = True, j + 1
    elif low_at(raw, j) in ("percent", "%"):
        value, percent, j = value / 100, True, j + 1
    elif (low_at(raw, j), low_at(raw, j + 1)) == ("per", "cent"):
        value, percent, j = value / 100, True, j + 2
    if j == i + 1 and raw[i].low == "one" and _is_pronoun(raw, i):
        return None
    token = replace(
        raw[i], kind="number", end=raw[j - 1].end, value=float(value), multiplier=multiplier, percent=percent
    )
    bare = raw[i].low in _ARTICLES and j == i + 2  # "a thousand flyers take 40 minutes": an article as well
    if not (multiplier or bare) and (j > i + 1 or _is_amount(raw, i, j)):
        # A small number in words may only count what is decided ("two products"); an amount is as good as in digits.
        token = replace(token, low=f"{value:g}")
    return token, j - i


def cardinal(raw: Sequence[Worded], i: int) -> tuple[float, int] | None:
    """The whole number in words that begins at ``raw[i]``, and where it ends."""
    low = raw[i].low
    if low in _ARTICLES:
        if low_at(raw, i + 1) not in (*_BIG, "dozen"):
            return None
        total, group, j = 0.0, 1.0, i + 1
    elif low in NUMBER_WORDS:
        total, group, j = 0.0, NUMBER_WORDS[low], i + 1
    else:
        return None
    while j < len(raw):
        low = raw[j].low
        skip = 1 if low == "-" or (low == "and" and raw[j - 1].low in _BIG) else 0
        small = NUMBER_WORDS.get(low_at(raw, j + skip))
        room = 100 if group % 100 == 0 and (group or total) else 10 if group % 10 == 0 and group % 100 >= 20 else 0
        again = skip and low_at(raw, j + skip + 1) == raw[j - 1].low  # "five hundred and six hundred"
        if small is not None and 0 < small < room and not (again or (low == "and" and room == 10)):
            group, j = group + small, j + skip + 1
        elif low == "hundred" and 0 < group < 100:
            group, j = group * 100, j + 1
        elif low in SCALES and low not in ("k", "hundred"):
            total, group, j = total + group * SCALES[low], 0.0, j + 1
        else:
            break
    return total + group, j


def _fraction(raw: Sequence[Token], i: int, parts: float, j: int) -> tuple[Token, int] | None:
    """ "two-thirds", "a quarter"; "a third machine" is the third one."""
    j += low_at(raw, j) == "-"
    size = FRACTIONS.get(low_at(raw, j))
    if size is None or parts > _MOST_PARTS or (parts != 1.0 and j > i + 2):
        return None
    after = raw[j + 1] if j + 1 < len(raw) else None
    ranked = raw[i].low in _ARTICLES and raw[j].low in _RANKS
    if ranked and after is not None and after.is_word and is_content(after.low):
        return None
    whole = replace(raw[i], kind="number", end=raw[j].end, value=parts * size, fraction=True, multiplier=True)
    return whole, j - i + 1


def _with_fraction(raw: Sequence[Token], j: int, value: float) -> tuple[int, float]:
    """ "four and a half", "two and three quarters", "four point seven": where it ends, and its value."""
    words = [(k, raw[k].low) for k in range(j, min(j + 8, len(raw))) if raw[k].low != "-"]
    lows = [low for _, low in words]
    if lows[:1] == ["and"] and len(lows) > 2 and lows[2] in FRACTIONS:
        parts = 1.0 if lows[1] in _ARTICLES else NUMBER_WORDS.get(lows[1], 0.0)
        if 0 < parts <= _MOST_PARTS:
            return words[2][0] + 1, value + parts * FRACTIONS[lows[2]]
    if lows[:1] == ["point"]:
        digits = list(itertools.takewhile(lambda low: NUMBER_WORDS.get(low, 10) < 10, lows[1:]))
        tail = sum(NUMBER_WORDS[low] / 10 ** (k + 1) for k, low in enumerate(digits))
        return (words[len(digits)][0] + 1, value + tail) if digits else (j, value)
    return j, value


def _is_amount(raw: Sequence[Token], i: int, j: int) -> bool:
    """Whether a number in words is an amount of something: "needs three eggs", "four units", "two kg"."""
    if raw[i].low == "one" or low_at(raw, j) in KINDS:
        return False
    if low_at(raw, j) in ("unit", "units"):
        return low_at(raw, j + 1) == "of"
    if unit_of(low_at(raw, j)) is not None or (
        low_at(raw, j).endswith("ing") and unit_of(low_at(raw, j + 1)) is not None
    ):
        return True
    return i > 0 and raw[i - 1].is_word and raw[i - 1].stem in USING


#: Words behind which "one" is a number: "one unit", "one more than".
_COUNTED = word_set("unit hour minute way of more fewer additional extra")


def _is_pronoun(raw: Sequence[Token], i: int) -> bool:
    before = raw[i - 1].low if i else ""
    after = raw[i + 1] if i + 1 < len(raw) else None
    if after is not None and after.low == "of":  # "12 on a jar of jam and 15 on one of marmalade"
        figure = i + 3 < len(raw) and (raw[i + 3].is_number or raw[i + 3].low in NUMBER_WORDS)
        return figure or before in _LINKS
    if after is not None and after.low == "," and low_at(raw, i + 2) in NUMBER_WORDS:
        return False
    if after is None or not after.is_word or after.low in STOP_WORDS | ACTS or is_verb(after.low):
        return not (after is not None and after.is_word and after.low in _COUNTED)
    return (
        before in ("sized", "the", "this", "that", "which", "any", "no", "each", "only") and unit_of(after.low) is None
    )
