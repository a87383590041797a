"""Nouns that are not decided about: those who decide, and what figures only measure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ..words.lexicon import word_set
from .chunks import Chunk, symbol
from .lines import Line

_ACTING = word_set(
    """wants want wish wishes plans plan decides decide hires hire employs employ owns own buys buy sells sell aims aim
    hopes hope would offers offer operates operate manages manage intends seeks needs makes make produces produce"""
)
_OUGHT = word_set("must should can has needs wants")
_CONSUMING = word_set("get eat consume drink buy spend sell decide feed take tolerate receive afford")
_BUYING = word_set("bought hired ordered received inherited")
_SAYING = word_set(
    """insists insist says say gave told tells asks ask demands wishes believes
    thinks reckons"""
)
_MAKING = word_set("makes make produces produce offers offer needs")


def agents_of(lines: Sequence[Line], chunks: Sequence[Chunk]) -> tuple[frozenset[str], frozenset[str]]:
    """Nouns that decide, buy and sell: "an office is buying", "a baker wants"; and those that only may: "must eat"."""
    found, eaters = set(), set()
    for chunk in chunks:
        tokens = lines[chunk.line].tokens
        rest = [token.low for token in tokens[chunk.last : chunk.last + 4]]
        rest = rest[2:] if rest[:2] in (["does", "not"], ["do", "not"], ["did", "not"]) else rest
        figure = any(chunk.last <= f.at <= chunk.last + 1 for f in lines[chunk.line].figures)
        if rest and (rest[0] in _BUYING or (rest[0] in _SAYING and not figure)):
            found.add(chunk.words[-1])
        if rest[:1] in (["are"], ["is"]) and rest[1:2] in (["available"], ["needed"], ["required"]):
            found.add(chunk.words[-1])
        if not rest or tokens[chunk.last - 1].low.endswith("s") or symbol(chunk.words[-1]):
            continue
        figure = any(chunk.last <= f.at <= chunk.last + 2 and not f.soft for f in lines[chunk.line].figures)
        acting = rest[0] in _ACTING and not figure and (chunk.line == 0 or rest[0] not in _MAKING)
        acting = acting and not (rest[0] in ("sells", "sell") and rest[1:2] and rest[1] in ("for", "at"))
        acting = acting and not (rest[0] == "needs" and rest[1:2] != ["to"])
        acting = acting or rest[:2] == ["needs", "to"]
        if rest[0] in _OUGHT and rest[1:2] and rest[1] in _CONSUMING:
            eaters.add(chunk.words[-1])
        going = rest[0] in ("is", "are") and len(rest) > 1 and rest[1].endswith("ing")
        having = rest[0] in ("has", "have") and len(rest) > 1 and (
            rest[1] in ("available", "decided", "to", "at", "only", "just", "a")
        )  # fmt: skip
        if acting or going or having:
            found.add(chunk.words[-1])
    return frozenset(found), frozenset(eaters)


def resources_of(lines: Sequence[Line]) -> dict[str, float]:
    """By noun, the share of its places that lie in the noun phrases of figures without a comparison."""
    inside: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for line in lines:
        held = {i for f in line.figures if f.direction is None for i in range(f.at + 1, f.end)}
        for i, token in enumerate(line.tokens):
            if token.is_word:
                total[token.lemma] += 1
                inside[token.lemma] += i in held
    return {word: inside[word] / count for word, count in total.items() if count > 1}
