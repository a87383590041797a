"""Maps found by what rows and bounds mean, whatever they are written over.

An affine bijection of two feasible sets takes every slack, the room that a row or bound leaves, to a slack of the
other program up to scale, redundant ones aside. Scaled to go from 0 to 1, a slack is known by the best and the worst
objective at either end. Slacks that are alike in A and B give equations between the columns of both; solved, they are
a map. Numbers come from a solver in floats: the result is a guess, and only a proof makes it count.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice, permutations, product
from typing import Any

import numpy as np

from equivalence.exact import ONE, ZERO, Expr, Linear, combine, numeric, row_scale
from equivalence.mapping import Partial
from solvers.highs import load
from solvers.solver import Options

#: Programs with more columns and rows than this are not measured.
LARGEST = 60
#: Ways to pair slacks that are alike that are tried.
_PAIRINGS = 6
_MOST_TIES = 3
#: Denominators of the ends of slacks.
_DENOMINATOR = 10_000
_DIGITS = 5
_SECONDS = 0.2

Signature = tuple[float | None, ...]


@dataclass(frozen=True)
class Slack:
    """``expr`` goes from 0 to 1 over the feasible set; ``signature`` is what the objective is at its ends."""

    expr: Expr
    signature: Signature

    @property
    def other_end(self) -> Slack:
        """The same seen from the other end."""
        half = len(self.signature) // 2
        turned = combine([(-ONE, self.expr)], ONE)
        return Slack(turned, (*self.signature[half:], *self.signature[:half]))


def slacks_of(linear: Linear) -> tuple[Slack, ...]:
    """The slacks of a program with finitely long ones; none for programs that are large or have nothing to seek."""
    if not linear.objective.terms or max(len(linear.columns), len(linear.rows)) > LARGEST:
        return ()
    measure = _Measure(linear)
    if not measure.useful:
        return ()
    found = {}
    for expr, pin in _expressions(linear):
        slack = measure.slack(expr, pin)
        if slack is not None:
            key = frozenset(slack.expr.terms.items()), slack.expr.constant
            turned = slack.other_end
            if (frozenset(turned.expr.terms.items()), turned.expr.constant) not in found:
                found[key] = slack
    return tuple(found.values())


def maps_by_slacks(
    a: Linear, b: Linear, slacks: tuple[Sequence[Slack], Sequence[Slack]]
) -> Iterator[tuple[Partial, Partial]]:
    """Forward and backward images of the columns that the equations between slacks tell."""
    by_signature: tuple[dict[Signature, list[Slack]], ...] = (defaultdict(list), defaultdict(list))
    for found, side in zip(by_signature, slacks, strict=True):
        for slack in side:
            turned = slack.other_end
            chosen = slack if _order(slack.signature) <= _order(turned.signature) else turned
            found[chosen.signature].append(chosen)
    sure: list[_Pair] = []
    ties: list[list[list[_Pair]]] = []
    for signature, own in by_signature[0].items():
        others = by_signature[1].get(signature, [])
        if len(own) == 1 and len(others) == 1:
            sure.append((own[0], others[0]))
        elif others and len(own) <= _MOST_TIES and len(others) <= _MOST_TIES:
            ties.append(_pairings(own, others))
    if not sure and not ties:
        return
    for way in islice(product(*ties), _PAIRINGS):
        pairs = [*sure, *(pair for chosen in way for pair in chosen)]
        forward = _solved(a, [(one.expr, other.expr) for one, other in pairs])
        backward = _solved(b, [(other.expr, one.expr) for one, other in pairs])
        yield forward, backward


_Pair = tuple[Slack, Slack]


def _pairings(own: Sequence[Slack], others: Sequence[Slack]) -> list[list[_Pair]]:
    """All ways to give each of the fewer one of the others."""
    if len(own) <= len(others):
        return [list(zip(own, chosen, strict=True)) for chosen in permutations(others, len(own))]
    return [list(zip(chosen, others, strict=True)) for chosen in permutations(own, len(others))]


def _order(signature: Signature) -> tuple[float, ...]:
    return tuple(math.inf if value is None else value for value in signature)


def _solved(linear: Linear, equations: Sequence[tuple[Expr, Expr]]) -> Partial:
    """The columns for which ``own(x) = other(y)`` and the program's equalities can be solved."""
    pivots: dict[int, tuple[dict[int, Fraction], Expr]] = {}
    rows = [(dict(own.terms), combine([(ONE, other)], -own.constant)) for own, other in equations]
    for row in linear.rows:
        if row.lower is not None and row.lower == row.upper:
            rows.append(({j: Fraction(c) for j, c in row.terms.items()}, Expr({}, row.lower)))
    for terms, right in rows:
        for j, (known, value) in pivots.items():
            factor = terms.get(j, ZERO)
            if factor:
                terms = _added(terms, known, -factor)
                right = combine([(ONE, right), (-factor, value)])
        if not terms:
            continue
        pivot = min(terms)
        size = terms[pivot]
        terms = {j: c / size for j, c in terms.items()}
        right = combine([(1 / size, right)])
        for j, (known, value) in list(pivots.items()):
            factor = known.get(pivot, ZERO)
            if factor:
                pivots[j] = _added(known, terms, -factor), combine([(ONE, value), (-factor, right)])
        pivots[pivot] = terms, right
    return {j: value for j, (terms, value) in pivots.items() if len(terms) == 1}


def _added(terms: Mapping[int, Fraction], other: Mapping[int, Fraction], factor: Fraction) -> dict[int, Fraction]:
    result = dict(terms)
    for j, c in other.items():
        result[j] = result.get(j, ZERO) + factor * c
    return {j: c for j, c in result.items() if c}


@dataclass(frozen=True, slots=True)
class _Pin:
    """The column, or the row, that a slack belongs to."""

    column: int | None = None
    row: int | None = None


def _expressions(linear: Linear) -> Iterator[tuple[Expr, _Pin]]:
    for j in range(len(linear.columns)):
        yield Expr({j: ONE}), _Pin(column=j)
    for i, row in enumerate(linear.rows):
        if row.lower != row.upper:
            yield Expr({j: Fraction(c) for j, c in row.terms.items()}), _Pin(row=i)


class _Measure:
    """The program inside HiGHS, asked for the ends of slacks and the objective there."""

    def __init__(self, linear: Linear) -> None:
        self.linear = linear
        self.count = len(linear.columns)
        program = numeric(linear)
        self.engine: Any = load(program, Options()).engine
        self.engine.setOptionValue("time_limit", math.inf)
        self.bounds = program.column_lower, program.column_upper
        self.row_bounds = program.row_lower, program.row_upper
        self.least = self.extreme(linear.objective, 1)
        self.greatest = self.extreme(linear.objective, -1)

    @property
    def useful(self) -> bool:
        return self.least is not None and (self.greatest is None or self.greatest - self.least > 1e-7)

    def slack(self, expr: Expr, pin: _Pin) -> Slack | None:
        low, high = self.extreme(expr, 1), self.extreme(expr, -1)
        if low is None or high is None or high - low < 1e-7:
            return None
        signature = [self.worth(pin, end, sign) for end in (low, high) for sign in (1, -1)]
        start, stop = _rational(low), _rational(high)
        if start == stop:
            return None
        scaled = combine([(1 / (stop - start), expr)], -start / (stop - start))
        return Slack(scaled, tuple(signature))

    def worth(self, pin: _Pin, end: float, sign: int) -> float | None:
        """The best (sign 1) or worst objective where the slack has the value, as a share of what there is."""
        if sign < 0 and self.greatest is None:
            return None
        engine = self.engine
        if pin.column is not None:
            engine.changeColBounds(pin.column, end, end)
            value = self.extreme(self.linear.objective, sign)
            engine.changeColBounds(pin.column, self.bounds[0][pin.column], self.bounds[1][pin.column])
        else:
            assert pin.row is not None
            held = end * float(row_scale(self.linear.rows[pin.row].terms))
            room = 1e-9 * max(1.0, abs(held))
            engine.changeRowBounds(pin.row, held - room, held + room)
            value = self.extreme(self.linear.objective, sign)
            engine.changeRowBounds(pin.row, self.row_bounds[0][pin.row], self.row_bounds[1][pin.row])
        if value is None or self.least is None:
            return None
        span = 1.0 if self.greatest is None else self.greatest - self.least
        return round((value - self.least) / span, _DIGITS) + 0.0

    def extreme(self, expr: Expr, sign: int) -> float | None:
        """The least (sign 1) or greatest value of the expression; None where it is infinite or was not found."""
        import highspy

        cost = np.zeros(self.count)
        for j, c in expr.terms.items():
            cost[j] = sign * float(c)
        engine = self.engine
        engine.changeColsCost(self.count, np.arange(self.count, dtype=np.int32), cost)
        engine.setOptionValue("time_limit", engine.getRunTime() + _SECONDS)
        engine.run()
        if engine.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        point = np.array(engine.getSolution().col_value, dtype=float)
        return float(cost @ point) * sign + float(expr.constant)


def _rational(value: float) -> Fraction:
    return Fraction(value).limit_denominator(_DENOMINATOR)
