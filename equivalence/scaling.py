"""Isomorphism up to units: columns of B may be measured in other units than those of A (tonnes, not kilograms)."""

from __future__ import annotations

import time
from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from equivalence.exact import ONE, Expr, Linear, Row, scaled_row
from equivalence.structure import Isomorphism, bijections, objective_scale, same

#: Candidate bijections that are looked at.
_MOST = 20


def scaled_isomorphism(a: Linear, b: Linear, *, deadline: float) -> Isomorphism | None:
    """A bijection with positive factors, ``x_j = scales[j] * y_k``, under which the programs are exactly the same."""
    if len(a.columns) != len(b.columns) or len(a.rows) != len(b.rows):
        return None
    if all(col.integer for col in a.columns):
        return None
    for _, columns in zip(range(_MOST), _candidates(a, b, deadline), strict=False):
        scales = _scales(a, b, columns)
        if scales is None or all(scale == 1 for scale in scales):
            continue
        rescaled = _rescaled(a, scales)
        alpha = objective_scale(rescaled) / objective_scale(b)
        if same(rescaled, b, columns, alpha):
            return Isomorphism(columns, alpha, scales)
    return None


def _candidates(a: Linear, b: Linear, deadline: float) -> Iterator[tuple[int, ...]]:
    if a.by_label.keys() == b.by_label.keys() and len(a.by_label) == len(a.columns):
        yield tuple(b.by_label[col.label] for col in a.columns)
    if time.monotonic() < deadline:
        yield from bijections(signs_of(a), signs_of(b), deadline=deadline)


def signs_of(linear: Linear) -> Linear:
    """The program with every number of continuous columns and of rows replaced by its sign."""
    columns = tuple(
        col if col.integer else replace(col, lower=_sign(col.lower), upper=_sign(col.upper)) for col in linear.columns
    )
    rows = tuple(
        Row(row.label, {j: 1 if c > 0 else -1 for j, c in row.terms.items()}, _sign(row.lower), _sign(row.upper))
        for row in linear.rows
    )
    objective = {j: ONE if c > 0 else -ONE for j, c in linear.objective.terms.items()}
    return Linear(columns, rows, Expr(objective))


def _sign(value: Fraction | None) -> Fraction | None:
    return None if value is None else Fraction((value > 0) - (value < 0))


def _scales(a: Linear, b: Linear, columns: Sequence[int]) -> tuple[Fraction, ...] | None:
    """The factors that bounds, integrality and matched rows imply; 1 where they are free."""
    pairs = _row_pairs(a, b, columns)
    if pairs is None:
        return None
    scales: dict[int, Fraction] = {}
    factors: dict[int, Fraction] = {}
    waiting: deque[int] = deque()

    def learn(j: int, scale: Fraction) -> None:
        if j not in scales and scale > 0:
            scales[j] = scale
            waiting.append(j)

    for j, k in enumerate(columns):
        one, other = a.columns[j], b.columns[k]
        if one.integer:
            learn(j, ONE)
        for end, other_end in ((one.upper, other.upper), (one.lower, other.lower)):
            if end and other_end:
                learn(j, end / other_end)
    for i, (row, twin, sign) in enumerate(pairs):
        ends = (twin.lower, twin.upper) if sign > 0 else (twin.upper, twin.lower)
        for end, other_end in zip((row.lower, row.upper), ends, strict=True):
            if end and other_end:
                factors.setdefault(i, other_end / end)
                for j, c in row.terms.items():
                    learn(j, Fraction(twin.terms[columns[j]], c) / factors[i])
    for start in range(len(columns)):
        while waiting:
            j = waiting.popleft()
            for i in a.column_rows[j]:
                row, twin, _ = pairs[i]
                if i not in factors:
                    factors[i] = Fraction(twin.terms[columns[j]], row.terms[j]) / scales[j]
                    for k, c in row.terms.items():
                        learn(k, Fraction(twin.terms[columns[k]], c) / factors[i])
        learn(start, ONE)
    return tuple(scales.get(j, ONE) for j in range(len(columns)))


def _row_pairs(a: Linear, b: Linear, columns: Sequence[int]) -> list[tuple[Row, Row, int]] | None:
    """Each row of A with a row of B over the same columns, and -1 where that is turned around."""
    by_support: dict[frozenset[int], list[Row]] = defaultdict(list)
    for row in b.rows:
        by_support[frozenset(row.terms)].append(row)
    pairs = []
    for row in a.rows:
        twins = by_support[frozenset(columns[j] for j in row.terms)]
        found = None
        for twin in twins:
            for sign in (1, -1):
                ends = (twin.lower, twin.upper) if sign > 0 else (twin.upper, twin.lower)
                alike = [(own is None) == (end is None) for own, end in zip((row.lower, row.upper), ends, strict=True)]
                if all(alike) and all(c * twin.terms[columns[j]] * sign > 0 for j, c in row.terms.items()):
                    found = twin, sign
                    break
            if found:
                break
        if found is None:
            return None
        twins.remove(found[0])
        pairs.append((row, *found))
    return pairs


def _rescaled(linear: Linear, scales: Sequence[Fraction]) -> Linear:
    """The program over ``y_j = x_j / scales[j]``."""
    columns = tuple(
        replace(
            col,
            lower=None if col.lower is None else col.lower / scale,
            upper=None if col.upper is None else col.upper / scale,
        )
        for col, scale in zip(linear.columns, scales, strict=True)
    )
    rows = tuple(
        scaled_row(row.label, {j: c * scales[j] for j, c in row.terms.items()}, row.lower, row.upper)
        for row in linear.rows
    )
    objective = {j: c * scales[j] for j, c in linear.objective.terms.items()}
    return Linear(columns, rows, Expr(objective, linear.objective.constant))
