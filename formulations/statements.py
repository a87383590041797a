"""From lines to statements: continuation, comments and the way back from a statement to its lines."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from formulations.caret import rendered
from formulations.lexical import tokens

#: First words of statements and the kind of statement they begin.
KEYWORDS = {
    "set": "set",
    "parameter": "parameter",
    "param": "parameter",
    "variable": "variable",
    "var": "variable",
    "minimize": "minimize",
    "minimise": "minimize",
    "min": "minimize",
    "maximize": "maximize",
    "maximise": "maximize",
    "max": "maximize",
    "objective": "objective",
    "constraint": "constraint",
    "s.t.": "constraint",
    "subject to": "constraint",
    "data": "data",
}
_KEYWORD = re.compile(rf"(?:{'|'.join(map(re.escape, KEYWORDS))})(?![\w.])".replace(r"\ ", r"\s"), re.IGNORECASE)
_BEGINS = re.compile(
    r"(?:(?:set|param(?:eter)?|var(?:iable)?|objective|constraint|(?:min|max)imi[sz]e)\s+[^\W\d]"
    r"|(?:min|max)\w*\s*:|s\.t\.|subject\s+to\b|data\s*:?\s*$)",
    re.IGNORECASE,
)
_DECLARES = re.compile(r"(?:set|parameter|variable|constraint|minimize|maximize)\s+[^\W\d]")
_HEADING = re.compile(r"(?:sets|parameters|variables|constraints|subject\s+to|s\.t\.|such\s+that)\s*:?", re.IGNORECASE)
_OF_CONSTRAINTS = re.compile(r"(?:constraints|subject|s\.t\.|such)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing wrong in a text of several lines; ``line`` counts from 1, ``column`` from 0."""

    line: int
    reason: str
    text: str
    column: int
    hint: str = ""

    def __str__(self) -> str:
        return rendered(f"line {self.line}: {self.reason}", self.text, self.column, hint=self.hint)


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a statement that stands on one line: ``text`` begins at ``column`` of line ``number``."""

    number: int
    line: str
    column: int
    text: str


@dataclass(frozen=True)
class Statement:
    """One declaration, without comments. ``under_constraints``: a heading above says that constraints follow."""

    pieces: tuple[Piece, ...]
    under_constraints: bool = False

    @cached_property
    def text(self) -> str:
        return " ".join(piece.text for piece in self.pieces)

    def keyword(self) -> tuple[str, int]:
        """The kind of statement and where its keyword ends; ('', 0) where no keyword begins it."""
        match = _KEYWORD.match(self.text)
        return (KEYWORDS[" ".join(match[0].lower().split())], match.end()) if match else ("", 0)

    def mistake(self, offset: int, reason: str, *, hint: str = "") -> Mistake:
        """A mistake at a position of ``text``, told by its line and column."""
        starts = [0]
        for piece in self.pieces[:-1]:
            starts.append(starts[-1] + len(piece.text) + 1)
        index = bisect_right(starts, max(offset, 0)) - 1
        piece = self.pieces[index]
        column = piece.column + min(max(offset, 0) - starts[index], len(piece.text))
        return Mistake(piece.number, reason, piece.line, column, hint)


def split_lines(text: str) -> list[str]:
    """The lines of a text, with any of the usual line ends; other control characters stay where they are."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")


def header(lines: list[str]) -> tuple[list[str], int]:
    """The comment lines at the very top without their '#', and the number of lines they take up."""
    start = 0
    while start < len(lines) and _skipped(lines[start]):
        start += 1
    end = start
    while end < len(lines) and lines[end].startswith("#"):
        end += 1
    return [line[1:].removeprefix(" ") for line in lines[start:end]], end


def statements(lines: list[str], start: int) -> Iterator[Statement]:
    """The statements from line number ``start`` on (counted from 0).

    A line continues the statement above it if it is indented deeper than its first line, or if a bracket is
    still open; but never if it begins as a declaration does.
    """
    pieces: list[Piece] = []
    base = depth = 0
    under_constraints = False
    for number, line in enumerate(lines[start:], start + 1):
        content = _without_comment(line)
        text = content.strip()
        if _skipped(text):
            continue
        indent = len(content) - len(content.lstrip())
        begins = (_DECLARES if indent > base else _BEGINS).match(text) is not None
        continues = pieces and not begins and (indent > base or depth > 0)
        if not continues:
            if pieces:
                yield Statement(tuple(pieces), under_constraints)
            pieces, base, depth = [], indent, 0
            if _HEADING.fullmatch(text):
                under_constraints = _OF_CONSTRAINTS.match(text) is not None
                continue
        pieces.append(Piece(number, line, indent, text))
        depth += _nesting(text)
    if pieces:
        yield Statement(tuple(pieces), under_constraints)


def _skipped(line: str) -> bool:
    """Blank lines, and the fences that chat programs put around code."""
    return not line.strip() or line.lstrip().startswith("```")


def _nesting(text: str) -> int:
    """How many more brackets are opened than closed outside quotes."""
    if any(mark in text for mark in "\"'`"):
        return sum(token.nesting for token in tokens(text))
    return sum(text.count(bracket) for bracket in "([{") - sum(text.count(bracket) for bracket in ")]}")


def _without_comment(line: str) -> str:
    if "#" not in line:
        return line
    return next((line[: token.at] for token in tokens(line) if token.text == "#"), line)
