"""Bounds that rows imply, in rational arithmetic."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from equivalence.exact import ZERO, ExactColumn, Expr, Linear, Row, largest, smallest

#: Visits of rows after which a propagation is left as it stands: what it found so far is valid.
VISITS = 4000
#: Terms of rows after which it is left likewise.
TERMS = 100_000
#: Numbers with more digits than this are not worth carrying on.
DIGITS = 60


class Contradiction(Exception):
    """No point satisfies the rows and bounds."""


@dataclass(eq=False)
class Box:
    """Bounds of the columns of ``linear`` that shrink to what its rows allow. Raises Contradiction when empty."""

    linear: Linear
    columns: list[ExactColumn]

    @staticmethod
    def of(linear: Linear) -> Box:
        return Box(linear, list(linear.columns))

    def propagate(self, start: list[Row], visits: int = VISITS) -> None:
        """Carries bounds through the rows given and whatever they touch."""
        waiting = deque(start)
        queued = {id(row) for row in start}
        work = TERMS
        while waiting and visits > 0 and work > 0:
            visits -= 1
            row = waiting.popleft()
            work -= len(row.terms)
            queued.discard(id(row))
            for j in self.visit(row):
                for i in self.linear.column_rows[j]:
                    other = self.linear.rows[i]
                    if id(other) not in queued:
                        queued.add(id(other))
                        waiting.append(other)

    def visit(self, row: Row) -> list[int]:
        """The columns whose bounds the row tightened."""
        low, high = _Ends(), _Ends()
        for j, c in row.terms.items():
            col = self.columns[j]
            low.add(c, col.lower if c > 0 else col.upper)
            high.add(c, col.upper if c > 0 else col.lower)
        if row.upper is not None and low.infinite == 0 and low.finite > row.upper:
            raise Contradiction(row.label)
        if row.lower is not None and high.infinite == 0 and high.finite < row.lower:
            raise Contradiction(row.label)
        changed = []
        for j, c in row.terms.items():
            col = self.columns[j]
            rest_low = low.without(c, col.lower if c > 0 else col.upper)
            rest_high = high.without(c, col.upper if c > 0 else col.lower)
            above = None if row.upper is None or rest_low is None else (row.upper - rest_low) / c
            below = None if row.lower is None or rest_high is None else (row.lower - rest_high) / c
            lower, upper = (below, above) if c > 0 else (above, below)
            if self.narrow(j, lower, upper):
                changed.append(j)
        return changed

    def narrow(self, j: int, lower: Fraction | None, upper: Fraction | None) -> bool:
        old = self.columns[j]
        if old.integer:
            lower = None if lower is None else Fraction(math.ceil(lower))
            upper = None if upper is None else Fraction(math.floor(upper))
        lower, upper = largest(old.lower, _short(lower)), smallest(old.upper, _short(upper))
        if (lower, upper) == (old.lower, old.upper):
            return False
        if lower is not None and upper is not None and lower > upper:
            raise Contradiction(old.label)
        self.columns[j] = replace(old, lower=lower, upper=upper)
        return True


class _Ends:
    """A sum of bounds from which one can be taken away again."""

    __slots__ = ("finite", "infinite")

    def __init__(self) -> None:
        self.finite = ZERO
        self.infinite = 0

    def add(self, c: int, bound: Fraction | None) -> None:
        if bound is None:
            self.infinite += 1
        elif bound:
            self.finite += c * bound

    def without(self, c: int, bound: Fraction | None) -> Fraction | None:
        if bound is None:
            return self.finite if self.infinite == 1 else None
        if self.infinite:
            return None
        return self.finite - c * bound if bound else self.finite


def _short(value: Fraction | None) -> Fraction | None:
    """The bound, unless its digits grew out of hand, as they do where rows chase one another."""
    if value is None or value.denominator.bit_length() > 3 * DIGITS or abs(value.numerator).bit_length() > 6 * DIGITS:
        return None
    return value


def tightened(linear: Linear) -> tuple[ExactColumn, ...] | None:
    """The columns with the bounds that the rows imply; None if they contradict each other."""
    box = Box.of(linear)
    try:
        box.propagate(list(linear.rows), visits=max(VISITS, 2 * len(linear.rows)))
    except Contradiction:
        return None
    return tuple(box.columns)


def refuted(linear: Linear, columns: tuple[ExactColumn, ...], terms: Mapping[int, int], lower: Fraction) -> bool:
    """Whether propagation shows that no feasible point has ``sum(terms[j] x_j) >= lower``.

    ``columns`` are valid bounds to begin with.
    """
    box = Box(linear, list(columns))
    extra = Row("assumed", terms, lower, None)
    nearby = {i for j in terms for i in linear.column_rows[j]}
    try:
        box.propagate([extra, *(linear.rows[i] for i in sorted(nearby)[:200]), extra])
    except Contradiction:
        return True
    return False


def integral(terms: Mapping[int, Fraction], linear: Linear) -> bool:
    """Whether the sum without its constant is over integer columns only."""
    return all(linear.columns[j].integer for j in terms)


def integer_valued(expr: Expr, linear: Linear) -> bool:
    """Whether the expression is an integer at every integral point, coefficient by coefficient."""
    return expr.constant.denominator == 1 and all(
        linear.columns[j].integer and c.denominator == 1 for j, c in expr.terms.items()
    )
