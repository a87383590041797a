"""Dual bounds that hold in spite of rounding, and proofs of infeasibility.

For rows L <= A x <= U, columns l <= x <= u, any y, and r = c - A'y, every feasible x satisfies

    c x = y'(A x) + r'x >= B(y) = sum_i (L_i y_i+ - U_i y_i-) + sum_j min(l_j r_j, u_j r_j),

with y+ and y- the positive and negative parts. A multiplier of a missing side is set to zero first (projection), so
that the first sum is finite; the second is minus infinity where r_j points to a missing column bound. With c = 0, a
positive B(y) means that nothing is feasible: y is a Farkas certificate, and any positive multiple of it as well.

**Rounding.** y, and the data, are floating-point numbers and taken as exact. With u = 2**-53 and g_k = k u / (1 - k u),
a sum of products of k terms, in any order, is off by at most g_k times the sum of absolute terms (Higham 2002, Accuracy
and Stability of Numerical Algorithms, ch. 3), plus k times the smallest subnormal for underflow. So r_j is known up to
    e_j = g_(k_j + 2) (|c_j| + sum_i |a_ij| |y_i|),
min(l_j r, u_j r) is Lipschitz in r with constant max(|l_j|, |u_j|), and the m + n + 1 terms of B add
g_(m + n + 2) times the sum of their absolute values. The margin is the sum of both, enlarged by a factor that covers
the rounding of the margin itself. Eight more roundings are granted to each number, because a program of a family comes
from an affine map of the parameters and may differ from the grounded one in the last bits. Source: Neumaier &
Shcherbina (2004), Safe bounds in linear and mixed-integer linear programming; no directed rounding is needed here.

**Missing column bounds.** (a) Rows imply bounds: those of ``implied_box``, moved outward by their rounding. (b) For any
number K, either the optimum is at least K, or c x <= K may join the rows and imply further bounds, so that
min(K, B(y)) is a bound whatever K is: no feasible point is needed (``cutoff``). (c) A y0 whose r points away from every
missing bound is blended in: r is affine in y. If none helps, the answer is "no bound": minus infinity.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from formulations.program import Flags, Floats
from solvers.proxies.batch import Batch, segment_sums

UNIT = 2.0**-53
#: More than the smallest subnormal, so that products that underflow are covered.
UNDERFLOW = 2.0**-1070
#: Covers the rounding of the margins themselves, which are sums of nonnegative terms.
INFLATION = 1.0 + 2.0**-20
#: Products of duals and coefficients at least this large do not underflow to zero.
SMALLEST_DUAL, SMALLEST_ENTRY = 1e-280, 1e-40
#: Roundings granted to every number of the program.
DATA = 8
#: Implied bounds beyond this size are not used: rounding times the bound would be all that is left.
LARGEST = 1e15
ROUNDS = 4


@dataclass(frozen=True, eq=False)
class Box:
    """Column bounds of every instance, (count or 1, n) each; ``ceiling`` (count,) is the K of a cutoff, or infinity."""

    lower: Floats
    upper: Floats
    ceiling: Floats

    def select(self, index: Any) -> Box:
        """The boxes of some instances."""
        lower, upper = (array if len(array) == 1 else array[index] for array in (self.lower, self.upper))
        return Box(lower, upper, self.ceiling[index])


def gamma(terms: Floats | int) -> Floats:
    """k u / (1 - k u)."""
    k = np.asarray(terms, dtype=float)
    return np.asarray(k * UNIT / (1.0 - k * UNIT))


def projected(batch: Batch, duals: Floats) -> Floats:
    """The duals with multipliers of missing row sides, undefined and vanishing numbers set to zero: (count, m)."""
    y = np.where(np.isfinite(duals) & (np.abs(duals) >= SMALLEST_DUAL), duals, 0.0)
    y = np.where(np.isneginf(batch.row_lower), np.minimum(y, 0.0), y)
    return np.where(np.isposinf(batch.row_upper), np.maximum(y, 0.0), y)


def dual_bounds(batch: Batch, duals: Floats, box: Box | None = None) -> Floats:
    """A lower bound on the minimum of every instance that rounding cannot break, minus infinity for none: (count,)."""
    box = declared_box(batch) if box is None else box
    y = projected(batch, duals)
    value, margin = _evaluated(batch, y, box, batch.cost, batch.offset)
    with np.errstate(invalid="ignore"):
        bound = np.nextafter(value - margin, -np.inf)
    bound = np.where(np.isnan(bound), -np.inf, bound)
    return np.minimum(bound, box.ceiling)


def farkas_bounds(batch: Batch, rays: Floats, box: Box | None = None) -> Floats:
    """B(y) for c = 0, rounded down; a positive entry proves that the instance has no feasible point: (count,)."""
    box = declared_box(batch) if box is None else box
    rays = np.where(np.isfinite(rays), rays, 0.0)
    size = np.abs(rays).max(axis=1, keepdims=True, initial=0.0)
    y = projected(batch, np.where(size > 0, rays / np.where(size > 0, size, 1.0), 0.0))
    value, margin = _evaluated(batch, y, box, np.zeros((1, batch.column_count)), np.zeros(1))
    bound = np.where(np.isinf(box.ceiling), value - margin, -np.inf)  # a cutoff is no row of the program
    return np.where(np.isnan(bound), -np.inf, bound)


def declared_box(batch: Batch) -> Box:
    """The bounds as the program states them."""
    return Box(batch.column_lower, batch.column_upper, np.full(batch.count, np.inf))


def reduced_costs(batch: Batch, duals: Floats, cost: Floats | None = None) -> tuple[Floats, Floats]:
    """r = c - A'y as computed, and how far it may be off: (count, n) each."""
    cost = batch.cost if cost is None else cost
    lengths = np.diff(batch.column_starts)
    r = cost - batch.transposed_product(duals)
    size = np.abs(cost) + batch.transposed_product(duals, absolute=True)
    off = INFLATION * (gamma(lengths + 2 + DATA) * size + UNDERFLOW * (lengths + 1))
    # Sums of products that all vanish are exact, unless a product of numbers other than zero could vanish too.
    exact = size == 0 if batch.smallest_entry >= SMALLEST_ENTRY else lengths == 0
    return r, np.where(exact, 0.0, off)


def blended(batch: Batch, duals: Floats, inner: Floats, box: Box) -> Floats:
    """Duals moved toward ``inner`` (count or 1, m) just so far that no r_j points to a missing bound, if it helps."""
    y, y0 = projected(batch, duals), projected(batch, np.broadcast_to(inner, duals.shape))
    (r, off), (r0, off0) = reduced_costs(batch, y), reduced_costs(batch, y0)
    step = np.zeros(len(y))
    for open_side, sign in ((np.isneginf(box.lower), 1.0), (np.isposinf(box.upper), -1.0)):
        wrong = np.where(open_side, np.maximum(sign * r + 2 * (off + off0), 0.0), 0.0)
        room = np.where(open_side, -(sign * r0) - 2 * off0, 1.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            need = np.where(wrong > 0, np.where(room > 0, wrong / (wrong + room), np.inf), 0.0)
        step = np.maximum(step, need.max(axis=1, initial=0.0))
    usable = (step > 0) & (step <= 1.0)
    share = np.where(usable, np.minimum(1.0, step * (1 + 1e-9) + 1e-15), 0.0)[:, None]
    return projected(batch, (1 - share) * y + share * y0)


def _evaluated(batch: Batch, y: Floats, box: Box, cost: Floats, offset: Floats) -> tuple[Floats, Floats]:
    """B(y) as computed, minus infinity for none, and how far it may be off: (count,) each."""
    r, off = reduced_costs(batch, y, cost)
    row_terms = _times(np.maximum(y, 0.0), batch.row_lower) - _times(np.maximum(-y, 0.0), batch.row_upper)
    at_lower, at_upper = _times(r, box.lower), _times(r, box.upper)
    column_terms = np.minimum(at_lower, at_upper)
    open_columns = (np.isneginf(box.lower) & (r + off > 0)) | (np.isposinf(box.upper) & (r - off < 0))
    reach = np.maximum(_finite_size(box.lower), _finite_size(box.upper))
    # A column that is open on one side contributes the term of its other side, unless r may have the wrong sign.
    column_terms = np.where(np.isneginf(box.lower), at_upper, column_terms)
    column_terms = np.where(np.isposinf(box.upper), np.where(np.isneginf(box.lower), 0.0, at_lower), column_terms)
    terms = y.shape[1] + r.shape[1] + 1
    with np.errstate(over="ignore", invalid="ignore"):
        value = row_terms.sum(axis=1) + column_terms.sum(axis=1) + offset
        size = np.abs(row_terms).sum(axis=1) + np.abs(column_terms).sum(axis=1) + np.abs(offset)
        margin = INFLATION * (
            gamma(terms + 2 + DATA) * size + (off * reach).sum(axis=1) * INFLATION + UNDERFLOW * terms
        )
    return np.where(open_columns.any(axis=1), -np.inf, value), margin


def _times(a: Floats, b: Floats) -> Floats:
    """The product with 0 * infinity = 0."""
    with np.errstate(invalid="ignore", over="ignore"):
        return np.where(a == 0, 0.0, a * b)


def _finite_size(bound: Floats) -> Floats:
    return np.where(np.isfinite(bound), np.abs(bound), 0.0)


# --- bounds that rows imply ---------------------------------------------------------------------------------------


def implied_box(batch: Batch, *, cutoff: Floats | None = None, rounds: int = ROUNDS) -> Box:
    """The declared bounds, with missing ones replaced by what the rows and the row c x <= cutoff imply.

    Declared finite bounds stay as they are. ``cutoff`` (count,) is a value of the minimized objective.
    """
    ceiling = np.full(batch.count, np.inf) if cutoff is None else np.broadcast_to(cutoff, (batch.count,))
    if np.isfinite(batch.column_lower).all() and np.isfinite(batch.column_upper).all():
        return declared_box(batch)
    wide = _with_objective_row(batch, ceiling) if cutoff is not None else batch
    lower = np.array(np.broadcast_to(batch.column_lower, (batch.count, batch.column_count)))
    upper = np.array(np.broadcast_to(batch.column_upper, (batch.count, batch.column_count)))
    missing = (np.isneginf(lower), np.isposinf(upper))
    for _ in range(rounds):
        before = np.isinf(lower).sum() + np.isinf(upper).sum()
        _tighten(wide, lower, upper, missing)
        if np.isinf(lower).sum() + np.isinf(upper).sum() in (0, before):
            break
    return Box(lower, upper, ceiling)


def _with_objective_row(batch: Batch, ceiling: Floats) -> Batch:
    """The batch with the row c x <= K - offset at its end, its right-hand side rounded up."""
    n, m = batch.column_count, batch.row_count
    rows = np.concatenate([batch.rows, np.full(n, m)])
    columns = np.concatenate([batch.columns, np.arange(n)])
    order = np.lexsort((rows, columns))
    lines = max(len(batch.values), len(batch.cost))
    values = np.concatenate(
        [np.broadcast_to(batch.values, (lines, len(batch.rows))), np.broadcast_to(batch.cost, (lines, n))], axis=1
    )
    limit = ceiling - batch.offset
    limit = limit + 4 * UNIT * (np.abs(ceiling) + np.abs(batch.offset))
    count = batch.count
    return replace(
        batch,
        rows=rows[order],
        columns=columns[order],
        values=values[:, order],
        row_lower=np.concatenate([np.broadcast_to(batch.row_lower, (count, m)), np.full((count, 1), -np.inf)], axis=1),
        row_upper=np.concatenate([np.broadcast_to(batch.row_upper, (count, m)), limit[:, None]], axis=1),
    )


def _tighten(batch: Batch, lower: Floats, upper: Floats, missing: tuple[Flags, Flags]) -> None:
    """Fill missing column bounds, in place, with what each row leaves when its other columns are at their best."""
    a = np.broadcast_to(batch.values, (len(lower), len(batch.rows)))
    rising = a > 0
    at_low, at_high = lower[:, batch.columns], upper[:, batch.columns]
    low = _times(a, np.where(rising, at_low, at_high))
    high = _times(a, np.where(rising, at_high, at_low))
    row_lower = np.broadcast_to(batch.row_lower, (len(lower), batch.row_count))[:, batch.rows]
    row_upper = np.broadcast_to(batch.row_upper, (len(lower), batch.row_count))[:, batch.rows]
    used = a != 0
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        largest = (row_upper - _others(batch, low) + _dust(batch, low, row_upper)) / a
        smallest = (row_lower - _others(batch, high) - _dust(batch, high, row_lower)) / a
    above = np.where(rising, largest, smallest)
    below = np.where(rising, smallest, largest)
    for bound, ends, open_side, outward in ((above, upper, missing[1], 1.0), (below, lower, missing[0], -1.0)):
        with np.errstate(invalid="ignore"):
            bound = bound + outward * 4 * UNIT * np.abs(bound)
        good = used & np.isfinite(bound) & (np.abs(bound) < LARGEST)
        worst = outward * np.inf
        candidates = np.where(good, bound, worst)
        best = np.full(lower.shape, worst)
        filled = np.flatnonzero(np.diff(batch.column_starts))
        reduce = np.minimum if outward > 0 else np.maximum
        if len(filled):
            best[:, filled] = reduce.reduceat(candidates, batch.column_starts[filled], axis=1)
        ends[:] = np.where(open_side, reduce(ends, best), ends)


def _row_sums(batch: Batch, terms: Floats) -> Floats:
    return segment_sums(terms[:, batch.by_row], batch.row_starts)[:, batch.rows]


def _others(batch: Batch, ends: Floats) -> Floats:
    """For each entry, the sum of the contributions of the other entries of its row."""
    infinite = np.isinf(ends)
    finite = np.where(infinite, 0.0, ends)
    count = _row_sums(batch, infinite.astype(float)) - infinite
    sign = np.sign(_row_sums(batch, np.where(infinite, np.sign(ends), 0.0)))
    return np.where(count > 0, np.where(sign == 0, np.nan, sign) * np.inf, _row_sums(batch, finite) - finite)


def _dust(batch: Batch, ends: Floats, side: Floats) -> Floats:
    """For each entry, how far rounding may move the sum of its row and what is left of the right-hand side."""
    finite = np.where(np.isinf(ends), 0.0, np.abs(ends))
    lengths = np.diff(batch.row_starts)[batch.rows]
    return INFLATION * gamma(lengths + 4 + DATA) * (2 * _row_sums(batch, finite) + _finite_size(side))
