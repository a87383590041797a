"""One line read for comparisons among owners: the groups that it names and the relations found so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ..words.comparators import Direction
from ..words.lexicon import word_set
from ..words.particles import STOPS
from .combinations import Combination
from .lines import Figure, Line
from .mentions import Mention
from .owners import Owners


@dataclass(frozen=True, slots=True)
class Relation:
    """``sum(factor * owner) direction constant``, from ``tokens[first:last]`` of a line.

    ``of`` are stems of what a share is of: if the owners have figures of that, it is these that are compared.
    """

    kind: str
    terms: tuple[tuple[int, float], ...]
    direction: Direction
    constant: float
    line: int
    start: int
    end: int
    strict: bool = False
    figures: int = 0
    of: frozenset[str] = frozenset()


@dataclass(slots=True)
class Found:
    """The relations of one line with the figures that they used up and the words that they spoke of."""

    relations: list[Relation] = field(default_factory=list)
    used: set[int] = field(default_factory=set)
    spans: list[tuple[int, int]] = field(default_factory=list)


@dataclass(slots=True)
class Comparison:
    """A line on its way to relations: what it names, what has been found, and which mentions are spent."""

    line: Line
    k: int
    mentions: list[Mention]
    owners: Owners
    found: Found
    seen: Sequence[Mention]
    spent: set[int] = field(default_factory=set)

    def region(self, i: int) -> tuple[int, int]:
        """The part of the line around ``i`` up to strong marks."""
        first = i
        while first > 0 and self.line.tokens[first - 1].low not in STOPS:
            first -= 1
        last = i
        while last < len(self.line.tokens) and self.line.tokens[last].low not in STOPS:
            last += 1
        return first, last

    def before(self, first: int, i: int) -> tuple[int, ...]:
        """The owners of the last group of mentions in ``tokens[first:i]``."""
        group = self._group([m for m in self.mentions if first <= m.first < i], backward=True)
        if len(group) == 2 and self._parted(group[1], group[0], first):
            group = group[:1]
        return _owners_of(group)

    def after(self, i: int, last: int) -> tuple[int, ...]:
        return _owners_of(self._group([m for m in self.mentions if i <= m.first < last], backward=False))

    def _parted(self, a: Mention, b: Mention, first: int) -> bool:
        """Whether two mentions belong to two clauses: "at least 10 % must be A, and B must not exceed ..."."""
        told = any(first <= figure.at < a.first for figure in self.line.figures)
        return told and {",", "and"} <= set(self.line.lows(a.last, b.first))

    def _group(self, run: list[Mention], *, backward: bool) -> list[Mention]:
        """Mentions joined by commas and conjunctions, at the end or at the beginning of a run, nearest first."""
        if not run:
            return []
        run = run[::-1] if backward else run
        group = [run[0]]
        for mention in run[1:]:
            a, b = (mention, group[-1]) if backward else (group[-1], mention)
            gap = self.line.lows(a.last, b.first)
            if not set(gap) <= word_set("and , or the of plus by in both a combined & number amount into") or not set(
                gap
            ) & word_set("and , or plus &"):
                break
            group.append(mention)
        return group

    def add(
        self,
        kind: str,
        left: Sequence[int],
        right: Sequence[tuple[int, float]],
        direction: Direction,
        place: tuple[int, int],
        *,
        constant: float = 0.0,
        figures: Sequence[Figure] = (),
        strict: bool = False,
        of: frozenset[str] = frozenset(),
    ) -> bool:
        terms: dict[int, float] = {}
        for owner in left:
            terms[owner] = terms.get(owner, 0.0) + 1.0
        for owner, factor in right:
            terms[owner] = terms.get(owner, 0.0) - factor
        first, last = place
        tokens = self.line.tokens
        self.found.relations.append(
            Relation(
                kind,
                tuple(sorted((e, v) for e, v in terms.items() if v)),
                direction,
                constant,
                self.k,
                tokens[first].start,
                tokens[min(last, len(tokens)) - 1].end,
                strict,
                len(figures),
                of,
            )
        )
        self.found.used |= {figure.at for figure in figures}
        self.found.spans.append(place)
        return True

    def multiple(self, left: Sequence[int], right: Sequence[int], figure: Figure, place: tuple[int, int]) -> bool:
        """``left`` against the figure times ``right``; False where one of them is missing or both share an owner."""
        if not left or not right or set(left) & set(right):
            return False
        return self.add(
            "ratio", left, [(e, figure.value) for e in right], figure.direction or "==", place, figures=[figure],
            strict=figure.strict,
        )  # fmt: skip

    def combined(self, made: Combination) -> None:
        if any(figure.at in self.found.used for figure in made.figures):
            return
        tokens = self.line.tokens
        self.found.relations.append(
            Relation(
                "combination", made.terms, made.direction, made.constant, self.k, tokens[made.first].start,
                tokens[made.last - 1].end, made.strict, len(made.figures),
            )
        )  # fmt: skip
        self.found.used |= {figure.at for figure in made.figures}
        self.found.spans.append((made.first, made.last))


def _owners_of(group: Sequence[Mention]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(e for m in group for e in m.owners))
