"""A table of things with their figures, as what there is to choose from; the rules stand in the text around it."""

from __future__ import annotations

from copilot.formulators.offline.words.lexicon import STOP_WORDS
from copilot.formulators.offline.words.tables import Cell, Table

from .figures import Figure, unit_at
from .roster import Column, Roster, roster_of
from .script import Script

_FEWEST = 3


def listing(told: Script, table: Table) -> Roster | None:
    """The rows of the table, named by their first cells; None where other cells are no figures."""
    rows = [row for row in table.rows if len(row) == len(table.header)]
    labels = [" ".join(row[0].text.split()) for row in rows]
    if len(rows) < _FEWEST or len(rows) < len(table.rows) or len(set(labels)) < len(labels) or not all(labels):
        return None
    if any(token.low == "per" for head in table.header for token in head.tokens):
        return None
    columns = []
    for k, head in enumerate(table.header[1:], start=1):
        figures = [_figure(head, row[k], len(rows) * k + r) for r, row in enumerate(rows)]
        whole = [f for f in figures if f is not None]
        if len(whole) < len(rows):
            return None
        columns.append(Column(tuple(whole), _words(head)))
    words = [[token.low for token in row[0].tokens if token.is_word or token.is_number] for row in rows]
    if not all(words):
        return None
    return roster_of(told, labels, words, frozenset(), columns)


def _figure(head: Cell, cell: Cell, k: int) -> Figure | None:
    """The figure of a cell, in the unit of its head; its token stands outside the text."""
    if cell.value is None:
        return None
    words = [at for at, token in enumerate(head.tokens) if token.is_word]
    units = [unit for at in words if (unit := unit_at(head.tokens, at)) is not None]
    money = any(token.low == "$" or token.money for token in (*head.tokens, *cell.tokens))
    dimension, size = units[0][:2] if units else ("money", 1.0) if money else ("", 1.0)
    nouns = frozenset(_words(head))
    end = max(cell.end, cell.start + 1)
    return Figure(-1 - k, -k, cell.value, cell.start, end, dimension, size, nouns, 1.0, False, False)


def _words(head: Cell) -> frozenset[str]:
    return frozenset(token.stem for token in head.tokens if token.is_word and token.low not in STOP_WORDS)
