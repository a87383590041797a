"""Noun phrases that might be decisions: lists, families of one head, labels, far pairs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from .lexicon import COUNTERS, OCCASIONS, VERB_FORMS, is_content, is_verb, unit_of, word_set
from .particles import EACH
from .tokens import Sentence, Token

#: Verbs in the third person that are nouns elsewhere: after a noun they end its phrase.
THIRD_PERSONS = word_set("""needs costs works plans cuts loads yields stores calls shows results cost work yield""")


LONGEST_LIST = 40


def third_person(tokens: Sequence[Token], i: int) -> bool:
    """Whether the word is the verb of "a drama lasts 2.5 hours", "each press leaves him 70 euros"."""
    word = tokens[i]
    if word.low in THIRD_PERSONS:
        return True
    if not word.low.endswith("s") or word.low.endswith("ss") or word.low == word.lemma or i + 2 >= len(tokens):
        return False
    after = tokens[i + 1]
    at = i + 2 if after.low in _OBJECTS else i + 1
    told = at + 1 < len(tokens) and tokens[at].is_number and (tokens[at].money or tokens[at + 1].is_word)
    return told and tokens[at + 1].low not in ("and", "or", "to")


_OBJECTS = word_set("me us him her them it about around roughly only up")


Phrase = tuple[Token, ...]


def phrase_lists(sentences: Sequence[Sentence]) -> Iterator[tuple[list[Phrase], float]]:
    for number, sentence in enumerate(sentences):
        early = max(0.0, 2.0 - 0.25 * number)
        for i, token in enumerate(sentence.tokens):
            if token.low in ("and", "or", "&", "nor") or (token.low == "," and i > 0):
                yield from _coordination(sentence.tokens, i, early)
    yield from _labelled(sentences)
    yield from _subjects(sentences)
    yield from _bearers(sentences)
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
        while j > 0 and tokens[j - 1].low in ("a", "an", "the", "one", "by", "in", "as", "either", "both", "(", "or"):
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
        if last > j and _begins_predicate(tokens, j - 1):
            break
        j -= 1
    return tuple(tokens[j:last]), j


def _begins_predicate(tokens: Sequence[Token], i: int) -> bool:
    """Whether the word is the verb of "Nora pours small and large candles", at the head of its sentence."""
    word = tokens[i]
    if word.low == word.lemma or not word.low.endswith("s") or not 1 <= i <= 3:
        return False
    subject = tokens[:i]
    named = subject[0].low in ("a", "an", "the", "my", "our", "she", "he") or (i == 1 and not subject[0].is_number)
    singular = subject[-1].low == subject[-1].lemma and subject[-1].is_word
    return named and singular and all(t.is_word for t in subject)


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
            "as",
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
        if j > first and third_person(tokens, j):
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
    found: dict[tuple[str, ...], tuple[Phrase, int]] = {}
    distributed: set[int] = set()
    for sentence in sentences:
        if not any(token.is_number for token in sentence.tokens):
            continue
        for i, token in enumerate(sentence.tokens):
            if token.low in EACH or i == 0:
                phrase = phrase_after(sentence.tokens, i + (0 if token.low not in EACH else 1))
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


def _bearers(sentences: Sequence[Sentence]) -> Iterator[tuple[list[Phrase], float]]:
    """Subjects of clauses that tell figures of one thing after the other: "A drama lasts 2 hours, a comedy lasts 1"."""
    found: dict[tuple[str, ...], Phrase] = {}
    for sentence in sentences:
        tokens = sentence.tokens
        for i, token in enumerate(tokens):
            opens = i == 0 or tokens[i - 1].low in (",", ";", "and", "while", "whereas", "but", ":")
            if not opens or (token.low not in ("a", "an", "each", "every", "one") and not (i == 0 and token.is_word)):
                continue
            phrase = phrase_after(tokens, i)
            if not phrase or len(phrase) > 4:
                continue
            j = next(k for k, t in enumerate(tokens) if t.start == phrase[-1].start) + 1
            acts = j < len(tokens) and (is_verb(tokens[j].low) or third_person(tokens, j) or tokens[j].low == "is")
            if acts and any(t.is_number for t in tokens[j + 1 : j + 4]) and unit_of(phrase[-1].low) is None:
                found.setdefault(tuple(word.lemma for word in phrase), phrase)
    if 2 <= len(found) <= 12:
        yield list(found.values()), 0.5


def _phrases(sentence: Sentence) -> Iterator[Phrase]:
    """Maximal noun phrases of a sentence, at most four words long."""
    run: list[Token] = []
    for i, token in enumerate((*sentence.tokens, None)):
        if (
            token is not None
            and token.is_word
            and is_content(token.low)
            and not third_person(sentence.tokens, i)
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
