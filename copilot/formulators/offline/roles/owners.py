"""Whose figures the text gives: lists of things that may be the decisions, and where each of them is mentioned."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise

from ..lexicon import COUNTERS, GENERIC_HEADS, OCCASIONS, is_content, unit_of, word_set
from ..tokens import Token
from .lines import Line
from .vocabulary import ARTICLES, UNIT_ARTICLES

#: A noun phrase in singular words.
Phrase = tuple[str, ...]

_NEVER = word_set(
    """profit cost revenue time number amount total budget need addition order demand constraint limitation kind
    maximum minimum condition reason requirement price hour minute allocation sum return risk money work help plan
    way least most day week month year income dollar labor space supply capacity night people person man woman rest
    customer contract other question part everything something thing case evening morning wife doctor today tomorrow
    owner farmer manager boss law meeting regard thank hello hi dear january february march april may june july
    august september october november december monday tuesday wednesday thursday friday saturday sunday lot bit
    resource effectiveness score effort objective campaign company combined
    point information proportion ratio share percent mix combination goal objective level per cheap expensive"""
)
_MOST_OWNERS = 6
_MOST_LISTS = 12
_BEING = word_set("is are was were be")
#: Nouns that may join whatever is decided.
_JOINERS = word_set(", and or & / vs plus")


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


@dataclass(frozen=True, slots=True)
class Chunk:
    """A noun phrase ``tokens[first:last]`` and whether an article of one ("a", "each", "per") opens it."""

    words: Phrase
    line: int
    first: int
    last: int
    single: bool
    opens: bool


def owner_lists(lines: Sequence[Line]) -> tuple[Owners, ...]:
    """Lists of things that may be the decisions, those with the most figures about them first."""
    chunks = tuple(chunk for k, found in enumerate(lines) for chunk in chunks_of(found, k))
    agents, eaters = _agents(lines, chunks)
    resources = _resources(lines)
    ranked: dict[frozenset[Phrase], float] = {}
    for phrases, weight in (*_joined(lines, chunks), *_parallel(lines, chunks), *_contrasts(chunks)):
        if all(_symbol(words[-1]) for words in phrases):
            phrases, weight = tuple(dict.fromkeys(words[-1:] for words in phrases)), 3.0
        key = frozenset(phrases)
        if len(key) == len(phrases) and 2 <= len(key) <= _MOST_OWNERS:
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
    found.sort(key=lambda pair: (-pair[0], [o.words for o in pair[1].items]))
    distinct: list[Owners] = []
    seen: set[tuple[frozenset[frozenset[str]], frozenset[str]]] = set()
    for _, owners in found:
        marks = (frozenset(owner.marks for owner in owners.items), owners.category)
        if marks not in seen:
            seen.add(marks)
            distinct.append(owners)
    return tuple(distinct[:_MOST_LISTS])


_ACTING = word_set(
    """wants want wish wishes plans plan decides decide hires hire employs employ owns own buys buy sells sell aims aim
    hopes hope would offers offer operates operate manages manage intends seeks needs makes make produces produce"""
)


def _agents(lines: Sequence[Line], chunks: Sequence[Chunk]) -> tuple[frozenset[str], frozenset[str]]:
    """Nouns that decide, buy and sell: "an office is buying", "a baker wants"; and those that only may: "must eat"."""
    found, eaters = set(), set()
    for chunk in chunks:
        tokens = lines[chunk.line].tokens
        rest = [token.low for token in tokens[chunk.last : chunk.last + 4]]
        rest = rest[2:] if rest[:2] in (["does", "not"], ["do", "not"], ["did", "not"]) else rest
        figure = any(chunk.last <= f.at <= chunk.last + 1 for f in lines[chunk.line].figures)
        if rest and (rest[0] in _BUYING or (rest[0] in _SAYING and not figure)):
            found.add(chunk.words[-1])
        if rest[:2] in (["are", "available"], ["is", "available"]):
            found.add(chunk.words[-1])
        if not rest or tokens[chunk.last - 1].low.endswith("s") or _symbol(chunk.words[-1]):
            continue
        figure = any(chunk.last <= f.at <= chunk.last + 2 for f in lines[chunk.line].figures)
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


_OUGHT = word_set("must should can has needs wants")
_CONSUMING = word_set("get eat consume drink buy spend sell decide feed take tolerate receive afford")
_BUYING = word_set("bought hired ordered received inherited")
_SAYING = word_set(
    """insists insist says say gave told tells asks ask demands wishes believes
    thinks reckons"""
)
_MAKING = word_set("makes make produces produce offers offer needs")


def _resources(lines: Sequence[Line]) -> dict[str, float]:
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


def _symbol(word: str) -> bool:
    """A letter or a numbered name: X, A, x1, ad2, and the 2 of "machine 2"."""
    return len(word) == 1 or (word[-1].isdigit() and len(word) <= 4)


def chunks_of(found: Line, k: int) -> Iterator[Chunk]:
    """The noun phrases of a line that stand outside the noun phrases of figures."""
    tokens = found.tokens
    inside = {i for figure in found.figures for i in range(figure.at, figure.end)}
    opens = {piece.first for piece in found.pieces}
    verbs = {piece.verb for piece in found.pieces}
    i = 0
    while i < len(tokens):
        if not _nominal(tokens, i) or i in inside or i in verbs:
            i += 1
            continue
        first = i
        while i < len(tokens) and _nominal(tokens, i) and i not in inside and i not in verbs:
            i += 1
        if i - first > 1 and tokens[first].low.endswith("ing") and first and tokens[first - 1].low in _BEING:
            first += 1
        last = i
        while last - first > 1 and _participle(tokens[last - 1].low):
            last -= 1
        words = tuple(token.lemma for token in tokens[first:last])
        before = first
        while before > 0 and tokens[before - 1].low in ARTICLES:
            before -= 1
        single = any(tokens[j].low in UNIT_ARTICLES for j in range(before, first))
        words, skipped = _without_counters(tokens, words, first, last)
        if words:
            yield Chunk(words, k, first + skipped, last, single or skipped > 0, before in opens)
        elif i < len(tokens) and tokens[i].low == "of" and i + 1 < len(tokens) and single:
            j = i + 1
            last = j
            while last < len(tokens) and _nominal(tokens, last) and last not in inside and last not in verbs:
                last += 1
            if last > j:
                yield Chunk(tuple(t.lemma for t in tokens[j:last]), k, j, last, True, before in opens)
                i = last


def _participle(low: str) -> bool:
    return len(low) > 4 and low.endswith("ed") and not low.endswith("eed")


def _without_counters(tokens: Sequence[Token], words: Phrase, first: int, last: int) -> tuple[Phrase, int]:
    """ "kilogram scrap" is scrap; a counter alone is nothing, unless no "of" follows and it is no unit."""
    skipped = 0
    while len(words) > 1 and unit_of(words[0]):
        words, skipped = words[1:], skipped + 1
    if len(words) == 1 and (
        unit_of(words[0]) or (words[0] in COUNTERS and last < len(tokens) and tokens[last].low == "of")
    ):
        return (), 0
    return words, skipped


def _nominal(tokens: Sequence[Token], i: int) -> bool:
    token = tokens[i]
    return token.is_word and is_content(token.low) and not (token.low.endswith("ly") and len(token.low) > 5)


def _joined(lines: Sequence[Line], chunks: Sequence[Chunk]) -> Iterator[tuple[tuple[Phrase, ...], float]]:
    """Noun phrases joined by commas and conjunctions: "desks and shelves", "by bike or by van"."""
    links = word_set("a an the by from in on of with into two three or and , & / its as each per for either both at is")
    for here, there in _runs(chunks):
        run = [here]
        for chunk in there:
            gap = _gap(lines[here.line], run[-1].last, chunk.first)
            if not gap or not set(gap) <= links or not set(gap) & _JOINERS or len(gap) > 5:
                break
            run.append(chunk)
            if len(run) > _MOST_OWNERS:
                break
            phrases = tuple(_named(one) for one in run)
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
        yield chunk, tuple(other for other in chunks[k + 1 : k + _MOST_OWNERS + 1] if other.line == chunk.line)


def _parallel(lines: Sequence[Line], chunks: Sequence[Chunk]) -> Iterator[tuple[tuple[Phrase, ...], float]]:
    """Noun phrases that play the same part in one sentence or in sentences side by side: "a saddle", "a bridle"."""
    for window in (1, 2, 3):
        for start in range(len(lines) - window + 1):
            if not all(any(not f.soft for f in lines[k].figures) for k in (start, start + window - 1)):
                continue
            near = [c for c in chunks if start <= c.line < start + window]
            single = list(dict.fromkeys(_named(c) for c in near if c.single and not _taken(c)))
            opening = list(dict.fromkeys(_named(c) for c in near if (c.opens or c.single) and not _taken(c)))
            for group in (single, opening):
                yield from _subsets(group)


def _contrasts(chunks: Sequence[Chunk]) -> Iterator[tuple[tuple[Phrase, ...], float]]:
    """Noun phrases of one head told apart by what stands before it: "large lorries", "small lorries"."""
    kinds: dict[str, list[Phrase]] = {}
    seen = Counter(chunk.words[-2:] for chunk in chunks)
    for chunk in chunks:
        words = chunk.words[-2:]
        if len(words) == 2 and not _taken(chunk) and words not in kinds.setdefault(words[-1], []):
            kinds[words[-1]].append(words)
    for group in kinds.values():
        if 2 <= len(group) <= _MOST_OWNERS:
            yield tuple(group), 1.0
        often = tuple(words for words in group if seen[words] > 1)
        if 2 <= len(often) < len(group):
            yield often, 1.0


def _taken(chunk: Chunk) -> bool:
    if len(chunk.words) == 1 and chunk.words[0].endswith("ing"):
        return True
    last = chunk.words[-1]
    return last in _NEVER or last in (OCCASIONS if len(chunk.words) == 1 else _CALENDAR) or unit_of(last) is not None


def _subsets(group: Sequence[Phrase]) -> Iterator[tuple[tuple[Phrase, ...], float]]:
    if 2 <= len(group) <= _MOST_OWNERS:
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


def _named(chunk: Chunk) -> Phrase:
    return chunk.words[-4:]


def _owners(key: frozenset[Phrase], lines: Sequence[Line], chunks: Sequence[Chunk]) -> Owners | None:
    phrases = sorted(key, key=lambda words: _first_place(words, chunks))
    if any(words[-1] in _NEVER and len(words) == 1 for words in phrases):
        return None
    if any(unit_of(words[-1]) or _participle(words[-1]) for words in phrases):
        return None
    if any(words[-1] in (OCCASIONS if len(words) == 1 else _CALENDAR) for words in phrases):
        return None
    everywhere = [frozenset(words) for words in phrases]
    shared = frozenset.intersection(*everywhere)
    if any(_counts(words[-1], lines) for words in phrases):
        return None
    announced = _announced(lines, phrases)
    items = []
    for k, words in enumerate(phrases):
        others: frozenset[str] = frozenset().union(*(other for m, other in enumerate(everywhere) if m != k))
        marks = frozenset(words) - others
        marks = marks - GENERIC_HEADS - _NEVER or marks - GENERIC_HEADS
        marks = marks - announced or marks
        if not marks:
            return None
        head = words[-1]
        if head in marks and len(marks) > 1:
            marks = frozenset({head}) | {w for w in marks if _belongs(w, words, chunks)}
        if len(words) == 1 and _symbol(words[0]):
            marks = marks | _alias(words[0], lines)
        place = _place(words, lines, chunks)
        items.append(Owner(words, marks, *place))
    shared_marks = {w for a, b in combinations(items, 2) for w in a.marks & b.marks}
    items = [replace(owner, marks=owner.marks - shared_marks) for owner in items]
    category = {word for word in shared if len(word) > 1} | announced | _counters(items, lines)
    everything = frozenset().union(*(owner.marks for owner in items))
    category |= _per(lines) - everything
    category |= _followers(items, lines)
    if all(_symbol(words[-1]) for words in phrases):
        category |= _titles(phrases, lines)
    return Owners(tuple(items), frozenset(category) - everything)


def _counts(counter: str, lines: Sequence[Line]) -> bool:
    """Whether the text counts with the word: "a barrel of stout"."""
    lemmas = Counter(token.lemma for line in lines for token in line.tokens)
    for line in lines:
        tokens = line.tokens
        for i in range(len(tokens) - 2):
            named = tokens[i].lemma == counter and tokens[i + 1].low == "of" and is_content(tokens[i + 2].low)
            if named and (counter in COUNTERS or lemmas[tokens[i + 2].lemma] > 1):
                return True
    return False


def _counters(items: Sequence[Owner], lines: Sequence[Line]) -> set[str]:
    """What the owners are counted in: "a barrel of stout, a barrel of ale" make barrels a word for all of them."""
    found: dict[str, set[int]] = {}
    for line in lines:
        tokens = line.tokens
        for i in range(len(tokens) - 2):
            if tokens[i].lemma not in COUNTERS - GENERIC_HEADS or unit_of(tokens[i].low) or tokens[i + 1].low != "of":
                continue
            for k, owner in enumerate(items):
                if {t.lemma for t in tokens[i + 2 : i + 4]} & owner.marks:
                    found.setdefault(tokens[i].lemma, set()).add(k)
    return {word for word, owners in found.items() if len(owners) > 1}


def _followers(items: Sequence[Owner], lines: Sequence[Line]) -> set[str]:
    """Nouns that follow an owner and are limited on their own: "Kestrel flights" beside "at most 40 flights"."""
    marks = frozenset().union(*(owner.marks for owner in items))
    after = {
        token.lemma
        for line in lines
        for before, token in pairwise(line.tokens)
        if before.lemma in marks and token.is_word and is_content(token.low) and token.low.endswith("s")
    }
    limited = {
        line.tokens[i].lemma
        for line in lines
        for f in line.figures
        if f.direction is not None
        for i in range(f.at + 1, min(f.end + 3, len(line.tokens)))
    }
    return (after & limited) - marks - _NEVER


_CALENDAR = word_set("day week month year hour minute season night evening quarter second time")


def _per(lines: Sequence[Line]) -> set[str]:
    """What figures are given for, time and again: "28 tonnes a load, 190 euros per load"."""
    seen: Counter[str] = Counter()
    for line in lines:
        for figure in line.figures:
            if figure.end + 1 < len(line.tokens) and line.tokens[figure.end].low in ("a", "an", "per", "each"):
                word = line.tokens[figure.end + 1]
                if word.is_word and is_content(word.low) and not unit_of(word.low) and word.lemma not in _CALENDAR:
                    seen[word.lemma] += 1
    return {word for word, count in seen.items() if count > 1}


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


def _titles(phrases: Sequence[Phrase], lines: Sequence[Line]) -> set[str]:
    """Nouns that stand before the symbols: "crop X", "products A and B"."""
    symbols = {words[-1] for words in phrases}
    found: set[str] = set()
    for line in lines:
        for before, token in pairwise(line.tokens):
            if token.lemma in symbols and before.is_word and is_content(before.low) and before.lemma not in symbols:
                found.add(before.lemma)
    return {word for word in found - _NEVER if not unit_of(word)}


def _alias(symbol: str, lines: Sequence[Line]) -> frozenset[str]:
    """What a symbol stands for: "X (Network Upgrade)", "city tours (X)"."""
    for line in lines:
        lows = [token.lemma for token in line.tokens]
        for i, low in enumerate(lows):
            if low != symbol:
                continue
            if lows[i + 1 : i + 2] == ["("] and ")" in lows[i + 2 : i + 7]:
                inside = range(i + 2, lows.index(")", i + 2))
            elif i > 1 and lows[i - 1] == "(" and lows[i + 1 : i + 2] == [")"]:
                inside = range(max(0, i - 3), i - 1)
            elif lows[i + 1 : i + 2] and lows[i + 1] in ("represent", "denote", "represents"):
                inside = range(i + 2, min(i + 7, len(lows)))
            else:
                continue
            words = []
            for j in inside:
                if _nominal(line.tokens, j):
                    words.append(lows[j])
                elif words and low == symbol and j > i:
                    break
            if words:
                return frozenset(words) - _NEVER - GENERIC_HEADS
    return frozenset()


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


_COUNTS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_KINDS = word_set("type kind sort variety model version different")


def _announced(lines: Sequence[Line], phrases: Sequence[Phrase]) -> set[str]:
    """The noun of "two lamps: ...", "three kinds of bread", if as many are listed."""
    found: set[str] = set()
    for each in lines:
        for i, token in enumerate(each.tokens[:-1]):
            count = _COUNTS.get(token.low, 0)
            if count != len(phrases):
                continue
            j = i + 1
            while j < len(each.tokens) and (each.tokens[j].lemma in _KINDS or each.tokens[j].low == "of"):
                j += 1
            run = []
            while j < len(each.tokens) and _nominal(each.tokens, j):
                run.append(each.tokens[j].lemma)
                j += 1
            plural = bool(run) and each.tokens[j - 1].low.endswith("s")
            if plural and run[-1] not in _NEVER | GENERIC_HEADS and not unit_of(run[-1]):
                found.add(run[-1])
    return found


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
