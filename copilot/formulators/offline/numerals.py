"""Numbers as people write them, each one token with its value: "$1,200", "12 %", "three and a half", "two dozen"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from .lexicon import FRACTIONS, MULTIPLIERS, NUMBER_WORDS, SCALES, STOP_WORDS, is_verb, unit_of, word_set
from .morphology import stem
from .token import Token


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
    raw = [token for k, token in enumerate(raw) if not _hyphen(raw, k, text)]
    while i < len(raw):
        token, width = _number_at(raw, i, text)
        result.append(token)
        i += width
    return result


def _hyphen(raw: Sequence[Token], k: int, text: str) -> bool:
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
    joined = i + 1 < len(raw) and raw[i + 1].is_word and text[token.end : raw[i + 1].start] == "-"
    joined = joined and raw[i + 1].low not in ("and", "point")
    if joined and (token.low in MULTIPLIERS or token.low == "half"):
        return token, 1
    if token.low in MULTIPLIERS:
        return replace(token, kind="number", value=MULTIPLIERS[token.low], multiplier=True), 1
    if token.low in ("a", "an", "one", "two", "three", "four") and i + 1 < len(raw):
        j = i + 1
        if raw[j].low == "-" and j + 1 < len(raw):
            j += 1
        if raw[j].low in FRACTIONS and (token.low not in ("a", "an") or raw[j].low != "second"):
            value = NUMBER_WORDS.get(token.low, 1) * FRACTIONS[raw[j].low]
            fraction = replace(token, kind="number", end=raw[j].end, value=value, fraction=True, multiplier=True)
            return fraction, j - i + 1
        if raw[i + 1].low in ("hundred", "thousand", "million") and token.low in ("a", "an"):
            value = SCALES[raw[i + 1].low]
            return replace(token, kind="number", end=raw[i + 1].end, value=value), 2
        if raw[i + 1].low == "dozen":
            value = NUMBER_WORDS.get(token.low, 1) * 12
            return replace(token, kind="number", end=raw[i + 1].end, value=value), 2
    if token.low == "half":
        return replace(token, kind="number", value=0.5, fraction=True, multiplier=True), 1
    if token.low in NUMBER_WORDS:
        return _words(raw, i)
    return token, 1


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


def _words(raw: Sequence[Token], i: int) -> tuple[Token, int]:
    value, j = NUMBER_WORDS[raw[i].low], i + 1
    while j < len(raw):
        low = raw[j].low
        if low == "-" and j + 1 < len(raw) and raw[j + 1].low in NUMBER_WORDS and raw[j + 1].end - raw[i].start < 20:
            j += 1
        elif low in NUMBER_WORDS and value >= 20 and NUMBER_WORDS[low] < 10 and raw[j - 1].low != "and":
            value, j = value + NUMBER_WORDS[low], j + 1
        elif low in SCALES and low != "k":
            value, j = value * SCALES[low], j + 1
        else:
            break
    j, value = _with_fraction(raw, i, j, value)
    multiplier = False
    percent = False
    if j < len(raw) and raw[j].low == "times" and not (j + 1 < len(raw) and raw[j + 1].low in ("per", "a", "an")):
        multiplier, j = True, j + 1
    elif j < len(raw) and raw[j].low in ("percent", "%"):
        value, percent, j = value / 100, True, j + 1
    token = replace(
        raw[i], kind="number", end=raw[j - 1].end, value=float(value), multiplier=multiplier, percent=percent
    )
    if raw[i].low == "one" and j == i + 1 and _is_pronoun(raw, i):
        return raw[i], 1
    if _is_amount(raw, i, j):
        # A small number in words may only count what is decided ("two products"); an amount is as good as in digits.
        token = replace(token, low=f"{value:g}")
    return token, j - i


_USES = word_set("require need take use consume contain yield earn seat hold carry cause draw eat bring give generate")
_USING = frozenset(map(stem, _USES))


def _is_amount(raw: Sequence[Token], i: int, j: int) -> bool:
    """Whether a number in words is an amount of something: "needs three eggs", "four units", "two kg"."""
    if raw[i].low == "one" or (j < len(raw) and raw[j].low in _KINDS):
        return False
    if j < len(raw) and raw[j].low in ("unit", "units"):
        return j + 1 < len(raw) and raw[j + 1].low == "of"
    if j < len(raw) and unit_of(raw[j].low) is not None:
        return True
    return i > 0 and raw[i - 1].is_word and raw[i - 1].stem in _USING


_KINDS = word_set("types type kinds kind different models sorts varieties options ways categories products methods")


def _with_fraction(raw: Sequence[Token], i: int, j: int, value: float) -> tuple[int, float]:
    """ "four and a half", "three-and-a-half", "four point seven": where it ends, and its value."""
    words = [(k, raw[k].low) for k in range(j, min(j + 8, len(raw))) if raw[k].low != "-"]
    lows = [low for _, low in words]
    if lows[:2] == ["and", "a"] and len(lows) > 2 and lows[2] in FRACTIONS:
        return words[2][0] + 1, value + FRACTIONS[lows[2]]
    if lows[:1] == ["point"] and len(lows) > 1 and NUMBER_WORDS.get(lows[1], 10) < 10:
        return words[1][0] + 1, value + NUMBER_WORDS[lows[1]] / 10
    return j, value


#: Words behind which "one" is a number: "one unit", "one more than".
_COUNTED = word_set("unit hour minute way of more fewer additional extra")


def _is_pronoun(raw: Sequence[Token], i: int) -> bool:
    before = raw[i - 1].low if i else ""
    after = raw[i + 1] if i + 1 < len(raw) else None
    if after is None or not after.is_word or after.low in STOP_WORDS or is_verb(after.low):
        return not (after is not None and after.is_word and after.low in _COUNTED)
    return (
        before in ("sized", "the", "this", "that", "which", "any", "no", "each", "only") and unit_of(after.low) is None
    )
