"""What notes want: "goal: max profit", "cheapest way?", "cost: as low as possible"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from formulations.formulation import Sense

from ..roles.aims import Aim, extent
from ..words.lexicon import OCCASIONS, STOP_WORDS, word_set
from ..words.senses import EXTENTS, OPTIMIZING, SUPERLATIVES
from ..words.tokens import Token
from .cutting import Clause

_SENSES = OPTIMIZING | SUPERLATIVES | {"cheap": "minimize"}
_VAGUE = word_set("mix plan way split combination answer choice output result combo")


def aim_of(clauses: Sequence[Clause]) -> Aim | None:
    """The wish; the last one told counts."""
    found = [aim for clause in clauses if (aim := _aim(clause)) is not None]
    return found[-1] if found else None


def _aim(clause: Clause) -> Aim | None:
    tokens = (*clause.head, *clause.tokens)
    lows = [token.low for token in tokens]
    for i, low in enumerate(lows):
        place = (_start(tokens, i), tokens[-1].end)
        if low == "as" and lows[i + 2 : i + 4] == ["as", "possible"]:
            extent = EXTENTS.get(lows[i + 1])
            if extent is not None:
                return _named(tokens[:i], extent, place)
        wanted = _SENSES.get(low)
        if wanted is None or _bounds(tokens, i):
            continue
        if low in ("cheapest", "cheap"):
            return Aim("minimize", "cost", "money", frozenset(), False, "cost", *place)
        ahead = [t for t in tokens[i + 1 :] if t.is_word and t.low not in STOP_WORDS and t.low not in _VAGUE]
        earlier = [t for t in tokens[:i] if t.is_word]
        return _named(tokens[i + 1 :] if ahead or "$" in lows[i:] else earlier, wanted, place)
    return None


def _start(tokens: Sequence[Token], i: int) -> int:
    """Where the wish begins: the whole clause where no figure stands in front of it."""
    if not any(token.is_number for token in tokens[:i]):
        return tokens[0].start
    return tokens[i - 1].start if tokens[i - 1].low in ("at", "for", "with") else tokens[i].start


def _bounds(tokens: Sequence[Token], i: int) -> bool:
    """Whether the word at ``i`` bounds a figure: "max 40", "20 max", "min qty: 50", "at least"."""
    if i and tokens[i - 1].low == "at":
        return not (tokens[i].low in ("minimum", "lowest", "least") and _wordy(tokens[i + 1 :]))
    if any(token.is_number for token in tokens[i + 1 :]):
        return True
    return any(token.is_number for token in tokens[:i]) and not _wordy(tokens[i + 1 :])


def _wordy(tokens: Sequence[Token]) -> bool:
    return any(t.is_word and t.low not in STOP_WORDS for t in tokens) and not any(t.is_number for t in tokens)


def _named(tokens: Sequence[Token], sense: Sense, place: tuple[int, int]) -> Aim:
    if any(token.low == "$" for token in tokens):
        return Aim(sense, "profit" if sense == "maximize" else "cost", "money", frozenset(), False, "money", *place)
    named = [token for token in tokens if token.low not in _VAGUE]
    found = extent(named, sense, place)
    rounds = frozenset(token.stem for token in named if token.lemma in OCCASIONS and token.lemma != token.low)
    if any(token.low == "headcount" for token in named):
        return Aim(sense, "", "", frozenset({"person"}), True, "headcount", *place)
    if not found.nouns and not found.family and rounds:
        return Aim(sense, "", "", rounds, True, " ".join(token.low for token in named), *place)
    if not found.nouns and not found.family:
        return Aim(sense, "profit" if sense == "maximize" else "cost", "money", frozenset(), False, "", *place)
    if sense == "minimize" and found.family == "revenue":
        return replace(found, family="cost")
    return found
