"""Numbers and words that only name things: "machine 2", "(1) ... (2) ...", "the first mix", "x1 round lamps"."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import replace

from .lexicon import COUNTERS, STOP_WORDS, is_verb, unit_of
from .morphology import lemma
from .spelled import ACTS
from .token import Token

_PLACING = frozenset({"in", "on", "for", "at", "during"})
_ORDINALS = {"first": "1st", "second": "2nd", "third": "3rd"}


def without_enumeration(raw: Sequence[Token]) -> list[Token]:
    """The tokens without "(1) ... (2) ..." in front of the items of a list."""
    found: dict[str, int] = {}
    for k in range(len(raw) - 3):
        if raw[k].low == "(" and raw[k + 2].low == ")" and raw[k + 3].is_word:
            found.setdefault(raw[k + 1].low, k)
    marks = [found[low] for low in ("1", "2", "3", "4", "5", "6") if low in found]
    if not {"1", "2"} <= set(found) or marks != sorted(marks):
        return list(raw)
    dropped = {k + step for k in marks for step in range(3)}
    return [token for k, token in enumerate(raw) if k not in dropped]


def labeled(tokens: Sequence[Token]) -> tuple[Token, ...]:
    """Numbers that name things ("machine 2") become words: some noun carries both 1 and 2 in the text."""
    tokens = _first_ones(tokens)
    seen: dict[str, set[float]] = {}
    for (before, token), after in zip(itertools.pairwise(tokens), [*tokens[2:], None], strict=False):
        if _may_label(before, token) and not (after is not None and _counted(after)):
            seen.setdefault(before.lemma, set()).add(token.value or 0)
    naming = {word for word, values in seen.items() if {1.0, 2.0} <= values}
    result: list[Token] = []
    carried = False
    for i, token in enumerate(tokens):
        previous = tokens[i - 1] if i else None
        if previous is not None and _may_label(previous, token) and previous.lemma in naming:
            result.append(_label(token))
            carried = True
        elif carried and token.is_number and previous is not None and previous.low in ("and", "or", ","):
            listed = i + 1 >= len(tokens) or not tokens[i + 1].is_word or tokens[i + 1].low in STOP_WORDS
            listed = listed and not _in_period(tokens, i, naming)
            result.append(_label(token) if listed and (token.value or 99) <= 20 else token)
            carried = listed
        else:
            result.append(token)
            carried = carried and token.low in ("and", "or", ",")
    return tuple(result)


def _in_period(tokens: Sequence[Token], i: int, naming: set[str]) -> bool:
    """Whether the number is one that a labeled noun behind it gets: "12 in week 1, 9 in week 2"."""
    after = tokens[i + 1 : i + 4]
    return len(after) == 3 and after[0].low in _PLACING and after[1].lemma in naming and _may_label(after[1], after[2])


def _first_ones(tokens: Sequence[Token]) -> Sequence[Token]:
    """The tokens with "factory one" as a number where there is a factory two."""
    pairs = list(itertools.pairwise(tokens))
    second = {before.low for before, token in pairs if _may_label(before, token) and token.value == 2.0}
    ones = {i for i, (before, token) in enumerate(pairs, 1) if token.low == "one" and before.low in second}
    return [replace(t, kind="number", value=1.0) if i in ones else t for i, t in enumerate(tokens)]


def _counted(after: Token) -> bool:
    """Whether what stands behind a number says that it is an amount: "2 kg", "1 unit"."""
    return after.is_word and (unit_of(after.low) is not None or after.lemma in COUNTERS)


def nouns_in_disguise(tokens: Sequence[Token]) -> list[Token]:
    """Words of other classes that serve as nouns or names here.

    "The can" where the text speaks of cans; "first mix, second mix"; and "x1" in "x1 round lamps", which is
    only a symbol for the noun behind it.
    """
    lows = [token.low for token in tokens]
    ordered: dict[str, set[str]] = {}
    for a, b in itertools.pairwise(lows):
        if a in _ORDINALS:
            ordered.setdefault(lemma(b), set()).add(a)
    ranked = {word for word, ordinals in ordered.items() if len(ordinals) >= 2}
    result: list[Token] = []
    for i, token in enumerate(tokens):
        before = lows[i - 1] if i else ""
        after = lows[i + 1] if i + 1 < len(lows) else ""
        if token.low in _ORDINALS and (lemma(after) in ranked or (after in ("and", "or") and ranked)):
            token = replace(token, low=_ORDINALS[token.low])
        elif (
            token.low == "can"
            and "cans" in lows
            and before in ("a", "each", "per", "one", "every", "small", "large", "of", "regular")
        ):
            token = replace(token, low="cans")
        elif (
            re.fullmatch(r"[xy]\d", token.low)
            and i + 1 < len(tokens)
            and tokens[i + 1].is_word
            and after.endswith("s")
            and after not in STOP_WORDS
            and not is_verb(after)
            and after not in ACTS
            and (before in STOP_WORDS or is_verb(before))
        ):
            token = replace(token, kind="mark")
        result.append(token)
    return result


def _may_label(before: Token, token: Token) -> bool:
    plain = token.is_number and not (token.percent or token.money or token.multiplier or token.fraction)
    if not (plain and before.is_word and token.value is not None and token.value <= 20 and token.value % 1 == 0):
        return False
    noun = before.low not in STOP_WORDS and not is_verb(before.low)
    return noun and "." not in token.low and before.low not in ("produces", "holds", "contains", "and")


def _label(token: Token) -> Token:
    """The number as a name: "factory two" is "factory 2"."""
    return replace(token, kind="word", low=f"{token.value:g}", value=None)
