"""Where prose speaks of the items and the attributes of a roster."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from copilot.formulators.offline.words.lexicon import unit_of
from copilot.formulators.offline.words.morphology import lemma, stem
from copilot.formulators.offline.words.tokens import Token

from .roster import Attribute, Roster

_WORD = re.compile(r"[a-z0-9]+(?:'s)?")


@dataclass(frozen=True, slots=True)
class Mention:
    """Item ``item`` is named by ``tokens[first:last]``."""

    item: int
    first: int
    last: int


class Naming:
    """Finds items by the words that only they have, short labels by themselves or behind the noun."""

    def __init__(self, noun: str, labels: Sequence[str]) -> None:
        self._noun = noun
        self._labels = [label.strip() for label in labels]
        words = [[stem(w) for w in _WORD.findall(label.lower())] for label in self._labels]
        shared = Counter(word for own in words for word in set(own))
        own_noun = stem(noun)
        self._own = [
            {w for w in own if shared[w] == 1 and w != own_noun and len(w) > 1 and not w.isdigit()} for own in words
        ]
        self._short = {
            label.split()[-1].lower(): k
            for k, label in enumerate(self._labels)
            if len(label.split()[-1]) <= 3 and (label.split()[-1].isupper() or label.split()[-1].isdigit())
        }
        self._lead = {stem(w) for own in words for w in own[:-1]} | {own_noun}

    def mentions(self, tokens: Sequence[Token]) -> list[Mention]:
        """Items named, in order; words of one name that stand together are one mention."""
        found: list[Mention] = []
        for at, _token in enumerate(tokens):
            item = self._item(tokens, at)
            if item is None:
                continue
            if found and found[-1].item == item and found[-1].last >= at - 1:
                found[-1] = Mention(item, found[-1].first, at + 1)
            else:
                found.append(Mention(item, at, at + 1))
        return found

    def _item(self, tokens: Sequence[Token], at: int) -> int | None:
        token = tokens[at]
        if token.is_word and len(token.low) > 1:
            parts = {stem(part) for part in token.low.split("-")} | {token.stem}
            hits = [k for k, own in enumerate(self._own) if own & parts]
            if len(hits) == 1:
                return hits[0]
        k = self._short.get(token.low.lower())
        if k is None or not (token.is_word or token.is_number):
            return None
        before = tokens[at - 1] if at else None
        named = before is not None and (before.stem in self._lead or lemma(before.low) == self._noun)
        chained = (
            before is not None
            and before.low in ("and", "or", ",")
            and at > 1
            and any(tokens[j].low.lower() in self._short and tokens[j] is not token for j in range(max(0, at - 3), at))
        )
        if token.is_number:
            return k if named or (chained and self._listed(tokens, at)) else None
        return k if named or chained or token.low not in ("a", "i") or not token.is_word else None

    def _listed(self, tokens: Sequence[Token], at: int) -> bool:
        """Whether a number continues a list that a noun began: "projects 1, 2 and 4"."""
        for j in range(at - 1, -1, -1):
            if tokens[j].stem in self._lead or lemma(tokens[j].low) == self._noun:
                return True
            if tokens[j].low not in ("and", "or", ",") and tokens[j].low.lower() not in self._short:
                return False
        return False


def _front(title: str, head: frozenset[str]) -> str:
    """A title without what it is counted by, and without what all items are: "Cost per park ($)" is about a cost."""
    plain = re.split(r"\bper\b|/", re.sub(r"\([^)]*\)", " ", title), maxsplit=1)[0].strip()
    return " ".join(w for w in plain.split() if stem(w.lower()) not in head) or plain or "-"


class Speaking:
    """Finds the attribute that words are about, by the words and units that only it has."""

    def __init__(self, roster: Roster) -> None:
        attributes = self.attributes = roster.attributes
        self.naming = Naming("", [_front(a.title, roster.head) for a in attributes])
        shared = Counter(word for attribute in attributes for word in attribute.words)
        self._own = [{w for w in a.words if shared[w] == 1} for a in attributes]
        self._dimensions = Counter(a.dimension for a in attributes if a.dimension)

    def attribute(self, words: Sequence[str], unit: str = "", *, among: Sequence[Attribute] = ()) -> Attribute | None:
        """The attribute with most of its own words among these, else the only one with the unit's dimension."""
        stems = {stem(w) for w in words}
        pool = list(among) or list(self.attributes)
        best: tuple[float, Attribute] | None = None
        for attribute in pool:
            k = next(i for i, a in enumerate(self.attributes) if a is attribute)
            hits = len(self._own[k] & stems) + 0.4 * len(attribute.words & stems)
            hits += 0.5 if unit and attribute.unit == lemma(unit) else 0.0
            if hits >= 0.9 and (best is None or hits > best[0]):
                best = (hits, attribute)
        if best is not None:
            return best[1]
        known = unit_of(unit) if unit else None
        if known is None:
            return None
        fits = [a for a in pool if a.dimension == known[0]]
        return fits[0] if len(fits) == 1 else None
