"""A word, number or mark of a problem text with its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from .morphology import lemma, stem

TokenKind = Literal["word", "number", "mark"]


class Worded(Protocol):
    """What stands in a text, by its letters in lower case."""

    @property
    def low(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Token:
    """``text[start:end]``. A number has a value; ``percent`` values are already divided by 100.

    ``multiplier`` is set for "twice", "three times", "half": a factor, not a count of things.
    """

    kind: TokenKind
    low: str
    start: int
    end: int
    value: float | None = None
    percent: bool = False
    money: bool = False
    multiplier: bool = False
    fraction: bool = False

    @property
    def lemma(self) -> str:
        return lemma(self.low)

    @property
    def stem(self) -> str:
        return stem(self.low)

    @property
    def is_number(self) -> bool:
        return self.kind == "number"

    @property
    def is_word(self) -> bool:
        return self.kind == "word"
