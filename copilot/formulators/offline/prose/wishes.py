"""Objectives in everyday words: "to earn the most", "as cheap as possible", "so that the bill is lowest"."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from formulations.formulation import Sense

from ..words.lexicon import word_set
from ..words.particles import DETERMINERS
from ..words.senses import EXTENTS, SUPERLATIVES
from .clauses import Goal
from .scenes import Scene

Named = Callable[[Scene, int, int, Sense, int], Goal]

#: A wish counts less than "maximize" and "minimize", and more than a superlative that only stands somewhere.
STRENGTH = 3
#: Words that say much or little of something.
_SENSES = SUPERLATIVES | EXTENTS
_CHEAP = word_set("cheap cheaply cheapest inexpensive inexpensively")
#: Verbs whose most or least speaks of money.
_EARNING = word_set(
    """earn earns earning make makes making bring brings bringing take takes taking gain left profit clear raise raises
    collect get home"""
)
_SPENDING = word_set("cost costs costing pay pays paying spend spends spending")
_RISING = word_set("goes go grows grow rises rise increases increase gains gain")
_PEOPLE = word_set("I i we he she they it you can could possible")
_DETERMINERS = DETERMINERS | {"each", "every"}
_ENDS = word_set(
    """. ? , ; : ( ) while if given assuming by so when such with using that which who and but how what where without
    under subject"""
)
_LINKS = word_set("is are be being stays remains become becomes as at kept to")
_PERIODS = word_set("week day month year season in for over per")


@dataclass(frozen=True, slots=True)
class _Wish:
    """What ``tokens[first:last]`` wants; ``money`` is what a verb alone says: profit or cost."""

    sense: Sense
    first: int
    last: int
    money: str = ""


def wishes(scene: Scene, named: Named) -> Iterator[Goal]:
    """The goals that the sentence names in everyday words; ``named`` makes a goal of the phrase that says what."""
    lows = [token.low for token in scene.tokens]
    for wish in _wishes(lows, scene):
        goal = named(scene, wish.first, max(wish.last, wish.first), wish.sense, STRENGTH)
        if wish.money and not goal.measure.family:
            measure = replace(goal.measure, dimension="money", family=wish.money)
            goal = replace(goal, measure=measure, counted=False, everything=False, words=goal.words or wish.money)
        yield goal


def _wishes(lows: list[str], scene: Scene) -> Iterator[_Wish]:
    for i in range(len(lows)):
        read = (wish for reader in _READERS if (wish := reader(lows, i)) is not None)
        found = next(read, None) or _by_word(lows, i, scene)
        if found is not None:
            yield found


def _by_word(lows: list[str], i: int, scene: Scene) -> _Wish | None:
    low, before = lows[i], lows[i - 1] if i else ""
    if low == "least" and before in _SPENDING:
        return _Wish("minimize", i, i, "cost")
    if low == "cheapest" and before in (*_DETERMINERS, "'s", "is", "are", "what's", "out"):
        return _Wish("minimize", i, i, "cost")
    if low == "profitable" and before in ("most", "more"):
        return _Wish("maximize", i, i, "profit")
    sense = _SENSES.get(low)
    if sense is None:
        return None
    if before == "how" and _asks_extent(lows, i):
        first = _noun(lows, i + 1)
        return _Wish(sense, first, _end(lows, first))
    return _Wish(sense, i + 1, _end(lows, i + 1)) if _superlative(lows, i, scene) else None


def _as_possible(lows: list[str], i: int) -> _Wish | None:
    """ "as little diesel as possible", "as high as it can be", "as much as we can"."""
    if lows[i] != "as":
        return None
    word = lows[i + 1] if i + 1 < len(lows) else ""
    sense = _SENSES.get(word)
    if sense is None:
        return None
    close = next((k for k in range(i + 2, min(i + 9, len(lows))) if lows[k] == "as"), None)
    if close is None or not set(lows[close + 1 : close + 3]) & _PEOPLE:
        return None
    if word in _CHEAP:
        return _Wish(sense, close, close, "cost")
    if close > i + 2:
        money = _money_of(lows, i, sense) if lows[i + 2 : close] in (["money"], ["cash"]) else ""
        return _Wish(sense, close, close, money) if money else _Wish(sense, i + 2, close)
    if lows[i - 1 : i] == ["for"] and sense == "minimize":
        return _Wish(sense, close, close, "cost")
    subject = _subject_before(lows, i)
    if subject is not None:
        return _Wish(sense, *subject)
    money = _money_of(lows, i, sense)
    return _Wish(sense, close, close, money) if money else None


def _the_most(lows: list[str], i: int) -> _Wish | None:
    """ "to earn the most", "what's the most I can make", "costs me the least", "for the least money"."""
    if lows[i] not in ("most", "least") or lows[i - 1 : i] != ["the"]:
        return None
    sense: Sense = "maximize" if lows[i] == "most" else "minimize"
    after = lows[i + 1] if i + 1 < len(lows) else "."
    bare = after in _ENDS or after == "this" or after in _PEOPLE or after in _PERIODS or after == "money"
    if not bare:
        return None
    money = _money_of(lows, i, sense) or _money_after(lows, i)
    if after == "money" and not money:
        money = "profit" if sense == "maximize" else "cost"
    return _Wish(sense, i, i, money) if money else None


def _rises(lows: list[str], i: int) -> _Wish | None:
    """ "so that the value goes up the most", "the bill grows the least"."""
    if lows[i] not in ("most", "least") or lows[i - 1 : i] != ["the"]:
        return None
    verb = next((k for k in range(i - 2, max(-1, i - 4), -1) if lows[k] in _RISING), None)
    subject = _subject_before(lows, verb) if verb is not None else None
    return _Wish("maximize" if lows[i] == "most" else "minimize", *subject) if subject is not None else None


def _cheap_how(lows: list[str], i: int) -> _Wish | None:
    """ "How cheap can I do this?" """
    return _Wish("minimize", i + 1, i + 1, "cost") if lows[i] in _CHEAP and lows[i - 1 : i] == ["how"] else None


def _money_of(lows: list[str], i: int, sense: Sense) -> str:
    before = lows[max(0, i - 6) : i]
    if sense == "minimize" and set(before) & _SPENDING:
        return "cost"
    return "profit" if sense == "maximize" and set(before) & _EARNING else ""


def _money_after(lows: list[str], i: int) -> str:
    after = set(lows[i + 1 : i + 6])
    return "profit" if lows[i] == "most" and after & _EARNING else "cost" if after & _SPENDING else ""


def _predicate(lows: list[str], i: int) -> _Wish | None:
    """ "so that the daily cost is lowest", "the total is the smallest"."""
    sense = SUPERLATIVES.get(lows[i])
    if sense is None:
        return None
    k = i - 1
    while k > 0 and lows[k] in ("the", "a", "at", "its"):
        k -= 1
    if k < 1 or lows[k] not in ("is", "are", "be") or (i + 1 < len(lows) and lows[i + 1] in ("of", "than")):
        return None
    follows = lows[i + 1] if i + 1 < len(lows) else "."
    if follows not in _ENDS:
        return None
    subject = _subject_before(lows, k + 1)
    if subject is None:
        return None
    return _Wish(sense, *subject, "cost" if lows[i] in _CHEAP else "")


def _subject_before(lows: list[str], i: int) -> tuple[int, int] | None:
    """The noun phrase of "the bill is as low", "keep the bill as low", "make the box as cheap"."""
    last = i
    while last > 0 and lows[last - 1] in _LINKS:
        last -= 1
    if lows[last - 1 : last] == [","]:
        last = next((k for k in range(last - 2, -1, -1) if lows[k] == ","), last)
    if lows[last - 1 : last] == [")"]:
        last = next((k for k in range(last - 2, -1, -1) if lows[k] == "("), last)
    first = last
    while first > 0 and last - first < 10 and lows[first - 1] not in _ENDS | _VERBS_BEFORE:
        first -= 1
    named = first < last and lows[first] in _DETERMINERS
    while first < last and lows[first] in _DETERMINERS:
        first += 1
    if first < last and lows[last - 1] not in _PEOPLE and (named or lows[last - 1] not in _EARNING | _SPENDING):
        return first, last
    return None


_VERBS_BEFORE = word_set("to keep keeps keeping make makes making have get so that hold can")


def _kept_down(lows: list[str], i: int) -> _Wish | None:
    """ "to keep the cost down", "keep the total at a minimum"."""
    if lows[i] not in ("down", "minimum", "low"):
        return None
    keep = next((k for k in range(i - 1, max(-1, i - 12), -1) if lows[k] in ("keep", "keeping", "hold")), None)
    if keep is None or (lows[i] == "low" and lows[i - 1] == "as"):
        return None
    last = i
    while last > keep + 1 and lows[last - 1] in ("at", "a", "the", "to", "as"):
        last -= 1
    first = keep + 1
    while first < last and lows[first] in _DETERMINERS:
        first += 1
    return _Wish("minimize", first, last) if first < last else None


def _asks_extent(lows: list[str], i: int) -> bool:
    """ "How large an audience can be reached?": not "how many of each"."""
    asked = lows[i] in ("large", "big", "great", "high") and "?" in lows[i:]
    return asked and (lows[i + 1] in ("an", "a") or lows[i + 1 : i + 3] == ["can", "the"])


def _fewest(lows: list[str], i: int) -> _Wish | None:
    """ "How few nurses are enough?", "How many rolls are needed at least?"."""
    if lows[i] == "few" and i and lows[i - 1] == "how":
        return _Wish("minimize", i + 1, _end(lows, i + 1))
    if lows[i] == "least" and lows[i - 1 : i] == ["at"] and lows[i + 1 : i + 2] == ["?"] and "many" in lows[:i]:
        first = lows.index("many") + 1
        last = next((k for k in range(first, i) if lows[k] in ("are", "have", "must", "do", "is", "need")), i - 1)
        return _Wish("minimize", first, last)
    return None


def _noun(lows: list[str], i: int) -> int:
    while i < len(lows) and lows[i] in _DETERMINERS | {"can"}:
        i += 1
    return i


def _superlative(lows: list[str], i: int, scene: Scene) -> bool:
    """ "for the largest profit", "serve the most people", "the smallest crew I can get away with"."""
    low, after = lows[i], lows[i + 1] if i + 1 < len(lows) else "."
    if not (low.endswith("est") or low in ("most", "least", "minimum", "maximum", "minimal", "maximal")):
        return False
    unnamed = _ENDS | _PEOPLE | _PERIODS | {"of", "than", "is", "are", "money"}
    if after in unnamed or scene.tokens[min(i + 1, len(lows) - 1)].is_number:
        return False
    before = lows[i - 1] if i else ""
    if before == "at" or any(c.first <= i < c.last for c in scene.comparators):
        return False
    asked = "?" in lows or set(lows[:i]) & _ASKING
    return bool(asked) and (before in ("the", "for", "with", "at", "a") or low.endswith("est"))


_ASKING = word_set("find choose compute decide determine want wants wish pick select to so figure which how would like")


def _end(lows: list[str], i: int) -> int:
    k = i
    while k < len(lows) and k - i < 12 and (lows[k] not in _ENDS | _PEOPLE or k == i):
        k += 1
    return k


_READERS = (_as_possible, _the_most, _rises, _cheap_how, _fewest, _predicate, _kept_down)
