"""How well a limit, or the objective, goes with a column of figures, in points; negative where it cannot."""

from __future__ import annotations

from collections import Counter

from ..words.measures import likeness
from .clauses import Goal, Limit
from .columns import Column

CERTAIN = 3.0


PLAUSIBLE = 0.9


def limit_fit(limit: Limit, column: Column, shares: Counter[str], kinds: Counter[str]) -> float:
    if column.percent != limit.percent and (limit.percent or (column.percent and limit.measure.dimension == "money")):
        return -1.0
    fit = likeness(column.measure, limit.measure, shares)
    dimension = limit.measure.dimension
    if not dimension and column.measure.dimension and not limit.measure.nouns & column.measure.nouns:
        return -1.0
    if dimension and dimension == column.measure.dimension and kinds[dimension] == 1:
        fit += 1.5
    if column.measure.dimension == "money" and limit.measure.dimension == "money":
        spending = limit.direction == "<=" and limit.measure.family in ("cost", "")
        if spending and column.measure.family == "profit":
            fit -= 3.0
        if spending and column.measure.family == "revenue" and kinds["money"] == 1:
            fit += 1.5
        if spending and column.measure.family in ("cost", ""):
            fit += 1.0
    return fit + 0.05 * len(column.values)


def goal_fit(goal: Goal, column: Column, size: int) -> float:
    if column.percent and goal.measure.dimension == "money":
        return 4.0 if column.measure.family in ("profit", "revenue") or len(column.values) == size else 1.0
    if column.measure.dimension == "money" and not goal.measure.dimension and goal.measure.nouns & column.measure.nouns:
        return 3.5
    return likeness(goal.measure, column.measure) + (0.3 if len(column.values) == size else -1.0)
