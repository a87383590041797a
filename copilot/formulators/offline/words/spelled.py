"""Amounts that words tell: "half a kilo", "an hour and a half", "two scoops and an hour", "each table three, each chair
one"; and numbers in words that are amounts, as good as in digits.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

from .lexicon import COUNTERS, is_content, is_verb, unit_of, word_set
from .morphology import lemma, stem
from .token import Token, Worded

_ARTICLES = ("a", "an")
_USES = word_set(
    """require need take use consume contain yield earn seat hold carry cause draw eat bring give generate treat serve
    reach"""
)
#: Stems of verbs behind which a number is an amount.
USING = frozenset(map(stem, _USES))
#: Words that are counted where choices are announced: "three types".
KINDS = word_set("types type kinds kind different models sorts varieties options ways categories products methods")
#: Verbs that look like nouns: "the small one needs paint", "x1 costs 5".
ACTS = word_set("needs costs works yields has")
_BEHIND = word_set("on of in for at per and but a an each apiece")
_REFERRING = word_set("the these those all both between other last first in into of than across")
#: "At least two of A, B and C" counts choices.
_BOUNDING = word_set("least most exactly only")
_PLACES = word_set("on in at for of")
#: So many figures of one noun measure it: fewer may count choices.
_OFTEN = 3
#: More things than this are seldom announced as choices.
_FEW_CHOICES = 4
#: A figure so soon behind a noun is the noun's.
_SOON = 6
#: Tokens between a figure and one that follows it in the same list.
_NEAR = 8


def low_at(tokens: Sequence[Worded], i: int) -> str:
    return tokens[i].low if 0 <= i < len(tokens) else ""


def with_portions(tokens: list[Token]) -> list[Token]:
    """ "half a kilo", "three quarters of an hour", "an hour and a half", "half a dozen" as 0.5 kilo, 0.75 hour, 1.5
    hour and 6.
    """
    result: list[Token] = []
    i = 0
    while i < len(tokens):
        token = tokens[i]
        article = i + 1 + (low_at(tokens, i + 1) == "of")
        if token.fraction and low_at(tokens, article) in _ARTICLES and _measures(tokens, article + 1):
            result.append(_plain(token, token.value or 0.0))
            i = article + 1
        elif token.fraction and i + 1 < len(tokens) and _is_scale(tokens[i + 1]):
            result.append(_plain(token, (token.value or 0.0) * (tokens[i + 1].value or 0.0)))
            i += 2
        elif (token.is_number or token.low in _ARTICLES) and _half_more(tokens, i):
            result.extend((_plain(token, (token.value or 1.0) + (tokens[i + 3].value or 0.0)), tokens[i + 1]))
            i += 4
        else:
            result.append(_plain(token, 1.0) if _is_one(tokens, i) else token)
            i += 1
    return result


def _is_scale(token: Token) -> bool:
    """ "a dozen", "a million" read as one token."""
    return token.is_number and token.low in _ARTICLES and not token.fraction


def _plain(token: Token, value: float) -> Token:
    return replace(token, kind="number", low=f"{value:g}", value=value, fraction=False, multiplier=False)


def _measures(tokens: Sequence[Token], i: int) -> bool:
    low = low_at(tokens, i)
    return unit_of(low) is not None or low in ("square", "cubic") or lemma(low) in COUNTERS


def _half_more(tokens: Sequence[Token], i: int) -> bool:
    """ "a cent and a half" """
    unit = i + 3 < len(tokens) and unit_of(tokens[i + 1].low) is not None and tokens[i + 2].low == "and"
    return unit and tokens[i + 3].fraction and tokens[i + 3].low in ("one", *_ARTICLES) and not _measures(tokens, i + 4)


def _is_one(tokens: Sequence[Token], i: int) -> bool:
    """ "Takes an hour", "two scoops and an hour", "two units of carbs and one of fat": the word stands for a figure."""
    token = tokens[i]
    if not i or not (token.low in _ARTICLES or (token.low == "one" and token.is_word)):
        return False
    unit = unit_of(low_at(tokens, i + 1))
    told = unit is not None and unit[0] != "money" and not (i + 2 < len(tokens) and tokens[i + 2].is_number)
    follows = tokens[i - 1].low == "and" and any(t.is_number and not t.money for t in tokens[max(0, i - _NEAR) : i])
    if token.low == "one":  # "one in Oldtown 65,000" is a thing whose figure follows
        ahead = itertools.takewhile(lambda t: t.is_word or t.is_number, tokens[i + 1 : i + _SOON])
        return follows and low_at(tokens, i + 1) in _PLACES and not any(t.is_number for t in ahead)
    closed = i + 2 >= len(tokens) or not tokens[i + 2].is_word or tokens[i + 2].low in ("and", "but", "of")
    # "and a hectare of plums 150 hours": there it is whose figure follows.
    closed = closed and not (low_at(tokens, i + 2) == "of" and any(t.is_number for t in tokens[i + 3 : i + _SOON]))
    return told and closed and (follows or (tokens[i - 1].is_word and tokens[i - 1].stem in USING))


def with_amounts(tokens: list[Token]) -> list[Token]:
    """Numbers in words that are amounts: of what several figures are of ("two stems of fern, four stems"), or of what
    was said before ("three dollars on a chair and two on a stool", "each table three hours and each chair one").
    """
    counts: dict[str, list[float]] = {}
    for before, token, after in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if token.is_number and after.is_word and is_content(after.low) and before.low not in _REFERRING:
            counts.setdefault(after.lemma, []).append(token.value or 0.0)
    measured = {
        noun
        for noun, values in counts.items()
        if len(set(values)) > 1 and (len(values) >= _OFTEN or min(values) > _FEW_CHOICES)
    }
    plurals = {token.low for token in tokens if token.is_word and token.low != token.lemma}
    return [
        _plain(token, 1.0)
        if _is_last(tokens, i, plurals)
        else replace(token, low=f"{token.value:g}")
        if _is_amount(tokens, i, measured)
        else token
        for i, token in enumerate(tokens)
    ]


def _bare(tokens: Sequence[Token], i: int) -> bool:
    """Whether no noun stands behind the number."""
    return i + 1 >= len(tokens) or not tokens[i + 1].is_word or tokens[i + 1].low in _BEHIND


def _is_last(tokens: Sequence[Token], i: int, plurals: set[str]) -> bool:
    """ "Each chair one" """
    before = low_at(tokens, i - 1)
    named = (before in plurals or before + "s" in plurals) and not is_verb(before) and low_at(tokens, i + 1) != "at"
    return tokens[i].low == "one" and tokens[i].is_word and named and _bare(tokens, i)


def _is_amount(tokens: Sequence[Token], i: int, measured: set[str]) -> bool:
    token = tokens[i]
    if not token.is_number or not token.low.isalpha() or token.multiplier or token.fraction or token.low == "one":
        return False
    after = tokens[i + 1] if i + 1 < len(tokens) else None
    if low_at(tokens, i - 1) in _REFERRING or (low_at(tokens, i + 1) == "of" and low_at(tokens, i - 1) in _BOUNDING):
        return False
    if after is not None and after.lemma in measured and after.low not in KINDS:
        return True
    return _bare(tokens, i) and any(t.is_number for t in tokens[:i])
