"""Which way a figure without comparison bounds: what is needed is a floor, what is there a ceiling."""

from __future__ import annotations

from ..words.lexicon import word_set
from .lines import Figure, Line, Piece
from .vocabulary import NEEDED, PLEDGED, SUPPLY

_HOLDING = word_set("take takes hold holds handle handles bear bears fit fits seat seats store stores accommodate")


def lean(line: Line, piece: Piece, figure: Figure, *, fresh: bool) -> int:
    """How much the words speak of a need (above zero) or of a supply (below)."""
    lows = line.lows(piece.first, piece.last)
    if piece.verb is None:
        k = line.pieces.index(piece)
        lows = [*(line.lows(line.pieces[k - 1].first, line.pieces[k - 1].last) if k else []), *lows]
    if piece.last == line.pieces[-1].first:
        after = line.pieces[-1]
        if after.verb is not None and after.opener == "and":
            lows = [*lows, *line.lows(after.first, after.last)]
    joined = " ".join(lows)
    if "that" in lows and piece.verb is not None and "that" in line.lows(figure.end, piece.last):
        lows = lows[: lows.index("that")]
    verb = line.tokens[piece.verb].low if piece.verb is not None else ""
    points = 2 if verb in ("need", "needs", "require", "requires") else 0
    for i, low in enumerate(lows):
        behind = lows[i + 1] if i + 1 < len(lows) else ""
        if low in ("have", "has", "had") and (behind == "to" or (behind == "got" and "to" in lows[i + 2 : i + 3])):
            points += 2
        elif low in ("available", "only", "budget", "capacity", "stock", "limit", "limited", "space", "room"):
            points -= 2
        elif low in PLEDGED:
            points += 3
        elif low in NEEDED and low not in SUPPLY:
            points += 1
        elif low in SUPPLY and low not in NEEDED:
            points -= 1
    points -= 2 * (" on hand" in f" {joined}")
    if piece.verb is not None and line.tokens[piece.verb].low in _HOLDING and fresh:
        points -= 3
    return points
