"""Shares with their uncertainty."""

from __future__ import annotations

import math
from dataclasses import dataclass

#: The 97.5 % point of the normal distribution.
_Z = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Share:
    """``right`` of ``n``; right may be fractional where ties are shared out."""

    right: float
    n: int

    @property
    def value(self) -> float | None:
        """None of nothing."""
        return self.right / self.n if self.n else None

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % Wilson score interval; everything is possible of nothing. Source: Wilson (1927)."""
        return wilson(self.right, self.n)


def wilson(right: float, n: int, *, z: float = _Z) -> tuple[float, float]:
    """The Wilson score interval of ``right`` of ``n``."""
    if n == 0:
        return 0.0, 1.0
    share = right / n
    center = (share + z * z / (2 * n)) / (1 + z * z / n)
    spread = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return max(0.0, center - spread), min(1.0, center + spread)


def median(values: list[float]) -> float:
    """The middle value, 0 of nothing."""
    return quantile(values, 0.5)


def quantile(values: list[float], share: float) -> float:
    """The value below which a share of the values lies, linear in between; 0 of nothing."""
    if not values:
        return 0.0
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])
