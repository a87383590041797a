"""Columns, rows and coefficients as they come out of a file, and the Program they make."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from scipy import sparse

from formulations.formulation import Sense
from formulations.program import Floats, Indicator, Integers, Program
from formulations.reading.names import Legend, grouped_labels
from formulations.reading.source import FileError

#: LP and MPS files write infinity as a number of at least this size.
INFINITE = 1e20

#: x_i x_j and its coefficient; i may equal j.
Product = tuple[int, int, float]


def side(value: float) -> float:
    """A bound or right-hand side, huge numbers being infinite and zero without a sign."""
    return math.copysign(math.inf, value) if abs(value) >= INFINITE else value + 0.0


@dataclass
class ColumnEntry:
    """A column while a file is read; a lower bound of None is the default, zero."""

    index: int
    name: str
    lower: float | None = None
    upper: float | None = None
    integer: bool = False


@dataclass
class RowEntry:
    """A row while a file is read."""

    name: str
    lower: float = -math.inf
    upper: float = math.inf
    columns: list[int] = field(default_factory=list)
    values: list[float] = field(default_factory=list)
    products: list[Product] = field(default_factory=list)
    indicator: Indicator | None = None

    def agrees(self, other: RowEntry) -> bool:
        """Whether both rows have the same terms and condition."""
        mine, others = (
            (sorted(zip(row.columns, row.values, strict=True)), sorted(row.products), row.indicator)
            for row in (self, other)
        )
        return mine == others


@dataclass
class Assembly:
    """Everything read so far. ``program`` turns it into arrays."""

    file: str
    name: str = ""
    sense: Sense = "minimize"
    columns: dict[str, ColumnEntry] = field(default_factory=dict)
    rows: dict[str, RowEntry] = field(default_factory=dict)
    objective: RowEntry = field(default_factory=lambda: RowEntry("objective"))
    offset: float = 0.0

    def column(self, name: str) -> ColumnEntry:
        """The column of this name, made if it is new."""
        entry = self.columns.get(name)
        if entry is None:
            entry = self.columns[name] = ColumnEntry(len(self.columns), name)
        return entry

    def program(self, legend: Legend) -> Program:
        """The Program. Raises FileError where there are no columns or a bound is infinite on the wrong side."""
        if not self.columns:
            raise FileError(
                self.file, "there are no variables in the file", hint="is it complete, and in the right format?"
            )
        entries = _ordered(self.columns, legend.columns)
        place = np.empty(len(entries), dtype=np.int64)
        place[[entry.index for entry in entries]] = np.arange(len(entries))
        rows = _joined(self.rows.values(), legend.rows)
        lower = np.array([0.0 if entry.lower is None else entry.lower for entry in entries])
        upper = np.array([math.inf if entry.upper is None else entry.upper for entry in entries])
        for entry, low, high in zip(entries, lower.tolist(), upper.tolist(), strict=True):
            if low == math.inf or high == -math.inf:
                side_name = "lower" if low == math.inf else "upper"
                reason = f"the {side_name} bound of '{entry.name}' is infinite on the wrong side"
                raise FileError(self.file, reason, hint="correct the sign of the infinity")
        return Program(
            name=self.name,
            sense=self.sense,
            columns=grouped_labels(_labels(entries, legend.columns)),
            column_lower=lower,
            column_upper=upper,
            integer=np.array([entry.integer for entry in entries], dtype=bool),
            objective=_dense(self.objective, place),
            objective_offset=self.offset,
            objective_quadratic=_symmetric(self.objective.products, place),
            rows=grouped_labels([label for label, _ in rows]),
            matrix=_matrix([row for _, row in rows], place),
            row_lower=np.array([row.lower for _, row in rows], dtype=float),
            row_upper=np.array([row.upper for _, row in rows], dtype=float),
            quadratic={
                position: quadratic
                for position, (_, row) in enumerate(rows)
                if (quadratic := _symmetric(row.products, place)) is not None
            },
            indicators={
                position: Indicator(int(place[row.indicator.column]), row.indicator.value)
                for position, (_, row) in enumerate(rows)
                if row.indicator is not None
            },
        )


def _ordered(columns: Mapping[str, ColumnEntry], legend: Mapping[str, str]) -> list[ColumnEntry]:
    """The columns, those of the legend in its order among themselves, the others where they are."""
    entries = list(columns.values())
    listed = [columns[name] for name in legend if name in columns]
    spots = [entry.index for entry in entries if entry.name in legend]
    for spot, entry in zip(spots, listed, strict=True):
        entries[spot] = entry
    return entries


def _joined(rows: Iterable[RowEntry], legend: Mapping[str, str]) -> list[tuple[str, RowEntry]]:
    """The rows under their labels; the two sides of a range become one row again if they still agree."""
    groups: dict[str, list[RowEntry]] = {}
    for row in rows:
        groups.setdefault(legend.get(row.name, row.name), []).append(row)
    result: list[tuple[str, RowEntry]] = []
    for label, group in groups.items():
        match group:
            case [row]:
                result.append((label, row))
            case [low, high] if low.upper == math.inf and high.lower == -math.inf and low.agrees(high):
                result.append((label, replace(low, upper=high.upper)))
            case _:
                result += [(row.name, row) for row in group]
    if len({label for label, _ in result}) < len(result):
        return [(row.name, row) for group in groups.values() for row in group]
    return result


def _labels(columns: list[ColumnEntry], legend: Mapping[str, str]) -> list[str]:
    """The label of each column; the names of the file if the legend calls two columns the same."""
    labels = [legend.get(column.name, column.name) for column in columns]
    return labels if len(set(labels)) == len(labels) else [column.name for column in columns]


def _dense(row: RowEntry, place: Integers) -> Floats:
    result = np.zeros(len(place))
    np.add.at(result, place[row.columns], row.values)
    return result


def _matrix(rows: list[RowEntry], place: Integers) -> sparse.csr_array:
    counts = [len(row.columns) for row in rows]
    row_indices = np.repeat(np.arange(len(rows), dtype=np.int32), counts)
    columns = np.fromiter((place[c] for row in rows for c in row.columns), dtype=np.int32, count=sum(counts))
    values = np.fromiter((v for row in rows for v in row.values), dtype=float, count=sum(counts))
    matrix = sparse.coo_array((values, (row_indices, columns)), shape=(len(rows), len(place))).tocsr()
    matrix.eliminate_zeros()
    matrix.sort_indices()
    return matrix


def _symmetric(products: list[Product], place: Integers) -> sparse.csr_array | None:
    """The symmetric matrix Q with x'Qx the sum of the products; None without any."""
    if not products:
        return None
    i = place[[first for first, _, _ in products]]
    j = place[[second for _, second, _ in products]]
    half = np.array([value for _, _, value in products]) / 2
    entries = (np.concatenate([half, half]), (np.concatenate([i, j]), np.concatenate([j, i])))
    matrix = sparse.coo_array(entries, shape=(len(place), len(place))).tocsr()
    matrix.eliminate_zeros()
    matrix.sort_indices()
    return matrix if matrix.nnz else None
