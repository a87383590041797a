"""Numbers that name things: "scrap one, scrap two", "a double"; and which words of a text are its nouns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from ..lexicon import STOP_WORDS, is_content, is_verb, word_set
from ..tokens import Sentence, Token
from .vocabulary import ARTICLES, DEGREES

_SIZES = word_set("double triple quadruple twice")
_FACTORS = word_set("the that what as of its their")
_COUNTS = {"one": "1", "two": "2", "three": "3", "four": "4", "five": "5"}


def undisguised(parts: Sequence[Sentence]) -> tuple[Sentence, ...]:
    """The sentences with such numbers as plain words."""
    numbered = _numbered(parts)
    sized = _sized(parts)
    return tuple(Sentence(tuple(_words(part.tokens, numbered, sized))) for part in parts)


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
            if token.low in _SIZES and before.low in ("a", "an", "each", "per", "every", "and"):
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
    """Nouns for certain: words that close a noun phrase behind an article or a number, with no object behind them."""
    found = set()
    for part in parts:
        tokens = part.tokens
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
