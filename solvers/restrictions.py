"""Everything that can make a Program infeasible, one by one: sides of rows, column bounds, integrality."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from formulations.program import Block, Flags, Floats, Integers, Labels, Program
from formulations.show import show_number, show_row

T = TypeVar("T", bound=np.generic)

#: Terms of a row that are written out.
TERMS_SHOWN = 12


class Kind(StrEnum):
    CONSTRAINT = "constraint"
    BOUND = "bound"
    INTEGRALITY = "integrality"


class Side(StrEnum):
    LOWER = "lower"
    UPPER = "upper"
    BOTH = "both"


@dataclass(frozen=True, kw_only=True)
class Member:
    """One named part of a conflict: a row, a bound of a column, or its integrality.

    name is that of the constraint or variable, label that of the row or column, position its index. side says
    which limits of a row take part (BOTH for integrality). text is its algebra.
    """

    kind: Kind
    name: str
    label: str
    position: int
    side: Side
    text: str


@dataclass(frozen=True, slots=True)
class Restriction:
    """One side of a row, one bound of a column, or the integrality of a column."""

    kind: Kind
    position: int
    side: Side


class Restrictions:
    """The restrictions of a program under consecutive numbers, so that subsets of them are arrays of flags.

    Numbers run over lower sides of rows, upper sides of rows, lower column bounds, upper column bounds, and
    integrality: 2 m + 3 n in all. ``present`` tells which exist. Bounds and integrality of columns that switch
    indicator rows are taken for granted: they are what such a row means.
    """

    def __init__(self, program: Program) -> None:
        self.program = program
        m, n = program.row_count, program.column_count
        self.starts = np.cumsum([0, m, m, n, n, n]).tolist()
        self.kinds = (
            (Kind.CONSTRAINT, Side.LOWER),
            (Kind.CONSTRAINT, Side.UPPER),
            (Kind.BOUND, Side.LOWER),
            (Kind.BOUND, Side.UPPER),
            (Kind.INTEGRALITY, Side.BOTH),
        )
        free = np.ones(n, dtype=np.bool_)
        free[[indicator.column for indicator in program.indicators.values()]] = False
        self.present: Flags = np.concatenate(
            [
                np.isfinite(program.row_lower),
                np.isfinite(program.row_upper),
                np.isfinite(program.column_lower) & free,
                np.isfinite(program.column_upper) & free,
                program.integer & free,
            ]
        )

    def part(self, flags: NDArray[T], number: int) -> NDArray[T]:
        """The entries for lower rows (0), upper rows (1), lower bounds (2), upper bounds (3), integrality (4)."""
        return flags[self.starts[number] : self.starts[number + 1]]

    def at(self, number: int) -> Restriction:
        part = int(np.searchsorted(self.starts, number, side="right")) - 1
        kind, side = self.kinds[part]
        return Restriction(kind, number - self.starts[part], side)

    def number(self, restriction: Restriction) -> int:
        part = self.kinds.index((restriction.kind, restriction.side))
        return int(self.starts[part]) + restriction.position

    def numbers_of(self, member: Member) -> list[int]:
        """The numbers of the restrictions that a member stands for."""
        if member.kind is not Kind.CONSTRAINT:
            return [self.number(Restriction(member.kind, member.position, member.side))]
        sides = (Side.LOWER, Side.UPPER) if member.side is Side.BOTH else (member.side,)
        return [self.number(Restriction(Kind.CONSTRAINT, member.position, side)) for side in sides]

    def restricted_to_all(self) -> Program:
        """The program without its objective."""
        return self.restricted(self.present)

    def restricted(self, active: Flags) -> Program:
        """The program with only the active restrictions, and without an objective; idle rows are left out."""
        program = self.program
        off = self.present & ~active
        row_lower = np.where(self.part(off, 0), -np.inf, program.row_lower)
        row_upper = np.where(self.part(off, 1), np.inf, program.row_upper)
        kept = np.flatnonzero(np.isfinite(row_lower) | np.isfinite(row_upper))
        new_position = {old: new for new, old in enumerate(kept.tolist())}
        return replace(
            program,
            sense="minimize",
            column_lower=np.where(self.part(off, 2), -np.inf, program.column_lower),
            column_upper=np.where(self.part(off, 3), np.inf, program.column_upper),
            integer=program.integer & ~self.part(off, 4),
            objective=np.zeros(program.column_count),
            objective_offset=0.0,
            objective_quadratic=None,
            objective_nonlinear=None,
            rows=chosen_rows(program.rows, kept),
            matrix=sparse.csr_array(program.matrix[kept]),
            row_lower=row_lower[kept],
            row_upper=row_upper[kept],
            quadratic={new_position[row]: q for row, q in program.quadratic.items() if row in new_position},
            nonlinear={new_position[row]: e for row, e in program.nonlinear.items() if row in new_position},
            indicators={new_position[row]: i for row, i in program.indicators.items() if row in new_position},
        )

    def chunks(self) -> tuple[tuple[Integers, ...], ...]:
        """The numbers by kind, and within each kind by named variable or constraint.

        What a search tries to do without comes first: integrality, signs of columns, other bounds, constraints.
        """
        program = self.program
        integrality = [span + self.starts[4] for span in _spans(program.columns)]
        lower = [span + self.starts[2] for span in _spans(program.columns)]
        upper = [span + self.starts[3] for span in _spans(program.columns)]
        sign = np.zeros(len(self.present), dtype=np.bool_)
        sign[self.starts[2] : self.starts[3]] = program.column_lower == 0
        rows = [
            np.stack([span + self.starts[0], span + self.starts[1]], axis=1).ravel() for span in _spans(program.rows)
        ]
        ordered = (
            integrality,
            [span[sign[span]] for span in lower],
            [span[~sign[span]] for span in [*lower, *upper]],
            rows,
        )
        existing = (tuple(group[self.present[group]] for group in groups) for groups in ordered)
        return tuple(tuple(group for group in groups if len(group)) for groups in existing)

    def members(self, numbers: Iterable[int]) -> tuple[Member, ...]:
        """The restrictions in words; two sides of one row make one member. Rows first, in order."""
        sides: dict[tuple[Kind, int], list[Side]] = {}
        for number in sorted(numbers):
            restriction = self.at(number)
            sides.setdefault((restriction.kind, restriction.position), []).append(restriction.side)
        order = list(Kind)
        members: list[Member] = []
        for kind, position in sorted(sides, key=lambda entry: (order.index(entry[0]), entry[1])):
            found = sides[kind, position]
            if kind is Kind.CONSTRAINT:
                members.append(self.member(kind, position, found[0] if len(found) == 1 else Side.BOTH))
            else:
                members += [self.member(kind, position, side) for side in found]
        return tuple(members)

    def member(self, kind: Kind, position: int, side: Side) -> Member:
        program = self.program
        labels = program.rows if kind is Kind.CONSTRAINT else program.columns
        label = labels[position]
        if kind is Kind.CONSTRAINT:
            lower, upper = side is not Side.UPPER, side is not Side.LOWER
            text = show_row(program, position, lower=lower, upper=upper, terms=TERMS_SHOWN)
        elif kind is Kind.INTEGRALITY:
            text = f"{label} is an integer"
        elif side is Side.LOWER:
            text = f"{label} >= {show_number(float(program.column_lower[position]))}"
        else:
            text = f"{label} <= {show_number(float(program.column_upper[position]))}"
        name = labels.locate(position)[0].name
        return Member(kind=kind, name=name, label=label, position=position, side=side, text=text)


def chosen_rows(labels: Labels, positions: Integers) -> Labels:
    """The labels at the positions, which increase."""
    if len(positions) == len(labels):
        return labels
    owners = np.searchsorted(labels.starts, positions, side="right") - 1
    blocks: list[Block] = []
    for number in np.unique(owners).tolist():
        block, start = labels.blocks[number], int(labels.starts[number])
        inside = positions[owners == number] - start
        blocks.append(Block(block.name, len(inside), block.members, block.codes[inside]))
    return Labels(tuple(blocks))


def _spans(labels: Labels) -> Sequence[Integers]:
    return [np.arange(start, end) for start, end in itertools.pairwise(labels.starts.tolist())]


def limits(program: Program, restriction: Restriction) -> float:
    """The number on the right-hand side of a row side or a column bound."""
    arrays: dict[tuple[Kind, Side], Floats] = {
        (Kind.CONSTRAINT, Side.LOWER): program.row_lower,
        (Kind.CONSTRAINT, Side.UPPER): program.row_upper,
        (Kind.BOUND, Side.LOWER): program.column_lower,
        (Kind.BOUND, Side.UPPER): program.column_upper,
    }
    return float(arrays[restriction.kind, restriction.side][restriction.position])
