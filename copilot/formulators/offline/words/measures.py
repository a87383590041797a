"""What a number measures: its unit, the noun it counts, and the words around it; and how alike two measures are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from .lexicon import (
    COST_WORDS,
    COUNTERS,
    OCCASIONS,
    PROFIT_WORDS,
    REVENUE_WORDS,
    STOP_WORDS,
    is_content,
    is_verb,
    unit_of,
    word_set,
)
from .morphology import lemma, stem
from .particles import DETERMINERS
from .tokens import Token

_WEAK = frozenset(
    stem(word)
    for word in word_set(
        """make use produce have need require take number amount total unit type kind each limit minimum maximum
    budget process cost day week per available supply company hour minute time want level good quality worth
    order meet demand average rate overall daily weekly month capacity"""
    )
)
_SKIPPED = word_set("""limit number amount total quantity rate level average overall kind type demand supply company""")

_OPENING = DETERMINERS | {"each", "same"}
#: Dimensions of what can be divided at will.
DIVISIBLE = frozenset(
    {"area", "hectare", "mass", "heavy", "pound", "volume", "gallon", "square foot", "square meter", "square mile"}
)


@dataclass(frozen=True, slots=True)
class Measure:
    """``nouns`` are stems of what is counted, ``context`` stems of the words near by.

    ``dimension`` is empty for plain counts; ``size`` is the unit in the base unit of its dimension; ``family`` is
    cost, profit or revenue for amounts of money.
    """

    nouns: frozenset[str] = frozenset()
    context: frozenset[str] = frozenset()
    dimension: str = ""
    size: float = 1.0
    family: str = ""
    words: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number of a sentence with what it measures; ``tokens[at:end]`` is the number and its noun phrase."""

    token: Token
    at: int
    end: int
    measure: Measure

    @property
    def value(self) -> float:
        return self.token.value if self.token.value is not None else 0.0


def quantity(tokens: Sequence[Token], at: int) -> Quantity:
    """The number at ``tokens[at]`` with the noun phrase that follows it: "50 minutes of shaping time"."""
    token = tokens[at]
    end, nouns, dimension, size, unit = at + 1, [], "", 1.0, ""
    if token.money:
        dimension = "money"
    limit = min(len(tokens), at + 12)
    j = at + 1
    while j < limit:
        low = tokens[j].low
        if tokens[j].is_word and low == "cubic" and j + 1 < limit and tokens[j + 1].lemma in ("meter", "metre"):
            dimension, size, unit, j = "volume", 1000.0, "cubic " + tokens[j + 1].low, j + 2
            end = j
            continue
        if (
            tokens[j].is_word
            and low == "square"
            and j + 1 < limit
            and tokens[j + 1].lemma in ("foot", "meter", "metre", "mile", "inch", "yard")
        ):
            dimension, unit, j = "square " + tokens[j + 1].lemma, "square " + tokens[j + 1].low, j + 2
            end = j
            continue
        if tokens[j].is_word and is_content(low):
            known = unit_of(low)
            if known is not None and (not dimension or dimension == known[0]):
                dimension, size, unit = known[0], known[1], low
            elif known is None and not (
                lemma(low) in COUNTERS and j + 1 < limit and tokens[j + 1].low in ("of", "worth")
            ):
                nouns.append(low)
            end = j = j + 1
        elif low in ("of", "in") and j + 1 < limit and tokens[j + 1].is_word and (j == at + 1 or low == "of"):
            j += 1
            while j < limit and tokens[j].low in _OPENING:
                j += 1
            if j >= limit or not tokens[j].is_word or tokens[j].low in STOP_WORDS:
                break
            if low == "of" and is_verb(tokens[j].low):
                nouns.append(tokens[j].low)
                end = j = j + 1
        elif (
            low == "worth"
            or (low in ("more", "additional", "extra", "different", "total") and j == at + 1)
            or (
                low in ("-", "(")
                and j == at + 1
                and j + 1 < limit
                and tokens[j + 1].is_word
                and unit_of(tokens[j + 1].low)
            )
        ):
            j += 1
        else:
            break
    counted = [n for n in nouns if lemma(n) not in OCCASIONS]
    stems = frozenset(stem(n) for n in counted if lemma(n) not in ("unit", "piece", "worth", "amount", "one", "number"))
    words = " ".join(n for n in nouns if lemma(n) not in OCCASIONS)
    around = frozenset(
        tokens[i].stem for i in range(at + 1, end) if tokens[i].is_word and tokens[i].low not in STOP_WORDS
    )
    around = frozenset(s for s in around - stems if s not in ("unit", "piec", "amount", "number"))
    return Quantity(
        token, at, end, Measure(stems, around if not dimension else frozenset(), dimension, size, "", words, unit)
    )


def family(words: Sequence[str], *, near: int | None = None) -> str:
    """cost, profit or revenue by the word of money nearest to position ``near``; empty when none is there."""
    best, found = 99, ""
    for i, low in enumerate(words):
        base = lemma(low)
        kind = ""
        if base in ("profit", "profits", "net", "yield", "return", "interest", "gain", "payout", "dividend"):
            kind = "profit"
        elif base in COST_WORDS or low in ("costing", "costs", "paying", "paid", "spending", "wages", "charged"):
            kind = "cost"
        elif base in REVENUE_WORDS or low in ("selling", "sells", "earning", "earned", "earns", "sold", "brings"):
            kind = "revenue"
        elif base in PROFIT_WORDS:
            kind = "profit"
        distance = abs(i - near) if near is not None else 0
        if kind and distance < best:
            best, found = distance, kind
    return found


def context_of(tokens: Sequence[Token]) -> frozenset[str]:
    """Stems of the words that say something about a number, verbs included."""
    return frozenset(
        token.stem
        for token in tokens
        if token.is_word
        and token.low not in STOP_WORDS
        and token.lemma not in OCCASIONS
        and token.lemma not in COUNTERS
        and unit_of(token.low) is None
    )


def noun_stems(tokens: Sequence[Token]) -> frozenset[str]:
    """Stems of the content words that are not verbs."""
    return frozenset(
        token.stem
        for token in tokens
        if token.is_word
        and token.low not in STOP_WORDS
        and not is_verb(token.low)
        and token.lemma not in OCCASIONS
        and token.lemma not in COUNTERS
        and unit_of(token.low) is None
    )


def likeness(a: Measure, b: Measure, shares: Mapping[str, int] = MappingProxyType({})) -> float:
    """How much speaks for two measures being of the same thing; negative when they cannot be.

    ``shares`` counts in how many measures of the text a noun occurs: what all share tells nothing apart.
    """
    score = 0.0
    if a.dimension != b.dimension:
        if "money" in (a.dimension, b.dimension):
            return -1.0
        if a.dimension and b.dimension:
            return -1.0
        score -= 1.0
    elif a.dimension:
        score += 1.0
    if a.dimension == "money" and a.family and b.family and a.family != b.family:
        score -= 2.5
    elif a.family and a.family == b.family:
        score += 2.0
    score += 4.0 * _weight(a.nouns & b.nouns, shares)
    if a.nouns and b.nouns and not a.nouns & b.nouns and not (a.nouns & b.context or a.context & b.nouns):
        score -= 1.0
    score += 1.5 * (_weight(a.nouns & b.context, shares) + _weight(a.context & b.nouns, shares))
    score += 0.75 * _weight(a.context & b.context)
    return score


def _weight(stems: frozenset[str], shares: Mapping[str, int] = MappingProxyType({})) -> float:
    return sum((0.3 if word in _WEAK else 1.0) / max(1, shares.get(word, 1)) for word in stems)


def label(measure: Measure) -> str:
    """A few words for people and for names: "shaping time", "gold", "profit"."""
    words = [w for w in measure.words.split() if lemma(w) not in _SKIPPED and lemma(w) not in COUNTERS]
    if words:
        return " ".join(words[-3:])
    if measure.family:
        return measure.family
    return {"money": "money", "": "amount"}.get(measure.dimension, measure.unit or measure.dimension)
