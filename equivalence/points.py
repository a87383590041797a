"""All feasible points of small integer programs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from equivalence.exact import ExactColumn, Linear

Ints = NDArray[np.int64]

#: Programs with more points than this are not enumerated.
MOST_POINTS = 60_000
#: Points of the box, beyond which a program is enumerated only if few partial points survive.
_LARGEST_BOX = 60_000
_MOST_COLUMNS = 60
_LARGEST_NUMBER = 2**40


@dataclass(frozen=True, eq=False)
class Points:
    """All feasible points of a small pure integer program, shape (count, n)."""

    values: Ints

    def __len__(self) -> int:
        return len(self.values)

    def maximum(self, terms: Mapping[int, int]) -> tuple[int, int] | None:
        """The greatest value of the sum and the number of the point that has it; None without points."""
        if not len(self):
            return None
        totals = self.totals(terms)
        best = int(totals.argmax())
        return int(totals[best]), best

    def totals(self, terms: Mapping[int, int]) -> Ints:
        totals = np.zeros(len(self), dtype=np.int64)
        for j, c in terms.items():
            totals += self.values[:, j] * c
        return totals

    def point(self, number: int) -> dict[int, Fraction]:
        return {j: Fraction(int(value)) for j, value in enumerate(self.values[number])}


def enumerated(linear: Linear, columns: Sequence[ExactColumn]) -> Points | None:
    """All feasible points within the bounds of ``columns``; None if they are too many or the numbers too large."""
    ranges = _ranges(linear, columns)
    if ranges is None:
        return None
    size = math.prod(high - low + 1 for low, high in ranges)
    if size > _LARGEST_BOX and len(ranges) > _MOST_COLUMNS:
        return None
    order = _order(linear)
    found = _walked(linear, ranges, order, MOST_POINTS if size <= _LARGEST_BOX else MOST_POINTS // 3)
    if found is None:
        return None
    values = np.empty_like(found)
    values[:, order] = found
    return Points(values)


def _ranges(linear: Linear, columns: Sequence[ExactColumn]) -> list[tuple[int, int]] | None:
    """The bounds as integers, if sums over them fit 64 bits."""
    if not linear.pure_integer or not linear.columns:
        return None
    ranges = []
    for col in columns:
        if col.lower is None or col.upper is None or max(abs(col.lower), abs(col.upper)) * len(columns) > 2**20:
            return None
        ranges.append((math.ceil(col.lower), math.floor(col.upper)))
    if any(abs(c) > _LARGEST_NUMBER for row in linear.rows for c in row.terms.values()):
        return None
    return ranges


def _order(linear: Linear) -> list[int]:
    """The columns such that rows are complete as early as possible: the row that lacks fewest columns is next."""
    order: list[int] = []
    left = [set(row.terms) for row in linear.rows]
    while True:
        waiting = [(len(columns), i) for i, columns in enumerate(left) if columns]
        if not waiting:
            break
        for j in sorted(left[min(waiting)[1]]):
            order.append(j)
            for columns in left:
                columns.discard(j)
    placed = set(order)
    return order + [j for j in range(len(linear.columns)) if j not in placed]


def _walked(linear: Linear, ranges: Sequence[tuple[int, int]], order: Sequence[int], most: int) -> Ints | None:
    """The points column by column; whatever no choice of the columns to come can make feasible is left out."""
    place = {j: k for k, j in enumerate(order)}
    rows = []
    for row in linear.rows:
        terms = sorted((place[j], c, ranges[j]) for j, c in row.terms.items())
        ends = _clipped(row.lower, up=True), _clipped(row.upper, up=False)
        rest = [[0, 0] for _ in range(len(terms) + 1)]
        for n in range(len(terms) - 1, -1, -1):
            _, c, (low, high) = terms[n]
            rest[n] = [rest[n + 1][0] + min(c * low, c * high), rest[n + 1][1] + max(c * low, c * high)]
        rows.append((terms, ends, rest))
    # A row without columns is met by every point or by none.
    empty = [(lower > 0 or upper < 0) for terms, (lower, upper), _ in rows if not terms]
    points: Ints = np.zeros((0 if any(empty) else 1, 0), dtype=np.int64)
    for step, j in enumerate(order):
        low, high = ranges[j]
        if len(points) * max(0, high - low + 1) > 4 * most:
            return None
        axis = np.arange(low, high + 1, dtype=np.int64)
        points = np.column_stack([np.repeat(points, len(axis), axis=0), np.tile(axis, len(points))])
        for terms, (lower, upper), rest in rows:
            done = next((n for n, (k, _, _) in enumerate(terms) if k > step), len(terms))
            if not done or terms[done - 1][0] != step:
                continue
            totals = np.zeros(len(points), dtype=np.int64)
            for k, c, _ in terms[:done]:
                totals += points[:, k] * c
            keep = (totals + rest[done][1] >= lower) & (totals + rest[done][0] <= upper)
            points = points[keep]
        if len(points) > most:
            return None
    return points


def _clipped(end: Fraction | None, *, up: bool) -> int:
    if end is None:
        return -(2**62) if up else 2**62
    return max(-(2**62), min(2**62, math.ceil(end) if up else math.floor(end)))
