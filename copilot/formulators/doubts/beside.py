"""A text and a program side by side: the figures of one, the rows and the decisions of the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from copilot.formulators.doubts.audit import numbers_of_elements
from copilot.formulators.doubts.claims import column_words
from copilot.formulators.doubts.said import Said, figures_said
from formulations.formulation import Document
from formulations.program import Program

_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class Row:
    """``lower <= sum(weights[column] * column) <= upper``; limits are the finite ones of both that are not zero.

    needed: whether the lower one is among them."""

    label: str
    weights: dict[int, float]
    limits: tuple[float, ...]
    needed: bool = False

    @property
    def counts(self) -> bool:
        """Whether it adds decisions as they are."""
        return all(abs(weight - 1.0) <= _TOLERANCE for weight in self.weights.values())


@dataclass(frozen=True, eq=False)
class Beside:
    """A text, the document drafted for it and its program; ``names[column]`` are the stems that tell a column."""

    text: str
    document: Document
    program: Program
    names: tuple[frozenset[str], ...]

    @cached_property
    def figures(self) -> tuple[Said, ...]:
        return figures_said(self.text)

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """The linear rows, and the bounds of the columns as rows of one column."""
        program, matrix = self.program, self.program.matrix
        found = []
        for place, label in enumerate(program.rows):
            if place in program.quadratic or place in program.nonlinear:
                continue
            entries = slice(matrix.indptr[place], matrix.indptr[place + 1])
            pairs = zip(matrix.indices[entries], matrix.data[entries], strict=True)
            weights = {int(column): float(weight) for column, weight in pairs if weight}
            lower, upper = program.row_lower[place], program.row_upper[place]
            found.append(Row(label, weights, _finite(lower, upper), bool(_finite(lower))))
        for column, label in enumerate(program.columns):
            limits = _finite(program.column_lower[column], program.column_upper[column])
            found.append(Row(label, {column: 1.0}, limits))
        return tuple(found)

    @cached_property
    def objective(self) -> dict[int, float]:
        """The weights of a linear objective; none for a curved one."""
        program = self.program
        if program.objective_quadratic is not None or program.objective_nonlinear is not None:
            return {}
        return {column: float(weight) for column, weight in enumerate(program.objective) if weight}

    @cached_property
    def numbers(self) -> frozenset[float]:
        """The numbers that occur anywhere in the document."""
        return frozenset(abs(value) for values in numbers_of_elements(self.document).values() for value in values)

    def said(self, value: float) -> tuple[Said, ...]:
        """The figures of the text with this value, factors left out."""
        return tuple(one for one in self.figures if alike(one.value, abs(value)) and not one.factor)

    def named(self, words: frozenset[str]) -> list[int]:
        """The columns all of whose words are among these."""
        return [column for column, name in enumerate(self.names) if name <= words]

    def weights(self) -> Iterator[dict[int, float]]:
        """The weights of every row of several columns, and of the objective."""
        yield from (row.weights for row in self.rows if len(row.weights) > 1)
        if len(self.objective) > 1:
            yield self.objective

    def title(self, column: int) -> str:
        return self.program.columns.title(column)


def beside(text: str, document: Document, program: Program) -> Beside | None:
    """None for a program whose decisions have no words of their own."""
    names = column_words(program)
    return None if names is None else Beside(text, document, program, names)


def alike(one: float, other: float, scales: Sequence[float] = (1.0,)) -> bool:
    """Whether one number is the other, or the other on one of these scales."""
    return any(abs(one * scale - other) <= _TOLERANCE * max(1.0, abs(other)) for scale in scales)


def _finite(*values: float) -> tuple[float, ...]:
    return tuple(float(value) for value in dict.fromkeys(values) if np.isfinite(value) and value)
