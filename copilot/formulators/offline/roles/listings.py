"""Lists of noun phrases that may be the decisions: joined, in parallel, or told apart by one word."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations

from ..words.lexicon import word_set
from .chunks import Chunk, Phrase, acts, named, taken
from .lines import Line

MOST_OWNERS = 6
_JOINERS = word_set(", and or & / vs plus")
#: What may stand between the noun phrases of a list.
_LINKS = word_set("a an the by from in on of with into two three or and , & / its as each per for either both at is")
#: What the part of a list loses against the whole.
_PART = 2.0


def joined(lines: Sequence[Line], chunks: Sequence[Chunk]) -> Iterator[tuple[tuple[Phrase, ...], float]]:
    """Noun phrases joined by commas and conjunctions: "desks and shelves", "by bike or by van".

    A part of a longer list is less likely than the whole.
    """
    seen: set[tuple[int, int]] = set()
    for here, there in _runs(lines, chunks):
        run = [here]
        for chunk in there:
            if not _side_by_side(lines[here.line], run[-1], chunk) or len(run) == MOST_OWNERS:
                break
            run.append(chunk)
        for size in range(2, len(run) + 1):
            whole = size == len(run) and (here.line, here.first) not in seen
            for phrases, weight in _as_listed(lines[here.line], run[:size]):
                yield phrases, weight - (0.0 if whole else _PART)
        seen |= {(chunk.line, chunk.first) for chunk in run[1:]}


def _side_by_side(line: Line, one: Chunk, other: Chunk) -> bool:
    gap = _gap(line, one.last, other.first)
    return bool(gap) and set(gap) <= _LINKS and bool(set(gap) & _JOINERS) and len(gap) <= 5


def _as_listed(line: Line, run: Sequence[Chunk]) -> Iterator[tuple[tuple[Phrase, ...], float]]:
    """The phrases of a run; a head that only the last one has may belong to all of them: "small and large candles"."""
    phrases = tuple(named(one) for one in run)
    if len(phrases[-1]) == 1 or any(len(words) > 1 for words in phrases[:-1]):
        yield phrases, 1.0 + _announcing(line, run[0], len(phrases)) + (run[0].line < 2) * 0.5
        return
    plural = [line.tokens[one.last - 1].low.endswith("s") for one in run]
    elided = plural[-1] and not any(plural[:-1])
    yield tuple((*words, phrases[-1][-1]) for words in phrases[:-1]) + phrases[-1:], 2.0 if elided else 0.0
    yield phrases, 0.0 if elided else 1.0


def _gap(line: Line, first: int, last: int) -> list[str]:
    """The words between two noun phrases, without what stands in brackets and without the figure of the first."""
    held = {i for f in line.figures for i in range(f.at, f.end) if f.direction is None}
    words: list[str] = []
    depth = 0
    for i in range(first, last):
        low = line.tokens[i].low
        depth += low == "("
        if not depth and i not in held:
            words.append(low)
        depth -= low == ")"
    return words


def _announcing(line: Line, first: Chunk, size: int) -> float:
    """Whether the list is introduced as such: "two lamps: Luna and Sol", "between bonds and stocks"."""
    before = line.lows(max(0, first.first - 7), first.first)
    count = {2: {"two", "both", "2"}, 3: {"three", "3"}, 4: {"four", "4"}, 5: {"five", "5"}}.get(size, set())
    told = bool(count & set(before)) and bool({":", ",", "-", "("} & set(before))
    return 1.0 * told + 0.5 * bool({"between", "both"} & set(before[-3:]))


def _runs(lines: Sequence[Line], chunks: Sequence[Chunk]) -> Iterator[tuple[Chunk, tuple[Chunk, ...]]]:
    """Each noun phrase with those that follow it in its line, without what brackets add to one of them."""
    for k, chunk in enumerate(chunks):
        same = (other for other in chunks[k + 1 : k + 3 * MOST_OWNERS] if other.line == chunk.line)
        outside = [other for other in same if _depth(lines[chunk.line], chunk.last, other.first) == 0]
        yield chunk, tuple(outside[:MOST_OWNERS])


def _depth(line: Line, first: int, last: int) -> int:
    lows = line.lows(first, last)
    return lows.count("(") - lows.count(")")


def parallel(lines: Sequence[Line], chunks: Sequence[Chunk]) -> Iterator[tuple[tuple[Phrase, ...], float]]:
    """Noun phrases that play the same part in one sentence or in sentences side by side: "a saddle", "a bridle"."""
    for window in (1, 2, 3):
        for start in range(len(lines) - window + 1):
            if not all(any(not f.soft for f in lines[k].figures) for k in (start, start + window - 1)):
                continue
            near = [c for c in chunks if start <= c.line < start + window]
            single = list(dict.fromkeys(named(c) for c in near if c.single and not taken(c)))
            opening = list(dict.fromkeys(named(c) for c in near if (c.opens or c.single) and not taken(c)))
            acting = list(dict.fromkeys(named(c) for c in near if c.opens and acts(c)))
            mixed = list(dict.fromkeys(named(c) for c in near if (c.opens or c.single) and (acts(c) or not taken(c))))
            for group in (single, opening, acting, mixed if acting else []):
                yield from _subsets(group)


def contrasts(chunks: Sequence[Chunk]) -> Iterator[tuple[tuple[Phrase, ...], float]]:
    """Noun phrases of one head told apart by what stands before it: "large lorries", "small lorries"."""
    kinds: dict[str, list[Phrase]] = {}
    seen = Counter(chunk.words[-2:] for chunk in chunks)
    for chunk in chunks:
        words = chunk.words[-2:]
        if len(words) == 2 and not taken(chunk) and words not in kinds.setdefault(words[-1], []):
            kinds[words[-1]].append(words)
    for group in kinds.values():
        if 2 <= len(group) <= MOST_OWNERS:
            yield tuple(group), 1.0
        often = tuple(words for words in group if seen[words] > 1)
        if 2 <= len(often) < len(group):
            yield often, 1.0


def _subsets(group: Sequence[Phrase]) -> Iterator[tuple[tuple[Phrase, ...], float]]:
    if 2 <= len(group) <= MOST_OWNERS:
        yield tuple(group), 0.5
    if 2 < len(group) <= 5:
        heads = Counter(words[-1] for words in group)
        for head, count in heads.items():
            if 2 <= count < len(group):
                yield tuple(words for words in group if words[-1] == head), 0.5
        for pair in combinations(group, 2):
            yield pair, 0.0
        if len(group) > 3:
            for triple in combinations(group, 3):
                yield triple, 0.0
