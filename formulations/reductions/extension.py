"""A program while a reduction rewrites it: terms that replace its curved parts, and auxiliary columns and rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from scipy import sparse

from formulations.affine import Terms, join, quadratic_matrix
from formulations.expression import Binary, Call, Column, Expression, Negative
from formulations.formulation import Member
from formulations.program import Block, Floats, Indicator, Labels, Program
from formulations.reductions.reduction import Recover

V = TypeVar("V")

#: A row, or None for the objective.
Place = int | None


@dataclass(frozen=True, slots=True)
class Origin:
    """One term of one place, which auxiliary columns and rows are named after.

    ``prefix`` says what the term is, ``abs`` say; ``number`` counts such terms in the place, from 1.
    """

    prefix: str
    place_name: str
    place_key: tuple[Member, ...]
    number: int


@dataclass(frozen=True, eq=False, slots=True)
class _Entry:
    """A name to be: ``prefix_place_part[place key, number, key]``, the number only where it is needed."""

    name: str
    origin: Origin
    key: tuple[Member, ...]


@dataclass(frozen=True, eq=False, slots=True)
class _Column:
    entry: _Entry
    lower: float
    upper: float
    integer: bool


@dataclass(frozen=True, eq=False, slots=True)
class _Row:
    entry: _Entry
    body: Terms
    lower: float
    upper: float
    indicator: Indicator | None


class Extension:
    """Collects the changes of one reduction; ``finish`` makes the new program and the way back.

    Auxiliary columns can be used in terms as soon as ``column`` has returned them.
    """

    def __init__(self, program: Program) -> None:
        self.program = program
        self._numbers: Counter[tuple[str, Place]] = Counter()
        self.columns: list[_Column] = []
        self.rows: list[_Row] = []
        self.nonlinear: dict[Place, Terms] = {}
        self.quadratic: dict[Place, Terms] = {}
        self.row_changes: dict[int, tuple[Terms, float, float]] = {}

    @property
    def changed(self) -> bool:
        return bool(self.columns or self.rows or self.nonlinear or self.quadratic or self.row_changes)

    def origin(self, prefix: str, place: Place) -> Origin:
        """A new term of the place to name auxiliaries after."""
        self._numbers[prefix, place] += 1
        if place is None:
            return Origin(prefix, "objective", (), self._numbers[prefix, place])
        block, inside = self.program.rows.locate(place)
        return Origin(prefix, block.name, block.key(inside), self._numbers[prefix, place])

    def column(
        self,
        origin: Origin,
        part: str = "",
        *,
        key: tuple[Member, ...] = (),
        lower: float = -np.inf,
        upper: float = np.inf,
        integer: bool = False,
    ) -> int:
        """A new column; its index is good for the terms of this extension."""
        self.columns.append(_Column(_entry(origin, part, key), lower, upper, integer))
        return self.program.column_count + len(self.columns) - 1

    def binary(self, origin: Origin, part: str, *, key: tuple[Member, ...] = ()) -> int:
        return self.column(origin, part, key=key, lower=0.0, upper=1.0, integer=True)

    def row(
        self,
        origin: Origin,
        part: str,
        body: Terms,
        *,
        key: tuple[Member, ...] = (),
        lower: float = -np.inf,
        upper: float = np.inf,
        indicator: Indicator | None = None,
    ) -> None:
        """A new row ``lower <= body <= upper``."""
        self.rows.append(_Row(_entry(origin, part, key), body, lower, upper, indicator))

    def replace_nonlinear(self, place: Place, terms: Terms) -> None:
        """The terms take the place of the nonlinear expression; its quadratic matrix stays."""
        self.nonlinear[place] = terms

    def replace_curved(self, place: Place, terms: Terms) -> None:
        """The terms take the place of both the quadratic matrix and the nonlinear expression."""
        self.nonlinear[place] = terms
        self.quadratic[place] = Terms()

    def change_row(self, row: int, added: Terms, *, lower: float, upper: float) -> None:
        """Affine terms are added to the row, its bounds are replaced, and it becomes unconditional."""
        self.row_changes[row] = (added, lower, upper)

    def finish(self) -> tuple[Program, Recover]:
        """The changed program, and the map of values back; the program itself if nothing changed."""
        count = self.program.column_count

        def recover(values: Floats) -> Floats:
            return values[:count]

        if not self.changed:
            return self.program, recover
        return _Assembly(self).program(), recover


def _entry(origin: Origin, part: str, key: tuple[Member, ...]) -> _Entry:
    return _Entry("_".join(filter(None, (origin.prefix, origin.place_name, part))), origin, key)


class _Assembly:
    """The arrays of the new program, put together in one pass.

    Auxiliary columns and rows are sorted so that those of one name are consecutive and make one block.
    """

    def __init__(self, extension: Extension) -> None:
        self.old = extension.program
        self.extension = extension
        column_order, self.columns = _named([c.entry for c in extension.columns], self.old.columns)
        row_order, self.rows = _named([r.entry for r in extension.rows], self.old.rows)
        self.new_columns = [extension.columns[k] for k in column_order]
        self.new_rows = [extension.rows[k] for k in row_order]
        n = self.old.column_count
        self.moved = {n + old: n + new for new, old in enumerate(column_order)}
        self.size = n + len(column_order)

    def program(self) -> Program:
        old, extension = self.old, self.extension
        m = old.row_count
        row_lower = np.concatenate([old.row_lower, [row.lower for row in self.new_rows]])
        row_upper = np.concatenate([old.row_upper, [row.upper for row in self.new_rows]])
        objective = np.concatenate([old.objective, np.zeros(len(self.new_columns))])
        offset, nonlinear, quadratic = old.objective_offset, dict(old.nonlinear), dict(old.quadratic)
        objective_nonlinear, objective_quadratic = old.objective_nonlinear, old.objective_quadratic
        indicators = {row: value for row, value in old.indicators.items() if row not in extension.row_changes}
        additions: list[tuple[int, Terms]] = []

        for row, (added, lower, upper) in extension.row_changes.items():
            additions.append((row, added))
            row_lower[row], row_upper[row] = lower, upper
        for place in extension.quadratic:
            if place is None:
                objective_quadratic = None
            else:
                quadratic.pop(place, None)
        quadratic = {row: padded(matrix, self.size) for row, matrix in quadratic.items()}
        if objective_quadratic is not None:
            objective_quadratic = padded(objective_quadratic, self.size)

        bodies = list(extension.nonlinear.items())
        bodies += [(m + k, row.body) for k, row in enumerate(self.new_rows)]
        for place, body in bodies:
            terms = self._renumbered(body)
            matrix = quadratic_matrix(terms.quadratic, self.size)
            residual = join(Terms(residual=terms.residual)) if terms.residual else None
            if place is None:
                for j, coefficient in terms.linear.items():
                    objective[j] += coefficient
                offset += terms.constant
                objective_quadratic = _sum(objective_quadratic, matrix)
                objective_nonlinear = residual
                continue
            additions.append((place, terms))
            row_lower[place] -= terms.constant
            row_upper[place] -= terms.constant
            _set(quadratic, place, _sum(quadratic.get(place), matrix))
            _set(nonlinear, place, residual)
        for k, new_row in enumerate(self.new_rows):
            if new_row.indicator is not None:
                indicators[m + k] = new_row.indicator

        return replace(
            old,
            columns=self.columns,
            column_lower=np.concatenate([old.column_lower, [column.lower for column in self.new_columns]]),
            column_upper=np.concatenate([old.column_upper, [column.upper for column in self.new_columns]]),
            integer=np.concatenate([old.integer, np.array([c.integer for c in self.new_columns], dtype=np.bool_)]),
            objective=objective,
            objective_offset=offset,
            objective_quadratic=objective_quadratic,
            objective_nonlinear=objective_nonlinear,
            rows=self.rows,
            matrix=_extended(old.matrix, additions, (m + len(self.new_rows), self.size)),
            row_lower=row_lower,
            row_upper=row_upper,
            quadratic=quadratic,
            nonlinear=nonlinear,
            indicators=indicators,
        )

    def _renumbered(self, terms: Terms) -> Terms:
        """The terms with auxiliary columns at their final positions."""
        moved = self.moved
        pairs = {(moved.get(i, i), moved.get(j, j)): c for (i, j), c in terms.quadratic.items()}
        return Terms(
            constant=terms.constant,
            linear={moved.get(j, j): c for j, c in terms.linear.items()},
            quadratic={(min(pair), max(pair)): c for pair, c in pairs.items()},
            residual=tuple((c, with_columns(expression, moved)) for c, expression in terms.residual),
        )


def with_columns(expression: Expression, moved: Mapping[int, int]) -> Expression:
    """The expression with columns renumbered; those not in ``moved`` stay."""
    match expression:
        case Column(index=index):
            return Column(moved.get(index, index))
        case Negative(operand=operand):
            return Negative(with_columns(operand, moved))
        case Binary(operator=operator, left=left, right=right):
            return Binary(operator, with_columns(left, moved), with_columns(right, moved))
        case Call(function=function, arguments=arguments):
            return Call(function, tuple(with_columns(argument, moved) for argument in arguments))
    return expression


def _named(entries: Sequence[_Entry], labels: Labels) -> tuple[list[int], Labels]:
    """The order that makes entries of one name consecutive, and the labels extended by them in that order."""
    taken = {block.name.partition("[")[0] for block in labels.blocks}
    groups: dict[tuple[str, int], list[int]] = {}
    for position, entry in enumerate(entries):
        arity = len(entry.origin.place_key) + len(entry.key)
        groups.setdefault((entry.name, arity), []).append(position)
    blocks: list[Block] = []
    for (name, _), positions in groups.items():
        numbered = any(entries[position].origin.number > 1 for position in positions)
        free = name
        attempt = 1
        while free in taken:
            attempt += 1
            free = f"{name}_{attempt}"
        taken.add(free)
        blocks.append(_block(free, [_key(entries[position], numbered) for position in positions]))
    return [position for positions in groups.values() for position in positions], labels.extended(*blocks)


def _key(entry: _Entry, numbered: bool) -> tuple[Member, ...]:
    number = (entry.origin.number,) if numbered else ()
    return (*entry.origin.place_key, *number, *entry.key)


def _block(name: str, keys: Sequence[tuple[Member, ...]]) -> Block:
    """A block with one entry for each key; the members of a position are those that occur, in order."""
    members: list[Sequence[Member]] = []
    codes = np.zeros((len(keys), len(keys[0])), dtype=np.int64)
    for position in range(len(keys[0])):
        order: dict[tuple[type, Member], int] = {}
        for k, member_key in enumerate(keys):
            member = member_key[position]
            codes[k, position] = order.setdefault((type(member), member), len(order))
        members.append(tuple(member for _, member in order))
    return Block(name, len(keys), tuple(members), codes)


def padded(matrix: sparse.csr_array, size: int) -> sparse.csr_array:
    """The matrix with empty rows and columns appended, (size, size)."""
    indptr = np.concatenate([matrix.indptr, np.full(size - matrix.shape[0], matrix.indptr[-1], matrix.indptr.dtype)])
    return sparse.csr_array((matrix.data, matrix.indices, indptr), shape=(size, size))


def _sum(left: sparse.csr_array | None, right: sparse.csr_array | None) -> sparse.csr_array | None:
    if left is None or right is None:
        return right if left is None else left
    result = sparse.csr_array(left + right)
    result.eliminate_zeros()
    return result if result.nnz else None


def _extended(
    matrix: sparse.csr_array, additions: Sequence[tuple[int, Terms]], shape: tuple[int, int]
) -> sparse.csr_array:
    """The matrix in its new shape, with the linear terms added to their rows."""
    old = matrix.tocoo()
    rows = np.array([row for row, terms in additions for _ in terms.linear], dtype=np.int32)
    columns = np.array([j for _, terms in additions for j in terms.linear], dtype=np.int32)
    values = np.array([c for _, terms in additions for c in terms.linear.values()], dtype=np.float64)
    coordinates = (np.concatenate([old.row, rows]), np.concatenate([old.col, columns]))
    entries = sparse.coo_array((np.concatenate([old.data, values]), coordinates), shape=shape)
    return entries.tocsr()  # adds up duplicates


def _set(mapping: dict[int, V], place: int, value: V | None) -> None:
    if value is None:
        mapping.pop(place, None)
    else:
        mapping[place] = value
