"""Rules between things that are chosen or not, as numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Relation = Literal["<=", ">=", "=="]


@dataclass(frozen=True, slots=True)
class Rule:
    """The number chosen of ``plus``, less that of ``minus``, in relation to ``constant``."""

    plus: tuple[int, ...]
    minus: tuple[int, ...]
    relation: Relation
    constant: int
    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Ruling:
    """The rules of a text, the tokens that they read, and the clauses that look like rules and were not understood."""

    rules: tuple[Rule, ...]
    tokens: frozenset[int]
    unread: tuple[tuple[int, int], ...]
