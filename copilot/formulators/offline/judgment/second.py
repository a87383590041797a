"""Two independent readers of the same prose, and whom to believe.

Readings are compared by the optimum of their linear relaxations: readers that share no mistake seldom agree by chance.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ..prose.model import Model
from ..roles.reader import schema_of
from ..roles.schema import Schema
from ..roles.trust import trust
from ..words.tokens import Sentence
from .confidence import confidence
from .soundness import soundness

#: How far two optimal values may lie apart to be called one.
_SAME = 1e-6
#: Evidence, in log-odds, that agreement adds, and that disagreement takes from the reader who is believed: what a sure
#: second reading contradicts is wrong in one of three cases.
_AGREED = 1.0
_SHARED = 0.5
_DISPUTED = 1.6
_DOUBTED = 0.4
#: From this trust on the second reading is sure; from these on it speaks alone, instead of a doubtful first one, or of
#: one without a sensible optimum.
_SURE = 0.8
_ALONE = 0.3
_AGREEING = 0.55
_INSTEAD = 0.65
_INSTEAD_OF_NOTHING = 0.5
_DOUBTFUL = 0.7
_FIRM = 0.85
#: Below this the first reading is hardly one, and below this none at all.
_UNREAD = 0.3
_NO_READING = 0.02
#: What a reading of the second reader alone loses, and one that a doubtful first reading contradicts.
_UNSHARED = 0.4
CONTRADICTED = 0.6


@dataclass(frozen=True, slots=True)
class Opinion:
    """Which reading to believe: that of the first reader, or ``schema`` of the second; how far; and whether the other
    reader has the same optimum (``agreed``) or another one (``disputed``)."""

    confidence: float
    schema: Schema | None = None
    agreed: bool = False
    disputed: bool = False


def opinion(first: Model | None, parts: Sequence[Sentence]) -> Opinion | None:
    """What both readers make of the sentences, or None where neither reads them."""
    second = schema_of(parts)
    faith = trust(second) if second is not None else 0.0
    alone = Opinion(_shifted(faith, -_UNSHARED), second) if faith >= _ALONE else None
    if first is None:
        return alone
    sure = confidence(first)
    if second is None:
        return Opinion(sure)
    if sure < _NO_READING and alone is not None:
        return alone
    if agree(first, second):
        if faith >= _AGREEING and sure < _UNREAD:
            return Opinion(_shifted(faith, _SHARED), second, agreed=True)
        return Opinion(_shifted(sure, _AGREED if faith >= _AGREEING else 0.0), agreed=True)
    least = _ALONE if sure < _UNREAD else _INSTEAD
    doubtful = sure < _DOUBTFUL or (sure < _FIRM and faith >= _SURE)
    strict = any(row.strict for row in first.rows)
    if faith >= _INSTEAD_OF_NOTHING and second.standing == "sound" and not strict and not soundness(first).plausible:
        return Opinion(_shifted(faith, -CONTRADICTED), second, disputed=True)
    if doubtful and faith >= max(least, sure):
        return Opinion(_shifted(faith, -CONTRADICTED), second, disputed=True)
    return Opinion(_shifted(sure, -_DISPUTED if faith >= _SURE else -_DOUBTED), disputed=True)


def agree(first: Model, second: Schema) -> bool:
    """Whether both have an optimum, and the same one, before anything is rounded to whole numbers."""
    value = soundness(first).value
    return math.isfinite(value) and math.isfinite(second.value) and math.isclose(value, second.value, rel_tol=_SAME)


def _shifted(sure: float, evidence: float) -> float:
    bounded = min(max(sure, 0.001), 0.999)
    return round(1.0 / (1.0 + math.exp(-math.log(bounded / (1.0 - bounded)) - evidence)), 3)
