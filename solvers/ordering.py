"""The order in which scenarios are asked: each close to the one before, so that a warm solver has little to do."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from formulations.program import Floats, Integers

#: Directions in which likeness is measured, and rows among which the nearest one is looked for.
_DIRECTIONS = 8
_AMONG = 4000


def nearest_neighbor_order(points: Floats) -> list[int]:
    """An order of the rows of ``points``, shape (S, K), in which each resembles the one before.

    From the first row on, always the nearest one left, in at most eight random directions.
    """
    count, width = points.shape
    if count < 3 or not width:
        return list(range(count))
    spread = points.std(axis=0)
    scaled = points / np.where(spread > 0, spread, 1.0)
    if width > _DIRECTIONS:
        scaled = scaled @ np.random.default_rng(0).normal(size=(width, _DIRECTIONS))
    order: list[int] = []
    for block in _blocks(scaled):
        order += _walk(scaled, block)
    return order


def _blocks(points: Floats) -> Sequence[Integers]:
    """Rows that may be ordered together: all, or slices along the first direction."""
    if len(points) <= _AMONG:
        return [np.arange(len(points))]
    return np.array_split(np.argsort(points[:, 0], kind="stable"), -(-len(points) // _AMONG))


def _walk(points: Floats, rows: Integers) -> list[int]:
    left = points[rows]
    here, order = 0, list[int]()
    for _ in range(len(rows)):
        order.append(int(rows[here]))
        last = left[here].copy()
        left[here] = np.inf
        with np.errstate(invalid="ignore"):
            here = int(np.argmin(((left - last) ** 2).sum(axis=1)))
    return order
