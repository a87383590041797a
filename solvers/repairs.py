"""How far which limits must move for a Program to become feasible: elastic relaxation."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from scipy import sparse

from formulations.bounds import Box, row_activity
from formulations.program import Block, Flags, Floats, Integers, Program
from formulations.reductions.extension import padded
from formulations.show import show_number
from solvers.feasibility import Oracle
from solvers.restrictions import Kind, Member, Restrictions, Side, limits
from solvers.solution import Termination

#: The share of the whole time that one repair may take.
REPAIR_SHARE = 0.3
#: Significant digits of a repaired limit: the first number of them that makes the program feasible.
DIGITS = (6, 9, 12)
#: Differences of this relative size come from solvers, not from the problem.
DUST = 1e-9


class Goal(StrEnum):
    """What a repair keeps small."""

    LEAST_TOTAL = "least total change"
    FEWEST = "fewest limits changed"
    ALONE = "one limit alone"


@dataclass(frozen=True, kw_only=True)
class Change:
    """One limit that moves: of a row, or a column bound. An equation moves as a whole."""

    member: Member
    before: float
    after: float

    @property
    def amount(self) -> float:
        return abs(self.after - self.before)


@dataclass(frozen=True, kw_only=True)
class Repair:
    """Changes that make the program feasible together.

    proved: whether nothing smaller, in the sense of the goal, makes it feasible.
    """

    goal: Goal
    changes: tuple[Change, ...]
    proved: bool

    @property
    def total(self) -> float:
        return math.fsum(change.amount for change in self.changes)


def movable(restrictions: Restrictions, *, signs: bool = False) -> Flags:
    """The limits that a person can move: of rows, and bounds of columns other than binaries.

    Not integrality, and not the zero of "cannot be negative" unless ``signs``.
    """
    program = restrictions.program
    binary = program.integer & np.isin(program.column_lower, (0, 1)) & np.isin(program.column_upper, (0, 1))
    fixed = np.zeros(len(restrictions.present), dtype=np.bool_)
    restrictions.part(fixed, 2)[:] = binary if signs else binary | (program.column_lower == 0)
    restrictions.part(fixed, 3)[:] = binary
    restrictions.part(fixed, 4)[:] = True
    return restrictions.present & ~fixed


def least_repair(
    restrictions: Restrictions, elastic: Flags, oracle: Oracle, *, goal: Goal, scaled: bool = False
) -> Repair | None:
    """The repair that moves only the elastic limits, and these by the least total amount.

    ``scaled`` measures the change of a row relative to its largest coefficient. None if moving them does not help
    or no time was left.
    """
    numbers = np.flatnonzero(elastic)
    if not len(numbers):
        return None
    relaxation = elastic_program(restrictions, numbers, scaled=scaled)
    solution = oracle.solve(relaxation, share=REPAIR_SHARE)
    if solution is None or solution.values is None or not solution.termination.has_values:
        return None
    n = restrictions.program.column_count
    values = _with_integers(relaxation, solution.values, oracle)
    violations = values[n:] + _already_moved(restrictions, numbers, relaxation)
    for digits in DIGITS:
        changes = _changes(restrictions, numbers, violations, oracle.options.feasibility_tolerance, digits)
        outcome = oracle.infeasible(Restrictions(repaired(restrictions.program, changes)).restricted_to_all())
        if changes and outcome is False:
            return Repair(goal=goal, changes=changes, proved=solution.termination is Termination.OPTIMAL)
    return None


def repaired(program: Program, changes: Iterable[Change]) -> Program:
    """The program with its limits moved."""
    row_lower, row_upper = program.row_lower.copy(), program.row_upper.copy()
    column_lower, column_upper = program.column_lower.copy(), program.column_upper.copy()
    for change in changes:
        on_row = change.member.kind is Kind.CONSTRAINT
        lower, upper = (row_lower, row_upper) if on_row else (column_lower, column_upper)
        if change.member.side is not Side.UPPER:
            lower[change.member.position] = change.after
        if change.member.side is not Side.LOWER:
            upper[change.member.position] = change.after
    return replace(
        program, row_lower=row_lower, row_upper=row_upper, column_lower=column_lower, column_upper=column_upper
    )


def elastic_program(restrictions: Restrictions, numbers: Integers, *, scaled: bool = False) -> Program:
    """The program in which each numbered limit may be violated, at the price of the violation.

    One column more for each number, in order; column bounds that may be violated have become rows. Minimizes the
    sum of violations. Where the two limits of a row contradict each other, one that may be violated starts from
    the other.
    """
    program = restrictions.program
    m, n, k = program.row_count, program.column_count, len(numbers)
    starts = restrictions.starts
    part = np.searchsorted(starts, numbers, side="right") - 1
    position = numbers - np.asarray(starts)[part]
    on_row = part < 2
    is_lower = (part == 0) | (part == 2)
    bounds = np.flatnonzero(~on_row)
    owner = np.where(on_row, position, 0)
    owner[bounds] = m + np.arange(len(bounds))

    column_lower, column_upper = program.column_lower.copy(), program.column_upper.copy()
    column_lower[position[part == 2]] = -np.inf
    column_upper[position[part == 3]] = np.inf
    new_lower = np.where(is_lower[bounds], program.column_lower[position[bounds]], -np.inf)
    new_upper = np.where(is_lower[bounds], np.inf, program.column_upper[position[bounds]])
    row_lower, row_upper = _uncrossed(program, part, position)
    old = program.matrix.tocoo()
    signs = np.where(is_lower, 1.0, -1.0)
    rows = np.concatenate([old.row, owner, owner[bounds]])
    columns = np.concatenate([old.col, n + np.arange(k), position[bounds]])
    values = np.concatenate([old.data, signs, np.ones(len(bounds))])
    matrix = sparse.coo_array(
        (values, (rows.astype(np.int32), columns.astype(np.int32))), shape=(m + len(bounds), n + k)
    ).tocsr()
    most = _most(program, Box(column_lower, column_upper), part, position) if program.indicators else np.inf
    return replace(
        program,
        sense="minimize",
        columns=program.columns.extended(_numbered("violation", k)),
        column_lower=np.concatenate([column_lower, np.zeros(k)]),
        column_upper=np.concatenate([column_upper, np.full(k, most)]),
        integer=np.concatenate([program.integer, np.zeros(k, dtype=np.bool_)]),
        objective=np.concatenate([np.zeros(n), _weights(program, part, position, scaled)]),
        objective_offset=0.0,
        objective_quadratic=None,
        objective_nonlinear=None,
        rows=program.rows.extended(_numbered("bound", len(bounds))) if len(bounds) else program.rows,
        matrix=matrix,
        row_lower=np.concatenate([row_lower, new_lower]),
        row_upper=np.concatenate([row_upper, new_upper]),
        quadratic={row: padded(form, n + k) for row, form in program.quadratic.items()},
    )


def _uncrossed(program: Program, part: Integers, position: Integers) -> tuple[Floats, Floats]:
    """The limits of rows, those that contradict each other brought together at one that is not elastic, if any."""
    lower, upper = program.row_lower.copy(), program.row_upper.copy()
    elastic_lower = np.zeros(program.row_count, dtype=np.bool_)
    elastic_lower[position[part == 0]] = True
    crossed = lower > upper
    lower = np.where(crossed & elastic_lower, upper, lower)
    return lower, np.where(crossed & ~elastic_lower, lower, upper)


def _already_moved(restrictions: Restrictions, numbers: Integers, relaxation: Program) -> Floats:
    """How far the elastic program has moved each limit to bring contradictory ones together."""
    program, m = restrictions.program, restrictions.program.row_count
    moved = np.zeros(len(restrictions.present))
    with np.errstate(invalid="ignore"):  # infinite limits stay
        restrictions.part(moved, 0)[:] = np.nan_to_num(program.row_lower - relaxation.row_lower[:m])
        restrictions.part(moved, 1)[:] = np.nan_to_num(relaxation.row_upper[:m] - program.row_upper)
    return moved[numbers]


def _weights(program: Program, part: Integers, position: Integers, scaled: bool) -> Floats:
    """The price of one unit of violation of each limit."""
    weights = np.ones(len(part))
    if scaled and program.row_count:
        largest = abs(program.matrix).max(axis=1).toarray().ravel()
        on_row = part < 2
        weights[on_row] = 1 / np.where(largest > 0, largest, 1.0)[position[on_row]]
    return weights


def _most(program: Program, box: Box, part: Integers, position: Integers) -> Floats:
    """The largest violation that bounds allow each limit; what makes a Big-M finite for conditional rows."""
    activity = row_activity(program, box)
    most = np.full(len(part), np.inf)
    lower, upper = part == 0, part == 1
    most[lower] = program.row_lower[position[lower]] - activity.lower[position[lower]]
    most[upper] = activity.upper[position[upper]] - program.row_upper[position[upper]]
    return np.where(most > 0, most, 0.0)


def _numbered(name: str, count: int) -> Block:
    return Block(name, count, (range(count),), np.arange(count)[:, None])


def _with_integers(relaxation: Program, values: Floats, oracle: Oracle) -> Floats:
    """The least violations once the integer columns are integers exactly, not within the tolerance of a solver."""
    if not relaxation.integer.any():
        return values
    settled = np.round(values)
    fixed = replace(
        relaxation,
        column_lower=np.where(relaxation.integer, settled, relaxation.column_lower),
        column_upper=np.where(relaxation.integer, settled, relaxation.column_upper),
    )
    solution = oracle.solve(fixed, share=REPAIR_SHARE)
    usable = solution is not None and solution.termination.has_values
    return values if solution is None or not usable or solution.values is None else solution.values


def _changes(
    restrictions: Restrictions, numbers: Integers, violations: Floats, tolerance: float, digits: int
) -> tuple[Change, ...]:
    changes: list[Change] = []
    for number, violation in zip(numbers.tolist(), violations.tolist(), strict=True):
        restriction = restrictions.at(number)
        before = limits(restrictions.program, restriction)
        if violation <= tolerance * max(1.0, abs(before)):
            continue
        outward = -1.0 if restriction.side is Side.LOWER else 1.0
        side = restriction.side
        if restriction.kind is Kind.CONSTRAINT and _is_equation(restrictions.program, restriction.position):
            side = Side.BOTH
        member = restrictions.member(restriction.kind, restriction.position, side)
        after = rounded(before + outward * violation, 0.0 if side is Side.BOTH else outward, digits)
        if restriction.kind is Kind.BOUND and restrictions.program.integer[restriction.position]:
            after = float(round(after))
        changes.append(Change(member=member, before=before, after=after))
    return tuple(changes)


def _is_equation(program: Program, row: int) -> bool:
    return bool(program.row_lower[row] == program.row_upper[row])


def rounded(value: float, outward: float, digits: int) -> float:
    """The value to so many digits: the nearest number that differs only by dust, else one further outward.

    outward: 1 for up, -1 for down, 0 to keep the value where rounding would change it by more than dust.
    """
    near = float(f"{value:.{digits}g}")
    if abs(near - value) <= DUST * max(1.0, abs(value)) or (near - value) * outward > 0:
        return near
    step = 10.0 ** (math.floor(math.log10(abs(value))) - digits + 1)
    return float(f"{near + outward * step:.{digits}g}") if outward else value


def change_text(change: Change) -> str:
    """``raise the limit of dough_limit by 340, from 500 to 840``."""
    member = change.member
    verb = "raise" if change.after > change.before else "lower"
    numbers = f"by {show_number(change.amount)}, from {show_number(change.before)} to {show_number(change.after)}"
    if member.kind is Kind.BOUND:
        return f"{verb} the {member.side} bound of {member.label} {numbers}"
    what = "right-hand side" if member.side is Side.BOTH else "limit"
    return f"{verb} the {what} of '{member.label}' {numbers}"


def distinct(repairs: Sequence[Repair]) -> tuple[Repair, ...]:
    """The repairs without later ones that move the same limits equally far, up to a few digits."""
    kept: dict[tuple[tuple[str, str, str], ...], Repair] = {}
    for repair in repairs:
        kept.setdefault(_outline(repair), repair)
    return tuple(kept.values())


def _outline(repair: Repair) -> tuple[tuple[str, str, str], ...]:
    return tuple((c.member.label, c.member.side, f"{c.after:.{DIGITS[0]}g}") for c in repair.changes)
