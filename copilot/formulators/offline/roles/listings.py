"""Lists of noun phrases that may be the decisions: joined, in parallel, or told apart by one word."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations

from ..lexicon import word_set
from .chunks import Chunk, Phrase, named, taken
from .lines import Line

MOST_OWNERS = 6
#: Nouns that may join whatever is decided.
_JOINERS = word_set(", and or & / vs plus")


def joined(lines: Sequence[Line], chunks: Sequence[Chunk]) -> Iterator[tuple[tuple[Phrase, ...], float]]:
    """Noun phrases joined by commas and conjunctions: "desks and shelves", "by bike or by van"."""
    links = word_set("a an the by from in on of with into two three or and , & / its as each per for either both at is")
    for here, there in _runs(chunks):
        run = [here]
        for chunk in there:
            gap = _gap(lines[here.line], run[-1].last, chunk.first)
            if not gap or not set(gap) <= links or not set(gap) & _JOINERS or len(gap) > 5:
                break
            run.append(chunk)
            if len(run) > MOST_OWNERS:
                break
            phrases = tuple(named(one) for one in run)
            tokens = lines[here.line].tokens
            elided = tokens[run[-1].last - 1].low.endswith("s") and not any(
                tokens[one.last - 1].low.endswith("s") for one in run[:-1]
            )
            if len(phrases[-1]) > 1 and all(len(words) == 1 for words in phrases[:-1]):
                yield tuple((*words, phrases[-1][-1]) for words in phrases[:-1]) + phrases[-1:], 2.0 if elided else 0.0
                yield phrases, 0.0 if elided else 1.0
            else:
                yield phrases, 1.0 + _announcing(lines[here.line], run[0], len(phrases)) + (here.line < 2) * 0.5


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


def _runs(chunks: Sequence[Chunk]) -> Iterator[tuple[Chunk, tuple[Chunk, ...]]]:
    for k, chunk in enumerate(chunks):
        yield chunk, tuple(other for other in chunks[k + 1 : k + MOST_OWNERS + 1] if other.line == chunk.line)


def parallel(lines: Sequence[Line], chunks: Sequence[Chunk]) -> Iterator[tuple[tuple[Phrase, ...], float]]:
    """Noun phrases that play the same part in one sentence or in sentences side by side: "a saddle", "a bridle"."""
    for window in (1, 2, 3):
        for start in range(len(lines) - window + 1):
            if not all(any(not f.soft for f in lines[k].figures) for k in (start, start + window - 1)):
                continue
            near = [c for c in chunks if start <= c.line < start + window]
            single = list(dict.fromkeys(named(c) for c in near if c.single and not taken(c)))
            opening = list(dict.fromkeys(named(c) for c in near if (c.opens or c.single) and not taken(c)))
            for group in (single, opening):
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
