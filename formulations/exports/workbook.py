"""The cells of an exported workbook: a summary, the results, and one sheet for each set and parameter."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterable, Sequence

import openpyxl
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from formulations.exports.exporter import ExportRefused
from formulations.exports.sheet_names import SheetNames
from formulations.exports.xlsx import Results
from formulations.formulation import Document, Record
from formulations.notation import write_notation
from formulations.reading.names import split_label
from formulations.tables.mapping import flat_indices

_MAX_ROWS = 1_048_576
_MAX_COLUMNS = 16_384
_MAX_TEXT = 32_767
#: Beyond this Excel rounds integers.
_EXACT_INTEGER = 2**53
_HEADER = Font(bold=True)
_HEADER_FILL = PatternFill("solid", fgColor="E8EEF4")
_TITLE = Font(bold=True, size=14)
_FORMULA_START = re.compile(r"[=+\-@\t\r]")

Value = str | int | float | None


class Workbook:
    """A workbook in the making; ``content`` is the file."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.formulation = document.formulation
        self.sets = {index_set.name: index_set for index_set in self.formulation.sets}
        self.book = openpyxl.Workbook()
        self.book.remove(self.book.active)
        self.names = SheetNames(("Summary", "Elements", "Constraints", "Scalars", "Scalar variables"))

    def content(self) -> bytes:
        stream = io.BytesIO()
        self.book.save(stream)
        return stream.getvalue()

    # -- what is on the sheets --------------------------------------------------------------------------------

    def summary(self, results: Results | None) -> None:
        """The notation line by line, the outcome above it, and a list of all elements on the next sheet."""
        sheet = self.book.create_sheet("Summary")
        lines = [self.formulation.name or "Formulation"]
        if self.formulation.description:
            lines.append(self.formulation.description)
        if results is not None:
            value = "none" if results.objective is None else repr(results.objective)
            solver = f" ({results.solver})" if results.solver else ""
            lines += ["", f"Termination: {results.termination}{solver}", f"Objective: {value}"]
        if self.document.text:
            lines += ["", *self.document.text.splitlines()]
        notation = write_notation(Document(formulation=self.formulation))
        for row, line in enumerate([*lines, "", *notation.splitlines()], 1):
            cell = _put(sheet, row, 1, line)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.font = _TITLE if row == 1 else Font(name="Consolas") if row > len(lines) else Font()
        sheet.column_dimensions["A"].width = 110
        rows = [
            (
                type(element).__name__.lower(),
                element.name,
                ", ".join(getattr(element, "indices", getattr(element, "within", ()))),
                getattr(element, "unit", ""),
                element.description,
            )
            for element in self.formulation.elements()
        ]
        self._table("Elements", ("kind", "element", "over", "unit", "description"), rows)

    def results(self, results: Results) -> None:
        """One sheet for each indexed variable, one for all others, one for the constraints."""
        by_name: dict[str, list[Record]] = {}
        for label, value in results.values.items():
            name, key = split_label(label)
            by_name.setdefault(name, []).append((*key, value))
        single = [(name, *records[0]) for name, records in by_name.items() if len(records[0]) == 1]
        for variable in self.formulation.variables:
            records = by_name.get(variable.name, [])
            if records and len(records[0]) > 1:
                indices = [index.rpartition(" in ")[2].strip() for index in variable.indices]
                self._records(variable.name, tuple(indices), records, complete=False)
        if single:
            self._table("Scalar variables", ("variable", "value"), single)
        if len(results.rows.columns):
            header = [str(column) for column in results.rows.columns]
            self._table("Constraints", header, results.rows.itertuples(index=False, name=None))

    def data(self) -> None:
        """One sheet for each set and each indexed parameter that has data, one for all scalar parameters."""
        data = self.document.data
        for index_set in self.formulation.sets:
            if index_set.name in data.sets:
                parts = flat_indices((index_set.name,), self.sets)
                header = _distinct(parts) if len(parts) > 1 else (index_set.name,)
                members = [m if isinstance(m, tuple) else (m,) for m in data.sets[index_set.name]]
                self._table(self.names.take(index_set.name), header, members)
        scalars = []
        for parameter in self.formulation.parameters:
            given = data.parameters.get(parameter.name)
            if isinstance(given, tuple):
                self._records(parameter.name, parameter.indices, given, complete=parameter.default is None)
            elif given is not None:
                scalars.append((parameter.name, given, parameter.unit, parameter.description))
        if scalars:
            self._table("Scalars", ("name", "value", "unit", "description"), scalars)

    # -- how a sheet is written -------------------------------------------------------------------------------

    def _records(self, name: str, indices: tuple[str, ...], records: Sequence[Record], *, complete: bool) -> None:
        """A matrix where there are two plain indices and each pair occurs once, otherwise one record in each row.

        With ``complete``, only a matrix without holes is written as one: a blank cell would be an error in it.
        """
        flat = flat_indices(indices, self.sets)
        pairs = {record[:-1]: record[-1] for record in records}
        if len(flat) == 2 and len(indices) == 2 and len(pairs) == len(records) and records:
            rows = list(dict.fromkeys(key[0] for key in pairs))
            columns = list(dict.fromkeys(key[1] for key in pairs))
            holes = len(rows) * len(columns) - len(pairs)
            fits = len(columns) < _MAX_COLUMNS and len({str(member) for member in columns}) == len(columns)
            if fits and (holes == 0 or (not complete and holes <= len(pairs))):
                header = (f"{flat[0]} \\ {flat[1]}", *columns)
                body = ((row, *(pairs.get((row, column)) for column in columns)) for row in rows)
                self._table(self.names.take(name), header, body)
                return
        self._table(self.names.take(name), (*_distinct(flat), name), records)

    def _table(self, title: str, header: Sequence[Value], rows: Iterable[Sequence[object]]) -> None:
        sheet = self.book.create_sheet(title)
        widths = [len(str(cell)) for cell in header]
        for column, name in enumerate(header, 1):
            cell = _put(sheet, 1, column, name)
            cell.font, cell.fill = _HEADER, _HEADER_FILL
        for row, cells in enumerate(rows, 2):
            if row > _MAX_ROWS:
                hint = "export the data as CSV or Parquet, or solve a smaller case"
                raise ExportRefused("Excel", title, "", f"has more than {_MAX_ROWS - 1:,} rows", hint=hint)
            for column, value in enumerate(cells, 1):
                _put(sheet, row, column, value)
                if row < 200 and column <= len(widths):
                    widths[column - 1] = max(widths[column - 1], len(str(value)))
        for column, width in enumerate(widths, 1):
            sheet.column_dimensions[get_column_letter(column)].width = min(60, width + 3)
        sheet.freeze_panes = "B2" if len(header) > 1 else "A2"


def _put(sheet: Worksheet, row: int, column: int, value: object) -> Cell:
    """Writes one cell, as a number or as text but never as a formula."""
    cell: Cell = sheet.cell(row, column)
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return cell
    if isinstance(value, bool | str) or not isinstance(value, int | float) or not _fits(value):
        text = ILLEGAL_CHARACTERS_RE.sub("\ufffd", str(value))[:_MAX_TEXT]
        cell.value = text
        # A leading = would make it a formula now, any of the others when somebody edits the cell.
        cell.data_type = "s"
        if _FORMULA_START.match(text):
            cell.quotePrefix = True
        return cell
    # Handed over as text because openpyxl would round a number to 16 digits.
    cell.value = repr(value + 0.0) if isinstance(value, float) else str(value)
    cell.data_type = "n"
    return cell


def _fits(value: float) -> bool:
    """Whether Excel can hold the number: finite, and exact if it is whole."""
    return abs(value) <= _EXACT_INTEGER if isinstance(value, int) else math.isfinite(value)


def _distinct(names: Sequence[str]) -> tuple[str, ...]:
    """The names, numbered where one occurs more than once: Cities 1, Cities 2."""
    seen: dict[str, int] = {}
    result = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        result.append(f"{name} {seen[name]}" if names.count(name) > 1 else name)
    return tuple(result)
