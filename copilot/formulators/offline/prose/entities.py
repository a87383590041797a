"""The things a problem decides about, and where each one is mentioned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..words.lexicon import GENERIC_HEADS, STOP_WORDS, is_content, is_verb, unit_of, word_set
from ..words.morphology import lemma
from ..words.tokens import Token

#: Nouns for a whole that problems use for all their decisions together.
HYPERNYMS = word_set(
    """vehicle animal machine worker employee staff item product container meal fruit ad advertisement package
    trip bottle pill bag box crop factory building tree device table seat ticket transportation game course
    project toy food treat dish method shift painter commercial accountant teacher mixture component tool task"""
)


@dataclass(frozen=True, slots=True)
class Entity:
    """One decision: its words (singular), and the stems that set it apart from its companions."""

    words: tuple[str, ...]
    marks: frozenset[str]
    start: int = 0
    end: int = 0
    bare_means_all: bool = False

    @property
    def label(self) -> str:
        return " ".join(self.words)

    @property
    def head(self) -> str:
        return self.words[-1]


@dataclass(frozen=True, slots=True)
class Decisions:
    """A list of entities read as the decisions; ``category`` holds stems that mean all of them."""

    entities: tuple[Entity, ...]
    category: frozenset[str]
    promise: float = 0.0
    substance: frozenset[str] = frozenset()

    def __len__(self) -> int:
        return len(self.entities)


@dataclass(frozen=True, slots=True)
class Mention:
    """``tokens[first:last]`` speaks of one entity, or of all of them (``entity`` None)."""

    first: int
    last: int
    entity: int | None


def mark_of(word: str) -> str:
    """The key by which words of entities are recognized: singular, and without the ending of a participle."""
    base = lemma(word)
    if base.endswith("ie") and len(base) > 4:
        base = base[:-2] + "y"
    return base[:-2] if base.endswith("ed") and len(base) > 6 else base


def mentions(tokens: Sequence[Token], decisions: Decisions) -> tuple[Mention, ...]:
    """Where a sentence speaks of the decisions, from left to right, without overlaps."""
    owner = {mark: i for i, entity in enumerate(decisions.entities) for mark in entity.marks}
    found: list[Mention] = []
    i = 0
    while i < len(tokens):
        token = tokens[i]
        if not token.is_word or token.low in STOP_WORDS:
            i += 1
            continue
        hit = _mention(tokens, i, owner, decisions)
        if hit is None:
            i += 1
            continue
        if found and found[-1].entity == hit.entity is not None and _restates(tokens, found[-1].last, hit.first):
            found[-1] = Mention(found[-1].first, hit.last, hit.entity)
        else:
            found.append(hit)
        i = max(hit.last, i + 1)
    return tuple(found)


def _restates(tokens: Sequence[Token], first: int, last: int) -> bool:
    """Whether only a bracket and a general noun stand between: "medical staff (department X)"."""
    gap = tokens[first:last]
    return len(gap) <= 3 and any(t.low == "(" for t in gap) and all(t.low == "(" or is_content(t.low) for t in gap)


def _mention(tokens: Sequence[Token], i: int, owner: dict[str, int], decisions: Decisions) -> Mention | None:
    index = owner.get(mark_of(tokens[i].low))
    if i and tokens[i - 1].low == "to" and is_verb(tokens[i].low):
        return None
    if (
        i
        and tokens[i - 1].low in ("to", "must", "can", "will")
        and tokens[i].low in ("bottle", "box", "bag", "can", "train", "bus", "plant")
    ):
        return None
    last = i + 1
    if index is None:
        if mark_of(tokens[i].low) in decisions.category and not _continues(tokens, last, owner):
            return Mention(i, last, None)
        plural = tokens[i].low != tokens[i].lemma
        free = i == 0 or not (tokens[i - 1].is_number or is_content(tokens[i - 1].low))
        if tokens[i].lemma in HYPERNYMS and plural and free:
            return Mention(i, last, None)
        return None
    entity = decisions.entities[index]
    own = {mark_of(word) for word in entity.words} | entity.marks
    complete = mark_of(entity.head) == mark_of(tokens[i].low)
    bare = complete and entity.bare_means_all
    while (
        last < len(tokens)
        and tokens[last].is_word
        and (
            mark_of(tokens[last].low) in own
            or mark_of(tokens[last].low) in decisions.category
            or tokens[last].lemma in GENERIC_HEADS
        )
        and owner.get(mark_of(tokens[last].low), index) == index
    ):
        complete = True
        last += 1
    if complete:
        return Mention(i, last, None if bare and last == i + 1 else index)
    resource = i > 0 and (
        tokens[i - 1].is_number or (i > 1 and tokens[i - 1].low == "of" and tokens[i - 2].lemma == "unit")
    )
    if resource and mark_of(entity.head) in entity.marks and len(entity.words) > 1:
        return None
    plural = tokens[i].low != tokens[i].lemma and tokens[i].lemma in entity.words
    follows = tokens[last] if last < len(tokens) else None
    noun_follows = follows is not None and follows.is_word and is_content(follows.low) and unit_of(follows.low) is None
    if plural or (noun_follows and last - i < len(entity.words)):
        return None
    return Mention(i, last, index)


def _continues(tokens: Sequence[Token], i: int, owner: dict[str, int]) -> bool:
    return i < len(tokens) and tokens[i].is_word and mark_of(tokens[i].low) in owner
