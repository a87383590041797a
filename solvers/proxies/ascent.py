"""Steps that carry a batch of duals to the top of the dual bound: a batched primal-dual interior-point method.

With a slack s for every row, min c x, A x - s = 0, l <= x <= u, L <= s <= U has the central path

    c - A'y - zl + zu = 0,   y - vl + vu = 0,   zl (x - l) = zu (u - x) = vl (s - L) = vu (U - s) = mu.

**Warm start.** For given y and mu the path has a closed form in x: with w = u - l and t = (x - l)/w,
r w / mu = 1/t - 1/(1 - t), whose root is t = 2 / (q + 2 + sqrt(q^2 + 4)), q = r w / mu >= 0 (mirrored for q < 0).
Duals that a network predicted thus become a dual feasible, perfectly centered start; only A x = s is violated.

**Step.** Elimination leaves (A D^-1 A' + E^-1) dy = rhs, with D and E the barrier's curvature for x and s: one Cholesky
factorization for each instance and step, scaled to unit diagonal, for predictor and corrector.
Source: Mehrotra (1992), On the implementation of a primal-dual interior point method; Wright (1997), Primal-Dual
Interior-Point Methods, ch. 10.

All in float64 and in one code path for CPU and GPU. Nothing here is trusted: ``certificate`` evaluates what comes out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from formulations.program import Flags, Floats, Integers
from solvers.proxies.batch import VARYING, Batch
from solvers.proxies.certificate import Box
from solvers.proxies.curves import Curves
from solvers.proxies.jets import Jet
from solvers.proxies.linearization import Linearization
from solvers.proxies.torch_gate import load_torch

#: Entries of all normal matrices, or products that build them, worked on at once.
CHUNK = 8_000_000
#: Patterns at least this full are multiplied as dense matrices.
DENSE_SHARE = 0.2
#: Steps stay this share of the way to the boundary.
FRACTION = 0.99
#: A start at a given point keeps this share of the width from its bounds.
NEAREST = 1e-3
#: Stands for a missing column bound when iterates are compared.
PENALTY = 1e7
#: Gaps are relative to the bound, but to no less than this.
SMALLEST = 1e-6
_TINY = 1e-300


@dataclass(frozen=True, eq=False)
class Ascent:
    """duals: (count, m) the best found. points: (count, n) columns inside their bounds, nearly feasible.

    anchors: (count, n) the points whose tangents go with the best duals, where the programs are curved.
    last, earlier: (count, m) late iterates, whose direction is a Farkas candidate. steps: (count,) taken.
    converged: (count,) whether bound and objective met within the tolerance.
    """

    duals: Floats
    points: Floats
    anchors: Floats
    last: Floats
    earlier: Floats
    steps: Floats
    converged: Flags

    def with_part(self, index: Integers, part: Ascent) -> Ascent:
        """The same with other results for the instances at ``index``: rays of all, the rest where those converged."""

        def mixed(name: str) -> Any:
            array = np.array(getattr(self, name))
            better = np.ones(len(index), dtype=bool) if name in ("last", "earlier") else part.converged
            array[index[better]] = getattr(part, name)[better]
            return array

        return Ascent(*(mixed(name) for name in Ascent.__dataclass_fields__))


def ascend(
    batch: Batch,
    box: Box,
    *,
    curves: Curves | None = None,
    start: Floats | None = None,
    anchor: Floats | None = None,
    steps: int = 25,
    tolerance: float = 1e-7,
    device: str = "cpu",
    warmth: float = 1e-2,
) -> Ascent:
    """At most ``steps`` steps for every instance, from ``start`` (count or 1, m) or from zero.

    Convex programs have ``curves``, and ``anchor`` (count or 1, n) may say where to take the first tangents.

    An instance rests once the relative distance between its objective and its bound is below ``tolerance``.
    ``warmth`` is the relative gap that a given start is believed to have.
    """
    torch = load_torch()
    if curves is None and (not batch.row_count or not batch.column_count):
        return _without_rows(batch, box)
    size = _chunk_size(batch, full=curves is not None and not curves.separable)
    parts = []
    with torch.no_grad():
        for first in range(0, batch.count, size):
            chosen = slice(first, first + size)
            part = batch.select(chosen)
            own_box = box.select(chosen)
            own_start = None if start is None else _lines(start, chosen)
            own_anchor = None if anchor is None else _lines(anchor, chosen)
            own_curves = None if curves is None else curves.select(chosen)
            run = _Run(torch, part, own_box, device=device, curves=own_curves)
            parts.append(run.solve(own_start, own_anchor, steps=steps, tolerance=tolerance, warmth=warmth))
    return Ascent(*(np.concatenate([getattr(part, name) for part in parts]) for name in Ascent.__dataclass_fields__))


def _without_rows(batch: Batch, box: Box) -> Ascent:
    """Nothing to climb: every column goes to its cheaper bound."""
    cheap = np.where(batch.cost < 0, box.upper, box.lower)
    points = np.broadcast_to(np.where(np.isfinite(cheap), cheap, 0.0), (batch.count, batch.column_count))
    none = np.zeros((batch.count, batch.row_count))
    return Ascent(none, points, points, none, none, np.zeros(batch.count), np.ones(batch.count, dtype=bool))


def _lines(array: Floats, chosen: slice) -> Floats:
    return array if len(array) == 1 else array[chosen]


def _chunk_size(batch: Batch, *, full: bool) -> int:
    lengths = np.diff(batch.column_starts)
    dense = len(batch.rows) >= DENSE_SHARE * batch.row_count * batch.column_count
    work = batch.row_count * batch.column_count if dense else int((lengths**2).sum())
    square = batch.column_count**2 if full else batch.column_count
    return max(1, CHUNK // max(1, work, batch.row_count**2, square))


class _Linear:
    """Products with A and the normal matrix, for lines of instances on one device."""

    def __init__(self, torch: Any, batch: Batch, device: str) -> None:
        self.torch, self.m, self.n = torch, batch.row_count, batch.column_count
        self.values = torch.as_tensor(batch.values, dtype=torch.float64, device=device)
        self.rows = torch.as_tensor(batch.rows, device=device)
        self.columns = torch.as_tensor(batch.columns, device=device)
        self.dense = len(batch.rows) >= DENSE_SHARE * self.m * self.n
        if self.dense:
            self.matrix = torch.zeros((len(batch.values), self.m, self.n), dtype=torch.float64, device=device)
            self.matrix[:, self.rows, self.columns] = self.values
        else:
            left, right = _pairs(batch)
            self.left, self.right = torch.as_tensor(left, device=device), torch.as_tensor(right, device=device)
            self.places = self.rows[self.left] * self.m + self.rows[self.right]
            self.weights = self.values[:, self.left] * self.values[:, self.right]
            self.pair_columns = self.columns[self.left]

    def keep(self, chosen: Any) -> None:
        """Drop the instances that are not chosen."""
        for name in ("values", "matrix", "weights"):
            array = getattr(self, name, None)
            if array is not None and len(array) > 1:
                setattr(self, name, array[chosen])

    def change(self, values: Any) -> None:
        """Other coefficients (lines, nnz) at the same places."""
        self.values = values
        if self.dense:
            matrix = values.new_zeros((len(values), self.m * self.n))
            self.matrix = matrix.index_add(1, self.rows * self.n + self.columns, values).view(-1, self.m, self.n)
        else:
            self.weights = values[:, self.left] * values[:, self.right]

    def full(self) -> Any:
        """A as (lines or 1, m, n)."""
        if self.dense:
            return self.matrix
        matrix = self.values.new_zeros((len(self.values), self.m * self.n))
        return matrix.index_add(1, self.rows * self.n + self.columns, self.values).view(-1, self.m, self.n)

    def forward(self, x: Any) -> Any:
        if self.dense:
            return self._times(self.matrix, x)
        return x.new_zeros((len(x), self.m)).index_add_(1, self.rows, self.values * x[:, self.columns])

    def backward(self, y: Any) -> Any:
        if self.dense:
            return self._times(self.matrix.mT, y)
        return y.new_zeros((len(y), self.n)).index_add_(1, self.columns, self.values * y[:, self.rows])

    def normal(self, weights: Any) -> Any:
        """A diag(w) A' of every instance: (lines, m, m)."""
        if self.dense:
            return (self.matrix * weights[:, None, :]) @ self.matrix.mT
        flat = weights.new_zeros((len(weights), self.m * self.m))
        flat.index_add_(1, self.places, self.weights * weights[:, self.pair_columns])
        return flat.view(-1, self.m, self.m)

    def _times(self, matrix: Any, vectors: Any) -> Any:
        return vectors @ matrix[0].mT if len(matrix) == 1 else (matrix @ vectors[..., None])[..., 0]


def _pairs(batch: Batch) -> tuple[Any, Any]:
    """All ordered pairs of entries that share a column."""
    lengths = np.diff(batch.column_starts)
    own = lengths[batch.columns]
    left = np.repeat(np.arange(len(batch.rows)), own)
    inside = np.arange(len(left)) - np.repeat(np.cumsum(own) - own, own)
    return left, batch.column_starts[batch.columns[left]] + inside


class _Side:
    """Variables with a lower and an upper bound, either of which may be missing: their gaps and multipliers."""

    def __init__(self, torch: Any, lower: Any, upper: Any) -> None:
        self.torch = torch
        self.lower, self.upper = lower, upper
        self.has_lower, self.has_upper = torch.isfinite(lower), torch.isfinite(upper)
        self.fixed = (
            self.has_lower & self.has_upper & (upper - lower <= 1e-12 * torch.maximum(lower.abs(), upper.abs()))
        )
        self.has_lower, self.has_upper = self.has_lower & ~self.fixed, self.has_upper & ~self.fixed

    def place(self, slope: Any, mu: Any, reach: Any) -> None:
        """The central point for given slopes, within ``reach`` of the one bound of variables that have one."""
        torch = self.torch
        both = self.has_lower & self.has_upper
        width = torch.where(both, self.upper - self.lower, torch.ones_like(slope))
        q = (slope * width / mu).clamp(-1e12, 1e12)
        root = torch.sqrt(q * q + 4)
        near = 2 / (q.abs() + 2 + root)
        far = (q.abs() + root) / (q.abs() + 2 + root)
        single = torch.minimum(mu / slope.abs().clamp_min(_TINY), reach)
        wrong = torch.where(self.has_lower, slope <= 0, slope >= 0)
        single = torch.where(wrong, reach, single)
        self.low_gap = torch.where(both, width * torch.where(q >= 0, near, far), single)
        self.high_gap = torch.where(both, width * torch.where(q >= 0, far, near), single)
        zero = torch.zeros_like(slope)
        self.low_price = torch.where(self.has_lower, mu / self.low_gap, zero)
        self.high_price = torch.where(self.has_upper, mu / self.high_gap, zero)
        middle = torch.where(self.has_upper, self.upper - self.high_gap, zero)
        self.point = torch.where(self.has_lower, self.lower + self.low_gap, middle)
        self.point = torch.where(self.fixed, self.lower, self.point)

    def stay(self, point: Any, mu: Any, reach: Any) -> None:
        """The given point, moved a little away from its bounds, with centered prices."""
        torch = self.torch
        both = self.has_lower & self.has_upper
        width = torch.where(both, self.upper - self.lower, reach)
        low = torch.where(self.has_lower, torch.maximum(point - self.lower, NEAREST * width), 1.0)
        low = torch.where(both, torch.minimum(low, (1 - NEAREST) * width), low)
        high = torch.where(both, width - low, torch.maximum(self.upper - point, NEAREST * width))
        self.low_gap, self.high_gap = low, torch.where(self.has_upper, high, 1.0)
        self.low_price = torch.where(self.has_lower, mu / self.low_gap, 0.0)
        self.high_price = torch.where(self.has_upper, mu / self.high_gap, 0.0)
        inside = torch.where(self.has_lower, self.lower + low, torch.where(self.has_upper, self.upper - high, point))
        self.point = torch.where(self.fixed, self.lower, inside)

    @property
    def state(self) -> tuple[str, ...]:
        return (
            *("lower", "upper", "has_lower", "has_upper", "fixed"),
            *("low_gap", "high_gap", "low_price", "high_price", "point"),
        )

    def keep(self, chosen: Any) -> None:
        for name in self.state:
            array = getattr(self, name)
            setattr(self, name, array[chosen] if len(array) > 1 else array)

    def inverse_curvature(self, floor: float) -> Any:
        """1 / (zl/gl + zu/gu), zero for fixed variables, large for free ones."""
        curvature = self.low_price / self.low_gap + self.high_price / self.high_gap
        return self.torch.where(self.fixed, self.torch.zeros_like(curvature), 1 / (curvature + floor))

    def complementarity(self) -> Any:
        return (self.low_price * self.low_gap + self.high_price * self.high_gap).sum(1)

    def count(self) -> Any:
        return (self.has_lower.sum(1) + self.has_upper.sum(1)).to(self.lower.dtype)

    def pull(self, target: Any, corrections: tuple[Any, Any] | None) -> Any:
        """The push of the barrier for the target, (t_l / gap_l - t_u / gap_u)."""
        low, high = (0.0, 0.0) if corrections is None else corrections
        push = self.torch.where(self.has_lower, (target - low) / self.low_gap, 0.0)
        return push - self.torch.where(self.has_upper, (target - high) / self.high_gap, 0.0)

    def price_steps(self, move: Any, target: Any, corrections: tuple[Any, Any] | None) -> tuple[Any, Any]:
        low, high = (0.0, 0.0) if corrections is None else corrections
        down = (target - low) / self.low_gap - self.low_price - self.low_price / self.low_gap * move
        up = (target - high) / self.high_gap - self.high_price + self.high_price / self.high_gap * move
        return self.torch.where(self.has_lower, down, 0.0), self.torch.where(self.has_upper, up, 0.0)

    def longest(self, move: Any, prices: tuple[Any, Any]) -> tuple[Any, Any]:
        """The longest steps that keep gaps, and prices, nonnegative: (lines, 1) each."""
        torch = self.torch
        gaps = torch.maximum(
            torch.where(self.has_lower, -move / self.low_gap, 0.0).amax(1),
            torch.where(self.has_upper, move / self.high_gap, 0.0).amax(1),
        )
        slopes = torch.maximum(
            torch.where(self.has_lower, -prices[0] / self.low_price.clamp_min(_TINY), 0.0).amax(1),
            torch.where(self.has_upper, -prices[1] / self.high_price.clamp_min(_TINY), 0.0).amax(1),
        )
        return gaps[:, None], slopes[:, None]

    def moved(self, move: Any, prices: tuple[Any, Any], primal: Any, dual: Any) -> Any:
        """The complementarity after a step."""
        low = (self.low_gap + primal * move) * (self.low_price + dual * prices[0])
        high = (self.high_gap - primal * move) * (self.high_price + dual * prices[1])
        return (self.torch.where(self.has_lower, low, 0.0) + self.torch.where(self.has_upper, high, 0.0)).sum(1)

    def advance(self, move: Any, prices: tuple[Any, Any], primal: Any, dual: Any) -> None:
        self.point = self.point + primal * move
        self.low_gap = (self.low_gap + primal * move).clamp_min(_TINY)
        self.high_gap = (self.high_gap - primal * move).clamp_min(_TINY)
        self.low_price = self.low_price + dual * prices[0]
        self.high_price = self.high_price + dual * prices[1]


class DualFunction:
    """B(y) of ``certificate`` for many instances on one device, differentiable, without a margin for rounding.

    With curves it is that of the tangents at the point of the last ``move``.
    """

    def __init__(self, torch: Any, batch: Batch, box: Box, *, device: str, curves: Curves | None = None) -> None:
        self.torch, self.device = torch, device
        self.linear = _Linear(torch, batch, device)
        self.curved = None if curves is None else Linearization(torch, batch, curves, device=device)
        lines = batch.count
        own = {name: self.tensor(getattr(batch, name)) for name in VARYING if name != "values"}
        self.offset = own.pop("offset").expand(lines)
        self.arrays = {name: array.expand(lines, -1) for name, array in own.items()}
        self.arrays["box_lower"] = self.tensor(box.lower).expand(lines, -1).nan_to_num(neginf=-PENALTY)
        self.arrays["box_upper"] = self.tensor(box.upper).expand(lines, -1).nan_to_num(posinf=PENALTY)
        self.arrays["plain_cost"] = self.arrays["cost"]
        self.arrays["alpha"] = self.tensor(np.zeros((1, batch.row_count + 1))).expand(lines, -1)
        self.plain_values = self.linear.values

    def move(self, w: Any) -> list[Jet]:
        """Take the tangents at w (lines, n), where there are curves; the jets there."""
        if self.curved is None:
            return []
        jets = self.curved.jets(w)
        tangent = self.curved.tangent(w, jets)
        nnz = self.plain_values.shape[1]
        self.linear.change(self.plain_values + tangent.slopes[:, :nnz])
        self.arrays["cost"] = self.arrays["plain_cost"] + tangent.slopes[:, nnz:]
        self.arrays["alpha"] = tangent.alpha
        return jets

    def residual(self, x: Any, s: Any) -> Any:
        """A x - s, with rows replaced by their tangents."""
        return self.linear.forward(x) + self.arrays["alpha"][:, :-1] - s

    def objective(self, x: Any) -> Any:
        """The objective, or its tangent, at x: (lines,)."""
        return (self.arrays["cost"] * x).sum(1) + self.arrays["alpha"][:, -1] + self.offset

    def tensor(self, array: Floats) -> Any:
        return self.torch.as_tensor(np.array(array), dtype=self.torch.float64, device=self.device)

    def keep(self, chosen: Any) -> None:
        """Drop the instances that are not chosen."""
        self.linear.keep(chosen)
        if self.curved is not None:
            self.curved.keep(chosen)
        self.plain_values = self.plain_values[chosen] if len(self.plain_values) > 1 else self.plain_values
        self.offset = self.offset[chosen]
        self.arrays = {name: array[chosen] for name, array in self.arrays.items()}

    def projected(self, y: Any) -> Any:
        """Multipliers of missing row sides set to zero."""
        y = self.torch.where(self.torch.isneginf(self.arrays["row_lower"]), y.clamp_max(0.0), y)
        y = self.torch.where(self.torch.isposinf(self.arrays["row_upper"]), y.clamp_min(0.0), y)
        return y.nan_to_num(0.0, 0.0, 0.0)

    def slope(self, y: Any) -> Any:
        """c - A'y."""
        return self.arrays["cost"] - self.linear.backward(y)

    def bound(self, y: Any) -> Any:
        """B(y) of projected duals (lines, m): (lines,)."""
        torch, own, r = self.torch, self.arrays, self.slope(y)
        side = torch.where(y > 0, own["row_lower"], own["row_upper"])
        rows = torch.where(y == 0, 0.0, y * (torch.where(y == 0, 0.0, side) - own["alpha"][:, :-1]))
        columns = torch.minimum(r * own["box_lower"], r * own["box_upper"])
        return rows.sum(1) + columns.sum(1) + self.offset + own["alpha"][:, -1]


class _Diagonal:
    """The inverse of a diagonal matrix for each line."""

    def __init__(self, inverse: Any) -> None:
        self.inverse = inverse

    def __call__(self, vectors: Any) -> Any:
        return self.inverse * vectors

    def normal(self, linear: _Linear) -> Any:
        return linear.normal(self.inverse)


class _Full:
    """The inverse of diag(d) + H for each line, H positive semidefinite (lines, n, n)."""

    def __init__(self, torch: Any, diagonal: Any, bend: Any) -> None:
        matrix = bend + torch.diag_embed(diagonal)
        self.scale = matrix.diagonal(dim1=1, dim2=2).clamp_min(_TINY).rsqrt()
        self.torch = torch
        self.factor = _cholesky(torch, matrix * self.scale[:, :, None] * self.scale[:, None, :])

    def __call__(self, vectors: Any) -> Any:
        return self.torch.cholesky_solve((vectors * self.scale)[..., None], self.factor)[..., 0] * self.scale

    def normal(self, linear: _Linear) -> Any:
        full = linear.full() * self.scale[:, None, :]
        return full @ self.torch.cholesky_solve(full.mT.expand(len(self.factor), -1, -1), self.factor)


def _cholesky(torch: Any, matrix: Any) -> Any:
    """The factors of positive semidefinite matrices with unit diagonal, lifted as far as rounding asks for it."""
    eye = torch.eye(matrix.shape[1], dtype=matrix.dtype, device=matrix.device)
    lift = 1e-13
    while True:
        factor, failed = torch.linalg.cholesky_ex(matrix + lift * eye)
        if lift > 1e-2 or not bool(failed.any()):
            return factor.nan_to_num(0.0)
        lift *= 100


class _Run:
    """One chunk of instances on one device."""

    def __init__(self, torch: Any, batch: Batch, box: Box, *, device: str, curves: Curves | None) -> None:
        self.torch, self.batch, self.device = torch, batch, device
        self.dual = DualFunction(torch, batch, box, device=device, curves=curves)
        own = self.dual.arrays
        self.x = _Side(torch, own["column_lower"], own["column_upper"])
        self.s = _Side(torch, own["row_lower"], own["row_upper"])

    def solve(
        self, start: Floats | None, anchor: Floats | None, *, steps: int, tolerance: float, warmth: float
    ) -> Ascent:
        torch, lines, m = self.torch, self.batch.count, self.batch.row_count
        self.y = torch.zeros((lines, m), dtype=torch.float64, device=self.device)
        if start is not None:
            self.y = self.dual.projected(self.dual.tensor(start).expand(lines, -1)).clone()
        self._place(None if start is None else warmth, anchor)
        self.jets = self.dual.move(self.x.point)
        out = {name: self.y.clone() for name in ("duals", "last", "earlier")}
        out["points"], out["anchors"] = self.x.point.clone(), self.x.point.clone()
        taken = torch.zeros(lines, dtype=torch.float64, device=self.device)
        converged = torch.zeros(lines, dtype=torch.bool, device=self.device)
        alive = torch.arange(lines, device=self.device)
        best = self._bound(self.y)
        for step in range(steps):
            self._step()
            self.jets = self.dual.move(self.x.point)
            bound = self._bound(self.y)
            better = bound > best
            best = torch.where(better, bound, best)
            out["duals"][alive[better]] = self.y[better]
            out["anchors"][alive[better]] = self.x.point[better]
            out["earlier"][alive], out["last"][alive] = out["last"][alive], self.y
            out["points"][alive] = self.x.point
            taken[alive] = step + 1.0
            done = self._converged(best, tolerance)
            converged[alive] = done
            rest = done | ~torch.isfinite(best)
            if bool(rest.all()):
                break
            if int(rest.sum()) * 4 > len(rest):
                keep = ~rest
                alive, best = alive[keep], best[keep]
                self._keep(keep)
                self.jets = self.dual.move(self.x.point)
        arrays = {name: array.cpu().numpy() for name, array in out.items()}
        return Ascent(steps=taken.cpu().numpy(), converged=converged.cpu().numpy(), **arrays)

    def _keep(self, chosen: Any) -> None:
        self.dual.keep(chosen)
        self.x.keep(chosen)
        self.s.keep(chosen)
        self.y = self.y[chosen]

    def _bound(self, y: Any) -> Any:
        return self.dual.bound(self.dual.projected(y)).nan_to_num(nan=-np.inf)

    def _place(self, warmth: float | None, anchor: Floats | None) -> None:
        """The start on the central path of the duals at hand, with the tangents at ``anchor`` or halfway."""
        torch = self.torch
        if self.dual.curved is not None:
            middle = torch.where(self.x.fixed, self.x.lower, (self.x.lower + self.x.upper) / 2)
            middle = torch.where(torch.isfinite(middle), middle, 0.0)
            given = middle if anchor is None else self.dual.tensor(anchor).expand(len(middle), -1)
            inside = torch.where(torch.isfinite(given), given, middle).clamp(self.x.lower, self.x.upper)
            self.dual.move(inside)
        slope = self.dual.slope(self.y)
        ends = [
            torch.where(torch.isfinite(side), side.abs(), 0.0).amax(1)
            for side in (self.s.lower, self.s.upper, self.x.lower, self.x.upper)
        ]
        reach = torch.stack(ends).amax(0).clamp_min(1.0)[:, None]
        width = torch.where(self.x.has_lower & self.x.has_upper, self.x.upper - self.x.lower, reach)
        count = (self.x.count() + self.s.count()).clamp_min(1.0)[:, None]
        spread = (slope.abs() * width).sum(1, keepdim=True) / count
        mu = (spread if warmth is None else torch.minimum(spread, warmth * self._size() / count)).clamp_min(1e-9)
        if self.dual.curved is None:
            self.x.place(slope, mu, reach)
        else:
            self.x.stay(inside, mu, reach)
        self.s.place(self.y, mu, reach)

    def _size(self) -> Any:
        return self._bound(self.y).abs().clamp(1e-3, 1e15)[:, None]

    def _step(self) -> None:
        torch, x, s = self.torch, self.x, self.s
        slack = s.inverse_curvature(1e-13)
        inverse = self._curvature()
        factor, scale = self._factor(inverse, slack)
        linear, slope = self.dual.linear, self.dual.slope(self.y)
        residual = self.dual.residual(x.point, s.point)
        count = (x.count() + s.count()).clamp_min(1.0)
        mu = ((x.complementarity() + s.complementarity()) / count)[:, None]

        def direction(target: Any, fix_x: Any = None, fix_s: Any = None) -> tuple[Any, ...]:
            push_x = slope - x.pull(target, fix_x)
            push_s = self.y - s.pull(target, fix_s)
            right = -residual + linear.forward(inverse(push_x)) - slack * push_s
            dy = torch.cholesky_solve((right * scale)[..., None], factor)[..., 0] * scale
            dx = inverse(linear.backward(dy) - push_x)
            ds = -slack * (dy + push_s)
            return dy, dx, ds, x.price_steps(dx, target, fix_x), s.price_steps(ds, target, fix_s)

        _, dx, ds, px, ps = direction(torch.zeros_like(mu))
        primal, dual = self._lengths(dx, ds, px, ps, 1.0)
        after = ((x.moved(dx, px, primal, dual) + s.moved(ds, ps, primal, dual)) / count)[:, None]
        target = mu * (after / mu.clamp_min(_TINY)).clamp(0, 1) ** 3
        fix_x, fix_s = (dx * px[0], -dx * px[1]), (ds * ps[0], -ds * ps[1])
        dy, dx, ds, px, ps = direction(target, fix_x, fix_s)
        primal, dual = self._lengths(dx, ds, px, ps, FRACTION)
        x.advance(dx, px, primal, dual)
        s.advance(ds, ps, primal, dual)
        self.y = self.y + dual * dy

    def _curvature(self) -> _Diagonal | _Full:
        """The inverse of the barrier's curvature plus that of the functions, weighted by their multipliers."""
        torch, x = self.torch, self.x
        if self.dual.curved is None:
            return _Diagonal(x.inverse_curvature(1e-13))
        objective = self.y.new_ones((len(self.y), 1))
        weights = torch.cat([self.s.high_price - self.s.low_price, objective], dim=1)
        bend = self.dual.curved.curvature(weights, self.jets).nan_to_num(0.0, 0.0, 0.0)
        barrier = x.low_price / x.low_gap + x.high_price / x.high_gap
        if self.dual.curved.curves.separable:
            inverse = 1 / (barrier + bend.clamp_min(0.0) + 1e-13)
            return _Diagonal(torch.where(x.fixed, 0.0, inverse))
        return _Full(torch, barrier + torch.where(x.fixed, 1e15, 1e-12), bend)

    def _factor(self, inverse: _Diagonal | _Full, slack: Any) -> tuple[Any, Any]:
        """The Cholesky factor of the normal matrix scaled to unit diagonal, and the scale."""
        torch = self.torch
        matrix = inverse.normal(self.dual.linear)
        diagonal = matrix.diagonal(dim1=1, dim2=2) + slack
        scale = torch.where(diagonal > 0, diagonal, 1.0).rsqrt()
        matrix = matrix * scale[:, :, None] * scale[:, None, :]
        return _cholesky(torch, matrix + torch.diag_embed(slack * scale**2)), scale

    def _lengths(self, dx: Any, ds: Any, px: Any, ps: Any, fraction: float) -> tuple[Any, Any]:
        primal_x, dual_x = self.x.longest(dx, px)
        primal_s, dual_s = self.s.longest(ds, ps)
        torch = self.torch
        primal = (fraction / torch.maximum(primal_x, primal_s).clamp_min(_TINY)).clamp_max(1.0)
        dual = (fraction / torch.maximum(dual_x, dual_s).clamp_min(_TINY)).clamp_max(1.0)
        if self.dual.curved is not None:  # residuals of tangents shrink only along a common step
            primal = dual = torch.minimum(primal, dual)
        return primal.nan_to_num(0.0), dual.nan_to_num(0.0)

    def _converged(self, best: Any, tolerance: float) -> Any:
        objective = self.dual.objective(self.x.point)
        residual = self.dual.residual(self.x.point, self.s.point).abs()
        size = self.s.point.abs().amax(1, keepdim=True).clamp_min(1.0) if residual.shape[1] else 1.0
        feasible = (residual <= 1e-7 * size).all(1)
        gap = (objective - best).abs() / best.abs().clamp_min(SMALLEST)
        return feasible & (gap <= tolerance)
