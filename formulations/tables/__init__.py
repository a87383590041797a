"""Tables from CSV, Excel and Parquet files, and the way from their columns to sets and parameters."""

from formulations.tables.application import BadCell, TableError, apply_mapping, preview
from formulations.tables.mapping import LongSource, Mapping, ScalarSource, SetSource, WideSource
from formulations.tables.proposal import propose_mapping
from formulations.tables.reading import read_table, read_tables

__all__ = [
    "BadCell",
    "LongSource",
    "Mapping",
    "ScalarSource",
    "SetSource",
    "TableError",
    "WideSource",
    "apply_mapping",
    "preview",
    "propose_mapping",
    "read_table",
    "read_tables",
]
