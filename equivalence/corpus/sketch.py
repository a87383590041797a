"""A linear program that is easy to rewrite: columns and rows by label, numbers as fractions."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

import numpy as np
from scipy import sparse

from equivalence.exact import rational
from equivalence.verdict import Affine
from formulations.formulation import Sense
from formulations.program import Program, scalar_labels

ONE = Fraction(1)
ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class Range:
    """Bounds (None: no bound) and integrality of a column."""

    lower: Fraction | None = None
    upper: Fraction | None = None
    integer: bool = False

    @property
    def binary(self) -> bool:
        return self.integer and self.lower == 0 and self.upper == 1


@dataclass(frozen=True, slots=True)
class Line:
    """``lower <= sum(terms[label] * label) <= upper``."""

    terms: Mapping[str, Fraction]
    lower: Fraction | None = None
    upper: Fraction | None = None

    def times(self, factor: Fraction) -> Line:
        """The same row multiplied by a factor other than 0."""
        ends = [None if end is None else end * factor for end in (self.lower, self.upper)]
        lower, upper = ends if factor > 0 else reversed(ends)
        return Line({label: c * factor for label, c in self.terms.items()}, lower, upper)


@dataclass
class Sketch:
    """A linear program being rewritten."""

    sense: Sense
    columns: dict[str, Range] = field(default_factory=dict)
    rows: dict[str, Line] = field(default_factory=dict)
    objective: dict[str, Fraction] = field(default_factory=dict)
    offset: Fraction = ZERO

    def copy(self) -> Sketch:
        return Sketch(self.sense, dict(self.columns), dict(self.rows), dict(self.objective), self.offset)

    @property
    def towards(self) -> int:
        """1 where the objective is minimized, -1 where it is maximized."""
        return 1 if self.sense == "minimize" else -1

    def fresh(self, stem: str) -> str:
        """A label that neither a column nor a row has."""
        taken = self.columns.keys() | self.rows.keys()
        if stem not in taken:
            return stem
        return next(label for k in range(2, len(taken) + 3) if (label := f"{stem}_{k}") not in taken)

    def substitute(self, label: str, image: Affine) -> None:
        """Takes a column out and puts an expression of other columns in its place; its bounds are forgotten."""
        del self.columns[label]
        for name, row in list(self.rows.items()):
            factor = row.terms.get(label)
            if factor is None:
                continue
            terms = _replaced(row.terms, label, image)
            moved = factor * image.constant
            lower = None if row.lower is None else row.lower - moved
            upper = None if row.upper is None else row.upper - moved
            self.rows[name] = Line(terms, lower, upper)
        if label in self.objective:
            self.offset += self.objective[label] * image.constant
            self.objective = _replaced(self.objective, label, image)

    def rename(self, columns: Mapping[str, str], rows: Mapping[str, str] | None = None) -> None:
        """New labels for columns and rows."""
        rows = rows or {}
        self.columns = {columns.get(label, label): value for label, value in self.columns.items()}
        self.objective = {columns.get(label, label): c for label, c in self.objective.items()}
        self.rows = {
            rows.get(name, name): replace(row, terms={columns.get(label, label): c for label, c in row.terms.items()})
            for name, row in self.rows.items()
        }

    def program(self, name: str = "") -> Program:
        """The program in floats. Raises ValueError for a number that no short decimal denotes."""
        labels = list(self.columns)
        number = {label: j for j, label in enumerate(labels)}
        ranges = list(self.columns.values())
        lines = list(self.rows.values())
        matrix = np.zeros((len(lines), len(labels)))
        for i, line in enumerate(lines):
            for label, c in line.terms.items():
                matrix[i, number[label]] = _float(c)
        objective = np.zeros(len(labels))
        for label, c in self.objective.items():
            objective[number[label]] = _float(c)
        return Program(
            name=name,
            sense=self.sense,
            columns=scalar_labels(labels),
            column_lower=np.array([_end(r.lower, -math.inf) for r in ranges], dtype=float),
            column_upper=np.array([_end(r.upper, math.inf) for r in ranges], dtype=float),
            integer=np.array([r.integer for r in ranges], dtype=bool),
            objective=objective,
            objective_offset=_float(self.offset),
            rows=scalar_labels(list(self.rows)),
            matrix=sparse.csr_array(matrix.reshape(len(lines), len(labels))),
            row_lower=np.array([_end(line.lower, -math.inf) for line in lines], dtype=float),
            row_upper=np.array([_end(line.upper, math.inf) for line in lines], dtype=float),
        )


def sketch(program: Program) -> Sketch:
    """The linear part of a program, every float read as the shortest decimal that denotes it."""
    labels = list(program.columns)
    bounds = zip(program.column_lower, program.column_upper, program.integer, strict=True)
    columns = {
        label: Range(_rational(lower), _rational(upper), bool(integer))
        for label, (lower, upper, integer) in zip(labels, bounds, strict=True)
    }
    rows = {}
    matrix = program.matrix
    for i, name in enumerate(program.rows):
        span = slice(matrix.indptr[i], matrix.indptr[i + 1])
        entries = zip(matrix.indices[span].tolist(), matrix.data[span].tolist(), strict=True)
        terms = {labels[j]: rational(value) for j, value in entries if value}
        rows[name] = Line(terms, _rational(program.row_lower[i]), _rational(program.row_upper[i]))
    objective = {label: rational(c) for label, c in zip(labels, program.objective.tolist(), strict=True) if c}
    return Sketch(program.sense, columns, rows, objective, rational(program.objective_offset))


def _replaced(terms: Mapping[str, Fraction], label: str, image: Affine) -> dict[str, Fraction]:
    factor = terms[label]
    result = {other: c for other, c in terms.items() if other != label}
    for other, c in image.coefficients.items():
        result[other] = result.get(other, ZERO) + factor * c
    return {other: c for other, c in result.items() if c}


def _rational(value: float) -> Fraction | None:
    return rational(float(value)) if math.isfinite(value) else None


def _end(value: Fraction | None, missing: float) -> float:
    return missing if value is None else _float(value)


def _float(value: Fraction) -> float:
    number = float(value)
    if rational(number) != value:
        raise ValueError(f"{value} is not the number a float of it would be read as")
    return number
