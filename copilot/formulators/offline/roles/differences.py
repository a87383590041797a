"""Differences and orders: "20 more lindens than oaks", "A exceeds B by 5", "as many A as B"."""

from __future__ import annotations

from ..words.lexicon import word_set
from .comparison import Comparison
from .lines import Figure

_EXCEEDS = word_set("exceed exceeds exceeding surpass surpasses outnumber outnumbers outweigh")


def difference(said: Comparison, figure: Figure) -> bool:
    """ "at least 20 more lindens than oaks", "A exceeds B by at least 5"."""
    first, last = said.region(figure.at)
    lows = [t.low for t in said.line.tokens]
    exceeds = next((j for j in range(first, figure.first) if lows[j] in _EXCEEDS), None)
    if exceeds is not None and not figure.relative and "by" in lows[exceeds : figure.at]:
        left, right = said.before(first, exceeds), said.after(exceeds, figure.first)
        if left and right and not set(left) & set(right):
            return said.add(
                "difference", left, [(e, 1.0) for e in right], figure.direction or ">=", (first, last),
                constant=figure.value, figures=[figure],
            )  # fmt: skip
    apart = next((j for j in range(first, figure.first) if lows[j] in ("difference", "gap", "margin")), None)
    if apart is not None and not figure.relative and figure.direction is not None:
        pair = [m for m in said.mentions if apart < m.first < figure.first and len(m.owners) == 1]
        if len(pair) == 2 and pair[0].owners != pair[1].owners:
            # The first named is ahead. The first reader takes it both ways: what the text leaves open stays a doubt.
            return said.add(
                "difference", pair[0].owners, [(pair[1].owners[0], 1.0)], figure.direction, (first, last),
                constant=figure.value, figures=[figure],
            )  # fmt: skip
    more = next(
        (j for j in range(figure.at + 1, min(figure.at + 5, last)) if lows[j] in ("more", "fewer", "less")), None
    )
    than = next((j for j in range(more + 1, last) if lows[j] == "than"), None) if more is not None else None
    if more is None or than is None or figure.relative:
        return False
    left = said.after(more + 1, than) or said.before(first, figure.first)
    right = said.after(than, last)
    if not left or not right or set(left) & set(right):
        return False
    if lows[more] != "more":
        left, right = right, left
    direction = figure.direction or ">="
    return said.add(
        "difference", left, [(e, 1.0) for e in right], direction, (first, last), constant=figure.value,
        figures=[figure],
    )  # fmt: skip


def orders(said: Comparison) -> None:
    """ "as many A as B", "A must not exceed B", "no more A than B", "A must not outnumber B": no figure at all."""
    lows = [t.low for t in said.line.tokens]
    for comparator in said.line.comparators:
        if any(a <= comparator.first < b for a, b in said.found.spans):
            continue
        first, last = said.region(comparator.first)
        first, last = _clause(said, comparator.first, first, last)
        behind = [f for f in said.line.figures if comparator.last <= f.at < last]
        if any(not f.soft or any(f.at < m.first < f.end for m in said.mentions) for f in behind):
            continue
        as_ = next((j for j in range(comparator.first, min(comparator.last + 2, last)) if lows[j] == "as"), None)
        close = next((j for j in range(comparator.last, last) if lows[j] == "as" and as_ is not None and j > as_), None)
        than = next((j for j in range(comparator.first, last) if lows[j] == "than"), None)
        pivot = close if close is not None else than if than is not None else comparator.last
        left = said.after(comparator.last, pivot) or said.before(first, comparator.first)
        right = said.after(pivot, last)
        if left and right and not set(left) & set(right):
            said.add(
                "order", left, [(e, 1.0) for e in right], comparator.direction, (first, last),
                strict=comparator.strict,
            )  # fmt: skip
    for i, low in enumerate(lows):
        if low not in ("more", "fewer", "less") or any(a <= i < b for a, b in said.found.spans):
            continue
        first, last = _clause(said, i, *said.region(i))
        than = next((j for j in range(i + 2, last) if lows[j] == "than"), None)
        if than is None or any(i < f.at < last for f in said.line.figures):
            continue
        left, right = said.after(i + 1, than), said.after(than, last)
        if left and right and not set(left) & set(right):
            negated = i > 0 and bool(set(lows[max(first, i - 6) : i]) & word_set("no not never cannot can't n't"))
            up = (low == "more") != negated
            said.add("order", left, [(e, 1.0) for e in right], ">=" if up else "<=", (first, last), strict=not negated)


def _clause(said: Comparison, i: int, first: int, last: int) -> tuple[int, int]:
    """Narrowed to the clause: from the end of the last piece with a verb before, to the next piece with one."""
    here = said.line.piece_of(i)
    for k, piece in enumerate(said.line.pieces):
        if k < here and piece.verb is not None and first < piece.last <= i:
            first = piece.last
        if k > here and piece.verb is not None and i < piece.first < last:
            last = piece.first
    for piece in said.line.pieces:
        if piece.opener in ("but", "while", "whereas", "because", "since") and first < piece.first <= i:
            first = piece.first
        if piece.opener in ("but", "while", "whereas", "because", "since") and i < piece.first < last:
            last = piece.first
    for figure in said.line.figures:
        if first <= figure.at < i:
            cut = next((j for j in range(figure.end, i) if said.line.tokens[j].low in (",", "and")), None)
            first = max(first, cut + 1) if cut is not None else first
    return first, last
