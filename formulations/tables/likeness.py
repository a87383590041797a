"""How alike two names are: Dough Stock (kg), dough_stock and doughStock are the same."""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher
from functools import lru_cache

_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
#: Names less alike than this have nothing to do with each other.
_CLOSE = 0.83


@lru_cache(maxsize=4096)
def words(name: str) -> tuple[str, ...]:
    """The words of a name in the singular and in small letters; units in brackets left out."""
    text = _CAMEL.sub(" ", _BRACKETS.sub(" ", name))
    text = unicodedata.normalize("NFKD", text).casefold()
    text = "".join(character for character in text if not unicodedata.combining(character))
    return tuple(_singular(word) for word in re.findall(r"[^\W_]+", text))


def likeness(first: str, second: str) -> float:
    """1 for the same words, 0.8 if one name holds all words of the other, less for misspellings, 0 for the rest."""
    a, b = words(first), words(second)
    if not a or not b:
        return 0.0
    if a == b or "".join(a) == "".join(b):
        return 1.0
    if set(a) <= set(b) or set(b) <= set(a):
        return 0.8
    ratio = SequenceMatcher(None, "".join(a), "".join(b)).ratio()
    return 0.75 * ratio if ratio >= _CLOSE and min(len("".join(a)), len("".join(b))) > 3 else 0.0


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return f"{word[:-3]}y"
    if len(word) > 4 and word.endswith(("ches", "shes", "xes", "sses", "zes")):
        return word[:-2]
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
