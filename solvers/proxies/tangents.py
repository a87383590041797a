"""Bounds for convex programs over a box: their tangents at a point make a linear program, whose dual bound holds.

With f and g convex, h concave, lambda, nu >= 0, any w, and L(x) = f(x) + sum_i lambda_i g_i(x) - sum_k nu_k h_k(x),

    p* >= L(w) - sum_j max(dL_j (w_j - l_j), dL_j (w_j - u_j)),     dL = gradient of L at w,

for L lies above its tangent, which over a box has its least value at a corner. That is B(y) of ``certificate`` for the
linear program in which every function is replaced by its tangent at w: f(x) >= alpha + beta'x for all x in the box.
Source: Boyd & Vandenberghe (2004), Convex Optimization, ch. 3.1.3 and 5.

**Rounding.** Values and gradients at w come as enclosures v +- e and g +- d (``jets``). The slope of the tangent is the
computed g, so alpha = v - g'w is lowered by e, by the rounding of g'w, and by sum_j d_j max(w_j - l_j, u_j - w_j).
**Flat forms.** A quadratic form that is convex up to rounding may bend the wrong way a little. If the Cholesky
factorization of Q + s I runs through in floating point, no eigenvalue of Q is below -(s + g_(n+2) trace(Q + s I)) =: -t
(Rump 2006, Verification of positive definiteness; g_k as in ``certificate``), and alpha is lowered by
t sum_j max(w_j - l_j, u_j - w_j)^2. If it does not, there is no tangent, and no bound.
**Second-order cones** are rows with a norm (``curves``): the tangent of lambda ||M x + o|| is z'(M x + o) with
z = lambda (M w + o) / ||M w + o||, the radial projection of a cone's dual onto ||z|| <= lambda.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from formulations.program import Floats, Integers
from solvers.proxies.batch import Batch
from solvers.proxies.certificate import INFLATION, UNIT, Box, gamma
from solvers.proxies.curves import Curves, Group
from solvers.proxies.jets import Enclosure, Jet, exactly, jet

#: Quadratic forms over more columns than this are not factored again for every instance.
_LARGEST_FORM = 2000


@dataclass(frozen=True, eq=False)
class Layout:
    """Where derivatives go: entries of the matrix for rows, columns of the cost for the objective.

    Both are positions in one vector of nnz + n numbers, the coefficients followed by the costs.
    """

    batch: Batch
    curves: Curves

    @property
    def size(self) -> int:
        return len(self.batch.rows) + self.batch.column_count

    def positions(self, places: Integers, columns: Integers) -> Integers:
        m = self.batch.row_count
        keys = self.batch.columns * max(1, m) + self.batch.rows
        inside = np.searchsorted(keys, columns * max(1, m) + np.minimum(places, max(0, m - 1)))
        return np.where(places < m, np.minimum(inside, len(keys)), len(keys) + columns).astype(np.int64)

    @cached_property
    def left(self) -> Integers:
        return self.positions(self.curves.places, self.curves.left)

    @cached_property
    def right(self) -> Integers:
        return self.positions(self.curves.places, self.curves.right)

    @cached_property
    def groups(self) -> tuple[Integers, ...]:
        """For each group (G, d)."""
        return tuple(self.positions(group.places[:, None], group.columns) for group in self.curves.groups)


def group_jet(group: Group, points: Any, numbers: Any, one: Any) -> Jet:
    """The jet of all atoms of a group; ``points`` (count, n) and ``numbers`` are tensors or enclosures."""
    columns = [_column(points, group.columns[:, a]) for a in range(group.columns.shape[1])]
    count = group.numbers.shape[2]
    return jet(group.template, columns, [_number(numbers, k) for k in range(count)], one)


def _column(points: Any, index: Integers) -> Any:
    if isinstance(points, Enclosure):
        return Enclosure(points.value[:, index], points.error[:, index])
    return points[:, index]


def _number(numbers: Any, k: int) -> Any:
    if isinstance(numbers, Enclosure):
        return Enclosure(numbers.value[..., k], numbers.error[..., k])
    return numbers[..., k]


def tangent_batch(batch: Batch, curves: Curves, points: Floats, box: Box) -> Batch:
    """The linear programs of the tangents at points w (count, n): below the convex ones everywhere in the box.

    A function without a tangent at its w (undefined, or not convex for certain) leaves an undefined offset, hence no
    bound, where it is the objective, and a free row elsewhere.
    """
    layout = Layout(batch, curves)
    count, m = batch.count, batch.row_count
    low, high = (np.broadcast_to(end, (count, batch.column_count)) for end in (box.lower, box.upper))
    w = np.clip(np.where(np.isfinite(points), points, 0.0), low, high)
    reach = np.maximum(w - low, high - w)
    sums = _Sums(count, m, layout.size)
    _add_forms(sums, layout, w)
    for group, positions in zip(curves.groups, layout.groups, strict=True):
        _add_group(sums, group, positions, w)
    _widen(sums, layout, reach)
    _bend(sums, curves, batch, reach)
    alpha = sums.values - sums.dots
    margin = INFLATION * (sums.errors + gamma(sums.terms + 4) * (sums.sizes + np.abs(alpha)) + 1e-300)
    nnz, slopes = len(batch.rows), np.nan_to_num(sums.slopes, nan=0.0, posinf=0.0, neginf=0.0)
    changed = replace(
        batch,
        values=batch.values + slopes[:, :nnz],
        cost=batch.cost + slopes[:, nnz:],
        offset=_down(batch.offset + alpha[:, m] - margin[:, m]),
    )
    rows_low, rows_high = alpha[:, :m] - margin[:, :m], alpha[:, :m] + margin[:, :m]
    with np.errstate(invalid="ignore"):
        upper = -_down(-(batch.row_upper - rows_low))
        lower = _down(batch.row_lower - rows_high)
    curved = curves.curved[None]
    return replace(
        changed,
        row_lower=np.where(curved, np.where(np.isnan(lower), -np.inf, lower), batch.row_lower),
        row_upper=np.where(curved, np.where(np.isnan(upper), np.inf, upper), batch.row_upper),
    )


def _down(value: Floats) -> Floats:
    """A little less, covering the rounding of the last two operations."""
    return np.asarray(value - 4 * UNIT * np.abs(value) - 1e-300)


class _Sums:
    """Values and slopes of all functions while they are added up; places 0..m-1 are rows, m the objective.

    dots: g'w. sizes: absolute terms, for the rounding of sums. errors: what is known of errors. terms: how many.
    """

    def __init__(self, count: int, m: int, size: int) -> None:
        shape = (count, m + 1)
        self.values, self.dots, self.sizes, self.errors = (np.zeros(shape) for _ in range(4))
        self.terms = np.zeros(m + 1)
        self.slopes, self.slope_sizes, self.slope_errors = (np.zeros((count, size)) for _ in range(3))
        self.slope_terms = np.zeros(size)

    def add(self, places: Integers, value: Enclosure) -> None:
        """Values (count, k) to the functions at ``places`` (k,)."""
        _scatter(self.values, places, value.value)
        _scatter(self.errors, places, value.error)
        _scatter(self.sizes, places, np.abs(value.value))
        np.add.at(self.terms, places, 1.0)

    def slope(self, places: Integers, positions: Integers, slope: Enclosure, w: Floats) -> None:
        """Partial derivatives (count, k) by columns with values ``w`` (count, k)."""
        _scatter(self.slopes, positions, slope.value)
        _scatter(self.slope_errors, positions, slope.error)
        _scatter(self.slope_sizes, positions, np.abs(slope.value))
        np.add.at(self.slope_terms, positions, 1.0)
        with np.errstate(invalid="ignore"):
            dots = slope.value * w
        _scatter(self.dots, places, dots)
        _scatter(self.sizes, places, np.abs(dots))
        np.add.at(self.terms, places, 1.0)


def _scatter(target: Floats, index: Integers, terms: Floats) -> None:
    for line, own in zip(target, np.broadcast_to(terms, (len(target), terms.shape[-1])), strict=True):
        line += np.bincount(index, own, minlength=len(line))


def _add_forms(sums: _Sums, layout: Layout, w: Floats) -> None:
    curves = layout.curves
    if not len(curves.places):
        return
    left, right, value = exactly(w[:, curves.left]), exactly(w[:, curves.right]), exactly(curves.forms)
    product = value * left * right
    sums.add(curves.places, product)
    sums.slope(curves.places, layout.left, value * right, left.value)
    sums.slope(curves.places, layout.right, value * left, right.value)


def _add_group(sums: _Sums, group: Group, positions: Integers, w: Floats) -> None:
    points, numbers, factors = exactly(w), exactly(group.numbers), exactly(group.factors)
    found = group_jet(group, points, numbers, exactly(np.ones((1, 1))))
    sums.add(group.places, factors * found.value)
    for a, slope in found.gradient.items():
        sums.slope(group.places, positions[:, a], factors * slope, w[:, group.columns[:, a]])


def _widen(sums: _Sums, layout: Layout, reach: Floats) -> None:
    """Adds what wrong slopes may cost over the box: sum_j d_j max(w_j - l_j, u_j - w_j)."""
    batch = layout.batch
    d = sums.slope_errors + gamma(sums.slope_terms + 1) * sums.slope_sizes
    columns = np.concatenate([batch.columns, np.arange(batch.column_count)])
    places = np.concatenate([batch.rows, np.full(batch.column_count, batch.row_count)])
    moving = np.flatnonzero(sums.slope_terms)
    with np.errstate(invalid="ignore"):
        cost = np.where(d[:, moving] == 0, 0.0, d[:, moving] * reach[:, columns[moving]])
    _scatter(sums.errors, places[moving], cost)


def _bend(sums: _Sums, curves: Curves, batch: Batch, reach: Floats) -> None:
    """Adds what quadratic forms may bend the wrong way: t sum_j max(w_j - l_j, u_j - w_j)^2, or nothing is known."""
    for place in np.unique(curves.places).tolist():
        own = curves.places == place
        columns = np.unique(np.concatenate([curves.left[own], curves.right[own]]))
        far = (reach[:, columns] ** 2).sum(axis=1)
        side = 1.0 if place == batch.row_count or np.isfinite(batch.row_upper[0, place]) else -1.0
        bends = [_bending(curves, own, columns, forms, side) for forms in curves.forms]
        with np.errstate(invalid="ignore"):
            sums.errors[:, place] += np.broadcast_to(bends, (len(far),)) * far


def _bending(curves: Curves, own: Any, columns: Integers, forms: Floats, side: float) -> float:
    """How far below zero an eigenvalue may be at most, NaN if that is not known to be tiny."""
    k = len(columns)
    if k > _LARGEST_FORM:
        return float("nan")
    left, right = np.searchsorted(columns, curves.left[own]), np.searchsorted(columns, curves.right[own])
    matrix = np.zeros((k, k))
    np.add.at(matrix, (left, right), side * forms[own] / 2)
    np.add.at(matrix, (right, left), side * forms[own] / 2)
    trace = float(np.abs(matrix.diagonal()).sum())
    shift = 16 * (k + 2) * UNIT * trace
    if (matrix.diagonal() >= 0).all() and not (matrix - np.diag(matrix.diagonal())).any():
        return 0.0
    try:
        np.linalg.cholesky(matrix + shift * np.eye(k))
    except np.linalg.LinAlgError:
        return float("nan")
    return float((shift + 2 * gamma(k + 2) * (trace + k * shift)) * INFLATION)
