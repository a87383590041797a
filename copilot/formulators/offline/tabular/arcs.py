"""Tables with a route in each line: from where, to where, what it costs or carries; what is sent from end to end."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from copilot.formulators.offline.words.tables import Cell, Table

from .facts import Fact
from .kinds import Kind, kind_of
from .members import Family, Naming

_FROM = re.compile(r"^(?:from|start\w*|origin|source|tail|begin\w*)\b|^i$", re.I)
_TO = re.compile(r"^(?:to|end\w*|destination|sink|target|head)\b|^j$", re.I)
_ROUTE = re.compile(r"^\(?(?P<a>\w[\w .]*?)\s*(?:-+>?|\u2192|\u2013|\bto\b|,)\s*(?P<b>\w[\w .]*?)\)?$")
_FEWEST = 3
_SENDING = re.compile(
    r"\b(?:sen[dt]\w*|ship\w*|mov\w+|get|gets|brought|bring|transport\w*|deliver\w*|pump\w*|rout\w+|flow\w*|carr\w+)\b",
    re.I,
)
_NUMBER = re.compile(r"(?<![\w.,])\d[\d,]*(?:\.\d+)?(?![\w]*\d)")


def routes(tables: Sequence[Table]) -> Iterator[tuple[Family, list[Fact]]]:
    """The places that the routes of a table join, and a fact for each figure of a route."""
    for table in tables:
        ends = (
            [(_ends(row), row) for row in table.rows]
            if _is_joined(table)
            else [(_named(row), row) for row in table.rows]
        )
        if len(ends) < _FEWEST or any(pair is None for pair, _ in ends):
            continue
        first = 2 if _is_joined(table) else 1
        pairs = [pair for pair, _ in ends if pair is not None]
        family = Family("place", tuple(dict.fromkeys(name for pair in pairs for name in pair)))
        facts = [
            Fact(_namings(family, pair, cell), cell.value, _kind(table.header[k]), cell.start, cell.end)
            for pair, row in zip(pairs, table.rows, strict=True)
            for k, cell in enumerate(row)
            if k >= first and cell.value is not None
        ]
        if facts and len(set(pairs)) == len(pairs):
            yield family, facts


def sent(text: str, family: Family) -> Iterator[Fact]:
    """What a sentence sends from one place to another: a supply here and a demand there."""
    names = "|".join(re.escape(name) for name in sorted(family.members, key=len, reverse=True))
    way = re.compile(
        rf"\bfrom (?:[a-z ]{{0,24}})?(?P<a>{names})\b[^.?!]{{0,40}}?\bto (?:[a-z ]{{0,24}})?(?P<b>{names})\b"
    )
    for match in way.finditer(text):
        start = max(text.rfind(mark, 0, match.start()) for mark in ".?!\n") + 1
        end = min((at for mark in ".?!\n" if (at := text.find(mark, match.end())) >= 0), default=len(text))
        places = (match.span("a"), match.span("b"))
        numbers = [m for m in _NUMBER.finditer(text, start, end) if m.span() not in places]
        if len(numbers) != 1 or not _SENDING.search(text[start:end]):
            continue
        number = numbers[0]
        value = float(number[0].replace(",", ""))
        ends: tuple[tuple[str, Kind], ...] = ((match["a"], "supply"), (match["b"], "demand"))
        for name, kind in ends:
            place = Naming(family, family.members.index(name), number.start(), number.end())
            yield Fact((place,), value, kind, number.start(), number.end())


def _is_joined(table: Table) -> bool:
    heads = [cell.text.strip() for cell in table.header]
    return len(heads) > 2 and bool(_FROM.search(heads[0])) and bool(_TO.search(heads[1]))


def _ends(row: Sequence[Cell]) -> tuple[str, str] | None:
    a, b = row[0].text.strip(), row[1].text.strip()
    return (a, b) if a and b and a != b else None


def _named(row: Sequence[Cell]) -> tuple[str, str] | None:
    match = _ROUTE.match(row[0].text.strip())
    return (match["a"], match["b"]) if match is not None and match["a"] != match["b"] else None


def _namings(family: Family, pair: tuple[str, str], cell: Cell) -> tuple[Naming, ...]:
    return tuple(Naming(family, family.members.index(name), cell.start, max(cell.end, cell.start + 1)) for name in pair)


def _kind(head: Cell) -> Kind:
    return kind_of(head.text) or "cost"
