"""What a language model is told about attached tables: their columns, never their rows unless that is allowed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import pandas as pd

SAMPLE_ROWS = 3


@dataclass(frozen=True, slots=True)
class ColumnSchema:
    name: str
    kind: Literal["members", "whole numbers", "numbers"]


@dataclass(frozen=True, slots=True)
class TableSchema:
    """Name, columns and number of rows of one table; ``sample`` holds rows only where somebody allowed it."""

    name: str
    columns: tuple[ColumnSchema, ...]
    rows: int
    sample: tuple[str, ...] = ()

    def described(self) -> str:
        columns = ", ".join(f"{column.name} ({column.kind})" for column in self.columns)
        lines = [f"- table {self.name}, {self.rows} rows: {columns}"]
        return "\n".join([*lines, *(f"    {row}" for row in self.sample)])


def schema_of(tables: Mapping[str, pd.DataFrame], *, rows_allowed: bool = False) -> tuple[TableSchema, ...]:
    """The schemas of named tables; with ``rows_allowed`` also their first rows."""
    return tuple(_schema(name, table, rows_allowed=rows_allowed) for name, table in tables.items())


def _schema(name: str, table: pd.DataFrame, *, rows_allowed: bool) -> TableSchema:
    columns = tuple(ColumnSchema(str(column), _kind(table[column])) for column in table.columns)
    sample: tuple[str, ...] = ()
    if rows_allowed:
        head = table.head(SAMPLE_ROWS)
        sample = tuple(", ".join(map(str, row)) for row in head.itertuples(index=False))
    return TableSchema(name, columns, len(table), sample)


def _kind(column: pd.Series[Any]) -> Literal["members", "whole numbers", "numbers"]:
    match column.dtype.kind:
        case "i" | "u":
            return "whole numbers"
        case "f":
            return "numbers"
    return "members"
