"""A text as tokens, its figures with what they measure, and its sentences: what all readers of choices start from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from copilot.formulators.offline.words.lexicon import (
    NOUN_LIKE,
    STOP_WORDS,
    VERB_FORMS,
    is_verb,
    word_set,
)
from copilot.formulators.offline.words.particles import DETERMINERS, MODALS
from copilot.formulators.offline.words.times import ORDINALS
from copilot.formulators.offline.words.tokens import Token, clean, tokenize

from .counting import unlabeled
from .figures import Figure, figures_in
from .vocabulary import BEFORE_FIGURES, acts

_HYPHEN = re.compile(r"(?<=\d)-(?=[A-Za-z])|(?<=\w)/(?=[A-Za-z])")
_THOUSANDS = re.compile(r"(\d[\d.,]*)( ?)k([\u20ac$\u00a3])")
_DETERMINERS = DETERMINERS | word_set("no any both either")
_BEFORE_VERBS = MODALS | {"to"}
_PRONOUNS = frozenset({"one", "ones", "me", "us", "him", "them", "mine", "ours", "so"})
#: What stands around a word of a list.
_LISTING = frozenset({",", "and", "or", "&", ":", "."})


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
        return figures_in(self)

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

    def capital(self, i: int) -> bool:
        """Whether token i is written with a capital that its place does not explain."""
        return i not in self.begins and self.text[self.tokens[i].start].isupper()

    def named(self, i: int) -> bool:
        """Whether the capital of token i makes it a name: "5 Anna", not "5 KG"."""
        return self.capital(i) and not self.text[self.tokens[i].start : self.tokens[i].end].isupper()

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

    def title(self, i: int) -> bool:
        """Whether the word opens a title: "Two Kites", "Under Ice", in the middle of a sentence."""
        after = self.tokens[i + 1] if i + 1 < len(self.tokens) else None
        word = self.tokens[i]
        if not word.low.isalpha() or len(word.low) == 1 or not self.capital(i) or after is None or not after.is_word:
            return False
        return self.text[after.start].isupper() and after.start - word.end == 1 and i + 1 not in self.begins

    def _nominal(self, i: int, inside: bool) -> bool:
        token = self.tokens[i]
        if self.title(i) and not inside:
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
        if not acts(token.low):
            return True
        if self.is_activity(i):
            return True
        return (not inside and (before in _DETERMINERS or self.capital(i))) or (inside and self.capital(i))

    def is_activity(self, i: int) -> bool:
        """Whether an "-ing" word names a thing: "2 for cooking", "Painting takes", "three jobs: cooking, cleaning"."""
        if not self.tokens[i].low.endswith("ing"):
            return False
        after = self.tokens[i + 1].low if i + 1 < len(self.tokens) else ""
        placed = i > 0 and self.tokens[i - 1].low in ("for", "in", "at", "on", "with")
        listed = i > 0 and self.tokens[i - 1].low in _LISTING - {"."} and after in _LISTING - {":"}
        return placed or listed or after in BEFORE_FIGURES or after in MODALS

    def _person(self, i: int) -> bool:
        """Whether "Max" or "Will" is a name: with a capital, before a verb of its own."""
        after = self.tokens[i + 1].low if i + 1 < len(self.tokens) else ""
        listed = i + 1 < len(self.tokens) and self.tokens[i + 1].is_number
        listed = listed and (self.tokens[i - 1].low in (",", "and") or self.words(i + 2, i + 3) == [","])
        return self.text[self.tokens[i].start].isupper() and (after in BEFORE_FIGURES or is_verb(after) or listed)

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
    return Script(original, text, unlabeled(tokenize(text)))
