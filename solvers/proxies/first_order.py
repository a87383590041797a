"""Ascent without factors, for programs with too many rows for a dense normal matrix: the primal-dual hybrid gradient.

    x' = proj_[l,u](x - t (c - A'y)),    v = y - s A(2x' - x),    y' = v - s proj_[-U,-L](v / s)

with steps t_j = 1/(w sum_i |a_ij|) and s_i = w/sum_j |a_ij| (Pock & Chambolle 2011), a weight w between the two for
every instance, and restarts from the mean of the iterates since the last one, where that is better. A is only
multiplied with, as the entries of the shared pattern. Source: Applegate et al. (2021), Practical large-scale linear
programming using primal-dual hybrid gradient (PDLP). One code path for CPU and GPU; ``certificate`` judges the duals.
"""

from __future__ import annotations

import time
from typing import Any

from solvers.proxies.dual_function import DualFunction

#: Rows beyond which the interior-point ascent gives way to this one; its steps are cheaper by so many.
ROWS, STEPS = 2000, 80
#: Iterations between two looks, and how much smaller the error must be for a restart.
LOOKS, SHRUNK = 40, 0.5
TINY = 1e-300


class Gradient:
    """Iterates of many instances. best: (lines, m) the duals with the best bound. x: (lines, n) the last columns."""

    def __init__(self, torch: Any, dual: DualFunction, start: Any) -> None:
        self.torch, self.dual, own, values = torch, dual, dual.arrays, dual.linear.values.abs()
        lines, linear = len(start), dual.linear
        self.lower = own["column_lower"].maximum(own["box_lower"])
        self.upper = own["column_upper"].minimum(own["box_upper"])
        columns = values.new_zeros((len(values), linear.n)).index_add_(1, linear.columns, values)
        rows = values.new_zeros((len(values), linear.m)).index_add_(1, linear.rows, values)
        self.tau, self.sigma = 1 / columns.clamp_min(1e-9), 1 / rows.clamp_min(1e-9)
        sides = torch.stack([torch.where(torch.isfinite(own[s]), own[s], 0.0) for s in ("row_lower", "row_upper")])
        self.size = sides.abs().amax((0, 2))[:, None].clamp_min(1.0)
        price, side = (array.norm(dim=1, keepdim=True) for array in (own["cost"], sides.abs().amax(0)))
        self.weight = (price / side).nan_to_num(1.0, 1.0).clamp(1e-6, 1e6).expand(lines, 1)
        self.y = self.best = dual.projected(start)
        self.x = torch.zeros_like(self.lower).clamp(self.lower, self.upper)
        self.bound = dual.bound(self.best).nan_to_num(nan=-float("inf"))
        self.converged = torch.zeros(lines, dtype=torch.bool, device=start.device)
        self.refuted = self.converged.clone()
        self.last = self.earlier = self.y

    def run(self, steps: int, tolerance: float, deadline: float) -> int:
        """At most ``steps`` iterations; how many there were."""
        torch = self.torch
        anchor = (self.x, self.y)
        sums, count = (torch.zeros_like(self.x), torch.zeros_like(self.y)), 0.0
        error = torch.full_like(self.bound, float("inf"))
        for step in range(1, steps + 1):
            self._step()
            sums = (sums[0] + self.x, sums[1] + self.y)
            count = count + torch.ones_like(self.bound)
            if step % LOOKS and step != steps:
                continue
            mean = (sums[0] / count[:, None], sums[1] / count[:, None])
            own = self._looked(self.x, self.y, tolerance)
            other = self._looked(*mean, tolerance)
            found = torch.minimum(own, other)
            restart = (found <= SHRUNK * error) | (count > 0.4 * step)
            use = (restart & (other < own))[:, None]
            self.x, self.y = torch.where(use, mean[0], self.x), torch.where(use, mean[1], self.y)
            self._rebalance(restart, anchor)
            line = restart[:, None]
            anchor = (torch.where(line, self.x, anchor[0]), torch.where(line, self.y, anchor[1]))
            sums = (torch.where(line, 0.0, sums[0]), torch.where(line, 0.0, sums[1]))
            count, error = torch.where(restart, 0.0, count), torch.where(restart, found, error)
            self.earlier, self.last = self.last, self.y
            self.refuted = (self.dual.refutes(self.y) | self.dual.refutes(self.y - self.earlier)) & ~self.converged
            if bool((self.converged | self.refuted).all()) or time.perf_counter() > deadline:
                return step
        return steps

    def _step(self) -> None:
        own, tau, sigma = self.dual.arrays, self.tau / self.weight, self.sigma * self.weight
        x = (self.x - tau * self.dual.slope(self.y)).maximum(self.lower).minimum(self.upper)
        v = self.y - sigma * self.dual.linear.forward(2 * x - self.x)
        self.x, self.y = x, v - sigma * (v / sigma).maximum(-own["row_upper"]).minimum(-own["row_lower"])

    def _looked(self, x: Any, y: Any, tolerance: float) -> Any:
        """The relative error of a pair; its duals are kept if their bound is the best so far."""
        torch, own = self.torch, self.dual.arrays
        y = self.dual.projected(y)
        bound = self.dual.bound(y).nan_to_num(nan=-float("inf"))
        better = bound > self.bound
        self.best, self.bound = torch.where(better[:, None], y, self.best), torch.maximum(bound, self.bound)
        activity = self.dual.linear.forward(x)
        beyond = torch.maximum(own["row_lower"] - activity, activity - own["row_upper"]).clamp_min(0.0)
        missed = (beyond / self.size).amax(1)
        gap = (self.dual.objective(x) - self.bound).abs() / self.bound.abs().clamp_min(1e-6)
        self.converged = self.converged | ((gap <= tolerance) & (missed <= tolerance))
        own_gap = (self.dual.objective(x) - bound).abs() / (1 + bound.abs())
        return torch.maximum(missed, own_gap).nan_to_num(float("inf"))

    def _rebalance(self, restart: Any, anchor: tuple[Any, Any]) -> None:
        """The weight moved halfway, in logarithms, to the ratio of the ways since the last restart."""
        dx, dy = ((new - old).norm(dim=1, keepdim=True) for new, old in zip((self.x, self.y), anchor, strict=True))
        usable = restart[:, None] & (dx > 1e-12) & (dy > 1e-12)
        ratio = (dy / dx.clamp_min(TINY)).clamp(1e-6, 1e6)
        self.weight = self.torch.where(usable, (ratio * self.weight).sqrt(), self.weight)
