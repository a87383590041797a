"""Reading CSV, Excel and Parquet into data frames whose index is the row number in the file.

Column names are text. A column is numeric where every cell is; otherwise it holds the cells one by one, blanks as
None, so that a wrong cell can be pointed at later.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path
from xml.etree.ElementTree import ParseError as XmlError

import openpyxl
import pandas as pd
import pyarrow
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from formulations.reading.source import FileError, load
from formulations.tables.cells import Cell, is_integral, is_number, parsed, plain, shown, uses_decimal_commas

_SEPARATORS = (",", ";", "\t", "|")
#: Lines looked at to find the separator.
_SAMPLE = 50
_UNNAMED_SHEET = re.compile(r"(sheet|tabelle|feuil|hoja|blad|foglio|ark)\s*\d*", re.IGNORECASE)


def read_table(source: Path | str | bytes, name: str = "") -> pd.DataFrame:
    """The only table of a file, or the first sheet of a workbook. Raises FileError."""
    return next(iter(read_tables(source, name).values()))


def read_tables(source: Path | str | bytes, name: str = "") -> dict[str, pd.DataFrame]:
    """All tables of a file by name: the sheets of a workbook, otherwise one called like the file.

    ``source`` is a path, or the content of a file, whose ``name`` is then given. Raises FileError.
    """
    data = source if isinstance(source, bytes) else load(Path(source))
    file = name or ("table" if isinstance(source, bytes) else Path(source).name)
    if not data.strip():
        raise FileError(file, "the file is empty", hint="was it saved, or copied to its end?")
    stem = Path(file).stem
    if data.startswith(b"PK\x03\x04"):
        return _workbook(data, file, stem)
    if data.startswith(b"PAR1"):
        return {stem: _parquet(data, file)}
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise FileError(file, "is a workbook in the format of 1997 (.xls)", hint="save it again as .xlsx")
    return {stem: _csv(data, file)}


# -- CSV ----------------------------------------------------------------------------------------------------------


def _csv(data: bytes, file: str) -> pd.DataFrame:
    text = _csv_text(data, file)
    separator = _separator(text)
    try:
        grid = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error as error:
        raise FileError(file, f"is not a table in CSV ({error})", hint="is a quote left open?") from None
    # Where commas do not separate, they may be decimal commas.
    decimal_comma = separator in ";\t" and any(uses_decimal_commas(cell.strip()) for row in grid for cell in row)
    cells = [[parsed(cell, decimal_comma=decimal_comma) for cell in row] for row in grid]
    headers = [[cell.strip() or None for cell in row] for row in grid]
    return _frame(cells, headers, file, file)


def _csv_text(data: bytes, file: str) -> str:
    """The text in UTF-8, UTF-16 with its mark, or Windows-1252, which spreadsheets still write."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace").removeprefix("\ufeff")
    if b"\x00" in data[:65536]:
        raise FileError(file, "is not a table (it holds null bytes)", hint="give a .csv, .xlsx or .parquet file")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise FileError(file, "is not text in UTF-8 or Windows-1252", hint="save it again as UTF-8")


def _separator(text: str) -> str:
    """The separator that cuts the first lines into the same, largest number of cells."""
    lines = [line for line in text.splitlines()[:_SAMPLE] if line.strip()]

    def quality(separator: str) -> tuple[float, int]:
        counts = [len(row) for row in csv.reader(lines, delimiter=separator) if row]
        if not counts or max(counts) < 2:
            return 0.0, 0
        usual = max(set(counts), key=counts.count)
        return (counts.count(usual) / len(counts) if usual > 1 else 0.0), usual

    return max(_SEPARATORS, key=quality)


# -- Excel and Parquet --------------------------------------------------------------------------------------------


def _workbook(data: bytes, file: str, stem: str) -> dict[str, pd.DataFrame]:
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        grids = {
            sheet.title: [[plain(value) for value in row] for row in sheet.iter_rows(values_only=True)]
            for sheet in book.worksheets
        }
    except (zipfile.BadZipFile, InvalidFileException, XmlError, KeyError, ValueError, OSError) as error:
        raise FileError(file, f"is not a readable workbook ({error})", hint="save it again as .xlsx") from None
    filled = {title: grid for title, grid in grids.items() if any(c is not None for row in grid for c in row)}
    if not filled:
        raise FileError(file, "all sheets are empty", hint="were the cells saved?")
    if len(filled) == 1:
        (title,) = filled
        if _UNNAMED_SHEET.fullmatch(title):
            filled = {stem: filled[title]}
    return {title: _frame(grid, grid, f"{file}, sheet '{title}'", file) for title, grid in filled.items()}


def _parquet(data: bytes, file: str) -> pd.DataFrame:
    try:
        frame = pd.read_parquet(io.BytesIO(data))
    except (pyarrow.ArrowException, ValueError, OSError) as error:
        raise FileError(file, f"is not a readable Parquet file ({error})", hint="write it again") from None
    if any(name is not None for name in frame.index.names):
        frame = frame.reset_index()
    header = [str(name).strip() for name in frame.columns]
    rows = [[plain(value) for value in row] for row in frame.itertuples(index=False, name=None)]
    return _frame([list(header), *rows], [list(header)], file, file, first_row=0)


# -- from cells to a frame ----------------------------------------------------------------------------------------


def _frame(
    grid: Sequence[Sequence[Cell]],
    headers: Sequence[Sequence[Cell]],
    place: str,
    file: str,
    *,
    first_row: int = 1,
) -> pd.DataFrame:
    """The frame of a grid of cells; ``headers`` holds the same cells as they are written."""
    filled = [number for number, row in enumerate(grid) if any(cell is not None for cell in row)]
    if not filled:
        raise FileError(file, "there are no cells in the table", hint="was it saved?")
    top, *below = filled
    if below and _is_title(grid[top], grid[below[0]]):
        top, *below = below
    columns = [
        position
        for position in range(max(len(grid[number]) for number in (top, *below)))
        if any(position < len(grid[number]) and grid[number][position] is not None for number in (top, *below))
    ]
    names = _names(headers[top], columns)
    for number in below:
        extra = [cell for cell in grid[number][len(grid[top]) :] if cell is not None]
        if extra and len(grid[number]) > len(grid[top]):
            raise FileError(
                place,
                f"the row has more cells than the header ({len(grid[number])} instead of {len(grid[top])})",
                line=number + first_row,
                text=", ".join(map(shown, grid[number])),
                hint="put text that holds a separator between quotes, or name the column",
            )
    cells = {
        name: [grid[number][position] if position < len(grid[number]) else None for number in below]
        for name, position in zip(names, columns, strict=True)
    }
    index = pd.Index([number + first_row for number in below], name="row", dtype="int64")
    return pd.DataFrame({name: _column(values, index) for name, values in cells.items()}, index=index)


def _is_title(row: Sequence[Cell], below: Sequence[Cell]) -> bool:
    """A single cell at the left over a row of several is a heading of the table, not its header."""
    cells = [position for position, cell in enumerate(row) if cell is not None]
    under = [position for position, cell in enumerate(below) if cell is not None]
    return len(cells) == 1 and len(under) > 1 and cells[0] <= under[0]


def _names(header: Sequence[Cell], columns: Sequence[int]) -> list[str]:
    """The column names as different texts; a column without one is called by its letter."""
    names: list[str] = []
    for position in columns:
        cell = header[position] if position < len(header) else None
        name = shown(cell) or f"column {get_column_letter(position + 1)}"
        number, candidate = 1, name
        while candidate in names:
            number += 1
            candidate = f"{name}.{number}"
        names.append(candidate)
    return names


def _column(values: list[Cell], index: pd.Index[int]) -> pd.Series:
    if values and all(isinstance(cell, int) and is_integral(cell) and abs(cell) < 2**63 for cell in values):
        return pd.Series(values, index=index, dtype="int64")
    if values and all(is_number(cell) for cell in values):
        return pd.Series(values, index=index, dtype="float64")
    return pd.Series(values, index=index, dtype="object")
