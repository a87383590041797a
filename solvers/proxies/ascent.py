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

import math
import time
from dataclasses import dataclass
from typing import Any

import numpy as np

from formulations.program import Flags, Floats, Integers
from solvers.proxies.barrier import TINY, Side
from solvers.proxies.batch import Batch
from solvers.proxies.certificate import Box
from solvers.proxies.curvature import Diagonal, Full, cholesky
from solvers.proxies.curves import Curves
from solvers.proxies.dual_function import DualFunction, is_dense
from solvers.proxies.first_order import ROWS, STEPS, Gradient
from solvers.proxies.torch_gate import load_torch

#: Entries of all normal matrices, or products that build them, worked on at once.
CHUNK = 8_000_000
#: Steps stay this share of the way to the boundary.
FRACTION = 0.99
#: Gaps are relative to the bound, but to no less than this.
SMALLEST = 1e-6
#: Gaps at which iterates of the gradient method count as converged.
COARSE = 1e-3
#: Every so many steps instances are looked at that may have no feasible point.
LOOKS = 3


@dataclass(frozen=True, eq=False)
class Ascent:
    """duals: (count, m) the best found. points: (count, n) columns inside their bounds, nearly feasible.

    anchors: (count, n) the points whose tangents go with the best duals, where the programs are curved.
    last, earlier: (count, m) late iterates, whose direction is a Farkas candidate. steps: (count,) taken.
    converged: (count,) whether bound and objective met within the tolerance. refuted: (count,) whether the last
    iterates looked like a proof that there is no feasible point.
    """

    duals: Floats
    points: Floats
    anchors: Floats
    last: Floats
    earlier: Floats
    steps: Floats
    converged: Flags
    refuted: Flags

    def with_part(self, index: Integers, part: Ascent) -> Ascent:
        """The same with other results for the instances at ``index``: rays of all, the rest where those converged."""

        def mixed(name: str) -> Any:
            array = np.array(getattr(self, name))
            always = name in ("last", "earlier", "refuted")
            better = np.ones(len(index), dtype=bool) if always else part.converged
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
    seconds: float = math.inf,
) -> Ascent:
    """At most ``steps`` steps for every instance, from ``start`` (count or 1, m) or from zero, in about ``seconds``.

    Convex programs have ``curves``, and ``anchor`` (count or 1, n) may say where to take the first tangents. An
    instance rests once the relative distance between its objective and its bound is below ``tolerance``, or once its
    duals prove it infeasible. ``warmth`` is the relative gap that a given start is believed to have; a start that
    leads nowhere is given up for zero.
    """
    if curves is None and (not batch.row_count or not batch.column_count):
        return _without_rows(batch, box)
    limits = _Limits(steps=steps, tolerance=tolerance, device=device, deadline=time.perf_counter() + seconds)
    found = _climbed(batch, box, curves, limits, start=start, anchor=anchor, warmth=warmth)
    lost = np.flatnonzero(~(found.converged | found.refuted))
    if start is None or not len(lost) or not steps or limits.over:
        return found
    part = None if curves is None else curves.select(lost)
    return found.with_part(lost, _climbed(batch.select(lost), box.select(lost), part, limits))


@dataclass(frozen=True, kw_only=True)
class _Limits:
    steps: int
    tolerance: float
    device: str
    deadline: float

    @property
    def over(self) -> bool:
        return time.perf_counter() > self.deadline


def _climbed(
    batch: Batch,
    box: Box,
    curves: Curves | None,
    limits: _Limits,
    *,
    start: Floats | None = None,
    anchor: Floats | None = None,
    warmth: float = 1.0,
) -> Ascent:
    """One climb for every instance, as many at once as memory allows."""
    torch, parts = load_torch(), []
    size = _chunk_size(batch, full=curves is not None and not curves.separable)
    plain = curves is None and batch.row_count > ROWS
    if plain:
        size = max(1, CHUNK // (len(batch.rows) + batch.column_count))
    with torch.no_grad():
        for first in range(0, batch.count, size):
            chosen = slice(first, first + size)
            if plain:
                own_start = None if start is None else _lines(start, chosen)
                parts.append(_by_gradients(torch, batch.select(chosen), box.select(chosen), own_start, limits))
                continue
            own_curves = None if curves is None else curves.select(chosen)
            run = _Run(torch, batch.select(chosen), box.select(chosen), device=limits.device, curves=own_curves)
            own_start, own_anchor = (None if given is None else _lines(given, chosen) for given in (start, anchor))
            parts.append(run.solve(own_start, own_anchor, limits, warmth))
    return Ascent(*(np.concatenate([getattr(part, name) for part in parts]) for name in Ascent.__dataclass_fields__))


def _by_gradients(torch: Any, batch: Batch, box: Box, start: Floats | None, limits: _Limits) -> Ascent:
    dual = DualFunction(torch, batch, box, device=limits.device, sparse=True)
    given = dual.tensor(np.zeros((1, batch.row_count)) if start is None else start).expand(batch.count, -1)
    run = Gradient(torch, dual, given)
    steps = run.run(STEPS * limits.steps, max(limits.tolerance, COARSE), limits.deadline) if limits.steps else 0
    names = {"duals": run.best, "points": run.x, "anchors": run.x, "last": run.last, "earlier": run.earlier}
    arrays = {name: array.cpu().numpy() for name, array in names.items()}
    flags = {"converged": run.converged.cpu().numpy(), "refuted": run.refuted.cpu().numpy()}
    return Ascent(steps=np.full(batch.count, float(steps)), **flags, **arrays)


def _without_rows(batch: Batch, box: Box) -> Ascent:
    """Nothing to climb: every column goes to its cheaper bound."""
    cheap = np.where(batch.cost < 0, box.upper, box.lower)
    points = np.broadcast_to(np.where(np.isfinite(cheap), cheap, 0.0), (batch.count, batch.column_count))
    none = np.zeros((batch.count, batch.row_count))
    done = np.ones(batch.count, dtype=bool)
    return Ascent(none, points, points, none, none, np.zeros(batch.count), done, ~done)


def _lines(array: Floats, chosen: slice) -> Floats:
    return array if len(array) == 1 else array[chosen]


def _chunk_size(batch: Batch, *, full: bool) -> int:
    lengths = np.diff(batch.column_starts)
    work = batch.row_count * batch.column_count if is_dense(batch) else int((lengths**2).sum())
    square = batch.column_count**2 if full else batch.column_count
    return max(1, CHUNK // max(1, work, batch.row_count**2, square))


class _Run:
    """One chunk of instances on one device."""

    def __init__(self, torch: Any, batch: Batch, box: Box, *, device: str, curves: Curves | None) -> None:
        self.torch, self.batch, self.device = torch, batch, device
        self.dual = DualFunction(torch, batch, box, device=device, curves=curves)
        own = self.dual.arrays
        self.x = Side(torch, own["column_lower"], own["column_upper"])
        self.s = Side(torch, own["row_lower"], own["row_upper"])

    def solve(self, start: Floats | None, anchor: Floats | None, limits: _Limits, warmth: float) -> Ascent:
        torch, lines, m = self.torch, self.batch.count, self.batch.row_count
        self.y = torch.zeros((lines, m), dtype=torch.float64, device=self.device)
        if start is not None:
            self.y = self.dual.projected(self.dual.tensor(start).expand(lines, -1)).clone()
        self._place(None if start is None else warmth, anchor)
        self.jets = self.dual.move(self.x.point)
        out = {name: self.y.clone() for name in ("duals", "last", "earlier")}
        out["points"], out["anchors"] = self.x.point.clone(), self.x.point.clone()
        taken = torch.zeros(lines, dtype=torch.float64, device=self.device)
        converged, refuted = (torch.zeros(lines, dtype=torch.bool, device=self.device) for _ in range(2))
        alive = torch.arange(lines, device=self.device)
        best = self._bound(self.y)
        for step in range(limits.steps):
            if limits.over:
                break
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
            done = self._converged(best, limits.tolerance)
            converged[alive] = done
            rest = done | ~torch.isfinite(best)
            if m and step % LOOKS == LOOKS - 1 and not bool(rest.all()):
                hopeless = self._refuted(out["earlier"][alive]) & ~done
                refuted[alive] |= hopeless
                rest = rest | hopeless
            if bool(rest.all()):
                break
            if int(rest.sum()) * 4 > len(rest):
                keep = ~rest
                alive, best = alive[keep], best[keep]
                self._keep(keep)
                self.jets = self.dual.move(self.x.point)
        arrays = {name: array.cpu().numpy() for name, array in out.items()}
        flags = {"converged": converged.cpu().numpy(), "refuted": refuted.cpu().numpy()}
        return Ascent(steps=taken.cpu().numpy(), **flags, **arrays)

    def _keep(self, chosen: Any) -> None:
        self.dual.keep(chosen)
        self.x.keep(chosen)
        self.s.keep(chosen)
        self.y = self.y[chosen]

    def _bound(self, y: Any) -> Any:
        return self.dual.bound(self.dual.projected(y)).nan_to_num(nan=-np.inf)

    def _refuted(self, earlier: Any) -> Any:
        """Whether the duals, or their way since ``earlier``, seem to prove that there is no feasible point."""
        return self.dual.refutes(self.y) | self.dual.refutes(self.y - earlier)

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
        target = mu * (after / mu.clamp_min(TINY)).clamp(0, 1) ** 3
        fix_x, fix_s = (dx * px[0], -dx * px[1]), (ds * ps[0], -ds * ps[1])
        dy, dx, ds, px, ps = direction(target, fix_x, fix_s)
        primal, dual = self._lengths(dx, ds, px, ps, FRACTION)
        x.advance(dx, px, primal, dual)
        s.advance(ds, ps, primal, dual)
        self.y = self.y + dual * dy

    def _curvature(self) -> Diagonal | Full:
        """The inverse of the barrier's curvature plus that of the functions, weighted by their multipliers."""
        torch, x = self.torch, self.x
        if self.dual.curved is None:
            return Diagonal(x.inverse_curvature(1e-13))
        objective = self.y.new_ones((len(self.y), 1))
        weights = torch.cat([self.s.high_price - self.s.low_price, objective], dim=1)
        bend = self.dual.curved.curvature(weights, self.jets).nan_to_num(0.0, 0.0, 0.0)
        barrier = x.low_price / x.low_gap + x.high_price / x.high_gap
        if self.dual.curved.curves.separable:
            inverse = 1 / (barrier + bend.clamp_min(0.0) + 1e-13)
            return Diagonal(torch.where(x.fixed, 0.0, inverse))
        return Full(torch, barrier + torch.where(x.fixed, 1e15, 1e-12), bend)

    def _factor(self, inverse: Diagonal | Full, slack: Any) -> tuple[Any, Any]:
        """The Cholesky factor of the normal matrix scaled to unit diagonal, and the scale."""
        torch = self.torch
        matrix = inverse.normal(self.dual.linear)
        diagonal = matrix.diagonal(dim1=1, dim2=2) + slack
        scale = torch.where(diagonal > 0, diagonal, 1.0).rsqrt()
        matrix = matrix * scale[:, :, None] * scale[:, None, :]
        return cholesky(torch, matrix + torch.diag_embed(slack * scale**2)), scale

    def _lengths(self, dx: Any, ds: Any, px: Any, ps: Any, fraction: float) -> tuple[Any, Any]:
        primal_x, dual_x = self.x.longest(dx, px)
        primal_s, dual_s = self.s.longest(ds, ps)
        torch = self.torch
        primal = (fraction / torch.maximum(primal_x, primal_s).clamp_min(TINY)).clamp_max(1.0)
        dual = (fraction / torch.maximum(dual_x, dual_s).clamp_min(TINY)).clamp_max(1.0)
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
