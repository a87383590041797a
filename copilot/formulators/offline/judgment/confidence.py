"""How far a reading can be trusted, from what it left unexplained and from what its optimum is like.

The weights are those of a logistic regression of "the optimum was right" on these signs, fitted by
``benchmarks/confidence.py`` on problems with known answers; rounded, and raised by hand where what they weigh is rare
and grave (no limits at all, no bound on the objective).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields

from ..prose.model import Model
from ..prose.targets import used_columns
from ..words.morphology import stem
from .soundness import soundness

_SUREST_GOAL = 4.0
#: A reading that leads by so many points over one with another optimum has no rival.
_CLEAR_LEAD = 2.0


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
    silent: float
    distances: float
    unasked: float
    swallowed: float
    zero: float
    infeasible: float
    unbounded: float
    foreign_goal: float
    fraction: float
    rival: float

    def as_mapping(self) -> Mapping[str, float]:
        return {field.name: getattr(self, field.name) for field in fields(self)}


WEIGHTS: Mapping[str, float] = {
    "unused": 1.7, "unmatched": 1.2, "partial": 0.5, "idle": 0.9, "doubts": 0.4, "loose": 0.3, "unlimited": 1.5,
    "vague_goal": 0.4, "vague_limits": 0.8, "silent": 0.4, "distances": 0.3, "unasked": 2.0, "swallowed": 0.3,
    "zero": 0.3, "infeasible": 0.3, "unbounded": 2.0,
    "foreign_goal": 1.5, "fraction": 2.0, "rival": 1.3,
}  # fmt: skip
BASE = 3.0
#: What a sign means to the user, where a remark does not say it anyway.
_WORDS: Mapping[str, str] = {
    "unmatched": "a limit of the text fits nothing that is decided",
    "partial": "a figure is told for some of the decisions only",
    "idle": "figures of the text were read and serve nothing",
    "unlimited": "nothing limits what is decided",
    "vague_goal": "what is best is told loosely",
    "vague_limits": "a limit is told loosely",
    "silent": "a sentence with figures came to nothing",
    "unasked": "a ratio is kept exactly, and the text does not say so",
    "swallowed": "figures of the text were read and are in no limit",
    "foreign_goal": "what is counted is not what is decided",
    "fraction": "a limit is a fraction of one",
    "rival": "the text can be read in another way nearly as well",
}
#: Signs that take less evidence than this are not worth a sentence.
_WORTH_TELLING = 0.5


def signs(model: Model) -> Signs:
    """What speaks against a reading."""
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
        silent=silent,
        distances=sum(1 for clause in reading.clauses if getattr(clause, "apart", False)) / 2,
        unasked=sum(1 for row in model.rows if row.kind == "ratio" and row.direction == "=="),
        swallowed=_swallowed(model),
        zero=float(standing == "zero"),
        infeasible=float(standing == "infeasible"),
        unbounded=float(standing == "unbounded"),
        foreign_goal=float(_foreign_goal(model)),
        fraction=sum(1 for row in model.rows if row.kind in ("total", "bound") and 0.0 < row.constant < 1.0),
        rival=max(0.0, _CLEAR_LEAD - model.lead),
    )


def _foreign_goal(model: Model) -> bool:
    """Whether the number of something is wanted that is neither decided nor what the figures of the objective count."""
    goal = model.target.goal
    if not {"number", "amount"} & set(goal.words.split()) or not goal.measure.nouns or not model.target.parts:
        return False
    reading = model.reading
    known = {stem(word) for word in reading.decisions.category}
    known |= {stem(word) for entity in reading.decisions.entities for word in (*entity.words, *entity.marks)}
    for k in used_columns(model.target):
        known |= reading.columns[k].measure.nouns
    return not goal.measure.nouns & known


def _swallowed(model: Model) -> float:
    """How many figures were read somewhere and still are in no limit and no column that serves."""
    reading = model.reading
    serving = {row.column for row in model.rows if row.column is not None} | used_columns(model.target)
    places = [row.place for row in model.rows] + [p for k in serving for p in reading.columns[k].places]
    return float(
        sum(
            1
            for scene in reading.scenes
            for q in scene.quantities
            if q.value not in (0.0, 1.0)
            and not q.token.low.isalpha()
            and q.token not in reading.unused
            and not any(p.start <= q.token.start < p.end for p in places)
        )
    )


def confidence(model: Model) -> float:
    """Between 0 and 1: the share of such readings that are right."""
    evidence = BASE - sum(WEIGHTS[name] * value for name, value in signs(model).as_mapping().items())
    return round(1.0 / (1.0 + math.exp(-evidence)), 3)


def blemishes(model: Model) -> tuple[str, ...]:
    """Why a reading is not trusted, in words, gravest first."""
    taken = {name: WEIGHTS[name] * value for name, value in signs(model).as_mapping().items() if name in _WORDS}
    worth = sorted((name for name, evidence in taken.items() if evidence >= _WORTH_TELLING), key=lambda n: -taken[n])
    return tuple(_WORDS[name] for name in worth)
