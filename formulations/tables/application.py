"""From tables to data along a mapping, with every bad cell listed."""

from __future__ import annotations

import collections.abc
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import pandas as pd

from formulations.formulation import Data, Formulation, Member, Parameter, Record
from formulations.tables.cells import Cell, is_integral, is_integral_text, member_of, plain, shown, value_of
from formulations.tables.mapping import (
    LongSource,
    Mapping,
    ParameterSource,
    ScalarSource,
    SetSource,
    WideSource,
    flat_indices,
    outermost,
)

Frames = collections.abc.Mapping[str, pd.DataFrame]
_SHOWN = 20


@dataclass(frozen=True, slots=True)
class BadCell:
    """One cell that cannot be used; ``row`` is the row number in the file, None for the header."""

    table: str
    row: int | None
    column: str
    reason: str

    def __str__(self) -> str:
        place = "header" if self.row is None else f"row {self.row}"
        return f"table '{self.table}', {place}, column '{self.column}': {self.reason}"


class TableError(ValueError):
    """The tables do not hold what the mapping expects in them; ``cells`` lists every bad cell."""

    def __init__(self, cells: Iterable[BadCell]) -> None:
        self.cells = tuple(cells)
        lines = [str(cell) for cell in self.cells[:_SHOWN]]
        rest = len(self.cells) - _SHOWN
        super().__init__("\n".join([*lines, *([f"... and {rest} more cells"] if rest > 0 else [])]))


def apply_mapping(frames: Frames, mapping: Mapping, formulation: Formulation, *, base: Data | None = None) -> Data:
    """The data that the tables hold; what they do not give is taken from ``base``.

    Members of a set, and of all sets it lies within, are integers if every cell that names one is a whole number;
    otherwise they are the cells' text. A blank cell means "no record" where the parameter has a default, or where
    a matrix is spread over pairs that need not all exist. Raises TableError.
    """
    work = _Application(frames, mapping, formulation)
    sets = {source.name: work.members(source) for source in mapping.sets}
    parameters = {source.name: work.parameter(source) for source in mapping.parameters}
    if work.bad:
        raise TableError(dict.fromkeys(work.bad))
    base = base or Data()
    return Data(sets={**base.sets, **sets}, parameters={**base.parameters, **parameters})


def preview(frames: Frames, mapping: Mapping, formulation: Formulation) -> pd.DataFrame:
    """One row for each set and parameter: where it is taken from, how many entries there are, the first of them.

    Columns: element, kind, source, entries, examples. What has no source says so.
    """
    sources = {source.name: source for source in (*mapping.sets, *mapping.parameters)}
    elements = [*((e.name, "set") for e in formulation.sets), *((e.name, "parameter") for e in formulation.parameters)]
    rows = []
    for name, kind in elements:
        source = sources.get(name)
        if source is None or source.table not in frames:
            rows.append((name, kind, "no table gives it", 0, ""))
            continue
        entries = list(_entries(frames[source.table], source))
        examples = "; ".join(entries[:3]) + (" ..." if len(entries) > 3 else "")
        rows.append((name, kind, _described(source), len(entries), examples))
    return pd.DataFrame(rows, columns=["element", "kind", "source", "entries", "examples"])


def _described(source: SetSource | ParameterSource) -> str:
    match source:
        case SetSource(table=table, columns=columns, across=True):
            return f"{table}: names of {len(columns)} columns"
        case SetSource(table=table, columns=columns):
            return f"{table}: {', '.join(columns)}"
        case ScalarSource(table=table, column=column, row=row):
            return f"{table}: {column}, row {row}"
        case LongSource(table=table, keys=keys, values=values):
            return f"{table}: {', '.join(keys)} → {values}"
        case WideSource(table=table, keys=keys, columns=columns):
            return f"{table}: {', '.join(keys)} × {len(columns)} columns"


def _entries(frame: pd.DataFrame, source: SetSource | ParameterSource) -> Iterator[str]:
    """The entries as short texts, for people; blanks left out."""
    match source:
        case SetSource(columns=columns, across=True):
            yield from columns
        case SetSource(columns=columns):
            yield from dict.fromkeys(", ".join(map(shown, key)) for _, key in _rows(frame, columns))
        case ScalarSource(column=column, row=row):
            yield shown(plain(frame.at[row, column]))
        case LongSource(keys=keys, values=values):
            for _, cells in _rows(frame, (*keys, values)):
                yield f"{', '.join(map(shown, cells[:-1]))}: {shown(cells[-1])}"
        case WideSource(keys=keys, columns=columns, position=position):
            for _, cells in _rows(frame, (*keys, *columns)):
                names = [shown(cell) for cell in cells[: len(keys)]]
                for column, value in zip(columns, cells[len(keys) :], strict=True):
                    if value is not None:
                        yield f"{', '.join([*names[:position], column, *names[position:]])}: {shown(value)}"


def _rows(frame: pd.DataFrame, columns: Sequence[str]) -> Iterator[tuple[int, list[Cell]]]:
    """Row number and cells of each row, in the order of ``columns``."""
    lists = [frame[column].tolist() for column in columns]
    for row, *cells in zip(frame.index.tolist(), *lists, strict=True):
        yield int(row), [plain(cell) for cell in cells]


@dataclass
class _Application:
    frames: Frames
    mapping: Mapping
    formulation: Formulation
    bad: list[BadCell] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.sets = {index_set.name: index_set for index_set in self.formulation.sets}
        self.declared = {parameter.name: parameter for parameter in self.formulation.parameters}
        self._complain_of_absent_columns()
        self.integral = self._integral_sets()

    # -- sets -------------------------------------------------------------------------------------------------

    def members(self, source: SetSource) -> tuple[Member | tuple[Member, ...], ...]:
        """The distinct members in the order in which they appear."""
        parts = flat_indices((source.name,), self.sets)
        if source.across:
            return tuple(dict.fromkeys(self._header_member(column, parts[0]) for column in source.columns))
        if len(parts) != len(source.columns):
            count = f"{len(source.columns)} columns give members of {len(parts)} part(s)"
            self.bad.append(BadCell(source.table, None, ", ".join(source.columns), count))
            return ()
        found: dict[Member | tuple[Member, ...], None] = {}
        for row, cells in _rows(self._frame(source), source.columns):
            key = self._key(source.table, row, cells, source.columns, parts)
            if key is not None:
                found.setdefault(key if len(key) > 1 else key[0])
        return tuple(found)

    # -- parameters -------------------------------------------------------------------------------------------

    def parameter(self, source: ParameterSource) -> float | tuple[Record, ...]:
        """The scalar, or the records in the order of the rows (and columns) of the table."""
        parameter = self.declared[source.name]
        indices = flat_indices(parameter.indices, self.sets)
        match source:
            case ScalarSource(table=table, column=column, row=row):
                value = self._value(table, row, column, plain(self._frame(source).at[row, column]))
                return 0.0 if value is None else value
            case LongSource():
                return self._records(source, self._long(source, parameter, indices), len(indices))
            case WideSource():
                return self._records(source, self._wide(source, parameter, indices), len(indices))

    def _long(
        self, source: LongSource, parameter: Parameter, indices: tuple[str, ...]
    ) -> Iterator[tuple[int, str, Record]]:
        if len(source.keys) != len(indices):
            self._wrong_count(source, indices)
            return
        for row, (*cells, cell) in _rows(self._frame(source), (*source.keys, source.values)):
            key = self._key(source.table, row, cells, source.keys, indices)
            if cell is None and parameter.default is not None:
                continue
            value = self._value(source.table, row, source.values, cell)
            if key is not None and value is not None:
                yield row, source.values, (*key, value)

    def _wide(
        self, source: WideSource, parameter: Parameter, indices: tuple[str, ...]
    ) -> Iterator[tuple[int, str, Record]]:
        if len(source.keys) + 1 != len(indices):
            self._wrong_count(source, indices)
            return
        at = source.position
        rest = (*indices[:at], *indices[at + 1 :])
        headers = [self._header_member(column, indices[at]) for column in source.columns]
        # A set of tuples leaves out combinations: their cells are blank.
        may_be_blank = parameter.default is not None or len(parameter.indices) < len(indices)
        for row, cells in _rows(self._frame(source), (*source.keys, *source.columns)):
            key = self._key(source.table, row, cells[: len(source.keys)], source.keys, rest)
            for column, member, cell in zip(source.columns, headers, cells[len(source.keys) :], strict=True):
                if cell is None and may_be_blank:
                    continue
                value = self._value(source.table, row, column, cell)
                if key is not None and value is not None:
                    yield row, column, (*key[:at], member, *key[at:], value)

    def _records(
        self, source: LongSource | WideSource, found: Iterator[tuple[int, str, Record]], dimension: int
    ) -> tuple[Record, ...]:
        """The records, of which none may give the same entry as another."""
        first: dict[Record, int] = {}
        records = []
        for row, column, record in found:
            key = record[:dimension]
            if key in first:
                entry = ", ".join(map(str, key))
                self._complain(source.table, row, column, f"{entry} is already given in row {first[key]}")
            else:
                first[key] = row
                records.append(record)
        return tuple(records)

    # -- cells ------------------------------------------------------------------------------------------------

    def _key(
        self, table: str, row: int, cells: Sequence[Cell], columns: Sequence[str], sets: Sequence[str]
    ) -> tuple[Member, ...] | None:
        """The members in the key cells of a row, None if one is blank."""
        blank = [column for column, cell in zip(columns, cells, strict=True) if cell is None]
        for column in blank:
            name = sets[list(columns).index(column)]
            self._complain(table, row, column, f"is blank, but must name a member of '{name}'")
        if blank:
            return None
        return tuple(self._member(cell, name) for cell, name in zip(cells, sets, strict=True))

    def _member(self, cell: Cell, set_name: str) -> Member:
        return member_of(cell, integral=self.integral.get(outermost(set_name, self.sets), False))

    def _header_member(self, column: str, set_name: str) -> Member:
        return int(column) if self.integral.get(outermost(set_name, self.sets), False) else column

    def _value(self, table: str, row: int, column: str, cell: Cell) -> float | None:
        try:
            return value_of(cell)
        except ValueError as error:
            self._complain(table, row, column, str(error))
            return None

    def _complain(self, table: str, row: int | None, column: str, reason: str) -> None:
        self.bad.append(BadCell(table, row, column, reason))

    def _wrong_count(self, source: LongSource | WideSource, indices: tuple[str, ...]) -> None:
        reason = f"'{source.name}' has {len(indices)} indices ({', '.join(indices) or 'none'}), not as many keys"
        self._complain(source.table, None, ", ".join(source.keys), reason)

    def _frame(self, source: SetSource | ParameterSource) -> pd.DataFrame:
        return self.frames[source.table]

    # -- before anything else ---------------------------------------------------------------------------------

    def _complain_of_absent_columns(self) -> None:
        """Raises TableError for elements, tables, columns and rows of the mapping that do not exist."""
        absent = []
        for source in (*self.mapping.sets, *self.mapping.parameters):
            if source.name not in (self.sets if isinstance(source, SetSource) else self.declared):
                absent.append(BadCell(source.table, None, "", f"the formulation has no '{source.name}'"))
        for table, column in sorted(self.mapping.columns_used()):
            if table not in self.frames:
                absent.append(BadCell(table, None, column, "there is no such table"))
            elif column not in self.frames[table].columns:
                absent.append(BadCell(table, None, column, "there is no such column"))
        for source in self.mapping.parameters:
            frame = self.frames.get(source.table)
            if isinstance(source, ScalarSource) and frame is not None and source.row not in frame.index:
                absent.append(BadCell(source.table, source.row, source.column, "there is no such row"))
        if absent:
            raise TableError(absent)

    def _integral_sets(self) -> dict[str, bool]:
        """For each outermost set, whether every cell and header that names a member is a whole number."""
        integral: dict[str, bool] = {}

        def look(set_name: str, whole: bool) -> None:
            root = outermost(set_name, self.sets)
            integral[root] = integral.get(root, True) and whole

        for set_name, table, column in self._key_columns():
            cells = map(plain, self.frames[table][column].tolist())
            look(set_name, all(is_integral(cell) for cell in cells if cell is not None))
        for set_name, column in self._headers():
            look(set_name, is_integral_text(column))
        return integral

    def _key_columns(self) -> Iterator[tuple[str, str, str]]:
        """Set, table and column for each column that names members."""
        for source in (*self.mapping.sets, *self.mapping.parameters):
            match source:
                case SetSource(name=name, table=table, columns=columns, across=False):
                    yield from (
                        (part, table, c) for part, c in zip(flat_indices((name,), self.sets), columns, strict=False)
                    )
                case LongSource(name=name, table=table, keys=keys):
                    yield from ((part, table, key) for part, key in zip(self._indices(name), keys, strict=False))
                case WideSource(name=name, table=table, keys=keys, position=position):
                    indices = self._indices(name)
                    rest = (*indices[:position], *indices[position + 1 :])
                    yield from ((part, table, key) for part, key in zip(rest, keys, strict=False))

    def _headers(self) -> Iterator[tuple[str, str]]:
        """Set and column for each column whose name is a member."""
        for source in (*self.mapping.sets, *self.mapping.parameters):
            match source:
                case SetSource(name=name, columns=columns, across=True):
                    yield from ((name, column) for column in columns)
                case WideSource(name=name, columns=columns, position=position):
                    indices = self._indices(name)
                    if position < len(indices):
                        yield from ((indices[position], column) for column in columns)

    def _indices(self, parameter: str) -> tuple[str, ...]:
        return flat_indices(self.declared[parameter].indices, self.sets)
