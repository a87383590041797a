"""How far a reading can be trusted, from what it left unexplained and from what its optimum is like.

The weights are those of a logistic regression of "the optimum was right" on these signs, fitted by
``benchmarks/confidence.py`` on problems with known answers; rounded, and none against its meaning.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields

from .model import Model, used_columns
from .soundness import soundness

#: A lead over the next list of decisions that leaves no doubt, in points of the score.
_CLEAR_LEAD = 6.0
_SUREST_GOAL = 4.0


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks against a reading; all are zero for one without a blemish."""

    unused: float
    unmatched: float
    partial: float
    idle: float
    doubts: float
    loose: float
    unlimited: float
    vague_goal: float
    vague_limits: float
    rivals: float
    silent: float
    distances: float
    zero: float
    infeasible: float
    unbounded: float

    def as_mapping(self) -> Mapping[str, float]:
        return {field.name: getattr(self, field.name) for field in fields(self)}


WEIGHTS: Mapping[str, float] = {
    "unused": 1.2, "unmatched": 1.5, "partial": 0.8, "idle": 0.8, "doubts": 1.0, "loose": 0.5, "unlimited": 2.0,
    "vague_goal": 0.3, "vague_limits": 0.5, "rivals": 0.5, "silent": 0.5, "distances": 0.3, "zero": 1.0,
    "infeasible": 1.0, "unbounded": 3.0,
}  # fmt: skip
BASE = 2.5


def signs(model: Model, lead: float = _CLEAR_LEAD) -> Signs:
    """The signs of a reading that is ``lead`` points ahead of the next list of decisions."""
    reading = model.reading
    size = len(reading.decisions)
    serving = {row.column for row in model.rows if row.column is not None} | used_columns(model.target)
    touched = {e for row in model.rows for e, _ in row.terms}
    places = [row.place for row in model.rows] + [model.target.goal.place, *model.unmatched]
    places += [place for column in reading.columns for place in column.places]
    silent = sum(
        1
        for scene in reading.scenes
        if (scene.comparators or scene.quantities)
        and not any(scene.tokens[0].start <= p.end and p.start <= scene.tokens[-1].end for p in places)
    )
    standing = soundness(model).standing
    return Signs(
        unused=len(reading.unused),
        unmatched=len(model.unmatched),
        partial=sum(1 for k, column in enumerate(reading.columns) if k in serving and len(column.values) < size),
        idle=sum(1 for k in range(len(reading.columns)) if k not in serving),
        doubts=len(model.doubts),
        loose=size - len(touched),
        unlimited=float(not model.rows),
        vague_goal=max(0.0, _SUREST_GOAL - model.merit),
        vague_limits=model.loss - 2.0 * len(model.unmatched),
        rivals=max(0.0, 1.0 - max(0.0, lead) / _CLEAR_LEAD),
        silent=silent,
        distances=sum(1 for clause in reading.clauses if getattr(clause, "apart", False)) / 2,
        zero=float(standing == "zero"),
        infeasible=float(standing == "infeasible"),
        unbounded=float(standing == "unbounded"),
    )


def confidence(model: Model, lead: float = _CLEAR_LEAD) -> float:
    """Between 0 and 1: the share of such readings that are right."""
    evidence = BASE - sum(WEIGHTS[name] * value for name, value in signs(model, lead).as_mapping().items())
    return round(1.0 / (1.0 + math.exp(-evidence)), 3)
