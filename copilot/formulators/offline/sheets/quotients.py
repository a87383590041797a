"""What is wanted as a quotient: "the shade-price ratio", "energy per dollar", "defined as profit divided by area"."""

from __future__ import annotations

import re

_DEFINED = (
    re.compile(
        r"(?:defined as|which is|is)\s+(?:the\s+)?(?P<above>[^.()]{3,90}?)\s+divided by\s+(?P<below>[^.()]{3,90})", re.I
    ),
    re.compile(r"\bratio of\s+(?:the\s+)?(?P<above>[^.(),]{3,60}?)\s+(?:to|over)\s+(?P<below>[^.(),]{3,60})", re.I),
)
_NAMED = (
    re.compile(
        r"(?:maximi[sz]\w*|minimi[sz]\w*|highest|largest|greatest|lowest|smallest|\bthe (?:most|least))\s+"
        r"(?:the\s+)?(?:average\s+)?(?P<above>[\w ]{3,40}?)\s+"
        r"per\s+(?P<below>[\w ]{3,50})",
        re.I,
    ),
    re.compile(
        r"(?:efficiency|ratio|rate|productivity)\s*\((?P<above>[\w ]{3,40}?) per (?P<below>[\w ]{3,50})\)", re.I
    ),
    re.compile(r"\b(?P<above>[A-Za-z]{3,20})(?:-to-|[-/])(?P<below>[A-Za-z]{3,20})\s+ratio\b", re.I),
)
_OCCASION = re.compile(r"^(?:day|week|month|year|hour|quarter|season|unit time)\b(?! of)", re.I)


def ratio_in(sentence: str, following: str = "") -> tuple[str, str] | None:
    """Numerator and denominator of the objective: as the text defines the ratio, else as it names it."""
    named = next((m for p in _NAMED if (m := p.search(sentence)) and not _OCCASION.match(m["below"])), None)
    here = (
        f"{sentence} {following}" if re.search(r"\bratio\b|\bdefined\b", f"{sentence} {following}", re.I) else sentence
    )
    defined = next((m for p in _DEFINED if (m := p.search(here))), None)
    match = defined or named
    return (match["above"], match["below"]) if match is not None else None
