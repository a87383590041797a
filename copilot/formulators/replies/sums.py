"""Sums in the manner of other languages as sums of the notation, with what they run over."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from copilot.formulators.replies.pieces import Known, Line, Piece, closing, depth, pieces_of
from formulations.expression import AGGREGATES

_STOPS = frozenset({"+", "-", "<=", ">=", "==", "<", ">", "!=", "=", ",", "for", "if"})


def fold_sums(line: Line) -> None:
    """``sum{i in I} a[i]*x[i]``, ``sum_{i in I} ...`` and ``sum(i in I) ...`` become one sum with its binders."""
    for position in range(len(line.pieces) - 1, -1, -1):
        name = line.at(position).rstrip("_").lower()
        if name not in ("sum", "prod", "min", "max") or line.at(position + 1) not in ("{", "("):
            continue
        close = closing(line.pieces, position + 1)
        inner = line.pieces[position + 2 : close]
        if not _is_binder(inner):
            line.pieces[position].text = name
            continue
        separator = next((k for k, piece in enumerate(inner) if piece.text == ":" and depth(inner, k) == 0), None)
        comma = _binder_end(inner)
        if line.at(position + 1) == "(" and (separator is not None or comma is not None):
            cut = separator if separator is not None else comma
            assert cut is not None
            binders, body, rest = inner[:cut], inner[cut + 1 :], line.pieces[close + 1 :]
        else:
            end = _term_end(line.pieces, close + 1)
            binders, body, rest = inner, line.pieces[close + 1 : end], line.pieces[end:]
        if body:
            line.pieces[position:] = [*_sum(name, body, binders), *rest]


def _sum(name: str, body: Sequence[Piece], binders: Sequence[Piece]) -> list[Piece]:
    clauses: list[Piece] = [Piece("for", "name", " ")]
    for number, piece in enumerate(binders):
        following = [other.text for other in binders[number + 1 : number + 3]]
        if piece.text == "," and following[1:] == ["in"] and depth(binders, number) == 0:
            clauses.append(Piece("for", "name", " "))
        elif piece.text == ":":
            clauses.append(Piece("if", "name", " "))
        else:
            clauses.append(Piece(piece.text, piece.kind, piece.space or (" " if number == 0 else "")))
    first = Piece(body[0].text, body[0].kind)
    return [Piece(name, "name", " "), Piece("(", "operator"), first, *body[1:], *clauses, Piece(")", "operator")]


def _is_binder(pieces: Sequence[Piece]) -> bool:
    """Whether the pieces begin like ``i in I`` or ``i, j in Arcs`` or ``(i, j) in Arcs``."""
    words = [piece.text for piece in pieces]
    return re.match(r"^\(?\s*[^\W\d]\w*(\s*,\s*[^\W\d]\w*)*\s*\)?\s+in\s", " ".join(words)) is not None


def _binder_end(pieces: Sequence[Piece]) -> int | None:
    """The comma after ``i in I`` that a body follows, in ``sum(i in I, body)``."""
    for number, piece in enumerate(pieces):
        inside = any(other.text == "in" for other in pieces[:number])
        if piece.text == "," and inside and depth(pieces, number) == 0 and not _is_binder(pieces[number + 1 :]):
            return number
    return None


def _term_end(pieces: Sequence[Piece], start: int) -> int:
    """Where the product that begins at ``start`` ends."""
    level = 0
    for number in range(start, len(pieces)):
        piece = pieces[number]
        if level == 0 and number > start and (piece.text in _STOPS or piece.nesting < 0):
            return number
        level += piece.nesting
    return len(pieces)


def join_indices(line: Line) -> None:
    """``x[i][j]`` becomes x[i, j]; ``sum([... for i in I])`` loses its inner brackets."""
    position = 0
    while position < len(line.pieces) - 1:
        if line.at(position) == "]" and line.at(position + 1) == "[" and position + 2 < len(line.pieces):
            line.pieces[position : position + 2] = [Piece(",", "operator")]
            line.pieces[position + 1] = replace(line.pieces[position + 1], space=" ")
        elif line.at(position) == "(" and line.at(position + 1) == "[" and line.at(position - 1) in AGGREGATES:
            close = closing(line.pieces, position + 1)
            if line.at(close + 1) == ")":
                del line.pieces[close]
                del line.pieces[position + 1]
        position += 1


def bind_sums(line: Line, known: Known) -> None:
    """``sum(cost[b]*x[b])`` is bound over the set that indexes cost."""
    for position in range(len(line.pieces) - 1, -1, -1):
        if line.at(position) not in ("sum", "prod") or line.at(position + 1) != "(":
            continue
        close = closing(line.pieces, position + 1)
        inside = range(position + 2, close)
        if any(
            line.at(number) in ("for", ",") and depth(line.pieces[position + 2 :], number - position - 2) == 0
            for number in inside
        ):
            continue
        wanted: dict[str, str] = {}
        for number in inside:
            if line.at(number + 1) == "[" and line.kind(number) == "name":
                wanted |= _indices_at(line, number, known)
        clauses = " ".join(f"for {name} in {index_set}" for name, index_set in wanted.items())
        line.pieces[close:close] = pieces_of(f" {clauses}").pieces if clauses else []


def _indices_at(line: Line, number: int, known: Known) -> dict[str, str]:
    """Each plain index of the entry at ``number`` that is no name and no member, with the set at its place."""
    close = closing(line.pieces, number + 1)
    entries = [piece.text for piece in line.pieces[number + 2 : close]]
    sets = known.indices.get(line.at(number), ())
    if len(entries) != 2 * len(sets) - 1 or set(entries[1::2]) - {","}:
        return {}
    pairs = zip(entries[::2], sets, strict=True)
    return {
        name: index_set for name, index_set in pairs if name.isidentifier() and name not in known.names | known.members
    }
