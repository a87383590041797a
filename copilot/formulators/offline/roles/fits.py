"""How well a limit goes with a row of figures, or with the number of owners itself, in points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..prose.entities import HYPERNYMS
from ..words.measures import likeness
from ..words.morphology import stem
from .facts import PERCENT, Limit
from .objectives import Objective
from .owners import Owners
from .rows import Row

#: No limit goes with what scores this.
NEVER = -50.0
_NAMES = frozenset(stem(word) for word in HYPERNYMS)


def fit_of(
    limit: Limit,
    row: Row,
    rows: Sequence[Row],
    shared: Mapping[str, int],
    units: frozenset[str],
    *,
    wanted: bool,
    upward: bool,
) -> float:
    """``wanted``: the row is what the wish praises; ``upward``: it is to be as large as possible."""
    a, b = limit.measure, row.measure
    if limit.counted or (limit.figure.relative and not limit.figure.token.percent):
        return NEVER
    if a.dimension == PERCENT and b.dimension != PERCENT:
        return NEVER
    mixed = b.dimension == PERCENT and a.dimension != PERCENT
    if mixed:
        if not a.nouns & b.nouns:
            return NEVER
        return 3.0
    if a.dimension and b.dimension and a.dimension != b.dimension:
        return NEVER
    if a.dimension != b.dimension and not a.nouns & (b.nouns | b.context) and (a.nouns or b.dimension == "money"):
        return NEVER
    if a.dimension and not b.dimension and b.nouns and not (a.nouns | a.context) & (b.nouns | b.context):
        return NEVER
    fit = likeness(a, b, shared)
    same = [other for other in rows if other.measure.dimension == a.dimension]
    if a.dimension and a.dimension == b.dimension:
        fit += 1.5 if len(same) == 1 else 0.0
        if a.dimension in units and limit.whole and not a.nouns & b.nouns:
            fit -= 2.0
    if not a.dimension and not b.dimension and not a.nouns & (b.nouns | b.context):
        fit -= 0.5 if not (b.nouns or a.nouns) else 0.25
    if a.dimension == "money" and b.family in ("profit", "revenue") and not (a.nouns & b.nouns or wanted):
        fit -= 2.0
    if a.dimension == "money" and b.family == "cost":
        fit += 1.0
    if limit.owners:
        fit -= 1.5
    if wanted and (limit.direction or ("<=" if limit.lean < 0 else "")) == ("<=" if upward else ">="):
        fit -= 3.0
    vague = abs(limit.lean) < 2 and limit.direction is None and not limit.fresh
    if vague and any(line == limit.line for line, _ in row.figures):
        fit -= 3.0
    if a.dimension != PERCENT and limit.value * (a.size / b.size if a.dimension else 1.0) < max(row.values.values()):
        fit -= 2.5
    if limit.whole and not a.dimension:
        fit -= 1.0
    return fit


def alone(
    limit: Limit, owners: Owners, rows: Sequence[Row], objective: Objective, units: frozenset[str]
) -> tuple[float, str]:
    """How well the limit stands on the owners themselves: on one, on some, or on all of them."""
    measure = limit.measure
    if limit.figure.token.percent or (limit.figure.relative and limit.value <= 1.0):
        return NEVER, "unmatched"
    percents = [row for row in rows if row.measure.dimension == PERCENT]
    money = (
        measure.dimension == "money"
        and bool(percents)
        and any(rows[k].measure.dimension == PERCENT for _, k in objective.parts)
    )
    fitting = measure.dimension in units or money
    if limit.each:
        return (2.0 if not measure.dimension or fitting else -1.0), "each"
    if limit.owners and len(limit.owners) < len(owners):
        if limit.counted:
            return (3.5 if limit.direction is not None else 1.0 if abs(limit.lean) > 1 else 0.0), "owners"
        return (2.5 if fitting or not measure.dimension else -0.5), "owners"
    score = -0.5
    if limit.whole:
        score += 2.0 + (limit.direction is not None) if not measure.dimension or fitting else 0.5
    other = bool(measure.nouns) and any(measure.nouns & row.measure.nouns for row in rows)
    if fitting:
        score += 0.0 if other else 2.5
    elif measure.dimension:
        score -= 1.5 if measure.dimension != "money" or limit.direction is not None else 3.0
    elif not measure.nouns:
        score += 1.0
    elif measure.nouns & _NAMES and not other:
        score += 2.0
    vague = limit.direction is None and not limit.fresh and abs(limit.lean) < 2
    if vague and (limit.value < 1.0 or any(line == limit.line for row in rows for line, _ in row.figures)):
        score -= 3.0
    return score, "total"
