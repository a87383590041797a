"""Noun phrases that might be decisions: lists, families of one head, labels, far pairs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from .lexicon import COUNTERS, OCCASIONS, VERB_FORMS, is_content, is_verb, unit_of, word_set
from .tokens import Sentence, Token

#: Verbs in the third person that are nouns elsewhere: after a noun they end its phrase.
THIRD_PERSONS = word_set("""needs costs works plans cuts loads yields stores calls shows results cost work yield""")


LONGEST_LIST = 40


Phrase = tuple[Token, ...]


def phrase_lists(sentences: Sequence[Sentence]) -> Iterator[tuple[list[Phrase], float]]:
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
    right = phrase_after(tokens, i + 1)
    if len(right) == 1 and right[0].low in VERB_FORMS and _acts(tokens, right[0]):
        return
    items = [right]
    j = i
    while len(items) < LONGEST_LIST:
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


def _acts(tokens: Sequence[Token], word: Token) -> bool:
    """Whether a word that may be a noun is a verb here: "and plans to", "and costs 3"."""
    i = next(k for k, token in enumerate(tokens) if token.start == word.start) + 1
    follows = tokens[i] if i < len(tokens) else None
    return follows is not None and (follows.low in ("to", "the", "a", "an", "at", "its") or follows.is_number)


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


def phrase_after(tokens: Sequence[Token], i: int) -> Phrase:
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
        if j > first and tokens[j].low in THIRD_PERSONS:
            break
        j += 1
    phrase = tuple(tokens[first:j])
    if len(phrase) == 1 and phrase[0].lemma in COUNTERS and j + 1 < len(tokens) and tokens[j].low == "of":
        return phrase + phrase_after(tokens, j + 1)
    return phrase


def _is_symbol(word: str) -> bool:
    """Whether the word is a variable with a number: x1, y2."""
    return len(word) == 2 and word[0].isalpha() and word[1].isdigit()


def _labelled(sentences: Sequence[Sentence]) -> Iterator[tuple[list[Phrase], float]]:
    """ "machine 1 ... machine 2", "X and Y": nouns told apart by a letter or a number."""
    families: dict[str, dict[str, Phrase]] = {}
    letters: dict[str, Phrase] = {}
    for sentence in sentences:
        for i, token in enumerate(sentence.tokens):
            symbol = (len(token.low) == 1 and token.low.isupper()) or _is_symbol(token.low)
            if not (token.is_word and (symbol or token.low.isdigit())):
                continue
            if symbol:
                letters.setdefault(token.low, (token,))
            before = sentence.tokens[i - 1] if i else None
            if before is not None and before.is_word and is_content(before.low) and len(before.low) > 1:
                families.setdefault(before.lemma, {}).setdefault(token.low, (before, token))
    for family in families.values():
        if 2 <= len(family) <= LONGEST_LIST:
            yield [family[key] for key in sorted(family)], 1.5
    if 2 <= len(letters) <= LONGEST_LIST:
        yield [letters[key] for key in sorted(letters)], 1.5


def _subjects(sentences: Sequence[Sentence]) -> Iterator[tuple[list[Phrase], float]]:
    """Nouns that carry figures one after the other: "A thin jar requires ...", "... per pizza"."""
    openers = ("each", "per", "a", "an", "one", "every")
    found: dict[tuple[str, ...], tuple[Phrase, int]] = {}
    distributed: set[int] = set()
    for sentence in sentences:
        if not any(token.is_number for token in sentence.tokens):
            continue
        for i, token in enumerate(sentence.tokens):
            if token.low in openers or i == 0:
                phrase = phrase_after(sentence.tokens, i + (0 if token.low not in openers else 1))
                key = tuple(word.lemma for word in phrase)
                if phrase and token.low in ("each", "per", "every"):
                    distributed.add(phrase[0].start)
                if phrase and key[-1] not in OCCASIONS and unit_of(phrase[-1].low) is None:
                    found[key] = (phrase, found[key][1] + 1) if key in found else (phrase, 1)
    common = [phrase for phrase, count in found.values() if count >= 2]
    if 2 <= len(common) <= 12:
        yield common, -0.5
    singled = [phrase for phrase, _ in found.values() if phrase[0].start in distributed]
    if 2 <= len(singled) <= 8 and len({phrase[-1].lemma for phrase in singled}) == len(singled):
        yield singled, -0.5
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
            and token.low not in THIRD_PERSONS
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
            right = phrase_after(sentence.tokens, i + 1)
            if not right or counts[right[-1].lemma] < 2:
                continue
            before = [p for p in _phrases(sentence) if p[-1].end <= token.start and counts[p[-1].lemma] >= 2]
            for left in before[-4:]:
                yield [left, right], 0.3 - 0.25 * number
