"""LP files: the scalar form as text that solvers and people read."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import ClassVar

from scipy import sparse

from formulations.exports.scalar import (
    Names,
    Row,
    names_of,
    number,
    products,
    program_of,
    refuse_what_is_not_quadratic,
    row_terms,
    title_line,
)
from formulations.formulation import Document
from formulations.program import Program

#: Readers cut lines off, some at 255 characters.
_LINE = 100


class Lp:
    """The LP format of CPLEX, Gurobi, SCIP and HiGHS."""

    name: ClassVar[str] = "lp"
    title: ClassVar[str] = "LP file"
    suffix: ClassVar[str] = ".lp"
    media_type: ClassVar[str] = "text/plain"

    def export(self, document: Document) -> str:
        return write_lp(program_of(document, "LP"))


def write_lp(program: Program) -> str:
    """The program as an LP file. Raises ExportRefused where it is nonlinear beyond quadratic.

    Every number reads back as it was. A range becomes two rows: not every reader takes ``-3 <= x + y <= 8``.
    """
    refuse_what_is_not_quadratic(program, "LP")
    names = names_of(program, split_ranges=True)
    lines = [f"\\Problem name: {title_line(program)}"] if title_line(program) else []
    lines += [f"\\ {line}" for line in names.legend]
    lines.append("Maximize" if program.sense == "maximize" else "Minimize")
    lines += _wrapped(f" {names.objective}:", _objective(program, names))
    lines.append("Subject To")
    for row in names.rows:
        lines += _wrapped(f" {row.name}:", _row(program, row, names))
    lines += _section("Bounds", _bounds(program, names))
    binary = program.integer & (program.column_lower == 0) & (program.column_upper == 1)
    lines += _section("Generals", _listed(names, (program.integer & ~binary).nonzero()[0].tolist()))
    lines += _section("Binaries", _listed(names, binary.nonzero()[0].tolist()))
    return "\n".join([*lines, "End", ""])


def _objective(program: Program, names: Names) -> Iterator[str]:
    absent = _absent_columns(program)
    for column, value in enumerate(program.objective.tolist()):
        if value or column in absent:
            yield _term(value, names.columns[column])
    if program.objective_quadratic is not None and program.objective_quadratic.nnz:
        yield from _bracket(program.objective_quadratic, names, factor=2.0, closing="] / 2")
    if program.objective_offset:
        # Last, because SCIP takes a constant in the objective nowhere else.
        yield _signed(program.objective_offset)


def _absent_columns(program: Program) -> frozenset[int]:
    """Columns in no row: they are given a zero in the objective, since some readers want to see each there first."""
    seen = set(program.matrix.indices[program.matrix.data != 0].tolist())
    for quadratic in program.quadratic.values():
        seen.update(quadratic.indices.tolist())
    return frozenset(range(program.column_count)) - seen


def _row(program: Program, row: Row, names: Names) -> Iterator[str]:
    condition = program.indicators.get(row.position)
    if condition is not None:
        yield f"{names.columns[condition.column]} = {int(condition.value)} ->"
    empty = True
    for column, value in row_terms(program.matrix, row.position):
        yield _term(value, names.columns[column])
        empty = False
    quadratic = program.quadratic.get(row.position)
    if quadratic is not None and quadratic.nnz:
        yield from _bracket(quadratic, names, factor=1.0, closing="]")
        empty = False
    if empty:
        yield _term(0.0, names.columns[0])
    yield _comparison(row)


def _comparison(row: Row) -> str:
    if row.lower == row.upper:
        return f"= {number(row.lower)}"
    if math.isfinite(row.upper):
        return f"<= {number(row.upper)}"
    return f">= {number(row.lower)}" if math.isfinite(row.lower) else ">= -inf"


def _bracket(quadratic: sparse.csr_array, names: Names, *, factor: float, closing: str) -> Iterator[str]:
    yield "+ ["
    for i, j, value in products(quadratic):
        square = f"{names.columns[i]} ^2" if i == j else f"{names.columns[i]} * {names.columns[j]}"
        yield _term(factor * value, square)
    yield closing


def _bounds(program: Program, names: Names) -> Iterator[str]:
    """All bounds but the default ones of a continuous column (zero and none) and of a binary one."""
    columns = zip(
        names.columns,
        program.column_lower.tolist(),
        program.column_upper.tolist(),
        program.integer.tolist(),
        strict=True,
    )
    for name, lower, upper, integer in columns:
        if lower == upper:
            yield f" {name} = {number(lower)}"
        elif lower == -math.inf and upper == math.inf:
            yield f" {name} free"
        elif upper == math.inf:
            if integer or lower != 0:
                yield f" {name} >= {number(lower)}"
        elif not (integer and (lower, upper) == (0, 1)):
            yield f" {_limit(lower)} <= {name} <= {number(upper)}"


def _limit(value: float) -> str:
    return number(value) if math.isfinite(value) else "-inf"


def _section(title: str, lines: Iterator[str]) -> list[str]:
    found = list(lines)
    return [title, *found] if found else []


def _listed(names: Names, columns: list[int]) -> Iterator[str]:
    return (f" {names.columns[column]}" for column in columns)


def _term(value: float, name: str) -> str:
    size = "" if abs(value) == 1 else f"{number(abs(value))} "
    return f"{'-' if value < 0 else '+'} {size}{name}"


def _signed(value: float) -> str:
    return f"{'-' if value < 0 else '+'} {number(abs(value))}"


def _wrapped(head: str, parts: Iterator[str]) -> list[str]:
    """Head and parts on as few lines as fit, without a plus before the first term; a part is never broken."""
    lines: list[str] = []
    line, length = [head], len(head)
    for part in parts:
        if line[-1].endswith((":", "->", "[")):
            part = part.removeprefix("+ ")
        if length + len(part) >= _LINE and len(line) > 1:
            lines.append(" ".join(line))
            line, length = ["  "], 2
        line.append(part)
        length += len(part) + 1
    return [*lines, " ".join(line)]
