"""How removed columns come back: as expressions of those that are left, or as values at a point."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from equivalence.exact import ONE, ZERO, ExactColumn, Expr, Row, clamp, combine, largest, smallest


class Removal(Protocol):
    """How removed columns come back from those that are left."""

    def restore(self, images: dict[int, Expr | None]) -> None: ...

    def restore_value(self, values: dict[int, Fraction]) -> None: ...


@dataclass(frozen=True, slots=True)
class Defined:
    """Column j was replaced by an expression of the others."""

    j: int
    expr: Expr

    def restore(self, images: dict[int, Expr | None]) -> None:
        parts = [(c, images[k]) for k, c in self.expr.terms.items()]
        known = [(c, image) for c, image in parts if image is not None]
        images[self.j] = combine(known, self.expr.constant) if len(known) == len(parts) else None

    def restore_value(self, values: dict[int, Fraction]) -> None:
        values[self.j] = self.expr.at(values)


@dataclass(frozen=True, slots=True)
class Split:
    """Columns ``first + ratio * second`` became the column ``merged``; ``first`` has the finer steps."""

    merged: int
    first: int
    second: int
    ratio: Fraction
    columns: tuple[ExactColumn, ExactColumn]

    def restore(self, images: dict[int, Expr | None]) -> None:
        whole = images.pop(self.merged)
        share = None if whole is None else self._share()
        images[self.first] = images[self.second] = None
        if whole is not None and share is not None:
            factor, constant = share
            images[self.second] = combine([(factor, whole)], constant)
            images[self.first] = combine([(1 - factor * self.ratio, whole)], -constant * self.ratio)

    def _share(self) -> tuple[Fraction, Fraction] | None:
        """(factor, constant) such that ``second = factor * merged + constant`` keeps all bounds, if there are any."""
        first, second = self.columns
        total = sum_range(first, second, self.ratio)
        assert total is not None
        for keep, other, ratio in ((first, second, self.ratio), (second, first, 1 / self.ratio)):
            # All in ``keep``, the other one at a constant.
            constant = _nearest_to_zero(other)
            low = None if keep.lower is None else keep.lower + ratio * constant
            high = None if keep.upper is None else keep.upper + ratio * constant
            scale = ONE if keep is first else self.ratio
            if scale < 0:
                low, high = _scaled(high, scale), _scaled(low, scale)
            else:
                low, high = _scaled(low, scale), _scaled(high, scale)
            if keep.integer and not (total.integer and abs(scale) == 1):
                continue
            if (low is None or (total.lower is not None and total.lower >= low)) and (
                high is None or (total.upper is not None and total.upper <= high)
            ):
                return (ZERO, constant) if keep is first else (1 / scale, -constant / scale)
        return self._proportional(total)

    def _proportional(self, total: ExactColumn) -> tuple[Fraction, Fraction] | None:
        first, second = self.columns
        if first.integer or second.integer or total.lower is None or total.upper is None:
            return None
        assert second.lower is not None
        assert second.upper is not None
        start, end = (second.lower, second.upper) if self.ratio > 0 else (second.upper, second.lower)
        factor = (end - start) / (total.upper - total.lower) if total.upper != total.lower else ZERO
        return factor, start - factor * total.lower

    def restore_value(self, values: dict[int, Fraction]) -> None:
        total = values.pop(self.merged)
        first, second = self.columns
        low = None if first.upper is None else (total - first.upper) / self.ratio
        high = None if first.lower is None else (total - first.lower) / self.ratio
        if self.ratio < 0:
            low, high = high, low
        low, high = largest(low, second.lower), smallest(high, second.upper)
        value = clamp(ZERO, low, high)
        if second.integer:
            value = Fraction(math.ceil(low)) if low is not None and value == low else Fraction(math.floor(value))
        values[self.second] = value
        values[self.first] = total - self.ratio * value


@dataclass(frozen=True, slots=True)
class Turned:
    """Column j became ``sign * (x_j - shift)``."""

    j: int
    sign: int
    shift: Fraction

    def restore(self, images: dict[int, Expr | None]) -> None:
        image = images[self.j]
        images[self.j] = None if image is None else combine([(Fraction(self.sign), image)], self.shift)

    def restore_value(self, values: dict[int, Fraction]) -> None:
        values[self.j] = self.sign * values[self.j] + self.shift


@dataclass(frozen=True, slots=True)
class Forgotten:
    """Column j was projected out: any value between its bounds and what the rows ask will do."""

    j: int
    column: ExactColumn
    rows: tuple[Row, ...]

    def restore(self, images: dict[int, Expr | None]) -> None:
        images[self.j] = None

    def restore_value(self, values: dict[int, Fraction]) -> None:
        low, high = self.column.lower, self.column.upper
        for row in self.rows:
            c = row.terms[self.j]
            rest = sum((v * values[k] for k, v in row.terms.items() if k != self.j), ZERO)
            lower = None if row.lower is None else (row.lower - rest) / c
            upper = None if row.upper is None else (row.upper - rest) / c
            if c < 0:
                lower, upper = upper, lower
            low, high = largest(low, lower), smallest(high, upper)
        value = clamp(ZERO, low, high)
        if self.column.integer:
            value = Fraction(math.ceil(value) if value > 0 else math.floor(value))
        values[self.j] = value


@dataclass(frozen=True, slots=True)
class Summed:
    """Column j became its sum with column k."""

    j: int
    k: int

    def restore(self, images: dict[int, Expr | None]) -> None:
        whole, part = images[self.j], images[self.k]
        known = whole is not None and part is not None
        images[self.j] = combine([(ONE, whole), (-ONE, part)]) if known and whole and part else None

    def restore_value(self, values: dict[int, Fraction]) -> None:
        values[self.j] -= values[self.k]


def sum_range(first: ExactColumn, second: ExactColumn, ratio: Fraction) -> ExactColumn | None:
    """All values of ``first + ratio * second`` as one column, None if they have holes."""
    if first.integer and second.integer:
        if ratio.denominator != 1 or not _longer(first, abs(ratio) - 1):
            return None
    elif (second.integer and not _longer(first, abs(ratio))) or (first.integer and not _longer(second, 1 / abs(ratio))):
        return None
    low, high = (second.lower, second.upper) if ratio > 0 else (second.upper, second.lower)
    lower = None if first.lower is None or low is None else first.lower + ratio * low
    upper = None if first.upper is None or high is None else first.upper + ratio * high
    return ExactColumn(first.label, lower, upper, first.integer and second.integer)


def _longer(col: ExactColumn, length: Fraction) -> bool:
    return col.lower is None or col.upper is None or col.upper - col.lower >= length


def _nearest_to_zero(col: ExactColumn) -> Fraction:
    return clamp(ZERO, col.lower, col.upper)


def _scaled(value: Fraction | None, factor: Fraction) -> Fraction | None:
    return None if value is None else value * factor
