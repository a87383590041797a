"""The parameter values that a proxy is trained for: drawn from variations, remembered as a box."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from formulations.program import Floats
from solvers.spaces import Space

#: This share of the draws moves all factors of a variation together, as a slider for a whole table does.
TOGETHER = 0.25
#: A value counts as outside the box only beyond this share of its width.
MARGIN = 1e-9


@dataclass(frozen=True, eq=False)
class Ranges:
    """lower, upper: (K,) ends of the entries of all varying parameters. variations: as they were written."""

    lower: Floats
    upper: Floats
    variations: tuple[str, ...] = ()

    @property
    def center(self) -> Floats:
        return (self.lower + self.upper) / 2

    @property
    def spread(self) -> Floats:
        """Half the widths, one where an entry does not vary."""
        half = (self.upper - self.lower) / 2
        return np.where(half > 0, half, 1.0)

    def holds(self, theta: Floats) -> bool:
        """Whether the box contains the point."""
        slack = MARGIN * (self.upper - self.lower) + MARGIN * np.abs(theta)
        return bool(((theta >= self.lower - slack) & (theta <= self.upper + slack)).all())


def ranges_of(space: Space) -> Ranges:
    """The box between the ends of all factors."""
    ends = space.thetas(np.stack([space.low, space.high]))
    written = tuple(str(group.variation) for group in space.groups)
    return Ranges(ends.min(axis=0), ends.max(axis=0), written)


def draw(space: Space, count: int, seed: int) -> Floats:
    """Values of theta (count, K) as the variations distribute them."""
    random = np.random.default_rng(seed)
    together = random.random(count) < TOGETHER
    parts = []
    for group in space.groups:
        shares = random.random((count, group.count))
        shares[together] = random.random((count, 1))[together]
        parts.append(group.values(shares))
    return space.thetas(np.concatenate([np.zeros((count, 0)), *parts], axis=1))
