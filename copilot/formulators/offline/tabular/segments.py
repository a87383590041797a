"""Sentences and lines of a text with the heading above them, and the figures in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .members import Naming

_REFERENCE = re.compile(r"\b(?:table|figure|section|equation|step)\s*$", re.I)
_NUMBER = re.compile(r"(?:(?<![\w.])|(?<=[a-z]{5}))\$?\s?(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?!\w|\.\d)")
_SEGMENT = re.compile(r"(?<=[.;?!])\s+|\n")


@dataclass(frozen=True, slots=True)
class Number:
    value: float
    start: int
    end: int
    money: bool


@dataclass(frozen=True, slots=True)
class Segment:
    """A sentence or a line, with the heading that it stands under, and the place of that heading."""

    start: int
    end: int
    heading: str
    above: tuple[int, int]


def segments(text: str) -> Iterator[Segment]:
    heading = ""
    above = (0, 0)
    start = 0
    for match in [*_SEGMENT.finditer(text), None]:
        end = match.start() if match else len(text)
        piece = text[start:end]
        body = piece.strip()
        if body:
            plain = body.strip("*# ")
            if plain.endswith(":") and (not re.match(r"[-•]", body) or re.search(r"\d", body) is None):
                heading, above = plain, (start, end)
            elif not re.match(r"[-*•\d]", body) and len(plain) > 60 and "\n\n" in text[max(0, start - 2) : start]:
                heading, above = "", (0, 0)
            yield Segment(start, end, heading, above)
        start = match.end() if match else len(text)


def numbers_in(text: str, segment: Segment, places: Sequence[Naming]) -> list[Number]:
    found = []
    for m in _NUMBER.finditer(text, segment.start, segment.end):
        if any(p.start <= m.start(1) < p.end for p in places):
            continue
        if _REFERENCE.search(text, max(0, m.start() - 12), m.start(1)):
            continue
        found.append(Number(float(m[1].replace(",", "")), m.start(), m.end(), "$" in m[0]))
    return found
