"""A sentence with everything found in it: mentions of decisions, quantities, comparisons, clause borders."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from ..words.comparators import Comparator, comparators
from ..words.lexicon import word_set
from ..words.measures import Quantity, quantity
from ..words.tokens import Sentence, Token
from .clauses import Place
from .entities import Decisions, Mention, mentions

_BORDERS = frozenset({"while", "whereas", "but", ";", "conversely", "although", "though"})
_OPENERS = word_set("""how what maximize minimize find determine formulate if help which so""")


@dataclass(frozen=True, slots=True)
class Scene:
    tokens: tuple[Token, ...]
    mentions: tuple[Mention, ...]
    quantities: tuple[Quantity, ...]
    comparators: tuple[Comparator, ...]
    clauses: tuple[tuple[int, int], ...]

    def place(self, first: int, last: int) -> Place:
        last = max(first + 1, min(last, len(self.tokens)))
        return Place(self.tokens[first].start, self.tokens[last - 1].end)

    def mentions_in(self, first: int, last: int) -> tuple[Mention, ...]:
        return tuple(m for m in self.mentions if first <= m.first < last)

    def quantities_in(self, first: int, last: int) -> tuple[Quantity, ...]:
        return tuple(q for q in self.quantities if first <= q.at < last)

    def words_in(self, first: int, last: int) -> frozenset[str]:
        return frozenset(token.low for token in self.tokens[first:last])

    def clause_of(self, i: int) -> tuple[int, int]:
        return next(((a, b) for a, b in self.clauses if a <= i < b), (0, len(self.tokens)))


def scene(sentence: Sentence, decisions: Decisions) -> Scene:
    tokens = sentence.tokens
    quantities = tuple(quantity(tokens, i) for i, token in enumerate(tokens) if token.is_number)
    return Scene(tokens, mentions(tokens, decisions), quantities, comparators(tokens), _clauses(tokens))


def _clauses(tokens: Sequence[Token]) -> tuple[tuple[int, int], ...]:
    cuts = [0]
    for i, token in enumerate(tokens):
        if (token.low in _BORDERS and i + 1 < len(tokens)) or (
            token.low == "," and i + 1 < len(tokens) and tokens[i + 1].low in _OPENERS
        ):
            cuts.append(i + 1)
    cuts.append(len(tokens))
    return tuple((a, b) for a, b in itertools.pairwise(cuts) if b > a)
