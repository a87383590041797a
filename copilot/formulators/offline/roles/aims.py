"""What the problem wants: the wish that the shared stages find, and ways of asking that they leave open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from formulations.formulation import Sense

from ..prose.clauses import Goal
from ..prose.entities import Decisions
from ..prose.goals import goal
from ..prose.scenes import scene
from ..words.lexicon import OCCASIONS, STOP_WORDS, is_verb, word_set
from ..words.measures import Measure, family
from ..words.morphology import stem
from ..words.senses import SUPERLATIVES
from ..words.tokens import Sentence, Token
from .vocabulary import COST, PROFIT, REVENUE

_NOBODY = Decisions((), frozenset())
#: A sentence of so few words with a superlative is a wish: "Goal: maximum margin."
_SHORT = 6
_GAINING = word_set("gain get achieve reach earn score collect obtain attain win")
_MONEY = COST | PROFIT | REVENUE
_EMPTY = word_set(
    """plan mix schedule solution way production output month week day year season farm business it this everything
    strategy combination program split staffing choice number amount total quantity daily weekly monthly yearly most
    optimal best possible result outcome money additional extra"""
)


@dataclass(frozen=True, slots=True)
class Aim:
    """``nouns`` are stems of what is wanted; ``family`` says which money; ``counted``: a number of things is meant."""

    sense: Sense
    family: str
    dimension: str
    nouns: frozenset[str]
    counted: bool
    words: str
    start: int
    end: int


def aim_of(parts: Sequence[Sentence]) -> Aim | None:
    """The wish of the text, or None."""
    found = goal([scene(part, _NOBODY) for part in parts], _NOBODY)
    if found is not None and found.words.split()[:1] in (["that"], ["this"], ["it"], ["they"]):
        verb = next((t for part in parts for t in part.tokens if t.start > found.place.end and t.stem in _MONEY), None)
        if verb is not None:
            return replace(_aim(found, cheapest=False), family=_family(verb.low), dimension="money", nouns=frozenset())
    if found is not None:
        said = {t.low for part in parts for t in part.tokens if found.place.start - 12 <= t.start < found.place.end}
        return _aim(found, cheapest="cheapest" in said)
    for part in reversed(parts):
        asked = _asked(part)
        if asked is not None:
            return asked
    return None


def _aim(found: Goal, *, cheapest: bool) -> Aim:
    measure: Measure = found.measure
    stems = {stem(word) for word in found.words.split()}
    money = measure.family or _family(found.words) or ("profit" if found.words.startswith("out of") else "")
    nouns = measure.nouns | stems
    empty = {stem(word) for word in _EMPTY}
    kept = frozenset(n for n in nouns if n not in empty and n not in STOP_WORDS)
    money = "cost" if cheapest else "revenue" if money == "cost" and found.sense == "maximize" else money
    cheap = cheapest or (measure.family == "cost" and not ({"cost", "expens"} & stems))
    return Aim(
        found.sense, money, "money" if money else measure.dimension, frozenset() if cheap else kept,
        found.counted or "number" in found.words.split(), found.words, found.place.start, found.place.end,
    )  # fmt: skip


def _family(words: str) -> str:
    stems = [stem(word) for word in words.split() if word not in ("take", "takes")]
    if {"takings", "turnover"} & set(words.split()):
        return "revenue"
    for word in stems:
        if word in COST:
            return "cost"
        if word in PROFIT and word not in ("yield", "leav"):
            return "profit"
        if word in REVENUE - {stem("customer"), stem("market"), stem("ticket"), stem("bring")}:
            return "revenue"
    return family(words.split())


def _asked(part: Sentence) -> Aim | None:
    """ "How much shade can they get at most?", "how many calls at best", "make the most of the month"."""
    tokens = part.tokens
    lows = [token.low for token in tokens]
    text = " ".join(lows)
    place = (part.start, part.end)
    short = len(tokens) <= _SHORT and not any(token.is_number for token in tokens)
    for i, low in enumerate(lows[:-1]):
        if short and low in SUPERLATIVES and tokens[i + 1].is_word and tokens[i + 1].low not in STOP_WORDS:
            return extent(tokens[i + 1 :], SUPERLATIVES[low], place)
    if "make the most" in text or "making the most" in text or "get the most out" in text:
        return Aim("maximize", "profit", "money", frozenset(), False, "profit", *place)
    for i, low in enumerate(lows[:-1]):
        superlative = low in ("most", "fewest", "least") and i and lows[i - 1] == "the" and tokens[i + 1].is_word
        if superlative and not any(token.is_number for token in tokens) and lows[i + 1] not in STOP_WORDS:
            return extent(tokens[i + 1 :], "maximize" if low == "most" else "minimize", place)
    for i, low in enumerate(lows[2:], 2):
        closes = i + 1 >= len(lows) or lows[i + 1] in (".", "?", "!")
        if (
            low in ("most", "least")
            and lows[i - 1] == "the"
            and closes
            and not any(token.is_number for token in tokens)
        ):
            verb = tokens[i - 2]
            family = "" if verb.low == "worth" else _family(verb.low)
            up: Sense = "maximize" if low == "most" else "minimize"
            return Aim(up, family, "money" if family else "", frozenset({verb.stem}), False, verb.low, *place)
    for i, low in enumerate(lows[:-2]):
        if low != "how" or lows[i + 1] not in ("much", "many"):
            continue
        if {"most", "best", "maximum"} & set(lows[i + 2 :]):
            return extent(tokens[i + 2 :], "maximize", place)
        if {"least", "minimum"} & set(lows[i + 2 :]):
            return extent(tokens[i + 2 :], "minimize", place)
    gained = _gained(tokens, place)
    if gained is not None:
        return gained
    senses = {SUPERLATIVES[low] for low in lows if low in SUPERLATIVES}
    if "?" in lows and senses and not any(token.is_number for token in tokens):
        sense: Sense = "maximize" if "maximize" in senses else "minimize"
        return Aim(sense, "profit" if sense == "maximize" else "cost", "money", frozenset(), False, "", *place)
    return None


def _gained(tokens: Sequence[Token], place: tuple[int, int]) -> Aim | None:
    """ "How many points can she gain?": what can be gained is wanted, without a superlative."""
    lows = [token.low for token in tokens]
    for i, low in enumerate(lows[:-3]):
        if low != "how" or lows[i + 1] not in ("much", "many"):
            continue
        can = next((j for j in range(i + 2, len(lows)) if lows[j] in ("can", "could")), None)
        if can is not None and _GAINING & set(lows[can:]):
            return extent(tokens[i + 2 : can], "maximize", place)
    return None


def extent(tokens: Sequence[Token], sense: Sense, place: tuple[int, int]) -> Aim:
    """The wish for as much, or as little, of what the words name."""
    nouns: list[str] = []
    for token in tokens:
        if token.low in STOP_WORDS or is_verb(token.low):
            if nouns:
                break
            continue
        if token.is_word and token.lemma not in OCCASIONS:
            nouns.append(token.low)
    words = " ".join(nouns)
    money = _family(words) or ("profit" if nouns[:1] == ["money"] else "")
    return Aim(sense, money, "money" if money else "", frozenset(stem(n) for n in nouns), False, words, *place)
