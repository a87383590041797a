"""MPS files: the scalar form in the format every solver reads."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import ClassVar

from formulations.exports.scalar import (
    Names,
    Row,
    names_of,
    number,
    products,
    program_of,
    refuse_what_is_not_quadratic,
    title_line,
)
from formulations.formulation import Document
from formulations.program import Program

#: Every reader takes a number of this size for infinity.
_HUGE = 1e30


class Mps:
    """Free-format MPS, with the usual sections for quadratic terms and indicators."""

    name: ClassVar[str] = "mps"
    title: ClassVar[str] = "MPS file"
    suffix: ClassVar[str] = ".mps"
    media_type: ClassVar[str] = "text/plain"

    def export(self, document: Document) -> str:
        return write_mps(program_of(document, "MPS"))


def write_mps(program: Program) -> str:
    """The program as an MPS file. Raises ExportRefused where it is nonlinear beyond quadratic.

    Every number reads back as it was, and every integer column has bounds written out, because readers disagree
    on what an integer column without any may be.
    """
    refuse_what_is_not_quadratic(program, "MPS")
    names = names_of(program, split_ranges=False)
    special = program.quadratic.keys() | program.indicators.keys()
    spans = [_span(row, special=row.position in special) for row in names.rows]
    lines = [f"* {title_line(program)}"] if title_line(program) else []
    lines += [f"* {line}" for line in names.legend]
    lines.append(f"NAME {'_'.join(title_line(program).split())}".rstrip())
    if program.sense == "maximize":
        lines += ["OBJSENSE", "    MAX"]
    lines += ["ROWS", f" N {names.objective}"]
    lines += [f" {kind} {row.name}" for row, (kind, _, _) in zip(names.rows, spans, strict=True)]
    lines += ["COLUMNS", *_columns(program, names), "RHS"]
    if program.objective_offset:
        lines.append(f" RHS {names.objective} {number(-program.objective_offset)}")
    sides = list(zip(names.rows, spans, strict=True))
    lines += [f" RHS {row.name} {number(value)}" for row, (_, value, _) in sides if value]
    ranges = [f" RNG {row.name} {number(width)}" for row, (_, _, width) in sides if width is not None]
    lines += ["RANGES", *ranges] if ranges else []
    bounds = list(_bounds(program, names))
    lines += ["BOUNDS", *bounds] if bounds else []
    lines += _quadratic(program, names)
    indicators = [
        f" IF {row.name} {names.columns[condition.column]} {int(condition.value)}"
        for row in names.rows
        if (condition := program.indicators.get(row.position)) is not None
    ]
    lines += ["INDICATORS", *indicators] if indicators else []
    return "\n".join([*lines, "ENDATA", ""])


def _span(row: Row, *, special: bool) -> tuple[str, float, float | None]:
    """Type, right-hand side and range width of a row, such that a reader gets both sides back exactly.

    A reader adds the width to the lower side of a G row, or takes it from the upper side of an L row; whichever
    of the two is exact, with the width moved by at most one unit in the last place, is written. A row without
    sides is free, type N, unless it is ``special``: sections for quadratic terms and indicators cannot name it then.
    """
    if row.lower == row.upper:
        return "E", row.lower, None
    if not (math.isfinite(row.lower) and math.isfinite(row.upper)):
        if math.isfinite(row.upper):
            return "L", row.upper, None
        if math.isfinite(row.lower):
            return "G", row.lower, None
        return ("G", -_HUGE, None) if special else ("N", 0.0, None)
    width = row.upper - row.lower
    for candidate in (width, math.nextafter(width, math.inf), math.nextafter(width, 0.0)):
        if row.lower + candidate == row.upper:
            return "G", row.lower, candidate
        if row.upper - candidate == row.lower:
            return "L", row.upper, candidate
    return "G", row.lower, width


def _columns(program: Program, names: Names) -> Iterator[str]:
    by_column = program.matrix.tocsc()
    starts, rows, values = by_column.indptr.tolist(), by_column.indices.tolist(), by_column.data.tolist()
    files_rows: dict[int, list[str]] = {}
    for row in names.rows:
        files_rows.setdefault(row.position, []).append(row.name)
    inside = False
    for column, (name, integer) in enumerate(zip(names.columns, program.integer.tolist(), strict=True)):
        if integer != inside:
            yield f" MARKER 'MARKER' '{'INTORG' if integer else 'INTEND'}'"
            inside = integer
        cost = float(program.objective[column])
        entries = range(starts[column], starts[column + 1])
        if cost or not any(values[k] for k in entries):
            yield f" {name} {names.objective} {number(cost)}"
        for k in entries:
            if values[k]:
                for row_name in files_rows[rows[k]]:
                    yield f" {name} {row_name} {number(values[k])}"
    if inside:
        yield " MARKER 'MARKER' 'INTEND'"


def _bounds(program: Program, names: Names) -> Iterator[str]:
    """All bounds but the default ones of a continuous column, zero and none.

    The lower bound comes first: some readers drop the upper bound of an integer column when they meet a lower one
    after it. But a zero comes after a negative upper bound, at which readers make it minus infinity.
    """
    columns = zip(
        names.columns,
        program.column_lower.tolist(),
        program.column_upper.tolist(),
        program.integer.tolist(),
        strict=True,
    )
    for name, lower, upper, integer in columns:
        if integer and (lower, upper) == (0, 1):
            yield f" BV BND {name}"
        elif lower == upper:
            yield f" FX BND {name} {number(lower)}"
        elif lower == -math.inf:
            yield f" {'FR' if upper == math.inf else 'MI'} BND {name}"
            if upper != math.inf:
                yield f" UP BND {name} {number(upper)}"
        elif upper == math.inf:
            if integer or lower != 0:
                yield f" LO BND {name} {number(lower)}"
            if integer:
                yield f" PL BND {name}"
        elif lower == 0 and upper < 0:
            yield f" UP BND {name} {number(upper)}"
            yield f" LO BND {name} 0"
        else:
            if integer or lower != 0:
                yield f" LO BND {name} {number(lower)}"
            yield f" UP BND {name} {number(upper)}"


def _quadratic(program: Program, names: Names) -> Iterator[str]:
    """QUADOBJ, the lower triangle of H in 1/2 x'Hx, and for each quadratic row QCMATRIX, all of Q in x'Qx."""
    if program.objective_quadratic is not None and program.objective_quadratic.nnz:
        yield "QUADOBJ"
        for i, j, value in products(program.objective_quadratic):
            entry = 2 * value if i == j else value
            yield f" {names.columns[i]} {names.columns[j]} {number(entry)}"
    for row in names.rows:
        quadratic = program.quadratic.get(row.position)
        if quadratic is None or not quadratic.nnz:
            continue
        yield f"QCMATRIX {row.name}"
        for i, j, value in products(quadratic):
            if i == j:
                yield f" {names.columns[i]} {names.columns[i]} {number(value)}"
            else:
                yield f" {names.columns[i]} {names.columns[j]} {number(value / 2)}"
                yield f" {names.columns[j]} {names.columns[i]} {number(value / 2)}"
