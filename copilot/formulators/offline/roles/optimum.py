"""What the optimum of its relaxation tells about a reading."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from scipy.optimize import linprog

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
    size = len(found.owners)
    sign = 1.0 if found.aim.sense == "minimize" else -1.0
    upper, upper_sides, equal, equal_sides = [], [], [], []
    for line in found.lines:
        dense = np.zeros(size)
        for e, factor in line.terms:
            dense[e] += factor
        if line.direction == "==":
            equal.append(dense)
            equal_sides.append(line.constant)
        else:
            turn = 1.0 if line.direction == "<=" else -1.0
            upper.append(turn * dense)
            upper_sides.append(turn * line.constant)
    costs = sign * np.array(costs_of(found))
    solved = linprog(
        costs, A_ub=np.array(upper) if upper else None, b_ub=upper_sides or None,
        A_eq=np.array(equal) if equal else None, b_eq=equal_sides or None, bounds=(0, None), method="highs",
    )  # fmt: skip
    standing = {0: "sound", 2: "infeasible", 3: "unbounded"}.get(solved.status, "unjudged")
    if standing == "sound" and solved.x is not None and abs(float(costs @ solved.x)) < 1e-9:
        standing = "zero"
    value = sign * float(costs @ solved.x) if standing == "sound" and solved.x is not None else math.nan
    return replace(found, standing=standing, value=value, score=found.score - (0.0 if standing == "sound" else 4.0))
