"""Ranges of columns, rows and expressions: what column bounds imply, and what rows imply for the columns.

Ranges are outer: every feasible point lies inside. Two kinds of boxes must not be confused. The *declared* box
is enforced by the program whatever its rows say. The *propagated* box follows from the rows: it may give a
Big-M its size, but an expression must not be simplified by it, for the row that implies the bound may be the
very row that is rewritten.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from formulations import intervals
from formulations.affine import Terms, curved_terms, split
from formulations.expression import Binary, Call, Column, Expression, Number, walk
from formulations.intervals import EVERYTHING, Interval
from formulations.program import Floats, Program

#: Rounds of propagation; each carries a bound across one more row.
ROUNDS = 5
#: Implied bounds are moved outward by this share of the numbers they are made of, to cover rounding.
ROUNDING = 1e-14
#: An implied bound of an integer column is rounded inward unless it exceeds an integer by less than this.
INTEGER_SLACK = 1e-6
#: Implied bounds beyond this size say nothing in double precision.
LARGEST = 1e12


@dataclass(frozen=True, eq=False)
class Box:
    """Lower and upper bounds of all columns, each of shape (n,)."""

    lower: Floats
    upper: Floats

    def of(self, index: int) -> Interval:
        return Interval(float(self.lower[index]), float(self.upper[index]))


def declared(program: Program) -> Box:
    """The column bounds as the program states them."""
    return Box(program.column_lower, program.column_upper)


def integral(program: Program, slack: float = INTEGER_SLACK) -> Box:
    """The declared box with the bounds of integer columns moved inward to integers; nearly integral ones count as such.

    The presolve of HiGHS reads fractional ones wrongly: of tiny random programs with bounds in quarters, version 1.15
    called one in a hundred infeasible, or something else that it was not.
    """
    whole = np.flatnonzero(program.integer)
    if not len(whole):
        return declared(program)
    lower, upper = program.column_lower.copy(), program.column_upper.copy()
    lower[whole] = np.ceil(lower[whole] - slack)
    upper[whole] = np.floor(upper[whole] + slack)
    return Box(lower, upper)


def expression_interval(expression: Expression, box: Box) -> Interval:
    """The range of a grounded expression over the box."""
    return _valid(intervals.interval(expression, box.lower, box.upper))


def terms_interval(terms: Terms, box: Box) -> Interval:
    """The range of a sum over the box, the sum of the ranges of its terms."""
    lower, upper = terms.constant, terms.constant
    for _, _, part in _parts(terms, box):
        lower, upper = lower + part.lower, upper + part.upper
    return _valid(Interval(lower, upper))


def row_activity(program: Program, box: Box) -> Box:
    """The range of every row body over the box, shape (m,) each."""
    entries = _Entries.of(program.matrix)
    lower, upper = entries.activity(box)
    for row, terms in _curved_rows(program).items():
        extra = terms_interval(terms, box)
        lower[row] += extra.lower
        upper[row] += extra.upper
    return Box(lower, upper)


def columns_without_bound(terms: Terms, box: Box, *, above: bool) -> tuple[tuple[int, str], ...]:
    """The columns, each with "lower" or "upper", whose infinite bound leaves the terms unbounded above (or below)."""
    missing: list[tuple[int, str]] = []
    for j, coefficient in sorted(terms.linear.items()):
        side = "upper" if (coefficient > 0) == above else "lower"
        if math.isinf(box.of(j).upper if side == "upper" else box.of(j).lower):
            missing.append((j, side))
    curved = {j for pair in terms.quadratic for j in pair}
    for _, expression in terms.residual:
        curved |= {node.index for node in walk(expression) if isinstance(node, Column)}
    for j in sorted(curved - {j for j, _ in missing}):
        ends = box.of(j)
        missing += [(j, "lower")] if math.isinf(ends.lower) else []
        missing += [(j, "upper")] if math.isinf(ends.upper) else []
    return tuple(missing)


def propagated(program: Program, rounds: int = ROUNDS) -> Box:
    """The declared box tightened by what the unconditional rows imply, up to ``rounds`` rows away.

    Every feasible point lies inside. A contradiction among the rows may leave an empty interval.
    """
    lower, upper = program.column_lower.copy(), program.column_upper.copy()
    _round_integers(program, lower, upper)
    conditional = list(program.indicators)
    row_lower, row_upper = program.row_lower.copy(), program.row_upper.copy()
    row_lower[conditional], row_upper[conditional] = -np.inf, np.inf
    curved = {row: terms for row, terms in _curved_rows(program).items() if row not in program.indicators}
    entries = _Entries.of(program.matrix)
    for _ in range(rounds):
        before = (lower.copy(), upper.copy())
        low, high = row_lower.copy(), row_upper.copy()
        matrix_low, matrix_high = entries.activity(Box(lower, upper))
        for row, terms in curved.items():
            box = Box(lower, upper)
            matrix_part = Interval(matrix_low[row], matrix_high[row])
            target = _less(Interval(row_lower[row], row_upper[row]), matrix_part)
            _narrow_terms(terms, _valid(target), box)
            extra = terms_interval(terms, box)
            low[row], high[row] = _valid(_less(Interval(row_lower[row], row_upper[row]), extra))
        entries.tighten(low, high, lower, upper)
        _round_integers(program, lower, upper)
        if np.array_equal(before[0], lower) and np.array_equal(before[1], upper):
            break
    return Box(lower, upper)


def _curved_rows(program: Program) -> Mapping[int, Terms]:
    rows = sorted({*program.quadratic, *program.nonlinear})
    return {row: curved_terms(program, row) for row in rows}


def _round_integers(program: Program, lower: Floats, upper: Floats) -> None:
    whole = program.integer
    lower[whole] = np.ceil(lower[whole] - INTEGER_SLACK)
    upper[whole] = np.floor(upper[whole] + INTEGER_SLACK)


# --- linear rows, all at once -----------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class _Entries:
    """The nonzeros of a matrix by coordinates."""

    rows: NDArray[np.int32]
    columns: NDArray[np.int32]
    values: Floats
    row_count: int

    @staticmethod
    def of(matrix: sparse.csr_array) -> _Entries:
        entries = matrix.tocoo()
        kept = entries.data != 0
        return _Entries(entries.row[kept], entries.col[kept], entries.data[kept], matrix.shape[0])

    def ends(self, box: Box) -> tuple[Floats, Floats]:
        """The smallest and largest contribution of each nonzero to its row."""
        rising = self.values > 0
        lower, upper = box.lower[self.columns], box.upper[self.columns]
        return self.values * np.where(rising, lower, upper), self.values * np.where(rising, upper, lower)

    def activity(self, box: Box) -> tuple[Floats, Floats]:
        low, high = self.ends(box)
        return self._sums(low), self._sums(high)

    def tighten(self, row_lower: Floats, row_upper: Floats, lower: Floats, upper: Floats) -> None:
        """Move column bounds inward, in place, to what each row leaves when the other columns are at their best."""
        low, high = self.ends(Box(lower, upper))
        with np.errstate(invalid="ignore"):
            largest = (row_upper[self.rows] - self._others(low) + self._dust(low)) / self.values
            smallest = (row_lower[self.rows] - self._others(high) - self._dust(high)) / self.values
        rising = self.values > 0
        above = np.where(rising, largest, smallest)
        below = np.where(rising, smallest, largest)
        for bound, ends in ((above, upper), (below, lower)):
            useful = np.isfinite(bound) & (np.abs(bound) < LARGEST)
            at, to = self.columns[useful], bound[useful]
            if ends is upper:
                np.minimum.at(ends, at, to)
            else:
                np.maximum.at(ends, at, to)

    def _sums(self, contributions: Floats) -> Floats:
        return np.bincount(self.rows, contributions, self.row_count).astype(np.float64)

    def _others(self, contributions: Floats) -> Floats:
        """For each nonzero, the sum of the contributions of the other nonzeros of its row."""
        infinite = np.isinf(contributions)
        finite = np.where(infinite, 0.0, contributions)
        count = np.bincount(self.rows, infinite, self.row_count)[self.rows] - infinite
        unbounded = np.where(contributions < 0, -np.inf, np.inf)
        sign = np.zeros(self.row_count)
        sign[self.rows[infinite]] = unbounded[infinite]  # infinities of one row all have one sign
        return np.where(count > 0, sign[self.rows], self._sums(finite)[self.rows] - finite)

    def _dust(self, contributions: Floats) -> Floats:
        """For each nonzero, how far rounding may move the sum of its row."""
        finite = np.where(np.isinf(contributions), 0.0, np.abs(contributions))
        return ROUNDING * self._sums(finite)[self.rows]


# --- quadratic and nonlinear rows, term by term -----------------------------------------------------------------


def _parts(terms: Terms, box: Box) -> list[tuple[float, Expression, Interval]]:
    """Each term of a sum: its coefficient, the expression, and the range of both together."""
    parts: list[tuple[float, Expression, Interval]] = []
    for j, c in terms.linear.items():
        parts.append((c, Column(j), _times(c, box.of(j))))
    for (i, j), c in terms.quadratic.items():
        square = intervals.power(box.of(i), 2.0) if i == j else intervals.multiply(box.of(i), box.of(j))
        monomial = Binary("**", Column(i), Number(2.0)) if i == j else Binary("*", Column(i), Column(j))
        parts.append((c, monomial, _times(c, square)))
    for c, expression in terms.residual:
        parts.append((c, expression, _times(c, expression_interval(expression, box))))
    return parts


def _narrow_terms(terms: Terms, target: Interval, box: Box) -> None:
    """Tighten the box, in place, to the points where the sum may lie inside the target."""
    parts = _parts(terms, box)
    lowest = _Total.of([own.lower for _, _, own in parts])
    highest = _Total.of([own.upper for _, _, own in parts])
    for coefficient, expression, own in parts:
        left = Interval(
            target.lower - terms.constant - highest.without(own.upper, math.inf),
            target.upper - terms.constant - lowest.without(own.lower, -math.inf),
        )
        _narrow(expression, _times(1 / coefficient, _valid(left)), box)


def _narrow(expression: Expression, target: Interval, box: Box) -> None:
    """Tighten the box, in place, to the points where one term may lie inside the target.

    Source: Benhamou, Goualard, Granvilliers & Puget (1999), Revising hull and box consistency.
    """
    low, high = target
    if low > high:  # the rows contradict each other: nothing more can be learned here
        return
    match expression:
        case Column(index=j):
            _cut(j, target, box)
        case Call(function="abs", arguments=(argument,)):
            _narrow_terms(split(argument), Interval(-high, high), box)
        case Call(function="exp", arguments=(argument,)) if high > 0:
            _narrow_terms(split(argument), intervals.call("log", (target,)), box)
        case Call(function="log", arguments=(argument,)):
            _narrow_terms(split(argument), intervals.call("exp", (target,)), box)
        case Call(function="sqrt", arguments=(argument,)) if high >= 0:
            _narrow_terms(split(argument), intervals.power(Interval(max(low, 0.0), high), 2.0), box)
        case Call(function="max", arguments=arguments):
            for argument in arguments:
                _narrow_terms(split(argument), Interval(-math.inf, high), box)
        case Call(function="min", arguments=arguments):
            for argument in arguments:
                _narrow_terms(split(argument), Interval(low, math.inf), box)
        case Call(function="piecewise", arguments=arguments):
            first, last = expression_interval(arguments[1], box).lower, expression_interval(arguments[-2], box).upper
            _narrow_terms(split(arguments[0]), Interval(first, last), box)
        case Binary(operator="**", left=base, right=Number(value=exponent)) if exponent > 0 and exponent % 2 == 0:
            root = intervals.power(Interval(0.0, max(high, 0.0)), 1 / exponent).upper
            _narrow_terms(split(base), Interval(-root, root), box)
        case Binary(operator="*", left=left, right=right):
            for factor, other in ((left, right), (right, left)):
                divisor = expression_interval(other, box)
                if divisor.lower > 0 or divisor.upper < 0:  # a factor that may be zero says nothing
                    quotient = intervals.multiply(target, intervals.power(divisor, -1.0))
                    _narrow_terms(split(factor), _valid(quotient), box)
        case _:
            pass


def _cut(j: int, target: Interval, box: Box) -> None:
    dust = 100 * ROUNDING  # powers, roots and logarithms are accurate to a few units in the last place
    if abs(target.upper) < LARGEST:
        box.upper[j] = min(box.upper[j], target.upper + dust * max(1.0, abs(target.upper)))
    if abs(target.lower) < LARGEST:
        box.lower[j] = max(box.lower[j], target.lower - dust * max(1.0, abs(target.lower)))


@dataclass(frozen=True, slots=True)
class _Total:
    """A sum of ends of intervals from which one can be taken away again."""

    finite: float
    infinite: int

    @staticmethod
    def of(ends: list[float]) -> _Total:
        finite = [end for end in ends if math.isfinite(end)]
        return _Total(math.fsum(finite), len(ends) - len(finite))

    def without(self, end: float, unbounded: float) -> float:
        """The sum of the other ends, ``unbounded`` if one of them is infinite."""
        infinite = not math.isfinite(end)
        return unbounded if self.infinite > infinite else self.finite - (0.0 if infinite else end)


def _less(part: Interval, other: Interval) -> Interval:
    """What is left for the rest if ``rest + other`` lies in ``part``."""
    return Interval(float(part.lower) - float(other.upper), float(part.upper) - float(other.lower))


def _times(coefficient: float, part: Interval) -> Interval:
    return intervals.multiply(Interval(coefficient, coefficient), part)


def _valid(part: Interval) -> Interval:
    """The interval, with ends that became undefined (infinity minus infinity) moved to infinity."""
    lower = EVERYTHING.lower if math.isnan(part.lower) else part.lower
    return Interval(lower, EVERYTHING.upper if math.isnan(part.upper) else part.upper)
