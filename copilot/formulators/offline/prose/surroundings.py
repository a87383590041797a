"""What the text says around the decisions: their kind, what is shared out, what is measured."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from ..words.lexicon import COUNTERS, GENERIC_HEADS, OCCASIONS, is_content, unit_of, word_set
from ..words.phrases import THIRD_PERSONS, third_person
from ..words.tokens import Sentence, Token
from .entities import mark_of

SHARING = word_set(
    """allocate allocates allocating allocation distribute distributes distributing distribution divide
    divides dividing assign assigns assigning split splits splitting dispatch apportion"""
)


def announced_by(sentences: Sequence[Sentence]) -> frozenset[str]:
    """The noun in "two types of lamps", "how many of each lamp", "two machines, a ... and a ..."."""
    found: set[str] = set()
    for sentence in sentences:
        tokens = sentence.tokens
        for i, token in enumerate(tokens):
            follows = tokens[i + 1].low if i + 1 < len(tokens) else ""
            if (
                token.low in ("types", "type", "kinds", "kind", "models", "sizes", "form", "forms") and follows == "of"
            ) or (token.low == "of" and follows == "each"):
                found |= _head_of(tokens, i + 2)
            elif token.is_number and token.low in ("two", "three", "four", "five", "six") and not token.multiplier:
                run = _head_of(tokens, i + 1 + (follows in ("different", "possible", "potential", "separate")))
                comma = [t.low for t in tokens[i + 1 : i + 7]]
                if "," in comma or ":" in comma or sentence is sentences[0]:
                    found |= run
    return frozenset(found)


def _head_of(tokens: Sequence[Token], i: int) -> frozenset[str]:
    """The last noun of the phrase that begins at i, unless it is a general word."""
    j = i
    while j < len(tokens) and tokens[j].is_word and is_content(tokens[j].low) and j - i < 4:
        j += 1
    while j > i and (len(tokens[j - 1].low) == 1 or tokens[j - 1].low.isdigit()):
        j -= 1
    if j == i or tokens[j - 1].lemma in GENERIC_HEADS or unit_of(tokens[j - 1].low) or tokens[j - 1].lemma in OCCASIONS:
        return frozenset()
    return frozenset({mark_of(tokens[j - 1].low)})


def substance_of(sentences: Sequence[Sentence]) -> frozenset[str]:
    """What is shared out among the decisions: "allocate its budget between", "the number of concerts to be given"."""
    found: set[str] = set()
    for sentence in sentences[:4]:
        lows = [token.low for token in sentence.tokens]
        for i, low in enumerate(lows):
            j = i + 1
            if low in SHARING:
                while j < len(lows) and lows[j] in (
                    "of",
                    "the",
                    "its",
                    "a",
                    "an",
                    "their",
                    "his",
                    "her",
                    "available",
                    "total",
                ):
                    j += 1
                end = j
                while end < len(lows) and end - j < 4 and sentence.tokens[end].is_word and is_content(lows[end]):
                    end += 1
                shared = end < len(lows) and lows[end] in (
                    "between",
                    "among",
                    "across",
                    "to",
                    "for",
                    "into",
                    "in",
                    "over",
                )
                if end > j and shared:
                    found.add(mark_of(lows[end - 1]))
            elif low == "of" and i and lows[i - 1] == "number" and i + 2 < len(lows):
                end = i + 1
                while end < len(lows) and sentence.tokens[end].is_word and is_content(lows[end]):
                    end += 1
                if (
                    end > i + 1
                    and end + 1 < len(lows)
                    and lows[end] == "to"
                    and lows[end + 1] in ("be", "assign", "allocate")
                ):
                    found.add(mark_of(lows[end - 1]))
    return frozenset(word for word in found if word not in ("amount", "number", "quantity", "unit"))


def resources_of(sentences: Sequence[Sentence]) -> frozenset[str]:
    """Nouns that are measured out by themselves at least twice: "5 grams of protein"."""
    counts: Counter[str] = Counter()
    for sentence in sentences:
        tokens = sentence.tokens
        for i in range(2, len(tokens)):
            measured = tokens[i - 1].low == "of" and (unit_of(tokens[i - 2].low) or tokens[i - 2].lemma in COUNTERS)
            alone = i + 1 >= len(tokens) or not (tokens[i + 1].is_word and is_content(tokens[i + 1].low))
            if measured and alone and tokens[i].is_word and any(t.is_number for t in tokens[max(0, i - 4) : i]):
                counts[mark_of(tokens[i].low)] += 1
    return frozenset(word for word, count in counts.items() if count >= 2)


def _measured_out(tokens: Sequence[Token], i: int) -> bool:
    """ "5 units of crab meat": what is used up, not what is decided."""
    unit, number = tokens[i - 2], tokens[i - 3] if i > 2 else None
    counted = unit_of(unit.low) is not None or unit.lemma in COUNTERS
    return tokens[i - 1].low == "of" and counted and number is not None and number.is_number and number.value != 1


def followers_of(marks: Sequence[frozenset[str]], sentences: Sequence[Sentence]) -> frozenset[str]:
    """Nouns that stand right behind every one of the entities: blood test and ear test are tests."""
    behind: list[set[str]] = [set() for _ in marks]
    for sentence in sentences:
        for i, (a, b) in enumerate(pairwise(sentence.tokens)):
            if i > 1 and (sentence.tokens[i - 1].is_number or _measured_out(sentence.tokens, i)):
                continue
            if b.is_word and is_content(b.low) and not third_person(sentence.tokens, i + 1) and unit_of(b.low) is None:
                for k, own in enumerate(marks):
                    if mark_of(a.low) in own:
                        behind[k].add(mark_of(b.low))
    common = set.intersection(*behind) if behind else set()
    return frozenset(common - {mark_of(w) for w in GENERIC_HEADS} - COUNTERS)


def agents_of(sentences: Sequence[Sentence]) -> frozenset[str]:
    """Heads of the nouns that act: "A bakery makes ...", "The city wants to ..."."""
    found: set[str] = set()
    for k, sentence in enumerate(sentences):
        tokens = sentence.tokens
        first = 1 if tokens[0].low in ("a", "an", "the", "my") else 0
        if first == 0 and k > 0:
            continue
        j = first
        while (
            j < len(tokens) and tokens[j].is_word and is_content(tokens[j].low) and tokens[j].low not in THIRD_PERSONS
        ):
            j += 1
        if j == first or j >= len(tokens) or tokens[j - 1].low != tokens[j - 1].lemma:
            continue
        acts = tokens[j].low in (
            "wants",
            "has",
            "sells",
            "makes",
            "produces",
            "needs",
            "must",
            "employs",
            "is",
            "can",
            "owns",
            "buys",
            "hires",
            "manufactures",
            "grows",
            "uses",
            "decides",
            "transports",
            "plans",
        )
        numbered = any(t.is_number for t in tokens[j : j + 6])
        if (
            acts
            and not (numbered and k == 0 and tokens[j].low in ("costs", "takes"))
            and (
                k == 0
                or (
                    tokens[first - 1].low == "the"
                    and tokens[j].low in ("wants", "has", "needs", "must", "decides", "plans")
                )
            )
        ):
            found.add(tokens[j - 1].lemma)
    return frozenset(found)
