"""Which words and numbers of a text are figures, and which are labels, pronouns or the ends of a scale."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import replace
from itertools import pairwise

from copilot.formulators.offline.words.lexicon import NUMBER_WORDS, is_content, is_verb
from copilot.formulators.offline.words.spelled import low_at
from copilot.formulators.offline.words.tokens import Token

from .vocabulary import BEFORE_FIGURES, GROUPS

_AFTER_SCALE = frozenset([")", ".", ":", ";"])


def unlabeled(tokens: Sequence[Token]) -> tuple[Token, ...]:
    """The tokens with figures and labels told apart: "art needs 2 teachers", but "team two" beside "team one"."""
    told = Counter(
        a.low for a, b in pairwise(tokens) if a.is_word and a.low == a.lemma and b.low in ("one", "two", "three")
    )
    naming = {word for word, count in told.items() if count > 1 and is_content(word) and not is_verb(word)}
    return tuple(_unlabeled(tokens, i, naming) for i in range(len(tokens)))


def _unlabeled(tokens: Sequence[Token], i: int, naming: Set[str]) -> Token:
    token, before, after = tokens[i], low_at(tokens, i - 1), low_at(tokens, i + 1)
    if before in naming and token.low in NUMBER_WORDS:
        return replace(token, kind="word", low=f"{NUMBER_WORDS[token.low]:g}", value=None)
    value = float(token.low) if token.low.isdecimal() else NUMBER_WORDS.get(token.low)
    if value is None or not token.is_word:
        return token
    told = before in BEFORE_FIGURES
    if token.low == "one":
        noun = after.isalpha() and is_content(after) and not is_verb(after)
        told = (told and noun) or (before in (",", "and") and after == "for")
    return replace(token, kind="number", value=value) if told else token


def counts(tokens: Sequence[Token], i: int) -> bool:
    """Whether the token is a number that counts or measures something."""
    token, before, after = tokens[i], low_at(tokens, i - 1), low_at(tokens, i + 1)
    if not token.is_number or token.multiplier or token.percent or token.fraction:
        return False
    if before == "of" and low_at(tokens, i - 2) == "out":
        return False
    one, group = token.low == "one", before == "of" and i > 1 and tokens[i - 2].lemma in GROUPS
    if not token.low.isalpha() or group or (before in ("exactly", "precisely") and not one):
        return True
    if after == "of":
        beyond = tokens[i + 2] if i + 2 < len(tokens) else None
        return beyond is not None and (beyond.is_number or (not one and beyond.low in ("each", "every", "any")))
    pronoun = before in ("the", "that", "this") or (before.isalpha() and is_content(before))
    if one and pronoun and before not in BEFORE_FIGURES:
        return False
    return after.isalpha() and after not in ("or", "from", "in", "out")


def scale_ends(tokens: Sequence[Token]) -> frozenset[int]:
    """The two ends of a scale by which things are rated: "on a scale from 1 to 10", "(0 fine, 10 awful)"."""
    found: set[int] = set()
    for i, token in enumerate(tokens):
        if token.low not in ("scale", "("):
            continue
        stop = next((j for j in range(i + 1, min(i + 12, len(tokens))) if tokens[j].low in _AFTER_SCALE), i)
        inside = [j for j in range(i + 1, stop) if tokens[j].is_number and not tokens[j].money]
        values = [tokens[j].value for j in inside]
        if len(values) == 2 and values[0] in (0, 1) and values[1] in (3, 4, 5, 6, 7, 10, 100):
            worded = token.low == "scale" or all(tokens[j + 1].is_word for j in inside)
            found |= set(inside) if worded else set()
    return frozenset(found)
