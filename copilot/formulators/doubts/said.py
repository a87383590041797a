"""The figures of a text as it gives them: the number, what it measures, and what stands around it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto

from copilot.formulators.draft import Span
from copilot.formulators.offline.words.lexicon import unit_of
from copilot.formulators.offline.words.measures import Measure, quantity
from copilot.formulators.offline.words.particles import EACH
from copilot.formulators.offline.words.tokens import sentences as sentences_of
from copilot.formulators.offline.words.tokens import tokenize

#: What may stand right before a number that limits something.
_LIMIT = re.compile(
    r"(?:at\s+(?:most|least)|no\s+(?:more|less|fewer)\s+than|exceed|up\s+to|(?:maximum|minimum|budget|total|limit|"
    r"capacity)\s+of|limited\s+to|(?:\bnot|n't|\bnever)\s+(?:be|get|have)\s+(?:more|less|fewer)\s+than)\s+(?:only\s+)?(?:a\s+total\s+of\s+)?[\\$€£]*\s*$",
    re.IGNORECASE,
)
#: What may stand right before a number that another figure is given for: "2 litres for every 100 km".
_BASE = re.compile(r"\b(?:for\s+every|for\s+each|per|every)\s+[\\$€£]*\s*$", re.IGNORECASE)
#: What may follow a number that limits something and says that it is a factor, a difference or a rate.
_ELSE = re.compile(r"\s*(?:times|more|fewer|less|per|each|%|percent)\b|\s*%", re.IGNORECASE)
_BACK, _AHEAD = 45, 20


class Role(Enum):
    """What the words next to a number make of it."""

    LIMIT = auto()
    BASE = auto()
    PLAIN = auto()


@dataclass(frozen=True, slots=True)
class Said:
    """A number of a text with its noun phrase.

    phrase: the number with the words before it that make its role. factor: it multiplies something, as in "3 times".
    share: it is a percentage or a fraction, ``value`` being the share. words: whether it is written out.
    """

    value: float
    span: Span
    measure: Measure
    role: Role
    phrase: Span
    factor: bool = False
    share: bool = False
    words: bool = False


def figures_said(text: str) -> tuple[Said, ...]:
    """The numbers of a text in their order."""
    found = []
    for sentence in sentences_of(tokenize(text), text):
        tokens = sentence.tokens
        for at, token in enumerate(tokens):
            if not token.is_number or token.value is None:
                continue
            read = quantity(tokens, at)
            described = at + 2 < len(tokens) and tokens[at + 1].is_word and tokens[at + 1].low not in EACH
            if described and read.end == at + 1 and unit_of(tokens[at + 2].low):
                read = quantity(tokens, at + 1)  # "6 working hours"
            end = max(tokens[read.end - 1].end, token.end)
            role, start = _role(text, token.start, token.end)
            found.append(
                Said(
                    token.value,
                    Span(start=token.start, end=end),
                    read.measure,
                    role,
                    Span(start=start, end=end),
                    factor=token.multiplier,
                    share=token.percent or token.fraction,
                    words=not any(sign.isdigit() for sign in text[token.start : token.end]),
                )
            )
    return tuple(found)


def _role(text: str, start: int, end: int) -> tuple[Role, int]:
    """What the words before a number make of it, and where they begin."""
    first = max(0, start - _BACK)
    before = text[first:start]
    if match := _BASE.search(before):
        return Role.BASE, first + match.start()
    match = _LIMIT.search(before)
    if match and not _ELSE.match(text[end : end + _AHEAD]):
        return Role.LIMIT, first + match.start()
    return Role.PLAIN, start
