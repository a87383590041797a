"""Which words and numbers of a text are figures, and which are labels, pronouns or the ends of a scale."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from copilot.formulators.offline.words.lexicon import NUMBER_WORDS, is_content, is_verb
from copilot.formulators.offline.words.tokens import Token

from .vocabulary import BEFORE_FIGURES, GROUPS

_AFTER_SCALE = frozenset([")", ".", ":", ";"])


def unlabeled(tokens: Sequence[Token]) -> tuple[Token, ...]:
    """The tokens, with figures behind verbs as numbers again where they were taken for labels."""
    result = []
    told = Counter(
        a.low for a, b in pairwise(tokens) if a.is_word and a.low == a.lemma and b.low in ("one", "two", "three")
    )
    naming = {word for word, count in told.items() if count > 1 and is_content(word) and not is_verb(word)}
    for i, token in enumerate(tokens):
        before = tokens[i - 1].low if i else ""
        if before in naming and token.low in NUMBER_WORDS:
            result.append(replace(token, kind="word", low=f"{NUMBER_WORDS[token.low]:g}", value=None))
            continue
        value = float(token.low) if token.low.isdecimal() else NUMBER_WORDS.get(token.low)
        if token.is_word and value is not None and before in BEFORE_FIGURES and token.low != "one":
            token = replace(token, kind="number", value=float(value))
        if token.low == "one" and token.is_word and before in BEFORE_FIGURES and _noun_follows(tokens, i):
            token = replace(token, kind="number", value=1.0)
        after = tokens[i + 1].low if i + 1 < len(tokens) else ""
        if token.low == "one" and token.is_word and before in (",", "and") and after == "for":
            token = replace(token, kind="number", value=1.0)
        result.append(token)
    return tuple(result)


def _noun_follows(tokens: Sequence[Token], i: int) -> bool:
    after = tokens[i + 1].low if i + 1 < len(tokens) else ""
    return after.isalpha() and is_content(after) and not is_verb(after)


def counts(tokens: Sequence[Token], i: int) -> bool:
    """Whether the token is a number that counts or measures something."""
    token = tokens[i]
    if not token.is_number or token.multiplier or token.percent or token.fraction:
        return False
    if i > 1 and tokens[i - 1].low == "of" and tokens[i - 2].low == "out":
        return False
    exactly = i > 0 and tokens[i - 1].low in ("exactly", "precisely") and token.low != "one"
    if not token.low.isalpha() or exactly or (i > 1 and tokens[i - 1].low == "of" and tokens[i - 2].lemma in GROUPS):
        return True
    after = tokens[i + 1].low if i + 1 < len(tokens) else ""
    if after == "of" and i + 2 < len(tokens) and tokens[i + 2].is_number:
        return True
    if after == "of":
        return token.low != "one" and i + 2 < len(tokens) and tokens[i + 2].low in ("each", "every", "any")
    before = tokens[i - 1].low if i else ""
    if (
        token.low == "one"
        and before not in BEFORE_FIGURES
        and ((before.isalpha() and is_content(before)) or before in ("the", "that", "this"))
    ):
        return False
    return after not in ("or", "from", "in", "out", "") and after.isalpha()


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
