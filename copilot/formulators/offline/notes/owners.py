"""Whose figures the notes give: names in front of figures, alike in what stands behind them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from ..roles.owners import Owner, Owners
from ..roles.vocabulary import money_family
from ..words.lexicon import GENERIC_HEADS, STOP_WORDS, unit_of
from ..words.tokens import Token
from .cues import BOUNDS, CUES, NEED, WHOLE
from .cutting import Amount, Clause, content

_MOST = 12
_LONGEST_NAME = 4
_SHORTEST_PREFIX = 3

Name = tuple[Token, ...]
Signature = tuple[str, ...]


def owner_lists(clauses: Sequence[Clause]) -> tuple[Owners, ...]:
    """Lists of names that may be decided about, without repetition."""
    found: dict[tuple[str, ...], Owners] = {}
    for names in ([name for name, _ in columns(clauses)], *_recorded(clauses), *_led(clauses), *_behind(clauses)):
        owners = _owners(_distinct(names), clauses)
        if owners is not None:
            found.setdefault(tuple(owner.label for owner in owners.items), owners)
    return tuple(found.values())


def _recorded(clauses: Sequence[Clause]) -> Iterator[list[Name]]:
    """Heads with figures behind them; those with several figures first."""
    heads: dict[tuple[int, int], tuple[Name, int]] = {}
    for clause in clauses:
        name = _name(clause.head)
        plain = [a for a in clause.amounts if not _bounded(clause)]
        if name and plain:
            key = (clause.head[0].start, clause.head[-1].end)
            heads[key] = (name, heads.get(key, (name, 0))[1] + len(plain))
    # A name may also stand in front of the first of several figures of a line, without a colon.
    for k, clause in enumerate(clauses):
        following = [c for c in clauses[k + 1 :] if c.line == clause.line]
        name = _name(clause.lead)
        if name and clause.first and not clause.head and clause.amounts and not _bounded(clause):
            bare = [c for c in following if c.amounts and not _name(c.lead)]
            if bare or not following:
                key = (clause.start, clause.end)
                heads[key] = (name, len(clause.amounts) + len(bare))
    for least in (3, 2, 1):
        yield [name for name, count in heads.values() if count >= least]


def _led(clauses: Sequence[Clause]) -> Iterator[list[Name]]:
    """Names in front of figures that measure the same: "bonds 5%/yr", "table 3 h, chair 1 h"."""
    groups: dict[Signature, list[Name]] = {}
    for clause in clauses:
        name = _name(clause.lead)
        if name and clause.amounts and not _bounded(clause):
            inner = bool(clause.head)
            groups.setdefault((str(inner), *_signature(clause.amounts[0])), []).append(name)
    yield from groups.values()
    lines: dict[int, list[Name]] = {}
    for clause in clauses:
        name = _name(clause.lead)
        if name and clause.amounts:
            lines.setdefault(clause.line, []).append(name)
    yield from lines.values()


def columns(clauses: Sequence[Clause]) -> list[tuple[Name, int]]:
    """The names between strokes in a line without figures, each with its place: "Columns: junior / club / pro"."""
    lines: dict[int, list[tuple[Name, int]]] = {}
    for clause in clauses:
        if clause.slot is not None and not clause.amounts and (name := _name(clause.tokens)):
            lines.setdefault(clause.line, []).append((name, clause.slot))
    figures = {clause.line for clause in clauses if clause.slot is not None and clause.amounts}
    for line, names in lines.items():
        if len(names) > 1 and any(other > line for other in figures):
            longest = max(len(name) for name, _ in names[1:])
            return [(name[-longest:], slot) for name, slot in names]
    return []


def _behind(clauses: Sequence[Clause]) -> Iterator[list[Name]]:
    """Names behind "/" or "per": "100/table, 45/chair"."""
    names: list[Name] = []
    for clause in clauses:
        for amount in clause.amounts:
            after = [t for t in clause.tokens if t.start >= amount.figure.token.end and t.low in amount.per]
            kept = content(after)
            if kept and not any(unit_of(t.low) or t.lemma in GENERIC_HEADS for t in kept):
                names.append(kept[:_LONGEST_NAME])
    yield names


def _bounded(clause: Clause) -> bool:
    lows = {token.low for token in clause.tokens}
    return bool(lows & (BOUNDS | {"<", ">"})) or bool(lows & {"least", "most"} and "at" in lows)


def _signature(amount: Amount) -> Signature:
    measure = amount.figure.measure
    return (measure.dimension, *sorted(measure.nouns), str(amount.figure.token.percent))


def _name(tokens: Sequence[Token]) -> Name:
    """The words that may name a thing to decide about, or nothing where they say something else."""
    tokens = [token for token in tokens if token.low != "="]
    lows = {token.low for token in tokens}
    if lows & (CUES | NEED | BOUNDS | WHOLE | {"per", "/"}) or any(token.is_number for token in tokens):
        return ()
    if money_family(tuple(token.stem for token in tokens)) and len(tokens) < 2:
        return ()
    named = content(tokens)
    return named if len(named) <= _LONGEST_NAME else ()


def _distinct(names: Sequence[Name]) -> list[Name]:
    """The names without those that only repeat or shorten another one."""
    kept: list[Name] = []
    for name in names:
        same = next((k for k, other in enumerate(kept) if _same(name, other)), None)
        if same is None:
            kept.append(name)
        elif len(name) > len(kept[same]):
            kept[same] = name
    return kept


def _same(a: Name, b: Name) -> bool:
    short, long = sorted((a, b), key=len)
    return all(any(alike(x.lemma, y.lemma) for y in long) for x in short)


def alike(a: str, b: str) -> bool:
    """Whether two words are one, or one shortens the other: "marm" and "marmalade"."""
    if a.lower() == b.lower():
        return len(a) > 1 or a == b
    return min(len(a), len(b)) >= _SHORTEST_PREFIX and (a.startswith(b) or b.startswith(a))


def _owners(names: Sequence[Name], clauses: Sequence[Clause]) -> Owners | None:
    if not 2 <= len(names) <= _MOST:
        return None
    words = [tuple(token.lemma for token in name) for name in names]
    shared = frozenset.intersection(*(frozenset(own) for own in words))
    items = []
    for k, name in enumerate(names):
        others = frozenset().union(*(other for m, other in enumerate(words) if m != k))
        marks = frozenset(words[k]) - others - {word for word in words[k] if word in STOP_WORDS and len(word) > 1}
        marks |= _initial(name, clauses)
        if not marks:
            return None
        items.append(Owner(words[k], marks, name[0].start, name[-1].end))
    return Owners(tuple(items), shared)


def _initial(name: Name, clauses: Sequence[Clause]) -> frozenset[str]:
    """The letter that stands for a name: "kayaks (K)", "N = nurses"."""
    found: set[str] = set()
    runs = [(*clause.head, *clause.tokens) for clause in clauses]
    for before, after in itertools.pairwise(runs):
        if len(after) == 1 and len(after[0].low) == 1 and after[0].low.isupper():
            last = [token.lemma for token in before if token.is_word][-1:]
            if last and alike(last[0], name[-1].lemma):
                found.add(after[0].low)
    return frozenset(found)
