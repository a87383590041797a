"""Many linear programs on one sparsity pattern, as arrays with a leading axis of instances.

    offset + min c x   subject to   L <= A x <= U,   l <= x <= u

Every array may have length one along the leading axis: then all instances share it. Programs that are maximized are
held with their objective negated. Integer columns are those of the program; bounds here are bounds of its relaxation,
hence of the program itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from formulations.program import Flags, Floats, Integers, Program
from solvers.families import Family


class ShapeError(ValueError):
    """Programs that should share a pattern do not: ``str`` says in what they differ."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Batch:
    """``count`` instances of n columns and m rows.

    rows, columns: (nnz,) places of the entries, ordered by column, then row. values: (count or 1, nnz).
    cost, column_lower, column_upper: (count or 1, n). row_lower, row_upper: (count or 1, m). offset: (count or 1,).
    integer: (n,). maximized: the user's objective is the negative of the one held here.
    """

    count: int
    rows: Integers
    columns: Integers
    values: Floats
    cost: Floats
    offset: Floats
    row_lower: Floats
    row_upper: Floats
    column_lower: Floats
    column_upper: Floats
    integer: Flags
    maximized: bool = False

    @property
    def column_count(self) -> int:
        return int(self.cost.shape[1])

    @property
    def row_count(self) -> int:
        return int(self.row_lower.shape[1])

    @cached_property
    def column_starts(self) -> Integers:
        """Where the entries of each column begin: shape (n + 1,)."""
        return np.searchsorted(self.columns, np.arange(self.column_count + 1)).astype(np.int64)

    @cached_property
    def by_row(self) -> Integers:
        """The order of the entries that sorts them by row: shape (nnz,)."""
        return np.argsort(self.rows, kind="stable").astype(np.int64)

    @cached_property
    def row_starts(self) -> Integers:
        """Where the entries of each row begin in that order: shape (m + 1,)."""
        return np.searchsorted(self.rows[self.by_row], np.arange(self.row_count + 1)).astype(np.int64)

    @cached_property
    def smallest_entry(self) -> float:
        """The least |a_ij| that is not zero, infinite if there is none."""
        size = np.abs(self.values)
        return float(np.where(size > 0, size, np.inf).min(initial=np.inf))

    def transposed_product(self, duals: Floats, *, absolute: bool = False) -> Floats:
        """A'y (|A|'|y| if ``absolute``) of every instance: (count, n)."""
        values = np.abs(self.values) if absolute else self.values
        y = np.abs(duals) if absolute else duals
        if not len(self.rows):
            return np.zeros((max(len(y), len(values)), self.column_count))
        return segment_sums(values * y[:, self.rows], self.column_starts)

    def product(self, points: Floats) -> Floats:
        """A x of every instance: (count, m)."""
        if not len(self.rows):
            return np.zeros((len(points), self.row_count))
        return segment_sums((self.values * points[:, self.columns])[:, self.by_row], self.row_starts)

    def largest_terms(self, points: Floats) -> Floats:
        """The largest |a_ij x_j| of every row: (count, m)."""
        terms = np.abs(self.values * points[:, self.columns])[:, self.by_row]
        found = np.zeros((len(points), self.row_count))
        filled = np.flatnonzero(np.diff(self.row_starts))
        if len(filled):
            found[:, filled] = np.maximum.reduceat(terms, self.row_starts[filled], axis=1)
        return found

    def objectives(self, points: Floats) -> Floats:
        """The minimized objective at points (count, n): (count,)."""
        return np.asarray((self.cost * points).sum(axis=1) + self.offset)

    def select(self, chosen: Sequence[int] | Integers | slice) -> Batch:
        """The instances at these positions."""
        index = np.arange(self.count)[chosen]
        own: dict[str, Any] = {name: _taken(getattr(self, name), index) for name in VARYING}
        return replace(self, count=len(index), **own)

    def user_value(self, value: float) -> float:
        """An objective or bound of the minimized form in the user's sense."""
        return -value if self.maximized else value


#: The arrays that may differ from instance to instance.
VARYING = ("values", "cost", "offset", "row_lower", "row_upper", "column_lower", "column_upper")


def of_programs(programs: Sequence[Program]) -> Batch:
    """The linear parts of programs with the same columns, rows, sense and integrality.

    Entries that are zero in some programs only stay entries of the pattern. Raises ShapeError.
    """
    first = programs[0]
    for program in programs:
        if program.matrix.shape != first.matrix.shape or program.sense != first.sense:
            raise ShapeError("the number of rows or columns changes with the parameters")
        if not np.array_equal(program.integer, first.integer):
            raise ShapeError("the integrality of columns changes with the parameters")
    n = first.column_count
    flat = [_flat(program) for program in programs]
    keys = flat[0][0] if all(np.array_equal(flat[0][0], keys) for keys, _ in flat) else _union(flat)
    values = np.zeros((len(programs), len(keys)))
    for line, (own, entries) in zip(values, flat, strict=True):
        line[np.searchsorted(keys, own)] = entries
    sign = -1.0 if first.sense == "maximize" else 1.0
    m = max(1, first.row_count)
    return Batch(
        count=len(programs),
        rows=keys % m,
        columns=keys // m,
        values=shared(values),
        cost=shared(sign * np.stack([program.objective for program in programs]).reshape(-1, n)),
        offset=shared(sign * np.array([program.objective_offset for program in programs])),
        row_lower=shared(np.stack([program.row_lower for program in programs])),
        row_upper=shared(np.stack([program.row_upper for program in programs])),
        column_lower=shared(np.stack([program.column_lower for program in programs])),
        column_upper=shared(np.stack([program.column_upper for program in programs])),
        integer=first.integer,
        maximized=first.sense == "maximize",
    )


def _flat(program: Program) -> tuple[Integers, Floats]:
    """Places column * m + row of the entries in order, and their values."""
    entries = program.matrix.tocoo()
    keys = entries.col.astype(np.int64) * max(1, program.row_count) + entries.row
    order = np.argsort(keys, kind="stable")
    return keys[order], entries.data[order]


def _union(flat: Sequence[tuple[Integers, Floats]]) -> Integers:
    return np.unique(np.concatenate([keys for keys, _ in flat]))


def shared(array: Floats) -> Floats:
    """One line in place of many equal ones."""
    return array[:1] if len(array) > 1 and bool((array == array[0]).all()) else array


def _taken(array: Floats, index: Integers) -> Floats:
    return array if len(array) == 1 else array[index]


def segment_sums(terms: Floats, starts: Integers) -> Floats:
    """Sums of consecutive entries of each line; ``starts`` (k + 1,) bounds the k segments, which may be empty."""
    sums = np.zeros((len(terms), len(starts) - 1))
    filled = np.flatnonzero(np.diff(starts))
    if len(filled):
        sums[:, filled] = np.add.reduceat(terms, starts[filled], axis=1)
    return sums


def of_family(family: Family, thetas: Floats) -> Batch:
    """The linear parts of the members at ``thetas`` (S, K). Raises ShapeError, and what grounding raises."""
    if family.dependence is None:
        return of_programs([family.program(theta) for theta in thetas])
    members, pattern = family.members(thetas), family.pattern
    entries = pattern.matrix.tocoo()
    order = np.lexsort((entries.row, entries.col))
    sign = -1.0 if pattern.sense == "maximize" else 1.0
    return Batch(
        count=len(thetas),
        rows=entries.row[order].astype(np.int64),
        columns=entries.col[order].astype(np.int64),
        values=members.coefficients[:, order],
        cost=shared(sign * members.costs),
        offset=shared(sign * members.offsets),
        row_lower=shared(members.row_lower),
        row_upper=shared(members.row_upper),
        column_lower=shared(members.column_lower),
        column_upper=shared(members.column_upper),
        integer=pattern.integer,
        maximized=pattern.sense == "maximize",
    )
