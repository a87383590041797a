"""Lists of figures inside sentences: "4, 2 and 6 hours"."""

from __future__ import annotations

import re

from copilot.formulators.offline.drafting import Figure
from copilot.formulators.offline.words.lexicon import NUMBER_WORDS

VALUE = r"\$?\s?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
#: At least two figures, joined by commas and "and"; units may stand behind each.
_MEASURED = rf"{VALUE}(?:\s?(?!and\b)[a-z]{{1,8}})?"
LIST = rf"{_MEASURED}(?:\s*,\s*(?:and\s+)?{_MEASURED}|\s+and\s+{_MEASURED})+"
_COUNTS = "|".join(word for word, value in NUMBER_WORDS.items() if value == int(value) and value >= 1)
#: A whole number in digits or words.
COUNT = rf"(?:\d{{1,4}}|{_COUNTS})"


def figures_in(text: str, start: int, end: int) -> list[Figure]:
    """The figures of ``text[start:end]``, in order."""
    return [Figure.read(match) for match in re.compile(VALUE).finditer(text, start, end)]


def count_of(word: str) -> int | None:
    """The whole number that a word or digits say."""
    if word.isdigit():
        return int(word)
    value = NUMBER_WORDS.get(word.lower())
    return None if value is None else int(value)
