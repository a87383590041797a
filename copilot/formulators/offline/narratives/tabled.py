"""A table with a row or a column for each period, as the periods and the figures of a plan told around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from copilot.formulators.draft import Span
from copilot.formulators.offline.words.lexicon import word_set
from copilot.formulators.offline.words.tables import Cell, Table
from copilot.formulators.offline.words.times import PERIODS

from .calendar import Calendar, with_periods
from .figures import Figure
from .words import telling

_WHOLE = word_set("total sum totals average altogether")
_PAID = word_set("cost costs price prices buy purchase sell selling sale sales $ yuan euro euros dollar dollars wage")
#: What the head of a column of prices alone says.
_SPOKEN = {"sell": ("selling", "price"), "sale": ("selling", "price"), "buy": ("purchase", "price")}
_FEWEST = 2


def periods_of(tables: Sequence[Table]) -> tuple[Calendar, tuple[Figure, ...]] | None:
    """The periods and the rows of figures over them; None unless exactly one table has a line for each period."""
    found = [read for table in tables for read in (_read(table), _read(table.transposed())) if read is not None]
    return found[0] if len(found) == 1 == len(tables) else None


def _read(table: Table) -> tuple[Calendar, tuple[Figure, ...]] | None:
    """The table with a period in each row."""
    rows = [row for row in table.rows if not {token.low for token in row[0].tokens} & _WHOLE]
    labels = tuple(" ".join(row[0].text.split()) for row in rows)
    noun = _noun(table.header[0], labels, numbered=all(row[0].value is not None for row in rows))
    if not noun or len(set(labels)) < len(rows) or len(rows) < _FEWEST:
        return None
    figures = []
    for k, head in enumerate(table.header[1:], start=1):
        cells = [row[k] for row in rows]
        if any(cell.value is None for cell in cells):
            return None
        figures.append(_figure(head, cells))
    return Calendar(noun, len(rows), labels, True), tuple(figures)


def _noun(corner: Cell, labels: Sequence[str], *, numbered: bool) -> str:
    """What the periods are called: by the corner of the table where they are numbers, or by their own names."""
    told = next((token.lemma for token in corner.tokens if token.lemma in PERIODS), "") if numbered else ""
    calendar = with_periods(telling(", ".join(labels)))[1]
    named = calendar.noun if calendar is not None and calendar.count == len(labels) and calendar.named else ""
    return told or named


def in_thousands(figure: Figure, rows: Sequence[Figure]) -> Figure:
    """An amount of money, in thousands where the table is: "0.2 thousand" beside "cost in 1000 $"."""
    large = any(row.money and {"1000", "thousand", "thousands"} & row.words for row in rows)
    if not (large and figure.money and figure.thousands):
        return figure
    return replace(figure, values=tuple(value / 1000 for value in figure.values))


def _figure(head: Cell, cells: Sequence[Cell]) -> Figure:
    words = tuple(item.low for item in telling(head.text).items)
    lemmas = tuple(token.lemma for token in head.tokens)
    spoken = next((_SPOKEN[word] for word in lemmas if word in _SPOKEN), ())
    money = bool({*words, *lemmas} & _PAID) or any(token.money for cell in cells for token in cell.tokens)
    return Figure(
        values=tuple(cell.value or 0.0 for cell in cells),
        start=cells[0].start,
        end=max(cell.end for cell in cells),
        money=money,
        percent=False,
        before=(*words, *spoken),
        after=(),
        lead=(),
        sentence=-1,
        places=tuple(Span(start=cell.start, end=max(cell.end, cell.start + 1)) for cell in cells),
    )
