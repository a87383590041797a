"""One line on its way to facts: whose turn it is, under which heading, and what the pieces change of that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from ..words.lexicon import STOP_WORDS, is_content, unit_of, word_set
from ..words.particles import CONTRACTED, MODALS
from .facts import Fact, Facts
from .lines import Figure, Line, Piece
from .mentions import Mention
from .owners import Owners

PERSONS = word_set("me us him her them")
PRONOUNS = word_set("it they them which that who these those its their")
#: "I get 35 bucks for it": the figure is of what was spoken of.
_ABOUT = word_set("for on from of off")
_PLAIN = MODALS | word_set("also then only does do is are be")


@dataclass(slots=True)
class Turn:
    """Whose figures are read: the owners, under which heading, and in which words."""

    owners: tuple[int, ...] = ()
    single: bool = False
    heading: tuple[str, ...] = ()
    unit: tuple[str, float] = ("", 1.0)
    words: tuple[str, ...] = ()
    number: int = 0
    last: tuple[int, ...] = ()
    borrowed: bool = False
    pronoun: bool = False


@dataclass(slots=True)
class Passage:
    """A line with its mentions, the figures that are spoken for, and the facts found so far.

    ``fresh``: the piece has a subject of its own; ``right``: figures stand in front of whom they belong to.
    """

    line: Line
    k: int
    mentions: list[Mention]
    alls: list[Mention]
    owners: Owners
    used: set[int]
    earlier: Sequence[Fact]
    turn: Turn = field(default_factory=Turn)
    out: Facts = field(default_factory=Facts)
    fresh: bool = False
    right: bool = False

    def within(self, first: int, last: int) -> list[Mention]:
        return [m for m in self.mentions if first <= m.first < last]

    def figure_between(self, figure: Figure, at: int) -> bool:
        return any(figure.end <= f.at < at for f in self.line.figures)

    def turn_to(self, group: Sequence[Mention]) -> None:
        named = tuple(dict.fromkeys(e for m in group for e in m.owners))
        self.turn.owners, self.turn.single = named, any(m.single for m in group)
        self.turn.last = named
        self.turn.borrowed = False

    def enter(self, piece: Piece) -> None:
        """What a new piece changes: headings, subjects of its own."""
        figures = [f for f in self.line.figures if piece.first <= f.at < piece.last]
        named = self.within(piece.first, piece.last)
        closes = piece.last < len(self.line.tokens) and self.line.tokens[piece.last].low in (":", "(", "-")
        if closes and not figures and not named:
            self.turn.heading = self.stems(piece.first, piece.last)
            units = (unit_of(t.low) for t in self.line.tokens[piece.first : piece.last])
            self.turn.unit = next((unit for unit in units if unit is not None), ("", 1.0))
        if piece.opener == ";" and not named:
            self.turn.owners = ()
        own = self._has_subject(piece, named)
        self.fresh = own or (piece.verb is None and self.fresh and not named and not self.turn.owners)
        if own:
            self.turn.owners, self.turn.words = (), ()
        if piece.verb is not None or not self.turn.words:
            self.turn.words = self.stems(piece.first, piece.last)

    def _has_subject(self, piece: Piece, named: Sequence[Mention]) -> bool:
        """Whether the piece has a subject of its own that is no owner: "the wing measures 880 square meters"."""
        self.turn.pronoun = False
        if piece.verb is None:
            return False
        front = self.line.tokens[piece.first : piece.verb]
        lows = {t.low for t in front} - _PLAIN
        if lows & {"its", "their"} and self.turn.owners:
            return False
        if any(m.first < piece.verb for m in named):
            return False
        behind = [t.low for t in self.line.tokens[piece.verb : piece.last]]
        if self.turn.owners and any(a in _ABOUT and b in ("it", "them") for a, b in pairwise(behind)):
            return False
        elliptic = any(piece.first <= f.at < piece.verb and f.direction for f in self.line.figures)
        if elliptic and not any(t.is_word and is_content(t.low) for t in front) and piece.opener in ("but", "and"):
            return False
        if piece.opener in ("which", "that", "who") and not front:
            return False
        if not lows or lows <= PRONOUNS | {"also", "then"}:
            self.turn.pronoun = bool(front)
            if "they" in lows and self.turn.single and len(self.turn.owners) == 1:
                return True
            if self.line.tokens[piece.verb].low in CONTRACTED:
                return True
            return self.line.tokens[piece.first].low in ("have", "has") and not self.turn.owners
        return not (lows & PRONOUNS and not any(is_content(t.low) and t.is_word for t in front))

    def stems(self, first: int, last: int) -> tuple[str, ...]:
        """Stems of the words of ``tokens[first:last]`` that are neither owners nor parts of figures."""
        taken = {i for m in (*self.mentions, *self.alls) for i in range(m.first, m.last)}
        taken |= {i for f in self.line.figures for i in range(f.at, f.end)}
        return tuple(
            t.stem
            for i, t in enumerate(self.line.tokens[first:last], first)
            if i not in taken and t.is_word and t.low not in PERSONS and (t.low not in STOP_WORDS or t.low in ("at",))
        )
