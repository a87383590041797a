"""A linear program while it is rewritten, with the way back: rows in one shape, columns replaced by expressions."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from fractions import Fraction

from equivalence.exact import (
    ONE,
    ZERO,
    ExactColumn,
    Expr,
    Linear,
    Row,
    activity,
    column,
    combine,
    largest,
    negated,
    scaled_row,
    smallest,
)
from equivalence.removals import Defined, Removal


@dataclass(frozen=True, slots=True)
class Step:
    """One lemma applied: its name and what it was applied to."""

    name: str
    subject: str


class EmptyProgram(Exception):
    """The program has no feasible point; the text says why."""


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

    # --- rows kept in one shape --------------------------------------------------------------------------------------

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

    def remove_fixed(self, stay: frozenset[str]) -> bool:
        """Replaces fixed columns by their values, those with labels in ``stay`` excepted."""
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

    def remove_definitions(self, *, clear: bool) -> bool:
        """Columns that an equality states in terms of the others: slacks, auxiliaries, copies.

        ``clear``: only where no other column of the equality would do as well.
        """
        found = False
        for i in sorted(self.rows):
            row = self.rows.get(i)
            if row is None or row.lower is None or row.lower != row.upper:
                continue
            j = self.defined(row, clear=clear)
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

    def defined(self, row: Row, *, clear: bool) -> int | None:
        """The column that this equality may define: in no other row, or tied to a single other column."""
        choices = [j for j in row.terms if self.columns[j].label not in self.keep and self.may_define(row, j)]
        alone = [j for j in choices if len(self.where[j]) == 1]
        if alone:
            # Without bounds and outside the objective, a column is most likely an auxiliary.
            likely = {j: (self.bounds(j), j in self.objective.terms) for j in alone}
            best = [j for j in alone if likely[j] == min(likely.values())]
            return max(best) if len(best) == 1 or not clear else None
        return max(choices) if len(row.terms) == 2 and choices and not clear else None

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


def solved_for(row: Row, j: int, bound: Fraction) -> Expr:
    """Column j where the row meets the bound."""
    c = row.terms[j]
    return Expr({k: Fraction(-v, c) for k, v in row.terms.items() if k != j}, bound / c)
