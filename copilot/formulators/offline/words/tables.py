"""Tables in the text: found by their pipes, taken out of the prose, and read as coefficients and bounds."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ..prose.clauses import Clause, Coefficient, Limit, Place, Relation
from ..prose.entities import Decisions, Entity, mark_of
from .comparators import Direction
from .lexicon import GENERIC_HEADS, is_content, unit_of
from .measures import Measure, context_of, family, noun_stems, quantity
from .tokens import Token, clean, tokenize

_MOST_CELLS = 2000
_FEWEST_LINES = 3
_SEPARATOR = re.compile(r"^\s*\|?[\s:|-]*-[\s:|-]*\|?\s*$")
_LIMITS: dict[str, Direction] = {
    "maximum": "<=", "max": "<=", "available": "<=", "availability": "<=", "capacity": "<=", "limit": "<=",
    "supply": "<=", "demand": "<=", "upper": "<=", "stock": "<=", "minimum": ">=", "lower": ">=", "limits": "<=",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell's text and its place; ``value`` when it holds one number."""

    text: str
    start: int
    end: int
    tokens: tuple[Token, ...]

    @property
    def value(self) -> float | None:
        numbers = [token for token in self.tokens if token.is_number]
        return numbers[0].value if numbers else None

    @property
    def place(self) -> Place:
        return Place(self.start, max(self.start + 1, self.end))


@dataclass(frozen=True, slots=True)
class Table:
    """``header[0]`` heads the column of row labels; every row has as many cells as the header."""

    header: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def transposed(self) -> Table:
        grid = (self.header, *self.rows)
        turned = tuple(zip(*grid, strict=True))
        return Table(turned[0], turned[1:])


def tables(text: str) -> tuple[str, tuple[Table, ...]]:
    """The text with its tables blanked out, character for character, and the tables."""
    found: list[Table] = []
    lines: list[tuple[int, str]] = []
    result = list(text)
    start = 0
    for line in [*text.splitlines(keepends=True), ""]:
        if "|" in line:
            lines.append((start, line))
        elif lines:
            table = _table(lines)
            if table is not None:
                found.append(table)
                first, last = lines[0][0], lines[-1][0] + len(lines[-1][1])
                result[first:last] = [c if c == "\n" else " " for c in result[first:last]]
            lines = []
        start += len(line)
    return "".join(result), tuple(found)


def _table(lines: Sequence[tuple[int, str]]) -> Table | None:
    if len(lines) < _FEWEST_LINES and any(line.count("|") < 2 for _, line in lines):
        return None
    rows = [_cells(start, line) for start, line in lines if not _SEPARATOR.match(line)]
    if len(rows) < 2 or sum(map(len, rows)) > _MOST_CELLS:
        return None
    width = max(len(row) for row in rows[1:])
    if len(rows[0]) == width - 1 and len(rows) > 2:
        rows[0] = (_empty(rows[0][0].start), *rows[0])
    width = len(rows[0])
    even = [(*row, *(_empty(row[-1].end) for _ in range(width - len(row)))) for row in rows if 2 <= len(row) <= width]
    return Table(even[0], tuple(even[1:])) if width >= 2 and len(even) >= 2 else None


def _empty(at: int) -> Cell:
    return Cell("", at, at, ())


def _cells(start: int, line: str) -> tuple[Cell, ...]:
    body = line.rstrip("\n")
    edges = [i for i, c in enumerate(body) if c == "|"]
    if body.strip() and not body.strip().startswith("|"):
        edges.insert(0, -1)
    if not body.rstrip().endswith("|"):
        edges.append(len(body))
    cells = []
    for a, b in itertools.pairwise(edges):
        piece = body[a + 1 : b]
        lead = len(piece) - len(piece.lstrip())
        text = piece.strip()
        cells.append(Cell(text, start + a + 1 + lead, start + a + 1 + lead + len(text), tokenize(clean(text))))
    return tuple(cells)


@dataclass(frozen=True, slots=True)
class TableReading:
    """The decisions that a table names, with the clauses that its cells say."""

    decisions: Decisions
    clauses: tuple[Clause, ...]


def readings(found: Sequence[Table], substance: frozenset[str]) -> Iterator[TableReading]:
    """Ways to read the tables: decisions in the rows of the first table, or in its columns."""
    if not found:
        return
    for turned in (False, True):
        first = found[0].transposed() if turned else found[0]
        decisions = _decisions(first, substance)
        if decisions is None:
            continue
        clauses: list[Clause] = []
        for table in found:
            for way in (table, table.transposed()):
                owners = _owners(way, decisions)
                if len(set(owners.values())) >= min(2, len(decisions)):
                    clauses.extend(_clauses(way, owners))
                    break
        if any(isinstance(clause, Coefficient) for clause in clauses):
            yield TableReading(decisions, tuple(clauses))


def _labels(table: Table) -> list[tuple[str, Cell]]:
    """Names of the rows: the first column, with further columns of words where it repeats."""
    names = [row[0].text for row in table.rows]
    if len(set(names)) == len(names):
        return [(row[0].text, row[0]) for row in table.rows]
    wordy = [k for k in range(len(table.header)) if all(row[k].value is None for row in table.rows)]
    return [(" ".join(row[k].text for k in wordy), row[0]) for row in table.rows]


def _is_limit_row(label: str) -> bool:
    words = label.lower().split()
    return any(word.strip("():") in _LIMITS or word.startswith("availab") for word in words) or words[:1] == ["total"]


def _decisions(table: Table, substance: frozenset[str]) -> Decisions | None:
    named = [(label, cell) for label, cell in _labels(table) if not _is_limit_row(label)]
    if len(named) < 2 or not any(cell.value is not None for row in table.rows for cell in row[1:]):
        return None
    words = [tuple(t.lemma for t in tokenize(clean(label)) if t.is_word or t.is_number) for label, _ in named]
    head = [t.lemma for t in table.header[0].tokens if t.is_word and is_content(t.low)]
    if any(not item for item in words) or len(set(words)) < len(words):
        return None
    if any(family(item) for item in words):
        return None
    if all(part.replace(".", "").isdigit() for item in words for part in item):
        words = [((head[-1] if head else "item"), *item) for item in words]
    sets = [frozenset(mark_of(part) for part in item) for item in words]
    entities: list[Entity] = []
    for k, item in enumerate(words):
        others: frozenset[str] = frozenset().union(*(s for m, s in enumerate(sets) if m != k))
        own = sets[k] - others
        entities.append(Entity(item, own, named[k][1].start, named[k][1].end))
    shared = frozenset.intersection(*sets)
    category = shared | frozenset(mark_of(word) for word in head if word not in GENERIC_HEADS or word == "product")
    marks: frozenset[str] = frozenset().union(*(entity.marks for entity in entities))
    return Decisions(tuple(entities), category - marks, promise=5.0, substance=substance)


def _owners(table: Table, decisions: Decisions) -> dict[int, int]:
    """Row number to entity, by the words of the row's label."""
    found: dict[int, int] = {}
    for k, (label, _) in enumerate(_labels(table)):
        own = {mark_of(t.low) for t in tokenize(clean(label)) if t.is_word or t.is_number}
        fits = [
            e
            for e, entity in enumerate(decisions.entities)
            if own >= {mark_of(w) for w in entity.words} or (entity.marks and own & entity.marks)
        ]
        if len(fits) == 1 and not _is_limit_row(label):
            found[k] = fits[0]
    return found


def _clauses(table: Table, owners: dict[int, int]) -> Iterator[Clause]:
    for k in range(1, len(table.header)):
        measure = _header_measure(table.header[k], table, k)
        words = {word for word in table.header[k].text.lower().split("(")[0].split() if word}
        direction = next((_LIMITS[word] for word in sorted(words) if word in _LIMITS), None)
        for r, row in enumerate(table.rows):
            value = row[k].value
            if value is None:
                continue
            number = next(token for token in row[k].tokens if token.is_number)
            if r in owners:
                bound = direction is not None and measure.dimension != "money" and "per" not in words
                if bound and direction is not None:
                    terms = ((owners[r], 1.0),)
                    yield Relation("bound", terms, direction, False, value, row[k].place)
                else:
                    yield Coefficient(owners[r], value, measure, row[k].place, number.percent)
            elif _is_limit_row(row[0].text):
                low = row[0].text.lower()
                side: Direction = ">=" if "min" in low or "requir" in low else "<="
                yield Limit(side, False, value, measure, row[k].place, percent=number.percent)


def _header_measure(cell: Cell, table: Table, k: int) -> Measure:
    """What a column measures, by its head and by the units in its cells."""
    tokens = cell.tokens
    cut = next((i for i, token in enumerate(tokens) if token.low in ("per", "/")), len(tokens))
    front = tokens[:cut]
    dimension, size, unit = "", 1.0, ""
    for token in front:
        known = unit_of(token.low) if token.is_word else None
        if known is not None:
            dimension, size, unit = known[0], known[1], token.low
        if token.low == "$":
            dimension = "money"
    sample = next((row[k] for row in table.rows if row[k].value is not None), None)
    if sample is not None and not dimension:
        at = next(i for i, token in enumerate(sample.tokens) if token.is_number)
        inside = quantity(sample.tokens, at).measure
        dimension, size, unit = inside.dimension, inside.size, inside.unit
    kind = family([token.low for token in front])
    if kind and not dimension:
        dimension = "money"
    plain = tuple(replace(token, low=token.low) for token in front)
    nouns = noun_stems(plain)
    words = " ".join(
        token.low for token in front if token.is_word and is_content(token.low) and unit_of(token.low) is None
    )
    return Measure(nouns, context_of(plain), dimension, size, kind, words, unit)
