"""Noun phrases of a line, outside those of figures, and whether each speaks of one thing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..words.lexicon import COUNTERS, OCCASIONS, VERB_FORMS, is_content, unit_of, word_set
from ..words.morphology import is_adverb
from ..words.particles import MODALS
from ..words.times import DAYS, MONTHS
from ..words.tokens import Token
from .lines import Line
from .vocabulary import ARTICLES, UNIT_ARTICLES

#: A noun phrase in singular words.
Phrase = tuple[str, ...]
NEVER = word_set(
    """profit cost revenue time number amount total budget need addition order demand constraint limitation kind
    maximum minimum condition reason requirement price hour minute allocation sum return risk money work help plan
    way least most day week month year income dollar labor space supply capacity night people person man woman rest
    customer contract other question part everything something thing case evening morning wife doctor today tomorrow
    owner farmer manager boss law meeting regard thank hello hi dear lot bit
    resource effectiveness score effort objective campaign company combined
    point information proportion ratio share percent mix combination goal objective level per cheap expensive"""
).union(MONTHS, DAYS)
_BEFORE_VERBS = MODALS | word_set("to we i they you")
#: Behind "to" they take a verb, whatever it is: "wants to sow wheat".
_INTENDING = word_set(
    "want wants wish wishes plan plans planning decide decides decided decide hopes has have how able"
)
_BEDS = word_set("flatbed seabed hotbed airbed sunbed daybed waterbed flowerbed toolshed woodshed bobsled hundred")
_BEING = word_set("is are was were be")
CALENDAR = word_set("day week month year hour minute season night evening quarter second time")
#: Heads that measure time whatever stands before them: "machine hours", against "studio days".
TIMES = word_set("hour minute second time month year quarter")
_PLAIN = word_set("work working business week regular normal single full half whole market rainy same first last next")


@dataclass(frozen=True, slots=True)
class Chunk:
    """A noun phrase ``tokens[first:last]`` and whether an article of one ("a", "each", "per") opens it."""

    words: Phrase
    line: int
    first: int
    last: int
    single: bool
    opens: bool


def symbol(word: str) -> bool:
    """A letter or a numbered name: X, A, x1, ad2, and the 2 of "machine 2"."""
    return len(word) == 1 or (word[-1].isdigit() and len(word) <= 4)


def chunks_of(found: Line, k: int) -> Iterator[Chunk]:
    """The noun phrases of a line that stand outside the noun phrases of figures."""
    tokens = found.tokens
    inside = {i for figure in found.figures for i in range(figure.at, figure.end)}
    opens = {piece.first for piece in found.pieces}
    verbs = {piece.verb for piece in found.pieces}

    def names(i: int) -> bool:
        """Whether token i is in a noun phrase; "tutoring" is one in front of a verb."""
        acting = i in opens and i + 1 in verbs and tokens[i].low.endswith("ing")
        return (acting or nominal(tokens, i)) and i not in inside and i not in verbs

    i = 0
    while i < len(tokens):
        if not names(i):
            i += 1
            continue
        first = i
        while i < len(tokens) and names(i):
            i += 1
        if i - first > 1 and tokens[first].low.endswith("ing") and first and tokens[first - 1].low in _BEING:
            first += 1
        ordered = first and tokens[first - 1].low in _BEFORE_VERBS and tokens[first].low in VERB_FORMS
        intended = first > 1 and tokens[first - 1].low == "to" and tokens[first - 2].low in _INTENDING
        first += int(bool(ordered or intended) and i - first > 1)
        last = i
        while last - first > 1 and participle(tokens[last - 1].low):
            last -= 1
        words = tuple(token.lemma for token in tokens[first:last])
        before = first
        while before > 0 and tokens[before - 1].low in ARTICLES:
            before -= 1
        single = any(tokens[j].low in UNIT_ARTICLES for j in range(before, first))
        words, skipped = _without_counters(tokens, words, last)
        if words:
            yield Chunk(words, k, first + skipped, last, single or skipped > 0, before in opens)
        elif i < len(tokens) and tokens[i].low == "of" and i + 1 < len(tokens) and single:
            j = i + 1
            last = j
            while (
                last < len(tokens)
                and last not in inside
                and ((nominal(tokens, last) and last not in verbs) or (last == j and tokens[j].low.endswith("ing")))
            ):
                last += 1
            if last > j:
                yield Chunk(tuple(t.lemma for t in tokens[j:last]), k, j, last, True, before in opens)
                i = last


def participle(low: str) -> bool:
    return len(low) > 4 and low.endswith("ed") and not low.endswith("eed") and low not in _BEDS


def _without_counters(tokens: Sequence[Token], words: Phrase, last: int) -> tuple[Phrase, int]:
    """ "kilogram scrap" is scrap; a counter alone is nothing, unless no "of" follows and it is no unit."""
    skipped = 0
    while len(words) > 1 and unit_of(words[0]):
        words, skipped = words[1:], skipped + 1
    if len(words) == 1 and (
        unit_of(words[0]) or (words[0] in COUNTERS and last < len(tokens) and tokens[last].low == "of")
    ):
        return (), 0
    return words, skipped


def nominal(tokens: Sequence[Token], i: int) -> bool:
    token = tokens[i]
    return token.is_word and is_content(token.low) and not is_adverb(token.low)


def acts(chunk: Chunk) -> bool:
    """Whether the chunk is what somebody does: "rowing burns 11 calories"."""
    return len(chunk.words) == 1 and chunk.words[0].endswith("ing")


def taken(chunk: Chunk) -> bool:
    if acts(chunk):
        return True
    last = chunk.words[-1]
    never = NEVER if len(chunk.words) == 1 else NEVER - CALENDAR
    return last in never or timed(chunk.words) or unit_of(last) is not None


def timed(words: Phrase) -> bool:
    """Whether the phrase only tells a time: "hours", "machine hours", "a working day", but not "studio days"."""
    if len(words) == 1:
        return words[0] in OCCASIONS
    return words[-1] in TIMES or (words[-1] in CALENDAR and bool(_PLAIN & set(words[:-1])))


def named(chunk: Chunk) -> Phrase:
    return chunk.words[-4:]
