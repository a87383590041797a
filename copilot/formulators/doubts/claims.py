"""What single sentences say of the decisions in so many words, as linear inequalities over the columns of a program.

Only wordings that mean one thing are read: "at least twice as many vans as carts", "at most 12 lanterns", "10 more
vans than carts", "at least 30 % of the vehicles must be vans", "at least 5 of each". Everything else is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from copilot.formulators.doubts.audit import WORDS, sentences
from copilot.formulators.draft import Span
from copilot.formulators.offline.words.lexicon import is_content
from copilot.formulators.offline.words.morphology import stem
from formulations.program import Program

_FACTORS = {"twice": 2.0, "double": 2.0, "thrice": 3.0, "triple": 3.0, "half": 0.5}
_NUMBER = rf"(?:\d[\d,]*(?:\.\d+)?|{'|'.join(WORDS)})"
_LEAST = r"at\s+least|no\s+(?:less|fewer)\s+than|not\s+(?:less|fewer)\s+than|a\s+minimum\s+of|minimum\s+of"
_MOST = (
    r"(?:cannot|can\s+not|must\s+not|may\s+not)\s+exceed|at\s+most|no\s+more\s+than|not\s+more\s+than|"
    r"not\s+exceed(?:ing)?|a\s+maximum\s+of|maximum\s+of|up\s+to"
)
_SIDE = rf"(?P<side>{_LEAST}|{_MOST})"
_COMPARED = rf"(?P<side>{_LEAST}|{_MOST}|exactly)"
_FACTOR = rf"(?P<factor>{'|'.join(_FACTORS)}|{_NUMBER}\s+times|)"
_THING = r"(?:[a-z][\w'-]*\s+){0,3}?[a-z][\w'-]*"
_STOP = r"and|but|must|should|can|to|in|on|for|because|since|due|so|are|is|each|every|per|while"
_END = rf"(?=\s*(?:[.,;:!?)]|$|\b(?:{_STOP})\b))"
_NUMBER_OF = r"(?:the\s+)?(?:number|amount|quantity)\s+of\s+"
_MODAL = r"(?:must|should|has\s+to|needs\s+to|can)?\s*(?:be|is)?\s*"


def _pattern(words: str) -> re.Pattern[str]:
    return re.compile(words, re.IGNORECASE)


#: at least twice as many A as B
_TIMES = _pattern(rf"{_COMPARED}\s+{_FACTOR}\s*as\s+(?:many|much)\s+(?P<a>{_THING})\s+as\s+(?P<b>{_THING}){_END}")
#: A must number at least twice B
_COUNTS = _pattern(
    rf"{_NUMBER_OF}(?P<a>{_THING})\s+{_MODAL}{_COMPARED}\s+{_FACTOR}\s*"
    rf"(?:{_NUMBER_OF}|that\s+of\s+)(?P<b>{_THING}){_END}"
)
#: at least 5 more A than B
_MORE = _pattern(rf"{_COMPARED}\s+(?P<n>{_NUMBER})\s+more\s+(?P<a>{_THING})\s+than\s+(?P<b>{_THING}){_END}")
#: at most 12 A
_LIMIT = _pattern(rf"{_SIDE}\s+(?P<n>{_NUMBER})\s+(?!more\b|times\b|of\b|%|percent)(?P<a>{_THING}){_END}")
#: the number of A must not exceed 12
_COUNT_LIMIT = _pattern(
    rf"{_NUMBER_OF}(?P<a>{_THING})\s+{_MODAL}{_SIDE}\s+(?P<n>{_NUMBER})(?=\s*(?:[.,;:!?)]|$|and\b|but\b))"
)
#: at least 30 % of the X must be A
_SHARE = _pattern(
    rf"{_SIDE}\s+(?P<n>\d+(?:\.\d+)?)\s*(?:%|percent)\s+of\s+(?:all\s+)?(?:the\s+)?(?:total\s+)?(?P<all>{_THING})\s+"
    rf"(?:must|should|has\s+to|have\s+to|needs?\s+to|can)\s+be\s+(?P<a>{_THING}){_END}"
)
#: at least 5 of each
_EACH = _pattern(rf"{_SIDE}\s+(?P<n>{_NUMBER})\s+(?:units?\s+)?of\s+each\b(?=\s*(?:[.,;:!?)]|$|type\b|kind\b))")
#: What makes a sentence speak of something else than one plan as a whole.
_CONDITIONAL = _pattern(r"\b(?:if|unless|per|each|every|whenever|when|contains?|consists?|either|or|average)\b")
#: What makes a number of things a part of a larger sum.
_SUMMED = _pattern(r"\b(?:combined|sum|total|plus|times|twice|thrice|half|difference|minus|between)\b|[+*]|\d")
_GENERIC = frozenset(map(stem, ("number", "amount", "quantity", "unit", "total", "piece", "type", "kind", "item")))
_MOST_COLUMNS = 40


@dataclass(frozen=True, slots=True)
class Claim:
    """``low <= sum(weights[column] * value of column) <= high``; None for no bound."""

    span: Span
    weights: dict[int, float]
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class _Things:
    """The columns of a program by the words of their labels."""

    words: tuple[frozenset[str], ...]

    def named(self, phrase: str) -> int | None:
        """The one column that a phrase names, with all its words: "cars" are not "electric cars"."""
        said = stems(phrase)
        found = [place for place, words in enumerate(self.words) if words == said]
        return found[0] if len(found) == 1 else None


def claims(text: str, program: Program) -> tuple[Claim, ...]:
    """The claims of a text, as far as they name the columns of the program by their words."""
    words = column_words(program)
    if words is None:
        return ()
    things = _Things(words)
    readers: tuple[tuple[re.Pattern[str], bool, Callable[[re.Match[str], _Things], dict[int, float] | None]], ...] = (
        (_TIMES, False, _ratio),
        (_COUNTS, False, _ratio),
        (_MORE, False, _pair),
        (_LIMIT, True, _single),
        (_COUNT_LIMIT, True, _single),
        (_SHARE, True, _share),
    )
    found = []
    for sentence in sentences(text):
        part = text[sentence.start : sentence.end]
        for pattern, plain, reader in readers:
            if plain and _CONDITIONAL.search(part):
                continue
            for match in pattern.finditer(part):
                if pattern in (_COUNTS, _COUNT_LIMIT) and _SUMMED.search(part[: match.start()]):
                    continue
                weights = reader(match, things)
                if weights:
                    limit = _value(match["n"]) if pattern in (_MORE, _LIMIT, _COUNT_LIMIT) else 0.0
                    found.append(_claim(match, sentence.start, weights, limit))
        if len(program.columns.blocks) == 1:
            for match in _EACH.finditer(part):
                found += [
                    _claim(match, sentence.start, {column: 1.0}, _value(match["n"])) for column in range(len(words))
                ]
    return tuple(found)


def _claim(match: re.Match[str], start: int, weights: dict[int, float], limit: float) -> Claim:
    span = Span(start=start + match.start(), end=start + match.end())
    side = match["side"].lower()
    least = re.fullmatch(_LEAST, side) is not None or side == "exactly"
    most = re.fullmatch(_MOST, side) is not None or side == "exactly"
    return Claim(span, weights, low=limit if least else None, high=limit if most else None)


def _ratio(match: re.Match[str], things: _Things) -> dict[int, float] | None:
    pair = _pair(match, things)
    if pair is None:
        return None
    first, second = pair
    factor = match["factor"].lower().removesuffix("times").strip()
    return {first: 1.0, second: -(_FACTORS.get(factor) or (_value(factor) if factor else 1.0))}


def _pair(match: re.Match[str], things: _Things) -> dict[int, float] | None:
    first, second = things.named(match["a"]), things.named(match["b"])
    return None if first is None or second is None or first == second else {first: 1.0, second: -1.0}


def _single(match: re.Match[str], things: _Things) -> dict[int, float] | None:
    found = things.named(match["a"])
    return None if found is None else {found: 1.0}


def _share(match: re.Match[str], things: _Things) -> dict[int, float] | None:
    found = things.named(match["a"])
    if found is None or things.named(match["all"]) is not None:
        return None
    share = float(match["n"]) / 100
    return {column: (1.0 if column == found else 0.0) - share for column in range(len(things.words))}


def _value(words: str) -> float:
    return WORDS[words.lower()] if words.lower() in WORDS else float(words.replace(",", ""))


def column_words(program: Program) -> tuple[frozenset[str], ...] | None:
    """The stems that tell the columns apart; None where there are too many or they have none."""
    blocks = program.columns.blocks
    if program.column_count > _MOST_COLUMNS:
        return None
    found = []
    for block in blocks:
        for position in range(block.count):
            key = block.key(position)
            if len(key) > 1:
                return None
            title = " ".join(map(str, key)) if key else block.name.replace("_", " ")
            found.append(stems(title) or frozenset(title.lower().split()))
    return tuple(found) if all(found) else None


def stems(words: str) -> frozenset[str]:
    parts: Sequence[str] = re.findall(r"[^\W\d_]+", words.lower())
    return frozenset(stem(part) for part in parts if is_content(part)) - _GENERIC
