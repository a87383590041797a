"""Items that can be had in several ways, each at its own price: made or bought, in regular time or in overtime."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from copilot.formulators.offline.words.morphology import stem

from .roster import Attribute, Roster
from .sayings import Saying

#: Words that say in which way a thing is had, a line for each way.
_WAYS = (
    "make made making produce produced inhouse house internal internally self own owned company",
    "buy bought buying purchase purchased outsource outsourced outsourcing subcontract subcontracted subcontracting "
    "external externally supplier outside",
    "regular normal standard ordinary", "overtime", "premium", "leased lease leasing", "rented rent renting", "express",
)  # fmt: skip
_WAY = {stem(word): k for k, words in enumerate(_WAYS) for word in words.split()}
#: Words of ways that prose has for other things, too.
_LOOSE = frozenset(map(stem, ("company", "own", "owned", "house", "make", "made", "making", "produce", "normal")))
_EMPTY = frozenset(stem(w) for w in ("cost", "price", "per", "unit", "in", "of", "if", "the", "ingredient", "time"))


@dataclass(frozen=True, slots=True)
class Ways:
    """The roster with an item for each way of each thing, and what is said mapped onto these."""

    roster: Roster
    said: list[Saying]


def by_ways(roster: Roster, said: Sequence[Saying]) -> Ways | None:
    """The items of each way; None unless two columns of money differ only in the way."""
    ways = _columns(roster)
    if len(ways) < 2:
        return None
    count = len(ways)
    names = {way: _name(attribute) for way, attribute in ways.items()}
    items = tuple(f"{item} ({names[way]})" for item in roster.items for way in ways)
    order = list(ways)
    groups = tuple(tuple(range(k * count, (k + 1) * count)) for k in range(len(roster.items)))
    priced = next(iter(ways.values()))
    merged = replace(
        priced,
        title=_without(priced),
        role="loss" if priced.role == "fixed" else priced.role,
        figures={k * count + w: a.figures[k] for w, a in enumerate(ways.values()) for k in a.figures},
        margins=[],
    )
    wide = [merged]
    place: list[int] = []
    for attribute in roster.attributes:
        if any(attribute is a for a in ways.values()):
            place.append(0)
            continue
        place.append(len(wide))
        own = _way(re.findall(r"[A-Za-z]+", attribute.title))
        chosen = [order.index(own)] if own in ways else list(range(count))
        if attribute.role not in ("least", "most"):
            figures = {k * count + w: f for k, f in attribute.figures.items() for w in chosen}
            attribute = replace(attribute, figures=figures)
        wide.append(attribute)
    places = tuple(place for place in roster.places for _ in ways)
    return Ways(
        Roster(roster.noun, items, places, wide, roster.head, groups),
        [_mapped(saying, order, len(roster.items), place) for saying in said],
    )


def _columns(roster: Roster) -> dict[int, Attribute]:
    """The column of money of each way, where they differ in nothing else and every item has them."""
    found: dict[int, Attribute] = {}
    rest: set[frozenset[str]] = set()
    for attribute in roster.attributes:
        words = re.findall(r"[A-Za-z]+", attribute.title)
        way = _way(words)
        if way is None or not attribute.money or len(attribute.figures) < len(roster.items):
            continue
        if way in found:
            return {}
        found[way] = attribute
        rest.add(frozenset(s for w in words if (s := stem(w.lower())) not in _WAY and s not in _EMPTY))
    roles = {"loss" if a.role == "fixed" else a.role for a in found.values()}
    return found if len(rest) == 1 and len(roles) == 1 else {}


def _way(words: Sequence[str]) -> int | None:
    """The only way that words speak of."""
    known = {_WAY[s] for word in words for part in word.lower().split("-") if (s := stem(part)) in _WAY}
    return known.pop() if len(known) == 1 else None


def _name(attribute: Attribute) -> str:
    return next(str(w).lower() for w in re.findall(r"[A-Za-z]+", attribute.title) if stem(w.lower()) in _WAY)


def _without(attribute: Attribute) -> str:
    """The title without its way."""
    words = [w for w in attribute.title.split() if stem(re.sub(r"\W", "", w).lower()) not in _WAY]
    plain = " ".join(words).strip(" ()$€")
    return plain or ("profit" if attribute.role == "gain" else "cost")


def _mapped(saying: Saying, order: Sequence[int], size: int, place: Sequence[int]) -> Saying:
    """What is said of a thing holds for it in all ways, or in the one that is named."""
    own = _way([word for word in saying.words if stem(word) not in _LOOSE])
    chosen = [order.index(own)] if own in order else list(range(len(order)))
    things = saying.items or (range(size) if own in order and not saying.each else ())
    items = tuple(k * len(order) + w for k in things for w in chosen)
    return replace(saying, items=items, titled=tuple(dict.fromkeys(place[k] for k in saying.titled)))
