"""A text as tokens, its figures with what they measure, and its sentences: what all readers of choices start from."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from copilot.formulators.offline.words.lexicon import (
    LENGTHS,
    NOUN_LIKE,
    NUMBER_WORDS,
    SCALES,
    STOP_WORDS,
    VERB_FORMS,
    is_content,
    is_verb,
    unit_of,
    word_set,
)
from copilot.formulators.offline.words.morphology import lemma, stem
from copilot.formulators.offline.words.times import ORDINALS
from copilot.formulators.offline.words.tokens import Token, clean, tokenize

_HYPHEN = re.compile(r"(?<=\d)-(?=[A-Za-z])|(?<=\w)/(?=[A-Za-z])")
_THOUSANDS = re.compile(r"(\d[\d.,]*)( ?)k([\u20ac$\u00a3])")
#: Verbs of what things weigh, last, bring and cost, beyond the lexicon's.
_MORE_VERBS = word_set(
    """weigh weighs last lasts draw draws burn burns score scores raise raises fetch fetches pay pays award awards
    rate rates rank ranks shoot shot insure insured lie lies occupy occupies promise promises ask asks free frees
    cheer demand demands spare spares add adds improve improves swim swims sit sits fit fits play plays"""
)
_DETERMINERS = word_set("the a an my our his her its their this that no any both either")
#: Words that say what a figure is, and name no thing: "weight 5", "(value 9)".
ATTRIBUTES = word_set(
    """value weight cost price worth budget rating skill pay salary volume size length width height time duration npv
    profit return revenue yield benefit score point capacity fee premium rent gain loss credit need demand demands
    mass total average figure number amount income interest saving space room area effort utility importance
    usefulness quality fun joy risk share age distance load limit maximum minimum wage payoff payout reward"""
)
#: What so many of the things make up: "a team of four".
GROUPS = word_set(
    "team crew group squad panel committee board jury delegation party selection staff trio quartet lineup portfolio"
)
_MODIFIERS = word_set("square cubic new extra more whole full working man person metric expected additional about")
_BEFORE_VERBS = word_set("to can could must should would will cannot may")
_PRONOUNS = frozenset({"one", "ones", "me", "us", "him", "them", "mine", "ours", "so"})
_POWERS = {"cubic": "cubic", "square": "square", "3": "cubic", "2": "square", "\u00b3": "cubic", "\u00b2": "square"}
_LONGEST_MEASURE = 3


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of the text: token ``at``; its measure words end before token ``after``.

    ``dimension`` and ``size`` are those of its unit word, ``nouns`` the stems of all words that it counts;
    ``leads`` where a noun follows that it describes ("a 2-minute song").
    """

    at: int
    after: int
    value: float
    start: int
    end: int
    dimension: str
    size: float
    nouns: frozenset[str]
    scale: float
    leads: bool
    spelled: bool


@dataclass(frozen=True, slots=True)
class Part:
    """The tokens ``first`` to ``last`` (excluded): a sentence, without its mark."""

    first: int
    last: int


@dataclass(frozen=True, eq=False)
class Script:
    """``text`` is as long as the original, so that all places are places of it.

    A script equals itself alone, so that what is found in it can be kept for all who ask.
    """

    original: str
    text: str
    tokens: tuple[Token, ...]

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """Sentences, lines and what semicolons part."""
        return tuple(self._parts())

    def _parts(self) -> Iterator[Part]:
        first = 0
        for i, token in enumerate(self.tokens):
            if i > first and "\n" in self.text[self.tokens[i - 1].end : token.start]:
                yield Part(first, i)
                first = i
            if token.low in (".", ";", "?", "!"):
                if i > first:
                    yield Part(first, i)
                first = i + 1
        if first < len(self.tokens):
            yield Part(first, len(self.tokens))

    @cached_property
    def begins(self) -> frozenset[int]:
        return frozenset(part.first for part in self.parts)

    @cached_property
    def figures(self) -> tuple[Figure, ...]:
        """All numbers, apart from labels, factors and "one" where it is a pronoun."""
        ends = _scale_ends(self.tokens)
        found = [
            self._figure(i)
            for i in range(len(self.tokens))
            if _counts(self.tokens, i) and not self._title(i) and i not in ends
        ]
        return tuple(_shared_units(found, self))

    @cached_property
    def measured(self) -> frozenset[int]:
        """The tokens of figures and of their measures."""
        return frozenset(i for figure in self.figures for i in range(figure.at, figure.after))

    @cached_property
    def shares(self) -> int:
        """The number of percentages, fractions and factors, which no reader of choices uses."""
        whole = ("half", "double", "twice")
        return sum(
            1 for t in self.tokens if t.is_number and (t.percent or t.fraction or t.multiplier) and t.low not in whole
        )

    def _figure(self, i: int) -> Figure:
        token = self.tokens[i]
        after, nouns = i + 1, set()
        dimension, size = ("money", 1.0) if token.money else ("", 1.0)
        while after < len(self.tokens) and after - i <= _LONGEST_MEASURE:
            word = self.tokens[after]
            unit = self._unit(after) if word.is_word else None
            if not word.is_word or after in self.begins:
                break
            if unit is None and (not is_content(word.low) or is_verb(word.low) or word.low in _MORE_VERBS):
                break
            if word.lemma in ATTRIBUTES and after + 1 < len(self.tokens) and self.tokens[after + 1].is_number:
                break
            if unit is None and self.capital(after) and not self.text[word.start : word.end].isupper():
                break
            if unit is not None and not dimension:
                dimension, size = unit
            if word.low not in _MODIFIERS and word.low not in SCALES:
                nouns.add(stem(word.low))
            after += 1
        leads = self.original[token.end : token.end + 1] == "-"
        if leads:
            after = min(after, i + 2)
            nouns = {stem(self.tokens[i + 1].low)} if after > i + 1 else set()
        literal = (
            re.sub(r"[^\d.]", "", self.text[token.start : token.end].split()[0]) if not token.low.isalpha() else ""
        )
        scale = round((token.value or 0.0) / float(literal), 6) if literal.strip(".") and float(literal) else 1.0
        value = token.value or 0.0
        if self.words(after, after + 1) == ["("] and self.words(after + 2, after + 3) == [")"]:
            noted = SCALES.get(self.tokens[after + 1].low, 1.0)
            value, scale = value * noted, scale * noted
        return Figure(
            i, after, value, token.start, token.end, dimension, size, frozenset(nouns), scale, leads,
            token.low.isalpha(),
        )  # fmt: skip

    def _unit(self, i: int) -> tuple[str, float] | None:
        """The unit that token i says; cubic and square ones by either of their words."""
        low = self.tokens[i].low
        if low in _POWERS and i + 1 < len(self.tokens):
            known = LENGTHS.get(lemma(self.tokens[i + 1].low))
            return (_POWERS[low], known ** (3 if _POWERS[low] == "cubic" else 2)) if known else None
        if self.tokens[i - 1].low in _POWERS and not self.tokens[i - 1].is_number:
            return None
        if low[-1] in _POWERS and low[:-1] in LENGTHS:
            return _POWERS[low[-1]], LENGTHS[low[:-1]] ** (3 if _POWERS[low[-1]] == "cubic" else 2)
        return unit_of(low)

    def capital(self, i: int) -> bool:
        """Whether token i is written with a capital that its place does not explain."""
        return i not in self.begins and self.text[self.tokens[i].start].isupper()

    @cached_property
    def _nominals(self) -> tuple[tuple[bool, bool], ...]:
        """For each token, whether it may open a noun phrase and whether it may go on with one."""
        return tuple((self._nominal(i, False), self._nominal(i, True)) for i in range(len(self.tokens)))

    def phrases(self, first: int, last: int) -> list[tuple[int, int]]:
        """Noun phrases among the tokens ``first`` to ``last``."""
        found: list[tuple[int, int]] = []
        i = first
        while i < last:
            j = i
            while j < last and self._nominals[j][j > i] and (j == i or j not in self.begins):
                j += 1
            if j > i + 1 and j < len(self.tokens) and self._verb_at_end(j):
                j -= 1
                found.append((i, j))
                i = j + 1
                continue
            if j > i:
                found.append((i, j))
            i = max(j, i + 1)
        return found

    def _title(self, i: int) -> bool:
        """Whether the word opens a title: "Two Kites", "Under Ice", in the middle of a sentence."""
        after = self.tokens[i + 1] if i + 1 < len(self.tokens) else None
        word = self.tokens[i]
        if not word.low.isalpha() or len(word.low) == 1 or not self.capital(i) or after is None or not after.is_word:
            return False
        return self.text[after.start].isupper() and after.start - word.end == 1 and i + 1 not in self.begins

    def _nominal(self, i: int, inside: bool) -> bool:
        token = self.tokens[i]
        if self._title(i) and not inside:
            return True
        if not token.is_word:
            return False
        if len(token.low) == 1:
            return token.low != "I" and (token.low.isupper() or token.low.isdigit())
        if token.low in ("max", "will", "may") and self._person(i):
            return True
        before = self.tokens[i - 1].low if i else ""
        if self.text[token.start : token.end].isupper() and self.text[token.start : token.end].isalpha():
            return True
        if token.low in ORDINALS:
            return before == "the" and not inside
        if token.low in STOP_WORDS or token.low in _PRONOUNS:
            return False
        if before in _BEFORE_VERBS and token.low in VERB_FORMS:
            return False
        if not is_verb(token.low) and token.low not in _MORE_VERBS:
            return True
        if self.is_activity(i):
            return True
        return (not inside and (before in _DETERMINERS or self.capital(i))) or (inside and self.capital(i))

    def is_activity(self, i: int) -> bool:
        """Whether an "-ing" word names a thing: "2 for cooking", "Painting takes"."""
        if not self.tokens[i].low.endswith("ing"):
            return False
        after = self.tokens[i + 1].low if i + 1 < len(self.tokens) else ""
        placed = i > 0 and self.tokens[i - 1].low in ("for", "in", "at", "on", "with")
        return placed or after in _BEFORE_FIGURES or after in _BEFORE_VERBS - {"to"}

    def _person(self, i: int) -> bool:
        """Whether "Max" or "Will" is a name: with a capital, before a verb of its own."""
        after = self.tokens[i + 1].low if i + 1 < len(self.tokens) else ""
        listed = i + 1 < len(self.tokens) and self.tokens[i + 1].is_number
        listed = listed and (self.tokens[i - 1].low in (",", "and") or self.words(i + 2, i + 3) == [","])
        return self.text[self.tokens[i].start].isupper() and (after in _BEFORE_FIGURES or is_verb(after) or listed)

    def _verb_at_end(self, j: int) -> bool:
        """Whether the last word of a phrase is a verb: "the choir costs only 60", "order A needs the oven"."""
        word = self.tokens[j - 1].low
        if self.capital(j - 1) or not word.endswith("s") or word.endswith("ss"):
            return False
        if word in NOUN_LIKE and self.words(j, j + 1) in (["the"], ["a"], ["an"]):
            return True
        for token in self.tokens[j : j + 5]:
            if token.is_number:
                return True
            if token.low != "$" and not (token.is_word and token.low in STOP_WORDS):
                return False
        return False

    def words(self, first: int, last: int) -> list[str]:
        return [token.low for token in self.tokens[first:last]]

    def part_of(self, i: int) -> Part:
        """The sentence that token i stands in."""
        return next((p for p in self.parts if p.first <= i < p.last), Part(i, i + 1))


def script(original: str) -> Script:
    """The text read into tokens. Raises nothing."""
    text = clean(_THOUSANDS.sub(lambda m: f"{m[2]}{m[1]}k ", original))
    text = _HYPHEN.sub(" ", text)
    return Script(original, text, _unlabeled(tokenize(text)))


#: Verbs that a figure may follow as if it were a label: "art needs 2 teachers, drama needs 3".
_BEFORE_FIGURES = word_set(
    """needs costs takes works yields weighs lasts pays earns brings serves gives has uses holds loads sells requires
    scores draws attracts gains is are at for of about only roughly saves wins reaches makes returns asks"""
)


def _unlabeled(tokens: Sequence[Token]) -> tuple[Token, ...]:
    """The tokens, with figures behind verbs as numbers again where they were taken for labels."""
    result = []
    told = Counter(
        a.low for a, b in pairwise(tokens) if a.is_word and a.low == a.lemma and b.low in ("one", "two", "three")
    )
    naming = {word for word, count in told.items() if count > 1 and is_content(word) and not is_verb(word)}
    for i, token in enumerate(tokens):
        before = tokens[i - 1].low if i else ""
        if before in naming and token.low in NUMBER_WORDS:
            result.append(replace(token, kind="word", low=f"{NUMBER_WORDS[token.low]:g}", value=None))
            continue
        value = float(token.low) if token.low.isdecimal() else NUMBER_WORDS.get(token.low)
        if token.is_word and value is not None and before in _BEFORE_FIGURES and token.low != "one":
            token = replace(token, kind="number", value=float(value))
        if token.low == "one" and token.is_word and before in _BEFORE_FIGURES and _noun_follows(tokens, i):
            token = replace(token, kind="number", value=1.0)
        after = tokens[i + 1].low if i + 1 < len(tokens) else ""
        if token.low == "one" and token.is_word and before in (",", "and") and after == "for":
            token = replace(token, kind="number", value=1.0)
        result.append(token)
    return tuple(result)


def _noun_follows(tokens: Sequence[Token], i: int) -> bool:
    after = tokens[i + 1].low if i + 1 < len(tokens) else ""
    return after.isalpha() and is_content(after) and not is_verb(after)


def _counts(tokens: Sequence[Token], i: int) -> bool:
    token = tokens[i]
    if not token.is_number or token.multiplier or token.percent or token.fraction:
        return False
    if i > 1 and tokens[i - 1].low == "of" and tokens[i - 2].low == "out":
        return False
    exactly = i > 0 and tokens[i - 1].low in ("exactly", "precisely") and token.low != "one"
    if not token.low.isalpha() or exactly or (i > 1 and tokens[i - 1].low == "of" and tokens[i - 2].lemma in GROUPS):
        return True
    after = tokens[i + 1].low if i + 1 < len(tokens) else ""
    if after == "of" and i + 2 < len(tokens) and tokens[i + 2].is_number:
        return True
    if after == "of":
        return token.low != "one" and i + 2 < len(tokens) and tokens[i + 2].low in ("each", "every", "any")
    before = tokens[i - 1].low if i else ""
    if (
        token.low == "one"
        and before not in _BEFORE_FIGURES
        and ((before.isalpha() and is_content(before)) or before in ("the", "that", "this"))
    ):
        return False
    return after not in ("or", "from", "in", "out", "") and after.isalpha()


def _scale_ends(tokens: Sequence[Token]) -> frozenset[int]:
    """The two ends of a scale by which things are rated: "on a scale from 1 to 10", "(0 fine, 10 awful)"."""
    found: set[int] = set()
    for i, token in enumerate(tokens):
        if token.low not in ("scale", "("):
            continue
        stop = next((j for j in range(i + 1, min(i + 12, len(tokens))) if tokens[j].low in _AFTER_SCALE), i)
        inside = [j for j in range(i + 1, stop) if tokens[j].is_number and not tokens[j].money]
        values = [tokens[j].value for j in inside]
        if len(values) == 2 and values[0] in (0, 1) and values[1] in (3, 4, 5, 6, 7, 10, 100):
            worded = token.low == "scale" or all(tokens[j + 1].is_word for j in inside)
            found |= set(inside) if worded else set()
    return frozenset(found)


_AFTER_SCALE = frozenset([")", ".", ":", ";"])


def _shared_units(found: Sequence[Figure], told: Script) -> Iterator[Figure]:
    """Figures of a list with the unit and the scale of its last: "40, 25 and 60 thousand dollars"."""
    runs: list[list[Figure]] = []
    for figure in found:
        joint = told.words(runs[-1][-1].after, figure.at) if runs else ["."]
        if runs and joint in ([","], ["and"], [",", "and"], ["or"]):
            runs[-1].append(figure)
        else:
            runs.append([figure])
    for run in runs:
        last = run[-1]
        listed = len(run) > 2 or "respectively" in told.original
        alone = listed and len(run) > 1 and not any(figure.dimension or figure.nouns for figure in run[:-1])
        for figure in run:
            if alone and figure is not last:
                scale = last.scale if figure.scale == 1 and figure.value < 1000 else 1.0
                figure = replace(
                    figure, dimension=last.dimension, size=last.size, nouns=last.nouns, value=figure.value * scale,
                    scale=figure.scale * scale,
                )  # fmt: skip
            yield figure
