"""Two independent readers of the same prose, and whom to believe.

Readings are compared by the optimum of their linear relaxations: readers that share no mistake seldom agree by chance.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from .confidence import confidence
from .model import Model
from .roles.reader import schema_of
from .roles.schema import Schema
from .roles.trust import trust
from .soundness import soundness
from .tokens import Sentence

#: How far two optimal values may lie apart to be called one.
_SAME = 1e-6
#: Evidence, in log-odds, that agreement adds and that a disagreement takes from the reader who is believed.
_AGREED = 1.5
_DISPUTED = 0.4
#: The second reader speaks alone, or instead of a doubtful first one, from this trust on.
_ALONE = 0.75
_INSTEAD = 0.8
_DOUBTFUL = 0.5
#: What is left of the trust in a reading that the first reader could not make.
_UNSHARED = 0.6


@dataclass(frozen=True, slots=True)
class Opinion:
    """Which reading to believe: that of the first reader, or ``schema`` of the second; how far; and who agrees."""

    confidence: float
    schema: Schema | None = None
    agreed: bool = False


def opinion(first: Model | None, parts: Sequence[Sentence]) -> Opinion | None:
    """What both readers make of the sentences, or None where neither reads them."""
    second = schema_of(parts)
    faith = trust(second) if second is not None else 0.0
    if first is None:
        return Opinion(round(_UNSHARED * faith, 3), second) if faith >= _ALONE else None
    sure = confidence(first)
    if second is None:
        return Opinion(sure)
    if agree(first, second):
        return Opinion(_shifted(sure, _AGREED if faith >= _ALONE else 0.0), agreed=True)
    if sure < _DOUBTFUL and faith >= _INSTEAD:
        return Opinion(round(_UNSHARED * faith, 3), second)
    return Opinion(_shifted(sure, -_DISPUTED) if faith >= _INSTEAD else sure)


def agree(first: Model, second: Schema) -> bool:
    """Whether both have an optimum, and the same one, before anything is rounded to whole numbers."""
    value = soundness(first).value
    return math.isfinite(value) and math.isfinite(second.value) and math.isclose(value, second.value, rel_tol=_SAME)


def _shifted(sure: float, evidence: float) -> float:
    bounded = min(max(sure, 0.001), 0.999)
    return round(1.0 / (1.0 + math.exp(-math.log(bounded / (1.0 - bounded)) - evidence)), 3)
