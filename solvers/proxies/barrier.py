"""The logarithmic barrier of variables between bounds: gaps, prices, the central path, and steps that keep inside."""

from __future__ import annotations

from typing import Any

#: A start at a given point keeps this share of the width from its bounds.
NEAREST = 1e-3
TINY = 1e-300


class Side:
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
        single = torch.minimum(mu / slope.abs().clamp_min(TINY), reach)
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
            torch.where(self.has_lower, -prices[0] / self.low_price.clamp_min(TINY), 0.0).amax(1),
            torch.where(self.has_upper, -prices[1] / self.high_price.clamp_min(TINY), 0.0).amax(1),
        )
        return gaps[:, None], slopes[:, None]

    def moved(self, move: Any, prices: tuple[Any, Any], primal: Any, dual: Any) -> Any:
        """The complementarity after a step."""
        low = (self.low_gap + primal * move) * (self.low_price + dual * prices[0])
        high = (self.high_gap - primal * move) * (self.high_price + dual * prices[1])
        return (self.torch.where(self.has_lower, low, 0.0) + self.torch.where(self.has_upper, high, 0.0)).sum(1)

    def advance(self, move: Any, prices: tuple[Any, Any], primal: Any, dual: Any) -> None:
        self.point = self.point + primal * move
        self.low_gap = (self.low_gap + primal * move).clamp_min(TINY)
        self.high_gap = (self.high_gap - primal * move).clamp_min(TINY)
        self.low_price = self.low_price + dual * prices[0]
        self.high_price = self.high_price + dual * prices[1]
