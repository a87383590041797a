"""Words that stand for others: numbers that name things ("scrap one, scrap two", "a double"), and "large ones"; and
which words of a text are its nouns.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from ..words.lexicon import MULTIPLIERS, STOP_WORDS, is_content, is_verb, unit_of, word_set
from ..words.tokens import Sentence, Token
from .vocabulary import ARTICLES, DEGREES

_FACTORS = word_set("the that what as of its their")
_HOLDING = word_set("has have contains contain provides provide needs need takes take uses use gives give but and")
_OUGHT = word_set("may must can should are will could cannot")
_COUNTS = {"one": "1", "two": "2", "three": "3", "four": "4", "five": "5"}


def undisguised(parts: Sequence[Sentence]) -> tuple[Sentence, ...]:
    """The sentences with such numbers as plain words, and with the nouns that "ones" stands for."""
    numbered = _numbered(parts)
    sized = _sized(parts)
    plain = _named([tuple(_words(part.tokens, numbered, sized)) for part in parts])
    measured = _measured(plain)
    return tuple(Sentence(tuple(_nothing(tokens, measured))) for tokens in plain)


def _named(lines: Sequence[tuple[Token, ...]]) -> list[tuple[Token, ...]]:
    """ "We rent trucks. Large ones carry 12 tons": the last plural told before; "100 old servers and 80 new ones": the
    last one that is counted too."""
    noun, counted, result = "", "", []
    for tokens in lines:
        told = list(tokens)
        for i, token in enumerate(tokens):
            number = any(t.is_number for t in tokens[max(0, i - 2) : i])
            described = i > 0 and tokens[i - 1].is_word and is_content(tokens[i - 1].low)
            meant = (counted if number else "") or noun
            if token.low == "ones" and described and meant:
                told[i] = replace(token, low=meant)
            plural = token.is_word and token.low.endswith("s") and token.lemma != token.low and is_content(token.low)
            if plural and unit_of(token.low) is None and token.low != "ones":
                noun, counted = (noun, token.low) if number else (token.low, counted)
        result.append(tuple(told))
    return result


def _measured(lines: Sequence[Sequence[Token]]) -> frozenset[str]:
    """Stems of nouns of which some figure tells how much: "46% protein", "27 g of protein"."""
    found = set()
    for tokens in lines:
        for i, token in enumerate(tokens):
            near = tokens[i + 1 : i + 4] if token.is_number else ()
            found |= {t.stem for t in near if t.is_word and is_content(t.low) and unit_of(t.low) is None}
    return frozenset(found)


def _nothing(tokens: Sequence[Token], measured: frozenset[str]) -> Iterator[Token]:
    """ "Limestone has no protein" tells a figure too: zero."""
    for i, token in enumerate(tokens):
        after = tokens[i + 1] if i + 1 < len(tokens) else None
        holds = i > 0 and tokens[i - 1].low in _HOLDING
        if token.low == "no" and holds and after is not None and after.is_word and after.stem in measured:
            yield replace(token, kind="number", low="0", value=0.0)
        else:
            yield token


def _numbered(parts: Sequence[Sentence]) -> frozenset[str]:
    """Nouns behind which both "one" and "two" stand."""
    seen: dict[str, set[str]] = {}
    for part in parts:
        for before, token in pairwise(part.tokens):
            if token.low in _COUNTS and before.is_word and is_content(before.low) and not is_verb(before.low):
                seen.setdefault(before.lemma, set()).add(token.low)
    return frozenset(noun for noun, counts in seen.items() if {"one", "two"} <= counts)


def _sized(parts: Sequence[Sentence]) -> frozenset[str]:
    """Multipliers that the text uses as names: "a double", "double rooms"."""
    found = set()
    for part in parts:
        for before, token in pairwise(part.tokens):
            if token.low in MULTIPLIERS and before.low in ("a", "an", "each", "per", "every", "and"):
                found.add(token.low)
    return frozenset(found)


def _words(tokens: Sequence[Token], numbered: frozenset[str], sized: frozenset[str]) -> Iterator[Token]:
    for i, token in enumerate(tokens):
        before = tokens[i - 1] if i else None
        after = tokens[i + 1].low if i + 1 < len(tokens) else ""
        if before is not None and before.lemma in numbered and token.low in _COUNTS:
            yield replace(token, kind="word", low=_COUNTS[token.low], value=None)
        elif token.low in sized and after not in _FACTORS:
            yield replace(token, kind="word", value=None, multiplier=False)
        else:
            yield token


def nouns_of(parts: Sequence[Sentence]) -> frozenset[str]:
    """Nouns for certain: words that close a noun phrase behind an article or a number, with no object behind them, and
    plurals in front of a verb of obligation ("personal loans may")."""
    found = set()
    for part in parts:
        tokens = part.tokens
        found |= {a.lemma for a, b in pairwise(tokens) if b.low in _OUGHT and a.low.endswith("s") and a.low != a.lemma}
        for i, token in enumerate(tokens):
            if not (token.low in ARTICLES or token.is_number):
                continue
            j = i + 1
            while j < len(tokens) and tokens[j].is_word and is_content(tokens[j].low):
                j += 1
            end = j
            while j < len(tokens) and tokens[j].low in DEGREES:
                j += 1
            closed = j >= len(tokens) or not (tokens[j].is_number or tokens[j].low in ARTICLES | {"him", "her", "us"})
            if end > i + 1 and closed and (j >= len(tokens) or tokens[j].low not in ("up", "at", "for")):
                found.add(tokens[end - 1].lemma)
    return frozenset(found - STOP_WORDS)
