"""How a text says whether things are taken once or often, and whether it rather asks how much of each."""

from __future__ import annotations

import re

from formulations.formulation import Domain

_YOU = r"(?:i|we|you|they|he|she|it|one)"
#: Each thing may be taken any number of times.
_MANY = (
    rf"as many (?:of (?:each|any|them)(?: \w+)? |\w+ )?as (?:{_YOU} )?(?:can |may )?(?:likes?|wants?|pleases?|fits?)",
    r"any (?:number|quantity|amount) of",
    r"unlimited (?:supply|number|quantit\w+|amounts?)",
    r"repeatedly|several times|more than once|any number|as often as",
    r"more than one of (?:each|any)",
)
#: Each thing is taken once or left.
_ONCE = (
    r"one of each|only one (?:of each|exists|each)|(?:at most|only|just) once|once at most",
    r"all[ -]or[ -]nothing|yes[ -](?:or|/)[ -]?no|yes/no|indivisible|in full or",
    rf"either [^.,]{{3,40}} or (?:{_YOU} )?(?:do not|don't|not)",
    r"(?:any|each|the) \w+ twice|either \w+ (?:\w+ )?or (?:not|turned|rejected|left)",
    r"(?:cannot|can't|can not) be (?:split|divided)",
)
_WHICH = (
    r"which (?!of the following|is\b|are\b|has\b|have\b|can\b|was\b|were\b)",
    r"who should|(?:what|which) (?:should|do|to|goes|things|ones)",
    r"choos\w+|select\w*|pick\w*|choice of",
    r"knapsack|backpacks?|suitcase|rucksack",
    r"(?:decide|deciding) (?:which|what|on)",
)
#: The text rather asks how much of each is made.
_AMOUNTS = (
    r"how (?:many|much)(?: \w+){0,3} (?:of each|each|of every|of both)",
    r"how many (?:units|pieces|of)|how much of|production|manufactur\w+|produces?",
    r"(?:per|each|every) (?:unit|piece|item|kg|kilogram|ton|liter|pound|batch|acre|hectare)",
    r"how (?:many|much) (?:should|to|does|do|can)|(?:twice|thrice|half|times|least) as many",
    r"how many [\w-]+ to",
)
_OF_EACH = re.compile(
    r"\bhow (?:many|much)(?: \w+){0,4} (?:of each|each|of every|of both|of either|per \w+)\b|"
    r"\bhow many (?:units|pieces|of)\b|"
    r"\bhow many \w+ (?:should|must|does|do|can) \w+ (?:make|buy|sell|use|take|prepare|produce|eat|hire|rent|build)\b",
    re.I,
)
_STOP = re.compile(r"[.?!:]")
_ASKING = re.compile(r"\b(?:should|must|shall|to)\b", re.I)


def _any(shapes: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(shapes)})\b", re.I)


_PATTERNS = {shapes: _any(shapes) for shapes in (_MANY, _ONCE, _WHICH, _AMOUNTS)}


def taken_once(text: str) -> bool:
    """Whether the text says that each thing is taken once, or left."""
    return _PATTERNS[_ONCE].search(text) is not None


def domain_of(text: str) -> Domain | None:
    """Whether a thing is chosen once or often, by the words; None where the text does not say that it chooses."""
    if taken_once(text):
        return "binary"
    if _PATTERNS[_MANY].search(text):
        return "integer"
    if _PATTERNS[_AMOUNTS].search(text):
        return None
    return "binary" if _PATTERNS[_WHICH].search(text) else None


def asks_amounts(text: str) -> bool:
    """Whether the text rather asks how much of each is made."""
    return _PATTERNS[_AMOUNTS].search(text) is not None


def asks_of_each(text: str) -> bool:
    """Whether the text asks how many of each there should be."""
    for match in _OF_EACH.finditer(text):
        end = _STOP.search(text, match.end())
        asked = end is not None and end[0] == "?"
        if asked or _ASKING.search(text, match.start(), end.end() if end else len(text)):
            return True
    return False
