"""What the optimum of a reading tells about the reading: a text means a problem that has one, and not at zero.

An optimum here is that of the linear relaxation. It is never shown: the document is solved and verified elsewhere.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.optimize import linprog

from ..prose.model import Model
from ..prose.targets import Target

Standing = Literal["sound", "zero", "infeasible", "unbounded", "unjudged"]
_STATUS: dict[int, Standing] = {0: "sound", 2: "infeasible", 3: "unbounded"}
_NOTHING = 1e-9
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
        return known and not math.isclose(self.value, other.value, rel_tol=_SAME, abs_tol=_NOTHING)


def soundness(model: Model) -> Soundness:
    """Whether the reading has an optimum, and whether doing nothing is one."""
    size = len(model.reading.decisions)
    if model.target.over is not None or size > 200:
        return Soundness("unjudged")
    sign = 1.0 if model.target.goal.sense == "minimize" else -1.0
    costs = sign * _coefficients(model, model.target)
    upper: list[np.ndarray] = []
    upper_sides: list[float] = []
    equal: list[np.ndarray] = []
    equal_sides: list[float] = []
    for row in model.rows:
        line = np.zeros(size)
        for entity, factor in row.terms:
            line[entity] += factor
        if row.kind in ("share", "average"):
            line -= row.share
        if row.direction == "==":
            equal.append(line)
            equal_sides.append(row.constant)
        else:
            turn = 1.0 if row.direction == "<=" else -1.0
            upper.append(turn * line)
            upper_sides.append(turn * row.constant)
    found = linprog(
        costs,
        A_ub=np.array(upper) if upper else None,
        b_ub=upper_sides or None,
        A_eq=np.array(equal) if equal else None,
        b_eq=equal_sides or None,
        bounds=(0, None),
        method="highs",
    )
    standing = _STATUS.get(found.status, "unjudged")
    if standing != "sound" or found.x is None:
        return Soundness(standing)
    value = sign * float(costs @ found.x)
    return Soundness("zero" if abs(value) < _NOTHING else "sound", value)


def _coefficients(model: Model, target: Target) -> np.ndarray:
    found = np.zeros(len(model.reading.decisions))
    for entity, factor in target.terms:
        found[entity] += factor
    for sign, k in target.parts:
        for entity, value in model.reading.columns[k].values.items():
            found[entity] += sign * value
    return found
