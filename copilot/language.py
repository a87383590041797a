"""Whether a text is English, as far as its commonest words tell: the embedded formulator reads no other language."""

from __future__ import annotations

import re

_ENGLISH = """
a an and are as at be by can each every for from has have how in is it least make many most must needs no not of on or
per so than that the their there they this to we what which with
"""
_COMMON = frozenset(_ENGLISH.split())
#: Words that are looked at, words below which nothing is said, and the share of common ones in English.
_LOOKED_AT, _FEW, _SHARE = 400, 8, 0.08
_WORD = re.compile(r"[^\W\d_]+")


def seems_foreign(text: str) -> bool:
    """Whether too few of the words are common English ones; never for texts of a few words or of symbols only.

    Scripts without spaces between words count by their letters.
    """
    words = [word.lower() for word in _WORD.findall(text[:20_000])][:_LOOKED_AT]
    letters = sum(map(len, words))
    if sum(len(word) for word in words if not word.isascii()) > letters / 2 > 0:
        return True
    return len(words) >= _FEW and sum(word in _COMMON for word in words) < _SHARE * len(words)
