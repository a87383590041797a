"""Single cells: blank, a number, a member of a set."""

from __future__ import annotations

import datetime
import math
import re

import numpy as np

from formulations.formulation import Member

#: What a cell of a table may hold: None is blank.
Cell = str | int | float | bool | datetime.date | None

_INTEGER = re.compile(r"[+-]?(?:0|[1-9]\d*)")
_DECIMAL = re.compile(r"[+-]?(?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?")
_COMMA_DECIMAL = re.compile(r"[+-]?\d+,\d+(?:[eE][+-]?\d+)?")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:[,' ]\d{3})+(?:\.\d+)?")
_POINT_GROUPED = re.compile(r"[+-]?\d{1,3}(?:\.\d{3})+")
#: Longer digits are an identifier rather than a quantity.
_LONGEST_INTEGER = 18


def uses_decimal_commas(text: str) -> bool:
    return _COMMA_DECIMAL.fullmatch(text) is not None


def parsed(text: str, *, decimal_comma: bool) -> Cell:
    """The cell of a text file: blank, an integer, a decimal number, or text without outer blanks.

    Digits that begin with 0 stay text (007 is a name), and so does 1.234 beside decimal commas: it may be a thousand.
    """
    text = text.strip()
    if not text:
        return None
    if _INTEGER.fullmatch(text):
        return int(text) if len(text) <= _LONGEST_INTEGER else text
    if decimal_comma and _COMMA_DECIMAL.fullmatch(text):
        return float(text.replace(",", "."))
    if decimal_comma and _POINT_GROUPED.fullmatch(text):
        return text
    if _DECIMAL.fullmatch(text) and math.isfinite(value := float(text)):
        return value
    return text


def plain(value: object) -> Cell:
    """The cell of a typed file: numpy scalars as Python ones, blanks and not-a-number as None, text stripped."""
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date()
    if isinstance(value, bool | int | float | datetime.date):
        return value
    return str(value).strip() or None


def is_integral(cell: Cell) -> bool:
    """Whether the cell holds a whole number, as a number."""
    if isinstance(cell, bool):
        return False
    return isinstance(cell, int) or (isinstance(cell, float) and cell.is_integer())


def is_integral_text(text: str) -> bool:
    return _INTEGER.fullmatch(text) is not None


def is_number(cell: Cell) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def member_of(cell: Cell, *, integral: bool) -> Member:
    """The member that a cell names; as an integer where all of its set are."""
    if integral and not isinstance(cell, datetime.date):
        return int(cell or 0)
    return shown(cell)


def shown(cell: Cell) -> str:
    """The cell as text: dates as 2024-01-31, whole numbers without a decimal point."""
    if isinstance(cell, datetime.date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return "" if cell is None else str(cell).strip()


def value_of(cell: Cell) -> float:
    """The number in a cell; yes and no count as 1 and 0. Raises ValueError with what is wrong and what to write."""
    if isinstance(cell, bool | int | float):
        value = float(cell)
    elif isinstance(cell, str):
        if _GROUPED.fullmatch(cell):
            digits = re.sub("[,' ]", "", cell)
            raise ValueError(f"'{cell}' has separators between digits: write {digits}")
        if cell.endswith("%"):
            raise ValueError(f"'{cell}' is a percentage: write it as a fraction, 5% as 0.05")
        if _COMMA_DECIMAL.fullmatch(cell):
            raise ValueError(f"'{cell}' has a decimal comma: write {cell.replace(',', '.')}")
        if _POINT_GROUPED.fullmatch(cell):
            raise ValueError(f"'{cell}' may be a thousand or a decimal number: write it without grouping")
        try:
            value = float(cell) if "_" not in cell else math.nan
        except ValueError:
            raise ValueError(f"'{cell}' is not a number") from None
    else:
        raise ValueError("is blank" if cell is None else f"'{shown(cell)}' is a date, not a number")
    if not math.isfinite(value):
        raise ValueError(f"'{shown(cell)}' is not a finite number")
    return value
