"""An expression as the tokens that it is written in, to be changed one by one, and what is known around it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from formulations.lexical import tokens


@dataclass(frozen=True, slots=True)
class Known:
    """The names that a formulation declares, the members of its sets, and the sets that index its tables."""

    names: frozenset[str] = frozenset()
    members: frozenset[str] = frozenset()
    indices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(slots=True)
class Piece:
    """A token and the space in front of it."""

    text: str
    kind: str
    space: str = ""

    @property
    def nesting(self) -> int:
        """1 for an opening bracket, -1 for a closing one, otherwise 0."""
        return (self.text in ("(", "[", "{")) - (self.text in (")", "]", "}"))


@dataclass(slots=True)
class Line:
    pieces: list[Piece] = field(default_factory=list)

    def at(self, position: int) -> str:
        return self.pieces[position].text if 0 <= position < len(self.pieces) else ""

    def kind(self, position: int) -> str:
        return self.pieces[position].kind if 0 <= position < len(self.pieces) else ""

    def text(self) -> str:
        return "".join(piece.space[:1] + piece.text for piece in self.pieces).strip()


def pieces_of(text: str) -> Line:
    line, end = Line(), 0
    for token in tokens(text):
        line.pieces.append(Piece(token.text, token.kind, text[end : token.at]))
        end = token.end
    return line


def depth(pieces: Sequence[Piece], end: int) -> int:
    """How many brackets are open in front of ``end``."""
    return sum(piece.nesting for piece in pieces[:end])


def closing(pieces: Sequence[Piece], opening: int) -> int:
    """The place of the bracket that closes the one at ``opening``; the end where none does."""
    level = 0
    for number in range(opening, len(pieces)):
        level += pieces[number].nesting
        if level == 0:
            return number
    return len(pieces)
