"""The canonical form of a linear program: what is left when rows and columns that only restate others are gone.

Every step keeps an affine map both ways, ``lift`` from the canonical columns to the original ones and ``project``
back. *Faithful* steps are bijections of the feasible sets; *merging* steps (splits undone, an epigraph objective
made an expression) forget columns that change neither what is allowed nor its worth.
"""

from __future__ import annotations

import math
from collections import defaultdict
from copy import deepcopy
from dataclasses import dataclass, replace
from enum import IntEnum
from fractions import Fraction
from functools import cached_property

from equivalence.exact import (
    ONE,
    ZERO,
    ExactColumn,
    Expr,
    Linear,
    Point,
    Row,
    activity,
    column,
    combine,
    content,
    largest,
    negated,
    scaled_row,
    smallest,
)
from equivalence.removals import Defined, Forgotten, Removal, Split, Summed, Turned, sum_range


@dataclass(frozen=True, slots=True)
class Step:
    """One lemma applied: its name and what it was applied to."""

    name: str
    subject: str


class Level(IntEnum):
    """How far a canonical form goes."""

    NORMAL = 0  #: rows and bounds in one shape; no column but fixed ones removed
    SUMMED = 1  #: besides, columns that occur only as a sum become one
    DEFINED = 2  #: NORMAL, and columns that an equality defines are replaced
    MERGED = 3  #: DEFINED and SUMMED
    EPIGRAPH = 4  #: MERGED, and an objective bounded by one row becomes the expression in it
    LEAN = 5  #: PROJECTED, without fixed columns
    PROJECTED = 6  #: columns that the other program does not have are replaced or projected out, where that can be done


@dataclass(frozen=True)
class Canonical:
    """``linear`` with ``lift[j]``, original column j over canonical ones, and ``project[k]``, the other way.

    kept: the working number of each canonical column. removals: how the others come back, in order of removal.
    faithful: ``lift`` after ``project`` changes no feasible point. infeasible: the reason found on the way, if any.
    """

    original: Linear
    linear: Linear
    kept: tuple[int, ...]
    removals: tuple[Removal, ...]
    project: tuple[Expr, ...]
    steps: tuple[Step, ...]
    faithful: bool
    infeasible: str = ""

    @cached_property
    def lift(self) -> tuple[Expr | None, ...]:
        """Original columns over canonical ones; None where only some other function does it, as for digits."""
        images: dict[int, Expr | None] = {j: column(k) for k, j in enumerate(self.kept)}
        for removal in reversed(self.removals):
            removal.restore(images)
        return tuple(images[j] for j in range(len(self.original.columns)))

    def lift_point(self, point: Point) -> dict[int, Fraction]:
        """The original point of a canonical one: one of several where columns were merged."""
        values = {j: point[k] for k, j in enumerate(self.kept)}
        for removal in reversed(self.removals):
            removal.restore_value(values)
        return {j: values[j] for j in range(len(self.original.columns))}


class EmptyProgram(Exception):
    """The program has no feasible point; the text says why."""


def canonical(linear: Linear, level: Level, keep: frozenset[str] = frozenset(), *, turn: bool = True) -> Canonical:
    """The canonical form at a level. A contradiction found on the way is in ``infeasible``.

    For LEAN and PROJECTED, columns with labels in ``keep`` stay. ``turn=False`` leaves columns with two bounds as they
    stand, for comparisons that do not look at bounds.
    """
    work = Workspace(linear, keep if level >= Level.LEAN else frozenset())
    infeasible = ""
    try:
        work.simplify(level)
        while level >= Level.LEAN and project(work):
            work.simplify(level)
        work.orient(turn=turn)
    except EmptyProgram as reason:
        infeasible = str(reason)
    return work.result(infeasible)


class Workspace:
    """The program while it is rewritten. ``images[j]`` is original column j over the present ones."""

    def __init__(self, linear: Linear, keep: frozenset[str]) -> None:
        self.original = linear
        self.keep = keep
        self.columns: dict[int, ExactColumn] = dict(enumerate(linear.columns))
        self.rows: dict[int, Row] = dict(enumerate(linear.rows))
        self.objective = linear.objective
        self.removals: list[Removal] = []
        self.project: dict[int, Expr] = {j: column(j) for j in self.columns}
        self.steps: list[Step] = []
        self.faithful = True
        self.where: dict[int, set[int]] = {j: set() for j in self.columns}
        self.by_terms: dict[frozenset[tuple[int, int]], int] = {}
        self.touched: set[int] = set()
        self.next_column = len(linear.columns)
        self.next_row = len(linear.rows)
        self.started = False

    # --- the loop -------------------------------------------------------------------------------------------------

    def simplify(self, level: Level) -> None:
        if not self.started:
            self.start()
        while True:
            self.settle_rows()
            if self.remove_fixed(level) or (level >= Level.DEFINED and self.remove_definitions()):
                continue
            if level is Level.EPIGRAPH and self.remove_epigraphs():
                continue
            if level not in (Level.SUMMED, Level.MERGED, Level.EPIGRAPH) or not self.merge_parallel():
                break

    def start(self) -> None:
        self.started = True
        for i, row in list(self.rows.items()):
            self.rows.pop(i)
            self.put(i, row)
        for j in list(self.columns):
            self.round_bounds(j)

    def note(self, name: str, subject: str) -> None:
        self.steps.append(Step(name, subject))

    def put(self, i: int, row: Row) -> None:
        """Stores a row, merged with a parallel one."""
        row = self.rounded(row)
        if not row.terms:
            if (row.lower is not None and row.lower > 0) or (row.upper is not None and row.upper < 0):
                raise EmptyProgram(f"'{row.label}' cannot hold")
            return
        key = frozenset(row.terms.items())
        twin = self.by_terms.get(key)
        if twin is None:
            opposite = frozenset((j, -c) for j, c in row.terms.items())
            twin = self.by_terms.get(opposite)
            if twin is not None:
                row = Row(row.label, self.rows[twin].terms, negated(row.upper), negated(row.lower))
                key = opposite
        if twin is not None and twin != i:
            known = self.rows[twin]
            self.note("parallel rows", f"{row.label}, {known.label}")
            lower, upper = largest(known.lower, row.lower), smallest(known.upper, row.upper)
            stricter = row.label if (lower, upper) != (known.lower, known.upper) else known.label
            row, i = Row(stricter, known.terms, lower, upper), twin
        if row.lower is not None and row.upper is not None and row.lower > row.upper:
            raise EmptyProgram(f"'{row.label}' cannot hold")
        self.rows[i] = row
        self.by_terms[key] = i
        for j in row.terms:
            self.where[j].add(i)
        self.touched.add(i)

    def drop(self, i: int) -> Row:
        row = self.rows.pop(i)
        self.by_terms.pop(frozenset(row.terms.items()), None)
        for j in row.terms:
            self.where[j].discard(i)
        self.touched.discard(i)
        return row

    def rounded(self, row: Row) -> Row:
        """Bounds of a row of integers moved inward to integers."""
        if not row.terms or not all(self.columns[j].integer for j in row.terms):
            return row
        lower = None if row.lower is None else Fraction(math.ceil(row.lower))
        upper = None if row.upper is None else Fraction(math.floor(row.upper))
        return row if (lower, upper) == (row.lower, row.upper) else Row(row.label, row.terms, lower, upper)

    def round_bounds(self, j: int) -> None:
        old = self.columns[j]
        lower, upper = old.lower, old.upper
        if old.integer:
            lower = None if lower is None else Fraction(math.ceil(lower))
            upper = None if upper is None else Fraction(math.floor(upper))
        if lower is not None and upper is not None and lower > upper:
            raise EmptyProgram(f"the bounds of '{old.label}' leave no value")
        if (lower, upper) != (old.lower, old.upper):
            self.columns[j] = replace(old, lower=lower, upper=upper)

    # --- rows -----------------------------------------------------------------------------------------------------

    def settle_rows(self) -> None:
        """Singleton rows become bounds, rows that bounds imply go, rows that bounds force fix their columns."""
        while self.touched:
            i = self.touched.pop()
            row = self.rows[i]
            if len(row.terms) == 1:
                self.bound_by(self.drop(i))
                continue
            lowest, highest = self.activity(row)
            lower = None if row.lower is not None and lowest is not None and lowest >= row.lower else row.lower
            upper = None if row.upper is not None and highest is not None and highest <= row.upper else row.upper
            if (lowest is not None and row.upper is not None and lowest > row.upper) or (
                highest is not None and row.lower is not None and highest < row.lower
            ):
                raise EmptyProgram(f"'{row.label}' cannot hold")
            if lowest is not None and lowest == row.upper:
                self.force(self.drop(i), lowest=True)
            elif highest is not None and highest == row.lower:
                self.force(self.drop(i), lowest=False)
            elif lower is None and upper is None:
                self.note("row implied by bounds", self.drop(i).label)
            elif (lower, upper) != (row.lower, row.upper):
                self.rows[i] = Row(row.label, row.terms, lower, upper)

    def activity(self, row: Row) -> tuple[Fraction | None, Fraction | None]:
        return activity(row.terms, self.columns)

    def bound_by(self, row: Row) -> None:
        ((j, c),) = row.terms.items()
        lower = None if row.lower is None else row.lower / c
        upper = None if row.upper is None else row.upper / c
        if c < 0:
            lower, upper = upper, lower
        self.note("singleton row", row.label)
        self.narrow(j, lower, upper)

    def narrow(self, j: int, lower: Fraction | None, upper: Fraction | None) -> None:
        old = self.columns[j]
        self.columns[j] = replace(old, lower=largest(old.lower, lower), upper=smallest(old.upper, upper))
        self.round_bounds(j)
        if self.columns[j] != old:
            self.touched |= self.where[j]

    def force(self, row: Row, *, lowest: bool) -> None:
        self.note("forcing row", row.label)
        for j, c in row.terms.items():
            bound = self.columns[j].lower if (c > 0) == lowest else self.columns[j].upper
            self.narrow(j, bound, bound)

    # --- columns that are expressions of others -------------------------------------------------------------------

    def remove_fixed(self, level: Level) -> bool:
        stay = self.keep if level is Level.PROJECTED else frozenset()
        fixed = [j for j, col in self.columns.items() if col.fixed and col.label not in stay]
        for j in fixed:
            value = self.columns[j].lower
            assert value is not None
            self.note("fixed column", self.columns[j].label)
            self.eliminate(j, Expr({}, value))
        return bool(fixed)

    def eliminate(self, j: int, expr: Expr) -> None:
        """Replaces column j by an expression in all rows and the objective."""
        for i in sorted(self.where[j]):
            row = self.drop(i)
            c = Fraction(row.terms[j])
            terms: dict[int, Fraction | int] = {k: v for k, v in row.terms.items() if k != j}
            for k, v in expr.terms.items():
                terms[k] = terms.get(k, 0) + c * v
            moved = c * expr.constant
            lower = None if row.lower is None else row.lower - moved
            upper = None if row.upper is None else row.upper - moved
            self.put(i, scaled_row(row.label, {k: v for k, v in terms.items() if v}, lower, upper))
        weight = self.objective.terms.get(j, ZERO)
        if weight:
            rest = Expr({k: v for k, v in self.objective.terms.items() if k != j}, self.objective.constant)
            self.objective = combine([(ONE, rest), (weight, expr)])
        self.removals.append(Defined(j, expr))
        del self.columns[j], self.where[j], self.project[j]

    def remove_definitions(self) -> bool:
        """Columns that an equality states in terms of the others: slacks, auxiliaries, copies."""
        found = False
        for i in sorted(self.rows):
            row = self.rows.get(i)
            if row is None or row.lower is None or row.lower != row.upper:
                continue
            j = self.defined(row)
            if j is None:
                continue
            found = True
            col = self.columns[j]
            self.note("column defined by a row", f"{col.label} by {row.label}")
            self.drop(i)
            expr = solved_for(row, j, row.lower)
            self.eliminate(j, expr)
            if col.lower is not None or col.upper is not None:
                lower = None if col.lower is None else col.lower - expr.constant
                upper = None if col.upper is None else col.upper - expr.constant
                self.put(i, scaled_row(row.label, expr.terms, lower, upper))
        return found

    def defined(self, row: Row) -> int | None:
        """The column that this equality may define: in no other row, or tied to a single other column."""
        choices = [j for j in row.terms if self.columns[j].label not in self.keep and self.may_define(row, j)]
        alone = [j for j in choices if len(self.where[j]) == 1]
        if alone:
            # Without bounds and outside the objective, a column is most likely an auxiliary.
            return min(alone, key=lambda j: (self.bounds(j), j in self.objective.terms, -j))
        return max(choices) if len(row.terms) == 2 and choices else None

    def bounds(self, j: int) -> int:
        return (self.columns[j].lower is not None) + (self.columns[j].upper is not None)

    def may_define(self, row: Row, j: int) -> bool:
        """Whether solving the equality for column j keeps its integrality, and forgets no other's."""
        if not self.columns[j].integer:
            return True
        c = row.terms[j]
        assert row.lower is not None
        return (row.lower / c).denominator == 1 and all(
            self.columns[k].integer and v % c == 0 for k, v in row.terms.items() if k != j
        )

    # --- columns that can be forgotten ----------------------------------------------------------------------------

    def remove_epigraphs(self) -> bool:
        """``minimize z, z >= expression``: z becomes the expression, its best value for every plan.

        Only a continuous column that is the whole objective is taken for an auxiliary: a decision might be bounded
        by one row just as well.
        """
        if len(self.objective.terms) != 1:
            return False
        found = [self.remove_epigraph(j, down=c > 0) for j, c in list(self.objective.terms.items())]
        return any(found)

    def remove_epigraph(self, j: int, *, down: bool) -> bool:
        if len(self.where[j]) != 1 or self.columns[j].integer:
            return False
        (i,) = self.where[j]
        row, col = self.rows[i], self.columns[j]
        from_below = (row.terms[j] > 0) == down
        bound, other = (row.lower, row.upper) if from_below else (row.upper, row.lower)
        if bound is None or other is not None:
            return False
        if not self.may_define(Row(row.label, row.terms, bound, bound), j):
            return False
        expr = solved_for(row, j, bound)
        lowest, highest = activity(expr.terms, self.columns)
        end, floor = (lowest, col.lower) if down else (negated(highest), negated(col.upper))
        least = expr.constant if down else -expr.constant
        if floor is not None and (end is None or end + least < floor):
            return False
        self.note("epigraph objective", f"{col.label} by {row.label}")
        self.faithful = False
        self.drop(i)
        self.eliminate(j, expr)
        ceiling = col.upper if down else col.lower
        if ceiling is not None:
            left = ceiling - expr.constant
            lower, upper = (None, left) if down else (left, None)
            self.put(i, scaled_row(row.label, expr.terms, lower, upper))
        return True

    def merge_parallel(self) -> bool:
        """Columns that occur only as ``x + k y``: one column with the range of the sum."""
        groups: dict[object, list[tuple[Fraction, int]]] = defaultdict(list)
        for j in self.columns:
            entries = {i: Fraction(self.rows[i].terms[j]) for i in self.where[j]}
            if not entries:
                continue
            weight = self.objective.terms.get(j, ZERO)
            size = content([*entries.values(), weight])
            if entries[min(entries)] < 0:
                size = -size
            shape = frozenset((i, c / size) for i, c in entries.items())
            groups[shape, weight / size].append((size, j))
        found = False
        for members in groups.values():
            members.sort(key=lambda member: (abs(member[0]), member[1]))
            while len(members) > 1:
                (first, j), (second, k) = members[0], members.pop(1)
                merged = sum_range(self.columns[j], self.columns[k], second / first)
                if merged is not None:
                    members[0] = (first, self.merge(j, k, second / first, merged))
                    found = True
        return found

    def merge(self, j: int, k: int, ratio: Fraction, merged: ExactColumn) -> int:
        """Puts one new column in the place of ``x_j + ratio x_k``."""
        new, self.next_column = self.next_column, self.next_column + 1
        self.note("split column", f"{self.columns[j].label}, {self.columns[k].label}")
        self.faithful = False
        self.removals.append(Split(new, j, k, ratio, (self.columns[j], self.columns[k])))
        self.columns[new], self.where[new] = merged, set()
        self.project[new] = combine([(ONE, self.project[j]), (ratio, self.project[k])])
        for i in sorted(self.where[j]):
            row = self.drop(i)
            terms = {n: c for n, c in row.terms.items() if n not in (j, k)} | {new: row.terms[j]}
            self.put(i, scaled_row(row.label, terms, row.lower, row.upper))
        weight = self.objective.terms.get(j, ZERO)
        rest = {n: c for n, c in self.objective.terms.items() if n not in (j, k)}
        self.objective = Expr(rest | {new: weight} if weight else rest, self.objective.constant)
        for old in (j, k):
            del self.columns[old], self.where[old], self.project[old]
        return new

    # --- orientation ----------------------------------------------------------------------------------------------

    def orient(self, *, turn: bool) -> None:
        """Finite lower bounds move to zero; columns bounded above only, or turned against the objective, are turned."""
        turns = {j: self.turn(j, turn=turn) for j in self.columns}
        turns = {j: turned for j, turned in turns.items() if turned.sign < 0 or turned.shift}
        if not turns:
            return
        for j, turned in turns.items():
            self.note("column shifted or turned", self.columns[j].label)
            col = self.columns[j]
            ends = [None if end is None else turned.sign * (end - turned.shift) for end in (col.lower, col.upper)]
            lower, upper = ends if turned.sign > 0 else reversed(ends)
            self.columns[j] = replace(col, lower=lower, upper=upper)
            self.project[j] = combine([(Fraction(turned.sign), self.project[j])], -turned.sign * turned.shift)
            self.removals.append(turned)
        for i, row in self.rows.items():
            moved = sum((c * turns[j].shift for j, c in row.terms.items() if j in turns), ZERO)
            terms = {j: c * turns[j].sign if j in turns else c for j, c in row.terms.items()}
            lower = None if row.lower is None else row.lower - moved
            upper = None if row.upper is None else row.upper - moved
            self.rows[i] = Row(row.label, terms, lower, upper)
        images = {j: Expr({j: Fraction(turned.sign)}, turned.shift) for j, turned in turns.items()}
        parts = [(c, images.get(j, column(j))) for j, c in self.objective.terms.items()]
        self.objective = combine(parts, self.objective.constant)

    def turn(self, j: int, *, turn: bool) -> Turned:
        col = self.columns[j]
        if col.lower is not None and (col.upper is None or not turn):
            return Turned(j, 1, col.lower)
        if col.upper is not None and col.lower is None:
            return Turned(j, -1, col.upper)
        weight = self.objective.terms.get(j, ZERO)
        sign = 1 if weight > 0 else -1 if weight < 0 else self.leaning(j)
        shift = (col.lower if sign > 0 else col.upper) or ZERO
        return Turned(j, sign, shift)

    def leaning(self, j: int) -> int:
        """A sign that depends on the column's coefficients only, taken as in rows with ``<=``."""
        values = []
        for i in self.where[j]:
            row = self.rows[i]
            if (row.lower is None) != (row.upper is None):
                values.append(row.terms[j] if row.lower is None else -row.terms[j])
        return 1 if sorted(values) >= sorted(-value for value in values) else -1

    def result(self, infeasible: str) -> Canonical:
        kept = tuple(self.columns)
        number = {j: k for k, j in enumerate(kept)}
        rows = tuple(
            Row(row.label, {number[j]: c for j, c in row.terms.items()}, row.lower, row.upper)
            for row in self.rows.values()
        )
        objective = Expr({number[j]: c for j, c in self.objective.terms.items()}, self.objective.constant)
        return Canonical(
            original=self.original,
            linear=Linear(tuple(self.columns.values()), rows, objective),
            kept=kept,
            removals=tuple(self.removals),
            project=tuple(self.project[j] for j in kept),
            steps=tuple(self.steps),
            faithful=self.faithful,
            infeasible=infeasible,
        )


def project(work: Workspace) -> bool:
    """Projects columns out of the rows (Fourier and Motzkin) where no more rows come of it than were there.

    For an integer column it is exact only if all that bounds it from below, or all that bounds it from above, are
    integers: its coefficients there are 1 or -1 in rows of integers. Then the greatest of the ones, or the least of
    the others, is a value for it.
    """
    for step in (project_column, add_up):
        free = [j for j, col in work.columns.items() if col.label not in work.keep]
        if step is add_up and len(free) > _MOST_SUMS:
            return False
        changed = [j for j in free if j in work.columns and step(work, j)]
        if changed:
            return True
    return False


def project_column(work: Workspace, j: int) -> bool:
    """Forgets one column outside the objective."""
    col = work.columns.get(j)
    if col is None or j in work.objective.terms or len(work.where[j]) > _MOST_ROWS:
        return False
    rows = [work.rows[i] for i in sorted(work.where[j])]
    # Everything that bounds the column from below, and from above, as (expression, label).
    below: list[tuple[Expr, str]] = []
    above: list[tuple[Expr, str]] = []
    whole = {True: True, False: True}
    for row in rows:
        for end, is_lower in ((row.lower, True), (row.upper, False)):
            if end is not None:
                from_below = is_lower == (row.terms[j] > 0)
                whole[from_below] &= abs(row.terms[j]) == 1 and all(work.columns[k].integer for k in row.terms)
                (below if from_below else above).append((solved_for(row, j, end), row.label))
    if col.integer and not any(whole.values()):
        return False
    below += [] if col.lower is None else [(Expr({}, col.lower), col.label)]
    above += [] if col.upper is None else [(Expr({}, col.upper), col.label)]
    new = []
    for low, label in below:
        for high, other in above:
            difference = combine([(ONE, high), (-ONE, low)])
            least, _ = activity(difference.terms, work.columns)
            if least is None or least + difference.constant < 0:
                new.append(scaled_row(f"{label} with {other}", difference.terms, -difference.constant, None))
    if len(new) > max(len(rows), 1):
        return False
    work.note("column projected out", col.label)
    work.faithful = False
    for i in sorted(work.where[j]):
        work.drop(i)
    work.removals.append(Forgotten(j, col, tuple(rows)))
    del work.columns[j], work.where[j], work.project[j]
    for row in new:
        work.next_row += 1
        work.put(work.next_row, row)
    return True


def add_up(work: Workspace, j: int) -> bool:
    """Puts the sum ``x_j + x_k`` in the place of x_j if x_k, of the same cost, can then be projected out."""
    weight = work.objective.terms.get(j)
    if weight is None or len(work.where[j]) > _MOST_ROWS:
        return False
    for i in sorted(work.where[j]):
        terms = work.rows[i].terms
        for k in terms:
            same_kind = work.columns[k].integer == work.columns[j].integer
            if k != j and work.objective.terms.get(k) == weight and terms[k] == terms[j] and same_kind:
                trial = deepcopy(work)
                _sum_up(trial, j, k)
                if trial.columns[k].label not in trial.keep and project_column(trial, k):
                    vars(work).update(vars(trial))
                    return True
    return False


def _sum_up(work: Workspace, j: int, k: int) -> None:
    """Rewrites everything by ``x_j = s - x_k`` and calls s column j."""
    one, other = work.columns[j], work.columns[k]
    work.note("columns added up", f"{one.label}, {other.label}")
    work.removals.append(Summed(j, k))
    for i in sorted(work.where[j]):
        row = work.drop(i)
        c = row.terms[j]
        rest = row.terms.get(k, 0) - c
        terms = {n: v for n, v in row.terms.items() if n != k} | ({k: rest} if rest else {})
        work.put(i, scaled_row(row.label, terms, row.lower, row.upper))
    weights = {n: v for n, v in work.objective.terms.items() if n != k}
    work.objective = Expr(weights, work.objective.constant)
    work.project[j] = combine([(ONE, work.project[j]), (ONE, work.project[k])])
    total = sum_range(one, other, ONE)
    lower, upper = (None, None) if total is None else (total.lower, total.upper)
    work.columns[j] = replace(one, lower=lower, upper=upper)
    if one.lower is not None or one.upper is not None:
        work.next_row += 1
        work.put(work.next_row, scaled_row(f"bounds of {one.label}", {j: 1, k: -1}, one.lower, one.upper))


#: Columns in more rows than this are not projected out.
_MOST_ROWS = 12
#: Sums are tried only where at most this many columns may be forgotten.
_MOST_SUMS = 80


def solved_for(row: Row, j: int, bound: Fraction) -> Expr:
    """Column j where the row meets the bound."""
    c = row.terms[j]
    return Expr({k: Fraction(-v, c) for k, v in row.terms.items() if k != j}, bound / c)
