"""The parts of a mixture: the nouns that prices are given for, or a list of nouns that all figures speak of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from copilot.formulators.offline.prose.candidates import candidates
from copilot.formulators.offline.prose.entities import mark_of
from copilot.formulators.offline.words.lexicon import is_content, unit_of, word_set
from copilot.formulators.offline.words.tokens import clean, sentences, tokenize

from .words import Item, Telling

_COSTING = word_set("costs cost costing is are at comes come sells sell goes for priced from:")
#: What stands behind a bare number that goes on with a list of prices.
_PLAIN_AFTER = frozenset([",", ".", ";", "and", "but", "a", "per", ")"])
_FEWEST = 2
_LONGEST = 3


@dataclass(frozen=True, slots=True)
class Part:
    """A part with its words and the ones that set it apart from the others."""

    words: tuple[str, ...]
    marks: frozenset[str]

    @property
    def label(self) -> str:
        return " ".join(self.words)

    @property
    def name(self) -> str:
        return re.sub(r"\W+", "_", self.label.lower())


def parts_lists(told: Telling) -> Iterator[tuple[Part, ...]]:
    """Lists of nouns that may be the parts: those with prices first, then those that the text lists."""
    priced = _priced(told)
    if len(priced) >= _FEWEST:
        yield _parts(priced)
    cleaned = clean(told.text)
    for decisions in candidates(sentences(tokenize(cleaned), cleaned)):
        yield tuple(Part(entity.words, entity.marks) for entity in decisions.entities)


def with_prices(told: Telling) -> Telling:
    """The text with the bare numbers of a list of prices as money: "prices: barley 190, hay 110 euros"."""
    return Telling(told.text, tuple(tuple(_as_prices(run)) for run in told.sentences))


def _as_prices(run: Sequence[Item]) -> Sequence[Item]:
    lead = {item.lemma for item in run[:4]}
    plain = [k for k, item in enumerate(run) if item.is_number and not (item.money or item.percent)]
    measured = [k for k in plain if k + 1 < len(run) and unit_of(run[k + 1].low) is not None]
    bare = all(k + 1 >= len(run) or run[k + 1].low in _PLAIN_AFTER for k in plain)
    listed = bool(lead & {"price", "cost"}) or (bare and any(item.money for item in run))
    if not listed or measured or not plain:
        return run
    cents = any(item.cents for item in run)
    return [replace(item, money=True, cents=cents) if k in plain else item for k, item in enumerate(run)]


def _parts(phrases: Sequence[tuple[str, ...]]) -> tuple[Part, ...]:
    marks = [{mark_of(word) for word in phrase} for phrase in phrases]
    found = []
    for k, phrase in enumerate(phrases):
        others = set().union(*(m for j, m in enumerate(marks) if j != k))
        found.append(Part(phrase, frozenset(marks[k] - others) or frozenset(marks[k])))
    return tuple(found)


def _priced(told: Telling) -> list[tuple[str, ...]]:
    """The noun phrases in front of prices: "a kilo of millet costs", "cherry juice $2.80", "water nothing"."""
    found: list[tuple[str, ...]] = []
    for run in told.sentences:
        seen = False
        for k, item in enumerate(run):
            free = seen and item.low in ("nothing", "free") and k > 0
            if not ((item.is_number and item.money) or free):
                continue
            phrase = _phrase_before(run, k)
            seen = seen or bool(phrase)
            if phrase and phrase not in found:
                found.append(phrase)
    return found


def _phrase_before(run: Sequence[Item], k: int) -> tuple[str, ...]:
    j = k - 1
    while j >= 0 and run[j].low in _COSTING | {"us", "me", "to", ":", "about", "only", "(", "and"}:
        if run[j].low == "and":
            return ()
        j -= 1
    words: list[str] = []
    while j >= 0 and len(words) < _LONGEST and run[j].kind == "word":
        low = run[j].low
        label = len(low) == 1 and run[j].capital
        if not label and (not is_content(low) or unit_of(low) is not None):
            break
        words.insert(0, low if not label else low.upper())
        j -= 1
    return tuple(words)
