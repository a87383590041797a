"""Shares of the whole: "at least 40% of all jars", "no more than a third of the money may go into A"."""

from __future__ import annotations

from collections.abc import Sequence

from ..words.lexicon import is_content, is_verb, word_set
from .comparison import Comparison
from .lines import Figure
from .mentions import wholes
from .vocabulary import WHOLE

_HOLDING = word_set("contain contains containing has have hold holds include includes comprise comprises consists")


def share(said: Comparison, figure: Figure) -> bool:
    """ "at least 40% of all jars", "no more than a third of the money may go into A"."""
    if not (figure.token.percent or figure.token.fraction) or figure.value > 1.0:
        return False
    first, last = said.region(figure.at)
    first, last = _own_part(said, figure, first, last)
    piece = said.line.pieces[said.line.piece_of(figure.at)]
    own = set(said.line.lows(max(first, piece.first), min(last, piece.last)))
    obliged = figure.direction is not None or bool(own & word_set("must should shall has have exactly"))
    if not obliged or _composes(said, figure):
        return False
    if figure.direction is not None and piece.verb is None and _again(said, figure, (first, last)):
        return True
    after = said.after(figure.at + 1, last)
    before = said.before(first, figure.first)
    part = (
        after
        if after and (not before or wholes(said.line, figure.at + 1, _first(said, after, figure.at), said.owners))
        else before
    )
    part = part or before or after
    everyone: Sequence[int] = range(len(said.owners))
    if len(before) == 1 and len(after) > 1 and before[0] in after:
        # "A at least half of the total of A and B combined": the whole is told.
        part, everyone = before, after
    if not part or len(part) >= len(said.owners):
        return False
    direction = figure.direction or "=="
    return said.add(
        "share", part, [(e, figure.value) for e in everyone], direction, (figure.first, last), figures=[figure],
        strict=figure.strict, of=_whole(said, figure),
    )  # fmt: skip


def _whole(said: Comparison, figure: Figure) -> frozenset[str]:
    """Stems of the noun behind "40% of the": what the share is of, where that is no word for the owners."""
    tokens = said.line.tokens
    i = next((j for j in range(figure.at + 1, min(figure.at + 3, len(tokens))) if tokens[j].low == "of"), None)
    if i is None:
        return frozenset()
    found = set()
    for token in tokens[i + 1 : i + 5]:
        if not token.is_word or is_verb(token.low):
            break
        if is_content(token.low):
            found.add(token)
    named = {word for owner in said.owners.items for word in owner.words} | said.owners.category | WHOLE
    return frozenset(token.stem for token in found if token.lemma not in named and token.low not in WHOLE)


def _composes(said: Comparison, figure: Figure) -> bool:
    """ "SuperGro has 8 % nitrogen", "must contain at least 5 % fat": a share of a substance, not of the owners."""
    following = said.line.tokens[figure.at + 1 : figure.at + 3]
    behind = said.after(figure.at + 1, figure.at + 4)
    verb = set(said.line.lows(0, figure.at)) & _HOLDING
    if not figure.token.percent or behind or not following or not verb:
        return False
    noun = following[0].is_word and is_content(following[0].low) and following[0].lemma not in said.owners.category
    return noun or not figure.direction


def _again(said: Comparison, figure: Figure, place: tuple[int, int]) -> bool:
    """ "At least 18 percent tinting base but no more than 35 percent": the second bounds the same share."""
    before = said.found.relations[-1] if said.found.relations else None
    if before is None or before.kind != "share" or said.after(*place) or said.before(*place):
        return False
    part = [owner for owner, factor in before.terms if factor > 0]
    everyone = [(owner, figure.value) for owner in range(len(said.owners))]
    return said.add("share", part, everyone, figure.direction or "==", place, figures=[figure], strict=figure.strict)


def _first(said: Comparison, owners: Sequence[int], i: int) -> int:
    return next((m.first for m in said.mentions if m.first > i and set(m.owners) & set(owners)), i)


def _own_part(said: Comparison, figure: Figure, first: int, last: int) -> tuple[int, int]:
    """Where several shares stand in one sentence, the part from the comma before to the comma behind."""
    for other in said.line.figures:
        if other is figure:
            continue
        cut = next(
            (j for j in range(other.end, figure.first) if said.line.tokens[j].low in (",", "and", "but", "while")),
            None,
        )
        if other.at < figure.at and cut is not None:
            first = max(first, cut + 1)
        cut = next(
            (j for j in range(other.first, figure.at, -1) if said.line.tokens[j].low in (",", "but", "while", "and")),
            None,
        )
        if other.at > figure.at and cut is not None:
            last = min(last, cut)
    return first, last
