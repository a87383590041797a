"""Linear programs in rational arithmetic: every float is read as the decimal that it is meant to be.

Rows hold coprime integer coefficients; objectives are to be minimized.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property, lru_cache

import numpy as np
from scipy import sparse

from formulations.program import Program, scalar_labels

ZERO = Fraction(0)
ONE = Fraction(1)
Point = Mapping[int, Fraction]


@lru_cache(maxsize=65536)
def rational(value: float) -> Fraction:
    """The number written as the shortest decimal of the float: 0.1 is one tenth.

    Noise that arithmetic in floats leaves in the last digits is not part of the number: 0.1 + 0.2 is three tenths.
    """
    shortest = repr(float(value))
    if len(shortest) > _LONG:
        for digits in (15, 14):
            rounded = f"{value:.{digits - 1}e}"
            mantissa = rounded.partition("e")[0].replace(".", "").strip("-").rstrip("0")
            if len(mantissa) <= _SHORT:
                return Fraction(rounded)
    return Fraction(shortest)


#: Decimals with more characters than this may end in noise, which is left out if no more digits than these remain.
_LONG = 16
_SHORT = 11


@dataclass(frozen=True, slots=True)
class Expr:
    """``constant + sum(terms[j] x_j)`` without zero terms."""

    terms: Mapping[int, Fraction] = field(default_factory=dict)
    constant: Fraction = ZERO

    def at(self, point: Point) -> Fraction:
        return sum((c * point[j] for j, c in self.terms.items() if point[j]), self.constant)


def column(index: int) -> Expr:
    return Expr({index: ONE})


def combine(parts: Iterable[tuple[Fraction, Expr]], constant: Fraction = ZERO) -> Expr:
    """``constant`` plus the sum of factor times expression."""
    terms: dict[int, Fraction] = {}
    for factor, expr in parts:
        if not factor:
            continue
        constant += factor * expr.constant
        for j, c in expr.terms.items():
            terms[j] = terms.get(j, ZERO) + factor * c
    return Expr({j: c for j, c in terms.items() if c}, constant)


def substitute(expr: Expr, images: Mapping[int, Expr] | Sequence[Expr]) -> Expr:
    """The expression with every column replaced by its image."""
    if len(expr.terms) == 1:  # by far the most frequent case
        ((j, c),) = expr.terms.items()
        image = images[j]
        if c == 1 and not expr.constant:
            return image
        terms = image.terms if c == 1 else {k: c * v for k, v in image.terms.items()}
        return Expr(terms, expr.constant + c * image.constant)
    return combine(((c, images[j]) for j, c in expr.terms.items()), expr.constant)


@dataclass(frozen=True, slots=True)
class ExactColumn:
    """``label`` names the column of the program it comes from; None bounds are infinite."""

    label: str
    lower: Fraction | None
    upper: Fraction | None
    integer: bool

    @property
    def fixed(self) -> bool:
        return self.lower is not None and self.lower == self.upper


@dataclass(frozen=True, slots=True)
class Row:
    """``lower <= sum(terms[j] x_j) <= upper`` with coprime integer coefficients."""

    label: str
    terms: Mapping[int, int]
    lower: Fraction | None
    upper: Fraction | None


def largest(first: Fraction | None, second: Fraction | None) -> Fraction | None:
    """The tighter of two lower bounds."""
    return first if second is None else second if first is None else max(first, second)


def smallest(first: Fraction | None, second: Fraction | None) -> Fraction | None:
    """The tighter of two upper bounds."""
    return first if second is None else second if first is None else min(first, second)


def negated(value: Fraction | None) -> Fraction | None:
    return None if value is None else -value


def clamp(value: Fraction, lower: Fraction | None, upper: Fraction | None) -> Fraction:
    """The number between the bounds nearest to the value."""
    raised = value if lower is None else max(value, lower)
    return raised if upper is None else min(raised, upper)


def activity(
    terms: Mapping[int, Fraction] | Mapping[int, int], columns: Mapping[int, ExactColumn] | Sequence[ExactColumn]
) -> tuple[Fraction | None, Fraction | None]:
    """The least and the greatest value of ``sum(terms[j] x_j)`` over the column bounds; None is infinite."""
    lowest: Fraction | None = ZERO
    highest: Fraction | None = ZERO
    for j, c in terms.items():
        col = columns[j]
        low, high = (col.lower, col.upper) if c > 0 else (col.upper, col.lower)
        if low is None:
            lowest = None
        elif low and lowest is not None:
            lowest += c * low
        if high is None:
            highest = None
        elif high and highest is not None:
            highest += c * high
        if lowest is None and highest is None:
            break
    return lowest, highest


RowKey = frozenset[tuple[int, int]]


@dataclass(frozen=True)
class Linear:
    """A linear program to be minimized, in rational numbers."""

    columns: tuple[ExactColumn, ...]
    rows: tuple[Row, ...]
    objective: Expr

    @cached_property
    def row_index(self) -> Mapping[RowKey, Row]:
        """Rows by their terms; parallel rows were merged before."""
        return {frozenset(row.terms.items()): row for row in self.rows}

    @cached_property
    def by_label(self) -> Mapping[str, int]:
        return {column.label: j for j, column in enumerate(self.columns)}

    @cached_property
    def column_rows(self) -> tuple[tuple[int, ...], ...]:
        """The rows each column occurs in."""
        rows: list[list[int]] = [[] for _ in self.columns]
        for i, row in enumerate(self.rows):
            for j in row.terms:
                rows[j].append(i)
        return tuple(map(tuple, rows))

    @property
    def pure_integer(self) -> bool:
        return all(column.integer for column in self.columns)

    @property
    def discrete(self) -> bool:
        return any(column.integer for column in self.columns)


def exact_linear(program: Program) -> Linear:
    """The linear part of the program. Whoever has quadratic, nonlinear or conditional rows looks after them."""
    sign = -1 if program.sense == "maximize" else 1
    labels = list(program.columns)
    columns = tuple(
        ExactColumn(label, _bound(lower), _bound(upper), bool(integer))
        for label, lower, upper, integer in zip(
            labels,
            program.column_lower.tolist(),
            program.column_upper.tolist(),
            program.integer.tolist(),
            strict=True,
        )
    )
    matrix = program.matrix
    ends, indices, values = matrix.indptr.tolist(), matrix.indices.tolist(), matrix.data.tolist()
    lower, upper = program.row_lower.tolist(), program.row_upper.tolist()
    rows = []
    for i, label in enumerate(program.rows):
        span = slice(ends[i], ends[i + 1])
        entries = [(j, value) for j, value in zip(indices[span], values[span], strict=True) if value]
        ends_of_row = _bound(lower[i]), _bound(upper[i])
        if all(value.is_integer() for _, value in entries) and any(abs(value) == 1 for _, value in entries):
            rows.append(Row(label, {j: int(value) for j, value in entries}, *ends_of_row))
        else:
            rows.append(scaled_row(label, {j: rational(value) for j, value in entries}, *ends_of_row))
    objective = {j: sign * rational(value) for j, value in enumerate(program.objective.tolist()) if value}
    return Linear(columns, tuple(rows), Expr(objective, sign * rational(program.objective_offset)))


def _bound(value: float) -> Fraction | None:
    return rational(value) if math.isfinite(value) else None


def content(values: Iterable[Fraction | int]) -> Fraction:
    """The largest positive rational of which all the numbers are integer multiples; 1 for none."""
    numerator, denominator = 0, 1
    for value in values:
        numerator = math.gcd(numerator, value.numerator)
        denominator = math.lcm(denominator, value.denominator)
    return Fraction(numerator, denominator) if numerator else ONE


def scaled_row(label: str, terms: Mapping[int, Fraction | int], lower: Fraction | None, upper: Fraction | None) -> Row:
    """The row divided by the content of its coefficients."""
    size = content(terms.values())
    if size == 1:
        return Row(label, {j: int(c) for j, c in terms.items()}, lower, upper)
    return Row(
        label,
        {j: int(c / size) for j, c in terms.items()},
        None if lower is None else lower / size,
        None if upper is None else upper / size,
    )


def row_scale(terms: Mapping[int, int]) -> Fraction:
    """The power of two that brings the largest coefficient to about one; 1 for coefficients of everyday size."""
    largest_one = max((abs(c) for c in terms.values()), default=1)
    return ONE if largest_one < _EVERYDAY else Fraction(1, 2 ** (largest_one.bit_length() - 1))


#: Larger coefficients, mostly of decimals with many digits, are scaled before a solver sees them.
_EVERYDAY = 10**6


def numeric(linear: Linear) -> Program:
    """The program in floats, for solvers that do not know rational numbers; rows multiplied by their scale."""
    scales = [row_scale(row.terms) for row in linear.rows]
    counts = [len(row.terms) for row in linear.rows]
    indptr = np.cumsum([0, *counts], dtype=np.int32)
    indices = np.fromiter((j for row in linear.rows for j in row.terms), dtype=np.int32, count=int(indptr[-1]))
    data = np.fromiter(
        (float(c * scale) for row, scale in zip(linear.rows, scales, strict=True) for c in row.terms.values()),
        dtype=float,
        count=int(indptr[-1]),
    )
    objective = np.zeros(len(linear.columns))
    for j, c in linear.objective.terms.items():
        objective[j] = float(c)
    shape = (len(linear.rows), len(linear.columns))
    matrix = sparse.csr_array((data, indices, indptr), shape=shape)
    matrix.sort_indices()
    return Program(
        name="exact",
        sense="minimize",
        columns=scalar_labels([f"x{j}" for j in range(shape[1])]),
        column_lower=_floats((column.lower for column in linear.columns), -math.inf),
        column_upper=_floats((column.upper for column in linear.columns), math.inf),
        integer=np.array([column.integer for column in linear.columns], dtype=bool),
        objective=objective,
        objective_offset=float(linear.objective.constant),
        rows=scalar_labels([f"r{i}" for i in range(shape[0])]),
        matrix=matrix,
        row_lower=_floats(_scaled(linear.rows, scales, upper=False), -math.inf),
        row_upper=_floats(_scaled(linear.rows, scales, upper=True), math.inf),
    )


def _scaled(rows: Sequence[Row], scales: Sequence[Fraction], *, upper: bool) -> Iterable[Fraction | None]:
    for row, scale in zip(rows, scales, strict=True):
        end = row.upper if upper else row.lower
        yield None if end is None else end * scale


def _floats(values: Iterable[Fraction | None], missing: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.array([missing if value is None else float(value) for value in values], dtype=float)


@dataclass(frozen=True, slots=True)
class Violation:
    """A row, bound or integrality (by label) that a point does not satisfy, and by how much."""

    label: str
    amount: Fraction


def first_violation(linear: Linear, point: Point) -> Violation | None:
    """The first thing the point violates, in exact arithmetic; None if it is feasible."""
    totals: list[Fraction | int] = [0] * len(linear.rows)
    for j, value in point.items():
        if value:
            factor = value.numerator if value.denominator == 1 else value
            for i in linear.column_rows[j]:
                totals[i] += linear.rows[i].terms[j] * factor
    for row, total in zip(linear.rows, totals, strict=True):
        amount = _outside(Fraction(total), row.lower, row.upper)
        if amount:
            return Violation(row.label, amount)
    for j, col in enumerate(linear.columns):
        amount = _outside(point[j], col.lower, col.upper)
        if amount:
            return Violation(f"bound of {col.label}", amount)
        if col.integer and point[j].denominator != 1:
            return Violation(f"integrality of {col.label}", abs(point[j] - round(point[j])))
    return None


def _outside(value: Fraction, lower: Fraction | None, upper: Fraction | None) -> Fraction:
    if lower is not None and value < lower:
        return lower - value
    if upper is not None and value > upper:
        return value - upper
    return ZERO
