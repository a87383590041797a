"""A second reader of linear problems in prose: clause by clause it asks whose figure, of what, and in which role."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from copilot.formulators.draft import Draft

from ..lexicon import unit_of
from ..morphology import stem
from ..tokens import Sentence, clean, sentences, tokenize
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
        facts, limits, related, unused = read_lines(lines, owners)
        setting = Setting(owners, aim, _units(lines, owners), unused, mixing)
        made = schema(setting, rows_of(seen_by(aim, facts)), limits, related)
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


def read_lines(
    lines: Sequence[Line], owners: Owners
) -> tuple[tuple[Fact, ...], tuple[Limit, ...], tuple[Relation, ...], tuple[Figure, ...]]:
    """Facts, limits and relations of all lines, and the figures that are in none of them."""
    facts: list[Fact] = []
    limits: list[Limit] = []
    related: list[Relation] = []
    unused: list[Figure] = []
    before: tuple[int, ...] = ()
    turn = 0
    for k, each in enumerate(lines):
        seen = mentions(each, owners)
        between = relations(each, k, seen, owners)
        related.extend(between.relations)
        told, before, turn = facts_of(each, k, seen, owners, between.used, before, turn, facts)
        facts.extend(told.facts)
        limits.extend(told.limits)
        taken = between.used | told.excused | {f.figure.at for f in told.facts} | {m.figure.at for m in told.limits}
        unused.extend(f for f in each.figures if f.at not in taken and not f.soft)
    return tuple(facts), tuple(limits), tuple(related), tuple(unused)


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
