"""What the LP and MPS exports share: the program to write, names that any reader takes, and exact numbers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from formulations.bounds import integral
from formulations.data import bind
from formulations.exports.exporter import ExportRefused
from formulations.expression import Expression
from formulations.features import Feature, required_features
from formulations.formulation import Document
from formulations.ground import ground
from formulations.printing import to_text
from formulations.program import Program
from formulations.reading.names import COLUMN_LEGEND, ROW_LEGEND, UPPER_SIDE
from formulations.reading.source import shortened
from formulations.reductions import REDUCTIONS, ReductionError

#: What LP and MPS files cannot hold, but a rewrite may take away.
_UNWRITABLE = frozenset(
    {
        Feature.CONVEX_NONLINEAR,
        Feature.NONLINEAR,
        Feature.ABSOLUTE_VALUE,
        Feature.EXTREMUM,
        Feature.PIECEWISE_LINEAR,
    }
)
#: Words that some reader takes for a section, a bound or an infinity.
_RESERVED = re.compile(
    r"st|end|bounds?|gen|generals?|int|integers?|bin|binar(y|ies)|free|inf|infinity|semis?|sos[12]?|min|max|minimum"
    r"|maximum|minimi[sz]e|maximi[sz]e|subject|such|ranges|rhs|marker",
    re.IGNORECASE,
)
#: Fit for every reader as it is. A leading e with digits would be the exponent of a number, and HiGHS takes every
#: word that begins with inf or nan for one, inflow as well.
_FIT = re.compile(r"(?!e\d|inf|nan)[A-Z_][A-Z0-9_.]*", re.IGNORECASE | re.ASCII)
#: Readers differ in the longest name they take; 255 characters is the common limit, some room is kept for endings.
_LONGEST_NAME = 200


def program_of(document: Document, target: str) -> Program:
    """The document's program, with abs, min, max and piecewise linear functions rewritten into rows.

    Bounds of whole numbers that are fractions are moved inward to the next integer: not every presolve bears them.
    Raises DataError and GroundingError like the steps it takes, ExportRefused if a rewrite lacks a bound.
    """
    program = ground(bind(document.formulation, document.data))
    for reduction in REDUCTIONS:
        if reduction.removes & _UNWRITABLE & required_features(program):
            try:
                program, _ = reduction.apply(program)
            except ReductionError as error:
                hint = "give the variables in it finite bounds"
                raise ExportRefused(target, "", "", str(error), hint=hint) from error
    box = integral(program)
    return replace(program, column_lower=box.lower, column_upper=box.upper)


@dataclass(frozen=True, slots=True)
class Row:
    """One row as a file holds it: a row of the program, or one side of a range; ``position`` is its place there."""

    name: str
    position: int
    lower: float
    upper: float


@dataclass(frozen=True)
class Names:
    """The names a file uses, and the legend that tells what they stand for where that differs."""

    objective: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    legend: tuple[str, ...]


def names_of(program: Program, *, split_ranges: bool) -> Names:
    """Unique names of letters, digits, underscores and dots for everything in the program.

    A range row with a condition or quadratic terms, and with ``split_ranges`` every range row, becomes two rows;
    the legend gives both the label of the one they come from.
    """
    column_labels = list(program.columns)
    row_labels = list(program.rows)
    columns = unique_names(column_labels)
    rows = unique_names(row_labels)
    taken = set(rows)
    objective = _free("obj", taken)
    written: list[Row] = []
    meaning: list[tuple[str, str]] = []
    sides = zip(rows, program.row_lower.tolist(), program.row_upper.tolist(), strict=True)
    for position, (name, lower, upper) in enumerate(sides):
        if name != row_labels[position]:
            meaning.append((name, row_labels[position]))
        is_range = np.isfinite(lower) and np.isfinite(upper) and lower != upper
        if is_range and (split_ranges or position in program.indicators or position in program.quadratic):
            second = _free(f"{name}{UPPER_SIDE}", taken)
            meaning.append((second, row_labels[position]))
            written += [Row(name, position, lower, np.inf), Row(second, position, -np.inf, upper)]
        else:
            written.append(Row(name, position, lower, upper))
    # Complete where there is need of it at all: a reader then restores the order of the columns as well.
    renamed = list(zip(columns, column_labels, strict=True)) if columns != column_labels else []
    legend = (*_legend(COLUMN_LEGEND, renamed), *_legend(ROW_LEGEND, meaning))
    return Names(objective, tuple(columns), tuple(written), legend)


def _legend(title: str, entries: list[tuple[str, str]]) -> list[str]:
    return [title, *(f"  {name}: {_one_line(label)}" for name, label in entries)] if entries else []


def unique_names(labels: Iterable[str]) -> list[str]:
    """One name for each label, all different; a label that is a fit name already keeps it."""
    labels = list(labels)
    proposed = [_sanitized(label) for label in labels]
    taken = {label for label, name in zip(labels, proposed, strict=True) if label == name}
    return [name if name == label else _free(name, taken) for label, name in zip(labels, proposed, strict=True)]


def _sanitized(label: str) -> str:
    """The label itself if it is fit, otherwise its letters and digits joined by underscores."""
    name = label
    if not _FIT.fullmatch(name):
        plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode()
        name = re.sub(r"[^A-Za-z0-9.]+", "_", plain).strip("_")
    name = name[:_LONGEST_NAME]
    if _RESERVED.fullmatch(name):
        name = f"{name}_"
    return name if _FIT.fullmatch(name) else f"_{name}"


def _free(name: str, taken: set[str]) -> str:
    """``name``, or the first of ``name_2``, ``name_3``, ... that is not taken; takes it."""
    candidate, number = name, 1
    while candidate in taken:
        number += 1
        candidate = f"{name}_{number}"
    taken.add(candidate)
    return candidate


def _one_line(text: str) -> str:
    return "".join(character if character.isprintable() else " " for character in text)


def title_line(program: Program) -> str:
    return _one_line(program.name).strip()


def number(value: float) -> str:
    """The shortest text that reads back as exactly this number; whole numbers without a decimal point."""
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return repr(float(value))


def row_terms(matrix: sparse.csr_array, row: int) -> Iterator[tuple[int, float]]:
    """The columns of a row and their nonzero coefficients."""
    span = slice(matrix.indptr[row], matrix.indptr[row + 1])
    for column, value in zip(matrix.indices[span].tolist(), matrix.data[span].tolist(), strict=True):
        if value:
            yield column, value


def products(quadratic: sparse.csr_array) -> list[tuple[int, int, float]]:
    """The distinct products of columns (i <= j) in x'Qx and their coefficients, zeros left out."""
    folded = (sparse.triu(quadratic, 0) + sparse.tril(quadratic, -1).T).tocoo()
    entries = zip(folded.row.tolist(), folded.col.tolist(), folded.data.tolist(), strict=True)
    return sorted((i, j, value) for i, j, value in entries if value)


def refuse_what_is_not_quadratic(program: Program, target: str) -> None:
    """Raises ExportRefused for a nonlinear objective or row, a quadratic indicator row, a program without columns."""
    if not program.column_count:
        raise ExportRefused(target, "", "", "there are no variables to write", hint="declare a variable")
    reason = f"{target} files hold linear and quadratic terms only"
    hint = "export to Pyomo, or replace the term by linear constraints"
    if program.objective_nonlinear is not None:
        raise ExportRefused(target, "objective", _shown(program, program.objective_nonlinear), reason, hint=hint)
    for row, expression in program.nonlinear.items():
        raise ExportRefused(target, program.rows[row], _shown(program, expression), reason, hint=hint)
    for row in program.indicators:
        if row in program.quadratic and program.quadratic[row].nnz:
            raise ExportRefused(
                target,
                program.rows[row],
                "",
                f"{target} files hold no indicator rows with quadratic terms",
                hint="bound the row by a big constant times the binary variable instead",
            )


def _shown(program: Program, expression: Expression) -> str:
    """The expression with labels for its columns."""
    labels = program.columns
    return shortened(re.sub(r"column\[(\d+)\]", lambda match: labels[int(match[1])], to_text(expression)))
