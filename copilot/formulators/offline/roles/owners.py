"""Whose figures the text gives: lists of things that may be the decisions, the most promising first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from ..words.lexicon import GENERIC_HEADS, unit_of
from .agents import agents_of, resources_of
from .categories import (
    alias_of,
    announced_by,
    counter_of,
    counters_of,
    counts_with,
    followers_of,
    given_for,
    heads_of,
    titles_of,
)
from .chunks import NEVER, Chunk, Phrase, chunks_of, participle, symbol, timed
from .lines import Line
from .listings import MOST_OWNERS, contrasts, joined, parallel

_MOST_LISTS = 12
#: What the part of a longer list loses.
_PART = 4.0


@dataclass(frozen=True, slots=True)
class Owner:
    """One thing that may be decided: its words, and those of them that tell it from its companions."""

    words: Phrase
    marks: frozenset[str]
    start: int
    end: int

    @property
    def label(self) -> str:
        return " ".join(self.words)


@dataclass(frozen=True, slots=True)
class Owners:
    """Things that may be decided together; ``category`` holds nouns that mean all of them."""

    items: tuple[Owner, ...]
    category: frozenset[str]
    joined: float = 0.0

    def __len__(self) -> int:
        return len(self.items)


def owner_lists(lines: Sequence[Line]) -> tuple[Owners, ...]:
    """Lists of things that may be the decisions, those with the most figures about them first."""
    chunks = tuple(chunk for k, found in enumerate(lines) for chunk in chunks_of(found, k))
    agents, eaters = agents_of(lines, chunks)
    resources = resources_of(lines)
    ranked: dict[frozenset[Phrase], float] = {}
    listed = tuple(joined(lines, chunks))
    wholes = [frozenset(phrases) for phrases, weight in listed if weight >= 1.0]
    for phrases, weight in (*listed, *parallel(lines, chunks), *contrasts(chunks)):
        if all(symbol(words[-1]) for words in phrases):
            phrases, weight = tuple(dict.fromkeys(words[-1:] for words in phrases)), 3.0
        key = frozenset(phrases)
        if len(key) == len(phrases) and 2 <= len(key) <= MOST_OWNERS:
            ranked[key] = max(ranked.get(key, 0.0), weight)
    found: list[tuple[float, Owners]] = []
    for key, weight in ranked.items():
        if any(words[-1] in agents or (weight < 1.0 and words[-1] in eaters) for words in key):
            continue
        owners = _owners(key, lines, chunks)
        if owners is None:
            continue
        weight -= 1.5 * sum(1 for words in key if resources.get(words[-1], 0.0) > 0.5)
        promise = _promise(owners, lines) or (0.3 if weight >= 1.0 and _in_front(owners, lines) else 0.0)
        weight += 1.0 * _alike(key, chunks, lines)
        if promise > 0:
            found.append((promise + weight, replace(owners, joined=weight)))
    found = [(points, _in_whole(owners, wholes)) for points, owners in found]
    found.sort(key=lambda pair: (-pair[0], [o.words for o in pair[1].items]))
    distinct: list[Owners] = []
    seen: set[tuple[frozenset[frozenset[str]], frozenset[str]]] = set()
    for _, owners in found:
        marks = (frozenset(owner.marks for owner in owners.items), owners.category)
        if marks not in seen:
            seen.add(marks)
            distinct.append(owners)
    return tuple(distinct[:_MOST_LISTS])


def _in_whole(owners: Owners, wholes: Sequence[frozenset[Phrase]]) -> Owners:
    """The list, less likely where it is part of a longer one that is told as such."""
    part = any(
        len(whole) > len(owners) and all(any(set(words) <= set(o.words) for words in whole) for o in owners.items)
        for whole in wholes
    )
    return replace(owners, joined=owners.joined - _PART) if part else owners


def _owners(key: frozenset[Phrase], lines: Sequence[Line], chunks: Sequence[Chunk]) -> Owners | None:
    phrases = sorted(key, key=lambda words: _first_place(words, chunks))
    if any(words[-1] in NEVER and len(words) == 1 for words in phrases):
        return None
    if any(unit_of(words[-1]) or participle(words[-1]) for words in phrases):
        return None
    if any(timed(words) for words in phrases):
        return None
    everywhere = [frozenset(words) | {word.rsplit("-")[-1] for word in words} for words in phrases]
    shared = frozenset.intersection(*everywhere)
    if any(len(words) == 1 and counts_with(words[0], lines) for words in phrases):
        return None
    announced = announced_by(lines, phrases)
    items = []
    for k, words in enumerate(phrases):
        others: frozenset[str] = frozenset().union(*(other for m, other in enumerate(everywhere) if m != k))
        marks = frozenset(words) - others
        marks = marks - GENERIC_HEADS - NEVER or marks - GENERIC_HEADS
        marks = marks - announced or marks
        if not marks:
            return None
        head = words[-1]
        if head in marks and len(marks) > 1:
            marks = frozenset({head}) | {w for w in marks if _belongs(w, words, chunks)}
        if len(words) == 1 and symbol(words[0]):
            marks = marks | alias_of(words[0], lines)
        if len(words) == 1:
            marks = marks | counter_of(marks, lines)
        place = _place(words, lines, chunks)
        items.append(Owner(words, marks, *place))
    shared_marks = {w for a, b in combinations(items, 2) for w in a.marks & b.marks}
    items = [replace(owner, marks=owner.marks - shared_marks) for owner in items]
    category = (
        {word for word in shared if len(word) > 1} | announced | counters_of([owner.marks for owner in items], lines)
    )
    everything = frozenset().union(*(owner.marks for owner in items))
    category |= given_for(lines) - everything
    category |= followers_of(everything, lines) | heads_of(
        [owner.words[0] for owner in items if len(owner.words) == 1], lines
    )
    if all(symbol(words[-1]) for words in phrases):
        category |= titles_of(phrases, lines)
    return Owners(tuple(items), frozenset(category) - everything)


def _in_front(owners: Owners, lines: Sequence[Line]) -> bool:
    """Whether the list stands near the beginning: its figures may follow without names, in its order."""
    front = lines[min(2, len(lines) - 1)].tokens[-1].end
    return all(owner.end <= front for owner in owners.items)


def _alike(key: frozenset[Phrase], chunks: Sequence[Chunk], lines: Sequence[Line]) -> bool:
    """Whether all of them play one part in sentences with figures: subjects, or what the figures are for."""
    parts: list[set[str]] = []
    for words in key:
        own: set[str] = set()
        for chunk in chunks:
            if chunk.words[-len(words) :] != words or not lines[chunk.line].figures:
                continue
            before = lines[chunk.line].lows(chunk.first - 3, chunk.first)
            own |= {"subject"} if chunk.opens else set()
            own |= {"per"} if set(before) & {"per", "for"} else set()
        parts.append(own)
    return bool(set.intersection(*parts))


def _belongs(word: str, words: Phrase, chunks: Sequence[Chunk]) -> bool:
    """Whether the modifier stands for the whole phrase: it is never seen before another noun."""
    tail = words[-1]
    return all(word not in chunk.words or chunk.words[-1] in (word, tail) for chunk in chunks)


def _first_place(words: Phrase, chunks: Sequence[Chunk]) -> tuple[int, int]:
    return next(((c.line, c.first) for c in chunks if _bears(c, words)), (0, 0))


def _bears(chunk: Chunk, words: Phrase) -> bool:
    """Whether the chunk names the phrase, in full or with its head left to the next one."""
    return chunk.words[-len(words) :] == words or (len(words) > 1 and chunk.words[-3:] == words[:-1])


def _place(words: Phrase, lines: Sequence[Line], chunks: Sequence[Chunk]) -> tuple[int, int]:
    chunk = next(c for c in chunks if _bears(c, words))
    tokens = lines[chunk.line].tokens
    return tokens[max(chunk.first, chunk.last - len(words))].start, tokens[chunk.last - 1].end


def _promise(owners: Owners, lines: Sequence[Line]) -> float:
    """How evenly the sentences with figures speak of the owners; 0 when one of them is in none."""
    counts = [0] * len(owners)
    together = 0
    for each in lines:
        if not each.figures:
            continue
        lemmas = {token.lemma for token in each.tokens}
        hits = [k for k, owner in enumerate(owners.items) if owner.marks & lemmas]
        together += len(hits) > 1
        for k in hits:
            counts[k] += 1
    if min(counts) == 0:
        return 0.0
    return min(min(counts), 4) + min(counts) / max(counts) + 0.5 * min(together, 3) + 0.3 * len(counts)
