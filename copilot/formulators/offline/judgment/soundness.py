"""What the optimum of a reading tells about the reading: a text means a problem that has one, and not at zero.

An optimum here is that of the linear relaxation.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ..prose.model import Model, Row
from ..prose.targets import Target
from .relaxation import NOTHING, Standing, relaxed

#: How far two optimal values may lie apart to be called one.
_SAME = 1e-6


@dataclass(frozen=True, slots=True)
class Soundness:
    """``value`` is the relaxation's optimum where there is one; ``rows`` says how many limits bind there."""

    standing: Standing
    value: float = math.nan

    @property
    def plausible(self) -> bool:
        return self.standing in ("sound", "unjudged")

    def differs(self, other: Soundness) -> bool:
        """Whether both have an optimum, and not the same one."""
        known = math.isfinite(self.value) and math.isfinite(other.value)
        return known and not math.isclose(self.value, other.value, rel_tol=_SAME, abs_tol=NOTHING)


def soundness(model: Model) -> Soundness:
    """Whether the reading has an optimum, and whether doing nothing is one."""
    size = len(model.reading.decisions)
    if model.target.over is not None or size > 200:
        return Soundness("unjudged")
    rows = ((_line(row, size), row.direction, row.constant) for row in model.rows)
    return Soundness(*relaxed(model.target.goal.sense, _coefficients(model, model.target), rows))


def _line(row: Row, size: int) -> np.ndarray:
    line = np.zeros(size)
    for entity, factor in row.terms:
        line[entity] += factor
    return line - row.share if row.kind in ("share", "average") else line


def _coefficients(model: Model, target: Target) -> np.ndarray:
    found = np.zeros(len(model.reading.decisions))
    for entity, factor in target.terms:
        found[entity] += factor
    for sign, k in target.parts:
        for entity, value in model.reading.columns[k].values.items():
            found[entity] += sign * value
    return found
