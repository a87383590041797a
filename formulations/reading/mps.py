"""Reading MPS files, free or fixed format, with the sections for quadratic terms and indicators.

Conventions, where readers differ: an integer column without any bound lies between 0 and 1; a negative upper bound
without a lower bound makes the lower bound minus infinity; a right-hand side of the objective is minus its constant.
QUADOBJ holds one triangle and QMATRIX all of H in 1/2 x'Hx, QCMATRIX all of Q in x'Qx.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NoReturn

from formulations.program import Indicator, Program
from formulations.reading.assembly import Assembly, ColumnEntry, Product, RowEntry, side
from formulations.reading.mps_fields import Fields, fixed_fields, free_fields
from formulations.reading.names import legend_of
from formulations.reading.source import FileError

_REFUSED = {
    "SOS": "special ordered sets",
    "SOS1": "special ordered sets",
    "SOS2": "special ordered sets",
    "SETS": "special ordered sets",
    "LAZYCONS": "lazy constraints",
    "USERCUTS": "user cuts",
    "CSECTION": "cones",
    "QSECTION": "QSECTION matrices",
    "PWLOBJ": "piecewise linear objective terms",
    "PWLNAM": "piecewise linear objective terms",
    "GENCONS": "general constraints",
    "NETWORK": "network sections",
    "BRANCH": "branching sections",
}
_SENSES = {"MIN": "minimize", "MINIMIZE": "minimize", "MAX": "maximize", "MAXIMIZE": "maximize"}


def read_mps(text: str, file: str = "") -> Program:
    """The Program in the text of an MPS file. Raises FileError.

    A file that is not understood in free format is read once more in fixed format, where names may hold spaces.
    """
    lines = text.split("\n")
    comments = [line[1:] for line in lines if line.startswith("*")]
    try:
        assembly = _Reader(lines, file, free_fields).read()
    except FileError as trouble:
        try:
            assembly = _Reader(lines, file, fixed_fields).read()
        except FileError:
            raise trouble from None
    return assembly.program(legend_of(comments))


@dataclass
class _Reader:
    """One pass over the lines; ``number`` and ``line`` are where it stands."""

    lines: Sequence[str]
    file: str
    split: Callable[[str, str], Fields]
    assembly: Assembly = field(init=False)
    number: int = 0
    line: str = ""
    section: str = ""
    objective_name: str | None = None
    wanted_objective: str | None = None
    senses: dict[str, str] = field(default_factory=dict)
    sides: dict[str, float] = field(default_factory=dict)
    ranges: dict[str, float] = field(default_factory=dict)
    inside_integers: bool = False
    bounded: set[str] = field(default_factory=set)
    entered: set[str] = field(default_factory=set)
    current: ColumnEntry | None = None
    quadratic_row: RowEntry | None = None
    matrices: dict[int, tuple[RowEntry, dict[tuple[int, int], float]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.assembly = Assembly(self.file)

    def read(self) -> Assembly:
        handlers: dict[str, Callable[[Fields], None]] = {
            "OBJSENSE": self._objective_sense,
            "OBJNAME": self._objective_choice,
            "ROWS": self._row,
            "COLUMNS": self._column,
            "RHS": self._side,
            "RANGES": self._range,
            "BOUNDS": self._bound,
            "QUADOBJ": self._triangle,
            "QMATRIX": self._matrix,
            "QCMATRIX": self._matrix,
            "INDICATORS": self._indicator,
        }
        for number, line in enumerate(self.lines, 1):
            self.number, self.line = number, line
            if self.line.startswith("*") or not self.line.strip():
                continue
            if not self.line[0].isspace():
                self._header(handlers)
                if self.section == "ENDATA":
                    self._finish()
                    return self.assembly
            elif self.section in _REFUSED:
                what = f"{_REFUSED[self.section]} (section {self.section})"
                self.fail(f"{what} are not read", "write them as ordinary rows and columns")
            elif self.section in handlers:
                handlers[self.section](self.split(self.section, self.line))
            else:
                self.fail("data stand before the first section", "an MPS file begins with NAME or ROWS")
        self.line = ""
        self.fail("the file ends without ENDATA", "it may be cut off: write the line ENDATA if it is complete")

    def fail(self, reason: str, hint: str = "") -> NoReturn:
        """Raises FileError at the current line."""
        raise FileError(self.file, reason, line=self.number, text=self.line, hint=hint)

    # -- sections ---------------------------------------------------------------------------------------------

    def _header(self, handlers: dict[str, Callable[[Fields], None]]) -> None:
        words = self.line.split()
        section = words[0].upper()
        if section == "NAME":
            self.assembly.name = self.line[4:].strip()
        elif section not in handlers and section not in _REFUSED and section != "ENDATA":
            hint = "lines that hold data begin with a blank" if self.section else "is this an MPS file?"
            self.fail(f"there is no section '{words[0]}'", hint)
        self.section = section
        if section == "OBJSENSE" and len(words) > 1:
            self._objective_sense((words[1],))
        if section == "QCMATRIX":
            if len(words) != 2:
                self.fail("QCMATRIX needs the name of a row", "write QCMATRIX row")
            self.quadratic_row = self._row_called(words[1])
        elif section in ("QUADOBJ", "QMATRIX"):
            self.quadratic_row = self.assembly.objective

    def _objective_sense(self, fields: Fields) -> None:
        sense = _SENSES.get(fields[0].upper())
        if sense is None:
            self.fail(f"the objective sense '{fields[0]}' is unknown", "write MIN or MAX")
        self.assembly.sense = "minimize" if sense == "minimize" else "maximize"

    def _objective_choice(self, fields: Fields) -> None:
        self.wanted_objective = fields[0]

    def _row(self, fields: Fields) -> None:
        if len(fields) != 2:
            self.fail("a line of ROWS holds a type and a name")
        kind, name = fields[0].upper(), fields[1]
        if kind not in ("N", "L", "G", "E"):
            self.fail(f"the row type '{fields[0]}' is unknown", "write N, L, G or E")
        if name in self.assembly.rows or name == self.objective_name:
            self.fail(f"there are two rows '{name}'", "give each a name of its own")
        if kind == "N" and self.objective_name is None and self.wanted_objective in (None, name):
            self.objective_name = name
            return
        self.senses[name] = kind
        self.assembly.rows[name] = RowEntry(name)

    def _column(self, fields: Fields) -> None:
        if len(fields) >= 3 and fields[1].strip("'\"").upper() == "MARKER":
            self._marker(fields[-1].strip("'\"").upper())
            return
        if len(fields) not in (3, 5):
            self.fail("a line of COLUMNS holds a column and one or two pairs of a row and a number")
        name = fields[0]
        if self.current is None or self.current.name != name:
            if name in self.assembly.columns:
                self.fail(f"column '{name}' is continued after another column", "keep its lines together")
            self.current = self.assembly.column(name)
            self.current.integer = self.inside_integers
            self.entered.clear()
        for row_name, text in zip(fields[1::2], fields[2::2], strict=True):
            row = self._row_called(row_name)
            value = self._number(text)
            if math.isinf(side(value)):
                self.fail(f"the coefficient {text} is infinite")
            if not value:
                continue
            if row_name in self.entered:
                self.fail(f"column '{name}' has two coefficients in row '{row_name}'", "keep one of them, or add them")
            self.entered.add(row_name)
            row.columns.append(self.current.index)
            row.values.append(value)

    def _marker(self, kind: str) -> None:
        if kind not in ("INTORG", "INTEND"):
            self.fail(f"the marker '{kind}' is not read", "only INTORG and INTEND are, around integer columns")
        self.inside_integers = kind == "INTORG"

    def _side(self, fields: Fields) -> None:
        for name, value in self._pairs(fields):
            self._row_called(name)
            self.sides[name] = value

    def _range(self, fields: Fields) -> None:
        for name, value in self._pairs(fields):
            self._row_called(name)
            if name == self.objective_name or self.senses[name] == "N":
                self.fail(f"row '{name}' is free and cannot have a range")
            self.ranges[name] = value

    def _pairs(self, fields: Fields) -> list[tuple[str, float]]:
        if len(fields) not in (2, 4):
            self.fail(f"a line of {self.section} holds one or two pairs of a row and a number")
        return [(name, self._number(text)) for name, text in zip(fields[::2], fields[1::2], strict=True)]

    def _indicator(self, fields: Fields) -> None:
        if len(fields) != 4 or fields[0].upper() != "IF" or fields[3] not in ("0", "1"):
            self.fail("a line of INDICATORS reads: IF row column 0 or 1")
        self._row_called(fields[1]).indicator = Indicator(self._column_called(fields[2]).index, fields[3] == "1")

    # -- bounds -----------------------------------------------------------------------------------------------

    def _bound(self, fields: Fields) -> None:
        kind = fields[0].upper()
        # The name of the bound set may be left out, and so may the number where the type needs none.
        rest = fields[1:]
        if kind in ("FR", "MI", "PL", "BV"):
            named = [name for name in rest[:2] if name in self.assembly.columns]
            column = self._column_called(named[-1] if named else rest[min(1, len(rest) - 1)] if rest else "")
            value = 0.0
        elif kind in ("UP", "LO", "FX", "LI", "UI"):
            if len(rest) not in (2, 3):
                self.fail(f"a bound {kind} holds a column and a number")
            column = self._column_called(rest[-2])
            value = side(self._number(rest[-1]))
        elif kind in ("SC", "SI", "SB"):
            self.fail("semicontinuous columns are not read", "write l*y <= x <= u*y with a binary column y")
        else:
            self.fail(f"the bound type '{fields[0]}' is unknown", "write LO, UP, FX, FR, MI, PL, BV, LI or UI")
        self.bounded.add(column.name)
        _apply_bound(column, kind, value)

    # -- quadratic terms --------------------------------------------------------------------------------------

    def _triangle(self, fields: Fields) -> None:
        i, j, value = self._entry(fields)
        if i != j:
            self._enter(j, i, value)
        self._enter(i, j, value)

    def _matrix(self, fields: Fields) -> None:
        self._enter(*self._entry(fields))

    def _entry(self, fields: Fields) -> Product:
        if len(fields) != 3:
            self.fail(f"a line of {self.section} holds two columns and a number")
        return self._column_called(fields[0]).index, self._column_called(fields[1]).index, self._number(fields[2])

    def _enter(self, i: int, j: int, value: float) -> None:
        assert self.quadratic_row is not None, "set by the header of the section"
        _, matrix = self.matrices.setdefault(id(self.quadratic_row), (self.quadratic_row, {}))
        if (i, j) in matrix:
            hint = "QUADOBJ holds one triangle, QMATRIX both" if self.section == "QUADOBJ" else "keep one of them"
            self.fail("this entry of the matrix is given twice", hint)
        matrix[i, j] = value

    # -- the end ----------------------------------------------------------------------------------------------

    def _finish(self) -> None:
        self.line = ""
        if self.wanted_objective is not None and self.objective_name is None:
            self.fail(f"there is no free row '{self.wanted_objective}' to be the objective", "correct OBJNAME")
        for name, row in self.assembly.rows.items():
            row.lower, row.upper = _interval(self.senses[name], self.sides.get(name, 0.0), self.ranges.get(name))
            if row.lower == math.inf or row.upper == -math.inf:
                self.fail(f"the right-hand side of row '{name}' is infinite on the wrong side")
        if self.objective_name in self.sides:
            self.assembly.offset = 0.0 - self.sides[self.objective_name]
        for column in self.assembly.columns.values():
            if column.integer and column.name not in self.bounded:
                column.upper = 1.0
        names = list(self.assembly.columns)
        for row, matrix in self.matrices.values():
            half = 0.5 if row is self.assembly.objective else 1.0
            for (i, j), value in matrix.items():
                if matrix.get((j, i)) != value:
                    pair = f"'{names[i]}', '{names[j]}'"
                    self.fail(f"the quadratic terms of {pair} are not symmetric", "give both entries, equal")
                if i <= j:
                    row.products.append((i, j, value * half * (1 if i == j else 2)))

    # -- names and numbers ------------------------------------------------------------------------------------

    def _row_called(self, name: str) -> RowEntry:
        if name == self.objective_name:
            return self.assembly.objective
        if name not in self.assembly.rows:
            self.fail(f"there is no row '{name}'", "declare it in ROWS, or correct its spelling")
        return self.assembly.rows[name]

    def _column_called(self, name: str) -> ColumnEntry:
        if name not in self.assembly.columns:
            self.fail(f"there is no column '{name}'", "list it in COLUMNS, or correct its spelling")
        return self.assembly.columns[name]

    def _number(self, text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            self.fail(f"'{text}' stands where a number is expected")
        if math.isnan(value) or "_" in text:
            self.fail(f"'{text}' is not a number")
        return value


def _apply_bound(column: ColumnEntry, kind: str, value: float) -> None:
    match kind:
        case "UP" | "UI":
            if value < 0 and column.lower is None:
                column.lower = -math.inf
            column.upper = value
        case "LO" | "LI":
            column.lower = value
        case "FX":
            column.lower = column.upper = value
        case "FR":
            column.lower, column.upper = -math.inf, math.inf
        case "MI":
            column.lower = -math.inf
        case "PL":
            column.upper = math.inf
        case "BV":
            column.lower, column.upper = 0.0, 1.0
    if kind in ("UI", "LI", "BV"):
        column.integer = True


def _interval(sense: str, value: float, span: float | None) -> tuple[float, float]:
    """Lower and upper side of a row of type N, L, G or E with a right-hand side and a range."""
    value = side(value)
    width = None if span is None else side(span)
    match sense:
        case "L":
            return (-math.inf if width is None else value - abs(width)), value
        case "G":
            return value, (math.inf if width is None else value + abs(width))
        case "E":
            width = width or 0.0
            return min(value, value + width), max(value, value + width)
        case _:
            return -math.inf, math.inf
