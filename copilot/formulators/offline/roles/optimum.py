"""What the optimum of its relaxation tells about a reading."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from ..judgment.relaxation import relaxed
from .restrictions import Restriction
from .schema import Schema


def costs_of(found: Schema) -> tuple[float, ...]:
    """The objective's coefficient of each owner."""
    costs = [0.0 if found.objective.parts else 1.0] * len(found.owners)
    for sign, k in found.objective.parts:
        for e, value in found.rows[k].values.items():
            costs[e] += sign * value
    return tuple(costs)


def judged(found: Schema) -> Schema:
    """The schema with the standing of its relaxation: sound, zero, infeasible or unbounded."""
    rows = ((_dense(line, len(found.owners)), line.direction, line.constant) for line in found.lines)
    standing, value = relaxed(found.aim.sense, np.array(costs_of(found)), rows)
    sound = standing == "sound"
    score = found.score - (0.0 if sound else 4.0)
    return replace(found, standing=standing, value=value if sound else math.nan, score=score)


def _dense(line: Restriction, size: int) -> np.ndarray:
    dense = np.zeros(size)
    for e, factor in line.terms:
        dense[e] += factor
    return dense
