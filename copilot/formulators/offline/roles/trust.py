"""How far a reading by roles can be trusted, from what it leaves over and from what its optimum is like.

The weights are those of a logistic regression of "the optimum was right" on these signs, over problems with known
answers, rounded; raised by hand where what they weigh is rare and grave.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from .schema import Schema

BASE = 1.6
WEIGHTS: Mapping[str, float] = {
    "unused": 1.6, "unmatched": 0.8, "idle": 1.0, "partial": 2.0, "doubtful": 1.0, "guessed": 0.3, "vague": 0.35,
    "few": 1.8, "alike": 2.0, "fraction": 2.0,
}  # fmt: skip
_STANDING: Mapping[str, float] = {"sound": 0.0, "zero": 1.0, "infeasible": 3.7, "unbounded": 2.5, "unjudged": 0.5}
#: A figure in passing cannot count for more than this many.
_MOST = 3
_SUREST_GOAL = 3.0


def trust(found: Schema) -> float:
    """Between 0 and 1: the share of such readings that are right."""
    fractions = sum(1 for line in found.lines if line.kind in ("bound", "total") and 0.0 < line.constant < 1.0)
    signs = {
        "unused": min(len(found.unused), _MOST),
        "unmatched": min(len(found.unmatched), _MOST),
        "idle": min(found.idle, _MOST + 1),
        "partial": min(found.partial, _MOST),
        "doubtful": min(found.doubtful, _MOST),
        "guessed": min(found.guessed, _MOST),
        "vague": max(0.0, _SUREST_GOAL - found.objective.merit),
        "few": float(len(found.lines) < 2),
        "alike": float(found.alike),
        "fraction": float(fractions),
    }
    evidence = BASE - sum(WEIGHTS[name] * value for name, value in signs.items()) - _STANDING[found.standing]
    return round(1.0 / (1.0 + math.exp(-evidence)), 3)
