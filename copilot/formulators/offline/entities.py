"""The things a problem decides about: candidate lists of them, and where each one is mentioned."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from .lexicon import COUNTERS, GENERIC_HEADS, OCCASIONS, STOP_WORDS, is_content, is_verb, unit_of
from .morphology import lemma
from .tokens import Sentence, Token

#: Nouns for a whole that problems use for all their decisions together.
HYPERNYMS = frozenset(
    """vehicle animal machine worker employee staff item product container meal fruit ad advertisement package trip
    bottle pill bag box crop factory building tree device table seat ticket transportation game course project
    toy food treat dish shift painter commercial accountant teacher mixture component tool task""".split()
)
#: Verbs in the third person that are nouns elsewhere: after a noun they end its phrase.
_THIRD_PERSONS = frozenset(
    "needs costs works plans cuts loads yields stores calls shows results cost work yield".split()
)
#: Nouns that measure or qualify decisions and never are decisions.
_NEVER = frozenset(
    """profit cost revenue time number amount total budget need addition order demand constraint limitation type kind
    maximum minimum company condition reason requirement way price hour minute
    investment resource allocation fund score sum portfolio return risk tolerance effort effectiveness difference""".split()
)
_LONGEST_LIST = 40


@dataclass(frozen=True, slots=True)
class Entity:
    """One decision: its words (singular), and the stems that set it apart from its companions."""

    words: tuple[str, ...]
    marks: frozenset[str]
    start: int = 0
    end: int = 0
    bare_means_all: bool = False

    @property
    def label(self) -> str:
        return " ".join(self.words)

    @property
    def head(self) -> str:
        return self.words[-1]


@dataclass(frozen=True, slots=True)
class Decisions:
    """A list of entities read as the decisions; ``category`` holds stems that mean all of them."""

    entities: tuple[Entity, ...]
    category: frozenset[str]
    promise: float = 0.0
    substance: frozenset[str] = frozenset()

    def __len__(self) -> int:
        return len(self.entities)


@dataclass(frozen=True, slots=True)
class Mention:
    """``tokens[first:last]`` speaks of one entity, or of all of them (``entity`` None)."""

    first: int
    last: int
    entity: int | None


def mark_of(word: str) -> str:
    """The key by which words of entities are recognized: singular, and without the ending of a participle."""
    base = lemma(word)
    return base[:-2] if base.endswith("ed") and len(base) > 6 else base


Phrase = tuple[Token, ...]


def candidates(sentences: Sequence[Sentence]) -> tuple[Decisions, ...]:
    """Lists of nouns that might be the decisions, the most promising first, at most twelve."""
    text = [token.lemma for sentence in sentences for token in sentence.tokens]
    bigrams = Counter(zip(text, text[1:], strict=False))
    agents = _agents(sentences)
    seen: dict[frozenset[frozenset[str]], tuple[float, Decisions]] = {}
    for phrases, bonus in _lists(sentences):
        decisions = _decisions(phrases, bigrams, sentences)
        if decisions is None:
            continue
        key = frozenset(entity.marks for entity in decisions.entities)
        score = _promise(decisions, sentences) + bonus
        if any(entity.head in agents for entity in decisions.entities):
            score -= 3.0
        if any(
            set(entity.words) <= COUNTERS - {"bottle", "box", "bag", "can", "crate", "batch", "package", "pill"}
            for entity in decisions.entities
        ):
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


def _agents(sentences: Sequence[Sentence]) -> frozenset[str]:
    """Heads of the nouns that act: "A bakery makes ...", "The city wants to ..."."""
    found: set[str] = set()
    for k, sentence in enumerate(sentences):
        tokens = sentence.tokens
        first = 1 if tokens[0].low in ("a", "an", "the", "my") else 0
        if first == 0 and k > 0:
            continue
        j = first
        while (
            j < len(tokens) and tokens[j].is_word and is_content(tokens[j].low) and tokens[j].low not in _THIRD_PERSONS
        ):
            j += 1
        if j == first or j >= len(tokens) or tokens[j - 1].low != tokens[j - 1].lemma:
            continue
        acts = tokens[j].low in (
            "wants",
            "has",
            "sells",
            "makes",
            "produces",
            "needs",
            "must",
            "employs",
            "is",
            "can",
            "owns",
            "buys",
            "hires",
            "manufactures",
            "grows",
            "uses",
            "decides",
            "transports",
            "plans",
        )
        numbered = any(t.is_number for t in tokens[j : j + 6])
        if (
            acts
            and not (numbered and k == 0 and tokens[j].low in ("costs", "takes"))
            and (
                k == 0
                or tokens[first - 1].low == "the"
                and tokens[j].low in ("wants", "has", "needs", "must", "decides", "plans")
            )
        ):
            found.add(tokens[j - 1].lemma)
    return frozenset(found)


def mentions(tokens: Sequence[Token], decisions: Decisions) -> tuple[Mention, ...]:
    """Where a sentence speaks of the decisions, from left to right, without overlaps."""
    owner = {mark: i for i, entity in enumerate(decisions.entities) for mark in entity.marks}
    found: list[Mention] = []
    i = 0
    while i < len(tokens):
        token = tokens[i]
        if not token.is_word or token.low in STOP_WORDS:
            i += 1
            continue
        hit = _mention(tokens, i, owner, decisions)
        if hit is None:
            i += 1
            continue
        found.append(hit)
        i = max(hit.last, i + 1)
    return tuple(found)


def _mention(tokens: Sequence[Token], i: int, owner: dict[str, int], decisions: Decisions) -> Mention | None:
    index = owner.get(mark_of(tokens[i].low))
    if i and tokens[i - 1].low == "to" and is_verb(tokens[i].low):
        return None
    if (
        i
        and tokens[i - 1].low in ("to", "must", "can", "will")
        and tokens[i].low in ("bottle", "box", "bag", "can", "train", "bus", "plant")
    ):
        return None
    last = i + 1
    if index is None:
        if mark_of(tokens[i].low) in decisions.category and not _continues(tokens, last, owner):
            return Mention(i, last, None)
        plural = tokens[i].low != tokens[i].lemma
        free = i == 0 or not (tokens[i - 1].is_number or is_content(tokens[i - 1].low))
        if tokens[i].lemma in HYPERNYMS and plural and free:
            return Mention(i, last, None)
        return None
    entity = decisions.entities[index]
    own = {mark_of(word) for word in entity.words}
    complete = mark_of(entity.head) == mark_of(tokens[i].low)
    bare = complete and entity.bare_means_all
    while (
        last < len(tokens)
        and tokens[last].is_word
        and (
            mark_of(tokens[last].low) in own
            or mark_of(tokens[last].low) in decisions.category
            or tokens[last].lemma in GENERIC_HEADS
        )
        and owner.get(mark_of(tokens[last].low), index) == index
    ):
        complete = True
        last += 1
    if complete:
        return Mention(i, last, None if bare and last == i + 1 else index)
    resource = i > 0 and (
        tokens[i - 1].is_number or i > 1 and tokens[i - 1].low == "of" and tokens[i - 2].lemma == "unit"
    )
    if resource and mark_of(entity.head) in entity.marks and len(entity.words) > 1:
        return None
    plural = tokens[i].low != tokens[i].lemma and tokens[i].lemma in entity.words
    follows = tokens[last] if last < len(tokens) else None
    noun_follows = follows is not None and follows.is_word and is_content(follows.low) and unit_of(follows.low) is None
    if plural or (noun_follows and last - i < len(entity.words)):
        return None
    return Mention(i, last, index)


def _continues(tokens: Sequence[Token], i: int, owner: dict[str, int]) -> bool:
    return i < len(tokens) and tokens[i].is_word and mark_of(tokens[i].low) in owner


# --- candidate lists -------------------------------------------------------------------------------------------


def _lists(sentences: Sequence[Sentence]) -> Iterator[tuple[list[Phrase], float]]:
    for number, sentence in enumerate(sentences):
        early = max(0.0, 2.0 - 0.25 * number)
        for i, token in enumerate(sentence.tokens):
            if token.low in ("and", "or", "&", "nor") or (token.low == "," and i > 0):
                yield from _coordination(sentence.tokens, i, early)
    yield from _labelled(sentences)
    yield from _subjects(sentences)
    yield from _families(sentences)
    yield from _far_lists(sentences)


def _coordination(tokens: Sequence[Token], i: int, bonus: float) -> Iterator[tuple[list[Phrase], float]]:
    right = _phrase_after(tokens, i + 1)
    items = [right]
    j = i
    while len(items) < _LONGEST_LIST:
        left, j = _phrase_before(tokens, j)
        if not left:
            break
        items.insert(0, left)
        while j > 0 and tokens[j - 1].low in ("a", "an", "the", "one", "by", "in", "either", "both", "(", "or"):
            j -= 1
        if j <= 0 or tokens[j - 1].low != ",":
            break
        j -= 1
    if len(items) < 2 or not right:
        return
    introduced = any(
        token.low in ("types", "type", "kinds", "two", "three", "either", "both", "using", ":") for token in tokens[:i]
    )
    yield items, bonus + (1.0 if introduced else 0.0)
    if len(items) > 2:
        yield items[-2:], bonus - 0.5


def _phrase_before(tokens: Sequence[Token], i: int) -> tuple[Phrase, int]:
    """The noun phrase that ends just before position i, and where it begins."""
    j = i
    if j > 0 and tokens[j - 1].low == ",":
        j -= 1
    if j > 0 and tokens[j - 1].low in (")",):
        while j > 0 and tokens[j - 1].low != "(":
            j -= 1
        j = max(0, j - 1)
    if j > 0 and tokens[j - 1].low in ("one", "ones"):
        j -= 1
    last = j
    while j > 0 and last - j < 5 and tokens[j - 1].is_word and (is_content(tokens[j - 1].low)):
        j -= 1
    return tuple(tokens[j:last]), j


def _phrase_after(tokens: Sequence[Token], i: int) -> Phrase:
    j = i
    while j < len(tokens) and (
        tokens[j].low
        in (
            "a",
            "an",
            "the",
            "by",
            "in",
            "through",
            "using",
            "or",
            "and",
            "of",
            "their",
            "his",
            "her",
            "its",
            "one",
            "on",
            "(",
            ")",
            "another",
            "with",
        )
        or tokens[j].is_number
        or (tokens[j].low.endswith("ing") and is_verb(tokens[j].low))
    ):
        j += 1
        if j - i > 4:
            return ()
    first = j
    while j < len(tokens) and j - first < 5 and tokens[j].is_word and is_content(tokens[j].low):
        if j > first and tokens[j].low in _THIRD_PERSONS:
            break
        j += 1
    phrase = tuple(tokens[first:j])
    if len(phrase) == 1 and phrase[0].lemma in COUNTERS and j + 1 < len(tokens) and tokens[j].low == "of":
        return phrase + _phrase_after(tokens, j + 1)
    return phrase


def _is_symbol(word: str) -> bool:
    """Whether the word is a variable with a number: x1, y2."""
    return len(word) == 2 and word[0] in "xyz" and word[1].isdigit()


def _labelled(sentences: Sequence[Sentence]) -> Iterator[tuple[list[Phrase], float]]:
    """ "machine 1 ... machine 2", "X and Y": nouns told apart by a letter or a number."""
    families: dict[str, dict[str, Phrase]] = {}
    letters: dict[str, Phrase] = {}
    for sentence in sentences:
        for i, token in enumerate(sentence.tokens):
            symbol = len(token.low) == 1 and token.low.isupper() or _is_symbol(token.low)
            if not (token.is_word and (symbol or token.low.isdigit())):
                continue
            if symbol:
                letters.setdefault(token.low, (token,))
            before = sentence.tokens[i - 1] if i else None
            if before is not None and before.is_word and is_content(before.low) and len(before.low) > 1:
                families.setdefault(before.lemma, {}).setdefault(token.low, (before, token))
    for family in families.values():
        if 2 <= len(family) <= _LONGEST_LIST:
            yield [family[key] for key in sorted(family)], 1.5
    if 2 <= len(letters) <= _LONGEST_LIST:
        yield [letters[key] for key in sorted(letters)], 1.5


def _subjects(sentences: Sequence[Sentence]) -> Iterator[tuple[list[Phrase], float]]:
    """Nouns that carry figures one after the other: "A thin jar requires ...", "... per pizza"."""
    openers = ("each", "per", "a", "an", "one", "every")
    found: dict[tuple[str, ...], tuple[Phrase, int]] = {}
    for sentence in sentences:
        if not any(token.is_number for token in sentence.tokens):
            continue
        for i, token in enumerate(sentence.tokens):
            if token.low in openers or i == 0:
                phrase = _phrase_after(sentence.tokens, i + (0 if token.low not in openers else 1))
                key = tuple(word.lemma for word in phrase)
                if phrase and key[-1] not in OCCASIONS and unit_of(phrase[-1].low) is None:
                    found[key] = (phrase, found[key][1] + 1) if key in found else (phrase, 1)
    common = [phrase for phrase, count in found.values() if count >= 2]
    if 2 <= len(common) <= 12:
        yield common, -0.5
    heads: dict[str, list[Phrase]] = {}
    for phrase, _ in found.values():
        heads.setdefault(phrase[-1].lemma, []).append(phrase)
    for group in heads.values():
        if 2 <= len(group) <= 12:
            yield group, 0.0


def _phrases(sentence: Sentence) -> Iterator[Phrase]:
    """Maximal noun phrases of a sentence, at most four words long."""
    run: list[Token] = []
    for token in (*sentence.tokens, None):
        if (
            token is not None
            and token.is_word
            and is_content(token.low)
            and token.low not in _THIRD_PERSONS
            and len(run) < 4
        ):
            run.append(token)
        else:
            if run:
                yield tuple(run)
            run = []


def _families(sentences: Sequence[Sentence]) -> Iterator[tuple[list[Phrase], float]]:
    """Phrases with one head and different modifiers, each used twice: senior accountants, junior accountants."""
    heads: dict[str, dict[str, list[Phrase]]] = {}
    for sentence in sentences:
        for phrase in _phrases(sentence):
            for k in range(1, len(phrase)):
                heads.setdefault(phrase[k].lemma, {}).setdefault(phrase[k - 1].lemma, []).append(phrase[k - 1 : k + 1])
    for family in heads.values():
        repeated = [found[0] for found in family.values() if len(found) >= 2]
        if 2 <= len(repeated) <= 8:
            yield repeated, 0.3


def _far_lists(sentences: Sequence[Sentence]) -> Iterator[tuple[list[Phrase], float]]:
    """Two nouns with words between them: "seniors who earn 500 a week and adults who earn 700"."""
    counts = Counter(phrase[-1].lemma for sentence in sentences for phrase in _phrases(sentence))
    for number, sentence in enumerate(sentences[:6]):
        for i, token in enumerate(sentence.tokens):
            if token.low not in ("and", "while", "whereas", "or"):
                continue
            right = _phrase_after(sentence.tokens, i + 1)
            if not right or counts[right[-1].lemma] < 2:
                continue
            before = [p for p in _phrases(sentence) if p[-1].end <= token.start and counts[p[-1].lemma] >= 2]
            for left in before[-4:]:
                yield [left, right], 0.3 - 0.25 * number


# --- from phrases to entities ----------------------------------------------------------------------------------


def _decisions(
    phrases: Sequence[Phrase], bigrams: Counter[tuple[str, str]], sentences: Sequence[Sentence]
) -> Decisions | None:
    words = [_trim(phrase) for phrase in phrases]
    if any(not item for item in words) or len(set(words)) < len(words):
        return None
    if (
        len({len(item[-1]) == 1 or item[-1].isdigit() for item in words}) > 1
        or len({item[-1] for item in words}) == 1
        and len(words[0][-1]) == 1
    ):
        return None
    if any(item[-1] in _NEVER for item in words):
        return None
    if len({item[0] in GENERIC_HEADS for item in words if len(item) == 1} | {len(item) == 1 for item in words}) > 1 and any(
        len(item) == 1 and item[0] in GENERIC_HEADS for item in words
    ):
        return None
    if any(item[-1] in OCCASIONS or unit_of(item[-1]) for item in words):
        return None
    if all(len(item[-1]) == 1 for item in words) and len({len(item) for item in words}) > 1:
        words = [item[-1:] for item in words]
    words = _with_elided_heads(words, bigrams)
    sets = [frozenset(mark_of(word) for word in item) for item in words]
    shared = frozenset.intersection(*sets)
    marks: list[frozenset[str]] = []
    resources = _resources(sentences)
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
            own = own - resources
        marks.append(own or sets[k] - shared)
    if any(not own for own in marks):
        return None
    if any(marks[a] & marks[b] for a in range(len(marks)) for b in range(a)):
        return None
    entities = tuple(
        Entity(item, own, phrase[0].start, phrase[-1].end)
        for item, own, phrase in zip(words, marks, phrases, strict=True)
    )
    everything = frozenset().union(*marks)
    announced = _announced(sentences)
    heads = {mark_of(item[-1]) for item in words}
    if heads & announced and not heads <= announced:
        return None
    category = (shared | announced) - everything
    category |= (_followers(marks, sentences) | _substance(sentences)) - everything
    alone = _bare_heads(words, bigrams, sentences)
    entities = tuple(replace(entity, bare_means_all=entity.head in alone) for entity in entities)
    return Decisions(entities, category, substance=_substance(sentences))


_SHARING = frozenset(
    """allocate allocates allocating allocation distribute distributes distributing distribution divide dividing
    assign assigning split splitting dispatch""".split()
)


def _resources(sentences: Sequence[Sentence]) -> frozenset[str]:
    """Nouns that are measured out by themselves at least twice: "5 grams of protein"."""
    counts: Counter[str] = Counter()
    for sentence in sentences:
        tokens = sentence.tokens
        for i in range(2, len(tokens)):
            measured = tokens[i - 1].low == "of" and (unit_of(tokens[i - 2].low) or tokens[i - 2].lemma in COUNTERS)
            alone = i + 1 >= len(tokens) or not (tokens[i + 1].is_word and is_content(tokens[i + 1].low))
            if measured and alone and tokens[i].is_word and any(t.is_number for t in tokens[max(0, i - 4) : i]):
                counts[mark_of(tokens[i].low)] += 1
    return frozenset(word for word, count in counts.items() if count >= 2)


def _substance(sentences: Sequence[Sentence]) -> frozenset[str]:
    """What is shared out among the decisions: "allocate its budget between", "the number of matches to be played"."""
    found: set[str] = set()
    for sentence in sentences[:4]:
        lows = [token.low for token in sentence.tokens]
        for i, low in enumerate(lows):
            j = i + 1
            if low in _SHARING:
                while j < len(lows) and lows[j] in ("of", "the", "its", "a", "an", "their", "his", "her", "available", "total"):
                    j += 1
                end = j
                while end < len(lows) and end - j < 4 and sentence.tokens[end].is_word and is_content(lows[end]):
                    end += 1
                shared = end < len(lows) and lows[end] in ("between", "among", "across", "to", "for", "into", "in", "over")
                if end > j and shared:
                    found.add(mark_of(lows[end - 1]))
            elif low == "of" and i and lows[i - 1] == "number" and i + 2 < len(lows):
                end = i + 1
                while end < len(lows) and sentence.tokens[end].is_word and is_content(lows[end]):
                    end += 1
                if end > i + 1 and end + 1 < len(lows) and lows[end] == "to" and lows[end + 1] in ("be", "assign", "allocate"):
                    found.add(mark_of(lows[end - 1]))
    return frozenset(word for word in found if word not in ("amount", "number", "quantity", "unit"))


def _followers(marks: Sequence[frozenset[str]], sentences: Sequence[Sentence]) -> frozenset[str]:
    """Nouns that stand right behind every one of the entities: blood test and ear test are tests."""
    behind: list[set[str]] = [set() for _ in marks]
    for sentence in sentences:
        for a, b in zip(sentence.tokens, sentence.tokens[1:], strict=False):
            if b.is_word and is_content(b.low) and not b.low in _THIRD_PERSONS and unit_of(b.low) is None:
                for k, own in enumerate(marks):
                    if mark_of(a.low) in own:
                        behind[k].add(mark_of(b.low))
    common = set.intersection(*behind) if behind else set()
    return frozenset(common - {mark_of(w) for w in GENERIC_HEADS} - COUNTERS)


def _bare_heads(
    words: Sequence[tuple[str, ...]], bigrams: Counter[tuple[str, str]], sentences: Sequence[Sentence]
) -> frozenset[str]:
    """Heads that the text uses mostly with their modifier: without it they then mean the whole kind."""
    found: set[str] = set()
    for item in words:
        if len(item) < 2:
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


def _goes_with_others(
    word: str, item: tuple[str, ...], words: Sequence[tuple[str, ...]], bigrams: Counter[tuple[str, str]]
) -> bool:
    if len(item) < 2:
        return False
    if word == item[-1] and len(word) > 1 and not word.isdigit():
        return any(other is not item and bigrams[other[-1], word] > 0 for other in words)
    return any(other is not item and bigrams[word, other[0]] > 0 for other in words)


def _announced(sentences: Sequence[Sentence]) -> frozenset[str]:
    """The noun in "two types of desks", "how many of each desk", "two machines, a ... and a ..."."""
    found: set[str] = set()
    for sentence in sentences:
        tokens = sentence.tokens
        for i, token in enumerate(tokens):
            follows = tokens[i + 1].low if i + 1 < len(tokens) else ""
            if token.low in ("types", "type", "kinds", "kind", "models", "sizes", "form", "forms") and follows == "of":
                found |= _head_of(tokens, i + 2)
            elif token.low == "of" and follows == "each":
                found |= _head_of(tokens, i + 2)
            elif token.is_number and token.low in ("two", "three", "four", "five", "six") and not token.multiplier:
                run = _head_of(tokens, i + 1 + (follows in ("different", "possible", "potential", "separate")))
                comma = [t.low for t in tokens[i + 1 : i + 7]]
                if "," in comma or ":" in comma or sentence is sentences[0]:
                    found |= run
    return frozenset(found)


def _head_of(tokens: Sequence[Token], i: int) -> frozenset[str]:
    """The last noun of the phrase that begins at i, unless it is a general word."""
    j = i
    while j < len(tokens) and tokens[j].is_word and is_content(tokens[j].low) and j - i < 4:
        j += 1
    if j == i or tokens[j - 1].lemma in GENERIC_HEADS or unit_of(tokens[j - 1].low) or tokens[j - 1].lemma in OCCASIONS:
        return frozenset()
    return frozenset({mark_of(tokens[j - 1].low)})


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


def lemma_set(tokens: Sequence[Token]) -> frozenset[str]:
    return frozenset(lemma(token.low) for token in tokens)
