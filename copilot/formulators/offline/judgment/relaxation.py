"""The linear relaxation of a reading: whether it has an optimum, and whether doing nothing is one.

Its value is never shown: the document is solved and verified elsewhere.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Literal

import numpy as np
from scipy.optimize import linprog

from formulations.formulation import Sense

from ..words.comparators import Direction

Standing = Literal["sound", "zero", "infeasible", "unbounded", "unjudged"]
_STATUS: dict[int, Standing] = {0: "sound", 2: "infeasible", 3: "unbounded"}
#: Below this, an optimum is zero.
NOTHING = 1e-9


def relaxed(
    sense: Sense, costs: np.ndarray, rows: Iterable[tuple[np.ndarray, Direction, float]]
) -> tuple[Standing, float]:
    """How the program stands with decisions of at least 0, and its optimal value where it has one, else NaN.

    A row is a vector of coefficients, how its product with the decisions compares, and to what.
    """
    upper, upper_sides, equal, equal_sides = [], [], [], []
    for line, direction, constant in rows:
        if direction == "==":
            equal.append(line)
            equal_sides.append(constant)
        else:
            turn = 1.0 if direction == "<=" else -1.0
            upper.append(turn * line)
            upper_sides.append(turn * constant)
    sign = 1.0 if sense == "minimize" else -1.0
    found = linprog(
        sign * costs, A_ub=np.array(upper) if upper else None, b_ub=upper_sides or None,
        A_eq=np.array(equal) if equal else None, b_eq=equal_sides or None, bounds=(0, None), method="highs",
    )  # fmt: skip
    standing = _STATUS.get(found.status, "unjudged")
    if standing != "sound" or found.x is None:
        return standing, math.nan
    value = float(costs @ found.x)
    return ("zero" if abs(value) < NOTHING else "sound"), value
