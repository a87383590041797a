"""The lines of notes as tokens, with the shorthand of notes spelled out: arrows, "p.a.", "12 min", "week 14"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ..words.cleaning import unmarked
from ..words.lexicon import OCCASIONS, word_set
from ..words.tokens import Token, tokenize
from .cues import BOUNDS

_ENDS = frozenset(";.?!")
#: A full stop behind these ends a word, not a sentence.
_SHORTENED = word_set("max min approx incl est no qty hr hrs wk pcs ea avail vs std")
_ARROW = re.compile(r"->|=>(?!\s*\d)|\u2192|\u21d2")
_IDLE = re.compile(r"\bp\.\s?a\.?|\bw/(?=\s)|~|\b(?:approx|ca)\.")


@dataclass(frozen=True, slots=True)
class Run:
    """The tokens of a sentence; ``continued`` where the one before ended with a semicolon on the same line."""

    tokens: tuple[Token, ...]
    continued: bool


def runs_of(text: str) -> Iterator[Run]:
    """The sentences of the text: lines, and their parts up to a full stop or a semicolon."""
    spelled = _IDLE.sub(lambda m: " " * len(m[0]), unmarked(_ARROW.sub(lambda m: "|".ljust(len(m[0])), text)))
    letters = set(re.findall(r"(?<![\w'])[B-HJ-Z](?![\w'])", spelled))
    start = 0
    for line in spelled.split("\n"):
        tokens = [replace(t, start=t.start + start, end=t.end + start) for t in tokenize(line)]
        around = zip([None, *tokens], tokens, [*tokens[1:], None], strict=False)
        yield from _parted([_plain(token, before, after, spelled, letters) for before, token, after in around])
        start += len(line) + 1


def _parted(tokens: list[Token]) -> Iterator[Run]:
    run: list[Token] = []
    continued = False
    for i, token in enumerate(tokens):
        shortened = token.low == "." and i and tokens[i - 1].low in _SHORTENED
        inside = token.low == "." and i + 1 < len(tokens) and tokens[i + 1].start == token.end
        if token.low in _ENDS and not shortened and not inside:
            if run:
                yield Run(tuple(run), continued)
            run, continued = [], token.low == ";"
        elif not shortened:
            run.append(token)
    if run:
        yield Run(tuple(run), continued)


def _plain(token: Token, before: Token | None, after: Token | None, text: str, letters: set[str]) -> Token:
    """The token as it is meant in notes: "A: 5 h" names A, "12 min" are minutes, "week 14" has no figure."""
    letter = text[token.start : token.end]
    if letter in ("A", "I"):
        named = after is None or not after.is_word or after.low in BOUNDS or (letter == "A" and "B" in letters)
        return replace(token, low=letter) if named else token
    if token.low == "min" and before is not None:
        counted = before.is_number and (after is None or after.low != "of")
        unit = before.low in (",", "(") and after is not None and after.low in (":", ")")
        return replace(token, low="minute") if counted or unit else token
    if token.low == "one" and after is not None and after.lemma in OCCASIONS:
        return replace(token, kind="word", value=None)
    dated = before is not None and before.lemma in OCCASIONS and (after is None or not after.is_word)
    if token.is_number and dated and not (token.money or token.percent):
        return replace(token, kind="word", value=None)
    return token
