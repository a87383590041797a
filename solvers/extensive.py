"""Two stages written out: decisions that hold for all scenarios, and recourse variables once for each scenario."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from formulations.formulation import Member
from formulations.program import Block, Flags, Floats, Integers, Labels, Program
from solvers.families import Family, Members


class StagesError(ValueError):
    """The problem cannot be taken apart into stages: ``str`` says why and what to do."""


@dataclass(frozen=True, eq=False)
class Stages:
    """A family with some of its variables decided after theta is known.

    recourse: (n,) which columns these are. late: (m,) rows that touch them or theta, which every scenario has.
    """

    family: Family
    names: tuple[str, ...]
    recourse: Flags
    late: Flags

    @property
    def program(self) -> Program:
        return self.family.pattern


def stages(own: Family, names: Sequence[str]) -> Stages:
    """The family with the variables called ``names`` as recourse.

    Raises StagesError for names that are no variables, and for programs that are not linear or not affine in theta.
    """
    if own.dependence is None:
        raise StagesError(f"two stages need data that enter linearly: {own.reason}")
    maps, program = own.dependence, own.pattern
    curved = program.quadratic or program.nonlinear or program.indicators
    if curved or program.objective_quadratic is not None or program.objective_nonlinear is not None:
        raise StagesError("two stages need a linear formulation: this one has products, functions or conditional rows")
    recourse = np.zeros(program.column_count, dtype=bool)
    known = [block.name for block in program.columns.blocks]
    for name in names:
        if name not in known:
            close = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean '{close[0]}'?" if close else f"declared: {', '.join(known) or 'none'}"
            raise StagesError(f"'{name}' is not a variable of the formulation ({hint})")
        recourse[program.columns.span(name)] = True
    if not recourse.any():
        raise StagesError("no variable reacts: name at least one as recourse")
    rows = np.repeat(np.arange(program.row_count), np.diff(program.matrix.indptr))
    late = np.zeros(program.row_count, dtype=bool)
    late[rows[recourse[program.matrix.indices]]] = True
    late[rows[maps.coefficients.moving]] = True
    late[maps.row_lower.moving] = late[maps.row_upper.moving] = True
    for block, start in zip(program.rows.blocks, program.rows.starts, strict=False):
        part = slice(int(start), int(start) + block.count)
        late[part] = late[part].any()
    return Stages(own, tuple(dict.fromkeys(names)), recourse, late)


@dataclass(frozen=True, eq=False, kw_only=True)
class Aggregate:
    """What is optimized over the scenarios, in the user's sense.

    ``(1 - weight)`` of the expected objective and ``weight`` of its conditional value at risk, the mean of the worst
    ``1 - alpha`` of the outcomes; ``worst`` only the worst of all. Source: Rockafellar & Uryasev (2000), Optimization
    of conditional value-at-risk.
    """

    probabilities: Floats
    weight: float = 0.0
    alpha: float = 0.95
    worst: bool = False


@dataclass(frozen=True, eq=False)
class Extensive:
    """The program of all scenarios, and where the columns of each are in it: ``places`` has shape (S, n)."""

    program: Program
    places: Integers


def extensive(own: Stages, thetas: Floats, aggregate: Aggregate, names: Sequence[str]) -> Extensive:
    """All scenarios ``thetas``, shape (S, K), in one program; ``names`` are theirs."""
    arrays = own.family.members(thetas)
    count, width = len(thetas), int((~own.recourse).sum())
    depth = int(own.recourse.sum())
    extra = 0 if not (aggregate.worst or aggregate.weight) else 1 if aggregate.worst else 1 + count
    size = width + count * depth + extra
    places = np.empty((count, len(own.recourse)), dtype=np.int64)
    places[:, ~own.recourse] = np.arange(width)
    places[:, own.recourse] = width + np.arange(count * depth).reshape(count, depth)
    tail = _Tail(own, arrays, aggregate, places, size)
    objective, offset = tail.objective()
    matrix, rows = _rows(own, arrays, places, size, names)
    added, added_lower = tail.rows()
    lower, upper = _bounds(arrays, places, size)
    labels = rows.extended(
        *([Block("outcome", len(added_lower), (names,), _numbers(count))] if len(added_lower) else [])
    )
    return Extensive(
        Program(
            name=own.program.name,
            sense=own.program.sense,
            columns=_columns(own, names, tail.names()),
            column_lower=np.where(np.arange(size) < size - extra, lower, tail.lower()),
            column_upper=upper,
            integer=_spread(own.program.integer.astype(float), places, size) > 0,
            objective=objective,
            objective_offset=offset,
            rows=labels,
            matrix=sparse.csr_array(sparse.vstack([matrix, added], format="csr")),
            row_lower=np.concatenate([_early_and_late(own, arrays.row_lower), added_lower]),
            row_upper=np.concatenate([_early_and_late(own, arrays.row_upper), np.full(len(added_lower), np.inf)]),
        ),
        places,
    )


def _numbers(count: int) -> Integers:
    return np.arange(count, dtype=np.int64)[:, None]


def _spread(values: Floats, places: Integers, size: int) -> Floats:
    """Values by column of one scenario at the columns of all."""
    result = np.zeros(size)
    result[places] = values
    return result


def _early_and_late(own: Stages, bounds: Floats) -> Floats:
    """Bounds of the rows that all scenarios share, then those of every scenario."""
    return np.concatenate([bounds[0, ~own.late], bounds[:, own.late].ravel()])


def _bounds(arrays: Members, places: Integers, size: int) -> tuple[Floats, Floats]:
    """Column bounds: those of the first stage at their tightest over the scenarios."""
    lower, upper = np.full(size, -np.inf), np.full(size, np.inf)
    np.maximum.at(lower, places, arrays.column_lower)
    np.minimum.at(upper, places, arrays.column_upper)
    return lower, upper


def _rows(
    own: Stages, arrays: Members, places: Integers, size: int, names: Sequence[str]
) -> tuple[sparse.csr_array, Labels]:
    pattern = own.program.matrix
    parts = []
    for number, columns in enumerate(places):
        data = arrays.coefficients[number if len(arrays.coefficients) > 1 else 0]
        matrix = sparse.csr_array((data, pattern.indices, pattern.indptr), shape=pattern.shape)
        if number == 0:  # what touches neither recourse nor theta is the same for all
            parts.append(_moved(matrix[~own.late], columns, size))
        parts.append(_moved(matrix[own.late], columns, size))
    stacked = sparse.vstack(parts, format="csr")
    blocks, starts = own.program.rows.blocks, own.program.rows.starts
    early = [block for block, start in zip(blocks, starts, strict=False) if block.count and not own.late[int(start)]]
    late = [block for block, start in zip(blocks, starts, strict=False) if block.count and own.late[int(start)]]
    repeated = [_of_scenario(block, names, number) for number in range(len(places)) for block in late]
    return sparse.csr_array(stacked), Labels((*early, *repeated))


def _moved(matrix: sparse.csr_array, places: Integers, size: int) -> sparse.csr_array:
    """The matrix with its columns at their places among all."""
    indices = places[matrix.indices].astype(np.int32)
    return sparse.csr_array((matrix.data, indices, matrix.indptr), shape=(matrix.shape[0], size))


def _of_scenario(block: Block, names: Sequence[str], number: int) -> Block:
    """The block with the scenario as its last index."""

    def codes() -> Integers:
        return np.column_stack([block.codes, np.full(block.count, number, dtype=np.int64)])

    members: tuple[Sequence[Member], ...] = (*block.members, tuple(names))
    return Block(block.name, block.count, members, codes)


def _columns(own: Stages, names: Sequence[str], extra: tuple[Block, ...]) -> Labels:
    blocks = own.program.columns.blocks
    early = [block for block in blocks if block.name not in own.names]
    late = [block for block in blocks if block.name in own.names]
    repeated = [_of_scenario(block, names, number) for number in range(len(names)) for block in late]
    return Labels((*early, *repeated, *extra))


@dataclass(frozen=True, eq=False)
class _Tail:
    """The columns behind all scenarios, and their rows, that make up the aggregate."""

    own: Stages
    arrays: Members
    aggregate: Aggregate
    places: Integers
    size: int

    @property
    def _sign(self) -> float:
        return -1.0 if self.own.program.sense == "maximize" else 1.0

    @property
    def _start(self) -> int:
        return int(self.places.max(initial=-1)) + 1

    def objective(self) -> tuple[Floats, float]:
        result = np.zeros(self.size)
        shares = self.aggregate.probabilities
        if self.aggregate.worst:
            result[self._start] = 1.0
            return result, 0.0
        mean = 1.0 - self.aggregate.weight
        np.add.at(result, self.places, mean * shares[:, None] * self.arrays.costs)
        if self.aggregate.weight:
            result[self._start] = self.aggregate.weight
            tail = self._sign * self.aggregate.weight / (1.0 - self.aggregate.alpha)
            result[self._start + 1 :] = tail * shares
        return result, float(mean * (shares @ self.arrays.offsets))

    def rows(self) -> tuple[sparse.csr_array, Floats]:
        """One row for each scenario: how far its outcome is worse than the threshold, or than the worst."""
        if not (self.aggregate.worst or self.aggregate.weight):
            return sparse.csr_array((0, self.size)), np.zeros(0)
        count, width = self.places.shape
        rows = np.repeat(np.arange(count), width)
        costs = sparse.coo_array(
            ((-self._sign * self.arrays.costs).ravel(), (rows, self.places.ravel())), shape=(count, self.size)
        )
        own = sparse.lil_array((count, self.size))
        own[:, [self._start]] = self._sign
        if not self.aggregate.worst:
            own[np.arange(count), self._start + 1 + np.arange(count)] = 1.0
        return sparse.csr_array(costs.tocsr() + own.tocsr()), self._sign * self.arrays.offsets

    def lower(self) -> Floats:
        """Lower bounds for all columns, of which only the last are used: the threshold is free, what exceeds it not."""
        result = np.zeros(self.size)
        if self.aggregate.worst or self.aggregate.weight:
            result[self._start] = -np.inf
        return result

    def names(self) -> tuple[Block, ...]:
        if self.aggregate.worst:
            return (Block("worst outcome", 1),)
        if self.aggregate.weight:
            count = len(self.places)
            return (Block("value at risk", 1), Block("beyond it", count, (range(count),), _numbers(count)))
        return ()
