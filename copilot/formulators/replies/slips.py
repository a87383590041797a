"""Slips of the pen in expressions, as language models make them, and what was meant.

Text becomes text: percent signs, currency, units after numbers, ``^``, LaTeX, sums in the manner of other languages.
What comes out is read by the ordinary parser, which has the last word.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from copilot.formulators.replies.pieces import Known, Line, Piece, pieces_of
from copilot.formulators.replies.signs import plain_signs
from copilot.formulators.replies.sums import bind_sums, fold_sums, join_indices
from formulations.expression import FUNCTIONS
from formulations.lexical import OPERATOR_WORDS

_CURRENCIES = frozenset("$€£¥")
_COMPARISONS = {"=": "==", "===": "==", ":=": "==", "=<": "<=", "=>": ">=", "<>": "!="}
_OTHER_SIGNS = {"^": "**", "&&": "and", "||": "or", "//": "/"}


def mended(text: str, known: Known | None = None) -> str:
    """An expression or condition with the slips undone; ``known`` tells units and members from names."""
    known = known or Known()
    line = pieces_of(plain_signs(text))
    _replace_signs(line)
    _join_thousands(line)
    _read_percents(line)
    fold_sums(line)
    join_indices(line)
    bind_sums(line, known)
    _quote_members(line, known)
    _multiply(line, known)
    return line.text()


def _replace_signs(line: Line) -> None:
    kept = []
    for piece in line.pieces:
        if piece.text in _CURRENCIES or piece.text == ";":
            continue
        piece.text = _COMPARISONS.get(piece.text) or _OTHER_SIGNS.get(piece.text) or piece.text
        kept.append(piece)
    line.pieces = kept


def _join_thousands(line: Line) -> None:
    """``1,200`` becomes 1200 outside index brackets and calls, where a comma separates."""
    brackets: list[bool] = []
    position = 0
    while position < len(line.pieces):
        text = line.at(position)
        if text in ("(", "["):
            brackets.append(text == "[" or line.at(position - 1) in FUNCTIONS)
        elif text in (")", "]") and brackets:
            brackets.pop()
        if not (brackets and brackets[-1]) and re.fullmatch(r"\d{1,3}", text):
            while (
                line.at(position + 1) == ","
                and re.fullmatch(r"\d{3}(\.\d+)?", line.at(position + 2))
                and not line.pieces[position + 1].space
                and not line.pieces[position + 2].space
                and "." not in line.at(position)
            ):
                line.pieces[position].text += line.at(position + 2)
                del line.pieces[position + 1 : position + 3]
        position += 1


def _read_percents(line: Line) -> None:
    """``8.5%`` becomes 0.085, ``30% of x`` 0.3*x, ``30 percent`` 0.3."""
    position = 0
    while position < len(line.pieces):
        if line.kind(position) == "number" and line.at(position + 1) in ("%", "percent"):
            line.pieces[position].text = f"{float(line.at(position)) / 100:.12g}"
            del line.pieces[position + 1]
            if line.at(position + 1) == "of":
                line.pieces[position + 1] = Piece("*", "operator")
                if line.at(position + 2) == "the":
                    del line.pieces[position + 2]
        position += 1


def _quote_members(line: Line, known: Known) -> None:
    """``x[large]`` becomes x["large"] where large is a member and no name."""
    brackets: list[str] = []
    bound = {line.at(number) for number in range(len(line.pieces)) if _binds(line, number)}
    for position, piece in enumerate(line.pieces):
        if piece.text in ("(", "["):
            brackets.append(piece.text)
        elif piece.text in (")", "]") and brackets:
            brackets.pop()
        elif piece.kind == "name" and piece.text in known.members - known.names - bound:
            alone = line.at(position - 1) in ("[", ",") and line.at(position + 1) in ("]", ",")
            compared = line.at(position - 1) in ("==", "!=")
            if (alone and brackets and brackets[-1] == "[") or compared:
                piece.text, piece.kind = f'"{piece.text}"', "string"


def _binds(line: Line, number: int) -> bool:
    """Whether the name at ``number`` is bound by a ``for`` here."""
    if line.kind(number) != "name":
        return False
    before = number
    while line.at(before - 1) == "," and line.kind(before - 2) == "name":
        before -= 2
    while line.at(before - 1) == "(":
        before -= 1
    return line.at(before - 1) == "for"


def _multiply(line: Line, known: Known) -> None:
    """A missing product sign is put in; a unit after a number is left out."""
    position = 1
    while position < len(line.pieces):
        before, piece = line.pieces[position - 1], line.pieces[position]
        operand = before.kind == "number" or before.text in (")", "]")
        starts = (piece.kind == "name" and piece.text not in OPERATOR_WORDS) or piece.text == "("
        if operand and starts:
            following = line.at(position + 1)
            called = piece.text in FUNCTIONS and following == "("
            if piece.text == "(" or piece.text in known.names or called or following == "[" or before.kind != "number":
                line.pieces.insert(position, Piece("*", "operator"))
                piece.space = ""
            elif _looks_like_a_unit(piece.text, known.names):
                del line.pieces[position]
                if line.at(position) == "/" and line.kind(position + 1) == "name":
                    del line.pieces[position : position + 2]
                continue
        position += 1


def _looks_like_a_unit(name: str, names: Collection[str]) -> bool:
    return bool(names) and name not in names and name.isalpha()
