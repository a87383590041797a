"""A second reader of linear problems in prose: clause by clause it asks whose figure, of what, and in which role."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from copilot.formulators.draft import Draft

from ..words.lexicon import unit_of
from ..words.measures import Measure
from ..words.morphology import stem
from ..words.tokens import Sentence, clean, sentences, tokenize
from .aims import aim_of
from .clauses import facts_of
from .disguises import nouns_of, undisguised
from .drafts import draft
from .facts import Fact, Limit
from .lines import Figure, Line, line
from .mentions import counted_in, mentions, unit_words
from .optimum import judged
from .owners import Owners, owner_lists
from .prices import seen_by
from .relations import Relation, relations
from .rows import rows_of
from .schema import Schema, Setting, schema
from .trust import trust

_JUDGED = 3
#: What is mixed comes to exactly the amount that is asked for.
_MIXING = frozenset(stem(word) for word in ("mix", "mixture", "blend", "pour", "solution", "alloy"))
#: "the budget for A", "the investment in B": what is decided is an amount of money.
_MONEYS = frozenset({"budget", "investment", "investments", "money", "dollars", "funds", "invested", "spending"})
_LEAST = 0.3


@dataclass(slots=True)
class Told:
    """What a text tells of a list of owners; ``portions`` are amounts that figures are for ("per 100 g")."""

    facts: list[Fact] = field(default_factory=list)
    limits: list[Limit] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)
    unused: list[Figure] = field(default_factory=list)
    portions: list[Figure] = field(default_factory=list)

    @property
    def portion(self) -> Measure | None:
        """The measure of the one portion of the text, with its size in the base unit."""
        sizes = {(one.measure.dimension, one.value * one.measure.size) for one in self.portions}
        if len(sizes) != 1:
            return None
        dimension, size = next(iter(sizes))
        return Measure(dimension=dimension, size=size)


def read_roles(text: str) -> Draft | None:
    """The best reading of the prose by roles, or None where there is none worth showing."""
    found = best_schema(text)
    if found is None:
        return None
    confidence = trust(found)
    return draft(found, text, confidence) if confidence >= _LEAST else None


def best_schema(text: str) -> Schema | None:
    """The schema with the highest score over all lists of owners."""
    cleaned = clean(text)
    parts = sentences(tokenize(cleaned), cleaned)
    return schema_of(parts)


def schema_of(parts: Sequence[Sentence]) -> Schema | None:
    aim = aim_of(parts)
    if aim is None:
        return None
    lines = lines_of(parts)
    mixing = any(token.stem in _MIXING for each in lines for token in each.tokens)
    found = []
    for rank, owners in enumerate(owner_lists(lines)):
        told = read_lines(lines, owners)
        units = _units(lines, owners) | ({told.portion.dimension} if told.portion is not None else set())
        setting = Setting(owners, aim, units, tuple(told.unused), mixing, told.portion)
        made = schema(setting, rows_of(seen_by(aim, told.facts)), told.limits, told.relations)
        if made is not None:
            made = replace(made, score=made.score + 0.75 * owners.joined)
            found.append((made.score, -rank, made))
    found.sort(key=lambda entry: entry[:2], reverse=True)
    judged_ones = [judged(made) for _, _, made in found[:_JUDGED]]
    return max(judged_ones, key=lambda made: made.score, default=None)


def lines_of(parts: Sequence[Sentence]) -> tuple[Line, ...]:
    plain = undisguised(parts)
    nouns = nouns_of(plain)
    once = [line(part, nouns) for part in plain]
    verbs = frozenset(each.tokens[p.verb].lemma for each in once for p in each.pieces if p.verb is not None)
    return tuple(line(part, nouns, verbs) for part in plain)


def read_lines(lines: Sequence[Line], owners: Owners) -> Told:
    """What all lines say about the owners, and the figures that say nothing about them."""
    told = Told()
    before: tuple[int, ...] = ()
    turn = 0
    for k, each in enumerate(lines):
        seen = mentions(each, owners)
        between = relations(each, k, seen, owners)
        found, before, turn = facts_of(each, k, seen, owners, between.used, before, turn, told.facts)
        told.relations += between.relations
        told.facts += found.facts
        told.limits += found.limits
        told.portions += found.portions
        taken = between.used | found.excused | {f.figure.at for f in found.facts} | {m.figure.at for m in found.limits}
        told.unused += [figure for figure in each.figures if figure.at not in taken and not figure.soft]
    return told


def _units(lines: Sequence[Line], owners: Owners) -> frozenset[str]:
    """Dimensions in which the owners are counted: "a liter of Sunrise", "310 a hectare"."""
    found: set[str] = set()
    if all(word.endswith("ing") for owner in owners.items for word in owner.marks):
        found.add("time")
    for each in lines:
        for mention in mentions(each, owners):
            if mention.form == "one":
                if set(each.lows(mention.first - 4, mention.first)) & _MONEYS & set(
                    each.lows(mention.first - 4, mention.first - 1)
                ) and each.tokens[mention.first - 1].low in ("for", "in", "to"):
                    found.add("money")
                found |= {known[0] for word in unit_words(each, mention) if (known := unit_of(word))}
        found |= {
            known[0] for word in counted_in(each) if (known := unit_of(word)) and known[0] not in ("time", "money")
        }
        lows = [token.low for token in each.tokens]
        for a, b in pairwise(lows):
            if a in ("each", "every", "per") and unit_of(b) is not None and unit_of(b) == unit_of("dollar"):
                found.add("money")
    return frozenset(found)
