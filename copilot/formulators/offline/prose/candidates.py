"""Lists of nouns that might be the decisions, made into entities and ranked by promise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice, pairwise

from ..words.lexicon import COUNTERS, FEW, GENERIC_HEADS, OCCASIONS, is_content, unit_of, word_set
from ..words.phrases import Phrase, phrase_lists
from ..words.tokens import Sentence, Token
from .entities import HYPERNYMS, Decisions, Entity, mark_of, mentions
from .surroundings import agents_of, announced_by, followers_of, resources_of, substance_of

#: Nouns that measure or qualify decisions and never are decisions.
_NEVER = word_set(
    """profit cost revenue time number amount total budget need addition order demand constraint limitation
    type kind maximum minimum company condition reason requirement way price hour minute investment resource
    allocation fund score sum portfolio return risk tolerance effort effectiveness difference"""
)


#: Words that only measure: alone they are no decision, while a bottle or a bowl may be one.
_UNITS_ONLY = word_set(
    """unit piece serving worth kilo pound kilogram kg ton liter litre gram g mg ml oz ounce dollar amount number
    quantity square foot feet length slice spool ream tablespoon teaspoon dose"""
)
#: Of these, the ones that a modifier makes into a decision: "mutual fund", "solar project".
_SHAREABLE = word_set("fund resource investment portfolio unit program")
#: Those that a modifier makes into decisions where all of the list are such.
_SHAREABLE_BY_ALL = word_set("company effort demand order way time")


#: Lists of nouns that are looked at, each against the whole text; long texts of real problems have 150.
_MOST_LISTS = 400


def candidates(sentences: Sequence[Sentence]) -> tuple[Decisions, ...]:
    """Lists of nouns that might be the decisions, the most promising first, at most twelve."""
    text = [token.lemma for sentence in sentences for token in sentence.tokens]
    bigrams = Counter(pairwise(text))
    agents = agents_of(sentences)
    seen: dict[frozenset[frozenset[str]], tuple[float, Decisions]] = {}
    for phrases, bonus in islice(phrase_lists(sentences), _MOST_LISTS):
        decisions = _decisions(phrases, bigrams, sentences)
        if decisions is None:
            continue
        key = frozenset(entity.marks for entity in decisions.entities)
        score = _promise(decisions, sentences) + bonus + _as_announced(decisions, sentences)
        if any(entity.head in agents for entity in decisions.entities):
            score -= 3.0
        if any(_only_counted(entity, sentences) for entity in decisions.entities):
            score -= 2.0
        if any(set(entity.words) <= _UNITS_ONLY for entity in decisions.entities):
            continue
        if score > 0 and (key not in seen or seen[key][0] < score):
            seen[key] = (score, decisions)
    kept = [
        pair
        for key, pair in seen.items()
        if not any(key < other and score >= pair[0] - 0.4 for other, (score, _) in seen.items())
    ]
    ranked = sorted(kept, key=lambda pair: -pair[0])
    return tuple(replace(decisions, promise=score) for score, decisions in ranked[:12])


def _decisions(
    phrases: Sequence[Phrase], bigrams: Counter[tuple[str, str]], sentences: Sequence[Sentence]
) -> Decisions | None:
    words = [_trim(phrase) for phrase in phrases]
    if any(not item for item in words) or len(set(words)) < len(words):
        return None
    if len({len(item[-1]) == 1 or item[-1].isdigit() for item in words}) > 1 or (
        len({item[-1] for item in words}) == 1 and len(words[0][-1]) == 1
    ):
        return None
    alike = len({item[-1] for item in words}) == 1
    if any(
        item[-1] in _NEVER
        and (len(item) == 1 or not (item[-1] in _SHAREABLE or (alike and item[-1] in _SHAREABLE_BY_ALL)))
        for item in words
    ):
        return None
    if len(
        {item[0] in GENERIC_HEADS for item in words if len(item) == 1} | {len(item) == 1 for item in words}
    ) > 1 and any(len(item) == 1 and item[0] in GENERIC_HEADS for item in words):
        return None
    if any(item[-1] in OCCASIONS or unit_of(item[-1]) for item in words):
        return None
    if all(len(item[-1]) == 1 for item in words) and len({len(item) for item in words}) > 1:
        words = [item[-1:] for item in words]
    words = _without_general_heads(_with_elided_heads(words, bigrams))
    sets = [frozenset(mark_of(word) for word in item) for item in words]
    shared = frozenset.intersection(*sets)
    marks: list[frozenset[str]] = []
    resources = resources_of(sentences)
    for k, item in enumerate(words):
        others: frozenset[str] = frozenset().union(*(s for m, s in enumerate(sets) if m != k))
        own = frozenset(
            mark_of(word)
            for word in item
            if mark_of(word) not in others and not _goes_with_others(word, item, words, bigrams)
        )
        head = mark_of(item[-1])
        if len(item) >= 3 and head in own and not any(part.isdigit() or len(part) == 1 for part in item):
            own = frozenset({head})
        if head in own and len(own) > 1:
            own = own - (resources - {head})
        marks.append(own or sets[k] - shared)
    if any(not own for own in marks):
        return None
    if any(marks[a] & marks[b] for a in range(len(marks)) for b in range(a)):
        return None
    entities = tuple(
        Entity(item, own, phrase[0].start, phrase[-1].end)
        for item, own, phrase in zip(words, marks, phrases, strict=True)
    )
    entities = _with_aliases(entities, sentences)
    marks = [entity.marks for entity in entities]
    everything = frozenset().union(*marks)
    announced = announced_by(sentences)
    heads = {mark_of(item[-1]) for item in words}
    if heads & announced and not heads <= announced and not _kinds_of(words, announced, sentences):
        return None
    category = (shared | announced) - everything
    category |= (followers_of(marks, sentences) | substance_of(sentences)) - everything
    alone = _bare_heads(words, bigrams, sentences)
    entities = tuple(replace(entity, bare_means_all=entity.head in alone) for entity in entities)
    return Decisions(entities, category, substance=substance_of(sentences))


def _kinds_of(words: Sequence[tuple[str, ...]], announced: frozenset[str], sentences: Sequence[Sentence]) -> bool:
    """ "three beers: a pale ale, a stout and a wheat beer": one of them only bears the name of all."""
    named = [item for item in words if mark_of(item[-1]) in announced]
    if len(named) != 1 or len(named[0]) < 2:
        return False
    return any(
        token.is_number and token.value == len(words) and mark_of(after.low) == mark_of(named[0][-1])
        for sentence in sentences
        for token, after in pairwise(sentence.tokens)
    )


_KINDS = word_set("type types kind kinds different method methods way ways option options model models")


def _as_announced(decisions: Decisions, sentences: Sequence[Sentence]) -> float:
    """For or against a list by the number that announces it: "two types of lamps, floor lamps and desk lamps"."""
    for sentence in sentences[:3]:
        tokens = sentence.tokens
        for i, token in enumerate(tokens[:-2]):
            count = FEW.get(token.low)
            if count is None or tokens[i + 1].low not in _KINDS:
                continue
            inside = sum(1 for e in decisions.entities if sentence.start <= e.start < sentence.end)
            if inside == len(decisions):
                return 0.5 if count == inside else -1.5
    return 0.0


#: Nouns too broad to stand for one decision.
_BROAD = word_set("service task department group team area work resource activity plan hour cost")


def _with_aliases(entities: tuple[Entity, ...], sentences: Sequence[Sentence]) -> tuple[Entity, ...]:
    """Letters with what they stand for: "X represents city tours", "medical staff (X)"."""
    if any(len(entity.words) > 1 or len(entity.words[0]) > 2 for entity in entities):
        return entities
    found: list[set[str]] = []
    for entity in entities:
        names: set[str] = set()
        for sentence in sentences:
            tokens = sentence.tokens
            for i, token in enumerate(tokens):
                if token.lemma != entity.words[0]:
                    continue
                if i + 2 < len(tokens) and tokens[i + 1].low in ("represents", "represent", "denotes"):
                    names |= {mark_of(t.low) for t in _noun_phrase(tokens, i + 2)}
                elif i > 1 and tokens[i - 1].low == "(" and i + 1 < len(tokens) and tokens[i + 1].low == ")":
                    names |= {mark_of(t.low) for t in _noun_phrase_before(tokens, i - 1)}
        found.append(names - {mark_of(word) for word in GENERIC_HEADS} - _BROAD)
    shared = {name for names in found for name in names if sum(name in other for other in found) > 1}
    if not all(names - shared for names in found):
        return entities
    return tuple(
        replace(entity, marks=entity.marks | frozenset(names - shared))
        for entity, names in zip(entities, found, strict=True)
    )


def _noun_phrase(tokens: Sequence[Token], first: int) -> tuple[Token, ...]:
    last = first + (tokens[first].low in ("the", "a", "an"))
    begin = last
    while last < len(tokens) and tokens[last].is_word and is_content(tokens[last].low) and last - begin < 4:
        last += 1
    return tuple(tokens[begin:last])


def _noun_phrase_before(tokens: Sequence[Token], last: int) -> tuple[Token, ...]:
    first = last
    while first > 0 and tokens[first - 1].is_word and last - first < 3:
        low = tokens[first - 1].low
        if not (is_content(low) or (low.endswith("ing") and first == last)):
            break
        first -= 1
    return tuple(tokens[first:last])


def _bare_heads(
    words: Sequence[tuple[str, ...]], bigrams: Counter[tuple[str, str]], sentences: Sequence[Sentence]
) -> frozenset[str]:
    """Heads that the text uses mostly with their modifier: without it they then mean the whole kind."""
    found: set[str] = set()
    for item in words:
        if len(item) < 2 or len(item[-1]) == 1 or item[-1].isdigit():
            continue
        whole = bigrams[item[-2], item[-1]]
        total = sum(1 for s in sentences for t in s.tokens if t.lemma == item[-1])
        if whole >= 2 and 0 < total - whole < whole:
            found.add(item[-1])
    return frozenset(found)


def _trim(phrase: Phrase) -> tuple[str, ...]:
    """Singular words of the phrase without counters in front ("servings of carrots" is about carrots)."""
    words = [token.lemma for token in phrase]
    while len(words) > 1 and words[0] in COUNTERS:
        words = words[1:]
    while len(words) > 1 and words[-1] in ("day", "week", "month", "x", "each", "one", "ones"):
        words = words[:-1]
    return tuple(words)


def _with_elided_heads(words: list[tuple[str, ...]], bigrams: Counter[tuple[str, str]]) -> list[tuple[str, ...]]:
    """ "chocolate and vanilla ice cream": chocolate is an ice cream too, if the text ever says so."""
    tail = words[-1]
    result = []
    for item in words:
        for cut in range(1, len(tail)):
            if item is not tail and item[-1] != tail[-1] and bigrams[item[-1], tail[cut]]:
                item = item + tail[cut:]
                break
        result.append(item)
    return result


def _without_general_heads(words: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """ "bike and car transportation": the general noun at the end belongs to both, and tells nothing."""
    *others, last = words
    if len(last) > 1 and last[-1] in HYPERNYMS and all(len(item) == 1 and item[0] != last[-1] for item in others):
        return [*others, last[:-1]]
    return words


def _goes_with_others(
    word: str, item: tuple[str, ...], words: Sequence[tuple[str, ...]], bigrams: Counter[tuple[str, str]]
) -> bool:
    if len(item) < 2:
        return False
    if word == item[-1] and len(word) > 1 and not word.isdigit():
        return any(other is not item and bigrams[other[-1], word] > 0 for other in words)
    return any(other is not item and bigrams[word, other[0]] > 0 for other in words)


def _only_counted(entity: Entity, sentences: Sequence[Sentence]) -> bool:
    """Whether the noun stands behind a figure wherever it stands: "3 people", "5 people", "500 people" are moved."""
    behind = [
        sentence.tokens[i - 1].is_number if i else False
        for sentence in sentences
        for i, token in enumerate(sentence.tokens)
        if token.lemma == entity.head
    ]
    return len(behind) >= 3 and all(behind)


def _promise(decisions: Decisions, sentences: Sequence[Sentence]) -> float:
    """How evenly the numbers of the text speak of the entities; 0 when one of them has none."""
    counts = [0] * len(decisions)
    for sentence in sentences:
        if not any(token.is_number for token in sentence.tokens):
            continue
        for mention in mentions(sentence.tokens, decisions):
            if mention.entity is not None:
                counts[mention.entity] += 1
    if min(counts) == 0:
        return 0.0 if sum(1 for c in counts if c) < 2 else 0.1
    even = min(counts) / max(counts)
    return min(min(counts), 4) + even + 0.2 * min(len(counts), 5)
